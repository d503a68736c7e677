"""Tables as XLSX and CSV, row by row: a hundred thousand rows need no more memory than a thousand.

Text is never a formula: a cell of text is written as text in the workbook, and in a CSV, which has no types, a text
that a spreadsheet would take for a formula begins with an apostrophe.  Numbers are numbers.
"""

import csv
import datetime
import io
import tempfile

from odoo.addons.gov_base.tools.xlsx import is_number, write_workbook

CHUNK = 64 * 1024
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_text(value):
    """Return a text that no spreadsheet takes for a formula when it opens a CSV."""
    text = "" if value is None or value is False else str(value)
    return "'" + text if text.lstrip(" \u00a0").startswith(DANGEROUS) or text.startswith(DANGEROUS) else text


def stream_xlsx(sheets):
    """Yield the bytes of a workbook; it is made in a temporary file, never whole in memory."""
    with tempfile.TemporaryFile(prefix="gov-table-") as file:
        write_workbook(file, sheets)
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
