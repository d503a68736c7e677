from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date, format_datetime

from odoo.addons.gov_base.tools.act import around_act, short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults

from ..tools import splitting

# Set in the context by the acts; an object, so that no RPC call can send it
ACT = object()
STATES = [
    ("need", "Need"),
    ("notice", "Notice published"),
    ("quotes", "Quotations opened"),
    ("awarded", "Awarded"),
    ("engaged", "Ceiling and credit taken"),
    ("signed", "Signed"),
    ("delivered", "Delivered"),
    ("certified", "Certified"),
    ("paid", "Paid"),
    ("infructuous", "Without result"),
    ("cancelled", "Cancelled"),
]
TRANSITIONS = {
    "need": {"notice", "awarded", "cancelled"},
    "notice": {"quotes", "infructuous", "cancelled"},
    "quotes": {"awarded", "infructuous", "cancelled"},
    "awarded": {"engaged", "cancelled"},
    "engaged": {"signed", "cancelled"},
    "signed": {"delivered", "cancelled"},
    "delivered": {"certified"},
    "certified": {"paid"},
    "paid": set(),
    "infructuous": set(),
    "cancelled": set(),
}
QUALITY = [("1", "Poor"), ("2", "Weak"), ("3", "Right"), ("4", "Good"), ("5", "Excellent")]
ACT_FIELDS = {
    "gov_state",
    "gov_published_at",
    "gov_asked_by_id",
    "gov_awarded_by_id",
    "gov_awarded_on",
    "gov_signed_by_id",
    "gov_signed_on",
    "gov_delivered_on",
    "gov_certified_by_id",
    "gov_certified_on",
    "gov_ceiling_used",
    "gov_ceiling_day",
    "gov_splitting_answer",
    "gov_splitting_signs",
    "gov_results_posted_on",
    "gov_results_reference",
    "gov_certificate_document_id",
    "gov_notice_document_id",
    "gov_quality",
    "gov_award_draw",
    "gov_order_document_id",
    "gov_minutes_document_id",
    "gov_cancel_reason",
    "gov_commitment_id",
}


