"""The export of open contracting data: a thousand calls for tenders in the memory of a hundred, at the same cost each.

``--calls`` calls of three lots and five bids that were awarded, approved and made a contract with its payments; one is
made by the models, the others are its copies by SQL.  The whole package is written to a file, as a download does.
"""

import itertools
import json
import tempfile

from lib import Figures, arguments, compare, environment, memory, peak_memory

LOTS, BIDS = 3, 5
STEP = 1000  # between the ids of two copies
MEMORY = 25  # MB that ten times as many calls may take more
COPIED = (
    "gov_tender", "gov_tender_lot", "gov_tender_bid", "gov_tender_offer", "gov_tender_publication", "gov_contract",
    "gov_contract_line",
)  # fmt: skip
PARENTS = {
    "tender_id": "gov_tender", "lot_id": "gov_tender_lot", "bid_id": "gov_tender_bid",
    "winner_offer_id": "gov_tender_offer", "contract_id": "gov_contract",
}  # fmt: skip


def make_call(env):
    """Make one call that was approved, with its lots, bids, offers and contracts, taken over as a register has it."""
    unit = env["hr.department"].create({"name": "Bench", "unit_kind": "directorate", "unit_code": "OCDS"})
    officer = env["gov.budget.officer"].create({"code": "OCDS", "name": "Bench", "kind": "main", "unit_id": unit.id})
    nature = env["gov.procurement.nature"].create({"code": "OCDS", "name": "Bench", "kind": "works"})
    suppliers = env["res.partner"].create(
        [{"name": f"Bidder {n}", "is_company": True, "city": "Rabat"} for n in range(BIDS)]
    )
    tender = env["gov.tender"].create(
        {
            "object": "Fitting-out of the offices",
            "officer_id": officer.id,
            "unit_id": unit.id,
            "nature_id": nature.id,
            "place": "Rabat",
            "lot_ids": [
                (0, 0, {"number": n, "name": f"Lot {n}", "estimate_untaxed": 100_000 * n, "vat_rate": 20})
                for n in range(1, LOTS + 1)
            ],
            "publication_ids": [(0, 0, {"support": "portal", "date": "2026-03-12", "reference": "P-1"})],
        }
    )
    tender._gov_write(
        {
            "number": "00/OCDS/2026", "published_on": "2026-03-12", "session_at": "2026-04-10 10:00:00",
            "opened_at": "2026-04-10 10:00:00", "closed_at": "2026-04-10 12:00:00", "evaluated_on": "2026-04-10",
            "awarded_on": "2026-04-20", "results_published_on": "2026-04-20", "approved_on": "2026-05-10",
            "state": "published",
        }
    )  # fmt: skip
    bids = env["gov.tender.bid"]._gov_create(
        [{"tender_id": tender.id, "partner_id": one.id, "bearer": "Portal"} for one in suppliers]
    )
    for number, bid in enumerate(bids, 1):
        bid._gov_write({"state": "admitted", "number": number, "received_at": "2026-04-09 10:00:00"})
    offers = env["gov.tender.offer"]._gov_create(
        [
            {"bid_id": bid.id, "lot_id": lot.id, "amount_read": 90_000 * lot.number + 10 * bid.id}
            for bid in bids
            for lot in tender.lot_ids
        ]
    )
    for lot in tender.lot_ids:
        lot._gov_write({"winner_offer_id": offers.filtered(lambda one, lot=lot: one.lot_id == lot)[:1].id})
    for lot in tender.lot_ids:
        env["gov.contract"]._gov_from_lot(lot)._gov_write({"state": "notified", "notified_on": "2026-05-20"})
    tender._gov_write({"state": "approved"})
    env.flush_all()
    return tender


