from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..services import ranges


class SlideSlidePartner(models.Model):
    """What a person did of a lesson: where he stopped, what he saw, whether it is done."""

    _inherit = "slide.slide.partner"

    completed = fields.Boolean(index=True)
    gov_position = fields.Float("Stopped at (seconds)", digits=(10, 1), aggregator=None)
    gov_seen = fields.Json("Seconds seen")
    gov_share = fields.Float("Share seen", compute="_compute_gov_share", store=True, digits=(4, 3), aggregator="avg")
    gov_is_content_done = fields.Boolean("Content done")
    gov_quiz_share = fields.Float("Share of right answers", digits=(4, 3), aggregator="avg")
    gov_started_on = fields.Datetime("Begun on")
    gov_last_on = fields.Datetime("Last time", index="btree_not_null")
    gov_beat_on = fields.Datetime("Last report of the player")
    gov_completed_on = fields.Datetime("Done on")

    @api.depends("gov_seen", "slide_id.gov_duration")
    def _compute_gov_share(self):
        for one in self:
            one.gov_share = ranges.share(
                ranges.clean(one.gov_seen, one.slide_id.gov_duration), one.slide_id.gov_duration
            )

    def write(self, vals):
        if vals.get("completed") and "gov_completed_on" not in vals:
            vals = dict(vals, gov_completed_on=fields.Datetime.now())
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        return super().create(
            [
                dict(vals, gov_completed_on=vals.get("gov_completed_on") or now) if vals.get("completed") else vals
                for vals in vals_list
            ]
        )


class SlideChannelPartner(models.Model):
    """A person in a course; once finished, it is recorded among his trainings."""

    _inherit = "slide.channel.partner"

    gov_completed_on = fields.Datetime("Finished on", copy=False)
    gov_expires_on = fields.Date("Valid until", copy=False)

    def _post_completion_update_hook(self, completed=True):
        result = super()._post_completion_update_hook(completed)
        done = self.filtered(lambda one: one.member_status == "completed") if completed else self.browse()
        if done:
            done._gov_record_results()
        return result

    def _send_completed_mail(self):
        """Say nothing by mail: the page of courses does."""

    def _gov_record_results(self, on_date=None):
        """Record finished courses: a result each, the training with its hours, the levels they give."""
        day = on_date or fields.Date.context_today(self)
        # sudo: a person's own course gives him what its author decided, and nothing else
        employees = self.env["hr.employee"].sudo().search([("user_id.partner_id", "in", self.partner_id.ids)])
        by_partner = {employee.user_id.partner_id: employee for employee in employees}
        # sudo: the line core writes of it; the training record writes one with the hours
        self.env["hr.resume.line"].sudo().search(
            [("employee_id", "in", employees.ids), ("channel_id", "in", self.channel_id.ids)]
        ).unlink()
        found = []
        for one in self:
            months = one.channel_id.gov_validity_months
            one.gov_completed_on = fields.Datetime.now()
            one.gov_expires_on = day + relativedelta(months=months) if months else False
            if employee := by_partner.get(one.partner_id):
                found.append((one, employee))
        # sudo: the proof of the finished course, written for the person who finished it
        results = (
            self.env["gov.course.result"]
            .sudo()
            .create(
                [
                    {
                        "channel_id": one.channel_id.id,
                        "employee_id": employee.id,
                        "date": day,
                        "hours": one.channel_id.gov_credit,
                        "expires_on": one.gov_expires_on,
                    }
                    for one, employee in found
                ]
            )
        )
        results._gov_credit()
        # sudo: the obligation is met
        self.env["gov.course.due"].sudo()._gov_done(results)
        return results

    def _gov_reopen(self):
        """Begin a finished course anew, because its validity ends: lessons are to be done again."""
        # sudo: the task that follows validities, and the act of a training officer, who may write all
        lessons = self.env["slide.slide.partner"].sudo()
        for one in self.filtered(lambda one: one.member_status == "completed"):
            lessons.search(
                [("channel_id", "=", one.channel_id.id), ("partner_id", "=", one.partner_id.id)]
            ).write(
                {"completed": False, "gov_is_content_done": False, "gov_seen": False, "gov_position": 0,
                 "gov_quiz_share": 0, "gov_completed_on": False}
            )  # fmt: skip
            # sudo: a new attempt is made of each package
            self.env["gov.scorm.attempt"].sudo().search(
                [("channel_id", "=", one.channel_id.id), ("partner_id", "=", one.partner_id.id)]
            ).write({"is_current": False})
            one.write({"member_status": "joined", "completion": 0, "completed_slides_count": 0,
                       "gov_expires_on": False})  # fmt: skip
