from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..services import projection

FLOW_KINDS = [
    ("early", "Early retirement"),
    ("departure", "Other departure"),
    ("position_out", "Detachment or availability"),
    ("mobility_out", "Mobility to another administration"),
    ("position_in", "Return from detachment or availability"),
    ("mobility_in", "Mobility from another administration"),
    ("recruitment", "Recruitment"),
    ("mobility", "Mobility inside"),
    ("promotion", "Promotion of grade"),
]
KNOWN_KINDS = [("retirement", "Retirement by age limit"), ("departure_known", "Departure by an act already signed")]
LONGEST = 20


class GovWorkforceScenario(models.Model):
    """A named set of hypotheses on the years to come, compared with others side by side.

    Who reaches the age limit or leaves by an act signed already is known from the files; the lines say the rest.
    HR managers write scenarios; HR officers and auditors read them, each the figures of the regions served.
    """

    _name = "gov.workforce.scenario"
    _description = "Scenario of the workforce"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True, help="What the scenario supposes, in words.")
    horizon = fields.Integer("Years", default=10, required=True, aggregator=None, help="Years after the present one.")
    limit_shift = fields.Integer(
        "Age limit later by (months)",
        aggregator=None,
        help="What if people left later than the age limit of today: months added to each retirement date.",
    )
    flow_ids = fields.One2many("gov.workforce.flow", "scenario_id", "Hypotheses", copy=True)
    flow_count = fields.Integer("Number of hypotheses", compute="_compute_flow_count")

    _horizon_range = models.Constraint(
        "CHECK (horizon BETWEEN 1 AND 20)", "A projection goes from 1 to 20 years ahead."
    )
    _limit_shift_range = models.Constraint(
        "CHECK (limit_shift IS NULL OR limit_shift BETWEEN 0 AND 120)",
        "The age limit is put off by at most ten years.",
    )

    @api.depends("flow_ids")
    def _compute_flow_count(self):
        for scenario in self:
            scenario.flow_count = len(scenario.flow_ids)

    def copy_data(self, default=None):
        given = default or {}
        return [
            vals if "name" in given else dict(vals, name=self.env._("%(name)s (copy)", name=scenario.name))
            for scenario, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def action_open_projection(self):
        """Open the projection of these scenarios, side by side."""
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_competency.gov_workforce_projection_action")
        action["params"] = {"scenario_ids": self.ids}
        return action

    def _gov_hypotheses(self):
        """Return the lines as the arithmetic takes them.

        sudo: units and regions are in the organisation chart.
        """
        self.ensure_one()
        this_year = fields.Date.context_today(self).year
        lines = self.sudo().flow_ids
        units = self.env["hr.department"].sudo()
        under = {unit.id: set() for unit in lines.department_id}
        for unit in units.search_fetch([("id", "child_of", lines.department_id.ids)], ["parent_path"]):
            for above in (unit.parent_path or "").split("/"):
                if above and int(above) in under:
                    under[int(above)].add(unit.id)
        found = []
        for line in lines:
            where, to = {}, {}
            if line.job_id:
                where["job"] = {line.job_id.id}
            if line.grade_id:
                where["grade"] = {line.grade_id.id}
            if line.department_id:
                where["unit"] = under[line.department_id.id]
            if line.region_id:
                where["region"] = {line.region_id.id}
            if line.sex:
                where["sex"] = {line.sex}
            if line.to_job_id:
                to["job"] = line.to_job_id.id
            if line.to_grade_id:
                to["grade"] = line.to_grade_id.id
            if line.to_department_id:
                to["unit"] = line.to_department_id.id
                to["region"] = line.to_department_id.effective_region_id.id or None
            home = projection.Cell(
                line.job_id.id or None,
                line.grade_id.id or None,
                line.department_id.id or None,
                (line.region_id or line.department_id.effective_region_id).id or None,
                line.sex or None,
            )
            found.append(
                projection.Hypothesis(
                    line.id,
                    line.kind,
                    line.basis,
                    line.value,
                    line.year_from or this_year + 1,
                    line.year_to or this_year + LONGEST,
                    where,
                    to,
                    home,
                )
            )
        return found


class GovWorkforceFlow(models.Model):
    """One hypothesis of a scenario: who comes, goes or moves, how many, in which years."""

    _name = "gov.workforce.flow"
    _description = "Hypothesis of a scenario"
    _order = "scenario_id, sequence, id"

    scenario_id = fields.Many2one("gov.workforce.scenario", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char("In words", compute="_compute_name")
    kind = fields.Selection(FLOW_KINDS, "Movement", required=True, default="recruitment")
    basis = fields.Selection(
        [
            ("number", "People a year"),
            ("rate", "% of the staff concerned a year"),
            ("replacement", "% of those who left for good in the year"),
        ],
        "Counted as",
        required=True,
        default="number",
        help="A rate is of the staff concerned on the first day of the year; of early retirements, of those who have "
        "the years of service that the law asks. Replacement: 50 % is one for two.",
    )
    value = fields.Float(required=True, default=1.0, digits=(10, 2), aggregator=None)
    year_from = fields.Integer("From year", aggregator=None, help="Empty: from next year.")
    year_to = fields.Integer("To year", aggregator=None, help="Empty: to the end of the projection.")
    job_id = fields.Many2one("hr.job", "Job", index="btree_not_null", ondelete="cascade")
    grade_id = fields.Many2one("gov.grade", "Grade", index="btree_not_null", ondelete="cascade")
    department_id = fields.Many2one(
        "hr.department", "Unit", index="btree_not_null", ondelete="cascade", help="With the units under it."
    )
    region_id = fields.Many2one("gov.region", "Region", index="btree_not_null", ondelete="cascade")
    sex = fields.Selection([("female", "Women"), ("male", "Men")])
    to_job_id = fields.Many2one("hr.job", "New job", index="btree_not_null", ondelete="cascade")
    to_grade_id = fields.Many2one("gov.grade", "New grade", index="btree_not_null", ondelete="cascade")
    to_department_id = fields.Many2one("hr.department", "New unit", index="btree_not_null", ondelete="cascade")
    note = fields.Char("Why")

    _value_range = models.Constraint(
        "CHECK (value >= 0 AND value <= 100000)", "A number of people or a rate is not negative."
    )

    @api.constrains("kind", "basis", "value", "year_from", "year_to", "to_job_id", "to_grade_id", "to_department_id")
    def _check_line(self):
        for line in self:
            targets = line.to_job_id or line.to_grade_id or line.to_department_id
            if line.kind in projection.MOVES and not targets:
                raise ValidationError(
                    self.env._("“%(line)s”: say the new job, grade or unit of those who move.", line=line.name)
                )
            if line.kind == "promotion" and not line.to_grade_id:
                raise ValidationError(self.env._("“%(line)s”: say the new grade.", line=line.name))
            if line.kind in projection.OUT and targets:
                raise ValidationError(
                    self.env._("“%(line)s”: those who leave have no new job, grade or unit.", line=line.name)
                )
            if line.basis == "replacement" and line.kind not in projection.IN:
                raise ValidationError(
                    self.env._("“%(line)s”: only those who come in replace those who left.", line=line.name)
                )
            if line.basis == "rate" and line.value > 100:
                raise ValidationError(self.env._("“%(line)s”: a rate is at most 100 %%.", line=line.name))
            for year in (line.year_from, line.year_to):
                if year and not 2000 <= year <= 2200:
                    raise ValidationError(self.env._("“%(line)s”: a year has four digits.", line=line.name))
            if line.year_from and line.year_to and line.year_from > line.year_to:
                raise ValidationError(
                    self.env._("“%(line)s”: the first year comes after the last one.", line=line.name)
                )

    @api.depends(
        "kind", "basis", "value", "job_id", "grade_id", "department_id", "region_id", "sex", "to_job_id",
        "to_grade_id", "to_department_id",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_name(self):
        words = {name: dict(self._fields[name]._description_selection(self.env)) for name in ("kind", "basis", "sex")}
        for line in self:
            value = f"{line.value:g}"
            how = words["basis"].get(line.basis, "")
            place = [
                line.job_id.name,
                line.grade_id.name,
                line.department_id.name,
                line.region_id.name,
                words["sex"].get(line.sex),
            ]
            target = [line.to_job_id.name, line.to_grade_id.name, line.to_department_id.name]
            parts = [words["kind"].get(line.kind, ""), f"{value} {how}", ", ".join(filter(None, place))]
            text = " · ".join(filter(None, parts))
            if any(target):
                text = f"{text} → {', '.join(filter(None, target))}"
            line.name = text


class GovWorkforceProjection(models.AbstractModel):
    """The workforce of the years to come, by scenarios side by side; nothing is stored.

    The whole staff is projected, and each reader is shown the rows of the regions he serves.
    """

    _name = "gov.workforce.projection"
    _description = "Projection of the workforce"

    ROW_LIMIT = 300

    @api.model
    def _gov_axes(self):
        return ("directorate", "unit", "region", "job", "grade", "sex")

    @api.model
    def _gov_check_reader(self):
        roles = ("hr_officer", "auditor")
        if not self.env.su and not any(self.env.user.has_group(f"gov_base.group_{role}") for role in roles):
            raise AccessError(self.env._("Projections of the workforce are for human resources and auditors."))

    @api.model
    def _gov_scenarios(self, scenario_ids):
        self._gov_check_reader()
        if not isinstance(scenario_ids, list | tuple) or not all(type(one) is int for one in scenario_ids):
            raise UserError(self.env._("Choose the scenarios to compare."))
        scenarios = self.env["gov.workforce.scenario"].with_context(active_test=False).browse(scenario_ids).exists()
        scenarios.check_access("read")
        if not scenarios:
            raise UserError(self.env._("Choose the scenarios to compare."))
        return scenarios

    @api.model
    def _gov_project(self, scenarios):
        """Return ``({scenario: Projection}, groups of the staff of today)``; the staff are read once for all."""
        first = fields.Date.context_today(self).year
        last = first + max(scenarios.mapped("horizon"))
        staff = self.env["gov.workforce.staff"]
        hypotheses = {scenario: scenario._gov_hypotheses() for scenario in scenarios}
        early = any(one.kind == "early" for lines in hypotheses.values() for one in lines)
        groups = {
            shift: staff._gov_groups(first, last, shift, early) for shift in set(scenarios.mapped("limit_shift"))
        }
        projections = {
            scenario: projection.project(
                groups[scenario.limit_shift], hypotheses[scenario], range(first, first + scenario.horizon + 1)
            )
            for scenario in scenarios
        }
        return projections, next(iter(groups.values()))

    @api.model
    def _gov_key(self, axis):
        """Return the function that gives the row of a cell for an axis.

        sudo: directorates are in the organisation chart.
        """
        if axis not in self._gov_axes():
            raise UserError(self.env._("Choose by what the staff is shown."))
        if axis == "directorate":
            units = (
                self.env["hr.department"].sudo().with_context(active_test=False).search_fetch([], ["directorate_id"])
            )
            top = {unit.id: unit.directorate_id.id or unit.id for unit in units}
            return lambda cell: top.get(cell.unit)
        place = projection.AXES.index(axis)
        return lambda cell: cell[place]

    @api.model
    def _gov_keep(self, filters):
        """Return the function that says which cells the reader sees: those of his regions, and of what he filters."""
        filters = filters or {}
        if not isinstance(filters, dict) or not all(
            type(value) in (int, bool) or value is None or (axis == "sex" and isinstance(value, str))
            for axis, value in filters.items()
        ):
            raise UserError(self.env._("Choose by what the staff is shown."))
        checks = []
        regions = self.env.user.sudo().gov_region_ids.ids  # sudo: the regions of the user himself
        if regions:
            checks.append(("region", set(regions)))
        for axis in ("region", "job", "grade", "sex"):
            if filters.get(axis):
                checks.append((axis, {filters[axis]}))
        if filters.get("unit"):
            # sudo: units are in the organisation chart
            units = self.env["hr.department"].sudo().search([("id", "child_of", filters["unit"])])
            checks.append(("unit", set(units.ids)))
        if not checks:
            return None
        return lambda cell: all(getattr(cell, axis) in ids for axis, ids in checks)

    @api.model
    def _gov_row_names(self, axis, keys):
        if axis == "sex":
            return dict(self.env["gov.workforce.flow"]._fields["sex"]._description_selection(self.env))
        model = {
            "directorate": "hr.department",
            "unit": "hr.department",
            "region": "gov.region",
            "job": "hr.job",
            "grade": "gov.grade",
        }[axis]
        # sudo: names of what the reader may count
        records = self.env[model].sudo().browse([key for key in keys if key])
        return {one.id: one.name for one in records}

    @api.model
    def get_projection(self, scenario_ids, axis="directorate", filters=None):
        """Return the staff of today and of the end of each year, by scenario and by an axis.

        :param scenario_ids: scenarios to compare
        :param axis: directorate, unit, region, job, grade or sex
        :param filters: ``{"region", "unit", "job", "grade", "sex"}``, each an id (or the word of a sex)
        :return: ``{"years", "axis", "scenarios": [{id, name, total: {stocks, flows}, unmet: [sentence]}],
            "rows": [{id, name, stocks: [stocks of each scenario]}], "undated"}``; stocks begin with today's
        """
        scenarios = self._gov_scenarios(scenario_ids)
        key, keep = self._gov_key(axis), self._gov_keep(filters)
        projections, groups = self._gov_project(scenarios)
        last = max(scenarios.mapped("horizon"))
        first = fields.Date.context_today(self).year
        tables = {scenario: projection.table(found, key, keep) for scenario, found in projections.items()}
        totals = {scenario: projection.total(found, scenario.horizon + 1) for scenario, found in tables.items()}
        undated = sum(group.count for group in groups if group.how == "undated" and (not keep or keep(group.cell)))
        keys = sorted({row for found in tables.values() for row in found}, key=str)
        names = self._gov_row_names(axis, keys)
        rows = []
        for row in keys:
            stocks = [tables[scenario].get(row, {}).get("stocks") for scenario in scenarios]
            rows.append({"id": row or False, "name": names.get(row) or self.env._("Not known"), "stocks": stocks})
        rows.sort(key=lambda row: (-max((one or [0])[0] for one in row["stocks"]), row["name"]))
        return {
            "axis": axis,
            "years": list(range(first, first + last + 1)),
            "scenarios": [
                {
                    "id": scenario.id,
                    "name": scenario.name,
                    "description": scenario.description or "",
                    "total": totals[scenario],
                    "unmet": self._gov_unmet(projections[scenario]),
                }
                for scenario in scenarios
            ],
            "rows": rows[: self.ROW_LIMIT],
            "hidden": max(0, len(rows) - self.ROW_LIMIT),
            "kinds": self._gov_kind_names(),
            "undated": undated,
        }

    @api.model
    def _gov_kind_names(self):
        flows = self.env["gov.workforce.flow"]._fields["kind"]._description_selection(self.env)
        known = {
            "retirement": self.env._("Retirement by age limit"),
            "departure_known": self.env._("Departure by an act already signed"),
        }
        return {**known, **dict(flows)}

    @api.model
    def _gov_unmet(self, found):
        """Return a sentence for each hypothesis that asked for more people than there were."""
        short = {}
        for line, year, asked, there in found.unmet:
            years, wanted, had = short.setdefault(line, ([], 0, 0))
            short[line] = ([*years, year], wanted + asked, had + there)
        lines = self.env["gov.workforce.flow"].browse(short)
        return [
            self.env._(
                "%(first)s–%(last)s: “%(line)s” asks for %(asked)s people, %(there)s are there.",
                first=min(short[line.id][0]),
                last=max(short[line.id][0]),
                line=line.name,
                asked=short[line.id][1],
                there=short[line.id][2],
            )
            for line in lines
        ]

    @api.model
    def get_cell(self, scenario_id, axis, row_id, year, filters=None):
        """Return what makes a figure: the staff before, each movement of the year with its hypothesis, the people.

        :param row_id: row of the axis; None for the total
        :param year: a year of the projection
        :return: ``{"before", "after", "flows": [{kind, name, number, line}], "people": [{id, name, job, unit, date,
            kind}], "note"}``; people are those who leave by law or by an act, of those the reader may see
        """
        scenario = self._gov_scenarios([scenario_id])
        if row_id is None or row_id is True:
            key, row_id, total = (lambda cell: True), True, True
        else:
            key, row_id, total = self._gov_key(axis), row_id or None, False
        keep = self._gov_keep(filters)
        [found] = self._gov_project(scenario)[0].values()
        if year not in found.years:
            raise UserError(self.env._("This year is not in the projection."))
        row = projection.table(found, key, keep).get(row_id)
        place = list(found.years).index(year)
        stocks = row["stocks"] if row else [0] * (len(found.years) + 1)
        sums = {}
        for flow in found.flows[year]:
            if key(flow.cell) == row_id and (keep is None or keep(flow.cell)):
                name = (flow.kind, flow.hypothesis)
                sign = 1 if flow.number > 0 else -1
                sums[name, sign] = sums.get((name, sign), 0) + flow.number
        lines = self.env["gov.workforce.flow"].browse({name[1] for name, _sign in sums if name[1]})
        words = {line.id: line.name for line in lines}
        kinds = self._gov_kind_names()
        flows = [
            {"kind": kind, "name": kinds[kind], "number": number, "line": words.get(line, "")}
            for ((kind, line), _sign), number in sorted(
                sums.items(), key=lambda item: (projection.KINDS.index(item[0][0][0]), item[0][0][1] or 0, item[0][1])
            )
        ]
        known = -sum(flow["number"] for flow in flows if flow["kind"] in projection.KNOWN)
        people = self.env["gov.workforce.staff"]._gov_leavers(
            found.years[0], year, scenario.limit_shift, lambda cell: key(cell) == row_id and (not keep or keep(cell))
        )
        note = ""
        if len(people) > known:
            note = self.env._(
                "%(people)s people reach the date, %(known)s are counted: the others are supposed to have left or "
                "moved before.",
                people=len(people),
                known=known,
            )
        return {
            "before": stocks[place],
            "after": stocks[place + 1],
            "flows": flows,
            "people": people,
            "note": note,
            "total": total,
        }
