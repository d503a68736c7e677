"""Random acts on a small budget: what must always hold, whatever is done and in whatever order."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from .common import TODAY, ExecutionCase

ACTS = (
    "commit",
    "visa",
    "refuse",
    "return",
    "submit",
    "increase",
    "decrease",
    "cancel",
    "close",
    "invoice",
    "certify",
    "uncertify",
    "order",
    "sign",
    "reject",
    "resend",
    "visa_order",
    "pay",
    "cancel_order",
)
act = st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(1, 700))


PROLOGUE = [
    (name, 0, 300 if name == "commit" else 100)
    for name in ("commit", "visa", "invoice", "certify", "order", "commit", "commit")
]


class NothingToActOn(Exception):
    """The act was drawn before there was a record for it."""


@freeze_time(TODAY)
class TestRandomActs(ExecutionCase):
    @given(st.lists(act, min_size=8, max_size=30))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def play(self, acts):
        savepoint = self.env.cr.savepoint()
        try:
            self.state = {"commitments": [], "invoices": [], "orders": []}
            # drawn acts alone seldom go further than a submission: they begin on an expense that went to its order
            for at, (name, pick, amount) in enumerate([*PROLOGUE, *acts]):
                self.one_act(name, pick, amount, at)
                self.check_holds()
            self.check_ledger()
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def test_whatever_is_done_the_rules_hold(self):
        self.done = set()
        self.play()
        # a play where every act is refused would prove nothing
        self.assertLessEqual({"commit", "visa", "invoice", "certify", "order", "sign", "visa_order"}, self.done)

    def one_act(self, name, pick, amount, at):
        before = self.fingerprint()
        try:
            with self.env.cr.savepoint():
                getattr(self, f"do_{name}")(pick, amount, at)
                self.env.flush_all()
        except UserError:
            self.env.invalidate_all(flush=False)
            # a refused act leaves no trace but its refusal
            self.assertEqual(self.fingerprint(), before, name)
        except NothingToActOn:
            return
        else:
            self.done.add(name)

    def fingerprint(self):
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT (SELECT count(*) FROM gov_budget_entry), (SELECT count(*) FROM gov_commitment_act),
                      (SELECT sum(value) FROM gov_counter WHERE code LIKE 'document.execution.%'),
                      (SELECT string_agg(id || state, ',' ORDER BY id) FROM gov_commitment),
                      (SELECT string_agg(id || state, ',' ORDER BY id) FROM gov_payment_order),
                      (SELECT string_agg(concat(id, available, reserved, committed, ordered, paid), ',' ORDER BY id)
                         FROM gov_budget_line)"""
        )
        return self.env.cr.fetchone()

    def check_holds(self):
        self.env.cr.execute(
            "SELECT min(available), min(reserved) FROM gov_budget_line WHERE budget_id = %s", [self.budget.id]
        )
        self.assertGreaterEqual(min(self.env.cr.fetchone()), Decimal(0))

    def take(self, kind, pick):
        found = self.state[kind]
        if not found:
            raise NothingToActOn
        return found[pick % len(found)]

    def do_commit(self, pick, amount, _at):
        line = (self.line_a, self.line_b, self.line_e)[pick % 3]
        one = self.commitment(amount, line=line)
        self.state["commitments"].append(one)
        one.action_submit()

    def do_submit(self, pick, _amount, _at):
        self.take("commitments", pick).action_submit()

    def do_visa(self, pick, _amount, _at):
        self.take("commitments", pick).with_user(self.controller).action_visa()

    def do_refuse(self, pick, _amount, _at):
        self.take("commitments", pick).with_user(self.controller).action_refuse_visa("Random refusal", "other")

    def do_return(self, pick, _amount, _at):
        self.take("commitments", pick).with_user(self.controller).action_return("Random return")

    def do_increase(self, pick, amount, _at):
        self.take("commitments", pick).action_increase(amount, "Random increase")

    def do_decrease(self, pick, amount, _at):
        self.take("commitments", pick).action_decrease(amount, "Random decrease")

    def do_cancel(self, pick, _amount, _at):
        self.take("commitments", pick).with_user(self.authorising).action_cancel("Random cancellation")

    def do_close(self, pick, _amount, _at):
        self.take("commitments", pick).with_user(self.authorising).action_close("Random closing")

    def do_invoice(self, pick, amount, at):
        one = self.invoice(self.take("commitments", pick), amount, number=f"R-{at}")
        self.state["invoices"].append(one)
        one.action_submit()

    def do_certify(self, pick, _amount, _at):
        self.take("invoices", pick).with_user(self.budget2).action_certify()

    def do_uncertify(self, pick, _amount, _at):
        self.take("invoices", pick).with_user(self.authorising).action_cancel("Random cancellation")

    def do_order(self, pick, _amount, _at):
        invoice = self.take("invoices", pick)
        if invoice.is_ordered or invoice.state != "certified":
            raise NothingToActOn
        one = self.order(invoice)
        self.state["orders"].append(one)
        one.action_submit()

    def do_sign(self, pick, _amount, _at):
        self.take("orders", pick).with_user(self.authorising)._gov_sign_all()

    def do_reject(self, pick, _amount, _at):
        self.take("orders", pick).with_user(self.controller).action_refuse_visa("Random rejection", "other")

    def do_resend(self, pick, _amount, _at):
        self.take("orders", pick).with_user(self.authorising).action_resend()

    def do_visa_order(self, pick, _amount, _at):
        self.take("orders", pick).with_user(self.controller).action_visa()

    def do_pay(self, pick, _amount, _at):
        self.take("orders", pick).with_user(self.controller).action_pay()

    def do_cancel_order(self, pick, _amount, _at):
        self.take("orders", pick).with_user(self.authorising).action_cancel("Random cancellation")
