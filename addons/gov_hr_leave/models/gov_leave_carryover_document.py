from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_approval.models.sentinel import has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.text import date_words
from odoo.addons.gov_document.tools.blocks import LANGS

from ..services import decision_words as words


class GovLeaveCarryover(models.Model):
    """The document of a carry-over, numbered by the act that signs."""

    _inherit = "gov.leave.carryover"

    decision_lang = fields.Selection(
        [("ar", "Arabic"), ("fr", "French")], "Language of the decision", required=True, default="ar"
    )
    document_id = fields.Many2one(
        "gov.document", "Decision", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    def _gov_check_fields(self, vals):
        super()._gov_check_fields(vals)
        if vals.get("document_id") and not has_sentinel(self.env):
            raise UserError(self.env._("The document is made by the signature."))

    def _gov_prepare_decision(self):
        super()._gov_prepare_decision()
        for record in self:
            lang = record.decision_lang
            document = self.env["gov.document"]._gov_prepare(
                [
                    {
                        "register": self.env.ref("gov_hr_leave.register_leave"),
                        "template": self.env["gov.document.template"]._gov_leave_template("leave_carry_over", lang),
                        "record": record,
                        "values": record._gov_document_values(lang),
                        "employee": record.employee_id,
                        "signatory": self.env.user.employee_id or self.env["hr.employee"]._gov_leave_signatory(),
                    }
                ]
            )
            with_sentinel(record).write({"document_id": document.id})
        self.env["gov.leave.return"]._gov_finish_soon()

    def _gov_document_values(self, lang):
        self.ensure_one()
        record = self.with_context(lang=LANGS[lang])
        values = record.employee_id._gov_leave_person_values(lang, fields.Date.context_today(self))
        values.update(
            {
                "days_phrase": words.counted(self.days, "working", lang),
                "year": str(self.year),
                "next_year": str(self.year + 1),
                "request_date": date_words(self.create_date.date(), lang),
            }
        )
        return values

    def action_open_document(self):
        """Open the signed decision of carry-over."""
        self.ensure_one()
        self.check_access("read")
        document = self.sudo().document_id  # sudo: only whether there is one; its own rules say who reads it
        if not document:
            raise UserError(self.env._("The decision is made by the signature."))
        if document.state == "issuing":
            document._gov_finish()
        return document.with_env(self.env).sudo(False).action_download()
