import csv
import io
import json
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..services import fiscal_package, gender, programming

amounts = st.integers(0, 10**13)
rows = st.fixed_dictionaries({name: amounts for name in (*programming.FIGURES, *programming.LAW)})
percents = st.decimals(-60, 200, places=2).map(float)
hypotheses = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(programming.KINDS),
        "percent": percents,
        "years": st.sets(st.sampled_from(programming.YEARS)),
        "delay": st.integers(0, 4),
        "scope": st.fixed_dictionaries({"programme": st.sets(st.sampled_from([400, 401]))}),
    }
)
tables = st.dictionaries(
    st.integers(1, 30), st.tuples(rows, st.sampled_from([{"programme": 400}, {"programme": 401}])), max_size=6
)


def figures(row):
    return {name: row[name] for name in programming.FIGURES}


@tagged("post_install", "-at_install")
class TestFrameworkService(BaseCase):
    """The arithmetic of the three-year programming, without a database."""

    @given(tables)
    @settings(max_examples=60, deadline=None)
    def test_branch_without_hypothesis_is_the_framework(self, table):
        result = programming.apply(table, [])
        self.assertEqual(result, {key: figures(row) for key, (row, _attributes) in table.items()})

    @given(tables, st.lists(hypotheses, max_size=4))
    @settings(max_examples=60, deadline=None)
    def test_merging_all_of_a_branch_gives_the_branch(self, table, assumed):
        branch = programming.apply(table, assumed)
        for key, (row, _attributes) in table.items():
            base = figures(row)
            merged, conflicts = programming.merge(base, base, branch[key])
            self.assertEqual(merged, branch[key])
            self.assertEqual(conflicts, [])

    @given(rows, rows, rows)
    @settings(max_examples=60, deadline=None)
    def test_a_merge_loses_no_change_unseen(self, base, main, branch):
        merged, conflicts = programming.merge(base, main, branch)
        for name in programming.FIGURES:
            if name in conflicts:
                self.assertNotEqual(main[name], branch[name])
                self.assertEqual(merged[name], main[name])
            elif main[name] != base[name]:
                self.assertEqual(merged[name], main[name])
            else:
                self.assertEqual(merged[name], branch[name])
        taken, _conflicts = programming.merge(base, main, branch, prefer="branch")
        for name in conflicts:
            self.assertEqual(taken[name], branch[name])

    @given(rows, st.integers(0, 5))
    @settings(max_examples=60, deadline=None)
    def test_a_shifted_project_keeps_its_sum(self, row, delay):
        result = programming.apply({1: (row, {})}, [{"kind": "shift", "delay": delay}])[1]
        for kind in ("cp", "ce"):
            names = [name for name in programming.FIGURES if name.startswith(kind)]
            self.assertEqual(sum(result[name] for name in names), sum(row[name] for name in names))

    @given(tables, st.lists(hypotheses, max_size=4))
    @settings(max_examples=60, deadline=None)
    def test_hypotheses_give_no_negative_amount_and_leave_others_alone(self, table, assumed):
        result = programming.apply(table, assumed)
        for key, (row, attributes) in table.items():
            self.assertTrue(all(value >= 0 for value in result[key].values()))
            if all(
                one["scope"]["programme"] and attributes["programme"] not in one["scope"]["programme"]
                for one in assumed
            ):
                self.assertEqual(result[key], figures(row))

    @given(
        rows, st.lists(st.tuples(st.sampled_from(programming.LEVELS), st.sampled_from(programming.FIGURES), amounts))
    )
    @settings(max_examples=60, deadline=None)
    def test_levels_begin_at_what_was_asked_and_end_at_what_is_granted(self, row, steps):
        asked, running, changes = figures(row), figures(row), []
        for level, name, amount in steps:  # in any order: a level may come back after a higher one
            changes.append((level, name, running[name], amount))
            running[name] = amount
        found = programming.by_level(running, changes)
        self.assertEqual(found["asked"], asked)
        self.assertEqual(found["top"], running)

    def test_what_was_entered_anew_after_an_arbitration_is_what_is_asked(self):
        changes = [("drhf", "cp_1", 100, 80), ("drhf", "cp_2", 50, 40)]
        # the collection was opened again: the unit wrote 95
        found = programming.by_level({"cp_1": 95, "cp_2": 40}, changes)
        self.assertEqual([found[key]["cp_1"] for key in ("asked", "directorate", "drhf", "top")], [95] * 4)
        self.assertEqual([found[key]["cp_2"] for key in ("asked", "directorate", "drhf", "top")], [50, 50, 40, 40])
        found = programming.by_level({"cp_1": 90, "cp_2": 40}, [*changes, ("top", "cp_1", 95, 90)])
        self.assertEqual([found[key]["cp_1"] for key in ("asked", "drhf", "top")], [95, 95, 90])

    @given(rows)
    @settings(max_examples=40, deadline=None)
    def test_rolling_brings_each_year_nearer_and_keeps_the_rest(self, row):
        rolled = programming.roll(row)
        self.assertEqual(rolled["cp_1"], row["cp_2"])
        for kind in ("cp", "ce"):
            names = [name for name in programming.FIGURES if name.startswith(kind)]
            self.assertEqual(sum(rolled[name] for name in names), sum(row[name] for name in names) - row[f"{kind}_1"])

    def test_growth_is_compound_and_rounded_to_the_dirham_half_up(self):
        row = {"lf_cp": programming.centimes(1_000_001), "cp_1": 5, "cp_2": 5, "cp_3": 5}
        result = programming.apply({1: (row, {})}, [{"kind": "growth", "percent": 2.5}])[1]
        self.assertEqual(result["cp_1"], programming.centimes(1_025_001))  # 1 025 001.025
        self.assertEqual(result["cp_2"], programming.centimes(1_050_626))  # 1 050 626.05
        self.assertEqual(result["cp_3"], programming.centimes(1_076_892))  # 1 076 891.70
        self.assertEqual(programming.rounded(150), 200)

    def test_a_freeze_holds_the_finance_law_and_new_measures_wait(self):
        old = {"lf_cp": 100, "cp_1": 120, "cp_2": 90, "cp_3": 130}
        new = {"lf_cp": 0, "cp_1": 50}
        result = programming.apply({1: (old, {}), 2: (new, {})}, [{"kind": "freeze"}])
        self.assertEqual([result[1][name] for name in programming.CP], [100, 90, 100])
        self.assertEqual(result[2]["cp_1"], 0)

    def test_commitments_are_covered_by_the_payments_planned_after_them(self):
        row = {"ce_1": 100, "cp_2": 60, "cp_3": 40, "ce_2": 41, "cp_later": 0, "ce_3": 0}
        self.assertEqual(programming.unfunded_commitments(row), [(2, 41, 40)])
        row["cp_later"] = 1
        self.assertEqual(programming.unfunded_commitments(row), [])

    def test_ceilings_are_met_exactly_year_by_year(self):
        totals = {"a": {"cp_1": 10, "ce_1": 5}}
        self.assertEqual(programming.off_ceiling(totals, {"a": {"cp_1": 10, "ce_1": 5}}), [])
        self.assertEqual(programming.off_ceiling(totals, {"a": {"cp_1": 11}}), [("a", "cp_1", 10, 11)])
        self.assertEqual(programming.off_ceiling({}, {"b": {"cp_2": 1}}), [("b", "cp_2", 0, 1)])

    def test_variation_has_one_decimal_and_none_from_nothing(self):
        self.assertEqual(programming.variation(3, 4), 33.3)
        self.assertEqual(programming.variation(8, 9), 12.5)
        self.assertIsNone(programming.variation(0, 5))

    def test_amounts_become_centimes_without_loss(self):
        self.assertEqual(programming.centimes(0.1 + 0.2), 30)
        self.assertEqual(programming.centimes(1_776_900_000.55), 177_690_000_055)
        self.assertEqual(programming.centimes(None), 0)


