"""Evaluation of the financial offers of a call for tenders, exactly as decree 2-22-431 writes it.

Plain Python on decimals: amounts in, a result that explains itself out.  Nothing here reads a clock, a database or a
random source: a draw is done by the committee, in session, and its result is given back as ``draw``.

* articles 43 and 44: bands around the estimate, reference price ``P = (E + mean of the retained) / 2``, ranking by
  closeness from below first, then from above;
* article 45: nothing retained is an infructuous procedure;
* article 144: studies, technical and financial notes weighed;
* article 147: national preference, for the comparison only;
* article 20-3: offers by increase (``majoration``), lowest first.

The bands are figures of the decree; the module passes those in force on the day of the session from the legal
parameters, and the defaults here are those of the text of 8 March 2023.
"""

from collections import namedtuple
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from .money import dirhams, exact

# kind: (lowest share of the estimate kept, highest share kept); the bounds themselves are kept ("de plus de")
BANDS = {
    "works": (Decimal("0.80"), Decimal("1.20")),
    "supplies": (Decimal("0.75"), Decimal("1.20")),
    "services": (Decimal("0.75"), Decimal("1.20")),
    "studies": (Decimal("0.75"), Decimal("1.20")),
}
ALIASES = {
    "travaux": "works",
    "fournitures": "supplies",
    "services_courants": "services",
    "etudes": "studies",
    "études": "studies",
}
# bidders preferred when two offers are equal (art. 43)
PREFERRED = frozenset({"cooperative", "union", "auto_entrepreneur"})
PREFERENCE = Decimal("0.15")

Offer = namedtuple("Offer", "id amount preferred resident technical", defaults=(False, True, None))
Offer.__doc__ = """One financial offer, after the arithmetic correction.

id: what identifies the bidder; amount: dirhams, all taxes included (of a study too); preferred: a cooperative, a
union of
cooperatives or an auto-entrepreneur; resident: established in Morocco, or a grouping with the resident share of art.
147;
technical: technical note out of 100 (studies)."""

Ranked = namedtuple("Ranked", "id amount rank side distance compared", defaults=(None,))
Ranked.__doc__ = """A retained offer in its place. side: "below" (P itself included) or "above" the reference price;
distance: dirhams to
it; compared: the amount used for the comparison when a preference changed it."""

Rejected = namedtuple("Rejected", "id amount reason bound")
Rejected.__doc__ = (
    """An offer set aside. reason: "excessive", "abnormally_low", "technical"; bound: the limit it passes."""
)


class Evaluation:
    """Result of an evaluation: what was retained, in which order, against which reference price, and what was not.

    ``winner`` is the id ranked first, None when the procedure is infructuous or when the first place waits for a draw;
    ``tied`` holds the ids between which the committee draws.
    """

    def __init__(self, kind, estimate, reference_price, ranking, rejected, tied=(), preference=None):
        self.kind = kind
        self.estimate = estimate
        self.reference_price = reference_price
        self.ranking = list(ranking)
        self.rejected = list(rejected)
        self.tied = list(tied)
        self.preference = preference

    @property
    def retained(self):
        """Ids of the offers within the bands, in their order."""
        return [one.id for one in self.ranking]

    @property
    def is_infructuous(self):
        """Tell whether no offer was retained (art. 45 d)."""
        return not self.ranking

    @property
    def winner(self):
        return self.ranking[0].id if self.ranking and not self.tied else None

    @property
    def winning_amount(self):
        return self.ranking[0].amount if self.ranking else None

    def __repr__(self):
        return f"<Evaluation {self.kind} P={self.reference_price} ranking={self.retained} winner={self.winner}>"


def normal_kind(kind):
    """Return the kind of a service in our words; French ones are understood.

    :raise ValueError: the kind has no bands
    """
    name = str(kind or "").strip().lower()
    name = ALIASES.get(name, name)
    if name not in BANDS:
        raise ValueError(f"unknown kind of service: {kind!r}; one of {', '.join(BANDS)}")
    return name


