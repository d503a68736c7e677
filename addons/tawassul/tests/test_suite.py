from odoo.exceptions import UserError
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestSuite(HttpCase):
    """Menus, sign-in page and silence of the suite."""

    def _roots(self, user):
        menus = self.env["ir.ui.menu"].with_user(user).with_context(lang="en_US").load_web_menus(False)
        return [menus[child]["xmlid"] for child in menus["root"]["children"]]

    def test_employee_has_home_space_and_directory(self):
        user = new_test_user(self.env, "suite_employee", "base.group_user")
        roots = self._roots(user)
        self.assertEqual(roots[:3], ["tawassul.menu_home", "gov_base.menu_my", "tawassul.menu_directory"])
        for technical in ("base.menu_management", "base.menu_administration", "mail.menu_root_discuss"):
            self.assertNotIn(technical, roots)
        self.assertNotIn("hr.menu_hr_root", roots)
        self.assertNotIn("gov_base.menu_root", roots)

    def test_administrator_keeps_the_technical_applications(self):
        roots = self._roots(self.env.ref("base.user_admin"))
        self.assertEqual(roots[0], "tawassul.menu_home")
        self.assertIn("base.menu_administration", roots)

    def test_set_up_can_be_repeated(self):
        self.env["gov.suite"]._set_up()
        before = self.env.ref("mail.menu_root_discuss").group_ids
        self.env["gov.suite"]._set_up()
        self.assertEqual(self.env.ref("mail.menu_root_discuss").group_ids, before)

    def test_nothing_is_sent_outside(self):
        endpoint = self.env["ir.config_parameter"].sudo().get_param("iap.endpoint")
        self.assertTrue(endpoint.startswith("http://127.0.0.1:"))
        cron = self.env.ref("digest.ir_cron_digest_scheduler_action", raise_if_not_found=False)
        self.assertFalse(cron and cron.active)

    def test_sign_in_is_in_arabic_first_then_in_the_language_chosen(self):
        page = self.url_open("/web/login").text
        self.assertIn('dir="rtl"', page)
        self.assertIn('lang="ar-MA"', page)
        page = self.url_open("/web/login?lang=fr_FR").text
        self.assertIn('lang="fr-FR"', page)
        self.assertIn('dir="ltr"', page)
        page = self.url_open("/web/login").text
        self.assertIn('lang="fr-FR"', page, "the choice is remembered")
        page = self.url_open("/web/login?lang=xx_XX").text
        self.assertIn('lang="fr-FR"', page, "an unknown language changes nothing")

    def test_no_page_names_or_links_the_publisher(self):
        new_test_user(self.env, "suite_page", "base.group_user", password="suite_page")
        pages = [self.url_open("/web/login").text]
        self.authenticate("suite_page", "suite_page")
        pages += [self.url_open(path).text for path in ("/odoo", "/tawassul/help", "/odoo/offline")]
        for page in pages:
            self.assertNotIn("odoo.com", page)
            self.assertNotIn("<title>Odoo</title>", page)
        manifest = self.url_open("/web/manifest.webmanifest").json()
        self.assertEqual(manifest["name"], "تواصل")
        self.assertTrue(all(icon["src"].startswith("/tawassul/") for icon in manifest["icons"]))

    def test_new_user_is_not_called_by_a_robot(self):
        user = new_test_user(self.env, "suite_new", "base.group_user")
        self.assertEqual(user.odoobot_state, "disabled")


@tagged("post_install", "-at_install")
class TestSampleRefusal(TransactionCase):
    """The sample year never enters a database that serves people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameters = cls.env["ir.config_parameter"].sudo()

    def test_production_database_is_refused(self):
        self.parameters.set_param("tawassul.sample", "done")
        self.parameters.set_param("tawassul.production", "1")
        with self.assertRaisesRegex(UserError, "in production"):
            self.env["gov.sample"]._load()

    def test_database_in_use_is_refused(self):
        self.parameters.set_param("tawassul.sample", False)
        new_test_user(self.env, "somebody", "base.group_user")
        with self.assertRaisesRegex(UserError, "in use"):
            self.env["gov.sample"]._load()
        self.assertFalse(self.env["res.users"].search([("login", "=", "hrmanager")]) & self._made_now())

    def _made_now(self):
        return self.env["res.users"].search([("create_date", ">=", self.env.cr.now())])

    def test_sample_database_may_be_loaded_again(self):
        self.parameters.set_param("tawassul.sample", "done")
        self.env["gov.sample"]._refuse_if_used()
