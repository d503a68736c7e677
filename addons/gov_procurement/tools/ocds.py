"""Open Contracting Data Standard 1.1: facts of purchases in, releases and packages out; plain Python, no Odoo.

Each act that was recorded gives one release, dated with the act, whose id never changes; the record of a process holds
its releases and what they make together (https://standard.open-contracting.org/1.1/en/).  Nothing is in a release
before it is public: estimates and bids come with the results, and persons never.

The builders take a dict of facts (``gov.ocds`` gathers them) in which a moment is a ``datetime`` (UTC) or a ``date``,
an amount a number, and every text is in the language of the release.
"""

import json
from datetime import datetime

VERSION = "1.1"
EXTENSIONS = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json",
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_lots_extension/v1.1.5/extension.json",
)
# Identifiers of Moroccan enterprises: a scheme of this publisher; we know of no code for the ICE in org-id.guide.
ICE_SCHEME = "MA-ICE"
METHODS = {
    "purchase_order": "open",
    "simplified": "open",
    "open_national": "open",
    "open_international": "open",
    "restricted": "limited",
    "preselection": "selective",
    "competition": "selective",
    "negotiated_publicity": "limited",
    "negotiated": "limited",
    "ordinary_law": "direct",
    "no_competition": "direct",
}
CATEGORIES = {"works": "works", "supplies": "goods", "services": "services", "studies": "services"}
# lists that a newer release replaces whole, though their members are objects
WHOLE_LISTS = frozenset({"additionalIdentifiers", "additionalClassifications"})
OMITTED = frozenset({"id", "date", "tag"})


def moment(value):
    """Return a moment as OCDS writes it; a day is its first second."""
    if not value:
        return None
    if isinstance(value, datetime):
        return value.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    return value.isoformat() + "T00:00:00Z"


def latest(*values):
    """Return the latest of days and moments; a moment is later than its day."""
    return max((one for one in values if one), key=moment, default=None)


def earliest(*values):
    """Return the earliest of days and moments."""
    return min((one for one in values if one), key=moment, default=None)


def money(amount, currency="MAD"):
    return {"amount": round(float(amount), 2), "currency": currency}


def clean(value):
    """Return the value without what is empty: null would mean that a former release was wrong."""
    if isinstance(value, dict):
        found = {key: clean(one) for key, one in value.items()}
        return {key: one for key, one in found.items() if one not in (None, "", [], {})}
    if isinstance(value, list):
        return [clean(one) for one in value]
    return value


class Process:
    """The releases of one contracting process, built in the order of its acts.

    A party bears in each release all the roles it has had until then: a newer release replaces its list of roles.
    """

    def __init__(self, ocid, language="fr"):
        self.ocid, self.language = ocid, language
        self.acts, self.known, self.used, self.base = [], {}, {}, {}

    def release_id(self, key):
        return f"{self.ocid}-{key}"

    def add(self, when, key, tags, fill, not_before=None):
        """Plan the release of an act; without a moment the act has not happened.

        :param key: what makes the id of the release, the same for ever
        :param fill: called with nothing when the release is built; returns its sections
        :param not_before: moment of the act it follows, when only days are known
        """
        when, floor = moment(when), moment(not_before)
        if when:
            self.acts.append((max(when, floor or when), len(self.acts), key, tags, fill))

    def party(self, facts, role):
        """Return the reference to an organisation, which gets a role in this process."""
        if not facts:
            return None
        party = self.known.setdefault(facts["id"], {**organisation(facts), "roles": []})
        if role not in party["roles"]:
            party["roles"].append(role)
        self.used[facts["id"]] = party
        return {"id": facts["id"], "name": facts["name"]}

    def releases(self):
        """Return the releases, oldest first."""
        found = []
        for when, _rank, key, tags, fill in sorted(self.acts, key=lambda act: act[:2]):
            self.used = {}
            sections = fill()
            parties = [{**party, "roles": list(party["roles"])} for party in self.used.values()]
            found.append(
                clean(
                    {
                        "ocid": self.ocid,
                        "id": self.release_id(key),
                        "date": when,
                        "tag": list(tags),
                        "initiationType": "tender",
                        "language": self.language,
                        **self.base,
                        "parties": parties,
                        **sections,
                    }
                )
            )
        return found


