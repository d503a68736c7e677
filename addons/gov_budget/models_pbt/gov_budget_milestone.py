import datetime
import re

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.act import short_transaction

from . import roles

PREFIX = "budget.calendar."
# “0 03-15”: 15 March of the year N; “2 07-31”: 31 July of N+2
WHEN = re.compile(r"(-?\d) (\d\d)-(\d\d)")


class GovBudgetMilestone(models.Model):
    """A day of the budget calendar: what is due by then, who follows it, and when it was done.

    The days of the law come from legal parameters (budget.calendar.…); the officer adds others and moves them.  A
    reminder is put on the desk of who follows it some days before, and again once it is late.
    """

    _name = "gov.budget.milestone"
    _description = "Milestone of the budget calendar"
    _inherit = ["gov.budget.stateful"]
    _order = "date, id"
    _act_fields = frozenset({"done_on", "done_by_id", "reminded_on", "parameter_id"})

    framework_id = fields.Many2one(
        "gov.budget.framework",
        "Framework",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_scenario', '=', False)]",
    )
    parameter_id = fields.Many2one(
        "gov.parameter", "Legal day", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    code = fields.Char(readonly=True, export_string_translation=False)
    label = fields.Char("Added by the service", help="For a day that the law does not name.")
    name = fields.Char("What is due", compute="_compute_name")
    date = fields.Date("Due on", required=True)
    responsible_id = fields.Many2one(
        "res.users",
        "Followed by",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    note = fields.Char("Remark")
    done_on = fields.Date("Done on", readonly=True, copy=False)
    done_by_id = fields.Many2one(
        "res.users", "Done by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    reminded_on = fields.Date(readonly=True, copy=False, export_string_translation=False)
    situation = fields.Selection(
        [("done", "Done"), ("late", "Late"), ("soon", "Soon"), ("later", "Later")],
        compute="_compute_situation",
        search="_search_situation",
    )
    legal_text_id = fields.Many2one(related="parameter_id.legal_text_id")

    _code_uniq = models.UniqueIndex(
        "(framework_id, code) WHERE code IS NOT NULL", "This day is in the calendar already."
    )

    @api.depends("label", "parameter_id.name")
    @api.depends_context("lang")
    def _compute_name(self):
        for milestone in self:
            # the parameter says first that it is of the calendar
            text = (milestone.parameter_id.name or "").split(":", 1)[-1].strip()
            milestone.name = milestone.label or text[:1].upper() + text[1:]

    @api.model
    def _gov_horizon(self):
        """Return until which day a milestone is near."""
        today = fields.Date.context_today(self)
        # sudo: a setting
        days = self.env["gov.parameter"].sudo().get_value("budget.calendar_alert_days", today)
        return today + relativedelta(days=int(days))

    @api.depends("date", "done_on")
    def _compute_situation(self):
        today, horizon = fields.Date.context_today(self), self._gov_horizon()
        for milestone in self:
            if milestone.done_on:
                milestone.situation = "done"
            elif milestone.date and milestone.date < today:
                milestone.situation = "late"
            else:
                milestone.situation = "soon" if milestone.date and milestone.date <= horizon else "later"

    def _search_situation(self, operator, value):
        if operator != "in":
            return NotImplemented
        today, horizon = fields.Date.context_today(self), self._gov_horizon()
        pending = Domain("done_on", "=", False)
        domains = {
            "done": Domain("done_on", "!=", False),
            "late": pending & Domain("date", "<", today),
            "soon": pending & Domain("date", ">=", today) & Domain("date", "<=", horizon),
            "later": pending & Domain("date", ">", horizon),
        }
        return Domain.OR(domains[word] for word in value if word in domains)

    # ------------------------------------------------------------------ hooks
    @api.model_create_multi
    def create(self, vals_list):
        milestones = super().create(vals_list)
        if not roles.is_acting(self):
            self._gov_check_role(("budget_officer",), self.env._("The calendar is kept by a budget officer."))
            for milestone in milestones:
                if not (milestone.label or "").strip():
                    raise UserError(self.env._("Say what is due."))
        return milestones

    def write(self, vals):
        roles.check_stays(self, vals, "framework_id")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(milestone.done_on for milestone in self):
            raise UserError(self.env._("What was done stays in the calendar."))

    @api.model
    def _gov_make_for(self, framework):
        """Make the days of the law for a framework."""
        parameters = self.env["gov.parameter"].search([("code", "=like", f"{PREFIX}%")])
        in_force = {}
        day = datetime.date(framework.base_year, 1, 1)
        for parameter in parameters:
            if parameter.valid_from <= day and (not parameter.valid_to or parameter.valid_to >= day):
                in_force[parameter.code] = parameter
        values = []
        for code, parameter in sorted(in_force.items()):
            date = self._gov_day(parameter.value_text, framework.base_year)
            if date:
                values.append(
                    {
                        "framework_id": framework.id,
                        "parameter_id": parameter.id,
                        "code": code.removeprefix(PREFIX),
                        "date": date,
                        "responsible_id": framework.responsible_id.id,
                    }
                )
        return roles.acting(self).create(values)

    @api.model
    def _gov_day(self, text, year):
        """Read “0 03-15” as a day of the year N and after; None when it cannot be read."""
        found = WHEN.fullmatch((text or "").strip())
        if not found:
            return None
        offset, month, day = map(int, found.groups())
        try:
            datetime.date(2000, month, day)  # a leap year: a day that no year has is no day
        except ValueError:
            return None
        # 29 February is the 28th of a common year
        return datetime.date(year + offset, month, 1) + relativedelta(day=day)

    def _gov_values(self, framework):
        names = ("code", "label", "date", "note", "done_on")
        values = {name: self[name] for name in names}
        return dict(
            values,
            framework_id=framework.id,
            parameter_id=self.parameter_id.id,
            responsible_id=self.responsible_id.id,
            done_by_id=self.done_by_id.id,
        )

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_done(self):
        """Record that it was done today: by who follows it, or a budget officer."""
        self.check_access("read")
        today = self._gov_today()
        for milestone in self:
            if not roles.is_officer(self.env) and milestone.responsible_id != self.env.user:
                raise AccessError(self.env._("It is marked by who follows it, or by a budget officer."))
            if milestone.done_on:
                raise UserError(self.env._("This was done already."))
        self._gov_set_done(today)
        return True

    def _gov_set_done(self, day):
        self._gov_write({"done_on": day, "done_by_id": self.env.uid})
        self.env["gov.journal.entry"]._record_many(
            [
                # sudo: the name of the framework, for who follows one of its days only
                (one, "milestone", {"framework": one.sudo().framework_id.name, "code": one.code or one.label})
                for one in self
            ]
        )

    @short_transaction
    def action_reopen(self, reason):
        """Record that it is to be done again, with the reason."""
        self.check_access("read")
        reason = roles.clean_reason(self.env, reason)
        self._gov_check_role(("budget_officer",), self.env._("The calendar is kept by a budget officer."))
        if any(not milestone.done_on for milestone in self):
            raise UserError(self.env._("This is not done yet."))
        self._gov_write({"done_on": False, "done_by_id": False, "reminded_on": False})
        self.env["gov.journal.entry"]._record_many(
            [(one, "milestone_reopen", {"code": one.code or one.label, "reason": reason}) for one in self]
        )
        return True

    # ------------------------------------------------------------------ reminders
    @api.model
    def _cron_remind(self):
        """Remind who follows the near and late days, and the units whose needs are due; once before and once after."""
        today, horizon = fields.Date.context_today(self), self._gov_horizon()
        due = self.search(
            [
                ("done_on", "=", False),
                ("date", "<=", horizon),
                ("framework_id.state", "not in", ("superseded", "cancelled", "closed")),
            ]
        ).filtered(lambda m: not m.reminded_on or m.reminded_on <= m.date < today)
        for milestone in due.filtered("responsible_id.active"):
            framework = milestone.framework_id.with_context(lang=milestone.responsible_id.lang)
            framework.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=milestone.date,
                **framework._gov_said(f"milestone:{milestone.id}"),
                user_id=milestone.responsible_id.id,
            )
        due._gov_write({"reminded_on": today})
        needs = (
            self.env["gov.budget.framework.need"]
            .search([("state", "=", "open"), ("framework_id.state", "=", "collecting"), ("deadline", "<=", horizon)])
            .filtered(lambda n: not n.reminded_on or n.reminded_on <= n.deadline < today)
        )
        needs._gov_notify()
        needs._gov_write({"reminded_on": today})
        return len(due) + len(needs)


class GovBudgetFramework(models.Model):
    _inherit = "gov.budget.framework"

    def _gov_todo_words(self, key):
        kind, _colon, milestone_id = (key or "").partition(":")
        if kind == "milestone" and milestone_id.isdigit():
            return self.milestone_ids.filtered(lambda milestone: milestone.id == int(milestone_id)).name
        return super()._gov_todo_words(key)
