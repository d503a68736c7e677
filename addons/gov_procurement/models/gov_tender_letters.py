"""Letters of a call that no other document is: convocations, invitations, postponements, answers, notifications."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.gov_base.tools.act import around_act, run_short
from odoo.addons.gov_base.tools.text import nbsp_amount
from odoo.addons.gov_document.tools.blocks import LANGS, facts_table, ltr

from ..tools.documents import NOTHING, document_head, moment_text

# registers and templates of the letters
LETTERS = (
    "tender_convocation",
    "tender_invitation",
    "tender_postponement",
    "tender_documents",
    "tender_answer",
    "contract_approval",
)


class GovTender(models.Model):
    _inherit = "gov.tender"

    letter_ids = fields.One2many(
        "gov.document",
        "res_id",
        string="Letters",
        readonly=True,
        domain=[("res_model", "=", "gov.tender"), ("kind", "in", LETTERS)],
    )

    @around_act
    def action_letters_convocation(self):
        """Make the letters that convoke the members of the committee, one each (art. 38)."""
        self._gov_check_officer()
        for tender in self:
            if not tender.convoked_on:
                raise UserError(self.env._("Convoke the committee first: the letters say its day and hour."))
        self._gov_make_letters("tender_convocation", lambda one: one._gov_seats(), lambda one: one.convoked_on)
        return True

    @around_act
    def action_letters_invitation(self):
        """Make the letters that invite those who are consulted or were admitted, one each, the same day (art. 20)."""
        self._gov_check_officer()
        for tender in self:
            if not tender._gov_invited():
                raise UserError(
                    self.env._("Nobody is invited: send the letters of consultation, or admit the candidates, first.")
                )
        self._gov_make_letters(
            "tender_invitation", lambda one: one._gov_invited(), lambda one: one.invited_on or one.consulted_on
        )
        return True

    @around_act
    def action_letters_postponement(self):
        """Make the letters that tell members and bidders of the new session (art. 38)."""
        self._gov_check_officer()
        for tender in self:
            if tender.state != "published" or not (tender.is_second_session or tender.rectified):
                raise UserError(self.env._("The session was not put off."))
        self._gov_make_letters(
            "tender_postponement",
            lambda one: [*one._gov_seats(), *one.bid_ids.filtered(lambda bid: bid.state == "registered").partner_id],
            lambda one: one._gov_put_off_on(),
        )
        return True

    @around_act
    def action_letters_documents(self):
        """Make the letters that ask presumed winners for their documents (art. 43)."""
        self._gov_check_officer()
        asked = self.bid_ids.filtered(lambda bid: bid.documents_state == "asked")
        if not asked:
            raise UserError(self.env._("Ask the presumed winner for its documents first."))
        self._gov_make_letters(
            "tender_documents",
            lambda one: (one.bid_ids & asked).partner_id,
            lambda one: max((one.bid_ids & asked).mapped("documents_asked_on")),
        )
        return True

    def _gov_put_off_on(self):
        """Return the day on which the session was last put off, as the journal knows it."""
        self.ensure_one()
        # sudo: only the day of an act of this call
        entry = (
            self.env["gov.journal.entry"]
            .sudo()  # sudo: as above
            .search(
                [("model", "=", self._name), ("res_id", "=", self.id), ("act", "in", ("postpone", "rectify"))],
                order="id desc",
                limit=1,
            )
        )
        return fields.Date.context_today(self, entry.date) if entry else None

    def _gov_seats(self):
        """Return the members who sit."""
        return list(self.committee_ids.filtered(lambda one: not one.is_replaced))

    def _gov_invited(self):
        """Return the enterprises that are invited to bid."""
        return self.candidate_ids.filtered(lambda one: one.state in ("consulted", "admitted")).partner_id

    def _gov_make_letters(self, kind, people, since):
        """Issue a letter of a kind to each person, once since a day; more is done by the same act later.

        :param people: call → records to whom it is written
        :param since: call → day from which a letter of this kind was made already
        """
        documents = run_short(self.env, lambda env: self.with_env(env)._gov_prepare_letters(kind, people, since))
        if not documents:
            raise UserError(self.env._("These letters were made already: they are in the documents of the call."))
        documents._gov_finish()
        return documents

    def _gov_prepare_letters(self, kind, people, since):
        # sudo: registers and templates are kept by others; the act has checked who issues
        env = self.sudo().env
        template = env["gov.document.template"].search([("kind", "=", kind), ("lang", "=", "ar_fr")], limit=1)
        register = env["gov.document.register"].search([("code", "=", kind)], limit=1)
        rows = []
        for tender in self:
            day = since(tender)
            if tender.letter_ids.filtered(
                lambda one, day=day: one.kind == kind and one.state != "revoked" and (not day or one.issue_date >= day)
            ):
                continue
            for person in people(tender):
                values = {lang: tender._gov_letter_values(kind, person, lang) for lang in ("ar", "fr")}
                # sudo: as above
                rows.append({"register": register, "template": template, "record": tender.sudo(), "values": values})
        return env["gov.document"]._gov_prepare(rows) if rows else env["gov.document"]

    def _gov_letter_values(self, kind, person, lang):
        """Return what a letter prints, in a language."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _ = one.env._
        facts = [
            (_("Call no."), ltr(one.number)),
            (_("Procedure"), dict(one._fields["procedure"]._description_selection(one.env))[one.procedure]),
        ]
        if kind == "tender_documents":
            bid = one.bid_ids.filtered(lambda row: row.partner_id == person)[:1]
            facts.append((_("Documents due on"), ltr(format_date(one.env, bid.documents_due_on))))
        else:
            facts.append((_("Session"), ltr(moment_text(one, one.session_at))))
        facts.append((_("Place of execution"), one.place))
        name = person.sudo().display_name  # sudo: to whom the letter is written
        if person._name == "gov.tender.committee":
            seat = person.with_env(one.env)
            role = dict(seat._fields["role"]._description_selection(one.env))[seat.role]
            facts.append((_("Quality"), seat.quality or role))
            employee = seat.user_id.employee_id
            name = (employee._gov_document_name(lang) if employee else "") or seat.name
        return {
            **document_head(one.env, lang, one.object, one.officer_id, name),
            "facts": facts_table(facts),
            "rows": NOTHING,
        }


