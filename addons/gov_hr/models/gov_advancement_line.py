from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.text import date_words

from . import gov_career_act

# Set in the context by the acts of a campaign; an object, so that no RPC call, import or default can send it
ACTING = object()
ACTING_KEY = "gov_advancement_acting"
# The facts of a line: what the computation found.  A line whose facts change is decided again.
FACTS = (
    "grade_id target_grade_id echelon_from echelon_to step_since grade_since months excluded_days pace due_date "
    "met_on has_average average rated_from rated_to missing_years grade_days service_days is_overdue is_flagged "
    "exclusion"
).split()
# Those that change the act itself: another mark does not call for another decision, another date does
DECISIVE = ("grade_id", "target_grade_id", "echelon_from", "echelon_to", "due_date", "pace", "exclusion")
RESULTS = frozenset(("exam_mark", "is_admitted"))


def is_acting(env):
    return env.context.get(ACTING_KEY) is ACTING


def acting(records):
    return records.with_context(**{ACTING_KEY: ACTING})


class GovAdvancementLine(models.Model):
    """One person in an advancement campaign: what is due, why, and what human resources decided.

    proposed → accepted → **signed**, or dropped with a reason, or set aside by the computation (excluded).  The facts
    come from the computation alone; the sentence that explains them is worked out in the language of who reads.  HR
    officers and managers decide, never on their own line; employees see their own line once it is signed.
    """

    _name = "gov.advancement.campaign.line"
    _description = "Line of an advancement campaign"
    _order = "grade_id, way, rank, due_date, id"
    _rec_name = "employee_id"

    campaign_id = fields.Many2one("gov.advancement.campaign", required=True, index=True, ondelete="cascade")
    year = fields.Integer(related="campaign_id.year", store=True, aggregator=None)
    kind = fields.Selection(related="campaign_id.kind", store=True)
    campaign_state = fields.Selection(related="campaign_id.state", string="State of the campaign")
    employee_id = fields.Many2one("hr.employee", required=True, readonly=True, index=True, ondelete="restrict")
    department_id = fields.Many2one(related="employee_id.department_id", string="Unit")
    way = fields.Selection([("exam", "By examination"), ("choice", "By choice")], readonly=True)
    # what is due
    grade_id = fields.Many2one("gov.grade", readonly=True, index="btree_not_null", ondelete="restrict")
    target_grade_id = fields.Many2one(
        "gov.grade", string="New grade", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    echelon_from = fields.Integer(string="Step", readonly=True, aggregator=None)
    echelon_to = fields.Integer(string="New step", readonly=True, aggregator=None)
    step_since = fields.Date(
        string="Step since",
        readonly=True,
        help="Day from which seniority in the step counts; for a promotion, that kept in the new step.",
    )
    grade_since = fields.Date(string="In the grade since", readonly=True)
    pace = fields.Selection(
        [("fast", "Fast"), ("medium", "Medium"), ("slow", "Slow"), ("single", "Single")],
        readonly=True,
        help="From the mean of the yearly marks of the period; single: the marks play no part.",
    )
    months = fields.Integer(string="Time asked for (months)", readonly=True, aggregator=None)
    due_date = fields.Date(
        string="From", readonly=True, index=True, help="Day from which the advancement takes effect."
    )
    met_on = fields.Date(string="Conditions met on", readonly=True)
    excluded_days = fields.Integer(
        string="Days not counted",
        readonly=True,
        aggregator=None,
        help="Days of availability, suspension or exclusion.",
    )
    # the marks
    has_average = fields.Boolean(readonly=True, export_string_translation=False)
    average = fields.Float(string="Mean of the marks", digits=(4, 2), readonly=True, aggregator="avg")
    rated_from = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    rated_to = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    missing_years = fields.Char(string="Marks missing", readonly=True)
    # the ranking
    grade_days = fields.Integer(string="Days in the grade", readonly=True, aggregator=None)
    service_days = fields.Integer(string="Days of service", readonly=True, aggregator=None)
    exam_mark = fields.Float(string="Mark of the examination", digits=(5, 2), aggregator="avg")
    is_admitted = fields.Boolean(string="Admitted", help="The jury admitted the candidate.")
    rank = fields.Integer(readonly=True, aggregator=None)
    is_tied = fields.Boolean(string="Equal merit", readonly=True)
    is_within_quota = fields.Boolean(string="Within the posts", readonly=True)
    # what is said and decided
    is_overdue = fields.Boolean(string="Due before the year", readonly=True)
    is_flagged = fields.Boolean(
        string="To check", readonly=True, help="A mark or a date is missing, or it is overdue."
    )
    exclusion = fields.Selection(
        [
            ("no_data", "Grade or step missing on the file"),
            ("no_pace", "No time recorded for this step"),
            ("probation", "Not titularised"),
            ("act", "Set aside by an act"),
        ],
        string="Set aside because",
        readonly=True,
    )
    sentence = fields.Text(string="Why", compute="_compute_sentence")
    state = fields.Selection(
        [
            ("proposed", "To decide"),
            ("accepted", "Accepted"),
            ("dropped", "Dropped"),
            ("signed", "Signed"),
            ("excluded", "Set aside"),
        ],
        required=True,
        readonly=True,
        default="proposed",
        index=True,
    )
    reason = fields.Text(string="Reason of the drop", readonly=True, groups="hr.group_hr_user,gov_base.group_auditor")
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    sign_error = fields.Text(
        string="Could not be signed", readonly=True, groups="hr.group_hr_user,gov_base.group_auditor"
    )
    act_id = fields.Many2one(
        "gov.career.act", string="Act", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    document_id = fields.Many2one(related="act_id.document_id", string="Document")

    _person_uniq = models.UniqueIndex(
        "(campaign_id, employee_id, coalesce(way, ''), coalesce(echelon_to, 0)) WHERE kind = 'echelon'",
        "This person already has a line for this step.",
    )
    _person_way_uniq = models.UniqueIndex(
        "(campaign_id, employee_id, way) WHERE kind = 'grade'", "This person already has a line for this way."
    )
    _one_promotion = models.UniqueIndex(
        "(campaign_id, employee_id) WHERE kind = 'grade' AND state IN ('accepted', 'signed')",
        "This person is already promoted in this campaign.",
    )
    _to_sign = models.Index("(campaign_id, due_date, id) WHERE state = 'accepted'")
    _signed_has_act = models.Constraint("CHECK (state <> 'dropped' OR reason IS NOT NULL)", "A drop has a reason.")

    # -- guards ---------------------------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if not is_acting(self.env):
            self._gov_refuse()
        return super().create(vals_list)

    def write(self, vals):
        if is_acting(self.env):
            return super().write(vals)
        if set(vals) - RESULTS:
            self._gov_refuse()
        self._gov_check_results()
        result = super().write(vals)
        self._gov_after_results()
        return result

    def _gov_write_results(self, results):
        """Write the results of many candidates: ``{line id: vals}``; the same checks as for one."""
        self._gov_check_results()
        for line in acting(self):
            line.write(results[line.id])
        self._gov_after_results()

    def _gov_after_results(self):
        # sudo: the results were checked by who calls; the journal keeps no mark
        self.env["gov.journal.entry"].sudo()._record_many(
            [(line, "exam_result", {"employee": line.employee_id.id, "admitted": line.is_admitted}) for line in self]
        )
        for campaign, lines in self.grouped("campaign_id").items():
            campaign._gov_rank(lines.grade_id.ids)

    def unlink(self):
        if not is_acting(self.env):
            self._gov_refuse()
        return super().unlink()

    def copy_data(self, default=None):
        self._gov_refuse()

    def _gov_refuse(self):
        raise UserError(
            self.env._(
                "The lines of a campaign come from its computation, and are decided by their buttons: they are not "
                "written by hand."
            )
        )

    def _gov_check_results(self):
        """Results of the examination: by human resources, on lines to decide, never one's own."""
        if not self.env.user.has_group("gov_base.group_hr_officer"):
            raise AccessError(self.env._("Only human resources enter the results of an examination."))
        self._gov_check_not_own()
        for line in self:
            if line.way != "exam" or line.state != "proposed" or line.campaign_state != "computed":
                raise UserError(
                    self.env._(
                        "The result of %(name)s cannot be entered: only lines of the examination that are still to "
                        "decide take one.",
                        name=line.employee_id.display_name,
                    )
                )

    def _gov_check_not_own(self):
        # sudo: only the link to the user is looked at
        if self.env.user in self.sudo().employee_id.user_id:
            raise AccessError(self.env._("Nobody decides on their own advancement: ask a colleague."))

    @api.constrains("exam_mark")
    def _check_exam_mark(self):
        for line in self:
            if not 0 <= line.exam_mark <= 20:
                raise UserError(
                    self.env._(
                        "The mark of %(name)s is %(mark)s: it lies between 0 and 20.",
                        name=line.employee_id.display_name,
                        mark=line.exam_mark,
                    )
                )

    # -- computation ----------------------------------------------------------------------------------------------
    def _gov_set(self, vals):
        """Write on these lines what is not so yet."""
        for line in self:
            changed = {name: value for name, value in vals.items() if line[name] != value}
            if changed:
                line.write(changed)

    @api.model
    def _gov_replace(self, campaign, facts):
        """Make the lines of a campaign those of ``facts``; called by its computation, which holds them all locked.

        Signed lines stand; dropped ones stay dropped; an accepted line whose step, grade, date or pace changed is to
        be decided again; lines that are due no more go.
        """

        def key(employee_id, way, echelon_to):
            return (employee_id, way or False) if campaign.kind == "grade" else (employee_id, echelon_to or 0)

        known = {
            key(line.employee_id.id, line.way, line.echelon_to): line
            for line in self.search([("campaign_id", "=", campaign.id)])
        }
        new = []
        for vals in facts:
            vals = dict.fromkeys(FACTS, False) | vals
            line = known.pop(key(vals["employee_id"], vals.get("way"), vals["echelon_to"]), None)
            if line is None:
                state = "excluded" if vals["exclusion"] else "proposed"
                new.append(dict(vals, campaign_id=campaign.id, state=state))
            elif line.state != "signed":
                line._gov_refresh(vals)
        self.union(*[line for line in known.values() if line.state != "signed"]).unlink()
        self.create(new)

    def _gov_refresh(self, vals):
        self.ensure_one()
        changed = {}
        for name in FACTS:
            field, value = self._fields[name], vals[name]
            present = self[name].id if field.type == "many2one" else self[name]
            if field.convert_to_cache(present, self) != field.convert_to_cache(value, self):
                changed[name] = value
        if vals["exclusion"]:
            changed["state"] = "excluded"
        elif self.state == "excluded" or (self.state == "accepted" and not changed.keys().isdisjoint(DECISIVE)):
            changed["state"] = "proposed"
        if changed:
            self.write(changed)

    # -- decisions ------------------------------------------------------------------------------------------------
    def _gov_check_officer(self):
        if not self.env.user.has_group("gov_base.group_hr_officer"):
            raise AccessError(self.env._("Only human resources decide on the lines of a campaign."))
        self.check_access("write")
        self._gov_check_not_own()

    def _gov_decide(self, state, allowed, reason=None):
        """Move these lines to ``state`` if they are in one of ``allowed`` and their campaign is open."""
        self.env.cr.execute(
            SQL(
                """SELECT id FROM gov_advancement_campaign WHERE id IN (
                       SELECT campaign_id FROM gov_advancement_campaign_line WHERE id IN %s) AND state = 'computed'
                    ORDER BY id FOR UPDATE""",
                self._ids,
            )
        )
        if state == "accepted":
            self._gov_check_once()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_advancement_campaign_line l
                      SET state = %s, reason = %s, sign_error = NULL, decided_by_id = %s,
                          write_date = now() AT TIME ZONE 'UTC', write_uid = %s
                    WHERE id IN %s AND state IN %s AND EXISTS (
                          SELECT FROM gov_advancement_campaign c WHERE c.id = l.campaign_id AND c.state = 'computed')
                RETURNING id""",
                state,
                reason,
                self.env.uid,
                self.env.uid,
                self._ids,
                tuple(allowed),
            )
        )
        self.invalidate_recordset()
        self.campaign_id.invalidate_recordset()
        late = self - self.browse(row[0] for row in rows)
        if late:
            raise UserError(
                self.env._(
                    "The line of %(name)s cannot be decided so: it is “%(state)s”, or its campaign is closed. Open it "
                    "again: a colleague may have been faster.",
                    name=late[0].employee_id.display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[late[0].state],
                )
            )

    @short_transaction
    def action_accept(self):
        """Accept these lines: they will be signed with the others; HR officers and managers.

        A promotion is refused beyond the posts of its grade, and to who is not ranked.
        """
        if not self:
            return True
        self._gov_check_officer()
        self._gov_decide("accepted", ("proposed", "dropped"))
        self.filtered(lambda line: line.kind == "grade")._gov_check_posts()
        # sudo: the journal is written by acts alone
        self.env["gov.journal.entry"].sudo()._record_many([(line, "accept", line._gov_payload()) for line in self])
        return True

    def _gov_check_once(self):
        """A person is promoted once in a campaign; the campaign is locked, so that no other decision crosses."""
        promotions = self.filtered(lambda line: line.kind == "grade")
        if not promotions:
            return
        self.invalidate_model(["state"])
        taken = self.search(
            [
                ("campaign_id", "in", promotions.campaign_id.ids),
                ("employee_id", "in", promotions.employee_id.ids),
                ("state", "in", ("accepted", "signed")),
                ("id", "not in", promotions.ids),
            ]
        )
        for (_campaign, employee), lines in (
            (promotions | taken).grouped(lambda line: (line.campaign_id, line.employee_id)).items()
        ):
            if len(lines) > 1:
                raise UserError(
                    self.env._(
                        "%(name)s would be promoted twice, by examination and by choice: drop one of the two lines.",
                        name=employee.display_name,
                    )
                )

    def _gov_check_posts(self):
        for line in self:
            if not line.rank:
                raise UserError(
                    self.env._(
                        "%(name)s is not ranked: enter the result of the examination first, or look for the other "
                        "line of this person.",
                        name=line.employee_id.display_name,
                    )
                )
        # sudo: posts are counted over all regions
        groups = self.sudo()._read_group(
            [
                ("campaign_id", "in", self.campaign_id.ids),
                ("grade_id", "in", self.grade_id.ids),
                ("state", "in", ("accepted", "signed")),
            ],
            ["campaign_id", "grade_id"],
            ["__count"],
        )
        taken = {(campaign.id, grade.id): count for campaign, grade, count in groups}
        for campaign in self.campaign_id:
            for quota in campaign.sudo().quota_ids:  # sudo: same
                if taken.get((campaign.id, quota.grade_id.id), 0) > quota.posts:
                    raise UserError(
                        self.env._(
                            "%(count)s promotions are accepted for %(posts)s posts from the grade %(grade)s: drop "
                            "some first.",
                            count=taken[campaign.id, quota.grade_id.id],
                            posts=quota.posts,
                            grade=quota.grade_id.name,
                        )
                    )

    @short_transaction
    def action_drop(self, reason):
        """Drop these lines with a reason; HR officers and managers.  A dropped line can be accepted again."""
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why the line is dropped: the reason is kept with it."))
        if not self:
            return True
        self._gov_check_officer()
        self._gov_decide("dropped", ("proposed", "accepted"), reason)
        # sudo: the journal is written by acts alone
        self.env["gov.journal.entry"].sudo()._record_many([(line, "drop", line._gov_payload()) for line in self])
        return True

    def action_open_drop(self):
        """Open the dialog that asks for the reason of a drop."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Drop"),
            "res_model": "gov.advancement.drop",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_ids": self.ids},
        }

    def action_open_document(self):
        """Open the document of the signed act."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            raise UserError(self.env._("The document of this act is being made: come back in a minute."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/gov_document/{self.document_id.id}/document.pdf",
            "target": "new",
        }

    def _gov_payload(self):
        self.ensure_one()
        return {
            "campaign": self.campaign_id.id,
            "employee": self.employee_id.id,
            "from": fields.Date.to_string(self.due_date) if self.due_date else None,
            "step": self.echelon_to,
            "way": self.way or None,
        }

    # -- signing --------------------------------------------------------------------------------------------------
    def _gov_act_vals(self):
        """Values of the career act of a line."""
        self.ensure_one()
        vals = {
            "employee_id": self.employee_id.id,
            "effective_date": self.due_date,
            "echelon": self.echelon_to,
            "grade_id": self.target_grade_id.id,
            "campaign_line_id": self.id,
        }
        if self.kind == "echelon":
            return dict(vals, kind="echelon", step_seniority_date=False)
        kind = "grade_exam" if self.way == "exam" else "grade_choice"
        return dict(vals, kind=kind, step_seniority_date=self.step_since)

    def _gov_make_acts(self):
        """Make and sign the acts of these lines, inside the act of the campaign; return them."""
        career = gov_career_act.acting(self.env["gov.career.act"])
        made = career.create([line._gov_act_vals() for line in self])
        made = made.with_env(self.env)
        made._gov_sign()
        for line, act in zip(self, made, strict=True):
            line.write({"act_id": act.id})
        return made

    # -- sentence -------------------------------------------------------------------------------------------------
    @api.model
    def _gov_day(self, day):
        """A day in words of the reader's language."""
        try:
            return date_words(day, self.env.lang or "en_US")
        except ValueError:
            return format_date(self.env, day)

    @api.model
    def _gov_mark(self, mark):
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US") or self.env["res.lang"]._lang_get("en_US")
        return lang.format("%.2f", mark)

    def _gov_time(self, months):
        return self.env["hr.employee"]._gov_duration_text(months // 12, months % 12, 0)

    @api.depends(*FACTS, "rank", "is_tied", "is_within_quota", "exam_mark", "is_admitted", "way", "kind", "state")
    @api.depends_context("lang", "uid")
    def _compute_sentence(self):
        knows_discipline = self.env.user.has_group("gov_base.group_hr_manager")
        for line in self:
            if line.exclusion and not line.due_date:
                parts = [line._gov_exclusion(knows_discipline)]
            else:
                parts = line._gov_step_parts() if line.kind == "echelon" else line._gov_grade_parts()
                if line.exclusion:
                    parts.append(line._gov_exclusion(knows_discipline))
            line.sentence = " ".join(filter(None, parts))

    def _gov_exclusion(self, knows_discipline):
        if self.exclusion == "no_data":
            return self.env._("Grade or step is missing on the file: complete the situation, then compute again.")
        if self.exclusion == "no_pace":
            return self.env._(
                "No time is recorded for step %(step)s of the grade %(grade)s: add it to the paces, then compute "
                "again.",
                step=self.echelon_from,
                grade=self.grade_id.name,
            )
        if self.exclusion == "probation":
            return self.env._("Set aside: not titularised yet.")
        if knows_discipline:
            return self.env._("Set aside: a disciplinary act removes the person from the table of this year.")
        return self.env._("Set aside by an act of this year.")

    def _gov_years_text(self):
        if self.rated_from == self.rated_to:
            return str(self.rated_from)
        return self.env._("%(first)s to %(last)s", first=self.rated_from, last=self.rated_to)

    def _gov_missing_part(self):
        if self.missing_years and self.has_average:
            return self.env._("Marks missing: %(years)s.", years=self.missing_years)
        return ""

    def _gov_excluded_part(self):
        if not self.excluded_days:
            return ""
        return self.env._(
            "Time that does not count (availability, suspension, exclusion): %(time)s.",
            time=self.env["hr.employee"]._gov_duration_text(0, 0, self.excluded_days),
        )

    def _gov_step_parts(self):
        parts = [
            self.env._("In step %(step)s since %(day)s.", step=self.echelon_from, day=self._gov_day(self.step_since))
        ]
        time = self._gov_time(self.months)
        if self.pace == "single":
            parts.append(self.env._("This step takes %(time)s for everybody, whatever the marks.", time=time))
        elif not self.has_average:
            if self.rated_from:
                parts.append(self.env._("No mark is recorded for %(years)s.", years=self._gov_years_text()))
            sentences = {
                "fast": self.env._("Fast pace, as the settings say for who has no mark: %(time)s.", time=time),
                "medium": self.env._("Medium pace, as the settings say for who has no mark: %(time)s.", time=time),
                "slow": self.env._("Slow pace, the longest, of right: %(time)s.", time=time),
            }
            parts.append(sentences.get(self.pace, ""))
        else:
            parts.append(
                self.env._(
                    "Mean of the marks of %(years)s: %(mark)s.",
                    years=self._gov_years_text(),
                    mark=self._gov_mark(self.average),
                )
            )
            parts.append(self._gov_missing_part())
            sentences = {
                "fast": self.env._("Fast pace: %(time)s.", time=time),
                "medium": self.env._("Medium pace: %(time)s.", time=time),
                "slow": self.env._("Slow pace, the longest, of right: %(time)s.", time=time),
            }
            parts.append(sentences.get(self.pace, ""))
        parts.append(self._gov_excluded_part())
        parts.append(self.env._("Step %(step)s from %(day)s.", step=self.echelon_to, day=self._gov_day(self.due_date)))
        if self.is_overdue:
            parts.append(self.env._("It was due before the year of the campaign."))
        return parts

    def _gov_grade_parts(self):
        years = self._gov_time(self.months)
        since, met = self._gov_day(self.grade_since), self._gov_day(self.met_on)
        if self.way == "exam":
            parts = [
                self.env._(
                    "May sit the examination: in the grade since %(day)s, %(time)s complete on %(met)s.",
                    day=since,
                    time=years,
                    met=met,
                )
            ]
        else:
            parts = [
                self.env._(
                    "Eligible by choice: in the grade since %(day)s; %(time)s and the other conditions complete on "
                    "%(met)s.",
                    day=since,
                    time=years,
                    met=met,
                )
            ]
        parts.append(self._gov_excluded_part())
        if self.way == "exam":
            if self.is_admitted:
                parts.append(self.env._("Admitted with %(mark)s.", mark=self._gov_mark(self.exam_mark)))
            elif self.exam_mark:
                parts.append(self.env._("Mark %(mark)s, not admitted.", mark=self._gov_mark(self.exam_mark)))
            else:
                parts.append(self.env._("No result yet."))
        elif self.has_average:
            parts.append(
                self.env._(
                    "Mean of the marks of %(years)s: %(mark)s.",
                    years=self._gov_years_text(),
                    mark=self._gov_mark(self.average),
                )
            )
            parts.append(self._gov_missing_part())
        else:
            parts.append(self.env._("No mark is recorded for %(years)s.", years=self._gov_years_text()))
        if self.rank:
            parts.append(self.env._("Rank %(rank)s by merit.", rank=self.rank))
            if self.is_within_quota:
                parts.append(self.env._("Within the posts."))
            elif self.is_tied:
                parts.append(self.env._("Equal merit with another candidate: decide between them."))
            else:
                parts.append(self.env._("Beyond the posts."))
        if self.echelon_to:
            parts.append(
                self.env._(
                    "New grade from %(day)s, at step %(step)s.", day=self._gov_day(self.due_date), step=self.echelon_to
                )
            )
            if self.step_since:
                parts.append(
                    self.env._("Seniority in the step kept from %(day)s.", day=self._gov_day(self.step_since))
                )
        return parts


class GovCareerAct(models.Model):
    """Acts made by an advancement campaign know their line."""

    _inherit = "gov.career.act"

    campaign_line_id = fields.Many2one(
        "gov.advancement.campaign.line",
        string="Line of the campaign",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Line of the advancement campaign that this act signs.",
    )

    def _gov_protected(self):
        return super()._gov_protected() | {"campaign_line_id"}
