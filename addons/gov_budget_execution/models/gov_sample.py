from collections import defaultdict
from datetime import date
from decimal import Decimal

from odoo import fields, models

from odoo.addons.gov_budget.models.gov_budget_stateful import on_day

from ..services import clocks, sample, withholdings
from ..services.interest import exact, late_interest, money
from .gov_execution_act import BULK

COUNT = 3000
BATCH = 500
TODAY = date(2026, 11, 28)
PHASES = ("reservation", "commitment", "liquidation", "order", "payment")
ZERO = Decimal(0)


class GovSample(models.AbstractModel):
    """The execution of the sample year: three thousand commitments in every state, over the lines of the budget.

    They are written by sets, with the same numbers, counters and ledger entries as the acts make; a handful is made by
    the acts themselves, so that their documents exist.
    """

    _inherit = "gov.sample"

    def _steps(self):
        return [
            *super()._steps(),
            self._make_suppliers,
            self._make_commitments,
            self._make_execution_acts,
            self._make_imprest,
        ]

    def _make_suppliers(self):
        """Make sixty fictitious suppliers, with right keys in their ICE and RIB."""
        partners = self.env["res.partner"]
        if partners.search_count([("gov_ice", "!=", False), ("ref", "=like", "SPL-%")], limit=1):
            return
        rows = sample.suppliers()
        made = partners.create(
            [
                {
                    "name": row["name"],
                    "is_company": True,
                    "ref": f"SPL-{rank:03d}",
                    "city": row["city"],
                    "street": f"{rank}, rue de l'Exemple",
                    "country_id": self.env.ref("base.ma").id,
                    "gov_ice": row["ice"],
                    "gov_tax_number": f"{90_000_000 + rank}",
                    "gov_tax_regime": row["regime"],
                }
                for rank, row in enumerate(rows, 1)
            ]
        )
        self.env["res.partner.bank"].create(
            [{"partner_id": partner.id, "acc_number": row["rib"]} for partner, row in zip(made, rows, strict=True)]
        )

    # ------------------------------------------------------------------ by sets
    def _make_commitments(self):
        """Write the commitments of the year, their invoices, orders and payments, and post all their entries."""
        if self.env["gov.commitment"].search_count([], limit=1):
            return
        loader = _Loader(self)
        if loader.credits:
            loader.run()

    # ------------------------------------------------------------------ by acts
    def _make_execution_acts(self):
        """Make a few by the acts, by the logins: their sheets, orders and issue sheet are documents."""
        if self.env["gov.payment.slip"].search_count([], limit=1):
            return
        partner = self.env["res.partner"].search([("ref", "=", "SPL-005")], limit=1)
        officer = self.env["gov.budget.officer"].search([("kind", "=", "main")], limit=1)
        lines = self.env["gov.budget.line"].search(
            [("year", "=", 2026), ("section", "=", "equipment"), ("is_open", "=", True),
             ("parent_line_id", "=", False), ("node_id.code", "=", "11"), ("available", ">", 5000)], limit=3,
        )  # fmt: skip
        if not (partner and officer and lines):
            return
        commitments = self.env["gov.commitment"]
        orders = self.env["gov.payment.order"]
        for rank, line in enumerate(lines):
            one = on_day(self._as("budget", commitments), "2026-11-05").create(
                {
                    "object": "Papier et cartouches pour les services centraux",
                    "partner_id": partner.id,
                    "officer_id": officer.id,
                    "fiscal_year_id": line.fiscal_year_id.id,
                    "kind_id": self.env.ref("gov_budget_execution.kind_bc_f").id,
                    "reference": f"BC {rank + 41}/2026",
                    "line_ids": [(0, 0, {"budget_line_id": line.id, "amount": 1200 * (rank + 1)})],
                }
            )
            one.piece_ids.write({"reference": "Classeur 2026-11"})
            self._keep()
            one.action_submit()
            self._keep()
            visa = on_day(self._as("controller", one), "2026-11-09")
            visa.action_visa()
            self._keep()
            self._as("budget", one).action_print_sheet()
            self._keep()
            invoice = on_day(self._as("procurement", self.env["gov.liquidation"]), "2026-11-12").create(
                {
                    "commitment_id": one.id,
                    "invoice_number": f"2026/{rank + 311}",
                    "invoice_date": "2026-11-10",
                    "deposited_on": "2026-11-12",
                    "untaxed_amount": 1000 * (rank + 1),
                    "vat_amount": 200 * (rank + 1),
                    "amount": 1200 * (rank + 1),
                }
            )
            invoice.piece_ids.write({"reference": "Classeur 2026-11"})
            self._keep()
            invoice.action_submit()
            self._keep()
            on_day(self._as("budget", invoice), "2026-11-16").action_certify("2026-11-16")
            self._keep()
            order = on_day(self._as("budget", orders), "2026-11-18").create({"liquidation_id": invoice.id})
            order.piece_ids.write({"reference": "Classeur 2026-11"})
            self._keep()
            order.action_submit()
            self._keep()
            on_day(self._as("authorising", order), "2026-11-19").action_sign()
            self._keep()
            orders |= orders.browse(order.id)
        self._make_slip(orders)

    def _make_imprest(self):
        """Open the imprest of the central services, advance its cash, pay from it and hand a batch over."""
        funds = self.env["gov.imprest"]
        officer = self.env["gov.budget.officer"].search([("kind", "=", "main")], limit=1)
        lines = self.env["gov.budget.line"].search(
            [("year", "=", 2026), ("section", "=", "equipment"), ("is_open", "=", True),
             ("parent_line_id", "=", False), ("node_id.code", "in", ("11", "20")), ("available", ">", 20000)], limit=2,
        )  # fmt: skip
        if funds.search_count([], limit=1) or not (officer and lines):
            return
        holder = self._user("employee")
        partner = self.env["res.partner"].create({"name": "Régisseur des services centraux, ès qualités"})
        self.env["res.partner.bank"].create({"partner_id": partner.id, "acc_number": "310810000123456789012315"})
        names = ("Menues fournitures achetées au comptant", "Transport urbain et affranchissement")
        lines = lines.sorted(lambda line: line.node_id.code)
        fund = on_day(self._as("budget", funds), "2026-10-01").create(
            {
                "name": "Régie des services centraux",
                "officer_id": officer.id,
                "unit_id": holder.employee_id.department_id.id or officer.unit_id.id,
                "holder_id": holder.id,
                "substitute_id": self._user("head").id,
                "partner_id": partner.id,
                "decision_reference": "Décision 118/2026",
                "decision_date": "2026-09-21",
                "ministry_reference": "Accord 204/2026",
                "ministry_date": "2026-09-28",
                "ceiling": 10000,
                "highest": 1000,
                "nature_ids": [
                    (0, 0, {"name": name, "budget_line_id": line.id}) for name, line in zip(names, lines, strict=False)
                ],
            }
        )
        self._keep()
        fund.action_submit()
        self._keep()
        on_day(self._as("authorising", fund), "2026-10-05").action_approve()
        self._keep()
        on_day(self._as("controller", fund), "2026-10-08").action_advance(8000, "Ordre d'avance 1/2026, VIR-2026-4402")
        self._keep()
        expenses = self.env["gov.imprest.expense"]
        rows = (
            ("2026-10-14", "Clés et serrure du bureau 204", "Quincaillerie Al Amal", 340, "T-1187"),
            ("2026-10-22", "Timbres et envois recommandés", "Bureau de poste", 215.5, "R-55021"),
            ("2026-11-12", "Ampoules de la salle de réunion", "Droguerie du Centre", 186, "T-2210"),
            ("2026-11-24", "Course en taxi, plis urgents", "Taxi", 60, "Reçu 7"),
        )
        natures = fund.nature_ids
        for rank, (day, name, payee, amount, receipt) in enumerate(rows):
            one = on_day(self._as("employee", expenses), day).create(
                {
                    "imprest_id": fund.id,
                    "nature_id": natures[rank % len(natures)].id,
                    "date": day,
                    "object": name,
                    "payee": payee,
                    "amount": amount,
                    "receipt_reference": receipt,
                }
            )
            self._keep()
            one.action_pay()
            self._keep()
            if rank == 1:
                action = on_day(self._as("employee", fund), "2026-10-30").action_new_batch()
                batch = self.env["gov.imprest.batch"].browse(action["res_id"])
                self._keep()
                on_day(self._as("employee", batch), "2026-10-30").action_submit()
                self._keep()

    def _make_slip(self, orders):
        action = self._as("budget", self.env["gov.payment.slip"]).action_gather(orders.ids)
        self._keep()
        slip = self.env["gov.payment.slip"].browse(action["res_id"])
        on_day(self._as("authorising", slip), "2026-11-20").action_issue()
        self._keep()
        first, second = orders[0], orders[1:2]
        on_day(self._as("controller", first), "2026-11-23").action_visa()
        self._keep()
        on_day(self._as("controller", first), "2026-11-25").action_pay("2026-11-25", "VIR-2026-4711")
        self._keep()
        if second:
            on_day(self._as("controller", second), "2026-11-24").action_refuse_visa(
                "Le relevé d'identité bancaire n'est pas joint.\nLa facture n'est pas signée.", "pieces"
            )
            self._keep()


