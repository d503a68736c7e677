from odoo import fields, models


class GovCorps(models.Model):
    """A corps of civil servants (hay'a): the staff ruled by one special statute, divided into grades.

    Set up once by the HR manager and changed when a decree changes it; archived, never deleted, when it dies out.
    Every internal user reads it; only the HR manager writes it.
    """

    _name = "gov.corps"
    _description = "Corps of civil servants"
    _order = "sequence, code"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True, help="Short code used in files and reports, for example ADM.")
    name = fields.Char(required=True, translate=True, help="Official name of the corps, printed on acts.")
    sequence = fields.Integer(default=10, help="Order of the corps in lists and reports.")
    active = fields.Boolean(default=True, help="An archived corps is no longer offered, but past situations keep it.")
    legal_text_id = fields.Many2one(
        "gov.legal.text",
        string="Special statute",
        index="btree_not_null",
        ondelete="restrict",
        help="Decree that rules the corps; acts and certificates cite it.",
    )
    grade_ids = fields.One2many("gov.grade", "corps_id", string="Grades")
    note = fields.Text(
        string="Certainty", translate=True, help="Says what HR must confirm about the data of this corps."
    )

    _code_uniq = models.Constraint("UNIQUE (code)", "This code is already the code of another corps.")