def organisation(facts):
    """Return an organisation as a party: what an enterprise or a service is known by, nothing of a person."""
    identifier = facts.get("identifier") and {
        "scheme": facts["scheme"],
        "id": facts["identifier"],
        "legalName": facts["name"],
    }
    return clean(
        {
            "id": facts["id"],
            "name": facts["name"],
            "identifier": identifier or None,
            "address": {"locality": facts.get("city"), "countryName": facts.get("country")},
        }
    )


def related_planning(ocid):
    return [{"id": "planning", "relationship": ["planning"], "scheme": "ocid", "identifier": ocid}] if ocid else None


def titles(facts):
    """Return a title, and its Arabic one when it is another."""
    arabic = facts.get("title_ar")
    return {"title": facts["title"], "title_ar": arabic if arabic != facts["title"] else None}


# ------------------------------------------------------------------ planning
def planning_releases(line, language="fr"):
    """Return the releases of a line of the forecast programme: one for each version that published it.

    :param line: ``ocid``, ``id``, ``buyer``, ``entity``, ``source`` and ``versions``: each with ``version``,
        ``published``, ``title``, ``kind``, ``estimate``, ``procedure``, ``procedure_name``, ``period``
        (first day, last day), ``reservation``, ``nature``
    """
    process = Process(line["ocid"], language)
    for rank, version in enumerate(sorted(line["versions"], key=lambda one: one["version"])):

        def fill(version=version):
            first, last = version.get("period") or (None, None)
            return {
                "buyer": process.party(line["buyer"], "buyer"),
                "planning": {
                    "budget": {"description": line.get("source"), "amount": money(version["estimate"])},
                    "milestones": [
                        {
                            "id": "notice",
                            "type": "preProcurement",
                            "title": line["words"]["notice"],
                            "dueDate": moment(last or first),
                        }
                    ]
                    if first
                    else None,
                },
                "tender": {
                    "id": line["id"],
                    "title": version["title"],
                    "status": "planning",
                    "procuringEntity": process.party(line["entity"], "procuringEntity"),
                    **category(version["kind"]),
                    **method(version["procedure"], version["procedure_name"]),
                    "eligibilityCriteria": version.get("reservation"),
                    "items": [item(line["id"], version["title"], version.get("nature"))],
                    "tenderPeriod": {"startDate": moment(first)},
                },
            }

        process.add(
            version["published"],
            f"planning-{version['version']}",
            ["planningUpdate" if rank else "planning"],
            fill,
        )
    return process.releases()


def category(kind):
    return {
        "mainProcurementCategory": CATEGORIES.get(kind),
        "additionalProcurementCategories": ["consultingServices"] if kind == "studies" else None,
    }


def method(procedure, name):
    return {"procurementMethod": METHODS.get(procedure), "procurementMethodDetails": name}


def item(key, text, nature=None, lot=None, **more):
    return {
        "id": str(key),
        "description": text,
        "classification": nature and {"scheme": "x_gov-nature", "id": nature["code"], "description": nature["name"]},
        "relatedLot": lot,
        **more,
    }


