"""Workbook of the workforce indicators: one sheet for each.  Text stays text: no cell becomes a formula."""

import io

import xlsxwriter

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORMATS = {"number": "#,##0", "decimal": "0.00", "percent": "0.0", "amount": "#,##0.00"}
WIDTHS = {"text": 44}


def indicators_workbook(indicators, heads, rtl=False):
    """The workbook as bytes.

    :param indicators: tables of ``gov.workforce.indicator``
    :param heads: ``(label of the formula, of the source, of the year, of the persons counted, of the note, year,
        persons counted)``, in the language of the reader
    :param rtl: sheets read from right to left
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        align = "right" if rtl else "left"
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14, "align": align}),
            "head": book.add_format(
                {"bold": True, "bg_color": "#E7ECF3", "border": 1, "text_wrap": True, "valign": "top"}
            ),
            "label": book.add_format({"bold": True, "valign": "top"}),
            "text": book.add_format({"valign": "top"}),
            **{kind: book.add_format({"num_format": mask, "valign": "top"}) for kind, mask in FORMATS.items()},
        }
        taken = set()
        for indicator in indicators:
            _add_sheet(book, styles, indicator, heads, rtl, taken)
    return stream.getvalue()


def _add_sheet(book, styles, indicator, heads, rtl, taken):
    name = indicator["code"][:31]
    while name.lower() in taken:
        name = f"{name[:28]}_{len(taken)}"
    taken.add(name.lower())
    formula, source, year_label, scope_label, note_label, year, scope = heads
    sheet = book.add_worksheet(name)
    if rtl:
        sheet.right_to_left()
    for position, (_label, kind) in enumerate(indicator["columns"]):
        sheet.set_column(position, position, WIDTHS.get(kind, 16))
    lines = [
        (formula, indicator["formula"]),
        (source, indicator["source"]),
        (year_label, year),
        (scope_label, scope),
        (note_label, indicator["note"]),
    ]
    sheet.write_string(0, 0, f"{indicator['code']}. {indicator['title']}", styles["title"])
    number = 1
    for label, text in lines:
        if text:
            sheet.write_string(number, 0, label, styles["label"])
            sheet.write_string(number, 1, text, styles["text"])
            number += 1
    number += 1
    for position, (label, _kind) in enumerate(indicator["columns"]):
        sheet.write_string(number, position, label, styles["head"])
    for row in indicator["rows"]:
        number += 1
        for position, (value, (_label, kind)) in enumerate(zip(row, indicator["columns"], strict=True)):
            if value is None or value == "":
                continue
            if kind == "text":
                sheet.write_string(number, position, str(value), styles["text"])
            else:
                sheet.write_number(number, position, value, styles[kind])
