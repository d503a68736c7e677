from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.gov_base.tools.act import short_transaction

OFFICES = (
    "procurement_officer",
    "authorising_officer",
    "budget_officer",
    "expenditure_controller",
    "auditor",
)


class GovProcurementNeed(models.Model):
    """What a unit needs in a year to come: written by anybody of it, sent, then grouped into a purchase foreseen.

    draft → sent to the procurement office → grouped into a line of the forecast programme (who grouped what is
    kept), or returned with a reason; a need that is no longer one is cancelled.  A unit sees its needs and those of
    the units under it.
    """

    _name = "gov.procurement.need"
    _description = "Need of a unit"
    _inherit = ["gov.budget.stateful", "mail.thread"]
    _order = "year desc, id desc"
    _act_fields = frozenset(
        {"state", "plan_line_id", "sent_by_id", "sent_on", "grouped_by_id", "grouped_on", "return_reason"}
    )
    _draft_states = ("draft", "returned")

    name = fields.Char("Object", required=True, tracking=True)
    unit_id = fields.Many2one(
        "hr.department",
        "Unit",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_unit(),
    )
    nature_id = fields.Many2one("gov.procurement.nature", "Nature", required=True, index=True, ondelete="restrict")
    year = fields.Integer(
        required=True, default=lambda self: fields.Date.context_today(self).year + 1, aggregator=None
    )
    need_date = fields.Date("Needed on", required=True)
    place = fields.Char("Place", default="Rabat")
    quantity = fields.Float(default=1, digits=(16, 3), aggregator=None)
    measure = fields.Char("Unit of measure", default=lambda self: self.env._("unit"))
    estimate_untaxed = fields.Monetary("Estimate before tax", required=True, tracking=True)
    vat_rate = fields.Float("VAT (%)", default=20, aggregator=None)
    estimate = fields.Monetary("Estimate, all taxes included", compute="_compute_estimate", store=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    reason = fields.Text("What for", help="What the unit does with it; what happens without.")
    sent_by_id = fields.Many2one(
        "res.users", "Sent by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    sent_on = fields.Date("Sent on", readonly=True, copy=False)
    return_reason = fields.Text("Why it came back", readonly=True, copy=False)
    plan_line_id = fields.Many2one(
        "gov.procurement.plan.line", "Grouped into", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )  # fmt: skip
    plan_id = fields.Many2one(related="plan_line_id.plan_id", string="Programme", store=True, index="btree_not_null")
    grouped_by_id = fields.Many2one(
        "res.users", "Grouped by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    grouped_on = fields.Date("Grouped on", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Being written"),
            ("sent", "Sent"),
            ("returned", "Returned"),
            ("grouped", "In the programme"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )

    _estimate_positive = models.Constraint(
        "CHECK (estimate_untaxed > 0 AND estimate_untaxed < 1e13)", "An estimate is greater than zero."
    )
    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "A quantity is greater than zero.")
    _vat_range = models.Constraint("CHECK (vat_rate BETWEEN 0 AND 100)", "A VAT rate is between 0 and 100 %.")
    _year_range = models.Constraint("CHECK (year BETWEEN 2000 AND 2100)", "Give the year with four digits.")
    _waiting_idx = models.Index("(year, nature_id) WHERE state = 'sent'")

    @api.model
    def _default_unit(self):
        # sudo: the user's own unit
        return self.env.user.employee_id.sudo().department_id

    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("estimate_untaxed", "vat_rate")
    def _compute_estimate(self):
        for need in self:
            need.estimate = round(need.estimate_untaxed * (1 + need.vat_rate / 100), 2)

    @api.constrains("year", "need_date")
    def _check_year(self):
        for need in self:
            if need.need_date.year != need.year:
                raise UserError(
                    self.env._(
                        "“%(need)s” is a need of %(year)s: its day is in that year.", need=need.name, year=need.year
                    )
                )

    @api.onchange("need_date")
    def _onchange_need_date(self):
        if self.need_date:
            self.year = self.need_date.year

    # ------------------------------------------------------------------ acts
    def _gov_check_unit(self):
        """Refuse who is neither of the unit nor of the procurement office."""
        if self.env.su or self.env.user.has_group("gov_base.group_procurement_officer"):
            return
        # sudo: the user's own unit and those under it
        mine = self.env.user.employee_id.sudo().department_id
        under = (
            self.env["hr.department"].sudo().search([("id", "child_of", mine.ids)]) if mine else mine
        )  # sudo: as above
        if self.sudo().unit_id - under:  # sudo: units are compared
            raise AccessError(self.env._("A need is sent by its unit or by a procurement officer."))

    @short_transaction
    def action_send(self):
        """Send needs to the procurement office: their unit, or a procurement officer."""
        self.check_access("write")
        self._gov_check_unit()
        self._gov_take(("draft", "returned"), "sent")
        self._gov_write(
            {"sent_by_id": self.env.uid, "sent_on": fields.Date.context_today(self), "return_reason": False}
        )
        self._gov_log("send", lambda one: {"unit": one.unit_id.id, "estimate": one.estimate})
        return True

    @short_transaction
    def action_return(self, reason=None):
        """Return needs to their unit, with a reason. Procurement officers only."""
        self._gov_check_role(("procurement_officer",), self.env._("A procurement officer returns a need."))
        reason = self._gov_check_reason(reason)
        self._gov_take("sent", "returned")
        self._gov_write({"return_reason": reason})
        self._gov_log("return", lambda one: {"reason": reason})
        return True

    @short_transaction
    def action_cancel(self):
        """Cancel needs that are no longer ones: their unit, or a procurement officer; not once they are grouped."""
        self.check_access("write")
        self._gov_check_unit()
        self._gov_take(("draft", "sent", "returned"), "cancelled")
        self._gov_log("cancel")
        return True

    @short_transaction
    def action_group(self, line=None, officer=None):
        """Group needs into the programme: one purchase a nature, year and officer, or all of them into ``line``.

        Who grouped what, and when, is kept on each need.  Procurement officers only.

        :param line: id of a line of an open programme that takes them all; by nature and year when None
        :param officer: id of the authorising officer whose programme takes them; the main one when None
        :return: an action on the purchases that took them
        """
        self._gov_check_role(("procurement_officer",), self.env._("A procurement officer groups the needs of units."))
        self._gov_take("sent", "grouped")
        lines = self.env["gov.procurement.plan.line"]
        if line:
            into = lines.browse(int(line)).exists()
            into.check_access("write")
            if not into:
                raise UserError(self.env._("This purchase no longer exists: choose another one."))
            self._gov_check_fits(into)
            self._gov_put_into(into)
            lines = into
        else:
            owner = self._gov_officer(officer)
            groups = defaultdict(self.browse)
            for need in self:
                groups[need.year, need.nature_id] |= need
            for (year, nature), needs in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1].code)):
                plan = self._gov_open_plan(owner, year)
                into = needs._gov_make_line(plan, year, nature)
                needs._gov_put_into(into, fresh=True)
                lines |= into
        self._gov_log("group", lambda one: {"line": one.plan_line_id.id, "programme": one.plan_id.name})
        return {
            "type": "ir.actions.act_window",
            "res_model": lines._name,
            "name": self.env._("Purchases foreseen"),
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", lines.ids)],
        }

    def _gov_officer(self, officer):
        officers = self.env["gov.budget.officer"]
        found = (
            officers.browse(int(officer)).exists() if officer else officers.search([("kind", "=", "main")], limit=1)
        )
        if not found:
            raise UserError(self.env._("Say whose programme takes these needs: no main authorising officer is known."))
        return found

    def _gov_open_plan(self, officer, year):
        """Return the programme of an officer that is open and holds a year; a new one when there is none."""
        plans = self.env["gov.procurement.plan"]
        domain = [("officer_id", "=", officer.id), ("year", "<=", year), ("year", ">=", year - 2)]
        found = plans.search(domain, order="year desc")
        plan = found.filtered(lambda one: one.state != "published")[:1]
        if plan:
            return plan
        if found:
            raise UserError(
                self.env._("“%(plan)s” is published: press “Amend” first, then group the needs.", plan=found[0].name)
            )
        return plans.create({"year": year, "officer_id": officer.id})

    def _gov_make_line(self, plan, year, nature):
        """Make the purchase that groups these needs, all of one nature and year."""
        untaxed = sum(self.mapped("estimate_untaxed"))
        return self.env["gov.procurement.plan.line"].create(
            {
                "plan_id": plan.id,
                "year_offset": str(year - plan.year),
                "name": self.name if len(self) == 1 else nature.name,
                "nature_id": nature.id,
                "place": self._gov_places(),
                "quantity": self._gov_quantities(),
                "estimate_untaxed": untaxed,
                "vat_rate": round(100 * (sum(self.mapped("estimate")) / untaxed - 1), 2),
                "need_date": min(self.mapped("need_date")),
                "unit_ids": [fields.Command.set(self.unit_id.ids)],
            }
        )

    def _gov_places(self):
        return ", ".join(dict.fromkeys(filter(None, self.mapped("place")))) or "Rabat"

    def _gov_quantities(self):
        sums = defaultdict(float)
        for need in self:
            sums[(need.measure or "").strip()] += need.quantity
        return " + ".join(f"{total:g} {measure}".strip() for measure, total in sums.items())

    def _gov_check_fits(self, line):
        year = line.plan_id.year + int(line.year_offset)
        for need in self:
            if need.nature_id != line.nature_id or need.year != year:
                raise UserError(
                    self.env._(
                        "“%(need)s” (%(nature)s, %(year)s) is not of the nature and year of “%(line)s”.",
                        need=need.name,
                        nature=need.nature_id.display_name,
                        year=need.year,
                        line=line.name,
                    )
                )

    def _gov_put_into(self, line, fresh=False):
        """Put needs into a purchase, which grows with them unless it was made of them."""
        self._gov_write(
            {"plan_line_id": line.id, "grouped_by_id": self.env.uid, "grouped_on": fields.Date.context_today(self)}
        )
        if not fresh:
            whole = line.sudo().need_ids  # sudo: needs of every unit are summed
            untaxed = line.estimate_untaxed + sum(self.mapped("estimate_untaxed"))
            taxed = line.estimate + sum(self.mapped("estimate"))
            line.write(
                {
                    "estimate_untaxed": untaxed,
                    "vat_rate": round(100 * (taxed / untaxed - 1), 2),
                    "need_date": min([line.need_date, *self.mapped("need_date")]),
                    "unit_ids": [fields.Command.link(unit.id) for unit in self.unit_id],
                    "quantity": whole._gov_quantities(),
                }
            )

    @short_transaction
    def action_ungroup(self):
        """Take needs out of their purchase, which shrinks by them. Procurement officers, before it is published."""
        self._gov_check_role(("procurement_officer",), self.env._("A procurement officer groups the needs of units."))
        lines = {need: need.plan_line_id for need in self}
        for line in self.plan_line_id:
            if line.is_published:
                raise UserError(
                    self.env._("“%(line)s” was published with its needs: they stay in it.", line=line.name)
                )
        self._gov_take("grouped", "sent")
        self._gov_log("ungroup", lambda one: {"line": lines[one].id})
        self._gov_write({"plan_line_id": False, "grouped_by_id": False, "grouped_on": False})
        for line in self.env["gov.procurement.plan.line"].union(*lines.values()):
            taken = self.filtered(lambda need, line=line: lines[need] == line)
            whole = line.sudo().need_ids  # sudo: needs of every unit are summed
            left = round(line.estimate_untaxed - sum(taken.mapped("estimate_untaxed")), 2)
            if not whole or left <= 0:
                line.unlink()
                continue
            line.write(
                {
                    "estimate_untaxed": left,
                    "quantity": whole._gov_quantities(),
                    "unit_ids": [fields.Command.set(whole.unit_id.ids)],
                }
            )
        return True

    # ------------------------------------------------------------------ workbook
    @api.model
    def action_export_needs(self):
        """Download the needs that one may read as a workbook, in the form that the import reads."""
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": "/gov_procurement/needs.xlsx", "target": "download"}
