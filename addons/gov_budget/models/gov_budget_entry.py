import functools
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..services import ledger

KINDS = [
    ("initial", "Credit of the finance law"),
    ("amendment", "Amendment"),
    ("delegation", "Delegation"),
    ("carry_over", "Carry-over"),
    ("lapse", "Lapse"),
    ("correction", "Correction"),
    ("reservation", "Reservation"),
    ("commitment", "Commitment"),
    ("liquidation", "Liquidation"),
    ("order", "Payment order"),
    ("payment", "Payment"),
    ("override", "Override"),
]


class BudgetRefused(UserError):
    """Refusal of a posting: the sentence holds the equation; ``line_id`` and ``rule`` say where and which rule."""

    def __init__(self, message, line_id=None, rule=None):
        super().__init__(message)
        self.line_id = line_id
        self.rule = rule


# the web client knows its own errors by their name: under another one a user would read a traceback
BudgetRefused.__module__, BudgetRefused.__name__ = UserError.__module__, UserError.__name__


@functools.lru_cache(maxsize=64)
def columns_of(table, names):
    """Return columns of a table, to be read as they are: what SQL wrote has nothing to flush."""
    return SQL(", ").join(SQL.identifier(table, name) for name in names)


def change(string):
    return fields.Float(string, digits=(16, 2), required=True, readonly=True, default=0.0)


