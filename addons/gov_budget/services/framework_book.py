"""Workbooks of the programming: the sheet a unit fills in, read back row by row, and tables as they are printed.

Text stays text: no cell becomes a formula, and of a formula only the value that the spreadsheet saved is read.
"""

import io

import xlsxwriter

from odoo.tools.translate import LazyTranslate

from odoo.addons.gov_import.services import parsers, problems, reader, spec
from odoo.addons.gov_import.services.problems import Problem

from .programming import FIGURES

_lt = LazyTranslate(__name__)

problems.register(
    {
        "unknown_heading": (
            _lt("No heading of the nomenclature in use has the key “%(value)s” in this chapter."),
            _lt("Take the key and the chapter from the nomenclature, such as P400-R00-Pj10-L11."),
        ),
        "no_credit_here": (
            _lt("Credits are programmed on projects and lines; “%(value)s” is above them."),
            _lt("Give the key down to the project or the line."),
        ),
        "measure_without_reason": (
            _lt("The new measure does not say its purpose and how its amounts were worked out."),
            _lt("Fill in “Purpose” and “Hypotheses”."),
        ),
        "baseline_with_purpose": (
            _lt("A baseline has no purpose of its own."),
            _lt("Write “New” as its nature, or empty the purpose."),
        ),
        "double_need": (
            _lt("Line %(line)s already gives this heading with the same nature and purpose."),
            _lt("Keep one of the two rows, or give another purpose."),
        ),
        "not_investment": (
            _lt("Commitment appropriations (CE) stand on investment only."),
            _lt("Empty the CE of this row."),
        ),
    }
)

NATURE = {
    "baseline": ("Reconduction", "Baseline", "اعتمادات مستمرة"),
    "new": ("Mesure nouvelle", "New", "New measure", "تدبير جديد"),
}
AR = {"CP": "اعتمادات الأداء", "CE": "اعتمادات الالتزام"}
MAX_AMOUNT = 10**12  # dirhams
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def _figure(name):
    kind, year = name.split("_")
    kind = kind.upper()
    if year == "later":
        return spec.Column(
            name,
            en=(f"{kind} after N+3",),
            fr=(f"{kind} après N+3",),
            ar=tuple(f"{AR[kind]} بعد {n}+3" for n in ("ن", "N")),
            parse=parsers.number(0, MAX_AMOUNT),
        )
    return spec.Column(
        name,
        en=(f"{kind} N+{year}",),
        fr=(f"{kind} exercice N+{year}",),
        ar=tuple(f"{AR[kind]} {n}+{year}" for n in ("ن", "N")),
        parse=parsers.number(0, MAX_AMOUNT),
    )


NEEDS = spec.SheetSpec(
    "needs",
    en=("Needs",),
    fr=("Besoins",),
    ar=("الحاجيات",),
    required=True,
    columns=(
        spec.Column("chapter", en=("Chapter",), fr=("Chapitre",), ar=("الفصل",), parse=parsers.code, required=True),
        spec.Column("code", en=("Key",), fr=("Clé",), ar=("الرمز",), parse=parsers.text(60), required=True),
        spec.Column("label", en=("Label",), fr=("Libellé",), ar=("البيان",), parse=parsers.text(500)),
        spec.Column("nature", en=("Nature",), fr=("Nature",), ar=("الطبيعة",), parse=parsers.choice(NATURE)),
        spec.Column("purpose", en=("Purpose",), fr=("Objet",), ar=("الموضوع",), parse=parsers.text(200)),
        spec.Column(
            "law",
            en=("Finance law N",),
            fr=("LF N",),
            ar=("قانون المالية ن", "قانون المالية N"),
            parse=parsers.number(0, MAX_AMOUNT),
        ),
        *map(_figure, FIGURES),
        spec.Column("hypotheses", en=("Hypotheses",), fr=("Hypothèses",), ar=("الفرضيات",), parse=parsers.text(2000)),
    ),
)


