"""Monthly pay of a civil servant, in plain Python.

Values in, values out: no database, no language, no rate.  Every rate comes in ``Parameters`` (rows of the dated legal
parameters), every fact about the person in ``Situation``.  Amounts are :class:`decimal.Decimal` dirhams, unrounded
until the very end, where each is rounded to the centime once.  An exact half centime goes to the even centime: that is
what the rows published by the official simulator show (gross of index 402: 9 856.025 gives 9 856.02; of index 222:
6 102.275 gives 6 102.28).  Rounded lines are then settled so that they add up to the rounded totals: what is printed
adds up.
"""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)
MONTHS = Decimal(12)

EARNING, FAMILY, DEDUCTION = "earning", "family", "deduction"
FROM_TABLE, FROM_FILE = "table", "file"
# Kinds of the lines that HR adds by hand
EXTRA_TAXABLE, EXTRA_UNTAXED, EXTRA_DEDUCTIBLE, EXTRA_DEDUCTION = "taxable", "untaxed", "deductible", "deduction"


def to_decimal(value):
    """Turn a stored number into the decimal a person wrote (98.85, not 98.849999…)."""
    return value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else str(value))


def cents(amount):
    """Round ``amount`` to the centime, an exact half to the even centime."""
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True)
class Amount:
    """An amount fixed elsewhere: a statutory allowance or a line typed by HR."""

    code: str
    name: str
    amount: Decimal
    kind: str = EXTRA_TAXABLE
    source: int = 0  # id of the row it comes from, given back in the line


@dataclass(frozen=True)
class Situation:
    """What the pay of one month depends on, for one person."""

    index: int
    zone: str
    allowances: tuple = ()
    extras: tuple = ()
    is_amo_member: bool = False
    family_children: int = 0  # children who give right to family allowances
    dependants: int = 0  # persons counted for income tax
    paid_share: Decimal = Decimal(1)  # 0 when another body pays, or nobody does


@dataclass(frozen=True)
class Parameters:
    """Rates in force on the date of the statement.  Bands are in ascending order, the last one has no ceiling."""

    base: tuple  # ({"ceiling", "value"}, …): yearly value of an index point
    residence: dict  # zone → share of the base pay
    cmr_rate: Decimal
    professional: tuple  # ({"ceiling", "rate", "cap"}, …): yearly professional expenses
    tax: tuple  # ({"ceiling", "rate", "deduction"}, …): yearly income tax
    dependant_amount: Decimal
    dependant_max: int
    family: tuple = ()  # ({"up_to", "amount"}, …): monthly, per child, by rank of the child
    amo_enabled: bool = True
    amo_deductible: bool = True
    amo_rate: Decimal = ZERO
    amo_floor: Decimal = ZERO
    amo_cap: Decimal = ZERO


@dataclass
class Line:
    """One line of the statement; ``facts`` are the values its formula sentence is made of."""

    code: str
    kind: str
    amount: Decimal
    name: str = ""
    source: int = 0  # id of the row it comes from
    origin: str = ""  # FROM_TABLE or FROM_FILE; empty for a computed line
    is_typed: bool = False  # typed amounts and legal amounts in dirhams are never settled by a centime
    facts: dict = field(default_factory=dict)


@dataclass
class Statement:
    """Pay of one month.  ``net = gross + family - deductions`` holds to the centime."""

    lines: list
    gross: Decimal
    family: Decimal
    deductions: Decimal
    net: Decimal
    taxable_year: Decimal
    facts: dict


def base_pay(index, bands):
    """Monthly base pay of ``index``: each slice of the index has its yearly point value (decree 2-73-723)."""
    total, below = ZERO, ZERO
    for band in bands:
        ceiling = band.get("ceiling")
        top = Decimal(index) if ceiling is None else min(Decimal(index), ceiling)
        if top > below:
            total += (top - below) * band["value"]
        if ceiling is None or index <= ceiling:
            break
        below = ceiling
    return total / MONTHS


def band_of(bands, value):
    """The first band whose ceiling is not below ``value`` (a ceiling belongs to its band)."""
    for band in bands:
        if band.get("ceiling") is None or value <= band["ceiling"]:
            return band
    return bands[-1]


def professional_expenses(gross_year, bands):
    """Yearly professional expenses deducted from ``gross_year`` before income tax, with the band applied."""
    band = band_of(bands, gross_year)
    amount = gross_year * band["rate"]
    if band.get("cap") is not None:
        amount = min(amount, band["cap"])
    return amount, band


def income_tax(taxable_year, bands):
    """Yearly income tax on ``taxable_year`` before the reduction for dependants, with the bracket applied."""
    band = band_of(bands, taxable_year)
    return max(ZERO, taxable_year * band["rate"] - band["deduction"]), band


def family_allowances(children, bands):
    """Monthly family allowances for ``children`` children: each band pays its amount up to its rank."""
    total, below = ZERO, 0
    for band in bands:
        counted = min(children, int(band["up_to"])) - below
        if counted <= 0:
            break
        total += counted * band["amount"]
        below = int(band["up_to"])
    return total


