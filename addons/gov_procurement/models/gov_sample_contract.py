from odoo import fields, models

from odoo.addons.gov_budget.models.gov_budget_stateful import on_day

YEAR = 2026
FRAMEWORK = "Entretien et réparation du parc automobile (marché-cadre)"
RENEWABLE = "Nettoyage des locaux administratifs (marché reconductible)"
TRANCHES = "Aménagement du centre de documentation (marché à tranches)"


class GovSample(models.AbstractModel):
    """Three contracts of special forms, run by their acts: commitments, orders, accounts, payments. All invented."""

    _inherit = "gov.sample"

    def _steps(self):
        return [
            *super()._steps(),
            self._make_framework_contract,
            self._make_renewable_contract,
            self._make_tranche_contract,
        ]

    def _contract_acts(self, login, records, day):
        return on_day(self._as(login, records), day)

    def _contract_of(self, title, nature, line, supplier, **vals):
        """Make a contract of the sample, once; None when it is there, or when what it needs is not."""
        contracts = self.env["gov.contract"]
        suppliers, officer = self._procurement_suppliers(), self._procurement_officer()
        nature = self.env["gov.procurement.nature"].search([("code", "=", nature)], limit=1)
        year = self.env["gov.fiscal.year"].search([("date_from", "=", f"{YEAR}-01-01")], limit=1)
        if contracts.search_count([("object", "=", title)], limit=1):
            return None
        if not (len(suppliers) > supplier and officer and nature and line and year):
            return None
        holder = suppliers[supplier]
        if not holder.bank_ids:
            base = f"2258100{holder.gov_tax_number}{holder.gov_tax_number[-7:]}"[:22]
            key = 97 - int(base) * 100 % 97
            self.env["res.partner.bank"].create({"partner_id": holder.id, "acc_number": f"{base}{key:02d}"})
        return self._contract_acts("procurement", contracts, f"{YEAR}-01-05").create(
            {
                "object": title,
                "partner_id": holder.id,
                "officer_id": officer.id,
                "unit_id": officer.unit_id.id,
                "nature_id": nature.id,
                "budget_line_id": line.id,
                **vals,
            }
        )

    def _contract_visa(self, commitment, day):
        commitment.sudo().piece_ids.write({"reference": "Dossier papier"})  # sudo: the pieces are on paper
        self._contract_acts("procurement", commitment, day).action_submit()
        self._contract_acts("controller", commitment, day).action_visa()

    def _contract_notify(self, contract, visa, notified, start):
        """Commit a contract, notify it, take its guarantee and start it."""
        self._contract_acts("procurement", contract, visa).action_prepare_commitment()
        self._contract_visa(contract.commitment_id, visa)
        self._contract_acts("procurement", contract, notified).action_notify()
        guarantee = self._contract_acts("procurement", contract.guarantee_ids, start)
        guarantee.write({"amount": guarantee.amount_due, "bank": "Banque de l'Exemple", "reference": "CD-01"})
        guarantee.action_give()
        self._contract_order(contract, "start", notified, start)

    def _contract_order(self, contract, kind, day, effect, **vals):
        orders = self._contract_acts("procurement", self.env["gov.service.order"], day)
        orders.create({"contract_id": contract.id, "kind": kind, "date": effect, **vals})._gov_notify()

    def _contract_account(self, owner, day, shares, **vals):
        """Make an account of a contract or a tranche, agreed and signed; ``shares`` are of the quantities."""
        action = self._contract_acts("procurement", owner, day).action_new_account()
        account = self._contract_acts("procurement", self.env["gov.progress.account"], day).browse(action["res_id"])
        account.write({"date": day, "deposited_on": day, **vals})
        for line, share in zip(account.line_ids, shares, strict=True):
            line.quantity = round(line.line_id.quantity * share, 3)
        account.action_check()
        self._contract_acts("authorising", account, day)._gov_sign()
        return account

    def _contract_pay(self, invoice, days):
        """Certify an invoice, order it and pay it, on three days."""
        invoice.sudo().piece_ids.write({"reference": "Dossier papier"})  # sudo: the pieces are on paper
        self._contract_acts("procurement", invoice, days[0]).action_submit()
        self._contract_acts("budget", invoice, days[0]).action_certify()
        orders = self._contract_acts("budget", self.env["gov.payment.order"], days[1])
        order = orders.create({"liquidation_id": invoice.id})
        order.sudo().piece_ids.write({"reference": "Dossier papier"})  # sudo: as above
        order.action_submit()
        self._contract_acts("authorising", order, days[1])._gov_sign_all()
        for act in ("action_visa", "action_pay"):
            getattr(self._contract_acts("controller", order, days[2]), act)()

    def _contract_paid(self, account, days):
        self._contract_acts("procurement", account, days[0]).action_enter_invoice()
        self._contract_pay(account.liquidation_id, days)

    def _contract_lines(self, rows, **vals):
        return [
            fields.Command.create(
                {"number": str(rank), "name": name, "unit": unit, "quantity": quantity, "unit_price": price, **vals}
            )
            for rank, (name, unit, quantity, price) in enumerate(rows, 1)
        ]

    def _make_framework_contract(self):
        """Make a framework contract: its first year is committed and executed in part, 2027 is to be committed."""
        rows = (
            ("Vidange et filtres", "u", 120, 850),
            ("Pneumatiques", "u", 80, 1100),
            ("Main-d'œuvre de réparation", "h", 400, 180),
        )
        contract = self._contract_of(
            FRAMEWORK, "205", self._procurement_line("equipment"), 0, form="framework", begins_on=f"{YEAR}-02-16",
            minimum=170_000, delivery_days=15, line_ids=self._contract_lines(rows),
        )  # fmt: skip
        if not contract:
            return
        self._contract_notify(contract, f"{YEAR}-01-12", f"{YEAR}-02-02", f"{YEAR}-02-16")
        first = self._contract_account(contract, f"{YEAR}-05-29", (0.2, 0.25, 0.15))
        self._contract_paid(first, (f"{YEAR}-06-03", f"{YEAR}-06-22", f"{YEAR}-07-01"))
        self._contract_account(contract, f"{YEAR}-10-30", (0.5, 0.6, 0.4))

    def _make_renewable_contract(self):
        """Make a renewable contract: three accounts of its first year, one of them paid."""
        rows = (("Nettoyage du siège", "mois", 12, 22_000), ("Nettoyage des annexes", "mois", 12, 9_500))
        contract = self._contract_of(
            RENEWABLE, "202", self._procurement_line("equipment"), 3, form="renewable", begins_on=f"{YEAR}-02-01",
            delivery_days=365, line_ids=self._contract_lines(rows),
        )  # fmt: skip
        if not contract:
            return
        self._contract_notify(contract, f"{YEAR}-01-12", f"{YEAR}-01-19", f"{YEAR}-02-01")
        for day, share, paid in (
            (f"{YEAR}-04-30", 0.25, (f"{YEAR}-05-06", f"{YEAR}-05-25", f"{YEAR}-06-02")),
            (f"{YEAR}-07-31", 0.5, (f"{YEAR}-08-06", f"{YEAR}-08-27", f"{YEAR}-09-04")),
            (f"{YEAR}-10-30", 0.75, None),
        ):
            account = self._contract_account(contract, day, (share, share))
            if paid:
                self._contract_paid(account, paid)

    def _make_tranche_contract(self):
        """Make a contract by tranches: the firm one ended, the second affirmed and late, the third to be decided."""
        contract = self._contract_of(
            TRANCHES, "301", self._procurement_line("investment"), 4, form="tranches", delivery_days=120
        )
        if not contract:
            return
        tranches = self._contract_acts("procurement", self.env["gov.contract.tranche"], f"{YEAR}-01-05").create(
            [
                {
                    "contract_id": contract.id,
                    "number": number,
                    "name": name,
                    "kind": "conditional" if number > 1 else "firm",
                    "delivery_days": days,
                    "affirm_days": affirm,
                    "wait_indemnity": 6_000 if number == 2 else 0,
                    "renounce_indemnity": 9_000 if number > 1 else 0,
                }
                for number, name, days, affirm in (
                    (1, "Gros œuvre et électricité", 120, 0),
                    (2, "Rayonnages et mobilier", 60, 150),
                    (3, "Salle de lecture", 45, 300),
                )
            ]
        )
        lines = self._contract_acts("procurement", self.env["gov.contract.line"], f"{YEAR}-01-05")
        lines.create(
            [
                {
                    "contract_id": contract.id,
                    "number": number,
                    "name": name,
                    "unit": "u",
                    "quantity": quantity,
                    "unit_price": price,
                    "tranche_id": tranches[tranche].id,
                }
                for number, name, quantity, price, tranche in (
                    ("1", "Maçonnerie", 300, 900, 0),
                    ("2", "Électricité", 150, 1_200, 0),
                    ("3", "Rayonnages", 60, 3_100, 1),
                    ("4", "Mobilier de lecture", 40, 2_400, 2),
                )
            ]
        )
        self._contract_notify(contract, f"{YEAR}-01-12", f"{YEAR}-02-02", f"{YEAR}-02-16")
        self._contract_advance(contract, (f"{YEAR}-02-20", f"{YEAR}-03-02", f"{YEAR}-03-09"))
        firm, second, _third = tranches
        account = self._contract_account(firm, f"{YEAR}-04-30", (0.6, 0.4))
        self._contract_paid(account, (f"{YEAR}-05-06", f"{YEAR}-05-28", f"{YEAR}-06-05"))
        self._contract_acts("procurement", second, f"{YEAR}-07-27").action_prepare_commitment()
        self._contract_visa(second.commitment_id, f"{YEAR}-07-27")
        self._contract_acts("procurement", firm, f"{YEAR}-06-12").action_finish(f"{YEAR}-06-10")
        self._contract_account(firm, f"{YEAR}-06-30", (1, 1), is_final=True)
        self._contract_order(contract, "affirm", f"{YEAR}-07-30", f"{YEAR}-08-10", tranche_id=second.id)
        self._contract_account(second, f"{YEAR}-10-30", (0.7,))

    def _contract_advance(self, contract, days):
        """Grant the advance of a contract against its guarantee, and pay it."""
        if not contract.advance_due:
            return
        guarantees = self._contract_acts("procurement", self.env["gov.guarantee"], days[0])
        guarantees.create(
            {
                "contract_id": contract.id,
                "kind": "advance",
                "amount": contract.advance_due,
                "bank": "Banque de l'Exemple",
                "reference": "CA-01",
            }
        ).action_give()
        self._contract_acts("authorising", contract, days[0]).action_pay_advance()
        self._contract_pay(contract.advance_invoice_id, days)