# ------------------------------------------------------------------ calls for tenders
def tender_releases(tender, language="fr"):
    """Return the releases of a call for tenders and of its contracts.

    :param tender: ``ocid``, ``number``, ``title``, ``buyer``, ``entity``, ``kind``, ``procedure``, ``procedure_name``,
        ``criteria``, ``criteria_details``, ``reservation``, ``delivery_days``, ``nature``, ``notices``, ``lots``,
        ``bids``, ``planning_ocid``, ``estimate``, ``questions``; the moments ``published`` with
        ``session``, ``rectifications`` and ``postponements`` (``at``, ``session``, ``reason``), ``opened``,
        ``results``, ``approved``, ``infructuous``, ``cancelled`` with ``reason``; ``contracts``
    """
    process = Process(tender["ocid"], language)
    process.base = {"relatedProcesses": related_planning(tender.get("planning_ocid"))}
    if not tender["published"]:
        return []
    number = tender["number"]
    lots = [{"id": lot["id"], **titles(lot)} for lot in tender["lots"]]

    def published():
        return {
            "buyer": process.party(tender["buyer"], "buyer"),
            "tender": {
                "id": number,
                **titles(tender),
                "status": "active",
                "procuringEntity": process.party(tender["entity"], "procuringEntity"),
                **category(tender["kind"]),
                **method(tender["procedure"], tender["procedure_name"]),
                "awardCriteria": tender["criteria"],
                "awardCriteriaDetails": tender["criteria_details"],
                "eligibilityCriteria": tender.get("reservation"),
                "tenderPeriod": {
                    "startDate": moment(tender["published_on"]),
                    "endDate": moment(tender["session"]),
                },
                # offers are opened and judged from the session on
                "awardPeriod": {"startDate": moment(tender["session"])},
                "contractPeriod": {"durationInDays": tender["delivery_days"]},
                "items": [item(lot["id"], lot["title"], tender.get("nature"), lot["id"]) for lot in tender["lots"]],
                "lots": [{**lot, "status": "active"} for lot in lots],
                "documents": [
                    {
                        "id": f"notice-{notice['id']}",
                        "documentType": "tenderNotice",
                        "title": notice["title"],
                        "datePublished": moment(notice["date"]),
                        "language": notice.get("language"),
                    }
                    for notice in tender["notices"]
                ],
            },
        }

    process.add(tender["published"], "tender", ["tender"], published)
    for rank, change in enumerate(tender["rectifications"], 1):

        def rectified(change=change, rank=rank):
            return {
                "tender": {
                    "id": number,
                    "tenderPeriod": {"endDate": moment(change["session"])},
                    "awardPeriod": {"startDate": moment(change["session"])},
                    "amendments": [
                        {
                            "id": f"rectification-{rank}",
                            "date": moment(change["at"]),
                            "rationale": change.get("reason"),
                            "amendsReleaseID": process.release_id("tender"),
                            "releaseID": process.release_id(f"tender-amendment-{rank}"),
                        }
                    ],
                }
            }

        process.add(change["at"], f"tender-amendment-{rank}", ["tenderAmendment"], rectified, tender["published"])
    for rank, change in enumerate(tender["postponements"], 1):

        def postponed(change=change):
            # a session that is put off takes no other bid
            return {"tender": {"id": number, "awardPeriod": {"startDate": moment(change["session"])}}}

        process.add(change["at"], f"tender-update-{rank}", ["tenderUpdate"], postponed, tender["published"])
    _results(process, tender, lots)
    if tender.get("cancelled"):
        awards = tender["awards"] if tender.get("results") else []

        def cancelled():
            return {
                "tender": {
                    "id": number,
                    "status": "cancelled",
                    "lots": [{"id": lot["id"], "status": "cancelled"} for lot in lots],
                    "documents": [cancellation("cancellation", tender["cancelled"], tender)],
                },
                "awards": [{"id": award["id"], "status": "cancelled"} for award in awards if award.get("supplier")],
            }

        tags = ["tenderCancellation", *(["awardCancellation"] if awards else [])]
        process.add(
            tender["cancelled"], "tender-cancellation", tags, cancelled, tender.get("results") or tender["published"]
        )
    for contract in tender["contracts"]:
        _contract_acts(process, contract, tender.get("approved") or tender.get("results"))
    return process.releases()


def cancellation(key, when, facts):
    return {
        "id": key,
        "documentType": "cancellationDetails",
        "title": facts["words"]["cancellation"],
        "description": facts.get("reason"),
        "datePublished": moment(when),
    }


