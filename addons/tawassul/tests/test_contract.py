import pathlib

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from . import contract


@tagged("post_install", "-at_install", "contract")
class TestContract(TransactionCase):
    """Every module of the suite keeps the house rules (see ``contract``): one test a rule, all breaches in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.modules = contract.our_modules(cls.env)
        cls.models = contract.our_models(cls.env, cls.modules)
        every_role = (
            cls.env["res.groups"]
            .search([("full_name", "!=", False)])
            .filtered(lambda group: (group.get_external_id()[group.id] or "").startswith("gov_"))
        )
        cls.strongest = (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Everything",
                    "login": "contract_everything",
                    "group_ids": [(6, 0, (every_role | cls.env.ref("base.group_system")).ids)],
                }
            )
        )

    def _check(self, problems):
        problems = sorted(set(problems))
        if problems:
            self.fail("\n".join([f"{len(problems)} breach(es):", *problems]))

    def test_it_looks_at_the_whole_suite(self):
        self.assertIn("tawassul", self.modules)
        self.assertGreaterEqual(len(self.modules), 7)
        self.assertGreaterEqual(len(self.models), 20)

    def test_every_model_has_access_lines_that_name_a_group(self):
        self._check(contract.access_problems(self.env, self.models, self.modules))

    def test_models_about_a_person_region_or_company_have_rules(self):
        self._check(contract.rule_problems(self.env, self.models))

    def test_every_view_loads(self):
        self._check(contract.view_problems(self.env, self.modules))

    def test_every_action_opens_and_explains_its_empty_list(self):
        self._check(contract.action_problems(self.env, contract.our_actions(self.env, self.modules)))

    def test_every_menu_is_readable_by_those_who_see_it(self):
        self._check(contract.menu_problems(self.env, contract.our_menus(self.env, self.modules)))

    def test_every_many2one_says_index_and_ondelete(self):
        self._check(
            problem
            for module in self.modules
            for path, text in contract.sources(module)
            for problem in contract.many2one_problems(text, self._short(path))
        )

    def test_every_sudo_says_what_it_lets_through(self):
        for module in self.modules:
            found = [
                problem
                for path, text in contract.sources(module)
                for problem in contract.sudo_problems(text, self._short(path))
            ]
            with self.subTest(module=module):
                if len(found) > contract.SUDO_LEFT.get(module, 0):
                    self._check(found)

    def test_no_class_hides_a_method_of_another(self):
        self._check(
            contract.twin_problems(
                (self._short(path), text) for module in self.modules for path, text in contract.sources(module)
            )
        )

    def test_todos_are_said_again_to_their_reader(self):
        for module in self.modules:
            found = [
                problem
                for path, text in contract.sources(module)
                for problem in contract.todo_problems(text, self._short(path))
            ]
            with self.subTest(module=module):
                self._check(found)

    def test_descriptions_of_modules_are_read_without_a_warning(self):
        for module in self.modules:
            path = contract.module_path(module) / "README.md"
            if path.is_file():
                with self.subTest(module=module):
                    self.assertFalse(contract.description_problems(path.read_text(encoding="utf-8")))

    def test_public_methods_are_acts_or_documented_api(self):
        self._check(contract.public_problems(contract.public_methods(self.env, self.modules)))

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.orm.models")
    def test_no_state_is_written_copied_or_imported(self):
        problems, probed, unprobed = [], 0, []
        for name in contract.state_models(self.env, self.models):
            model = self.env[name].with_user(self.strongest)
            found = model.sudo()._read_group([], ["state"], ["id:min"])
            records = [model.browse(record_id) for _state, record_id in found]
            if not records:
                made = contract.make_record(self.env[name])
                records = [made.with_user(self.strongest)] if made else []
            problems += contract.creation_problems(model, {})
            for record in records:
                probed += 1
                problems += contract.state_problems(record)
            if not records:
                unprobed.append(name)
        self.assertGreaterEqual(probed, 3, f"too few records to probe; none of {unprobed}")
        self._check(problems)

    def test_every_term_is_translated_into_arabic_and_french(self):
        problems = []
        for module in self.modules:
            pot = contract.read_po(module, None)
            terms = contract.exported_terms(self.env, module)
            if pot is None:
                if terms:
                    problems.append(f"{module}: no i18n/{module}.pot for {len(terms)} terms")
                continue
            known = {entry.msgid for entry in pot}
            problems += [f"{module}.pot lacks {term!r}" for term in terms - known]
            for lang in ("ar", "fr"):
                po = contract.read_po(module, lang)
                name = f"{module}/i18n/{lang}.po"
                problems += contract.po_problems(pot, po, name) if po is not None else [f"{name} is missing"]
        self._check(problems)

    def test_wordings_edited_by_business_users_hold_no_code(self):
        templates = self.env["gov.document.template"].with_context(active_test=False).search([])
        self.assertTrue(templates)
        self._check(
            problem
            for template in templates
            for problem in contract.code_problems(template.body, template.display_name)
        )

    def _short(self, path):
        parts = pathlib.Path(path).parts
        module = next(part for part in reversed(parts) if part in self.modules)
        return "/".join(parts[parts.index(module) :])
