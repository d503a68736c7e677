"""What Odoo does around leave that the rules of the civil service replace, or that costs without serving."""

from odoo import api, models
from odoo.exceptions import UserError


class HrLeave(models.Model):
    """Odoo's own ways to change a leave, closed or led to the acts of the approval circuit."""

    _inherit = "hr.leave"

    # ------------------------------------------------------------------ rights and buttons
    def _compute_can_validate(self):
        self.can_validate = False

    def _compute_can_back_to_approve(self):
        self.can_back_to_approve = False

    @api.depends_context("uid")
    @api.depends("state", "approval_line_ids.state")
    def _compute_can_refuse(self):
        for leave in self:
            leave.can_refuse = leave.can_approve

    def _check_approval_update(self, state, raise_if_not_possible=True):
        if raise_if_not_possible and not self.env.su:
            self._gov_refuse_protected(["state"])
        return self.env.su

    def action_back_to_approval(self):
        """Refused: a decision that was signed is cancelled by its own act, not taken back to approval."""
        self._gov_refuse_protected(["state"])

    def _move_validate_leave_to_confirm(self):
        self._gov_refuse_protected(["state"])

    def _action_validate(self, check_state=True):
        self._gov_refuse_protected(["state"])

    def _validate_leave_request(self):
        """Nothing: calendars are closed by the act that grants, which also tells who asked."""

    def _action_user_cancel(self, reason=None):
        """The dialog of Odoo cancels by the act."""
        return self.action_cancel(reason)

    def copy_data(self, default=None):
        """Refused: each leave is asked for, and its days are checked when it is filed."""
        raise UserError(self.env._("A leave is not duplicated: ask for a new one with its own dates."))

    def _force_cancel(self, reason=None, msg_subtype="mail.mt_comment", notify_responsibles=True):
        """Cancel what is still to come, as when somebody leaves the service."""
        open_ones = self.filtered(lambda leave: "cancelled" in leave.TRANSITIONS.get(leave.approval_state, ()))
        if open_ones:
            open_ones.action_cancel(reason)

    def _split_leaves(self, split_date_from, split_date_to=False):
        """Shorten the granted leaves at a day from which the person is no longer there; nothing is made instead."""
        if split_date_to:
            raise UserError(
                self.env._("A leave is not cut in two: call the person back to service, or cancel the leave.")
            )
        for leave in self.filtered(lambda one: one.approval_state == "approved"):
            leave._gov_interrupt(split_date_from, self.env._("End of service"), why="departure")
        return self.browse()

    # ------------------------------------------------------------------ checks of others
    def _check_validity(self):
        """Nothing: rights are checked by the acts, against the ledger."""

    def _check_contracts(self):
        """Nothing: the week of work is the same whatever the situation of the person."""

    def _check_date(self):
        """Nothing: overlapping is refused by the acts and by a constraint of the database."""

    def _check_date_state(self):
        """Nothing: what was filed is changed by acts alone."""

    def _check_double_validation_rules(self, employees, state):
        """Nothing: the circuit says who decides."""

    # ------------------------------------------------------------------ messages and to-dos
    def add_follower(self, employee_id):
        """Nothing: those called upon see the request under “Waiting for me”."""

    def activity_update(self):
        """Nothing: as above."""

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """A to-do makes nobody a follower: he who decides reads the request under “Waiting for me”."""
        if self.env.context.get("mail_activity_quick_update"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)

    def _notify_manager(self):
        """Nothing: as above."""

    def _notify_change(self, message, subtype_xmlid="mail.mt_note"):
        """Nothing: as above."""

    @api.model
    def _cancel_invalid_leaves(self):
        """Nothing: there are no allocations."""


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    def _reevaluate_leaves(self, time_domain_dict):
        """Odoo resets and refuses leaves when a holiday changes; ours are recounted by an act of their own."""

    @api.constrains("date_from", "date_to", "calendar_id")
    def _check_compare_dates(self):
        """Only public holidays are compared with each other: not the leave of a person, which has his resource."""
        closings = self.filtered(lambda one: not one.resource_id)
        return super(ResourceCalendarLeaves, closings)._check_compare_dates() if closings else None


class HrVersion(models.Model):
    _inherit = "hr.version"

    def _get_leaves(self, extra_domain=None):
        """Odoo splits and refuses leaves when a situation changes the week of work; a career act does not."""
        return self.env["hr.leave"]

    def _get_leaves_from_vals(self, vals):
        return self.env["hr.leave"]


class HrLeaveGenerateMultiWizard(models.TransientModel):
    _inherit = "hr.leave.generate.multi.wizard"

    def action_generate_time_off(self):
        """Refused: it would grant leave without anybody asking or deciding."""
        raise UserError(
            self.env._(
                "Leave is not granted in bulk: each person asks, and the circuit decides. A closure of the "
                "services is a public holiday of the kind “exceptional”."
            )
        )


class HrLeaveAllocation(models.Model):
    _inherit = "hr.leave.allocation"

    @api.model_create_multi
    def create(self, vals_list):
        """Refused for the kinds of leave of the statute: their rights are in the ledger."""
        types = (
            self.env["hr.leave.type"]
            .sudo()
            .browse(  # sudo: only whether the type is one of the statute
                [vals["holiday_status_id"] for vals in vals_list if vals.get("holiday_status_id")]
            )
        )
        if types.filtered("gov_code"):
            raise UserError(
                self.env._("Days of leave come from the law and are posted in the ledger: nobody allocates them.")
            )
        return super().create(vals_list)
