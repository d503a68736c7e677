"""Files exchanged with the national expenditure system (GID): CSV with a mapping of columns.

Plain Python: a mapping and rows in, bytes out; bytes in, rows and problems out.  Text is never a formula in a
spreadsheet: a cell that begins like one gets an apostrophe before it, and loses it again when it is read back.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y")
RISKY = ("=", "+", "-", "@", "\t", "\r")
HIGHEST = 20_000


@dataclass(frozen=True)
class Column:
    key: str
    heading: str
    kind: str = "text"  # text, amount, date
    is_required: bool = False


@dataclass(frozen=True)
class Problem:
    line: int
    column: str
    code: str
    value: str = ""


class FileError(ValueError):
    def __init__(self, code, **facts):
        super().__init__(code)
        self.code = code
        self.facts = facts


def safe_text(value):
    """Return a text that no spreadsheet takes for a formula."""
    text = "" if value in (None, False) else str(value)
    text = text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
    return f"'{text}" if text.startswith(RISKY) and not _is_number(text) else text


def _is_number(text):
    return re.fullmatch(r"-?[0-9]+([.,][0-9]+)?", text) is not None


def plain_text(text):
    text = (text or "").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(RISKY) else text


def write(columns, rows, encoding="utf-8-sig", delimiter=";"):
    """Return a CSV file as bytes.

    :param rows: iterable of dicts by key
    :raise FileError: ``encoding`` when a value cannot be written in it
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([safe_text(column.heading) for column in columns])
    for row in rows:
        writer.writerow([_cell(column, row.get(column.key)) for column in columns])
    try:
        return out.getvalue().encode(encoding)
    except UnicodeEncodeError as error:
        raise FileError("encode", sign=error.object[error.start : error.start + 1]) from error
    except LookupError as error:
        raise FileError("encoding", name=encoding) from error


def _cell(column, value):
    if value in (None, False, ""):
        return ""
    if column.kind == "amount":
        return f"{Decimal(format(value, '.15g') if isinstance(value, float) else value):.2f}".replace(".", ",")
    if column.kind == "date":
        return value.strftime("%d/%m/%Y")
    return safe_text(value)


def _decode(data, encoding):
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileError("decode", name=encoding, byte=error.start) from error
    except LookupError as error:
        raise FileError("encoding", name=encoding) from error


def _heading_key(text):
    return re.sub(r"\W+", "", plain_text(text).casefold())


def read(data, columns, encoding="utf-8-sig", delimiter=";"):
    """Return (rows, problems) of a CSV file; a row is a dict by key, with ``_line``, its line in the file.

    :raise FileError: when the file as a whole cannot be read
    """
    if b"\0" in data[:4096]:
        raise FileError("binary")
    text = _decode(data, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise FileError("csv", line=reader.line_num) from error
    lines = [(number, cells) for number, cells in lines if any(cell.strip() for cell in cells)]
    if not lines:
        raise FileError("empty")
    if len(lines) - 1 > HIGHEST:
        raise FileError("long", highest=HIGHEST)
    headings = [_heading_key(cell) for cell in lines[0][1]]
    places, missing = {}, []
    for column in columns:
        key = _heading_key(column.heading)
        if key in headings:
            places[column.key] = headings.index(key)
        elif column.is_required:
            missing.append(column.heading)
    if missing:
        raise FileError("headings", missing=missing)
    rows, problems = [], []
    for number, cells in lines[1:]:
        row = {"_line": number}
        for column in columns:
            at = places.get(column.key)
            raw = plain_text(cells[at]) if at is not None and at < len(cells) else ""
            try:
                row[column.key] = _value(column, raw)
            except ValueError:
                problems.append(Problem(number, column.heading, column.kind, raw))
                continue
            if column.is_required and row[column.key] in (None, ""):
                problems.append(Problem(number, column.heading, "required"))
        rows.append(row)
    return rows, problems


def _value(column, raw):
    if not raw:
        return None
    if column.kind == "amount":
        return read_amount(raw)
    if column.kind == "date":
        for form in DATE_FORMATS:
            try:
                return datetime.strptime(raw, form).date()
            except ValueError:
                continue
        raise ValueError(raw)
    return raw


def read_amount(raw):
    """Return an amount typed or exported: 1 234,50 · 1.234,50 · 1234.5 · 1,234.50."""
    text = re.sub(r"[\s\u00a0\u202f']", "", raw)
    if not re.fullmatch(r"-?[0-9][0-9.,]*", text):
        raise ValueError(raw)
    last = max(text.rfind(","), text.rfind("."))
    if last >= 0:
        sign = text[last]
        if text.count(sign) > 1:  # 1.234.567
            text = text.replace(sign, "")
        else:
            whole, part = text[:last], text[last + 1 :]
            text = re.sub(r"[.,]", "", whole) + "." + part
    try:
        return Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation as error:
        raise ValueError(raw) from error
