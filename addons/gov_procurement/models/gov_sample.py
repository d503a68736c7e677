from datetime import date, datetime, timedelta

from odoo import fields, models

YEAR = 2026
# fictitious suppliers: name, nine digits, kind, city
SUPPLIERS = (
    ("Papeterie Al Manar", "901000001", "small", "Rabat"),
    ("Atlas Bureautique", "901000002", "small", "Salé"),
    ("Sahara Impression", "901000003", "small", "Laâyoune"),
    ("Menara Systèmes", "901000004", "large", "Casablanca"),
    ("Rif Travaux", "901000005", "large", "Tanger"),
    ("Zagora Bâtiment", "901000006", "small", "Zagora"),
    ("Coopérative Argane Services", "901000007", "cooperative", "Agadir"),
    ("Oudayas Production", "901000008", "startup", "Rabat"),
    ("Ziz Conseil", "901000009", "small", "Errachidia"),
    ("Moulouya Nettoyage", "901000010", "small", "Oujda"),
    ("Loukkos Gardiennage", "901000011", "large", "Larache"),
    ("Tafilalet Numérique", "901000012", "small", "Meknès"),
)
# object, nature, estimate before tax, month of need, reserved for
NEEDS = (
    ("Papier et fournitures de bureau", "101", 180_000, 3, "small"),
    ("Consommables informatiques", "102", 260_000, 4, "small"),
    ("Mobilier des directions régionales", "103", 780_000, 6, "cooperative"),
    ("Renouvellement des postes de travail", "104", 940_000, 9, False),
    ("Impression du rapport annuel", "105", 120_000, 10, "small"),
    ("Gardiennage des bâtiments", "201", 860_000, 12, False),
    ("Nettoyage des bâtiments", "202", 640_000, 12, "cooperative"),
    ("Entretien des espaces verts", "203", 150_000, 5, "cooperative"),
    ("Maintenance du parc informatique", "204", 420_000, 7, "small"),
    ("Entretien des véhicules", "205", 210_000, 2, False),
    ("Accueil des délégations de la presse", "206", 330_000, 5, "small"),
    ("Formation aux médias numériques", "207", 280_000, 6, "small"),
    ("Campagne sur l'éducation aux médias", "208", 900_000, 9, False),
    ("Capsules audiovisuelles en arabe et en amazighe", "209", 450_000, 8, "small"),
    ("Aménagement de la salle de presse", "301", 980_000, 10, False),
    ("Construction de l'annexe des archives", "302", 6_800_000, 12, False),
    ("Étude de l'audience des médias publics", "401", 700_000, 11, False),
    ("Développement du portail des entreprises de presse", "402", 1_000_000, 12, False),
    ("Reliure et archivage", "105", 60_000, 3, "auto_entrepreneur"),
    ("Licences bureautiques", "102", 390_000, 4, False),
)
ORDER_STATES = (
    "need", "need", "notice", "notice", "quotes", "awarded", "awarded", "engaged", "signed", "signed", "signed",
    "delivered", "delivered", "certified", "certified", "paid", "paid", "paid", "paid", "paid", "paid", "paid",
    "infructuous", "cancelled", "cancelled",
)  # fmt: skip
CONTRACT_STATES = ("approved", "notified", "running", "running", "running", "stopped", "finished", "provisional")


