from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .gov_training_course import SEES_COST


class GovSuccessionCandidate(models.Model):
    """The cheapest courses that close what a candidate lacks for the post, and the needs they make."""

    _inherit = "gov.succession.candidate"

    course_ids = fields.Many2many(
        "gov.training.course",
        string="Cheapest courses",
        compute="_compute_courses",
        compute_sudo=True,
        help="The set of courses of the catalogue that closes the gap at the least cost.",
    )
    course_days = fields.Float("Days of courses", compute="_compute_courses", compute_sudo=True, digits=(6, 1))
    course_cost = fields.Monetary("Cost of courses", compute="_compute_courses", compute_sudo=True, groups=SEES_COST)
    course_note = fields.Char("Without a course", compute="_compute_courses", compute_sudo=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("employee_id", "plan_id.job_id")
    @api.depends_context("lang")
    def _compute_courses(self):
        missing = self._gov_missing()
        people = self.employee_id
        held = people._gov_held_levels(people, fields.Date.context_today(self))
        pairs = [
            (
                missing.get(one, {}),
                {skill: held.get((one.employee_id.id, skill), 0) for skill in missing.get(one, {})},
            )
            for one in self
        ]
        names = {skill.id: skill.name for skill in self.env["hr.skill"].browse({s for pair in pairs for s in pair[0]})}
        for one, answer in zip(self, self.env["gov.training.course"]._gov_cover(pairs), strict=True):
            one.course_ids = answer["courses"]
            one.course_days = answer["days"]
            one.course_cost = answer["cost"]
            one.course_note = ", ".join(sorted(names[skill] for skill in answer["missing"]))

    def action_ask_courses(self):
        """Make a need for each competency the candidates kept lack, with its course; by those who sort the needs.

        The person sees the need, never that a succession is prepared.
        """
        needs = self.env["gov.training.need"]
        if not needs._gov_has_role():
            raise AccessError(self.env._("Training officers and HR managers make the needs of candidates."))
        self.check_access("read")
        kept = self.filtered("is_kept")
        if not kept:
            raise UserError(self.env._("Keep the candidates whom you prepare first."))
        year = fields.Date.context_today(self).year + 1
        vals = kept._gov_need_vals(year)
        if not vals:
            raise UserError(self.env._("Nothing is missing, or it is asked for already."))
        made = needs.create(vals)
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_need_action")
        action.update(domain=[("id", "in", made.ids)], context={})
        return action

    def _gov_need_vals(self, year):
        # sudo: what is asked already, whoever asked
        known = {
            (need.employee_id.id, need.skill_id.id)
            for need in self.env["gov.training.need"]
            .sudo()
            .search([("employee_id", "in", self.employee_id.ids), ("year", "=", year), ("state", "!=", "aside")])
        }
        vals = []
        for one, missing in self._gov_missing().items():
            by_skill = {line.skill_id.id: course.id for course in one.course_ids for line in course.skill_line_ids}
            for skill, level in sorted(missing.items()):
                if (one.employee_id.id, skill) not in known:
                    known.add((one.employee_id.id, skill))
                    vals.append(
                        {
                            "employee_id": one.employee_id.id,
                            "skill_id": skill,
                            "level_target": level,
                            "course_id": by_skill.get(skill, False),
                            "source": "hr",
                            "year": year,
                        }
                    )
        return vals
