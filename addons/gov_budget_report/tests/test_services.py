import csv
import dataclasses
import datetime
import io
import itertools
import subprocess
import tracemalloc
import zipfile
from decimal import Decimal

import openpyxl
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..services import figures, landing, situation, table
from ..services.landing import Line

D = Decimal
amounts = st.integers(min_value=0, max_value=10**9).map(lambda cents: cents / 100)


@tagged("-at_install", "post_install")
class TestSituation(BaseCase):
    def test_columns_of_model_m5(self):
        row = situation.complete(
            {"lf": 1000.0, "carried": 50.0, "moved": -100.0, "funds": 50.0, "ce": 200.0, "delegated": 100.0,
             "committed": 600.0, "reserved": 30.0, "liquidated": 500.0, "ordered": 400.0, "paid": 300.0}
        )  # fmt: skip
        self.assertEqual(row["credits"], 1000)
        self.assertEqual(row["available"], 470)
        self.assertEqual(row["to_order"], 200)
        self.assertEqual(row["rate_committed"], round(600 / 1100, 6))
        self.assertEqual(row["rate_issued"], round(400 / 900, 6))
        self.assertEqual(row["rate_ordered"], round(400 / 600, 6))
        self.assertEqual(row["rate_paid"], 0.75)

    def test_a_delegation_moves_what_can_be_used_and_not_the_total(self):
        centre = {"lf": 1000.0, "delegated": 300.0, "committed": 350.0}
        region = {"received": 300.0, "committed": 150.0}
        self.assertEqual(situation.complete(centre)["rate_committed"], 0.5)
        self.assertEqual(situation.complete(region)["rate_committed"], 0.5)
        self.assertEqual(situation.complete(region)["available"], 150)
        whole = situation.complete(situation.add(situation.add({}, centre), region))
        self.assertEqual((whole["credits"], whole["available"], whole["rate_committed"]), (1000, 500, 0.5))

    def test_lapsed_credits_stay_in_the_credits(self):
        row = situation.complete({"lf": 100.0, "lapsed": -40.0, "committed": 60.0})
        self.assertEqual((row["credits"], row["available"]), (100, 0))

    def test_nothing_opened_has_no_rate(self):
        row = situation.complete({})
        self.assertIsNone(row["rate_committed"])
        self.assertIsNone(row["rate_paid"])
        self.assertEqual(row["available"], 0)

    def test_every_column_has_its_value(self):
        row = situation.complete({"lf": 1.0})
        self.assertLessEqual({name for name, _number, _is_rate in situation.COLUMNS}, row.keys())

    @settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
    @given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), amounts, amounts), max_size=30))
    def test_groups_hold_the_sum_of_their_lines(self, drawn):
        lines = [{"a": a, "b": (a, b), "lf": lf, "committed": done} for a, b, lf, done in sorted(drawn)]
        rows = situation.tree(lines, lambda line: (line["a"], line["b"]))
        self.assertEqual([row[3] for row in rows if row[3]], lines)
        for depth, keys, base, line in rows:
            if line is None:
                under = [one for one in lines if (one["a"], one["b"])[: depth + 1] == keys]
                for name in ("lf", "committed"):
                    self.assertAlmostEqual(base.get(name, 0.0), sum(one[name] for one in under), places=2)
        keys = [row[1] for row in rows if row[3] is None]
        self.assertEqual(len(keys), len(set(keys)))


