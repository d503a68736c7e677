from decimal import Decimal

from odoo.addons.gov_budget.tests.common import TODAY, BudgetCase
from odoo.addons.gov_document.tests.common import SealMixin

from ..services.probes import PROBES

__all__ = ["TODAY", "ExecutionCase"]
RIB = "007780000123456789012396"
OTHER_RIB = "022810000098765432101203"
ICE = "001234567000062"


class ExecutionCase(SealMixin, BudgetCase):
    """The small open budget of 2026, an authorising officer and his series, a supplier, and who acts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_seal()
        cls.budget2 = cls.budget_user2
        cls.controller2 = cls.make_user("b_controller2", "expenditure_controller")
        cls.everything = cls.make_user("b_everything", "budget_officer")
        for role in ("authorising_officer", "expenditure_controller", "procurement_officer"):
            cls.everything.group_ids |= cls.env.ref(f"gov_base.group_{role}")
        cls.far_budget = cls.make_user("b_far_budget", "budget_officer")
        cls.far_budget.gov_region_ids = cls.far
        cls.officer = cls.env["gov.budget.officer"].create(
            {"code": "T1", "name": "Minister of the tests", "kind": "main", "unit_id": cls.unit.id,
             "date_from": "2020-01-01", "accountant": "Ministerial treasurer"}
        )  # fmt: skip
        cls.partner = cls.env["res.partner"].create(
            {"name": "Atlas Papeterie", "is_company": True, "gov_ice": ICE, "city": "Rabat", "gov_tax_regime": "is"}
        )
        cls.bank = cls.env["res.partner.bank"].create({"partner_id": cls.partner.id, "acc_number": RIB})
        cls.kind = cls.env.ref("gov_budget_execution.kind_bc_f")
        cls.service = cls.env.ref("gov_budget_execution.kind_bc_s")
        cls.works = cls.env.ref("gov_budget_execution.kind_mr_t")

    @classmethod
    def commitment(cls, amount=70, line=None, user=None, lines=None, **vals):
        rows = lines or [{"budget_line_id": (line or cls.line_a).id, "amount": amount}]
        values = {
            "object": "Paper",
            "partner_id": cls.partner.id,
            "officer_id": cls.officer.id,
            "kind_id": cls.kind.id,
            "fiscal_year_id": cls.year.id,
            "line_ids": [(0, 0, row) for row in rows],
            **vals,
        }
        return cls.env["gov.commitment"].with_user(user or cls.budget_user).create(values)

    @classmethod
    def committed(cls, amount=70, **vals):
        one = cls.commitment(amount, **vals)
        # sudo: the pieces on paper of the tests
        one.sudo().piece_ids.write({"reference": "on paper"})
        one.action_submit()
        one.with_user(cls.controller).action_visa()
        return one

    @classmethod
    def invoice(cls, commitment, amount=60, number="F-1", user=None, **vals):
        values = {
            "commitment_id": commitment.id,
            "invoice_number": number,
            "invoice_date": "2026-02-25",
            "deposited_on": "2026-02-26",
            "amount": amount,
            "untaxed_amount": amount,
            **vals,
        }
        return cls.env["gov.liquidation"].with_user(user or cls.budget_user).create(values)

    @classmethod
    def certified(cls, commitment, amount=60, **vals):
        one = cls.invoice(commitment, amount, **vals)
        one.action_submit()
        one.with_user(cls.budget2).action_certify()
        return one

    @classmethod
    def order(cls, invoice, **vals):
        orders = cls.env["gov.payment.order"].with_user(cls.budget_user)
        return orders.create({"liquidation_id": invoice.id, **vals})

    @classmethod
    def issued(cls, invoice, **vals):
        one = cls.order(invoice, **vals)
        one.action_submit()
        one.with_user(cls.authorising)._gov_sign_all()
        return one

    def counters(self, line):
        line.invalidate_recordset()
        return {
            name: Decimal(str(line[name]))
            for name in ("available", "reserved", "committed", "liquidated", "ordered", "paid")
            if line[name]
        }

    def check_ledger(self):
        """Every counter of every line, and of every commitment line, equals the sum of its entries."""
        self.env.flush_all()
        names = ("reserved", "committed", "liquidated", "ordered", "paid")
        wrong = ", ".join(f"l.{name} IS DISTINCT FROM coalesce(sum(e.{name}), 0)" for name in names)
        self.env.cr.execute(
            f"""SELECT l.id, {wrong} FROM gov_budget_line l LEFT JOIN gov_budget_entry e ON e.line_id = l.id
                WHERE l.budget_id = %s GROUP BY l.id""",  # noqa: S608 - our own columns
            [self.budget.id],
        )
        for row in self.env.cr.fetchall():
            self.assertFalse(any(row[1:]), row)
        sums = ", ".join(f"sum(c.{name})" for name in names[1:])
        self.env.cr.execute(
            f"""SELECT l.id, {", ".join("l." + name for name in names[1:])}, {sums}
                  FROM gov_budget_line l JOIN gov_commitment_line c ON c.budget_line_id = l.id
                 WHERE l.budget_id = %s GROUP BY l.id""",  # noqa: S608 - our own columns  # noqa: S608 - our own columns
            [self.budget.id],
        )
        for row in self.env.cr.fetchall():
            self.assertEqual(row[1:5], row[5:9])
        for code, _table, problems, _counted, _title in PROBES:
            self.env.cr.execute(problems)  # pylint: disable=sql-injection
            self.assertFalse(self.env.cr.fetchall(), code)
