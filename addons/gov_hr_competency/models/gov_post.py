from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.gov_base.tools.search import search_when
from odoo.addons.gov_hr.models.hr_version import READERS


class GovPost(models.Model):
    """A post: one seat, of a job, in a unit, on a line of the table of budget posts, held or vacant.

    HR officers keep the posts of their regions; the holder changes when a person comes or leaves.  A post that is
    suppressed is archived.
    """

    _name = "gov.post"
    _description = "Post"
    _inherit = ["mail.thread"]
    _order = "code"
    _rec_names_search = ["code", "budget_number", "job_id"]

    code = fields.Char(required=True, copy=False, index="trigram")
    budget_number = fields.Char(
        "Budget post", copy=False, index="trigram", help="Number of the budget post that pays the seat."
    )
    job_id = fields.Many2one("hr.job", "Job", required=True, index=True, ondelete="restrict", tracking=True)
    department_id = fields.Many2one(
        "hr.department", "Unit", required=True, index=True, ondelete="restrict", tracking=True
    )
    region_id = fields.Many2one(related="department_id.effective_region_id", store=True, index=True)
    employee_id = fields.Many2one(
        "hr.employee",
        "Holder",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        copy=False,
        help="Empty: the seat is vacant.",
    )
    is_vacant = fields.Boolean("Vacant", compute="_compute_is_vacant", store=True)
    is_single = fields.Boolean(
        "Only holder of the job",
        compute="_compute_is_single",
        search="_search_is_single",
        help="Nobody else in the sector holds this job: its knowledge leaves with the person.",
    )
    is_sensitive = fields.Boolean("Sensitive post", help="A vacancy stops a mission: succession is prepared.")
    leaves_on = fields.Date(
        "Holder leaves on",
        compute="_compute_leaves_on",
        compute_sudo=True,
        groups=READERS,
        help="The retirement date of the holder.",
    )
    is_leaving_soon = fields.Boolean(
        "Holder leaves soon",
        compute="_compute_leaves_on",
        compute_sudo=True,
        search="_search_is_leaving_soon",
        groups=READERS,
        help="The holder leaves within the years of the setting: succession is prepared.",
    )
    succession_ids = fields.One2many("gov.succession.plan", "post_id", "Succession", groups=READERS)
    active = fields.Boolean(default=True, tracking=True)
    note = fields.Text()

    _code_uniq = models.Constraint("UNIQUE (code)", "This code is already that of another post.")
    _budget_number_uniq = models.UniqueIndex(
        "(budget_number) WHERE budget_number IS NOT NULL AND active", "This budget post already pays another seat."
    )
    _holder_uniq = models.UniqueIndex(
        "(employee_id) WHERE employee_id IS NOT NULL AND active", "This person already holds another post."
    )

    @api.depends("employee_id")
    def _compute_is_vacant(self):
        for post in self:
            post.is_vacant = not post.employee_id

    def _single_jobs(self):
        """Return the ids of the jobs that exactly one person of the sector holds.

        sudo: counted over all regions; only ids of jobs come out.
        """
        rows = self.env["gov.post"].sudo()._read_group([("is_vacant", "=", False)], ["job_id"], ["__count"])
        return {job.id for job, count in rows if count == 1}

    @api.depends("employee_id", "job_id")
    def _compute_is_single(self):
        single = self._single_jobs()
        for post in self:
            post.is_single = bool(post.employee_id) and post.job_id.id in single

    @search_when
    def _search_is_single(self):
        return fields.Domain("job_id", "in", list(self._single_jobs())) & fields.Domain("is_vacant", "=", False)

    @api.model
    def _gov_notice_day(self):
        """Return the day until which a departure is near enough for the succession to be prepared.

        sudo: a setting.
        """
        today = fields.Date.context_today(self)
        years = int(self.env["gov.parameter"].sudo().get_value("succession.notice_years", today))
        return today + relativedelta(years=years)

    @api.depends("employee_id.retirement_date")
    def _compute_leaves_on(self):
        until = self._gov_notice_day()
        for post in self:
            post.leaves_on = post.employee_id.retirement_date
            post.is_leaving_soon = bool(post.leaves_on) and post.leaves_on <= until

    @search_when
    def _search_is_leaving_soon(self):
        # sudo: only ids of posts come out, and the rules of the posts filter them
        people = self.env["hr.employee"].sudo()._search([("retirement_date", "<=", self._gov_notice_day())])
        return fields.Domain("employee_id", "in", people)

    @api.constrains("active", "employee_id")
    def _check_archived(self):
        for post in self:
            if not post.active and post.employee_id:
                raise ValidationError(
                    self.env._("Post %(post)s is held: free it before it is suppressed.", post=post.code)
                )

    @api.depends("code", "job_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for post in self:
            post.display_name = " · ".join(filter(None, (post.code, post.job_id.name)))
