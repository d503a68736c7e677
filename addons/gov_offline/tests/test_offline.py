from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.gov_offline import CRONS


# once all is loaded: modules above may ask more of a partner than this one knows
@tagged("post_install", "-at_install")
class TestOffline(TransactionCase):
    def test_publisher_is_told_nothing(self):
        with patch("requests.post") as post:
            self.assertTrue(self.env["publisher_warranty.contract"].update_notification(cron_mode=False))
        post.assert_not_called()

    def test_scheduled_reports_are_off(self):
        for xml_id in CRONS:
            cron = self.env.ref(xml_id, raise_if_not_found=False)
            self.assertFalse(cron and cron.active, xml_id)
        self.assertTrue(self.env.ref("mail.ir_cron_module_update_notification"))

    def test_online_services_answer_on_this_machine_only(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for key in (
            "iap.endpoint enrich.endpoint iap.partner_autocomplete.endpoint sms.endpoint snailmail.endpoint "
            "html_editor.media_library_endpoint html_editor.olg_api_endpoint"
        ).split():
            self.assertEqual(parameters.get_param(key), "http://127.0.0.1:9", key)

    def test_nothing_is_asked_about_the_company(self):
        if "iap_enrich_auto_done" not in self.env["res.company"]._fields:
            self.skipTest("partner_autocomplete is not installed")
        self.assertTrue(self.env.company.iap_enrich_auto_done)

    def test_links_in_messages_are_not_fetched(self):
        with patch("requests.Session.get") as get, patch("requests.Session.head") as head:
            partner = self.env["res.partner"].create({"name": "Nobody"})
            message = partner.message_post(body="https://example.invalid/page")
            self.env["mail.link.preview"]._create_from_message_and_notify(message)
        get.assert_not_called()
        head.assert_not_called()

    def test_no_style_sheet_asks_a_maker_of_fonts(self):
        """Core's public site, where it is installed, would ask for Inter; our variables take its address away."""
        bundles = ["web.assets_frontend", "web.assets_web"]
        for name in bundles:
            bundle = self.env["ir.qweb"]._get_asset_bundle(name, css=True, js=False)
            text = bundle.preprocess_css()
            self.assertNotRegex(text, r"@import[^;]*fonts\.(googleapis|gstatic)\.com", name)