def read_offers(offers):
    """Return offers as a list of Offer: from ``{id: amount}``, ``{id: dict}``, ``[(id, amount)]``, ``[Offer]``,
    ``[dict]`` or amounts alone.

    Amounts alone are numbered from 0 in the order given.

    :raise ValueError: what is given holds no offers, an amount is no positive number, or an id comes twice
    """
    if offers is None or isinstance(offers, (str, bytes)):
        raise ValueError("offers are a list or a dictionary of amounts")
    if isinstance(offers, dict):
        offers = [{"id": key, **one} if isinstance(one, dict) else (key, one) for key, one in offers.items()]
    read = []
    try:
        numbered = list(enumerate(offers))
    except TypeError:
        raise ValueError("offers are a list or a dictionary of amounts") from None
    for index, one in numbered:
        try:
            if isinstance(one, Offer):
                offer = one
            elif isinstance(one, dict):
                names = {name: one[name] for name in Offer._fields if name in one}
                offer = Offer(**{"id": index, **names})
            elif isinstance(one, (tuple, list)):
                offer = Offer(*one)
            else:
                offer = Offer(index, one)
            hash(offer.id)
        except TypeError:
            raise ValueError(f"offer no. {index}: give its id and its amount") from None
        try:
            amount = dirhams(offer.amount)
        except ValueError as error:
            raise ValueError(f"offer {offer.id!r}: {error}") from None
        if amount <= 0:
            raise ValueError(f"offer {offer.id!r}: an amount is greater than zero")
        read.append(offer._replace(amount=amount))
    ids = [offer.id for offer in read]
    if len(set(ids)) != len(ids):
        raise ValueError("each offer has an id of its own")
    return read


def bounds(estimate, kind, bands=None):
    """Return the lowest and the highest amount that are retained, unrounded (art. 43, 44 and 144).

    :param estimate: estimate of the contracting authority, all taxes included, in dirhams
    """
    low, high = (bands or BANDS)[normal_kind(kind)]
    return exact(estimate) * exact(low), exact(estimate) * exact(high)


def sort_out(estimate, offers, kind, bands=None):
    """Return (retained, rejected): an offer is set aside only beyond a bound, never on it."""
    low, high = bounds(estimate, kind, bands)
    retained, rejected = [], []
    for offer in offers:
        if offer.amount > high:
            rejected.append(Rejected(offer.id, offer.amount, "excessive", high))
        elif offer.amount < low:
            rejected.append(Rejected(offer.id, offer.amount, "abnormally_low", low))
        else:
            retained.append(offer)
    return retained, rejected


def reference_price(estimate, amounts):
    """Return the reference price, exact: half the sum of the estimate and the mean of the retained (art. 43).

    Left unrounded, so that no rounding decides between an offer just below and one just above.

    :raise ValueError: nothing was retained
    """
    amounts = [exact(amount) for amount in amounts]
    if not amounts:
        raise ValueError("no offer was retained: there is no reference price")
    return (exact(estimate) + sum(amounts) / len(amounts)) / 2


def _order(offers, price):
    """Return (offer, side, distance) by rank: from below first, the closest first, then from above."""

    def key(offer):
        below = offer.amount <= price
        # equal distances are equal places; the preferred come first, the id only makes the order repeatable
        return (not below, abs(price - offer.amount), not offer.preferred, str(offer.id))

    return [
        (offer, "below" if offer.amount <= price else "above", abs(price - offer.amount))
        for offer in sorted(offers, key=key)
    ]


def _tied(ordered, draw):
    """Return the offers between which the first place is drawn: equal amounts, the preferred alone when there are
    some."""
    first = ordered[0][0]
    equal = [offer for offer, _side, _distance in ordered if offer.amount == first.amount]
    if any(offer.preferred for offer in equal):
        equal = [offer for offer in equal if offer.preferred]
    if len(equal) < 2:
        return []
    ids = [offer.id for offer in equal]
    if draw is None:
        return ids
    if draw not in ids:
        raise ValueError("the draw is between the offers that are equal")
    return []


