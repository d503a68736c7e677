"""What can be wrong with a file or a cell: one code, one sentence that says what, one that says what to do.

The sentences are translated when they are shown, so that two users read the same batch each in their own language.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# code: (what is wrong, what to do)
PROBLEMS = {
    # the file
    "empty_file": (
        _lt("The file is empty."),
        _lt("Choose a file with a row of headings and at least one row of data."),
    ),
    "too_big": (
        _lt("The file is larger than %(limit)s MB."),
        _lt("Split it into several files, or remove pictures and unused sheets."),
    ),
    "old_excel": (
        _lt("The file is an old Excel workbook, or it is protected by a password."),
        _lt("Open it, remove the password and save it as an Excel workbook (.xlsx)."),
    ),
    "macros": (_lt("The workbook contains macros."), _lt("Save it as an Excel workbook without macros (.xlsx).")),
    "not_a_table": (
        _lt("The file is neither an Excel workbook (.xlsx) nor a text table (.csv)."),
        _lt("Save it as .xlsx or .csv from your spreadsheet."),
    ),
    "bomb": (
        _lt("The workbook unfolds to more data than a table of this kind can hold."),
        _lt("Copy the useful rows into a new workbook and save it again."),
    ),
    "damaged": (_lt("The file is damaged and cannot be read."), _lt("Open it in your spreadsheet and save it again.")),
    "unsafe_xml": (
        _lt("The workbook holds instructions that a spreadsheet does not need."),
        _lt("Copy the useful rows into a new workbook and save it again."),
    ),
    "too_many_rows": (
        _lt("The file has more than %(limit)s rows."),
        _lt("Split it into several files and import them one after the other."),
    ),
    "encoding": (
        _lt("The letters of this text file cannot be recognised."),
        _lt("Save it again as CSV UTF-8, or as an Excel workbook."),
    ),
    "same_file": (
        _lt("This file is already imported: %(name)s, %(day)s."),
        _lt("Undo that import first if you want to take it again."),
    ),
    "no_sheet": (
        _lt("No sheet with the expected headings was found."),
        _lt("Download the template and copy your rows under its headings."),
    ),
    # a sheet
    "missing_column": (
        _lt("The column “%(column)s” is required and no heading was recognised for it."),
        _lt("Add the column, or choose in the mapping which column holds it."),
    ),
    "double_column": (
        _lt("Two columns are both read as “%(column)s”."),
        _lt("Keep one of them in the mapping and ignore the other."),
    ),
    # a cell
    "required": (_lt("This cell is empty."), _lt("Fill it in: “%(column)s” is required.")),
    "too_long": (_lt("The text has more than %(limit)s characters."), _lt("Shorten it.")),
    "control": (_lt("The text holds characters that cannot be printed."), _lt("Type it again.")),
    "date": (
        _lt("“%(value)s” is not a date."),
        _lt("Write it as day/month/year, such as 21/03/1987."),
    ),
    "date_range": (
        _lt("The date %(value)s is out of reason."),
        _lt("Check the year: dates go from 01/01/1900 to 31/12/2100."),
    ),
    "integer": (_lt("“%(value)s” is not a whole number."), _lt("Write digits only.")),
    "number": (_lt("“%(value)s” is not a number."), _lt("Write digits, with a comma or a point before the decimals.")),
    "range": (_lt("%(value)s is not between %(low)s and %(high)s."), _lt("Correct the number.")),
    "boolean": (_lt("“%(value)s” is neither yes nor no."), _lt("Write yes or no.")),
    "choice": (_lt("“%(value)s” is not one of the known values."), _lt("Write one of: %(choices)s.")),
    "email": (_lt("“%(value)s” is not an e-mail address."), _lt("Write it as name@example.ma.")),
    "phone": (_lt("“%(value)s” is not a telephone number."), _lt("Write ten digits, such as 0612345678, or +212…")),
    "formula_error": (_lt("The cell holds the formula error %(value)s."), _lt("Replace the formula by its value.")),
    # a row
    "duplicate_file": (
        _lt("“%(value)s” is already on line %(line)s of this file."),
        _lt("Remove one of the two rows, or correct the value."),
    ),
    "duplicate_database": (
        _lt("“%(value)s” already exists: %(name)s."),
        _lt("Remove the row, or correct the value."),
    ),
    "unknown": (_lt("“%(value)s” is not known."), _lt("Correct it, or create it first.")),
    "unknown_in_file": (
        _lt("“%(value)s” is neither in the database nor in this file."),
        _lt("Correct it, or add its row to the file."),
    ),
    "depends_on_bad": (
        _lt("It refers to line %(line)s of sheet “%(sheet)s”, which has an error."),
        _lt("Correct that line first."),
    ),
    "order": (_lt("%(later)s (%(value)s) is before %(earlier)s (%(other)s)."), _lt("Correct one of the two dates.")),
}


class Problem(Exception):
    """Something wrong with a file, a sheet or a cell: a code of ``PROBLEMS`` and the values its sentences show."""

    def __init__(self, code, **params):
        super().__init__(code)
        self.code = code
        self.params = params


def register(problems):
    """Add the sentences of another module to those known here; a code keeps its first meaning."""
    for code, sentences in problems.items():
        PROBLEMS.setdefault(code, sentences)


def sentences(env, code, params):
    """Give what is wrong and what to do, in the language of ``env``.

    :return: a pair of texts; an unknown code (its module was removed) shows as itself
    """
    what, cure = PROBLEMS.get(code, (code, ""))
    return tuple(_fill(env, text, params) for text in (what, cure))


def _fill(env, text, params):
    if not isinstance(text, str):
        text = env._(text)
    values = {name: shown(env, value) for name, value in (params or {}).items()}
    try:
        return text % values
    except (KeyError, ValueError, TypeError):
        return text


def shown(env, value):
    """Show a parameter: a pair ``["@", {lang: text}]`` gives the text of the reader's language."""
    if isinstance(value, list) and value[:1] == ["@"]:
        texts = value[1]
        return texts.get((env.lang or "en_US")[:2]) or texts.get("en", "")
    return value
