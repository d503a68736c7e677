from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged, warmup

# Statements of one home page when caches are warm; each kind of request adds none, each kind shown adds a few reads.
MOST_STATEMENTS = 45


@tagged("post_install", "-at_install")
class TestHome(TransactionCase):
    """What each person finds on the home page, and what nobody finds there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        unit = cls.env["hr.department"].create({"name": "Unit of the home test"})
        cls.asker, cls.asker_user = cls._person("home_asker", unit, name_ar="سائل الاختبار")
        cls.other, cls.other_user = cls._person("home_other", unit)
        cls.officer, cls.officer_user = cls._person("home_officer", unit, "gov_base.group_hr_officer")
        cls.kind = cls.env["gov.certificate.type"].search([("instant", "=", False), ("audience", "=", "all")], limit=1)
        requests = cls.env["gov.certificate.request"].with_user(cls.asker_user)
        cls.request = requests.create(
            {"employee_id": cls.asker.id, "type_id": cls.kind.id, "lang": "ar", "purpose": "Test"}
        )

    @classmethod
    def _person(cls, login, unit, roles="", **values):
        user = new_test_user(
            cls.env, login, "base.group_user" + (f",{roles}" if roles else ""), tz="Africa/Casablanca"
        )
        employee = cls.env["hr.employee"].create(
            {"name": login, "department_id": unit.id, "user_id": user.id, **values}
        )
        return employee, user

    def _home(self, user, **context):
        home = self.env["gov.home"].with_user(user).with_context(**context).get_home()
        return home, {section["code"]: section for section in home["sections"]}

    def test_employee_finds_own_requests_with_their_state(self):
        _home, sections = self._home(self.asker_user)
        rows = sections["requests"]["rows"]
        self.assertEqual([row["key"] for row in rows], [f"gov.certificate.request-{self.request.id}"])
        self.assertEqual(rows[0]["title"], self.kind.name)
        self.assertEqual(rows[0]["badge"]["tone"], "neutral")

    def test_nobody_finds_the_requests_of_a_colleague(self):
        for user in (self.other_user, self.officer_user):
            _home, sections = self._home(user)
            self.assertEqual(sections["requests"]["rows"], [])
            self.assertTrue(sections["requests"]["empty"]["action"])

    def test_a_request_filed_for_me_is_mine_too(self):
        requests = self.env["gov.certificate.request"].with_user(self.officer_user)
        filed = requests.create(
            {"employee_id": self.other.id, "type_id": self.kind.id, "lang": "ar", "purpose": "Test"}
        )
        _home, sections = self._home(self.other_user)
        self.assertEqual([row["action"]["res_id"] for row in sections["requests"]["rows"]], [filed.id])

    def test_only_human_resources_see_the_figures_of_the_queue(self):
        self.assertNotIn("queue", self._home(self.asker_user)[1])
        figures = self._home(self.officer_user)[1]["queue"]["rows"]
        self.assertEqual([figure["key"] for figure in figures], ["late", "today", "open", "to_issue"])

    def test_figures_of_the_queue_are_those_of_its_list(self):
        # as filed long ago: the acts cannot make a late request today
        receipt = self.env["gov.approval.receipt"].create(
            {
                "name": "HOME-1",
                "res_model": self.request._name,
                "res_id": self.request.id,
                "requester_id": self.asker_user.id,
                "employee_id": self.asker.id,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gov_certificate_request SET state = 'submitted', due_on = %s, receipt_id = %s WHERE id = %s",
            [date.today() - timedelta(days=3), receipt.id, self.request.id],
        )
        self.env.invalidate_all()
        figures = self._home(self.officer_user)[1]["queue"]["rows"]
        requests = self.env["gov.certificate.request"].with_user(self.officer_user)
        found = {figure["key"]: figure["value"] for figure in figures}
        self.assertGreaterEqual(found["late"], 1)
        self.assertEqual(found["late"], requests.search_count([("urgency", "=", "late")]))
        self.assertEqual(found["today"], requests.search_count([("urgency", "=", "today")]))
        is_open = [("state", "in", ("submitted", "in_review", "approved"))]
        self.assertEqual(found["open"], requests.search_count(is_open))

    def test_greeting_is_in_the_script_of_the_reader(self):
        self.assertEqual(self._home(self.asker_user, lang="ar_MA")[0]["greeting"]["name"], "سائل الاختبار")
        self.assertEqual(self._home(self.asker_user, lang="fr_FR")[0]["greeting"]["name"], "home_asker")

    @freeze_time("2026-08-21")
    def test_dates_are_those_of_morocco(self):
        arabic = self._home(self.asker_user, lang="ar_MA")[0]["greeting"]["date"]
        self.assertIn("غشت", arabic)
        self.assertIn("2026", arabic)
        self.assertIn("août", self._home(self.asker_user, lang="fr_FR")[0]["greeting"]["date"])

    def test_due_dates_are_said_as_people_do(self):
        home = self.env["gov.home"].with_user(self.asker_user).with_context(lang="en_US")
        with freeze_time("2026-11-20 10:00:00"):
            self.assertEqual(home._due(date(2026, 11, 19))["tone"], "bad")
            self.assertEqual(home._due(date(2026, 11, 20))["text"], "Due today")
            self.assertEqual(home._due(date(2026, 11, 21))["text"], "Due tomorrow")
            self.assertEqual(home._due(date(2026, 11, 22))["tone"], "neutral")
            self.assertIsNone(home._due(False))

    def test_activity_given_to_me_waits_for_me_once(self):
        self.request.activity_schedule(
            "mail.mail_activity_data_todo", summary="Look at this", user_id=self.officer_user.id
        )
        rows = self._home(self.officer_user)[1]["waiting"]["rows"]
        self.assertEqual([row["title"] for row in rows if row["title"] == "Look at this"], ["Look at this"])
        self.assertNotIn("Look at this", str(self._home(self.other_user)[1]["waiting"]["rows"]))

    def test_task_given_by_an_act_is_said_in_the_language_of_its_reader(self):
        said = self.request.with_context(lang="ar_MA")
        said.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.officer_user.id, **said._gov_said("complete")
        )
        self.request.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.officer_user.id, summary="Typed by hand", automated=False
        )
        self.request.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.officer_user.id, summary="Of no key", gov_key="nothing"
        )
        for lang, sentence in (
            ("ar_MA", "استكمال ملف موظف"),
            ("fr_FR", "Compléter le dossier d’un employé"),
            ("en_US", "Complete the file of an employee"),
        ):
            titles = [row["title"] for row in self._home(self.officer_user, lang=lang)[1]["waiting"]["rows"]]
            self.assertLessEqual({sentence, "Typed by hand", "Of no key"}, set(titles), lang)

    def test_page_of_an_account_without_file_still_opens(self):
        user = new_test_user(self.env, "home_nobody", "base.group_user")
        home, sections = self._home(user)
        self.assertEqual(home["greeting"]["name"], user.name)
        self.assertEqual(sections["requests"]["rows"], [])

    def test_outsiders_have_no_home(self):
        portal = new_test_user(self.env, "home_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.env["gov.home"].with_user(portal).get_home()

    @warmup
    def test_home_takes_few_statements_however_many_requests(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._home(self.asker_user)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        self.env["gov.certificate.request"].with_user(self.asker_user).create(
            [
                {"employee_id": self.asker.id, "type_id": self.kind.id, "lang": "ar", "purpose": "Test"}
                for _ in range(20)
            ]
        )
        many = count()
        self.assertLessEqual(few, MOST_STATEMENTS)
        self.assertLessEqual(many, few + 2)


@tagged("post_install", "-at_install")
class TestShortcuts(TransactionCase):
    """Who sees which tile, and who edits them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "tile_user", "base.group_user")
        cls.officer = new_test_user(cls.env, "tile_officer", "base.group_user,gov_base.group_hr_officer")

    def _names(self, user):
        tiles = self.env["gov.shortcut"].with_user(user)._for_user()
        return {tile["name"] for tile in tiles}

    def test_asking_for_a_certificate_comes_first(self):
        tiles = self.env["gov.shortcut"].with_user(self.user)._for_user()
        self.assertTrue(tiles[0]["main"])
        self.assertEqual(tiles[0]["action"], self.env.ref("gov_hr_certificate.gov_certificate_ask_action").id)

    def test_tile_of_a_role_is_shown_to_that_role_only(self):
        staff = self.env.ref("tawassul.shortcut_staff").name
        self.assertNotIn(staff, self._names(self.user))
        self.assertIn(staff, self._names(self.officer))

    def test_tile_whose_screen_one_may_not_open_is_not_shown(self):
        action = self.env["ir.actions.act_window"].create({"name": "Servers", "res_model": "ir.mail_server"})
        self.env["gov.shortcut"].create({"name": "Servers", "action_id": action.id})
        self.assertNotIn("Servers", self._names(self.user))
        admin = new_test_user(self.env, "tile_admin", "base.group_system")
        self.assertIn("Servers", self._names(admin))

    def test_plain_users_do_not_edit_tiles(self):
        tile = self.env.ref("tawassul.shortcut_directory")
        with self.assertRaises(AccessError):
            tile.with_user(self.user).name = "Other"
        manager = new_test_user(self.env, "tile_manager", "base.group_user,gov_base.group_hr_manager")
        tile.with_user(manager).name = "Who is who"
        self.assertEqual(tile.name, "Who is who")
