from odoo import api, fields, models

from ..services import career, positions
from .hr_version import READERS


class HrEmployee(models.Model):
    """The acts of the career on the file of the person."""

    _inherit = "hr.employee"

    career_act_ids = fields.One2many("gov.career.act", "employee_id", string="Career acts", groups=READERS)
    career_act_count = fields.Integer(
        string="Number of career acts", compute="_compute_career_act_count", groups=READERS
    )
    # touched by the signing of each act: no two acts of one person are signed at once
    career_revision = fields.Integer(
        readonly=True, copy=False, aggregator=None, groups=READERS, export_string_translation=False
    )

    def _compute_career_act_count(self):
        counts = dict(
            self.env["gov.career.act"]._read_group([("employee_id", "in", self.ids)], ["employee_id"], ["__count"])
        )
        for employee in self:
            employee.career_act_count = counts.get(employee._origin, 0)

    def _gov_seniority_starts(self):
        """Return ``{situation id: first day of the seniority in its step}``.  The caller has checked who asks."""
        self.ensure_one()
        versions = self.sudo().version_ids.sorted("date_version")  # sudo: the caller has checked who asks
        rows = [
            {"date": v.date_version, "grade": v.grade_id.id, "echelon": v.echelon, "kept_from": v.step_seniority_date}
            for v in versions
        ]
        found = career.step_seniority(rows, fields.Date.context_today(self))
        return {version.id: start for version, (start, _end, _kept) in zip(versions, found, strict=True)}

    @api.model
    def _gov_periods_not_counting(self, employees, date_from, date_to):
        """Return the periods that do not count for advancement: availability, temporary exclusion, suspension.

        :param employees: ``hr.employee`` records; ``date_from``, ``date_to``: first and last day looked at
        :return: ``{employee id: [(first day, last day, kind)]}``, kind being ``availability``, ``exclusion`` or
            ``suspension``; the periods are cut to the span and stand in order of date
        """
        # sudo: only the periods come out, without their reasons; the caller has checked who asks
        versions = (
            self.env["hr.version"]
            .sudo()
            .search_fetch(
                [("employee_id", "in", employees.ids), ("date_version", "<=", date_to)],
                ["employee_id", "date_version", "statutory_position"],
                order="date_version",
            )
        )
        situations = {}
        for version in versions:
            situations.setdefault(version.employee_id.id, []).append(
                (version.date_version, version.statutory_position)
            )
        # sudo: as above
        suspensions = (
            self.env["gov.career.act"]
            .sudo()
            .search(
                [
                    ("employee_id", "in", employees.ids),
                    ("sanction_kind", "=", "suspension"),
                    ("kind", "=", "sanction"),
                    ("state", "=", "signed"),
                    ("contrary_id", "=", False),
                ]
            )
        )
        others = {}
        for act in suspensions:
            others.setdefault(act.employee_id.id, []).append((act.effective_date, act.end_date, "suspension"))
        return {
            employee_id: positions.not_counting(
                situations.get(employee_id, []), others.get(employee_id, []), date_from, date_to
            )
            for employee_id in employees.ids
        }
