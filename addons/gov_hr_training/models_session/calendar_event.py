from odoo import fields, models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    gov_session_id = fields.Many2one(
        "gov.training.session",
        "Training session",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        copy=False,
    )
