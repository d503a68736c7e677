import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.text import to_decimal

from ..services import tppan
from .gov_special_account import to_decimal_exact

OPERATIONS = {
    "refuse": "action_refuse",
    "return": "action_return",
    "reverse": "action_reverse",
    "cancel": "action_cancel",
    "visa": "action_approve",
}
# the acts of each model that the dialog does
MODELS = {
    "gov.revenue.entry": ("reverse",),
    "gov.revenue.reconciliation": ("return",),
    "gov.special.program": ("refuse", "return", "visa"),
    "gov.special.act": ("refuse", "return", "cancel"),
    "gov.special.year": ("take_over",),
}


class GovSpecialDialog(models.TransientModel):
    """The dialog that asks for the reason or the reference of an act; the act itself checks who may do it."""

    _name = "gov.special.dialog"
    _description = "Act on a special account"

    operation = fields.Selection(
        [
            ("refuse", "Refuse"),
            ("return", "Return"),
            ("reverse", "Reverse"),
            ("cancel", "Give up"),
            ("visa", "Record the visa"),
            ("take_over", "Take over the balance"),
        ],
        required=True,
    )
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    reason = fields.Text(help="It is kept in the journal.")
    reference = fields.Char("Number of the visa")
    balance = fields.Float("Balance of the account", digits=(16, 2), help="As the treasury states it.")
    commitments = fields.Float("Committed and not ordered", digits=(16, 2))
    statement = fields.Char("Statement of the treasury")
    date = fields.Date("Date of the visa", default=fields.Date.context_today)

    def action_confirm(self):
        """Do the act."""
        self.ensure_one()
        if self.res_model not in MODELS or self.operation not in MODELS[self.res_model]:
            raise UserError(self.env._("This act is not one of a special account."))
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        if self.operation == "visa":
            record.action_approve(visa_reference=self.reference, visa_date=self.date)
        elif self.operation == "take_over":
            record.action_take_over(self.balance, self.commitments, self.statement)
        else:
            getattr(record, OPERATIONS[self.operation])(self.reason)
        return {"type": "ir.actions.act_window_close"}


class GovSpecialAsk(models.AbstractModel):
    """Buttons that open the dialog of reasons."""

    _name = "gov.special.ask"
    _description = "Asks for a reason before an act"

    def _gov_ask(self, operation):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.special.dialog",
            "views": [(False, "form")],
            "target": "new",
            "name": dict(self.env["gov.special.dialog"]._fields["operation"]._description_selection(self.env))[
                operation
            ],
            "context": {"default_operation": operation, "default_res_model": self._name, "default_res_id": self.id},
        }

    def action_ask_refuse(self):
        """Ask for the reason of a refusal."""
        return self._gov_ask("refuse")

    def action_ask_return(self):
        """Ask for the reason of a return."""
        return self._gov_ask("return")

    def action_ask_cancel(self):
        """Ask for the reason of giving up."""
        return self._gov_ask("cancel")

    def action_ask_reverse(self):
        """Ask for the reason of a reversal."""
        return self._gov_ask("reverse")

    def action_ask_visa(self):
        """Ask for the number of the visa."""
        return self._gov_ask("visa")


