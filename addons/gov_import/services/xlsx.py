"""A small reader of XLSX workbooks that never holds more than one row, and stops at limits given by the caller.

Only what a table needs is read: names of sheets, values of cells, which numbers are dates.  The XML parser refuses
document types and entities; each part is read to the size it announces and no further.
"""

import datetime
import re
import zipfile
from xml.parsers import expat

from .problems import Problem

_CHUNK = 2**16
_DATE_FORMATS = {14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 30, 36, 45, 46, 47, 50, 57}
_TIME_FORMATS = {18, 19, 20, 21, 45, 46, 47}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d*)")


class Workbook:
    """An open workbook.

    :param stream: a seekable binary file
    :param max_columns: cells further right are not kept
    :param max_strings: most shared strings
    :param max_text: longest text of a cell
    """

    def __init__(self, stream, *, max_columns, max_strings, max_text):
        self._archive = zipfile.ZipFile(stream)
        self._max_columns = max_columns
        self._max_text = max_text
        self._parts = {info.filename.lower().lstrip("/"): info for info in self._archive.infolist()}
        self._1904 = False
        self.sheets = self._read_sheets()
        self._dates = self._read_styles()
        self._strings = self._read_strings(max_strings)

    def close(self):
        self._archive.close()

    # -- parts ---------------------------------------------------------------------------------------------------

    def _parse(self, part, start, end=None, text=None):
        """Parse a part, giving control back after each chunk."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        with self._archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
            yield

    def _read_sheets(self):
        links, sheets = {}, []

        def link(name, attrs):
            if name.endswith(" Relationship"):
                links[attrs.get("Id")] = attrs.get("Target", "")

        def sheet(name, attrs):
            if name.endswith(" sheet"):
                key = next((value for attr, value in attrs.items() if attr.endswith(" id")), None)
                if attrs.get("state", "visible") == "visible":
                    sheets.append((attrs.get("name", ""), key))
            elif name.endswith(" workbookPr"):
                self._1904 = attrs.get("date1904") in ("1", "true")

        for part, handler in (("xl/_rels/workbook.xml.rels", link), ("xl/workbook.xml", sheet)):
            if part not in self._parts:
                raise Problem("damaged")
            for _chunk in self._parse(self._parts[part], handler):
                pass
        found = []
        for name, key in sheets:
            target = links.get(key, "").lower()
            path = target.lstrip("/") if target.startswith("/") else "xl/" + target
            if path in self._parts and "chartsheet" not in path:
                found.append((name, self._parts[path]))
        return found

    def _read_styles(self):
        """Give the styles that show a number as a date: style → True for a time alone."""
        formats, styles = {}, []
        inside = [False]

        def start(name, attrs):
            if name.endswith(" numFmt") and attrs.get("numFmtId", "").isdigit():
                formats[int(attrs["numFmtId"])] = attrs.get("formatCode", "")
            elif name.endswith(" cellXfs"):
                inside[0] = True
            elif inside[0] and name.endswith(" xf"):
                number = attrs.get("numFmtId", "0")
                styles.append(int(number) if number.isdigit() else 0)

        def end(name):
            if name.endswith(" cellXfs"):
                inside[0] = False

        if part := self._parts.get("xl/styles.xml"):
            for _chunk in self._parse(part, start, end):
                pass
        dates = {}
        for style, number in enumerate(styles):
            code = formats.get(number)
            if code is not None:
                bare = _LITERAL.sub("", code).lower().split(";")[0]
                if bare != "general" and re.search(r"[dy]|m.*[/ -]|h", bare):
                    dates[style] = not re.search(r"[dy]", bare)
            elif number in _DATE_FORMATS:
                dates[style] = number in _TIME_FORMATS
        return dates

    def _read_strings(self, limit):
        strings, pieces = [], []
        state = {"keep": False, "phonetic": False}

        def start(name, attrs):
            if name.endswith(" si"):
                pieces.clear()
            elif name.endswith(" rPh"):
                state["phonetic"] = True
            elif name.endswith(" t"):
                state["keep"] = not state["phonetic"]

        def text(data):
            if state["keep"] and len(pieces) < 1000:
                pieces.append(data[: self._max_text])

        def end(name):
            if name.endswith(" t"):
                state["keep"] = False
            elif name.endswith(" rPh"):
                state["phonetic"] = False
            elif name.endswith(" si"):
                strings.append("".join(pieces)[: self._max_text])
                if len(strings) > limit:
                    raise Problem("bomb")

        if part := self._parts.get("xl/sharedstrings.xml"):
            for _chunk in self._parse(part, start, end, text):
                pass
        return strings

    # -- rows ----------------------------------------------------------------------------------------------------

    def rows(self, part):
        """Give the rows of a sheet that have a value: (line, list of values)."""
        ready = []
        reader = _RowReader(self, ready)
        for _chunk in self._parse(part, reader.start, reader.end, reader.text):
            yield from ready
            ready.clear()

    def _value(self, kind, style, written):
        if kind == "s":
            index = int(written)
            return self._strings[index] if 0 <= index < len(self._strings) else None
        if kind in ("str", "inlineStr", "e"):
            return written
        if kind == "b":
            return written.strip() == "1"
        if kind == "d":
            return datetime.datetime.fromisoformat(written.replace("Z", ""))
        number = float(written)
        if style in self._dates:
            return self._date(number, self._dates[style])
        return int(number) if number.is_integer() and abs(number) < 1e15 else number

    def _date(self, serial, time_only):
        if self._1904:
            serial += 1462
        if time_only or not 1 <= serial < 2_958_466:
            return serial
        return datetime.datetime(1899, 12, 30) + datetime.timedelta(days=serial)


def _refuse(*_args):
    raise Problem("unsafe_xml")


class _RowReader:
    """Handlers of the XML events of a sheet."""

    def __init__(self, book, ready):
        self._value, self._ready = book._value, ready
        self._columns, self._limit = book._max_columns, book._max_text
        self._positions = {}
        self._line = self._column = 0
        self._row, self._pieces = None, []
        self._kind = self._style = None
        self._keep = False

    def start(self, name, attrs):
        tag = name[name.rfind(" ") + 1 :]
        if tag == "c":
            reference = attrs.get("r")
            self._column = self._position(reference) if reference else self._column + 1
            if self._column >= 16_384:  # the last column of a spreadsheet
                raise Problem("damaged")
            self._kind = attrs.get("t", "n")
            self._style = int(attrs.get("s", 0))
            self._pieces = []
        elif tag in ("v", "t"):
            self._keep = self._row is not None and self._column < self._columns
        elif tag == "row":
            line = attrs.get("r")
            self._line = int(line) if line else self._line + 1
            self._row, self._column = [], -1

    def text(self, data):
        if self._keep and len(self._pieces) < 1000:
            self._pieces.append(data[: self._limit])

    def end(self, name):
        tag = name[name.rfind(" ") + 1 :]
        if tag in ("v", "t"):
            self._keep = False
        elif tag == "c":
            if self._pieces and self._row is not None:
                value = self._value(self._kind, self._style, "".join(self._pieces)[: self._limit])
                row, column = self._row, self._column
                if len(row) <= column:
                    row.extend([None] * (column + 1 - len(row)))
                row[column] = value
                self._pieces = []
        elif tag == "row":
            if self._row:
                self._ready.append((self._line, self._row))
            self._row = None

    def _position(self, reference):
        letters = reference.rstrip("0123456789")
        position = self._positions.get(letters)
        if position is None:
            position = 0
            for char in letters:
                position = position * 26 + ord(char) - 64
            position -= 1
            if len(letters) > 3 or position < 0:
                raise ValueError(reference)
            self._positions[letters] = position
        return position
