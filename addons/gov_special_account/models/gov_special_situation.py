from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.text import nbsp_amount, to_decimal
from odoo.addons.gov_budget.services import ledger
from odoo.addons.gov_budget_report.services import books

ZERO = Decimal(0)


class GovSpecialAccount(models.Model):
    """The situation of a special account at any date (model M24): revenue, expenditure, balance."""

    _inherit = "gov.special.account"

    situation_html = fields.Html("Situation", compute="_compute_situation_html", sanitize=False)
    forecast_html = fields.Html("Forecast of cash", compute="_compute_forecast_html", sanitize=False)

    # ------------------------------------------------------------------------------------------------------- figures
    def _gov_situation(self, day=None):
        """Return the situation of the account at a day.

        :return: ``{"day", "year", "revenue": [{"name", "kind", "forecast", "assessed", "collected"}], "total",
            "uses": [{"code", "name", "beneficiary", "lf", "extra", "moved", "credits", "committed", "ordered", "paid",
            "left"}], "spent", "transferred", "balance"}``, amounts as Decimal
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        day = min(fields.Date.to_date(day) or today, today)
        # sudo: the account is readable; its figures come from all its lines
        years = self.sudo().year_ids.filtered(lambda year: year.date_from <= day <= year.date_to)
        if not years:
            raise UserError(
                self.env._(
                    "%(account)s has no year that holds %(day)s.",
                    account=self.display_name,
                    day=format_date(self.env, day),
                )
            )
        fiscal_year = years[0].fiscal_year_id
        carried = sum((to_decimal(year.carried) for year in years), ZERO)
        revenue = self._gov_revenue_of(years, day)
        uses = self._gov_uses_of(fiscal_year, day)
        collected = sum((row["collected"] for row in revenue), ZERO)
        paid = sum((row["paid"] for row in uses), ZERO)
        transferred = sum((row["transferred"] for row in uses), ZERO)
        realised = carried + collected
        return {
            "day": day,
            "year": fiscal_year,
            "carried": carried,
            "revenue": revenue,
            "collected": collected,
            "realised": realised,
            "uses": uses,
            "paid": paid,
            "transferred": transferred,
            "spent": paid + transferred,
            "balance": realised - paid - transferred,
            "forecast": sum((to_decimal(year.lf_revenue) for year in years), ZERO),
        }

    def _gov_revenue_of(self, years, day):
        rows = self.env.execute_query(
            SQL(
                """SELECT source_id, coalesce(sum(amount) FILTER (WHERE kind = 'assessed'), 0),
                          coalesce(sum(amount) FILTER (WHERE kind = 'collected'), 0)
                     FROM gov_revenue_entry WHERE year_id IN %s AND date <= %s GROUP BY source_id""",
                tuple(years.ids),
                day,
            )
        )
        found = {source: (to_decimal(assessed), to_decimal(collected)) for source, assessed, collected in rows}
        sources = self.with_context(active_test=False).source_ids
        natures = dict(sources._fields["nature"]._description_selection(self.env))
        return [
            {
                "name": source.name,
                "nature": natures[source.nature],
                "is_own": source.is_own,
                "assessed": found.get(source.id, (ZERO, ZERO))[0],
                "collected": found.get(source.id, (ZERO, ZERO))[1],
            }
            for source in sources
            if source.active or source.id in found
        ]

    def _gov_uses_of(self, fiscal_year, day):
        """Return the expenditure of the account, central line by central line, from the ledger at the day."""
        sums = books.counter_sql(ledger)
        names = ("cp_initial", "cp_added", "cp_moved", "cp_carried", "cp_lapsed", "committed", "ordered", "paid")
        values = SQL(", ").join(SQL("%s AS %s", SQL(sums[name]), SQL.identifier(name)) for name in names)
        self.env["gov.budget.line"].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT coalesce(l.parent_line_id, l.id) AS line_id, %s,
                          coalesce(-sum(e.cp) FILTER (WHERE e.kind = 'amendment' AND e.movement = 'a12'), 0)
                          AS transferred
                     FROM gov_budget_line l
                     LEFT JOIN gov_budget_entry e ON e.line_id = l.id AND e.date <= %s
                    WHERE l.fiscal_year_id = %s AND l.chapter_code IN %s
                 GROUP BY 1""",
                values,
                day,
                fiscal_year.id,
                (self.expenditure_code, self.investment_code or "-"),
            )
        )
        lines = self.env["gov.budget.line"].sudo().browse([row["line_id"] for row in rows])  # sudo: as above
        beneficiaries = self._gov_beneficiaries(fiscal_year)
        uses = []
        for line, row in zip(lines, rows, strict=True):
            money = {name: to_decimal(value) for name, value in row.items() if name != "line_id"}
            credits = money["cp_initial"] + money["cp_added"] + money["cp_moved"] + money["cp_carried"]
            uses.append(
                {
                    "id": line.id,
                    "order": (line.chapter_code, line.full_code),
                    "programme": line.programme_id.with_context(lang=self.env.lang).name,
                    "code": line.full_code,
                    "name": self._gov_use_name(line.with_context(lang=self.env.lang)),
                    "beneficiary": beneficiaries.get(line.id, ""),
                    "lf": money["cp_initial"],
                    # what a transfer takes is shown apart from what is added
                    "extra": money["cp_added"] + money["transferred"],
                    "moved": money["cp_moved"] + money["cp_carried"],
                    "transferred": money["transferred"],
                    "credits": credits,
                    "committed": money["committed"],
                    "ordered": money["ordered"],
                    "paid": money["paid"],
                    "left": credits - money["ordered"],
                }
            )
        return sorted(uses, key=lambda use: use["order"])

    @staticmethod
    def _gov_use_name(line):
        """Say what a line is for: “Subsidies” alone does not tell whose."""
        return " · ".join(dict.fromkeys(node.name for node in (line.project_id, line.node_id) if node.name))

    def _gov_beneficiaries(self, fiscal_year):
        # sudo: the uses of the programme in force of a readable account
        uses = (
            self.env["gov.special.program.line"]
            .sudo()
            .search(
                [
                    ("program_id.account_id", "=", self.id),
                    ("program_id.fiscal_year_id", "=", fiscal_year.id),
                    ("program_id.state", "=", "approved"),
                    ("beneficiary_id", "!=", False),
                ]
            )
        )
        names = {}
        for use in uses:
            names.setdefault(use.budget_line_id.id, []).append(use.beneficiary_id.name)
        return {line: ", ".join(dict.fromkeys(its_names)) for line, its_names in names.items()}

    # --------------------------------------------------------------------------------------------------------- screens
    def _gov_revenue_heads(self):
        _ = self.env._
        return [_("Revenue"), _("Assessed"), _("Collected")]

    def _gov_use_heads(self):
        _ = self.env._
        return {
            "lf": _("Finance law"),
            "extra": _("Extra credits (A, B)"),
            "moved": _("Transfers"),
            "transferred": _("To the general budget"),
            "credits": _("Credits"),
            "committed": _("Committed"),
            "ordered": _("Ordered"),
            "paid": _("Paid"),
            "left": _("Left to order"),
        }

    @staticmethod
    def _gov_cell(value, bold=False):
        text = nbsp_amount(value) if value else "–"
        cell = Markup('<bdi dir="ltr">%s</bdi>') % text
        return Markup('<td class="num text-end text-nowrap">%s</td>') % (Markup("<b>%s</b>") % cell if bold else cell)

    def _gov_situation_tables(self, found, linked=False):
        """Return (revenue, expenditure, balance) as tables of HTML, for the screen (``linked``) and the print."""
        _ = self.env._
        cell = self._gov_cell
        rows = [
            Markup("<tr><td>%s</td>%s%s</tr>") % (_("Balance carried forward"), cell(ZERO), cell(found["carried"])),
            *(
                Markup("<tr><td>%s</td>%s%s</tr>") % (row["name"], cell(row["assessed"]), cell(row["collected"]))
                for row in found["revenue"]
            ),
            Markup('<tr class="d0"><td><b>%s</b></td>%s%s</tr>')
            % (
                _("Realised revenue"),
                cell(sum((row["assessed"] for row in found["revenue"]), ZERO), True),
                cell(found["realised"], True),
            ),
        ]
        head = Markup("").join(Markup("<th>%s</th>") % name for name in self._gov_revenue_heads())
        revenue = (head, rows)
        heads = self._gov_use_heads()
        lines, programme, totals = [], None, dict.fromkeys(heads, ZERO)
        for use in found["uses"]:
            if use["programme"] != programme:
                programme = use["programme"]
                lines.append(
                    Markup('<tr class="d0"><td colspan="%s"><b>%s</b></td></tr>') % (len(heads) + 1, programme)
                )
            code = Markup('<bdi dir="ltr">%s</bdi>') % use["code"]
            if linked:
                code = Markup('<a href="/odoo/action-gov_budget.gov_budget_line_action/%s">%s</a>') % (use["id"], code)
            name = code + " " + use["name"]
            if use["beneficiary"]:
                name += Markup("<br><small>%s</small>") % use["beneficiary"]
            lines.append(
                Markup("<tr><td>%s</td>%s</tr>") % (name, Markup("").join(cell(use[column]) for column in heads))
            )
            for column in heads:
                totals[column] += use[column]
        lines.append(
            Markup('<tr class="dt"><td><b>%s</b></td>%s</tr>')
            % (_("Total"), Markup("").join(cell(totals[column], True) for column in heads))
        )
        head = Markup("<th>%s</th>") % _("Expenditure")
        head += Markup("").join(Markup("<th>%s</th>") % label for label in heads.values())
        expenditure = (head, lines)
        balance = [
            (_("Realised revenue"), found["realised"]),
            (_("Paid"), -found["paid"]),
            (_("Transferred to the general budget"), -found["transferred"]),
            (_("Balance"), found["balance"]),
        ]
        facts = Markup("").join(
            Markup("<tr><td>%s</td>%s</tr>") % (label, cell(value, rank == len(balance) - 1))
            for rank, (label, value) in enumerate(balance)
        )
        return revenue, expenditure, facts

    @api.depends_context("lang", "uid", "gov_situation_day")
    def _compute_situation_html(self):
        for account in self:
            try:
                found = account._gov_situation(self.env.context.get("gov_situation_day"))
            except UserError as error:
                account.situation_html = Markup('<p class="text-muted">%s</p>') % str(error)
                continue
            revenue, expenditure, facts = account._gov_situation_tables(found, linked=True)
            table = Markup(
                '<div class="table-responsive"><table class="table table-sm"><thead><tr>%s</tr></thead>'
                "<tbody>%s</tbody></table></div>"
            )
            account.situation_html = (
                table % (revenue[0], Markup("").join(revenue[1]))
                + table % (expenditure[0], Markup("").join(expenditure[1]))
                + Markup('<table class="table table-sm w-auto"><tbody>%s</tbody></table>') % facts
            )

    @api.depends_context("lang", "uid")
    def _compute_forecast_html(self):
        labels = dict(self.env["gov.special.year"]._fields["part"]._description_selection(self.env))
        for account in self:
            parts = account._gov_parts()
            html = Markup("")
            for part in parts:
                if len(parts) > 1:
                    html += Markup("<h4>%s</h4>") % labels[part]
                html += account._gov_forecast_table(account._gov_forecast(part=part))
            account.forecast_html = html

    def _gov_forecast_table(self, found):
        """Return the table of the months of a forecast, with the expenses that find no month under it."""
        _ = self.env._
        names = {plan.id: plan.name for plan in self.sudo().plan_ids}  # sudo: of a readable account
        names["committed"] = _("Commitments that wait for their order")
        heads = (
            _("Month"),
            _("Money at its beginning"),
            _("Revenue expected"),
            _("Can be ordered"),
            _("Left"),
            _("Expenses"),
        )
        rows = [
            Markup('<tr><td class="text-nowrap">%s</td>%s%s%s%s<td>%s</td></tr>')
            % (
                format_date(self.env, month.first, date_format="MMMM y"),
                self._gov_cell(month.opening),
                self._gov_cell(month.revenue),
                self._gov_cell(month.spent),
                self._gov_cell(month.closing),
                ", ".join(str(names.get(expense.key, "")) for expense in month.expenses),
            )
            for month in found["months"]
        ]
        notes = []
        for expense in found["expenses"]:
            words = {"name": names.get(expense.key, ""), "amount": nbsp_amount(expense.amount)}
            if expense.orderable:
                continue
            if expense.missing:
                sentence = _(
                    "%(name)s (%(amount)s) cannot be ordered within the forecast: %(missing)s is missing.",
                    missing=nbsp_amount(expense.missing),
                    **words,
                )
            elif expense.lacks_credits:
                sentence = _(
                    "%(name)s (%(amount)s) has its money and no credits: open credits of excess revenue or of the "
                    "balance, or spread it over two years.",
                    **words,
                )
            else:
                continue
            notes.append(Markup('<p class="text-danger mb-1">%s</p>') % sentence)
        return Markup(
            '<div class="table-responsive"><table class="table table-sm"><thead><tr>%s</tr></thead>'
            "<tbody>%s</tbody></table></div>%s"
        ) % (
            Markup("").join(Markup("<th>%s</th>") % head for head in heads),
            Markup("").join(rows),
            Markup("").join(notes),
        )

    # ---------------------------------------------------------------------------------------------------------- prints
    def _gov_situation_title(self, found):
        return self.env._(
            "Situation of the account “%(account)s” (%(code)s) at %(day)s",
            account=self.name,
            code=self.code,
            day=format_date(self.env, found["day"]),
        )

    def _gov_situation_pdf(self, day=None):
        """Return model M24 as PDF, in the language of the environment."""
        found = self._gov_situation(day)
        revenue, expenditure, facts = self._gov_situation_tables(found)
        before = Markup(
            '<table class="situation revenue"><colgroup><col style="width:52%%"></colgroup>'
            "<thead><tr>%s</tr></thead><tbody>%s</tbody></table>"
        ) % (revenue[0], Markup("").join(revenue[1]))
        style = Markup(
            "<style>h1{font-size:13pt}table.situation{font-size:7pt}table.revenue{width:60%;margin-bottom:3mm}"
            "tr.d0 td.num,tr.dt td.num{font-size:7pt}"
            "table.close{font-size:8pt;width:100%;margin-top:3mm;break-inside:avoid}table.close td{vertical-align:top}"
            "table.close td.sign{width:35%;text-align:center;padding-bottom:9mm}"
            "table.facts{font-size:7.5pt;margin:0 0 1mm}table.facts td{padding:.2mm 2mm}"
            "table.facts td.num{direction:ltr;text-align:right}</style>"
        )
        widths = [26, *[74 / 9] * 9]
        title = self._gov_situation_title(found)
        after = self._gov_situation_close(found, facts)
        return self.env["gov.budget.situation"]._gov_render(
            title, expenditure[0], expenditure[1], before, widths, style, after
        )

    def _gov_situation_close(self, found, facts):
        """Return the end of model M24: the balance in figures and words, the signature, who gets a copy (CAS-18)."""
        _ = self.env._
        words = self.env["gov.words"].amount(found["balance"], (self.env.lang or "fr")[:2])
        day = format_date(self.env, fields.Date.context_today(self))
        return Markup(
            '<table class="close"><tbody><tr><td><table class="facts"><tbody>%s</tbody></table><p>%s</p><p>%s</p></td>'
            '<td class="sign">%s<br><b>%s</b></td></tr></tbody></table>'
        ) % (
            facts,
            _("The balance of this account is closed at the sum of: %(words)s.", words=words),
            _("Copies: treasury of the Kingdom, authorising officer, expenditure control, treasury, budget."),
            _("Drawn up on %(day)s", day=day),
            _("The authorising officer"),
        )

    def _gov_situation_sheets(self, day=None):
        """Return model M24 as sheets of a workbook."""
        _ = self.env._
        found = self._gov_situation(day)
        rtl = (self.env.lang or "").startswith("ar")
        title = self._gov_situation_title(found)
        rows = [[_("Balance carried forward"), None, float(found["carried"])]]
        rows += [[row["name"], float(row["assessed"]), float(row["collected"])] for row in found["revenue"]]
        rows.append((0, [_("Realised revenue"), None, float(found["realised"])]))
        rows.append([_("Paid"), None, -float(found["paid"])])
        rows.append([_("Transferred to the general budget"), None, -float(found["transferred"])])
        rows.append((0, [_("Balance"), None, float(found["balance"])]))
        labels = self._gov_revenue_heads()
        columns = [(labels[0], "text"), (labels[1], "amount"), (labels[2], "amount")]
        yield {
            "name": _("Revenue"),
            "columns": columns,
            "rows": rows,
            "heading": [title],
            "rtl": rtl,
            "widths": {0: 48},
        }
        heads = self._gov_use_heads()
        columns = [
            (_("Programme"), "text"),
            (_("Imputation"), "text"),
            (_("Label"), "text"),
            (_("Beneficiary"), "text"),
        ]
        columns += [(label, "amount") for label in heads.values()]
        rows = [
            [use["programme"], use["code"], use["name"], use["beneficiary"], *(float(use[column]) for column in heads)]
            for use in found["uses"]
        ]
        yield {
            "name": _("Expenditure"),
            "columns": columns,
            "rows": rows,
            "heading": [title],
            "rtl": rtl,
            "widths": {0: 36},
        }

    def action_print_situation(self, day=None, lang=None, kind="pdf"):
        """Open the print of the situation at a day."""
        self.ensure_one()
        self.check_access("read")
        if kind not in ("pdf", "xlsx"):
            raise UserError(self.env._("A situation is printed as PDF or as a spreadsheet."))
        day = fields.Date.to_date(day) or fields.Date.context_today(self)
        lang = (lang or self.env.lang or "ar")[:2]
        return {
            "type": "ir.actions.act_url",
            "url": f"/gov_special_account/situation/{self.id}.{kind}?day={day}&lang={lang}",
            "target": "new" if kind == "pdf" else "download",
        }


