from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.text import nbsp_amount

from ..services import clocks, takeover
from ..services.interest import exact, money
from .gov_commitment import amount_field
from .gov_execution_act import BULK

ZERO = Decimal(0)
WAITING = ("draft", "submitted", "suspended", "certified")  # invoices that follow their commitment
UNSIGNED = ("draft", "submitted")


class GovCommitment(models.Model):
    """Year end: what is committed and not ordered lapses, or is taken over by a commitment of the next year.

    The two are linked both ways.  Invoices that are not ordered follow, so that whatever is certified or ordered in
    the new year is charged to its lines; what was done stays where it was done.
    """

    _inherit = "gov.commitment"

    predecessor_id = fields.Many2one(
        "gov.commitment",
        "Comes from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The commitment of the year before that this one continues.",
    )
    successor_ids = fields.One2many("gov.commitment", "predecessor_id", "Continued by", readonly=True, copy=False)
    left_behind = amount_field("Lapsed", readonly=True, copy=False, help="Committed, not ordered, lost at year end.")
    can_renew = fields.Boolean(compute="_compute_can_renew", export_string_translation=False)

    @api.depends("state", "successor_ids.state", "left_behind")
    def _compute_can_renew(self):
        for one in self:
            live = one.successor_ids.filtered(lambda other: other.state not in ("cancelled", "refused"))
            one.can_renew = one.state == "lapsed" and bool(one.left_behind) and not live

    def _gov_authors(self):
        """Who asked for a commitment that is taken over is who asked for the first one, not who carried it over."""
        taken = self.sudo().filtered(  # sudo: only who asked
            lambda one: one.predecessor_id and "carry_over" in one.act_ids.mapped("kind")
        )
        if not taken:
            return super()._gov_authors()
        return super(GovCommitment, self - taken)._gov_authors() | taken.predecessor_id._gov_authors()

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_renew(self):
        """Prepare the commitment of this year for what lapsed with the last: a draft on the same rubrics, to propose.

        Credits of operation lapse: what is still owed is charged to those of the new year, with a visa of its own.
        """
        self.ensure_one()
        self.check_access("write")
        self._gov_check_office()
        self._gov_take("lapsed", "lapsed")
        one = self.sudo().with_context(lang=self.env.lang)  # sudo: who renews was checked
        if not one.can_renew:
            raise UserError(self.env._("It is continued already, or nothing lapsed: open “Continued by”."))
        year = self.env["gov.fiscal.year"]._for_date(self._gov_today())
        if not year or year == one.fiscal_year_id:
            raise UserError(self.env._("Open the budget of the new year first."))
        lines = one.line_ids.filtered("lapsed")
        targets = one._gov_next_lines(lines.budget_line_id, year)
        missing = lines.budget_line_id.filtered(lambda line: line.id not in targets)
        if missing:
            raise UserError(
                self.env._(
                    "No open line of this year has the rubric %(codes)s.", codes=", ".join(missing.mapped("full_code"))
                )
            )
        amounts = defaultdict(lambda: ZERO)
        for line in lines:
            amounts[targets[line.budget_line_id.id]] += exact(line.lapsed)
        values = one._gov_continued_vals(year)
        values["line_ids"] = [
            (0, 0, {"budget_line_id": line.id, "amount": float(amount)}) for line, amount in amounts.items()
        ]
        made = self._gov_create([values])
        made.sudo()._gov_list_pieces("commitment")  # sudo: the list of the kind
        self._gov_journal("renew", {"number": one.number or "", "amount": str(sum(amounts.values(), ZERO))})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": made.id,
            "views": [(False, "form")],
        }

    def action_open_chain(self):
        """Open what this commitment continues and what continues it."""
        self.ensure_one()
        self.check_access("read")
        chain = self.sudo()._gov_chain()  # sudo: only ids; the list shows what the reader may see
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("From year to year"),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", chain.ids)],
        }

    def _gov_chain(self):
        """Return this commitment with those it continues and those that continue it, from year to year."""
        chain = found = self
        while found := found.predecessor_id - chain:
            chain |= found
        found = chain
        while found := found.successor_ids - chain:
            chain |= found
        return chain

    def _gov_contract_total(self):
        """Return the contract of a chain of commitments: its first amount and what amendments added or took off."""
        firsts = self.filtered(lambda one: one.predecessor_id not in self)
        changes = self.act_ids.filtered(
            lambda act: act.kind in ("increase", "decrease") and act.state in ("visaed", "overridden")
        )
        amounts = [*firsts.mapped("amount"), *changes.mapped("amount")]
        return sum((exact(amount) for amount in amounts), ZERO)

    # ------------------------------------------------------------------ taking over
    def _gov_continued_vals(self, year):
        """Return the values of the commitment of ``year`` that continues this one."""
        self.ensure_one()
        return {
            "object": self.object,
            "kind_id": self.kind_id.id,
            "form": self.form,
            "reference": self.reference,
            "reference_date": self.reference_date,
            "is_negotiated": self.is_negotiated,
            "officer_id": self.officer_id.id,
            "fiscal_year_id": year.id,
            "partner_id": self.partner_id.id,
            "unit_id": self.unit_id.id,
            "period_from": self.period_from,
            "period_to": self.period_to,
            "note": self.note,
            "predecessor_id": self.id,
        }

    @api.model
    def _gov_next_lines(self, lines, year):
        """Return line id → the open line of ``year`` of the same rubric, of the same unit where there is one."""
        candidates = self.env["gov.budget.line"].search(
            [
                ("fiscal_year_id", "=", year.id),
                ("is_open", "=", True),
                ("node_id", "in", lines.node_id.ids),
                ("parent_line_id", "=", False),
            ]
        )
        by_node, found = candidates.grouped("node_id"), {}
        for line in lines:
            same = by_node.get(line.node_id, candidates.browse())
            unit = (line.parent_line_id or line).unit_id
            best = same.filtered(lambda one, unit=unit: one.unit_id == unit) or same
            if best:
                found[line.id] = best[:1]
        return found

    def _gov_follow(self, successor, mapping):
        """Move the invoices that are not ordered to the successor; return {its line id: certified and not ordered}.

        Certified invoices come while the successor's lines have room for them, the oldest first; the others follow
        once it is increased.

        :param mapping: line of this commitment → line of the successor
        """
        self.ensure_one()
        room = {line: exact(line.committed) - exact(line.liquidated) for line in mapping.values()}
        counted = defaultdict(lambda: ZERO)
        for invoice in self.liquidation_ids.filtered(lambda one: one.state in WAITING).sorted("id"):
            orders = invoice.order_ids.filtered(lambda order: order.state != "cancelled")
            rows = invoice.line_ids
            is_ordered = orders.filtered(lambda order: order.state not in UNSIGNED)
            if is_ordered or rows.commitment_line_id.filtered(lambda line: line not in mapping):
                continue
            asked = defaultdict(lambda: ZERO)
            for row in rows:
                asked[mapping[row.commitment_line_id]] += money(row.amount)
            if invoice.state == "certified":
                if any(amount > room[line] for line, amount in asked.items()):
                    continue
                for line, amount in asked.items():
                    room[line] -= amount
                    counted[line.id] += amount
            self._gov_move_invoice(invoice, orders, successor, asked)
        return counted

    def _gov_move_invoice(self, invoice, orders, successor, asked):
        self.env.flush_all()
        rows = invoice.line_ids.sorted("id")
        lines = list(asked)
        # the guard of drafts is passed: the amounts stay, their line is that of the new year
        if rows:
            self.env.cr.execute_values(
                """UPDATE gov_liquidation_line l SET commitment_line_id = v.line, amount = v.amount
                     FROM (VALUES %s) v (id, line, amount) WHERE l.id = v.id""",
                [(row.id, line.id, asked[line]) for row, line in zip(rows, lines, strict=False)],
            )
        if len(rows) > len(lines):
            surplus = tuple(rows[len(lines) :].ids)
            self.env.execute_query(SQL("DELETE FROM gov_liquidation_line WHERE id IN %s RETURNING id", surplus))
        self.env.invalidate_all()
        invoice._gov_write({"commitment_id": successor.id})
        for order in orders:
            order._gov_write({"commitment_id": successor.id})
        self.env.flush_all()
        orders._gov_refresh()

    def _gov_effect(self, act, word, user, was_reserved=True):
        """A commitment that continues another one takes its invoices once it has room for them."""
        super()._gov_effect(act, word, user, was_reserved)
        before = self.predecessor_id
        if not before or act.kind not in ("initial", "increase"):
            return
        mapping = self._gov_mapping(before)
        counted = before._gov_follow(self, mapping)
        if act.kind == "initial":
            self._gov_on_taken_over()
        if counted:
            self.env.flush_all()
            self.env["gov.commitment.line"]._gov_move(counted, "liquidated")
            act._gov_post({line: {"liquidated": amount} for line, amount in counted.items()}, kind="liquidation")

    def _gov_mapping(self, before):
        """Return line of the commitment before → line of this one, by rubric."""
        found = {}
        for line in before.line_ids:
            node = line.budget_line_id.node_id
            same = self.line_ids.filtered(lambda one, node=node: one.budget_line_id.node_id == node)
            if same:
                found[line] = same[:1]
        return found

    def _gov_on_taken_over(self):
        """Called on new commitments that continue others; modules whose records name a commitment follow it."""


