from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.gov_approval.models.sentinel import SENTINEL_KEY, has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults

from ..services import calendar as calendar_service

STATES = [
    ("draft", "In preparation"),
    ("open", "Open"),
    ("harmonisation", "Harmonisation"),
    ("notified", "Notification"),
    ("closed", "Closed"),
]
ACT_FIELDS = {"state", "opened_on", "closed_on"}
# fixed by the opening: sheets were made by them
OPENING_FIELDS = {"year", "mark_step", "min_months", "includes_provision", "interview_years"}
DATES = calendar_service.DATES
# interviews may begin while others still assess themselves
IN_ORDER = (
    ("open_on", "self_until"),
    ("self_until", "marks_until"),
    ("open_on", "interview_from"),
    ("interview_from", "interview_to"),
    ("interview_to", "marks_until"),
    ("marks_until", "notify_until"),
)
OPEN_STATES = ("self", "head", "harmonisation", "notified", "appeal")


class GovEvaluationCampaign(models.Model):
    """The evaluation of the staff for a year.

    draft → open (a sheet for each employee in activity: self-assessment, then the head) → harmonisation (heads of
    division, directors and HR compare) → notified (each person is given the mark, right of reply) → closed.  HR
    managers lead it; HR officers and auditors follow it.  The dates are proposed from the legal parameters and may be
    changed until the campaign is closed; criteria, appreciations, smallest part of a point and conditions are frozen
    by the opening.
    """

    _name = "gov.evaluation.campaign"
    _description = "Evaluation campaign"
    _order = "year desc, id desc"
    _rec_name = "year"

    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
        help="The year whose work is evaluated.",
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="draft", copy=False)
    open_on = fields.Date(
        "Opening",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        help="First day of the self-assessment.",
    )
    self_until = fields.Date(
        "Self-assessment until",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        help="The day after, the sheets left go to the heads without a self-assessment.",
    )
    interview_from = fields.Date(
        "Interviews from", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    interview_to = fields.Date(
        "Interviews until", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    marks_until = fields.Date(
        "Marks final on",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        help="Heads give their marks until this day; an interview that is due by then must have been held.",
    )
    notify_until = fields.Date(
        "Notification until", compute="_compute_dates", store=True, readonly=False, precompute=True
    )
    mark_step = fields.Float(
        "Smallest part of a point",
        digits=(4, 2),
        aggregator=None,
        required=True,
        default=lambda self: self._default_parameter("evaluation.mark_step"),
        help="Marks are multiples of it: 0.25 for quarters of a point, 0.5 for halves.",
    )
    min_months = fields.Integer(
        "Least service in the year (months)",
        aggregator=None,
        required=True,
        default=lambda self: int(self._default_parameter("evaluation.min_months")),
        help="Who served less gets no sheet, and the reason is listed.",
    )
    includes_provision = fields.Boolean(
        "Evaluate the staff made available to others",
        help="Their work is seen by the body they serve: by default they get no sheet here.",
    )
    appeal_days = fields.Integer(
        "Days to reply",
        aggregator=None,
        required=True,
        default=lambda self: int(self._default_parameter("evaluation.appeal_days")),
        help="From the notification of the mark; the last day counts.",
    )
    interview_years = fields.Integer(
        "Years between interviews",
        aggregator=None,
        required=True,
        default=lambda self: int(self._default_parameter("evaluation.interview.years")),
        help="At most; a mark is refused while an interview is overdue.",
    )
    opened_on = fields.Datetime(readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    criterion_ids = fields.One2many(
        "gov.evaluation.criterion", "campaign_id", string="Criteria", help="Frozen when the campaign opens."
    )
    band_ids = fields.One2many(
        "gov.evaluation.band", "campaign_id", string="Appreciations", help="Frozen when the campaign opens."
    )
    sheet_ids = fields.One2many("gov.evaluation.sheet", "campaign_id", string="Sheets", readonly=True)
    sheet_count = fields.Integer("Sheets made", compute="_compute_counts")
    skip_count = fields.Integer("Not evaluated", compute="_compute_counts")
    self_count = fields.Integer("At the self-assessment", compute="_compute_counts")
    head_count = fields.Integer("With their head", compute="_compute_counts")
    harmonisation_count = fields.Integer("In harmonisation", compute="_compute_counts")
    notified_count = fields.Integer("Notified", compute="_compute_counts")
    appeal_count = fields.Integer("With a reply", compute="_compute_counts")
    final_count = fields.Integer("Final", compute="_compute_counts")
    interview_due_count = fields.Integer("Interviews to hold", compute="_compute_counts")
    no_login_count = fields.Integer(
        "Sheets whose head cannot sign in",
        compute="_compute_counts",
        help="Give these heads a login, have an interim declared for them, or choose another head.",
    )
    progress = fields.Integer("Marked by the head (%)", compute="_compute_counts")
    remaining_count = fields.Integer("Employees still to treat", compute="_compute_remaining_count")

    _year_uniq = models.UniqueIndex("(year)", "There is one campaign a year.")
    _year_range = models.Constraint("CHECK (year BETWEEN 1990 AND 2200)", "The year is written with four digits.")
    _step_positive = models.Constraint("CHECK (mark_step > 0)", "The smallest part of a point is more than zero.")
    _numbers_positive = models.Constraint(
        "CHECK (min_months >= 0 AND appeal_days >= 0 AND interview_years > 0)",
        "Months, days and years are not negative.",
    )

    @api.model
    def _default_parameter(self, code):
        return self.env["gov.parameter"].get_value(code)

    @api.depends("year")
    def _compute_dates(self):
        parameters = self.env["gov.parameter"]
        for campaign in self:
            if not campaign.year or not 1990 <= campaign.year <= 2200:
                continue
            on_date = f"{campaign.year}-10-01"
            texts = {name: parameters.get_value(f"evaluation.calendar.{name}", on_date) for name in DATES}
            try:
                campaign.update(calendar_service.propose(campaign.year, texts))
            except ValueError as error:
                raise UserError(
                    self.env._(
                        "A legal parameter evaluation.calendar.* is no month and day: “%s”. Write it as 12-31.", error
                    )
                ) from error

    @api.depends("year")
    def _compute_display_name(self):
        for campaign in self:
            campaign.display_name = self.env._("Evaluation %s", campaign.year or "")

    def _compute_counts(self):
        groups = self.env["gov.evaluation.sheet"]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "state"], ["__count"]
        )
        counts = {(campaign.id, state): count for campaign, state, count in groups}
        skips = dict(
            self.env["gov.evaluation.skip"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"]
            )
        )
        due = dict(
            self.env["gov.evaluation.sheet"]._read_group(
                [("campaign_id", "in", self.ids), ("is_interview_missing", "=", True)], ["campaign_id"], ["__count"]
            )
        )
        waiting = [("campaign_id", "in", self.ids), ("state", "in", ("self", "head"))]
        no_login = dict(
            self.env["gov.evaluation.sheet"]._read_group(
                [*waiting, ("is_evaluator_silent", "=", True)], ["campaign_id"], ["__count"]
            )
        )
        for campaign in self:
            campaign.no_login_count = no_login.get(campaign, 0)
            for state in OPEN_STATES + ("final",):
                campaign[f"{state}_count"] = counts.get((campaign.id, state), 0)
            total = sum(count for (key, state), count in counts.items() if key == campaign.id and state != "cancelled")
            campaign.sheet_count = total
            campaign.skip_count = skips.get(campaign, 0)
            campaign.interview_due_count = due.get(campaign, 0)
            marked = total - campaign.self_count - campaign.head_count
            campaign.progress = round(100 * marked / total) if total else 0

    def _compute_remaining_count(self):
        for campaign in self:
            campaign.remaining_count = (
                self.env["gov.evaluation.sheet"]._gov_count_remaining(campaign)
                if campaign.id and campaign.state in ("draft", "open")
                else 0
            )

    # ------------------------------------------------------------------ guards
    @api.constrains(*DATES)
    def _check_dates(self):
        for campaign in self:
            for first, second in IN_ORDER:
                if campaign[first] and campaign[second] and campaign[second] < campaign[first]:
                    raise ValidationError(
                        self.env._(
                            "“%(second)s” comes before “%(first)s”: put the dates of the campaign in order.",
                            first=self._fields[first]._description_string(self.env),
                            second=self._fields[second]._description_string(self.env),
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env) and any(
            vals.get(name) not in (None, False, "draft") for vals in vals_list for name in ACT_FIELDS
        ):
            raise UserError(self.env._("A campaign begins in preparation and moves on by its buttons."))
        clean = without_defaults(self, ACT_FIELDS).with_context(**{SENTINEL_KEY: None})
        return super(GovEvaluationCampaign, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        if not has_sentinel(self.env):
            if ACT_FIELDS & set(vals):
                raise UserError(self.env._("A campaign moves on by its buttons alone."))
            if any(campaign.state != "draft" for campaign in self) and OPENING_FIELDS & set(vals):
                raise UserError(
                    self.env._("The campaign is open: its year, its conditions and its part of a point are frozen.")
                )
            if any(campaign.state == "closed" for campaign in self):
                raise UserError(self.env._("The campaign is closed: nothing changes in it any more."))
        return super(GovEvaluationCampaign, self.with_context(**{SENTINEL_KEY: None})).write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for vals in vals_list:
            if "year" not in (default or {}):
                vals["year"] = max(self.search([]).mapped("year") or [0]) + 1
            for name in DATES:  # proposed again for that year
                vals.pop(name, None)
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        if any(campaign.state != "draft" for campaign in self):
            raise UserError(self.env._("A campaign that was opened is kept: marks and acts hang on it."))

    # ------------------------------------------------------------------ acts
    def _gov_check_manager(self):
        if not (self.env.su or self.env.user.has_group("gov_base.group_hr_manager")):
            raise AccessError(self.env._("HR managers lead the evaluation campaign."))
        self.check_access("read")

    def _gov_claim(self, states):
        """Take the campaign if it is in one of these states, and return the state it was in."""
        self.ensure_one()
        self.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_evaluation_campaign SET write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = %s AND state IN %s RETURNING state""",
                self.id,
                tuple(states),
            )
        )
        if not rows:
            raise UserError(
                self.env._("The campaign %s is no longer at this stage. Reload the page.", self.display_name)
            )
        self.invalidate_recordset()
        return rows[0][0]

    def _gov_write(self, vals):
        # sudo: the act has checked that an HR manager does it
        return with_sentinel(self.sudo()).write(vals)

    def _gov_freeze(self):
        """Copy the criteria and appreciations in force into the campaign."""
        parameters = self.env["gov.parameter"]
        on_date = self.open_on or fields.Date.context_today(self)
        criteria = self.env["gov.evaluation.criterion"]._gov_in_force(on_date)
        bands = self.env["gov.evaluation.band"]._gov_in_force(on_date)
        if not criteria or not bands:
            raise UserError(
                self.env._("No criteria, or no appreciations, are in force on the opening day: add them first.")
            )
        criteria._gov_check_total(criteria, parameters.get_value("evaluation.total", on_date))
        for rows in (criteria, bands):
            # sudo: rows of the campaign are made by its opening alone
            with_sentinel(rows.sudo()).copy({"campaign_id": self.id})

    @short_transaction
    def action_open_next(self, limit=100):
        """Open the campaign, or go on opening it: make the sheets of the next employees.

        Called again and again by the progress dialog until nothing remains; what a stop leaves is taken up by the
        next call.  HR managers only.

        :param limit: how many employees are treated in this call
        :return: ``{"done": sheets made, "skipped": employees without a sheet, "remaining": employees left}``
        """
        self._gov_check_manager()
        state = self._gov_claim(("draft", "open"))
        acts = []
        if state == "draft":
            self._gov_freeze()
            self._gov_write({"state": "open", "opened_on": fields.Datetime.now()})
            acts.append((self, "open", {"year": self.year}))
        limit = max(1, min(limit, 500)) if type(limit) is int else 100
        sheets, skips = self.env["gov.evaluation.sheet"]._gov_generate(self, limit)
        if sheets or skips:
            acts.append((self, "generate", {"sheets": len(sheets), "skipped": len(skips)}))
        # sudo: the journal is written by the act
        self.env["gov.journal.entry"].sudo()._record_many(acts)
        return {
            "done": len(sheets),
            "skipped": len(skips),
            "failed": [],
            "remaining": self.env["gov.evaluation.sheet"]._gov_count_remaining(self),
        }

    def action_open(self):
        """Show the progress of the opening."""
        return self._gov_open_batch("action_open_next", self.env._("Open the campaign"))

    @short_transaction
    def action_harmonise(self):
        """End the self-assessment and open the harmonisation; heads who are late may still mark.  HR managers only."""
        self._gov_check_manager()
        self._gov_claim(("open",))
        if self.env["gov.evaluation.sheet"]._gov_count_remaining(self):
            raise UserError(self.env._("Some employees have neither a sheet nor a reason: finish the opening first."))
        # sudo: all sheets of the campaign, whatever the regions served
        sheets = self.sudo().sheet_ids.filtered(lambda sheet: sheet.state == "self")
        sheets._gov_end_self()
        self._gov_write({"state": "harmonisation"})
        # sudo: the journal is written by the act
        self.env["gov.journal.entry"].sudo()._record(self, "harmonise", {"year": self.year})
        return True

    def action_notify(self):
        """Show the progress of the notification."""
        return self._gov_open_batch("action_notify_next", self.env._("Notify the marks"))

    def action_notify_next(self, limit=20):
        """Notify the marks of the next sheets in harmonisation: number and document, right of reply.

        Called again and again by the progress dialog.  HR managers only; never one's own sheet.

        :return: ``{"done", "skipped", "failed": [{"name", "message"}], "remaining"}``
        """
        self.ensure_one()
        self._gov_check_manager()
        limit = max(1, min(limit, 100)) if type(limit) is int else 20
        sheets, failed = self._gov_notify_act(limit)
        sheets._gov_finish_documents()
        return {
            "done": len(sheets),
            "skipped": 0,
            "failed": failed,
            "remaining": 0 if not sheets else self._gov_count_to_notify(),
        }

    def _gov_count_to_notify(self):
        # sudo: how many are left in all the regions
        sheets = self.env["gov.evaluation.sheet"].sudo()
        return sheets.search_count([("campaign_id", "=", self.id), ("state", "=", "harmonisation")])

    @short_transaction
    def _gov_notify_act(self, limit):
        state = self._gov_claim(("harmonisation", "notified"))
        # sudo: all sheets of the campaign, whatever the regions served
        sheets = self.env["gov.evaluation.sheet"].sudo()
        waiting = sheets.search([("campaign_id", "=", self.id), ("state", "=", "harmonisation")], order="id")
        barred = sheets._gov_own_employee_ids()
        own = waiting.filtered(lambda sheet: sheet.employee_id.id in barred)
        failed = [
            {
                "name": sheet.display_name,
                "message": self.env._("This sheet is yours: another HR manager or your director notifies it."),
            }
            for sheet in own
        ]
        ready = (waiting - own)[:limit]
        if state == "harmonisation" and ready:
            self._gov_write({"state": "notified"})
        ready._gov_notify()
        return ready.sudo(False), failed

    @short_transaction
    def action_close(self):
        """Close the campaign, once every sheet is final or cancelled.  HR managers only."""
        self._gov_check_manager()
        self._gov_claim(("notified",))
        # sudo: all sheets of the campaign count, whatever the regions served
        left = (
            self.env["gov.evaluation.sheet"]
            .sudo()
            .search_count([("campaign_id", "=", self.id), ("state", "in", OPEN_STATES)])
        )
        if left:
            raise UserError(
                self.env._(
                    "%(count)s sheets are not final yet: the campaign closes when every mark is final.", count=left
                )
            )
        self._gov_write({"state": "closed", "closed_on": fields.Datetime.now()})
        # sudo: the journal is written by the act
        self.env["gov.journal.entry"].sudo()._record(self, "close", {"year": self.year})
        return True

    def action_remind(self, kind):
        """Give a to-do to all those who are late.  HR officers, for the regions they serve.

        :param kind: ``self`` (employees who have not assessed themselves), ``head`` (heads who have not marked) or
            ``interview`` (heads whose interviews are due)
        :return: a notification that says how many were reminded
        """
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group("gov_base.group_hr_officer")):
            raise AccessError(self.env._("Human resources send reminders."))
        if kind not in ("self", "head", "interview"):
            raise UserError(self.env._("There is no such reminder."))
        domain = [("campaign_id", "=", self.id)]
        if kind == "interview":
            domain += [("is_interview_missing", "=", True), ("state", "in", ("self", "head"))]
        else:
            domain += [("state", "=", kind)]
        count = self.env["gov.evaluation.sheet"].search(domain)._gov_remind(kind)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "info",
                "message": self.env._("%s reminders were sent.", count)
                if count
                else self.env._("Nobody is to be reminded: those who are late already have this to-do."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_remind_self(self):
        """Remind the employees who have not assessed themselves."""
        return self.action_remind("self")

    def action_remind_head(self):
        """Remind the heads who have not marked."""
        return self.action_remind("head")

    def action_remind_interview(self):
        """Remind the heads of the interviews that are due."""
        return self.action_remind("interview")

    def _gov_open_batch(self, method, title):
        self.ensure_one()
        self._gov_check_manager()
        return {
            "type": "ir.actions.client",
            "tag": "gov_evaluation.batch",
            "name": title,
            "target": "new",
            "params": {"campaign_id": self.id, "method": method},
        }

    def action_open_sheets(self):
        """Open the sheets of the campaign; the context key ``gov_state`` narrows them to a state."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_evaluation.gov_evaluation_sheet_action")
        domain = [("campaign_id", "=", self.id)]
        state = self.env.context.get("gov_state")
        if state == "interview":
            domain += [("is_interview_missing", "=", True)]
        elif state == "no_login":
            domain += [("state", "in", ("self", "head")), ("is_evaluator_silent", "=", True)]
        elif state:
            domain += [("state", "=", state)]
        return dict(action, domain=domain, context={"search_default_group_unit": 1})

    def action_open_skips(self):
        """Open the list of the employees without a sheet and why."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_evaluation.gov_evaluation_skip_action")
        return dict(action, domain=[("campaign_id", "=", self.id)])

    def action_open_board(self):
        """Open the dashboard of the harmonisation."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("gov_hr_evaluation.gov_evaluation_board_action")
        return dict(action, params={"campaign_id": self.id})

    # ------------------------------------------------------------------ scheduled
    @api.model
    def _cron_calendar(self):
        """Each day: end the self-assessments whose date is over, remind of interviews due, end the delays to reply.

        Runs twice without harm: each step takes only what is still in the state it leaves.
        """
        sheets = self.env["gov.evaluation.sheet"]
        sheets._cron_end_self()
        sheets._cron_silence()
        sheets._cron_interviews()
