from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.gov_base.tools.act import short_transaction

from ..services import programming
from ..services.programming import FIGURES
from . import roles


class GovBudgetFrameworkHypothesis(models.Model):
    """One assumption of a scenario: what changes, by how much, on which lines and in which years.

    The hypotheses of a scenario are applied in their order to the figures of the framework it was made from.
    """

    _name = "gov.budget.framework.hypothesis"
    _description = "Hypothesis of a scenario"
    _order = "framework_id, sequence, id"
    _rec_name = "kind"

    framework_id = fields.Many2one(
        "gov.budget.framework",
        "Scenario",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_scenario', '=', True)]",
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("growth", "Finance law + % a year"),
            ("change", "Programmed amounts ± %"),
            ("freeze", "No more than the finance law"),
            ("shift", "So many years later"),
        ],
        required=True,
        default="change",
        help="Growth replaces the programmed amounts by the finance law grown at the rate, and leaves lines without a "
        "finance law as they are. A freeze stops new measures. What is put after N+3 is kept in the last column.",
    )
    percent = fields.Float("%", digits=(6, 2))
    delay = fields.Integer("Years later", default=1)
    year_1 = fields.Boolean("N+1", default=True)
    year_2 = fields.Boolean("N+2", default=True)
    year_3 = fields.Boolean("N+3", default=True)
    chapter_ids = fields.Many2many(
        "gov.budget.node",
        "gov_budget_hypothesis_chapter_rel",
        string="Chapters",
        domain="[('kind', '=', 'chapter')]",
        help="Empty: all.",
    )
    programme_ids = fields.Many2many(
        "gov.budget.node",
        "gov_budget_hypothesis_programme_rel",
        string="Programmes",
        domain="[('kind', '=', 'programme')]",
        help="Empty: all.",
    )
    project_ids = fields.Many2many(
        "gov.budget.node",
        "gov_budget_hypothesis_project_rel",
        string="Projects",
        domain="[('kind', '=', 'project')]",
        help="Empty: all.",
    )
    region_ids = fields.Many2many("gov.region", string="Regions", help="Empty: all.")
    nature = fields.Selection([("baseline", "Baseline"), ("new", "New measures")], help="Empty: both.")
    note = fields.Char("Reason")

    _delay_sane = models.Constraint("CHECK (delay BETWEEN 0 AND 10)", "A delay is between 0 and 10 years.")
    _percent_sane = models.Constraint(
        "CHECK (percent BETWEEN -100 AND 1000)", "A percentage is between -100 and 1000."
    )

    @api.constrains("year_1", "year_2", "year_3", "kind")
    def _check_years(self):
        for one in self:
            if one.kind != "shift" and not (one.year_1 or one.year_2 or one.year_3):
                raise ValidationError(self.env._("Choose at least one year."))

    @api.constrains("framework_id")
    def _check_scenario(self):
        for one in self:
            if not one.framework_id.is_scenario:
                raise ValidationError(self.env._("Hypotheses are for scenarios: the framework itself is arbitrated."))

    def _gov_check_open(self):
        for one in self:
            if one.framework_id.state != "draft":
                raise UserError(self.env._("%(scenario)s is closed.", scenario=one.framework_id.name))

    @api.model_create_multi
    def create(self, vals_list):
        hypotheses = super().create(vals_list)
        hypotheses._gov_check_open()
        return hypotheses

    def write(self, vals):
        roles.check_stays(self, vals, "framework_id")
        self._gov_check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._gov_check_open()

    def _gov_hypothesis(self):
        """Return the hypothesis as the service takes it."""
        self.ensure_one()
        return {
            "kind": self.kind,
            "percent": self.percent,
            "delay": self.delay,
            "years": {year for year in programming.YEARS if self[f"year_{year}"]},
            "scope": {
                "chapter": set(self.chapter_ids.ids),
                "programme": set(self.programme_ids.ids),
                "project": set(self.project_ids.ids),
                "region": set(self.region_ids.ids),
                "nature": {self.nature} if self.nature else set(),
            },
        }