class GovBudgetEntry(models.Model):
    """One movement of a budget line: what an act changed of its counters, when, by whom and why.

    Append-only, in the ORM and in SQL: a mistake is corrected by another entry.  Written by :meth:`_gov_post` alone.
    """

    _name = "gov.budget.entry"
    _description = "Budget ledger entry"
    _inherit = ["gov.journal.append.only"]
    _order = "date desc, id desc"
    _rec_name = "label"
    _log_access = False

    line_id = fields.Many2one("gov.budget.line", "Line", required=True, readonly=True, index=True, ondelete="restrict")
    fiscal_year_id = fields.Many2one(
        "gov.fiscal.year", "Fiscal year", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    movement = fields.Char("Rule", readonly=True, help="Of an amendment: a2 to a15.")
    date = fields.Date(required=True, readonly=True, help="From this day on the entry counts.")
    cp = change("CP")
    ce = change("CE")
    delegated = change("Delegated")
    delegated_ce = change("Delegated CE")
    reserved = change("Reserved")
    committed = change("Committed")
    liquidated = change("Liquidated")
    ordered = change("Ordered")
    paid = change("Paid")
    authorised = change("Authorised beyond")
    effect = fields.Float("Effect on what is left", compute="_compute_effect", digits=(16, 2))
    left_after = fields.Float("Left after", compute="_compute_left_after", digits=(16, 2))
    label = fields.Char(readonly=True)
    res_model = fields.Char("Kind of act", readonly=True)
    res_id = fields.Many2oneReference("Act", model_field="res_model", readonly=True)
    user_id = fields.Many2one("res.users", "Done by", required=True, readonly=True, index=True, ondelete="restrict")
    posted_on = fields.Datetime(readonly=True, required=True)

    _line_date = models.Index("(line_id, date, id)")
    _origin_idx = models.Index("(res_model, res_id)")

    @api.depends("cp", "ce", "delegated", "reserved", "committed")
    def _compute_effect(self):
        for entry in self:
            entry.effect = entry.cp + entry.ce - entry.delegated - entry.reserved - entry.committed

    def _compute_left_after(self):
        """Go back from what is left now: only the entries newer than those shown are read."""
        for line, entries in self.grouped("line_id").items():
            oldest = min((entry.date, entry.id) for entry in entries)
            rows = self.env.execute_query(
                SQL(
                    """SELECT e.id, e.cp + e.ce - e.delegated - e.reserved - e.committed, l.available
                         FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
                        WHERE e.line_id = %s AND (e.date, e.id) >= (%s, %s)
                        ORDER BY e.date DESC, e.id DESC""",
                    line.id,
                    *oldest,
                )
            )
            left, found = None, {}
            for entry_id, effect, available in rows:
                left = available if left is None else left
                found[entry_id] = left
                left -= effect
            for entry in entries:
                entry.left_after = found.get(entry.id, 0)

    def _refuse(self):
        raise AccessError(
            self.env._(
                "The budget ledger is append-only: nobody writes, changes or deletes an entry by hand. Correct it by "
                "another act."
            )
        )

    # ------------------------------------------------------------------ posting
    @api.model
    def _gov_post(self, movements, make_act=None):
        """Post movements: change the counters of their lines and write their entries, or refuse all of them.

        To be called at the end of an act, inside a short READ COMMITTED transaction (``short_transaction`` or
        ``run_short`` of gov_base).  Lines are changed in id order, each once, by a conditional UPDATE that holds the
        rules of ``services/ledger.py``.

        :param movements: list of dicts: ``line`` (one record), ``kind``, signed amounts among ``cp``, ``ce``,
            ``delegated``, ``delegated_ce``, ``reserved``, ``committed``, ``liquidated``, ``ordered``, ``paid``,
            ``authorised``, and if wanted ``movement`` (a2 … a15), ``record`` (the act), ``date`` (today), ``label``
        :param make_act: makes the act whose entries these are once the credit is taken, when it holds what is known
            only then (its number, what is left): called with the counters after, returns ``record`` and ``label``
        :return: line id → counters after the movements (Decimal)
        :raise BudgetRefused: with the equation, in the user's language; nothing is then kept
        """
        by_line = defaultdict(list)
        for movement in movements:
            if movement["kind"] not in ledger.KINDS:
                raise ValueError(f"unknown kind of entry {movement['kind']!r}")
            by_line[movement["line"].id].append(movement)
        if not by_line:
            return {}
        # sudo: the act has checked who does it; lines are counted whoever sees them
        lines = self.env["gov.budget.line"].sudo().browse(sorted(by_line))
        lines.flush_recordset()
        lines.fetch(["is_investment", "fiscal_year_id"])
        deltas = {}
        for line in lines:
            try:
                deltas[line.id] = ledger.total(by_line[line.id], line.is_investment)
            except ValueError as error:
                raise BudgetRefused(
                    self.env._(
                        "Line %(line)s is no investment line: it takes no commitment appropriations (CE).",
                        line=line.full_code,
                    ),
                    line.id,
                    "ce",
                ) from error
        free = {line.id for line in lines if all(m["kind"] in ledger.ALWAYS for m in by_line[line.id])}
        after = self._gov_move(lines, deltas, free)
        self._gov_post_checks(lines, by_line, deltas, after)
        if make_act:
            record, label = make_act(after)
            for movement in movements:
                movement.update(record=record, label=label)
        self._gov_insert(lines, by_line)
        lines.invalidate_recordset(ledger.COUNTERS, flush=False)
        return after

    @api.model
    def _gov_post_checks(self, lines, movements, deltas, after):
        """Refuse what another rule forbids; called while the lines are locked, before the entries are written.

        A special account overrides it to change its own hot row with a conditional UPDATE.

        :param lines: lines moved, in id order (superuser)
        :param movements: line id → its movements
        :param deltas: line id → counter → change (Decimal)
        :param after: line id → counters after
        :raise BudgetRefused: to refuse
        """

    @api.model
    def _gov_move(self, lines, deltas, free):
        """Change the counters; return line id → counters after, or raise the refusal."""
        cr = self.env.cr
        after = {}
        if len(lines) > 1:
            # the order of the locks, whatever plan the UPDATE takes
            lines._gov_locked()
        names = [name for name in ledger.COUNTERS if any(name in delta for delta in deltas.values())]
        if not names:
            names = ["available"]
        new = {name: f"l.{name} + d.{name}" if name in names else f"l.{name}" for name in ledger.COUNTERS}
        sets = ", ".join(f"{name} = {new[name]}" for name in names)
        rules = " AND ".join(f"({rule.format(**new)})" for key, rule in ledger.RULES.items() if key != "sum")
        values = ", ".join(["(" + ", ".join(["%s"] * (len(names) + 2)) + ")"] * len(lines))
        casts = ", ".join(f"v.{name}::numeric AS {name}" for name in names)
        returned = ", ".join(f"l.{name}" for name in ledger.COUNTERS)
        turn = (lines if len(lines) == 1 else lines.browse())._gov_turn()
        query = f"""
            {turn.code}
            UPDATE gov_budget_line l SET {sets}
              FROM (SELECT v.id::int AS id, v.free::bool AS free, {casts}
                      FROM (VALUES {values}) AS v (id, free, {", ".join(names)})) d, turn
             WHERE l.id = d.id AND (l.is_open OR d.free) AND {rules}
            RETURNING l.id, {returned}
        """  # noqa: S608 - names of our own columns
        parameters = [*turn.params]
        for line in lines:
            parameters += [line.id, line.id in free, *(deltas[line.id].get(name, ledger.ZERO) for name in names)]
        cr.execute(query, parameters)
        for row in cr.fetchall():
            after[row[0]] = dict(zip(ledger.COUNTERS, map(ledger.money, row[1:]), strict=True))
        refused = lines.filtered(lambda line: line.id not in after)[:1]
        if refused:
            raise self._gov_refusal(refused, deltas[refused.id], refused.id in free)
        return after

    @api.model
    def _gov_insert(self, lines, by_line):
        # the day of the acts, see gov.budget.stateful
        today, now = self.env["gov.budget.stateful"]._gov_today(), fields.Datetime.now()
        rows = []
        for line in lines:
            for movement in by_line[line.id]:
                record = movement.get("record")
                rows.append(
                    (
                        line.id,
                        line.fiscal_year_id.id,
                        movement["kind"],
                        movement.get("movement") or None,
                        movement.get("date") or today,
                        *(ledger.money(movement.get(name)) for name in ledger.COLUMNS),
                        movement.get("label") or (record.display_name if record else None),
                        record._name if record else None,
                        record.id if record else None,
                        self.env.uid,
                        now,
                    )
                )
        self.env.cr.execute_values(
            f"""INSERT INTO gov_budget_entry
                       (line_id, fiscal_year_id, kind, movement, date, {", ".join(ledger.COLUMNS)},
                        label, res_model, res_id, user_id, posted_on) VALUES %s""",  # noqa: S608 - our own columns
            rows,
            page_size=1000,
        )
        self.invalidate_model(flush=False)

    @api.model
    def _gov_refusal(self, line, delta, is_free=False):
        """Return the refusal of a change of a line, with the equation in the user's language."""
        line.invalidate_recordset(flush=False)
        line = line.with_context(lang=self.env.lang)
        words = {"line": line.display_name}
        if not line.is_open and not is_free:
            return BudgetRefused(
                self.env._(
                    "Line %(line)s is not open: the budget %(budget)s is %(state)s.",
                    budget=line.budget_id.display_name,
                    state=dict(line.budget_id._fields["state"]._description_selection(self.env))[line.budget_id.state],
                    **words,
                ),
                line.id,
                "closed",
            )
        before = {name: line[name] for name in ledger.COUNTERS}
        after = ledger.added(before, delta)
        rule = ledger.problem(after)
        if rule == "available" or rule is None:
            asked = -delta.get("available", ledger.ZERO)
            return BudgetRefused(
                self.env._(
                    "Not enough is left on %(line)s: %(equation)s.",
                    equation=line._gov_equation(before, asked),
                    **words,
                ),
                line.id,
                "available",
            )
        amount = line._gov_amount
        if rule == "ordered_cp":
            sentence = self.env._(
                "Payments of %(line)s are ordered within its payment appropriations: CP %(cp)s − delegated "
                "%(delegated)s − ordered %(ordered)s < asked %(asked)s.",
                cp=amount(before["cp_current"]),
                delegated=amount(before["delegated"] - before["delegated_ce"]),
                ordered=amount(before["ordered"]),
                asked=amount(delta.get("ordered", -delta.get("cp_current", ledger.ZERO))),
                **words,
            )
        elif rule == "liquidated_committed":
            sentence = self.env._(
                "On %(line)s %(lower)s would be liquidated, more than the %(upper)s committed.",
                lower=amount(after["liquidated"]),
                upper=amount(after["committed"]),
                **words,
            )
        elif rule == "ordered_liquidated":
            sentence = self.env._(
                "On %(line)s %(lower)s would be ordered, more than the %(upper)s liquidated.",
                lower=amount(after["ordered"]),
                upper=amount(after["liquidated"]),
                **words,
            )
        elif rule == "paid_ordered":
            sentence = self.env._(
                "On %(line)s %(lower)s would be paid, more than the %(upper)s ordered.",
                lower=amount(after["paid"]),
                upper=amount(after["ordered"]),
                **words,
            )
        else:
            labels = line.fields_get([*ledger.COUNTERS], ["string"])
            name = "cp_current" if rule == "credit" and after["cp_current"] < 0 else rule
            name = "ce_current" if name == "credit" else name
            sentence = self.env._(
                "On %(line)s “%(counter)s” would become %(amount)s: less than nothing is left to take back.",
                counter=labels[name]["string"],
                amount=amount(after[name]),
                **words,
            )
        return BudgetRefused(sentence, line.id, rule)

    # ------------------------------------------------------------------ screens
    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, offset=0, limit=None, order=None, count_limit=None):
        """Read a page of the ledger: what entries store, and the names of lines and users, straight from SQL.

        The page behind a figure is opened all day long; the records are not needed, and cost several times their SQL.
        Rights are those of the search, as ever.  A page that shows something else is read as any other.
        """
        names = tuple(name for name in specification if name != "id")
        if not limit or not all(self._gov_is_plain(name, specification[name]) for name in names):
            return super().web_search_read(domain, specification, offset, limit, order, count_limit)
        query = self._search(domain, offset=offset, limit=limit, order=order or self._order)
        rows = self.env.execute_query(query.select(columns_of(self._table, ("id", *names))))
        if not rows:
            return {"length": 0, "records": []}
        length = len(rows) + offset
        counted = None
        if (
            len(rows) == limit
            and not (count_limit and count_limit <= length)
            or self.env.context.get("force_search_count")
        ):
            query.order, query.offset, query.limit = None, None, count_limit or None
            counted = query
        records = [dict(zip(("id", *names), row, strict=True)) for row in rows]
        fields_shown = [self._fields[name] for name in names]
        shown = {
            field.name: {row[field.name] for row in records} - {None}
            for field in fields_shown
            if field.type == "many2one"
        }
        titles, count = self._gov_titles(shown, counted)
        for field in fields_shown:
            name = field.name
            if field.type == "many2one":
                known = titles[name]
                for row in records:
                    row[name] = {"id": row[name], "display_name": known[row[name]]} if row[name] else False
            elif not field.required:
                nothing = 0 if field.type in ("float", "integer", "many2one_reference") else False
                for row in records:
                    if row[name] is None:
                        row[name] = nothing
        return {"length": length if count is None else count, "records": records}

    @api.model
    def _gov_is_plain(self, name, specification):
        """Tell whether a page shows a field as it is stored, and of a line or a user the name."""
        field = self._fields.get(name)
        if not (field and field.store and field.column_type and not field.groups and not field.translate):
            return False
        if field.type == "many2one":
            return name in ("line_id", "user_id") and specification == {"fields": {"display_name": {}}}
        return not specification

    @api.model
    def _gov_titles(self, shown, query=None):
        """Return ({field: {id: name}} of lines and users, how many rows a query has), by one statement.

        Names are public.

        :param shown: {``line_id`` or ``user_id``: ids}
        """
        lines = self.env["gov.budget.line"]
        parts = []
        if shown.get("line_id"):
            parts.append(SQL("SELECT 'line_id', t.* FROM (%s) t", lines._gov_titles_sql(sorted(shown["line_id"]))))
        if shown.get("user_id"):
            parts.append(
                SQL(
                    "SELECT 'user_id', u.id, NULL, %s, NULL FROM res_users u JOIN res_partner p ON p.id = u.partner_id"
                    " WHERE u.id = ANY(%s)",
                    self.env["res.partner"]._field_to_sql("p", "name"),
                    sorted(shown["user_id"]),
                )
            )
        if query is not None:
            parts.append(SQL("SELECT 'count', count(*)::int, NULL, NULL, NULL FROM (%s) entries", query.select("1")))
        titles, count = {name: {} for name in shown}, None
        found = []
        for name, one, *title in self.env.execute_query(SQL(" UNION ALL ").join(parts)) if parts else ():
            if name == "count":
                count = one
            elif name == "user_id":
                titles[name][one] = title[1]
            else:
                found.append((one, *title))
        if found:
            titles["line_id"] = dict(lines._gov_titles_of(found))
        return titles, count

    def action_open_record(self):
        """Open the act behind the entry, under the reader's own rights."""
        self.ensure_one()
        if not self.res_model or self.res_model not in self.env:
            raise UserError(self.env._("This entry names no act."))
        record = self.env[self.res_model].browse(self.res_id)
        if not record.exists():
            raise UserError(self.env._("The act of this entry no longer exists."))
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