class GovCommitmentLine(models.Model):
    _inherit = "gov.commitment.line"

    lapsed = amount_field("Lapsed", readonly=True, copy=False, default=0.0, required=True)
    lapsed_liquidated = amount_field(
        "Lapsed, certified", readonly=True, copy=False, default=0.0, required=True, export_string_translation=False
    )


class GovPaymentOrder(models.Model):
    _inherit = "gov.payment.order"

    def _gov_on_cancelled(self):
        """An order of a closed year is given up: its invoice follows what continues its commitment."""
        super()._gov_on_cancelled()
        before, invoice = self.commitment_id, self.liquidation_id
        successor = before.successor_ids.filtered(lambda one: one.state == "visaed")[:1]
        if not invoice or not successor:
            return
        counted = before._gov_follow(successor, successor._gov_mapping(before))
        if not counted:
            return
        self.env.flush_all()
        self.env["gov.commitment.line"]._gov_move(counted, "liquidated")
        self.env["gov.budget.entry"]._gov_post(
            [
                {
                    "line": line.budget_line_id,
                    "kind": "liquidation",
                    "liquidated": counted[line.id],
                    "record": invoice,
                    "label": f"{invoice.number} {invoice.partner_id.name or ''} {invoice.invoice_number}",
                }
                for line in successor.line_ids.filtered(lambda line: line.id in counted)
            ]
        )


