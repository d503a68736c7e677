from odoo import api, fields, models

from .hr_version import READERS


class HrVersion(models.Model):
    """The dated situation knows the act that made it."""

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
        groups=READERS,
        help="Act of the register that made this situation; empty when it was recorded by hand or taken over.",
    )

    @api.model
    def _gov_copy_situations(self, rows):
        """Create dated situations from those in force, all at once.

        What ``hr.employee.create_version()`` does for one person, without its searches for each.

        :param rows: ``[(situation to copy, its new first day, values that change)]``
        :return: the new situations, in the order of ``rows``
        """
        bases = self.browse([base.id for base, _day, _values in rows])
        vals_list = []
        for base, copied, (_base, day, values) in zip(bases, bases.copy_data(), rows, strict=True):
            vals = {
                **copied,
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
