from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..tools import zone_of
from .gov_mission_order import TRANSPORTS


class GovMissionStage(models.Model):
    """A stage of a journey, planned (of an order) or made (of a settlement).

    Who prepares the order or the settlement writes it, while that is a draft; it is read with it.
    """

    _name = "gov.mission.stage"
    _description = "Stage of a mission"
    _order = "departure, sequence, id"

    order_id = fields.Many2one("gov.mission.order", "Mission", index="btree_not_null", ondelete="cascade")
    settlement_id = fields.Many2one("gov.mission.settlement", "Settlement", index="btree_not_null", ondelete="cascade")
    sequence = fields.Integer(default=10)
    place_from = fields.Char("From", required=True)
    place_to = fields.Char("To", required=True)
    departure = fields.Datetime(required=True)
    arrival = fields.Datetime(
        compute="_compute_arrival", store=True, readonly=False, precompute=True, help="Left empty: as the departure."
    )
    transport = fields.Selection(TRANSPORTS, required=True, default="admin_car")
    km = fields.Float("Kilometres", digits=(16, 1), help="Paid for one's own car only.")

    _one_parent = models.Constraint(
        "CHECK ((order_id IS NULL) != (settlement_id IS NULL))", "A stage belongs to an order or to a settlement."
    )
    _moments_order = models.Constraint("CHECK (departure <= arrival)", "A stage arrives after it leaves.")
    _km_positive = models.Constraint("CHECK (km >= 0)", "Kilometres are not negative.")
    # a slip of the keyboard, not a rule of law
    _km_bounds = models.Constraint("CHECK (km <= 50000)", "A stage has 50,000 kilometres at most.")

    @api.depends("departure")
    def _compute_arrival(self):
        for stage in self:
            if stage.departure and (not stage.arrival or stage.arrival < stage.departure):
                stage.arrival = stage.departure

    @api.depends("place_from", "place_to")
    def _compute_display_name(self):
        for stage in self:
            stage.display_name = " – ".join(filter(None, (stage.place_from, stage.place_to)))

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        stages._check_draft()
        return stages

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        if "order_id" in vals or "settlement_id" in vals:
            self._check_draft()
        self._gov_refresh()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._check_draft()

    def _gov_refresh(self):
        """Work the amounts of the settlement out again."""
        self.settlement_id._gov_refresh_lines()

    def _check_draft(self):
        if self.env.su:
            return
        for stage in self:
            parent = stage.order_id or stage.settlement_id
            if parent.state != "draft":
                raise UserError(
                    self.env._("“%(request)s” is filed: its stages stay as they are.", request=parent.display_name)
                )

    def _gov_check_inside(self, start, stop):
        """Refuse a stage outside the hours of the mission.

        :param start, stop: moments (UTC)
        """
        for stage in self:
            if stage.departure < start or stage.arrival > stop:
                zone = zone_of(self.env).zone
                raise UserError(
                    self.env._(
                        "The stage %(stage)s is not inside the mission, which goes from %(start)s to %(stop)s. "
                        "Correct its hours.",
                        stage=stage.display_name,
                        start=format_datetime(self.env, start, tz=zone),
                        stop=format_datetime(self.env, stop, tz=zone),
                    )
                )