class GovSpecialDecided(models.AbstractModel):
    """A record on special accounts that a budget officer hands over and an authorising officer decides on."""

    _name = "gov.special.decided"
    _description = "Decided by an authorising officer"
    _inherit = ["gov.budget.stateful", "gov.special.ask", "mail.thread"]
    _draft_states = ("draft",)

    submitted_by_id = fields.Many2one(
        "res.users", "Submitted by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    reason = fields.Char(readonly=True, copy=False)

    def _gov_hand_over(self):
        self._gov_take("draft", "submitted")
        self._gov_write({"submitted_by_id": self.env.uid, "reason": False})
        return self._gov_journal("submit")

    def _gov_decline(self, act, target, reason):
        """Refuse or give back what was handed over, with a reason; the caller has checked who does it."""
        reason = self._gov_check_reason(reason)
        self._gov_take("submitted", target)
        self._gov_write({"reason": reason})
        return self._gov_journal(act, reason=reason)

    def _gov_authors(self):
        # sudo: who submitted, whatever the reader sees
        return super()._gov_authors() | self.sudo().submitted_by_id

    def _gov_facts(self):
        """Return what the journal says of the record at each act."""
        self.ensure_one()
        return {}

    def _gov_journal(self, act, **facts):
        self.env["gov.journal.entry"]._record_many([(one, act, {**one._gov_facts(), **facts}) for one in self])
        return True


class GovTppanSimulation(models.TransientModel):
    """What a consumption of electricity bears of the tax for the audiovisual landscape, and the share of the fund."""

    _name = "gov.tppan.simulation"
    _description = "Tax on a bill of electricity (TPPAN)"

    kwh = fields.Float("Consumption of the month (kWh)", digits=(12, 2), default=250)
    month = fields.Date("Month of the bill", default=fields.Date.context_today, required=True)
    tax = fields.Float("Tax of the bill", digits=(16, 2), compute="_compute_tax")
    fund = fields.Float("Share of the fund", digits=(16, 2), compute="_compute_tax")
    other = fields.Float("Share of the broadcaster", digits=(16, 2), compute="_compute_tax")
    due_date = fields.Date("Paid to the treasury by", compute="_compute_tax")

    @api.depends("kwh", "month")
    def _compute_tax(self):
        parameters = self.env["gov.parameter"]
        for one in self:
            day = one.month or fields.Date.context_today(one)
            number = lambda code, day=day: to_decimal_exact(parameters.get_value(code, day))  # noqa: E731
            brackets = [
                (to_decimal_exact(row["last"]) if row.get("last") else None, to_decimal_exact(row["rate"]))
                for row in parameters._get_table("tppan.bracket", day)
            ]
            tax = tppan.tax_of_bill(
                max(to_decimal(one.kwh), 0), brackets, number("tppan.ceiling"), number("tppan.exempt")
            )
            fund, other = tppan.split(tax, number("tppan.fund_share"))
            one.tax, one.fund, one.other = float(tax), float(fund), float(other)
            one.due_date = tppan.due_date(day)


class GovSpecialAccount(models.Model):
    _inherit = "gov.special.account"

    late_text = fields.Text("Collectors that are late", compute="_compute_late_text")

    @api.depends_context("lang", "uid")
    def _compute_late_text(self):
        today = fields.Date.context_today(self)
        for account in self:
            lines = [
                self.env._(
                    "%(collector)s: nothing for %(month)s, due by %(due)s.",
                    collector=collector.name,
                    month=f"{month:%m/%Y}",
                    due=f"{due:%d/%m/%Y}",
                )
                for collector, month, due in account._gov_late_collectors(today)
            ]
            account.late_text = "\n".join(lines) or False

    def _gov_late_collectors(self, today):
        """Return (collector, month, due date) of the months of the past year that a collector has not paid in time."""
        self.ensure_one()
        collectors = self.env["gov.revenue.collector"].search([("account_ids", "in", self.ids)])
        if not collectors:
            return []
        first = fields.Date.subtract(today.replace(day=1), months=12)
        paying = [("account_id", "=", self.id), ("kind", "=", "collected"), ("collector_id", "in", collectors.ids)]
        groups = self.env["gov.revenue.entry"]._read_group(
            [*paying, ("month", ">=", first)], ["collector_id", "month:month"], ["amount:sum"]
        )
        # the first month a collector paid for: nothing is asked of the months before
        paid = {(collector.id, month) for collector, month, amount in groups if amount > 0}
        began = {
            collector.id: max(month, first)
            for collector, month in self.env["gov.revenue.entry"]._read_group(
                [*paying, ("reverses_id", "=", False), ("reversal_ids", "=", False)], ["collector_id"], ["month:min"]
            )
        }
        late = []
        for collector in collectors:
            month = began.get(collector.id)
            while month and tppan.due_date(month) < today:
                if (collector.id, month) not in paid:
                    late.append((collector, month, tppan.due_date(month)))
                month = fields.Date.add(month, months=1)
        return [(c, m if isinstance(m, datetime.date) else m.date(), due) for c, m, due in late]
