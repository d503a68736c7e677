from odoo import api, fields, models
from odoo.exceptions import UserError


class GovEvaluationDecision(models.TransientModel):
    """The dialog of an act that takes words: adjust, send back, answer a reply, choose another head, sign …

    It checks nothing itself: the act does, with the rights of the user.
    """

    _name = "gov.evaluation.decision"
    _description = "Act on an evaluation"

    sheet_id = fields.Many2one("gov.evaluation.sheet", required=True, index=True, ondelete="cascade")
    interview_id = fields.Many2one("gov.evaluation.interview", index=True, ondelete="cascade")
    operation = fields.Selection(
        [
            ("adjust", "Adjust the marks"),
            ("return", "Send back to the head"),
            ("decide", "Answer the reply"),
            ("evaluator", "Choose another head"),
            ("cancel", "Cancel the sheet"),
            ("sign", "Sign"),
            ("refuse", "Refuse to sign"),
            ("record_refusal", "Record a refusal to sign"),
        ],
        required=True,
    )
    reply_text = fields.Text(related="sheet_id.reply_text", related_sudo=False, string="Reply of the person")
    decision = fields.Selection([("kept", "Keep the mark"), ("changed", "Change the mark")], default="kept")
    cap_informed = fields.Boolean("The joint committee (CAP) was informed")
    evaluator_id = fields.Many2one("hr.employee.public", "Head", index=True, ondelete="cascade")
    reason = fields.Text("Reason")
    line_ids = fields.One2many(
        "gov.evaluation.decision.line",
        "decision_id",
        string="Marks",
        compute="_compute_line_ids",
        compute_sudo=False,  # the marks that the user may read, no others
        store=True,
        readonly=False,
    )
    total = fields.Float("New mark", digits=(4, 2), compute="_compute_total")

    @api.depends("sheet_id", "operation")
    def _compute_line_ids(self):
        for one in self:
            if one.operation not in ("adjust", "decide") or one.line_ids:
                continue
            assessments = self.env["gov.evaluation.assessment"].search(
                [("sheet_id", "=", one.sheet_id.id), ("side", "=", "head")]
            )
            one.line_ids = [
                fields.Command.create({"criterion_id": line.criterion_id.id, "before": line.mark, "mark": line.mark})
                for line in assessments.line_ids
            ]

    @api.depends("line_ids.mark")
    def _compute_total(self):
        for one in self:
            one.total = sum(one.line_ids.mapped("mark"))

    def _gov_marks(self):
        return {line.criterion_id.id: line.mark for line in self.line_ids if line.mark != line.before}

    def action_confirm(self):
        """Do the act, with the rights of the user."""
        self.ensure_one()
        # the dialog is written: the act runs in its own transaction, on what is read here
        sheet, interview = self.sheet_id, self.interview_id
        operation, reason, marks = self.operation, self.reason, self._gov_marks()
        if operation == "adjust":
            sheet.action_adjust(marks, reason)
        elif operation == "return":
            sheet.action_return(reason)
        elif operation == "decide":
            sheet.action_decide(self.decision, reason, marks, self.cap_informed)
        elif operation == "evaluator":
            if not self.evaluator_id:
                raise UserError(self.env._("Choose the head who will evaluate."))
            sheet.action_change_evaluator(self.evaluator_id.id, reason)
        elif operation == "cancel":
            sheet.action_cancel(reason)
        elif operation == "sign":
            interview.action_sign(reason)
        elif operation == "refuse":
            interview.action_refuse_to_sign(reason)
        else:
            interview.action_record_refusal(reason)
        return {"type": "ir.actions.act_window_close"}


class GovEvaluationDecisionLine(models.TransientModel):
    """A mark in the dialog, before and after."""

    _name = "gov.evaluation.decision.line"
    _description = "Mark in a dialog"

    decision_id = fields.Many2one("gov.evaluation.decision", required=True, index=True, ondelete="cascade")
    criterion_id = fields.Many2one(
        "gov.evaluation.criterion", "Criterion", required=True, index=True, ondelete="cascade"
    )
    max_mark = fields.Float(related="criterion_id.max_mark", string="Maximum")
    before = fields.Float(digits=(4, 2))
    mark = fields.Float("New mark", digits=(4, 2))
