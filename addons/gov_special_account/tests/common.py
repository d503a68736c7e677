from odoo.tests import freeze_time

from odoo.addons.gov_budget.tests.common import TODAY, BudgetCase

CODE = "3.1.0.0.1.99.004"
CHAPTER = "3.2.0.0.1.99.004"


@freeze_time(TODAY)
class SpecialCase(BudgetCase):
    """A special-purpose account beside the small budget: 1,000 of credits on two programmes, 200 carried forward."""

    CARRIED = 200

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["gov.special.account"].create(
            {"name": "Fund of the tests", "short_name": "FT", "kind": "cas", "code": CODE, "creation_year": 1996}
        )
        cls.tax = cls.env["gov.revenue.source"].create({"account_id": cls.account.id, "name": "Tax", "nature": "tax"})
        cls.grant = cls.env["gov.revenue.source"].create(
            {"account_id": cls.account.id, "name": "Grant", "nature": "support"}
        )
        cls.transfer = cls.env["gov.revenue.source"].create(
            {"account_id": cls.account.id, "name": "Transfer", "nature": "transfer"}
        )
        cls.collector = cls.env["gov.revenue.collector"].create(
            {"code": "C1", "name": "First", "account_ids": [(6, 0, cls.account.ids)]}
        )
        cls.collector2 = cls.env["gov.revenue.collector"].create({"code": "C2", "name": "Second"})
        cls.cas_chapter = cls.node("chapter", CHAPTER, None, "Fund")
        cls.cas_programme = cls.node("programme", "402", cls.cas_chapter, "Landscape")
        cls.cas_region = cls.node("region", "00", cls.cas_programme, "Central")
        cls.cas_project = cls.node("project", "10", cls.cas_region, "Cinema")
        cls.cas_node = cls.node("line", "28", cls.cas_project, "Subsidies")
        cls.cas_node2 = cls.node("line", "26", cls.cas_project, "Studies")
        cls.cas_budget = cls.env["gov.budget"].create(
            {"fiscal_year_id": cls.year.id, "kind": "cas", "account_code": "99.004"}
        )
        cls.cas_line, cls.cas_line2 = cls.env["gov.budget.line"].create(
            [
                {"budget_id": cls.cas_budget.id, "node_id": node.id, "unit_id": cls.unit.id, "cp_proposed": cp}
                for node, cp in ((cls.cas_node, 800), (cls.cas_node2, 200))
            ]
        )
        cls.cas_budget.with_user(cls.budget_user).action_vote("Law 50-25", "2025-12-31")
        cls.cas_budget.with_user(cls.authorising).action_open()
        cls.special_year = cls.env["gov.special.year"].create(
            {"account_id": cls.account.id, "fiscal_year_id": cls.year.id, "lf_revenue": 1000}
        )
        cls.special_year._gov_write({"carried": cls.CARRIED})
        cls.special_year.with_user(cls.authorising).action_open()
        cls.program = cls.make_program({cls.cas_line: 800, cls.cas_line2: 200})

    @classmethod
    def make_program(cls, uses):
        program = (
            cls.env["gov.special.program"]
            .with_user(cls.budget_user)
            .create(
                {
                    "account_id": cls.account.id,
                    "fiscal_year_id": cls.year.id,
                    "line_ids": [
                        (0, 0, {"budget_line_id": line.id, "name": "Use", "amount": amount})
                        for line, amount in uses.items()
                    ],
                }
            )
        )
        program.action_submit()
        program.with_user(cls.authorising).action_approve(visa_reference="DB 1/2026")
        return program

    @classmethod
    def collect(cls, amount, source=None, **vals):
        return (
            cls.env["gov.revenue.entry"]
            .with_user(cls.budget_user)
            .create(
                {
                    "account_id": cls.account.id,
                    "source_id": (source or cls.tax).id,
                    "collector_id": cls.collector.id,
                    "amount": amount,
                    "date": "2026-02-10",
                    **vals,
                }
            )
        )

    def spend(self, amount, line=None, upto="paid"):
        """Take an amount through the phases of an expense, up to one."""
        line = line or self.cas_line
        for kind, counter in (
            ("commitment", "committed"), ("liquidation", "liquidated"), ("order", "ordered"), ("payment", "paid"),
        ):  # fmt: skip
            self.post(line, kind, **{counter: amount})
            if counter == upto:
                return

    def figures(self, *names):
        self.special_year.invalidate_recordset()
        return [self.special_year[name] for name in names]
