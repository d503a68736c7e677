from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

APPROVAL_MIXIN = "gov.approval.mixin"
LIMIT = 8
STATE_TONES = {
    "draft": "neutral",
    "submitted": "info",
    "in_review": "info",
    "approved": "good",
    "issued": "good",
    "refused": "bad",
    "cancelled": "neutral",
    # leave keeps the names of Odoo
    "confirm": "info",
    "validate1": "info",
    "validate": "good",
    "refuse": "bad",
    "cancel": "neutral",
}
WAITING_STATES = ("submitted", "in_review", "confirm", "validate1")


class GovHome(models.AbstractModel):
    """The home page of every internal user, gathered in one call.

    The page is a list of sections; each is a dictionary that the web client draws without knowing where it comes from:

    * ``code``: stable name; ``title``; ``sequence``: order on the page; ``area``: ``wide`` (full width, first),
      ``main`` or ``side`` (two columns on a large screen, one under the other on a phone);
    * ``kind``: ``list`` (rows to open), ``tiles`` (shortcuts) or ``figures`` (numbers that open to their rows);
    * ``rows``: for ``list`` ``{key, title, subtitle, badge: {text, tone}, due: {text, tone}, action}``; for ``tiles``
      what ``gov.shortcut`` gives; for ``figures`` ``{key, title, value, tone, action, context}``;
    * ``empty``: ``{text, action, label}``: what to do when there is no row; ``more``: ``{label, action}``.

    ``tone`` is neutral, info, good, warn or bad. ``action`` is the id or xml id of an action, or its dictionary.

    A module adds a section by extending :meth:`_home_sections`::

        class GovHome(models.AbstractModel):
            _inherit = "gov.home"

            def _home_sections(self):
                return [*super()._home_sections(), self._section_news()]

    A request model that inherits ``gov.approval.mixin`` is in "My requests" without a line of code.
    """

    _name = "gov.home"
    _description = "Home page"

    @api.model
    def get_home(self):
        """Return the home page of the current user: ``{greeting, sections}``; see the class for their form.

        Everything is read with the rights of the user, none but the user's own things are shown.
        """
        sections = [section for section in self._home_sections() if section]
        return {
            "greeting": self._greeting(),
            "sections": sorted(sections, key=lambda section: section["sequence"]),
        }

    # -- sections

    def _home_sections(self):
        """Return the sections of the page (a list of dictionaries or None); extended by other modules."""
        return [
            self._section_waiting(),
            self._section_shortcuts(),
            self._section_requests(),
            self._section_queue(),
            self._section_holidays(),
        ]

    def _greeting(self):
        """Return the name of the user in the script of the language, today's date in words, and the user's unit."""
        user = self.env.user
        employee = user.employee_id.sudo()  # one's own file: name and unit, closed to plain employees as a model
        today = fields.Date.context_today(self)
        return {
            "name": self._person(employee) or user.name,
            "date": format_date(self.env, today, date_format="EEEE d MMMM y"),
            "unit": employee.department_id.name or "",
        }

    def _section_waiting(self):
        """What waits for me: steps of requests that I may decide, then activities given to me."""
        rows = self._waiting_rows()
        done = {row["key"] for row in rows}
        rows += [row for row in self._activity_rows() if row["key"] not in done]
        total = len(rows)
        return {
            "code": "waiting",
            "title": self.env._("What waits for me"),
            "kind": "list",
            "area": "wide" if rows else "main",
            "sequence": 10 if rows else 40,
            "rows": rows[:LIMIT],
            "count": total,
            "empty": {
                "text": self.env._("Nothing waits for you. Requests that need your opinion or signature appear here.")
            },
        }

    def _section_shortcuts(self):
        tiles = self.env["gov.shortcut"]._for_user()
        return (
            {
                "code": "shortcuts",
                "title": self.env._("Shortcuts"),
                "kind": "tiles",
                "area": "wide",
                "sequence": 20,
                "rows": tiles,
            }
            if tiles
            else None
        )

    def _section_requests(self):
        """My requests, of every kind, the latest first."""
        rows = self._request_rows()
        return {
            "code": "requests",
            "title": self.env._("My requests"),
            "kind": "list",
            "area": "main",
            "sequence": 30,
            "rows": rows,
            "empty": {
                "text": self.env._(
                    "You have asked for nothing yet. Ask for a certificate: most are ready in seconds."
                ),
                "label": self.env._("Ask for a certificate"),
                "action": self._request_action(),
            },
        }

    def _section_holidays(self):
        """The next public holidays."""
        today = fields.Date.context_today(self)
        holidays = self.env["gov.public.holiday"].search([("date_to", ">=", today)], limit=3, order="date_from")
        rows = []
        for holiday in holidays:
            first, last = holiday.date_from, holiday.date_to
            words = format_date(self.env, first, date_format="EEEE d MMMM y")
            if last > first:
                words = self.env._(
                    "%(first)s to %(last)s", first=words, last=format_date(self.env, last, date_format="EEEE d MMMM y")
                )  # noqa: E501
            row = {"key": f"holiday-{holiday.id}", "title": holiday.name, "subtitle": words}
            if holiday.state == "estimated":
                row["badge"] = {"text": self.env._("estimated"), "tone": "warn"}
            rows.append(row)
        return {
            "code": "holidays",
            "title": self.env._("Next public holidays"),
            "kind": "list",
            "area": "side",
            "sequence": 60,
            "rows": rows,
            "empty": {"text": self.env._("No public holiday is entered for the coming months.")},
        }

    def _section_queue(self):
        """For the human resources office: figures of the queue, each opening to its rows."""
        if not self.env.user.has_group("gov_base.group_hr_officer"):
            return None
        rows = self._queue_figures()
        return (
            {
                "code": "queue",
                "title": self.env._("Requests to treat"),
                "kind": "figures",
                "area": "main",
                "sequence": 20,
                "rows": rows,
            }
            if rows
            else None
        )

    # -- rows

    def _waiting_rows(self):
        """Rows of the approval steps that wait for the user, the most urgent first."""
        lines = self.env["gov.approval.line"].get_waiting(limit=LIMIT * 3)
        ids_by_model = {}
        for line in lines:
            ids_by_model.setdefault(line["model"], []).append(line["res_id"])
        titles, people = {}, {}
        for name, ids in ids_by_model.items():
            records = self.env[name].browse(ids)._filtered_access("read")
            for record in records:
                titles[name, record.id] = record.display_name
                # the person concerned is named to who decides: name alone, in the script of the reader
                people[name, record.id] = self._person(record._gov_employee().sudo())
        rows = []
        for line in lines:
            key = line["model"], line["res_id"]
            rows.append(
                {
                    "key": f"{line['model']}-{line['res_id']}",
                    "title": titles.get(key) or line["name"],
                    "subtitle": " · ".join(filter(None, (people.get(key) or line["requester"], line["step"]))),
                    "due": self._due(fields.Date.to_date(line["due"])),
                    "action": self._open(*key),
                }
            )
        return rows

    def _activity_rows(self):
        """Rows of the activities (tasks with a day) given to the user on records the user may read."""
        activities = self.env["mail.activity"].search(
            [("user_id", "=", self.env.uid), ("active", "=", True)], limit=LIMIT * 3, order="date_deadline, id"
        )
        # the stored name of the record is in the language of who planned the task: it is named again for the reader
        ids_by_model = {}
        for activity in activities:
            if activity.res_model in self.env and activity.res_id:
                ids_by_model.setdefault(activity.res_model, []).append(activity.res_id)
        records, readable = {}, set()
        for name, ids in ids_by_model.items():
            found = self.env[name].browse(ids).exists()
            records.update({(name, record.id): record for record in found})
            readable.update((name, record.id) for record in found._filtered_access("read"))
        rows = []
        for activity in activities:
            if activity.res_model and activity.res_id:
                key = activity.res_model, activity.res_id
                record = records.get(key)
                rows.append(
                    {
                        "key": f"{activity.res_model}-{activity.res_id}",
                        "title": activity._gov_title(record),
                        "subtitle": record.display_name if key in readable else activity.res_name or "",
                        "due": self._due(activity.date_deadline),
                        "action": self._open(activity.res_model, activity.res_id),
                    }
                )
        return rows

    def _request_models(self):
        """Return the models of requests: those that inherit the approval mixin and that the user may read."""
        return sorted(
            name
            for name in self.env.registry.descendants([APPROVAL_MIXIN], "_inherit")
            if not self.env[name]._abstract and not self.env[name]._transient and self.env[name].has_access("read")
        )

    def _own_requests(self, limit):
        """Return ``[(model, id)]`` of the user's latest requests of all kinds, in one statement under record rules."""
        selects = []
        for name in self._request_models():
            model = self.env[name]
            domain = fields.Domain("requester_id", "=", self.env.uid)
            if "employee_id" in model._fields:
                domain |= fields.Domain("employee_id", "in", self.env.user.employee_ids.ids)
            query = model._search(domain)
            columns = SQL(
                "%s AS model, %s AS id, COALESCE(%s, %s) AS since",
                name,
                SQL.identifier(query.table, "id"),
                model._field_to_sql(query.table, "submitted_on", query),
                model._field_to_sql(query.table, "create_date", query),
            )
            selects.append(query.select(columns))
        if not selects:
            return []
        union = SQL(" UNION ALL ").join(SQL("(%s)", select) for select in selects)
        return [
            row[:2]
            for row in self.env.execute_query(
                SQL("SELECT model, id, since FROM (%s) AS request ORDER BY since DESC, id DESC LIMIT %s", union, limit)
            )
        ]

    def _request_rows(self):
        """Rows of the user's latest requests of all kinds."""
        found = self._own_requests(LIMIT)
        ids_by_model = {}
        for name, record_id in found:
            ids_by_model.setdefault(name, []).append(record_id)
        rows = {}
        for name, ids in ids_by_model.items():
            records = self.env[name].browse(ids)
            states = dict(records._fields["state"]._description_selection(self.env))
            for record in records:
                receipt = record.receipt_number or ""
                rows[name, record.id] = {
                    "key": f"{name}-{record.id}",
                    "title": record.display_name.removesuffix(f" · {receipt}"),
                    "subtitle": receipt,
                    "badge": {
                        "text": states.get(record.state, record.state),
                        "tone": STATE_TONES.get(record.state, "info"),
                    },
                    "due": self._due(record.due_on) if record.state in WAITING_STATES else None,
                    "action": self._open(name, record.id),
                }
        return [rows[key] for key in found]

    def _queue_figures(self):
        """Figures of the certificates to treat, in the regions of the user: late, due today, all, ready to issue."""
        groups = self.env["gov.certificate.request"]._read_group(
            [("state", "in", ("submitted", "in_review", "approved"))], ["state", "due_on:day"], ["__count"]
        )
        today = fields.Date.context_today(self)
        late = sum(count for _state, due, count in groups if due and due < today)
        due_today = sum(count for _state, due, count in groups if due == today)
        ready = sum(count for state, _due, count in groups if state == "approved")
        total = sum(count for _state, _due, count in groups)
        rows = [
            ("late", self.env._("Overdue"), late, "bad" if late else "good"),
            ("today", self.env._("Due today"), due_today, "warn" if due_today else "neutral"),
            ("open", self.env._("To treat"), total, "neutral"),
            ("to_issue", self.env._("Approved, to issue"), ready, "warn" if ready else "neutral"),
        ]
        return [
            {
                "key": key,
                "title": title,
                "value": value,
                "tone": tone,
                "action": "gov_hr_certificate.gov_certificate_request_action",
                "context": {f"search_default_{key}": 1},
            }
            for key, title, value, tone in rows
        ]

    def _request_action(self):
        """Action that begins a request, for the empty state of "My requests"."""
        tiles = self.env["gov.shortcut"].sudo().search([("is_main", "=", True)], limit=1)  # the id of a public screen
        return tiles.action_id.id or False

    # -- words

    def _is_arabic(self):
        return (self.env.lang or "").startswith("ar")

    def _person(self, employee):
        """Return the name of an employee in the script of the reader."""
        return (self._is_arabic() and employee.name_ar) or employee.name

    def _open(self, model, record_id):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "views": [[False, "form"]],
            "target": "current",
        }

    def _due(self, value):
        """Say a due date as people do: ``{text, tone}``, or None when there is none."""
        if not value:
            return None
        today = fields.Date.context_today(self)
        day = value
        if hasattr(value, "hour"):
            day = fields.Datetime.context_timestamp(self, value).date()
        words = format_date(self.env, day, date_format="d MMMM y")
        if day < today:
            return {"text": self.env._("Late: was due on %(date)s", date=words), "tone": "bad"}
        if day == today:
            return {"text": self.env._("Due today"), "tone": "warn"}
        if day == today + timedelta(days=1):
            return {"text": self.env._("Due tomorrow"), "tone": "warn"}
        return {"text": self.env._("Due on %(date)s", date=words), "tone": "neutral"}
