"""Describe what a target of import expects: its sheets, their columns, and how the rows are checked and written.

A module that wants its files imported writes::

    class AssetTarget(Target):
        code, group = "asset", "gov_base.group_asset_officer"
        sheets = (
            SheetSpec(
                "assets", en=("Assets",), fr=("Biens",), ar=("الممتلكات",), required=True,
                columns=(
                    Column("number", en=("Number",), fr=("N° d'inventaire",), ar=("رقم الجرد",),
                           parse=parsers.code, required=True, unique=True),
                ),
            ),
        )
        shown = {"maintenance.equipment": _lt("goods")}

        def check(self, rows, report):  # against each other and the database
            for row in rows["assets"]:
                report.row(row, "number", Problem("unknown", value=row.get("number")))

        def write(self, rows, progress):  # in the caller's transaction; returns Made
            ...

    class GovImportBatch(models.Model):
        _inherit = "gov.import.batch"
        target = fields.Selection(selection_add=[("asset", "Assets")], ondelete={"asset": "cascade"})

        @api.model
        def _gov_target_classes(self):
            return dict(super()._gov_target_classes(), asset=AssetTarget)
"""

from dataclasses import dataclass, field

from .headings import HeadingIndex, normalise
from .problems import Problem


@dataclass
class Column:
    """A column of a sheet.

    :param code: technical name, key of the row's values
    :param en, fr, ar: headings, the first of each being the one of the template; more headings are aliases
    :param parse: takes a non-empty cell, gives the value or raises Problem
    :param help: what to write, one sentence (lazily translated text)
    """

    code: str
    en: tuple
    fr: tuple
    ar: tuple
    parse: object
    required: bool = False
    unique: bool = False
    help: object = ""
    example: object = ""

    def headings(self):
        return (*self.en, *self.fr, *self.ar)

    def title(self, lang):
        """Give the heading in the language of a user ('ar_MA', 'fr_FR', …)."""
        return {"ar": self.ar, "fr": self.fr}.get((lang or "en")[:2], self.en)[0]

    @property
    def titles(self):
        """The heading in each language, as a parameter of a problem."""
        return ["@", {"en": self.en[0], "fr": self.fr[0], "ar": self.ar[0]}]


@dataclass
class SheetSpec:
    """A kind of sheet: its columns and the names it may bear."""

    code: str
    en: tuple
    fr: tuple
    ar: tuple
    columns: tuple
    required: bool = False
    index: HeadingIndex = field(init=False, repr=False)
    by_code: dict = field(init=False, repr=False)

    def __post_init__(self):
        self.index = HeadingIndex(self.columns)
        self.by_code = {column.code: column for column in self.columns}
        self.names = {normalise(name) for name in (*self.en, *self.fr, *self.ar)}

    def title(self, lang):
        return {"ar": self.ar, "fr": self.fr}.get((lang or "en")[:2], self.en)[0]


class Row:
    """A row of a file: where it stands and what was read; ``bad`` once something is wrong with it."""

    __slots__ = ("bad", "line", "record", "sheet", "values")

    def __init__(self, sheet, line, values):
        self.sheet = sheet
        self.line = line
        self.values = values
        self.bad = False
        self.record = None

    def get(self, name, default=None):
        return self.values.get(name, default)


class Target:
    """What can be imported.  A module gives a subclass to ``gov.import.batch._gov_targets``.

    ``check`` may look at the database and mark rows as bad through ``report.row``; ``write`` writes all the given
    rows in the caller's transaction and returns what it made, so that the import can be undone.
    """

    code = ""
    sheets = ()
    group = ""  # xml id of the role that may import this
    shown = {}  # models whose number of new records is told to the user → what they are called
    weight = None  # the sheet whose rows ``progress`` counts; default: the longest
    not_dependents = frozenset()  # (model, field) that point to what was made and do not forbid undoing

    def __init__(self, env):
        self.env = env

    def sheet(self, code):
        return next(sheet for sheet in self.sheets if sheet.code == code)

    def check(self, rows, report):
        """Check rows against each other and the database.

        :param dict rows: sheet code → list of :class:`Row`
        :param report: ``report.row(row, column_code, Problem)`` says what is wrong
        """

    def write(self, rows, progress):
        """Write the rows.

        :param rows: sheet code → list of good rows
        :param progress: ``progress(rows done)``, called now and then
        :return: :class:`Made`
        """
        raise NotImplementedError

    def restore(self, made):
        """Put back the values that ``write`` changed in records that were there before."""
        for model, record_id, name, before, after in reversed(made.changed):
            record = self.env[model].browse(record_id).exists()
            value = record[name].id if record and record._fields[name].relational else record and record[name]
            if record and (value or False) == (after or False):
                record[name] = before

    def delete(self, made):
        """Delete what ``write`` made, in the caller's transaction."""
        for model, ids in reversed(made.created.items()):
            self.env[model].browse(ids).exists().unlink()


