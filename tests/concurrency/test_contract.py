"""Acts on one contract at once over RPC: one number for each account, retention within its ceiling, a year once."""

import functools

import pytest

from support import together

HANDS = 8


@pytest.fixture
def line(rpc):
    rich = [["section", "=", "equipment"], ["year", "=", 2026], ["available", ">", 5_000_000]]
    return rpc("procurement").call("gov.budget.line", "search", rich, limit=1)[0]


def make(rpc, sql, line, **vals):
    """Return a contract of 600,000 dirhams that runs, its commitment with its visa."""
    client = rpc("procurement")
    officer = client.call("gov.budget.officer", "search", [["kind", "=", "main"]], limit=1)[0]
    unit = client.call("gov.budget.officer", "read", [officer], ["unit_id"])[0]["unit_id"][0]
    nature = client.call("gov.procurement.nature", "search", [["kind", "=", "supplies"]], limit=1)[0]
    holder = client.call("res.partner", "search", [["gov_supplier_kind", "!=", False]], limit=1)[0]
    values = {
        "object": "Many hands",
        "partner_id": holder,
        "officer_id": officer,
        "unit_id": unit,
        "nature_id": nature,
        "budget_line_id": line,
        "delivery_days": 90,
        "line_ids": [[0, 0, {"number": "1", "name": "Chairs", "quantity": 500, "unit_price": 1000}]],
        **vals,
    }
    contract = client.call("gov.contract", "create", [values])[0]
    client.call("gov.contract", "action_prepare_commitment", [contract])
    commitment = client.call("gov.contract", "read", [contract], ["commitment_id"])[0]["commitment_id"][0]
    client.call("gov.commitment", "action_submit", [commitment])
    sql("UPDATE gov_execution_piece SET reference = 'on paper' WHERE commitment_id = %s", [commitment])
    rpc("controller").call("gov.commitment", "action_visa", [commitment])
    # its notification and its start are not what is tested here
    sql(
        "UPDATE gov_contract SET state = 'running', notified_on = '2026-10-01', started_on = '2026-10-15' "
        "WHERE id = %s",
        [contract],
    )
    return contract


def ends(jobs):
    """Run the jobs at once; return how each ended: done, or its refusal in a word."""
    return ["done" if error is None else getattr(error, "name", repr(error)) for _result, error in together(jobs)]


def test_accounts_of_a_contract_have_one_number_each_and_keep_seven_percent(server, rpc, sql, line):
    contract = make(rpc, sql, line)
    hands = [server.client("procurement") for _hand in range(HANDS)]
    signers = [server.client("authorising") for _hand in range(4)]
    for quantity in (200, 400, 500):
        jobs = [functools.partial(hand.call, "gov.contract", "action_new_account", [contract]) for hand in hands]
        assert ends(jobs).count("done") == 1
        [(account,)] = sql(
            "SELECT id FROM gov_progress_account WHERE contract_id = %s AND state = 'draft'", [contract]
        )
        lines = hands[0].call("gov.progress.account.line", "search", [["account_id", "=", account]])
        hands[0].call("gov.progress.account.line", "write", lines, {"quantity": quantity})
        jobs = [functools.partial(hand.call, "gov.progress.account", "action_check", [account]) for hand in hands]
        assert ends(jobs).count("done") == 1
        jobs = [functools.partial(hand.call, "gov.progress.account", "action_sign", [account]) for hand in signers]
        assert ends(jobs).count("done") == 1
        jobs = [
            functools.partial(hand.call, "gov.progress.account", "action_enter_invoice", [account]) for hand in hands
        ]
        assert set(ends(jobs)) == {"done"}
    rows = sql(
        "SELECT number, retention, this_account FROM gov_progress_account WHERE contract_id = %s ORDER BY number",
        [contract],
    )
    assert [row[0] for row in rows] == [1, 2, 3]
    assert sum(float(row[1]) for row in rows) == 42_000
    [(kept, held)] = sql("SELECT retention_kept, retention_held FROM gov_contract WHERE id = %s", [contract])
    assert (float(kept), float(held)) == (42_000, 42_000)
    # eight hands on each account entered one invoice
    commitment = sql("SELECT commitment_id FROM gov_contract WHERE id = %s", [contract])[0][0]
    invoices = sql("SELECT amount FROM gov_liquidation WHERE commitment_id = %s ORDER BY id", [commitment])
    assert [float(row[0]) for row in invoices] == [240_000, 240_000, 120_000]


def test_a_year_is_committed_once(server, rpc, sql, line):
    contract = make(rpc, sql, line, form="renewable", begins_on="2026-01-01")
    client = rpc("procurement")
    years = client.call("gov.contract.year", "search_read", [["contract_id", "=", contract]], ["year", "rank"])
    second = next(row["id"] for row in years if row["year"] == 2027)
    # whatever budget 2027 has, its line is chosen here
    sql("UPDATE gov_contract_year SET budget_line_id = %s WHERE id = %s", [line, second])
    hands = [server.client("procurement") for _hand in range(HANDS)]
    jobs = [functools.partial(hand.call, "gov.contract.year", "action_commit", [second]) for hand in hands]
    results = together(jobs)
    assert [error for _result, error in results if error is not None] == []
    opened = {result["res_id"] for result, _error in results}
    assert len(opened) == 1
    made = sql(
        "SELECT count(*) FROM gov_commitment c JOIN gov_contract k ON k.number = c.reference WHERE k.id = %s",
        [contract],
    )
    assert made == [(2,)]


def test_a_retention_is_given_back_once(server, rpc, sql, line):
    contract = make(rpc, sql, line)
    client, signer = rpc("procurement"), rpc("authorising")
    account = client.call("gov.contract", "action_new_account", [contract])["res_id"]
    lines = client.call("gov.progress.account.line", "search", [["account_id", "=", account]])
    client.call("gov.progress.account.line", "write", lines, {"quantity": 100})
    client.call("gov.progress.account", "action_check", [account])
    signer.call("gov.progress.account", "action_sign", [account])
    # the payment of the account and the acceptance are not what is tested here
    sql("UPDATE gov_contract SET state = 'final', final_on = '2026-11-01' WHERE id = %s", [contract])
    sql(
        "UPDATE gov_commitment_line SET liquidated = 120000, ordered = 108000 WHERE commitment_id = "
        "(SELECT commitment_id FROM gov_contract WHERE id = %s)",
        [contract],
    )
    hands = [server.client(login) for login in ("procurement", "budget") * 4]
    jobs = [functools.partial(hand.call, "gov.contract", "action_release_retention", [contract]) for hand in hands]
    found = ends(jobs)
    assert found.count("done") == 1, found
    rows = sql("SELECT gross_amount, state FROM gov_payment_order WHERE contract_id = %s", [contract])
    assert [(float(amount), state) for amount, state in rows] == [(12_000, "draft")]
