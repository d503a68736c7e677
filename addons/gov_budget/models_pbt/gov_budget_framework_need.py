from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.search import search_when

from ..services import programming
from . import roles
from .amounts import amount

CEILINGS = tuple(f"ceiling_{name}" for name in (*programming.CP, *programming.CE))


class GovBudgetFrameworkNeed(models.Model):
    """The sheet of one unit: its needs of three years, under a notified ceiling and before a deadline.

    open (the unit enters) → submitted (by the head, or whom he named) → accepted by the budget officer, or returned
    with a reason.  The baseline keeps to the ceiling; new measures go beyond it and say why.
    """

    _name = "gov.budget.framework.need"
    _description = "Needs of a unit"
    _inherit = ["gov.budget.stateful", "gov.budget.amounts", "mail.thread", "mail.activity.mixin"]
    _order = "deadline, unit_id"
    _act_fields = frozenset({"state", "submitted_on", "submitted_by_id", "accepted_by_id", "reminded_on"})
    _rec_names_search = ["unit_id.name", "unit_id.unit_code"]
    _amount_fields = CEILINGS

    framework_id = fields.Many2one(
        "gov.budget.framework",
        "Framework",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_scenario', '=', False), ('state', 'in', ('draft', 'collecting'))]",
    )
    unit_id = fields.Many2one("hr.department", "Unit", required=True, index=True, ondelete="restrict")
    region_id = fields.Many2one(
        related="unit_id.effective_region_id", string="Region", store=True, index=True, ondelete="restrict"
    )
    officer_id = fields.Many2one(
        "res.users",
        "Entered by",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The person of the unit who enters the needs beside its head.",
    )
    deadline = fields.Date(
        "Due by", compute="_compute_deadline", store=True, readonly=False, precompute=True, tracking=True
    )
    line_ids = fields.One2many("gov.budget.framework.line", "need_id", "Needs")
    ceiling_cp_1 = amount("Ceiling CP N+1", tracking=True)
    ceiling_ce_1 = amount("Ceiling CE N+1", tracking=True)
    ceiling_cp_2 = amount("Ceiling CP N+2", tracking=True)
    ceiling_ce_2 = amount("Ceiling CE N+2", tracking=True)
    ceiling_cp_3 = amount("Ceiling CP N+3", tracking=True)
    ceiling_ce_3 = amount("Ceiling CE N+3", tracking=True)
    has_ceiling = fields.Boolean(
        "Ceiling notified",
        help="The baseline of the unit may not exceed these amounts; zero then means nothing.",
        tracking=True,
    )
    baseline_cp_1 = amount("Baseline CP N+1", compute="_compute_totals")
    baseline_cp_2 = amount("Baseline CP N+2", compute="_compute_totals")
    baseline_cp_3 = amount("Baseline CP N+3", compute="_compute_totals")
    new_cp_1 = amount("New measures CP N+1", compute="_compute_totals")
    total_cp_1 = amount("Total CP N+1", compute="_compute_totals")
    total_ce_1 = amount("Total CE N+1", compute="_compute_totals")
    room_cp_1 = amount("Left under the ceiling N+1", compute="_compute_totals")
    line_count = fields.Integer("Lines", compute="_compute_totals")
    state = fields.Selection(
        [("open", "To enter"), ("submitted", "Submitted"), ("accepted", "Accepted")],
        "Status",
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    framework_state = fields.Selection(related="framework_id.state", string="Status of the framework")
    submitted_on = fields.Datetime("Submitted on", readonly=True, copy=False)
    submitted_by_id = fields.Many2one(
        "res.users", "Submitted by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    accepted_by_id = fields.Many2one(
        "res.users", "Accepted by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    reminded_on = fields.Date(readonly=True, copy=False, export_string_translation=False)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine", export_string_translation=False)
    is_officer = fields.Boolean(compute="_compute_is_mine", export_string_translation=False)
    is_readable = fields.Boolean(
        compute="_compute_is_readable", search="_search_is_readable", export_string_translation=False
    )

    _unit_uniq = models.UniqueIndex("(framework_id, unit_id)", "This unit already has its sheet in this framework.")

    # ------------------------------------------------------------------ computed
    @api.depends("framework_id.collection_deadline")
    def _compute_deadline(self):
        for need in self:
            need.deadline = need.framework_id.collection_deadline

    @api.depends("framework_id.name", "unit_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for need in self:
            need.display_name = " · ".join(filter(None, (need.unit_id.name, need.framework_id.name))) or self.env._(
                "New sheet of needs"
            )

    @api.depends("line_ids.cp_1", "line_ids.cp_2", "line_ids.cp_3", "line_ids.ce_1", "line_ids.nature", *CEILINGS)
    def _compute_totals(self):
        rows = self.env["gov.budget.framework.line"]._read_group(
            [("need_id", "in", self.ids)],
            ["need_id", "nature"],
            ["__count", "cp_1:sum", "cp_2:sum", "cp_3:sum", "ce_1:sum"],
        )
        found = {(need.id, nature): values for need, nature, *values in rows}
        for need in self:
            base = found.get((need.id, "baseline"), [0] * 5)
            new = found.get((need.id, "new"), [0] * 5)
            need.line_count = base[0] + new[0]
            need.baseline_cp_1, need.baseline_cp_2, need.baseline_cp_3 = base[1:4]
            need.new_cp_1 = new[1]
            need.total_cp_1 = base[1] + new[1]
            need.total_ce_1 = base[4] + new[4]
            need.room_cp_1 = need.ceiling_cp_1 - base[1] if need.has_ceiling else 0

    @api.depends("deadline", "state", "framework_id.state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for need in self:
            need.is_late = bool(
                need.state == "open"
                and need.framework_id.state == "collecting"
                and need.deadline
                and need.deadline < today
            )

    @search_when
    def _search_is_late(self):
        today = fields.Date.context_today(self)
        domain = (
            Domain("state", "=", "open")
            & Domain("framework_id.state", "=", "collecting")
            & Domain("deadline", "<", today)
        )
        return domain

    @api.depends_context("uid")
    @api.depends("unit_id", "officer_id")
    def _compute_is_mine(self):
        officer = roles.is_officer(self.env)
        units = roles.headed_units(self.env)
        for need in self:
            need.is_officer = officer
            need.is_mine = need.officer_id == self.env.user or need.unit_id in units

    def _mine(self):
        """Return the domain of the sheets the user enters: of the units headed, and those given to him."""
        units = roles.headed_units(self.env)
        return Domain("officer_id", "=", self.env.uid) | Domain("unit_id", "in", units.ids)

    @search_when
    def _search_is_mine(self):
        return self._mine()

    @api.depends_context("uid")
    @api.depends("unit_id", "officer_id")
    def _compute_is_readable(self):
        # record rules are worked out on this field: it looks at the user alone, never at access rights
        mine = self.filtered_domain(self._gov_readable_domain())
        for need in self:
            need.is_readable = need in mine

    @search_when
    def _search_is_readable(self):
        return self._gov_readable_domain()

    @api.model
    def _gov_readable_domain(self):
        return self.env["gov.budget.framework.line"]._gov_readable()

    def _gov_is_mine(self):
        return bool(self) and self.filtered("is_mine") == self

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        needs = super().create(vals_list)
        if roles.is_acting(self):
            return needs
        if not roles.is_officer(self.env):
            raise AccessError(self.env._("The units that are asked are chosen by a budget officer."))
        for need in needs:
            if need.framework_id.is_scenario or need.framework_id.state not in ("draft", "collecting"):
                raise UserError(self.env._("Units are asked in a framework in preparation or collecting."))
        return needs

    def write(self, vals):
        roles.check_stays(self, vals, "framework_id", "unit_id")
        if not roles.is_acting(self):
            names = (
                vals.keys()
                - self._act_fields
                - {"line_ids", "message_follower_ids", "activity_ids", "message_main_attachment_id"}
            )
            # the head of the unit names who enters with him, and nothing else
            if names and not roles.is_officer(self.env) and not (names == {"officer_id"} and self._gov_is_headed()):
                raise AccessError(self.env._("Ceilings and deadlines are notified by a budget officer."))
            if names and any(need.framework_id.state not in ("draft", "collecting") for need in self):
                raise UserError(self.env._("The collection is over: sheets no longer change."))
        return super().write(vals)

    def _gov_is_headed(self):
        units = roles.headed_units(self.env)
        return all(need.unit_id in units for need in self)

    def copy_data(self, default=None):
        raise UserError(self.env._("A unit has one sheet in a framework."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        for need in self:
            if need.state != "open" or need.line_ids or need.framework_id.state not in ("draft", "collecting"):
                raise UserError(self.env._("A sheet with needs stays in the records."))

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_submit(self):
        """Submit the needs: by the head of the unit, or whom he named."""
        self.check_access("read")
        self._gov_check_collecting()
        self._gov_take("open", "submitted")
        for need in self:
            if not need._gov_is_mine():
                raise AccessError(self.env._("The needs are submitted by the unit itself."))
            need._gov_check_needs()
        now = fields.Datetime.now()
        self._gov_write({"submitted_on": now, "submitted_by_id": self.env.uid})
        self._gov_note("submit")
        return True

    @short_transaction
    def action_accept(self):
        """Accept the needs as complete: by a budget officer who did not submit them."""
        self.check_access("read")
        self._gov_check_collecting()
        self._gov_take("submitted", "accepted")
        self._gov_check_officer()
        for need in self:
            if need.submitted_by_id == self.env.user or need._gov_is_mine():
                raise AccessError(self.env._("Who asks does not accept: another budget officer does it."))
        self._gov_write({"accepted_by_id": self.env.uid})
        self._gov_note("accept")
        return True

    @short_transaction
    def action_return(self, reason):
        """Send the needs back to the unit, with the reason."""
        self.check_access("read")
        reason = roles.clean_reason(self.env, reason)
        self._gov_check_collecting()
        self._gov_take(("submitted", "accepted"), "open")
        self._gov_check_officer()
        self._gov_write({"submitted_on": False, "submitted_by_id": False, "accepted_by_id": False})
        self._gov_note("return", {"reason": reason})
        for need in self:
            # sudo: the note is about an act just done
            need.sudo().message_post(body=reason, partner_ids=need._gov_people().partner_id.ids)
        return True

    def _gov_check_officer(self):
        if not roles.is_officer(self.env):
            raise AccessError(self.env._("Sheets are accepted and returned by a budget officer."))

    def _gov_check_collecting(self):
        for need in self:
            if need.framework_id.state != "collecting":
                raise UserError(
                    self.env._("%(framework)s is not collecting needs.", framework=need.sudo().framework_id.name)
                )  # sudo: only its name, for the sentence

    def _gov_check_needs(self):
        """Refuse needs that say nothing, go beyond the ceiling, or measures without their reasons."""
        if not self.line_ids:
            raise UserError(self.env._("%(unit)s has entered no need yet.", unit=self.unit_id.name))
        for line in self.line_ids:
            if line.nature == "new" and not ((line.name or "").strip() and (line.hypotheses or "").strip()):
                raise UserError(
                    self.env._(
                        "The new measure on %(code)s does not say its purpose and how its amounts were worked out.",
                        code=line.full_code,
                    )
                )
        if not self.has_ceiling:
            return
        base = programming.add_up(line._gov_figures() for line in self.line_ids if line.nature == "baseline")
        labels = self.env["gov.budget.framework.line"]._fields
        money = self.env["gov.budget.line"]._gov_amount
        for name in (*programming.CP, *programming.CE):
            ceiling = programming.centimes(self[f"ceiling_{name}"])
            if base.get(name, 0) > ceiling:
                raise UserError(
                    self.env._(
                        "%(figure)s: the baseline of %(unit)s is %(total)s DH for a ceiling of %(ceiling)s DH. "
                        "Bring it down, or ask the rest as a new measure.",
                        figure=labels[name]._description_string(self.env),
                        unit=self.unit_id.name,
                        total=money(programming.dirhams(base[name])),
                        ceiling=money(programming.dirhams(ceiling)),
                    )
                )

    def _gov_note(self, act, facts=None):
        self.env["gov.journal.entry"]._record_many(
            [
                (
                    need,
                    act,
                    dict({"unit": need.unit_id.unit_code, "framework": need.framework_id.name}, **(facts or {})),
                )
                for need in self.sudo()  # sudo: names of the unit and the framework
            ]
        )
        # sudo: reminders of what is done go away
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    # ------------------------------------------------------------------ people and reminders
    def _gov_people(self):
        """Return who enters the needs: the head of the unit and the person named.

        sudo: only the logins of the people who are reminded.
        """
        sudo = self.sudo()
        return (sudo.unit_id.manager_id.user_id | sudo.officer_id).filtered("active")

    def _gov_todo_words(self, key):
        return self.env._("Enter the needs of your unit") if key == "enter" else super()._gov_todo_words(key)

    def _gov_notify(self):
        """Put a to-do on the desk of each unit."""
        for need in self:
            for user in need._gov_people():
                # sudo: reminders are put by the system
                need.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=need.deadline,
                    **need.with_context(lang=user.lang)._gov_said("enter"),
                    user_id=user.id,
                )

    def _gov_copy_to(self, framework):
        values = {name: self[name] for name in (*CEILINGS, "has_ceiling", "deadline", "state", "submitted_on")}
        values.update(
            framework_id=framework.id,
            unit_id=self.unit_id.id,
            officer_id=self.officer_id.id,
            submitted_by_id=self.submitted_by_id.id,
            accepted_by_id=self.accepted_by_id.id,
        )
        return roles.acting(self).create(values)

    def action_open_lines(self):
        """Open the needs of the unit as a list."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "gov.budget.framework.line",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("need_id", "=", self.id)],
            "context": {"default_framework_id": self.framework_id.id, "default_unit_id": self.unit_id.id},
        }
