from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from odoo.addons.gov_base.tools import identifiers

from ..services import career
from ..services.retirement import retirement_date
from .hr_version import NEW_FILE, PAY_READERS, READERS

# Beside the fields of the dated situation, which hr.version guards
GUARDED_FIELDS = frozenset(
    "user_id ppr_number cnie birthday recruitment_date tenure_date service_extension_until amo_number "
    "is_amo_member".split()
)
# Not even the auditor reads these: they open doors and tills
SECRET_FIELDS = frozenset(("pin", "barcode"))


class HrEmployee(models.Model):
    """The file of a civil servant: identity in two scripts, entry, age limit, affiliations.

    What changes by act (grade, step, index, position) is on the dated situations (``hr.version``).  HR officers and
    managers keep the file, in their regions; the auditor reads it; the person sees his own in « My file »; colleagues
    see the name in Arabic and the grade in the directory.
    """

    _inherit = "hr.employee"
    _mail_post_access = "write"  # who only reads a file, such as the auditor, leaves no message on it

    name = fields.Char(index="trigram")
    name_ar = fields.Char(
        string="Name in Arabic",
        index="trigram",
        tracking=True,
        help="Printed on every document in Arabic and shown in the directory.",
    )
    ppr_number = fields.Char(
        string="Payroll number (PPR)",
        index="trigram",
        copy=False,
        tracking=True,
        groups=READERS,
        help="Number of the person in the pay of the Treasury. Unique; printed on certificates.",
    )
    cnie = fields.Char(
        string="National identity card (CNIE)",
        index="trigram",
        copy=False,
        tracking=True,
        groups=READERS,
        help="Letters and digits as on the card; spaces and case do not matter. Unique.",
    )
    recruitment_date = fields.Date(
        string="Recruitment date",
        tracking=True,
        groups=READERS,
        help="First day in the civil service: seniority of service runs from it.",
    )
    tenure_date = fields.Date(
        string="Titularisation date",
        tracking=True,
        groups=READERS,
        help="Empty while the person is a probationer.",
    )
    service_extension_until = fields.Date(
        string="Extension of activity until",
        tracking=True,
        groups=READERS,
        help="Last day of an extension beyond the age limit granted by an act; it puts the retirement date off.",
    )
    retirement_date = fields.Date(
        string="Retirement date",
        compute="_compute_retirement_date",
        store=True,
        precompute=True,
        index="btree_not_null",
        groups=READERS,
        help="Date of the age limit for the year of birth (law 72-14), at the end of the month when the legal "
        "parameter says so. A change of the parameters computes it again.",
    )
    cmr_number = fields.Char(string="Pension number (CMR)", copy=False, groups=READERS)
    amo_number = fields.Char(
        string="Health insurance number (AMO)",
        copy=False,
        groups=READERS,
        help="With a number, the employee share of the compulsory health insurance is withheld on the pay statement.",
    )
    is_amo_member = fields.Boolean(
        string="Health insurance withheld",
        compute="_compute_is_amo_member",
        store=True,
        readonly=False,
        precompute=True,
        groups=READERS,
        help="The employee share of the compulsory health insurance (AMO) is withheld on the pay statement. "
        "Ticked when a number is recorded; a file without number or tick has no such line.",
    )
    mutual_name = fields.Char(string="Mutual society", groups=READERS, help="Its contribution is a line of pay.")
    mutual_number = fields.Char(string="Mutual society number", copy=False, groups=READERS)
    dependant_ids = fields.One2many("gov.dependant", "employee_id", string="Dependants", groups=READERS)
    pay_line_ids = fields.One2many("gov.pay.line", "employee_id", string="Lines of pay", groups=PAY_READERS)
    children_count = fields.Integer(
        string="Children with family allowances",
        compute="_compute_children_count",
        groups=READERS,
        help="Children who give right to family allowances today.",
    )
    region_id = fields.Many2one(
        related="department_id.effective_region_id",
        string="Region",
        groups=READERS,
        help="Region of the unit.",
    )

    _ppr_number_uniq = models.UniqueIndex(
        "(ppr_number) WHERE ppr_number IS NOT NULL", "This payroll number (PPR) is already that of another employee."
    )
    # leading zeros of the digits do not make another person (see identifiers.cnie_key)
    _cnie_uniq = models.UniqueIndex(
        r"(regexp_replace(cnie, '^([A-Z]+)0*', '\1')) WHERE cnie IS NOT NULL",
        "This identity card number (CNIE) is already that of another employee.",
    )

    @api.depends("birthday", "service_extension_until")
    def _compute_retirement_date(self):
        born = self.filtered("birthday")
        (self - born).retirement_date = False
        if not born:
            return
        today = fields.Date.context_today(self)
        parameters = self.env["gov.parameter"]
        ages = parameters._get_table("retirement.age", today)
        at_end_of_month = bool(parameters.get_value("retirement.end_of_month", today))
        for employee in born:
            limit = retirement_date(employee.birthday, ages, at_end_of_month)
            until = employee.service_extension_until
            employee.retirement_date = max(limit, until) if limit and until else limit

    @api.depends("amo_number")
    def _compute_is_amo_member(self):
        for employee in self:
            employee.is_amo_member = bool(employee.amo_number)

    @api.depends("dependant_ids", "version_id.children")
    def _compute_children_count(self):
        families = self._gov_families(fields.Date.context_today(self))
        for employee in self:
            employee.children_count = families[employee._origin.id or employee.id][0]

    @api.constrains("recruitment_date", "tenure_date", "birthday")
    def _check_career_dates(self):
        age = None
        for employee in self:
            recruited = employee.recruitment_date
            if employee.tenure_date and recruited and employee.tenure_date < recruited:
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot be titularised (%(tenure)s) before recruitment (%(recruitment)s). Correct "
                        "one of the two dates.",
                        name=employee.name,
                        tenure=fields.Date.to_string(employee.tenure_date),
                        recruitment=fields.Date.to_string(employee.recruitment_date),
                    )
                )
            if employee.birthday and employee.recruitment_date:
                if age is None:
                    age = int(
                        self.env["gov.parameter"].get_value(
                            "career.recruitment.age.min", fields.Date.context_today(self)
                        )
                    )
                if career.age_on(employee.birthday, employee.recruitment_date) < age:
                    raise ValidationError(
                        self.env._(
                            "%(name)s would have been recruited (%(recruitment)s) before the age of %(age)s (born on "
                            "%(birthday)s). Correct one of the two dates.",
                            name=employee.name,
                            recruitment=fields.Date.to_string(employee.recruitment_date),
                            age=age,
                            birthday=fields.Date.to_string(employee.birthday),
                        )
                    )

    # -- rights ---------------------------------------------------------------------------------------------------
    @api.model
    def _gov_is_audit_reading(self, field, operation):
        return (
            operation == "read"
            and field.groups != "."  # a field closed to everyone
            and field.name not in SECRET_FIELDS
            and self.env.user.has_group("gov_base.group_auditor")
        )

    def _has_field_access(self, field, operation):
        # The auditor reads every field of a file; rights on the model give him no writing.
        return super()._has_field_access(field, operation) or self._gov_is_audit_reading(field, operation)

    # -- create and write -----------------------------------------------------------------------------------------
    @api.model
    def _gov_normalise_identifiers(self, vals):
        """Identifiers of ``vals`` as they are stored (a copy of it), or a sentence saying what is wrong."""
        checks = (("cnie", identifiers.check_cnie), ("ppr_number", identifiers.check_ppr))
        for name, check in checks:
            if name not in vals:
                continue
            vals = dict(vals)
            value = str(vals[name] or "").strip()
            try:
                vals[name] = check(value) if value else False
            except ValueError as error:
                raise ValidationError(self._gov_identifier_message(name, value, error)) from error
        return vals

    @api.model
    def _gov_identifier_message(self, name, value, error):
        if name == "cnie":
            return self.env._(
                "“%(value)s” is not a number of identity card (CNIE): one or two letters, then digits, for "
                "example AB123456.",
                value=value,
            )
        return self.env._("“%(value)s” is not a payroll number (PPR): digits only, as on the pay slip.", value=value)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._gov_normalise_identifiers(vals) for vals in vals_list])

    @api.model
    def _create(self, data_list):
        employees = super(HrEmployee, self.with_context(gov_new_file=NEW_FILE))._create(data_list)
        return employees.with_env(self.env)

    def write(self, vals):
        if not self.env.su and GUARDED_FIELDS.intersection(vals):
            self._gov_check_not_own(vals)
        return super().write(self._gov_normalise_identifiers(vals))

    def _gov_check_not_own(self, vals):
        """Four eyes: nobody changes the data of their own file that career and pay depend on, nor leaves that file."""
        own = self.sudo().filtered(
            lambda employee: employee.user_id == self.env.user
        )  # sudo: only the link to the user
        if own and (set(vals) & GUARDED_FIELDS - {"user_id"} or vals.get("user_id", self.env.uid) != self.env.uid):
            raise AccessError(
                self.env._("Nobody changes their own career or pay data: ask another HR officer to record this act.")
            )

    @api.depends("name", "name_ar")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """Who reads in Arabic reads the name in Arabic letters, where it is known."""
        super()._compute_display_name()
        if (self.env.lang or "").startswith("ar") and self.browse().has_access("read"):
            for employee in self.filtered("name_ar"):
                employee.display_name = employee.name_ar

    # -- search ---------------------------------------------------------------------------------------------------
    @api.model
    def _search_display_name(self, operator, value):
        # Colleagues, who only read the directory, search by name; HR also by payroll number and identity card.
        names = ["name", "name_ar"]
        if self.browse().has_access("read") and self._has_field_access(self._fields["ppr_number"], "read"):
            names += ["ppr_number", "cnie"]
        combine = Domain.AND if operator in Domain.NEGATIVE_OPERATORS else Domain.OR
        return combine([Domain(name, operator, value)] for name in names)

    # -- career ---------------------------------------------------------------------------------------------------
    def _gov_title(self, lang=None):
        """Title of the person on documents: the name of the grade in ``lang`` (or the post when there is no grade)."""
        self.ensure_one()
        employee = self.sudo().with_context(lang=lang or self.env.lang)  # sudo: grade and post are in the directory
        return employee.grade_id.name or employee.job_title or ""

    def _gov_career_lines(self, lang=None):
        """Dated situations of the person, oldest first, for the statement of services.

        The caller has checked who asks.  Labels are in ``lang``; dates are dates, seniority is
        ``(years, months, days)`` acquired in the step during the situation, with a ready sentence.
        """
        self.ensure_one()
        employee = self.sudo().with_context(lang=lang or self.env.lang)  # sudo: the caller has checked who asks
        versions = employee.version_ids.sorted("date_version")
        rows = [
            {"date": v.date_version, "grade": v.grade_id.id, "echelon": v.echelon, "kept_from": v.step_seniority_date}
            for v in versions
        ]
        today = fields.Date.context_today(self)
        labels = {
            name: dict(versions._fields[name]._description_selection(versions.env))
            for name in ("act_kind", "statutory_position")
        }
        lines = []
        for version, (start, end, kept) in zip(versions, career.step_seniority(rows, today), strict=True):
            found = employee.env["gov.grade"]._gov_index(version.grade_id.id, version.echelon, version.date_version)
            is_exceptional = bool(found and found[1])
            lines.append(
                {
                    "version_id": version.id,
                    "effect_date": version.date_version,
                    "end_date": end,
                    "act_kind": labels["act_kind"].get(version.act_kind, ""),
                    "act_number": version.act_number or "",
                    "act_date": version.act_date,
                    "corps": version.corps_id.name or "",
                    "grade": version.grade_id.name or "",
                    "scale": version.grade_id._gov_scale_label() if version.grade_id else "",
                    "echelon": employee.env._("exceptional") if is_exceptional else str(version.echelon or ""),
                    "index": version.salary_index,
                    "position": labels["statutory_position"].get(version.statutory_position, ""),
                    "unit": version.department_id.name or "",
                    "seniority_from": start,
                    "seniority": kept,
                    "seniority_text": employee._gov_duration_text(*kept),
                }
            )
        return lines

    def _gov_duration_text(self, years, months, days):
        """A duration in a few words of the user's language: « 3 years, 2 months »."""
        if (self.env.lang or "").startswith("ar"):
            return career.duration_ar(years, months, days)
        parts = []
        if years:
            parts.append(self.env._("1 year") if years == 1 else self.env._("%(count)s years", count=years))
        if months:
            parts.append(self.env._("1 month") if months == 1 else self.env._("%(count)s months", count=months))
        if days or not parts:
            parts.append(self.env._("1 day") if days == 1 else self.env._("%(count)s days", count=days))
        return ", ".join(parts)
