from odoo import models
from odoo.exceptions import UserError

from odoo.addons.gov_document.services import rendering
from odoo.addons.gov_document.tools.blocks import LANGS

from ..services import framework_book, programming
from ..services.programming import CE, CP, FIGURES, LAW

SUMMED = (*FIGURES, *LAW, "done_1", "done_2")


class GovBudgetFrameworkPrint(models.Model):
    """The framework as it is printed: table M1 (three years) and M2 (preparation of the budget book)."""

    _inherit = "gov.budget.framework"

    # ------------------------------------------------------------------ buttons
    def action_print(self, model="m1", lang="ar"):
        """Print the framework.

        :param model: ``m1``, the three-year table with the sheets of the programmes, or ``m2``, the budget book of N+1
        :param lang: ``ar`` or ``fr``
        """
        self.ensure_one()
        self._gov_check_print(model, lang)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The table is being printed and is downloaded when it is ready, in some seconds. Go on working "
                    "meanwhile."
                ),
                "next": {
                    "type": "ir.actions.act_url",
                    "url": f"/gov_budget/framework/{self.id}/{model}-{lang}.pdf",
                    "target": "download",
                },
            },
        }

    def _gov_print_html(self, model, lang):
        """Return the page of a table, closed: it names nothing outside itself."""
        self.ensure_one()
        self._gov_check_print(model, lang)
        framework = self.with_context(lang=LANGS[lang])
        values = {
            "framework": framework,
            "model": model,
            "short": lang,
            "direction": "rtl" if lang == "ar" else "ltr",
            "start": "right" if lang == "ar" else "left",
        }
        return str(framework.env["ir.qweb"]._render("gov_budget.framework_pdf", values))

    def _gov_pdf(self, model, lang):
        """Return the bytes of a table, made beside this process: hundreds of lines take seconds."""
        return rendering.render_apart(self._gov_print_html(model, lang), "register")

    def action_print_m1_ar(self):
        """Print the three-year table in Arabic."""
        return self.action_print("m1", "ar")

    def action_print_m1_fr(self):
        """Print the three-year table in French."""
        return self.action_print("m1", "fr")

    def action_print_m2_ar(self):
        """Print the budget book in Arabic."""
        return self.action_print("m2", "ar")

    def action_print_m2_fr(self):
        """Print the budget book in French."""
        return self.action_print("m2", "fr")

    def action_export(self, model="m1"):
        """Download a table as a workbook in the user's language.

        :param model: ``m1`` or ``m2``
        """
        self.ensure_one()
        self._gov_check_print(model, "fr")
        return {
            "type": "ir.actions.act_url",
            "url": f"/gov_budget/framework/{self.id}/{model}.xlsx",
            "target": "download",
        }

    def action_export_m1(self):
        """Download the three-year table."""
        return self.action_export("m1")

    def action_export_m2(self):
        """Download the budget book of N+1."""
        return self.action_export("m2")

    def _gov_check_print(self, model, lang):
        self.check_access("read")
        self._gov_refuse_reader()
        if model not in ("m1", "m2") or lang not in LANGS:
            raise UserError(self.env._("This table does not exist, or not in this language."))

    # ------------------------------------------------------------------ tables
    def _gov_table(self):
        """Return the framework as a list of rows: chapters, programmes, regions, projects and lines, with sums.

        Each row is a dict: ``level`` (chapter, programme, region, project, line), ``code``, ``name``, ``note``,
        ``is_investment`` and the sums of its figures in centimes.  Names are in the language of the environment.
        """
        self.ensure_one()
        rows, path = [], []
        levels = ("chapter", "programme", "region", "project")
        lines = self.env["gov.budget.framework.line"].search([("framework_id", "=", self.id)])
        for line in lines:
            nodes = [line.chapter_id, line.programme_id, line.node_region_id, line.project_id]
            for depth, (level, node) in enumerate(zip(levels, nodes, strict=True)):
                if len(path) <= depth or path[depth][0] != node:
                    del path[depth:]
                    name = node.display_name if level == "region" else node._gov_name_in(self.base_year + 1)
                    row = self._gov_row(level, name, node.code, line)
                    rows.append(row)
                    path.append((node, row))
            figures = dict(line._gov_figures(), **line._gov_law())
            figures.update({name: programming.centimes(line[name]) for name in ("done_1", "done_2")})
            name = line.node_id._gov_name_in(self.base_year + 1)
            if line.nature == "new" and line.name:
                name = f"{name}: {line.name}"
            row = self._gov_row("line", name, line.full_code, line)
            row.update(figures, nature=line.nature, note=line.hypotheses or "", unit=line.unit_id.unit_code or "")
            rows.append(row)
            for _node, above in path:
                for figure in SUMMED:
                    above[figure] += figures[figure]
        return rows

    def _gov_staff_rows(self):
        """Return the staff of the budget book: ``scale``, ``grade``, ``number``, ``amount`` (centimes, of a year).

        The module that knows the files of the staff tells.
        """
        return []

    @staticmethod
    def _gov_row(level, name, code, line):
        return dict(
            dict.fromkeys(SUMMED, 0),
            level=level,
            name=name or "",
            code=code or "",
            is_investment=line.is_investment,
            nature="",
            note="",
            unit="",
        )

    def _gov_total(self, rows):
        return programming.add_up({name: row[name] for name in SUMMED} for row in rows if row["level"] == "chapter")

    def _gov_amount(self, cents, empty="–"):
        """Return an amount as it is printed: no decimals when there are none, thousands that do not break."""
        if not cents:
            return empty
        text = f"{abs(cents) / 100:,.2f}" if cents % 100 else f"{abs(cents) // 100:,}"
        text = text.replace(",", "\u00a0").replace(".", ",")
        return f"\u2066-{text}\u2069" if cents < 0 else text

    def _gov_variation(self, row):
        found = programming.variation(row["lf_cp"], row["cp_1"])
        return "–" if found is None else f"\u2066{found:+.1f}\u00a0%\u2069".replace(".", ",")

    def _gov_words(self, cents, lang):
        return self.env["gov.words"].amount(cents / 100, lang)

    def _gov_workbook(self, model):
        """Return the bytes of a table as a workbook."""
        self._gov_check_print(model, "fr")
        lang = self.env.lang or "en_US"
        rows = self._gov_table()
        build = self._gov_m1_sheet if model == "m1" else self._gov_m2_sheet
        headings, cells = build(rows)
        titles = [self.env.company.name, f"{model.upper()} · {self.name}"]
        sheets = [(model.upper(), titles, headings, cells)]
        staff = self._gov_staff_rows() if model == "m2" else []
        if staff:
            title = self.env._("Staff by grade")
            sheets.append((title, [*titles, title], *self._gov_staff_sheet(staff)))
        return framework_book.table_workbooks(sheets, rtl=lang.startswith("ar"))

    def _gov_staff_sheet(self, staff):
        headings = [
            self.env._("Pay scale"),
            self.env._("Grade"),
            self.env._("Headcount"),
            self.env._("Amount of a year"),
        ]
        cells = [(None, [row["scale"], row["grade"], row["number"], row["amount"] / 100]) for row in staff]
        total = [sum(row["number"] for row in staff), sum(row["amount"] for row in staff) / 100]
        return headings, [*cells, ("total", [self.env._("Total"), "", *total])]

    def _gov_m1_sheet(self, rows):
        year = self.base_year
        headings = [
            self.env._("Code"),
            self.env._("Label"),
            self.env._("Unit"),
            self.env._("Executed %(year)s", year=year - 2),
            self.env._("Executed %(year)s", year=year - 1),
            self.env._("Finance law %(year)s (CP)", year=year),
            self.env._("CE %(year)s", year=year),
        ]
        for step in programming.YEARS:
            headings += [self.env._("CP %(year)s", year=year + step), self.env._("CE %(year)s", year=year + step)]
        headings += [self.env._("Change (%)"), self.env._("Remarks")]
        names = ["done_2", "done_1", "lf_cp", "lf_ce", *(name for pair in zip(CP, CE, strict=True) for name in pair)]
        cells = [
            (
                row["level"] if row["level"] != "line" else None,
                [
                    row["code"],
                    row["name"],
                    row["unit"],
                    *(row[name] / 100 for name in names),
                    programming.variation(row["lf_cp"], row["cp_1"]),
                    row["note"],
                ],
            )
            for row in rows
        ]
        return headings, cells

    def _gov_m2_sheet(self, rows):
        year = self.base_year
        headings = [
            self.env._("Code"),
            self.env._("Label"),
            self.env._("Finance law %(year)s (CP)", year=year),
            self.env._("Proposals %(year)s", year=year + 1),
            self.env._("Difference"),
            self.env._("CE %(year)s and after", year=year + 2),
            self.env._("Remarks"),
        ]
        cells = [
            (
                row["level"] if row["level"] != "line" else None,
                [
                    row["code"],
                    row["name"],
                    row["lf_cp"] / 100,
                    row["cp_1"] / 100,
                    (row["cp_1"] - row["lf_cp"]) / 100,
                    row["ce_1"] / 100,
                    row["note"],
                ],
            )
            for row in rows
        ]
        return headings, cells

    def _gov_programme_sheets(self):
        """Return the programmes of the framework with their objectives, for the annex of the three-year table."""
        # sudo: objectives are public, the programmes are those of the whole framework
        programmes = self.sudo()._gov_programmes().sudo(False)
        facts = programmes._gov_programme_facts()
        objectives = self.env["gov.budget.objective"].search([])
        values = {(v.indicator_id.id, v.year): v for v in objectives.indicator_ids.value_ids}
        return [
            {
                "programme": programme,
                "facts": facts[programme.code],
                "objectives": objectives.filtered(lambda one, code=programme.code: one.programme_code == code),
                "values": values,
            }
            for programme in programmes
        ]

    def _gov_value(self, values, indicator, year, what="target"):
        """Return the value of an indicator in a year as it is printed."""
        value = values.get((indicator.id, year))
        if not value or not (value.is_target if what == "target" else value.is_realised):
            return "–"
        text = f"{value[what]:,.2f}".rstrip("0").rstrip(".").replace(",", "\u00a0").replace(".", ",")
        return f"{text}\u00a0%" if indicator.unit == "percent" else text


