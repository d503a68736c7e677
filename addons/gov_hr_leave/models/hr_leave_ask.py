import base64
import binascii
from datetime import timedelta

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.gov_base.tools.act import run_short, runs_inline

from ..services import presence
from ..services.rules import MEN, NOT_ASKED, WOMEN

MAX_PROOF = 8 * 1024 * 1024
PROOF_TYPES = {"application/pdf", "image/jpeg", "image/png"}
ICONS = {
    "ANN": "fa-sun-o",
    "EXC_FAM": "fa-home",
    "EXC_MAND": "fa-university",
    "EXC_SYND": "fa-users",
    "HAJJ": "fa-moon-o",
    "MAL_CD": "fa-medkit",
    "MAL_MD": "fa-medkit",
    "MAL_LD": "fa-medkit",
    "MAL_AT": "fa-ambulance",
    "MAT": "fa-female",
    "PAT": "fa-child",
    "KAF_F": "fa-child",
    "KAF_M": "fa-child",
    "ALL": "fa-clock-o",
    "SS": "fa-pause-circle-o",
    "EXAM": "fa-pencil",
    "FORM": "fa-graduation-cap",
    "ABS": "fa-hourglass-half",
}
# the four classes of article 39
CLASSES = {
    "health": {"MAL_CD", "MAL_MD", "MAL_LD", "MAL_AT"},
    "family": {"MAT", "PAT", "KAF_F", "KAF_M", "ALL"},
    "unpaid": {"SS"},
}
# legal parameters that give the length of an event: (parameter, days or months)
LENGTHS = {
    "MAT": ("leave.maternity.days", "days"),
    "PAT": ("leave.paternity.days", "days"),
    "KAF_F": ("leave.kafala_woman.days", "days"),
    "KAF_M": ("leave.kafala_man.days", "days"),
    "SS": ("leave.unpaid.months", "months"),
}
EVENTS = ("MAT", "PAT", "KAF_F", "KAF_M")
CHILD = ("KAF_F", "KAF_M", "ALL")
CARDS = ("ANN", "EXC_FAM", "MAL_CD")
ABROAD = ("ANN", "EXC_FAM", "HAJJ", "SS")
# what the screen may send, and how it is read
ASKED_DATES = ("date_from", "date_to", "event_date", "certificate_date", "child_birthdate")
ASKED_TEXTS = {"address_during": 200, "phone_during": 40, "notes": 500}
ASKED_FLAGS = ("is_rural", "is_abroad")
ASKED_CHOICES = {"decision_lang": ("ar", "fr"), "nursing_time": ("start", "end")}
ASKED_HOURS = ("request_hour_from", "request_hour_to")
ASKED_IDS = {"cause_id": "gov.leave.cause", "country_id": "res.country", "interim_employee_id": "hr.employee"}