def _with_draw(ordered, draw):
    if draw is None:
        return ordered
    return sorted(ordered, key=lambda row: row[0].id != draw) if ordered[0][0].id != draw else ordered


def rank_offers(estimate, offers, kind, bands=None, draw=None, national_preference=False, preference_rate=PREFERENCE):
    """Rank the financial offers of works, supplies or services other than studies (art. 43 and 44).

    The offers beyond the bands are set aside; the reference price is made of the estimate and of all that are
    retained;
    the closest below it is first ("la plus proche par défaut"), then the others below, then those above from
    the closest
    on.  An offer equal to the reference price is below it, at distance zero.  Equal offers: a cooperative, a union or
    an auto-entrepreneur is preferred; several such, or none, are drawn (``tied`` until ``draw`` names one).

    :param estimate: E, in dirhams, all taxes included
    :param offers: see ``read_offers``
    :param kind: works, supplies, services (studies: ``rank_studies``)
    :param bands: ``{kind: (low, high)}`` in force, the decree's when None
    :param draw: id drawn in session among equal offers
    :param national_preference: apply article 147 (international call with a bidder who is not resident)
    :return: an ``Evaluation``
    :raise ValueError: an estimate or an amount that is no positive number, an unknown kind, a draw that is none
    """
    kind = normal_kind(kind)
    if kind == "studies":
        raise ValueError("studies are ranked by their technical and financial notes: use rank_studies")
    estimate = dirhams(estimate)
    if estimate <= 0:
        raise ValueError("an estimate is greater than zero")
    retained, rejected = sort_out(estimate, read_offers(offers), kind, bands)
    if not retained:
        return Evaluation(kind, estimate, None, [], rejected)
    price = reference_price(estimate, [offer.amount for offer in retained])
    ordered, preference = _order(retained, price), None
    if national_preference:
        ordered, preference = _preference(ordered, price, exact(preference_rate))
    tied = _tied(ordered, draw)
    if not tied:
        ordered = _with_draw(ordered, draw)
    amounts = {offer.id: offer.amount for offer in retained}
    ranking = [
        Ranked(
            offer.id,
            amounts[offer.id],
            rank,
            side,
            distance,
            offer.amount if offer.amount != amounts[offer.id] else None,
        )
        for rank, (offer, side, distance) in enumerate(ordered, 1)
    ]
    return Evaluation(kind, estimate, price, ranking, rejected, tied, preference)


def _preference(ordered, price, rate):
    """Return the order after national preference, and what was done (art. 147): ``{"id", "case", "compared", "all"}``,
    the first change and the list of all, or None.

    It changes the offer of a bidder who is not resident and would be first, for the comparison alone; offers are then
    ranked again, each changed once at most:

    1. closest below P, with residents below P as well: lowered by the rate;
    2. closest above P, nobody below P: raised by the rate;
    3. closest below P, all residents above P: raised by the rate.
    """
    residents = [row for row in ordered if row[0].resident]
    done, changed_ids = [], set()
    # offers are ranked again after each change: another bidder who is not resident may now be the closest
    while residents and not ordered[0][0].resident and ordered[0][0].id not in changed_ids:
        first, side, _distance = ordered[0]
        if side == "below":
            case = 1 if any(row[1] == "below" for row in residents) else 3
        else:
            case = 2
        changed = dirhams(first.amount * (1 - rate if case == 1 else 1 + rate))
        changed_ids.add(first.id)
        done.append({"id": first.id, "case": case, "compared": changed})
        others = [offer for offer, _side, _distance in ordered if offer.id != first.id]
        ordered = _order([first._replace(amount=changed), *others], price)
    return ordered, {**done[0], "all": done} if done else None