class GovBudgetAmendment(models.Model):
    _inherit = "gov.budget.amendment"

    def _gov_recode_problems(self):
        problems = super()._gov_recode_problems()
        if not self.is_paid:
            problems.append(
                self.env._(
                    "An expense changes line once it is paid. Until then have its order rejected or cancelled, and "
                    "commit it on the right line."
                )
            )
        return problems


class GovBudget(models.Model):
    _inherit = "gov.budget"

    def _gov_unvisaed_orders(self, lock=False):
        """Return the orders (superuser) charged to these budgets that have no visa."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT o.id FROM gov_payment_order o
                    WHERE o.state = 'issued' AND EXISTS (
                          SELECT FROM gov_payment_order_line r JOIN gov_budget_line l ON l.id = r.budget_line_id
                           WHERE r.order_id = o.id AND l.budget_id IN %s)
                 ORDER BY o.id %s""",
                tuple(self.ids) or (0,),
                SQL("FOR NO KEY UPDATE" if lock else ""),
            )
        )
        return self.env["gov.payment.order"].sudo().browse(row[0] for row in rows)  # sudo: those of all regions

    def _gov_unvisaed_amounts(self):
        found = defaultdict(lambda: ZERO, super()._gov_unvisaed_amounts())
        for row in self._gov_unvisaed_orders().line_ids:
            found[row.budget_line_id.id] += money(row.amount)
        return found

    def _gov_reject_orders(self, orders):
        """An order is of the year of its visa: those without one on 31 December leave the books that close."""
        if not orders:
            return
        day, today = self.fiscal_year_id.date_to, self._gov_today()
        orders._gov_take("issued", "rejected")
        for one in orders:
            used = one.visa_days_used + clocks.elapsed_days(one.received_on or day, day)
            one._gov_write(
                {
                    "remarks": self.env._("The books of the year closed before its visa."),
                    "ground": "other",
                    "rejected_on": today,
                    "visa_days_used": used,
                }
            )
        self.env.flush_all()
        orders._gov_count("ordered", -1, "order", day)
        for one in orders:
            one._gov_journal("refuse", {"number": one.number, "reason": one.remarks, "ground": "other"}, self.env.user)

    def _gov_on_closing(self):
        """Lock the acts that wait on these books before their lines, in the order in which acts do."""
        super()._gov_on_closing()
        orders = self._gov_unvisaed_orders(lock=True)
        # a closing reads what others have written, or it would lapse less than it closes
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """SELECT a.id FROM gov_commitment_act a
                    WHERE a.state = 'proposed' AND EXISTS (
                          SELECT FROM gov_commitment_line c JOIN gov_budget_line l ON l.id = c.budget_line_id
                           WHERE c.commitment_id = a.commitment_id AND l.budget_id IN %s)
                 ORDER BY a.id FOR NO KEY UPDATE""",
                tuple(self.ids) or (0,),
            )
        )
        self._gov_reject_orders(orders)

    def _gov_on_closed(self):
        """Mark what lapsed with the credits: proposals that waited, and commitments of operation not ordered."""
        super()._gov_on_closed()
        for budget in self.sudo():  # sudo: who closes the books was checked
            budget._gov_drop_proposals()
            budget._gov_lapse_commitments()

    def _gov_drop_proposals(self):
        """Proposals that wait at year end end with the credit they had reserved."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_commitment_act a SET state = 'cancelled', remarks = %s, decided_on = %s,
                          decided_by_id = %s, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                    WHERE a.state = 'proposed' AND EXISTS (
                          SELECT FROM gov_commitment_line c JOIN gov_budget_line l ON l.id = c.budget_line_id
                           WHERE c.commitment_id = a.commitment_id AND l.budget_id = %s)
                RETURNING a.id""",
                self.env._("The books of the year are closed."),
                self.fiscal_year_id.date_to,
                self.env.uid,
                self.env.uid,
                self.id,
            )
        )
        self.env.invalidate_all()
        for act in self.env["gov.commitment.act"].browse(row[0] for row in rows):
            commitment = act.commitment_id
            values = {"pending_act_id": False}
            if commitment.state == "proposed":
                values["state"] = "lapsed"
            commitment._gov_write(values)
            # the lines of these books have given the reservation back already; those of another budget do it now
            act._gov_post(
                {
                    line: {"reserved": -amount}
                    for line, amount in act._gov_changes().items()
                    if amount > 0 and commitment.line_ids.browse(line).budget_line_id.budget_id != self
                }
            )

    def _gov_lapse_commitments(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """WITH old AS (
                       SELECT c.id, c.committed - c.ordered AS lost, c.liquidated - c.ordered AS owed
                         FROM gov_commitment_line c JOIN gov_budget_line l ON l.id = c.budget_line_id
                        WHERE l.budget_id = %s AND NOT l.is_investment AND c.committed > c.ordered
                     ORDER BY c.id FOR NO KEY UPDATE OF c)
                   UPDATE gov_commitment_line c
                      SET committed = c.ordered, liquidated = c.ordered, lapsed = c.lapsed + old.lost,
                          lapsed_liquidated = c.lapsed_liquidated + old.owed
                     FROM old WHERE old.id = c.id
                RETURNING c.id, c.commitment_id, old.lost""",
                self.id,
            )
        )
        if not rows:
            return
        self.env.invalidate_all()
        lost = defaultdict(dict)
        for line, commitment, amount in rows:
            lost[commitment][line] = money(amount)
        commitments = self.env["gov.commitment"].browse(sorted(lost))
        day, reason = self.fiscal_year_id.date_to, self.env._("The books of the year are closed.")
        commitments._gov_make_act(
            [
                {
                    "commitment_id": one.id,
                    "kind": "lapse",
                    "changes": {str(line): str(-amount) for line, amount in lost[one.id].items()},
                    "amount": -float(sum(lost[one.id].values(), ZERO)),
                    "reason": reason,
                    "asked_by_id": self.env.uid,
                    "asked_on": day,
                    "decided_by_id": self.env.uid,
                    "decided_on": day,
                    "state": "done",
                    "number": one.number,
                    "fiscal_year_id": one.fiscal_year_id.id,
                    "officer_id": one.officer_id.id,
                }
                for one in commitments
            ]
        )
        self.env.flush_all()
        # a commitment with something left on an investment line goes on: it waits for the carry-over
        self.env.execute_query(
            SQL(
                """UPDATE gov_commitment c SET left_behind = s.lost,
                          state = CASE WHEN c.state = 'visaed' AND s.going = 0 THEN 'lapsed' ELSE c.state END
                     FROM (SELECT l.commitment_id, sum(l.lapsed) AS lost,
                                  count(*) FILTER (WHERE l.committed > l.ordered) AS going
                             FROM gov_commitment_line l WHERE l.commitment_id IN %s GROUP BY l.commitment_id) s
                    WHERE c.id = s.commitment_id RETURNING c.id""",
                tuple(lost),
            )
        )
        self.env.invalidate_all()
        total = sum((money(amount) for _line, _commitment, amount in rows), ZERO)
        self.env["gov.journal.entry"]._record(self, "lapse", {"commitments": len(lost), "amount": f"{total:.2f}"})


