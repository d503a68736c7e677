"""The sample execution of a year: fictitious acts drawn from the credits of each line.

Nothing here is a rule: it only decides, in a way that is the same each time, what was bought and when.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

CENTIME = Decimal("0.01")
# what each economic nature buys: kind of expense, what it is called, usual part of the credit
NATURES = {
    "11": ("BC-F", "Fournitures de bureau, papeterie et imprimés"),
    "12": ("BC-F", "Fournitures informatiques"),
    "13": ("BC-F", "Carburant et lubrifiants"),
    "14": ("BC-S", "Entretien et réparation de véhicules"),
    "15": ("LO", "Loyer des locaux administratifs"),
    "16": ("BC-S", "Entretien des bâtiments"),
    "17": ("AB", "Consommation d'eau"),
    "18": ("AB", "Consommation d'électricité"),
    "19": ("AB", "Redevances de télécommunications"),
    "20": ("PE", "Indemnités de déplacement au Maroc"),
    "21": ("PE", "Frais de mission à l'étranger"),
    "22": ("BC-S", "Hébergement, restauration et réception"),
    "23": ("BC-F", "Abonnements et documentation"),
    "24": ("BC-S", "Publicité et insertions"),
    "25": ("MR-S", "Gardiennage et nettoyage"),
    "26": ("MR-E", "Étude"),
    "27": ("BC-S", "Formation"),
    "28": ("SU", "Subvention"),
    "29": ("AS", "Assurance du parc automobile"),
    "30": ("MR-S", "Maintenance informatique"),
}
LOTS = (
    "premier lot",
    "deuxième lot",
    "troisième lot",
    "tranche de l'exercice",
    "complément",
    "reconduction",
    "besoins urgents",
)
NAMES = (
    "Atlas Papeterie", "Rif Transport", "Oasis Informatique", "Bouregreg Services", "Toubkal Travaux",
    "Souss Nettoyage", "Majorelle Édition", "Sebou Gardiennage", "Draa Mobilier", "Loukkos Conseil",
    "Zellige Communication", "Argane Traiteur",
    "Cèdre Ingénierie", "Dune Audiovisuel", "Médina Imprimerie", "Océan Climatisation", "Palmeraie Événements",
    "Minaret Études", "Kasbah Formation", "Tafilalet Fournitures",
)  # fmt: skip
# who is paid for what no supplier sells: staff, subsidies, rents
CREDITORS = (
    "Personnel du secteur, état collectif",
    "Établissement public de l'exemple",
    "Société immobilière de l'exemple",
)
CREDITOR_OF = {"PE": 0, "SU": 1, "LO": 2}
FORMS = ("SARL", "SA", "SARL AU")
CITIES = ("Rabat", "Casablanca", "Fès", "Marrakech", "Tanger", "Agadir", "Oujda", "Meknès")


def money(value):
    return Decimal(value).quantize(CENTIME)


@dataclass
class Credit:
    """A line of the budget, as far as the sample needs it."""

    id: int
    nature: str
    section: str
    available: Decimal
    payment: Decimal
    later: Decimal
    officer: int


@dataclass
class Plan:
    """One commitment of the sample, and what became of it."""

    line: int
    officer: int
    kind: str
    label: str
    amount: Decimal
    later: Decimal
    interest: Decimal
    day: date
    state: str
    supplier: int
    invoices: list = field(default_factory=list)


@dataclass
class Bill:
    share: Decimal
    deposited: date
    certified: object  # date or None
    state: str
    order_state: object = None  # None: no order yet
    issued: object = None
    visaed: object = None
    paid: object = None


def nature_of(credit):
    """Return (kind of expense, what is bought) of a line."""
    if credit.section == "personnel":
        return "PE", "Indemnités du personnel"
    if credit.section in ("investment", "segma_invest"):
        return (
            ("MR-T", "Travaux d'aménagement")
            if credit.nature in ("31", "32", "33")
            else ("MR-F", "Acquisition de matériel")
        )
    return NATURES.get(credit.nature, ("BC-F", "Dépenses diverses"))


def identifiers(rank):
    """Return (ICE, RIB) of a fictitious supplier: right keys, invented digits."""
    base = f"9{rank:08d}0001"
    ice = f"{base}{-int(base) * 100 % 97:02d}"
    account = f"007780{9_000_000_000_000_000 + rank * 7919:016d}"
    return ice, f"{account}{97 - int(account) * 100 % 97:02d}"


def suppliers():
    """Return the fictitious suppliers: dicts with name, city, ice, rib, regime."""
    found = []
    for rank in range(60):
        name = NAMES[rank % len(NAMES)]
        city = CITIES[rank % len(CITIES)]
        ice, rib = identifiers(rank + 1)
        if rank < len(CREDITORS):
            found.append({"name": CREDITORS[rank], "city": "Rabat", "ice": ice, "rib": rib, "regime": "none"})
            continue
        suffix = "" if rank < len(NAMES) else f" {city}"
        found.append(
            {
                "name": f"{name}{suffix} {FORMS[rank % 3]}",
                "city": city,
                "ice": ice,
                "rib": rib,
                "regime": "is" if rank % 7 else "ir",
            }
        )
    return found


def plans(credits, count, today, seed=2026):
    """Return about ``count`` plans over the lines, within what each has left."""
    draw = random.Random(seed)  # noqa: S311 - fictitious acts, the same each time
    usable = [credit for credit in credits if credit.available >= 2000]
    if not usable:
        return []
    # more commitments on lines of usual size, few on those that pay one subsidy
    weights = [
        1 if nature_of(credit)[0] in ("SU", "LO") else 3 if credit.available < 50_000 else 8 for credit in usable
    ]
    total, found = sum(weights), []
    for credit, weight in zip(usable, weights, strict=True):
        number = max(1, round(count * weight / total))
        kind, label = nature_of(credit)
        used = credit.payment * Decimal(str(round(draw.uniform(0.55, 0.93), 3)))
        used = min(used, credit.available * Decimal("0.95"))
        parts = [draw.uniform(0.4, 1.6) for _one in range(number)]
        for rank, part in enumerate(parts):
            amount = money(used * Decimal(str(part / sum(parts))) * Decimal("0.98"))
            if amount < 50:
                continue
            # along the year, and none in its last days
            day = date(2026, 1, 8) + timedelta(
                days=int((today - date(2026, 1, 8)).days * (rank + draw.random()) / number)
            )
            lot = f", {LOTS[rank % len(LOTS)]}" if number > 1 else ""
            found.append(
                Plan(
                    line=credit.id,
                    officer=credit.officer,
                    kind=kind,
                    label=f"{label}{lot} {rank + 1:02d}/2026",
                    amount=amount,
                    later=Decimal(0),
                    interest=money(amount / 200)
                    if kind.startswith(("MR", "BC")) and draw.random() < 0.3
                    else Decimal(0),
                    day=min(day, today - timedelta(days=1)),
                    state="visaed",
                    supplier=CREDITOR_OF.get(kind, draw.randrange(len(CREDITORS), 60)),
                )
            )
    found.sort(key=lambda plan: (plan.day, plan.line))
    for plan in found:
        _settle(plan, today, draw)
    return found


def _settle(plan, today, draw):
    """Decide how far a commitment got by ``today``."""
    age, chance = (today - plan.day).days, draw.random()
    if age <= 6:
        plan.state = "draft" if chance < 0.25 else "proposed"
        return
    if age <= 14 and chance < 0.2:
        plan.state = "proposed"
        return
    if chance < 0.012:
        plan.state = "refused"
    elif chance < 0.024:
        plan.state = "returned"
    elif chance < 0.04:
        plan.state = "cancelled"
    if plan.state != "visaed" or age < 25:
        return
    number = 1 if plan.amount < 100_000 else draw.choice((1, 1, 2, 3))
    done = draw.random() < min(0.97, age / 120)
    whole = Decimal(1) if done else Decimal(str(round(draw.uniform(0.3, 0.8), 2)))
    start = plan.day + timedelta(days=draw.randint(12, 22))
    step = max(6, min(45, (age - 22) // number))
    for rank in range(number):
        deposited = start + timedelta(days=step * rank)
        if deposited >= today:
            break
        plan.invoices.append(_bill(whole / number, deposited, today, draw))
    is_over = done and len(plan.invoices) == number and all(bill.order_state == "paid" for bill in plan.invoices)
    if is_over and draw.random() < 0.3:
        plan.state = "closed"


def _bill(share, deposited, today, draw):
    bill = Bill(share=share, deposited=deposited, certified=None, state="submitted")
    late = draw.random() < 0.04
    certified = deposited + timedelta(days=draw.randint(2, 21))
    if certified >= today or draw.random() < 0.01:
        bill.state = "suspended" if draw.random() < 0.15 else "submitted"
        return bill
    bill.certified, bill.state = certified, "certified"
    issued = certified + timedelta(days=draw.randint(40, 75) if late else draw.randint(3, 32))
    if issued >= today:
        bill.order_state = draw.choice((None, None, "draft", "submitted"))
        return bill
    bill.issued, bill.order_state = issued, "issued"
    if (today - issued).days < 40 and draw.random() < 0.06:
        bill.order_state = "rejected"
        return bill
    visaed = issued + timedelta(days=draw.randint(2, 12))
    if visaed >= today:
        return bill
    bill.visaed, bill.order_state = visaed, "visaed"
    paid = visaed + timedelta(days=draw.randint(1, 25 if late else 4))
    if paid >= today:
        return bill
    bill.paid, bill.order_state = paid, "paid"
    return bill
