from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .framework_common import TODAY, YEAR, FrameworkCase


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFrameworkArbitration(FrameworkCase):
    """Rounds: who changes what, each change with who, when, from, to and why."""

    def test_what_was_asked_is_kept_when_the_arbitration_begins(self):
        framework = self.arbitration("drhf")
        paper = self.lines["paper"].with_user(self.second)
        paper.action_arbitrate({"cp_1": 80}, "Stock left")
        self.assertEqual((paper.asked_cp_1, paper.cp_1, paper.difference), (100, 80, -20))
        change = framework.round_ids.change_ids
        self.assertRecordValues(
            change,
            [
                {
                    "figure": "cp_1",
                    "before": 100,
                    "after": 80,
                    "reason": "Stock left",
                    "create_uid": self.second.id,
                    "level": "drhf",
                }
            ],
        )

    def test_amounts_change_with_a_reason_in_an_open_round_only(self):
        framework = self.arbitration()
        paper = self.lines["paper"].with_user(self.officer)
        with self.refused("Open a round"):
            paper.action_arbitrate({"cp_1": 80}, "Stock left")
        framework.action_open_round("drhf")
        with self.refused("reason"):
            paper.action_arbitrate({"cp_1": 80}, " ")
        with self.refused("press .Arbitrate"):
            paper.cp_1 = 80
        for values in ({}, {"lf_cp": 1}, {"cp_1": -1}, {"cp_1": float("nan")}, {"cp_1": "80"}, {"cp_1": True}, "cp_1"):
            with self.subTest(values=values), self.assertRaises(UserError):
                paper.action_arbitrate(values, "Stock left")
        with self.refused("Nothing changes"):
            paper.action_arbitrate({"cp_1": 100}, "Stock left")

    def test_a_directorate_arbitrates_its_units_in_its_round(self):
        self.arbitration("directorate")
        self.lines["paper"].with_user(self.director).action_arbitrate({"cp_1": 95}, "Shared")
        self.assertEqual(self.lines["paper"].cp_1, 95)
        with self.assertRaises(AccessError):
            self.lines["far"].with_user(self.director).action_arbitrate({"cp_1": 1}, "Not mine")
        with self.assertRaises(AccessError):
            self.lines["paper"].with_user(self.officer).action_arbitrate({"cp_1": 1}, "Too early")

    def test_nobody_arbitrates_the_needs_he_submitted(self):
        framework = self.collecting()
        self.need(framework, self.service).sudo().officer_id = self.officer
        self.need(framework, self.service).with_user(self.officer).action_submit()
        framework.action_open_arbitration()
        framework.action_open_round("drhf")
        with self.assertRaises(AccessError):
            self.lines["paper"].with_user(self.officer).action_arbitrate({"cp_1": 1}, "For myself")
        self.lines["paper"].with_user(self.second).action_arbitrate({"cp_1": 1}, "By another")

    def test_levels_are_told_from_asked_to_granted(self):
        framework = self.arbitration("directorate")
        paper = self.lines["paper"]
        paper.with_user(self.director).action_arbitrate({"cp_1": 95}, "Shared")
        framework.action_close_round()
        framework.action_open_round("drhf")
        paper.with_user(self.officer).action_arbitrate({"cp_1": 80, "cp_2": 100}, "Ceiling")
        framework.action_close_round()
        framework.with_user(self.top).action_open_round("top")
        paper.with_user(self.top).action_arbitrate({"cp_1": 85}, "Decision of the minister")
        table = framework.get_comparison(framework.id, "cp_1", rounds=True)
        row = next(row for row in table["rows"] if row["id"] == paper.id)
        self.assertEqual([cell["value"] for cell in row["cells"]], [100, 95, 80, 85])
        self.assertEqual([column["label"] for column in table["columns"]][0], "Asked")
        self.assertEqual(len(paper.change_ids), 4)

    def test_a_percentage_changes_the_chosen_years_of_several_lines(self):
        framework = self.arbitration("drhf")
        lines = (self.lines["paper"] | self.lines["far"]).with_user(self.officer)
        lines.action_arbitrate_percent(-10, [1], "Effort")
        self.assertEqual(lines.mapped("cp_1"), [90, 45])
        self.assertEqual(lines.mapped("cp_2"), [110, 50])
        self.assertEqual(framework.change_count, 2)
        for percent, years in ((-101, [1]), ("10", [1]), (5, [4]), (True, [1])):
            with self.subTest(percent=percent), self.assertRaises(UserError):
                lines.action_arbitrate_percent(percent, years, "Effort")

    def test_an_amount_changed_meanwhile_is_not_overwritten(self):
        self.arbitration("drhf")
        paper = self.lines["paper"]
        paper.with_user(self.second).action_arbitrate({"cp_1": 90}, "First")
        with self.refused("changed by somebody else"):
            paper.with_user(self.officer).action_arbitrate({"cp_1": 70}, "Second", {"cp_1": 100})
        paper.with_user(self.officer).action_arbitrate({"cp_1": 70}, "Second", {"cp_1": 90})

    def test_one_round_at_a_time_opened_and_closed_by_who_may(self):
        framework = self.arbitration("drhf")
        with self.refused("still open"):
            framework.action_open_round("top")
        with self.assertRaises(AccessError):
            framework.open_round_id.with_user(self.director).action_close()
        framework.action_close_round()
        with self.assertRaises(AccessError):
            framework.with_user(self.director).action_open_round("directorate")
        with self.assertRaises(UserError):
            framework.action_open_round("minister")
        with self.assertRaises(UserError):
            self.env["gov.budget.framework.round"].with_user(self.officer).create({"framework_id": framework.id})

    def test_odd_levels_and_comments_get_a_sentence(self):
        framework = self.arbitration()
        for level in ([1], {"a": 1}, None, 5, "directorates"):
            with self.refused("A round is for"):
                framework.action_open_round(level)

    def test_changes_are_written_by_the_acts_alone(self):
        framework = self.arbitration("drhf")
        self.lines["paper"].with_user(self.officer).action_arbitrate({"cp_1": 80}, "Stock left")
        change = framework.round_ids.change_ids
        for act in (
            lambda: change.with_user(self.officer).write({"reason": "Another"}),
            lambda: change.with_user(self.officer).unlink(),
            lambda: self.env["gov.budget.framework.change"]
            .with_user(self.officer)
            .create(
                {"line_id": self.lines["far"].id, "round_id": change.round_id.id, "figure": "cp_1", "reason": "x"}
            ),
            lambda: change.sudo().write({"after": 5}),
        ):
            with self.assertRaises(UserError):
                act()

    def test_the_dialog_arbitrates_one_line_or_several(self):
        self.arbitration("drhf")
        paper = self.lines["paper"].with_user(self.officer)
        action = paper.action_open_dialog()
        with Form(
            self.env["gov.budget.arbitration"].with_user(self.officer).with_context(**action["context"])
        ) as form:
            self.assertEqual(form.mode, "amounts")
            self.assertEqual(form.cp_2, 110)
            form.cp_1 = 60
            form.reason = "Stock left"
        form.record.action_confirm()
        self.assertEqual((paper.cp_1, paper.cp_2), (60, 110))
        both = (paper | self.lines["far"]).with_user(self.officer)
        context = both.action_open_dialog()["context"]
        with Form(self.env["gov.budget.arbitration"].with_user(self.officer).with_context(**context)) as form:
            self.assertEqual(form.mode, "percent")
            form.percent = 50
            form.year_2 = form.year_3 = False
            form.reason = "More"
        form.record.action_confirm()
        self.assertEqual(both.mapped("cp_1"), [90, 75])


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFrameworkLife(FrameworkCase):
    """Approval, sending, versions, checks, and the draft budget."""

    def test_who_put_the_framework_to_arbitration_does_not_approve_it(self):
        framework = self.arbitration()
        self.make_objective()
        self.make_ceilings(framework)
        with self.assertRaises(AccessError):
            framework.with_user(self.officer).action_approve()
        self.officer.group_ids += self.env.ref("gov_base.group_authorising_officer")
        with self.refused("does not approve", AccessError):
            framework.with_user(self.officer).action_approve()
        framework.with_user(self.top).action_approve("Seen")
        self.assertEqual((framework.state, framework.approved_by_id), ("approved", self.top))
        with self.assertRaises(UserError):
            framework.with_user(self.top).action_approve()

    def test_the_head_of_the_general_secretariat_approves_without_a_role(self):
        framework = self.arbitration()
        self.make_objective()
        self.make_ceilings(framework)
        secretariat = self.env["hr.department"].create(
            {"name": "T SG", "unit_kind": "secretariat_general", "unit_code": "TFSG"}
        )
        secretary = self.person("secretary", secretariat)
        secretariat.manager_id = secretary.employee_id
        framework.with_user(secretary).action_approve()
        self.assertEqual(framework.state, "approved")

    def test_the_framework_is_not_approved_while_a_check_of_the_law_fails(self):
        framework = self.arbitration()
        with self.refused(r"\(a\).*\(c\)"):
            framework.with_user(self.top).action_approve()
        self.make_objective()
        self.make_ceilings(framework)
        framework.sudo().ceiling_ids[0].cp_2 += 1
        with self.refused("CP N.2: .160.00. DH programmed for a ceiling of .161.00"):
            framework.with_user(self.top).action_approve()

    def test_checks_open_to_the_rows_that_are_wrong(self):
        framework = self.filled()
        self.lines["building"].ce_1 = 2500.01
        self.lines["paper"].ce_2 = 5
        checks = {check["code"]: check for check in framework.get_checklist()}
        self.assertEqual(
            [checks[code]["status"] for code in "abcdef"],
            ["blocked", "blocked", "blocked", "waiting", "blocked", "ok"],
        )
        lines = self.env["gov.budget.framework.line"]
        self.assertEqual(lines.search(checks["b"]["action"]["domain"]), self.lines["building"])
        self.assertIn("2,500.01", checks["b"]["sentence"])
        self.assertEqual(lines.search(checks["e"]["action"]["domain"]), self.lines["paper"])
        self.assertFalse(checks["d"]["action"])

    def test_checks_of_the_whole_framework_are_not_told_to_a_unit(self):
        framework = self.collecting()
        self.assertEqual(framework.with_user(self.head).get_checklist(), [])
        self.assertEqual(len(framework.with_user(self.auditor).get_checklist()), 6)
        with self.assertRaises(AccessError):
            framework.with_user(self.clerk).get_checklist()

    def test_a_check_that_the_service_only_wants_told_does_not_block(self):
        parameter = self.env["gov.parameter"].search([("code", "=", "budget.framework.check.a")])
        parameter.value_text = "warn"
        framework = self.arbitration()
        self.make_objective()
        self.assertEqual(framework.get_checklist()[0]["status"], "warning")
        framework.with_user(self.top).action_approve()
        self.assertEqual(framework.state, "approved")

    def test_the_department_needs_a_gender_indicator(self):
        framework = self.filled()
        _objective, indicator = self.make_objective()
        self.env["gov.budget.indicator"].search([("id", "!=", indicator.id)]).is_gender = False
        status = lambda: {check["code"]: check["status"] for check in framework.get_checklist()}["c"]  # noqa: E731
        self.assertEqual(status(), "ok")
        indicator.is_gender = False
        self.assertEqual(status(), "blocked")

    def test_approved_figures_do_not_change(self):
        framework = self.approved()
        with self.assertRaises(UserError):
            framework.note = "x"
        with self.assertRaises(UserError):
            self.lines["paper"].with_user(self.officer).action_arbitrate({"cp_1": 1}, "Late")
        with self.assertRaises(UserError):
            framework.sudo().ceiling_ids[0].with_user(self.officer).cp_1 = 1
        with self.assertRaises(UserError):
            framework.with_user(self.officer).action_cancel("Too late")

    def test_nothing_is_moved_into_an_approved_framework(self):
        framework = self.approved()
        other = self.framework(base_year=YEAR + 10, collection_deadline=False)
        unit = {"framework_id": other.id, "unit_id": self.directorate.id}
        sheets = self.env["gov.budget.project.sheet"].with_user(self.officer)
        records = [
            self.line(other, self.water, self.directorate, (1, 0, 0)),
            self.env["gov.budget.framework.need"].with_user(self.officer).create(unit),
            self.env["gov.budget.framework.ceiling"]
            .with_user(self.officer)
            .create({"framework_id": other.id, "chapter_id": self.chapter.id}),
            sheets.create(dict(unit, name="Works", node_id=self.work.id, date_from=f"{YEAR}-01-01", cost=5)),
            other.milestone_ids[0],
        ]
        for record in records:
            with self.refused("stays where it was made"):
                record.framework_id = framework
            record.write({"framework_id": other.id})  # where it is already
        total = framework.cp_1
        framework.invalidate_recordset()
        self.assertEqual(framework.cp_1, total)

    def test_sending_locks_and_marks_the_milestone(self):
        framework = self.approved()
        with self.assertRaises(UserError):
            framework.action_send("")
        framework.action_send("Letter 12/DRHF")
        self.assertEqual(framework.state, "sent")
        self.assertEqual(str(framework.milestone_ids.filtered(lambda m: m.code == "pbt_sent").done_on), TODAY)
        with self.assertRaises(UserError):
            framework.with_user(self.top).action_return("Again")

    def test_a_new_version_copies_and_freezes_the_former(self):
        framework = self.approved()
        before = framework.line_ids.sorted("full_code").mapped("cp_1")
        action = framework.action_new_version("Letter of the minister")
        new = self.env["gov.budget.framework"].browse(action["res_id"]).with_user(self.officer)
        self.assertEqual((framework.state, new.state, new.version), ("superseded", "arbitration", 2))
        self.assertEqual(new.previous_id, framework)
        new.action_open_round("drhf")
        paper = new.line_ids.filtered(lambda line: line.node_id == self.paper)
        paper.action_arbitrate({"cp_1": 1}, "Second thought")
        self.assertEqual(framework.line_ids.sorted("full_code").mapped("cp_1"), before)
        self.assertEqual(paper.asked_cp_1, 100)
        self.assertEqual(new.need_ids.mapped("state"), ["submitted", "submitted"])

    def test_returning_takes_a_reason_and_goes_one_step_back(self):
        framework = self.approved()
        with self.assertRaises(AccessError):
            framework.action_return("The officer may not")
        with self.refused("reason"):
            framework.with_user(self.top).action_return("")
        framework.with_user(self.top).action_return("A figure is wrong")
        self.assertEqual((framework.state, framework.approved_by_id.id), ("arbitration", False))
        framework.action_return("A unit forgot")
        self.assertEqual(framework.state, "collecting")

    def test_the_first_year_becomes_the_draft_budget(self):
        framework = self.approved()
        action = framework.action_make_budget()
        budget = self.env["gov.budget"].browse(action["res_id"])
        self.assertEqual((budget.year, budget.state, budget.kind), (YEAR + 1, "preparation", "general"))
        found = {line.node_id: (line.cp_proposed, line.ce_proposed) for line in budget.line_ids}
        self.assertEqual(found, {self.paper: (100, 0), self.building: (1000, 1500), self.far_paper: (50, 0)})
        status = {check["code"]: check["status"] for check in framework.get_checklist()}
        self.assertEqual(status["d"], "ok")
        budget.line_ids.filtered(lambda line: line.node_id == self.paper).cp_proposed = 101
        check = framework.get_checklist()[3]
        self.assertEqual((check["status"], check["count"]), ("blocked", 1))
        with self.refused(r"\(d\)"):
            framework.action_send("Letter 12")
        framework.action_make_budget()
        self.assertEqual(framework.get_checklist()[3]["status"], "ok")

    def test_baseline_and_new_measure_make_one_budget_line(self):
        framework = self.filled()
        self.line(framework, self.paper, self.service, (5, 5, 5), nature="new", name="More", hypotheses="Why")
        rows = framework._gov_first_year()["general", ""]
        self.assertEqual(rows[self.paper.id, self.service.id], [10500, 0])

    def test_credits_on_a_project_are_spread_before_the_budget_is_made(self):
        framework = self.filled()
        self.line(framework, self.project, self.service, (5, 5, 5), nature="new", name="To spread", hypotheses="Why")
        with self.refused("Spread over the lines"):
            framework._gov_first_year()

    def test_a_voted_budget_is_not_made_again(self):
        framework = self.approved()
        budget = self.env["gov.budget"].browse(framework.action_make_budget()["res_id"])
        budget.with_user(self.officer).action_vote("Law 2-46", f"{YEAR}-12-28")
        with self.refused("voted already"):
            framework.action_make_budget()

    def test_each_legal_act_is_in_the_journal(self):
        framework = self.approved()
        framework.action_send("Letter 12/DRHF")
        acts = self.env["gov.journal.entry"].search(
            [("model", "=", "gov.budget.framework"), ("res_id", "=", framework.id)], order="id"
        )
        self.assertEqual(acts.mapped("act"), ["open_collection", "open_arbitration", "approve", "send"])
        needs = self.env["gov.journal.entry"].search(
            [("model", "=", "gov.budget.framework.need")], order="id desc", limit=2
        )
        self.assertEqual(needs.mapped("act"), ["submit", "submit"])


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFrameworkScenario(FrameworkCase):
    """Scenarios are branches: worked out, compared, merged; nothing is lost."""

    def branch(self, framework, name="Growth"):
        return self.env["gov.budget.framework"].browse(framework.action_branch(name)["res_id"]).with_user(self.officer)

    def test_a_branch_without_hypothesis_is_the_framework(self):
        framework = self.filled()
        branch = self.branch(framework)
        branch.action_apply()
        self.assertEqual(len(branch.line_ids), 3)
        for line in branch.line_ids:
            self.assertEqual(line._gov_figures(), line.origin_id._gov_figures())
            self.assertEqual(line.branch_status, "same")

    def test_hypotheses_apply_in_their_order_to_their_lines(self):
        framework = self.filled()
        branch = self.branch(framework)
        hypotheses = self.env["gov.budget.framework.hypothesis"].with_user(self.officer)
        hypotheses.create(
            [
                {
                    "framework_id": branch.id,
                    "sequence": 1,
                    "kind": "change",
                    "percent": 10,
                    "year_3": False,
                    "region_ids": [(6, 0, self.far_region.ids)],
                },
                {
                    "framework_id": branch.id,
                    "sequence": 2,
                    "kind": "shift",
                    "delay": 1,
                    "project_ids": [(6, 0, self.work.ids)],
                },
            ]
        )
        branch.action_apply()
        rows = {line.node_id: [line.cp_1, line.cp_2, line.cp_3, line.cp_later] for line in branch.line_ids}
        self.assertEqual(rows[self.far_paper], [55, 55, 50, 0])
        self.assertEqual(rows[self.building], [0, 1000, 2000, 500])
        self.assertEqual(rows[self.paper], [100, 110, 120, 0])
        branch.action_apply()
        self.assertEqual(
            branch.line_ids.filtered(lambda line: line.node_id == self.far_paper).cp_1, 55, "again: the same"
        )

    def test_the_framework_is_not_touched_by_its_scenarios(self):
        framework = self.filled()
        branch = self.branch(framework)
        branch.line_ids.filtered(lambda line: line.node_id == self.paper).cp_1 = 7
        self.assertEqual(self.lines["paper"].cp_1, 100)
        self.assertEqual(framework.line_count, 3)
        with self.refused("another name"):
            framework.action_branch("Growth")
        with self.assertRaises(UserError):
            branch.action_branch("Of a scenario")

    def test_the_comparison_stands_side_by_side(self):
        framework = self.filled()
        first, second = self.branch(framework, "One"), self.branch(framework, "Two")
        second.line_ids.filtered(lambda line: line.node_id == self.paper).cp_1 = 70
        table = self.env["gov.budget.framework"].with_user(self.auditor).get_comparison(framework.id, "cp_1")
        self.assertEqual([column["label"] for column in table["columns"]], ["Framework", "One", "Two"])
        row = next(row for row in table["rows"] if row["id"] == self.lines["paper"].id)
        self.assertEqual([cell["value"] for cell in row["cells"]], [100, 100, 70])
        self.assertEqual([cell.get("status") for cell in row["cells"]], [None, "same", "branch"])
        self.assertEqual(table["totals"], [1150, 1150, 1120])
        self.assertTrue(first.exists())
        with self.assertRaises(UserError):
            framework.get_comparison(framework.id, "name")
        with self.assertRaises(AccessError):
            framework.with_user(self.clerk).get_comparison(framework.id)

    def test_merging_all_gives_the_scenario(self):
        framework = self.arbitration("drhf")
        branch = self.branch(framework)
        self.env["gov.budget.framework.hypothesis"].create(
            {"framework_id": branch.id, "kind": "change", "percent": 25}
        )
        branch.action_apply()
        result = branch.action_merge(branch.line_ids.ids, "Best case")
        self.assertEqual(result, {"merged": 3, "unchanged": 0})
        for line in branch.line_ids:
            self.assertEqual(line._gov_figures(), line.origin_id._gov_figures())
        self.assertEqual(set(framework.round_ids.change_ids.mapped("source")), {"merge"})
        self.assertIn("Growth: Best case", framework.round_ids.change_ids.mapped("reason"))
        self.assertEqual(branch.action_merge(branch.line_ids.ids, "Again"), {"merged": 0, "unchanged": 3})

    def test_a_conflict_is_told_and_nothing_is_merged_until_somebody_decides(self):
        framework = self.arbitration("drhf")
        branch = self.branch(framework)
        own = branch.line_ids.filtered(lambda line: line.node_id == self.paper)
        own.write({"cp_1": 60, "cp_2": 111})
        self.lines["paper"].with_user(self.officer).action_arbitrate({"cp_1": 90, "cp_3": 130}, "Meanwhile")
        self.assertEqual(own.branch_status, "conflict")
        with self.refused("1 lines changed both"):
            branch.action_merge(own.ids, "Mine")
        self.assertEqual((self.lines["paper"].cp_1, self.lines["paper"].cp_2), (90, 110))
        branch.action_merge(own.ids, "Mine", "branch")
        self.assertEqual([self.lines["paper"][name] for name in ("cp_1", "cp_2", "cp_3")], [60, 111, 130])

    def test_keeping_the_framework_takes_the_rest_of_the_scenario(self):
        framework = self.arbitration("drhf")
        branch = self.branch(framework)
        own = branch.line_ids.filtered(lambda line: line.node_id == self.paper)
        own.write({"cp_1": 60, "cp_2": 111})
        self.lines["paper"].with_user(self.officer).action_arbitrate({"cp_1": 90}, "Meanwhile")
        branch.action_merge(own.ids, "Theirs", "main")
        self.assertEqual([self.lines["paper"][name] for name in ("cp_1", "cp_2")], [90, 111])

    def test_a_line_only_the_scenario_has_is_added(self):
        framework = self.arbitration("drhf")
        branch = self.branch(framework)
        added = self.line(
            branch, self.water, self.service, (10, 20, 30), nature="new", name="Fountains", hypotheses="3 x 10"
        )
        self.assertEqual(added.branch_status, "added")
        table = framework.get_comparison(framework.id, "cp_1")
        self.assertEqual([row["cells"][0] for row in table["rows"] if row["id"] == added.id], [None])
        branch.action_merge(added.ids, "Agreed")
        found = framework.line_ids.filtered(lambda line: line.node_id == self.water)
        self.assertEqual([found.cp_1, found.cp_2, found.cp_3, found.asked_cp_1], [10, 20, 30, 0])
        self.assertEqual(found.name, "Fountains")

    def test_only_officers_merge_and_only_in_an_open_round(self):
        framework = self.arbitration()
        branch = self.branch(framework)
        branch.line_ids[0].cp_1 = 1
        with self.refused("Open a round"):
            branch.action_merge(branch.line_ids[0].ids, "Now")
        framework.action_open_round("drhf")
        with self.assertRaises(AccessError):
            branch.with_user(self.top).action_merge(branch.line_ids[0].ids, "Not an officer")
        for ids in ([], ["x"], [self.lines["paper"].id], None):
            with self.subTest(ids=ids), self.assertRaises(UserError):
                branch.action_merge(ids, "Wrong lines")

    def test_a_closed_scenario_no_longer_changes(self):
        framework = self.filled()
        branch = self.branch(framework)
        hypothesis = self.env["gov.budget.framework.hypothesis"].create({"framework_id": branch.id, "kind": "freeze"})
        branch.action_close_scenario()
        with self.assertRaises(UserError):
            hypothesis.percent = 5
        with self.assertRaises(UserError):
            branch.action_apply()
        with self.assertRaises(AccessError):
            branch.line_ids[0].cp_1 = 5
        self.assertEqual(self.env["gov.budget.framework"].get_comparison(framework.id)["columns"][1:], [])

    def test_a_line_with_a_branch_stays(self):
        framework = self.filled()
        self.branch(framework)
        with self.refused("stays in the records"):
            self.lines["paper"].unlink()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute("DELETE FROM gov_budget_framework_line WHERE id = %s", [self.lines["paper"].id])
