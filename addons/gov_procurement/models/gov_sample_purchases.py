from datetime import date, timedelta

from odoo import models

YEAR = 2026
BANKS = ("007", "011", "013", "021", "022", "145", "181", "190", "205", "225", "230", "310")
# what units ask for next year: object, nature, quantity, measure, estimate before tax, month, state
NEEDS = (
    ("Ramettes de papier A4", "101", 600, "ramette", 27_000, 3, "sent"),
    ("Papier à en-tête", "101", 80, "ramette", 9_600, 4, "sent"),
    ("Registres du courrier", "101", 120, "registre", 7_200, 3, "sent"),
    ("Cartouches pour imprimantes", "102", 90, "cartouche", 54_000, 5, "sent"),
    ("Fauteuils pour la salle d'attente", "103", 12, "fauteuil", 18_000, 6, "draft"),
    ("Écrans pour la cellule de veille", "104", 8, "écran", 22_400, 9, "draft"),
    ("Reliure des archives de la presse", "105", 300, "volume", 24_000, 10, "returned"),
    ("Formation à la vérification des faits", "207", 2, "session", 60_000, 5, "sent"),
)


class GovSample(models.AbstractModel):
    """Needs of units, proofs of publication, results posted, accounts and notes of suppliers in the sample year."""

    _inherit = "gov.sample"

    def _steps(self):
        return [
            *super()._steps(),
            self._make_procurement_needs,
            self._make_procurement_proofs,
            self._make_supplier_accounts,
            self._make_order_results,
            self._link_purchases,
        ]

    def _make_procurement_needs(self):
        """Make what two units need in 2027: sent, being written, returned."""
        needs = self.env["gov.procurement.need"]
        if needs.search_count([], limit=1):
            return
        natures = {one.code: one for one in self.env["gov.procurement.nature"].search([])}
        units = [unit for login in ("employee", "head") if (unit := self._user(login).employee_id.department_id)]
        if not units:
            return
        rows = []
        for rank, (name, nature, quantity, measure, estimate, month, _state) in enumerate(NEEDS):
            rows.append(
                {
                    "name": name,
                    "unit_id": units[rank % len(units)].id,
                    "nature_id": natures[nature].id,
                    "year": YEAR + 1,
                    "need_date": date(YEAR + 1, month, 20),
                    "quantity": quantity,
                    "measure": measure,
                    "estimate_untaxed": estimate,
                    "place": "Rabat",
                    "reason": "Consommation de l'année et remplacement de ce qui est hors d'usage",
                }
            )
        made = self._as("employee", needs).sudo().create(rows)  # sudo: needs of two units, written at once
        for need, row in zip(made, NEEDS, strict=True):
            if row[-1] != "draft":
                need._gov_write(
                    {"state": row[-1], "sent_by_id": self._user("employee").id, "sent_on": f"{YEAR}-11-10"}
                )
            if row[-1] == "returned":
                need._gov_write({"return_reason": "Préciser le format des volumes et le lieu de la reliure"})

    def _make_procurement_proofs(self):
        """Keep where the programme of 2026 was published: portal, newspaper, premises."""
        plan = self.env["gov.procurement.plan"].search([("year", "=", YEAR), ("state", "=", "published")], limit=1)
        if not plan or plan.proof_ids:
            return
        self.env["gov.procurement.plan.proof"].create(
            [
                {"plan_id": plan.id, "support": support, "reference": reference, "date": day}
                for support, reference, day in (
                    ("portal", "PP-2026-0001", f"{YEAR}-03-20"),
                    ("newspaper", "Journal de l'Exemple n° 12 345", f"{YEAR}-03-21"),
                    ("premises", "Hall d'entrée, Rabat", f"{YEAR}-03-20"),
                )
            ]
        )

    def _make_supplier_accounts(self):
        """Give each fictitious supplier a bank account whose key is right."""
        for rank, partner in enumerate(self._procurement_suppliers()):
            if partner.bank_ids:
                continue
            base = f"{BANKS[rank % len(BANKS)]}810{9_000_000_000_000_000 + 7_919 * (rank + 1):016d}"
            number = f"{base}{97 - int(base) * 100 % 97:02d}"
            self.env["res.partner.bank"].create({"partner_id": partner.id, "acc_number": number})

    def _make_order_results(self):
        """Post the results of the orders of the year, and note the quality of what was certified."""
        orders = self.env["purchase.order"].search(
            [
                ("gov_awarded_on", "!=", False),
                ("gov_results_posted_on", "=", False),
                ("gov_quotation_ids", "!=", False),
            ]
        )
        for rank, order in enumerate(orders.sorted("id")):
            if order.gov_state == "awarded" and rank % 2:
                continue
            vals = {
                "gov_results_posted_on": order.gov_awarded_on + timedelta(1),
                "gov_results_reference": f"RES-{order.gov_notice_reference or order.name}",
            }
            if order.gov_state in ("certified", "paid"):
                vals["gov_quality"] = str(3 + rank % 3)
            order._gov_write(vals)

    def _link_purchases(self):
        """Link the calls and orders of the year to the purchases that the programme foresaw."""
        lines = self.env["gov.procurement.plan.line"].search([("plan_id.year", "=", YEAR), ("year_offset", "=", "0")])
        if not lines or any(lines.mapped("tender_ids")):
            return
        by_name = {line.name: line for line in lines}
        for tender in self.env["gov.tender"].search([("plan_line_id", "=", False)]):
            if tender.object in by_name:
                tender._gov_write({"plan_line_id": by_name[tender.object].id})
        by_nature = {}
        for line in lines:
            if not line.tender_ids:
                by_nature.setdefault(line.nature_id, line)
        orders = self.env["purchase.order"].search(
            [("gov_state", "not in", (False, "cancelled", "infructuous")), ("gov_plan_line_id", "=", False)]
        )
        for order in orders:
            if order.gov_nature_id in by_nature:
                order._gov_write({"gov_plan_line_id": by_nature[order.gov_nature_id].id})
