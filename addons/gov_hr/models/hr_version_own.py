from odoo import api, models

from .hr_version import NEW_FILE

# Not of the career itself, but they move a situation to another file, or its person to another head.
PLACE_FIELDS = frozenset({"employee_id", "department_id", "job_id", "active"})


class HrVersion(models.Model):
    """Four eyes on what surrounds a situation: nobody deletes, moves or archives one of their own file, nor brings the
    situation of somebody else into it."""

    _inherit = "hr.version"

    def write(self, vals):
        is_new = self.env.su or self.env.context.get("gov_new_file") is NEW_FILE
        if not is_new and PLACE_FIELDS.intersection(vals):
            self._gov_check_not_own()
        result = super().write(vals)
        if not is_new and "employee_id" in vals:
            self._gov_check_not_own()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_own(self):
        if not self.env.su:
            self._gov_check_not_own()
