"""What the acts on a contract print: formal notice, decision of termination, release of a guarantee (model M30)."""

from odoo import api, models
from odoo.tools import format_date

from odoo.addons.gov_base.tools.act import around_act, short_transaction
from odoo.addons.gov_base.tools.text import nbsp_amount
from odoo.addons.gov_document.tools.blocks import LANGS, facts_table, ltr, money_cell

from ..tools.documents import NOTHING, document_head

KINDS = ("contract_termination", "formal_notice", "guarantee_release")


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    @api.model
    def _gov_placeholders(self, kind=None):
        """The acts on a contract print what the other documents of purchases do."""
        return super()._gov_placeholders("service_order" if kind in KINDS else kind)

    @api.model
    def _gov_blocks(self, kind=None):
        return super()._gov_blocks("service_order" if kind in KINDS else kind)


class GovContract(models.Model):
    _inherit = "gov.contract"

    def _gov_document_values(self, lang):
        """Return what the decision of termination prints, once the contract is terminated."""
        self.ensure_one()
        if self.state != "terminated":
            return super()._gov_document_values(lang)
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _ = one.env._
        cases = dict(one._fields["end_case"]._description_selection(one.env))
        notice = one.notice_ids.filtered("notified_on").sorted("notified_on")[-1:]
        return one._gov_letter(
            lang,
            [
                (_("Contract"), ltr(one.number)),
                (_("Case of termination"), cases.get(one.end_case)),
                (_("Reason"), one.end_reason),
                (_("Formal notice of"), ltr(format_date(one.env, notice.notified_on)) if notice else ""),
                (_("Terminated on"), ltr(format_date(one.env, one.terminated_on))),
                (_("Executed, all taxes included"), money_cell(one._gov_executed())),
            ],
        )

    def _gov_letter(self, lang, facts):
        """Return the values of a letter about the contract: its object, its holder, facts."""
        return {
            **document_head(self.env, lang, self.object, self.officer_id, self.partner_id.display_name, self.total),
            "facts": facts_table(facts),
            "rows": NOTHING,
        }


class GovContractNotice(models.Model):
    _inherit = "gov.contract.notice"

    def _gov_document_values(self, lang):
        """Return what a formal notice prints."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _ = one.env._
        return one.contract_id._gov_letter(
            lang,
            [
                (_("Contract"), ltr(one.contract_id.number)),
                (_("What the holder has to do"), one.reason),
                (_("Days given"), one.days),
                (_("Answer by"), ltr(format_date(one.env, one.answer_by))),
            ],
        )


class GovGuarantee(models.Model):
    _name = "gov.guarantee"
    _inherit = ["gov.guarantee", "gov.document.mixin"]

    @around_act
    def action_release(self):
        """Release the guarantee, once what it waits for has happened; makes the release for the bank."""
        result = self._gov_release()
        self._gov_issue_for("guarantee_release")
        return result

    @short_transaction
    def _gov_release(self):
        return super().action_release()

    def _gov_document_values(self, lang):
        """Return what the release of a guarantee prints."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _, kinds = (
            one.env._,
            dict(self._fields["kind"]._description_selection(self.with_context(lang=LANGS[lang]).env)),
        )
        contract = one.contract_id
        values = contract._gov_letter(
            lang,
            [
                (_("Contract"), ltr(contract.number)),
                (_("Guarantee"), kinds.get(one.kind)),
                (_("Bank or insurer"), one.bank),
                (_("Deed"), ltr(one.reference)),
                (_("Amount given"), money_cell(one.amount)),
                (
                    _("Final acceptance"),
                    ltr(format_date(one.env, contract.final_on)) if contract.final_on else "",
                ),
            ],
        )
        values.update(amount=nbsp_amount(one.amount), amount_words=one.env["gov.words"].amount(one.amount, lang))
        return values
