from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from ..services import codes
from .common import BudgetCase


class TestNomenclature(BudgetCase):
    """Codes of the finance law, a key for each rubric, names by year."""

    def test_keys(self):
        self.assertRecordValues(
            self.chapter | self.programme | self.region04 | self.project04 | self.node_d,
            [
                {"full_code": "1.2.1.2.0.99.000", "section": "equipment", "is_investment": False},
                {"full_code": "P400", "section": "equipment", "is_investment": False},
                {"full_code": "P400-R04", "section": "equipment", "is_investment": False},
                {"full_code": "P400-R04-Pj10", "section": "equipment", "is_investment": False},
                {"full_code": "P400-R04-Pj10-L11", "section": "equipment", "is_investment": False},
            ],
        )
        self.assertEqual(self.node_d.region_id, self.far)
        self.assertTrue(self.node_i.is_investment)

    def test_codes_are_checked(self):
        for kind, code, parent in (
            ("chapter", "1.2.1.2.0.9.000", None),
            ("chapter", "5.2.1.2.0.29.000", None),
            ("programme", "40", self.chapter),
            ("region", "13", self.programme),
            ("project", "1", self.region00),
            ("line", "A1", self.project),
            ("programme", "٤٠٥", self.chapter),
            ("region", "0٤", self.programme2),
            ("chapter", "1.2.1.2.0.٢٩.000", None),
        ):
            with self.assertRaises(ValidationError):
                self.node(kind, code, parent, "Wrong")

    def test_levels_follow_each_other(self):
        with self.assertRaisesRegex(ValidationError, "stands under"):
            self.node("project", "10", self.programme, "Wrong place")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.node("line", "11", self.project, "Again")

    def test_key_in_use_does_not_change(self):
        with self.assertRaisesRegex(UserError, "does not change"):
            self.node_a.with_user(self.budget_user).code = "15"

    def test_renamed_from_a_year_on(self):
        node = self.node_a.with_user(self.budget_user)
        with self.assertRaises(AccessError):
            self.node_a.with_user(self.auditor).action_rename("New", 2026)
        node.action_rename("Office supplies", 2026)
        node.action_rename("All supplies", 2028, "Merged")
        self.assertEqual([node._gov_name_in(year) for year in (2025, 2026, 2027, 2028)],
                         ["Supplies", "Office supplies", "Office supplies", "All supplies"])  # fmt: skip
        with self.assertRaises(UserError):
            node.action_rename("Earlier", 2027)

    def test_closed_from_a_year_on(self):
        with self.assertRaisesRegex(UserError, "cannot end before"):
            self.project.with_user(self.budget_user).action_close(2025, "Finished project")
        self.project.with_user(self.budget_user).action_close(2026, "Finished project")
        self.assertEqual((self.project.year_to, self.node_a.year_to), (2026, 2026))
        budget = self.env["gov.budget"].create(
            {"fiscal_year_id": self.make_year(2027).id, "kind": "general", "account_code": "T2"}
        )
        with self.assertRaisesRegex(UserError, "not in use"):
            self.env["gov.budget.line"].create({"budget_id": budget.id, "node_id": self.node_a.id})

    def test_closing_opens_nothing_again(self):
        old = self.node("line", "97", self.project2, "Old")
        old.with_user(self.budget_user).action_close(2024, "No longer used")
        self.project2.with_user(self.budget_user).action_close(2027, "Finished project")
        self.assertEqual((old.year_to, self.node_c.year_to), (2024, 2027))
        added = self.node("line", "98", self.project2, "Added")
        self.assertEqual(added.year_to, 2027, "what is added under a rubric that ends, ends with it")
        with self.assertRaisesRegex(ValidationError, "nothing begins"):
            added.copy({"code": "99", "year_from": 2028})

    def test_closing_says_what_begins_later(self):
        late = self.node("line", "97", self.project2, "Late")
        late.year_from = 2030
        with self.assertRaisesRegex(UserError, "begins in 2030"):
            self.project2.with_user(self.budget_user).action_close(2028, "Finished project")

    def test_what_is_programmed_is_not_closed_before(self):
        framework = self.env["gov.budget.framework"].with_user(self.budget_user).create({"base_year": 2061})
        line = framework.line_ids.create(
            {"framework_id": framework.id, "node_id": self.node_c.id, "unit_id": self.unit.id, "cp_2": 5}
        )
        node = self.project2.with_user(self.budget_user)
        with self.assertRaisesRegex(UserError, "programmes credits on P400-R00-Pj20-L11"):
            node.action_close(2062, "Finished project")
        node.action_close(2063, "Finished project")
        line.cp_2 = 0
        node.action_close(2062, "Finished project")
        self.assertEqual(self.node_c.year_to, 2062)

    def test_a_label_has_a_former_one_in_each_language(self):
        node = self.node_a.with_user(self.budget_user)
        langs = ("en_US", "fr_FR", "ar_MA")
        for lang, text in zip(langs, ("Supplies", "Fournitures", "لوازم"), strict=True):
            node.with_context(lang=lang).name = text
        node.with_context(lang="fr_FR").action_rename({"fr_FR": "Achats", "ar_MA": "مشتريات"}, 2027)
        names = [[node.with_context(lang=lang)._gov_name_in(year) for lang in langs] for year in (2026, 2027)]
        self.assertEqual(names, [["Supplies", "Fournitures", "لوازم"], ["Supplies", "Achats", "مشتريات"]])
        for wrong in ({}, {"xx_XX": "A"}, {"fr_FR": " "}, None, 5):
            with self.assertRaises(UserError):
                node.action_rename(wrong, 2028)

    def test_a_line_is_called_as_in_its_year(self):
        self.node_a.with_user(self.budget_user).action_rename("Renamed", 2027)
        self.assertEqual(self.node_a.name, "Renamed")
        self.assertEqual(self.line_a.label, "Supplies")
        self.assertIn("Supplies", self.line_a.display_name)
        self.assertEqual(self.env["gov.budget.line"]._gov_titles(self.line_a.ids)[0][1], self.line_a.display_name)

    def test_no_credit_stands_on_revenue(self):
        node = None
        for kind, code in (("chapter", "1.1.0.0.0.99.000"), ("programme", "400"), ("region", "00"),
                           ("project", "10"), ("line", "11")):  # fmt: skip
            node = self.node(kind, code, node, "Revenue")
        budget = self.env["gov.budget"].create(
            {"fiscal_year_id": self.make_year(2027).id, "kind": "general", "account_code": "T2"}
        )
        with self.assertRaisesRegex(UserError, "rubric of revenue"):
            self.env["gov.budget.line"].create({"budget_id": budget.id, "node_id": node.id, "cp_proposed": 5})

    def test_gender_share_comes_from_the_score(self):
        self.project.gender_score = 2
        self.assertEqual(self.node_a.gender_share, 0.7)
        self.node_a.gender_score = 3
        self.assertEqual(self.node_a.gender_share, 0.3)
        self.budget.invalidate_recordset()
        # 30 % of 1,000 and 70 % of 500 on 6,100
        self.assertAlmostEqual(self.budget.gender_total, 650)

    def test_sections(self):
        self.assertEqual(codes.section_of("1.2.1.1.0.29.000"), "personnel")
        self.assertEqual(codes.account_of("3.2.0.0.1.29.004"), "29.004")
        self.assertEqual(codes.account_of("1.2.1.1.0.29.000"), "")