def copy_call(env, tender, count):
    """Copy the call ``count`` times by SQL, with all that hangs on it."""
    parts = {
        "gov_tender": tender.ids,
        "gov_tender_lot": tender.lot_ids.ids,
        "gov_tender_bid": tender.bid_ids.ids,
        "gov_tender_offer": tender.bid_ids.offer_ids.ids,
        "gov_tender_publication": tender.publication_ids.ids,
        "gov_contract": tender.contract_ids.ids,
        "gov_contract_line": tender.contract_ids.line_ids.ids,
    }
    env.cr.execute("SET session_replication_role = replica")  # lots and offers name each other
    for table in COPIED:
        env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'", [table]
        )
        columns = [row[0] for row in env.cr.fetchall()]
        values = [
            f"{name} + n * {STEP} + 1000000"
            if name in PARENTS
            else f"{name} || '-' || n"
            if name == "number" and table in ("gov_tender", "gov_contract")
            else f'"{name}"'
            for name in columns
        ]
        quoted = ", ".join(f'"{name}"' for name in columns)
        env.cr.execute(
            f"INSERT INTO {table} (id, {quoted}) SELECT id + n * {STEP} + 1000000, {', '.join(values)} "  # noqa: S608
            f"FROM {table}, generate_series(1, %s) AS n WHERE id = ANY(%s)",
            [count, parts[table]],
        )
        env.cr.execute(f"ANALYZE {table}")
    env.cr.execute("SET session_replication_role = DEFAULT")
    env.invalidate_all()


def export(env, kind, count, after):
    """Write a package of ``count`` processes to a file, and return its size in bytes."""
    from odoo.addons.gov_procurement.tools import ocds

    data = env["gov.ocds"]
    processes = (releases for _cursor, releases in data._gov_processes(after, limit=count))
    with tempfile.TemporaryFile() as file:
        for text in ocds.package(kind, data._gov_head("https://example.org/ocds.json"), processes):
            file.write(text.encode())
        return file.tell()


def measure_ocds(figures, env, calls):
    """Judge the export of ``calls`` calls beside a tenth of them: memory, cost of each, statements of each."""
    tender = make_call(env)
    copy_call(env, tender, calls)
    few, after = max(calls // 10, 10), f"tender-{tender.id}"
    first = next(iter(env["gov.ocds"]._gov_processes(after, limit=1)))[1]
    figures.note(f"{calls} calls of {LOTS} lots and {BIDS} bids, {len(first)} releases each")
    for kind in ("releases", "records"):
        sides = {"few": lambda kind=kind: export(env, kind, few, after), "many": lambda kind=kind: export(env, kind, calls, after)}
        costs = compare(sides, repetitions=3, env=env)
        figures.note(f"{kind}: {costs['many'].result / 2**20:.1f} MB in {costs['many'].wall:.1f} s")
        each = {name: costs[name].cpu / count for name, count in (("few", few), ("many", calls))}
        figures.ratio(f"{kind}: CPU of one call, {calls} / {few}", each["many"], each["few"], at_most=1.2)
        figures.value(f"{kind}: SQL statements a call", costs["many"].statements / calls, at_most=1)
        grown = []
        for count in (few, calls):
            before = memory()
            peak_memory(reset=True)
            export(env, kind, count, after)
            grown.append(peak_memory() - before)
        more = max(grown[1] - grown[0], 0)
        figures.value(f"{kind}: memory for {calls} calls over that for {few}", more, at_most=MEMORY, unit=" MB")
    check(env, after)


def check(env, after):
    """Read a package back: it is JSON, and its processes are those asked for."""
    from odoo.addons.gov_procurement.tools import ocds

    data = env["gov.ocds"]
    processes = (releases for _cursor, releases in data._gov_processes(after, limit=20))
    text = "".join(ocds.package("records", data._gov_head("https://example.org/ocds.json"), processes))
    records = json.loads(text)["records"]
    if len({one["ocid"] for one in records}) != 20 or any(len(one["releases"]) < 3 for one in records):
        raise SystemExit("error: the package does not hold the calls that were asked for")
    for one, other in itertools.pairwise(records):
        if one["compiledRelease"]["tender"]["id"] == other["compiledRelease"]["tender"]["id"]:
            raise SystemExit("error: two calls have the same number")


def main():
    args = arguments(__doc__.splitlines()[0], calls=1000)
    figures = Figures("procurement_ocds")
    with environment(args.database) as env:
        env = env(context={**env.context, "tracking_disable": True, "lang": "fr_FR"})
        measure_ocds(figures, env, 100 if args.quick else args.calls)
    return figures.finish()


if __name__ == "__main__":
    raise SystemExit(main())
