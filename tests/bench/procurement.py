"""Purchases beside plain Python and plain SQL: evaluation of bids, a late account, a programme of two thousand lines.

* (a) Evaluation of 500 bids by article 43: the rule alone beside the same sums written by hand, and the whole of it
  on the records of a call, with what it keeps of each bid.
* (b) Account no. 30 of a contract of 300 prices: beside an account no. 2, and beside a contract of 30 prices.
* (c) A forecast programme of 2,000 lines: a page of its list, its form and its share, the timeline of a purchase,
  the advice of each line, its workbook; beside bare SQL and a workbook written by hand.
* (d) The open contracting data of 1,000 calls of three lots and five bids: memory, cost and statements of each, beside
  a tenth of them. One call is made by the models, the others are its copies by SQL.

What is judged: the growth of the cost of an item from n to 10 n, ratios with the other side in the same run, numbers
of SQL statements.  Never seconds.
"""

import datetime
import functools
import io
import itertools
import json
import random
import tempfile
from decimal import Decimal

import xlsxwriter

from lib import Figures, arguments, compare, environment, memory, peak_memory

YEAR = datetime.date.today().year + 1
GROWTH = 1.2
MANY = 20  # what is written by hand is so short that it is done this often
OFFERS = 300_000  # ranked in one turn, whatever the number of bids: the clock of CPU ticks a hundred times a second


def per_item(cost, count):
    """CPU of one item; a clock of CPU ticks a hundred times a second, so what is short is run many times."""
    return cost.cpu / count


def grow(figures, what, small, large):
    """Judge the cost of an item when there are ten times as many: (cost, items in it) at both sizes."""
    figures.ratio(f"{what}, CPU an item, ten times as many", per_item(*large), per_item(*small), at_most=GROWTH)


# ----------------------------------------------------------------------------------------------------- (a) evaluation
def draw_offers(count, estimate, seed=1):
    draw = random.Random(seed)
    return {n: Decimal(draw.randrange(70 * estimate, 130 * estimate)) / 100 for n in range(count)}


def by_hand(estimate, offers):
    """The sums of article 43 for works, written by hand: (reference price, ids in order)."""
    low, high = Decimal("0.80") * estimate, Decimal("1.20") * estimate
    kept = {name: amount for name, amount in offers.items() if low <= amount <= high}
    price = (estimate + sum(kept.values()) / len(kept)) / 2
    below = sorted((price - amount, name) for name, amount in kept.items() if amount <= price)
    above = sorted((amount - price, name) for name, amount in kept.items() if amount > price)
    return price, [name for _gap, name in below + above]


