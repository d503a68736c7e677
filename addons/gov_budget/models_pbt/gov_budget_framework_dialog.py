from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services.programming import FIGURES
from .amounts import amount


class GovBudgetArbitration(models.TransientModel):
    """Dialog that arbitrates lines: other amounts for one line, a percentage for several; always with a reason."""

    _name = "gov.budget.arbitration"
    _description = "Arbitrate lines"

    line_ids = fields.Many2many("gov.budget.framework.line", string="Lines", required=True)
    line_count = fields.Integer(compute="_compute_line_count", export_string_translation=False)
    mode = fields.Selection(
        [("amounts", "Amounts"), ("percent", "Percentage")],
        required=True,
        compute="_compute_mode",
        store=True,
        readonly=False,
    )
    cp_1 = amount("CP N+1")
    ce_1 = amount("CE N+1")
    cp_2 = amount("CP N+2")
    ce_2 = amount("CE N+2")
    cp_3 = amount("CP N+3")
    ce_3 = amount("CE N+3")
    cp_later = amount("CP after N+3")
    ce_later = amount("CE after N+3")
    seen = fields.Json(default=lambda self: self._default_seen(), export_string_translation=False)
    percent = fields.Float("%", digits=(6, 2))
    year_1 = fields.Boolean("N+1", default=True)
    year_2 = fields.Boolean("N+2", default=True)
    year_3 = fields.Boolean("N+3", default=True)
    reason = fields.Text(required=True, help="It is kept with each change, and the unit reads it.")

    @api.model
    def _default_seen(self):
        context = self.env.context
        return {name: context[f"default_{name}"] for name in FIGURES if f"default_{name}" in context}

    @api.depends("line_ids")
    def _compute_line_count(self):
        for dialog in self:
            dialog.line_count = len(dialog.line_ids)

    @api.depends("line_ids")
    def _compute_mode(self):
        for dialog in self:
            dialog.mode = dialog.mode or ("amounts" if len(dialog.line_ids) == 1 else "percent")

    def action_confirm(self):
        """Arbitrate; the act itself checks who may do it."""
        self.ensure_one()
        lines = self.line_ids
        if self.mode == "percent":
            years = [year for year in (1, 2, 3) if self[f"year_{year}"]]
            if not years:
                raise UserError(self.env._("Choose at least one year."))
            lines.action_arbitrate_percent(self.percent, years, self.reason)
        else:
            if len(lines) != 1:
                raise UserError(self.env._("Amounts are given for one line; use a percentage for several."))
            lines.action_arbitrate({name: self[name] for name in FIGURES}, self.reason, self.seen or None)
        return {"type": "ir.actions.act_window_close"}


class GovBudgetFrameworkDialog(models.TransientModel):
    """Dialog that takes what an act on a framework, a sheet, a milestone or a report needs."""

    _name = "gov.budget.framework.dialog"
    _description = "Act on the programming"

    OPERATIONS = {
        "return": ("action_return", "gov.budget.framework"),
        "cancel": ("action_cancel", "gov.budget.framework"),
        "send": ("action_send", "gov.budget.framework"),
        "new_version": ("action_new_version", "gov.budget.framework"),
        "branch": ("action_branch", "gov.budget.framework"),
        "return_need": ("action_return", "gov.budget.framework.need"),
        "reopen_milestone": ("action_reopen", "gov.budget.milestone"),
        "return_report": ("action_return", "gov.budget.performance"),
    }

    operation = fields.Selection(
        [
            ("return", "Return"),
            ("cancel", "Cancel"),
            ("send", "Send"),
            ("new_version", "New version"),
            ("branch", "Scenario"),
            ("return_need", "Return to the unit"),
            ("reopen_milestone", "Do again"),
            ("return_report", "Return the report"),
        ],
        required=True,
    )
    res_ids = fields.Json(required=True, export_string_translation=False, default=lambda self: self._default_res_ids())
    text = fields.Text(required=True)

    @api.model
    def _default_res_ids(self):
        return self.env.context.get("active_ids") or []

    def action_confirm(self):
        """Do the act; it checks who may do it."""
        self.ensure_one()
        method, model = self.OPERATIONS[self.operation]
        records = self.env[model].browse([one for one in self.res_ids if type(one) is int]).exists()
        if not records:
            raise UserError(self.env._("Choose the records first."))
        result = getattr(records, method)(self.text)
        return result if isinstance(result, dict) else {"type": "ir.actions.act_window_close"}
