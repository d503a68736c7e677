import math

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.search import search_when

from ..services import programming
from ..services.programming import CE, CP, FIGURES
from . import roles
from .amounts import amount

ASKED = tuple(f"asked_{name}" for name in (*CP, *CE))
# what only acts write
OWN_FIELDS = {"origin_id", "base_figures", "need_id", "lf_cp", "lf_ce", "done_1", "done_2", *ASKED}
ENTERED = {*FIGURES, "hypotheses", "name", "nature"}


class GovBudgetFrameworkLine(models.Model):
    """What one unit programmes on one node of the nomenclature: three years of payment and commitment credits.

    A baseline goes on with what exists; a new measure is asked beside it and says why.  Units write while their sheet
    is open, the budget officer while the framework is in preparation or collecting; afterwards amounts change by
    arbitration only, each change with who, when, from, to and why.
    """

    _name = "gov.budget.framework.line"
    _description = "Line of the three-year programming"
    _inherit = ["gov.budget.amounts"]
    _order = "chapter_code, full_code, nature, id"
    _rec_names_search = ["full_code", "name", "node_id.name"]
    _amount_fields = FIGURES

    framework_id = fields.Many2one("gov.budget.framework", "Framework", required=True, index=True, ondelete="cascade")
    need_id = fields.Many2one(
        "gov.budget.framework.need", "Sheet of the unit", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    node_id = fields.Many2one(
        "gov.budget.node",
        "Heading",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', 'in', ('project', 'line'))]",
        help="Project or line of the nomenclature.",
    )
    full_code = fields.Char(related="node_id.full_code", string="Key", store=True, precompute=True, index="trigram")
    chapter_code = fields.Char(related="node_id.chapter_code", store=True, precompute=True)
    chapter_id = fields.Many2one(
        related="node_id.chapter_id", string="Chapter", store=True, precompute=True, index=True, ondelete="restrict"
    )
    programme_id = fields.Many2one(
        related="node_id.programme_id",
        string="Programme",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    project_id = fields.Many2one(
        related="node_id.project_id", string="Project", store=True, precompute=True, index=True, ondelete="restrict"
    )
    node_region_id = fields.Many2one(
        related="node_id.region_id", string="Region", store=True, precompute=True, index=True, ondelete="restrict"
    )
    section = fields.Selection(related="node_id.section", store=True, precompute=True)
    is_investment = fields.Boolean(related="node_id.is_investment", string="Investment", store=True, precompute=True)
    unit_id = fields.Many2one("hr.department", "Unit", required=True, index=True, ondelete="restrict")
    region_id = fields.Many2one(
        related="unit_id.effective_region_id", string="Region of the unit", store=True, index=True, ondelete="restrict"
    )
    nature = fields.Selection(
        [("baseline", "Baseline"), ("new", "New measure")],
        default="baseline",
        required=True,
        help="Baseline: what goes on unchanged. New measure: what is asked beside it, and is arbitrated by itself.",
    )
    name = fields.Char("Purpose", help="What a new measure is for; two measures on one heading have two purposes.")
    hypotheses = fields.Text(help="How the amounts were worked out: quantities, prices, contracts under way.")
    state = fields.Selection(related="framework_id.state", string="Status of the framework")
    is_scenario = fields.Boolean(related="framework_id.is_scenario", export_string_translation=False)
    done_2 = amount("Executed N-2", readonly=True, help="Payment orders issued in the year N-2.")
    done_1 = amount("Executed N-1", readonly=True, help="Payment orders issued in the year N-1.")
    lf_cp = amount("Finance law N (CP)", readonly=True)
    lf_ce = amount("Finance law N (CE)", readonly=True)
    cp_1 = amount("CP N+1")
    ce_1 = amount("CE N+1", help="What may be committed in the year for payments in the years after it.")
    cp_2 = amount("CP N+2")
    ce_2 = amount("CE N+2")
    cp_3 = amount("CP N+3")
    ce_3 = amount("CE N+3")
    cp_later = amount("CP after N+3", help="Payments planned after the three years, for what is begun in them.")
    ce_later = amount("CE after N+3")
    asked_cp_1 = amount("Asked CP N+1", readonly=True, copy=False)
    asked_ce_1 = amount("Asked CE N+1", readonly=True, copy=False)
    asked_cp_2 = amount("Asked CP N+2", readonly=True, copy=False)
    asked_ce_2 = amount("Asked CE N+2", readonly=True, copy=False)
    asked_cp_3 = amount("Asked CP N+3", readonly=True, copy=False)
    asked_ce_3 = amount("Asked CE N+3", readonly=True, copy=False)
    cp_total = amount("CP over three years", compute="_compute_cp_total", store=True)
    asked_total = amount("Asked over three years", compute="_compute_cp_total", store=True)
    difference = amount("Granted - asked", compute="_compute_cp_total", store=True)
    variation = fields.Float(
        "Change (%)", compute="_compute_variation", digits=(6, 1), help="N+1 against the finance law."
    )
    origin_id = fields.Many2one(
        "gov.budget.framework.line",
        "Line of the framework",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    base_figures = fields.Json(readonly=True, copy=False, export_string_translation=False)
    branch_ids = fields.One2many("gov.budget.framework.line", "origin_id", "Lines of scenarios")
    change_ids = fields.One2many("gov.budget.framework.change", "line_id", "Changes")
    can_arbitrate = fields.Boolean(compute="_compute_can_arbitrate", export_string_translation=False)
    is_editable = fields.Boolean(compute="_compute_is_editable", export_string_translation=False)
    is_readable = fields.Boolean(
        compute="_compute_is_readable", search="_search_is_readable", export_string_translation=False
    )

    _key = models.UniqueIndex(
        "(framework_id, node_id, unit_id, nature, COALESCE(name, ''))",
        "This unit already has a line on this heading: change it, or give another purpose.",
    )
    _origin_once = models.UniqueIndex(
        "(framework_id, origin_id) WHERE origin_id IS NOT NULL", "A scenario has a line once."
    )
    _positive = models.Constraint(
        "CHECK (cp_1 >= 0 AND cp_2 >= 0 AND cp_3 >= 0 AND ce_1 >= 0 AND ce_2 >= 0 AND ce_3 >= 0"
        " AND cp_later >= 0 AND ce_later >= 0)",
        "An amount of the programming is zero or more.",
    )

    # ------------------------------------------------------------------ computed
    @api.depends(*CP, "asked_cp_1", "asked_cp_2", "asked_cp_3")
    def _compute_cp_total(self):
        for line in self:
            line.cp_total = line.cp_1 + line.cp_2 + line.cp_3
            line.asked_total = line.asked_cp_1 + line.asked_cp_2 + line.asked_cp_3
            line.difference = line.cp_total - line.asked_total

    @api.depends("cp_1", "lf_cp")
    def _compute_variation(self):
        for line in self:
            found = programming.variation(programming.centimes(line.lf_cp), programming.centimes(line.cp_1))
            line.variation = found or 0

    @api.depends("full_code", "name", "nature")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            text = line.name if line.nature == "new" and line.name else line.node_id.name
            line.display_name = f"\u2066{line.full_code or ''}\u2069 {text or ''}".strip()

    @api.depends_context("uid")
    @api.depends("framework_id.state", "framework_id.round_ids.state", "unit_id")
    def _compute_can_arbitrate(self):
        for framework, lines in self.grouped("framework_id").items():
            current = framework.open_round_id
            allowed = current._gov_allowed(lines) if current and framework.state == "arbitration" else self.browse()
            for line in lines:
                line.can_arbitrate = line in allowed

    @api.depends_context("uid")
    @api.depends("framework_id.state", "need_id.state", "unit_id")
    def _compute_is_editable(self):
        officer = roles.is_officer(self.env)
        for line in self:
            line.is_editable = line._gov_may_enter(officer)

    @api.depends_context("uid")
    @api.depends("unit_id", "need_id.officer_id")
    def _compute_is_readable(self):
        # record rules are worked out on this field: it looks at the user alone, never at access rights
        mine = self.filtered_domain(self._gov_readable_domain())
        for line in self:
            line.is_readable = line in mine

    @search_when
    def _search_is_readable(self):
        """Officers read the lines of the regions they serve; the people of a unit those of their units."""
        return self._gov_readable_domain()

    @api.model
    def _gov_readable_domain(self):
        return self._gov_readable("need_id.")

    @api.model
    def _gov_readable(self, need=""):
        """Return the domain of what the user reads among records of a unit."""
        domain = Domain.FALSE
        if roles.is_top(self.env) or roles.has_role(self.env, *roles.READERS):
            regions = roles.served_regions(self.env)
            domain = Domain("unit_id.effective_region_id", "in", regions.ids) if regions else Domain.TRUE
        units = roles.headed_units(self.env)
        if units:
            domain |= Domain("unit_id", "in", units.ids)
        return domain if need is None else domain | Domain(f"{need}officer_id", "=", self.env.uid)

    @api.constrains("node_id")
    def _check_node(self):
        for line in self:
            if line.node_id.kind not in ("project", "line"):
                raise ValidationError(
                    self.env._(
                        "%(node)s is no project and no line: credits are programmed on these.",
                        node=line.node_id.display_name,
                    )
                )
            if line.node_id.section == "revenue":
                raise ValidationError(
                    self.env._(
                        "%(node)s is a rubric of revenue (%(chapter)s): credits stand on rubrics of expenditure.",
                        node=line.node_id.full_code,
                        chapter=line.node_id.chapter_code,
                    )
                )

    @api.constrains("node_id", "framework_id", *CP, *CE)
    def _check_in_use(self):
        for line in self:
            base, node = line.framework_id.base_year, line.node_id
            if line.framework_id.is_scenario:  # a hypothesis may go beyond; what is merged may not
                continue
            idle = [step for step in programming.YEARS if not node._gov_in_year(base + step)]
            wrong = [step for step in idle if line[f"cp_{step}"] or line[f"ce_{step}"]]
            if wrong or len(idle) == len(programming.YEARS):
                raise ValidationError(
                    self.env._(
                        "%(node)s is not in use in %(year)s: nothing is programmed on it that year.",
                        node=node.display_name,
                        year=base + (wrong or idle)[0],
                    )
                )

    # ------------------------------------------------------------------ guards
    def _gov_may_enter(self, officer):
        """Tell whether the user may write the figures of the line by hand now."""
        state = self.framework_id.state
        if self.framework_id.is_scenario:
            return officer and state == "draft"
        if state == "draft":
            return officer
        if state == "collecting":
            return (
                self.need_id.state == "open"
                and (officer or self.need_id._gov_is_mine())
                or officer
                and not self.need_id
            )
        return False

    def _gov_refuse_write(self, vals):
        if OWN_FIELDS & vals.keys():
            raise UserError(
                self.env._("The finance law, the execution and what was asked are kept by the system, not written.")
            )
        if {"framework_id", "node_id", "unit_id"} & vals.keys() and any(
            line.framework_id.state != "draft" for line in self
        ):
            raise UserError(self.env._("The heading and the unit of a line no longer change: add another line."))
        officer = roles.is_officer(self.env)
        for line in self:
            if not line._gov_may_enter(officer):
                if line.framework_id.state == "arbitration" and not line.framework_id.is_scenario:
                    raise UserError(
                        self.env._("In arbitration, amounts change by an act with its reason: press “Arbitrate”.")
                    )
                raise AccessError(
                    self.env._(
                        "“%(line)s” no longer changes: its sheet was submitted, or the framework has gone further.",
                        line=line.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if roles.is_acting(self):
            return super().create(vals_list)
        vals_list = [{key: value for key, value in vals.items() if key not in OWN_FIELDS} for vals in vals_list]
        lines = super(GovBudgetFrameworkLine, without_defaults(self, OWN_FIELDS)).create(vals_list).with_env(self.env)
        lines._gov_bind_needs()
        officer = roles.is_officer(self.env)
        for line in lines:
            if not line._gov_may_enter(officer):
                raise AccessError(
                    self.env._("A line is added by the unit while its sheet is open, or by the budget officer before.")
                )
        return lines

    def write(self, vals):
        if roles.is_acting(self):
            return super().write(vals)
        roles.check_stays(self, vals, "framework_id")
        self._gov_refuse_write(vals)
        result = super().write(vals)
        if "unit_id" in vals:
            # the sheet is that of the unit: the former one no longer shows the line
            roles.acting(self).write({"need_id": False})
            self._gov_bind_needs()
        return result

    def copy_data(self, default=None):
        raise UserError(self.env._("A line is not copied: add another one with its own purpose."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        if roles.is_acting(self):
            return
        officer = roles.is_officer(self.env)
        for line in self:
            # sudo: only whether scenarios hold the line
            if line.sudo().branch_ids or line.origin_id or line.change_ids or not line._gov_may_enter(officer):
                raise UserError(
                    self.env._("“%(line)s” stays in the records: put its amounts to zero.", line=line.display_name)
                )

    @api.model
    def _gov_programmed_after(self, nodes, year):
        """Return a line of a framework that is worked on, with credits on one of these rubrics after ``year``."""
        lines = self.search(
            [
                ("node_id", "in", nodes.ids),
                ("framework_id.is_scenario", "=", False),
                ("framework_id.state", "in", ("draft", "collecting", "arbitration", "approved", "sent")),
                ("framework_id.base_year", ">", year - 3),
            ]
        )
        for line in lines:
            late = [step for step in programming.YEARS if line.framework_id.base_year + step > year]
            if any(line[f"{kind}_{step}"] for kind in ("cp", "ce") for step in late):
                return line
        return self.browse()

    @api.model
    def _gov_write_lines(self, vals_list):
        """Create lines as the system does when it fills a framework, whatever its state."""
        # sudo: the caller is an act, or the sample year
        return roles.acting(self.sudo()).create(vals_list).sudo(False)

    def _gov_bind_needs(self):
        """Give new lines the sheet of their unit."""
        for line in self.filtered(lambda line: not line.need_id and not line.framework_id.is_scenario):
            # sudo: only the sheet of the unit of a line the user may create
            need = line.sudo().framework_id.need_ids.filtered(lambda n, line=line: n.unit_id == line.unit_id)
            if need:
                roles.acting(line).need_id = need

    # ------------------------------------------------------------------ figures
    def _gov_figures(self):
        """Return the eight amounts in centimes."""
        return {name: programming.centimes(self[name]) for name in FIGURES}

    def _gov_law(self):
        return {name: programming.centimes(self[name]) for name in programming.LAW}

    def _gov_key(self):
        return (self.node_id.id, self.unit_id.id, self.nature, self.name or False)

    def _gov_attributes(self):
        """Return what the scope of a hypothesis looks at."""
        return {
            "programme": self.programme_id.id,
            "region": self.node_region_id.id,
            "project": frozenset((self.project_id.id, self.node_id.id)),
            "chapter": self.chapter_id.id,
            "nature": self.nature,
        }

    def _gov_values(self):
        """Return the values of a copy, without what ties the line to its framework."""
        names = ("name", "nature", "hypotheses", *programming.LAW, "done_1", "done_2", *FIGURES, *ASKED)
        return dict({name: self[name] for name in names}, node_id=self.node_id.id, unit_id=self.unit_id.id)

    def _gov_keep_asked(self):
        """Keep what the units asked, before anybody arbitrates."""
        for line in roles.acting(self):
            line.write({f"asked_{name}": line[name] for name in (*CP, *CE)})

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_arbitrate(self, values, reason, seen=None):
        """Change amounts by arbitration, in the open round.

        :param dict values: figure (cp_1, ce_1, … cp_later, ce_later) → amount in dirhams; the same on each line
        :param reason: kept with each change
        :param dict seen: figure → amount that the user saw; refused when another act has changed it since
        :raise AccessError: for whoever does not arbitrate at the level of the round, or entered the needs himself
        """
        reason = roles.clean_reason(self.env, reason)
        amounts = self._gov_read_amounts(values)
        expected = self._gov_read_amounts(seen) if seen else {}
        self._gov_claim_for_arbitration()
        targets = {}
        for line in self:
            now = line._gov_figures()
            if any(now[name] != cents for name, cents in expected.items()):
                raise UserError(
                    self.env._(
                        "“%(line)s” was changed by somebody else meanwhile: reload the page and look again.",
                        line=line.display_name,
                    )
                )
            targets[line.id] = dict(now, **amounts)
        self._gov_arbitrate(targets, reason)
        return True

    @short_transaction
    def action_arbitrate_percent(self, percent, years, reason):
        """Raise or cut the programmed amounts of some years by a percentage, by arbitration.

        :param float percent: -10 cuts a tenth
        :param years: list of 1, 2, 3 (the years N+1 to N+3); empty for all
        """
        reason = roles.clean_reason(self.env, reason)
        if isinstance(percent, bool) or not isinstance(percent, int | float) or not -100 <= percent <= 1000:
            raise UserError(self.env._("Give a percentage between -100 and 1000."))
        if not isinstance(years, list | tuple) or not set(years) <= set(programming.YEARS):
            raise UserError(self.env._("The years are 1, 2 and 3."))
        self._gov_claim_for_arbitration()
        rows = {line.id: (dict(line._gov_figures(), **line._gov_law()), {}) for line in self}
        targets = programming.apply(rows, [{"kind": "change", "percent": percent, "years": set(years)}])
        self._gov_arbitrate(targets, reason)
        return True

    def _gov_read_amounts(self, values):
        if not isinstance(values, dict) or not values or not values.keys() <= set(FIGURES):
            raise UserError(self.env._("Give the amounts by figure: CP and CE of the three years."))
        amounts = {}
        for name, value in values.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise UserError(self.env._("Each amount is a number."))
            if not 0 <= value < 10**13:
                raise UserError(self.env._("An amount of the programming is zero or more."))
            amounts[name] = programming.centimes(value)
        return amounts

    def _gov_claim_for_arbitration(self):
        """Take the lines, in the order of their ids, and check that the user arbitrates them now."""
        if not self:
            raise UserError(self.env._("Choose the lines first."))
        self.check_access("read")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE gov_budget_framework_line SET write_date = now() AT TIME ZONE 'UTC' WHERE id IN "
            "(SELECT id FROM gov_budget_framework_line WHERE id IN %s ORDER BY id FOR UPDATE)",
            [self._ids],
        )
        self.env.invalidate_all(
            flush=False
        )  # nothing is pending: the figures are read again, as the last act left them
        framework = self.framework_id
        if len(framework) != 1 or framework.is_scenario:
            raise UserError(self.env._("Arbitrate the lines of one framework at a time."))
        if framework.state != "arbitration":
            raise UserError(self.env._("%(framework)s is not in arbitration.", framework=framework.name))
        current = framework.open_round_id
        if not current:
            raise UserError(self.env._("Open a round of arbitration first: directorate, DRHF or top."))
        refused = self - current._gov_allowed(self)
        if refused:
            raise AccessError(
                self.env._(
                    "You do not arbitrate “%(line)s” in this round: it is for another level, or you asked for it.",
                    line=refused[0].display_name,
                )
            )

    def _gov_arbitrate(self, targets, reason, source="arbitration"):
        """Write amounts and keep each change; the caller has checked who acts.

        :param targets: line id → figures in centimes
        """
        current = self.framework_id.open_round_id
        changes, acts = [], []
        for line in self:
            found = programming.differences(line._gov_figures(), targets[line.id])
            if not found:
                continue
            values = {name: programming.dirhams(after) for name, (_before, after) in found.items()}
            # sudo: the right to arbitrate was checked by the caller
            roles.acting(line.sudo()).write(values)
            for name, (before, after) in found.items():
                changes.append(
                    {
                        "line_id": line.id,
                        "round_id": current.id,
                        "figure": name,
                        "before": programming.dirhams(before),
                        "after": programming.dirhams(after),
                        "reason": reason,
                        "source": source,
                    }
                )
            acts.append(
                {
                    "line": line.full_code,
                    "unit": line.unit_id.unit_code,
                    "changes": {k: list(v) for k, v in found.items()},
                }
            )
        if not changes:
            raise UserError(self.env._("Nothing changes: the amounts are those already there."))
        # sudo: nobody writes changes by hand
        roles.acting(self.env["gov.budget.framework.change"].sudo()).create(changes)
        facts = {"round": current.name, "level": current.level, "reason": reason, "source": source, "lines": acts}
        self.env["gov.journal.entry"]._record(self.framework_id, "arbitrate", facts)

    def action_open_dialog(self):
        """Open the dialog that arbitrates the lines."""
        context = {"default_line_ids": self.ids}
        if len(self) == 1:
            context.update({f"default_{name}": self[name] for name in FIGURES})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Arbitrate"),
            "res_model": "gov.budget.arbitration",
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }

    def action_open_changes(self):
        """Open the changes of the lines."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Arbitrated changes"),
            "res_model": "gov.budget.framework.change",
            "views": [(False, "list")],
            "domain": [("line_id", "in", self.ids)],
        }