class GovSample(models.AbstractModel):
    """The purchases of the sample year: taken over as they would be from a former register, all of it invented."""

    _inherit = "gov.sample"

    def _steps(self):
        return [
            *super()._steps(),
            self._make_procurement_suppliers,
            self._make_procurement_plans,
            self._make_purchase_orders,
            self._make_tenders,
            self._make_contracts,
        ]

    def _procurement_officer(self):
        return self.env["gov.budget.officer"].search([("kind", "=", "main")], limit=1)

    def _procurement_unit(self):
        return self._procurement_officer().unit_id

    def _procurement_line(self, section):
        """Return a line of the year of a section, the one with the most left."""
        return self.env["gov.budget.line"].search(
            [("year", "=", YEAR), ("section", "=", section), ("parent_line_id", "=", False)],
            order="cp_current desc",
            limit=1,
        )

    def _procurement_suppliers(self):
        names = [row[0] for row in SUPPLIERS]
        found = {one.name: one for one in self.env["res.partner"].search([("name", "in", names)])}
        return [found[name] for name in names if name in found]

    def _make_procurement_suppliers(self):
        """Make the fictitious suppliers with valid identifiers, their papers, and one exclusion."""
        if self._procurement_suppliers():
            return
        rows = []
        for rank, (name, enterprise, kind, city) in enumerate(SUPPLIERS, 1):
            base = enterprise + "0000"
            rows.append(
                {
                    "name": name,
                    "is_company": True,
                    "supplier_rank": 1,
                    "city": city,
                    "street": f"{rank}, rue de l'Exemple",
                    "country_id": self.env.ref("base.ma").id,
                    "gov_ice": f"{base}{-int(base) * 100 % 97:02d}",
                    "gov_tax_number": f"{40000000 + rank}",
                    "gov_trade_register": f"{9000 + rank}",
                    "gov_trade_court": city,
                    "gov_cnss_number": f"{9000000 + rank}",
                    "gov_business_tax": f"{25000000 + rank}",
                    "gov_supplier_kind": kind,
                }
            )
        made = self.env["res.partner"].create(rows)
        self.env["gov.supplier.document"].create(
            [
                {"partner_id": one.id, "kind": kind, "reference": f"A-{one.id}", "valid_from": "2026-01-15"}
                for one in made
                for kind in ("tax", "cnss", "register")
            ]
        )
        self.env["res.partner.bank"].create(
            [{"partner_id": one.id, "acc_number": self._sample_rib(rank)} for rank, one in enumerate(made, 1)]
        )
        self.env["gov.supplier.exclusion"].create(
            {
                "partner_id": made[5].id,
                "reference": "D-07/2026",
                "reason": "Marché résilié aux torts du titulaire (exemple fictif)",
                "date_from": "2026-05-01",
                "date_to": "2027-04-30",
            }
        )

    def _sample_rib(self, rank):
        """Return a fictitious RIB whose key holds."""
        base = f"007780{9000000000000000 + rank:016d}"
        return f"{base}{97 - int(base) * 100 % 97:02d}"

    def _make_procurement_plans(self):
        """Make the programme of 2026, published, and that of 2027, being prepared: sixty purchases in all."""
        plans = self.env["gov.procurement.plan"]
        if plans.search_count([], limit=1):
            return
        natures = {one.code: one for one in self.env["gov.procurement.nature"].search([])}
        for year in (YEAR, YEAR + 1):
            lines = []
            for rank, (name, nature, estimate, month, reserved) in enumerate(NEEDS):
                offsets = ("0",) if year > YEAR else ("0", "1" if rank % 2 else "2")
                for offset in offsets:
                    first = date(year + int(offset), month, 1)
                    lines.append(
                        fields.Command.create(
                            {
                                "name": name,
                                "nature_id": natures[nature].id,
                                "place": "Rabat",
                                "estimate_untaxed": estimate * (1 + 0.05 * int(offset)),
                                "need_date": first + timedelta(27),
                                "publication_month": first,
                                "reservation": reserved,
                                "year_offset": offset,
                                "unit_ids": [fields.Command.set(self._procurement_unit().ids)],
                            }
                        )
                    )
            plan = self._as("procurement", plans).create(
                {
                    "year": year,
                    "officer_id": self._procurement_officer().id,
                    "line_ids": lines,
                    "newspaper": "Journal d'annonces (exemple)",
                }
            )
            if year == YEAR:
                plan._gov_write({"state": "published", "published_on": "2026-03-20"})
                plan.line_ids._gov_write({"is_published": True})

    def _make_purchase_orders(self):
        """Make twenty-five purchase orders, in every state, with their quotations and the ceilings they used."""
        orders = self.env["purchase.order"]
        if orders.search_count([("gov_nature_id", "!=", False)], limit=1):
            return
        natures = self.env["gov.procurement.nature"].search([("in_order_list", "=", True)], order="code")
        suppliers, officer, line = (
            self._procurement_suppliers(),
            self._procurement_officer(),
            self._procurement_line("equipment"),
        )
        if not suppliers or not line:
            return
        procurement, authorising = self._user("procurement"), self._user("authorising")
        for rank, state in enumerate(ORDER_STATES):
            nature, supplier = natures[rank % len(natures)], suppliers[rank % 5]
            price = 18_000 + 7_350 * (rank % 9)
            order = self._as("procurement", orders).create(
                {
                    "gov_object": f"{nature.with_context(lang='fr_FR').name} – lot {rank + 1}",
                    "gov_nature_id": nature.id,
                    "gov_officer_id": officer.id,
                    "gov_unit_id": officer.unit_id.id,
                    "gov_budget_line_id": line.id,
                    "gov_place": "Rabat",
                    "partner_id": supplier.id,
                    "order_line": [
                        fields.Command.create(
                            {"name": nature.with_context(lang="fr_FR").name, "product_qty": 1, "price_unit": price}
                        )
                    ],
                }
            )
            if state == "need":
                continue
            published = datetime(YEAR, 1 + rank % 9, 5 + rank % 20, 9)
            self._take_over_order(order, state, published, suppliers, rank, procurement, authorising)

    def _take_over_order(self, order, state, published, suppliers, rank, procurement, authorising):
        """Write an order as a register of the year holds it: its dates, its quotations, who acted."""
        day = published.date()
        vals = {
            "gov_state": state,
            "gov_published_at": published,
            "gov_deadline": published + timedelta(hours=72),
            "gov_notice_reference": f"AV-{YEAR}-{rank:03d}",
        }
        if state in ("notice", "quotes"):
            # a notice that still runs: quotations arrive
            vals["gov_deadline"] = datetime(YEAR, 12, 15, 12)
        quotations = self.env["gov.purchase.quotation"]
        if state != "infructuous":
            order._gov_write({**vals, "gov_state": "notice", "gov_deadline": datetime(2099, 1, 1)})
            for place, supplier in enumerate(suppliers[rank % 5 : rank % 5 + 3]):
                one = quotations.create(
                    {
                        "order_id": order.id,
                        "partner_id": supplier.id,
                        "received_at": published + timedelta(hours=20 + place),
                    }
                )
                one.line_ids.unit_price = order.order_line.price_unit + 650 * place
                if state not in ("notice", "quotes"):
                    one._gov_write({"rank": place + 1, "is_retained": place == 0})
        after = ("awarded", "engaged", "signed", "delivered", "certified", "paid")
        if state in after:
            vals.update(gov_awarded_by_id=procurement.id, gov_awarded_on=day + timedelta(5))
        if state in after[1:]:
            used = day + timedelta(8)
            self.env["gov.procurement.ceiling"]._gov_use(
                order.gov_nature_id, order.gov_officer_id, used, order.gov_amount
            )
            vals.update(gov_ceiling_used=order.gov_amount, gov_ceiling_day=used)
        if state in after[2:]:
            vals.update(gov_signed_by_id=authorising.id, gov_signed_on=day + timedelta(12), state="purchase")
        if state in after[3:]:
            vals.update(gov_delivered_on=day + timedelta(30 + (rank % 4) * 6))
        if state in after[4:]:
            vals.update(gov_certified_by_id=self._user("asset").id, gov_certified_on=day + timedelta(55))
        if state == "cancelled":
            vals.update(gov_cancel_reason="Besoin reporté à l'exercice suivant", state="cancel")
        order._gov_write(vals)

    def _make_contracts(self):
        """Make eight contracts that run, with service orders, guarantees and accounts."""
        contracts = self.env["gov.contract"]
        if contracts.search_count([], limit=1):
            return
        suppliers, officer, line = (
            self._procurement_suppliers(),
            self._procurement_officer(),
            self._procurement_line("investment"),
        )
        natures = {one.code: one for one in self.env["gov.procurement.nature"].search([])}
        if not suppliers or not line:
            return
        for rank, state in enumerate(CONTRACT_STATES):
            name, nature = NEEDS[(rank * 2 + 3) % len(NEEDS)][:2]
            contract = self._as("procurement", contracts).create(
                {
                    "object": name,
                    "partner_id": suppliers[rank % 5].id,
                    "officer_id": officer.id,
                    "unit_id": officer.unit_id.id,
                    "nature_id": natures[nature].id,
                    "budget_line_id": line.id,
                    "delivery_days": 180 + 30 * (rank % 4),
                    "line_ids": [
                        fields.Command.create(
                            {
                                "number": str(number),
                                "name": f"{name} – poste {number}",
                                "unit": "u",
                                "quantity": 100 * number,
                                "unit_price": 850 + 40 * rank,
                            }
                        )
                        for number in (1, 2, 3)
                    ],
                }
            )
            if state != "approved":
                self._take_over_contract(contract, state, rank)

    def _take_over_contract(self, contract, state, rank):
        notified = date(YEAR, 2, 2 + rank)
        contract._gov_plan_guarantees(notified)
        contract.guarantee_ids.write(
            {"amount": contract.guarantee_ids.amount_due, "bank": "Banque de l'Exemple", "reference": f"C-{rank}"}
        )
        contract.guarantee_ids._gov_write({"state": "given", "given_on": notified + timedelta(12)})
        contract._gov_write({"notified_on": notified, "state": "notified"})
        if state == "notified":
            return
        started = notified + timedelta(15)
        kinds = [("start", started)]
        if state == "stopped":
            kinds.append(("stop", date(YEAR, 9, 1)))
        self.env["gov.service.order"]._gov_create(
            [
                {
                    "contract_id": contract.id,
                    "kind": kind,
                    "date": day,
                    "number": number,
                    "state": "notified",
                    "notified_on": day,
                    "reason": "Indisponibilité du site" if kind == "stop" else False,
                }
                for number, (kind, day) in enumerate(kinds, 1)
            ]
        )
        contract._gov_write({"started_on": started, "state": "running"})
        for number, share in enumerate((0.25, 0.55), 1):
            account = self.env["gov.progress.account"]._gov_next(contract)
            account.date = started + timedelta(45 * number)
            for line in account.line_ids:
                line.quantity = round(line.line_id.quantity * share, 3)
            account._gov_keep()
            account._gov_write(
                {"state": "signed", "signed_on": account.date, "signed_by_id": self._user("authorising").id}
            )
            # one account is open at a time
            account.flush_recordset()
        if state in ("finished", "provisional"):
            contract._gov_write({"finished_on": started + timedelta(150)})
        if state == "provisional":
            contract._gov_write({"provisional_on": started + timedelta(155)})
        contract._gov_write({"state": state})