@tagged("post_install", "-at_install")
class TestGenderService(BaseCase):
    WEIGHTS = {1: 1, 2: 0.7, 3: 0.3, 4: 0, 5: 0}

    def test_each_score_counts_for_its_weight(self):
        found = gender.share([("p", score, 1000) for score in gender.SCORES] + [("p", None, 500)], self.WEIGHTS)
        self.assertEqual(found["p"]["gender"], 1000 + 700 + 300)
        self.assertEqual(found["p"]["total"], 5500)
        self.assertEqual(found["p"]["unscored"], 500)

    @given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([1, 2, 3, 4, 5, None]), amounts)))
    @settings(max_examples=60, deadline=None)
    def test_the_share_lies_between_nothing_and_all_and_parts_add_up(self, lines):
        by_key = gender.share(lines, self.WEIGHTS)
        whole = gender.share([("all", score, cents) for _key, score, cents in lines], self.WEIGHTS)
        self.assertEqual(sum(one["gender"] for one in by_key.values()), sum(one["gender"] for one in whole.values()))
        for one in by_key.values():
            self.assertLessEqual(one["gender"], one["total"])


@tagged("post_install", "-at_install")
class TestFiscalPackage(BaseCase):
    """The open data of a budget keep to the public specification."""

    ROW = {
        "budget_line": "1.2.1.2.0.29.000/P400-R00-Pj10-L28",
        "chapter": "1.2.1.2.0.29.000",
        "chapter_fr": "Matériel, et dépenses",
        "chapter_ar": "المعدات والنفقات المختلفة",
        "programme": "400",
        "region": "00",
        "project": "10",
        "nature": "28",
        "payment_appropriations": 80_000_000_055,
        "commitment_appropriations": 0,
    }

    def package(self):
        return fiscal_package.descriptor("budget-29-2026", "Budget", 2026, department="29")

    def rows(self, *rows):
        return list(csv.reader(io.StringIO("".join(fiscal_package.table(rows)))))

    def test_the_package_breaks_no_rule(self):
        self.assertEqual(fiscal_package.problems(self.package(), self.rows(self.ROW)), [])

    def test_the_archive_is_streamed_and_holds_both_files(self):
        pieces = list(
            fiscal_package.stream(self.package(), (dict(self.ROW, budget_line=str(n)) for n in range(20_000)))
        )
        self.assertGreater(len(pieces), 3)
        with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
            self.assertIsNone(archive.testzip())
            self.assertEqual(json.loads(archive.read("datapackage.json"))["name"], "budget-29-2026")
            self.assertEqual(archive.read("budget.csv").count(b"\r\n"), 20_001)

    def test_a_consumer_reads_each_credit_with_its_year_and_kind(self):
        found = list(fiscal_package.denormalise(self.package(), self.rows(self.ROW)[1:]))
        self.assertEqual([one["kind"] for one in found], ["cp", "ce"])
        self.assertEqual(found[0]["amount"], "800000000.55")
        self.assertEqual({one["fiscal_year"] for one in found}, {2026})

    def test_the_checker_sees_what_is_wrong(self):
        package = self.package()
        fields = package["resources"][0]["schema"]["fields"]
        fields[0]["columnType"] = "colour"
        fields[1]["type"] = "number"
        fields[2]["name"] = "chapter"
        package["resources"][0]["path"] = "../budget.csv"
        del fields[-1]["normalize"]["kind"]
        found = " ".join(fiscal_package.problems(package))
        for word in ("colour", "is of type", "one name", "leaves the package", "each reduced column"):
            self.assertIn(word, found)
        twice = self.rows(self.ROW, self.ROW)
        self.assertIn("repeated", " ".join(fiscal_package.problems(self.package(), twice)))
        twice[1][-1] = "1 000,5"
        self.assertIn("not a number", " ".join(fiscal_package.problems(self.package(), twice)))

    @given(st.integers(-(10**15), 10**15))
    @settings(max_examples=60, deadline=None)
    def test_amounts_are_written_exactly(self, cents):
        text = fiscal_package.amount(cents)
        self.assertEqual(int(text.replace(".", "")), cents)
