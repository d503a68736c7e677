from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.gov_base.tools.text import MONTHS_AR, MONTHS_EN, MONTHS_FR, language

from ..services import situation


class GovBudgetBoard(models.AbstractModel):
    """The board of the budget: where the year stands, what is late, what would lapse; figures open to their rows."""

    _name = "gov.budget.board"
    _description = "Board of the budget"

    @api.model
    def get_board(self, fiscal_year_id=None, filters=None):
        """Return the figures of the board for what the reader sees.

        :param filters: as those of ``gov.budget.situation.get_situation``
        """
        Situation = self.env["gov.budget.situation"]
        Situation._gov_check_reader()
        year = Situation._gov_fiscal_year(fiscal_year_id)
        today = fields.Date.context_today(self)
        domain = Situation._gov_domain(year, filters)
        [sums] = Situation._gov_sums(year, None, domain)
        return {
            "year": {"id": year._origin.id, "name": year.name},
            "today": str(min(max(today, year.date_from), year.date_to)),
            "elapsed": self._gov_elapsed(year, today),
            "total": {"lines": sums["lines"], **situation.complete(sums)},
            "programmes": Situation.get_situation(year._origin.id, None, "programme", filters)["rows"],
            "regions": Situation.get_situation(year._origin.id, None, "region", filters)["rows"],
            "months": self._gov_months(year, domain),
            "tight": self._gov_tight(domain),
            "late": self._gov_late(),
            "waiting": self._gov_waiting(year),
        }

    @api.model
    def _gov_elapsed(self, year, today):
        """Return the share of the year that is over: what a rate is read against."""
        days = (year.date_to - year.date_from).days + 1
        return min(max((today - year.date_from).days + 1, 0), days) / days

    @api.model
    def _gov_months(self, year, domain):
        """Return commitments, orders and payments month by month, summed up from January on.

        What is recorded after the year, such as the payment of an order of December, counts in its last month.
        """
        Line = self.env["gov.budget.line"]
        rows = self.env.execute_query(
            SQL(
                """SELECT date_part('month', greatest(least(e.date, %s), %s))::int,
                          sum(e.committed), sum(e.ordered), sum(e.paid)
                     FROM gov_budget_entry e
                    WHERE e.fiscal_year_id = %s AND e.line_id IN %s
                      AND (e.committed <> 0 OR e.ordered <> 0 OR e.paid <> 0)
                 GROUP BY 1 ORDER BY 1""",
                year.date_to,
                year.date_from,
                year._origin.id or None,
                Line._search(domain, order="id").subselect(),
            )
        )
        code = language(self.env.lang or "en_US") if (self.env.lang or "en")[:2] in ("ar", "fr", "en") else "en"
        names = {"ar": MONTHS_AR, "fr": MONTHS_FR, "en": MONTHS_EN}[code]
        by_month = {month: values for month, *values in rows}
        today = fields.Date.context_today(self)
        last = 12 if today > year.date_to else today.month if today >= year.date_from else 0
        months, total = [], [0.0, 0.0, 0.0]
        for month in range(1, 13):
            total = [done + new for done, new in zip(total, by_month.get(month, (0.0, 0.0, 0.0)), strict=True)]
            shown = month <= last
            months.append(
                {
                    "month": month,
                    "name": names[month - 1],
                    "committed": round(total[0], 2) if shown else None,
                    "ordered": round(total[1], 2) if shown else None,
                    "paid": round(total[2], 2) if shown else None,
                }
            )
        return months

    @api.model
    def _gov_tight(self, domain, limit=8):
        """Return the lines that have least left of what they can use."""
        lines = self.env["gov.budget.line"].search_fetch(
            [*domain, ("cp_current", ">", 0)],
            ["full_code", "node_id", "cp_current", "ce_current", "available", "delegated"],
        )
        ranked = []
        for line in lines:
            usable = line.cp_current + line.ce_current - line.delegated
            if usable > 0:
                ranked.append((line.available / usable, line))
        ranked.sort(key=lambda one: (one[0], -one[1].cp_current))
        return [
            {
                "id": line.id,
                "code": line.full_code,
                "name": line.label,
                "available": line.available,
                "share": round(share, 4),
            }
            for share, line in ranked[:limit]
        ]

    @api.model
    def _gov_late(self):
        """Return the invoices beyond their legal delay of payment and not paid: count, amount and how to open them."""
        today = fields.Date.context_today(self)
        domain = [
            ("state", "in", ("submitted", "certified")),
            ("pay_due_on", "<", str(today)),
            "!",
            ("order_ids.state", "=", "paid"),
        ]
        invoices = self.env["gov.liquidation"]
        if not invoices.has_access("read"):
            return None
        [(count, amount)] = invoices._read_group(domain, aggregates=["__count", "amount:sum"])
        return {
            "label": self.env._("Payments beyond their legal delay"),
            "count": count,
            "amount": amount or 0.0,
            "model": "gov.liquidation",
            "domain": domain,
        }

    @api.model
    def _gov_waiting(self, year):
        """Return what waits for somebody, stage by stage: ``[{"label", "count", "model", "domain"}]``."""
        labels = {
            "gov.commitment": self.env._("Commitments waiting for a visa"),
            "gov.liquidation": self.env._("Invoices to certify"),
            "gov.payment.order": self.env._("Payment orders to sign"),
        }
        states = {"gov.commitment": "proposed"}
        stages = [(model, label, [("state", "=", states.get(model, "submitted"))]) for model, label in labels.items()]
        return [
            {"label": label, "count": self.env[model].search_count(domain), "model": model, "domain": domain}
            for model, label, domain in stages
            if self.env[model].has_access("read")
        ]
