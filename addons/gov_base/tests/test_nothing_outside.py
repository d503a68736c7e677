from unittest.mock import patch

import requests

from odoo.tests import TransactionCase


class TestNothingOutside(TransactionCase):
    def test_nothing_is_reported_to_the_publisher(self):
        self.assertFalse(self.env.ref("mail.ir_cron_module_update_notification").active)
        # run by hand it sends nothing either
        with (
            patch.object(requests, "post", side_effect=AssertionError("a call outside")) as post,
            patch.object(requests.Session, "request", side_effect=AssertionError("a call outside")) as request,
        ):
            self.env["publisher_warranty.contract"].update_notification(None)
        post.assert_not_called()
        request.assert_not_called()

    def test_paid_services_answer_at_a_closed_address_of_this_machine(self):
        for key in (
            "iap.endpoint enrich.endpoint iap.partner_autocomplete.endpoint sms.endpoint snailmail.endpoint "
            "html_editor.media_library_endpoint html_editor.olg_api_endpoint"
        ).split():
            with self.subTest(key=key):
                self.assertEqual(self.env["ir.config_parameter"].sudo().get_param(key), "http://127.0.0.1:9")

    def test_server_does_not_visit_the_links_of_messages(self):
        self.assertFalse(self.env["mail.link.preview"]._is_link_preview_enabled())