class PurchaseOrder(models.Model):
    """A purchase order of the administration (bon de commande, decree 2-22-431 art. 91).

    need → notice on the portal, 48 hours at least → quotations opened and checked → awarded to the lowest → ceiling
    of the nature and credit taken → signed by the authorising officer (form M6) → delivered → service certified →
    paid.  Each step is an act of one role, never of who did the step before where the law parts them.
    """

    _name = "purchase.order"
    _inherit = ["purchase.order", "gov.document.mixin"]

    gov_state = fields.Selection(STATES, "Step", readonly=True, copy=False, tracking=True, index=True)
    gov_object = fields.Char("Object")
    gov_nature_id = fields.Many2one("gov.procurement.nature", "Nature", index="btree_not_null", ondelete="restrict")
    gov_officer_id = fields.Many2one(
        "gov.budget.officer", "Authorising officer", index="btree_not_null", ondelete="restrict"
    )
    gov_unit_id = fields.Many2one("hr.department", "Unit in need", index="btree_not_null", ondelete="restrict")
    gov_plan_line_id = fields.Many2one(
        "gov.procurement.plan.line", "Line of the programme", index="btree_not_null", ondelete="restrict"
    )
    gov_budget_line_id = fields.Many2one("gov.budget.line", "Budget line", index="btree_not_null", ondelete="restrict")
    gov_asked_by_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    gov_published_at = fields.Datetime("Notice published at", readonly=True, copy=False)
    gov_deadline = fields.Datetime("Deadline for quotations", copy=False)
    gov_notice_reference = fields.Char("Reference on the portal", copy=False)
    gov_office_address = fields.Char(
        "Address of the office",
        default=lambda self: self._default_gov_office_address(),
        help="Where quotations are given in and questions asked: the notice says it.",
    )
    gov_place = fields.Char("Place of execution or delivery")
    gov_delivery_days = fields.Integer("Time to deliver (days)", default=30, aggregator=None)
    gov_guarantee = fields.Char("Conditions of guarantee")
    gov_no_competition = fields.Text(
        "Why without competition",
        help="Certificate of the authorising officer: competition is impossible or incompatible.",
    )
    gov_quotation_ids = fields.One2many("gov.purchase.quotation", "order_id", "Quotations")
    gov_quotation_count = fields.Integer(compute="_compute_gov_quotation_count")
    gov_award_draw = fields.Char("Draw", readonly=True, copy=False, help="How equal quotations were parted.")
    gov_awarded_by_id = fields.Many2one(
        "res.users", "Awarded by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    gov_awarded_on = fields.Date("Awarded on", readonly=True, copy=False)
    gov_ceiling_used = fields.Monetary("Taken from the ceiling", readonly=True, copy=False)
    gov_ceiling_day = fields.Date("Ceiling taken on", readonly=True, copy=False)
    gov_ceiling_text = fields.Char("Ceiling of the nature", compute="_compute_gov_ceiling_text")
    gov_splitting_text = fields.Text("Signs of splitting", compute="_compute_gov_splitting_text")
    gov_splitting_answer = fields.Text("Answer to the signs of splitting", readonly=True, copy=False)
    gov_splitting_signs = fields.Text("Signs that were answered", readonly=True, copy=False)
    gov_results_posted_on = fields.Date("Result posted on", readonly=True, copy=False)
    gov_results_until = fields.Date("Posted until", compute="_compute_gov_results_until")
    gov_results_reference = fields.Char("Result on the portal", readonly=True, copy=False)
    gov_signed_by_id = fields.Many2one(
        "res.users", "Signed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    gov_signed_on = fields.Date("Signed on", readonly=True, copy=False)
    gov_due_on = fields.Date("To be delivered by", compute="_compute_gov_due_on", store=True)
    gov_delivered_on = fields.Date("Delivered on", readonly=True, copy=False)
    gov_days_late = fields.Integer("Days late", compute="_compute_gov_due_on", store=True)
    gov_certified_by_id = fields.Many2one(
        "res.users", "Certified by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    gov_certified_on = fields.Date("Certified on", readonly=True, copy=False)
    gov_quality = fields.Selection(QUALITY, "Quality of the service", readonly=True, copy=False)
    gov_cancel_reason = fields.Char("Why it was cancelled", readonly=True, copy=False)
    gov_amount = fields.Monetary("Amount, all taxes included", compute="_compute_gov_amount", store=True)
    gov_amount_untaxed = fields.Monetary("Amount before tax", compute="_compute_gov_amount", store=True)
    gov_minutes_document_id = fields.Many2one(
        "gov.document", "Minutes", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    gov_order_document_id = fields.Many2one(
        "gov.document", "Order document", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    gov_certificate_document_id = fields.Many2one(
        "gov.document", "Certificate", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    gov_notice_document_id = fields.Many2one(
        "gov.document", "Notice", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    @api.model
    def _default_gov_office_address(self):
        # sudo: the address of the administration
        company = self.env.company.sudo().partner_id
        return ", ".join(filter(None, (company.name, company.street, company.city)))

    # ------------------------------------------------------------------ computes
    @api.depends("gov_results_posted_on")
    def _compute_gov_results_until(self):
        # sudo: a figure of law
        days = int(self.env["gov.parameter"].sudo().get_value("procurement.step.posting"))
        for order in self:
            posted = order.gov_results_posted_on
            order.gov_results_until = posted + timedelta(days) if posted else False

    @api.depends("gov_quotation_ids")
    def _compute_gov_quotation_count(self):
        for order in self:
            order.gov_quotation_count = len(order.gov_quotation_ids)

    @api.depends(
        "order_line.product_qty", "order_line.price_unit", "order_line.gov_vat_rate", "order_line.display_type"
    )
    def _compute_gov_amount(self):
        for order in self:
            untaxed = taxed = 0.0
            for line in order.order_line:
                if line.display_type:
                    continue
                amount = round(line.product_qty * line.price_unit, 2)
                untaxed += amount
                taxed += round(amount * (1 + line.gov_vat_rate / 100), 2)
            order.gov_amount_untaxed, order.gov_amount = round(untaxed, 2), round(taxed, 2)

    @api.depends("gov_signed_on", "gov_delivery_days", "gov_delivered_on")
    def _compute_gov_due_on(self):
        for order in self:
            order.gov_due_on = (
                order.gov_signed_on + timedelta(order.gov_delivery_days) if order.gov_signed_on else False
            )
            late = bool(order.gov_due_on and order.gov_delivered_on)
            order.gov_days_late = max(0, (order.gov_delivered_on - order.gov_due_on).days) if late else 0

    @api.depends("gov_nature_id", "gov_officer_id", "gov_amount", "gov_ceiling_used")
    @api.depends_context("lang")
    def _compute_gov_ceiling_text(self):
        today = fields.Date.context_today(self)
        ceilings = self.env["gov.procurement.ceiling"]
        for order in self:
            order.gov_ceiling_text = False
            if not (order.gov_nature_id and order.gov_officer_id):
                continue
            day = order.gov_ceiling_day or today
            # sudo: a figure of law
            limit = self.env["gov.parameter"].sudo().get_value("procurement.order.ceiling", day)
            used = ceilings._gov_used(order.gov_nature_id, order.gov_officer_id, day.year)
            asked = 0 if order.gov_ceiling_used else order.gov_amount
            order.gov_ceiling_text = self.env._(
                "%(used)s used in %(year)s + %(asked)s asked, of %(limit)s",
                used=format_amount(self.env, used, order.currency_id),
                year=day.year,
                asked=format_amount(self.env, asked, order.currency_id),
                limit=format_amount(self.env, limit, order.currency_id),
            )

    @api.depends("gov_nature_id", "gov_unit_id", "partner_id", "gov_amount", "gov_state")
    @api.depends_context("lang")
    def _compute_gov_splitting_text(self):
        for order in self:
            order.gov_splitting_text = "\n".join(order._gov_splitting_sentences()) or False

    def _gov_splitting_sentences(self):
        """Return a sentence for each sign that this order splits a purchase (finance.md §4.4, item 1 of the issue)."""
        self.ensure_one()
        order = self._origin
        if not order or not order.gov_nature_id or order.gov_state not in ("awarded", "engaged"):
            return []
        today = fields.Date.context_today(self)
        # sudo: figures of law; orders of all officers are looked at, only sums and references come out
        parameter, orders = self.env["gov.parameter"].sudo(), self.env["purchase.order"].sudo()
        days = int(parameter.get_value("procurement.splitting.days", today))
        threshold = parameter.get_value("procurement.order.ceiling", today)
        first = today - timedelta(days)
        others = orders.search(
            Domain("gov_state", "in", ("engaged", "signed", "delivered", "certified", "paid"))
            & Domain("gov_ceiling_day", ">", first)
            | Domain("gov_state", "=", "awarded") & Domain("gov_awarded_on", ">", first)
        )
        every = others | order.sudo()  # sudo: as above
        rows = every._gov_as_purchases(today)
        names = {one.id: one.name for one in every}
        found = splitting.find(rows, threshold, days, new=order.id)
        words = {
            "nature": self.env._("same nature"),
            "unit": self.env._("same nature and unit"),
            "supplier": self.env._("same supplier"),
            "address": self.env._("same address"),
            "bank": self.env._("same bank account"),
        }
        return [
            self.env._(
                "%(axis)s: %(total)s in %(number)s orders since %(day)s (%(orders)s), of which %(year_total)s in "
                "%(year)s; more than %(threshold)s.",
                axis=words[one.axis],
                total=format_amount(self.env, float(one.total), order.currency_id),
                number=len(one.ids),
                day=format_date(self.env, one.first),
                orders=", ".join(names[key] for key in one.ids),
                year_total=format_amount(self.env, float(one.year_total), order.currency_id),
                year=one.last.year,
                threshold=format_amount(self.env, float(one.threshold), order.currency_id),
            )
            for one in found
        ]

    def _gov_as_purchases(self, today):
        """Return these orders as the detector takes them: enterprises by the nine digits that all their ICE share."""
        partners = {order: order.partner_id.commercial_partner_id for order in self}
        ribs = self.env["res.partner"].union(*partners.values())._gov_ribs_by_partner()
        rows = []
        for order, partner in partners.items():
            rows.append(
                splitting.Purchase(
                    order.id,
                    order.gov_ceiling_day or order.gov_awarded_on or today,
                    order.gov_amount,
                    order.gov_nature_id.id,
                    order.gov_unit_id.id or None,
                    partner.gov_ice[:9] if partner.gov_ice else f"partner {partner.id}",
                    splitting.address_key(partner.street, partner.street2, partner.city),
                    tuple(sorted(ribs.get(partner, ()))),
                    order.gov_officer_id.id,
                )
            )
        return rows

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("gov_act") is not ACT:
            for vals in vals_list:
                given = {name for name in ACT_FIELDS & vals.keys() if vals[name]}
                if vals.get("state") not in (None, False, "draft"):
                    given.add("state")
                if given - ({"gov_state"} if vals.get("gov_state") == "need" else set()):
                    self._gov_say_refused(given)
        vals_list = [
            {**vals, "gov_asked_by_id": self.env.uid, "gov_state": "need"} if vals.get("gov_nature_id") else vals
            for vals in vals_list
        ]
        clean = without_defaults(self, {*ACT_FIELDS, "state"})
        return super(PurchaseOrder, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        if self.env.context.get("gov_act") is not ACT:
            given = {name for name in (*ACT_FIELDS, "state") if name in vals}
            if given - {"state"} or given and any(order.gov_state or vals["state"] != order.state for order in self):
                self._gov_say_refused(given)
            frozen = {
                "gov_nature_id",
                "gov_officer_id",
                "gov_unit_id",
                "gov_object",
                "gov_place",
                "partner_id",
                "order_line",
                "gov_delivery_days",
                "currency_id",
            }
            for order in self:
                if order.gov_state and order.gov_state != "need" and frozen & vals.keys():
                    raise UserError(
                        self.env._(
                            "“%(order)s” was published: its content no longer changes. Cancel it with a reason "
                            "and make "
                            "another one.",
                            order=order.display_name,
                        )
                    )
                if "gov_deadline" in vals and order.gov_state not in (False, "need"):
                    raise UserError(self.env._("The deadline was published: it does not change."))
                if order.gov_state and "gov_nature_id" in vals and not vals["gov_nature_id"]:
                    raise UserError(self.env._("A purchase keeps a nature: its ceiling is counted by it."))
            fresh = self.filtered(lambda order: not order.gov_state) if vals.get("gov_nature_id") else self.browse()
            if fresh:
                # an order of Odoo's own becomes a purchase of the administration, from its first step on
                super(PurchaseOrder, fresh.with_context(gov_act=ACT)).write(
                    {"gov_state": "need", "gov_asked_by_id": self.env.uid}
                )
        return super().write(vals)

    def _gov_say_refused(self, names):
        labels = ", ".join(sorted(self._fields[name]._description_string(self.env) for name in names))
        raise UserError(
            self.env._("“%(fields)s” is written by the acts alone: use the buttons of the file.", fields=labels)
        )

    @api.constrains("gov_nature_id", "gov_officer_id", "gov_unit_id")
    def _check_gov_whole(self):
        for order in self:
            if order.gov_nature_id and not (order.gov_officer_id and order.gov_unit_id):
                raise ValidationError(
                    self.env._("Give the authorising officer and the unit in need: the ceiling is counted by them.")
                )

    def button_confirm(self):
        self._gov_refuse_stock_buttons(every=True)
        return super().button_confirm()

    def button_approve(self, force=False):
        self._gov_refuse_stock_buttons(every=True)
        return super().button_approve(force=force)

    def button_cancel(self):
        self._gov_refuse_stock_buttons()
        return super().button_cancel()

    def button_draft(self):
        self._gov_refuse_stock_buttons()
        return super().button_draft()

    def button_lock(self):
        self._gov_refuse_stock_buttons()
        return super().button_lock()

    def button_unlock(self):
        self._gov_refuse_stock_buttons()
        return super().button_unlock()

    def action_rfq_send(self):
        self._gov_refuse_stock_buttons()
        return super().action_rfq_send()

    def print_quotation(self):
        self._gov_refuse_stock_buttons()
        return super().print_quotation()

    def action_create_invoice(self, attachment_ids=False):
        self._gov_refuse_stock_buttons()
        return super().action_create_invoice(attachment_ids)

    def action_merge(self):
        self._gov_refuse_stock_buttons()
        return super().action_merge()

    def _gov_refuse_stock_buttons(self, every=False):
        """Refuse Odoo's own buttons on a purchase of the administration.

        :param every: on other orders too: no order is confirmed without the ceiling of its nature
        """
        if self.env.context.get("gov_act") is ACT:
            return
        for order in self:
            if order.gov_state or every:
                raise UserError(
                    self.env._(
                        "“%(order)s” moves by the steps of the decree: use the buttons of its file.",
                        order=order.display_name,
                    )
                )

    # ------------------------------------------------------------------ tools of the acts
    def _gov_claim(self, states):
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE purchase_order SET write_date = now() AT TIME ZONE 'UTC' WHERE id IN %s AND gov_state IN %s "
                "RETURNING id",
                self._ids or (0,),
                tuple(states),
            )
        )
        taken = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_recordset()
        if set(self.ids) - taken:
            raise UserError(self.env._("This was done already, or can no longer be done. Reload the page."))

    def _gov_write(self, vals):
        # sudo: the act has checked who may
        return self.sudo().with_context(gov_act=ACT).write(vals)

    def _gov_move(self, target, act, facts=None, **vals):
        for order in self:
            if target not in TRANSITIONS[order.gov_state]:
                raise UserError(self.env._("This was done already, or can no longer be done. Reload the page."))
        self._gov_write({"gov_state": target, **vals})
        self.env["gov.journal.entry"]._record_many([(one, act, facts(one) if facts else {}) for one in self])

    def _gov_check_role(self, *roles):
        if self.env.su or any(self.env.user.has_group(f"gov_base.group_{role}") for role in roles):
            return
        raise AccessError(self.env._("Another role does this step of a purchase."))

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_publish(self, deadline=None):
        """Publish the notice; the deadline leaves 48 hours at least (art. 91-1). Procurement officers only.

        :param deadline: moment until which quotations are received; that of the form when None
        """
        self._gov_check_role("procurement_officer")
        self._gov_claim(("need",))
        now = fields.Datetime.now()
        # sudo: a figure of law
        hours = self.env["gov.parameter"].sudo().get_value("procurement.order.notice_hours")
        for order in self:
            until = fields.Datetime.to_datetime(deadline) or order.gov_deadline
            if not order.order_line.filtered(lambda line: not line.display_type):
                raise UserError(self.env._("Say what is bought: the order has no line."))
            if not until or until < now + timedelta(hours=hours):
                raise UserError(
                    self.env._(
                        "The notice stays %(hours)s hours at least on the portal: choose a deadline after %(moment)s.",
                        hours=int(hours),
                        moment=format_datetime(self.env, now + timedelta(hours=hours)),
                    )
                )
            order._gov_check_in_list()
            if not (order.gov_object and order.gov_place):
                raise UserError(self.env._("The notice says the object and the place: fill them in."))
            if order.gov_delivery_days <= 0 or not order.gov_office_address:
                raise UserError(
                    self.env._("The notice says the time to deliver and the address of the office: fill them in.")
                )
            order._gov_write({"gov_deadline": until})
        self._gov_move("notice", "publish", lambda one: {"deadline": str(one.gov_deadline)}, gov_published_at=now)
        return True

    def _gov_check_in_list(self):
        """Refuse what is not in the list of purchase orders (annex 4 of the decree)."""
        self.ensure_one()
        if not self.gov_nature_id.in_order_list:
            raise UserError(
                self.env._(
                    "“%(nature)s” is not in the list of what may be bought by purchase order (annex 4): use a call "
                    "for tenders.",
                    nature=self.gov_nature_id.name,
                )
            )

    @around_act
    def action_print_notice(self):
        """Download the notice in Arabic and in French; it is made when it is not there yet. Procurement officers."""
        self.ensure_one()
        self.check_access("read")
        if not self.gov_notice_document_id:
            self._gov_check_role("procurement_officer")
            if self.gov_state != "notice":
                raise UserError(self.env._("The notice is printed while it runs: publish it first."))
            self._gov_issue_for("purchase_notice", "gov_notice_document_id")
        url = f"/gov_document/{self.gov_notice_document_id.id}/document.pdf"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    @short_transaction
    def action_open_quotations(self):
        """Open the quotations once the deadline has passed. Procurement officers only."""
        self._gov_check_role("procurement_officer")
        self._gov_claim(("notice",))
        for order in self:
            if fields.Datetime.now() < order.gov_deadline:
                raise UserError(
                    self.env._(
                        "Quotations stay closed until %(moment)s.",
                        moment=format_datetime(self.env, order.gov_deadline),
                    )
                )
            if not order.gov_quotation_ids.filtered(lambda one: not one.is_late):
                raise UserError(
                    self.env._("No quotation was received: declare the notice without result, or cancel it.")
                )
        self._gov_move("quotes", "open", lambda one: {"quotations": len(one.gov_quotation_ids)})
        return True

    def action_no_result(self):
        """Declare a notice without result: nothing was received, or nothing can be retained."""
        return self._gov_no_result()

    @short_transaction
    def _gov_no_result(self):
        self._gov_check_role("procurement_officer")
        self._gov_claim(("notice", "quotes"))
        for order in self:
            if order.gov_state == "notice" and fields.Datetime.now() < order.gov_deadline:
                raise UserError(self.env._("The notice still runs."))
            if any(one.amount and not one.rejection for one in order.gov_quotation_ids):
                raise UserError(self.env._("A quotation may be retained: award it, or cancel with a reason."))
        self._gov_move("infructuous", "no_result")
        return True

    @around_act
    def action_award(self, draw=None):
        """Rank the quotations and award to the lowest (art. 91-4), then make the minutes (form M7).

        :param draw: id of the quotation drawn, when equal amounts are not parted by the place of the supplier
        """
        self._gov_award(draw)
        self._gov_issue_for("purchase_minutes", "gov_minutes_document_id")
        return True

    @short_transaction
    def _gov_award(self, draw=None):
        self._gov_check_role("procurement_officer")
        self._gov_claim(("quotes",))
        today = fields.Date.context_today(self)
        for order in self:
            winner, how = order._gov_rank(draw, today)
            prices = {line.order_line_id: line for line in winner.line_ids}
            for line in order.order_line:
                if line in prices:
                    line.with_context(gov_act=ACT).sudo().write(  # sudo: prices of the award
                        {"price_unit": prices[line].unit_price, "gov_vat_rate": prices[line].vat_rate}
                    )
            order._gov_write({"partner_id": winner.partner_id.id, "gov_award_draw": how})
            if round(order.gov_amount - winner.amount, 2):
                raise UserError(
                    self.env._(
                        "The unit prices of %(supplier)s make %(prices)s and its quotation %(amount)s: enter the "
                        "price of each item.",
                        supplier=winner.partner_id.display_name,
                        prices=format_amount(self.env, order.gov_amount, order.currency_id),
                        amount=format_amount(self.env, winner.amount, order.currency_id),
                    )
                )
        self._gov_move(
            "awarded",
            "award",
            lambda one: {"supplier": one.partner_id.id, "amount": one.gov_amount, "draw": one.gov_award_draw or ""},
            gov_awarded_by_id=self.env.uid,
            gov_awarded_on=today,
        )
        return True

    def _gov_rank(self, draw, today):
        """Rank the quotations of one order; return the winner and how equal ones were parted."""
        self.ensure_one()
        barred = self.env["gov.supplier.exclusion"]._gov_barred(self.gov_quotation_ids.partner_id, today)
        kept = self.gov_quotation_ids.browse()
        for one in self.gov_quotation_ids:
            if one.is_late:
                continue
            if one.partner_id in barred:
                one._gov_write({"rejection": self.env._("Excluded from public procurement"), "rank": 0})
            elif not one.amount:
                one._gov_write({"rejection": self.env._("No amount"), "rank": 0})
            elif one._gov_is_incomplete():
                one._gov_write({"rejection": self.env._("No price for some items"), "rank": 0})
            elif one.is_corrected and one.correction_refused:
                one._gov_write({"rejection": self.env._("Correction refused by the supplier"), "rank": 0})
            elif one.is_corrected and not one.correction_confirmed:
                raise UserError(
                    self.env._(
                        "The amount of %(supplier)s was corrected from %(read)s to %(amount)s: ask the supplier "
                        "to confirm, "
                        "then tick it.",
                        supplier=one.partner_id.display_name,
                        read=format_amount(self.env, one.amount_read, one.currency_id),
                        amount=format_amount(self.env, one.amount, one.currency_id),
                    )
                )
            else:
                kept |= one
        if not kept:
            raise UserError(self.env._("No quotation can be retained: declare the notice without result."))
        ordered = kept.sorted(lambda one: (round(one.amount, 2), one._gov_local_rank(), one.number))
        first = ordered[0]
        equal = ordered.filtered(
            lambda one: round(one.amount, 2) == round(first.amount, 2)
            and one._gov_local_rank() == first._gov_local_rank()
        )
        how = False
        if len(equal) > 1:
            drawn = equal.filtered(lambda one: one.id == draw)
            if not drawn:
                raise UserError(
                    self.env._(
                        "Equal quotations: %(suppliers)s. Draw between them and say who was drawn.",
                        suppliers=", ".join(equal.mapped("partner_id.display_name")),
                    )
                )
            how = self.env._(
                "Drawn between %(suppliers)s", suppliers=", ".join(equal.mapped("partner_id.display_name"))
            )
            ordered = drawn + (ordered - drawn)
        for rank, one in enumerate(ordered, 1):
            one._gov_write({"rank": rank, "is_retained": rank == 1, "rejection": False})
        return ordered[0], how

    @around_act
    def action_award_without_competition(self, reason):
        """Award without notice: the authorising officer certifies why competition is impossible (art. 91-7)."""
        self._gov_award_without_competition(reason)
        self._gov_issue_for("purchase_certificate", "gov_certificate_document_id")
        return True

    @short_transaction
    def _gov_award_without_competition(self, reason):
        self._gov_check_role("authorising_officer")
        reason = self.env["gov.budget.stateful"]._gov_check_reason(reason)
        self._gov_claim(("need",))
        for order in self:
            order._gov_check_not_self(order.gov_asked_by_id)
            if not order.gov_amount or not order.partner_id:
                raise UserError(self.env._("Give the supplier and the prices first."))
            order._gov_check_in_list()
            order._gov_check_supplier(fields.Date.context_today(self))
        self._gov_write({"gov_no_competition": reason})
        self._gov_move(
            "awarded",
            "award_without_competition",
            lambda one: {"reason": reason, "amount": one.gov_amount},
            gov_awarded_by_id=self.env.uid,
            gov_awarded_on=fields.Date.context_today(self),
        )

    @short_transaction
    def action_post_results(self, reference=None, date=None):
        """Record that the result is posted for three days and on the portal (art. 91-6). Procurement officers only.

        :param reference: that of the result on the portal
        :param date: first day on which it is posted; today when None
        """
        self._gov_check_role("procurement_officer")
        self._gov_claim(("awarded", "engaged", "signed", "delivered", "certified", "paid"))
        today = fields.Date.context_today(self)
        day = fields.Date.to_date(date) or today
        text = reference.strip() if isinstance(reference, str) else ""
        for order in self:
            if order.gov_results_posted_on:
                raise UserError(self.env._("The result of “%(order)s” is posted already.", order=order.display_name))
            if not text:
                raise UserError(self.env._("Give the reference of the result on the portal."))
            if not order.gov_awarded_on <= day <= today:
                raise UserError(self.env._("A result is posted between its award and today."))
        self._gov_write({"gov_results_posted_on": day, "gov_results_reference": text})
        self.env["gov.journal.entry"]._record_many(
            [
                (one, "post_results", {"on": str(day), "reference": text, "bids": one._gov_bid_count(),
                                       "supplier": one.partner_id.id, "amount": one.gov_amount})
                for one in self
            ]
        )  # fmt: skip
        return True

    def _gov_bid_count(self):
        return len(self.gov_quotation_ids.filtered(lambda one: not one.is_late))

    def _gov_check_not_self(self, *users):
        if self.env.user in [user for user in users if user]:
            raise AccessError(self.env._("You asked for it or did the step before: another person does this one."))

    @short_transaction
    def action_engage(self, answer=None):
        """Take the part of the yearly ceiling and propose the commitment. Procurement officers only.

        :param answer: what answers the signs of splitting, when there are some
        :raise UserError: the ceiling or the credit does not hold the order; signs of splitting have no answer
        """
        self._gov_check_role("procurement_officer")
        self._gov_claim(("awarded",))
        today = fields.Date.context_today(self)
        for order in self.sorted("id"):
            order._gov_check_supplier(today)
            signs = order._gov_splitting_sentences()
            text = (answer or "").strip()
            if signs and len(text) < 10:
                raise UserError(
                    self.env._(
                        "This order may split a purchase. %(signs)s Explain in a sentence why it does not, or "
                        "group the "
                        "needs in a call for tenders.",
                        signs=" ".join(signs),
                    )
                )
            order._gov_keep_answer(signs, text)
            order._gov_before_engage(today)
        for order in self.sorted("id"):
            self.env["gov.procurement.ceiling"]._gov_use(
                order.gov_nature_id, order.gov_officer_id, today, order.gov_amount
            )
            order._gov_write({"gov_ceiling_used": order.gov_amount, "gov_ceiling_day": today})
        self._gov_move("engaged", "engage", lambda one: {"amount": one.gov_amount, "nature": one.gov_nature_id.code})
        return True

    def _gov_keep_answer(self, signs, text):
        self._gov_write(
            {
                "gov_splitting_answer": text if signs else False,
                "gov_splitting_signs": "\n".join(signs) if signs else False,
            }
        )

    @short_transaction
    def action_answer_splitting(self, answer):
        """Answer the signs of splitting that came after the ceiling was taken. Procurement officers only."""
        self._gov_check_role("procurement_officer")
        answer = self.env["gov.budget.stateful"]._gov_check_reason(answer)
        self._gov_claim(("engaged",))
        for order in self:
            signs = order._gov_splitting_sentences()
            if not signs:
                raise UserError(self.env._("There is no sign of splitting to answer."))
            order._gov_keep_answer(signs, answer)
        self.env["gov.journal.entry"]._record_many([(one, "answer_splitting", {"answer": answer}) for one in self])
        return True

    def _gov_before_engage(self, today):
        """Propose the commitment of the order; other modules extend."""

    def _gov_check_supplier(self, today):
        """Refuse a supplier who is excluded, or has no valid identifier."""
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id
        if self.env["gov.supplier.exclusion"]._gov_barred(partner, today):
            raise UserError(
                self.env._(
                    "%(supplier)s is excluded from public procurement on this day.", supplier=partner.display_name
                )
            )
        if not partner.gov_ice and partner.gov_supplier_kind not in ("auto_entrepreneur", "foreign"):
            raise UserError(self.env._("%(supplier)s has no ICE: give it first.", supplier=partner.display_name))

    @around_act
    def action_sign(self):
        """Sign the order: by the authorising officer, who neither asked for it nor awarded it; makes form M6."""
        self._gov_sign()
        self._gov_issue_for("purchase_order", "gov_order_document_id")
        return True

    @short_transaction
    def _gov_sign(self):
        self._gov_check_role("authorising_officer")
        self._gov_claim(("engaged",))
        for order in self:
            order._gov_check_not_self(order.gov_asked_by_id, order.gov_awarded_by_id)
            order._gov_check_committed()
            if order._gov_splitting_sentences() and not order.gov_splitting_answer:
                raise UserError(
                    self.env._(
                        "This order may split a purchase, and nobody has said why it does not: %(signs)s",
                        signs=" ".join(order._gov_splitting_sentences()),
                    )
                )
            order._gov_check_supplier(fields.Date.context_today(self))
        today = fields.Date.context_today(self)
        self._gov_move(
            "signed",
            "sign",
            lambda one: {"amount": one.gov_amount},
            gov_signed_by_id=self.env.uid,
            gov_signed_on=today,
        )
        for order in self:
            # sudo: Odoo's own confirmation follows the signature
            super(PurchaseOrder, order.sudo().with_context(gov_act=ACT)).button_confirm()  # sudo: as above
        return True

    def _gov_check_committed(self):
        """Refuse an order whose commitment has no visa: it is notified before any start (decree 2-07-1235 art. 7)."""

    @short_transaction
    def action_deliver(self, date=None):
        """Record the delivery. The unit in need, or a procurement officer."""
        if not self.env.user.has_group("gov_base.group_procurement_officer"):
            for order in self:
                # sudo: only whether it is the user's own unit
                if self.env.user.employee_id.sudo().department_id != order.gov_unit_id:
                    raise AccessError(self.env._("The unit in need or a procurement officer records the delivery."))
        self._gov_claim(("signed",))
        today = fields.Date.context_today(self)
        day = fields.Date.to_date(date) or today
        for order in self:
            if not order.gov_signed_on <= day <= today:
                raise UserError(self.env._("A delivery is between the signature and today."))
        self._gov_move("delivered", "deliver", lambda one: {"on": str(day)}, gov_delivered_on=day)
        return True

    @short_transaction
    def action_certify(self, quality=None):
        """Certify the service (form M17): by another person than who signed; opens the time to pay.

        :param quality: "1" (poor) to "5" (excellent), kept in the history of the supplier
        """
        quality = str(quality) if quality else False
        if quality and quality not in dict(QUALITY):
            raise UserError(self.env._("The quality of a service goes from 1 to 5."))
        self._gov_check_role("procurement_officer", "asset_officer", "budget_officer")
        self._gov_claim(("delivered",))
        for order in self:
            order._gov_check_not_self(order.gov_signed_by_id)
            order._gov_before_certify()
        self._gov_move(
            "certified",
            "certify",
            lambda one: {"amount": one.gov_amount},
            gov_certified_by_id=self.env.uid,
            gov_certified_on=fields.Date.context_today(self),
            gov_quality=quality,
        )
        return True

    def _gov_before_certify(self):
        """Prepare the liquidation of the order; other modules extend."""

    @short_transaction
    def action_cancel_order(self, reason):
        """Cancel the purchase, with a reason; what it took of the ceiling is given back."""
        self._gov_check_role("procurement_officer", "authorising_officer")
        reason = self.env["gov.budget.stateful"]._gov_check_reason(reason)
        self._gov_claim(("need", "notice", "quotes", "awarded", "engaged", "signed"))
        for order in self.sorted("id"):
            order._gov_before_cancel(reason)
            if order.gov_ceiling_used:
                self.env["gov.procurement.ceiling"]._gov_use(
                    order.gov_nature_id, order.gov_officer_id, order.gov_ceiling_day, -order.gov_ceiling_used
                )
                order._gov_write({"gov_ceiling_used": 0})
        self._gov_move("cancelled", "cancel", lambda one: {"reason": reason}, gov_cancel_reason=reason)
        for order in self:
            # sudo: Odoo's own state follows
            super(PurchaseOrder, order.sudo().with_context(gov_act=ACT)).button_cancel()  # sudo: as above
        return True

    def _gov_before_cancel(self, reason):
        """Cancel what depends on the order; other modules extend."""

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for order in self:
            if order.gov_state and order.gov_state != "need":
                raise UserError(self.env._("“%(order)s” stays in the register: cancel it.", order=order.display_name))

    # ------------------------------------------------------------------ documents
    def _gov_issue_for(self, kind, field):
        """Issue the document of an act, once, in both languages."""
        self.env["gov.budget.stateful"]._gov_issue_for(kind, self, field)


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    gov_vat_rate = fields.Float("VAT (%)", default=20, digits=(5, 2), aggregator=None)

    _gov_vat_range = models.Constraint("CHECK (gov_vat_rate BETWEEN 0 AND 100)", "A VAT rate is between 0 and 100 %.")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._gov_check_open()
        return lines

    def write(self, vals):
        if {"product_qty", "price_unit", "gov_vat_rate", "name", "product_id", "discount"} & vals.keys():
            self._gov_check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._gov_check_open()

    def _gov_check_open(self):
        if self.env.context.get("gov_act") is ACT:
            return
        for line in self:
            if line.order_id.gov_state and line.order_id.gov_state != "need":
                raise UserError(
                    self.env._(
                        "“%(order)s” was published: its lines no longer change.", order=line.order_id.display_name
                    )
                )

    @api.onchange("order_id", "name")
    def _onchange_gov_product(self):
        if self.order_id.gov_nature_id and not self.product_id and not self.display_type:
            self.product_id = self.env.ref("gov_procurement.product_item", raise_if_not_found=False)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        product = self.env.ref("gov_procurement.product_item", raise_if_not_found=False)
        if product and "product_id" in fields_list and not values.get("product_id"):
            values.update(product_id=product.id, product_uom_id=product.uom_id.id)
            values.setdefault("date_planned", fields.Datetime.now())
            values.setdefault("product_qty", 1)
        return values
