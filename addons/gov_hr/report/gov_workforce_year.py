import logging
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date

_logger = logging.getLogger(__name__)


class GovWorkforceYear(models.Model):
    """A year of the statistics of the workforce, and the day on which they look: 31 December, or today this year.

    Years are made by the system, as far back as files go and the parameter ``workforce.years`` says.  Everyone inside
    reads them, nobody writes them; HR managers publish the figures of a year, a scheduled task does it each month.
    """

    _name = "gov.workforce.year"
    _description = "Year of the workforce statistics"
    _order = "name desc"

    name = fields.Char(string="Year", required=True, readonly=True)
    day = fields.Date(
        string="Situation on", required=True, readonly=True, help="31 December; for the current year, the last update."
    )
    published_on = fields.Date(
        string="Published on", readonly=True, help="Day on which the figures of this year were last published."
    )
    figure_ids = fields.One2many("gov.workforce.figure", "year_id", string="Published figures")

    _name_uniq = models.Constraint("UNIQUE (name)", "This year exists already.")

    @api.depends("name", "day")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for year in self:
            year.display_name = year.name
            if year.day and (year.day.month, year.day.day) != (12, 31):
                year.display_name = self.env._(
                    "%(year)s (on %(day)s)", year=year.name, day=format_date(self.env, year.day)
                )

    # -- opening ----------------------------------------------------------------------------------------------------
    @api.model
    def action_open_workforce(self):
        """Open the analysis of the workforce: every person for human resources, published figures for others."""
        user = self.env.user
        if not user._is_internal():
            raise AccessError(self.env._("The statistics of the workforce are for the staff of the administration."))
        self._gov_ensure_years()
        name = (
            "gov_workforce_report_action"
            if user.has_group("gov_base.group_hr_officer")
            else "gov_workforce_figure_action"
        )
        return self.env["ir.actions.act_window"]._for_xml_id(f"gov_hr.{name}")

    def action_publish(self):
        """Publish the figures of these years again, from the files as they are; for HR managers."""
        if not self.env.user.has_group("gov_base.group_hr_manager"):
            raise AccessError(self.env._("Only HR managers publish the figures of the workforce."))
        self.check_access("read")
        # sudo: figures are written by the publication alone
        years = self.sudo()
        years._gov_ensure_years()
        years.exists()._gov_publish()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # -- years ------------------------------------------------------------------------------------------------------
    @api.model
    def _gov_ensure_years(self):
        """Make the missing years and bring the current one to today."""
        # sudo: years are made by the system alone
        years = self.sudo()
        today = fields.Date.context_today(self)
        count = int(self.env["gov.parameter"].sudo().get_value("workforce.years", today))  # sudo: as above
        [(first,)] = self.env.execute_query(
            SQL("SELECT min(date_version) FROM hr_version WHERE active AND employee_id IS NOT NULL")
        )
        first_year = max(first.year if first else today.year, today.year - count + 1)
        known = {year.name: year for year in years.search([])}
        wanted = {
            str(number): min(date(number, 12, 31), today)
            for number in range(min(first_year, today.year), today.year + 1)
        }
        years.create([{"name": name, "day": day} for name, day in wanted.items() if name not in known])
        for name, year in known.items():
            day = wanted.get(name)
            if day and year.day != day:
                year.day = day
        return years.search([])

    @api.model
    def _cron_publish(self):
        """Each month: the current year, and the year before as long as late acts still change it."""
        years = self._gov_ensure_years()
        today = fields.Date.context_today(self)
        late = int(self.env["gov.parameter"].get_value("workforce.late_months", today))
        due = years.filtered(
            lambda year: not year.published_on
            or year.name == str(today.year)
            or (year.name == str(today.year - 1) and today.month <= late)
        )
        remaining = len(due)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for year in due:
            year._gov_publish()
            remaining -= 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    def _gov_publish(self):
        """Write the figures that may be shown to anyone inside; the caller has checked who asks."""
        figures = self.env["gov.workforce.figure"].sudo()  # sudo: figures are written by the publication alone
        today = fields.Date.context_today(self)
        for year in self:
            figures._gov_publish(year)
            year.sudo().published_on = today  # sudo: as above
            _logger.info("Workforce figures of %s published as on %s", year.name, year.day)
