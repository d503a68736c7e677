from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..services import controls

FORMS = [
    ("contract", "Public contract"),
    ("purchase_order", "Purchase order"),
    ("decision", "Decision"),
    ("recurrent", "Recurrent expense"),
    ("multi_year", "Contract over several years"),
]
FAMILIES = [
    (controls.MARKET, "Public contracts"),
    (controls.GOODS, "Purchase orders and contracts under ordinary law"),
    (controls.STAFF_ENTRY, "Staff: appointment, tenure, grade, exit"),
    (controls.STAFF_PAY, "Staff: other acts on pay and status"),
    (controls.STAFF_OTHER, "Staff: other expenses"),
    (controls.TRANSFER, "Transfers, taxes, court decisions, rents"),
    (controls.LEASE, "Leases, initial or amended"),
]
STAGES = [("commitment", "Commitment"), ("liquidation", "Service done"), ("payment", "Payment")]


class GovExpenseKind(models.Model):
    """A kind of expense: how it is controlled, what is withheld, and the pieces that its file must hold.

    Budget officers keep the list; the ministry of finance's list of supporting documents is its model.
    """

    _name = "gov.expense.kind"
    _description = "Kind of expense"
    _order = "sequence, code"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    family = fields.Selection(
        FAMILIES, required=True, default=controls.GOODS, help="Says which control and which delay of visa apply."
    )
    form = fields.Selection(FORMS, required=True, default="purchase_order")
    section = fields.Selection(
        [("any", "Any line"), ("operation", "Operating lines"), ("investment", "Investment lines")],
        "Charged to",
        required=True,
        default="any",
        help="Lines this kind may be charged to (check C2).",
    )
    is_public_order = fields.Boolean(
        "Late interest", help="Public order: legal payment delays, late interest and its supplement of 1 % at most."
    )
    is_service = fields.Boolean(
        "Service, VAT withheld", help="A service of the list of the regulation: part of its VAT is withheld."
    )
    is_vat_excluded = fields.Boolean(
        "VAT not withheld", help="Water, electricity, sanitation, telecommunications, insurance agents."
    )
    is_fee = fields.Boolean("Fees", help="Fees, commissions, brokerage: income or corporate tax is withheld.")
    has_retention = fields.Boolean("Retention money")
    piece_ids = fields.One2many("gov.expense.piece", "kind_id", "Pieces", copy=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "Two kinds of expense cannot have the same code.")

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    @tools.ormcache("self.id")
    def _gov_profile(self):
        """Return (family, section) without a statement: every commitment asks for them."""
        kind = self.sudo()  # sudo: the list of kinds is for everybody who prepares
        return kind.family, kind.section

    @tools.ormcache("self.id")
    def _gov_has_conditions(self):
        """Tell without a statement whether a piece of the list conditions a visa: every visa asks."""
        return any(piece.is_visa_condition for piece in self.sudo().piece_ids)  # sudo: as above


class GovExpensePiece(models.Model):
    """A document that the file of a kind of expense must hold at a stage."""

    _name = "gov.expense.piece"
    _description = "Piece required"
    _order = "kind_id, stage, sequence, id"

    kind_id = fields.Many2one("gov.expense.kind", "Kind of expense", required=True, index=True, ondelete="cascade")
    stage = fields.Selection(STAGES, required=True, default="commitment")
    name = fields.Char("Document", required=True, translate=True)
    is_required = fields.Boolean("Required", default=True)
    is_visa_condition = fields.Boolean(
        "Condition of the visa",
        help="Without it the visa takes a reason of its own, kept in the journal, where the regularity is controlled.",
    )
    sequence = fields.Integer(default=10)

    @api.model
    def _gov_mark_conditions(self, names):
        """Mark pieces of the shipped list as conditions of the visa, where nobody has decided: installation, update.

        The list itself is never overwritten; what a budget officer ticked or unticked stays.
        """
        self.env.execute_query(
            SQL(
                """UPDATE gov_expense_piece p SET is_visa_condition = TRUE FROM ir_model_data d
                    WHERE d.module = 'gov_budget_execution' AND d.model = 'gov.expense.piece' AND d.name IN %s
                      AND d.res_id = p.id AND p.is_visa_condition IS NULL RETURNING p.id""",
                tuple(names),
            )
        )
        self.invalidate_model(["is_visa_condition"])
        self.env.registry.clear_cache()

    @api.model_create_multi
    def create(self, vals_list):
        pieces = super().create(vals_list)
        self.env.registry.clear_cache()
        return pieces

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
