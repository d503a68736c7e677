"""The report of presentation of a call (form M9, decree 2-22-431 art. 156)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.gov_base.tools.act import around_act, short_transaction
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr, money_cell

from ..tools.documents import document_head, moment_text

NEGOTIATED = ("negotiated", "negotiated_publicity")
TEXTS = ("need", "objectives", "indicators", "means", "reasons", "choice", "market_price")


class GovTenderReport(models.Model):
    """What the administration says of a purchase before its approval: why, with what, how chosen, at what price.

    draft (procurement officer) → signed (authorising officer, who did not write it), which makes form M9. The approval
    of the call asks for it.
    """

    _name = "gov.tender.report"
    _description = "Report of presentation"
    _inherit = ["gov.budget.stateful", "gov.document.mixin"]
    _order = "id desc"
    _rec_name = "tender_id"
    _draft_states = ("draft",)
    _act_fields = frozenset({"state", "signed_on", "signed_by_id", "document_id"})

    tender_id = fields.Many2one("gov.tender", "Call", required=True, index=True, ondelete="restrict")
    officer_id = fields.Many2one(related="tender_id.officer_id", store=True, index=True)
    need = fields.Text("Need to be met", compute="_compute_need", store=True, readonly=False, precompute=True)
    objectives = fields.Text(help="What the purchase must reach.")
    indicators = fields.Text(help="By what the result is measured, with its targets.")
    means = fields.Text("Human and material means", help="What the administration gives for the execution.")
    reasons = fields.Text(
        "Reasons of the procedure", compute="_compute_reasons", store=True, readonly=False, precompute=True
    )
    choice = fields.Text(
        "Justification of the choice",
        help="Why this holder: rank, notes, documents given; for a negotiation, how it went.",
    )
    market_price = fields.Text(
        "Price against the market",
        help="Prices of former purchases, price lists, surveys: what shows that the price is right.",
    )
    document_id = fields.Many2one(
        "gov.document", "Document", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    signed_on = fields.Date(readonly=True, copy=False)
    signed_by_id = fields.Many2one(
        "res.users", "Signed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    missing_text = fields.Char("Still to write", compute="_compute_missing_text")
    state = fields.Selection(
        [("draft", "Draft"), ("signed", "Signed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )

    _tender_uniq = models.Constraint("UNIQUE (tender_id)", "This call has its report already.")

    @api.depends("tender_id")
    def _compute_need(self):
        for one in self:
            one.need = one.need or (
                one.tender_id
                and self.env._(
                    "%(object)s, for %(unit)s", object=one.tender_id.object, unit=one.tender_id.unit_id.name
                )
            )

    @api.depends("tender_id")
    def _compute_reasons(self):
        for one in self:
            one.reasons = one.reasons or one.tender_id.justification

    @api.depends(*TEXTS)
    @api.depends_context("lang")
    def _compute_missing_text(self):
        for one in self:
            one.missing_text = ", ".join(
                self._fields[name]._description_string(self.env) for name in TEXTS if not (one[name] or "").strip()
            )

    @api.depends("tender_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._("Report of presentation · %(call)s", call=one.tender_id.number or "")

    @around_act
    def action_sign(self):
        """Sign the report and make its document (form M9): the authorising officer, who did not write it."""
        self._gov_sign()
        self._gov_issue_for("presentation_report", field="document_id")
        return True

    @short_transaction
    def _gov_sign(self):
        self._gov_check_role(
            ("authorising_officer",), self.env._("The authorising officer signs the report of presentation.")
        )
        self._gov_check_not_author()
        self._gov_take("draft", "signed")
        for one in self:
            if one.missing_text:
                raise UserError(self.env._("The report is not whole: %(missing)s.", missing=one.missing_text))
            if one.tender_id.state in ("draft", "cancelled", "infructuous"):
                raise UserError(self.env._("The report is that of a call under way."))
        self._gov_write({"signed_on": fields.Date.context_today(self), "signed_by_id": self.env.uid})
        self._gov_log("sign", lambda one: {"call": one.tender_id.id})
        self.env["gov.procurement.publication"]._gov_feed(self, "presentation_report")
        return True

    @around_act
    def action_open_document(self):
        """Open the document of a signed report; it is made when it is not there yet."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            self._gov_check_role(
                ("procurement_officer", "authorising_officer"),
                self.env._("A procurement officer or the authorising officer makes the document of the report."),
            )
            if self.state != "signed":
                raise UserError(self.env._("The report is signed first: its document is that of the signature."))
            self._gov_issue_for("presentation_report", field="document_id")
        return {
            "type": "ir.actions.act_url",
            "url": f"/gov_document/{self.document_id.id}/document.pdf",
            "target": "new",
        }

    def _gov_document_values(self, lang):
        """Return what the report prints (M9)."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _, tender = one.env._, one.tender_id
        bids = tender.bid_ids.filtered(lambda bid: bid.state not in ("late", "withdrawn"))
        winners = tender.lot_ids.filtered("winner_offer_id")
        total = sum(winners.winner_offer_id.mapped("amount"))
        facts = [
            (_("Call no."), ltr(tender.number)),
            (_("Need to be met"), one.need),
            (_("Objectives"), one.objectives),
            (_("Indicators"), one.indicators),
            (_("Human and material means"), one.means),
            (_("Charged to"), ltr(tender.budget_line_id.node_id.full_code)),
            (_("Estimate, all taxes included"), money_cell(tender.estimate)),
            (_("Delay of execution (days)"), tender.delivery_days),
            (_("Procedure"), dict(tender._fields["procedure"]._description_selection(one.env))[tender.procedure]),
            (_("Case of the law"), tender.law_case and one._gov_case_words(tender)),
            (_("Reasons of the procedure"), one.reasons),
            (_("Criteria of evaluation"), one.env["gov.ocds"]._gov_criteria(tender)),
            (_("Session"), ltr(moment_text(one, tender.opened_at))),
            (_("Bids received"), len(bids) or ""),
            (_("Justification of the choice"), one.choice),
            (_("Price against the market"), one.market_price),
        ]
        rows = data_table(
            [_("Lot"), _("Holder"), _("Amount, all taxes included"), _("Gap to the estimate")],
            [
                [
                    lot.number,
                    lot.winner_offer_id.partner_id.display_name,
                    money_cell(lot.winner_offer_id.amount),
                    ltr(f"{lot.winner_offer_id.gap_rate:+.2f} %"),
                ]
                for lot in winners
            ],
            numeric=(2, 3),
        )
        return {
            **document_head(
                one.env,
                lang,
                tender.object,
                tender.officer_id,
                ", ".join(winners.winner_offer_id.partner_id.mapped("display_name")),
                total or None,
            ),
            "facts": facts_table(facts),
            "rows": rows if winners else "",
        }

    def _gov_case_words(self, tender):
        case = dict(tender._fields["law_case"]._description_selection(self.env))[tender.law_case]
        return " · ".join(filter(None, (case, tender.proof)))


class GovTender(models.Model):
    _inherit = "gov.tender"

    report_ids = fields.One2many("gov.tender.report", "tender_id", "Report of presentation", copy=False)
    report_state = fields.Selection(related="report_ids.state", string="State of the report")
    report_text = fields.Char("Report of presentation due", compute="_compute_report_text")

    @api.depends("report_ids.state", "estimate", "procedure", "state")
    @api.depends_context("lang")
    def _compute_report_text(self):
        for tender in self:
            tender.report_text = False
            if tender.state not in ("approved", "infructuous", "cancelled") and tender._gov_misses_report():
                tender.report_text = self.env._("The report of presentation (art. 156) is signed before the approval.")

    def _gov_misses_report(self):
        """Tell whether the law asks for a report that is not signed yet: from its amount on, and for a negotiation."""
        self.ensure_one()
        threshold = self._gov_limit("procurement.report.threshold", fields.Date.context_today(self))
        asked = self.procedure in NEGOTIATED or self.estimate >= threshold
        return asked and not self.report_ids.filtered(lambda one: one.state == "signed")

    def _gov_next_awarded(self):
        text, missing = super()._gov_next_awarded()
        if self._gov_misses_report():
            missing = [*missing, self.env._("The report of presentation, signed (art. 156).")]
        return text, missing

    @short_transaction
    def action_approve(self, comment=None):
        """Approve the award; the report of presentation is signed before (art. 156)."""
        result = super().action_approve(comment)
        for tender in self:
            if tender._gov_misses_report():
                raise UserError(
                    self.env._(
                        "The report of presentation of %(call)s is not signed (art. 156): write it in the page "
                        "“Report and letters”, %(amount)s are at stake.",
                        call=tender.number,
                        amount=format_amount(self.env, tender.estimate, tender.currency_id),
                    )
                )
        return result

    def action_report(self):
        """Open the report of presentation, or begin it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.tender.report",
            "res_id": self.report_ids[:1].id,
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_tender_id": self.id},
        }