class GovBudgetLine(models.Model):
    _inherit = "gov.budget.line"

    def _gov_left_of_commitments(self):
        """Return (commitment line, budget line, state, left, certified not ordered, CE) rows, oldest visa first."""
        if not self:
            return []
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """SELECT c.id, c.budget_line_id, o.state, c.committed - c.ordered,
                          coalesce(i.owed, 0), c.ce_amount
                     FROM gov_commitment_line c JOIN gov_commitment o ON o.id = c.commitment_id
                     LEFT JOIN LATERAL (
                          SELECT sum(r.amount) AS owed
                            FROM gov_liquidation_line r JOIN gov_liquidation q ON q.id = r.liquidation_id
                           WHERE r.commitment_line_id = c.id AND q.state = 'certified' AND NOT EXISTS (
                                 SELECT FROM gov_payment_order p WHERE p.liquidation_id = q.id
                                    AND p.state NOT IN ('draft', 'submitted', 'cancelled'))) i ON TRUE
                    WHERE c.budget_line_id IN %s AND c.committed > c.ordered AND o.state IN ('visaed', 'closed')
                 ORDER BY o.visa_on, c.id""",
                tuple(self.ids),
            )
        )

    def _gov_closed_amounts(self):
        found = defaultdict(lambda: ZERO, super()._gov_closed_amounts())
        for _id, line, state, left, _owed, _ce in self._gov_left_of_commitments():
            if state == "closed":
                found[line] += money(left)
        return found

    def _gov_later_amounts(self):
        found = defaultdict(lambda: ZERO, super()._gov_later_amounts())
        for _id, line, state, left, _owed, ce in self._gov_left_of_commitments():
            if state == "visaed":
                found[line] += takeover.later_part(ce, left)
        return found


