"""Purchase orders near the yearly ceiling of their nature, engaged at once over RPC: they never pass it together."""

import functools

import pytest

from support import RpcError, together

ORDERS, HANDS = 100, 8
AMOUNT = 20_000  # before tax; 24,000 with it: twenty of them fit under 500,000


@pytest.fixture
def awarded(rpc, sql):
    """A hundred orders of one nature, awarded, ready to take their part of the ceiling: (nature, ids)."""
    client = rpc("procurement")
    nature = client.call(
        "gov.procurement.nature", "create", [{"code": "C99", "name": "Many hands", "kind": "supplies"}]
    )[0]
    officer = client.call("gov.budget.officer", "search", [["kind", "=", "main"]], limit=1)[0]
    unit = client.call("gov.budget.officer", "read", [officer], ["unit_id"])[0]["unit_id"][0]
    rich = [["section", "=", "equipment"], ["available", ">", 5_000_000]]
    line = client.call("gov.budget.line", "search", rich, limit=1)[0]
    supplier = client.call("res.partner", "search", [["gov_supplier_kind", "!=", False]], limit=1)[0]
    vals = {
        "gov_object": "Many hands",
        "gov_nature_id": nature,
        "gov_officer_id": officer,
        "gov_unit_id": unit,
        "gov_budget_line_id": line,
        "gov_place": "Rabat",
        "partner_id": supplier,
        "order_line": [[0, 0, {"name": "Item", "product_qty": 1, "price_unit": AMOUNT}]],
    }
    ids = client.call("purchase.order", "create", [vals] * ORDERS)
    # the award is not what is tested here
    sql("UPDATE purchase_order SET gov_state = 'awarded' WHERE gov_nature_id = %s", [nature])
    return nature, ids


def engage_all(client, orders):
    """Engage the orders one after the other; return how each ended."""
    ends = []
    for order in orders:
        try:
            client.call("purchase.order", "action_engage", [order], "One need of the year, foreseen as such")
            ends.append("taken")
        except RpcError as error:
            ends.append("refused" if error.name.endswith("UserError") else str(error))
    return ends


def test_a_hundred_orders_at_once_never_pass_the_ceiling(server, sql, awarded):
    nature, ids = awarded
    clients = [server.client("procurement") for _hand in range(HANDS)]
    jobs = [functools.partial(engage_all, client, ids[at::HANDS]) for at, client in enumerate(clients)]
    ends = [end for result, error in together(jobs) for end in (result or [repr(error)])]
    assert set(ends) == {"taken", "refused"}, set(ends)
    assert ends.count("taken") == 20
    row = sql("SELECT used, ceiling FROM gov_procurement_ceiling WHERE nature_id = %s", [nature])
    assert [tuple(map(float, one)) for one in row] == [(480_000, 500_000)]
    kept = sql(
        "SELECT sum(gov_ceiling_used), count(*) FILTER (WHERE gov_state = 'engaged') FROM purchase_order "
        "WHERE gov_nature_id = %s",
        [nature],
    )
    assert [tuple(map(float, one)) for one in kept] == [(480_000, 20)]
