import tempfile

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.gov_base.tools.xlsx import write_workbook

BATCH = 1000
READERS = (
    "gov_base.group_budget_officer,gov_base.group_procurement_officer,gov_base.group_authorising_officer,"
    "gov_base.group_expenditure_controller,gov_base.group_auditor"
)


class GovExecutionRegister(models.TransientModel):
    """The registers that an authorising officer keeps (royal decree 330-66, articles 107 to 118), as workbooks."""

    _name = "gov.execution.register"
    _description = "Register of the execution"

    kind = fields.Selection(
        [
            ("commitments", "Journal of commitments"),
            ("rights", "Creditors' rights"),
            ("orders", "Journal of payment orders"),
            ("rubrics", "Accounts by rubric"),
        ],
        "Register",
        required=True,
        default="orders",
    )
    fiscal_year_id = fields.Many2one(
        "gov.fiscal.year",
        "Fiscal year",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env["gov.fiscal.year"]._for_date(fields.Date.context_today(self)),
    )

    def action_download(self):
        """Download the workbook."""
        self.ensure_one()
        self._check_reader()
        return {
            "type": "ir.actions.act_url",
            "url": f"/gov_budget_execution/register/{self.kind}/{self.fiscal_year_id.id}.xlsx",
            "target": "new",
        }

    @api.model
    def _check_reader(self):
        if not self.env.user.has_groups(READERS):
            raise AccessError(self.env._("The registers are for those who execute or audit the budget."))

    @api.model
    def _gov_columns(self, kind):
        """Return (model, domain, [(heading, width, is amount, function record → value)]) of a register."""
        _, date = self.env._, lambda day: format_date(self.env, day) if day else ""
        if kind == "commitments":
            states = dict(self.env["gov.commitment"]._fields["state"]._description_selection(self.env))
            return (
                "gov.commitment",
                [("number", "!=", False)],
                [
                    (_("Number"), 22, False, lambda one: one.number),
                    (_("Date"), 12, False, lambda one: date(one.deposited_on)),
                    (_("Object"), 44, False, lambda one: one.object),
                    (_("Beneficiary"), 30, False, lambda one: one.partner_id.name),
                    (
                        _("Imputation"),
                        30,
                        False,
                        lambda one: ", ".join(one.line_ids.mapped("budget_line_id.full_code")),
                    ),
                    (_("Total proposed"), 16, True, lambda one: one.total_amount),
                    (_("Committed"), 16, True, lambda one: one.committed),
                    (_("Visa of"), 12, False, lambda one: date(one.visa_on)),
                    (_("GID number"), 16, False, lambda one: one.gid_number),
                    (_("Status"), 14, False, lambda one: states[one.state]),
                ],
            )
        if kind == "rights":
            states = dict(self.env["gov.liquidation"]._fields["state"]._description_selection(self.env))
            return (
                "gov.liquidation",
                [("number", "!=", False)],
                [
                    (_("Number"), 14, False, lambda one: one.number),
                    (_("Deposited on"), 12, False, lambda one: date(one.deposited_on)),
                    (_("Creditor"), 30, False, lambda one: one.partner_id.name),
                    (_("Invoice number"), 18, False, lambda one: one.invoice_number),
                    (_("Invoice date"), 12, False, lambda one: date(one.invoice_date)),
                    (_("Commitment"), 22, False, lambda one: one.commitment_id.number),
                    (_("Total, taxes included"), 16, True, lambda one: one.amount),
                    (_("Service done on"), 12, False, lambda one: date(one.service_day)),
                    (_("Pay by"), 12, False, lambda one: date(one.pay_due_on)),
                    (_("Status"), 14, False, lambda one: states[one.state]),
                ],
            )
        if kind == "orders":
            states = dict(self.env["gov.payment.order"]._fields["state"]._description_selection(self.env))
            return (
                "gov.payment.order",
                [("number", "!=", False)],
                [
                    (_("Number"), 22, False, lambda one: one.number),
                    (_("Issued on"), 12, False, lambda one: date(one.signed_on)),
                    (_("Creditor"), 30, False, lambda one: one.partner_id.name),
                    (_("Object"), 44, False, lambda one: one.object),
                    (
                        _("Imputation"),
                        30,
                        False,
                        lambda one: ", ".join(one.line_ids.mapped("budget_line_id.full_code")),
                    ),
                    (_("Commitment"), 22, False, lambda one: one.commitment_id.number),
                    (_("Gross, taxes included"), 16, True, lambda one: one.gross_amount),
                    (_("Withheld"), 16, True, lambda one: one.withheld_amount),
                    (_("Net to pay"), 16, True, lambda one: one.net_amount),
                    (_("Visa of"), 12, False, lambda one: date(one.visa_on)),
                    (_("Paid on"), 12, False, lambda one: date(one.paid_on)),
                    (_("GID number"), 16, False, lambda one: one.gid_number),
                    (_("Status"), 14, False, lambda one: states[one.state]),
                ],
            )
        if kind == "rubrics":
            kinds = dict(self.env["gov.budget.entry"]._fields["kind"]._description_selection(self.env))
            return (
                "gov.budget.entry",
                [],
                [
                    (_("Date"), 12, False, lambda one: date(one.date)),
                    (_("Imputation"), 30, False, lambda one: one.line_id.full_code),
                    (_("Movement"), 18, False, lambda one: kinds[one.kind]),
                    (_("Label"), 44, False, lambda one: one.label),
                    (_("Credit CP"), 16, True, lambda one: one.cp),
                    (_("Credit CE"), 16, True, lambda one: one.ce),
                    (_("Reserved"), 16, True, lambda one: one.reserved),
                    (_("Committed"), 16, True, lambda one: one.committed),
                    (_("Liquidated"), 16, True, lambda one: one.liquidated),
                    (_("Ordered"), 16, True, lambda one: one.ordered),
                    (_("Paid"), 16, True, lambda one: one.paid),
                ],
            )
        raise UserError(_("“%(kind)s” is no register.", kind=kind))

    @api.model
    def _gov_year_domain(self, kind, year):
        if kind == "rights":
            # an invoice that is paid in the next year stays in the register where it was numbered
            return [("number", "=like", f"%/{year.date_from.year}")]
        return [("fiscal_year_id", "=", year.id)]

    @api.model
    def _gov_workbook(self, kind, year):
        """Write a register into a temporary file and return it; memory does not grow with the rows."""
        self._check_reader()
        model, domain, columns = self._gov_columns(kind)
        records = self.env[model]
        records.check_access("read")
        out = tempfile.TemporaryFile()
        sheet = {
            "name": year.name,
            "columns": [(heading, "amount" if is_amount else "text") for heading, _width, is_amount, _read in columns],
            "rows": self._gov_rows(records, [*domain, *self._gov_year_domain(kind, year)], columns),
            "rtl": (self.env.lang or "").startswith("ar"),
            "widths": {at: width for at, (_heading, width, _is_amount, _read) in enumerate(columns)},
        }
        write_workbook(out, [sheet])
        out.seek(0)
        return out

    def _gov_rows(self, records, domain, columns):
        """Yield the cells of the records that the user may read, batch by batch in the order of their ids."""
        last = 0
        while True:
            found = records.search([*domain, ("id", ">", last)], order="id", limit=BATCH)
            for one in found.sudo():  # sudo: names on the acts that the reader sees
                yield [read(one) or (0 if is_amount else "") for _heading, _width, is_amount, read in columns]
            if len(found) < BATCH:
                return
            last = found[-1].id
            self.env.invalidate_all(flush=False)