class Made:
    """What an import made (model → ids, in the order of creation) and changed (model, id, field, before, after)."""

    def __init__(self, created=None, changed=None, counts=None):
        self.created = created or {}
        self.changed = changed or []
        self.counts = counts or {}

    def add(self, model, ids):
        self.created.setdefault(model, []).extend(ids)

    def to_json(self):
        return {"created": self.created, "changed": self.changed, "counts": self.counts}

    @classmethod
    def from_json(cls, data):
        data = data or {}
        return cls(data.get("created"), data.get("changed"), data.get("counts"))


class Report:
    """The errors found: each with the place, the value and a code of ``problems.PROBLEMS``."""

    def __init__(self, positions=None, headings=None):
        self.errors = []
        self.positions = positions or {}  # (sheet code, column code) → position
        self.headings = headings or {}  # (sheet code, column code) → heading in the file
        self.names = {}  # sheet code → name of the sheet in the file

    def file(self, problem, sheet="", column=None):
        self.errors.append(
            {
                "sheet": self.names.get(sheet, sheet),
                "line": 0,
                "position": -1,
                "heading": "",
                "value": "",
                "code": problem.code,
                "params": problem.params,
            }
        )

    def row(self, row, column, problem, value=None):
        row.bad = True
        if value is None:
            value = problem.params.get("value", "")
        self.errors.append(
            {
                "sheet": self.names.get(row.sheet, row.sheet),
                "line": row.line,
                "position": self.positions.get((row.sheet, column), -1),
                "heading": self.headings.get((row.sheet, column), ""),
                "value": str(value)[:200],
                "code": problem.code,
                "params": problem.params,
            }
        )


def read_rows(spec, sheet, header_line, mapping, report, rows=None, step=None):
    """Read and parse the rows of one sheet under its headings.

    :param mapping: position → column code
    :return: list of :class:`Row`; cells that cannot be read are reported and the row is bad
    """
    found = []
    plan = [(position, spec.by_code[code]) for position, code in sorted(mapping.items())]
    required = [column for column in spec.columns if column.required and column.code in mapping.values()]
    seen = {column.code: {} for column in spec.columns if column.unique}
    for line, cells in sheet.rows():
        if line <= header_line:
            continue
        values = {}
        row = Row(spec.code, line, values)
        failed = set()
        size = len(cells)
        for position, column in plan:
            cell = cells[position] if position < size else None
            if cell is None or cell == "" or (isinstance(cell, str) and not cell.strip()):
                continue
            try:
                value = column.parse(cell)
            except Problem as problem:
                failed.add(column.code)
                report.row(row, column.code, problem, cell)
                continue
            if value is not None and value != "":
                values[column.code] = value
        for column in required:
            if column.code not in values and column.code not in failed:
                report.row(row, column.code, Problem("required", column=column.titles))
        for code, lines in seen.items():
            value = values.get(code)
            if value is None:
                continue
            if value in lines:
                report.row(row, code, Problem("duplicate_file", value=str(value), line=lines[value]))
            else:
                lines[value] = line
        found.append(row)
        if step and len(found) % 500 == 0:
            step(len(found))
    return found


def guess_header(spec, sheet):
    """Find the row of headings: the one, among the first, where most headings are recognised.

    :return: (line, cells, mapping)
    """
    best = (0, [], {})
    for line, cells in sheet.head():
        mapping = spec.index.guess(cells)
        if len(mapping) > len(best[2]):
            best = (line, cells, mapping)
    return best


def guess_sheets(target, sheets):
    """Tell which sheet of the file holds what: by its name, else by its headings.

    :return: list of (SheetSpec, Sheet, header line, headings, mapping)
    """
    found, used = [], set()
    for by_name in (True, False):
        for spec in target.sheets:
            if any(item[0] is spec for item in found):
                continue
            best = None
            for sheet in sheets:
                if id(sheet) in used or (by_name and normalise(sheet.name) not in spec.names):
                    continue
                line, cells, mapping = guess_header(spec, sheet)
                known = sum(1 for column in spec.columns if column.required and column.code in mapping.values())
                needed = sum(1 for column in spec.columns if column.required)
                # without its name, a sheet is recognised by most of its required columns
                if not mapping or (not by_name and (len(mapping) < 2 or known * 2 < needed)):
                    continue
                if best is None or (known, len(mapping)) > best[0]:
                    best = ((known, len(mapping)), sheet, line, cells, mapping)
            if best:
                used.add(id(best[1]))
                found.append((spec, *best[1:]))
    order = {id(spec): number for number, spec in enumerate(target.sheets)}
    return sorted(found, key=lambda item: order[id(item[0])])