class GovBudgetFrameworkLineBranch(models.Model):
    """A line of a scenario against the line it comes from."""

    _inherit = "gov.budget.framework.line"

    branch_status = fields.Selection(
        [
            ("same", "Same"),
            ("branch", "Changed here"),
            ("main", "Changed in the framework"),
            ("both", "Changed alike"),
            ("conflict", "Conflict"),
            ("added", "Only here"),
        ],
        "Against the framework",
        compute="_compute_branch_status",
    )

    @api.depends(*FIGURES, "origin_id", "base_figures", *(f"origin_id.{name}" for name in FIGURES))
    def _compute_branch_status(self):
        for line in self:
            if not line.framework_id.is_scenario:
                line.branch_status = False
            elif not line.origin_id:
                line.branch_status = "added"
            else:
                line.branch_status = programming.row_status(
                    line.base_figures or {}, line.origin_id._gov_figures(), line._gov_figures()
                )


class GovBudgetFrameworkScenario(models.Model):
    """Scenarios: named branches of a framework."""

    _inherit = "gov.budget.framework"

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_branch(self, name):
        """Make a scenario of the framework, with the same figures: a branch to which hypotheses are applied.

        :param str name: of the scenario
        :return: the action that opens it
        """
        self.ensure_one()
        self._gov_check_officer()
        name = " ".join(name.split()) if isinstance(name, str) else ""
        if not 2 <= len(name) <= 60:
            raise UserError(self.env._("Give the scenario a name of 2 to 60 characters."))
        if self.is_scenario:
            raise UserError(self.env._("A scenario is made from the framework, not from another scenario."))
        if self.state not in ("draft", "collecting", "arbitration", "approved"):
            raise UserError(self.env._("%(framework)s is no longer worked on.", framework=self.name))
        if self.with_context(active_test=False).scenario_ids.filtered(lambda one: one.scenario_name == name):
            raise UserError(self.env._("There is already a scenario “%(name)s”: give another name.", name=name))
        # sudo: a branch holds the lines of all regions
        branch = self.sudo()._gov_copy(
            {"is_scenario": True, "parent_id": self.id, "scenario_name": name, "version": self.version}, branch=True
        )
        branch = branch.sudo(False)
        self._gov_note("branch", {"scenario": name})
        return branch._gov_open()

    @short_transaction
    def action_apply(self):
        """Work out the scenario: its hypotheses applied in order to the figures the branch began with.

        What was changed by hand in the branch is worked out again.
        """
        self.ensure_one()
        self._gov_check_officer()
        if not self.is_scenario:
            raise UserError(self.env._("Hypotheses are for scenarios: the framework itself is arbitrated."))
        self._gov_take("draft", "draft")
        lines = self.sudo().line_ids  # sudo: the lines of all regions
        rows = {
            line.id: (dict(line.base_figures or line._gov_figures(), **line._gov_law()), line._gov_attributes())
            for line in lines
        }
        result = programming.apply(rows, [one._gov_hypothesis() for one in self.hypothesis_ids])
        changed = 0
        for line in lines:
            found = programming.differences(line._gov_figures(), result[line.id])
            if found:
                changed += 1
                roles.acting(line).write({name: programming.dirhams(after) for name, (_old, after) in found.items()})
        self._gov_note("apply", {"scenario": self.scenario_name, "changed": changed})
        return True

    @short_transaction
    def action_close_scenario(self):
        """Close a scenario that has served; it stays in the records."""
        self.ensure_one()
        self._gov_check_officer()
        if not self.is_scenario:
            raise UserError(self.env._("%(framework)s is no scenario.", framework=self.name))
        self._gov_take("draft", "closed")
        self._gov_note("close_scenario", {"scenario": self.scenario_name})
        return True

    @short_transaction
    def action_merge(self, line_ids, reason, prefer=None):
        """Take lines of the scenario into the framework, in the open round of arbitration.

        Figures changed on one side only are taken; where both sides changed differently, nothing is merged until
        somebody says which to keep.

        :param line_ids: ids of lines of the scenario
        :param reason: kept with each change
        :param prefer: ``branch`` or ``main``: what to keep where both changed
        :return: ``{"merged": lines changed, "unchanged": lines already so}``
        """
        self.ensure_one()
        self._gov_check_officer()
        reason = roles.clean_reason(self.env, reason)
        if not self.is_scenario or self.state != "draft":
            raise UserError(self.env._("Only an open scenario is merged."))
        if prefer not in (None, False, "branch", "main"):
            raise UserError(self.env._("Where both sides changed, keep the scenario or the framework."))
        if not isinstance(line_ids, list | tuple) or not all(type(one) is int for one in line_ids):
            raise UserError(self.env._("Choose the lines first."))
        branch = self.env["gov.budget.framework.line"].search(
            [("id", "in", list(line_ids)), ("framework_id", "=", self.id)]
        )
        if len(branch) != len(set(line_ids)) or not branch:
            raise UserError(self.env._("Choose lines of this scenario."))
        origins = branch.origin_id | self._gov_add_to_main(branch.filtered(lambda line: not line.origin_id))
        origins._gov_claim_for_arbitration()
        targets, conflicts = {}, self.env["gov.budget.framework.line"]
        for line in branch:
            merged, clash = programming.merge(
                line.base_figures or {}, line.origin_id._gov_figures(), line._gov_figures(), prefer or None
            )
            targets[line.origin_id.id] = merged
            if clash and not prefer:
                conflicts |= line
        if conflicts:
            raise UserError(
                self.env._(
                    "%(count)s lines changed both in the scenario and in the framework: %(lines)s. Say which figures "
                    "to keep, or leave these lines out.",
                    count=len(conflicts),
                    lines=", ".join(conflicts[:10].mapped("full_code")),
                )
            )
        changed = origins.filtered(lambda line: programming.differences(line._gov_figures(), targets[line.id]))
        if changed:
            changed._gov_arbitrate(targets, f"{self.scenario_name}: {reason}", source="merge")
        for line in branch:
            # from here on both sides begin from what was merged; the branch keeps its own figures
            roles.acting(line.sudo()).base_figures = targets[line.origin_id.id]  # sudo: the right was checked above
        self._gov_note("merge", {"scenario": self.scenario_name, "lines": len(branch), "changed": len(changed)})
        return {"merged": len(changed), "unchanged": len(branch) - len(changed)}

    def _gov_add_to_main(self, lines):
        """Make in the framework, with nothing on them, the lines that only the scenario has."""
        made = self.env["gov.budget.framework.line"]
        for line in lines:
            values = {
                name: value
                for name, value in line._gov_values().items()
                if name not in FIGURES and not name.startswith("asked_")
            }
            # sudo: the merge has checked who acts; the line is empty until it is arbitrated
            origin = roles.acting(made.sudo()).create(dict(values, framework_id=self.parent_id.id)).sudo(False)
            origin._gov_bind_needs()
            # sudo: as above, the branch remembers its new line
            roles.acting(line.sudo()).write({"origin_id": origin.id, "base_figures": dict.fromkeys(FIGURES, 0)})
            made |= origin
        return made

    # ------------------------------------------------------------------ comparison
    @api.model
    def get_comparison(self, framework_id, figure="cp_1", rounds=False):
        """Return a framework beside its scenarios, or beside what each level of arbitration made of it, line by line.

        :param int framework_id: the framework
        :param figure: cp_1 … ce_3, or cp_total for the three years together
        :param rounds: compare the levels of arbitration instead of the scenarios
        :return: ``{"name", "figure", "figures", "columns", "rows", "totals", "can_merge", "state"}``
        """
        if type(framework_id) is not int or figure not in (*FIGURES, "cp_total", "ce_total"):
            raise UserError(self.env._("This comparison does not exist."))
        framework = self.browse(framework_id).exists()
        if not framework:
            raise UserError(self.env._("This comparison does not exist."))
        framework.check_access("read")
        lines = self.env["gov.budget.framework.line"].search([("framework_id", "=", framework.id)])
        columns, values = (
            self._gov_round_columns(framework, lines, figure)
            if rounds
            else self._gov_scenario_columns(framework, lines, figure)
        )
        rows = [
            {
                "id": line.id,
                "code": line.full_code,
                "chapter": line.chapter_id.display_name,
                "programme": line.programme_id.display_name,
                "name": line.name if line.nature == "new" and line.name else line.node_id.name,
                "unit": line.unit_id.unit_code or line.unit_id.name,
                "nature": line.nature,
                "cells": values[line.id],
            }
            for line in lines
        ]
        extra = [] if rounds else self._gov_added_rows(framework, columns, figure)
        labels = dict(self.env["gov.budget.framework.change"]._fields["figure"]._description_selection(self.env))
        labels.update(cp_total=self.env._("CP over three years"), ce_total=self.env._("CE over three years"))
        return {
            "name": framework.name,
            "state": framework.state,
            "figure": figure,
            "figures": [
                [name, labels[name]]
                for name in ("cp_1", "cp_2", "cp_3", "cp_total", "ce_1", "ce_2", "ce_3", "ce_total")
            ],
            "columns": columns,
            "rows": rows + extra,
            "totals": [
                sum((row["cells"][position] or {}).get("value", 0) for row in rows + extra)
                for position in range(len(columns))
            ],
            "can_merge": bool(not rounds and framework.open_round_id and roles.is_officer(self.env)),
        }

    @api.model
    def _gov_amount_of(self, figures, figure):
        if figure in ("cp_total", "ce_total"):
            return sum(figures[f"{figure[:2]}_{year}"] for year in programming.YEARS) / 100
        return figures[figure] / 100

    def _gov_scenario_columns(self, framework, lines, figure):
        scenarios = framework.scenario_ids.filtered(lambda one: one.state == "draft").sorted("id")
        columns = [{"id": framework.id, "label": self.env._("Framework"), "is_main": True}]
        columns += [{"id": one.id, "label": one.scenario_name, "is_main": False} for one in scenarios]
        branches = self.env["gov.budget.framework.line"].search(
            [("framework_id", "in", scenarios.ids), ("origin_id", "in", lines.ids)]
        )
        found = {(line.framework_id.id, line.origin_id.id): line for line in branches}
        values = {}
        for line in lines:
            main = line._gov_figures()
            cells = [{"value": self._gov_amount_of(main, figure), "line": line.id}]
            for scenario in scenarios:
                branch = found.get((scenario.id, line.id))
                if not branch:
                    cells.append(None)
                    continue
                own = branch._gov_figures()
                cells.append(
                    {
                        "value": self._gov_amount_of(own, figure),
                        "line": branch.id,
                        "status": programming.row_status(branch.base_figures or {}, main, own),
                    }
                )
            values[line.id] = cells
        return columns, values

    def _gov_added_rows(self, framework, columns, figure):
        """Return the rows that only a scenario has."""
        added = self.env["gov.budget.framework.line"].search(
            [("framework_id", "in", [column["id"] for column in columns[1:]]), ("origin_id", "=", False)]
        )
        rows = []
        for line in added:
            cells = [
                {"value": self._gov_amount_of(line._gov_figures(), figure), "line": line.id, "status": "added"}
                if column["id"] == line.framework_id.id
                else None
                for column in columns
            ]
            rows.append(
                {
                    "id": line.id,
                    "code": line.full_code,
                    "chapter": line.chapter_id.display_name,
                    "programme": line.programme_id.display_name,
                    "name": line.name or line.node_id.name,
                    "unit": line.unit_id.unit_code or line.unit_id.name,
                    "nature": line.nature,
                    "cells": cells,
                }
            )
        return rows

    def _gov_round_columns(self, framework, lines, figure):
        words = dict(self.env["gov.budget.framework.round"]._fields["level"]._description_selection(self.env))
        keys = ("asked", *programming.LEVELS)
        columns = [
            {"id": key, "label": self.env._("Asked") if key == "asked" else words[key], "is_main": key == "asked"}
            for key in keys
        ]
        levels = self._gov_levels(lines)
        values = {
            line.id: [
                {"value": self._gov_amount_of(levels[line.id][key], figure), "line": line.id, "status": "same"}
                for key in keys
            ]
            for line in lines
        }
        return columns, values
