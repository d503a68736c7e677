import logging
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.misc import format_datetime

from odoo.addons.gov_budget.services import ledger
from odoo.addons.gov_budget_execution.services.probes import PROBES

from ..services import verification

_logger = logging.getLogger(__name__)


class GovBudgetVerification(models.Model):
    """One verification of the books: green when every counter, rule and series holds, red with what is wrong.

    Every night, and when an auditor asks.  Results are kept and nobody changes one, so that one sees since when.
    """

    _name = "gov.budget.verification"
    _inherit = ["gov.journal.append.only"]
    _description = "Verification of the books"
    _order = "id desc"
    _rec_name = "date"
    _log_access = False

    date = fields.Datetime(readonly=True, required=True)
    user_id = fields.Many2one("res.users", "Asked by", readonly=True, index=True, ondelete="restrict", required=True)
    state = fields.Selection([("ok", "Proven"), ("broken", "Broken")], readonly=True, required=True)
    seen = fields.Integer("Rows looked at", readonly=True, required=True, aggregator=None)
    problem_count = fields.Integer("Problems", readonly=True, required=True, aggregator=None)
    seconds = fields.Float(readonly=True, digits=(8, 2), aggregator=None)
    line_ids = fields.One2many("gov.budget.verification.line", "verification_id", "What was verified", readonly=True)
    finding_ids = fields.One2many("gov.budget.finding", "verification_id", "What is wrong", readonly=True)
    headline = fields.Char(compute="_compute_headline")

    @api.depends("date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for one in self:
            one.display_name = format_datetime(self.env, one.date) if one.date else ""

    @api.depends("state", "seen", "problem_count")
    @api.depends_context("lang")
    def _compute_headline(self):
        for one in self:
            if one.state == "ok":
                one.headline = self.env._("Everything holds: %(seen)s rows verified.", seen=one.seen)
            else:
                one.headline = self.env._(
                    "%(count)s problems. Keep the database as it is and tell the security officer.",
                    count=one.problem_count,
                )

    @api.model
    def _gov_check_reader(self):
        if not (
            self.env.su
            or self.env.user.has_groups("gov_base.group_auditor,gov_base.group_budget_officer,base.group_system")
        ):
            raise AccessError(self.env._("The books are verified by auditors and budget officers."))

    @api.model
    def _gov_probes(self):
        """Return what is verified; a module adds the probes of its own books."""
        return [*verification.all_probes(ledger), *(verification.Probe(*one) for one in PROBES)]

    @api.model
    def _gov_run(self):
        """Verify and keep the result; return it."""
        self.env.flush_all()
        start = time.monotonic()
        lines, findings, total, seen = [], [], 0, 0
        for probe, looked, count, problems in verification.run(self.env.cr, self._gov_probes()):
            seen += looked
            total += count
            lines.append((probe.code, probe.title, "broken" if count else "ok", looked, count))
            findings += problems
        self.env.cr.execute(
            """INSERT INTO gov_budget_verification (date, user_id, state, seen, problem_count, seconds)
               VALUES (%s, %s, %s, %s, %s, %s) RETURNING id""",
            [
                fields.Datetime.now(), self.env.uid, "broken" if total else "ok", seen, total,
                round(time.monotonic() - start, 2),
            ],
        )  # fmt: skip
        [run_id] = self.env.cr.fetchone()
        self.env.cr.execute_values(
            """INSERT INTO gov_budget_verification_line (verification_id, code, name, state, seen, problem_count)
               VALUES %s""",
            [(run_id, *line) for line in lines],
        )
        if findings:
            self.env.cr.execute_values(
                """INSERT INTO gov_budget_finding (verification_id, code, res_model, res_id, name, message)
                   VALUES %s""",
                [(run_id, one.probe, one.model, one.res_id, one.name, one.message) for one in findings],
            )
        # sudo: what came since the last time is sealed by the system, whoever asks
        self.env["gov.budget.seal"].sudo()._gov_seal()
        self.env.invalidate_all(flush=False)
        return self.browse(run_id)

    def action_verify(self):
        """Verify the books now and show the result; for auditors and budget officers."""
        self._gov_check_reader()
        run = self._gov_run()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": run.id,
            "views": [(False, "form")],
            "target": "current",
        }

    @api.model
    def _cron_verify(self):
        run = self._gov_run()
        if run.state == "broken":
            # told in the log as well: the operator watches it
            _logger.error("Verification of the books of the budget: %s problems", run.problem_count)
        else:
            _logger.info("Verification of the books of the budget: %s rows, everything holds", run.seen)


