from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.gov_approval.models.sentinel import SENTINEL_KEY, has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.search import search_when

from ..tools.names import copy_names

# once recorded, a training keeps these
FIXED = {"employee_id", "source", "origin_model", "origin_res_id", "action_id", "resume_line_id", "has_levels"}


class GovTrainingRecord(models.Model):
    """A training that a person has finished: one row for each person and origin (a session, a course followed…).

    Sessions and courses record theirs with ``_gov_record``; training officers enter trainings followed outside of the
    plan by hand.  Validated levels are given to the person, the résumé gets its line and the needs are met, here and
    nowhere else.
    """

    _name = "gov.training.record"
    _description = "Training followed"
    _order = "date desc, id desc"
    _rec_name = "course_name"
    _rec_names_search = ["course_name", "employee_id.name"]

    employee_id = fields.Many2one("hr.employee", "Employee", required=True, index=True, ondelete="restrict")
    department_id = fields.Many2one(
        "hr.department",
        "Unit",
        compute="_compute_situation",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        help="On the day the training ended.",
    )
    region_id = fields.Many2one(
        "gov.region", compute="_compute_situation", store=True, precompute=True, index="btree_not_null",
        ondelete="restrict",
    )  # fmt: skip
    sex = fields.Selection(
        [("female", "Women"), ("male", "Men"), ("other", "Not recorded")],
        compute="_compute_situation",
        store=True,
        precompute=True,
    )
    course_id = fields.Many2one("gov.training.course", "Course", index="btree_not_null", ondelete="restrict")
    course_name = fields.Char(
        "Training", required=True, translate=True, compute="_compute_course_name", store=True, readonly=False,
        precompute=True,
    )  # fmt: skip
    action_id = fields.Many2one("gov.training.action", "Action", index="btree_not_null", ondelete="restrict")
    date_from = fields.Date("Began on")
    date = fields.Date("Finished on", required=True, default=fields.Date.context_today, index=True)
    year = fields.Integer(compute="_compute_year", store=True, precompute=True, index=True, aggregator=None)
    hours = fields.Float(digits=(6, 1))
    days = fields.Float(digits=(6, 1))
    source = fields.Selection(
        [("session", "Session"), ("elearning", "Distance learning"), ("external", "Outside of the plan")],
        required=True,
        default="external",
    )
    result = fields.Selection(
        [("attended", "Attended"), ("validated", "Validated"), ("failed", "Not validated")],
        required=True,
        default="attended",
        help="Validated: what was learned was checked, the levels of the course are given.",
    )
    origin_model = fields.Char(readonly=True, copy=False, export_string_translation=False)
    origin_res_id = fields.Many2oneReference(
        "Origin", model_field="origin_model", readonly=True, copy=False, export_string_translation=False
    )
    resume_line_id = fields.Many2one(
        "hr.resume.line", "Line of the résumé", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    has_levels = fields.Boolean("Levels given", readonly=True, copy=False)
    is_mine = fields.Boolean(compute="_compute_is_mine", export_string_translation=False)
    is_readable = fields.Boolean(
        compute="_compute_is_readable", search="_search_is_readable", export_string_translation=False
    )

    _origin_uniq = models.UniqueIndex(
        "(employee_id, origin_model, origin_res_id) WHERE origin_res_id IS NOT NULL",
        "This training is already recorded for this person.",
    )
    _amounts = models.Constraint(
        "CHECK (coalesce(hours, 0) >= 0 AND coalesce(days, 0) >= 0 AND coalesce(days, 0) <= 1000)",
        "Days and hours are not negative.",
    )
    _dates_order = models.Constraint("CHECK (date_from IS NULL OR date_from <= date)", "It ends after it began.")

    # ------------------------------------------------------------------ computes
    @api.depends("employee_id", "date")
    def _compute_situation(self):
        for record in self:
            employee = record.employee_id.sudo()  # sudo: unit and sex of the day, as the figures count them
            version = employee._get_version(record.date or fields.Date.context_today(self)) if employee else employee
            record.department_id = version.department_id if employee else False
            record.region_id = record.department_id.effective_region_id
            sex = version.sex if employee else False
            record.sex = sex if sex in ("female", "male") else "other"

    @api.depends("course_id")
    def _compute_course_name(self):
        for record in self:
            record.course_name = record.course_id.name or record.course_name

    @api.depends("date")
    def _compute_year(self):
        for record in self:
            record.year = record.date.year if record.date else 0

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_is_mine(self):
        for record in self:
            record.is_mine = record.sudo().employee_id.user_id == self.env.user  # sudo: only whether it is the user

    # ------------------------------------------------------------------ rights
    @api.model
    def _gov_readable_domain(self):
        """The person, the heads above, human resources and training officers of the region, auditors."""
        user = self.env.user
        needs = self.env["gov.training.need"]
        domain = Domain("employee_id.user_id", "=", user.id)
        below, _high = needs._gov_heads()
        if below:
            domain |= Domain("department_id", "in", below.ids) | Domain("employee_id.department_id", "in", below.ids)
        if any(user.has_group(f"gov_base.group_{role}") for role in ("hr_officer", "training_officer", "auditor")):
            regions = needs._gov_own_regions()
            domain |= Domain("region_id", "in", regions.ids) if regions else Domain.TRUE
        return domain

    @api.depends_context("uid")
    def _compute_is_readable(self):
        # sudo: places of the records, compared with the rights of the user
        readable = self.sudo().filtered_domain(self._gov_readable_domain())
        for record in self:
            record.is_readable = record.id in readable._ids

    @api.model
    @search_when
    def _search_is_readable(self):
        return self._gov_readable_domain()

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        trusted = has_sentinel(self.env)
        if not trusted:
            for vals in vals_list:
                if any(vals.get(name) for name in FIXED - {"employee_id"} if vals.get(name) != "external"):
                    raise UserError(
                        self.env._(
                            "Sessions and courses record theirs: by hand, one enters what was outside of the plan."
                        )
                    )
        clean = without_defaults(self, FIXED - {"employee_id"}).with_context(**{SENTINEL_KEY: None})
        records = super(GovTrainingRecord, clean).create(vals_list).with_env(self.env)
        unnamed = [
            record.id
            for record, vals in zip(records, vals_list, strict=True)
            if record.course_id and not vals.get("course_name")
        ]
        copy_names(records.browse(unnamed), "course_name", "course_id")
        if not trusted:
            records._gov_check_hand()
            records._gov_after()
            self.env["gov.journal.entry"]._record_many(
                [(record, "record", {"employee": record.employee_id.id}) for record in records]
            )
        return records

    def write(self, vals):
        if not has_sentinel(self.env):
            if FIXED & vals.keys():
                raise UserError(self.env._("A training that is recorded stays that of its person and of its origin."))
            if any(record.source != "external" for record in self):
                raise UserError(self.env._("This training comes from a session or a course: correct it there."))
            self._gov_check_hand()
        result = super(GovTrainingRecord, self.with_context(**{SENTINEL_KEY: None})).write(vals)
        if not has_sentinel(self.env):
            self._gov_check_hand()
            self._gov_after()
        return result

    def _gov_check_hand(self):
        """Let training officers and HR of the region enter trainings of others by hand, never their own."""
        if self.env.su:
            return
        needs = self.env["gov.training.need"]
        regions = needs._gov_own_regions()
        for record in self:
            if record.is_mine:
                raise AccessError(self.env._("Somebody else of human resources records your own training."))
            if not needs._gov_has_role() or (regions and record.region_id not in regions):
                raise AccessError(self.env._("Training officers and HR managers record trainings, in their regions."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_external(self):
        for record in self:
            if record.source != "external" or record.has_levels:
                raise UserError(
                    self.env._("A training that came from a session or a course, or that gave levels, is kept.")
                )
        self._gov_check_hand()
        self.sudo().resume_line_id.unlink()  # sudo: the line goes with its training

    # ------------------------------------------------------------------ recording
    @api.model
    def _gov_record(self, vals_list):
        """Record finished trainings, for the acts of sessions and courses, which have checked who acts.

        Each is ``{"employee_id", "course_id" or "course_name", "date", "days", "hours", "source", "result",
        "origin_model", "origin_res_id"}``, with ``action_id``, ``date_from`` and ``levels`` (``{skill id: level}``,
        when not those of the course) if there are.  What is recorded already for that person and origin is brought up
        to date, and nothing is done twice.

        :return: the records, in the order given
        """
        # sudo: written by the acts of sessions and courses
        records = with_sentinel(self.sudo())
        keys = [(vals["employee_id"], vals["origin_model"], vals["origin_res_id"]) for vals in vals_list]
        found = records.search(
            Domain("employee_id", "in", list({key[0] for key in keys}))
            & Domain("origin_model", "in", list({key[1] for key in keys}))
            & Domain("origin_res_id", "in", list({key[2] for key in keys}))
        )
        known = {(one.employee_id.id, one.origin_model, one.origin_res_id): one for one in found}
        todo, levels = {}, {}
        for key, vals in zip(keys, vals_list, strict=True):
            vals = dict(vals)
            if "levels" in vals:
                levels[key] = vals.pop("levels")
            if key in known:
                one = known[key]
                changed = {
                    name: value
                    for name, value in vals.items()
                    if (one[name].id if one._fields[name].type == "many2one" else one[name]) != value
                    and not (one._fields[name].type == "date" and str(one[name]) == str(value))
                }
                if changed:
                    one.write(changed)
            else:
                todo[key] = vals
        made = records.create(list(todo.values()))
        known.update(zip(todo, made, strict=True))
        result = records.union(*(known[key] for key in keys)) if keys else records.browse()
        for key in dict.fromkeys(keys):
            known[key]._gov_after(levels.get(key))
        if made:
            self.env["gov.journal.entry"]._record_many(
                [(one.with_env(self.env), "record", {"employee": one.employee_id.id, "result": one.result})
                 for one in made.sorted("id")]
            )  # fmt: skip
        return result.with_env(self.env)

    def _gov_after(self, levels=None):
        """Give the levels, write the résumé line and meet the needs of finished trainings; may be done again."""
        today = fields.Date.context_today(self)
        months = None
        for record in self.sudo():  # sudo: skills, résumé and needs of the person, written by the act
            record = with_sentinel(record)
            record._gov_write_resume()
            if record.result == "validated":
                given = levels
                if given is None:
                    given = {line.skill_id.id: line.level for line in record.course_id.skill_line_ids}
                if given and not record.has_levels:
                    if months is None:
                        parameters = self.env["gov.parameter"].sudo()  # sudo: a setting
                        months = int(parameters.get_value("competency.validity_months", today))
                    record._gov_give(given, months)
                record._gov_meet_needs(set(given or ()))

    def _gov_give(self, levels, months):
        until = self.date + relativedelta(months=months)
        skills = {skill.id: skill for skill in self.env["hr.skill"].browse(levels)}
        for skill, level in sorted(levels.items()):
            source = self.env._(
                "Training “%(course)s”, %(date)s", course=self.course_name, date=fields.Date.to_string(self.date)
            )
            self.employee_id._gov_raise_skill(
                skills[skill], level, source, valid_to=until, on_date=max(self.date, self._gov_first_free_day(skill))
            )
        self.write({"has_levels": True})

    def _gov_first_free_day(self, skill):
        """Return the day from which a level may be given: a later level already held is not written over."""
        last = self.env["hr.employee.skill"].search(
            [("employee_id", "=", self.employee_id.id), ("skill_id", "=", skill), ("valid_from", ">", self.date)],
            order="valid_from desc",
            limit=1,
        )
        return last.valid_from or self.date

    def _gov_write_resume(self):
        """Make or correct the line of the résumé; a training that was not validated has none."""
        if self.result == "failed":
            self.resume_line_id.unlink()
            return
        kind = self.env.ref("hr_skills.resume_type_training", raise_if_not_found=False)
        vals = {
            "employee_id": self.employee_id.id,
            "date_start": self.date_from or self.date,
            "date_end": self.date,
            "duration": round(self.hours or self.days * 6),
            "line_type_id": kind.id if kind else False,
            "course_type": "external",
        }
        line = self.resume_line_id
        if line:
            changed = {
                name: value
                for name, value in vals.items()
                if (line[name].id if line._fields[name].type == "many2one" else line[name]) != value
            }
            if changed:
                line.write(changed)
        else:
            line = self.env["hr.resume.line"].create(dict(vals, name=self.course_name))
            self.write({"resume_line_id": line.id})
        for lang, _name in self.env["res.lang"].get_installed():
            name = self.with_context(lang=lang).course_name
            if line.with_context(lang=lang).name != name:
                line.with_context(lang=lang).name = name

    def _gov_meet_needs(self, skills):
        """Close the needs that the training meets: those of its action, its course or its levels."""
        levels = {line.skill_id.id: line.level for line in self.course_id.skill_line_ids}
        needs = self.env["gov.training.need"].search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("state", "in", ("kept", "merged", "proposed", "head", "division")),
            ]
        )
        met = needs.filtered(
            lambda need: (self.action_id and self.action_id in (need.action_id | need.lead_id.action_id))
            or (need.skill_id and need.skill_id.id in skills and levels.get(need.skill_id.id, 4) >= need.level_target)
            or (not need.skill_id and need.course_id and need.course_id == self.course_id)
        )
        # one that leads others stays until theirs are met
        met = met.filtered(lambda need: not need.merged_ids.filtered(lambda one: one.state == "merged") - met)
        met._gov_write({"state": "met"})

    # ------------------------------------------------------------------ screens
    def action_open_origin(self):
        """Open the session or the course that the training comes from."""
        self.ensure_one()
        self.check_access("read")
        if not self.origin_res_id or self.origin_model not in self.env:
            raise UserError(self.env._("This training was entered by hand."))
        origin = self.env[self.origin_model].browse(self.origin_res_id)
        origin.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.origin_model,
            "res_id": self.origin_res_id,
            "views": [(False, "form")],
        }
