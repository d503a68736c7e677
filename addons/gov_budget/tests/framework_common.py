from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, freeze_time

from odoo.addons.gov_base.tests.common import make_user

TODAY = "2046-03-20"
YEAR = 2046  # far from the sample year, so that a database with it can be tested too


@freeze_time(TODAY)
class FrameworkCase(TransactionCase):
    """Two directorates with a service each, their heads, the finance people, and a small nomenclature."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True))
        regions = {region.code: region for region in cls.env["gov.region"].search([])}
        cls.far_region = regions["04"]
        units = cls.env["hr.department"]
        cls.directorate = units.create(
            {"name": "T directorate", "unit_kind": "directorate", "unit_code": "TFD", "region_id": regions["00"].id}
        )
        cls.service = units.create(
            {"name": "T service", "unit_kind": "service", "unit_code": "TFS", "parent_id": cls.directorate.id}
        )
        cls.far_unit = units.create(
            {
                "name": "T regional",
                "unit_kind": "regional_directorate",
                "unit_code": "TFR",
                "region_id": cls.far_region.id,
            }
        )
        cls.director = cls.person("director", cls.directorate)
        cls.head = cls.person("head", cls.service)
        cls.far_head = cls.person("far_head", cls.far_unit)
        cls.clerk = cls.person("clerk", cls.service)
        cls.officer = cls.person("officer", cls.directorate, "gov_base.group_budget_officer")
        cls.second = cls.person("second", cls.directorate, "gov_base.group_budget_officer")
        cls.top = cls.person("top", cls.directorate, "gov_base.group_authorising_officer")
        cls.auditor = cls.person("auditor", cls.directorate, "gov_base.group_auditor")
        cls.far_officer = cls.person("far_officer", cls.far_unit, "gov_base.group_budget_officer", cls.far_region)
        for unit, user in ((cls.directorate, cls.director), (cls.service, cls.head), (cls.far_unit, cls.far_head)):
            unit.manager_id = user.employee_id
        cls.make_tree()
        cls.far_year = cls.env["gov.fiscal.year"].create(
            {"name": str(YEAR), "date_from": f"{YEAR}-01-01", "date_to": f"{YEAR}-12-31"}
        )

    @classmethod
    def person(cls, login, unit, group="", region=None):
        user = make_user(cls.env, f"tf_{login}", group, regions=region, name=f"T {login}")
        cls.env["hr.employee"].create({"name": f"T {login}", "user_id": user.id, "department_id": unit.id})
        return user

    @classmethod
    def make_tree(cls):
        """1.2.1.2.0.98.000 (equipment) and 1.2.2.2.0.98.000 (investment): programme 700, regions 00 and 04."""
        Node = cls.env["gov.budget.node"].with_context(lang="en_US")

        def node(kind, code, parent=None, name=None):
            values = {"kind": kind, "code": code, "name": name or f"{kind} {code}", "year_from": 2040}
            return Node.create(dict(values, parent_id=parent.id if parent else False))

        cls.chapter = node("chapter", "1.2.1.2.0.98.000")
        cls.invest = node("chapter", "1.2.2.2.0.98.000")
        cls.programme = node("programme", "700", cls.chapter)
        cls.programme_invest = node("programme", "700", cls.invest)
        cls.project = node("project", "10", node("region", "00", cls.programme))
        cls.far_project = node("project", "10", node("region", "04", cls.programme))
        cls.work = node("project", "50", node("region", "00", cls.programme_invest))
        cls.paper = node("line", "11", cls.project)
        cls.water = node("line", "17", cls.project)
        cls.far_paper = node("line", "11", cls.far_project)
        cls.building = node("line", "16", cls.work)

    @contextmanager
    def refused(self, words, error=UserError):
        """Expect a refusal that says ``words``; what was done before it is undone, as for a user."""
        with self.assertRaises(error) as caught:
            yield
        self.assertRegex(str(caught.exception), words)

    # ------------------------------------------------------------------ records
    def framework(self, user=None, **vals):
        return (
            self.env["gov.budget.framework"]
            .with_user(user or self.officer)
            .create({"base_year": YEAR, "collection_deadline": f"{YEAR}-04-01", **vals})
        )

    def line(self, framework, node, unit, cp=(0, 0, 0), ce=(0, 0, 0), user=None, **vals):
        values = {"framework_id": framework.id, "node_id": node.id, "unit_id": unit.id, **vals}
        values.update({f"cp_{year}": amount for year, amount in enumerate(cp, 1)})
        values.update({f"ce_{year}": amount for year, amount in enumerate(ce, 1)})
        return self.env["gov.budget.framework.line"].with_user(user or self.officer).create(values)

    def filled(self):
        """Return a framework in preparation with three lines: paper and building of the service, paper far away."""
        framework = self.framework()
        self.lines = {
            "paper": self.line(framework, self.paper, self.service, (100, 110, 120)),
            "building": self.line(framework, self.building, self.service, (1000, 2000, 500), (1500, 0, 0)),
            "far": self.line(framework, self.far_paper, self.far_unit, (50, 50, 50)),
        }
        return framework

    def collecting(self):
        framework = self.filled()
        framework.action_open_collection()
        return framework

    def need(self, framework, unit):
        return framework.sudo().need_ids.filtered(lambda need: need.unit_id == unit)

    def arbitration(self, level=None):
        framework = self.collecting()
        self.need(framework, self.service).with_user(self.head).action_submit()
        self.need(framework, self.far_unit).with_user(self.far_head).action_submit()
        framework.action_open_arbitration()
        if level:
            framework.action_open_round(level)
        return framework

    def make_objective(self):
        objective = self.env["gov.budget.objective"].create(
            {"code": "700-1", "name": "Serve better", "programme_id": self.programme.id}
        )
        indicator = self.env["gov.budget.indicator"].create(
            {"code": "700-1.1", "name": "Delay", "objective_id": objective.id, "is_gender": True, "unit": "days"}
        )
        return objective, indicator

    def make_ceilings(self, framework):
        """Notify ceilings that the lines meet."""
        Ceiling = self.env["gov.budget.framework.ceiling"].with_user(self.officer)
        for chapter in framework.sudo().line_ids.chapter_id:
            lines = framework.sudo().line_ids.filtered(lambda line, chapter=chapter: line.chapter_id == chapter)
            values = {name: sum(lines.mapped(name)) for name in ("cp_1", "cp_2", "cp_3", "ce_1", "ce_2", "ce_3")}
            Ceiling.create(dict(values, framework_id=framework.id, chapter_id=chapter.id))

    def approved(self):
        framework = self.arbitration()
        self.make_objective()
        self.make_ceilings(framework)
        framework.with_user(self.top).action_approve("Good")
        return framework
