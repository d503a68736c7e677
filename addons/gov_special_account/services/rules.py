"""Rules of special-purpose accounts (CAS) and autonomous services (SEGMA): organic law 130-13 art. 16-30, decree
2-15-426 art. 11, 23-26.

Values in, values out: amounts are ``Decimal`` (or anything ``Decimal`` takes exactly), rates are given by the caller,
who reads them from the dated legal parameters.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

ZERO = Decimal(0)
OK, BROKEN, WATCH, IDLE = "ok", "broken", "watch", "none"  # idle: the rule does not apply (yet)


@dataclass(frozen=True)
class Position:
    """Where an account (or one part of an autonomous service) stands in a year, at a date.

    ``transferred`` is what the account gave to the general budget: its credits and its money go down by it.
    """

    carried: Decimal = ZERO
    collected: Decimal = ZERO
    lf_credits: Decimal = ZERO
    extra_a: Decimal = ZERO
    extra_b: Decimal = ZERO
    transferred: Decimal = ZERO
    anticipation: Decimal = ZERO
    committed: Decimal = ZERO
    ordered: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def realised(self):
        """Balance carried forward and revenue collected (CAS-9, SG-9)."""
        return self.carried + self.collected

    @property
    def credits(self):
        """Credits of the finance law, opened since, less what was transferred to the general budget."""
        return self.lf_credits + self.extra_a + self.extra_b - self.transferred

    @property
    def engage_room(self):
        """What may still be committed: within the credits and the ceiling of anticipated commitments (CAS-14)."""
        return self.credits + self.anticipation - self.committed

    @property
    def cash_room(self):
        """What realised revenue still allows to order: the money not ordered and not given away."""
        return self.realised - self.transferred - self.ordered

    @property
    def order_room(self):
        """What may still be ordered: within the credits and within realised revenue (CAS-9, SG-9)."""
        return min(self.credits - self.ordered, self.cash_room)

    @property
    def extra_a_max(self):
        """Largest total of credits of type A: revenue collected in excess of the finance law (CAS-10)."""
        return max(ZERO, self.collected - self.lf_credits)

    @property
    def extra_b_max(self):
        """Largest total of credits of type B: the surplus of the year before (CAS-11)."""
        return max(ZERO, self.carried)

    @property
    def balance(self):
        """Money left on the account: always creditor (CAS-5)."""
        return self.realised - self.paid - self.transferred

    @property
    def transfer_room(self):
        """What may go to the general budget: credits that are not committed, money that is not ordered (CAS-3)."""
        return max(ZERO, min(self.credits - self.committed, self.cash_room))

    def can_engage(self, amount):
        return amount <= self.engage_room

    def can_order(self, amount):
        return amount <= self.order_room

    def can_open_a(self, amount):
        return self.extra_a + amount <= self.extra_a_max

    def can_open_b(self, amount):
        return self.extra_b + amount <= self.extra_b_max

    def can_transfer(self, amount):
        return amount <= self.transfer_room

    def is_sound(self):
        """Tell whether every limit holds."""
        return (
            self.balance >= 0
            and self.cash_room >= 0
            and self.extra_a <= self.extra_a_max
            and self.extra_b <= self.extra_b_max
            and ZERO <= self.paid <= self.ordered <= self.committed <= self.credits + self.anticipation
            and self.ordered <= self.credits
        )

    def apply(self, **changes):
        """Return the position moved by ``changes`` (amounts added)."""
        return replace(self, **{name: getattr(self, name) + amount for name, amount in changes.items()})

    def next_year(self, lf_credits, anticipation=ZERO):
        """Return the position at the opening of the next year: the balance follows by itself (CAS-5, SG-7).

        :raise ValueError: when orders still wait for their payment: they belong to no year until then
        """
        if self.ordered != self.paid:
            raise ValueError("orders wait for their payment")
        return Position(carried=self.balance, lf_credits=lf_credits, anticipation=anticipation)


def split_carried_commitments(commitments, surplus):
    """Charge the commitments not ordered at the end of a year: on the surplus first, the rest on the credits of the
    finance law (CAS-12, CAS-13).  Return (on the surplus, on the law)."""
    on_surplus = min(commitments, max(ZERO, surplus))
    return on_surplus, commitments - on_surplus


def has_enough_own(created_year, year, own, total, rate, since_year, from_nth_year):
    """Own resources reach their share of the authorised resources (CAS-4: 40 %, SG-2: 30 %).

    Return OK, BROKEN, or IDLE when the account is older than the rule (created before ``since_year``), younger than
    its ``from_nth_year`` year, or without resources.
    """
    if created_year < since_year or year - created_year + 1 < from_nth_year or not total:
        return IDLE
    return OK if own >= rate * total else BROKEN


def years_without_expenditure(spent, year):
    """Number of consecutive years, ``year`` the last, without any expenditure; ``spent``: {year: amount}.

    Years before the first known one are not counted: nothing is known of them.
    """
    count = 0
    while spent and year - count >= min(spent) and not spent.get(year - count):
        count += 1
    return count


def must_be_deleted(spent, year, years):
    """CAS-7: OK, WATCH when one more year would do it, BROKEN when ``years`` in a row were without expenditure."""
    idle = years_without_expenditure(spent, year)
    if idle >= years:
        return BROKEN
    return WATCH if idle and idle >= years - 1 else OK


def financing_of_parts(operating_revenue, operating_expense, investment_revenue, investment_expense):
    """SG-5: the operating surplus funds investment; what is left of each deficit asks for a balance subsidy.

    Return {"surplus": operating surplus, "to_investment", "subsidy_operating" (title I), "subsidy_investment"
    (title II)}.
    """
    surplus = max(ZERO, operating_revenue - operating_expense)
    missing = max(ZERO, investment_expense - investment_revenue)
    moved = min(surplus, missing)
    return {
        "surplus": surplus,
        "to_investment": moved,
        "subsidy_operating": max(ZERO, operating_expense - operating_revenue),
        "subsidy_investment": missing - moved,
    }


def reconcile(ours, theirs):
    """Compare what we booked with the statement of the treasury, collector by collector.

    :param ours, theirs: {collector: amount}
    :return: list of (collector, ours, theirs, difference), differences first
    """
    rows = [
        (key, ours.get(key, ZERO), theirs.get(key, ZERO), theirs.get(key, ZERO) - ours.get(key, ZERO))
        for key in {**ours, **theirs}
    ]
    return sorted(rows, key=lambda row: (not row[3], -abs(row[3])))
