"""What each document of a purchase prints, in the language of its part (forms M6, M7, M8, M10, M12, M16, M27)."""

from markupsafe import Markup

from odoo import models
from odoo.tools import format_date

from odoo.addons.gov_base.tools.text import nbsp_amount
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr, money_cell

from ..tools.documents import NOTHING, accounts_table, document_head, moment_text, party_rows


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    def _gov_document_values(self, lang):
        """Return what the order (M6) and its minutes (M7) print."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _ = one.env._
        facts = [
            (_("Reference"), ltr(one.name)),
            (_("Authorising officer"), one.gov_officer_id.name),
            (_("Charged to"), ltr(one.gov_budget_line_id.node_id.full_code)),
            (_("Unit in need"), one.gov_unit_id.name),
            (_("Notice published at"), ltr(moment_text(one, one.gov_published_at))),
            (_("Deadline for quotations"), ltr(moment_text(one, one.gov_deadline))),
            (_("Competition"), one.gov_no_competition),
            (_("Place"), one.gov_place),
            (_("Time to deliver (days)"), one.gov_delivery_days),
            (_("Conditions of guarantee"), one.gov_guarantee),
            *party_rows(_, one.partner_id),
        ]
        if one.gov_state in ("awarded", "quotes") and one.gov_quotation_ids:
            rows = data_table(
                [_("No."), _("Supplier"), _("Amount read"), _("Corrected amount"), _("Rank"), _("Remark")],
                [
                    [
                        quotation.number,
                        quotation.partner_id.display_name,
                        money_cell(quotation.amount_read),
                        money_cell(quotation.amount),
                        quotation.rank or "–",
                        quotation.rejection or (one.gov_award_draw if quotation.is_retained else "") or "",
                    ]
                    for quotation in one.gov_quotation_ids.sorted("number")
                ],
                numeric=(2, 3),
            )
        else:
            rows = data_table(
                [_("Designation"), _("Quantity"), _("Unit price before tax"), _("VAT (%)"), _("Before tax")],
                [
                    [
                        line.name,
                        ltr(f"{line.product_qty:g}"),
                        money_cell(line.price_unit),
                        ltr(f"{line.gov_vat_rate:g}"),
                        money_cell(round(line.product_qty * line.price_unit, 2)),
                    ]
                    for line in one.order_line
                    if not line.display_type
                ],
                total=(_("Total, all taxes included"), [money_cell(one.gov_amount)]),
                numeric=(1, 2, 3, 4),
            )
        return {
            **document_head(
                one.env,
                lang,
                one.gov_object or one.name,
                one.gov_officer_id,
                one.partner_id.display_name,
                one.gov_amount,
            ),
            "facts": facts_table(facts),
            "rows": rows,
        }


class GovTender(models.Model):
    _inherit = "gov.tender"

    def _gov_document_values(self, lang):
        """Return what the minutes of a call print (M8)."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _ = one.env._
        roles = dict(one.env["gov.tender.committee"]._fields["role"]._description_selection(one.env))
        supports = dict(one.env["gov.tender.publication"]._fields["support"]._description_selection(one.env))
        states = dict(one.env["gov.tender.offer"]._fields["evaluation"]._description_selection(one.env))
        facts = [
            (_("Call no."), ltr(one.number)),
            (_("Procedure"), dict(one._fields["procedure"]._description_selection(one.env))[one.procedure]),
            (_("Session"), ltr(moment_text(one, one.opened_at))),
            (_("Estimate, all taxes included"), money_cell(one.estimate)),
            *[
                (
                    _("Publication"),
                    Markup("%s %s %s %s")
                    % (
                        supports[row.support],
                        row.name or "",
                        ltr(row.reference),
                        ltr(format_date(one.env, row.date)),
                    ),
                )
                for row in one.publication_ids
            ],
            *[
                (
                    roles[member.role],
                    Markup("%s – %s") % (member.name, _("present") if member.is_present else _("absent")),
                )
                for member in one.committee_ids
            ],
        ]
        tables = [
            data_table(
                [_("No."), _("Bidder"), _("Received at"), _("Decision")],
                [
                    [
                        bid.number,
                        bid.partner_id.display_name,
                        ltr(moment_text(one, bid.received_at)),
                        bid.rejection or dict(bid._fields["state"]._description_selection(one.env))[bid.state],
                    ]
                    for bid in one.bid_ids
                ],
            )
        ]
        for lot in one.lot_ids:
            rows = [
                [
                    offer.rank or "–",
                    offer.bid_id.partner_id.display_name,
                    money_cell(offer.amount_read),
                    money_cell(offer.amount),
                    ltr(f"{offer.gap_rate:.2f} %"),
                    offer.discard_reason
                    and dict(offer._fields["discard_reason"]._description_selection(one.env))[offer.discard_reason]
                    or states.get(offer.evaluation, ""),
                ]
                for offer in lot.offer_ids.sorted(lambda row: (not row.rank, row.rank))
            ]
            tables.append(Markup("<p>%s</p>") % _("Lot %(number)s: %(name)s", number=lot.number, name=lot.name))
            tables.append(Markup("<p>%s</p>") % (lot._gov_result_words() or ""))
            tables.append(
                data_table(
                    [
                        _("Rank"),
                        _("Bidder"),
                        _("Amount read"),
                        _("Corrected amount"),
                        _("Gap to the estimate"),
                        _("Decision"),
                    ],
                    rows,
                    numeric=(2, 3, 4),
                )
            )
        return {
            **document_head(one.env, lang, one.object, one.officer_id, amount=one.estimate),
            "facts": facts_table(facts),
            "rows": Markup("").join(tables),
        }