def _results(process, tender, lots):
    """Plan what the publication of the results makes known: bidders, estimates, offers, awards; and what follows."""
    number = tender["number"]

    def outcome(status):
        """The tender with what its opening has made public."""
        known = bool(tender.get("opened"))
        unsuccessful = {lot["id"] for lot in tender["lots"] if lot.get("unsuccessful") or status == "unsuccessful"}
        return {
            "id": number,
            "status": status,
            "hasEnquiries": bool(tender.get("questions")),
            "value": money(tender["estimate"]) if known else None,
            "numberOfTenderers": len({bid["tenderer"]["id"] for bid in tender["bids"]}) if known else 0,
            "tenderers": _unique(process.party(bid["tenderer"], "tenderer") for bid in tender["bids"])
            if known
            else None,
            "lots": [
                {
                    "id": lot["id"],
                    "status": "unsuccessful" if lot["id"] in unsuccessful else "complete",
                    "value": money(lot["estimate"]) if known else None,
                }
                for lot in tender["lots"]
            ],
        }

    def bids():
        return {
            "details": [
                {
                    "id": bid["id"],
                    "date": moment(bid["received"]),
                    "status": bid["status"],
                    "tenderers": [process.party(bid["tenderer"], "tenderer")],
                    "value": money(bid["amount"]) if bid.get("amount") else None,
                    "relatedLots": [bid["lot"]] if bid.get("lot") else None,
                }
                for bid in tender["bids"]
            ]
        }

    def awarded():
        return {
            "tender": outcome("complete"),
            "bids": bids(),
            "awards": [
                {
                    "id": award["id"],
                    **titles(award),
                    "status": "pending" if award.get("supplier") else "unsuccessful",
                    "date": moment(tender["results"]),
                    "value": money(award["amount"]) if award.get("supplier") else None,
                    "suppliers": [process.party(award["supplier"], "supplier")] if award.get("supplier") else None,
                    "relatedLots": [award["lot"]],
                    "relatedBids": [award["bid"]] if award.get("bid") else None,
                }
                for award in tender["awards"]
            ],
        }

    process.add(tender.get("results"), "award", ["award"], awarded, tender["published"])
    if tender.get("results"):

        def approved():
            return {
                "awards": [
                    {"id": award["id"], "status": "active"} for award in tender["awards"] if award.get("supplier")
                ]
            }

        process.add(tender.get("approved"), "award-update", ["awardUpdate"], approved, tender["results"])

    def infructuous():
        return {
            "tender": {
                **outcome("unsuccessful"),
                "documents": [
                    {
                        "id": "unsuccessful",
                        "documentType": "tenderNotice",
                        "title": tender["infructuous_case"],
                        "datePublished": moment(tender["infructuous"]),
                    }
                ],
            },
            "bids": bids() if tender.get("opened") else None,
        }

    process.add(tender.get("infructuous"), "tender-unsuccessful", ["tenderUpdate"], infructuous, tender["published"])


def _unique(references):
    found = {}
    for reference in references:
        found.setdefault(reference["id"], reference)
    return list(found.values())


# ------------------------------------------------------------------ purchase orders
def order_releases(order, language="fr"):
    """Return the releases of a purchase order.

    The result makes public the number of bidders, the winner and the amount (art. 91-6), not each quotation.

    :param order: ``ocid``, ``number``, ``title``, ``buyer``, ``entity``, ``kind``, ``nature``, ``procedure``,
        ``procedure_name``, ``items``, ``delivery_days``, ``planning_ocid``, ``bidders``; moments ``published`` (with
        ``deadline``), ``awarded`` (when it was made public, with ``awarded_on``, ``supplier``, ``amount``),
        ``infructuous``, ``cancelled`` with ``reason``; ``contract`` once signed
    """
    process = Process(order["ocid"], language)
    process.base = {"relatedProcesses": related_planning(order.get("planning_ocid"))}
    number = order["number"]

    def head(status):
        return {
            "id": number,
            "title": order["title"],
            "status": status,
            "procuringEntity": process.party(order["entity"], "procuringEntity"),
            **category(order["kind"]),
            **method(order["procedure"], order["procedure_name"]),
            "awardCriteria": "priceOnly",
            "contractPeriod": {"durationInDays": order["delivery_days"]},
            "items": [item(one["id"], one["text"], order.get("nature"), **quantity(one)) for one in order["items"]],
        }

    def published():
        return {
            "buyer": process.party(order["buyer"], "buyer"),
            "tender": {
                **head("active"),
                "tenderPeriod": {"startDate": moment(order["published"]), "endDate": moment(order.get("deadline"))},
            },
        }

    process.add(order.get("published"), "tender", ["tender"], published)

    def awarded():
        known = {"id": number, "status": "complete"} if order.get("published") else head("complete")
        return {
            "buyer": process.party(order["buyer"], "buyer"),
            "tender": {**known, "numberOfTenderers": order["bidders"] if order.get("published") else None},
            "awards": [
                {
                    "id": number,
                    "title": order["title"],
                    "status": "pending",
                    "date": moment(order["awarded_on"]),
                    "value": money(order["amount"]),
                    "suppliers": [process.party(order["supplier"], "supplier")],
                }
            ],
        }

    process.add(order.get("awarded"), "award", ["award"], awarded, order.get("published"))

    def infructuous():
        return {"tender": {"id": number, "status": "unsuccessful", "numberOfTenderers": order["bidders"]}}

    process.add(order.get("infructuous"), "tender-unsuccessful", ["tenderUpdate"], infructuous, order.get("published"))
    contract = order.get("contract")
    if order.get("cancelled") and not contract:
        tags = [*(["tenderCancellation"] if order.get("published") else [])]
        tags += ["awardCancellation"] if order.get("awarded") else []
        # what nobody saw is not cancelled for the public
        at = order["cancelled"] if tags else None

        def cancelled():
            return {
                "tender": {
                    "id": number,
                    "status": "cancelled",
                    "documents": [cancellation("cancellation", order["cancelled"], order)],
                },
                "awards": [{"id": number, "status": "cancelled"}] if order.get("awarded") else None,
            }

        process.add(at, "tender-cancellation", tags, cancelled, order.get("awarded") or order.get("published"))
    if contract:
        _contract_acts(process, contract, order["awarded"], award_status="active")
    return process.releases()