class GovBudgetCarryover(models.Model):
    _inherit = "gov.budget.carryover"

    commitment_ids = fields.One2many(
        "gov.budget.carryover.commitment",
        "carryover_id",
        "Commitments",
        help="Taken over, and with how much of the credit.",
    )

    def action_compute(self):
        """Read what is left to order, share the ceiling, then the credit of each line among its commitments."""
        result = super().action_compute()
        for one in self:
            one.line_ids._gov_list_commitments()
        return result

    def _gov_problems(self):
        problems = super()._gov_problems()
        for item in self.line_ids:
            rows = item.commitment_ids
            total = sum((money(row.amount) for row in rows), ZERO)
            if total > money(item.amount):
                problems.append(
                    self.env._(
                        "%(line)s: its commitments take %(rows)s, %(amount)s is carried.",
                        line=item.line_id.display_name,
                        rows=nbsp_amount(total),
                        amount=nbsp_amount(item.amount),
                    )
                )
        for row in self.commitment_ids:
            if row.amount < 0 or money(row.amount) > money(row.left) - money(row.later):
                problems.append(
                    self.env._(
                        "“%(commitment)s”: at most what it leaves unordered, less its later years.",
                        commitment=row.commitment_id.display_name,
                    )
                )
        return problems

    def _gov_take_over(self, targets):
        taken = super()._gov_take_over(targets)
        year = self.target_budget_id.fiscal_year_id
        rows = self.commitment_ids.filtered(lambda row: row.amount or row.later).sorted("id")
        by_commitment = rows.grouped("commitment_id")
        commitments = rows.commitment_id.sorted("id")
        if not commitments:
            return taken
        # the first statement: of two carry-overs, or of a renewal at the same time, one takes them
        commitments._gov_take("visaed", "carried")
        vals_list = [one._gov_continued_vals(year) for one in commitments]
        for one, values in zip(commitments, vals_list, strict=True):
            lines = defaultdict(lambda: [ZERO, ZERO])
            later = sum((money(row.later) for row in by_commitment[one]), ZERO)
            schedule = {row.year: money(row.amount) for row in one.schedule_ids}
            _now, after = takeover.split_later(later, schedule, year.date_from.year)
            for row in by_commitment[one]:
                rest = min(after, money(row.later))
                after -= rest
                amounts = lines[targets[row.item_id.line_id.id]]
                amounts[0] += money(row.amount) + money(row.later) - rest
                amounts[1] += rest
            committed = {line.id: sum(amounts, ZERO) for line, amounts in lines.items()}
            values.update(
                number=f"{(one.number or str(one.id)).split('-R')[0]}-R{year.date_from.year}",
                requested_by_id=one.requested_by_id.id,
                deposited_on=one.deposited_on,
                visa_on=one.visa_on,
                visa_by_id=one.visa_by_id.id,
                is_override=one.is_override,
                line_ids=[
                    (
                        0,
                        0,
                        {
                            "budget_line_id": line.id,
                            "amount": float(amounts[0]),
                            "ce_amount": float(amounts[1]),
                            "committed": float(committed[line.id]),
                        },
                    )
                    for line, amounts in lines.items()
                ],
                schedule_ids=[
                    (0, 0, {"year": at, "amount": float(amount)})
                    for at, amount in schedule.items()
                    if at > year.date_from.year and amount
                ],
            )
        return self._gov_make_successors(commitments, vals_list, rows, targets, taken)

    def _gov_make_successors(self, commitments, vals_list, rows, targets, taken):
        """Make the commitments of the new year, move what follows them, and say what the ledger takes."""
        made = self.env["gov.commitment"].with_context(gov_bulk=BULK)._gov_create(vals_list)
        made = made.with_context(gov_bulk=False).sudo()  # sudo: the visa of the carry-over was checked
        made._gov_write({"state": "visaed"})
        year = self.target_budget_id.fiscal_year_id
        acts = commitments._gov_make_act(
            [
                {
                    "commitment_id": new.id,
                    "kind": "carry_over",
                    "changes": {str(line.id): str(money(line.committed)) for line in new.line_ids},
                    "amount": float(sum((money(line.committed) for line in new.line_ids), ZERO)),
                    "reason": self.number,
                    "asked_by_id": self.submitted_by_id.id,
                    "asked_on": self.date,
                    "decided_by_id": self.env.uid,
                    "decided_on": self.visa_date,
                    "state": "done",
                    "number": new.number,
                    "fiscal_year_id": year.id,
                    "officer_id": new.officer_id.id,
                }
                for new in made
            ]
        )
        counted_all = {}
        for old, new, act in zip(commitments, made, acts, strict=True):
            mapping = {
                row.commitment_line_id: new.line_ids.filtered(
                    lambda line, target=targets[row.item_id.line_id.id]: line.budget_line_id == target
                )
                for row in rows
                if row.commitment_id == old
            }
            counted = old._gov_follow(new, mapping)
            counted_all.update(counted)
            for line in new.line_ids:
                taken.setdefault(line.budget_line_id.id, []).append(
                    {
                        "committed": money(line.committed),
                        "liquidated": counted.get(line.id, ZERO),
                        "record": act,
                        "label": f"{new.number} {new.object}",
                    }
                )
            mine = rows.filtered(lambda row, old=old: row.commitment_id == old)
            behind = sum((money(row.left) - money(row.later) - money(row.amount) for row in mine), ZERO)
            old._gov_write({"left_behind": float(behind)})
            old._gov_journal("carry_over", {"number": old.number or "", "successor": new.number})
        self.env.flush_all()
        self.env["gov.commitment.line"]._gov_move(counted_all, "liquidated")
        made._gov_on_taken_over()
        return taken


