import base64
import io
from datetime import date
from unittest.mock import patch

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import TransactionCase, freeze_time, new_test_user, tagged

from ..services import workforce

MEASURES = ["staff:sum", "women:sum", "men:sum"]


class WorkforceCase(TransactionCase):
    """A small ministry of its own: directorates, people of both sexes, and readers of every role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        # nobody but the people made here is counted
        cls.env["hr.employee"].search([("recruitment_date", "!=", False)]).write({"recruitment_date": "2099-01-01"})
        cls.env["hr.version"].search([]).write({"grade_id": False, "echelon": 0})
        region = cls.env["gov.region"]
        cls.central = region.search([("code", "=", "00")])
        cls.rabat = region.search([("code", "=", "04")])
        cls.fes = region.search([("code", "=", "03")])
        cls.casa = region.search([("code", "=", "06")])
        units = cls.env["hr.department"]
        cls.head_office = units.create(
            {"name": "=HYPERLINK(1)", "unit_kind": "directorate", "region_id": cls.central.id}
        )
        cls.service = units.create({"name": "Service", "unit_kind": "service", "parent_id": cls.head_office.id})
        cls.in_rabat = units.create(
            {"name": "DR Rabat", "unit_kind": "regional_directorate", "region_id": cls.rabat.id}
        )
        cls.in_casa = units.create(
            {"name": "DR Casablanca", "unit_kind": "regional_directorate", "region_id": cls.casa.id}
        )
        cls.small = units.create({"name": "Small", "unit_kind": "regional_directorate", "region_id": cls.fes.id})
        cls.manager = new_test_user(cls.env, "wf_manager", groups="gov_base.group_hr_manager")
        cls.officer = new_test_user(cls.env, "wf_officer", groups="gov_base.group_hr_officer")
        cls.regional = new_test_user(cls.env, "wf_regional", groups="gov_base.group_hr_officer")
        cls.regional.gov_region_ids = cls.rabat
        cls.auditor = new_test_user(cls.env, "wf_auditor", groups="gov_base.group_auditor,base.group_allow_export")
        cls.budget = new_test_user(
            cls.env, "wf_budget", groups="gov_base.group_budget_officer,base.group_allow_export"
        )
        cls.colleague = new_test_user(cls.env, "wf_colleague", groups="base.group_user,base.group_allow_export")
        cls.outsider = new_test_user(cls.env, "wf_portal", groups="base.group_portal")
        cls.outside_hr = (cls.auditor, cls.budget, cls.colleague)

    @classmethod
    def grade(cls, code):
        return cls.env["gov.grade"].search([("code", "=", code)])

    @classmethod
    def hire(cls, count, sex, unit, grade="ADM2", since="2015-01-01", **values):
        """Make ``count`` civil servants of a unit, recruited on ``since``."""
        return cls.env["hr.employee"].create(
            [
                {
                    "name": f"Wfcase {unit.name} {sex} {number}",
                    "date_version": since,
                    "recruitment_date": since,
                    "grade_id": cls.grade(grade).id,
                    "echelon": 1,
                    "residence_zone": "A",
                    "sex": sex,
                    "department_id": unit.id,
                    "birthday": "1990-06-15",
                    **values,
                }
                for number in range(count)
            ]
        )

    @classmethod
    def years(cls):
        years = cls.env["gov.workforce.year"]._gov_ensure_years()
        cls.env.flush_all()
        return years

    @classmethod
    def year(cls, name):
        return cls.years().filtered(lambda year: year.name == name)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestWorkforceYears(WorkforceCase):
    def row(self, employee, year):
        self.years()
        return self.env["gov.workforce.report"].search([("employee_id", "=", employee.id), ("year", "=", year)])

    def test_past_years_look_at_31_december_and_the_current_one_at_today(self):
        self.hire(1, "female", self.service)
        days = {year.name: year.day for year in self.years()}
        self.assertEqual(days["2025"], date(2025, 12, 31))
        self.assertEqual(days["2026"], date(2026, 11, 21))
        with freeze_time("2027-01-01 10:00:00"):
            days = {year.name: year.day for year in self.years()}
        self.assertEqual(days["2026"], date(2026, 12, 31))
        self.assertEqual(days["2027"], date(2027, 1, 1))

    def test_situation_of_31_december_counts_in_its_year_and_that_of_1_january_in_the_next(self):
        person = self.hire(1, "female", self.service, since="2020-01-01")
        person.create_version({"date_version": "2024-12-31", "grade_id": self.grade("ADM1").id, "echelon": 1})
        person.create_version({"date_version": "2026-01-01", "department_id": self.in_rabat.id})
        self.assertEqual(self.row(person, "2023").grade_id, self.grade("ADM2"))
        self.assertEqual(self.row(person, "2024").grade_id, self.grade("ADM1"))
        self.assertEqual(self.row(person, "2025").region_id, self.central)
        self.assertEqual(self.row(person, "2026").region_id, self.rabat)

    def test_recruited_on_31_december_counts_in_the_year_and_on_1_january_does_not(self):
        last_day = self.hire(1, "male", self.service, since="2024-12-31")
        next_day = self.hire(1, "male", self.service, since="2025-01-01")
        self.assertTrue(self.row(last_day, "2024"))
        self.assertFalse(self.row(next_day, "2024"))
        self.assertTrue(self.row(next_day, "2025"))

    def test_person_who_left_counts_up_to_the_last_day_of_service(self):
        stayed = self.hire(1, "female", self.service)
        stayed.version_id.departure_date = "2024-12-31"
        left = self.hire(1, "female", self.service)
        left.version_id.departure_date = "2024-12-30"
        (stayed | left).action_archive()
        self.assertTrue(self.row(stayed, "2023"))
        self.assertTrue(self.row(stayed, "2024"))
        self.assertFalse(self.row(stayed, "2025"))
        self.assertTrue(self.row(left, "2023"))
        self.assertFalse(self.row(left, "2024"))

    def test_act_of_leaving_takes_effect_on_its_day(self):
        person = self.hire(1, "female", self.service)
        person.create_version({"date_version": "2025-01-01", "statutory_position": "left"})
        person.action_archive()
        self.assertTrue(self.row(person, "2024"))
        self.assertFalse(self.row(person, "2025"))

    def test_file_archived_without_a_departure_counts_for_nobody(self):
        mistake = self.hire(1, "female", self.service)
        mistake.action_archive()
        self.assertFalse(self.row(mistake, "2024"))

    def test_age_and_service_bands_change_on_the_birthday(self):
        person = self.hire(1, "female", self.service, birthday="1994-12-31", since="2014-12-31")
        self.assertEqual((self.row(person, "2023").age, self.row(person, "2023").age_band_id.code), (29, "A0"))
        self.assertEqual((self.row(person, "2024").age, self.row(person, "2024").age_band_id.code), (30, "A30"))
        self.assertEqual(self.row(person, "2023").seniority_band_id.code, "S5")
        self.assertEqual(self.row(person, "2024").seniority_band_id.code, "S10")

    def test_groups_of_grades_follow_the_scale(self):
        codes = {"ADA2": "EXE", "TEC4": "MAI", "TEC3": "MAI", "ADM3": "CAD", "ADM1": "CAD", "INGP": "CAD"}
        for grade, group in codes.items():
            self.assertEqual(self.grade(grade).group_id.code, group, grade)
        band = self.env["gov.workforce.band"].search([("code", "=", "MAI")])
        self.env["gov.workforce.band"].search([("code", "=", "EXE")]).upper = 7
        band.lower = 8
        self.env.flush_all()
        self.grade("ADA2").scale = "7"
        self.assertEqual(self.grade("ADA2").group_id.code, "EXE")

    def test_directorate_and_region_of_a_service_are_those_above(self):
        row = self.row(self.hire(1, "female", self.service), "2025")
        self.assertEqual(
            (row.department_id, row.directorate_id, row.region_id), (self.service, self.head_office, self.central)
        )

    def test_level_of_responsibility_is_proposed_from_the_title_and_dated(self):
        jobs = self.env["hr.job"].create(
            [{"name": name} for name in ("Chef de division", "رئيس مصلحة", "Directeur régional", "Rédacteur")]
        )
        self.assertEqual(
            jobs.mapped("responsibility_level"), ["division_head", "service_head", "regional_director", False]
        )
        person = self.hire(1, "female", self.service)
        person.create_version({"date_version": "2025-06-01", "job_id": jobs[0].id})
        self.assertFalse(self.row(person, "2024").responsibility_level)
        self.assertEqual(self.row(person, "2025").responsibility_level, "division_head")

    def test_row_opens_the_person(self):
        person = self.hire(1, "female", self.in_rabat)
        row = self.row(person, "2025")
        self.assertEqual(row.with_user(self.regional).action_open_employee()["res_id"], person.id)
        with self.assertRaises(AccessError):
            row.with_user(self.auditor).action_open_employee()

    def test_years_of_the_first_files_are_not_before_them(self):
        self.hire(1, "female", self.service, since="2020-05-01")
        self.env["gov.workforce.year"].search([]).unlink()
        self.assertEqual(self.years()[-1].name, "2020")
        self.env["gov.workforce.year"].search([]).unlink()
        self.env["gov.parameter"].search([("code", "=", "workforce.years")]).value = 3
        self.assertEqual(self.years().mapped("name"), ["2026", "2025", "2024"])


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestWorkforceMasking(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hire(8, "female", cls.service)
        cls.hire(6, "male", cls.head_office)
        cls.hire(6, "male", cls.head_office, grade="TEC4", birthday="1970-01-01")
        cls.hire(6, "male", cls.in_rabat)
        cls.hire(7, "female", cls.in_rabat)
        cls.hire(4, "female", cls.in_casa)
        cls.hire(5, "male", cls.in_casa)
        cls.hire(1, "female", cls.small)
        cls.hire(2, "male", cls.small)
        cls.the_year = cls.year("2025")
        cls.the_year.with_user(cls.manager).action_publish()
        cls.env.flush_all()

    def figures(self, user, groupby, domain=()):
        domain = [("year", "=", "2025"), *domain]
        return self.env["gov.workforce.figure"].with_user(user)._read_group(domain, groupby, MEASURES)

    def test_hr_sees_every_count(self):
        rows = (
            self.env["gov.workforce.report"]
            .with_user(self.officer)
            ._read_group([("year", "=", "2025")], ["directorate_id"], MEASURES)
        )
        counts = {unit: tuple(numbers) for unit, *numbers in rows}
        self.assertEqual(counts[self.head_office], (20, 8, 12))
        self.assertEqual(counts[self.in_casa], (9, 4, 5))
        self.assertEqual(counts[self.small], (3, 1, 2))

    def test_outside_hr_totals_are_exact_and_small_groups_absent(self):
        for user in self.outside_hr:
            self.assertEqual(self.figures(user, []), [(45, 20, 25)])
            counts = {unit: tuple(numbers) for unit, *numbers in self.figures(user, ["directorate_id"])}
            self.assertEqual(counts[self.head_office], (20, 8, 12))
            self.assertEqual(counts[self.small], (False, False, False))
            # 4 women: the share is hidden; and the unit itself too, or the 3 of the small one would be the rest
            self.assertEqual(counts[self.in_casa], (False, False, False))

    def test_no_figure_outside_hr_is_below_the_threshold(self):
        names = [
            "region_id",
            "directorate_id",
            "corps_id",
            "grade_id",
            "grade_group_id",
            "age_band_id",
            "seniority_band_id",
            "statutory_position",
            "responsibility_level",
        ]
        pairs = [
            ["region_id", "grade_group_id"],
            ["directorate_id", "grade_group_id"],
            ["age_band_id", "grade_group_id"],
        ]
        for groupby in [[], *([name] for name in names), *pairs]:
            for row in self.figures(self.auditor, groupby):
                for number in row[len(groupby) :]:
                    self.assertTrue(number is False or number == 0 or number >= 5, (groupby, row))

    def test_total_minus_the_shown_ones_never_leaves_a_small_group(self):
        [total] = self.figures(self.auditor, [])
        for name in ("region_id", "directorate_id", "grade_group_id", "age_band_id", "grade_id"):
            rows = [row[1:] for row in self.figures(self.auditor, [name])]
            for position, whole in enumerate(total):
                left = whole - sum(row[position] or 0 for row in rows)
                self.assertFalse(0 < left < 5, name)

    def test_region_minus_its_directorates_never_leaves_a_small_group(self):
        regions = {region: numbers for region, *numbers in self.figures(self.auditor, ["region_id"])}
        units = {unit: numbers for unit, *numbers in self.figures(self.auditor, ["directorate_id"])}
        for region, numbers in regions.items():
            inside = [row for unit, row in units.items() if unit.effective_region_id == region]
            for position, whole in enumerate(numbers):
                if whole is not False:
                    self.assertFalse(0 < whole - sum(row[position] or 0 for row in inside) < 5, region.name)

    def test_filters_do_not_bring_a_hidden_figure_back(self):
        casa, small, head = self.in_casa.id, self.small.id, self.head_office.id
        for domain in (
            [("directorate_id", "=", small)],
            [("directorate_id", "!=", head)],
            [("directorate_id", "not in", [head, casa])],
            ["|", ("directorate_id", "=", small), ("directorate_id", "=", head)],
            [("directorate_id.name", "ilike", "mall")],
            [("directorate_id", "child_of", small)],
        ):
            for row in self.figures(self.auditor, [], domain):
                self.assertEqual(row, (False, False, False), domain)
        self.assertEqual(self.figures(self.auditor, [], [("directorate_id", "=", head)]), [(20, 8, 12)])

    def test_rows_of_figures_hold_no_small_count_to_read_search_or_export(self):
        figures = self.env["gov.workforce.figure"].with_user(self.auditor)
        for name in ("staff", "women", "men"):
            self.assertFalse(figures.search_count([(name, ">", 0), (name, "<", 5)]))
            self.assertFalse(figures.search_count([(name, "in", [1, 2, 3, 4])]))
        rows = figures.search([])
        self.assertTrue(rows)
        for row in rows.read(["staff", "women", "men", "women_share", "is_masked", "is_split_masked"]):
            if row["is_masked"]:
                self.assertEqual((row["staff"], row["women"], row["men"], row["women_share"]), (0, 0, 0, 0))
            elif row["is_split_masked"]:
                self.assertEqual((row["women"], row["men"], row["women_share"]), (0, 0, 0))
        exported = rows.export_data(["staff", "women", "men"])["datas"]
        self.assertFalse([row for row in exported if {1, 2, 3, 4} & set(row)])
        values = figures._read_group(
            [("table_code", "=", "directorate")], [], ["staff:array_agg", "women:min", "men:max"]
        )
        self.assertEqual(values, [(False, False, False)], "no list of values where one of them is hidden")

    def test_crossing_that_is_not_published_is_refused_with_a_sentence(self):
        figures = self.env["gov.workforce.figure"].with_user(self.auditor)
        for groupby in (["region_id", "age_band_id"], ["region_id", "grade_group_id", "age_band_id"]):
            with self.assertRaisesRegex(UserError, "not published together"):
                figures.formatted_read_group([], groupby, MEASURES)
            with self.assertRaisesRegex(UserError, "not published together"):
                figures.formatted_read_grouping_sets([], [groupby], MEASURES)
            with self.assertRaisesRegex(UserError, "not published together"):
                figures.web_read_group([("region_id", "=", self.rabat.id)], ["age_band_id"], MEASURES)

    def test_mixed_tables_give_no_sum(self):
        figures = self.env["gov.workforce.figure"].with_user(self.auditor)
        [row] = figures.formatted_read_group([("table_code", "!=", False)], [], MEASURES)
        self.assertFalse(row["staff:sum"])

    def test_pivot_of_the_web_client_has_exact_totals_and_hidden_cells(self):
        sets = (
            self.env["gov.workforce.figure"]
            .with_user(self.auditor)
            .formatted_read_grouping_sets(
                [("year", "=", "2025")], [[], ["directorate_id"], ["year"], ["directorate_id", "year"]], MEASURES
            )
        )
        self.assertEqual(sets[0][0]["staff:sum"], 45)
        cells = {row["directorate_id"][0]: row["staff:sum"] for row in sets[1]}
        self.assertEqual(cells[self.head_office.id], 20)
        self.assertIs(cells[self.small.id], False)
        self.assertEqual(len(sets[3]), len(sets[1]))

    def test_persons_are_closed_outside_hr_by_every_call(self):
        person = self.env["hr.employee"].search([("department_id", "=", self.small.id)], limit=1)
        for user in (*self.outside_hr, self.outsider):
            for name in ("gov.workforce.report", "gov.workforce.movement"):
                rows = self.env[name].with_user(user)
                number = self.env[name].search([("employee_id", "=", person.id)], limit=1).id
                self.assertTrue(number)
                for call in (
                    lambda rows=rows: rows.search([]),
                    lambda rows=rows: rows.search_count([("directorate_id", "=", self.small.id)]),
                    lambda rows=rows: rows.search([("employee_id.name", "ilike", "small")]),
                    lambda rows=rows: rows.search_read([], ["sex"]),
                    lambda rows=rows: rows.web_search_read([], {"sex": {}}),
                    lambda rows=rows: rows.name_search("Small"),
                    lambda rows=rows: rows.formatted_read_group([], ["directorate_id"], MEASURES),
                    lambda rows=rows: rows.formatted_read_grouping_sets([], [["directorate_id"]], MEASURES),
                    lambda rows=rows: rows.web_read_group([], ["directorate_id"], MEASURES),
                    lambda rows=rows: rows.read_progress_bar([], "sex", {"field": "sex", "colors": {}}),
                    lambda rows=rows, number=number: rows.browse(number).read(["sex"]),
                    lambda rows=rows, number=number: rows.browse(number).web_read({"sex": {}}),
                    lambda rows=rows, number=number: rows.browse(number).export_data(["sex"]),
                ):
                    refused = UserError if user == self.outsider else AccessError
                    with self.subTest(user=user.login, model=name), self.assertRaises(refused):
                        call()

    def test_nobody_writes_figures_or_years(self):
        figure = self.env["gov.workforce.figure"].search([("is_masked", "=", True)], limit=1)
        for user in (self.auditor, self.manager):
            with self.assertRaises(AccessError):
                figure.with_user(user).write({"staff": 3})
            with self.assertRaises(AccessError):
                figure.with_user(user).unlink()
            with self.assertRaises(AccessError):
                figure.with_user(user).copy()
            with self.assertRaises(AccessError):
                self.the_year.with_user(user).write({"day": "2025-06-30"})

    def test_only_hr_managers_publish(self):
        for user in (*self.outside_hr, self.officer):
            with self.assertRaises(AccessError):
                self.the_year.with_user(user).action_publish()

    def test_portal_users_read_no_figure(self):
        with self.assertRaises(AccessError):
            self.env["gov.workforce.figure"].with_user(self.outsider).search_count([])
        with self.assertRaises(AccessError):
            self.env["gov.workforce.year"].with_user(self.outsider).action_open_workforce()

    def test_each_role_opens_its_own_screen(self):
        year = self.env["gov.workforce.year"]
        self.assertEqual(year.with_user(self.officer).action_open_workforce()["res_model"], "gov.workforce.report")
        for user in self.outside_hr:
            self.assertEqual(year.with_user(user).action_open_workforce()["res_model"], "gov.workforce.figure")

    def test_threshold_is_a_legal_parameter(self):
        self.env["gov.parameter"].search([("code", "=", "workforce.threshold")]).value = 3
        self.the_year.with_user(self.manager).action_publish()
        counts = {unit: numbers for unit, *numbers in self.figures(self.auditor, ["directorate_id"])}
        self.assertEqual(counts[self.in_casa][0], 9)
        self.assertEqual(counts[self.small][0], 3)
        self.assertIs(counts[self.small][1], False)

    def test_publication_by_the_task_is_monthly_and_closes_the_year_before(self):
        self.env["gov.workforce.year"].search([]).published_on = "2026-10-01"
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **options: 60))
        self.env["gov.workforce.year"]._cron_publish()
        published = self.env["gov.workforce.year"].search([("published_on", "=", "2026-11-21")])
        self.assertEqual(published.mapped("name"), ["2026"])
        with freeze_time("2027-02-01 10:00:00"):
            self.env["gov.workforce.year"]._cron_publish()
            published = self.env["gov.workforce.year"].search([("published_on", "=", "2027-02-01")])
        self.assertEqual(published.mapped("name"), ["2027", "2026"])

    def test_officer_of_a_region_counts_that_region_only(self):
        rows = (
            self.env["gov.workforce.report"]
            .with_user(self.regional)
            ._read_group([("year", "=", "2025")], ["region_id"], MEASURES)
        )
        self.assertEqual(rows, [(self.rabat, 13, 7, 6)])
        other = self.env["gov.workforce.report"].search(
            [("region_id", "=", self.casa.id), ("year", "=", "2025")], limit=1
        )
        with self.assertRaises(AccessError):
            other.with_user(self.regional).read(["sex"])


@tagged("post_install", "-at_install")
@freeze_time("2026-11-21 10:00:00")
class TestWorkforceIndicators(WorkforceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        job = cls.env["hr.job"].create({"name": "Chef de service"})
        cls.hire(2, "female", cls.service, grade="ADM2", job_id=job.id)
        cls.hire(6, "male", cls.service, grade="ADM2", job_id=job.id)
        cls.hire(8, "female", cls.service, grade="TEC4", since="2025-03-01")
        cls.hire(4, "male", cls.in_rabat, grade="TEC4", since="2025-12-31")
        cls.the_year = cls.year("2025")

    def indicators(self, user=None, year=None, scope=Domain.TRUE):
        indicators = self.env["gov.workforce.indicator"].with_user(user or self.manager)
        return {item["code"]: item for item in indicators._gov_all_indicators(year or self.the_year, scope)}

    def last(self, code, **options):
        return self.indicators(**options)[code]["rows"][-1]

    def test_rates_have_no_value_where_nobody_is_counted(self):
        self.assertIsNone(workforce.share(0, 0))
        self.assertIsNone(workforce.ratio(None, 40.0))
        self.assertIsNone(workforce.gap(None, 10.0))
        self.assertEqual(workforce.gap(7500.0, 10000.0), 25.0)
        self.assertEqual(workforce.mean([]), None)

    def test_g1_feminisation_is_women_by_staff(self):
        rows = self.indicators()["G1"]["rows"]
        self.assertEqual(rows[0][2:], [10, 10, 20, 50.0])
        self.assertIn(["Region", self.rabat.name, 0, 4, 4, 0.0], rows)

    def test_g2_and_g3_women_in_posts_and_their_access_gap(self):
        found = self.indicators()
        self.assertEqual(found["G2"]["rows"][0], ["Head of service", 2, 6, 8, 25.0])
        # 25 % of the posts for 50 % of the staff
        self.assertEqual(found["G3"]["rows"][0], ["Head of service", 25.0, 50.0, 0.5])

    def test_g5_recruits_of_the_year_by_sex(self):
        self.assertEqual(self.last("G5")[1:], [8, 4, 12, 100 * 8 / 12])
        self.assertEqual(self.last("G5", year=self.year("2024"))[1:4], [0, 0, 0])

    def test_g6_promoted_by_eligible_and_years_in_the_grade(self):
        person = self.env["hr.employee"].search([("sex", "=", "female"), ("grade_id.code", "=", "ADM2")], limit=1)
        person.create_version(
            {"date_version": "2025-07-01", "grade_id": self.grade("ADM1").id, "echelon": 1, "act_kind": "grade_choice"}
        )
        self.env.flush_all()
        row = self.last("G6")
        # 8 administrators had ten years of grade at the end of 2024, 2 of them women; one was promoted
        self.assertEqual(row[1:5], [1, 0, 2, 6])
        self.assertEqual(row[5:7], [50.0, 0.0])
        men = ((date(2025, 12, 31) - date(2015, 1, 1)).days * 6 + 0 * 4) / 10 / 365.25
        self.assertAlmostEqual(row[8], men, 6)

    def test_g8_pay_gap_on_net_pay_is_for_hr_managers(self):
        row = self.last("G8")
        pays = {
            employee: employee.get_pay_statement("2025-12-31")["net"]
            for employee in self.env["hr.employee"].search([("name", "=like", "Wfcase%")])
        }
        women = [net for employee, net in pays.items() if employee.sex == "female"]
        men = [net for employee, net in pays.items() if employee.sex == "male"]
        self.assertEqual(row[1:3], [10, 10])
        self.assertAlmostEqual(row[3], sum(women) / 10, 2)
        self.assertAlmostEqual(row[4], sum(men) / 10, 2)
        self.assertAlmostEqual(row[5], 100 * (1 - sum(women) / sum(men)), 4)
        self.assertNotIn("G8", self.indicators(user=self.officer))

    def test_g8_says_which_rate_is_missing_instead_of_failing(self):
        found = self.indicators(year=self.year("2020"))["G8"]
        self.assertEqual(found["rows"], [])
        self.assertIn("pay.", found["note"])

    def test_g9_rating_gap_is_women_less_men(self):
        people = self.env["hr.employee"].search([("name", "=like", "Wfcase%"), ("grade_id.code", "=", "ADM2")])
        women, men = people.filtered(lambda p: p.sex == "female"), people.filtered(lambda p: p.sex == "male")
        self.env["gov.rating"]._gov_record_marks(
            [(women[0].id, 2025, 16), (women[1].id, 2025, 18), (men[0].id, 2025, 15), (men[1].id, 2024, 5)]
        )
        self.assertEqual(self.last("G9")[1:], [2, 1, 17.0, 15.0, 2.0])

    def test_g11_breaks_on_the_last_day_and_begun_in_the_year(self):
        women = self.env["hr.employee"].search([("name", "=like", "Wfcase%"), ("sex", "=", "female")], limit=2)
        women[0].create_version({"date_version": "2025-12-31", "statutory_position": "availability"})
        women[1].create_version({"date_version": "2026-01-01", "statutory_position": "availability"})
        self.env.flush_all()
        rows = self.indicators()["G11"]["rows"]
        self.assertEqual(rows[0][1:], [1, 0, 10, 10, 10.0, 0.0])
        self.assertEqual(rows[1][1:3], [1, 0])

    def test_g15_retirements_by_year_and_sex(self):
        self.hire(1, "female", self.service, birthday="1965-12-10", since="1995-01-01")
        self.hire(1, "male", self.service, birthday="1964-02-10", since="1995-01-01")
        self.env.flush_all()
        rows = {row[0]: row[1:] for row in self.indicators()["G15"]["rows"]}
        self.assertEqual(rows["2027"], [0, 1, 1, 0.0])  # 63 years in February 2027
        self.assertEqual(rows["2028"], [1, 0, 1, 100.0])
        self.assertEqual(rows["All years"], [1, 1, 2, 50.0])

    def test_scope_and_region_of_the_reader_narrow_every_indicator(self):
        scoped = self.indicators(scope=Domain("region_id", "=", self.rabat.id))
        self.assertEqual(scoped["G1"]["rows"][0][2:], [0, 4, 4, 0.0])
        mine = self.indicators(user=self.regional)
        self.assertEqual(mine["G1"]["rows"][0][2:], [0, 4, 4, 0.0])
        self.assertEqual(mine["G5"]["rows"][-1][1:4], [0, 4, 4])

    def test_indicators_are_closed_outside_hr(self):
        for user in (*self.outside_hr, self.outsider):
            with self.assertRaises(AccessError):
                self.indicators(user=user)
            with self.assertRaises(AccessError):
                self.env["gov.workforce.statement"].with_user(user).create({})

    def test_statement_of_somebody_else_is_not_read_nor_exported(self):
        statement = self.env["gov.workforce.statement"].with_user(self.manager).create({"year_id": self.the_year.id})
        statement.action_export()
        for call in (
            lambda: statement.with_user(self.officer).read(["statement_html"]),
            lambda: statement.with_user(self.officer).read(["workbook"]),
            lambda: statement.with_user(self.officer).action_export(),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_screen_shows_every_indicator(self):
        statement = self.env["gov.workforce.statement"].with_user(self.manager).create({"year_id": self.the_year.id})
        for code in ("G1", "G2", "G3", "G5", "G6", "G8", "G9", "G11", "G15"):
            self.assertIn(f"<bdi>{code}</bdi>", statement.statement_html)

    def test_workbook_has_one_sheet_an_indicator_and_no_formula(self):
        statement = self.env["gov.workforce.statement"].with_user(self.manager).create({"year_id": self.the_year.id})
        action = statement.action_export()
        self.assertIn("/workbook/", action["url"])
        book = load_workbook(io.BytesIO(base64.b64decode(statement.workbook)))
        own = ["G1", "G2", "G3", "G5", "G6", "G8", "G9", "G11", "G15"]
        self.assertEqual([name for name in book.sheetnames if name in own], own)  # other modules add theirs
        sheet = book["G1"]
        self.assertFalse(sheet.sheet_view.rightToLeft)
        texts = [[cell.value for cell in row] for row in sheet.iter_rows()]
        self.assertEqual(texts[0][0], "G1. Feminisation rate")
        self.assertIn(["Formula", "Women ÷ staff at the end of the year"], [row[:2] for row in texts])
        self.assertIn(["Year", "2025"], [row[:2] for row in texts])
        self.assertTrue(any(row[:5] == ["All", None, 10, 10, 20] for row in texts))
        named = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"]
        self.assertTrue(named)
        self.assertEqual({cell.data_type for cell in named}, {"s"}, "a name is text, never a formula")
        self.assertFalse([cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"])

    def test_workbook_in_arabic_reads_from_right_to_left(self):
        self.env["res.lang"]._activate_lang("ar_MA")
        statement = self.env["gov.workforce.statement"].with_user(self.manager).create({"year_id": self.the_year.id})
        statement.with_context(lang="ar_MA").action_export()
        book = load_workbook(io.BytesIO(base64.b64decode(statement.workbook)))
        self.assertTrue(all(sheet.sheet_view.rightToLeft for sheet in book))
