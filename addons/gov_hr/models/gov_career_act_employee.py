from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..services import career, positions
from .hr_version import READERS


class HrEmployee(models.Model):
    """The acts of the career on the file of the person."""

    _inherit = "hr.employee"

    career_act_ids = fields.One2many("gov.career.act", "employee_id", string="Career acts", groups=READERS)
    career_act_count = fields.Integer(
        string="Number of career acts", compute="_compute_career_act_count", groups=READERS
    )
    career_acts_html = fields.Html(
        string="Timeline of acts", compute="_compute_career_acts_html", sanitize=False, groups=READERS
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

    @api.depends_context("lang", "uid")
    def _compute_career_acts_html(self):
        for employee in self:
            html = employee._gov_acts_html(self.env["gov.career.act"]) if employee._origin.id else False
            employee.career_acts_html = html

    def _gov_acts_html(self, acts):
        """Timeline of the signed acts of the person, newest first, with old and new situation.

        :param acts: ``gov.career.act`` in the environment whose rights say which acts are shown
        """
        signed = acts.search([("employee_id", "=", self._origin.id), ("state", "=", "signed")])
        kinds, measures = (
            dict(signed._fields[name]._description_selection(self.env)) for name in ("kind", "sanction_kind")
        )
        lines = [
            {
                "kind": kinds[act.kind],
                "measure": measures.get(act.sanction_kind),
                "date": format_date(self.env, act.effective_date),
                "until": act.end_date and format_date(self.env, act.end_date),
                "number": act.number,
                "act_date": act.act_date and format_date(self.env, act.act_date),
                "document": act.document_id.id if act.document_id.state != "issuing" else False,
                "changes": act._gov_changes(),
                "host": act.host,
                "cancelled_by": act.contrary_id.number,
                "cancels": act.contrary_of_id.number,
            }
            for act in signed
        ]
        return self.env["ir.qweb"]._render("gov_hr.career_acts", {"lines": lines})

    @api.constrains("recruitment_date", "birthday", "service_extension_until")
    def _check_service_dates(self):
        # a guard against slips of the keyboard, not a rule of law
        latest = fields.Date.context_today(self) + relativedelta(years=1)
        for employee in self:
            recruited = employee.recruitment_date
            if recruited and recruited > latest:
                raise ValidationError(
                    self.env._(
                        "%(name)s would be recruited on %(day)s, more than a year from now. Correct the date.",
                        name=employee.name,
                        day=format_date(self.env, recruited),
                    )
                )
            if recruited and employee.retirement_date and employee.retirement_date < recruited:
                raise ValidationError(
                    self.env._(
                        "%(name)s would retire (%(retirement)s) before being recruited (%(day)s). Correct the date of "
                        "birth or the recruitment date.",
                        name=employee.name,
                        retirement=format_date(self.env, employee.retirement_date),
                        day=format_date(self.env, recruited),
                    )
                )

    def action_open_career_acts(self):
        """Open the acts of the career of this person, under the rights of who asks."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr.gov_career_act_action")
        return dict(action, domain=[("employee_id", "=", self.id)], context={"default_employee_id": self.id})

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


class GovMyFile(models.TransientModel):
    _inherit = "gov.my.file"

    career_acts_html = fields.Html(string="Career acts", compute="_compute_career_acts_html", sanitize=False)

    @api.depends_context("uid", "lang")
    def _compute_career_acts_html(self):
        employee = self._gov_own_employee()
        # sudo: a person reads all the signed acts of their own career
        self.career_acts_html = employee._gov_acts_html(employee.env["gov.career.act"].sudo())
