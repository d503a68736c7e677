from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestDefaults(TransactionCase):
    """No user keeps a default value for what only acts write."""

    def test_what_is_read_only_takes_no_default(self):
        user = new_test_user(self.env, "b_defaults", groups="base.group_user,base.group_system")
        defaults = self.env["ir.default"].with_user(user)
        for model, name, value in (("gov.counter", "value", 5), ("gov.fiscal.year", "state", "closed")):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                defaults.set(model, name, value, user_id=True)
        defaults.set("gov.parameter", "unit", "days", user_id=True)
        self.assertEqual(self.env["gov.parameter"].with_user(user).default_get(["unit"]), {"unit": "days"})