def rank_increases(offers, draw=None, lowest=0):
    """Rank offers by increase (guarding, cleaning, green spaces: art. 20-3): the lowest percentage is first.

    A percentage has two decimals at most and is not zero; others are set aside.

    :param offers: ``{id: percentage}`` or pairs
    :param lowest: percentage an offer must exceed
    :return: an ``Evaluation`` whose amounts are percentages
    """
    offers = offers.items() if isinstance(offers, dict) else offers
    kept, rejected = [], []
    for key, percentage in offers:
        value = exact(percentage)
        if value <= exact(lowest) or value != value.quantize(Decimal("0.01")):
            rejected.append(Rejected(key, value, "percentage", exact(lowest)))
        else:
            kept.append(Offer(key, value))
    ordered = sorted(kept, key=lambda offer: (offer.amount, str(offer.id)))
    rows = [(offer, "above", offer.amount) for offer in ordered]
    tied = _tied(rows, draw) if rows else []
    if rows and not tied:
        rows = _with_draw(rows, draw)
    ranking = [Ranked(offer.id, offer.amount, rank, side, away) for rank, (offer, side, away) in enumerate(rows, 1)]
    return Evaluation("increase", None, None, ranking, rejected, tied)


def percentage_amount(estimate, percentage):
    """Return the amount of an offer by increase (above zero) or rebate (under zero) on the estimate (art. 20-3)."""
    return dirhams(exact(estimate) * (1 + exact(percentage) / 100))


def rank_percentages(estimate, offers, kind, **options):
    """Rank offers by rebate or increase on the estimate: percentages of two decimals at most and not zero, then the
    rule of amounts (art. 20-3, 43, 44).

    :param offers: ``Offer`` whose amounts are percentages, under zero for a rebate
    :param options: those of ``rank_offers``
    :return: an ``Evaluation`` of amounts in dirhams
    """
    kept, rejected = [], []
    for offer in offers:
        value = exact(offer.amount)
        if value == 0 or value != value.quantize(Decimal("0.01")) or value <= -100:
            rejected.append(Rejected(offer.id, value, "percentage", Decimal(0)))
        else:
            kept.append(offer._replace(amount=percentage_amount(estimate, value)))
    result = rank_offers(estimate, kept, kind, **options)
    result.rejected += rejected
    return result


def rank_negotiated(offers, draw=None):
    """Rank the last offers of a negotiation: the most advantageous, that is the lowest, first (art. 86).

    :return: an ``Evaluation`` without reference price
    """
    rows = sorted(
        ((offer, "below", Decimal(0)) for offer in read_offers(offers)),
        key=lambda row: (row[0].amount, not row[0].preferred, str(row[0].id)),
    )
    tied = _tied(rows, draw) if rows else []
    if rows and not tied:
        rows = _with_draw(rows, draw)
    ranking = [Ranked(offer.id, offer.amount, rank, side, away) for rank, (offer, side, away) in enumerate(rows, 1)]
    return Evaluation("negotiated", None, None, ranking, [], tied)


def line_total(quantity, unit_price):
    """Return a line of a detailed estimate, before tax, to the centime."""
    return dirhams(exact(quantity) * exact(unit_price))


def detail_total(lines, vat_rate):
    """Return the total of a detailed estimate, all taxes included: what prevails over the act of commitment (art. 43).

    :param lines: ``(quantity, unit price before tax)``
    :param vat_rate: in hundredths
    """
    before = sum((line_total(quantity, price) for quantity, price in lines), Decimal(0))
    return dirhams(before * (1 + exact(vat_rate) / 100))


def abnormal_prices(prices, band):
    """Return the unit prices beyond the bands around their estimate, as ``(number, "excessive" or "abnormally_low")``.

    :param prices: ``(number, unit price, estimated unit price)``; without an estimate nothing is said
    :param band: (lowest share, highest share) of the estimate
    """
    found = []
    for number, price, estimate in prices:
        expected = exact(estimate)
        if expected <= 0:
            continue
        if exact(price) > expected * exact(band[1]):
            found.append((number, "excessive"))
        elif exact(price) < expected * exact(band[0]):
            found.append((number, "abnormally_low"))
    return found