class _Loader:
    """Writes the plans of the sample by sets; the same entries and counters as the acts."""

    def __init__(self, step):
        self.env = step.env
        self.logins = {
            login: step._user(login).id or self.env.uid
            for login in ("budget", "procurement", "authorising", "controller")
        }
        lines = self.env["gov.budget.line"].search(
            [("year", "=", 2026), ("is_open", "=", True), ("budget_kind", "=", "general")]
        )
        officers = self.env["gov.budget.officer"]
        main = officers.search([("kind", "=", "main")], limit=1)
        by_unit = {officer.unit_id.id: officer.id for officer in officers.search([("kind", "=", "sub")])}
        self.lines = {line.id: line for line in lines}
        self.officers = {officer.id: officer for officer in officers.search([])}
        self.credits = [
            sample.Credit(
                id=line.id,
                nature=line.node_id.code,
                section=line.section,
                available=exact(line.available),
                payment=max(
                    ZERO,
                    exact(line.cp_current) - exact(line.delegated) + exact(line.delegated_ce) - exact(line.ordered),
                ),
                later=exact(line.ce_current),
                officer=by_unit.get(line.unit_id.id, main.id) if line.parent_line_id else main.id,
            )
            for line in lines
            if main
        ]
        self.kinds = {kind.code: kind for kind in self.env["gov.expense.kind"].search([])}
        self.partners = self.env["res.partner"].search([("ref", "=like", "SPL-%")], order="ref")
        self.banks = {partner.id: partner.bank_ids[:1].id for partner in self.partners}
        self.movements = []
        self.counts = defaultdict(lambda: defaultdict(Decimal))
        self.months = defaultdict(Decimal)
        self.rates = self.env["gov.payment.order"]._gov_rates(TODAY)

    def run(self):
        self.plans = sample.plans(self.credits, COUNT, TODAY)
        self.number_commitments()
        self.make_commitments()
        self.make_acts()
        self.make_invoices()
        self.make_orders()
        self.set_counters()
        self.post()
        journal = self.env["gov.journal.entry"]
        journal._record(
            self.env["gov.commitment"], "load", {"commitments": len(self.plans), "orders": len(self.orders)}
        )

    # -- numbers
    def take(self, series, officer, count):
        counter, pattern, code = officer._gov_series(series)
        first = self.env["gov.counter"]._take(counter, "2026", count)
        register = officer._gov_register(series)
        return [(rank, register._format(rank, 2026)) for rank in range(first, first + count)]

    def number_commitments(self):
        by_officer = defaultdict(list)
        for plan in self.plans:
            plan.number = plan.rank = None
            if plan.state != "draft":
                by_officer[plan.officer].append(plan)
        for officer, members in sorted(by_officer.items()):
            for plan, (rank, number) in zip(
                members, self.take("sheet", self.officers[officer], len(members)), strict=True
            ):
                plan.rank, plan.number = rank, number

    # -- records
    def create(self, model, vals_list, login="budget"):
        records = self.env[model].with_context(gov_bulk=BULK)
        ids = []
        for start in range(0, len(vals_list), BATCH):
            # sudo: written by the takeover, under the name of who would have acted
            made = records.with_user(self.logins[login]).sudo()._gov_create(vals_list[start : start + BATCH])
            ids += made.ids
        self.env.flush_all()
        return self.env[model].browse(ids)

    def make_commitments(self):
        commitments = self.env["gov.commitment"]
        dues = {}
        vals_list = []
        for plan in self.plans:
            kind = self.kinds[plan.kind]
            proposed = plan.state != "draft"
            vals = {
                "object": plan.label,
                "kind_id": kind.id,
                "officer_id": plan.officer,
                "fiscal_year_id": self.lines[plan.line].fiscal_year_id.id,
                "partner_id": self.partners[plan.supplier].id,
                "reference": f"{plan.kind} {plan.rank}/2026" if plan.rank else False,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "budget_line_id": plan.line,
                            "amount": float(plan.amount),
                            "interest_amount": float(plan.interest),
                        },
                    )
                ],
                # the state comes after the lines, which are written on a draft
                "number": plan.number or False,
            }
            if kind.form == "recurrent":
                vals.update(period_from="2026-01-01", period_to="2026-12-31")
            if proposed:
                probe = commitments.new({"kind_id": kind.id, "officer_id": plan.officer})
                key = (plan.day, kind.id, plan.officer)
                if key not in dues:
                    dues[key] = probe._gov_visa_due(plan.day)
                plan.due = dues[key]
                plan.decided = min(plan.due, TODAY)
                vals.update(
                    requested_by_id=self.logins["budget"], deposited_on=plan.day, visa_due_on=plan.due,
                )  # fmt: skip
            if plan.state in ("visaed", "closed") or plan.state == "cancelled":
                vals.update(visa_on=plan.decided, visa_by_id=self.logins["controller"])
            if plan.state in ("visaed", "closed") and plan.rank % 3:
                vals["gid_number"] = f"2026{plan.officer:03d}{plan.rank:06d}"
            if plan.state in ("refused", "returned"):
                vals.update(
                    remarks="Le dossier est incomplet : les devis manquent.\nL'imputation est à revoir.",
                    ground="pieces",
                )
            vals_list.append(vals)
        made = self.create("gov.commitment", vals_list)
        lines = {
            line.commitment_id.id: line.id
            for line in self.env["gov.commitment.line"].search([("commitment_id", "in", made.ids)])
        }
        by_state = defaultdict(list)
        for plan, record in zip(self.plans, made, strict=True):
            plan.id, plan.line_id = record.id, lines[record.id]
            by_state[plan.state].append(record.id)
        for state, ids in by_state.items():
            if state != "draft":
                self.env.cr.execute("UPDATE gov_commitment SET state = %s WHERE id = ANY(%s)", [state, ids])
        self.env.invalidate_all()

    def make_acts(self):
        vals_list, members = [], []
        for plan in self.plans:
            if plan.state == "draft":
                continue
            total = plan.amount + plan.interest
            state = {"proposed": "proposed", "refused": "refused", "returned": "returned"}.get(plan.state, "visaed")
            vals = {
                "commitment_id": plan.id,
                "kind": "initial",
                "changes": {str(plan.line_id): str(total)},
                "amount": float(total),
                "asked_by_id": self.logins["budget"],
                "asked_on": plan.day,
                "due_on": plan.due,
                "number": plan.number,
                "rank": plan.rank,
                "fiscal_year_id": self.lines[plan.line].fiscal_year_id.id,
                "officer_id": plan.officer,
                "state": state,
            }
            if state != "proposed":
                vals.update(decided_by_id=self.logins["controller"], decided_on=plan.decided)
            vals_list.append(vals)
            members.append(plan)
        made = self.create("gov.commitment.act", vals_list)
        waiting = []
        for plan, act in zip(members, made, strict=True):
            plan.act, total = act, plan.amount + plan.interest
            self.note(plan.line, "reservation", plan.day, act, plan.label, "budget", reserved=total)
            if plan.state in ("refused", "returned"):
                self.note(plan.line, "reservation", plan.decided, act, plan.label, "controller", reserved=-total)
            elif plan.state == "proposed":
                waiting.append((act.id, plan.id))
            else:
                self.note(
                    plan.line,
                    "commitment",
                    plan.decided,
                    act,
                    plan.label,
                    "controller",
                    reserved=-total,
                    committed=total,
                )
                self.counts[plan.line_id]["committed"] += total
        for act_id, commitment_id in waiting:
            self.env.cr.execute("UPDATE gov_commitment SET pending_act_id = %s WHERE id = %s", [act_id, commitment_id])
        self.env.invalidate_all()

    def free(self, plans):
        """Give back what cancellations and closings free, as acts of their own."""
        rows = []
        for plan in plans:
            counts = self.counts[plan.line_id]
            amount = counts["committed"] - counts["liquidated"]
            if amount > 0:
                rows.append((plan, amount))
        acts = self.create(
            "gov.commitment.act",
            [
                {
                    "commitment_id": plan.id,
                    "kind": "cancel" if plan.state == "cancelled" else "close",
                    "changes": {str(plan.line_id): str(-amount)},
                    "amount": float(-amount),
                    "reason": "Le besoin n'existe plus." if plan.state == "cancelled" else "Exécution terminée.",
                    "asked_by_id": self.logins["authorising"],
                    "asked_on": TODAY,
                    "decided_by_id": self.logins["authorising"],
                    "decided_on": TODAY,
                    "state": "done",
                    "number": plan.number,
                    "fiscal_year_id": self.lines[plan.line].fiscal_year_id.id,
                    "officer_id": plan.officer,
                }
                for plan, amount in rows
            ],
            "authorising",
        )
        for (plan, amount), act in zip(rows, acts, strict=True):
            self.note(plan.line, "commitment", TODAY, act, plan.label, "authorising", committed=-amount)
            self.counts[plan.line_id]["committed"] -= amount

    def make_invoices(self):
        members = [(plan, bill) for plan in self.plans for bill in plan.invoices]
        members.sort(key=lambda pair: pair[1].deposited)
        first = self.env["gov.counter"]._take("execution.liquidation", 2026, len(members)) if members else 1
        vals_list = []
        for rank, (plan, bill) in enumerate(members, first):
            last = bill is plan.invoices[-1]
            before = sum((other.amount for other in plan.invoices if hasattr(other, "amount")), ZERO)
            bill.amount = money(plan.amount * bill.share)
            if last and before + bill.amount > plan.amount:
                bill.amount = plan.amount - before
            kind = self.kinds[plan.kind]
            taxed = kind.is_public_order and plan.kind != "AB"
            bill.untaxed = money(bill.amount / Decimal("1.2")) if taxed else bill.amount
            vals_list.append(
                {
                    "commitment_id": plan.id,
                    "number": f"{rank:05d}/2026",
                    "invoice_number": f"F{rank:05d}",
                    "invoice_date": bill.deposited,
                    "deposited_on": bill.deposited,
                    "amount": float(bill.amount),
                    "untaxed_amount": float(bill.untaxed),
                    "vat_amount": float(bill.amount - bill.untaxed),
                    "submitted_by_id": self.logins["procurement"],
                    "certified_on": bill.certified,
                    "service_date": bill.certified,
                    "certified_by_id": self.logins["budget"] if bill.certified else False,
                    "line_ids": [(0, 0, {"commitment_line_id": plan.line_id, "amount": float(bill.amount)})],
                }
            )
        made = self.create("gov.liquidation", vals_list, "procurement")
        by_state, stops = defaultdict(list), []
        for (plan, bill), record in zip(members, made, strict=True):
            bill.id = record.id
            by_state[bill.state].append(record.id)
            if bill.state == "suspended":
                stops.append(
                    {
                        "liquidation_id": record.id,
                        "date_from": bill.deposited,
                        "reason": "Le bon de livraison n'est pas joint.",
                        "user_id": self.logins["procurement"],
                    }
                )
            if bill.certified:
                label = f"{record.number} {plan.label}"
                self.note(plan.line, "liquidation", bill.certified, record, label, "budget", liquidated=bill.amount)
                self.counts[plan.line_id]["liquidated"] += bill.amount
        for state, ids in by_state.items():
            self.env.cr.execute("UPDATE gov_liquidation SET state = %s WHERE id = ANY(%s)", [state, ids])
        self.env.invalidate_all()
        self.create("gov.clock.stop", stops, "procurement")
        self.members = members

    def make_orders(self):
        members = [(plan, bill) for plan, bill in self.members if bill.order_state]
        members.sort(key=lambda pair: (pair[1].issued or TODAY, pair[1].id))
        by_officer = defaultdict(list)
        for plan, bill in members:
            bill.number = bill.rank = None
            if bill.issued:
                by_officer[plan.officer].append(bill)
        for officer, bills in sorted(by_officer.items()):
            for bill, (rank, number) in zip(
                bills, self.take("order", self.officers[officer], len(bills)), strict=True
            ):
                bill.rank, bill.number = rank, number
        # the withholdings look at the orders before: the retention is counted here, by commitment
        vals_list = [self.order_vals(plan, bill) for plan, bill in members]
        made = self.create("gov.payment.order", vals_list)
        self.orders = made
        self.make_amounts(members, made)
        by_state = defaultdict(list)
        for (plan, bill), record in zip(members, made, strict=True):
            by_state[bill.order_state].append(record.id)
            charged = bill.charged
            label = f"{bill.number or ''} {plan.label}".strip()
            if bill.issued:
                self.note(plan.line, "order", bill.issued, record, label, "authorising", ordered=charged)
                if bill.order_state == "rejected":
                    self.note(plan.line, "order", TODAY, record, label, "controller", ordered=-charged)
                else:
                    self.counts[plan.line_id]["ordered"] += charged
            if bill.paid:
                self.note(plan.line, "payment", bill.paid, record, label, "controller", paid=charged)
                self.counts[plan.line_id]["paid"] += charged
        for state, ids in by_state.items():
            self.env.cr.execute("UPDATE gov_payment_order SET state = %s WHERE id = ANY(%s)", [state, ids])
        self.env.invalidate_all()
        self.fix_interest(members, made)
        self.free([plan for plan in self.plans if plan.state in ("cancelled", "closed")])

    def order_vals(self, plan, bill):
        vals = {
            "liquidation_id": bill.id,
            "bank_id": self.banks[self.partners[plan.supplier].id],
            "has_retention": False,
            **self.amounts_of(plan, bill),
            "submitted_by_id": self.logins["budget"] if bill.order_state != "draft" else False,
        }
        if bill.issued:
            used = clocks.elapsed_days(bill.issued, bill.visaed or TODAY)
            vals.update(
                number=bill.number,
                rank=bill.rank,
                signed_by_id=self.logins["authorising"],
                signed_on=bill.issued,
                received_on=bill.issued,
                visa_due_on=fields.Date.add(bill.issued, days=15),
                visa_days_used=used if bill.order_state == "rejected" else 0,
            )
        if bill.visaed:
            vals.update(visa_on=bill.visaed, visa_by_id=self.logins["controller"])
        if bill.paid:
            vals.update(
                paid_on=bill.paid, paid_by_id=self.logins["controller"], payment_reference=f"VIR-2026-{bill.id:05d}",
                gid_number=f"OP2026{plan.officer:03d}{bill.rank:06d}",
            )  # fmt: skip
        if bill.order_state == "rejected":
            vals.update(rejected_on=TODAY, remarks="La facture n'est pas certifiée sur l'original.", ground="pieces")
        return vals

    def amounts_of(self, plan, bill):
        """Work out what is withheld, as the order does; return the amounts of the order."""
        kind, partner = self.kinds[plan.kind], self.partners[plan.supplier]
        day = bill.issued or TODAY
        month = (partner.id, day.year, day.month)
        bill.withheld = withholdings.withholdings(
            withholdings.Bill(
                total=bill.amount,
                untaxed=bill.untaxed,
                vat=bill.amount - bill.untaxed,
                is_service=kind.is_service,
                is_excluded=kind.is_vat_excluded,
                month_before=self.months[month],
                is_fee=kind.is_fee,
                tax_regime=partner.gov_tax_regime,
            ),
            self.rates,
        )
        if kind.is_service and bill.issued:
            self.months[month] += bill.amount
        bill.charged = withholdings.charged(bill.amount, bill.withheld)
        net = withholdings.net_to_pay(bill.amount, bill.withheld)
        return {
            "charged_amount": float(bill.charged),
            "withheld_amount": float(bill.amount - net),
            "net_amount": float(net),
        }

    def make_amounts(self, members, made):
        withheld, charges = [], []
        for (plan, bill), record in zip(members, made, strict=True):
            charges.append({"order_id": record.id, "commitment_line_id": plan.line_id, "amount": float(bill.charged)})
            withheld += [
                {
                    "order_id": record.id,
                    "code": row.code,
                    "base": float(row.base),
                    "rate": float(row.rate),
                    "amount": float(row.amount),
                    "why": row.reason,
                }
                for row in bill.withheld
            ]
        self.env["gov.payment.order.line"].sudo().create(charges)  # sudo: worked out by the system
        self.env["gov.payment.withholding"].sudo().create(withheld)  # sudo: worked out by the system

    def fix_interest(self, members, made):
        basis = 365
        rate_on = self.env["gov.payment.order"]._gov_rate_on()
        for (_plan, bill), record in zip(members, made, strict=True):
            if bill.paid and record.pay_due_on and bill.paid > record.pay_due_on:
                amount = late_interest(record._gov_interest_base(), record.pay_due_on, bill.paid, rate_on, basis)
                if amount:
                    record._gov_write({"interest_amount": float(amount)})

    # -- counters and entries
    def note(self, line, kind, day, record, label, login, **amounts):
        self.movements.append(
            (login, {"line": self.lines[line], "kind": kind, "date": day, "record": record, "label": label, **amounts})
        )

    def set_counters(self):
        for line_id, counts in self.counts.items():
            self.env.cr.execute(
                """UPDATE gov_commitment_line SET committed = %s, liquidated = %s, ordered = %s, paid = %s
                    WHERE id = %s""",
                [counts["committed"], counts["liquidated"], counts["ordered"], counts["paid"], line_id],
            )
        self.env.invalidate_all()

    def post(self):
        """Post in the order of the phases, so that no line is ever beyond its credits on the way."""
        names = ("committed", "liquidated", "ordered", "paid")
        groups = defaultdict(list)
        for login, movement in sorted(self.movements, key=lambda row: row[1]["date"]):
            kind = movement["kind"]
            is_back = (
                movement["reserved"] < 0 if kind == "reservation" else sum(movement.get(name, 0) for name in names) < 0
            )
            groups[PHASES.index(kind), is_back, login].append(movement)
        for (_phase, _is_back, login), members in sorted(groups.items()):
            # sudo: posted by the takeover, under the name of who would have acted
            self.env["gov.budget.entry"].with_user(self.logins[login]).sudo()._gov_post(members)
