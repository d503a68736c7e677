from odoo import api, models

from odoo.addons.gov_base.tools.text import date_words
from odoo.addons.gov_document.tools import blocks

from . import clock


class GovTrainingSheet(models.AbstractModel):
    """The attendance sheet of sessions, to be signed on paper or printed once signed."""

    _name = "gov.training.sheet"
    _description = "Attendance sheet"

    @api.model
    def _gov_pages(self, sessions, lang):
        """Return what the sheet of each session prints: ``[{session, title, days, rows …}]``.

        sudo: names and attendance are printed for who may run or give the session, checked before.
        """
        pages = []
        for session in sessions:
            if not session.is_trainer:
                self._gov_check_reader(session)
            one = session.sudo().with_context(lang=blocks.LANGS.get(lang, "en_US"))
            slots = one.slot_ids.sorted("start")
            names = dict(slots._fields["period"]._description_selection(one.env))
            people = one.registration_ids.filtered(
                lambda row: row.state in ("registered", "convoked", "validated", "not_validated")
            ).sorted(lambda row: row.employee_id._gov_document_name(lang))
            presences = {(row.registration_id.id, row.slot_id.id): row for row in people.presence_ids}
            # a page holds eight half-days across
            for first in range(0, max(len(slots), 1), 8):
                part = slots[first : first + 8]
                pages.append(
                    {
                        "title": one.name or one.course_id.name,
                        "place": one.place or "",
                        "trainer": one.trainer_text or "",
                        "date_from": date_words(one.date_from, lang),
                        "date_to": date_words(one.date_to, lang),
                        "slots": [
                            {
                                "day": slot.date.strftime("%d/%m"),
                                "period": names[slot.period],
                                "hours": clock.hours_text(
                                    clock.to_local(one.env, slot.start), clock.to_local(one.env, slot.stop)
                                ),
                            }
                            for slot in part
                        ],
                        "rows": [
                            {
                                "number": at,
                                "name": person.employee_id._gov_document_name(lang),
                                "ppr": person.employee_id.ppr_number or "",
                                "unit": person.department_id.name or "",
                                "cells": [
                                    self._gov_cell(presences.get((person.id, slot.id)), one.env) for slot in part
                                ],
                            }
                            for at, person in enumerate(people, 1)
                        ],
                    }
                )
        return pages

    @api.model
    def _gov_check_reader(self, session):
        """The sheet is read by who runs the session, HR and auditors."""
        user = self.env.user
        if user.has_group("gov_base.group_auditor") or user.has_group("gov_base.group_hr_officer"):
            return
        session._gov_check_runs()

    @api.model
    def _gov_cell(self, presence, env):
        """Return what stands in the cell of a person and a half-day."""
        if not presence or presence.state == "expected":
            return {"state": "expected", "text": "", "signature": ""}
        states = dict(presence._fields["state"]._description_selection(env))
        moment = f"{clock.to_local(env, presence.signed_on):%H:%M}" if presence.signed_on else ""
        signature = ""
        if presence.signature:
            signature = "data:image/png;base64," + presence.signature.decode()
        return {
            "state": presence.state,
            "text": moment if presence.state == "present" else states[presence.state],
            "signature": signature,
        }
