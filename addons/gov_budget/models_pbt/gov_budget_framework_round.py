from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.gov_base.tools.act import short_transaction

from ..services import programming
from . import roles
from .amounts import amount

LEVELS = [
    ("directorate", "Directorate"),
    ("drhf", "Human resources and finance"),
    ("top", "General secretariat and minister"),
]
FIGURES = [
    ("cp_1", "CP N+1"),
    ("ce_1", "CE N+1"),
    ("cp_2", "CP N+2"),
    ("ce_2", "CE N+2"),
    ("cp_3", "CP N+3"),
    ("ce_3", "CE N+3"),
    ("cp_later", "CP after N+3"),
    ("ce_later", "CE after N+3"),
]


class GovBudgetFrameworkRound(models.Model):
    """A round of arbitration at one level: directorate, then human resources and finance, then the top.

    Open while amounts are changed, then closed with its minutes; one at a time.  In a directorate's round each
    director changes the lines of his units; then budget officers, then the authorising officer, the general
    secretariat or the cabinet change all.  Nobody changes the needs that he submitted himself.
    """

    _name = "gov.budget.framework.round"
    _description = "Round of arbitration"
    _inherit = ["gov.budget.stateful"]
    _order = "framework_id, sequence, id"
    _act_fields = frozenset(
        {"state", "framework_id", "level", "sequence", "opened_on", "opened_by_id", "closed_on", "closed_by_id"}
    )
    _draft_states = ("open",)

    framework_id = fields.Many2one(
        "gov.budget.framework", "Framework", readonly=True, required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer("Number", readonly=True, required=True, default=1)
    level = fields.Selection(LEVELS, readonly=True, required=True, default="drhf")
    name = fields.Char(compute="_compute_name")
    minutes = fields.Text(help="What was discussed, with whom, and what was decided.")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], "Status", default="open", required=True, readonly=True, copy=False
    )
    opened_on = fields.Datetime("Opened on", readonly=True, default=fields.Datetime.now)
    opened_by_id = fields.Many2one(
        "res.users", "Opened by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    closed_on = fields.Datetime("Closed on", readonly=True)
    closed_by_id = fields.Many2one(
        "res.users", "Closed by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    change_ids = fields.One2many("gov.budget.framework.change", "round_id", "Changes")
    change_count = fields.Integer("Number of changes", compute="_compute_change_count")

    _one_open = models.UniqueIndex("(framework_id) WHERE state = 'open'", "A round of this framework is already open.")

    @api.depends("sequence", "level")
    @api.depends_context("lang")
    def _compute_name(self):
        labels = dict(self._fields["level"]._description_selection(self.env))
        for one in self:
            one.name = f"{one.sequence}. {labels.get(one.level, '')}"

    def _compute_change_count(self):
        counts = dict(
            self.env["gov.budget.framework.change"]._read_group(
                [("round_id", "in", self.ids)], ["round_id"], ["__count"]
            )
        )
        for one in self:
            one.change_count = counts.get(one, 0)

    @api.model_create_multi
    def create(self, vals_list):
        if not roles.is_acting(self):
            raise UserError(self.env._("A round is opened with the button of the framework."))
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_acted(self):
        raise UserError(self.env._("Rounds stay in the records."))

    def _gov_allowed(self, lines):
        """Return the lines that the user arbitrates in this round."""
        self.ensure_one()
        user = self.env.user
        if self.level == "directorate":
            # sudo: the organisation chart is open to everyone
            headed = (
                self.env["hr.department"]
                .sudo()
                .search([("manager_id.user_id", "=", user.id), ("unit_kind", "in", roles.TOP_UNITS)])
            )
            # sudo: as above
            units = self.env["hr.department"].sudo().search([("id", "child_of", headed.ids)]) if headed else headed
            found = lines.filtered(lambda line: line.unit_id in units)
        elif self.level == "drhf":
            found = lines if roles.is_officer(self.env) else lines.browse()
        else:
            found = lines if roles.is_top(self.env) else lines.browse()
        # sudo: only who submitted the needs
        return found.filtered(lambda line: line.sudo().need_id.submitted_by_id != user)

    @short_transaction
    def action_close(self):
        """Close the round: by who arbitrates at its level, or a budget officer."""
        self.ensure_one()
        self.check_access("read")
        self._gov_take("open", "closed")
        if not roles.is_officer(self.env) and not (self.level == "top" and roles.is_top(self.env)):
            raise AccessError(self.env._("A round is closed by a budget officer, or at the top by who decides there."))
        self._gov_write({"closed_on": fields.Datetime.now(), "closed_by_id": self.env.uid})
        self.env["gov.journal.entry"]._record(
            self.framework_id, "close_round", {"round": self.name, "changes": self.change_count}
        )
        return True

    def action_open_changes(self):
        """Open the changes made in the round."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "gov.budget.framework.change",
            "views": [(False, "list")],
            "domain": [("round_id", "=", self.id)],
        }


class GovBudgetFrameworkChange(models.Model):
    """One amount changed by arbitration: who, when, from, to and why.  The acts alone write it, nobody changes it."""

    _name = "gov.budget.framework.change"
    _description = "Arbitrated change"
    _order = "id desc"
    _rec_name = "figure"

    line_id = fields.Many2one(
        "gov.budget.framework.line", "Line", readonly=True, required=True, index=True, ondelete="cascade"
    )
    round_id = fields.Many2one(
        "gov.budget.framework.round", "Round", readonly=True, required=True, index=True, ondelete="restrict"
    )
    framework_id = fields.Many2one(
        related="round_id.framework_id", store=True, index=True, ondelete="cascade", precompute=True
    )
    level = fields.Selection(related="round_id.level", store=True, precompute=True)
    unit_id = fields.Many2one(related="line_id.unit_id", store=True, index=True, ondelete="restrict", precompute=True)
    figure = fields.Selection(FIGURES, readonly=True, required=True)
    before = amount("From", readonly=True, aggregator=None)
    after = amount("To", readonly=True, aggregator=None)
    difference = amount(compute="_compute_difference", store=True)
    reason = fields.Char(readonly=True, required=True)
    source = fields.Selection(
        [("arbitration", "Arbitration"), ("merge", "Scenario merged")],
        readonly=True,
        required=True,
        default="arbitration",
    )

    @api.depends("before", "after")
    def _compute_difference(self):
        for change in self:
            change.difference = change.after - change.before

    def _gov_refuse(self):
        raise UserError(self.env._("Arbitrated changes are written by the acts and changed by nobody."))

    @api.model_create_multi
    def create(self, vals_list):
        if not roles.is_acting(self):
            self._gov_refuse()
        return super().create(vals_list)

    def write(self, vals):
        # stored related fields are brought up to date by the system
        if not self.env.su or not vals.keys() <= {"unit_id", "level", "framework_id", "difference"}:
            self._gov_refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._gov_refuse()


class GovBudgetFrameworkRounds(models.Model):
    """Rounds of a framework, and what each level made of what was asked."""

    _inherit = "gov.budget.framework"

    @short_transaction
    def action_open_round(self, level):
        """Open a round of arbitration.

        :param level: ``directorate``, ``drhf`` or ``top``
        """
        self.ensure_one()
        self._gov_check_main()
        self.check_access("read")
        if not isinstance(level, str) or level not in dict(LEVELS):
            raise UserError(self.env._("A round is for the directorates, human resources and finance, or the top."))
        if not roles.is_officer(self.env) and not (level == "top" and roles.is_top(self.env)):
            raise AccessError(self.env._("A round is opened by a budget officer, or at the top by who decides there."))
        self._gov_take("arbitration", "arbitration")
        if self.open_round_id:
            raise UserError(
                self.env._("The round “%(round)s” is still open: close it first.", round=self.open_round_id.name)
            )
        last = max(self.round_ids.mapped("sequence"), default=0)
        opened = self.env["gov.budget.framework.round"]._gov_create(
            [{"framework_id": self.id, "sequence": last + 1, "level": level, "opened_by_id": self.env.uid}]
        )
        self._gov_note("open_round", {"round": opened.name, "level": level})
        return True

    def action_open_round_directorate(self):
        """Open a round of the directorates."""
        return self.action_open_round("directorate")

    def action_open_round_drhf(self):
        """Open a round of human resources and finance."""
        return self.action_open_round("drhf")

    def action_open_round_top(self):
        """Open a round of the general secretariat and the minister."""
        return self.action_open_round("top")

    def action_close_round(self):
        """Close the open round."""
        self.ensure_one()
        if not self.open_round_id:
            raise UserError(self.env._("No round is open."))
        return self.open_round_id.action_close()

    def _gov_levels(self, lines):
        """Return line id → what was asked and what each level made of it (figures in centimes)."""
        changes = {}
        for change in self.env["gov.budget.framework.change"].search([("line_id", "in", lines.ids)], order="id"):
            changes.setdefault(change.line_id.id, []).append(
                (change.level, change.figure, programming.centimes(change.before), programming.centimes(change.after))
            )
        return {line.id: programming.by_level(line._gov_figures(), changes.get(line.id, [])) for line in lines}
