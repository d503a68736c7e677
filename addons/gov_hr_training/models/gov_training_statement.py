import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.gov_base.tools.text import nbsp_amount
from odoo.addons.gov_hr.services.workforce_book import indicators_workbook

from ..services import rates


class GovTrainingStatement(models.TransientModel):
    """The report of a year of training: execution, access, days per head, costs; on the screen and as a workbook.

    Each figure opens to its rows by the buttons.  What is counted follows the rights of the reader.
    """

    _name = "gov.training.statement"
    _description = "Report of a year of training"

    year = fields.Integer(required=True, default=lambda self: fields.Date.context_today(self).year, aggregator=None)
    region_id = fields.Many2one("gov.region", ondelete="cascade", help="Empty: all the regions that you serve.")
    statement_html = fields.Html("Report", compute="_compute_statement_html", sanitize=False)
    workbook = fields.Binary(attachment=False, readonly=True)

    @api.depends("year", "region_id")
    @api.depends_context("lang", "uid")
    def _compute_statement_html(self):
        for statement in self:
            statement.statement_html = self.env["ir.qweb"]._render(
                "gov_hr.workforce_statement",
                {
                    "indicators": statement._gov_tables(),
                    "cell": self.env["gov.workforce.statement"]._gov_cell,
                    "amount": nbsp_amount,
                },
            )

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Report of the year")

    # ------------------------------------------------------------------ figures
    def _gov_access(self):
        """Return the rows of the access analysis as dicts ``(sex, group, region) → numbers``."""
        # sudo: the years of the workforce figures, made when they are not there
        self.env["gov.workforce.year"].sudo()._gov_ensure_years()
        domain = [("year", "=", str(self.year))]
        if self.region_id:
            domain.append(("region_id", "=", self.region_id.id))
        return self.env["gov.training.access"]._read_group(
            domain, ["sex", "grade_group_id", "region_id"], ["staff:sum", "trained:sum", "days:sum"]
        )

    def _gov_tables(self):
        self.ensure_one()
        self.env["gov.training.access"].check_access("read")
        rows = self._gov_access()
        tables = [self._gov_execution(rows)]
        if self.env["gov.training.plan"]._has_field_access(self.env["gov.training.plan"]._fields["budget"], "read"):
            tables.append(self._gov_money(rows))
        tables += [
            self._gov_access_table("T3", self.env._("Access by sex"), rows, 0, self.env._("Sex")),
            self._gov_access_table("T4", self.env._("Access by group of grades"), rows, 1, self.env._("Grades")),
            self._gov_access_table("T5", self.env._("Access by region"), rows, 2, self.env._("Region")),
            self._gov_needs_table(),
        ]
        return tables

    def _gov_plan(self):
        return self.env["gov.training.plan"].search(
            [
                ("kind", "=", "annual"),
                ("year_from", "=", self.year),
                ("state", "in", ("approved", "running", "closed")),
            ],
            limit=1,
        )

    def _gov_table(self, code, title, formula, columns, rows, source="", note=""):
        return {
            "code": code,
            "title": title,
            "formula": formula,
            "source": source or self.env._("Trainings recorded in the year"),
            "note": note,
            "columns": columns,
            "rows": rows,
        }

    def _gov_done(self):
        """Return ``{action: (days done, persons)}`` of the actions of the year's plan, for the region asked."""
        domain = [("action_id", "in", self._gov_plan().action_ids.ids), ("result", "!=", "failed")]
        if self.region_id:
            domain.append(("region_id", "=", self.region_id.id))
        found = self.env["gov.training.record"]._read_group(
            domain, ["action_id"], ["days:sum", "employee_id:count_distinct"]
        )
        return {action: (days, persons) for action, days, persons in found}

    def _gov_execution(self, rows):
        _ = self.env._
        done = self._gov_done()
        states = dict(self.env["gov.training.action"]._fields["state"]._description_selection(self.env))
        lines, planned, days = [], 0, 0
        for action in self._gov_plan().action_ids.sorted(lambda one: (one.quarter or "", one.id)):
            did, persons = done.get(action, (0, 0))
            lines.append(
                [
                    f"{action.course_id.code} {action.name}",
                    states[action.state],
                    action.person_count,
                    persons,
                    action.trainee_days,
                    did,
                    rates.share(did, action.trainee_days),
                ]
            )
            if action.state != "dropped":
                planned += action.trainee_days
                days += did
        if lines:
            lines.append([_("All"), "", None, None, planned, days, rates.share(days, planned)])
        return self._gov_table(
            "T1",
            _("Execution of the plan"),
            _("Days done ÷ days planned"),
            [
                (_("Action"), "text"),
                (_("State"), "text"),
                (_("Persons planned"), "number"),
                (_("Persons trained"), "number"),
                (_("Days planned"), "decimal"),
                (_("Days done"), "decimal"),
                (_("Execution (%)"), "percent"),
            ],
            lines,
            source=_("Actions of the annual plan, and the trainings recorded for them"),
        )

    def _gov_money(self, rows):
        _ = self.env._
        plan = self._gov_plan()
        staff = sum(row[3] for row in rows)
        live = plan.action_ids.filtered(lambda one: one.state in ("running", "done"))
        spent = sum(live.mapped("cost_total"))
        days = sum(did for action, (did, _persons) in self._gov_done().items() if action in live)
        payroll = self._gov_payroll()
        lines = [
            [_("Budget of the plan"), plan.budget],
            [_("Cost of all its actions"), plan.cost_total],
            [_("Cost of the actions under way or done"), spent],
            [_("Cost of a trainee-day done"), rates.ratio(spent, days)],
            [_("Cost per head of the staff"), rates.ratio(plan.cost_total, staff)],
            [_("Net pay of the staff in the year"), payroll],
            [_("Cost of the plan, among a hundred of the pay"), rates.share(plan.cost_total, payroll)],
        ]
        return self._gov_table(
            "T2",
            _("Costs"),
            _("Costs of the actions with taxes"),
            [(_("Figure"), "text"), (_("Value"), "amount")],
            lines,
            source=_("Costs of the actions of the annual plan"),
            note=_("The pay is the net pay of the files, times twelve; known to HR managers alone."),
        )

    def _gov_payroll(self):
        """Return the net pay of the staff in a year, for who may read the pay; None for others."""
        if not self.env.user.has_group("gov_base.group_hr_manager"):
            return None
        today = fields.Date.context_today(self)
        people = self.env["hr.employee"].search([("ppr_number", "!=", False)])
        # sudo: pay files of the staff, of which the sum alone comes out; an HR manager asks
        people = people.sudo()
        versions = {person.id: person._get_version(today) for person in people}
        return 12 * sum(people._gov_net_pays(today, versions).values()) or None

    def _gov_access_table(self, code, title, rows, axis, label):
        _ = self.env._
        sums = {}
        for row in rows:
            cell = sums.setdefault(row[axis], [0, 0, 0.0])
            for at in range(3):
                cell[at] += row[3 + at]
        sexes = dict(self.env["gov.training.access"]._fields["sex"]._description_selection(self.env))
        lines = []
        for key, (staff, trained, days) in sums.items():
            name = sexes.get(key, "") if axis == 0 else (key.display_name if key else _("Not recorded"))
            lines.append([name, staff, trained, rates.share(trained, staff), days, rates.ratio(days, staff)])
        lines.sort(key=lambda line: (-line[1], line[0] or ""))
        if lines:
            staff, trained, days = (sum(line[at] for line in lines) for at in (1, 2, 4))
            lines.append([_("All"), staff, trained, rates.share(trained, staff), days, rates.ratio(days, staff)])
        return self._gov_table(
            code,
            title,
            _("Persons trained ÷ staff; days ÷ staff"),
            [
                (label, "text"),
                (_("Staff"), "number"),
                (_("Persons trained"), "number"),
                (_("Access (%)"), "percent"),
                (_("Days"), "decimal"),
                (_("Days per head"), "decimal"),
            ],
            lines,
        )

    def _gov_needs_table(self):
        _ = self.env._
        needs = self.env["gov.training.need"]
        sources = dict(needs._fields["source"]._description_selection(self.env))
        domain = [("year", "=", self.year)]
        if self.region_id:
            domain.append(("region_id", "=", self.region_id.id))
        counts = {}
        for source, state, number in needs._read_group(domain, ["source", "state"], ["__count"]):
            counts.setdefault(source, {})[state] = number
        lines = []
        for source, label in sources.items():
            of_source = counts.get(source)
            if of_source:
                total = sum(of_source.values())
                met = of_source.get("met", 0)
                waiting = sum(of_source.get(state, 0) for state in ("proposed", "head", "division"))
                kept = of_source.get("kept", 0) + of_source.get("merged", 0) + met
                lines.append([label, total, waiting, kept, of_source.get("aside", 0), met, rates.share(met, kept)])
        return self._gov_table(
            "T6",
            _("Needs and what became of them"),
            _("Needs met ÷ needs kept"),
            [
                (_("Source"), "text"),
                (_("Needs"), "number"),
                (_("Being sorted"), "number"),
                (_("Kept by human resources"), "number"),
                (_("Set aside"), "number"),
                (_("Met"), "number"),
                (_("Met (%)"), "percent"),
            ],
            lines,
            source=_("Training needs for the plan of the year"),
        )

    # ------------------------------------------------------------------ acts
    def action_export(self):
        """Give the workbook of the report."""
        self.ensure_one()
        if self.create_uid != self.env.user:
            raise AccessError(self.env._("This report is another person's: open your own."))
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        scope = self.region_id.display_name or self.env._("All the persons that you may see")
        heads = (
            self.env._("Formula"),
            self.env._("Source"),
            self.env._("Year"),
            self.env._("Persons counted"),
            self.env._("Note"),
            str(self.year),
            scope,
        )
        self.workbook = base64.b64encode(indicators_workbook(self._gov_tables(), heads, lang.direction == "rtl"))
        name = self.env._("Training %s", self.year)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/workbook/{name}.xlsx?download=true",
            "target": "download",
        }

    def action_open_access(self):
        """Open the persons behind the access rates."""
        self.ensure_one()
        action = self.env["gov.training.access"].action_open()
        domain = [("year", "=", str(self.year))]
        if self.region_id:
            domain.append(("region_id", "=", self.region_id.id))
        action.update(domain=domain, context={})
        return action

    def action_open_records(self):
        """Open the trainings behind the days done."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_record_action")
        domain = [("year", "=", self.year)]
        if self.region_id:
            domain.append(("region_id", "=", self.region_id.id))
        action.update(domain=domain, context={})
        return action

    def action_open_actions(self):
        """Open the actions behind the execution and the costs."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_action_action")
        action.update(domain=[("year", "=", self.year)], context={})
        return action

    def action_open_needs(self):
        """Open the needs of the year."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_need_action")
        action.update(domain=[("year", "=", self.year)], context={})
        return action
