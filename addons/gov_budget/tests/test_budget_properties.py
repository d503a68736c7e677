from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from odoo.exceptions import UserError
from odoo.tests import BaseCase

from ..services import amendment, closing, ledger
from .common import BudgetCase

AMOUNT = st.decimals(0, 10**9, places=2)
CALM = settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))


class TestBudgetArithmetic(BaseCase):
    """The services, in values."""

    @CALM
    @given(st.lists(AMOUNT, max_size=12), AMOUNT)
    def test_shares_are_exact_and_within(self, amounts, limit):
        shares = closing.share(amounts, limit)
        self.assertEqual(sum(shares), min(sum(amounts), limit) if amounts else 0)
        for share, amount in zip(shares, amounts, strict=True):
            self.assertLessEqual(0, share)
            self.assertLessEqual(share, amount + Decimal("0.01"))

    @CALM
    @given(
        st.fixed_dictionaries(
            {
                "cp": AMOUNT,
                "ce": AMOUNT,
                "ordered": AMOUNT,
                "liquidated": AMOUNT,
                "committed": AMOUNT,
                "reserved": AMOUNT,
            }
        ),
        st.booleans(),
    )
    def test_closing_leaves_nothing_and_breaks_no_rule(self, raw, is_investment):
        """Whatever a valid line holds, after the closing nothing is available and every rule holds."""
        ordered = min(raw["ordered"], raw["cp"])
        ce = raw["ce"] if is_investment else Decimal(0)
        committed = min(max(raw["committed"], ordered), raw["cp"] + ce)
        line = dict.fromkeys(ledger.COUNTERS, Decimal(0)) | {
            "cp_initial": raw["cp"],
            "cp_current": raw["cp"],
            "ce_initial": ce,
            "ce_current": ce,
            "ordered": ordered,
            "paid": ordered,
            "committed": committed,
            "liquidated": min(max(raw["liquidated"], ordered), committed),
        }
        line["reserved"] = min(raw["reserved"], raw["cp"] + ce - committed)
        line["available"] = raw["cp"] + ce - committed - line["reserved"]
        self.assertIsNone(ledger.problem(line))
        after = ledger.added(
            line, ledger.total([{"kind": "lapse", **closing.lapse(line, is_investment)}], is_investment)
        )
        self.assertIsNone(ledger.problem(after))
        self.assertEqual(after["available"], 0)
        self.assertEqual(after["ordered"], ordered)

    @CALM
    @given(st.lists(st.tuples(st.integers(1, 4), st.decimals(-1000, 1000, places=2)), max_size=10))
    def test_programme_moves_balance(self, lines):
        moves = amendment.programme_moves(lines)
        net = sum((amount for _programme, amount in lines), Decimal(0))
        self.assertEqual(sum(into - out for out, into in moves.values()), net)
        self.assertTrue(all(out >= 0 and into >= 0 and not (out and into) for out, into in moves.values()))


