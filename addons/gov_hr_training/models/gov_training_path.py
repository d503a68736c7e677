from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class GovTrainingPath(models.TransientModel):
    """What could close my gaps: the cheapest courses towards the job one holds, or another one; asked for at once.

    For everybody about himself, and for heads, human resources and training officers about the people they follow.
    """

    _name = "gov.training.path"
    _description = "Courses that close the gaps of a person"

    employee_id = fields.Many2one(
        "hr.employee", "Employee", required=True, ondelete="cascade", default=lambda self: self.env.user.employee_id
    )
    job_id = fields.Many2one("hr.job", "Towards the job", ondelete="cascade", help="Empty: the job held.")
    is_mine = fields.Boolean(compute="_compute_path", export_string_translation=False)
    gap_count = fields.Integer("Levels to reach", compute="_compute_path")
    days = fields.Float(compute="_compute_path", digits=(6, 1))
    course_ids = fields.Many2many("gov.training.course", string="Courses", compute="_compute_path")
    path_html = fields.Html("Courses, in the order to follow", compute="_compute_path", sanitize=False)

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("What could close my gaps")

    @api.depends("employee_id", "job_id")
    @api.depends_context("lang", "uid")
    def _compute_path(self):
        courses = self.env["gov.training.course"]
        for path in self:
            # sudo: only whether the user is the person
            path.is_mine = path.employee_id.sudo().user_id == self.env.user
            try:
                found = courses.get_path(path.employee_id.id, path.job_id.id) if path.employee_id else None
            except AccessError as error:
                path.update({"gap_count": 0, "days": 0, "course_ids": [Command.clear()]})
                path.path_html = Markup("<p>%s</p>") % error.args[0]
                continue
            if not found:
                path.update({"gap_count": 0, "days": 0, "course_ids": [Command.clear()], "path_html": False})
                continue
            path.gap_count, path.days = found["gaps"], found["days"]
            path.course_ids = courses.browse([one["id"] for one in found["courses"]])
            path.path_html = self.env["ir.qweb"]._render("gov_hr_training.training_path", {"path": found})

    def action_ask(self):
        """Ask for the courses: a need for each competency missing, which the head reads first."""
        self.ensure_one()
        if self.create_uid != self.env.user:
            raise AccessError(self.env._("This page is another person's: open your own."))
        vals = self._gov_need_vals()
        if not vals:
            raise UserError(
                self.env._("Nothing is missing that a course of the catalogue brings, or it is asked for.")
            )
        made = self.env["gov.training.need"].create(vals)
        xmlid = "gov_training_need_action_my" if self.is_mine else "gov_training_need_action_team"
        action = self.env["ir.actions.act_window"]._for_xml_id(f"gov_hr_training.{xmlid}")
        if not self.is_mine:
            action.update(domain=[("id", "in", made.ids)], context={})
        action["target"] = "current"
        return action

    def _gov_need_vals(self):
        year = fields.Date.context_today(self).year + 1
        # sudo: gaps of the person, whose right to look at was checked by get_path when the page was read
        self.env["gov.training.course"].get_path(self.employee_id.id, self.job_id.id)
        employee = self.employee_id.sudo()  # sudo: as above
        job = self.job_id or employee.job_id
        held = {
            skill: level
            for (_person, skill), level in employee._gov_held_levels(employee, fields.Date.context_today(self)).items()
        }
        # sudo: what is asked already, whoever asked
        known = (
            self.env["gov.training.need"]
            .sudo()
            .search([("employee_id", "=", employee.id), ("year", "=", year), ("state", "!=", "aside")])
            .skill_id.ids
        )
        wanted = {line.skill_id.id: line.level_rank for line in job._gov_profile()}
        vals, levels = [], dict(held)
        for course in self.course_ids:
            for line in course.skill_line_ids:
                skill = line.skill_id.id
                if skill in wanted and skill not in known and held.get(skill, 0) < wanted[skill]:
                    if line.entry_level <= levels.get(skill, 0) < line.level:
                        levels[skill] = line.level
                        known.append(skill)
                        vals.append(
                            {
                                "employee_id": employee.id,
                                "skill_id": skill,
                                "level_target": wanted[skill],
                                "course_id": course.id,
                                "year": year,
                            }
                        )
        return vals
