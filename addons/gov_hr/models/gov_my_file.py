from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class GovMyFile(models.TransientModel):
    """« My file »: what the administration records about the person who asks, read-only.

    Nothing is stored: every field is computed for the user who reads, so that the screen can show nobody else's file,
    whatever record or value a call sends.
    """

    _name = "gov.my.file"
    _description = "My file"

    name = fields.Char(compute="_compute_file")
    other_name = fields.Char(string="Name in the other script", compute="_compute_file")
    ppr_number = fields.Char(string="Payroll number (PPR)", compute="_compute_file")
    cnie = fields.Char(string="National identity card (CNIE)", compute="_compute_file")
    birthday = fields.Date(string="Date of birth", compute="_compute_file")
    unit = fields.Char(compute="_compute_file")
    post = fields.Char(compute="_compute_file")
    corps = fields.Char(compute="_compute_file")
    grade = fields.Char(compute="_compute_file")
    scale = fields.Char(string="Pay scale", compute="_compute_file")
    echelon = fields.Char(string="Step", compute="_compute_file")
    salary_index = fields.Integer(string="Index", compute="_compute_file")
    position = fields.Char(compute="_compute_file")
    recruitment_date = fields.Date(string="Recruitment date", compute="_compute_file")
    tenure_date = fields.Date(string="Titularisation date", compute="_compute_file")
    retirement_date = fields.Date(string="Retirement date", compute="_compute_file")
    cmr_number = fields.Char(string="Pension number (CMR)", compute="_compute_file")
    amo_number = fields.Char(string="Health insurance number (AMO)", compute="_compute_file")
    mutual_name = fields.Char(string="Mutual society", compute="_compute_file")
    mutual_number = fields.Char(string="Mutual society number", compute="_compute_file")
    dependants = fields.Char(compute="_compute_file")
    statement_date = fields.Char(string="Date of the statement", compute="_compute_file")
    pay_statement_html = fields.Html(string="Pay statement", compute="_compute_file", sanitize=False)
    career_html = fields.Html(string="Situations", compute="_compute_file", sanitize=False)

    @api.model
    def _gov_own_employee(self):
        """The file of the current user, as superuser; refuses a user without a file."""
        employee = self.env.user.sudo().employee_id  # sudo: a person reads the whole of their own file
        if not employee:
            raise UserError(self.env._("No personnel file is linked to your account. Ask human resources to link it."))
        return employee

    @api.depends_context("uid", "lang", "company")
    def _compute_file(self):
        employee = self._gov_own_employee()
        lines = employee._gov_career_lines(self.env.lang)
        today = fields.Date.context_today(self)
        current = [line for line in lines if line["version_id"] == employee.current_version_id.id][:1]
        current = current[0] if current else dict.fromkeys(("corps", "grade", "scale", "echelon", "index", "position"))
        same = (
            "ppr_number cnie birthday recruitment_date tenure_date retirement_date cmr_number amo_number "
            "mutual_name mutual_number"
        ).split()
        values = {name: employee[name] for name in same}
        names = [employee.name, employee.name_ar or ""]
        if (self.env.lang or "").startswith("ar") and employee.name_ar:
            names.reverse()
        values.update(
            name=names[0],
            other_name=names[1],
            unit=employee.department_id.name,
            post=employee.version_id._gov_post(),
            corps=current["corps"],
            grade=current["grade"],
            scale=current["scale"],
            echelon=current["echelon"],
            salary_index=current["index"],
            position=current["position"],
            dependants=", ".join(employee.dependant_ids._gov_counts_on(today).mapped("name")),
            statement_date=self.env._(
                "Statement of %(day)s. Open a line to see how it is made.",
                day=format_date(self.env, today, date_format="d MMMM y"),
            ),
            pay_statement_html=employee._gov_pay_html(today),
            career_html=employee._gov_career_html(),
        )
        self.update(values)

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("My file")

    @api.model
    def action_open_my_file(self):
        """Open the file of the current user; open to every internal user who has one."""
        self._gov_own_employee()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My file"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "views": [[False, "form"]],
            "target": "current",
        }
