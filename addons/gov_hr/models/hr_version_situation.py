from odoo import fields, models

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
