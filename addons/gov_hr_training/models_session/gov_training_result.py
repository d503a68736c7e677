from odoo import fields, models
from odoo.tools import SQL


class GovTrainingResult(models.Model):
    """What each session brought, on the four levels: one row a session that was held.

    Satisfaction is shown when there are enough answers to tell nobody's.
    """

    _name = "gov.training.result"
    _description = "Results of training sessions"
    _auto = False
    _order = "date_from desc, id desc"
    _rec_name = "session_id"

    session_id = fields.Many2one("gov.training.session", "Session", readonly=True, index=False, ondelete="cascade")
    course_id = fields.Many2one("gov.training.course", "Course", readonly=True, index=False, ondelete="cascade")
    region_id = fields.Many2one("gov.region", "Region", readonly=True, index=False, ondelete="cascade")
    date_from = fields.Date("First day", readonly=True)
    state = fields.Selection([("running", "Under way"), ("closed", "Closed")], readonly=True)
    participant_count = fields.Integer("Participants", readonly=True)
    validated_count = fields.Integer("Validated", readonly=True)
    presence_rate = fields.Float("Presence", readonly=True, aggregator="avg")
    feedback_count = fields.Integer("Evaluations", readonly=True)
    satisfaction = fields.Float("Satisfaction (of 5)", readonly=True, aggregator="avg", digits=(3, 2))
    content = fields.Float("Content", readonly=True, aggregator="avg", digits=(3, 2))
    teaching = fields.Float("Teaching", readonly=True, aggregator="avg", digits=(3, 2))
    usefulness = fields.Float("Usefulness for work", readonly=True, aggregator="avg", digits=(3, 2))
    organisation = fields.Float("Organisation", readonly=True, aggregator="avg", digits=(3, 2))
    pace = fields.Float("Pace and materials", readonly=True, aggregator="avg", digits=(3, 2))
    test_count = fields.Integer("Both tests taken", readonly=True)
    score_before = fields.Float("Test before", readonly=True, aggregator="avg", digits=(5, 1))
    score_after = fields.Float("Test after", readonly=True, aggregator="avg", digits=(5, 1))
    gain = fields.Float("Points gained", readonly=True, aggregator="avg", digits=(5, 1))
    transfer_employee = fields.Float("At work, seen by the person", readonly=True, aggregator="avg", digits=(3, 2))
    transfer_head = fields.Float("At work, seen by the head", readonly=True, aggregator="avg", digits=(3, 2))
    indicator_count = fields.Integer("Indicators measured", readonly=True)
    achievement = fields.Float("Target reached", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        self.env["gov.training.registration"].flush_model()
        self.env["gov.training.feedback"].flush_model()
        self.env["gov.training.transfer"].flush_model()
        self.env["gov.training.indicator"].flush_model()
        self.env["gov.training.session"].flush_model()
        return SQL(
            """
            SELECT s.id, s.id AS session_id, s.course_id, s.region_id, s.date_from, s.state,
                   coalesce(r.participant_count, 0) AS participant_count,
                   coalesce(r.validated_count, 0) AS validated_count, r.presence_rate,
                   coalesce(f.feedback_count, 0) AS feedback_count,
                   CASE WHEN s.has_feedback THEN f.satisfaction END AS satisfaction,
                   CASE WHEN s.has_feedback THEN f.content END AS content,
                   CASE WHEN s.has_feedback THEN f.teaching END AS teaching,
                   CASE WHEN s.has_feedback THEN f.usefulness END AS usefulness,
                   CASE WHEN s.has_feedback THEN f.organisation END AS organisation,
                   CASE WHEN s.has_feedback THEN f.pace END AS pace,
                   coalesce(r.test_count, 0) AS test_count, r.score_before, r.score_after, r.gain,
                   t.transfer_employee, t.transfer_head,
                   coalesce(i.indicator_count, 0) AS indicator_count, i.achievement
              FROM gov_training_session s
         LEFT JOIN (
                    SELECT session_id, count(*) AS participant_count,
                           count(*) FILTER (WHERE state = 'validated') AS validated_count,
                           avg(presence_rate) AS presence_rate,
                           count(*) FILTER (WHERE has_tests) AS test_count,
                           avg(score_before) FILTER (WHERE has_tests) AS score_before,
                           avg(score_after) FILTER (WHERE has_tests) AS score_after,
                           avg(gain) FILTER (WHERE has_tests) AS gain
                      FROM gov_training_registration
                     WHERE state IN ('convoked', 'validated', 'not_validated') GROUP BY session_id
                   ) r ON r.session_id = s.id
         LEFT JOIN (
                    SELECT session_id, count(*) AS feedback_count, avg(mean) AS satisfaction, avg(content) AS content,
                           avg(teaching) AS teaching, avg(usefulness) AS usefulness,
                           avg(organisation) AS organisation, avg(pace) AS pace
                      FROM gov_training_feedback GROUP BY session_id
                   ) f ON f.session_id = s.id
         LEFT JOIN (
                    SELECT session_id, avg(mean) FILTER (WHERE side = 'employee') AS transfer_employee,
                           avg(mean) FILTER (WHERE side = 'head') AS transfer_head
                      FROM gov_training_transfer WHERE state = 'done' GROUP BY session_id
                   ) t ON t.session_id = s.id
         LEFT JOIN (
                    SELECT session_id, count(*) AS indicator_count, avg(achievement) AS achievement
                      FROM gov_training_indicator WHERE is_measured GROUP BY session_id
                   ) i ON i.session_id = s.id
             WHERE s.state IN ('running', 'closed')
            """
        )

    def action_open_session(self):
        """Open the session behind the figures."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.training.session",
            "res_id": self.session_id.id,
            "views": [(False, "form")],
        }
