"""The breakdown of a budget (morasse) as a workbook: rubrics of the tree, and the credits of their lines.

One sheet.  A row names a rubric by its segments (chapter, programme, region, project, line): the deepest one that is
filled.  A row of a line may hold credits.  What is known is brought up to date while it is in preparation; nothing is
deleted.
"""

from odoo.tools.translate import LazyTranslate

from odoo.addons.gov_import.services import parsers, problems
from odoo.addons.gov_import.services.headings import normalise
from odoo.addons.gov_import.services.problems import Problem
from odoo.addons.gov_import.services.spec import Column, Made, SheetSpec, Target

from . import codes

_lt = LazyTranslate(__name__)

problems.register(
    {
        "chapter_code": (
            _lt("“%(value)s” is no chapter code."),
            _lt("Write it as the finance law does, such as 1.2.1.2.0.29.000."),
        ),
        "segment_code": (
            _lt("“%(value)s” is no such code."),
            _lt("Programme: 3 digits; region: 00 to 12; project and line: 2 digits."),
        ),
        "segment_gap": (
            _lt("A level is empty between two that are filled."),
            _lt("Fill the programme before the region, the region before the project, the project before the line."),
        ),
        "rubric_parent": (
            _lt("The rubric above, %(value)s, is neither in the database nor in this file."),
            _lt("Add its row, with its label, or correct the code."),
        ),
        "rubric_double": (
            _lt("%(value)s is already on line %(line)s of this file."),
            _lt("Keep one row a rubric, or name another unit."),
        ),
        "rubric_closed": (
            _lt("%(value)s is not in use in %(year)s."),
            _lt("Use a rubric that is in use that year, or make a new one."),
        ),
        "credits_level": (
            _lt("Credits stand on lines, and this row is no line."),
            _lt("Leave the amounts empty: those of the levels above are sums."),
        ),
        "credits_revenue": (
            _lt("This chapter is one of revenue: it holds no credits."),
            _lt("Leave the amounts empty, or correct the chapter: its second digit is 2 for expenditure."),
        ),
        "ce_functioning": (
            _lt("Commitment appropriations (CE) are for investment chapters only."),
            _lt("Leave the cell empty, or correct the chapter."),
        ),
        "credits_year": (
            _lt("The year of the credits is missing."),
            _lt("Fill the column “Exercice” on each row with credits."),
        ),
        "year_unknown": (
            _lt("The fiscal year %(value)s is not there."),
            _lt("Make it first: Administration › Configuration › Fiscal years."),
        ),
        "budget_voted": (
            _lt("The budget %(value)s is no longer in preparation."),
            _lt("Its credits change by amendments. Leave the amounts empty to bring the labels up to date."),
        ),
        "gender_mark": (_lt("“%(value)s” is no gender mark."), _lt("Write G0, G1, G2 or G+.")),
    }
)

LEVELS = ("programme", "region", "project", "line")
MARKS = {"G0": "g0", "G1": "g1", "G2": "g2", "G+": "gp", "G3": "gp"}
LANGS = {"en": "en_US", "fr": "fr_FR", "ar": "ar_MA"}


def chapter_code(value):
    """Read a chapter code: blanks and commas for points are forgiven."""
    code = parsers.clean(value).translate(parsers.DIGITS).replace(" ", "").replace(",", ".").replace("-", ".")
    if not codes.is_valid("chapter", code):
        raise Problem("chapter_code", value=parsers.clean(value))
    return code


def segment(kind, width):
    """Make a parser of a segment; a spreadsheet that dropped leading zeros is forgiven."""

    def parse(value):
        text = parsers.code(value)
        prefix = codes.PREFIXES[kind].upper()
        if text.startswith(prefix):
            text = text[len(prefix) :]
        text = text.zfill(width) if text.isdecimal() else text
        if not codes.is_valid(kind, text):
            raise Problem("segment_code", value=parsers.clean(value))
        return text

    return parse


