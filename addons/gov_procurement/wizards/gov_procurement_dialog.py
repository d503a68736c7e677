from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.gov_contract_follow import CASES
from ..models.gov_tender import CANCEL_CASES, INFRUCTUOUS
from ..models.purchase_order import QUALITY

NEED = "gov.procurement.need"
SIGNS = ("order_engage", "order_answer")  # operations that show the signs of splitting

# what a dialog may do: model, method, names of its arguments in the dialog
OPERATIONS = {
    "publication_waive": ("gov.procurement.publication", "action_waive", ("reason",)),
    "publication_return": ("gov.procurement.publication", "action_return", ("reason",)),
    "order_cancel": ("purchase.order", "action_cancel_order", ("reason",)),
    "order_engage": ("purchase.order", "action_engage", ("reason",)),
    "order_no_competition": ("purchase.order", "action_award_without_competition", ("reason",)),
    "order_award": ("purchase.order", "action_award", ("quotation",)),
    "order_deliver": ("purchase.order", "action_deliver", ("day",)),
    "tender_cancel": ("gov.tender", "action_cancel", ("reason", "cancel_case")),
    "order_certify": ("purchase.order", "action_certify", ("quality",)),
    "order_results": ("purchase.order", "action_post_results", ("reference", "day")),
    "order_answer": ("purchase.order", "action_answer_splitting", ("reason",)),
    "need_return": ("gov.procurement.need", "action_return", ("reason",)),
    "need_group": ("gov.procurement.need", "action_group", ("plan_line", "officer")),
    "tender_infructuous": ("gov.tender", "action_declare_infructuous", ("case", "reason")),
    "tender_rectify": ("gov.tender", "action_rectify", ("moment", "reason")),
    "tender_invite": ("gov.tender", "action_invite", ("moment",)),
    "candidate_refuse": ("gov.tender.candidate", "action_refuse", ("reason",)),
    "committee_substitute": ("gov.tender.committee", "action_substitute", ("user", "reason", "person")),
    "complaint_escalate": ("gov.tender.complaint", "action_escalate", ("level",)),
    "complaint_suspend": ("gov.tender.complaint", "action_suspend", ("days",)),
    "tender_extend": ("gov.tender", "action_extend_validity", ("days", "reason")),
    "bid_reject": ("gov.tender.bid", "action_reject", ("reason",)),
    "bid_withdraw": ("gov.tender.bid", "action_withdraw", ("reason",)),
    "bid_documents_refuse": ("gov.tender.bid", "action_documents_refuse", ("reason",)),
    "complaint_accept": ("gov.tender.complaint", "action_accept", ("reason",)),
    "complaint_refuse": ("gov.tender.complaint", "action_refuse", ("reason",)),
    "contract_finish": ("gov.contract", "action_finish", ("day",)),
    "contract_terminate": ("gov.contract", "action_terminate", ("reason", "end_case")),
    "contract_audit": ("gov.contract", "action_record_audit", ("day",)),
    "tranche_finish": ("gov.contract.tranche", "action_finish", ("day",)),
    "notice_answer": ("gov.contract.notice", "action_answer", ("reason",)),
    "reserve_lift": ("gov.acceptance.reserve", "action_lift", ("day",)),
    "account_return": ("gov.progress.account", "action_return", ("reason",)),
    "account_cancel": ("gov.progress.account", "action_cancel", ("reason",)),
    "acceptance_refuse": ("gov.acceptance", "action_refuse", ("reason",)),
    "guarantee_call": ("gov.guarantee", "action_call", ("reason",)),
    "subcontract_refuse": ("gov.subcontract", "action_refuse", ("reason",)),
}


