from odoo import fields, models, tools
from odoo.tools import SQL


class GovBudgetGender(models.Model):
    """The gender share of each budget line: its credit, the score of its project, and the part that counts.

    A view over the lines: the weight of a score is the legal parameter in force on the last day of the budget year.
    """

    _name = "gov.budget.gender"
    _description = "Gender share of the budget"
    _auto = False
    _order = "year desc, id"
    _rec_name = "line_id"

    line_id = fields.Many2one("gov.budget.line", "Budget line", readonly=True, index=True, ondelete="cascade")
    budget_id = fields.Many2one("gov.budget", "Budget", readonly=True, index=True, ondelete="cascade")
    year = fields.Integer(readonly=True, aggregator=None)
    node_id = fields.Many2one("gov.budget.node", "Heading", readonly=True, index=True, ondelete="cascade")
    chapter_id = fields.Many2one("gov.budget.node", "Chapter", readonly=True, index=True, ondelete="cascade")
    programme_id = fields.Many2one("gov.budget.node", "Programme", readonly=True, index=True, ondelete="cascade")
    project_id = fields.Many2one("gov.budget.node", "Project", readonly=True, index=True, ondelete="cascade")
    region_id = fields.Many2one("gov.region", "Region", readonly=True, index=True, ondelete="cascade")
    unit_id = fields.Many2one("hr.department", "Unit", readonly=True, index=True, ondelete="cascade")
    score = fields.Integer(readonly=True, aggregator=None, help="1: made for equality … 5: none; 0: not scored.")
    weight = fields.Float(readonly=True, digits=(5, 2), aggregator="avg")
    credit = fields.Float("Credit (CP)", readonly=True, digits=(16, 2))
    counted = fields.Float("Counted for gender", readonly=True, digits=(16, 2))
    unscored = fields.Float("Not scored", readonly=True, digits=(16, 2))

    def init(self):
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(
            SQL(
                """
                CREATE VIEW %s AS
                SELECT l.id, l.id AS line_id, l.budget_id, l.year, l.node_id, l.chapter_id, l.programme_id,
                       l.project_id, l.region_id, l.unit_id, s.score, COALESCE(w.value, 0) AS weight, c.credit,
                       ROUND((c.credit * COALESCE(w.value, 0))::numeric, 2) AS counted,
                       CASE WHEN s.score = 0 THEN c.credit ELSE 0 END AS unscored
                  FROM gov_budget_line l
                  JOIN gov_budget b ON b.id = l.budget_id
                 CROSS JOIN LATERAL (
                       SELECT CASE WHEN b.state IN ('open', 'closed') THEN l.cp_current
                                   ELSE l.cp_voted END AS credit
                       ) c
                 CROSS JOIN LATERAL (
                       SELECT COALESCE((
                              SELECT n.gender_score
                                FROM gov_budget_node own
                                JOIN gov_budget_node n ON own.parent_path LIKE n.parent_path || '%%'
                               WHERE own.id = l.node_id AND n.gender_score > 0
                               ORDER BY length(n.parent_path) DESC
                               LIMIT 1), 0) AS score
                       ) s
                  LEFT JOIN LATERAL (
                       SELECT p.value FROM gov_parameter p
                        WHERE p.code = 'budget.gender.share.' || s.score
                          AND p.valid_from <= make_date(l.year, 12, 31)
                          AND (p.valid_to IS NULL OR p.valid_to >= make_date(l.year, 12, 31))
                        LIMIT 1
                       ) w ON TRUE
                 WHERE l.parent_line_id IS NULL
                """,
                SQL.identifier(self._table),
            )
        )

    def action_open_line(self):
        """Open the budget line under the figure."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.budget.line",
            "res_id": self.line_id.id,
            "views": [(False, "form")],
        }
