"""Tables as XLSX and CSV, row by row: a hundred thousand rows need no more memory than a thousand.

Text is never a formula: a cell of text is written as text in the workbook, and in a CSV, which has no types, a text
that a spreadsheet would take for a formula begins with an apostrophe.  Numbers are numbers.
"""

import csv
import datetime
import io
import re
import tempfile
from decimal import Decimal

import xlsxwriter

CHUNK = 64 * 1024
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "dd/mm/yyyy",
}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
FORMATS = {"amount": "#,##0.00", "rate": "0.0%", "number": "#,##0", "date": "dd/mm/yyyy"}
SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
MAX_CELL = 32767
MAX_ROWS = 1_048_576


def safe_text(value):
    """Return a text that no spreadsheet takes for a formula when it opens a CSV."""
    text = "" if value is None or value is False else str(value)
    return "'" + text if text.lstrip(" \u00a0").startswith(DANGEROUS) or text.startswith(DANGEROUS) else text


def is_number(value):
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def write_xlsx(stream, sheets):
    """Write a workbook into ``stream`` (a binary file).

    :param sheets: iterable of dicts with ``name``, ``columns`` (list of (label, kind): text, amount, rate, number,
        date), ``rows`` (iterable of lists; a row may be ``(level, list)``: level 0 is bold), and when wanted ``rtl``,
        ``heading`` (lines above the table), ``widths``
    """
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        styles = {}
        taken = set()
        for sheet in sheets:
            _write_sheet(book, styles, taken, sheet)


def _style(book, styles, kind, bold):
    if (kind, bold) not in styles:
        style = {"valign": "top"}
        if kind in FORMATS:
            style["num_format"] = FORMATS[kind]
        if bold:
            style["bold"] = True
        styles[kind, bold] = book.add_format(style)
    return styles[kind, bold]


def _write_sheet(book, styles, taken, sheet):
    name = SHEET_NAME.sub("-", sheet["name"])[:31].strip("'") or "1"
    while name.lower() in taken:
        name = f"{name[:28]}_{len(taken)}"
    taken.add(name.lower())
    page = book.add_worksheet(name)
    if sheet.get("rtl"):
        page.right_to_left()
    columns = sheet["columns"]
    for position, (_label, kind) in enumerate(columns):
        width = (sheet.get("widths") or {}).get(position, 44 if kind == "text" and position else 16)
        page.set_column(position, position, width)
    if "head" not in styles:
        styles["head"] = book.add_format(
            {"bold": True, "bg_color": "#E7ECF3", "border": 1, "text_wrap": True, "valign": "top"}
        )
        styles["title"] = book.add_format({"bold": True, "font_size": 13})
    number = 0
    for line in sheet.get("heading") or ():
        page.write_string(number, 0, str(line), styles["title"] if not number else None)
        number += 1
    for position, (label, _kind) in enumerate(columns):
        page.write_string(number, position, str(label), styles["head"])
    page.freeze_panes(number + 1, 1)
    for row in sheet["rows"]:
        number += 1
        if number >= MAX_ROWS:
            raise ValueError("a sheet has no more than 1,048,576 rows")
        level, cells = row if isinstance(row, tuple) else (1, row)
        for position, (value, (_label, kind)) in enumerate(zip(cells, columns, strict=True)):
            if value is None or value is False or value == "":
                continue
            style = _style(book, styles, kind, level == 0)
            if kind == "date" and isinstance(value, (datetime.date, datetime.datetime)):
                page.write_datetime(number, position, value, style)
            elif is_number(value) and kind != "text":
                page.write_number(number, position, float(value), style)
            else:
                page.write_string(number, position, str(value)[:MAX_CELL], style)


def stream_xlsx(sheets):
    """Yield the bytes of a workbook; it is made in a temporary file, never whole in memory."""
    with tempfile.TemporaryFile(prefix="gov-table-") as file:
        write_xlsx(file, sheets)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def stream_csv(columns, rows, separator=";"):
    """Yield a CSV (UTF-8 with its mark, so that spreadsheets see the Arabic) as bytes.

    Amounts have a decimal comma when ``separator`` is a semicolon, as spreadsheets in French and Moroccan Arabic read
    them, a point otherwise; dates are ISO.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    comma = separator == ";"
    buffer.write("\ufeff")
    writer.writerow([safe_text(label) for label, _kind in columns])
    for row in rows:
        cells = row[1] if isinstance(row, tuple) else row
        writer.writerow([_csv_cell(value, kind, comma) for value, (_label, kind) in zip(cells, columns, strict=True)])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _csv_cell(value, kind, comma):
    if value is None or value is False:
        return ""
    if is_number(value) and kind != "text":
        if kind == "number":
            text = f"{value:d}" if isinstance(value, int) else f"{value:g}"
        else:
            text = f"{value:.4f}" if kind == "rate" else f"{value:.2f}"
        return text.replace(".", ",") if comma else text
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    return safe_text(value)
