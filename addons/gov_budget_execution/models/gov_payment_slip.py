from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.gov_base.tools.act import around_act, short_transaction
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr, money_cell

from ..services.interest import exact
from .gov_commitment import amount_field


class GovPaymentSlip(models.Model):
    """An issue sheet (bordereau): the signed orders of an authorising officer, sent together to the accountant.

    draft → issued: numbered in the series of the officer; the accountant's delay runs from its day.  Authorising
    officers issue it.
    """

    _name = "gov.payment.slip"
    _description = "Issue sheet"
    _inherit = ["gov.execution.act"]
    _order = "id desc"
    _rec_name = "number"
    _act_fields = frozenset({"state", "number", "rank", "issued_on", "issued_by_id"})
    _draft_states = ("draft",)
    _free_fields = frozenset({"gid_number"})

    number = fields.Char(readonly=True, copy=False, index="trigram")
    rank = fields.Integer(readonly=True, copy=False, aggregator=None, export_string_translation=False)
    officer_id = fields.Many2one(
        "gov.budget.officer", "Authorising officer", required=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(
        related="officer_id.region_id", store=True, precompute=True, index=True, ondelete="restrict", string="Region"
    )
    fiscal_year_id = fields.Many2one(
        "gov.fiscal.year",
        "Fiscal year",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["gov.fiscal.year"]._for_date(self._gov_today()),
    )
    wanted_ids = fields.Many2many(
        "gov.payment.order",
        string="Orders",
        domain="[('state', '=', 'issued'), ('slip_id', '=', False), ('officer_id', '=', officer_id)]",
    )
    order_ids = fields.One2many("gov.payment.order", "slip_id", "Orders sent", readonly=True)
    total_amount = amount_field("Total", compute="_compute_total")
    order_count = fields.Integer("Number of orders", compute="_compute_total")
    issued_on = fields.Date(readonly=True, copy=False)
    issued_by_id = fields.Many2one(
        "res.users", "Issued by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("issued", "Issued")], "Status", required=True, readonly=True, default="draft", copy=False
    )

    _number_uniq = models.UniqueIndex("(number) WHERE number IS NOT NULL", "An issue sheet has its own number.")

    @api.depends("wanted_ids", "order_ids", "state")
    def _compute_total(self):
        for slip in self:
            orders = slip.order_ids if slip.state == "issued" else slip.wanted_ids
            slip.total_amount = sum(orders.mapped("charged_amount"))
            slip.order_count = len(orders)

    @api.depends("number")
    def _compute_display_name(self):
        for slip in self:
            slip.display_name = f"\u2066{slip.number}\u2069" if slip.number else self.env._("New issue sheet")

    @api.constrains("wanted_ids", "officer_id", "fiscal_year_id")
    def _check_orders(self):
        for slip in self.filtered(lambda one: one.state == "draft"):
            for order in slip.wanted_ids:
                if order.officer_id != slip.officer_id or order.fiscal_year_id != slip.fiscal_year_id:
                    raise ValidationError(
                        self.env._(
                            "%(order)s is of another authorising officer or year: an issue sheet has one of each.",
                            order=order.display_name,
                        )
                    )

    @around_act
    def action_issue(self):
        """Send the orders: the sheet takes its number and the accountant's delay begins. Authorising officers."""
        self._gov_issue_now()
        for slip in self:
            slip._gov_make_document()
        return True

    @short_transaction
    def _gov_issue_now(self):
        self.check_access("read")
        self._gov_check_authorising()
        self._gov_take("draft", "issued")
        for slip in self.sudo().sorted("id"):  # sudo: who issues was checked
            slip.with_context(lang=self.env.lang)._gov_send(self.env.user)
        return True

    def _gov_send(self, user):
        if not self.wanted_ids:
            raise UserError(self.env._("Choose the orders to send."))
        today = self._gov_today()
        orders = self.wanted_ids.sorted("id")
        orders.lock_for_update()
        orders.invalidate_recordset()
        for order in orders:
            if order.state != "issued" or order.slip_id:
                raise UserError(self.env._("%(order)s is no longer waiting to be sent.", order=order.display_name))
            order._gov_write(
                {
                    "slip_id": self.id,
                    "received_on": today,
                    "visa_due_on": order._gov_visa_due(today, order.visa_days_used),
                }
            )
        self._gov_write({"issued_on": today, "issued_by_id": user.id})
        self.env.flush_all()
        rank, number = self.officer_id._gov_take_number("slip", self.fiscal_year_id.date_from.year)
        self._gov_write({"number": number, "rank": rank})
        journal = self.env["gov.journal.entry"].with_user(user)
        # sudo: each act is written to the journal, whoever does it
        journal.sudo()._record(self, "issue", {"number": number, "orders": len(orders)})

    def _gov_make_document(self):
        full = self.sudo()  # sudo: the sheet is printed for whoever issues it
        if full.rank and not full.document_ids:
            self._gov_issue("slip", "payment_slip", full.rank, full.issued_on, full.issued_by_id.employee_id)

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the issue sheet (M15): orders by rubric, with the total of each."""
        self.ensure_one()
        slip = self.with_context(lang=LANGS[lang])
        _ = slip.env._
        values = super()._gov_document_values(lang)
        rows = []
        charges = slip.order_ids.line_ids.grouped("budget_line_id")
        for rubric, lines in sorted(charges.items(), key=lambda item: item[0].full_code or ""):
            for line in lines.sorted(lambda row: row.order_id.rank):
                order = line.order_id
                rows.append([ltr(order.number), order.partner_id.name, rubric.display_name, money_cell(line.amount)])
            total = sum((exact(line.amount) for line in lines), exact(0.0))
            rows.append(["", "", _("Total of %(rubric)s", rubric=rubric.full_code), money_cell(total)])
        values.update(
            fiscal_year=slip.fiscal_year_id.name,
            officer=slip.officer_id.name,
            total_words=slip.env["gov.words"].amount(slip.total_amount, lang),
            orders=data_table(
                [_("Order"), _("Creditor"), _("Rubric"), _("Amount (DH)")],
                rows,
                total=(_("Total of the sheet"), [money_cell(slip.total_amount)]),
                numeric=(3,),
            ),
            visa=facts_table(
                [(_("Assigned accountant"), slip.officer_id.accountant or "…"), (_("Received on"), "…" * 12)]
            ),
        )
        return values

    def action_print(self):
        """Give the issue sheet (M15)."""
        self.ensure_one()
        self.check_access("read")
        if not self.number:
            raise UserError(self.env._("The document is made when the sheet is issued."))
        self._gov_make_document()
        return self._gov_open_document(self.env._("The document is being made. Try again in a moment."))

    @api.model
    def action_gather(self, order_ids=None):
        """Make the drafts of issue sheets of chosen orders, one for each officer and year, and open them."""
        self._new_check()
        orders = self.env["gov.payment.order"].browse(order_ids or self.env.context.get("active_ids") or [])
        orders.check_access("read")
        ready = orders.filtered(lambda one: one.state == "issued" and not one.slip_id)
        if not ready:
            raise UserError(self.env._("None of these orders waits to be sent: only issued ones do."))
        slips = self.create(
            [
                {"officer_id": officer.id, "fiscal_year_id": year.id, "wanted_ids": [(6, 0, members.ids)]}
                for (officer, year), members in ready.grouped(lambda one: (one.officer_id, one.fiscal_year_id)).items()
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_budget_execution.gov_payment_slip_action")
        if len(slips) == 1:
            action.update(res_id=slips.id, views=[(False, "form")])
        else:
            action["domain"] = [("id", "in", slips.ids)]
        return action

    def _new_check(self):
        self.env["gov.payment.order"]._gov_check_office()
