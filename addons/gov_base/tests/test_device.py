from contextlib import closing
from types import SimpleNamespace
from unittest.mock import patch

import odoo.modules.module
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name

from ..tools import act

TRACE = {
    "platform": "test",
    "browser": "test",
    "ip_address": "127.0.0.1",
    "first_activity": 1767225600,
    "last_activity": 1767225600,
}


@tagged("post_install", "-at_install")
class TestFirstRequestOfASession(BaseCase):
    """In real transactions, as a server runs them; what is committed is removed at the end."""

    def setUp(self):
        super().setUp()
        Registry(get_db_name())
        self.addCleanup(self.remove)

    def remove(self):
        with db_connect(get_db_name()).cursor() as cr:
            cr.execute("DELETE FROM res_device_log WHERE session_identifier = 'gov_test_device'")

    def update_device(self, env, trace):
        session = SimpleNamespace(uid=SUPERUSER_ID, sid="gov_test_device", update_trace=lambda _request: trace)
        with self.assertLogs("odoo.addons.base.models.res_device") if trace else self.assertNoLogs():
            env["res.device.log"]._update_device(SimpleNamespace(session=session))

    def test_act_of_the_first_request_of_a_session_still_runs_apart(self):
        with (
            patch.object(odoo.modules.module, "current_test", None),
            closing(db_connect(get_db_name()).cursor()) as cr,
        ):
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.update_device(env, TRACE)
            self.assertFalse(act.runs_inline(env), "the log of the device makes the act wait for the request")
            with closing(db_connect(get_db_name()).cursor()) as other:
                other.execute("SELECT count(*) FROM res_device_log WHERE session_identifier = 'gov_test_device'")
                self.assertEqual(other.fetchone(), (1,), "the device is logged")

    def test_request_of_a_known_session_runs_no_statement_and_ends_no_transaction(self):
        with closing(db_connect(get_db_name()).cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            before = cr.sql_log_count
            with patch.object(type(cr), "commit", side_effect=AssertionError("the request goes on")):
                self.update_device(env, None)
            self.assertEqual(cr.sql_log_count, before)