def gender_mark(value):
    text = parsers.code(value)
    if text not in MARKS:
        raise Problem("gender_mark", value=parsers.clean(value))
    return MARKS[text]


CREDIT = parsers.number(0, 10**13)
SHEETS = (
    SheetSpec(
        "morasse",
        en=("Budget", "Breakdown"),
        fr=("Morasse", "Budget"),
        ar=("تفصيل الميزانية", "الميزانية"),
        required=True,
        columns=(
            Column("year", en=("Fiscal year", "Year"), fr=("Exercice", "Année"), ar=("السنة المالية", "السنة"),
                   parse=parsers.number(1960, 2200, whole=True), example=2026,
                   help=_lt("Of the credits; a rubric that is new begins that year.")),
            Column("chapter", en=("Chapter",), fr=("Chapitre", "Code chapitre"), ar=("الفصل", "رمز الفصل"),
                   parse=chapter_code, required=True, example="1.2.1.2.0.29.000",
                   help=_lt("As the finance law prints it.")),
            Column("programme", en=("Programme",), fr=("Programme", "Code programme"), ar=("البرنامج",),
                   parse=segment("programme", 3), example="400"),
            Column("region", en=("Region",), fr=("Région", "Code région"), ar=("الجهة",),
                   parse=segment("region", 2), example="00"),
            Column("project", en=("Project", "Project or action"), fr=("Projet", "Projet ou action"),
                   ar=("المشروع", "المشروع أو العملية"), parse=segment("project", 2), example="10"),
            Column("line", en=("Line",), fr=("Ligne",), ar=("السطر",), parse=segment("line", 2), example="11"),
            Column("name_fr", en=("Label in French",), fr=("Libellé", "Intitulé", "Libellé en français"),
                   ar=("التسمية بالفرنسية",), parse=parsers.text(300), required=True,
                   example="Achat de fournitures de bureau"),
            Column("name_ar", en=("Label in Arabic",), fr=("Libellé en arabe", "Intitulé en arabe"),
                   ar=("التسمية", "التسمية بالعربية"), parse=parsers.text(300), example="شراء لوازم المكتب"),
            Column("name_en", en=("Label", "Label in English"), fr=("Libellé en anglais",),
                   ar=("التسمية بالإنجليزية",), parse=parsers.text(300), example="Office supplies"),
            Column("functional", en=("Functional code",), fr=("Code fonctionnel",), ar=("الرمز الوظيفي",),
                   parse=parsers.code, example="08.3"),
            Column("gender_mark", en=("Gender mark",), fr=("Marqueur genre", "Genre"), ar=("مؤشر النوع",),
                   parse=gender_mark, example="G1"),
            Column("gender_score", en=("Gender score",), fr=("Score genre",), ar=("درجة النوع",),
                   parse=parsers.number(1, 5, whole=True), example=3),
            Column("listed", en=("Needs the finance ministry",), fr=("Autorisation MEF",), ar=("ترخيص وزارة المالية",),
                   parse=parsers.boolean, example="non",
                   help=_lt("Lines of the joint order's list: yes or no.")),
            Column("donor", en=("Support funds",), fr=("Fonds de concours",), ar=("أموال المساعدة",),
                   parse=parsers.boolean, example="non"),
            Column("unit", en=("Unit",), fr=("Service", "Code service"), ar=("المصلحة",), parse=parsers.code,
                   example="DRHF", help=_lt("Code of the unit that uses the credit.")),
            Column("cp", en=("CP", "Payment appropriations"), fr=("CP", "Crédits de paiement"),
                   ar=("اعتمادات الأداء",), parse=CREDIT, example=250000),
            Column("ce", en=("CE", "Commitment appropriations"),
                   fr=("CE", "Crédits d'engagement", "CE N+1 et suivants"), ar=("اعتمادات الالتزام",),
                   parse=CREDIT, example=0),
        ),
    ),
)  # fmt: skip


