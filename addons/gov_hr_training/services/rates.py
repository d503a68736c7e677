"""The rates by which a training plan is judged, in plain Python; None when there is nothing to divide by."""


def share(part, whole):
    """``part`` among a hundred of ``whole``."""
    return 100 * part / whole if whole else None


def ratio(first, second):
    return first / second if second else None


def groups_of(persons, seats):
    """How many groups hold so many persons, spread evenly; at least one."""
    return max(1, -(-persons // max(seats, 1)))


def spread(sizes, quarters=(1, 2, 3, 4)):
    """Return a quarter for each of some actions in the order of their priority, so that each quarter bears as much.

    :param sizes: what each weighs (days of trainees), in the order of priority
    """
    loads = dict.fromkeys(quarters, 0)
    found = []
    for size in sizes:
        quarter = min(quarters, key=lambda one: (loads[one], one))
        loads[quarter] += size
        found.append(quarter)
    return found


def with_tax(amount, rate):
    """Return ``(tax, total)`` of an amount without tax, to the centime."""
    tax = round(amount * rate / 100 + 1e-9, 2)
    return tax, round(amount + tax, 2)