class GovSpecialSituation(models.TransientModel):
    """The dialog that asks for the day and the language of a situation."""

    _name = "gov.special.situation"
    _description = "Print the situation of a special account"

    account_id = fields.Many2one("gov.special.account", "Account", required=True, ondelete="cascade")
    day = fields.Date("At the date", required=True, default=fields.Date.context_today)
    lang = fields.Selection([("ar", "Arabic"), ("fr", "French")], "Language", required=True, default="ar")

    def action_pdf(self):
        """Print as PDF."""
        self.ensure_one()
        return self.account_id.action_print_situation(self.day, self.lang, "pdf")

    def action_xlsx(self):
        """Print as a spreadsheet."""
        self.ensure_one()
        return self.account_id.action_print_situation(self.day, self.lang, "xlsx")


class GovBudgetSituation(models.AbstractModel):
    _inherit = "gov.budget.situation"

    @api.model
    def _gov_revenue_rows(self, year):
        """The administrative account shows the revenue of special accounts and autonomous services."""
        rows = super()._gov_revenue_rows(year)
        years = self.env["gov.special.year"].search([("fiscal_year_id", "=", year._origin.id)], order="chapter_code")
        for account in years.account_id.sorted("code"):
            its = years.filtered(lambda one, account=account: one.account_id == account)
            rows.append(
                (
                    account.code,
                    account.name,
                    sum(its.mapped("lf_revenue")),
                    sum(its.mapped("assessed")) or sum(its.mapped("collected")),
                    sum(its.mapped("collected")),
                )
            )
        return rows
