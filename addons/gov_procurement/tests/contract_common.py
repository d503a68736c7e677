from odoo import fields

from .common import TODAY, ProcurementCase

__all__ = ["TODAY", "ContractCase"]
RIB = "225810001234567890123476"


class ContractCase(ProcurementCase):
    """A contract of 600,000 dirhams with what runs it: its commitment, service orders, accounts, payments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.partner.bank"].create({"partner_id": cls.suppliers[0].id, "acc_number": RIB})

    def contract(self, **vals):
        return (
            self.env["gov.contract"]
            .with_user(self.procurement)
            .create(
                {
                    "object": "Works",
                    "partner_id": self.suppliers[0].id,
                    "officer_id": self.officer.id,
                    "unit_id": self.unit.id,
                    "nature_id": self.works_nature.id,
                    "budget_line_id": self.line_i.id,
                    "delivery_days": 90,
                    "line_ids": [
                        fields.Command.create(
                            {
                                "number": "1",
                                "name": "Wall",
                                "unit": "m2",
                                "quantity": 500,
                                "unit_price": 1000,
                                "vat_rate": 20,
                            }
                        )
                    ],
                    **vals,
                }
            )
        )

    def running(self, **vals):
        contract = self.contract(**vals)
        contract.action_prepare_commitment()
        self.visaed(contract)
        contract.action_notify()
        self.order(contract, "start", "2026-03-12")
        return contract

    def order(self, contract, kind, date, reason="Heavy rain on the site"):
        one = (
            self.env["gov.service.order"]
            .with_user(self.procurement)
            .create({"contract_id": contract.id, "kind": kind, "date": date, "reason": reason})
        )
        one._gov_notify()
        return one

    def account(self, contract, quantity, day="2026-04-01", sign=True, **vals):
        action = contract.action_new_account()
        account = self.env["gov.progress.account"].with_user(self.procurement).browse(action["res_id"])
        account.write({"date": day, **vals})
        account.line_ids.quantity = quantity
        account.action_check()
        if sign:
            account.with_user(self.authorising)._gov_sign()
        return account

    def other(self, user):
        """Return another person of the office that prepares expenses."""
        return self.budget2 if user != self.budget2 else self.budget_user

    def certified_invoice(self, invoice):
        # sudo: the pieces on paper of the tests
        invoice.sudo().piece_ids.write({"reference": "on paper"})
        invoice.with_user(self.procurement2).action_submit()
        invoice.with_user(self.budget2).action_certify()
        return invoice

    def paid(self, invoice, day=None):
        """Run an invoice to its payment; return its payment order."""
        self.certified_invoice(invoice)
        order = self.env["gov.payment.order"].with_user(self.budget_user).create({"liquidation_id": invoice.id})
        return self.pay_order(order, day)

    def pay_order(self, order, day=None):
        # sudo: the pieces on paper of the tests
        order.sudo().piece_ids.write({"reference": "on paper"})
        order.with_user(self.budget_user).action_submit()
        order.with_user(self.authorising2)._gov_sign_all()
        order.with_user(self.controller).action_visa()
        order.with_user(self.controller).action_pay(day, "VIR")
        return order

    def pay_account(self, account, day=None):
        account.with_user(self.procurement).action_enter_invoice()
        return self.paid(account.liquidation_id, day)

    def guarantee(self, contract, kind, amount):
        one = (
            self.env["gov.guarantee"]
            .with_user(self.procurement)
            .create({"contract_id": contract.id, "kind": kind, "amount": amount, "bank": "Bank", "reference": kind})
        )
        one.action_give()
        return one

    def accepted(self, contract, kind, day, **vals):
        people = [("A", "president"), ("B", "member"), ("C", "member")]
        one = (
            self.env["gov.acceptance"]
            .with_user(self.procurement2)
            .create(
                {
                    "contract_id": contract.id,
                    "kind": kind,
                    "notice_on": day,
                    "member_ids": [fields.Command.create({"name": name, "role": role}) for name, role in people],
                    **vals,
                }
            )
        )
        one._gov_pronounce()
        return one

    def tranches(self, **vals):
        contract = self.contract(form="tranches", line_ids=[], **vals)
        rows = self.env["gov.contract.tranche"].with_user(self.procurement)
        firm = rows.create({"contract_id": contract.id, "number": 1, "name": "Walls", "kind": "firm"})
        later = rows.create(
            {
                "contract_id": contract.id,
                "number": 2,
                "name": "Roof",
                "delivery_days": 30,
                "affirm_days": 60,
                "wait_indemnity": 1_000,
                "renounce_indemnity": 5_000,
            }
        )
        self.env["gov.contract.line"].with_user(self.procurement).create(
            [
                {"contract_id": contract.id, "number": str(n), "name": f"P{n}", "quantity": 100, "unit_price": price,
                 "tranche_id": tranche.id}
                for n, price, tranche in ((1, 2000, firm), (2, 1000, later))
            ]
        )  # fmt: skip
        return contract, firm, later

    def started_tranches(self, **vals):
        contract, firm, later = self.tranches(**vals)
        contract.action_prepare_commitment()
        self.visaed(contract)
        contract.action_notify()
        self.order(contract, "start", "2026-03-12")
        return contract, firm, later
