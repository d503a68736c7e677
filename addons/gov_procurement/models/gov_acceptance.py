from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.gov_base.tools.act import around_act, short_transaction


class GovAcceptance(models.Model):
    """An acceptance of what a contract or an order brought: partial, provisional or final, by its committee (form
    M16).

    draft → pronounced (with effect from the notice of the holder), or refused with the defects.  A final acceptance
    comes after the warranty and lifts the reserves; it releases the guarantees.
    """

    _name = "gov.acceptance"
    _description = "Acceptance"
    _inherit = ["gov.budget.stateful", "mail.thread", "gov.document.mixin"]
    _order = "id desc"
    _draft_states = ("draft",)
    _free_fields = frozenset()
    _act_fields = frozenset({"state", "pronounced_on", "pronounced_by_id", "end_reason"})

    contract_id = fields.Many2one("gov.contract", "Contract", required=True, index=True, ondelete="restrict")
    officer_id = fields.Many2one(related="contract_id.officer_id", store=True, index=True)
    kind = fields.Selection(
        [("partial", "Partial"), ("provisional", "Provisional"), ("final", "Final")],
        required=True,
        default="provisional",
    )
    notice_on = fields.Date("Notice of the holder", required=True, default=fields.Date.context_today)
    visit_on = fields.Date("Operations on site", default=fields.Date.context_today)
    effect_on = fields.Date("Effect from", compute="_compute_effect_on", store=True, readonly=False)
    phase_ids = fields.Many2many(
        "gov.contract.line",
        string="Phases accepted",
        domain="[('contract_id', '=', contract_id)]",
        help="Of studies: each phase is paid once its reports are accepted.",
    )
    member_ids = fields.One2many("gov.acceptance.member", "acceptance_id", "Committee", copy=False)
    reserve_ids = fields.One2many("gov.acceptance.reserve", "acceptance_id", "Reserves", copy=False)
    findings = fields.Text("What was seen")
    pronounced_on = fields.Date(readonly=True, copy=False)
    pronounced_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    end_reason = fields.Text("Defects", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("pronounced", "Pronounced"), ("refused", "Refused")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    @api.depends("notice_on")
    def _compute_effect_on(self):
        for one in self:
            one.effect_on = one.effect_on or one.notice_on

    @api.depends("contract_id.number", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for one in self:
            one.display_name = f"{words.get(one.kind, '')} · {one.contract_id.number or ''}"

    @around_act
    def action_pronounce(self):
        """Pronounce the acceptance: with its committee of three at least; makes the certificate (M16)."""
        self._gov_pronounce()
        self._gov_issue_for("acceptance")
        return True

    @short_transaction
    def _gov_pronounce(self):
        self._gov_check_role(
            ("procurement_officer", "authorising_officer", "asset_officer"),
            self.env._("The contracting authority pronounces an acceptance."),
        )
        self._gov_take("draft", "pronounced")
        today = self._gov_today()
        for one in self:
            contract = one.contract_id
            least = int(contract._gov_limit("procurement.acceptance.members", today))
            present = one.member_ids.filtered("is_present")
            if len(present) < least or not present.filtered(lambda member: member.role == "president"):
                raise UserError(
                    self.env._(
                        "An acceptance is made by %(number)s members at least, with their president.", number=least
                    )
                )
            if self.env.user in contract.account_ids.signed_by_id:
                raise AccessError(self.env._("Who signs the accounts of a contract does not accept its works."))
            if one.phase_ids.contract_id - contract:
                raise UserError(self.env._("These phases are of another contract."))
            if one.kind == "provisional":
                contract._gov_take("finished", "provisional")
                contract._gov_write({"provisional_on": one.effect_on})
            elif one.kind == "final":
                if today < contract.warranty_end:
                    raise UserError(
                        self.env._(
                            "The warranty runs until %(day)s.", day=format_date(self.env, contract.warranty_end)
                        )
                    )
                open_reserves = contract.acceptance_ids.reserve_ids.filtered(lambda row: not row.lifted_on)
                if open_reserves:
                    raise UserError(
                        self.env._(
                            "Lift the reserves first: %(reserves)s.", reserves=", ".join(open_reserves.mapped("name"))
                        )
                    )
                contract._gov_take("provisional", "final")
                contract._gov_write({"final_on": one.effect_on})
        self._gov_write({"pronounced_on": today, "pronounced_by_id": self.env.uid})
        self.env["gov.journal.entry"]._record_many(
            [(one.contract_id, "acceptance", {"kind": one.kind, "effect": str(one.effect_on)}) for one in self]
        )
        return True

    @short_transaction
    def action_refuse(self, reason):
        """Refuse the acceptance: the defects are told to the holder."""
        self._gov_check_role(
            ("procurement_officer", "authorising_officer", "asset_officer"),
            self.env._("The contracting authority refuses an acceptance."),
        )
        reason = self._gov_check_reason(reason)
        self._gov_take("draft", "refused")
        self._gov_write({"end_reason": reason})
        self.env["gov.journal.entry"]._record_many(
            [(one.contract_id, "acceptance_refused", {"kind": one.kind, "reason": reason}) for one in self]
        )
        return True


class GovAcceptanceMember(models.Model):
    """A member of the committee of an acceptance."""

    _name = "gov.acceptance.member"
    _description = "Member of an acceptance"
    _order = "acceptance_id, role, id"

    acceptance_id = fields.Many2one("gov.acceptance", required=True, index=True, ondelete="cascade")
    name = fields.Char("Member", required=True)
    function = fields.Char()
    role = fields.Selection([("president", "President"), ("member", "Member")], required=True, default="member")
    is_present = fields.Boolean("Present", default=True)

    def write(self, vals):
        self._gov_check_open()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members._gov_check_open()
        return members

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._gov_check_open()

    def _gov_check_open(self):
        for one in self:
            if one.acceptance_id.state != "draft":
                raise UserError(self.env._("The acceptance is pronounced: its committee no longer changes."))


class GovAcceptanceReserve(models.Model):
    """A reserve of an acceptance: what is to be put right, until when, and when it was."""

    _name = "gov.acceptance.reserve"
    _description = "Reserve of an acceptance"
    _inherit = ["gov.budget.stateful"]
    _act_fields = frozenset({"lifted_on", "lifted_by_id"})
    _order = "acceptance_id, due_on, id"

    acceptance_id = fields.Many2one("gov.acceptance", required=True, index=True, ondelete="cascade")
    name = fields.Char("Reserve", required=True)
    due_on = fields.Date("To be put right by", required=True)
    lifted_on = fields.Date("Lifted on", readonly=True, copy=False)
    lifted_by_id = fields.Many2one("res.users", readonly=True, copy=False, index="btree_not_null", ondelete="restrict")
    is_late = fields.Boolean("Late", compute="_compute_is_late")

    @api.depends("due_on", "lifted_on")
    def _compute_is_late(self):
        today = self._gov_today()
        for one in self:
            one.is_late = bool(one.due_on) and not one.lifted_on and one.due_on < today

    @short_transaction
    def action_lift(self, date=None):
        """Lift the reserve, once it was put right: by the contracting authority, on the day it was seen."""
        self._gov_check_role(
            ("procurement_officer", "authorising_officer", "asset_officer"),
            self.env._("The contracting authority lifts a reserve."),
        )
        today = self._gov_today()
        day = self._gov_to_day(date, "") if date else today
        for one in self:
            acceptance = one.acceptance_id
            if one.lifted_on or acceptance.state != "pronounced":
                raise UserError(self.env._("Only an open reserve of a pronounced acceptance is lifted."))
            if not acceptance.effect_on <= day <= today:
                raise UserError(self.env._("A reserve is lifted between the acceptance and today."))
        self._gov_write({"lifted_on": day, "lifted_by_id": self.env.uid})
        self.env["gov.journal.entry"]._record_many(
            [(one.acceptance_id.contract_id, "reserve_lifted", {"reserve": one.name, "on": str(day)}) for one in self]
        )
        return True

    def write(self, vals):
        if not self._gov_is_act():
            self._gov_check_open()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        reserves = super().create(vals_list)
        reserves._gov_check_open()
        return reserves

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._gov_check_open()

    def _gov_check_open(self):
        for one in self:
            if one.acceptance_id.state != "draft":
                raise UserError(self.env._("The acceptance is pronounced: its reserves are lifted, nothing else."))
