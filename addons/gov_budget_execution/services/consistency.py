"""Consistency of a payment file.  Values in; a list of (code, facts) out, empty when all holds."""

import re
import unicodedata
from decimal import Decimal
from difflib import SequenceMatcher

from .interest import exact, money


def vat_problems(untaxed, vat, total, rates, tolerance=Decimal("0.05")):
    """Return what is wrong between the amounts of an invoice.

    :param rates: the legal rates of VAT, as fractions
    """
    untaxed, vat, total = exact(untaxed), exact(vat), exact(total)
    problems = []
    if total <= 0 or untaxed < 0 or vat < 0:
        problems.append(("negative", {}))
    if abs(untaxed + vat - total) > tolerance:
        problems.append(("sum", {"sum": money(untaxed + vat), "total": money(total)}))
    # an invoice may mix rates: its VAT lies between none and the highest
    highest = max(rates, default=Decimal())
    if vat and vat - money(untaxed * highest) > tolerance:
        problems.append(("rate", {"highest": highest, "vat": money(vat)}))
    return problems


def is_single_rate(untaxed, vat, rates, tolerance=Decimal("0.05")):
    """Tell whether the VAT of an invoice is that of one legal rate."""
    return any(abs(exact(vat) - money(exact(untaxed) * exact(rate))) <= tolerance for rate in rates)


def normalised(name):
    """Return a name without accents, case, signs and legal forms, to compare."""
    text = unicodedata.normalize("NFKD", name or "").casefold()
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = re.sub(r"\b(ste|societe|sarl|s\.?a\.?r\.?l\.?|s\.?a\.?|sa|au|snc|شركة)\b", " ", text)
    return " ".join(re.findall(r"\w+", text))


def name_similarity(one, other):
    """Return how much two names are alike, 0 to 1."""
    first, second = normalised(one), normalised(other)
    if not first or not second:
        return 0.0
    return SequenceMatcher(None, first, second).ratio()


def invoice_key(number):
    """Return what two spellings of an invoice number have in common."""
    text = unicodedata.normalize("NFKD", number or "").casefold()
    parts = re.findall(r"[^\W_]+", text)
    return "".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)


def duplicates(invoice, others, tolerance=Decimal("0.01"), days=3, horizon=366):
    """Return the invoices that look like ``invoice``: same number, or nearly the same amount and day.

    Each is a dict with ``number``, ``amount``, ``date``; all are of one supplier.

    :return: list of (other, "number" or "amount")
    """
    found = []
    key, amount = invoice_key(invoice["number"]), exact(invoice["amount"])
    for other in others:
        gap = abs((invoice["date"] - other["date"]).days) if invoice["date"] and other["date"] else None
        if gap is not None and gap > horizon:
            continue
        if key and invoice_key(other["number"]) == key:
            found.append((other, "number"))
        elif gap is not None and gap <= days and amount and abs(exact(other["amount"]) - amount) <= amount * tolerance:
            found.append((other, "amount"))
    return found


def order_problems(total, withheld, net, tolerance=Decimal("0.00")):
    """Return what is wrong between the total, the withholdings (code, base, rate, amount) and the net of an order."""
    problems = []
    kept = sum((exact(line["amount"]) for line in withheld), Decimal())
    if abs(exact(total) - kept - exact(net)) > tolerance:
        problems.append(("net", {"net": money(net), "expected": money(exact(total) - kept)}))
    return problems
