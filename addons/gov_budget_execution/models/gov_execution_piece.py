from odoo import api, fields, models
from odoo.exceptions import UserError


class GovExecutionPiece(models.Model):
    """A piece of the file of an act: attached, or kept on paper under a reference.

    Written while the act is prepared; afterwards only what was missing is added.
    """

    _name = "gov.execution.piece"
    _description = "Piece of a file"
    _order = "sequence, id"

    commitment_id = fields.Many2one("gov.commitment", index="btree_not_null", ondelete="cascade")
    liquidation_id = fields.Many2one("gov.liquidation", index="btree_not_null", ondelete="cascade")
    order_id = fields.Many2one("gov.payment.order", index="btree_not_null", ondelete="cascade")
    piece_id = fields.Many2one(
        "gov.expense.piece", "Of the list", readonly=True, index="btree_not_null", ondelete="set null"
    )
    name = fields.Char("Other document", help="Of a piece that is not of the list.")
    label = fields.Char("Document", compute="_compute_label", inverse="_inverse_label")
    is_required = fields.Boolean("Required", readonly=True)
    is_visa_condition = fields.Boolean(related="piece_id.is_visa_condition", string="Condition of the visa")
    sequence = fields.Integer(default=10)
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    reference = fields.Char("Reference on paper", help="Where the original is, when no file is attached.")
    is_here = fields.Boolean("In the file", compute="_compute_is_here")

    _one_act = models.Constraint(
        "CHECK (num_nonnulls(commitment_id, liquidation_id, order_id) = 1)", "A piece belongs to one act."
    )

    @api.depends("name", "piece_id.name")
    @api.depends_context("lang")
    def _compute_label(self):
        for piece in self:
            piece.label = piece.sudo().piece_id.name or piece.name  # sudo: the list, in the reader's language

    def _inverse_label(self):
        for piece in self:
            if not piece.piece_id:
                piece.name = piece.label

    @api.depends("file_name", "reference", "file")
    def _compute_is_here(self):
        for piece in self.with_context(bin_size=True):
            piece.is_here = bool(piece.reference or piece.file_name or piece.file)

    def _gov_act(self):
        self.ensure_one()
        return self.commitment_id or self.liquidation_id or self.order_id

    def _gov_is_open(self):
        act = self._gov_act()
        return act.state in (*act._draft_states, "proposed", "submitted", "suspended", "rejected")

    @api.model_create_multi
    def create(self, vals_list):
        pieces = super().create(vals_list)
        if not self.env.su:
            for piece in pieces:
                piece._gov_act().check_access("write")
        return pieces

    def write(self, vals):
        if not self.env.su:
            if {"commitment_id", "liquidation_id", "order_id"} & vals.keys():
                raise UserError(self.env._("A piece stays in the file it was put in."))
            for piece in self:
                # what was missing may come later; what the controller has read stays
                if not piece._gov_is_open() and piece.is_here:
                    raise UserError(
                        self.env._("“%(piece)s” was part of the file that was decided: it stays.", piece=piece.label)
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        for piece in self:
            if not self.env.su and not piece._gov_is_open() and piece.is_here:
                raise UserError(
                    self.env._("“%(piece)s” was part of the file that was decided: it stays.", piece=piece.label)
                )