class GovTenderLot(models.Model):
    _inherit = "gov.tender.lot"

    def _gov_result_words(self):
        """Return the result of the lot in the language of the environment."""
        _ = self.env._
        if self.result == "infructuous":
            return _("No offer is within the bands: the lot is infructuous.")
        if not self.reference_price:
            return ""
        return _(
            "Reference price, half the sum of the estimate and of the mean of the retained offers: %(price)s",
            price=f"\u2066{nbsp_amount(round(self.reference_price, 2))}\u2069",
        )


class GovTenderBid(models.Model):
    _inherit = "gov.tender.bid"

    def _gov_document_values(self, lang):
        """Return what the letter to a bidder prints: the result, and the reasons when it is not retained (art. 47)."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _, tender = one.env._, one.tender_id
        rows = []
        for offer in one.offer_ids:
            lot = offer.lot_id
            if lot.winner_offer_id == offer:
                word = _("Your offer is retained.")
            elif offer.discard_reason:
                word = dict(offer._fields["discard_reason"]._description_selection(one.env))[offer.discard_reason]
            elif offer.evaluation and offer.evaluation != "retained":
                word = dict(offer._fields["evaluation"]._description_selection(one.env))[offer.evaluation]
            else:
                word = _("Ranked %(rank)s: another offer is closer to the reference price.", rank=offer.rank)
            rows.append([lot.number, lot.name, word])
        if not rows:
            rows.append(["", tender.object, one.rejection or ""])
        return {
            **document_head(tender.env, lang, tender.object, tender.officer_id, one.partner_id.display_name),
            "facts": facts_table([(_("Call no."), ltr(tender.number)), (_("Reasons"), one.rejection)]),
            "rows": data_table([_("Lot"), _("Object"), _("Result")], rows),
        }


class GovServiceOrder(models.Model):
    _inherit = "gov.service.order"

    def _gov_document_values(self, lang):
        """Return what a service order prints (M10)."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _, contract = one.env._, one.contract_id
        sentences = {
            "start": _("You are ordered to start the execution from:"),
            "stop": _("You are ordered to stop the execution from:"),
            "resume": _("You are ordered to resume the execution from:"),
            "notify": _("An amendment is notified to you, with effect from:"),
            "other": _("Order with effect from:"),
        }
        return {
            **document_head(
                one.env, lang, contract.object, contract.officer_id, contract.partner_id.display_name, contract.total
            ),
            "facts": facts_table(
                [
                    (_("Contract"), ltr(contract.number)),
                    (_("Service order no."), one.number),
                    (sentences[one.kind], ltr(format_date(one.env, one.date))),
                    (_("Reason"), one.reason),
                    (_("Delay of execution (days)"), contract.delivery_days),
                ]
            ),
            "rows": NOTHING,
        }


