import re

from odoo import api, fields, models


class GovGrade(models.Model):
    _inherit = "gov.grade"

    group_id = fields.Many2one(
        "gov.workforce.band",
        string="Group of grades",
        domain=[("kind", "=", "grade_group")],
        compute="_compute_group_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Execution, supervision or management, for statistics. Comes from the pay scale; choose it for a grade "
        "that has no scale number.",
    )

    @api.depends("scale", "is_off_scale")
    def _compute_group_id(self):
        bands = self.env["gov.workforce.band"].search([("kind", "=", "grade_group")])
        for grade in self:
            number = grade._gov_scale_number()
            if grade.is_off_scale:
                grade.group_id = bands.filtered("is_off_scale")[:1]
            elif number is not None:
                grade.group_id = self.env["gov.workforce.band"]._gov_find("grade_group", number)
            else:
                grade.group_id = grade.group_id  # no scale number: what was chosen stays

    @api.model
    def _gov_propose_groups(self):
        """Grades with neither scale number nor group get that of the grade whose first index is just below theirs."""
        today = fields.Date.context_today(self)
        grades = self.with_context(active_test=False).search([])
        first = {}
        for grade in grades:
            steps = grade._gov_steps(today)
            if steps:
                first[grade] = self._gov_index(grade.id, steps[0], today)[0]
        ruled = [grade for grade in first if grade.group_id]
        for grade in first:
            if grade.group_id or grade.is_off_scale or grade._gov_scale_number() is not None:
                continue
            below = [other for other in ruled if first[other] <= first[grade]]
            grade.group_id = max(below, key=first.get).group_id if below else False

    def _gov_scale_number(self):
        """Number of the pay scale, or None when the grade has none."""
        self.ensure_one()
        found = re.match(r"\s*(\d+)", self.scale or "")
        return int(found[1]) if found else None
