"""What a call for tenders must have before its file leaves, by its procedure (decree 2-22-431 art. 7, 9, 19, 20, 50,
86 to 89; finance.md §4.1 and §4.3).

Plain Python: facts of the call in, what is wrong out, as ``Problem`` whose code is a key of the sentences of the
model.  Thresholds and delays are legal parameters, passed in.
"""

from collections import namedtuple

from .money import exact

Problem = namedtuple("Problem", "code values", defaults=({},))
Problem.__doc__ = """What is wrong: a code, and the figures its sentence needs."""

# procedures in which the contracting authority chooses whom it asks
CONSULTED = frozenset({"restricted", "negotiated"})
# procedures with a first stage of applications
TWO_STAGES = frozenset({"preselection", "competition"})
NEGOTIATED = frozenset({"negotiated_publicity", "negotiated"})
# cases of article 88 (with publicity) and 89-II (without), and what proves each
CASES = {
    "infructuous": "negotiated_publicity",
    "default": "negotiated_publicity",
    "exclusivity": "negotiated",
    "defence": "negotiated",
    "patent": "negotiated",
    "public_body": "negotiated",
    "spontaneous": "negotiated",
    "urgency": "negotiated",
    "security": "negotiated",
    "ceremony": "negotiated",
    "additional_works": "negotiated",
}

Call = namedtuple(
    "Call",
    "procedure kind before_tax certificate candidates law_case proof source_days source_state source_amount added "
    "programme prize",
    defaults=(False, 0, None, False, None, None, 0, 0, False, 0),
)
Call.__doc__ = """Facts of a call. certificate: the administrative certificate that a choice out of the rule takes;
candidates: enterprises to be consulted; law_case: case of art. 88 or 89; proof: its proof is in the file;
source_days: days since the procedure it follows was declared infructuous; source_state: state of the call or of the
contract it follows; source_amount: initial amount of the contract of additional works; added: what was added to that
contract before; programme, prize: of a competition."""


def problems(call, limits):
    """Return what forbids the procedure, an empty list when nothing does.

    :param call: a ``Call``
    :param limits: ``{"simplified", "restricted", "national_works", "national_other"}`` in dirhams before tax,
        ``consulted`` (least number), ``infructuous_days``, ``additional_share``
    """
    found = []
    amount = exact(call.before_tax)
    if call.procedure == "simplified" and amount > exact(limits["simplified"]):
        found.append(Problem("over_simplified", {"limit": limits["simplified"]}))
    if call.procedure == "open_national" and not call.certificate:
        national = limits["national_works" if call.kind == "works" else "national_other"]
        if amount > exact(national):
            found.append(Problem("over_national", {"limit": national}))
    if call.procedure == "restricted":
        if amount >= exact(limits["restricted"]):
            found.append(Problem("over_restricted", {"limit": limits["restricted"]}))
        if not call.certificate:
            found.append(Problem("no_certificate"))
        if call.candidates < limits["consulted"]:
            found.append(Problem("few_candidates", {"number": limits["consulted"]}))
    if call.procedure == "competition":
        if not call.programme:
            found.append(Problem("no_programme"))
        if exact(call.prize) <= 0:
            found.append(Problem("no_prize"))
    if call.procedure in NEGOTIATED:
        found += _negotiated(call, limits)
    return found


def _negotiated(call, limits):
    if CASES.get(call.law_case) != call.procedure:
        return [Problem("no_case")]
    found = []
    if call.law_case == "infructuous":
        if call.source_state != "infructuous":
            found.append(Problem("no_infructuous_call"))
        elif call.source_days is None or call.source_days > limits["infructuous_days"]:
            found.append(Problem("infructuous_too_old", {"days": limits["infructuous_days"]}))
    elif call.law_case == "default":
        if call.source_state != "terminated":
            found.append(Problem("no_terminated_contract"))
    elif call.law_case == "additional_works":
        ceiling = exact(call.source_amount) * exact(limits["additional_share"])
        if call.kind != "works" or exact(call.source_amount) <= 0:
            found.append(Problem("no_works_contract"))
        elif exact(call.before_tax) + exact(call.added) > ceiling:
            found.append(Problem("over_additional", {"limit": ceiling - exact(call.added)}))
    if not call.proof:
        found.append(Problem("no_proof"))
    if call.procedure == "negotiated" and call.law_case != "additional_works" and call.candidates < 1:
        found.append(Problem("nobody_consulted"))
    return found


def tranche_problems(tranches, estimate):
    """Return what is wrong with the tranches of a lot (art. 9): a firm one, one conditional at least, and their sum.

    :param tranches: ``(is_firm, estimate before tax)``
    """
    firm = [one for is_firm, one in tranches if is_firm]
    found = []
    if len(firm) != 1:
        found.append(Problem("one_firm"))
    if len(tranches) == len(firm):
        found.append(Problem("no_conditional"))
    if sum((exact(one) for _firm, one in tranches), exact(0)) != exact(estimate):
        found.append(Problem("tranches_sum"))
    return found
