from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, grouped_table, ltr, money_cell

from ..services.interest import exact
from .gov_commitment import amount_field
from .gov_execution_act import GROUNDS

KINDS = [
    ("initial", "Commitment"),
    ("increase", "Increase"),
    ("decrease", "Decrease"),
    ("cancel", "Cancellation"),
    ("close", "Closing"),
    ("carry_over", "Taken over"),
    ("lapse", "Lapse"),
]


class GovCommitmentAct(models.Model):
    """One act on a commitment: the first proposal, an increase, a decrease, its cancellation; what it changed and why.

    Made by the buttons of the commitment alone; its entries in the ledger bear its name.
    """

    _name = "gov.commitment.act"
    _description = "Act on a commitment"
    _inherit = ["gov.execution.act"]
    _order = "id desc"
    _rec_name = "number"
    _act_fields = frozenset(
        {
            "commitment_id",
            "kind",
            "changes",
            "amount",
            "reason",
            "number",
            "rank",
            "snapshot",
            "asked_by_id",
            "asked_on",
            "due_on",
            "decided_by_id",
            "decided_on",
            "remarks",
            "ground",
            "fiscal_year_id",
            "officer_id",
            "state",
        }
    )

    commitment_id = fields.Many2one(
        "gov.commitment", "Commitment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    number = fields.Char("Sheet", readonly=True)
    rank = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    officer_id = fields.Many2one("gov.budget.officer", readonly=True, index="btree_not_null", ondelete="restrict")
    region_id = fields.Many2one(
        related="commitment_id.region_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        string="Region",
    )
    fiscal_year_id = fields.Many2one(
        "gov.fiscal.year", "Fiscal year", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    changes = fields.Json(readonly=True, export_string_translation=False)
    snapshot = fields.Json(readonly=True, export_string_translation=False)
    amount = amount_field("Amount", readonly=True)
    reason = fields.Char(readonly=True)
    asked_by_id = fields.Many2one("res.users", "Asked by", readonly=True, index="btree_not_null", ondelete="restrict")
    asked_on = fields.Date("Asked on", readonly=True)
    due_on = fields.Date("Visa due on", readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    decided_on = fields.Date("Decided on", readonly=True)
    remarks = fields.Text(readonly=True)
    ground = fields.Selection(GROUNDS, readonly=True)
    state = fields.Selection(
        [
            ("proposed", "Waits for its visa"),
            ("visaed", "Visa given"),
            ("refused", "Refused"),
            ("returned", "Returned"),
            ("cancelled", "Cancelled"),
            ("overridden", "Override"),
            ("done", "Done"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="proposed",
        copy=False,
    )

    _one_waits = models.UniqueIndex(
        "(commitment_id) WHERE state = 'proposed'", "Another act of this commitment waits for its visa."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Acts on commitments are made by the buttons of the commitment."))
        return super().create(vals_list)

    @api.depends("number", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for act in self:
            number = f"\u2066{act.number}\u2069" if act.number else ""
            act.display_name = " ".join(filter(None, [kinds.get(act.kind), number]))

    def _gov_changes(self):
        """Return what the act changes: {id of the commitment line: signed Decimal}."""
        return {int(line): Decimal(amount) for line, amount in (self.changes or {}).items()}

    def _gov_post(self, by_line, kind="reservation"):
        """Post to the ledger what the act does: {id of the commitment line: {counter: amount}}."""
        self.ensure_one()
        if not by_line:
            return {}
        commitment = self.commitment_id
        lines = {line.id: line for line in commitment.line_ids}
        return self.env["gov.budget.entry"]._gov_post(
            [
                {
                    "line": lines[line].budget_line_id,
                    "kind": kind,
                    "record": self,
                    "label": f"{self.number or commitment.number or ''} {commitment.object or ''}".strip(),
                    **amounts,
                }
                for line, amounts in by_line.items()
            ]
        )

    def action_print_sheet(self):
        """Give the commitment sheet (M3), made and sealed the first time it is asked for."""
        self.ensure_one()
        self.commitment_id.check_access("read")
        act = self.sudo()  # sudo: whoever reads the commitment prints its sheet
        if not act.document_ids and act.rank:
            signatory = act.asked_by_id.employee_id
            self._gov_issue("sheet", "commitment_sheet", act.rank, act.asked_on, signatory)
        return act.with_env(self.env)._gov_open_document(self.env._("The sheet is being made. Try again in a moment."))

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the commitment sheet (M3) in one language."""
        self.ensure_one()
        act = self.with_context(lang=LANGS[lang])
        commitment, _ = act.commitment_id, act.env._
        values = super()._gov_document_values(lang)
        forms = dict(commitment._fields["form"]._description_selection(act.env))
        kinds = dict(act._fields["kind"]._description_selection(act.env))
        partner, lines = commitment.partner_id, {line.id: line for line in commitment.line_ids}
        rows = [
            row for line, amount in act._gov_changes().items() for row in act._gov_charge_rows(lines[line], amount)
        ]
        interest = exact(commitment.interest_amount) if act.kind == "initial" else Decimal(0)
        amounts = [
            (_("Amount of the expense"), money_cell(exact(act.amount) - interest)),
            (_("Set aside for late interest"), money_cell(interest)),
            (_("Total proposed"), money_cell(act.amount)),
        ]
        pieces = [
            [piece.label, ltr(piece.reference or piece.file_name)] for piece in commitment.piece_ids if piece.is_here
        ]
        values.update(
            fiscal_year=commitment.fiscal_year_id.name,
            officer=commitment.officer_id.name,
            total_words=act.env["gov.words"].amount(abs(act.amount), lang),
            facts=facts_table(
                [
                    (_("Nature of the act"), kinds[act.kind]),
                    (_("Budget"), ", ".join(commitment.line_ids.budget_line_id.budget_id.mapped("display_name"))),
                    (_("Contract or order"), ltr(commitment.reference)),
                    (_("Object"), commitment.object),
                    (_("Form"), forms[commitment.form]),
                    (_("Beneficiary"), partner.name),
                    (_("ICE"), ltr(partner.gov_ice)),
                    (_("Reason"), act.reason),
                ]
            ),
            charges=grouped_table([_("Credit"), _("Committed before"), _("Available before"), _("Proposed")], rows),
            amounts=facts_table(amounts),
            pieces=data_table([_("Piece"), _("Reference")], pieces or [["—", ""]]),
            visa=facts_table(
                [
                    (_("Proposed on"), format_date(act.env, act.asked_on)),
                    (_("Visa of the authorising officer"), "…" * 12),
                    (_("Visa of the accountant"), "…" * 12),
                    (_("Number and date"), "…" * 12),
                    (_("Observations"), "…" * 12),
                ]
            ),
        )
        return values

    def _gov_charge_rows(self, line, amount):
        """Return the rows of a rubric on the sheet, as it stood when the act was proposed: CP, and CE of works."""
        budget_line, _ = line.budget_line_id, self.env._
        stood = (self.snapshot or {}).get(str(budget_line.id)) or self.commitment_id._gov_stood(budget_line)
        stood = defaultdict(Decimal, {name: Decimal(value) for name, value in stood.items()})
        available = stood["available"] + max(amount, Decimal(0))
        later = exact(line.ce_amount) if self.kind == "initial" else Decimal(0)
        left = stood["ce_current"] - stood["delegated_ce"] - stood["later_committed"] - stood["later_reserved"]
        payment = (
            stood["cp_current"],
            stood["committed"] - stood["later_committed"],
            available - left,
            amount - later,
        )
        name = budget_line.display_name
        if not budget_line.is_investment:
            return [(name, [money_cell(value) for value in payment])]
        years = (stood["ce_current"], stood["later_committed"], left, later)
        return [
            (_("%(rubric)s – payment credits (CP)", rubric=name), [money_cell(value) for value in payment]),
            (_("%(rubric)s – commitment credits (CE)", rubric=name), [money_cell(value) for value in years]),
        ]
