import polib

from odoo.tests import TransactionCase, tagged

from . import contract


@tagged("post_install", "-at_install", "contract")
class TestContractCheckers(TransactionCase):
    """Each rule of the contract finds a bad example: a check that cannot fail protects nothing."""

    def test_sudo_without_comment_is_found(self):
        bad = "class A:\n    def f(self):\n        return self.sudo().name\n"
        good = (
            "class A:\n    def f(self):\n        # the name of the unit is public\n        return self.sudo().name\n"
        )
        same = "class A:\n    def f(self):\n        return self.sudo().name  # the name is public\n"
        far = "class A:\n    # a comment far above\n    def f(self):\n        x = 1\n        return self.sudo().name\n"
        self.assertEqual(len(contract.sudo_problems(bad, "a.py")), 1)
        self.assertEqual(len(contract.sudo_problems(far, "a.py")), 1)
        self.assertFalse(contract.sudo_problems(good, "a.py"))
        self.assertFalse(contract.sudo_problems(same, "a.py"))
        self.assertEqual(len(contract.sudo_problems("x = env(su=True)\n", "a.py")), 1)
        self.assertEqual(len(contract.sudo_problems("x = r.with_user(SUPERUSER_ID)\n", "a.py")), 1)
        self.assertFalse(contract.sudo_problems("x = r.sudo(False)\n", "a.py"))

    def test_many2one_without_index_or_ondelete_is_found(self):
        head = "class A(models.Model):\n    x_id = fields.Many2one('b'"
        self.assertIn("ondelete and index", contract.many2one_problems(head + ")\n", "a.py")[0])
        self.assertIn("index", contract.many2one_problems(head + ", ondelete='cascade')\n", "a.py")[0])
        self.assertTrue(contract.many2one_problems(head + ", compute='_c', store=True)\n", "a.py"))
        self.assertFalse(contract.many2one_problems(head + ", index=True, ondelete='cascade')\n", "a.py"))
        self.assertFalse(contract.many2one_problems(head + ", related='y_id.x_id')\n", "a.py"))

    def test_method_that_hides_another_is_found(self):
        one = "class A(models.Model):\n    _inherit = 'gov.sample'\n    def _make_x(self):\n        return self.x\n"
        other = one.replace("'gov.sample'", "['gov.sample']").replace("self.x", "self.y")
        good = one.replace("self.x", "super()._make_x()")
        found = contract.twin_problems([("a.py", one), ("b.py", other)])
        self.assertEqual(len(found), 1)
        self.assertIn("gov.sample._make_x is defined apart in a.py, b.py", found[0])
        self.assertFalse(contract.twin_problems([("a.py", one), ("b.py", good)]))
        apart = other.replace("return self.y", "return self._x()\n    def _x(self):\n        return super()._make_x()")
        self.assertFalse(contract.twin_problems([("a.py", one), ("b.py", apart)]))
        self.assertFalse(contract.twin_problems([("a.py", one), ("b.py", one.replace("gov.sample", "gov.home"))]))

    def test_todo_in_the_language_of_the_day_is_found(self):
        self.assertTrue(contract.todo_problems("a.activity_schedule('x', summary=_('Do this'))\n", "a.py"))
        self.assertFalse(contract.todo_problems("a.activity_schedule('x', **a._gov_said('do'))\n", "a.py"))

    def test_description_that_warns_is_found(self):
        self.assertTrue(contract.description_problems("Text:\n\n    a:\n        b\n    c\n"))
        self.assertFalse(contract.description_problems("Text:\n\n    a\n    c\n"))

    def test_untranslated_unsure_and_misplaced_terms_are_found(self):
        pot, po = polib.POFile(), polib.POFile()
        for msgid in ("One", "Two", "Three %(x)s", "Four [[name]]", "Five"):
            pot.append(polib.POEntry(msgid=msgid))
        po.append(polib.POEntry(msgid="Two", msgstr="اثنان", flags=["fuzzy"]))
        po.append(polib.POEntry(msgid="Three %(x)s", msgstr="ثلاثة"))
        po.append(polib.POEntry(msgid="Four [[name]]", msgstr="[[nom]]"))
        po.append(polib.POEntry(msgid="Five", msgstr="خمسة"))
        self.assertEqual(len(contract.po_problems(pot, po, "a")), 4)

    def test_code_in_a_wording_is_found(self):
        for bad in ("{{ object.env }}", "<t t-out='1'/>", '<p t-if="x">a</p>', "${x}", "<script>", "%(x)s"):
            self.assertTrue(contract.code_problems(bad, "a"), bad)
        self.assertFalse(contract.code_problems("<p>[[employee_name]] works [[sex?he|she]] 100 %</p>", "a"))

    def test_model_without_access_and_line_without_group_are_found(self):
        model = "gov.shortcut"
        lines = self.env["ir.model.access"].search([("model_id.model", "=", model)])
        lines[0].group_id = False
        self.assertIn("names no group", "".join(contract.access_problems(self.env, [model], ["tawassul"])))
        lines.unlink()
        self.assertIn("no access line", "".join(contract.access_problems(self.env, [model], ["tawassul"])))

    def test_model_about_a_person_without_rule_is_found(self):
        self.env["ir.rule"].search([("model_id.model", "=", "gov.certificate.request")]).unlink()
        self.assertTrue(contract.rule_problems(self.env, ["gov.certificate.request"]))

    def test_bad_action_is_found(self):
        action = self.env["ir.actions.act_window"].create(
            {"name": "Bad", "res_model": "gov.shortcut", "view_mode": "list,form", "domain": "[('nothing', '=', 1)]"}
        )
        problems = "\n".join(contract.action_problems(self.env, action))
        self.assertIn("domain is not understood", problems)
        self.assertIn("no help for when it is empty", problems)
        action.write({"help": "<p> Add a shortcut, then choose who sees it.</p>", "domain": "[]"})
        self.assertFalse(contract.action_problems(self.env, action))

    def test_menu_that_its_group_cannot_read_is_found(self):
        action = self.env["ir.actions.act_window"].create({"name": "Mail servers", "res_model": "ir.mail_server"})
        menu = self.env["ir.ui.menu"].create({"name": "Bad", "action": f"ir.actions.act_window,{action.id}"})
        self.assertTrue(contract.menu_problems(self.env, menu))
        menu.group_ids = self.env.ref("base.group_system")
        self.assertFalse(contract.menu_problems(self.env, menu))

    def test_undocumented_public_method_is_found(self):
        self.assertTrue(contract.public_problems([("gov.x", "recompute_all")]))
        self.assertFalse(contract.public_problems([("gov.x", "action_submit"), ("gov.home", "get_home")]))
        found = set(contract.public_methods(self.env, ["tawassul"]))
        self.assertIn(("gov.home", "get_home"), found)

    def test_state_that_can_be_written_is_found(self):
        # a model of Odoo's own whose state anyone with write access sets
        record = self.env["ir.actions.todo"].create({"action_id": self.env.ref("tawassul.gov_home_action").id})
        self.assertTrue(contract.state_problems(record))
