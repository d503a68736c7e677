import datetime

from odoo.tests import TransactionCase, freeze_time

from odoo.addons.gov_base.tests.common import make_user

TODAY = "2026-03-02 09:00:00"
CHAPTER = "1.2.1.2.0.99.000"
INVESTMENT = "1.2.2.2.0.99.000"


@freeze_time(TODAY)
class BudgetCase(TransactionCase):
    """A small open budget of 2026: equipment with two programmes and two regions, investment, one user a role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True))
        cls.central = cls.env["gov.region"].search([("code", "=", "00")])
        cls.far = cls.env["gov.region"].search([("code", "=", "04")])
        cls.other = cls.env["gov.region"].search([("code", "=", "05")])
        cls.unit = cls.env["hr.department"].create(
            {"name": "B directorate", "unit_kind": "directorate", "unit_code": "BTD", "region_id": cls.central.id}
        )
        cls.regional_unit = cls.env["hr.department"].create(
            {"name": "B regional", "unit_kind": "regional_directorate", "unit_code": "BTR", "region_id": cls.far.id}
        )
        cls.budget_user = cls.make_user("b_budget", "budget_officer")
        cls.budget_user2 = cls.make_user("b_budget2", "budget_officer")
        cls.authorising = cls.make_user("b_authorising", "authorising_officer")
        cls.controller = cls.make_user("b_controller", "expenditure_controller")
        cls.procurement = cls.make_user("b_procurement", "procurement_officer")
        cls.auditor = cls.make_user("b_auditor", "auditor")
        cls.employee = cls.make_user("b_employee")
        cls.year = cls.make_year(2026)
        cls.chapter = cls.node("chapter", CHAPTER, None, "Equipment")
        cls.programme = cls.node("programme", "400", cls.chapter, "Communication")
        cls.programme2 = cls.node("programme", "401", cls.chapter, "Support")
        cls.region00 = cls.node("region", "00", cls.programme, "Central")
        cls.region04 = cls.node("region", "04", cls.programme, "Rabat")
        cls.region00b = cls.node("region", "00", cls.programme2, "Central")
        cls.project = cls.node("project", "10", cls.region00, "Campaigns")
        cls.project2 = cls.node("project", "20", cls.region00, "Press")
        cls.project04 = cls.node("project", "10", cls.region04, "Regional means")
        cls.project_b = cls.node("project", "10", cls.region00b, "General means")
        cls.node_a = cls.node("line", "11", cls.project, "Supplies")
        cls.node_b = cls.node("line", "12", cls.project, "Printing")
        cls.node_c = cls.node("line", "11", cls.project2, "Support to press")
        cls.node_d = cls.node("line", "11", cls.project04, "Regional supplies")
        cls.node_e = cls.node("line", "11", cls.project_b, "Means")
        cls.chapter_i = cls.node("chapter", INVESTMENT, None, "Investment")
        cls.programme_i = cls.node("programme", "400", cls.chapter_i, "Communication")
        cls.region_i = cls.node("region", "00", cls.programme_i, "Central")
        cls.project_i = cls.node("project", "10", cls.region_i, "Buildings")
        cls.node_i = cls.node("line", "31", cls.project_i, "Works")
        cls.budget = cls.env["gov.budget"].create(
            {"fiscal_year_id": cls.year.id, "kind": "general", "account_code": cls.ACCOUNT}
        )
        credits = {
            "a": (cls.node_a, 1000, 0),
            "b": (cls.node_b, 500, 0),
            "c": (cls.node_c, 2000, 0),
            "d": (cls.node_d, 300, 0),
            "e": (cls.node_e, 1500, 0),
            "i": (cls.node_i, 800, 400),
        }
        for name, (node, cp, ce) in credits.items():
            line = cls.env["gov.budget.line"].create(
                {
                    "budget_id": cls.budget.id,
                    "node_id": node.id,
                    "unit_id": cls.unit.id,
                    "cp_proposed": cp,
                    "ce_proposed": ce,
                }
            )
            setattr(cls, f"line_{name}", line)
        cls.budget.with_user(cls.budget_user).action_vote("Law 50-25", "2025-12-31")
        cls.budget.with_user(cls.authorising).action_open()
        cls.Entry = cls.env["gov.budget.entry"]

    # a budget of its own beside the one of the sample year
    ACCOUNT = "TEST"

    @classmethod
    def make_user(cls, login, *roles):
        return make_user(cls.env, login, *roles)

    @classmethod
    def make_year(cls, year):
        years = cls.env["gov.fiscal.year"]
        found = years._for_date(datetime.date(year, 6, 1))
        if not found:
            found = years.create({"name": str(year), "date_from": f"{year}-01-01", "date_to": f"{year}-12-31"})
        if found.state == "draft":
            found.action_open()
        return found

    @classmethod
    def node(cls, kind, code, parent, name):
        return cls.env["gov.budget.node"].create(
            {"kind": kind, "code": code, "parent_id": parent and parent.id, "name": name, "year_from": 2020}
        )

    def post(self, line, kind, **amounts):
        return self.Entry._gov_post([{"line": line, "kind": kind, **amounts}])

    def check_books(self, lines=None):
        """Every counter equals the sum of its entries."""
        lines = lines or self.budget.line_ids
        lines.invalidate_recordset()
        for line in lines:
            sums = {name: 0.0 for name in ("cp", "ce", "delegated", "reserved", "committed", "liquidated", "ordered")}
            for entry in self.Entry.search([("line_id", "=", line.id)]):
                for name in sums:
                    sums[name] += entry[name]
            found = {
                name: line["cp_current" if name == "cp" else "ce_current" if name == "ce" else name] for name in sums
            }
            for name, value in sums.items():
                self.assertAlmostEqual(value, found[name], 2, f"{line.full_code} {name}")
