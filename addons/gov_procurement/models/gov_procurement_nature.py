from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_amount

from ..tools import evaluation

KINDS = [("works", "Works"), ("supplies", "Supplies"), ("services", "Services"), ("studies", "Studies")]


class GovProcurementNature(models.Model):
    """A nature of works, supplies or services: what the ceiling of purchase orders is counted by (art. 91)."""

    _name = "gov.procurement.nature"
    _description = "Nature of purchase"
    _order = "code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, index=True, copy=False)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="supplies")
    in_order_list = fields.Boolean(
        "In the list of purchase orders",
        default=True,
        help="The object is in the list of what may be bought by purchase order (decree 2-22-431, annex 4).",
    )
    is_increase = fields.Boolean(
        "By increase",
        help="Guarding, cleaning, green spaces: offers are an increase, the lowest is retained (art. 20-3).",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "This code is already that of another nature.")

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.code} · {one.name}" if one.code else one.name

    @api.constrains("kind")
    def _check_kind(self):
        for one in self:
            try:
                evaluation.normal_kind(one.kind)
            except ValueError:
                raise ValidationError(self.env._("Choose works, supplies, services or studies.")) from None


class GovProcurementCeiling(models.Model):
    """What purchase orders have used of the yearly ceiling of a nature, for one authorising officer.

    One row a nature, authorising officer and year.  ``used`` moves by one conditional statement in the
    transaction of the order, and a check stands behind it: two orders at once cannot pass the ceiling together.
    """

    _name = "gov.procurement.ceiling"
    _description = "Ceiling of purchase orders"
    _order = "year desc, used desc"

    nature_id = fields.Many2one(
        "gov.procurement.nature", required=True, readonly=True, index=True, ondelete="restrict"
    )
    officer_id = fields.Many2one(
        "gov.budget.officer", "Authorising officer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    ceiling = fields.Monetary(readonly=True, help="Ceiling of the year, all taxes included.")
    used = fields.Monetary(readonly=True, help="Signed purchase orders of the year, all taxes included.")
    left = fields.Monetary("Left", compute="_compute_left")
    rate = fields.Float("Used (%)", compute="_compute_left")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")

    _row_uniq = models.Constraint("UNIQUE (nature_id, officer_id, year)", "This ceiling is counted already.")
    _within = models.Constraint(
        "CHECK (used >= 0 AND used <= ceiling)", "The yearly ceiling of purchase orders of this nature is passed."
    )

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("ceiling", "used")
    def _compute_left(self):
        for one in self:
            one.left = one.ceiling - one.used
            one.rate = 100 * one.used / one.ceiling if one.ceiling else 0

    @api.depends("nature_id", "officer_id", "year")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.nature_id.name} · {one.officer_id.name} · {one.year}"

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_by_hand()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_by_hand()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_by_hand()

    def _refuse_by_hand(self):
        raise UserError(self.env._("A ceiling is counted by the purchase orders themselves, never by hand."))

    @api.model
    def _gov_use(self, nature, officer, day, amount):
        """Use a part of the ceiling, or give it back with a negative amount, in the transaction of the act.

        :param amount: dirhams, all taxes included
        :raise UserError: the ceiling does not hold it; the sentence shows the sum
        """
        year = day.year
        # sudo: a figure of law
        ceiling = self.env["gov.parameter"].sudo().get_value("procurement.order.ceiling", day)
        self.env.cr.execute(
            SQL(
                """INSERT INTO gov_procurement_ceiling (nature_id, officer_id, year, ceiling, used, create_uid,
                                                        create_date, write_uid, write_date)
                   VALUES (%s, %s, %s, %s, 0, %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')
                   ON CONFLICT (nature_id, officer_id, year) DO NOTHING""",
                nature.id,
                officer.id,
                year,
                ceiling,
                self.env.uid,
                self.env.uid,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE gov_procurement_ceiling SET used = used + %(amount)s, write_date = now() AT TIME ZONE 'UTC'
                    WHERE nature_id = %(nature)s AND officer_id = %(officer)s AND year = %(year)s
                      AND used + %(amount)s BETWEEN 0 AND ceiling
                RETURNING used""",
                amount=round(amount, 2),
                nature=nature.id,
                officer=officer.id,
                year=year,
            )
        )
        taken = self.env.cr.fetchone()
        self.invalidate_model(["used"])
        if taken:
            return taken[0]
        self.env.cr.execute(
            SQL(
                "SELECT used, ceiling FROM gov_procurement_ceiling WHERE nature_id = %s AND officer_id = %s AND "
                "year = %s",
                nature.id,
                officer.id,
                year,
            )
        )
        used, limit = self.env.cr.fetchone()
        currency = self.env.company.currency_id
        raise UserError(
            self.env._(
                "The ceiling of purchase orders of “%(nature)s” for %(officer)s in %(year)s does not hold this order: "
                "%(used)s used + %(asked)s asked = %(total)s, more than %(limit)s. Use a call for tenders, or another "
                "procedure of the decree.",
                nature=nature.name,
                officer=officer.name,
                year=year,
                used=format_amount(self.env, used, currency),
                asked=format_amount(self.env, amount, currency),
                total=format_amount(self.env, float(used) + float(amount), currency),
                limit=format_amount(self.env, limit, currency),
            )
        )