class HrLeave(models.Model):
    """The screens of the person who asks: ask for leave, follow one's requests."""

    _inherit = "hr.leave"

    # ------------------------------------------------------------------ ask
    @api.model
    def get_ask_data(self):
        """Return what the screen “Ask for leave” needs, in one call, for the user himself.

        :return: ``{employee, phone, address, default_cause, types, cards, causes, interims, countries, drafts,
            holidays, busy, max_proof}``; ``types`` are only those the person may ask for
        """
        employee = self.env.user.employee_id.sudo()  # sudo: one's own file, closed to plain employees as a model
        if not employee:
            return {
                "employee": False,
                **dict.fromkeys(("types", "cards", "causes", "interims", "countries", "drafts"), []),
                "holidays": {},
                "busy": {},
                "max_proof": MAX_PROOF,
            }
        today = fields.Date.context_today(self)
        first, last = today - timedelta(days=120), today + timedelta(days=500)
        rows = self._gov_absence_rows(employee.ids, first, last, named=True)
        busy = {
            str(row["date_from"] + timedelta(days=number)): row["label"]
            for row in rows
            for number in range((row["date_to"] - row["date_from"]).days + 1)
        }
        heads = bool(self.env["gov.leave.feed"]._headed_units(self.env.user))
        country = self.env.company.country_id
        return {
            "employee": True,
            "lang": (self.env.lang or "en")[:2],
            "phone": employee.work_phone or employee.mobile_phone or "",
            "address": self._gov_private_address(employee),
            "default_cause": self.env.ref("gov_hr_leave.leave_cause_serious").id,
            "types": [self._gov_type_values(leave_type, heads) for leave_type in self._gov_askable_types(employee)],
            "cards": self._gov_cards(employee),
            "causes": [
                {
                    "id": cause.id,
                    "label": self.env._(
                        "%(cause)s (%(days)s)", cause=cause.name, days=self._gov_days_text(cause.days, "working")
                    ),
                }
                for cause in self.env["gov.leave.cause"].search([])
            ],
            "interims": self._gov_interim_choices(employee),
            "countries": [
                {"id": row.id, "name": row.name}
                for row in self.env["res.country"].search([("id", "!=", country.id)]).sorted("name")
            ],
            "drafts": self._gov_draft_values(employee),
            "holidays": self._gov_holiday_names(first, last),
            "busy": busy,
            "max_proof": MAX_PROOF,
        }

    @api.model
    def _gov_askable_types(self, employee):
        """Return the kinds of leave a person may ask for, as superuser: the kinds of leave are public."""
        # sudo: the kinds of leave are public
        types = self.env["hr.leave.type"].sudo().search([("gov_code", "!=", False)], order="sequence, id")
        closed = set(NOT_ASKED)
        if employee.sex != "female":
            closed |= WOMEN
        if employee.sex != "male":
            closed |= MEN
        return types.filtered(lambda item: item.gov_code not in closed)

    def _gov_type_values(self, leave_type, heads):
        code = leave_type.gov_code
        asked = ["reason"] if not leave_type.is_health and code not in (*EVENTS, "ALL") else []
        if code == "EXC_FAM":
            asked += ["cause", "event_date"]
        if code in EVENTS:
            asked.append("event_date")
        if code in CHILD:
            asked.append("child_birthdate")
        if leave_type.is_health:
            asked.append("certificate")
        if leave_type.proof_kind != "none":
            asked.append("proof")
        if code in ABROAD:
            asked.append("abroad")
        if leave_type.count_unit != "hours":
            asked += ["interim", "lang"]
        else:
            asked.append("nursing" if code == "ALL" else "hours")
        labels = {
            "MAT": self.env._("Date of birth (expected or real)"),
            "PAT": self.env._("Date of birth"),
            "KAF_F": self.env._("Date of the kafala order"),
            "KAF_M": self.env._("Date of the kafala order"),
        }
        proofs = dict(leave_type._fields["proof_kind"]._description_selection(self.env))
        length = {}
        if code in LENGTHS:
            parameter, kind = LENGTHS[code]
            length = {kind: int(self._gov_parameter(parameter))}
        return {
            "id": leave_type.id,
            "code": code,
            "name": leave_type.name,
            "icon": ICONS.get(code, "fa-calendar"),
            "group": self._gov_class_name(code),
            "hint": self._gov_type_hint(leave_type, length),
            "legal": self._gov_law_text(leave_type),
            "unit": leave_type.count_unit,
            "fields": asked,
            "length": length,
            "event_label": labels.get(code, self.env._("Date of the event")),
            "event_required": code in EVENTS,
            "interim_required": heads and leave_type.count_unit != "hours",
            "proof_label": proofs[leave_type.proof_kind],
            "proof_required": leave_type.proof_required,
        }

    def _gov_class_name(self, code):
        if code in CLASSES["health"]:
            return self.env._("Health")
        if code in CLASSES["family"]:
            return self.env._("Birth and kafala")
        if code in CLASSES["unpaid"]:
            return self.env._("Unpaid leave")
        return self.env._("Administrative leave")

    def _gov_type_hint(self, leave_type, length):
        """Return one line under the name of a kind of leave: how long it is."""
        if "days" in length:
            return self._gov_days_text(length["days"], "calendar")
        if "months" in length:
            return self.env._("One whole month, once in two years")
        if leave_type.count_unit == "working":
            return self.env._("Working days: weekends and public holidays are not counted")
        if leave_type.count_unit == "calendar":
            return self.env._("Every day is counted")
        return self.env._("Hours")

    @api.model
    def _gov_cards(self, employee):
        """Return the balance cards of a person: what is left of each yearly right and of the short sick leave."""
        found = []
        for code in CARDS:
            leave_type = self.env["hr.leave.type"]._gov_get(code)
            if not leave_type.active:
                continue
            balance = employee.sudo(False).get_leave_balance(code)
            number = balance["available"]
            details = []
            if balance["pending"]:
                details.append(
                    self.env._(
                        "%(days)s asked for", days=self._gov_days_text(balance["pending"], leave_type.count_unit)
                    )
                )
            found.append(
                {
                    "code": code,
                    "name": leave_type.with_env(self.env).sudo().name,  # sudo: the kinds of leave are public
                    "number": self._gov_number(number),
                    "unit": self._gov_unit_text(number, leave_type.count_unit),
                    "detail": " · ".join(details),
                }
            )
        return found

    @api.model
    def _gov_interim_choices(self, employee):
        """Return the colleagues who may stand in: the unit, the unit above and the units just below."""
        unit = employee.department_id
        units = unit | unit.parent_id | unit.child_ids
        # sudo: names of colleagues, which the directory shows
        people = (
            self.env["hr.employee"]
            .sudo()
            .search([("department_id", "in", units.ids), ("id", "!=", employee.id)], order="name", limit=120)
        )
        return [{"id": person.id, "name": person.display_name} for person in people]

    @api.model
    def _gov_draft_values(self, employee):
        drafts = self.search(
            [("employee_id", "=", employee.id), ("state", "=", "draft"), ("holiday_status_id.gov_code", "!=", False)],
            limit=5,
            order="id desc",
        )
        found = []
        for draft in drafts:
            values = {
                "id": draft.id,
                "date_from": str(draft.request_date_from or ""),
                "date_to": str(draft.request_date_to or ""),
                "event_date": str(draft.event_date or ""),
                "certificate_date": str(draft.certificate_date or ""),
                "child_birthdate": str(draft.child_birthdate or ""),
                "nursing_time": draft.nursing_time,
                "decision_lang": draft.decision_lang,
                "request_hour_from": draft.request_hour_from,
                "request_hour_to": draft.request_hour_to,
                "proofs": draft._gov_proof_names(),
            }
            values |= {name: draft[name].id for name in ASKED_IDS} | {name: draft[name] for name in ASKED_FLAGS}
            values |= {name: draft[name] or "" for name in ASKED_TEXTS}
            found.append(
                {
                    "id": draft.id,
                    "code": draft.gov_code,
                    "title": draft.holiday_status_id.name,
                    "subtitle": draft._gov_range_text(draft.request_date_from, draft.request_date_to),
                    "message": draft.return_reason or "",
                    "values": values,
                }
            )
        return found

    def _gov_proof_names(self):
        self.ensure_one()
        # sudo: names of the files of a request the caller reads
        return (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", False)])
            .mapped("name")
        )

    # ------------------------------------------------------------------ preview
    @api.model
    def get_request_preview(self, vals):
        """Tell what the days a person thinks of would make, before anything is written; for the user himself.

        :param dict vals: ``code``, ``date_from``, ``date_to`` (ISO), and as the kind asks ``cause_id``,
            ``event_date``, ``certificate_date``, ``is_rural``; ``id`` of the draft they come from
        :return: ``{days, days_text, notes, facts, refusals, warnings, proposed_from, proposed_to}``: ``notes`` name
            the holidays, ``facts`` the day of return and what is left, ``refusals`` what will be refused, by rule
        """
        employee, leave_type, values = self._gov_read_asked(vals)
        answer = {"days": 0, "days_text": "", "notes": [], "facts": [], "refusals": [], "warnings": []}
        first, last = values.get("request_date_from"), values.get("request_date_to")
        if not first:
            proposed = values.get("event_date")
            length = self._gov_length(leave_type.gov_code, proposed)
            if proposed and length:
                answer |= {"proposed_from": str(proposed), "proposed_to": str(length)}
            return answer
        unit = leave_type.count_unit
        leave = self.new({**values, "employee_id": employee.id}, origin=self._gov_own_draft(vals.get("id")))
        by_year = {year: float(days) for year, days in leave._gov_days().items()}
        days = sum(by_year.values())
        answer["days"] = days
        answer["days_text"] = self._gov_days_text(leave._gov_hours() if unit == "hours" else days, unit)
        if unit != "hours" and not days:
            answer["refusals"].append(self.env._("There is no working day in this period: choose other days."))
        answer["notes"] = self._gov_holiday_notes(first, last, unit)
        back = self.env["gov.public.holiday"]._add_working_days(last, 1)
        answer["facts"].append({"label": self.env._("Back on"), "value": self._gov_day_text(back)})
        if len(by_year) > 1:
            answer["notes"] += [
                self.env._("%(days)s counted in %(year)s", days=self._gov_days_text(number, unit), year=year)
                for year, number in sorted(by_year.items())
            ]
        self._gov_preview_balance(answer, employee, leave_type, by_year, first)
        self._gov_preview_overlaps(answer, employee, leave, first, last)
        if not answer["refusals"]:
            try:
                leave._gov_check_rules()
            except UserError as error:
                answer["refusals"].append(str(error))
        self._gov_preview_team(answer, employee, leave_type, first, last)
        return answer

    @api.model
    def _gov_length(self, code, first):
        """Return the last day of a leave whose length the law gives, or None."""
        if code not in LENGTHS or not first:
            return None
        parameter, kind = LENGTHS[code]
        number = int(self._gov_parameter(parameter, first))
        return first + relativedelta(**{kind: number}) - timedelta(days=1)

    @api.model
    def _gov_holiday_notes(self, first, last, unit):
        """Return a sentence for each public holiday on a day of the week inside a leave counted in working days."""
        if unit != "working":
            return []
        notes = []
        for day, name, estimated in self._gov_holiday_rows(first, last):
            if day.weekday() > 4:
                continue
            words = {"date": self._gov_day_text(day), "holiday": name}
            notes.append(
                self.env._("%(date)s is not counted: %(holiday)s (estimated, it may move)", **words)
                if estimated
                else self.env._("%(date)s is not counted: %(holiday)s", **words)
            )
        return notes

    def _gov_preview_balance(self, answer, employee, leave_type, by_year, first):
        if leave_type.quota_kind == "free":
            return
        unit, total = leave_type.count_unit, sum(by_year.values())
        balance = employee.get_leave_balance(leave_type.gov_code, first)
        before = balance["available"]
        answer["facts"].append({"label": self.env._("Left before"), "value": self._gov_days_text(before, unit)})
        after = before - total
        if leave_type.quota_kind == "yearly":
            # what falls in the next year takes that year's right (rule A6), which filing checks year by year
            after = before - by_year.get(first.year, 0)
            if after < 0:
                answer["refusals"].append(
                    self.env._(
                        "Not enough days: %(wanted)s asked, %(left)s left, %(missing)s missing.",
                        wanted=self._gov_number(by_year.get(first.year, 0)),
                        left=self._gov_number(before),
                        missing=self._gov_number(-after),
                    )
                )
        answer["facts"].append({"label": self.env._("Left after"), "value": self._gov_days_text(max(after, 0), unit)})

    def _gov_preview_overlaps(self, answer, employee, leave, first, last):
        mine = leave._origin.id
        for row in self._gov_absence_rows(employee.ids, first, last, named=True):
            if row["id"] != mine:
                answer["refusals"].append(
                    self.env._(
                        "You already have “%(leave)s” on these days (%(dates)s).",
                        leave=row["label"],
                        dates=self._gov_range_text(row["date_from"], row["date_to"]),
                    )
                )
        # sudo: one's own missions and training
        for absence in employee.sudo()._gov_absences(first, last):
            if absence["kind"] != "leave":
                answer["warnings"].append(
                    self.env._(
                        "On these days: %(label)s (%(dates)s).",
                        label=absence["label"],
                        dates=self._gov_range_text(absence["date_from"], absence["date_to"]),
                    )
                )

    def _gov_preview_team(self, answer, employee, leave_type, first, last):
        """Warn when too few people of the unit would be present; health and birth do not wait for the service."""
        if leave_type.is_health or leave_type.gov_code in EVENTS or last - first > timedelta(days=120):
            return
        # sudo: a percentage alone comes out
        people = self.env["hr.employee"].sudo().search([("department_id", "=", employee.department_id.id)])
        if len(people) < 2:
            return
        rows = self._gov_absence_rows((people - employee).ids, first, last, pending=False)
        absences = [(row["employee_id"], row["date_from"], row["date_to"]) for row in rows]
        found = presence.presence(
            people.ids,
            [*absences, (employee.id, first, last)],
            first,
            last,
            self.env["gov.public.holiday"]._is_working_day,
        )
        least = self._gov_least_present()
        low = presence.low_days(found, least)
        if low:
            answer["warnings"].append(
                self.env._(
                    "With you away, %(percent)s %% of the unit would be present on %(date)s: your head may ask for "
                    "other days.",
                    percent=min(found[day][1] for day in low),
                    date=self._gov_day_text(low[0]),
                )
            )

    @api.model
    def _gov_read_asked(self, vals):
        """Read what a screen sends: ``(employee as superuser, kind of leave as superuser, values of fields)``.

        :raise UserError: when something is not of the kind it should be
        """
        unreadable = UserError(self.env._("This request cannot be read: reload the page and choose the days again."))
        employee = self.env.user.employee_id.sudo()  # sudo: one's own file
        if not employee:
            raise UserError(
                self.env._(
                    "Your account is not linked to a personnel file: ask the human resources office to link it."
                )
            )
        if not isinstance(vals, dict) or not isinstance(vals.get("code"), str):
            raise unreadable
        leave_type = self._gov_askable_types(employee).filtered(lambda item: item.gov_code == vals["code"])
        if not leave_type:
            raise UserError(self.env._("You cannot ask for this kind of leave: choose another."))
        values = {"holiday_status_id": leave_type.id}
        names = {"date_from": "request_date_from", "date_to": "request_date_to"}
        for name in ASKED_DATES:
            if name in vals and names.get(name, name) in self._fields:
                try:
                    values[names.get(name, name)] = fields.Date.to_date(vals[name] or False) or False
                except (TypeError, ValueError):
                    raise unreadable from None
        first, last = values.get("request_date_from"), values.get("request_date_to")
        if bool(first) != bool(last) or (first and (last < first or (last - first).days > 366 * 6)):
            raise unreadable
        values |= self._gov_read_asked_words(vals, leave_type, unreadable)
        values |= self._gov_read_asked_choices(vals, leave_type, unreadable)
        if not values.get("is_abroad"):
            values["country_id"] = False
        return employee, leave_type, values

    @api.model
    def _gov_read_asked_words(self, vals, leave_type, unreadable):
        """Read the texts and the boxes a screen sends; a health leave has no room for words."""
        values = {}
        for name, longest in ASKED_TEXTS.items():
            if name in vals and not (leave_type.is_health and name == "notes"):
                if not isinstance(vals[name] or "", str):
                    raise unreadable
                values[name] = (vals[name] or "").strip()[:longest]
        return values | {name: bool(vals[name]) for name in ASKED_FLAGS if name in vals}

    @api.model
    def _gov_read_asked_choices(self, vals, leave_type, unreadable):
        """Read the choices, hours and records a screen sends."""
        values = {name: vals[name] for name, choices in ASKED_CHOICES.items() if vals.get(name) in choices}
        if leave_type.request_unit == "hour":
            for name in ASKED_HOURS:
                if not isinstance(vals.get(name), int | float) or not 0 <= vals[name] <= 24:
                    raise unreadable
                values[name] = vals[name]
        for name, model in ASKED_IDS.items():
            if vals.get(name):
                # sudo: only whether the record exists; a cause, a country, a colleague
                if not isinstance(vals[name], int) or not self.env[model].sudo().browse(vals[name]).exists():
                    raise unreadable
                values[name] = vals[name]
            elif name in vals:
                values[name] = False
        return values

    @api.model
    def _gov_own_draft(self, draft_id):
        """Return the draft of the user a screen goes on with; empty for a new request."""
        if not draft_id or not isinstance(draft_id, int):
            return self.browse()
        return self.search(
            [("id", "=", draft_id), ("state", "=", "draft"), ("employee_id.user_id", "=", self.env.uid)]
        )

    # ------------------------------------------------------------------ file
    @api.model
    def action_ask(self, values, proof=None):
        """Ask for leave for oneself, in one call: keep the request as a draft, add the proof, file it.

        :param dict values: as for :meth:`get_request_preview`, with where the person can be reached, who stands in …
        :param dict proof: ``{"name", "data" (base64)}``, a PDF or a picture
        :return: ``{id, state, receipt_number, due_text, waiting_for, message, proofs}``; what cannot be filed stays a
            draft and ``message`` says why
        """
        employee, leave_type, vals = self._gov_read_asked(values)
        if not vals.get("request_date_from"):
            raise UserError(self.env._("Choose the first and the last day."))
        attachment = self._gov_read_proof(proof) if proof else None
        draft_id = values.get("id")

        def keep(env):
            model = env[self._name]
            draft = model._gov_own_draft(draft_id)
            if draft:
                draft.write(vals)
            else:
                draft = model.create({**vals, "employee_id": employee.id})
            if attachment:
                draft._gov_attach_proof(attachment)
            return draft

        draft = run_short(self.env, keep)
        message = draft._gov_try_submit()
        return draft._gov_asked_result(message)

    @api.model
    def _gov_read_proof(self, proof):
        """Return ``(name, bytes)`` of a proof sent by a screen; refuse by a sentence what is none."""
        try:
            name, data = str(proof["name"])[:120], base64.b64decode(proof["data"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise UserError(self.env._("The proof could not be read: choose the file again.")) from None
        if not data or len(data) > MAX_PROOF:
            raise UserError(self.env._("The proof is too large: %(size)s MB at most.", size=MAX_PROOF // 1024 // 1024))
        if guess_mimetype(data) not in PROOF_TYPES:
            raise UserError(self.env._("The proof is a PDF or a picture (JPEG, PNG): choose another file."))
        return name, data

    def action_add_proof(self, name, data):
        """Add a proof to a request that is not decided yet: by who asks, or by HR of the region.

        :param name: name of the file
        :param data: its content (base64), a PDF or a picture
        :raise AccessError: for others
        """
        self.ensure_one()
        self.check_access("read")
        if self.state not in ("draft", "confirm", "validate1"):
            raise UserError(self.env._("“%(leave)s” is decided: no proof is added any more.", leave=self.display_name))
        if not self._gov_is_applicant_or_hr():
            raise AccessError(self.env._("A proof is added by who asks for the leave, or by human resources."))
        self._gov_store_proof(self._gov_read_proof({"name": name, "data": data}))
        return True

    def _gov_attach_proof(self, proof):
        self.ensure_one()
        self.check_access("write")
        self._gov_store_proof(proof)

    def _gov_store_proof(self, proof):
        name, data = proof
        # sudo: the right to add a proof to the request was checked; its files are read by those who read it
        self.env["ir.attachment"].sudo().create(
            {"name": name, "raw": data, "res_model": self._name, "res_id": self.id, "mimetype": guess_mimetype(data)}
        )

    def _gov_try_submit(self):
        """File a draft; return the sentence that says why it cannot be filed, or an empty text."""
        self.ensure_one()
        try:
            if runs_inline(self.env):
                with self.env.cr.savepoint():
                    self.action_submit()
            else:
                self.action_submit()
        except (UserError, AccessError) as error:
            return str(error)
        except (psycopg2.errors.ExclusionViolation, psycopg2.errors.CheckViolation):
            return self.env._("Another request took these days in the meantime: look at your requests.")
        return ""

    def _gov_asked_result(self, message=""):
        self.ensure_one()
        if message:
            return {"id": self.id, "state": "draft", "message": message, "proofs": self._gov_proof_names()}
        return {
            "id": self.id,
            "state": self.state,
            "receipt_number": self.receipt_number or "",
            "due_text": self._gov_day_text(self.due_on) if self.due_on else "",
            "waiting_for": self.current_line_id._gov_leave_waiting() if self.current_line_id else "",
            "message": self.env._(
                "%(leave)s: %(dates)s.",
                leave=self.holiday_status_id.name,
                dates=self._gov_range_text(self.request_date_from, self.request_date_to),
            ),
            "proofs": self._gov_proof_names(),
        }

    # ------------------------------------------------------------------ follow
    @api.model
    def get_my_leave(self, limit=20):
        """Return the user's balances and latest requests, each with its steps.

        :param int limit: how many requests
        :return: ``{employee, cards, requests, more}``
        """
        employee = self.env.user.employee_id
        if not employee:
            return {"employee": False, "cards": [], "requests": [], "more": False}
        limit = min(max(int(limit), 1), 500)
        found = self.search(
            Domain("employee_id.user_id", "=", self.env.uid), order="request_date_from desc, id desc", limit=limit + 1
        )
        requests = found[:limit]
        return {
            "employee": True,
            "cards": self._gov_cards(employee.sudo()),  # sudo: one's own file
            "requests": [request._gov_follow_values() for request in requests],
            "more": len(found) > limit,
        }

    def _gov_follow_values(self):
        """Return a request as its person follows it."""
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        unit = self.count_unit or "working"
        lines = self.approval_line_ids.sorted(lambda line: (line.round, line.sequence, line.id))
        refused = lines.filtered(lambda line: line.state == "refused")[-1:]
        return {
            "id": self.id,
            "title": self.holiday_status_id.name,
            "state": self.state,
            "state_text": states[self.state],
            "tone": {"validate": "good", "refuse": "bad", "confirm": "info", "validate1": "info"}.get(self.state, ""),
            "dates_text": self._gov_range_text(self.request_date_from, self.request_date_to),
            "days_text": self._gov_days_text(self.number_of_hours if unit == "hours" else self.number_of_days, unit),
            "receipt_number": self.receipt_number or "",
            "status": self.current_line_id._gov_leave_status(),
            "reason": refused.reason or self.return_reason or "",
            "steps": [line._gov_leave_step() for line in lines],
            "can_open_decision": self.state == "validate" and bool(self.decision_document_id),
            "can_cancel": self.can_cancel and self.state in ("confirm", "validate1"),
            "can_delete": self.state == "draft" and not self.receipt_number,
        }


class GovApprovalLine(models.Model):
    _inherit = "gov.approval.line"

    def _gov_leave_names(self, users):
        """Return the names of users as their files write them in the language of the reader."""
        # sudo: names alone, which the directory shows
        return ", ".join(user.sudo().employee_id.display_name or user.sudo().name for user in users)  # sudo: as above

    def _gov_leave_waiting(self):
        """Return who has the request, for its person: people, or the office when the step belongs to a role."""
        self.ensure_one()
        line = self.sudo()  # sudo: names of those called upon, as the step itself shows them
        if line.state != "waiting":
            return ""
        if line.group_id and not line.unit_id:
            return line.group_id.name
        return self._gov_leave_names(line.actor_ids)

    def _gov_leave_status(self):
        """Return where a request stands in one sentence, or an empty text."""
        who = self._gov_leave_waiting() if self else ""
        if not who:
            return ""
        if not self.due_on:
            return self.env._("With %(who)s", who=who)
        return self.env._(
            "With %(who)s, until %(date)s", who=who, date=self.env["hr.leave"]._gov_day_text(self.due_on)
        )

    def _gov_leave_step(self):
        """Return a step as the person who asked follows it."""
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        opinions = dict(self._fields["opinion"]._description_selection(self.env))
        bad = self.state == "refused" or self.opinion == "unfavourable"
        done = self.state in ("approved", "tacit", "returned")
        text = opinions.get(self.opinion) or states.get(self.state, "")
        if self.decided_by_id:
            text = self.env._(
                "%(answer)s, %(who)s, %(date)s",
                answer=text,
                who=self._gov_leave_names(self.decided_by_id),
                date=format_date(self.env, self.decided_on, date_format="d MMMM y"),
            )
        return {
            "name": self.name,
            "tone": "bad" if bad else "done" if done else "waiting" if self.state == "waiting" else "",
            "text": self._gov_leave_status() or text,
            "reason": self.reason or "",
        }