class GovProgressAccount(models.Model):
    _inherit = "gov.progress.account"

    def _gov_document_values(self, lang):
        """Return what an account prints (M12): quantities, then each line of the recapitulation."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _, contract = one.env._, one.contract_id
        work = data_table(
            [_("Price no."), _("Designation"), _("Unit"), _("Quantity"), _("Unit price before tax"), _("Before tax")],
            [
                [
                    ltr(line.line_id.number),
                    line.line_id.name,
                    line.line_id.unit or "",
                    ltr(f"{line.quantity:g}"),
                    money_cell(line.line_id.unit_price),
                    money_cell(line.amount),
                ]
                for line in one.line_ids
            ],
            numeric=(3, 4, 5),
        )
        recap = data_table(
            [_("Recapitulation"), _("Amount")],
            [
                [one._gov_line_words(row["code"]), money_cell(float(row["amount"]))]
                for row in one.detail or []
                if row["code"] != "net"
            ],
            total=(_("Net to pay"), [money_cell(one.net)]),
            numeric=(1,),
        )
        return {
            **document_head(
                one.env, lang, contract.object, contract.officer_id, contract.partner_id.display_name, one.net
            ),
            "facts": facts_table(
                [
                    (_("Contract"), ltr(contract.number)),
                    (_("Account no."), one.number),
                    (_("Final account"), _("Yes") if one.is_final else ""),
                    (_("Year"), one.year_id.year or ""),
                    (_("Tranche"), one.tranche_id.display_name if one.tranche_id else ""),
                    (_("General account of the years"), _("Yes") if one.is_general else ""),
                    (_("Charged to"), ltr(contract.budget_line_id.node_id.full_code)),
                    (_("Started on"), ltr(format_date(one.env, (one.tranche_id or contract).started_on))),
                    (_("Delay of execution (days)"), (one.tranche_id or contract).delivery_days),
                    (_("Attachment agreed on"), ltr(format_date(one.env, one.checked_on))),
                    *party_rows(_, contract.partner_id)[1:],
                ]
            ),
            "rows": work + one._gov_former_table() + recap,
        }

    def _gov_former_table(self):
        """Return the list of the accounts before this one, in the language of the environment."""
        _, former = self.env._, self._gov_former().sorted("number")
        if not former:
            return NOTHING
        return accounts_table(self.env, _("Former accounts"), former)

    def _gov_line_words(self, code):
        _ = self.env._
        return {
            "before_tax": _("Works before tax"),
            "vat": _("VAT"),
            "supplies": _("Supplies on site"),
            "gross": _("Works since the beginning, all taxes included"),
            "revision": _("Revision of prices"),
            "former_accounts": _("Former accounts"),
            "this_account": _("This account"),
            "retention": _("Retention money"),
            "advance": _("Advance taken back"),
            "penalty": _("Penalty for delay"),
            "special_penalty": _("Special penalties"),
            "vat_withheld": _("VAT withheld"),
            "tax_withheld": _("Income or corporate tax withheld"),
            "is_withheld": _("Corporate tax withheld (IS)"),
            "ir_withheld": _("Income tax withheld (IR)"),
            "carried": _("Carried to the next account"),
        }.get(code, code)


class GovAcceptance(models.Model):
    _inherit = "gov.acceptance"

    def _gov_document_values(self, lang):
        """Return what a certificate of acceptance prints (M16)."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _, contract = one.env._, one.contract_id
        people = data_table(
            [_("Member"), _("Function"), _("Quality")],
            [
                [
                    member.name,
                    member.function or "",
                    dict(member._fields["role"]._description_selection(one.env))[member.role],
                ]
                for member in one.member_ids.filtered("is_present")
            ],
        )
        reserves = NOTHING
        if one.reserve_ids:
            reserves = data_table(
                [_("Reserve"), _("To be put right by")],
                [[row.name, ltr(format_date(one.env, row.due_on))] for row in one.reserve_ids],
            )
        return {
            **document_head(
                one.env, lang, contract.object, contract.officer_id, contract.partner_id.display_name, contract.total
            ),
            "facts": facts_table(
                [
                    (_("Contract"), ltr(contract.number)),
                    (
                        _("Nature of the acceptance"),
                        dict(one._fields["kind"]._description_selection(one.env))[one.kind],
                    ),
                    (_("Notice of the holder"), ltr(format_date(one.env, one.notice_on))),
                    (_("Operations on site"), ltr(format_date(one.env, one.visit_on))),
                    (_("Effect from"), ltr(format_date(one.env, one.effect_on))),
                    (_("What was seen"), one.findings),
                ]
            ),
            "rows": people + reserves,
        }


class GovContract(models.Model):
    _inherit = "gov.contract"

    def _gov_document_values(self, lang):
        """Return what a completion report prints (M27)."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _ = one.env._
        signed = one.account_ids.filtered(lambda row: row.state in ("signed", "ordered", "paid")).sorted("number")
        return {
            **document_head(one.env, lang, one.object, one.officer_id, one.partner_id.display_name, one.total),
            "facts": facts_table(
                [
                    (_("Contract"), ltr(one.number)),
                    (_("Initial amount, all taxes included"), money_cell(one.amount)),
                    (_("With amendments"), money_cell(one.total)),
                    (_("Count of the delay"), one.delay_text),
                    (_("Penalty for delay"), money_cell(one.penalty) if one.penalty else ""),
                    (_("Provisional acceptance"), ltr(format_date(one.env, one.provisional_on))),
                    (_("Final acceptance"), ltr(format_date(one.env, one.final_on))),
                    (
                        _("Subcontractors"),
                        ", ".join(
                            one.subcontract_ids.filtered(lambda row: row.state == "accepted").partner_id.mapped(
                                "display_name"
                            )
                        ),
                    ),
                ]
            ),
            "rows": accounts_table(one.env, _("Account no."), signed),
        }