def compute(situation, parameters):
    """The pay statement of one month.

    :param Situation situation: the person
    :param Parameters parameters: the rates of the date
    :return: Statement
    :raise KeyError: the zone of residence has no rate
    """
    if not situation.paid_share:
        return Statement([], ZERO, ZERO, ZERO, ZERO, ZERO, {})
    share = situation.paid_share
    earnings, family, deductions = _earnings(situation, parameters, share)
    gross = sum((line.amount for line in earnings), ZERO)

    cmr = gross * parameters.cmr_rate
    deductions.insert(0, Line("cmr", DEDUCTION, cmr, facts={"rate": parameters.cmr_rate, "gross": gross}))
    deductible = cmr
    if parameters.amo_enabled and situation.is_amo_member:
        amo = min(parameters.amo_cap, max(parameters.amo_floor, gross * parameters.amo_rate))
        facts = {"rate": parameters.amo_rate, "floor": parameters.amo_floor, "cap": parameters.amo_cap, "gross": gross}
        deductions.insert(1, Line("amo", DEDUCTION, amo, facts=facts))
        if parameters.amo_deductible:
            deductible += amo
    deductible += sum((x.amount for x in situation.extras if x.kind == EXTRA_DEDUCTIBLE), ZERO)

    tax, taxable_year, facts = _tax(gross, deductible, situation.dependants, parameters)
    deductions.append(Line("ir", DEDUCTION, tax, facts=facts))
    for extra in situation.extras:
        if extra.kind == EXTRA_DEDUCTION:
            line = Line(extra.code, DEDUCTION, extra.amount, extra.name, extra.source, FROM_FILE, is_typed=True)
            deductions.append(line)

    family_total = sum((line.amount for line in family), ZERO)
    net = gross + family_total - sum((line.amount for line in deductions), ZERO)
    gross_c, family_c, net_c = cents(gross), cents(family_total), cents(net)
    deductions_c = gross_c + family_c - net_c
    _settle(earnings, gross_c)
    _settle(family, family_c)
    _settle(deductions, deductions_c)
    return Statement(
        earnings + family + deductions, gross_c, family_c, deductions_c, net_c, cents(taxable_year), facts
    )


def _earnings(situation, parameters, share):
    base = base_pay(situation.index, parameters.base) * share
    rate = parameters.residence[situation.zone]
    earnings = [
        Line("base", EARNING, base, is_typed=True, facts={"index": situation.index, "bands": parameters.base}),
        Line("residence", EARNING, base * rate, facts={"rate": rate, "zone": situation.zone, "base": base}),
    ]
    for allowance in situation.allowances:
        amount = allowance.amount * share
        line = Line(allowance.code, EARNING, amount, allowance.name, allowance.source, FROM_TABLE, is_typed=True)
        earnings.append(line)
    family, deductions = [], []
    children = family_allowances(situation.family_children, parameters.family)
    if children:
        facts = {"children": situation.family_children, "bands": parameters.family}
        family.append(Line("family", FAMILY, children, is_typed=True, facts=facts))
    for extra in situation.extras:
        line = Line(extra.code, EARNING, extra.amount, extra.name, extra.source, FROM_FILE, is_typed=True)
        if extra.kind == EXTRA_TAXABLE:
            earnings.append(line)
        elif extra.kind == EXTRA_UNTAXED:
            line.kind = FAMILY
            family.append(line)
        elif extra.kind == EXTRA_DEDUCTIBLE:
            line.kind = DEDUCTION
            deductions.append(line)
    return earnings, family, deductions


def _tax(gross, deductible, dependants, parameters):
    gross_year = gross * MONTHS
    expenses, expense_band = professional_expenses(gross_year, parameters.professional)
    taxable_year = max(ZERO, (gross - deductible) * MONTHS - expenses)
    tax_year, bracket = income_tax(taxable_year, parameters.tax)
    counted = min(dependants, parameters.dependant_max)
    reduction = min(tax_year, counted * parameters.dependant_amount)
    facts = {
        "gross_year": gross_year,
        "deductible": deductible,
        "expenses": expenses,
        "expense_band": expense_band,
        "taxable_year": taxable_year,
        "bracket": bracket,
        "tax_year": tax_year,
        "dependants": counted,
        "reduction": reduction,
    }
    return (tax_year - reduction) / MONTHS, taxable_year, facts


def _settle(lines, total):
    """Round the lines so that they add up to ``total``: the centime left over goes to the line it is nearest to."""
    exact = {id(line): line.amount for line in lines}
    for line in lines:
        line.amount = cents(line.amount)
    left = total - sum((line.amount for line in lines), ZERO)
    step = CENT if left > 0 else -CENT
    movable = [line for line in lines if not line.is_typed] or lines
    while left and movable:
        line = max(movable, key=lambda item: (exact[id(item)] - item.amount) * step)
        line.amount += step
        left -= step
