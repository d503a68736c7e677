from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.text import to_decimal

from ..services import forecast

MONTHS = [
    ("01", "January"),
    ("02", "February"),
    ("03", "March"),
    ("04", "April"),
    ("05", "May"),
    ("06", "June"),
    ("07", "July"),
    ("08", "August"),
    ("09", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]


class GovBudgetForecast(models.Model):
    """What is planned to be committed and ordered on a line in a month (prévisions d'engagement et d'émission)."""

    _name = "gov.budget.forecast"
    _description = "Monthly forecast of a line"
    _inherit = ["gov.budget.amounts"]
    _order = "line_id, month"
    _rec_name = "line_id"
    _amount_fields = ("planned_commitment", "planned_order")

    line_id = fields.Many2one("gov.budget.line", "Line", required=True, index=True, ondelete="cascade")
    month = fields.Selection(MONTHS, required=True)
    planned_commitment = fields.Float("Commitments planned", digits=(16, 2))
    planned_order = fields.Float("Orders planned", digits=(16, 2))
    available = fields.Float(related="line_id.available", string="Available now", aggregator=None)
    fiscal_year_id = fields.Many2one(
        related="line_id.fiscal_year_id", string="Fiscal year", store=True, index=True, ondelete="cascade"
    )
    programme_id = fields.Many2one(
        related="line_id.programme_id", string="Programme", store=True, index=True, ondelete="cascade"
    )
    region_id = fields.Many2one(
        related="line_id.region_id", string="Region", store=True, index=True, ondelete="cascade"
    )
    unit_id = fields.Many2one(related="line_id.unit_id", string="Unit", store=True, index=True, ondelete="cascade")

    _month_uniq = models.Constraint("UNIQUE (line_id, month)", "This month of the line is planned already.")
    _amounts = models.Constraint(
        "CHECK (coalesce(planned_commitment, 0) >= 0 AND coalesce(planned_order, 0) >= 0)",
        "What is planned is zero or more.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._gov_check_open()
        return plans

    def write(self, vals):
        self._gov_check_open()
        result = super().write(vals)
        self._gov_check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self._gov_check_open()

    def _gov_check_open(self):
        # sudo: the state of the budget, whatever is read of it
        closed = self.line_id.sudo().filtered(lambda line: line.budget_id.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "The budget of %(line)s is closed: its forecast stays as it was.", line=closed[0].display_name
                )
            )


class GovBudgetLine(models.Model):
    _inherit = "gov.budget.line"

    forecast_ids = fields.One2many("gov.budget.forecast", "line_id", "Monthly forecast", copy=False)

    def action_plan_months(self):
        """Plan what is left of these lines in equal parts over the months to come, where nobody planned yet.

        Lines of closed budgets are left out; what is planned already stays.

        :return: the action that opens the forecast of these lines
        """
        plans = self.env["gov.budget.forecast"]
        plans.check_access("create")
        self.check_access("read")
        today = fields.Date.context_today(self)
        lines = self.filtered(lambda line: line.budget_id.state in ("voted", "open"))
        known = {line.id for (line,) in plans._read_group([("line_id", "in", lines.ids)], ["line_id"])}
        rows = []
        for line in lines:
            if line.id in known:
                continue
            year = line.fiscal_year_id
            first = today.month if year.date_from <= today <= year.date_to else 1
            months = range(first, 13) if today <= year.date_to else ()
            commitments = forecast.share(to_decimal(line.available), months)
            orders = forecast.share(to_decimal(line.cp_current) - to_decimal(line.ordered), months)
            rows += [
                {
                    "line_id": line.id,
                    "month": f"{month:02d}",
                    "planned_commitment": float(commitments[month]),
                    "planned_order": float(orders[month]),
                }
                for month in months
            ]
        plans.create(rows)
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_budget_report.gov_budget_forecast_action")
        return {**action, "domain": [("line_id", "in", self.ids)], "context": {"search_default_group_line": 1}}


class GovBudgetMonth(models.Model):
    """Planned and done, month by month: the forecast of the lines beside the ledger, and the gap (§2.8)."""

    _name = "gov.budget.month"
    _description = "Planned and done by month"
    _auto = False
    _order = "month desc, id desc"
    _rec_name = "line_id"
    # written before it is read
    _depends = {
        "gov.budget.forecast": ["line_id", "month", "fiscal_year_id", "planned_commitment", "planned_order"],
        "gov.budget.entry": ["line_id", "fiscal_year_id", "date", "committed", "ordered"],
    }

    line_id = fields.Many2one("gov.budget.line", "Line", readonly=True, index=True, ondelete="cascade")
    fiscal_year_id = fields.Many2one("gov.fiscal.year", "Fiscal year", readonly=True, index=True, ondelete="cascade")
    month = fields.Date(readonly=True)
    chapter_id = fields.Many2one("gov.budget.node", "Chapter", readonly=True, index=True, ondelete="cascade")
    programme_id = fields.Many2one("gov.budget.node", "Programme", readonly=True, index=True, ondelete="cascade")
    region_id = fields.Many2one("gov.region", "Region", readonly=True, index=True, ondelete="cascade")
    unit_id = fields.Many2one("hr.department", "Unit", readonly=True, index=True, ondelete="cascade")
    planned_commitment = fields.Float("Commitments planned", digits=(16, 2), readonly=True)
    committed = fields.Float("Committed", digits=(16, 2), readonly=True)
    commitment_gap = fields.Float("Committed beyond the plan", digits=(16, 2), readonly=True)
    planned_order = fields.Float("Orders planned", digits=(16, 2), readonly=True)
    ordered = fields.Float("Ordered", digits=(16, 2), readonly=True)
    order_gap = fields.Float("Ordered beyond the plan", digits=(16, 2), readonly=True)

    @property
    def _table_query(self):
        # a row of the ledger is of a month of its year, also when it was recorded after its end
        return """
            SELECT m.id, m.line_id, m.fiscal_year_id, m.month, l.chapter_id, l.programme_id, l.region_id, l.unit_id,
                   m.planned_commitment, m.committed, m.committed - m.planned_commitment AS commitment_gap,
                   m.planned_order, m.ordered, m.ordered - m.planned_order AS order_gap
              FROM (SELECT e.id::bigint * 2 AS id, e.line_id, e.fiscal_year_id,
                           date_trunc('month', least(greatest(e.date, y.date_from), y.date_to))::date AS month,
                           0::numeric AS planned_commitment, e.committed, 0::numeric AS planned_order, e.ordered
                      FROM gov_budget_entry e JOIN gov_fiscal_year y ON y.id = e.fiscal_year_id
                     WHERE e.committed <> 0 OR e.ordered <> 0
                     UNION ALL
                    SELECT f.id::bigint * 2 + 1, f.line_id, f.fiscal_year_id,
                           make_date(extract(year FROM y.date_from)::int, f.month::int, 1),
                           coalesce(f.planned_commitment, 0), 0, coalesce(f.planned_order, 0), 0
                      FROM gov_budget_forecast f JOIN gov_fiscal_year y ON y.id = f.fiscal_year_id) m
              JOIN gov_budget_line l ON l.id = m.line_id
        """


class GovBudgetLanding(models.AbstractModel):
    _inherit = "gov.budget.landing"

    @api.model
    def _gov_planned(self, lines, day):
        """Return {line id: commitments still to come of what was planned}, of the lines that somebody planned."""
        planned = {}
        # sudo: the plan of lines that the user reads
        for line, month, amount in (
            self.env["gov.budget.forecast"]
            .sudo()  # sudo: as above
            ._read_group([("line_id", "in", lines.ids)], ["line_id", "month"], ["planned_commitment:sum"])
        ):
            planned.setdefault(line.id, {})[int(month)] = to_decimal(amount)
        if not planned:
            return {}
        self.env["gov.budget.entry"].flush_model()
        done = dict(
            self.env.execute_query(
                SQL(
                    """SELECT line_id, sum(committed) FROM gov_budget_entry
                        WHERE line_id IN %s AND date BETWEEN %s AND %s GROUP BY line_id""",
                    tuple(planned),
                    day.replace(day=1),
                    day,
                )
            )
        )
        return {
            line: forecast.to_come(months, day.month, to_decimal(done.get(line) or 0))
            for line, months in planned.items()
        }
