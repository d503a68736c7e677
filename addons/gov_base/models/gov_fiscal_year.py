import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.defaults import without_defaults

# A key only Python can hold: a call from outside cannot forge it.
_ACT = object()


class GovFiscalYear(models.Model):
    """A budget year, 1 January to 31 December: prepared (draft), executed (open), then closed for good.

    Budget officers prepare it; budget and authorising officers open and close it.
    """

    _name = "gov.fiscal.year"
    _description = "Fiscal year"
    _inherit = ["mail.thread"]
    _order = "date_from desc"

    TRANSITIONS = {"draft": {"open"}, "open": {"closed"}, "closed": set()}

    name = fields.Char(
        required=True, default=lambda self: str(self._default_year()), help="The year, as acts write it."
    )
    date_from = fields.Date(
        "First day", required=True, tracking=True, default=lambda self: datetime.date(self._default_year(), 1, 1)
    )
    date_to = fields.Date(
        "Last day", required=True, tracking=True, default=lambda self: datetime.date(self._default_year(), 12, 31)
    )
    state = fields.Selection(
        [("draft", "In preparation"), ("open", "Open"), ("closed", "Closed")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
        help="Acts can be charged to an open year only. A closed year stays closed.",
    )

    _name_uniq = models.Constraint("UNIQUE (name)", "Two fiscal years cannot have the same name.")
    _dates_order = models.Constraint("CHECK (date_from <= date_to)", "A fiscal year ends after it begins.")
    # deferred: the sentence of _check_overlap comes first; this one stands behind it for two users at once
    _dates_apart = models.Constraint(
        "EXCLUDE USING gist (daterange(date_from, date_to, '[]') WITH &&) DEFERRABLE INITIALLY DEFERRED",
        "Two fiscal years cannot share a day.",
    )

    @api.model
    def _default_year(self):
        """Return the year after the last one, or the current one when there is none."""
        last = self.search([], order="date_to desc", limit=1)
        return last.date_to.year + 1 if last else fields.Date.context_today(self).year

    @api.constrains("date_from", "date_to")
    def _check_overlap(self):
        for year in self:
            other = self.search(
                [("id", "!=", year.id), ("date_from", "<=", year.date_to), ("date_to", ">=", year.date_from)], limit=1
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "Fiscal year %(year)s shares days with %(other)s. Change its first or last day.",
                        year=year.name,
                        other=other.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                raise UserError(self.env._("A fiscal year is created in preparation, then opened with its button."))
        return super(GovFiscalYear, without_defaults(self, ["state"])).create(vals_list)

    def write(self, vals):
        if "state" in vals and self.env.context.get("gov_act") is not _ACT:
            raise UserError(self.env._("The state of a fiscal year changes with its buttons only."))
        if {"date_from", "date_to"} & vals.keys() and any(year.state == "closed" for year in self):
            raise UserError(self.env._("The dates of a closed fiscal year no longer change."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        for year in self:
            if year.state != "draft":
                raise UserError(
                    self.env._("Fiscal year %(year)s was opened: it can no longer be deleted.", year=year.name)
                )

    def action_open(self):
        """Open the years for acts. Budget or authorising officers only."""
        return self._transition("open")

    def action_close(self):
        """Close the years for good. Budget or authorising officers only."""
        return self._transition("closed")

    def _transition(self, target):
        if not self.env.su and not self.env.user.has_groups(
            "gov_base.group_budget_officer,gov_base.group_authorising_officer"
        ):
            raise AccessError(self.env._("Only a budget officer or an authorising officer opens or closes a year."))
        for year in self:
            if target not in self.TRANSITIONS[year.state]:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "Fiscal year %(year)s is %(state)s: it cannot become %(target)s.",
                        year=year.name,
                        state=labels[year.state],
                        target=labels[target],
                    )
                )
        # sudo: the authorising officer opens and closes years without editing them
        self.sudo().with_context(gov_act=_ACT).write({"state": target})
        return True

    @api.model
    def _for_date(self, day):
        """Return the fiscal year of a day, whatever its state; empty when there is none."""
        return self.search([("date_from", "<=", day), ("date_to", ">=", day)], limit=1)