@tagged("-at_install", "post_install")
class TestFigures(BaseCase):
    """A row of figures as one text."""

    SPACES = dict(figures.SPACES)

    @given(st.lists(st.tuples(st.integers(-(10**15), 10**15), st.booleans()), min_size=1, max_size=20), st.booleans())
    def test_each_figure_ends_where_its_column_ends(self, drawn, bold):
        texts = [
            f"{cents / 100:,.2f}".replace(",", "\u00a0").replace(".", ",") if full else "–" for cents, full in drawn
        ]
        widths = figures.columns([figures.width(text, bold) for text in texts], [4000] * len(texts))
        row = figures.row(texts, widths, bold)
        self.assertEqual("".join(row.split()), "".join("".join(texts).split()))
        at, edge, rest = 0, 0, row
        for text, wide in zip(texts, widths, strict=True):
            gap = 0
            while not rest.startswith(text):
                gap += self.SPACES[rest[0]]
                rest = rest[1:]
            rest = rest[len(text) :]
            self.assertGreaterEqual(gap, figures.GAP / 2 - 100)  # two figures never touch
            at += gap + figures.width(text, bold)
            edge += wide
            self.assertLessEqual(abs(edge - figures.GAP / 2 - at), 100)
        self.assertEqual(rest, "")

    def test_the_widths_are_those_of_the_font_that_prints(self):
        for bold, style in ((False, "Regular"), (True, "Bold")):
            command = ["fc-match", "-f", "%{file}", f"Noto Sans:style={style}"]
            font = TTFont(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
            names, widths, unit = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
            expected = {digit: figures.DIGIT for digit in "0123456789"} | figures.WIDTHS[bold] | self.SPACES
            for char, wide in expected.items():
                self.assertAlmostEqual(widths[names[ord(char)]][0] * 1000 / unit, wide, msg=repr(char), delta=1)


def line(key, **vals):
    place = {"chapter": 1, "programme": 1, "region": 0, "project": 1, "credits": D(0), "committed": D(0)}
    vals = {**place, "ordered": D(0), **vals}
    return Line(key=key, **vals)


@tagged("-at_install", "post_install")
class TestLanding(BaseCase):
    FIRST, TODAY, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 7, 2), datetime.date(2026, 12, 31)

    def land(self, one, today=None, last=None):
        return landing.land(one, today or self.TODAY, self.FIRST, last or self.LAST)

    def test_the_pace_goes_on(self):
        found = self.land(line(1, credits=D(1000), committed=D(183)))  # 183 days, 182 left
        self.assertEqual(found.expected, 365)
        self.assertEqual(found.lapse, 635)
        self.assertEqual(found.unordered, 183)
        self.assertEqual(found.need, 0)

    def test_a_need_beyond_the_credits(self):
        found = self.land(line(1, credits=D(300), committed=D(183)))
        self.assertEqual((found.expected, found.lapse, found.need), (D(300), D(0), D(65)))

    def test_what_waits_for_a_visa_is_expected_after_the_last_day_too(self):
        one = line(1, credits=D(100), committed=D(40), waiting=D(70))
        found = self.land(one, today=datetime.date(2026, 12, 5), last=datetime.date(2026, 11, 30))
        self.assertEqual((found.expected, found.lapse, found.need), (D(100), D(0), D(10)))
        found = self.land(line(1, credits=D(100), committed=D(40)), datetime.date(2026, 12, 5), self.FIRST)
        self.assertEqual(found.lapse, 60)

    def test_a_plan_goes_before_the_pace(self):
        found = self.land(line(1, credits=D(1000), committed=D(183), planned=D(0)))
        self.assertEqual(found.lapse, 817)

    def test_investment_committed_does_not_lapse(self):
        self.assertEqual(self.land(line(1, credits=D(100), committed=D(90), is_investment=True)).unordered, 0)

    def test_each_move_has_its_name_in_the_law(self):
        base = line(1)
        for kind, place in (
            ("a7", {}),
            ("a6", {"project": 2}),
            ("a5", {"region": 4, "project": 3}),
            ("a2", {"programme": 2, "region": 4, "project": 4}),
            (None, {"chapter": 2, "programme": 3, "project": 5}),
        ):
            self.assertEqual(landing.movement(base, line(2, **place)), kind)
        self.assertEqual(landing.movement(line(1, is_personnel=True), line(2, programme=2, is_personnel=True)), "a3")
        self.assertEqual(landing.movement(line(1, kind="cas"), line(2, programme=2, kind="cas")), "a4")
        self.assertIsNone(landing.movement(base, base))

    def test_easy_decisions_come_first_and_the_cap_holds(self):
        lines = [
            line("far", programme=2, project=9, credits=D(500)),
            line("near", credits=D(30)),
            line("here", credits=D(10), waiting=D(110)),
            line("other", chapter=2, programme=3, project=7, credits=D(1000)),
        ]
        landings = [self.land(one, last=self.FIRST) for one in lines]
        moves = landing.propose(lines, landings, {1: D(40), 2: D(1000)})
        self.assertEqual(
            [(move.kind, move.source, move.amount, move.needs_ministry) for move in moves],
            [("a7", "near", D(30), False), ("a2", "far", D(40), True)],
        )

    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.integers(1, 2), st.integers(1, 2), st.integers(0, 1), st.integers(1, 2),
                st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000),
            ),
            max_size=12,
        ),
        st.integers(0, 500),
    )  # fmt: skip
    def test_proposals_keep_the_law(self, drawn, cap):
        lines = []
        for key, (chapter, programme, region, project, credit, done, waiting) in enumerate(drawn):
            place = (chapter, programme, region, project)
            lines.append(
                line(key, chapter=chapter, programme=place[:2], region=region, project=place, credits=D(credit),
                     committed=D(min(done, credit)), waiting=D(waiting))
            )  # fmt: skip
        by_key = {one.key: one for one in lines}
        landings = {one.key: self.land(one) for one in lines}
        room = {one.programme: D(cap) for one in lines}
        moves = landing.propose(lines, list(landings.values()), room)
        given_, got, moved = {}, {}, {}
        for move in moves:
            source, target = by_key[move.source], by_key[move.target]
            self.assertEqual(source.chapter, target.chapter)
            self.assertEqual(move.kind, landing.movement(source, target))
            self.assertGreater(move.amount, 0)
            given_[move.source] = given_.get(move.source, 0) + move.amount
            got[move.target] = got.get(move.target, 0) + move.amount
            if move.kind == "a2":
                for one in (source.programme, target.programme):
                    moved[one] = moved.get(one, 0) + move.amount
        self.assertTrue(all(amount <= landings[key].lapse for key, amount in given_.items()))
        self.assertTrue(all(amount <= by_key[key].free for key, amount in given_.items()))
        self.assertTrue(all(amount <= landings[key].need for key, amount in got.items()))
        self.assertTrue(all(amount <= cap for amount in moved.values()))
        self.assertFalse(set(given_) & set(got))

    def test_commitment_appropriations_lapse_and_are_not_transferred(self):
        # 400 for later years are free, the 100 of this year are committed: no payment appropriation is left to give
        giver = line(1, credits=D(500), committed=D(100), ordered=D(100), ce=D(400), is_investment=True)
        taker = line(2, credits=D(10), waiting=D(60), is_investment=True)
        landings = [self.land(one, last=self.FIRST) for one in (giver, taker)]
        self.assertEqual(landings[0].lapse, 400)
        self.assertEqual(landing.propose([giver, taker], landings, {}), [])
        giver = dataclasses.replace(giver, credits=D(530))
        landings[0] = self.land(giver, last=self.FIRST)
        self.assertEqual([move.amount for move in landing.propose([giver, taker], landings, {})], [D(30)])

    def test_support_funds_and_later_years_take_nothing_of_the_ceiling(self):
        invest = {"is_investment": True}
        lines = [
            line(1, credits=D(100), committed=D(90), ordered=D(30), **invest),
            line(2, credits=D(100), committed=D(50), ordered=D(10), is_donor=True, **invest),
            line(3, credits=D(100), committed=D(80), ordered=D(10), later=D(70), **invest),
            line(4, credits=D(100), committed=D(20), closed=D(20), **invest),
        ]
        self.assertEqual(
            landing.carry_over(lines, 0.30, D("100.05")),
            {"asked": D(120), "cap": D("30.01"), "carried": D("70.01"), "lost": D("49.99")},
        )

    def test_carry_over_within_its_cap(self):
        lines = [line(1, credits=D(100), committed=D(90), ordered=D(30), is_investment=True), line(2, committed=D(9))]
        self.assertEqual(
            landing.carry_over(lines, D("0.30"), D(100)),
            {"asked": D(60), "cap": D(30), "carried": D(30), "lost": D(30)},
        )


