from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, new_test_user

REASON = "The file lacks the act of appointment."


@freeze_time("2026-03-02 09:00:00")  # a Monday
class ApprovalCase(TransactionCase):
    """A directorate, one division, two services; their heads; agents; HR; nobody from sample data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True))
        cls.region = cls.env["gov.region"].search([("code", "=", "00")])
        cls.region_far = cls.env["gov.region"].search([("code", "=", "01")])
        cls.env["gov.approval.circuit"].search([]).active = False

        cls.secretary, cls.u_secretary = cls._person("t_secretary")
        cls.director, cls.u_director = cls._person("t_director")
        cls.divhead, cls.u_divhead = cls._person("t_divhead")
        cls.head, cls.u_head = cls._person("t_head")
        cls.head2, cls.u_head2 = cls._person("t_head2")
        cls.agent, cls.u_agent = cls._person("t_agent")
        cls.colleague, cls.u_colleague = cls._person("t_colleague")
        cls.stranger, cls.u_stranger = cls._person("t_stranger")
        cls.hr, cls.u_hr = cls._person("t_hr", "gov_base.group_hr_officer")
        cls.hrmanager, cls.u_hrmanager = cls._person("t_hrmanager", "gov_base.group_hr_manager")
        cls.auditor, cls.u_auditor = cls._person("t_auditor", "gov_base.group_auditor")
        cls.admin = cls.env.ref("base.user_admin")

        unit = cls.env["hr.department"]
        cls.secretariat = unit.create(
            {
                "name": "T secretariat",
                "unit_kind": "secretariat_general",
                "manager_id": cls.secretary.id,
                "region_id": cls.region.id,
            }
        )
        cls.directorate = unit.create(
            {
                "name": "T directorate",
                "unit_kind": "directorate",
                "manager_id": cls.director.id,
                "parent_id": cls.secretariat.id,
            }
        )
        cls.division = unit.create(
            {
                "name": "T division",
                "unit_kind": "division",
                "manager_id": cls.divhead.id,
                "parent_id": cls.directorate.id,
            }
        )
        cls.service = unit.create(
            {"name": "T service", "unit_kind": "service", "manager_id": cls.head.id, "parent_id": cls.division.id}
        )
        cls.service2 = unit.create(
            {"name": "T service 2", "unit_kind": "service", "manager_id": cls.head2.id, "parent_id": cls.division.id}
        )
        (cls.head | cls.agent | cls.colleague).department_id = cls.service
        (cls.head2 | cls.stranger | cls.hr | cls.hrmanager | cls.auditor).department_id = cls.service2
        cls.divhead.department_id = cls.division
        cls.director.department_id = cls.directorate
        cls.secretary.department_id = cls.secretariat
        cls.circuit = cls._circuit(
            {"who": "direct_head", "kind": "opinion", "name": "Opinion of the head"},
            {"who": "head_of_division", "kind": "opinion", "name": "Opinion of the division"},
            {"who": "director", "kind": "approval", "name": "Approval of the director"},
        )

    @classmethod
    def _person(cls, login, groups="", region=None):
        user = new_test_user(cls.env, login, ",".join(filter(None, ["base.group_user", groups])), name=login)
        if region:
            user.gov_region_ids = region
        return cls.env["hr.employee"].create({"name": login, "user_id": user.id}), user

    @classmethod
    def _circuit(cls, *steps, **vals):
        cls.env["gov.approval.circuit"].search([("model", "=", "gov.approval.test.request")]).active = False
        return cls.env["gov.approval.circuit"].create(
            {
                "name": "Test circuit",
                "model_id": cls.env["ir.model"]._get_id("gov.approval.test.request"),
                "step_ids": [Command.create({"sequence": rank} | step) for rank, step in enumerate(steps)],
            }
            | vals
        )

    def _request(self, user=None, submit=True, **vals):
        user = user or self.u_agent
        request = self.env["gov.approval.test.request"].with_user(user).create({"name": "Leave on Monday"} | vals)
        if submit:
            request.action_submit()
        return request

    def _lines(self, request):
        return request.sudo().approval_line_ids.sorted(lambda line: (line.round, line.sequence))

    def _current(self, request):
        return request.sudo().approval_line_ids.filtered(lambda line: line.state == "waiting")

    def _interim(self, absent, substitute, date_from="2026-03-01", date_to="2026-03-31", **vals):
        interim = (
            self.env["gov.interim"]
            .with_user(absent.user_id)
            .create(
                {"absent_id": absent.id, "substitute_id": substitute.id, "date_from": date_from, "date_to": date_to}
                | vals
            )
        )
        interim.action_confirm()
        return interim
