from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.search import search_when


class GovApprovalReceipt(models.Model):
    """Receipt of a request (law 55-19): its number in a yearly series without gap, its date, what was asked and by
    when the administration answers.

    Made at the first filing by the act itself; kept through returns, refusals and cancellations.  Nobody writes one.
    It is read by the requester, the employee concerned, those who act in the circuit, HR of the region and auditors.
    """

    _name = "gov.approval.receipt"
    _description = "Receipt of a request"
    _order = "id desc"
    _rec_names_search = ["name", "what"]

    name = fields.Char("Number", index="trigram", readonly=True)
    res_model = fields.Char(required=True, readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference("Request", model_field="res_model", required=True, readonly=True)
    what = fields.Char("What was asked", readonly=True)
    circuit_id = fields.Many2one("gov.approval.circuit", "Circuit", readonly=True, index=True, ondelete="restrict")
    requester_id = fields.Many2one("res.users", "Requester", readonly=True, index=True, ondelete="restrict")
    employee_id = fields.Many2one("hr.employee", "Employee concerned", readonly=True, index=True, ondelete="restrict")
    excluded_user_ids = fields.Many2many(
        "res.users",
        "gov_approval_receipt_excluded_rel",
        string="Barred from acting",
        readonly=True,
        help="Who asked, who filed, and whom the request concerns: they never act on it.",
    )
    department_id = fields.Many2one("hr.department", "Unit", readonly=True, index=True, ondelete="restrict")
    region_id = fields.Many2one("gov.region", "Region", readonly=True, index=True, ondelete="restrict")
    issued_on = fields.Datetime("Filed on", readonly=True)
    due_on = fields.Date("To be answered by", readonly=True)
    return_count = fields.Integer("Times returned", readonly=True)
    returned_on = fields.Date(readonly=True, export_string_translation=False)
    line_ids = fields.One2many("gov.approval.line", "receipt_id", "Steps", readonly=True)
    is_involved = fields.Boolean(
        compute="_compute_is_involved", search="_search_is_involved", export_string_translation=False
    )

    _res_idx = models.UniqueIndex("(res_model, res_id)", "A request has one receipt.")
    _number_idx = models.UniqueIndex("(name) WHERE name IS NOT NULL", "This receipt number is already given.")

    def _compute_is_involved(self):
        # sudo: the domain says who is concerned; the rule of records itself asks this
        seen = self.sudo().search(Domain("id", "in", self.ids) & self._involved_domain())
        for receipt in self:
            receipt.is_involved = receipt in seen

    @search_when
    def _search_is_involved(self):
        return self._involved_domain()

    @api.model
    def _involved_domain(self):
        """Return which receipts the current user may read; nothing of it is cached, interims change with the day."""
        user = self.env.user
        if user.has_group("gov_base.group_auditor"):
            return Domain.TRUE
        mine = Domain("requester_id", "=", user.id) | Domain("excluded_user_ids", "in", user.ids)
        if user.has_group("gov_base.group_hr_officer"):
            # sudo: only the regions served by the user himself
            regions = user.sudo().gov_region_ids
            if not regions:
                return Domain.TRUE
            mine |= Domain("region_id", "in", regions.ids)
        lines = Domain("decided_by_id", "=", user.id)
        for _absent, _interims, domain in self.env["gov.approval.line"]._get_rights(user):
            lines |= domain
        return mine | Domain("line_ids", "any!", lines)

    def action_open(self):
        """Open the request of the receipt."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
            "name": self.what,
        }

    def action_print(self):
        """Print the receipt in Arabic and in French, for whoever may read it."""
        if not self.has_access("read"):
            raise AccessError(self.env._("Only those concerned by a request may print its receipt."))
        return self.env.ref("gov_approval.gov_approval_receipt_report").report_action(self)

    def _get_sentences(self):
        """Return what the receipt says of the requester's rights, in the language of the context."""
        self.ensure_one()
        # sudo: what the circuit says of delays and appeals, printed for who reads the receipt
        circuit, sentences = self.circuit_id.sudo(), []
        if circuit.silence == "accept":
            sentences.append(
                self.env._(
                    "If no answer is given by this date, the request is granted: %(law)s.",
                    law=circuit.legal_text_id.display_name,
                )
            )
        if circuit.max_returns:
            sentences.append(
                self.env._(
                    "A complement may be asked of you %(number)s time(s) at most; the time to answer stops meanwhile.",
                    number=circuit.max_returns,
                )
            )
        sentences.append(self.env._("A refusal states its reasons in writing."))
        if circuit.appeal:
            sentences.append(circuit.appeal)
        return sentences
