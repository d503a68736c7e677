"""Workbooks for the user: the list of errors and the empty template.  Text stays text: no cell becomes a formula."""

import io

import xlsxwriter


def _book(rtl, name, headings, rows, widths, notes=None):
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        add_sheet(book, rtl, name, headings, rows, widths, notes)
    return stream.getvalue()


def add_sheet(book, rtl, name, headings, rows, widths, notes=None):
    bold = book.add_format({"bold": True, "bg_color": "#E7ECF3", "border": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(name[:31])
    if rtl:
        sheet.right_to_left()
    for position, heading in enumerate(headings):
        sheet.write_string(0, position, heading, bold)
        sheet.set_column(position, position, widths[position] if position < len(widths) else 18)
        if notes and notes[position]:
            sheet.write_comment(0, position, notes[position])
    for number, row in enumerate(rows, 1):
        for position, value in enumerate(row):
            if isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(number, position, value, wrapped)
            else:
                sheet.write_string(number, position, str(value or ""), wrapped)
    sheet.freeze_panes(1, 0)


def errors_workbook(rtl, name, headings, rows):
    """Give the workbook of errors: sheet, line, column, heading, value, what is wrong, what to do."""
    return _book(rtl, name, headings, rows, (16, 8, 8, 22, 26, 46, 46))


def template_workbook(rtl, sheets):
    """Give the empty workbook: a list of (name, headings, example row, notes)."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        for name, headings, notes in sheets:
            add_sheet(book, rtl, name, headings, [], [max(12, len(heading) + 2) for heading in headings], notes)
    return stream.getvalue()