class GovTenderComplaint(models.Model):
    _inherit = "gov.tender.complaint"

    @around_act
    def action_letter(self):
        """Make the letter that answers the complaint, with its reasons (art. 163)."""
        self._gov_check_role(
            ("procurement_officer", "authorising_officer"),
            self.env._("The contracting authority answers a complaint."),
        )
        for one in self:
            if one.state == "open":
                raise UserError(self.env._("Answer the complaint first: the letter tells the answer."))
        waiting = self.filtered(lambda one: not one.document_ids.filtered(lambda row: row.state != "revoked"))
        if not waiting:
            raise UserError(self.env._("These letters were made already: they are in the documents of the call."))
        self._gov_issue_for("tender_answer", waiting)
        return True

    def _gov_document_values(self, lang):
        """Return what the answer to a complaint prints."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _, tender = one.env._, one.tender_id
        return {
            **document_head(tender.env, lang, tender.object, tender.officer_id, one.partner_id.display_name),
            "facts": facts_table(
                [
                    (_("Call no."), ltr(tender.number)),
                    (_("Complaint received on"), ltr(format_date(one.env, one.received_on))),
                    (_("Object of the complaint"), one.subject),
                    (_("Decision"), dict(one._fields["state"]._description_selection(one.env))[one.state]),
                    (_("Reasons"), one.answer),
                ]
            ),
            "rows": NOTHING,
        }


class GovContract(models.Model):
    _inherit = "gov.contract"

    @around_act
    def action_notify(self):
        """Notify the approval to the holder, and make its letter."""
        super().action_notify()
        self.filtered("tender_id")._gov_issue_approval()
        return True

    @around_act
    def action_letter_approval(self):
        """Make the letter that notifies the approval, when it is not there (art. 143)."""
        self._gov_check_officer()
        for contract in self:
            if not contract.notified_on or not contract.tender_id:
                raise UserError(self.env._("Notify the approval first: the letter tells it."))
        if not self._gov_issue_approval():
            raise UserError(self.env._("These letters were made already: they are in the documents of the contract."))
        return True

    def _gov_issue_approval(self):
        waiting = self.filtered(
            lambda one: not one.document_ids.filtered(
                lambda row: row.kind == "contract_approval" and row.state != "revoked"
            )
        )
        if waiting:
            documents = run_short(self.env, lambda env: waiting.with_env(env)._gov_prepare_approval())
            documents._gov_finish()
        return waiting

    def _gov_prepare_approval(self):
        # sudo: registers and templates are kept by others; the act has checked who issues
        env = self.sudo().env
        template = env["gov.document.template"].search(
            [("kind", "=", "contract_approval"), ("lang", "=", "ar_fr")], limit=1
        )
        register = env["gov.document.register"].search([("code", "=", "contract_approval")], limit=1)
        return env["gov.document"]._gov_prepare(
            [
                {
                    "register": register,
                    "template": template,
                    "record": one.sudo(),  # sudo: as above
                    "values": {lang: one._gov_approval_values(lang) for lang in ("ar", "fr")},
                }
                for one in self
            ]
        )

    def _gov_approval_values(self, lang):
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        _ = one.env._
        guarantee = one.guarantee_ids.filtered(lambda row: row.kind == "definitive")[:1]
        return {
            **document_head(one.env, lang, one.object, one.officer_id, one.partner_id.display_name, one.amount),
            "facts": facts_table(
                [
                    (_("Contract"), ltr(one.number)),
                    (_("Call no."), ltr(one.tender_id.number)),
                    (_("Approved on"), ltr(format_date(one.env, one.tender_id.approved_on))),
                    (_("Delay of execution (days)"), one.delivery_days),
                    (_("Definitive guarantee"), nbsp_amount(guarantee.amount_due) if guarantee else ""),
                    (
                        _("Guarantee to be given by"),
                        ltr(format_date(one.env, guarantee.due_on)) if guarantee else "",
                    ),
                ]
            ),
            "rows": NOTHING,
        }
