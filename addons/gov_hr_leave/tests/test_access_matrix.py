from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import REASON, TODAY
from .law_common import LawCase

# who: the person, a colleague, the head of the unit and of another, the director above, officers of human resources
# without and with the right to health leave, of another region, HR manager, auditor, portal
WHO = "agent colleague head other_head director officer health far_officer far_health manager auditor portal".split()
# for each thing, the letters of WHO in the same order: y may, n may not
MATRIX = {
    # what                             ag co he oh di of hl fo fh ma au po
    "reads the annual leave": "y  n  y  n  n  y  y  n  n  y  y  n",
    "reads the sick leave": "y  n  y  n  n  n  y  n  n  y  n  n",
    "reads the annual receipt": "y  n  y  n  n  y  y  n  n  y  y  n",
    "reads the sick receipt": "y  n  y  n  n  n  y  n  n  y  n  n",
    "reads the sick steps": "y  n  y  n  n  n  y  n  n  y  n  n",
    "reads the pay of annual leave": "y  n  n  n  n  y  y  n  n  y  n  n",
    "reads the pay of sick leave": "y  n  n  n  n  n  y  n  n  y  n  n",
    "opens the annual decision": "y  n  y  n  n  y  y  n  n  y  y  n",
    "opens the sick decision": "y  n  y  n  n  n  y  n  n  y  n  n",
    "reads the health file": "y  n  n  n  n  n  y  n  n  y  n  n",
    "writes the health file": "n  n  n  n  n  n  y  n  n  y  n  n",
    "records the certificate": "n  n  n  n  n  n  y  n  n  y  n  n",
    "reads the return": "y  n  y  n  y  y  y  n  n  y  y  n",
    "records the return": "n  n  y  n  y  y  y  n  n  y  n  n",
    "reads the absence": "y  n  y  n  y  y  y  n  n  y  n  n",
    "reads the answer to the query": "n  n  n  n  n  y  y  n  n  y  n  n",
    "reads the deduction": "n  n  n  n  n  y  y  n  n  y  n  n",
    "opens the query": "y  n  n  n  n  y  y  n  n  y  n  n",
    "records an absence": "n  n  y  n  y  y  y  n  n  y  n  n",
    "sends a query": "n  n  n  n  n  y  y  n  n  y  n  n",
    "reads the statements": "n  n  n  n  n  n  n  n  n  y  n  n",
}


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestAccessMatrix(LawCase):
    """Who may read and do what on the leave, the sick leave, the return and the absences of one person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.far_health, cls.u_far_health = cls.person(
            "t_far_health",
            cls.far_unit,
            "gov_base.group_hr_officer,gov_hr_leave.group_health_leave",
            regions=cls.far_region,
        )
        cls.u_portal = new_test_user(cls.env, "t_portal", "base.group_portal")
        case = cls("test_the_matrix")
        cls.annual_leave = case.approve(case.ask("2026-03-16", "2026-03-19")).sudo()
        cls.sick_leave = case.approve(case.sick("2026-03-03", "2026-03-06")).sudo()
        cls.waiting = case.sick("2026-03-30", "2026-03-31", proof=False).sudo()
        cls.file = cls.env["gov.health.file"].create({"employee_id": cls.agent.id, "kind": "MAL_MD"})
        cls.back = cls.env["gov.leave.return"].search([("leave_id", "=", cls.sick_leave.id)])
        cls.absence = cls.env["gov.absence"].create(
            {"employee_id": cls.agent.id, "date_from": "2026-02-26", "date_to": "2026-02-26"}
        )
        case.absence.with_env(case.as_user(cls.u_officer)).action_query()
        cls.fresh = cls.env["gov.absence"].create(
            {"employee_id": cls.agent.id, "date_from": "2026-02-24", "date_to": "2026-02-24"}
        )
        cls.statement = cls.env["gov.absence.statement"].create({"month": "2026-04-01"})
        cls.env["gov.leave.return"]._cron_finish()
        cls.env.flush_all()

    def act(self, what, user):
        """Do one thing of the matrix as a user."""
        env = self.as_user(user)

        def mine(record):
            return record.with_env(env).sudo(False)

        acts = {
            "reads the annual leave": lambda: mine(self.annual_leave).read(["request_date_from"]),
            "reads the sick leave": lambda: mine(self.sick_leave).read(["holiday_status_id"]),
            "reads the annual receipt": lambda: mine(self.annual_leave.receipt_id).read(["what"]),
            "reads the sick receipt": lambda: mine(self.sick_leave.receipt_id).read(["what"]),
            "reads the sick steps": lambda: mine(self.sick_leave.approval_line_ids).read(["names"]),
            "reads the pay of annual leave": lambda: mine(self.annual_leave).get_pay_fractions(),
            "reads the pay of sick leave": lambda: mine(self.sick_leave).get_pay_fractions(),
            "opens the annual decision": lambda: mine(self.annual_leave.decision_document_id).action_download(),
            "opens the sick decision": lambda: mine(self.sick_leave.decision_document_id).action_download(),
            "reads the health file": lambda: mine(self.file).read(["name"]),
            "writes the health file": lambda: mine(self.file).write({"council_reference": "1/2026"}),
            "records the certificate": lambda: mine(self.waiting).action_receive_certificate(),
            "reads the return": lambda: mine(self.back).read(["expected_on"]),
            "records the return": lambda: mine(self.back).action_record("2026-03-09"),
            "reads the absence": lambda: mine(self.absence).read(["state"]),
            "reads the answer to the query": lambda: mine(self.absence).read(["answer"]),
            "reads the deduction": lambda: mine(self.absence).read(["amount"]),
            "opens the query": lambda: mine(self.absence.query_document_id).action_download(),
            "records an absence": lambda: env["gov.absence"].create(
                {"employee_id": self.agent.id, "date_from": "2026-02-12", "date_to": "2026-02-12"}
            ),
            "sends a query": lambda: mine(self.fresh).action_query(),
            "reads the statements": lambda: mine(self.statement).read(["month"]),
        }
        acts[what]()

    def test_the_matrix(self):
        when = {"records the return": "2026-03-09 10:00:00"}
        for what, row in MATRIX.items():
            for name, letter in zip(WHO, row.split(), strict=True):
                user = getattr(self, f"u_{name}")
                with self.subTest(what=what, who=name), freeze_time(when.get(what, TODAY)):
                    done = False
                    try:
                        with self.env.cr.savepoint() as savepoint:
                            try:
                                self.act(what, user)
                                done = True
                            finally:
                                self.env.flush_all()
                                savepoint.rollback()
                    except AccessError:
                        pass
                    except UserError as error:
                        self.fail(f"{name} {what}: {error.args[0]}")
                    finally:
                        self.env.invalidate_all()
                    self.assertEqual(done, letter == "y", f"{name} {what}")

    def test_head_of_the_circuit_decides_on_sick_leave_but_reads_neither_pay_nor_file(self):
        leave = self.sick_leave.with_env(self.as_user(self.u_head))
        self.assertTrue(leave.read(["holiday_status_id"]))
        with self.assertRaises(AccessError):
            leave.get_pay_fractions()
        with self.assertRaises(AccessError):
            leave.read(["health_file_id"])

    def test_the_right_to_health_leave_alone_gives_nothing(self):
        """Somebody who has the right but no role of human resources treats nothing."""
        _person, user = self.person("t_right_only", self.other_service, "gov_hr_leave.group_health_leave")
        waiting = self.waiting.with_env(self.as_user(user)).sudo(False)
        with self.assertRaises(AccessError):
            waiting.action_receive_certificate()
        with self.assertRaises(AccessError):
            self.file.with_env(self.as_user(user)).read(["name"])
        with self.assertRaises(AccessError):
            self.sick_leave.with_env(self.as_user(user)).sudo(False).get_pay_fractions()

    def test_hr_managers_have_the_right_to_health_leave(self):
        self.assertTrue(self.u_manager.has_group("gov_hr_leave.group_health_leave"))
        self.assertFalse(self.u_officer.has_group("gov_hr_leave.group_health_leave"))

    def test_nobody_of_the_team_learns_that_an_absence_is_of_health(self):
        rows = self.as_user(self.u_colleague)["hr.leave"].sudo(False).search([("employee_id", "=", self.agent.id)])
        self.assertFalse(rows)
        absences = self.agent.sudo()._gov_absences(date(2026, 3, 1), date(2026, 3, 31))
        self.assertNotIn(self.kind("MAL_CD").name, [row["label"] for row in absences])

    def test_analysis_of_leave_hides_health_leave_as_the_leave_itself(self):
        for name in ("colleague", "head", "other_head", "director", "officer", "auditor"):
            env = self.as_user(getattr(self, f"u_{name}"))
            rows = (
                env["hr.leave.report"]
                .sudo(False)
                .search([("employee_id", "=", self.agent.id), ("holiday_status_id.is_health", "=", True)])
            )
            self.assertFalse(rows, name)
        self.ask("2026-08-03", "2026-08-04", code="MAL_CD", submit=False)
        rows = self.as_user(self.u_head)["hr.leave.report"].sudo(False).search([("state", "=", "draft")])
        self.assertFalse(rows)

    def test_nobody_files_the_leave_of_a_colleague(self):
        env = self.as_user(self.u_colleague)
        with self.assertRaises(AccessError):
            leave = env["hr.leave"].create(
                {
                    "holiday_status_id": self.kind("ANN").id,
                    "employee_id": self.agent.id,
                    "request_date_from": "2026-08-03",
                    "request_date_to": "2026-08-04",
                }
            )
            leave.sudo(False).action_submit()

    def test_the_dialog_gives_no_right_of_its_own(self):
        dialog = self.as_user(self.u_colleague)["gov.leave.dialog"].create(
            {"operation": "deduct", "res_id": self.absence.id, "reason": REASON}
        )
        with self.assertRaises(AccessError):
            dialog.action_confirm()
