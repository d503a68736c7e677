"""A special account under many hands, over RPC: orders stay within realised revenue, the balance is never negative.

Orders signed at the same instant, revenue entered and reversed, payments made: the counters of the year equal their
entries, and the account pays nothing that it has not received.
"""

import concurrent.futures
import functools
import importlib.util
import pathlib

import pytest

from support import RpcError, together

CHAPTER = "4.2.1.1.0.29.008"
HANDS = 6
PROBES = pathlib.Path(__file__).resolve().parents[2] / "addons/gov_special_account/services/probes.py"
SENTENCES = ("UserError", "ValidationError", "AccessError", "BudgetRefused")


def probes():
    spec = importlib.util.spec_from_file_location("special_probes", PROBES)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PROBES


@pytest.fixture
def proven(sql):
    """Every counter of every account equals its entries, and every rule holds."""

    def check():
        for code, _table, query, *_rest in probes():
            assert not sql(query), code

    return check


@pytest.fixture(scope="module")
def hands(server):
    logins = ("budget", "authorising", "controller")
    return {login: [server.client(login) for _hand in range(HANDS)] for login in logins}


def year_of(sql):
    [row] = sql(
        """SELECT y.id, y.account_id, y.carried + y.collected + y.surplus + y.announced - y.transferred - y.ordered
             FROM gov_special_year y JOIN gov_fiscal_year f ON f.id = y.fiscal_year_id
            WHERE y.chapter_code = %s AND y.state = 'open' AND now() BETWEEN f.date_from AND f.date_to""",
        [CHAPTER],
    )
    return row[0], row[1], float(row[2])


def told(outcomes):
    """A refusal is a sentence for a person, never the words of a database."""
    for _result, error in outcomes:
        if error:
            assert isinstance(error, RpcError) and error.name.endswith(SENTENCES), error


def narrow(client, sql, most):
    """Take revenue back until no more than ``most`` is left to order; return what is left."""
    year, _account, left = year_of(sql)
    rows = sql(
        """SELECT e.id, e.amount FROM gov_revenue_entry e
            WHERE e.year_id = %s AND e.kind = 'collected' AND e.reverses_id IS NULL
              AND NOT EXISTS (SELECT FROM gov_revenue_entry r WHERE r.reverses_id = e.id) ORDER BY e.amount DESC""",
        [year],
    )
    for entry, amount in rows:
        if left > most and left - float(amount) > 60000:
            client.call("gov.revenue.entry", "action_reverse", [entry], "Concurrency: less revenue")
            left -= float(amount)
    return year_of(sql)[2]


def orders_ready(hands, sql, part, count):
    """Make orders of ``part`` each, ready to be signed."""
    budget, other, controller = hands["budget"][0], hands["authorising"][0], hands["controller"][0]
    partner = sql(
        """SELECT p.id FROM res_partner p JOIN res_partner_bank b ON b.partner_id = p.id
            WHERE p.gov_ice IS NOT NULL ORDER BY p.id LIMIT 1"""
    )[0][0]
    kind = budget.call("gov.expense.kind", "search", [["code", "=", "SU"]])[0]
    officer = budget.call("gov.budget.officer", "search", [["kind", "=", "main"]], limit=1)[0]
    ready = []
    for at in range(count):
        # the line with most left: six orders ask for more than one has
        line = sql(
            """SELECT l.id FROM gov_budget_line l JOIN gov_fiscal_year f ON f.id = l.fiscal_year_id
                WHERE l.chapter_code = %s AND l.is_open AND now() BETWEEN f.date_from AND f.date_to
                  AND l.parent_line_id IS NULL ORDER BY l.available DESC LIMIT 1""",
            [CHAPTER],
        )[0][0]
        [commitment] = budget.call(
            "gov.commitment",
            "create",
            [
                {
                    "object": f"Special account at once {at}",
                    "partner_id": partner,
                    "kind_id": kind,
                    "officer_id": officer,
                    "line_ids": [[0, 0, {"budget_line_id": line, "amount": part}]],
                }
            ],
        )
        budget.call("gov.commitment", "action_submit", [commitment])
        controller.call("gov.commitment", "action_visa", [commitment])
        day = sql("SELECT current_date::text")[0][0]
        [invoice] = budget.call(
            "gov.liquidation",
            "create",
            [
                {
                    "commitment_id": commitment,
                    "invoice_number": f"SA-{at}-{commitment}",
                    "invoice_date": day,
                    "deposited_on": day,
                    "channel": "paper",
                    "amount": part,
                    "untaxed_amount": part,
                }
            ],
        )
        budget.call("gov.liquidation", "action_submit", [invoice])
        other.call("gov.liquidation", "action_certify", [invoice])
        [order] = budget.call("gov.payment.order", "create", [{"liquidation_id": invoice}])
        budget.call("gov.payment.order", "action_submit", [order])
        ready.append(order)
    return ready


