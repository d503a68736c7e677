from odoo import fields, models


class GovCareerActRule(models.Model):
    """What the administration settles for a nature of act: its text of law, wording, register and who signs.

    One row a nature, shipped with the module; HR managers change them.  What an act does to the career is the
    program's; the lengths are legal parameters.
    """

    _name = "gov.career.act.rule"
    _description = "Settings of a nature of career act"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=lambda self: self.env["gov.career.act"]._fields["kind"]._description_selection(self.env),
        string="Nature",
        required=True,
        index=True,
        help="One row for each nature of act.",
    )
    legal_text_id = fields.Many2one("gov.legal.text", string="Legal text", index="btree_not_null", ondelete="restrict")
    legal_article = fields.Char(string="Article", translate=True, help="Article of the text, shown beside the act.")
    template_id = fields.Many2one(
        "gov.document.template",
        string="Wording",
        required=True,
        index=True,
        ondelete="restrict",
        help="Wording of the document in Arabic and French; its visas are printed above it.",
    )
    register_id = fields.Many2one(
        "gov.document.register", string="Register", required=True, index=True, ondelete="restrict"
    )
    signatory_unit_id = fields.Many2one(
        "hr.department",
        string="Unit whose head signs",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: the unit of the legal parameter career.signatory_unit.",
    )

    _kind_unique = models.Constraint("UNIQUE (kind)", "A nature of act has one row of settings.")
