import base64
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..services import presence, wording
from .common import REASON, LeaveCase

PNG = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    )
).decode()


class TestWording(LeaveCase):
    def test_arabic_numbers_of_days_take_five_forms(self):
        words = {1: "يوم عمل واحد", 2: "يوما عمل", 5: "5 أيام عمل", 11: "11 يوم عمل", 14.5: "14.5 يوم عمل"}
        for number, text in words.items():
            self.assertEqual(wording.days_ar(number, f"{number:g}", "working"), text)
        self.assertEqual(wording.days_ar(103, "103", "calendar"), "103 أيام")
        self.assertEqual(wording.unit_ar(22, "working"), "يوم عمل")

    def test_french_is_singular_below_two(self):
        self.assertEqual(self.as_user(self.u_agent)["hr.leave"]._gov_days_text(1, "working"), "1 working day")
        leaves = self.as_user(self.u_agent)["hr.leave"]
        self.assertEqual(leaves._gov_days_text(0, "calendar"), "0 days")

    def test_presence_counts_a_person_once_and_leaves_days_off_out(self):
        absences = [(1, date(2026, 3, 2), date(2026, 3, 4)), (1, date(2026, 3, 3), date(2026, 3, 3))]
        found = presence.presence([1, 2], absences, date(2026, 3, 2), date(2026, 3, 8), lambda day: day.weekday() < 5)
        self.assertEqual(found[date(2026, 3, 3)], (1, 50))
        self.assertEqual(found[date(2026, 3, 5)], (2, 100))
        self.assertNotIn(date(2026, 3, 7), found)
        self.assertEqual(presence.low_days(found, 51), [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)])