def test_orders_at_once_stay_within_realised_revenue(hands, sql, proven):
    left = narrow(hands["budget"][0], sql, 400000)
    assert left > 3
    part = int(left / 3)
    orders = orders_ready(hands, sql, part, HANDS)
    outcomes = together(
        [
            functools.partial(client.call, "gov.payment.order", "action_sign", [order])
            for client, order in zip(hands["authorising"], orders, strict=True)
        ]
    )
    told(outcomes)
    done = sum(error is None for _result, error in outcomes)
    assert done == 3, [str(error) for _result, error in outcomes if error]
    assert year_of(sql)[2] == pytest.approx(left - 3 * part, abs=0.001)
    states = sql("SELECT state, count(*) FROM gov_payment_order WHERE id = ANY(%s) GROUP BY 1 ORDER BY 1", [orders])
    assert states == [("issued", 3), ("submitted", 3)]
    proven()


def test_revenue_reversals_signatures_and_payments_together(hands, sql, proven):
    """What is entered, reversed, signed, cancelled and paid at the same time leaves the account creditor and exact."""
    year, account, _left = year_of(sql)
    source = sql("SELECT id FROM gov_revenue_source WHERE account_id = %s AND nature <> 'support' LIMIT 1", [account])
    source = source[0][0]
    waiting = [
        row[0]
        for row in sql("SELECT id FROM gov_payment_order WHERE state = 'submitted' AND object LIKE 'Special account%'")
    ]
    issued = [
        row[0]
        for row in sql("SELECT id FROM gov_payment_order WHERE state = 'issued' AND object LIKE 'Special account%'")
    ]
    assert waiting and issued
    controller = hands["controller"][0]
    controller.call("gov.payment.order", "action_visa", issued[:1])
    part = float(sql("SELECT gross_amount FROM gov_payment_order WHERE id = %s", [issued[0]])[0][0])
    before = sql("SELECT collected, paid FROM gov_special_year WHERE id = %s", [year])[0]

    def collect(client, amount):
        values = {"account_id": account, "source_id": source, "amount": amount, "part": "operating"}
        [entry] = client.call("gov.revenue.entry", "create", [values])
        client.call("gov.revenue.entry", "action_reverse", [entry], "Concurrency: taken back")

    jobs = [functools.partial(collect, client, part) for client in hands["budget"]]
    jobs += [
        functools.partial(client.call, "gov.payment.order", "action_sign", [order])
        for client, order in zip(hands["authorising"], waiting, strict=False)
    ]
    jobs.append(functools.partial(controller.call, "gov.payment.order", "action_pay", issued[:1]))
    jobs.append(
        functools.partial(
            hands["authorising"][-1].call, "gov.payment.order", "action_cancel", issued[1:2], "Concurrency: given up"
        )
    )

    def run(job):
        try:
            return job(), None
        except RpcError as error:
            return None, error

    with concurrent.futures.ThreadPoolExecutor(len(jobs)) as pool:
        outcomes = list(pool.map(run, jobs))
    told(outcomes)
    assert year_of(sql)[2] >= 0
    [after] = sql(
        """SELECT collected, paid, carried + collected + surplus - transferred - paid
             FROM gov_special_year WHERE id = %s""",
        [year],
    )
    # revenue that could not be taken back was ordered meanwhile: it is still there
    kept = sql(
        """SELECT coalesce(sum(amount), 0) FROM gov_revenue_entry e WHERE year_id = %s AND amount = %s
              AND NOT EXISTS (SELECT FROM gov_revenue_entry r WHERE r.reverses_id = e.id)""",
        [year, part],
    )[0][0]
    assert after[0] - before[0] == kept
    assert after[1] - before[1] == pytest.approx(part) and after[2] >= 0
    proven()


def test_announced_funds_that_arrive_at_once_are_met_once(hands, sql, proven):
    """600 announced, twelve receipts of 100 at the same instant: six are what was announced, six are new money."""
    year, account, left = year_of(sql)
    client = hands["budget"][0]
    [source] = client.call(
        "gov.revenue.source", "create", [{"account_id": account, "name": "Announced at once", "nature": "support"}]
    )
    values = {"account_id": account, "source_id": source, "part": "operating"}
    client.call("gov.revenue.entry", "create", [{**values, "kind": "announced", "amount": 600}])
    assert year_of(sql)[2] == pytest.approx(left + 600)
    outcomes = together(
        [
            functools.partial(hand.call, "gov.revenue.entry", "create", [{**values, "amount": 100}])
            for hand in hands["budget"]
            for _turn in range(2)
        ]
    )
    assert [error for _result, error in outcomes if error] == []
    found = sql(
        "SELECT count(*), sum(amount), sum(met) FROM gov_revenue_entry WHERE source_id = %s AND kind = 'collected'",
        [source],
    )
    assert [float(number) for number in found[0]] == [12, 1200, 600]
    assert year_of(sql)[2] == pytest.approx(left + 1200)
    arrived = [["source_id", "=", source], ["met", ">", 0]]
    [entry] = client.call("gov.revenue.entry", "search", arrived, limit=1)
    client.call("gov.revenue.entry", "action_reverse", [entry], "Concurrency: taken back")
    assert year_of(sql)[2] == pytest.approx(left + 1200)
    proven()
