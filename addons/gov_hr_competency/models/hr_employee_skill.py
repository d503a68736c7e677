from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Set in the context by the acts that agree on levels; an object, so that no RPC call can send it
AGREED = object()


class HrEmployeeSkill(models.Model):
    """A level held by a person.

    Levels of the framework come from an agreed assessment, a validated training or HR, and never from the person
    alone; what was held before stays, with the day it ended.
    """

    _inherit = "hr.employee.skill"

    gov_source = fields.Char("Comes from", readonly=True, help="Assessment, training or course that gave the level.")
    level_rank = fields.Integer("Held level", related="skill_level_id.gov_rank", store=True)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._gov_check_framework()
        return records

    def write(self, vals):
        if set(vals) - {"display_warning_message"}:
            self._gov_check_framework()
        result = super().write(vals)
        if "skill_id" in vals:
            self._gov_check_framework()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_framework(self):
        self._gov_check_framework()

    def _gov_check_framework(self):
        """Refuse levels of the framework written by hand, but by HR managers and training officers for others."""
        if self.env.su or self.env.context.get("gov_agreed") is AGREED:
            return
        held = self.filtered(lambda one: one.skill_id.gov_kind)
        if not held:
            return
        user = self.env.user
        # sudo: only whether the level is the user's own
        own = user in held.sudo().employee_id.user_id
        if own or not (
            user.has_group("gov_base.group_hr_manager") or user.has_group("gov_base.group_training_officer")
        ):
            raise AccessError(
                self.env._(
                    "Levels of the framework come from an agreed assessment or a validated training: ask for an "
                    "assessment instead of writing the level."
                )
            )


class HrEmployee(models.Model):
    """What a person holds of the framework, and the one place that raises a level."""

    _inherit = "hr.employee"

    @api.model
    def _gov_held_levels(self, employees, on_date=None):
        """Return the levels held on a day: ``{(employee id, skill id): level 1–4}``; an expired level is not held.

        The caller has checked who asks.
        """
        on_date = on_date or fields.Date.context_today(self)
        if not employees:
            return {}
        self.env["hr.employee.skill"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT held.employee_id, held.skill_id, max(held.level_rank)
                  FROM hr_employee_skill held
                 WHERE held.employee_id IN %s AND held.level_rank > 0 AND held.valid_from <= %s
                       AND (held.valid_to IS NULL OR held.valid_to >= %s)
              GROUP BY held.employee_id, held.skill_id
                """,
                tuple(employees.ids),
                on_date,
                on_date,
            )
        )
        return {(employee, skill): rank for employee, skill, rank in self.env.cr.fetchall()}

    def _gov_raise_skill(self, skill, rank, source, valid_to=None, on_date=None, lower=False):
        """Give a person a level of a competency from a day on; the former level ends the day before.

        One place for assessments, trainings and courses.  A level held that is as high is kept, and its validity
        lengthened; it is lowered only when ``lower`` says so (an agreed assessment).

        :param skill: ``hr.skill`` of the framework
        :param rank: 1 to 4, or 0 with ``lower`` when the person no longer holds it
        :param source: words that say where the level comes from
        :return: the new ``hr.employee.skill``, empty when nothing changed
        """
        self.ensure_one()
        on_date = on_date or fields.Date.context_today(self)
        if rank not in range(5) or not skill.gov_kind:
            raise UserError(self.env._("A level of the framework goes from 1 to 4."))
        # sudo: the caller has checked who gives the level
        held = self.env["hr.employee.skill"].sudo().with_context(gov_agreed=AGREED)
        current = held.search(
            Domain("employee_id", "=", self.id)
            & Domain("skill_id", "=", skill.id)
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", on_date))
        )
        now = current.filtered(lambda one: one.valid_from <= on_date)
        best = max(now.mapped("level_rank"), default=0)
        if best == rank or (best > rank and not lower):
            if best and valid_to:
                same = now.filtered(lambda one: one.level_rank == best)
                same.filtered(lambda one: one.valid_to and one.valid_to < valid_to).write({"valid_to": valid_to})
            return held.browse()
        for one in current:
            if one.valid_from >= on_date:
                one.unlink()
            else:
                one.valid_to = on_date - timedelta(days=1)
        if not rank:
            return held.browse()
        level = skill.skill_type_id.skill_level_ids.filtered(lambda one: one.gov_rank == rank)
        return held.create(
            {
                "employee_id": self.id,
                "skill_type_id": skill.skill_type_id.id,
                "skill_id": skill.id,
                "skill_level_id": level.id,
                "valid_from": on_date,
                "valid_to": valid_to or False,
                "gov_source": source,
            }
        )
