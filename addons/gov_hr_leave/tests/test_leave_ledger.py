from datetime import date

import psycopg2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, LeaveCase


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestLedger(LeaveCase):
    def post(self, kind, days, year=2026, **values):
        self.ledger._post(
            [{"employee_id": self.agent.id, "gov_code": "ANN", "year": year, "kind": kind, "days": days, **values}]
        )

    # ------------------------------------------------------------------ append-only
    def test_nobody_writes_the_ledger_in_the_orm(self):
        line = self.lines()
        for env in (self.as_user(self.u_agent), self.as_user(self.u_manager), self.env):
            for act in (
                lambda one: one.write({"days": 99}),
                lambda one: one.unlink(),
                lambda one: one.copy(),
                lambda one: one.create({"employee_id": self.agent.id, "days": 9}),
            ):
                with self.assertRaises(UserError):
                    act(line.with_env(env))

    def test_nobody_writes_the_counters_in_the_orm(self):
        counter = self.counters.search([("employee_id", "=", self.agent.id)], limit=1)
        for env in (self.as_user(self.u_agent), self.as_user(self.u_manager), self.env):
            for act in (lambda one: one.write({"credited": 99}), lambda one: one.unlink(), lambda one: one.copy()):
                with self.assertRaises(UserError):
                    act(counter.with_env(env))

    def test_nobody_changes_the_ledger_in_sql(self):
        for statement in (
            "UPDATE gov_leave_ledger SET days = 99",
            "DELETE FROM gov_leave_ledger",
            "TRUNCATE gov_leave_ledger CASCADE",
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error), self.env.cr.savepoint():
                self.env.cr.execute(statement)

    def test_the_right_of_a_year_is_credited_once_by_the_database(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.post("right", 22)

    def test_an_overdrawn_line_is_refused_and_leaves_nothing(self):
        with self.assertRaisesRegex(UserError, "22 credited"), self.env.cr.savepoint():
            self.post("taken", -22.5)
        self.assertEqual(self.counter(), (22, 0, 0))
        self.assertEqual(len(self.lines()), 1)

    # ------------------------------------------------------------------ words
    def test_each_line_explains_itself_with_its_legal_text(self):
        self.approve(self.ask("2026-03-16", "2026-03-19"))
        balance = self.balance()
        self.assertEqual([line["running"] for line in balance["lines"]], [22, 18])
        self.assertEqual((balance["balance"], balance["pending"], balance["available"]), (18, 0, 18))
        for line in balance["lines"]:
            self.assertIn("Article 40", line["sentence"])
        self.assertIn("16/03/2026", balance["lines"][1]["sentence"])

    def test_sentences_are_in_the_language_of_the_reader(self):
        texts = {
            lang: self.agent.with_context(lang=lang).get_leave_balance("ANN")["lines"][0]["sentence"]
            for lang in ("en_US", "fr_FR", "ar_MA")
        }
        self.assertEqual(len(set(texts.values())), 3)

    def test_waiting_days_are_not_available(self):
        self.ask("2026-03-16", "2026-03-19")
        balance = self.balance()
        self.assertEqual((balance["balance"], balance["pending"], balance["available"]), (22, 4, 18))

    def test_a_later_date_shows_what_the_law_will_credit_and_let_lapse(self):
        self.approve(self.ask("2026-03-16", "2026-03-19"))
        balance = self.balance("2027-03-01")
        self.assertEqual(
            [(line["kind"], line["days"]) for line in balance["lines"]],
            [("right", 22), ("taken", -4), ("forecast", -18), ("forecast", 22)],
        )
        self.assertEqual(balance["balance"], 22)
        self.assertEqual(self.balance("2026-12-31")["balance"], 18)

    def test_an_earlier_date_gives_the_balance_of_that_day(self):
        self.approve(self.ask("2026-03-16", "2026-03-19"))
        self.assertEqual(self.balance("2026-03-01")["balance"], 22)
        self.assertEqual(self.balance("2026-03-02")["balance"], 18)
        self.assertEqual(self.balance("2025-12-31")["lines"], [])

    def test_a_code_or_a_date_that_does_not_exist_is_told(self):
        for args in (("NOPE",), ("ANN", "31 février")):
            with self.assertRaises(UserError):
                self.agent.get_leave_balance(*args)

    def test_batch_and_single_balances_are_the_same_by_two_statements(self):
        self.approve(self.ask("2026-03-16", "2026-03-19"))
        self.ask("2026-04-06", "2026-04-07", user=self.u_colleague)
        codes = ("ANN", "EXC_FAM")
        self.env["hr.employee"]._gov_balances(self.people, codes)  # legal parameters are then in memory
        with self.assertQueryCount(2):
            found = self.env["hr.employee"]._gov_balances(self.people, codes)
        for employee in self.people:
            for code in codes:
                one = employee.get_leave_balance(code)
                self.assertEqual(
                    found[employee.id, code], (one["balance"], one["pending"], one["available"]), employee.name
                )

    # ------------------------------------------------------------------ properties
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["taken", "returned", "prorata", "correction", "wait", "release", "carried_out"]),
                st.integers(1, 12),
                st.booleans(),
            ),
            max_size=25,
        )
    )
    def test_any_history_balances_and_is_never_negative(self, history):
        with self.env.cr.savepoint() as savepoint:
            waiting = 0
            for kind, halves, more in history:
                days = halves / 2
                sign = -1 if kind in ("taken", "prorata", "carried_out") or (kind == "correction" and more) else 1
                key = self.agent.id, "ANN", 2026, False
                try:
                    with self.env.cr.savepoint():
                        if kind == "wait":
                            self.counters._change({key: [0, 0, days]})
                            waiting += days
                        elif kind == "release":
                            days = min(days, waiting)
                            self.counters._change({key: [0, 0, -days]})
                            waiting -= days
                        elif kind == "returned" and self.counter()[1] < days:
                            continue
                        else:
                            self.post(kind, sign * days)
                except UserError:
                    continue  # refused: nothing of it stays, as the sums below show
                credited, taken, pending = self.counter()
                self.assertGreaterEqual(credited - taken - pending, 0)
                self.assertEqual(pending, waiting)
                lines = self.lines()
                self.assertAlmostEqual(sum(lines.mapped("days")), credited - taken)
            balance = self.agent.get_leave_balance("ANN")
            self.assertAlmostEqual(balance["balance"], sum(line["days"] for line in balance["lines"]))
            running = [line["running"] for line in balance["lines"]]
            self.assertTrue(all(days >= 0 for days in running), running)
            # replaying the same history gives the same sentences
            self.env.invalidate_all()
            again = self.agent.get_leave_balance("ANN")
            self.assertEqual([line["sentence"] for line in again["lines"]], [x["sentence"] for x in balance["lines"]])
            savepoint.rollback()
        self.env.invalidate_all()

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 320), st.integers(0, 20), st.sampled_from(["approve", "refuse", "cancel", "wait"])
            ),
            max_size=8,
        )
    )
    def test_no_order_of_acts_overdraws_or_overlaps(self, acts):
        with self.env.cr.savepoint() as savepoint:
            for shift, length, end in acts:
                first = date.fromordinal(date(2026, 3, 3).toordinal() + shift)
                last = date.fromordinal(first.toordinal() + length)
                try:
                    with self.env.cr.savepoint():
                        leave = self.ask(str(first), str(last))
                        if end == "approve":
                            self.approve(leave)
                        elif end == "refuse":
                            leave.with_env(self.as_user(self.u_head)).action_refuse("Not needed by the service.")
                        elif end == "cancel":
                            leave.action_cancel()
                except UserError:
                    self.env.invalidate_all()
                for year in (2026, 2027):
                    credited, taken, pending = self.counter(year=year)
                    self.assertGreaterEqual(credited - taken - pending, 0)
                    lines = self.lines(year=year)
                    self.assertAlmostEqual(sum(lines.mapped("days")), credited - taken)
            held = self.env["hr.leave"].search(
                [("employee_id", "=", self.agent.id), ("state", "in", ("confirm", "validate"))],
                order="request_date_from",
            )
            for one, other in zip(held, held[1:], strict=False):
                self.assertLess(one.request_date_to, other.request_date_from)
            granted = sum(held.filtered(lambda leave: leave.state == "validate").mapped("number_of_days"))
            taken = -sum(self.lines().filtered(lambda line: line.kind in ("taken", "returned")).mapped("days"))
            self.assertAlmostEqual(granted, taken)
            savepoint.rollback()
        self.env.invalidate_all()


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestAccess(LeaveCase):
    """Who reads a leave and an account: the matrix."""

    # user: (reads the annual leave, reads the sick leave, reads the account of annual leave)
    MATRIX = {
        "u_agent": (True, True, True),
        "u_head": (True, True, True),
        "u_director": (False, False, True),
        "u_colleague": (False, False, False),
        "u_other_head": (False, False, False),
        "u_officer": (True, False, True),
        "u_health": (True, True, True),
        "u_far_officer": (False, False, False),
        "u_auditor": (True, False, True),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.health, cls.u_health = cls.person(
            "t_health", cls.other_service, "gov_base.group_hr_officer,gov_hr_leave.group_health_leave"
        )

    def test_matrix(self):
        annual = self.ask("2026-03-16", "2026-03-19")
        sick = self.ask("2026-05-11", "2026-05-13", code="MAL_CD", address_during="12 rue des Oudayas, Rabat")
        for name, expected in self.MATRIX.items():
            env = self.as_user(getattr(self, name))
            found = []
            for leave in (annual, sick):
                seen = leave.id in env["hr.leave"].search([("id", "in", (annual + sick).ids)]).ids
                self.env.invalidate_all()
                try:
                    leave.with_env(env).read(["holiday_status_id", "request_date_from"])
                    readable = True
                except AccessError:
                    readable = False
                self.assertEqual(seen, readable, name)
                found.append(seen)
            self.env.invalidate_all()
            try:
                env["hr.employee"].browse(self.agent.id).get_leave_balance("ANN")
                account = True
            except AccessError:
                account = False
            lines = env["gov.leave.ledger"].search([("employee_id", "=", self.agent.id)])
            counters = env["gov.leave.counter"].search([("employee_id", "=", self.agent.id)])
            self.assertEqual(bool(lines), account, name)
            self.assertEqual(bool(counters), account, name)
            self.assertEqual((*found, account), expected, name)

    def test_the_kind_of_a_health_leave_is_not_told_to_others(self):
        sick = self.ask("2026-05-11", "2026-05-13", code="MAL_CD", address_during="12 rue des Oudayas, Rabat")
        absences = self.agent.sudo()._gov_absences(date(2026, 5, 1), date(2026, 5, 31))
        self.assertEqual([one["label"] for one in absences], ["Absent"])
        for user in (self.u_officer, self.u_auditor):
            with self.assertRaises(AccessError):
                self.as_user(user)["hr.employee"].browse(self.agent.id).get_leave_balance("MAL_CD")
        self.assertTrue(sick.exists())

    def test_portal_users_see_nothing(self):
        self.ask("2026-03-16", "2026-03-19")
        portal = self.env["res.users"].create(
            {
                "name": "t_portal",
                "login": "t_portal",
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )
        env = self.as_user(portal)
        for model in ("hr.leave", "gov.leave.ledger", "gov.leave.counter", "gov.leave.carryover"):
            with self.assertRaises(AccessError):
                env[model].search([])
        with self.assertRaises(AccessError):
            env["hr.employee"].browse(self.agent.id).get_leave_balance("ANN")

    def test_employees_prepare_their_own_leave_only(self):
        leave = self.ask("2026-03-16", "2026-03-19", submit=False)
        for user in (self.u_colleague, self.u_head, self.u_far_officer):
            for act in (lambda one: one.write({"notes": "x"}), lambda one: one.unlink()):
                with self.assertRaises(AccessError):
                    act(leave.with_env(self.as_user(user)))
