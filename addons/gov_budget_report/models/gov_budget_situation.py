import datetime

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.text import nbsp_amount
from odoo.addons.gov_budget.services import ledger
from odoo.addons.gov_document.services import engine, layout

from ..services import books, figures, situation

READERS = (
    "gov_base.group_budget_officer,gov_base.group_authorising_officer,gov_base.group_expenditure_controller,"
    "gov_base.group_procurement_officer,gov_base.group_auditor"
)
# what a situation is grouped by: level → column of the line
LEVELS = {
    "kind": "budget_kind",
    "section": "section",
    "chapter": "chapter_id",
    "programme": "programme_id",
    "region": "region_id",
    "project": "project_id",
    "unit": "unit_id",
    "line": "id",
}
MODELS = {
    "chapter": "gov.budget.node",
    "programme": "gov.budget.node",
    "project": "gov.budget.node",
    "region": "gov.region",
    "unit": "hr.department",
    "line": "gov.budget.line",
}
ORDER = {"chapter": "chapter_code", "programme": "full_code", "project": "full_code"}
PDF_MAX = 3000  # rows; beyond it the spreadsheet serves
# printed situation: width of the page in points (273 mm), of the two first columns in percent, of the heads of amounts
# and of rates in thousandths of the size of the font
PAGE, PLACES, HEAD_WIDTHS = 774, (7.2, 10.5), (6300, 3700)
SUMS = {name: SQL("sum(l.%s)", SQL.identifier(counter)) for name, counter in books.BASE_OF.items()}
PAST = {name: SQL(books.counter_sql(ledger)[counter]) for name, counter in books.BASE_OF.items()}