def measure_rule(figures, bids, repetitions):
    from odoo.addons.gov_procurement.tools.evaluation import rank_offers  # noqa: PLC0415

    estimate, costs = 1_000_000, {}
    for count in (bids // 10, bids):
        offers = draw_offers(count, estimate)
        # as many offers at both sizes: what is compared is the cost of one
        times = OFFERS // count

        def ours(offers=offers, times=times):
            result = None
            for _n in range(times):
                result = rank_offers(estimate, offers, "works")
            return [one.id for one in result.ranking]

        def hand(offers=offers, times=times):
            result = None
            for _n in range(times):
                result = by_hand(Decimal(estimate), offers)[1]
            return result

        costs[count] = compare({"ours": ours, "hand": hand}, repetitions=repetitions, same=repr), times * count
    grow(
        figures,
        "evaluation, the rule",
        *((costs[count][0]["ours"], costs[count][1]) for count in (bids // 10, bids)),
    )
    large = costs[bids][0]
    figures.note(f"evaluation of {bids} bids: the rule {1e3 * large['ours'].cpu * bids / OFFERS:.2f} ms")
    figures.ratio(
        f"evaluation of {bids} bids: the rule with its explanation, CPU, ours / by hand",
        large["ours"].cpu,
        large["hand"].cpu,
        at_most=12,
    )


def make_frame(env):
    """A nature, an officer, a unit, a supplier and a budget line to hang purchases on."""
    env = env(context={**env.context, "tracking_disable": True})
    unit = env["hr.department"].create({"name": "Bench", "unit_kind": "directorate", "unit_code": "BENCHP"})
    nature = env["gov.procurement.nature"].create({"code": "BENCH", "name": "Bench", "kind": "works"})
    officer = env["gov.budget.officer"].create(
        {"code": "BENCHP", "name": "Bench", "kind": "main", "unit_id": unit.id, "user_id": env.uid,
         "date_from": "2020-01-01"}
    )  # fmt: skip
    return env, unit, nature, officer


def make_call(env, unit, nature, officer, partners, estimate, offers):
    """A call in its session with one admitted bid and its read amount for each offer."""
    tender = env["gov.tender"].create(
        {
            "object": f"Bench {len(offers)}",
            "officer_id": officer.id,
            "unit_id": unit.id,
            "nature_id": nature.id,
            "procedure": "open_national",
            "place": "Rabat",
            "lot_ids": [(0, 0, {"number": 1, "name": "Bench", "estimate_untaxed": estimate / 1.2})],
        }
    )
    now = datetime.datetime.now().replace(microsecond=0)
    tender._gov_write(
        {
            "state": "published",
            "published_on": "2026-01-05",
            "session_at": now,
            "opened_at": now,
            "number": f"BENCH{len(offers)}",
        }
    )
    lot = tender.lot_ids
    bids = env["gov.tender.bid"]._gov_create(
        [
            {"tender_id": tender.id, "partner_id": partner.id, "bearer": "Bench", "received_at": now,
             "state": "registered"}
            for partner in partners[: len(offers)]
        ]
    )  # fmt: skip
    bids._gov_write({"state": "admitted"})
    env["gov.tender.offer"]._gov_create(
        [
            {"bid_id": bid.id, "lot_id": lot.id, "amount_read": float(amount)}
            for bid, amount in zip(bids, offers.values(), strict=True)
        ]
    )
    env.flush_all()
    return tender, lot


def measure_call(figures, env, frame, bids, repetitions):
    _env, unit, nature, officer = frame
    partners = env["res.partner"].create([{"name": f"Bench {n}", "is_company": True} for n in range(bids)])
    day, estimate, costs = datetime.date.today(), 1_000_000, {}
    for count in (bids // 10, bids):
        offers = draw_offers(count, estimate, seed=count)
        tender, lot = make_call(env, unit, nature, officer, partners, estimate, offers)
        times = max(1, bids // count)

        def ours(tender=tender, lot=lot, times=times):
            for _n in range(times):
                env.invalidate_all()
                # records of a new request: those of before have forgotten what to read together
                fresh = env["gov.tender"].browse(tender.id)
                fresh.lot_ids._gov_keep_result(fresh._gov_evaluate_lot(fresh.lot_ids, day))
                env.flush_all()
            return len(lot.offer_ids.filtered("rank"))

        def plain(lot=lot, times=times):
            ranked = []
            for _n in range(times * MANY):
                env.cr.execute("SELECT id, amount_read FROM gov_tender_offer WHERE lot_id = %s", [lot.id])
                read = {row[0]: Decimal(str(row[1])) for row in env.cr.fetchall()}
                _price, ranked = by_hand(Decimal(str(lot.estimate)), read)
                for rank, offer in enumerate(ranked, 1):
                    env.cr.execute(
                        "UPDATE gov_tender_offer SET rank = %s, evaluation = 'retained' WHERE id = %s", [rank, offer]
                    )
            return len(ranked)

        costs[count] = compare({"ours": ours, "plain": plain}, env=env, repetitions=repetitions, same=repr)
        figures.note(
            f"evaluation of {count} bids on records: {1e3 * costs[count]['ours'].cpu / times:.0f} ms, "
            f"{costs[count]['ours'].statements / times:.0f} statements"
        )
    small, large = costs[bids // 10], costs[bids]
    grow(figures, "evaluation, on records", (small["ours"], bids), (large["ours"], bids))
    figures.ratio(
        f"evaluation of {bids} bids on records: CPU, ours / rows by hand",
        large["ours"].cpu,
        large["plain"].cpu / MANY,
        at_most=3,
    )  # fmt: skip
    figures.value(
        f"evaluation of {bids} bids on records: statements a bid", large["ours"].statements / bids, at_most=0.5
    )


# -------------------------------------------------------------------------------------------------------- (b) account
def make_contract(env, frame, partner, prices):
    _env, unit, nature, officer = frame
    contract = env["gov.contract"].create(
        {
            "object": f"Bench {prices}",
            "partner_id": partner.id,
            "officer_id": officer.id,
            "unit_id": unit.id,
            "nature_id": nature.id,
            "delivery_days": 3000,
            "line_ids": [
                (0, 0, {"number": str(n), "name": f"Price {n}", "unit": "u", "quantity": 1000, "unit_price": 10 + n})
                for n in range(1, prices + 1)
            ],
        }
    )
    started = datetime.date.today() - datetime.timedelta(400)
    contract._gov_write({"notified_on": started, "started_on": started, "state": "running"})
    return contract


def add_account(env, contract, number, signed=True):
    """Make the next account with its quantities, and work it out; signed, it counts for the ones after it."""
    account = env["gov.progress.account"]._gov_next(contract)
    for line in account.line_ids:
        line.quantity = 10 * number
    account._gov_keep()
    if signed:
        account._gov_write({"state": "signed", "signed_on": account.date})
    env.flush_all()
    return account


def measure_accounts(figures, env, frame, prices, accounts, repetitions):
    partner = env["res.partner"].create({"name": "Bench holder", "is_company": True})
    costs = {}

    def side(contract, number, times):
        def run():
            net = None
            for _n in range(times):
                env.invalidate_all()
                account = add_account(env, contract, number, signed=False)
                net = round(account.net, 2)
                account.unlink()
                env.flush_all()
            return net

        return run

    def plain(contract):
        """What a hand-written account does at least: read the prices and the sums before, write a row a price."""
        env.cr.execute(
            """SELECT l.id, l.unit_price, l.vat_rate FROM gov_contract_line l WHERE l.contract_id = %s""",
            [contract.id],
        )
        rows = env.cr.fetchall()
        env.cr.execute(
            "SELECT sum(retention), sum(penalty), max(gross) FROM gov_progress_account WHERE contract_id = %s",
            [contract.id],
        )
        env.cr.fetchone()
        env.cr.execute("CREATE TEMP TABLE IF NOT EXISTS bench_line (line integer, quantity numeric, amount numeric)")
        for line, price, rate in rows:
            amount = round(Decimal(str(price)) * 300, 2) * (1 + Decimal(str(rate)) / 100)
            env.cr.execute("INSERT INTO bench_line VALUES (%s, %s, %s)", [line, 300, amount])
        return len(rows)

    for count in (prices // 10, prices):
        contract = make_contract(env, frame, partner, count)
        add_account(env, contract, 1)
        times = max(1, prices // count)
        costs[count, 2] = compare({"ours": side(contract, 2, times)}, env=env, repetitions=repetitions)["ours"]
        if count == prices:
            for number in range(2, accounts):
                add_account(env, contract, number)
            other = repeated(functools.partial(plain, contract), MANY)
            both = compare(
                {"ours": side(contract, accounts, 1), "plain": other},
                env=env, repetitions=repetitions,
            )  # fmt: skip
            costs[count, accounts] = both["ours"]
    last = costs[prices, accounts]
    figures.note(
        f"account no. {accounts} of {prices} prices: {1e3 * last.cpu:.0f} ms, {last.statements:.0f} statements"
    )
    figures.ratio(
        f"account of {prices} prices, CPU, no. {accounts} / no. 2", last.cpu, costs[prices, 2].cpu, at_most=GROWTH
    )
    grow(figures, "account, prices", (costs[prices // 10, 2], prices), (costs[prices, 2], prices))
    if prices < 300:
        return  # what is fixed outweighs the prices
    figures.ratio(
        f"account no. {accounts} of {prices} prices: CPU, ours / rows by hand",
        last.cpu,
        both["plain"].cpu / MANY,
        at_most=12,
    )
    figures.value(
        f"account no. {accounts} of {prices} prices: statements a price", last.statements / prices, at_most=1
    )


# ----------------------------------------------------------------------------------------------------------- (c) plan
LIST = {
    "year_offset": {}, "name": {}, "nature_id": {"fields": {"display_name": {}}}, "estimate": {}, "procedure": {},
    "start_by": {}, "progress": {}, "schedule_text": {}, "is_late": {},
}  # fmt: skip
FORM = ("name", "year", "amount", "reserved_amount", "reserved_rate", "reserved_missing", "late_count", "need_count",
        "splitting_text", "proof_missing", "is_overdue", "state")  # fmt: skip


def make_plan(env, frame, count, year):
    _env, unit, nature, officer = frame
    plan = env["gov.procurement.plan"].create({"year": year, "officer_id": officer.id})
    first = datetime.date(YEAR, 1, 1)
    env["gov.procurement.plan.line"].create(
        [
            {
                "plan_id": plan.id,
                "year_offset": str(n % 3),
                "name": f"Purchase {n}",
                "nature_id": nature.id,
                "place": "Rabat",
                "unit_ids": [(6, 0, unit.ids)],
                "estimate_untaxed": 20_000 + 977 * (n % 900),
                "need_date": first + datetime.timedelta(n % 700),
                "publication_month": first.replace(month=1 + n % 12),
                "reservation": "small" if n % 3 == 0 else False,
            }
            for n in range(count)
        ]
    )
    env.flush_all()
    return plan


def write_by_hand(env, plan):
    """The same workbook from bare SQL rows: what the cells cost."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        for offset in "012":
            sheet = book.add_worksheet(offset)
            env.cr.execute(
                """SELECT l.name, n.name ->> 'en_US', l.place, l.procedure, l.estimate, publication_month, reservation
                     FROM gov_procurement_plan_line l JOIN gov_procurement_nature n ON n.id = l.nature_id
                    WHERE plan_id = %s AND year_offset = %s AND l.active ORDER BY publication_month, l.id""",
                [plan.id, offset],
            )
            for number, row in enumerate(env.cr.fetchall(), 1):
                for column, value in enumerate(row):
                    if isinstance(value, Decimal | float):
                        sheet.write_number(number, column, float(value))
                    else:
                        sheet.write_string(number, column, str(value or ""))
    return len(stream.getvalue()) > 1000


def plan_sides(env, plan, page_size):
    """Return what is done with a programme: name → (sides, times in one turn)."""
    from odoo.addons.gov_procurement.controllers.plan import plan_workbook  # noqa: PLC0415

    rows, domain = env["gov.procurement.plan.line"], [("plan_id", "=", plan.id)]
    first = rows.search(domain, limit=1)

    def page():
        env.invalidate_all()
        return rows.web_search_read(domain, LIST, limit=page_size, order="id")["length"]

    def page_sql():
        env.cr.execute("SELECT count(*) FROM gov_procurement_plan_line WHERE plan_id = %s AND active", [plan.id])
        [length] = env.cr.fetchone()
        env.cr.execute(
            """SELECT l.id, year_offset, l.name, n.code, n.name, estimate, procedure, start_by, need_date
                 FROM gov_procurement_plan_line l JOIN gov_procurement_nature n ON n.id = l.nature_id
                WHERE plan_id = %s AND l.active ORDER BY l.id LIMIT %s""",
            [plan.id, page_size],
        )
        env.cr.fetchall()
        return length

    def form():
        env.invalidate_all()
        return round(plan.read(FORM)[0]["amount"], 2)

    def share_sql():
        env.cr.execute(
            """SELECT sum(estimate), sum(estimate) FILTER (WHERE reservation IS NOT NULL)
                 FROM gov_procurement_plan_line WHERE plan_id = %s AND year_offset = '0' AND active""",
            [plan.id],
        )
        return round(float(env.cr.fetchone()[0]), 2)

    def timeline():
        env.invalidate_all()
        return len(first.get_timeline())

    def advice():
        env.invalidate_all()
        return sum(bool(text) for text in rows.search(domain).mapped("schedule_text"))

    def workbook():
        env.invalidate_all()
        return len(plan_workbook(plan)) > 1000

    def edited():
        """The share while a line is being changed on the screen."""
        env.invalidate_all()
        draft = plan.new(origin=plan)
        draft.line_ids[0].estimate_untaxed = 1
        return bool(draft.amount)

    def share():
        env.invalidate_all()
        return round(plan.amount, 2)

    return {
        "share": ({"ours": share, "other": share_sql}, 20),
        "page": ({"ours": page, "other": page_sql}, 20),
        "form": ({"ours": form}, 20),
        "timeline": ({"ours": timeline}, 20),
        "advice": ({"ours": advice}, 1),
        "workbook": ({"ours": workbook, "other": lambda: write_by_hand(env, plan)}, 1),
        "edited": ({"ours": edited}, 1),
    }


def repeated(function, times):
    def run():
        result = None
        for _n in range(times):
            result = function()
        return result

    return run


def measure_plan(figures, env, frame, lines, repetitions):
    costs, turns = {}, {}
    for place, count in enumerate((lines // 10, lines)):
        plan = make_plan(env, frame, count, YEAR + 5 * place)
        env.cr.execute("ANALYZE gov_procurement_plan_line")
        costs[count] = {}
        for what, (sides, times) in plan_sides(env, plan, min(80, lines // 10)).items():
            # the small programme is done as often as makes as many lines, where each line counts
            turns[count, what] = times if what in ("page", "timeline") else times * lines // count
            costs[count][what] = compare(
                {
                    name: repeated(side, turns[count, what] * (MANY if name == "other" else 1))
                    for name, side in sides.items()
                },
                env=env, repetitions=repetitions, same=repr,
            )  # fmt: skip
    small, large = costs[lines // 10], costs[lines]
    title = f"programme of {lines:,} lines"
    for what, found in large.items():
        cost, times = found["ours"], turns[lines, what]
        figures.note(f"{title}, {what}: {1e3 * cost.cpu / times:.1f} ms, {cost.statements / times:.0f} statements")
    for what in ("page", "form"):
        figures.value(f"{title}, {what}: statements", large[what]["ours"].statements / turns[lines, what], at_most=20)
    for what in ("page", "timeline"):
        figures.ratio(
            f"programme, {what}, CPU, {lines:,} / {lines // 10:,} lines",
            large[what]["ours"].cpu,
            small[what]["ours"].cpu,
            at_most=GROWTH,
        )
    # what is fixed is divided by more lines: the form, the advice, the workbook and the share on the screen
    for what in ("share", "form", "advice", "workbook", "edited"):
        figures.ratio(
            f"programme, {what}, CPU a line, {lines:,} / {lines // 10:,} lines",
            large[what]["ours"].cpu,
            small[what]["ours"].cpu,
            at_most=GROWTH,
        )
    for what, other, most in (
        ("workbook", "a workbook written by hand", 2),
        ("share", "one SQL sum", 60),
        ("page", "bare SQL without its calendar", 100),
    ):
        if what == "page" and lines < 2000:
            continue  # a page of a quarter of the lines: what is fixed outweighs them
        both = large[what]
        figures.ratio(
            f"{title}, {what}: CPU, ours / {other}", both["ours"].cpu, both["other"].cpu / MANY, at_most=most
        )


# ------------------------------------------------------------------------------------------------------ (d) open data
OPEN_LOTS, OPEN_BIDS = 3, 5
OPEN_STEP = 1000  # between the ids of two copies
OPEN_MEMORY = 25  # MB that ten times as many calls may take more
OPEN_TABLES = (
    "gov_tender", "gov_tender_lot", "gov_tender_bid", "gov_tender_offer", "gov_tender_publication", "gov_contract",
    "gov_contract_line",
)  # fmt: skip
OPEN_PARENTS = {
    "tender_id": "gov_tender", "lot_id": "gov_tender_lot", "bid_id": "gov_tender_bid",
    "winner_offer_id": "gov_tender_offer", "contract_id": "gov_contract",
}  # fmt: skip


def make_open_call(env):
    """Make one call that was approved, with its lots, bids, offers and contracts, taken over as a register has it."""
    unit = env["hr.department"].create({"name": "Bench", "unit_kind": "directorate", "unit_code": "OCDS"})
    officer = env["gov.budget.officer"].create({"code": "OCDS", "name": "Bench", "kind": "main", "unit_id": unit.id})
    nature = env["gov.procurement.nature"].create({"code": "OCDS", "name": "Bench", "kind": "works"})
    suppliers = env["res.partner"].create(
        [{"name": f"Bidder {n}", "is_company": True, "city": "Rabat"} for n in range(OPEN_BIDS)]
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
                for n in range(1, OPEN_LOTS + 1)
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


def copy_open_call(env, tender, count):
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
    for table in OPEN_TABLES:
        env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'", [table]
        )
        columns = [row[0] for row in env.cr.fetchall()]
        values = [
            f"{name} + n * {OPEN_STEP} + 1000000"
            if name in OPEN_PARENTS
            else f"{name} || '-' || n"
            if name == "number" and table in ("gov_tender", "gov_contract")
            else f'"{name}"'
            for name in columns
        ]
        quoted = ", ".join(f'"{name}"' for name in columns)
        env.cr.execute(
            f"INSERT INTO {table} (id, {quoted}) SELECT id + n * {OPEN_STEP} + 1000000, {', '.join(values)} "  # noqa: S608
            f"FROM {table}, generate_series(1, %s) AS n WHERE id = ANY(%s)",
            [count, parts[table]],
        )
        env.cr.execute(f"ANALYZE {table}")
    env.cr.execute("SET session_replication_role = DEFAULT")
    env.invalidate_all()


def export_open(env, kind, count, after):
    """Write a package of ``count`` processes to a file, and return its size in bytes."""
    from odoo.addons.gov_procurement.tools import ocds  # noqa: PLC0415

    data = env["gov.ocds"]
    processes = (releases for _cursor, releases in data._gov_processes(after, limit=count))
    with tempfile.TemporaryFile() as file:
        for text in ocds.package(kind, data._gov_head("https://example.org/ocds.json"), processes):
            file.write(text.encode())
        return file.tell()


def measure_open(figures, env, calls):
    """Judge the export of ``calls`` calls beside a tenth of them: memory, cost of each, statements of each."""
    tender = make_open_call(env)
    copy_open_call(env, tender, calls)
    few, after = max(calls // 10, 10), f"tender-{tender.id}"
    first = next(iter(env["gov.ocds"]._gov_processes(after, limit=1)))[1]
    figures.note(f"{calls} calls of {OPEN_LOTS} lots and {OPEN_BIDS} bids, {len(first)} releases each")
    for kind in ("releases", "records"):
        sides = {
            "few": lambda kind=kind: export_open(env, kind, few, after),
            "many": lambda kind=kind: export_open(env, kind, calls, after),
        }
        costs = compare(sides, repetitions=3, env=env)
        figures.note(f"{kind}: {costs['many'].result / 2**20:.1f} MB in {costs['many'].wall:.1f} s")
        each = {name: costs[name].cpu / count for name, count in (("few", few), ("many", calls))}
        figures.ratio(f"{kind}: CPU of one call, {calls} / {few}", each["many"], each["few"], at_most=1.2)
        figures.value(f"{kind}: SQL statements a call", costs["many"].statements / calls, at_most=1)
        grown = []
        for count in (few, calls):
            before = memory()
            peak_memory(reset=True)
            export_open(env, kind, count, after)
            grown.append(peak_memory() - before)
        more = max(grown[1] - grown[0], 0)
        figures.value(f"{kind}: memory for {calls} calls over that for {few}", more, at_most=OPEN_MEMORY, unit=" MB")
    check_open(env, after)


def check_open(env, after):
    """Read a package back: it is JSON, and its processes are those asked for."""
    from odoo.addons.gov_procurement.tools import ocds  # noqa: PLC0415

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
    args = arguments("Purchases", bids=500, prices=300, accounts=30, lines=2000, calls=1000, turns=5, parts="abcd")
    bids, prices, accounts, lines = (50, 30, 5, 200) if args.quick else (
        args.bids, args.prices, args.accounts, args.lines,
    )  # fmt: skip
    turns = 3 if args.quick else args.turns
    figures = Figures("procurement")
    with environment(args.database) as env:
        frame = make_frame(env)
        env = frame[0]
        if "a" in args.parts:
            measure_rule(figures, bids, turns)
            measure_call(figures, env, frame, bids, turns)
        if "b" in args.parts:
            measure_accounts(figures, env, frame, prices, accounts, turns)
        if "c" in args.parts:
            measure_plan(figures, env, frame, lines, turns)
        if "d" in args.parts:
            env = env(context={**env.context, "tracking_disable": True, "lang": "fr_FR"})
            measure_open(figures, env, 100 if args.quick else args.calls)
    return figures.finish()


if __name__ == "__main__":
    raise SystemExit(main())
