"""Validation against the official schemas kept in data/ocds (see SOURCE.md there), without the network."""

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path

from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

FOLDER = Path(__file__).parent / "data" / "ocds"
NAMES = ("release-schema", "versioned-release-validation-schema", "release-package-schema", "record-package-schema")
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE)
checker = FormatChecker(formats=())


@checker.checks("date-time", raises=ValueError)
def is_date_time(value):
    # the formats of the standard, which jsonschema checks with packages that are not installed
    return not isinstance(value, str) or bool(DATE_TIME.fullmatch(value) and datetime.fromisoformat(value[:19]))


@checker.checks("uri")
def is_uri(value):
    return not isinstance(value, str) or bool(URI.fullmatch(value))


@cache
def schema(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def validator(name):
    """Return the validator of a schema, whose references are the files of the folder."""
    resources = [Resource.from_contents(schema(one), default_specification=DRAFT4) for one in NAMES]
    registry = Registry().with_resources([(one.id(), one) for one in resources])
    return Draft4Validator(schema(name), registry=registry, format_checker=checker)


def faults(name, data):
    """Return what the schema says against ``data``, one sentence a fault."""
    return [
        f"{'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]}"
        for fault in validator(name).iter_errors(data)
    ]


def extension_faults(release):
    """Return what is wrong in the fields of the extensions: types, codes, ids that lead nowhere."""
    found = []
    tender, bids = release.get("tender", {}), release.get("bids", {}).get("details", [])
    lots = {lot["id"] for lot in tender.get("lots", [])}
    statuses = {"planning", "planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn", None}
    for lot in tender.get("lots", []):
        if not isinstance(lot["id"], str) or lot.get("status") not in statuses:
            found.append(f"lot {lot}")
    for bid in bids:
        if not isinstance(bid["id"], str) or bid.get("status") not in {
            "invited",
            "pending",
            "valid",
            "disqualified",
            "withdrawn",
        }:
            found.append(f"bid {bid}")
    known = {bid["id"] for bid in bids}
    parts = [*tender.get("items", []), *bids, *release.get("awards", []), *release.get("contracts", [])]
    for part in parts:
        named = [*(part.get("relatedLots") or []), *([part["relatedLot"]] if part.get("relatedLot") else [])]
        if any(one not in lots for one in named):
            found.append(f"{part['id']}: lots {named} of {sorted(lots)}")
        if any(one not in known for one in part.get("relatedBids") or []):
            found.append(f"{part['id']}: bids {part['relatedBids']} of {sorted(known)}")
    return found


def reference_faults(release):
    """Return the references to organisations that are not among the parties, and contracts of no award."""
    parties = {party["id"] for party in release.get("parties", [])}
    found = []

    def walk(value, path):
        if isinstance(value, list):
            for place, one in enumerate(value):
                walk(one, f"{path}/{place}")
        elif isinstance(value, dict):
            for key, one in value.items():
                if key in ("buyer", "procuringEntity", "payer", "payee") and one["id"] not in parties:
                    found.append(f"{path}/{key}: {one['id']}")
                if key in ("tenderers", "suppliers"):
                    found.extend(f"{path}/{key}: {ref['id']}" for ref in one if ref["id"] not in parties)
                walk(one, f"{path}/{key}")

    walk({key: one for key, one in release.items() if key != "parties"}, "")
    return found
