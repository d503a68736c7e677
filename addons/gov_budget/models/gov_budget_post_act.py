from odoo import api, fields, models


class GovBudgetPostAct(models.Model):
    """An act on budget posts, A16 to A18: created or deleted by the finance law, transformed, or redeployed.

    Transformations of a vacant post take an order of the minister of finance, those of an occupied post for a
    promotion a decision visaed by the Treasury; redeployment stays inside a chapter.  Listed every quarter.
    """

    _name = "gov.budget.post.act"
    _description = "Act on budget posts"
    _inherit = ["gov.budget.decision"]
    _order = "date desc, id desc"
    _rec_names_search = ["number", "from_label", "to_label"]
    _series = "budget.post"
    _prefix = "PB"

    kind = fields.Selection(
        [
            ("a16", "A16 Creation, deletion or distribution by the finance law"),
            ("a17_vacant", "A17 Transformation of a vacant post"),
            ("a17_held", "A17 Transformation of an occupied post (promotion)"),
            ("a18", "A18 Redeployment inside the chapter"),
        ],
        required=True,
        default="a17_held",
        tracking=True,
    )
    chapter_id = fields.Many2one(
        "gov.budget.node", "Chapter", required=True, index=True, ondelete="restrict",
        domain=[("kind", "=", "chapter"), ("section", "=", "personnel")],
    )  # fmt: skip
    count = fields.Integer("Posts", required=True, default=1, help="Negative when posts are deleted.")
    from_label = fields.Char("From", help="Grade, and unit when posts are redeployed.")
    to_label = fields.Char("To")
    law_reference = fields.Char("Article of the finance law")
    problem_text = fields.Text("What is missing", compute="_compute_problem_text")

    @api.depends("kind", "chapter_id", "count", "from_label", "to_label", "law_reference", "state")
    @api.depends_context("lang")
    def _compute_problem_text(self):
        for one in self:
            one.problem_text = "\n".join(one._gov_problems()) if one.state in ("draft", "submitted") else False

    def _gov_authority(self):
        self.ensure_one()
        return self.env._("The order of the minister of finance") if self.kind == "a17_vacant" else ""

    def _gov_problems(self):
        self.ensure_one()
        _ = self.env._
        problems = []
        if not self.count or (self.count < 0 and self.kind != "a16"):
            problems.append(_("Give the number of posts."))
        if self.kind == "a16" and not (self.law_reference or "").strip():
            problems.append(_("Posts are created and deleted by the finance law alone: give its article."))
        if self.kind != "a16" and not ((self.from_label or "").strip() and (self.to_label or "").strip()):
            problems.append(_("Say from what and to what the posts go."))
        if self.chapter_id.section != "personnel":
            problems.append(_("Posts are in the chapter of personnel."))
        return problems

    def _gov_facts(self):
        return {
            **super()._gov_facts(),
            "kind": self.kind,
            "chapter": self.chapter_id.full_code,
            "count": self.count,
            "from": self.from_label or "",
            "to": self.to_label or "",
        }
