from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import run_short, short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults

from ..services import acts, advancement
from .gov_advancement_line import acting, is_acting

ACT_FIELDS = frozenset(
    "state computed_on computed_by_id examined_count not_due_count top_count leaving_count away_count".split()
)
SERVING = acts.SERVING
# How many lines one call signs at most, whatever it asks for
SIGN_MOST = 100


class GovAdvancementCampaign(models.Model):
    """The advancement of a year: who moves to the next step, or who is promoted to the next grade.

    draft → computed → closed.  The HR manager computes it, as often as needed: what was signed is never touched, what
    was dropped stays dropped, and an accepted line whose facts changed is proposed again.  HR officers and managers
    accept lines or drop them with a reason, never their own; the HR manager signs all accepted lines at once.
    """

    _name = "gov.advancement.campaign"
    _description = "Advancement campaign"
    _order = "year desc, kind"

    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
        help="Civil year in which the advancement is due.",
    )
    kind = fields.Selection(
        [("echelon", "Step advancement"), ("grade", "Grade promotion")], required=True, default="echelon"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("computed", "Computed"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="draft",
    )
    with_arrears = fields.Boolean(
        string="Also what was due before",
        default=True,
        help="Steps that were due before the year and never signed are proposed too, at their own date.",
    )
    reference_date = fields.Date(
        string="Conditions judged on",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        help="Day on which the conditions of the choice must be met.",
    )
    exam_date = fields.Date(
        string="Effect of the examination",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        help="Day on which the conditions of the examination must be met, and from which the promotion takes effect.",
    )
    line_ids = fields.One2many("gov.advancement.campaign.line", "campaign_id", string="Lines")
    quota_ids = fields.One2many("gov.advancement.campaign.quota", "campaign_id", string="Posts")
    computed_on = fields.Datetime(string="Computed on", readonly=True, copy=False)
    computed_by_id = fields.Many2one(
        "res.users", string="Computed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    examined_count = fields.Integer(readonly=True, copy=False, export_string_translation=False)
    not_due_count = fields.Integer(readonly=True, copy=False, export_string_translation=False)
    top_count = fields.Integer(readonly=True, copy=False, export_string_translation=False)
    leaving_count = fields.Integer(readonly=True, copy=False, export_string_translation=False)
    away_count = fields.Integer(readonly=True, copy=False, export_string_translation=False)
    summary = fields.Text(compute="_compute_summary", help="What the last computation found.")
    proposed_count = fields.Integer(string="To decide", compute="_compute_counts")
    accepted_count = fields.Integer(string="To sign", compute="_compute_counts")
    dropped_count = fields.Integer(string="Dropped", compute="_compute_counts")
    excluded_count = fields.Integer(string="Set aside", compute="_compute_counts")
    signed_count = fields.Integer(string="Signed", compute="_compute_counts")
    flagged_count = fields.Integer(string="To check", compute="_compute_counts")
    signed_percent = fields.Float(compute="_compute_counts", export_string_translation=False)

    _year_kind_uniq = models.Constraint(
        "UNIQUE (year, kind)", "There is already a campaign of this kind for this year: open it and compute it again."
    )
    _year_range = models.Constraint("CHECK (year BETWEEN 1958 AND 2200)", "A year is written with four digits.")

    # -- computes -------------------------------------------------------------------------------------------------
    @api.depends("year", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for campaign in self:
            campaign.display_name = f"{kinds.get(campaign.kind, '')} {campaign.year or ''}".strip()

    @api.depends("year")
    def _compute_dates(self):
        for campaign in self:
            last = date(campaign.year, 12, 31) if 1 <= campaign.year <= 9999 else False
            campaign.reference_date = campaign.exam_date = last

    @api.depends("line_ids.state", "line_ids.is_flagged")
    def _compute_counts(self):
        groups = self.env["gov.advancement.campaign.line"]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "state", "is_flagged"], ["__count"]
        )
        counts = {}
        for campaign, state, is_flagged, count in groups:
            cell = counts.setdefault(campaign.id, {})
            cell[state] = cell.get(state, 0) + count
            if is_flagged and state == "proposed":
                cell["flagged"] = cell.get("flagged", 0) + count
        for campaign in self:
            cell = counts.get(campaign.id, {})
            for name in ("proposed", "accepted", "dropped", "excluded", "signed", "flagged"):
                campaign[f"{name}_count"] = cell.get(name, 0)
            total = campaign.accepted_count + campaign.signed_count
            campaign.signed_percent = 100 * campaign.signed_count / total if total else 0

    @api.depends("computed_on", "examined_count", "not_due_count", "top_count", "leaving_count", "away_count")
    @api.depends_context("lang")
    def _compute_summary(self):
        for campaign in self:
            if not campaign.computed_on:
                campaign.summary = False
                continue
            parts = [self.env._("%(count)s files examined.", count=campaign.examined_count)]
            if campaign.kind == "echelon":
                parts += [
                    self.env._("Not due this year: %(count)s.", count=campaign.not_due_count),
                    self.env._("At the top of their grid: %(count)s.", count=campaign.top_count),
                ]
            else:
                parts += [
                    self.env._("Conditions not met: %(count)s.", count=campaign.not_due_count),
                    self.env._("No higher grade: %(count)s.", count=campaign.top_count),
                    self.env._("Away from service: %(count)s.", count=campaign.away_count),
                ]
            parts.append(self.env._("Leaving before: %(count)s.", count=campaign.leaving_count))
            campaign.summary = " ".join(parts)

    @api.constrains("year", "reference_date", "exam_date")
    def _check_dates(self):
        for campaign in self:
            for day in (campaign.reference_date, campaign.exam_date):
                if day and day.year != campaign.year:
                    raise ValidationError(
                        self.env._("The dates of the campaign must lie in its year, %(year)s.", year=campaign.year)
                    )

    # -- guards ---------------------------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if not is_acting(self.env):
            self._gov_refuse({name for vals in vals_list for name in vals if vals[name]})
        return super(GovAdvancementCampaign, without_defaults(self, ACT_FIELDS)).create(vals_list).with_env(self.env)

    def write(self, vals):
        if not is_acting(self.env):
            self._gov_refuse(vals)
            if {"year", "kind"} & set(vals) and any(campaign.state != "draft" for campaign in self):
                raise UserError(self.env._("A computed campaign keeps its year and its kind: open another one."))
            if any(campaign.state == "closed" for campaign in self):
                raise UserError(self.env._("A closed campaign is not changed any more."))
        return super().write(vals)

    def _gov_refuse(self, names):
        if ACT_FIELDS & set(names) or {"line_ids", "quota_ids"} & set(names):
            raise UserError(self.env._("The state and the lines of a campaign come from its computation alone."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_computed(self):
        if any(campaign.state != "draft" for campaign in self):
            raise UserError(self.env._("A computed campaign is kept: it is part of the file of the year."))

    def _gov_check_manager(self):
        if not self.env.user.has_group("gov_base.group_hr_manager"):
            raise AccessError(self.env._("Only an HR manager computes, signs and closes an advancement campaign."))
        self.check_access("write")

    # -- acts -----------------------------------------------------------------------------------------------------
    @short_transaction
    def action_compute(self):
        """Find who is due, at which pace and from which date; HR manager.  May be done again until the closing."""
        self.ensure_one()
        self._gov_check_manager()
        self._gov_take(("draft", "computed"))
        # sudo: everybody is computed at once, for posts are shared by all regions; each reads the lines of his own
        lines = acting(self.env["gov.advancement.campaign.line"].sudo())
        # a signing at work is waited for, and what it signed is seen
        self.env.cr.execute(
            SQL("SELECT id FROM gov_advancement_campaign_line WHERE campaign_id = %s ORDER BY id FOR UPDATE", self.id)
        )
        lines.invalidate_model()
        facts, counts = self._gov_compute_echelon() if self.kind == "echelon" else self._gov_compute_grade()
        lines._gov_replace(self, facts)
        if self.kind == "grade":
            self._gov_rank()
        acting(self).write(
            {"state": "computed", "computed_on": fields.Datetime.now(), "computed_by_id": self.env.uid, **counts}
        )
        # sudo: the journal is written by acts alone
        self.env["gov.journal.entry"].sudo()._record(
            self, "compute", {"year": self.year, "kind": self.kind, "lines": len(facts)}
        )
        return True

    @short_transaction
    def action_close(self):
        """End the campaign: nothing is accepted or signed in it any more; HR manager."""
        self.ensure_one()
        self._gov_check_manager()
        self._gov_take(("computed",))
        left = self.env["gov.advancement.campaign.line"].search_count(
            [("campaign_id", "=", self.id), ("state", "=", "accepted")]
        )
        if left:
            raise UserError(
                self.env._("%(count)s accepted lines are not signed yet: sign or drop them first.", count=left)
            )
        acting(self).write({"state": "closed"})
        # sudo: the journal is written by acts alone
        self.env["gov.journal.entry"].sudo()._record(self, "close", {"year": self.year, "kind": self.kind})
        return True

    def _gov_take(self, states):
        """Lock the campaign, if it is in one of ``states``; acts on one campaign follow each other."""
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_advancement_campaign SET write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = %s AND state IN %s RETURNING id""",
                self.id,
                tuple(states),
            )
        )
        self.invalidate_recordset()
        if not rows:
            raise UserError(
                self.env._(
                    "The campaign is not in the state this act asks for. Open it again: a colleague was faster."
                )
            )

    def action_accept_all(self):
        """Accept every line to decide that needs no check: unflagged steps, promotions within the posts."""
        self.ensure_one()
        domain = [
            ("campaign_id", "=", self.id),
            ("state", "=", "proposed"),
            ("employee_id.user_id", "!=", self.env.uid),
        ]
        domain.append(("is_flagged", "=", False) if self.kind == "echelon" else ("is_within_quota", "=", True))
        lines = self.env["gov.advancement.campaign.line"].search(domain)
        if not lines:
            raise UserError(
                self.env._("No line can be accepted at once: decide on those left one by one, they need a look.")
            )
        lines.action_accept()
        return True

    def action_open_lines(self):
        """Open the lines of the campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr.gov_advancement_line_action")
        action.update(
            name=self.display_name,
            domain=[("campaign_id", "=", self.id)],
            context={"default_campaign_id": self.id, "gov_kind": self.kind},
        )
        return action

    def action_sign(self):
        """Open the dialog that signs all accepted lines, part by part, with a progress bar."""
        self.ensure_one()
        self._gov_check_manager()
        if not self.accepted_count:
            raise UserError(self.env._("No line is accepted: accept some first, then sign them."))
        self._gov_forget_failures()
        return {
            "type": "ir.actions.client",
            "tag": "gov_hr.advancement_sign",
            "name": self.env._("Sign the advancement acts"),
            "target": "new",
            "params": {"id": self.id, "total": self.accepted_count},
        }

    @short_transaction
    def _gov_forget_failures(self):
        """What could not be signed last time is tried again."""
        self.env.cr.execute(
            SQL(
                """UPDATE gov_advancement_campaign_line SET sign_error = NULL
                    WHERE campaign_id = %s AND state = 'accepted' AND sign_error IS NOT NULL""",
                self.id,
            )
        )
        self.env["gov.advancement.campaign.line"].invalidate_model(["sign_error"])

    def action_sign_next(self, limit=20):
        """Sign the next accepted lines: acts, situations and documents; HR manager.

        Called again and again by the progress dialog until ``remaining`` is 0.  It may stop anywhere: what is signed
        is signed, the next call goes on.  Two managers at once take different lines.

        :param limit: how many lines at most
        :return: ``{"done": signed now, "remaining": still to sign, "failed": [{"name", "message"}]}``
        """
        self.ensure_one()
        self._gov_check_manager()
        limit = max(1, min(limit, SIGN_MOST)) if type(limit) is int else 20
        done, documents, failed = run_short(self.env, lambda env: self.with_env(env)._gov_sign_some(limit))
        documents._gov_finish()
        remaining = self.env["gov.advancement.campaign.line"].search_count(
            [("campaign_id", "=", self.id), ("state", "=", "accepted"), ("sign_error", "=", False)]
        )
        return {"done": done, "remaining": remaining, "failed": failed}

    def _gov_sign_some(self, limit):
        """Inside the act: take lines nobody else has taken, make and sign their acts."""
        lines = acting(self.env["gov.advancement.campaign.line"])
        ids = lines._search(
            [("campaign_id", "=", self.id), ("state", "=", "accepted"), ("sign_error", "=", False)],
            order="due_date, id",
        )
        rows = self.env.execute_query(
            SQL(
                # taken once: as a sub-query of IN the planner may run the choice again for each row, beyond the limit
                """WITH taken AS MATERIALIZED (
                          SELECT id FROM gov_advancement_campaign_line
                           WHERE id IN %s AND state = 'accepted' AND sign_error IS NULL
                           ORDER BY due_date, id LIMIT %s FOR UPDATE SKIP LOCKED)
                   UPDATE gov_advancement_campaign_line SET state = 'signed'
                    WHERE id IN (SELECT id FROM taken)
                RETURNING id""",
                ids.subselect(),
                limit,
            )
        )
        lines = lines.browse(sorted(row[0] for row in rows))
        lines.invalidate_recordset()
        failed = []
        signed = self.env["gov.career.act"]
        try:
            with self.env.cr.savepoint():
                signed = lines._gov_make_acts()
        except UserError:
            # one of them cannot be signed: find out which, and sign the others
            for line in lines:
                try:
                    with self.env.cr.savepoint():
                        signed += line._gov_make_acts()
                except UserError as error:
                    failed.append((line, str(error)))
        for line, message in failed:
            line.write({"state": "accepted", "sign_error": message})
        return (
            len(signed),
            signed.document_id,
            [{"name": line.employee_id.display_name, "message": message} for line, message in failed],
        )

    # -- computation ----------------------------------------------------------------------------------------------
    def _gov_people(self, until):
        """Files and dated situations, read by sets: ``(employees, {employee id: [row, …]})``."""
        names = ["name", "recruitment_date", "tenure_date", "birthday", "retirement_date", "department_id"]
        # sudo: everybody is computed at once, whatever the regions of who computes
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search_fetch([("company_id", "in", self.env.companies.ids)], names, order="id")
        )
        situations = {}
        if employees:
            self.env["hr.version"].flush_model()
            rows = self.env.execute_query(
                SQL(
                    """SELECT employee_id, date_version, grade_id, echelon, step_seniority_date, statutory_position
                         FROM hr_version
                        WHERE active AND employee_id IN %s AND date_version <= %s
                        ORDER BY employee_id, date_version""",
                    employees._ids,
                    until,
                )
            )
            for employee_id, day, grade, echelon, kept_from, position in rows:
                situations.setdefault(employee_id, []).append(
                    {
                        "date": day,
                        "grade": grade,
                        "echelon": echelon or 0,
                        "kept_from": kept_from,
                        "position": position or "activity",
                    }
                )
        return employees, situations

    def _gov_removed(self, first, last):
        """Ids of the people whom a disciplinary act removed from the table of advancement of these days."""
        # sudo: discipline is closed to most; the line says only that an act sets it aside
        groups = (
            self.env["gov.career.act"]
            .sudo()
            ._read_group(
                [
                    ("kind", "=", "sanction"),
                    ("sanction_kind", "=", "table_removal"),
                    ("state", "=", "signed"),
                    ("contrary_id", "=", False),
                    ("effective_date", ">=", first),
                    ("effective_date", "<=", last),
                ],
                ["employee_id"],
            )
        )
        return {employee.id for (employee,) in groups}

    def _gov_periods(self, employees, situations, until):
        starts = [rows[0]["date"] for rows in situations.values() if rows]
        if not starts:
            return {}
        return employees._gov_periods_not_counting(employees, min(starts), until)

    def _gov_value(self, name):
        return self.env["gov.parameter"].get_value(f"career.{name}", date(self.year, 1, 1))

    def _gov_compute_echelon(self):
        """Facts of the lines of a step campaign: ``([vals], counters)``."""
        first, last = date(self.year, 1, 1), date(self.year, 12, 31)
        employees, situations = self._gov_people(last)
        marks = self.env["gov.rating"]._gov_marks(employees.ids)
        periods = self._gov_periods(employees, situations, last)
        removed = self._gov_removed(first, last)
        thresholds = [Decimal(str(self._gov_value(f"advancement.{pace}.mark"))) for pace in ("fast", "medium")]
        default_pace = self._gov_value("advancement.unrated.pace")
        if default_pace not in advancement.PACES:
            raise UserError(
                self.env._(
                    "The legal parameter career.advancement.unrated.pace says “%(value)s”: write fast, medium or "
                    "slow.",
                    value=default_pace,
                )
            )
        # sudo: grades are no secret
        grades = {grade.id: grade for grade in self.env["gov.grade"].sudo().with_context(active_test=False).search([])}
        paces = self.env["gov.advancement.pace"]
        steps = {}
        facts, counts = [], dict.fromkeys(("not_due", "top", "leaving", "away"), 0)
        for employee in employees:
            rows = situations.get(employee.id) or []
            present = rows[-1] if rows else {"grade": None, "echelon": 0, "position": "activity"}
            grade, echelon = grades.get(present["grade"]), present["echelon"]
            vals = {"employee_id": employee.id, "grade_id": grade.id if grade else False, "echelon_from": echelon}
            if present["position"] == acts.LEFT:
                counts["leaving"] += 1
                continue
            if not grade or not echelon:
                facts.append(dict(vals, exclusion="no_data"))
                continue
            if grade.id not in steps:
                steps[grade.id] = grade._gov_steps(last)
            following = acts.next_step(steps[grade.id], echelon)
            if following is None:
                counts["top"] += 1
                continue
            start = advancement.step_start(rows)
            vals.update(target_grade_id=grade.id, echelon_to=following, step_since=start)
            durations = paces._gov_durations(grade, echelon, first)
            if durations is None:
                facts.append(dict(vals, exclusion="no_pace"))
                continue
            due = advancement.step_due(
                start,
                durations,
                marks.get(employee.id, {}),
                periods.get(employee.id, ()),
                thresholds,
                default_pace,
            )
            if due.due is None or due.due > last or (due.due < first and not self.with_arrears):
                counts["not_due"] += 1
                continue
            if employee.retirement_date and employee.retirement_date <= due.due:
                counts["leaving"] += 1
                continue
            exclusion = "act" if employee.id in removed else "probation" if not employee.tenure_date else False
            is_overdue = due.due < first
            facts.append(
                dict(
                    vals,
                    pace=due.pace,
                    months=due.months,
                    due_date=due.due,
                    excluded_days=due.excluded,
                    rated_from=due.years[0] if due.years else 0,
                    rated_to=due.years[-1] if due.years else 0,
                    has_average=due.average is not None,
                    average=float(advancement.shown(due.average) or 0),
                    missing_years=", ".join(map(str, due.missing)) or False,
                    is_overdue=is_overdue,
                    is_flagged=bool(due.missing) or is_overdue,
                    exclusion=exclusion,
                )
            )
        return facts, self._gov_counts(employees, counts)

    @api.model
    def _gov_counts(self, employees, counts):
        return {"examined_count": len(employees), **{f"{name}_count": count for name, count in counts.items()}}

    def _gov_compute_grade(self):
        """Facts of the lines of a grade campaign: ``([vals], counters)``; ranks come after, by ``_gov_rank``."""
        first, reference, exam = date(self.year, 1, 1), self.reference_date, self.exam_date
        last = max(reference, exam)
        employees, situations = self._gov_people(last)
        marks = self.env["gov.rating"]._gov_marks(employees.ids)
        periods = self._gov_periods(employees, situations, last)
        removed = self._gov_removed(first, date(self.year, 12, 31))
        conditions = self.env["gov.advancement.rule"]._gov_conditions(first)
        years = range(self.year - int(self._gov_value("promotion.marks.years")), self.year)
        facts, counts = [], dict.fromkeys(("not_due", "top", "leaving", "away"), 0)
        eligible = {}
        for employee in employees:
            rows = situations.get(employee.id) or []
            present = rows[-1] if rows else {"grade": None, "echelon": 0, "position": "activity"}
            base = {
                "employee_id": employee.id,
                "grade_id": present["grade"] or False,
                "echelon_from": present["echelon"],
                "way": "choice",
            }
            if present["position"] == acts.LEFT or (employee.retirement_date and employee.retirement_date <= first):
                counts["leaving"] += 1
                continue
            if not present["grade"] or not present["echelon"]:
                facts.append(dict(base, exclusion="no_data"))
                continue
            condition = conditions.get(present["grade"])
            if not condition:
                counts["top"] += 1
                continue
            if present["position"] not in SERVING:
                counts["away"] += 1
                continue
            found = self._gov_ways(rows, periods.get(employee.id, ()), condition, first, reference, exam)
            found = [
                way for way in found if not employee.retirement_date or employee.retirement_date > way["due_date"]
            ]
            if not found:
                counts["not_due"] += 1
                continue
            exclusion = "act" if employee.id in removed else "probation" if not employee.tenure_date else False
            if not exclusion:
                eligible.setdefault(present["grade"], []).append(employee.id)
            known = [marks.get(employee.id, {}).get(year) for year in years]
            missing = [str(year) for year, mark in zip(years, known, strict=True) if mark is None]
            mean = advancement.average([mark for mark in known if mark is not None])
            service = employee.recruitment_date
            for way in found:
                facts.append(
                    dict(
                        base,
                        **way,
                        target_grade_id=condition["target"],
                        rated_from=years[0],
                        rated_to=years[-1],
                        has_average=mean is not None,
                        average=float(advancement.shown(mean) or 0),
                        missing_years=", ".join(missing) or False,
                        service_days=(reference - service).days if service else 0,
                        is_flagged=bool(missing) or not service,
                        exclusion=exclusion,
                    )
                )
        self._gov_set_quotas(eligible, conditions)
        return facts, self._gov_counts(employees, counts)

    @api.model
    def _gov_ways(self, rows, periods, condition, first, reference, exam):
        """Ways of promotion open to one person: ``[{"way", "due_date", "grade_since", "months", …}]``."""
        since = advancement.run_start(rows, lambda row: row["grade"])
        ways = []
        if condition["exam_years"]:
            months = condition["exam_years"] * 12
            met, excluded = advancement.due_date(since, months, periods)
            if met and met <= exam:
                ways.append(("exam", exam, met, months, excluded, exam))
        if condition["choice_years"]:
            months = condition["choice_years"] * 12
            met, excluded = advancement.due_date(since, months, periods)
            reached = self._gov_step_reached(rows, condition["choice_echelon"], reference)
            if met and reached and max(met, reached) <= reference:
                met = max(met, reached)
                ways.append(("choice", max(met, first), met, months, excluded, reference))
        result = []
        for way, due, met, months, excluded, day in ways:
            held = [row for row in rows if row["date"] <= due]
            if not held:
                continue
            step, kept_from = self._gov_new_step(held, condition["target"], due)
            served = (day - since).days - advancement.excluded_days(since, day, periods)
            result.append(
                {
                    "way": way,
                    "due_date": due,
                    "met_on": met,
                    "grade_since": since,
                    "months": months,
                    "excluded_days": excluded,
                    "grade_days": served,
                    "echelon_from": held[-1]["echelon"],
                    "echelon_to": step,
                    "step_since": kept_from,
                }
            )
        return result

    @api.model
    def _gov_step_reached(self, rows, echelon, day):
        """Day on which the step asked for (or the top one, in a shorter grid) was reached in the present grade."""
        if not echelon:
            return rows[0]["date"]
        grade = rows[-1]["grade"]
        find = self.env["gov.grade"]
        steps = [step for step in find._gov_grids().get(grade, {}) if find._gov_index(grade, step, day)]
        wanted = min(echelon, max(steps, default=echelon))
        reached = None
        for row in reversed(rows):
            if row["grade"] != grade or row["echelon"] < wanted:
                break
            reached = row["date"]
        return reached

    @api.model
    def _gov_new_step(self, rows, target, day):
        """Step in the new grade and the day from which its seniority is kept, as the act will have it."""
        find = self.env["gov.grade"]
        grids, present = find._gov_grids(), rows[-1]

        def index(grade, step):
            found = find._gov_index(grade, step, day)
            return found[0] if found else None

        grid = [(step, index(target, step)) for step in sorted(grids.get(target, {})) if index(target, step)]
        held = index(present["grade"], present["echelon"])
        if not grid or held is None:
            return 0, False
        steps = [step for step in sorted(grids.get(present["grade"], {})) if index(present["grade"], step)]
        following = acts.next_step(steps, present["echelon"])
        previous = acts.step_before(steps, present["echelon"])
        if following is not None:
            gain = index(present["grade"], following) - held
        else:
            gain = held - (index(present["grade"], previous) if previous is not None else held)
        step, _index, kept_from = acts.promotion(grid, held, gain, advancement.step_start(rows))
        return step, kept_from or False

    def _gov_set_quotas(self, eligible, conditions):
        rounding = self._gov_value("promotion.quota.rounding")
        if rounding not in advancement.ROUNDINGS:
            raise UserError(
                self.env._(
                    "The legal parameter career.promotion.quota.rounding says “%(value)s”: write down, nearest or up.",
                    value=rounding,
                )
            )
        quotas = acting(self.env["gov.advancement.campaign.quota"].sudo())  # sudo: written by the computation alone
        quotas.search([("campaign_id", "=", self.id)]).unlink()
        vals_list = []
        for grade_id, people in eligible.items():
            condition = conditions[grade_id]
            share = condition["exam_share"]
            if not condition["exam_years"] or not condition["choice_years"]:
                share = 1 if condition["exam_years"] else 0
            total, by_exam, by_choice = advancement.posts(len(people), condition["quota"], share, rounding)
            vals_list.append(
                {
                    "campaign_id": self.id,
                    "grade_id": grade_id,
                    "target_grade_id": condition["target"],
                    "eligible_count": len(people),
                    "rate": condition["quota"],
                    "posts": total,
                    "exam_posts": by_exam,
                    "choice_posts": by_choice,
                }
            )
        quotas.create(vals_list)

    def _gov_rank(self, grade_ids=None):
        """Rank the candidates of each grade and say who is within the posts; after a computation or new results."""
        self.ensure_one()
        domain = [("campaign_id", "=", self.id), ("exclusion", "=", False), ("state", "!=", "excluded")]
        if grade_ids is not None:
            domain.append(("grade_id", "in", list(grade_ids)))
        # sudo: ranks compare all the candidates of a grade, those of other regions too
        lines = acting(self.env["gov.advancement.campaign.line"].sudo()).search(domain)
        quotas = {quota.grade_id.id: quota for quota in self.sudo().quota_ids}  # sudo: same
        gives_left = bool(self._gov_value("promotion.exam.left_to_choice"))
        for grade, group in lines.grouped("grade_id").items():
            quota = quotas.get(grade.id)
            exam_posts, choice_posts = (quota.exam_posts, quota.choice_posts) if quota else (0, 0)
            sat = group.filtered(lambda line: line.way == "exam")
            admitted = sat.filtered("is_admitted")
            inside = self._gov_rank_way(admitted, exam_posts, lambda line: Decimal(str(round(line.exam_mark, 2))))
            (sat - admitted)._gov_set({"rank": 0, "is_tied": False, "is_within_quota": False})
            promoted = {line.employee_id.id for line in inside}
            if gives_left:
                choice_posts += max(exam_posts - len(inside), 0)
            by_choice = group.filtered(
                lambda line, taken=promoted: line.way == "choice" and line.employee_id.id not in taken
            )
            self._gov_rank_way(
                by_choice,
                choice_posts,
                lambda line: Decimal(str(round(line.average, 2))) if line.has_average else None,
            )
            (group.filtered(lambda line: line.way == "choice") - by_choice)._gov_set(
                {"rank": 0, "is_tied": False, "is_within_quota": False}
            )

    @api.model
    def _gov_rank_way(self, lines, number, mark):
        """Write the ranks of ``lines`` for ``number`` posts; return those within."""
        order = advancement.merit_order(
            {
                "id": line.id,
                "mark": mark(line),
                "grade_days": line.grade_days,
                "service_days": line.service_days,
                "born": line.employee_id.birthday or None,
            }
            for line in lines
        )
        inside, crossing = advancement.within(order, number)
        by_id = {line.id: line for line in lines}
        for id_, rank, tied in order:
            by_id[id_]._gov_set({"rank": rank, "is_tied": id_ in crossing or tied, "is_within_quota": id_ in inside})
        return lines.browse(sorted(inside))


class GovAdvancementCampaignQuota(models.Model):
    """The posts of promotion from one grade in one campaign: a share of the eligible, split in two ways."""

    _name = "gov.advancement.campaign.quota"
    _description = "Posts of promotion"
    _order = "campaign_id, grade_id"

    campaign_id = fields.Many2one("gov.advancement.campaign", required=True, index=True, ondelete="cascade")
    grade_id = fields.Many2one("gov.grade", string="From grade", required=True, index=True, ondelete="restrict")
    target_grade_id = fields.Many2one("gov.grade", string="To grade", required=True, index=True, ondelete="restrict")
    eligible_count = fields.Integer(string="Eligible", help="People who meet the conditions of one way or both.")
    rate = fields.Float(string="Quota", digits=(5, 4), aggregator=None)
    posts = fields.Integer(help="Share of the eligible, rounded as the legal parameter says.")
    exam_posts = fields.Integer(string="By examination")
    choice_posts = fields.Integer(string="By choice")

    _campaign_grade_uniq = models.Constraint("UNIQUE (campaign_id, grade_id)", "A grade has one quota a campaign.")

    @api.model_create_multi
    def create(self, vals_list):
        self._gov_refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._gov_refuse()
        return super().write(vals)

    def unlink(self):
        self._gov_refuse()
        return super().unlink()

    def _gov_refuse(self):
        if not is_acting(self.env):
            raise UserError(
                self.env._("Posts come from the computation of the campaign: change the quota and compute again.")
            )
