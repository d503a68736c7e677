from odoo import api, fields, models

from odoo.addons.gov_base.tools.defaults import without_defaults

from .gov_career_act import is_acting
from .hr_version import CAREER_FIELDS, NEW_FILE

# Told in the journal with their values; of the others (family, index) only the name
TOLD = ("grade_id", "echelon", "statutory_position", "residence_zone", "date_version", "act_number")


class HrVersion(models.Model):
    """The dated situation knows the act that made it.

    What human resources change by hand, outside the acts, is a correction: it leaves a line in the journal.
    """

    _inherit = "hr.version"

    statutory_position = fields.Selection(
        selection_add=[("interrupted", "Service interrupted by an act"), ("left", "Left the service")]
    )
    act_kind = fields.Selection(
        selection_add=[
            ("probation", "Probation"),
            ("probation_extension", "Extension of probation"),
            ("titularisation",),
            ("assignment", "Assignment"),
            ("mutation",),
            ("provision",),
            ("provision_end", "End of the making available"),
            ("secondment",),
            ("secondment_renewal", "Renewal of secondment"),
            ("secondment_end", "End of secondment"),
            ("availability",),
            ("availability_renewal", "Renewal of availability leave"),
            ("military", "Call under the flag"),
            ("reinstatement",),
            ("discipline",),
            ("retirement", "Retirement"),
            ("resignation", "Resignation"),
            ("contrary", "Act that cancels another"),
            ("takeover",),
            ("other",),
        ]
    )
    act_id = fields.Many2one(
        "gov.career.act",
        string="Act",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="gov_base.group_hr_manager,gov_base.group_auditor",
        help="Act of the register that made this situation; empty when it was recorded by hand or taken over.",
    )

    # a slip of the keyboard, not a rule of law
    _children_bounds = models.Constraint(
        "CHECK (children IS NULL OR children BETWEEN 0 AND 30)", "The number of children is between 0 and 30."
    )

    # -- corrections ----------------------------------------------------------------------------------------------
    def _gov_is_correction(self, names):
        return (
            not self.env.su
            and not is_acting(self.env)
            and self.env.context.get("gov_new_file") is not NEW_FILE
            and not CAREER_FIELDS.isdisjoint(names)
        )

    @api.model_create_multi
    def create(self, vals_list):
        names = {name for vals in vals_list for name in vals}
        if "act_id" in names and not is_acting(self.env):
            vals_list = [{name: value for name, value in vals.items() if name != "act_id"} for vals in vals_list]
        versions = super(HrVersion, without_defaults(self, ("act_id",))).create(vals_list)
        if self._gov_is_correction(names):
            versions._gov_journal_correction({}, names)
        return versions

    def write(self, vals):
        if "act_id" in vals and not is_acting(self.env):
            vals = {name: value for name, value in vals.items() if name != "act_id"}
        if not self._gov_is_correction(vals):
            return super().write(vals)
        before = {version.id: version._gov_told() for version in self}
        result = super().write(vals)
        self._gov_journal_correction(before, vals)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_journal(self):
        if self._gov_is_correction(CAREER_FIELDS):
            self.env["gov.journal.entry"]._record_many(
                [
                    (version, "correct", {"employee": version.employee_id.id, "deleted": version._gov_told()})
                    for version in self
                ]
            )

    def _gov_told(self):
        self.ensure_one()
        version = self.sudo()  # sudo: facts for the journal, whatever fields the writer is given
        told = {}
        for name in TOLD:
            value = version[name]
            told[name] = value.id if isinstance(value, models.BaseModel) else str(value or "")
        return told

    def _gov_journal_correction(self, before, names):
        acts = []
        for version in self:
            after = version._gov_told()
            old = before.get(version.id, {})
            changed = {name: [old.get(name, ""), value] for name, value in after.items() if old.get(name, "") != value}
            # sudo: only the id of the person
            payload = {"employee": version.sudo().employee_id.id, "fields": sorted(CAREER_FIELDS.intersection(names))}
            acts.append((version, "correct", {**payload, "changed": changed}))
        self.env["gov.journal.entry"]._record_many(acts)

    # -- acts -----------------------------------------------------------------------------------------------------
    @api.model
    def _gov_copy_situations(self, rows):
        """Create dated situations from those in force, all at once.

        What ``hr.employee.create_version()`` does for one person, without its searches for each.

        :param rows: ``[(situation to copy, its new first day, values that change)]``
        :return: the new situations, in the order of ``rows``
        """
        bases = self.browse(dict.fromkeys(base.id for base, _day, _values in rows))
        copies = dict(zip(bases.ids, bases.copy_data(), strict=True))
        vals_list = []
        for base, day, values in rows:
            vals = {
                **copies[base.id],
                "date_version": day,
                "employee_id": base.employee_id.id,
                "contract_date_start": base.contract_date_start,
                "contract_date_end": base.contract_date_end,
            }
            if "echelon" not in values and "grade_id" not in values:
                vals["salary_index"] = base.salary_index  # kept on a personal basis, perhaps
                vals["corps_id"] = base.corps_id.id
            if values.get("job_id", base.job_id.id) != base.job_id.id:
                vals.pop("job_title", None)
                vals.pop("is_custom_job_title", None)
            vals_list.append({**vals, **values})
        return self.create(vals_list)