class GovBudgetPerformancePrint(models.Model):
    """The performance documents as they are printed (M28)."""

    _inherit = "gov.budget.performance"

    def action_print(self, lang="ar"):
        """Print the document.

        :param lang: ``ar`` or ``fr``
        """
        self.ensure_one()
        self.check_access("read")
        if lang not in LANGS:
            raise UserError(self.env._("The document is printed in Arabic or in French."))
        return self.env.ref(f"gov_budget.performance_report_{lang}").report_action(self, config=False)

    def action_print_ar(self):
        """Print the document in Arabic."""
        return self.action_print("ar")

    def action_print_fr(self):
        """Print the document in French."""
        return self.action_print("fr")

    def action_export(self):
        """Download the document as a workbook in the user's language."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/gov_budget/performance/{self.id}.xlsx", "target": "download"}

    def _gov_groups(self):
        """Return (programme, lines by objective, who answers for it and its strategy), in order."""
        facts = self.line_ids.programme_id._gov_programme_facts()
        return [
            (programme, list(lines.grouped("objective_id").items()), facts[programme.code])
            for programme, lines in self.line_ids.grouped("programme_id").items()
        ]

    def _gov_columns(self):
        """Return the columns of figures: (heading, name of the figure)."""
        year = self.year
        columns = [
            (self.env._("Result %(year)s", year=year - 3), "realised_2"),
            (self.env._("Result %(year)s", year=year - 2), "realised_1"),
            (self.env._("Finance law %(year)s", year=year - 1), "law"),
            (self.env._("Target %(year)s", year=year), "target_1"),
        ]
        if self.kind == "pdp":
            return columns + [
                (self.env._("Target %(year)s", year=year + 1), "target_2"),
                (self.env._("Target %(year)s", year=year + 2), "target_3"),
            ]
        return columns + [(self.env._("Result %(year)s", year=year), "realised"), (self.env._("Gap"), "gap")]

    def _gov_workbook(self):
        """Return the bytes of the document as a workbook."""
        self.check_access("read")
        columns = self._gov_columns()
        headings = [
            self.env._("Code"),
            self.env._("Indicator"),
            self.env._("Objective"),
            self.env._("Gender"),
            *(heading for heading, _name in columns),
        ]
        if self.kind == "rdp":
            headings.append(self.env._("Explanation"))
        rows = []
        for line in self.line_ids:
            known = set((line.known or "").split(","))
            if {"target_1", "realised"} <= known:
                known.add("gap")
            cells = [
                line.indicator_id.code,
                line.indicator_id.name,
                line.objective_id.name,
                self.env._("yes") if line.is_gender else "",
                *(line[name] if name in known else None for _heading, name in columns),
            ]
            if self.kind == "rdp":
                cells.append(line.comment or "")
            rows.append((None, cells))
        titles = [self.env.company.name, f"M28 · {self.name}"]
        rtl = (self.env.lang or "").startswith("ar")
        return framework_book.table_workbook("M28", titles, headings, rows, rtl=rtl)
