from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

# Who reads the file, and who reads lines of pay typed by hand; rights on the models give the auditor no writing
READERS = "hr.group_hr_user,gov_base.group_auditor"
PAY_READERS = "hr.group_hr_manager,gov_base.group_auditor"
CAREER_FIELDS = frozenset(
    "corps_id grade_id echelon salary_index statutory_position residence_zone act_kind act_number act_date "
    "step_seniority_date spouse_is_dependant children date_version".split()
)
# Set in the context by the creation of an employee file; an object, so that no RPC call can send it
NEW_FILE = object()


class HrVersion(models.Model):
    """A dated situation of a civil servant: corps, grade, step, index, position, and the act behind it.

    A new act makes a new dated situation (``create_version``); correcting the current one is for HR officers and
    managers, never on their own file.
    """

    _inherit = "hr.version"
    _mail_post_access = "write"

    corps_id = fields.Many2one(
        "gov.corps",
        compute="_compute_corps_id",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        groups=READERS,
        help="Comes from the grade.",
    )
    grade_id = fields.Many2one(
        "gov.grade",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Grade held from the date of this situation. Colleagues see it in the directory.",
    )
    gov_post = fields.Char(
        string="Post held",
        compute="_compute_gov_post",
        compute_sudo=True,
        help="Title typed by hand, or the name of the job in the language of the reader.",
    )
    echelon = fields.Integer(
        string="Step",
        tracking=True,
        aggregator=None,
        groups=READERS,
        help="Step (échelon) in the grade, from the date of this situation. The grid of the grade says which exist.",
    )
    salary_index = fields.Integer(
        string="Index",
        compute="_compute_salary_index",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        tracking=True,
        aggregator=None,
        groups=READERS,
        help="Comes from the grid of the grade on the date of this situation. Change it only for an index kept on a "
        "personal basis by an act; a change of grade or step computes it again.",
    )
    statutory_position = fields.Selection(
        [
            ("activity", "In activity"),
            ("provision", "Made available to another body"),
            ("secondment", "On secondment"),
            ("availability", "On availability leave (unpaid)"),
            ("military", "Under the flag"),
        ],
        string="Statutory position",
        default="activity",
        index="btree_not_null",
        tracking=True,
        groups=READERS,
        help="Position of article 37 of the General Statute. Whether it is paid is a dated legal parameter.",
    )
    residence_zone = fields.Selection(
        [("A", "Zone A"), ("B", "Zone B"), ("C", "Zone C")],
        string="Residence zone",
        tracking=True,
        groups=READERS,
        help="Zone of the place of work for the residence allowance (decree 2-73-723); its rate is a legal parameter.",
    )
    act_kind = fields.Selection(
        [
            ("recruitment", "Recruitment"),
            ("titularisation", "Titularisation"),
            ("echelon", "Step advancement"),
            ("grade_choice", "Grade promotion by choice"),
            ("grade_exam", "Grade promotion by professional examination"),
            ("reclassification", "Reclassification"),
            ("appointment", "Appointment to a post of responsibility"),
            ("mutation", "Mutation"),
            ("provision", "Making available"),
            ("secondment", "Secondment"),
            ("availability", "Availability leave"),
            ("reinstatement", "Reinstatement"),
            ("discipline", "Disciplinary act"),
            ("takeover", "Situation taken over from the former file"),
            ("other", "Other act"),
        ],
        string="Nature of the act",
        copy=False,
        tracking=True,
        groups=READERS,
        help="Act that made this situation.",
    )
    act_number = fields.Char(string="Number of the act", copy=False, tracking=True, groups=READERS)
    act_date = fields.Date(string="Date of the act", copy=False, tracking=True, groups=READERS)
    step_seniority_date = fields.Date(
        string="Step seniority kept from",
        copy=False,
        groups=READERS,
        help="Fill it when the act keeps a remainder of seniority; otherwise seniority in the step runs from the "
        "first situation in that step.",
    )
    spouse_is_dependant = fields.Boolean(
        string="Spouse is a dependant",
        compute="_compute_spouse_is_dependant",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        groups=READERS,
        help="The spouse counts among the dependants for income tax. Proposed for a married man (General Tax Code, "
        "article 74); tick it for a married woman who supports her husband. Ignored once dependants are recorded by "
        "name.",
    )

    _echelon_positive = models.Constraint("CHECK (echelon IS NULL OR echelon >= 0)", "A step is a number from 1.")
    _index_positive = models.Constraint("CHECK (salary_index IS NULL OR salary_index >= 0)", "An index is above zero.")

    @api.depends("grade_id")
    def _compute_corps_id(self):
        for version in self:
            version.corps_id = version.grade_id.corps_id or version.corps_id

    @api.depends("grade_id", "echelon", "date_version")
    def _compute_salary_index(self):
        find = self.env["gov.grade"]._gov_index
        for version in self:
            found = None
            if version.grade_id and version.echelon and version.date_version:
                found = find(version.grade_id.id, version.echelon, version.date_version)
            version.salary_index = found[0] if found else 0

    @api.depends("marital", "sex")
    def _compute_spouse_is_dependant(self):
        for version in self:
            version.spouse_is_dependant = version.marital == "married" and version.sex != "female"

    @api.constrains("grade_id", "corps_id", "echelon", "date_version")
    def _check_career(self):
        find = self.env["gov.grade"]._gov_index
        for version in self:
            grade = version.grade_id
            if version.echelon and not grade:
                raise ValidationError(
                    self.env._("Give the grade of %(name)s: a step means nothing without it.", name=version._gov_who())
                )
            if not grade:
                continue
            if version.corps_id != grade.corps_id:
                raise ValidationError(
                    self.env._(
                        "The grade %(grade)s does not belong to the corps %(corps)s. Choose a grade of that corps, or "
                        "empty the corps: it follows the grade.",
                        grade=grade.name,
                        corps=version.corps_id.name or "—",
                    )
                )
            if version.echelon and not find(grade.id, version.echelon, version.date_version):
                steps = grade._gov_steps(version.date_version)
                raise ValidationError(
                    self.env._(
                        "Step %(step)s does not exist in the grade %(grade)s on %(day)s for %(name)s. Its steps are: "
                        "%(steps)s.",
                        step=version.echelon,
                        grade=grade.name,
                        day=fields.Date.to_string(version.date_version),
                        name=version._gov_who(),
                        steps=", ".join(map(str, steps)) or "—",
                    )
                )

    def _gov_who(self):
        return self.employee_id.name or self.env._("a new employee")

    def _has_field_access(self, field, operation):
        # The auditor reads every field of a file; rights on the model give him no writing.
        return super()._has_field_access(field, operation) or self.env["hr.employee"]._gov_is_audit_reading(
            field, operation
        )

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        if not self.env.su and any(CAREER_FIELDS.intersection(vals) for vals in vals_list):
            versions._gov_check_not_own()
        return versions

    def write(self, vals):
        if (
            not self.env.su
            and self.env.context.get("gov_new_file") is not NEW_FILE
            and CAREER_FIELDS.intersection(vals)
        ):
            self._gov_check_not_own()
        return super().write(vals)

    def _gov_check_not_own(self):
        """Four eyes: nobody changes their own career or pay situation, whatever their role."""
        if self.env.user in self.sudo().employee_id.user_id:  # sudo: only the link to the user is looked at
            raise AccessError(
                self.env._("Nobody changes their own career or pay data: ask another HR officer to record this act.")
            )

    @api.depends("job_id", "job_title", "is_custom_job_title")
    @api.depends_context("lang")
    def _compute_gov_post(self):
        for version in self:
            version.gov_post = version._gov_post()

    def _gov_post(self):
        """Return the post held, in the language of the environment.

        Odoo keeps ``job_title`` in one language; the job behind it has a name in each.  A title typed by hand stays
        as it was typed.
        """
        self.ensure_one()
        version = self.sudo()  # the post is public, only the mark of a title typed by hand is not
        if version.job_title and (version.is_custom_job_title or not version.job_id):
            return version.job_title
        return version.job_id.name or ""
