from datetime import date

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time

from odoo.addons.gov_base.tests.common import AsUserMixin, make_user

TODAY = "2026-03-02 09:00:00"  # a Monday
REASON = "The service cannot do without the person."


@freeze_time(TODAY)
class LeaveCase(AsUserMixin, TransactionCase):
    """A directorate with one service, its heads, agents, HR of all regions and of one, an auditor; one circuit with
    the approval of the direct head; rights of 2026 credited."""

    CIRCUIT = ({"who": "direct_head", "kind": "approval", "name": "Approval of the head"},)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True))
        cls.region = cls.env["gov.region"].search([("code", "=", "00")])
        cls.far_region = cls.env["gov.region"].search([("code", "=", "01")])
        cls.env["gov.approval.circuit"].search([]).active = False
        unit = cls.env["hr.department"].create
        cls.directorate = unit(
            {"name": "T directorate", "unit_kind": "directorate", "unit_code": "TL1", "region_id": cls.region.id}
        )
        cls.service = unit(
            {"name": "T service", "unit_kind": "service", "unit_code": "TL2", "parent_id": cls.directorate.id}
        )
        cls.other_service = unit(
            {"name": "T other", "unit_kind": "service", "unit_code": "TL3", "parent_id": cls.directorate.id}
        )
        cls.far_unit = unit(
            {
                "name": "T far",
                "unit_kind": "regional_directorate",
                "unit_code": "TL4",
                "region_id": cls.far_region.id,
            }
        )
        cls.director, cls.u_director = cls.person("t_director", cls.directorate)
        cls.head, cls.u_head = cls.person("t_head", cls.service, sex="male")
        cls.other_head, cls.u_other_head = cls.person("t_other_head", cls.other_service)
        cls.agent, cls.u_agent = cls.person("t_agent", cls.service, sex="female")
        cls.colleague, cls.u_colleague = cls.person("t_colleague", cls.service, sex="male")
        cls.officer, cls.u_officer = cls.person("t_officer", cls.other_service, "gov_base.group_hr_officer")
        cls.far_officer, cls.u_far_officer = cls.person(
            "t_far_officer", cls.far_unit, "gov_base.group_hr_officer", regions=cls.far_region
        )
        cls.manager, cls.u_manager = cls.person("t_manager", cls.other_service, "gov_base.group_hr_manager")
        cls.auditor, cls.u_auditor = cls.person("t_auditor", cls.other_service, "gov_base.group_auditor")
        cls.directorate.manager_id = cls.director
        cls.service.manager_id = cls.head
        cls.other_service.manager_id = cls.other_head
        cls.circuit = cls.env["gov.approval.circuit"].create(
            {
                "name": "T leave",
                "model_id": cls.env.ref("hr_holidays.model_hr_leave").id,
                "step_ids": [
                    Command.create(dict(step, sequence=number * 10, days=2))
                    for number, step in enumerate(cls.CIRCUIT, 1)
                ],
            }
        )
        cls.ledger = cls.env["gov.leave.ledger"]
        cls.counters = cls.env["gov.leave.counter"]
        cls.people = cls.agent | cls.colleague | cls.head | cls.director | cls.officer | cls.manager
        cls.annual = cls.kind("ANN")
        for code in ("ANN", "EXC_FAM"):
            cls.ledger._credit_batch(2026, code, date(2026, 3, 2))

    @classmethod
    def person(cls, login, unit, groups="", regions=None, **values):
        user = make_user(cls.env, login, *groups.split(","), regions=regions)
        employee = cls.env["hr.employee"].create(
            {
                "name": login,
                "user_id": user.id,
                "department_id": unit.id,
                "date_version": "2020-01-01",
                "recruitment_date": "2015-09-01",
                **values,
            }
        )
        return employee, user

    @classmethod
    def kind(cls, code):
        return cls.env["hr.leave.type"].search([("gov_code", "=", code)])

    def ask(self, first, last, user=None, code="ANN", employee=None, submit=True, **values):
        """Ask for a leave as a user; return it as that user."""
        user = user or self.u_agent
        leave = self.as_user(user)["hr.leave"].create(
            {
                "holiday_status_id": self.kind(code).id,
                "employee_id": (employee or user.employee_id).id,
                "request_date_from": first,
                "request_date_to": last,
                **values,
            }
        )
        if submit:
            leave.action_submit()
        return leave

    def approve(self, leave, user=None):
        leave.with_env(self.as_user(user or self.u_head)).action_approve()
        self.env.invalidate_all()
        return leave

    def counter(self, employee=None, year=2026, code="ANN", carried=False):
        """Return (credited, taken, pending)."""
        self.env.flush_all()
        rows = self.counters._read_rows((employee or self.agent).id, code, [year])
        return tuple(float(days) for days in rows.get((year, carried), (0, 0, 0)))

    def lines(self, employee=None, code="ANN", year=None):
        domain = [("employee_id", "=", (employee or self.agent).id), ("gov_code", "=", code)]
        if year:
            domain.append(("year", "=", year))
        return self.ledger.search(domain, order="id")

    def balance(self, on_date=None, employee=None, code="ANN"):
        self.env.invalidate_all()
        return (employee or self.agent).get_leave_balance(code, on_date)
