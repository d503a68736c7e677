import datetime
import io
import time
import tracemalloc
import zipfile

import xlsxwriter

from odoo.tests import BaseCase

from odoo.addons.gov_import.services import reader
from odoo.addons.gov_import.services.problems import Problem

TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>'
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = (
    '<?xml version="1.0"?>%s<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
END = "</sheetData></worksheet>"


def raw(sheet, **parts):
    """Make a workbook of given XML; parts: name with / written __ → content."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return stream.getvalue()


def rows(content, name="x.xlsx"):
    return [row for sheet in reader.open_file(content, name) for row in sheet.rows()]


class TestReader(BaseCase):
    def refused(self, code, content, name="x.xlsx"):
        tracemalloc.start()
        start = time.process_time()
        try:
            with self.assertRaises(Problem) as caught:
                rows(content, name)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self.assertEqual(caught.exception.code, code)
        self.assertLess(time.process_time() - start, 5)
        self.assertLess(peak, 150 * 2**20)

    def test_values_types_dates_and_lines(self):
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            amount = book.add_format({"num_format": '#,##0.00 "DH"'})
            sheet = book.add_worksheet("Agents")
            sheet.write_row(0, 0, ["a", "b", "c", "d"])
            sheet.write_datetime(3, 0, datetime.datetime(1987, 3, 21), day)
            sheet.write_number(3, 1, 12.5, amount)
            sheet.write_formula(3, 2, '=HYPERLINK("http://x","y")', None, "saved value")
            sheet.write_boolean(3, 3, True)
            book.add_worksheet("Autre").write(0, 0, "z")
        sheets = reader.open_file(stream.getvalue())
        self.assertEqual([sheet.name for sheet in sheets], ["Agents", "Autre"])
        found = list(sheets[0].rows())
        self.assertEqual(found[0], (1, ["a", "b", "c", "d"]))
        self.assertEqual(found[1], (4, [datetime.datetime(1987, 3, 21), 12.5, "saved value", True]))

    def test_formula_without_saved_value_is_empty(self):
        content = raw(SHEET % "" + '<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><v>5</v></c></row>' + END)
        self.assertEqual(rows(content), [(1, [None, 5])])

    def test_announced_size_and_far_cells_cost_nothing(self):
        body = '<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1048576"><v>2</v></c></row>'
        sized = (SHEET % "").replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
        content = raw(sized + body + END)
        self.assertEqual(rows(content), [(1048576, [2])])

    def test_what_is_no_table_is_refused(self):
        self.refused("empty_file", b"")
        self.refused("empty_file", b"\r\n  ")
        self.refused("old_excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100)
        self.refused("not_a_table", b"%PDF-1.7")
        self.refused("not_a_table", b"<html>")
        self.refused("not_a_table", b"\x89PNG\r\n")
        self.refused("not_a_table", b"a;b\x00\x01;c")
        self.refused("damaged", b"PK\x03\x04 not really a zip")
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("word/document.xml", "<x/>")
        self.refused("not_a_table", stream.getvalue())

    def test_damaged_parts_are_refused(self):
        self.refused("damaged", raw(SHEET % "" + '<row r="1"><c r="A1"><v>1</v></c>'))
        self.refused("damaged", raw(SHEET % "" + '<row r="x"><c r="A1"><v>1</v></c></row>' + END))
        whole = raw(SHEET % "" + '<row r="1"><c r="A1"><v>1</v></c></row>' + END)
        self.refused("damaged", whole[: len(whole) // 2])

    def test_macros_are_refused(self):
        self.refused("macros", raw(SHEET % "" + END, xl__vbaProject_bin="x"))

    def test_entities_and_document_types_are_refused(self):
        lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        self.refused("unsafe_xml", raw(SHEET % lol + '<row r="1"><c r="A1"><v>&b;</v></c></row>' + END))
        file = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        self.refused("unsafe_xml", raw(SHEET % file + '<row r="1"><c r="A1"><v>&a;</v></c></row>' + END))
        utf16 = (SHEET % lol + END).replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
        self.refused("unsafe_xml", raw(utf16.encode("utf-16")))

    def test_bombs_are_refused(self):
        self.refused("bomb", raw(SHEET % "" + " " * 40 * 2**20 + END))
        self.refused(
            "bomb",
            raw(SHEET % "" + END, xl__sharedStrings_xml="<sst>" + "<si><t/></si>" * 2**20),
        )
        self.refused("too_big", b"a;b\n" * 7 * 2**20)

    def test_too_many_rows_are_refused(self):
        self.refused("too_many_rows", b"a;b\n" + b"1;2\n" * 100_100, "x.csv")

    def test_separators_and_encodings_of_text(self):
        expected = [(1, ["Nom", "Prénom"]), (2, ["Zoé; l'aînée", "x"])]
        for separator in (";", ",", "\t", "|"):
            text = f'Nom{separator}Prénom\r\n"Zoé; l\'aînée"{separator}x\r\n'
            for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
                self.assertEqual(rows(text.encode(encoding), "x.csv"), expected, (separator, encoding))
        text = "الاسم الكامل;الجنس\nمحمد العلوي;ذكر\n"
        for encoding in ("utf-8", "cp1256"):
            self.assertEqual(rows(text.encode(encoding), "x.csv")[1], (2, ["محمد العلوي", "ذكر"]))