def _styles(book):
    return {
        "title": book.add_format({"bold": True, "font_size": 13}),
        "head": book.add_format(
            {
                "bold": True,
                "bg_color": "#1F6F5C",
                "font_color": "#FFFFFF",
                "text_wrap": True,
                "valign": "top",
                "border": 1,
            }
        ),
        "text": book.add_format({"valign": "top", "text_wrap": True, "border": 1, "border_color": "#D0D7DE"}),
        "fixed": book.add_format({"valign": "top", "bg_color": "#F1F3F5", "border": 1, "border_color": "#D0D7DE"}),
        "amount": book.add_format({"num_format": "#,##0.00", "valign": "top", "border": 1, "border_color": "#D0D7DE"}),
        "fixed_amount": book.add_format(
            {"num_format": "#,##0.00", "valign": "top", "bg_color": "#F1F3F5", "border": 1, "border_color": "#D0D7DE"}
        ),
        "total": book.add_format({"num_format": "#,##0.00", "bold": True, "top": 2}),
        "strong": book.add_format({"bold": True, "valign": "top", "bg_color": "#E7ECF3"}),
        "count": book.add_format({"num_format": "#,##0", "valign": "top", "border": 1, "border_color": "#D0D7DE"}),
        "strong_count": book.add_format({"num_format": "#,##0", "bold": True, "bg_color": "#E7ECF3"}),
        "strong_amount": book.add_format({"num_format": "#,##0.00", "bold": True, "bg_color": "#E7ECF3"}),
    }