class GovProcurementDialog(models.TransientModel):
    """Dialog that takes what an act of a purchase needs; the act itself checks who may do it."""

    _name = "gov.procurement.dialog"
    _description = "Act on a purchase"

    operation = fields.Char(required=True, readonly=True, export_string_translation=False)
    res_id = fields.Integer(required=True, readonly=True, default=lambda self: self._default_res_id(),
                            export_string_translation=False)  # fmt: skip
    res_ids = fields.Char(
        "Rows", readonly=True, default=lambda self: self._default_res_ids(), export_string_translation=False
    )
    reason = fields.Text("Reason", help="Kept in the journal; those concerned read it.")
    day = fields.Date("Day", default=fields.Date.context_today)
    moment = fields.Datetime("New session")
    days = fields.Integer("Days added")
    case = fields.Selection(INFRUCTUOUS, "Case of article 45")
    cancel_case = fields.Selection(CANCEL_CASES, "Case of article 48")
    level = fields.Selection(
        [("minister", "Minister"), ("commission", "National commission of public procurement")], "Carried before"
    )
    user_id = fields.Many2one("res.users", "Sits instead", index="btree_not_null", ondelete="cascade")
    person = fields.Char("Name, when not a user")
    end_case = fields.Selection(CASES, "Case of termination", default="authority")
    reference = fields.Char("Reference on the portal")
    quality = fields.Selection(QUALITY, "Quality of the service")
    plan_line_id = fields.Many2one(
        "gov.procurement.plan.line", "Into the purchase", index="btree_not_null", ondelete="cascade",
        domain="[('plan_id.state', '!=', 'published')]",
        help="Empty: one purchase is made for each nature and year.",
    )  # fmt: skip
    officer_id = fields.Many2one(
        "gov.budget.officer", "Programme of", index="btree_not_null", ondelete="cascade",
        help="The authorising officer whose programme takes the needs; the main one when empty.",
    )  # fmt: skip
    order_id = fields.Many2one("purchase.order", compute="_compute_order_id")
    quotation_id = fields.Many2one(
        "gov.purchase.quotation", "Drawn", index="btree_not_null", ondelete="cascade",
        domain="[('order_id', '=', order_id)]", help="Only when equal quotations were drawn.",
    )  # fmt: skip
    signs = fields.Text("Signs of splitting", compute="_compute_order_id")
    has_reason = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_day = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_moment = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_days = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_end_case = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_case = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_cancel_case = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_level = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_user = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_quotation = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_reference = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_quality = fields.Boolean(compute="_compute_shown", export_string_translation=False)
    has_group = fields.Boolean(compute="_compute_shown", export_string_translation=False)

    def _default_res_id(self):
        return self.env.context.get("active_id")

    def _default_res_ids(self):
        """Keep the rows chosen in a list: some acts are done on all of them at once."""
        ids = self.env.context.get("active_ids") or []
        return ",".join(str(int(one)) for one in ids) if self.env.context.get("active_model") == NEED else ""

    @api.depends("operation")
    def _compute_shown(self):
        for one in self:
            names = OPERATIONS.get(one.operation, ("", "", ()))[2]
            one.has_reason = "reason" in names and (one.operation != "order_engage" or bool(one.signs))
            one.has_day, one.has_moment, one.has_days = "day" in names, "moment" in names, "days" in names
            one.has_cancel_case, one.has_level = "cancel_case" in names, "level" in names
            one.has_user = "user" in names
            one.has_end_case = "end_case" in names
            one.has_reference, one.has_quality = "reference" in names, "quality" in names
            one.has_group = "plan_line" in names
            one.has_case, one.has_quotation = "case" in names, "quotation" in names

    @api.depends("operation", "res_id")
    def _compute_order_id(self):
        for one in self:
            is_order = OPERATIONS.get(one.operation, ("",))[0] == "purchase.order"
            one.order_id = one.res_id if is_order else False
            one.signs = one.order_id.gov_splitting_text if one.operation in SIGNS else False

    def action_confirm(self):
        """Do the act."""
        self.ensure_one()
        if self.operation not in OPERATIONS:
            raise UserError(self.env._("This act does not exist."))
        model, method, names = OPERATIONS[self.operation]
        chosen = [int(one) for one in (self.res_ids or "").split(",") if one] if model == NEED else []
        record = self.env[model].browse(chosen or [self.res_id]).exists()
        if not record:
            raise UserError(self.env._("The record no longer exists."))
        given = {
            "reason": self.reason,
            "day": self.day,
            "moment": self.moment,
            "days": self.days,
            "case": self.case,
            "cancel_case": self.cancel_case or None,
            "level": self.level,
            "user": self.user_id.id or None,
            "person": self.person or None,
            "end_case": self.end_case,
            "quotation": self.quotation_id.id or None,
            "reference": self.reference,
            "quality": self.quality,
            "plan_line": self.plan_line_id.id or None,
            "officer": self.officer_id.id or None,
        }
        result = getattr(record, method)(*(given[name] for name in names))
        if isinstance(result, dict):
            return result
        return {"type": "ir.actions.act_window_close"}