def quantity(one):
    unit = one.get("price") is not None and {"value": money(one["price"])}
    return {"quantity": one.get("quantity"), "unit": unit or None}


# ------------------------------------------------------------------ contracts
def contract_releases(contract, language="fr"):
    """Return the releases of a contract made without a call (ordinary law, negotiated, taken over).

    :param contract: the facts of :func:`_contract_acts` with ``ocid``, ``kind``, ``procedure``, ``procedure_name``,
        ``nature``
    """
    process = Process(contract["ocid"], language)

    def awarded():
        return {
            "tender": {
                "id": contract["number"],
                **titles(contract),
                "status": "complete",
                "procuringEntity": process.party(contract["entity"], "procuringEntity"),
                **category(contract["kind"]),
                **method(contract["procedure"], contract["procedure_name"]),
            },
            "awards": [
                {
                    "id": contract["award_id"],
                    **titles(contract),
                    "status": "active",
                    "date": moment(contract["signed"]),
                    "value": money(contract["amount"]),
                    "suppliers": [process.party(contract["supplier"], "supplier")],
                }
            ],
        }

    _contract_acts(process, contract, None, first=awarded)
    return process.releases()


def _contract_acts(process, contract, not_before, award_status=None, first=None):
    """Plan the releases of a contract: signed, started, changed, paid, accepted, ended.

    :param contract: ``number``, ``award_id``, ``title``, ``amount``, ``supplier``, ``buyer``, ``entity``, ``items``,
        ``bid``, ``delivery_days``, ``signed`` (its approval), ``notified`` (from which it is public), ``started``
        (``at``, ``on``), ``changes`` (``id``, ``at``, ``on``, ``what``, ``total``, ``end``), ``payments`` (``id``,
        ``at``, ``on``, ``amount``), ``milestones`` (``id``, ``at``, ``on``, ``title``, ``type``), ``ended`` (``at``,
        ``is_early``, ``reason`` when it is public)
    """
    public = contract.get("notified")
    if not public:
        return
    floor = latest(public, not_before)

    def signed():
        sections = _part(
            contract,
            **titles(contract),
            status="active",
            value=money(contract["amount"]),
            dateSigned=moment(contract["signed"]),
            period={
                "durationInDays": contract.get("delivery_days"),
                "startDate": moment(contract.get("period_start")),
                "endDate": moment(contract.get("period_end")),
            },
            items=[item(one["id"], one["text"], contract.get("nature"), **quantity(one)) for one in contract["items"]],
            relatedBids=[contract["bid"]] if contract.get("bid") else None,
        )
        before = first() if first else {}
        if award_status:
            before["awards"] = [{"id": contract["award_id"], "status": award_status}]
        return {"buyer": process.party(contract["buyer"], "buyer"), **before, **sections}

    tags = ["award", "contract"] if first else ["awardUpdate", "contract"] if award_status else ["contract"]
    process.add(public, f"contract-{contract['key']}", tags, signed, floor)
    _implementation(process, contract, floor)
    _changes(process, contract, floor)
    ended = contract.get("ended")
    if ended:

        def terminated():
            # "cancelled" is for a contract that ended before it began
            early = ended["is_early"] and not contract.get("started")
            return _part(
                contract,
                status="cancelled" if early else "terminated",
                documents=[cancellation("termination", ended["at"], {**contract, "reason": ended.get("reason")})]
                if ended["is_early"]
                else None,
            )

        process.add(ended["at"], f"contract-termination-{contract['key']}", ["contractTermination"], terminated, floor)


def _part(contract, **vals):
    return {"contracts": [{"id": contract["number"], "awardID": contract["award_id"], **vals}]}


