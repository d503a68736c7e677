import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_import.services import headings, problems

from ..services import framework_book, programming
from ..services.programming import FIGURES
from . import roles

SHOWN_ERRORS = 200


class GovBudgetFrameworkNeedBook(models.Model):
    """The sheet of a unit as a workbook, out and in."""

    _inherit = "gov.budget.framework.need"

    def action_export(self):
        """Download the sheet of the unit as a workbook, filled with what is entered."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/gov_budget/need/{self.id}.xlsx", "target": "download"}

    def action_open_upload(self):
        """Open the dialog that reads the sheet of the unit back."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read the workbook of the unit"),
            "res_model": "gov.budget.need.upload",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_need_id": self.id},
        }

    def _gov_workbook(self):
        """Return the bytes of the workbook."""
        self.ensure_one()
        self.check_access("read")
        lang = self.env.lang or "en_US"
        base = self.framework_id.sudo().base_year  # sudo: the year of the framework the sheet belongs to
        titles = [
            self.display_name,
            self.env._(
                "N = %(year)s. Amounts in dirhams. Grey columns are not read back.",
                year=base,
            ),
        ]
        rows = [
            dict(
                {name: line[name] for name in FIGURES},
                chapter=line.chapter_code,
                code=line.full_code,
                label=line.node_id.name,
                nature=line.nature,
                purpose=line.name,
                law=line.lf_cp,
                hypotheses=line.hypotheses,
            )
            for line in self.line_ids
        ]
        return framework_book.needs_workbook(titles, rows, lang)

    @short_transaction
    def action_import(self, content, filename=""):
        """Take the needs of the unit from a workbook: all the rows, or none when one is bad.

        Rows that are there already take the amounts of the file; the others are added; none is removed.

        :param content: the file, in base 64
        :return: ``{"taken": rows, "errors": [{"place", "message", "cure"}]}``; with errors nothing is taken
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_check_collecting()
        # nobody submits or imports beside: the sheet is taken for the act
        self._gov_take("open", "open")
        if not (self._gov_is_mine() or roles.is_officer(self.env)):
            raise AccessError(self.env._("The needs are entered by the unit itself, or by a budget officer."))
        try:
            data = base64.b64decode(content or b"", validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise UserError(self.env._("The file did not arrive whole: choose it again.")) from None
        rows, errors = framework_book.read_needs(data, filename or "", self._gov_node_finder())
        if errors:
            return {"taken": 0, "errors": self._gov_sentences(errors)}
        self._gov_take_rows(rows)
        self.env["gov.journal.entry"]._record(
            self, "import", {"unit": self.unit_id.unit_code, "file": (filename or "")[:100], "rows": len(rows)}
        )
        return {"taken": len(rows), "errors": []}

    def _gov_node_finder(self):
        year = self.framework_id.sudo().base_year + 1  # sudo: the year of the framework the sheet belongs to
        nodes = self.env["gov.budget.node"].search([])._gov_in_year(year)
        found = {
            (node.chapter_code, node.full_code.upper()): {
                "id": node.id,
                "kind": node.kind,
                "is_investment": node.is_investment,
            }
            for node in nodes
        }
        return lambda chapter, code: found.get((chapter, code.replace(" ", "").upper()))

    def _gov_sentences(self, errors):
        result = []
        for error in errors[:SHOWN_ERRORS]:
            message, cure = problems.sentences(self.env, error["code"], error["params"])
            column = headings.letter(error["position"]) if error["position"] >= 0 else ""
            cell = f"{column}{error['line'] or ''}"
            place = f"{error['sheet']}!{cell}" if cell else error["sheet"] or ""
            result.append({"place": place, "heading": error["heading"], "message": message, "cure": cure})
        return result

    def _gov_take_rows(self, rows):
        existing = {(line.node_id.id, line.nature, line.name or False): line for line in self.line_ids}
        new = []
        for row in rows:
            key = (row["node"], row["nature"], row.get("purpose") or False)
            # a figure is in the file even when its cell is empty: it is zero then
            values = {name: row.get(name, 0) for name in FIGURES}
            values["hypotheses"] = row.get("hypotheses") or False
            if key in existing:
                line = existing[key]
                changed = programming.differences(
                    line._gov_figures(), {name: programming.centimes(values[name]) for name in FIGURES}
                )
                if changed or (line.hypotheses or False) != values["hypotheses"]:
                    line.write(values)
            else:
                new.append(
                    dict(
                        values,
                        framework_id=self.framework_id.id,
                        unit_id=self.unit_id.id,
                        node_id=row["node"],
                        nature=row["nature"],
                        name=row.get("purpose") or False,
                    )
                )
        self.env["gov.budget.framework.line"].create(new)


class GovBudgetNeedUpload(models.TransientModel):
    """Dialog that reads the workbook of a unit, and names each bad row with its line and column."""

    _name = "gov.budget.need.upload"
    _description = "Workbook of a unit"

    need_id = fields.Many2one("gov.budget.framework.need", required=True, ondelete="cascade")
    file = fields.Binary(required=True, attachment=False)
    filename = fields.Char()
    errors = fields.Json(readonly=True, export_string_translation=False)
    error_count = fields.Integer(compute="_compute_error_text")
    error_text = fields.Text("What is wrong", compute="_compute_error_text")

    @api.depends("errors")
    def _compute_error_text(self):
        for upload in self:
            errors = upload.errors or []
            upload.error_count = len(errors)
            upload.error_text = "\n".join(
                f"{error['place']}: {error['message']} {error['cure']}".strip() for error in errors
            )

    def action_load(self):
        """Read the file; when a row is bad nothing is taken and the dialog says what is wrong."""
        self.ensure_one()
        result = self.need_id.action_import(self.with_context(bin_size=False).file, self.filename)
        if result["errors"]:
            self.errors = result["errors"]
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Nothing was taken: correct the file"),
                "res_model": self._name,
                "res_id": self.id,
                "views": [(False, "form")],
                "target": "new",
            }
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s rows were taken.", count=result["taken"]),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