class GovBudgetCarryoverLine(models.Model):
    _inherit = "gov.budget.carryover.line"

    commitment_ids = fields.One2many("gov.budget.carryover.commitment", "item_id", "Commitments")

    def write(self, vals):
        result = super().write(vals)
        if "amount" in vals and not self.env.context.get("gov_from_commitments"):
            self._gov_share()
        return result

    def _gov_list_commitments(self):
        """Read the commitments behind the lines, and share the credit of each line among them."""
        # sudo: the carry-over is that of the whole department
        items = {item.line_id.id: item for item in self.sudo()}
        # sudo: as above
        rows = self.env["gov.budget.line"].sudo().browse(items)._gov_left_of_commitments()
        self.env["gov.budget.carryover.commitment"]._gov_create(
            [
                {
                    "carryover_id": items[line].carryover_id.id,
                    "item_id": items[line].id,
                    "commitment_line_id": commitment_line,
                    "left": left,
                    "certified": owed,
                    "later": takeover.later_part(ce, left),
                }
                for commitment_line, line, state, left, owed, ce in rows
                if state == "visaed"
            ]
        )
        self.invalidate_recordset(["commitment_ids"])
        self._gov_share()

    def _gov_share(self):
        for item in self:
            rows = [
                takeover.Left(row.id, money(row.left), money(row.certified), money(row.later))
                for row in item.commitment_ids.sorted("id")
            ]
            shares = takeover.allocate(money(item.amount), rows)
            for row in item.commitment_ids:
                row.with_context(gov_from_line=True).amount = float(shares[row.id])