def _implementation(process, contract, floor):
    """Plan the releases of what is done and paid: the first one begins the implementation, the others update it."""
    key, started, acts = contract["key"], contract.get("started"), []
    if started:
        period = {"startDate": moment(started["on"]), "endDate": moment(contract.get("planned_end"))}
        acts.append((started["at"], f"start-{key}", lambda: {"period": period}))
    for step in contract["milestones"]:

        def reached(step=step):
            met = {"status": "met", "dateMet": moment(step["on"])}
            return {
                "implementation": {
                    "milestones": [{"id": step["id"], "title": step["title"], "type": step["type"], **met}]
                }
            }

        acts.append((step["at"], f"milestone-{key}-{step['id']}", reached))
    for payment in contract["payments"]:

        def paid(payment=payment):
            transaction = {
                "id": str(payment["id"]),
                "date": moment(payment["on"]),
                "value": money(payment["amount"]),
                "payer": process.party(contract["entity"], "payer"),
                "payee": process.party(contract["supplier"], "payee"),
            }
            return {"implementation": {"transactions": [transaction]}}

        acts.append((payment["at"], f"payment-{key}-{payment['id']}", paid))
    for rank, (when, name, fill) in enumerate(sorted(acts, key=lambda act: moment(act[0]))):

        def implemented(fill=fill):
            return _part(contract, **fill())

        process.add(when, name, ["implementationUpdate" if rank else "implementation"], implemented, floor)


def _changes(process, contract, floor):
    key = contract["key"]
    for rank, change in enumerate(contract["changes"], 1):
        name = f"contract-amendment-{key}-{rank}"

        def changed(change=change, name=name):
            return _part(
                contract,
                value=money(change["total"]),
                period={"endDate": moment(change.get("end"))},
                amendments=[
                    {
                        "id": str(change["id"]),
                        "date": moment(change["on"]),
                        "description": change.get("what"),
                        "amendsReleaseID": process.release_id(f"contract-{key}"),
                        "releaseID": process.release_id(name),
                    }
                ],
            )

        process.add(change["at"], name, ["contractAmendment"], changed, floor)


# ------------------------------------------------------------------ records and packages
def compile_releases(releases):
    """Return the compiled release of a process: its releases merged in the order of their dates."""
    merged = {}
    for release in sorted(releases, key=lambda one: one["date"]):
        _merge(merged, {key: value for key, value in release.items() if key not in OMITTED})
        last = release
    return {"id": f"{last['ocid']}-{last['date']}", "date": last["date"], "tag": ["compiled"], **merged}


def _merge(into, new):
    for key, value in new.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        elif (
            isinstance(value, list)
            and key not in WHOLE_LISTS
            and value
            and all(isinstance(one, dict) for one in value)
        ):
            known = {one["id"]: one for one in into.setdefault(key, [])}
            for one in value:
                if one["id"] not in known:
                    known[one["id"]] = {}
                    into[key].append(known[one["id"]])
                _merge(known[one["id"]], one)
        else:
            into[key] = list(value) if isinstance(value, list) else value


def record(releases):
    """Return the record of a process: all its releases, and what they make together."""
    return {"ocid": releases[0]["ocid"], "releases": releases, "compiledRelease": compile_releases(releases)}


def package(kind, head, processes, date_from=None, date_to=None):
    """Yield the text of a package, process by process: as much memory for a thousand as for one.

    :param kind: ``releases`` or ``records``
    :param head: ``uri``, ``published``, ``publisher``, and when wanted ``license``, ``policy``
    :param processes: iterable of lists of releases, each of one process
    :param date_from, date_to: first and last moment, as OCDS writes them: releases of that time, or the records of the
        processes that have one
    """
    yield json.dumps(
        clean(
            {
                "uri": head["uri"],
                "version": VERSION,
                "extensions": list(EXTENSIONS),
                "publishedDate": moment(head["published"]),
                "publisher": head["publisher"],
                "license": head.get("license"),
                "publicationPolicy": head.get("policy"),
            }
        ),
        ensure_ascii=False,
    )[:-1]
    yield f', "{kind}": ['
    separator = "\n"
    for releases in processes:
        within = [
            one
            for one in releases
            if (not date_from or one["date"] >= date_from) and (not date_to or one["date"] <= date_to)
        ]
        if not within:
            continue
        for one in [record(releases)] if kind == "records" else within:
            yield separator + json.dumps(one, ensure_ascii=False, separators=(",", ":"))
            separator = ",\n"
    yield "\n]"
    if head.get("next"):
        # a generator of processes says at its end whether some are left
        following = head["next"]()
        if following:
            yield ', "links": ' + json.dumps({"next": following})
    yield "}\n"