def key_of(row):
    """Return the segments of a row as far as they are filled: (chapter, programme, …)."""
    found = [row.get("chapter")]
    for level in LEVELS:
        if not row.get(level):
            break
        found.append(row.get(level))
    return tuple(found)


class BudgetTarget(Target):
    """The breakdown of a budget; budget officers import it."""

    code, group = "budget", "gov_base.group_budget_officer"
    sheets = SHEETS
    shown = {"gov.budget.node": _lt("rubrics"), "gov.budget.line": _lt("lines with credits")}
    not_dependents = frozenset({("gov.budget.node", "parent_id")})

    # -- check ---------------------------------------------------------------------------------------------------
    def check(self, rows, report):
        # sudo: the batch has checked the role; codes are looked up in the nomenclature of all regions
        self.env = self.env(su=True)
        self._read_known()
        rows = rows.get("morasse", [])
        in_file, seen, self.unsure = {}, {}, set()
        for row in rows:
            if row.bad or not row.get("chapter"):  # a cell that was not read may be a level
                # the row is named by itself: those below it are not blamed for it
                self.unsure.add(key_of(row))
                continue
            key = key_of(row)
            if any(row.get(level) for level in LEVELS[len(key) - 1 :]):
                report.row(row, LEVELS[len(key) - 1], Problem("segment_gap"))
                continue
            row.values["key"] = key
            mark = (key, row.get("unit"), row.get("year"))
            if mark in seen:
                report.row(row, "line", Problem("rubric_double", value=self._text(key), line=seen[mark]))
            seen.setdefault(mark, row.line)
            in_file.setdefault(key, row)
        for row in rows:
            if row.get("key"):
                self._check_row(row, in_file, report)

    def _check_row(self, row, in_file, report):
        key, year = row.get("key"), row.get("year")
        above = key[:-1]
        if above and not self._is_known(above, in_file):
            # a region needs no row of its own: its name is known
            if not (len(above) == 3 and self._is_known(above[:-1], in_file)):
                report.row(
                    row, (("chapter", *LEVELS)[len(key) - 1]), Problem("rubric_parent", value=self._text(above))
                )
        node = self.nodes.get(key)
        if node and year and not node._gov_in_year(year):
            report.row(row, "year", Problem("rubric_closed", value=self._text(key), year=year))
        if row.get("unit") and row.get("unit") not in self.units:
            report.row(row, "unit", Problem("unknown", value=row.get("unit")))
        cp, ce = row.get("cp"), row.get("ce")
        if cp is None and ce is None:
            return
        if len(key) < 5:
            if cp or ce:
                report.row(row, "cp", Problem("credits_level"))
            return
        if (cp or ce) and codes.section_of(key[0]) == "revenue":
            report.row(row, "cp", Problem("credits_revenue"))
        if ce and codes.section_of(key[0]) not in codes.INVESTMENT:
            report.row(row, "ce", Problem("ce_functioning"))
        if not year:
            report.row(row, "year", Problem("credits_year"))
        elif year not in self.years:
            report.row(row, "year", Problem("year_unknown", value=str(year)))
        else:
            budget = self.budgets.get((year, codes.budget_kind_of(key[0]), codes.account_of(key[0])))
            if budget and budget.state != "preparation":
                report.row(row, "cp", Problem("budget_voted", value=budget.display_name))

    def _is_known(self, key, in_file):
        return key in in_file or key in self.nodes or key in self.unsure

    @staticmethod
    def _text(key):
        return f"{key[0]} {codes.join(key[1:])}".strip()

    def _read_known(self):
        env = self.env
        nodes = env["gov.budget.node"].search([])
        self.nodes = {}
        for node in nodes.sorted(lambda n: codes.KINDS.index(n.kind)):
            self.nodes[self._node_key(node)] = node
        self.units = {unit.unit_code: unit for unit in env["hr.department"].search([("unit_code", "!=", False)])}
        self.years = {year.date_from.year: year for year in env["gov.fiscal.year"].search([])}
        self.budgets = {
            (budget.year, budget.kind, budget.account_code or ""): budget for budget in env["gov.budget"].search([])
        }

    @staticmethod
    def _node_key(node):
        segments = codes.split(node.full_code) if node.kind != "chapter" else ()
        return (node.chapter_code, *(segments or ()))

    # -- write ---------------------------------------------------------------------------------------------------
    def write(self, rows, progress):
        self.made = Made()
        rows = rows.get("morasse", [])
        by_level = {}
        for row in rows:
            by_level.setdefault(len(row.get("key")), []).append(row)
        done = 0
        for level in sorted({*by_level, *({3} if {4, 5} & by_level.keys() else set())}):
            if level == 3:
                self._write_regions(by_level)
            self._write_nodes(by_level.get(level, []))
            done += len(by_level.get(level, []))
            progress(done // 2)
        self._write_credits([row for row in rows if row.get("cp") is not None or row.get("ce") is not None])
        return self.made

    def _first_year(self, rows):
        return {row.get("year") for row in rows if row.get("year")}

    def _write_regions(self, by_level):
        """Make the regions that rows below name and that have no row of their own."""
        rows = [*by_level.get(4, []), *by_level.get(5, [])]
        own = {row.get("key") for row in by_level.get(3, [])}
        wanted = {row.get("key")[:3]: row for row in rows if row.get("key")[:3] not in self.nodes}
        names = {region.code: region for region in self.env["gov.region"].search([])}
        new = [
            {"key": key, "names": {lang: names[key[2]].with_context(lang=code).name for lang, code in LANGS.items()},
             "vals": {"year_from": row.get("year") or self._year()}}
            for key, row in wanted.items()
            if key not in own
        ]  # fmt: skip
        self._create_nodes(new)

    def _year(self):
        return self.env["gov.budget.node"]._default_year()

    def _write_nodes(self, rows):
        new, seen = [], set()
        for row in rows:
            key = row.get("key")
            names = {
                "en": row.get("name_en") or row.get("name_fr"),
                "fr": row.get("name_fr"),
                "ar": row.get("name_ar") or row.get("name_fr"),
            }
            vals = {
                name: row.get(column)
                for name, column in (
                    ("functional_code", "functional"),
                    ("gender_mark", "gender_mark"),
                    ("gender_score", "gender_score"),
                    ("is_listed", "listed"),
                    ("is_donor_funded", "donor"),
                )
                if row.get(column) is not None
            }
            if key in seen:
                continue
            seen.add(key)
            if key in self.nodes:
                self._update_node(self.nodes[key], vals, names, row)
            else:
                new.append(
                    {"key": key, "names": names, "vals": {"year_from": row.get("year") or self._year(), **vals}}
                )
        self._create_nodes(new)

    def _create_nodes(self, new):
        if not new:
            return
        Node = self.env["gov.budget.node"].with_context(lang="en_US", tracking_disable=True)
        nodes = Node.create(
            [
                {
                    "kind": codes.KINDS[len(item["key"]) - 1],
                    "code": item["key"][-1],
                    "parent_id": self.nodes[item["key"][:-1]].id if len(item["key"]) > 1 else False,
                    "name": item["names"]["en"],
                    **item["vals"],
                }
                for item in new
            ]
        )
        active = dict(self.env["res.lang"].get_installed())
        for node, item in zip(nodes, new, strict=True):
            self.nodes[item["key"]] = node
            node.update_field_translations(
                "name", {code: item["names"][lang] for lang, code in LANGS.items() if code in active}
            )
        self.made.add("gov.budget.node", nodes.ids)

    def _update_node(self, node, vals, names, row):
        for name, value in vals.items():
            if (node[name] or False) != (value or False):
                self.made.changed.append(["gov.budget.node", node.id, name, node[name], value])
                node[name] = value
        active = dict(self.env["res.lang"].get_installed())
        for lang, code in LANGS.items():
            given = row.get(f"name_{lang}")
            label = node.with_context(lang=code)
            if given and code in active and normalise(label.name) != normalise(given):
                self.made.changed.append(["gov.budget.node", node.id, f"name:{code}", label.name, names[lang]])
                label.name = names[lang]

    def restore(self, made):
        """Put back labels in their language, and the rest as any import does."""
        labels = [change for change in made.changed if change[2].startswith("name:")]
        for model, record_id, name, before, after in reversed(labels):
            label = self.env[model].browse(record_id).exists().with_context(lang=name.split(":")[1])
            if label and label.name == after:
                label.name = before
        super().restore(Made(changed=[change for change in made.changed if change not in labels]))

    def _write_credits(self, rows):
        Line = self.env["gov.budget.line"]
        budgets = self.env["gov.budget"]
        for row in rows:
            key = row.get("key")
            mark = (row.get("year"), codes.budget_kind_of(key[0]), codes.account_of(key[0]))
            if mark not in self.budgets and len(key) == 5:
                budget = budgets.create(
                    {"fiscal_year_id": self.years[mark[0]].id, "kind": mark[1], "account_code": mark[2] or False,
                     "label": row.get("name_fr") and self._account_label(key[0])}
                )  # fmt: skip
                self.budgets[mark] = budget
                self.made.add("gov.budget", budget.ids)
                self._name_account(budget, key[0])
        known = {
            (line.budget_id.id, line.node_id.id, line.unit_id.id): line
            for line in Line.search(
                [("budget_id", "in", [b.id for b in self.budgets.values()]), ("parent_line_id", "=", False)]
            )
        }  # fmt: skip
        new = []
        for row in rows:
            key = row.get("key")
            if len(key) < 5:
                continue
            budget = self.budgets[row.get("year"), codes.budget_kind_of(key[0]), codes.account_of(key[0])]
            unit = self.units[row.get("unit")].id if row.get("unit") else False
            vals = {"cp_proposed": row.get("cp") or 0, "ce_proposed": row.get("ce") or 0}
            line = known.get((budget.id, self.nodes[key].id, unit))
            if line:
                for name, value in vals.items():
                    if line[name] != value:
                        self.made.changed.append(["gov.budget.line", line.id, name, line[name], value])
                line.write(vals)
            else:
                new.append({"budget_id": budget.id, "node_id": self.nodes[key].id, "unit_id": unit, **vals})
        self.made.add("gov.budget.line", Line.create(new).ids)

    def _account_label(self, chapter):
        return self.nodes[(chapter,)].name if chapter[0] != "1" else False

    def _name_account(self, budget, chapter):
        """Give a special account or an autonomous service the name of its chapter, in each language."""
        if chapter[0] == "1":
            return
        active = dict(self.env["res.lang"].get_installed())
        names = {
            code: self.nodes[(chapter,)].with_context(lang=code).name for code in LANGS.values() if code in active
        }
        budget.update_field_translations("label", names)


def export_rows(nodes, lines):
    """Return the rows of the workbook for these rubrics and the lines of a budget, in the order of the tree."""
    credit = {}
    for line in lines:
        credit.setdefault(line.node_id.id, []).append(line)
    rows = []
    for node in nodes:
        base = {"chapter": node.chapter_code, "functional": node.functional_code or None,
                "gender_mark": {"g0": "G0", "g1": "G1", "g2": "G2", "gp": "G+"}.get(node.gender_mark),
                "gender_score": node.gender_score or None, "listed": node.is_listed or None,
                "donor": node.is_donor_funded or None}  # fmt: skip
        for level, code in zip(LEVELS, codes.split(node.full_code) or (), strict=False):
            base[level] = code
        for lang, code in LANGS.items():
            base[f"name_{lang}"] = node.with_context(lang=code).name
        found = credit.get(node.id)
        if not found:
            rows.append(base)
            continue
        for line in found:
            rows.append(
                {**base, "year": line.year, "unit": line.unit_id.unit_code or None, "cp": line.cp_voted,
                 "ce": line.ce_voted or None}
            )  # fmt: skip
    return rows
