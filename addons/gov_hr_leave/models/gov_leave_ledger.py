from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date
from odoo.tools.json import scriptsafe as json

from odoo.addons.gov_base.tools.search import search_when

KINDS = [
    ("right", "Right of the year"),
    ("prorata", "Part of the year not served"),
    ("taken", "Taken"),
    ("returned", "Given back"),
    ("carried_out", "Carried to the next year"),
    ("carried_in", "Carried from the year before"),
    ("lapsed", "Lapsed"),
    ("correction", "Correction"),
]
# kinds that change what is taken; the others change what is credited
TAKING = ("taken", "returned")


class GovLeaveLedger(models.Model):
    """One movement of days of a right: credited, taken, given back, carried over, lapsed.

    Append-only: nobody changes or deletes a line, in the ORM or in SQL; a mistake is corrected by another line.  The
    balance is the sum of the lines, and each line explains itself in a sentence.  Written by the acts of leave
    through :meth:`_post`, which keeps the counters.  The person, those above, HR of the region and auditors read.
    """

    _name = "gov.leave.ledger"
    _description = "Ledger of leave days"
    _inherit = ["gov.journal.append.only"]
    _order = "employee_id, gov_code, date, id"
    _rec_name = "kind"
    _log_access = False

    employee_id = fields.Many2one("hr.employee", required=True, readonly=True, ondelete="restrict", index=True)
    gov_code = fields.Char("Kind of leave", required=True, readonly=True)
    year = fields.Integer(required=True, readonly=True, aggregator=None, help="Civil year the days are used in.")
    is_carried = fields.Boolean("Carried over", readonly=True, help="Days of the year before, carried by a decision.")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    days = fields.Float(digits=(8, 2), required=True, readonly=True, help="Signed: credited days are positive.")
    date = fields.Date(required=True, readonly=True, help="From this day on the line counts in the balance.")
    reason = fields.Char(readonly=True, help="Number of the decision, or words of the person who corrected.")
    facts = fields.Json(readonly=True, help="What the sentence of the line is made of.")
    legal_text_id = fields.Many2one(
        "gov.legal.text", "Legal text", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    leave_id = fields.Many2one("hr.leave", "Leave", readonly=True, index="btree_not_null", ondelete="restrict")
    actor_id = fields.Many2one("res.users", "Posted by", readonly=True, index="btree_not_null", ondelete="restrict")
    posted_on = fields.Datetime(readonly=True, required=True)
    sentence = fields.Char(compute="_compute_sentence")
    is_seen = fields.Boolean(compute="_compute_is_seen", search="_search_is_seen", export_string_translation=False)

    _balance_idx = models.Index("(employee_id, gov_code, year, date)")
    _year_idx = models.Index("(year, gov_code) INCLUDE (employee_id, is_carried, kind, days, date)")
    _right_uniq = models.UniqueIndex(
        "(employee_id, gov_code, year, kind) WHERE kind IN ('right', 'carried_in')",
        "The right of a year is credited once, and carried over once.",
    )

    def _refuse(self):
        raise AccessError(
            self.env._("The ledger of leave is append-only: a mistake is corrected by another line, never erased.")
        )

    def _compute_is_seen(self):
        seen = self.filtered_domain(self._search_is_seen("in", [True]))
        for line in self:
            line.is_seen = line in seen

    @api.model
    @search_when
    def _search_is_seen(self):
        return self.env["hr.employee"]._gov_leave_seen_domain()

    # ------------------------------------------------------------------ writing
    @api.model
    def _post(self, lines, release=None):
        """Add lines, and change the counters in the same transaction; the only writer of the ledger.

        :param lines: list of dicts: ``employee_id``, ``gov_code``, ``year``, ``kind``, ``days`` (signed), and if
            wanted ``date`` (today), ``is_carried``, ``reason``, ``facts``, ``legal_text_id``, ``leave_id``
        :param release: dict of (employee id, code, year, is carried) → waiting days that end with these lines
        :raise UserError: with the equation, when a balance is not enough
        """
        deltas = defaultdict(lambda: [0, 0, 0])
        for key, days in (release or {}).items():
            deltas[key][2] -= days
        for line in lines:
            key = line["employee_id"], line["gov_code"], line["year"], bool(line.get("is_carried"))
            if line["kind"] in TAKING:
                deltas[key][1] -= line["days"]
            else:
                deltas[key][0] += line["days"]
        self.env["gov.leave.counter"]._change(deltas)
        if not lines:
            return
        today, now = fields.Date.context_today(self), fields.Datetime.now()
        rows = [
            (
                line["employee_id"],
                line["gov_code"],
                line["year"],
                bool(line.get("is_carried")),
                line["kind"],
                float(line["days"]),
                line.get("date") or today,
                line.get("reason") or None,
                json.dumps(line["facts"]) if line.get("facts") else None,
                line.get("legal_text_id") or None,
                line.get("leave_id") or None,
                self.env.uid,
                now,
            )
            for line in lines
        ]
        self.env.cr.execute_values(
            """INSERT INTO gov_leave_ledger (employee_id, gov_code, year, is_carried, kind, days, date, reason, facts,
                                             legal_text_id, leave_id, actor_id, posted_on) VALUES %s""",
            rows,
            page_size=1000,
        )
        self.invalidate_model()

    # ------------------------------------------------------------------ reading
    @api.depends_context("lang")
    @api.depends("kind", "days", "facts")
    def _compute_sentence(self):
        for line in self:
            line.sentence = line._gov_sentence()

    def _gov_line_values(self):
        """Return what the sentence of the line is made of."""
        self.ensure_one()
        return {name: self[name] for name in ("kind", "days", "year", "is_carried", "date", "reason")} | {
            "facts": self.facts or {},
            # sudo: only the dates of the leave the line is about, for whoever reads the line
            "leave": self.sudo().leave_id,
            "text": self.legal_text_id,
            "code": self.gov_code,
        }

    def _gov_sentence(self):
        """Return the line in words, with the decision or the leave behind it and the legal text."""
        return self._words(self._gov_line_values())

    @api.model
    def _words(self, line):
        """Return the sentence of a line, stored or expected; the same facts always give the same words.

        :param line: what :meth:`_gov_line_values` returns, with ``expected`` for a line that is not there yet
        """
        env, kind, facts = self.env, line["kind"], line["facts"]
        leave_type = env["hr.leave.type"]._gov_get(line["code"]).with_env(env).sudo()  # sudo: kinds are public
        days = env["hr.leave"]._gov_days_text(abs(line["days"]), leave_type.count_unit)
        words = {"days": days, "year": line["year"], "date": format_date(env, line["date"])}
        first, last = facts.get("from"), facts.get("to")
        if first and last:
            words |= {"first": format_date(env, first), "last": format_date(env, last)}
        if kind == "right":
            text = (
                env._("%(days)s for %(year)s from %(date)s: twelve months of service are completed", **words)
                if "service_date" in facts
                else env._("%(days)s for %(year)s, on 1 January", **words)
            )
        elif kind == "prorata" and facts.get("hajj"):
            text = (
                env._("%(days)s less: no annual leave in the year of the pilgrimage", **words)
                if line["days"] < 0
                else env._("%(days)s more: the pilgrimage is cancelled", **words)
            )
        elif kind == "prorata":
            months = env["gov.leave.counter"]._number(facts.get("months", 0))
            text = (
                env._("%(days)s less: %(months)s months not served in %(year)s", months=months, **words)
                if line["days"] < 0
                else env._("%(days)s more: %(months)s months not served in %(year)s", months=months, **words)
            )
        elif kind in TAKING:
            text = self._leave_words(kind, line["is_carried"], words, facts)
        else:
            text = self._other_words(kind, line, words)
        if line.get("expected"):
            text = env._("Expected: %(sentence)s", sentence=text)
        if line["reason"]:
            text = env._("%(sentence)s (%(reason)s)", sentence=text, reason=line["reason"])
        law = self._cited(leave_type, line["text"])
        return env._("%(sentence)s — %(law)s", sentence=text, law=law) if law else text

    def _leave_words(self, kind, is_carried, words, facts):
        """Return the words of days a leave took, or gave back."""
        env, why = self.env, facts.get("why")
        words = {"first": "", "last": ""} | words
        if kind == "taken":
            if is_carried:
                return env._("%(days)s carried over, taken: leave from %(first)s to %(last)s", **words)
            return env._("%(days)s taken: leave from %(first)s to %(last)s", **words)
        if why == "cancelled":
            return env._("%(days)s given back: leave from %(first)s to %(last)s cancelled", **words)
        if why == "holiday":
            return env._("%(days)s given back: public holiday inside the leave from %(first)s to %(last)s", **words)
        if why == "sickness":
            return env._("%(days)s given back: another leave suspends the one from %(first)s to %(last)s", **words)
        if why == "recall":
            return env._(
                "%(days)s given back: called back to service during the leave from %(first)s to %(last)s", **words
            )
        return env._("%(days)s given back: leave from %(first)s to %(last)s", **words)

    def _other_words(self, kind, line, words):
        """Return the words of days carried over, lapsed or corrected."""
        env = self.env
        if kind == "carried_out":
            return env._("%(days)s carried over to the next year", **words)
        if kind == "carried_in":
            return env._("%(days)s of the year before, carried over", **words)
        if kind == "lapsed":
            if line["is_carried"]:
                return env._("%(days)s carried over have lapsed: not taken before the end of %(year)s", **words)
            if line.get("expected") and line["code"] != "ANN":
                return env._("%(days)s lapse at the end of %(year)s", **words)
            if line.get("expected"):
                return env._("%(days)s lapse at the end of %(year)s, unless a decision carries them over", **words)
            return env._("%(days)s have lapsed: not taken before the end of %(year)s", **words)
        if line["days"] < 0:
            return env._("%(days)s less: correction", **words)
        return env._("%(days)s more: correction", **words)

    @api.model
    def _cited(self, leave_type, text=None):
        """Return the legal text of a line as it is cited, with the article of the kind of leave."""
        # sudo: legal texts and kinds of leave are public
        text = (text or leave_type.legal_text_id).sudo()
        if not text:
            return ""
        article = leave_type.legal_article if text == leave_type.legal_text_id else ""
        comma = "، " if (self.env.lang or "").startswith("ar") else ", "
        return f"{text.display_name}{comma}{article}" if article else text.display_name
