from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.search import search_when

from ..services import programming
from . import roles
from .amounts import amount


class GovBudgetFramework(models.Model):
    """A three-year programming of the budget (PBT), or a scenario made from it as a branch.

    The year N is the year of preparation; the framework programmes N+1, N+2 and N+3 and begins again every year.

    draft (the officer fills it from the finance law and the former framework) → collecting (units enter their needs
    under ceilings, before a deadline) → arbitration (rounds: directorate, DRHF, top) → approved → sent (locked).  A
    new version copies the framework and freezes it (superseded).  A scenario stays a draft until it is closed.

    The budget officer prepares and moves it; the authorising officer, or the head of the general secretariat or of the
    cabinet, approves it, never who asked for it.  Auditors read.  Units see what concerns them.
    """

    _name = "gov.budget.framework"
    _description = "Three-year budget programming"
    _inherit = ["gov.budget.stateful", "mail.thread", "mail.activity.mixin"]
    _order = "base_year desc, version desc, is_scenario, id"
    _act_fields = frozenset(
        {
            "state",
            "version",
            "previous_id",
            "parent_id",
            "is_scenario",
            "asked_by_id",
            "approved_by_id",
            "approved_on",
            "sent_on",
            "sent_reference",
        }
    )
    _draft_states = ("draft", "collecting", "arbitration")
    _free_fields = frozenset({"responsible_id"})

    name = fields.Char(compute="_compute_name", store=True)
    base_year = fields.Integer(
        "Year of preparation (N)",
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
        help="The finance law of this year is the basis; the three years after it are programmed.",
    )
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator=None)
    previous_id = fields.Many2one(
        "gov.budget.framework",
        "Former version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    is_scenario = fields.Boolean("Scenario", readonly=True, copy=False)
    parent_id = fields.Many2one(
        "gov.budget.framework",
        "Scenario of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    scenario_name = fields.Char("Name of the scenario")
    scenario_ids = fields.One2many("gov.budget.framework", "parent_id", "Scenarios")
    responsible_id = fields.Many2one(
        "res.users",
        "Followed by",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env.user,
        help="Gets the reminders of the calendar.",
    )
    line_ids = fields.One2many("gov.budget.framework.line", "framework_id", "Lines")
    need_ids = fields.One2many("gov.budget.framework.need", "framework_id", "Units")
    ceiling_ids = fields.One2many("gov.budget.framework.ceiling", "framework_id", "Ceilings")
    milestone_ids = fields.One2many("gov.budget.milestone", "framework_id", "Calendar")
    round_ids = fields.One2many("gov.budget.framework.round", "framework_id", "Rounds")
    hypothesis_ids = fields.One2many("gov.budget.framework.hypothesis", "framework_id", "Hypotheses")
    sheet_ids = fields.One2many("gov.budget.project.sheet", "framework_id", "Project sheets")
    collection_deadline = fields.Date(
        "Needs due by", tracking=True, help="Units enter their needs until this day; those after it are told as late."
    )
    circular = fields.Char(
        "Circular", help="Number and date of the circular of the head of government that asks for the proposals."
    )
    note = fields.Text("Remarks")
    state = fields.Selection(
        [
            ("draft", "In preparation"),
            ("collecting", "Collecting needs"),
            ("arbitration", "In arbitration"),
            ("approved", "Approved"),
            ("sent", "Sent"),
            ("superseded", "Replaced by a new version"),
            ("closed", "Closed scenario"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    asked_by_id = fields.Many2one(
        "res.users", "Put to approval by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    approved_on = fields.Datetime("Approved on", readonly=True, copy=False)
    sent_on = fields.Date("Sent on", readonly=True, copy=False)
    sent_reference = fields.Char("Reference of the letter", readonly=True, copy=False)
    cp_1 = amount("CP N+1", compute="_compute_totals")
    cp_2 = amount("CP N+2", compute="_compute_totals")
    cp_3 = amount("CP N+3", compute="_compute_totals")
    ce_1 = amount("CE N+1", compute="_compute_totals")
    lf_cp = amount("Finance law N", compute="_compute_totals")
    line_count = fields.Integer("Number of lines", compute="_compute_totals")
    need_count = fields.Integer("Number of units", compute="_compute_need_counts")
    late_count = fields.Integer("Late units", compute="_compute_need_counts")
    scenario_count = fields.Integer("Number of scenarios", compute="_compute_scenario_count")
    change_count = fields.Integer("Arbitrated changes", compute="_compute_change_count")
    open_round_id = fields.Many2one("gov.budget.framework.round", "Open round", compute="_compute_open_round_id")
    is_readable = fields.Boolean(
        compute="_compute_is_readable", search="_search_is_readable", export_string_translation=False
    )
    is_officer = fields.Boolean(compute="_compute_roles", export_string_translation=False)
    is_top = fields.Boolean(compute="_compute_roles", export_string_translation=False)
    is_editable = fields.Boolean(compute="_compute_roles", export_string_translation=False)

    _year_sane = models.Constraint("CHECK (base_year BETWEEN 2000 AND 2100)", "The year is between 2000 and 2100.")
    _one_alive = models.UniqueIndex(
        "(base_year) WHERE is_scenario IS NOT TRUE AND state NOT IN ('superseded', 'cancelled')",
        "There is already a framework of this year: make a new version of it instead.",
    )
    _scenario_name_uniq = models.UniqueIndex(
        "(parent_id, scenario_name) WHERE is_scenario", "Two scenarios of one framework have two names."
    )

    # ------------------------------------------------------------------ computed
    @api.depends("base_year", "version", "is_scenario", "scenario_name")
    def _compute_name(self):
        for one in self:
            # short and the same in each language: codes and years
            name = f"PBT {one.base_year + 1}–{one.base_year + 3}"
            one.name = f"{name} · {one.scenario_name}" if one.is_scenario else f"{name} · v{one.version}"

    def _compute_totals(self):
        names = ("cp_1", "cp_2", "cp_3", "ce_1", "lf_cp")
        rows = self.env["gov.budget.framework.line"]._read_group(
            [("framework_id", "in", self.ids)], ["framework_id"], ["__count", *(f"{name}:sum" for name in names)]
        )
        found = {framework.id: values for framework, *values in rows}
        for one in self:
            count, *sums = found.get(one.id, [0] * (len(names) + 1))
            one.line_count = count
            for name, value in zip(names, sums, strict=True):
                one[name] = value

    def _compute_need_counts(self):
        Need = self.env["gov.budget.framework.need"]
        total = dict(Need._read_group([("framework_id", "in", self.ids)], ["framework_id"], ["__count"]))
        late = dict(
            Need._read_group(
                Domain("framework_id", "in", self.ids) & Domain("is_late", "=", True), ["framework_id"], ["__count"]
            )
        )
        for one in self:
            one.need_count = total.get(one, 0)
            one.late_count = late.get(one, 0)

    def _compute_scenario_count(self):
        counts = dict(self._read_group([("parent_id", "in", self.ids)], ["parent_id"], ["__count"]))
        for one in self:
            one.scenario_count = counts.get(one, 0)

    def _compute_change_count(self):
        Change = self.env["gov.budget.framework.change"]
        counts = dict(Change._read_group([("framework_id", "in", self.ids)], ["framework_id"], ["__count"]))
        for one in self:
            one.change_count = counts.get(one, 0)

    @api.depends("round_ids.state")
    def _compute_open_round_id(self):
        for one in self:
            one.open_round_id = one.round_ids.filtered(lambda r: r.state == "open")[:1]

    @api.depends_context("uid")
    @api.depends("need_ids.officer_id")
    def _compute_is_readable(self):
        # record rules are worked out on this field: it looks at the user alone, never at access rights
        mine = self.filtered_domain(self._gov_readable_domain())
        for one in self:
            one.is_readable = one in mine

    @search_when
    def _search_is_readable(self):
        return self._gov_readable_domain()

    @api.model
    def _gov_readable_domain(self):
        """Officers read all frameworks; the people of a unit those that ask their unit for its needs."""
        if roles.has_role(self.env, *roles.READERS) or roles.is_top(self.env):
            return Domain.TRUE
        # sudo: only which frameworks ask the units of the user
        needs = self.env["gov.budget.framework.need"].sudo().search(self.env["gov.budget.framework.need"]._mine())
        return Domain("id", "in", needs.framework_id.ids)

    @api.depends_context("uid")
    @api.depends("state", "is_scenario")
    def _compute_roles(self):
        officer, top = roles.is_officer(self.env), roles.is_top(self.env)
        for one in self:
            one.is_officer = officer
            one.is_top = top
            one.is_editable = officer and one.state in ("draft", "collecting", "arbitration")

    @api.constrains("collection_deadline", "base_year")
    def _check_deadline(self):
        for one in self:
            day = one.collection_deadline
            if day and not one.base_year - 1 <= day.year <= one.base_year + 1:
                raise ValidationError(
                    self.env._(
                        "%(framework)s is prepared in %(year)s: check the day by which needs are due.",
                        framework=one.name,
                        year=one.base_year,
                    )
                )

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        frameworks = super().create(vals_list)
        if not roles.is_acting(self):
            frameworks._gov_make_milestones()
        return frameworks

    def write(self, vals):
        if not roles.is_acting(self) and "base_year" in vals:
            if any(one.line_ids or one.state != "draft" for one in self):
                raise UserError(self.env._("The year no longer changes once the framework has lines."))
        return super().write(vals)

    def copy_data(self, default=None):
        raise UserError(self.env._("A framework is not copied: make a new version of it, or a scenario."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        for one in self:
            if one.state != "draft" or one.change_count:
                raise UserError(
                    self.env._(
                        "%(framework)s has begun its life: cancel it, it stays in the records.", framework=one.name
                    )
                )

    # ------------------------------------------------------------------ acts
    def _gov_check_officer(self):
        self.check_access("read")
        if not roles.is_officer(self.env):
            raise AccessError(self.env._("The programming is prepared by a budget officer."))

    def _gov_check_main(self):
        for one in self:
            if one.is_scenario:
                raise UserError(
                    self.env._("%(scenario)s is a scenario: this act is for the framework itself.", scenario=one.name)
                )

    def _gov_note(self, act, facts=None):
        """Write an act of the framework into the journal."""
        self.env["gov.journal.entry"]._record_many(
            [(one, act, dict({"framework": one.name, "version": one.version}, **(facts or {}))) for one in self]
        )

    @short_transaction
    def action_fill(self):
        """Fill a framework in preparation from the finance law of the year N and the former framework.

        Lines that are there already keep their figures; their finance law and execution are brought up to date.
        """
        self.ensure_one()
        self._gov_check_officer()
        self._gov_check_main()
        self._gov_take("draft", "draft")
        count = self._gov_fill()
        self._gov_note("fill", {"lines": count})
        return True

    @short_transaction
    def action_open_collection(self):
        """Ask the units for their needs: one sheet a unit, with its ceiling and the deadline."""
        self.ensure_one()
        self._gov_check_officer()
        self._gov_check_main()
        self._gov_take("draft", "collecting")
        if not self.collection_deadline:
            raise UserError(self.env._("Say by which day the needs are due first."))
        # sudo: all units are asked, whatever region the officer serves
        whole = self.sudo()
        if not whole.line_ids.unit_id and not whole.need_ids:
            raise UserError(self.env._("Add the units that are asked, or fill the framework from the finance law."))
        self._gov_make_needs()
        self._gov_note("open_collection", {"deadline": str(self.collection_deadline)})
        whole.need_ids._gov_notify()
        return True

    @short_transaction
    def action_open_arbitration(self):
        """Close the collection: what the units asked is kept, and the rounds of arbitration begin."""
        self.ensure_one()
        self._gov_check_officer()
        self._gov_check_main()
        self._gov_take("collecting", "arbitration")
        # sudo: a system act, what was asked is kept on all lines, whatever region the officer serves
        whole = self.sudo()
        missing = whole.need_ids.filtered(lambda need: need.state == "open")
        whole.line_ids._gov_keep_asked()
        self._gov_write({"asked_by_id": self.env.uid})
        self._gov_note("open_arbitration", {"missing": missing.unit_id.mapped("unit_code")})
        return True

    @short_transaction
    def action_approve(self, comment=None):
        """Approve the framework: by the authorising officer or the general secretariat, never by who asked for it."""
        self.ensure_one()
        self.check_access("read")
        self._gov_check_main()
        self._gov_take("arbitration", "approved")
        if not roles.is_top(self.env):
            raise AccessError(
                self.env._(
                    "The framework is approved by the authorising officer, the general secretariat or the cabinet."
                )
            )
        if self.asked_by_id == self.env.user:
            raise AccessError(self.env._("Who put the framework to arbitration does not approve it."))
        if self.open_round_id:
            raise UserError(self.env._("A round of arbitration is open: close it first."))
        self._gov_check_blocking()
        # sudo: what is approved is the whole framework, whatever region the approver serves
        rows = self.sudo().line_ids
        facts = {
            "comment": comment.strip()[:500] if isinstance(comment, str) else "",
            "cp": [sum(rows.mapped(name)) for name in programming.CP],
            "ce": sum(rows.mapped("ce_1")),
        }
        self._gov_write({"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()})
        self._gov_note("approve", facts)
        return True

    @short_transaction
    def action_return(self, reason):
        """Send the framework back: from arbitration to the collection, or from approved to arbitration."""
        self.ensure_one()
        self._gov_check_main()
        self.check_access("read")
        reason = roles.clean_reason(self.env, reason)
        before = self.state
        self._gov_take(*(("approved", "arbitration") if before == "approved" else ("arbitration", "collecting")))
        if not (roles.is_top(self.env) if before == "approved" else roles.is_officer(self.env)):
            raise AccessError(
                self.env._(
                    "The budget officer reopens the collection; who approves frameworks reopens the arbitration."
                )
            )
        if self.open_round_id:
            raise UserError(self.env._("A round of arbitration is open: close it first."))
        self._gov_write({"approved_by_id": False, "approved_on": False})
        self._gov_note("return", {"from": before, "reason": reason})
        # sudo: the note is about an act just done
        self.sudo().message_post(body=reason)
        return True

    @short_transaction
    def action_send(self, reference):
        """Record that the framework was sent to the ministry of finance; it is locked from then on."""
        self.ensure_one()
        self._gov_check_officer()
        self._gov_check_main()
        reference = roles.clean_reason(self.env, reference)
        self._gov_take("approved", "sent")
        self._gov_check_blocking()
        today = self._gov_today()
        self._gov_write({"sent_on": today, "sent_reference": reference})
        self._gov_note("send", {"reference": reference})
        # sudo: the milestone belongs to the act just done
        self.sudo().milestone_ids.filtered(lambda m: m.code == "pbt_sent" and not m.done_on)._gov_set_done(today)
        return True

    @short_transaction
    def action_cancel(self, reason=None):
        """Cancel a framework that was not approved, or give up a scenario."""
        self.ensure_one()
        self._gov_check_officer()
        reason = roles.clean_reason(self.env, reason)
        self._gov_take(("draft", "collecting", "arbitration"), "cancelled")
        self._gov_note("cancel", {"reason": reason})
        # sudo: the note is about an act just done
        self.sudo().message_post(body=reason)
        return True

    @short_transaction
    def action_new_version(self, reason):
        """Make a new version of an approved or sent framework, and freeze this one.

        The new version begins in arbitration with the same figures; the former keeps its own for ever.

        :return: the action that opens the new version
        """
        self.ensure_one()
        self._gov_check_officer()
        self._gov_check_main()
        reason = roles.clean_reason(self.env, reason)
        self._gov_take(("approved", "sent"), "superseded")
        self._gov_note("supersede", {"reason": reason})
        # sudo: the copy is a legal act of the officer, over the lines of all regions
        new = self.sudo()._gov_copy({"version": self.version + 1, "previous_id": self.id})
        new._gov_write({"state": "arbitration", "asked_by_id": self.env.uid})
        new = new.sudo(False)
        new._gov_note("new_version", {"former": self.name, "reason": reason})
        return new._gov_open()

    # ------------------------------------------------------------------ parts of the acts
    def _gov_open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _gov_copy(self, vals, branch=False):
        """Return a copy of the framework with its lines; a branch remembers the lines and figures it comes from."""
        keep = ("base_year", "responsible_id", "collection_deadline", "circular")
        data = {name: self[name].id if name == "responsible_id" else self[name] for name in keep}
        new = roles.acting(self).create(dict(data, **vals))
        needs = {}
        if not branch:
            for need in self.need_ids:
                needs[need.id] = need._gov_copy_to(new).id
            roles.acting(self.env["gov.budget.framework.ceiling"]).create(
                [ceiling._gov_values(new) for ceiling in self.ceiling_ids]
            )
            roles.acting(self.env["gov.budget.project.sheet"]).create(
                [sheet._gov_values(new) for sheet in self.sheet_ids]
            )
            roles.acting(self.env["gov.budget.milestone"]).create(
                [milestone._gov_values(new) for milestone in self.milestone_ids]
            )
        lines = []
        for line in self.line_ids:
            values = line._gov_values()
            values["framework_id"] = new.id
            values["need_id"] = needs.get(line.need_id.id, False)
            if branch:
                values["origin_id"] = line.id
                values["base_figures"] = line._gov_figures()
            lines.append(values)
        roles.acting(self.env["gov.budget.framework.line"]).create(lines)
        return new

    def _gov_fill(self):
        """Make or complete the lines from the voted budget of N and the former framework; return how many are new."""
        Line = self.env["gov.budget.framework.line"]
        # sudo: the framework is filled for all regions, whoever presses the button
        former = self.sudo().search(
            [
                ("base_year", "=", self.base_year - 1),
                ("is_scenario", "=", False),
                ("state", "in", ("approved", "sent")),
            ],
            limit=1,
        )
        wanted = {}
        for line in former.line_ids:
            rolled = programming.roll(line._gov_figures())
            row = wanted.setdefault(line._gov_key(), {})
            if line.nature == "baseline" and not line.is_investment and not rolled["cp_3"]:
                # operation goes on; investment is told year by year
                rolled["cp_3"] = rolled["cp_2"]
            row.update({name: programming.dirhams(value) for name, value in rolled.items()})
            row["hypotheses"] = line.hypotheses
        law = self._gov_law_figures(self.base_year)
        done = {
            name: self._gov_executed(year)
            for year, name in ((self.base_year - 1, "done_1"), (self.base_year - 2, "done_2"))
        }
        bare = any(not unit for figures in (law, *done.values()) for _node, unit in figures)
        default = self._gov_default_unit().id if bare else False
        for (node, unit), values in law.items():
            row = wanted.setdefault((node, unit or default, "baseline", False), {})
            if not row:
                # nothing was programmed: the finance law is carried on, the units correct it
                row.update(carried=True)
            for name in programming.LAW:
                row[name] = row.get(name, 0) + values[name]
        for name, figures in done.items():
            for (node, unit), ordered in figures.items():
                row = wanted.setdefault((node, unit or default, "baseline", False), {})
                row[name] = row.get(name, 0) + ordered
        for row in wanted.values():
            if row.pop("carried", False):
                row.update(dict.fromkeys(programming.CP, row["lf_cp"]))
        used = self.env["gov.budget.node"].browse({key[0] for key in wanted})._gov_in_year(self.base_year + 1)
        wanted = {key: row for key, row in wanted.items() if key[0] in used.ids}
        for key, row in wanted.items():
            node = used.browse(key[0])
            # a rubric that ends within the three years holds nothing after its end
            for step in programming.YEARS:
                if not node._gov_in_year(self.base_year + step):
                    row.update({f"cp_{step}": 0, f"ce_{step}": 0})
        existing = {line._gov_key(): line for line in self.sudo().line_ids}  # sudo: as above
        new = []
        for key, values in wanted.items():
            if key in existing:
                facts = {name: values[name] for name in ("lf_cp", "lf_ce", "done_1", "done_2") if name in values}
                if facts:
                    roles.acting(existing[key]).write(facts)
            else:
                node, unit, nature, label = key
                new.append(
                    dict(values, framework_id=self.id, node_id=node, unit_id=unit, nature=nature, name=label or False)
                )
        roles.acting(Line.sudo()).create(new)  # sudo: lines of all regions, as above
        return len(new)

    def _gov_make_needs(self):
        """Give each unit with a line its sheet, and each line the sheet of its unit."""
        # sudo: all units are asked, whatever region the officer serves
        self = self.sudo()
        known = {need.unit_id: need for need in self.need_ids}
        units = self.line_ids.unit_id - self.need_ids.unit_id
        made = roles.acting(self.env["gov.budget.framework.need"]).create(
            [{"framework_id": self.id, "unit_id": unit.id} for unit in units]
        )
        known.update({need.unit_id: need for need in made})
        for unit, lines in self.line_ids.grouped("unit_id").items():
            if unit:
                roles.acting(lines).write({"need_id": known[unit].id})

    def _gov_default_unit(self):
        """Return the unit that answers for credits without a unit of their own."""
        # sudo: a setting, and a unit of the organisation chart
        code = self.env["gov.parameter"].sudo().get_value("budget.framework.unit", fields.Date.context_today(self))
        # sudo: as above
        unit = self.env["hr.department"].sudo().search([("unit_code", "=", code)], limit=1)
        if not unit:
            raise UserError(
                self.env._(
                    "No unit has the code “%(code)s”: correct the legal parameter budget.framework.unit.", code=code
                )
            )
        return unit

    def _gov_law_figures(self, year):
        """Return the voted credits of a year: (node id, unit id) → {lf_cp, lf_ce}."""
        return {
            (node.id, unit.id): {"lf_cp": cp, "lf_ce": ce}
            for node, unit, cp, ce in self._gov_budget_lines(year, ["cp_voted:sum", "ce_voted:sum"])
        }

    def _gov_executed(self, year):
        """Return what was ordered in a year: (node id, unit id) → amount."""
        return {
            (node.id, unit.id): ordered
            for node, unit, ordered in self._gov_budget_lines(year, ["ordered:sum"])
            if ordered
        }

    def _gov_budget_lines(self, year, aggregates):
        # sudo: the credits of all regions make the basis of the framework
        return (
            self.env["gov.budget.line"]
            .sudo()
            ._read_group(
                [
                    ("year", "=", year),
                    ("budget_id.state", "!=", "preparation"),
                    ("parent_line_id", "=", False),
                ],
                ["node_id", "unit_id"],
                aggregates,
            )
        )

    def _gov_make_milestones(self):
        for one in self:
            if not one.is_scenario:
                # sudo: the calendar comes with the framework the officer has just made
                self.env["gov.budget.milestone"].sudo()._gov_make_for(one)

    # ------------------------------------------------------------------ buttons that open
    def _gov_act_window(self, model, name, domain, context=None, views="list,form"):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": views,
            "views": [(False, view) for view in views.split(",")],
            "domain": domain,
            "context": context or {},
        }

    def action_open_lines(self):
        """Open the lines of the framework."""
        self.ensure_one()
        return self._gov_act_window(
            "gov.budget.framework.line",
            self.name,
            [("framework_id", "=", self.id)],
            {"default_framework_id": self.id, "search_default_group_chapter": 1, "search_default_group_programme": 1},
            "list,pivot,form",
        )

    def action_open_needs(self):
        """Open the sheets of the units."""
        self.ensure_one()
        return self._gov_act_window(
            "gov.budget.framework.need", self.env._("Needs of the units"), [("framework_id", "=", self.id)]
        )

    def action_open_late(self):
        """Open the sheets of the units that are late."""
        self.ensure_one()
        return self._gov_act_window(
            "gov.budget.framework.need",
            self.env._("Late units"),
            [("framework_id", "=", self.id), ("is_late", "=", True)],
        )

    def action_open_scenarios(self):
        """Open the scenarios of the framework."""
        self.ensure_one()
        return self._gov_act_window(
            self._name, self.env._("Scenarios"), [("parent_id", "=", self.id)], {"default_base_year": self.base_year}
        )

    def action_open_changes(self):
        """Open the changes made by arbitration."""
        self.ensure_one()
        return self._gov_act_window(
            "gov.budget.framework.change",
            self.env._("Arbitrated changes"),
            [("framework_id", "=", self.id)],
            {"search_default_group_round": 1},
            "list",
        )

    def action_compare(self):
        """Open the comparison of the framework with its scenarios, line by line."""
        self.ensure_one()
        main = self.parent_id or self
        return {
            "type": "ir.actions.client",
            "tag": "gov_budget.framework_compare",
            "name": self.env._("Comparison: %(framework)s", framework=main.name),
            "params": {"framework_id": main.id},
        }

    def action_compare_rounds(self):
        """Open what was asked and what each level made of it, line by line."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "gov_budget.framework_compare",
            "name": self.env._("Arbitration: %(framework)s", framework=self.name),
            "params": {"framework_id": self.id, "rounds": True},
        }
