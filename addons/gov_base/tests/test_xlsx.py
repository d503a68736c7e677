import datetime
import io
import xml.etree.ElementTree as ElementTree
import zipfile
from decimal import Decimal
from unittest.mock import patch

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import xlsx

COLUMNS = [("Code", "text"), ("Amount", "amount"), ("Rate", "rate"), ("Count", "number"), ("Day", "date")]
NS = {"m": xlsx.MAIN}


def written(*sheets):
    stream = io.BytesIO()
    xlsx.write_workbook(stream, sheets)
    return stream.getvalue()


def sheet(rows, columns=None, **more):
    return {"name": "S", "columns": columns or COLUMNS, "rows": rows, **more}


@tagged("-at_install", "post_install")
class TestXlsx(BaseCase):
    def read(self, rows, **more):
        return openpyxl.load_workbook(io.BytesIO(written(sheet(rows, **more)))).active

    def test_each_value_keeps_its_kind(self):
        day = datetime.date(2026, 3, 4)
        page = self.read([["0012", Decimal("-1234567890123.45"), 0.125, 7, day], ["x", 0, 1e-7, 10**12, None]])
        self.assertEqual([cell.value for cell in page[2]][:4], ["0012", -1234567890123.45, 0.125, 7])
        self.assertEqual(page["E2"].value.date(), day)
        self.assertEqual([cell.value for cell in page[3]], ["x", 0, 1e-7, 10**12, None])
        self.assertEqual(
            [cell.number_format for cell in page[2]], ["General", "#,##0.00", "0.0%", "#,##0", "dd/mm/yyyy"]
        )
        self.assertEqual([cell.value for cell in page[1]], [label for label, _kind in COLUMNS])
        self.assertTrue(page["A1"].font.b)
        self.assertEqual(page.freeze_panes, "B2")

    def test_text_is_never_a_formula(self):
        bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x")', "http://x.example", "'=1"]
        # in columns of numbers and of days too
        page = self.read([[text, text, text, text, text] for text in bad])
        for number, text in enumerate(bad, 2):
            self.assertEqual([(cell.value, cell.data_type) for cell in page[number]], [(text, "s")] * 5)

    def test_what_is_not_a_number_or_a_day_is_text(self):
        odd = [Decimal("NaN"), float("inf"), True, "12"]
        page = self.read([["x", *odd], [None, False, "", None, datetime.date(1899, 5, 6)]])
        self.assertEqual([cell.value for cell in page[2]], ["x", "NaN", "inf", "True", "12"])
        self.assertEqual([cell.value for cell in page[3]], [None, None, None, None, "06/05/1899"])

    def test_hours_of_a_day(self):
        [moment] = [cell.value for cell in self.read([["", 0, 0, 0, datetime.datetime(2026, 3, 4, 18, 30)]])[2]][-1:]
        self.assertEqual(moment, datetime.datetime(2026, 3, 4, 18, 30))

    @given(st.text(max_size=40))
    def test_any_text_comes_back(self, text):
        data = written(sheet([[text]], columns=[("T", "text")]))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        found = root.findtext(".//m:row[@r='2']/m:c/m:is/m:t", "", NS)
        # as a spreadsheet reads it: what XML cannot hold stands escaped
        back = xlsx.re.sub("_x([0-9A-F]{4})_", lambda code: chr(int(code[1], 16)), found)
        self.assertEqual(back, xlsx.SURROGATE.sub("\ufffd", text))
        self.assertIsNone(root.find(".//m:f", NS))

    def test_long_text_is_cut_where_a_cell_ends(self):
        self.assertEqual(len(self.read([["x" * 40_000, 0, 0, 0, None]])["A2"].value), xlsx.MAX_CELL)

    def test_arabic_right_to_left_with_heading_and_bold_rows(self):
        page = self.read([(0, ["المجموع", 5, None, 1, None]), (1, ["بند", 5, None, 1, None])],
                         heading=["وضعية", "في 1 مارس"], rtl=True, widths={0: 30})  # fmt: skip
        self.assertTrue(page.sheet_view.rightToLeft)
        self.assertEqual((page["A1"].value, page["A2"].value, page["A4"].value), ("وضعية", "في 1 مارس", "المجموع"))
        self.assertEqual([page["A4"].font.b, page["B4"].font.b, page["A5"].font.b], [True, True, False])
        self.assertEqual((page.column_dimensions["A"].width, page.freeze_panes), (30, "B4"))

    def test_many_columns_and_names_made_fit(self):
        columns = [(f"C{n}", "number") for n in range(800)]
        page = self.read([list(range(800))], columns=columns)
        self.assertEqual((page["ADT1"].value, page["ADT2"].value), ("C799", 799))
        names = ["a/b", "A/B", "x" * 40, "x" * 41, "", "'q'", '<&">', "a-b_1"]
        book = openpyxl.load_workbook(io.BytesIO(written(*({**sheet([]), "name": name} for name in names))))
        self.assertEqual(len({name.lower() for name in book.sheetnames}), len(names))
        self.assertTrue(all(0 < len(name) <= 31 for name in book.sheetnames))
        self.assertIn('<&">', book.sheetnames)

    def test_no_sheet_makes_an_empty_workbook(self):
        self.assertEqual(openpyxl.load_workbook(io.BytesIO(written())).sheetnames, ["1"])

    def test_more_rows_than_a_sheet_holds_are_refused(self):
        with patch.object(xlsx, "MAX_ROWS", 3):
            self.assertTrue(written(sheet([["a", 1, 1, 1, None]] * 2)))
            with self.assertRaisesRegex(ValueError, "1,048,576"):
                written(sheet([["a", 1, 1, 1, None]] * 3))

    def test_a_row_of_another_length_is_refused(self):
        with self.assertRaises(ValueError):
            written(sheet([["a", 1]]))