class GovBudgetSituation(models.AbstractModel):
    """The situation of execution (model M5) at any date, by any level; each figure opens to its entries.

    Today's is read from the counters of the lines; that of a past day from the ledger, by one statement.  The two are
    equal, by the ledger's construction and by test.  Everything is read under the rights of who asks: a regional
    office sees its regions.
    """

    _name = "gov.budget.situation"
    _description = "Situation of execution"

    # ------------------------------------------------------------------------------------------------------- questions
    @api.model
    def _gov_check_reader(self):
        if not (self.env.su or self.env.user.has_groups(READERS)):
            raise AccessError(
                self.env._("The situation of the budget is for the people of the budget, the controller and auditors.")
            )

    @api.model
    def _gov_day(self, day):
        """Return a past day, or None for today (and later): today's figures are those of the counters."""
        try:
            day = fields.Date.to_date(day)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("This is no date: %(date)s.", date=day)) from error
        return day if day and day < fields.Date.context_today(self) else None

    @api.model
    def _gov_fiscal_year(self, fiscal_year_id=None):
        """Return the year asked for; without one, that of today, else the last that has a budget.

        Where nothing was prepared yet, the civil year, which is in no database: the pages then say what to do.
        """
        years = self.env["gov.fiscal.year"]
        if fiscal_year_id:
            if type(fiscal_year_id) is not int:
                raise UserError(self.env._("Give the year by its id."))
            year = years.search_fetch([("id", "=", fiscal_year_id)], ["name", "date_from", "date_to"])
            if not year:
                raise UserError(self.env._("This fiscal year does not exist."))
            return year
        today = fields.Date.context_today(self)
        # sudo: which years have a budget
        used = self.env["gov.budget"].sudo().search([("state", "in", ("open", "closed"))]).fiscal_year_id
        current = used.filtered(lambda year: year.date_from <= today <= year.date_to)
        found = current[:1] or used.sorted("date_from", reverse=True)[:1] or years._for_date(today)
        return found or years.new(
            {
                "name": str(today.year),
                "date_from": today.replace(month=1, day=1),
                "date_to": today.replace(month=12, day=31),
            }
        )

    @api.model
    def _gov_advice(self, year):
        """Return what to do before the pages have anything to show: a sentence, and the list where it is done."""
        _ = self.env._
        if not year._origin:
            may = self.env.user.has_group("gov_base.group_budget_officer")
            return {
                "text": _(
                    "The fiscal year %(year)s is not made yet. A budget officer makes it and opens it.", year=year.name
                ),
                "action": "gov_base.gov_fiscal_year_action" if may else False,
                "label": _("Fiscal years"),
            }
        # sudo: whether there is a budget, whatever regions the reader serves
        budgets = self.env["gov.budget"].sudo().search([("fiscal_year_id", "=", year.id)])
        states = set(budgets.mapped("state"))
        if states & {"open", "closed"}:
            return False
        if not budgets:
            text = _("The year %(year)s has no budget yet. A budget officer imports the breakdown.", year=year.name)
        elif not self.env["gov.budget.officer"].sudo().search_count([], limit=1):  # sudo: whether there is one
            may = self.env.user.has_group("gov_base.group_budget_officer")
            return {
                "text": _("Nobody orders expenses yet. A budget officer enters the authorising officer."),
                "action": "gov_budget.gov_budget_officer_action" if may else False,
                "label": _("Authorising officers"),
            }
        elif "voted" in states:
            text = _("The budget of %(year)s is voted. The authorising officer opens its credits.", year=year.name)
        else:
            text = _(
                "The budget of %(year)s is in preparation. The vote is recorded, then it is opened.", year=year.name
            )
        return {"text": text, "action": "gov_budget.gov_budget_action", "label": _("Budgets")}

    @api.model
    def _gov_domain(self, year, filters=None):
        """Return the domain of the lines that filters name; refuse what is no filter."""
        domain = [("fiscal_year_id", "=", year._origin.id), ("budget_id.state", "in", ("open", "closed"))]
        if not isinstance(filters or {}, dict):
            raise UserError(self.env._("A situation is not filtered by %(level)s.", level=filters))
        for level, value in (filters or {}).items():
            if level == "search":
                words = str(value or "").replace("\0", "").strip()
                if words:
                    domain += ["|", ("full_code", "ilike", words), ("node_id.name", "ilike", words)]
                continue
            if level not in LEVELS:
                raise UserError(self.env._("A situation is not filtered by %(level)s.", level=level))
            if value is not False and type(value) is not (int if level in MODELS else str):
                raise UserError(self.env._("Give what to filter by its id."))
            domain.append((LEVELS[level], "=", value))
        return domain

    @api.model
    def _gov_sums(self, year, day, domain, *columns, labelled=False):
        """Return dicts of the columns of the lines and of the BASE amounts, by one statement.

        :param labelled: with the columns of the label of each line too (today, line by line)
        """
        Line = self.env["gov.budget.line"]
        Line.flush_model()
        chosen = Line._search(domain, order="id").subselect()
        keys = SQL(", ").join(SQL("l.%s", SQL.identifier(column)) for column in columns)
        if day is None:
            values = SQL(", ").join(SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in SUMS.items())
            source = SQL("gov_budget_line l")
        else:
            values = SQL(", ").join(SQL("%s AS %s", sql, SQL.identifier(name)) for name, sql in PAST.items())
            source = SQL(
                "gov_budget_line l LEFT JOIN gov_budget_entry e"
                " ON e.line_id = l.id AND e.fiscal_year_id = %s AND e.date <= %s",
                year._origin.id or None,
                day,
            )
        if day is None and "id" in columns:
            # a line is a row: nothing to add up, and its label may come with it; numbers as floats from the start
            bare = SQL(", ").join(
                SQL("l.%s::float8 AS %s", SQL.identifier(counter), SQL.identifier(name))
                for name, counter in books.BASE_OF.items()
            )
            if labelled:
                label, source = self._gov_line_label_sql()
                bare = SQL("%s, %s", bare, label)
            return self.env.execute_query_dict(
                SQL("SELECT %s, 1 AS lines, %s FROM %s WHERE l.id IN %s", keys, bare, source, chosen)
            )
        grouped = SQL(", ").join(SQL(str(rank + 1)) for rank in range(len(columns)))
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT %s, count(DISTINCT l.id) AS lines, %s FROM %s WHERE l.id IN %s GROUP BY %s",
                keys,
                values,
                source,
                chosen,
                grouped,
            )
            if columns
            else SQL("SELECT count(DISTINCT l.id) AS lines, %s FROM %s WHERE l.id IN %s", values, source, chosen)
        )
        return rows

    @api.model
    def get_situation(self, fiscal_year_id=None, day=None, level="chapter", filters=None):
        """Return the rows of a level and their total.

        :param fiscal_year_id: id of a fiscal year; that of today when None
        :param day: a past day (ISO); today when None
        :param level: ``kind``, ``section``, ``chapter``, ``programme``, ``region``, ``project``, ``unit`` or ``line``
        :param filters: {level: id (or value), "search": words}
        :return: ``{"year", "years", "day", "level", "rows": [{"id", "code", "name", "lines", …columns}], "total"}``
        """
        self._gov_check_reader()
        if type(level) is not str or level not in LEVELS:
            raise UserError(self.env._("A situation is not made by %(level)s.", level=level))
        year = self._gov_fiscal_year(fiscal_year_id)
        past = self._gov_day(day)
        column, labelled = LEVELS[level], level == "line" and past is None
        sums = self._gov_sums(year, past, self._gov_domain(year, filters), column, labelled=labelled)
        total = situation.complete(situation.total(sums))
        if labelled:  # these rows are nobody else's, and have all their amounts: nothing is copied
            rows, count = sums, len(sums)
            for row in rows:
                row["code"], row["name"], row["rank"] = self._gov_line_label(row)
                del row["label"], row["unit"], row["chapter"]
                situation.fill(row)
        else:
            labels = self._gov_labels(level, [row[column] for row in sums], year)
            rows, count = [], 0
            for base in sums:
                key = base[column]
                row = situation.complete(base)
                row["id"], row["lines"] = key or False, base["lines"]
                row["code"], row["name"], row["rank"] = labels.get(key, ("", "", ""))
                count += base["lines"]
                rows.append(row)
        if level == "programme":
            # programmes of several chapters have the same name
            # sudo: names of rubrics are public
            programmes = self.env["gov.budget.node"].sudo().browse([row["id"] for row in rows if row["id"]])
            under = {node.id: node.chapter_id._gov_name_in(year.date_to.year) for node in programmes}
            for row in rows:
                row["under"] = under.get(row["id"], "")
        rows.sort(key=lambda row: (row["rank"] or "", row["name"] or ""))
        return {
            "year": {
                "id": year._origin.id,
                "name": year.name,
                "first": str(year.date_from),
                "last": str(year.date_to),
            },
            "day": str(past or fields.Date.context_today(self)),
            "is_past": bool(past),
            "level": level,
            "rows": rows,
            "total": {"lines": count, **total},
        }

    @api.model
    def _gov_labels(self, level, keys, year=None):
        """Return {key: (code, name, order)} in the language of the reader.

        :param year: fiscal year whose names of the rubrics are told; lines have that of their budget
        """
        if level in ("kind", "section"):
            field = self.env["gov.budget.line"]._fields[LEVELS[level]]
            names = dict(field._description_selection(self.env))
            ranks = {key: f"{rank:02d}" for rank, key in enumerate(names)}
            return {key: ("", names.get(key, self.env._("Not said")), ranks.get(key, "99")) for key in keys}
        found = {None: ("", self.env._("Not said"), "~")}
        if level == "line":
            return found | self._gov_line_labels(keys)
        # sudo: names of rubrics, units and regions are public
        records = self.env[MODELS[level]].sudo().browse([key for key in keys if key]).with_context(active_test=False)
        if level == "unit":
            for unit in records:
                found[unit.id] = (unit.unit_code or "", unit.name, unit.unit_code or "")
        elif level == "region":
            for region in records:
                found[region.id] = (region.code, region.name, region.code)
        else:
            for node in records:
                code = node.full_code
                name = node._gov_name_in(year.date_to.year) if year else node.name
                found[node.id] = (code, name, f"{node.chapter_code} {code}")
        return found

    @api.model
    def _gov_line_labels(self, ids):
        """Return {id of a line: (code, name, order)}, by one statement: there may be thousands."""
        label, source = self._gov_line_label_sql()
        query = SQL("SELECT l.id, %s FROM %s WHERE l.id = ANY(%s)", label, source, list(ids))
        rows = self.env.execute_query_dict(query)
        return {row["id"]: self._gov_line_label(row) for row in rows}

    @api.model
    def _gov_line_label_sql(self):
        """Return the columns that make the label of a line ``l``, and the tables they come from."""
        for model in ("gov.budget.node", "gov.budget.node.version", "hr.department"):
            self.env[model].flush_model(["name"])
        columns = SQL(
            "l.full_code AS code, l.chapter_code AS chapter, coalesce(%s, %s) AS label,"
            " CASE WHEN l.parent_line_id IS NOT NULL THEN %s END AS unit",
            self.env["gov.budget.node.version"]._field_to_sql("v", "name"),
            self.env["gov.budget.node"]._field_to_sql("n", "name"),
            self.env["hr.department"]._field_to_sql("u", "name"),
        )
        source = SQL(
            "gov_budget_line l JOIN gov_budget_node n ON n.id = l.node_id"
            " LEFT JOIN gov_budget_node_version v"
            " ON v.node_id = l.node_id AND l.year BETWEEN v.year_from AND v.year_to"
            " LEFT JOIN hr_department u ON u.id = l.unit_id"
        )
        return columns, source

    @api.model
    def _gov_line_label(self, row):
        """Return (code, name, order) of a line from the columns of its label."""
        name = f"{row['label']} · {row['unit']}" if row["unit"] else row["label"]
        return row["code"], name, f"{row['chapter']} {row['code']} {row['id']:012d}"

    @api.model
    def get_options(self):
        """Return what the reader may choose: years with a budget, chapters, the date of today."""
        self._gov_check_reader()
        # sudo: the years that have a budget
        years = self.env["gov.budget"].sudo().search([("state", "in", ("open", "closed"))]).fiscal_year_id
        years = years.sorted("date_from", reverse=True)
        current = self._gov_fiscal_year()
        return {
            "years": [{"id": year.id, "name": year.name, "last": str(year.date_to)} for year in years],
            "year": current._origin.id,
            "advice": self._gov_advice(current),
            "today": str(fields.Date.context_today(self)),
            "can_amend": self.env.user.has_group("gov_base.group_budget_officer"),
        }

    @api.model
    def get_line(self, line_id, day=None):
        """Return what is left on a line and why: the parts of the equation and the last entries.

        :raise AccessError: for a line the user does not see
        """
        self._gov_check_reader()
        if type(line_id) is not int:
            raise UserError(self.env._("Give the line by its id."))
        line = self.env["gov.budget.line"].browse(line_id).exists()
        if not line:
            raise UserError(self.env._("This line does not exist."))
        line.check_access("read")
        past = self._gov_day(day)
        [row] = self._gov_sums(line.fiscal_year_id, past, [("id", "=", line.id)], "id")
        figures = situation.complete(row)
        labels = {
            "lf": self.env._("Credits of the finance law"),
            "carried": self.env._("Carried over"),
            "moved": self.env._("Transfers"),
            "funds": self.env._("Added"),
            "received": self.env._("Received by delegation"),
            "ce": self.env._("Commitment appropriations"),
            "lapsed": self.env._("Lapsed"),
            "delegated": self.env._("Delegated"),
            "committed": self.env._("Committed"),
            "reserved": self.env._("Reserved for requests"),
        }
        taken = {"delegated", "committed", "reserved"}
        domain = [("line_id", "=", line.id)] + ([("date", "<=", past)] if past else [])
        kinds = dict(self.env["gov.budget.entry"]._fields["kind"]._description_selection(self.env))
        entries = self.env["gov.budget.entry"].search(domain, limit=15)
        # sudo: names of rubrics are public
        programme, project = (
            node and node._gov_name_in(line.year) for node in (line.sudo().programme_id, line.sudo().project_id)
        )
        places = (programme, line.region_id.name, project)
        names = {user.id: user.name for user in entries.user_id.sudo()}  # sudo: who acted is told to who may read it
        return {
            "id": line.id,
            "code": line.full_code,
            "year": line.fiscal_year_id.id,
            "chapter": line.chapter_code,
            "name": line.label,
            "place": " › ".join(filter(None, places)),
            "unit": line.sudo().unit_id.name or "",  # sudo: the chart is public
            "figures": figures,
            "parts": [
                {"column": column, "label": label, "amount": -figures[column] if column in taken else figures[column]}
                for column, label in labels.items()
                if figures[column] or column in ("lf", "committed")
            ],
            "entries": [
                {
                    "id": entry.id,
                    "date": str(entry.date),
                    "kind": kinds.get(entry.kind, entry.kind),
                    "label": entry.label or "",
                    "who": names.get(entry.user_id.id, ""),
                    "effect": round(entry.cp + entry.ce - entry.delegated - entry.reserved - entry.committed, 2),
                    "ordered": entry.ordered,
                    "paid": entry.paid,
                    "model": entry.res_model or False,
                    "res_id": entry.res_id or False,
                }
                for entry in entries
            ],
            "count": self.env["gov.budget.entry"].search_count(domain),
        }

    @api.model
    def get_entries_action(self, column, fiscal_year_id=None, day=None, filters=None):
        """Return the action that opens the entries behind a figure."""
        self._gov_check_reader()
        year = self._gov_fiscal_year(fiscal_year_id)
        past = self._gov_day(day)
        domain = [("fiscal_year_id", "=", year._origin.id), *self._gov_column_domain(column)]
        for leaf in self._gov_domain(year, filters)[2:]:
            domain.append(
                leaf if isinstance(leaf, str) else ("line_id" if leaf[0] == "id" else f"line_id.{leaf[0]}", *leaf[1:])
            )
        if past:
            domain.append(("date", "<=", str(past)))
        return {
            "type": "ir.actions.act_window",
            "name": self._gov_column_labels().get(column, column),
            "res_model": "gov.budget.entry",
            "mobile_view_mode": "kanban",
            "views": [
                (self.env.ref("gov_budget_report.gov_budget_entry_view_list_figure").id, "list"),
                (self.env.ref("gov_budget.gov_budget_entry_view_kanban").id, "kanban"),
                (False, "form"),
            ],
            "domain": domain,
            "context": {"create": False},
        }

    @api.model
    def _gov_column_domain(self, column):
        """Return the domain of the entries that make a column."""
        if type(column) is not str:
            raise UserError(self.env._("A situation has no column %(column)s.", column=column))
        adding = ("movement", "in", list(ledger.ADDING))
        plain = ["|", ("movement", "=", False), ("movement", "not in", list(ledger.ADDING))]
        amounts = {"cp": ("cp", "!=", 0), "ce": ("ce", "!=", 0)}
        kinds = {"lf": "initial", "carried": "carry_over", "received": "delegation", "lapsed": "lapse"}
        if column in kinds:
            return [("kind", "=", kinds[column]), amounts["cp"]]
        if column == "funds":
            return [("kind", "=", "amendment"), adding, amounts["cp"]]
        if column == "moved":
            return ["|", ("kind", "=", "correction"), "&", ("kind", "=", "amendment"), *plain, amounts["cp"]]
        if column == "credits":
            return [("kind", "not in", ("delegation", "lapse")), amounts["cp"]]
        if column == "rate_issued":  # what was ordered, and the credits it is compared with
            names = ("cp", "delegated", "ordered")
            return [("kind", "!=", "lapse"), *["|"] * (len(names) - 1), *((name, "!=", 0) for name in names)]
        if column in ("available", "rate_committed"):
            names = ("cp", "ce", "delegated", "reserved", "committed")
            return ["|"] * (len(names) - 1) + [(name, "!=", 0) for name in names]
        if column in ("to_order", "rate_ordered"):
            return ["|", ("committed", "!=", 0), ("ordered", "!=", 0)]
        if column == "rate_paid":
            return ["|", ("paid", "!=", 0), ("ordered", "!=", 0)]
        if column == "ce" or column in ledger.COLUMNS:
            return [(column, "!=", 0)]
        raise UserError(self.env._("A situation has no column %(column)s.", column=column))

    @api.model
    def _gov_column_labels(self):
        """Return the heads of the columns in the language of the reader."""
        _ = self.env._
        return {
            "lf": _("Credits of the finance law (CP)"),
            "carried": _("Carried over"),
            "moved": _("Transfers"),
            "funds": _("Support funds, supplementary"),
            "credits": _("Final credits"),
            "received": _("Received by delegation"),
            "delegated": _("Delegated"),
            "ce": _("Commitment appropriations (CE)"),
            "committed": _("Committed with visa"),
            "rate_committed": _("Commitment rate"),
            "available": _("Available"),
            "ordered": _("Ordered"),
            "rate_issued": _("Issue rate"),
            "rate_ordered": _("Ordered of committed"),
            "paid": _("Paid"),
            "rate_paid": _("Payment rate"),
            "to_order": _("Remaining to order"),
            "reserved": _("Reserved"),
            "liquidated": _("Liquidated"),
            "lapsed": _("Lapsed"),
            "authorised": _("Authorised beyond"),
        }

    # --------------------------------------------------------------------------------------------------------- prints
    @api.model
    def _gov_path(self, by):
        """Return the levels of a print, from the outside in."""
        paths = {
            "tree": ("chapter", "programme", "region", "project"),
            "unit": ("unit",),
            "region": ("region", "chapter"),
        }
        if by not in paths:
            raise UserError(self.env._("A situation is printed by rubric, by unit or by region."))
        return paths[by]

    @api.model
    def _gov_print_rows(self, year, day, by="tree", filters=None):
        """Yield ``(depth, code, name, columns)``: each group before what it holds, then the total (depth -1)."""
        levels = self._gov_path(by)
        columns = [LEVELS[level] for level in levels]
        lines = self._gov_sums(year, day, self._gov_domain(year, filters), "id", *columns)
        labels = {level: self._gov_labels(level, {line[LEVELS[level]] for line in lines}, year) for level in levels}
        names = self._gov_labels("line", [line["id"] for line in lines])

        def label(level, key):
            return labels[level].get(key) or labels[level].get(None) or ("", self.env._("Not said"), "~")

        lines.sort(
            key=lambda line: tuple(label(level, line[LEVELS[level]])[2] or "" for level in levels)
            + (names[line["id"]][2],)
        )
        total = situation.total(lines)
        rows = situation.tree(lines, lambda line: [line[column] for column in columns])
        for depth, keys, base, line in rows:
            if line is not None:
                code, name, _rank = names[line["id"]]
            else:
                code, name, _rank = label(levels[depth], keys[depth])
            yield depth, code, name, situation.complete(base)
        yield -1, "", self.env._("Total"), situation.complete(total)

    @api.model
    def _gov_title(self, year, day):
        return self.env._(
            "Situation of execution of the budget %(year)s at %(day)s",
            year=year.name,
            day=format_date(self.env, day or min(fields.Date.context_today(self), year.date_to)),
        )

    @api.model
    def _gov_sheet(self, year, day, by="tree", filters=None):
        """Return the situation as a sheet of ``services/table.py``."""
        heads = self._gov_column_labels()
        shown = [name for name, _number, _is_rate in situation.COLUMNS]
        shown.insert(shown.index("credits") + 1, "received")
        kinds = {name: "rate" if is_rate else "amount" for name, _number, is_rate in situation.COLUMNS}
        kinds["received"] = "amount"
        columns = [(self.env._("Imputation"), "text"), (self.env._("Label"), "text")]
        columns += [(heads[name], kinds[name]) for name in shown]
        depth_max = len(self._gov_path(by))

        def rows():
            for depth, code, name, row in self._gov_print_rows(year, day, by, filters):
                cells = [code, name if depth < 0 else "\u00a0" * 2 * depth + name, *(row[column] for column in shown)]
                yield (1 if depth == depth_max else 0, cells)

        return {
            "name": self.env._("Situation %(year)s", year=year.name),
            "columns": columns,
            "rows": rows(),
            "heading": [self._gov_title(year, day)],
            "rtl": (self.env.lang or "").startswith("ar"),
            "widths": {0: 24, 1: 48},
        }

    @api.model
    def _gov_pdf(self, year, day, by="tree", filters=None):
        """Return model M5 as PDF, in the language of the environment.

        The figures of a row are one text, see ``services/figures.py``: ten thousand boxes took ten seconds.
        """
        heads = self._gov_column_labels()
        numbers = {name: number for name, number, _is_rate in situation.COLUMNS}
        rates = {name for name, _number, is_rate in situation.COLUMNS if is_rate}
        shown = [name for name, _number, _is_rate in situation.COLUMNS]
        shown.insert(shown.index("delegated"), "received")
        rows = []
        for depth, code, name, row in self._gov_print_rows(year, day, by, filters):
            if len(rows) > PDF_MAX:
                raise UserError(
                    self.env._("This situation has more than %s rows: print it as a spreadsheet.", PDF_MAX)
                )
            texts = [self._gov_percent(row[one]) if one in rates else self._gov_money(row[one]) for one in shown]
            rows.append((depth, code, name, texts))
        bold = [depth < 2 for depth, *_rest in rows]
        widest = [
            max((figures.width(row[3][rank], strong) for row, strong in zip(rows, bold, strict=True)), default=0)
            for rank in range(len(shown))
        ]
        widths = figures.columns(widest, [HEAD_WIDTHS[name in rates] for name in shown])
        room = sum(widths)
        places = [*PLACES, *((100 - sum(PLACES)) * one / room for one in widths)]
        turn = slice(None, None, -1 if self._gov_is_rtl() else 1)  # texts of figures run from left to right
        lines = [
            Markup('<tr class="d%s"><td class="code">%s</td><td>%s</td><td class="figures" colspan="%s">%s</td></tr>')
            % (
                depth if depth >= 0 else "t",
                code,
                name,
                len(shown),
                figures.row(texts[turn], widths[turn], strong),
            )
            for (depth, code, name, texts), strong in zip(rows, bold, strict=True)
        ]
        head = Markup("<th>%s</th><th>%s</th>") % (self.env._("Imputation"), self.env._("Label"))
        head += Markup("").join(
            Markup("<th>%s<br><small>%s</small></th>") % (heads[name], numbers.get(name, "")) for name in shown
        )
        points = figures.size(widths, PAGE * (100 - sum(PLACES)) / 100)
        return self._gov_render(
            self._gov_title(year, day), head, lines, widths=places, style=self._gov_figures_style(places, points)
        )

    @api.model
    def _gov_is_rtl(self):
        return (self.env.lang or "").startswith("ar")

    @api.model
    def _gov_figures_style(self, places, points):
        """Return the style of a table whose figures are texts: columns are told apart by bands of its background.

        :param places: widths of the columns in percent
        :param points: size of the font of the figures
        """
        stops, at = [], 0
        for rank, place in enumerate(places):
            tint = "#eef2f7" if rank % 2 else "#ffffff"
            stops.append(f"{tint} {at:.3f}%,{tint} {at + place:.3f}%")
            at += place
        side = "left" if self._gov_is_rtl() else "right"
        return Markup(
            "<style>table.situation{border-collapse:separate;border-spacing:0;border:.3pt solid #8a8f98;"
            f"background:linear-gradient(to {side},{','.join(stops)})}}"
            "table.situation td,table.situation th{border:0;border-bottom:.3pt solid #8a8f98}"
            "table.situation th{background:none;font-size:4.9pt;overflow-wrap:anywhere;hyphens:auto;padding:.4mm}"
            "table.situation thead tr{background:#e7ecf3}tr.d0 td,tr.dt td{background:none}"
            "tr.d0,tr.dt{background:#dfe6ef}"
            "table.situation td.figures{white-space:pre;direction:ltr;text-align:left;padding:.4mm 0;"
            f'font-family:"Noto Sans";font-size:{points:.3f}pt;overflow:hidden}}</style>'
        )

    @api.model
    def _gov_render(self, title, head, lines, before="", widths=(), style="", after=""):
        """Return a landscape PDF with the letterhead of the company, a title and a table.

        Columns of given widths and cells without boxes of their own are laid out in half the time.

        :param widths: share of each column of the table, in percent
        :param style: style sheet of the table, after the common one
        :param before, after: what stands around the table
        """
        company = self.env.company.sudo()  # sudo: the letterhead is everyone's
        letterhead = layout.letterhead(
            {
                "fr": (company.gov_letterhead_fr or "").splitlines(),
                "ar": (company.gov_letterhead_ar or "").splitlines(),
                "emblem": True,
            }
        )
        common = Markup(
            "<style>table.situation{font-size:5.6pt;width:100%%;border-collapse:collapse;table-layout:fixed}"
            "table.situation td,table.situation th{border:.3pt solid #8a8f98;padding:.4mm .7mm;vertical-align:top}"
            "table.situation{line-height:1.2}"
            "table.situation th{background:#e7ecf3;font-weight:bold;text-align:center}"
            "table.situation td.num{white-space:nowrap;direction:ltr;text-align:right}"
            "table.situation td.code{white-space:nowrap;direction:ltr;text-align:left}"
            "[dir=rtl] table.situation td.num{text-align:left}[dir=rtl] table.situation td.code{text-align:right}"
            "tr.d0 td,tr.dt td{font-weight:bold;background:#f2f5f9}tr.d1 td{font-weight:bold}"
            "tr.d0 td.num,tr.dt td.num,tr.d1 td.num{font-size:5.2pt}"
            "table.facts{font-size:8pt;margin:2mm 0 4mm}table.facts td{padding:.5mm 2mm}</style>"
        )
        if not lines:
            lines = [Markup("<tr><td>%s</td></tr>") % self.env._("Nothing to show.")]
        html = Markup(
            '<!DOCTYPE html><html lang="%s" dir="%s"><head><meta charset="utf-8"><title>%s</title>%s</head><body>'
            '<div class="gov-foot"><div></div><div class="pages"></div></div>%s<h1>%s</h1>%s'
            '<table class="situation"><colgroup>%s</colgroup><thead><tr>%s</tr></thead><tbody>%s</tbody></table>'
            "%s</body></html>"
        ) % (
            (self.env.lang or "en")[:2],
            "rtl" if self._gov_is_rtl() else "ltr",
            title,
            common % () + style,
            letterhead,
            title,
            before,
            Markup("").join(Markup('<col style="width:%.2f%%">') % width for width in widths),
            head,
            Markup("").join(lines),
            after,
        )
        return engine.render(str(html), style="register", resources={"gov:emblem": company._gov_emblem()})

    @api.model
    def _gov_money(self, value):
        return nbsp_amount(value) if value else "–"

    @api.model
    def _gov_percent(self, value):
        return "–" if value is None else f"{value * 100:.1f}\u00a0%".replace(".", ",")

    # ----------------------------------------------------------------------------------------- administrative account
    @api.model
    def _gov_account_rows(self, year):
        """Yield the rows of the administrative account (M25): ``(depth, code, name, figures)``, by chapter."""
        past = self._gov_day(year.date_to)
        levels = ("chapter", "programme")
        lines = self._gov_sums(year, past, self._gov_domain(year), *(LEVELS[level] for level in levels))
        labels = {level: self._gov_labels(level, {line[LEVELS[level]] for line in lines}, year) for level in levels}
        lines.sort(
            key=lambda line: tuple((labels[level].get(line[LEVELS[level]]) or ("", "", "~"))[2] for level in levels)
        )
        total = situation.total(lines)
        for depth, keys, base, line in situation.tree(lines, lambda line: [line["chapter_id"]]):
            key, level = (keys[0], "chapter") if line is None else (line["programme_id"], "programme")
            code, name, _rank = labels[level].get(key) or ("", "", "")
            yield depth, code, name, self._gov_account_columns(base)
        yield -1, "", self.env._("Total"), self._gov_account_columns(total)

    @api.model
    def _gov_account_columns(self, base):
        row = situation.complete(base)
        return {
            "lf": row["lf"],
            "carried": row["carried"],
            "moved": row["moved"],
            "funds": row["funds"],
            "credits": row["credits"],
            "committed": row["committed"],
            "liquidated": row["liquidated"],
            "ordered": row["ordered"],
            "paid": row["paid"],
            "to_pay": round(row["ordered"] - row["paid"], 2),
            "to_order": round(row["liquidated"] - row["ordered"], 2),
            # of a part of the budget: what it received by delegation too, without what it delegated
            "unused": round(
                row["credits"] + row["received"] - row["delegated"] + row["delegated_ce"] - row["ordered"], 2
            ),
        }

    @api.model
    def _gov_account_labels(self):
        _ = self.env._
        return {
            "lf": _("Credits of the finance law (CP)"),
            "carried": _("Carried over"),
            "moved": _("Transfers"),
            "funds": _("Support funds, supplementary"),
            "credits": _("Rectified credits"),
            "committed": _("Committed with visa"),
            "liquidated": _("Liquidated"),
            "ordered": _("Orders issued"),
            "paid": _("Orders with visa, paid"),
            "to_pay": _("Orders waiting for payment"),
            "to_order": _("Remaining to order"),
            "unused": _("Credits unused"),
        }

    @api.model
    def _gov_revenue_rows(self, year):
        """Return the rows of revenue of the administrative account: ``[(code, name, forecast, assessed, collected)]``.

        A module that keeps revenue adds its own.
        """
        return []

    @api.model
    def _gov_account_title(self, year):
        return self.env._("Administrative account of %(year)s", year=year.name)

    @api.model
    def _gov_account_pdf(self, year):
        """Return model M25 as PDF: expenditure by chapter and programme, then revenue."""
        heads = self._gov_account_labels()
        lines = []
        for depth, code, name, row in self._gov_account_rows(year):
            cells = [Markup('<td class="code">%s</td><td class="name">%s</td>') % (code, name)]
            cells += [Markup('<td class="num">%s</td>') % self._gov_money(row[column]) for column in heads]
            lines.append(Markup('<tr class="d%s">%s</tr>') % (depth if depth >= 0 else "t", Markup("").join(cells)))
        head = Markup("<th>%s</th><th>%s</th>") % (self.env._("Chapter"), self.env._("Label"))
        head += Markup("").join(Markup("<th>%s</th>") % label for label in heads.values())
        revenue = self._gov_revenue_rows(year)
        before = ""
        if revenue:
            _ = self.env._
            titles = (_("Code"), _("Revenue"), _("Forecast"), _("Assessed"), _("Collected"), _("Difference"))
            body = Markup("").join(
                Markup('<tr><td class="code"><bdi dir="ltr">%s</bdi></td><td class="name">%s</td>%s</tr>')
                % (
                    code,
                    name,
                    Markup("").join(
                        Markup('<td class="num"><bdi dir="ltr">%s</bdi></td>') % self._gov_money(value)
                        for value in (forecast, assessed, collected, round(collected - forecast, 2))
                    ),
                )
                for code, name, forecast, assessed, collected in revenue
            )
            before = Markup(
                '<h2>%s</h2><table class="situation"><thead><tr>%s</tr></thead><tbody>%s</tbody></table><h2>%s</h2>'
            ) % (
                _("Revenue"),
                Markup("").join(Markup("<th>%s</th>") % title for title in titles),
                body,
                _("Expenditure"),
            )  # fmt: skip
        widths = [8.0, 14.0, *([78 / len(heads)] * len(heads))]
        return self._gov_render(self._gov_account_title(year), head, lines, before, widths)

    @api.model
    def _gov_account_sheets(self, year):
        heads = self._gov_account_labels()
        rtl = (self.env.lang or "").startswith("ar")
        columns = [(self.env._("Chapter"), "text"), (self.env._("Label"), "text")]
        columns += [(label, "amount") for label in heads.values()]
        rows = (
            (0 if depth <= 0 else 1, [code, name, *(row[column] for column in heads)])
            for depth, code, name, row in self._gov_account_rows(year)
        )
        title = self._gov_account_title(year)
        yield {"name": self.env._("Expenditure"), "columns": columns, "rows": rows, "heading": [title], "rtl": rtl}
        revenue = self._gov_revenue_rows(year)
        if revenue:
            _ = self.env._
            yield {
                "name": _("Revenue"),
                "columns": [
                    (_("Code"), "text"), (_("Revenue"), "text"), (_("Forecast"), "amount"), (_("Assessed"), "amount"),
                    (_("Collected"), "amount"),
                ],
                "rows": (list(row) for row in revenue),
                "heading": [title],
                "rtl": rtl,
            }  # fmt: skip

    # --------------------------------------------------------------------------------------------------------- ledger
    @api.model
    def _gov_entries_sheet(self, year, day=None):
        """Return the ledger of a year as a sheet, read page by page."""
        _ = self.env._
        entry = self.env["gov.budget.entry"]
        names = ("cp", "ce", "delegated", "reserved", "committed", "liquidated", "ordered", "paid")
        labels = entry.fields_get([*names, "date", "kind", "label"], ["string"])
        heads = [labels["date"]["string"], _("Chapter"), _("Imputation")]
        heads += [labels["kind"]["string"], labels["label"]["string"]]
        columns = list(zip(heads, ("date", "text", "text", "text", "text"), strict=True))
        columns += [(labels[name]["string"], "amount") for name in names]
        return {
            "name": _("Ledger %(year)s", year=year.name),
            "columns": columns,
            "rows": self._gov_entries(year, day, names),
            "rtl": (self.env.lang or "").startswith("ar"),
            "widths": {1: 20, 2: 24, 3: 18, 4: 48},
        }

    @api.model
    def _gov_entries(self, year, day, names, page=5000):
        """Yield the cells of the entries of a year that the user may see, in the order of their ids."""
        kinds = dict(self.env["gov.budget.entry"]._fields["kind"]._description_selection(self.env))
        self.env.flush_all()
        lines = self.env["gov.budget.line"]._search([("fiscal_year_id", "=", year._origin.id)], order="id").subselect()
        chosen = SQL(", ").join(SQL("e.%s", SQL.identifier(name)) for name in names)
        last = 0
        while True:
            rows = self.env.execute_query(
                SQL(
                    """SELECT e.id, e.date, l.chapter_code, l.full_code, e.kind, e.label, %s
                         FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
                        WHERE e.id > %s AND e.fiscal_year_id = %s AND (%s OR e.date <= %s) AND l.id IN %s
                     ORDER BY e.id LIMIT %s""",
                    chosen,
                    last,
                    year._origin.id or None,
                    day is None,
                    day or datetime.date.max,
                    lines,
                    page,
                )
            )
            for row in rows:
                yield [row[1], row[2], row[3], kinds.get(row[4], row[4]), row[5], *row[6:]]
            if len(rows) < page:
                return
            last = rows[-1][0]
