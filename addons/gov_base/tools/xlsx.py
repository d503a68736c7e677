"""Workbooks written row by row: a hundred thousand rows need no more memory than a thousand, and little more time
than their compression.

A workbook of plain tables needs little of the format (ECMA-376): each row goes straight from its values into the
compressed file.  Text is never a formula: a cell of text is written as text whatever it begins with, and no formula is
ever written.
"""

import datetime
import itertools
import math
import re
import zipfile
from decimal import Decimal
from xml.sax.saxutils import escape

FORMATS = {"text": 0, "amount": 4, "number": 3, "rate": 164, "date": 165}  # 3 and 4 are built in: #,##0 and #,##0.00
TITLE, HEAD = 1, 2
STYLES = {(kind, bold): 3 + 2 * rank + bold for rank, kind in enumerate(FORMATS) for bold in (False, True)}
SHEET_NAME = re.compile(r"[\x00-\x1f\[\]:*?/\\\ud800-\udfff\ufffe\uffff]")
MAX_CELL = 32767
MAX_ROWS = 1_048_576
LEVEL = 3  # of compression: 6 takes half as long again for a tenth less
ROWS_AT_ONCE = 500
EPOCH = datetime.date(1899, 12, 30).toordinal()
# spreadsheets count a 29 February 1900 that never was
FIRST_DAY = datetime.date(1900, 3, 1)

# what XML cannot hold is written as _xHHHH_, and a text that looks like it as _x005F_xHHHH_ (ECMA-376, ST_Xstring)
NEEDS_CARE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff&<>]|_x[0-9a-fA-F]{4}_|\A\s|\s\Z|\n")
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
NOT_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
SURROGATE = re.compile(r"[\ud800-\udfff]")

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def is_number(value):
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def write_workbook(stream, sheets):
    """Write a workbook into ``stream`` (a binary file).

    :param sheets: iterable of dicts with ``name``, ``columns`` (list of (label, kind): text, amount, rate, number,
        date), ``rows`` (iterable of lists; a row may be ``(level, list)``: level 0 is bold), and when wanted ``rtl``,
        ``heading`` (lines above the table), ``widths`` ({position: width in characters})
    :raise ValueError: when a sheet has more rows than a spreadsheet opens
    """
    names = []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for number, sheet in enumerate(sheets, 1):
            names.append(_fit_name(sheet["name"], names))
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                _write_sheet(part, sheet)
        if not names:  # a workbook has a sheet
            names.append("1")
            with archive.open("xl/worksheets/sheet1.xml", "w") as part:
                _write_sheet(part, {"columns": [], "rows": []})
        for path, text in _parts(names):
            archive.writestr(path, XML + text)


def _fit_name(name, taken):
    """Return a name that a spreadsheet takes: 31 characters at most, some forbidden, no two alike."""
    wanted = SHEET_NAME.sub("-", name)[:31].strip("'") or "1"
    lower, name = {one.lower() for one in taken}, wanted
    for number in itertools.count(len(taken)):
        if name.lower() not in lower:
            return name
        name = f"{wanted[:26]}_{number}"


def _column(position):
    """Return the letters of a column: A, B … Z, AA …"""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _text(value):
    """Return the inside of a cell of text."""
    text = value if type(value) is str else str(value)
    if len(text) > MAX_CELL:
        text = text[:MAX_CELL]
    if NEEDS_CARE.search(text) is None:
        return f"<is><t>{text}</t></is>"
    text = LOOKS_ESCAPED.sub("_x005F_", SURROGATE.sub("\ufffd", text))
    text = escape(NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text))
    return f'<is><t xml:space="preserve">{text}</t></is>'


def _cell(letters, kind):
    """Return the function that writes a cell of a column: (value, number of the row, is bold) → XML.

    What is not of the kind of the column is text.
    """
    plain, strong = STYLES[kind, False], STYLES[kind, True]
    words = [f'" s="{style}" t="inlineStr">' for style in (plain, strong)]
    figures = [f'" s="{style}"><v>' for style in (plain, strong)]

    def text(value, row, bold):
        if value is None or value is False or value == "":
            return ""
        return f'<c r="{letters}{row}{words[bold]}{_text(value)}</c>'

    def number(value, row, bold):
        kind_of = type(value)
        if kind_of is Decimal and value.is_finite() or kind_of is int or kind_of is float and math.isfinite(value):
            return f'<c r="{letters}{row}{figures[bold]}{value}</v></c>'
        if is_number(value) and math.isfinite(value):  # kinds derived from these
            return f'<c r="{letters}{row}{figures[bold]}{float(value)!r}</v></c>'
        return text(value, row, bold)

    def day(value, row, bold):
        if isinstance(value, datetime.datetime):
            if value.date() < FIRST_DAY:
                return text(value.strftime("%d/%m/%Y"), row, bold)
            seconds = value.hour * 3600 + value.minute * 60 + value.second
            serial = value.toordinal() - EPOCH + seconds / 86400
        elif isinstance(value, datetime.date):
            if value < FIRST_DAY:
                return text(value.strftime("%d/%m/%Y"), row, bold)
            serial = value.toordinal() - EPOCH
        else:
            return number(value, row, bold)
        return f'<c r="{letters}{row}{figures[bold]}{serial}</v></c>'

    return {"text": text, "date": day}.get(kind, number)