class TestPreparation(BudgetCase):
    """From the draft to the voted law: Parliament changes it, the vote freezes it."""

    def test_parliament_changes_the_draft(self):
        budget = self.env["gov.budget"].create(
            {"fiscal_year_id": self.year.id, "kind": "general", "account_code": "T3"}
        )
        with self.assertRaisesRegex(UserError, "no line"), self.env.cr.savepoint():
            budget.with_user(self.budget_user).action_vote("Law", "2025-12-31")
        line = self.env["gov.budget.line"].create(
            {"budget_id": budget.id, "node_id": self.node_a.id, "cp_proposed": 100}
        )
        self.env["gov.budget.vote.change"].create(
            {"budget_id": budget.id, "line_id": line.id, "reference": "12", "cp": -30}
        )
        self.assertEqual(line.cp_voted, 70)
        budget.with_user(self.budget_user).action_vote("Law", "2025-12-31")
        with self.assertRaises(UserError):
            self.env["gov.budget.vote.change"].create(
                {"budget_id": budget.id, "line_id": line.id, "reference": "13", "cp": -30}
            )
        with self.assertRaises(UserError):
            line.cp_proposed = 90
        with self.assertRaises(AccessError):
            budget.with_user(self.budget_user).action_open()
        budget.with_user(self.authorising).action_open()
        self.assertRecordValues(line, [{"cp_initial": 70, "available": 70}])

    def test_states_change_by_acts_alone(self):
        budget = self.budget.with_user(self.budget_user)
        for act in (
            lambda: budget.write({"state": "preparation"}),
            lambda: budget.create({"fiscal_year_id": self.year.id, "account_code": "T4", "state": "open"}),
        ):
            with self.assertRaises(UserError):
                act()
        made = budget.with_context(default_state="open").create({"fiscal_year_id": self.year.id, "account_code": "T5"})
        self.assertEqual(made.state, "preparation")

    def test_first_year_of_the_framework_is_the_draft(self):
        """The draft budget is brought from the first year of the approved framework, CP and CE."""
        framework = self.env["gov.budget.framework"].create({"base_year": 2026})
        rows = self.env["gov.budget.framework.line"].create(
            [
                {"framework_id": framework.id, "node_id": self.node_a.id, "unit_id": self.unit.id, "cp_1": 1100},
                {"framework_id": framework.id, "node_id": self.node_i.id, "unit_id": self.unit.id, "cp_1": 900,
                 "ce_1": 300},
            ]
        )  # fmt: skip
        self.assertEqual(len(rows), 2)
        budget = self.env["gov.budget"].create(
            {
                "fiscal_year_id": self.make_year(2027).id,
                "kind": "general",
                "framework_id": framework.id,
            }
        )
        officer = budget.with_user(self.budget_user)
        with self.assertRaisesRegex(UserError, "not approved"):
            officer.action_load_framework()
        self.env.cr.execute("UPDATE gov_budget_framework SET state = 'approved' WHERE id = %s", [framework.id])
        framework.invalidate_recordset()
        officer.action_load_framework()
        self.assertEqual(sorted(budget.line_ids.mapped("cp_proposed")), [900, 1100])
        self.assertEqual(sum(budget.line_ids.mapped("ce_proposed")), 300)
        budget.line_ids[0].cp_proposed = 5
        officer.action_load_framework()
        self.assertEqual(len(budget.line_ids), 2)
        self.assertEqual(sorted(budget.line_ids.mapped("cp_proposed")), [900, 1100])