class TestPreview(LeaveCase):
    def preview(self, user=None, **values):
        return self.as_user(user or self.u_agent)["hr.leave"].get_request_preview({"code": "ANN", **values})

    def test_holiday_inside_is_named_and_not_counted(self):
        self.env["gov.public.holiday"].create(
            {"name": "T exceptional", "date_from": "2026-03-11", "date_to": "2026-03-11"}
        )
        found = self.preview(date_from="2026-03-09", date_to="2026-03-13")
        self.assertEqual(found["days"], 4)
        self.assertEqual(found["days_text"], "4 working days")
        self.assertEqual(found["notes"], ["Wednesday 11 March 2026 is not counted: T exceptional"])
        facts = {fact["label"]: fact["value"] for fact in found["facts"]}
        self.assertEqual(facts["Back on"], "Monday 16 March 2026")
        self.assertEqual(facts["Left before"], "22 working days")
        self.assertEqual(facts["Left after"], "18 working days")
        self.assertFalse(found["refusals"])

    def test_year_end_is_counted_year_by_year(self):
        found = self.preview(date_from="2026-12-30", date_to="2027-01-05")
        # 30 and 31 December; 4 and 5 January, the 1st being a holiday
        self.assertEqual(found["days"], 4)
        self.assertIn("2 working days counted in 2026", found["notes"])
        self.assertIn("2 working days counted in 2027", found["notes"])

    def test_more_days_than_left_are_refused_with_the_equation(self):
        found = self.preview(date_from="2026-04-01", date_to="2026-05-29")
        self.assertTrue(found["refusals"])
        self.assertIn("22 left", found["refusals"][0])

    def test_overlap_with_ones_own_request_is_refused(self):
        self.ask("2026-04-06", "2026-04-10")
        found = self.preview(date_from="2026-04-10", date_to="2026-04-14")
        self.assertTrue([text for text in found["refusals"] if "already have" in text])

    def test_weekend_alone_has_no_day(self):
        found = self.preview(date_from="2026-03-07", date_to="2026-03-08")
        self.assertEqual(found["days"], 0)
        self.assertTrue(found["refusals"])

    def test_warns_when_too_few_of_the_unit_would_be_present(self):
        self.approve(self.ask("2026-04-06", "2026-04-10", user=self.u_colleague))
        found = self.preview(date_from="2026-04-08", date_to="2026-04-09")
        # three people in the service, two away
        self.assertIn("33 %", found["warnings"][0])
        self.assertFalse(found["refusals"])

    def test_birth_proposes_the_whole_length_of_the_law(self):
        found = self.as_user(self.u_agent)["hr.leave"].get_request_preview({"code": "MAT", "event_date": "2026-04-01"})
        self.assertEqual(found["proposed_from"], "2026-04-01")
        self.assertEqual(found["proposed_to"], "2026-07-07")

    def test_writes_nothing(self):
        before = self.env["hr.leave"].search_count([])
        self.preview(date_from="2026-03-09", date_to="2026-03-13")
        self.assertEqual(self.env["hr.leave"].search_count([]), before)

    def test_ill_formed_values_get_a_sentence(self):
        for values in (
            {"date_from": "2026-03-13", "date_to": "2026-03-09"},
            {"date_from": "tomorrow", "date_to": "2026-03-09"},
            {"date_from": "2026-03-09"},
            {"date_from": "2026-03-09", "date_to": "2026-03-09", "cause_id": "1; DROP"},
            {"date_from": "2026-03-09", "date_to": "2026-03-09", "country_id": 10**9},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.preview(**values)
        for code in ("PAT", "FERM", "NONE", None):
            with self.subTest(code), self.assertRaises(UserError):
                self.as_user(self.u_agent)["hr.leave"].get_request_preview({"code": code})


class TestAsk(LeaveCase):
    def ask_screen(self, user=None, proof=None, **values):
        return self.as_user(user or self.u_agent)["hr.leave"].action_ask({"code": "ANN", **values}, proof)

    def test_only_the_kinds_a_person_may_ask_for_are_offered(self):
        codes = {item["code"] for item in self.as_user(self.u_agent)["hr.leave"].get_ask_data()["types"]}
        self.assertLessEqual({"ANN", "EXC_FAM", "MAT", "KAF_F", "ALL"}, codes)
        self.assertFalse({"PAT", "KAF_M", "FERM"} & codes)
        codes = {item["code"] for item in self.as_user(self.u_colleague)["hr.leave"].get_ask_data()["types"]}
        self.assertLessEqual({"PAT", "KAF_M"}, codes)
        self.assertFalse({"MAT", "KAF_F", "ALL"} & codes)

    def test_head_of_a_unit_must_name_who_stands_in(self):
        types = self.as_user(self.u_head)["hr.leave"].get_ask_data()["types"]
        self.assertTrue(next(item for item in types if item["code"] == "ANN")["interim_required"])
        types = self.as_user(self.u_agent)["hr.leave"].get_ask_data()["types"]
        self.assertFalse(next(item for item in types if item["code"] == "ANN")["interim_required"])

    def test_request_is_filed_with_a_receipt(self):
        result = self.ask_screen(date_from="2026-04-06", date_to="2026-04-10", phone_during=" 06 ")
        self.assertEqual(result["state"], "confirm")
        self.assertTrue(result["receipt_number"])
        self.assertEqual(result["waiting_for"], "t_head")
        leave = self.env["hr.leave"].browse(result["id"])
        self.assertRecordValues(leave, [{"employee_id": self.agent.id, "phone_during": "06", "number_of_days": 5}])
        self.assertEqual(self.counter(), (22, 0, 5))

    def test_what_cannot_be_filed_stays_a_draft_and_is_sent_again(self):
        result = self.ask_screen(date_from="2026-04-01", date_to="2026-05-29")
        self.assertEqual(result["state"], "draft")
        self.assertIn("22", result["message"])
        draft = self.as_user(self.u_agent)["hr.leave"].get_ask_data()["drafts"][0]
        self.assertEqual(draft["id"], result["id"])
        again = self.ask_screen(id=draft["id"], date_from="2026-04-06", date_to="2026-04-10")
        self.assertEqual((again["id"], again["state"]), (draft["id"], "confirm"))

    def test_draft_of_somebody_else_is_left_alone(self):
        result = self.ask_screen(user=self.u_colleague, date_from="2026-04-01", date_to="2026-05-29")
        mine = self.ask_screen(id=result["id"], date_from="2026-04-06", date_to="2026-04-10")
        self.assertNotEqual(mine["id"], result["id"])
        self.assertEqual(self.env["hr.leave"].browse(result["id"]).employee_id, self.colleague)

    def test_proof_is_attached_and_must_be_a_pdf_or_a_picture(self):
        values = {
            "code": "EXC_FAM",
            "date_from": "2026-04-06",
            "date_to": "2026-04-07",
            "event_date": "2026-04-06",
            "cause_id": self.env.ref("gov_hr_leave.leave_cause_marriage").id,
        }
        leaves = self.as_user(self.u_agent)["hr.leave"]
        for name, data in (("x.html", b"<script>alert(1)</script>"), ("x.pdf", b"")):
            with self.assertRaises(UserError):
                leaves.action_ask(values, {"name": name, "data": base64.b64encode(data).decode()})
        result = leaves.action_ask(values, {"name": "acte.png", "data": PNG})
        self.assertEqual((result["state"], result["proofs"]), ("confirm", ["acte.png"]))
        attachment = self.env["ir.attachment"].search([("res_model", "=", "hr.leave"), ("res_id", "=", result["id"])])
        self.assertEqual(attachment.mimetype, "image/png")
        other = self.as_user(self.u_other_head)["ir.attachment"].browse(attachment.id)
        with self.assertRaises(AccessError):
            other.read(["datas"])

    def test_no_word_is_kept_with_a_sick_leave(self):
        leaves = self.as_user(self.u_agent)["hr.leave"]
        values = {
            "code": "MAL_CD",
            "date_from": "2026-03-02",
            "date_to": "2026-03-04",
            "notes": "an illness",
            "address_during": "12, rue T",
        }
        result = leaves.action_ask(values, {"name": "c.png", "data": PNG})
        self.assertFalse(self.env["hr.leave"].browse(result["id"]).notes)

    def test_follow_up_tells_each_step_and_who_has_it(self):
        leave = self.ask("2026-04-06", "2026-04-10")
        page = self.as_user(self.u_agent)["hr.leave"].get_my_leave()
        request = next(item for item in page["requests"] if item["id"] == leave.id)
        self.assertEqual(request["days_text"], "5 working days")
        self.assertEqual([step["tone"] for step in request["steps"]], ["waiting"])
        self.assertIn("t_head", request["status"])
        self.assertTrue(request["can_cancel"])
        leave.with_env(self.as_user(self.u_head)).action_refuse(REASON)
        page = self.as_user(self.u_agent)["hr.leave"].get_my_leave()
        request = next(item for item in page["requests"] if item["id"] == leave.id)
        self.assertEqual((request["state"], request["reason"]), ("refuse", REASON))

    def test_user_without_a_file_is_told_what_to_do(self):
        self.agent.user_id = False
        leaves = self.as_user(self.u_agent)["hr.leave"]
        self.assertFalse(leaves.get_ask_data()["employee"])
        self.assertFalse(leaves.get_my_leave()["employee"])
        with self.assertRaisesRegex(UserError, "personnel file"):
            leaves.action_ask({"code": "ANN", "date_from": "2026-04-06", "date_to": "2026-04-10"})


class TestBatch(LeaveCase):
    def test_head_decides_on_many_and_what_fails_is_told(self):
        first = self.ask("2026-04-06", "2026-04-10")
        second = self.ask("2026-04-06", "2026-04-10", user=self.u_colleague)
        own = self.ask("2026-06-01", "2026-06-02", user=self.u_head, interim_employee_id=self.agent.id)
        leaves = self.as_user(self.u_head)["hr.leave"].browse((first | second | own).ids)
        action = leaves.action_batch_approve()
        self.assertEqual(sorted(action["params"]["ids"]), sorted((first | second).ids))
        answer = leaves.action_treat()
        self.assertEqual(answer["done"], 2)
        self.assertEqual([item["id"] for item in answer["failed"]], own.ids)
        self.env.invalidate_all()
        self.assertEqual(set((first | second).sudo().mapped("state")), {"validate"})
        self.assertEqual(own.state, "confirm")


class TestBalancePage(LeaveCase):
    def test_each_line_has_its_running_total_and_its_sentence(self):
        self.approve(self.ask("2026-04-06", "2026-04-10"))
        page = self.as_user(self.u_agent)["hr.leave"].get_balance_page(code="ANN")
        self.assertEqual([line["days"] for line in page["lines"]], [22, -5])
        self.assertEqual([line["running_text"] for line in page["lines"]], ["22", "17"])
        self.assertEqual(page["title"], "Why 17 working days?")
        self.assertTrue(all(line["sentence"] for line in page["lines"]))

    def test_looking_ahead_shows_what_is_expected(self):
        page = self.as_user(self.u_agent)["hr.leave"].get_balance_page(code="ANN", on_date="2027-03-01")
        self.assertTrue([line for line in page["lines"] if line["forecast"]])
        self.assertIn("if you wait until 1 March 2027", page["on_text"])

    def test_account_of_somebody_else_is_for_those_above_and_hr(self):
        for user in (self.u_head, self.u_director, self.u_officer, self.u_auditor):
            page = self.as_user(user)["hr.leave"].get_balance_page(employee_id=self.agent.id)
            self.assertEqual(page["employee"]["name"], "t_agent")
        for user in (self.u_colleague, self.u_other_head, self.u_far_officer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.as_user(user)["hr.leave"].get_balance_page(employee_id=self.agent.id)


class TestTeamCalendar(LeaveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["hr.leave.type"].search([("is_health", "=", True)]).proof_required = False

    def calendar(self, user, unit=None):
        return self.as_user(user)["hr.leave"].get_team_calendar(
            "2026-04-01", "2026-04-30", (unit or self.service).id if unit is not False else None
        )

    def labels(self, user, person=None, unit=None):
        found = next(row for row in self.calendar(user, unit)["people"] if row["id"] == (person or self.agent).id)
        return [absence["label"] for absence in found["absences"]]

    def test_head_reads_the_kind_colleague_only_that_somebody_is_absent(self):
        self.approve(self.ask("2026-04-06", "2026-04-10"))
        self.assertEqual(self.labels(self.u_head), ["Annual leave"])
        self.assertEqual(self.labels(self.u_agent), ["Annual leave"])
        self.assertEqual(self.labels(self.u_colleague), ["Absent"])

    def test_health_is_absent_for_all_and_so_is_not_told_apart_by_a_colleague(self):
        self.approve(self.ask("2026-03-02", "2026-04-03", code="MAL_CD", address_during="12, rue T"))
        for user in (self.u_head, self.u_director, self.u_colleague, self.u_officer, self.u_auditor):
            with self.subTest(user.login):
                self.assertEqual(self.labels(user), ["Absent"])

    def test_what_is_only_asked_for_is_not_for_colleagues(self):
        self.ask("2026-04-06", "2026-04-10")
        self.assertEqual(self.labels(self.u_colleague), [])
        self.assertEqual(self.labels(self.u_head), ["Annual leave (asked for)"])

    def test_units_one_may_see(self):
        matrix = {
            self.u_agent: {self.service},
            self.u_head: {self.service},
            self.u_director: {self.directorate, self.service, self.other_service},
            self.u_far_officer: {self.far_unit},
        }
        for user, units in matrix.items():
            with self.subTest(user.login):
                found = {unit["id"] for unit in self.calendar(user, False)["units"]}
                ours = self.directorate | self.service | self.other_service | self.far_unit
                self.assertEqual(found & set(ours.ids), {unit.id for unit in units})
        for user in (self.u_agent, self.u_head, self.u_far_officer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.calendar(user, self.other_service)
        self.assertTrue(self.calendar(self.u_officer, self.other_service)["people"])

    def test_presence_of_each_day(self):
        self.approve(self.ask("2026-04-06", "2026-04-10"))
        days = {day["iso"]: day for day in self.calendar(self.u_head)["days"]}
        self.assertEqual(days["2026-04-06"]["present"], 66)
        self.assertTrue(days["2026-04-06"]["low"], "70 percent are wanted")
        self.assertEqual(days["2026-04-13"]["present"], 100)
        self.assertTrue(days["2026-04-11"]["off"])

    def test_period_is_bounded_and_ill_formed_dates_get_a_sentence(self):
        leaves = self.as_user(self.u_head)["hr.leave"]
        for first, last in (("2026-01-01", "2026-12-31"), ("2026-04-02", "2026-04-01"), ("x", "2026-04-01")):
            with self.subTest(first), self.assertRaises(UserError):
                leaves.get_team_calendar(first, last)

    def test_number_of_statements_does_not_grow_with_the_people(self):
        self.calendar(self.u_head)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        self.calendar(self.u_head)
        few = self.cr.sql_log_count - start
        self.env["hr.employee"].create(
            [{"name": f"t many {number}", "department_id": self.service.id} for number in range(30)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        self.calendar(self.u_head)
        self.assertLessEqual(self.cr.sql_log_count - start, few + 2)


@tagged("post_install", "-at_install")
class TestStockScreens(LeaveCase):
    def test_no_stock_view_of_leave_is_reached_by_an_action(self):
        ours = self.env["ir.model.data"].search([("module", "=", "gov_hr_leave"), ("model", "=", "ir.ui.view")])
        names = (
            "hr_leave_action_new_request",
            "hr_leave_action_my",
            "hr_leave_action_my_request",
            "hr_leave_action_action_approve_department",
        )
        for name in names:
            action = self.env.ref(f"hr_holidays.{name}")
            for view_id, mode in action.views:
                if mode == "activity":
                    continue
                view = view_id or self.env["hr.leave"].get_view(view_type=mode)["id"]
                with self.subTest(f"{name} {mode}"):
                    self.assertIn(view, ours.mapped("res_id"))

    def test_menu_of_odoo_is_gone(self):
        self.assertFalse(self.env.ref("hr_holidays.menu_hr_holidays_root").active)
        menus = self.as_user(self.u_manager)["ir.ui.menu"].load_menus(False)
        self.assertNotIn("hr_holidays.menu_hr_holidays_root", [menu.get("xmlid") for menu in menus.values()])

    def test_buttons_of_the_file_lead_to_our_screens(self):
        self.assertEqual(self.agent.action_time_off_dashboard()["tag"], "gov_leave.why")
        self.assertEqual(self.agent.action_open_time_off_calendar()["tag"], "gov_leave.team")

    def test_forms_open_for_each_role(self):
        self.circuit.step_ids = [
            Command.clear(),
            Command.create({"name": "T", "who": "direct_head", "kind": "opinion", "days": 2}),
        ]
        leave = self.ask("2026-04-06", "2026-04-10")
        for user in (self.u_agent, self.u_head, self.u_officer, self.u_auditor):
            with self.subTest(user.login):
                record = leave.with_env(self.as_user(user))
                arch = record.get_view(view_type="form")["arch"]
                self.assertIn("action_ask_refusal", arch)
                self.assertNotIn("action_back_to_approval", arch)