def needs_workbook(titles, rows, lang):
    """Give the sheet of a unit as bytes.

    :param titles: lines of text above the table
    :param rows: dicts by code of column; amounts in dirhams
    :param lang: language of the headings
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        styles = _styles(book)
        sheet = book.add_worksheet(NEEDS.title(lang))
        if lang.startswith("ar"):
            sheet.right_to_left()
        for line, text in enumerate(titles):
            sheet.write_string(line, 0, text, styles["title"])
        head = len(titles) + 1
        widths = {"code": 22, "chapter": 20, "label": 44, "purpose": 34, "hypotheses": 60, "nature": 16}
        for position, column in enumerate(NEEDS.columns):
            sheet.write_string(head, position, column.title(lang), styles["head"])
            sheet.set_column(position, position, widths.get(column.code, 17))
        sheet.freeze_panes(head + 1, 3)
        for line, row in enumerate(rows, head + 1):
            for position, column in enumerate(NEEDS.columns):
                _write(sheet, line, position, column.code, row.get(column.code), lang, styles)
        choice = [words[{"fr": 0, "ar": -1}.get(lang[:2], 1)] for words in NATURE.values()]
        position = [column.code for column in NEEDS.columns].index("nature")
        last = head + len(rows) + 200
        sheet.data_validation(head + 1, position, last, position, {"validate": "list", "source": choice})
    return stream.getvalue()


def _write(sheet, line, position, code, value, lang, styles):
    fixed = code in ("chapter", "code", "label", "law")
    if code == "law" or code in FIGURES:
        sheet.write_number(line, position, value or 0, styles["fixed_amount" if fixed else "amount"])
        return
    if code == "nature" and value:
        value = NATURE[value][{"fr": 0, "ar": -1}.get(lang[:2], 1)]
    sheet.write_string(line, position, str(value or ""), styles["fixed" if fixed else "text"])


def read_needs(content, filename, find_node):
    """Read the sheet of a unit: all the rows, and all that is wrong with them.

    :param bytes content: the file
    :param find_node: ``find_node(chapter, code)`` → dict with ``id``, ``kind``, ``is_investment``, or None
    :return: (rows as dicts with ``line``, errors with ``line``, ``heading``, ``position``, ``code``, ``params``)
    """
    report = spec.Report()
    try:
        sheets = reader.open_file(content, filename)
        found = _best_sheet(sheets)
        if not found:
            raise Problem("no_sheet")
        sheet, header_line, cells, mapping = found
        missing = [column for column in NEEDS.columns if column.required and column.code not in mapping.values()]
        for column in missing:
            report.file(Problem("missing_column", column=column.titles), sheet.name)
        for position, code in mapping.items():
            report.positions["needs", code] = position
            report.headings["needs", code] = str(cells[position])
        report.names["needs"] = sheet.name
        rows = [] if missing else spec.read_rows(NEEDS, sheet, header_line, mapping, report)
    except Problem as problem:
        report.file(problem)
        return [], report.errors
    _check_rows(rows, report, find_node)
    if not rows and not report.errors:
        report.file(Problem("empty_file"))
    values = [dict(row.values, line=row.line) for row in rows if not row.bad]
    return values, report.errors


def _best_sheet(sheets):
    best = None
    for sheet in sheets:
        line, cells, mapping = spec.guess_header(NEEDS, sheet)
        if mapping and (best is None or len(mapping) > len(best[3])):
            best = (sheet, line, cells, mapping)
    return best


def _check_rows(rows, report, find_node):
    seen = {}
    for row in rows:
        nature = row.values.setdefault("nature", "new" if row.get("purpose") else "baseline")
        chapter, code = row.get("chapter"), row.get("code")
        if chapter and code:
            node = find_node(chapter, code)
            if not node:
                report.row(row, "code", Problem("unknown_heading", value=code))
            elif node["kind"] not in ("project", "line"):
                report.row(row, "code", Problem("no_credit_here", value=code))
            else:
                row.values["node"] = node["id"]
                if not node["is_investment"]:
                    for name in FIGURES:
                        if name.startswith("ce") and row.get(name):
                            report.row(row, name, Problem("not_investment", value=row.get(name)))
        if nature == "new" and not (row.get("purpose") and row.get("hypotheses")):
            report.row(row, "hypotheses" if row.get("purpose") else "purpose", Problem("measure_without_reason"))
        if nature == "baseline" and row.get("purpose"):
            report.row(row, "purpose", Problem("baseline_with_purpose"))
        # by the heading itself: a key is read in capitals or not, with blanks or not
        key = (row.get("node") or (chapter, code), nature, row.get("purpose"))
        if key in seen:
            report.row(row, "code", Problem("double_need", line=seen[key], value=code))
        seen.setdefault(key, row.line)


def table_workbook(name, titles, headings, rows, rtl=False):
    """Give a table as a workbook of one sheet: see :func:`table_workbooks`."""
    return table_workbooks([(name, titles, headings, rows)], rtl)


def table_workbooks(sheets, rtl=False):
    """Give tables as a workbook, each on a sheet of its own.

    :param sheets: (name, lines of text above the table, headings, rows); a row is (style or None, cells), a cell a
        text, a number or None; a row with a style is a subtotal
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        styles = _styles(book)
        for name, titles, headings, rows in sheets:
            _add_table(book.add_worksheet(name[:31]), styles, titles, headings, rows, rtl)
    return stream.getvalue()


def _add_table(sheet, styles, titles, headings, rows, rtl):
    if rtl:
        sheet.right_to_left()
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for line, text in enumerate(titles):
        sheet.write_string(line, 0, text, styles["title"])
    head = len(titles) + 1
    for position, heading in enumerate(headings):
        sheet.write_string(head, position, heading, styles["head"])
        sheet.set_column(position, position, 46 if position == 1 else 17)
    sheet.repeat_rows(head)
    sheet.freeze_panes(head + 1, 2)
    for line, (style, cells) in enumerate(rows, head + 1):
        strong = "strong_" if style else ""
        for position, cell in enumerate(cells):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                kind = "count" if isinstance(cell, int) else "amount"
                sheet.write_number(line, position, cell, styles[strong + kind])
            else:
                sheet.write_string(line, position, cell or "", styles["strong" if style else "text"])
