import datetime
import io
import random
from unittest.mock import patch

import openpyxl
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.gov_budget.tests.common import TODAY, BudgetCase

from ..services import situation, table


@freeze_time(TODAY)
@tagged("-at_install", "post_install")
class TestSituation(BudgetCase):
    """The situation of a day, by any level, each figure with its entries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Situation = cls.env["gov.budget.situation"]
        days = ("2026-01-15", "2026-02-10", "2026-03-01")
        for day, line, kind, amounts in (
            (days[0], cls.line_a, "reservation", {"reserved": 300}),
            (days[0], cls.line_a, "commitment", {"reserved": -300, "committed": 300}),
            (days[0], cls.line_d, "commitment", {"committed": 120.35}),
            (days[1], cls.line_a, "liquidation", {"liquidated": 200}),
            (days[1], cls.line_a, "order", {"ordered": 200}),
            (days[1], cls.line_i, "commitment", {"committed": 900}),
            (days[2], cls.line_a, "payment", {"paid": 150.55}),
            (days[2], cls.line_c, "commitment", {"committed": 2000}),
        ):
            cls.Entry._gov_post([{"line": line, "kind": kind, "date": day, **amounts}])
        cls.Entry._gov_post(
            [
                {"line": cls.line_b, "kind": "amendment", "movement": "a7", "cp": -100, "date": days[1]},
                {"line": cls.line_a, "kind": "amendment", "movement": "a7", "cp": 100, "date": days[1]},
                {"line": cls.line_e, "kind": "amendment", "movement": "a10", "cp": 40, "date": days[2]},
            ]
        )
        cls.filters = {"chapter": cls.chapter.id}
        cls.reader = cls.make_user("b_reader", "auditor")

    def rows(self, level, day=None, user=None, **filters):
        found = self.Situation.with_user(user or self.reader).get_situation(
            self.year.id, day, level, filters or {"chapter": self.chapter.id}
        )
        return {row["code"]: row for row in found["rows"]}, found["total"]

    def test_columns_of_today(self):
        rows, total = self.rows("line")
        row = rows[self.line_a.full_code]
        self.assertEqual(
            [
                row[name]
                for name in ("lf", "moved", "credits", "committed", "available", "ordered", "paid", "to_order")
            ],
            [1000, 100, 1100, 300, 800, 200, 150.55, 100],
        )
        self.assertEqual(rows[self.line_e.full_code]["funds"], 40)
        self.assertEqual(total["credits"], 1000 + 500 + 2000 + 300 + 1500 + 40)
        self.assertEqual(total["lines"], 5)
        self.assertEqual(total["committed"], 2420.35)

    def test_investment_is_measured_with_its_commitment_credits(self):
        rows, _total = self.rows("line", chapter=self.chapter_i.id)
        row = rows[self.line_i.full_code]
        self.assertEqual((row["credits"], row["ce"], row["available"]), (800, 400, 300))
        self.assertEqual(row["rate_committed"], 0.75)

    def test_a_past_day_is_read_from_the_ledger(self):
        for day, committed, ordered, paid, moved in (
            ("2026-01-14", 0, 0, 0, 0),
            ("2026-01-15", 300, 0, 0, 0),
            ("2026-02-10", 300, 200, 0, 100),
            ("2026-03-01", 300, 200, 150.55, 100),
        ):
            rows, _total = self.rows("line", day)
            row = rows[self.line_a.full_code]
            self.assertEqual(
                [row[n] for n in ("committed", "ordered", "paid", "moved")], [committed, ordered, paid, moved]
            )
            self.assertEqual(row["lf"], 1000)

    def test_a_day_before_the_year_shows_nothing_opened(self):
        _rows, total = self.rows("line", "2025-12-31")
        self.assertEqual((total["credits"], total["committed"], total["lines"]), (0, 0, 5))

    def test_today_by_counters_is_today_by_ledger(self):
        """Random acts on all the lines: the two sources agree on every column of every line."""
        draw = random.Random(20260302)
        lines = self.budget.line_ids
        for _turn in range(60):
            line = draw.choice(lines)
            kind, amounts = draw.choice(
                [
                    ("reservation", {"reserved": draw.randint(1, 80)}),
                    ("commitment", {"committed": draw.randint(1, 9999) / 100}),
                    ("liquidation", {"liquidated": draw.randint(1, 60)}),
                    ("order", {"ordered": draw.randint(1, 50)}),
                    ("payment", {"paid": draw.randint(1, 40)}),
                    ("amendment", {"cp": draw.randint(-50, 50) or 1, "movement": draw.choice(["a6", "a9", "a11"])}),
                    ("carry_over", {"cp": draw.randint(1, 50)}),
                    ("lapse", {"cp": -draw.randint(1, 30)}),
                    ("correction", {"cp": draw.randint(-9, 9) or 1}),
                ]
            )
            try:
                with self.env.cr.savepoint():
                    self.post(line, kind, date=f"2026-0{draw.randint(1, 2)}-1{draw.randint(0, 9)}", **amounts)
            except UserError:
                continue
        domain = [("budget_id", "=", self.budget.id)]
        counters = self.Situation._gov_sums(self.year, None, domain, "id")
        entries = self.Situation._gov_sums(self.year, datetime.date(2026, 3, 2), domain, "id")
        key = lambda row: row["id"]  # noqa: E731
        self.assertEqual(sorted(counters, key=key), sorted(entries, key=key))
        self.assertTrue(any(row["lapsed"] for row in counters))
        for row in counters:
            self.assertAlmostEqual(situation.complete(row)["available"], lines.browse(row["id"]).available, 2)

    def test_every_level_has_the_same_total(self):
        _rows, total = self.rows("line")
        for level in ("chapter", "programme", "region", "project", "unit", "kind", "section"):
            self.assertEqual(self.rows(level)[1], total, level)
        rows, _total = self.rows("programme")
        self.assertEqual(set(rows), {"P400", "P401"})
        self.assertEqual(rows["P400"]["name"], "Communication")

    def test_every_figure_opens_to_the_entries_that_make_it(self):
        rows, _total = self.rows("line")
        signs = {"available": {"cp": 1, "ce": 1, "delegated": -1, "reserved": -1, "committed": -1}}
        amounts = {"lf": "cp", "carried": "cp", "moved": "cp", "funds": "cp", "credits": "cp", "received": "cp"}
        for day in (None, "2026-02-10"):
            rows, _total = self.rows("line", day)
            for code, row in rows.items():
                for column in ("lf", "carried", "moved", "funds", "credits", "received", "delegated", "ce",
                               "committed", "available", "ordered", "paid"):  # fmt: skip
                    action = self.Situation.with_user(self.reader).get_entries_action(
                        column, self.year.id, day, {"line": row["id"]}
                    )
                    entries = self.Entry.with_user(self.reader).search(action["domain"])
                    signed = signs.get(column) or {amounts.get(column, column): 1}
                    total = sum(sign * sum(entries.mapped(name)) for name, sign in signed.items())
                    self.assertAlmostEqual(total, row[column], 2, f"{code} {column} {day}")

    def test_entries_of_a_group_are_those_of_its_lines(self):
        action = self.Situation.with_user(self.reader).get_entries_action(
            "committed", self.year.id, None, {"programme": self.programme.id, "region": self.central.id}
        )
        entries = self.Entry.search(action["domain"])
        self.assertEqual(set(entries.line_id), {self.line_a, self.line_c})

    def test_the_page_behind_a_figure_is_that_of_the_records(self):
        regional = self.make_user("b_page", "budget_officer")
        regional.gov_region_ids = self.far
        named = {"fields": {"display_name": {}}}
        plain = {"date": {}, "line_id": named, "kind": {}, "label": {}, "user_id": named, "cp": {}, "movement": {}}
        plain |= {"committed": {}, "ordered": {}, "res_id": {}, "res_model": {}, "posted_on": {}}
        kept = {"left_after": {}, "line_id": {"fields": {"full_code": {}}}, "fiscal_year_id": named}
        year = [("fiscal_year_id", "=", self.year.id)]
        read = type(self.env["base"]).web_search_read
        for user in (self.reader, regional):
            for lang in ("en_US", "fr_FR", "ar_MA"):
                entries = self.Entry.with_user(user).with_context(lang=lang)
                for specification in (plain, kept, plain | kept, {"id": {}}, {}):
                    for domain, limit, order, most in (
                        (year, 80, None, 10001),
                        (year, 3, "committed desc, id", 10001),
                        (year, 3, "line_id, id", 5),
                        ([*year, ("committed", "!=", 0), ("line_id.programme_id", "!=", False)], 2, None, None),
                        ([("id", "=", 0)], 80, None, 10001),
                        (year, None, None, None),
                    ):
                        for offset in (0, 2):
                            given = (domain, specification, offset, limit, order, most)
                            with self.subTest(user=user.login, lang=lang, given=given):
                                found = entries.web_search_read(*given)
                                self.env.invalidate_all()
                                self.assertEqual(found, read(entries, *given))
        with self.assertRaises(AccessError):
            self.Entry.with_user(self.make_user("b_page_none")).web_search_read(year, plain, limit=80)

    def test_a_page_behind_a_figure_takes_few_statements(self):
        entries = self.Entry.with_user(self.reader)
        named = {"fields": {"display_name": {}}}
        given = ([("fiscal_year_id", "=", self.year.id)], {"line_id": named, "user_id": named, "cp": {}}, 0, 5)
        entries.web_search_read(*given)
        self.env.invalidate_all()
        with self.assertQueryCount(2):  # the page; how many there are with the names of lines and of users
            entries.web_search_read(*given)

    def test_what_is_left_and_why(self):
        found = self.Situation.with_user(self.reader).get_line(self.line_a.id)
        self.assertEqual(found["figures"]["available"], 800)
        self.assertEqual(sum(part["amount"] for part in found["parts"]), 800)
        self.assertEqual([part["column"] for part in found["parts"]], ["lf", "moved", "committed"])
        self.assertEqual(found["count"], 7)
        past = self.Situation.with_user(self.reader).get_line(self.line_a.id, "2026-01-20")
        self.assertEqual((past["figures"]["available"], past["count"]), (700, 3))

    def test_rubrics_have_the_names_of_the_year(self):
        for node, name in ((self.node_a, "All supplies"), (self.programme, "Media")):
            node.with_user(self.budget_user).action_rename(name, 2027)
        for day in (None, "2026-02-10"):
            with self.subTest(day=day):
                self.assertEqual(self.rows("line", day)[0][self.line_a.full_code]["name"], "Supplies")
                self.assertEqual(self.rows("programme", day)[0]["P400"]["name"], "Communication")
        found = self.Situation.with_user(self.reader).get_line(self.line_a.id)
        self.assertEqual(found["name"], "Supplies")
        self.assertIn("Communication", found["place"])
        printed = self.Situation.with_user(self.reader)._gov_print_rows(self.year, None, "tree", self.filters)
        names = {name for _depth, _code, name, _row in printed}
        self.assertLessEqual({"Supplies", "Communication"}, names)
        self.assertFalse({"All supplies", "Media"} & names)

    def test_search_finds_a_line_by_code_or_label(self):
        rows, _total = self.rows("line", chapter=self.chapter.id, search="R04")
        self.assertEqual(list(rows), [self.line_d.full_code])
        rows, _total = self.rows("line", chapter=self.chapter.id, search="support to")
        self.assertEqual(list(rows), [self.line_c.full_code])

    # ------------------------------------------------------------------------------------------------------- access
    def test_a_regional_reader_sees_his_region(self):
        user = self.make_user("b_far", "budget_officer")
        user.gov_region_ids = self.far
        rows, total = self.rows("line", user=user)
        self.assertEqual(list(rows), [self.line_d.full_code])
        self.assertEqual(total["committed"], 120.35)
        with self.assertRaises(AccessError):
            self.Situation.with_user(user).get_line(self.line_a.id)

    def test_others_see_nothing(self):
        for method in ("get_situation", "get_options"):
            with self.assertRaises(AccessError):
                getattr(self.Situation.with_user(self.employee), method)()
        with self.assertRaises(AccessError):
            self.env["gov.budget.board"].with_user(self.employee).get_board()
        with self.assertRaises(AccessError):
            self.env["gov.budget.landing"].with_user(self.employee).get_landing()

    def test_odd_input_gets_a_sentence(self):
        reader = self.Situation.with_user(self.reader)
        for call in (
            lambda: reader.get_situation(self.year.id, None, "planet"),
            lambda: reader.get_situation(self.year.id, None, "line", {"planet": 1}),
            lambda: reader.get_situation(self.year.id, None, "line", {"chapter": "1; DROP TABLE"}),
            lambda: reader.get_situation("x"),
            lambda: reader.get_situation(10**9),
            lambda: reader.get_situation(self.year.id, "31/02/2026"),
            lambda: reader.get_entries_action("planet"),
            lambda: reader.get_entries_action(["lf"]),
            lambda: reader.get_situation(self.year.id, None, ["line"]),
            lambda: reader.get_situation(self.year.id, None, "line", ["chapter"]),
            lambda: reader.get_situation(self.year.id, None, "line", {"kind": {"a": 1}}),
            lambda: reader.get_situation(self.year.id, None, "line", {"section": ["x"]}),
            lambda: reader.get_line("1"),
        ):
            with self.assertRaises(UserError):
                call()

    def test_a_search_of_odd_characters_finds_nothing_and_breaks_nothing(self):
        for words in ("a\0b", "\\", "'; --", "x" * 5000):
            self.assertFalse(self.rows("line", chapter=self.chapter.id, search=words)[0], words)

    def test_months_hold_what_is_recorded_after_the_year(self):
        self.post(self.line_a, "payment", paid=49.45, date="2027-01-08")
        board = self.env["gov.budget.board"].with_user(self.reader)
        with freeze_time("2027-01-20 09:00:00"):
            months = board.get_board(self.year.id, self.filters)["months"]
        self.assertEqual([months[0]["paid"], months[10]["paid"], months[11]["paid"]], [0, 150.55, 200])

    def test_the_account_of_a_part_of_the_budget_counts_what_was_delegated(self):
        centre, region = {"lf": 1000.0, "delegated": 300.0, "ordered": 100.0}, {"received": 300.0, "ordered": 120.0}
        columns = self.Situation._gov_account_columns
        self.assertEqual((columns(centre)["unused"], columns(region)["unused"]), (600, 180))
        whole = situation.add(situation.add({}, centre), region)
        self.assertEqual(columns(whole)["unused"], 780)

    # ------------------------------------------------------------------------------------------------------- prints
    def test_sheet_has_groups_lines_and_total(self):
        sheet = self.Situation.with_user(self.reader)._gov_sheet(self.year, None, "tree", self.filters)
        book = openpyxl.load_workbook(io.BytesIO(b"".join(table.stream_xlsx([sheet])))).active
        rows = [[cell.value for cell in row] for row in book.iter_rows(min_row=2)]
        self.assertEqual(rows[0][:2], ["Imputation", "Label"])
        self.assertEqual(rows[1][0], self.chapter.full_code)
        self.assertEqual(rows[-1][1], "Total")
        self.assertEqual(rows[-1][rows[0].index("Final credits")], 5340)
        codes = [row[0] for row in rows]
        self.assertLess(codes.index("P400"), codes.index(self.line_a.full_code))

    def test_print_in_arabic_and_french(self):
        for lang in ("ar_MA", "fr_FR"):
            data = (
                self.Situation.with_user(self.reader)
                .with_context(lang=lang)
                ._gov_pdf(self.year, None, "tree", self.filters)
            )
            self.assertTrue(data.startswith(b"%PDF-"))
            # every figure of every row, those of the rows one after the other
            text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
            printed = "".join(text.split())
            reader = self.Situation.with_user(self.reader).with_context(lang=lang)
            for _depth, _code, name, row in reader._gov_print_rows(self.year, None, "tree", self.filters):
                shown = [
                    reader._gov_percent(row[column]) if is_rate else reader._gov_money(row[column])
                    for column, _number, is_rate in situation.COLUMNS
                ]
                shown.insert(5, reader._gov_money(row["received"]))
                shown = shown if lang == "fr_FR" else shown[::-1]
                self.assertIn("".join("".join(shown).split()), printed, name)

    def test_a_situation_of_amounts_beyond_measure_is_printed(self):
        self.post(self.line_e, "amendment", cp=987_654_321_098.76, movement="a9")
        reader = self.Situation.with_user(self.reader).with_context(lang="fr_FR")
        data = reader._gov_pdf(self.year, None, "unit", self.filters)
        text = "".join(PdfReader(io.BytesIO(data)).pages[0].extract_text().split())
        self.assertIn("987654321", text)
        self.assertTrue(reader._gov_pdf(self.year, None, "tree", {"search": "nothing at all"}).startswith(b"%PDF-"))

    def test_administrative_account_shows_what_was_not_used(self):
        rows = list(self.Situation.with_user(self.reader)._gov_account_rows(self.year))
        chapter = next(row for row in rows if row[1] == self.chapter.full_code)
        self.assertEqual(chapter[3]["credits"], 5340)
        self.assertEqual(chapter[3]["unused"], 5140)
        self.assertEqual(chapter[3]["to_pay"], 49.45)
        data = self.Situation.with_user(self.reader)._gov_account_pdf(self.year)
        self.assertTrue(data.startswith(b"%PDF-"))

    def test_statements_do_not_grow_with_lines(self):
        reader = self.Situation.with_user(self.reader)
        reader.get_situation(self.year.id, None, "line", self.filters)
        counts = []
        for filters in ({"line": self.line_a.id}, self.filters):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            reader.get_situation(self.year.id, "2026-02-01", "line", filters)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
        self.assertLessEqual(counts[0], 14)

    def test_board_adds_up(self):
        board = self.env["gov.budget.board"].with_user(self.reader).get_board(self.year.id, self.filters)
        self.assertEqual(board["total"]["committed"], 2420.35)
        self.assertEqual(sum(row["committed"] for row in board["programmes"]), 2420.35)
        self.assertEqual(sum(row["committed"] for row in board["regions"]), 2420.35)
        self.assertEqual(board["months"][0]["committed"], 420.35)
        self.assertEqual(board["months"][2]["committed"], 2420.35)
        self.assertIsNone(board["months"][3]["committed"])
        self.assertEqual(board["tight"][0]["id"], self.line_c.id)
        self.assertLess(abs(board["elapsed"] - 61 / 365), 0.001)


@tagged("-at_install", "post_install")
class TestDownloads(HttpCase):
    """Downloads over HTTP: who may, and what comes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auditor = new_test_user(cls.env, "r_auditor", "base.group_user,gov_base.group_auditor")
        new_test_user(cls.env, "r_employee", "base.group_user")

    def test_pages_open_before_any_year_is_prepared(self):
        situation = self.env["gov.budget.situation"].with_user(self.auditor)
        with freeze_time("2061-05-04 10:00:00"):
            year = situation._gov_fiscal_year()
            board = self.env["gov.budget.board"].with_user(self.auditor).get_board(filters={"kind": "segma"})
            self.assertEqual(board["year"]["id"], year._origin.id)
            self.env["gov.budget.landing"].with_user(self.auditor).get_landing()

    def test_reading_without_a_year_writes_nothing_and_advises(self):
        situation = self.env["gov.budget.situation"].with_user(self.auditor)
        years = self.env["gov.fiscal.year"]
        officer = new_test_user(self.env, "r_officer", "base.group_user,gov_base.group_budget_officer")
        nothing = [("id", "=", 0)]
        with freeze_time("2061-05-04 10:00:00"):
            search = type(self.env["gov.budget"]).search
            with patch.object(
                type(self.env["gov.budget"]), "search", lambda model, domain, *a, **k: search(model, nothing)
            ):
                before = years.search_count([])
                year = situation._gov_fiscal_year()
                options = situation.get_options()
                board = self.env["gov.budget.board"].with_user(self.auditor).get_board()
                self.env["gov.budget.landing"].with_user(self.auditor).get_landing()
                situation.get_entries_action("committed")
                self.env.flush_all()
                self.assertEqual(years.search_count([]), before)
                self.assertEqual((year.name, bool(year._origin)), ("2061", False))
                self.assertEqual((board["year"], board["total"]["lines"]), ({"id": False, "name": "2061"}, 0))
                self.assertIn("2061", options["advice"]["text"])
                self.assertFalse(options["advice"]["action"])
                self.assertTrue(situation.with_user(officer).get_options()["advice"]["action"])
                made = years.create({"name": "2061", "date_from": "2061-01-01", "date_to": "2061-12-31"})
                self.assertIn("no budget yet", situation.get_options()["advice"]["text"])
                self.assertEqual(situation._gov_fiscal_year(), made)

    @mute_logger("odoo.http")
    def test_readers_download_and_others_are_refused(self):
        self.authenticate("r_auditor", "r_auditor")
        for path, start in (
            ("situation.xlsx", b"PK"),
            ("situation.csv?by=unit", b"\xef\xbb\xbf"),
            ("situation.pdf?lang=ar", b"%PDF-"),
            ("account.xlsx", b"PK"),
            ("account.pdf?lang=fr", b"%PDF-"),
            ("entries.csv?day=2026-01-31", b"\xef\xbb\xbf"),
            ("landing.xlsx", b"PK"),
        ):
            with self.subTest(path):
                answer = self.url_open(f"/gov_budget_report/{path}", timeout=120)
                self.assertEqual(answer.status_code, 200)
                self.assertTrue(answer.content.startswith(start))
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(self.url_open("/gov_budget_report/situation.exe").status_code, 404)
        self.authenticate("r_employee", "r_employee")
        self.assertEqual(self.url_open("/gov_budget_report/situation.xlsx").status_code, 403)
        self.assertEqual(self.url_open("/gov_budget_report/entries.csv").status_code, 403)