class GovBudgetVerificationLine(models.Model):
    """One thing that was verified, and whether it holds."""

    _name = "gov.budget.verification.line"
    _inherit = ["gov.journal.append.only"]
    _description = "Point of a verification"
    _order = "id"
    _log_access = False

    verification_id = fields.Many2one(
        "gov.budget.verification", readonly=True, required=True, index=True, ondelete="restrict"
    )
    code = fields.Char(readonly=True, required=True)
    name = fields.Char("Point", readonly=True)
    label = fields.Char("What must hold", compute="_compute_label")
    state = fields.Selection([("ok", "Holds"), ("broken", "Broken")], readonly=True, required=True)
    seen = fields.Integer("Rows looked at", readonly=True, aggregator=None)
    problem_count = fields.Integer("Problems", readonly=True, aggregator=None)

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = self._gov_labels()
        for line in self:
            line.label = labels.get(line.code) or line.name

    @api.model
    def _gov_labels(self):
        """Return what each point says, in the language of the reader."""
        _ = self.env._
        return {
            "counters": _("Every counter equals the sum of its entries"),
            "rules": _("Every line keeps its rules: committed ≥ liquidated ≥ ordered ≥ paid ≥ 0, nothing overdrawn"),
            "years": _("Every entry stands in the year of its line"),
            "delegations": _("What was delegated is what was received"),
            "chapters": _("Transfers stay inside their chapter and cancel out"),
            "guard": _("The ledger is append-only in the database"),
            "caps": _("Movements between programmes stay within their cap"),
            "commitments": _("Commitments say what their acts posted, from year to year"),
            "held": _("What is held for decisions on credits is what they wait for"),
            "decisions": _("Each decision on credits is posted once, with its amounts"),
            "imprests": _("Imprests: the register makes the cash and what is justified"),
            "sealed_budget_entry": _("Ledger of the budget: sealed rows are as they were sealed"),
            "sealed_imprest_movement": _("Registers of imprests: sealed rows are as they were sealed"),
            "sealed_revenue_entry": _("Revenue: sealed rows are as they were sealed"),
            "seals": _("Seals are as they were made"),
            "sheets": _("Commitment sheets: one series without gap for each authorising officer and year"),
            "orders": _("Payment orders: one series without gap for each authorising officer and year"),
            "slips": _("Issue sheets: one series without gap for each authorising officer and year"),
            "commitment_lines": _("Each commitment says what its own acts posted"),
            "reservations": _("What waits for a visa is reserved, and nothing else"),
            "commitment_states": _("Each commitment is in the state that its acts brought it to"),
            "invoices": _("Each certified invoice is liquidated, and no other"),
            "payments": _("Each payment order is ordered and paid as it says, to the centime"),
            "people": _("Who acts is never who asked"),
        }


class GovBudgetFinding(models.Model):
    """One thing that is wrong, and where."""

    _name = "gov.budget.finding"
    _inherit = ["gov.journal.append.only"]
    _description = "Finding of a verification"
    _order = "id"
    _rec_name = "message"
    _log_access = False

    verification_id = fields.Many2one(
        "gov.budget.verification", readonly=True, required=True, index=True, ondelete="restrict"
    )
    code = fields.Char("Point", readonly=True, required=True)
    res_model = fields.Char("Kind of record", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    name = fields.Char("Where", readonly=True)
    message = fields.Char("What is wrong", readonly=True)

    def action_open_record(self):
        """Open the record the finding is about, under the reader's own rights."""
        self.ensure_one()
        if self.res_model not in self.env or not self.res_id:
            return False
        record = self.env[self.res_model].browse(self.res_id).exists()
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": record.id,
            "views": [(False, "form")],
        }