class GovBudgetCarryoverCommitment(models.Model):
    """One commitment that a carry-over takes over, and the part of the line's credit that it gets."""

    _name = "gov.budget.carryover.commitment"
    _description = "Commitment carried over"
    _inherit = ["gov.budget.part", "gov.budget.stateful", "gov.budget.amounts"]
    _act_field = "carryover_id"
    _amount_fields = ("amount",)
    # read from the closed books with the lines
    _act_fields = frozenset({"carryover_id", "item_id", "commitment_line_id", "left", "certified", "later"})
    _order = "carryover_id, item_id, id"

    carryover_id = fields.Many2one(
        "gov.budget.carryover", "Carry-over of credits", required=True, readonly=True, index=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        "gov.budget.carryover.line", "Line", required=True, readonly=True, index=True, ondelete="cascade"
    )
    line_id = fields.Many2one(related="item_id.line_id", string="Budget line")
    commitment_line_id = fields.Many2one(
        "gov.commitment.line", "Commitment line", required=True, readonly=True, index=True, ondelete="restrict"
    )
    commitment_id = fields.Many2one(
        related="commitment_line_id.commitment_id", store=True, index=True, ondelete="restrict", string="Commitment"
    )
    partner_id = fields.Many2one(related="commitment_id.partner_id", string="Beneficiary")
    left = fields.Float("Left to order", digits=(16, 2), readonly=True)
    certified = fields.Float(
        "Certified, not ordered", digits=(16, 2), readonly=True, help="Owed already: it comes first."
    )
    later = fields.Float("Of later years", digits=(16, 2), readonly=True)
    amount = fields.Float("Carried over", digits=(16, 2))

    _once = models.UniqueIndex("(item_id, commitment_line_id)", "A commitment stands once on a line of a carry-over.")

    def write(self, vals):
        result = super().write(vals)
        if "amount" in vals and not self.env.context.get("gov_from_line"):
            for item in self.item_id:
                total = sum((money(row.amount) for row in item.commitment_ids), ZERO)
                item.with_context(gov_from_commitments=True).amount = float(total)
        return result