@tagged("-at_install", "post_install")
class TestTable(BaseCase):
    COLUMNS = [("Code", "text"), ("Label", "text"), ("Amount", "amount"), ("Rate", "rate"), ("Day", "date")]

    def book(self, rows, **sheet):
        data = b"".join(table.stream_xlsx([{"name": "S", "columns": self.COLUMNS, "rows": rows, **sheet}]))
        return openpyxl.load_workbook(io.BytesIO(data)).active, data

    def test_text_is_never_a_formula_and_numbers_are_numbers(self):
        bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x")', "http://x.example", "0012"]
        day = datetime.date(2026, 3, 4)
        sheet, data = self.book([["1", text, 1234.56, 0.5, day] for text in bad])
        for number, text in enumerate(bad, 2):
            self.assertEqual(sheet.cell(number, 2).data_type, "s")
            self.assertEqual(sheet.cell(number, 2).value, text)
            self.assertEqual((sheet.cell(number, 3).value, sheet.cell(number, 3).data_type), (1234.56, "n"))
            self.assertEqual(sheet.cell(number, 5).value.date(), day)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            xml = archive.read("xl/worksheets/sheet1.xml")
        self.assertNotIn(b"<f>", xml)

    def test_csv_defuses_formulas_and_keeps_negative_amounts(self):
        rows = [["=1", "x", -5.5, 0.25, None], ["\u00a0@y", "\t=1", 0, None, datetime.date(2026, 1, 2)]]
        data = b"".join(table.stream_csv(self.COLUMNS, rows)).decode("utf-8-sig")
        found = list(csv.reader(io.StringIO(data), delimiter=";"))
        self.assertEqual(found[1], ["'=1", "x", "-5,50", "0,2500", ""])
        self.assertEqual(found[2], ["'\u00a0@y", "'\t=1", "0,00", "", "2026-01-02"])

    @given(st.text(max_size=20))
    def test_no_text_of_a_csv_begins_as_a_formula(self, text):
        self.assertFalse(table.safe_text(text).lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t")))

    def test_memory_does_not_grow_with_the_rows(self):
        def peak(count):
            rows = ([f"C{n}", f"Label {n}", n / 7, 0.5, None] for n in range(count))
            tracemalloc.start()
            for _chunk in table.stream_xlsx([{"name": "S", "columns": self.COLUMNS, "rows": rows}]):
                pass
            found = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return found

        small, large = peak(500), peak(5000)
        self.assertLess(large - small, 2 * 1024 * 1024)

    def test_names_of_sheets_are_made_fit(self):
        names = ["a/b", "a/b", "x" * 40, ""]
        data = b"".join(table.stream_xlsx([{"name": n, "columns": self.COLUMNS, "rows": []} for n in names]))
        found = openpyxl.load_workbook(io.BytesIO(data)).sheetnames
        self.assertEqual(len(set(found)), 4)
        self.assertTrue(all(len(name) <= 31 for name in found))

    def test_bold_rows_and_headings(self):
        rows = itertools.chain([(0, ["1", "Total", 5, None, None])], [["2", "x", 5, None, None]])
        sheet, _data = self.book(rows, heading=["Title", "At 1 March"], rtl=True)
        self.assertEqual(sheet["A1"].value, "Title")
        self.assertTrue(sheet["B4"].font.b)
        self.assertFalse(sheet["B5"].font.b)
        self.assertTrue(sheet.sheet_view.rightToLeft)