def converted(amount, rate):
    """Return an amount of another currency in dirhams, at the selling rate of one unit."""
    if exact(rate) <= 0:
        raise ValueError("a rate is greater than zero")
    return dirhams(exact(amount) * exact(rate))


def rate_day(opening, is_working_day):
    """Return the day of the rate: the first working day of the week before the opening (its Monday, or the next one).

    :param opening: day of the session
    :param is_working_day: day → bool
    """
    day = opening - timedelta(opening.weekday() + 7)
    for _ in range(7):
        if is_working_day(day):
            return day
        day += timedelta(1)
    # a week without a working day: the last one before it
    day = opening - timedelta(opening.weekday() + 8)
    while not is_working_day(day):
        day -= timedelta(1)
    return day


StudyNote = namedtuple("StudyNote", "id amount rank technical financial final compared", defaults=(None,))
StudyNote.__doc__ = """A study's offer in its place: its notes out of 100, the final one weighed."""


def rank_studies(
    estimate, offers, weight, threshold=0, bands=None, draw=None, limits=(Decimal("0.10"), Decimal("0.40")),
    national_preference=False, preference_rate=PREFERENCE,
):  # fmt: skip
    """Rank the offers of studies by ``(1 - w) x technical + w x financial`` (art. 144).

    An offer below the technical threshold is set aside before prices are looked at; then those beyond the bands.  The
    financial note is ``100 x Pmin / P``.  Notes are kept to two decimals, half up.

    :param weight: w, share of the financial note; between ``limits`` (10 % to 40 %)
    :param threshold: technical note out of 100 under which an offer is set aside
    :raise ValueError: a weight out of the limits, an offer without a technical note from 0 to 100
    """
    weight = exact(weight)
    if not exact(limits[0]) <= weight <= exact(limits[1]):
        raise ValueError("the share of the financial note is out of the limits of article 144")
    estimate = dirhams(estimate)
    able, rejected = [], []
    for offer in read_offers(offers):
        if offer.technical is None or not 0 <= exact(offer.technical) <= 100:
            raise ValueError(f"offer {offer.id!r}: a technical note is between 0 and 100")
        if exact(offer.technical) < exact(threshold):
            rejected.append(Rejected(offer.id, offer.amount, "technical", exact(threshold)))
        else:
            able.append(offer)
    retained, far = sort_out(estimate, able, "studies", bands)
    rejected += far
    if not retained:
        return Evaluation("studies", estimate, None, [], rejected)
    # article 147: the offers of bidders who are not resident are raised for the comparison
    raised = {
        offer.id: dirhams(offer.amount * (1 + exact(preference_rate)))
        if national_preference and not offer.resident and any(one.resident for one in retained)
        else offer.amount
        for offer in retained
    }
    cheapest = min(raised.values())
    notes = []
    for offer in retained:
        financial = _note(100 * cheapest / raised[offer.id])
        technical = exact(offer.technical)
        final = _note((1 - weight) * technical + weight * financial)
        compared = raised[offer.id] if raised[offer.id] != offer.amount else None
        notes.append(StudyNote(offer.id, offer.amount, 0, technical, financial, final, compared))
    preferred = {offer.id for offer in retained if offer.preferred}
    notes.sort(key=lambda note: (-note.final, note.id not in preferred, str(note.id)))
    equal = [note.id for note in notes if note.final == notes[0].final]
    equal = [key for key in equal if key in preferred] or equal
    tied = equal if len(equal) > 1 else []
    if tied and draw is not None:
        if draw not in tied:
            raise ValueError("the draw is between the offers that are equal")
        notes.sort(key=lambda note: note.id != draw)
        tied = []
    ranking = [note._replace(rank=rank) for rank, note in enumerate(notes, 1)]
    return Evaluation("studies", estimate, None, ranking, rejected, tied)


def _note(value):
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