class BudgetMachine(RuleBasedStateMachine):
    """Random acts on a few lines; a model in plain numbers stands beside the ledger."""

    case = None

    def __init__(self):
        super().__init__()
        self.savepoint = self.case.env.cr.savepoint()
        self.lines = [self.case.line_a, self.case.line_b, self.case.line_e, self.case.line_i]
        self.signed = []
        self.case.env.invalidate_all()
        self.expected = {line.id: {name: ledger.money(line[name]) for name in ledger.COUNTERS} for line in self.lines}

    def teardown(self):
        self.savepoint.close(rollback=True)
        self.case.env.invalidate_all()
        super().teardown()

    def attempt(self, line, movement):
        """Post a movement; it is accepted exactly when the arithmetic allows it."""
        delta = ledger.total([movement], line.is_investment)
        after = ledger.added(self.expected[line.id], delta)
        allowed = ledger.problem(after) is None
        before = self.case.Entry.search_count([("line_id", "=", line.id)])
        try:
            with self.case.env.cr.savepoint():
                self.case.Entry._gov_post([{"line": line, **movement}])
        except UserError:
            assert not allowed, (movement, after)
            assert self.case.Entry.search_count([("line_id", "=", line.id)]) == before
        else:
            assert allowed, (movement, after)
            self.expected[line.id] = after

    @rule(at=st.integers(0, 3), amount=st.integers(1, 900))
    def commit(self, at, amount):
        self.attempt(self.lines[at], {"kind": "commitment", "committed": amount})

    @rule(at=st.integers(0, 3), amount=st.integers(-300, 300))
    def reserve(self, at, amount):
        self.attempt(self.lines[at], {"kind": "reservation", "reserved": amount})

    @rule(at=st.integers(0, 3), amount=st.integers(1, 500))
    def decommit(self, at, amount):
        self.attempt(self.lines[at], {"kind": "commitment", "committed": -amount})

    @rule(at=st.integers(0, 3), phase=st.sampled_from(["liquidated", "ordered", "paid"]), amount=st.integers(1, 600))
    def execute(self, at, phase, amount):
        kind = {"liquidated": "liquidation", "ordered": "order", "paid": "payment"}[phase]
        self.attempt(self.lines[at], {"kind": kind, phase: amount})

    @rule(at=st.integers(0, 3), cp=st.integers(-500, 500))
    def amend(self, at, cp):
        self.attempt(self.lines[at], {"kind": "amendment", "movement": "a9", "cp": cp})

    @rule(giver=st.integers(0, 2), taker=st.integers(0, 2), amount=st.integers(1, 400))
    def transfer(self, giver, taker, amount):
        """A transfer through its whole circuit, whatever its kind."""
        case = self.case
        if giver == taker:
            return
        one = (
            case.env["gov.budget.amendment"]
            .with_user(case.budget_user)
            .create(
                {
                    "budget_id": case.budget.id,
                    "reason": "Random",
                    "line_ids": [
                        (0, 0, {"line_id": self.lines[giver].id, "cp": -amount}),
                        (0, 0, {"line_id": self.lines[taker].id, "cp": amount}),
                    ],
                }
            )
        )
        try:
            with case.env.cr.savepoint():
                one.action_submit()
                one.with_user(case.authorising).action_sign()
                if one.needs_authority:
                    one.with_user(case.authorising).action_authorise("D 1", "2026-03-01")
        except UserError:
            one.invalidate_recordset()
            assert one.state == "draft"
            return
        self.expected[self.lines[giver].id] = ledger.added(
            self.expected[self.lines[giver].id], ledger.total([{"kind": "reservation", "reserved": amount}], False)
        )
        self.signed.append((one, self.lines[giver], self.lines[taker], amount))

    @precondition(lambda self: self.signed)
    @rule(refuse=st.booleans())
    def finish(self, refuse):
        one, source, target, amount = self.signed.pop(0)
        case = self.case
        release = {"kind": "reservation", "reserved": -amount}
        if refuse:
            one.with_user(case.controller).action_refuse("Random refusal")
            self.expected[source.id] = ledger.added(self.expected[source.id], ledger.total([release], False))
            return
        try:
            with case.env.cr.savepoint():
                one.with_user(case.controller)._gov_visa()
        except UserError:
            one.invalidate_recordset()
            self.signed.append((one, source, target, amount))
            return
        for line, moves in (
            (source, [release, {"kind": "amendment", "movement": one.kind, "cp": -amount}]),
            (target, [{"kind": "amendment", "movement": one.kind, "cp": amount}]),
        ):
            self.expected[line.id] = ledger.added(self.expected[line.id], ledger.total(moves, False))

    @invariant()
    def counters_are_sums_and_never_negative(self):
        case = self.case
        for line in self.lines:
            line.invalidate_recordset(ledger.COUNTERS, flush=False)
            found = {name: ledger.money(line[name]) for name in ledger.COUNTERS}
            assert found == self.expected[line.id], (line.full_code, found, self.expected[line.id])
            assert found["available"] >= 0
        case.check_books(case.env["gov.budget.line"].concat(*self.lines))
        for cap in case.env["gov.budget.cap"].search([("budget_id", "=", case.budget.id)]):
            cap.invalidate_recordset(flush=False)
            assert cap.moved_out + cap.moved_in <= cap.initial * 0.1 + 0.005


class TestBudgetStateful(BudgetCase):
    """Random acts: nothing is ever overdrawn, counters are sums, programmes stay within their cap."""

    def test_random_acts(self):
        machine = type("Machine", (BudgetMachine,), {"case": self})
        run_state_machine_as_test(
            machine,
            settings=settings(
                deadline=None,
                max_examples=8,
                stateful_step_count=20,
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
