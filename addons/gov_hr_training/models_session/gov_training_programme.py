from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from odoo.addons.gov_approval.models.sentinel import has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.search import search_when

from ..services import cover

PROGRAMME_ACT = {"state"}
MEMBER_ACT = {"state", "job_from_id", "department_id", "region_id", "ended_on", "reason", "gap_before"}


def missing_levels(required, held):
    """Return how many levels are missing, all competencies together."""
    return sum(max(0, level - held.get(skill, 0)) for skill, level in required.items())


class GovTrainingProgramme(models.Model):
    """A reconversion programme: persons led from their job to a target job by ordered courses.

    draft → running → closed.  Training officers run it.  Each member has steps of his own, for each comes with other
    competencies; what is done is read from the trainings recorded.  A member who succeeds is proposed to human
    resources for the new job, which they give by their own acts.
    """

    _name = "gov.training.programme"
    _description = "Reconversion programme"
    _inherit = ["mail.thread", "mail.activity.mixin", "gov.training.people"]
    _order = "date_from desc, id desc"

    name = fields.Char(required=True, translate=True, tracking=True)
    job_id = fields.Many2one("hr.job", "Target job", required=True, index=True, ondelete="restrict", tracking=True)
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", required=True)
    region_id = fields.Many2one("gov.region", index="btree_not_null", ondelete="restrict")
    officer_id = fields.Many2one(
        "res.users",
        "Training officer",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    description = fields.Text("Why this programme", translate=True)
    member_ids = fields.One2many("gov.training.programme.member", "programme_id", "Members", copy=False)
    member_count = fields.Integer("Number of members", compute="_compute_figures")
    progress = fields.Float(compute="_compute_figures", aggregator="avg")
    succeeded_count = fields.Integer("Succeeded", compute="_compute_figures")
    state = fields.Selection(
        [("draft", "In preparation"), ("running", "Under way"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    can_run = fields.Boolean(compute="_compute_can_run", export_string_translation=False)

    _dates_order = models.Constraint("CHECK (date_from <= date_to)", "A programme ends on or after its first day.")

    @api.depends("member_ids.state", "member_ids.step_ids")
    def _compute_figures(self):
        for programme in self:
            members = programme.member_ids
            programme.member_count = len(members)
            programme.succeeded_count = len(members.filtered(lambda one: one.state == "succeeded"))
            programme.progress = sum(members.mapped("progress")) / len(members) if members else 0.0

    @api.depends_context("uid")
    @api.depends("region_id")
    def _compute_can_run(self):
        officer, regions = self._gov_is_officer(), self._gov_served_regions()
        for programme in self:
            programme.can_run = officer and (not regions or programme.region_id in regions)

    def _gov_check_runs(self):
        if self.env.su:
            return
        self.check_access("read")
        self._gov_check_officer()
        if self.filtered(lambda one: not one.can_run):
            raise AccessError(self.env._("A programme is run by the training officers of its region."))

    @api.model_create_multi
    def create(self, vals_list):
        clean = without_defaults(self, PROGRAMME_ACT)
        plain = []
        for vals in vals_list:
            if vals.get("state") not in (None, False, "draft") and not has_sentinel(self.env):
                raise UserError(self.env._("A programme moves with its buttons, not by writing its state."))
            plain.append({name: value for name, value in vals.items() if name != "state"})
        programmes = super(GovTrainingProgramme, clean).create(plain).with_env(self.env)
        programmes._gov_check_runs()
        return programmes

    def write(self, vals):
        if not has_sentinel(self.env):
            if "state" in vals:
                raise UserError(self.env._("A programme moves with its buttons, not by writing its state."))
            self._gov_check_runs()
            for programme in self:
                if programme.state == "closed":
                    raise UserError(self.env._("“%(name)s” is closed.", name=programme.name))
                if programme.state == "running" and "job_id" in vals:
                    raise UserError(self.env._("The target job of a programme under way stays."))
        result = super().write(vals)
        if "region_id" in vals and not has_sentinel(self.env):
            self._gov_check_runs()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        for programme in self:
            if programme.state != "draft":
                raise UserError(self.env._("A programme that began stays in the records: close it."))

    def _gov_claim(self, state, target):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "UPDATE gov_training_programme SET state = %s, write_date = now() AT TIME ZONE 'UTC' "
                "WHERE id IN %s AND state = %s RETURNING id",
                target,
                self._ids or (0,),
                state,
            )
        )
        self.invalidate_recordset()
        if len(rows) != len(self):
            raise UserError(
                self.env._("This was done already, or can no longer be done. Reload the page to see where it stands.")
            )

    @short_transaction
    def action_start(self):
        """Begin the programme: each member has a mentor and steps."""
        self._gov_check_runs()
        self._gov_claim("draft", "running")
        for programme in self:
            if not programme.member_ids:
                raise UserError(self.env._("Name the members of “%(name)s” first.", name=programme.name))
            for member in programme.member_ids:
                if not member.mentor_id:
                    raise UserError(self.env._("Give a mentor to %(person)s.", person=member.employee_id.display_name))
                if not member.step_ids:
                    raise UserError(
                        self.env._(
                            "%(person)s has no step yet: press “Propose steps”.",
                            person=member.employee_id.display_name,
                        )
                    )
            members = programme.sudo().member_ids  # sudo: the act begins them
            members._gov_write({"state": "running"})
            for member in members:
                member._gov_tell(
                    member.employee_id.user_id | member.mentor_id.user_id,
                    lambda one: one.programme_id.name,
                    lambda one: one.env._(
                        "%(person)s begins the programme “%(programme)s”, towards the job “%(job)s”.",
                        person=one.employee_id.display_name,
                        programme=one.programme_id.name,
                        job=one.programme_id.job_id.name,
                    ),
                )
        self.env["gov.journal.entry"]._record_many(
            [(one, "start", {"job": one.job_id.rec_code or "", "members": len(one.member_ids)}) for one in self]
        )
        return True

    @short_transaction
    def action_close(self):
        """Close the programme once each member has ended it."""
        self._gov_check_runs()
        for programme in self:
            left = programme.member_ids.filtered(lambda one: one.state == "running")
            if left:
                raise UserError(
                    self.env._(
                        "%(people)s have not ended the programme: say how it ended for each.",
                        people=", ".join(left.employee_id.mapped("display_name")),
                    )
                )
        self._gov_claim("running", "closed")
        self.env["gov.journal.entry"]._record_many(
            [(one, "close", {"succeeded": one.succeeded_count}) for one in self]
        )
        return True

    def action_propose_steps(self):
        """Propose steps to the members who have none."""
        self._gov_check_runs()
        self.member_ids.filtered(lambda one: not one.step_ids).action_propose_steps()
        return True


class GovTrainingProgrammeMember(models.Model):
    """A person in a reconversion programme: the steps from what he holds to what the target job asks."""

    _name = "gov.training.programme.member"
    _description = "Member of a reconversion programme"
    _inherit = ["mail.thread", "mail.activity.mixin", "gov.training.people"]
    _order = "programme_id desc, id"

    programme_id = fields.Many2one(
        "gov.training.programme", "Programme", required=True, index=True, ondelete="cascade"
    )
    employee_id = fields.Many2one("hr.employee", "Employee", required=True, index=True, ondelete="restrict")
    department_id = fields.Many2one(
        "hr.department",
        "Unit",
        compute="_compute_origin",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    region_id = fields.Many2one(
        "gov.region",
        compute="_compute_origin",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    job_from_id = fields.Many2one(
        "hr.job",
        "Present job",
        compute="_compute_origin",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    job_id = fields.Many2one(related="programme_id.job_id", string="Target job", store=True, index=True)
    mentor_id = fields.Many2one(
        "hr.employee", "Mentor", index="btree_not_null", ondelete="restrict", help="Who accompanies the person."
    )
    step_ids = fields.One2many("gov.training.programme.step", "member_id", "Steps", copy=False)
    step_count = fields.Integer("Number of steps", compute="_compute_progress")
    done_count = fields.Integer("Steps done", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    gap_before = fields.Integer("Levels missing at the beginning", readonly=True, copy=False, aggregator=None)
    gap_now = fields.Integer("Levels missing now", compute="_compute_gap_now")
    state = fields.Selection(
        [
            ("draft", "In preparation"),
            ("running", "Under way"),
            ("succeeded", "Succeeded"),
            ("failed", "Not succeeded"),
            ("left", "Left the programme"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    ended_on = fields.Date(readonly=True, copy=False)
    reason = fields.Text(readonly=True, copy=False)
    is_readable = fields.Boolean(
        compute="_compute_is_readable", search="_search_is_readable", export_string_translation=False
    )
    can_run = fields.Boolean(related="programme_id.can_run", export_string_translation=False)

    _once = models.UniqueIndex("(programme_id, employee_id)", "This person is a member of the programme already.")

    # ------------------------------------------------------------------ computes
    @api.depends("employee_id")
    def _compute_origin(self):
        for member in self:
            employee = member.employee_id.sudo()  # sudo: unit and job are in the directory
            member.department_id = employee.department_id
            member.region_id = employee.department_id.effective_region_id
            member.job_from_id = employee.job_id

    @api.depends("employee_id", "programme_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for member in self:
            one = member.sudo()  # sudo: named to whoever reads the member
            member.display_name = " · ".join(filter(None, (one.employee_id.display_name, one.programme_id.name)))

    @api.depends("step_ids.course_id", "employee_id")
    def _compute_progress(self):
        for member in self:
            member.step_count = len(member.step_ids)
            member.done_count = len(member.step_ids.filtered("is_done"))
            member.progress = member.done_count / member.step_count if member.step_count else 0.0

    @api.depends("employee_id", "job_id")
    def _compute_gap_now(self):
        held = self._gov_held()
        for member in self:
            member.gap_now = missing_levels(member._gov_required(), held.get(member.employee_id.id, {}))

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_is_readable(self):
        # sudo: the same question as the record rule, asked of the database
        readable = self.sudo().search(Domain("id", "in", self.filtered("id").ids) & self._gov_readable_domain())
        for member in self:
            member.is_readable = member in readable

    @api.model
    def _gov_readable_domain(self):
        return self._gov_people_domain() | Domain("mentor_id.user_id", "=", self.env.uid)

    @api.model
    @search_when
    def _search_is_readable(self):
        return self._gov_readable_domain()

    def _gov_required(self):
        """Return the levels that the target job asks: ``{competency id: level}``."""
        self.ensure_one()
        return {line.skill_id.id: line.level_rank for line in self.sudo().job_id._gov_profile()}  # sudo: public

    def _gov_held(self):
        """Return the levels held today: ``{employee id: {competency id: level}}``."""
        # sudo: levels of those whose programme the user reads
        levels = self.env["hr.employee"].sudo()._gov_held_levels(self.sudo().employee_id)
        found = {}
        for (employee, skill), level in levels.items():
            found.setdefault(employee, {})[skill] = level
        return found

    # ------------------------------------------------------------------ guards
    @api.constrains("mentor_id", "employee_id")
    def _check_mentor(self):
        for member in self:
            if member.mentor_id and member.mentor_id == member.employee_id:
                raise ValidationError(self.env._("Nobody is his own mentor."))

    @api.constrains("employee_id", "programme_id")
    def _check_target(self):
        for member in self:
            if member.job_from_id == member.programme_id.job_id:
                person = member.employee_id.sudo()  # sudo: only the name
                raise ValidationError(
                    self.env._("%(person)s holds the target job already.", person=person.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._gov_check_act_fields({name: value for name, value in vals.items() if value and value != "draft"})
        vals_list = [{name: value for name, value in vals.items() if name not in MEMBER_ACT} for vals in vals_list]
        members = super(GovTrainingProgrammeMember, without_defaults(self, MEMBER_ACT)).create(vals_list)
        members = members.with_env(self.env)
        members.programme_id._gov_check_runs()
        members._gov_check_open()
        for member in members.filtered(lambda one: one.programme_id.state == "running"):
            member._gov_write({"state": "running"})
        return members

    def write(self, vals):
        if not has_sentinel(self.env):
            self._gov_check_act_fields(vals)
            self.programme_id._gov_check_runs()
            self._gov_check_open()
            if {"employee_id", "programme_id"} & vals.keys():
                raise UserError(self.env._("A member stays the same person: take him out and add another."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        self.programme_id._gov_check_runs()
        for member in self:
            if member.state != "draft":
                raise UserError(self.env._("A member of a programme that began stays: say how it ended."))

    def _gov_check_act_fields(self, vals):
        forbidden = sorted(MEMBER_ACT & vals.keys())
        if forbidden and not has_sentinel(self.env):
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in forbidden)
            raise UserError(
                self.env._("“%(fields)s” cannot be set: only the acts on the programme change them.", fields=labels)
            )

    def _gov_check_open(self):
        for member in self:
            if member.programme_id.state == "closed" or member.state in ("succeeded", "failed", "left"):
                raise UserError(self.env._("The programme has ended for this person."))

    def _gov_write(self, vals):
        """Write what only acts write; the act has checked who does it."""
        # sudo: officers have the right on the member, not on what the acts keep
        return with_sentinel(self.sudo()).write(vals)

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_propose_steps(self):
        """Write the courses that lead to the profile of the target job, in order, for the least cost."""
        self.programme_id._gov_check_runs()
        self._gov_check_open()
        # sudo: the costs of the courses are compared, not shown
        courses = [
            cover.Course(
                course.id,
                round(100 * course.cost_person),
                course.days,
                {line.skill_id.id: (line.entry_level, line.level) for line in course.skill_line_ids},
            )
            for course in self.env["gov.training.course"].sudo().search([("skill_line_ids", "!=", False)])
        ]
        held = self._gov_held()
        for member in self:
            if member.step_ids:
                raise UserError(
                    self.env._(
                        "%(person)s has steps already: delete them to have others proposed.",
                        person=member.employee_id.display_name,
                    )
                )
            required, now = member._gov_required(), held.get(member.employee_id.id, {})
            if not required:
                raise UserError(
                    self.env._("The job “%(job)s” has no profile in the framework.", job=member.job_id.name)
                )
            chosen = cover.cheapest(required, now, courses).courses
            if not chosen:
                raise UserError(
                    self.env._(
                        "No course of the catalogue closes what %(person)s misses for “%(job)s”: add one, with the "
                        "competencies it brings.",
                        person=member.employee_id.display_name,
                        job=member.job_id.name,
                    )
                )
            member._gov_write(
                {
                    "gap_before": missing_levels(required, now),
                    "step_ids": [
                        Command.create({"sequence": 10 * at, "course_id": course_id})
                        for at, course_id in enumerate(chosen, 1)
                    ],
                }
            )
        return True

    @short_transaction
    def action_end(self, outcome, reason=None):
        """Say how the programme ended for a person.

        Succeeded: human resources get a to-do to change the job, by their own acts.

        :param outcome: ``succeeded``, ``failed`` or ``left``; the last two with a reason, and a success too while
            steps are missing
        """
        self.ensure_one()
        self.check_access("read")
        self.programme_id._gov_check_runs()
        # sudo: only whether the user is the person
        if self.sudo().employee_id.user_id == self.env.user and not self.env.su:
            raise AccessError(self.env._("Another training officer says how your own programme ended."))
        if outcome not in ("succeeded", "failed", "left"):
            raise UserError(self.env._("The programme succeeded, did not succeed, or was left."))
        missing = self.step_ids.filtered(lambda step: not step.is_done)
        reason = self._gov_reason(reason, required=outcome != "succeeded" or bool(missing))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_training_programme_member
                      SET state = %s, reason = %s, ended_on = %s, write_date = now() AT TIME ZONE 'UTC'
                    WHERE id = %s AND state = 'running' RETURNING id""",
                outcome,
                reason or None,
                fields.Date.context_today(self),
                self.id,
            )
        )
        self.invalidate_recordset()
        if not rows:
            raise UserError(
                self.env._("This was done already, or can no longer be done. Reload the page to see where it stands.")
            )
        member = self.sudo()  # sudo: those concerned are told
        member._gov_tell(
            (member.employee_id.user_id | member.mentor_id.user_id) - self.env.user,
            lambda one: one.programme_id.name,
            lambda one: one.env._(
                "Programme “%(programme)s”, %(person)s: %(outcome)s.",
                programme=one.programme_id.name,
                person=one.employee_id.display_name,
                outcome=dict(one._fields["state"]._description_selection(one.env))[outcome],
            ),
        )
        if outcome == "succeeded":
            member._gov_propose_job()
        self.env["gov.journal.entry"]._record(self, "end", {"outcome": outcome, "reason": reason})
        return True

    def _gov_propose_job(self):
        """Give HR a to-do: the job changes by their acts, not by the end of the programme."""
        # sudo: only who may be given the to-do
        group = self.env.ref("gov_base.group_hr_officer").sudo()
        officers = group.all_user_ids.filtered("active") - self.env.ref("base.user_root") - self.employee_id.user_id
        serving = officers.filtered(lambda user: not user.gov_region_ids or self.region_id in user.gov_region_ids)
        for officer in serving.sorted(lambda user: (not user.gov_region_ids, user.id))[:1]:
            one = self.with_context(lang=officer.lang, mail_activity_quick_update=True)
            one.activity_schedule(
                activity_type_id=self.env.ref("gov_hr_training.mail_activity_type_job").id,
                **one._gov_said("job"),
                user_id=officer.id,
            )

    def _gov_todo_words(self, key):
        if key != "job":
            return super()._gov_todo_words(key)
        return self.env._(
            "Change of job: %(person)s, to “%(job)s”",
            person=self.employee_id.display_name,
            job=self.programme_id.job_id.name,
        )

    def action_open_end(self):
        """Open the dialog that ends the programme for a person."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End of the programme"),
            "res_model": "gov.training.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_member_id": self.id, "default_operation": "end_member"},
        }


class GovTrainingProgrammeStep(models.Model):
    """One course on the way of a member; done once the training is recorded as validated."""

    _name = "gov.training.programme.step"
    _description = "Step of a reconversion programme"
    _order = "member_id, sequence, id"
    _rec_name = "course_id"

    member_id = fields.Many2one("gov.training.programme.member", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    course_id = fields.Many2one("gov.training.course", "Course", required=True, index=True, ondelete="restrict")
    due_on = fields.Date("Until")
    is_done = fields.Boolean("Done", compute="_compute_progress")
    done_on = fields.Date("Validated on", compute="_compute_progress")
    standing = fields.Char("Where it stands", compute="_compute_progress")

    _once = models.UniqueIndex("(member_id, course_id)", "This course is a step already.")

    @api.depends("member_id.employee_id", "course_id")
    @api.depends_context("lang")
    def _compute_progress(self):
        people, courses = self.member_id.sudo().employee_id, self.course_id  # sudo: of the members read
        # sudo: trainings of the members read
        records = (
            self.env["gov.training.record"]
            .sudo()
            .search(
                [("employee_id", "in", people.ids), ("course_id", "in", courses.ids), ("result", "=", "validated")],
                order="date",
            )
        )
        done = {(one.employee_id.id, one.course_id.id): one.date for one in records}
        # sudo: as above
        registrations = (
            self.env["gov.training.registration"]
            .sudo()
            .search(
                [
                    ("employee_id", "in", people.ids),
                    ("course_id", "in", courses.ids),
                    ("state", "in", ("applied", "waiting", "registered", "convoked")),
                ],
                order="id",
            )
        )
        under_way = {(one.employee_id.id, one.course_id.id): one for one in registrations}
        names = dict(registrations._fields["state"]._description_selection(self.env))
        for step in self:
            key = (step.member_id.sudo().employee_id.id, step.course_id.id)  # sudo: of the member read
            step.done_on = done.get(key, False)
            step.is_done = key in done
            registration = under_way.get(key)
            if step.is_done:
                step.standing = self.env._("Done")
            else:
                step.standing = names[registration.state] if registration else self.env._("No session yet")

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._gov_check_member()
        return steps

    def write(self, vals):
        self._gov_check_member()
        result = super().write(vals)
        if "member_id" in vals:
            self._gov_check_member()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ended(self):
        self._gov_check_member()

    def _gov_check_member(self):
        if not has_sentinel(self.env):
            self.member_id.programme_id._gov_check_runs()
            self.member_id._gov_check_open()
