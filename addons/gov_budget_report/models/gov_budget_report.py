from odoo import fields, models

from odoo.addons.gov_budget.models.gov_budget_entry import KINDS


class GovBudgetReport(models.Model):
    """The entries of the ledger with the keys of their lines, to be turned around in pivots and graphs."""

    _name = "gov.budget.report"
    _description = "Analysis of the budget"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "line_id"

    line_id = fields.Many2one("gov.budget.line", "Line", readonly=True, index=True, ondelete="cascade")
    fiscal_year_id = fields.Many2one("gov.fiscal.year", "Fiscal year", readonly=True, index=True, ondelete="cascade")
    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    budget_kind = fields.Selection(
        [("general", "General budget"), ("cas", "Special account (CAS)"), ("segma", "Autonomous service (SEGMA)")],
        "Budget",
        readonly=True,
    )
    chapter_id = fields.Many2one("gov.budget.node", "Chapter", readonly=True, index=True, ondelete="cascade")
    programme_id = fields.Many2one("gov.budget.node", "Programme", readonly=True, index=True, ondelete="cascade")
    project_id = fields.Many2one("gov.budget.node", "Project or action", readonly=True, index=True, ondelete="cascade")
    region_id = fields.Many2one("gov.region", "Region", readonly=True, index=True, ondelete="cascade")
    unit_id = fields.Many2one("hr.department", "Unit", readonly=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Done by", readonly=True, index=True, ondelete="cascade")
    cp = fields.Float("CP", digits=(16, 2), readonly=True)
    ce = fields.Float("CE", digits=(16, 2), readonly=True)
    delegated = fields.Float(digits=(16, 2), readonly=True)
    reserved = fields.Float(digits=(16, 2), readonly=True)
    committed = fields.Float(digits=(16, 2), readonly=True)
    liquidated = fields.Float(digits=(16, 2), readonly=True)
    ordered = fields.Float(digits=(16, 2), readonly=True)
    paid = fields.Float(digits=(16, 2), readonly=True)

    @property
    def _table_query(self):
        return """
            SELECT e.id, e.line_id, e.fiscal_year_id, e.date, e.kind, e.user_id,
                   l.budget_kind, l.chapter_id, l.programme_id, l.project_id, l.region_id, l.unit_id,
                   e.cp, e.ce, e.delegated, e.reserved, e.committed, e.liquidated, e.ordered, e.paid
              FROM gov_budget_entry e JOIN gov_budget_line l ON l.id = e.line_id
        """
