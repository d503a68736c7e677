from odoo import fields, models


class GovLessonAnswer(models.Model):
    """An answer to a question of a lesson, of a quiz or of a SCORM package; authors see their sums alone."""

    _name = "gov.lesson.answer"
    _description = "Answer in a lesson"
    _order = "id desc"
    _rec_name = "question"

    slide_id = fields.Many2one("slide.slide", "Lesson", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Learner", required=True, index=True, ondelete="cascade")
    attempt_id = fields.Many2one("gov.scorm.attempt", "Attempt", index="btree_not_null", ondelete="cascade")
    item_id = fields.Many2one("gov.scorm.item", "Activity", index="btree_not_null", ondelete="cascade")
    question_id = fields.Many2one("slide.question", "Question of the quiz", index="btree_not_null", ondelete="cascade")
    question = fields.Char(required=True, help="Identifier of the question in the package.")
    label = fields.Char("Words of the question")
    given = fields.Char("Answer given")
    is_right = fields.Boolean("Right")
    answered_on = fields.Datetime(required=True, default=fields.Datetime.now)