def _write_sheet(part, sheet):
    columns, widths, heading = sheet["columns"], sheet.get("widths") or {}, list(sheet.get("heading") or ())
    last = len(heading) + 1
    view = (
        f'<sheetView workbookViewId="0" rightToLeft="{int(bool(sheet.get("rtl")))}">'
        f'<pane xSplit="1" ySplit="{last}" topLeftCell="B{last + 1}" activePane="bottomRight" state="frozen"/>'
        "</sheetView>"
    )
    sizes = "".join(
        f'<col min="{position + 1}" max="{position + 1}" customWidth="1" '
        f'width="{widths.get(position, 44 if kind == "text" and position else 16)}"/>'
        for position, (_label, kind) in enumerate(columns)
    )
    sizes = f"<cols>{sizes}</cols>" if sizes else ""
    part.write(
        f'{XML}<worksheet xmlns="{MAIN}"><sheetViews>{view}</sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f"{sizes}<sheetData>".encode()
    )
    lines = []
    for row, line in enumerate(heading, 1):
        style = f' s="{TITLE}"' if row == 1 else ""
        lines.append(f'<row r="{row}"><c r="A{row}"{style} t="inlineStr">{_text(line)}</c></row>')
    labels = "".join(
        f'<c r="{_column(position)}{last}" s="{HEAD}" t="inlineStr">{_text(label)}</c>'
        for position, (label, _kind) in enumerate(columns)
    )
    lines.append(f'<row r="{last}">{labels}</row>')
    writers = [_cell(_column(position), kind) for position, (_label, kind) in enumerate(columns)]
    for row, values in enumerate(sheet["rows"], last + 1):
        if row > MAX_ROWS:
            raise ValueError("a sheet has no more than 1,048,576 rows")
        bold = False
        if type(values) is tuple:
            bold, values = values[0] == 0, values[1]
        cells = "".join([write(value, row, bold) for write, value in zip(writers, values, strict=True)])
        lines.append(f'<row r="{row}">{cells}</row>')
        if len(lines) >= ROWS_AT_ONCE:
            part.write("".join(lines).encode())
            lines.clear()
    lines.append("</sheetData></worksheet>")
    part.write("".join(lines).encode())


def _parts(names):
    """Yield the small parts of the package: (path, XML)."""
    numbers = range(1, len(names) + 1)
    sheet_types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for number in numbers
    )
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{sheet_types}</Types>',
    )
    yield (
        "_rels/.rels",
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'<Relationships xmlns="{PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    )
    sheets = "".join(
        f'<sheet name="{escape(name, {chr(34): "&quot;"})}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets></workbook>",
    )
    yield "xl/styles.xml", _styles()


def _styles():
    """Return the styles: nothing, title, head, then each kind plain and bold."""
    font = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
    thin = "".join(f'<{side} style="thin"><color auto="1"/></{side}>' for side in ("left", "right", "top", "bottom"))
    top = '<alignment vertical="top"/>'
    cells = [
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
        '<xf numFmtId="0" fontId="2" fillId="0" borderId="0" xfId="0" applyFont="1"/>',
        '<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" '
        'applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>',
    ]
    cells += [
        f'<xf numFmtId="{FORMATS[kind]}" fontId="{int(bold)}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyFont="1" applyAlignment="1">{top}</xf>'
        for kind, bold in sorted(STYLES, key=STYLES.get)
    ]
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.0%"/>'
        '<numFmt numFmtId="165" formatCode="dd/mm/yyyy"/></numFmts>'
        f'<fonts count="3"><font>{font}</font><font><b/>{font}</font>'
        f"<font><b/>{font.replace('11', '13')}</font></fonts>"
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFE7ECF3"/><bgColor indexed="64"/></patternFill></fill>'
        "</fills>"
        '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f"<border>{thin}<diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
