from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

KINDS = [("MAL_MD", "Medium sick leave"), ("MAL_LD", "Long sick leave")]


class GovHealthFile(models.Model):
    """A right to medium or long sick leave of a person: one group of illnesses, named by a number only.

    The lengths granted for one file are added over the career.  After a return and the full use of the right, the
    Health Council may agree to open another one: that is a new file.  No diagnosis is ever stored.  The person reads;
    officers with the right to health leave keep the files of the regions they serve, never their own.
    """

    _name = "gov.health.file"
    _description = "Health file"
    _order = "employee_id, id desc"

    name = fields.Char("Reference", required=True, readonly=True, copy=False, default="/")
    employee_id = fields.Many2one("hr.employee", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(KINDS, "Kind of leave", required=True, default="MAL_MD")
    opened_on = fields.Date(required=True, default=fields.Date.context_today)
    sent_on = fields.Date("Sent to the Health Council on", help="Within ten days of the certificate.")
    council_reference = fields.Char("Reference of the Health Council", help="Number of its opinion; never an illness.")
    council_date = fields.Date("Date of the opinion")
    previous_id = fields.Many2one(
        "gov.health.file",
        "Right opened again after",
        index="btree_not_null",
        ondelete="restrict",
        help="The used-up file after which the Council agreed to open a second right.",
    )
    leave_ids = fields.One2many("hr.leave", "health_file_id", "Leaves", readonly=True)

    _name_uniq = models.UniqueIndex("(name)", "This reference names another health file.")

    @api.model_create_multi
    def create(self, vals_list):
        year = fields.Date.context_today(self).year
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            # sudo: the series of references moves with the files alone
            number = self.env["gov.counter"].sudo()._take("leave.health_file", str(year))
            vals["name"] = f"S{year}-{number:04d}"
        files = super().create(vals_list)
        files._check_not_own()
        return files

    def write(self, vals):
        if "name" in vals:
            raise UserError(self.env._("The reference of a health file never changes."))
        self._check_not_own()
        if {"employee_id", "kind"} & vals.keys() and self.sudo().leave_ids:  # sudo: only whether there are leaves
            raise UserError(self.env._("Leaves were granted on this file: its person and its kind stay."))
        return super().write(vals)

    def _check_not_own(self):
        if not self.env.su and self.env.user in self.sudo().employee_id.user_id:  # sudo: only who it is
            raise AccessError(self.env._("Nobody treats his own leave: another officer must do this."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.sudo().leave_ids:  # sudo: only whether there are leaves
            raise UserError(self.env._("Leaves were granted on this file: it stays."))
