"""Read XLSX and CSV files with bounded memory and time; whatever is not a plain table is refused with a Problem.

Formulas are never evaluated: the value the spreadsheet saved beside the formula is read.
"""

import csv
import io
import re
import zipfile
import zlib
from xml.parsers.expat import ExpatError

from . import xlsx
from .problems import Problem

MAX_BYTES = 25 * 2**20
MAX_UNFOLDED = 120 * 2**20  # all parts of a workbook together
MAX_STRINGS = 40 * 2**20  # the shared strings, held in memory
MAX_STRINGS_COUNT = 1_000_000
MAX_STYLES = 8 * 2**20
MAX_FOLDED_SIZE = 8 * 2**20
MAX_RATIO = 150
MAX_PARTS = 500
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL = 5_000
HEADER_ROWS = 15  # the headings stand within the first rows
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    EOFError,
    OSError,
    NotImplementedError,  # a compression nobody uses
    RuntimeError,  # encrypted parts
    ValueError,
    OverflowError,
)


class Sheet:
    """One sheet: its name, and its rows as ``(line, values)``, empty rows left out, read one after the other."""

    def __init__(self, name, rows):
        self.name = name
        self._rows = rows

    def rows(self):
        count = 0
        for line, values in self._rows():
            values = list(values[:MAX_COLUMNS])
            while values and (values[-1] is None or values[-1] == ""):
                values.pop()
            if not values or all(value is None or value == "" for value in values):
                continue
            count += 1
            if count > MAX_ROWS + HEADER_ROWS:
                raise Problem("too_many_rows", limit=MAX_ROWS)
            yield line, [value[:MAX_CELL] if isinstance(value, str) else value for value in values]

    def head(self, count=HEADER_ROWS):
        """Give the first rows."""
        found = []
        for row in self.rows():
            found.append(row)
            if len(found) >= count:
                break
        return found


def open_file(content, filename=""):
    """Open a file as a list of sheets.

    :param bytes content: the file
    :param filename: its name, used for the name of a CSV table only
    :raise Problem: the file is empty, too large, damaged, unsafe or no table
    """
    if not content or not content.strip(b"\x00 \r\n\t"):
        raise Problem("empty_file")
    if len(content) > MAX_BYTES:
        raise Problem("too_big", limit=MAX_BYTES // 2**20)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Problem("old_excel")
    if content[:2] == b"PK":
        return _open_workbook(content)
    if content[:5] == b"%PDF-" or content[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"GIF8") or content[:1] == b"<":
        raise Problem("not_a_table")
    return _open_text(content, filename)


# -- workbooks ---------------------------------------------------------------------------------------------------


def _open_workbook(content):
    try:
        _check_parts(content)
        book = xlsx.Workbook(
            io.BytesIO(content), max_columns=MAX_COLUMNS, max_strings=MAX_STRINGS_COUNT, max_text=MAX_CELL
        )
    except _DAMAGE as error:
        raise Problem("damaged") from error
    if not book.sheets:
        raise Problem("no_sheet")
    return [Sheet(name, _workbook_rows(book, part)) for name, part in book.sheets]


def _check_parts(content):
    """Refuse macros and bombs before anything is parsed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    names = {part.filename.lower().lstrip("/") for part in parts}
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Problem("not_a_table")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise Problem("macros")
    if len(parts) > MAX_PARTS:
        raise Problem("bomb")
    # reading a part stops at the size it announces, so the announced sizes bound what can unfold
    for part in parts:
        name = part.filename.lower()
        if name.endswith("sharedstrings.xml") and part.file_size > MAX_STRINGS:
            raise Problem("bomb")
        if name.endswith(("styles.xml", "workbook.xml", ".rels")) and part.file_size > MAX_STYLES:
            raise Problem("bomb")
        # tables fold 5 to 40 times; what folds much more was made to hurt
        if part.file_size > MAX_FOLDED_SIZE and part.file_size > part.compress_size * MAX_RATIO:
            raise Problem("bomb")
    if sum(part.file_size for part in parts if part.filename.lower().endswith(".xml")) > MAX_UNFOLDED:
        raise Problem("bomb")


def _workbook_rows(book, part):
    def rows():
        try:
            yield from book.rows(part)
        except _DAMAGE as error:
            raise Problem("damaged") from error

    return rows


# -- text tables -------------------------------------------------------------------------------------------------


def _open_text(content, filename):
    text = _decode(content)
    if "\x00" in text:
        raise Problem("not_a_table")
    sample = "\n".join(text.splitlines()[:30])
    separator = max(";\t,|", key=lambda mark: (sample.count(mark), -";\t,|".index(mark)))
    if not sample.count(separator):
        separator = ";"
    name = re.sub(r"\.[^.]*$", "", filename or "") or "CSV"

    def rows():
        try:
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            for row in reader:
                yield reader.line_num, row
        except csv.Error as error:
            raise Problem("damaged") from error

    return [Sheet(name, rows)]


def _decode(content):
    if content[:3] == b"\xef\xbb\xbf":
        content = content[3:]
    elif content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Problem("encoding") from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # Arabic Windows and Western Windows use the same bytes: words of three Arabic letters or more tell which
    arabic = content.decode("cp1256", errors="replace")
    western = content.decode("cp1252", errors="replace")
    if len(re.findall(r"[\u0621-\u064a]{3,}", arabic)) >= 2:
        return arabic
    if "\ufffd" in western:
        raise Problem("encoding")
    return western
