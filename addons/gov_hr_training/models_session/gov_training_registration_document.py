from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.text import date_words
from odoo.addons.gov_document.tools import blocks

from . import clock


class GovTrainingRegistration(models.Model):
    """The documents of a participant: convocation and certificate, numbered, sealed, verifiable."""

    _inherit = "gov.training.registration"

    # ------------------------------------------------------------------ convocation
    def _gov_convoke(self, supersede=False):
        """Prepare the convocations (number taken, text frozen), open the attendance, tell the participants.

        Run as superuser by the act, whose caller was checked.

        :param supersede: the place changed: the new convocation replaces the valid one
        """
        if not self:
            return
        if supersede:
            unfinished = self.convocation_id.filtered(lambda one: one.state == "issuing")
            if unfinished:
                raise UserError(self.env._("Some convocations are still being made. Try again in a moment."))
        else:
            self._gov_claim(("registered",), "convoked")
            self._gov_open_attendance()
        documents = self._gov_issue("convocation", supersede)
        for registration, document in zip(self, documents, strict=True):
            registration._gov_write({"convocation_id": document.id})
        for registration in self:
            registration._gov_tell_person(
                lambda one: one.env._(
                    "You are convoked to “%(session)s”, from %(start)s to %(stop)s, at %(place)s. Your convocation is "
                    "in “My sessions”.",
                    session=one.session_id.display_name,
                    start=date_words(one.session_id.date_from, clock.short_lang(one.env)),
                    stop=date_words(one.session_id.date_to, clock.short_lang(one.env)),
                    place=one.session_id.place,
                )
            )

    def _gov_open_attendance(self):
        """Make one line of attendance for each half-day to come."""
        now = fields.Datetime.now()
        vals_list = []
        for registration in self:
            session = registration.session_id
            there = registration.presence_ids.slot_id
            for slot in session.slot_ids - there:
                if slot.stop > now or session._gov_is_past_allowed():
                    vals_list.append({"registration_id": registration.id, "slot_id": slot.id})
        self.env["gov.training.presence"]._gov_create(vals_list)
        self.invalidate_recordset(["presence_ids"])

    def _gov_revoke_convocations(self, reason):
        documents = self.convocation_id.filtered(lambda one: one.state in ("valid", "issuing"))
        if documents:
            documents._revoke(reason)

    def _gov_finish_convocations(self):
        """Render and seal what an act has prepared; what fails is finished by the scheduled task of documents."""
        # sudo: what an act has prepared is finished, whoever calls; nothing new is granted
        self.sudo().convocation_id.filtered(lambda one: one.state == "issuing")._gov_finish()

    # ------------------------------------------------------------------ certificate
    def _gov_certify(self):
        """Prepare the certificates of those whose training is validated."""
        documents = self._gov_issue("certificate") if self else []
        for registration, document in zip(self, documents, strict=True):
            registration._gov_write({"certificate_id": document.id})

    def _gov_finish_certificates(self):
        # sudo: as for convocations
        self.sudo().certificate_id.filtered(lambda one: one.state == "issuing")._gov_finish()

    def _gov_record_training(self, validated):
        """Write what was followed into the records of training: competencies and résumé follow what is validated."""
        self.env["gov.training.record"].sudo()._gov_record(  # sudo: the closing writes them, for who runs the session
            [
                {
                    "employee_id": one.employee_id.id,
                    "course_id": one.course_id.id,
                    "action_id": one.session_id.action_id.id,
                    "date": one.session_id.date_to,
                    "hours": one._gov_hours_followed(),
                    "days": one.present_count / 2,
                    "source": "session",
                    "result": "validated" if one in validated else "failed",
                    "origin_model": one._name,
                    "origin_res_id": one.id,
                }
                for one in self
            ]
        )

    def _gov_hours_followed(self):
        self.ensure_one()
        slots = self.presence_ids.filtered(lambda one: one.state == "present").slot_id
        return sum((slot.stop - slot.start).total_seconds() for slot in slots) / 3600

    def _gov_tell_result(self):
        for registration in self:
            if registration.state == "validated":
                registration._gov_tell_person(
                    lambda one: one.env._(
                        "Your training “%(course)s” is validated: the certificate is in “My sessions”. Say what "
                        "it was worth, it takes a minute.",
                        course=one.course_id.name,
                    )
                )
            else:
                registration._gov_tell_person(
                    lambda one: one.env._(
                        "Your training “%(course)s” is not validated: you were present at %(present)s half-days of "
                        "%(expected)s.",
                        course=one.course_id.name,
                        present=one.present_count,
                        expected=one.expected_count,
                    )
                )

    # ------------------------------------------------------------------ making
    def _gov_issue(self, what, supersede=False):
        """Take the numbers and freeze the texts of a kind of document (``convocation`` or ``certificate``).

        Run as superuser by the act that issues, whose caller was checked.
        """
        vals_list = []
        register = self.env.ref(f"gov_hr_training.register_{what}")
        for registration in self:
            langs = registration.session_id.lang.split("_")
            signatory = registration._gov_signatory()  # first: its sentence is in the language of who acts
            values = {lang: registration._gov_document_values(lang) for lang in langs}
            old = registration[f"{what}_id"]
            vals_list.append(
                {
                    "register": register,
                    "kind": f"training_{what}",
                    "template": self.env.ref(f"gov_hr_training.template_{what}_{registration.session_id.lang}"),
                    "record": registration,
                    "values": values if len(langs) > 1 else values[langs[0]],
                    "employee": registration.employee_id,
                    "signatory": signatory,
                    "supersedes": old if supersede and old.state == "valid" else None,
                }
            )
        return self.env["gov.document"].sudo()._gov_prepare(vals_list)  # sudo: the act that issues was checked

    def _gov_signatory(self):
        """Return who signs: the head of the unit that signs certificates, or the nearest above him for his own."""
        self.ensure_one()
        code = self._gov_parameter("certificate.signatory_unit")
        # sudo: units and their heads are in the directory
        unit = self.env["hr.department"].sudo().search([("unit_code", "=", code)], limit=1)
        while unit and (not unit.manager_id or unit.manager_id == self.employee_id):
            unit = unit.parent_id
        if not unit:
            raise UserError(
                self.env._(
                    "Nobody can sign for %(person)s: give a head to the unit %(code)s, which the legal parameter "
                    "certificate.signatory_unit names, or to the unit above when it is about that head.",
                    person=self.employee_id.display_name,
                    code=code,
                )
            )
        return unit.manager_id

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the documents of a participant in one language ('ar' or 'fr')."""
        self.ensure_one()
        values = super()._gov_document_values(lang)
        one = self.sudo().with_context(lang=blocks.LANGS[lang])  # sudo: printed by the act that issues
        session, course = one.session_id, one.course_id
        file = one.employee_id._gov_file_values(lang, session.date_from)
        _ = one.env._
        signatory = one._gov_signatory()
        values.update(
            course=session.name or course.name,
            date_from=date_words(session.date_from, lang),
            date_to=date_words(session.date_to, lang),
            place=one.env.company.gov_place_ar if lang == "ar" else one.env.company.gov_place_fr,
            training_place=session.place or "—",
            trainer="، ".join(trainer._gov_name(lang) for trainer in session.trainer_ids)
            if lang == "ar"
            else ", ".join(trainer._gov_name(lang) for trainer in session.trainer_ids),
            hours=f"{one._gov_hours_followed():g}".replace(".", ","),
            half_days=str(one.present_count),
            presence=f"{100 * one.presence_rate:.0f}",
            undersigned=signatory._gov_undersigned(lang),
            person=blocks.facts_table(
                [
                    (_("Full name"), one.employee_id._gov_document_name(lang)),
                    (_("National identity card (CNIE)"), blocks.ltr(file["cnie"])),
                    (_("Payroll number (PPR)"), blocks.ltr(file["ppr"])),
                    (_("Grade"), file["grade"]),
                    (_("Assignment"), file["unit"]),
                ]
            ),
            schedule=one._gov_schedule_block(lang),
            training=blocks.facts_table(
                [
                    (_("Training"), session.name or course.name),
                    (_("Objectives"), course.purpose),
                    (_("Place"), session.place),
                    (_("Trainer"), session.trainer_text),
                    (_("Hours followed"), f"{one._gov_hours_followed():g}".replace(".", ",")),
                ]
            ),
        )
        return values

    def _gov_schedule_block(self, lang):
        _ = self.env._
        names = dict(self.env["gov.training.slot"]._fields["period"]._description_selection(self.env))
        rows = []
        for slot in self.session_id.slot_ids.sorted("start"):
            start, stop = clock.to_local(self.env, slot.start), clock.to_local(self.env, slot.stop)
            rows.append([clock.day_words(slot.date, lang), names[slot.period], clock.hours_text(start, stop)])
        return blocks.data_table([_("Day"), _("Half-day"), _("Hours")], rows)
