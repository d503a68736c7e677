from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.search import search_when

from . import roles

DUE = {"pdp": "budget.calendar.pdp_sent", "rdp": "budget.calendar.rdp_sent"}


class GovBudgetPerformance(models.Model):
    """The performance project of a year (PdP: objectives, indicators, targets) or its report (RdP: what was reached).

    draft (lines taken from the indicators, brought up to date as long as it is a draft) → submitted → approved by the
    authorising officer, never by who submitted; frozen from then on.  A report explains each gap, or is not submitted.
    """

    _name = "gov.budget.performance"
    _description = "Performance project or report"
    _inherit = ["gov.budget.stateful", "mail.thread", "mail.activity.mixin"]
    _order = "year desc, kind"
    _act_fields = frozenset({"state", "submitted_by_id", "submitted_on", "approved_by_id", "approved_on"})
    _draft_states = ("draft",)

    kind = fields.Selection(
        [("pdp", "Performance project (PdP)"), ("rdp", "Performance report (RdP)")], required=True, default="pdp"
    )
    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year + 1,
        help="The budget year the document is about.",
    )
    name = fields.Char(compute="_compute_name")
    strategy = fields.Text(translate=True, help="Strategy of the department, printed first.")
    line_ids = fields.One2many("gov.budget.performance.line", "performance_id", "Indicators")
    line_count = fields.Integer("Number of indicators", compute="_compute_counts")
    missing_count = fields.Integer("Gaps without explanation", compute="_compute_counts")
    due_on = fields.Date("Due by", compute="_compute_due_on", help="By when the ministry of finance gets it.")
    is_late = fields.Boolean("Late", compute="_compute_due_on", search="_search_is_late")
    state = fields.Selection(
        [("draft", "In preparation"), ("submitted", "Submitted"), ("approved", "Approved")],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    submitted_by_id = fields.Many2one(
        "res.users", "Submitted by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    submitted_on = fields.Datetime("Submitted on", readonly=True, copy=False)
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    approved_on = fields.Datetime("Approved on", readonly=True, copy=False)

    _kind_uniq = models.UniqueIndex("(kind, year)", "This document of the year already exists.")
    _year_sane = models.Constraint("CHECK (year BETWEEN 2000 AND 2100)", "The year has four digits.")

    @api.depends("kind", "year")
    def _compute_name(self):
        for one in self:
            one.name = f"{'PdP' if one.kind == 'pdp' else 'RdP'} {one.year}"

    @api.depends("line_ids.is_explained")
    def _compute_counts(self):
        for one in self:
            one.line_count = len(one.line_ids)
            one.missing_count = (
                len(one.line_ids.filtered(lambda line: not line.is_explained)) if one.kind == "rdp" else 0
            )

    @api.depends("kind", "year", "state")
    def _compute_due_on(self):
        today = fields.Date.context_today(self)
        days = {}
        for one in self:
            if one.kind not in days:
                # sudo: a setting
                days[one.kind] = self.env["gov.parameter"].sudo().get_value(DUE[one.kind], today)
            # the calendar is told from the year of preparation, the one before the budget's
            one.due_on = self.env["gov.budget.milestone"]._gov_day(days[one.kind], (one.year or 0) - 1)
            one.is_late = bool(one.due_on and one.due_on < today and one.state != "approved")

    @search_when
    def _search_is_late(self):
        late = self.search([("state", "!=", "approved")]).filtered("is_late")
        return Domain("id", "in", late.ids)

    # ------------------------------------------------------------------ hooks
    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._gov_fill()
        return documents

    def copy_data(self, default=None):
        raise UserError(self.env._("A document of performance is made once for its year."))

    def _gov_fill(self):
        """Take lines from the indicators: one a indicator, with its values around the year."""
        indicators = self.env["gov.budget.indicator"].search([])
        values = {(v.indicator_id.id, v.year): v for v in indicators.value_ids}
        for one in self:
            existing = {line.indicator_id: line for line in one.line_ids}
            new = []
            for indicator in indicators:
                found = self.env["gov.budget.performance.line"]._gov_values(one, indicator, values)
                if indicator in existing:
                    roles.acting(existing[indicator]).write(found)
                else:
                    new.append(dict(found, performance_id=one.id, indicator_id=indicator.id))
            roles.acting(self.env["gov.budget.performance.line"]).create(new)
            gone = one.line_ids.filtered(lambda line: line.indicator_id not in indicators)
            roles.acting(gone).unlink()

    # ------------------------------------------------------------------ acts
    def _gov_note(self, act, facts=None):
        self.env["gov.journal.entry"]._record_many(
            [(one, act, dict({"kind": one.kind, "year": one.year}, **(facts or {}))) for one in self]
        )

    @short_transaction
    def action_refresh(self):
        """Take the values of the indicators as they are now into a document in preparation."""
        self.check_access("read")
        self._gov_check_role(("budget_officer",), self.env._("The document is prepared by a budget officer."))
        for one in self:
            if one.state != "draft":
                raise UserError(self.env._("%(document)s is no longer in preparation.", document=one.name))
        self._gov_fill()
        return True

    @short_transaction
    def action_submit(self):
        """Submit the document for approval: by a budget officer; a report explains each gap."""
        self.check_access("read")
        self._gov_take("draft", "submitted")
        self._gov_check_role(("budget_officer",), self.env._("The document is prepared by a budget officer."))
        self._gov_fill()
        for one in self:
            one._gov_check_complete()
        self._gov_write({"submitted_by_id": self.env.uid, "submitted_on": fields.Datetime.now()})
        self._gov_note("submit")
        return True

    def _gov_check_complete(self):
        if not self.line_ids:
            raise UserError(self.env._("There is no indicator: define the objectives and their indicators first."))
        if self.kind == "pdp":
            bare = self.line_ids.filtered(lambda line: not line.has_target_1)
            if bare:
                raise UserError(
                    self.env._(
                        "No target of %(year)s for: %(codes)s.",
                        year=self.year,
                        codes=", ".join(bare.indicator_id.mapped("code")),
                    )
                )
            return
        unknown = self.line_ids.filtered(lambda line: not line.has_realised)
        if unknown:
            raise UserError(
                self.env._(
                    "No result of %(year)s for: %(codes)s.",
                    year=self.year,
                    codes=", ".join(unknown.indicator_id.mapped("code")),
                )
            )
        silent = self.line_ids.filtered(lambda line: not line.is_explained)
        if silent:
            raise UserError(
                self.env._(
                    "Explain the gap between the target and the result of: %(codes)s.",
                    codes=", ".join(silent.indicator_id.mapped("code")),
                )
            )

    @short_transaction
    def action_approve(self, comment=None):
        """Approve the document: by the authorising officer or the general secretariat, never by who submitted it."""
        self.check_access("read")
        self._gov_take("submitted", "approved")
        if not roles.is_top(self.env):
            raise AccessError(
                self.env._("It is approved by the authorising officer, the general secretariat or the cabinet.")
            )
        if self.env.user in self.submitted_by_id:
            raise AccessError(self.env._("Who submitted the document does not approve it."))
        self._gov_write({"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()})
        self._gov_note("approve", {"comment": (comment or "").strip()[:500], "late": any(one.is_late for one in self)})
        return True

    @short_transaction
    def action_return(self, reason):
        """Send the document back to preparation, with the reason."""
        self.check_access("read")
        reason = roles.clean_reason(self.env, reason)
        self._gov_take("submitted", "draft")
        if not roles.is_top(self.env) and not roles.is_officer(self.env):
            raise AccessError(self.env._("It is returned by who approves it, or by a budget officer."))
        self._gov_write({"submitted_by_id": False, "submitted_on": False})
        self._gov_note("return", {"reason": reason})
        for one in self:
            # sudo: the note is about an act just done
            one.sudo().message_post(body=reason)
        return True


class GovBudgetPerformanceLine(models.Model):
    """An indicator in a performance document, with its values as they were when it was approved."""

    _name = "gov.budget.performance.line"
    _description = "Indicator in a performance document"
    _order = "objective_id, sequence, id"  # objectives come by programme, whatever its chapter
    _rec_name = "indicator_id"

    performance_id = fields.Many2one(
        "gov.budget.performance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    indicator_id = fields.Many2one(
        "gov.budget.indicator", "Indicator", required=True, readonly=True, index=True, ondelete="restrict"
    )
    objective_id = fields.Many2one(
        related="indicator_id.objective_id", string="Objective", store=True, index=True, ondelete="restrict"
    )
    programme_id = fields.Many2one(
        related="indicator_id.programme_id", string="Programme", store=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="indicator_id.sequence", store=True)
    unit = fields.Selection(related="indicator_id.unit", string="Unit of measure")
    is_gender = fields.Boolean(related="indicator_id.is_gender", string="Gender")
    realised_2 = fields.Float("Result N-2", digits=(16, 2), readonly=True, aggregator=None)
    realised_1 = fields.Float("Result N-1", digits=(16, 2), readonly=True, aggregator=None)
    law = fields.Float("Finance law N", digits=(16, 2), readonly=True, aggregator=None)
    target_1 = fields.Float("Target of the year", digits=(16, 2), readonly=True, aggregator=None)
    target_2 = fields.Float("Target, year after", digits=(16, 2), readonly=True, aggregator=None)
    target_3 = fields.Float("Target, two years after", digits=(16, 2), readonly=True, aggregator=None)
    realised = fields.Float("Result", digits=(16, 2), readonly=True, aggregator=None)
    known = fields.Char(readonly=True, export_string_translation=False)
    gap = fields.Float(digits=(16, 2), readonly=True, aggregator=None)
    is_missed = fields.Boolean("Missed", readonly=True)
    comment = fields.Text("Explanation", readonly=True)
    has_target_1 = fields.Boolean(compute="_compute_known", export_string_translation=False)
    has_realised = fields.Boolean(compute="_compute_known", export_string_translation=False)
    is_explained = fields.Boolean("Explained", compute="_compute_known", help="No gap, or a gap that is explained.")

    @api.depends("known", "gap", "comment")
    def _compute_known(self):
        for line in self:
            known = (line.known or "").split(",")
            line.has_target_1 = "target_1" in known
            line.has_realised = "realised" in known
            line.is_explained = bool(not line.gap or (line.comment or "").strip())

    @api.model
    def _gov_values(self, document, indicator, values):
        """Return the values of a line around the year of the document; ``known`` names those that exist."""
        year, found, known = document.year, {}, []
        wanted = {
            "realised_2": (year - 3, "realised"),
            "realised_1": (year - 2, "realised"),
            "law": (year - 1, "target"),
            "target_1": (year, "target"),
            "target_2": (year + 1, "target"),
            "target_3": (year + 2, "target"),
            "realised": (year, "realised"),
        }
        for name, (when, what) in wanted.items():
            value = values.get((indicator.id, when))
            there = value and (value.is_target if what == "target" else value.is_realised)
            found[name] = value[what] if there else 0
            if there:
                known.append(name)
        own = values.get((indicator.id, year))
        return dict(
            found,
            known=",".join(known),
            gap=own.gap if own else 0,
            is_missed=own.is_missed if own else False,
            comment=own.comment if own else False,
        )

    def _gov_text(self, name, missing="–"):
        """Return a figure as it is printed; a dash when it is not known."""
        self.ensure_one()
        if name == "gap":
            if not {"target_1", "realised"} <= set((self.known or "").split(",")):
                return missing
        elif name not in (self.known or "").split(","):
            return missing
        text = f"{self[name]:,.2f}".rstrip("0").rstrip(".").replace(",", "\u00a0").replace(".", ",")
        return f"{text}\u00a0%" if self.unit == "percent" else text

    @api.model_create_multi
    def create(self, vals_list):
        self._gov_refuse()
        return super().create(vals_list)

    def write(self, vals):
        # stored related fields are brought up to date by the system
        if not (self.env.su and vals.keys() <= {"objective_id", "programme_id", "sequence"}):
            self._gov_refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_acted(self):
        self._gov_refuse()

    def _gov_refuse(self):
        if not roles.is_acting(self):
            raise UserError(
                self.env._(
                    "The lines come from the indicators: change the values there, then bring the document up to date."
                )
            )
