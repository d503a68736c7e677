"""Calls for tenders under several hands: numbers of bids, acts pressed twice, amounts typed while the session ends."""

import functools

import pytest

from support import RpcError, together

AMOUNT = 90_000


def attempt(client, model, method, *args):
    """Call a method; return "done", or the sentence of its refusal."""
    try:
        client.call(model, method, *args)
    except RpcError as error:
        return str(error)
    return "done"


@pytest.fixture
def office(rpc):
    client = rpc("procurement")
    officer = client.call("gov.budget.officer", "search_read", [["kind", "=", "main"]], ["unit_id"], limit=1)[0]
    rich = [["section", "=", "investment"], ["available", ">", 3_000_000]]
    line = client.call("gov.budget.line", "search", rich, limit=1)[0]
    nature = client.call("gov.procurement.nature", "search", [["code", "=", "301"]])[0]
    suppliers = client.call(
        "res.partner",
        "search",
        [
            *(["gov_supplier_kind", "!=", False], ["gov_is_excluded", "=", False]),
            ["gov_document_ids.kind", "=", "register"],
        ],
    )
    return {
        "client": client,
        "officer": officer["id"],
        "unit": officer["unit_id"][0],
        "line": line,
        "nature": nature,
        "suppliers": suppliers,
    }


@pytest.fixture
def published(office, rpc, sql):
    """A function that makes a call whose notice is published and whose committee may sit."""
    client = office["client"]

    def make():
        logins = ("director", "asset", "head", "controller")
        roles = ("president", "administration", "administration", "treasury")
        tender = client.call(
            "gov.tender",
            "create",
            [
                {
                    "object": "Many hands",
                    "officer_id": office["officer"],
                    "unit_id": office["unit"],
                    "nature_id": office["nature"],
                    "budget_line_id": office["line"],
                    "place": "Rabat",
                    "planned_session_at": "2098-01-07 10:00:00",
                    "lot_ids": [[0, 0, {"name": "Lot", "estimate_untaxed": 100_000, "vat_rate": 0}]],
                    "committee_ids": [
                        [0, 0, {"user_id": rpc(login).uid, "role": role, "is_concerned": at == 1}]
                        for at, (login, role) in enumerate(zip(logins, roles, strict=True))
                    ],
                    "publication_ids": [
                        [0, 0, {"support": support, "lang": lang, "date": "2097-12-01", "reference": "1"}]
                        for support, lang in (("portal", "fr"), ("newspaper", "ar"), ("newspaper", "fr"))
                    ],
                }
            ],
        )[0]
        for act in ("action_send_file", "action_publish", "action_convoke"):
            client.call("gov.tender", act, [tender])
        seats = client.call("gov.tender.committee", "search_read", [["tender_id", "=", tender]], ["user_id"])
        client.call("gov.tender.committee", "write", [row["id"] for row in seats], {"is_present": True})
        for login in logins:
            mine = [row["id"] for row in seats if row["user_id"][0] == rpc(login).uid]
            rpc(login).call("gov.tender.committee", "write", mine, {"declaration": "none"})
        return tender

    return make


@pytest.fixture
def opened(office, published, sql):
    """A function that makes a call at its financial stage: (call, offers)."""
    client = office["client"]

    def make(count):
        tender = published()
        bids = client.call("gov.tender.bid", "create", bid_values(tender, office["suppliers"][:count]))
        sql(
            "UPDATE gov_tender SET session_at = now() AT TIME ZONE 'UTC' - interval '1 minute', deadline_at = "
            "now() AT TIME ZONE 'UTC' WHERE id = %s",
            [tender],
        )
        client.call("gov.tender", "action_open_session", [tender])
        client.call("gov.tender.bid", "action_admit", bids)
        client.call("gov.tender", "action_close_administrative", [tender])
        return tender, client.call("gov.tender.offer", "search", [["tender_id", "=", tender]]), bids

    return make


def bid_values(tender, suppliers):
    return [{"tender_id": tender, "partner_id": supplier, "bearer": "Portal"} for supplier in suppliers]


def test_two_secretaries_register_at_the_same_second(server, office, published, sql):
    tender = published()
    suppliers = office["suppliers"]
    hands = [server.client("procurement") for _hand in range(4)]

    def register(client, mine):
        return [attempt(client, "gov.tender.bid", "create", bid_values(tender, [supplier])) for supplier in mine]

    jobs = [functools.partial(register, client, suppliers[at::4]) for at, client in enumerate(hands)]
    ends = [end for result, error in together(jobs) for end in (result or [repr(error)])]
    assert ends == ["done"] * len(suppliers), ends
    rows = sql("SELECT number, received_at FROM gov_tender_bid WHERE tender_id = %s ORDER BY number", [tender])
    assert [row[0] for row in rows] == list(range(1, len(suppliers) + 1))
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)


def test_a_step_pressed_twice_happens_once(server, office, opened, sql):
    client = office["client"]
    tender, offers, bids = opened(2)
    client.call("gov.tender.offer", "write", offers, {"amount_read": AMOUNT + 1_000})
    client.call("gov.tender.offer", "write", offers[:1], {"amount_read": AMOUNT})

    def both(login, method):
        hands = [server.client(login) for _hand in range(4)]
        jobs = [functools.partial(attempt, hand, "gov.tender", method, [tender]) for hand in hands]
        return sorted(result or repr(error) for result, error in together(jobs))

    ends = both("procurement", "action_evaluate")
    assert ends.count("done") == 1, ends
    client.call("gov.tender.bid", "action_ask_documents", bids)
    client.call("gov.tender.bid", "action_documents_complete", bids)
    ends = both("procurement", "action_award")
    assert ends.count("done") == 1, ends
    sql("UPDATE gov_tender SET closed_at = closed_at - interval '30 days' WHERE id = %s", [tender])
    names = ("need", "objectives", "indicators", "means", "reasons", "choice", "market_price")
    report = client.call("gov.tender.report", "create", [{"tender_id": tender, **dict.fromkeys(names, "As asked")}])
    server.client("authorising").call("gov.tender.report", "action_sign", report)
    ends = both("authorising", "action_approve")
    assert ends.count("done") == 1, ends
    assert sql("SELECT count(*) FROM gov_contract WHERE tender_id = %s", [tender]) == [(1,)]
    journal = (
        "SELECT act, count(*) FROM gov_journal_entry WHERE model = 'gov.tender' AND res_id = %s AND act IN "
        "('evaluate', 'award', 'approve') GROUP BY act ORDER BY act"
    )
    assert sql(journal, [tender]) == [("approve", 1), ("award", 1), ("evaluate", 1)]


def test_no_amount_enters_behind_the_back_of_the_evaluation(server, office, opened, sql):
    """Each round: one closes the session while another types; what was ranked is what is written, or it is refused."""
    client = office["client"]
    for round_number in range(6):
        tender, offers, _bids = opened(2)
        client.call("gov.tender.offer", "write", offers, {"amount_read": AMOUNT})
        one, other = server.client("procurement"), server.client("procurement")
        (typed, _error), (closed, _other_error) = together(
            [
                functools.partial(
                    attempt, one, "gov.tender.offer", "write", offers[:1], {"amount_read": 95_000 + round_number}
                ),
                functools.partial(attempt, other, "gov.tender", "action_evaluate", [tender]),
            ]
        )
        assert closed == "done", closed
        amount = float(sql("SELECT amount FROM gov_tender_offer WHERE id = %s", [offers[0]])[0][0])
        assert amount == (95_000 + round_number if typed == "done" else AMOUNT), (typed, amount)
        # P = (E + mean) / 2, from the amounts as they are now
        price = sql("SELECT reference_price FROM gov_tender_lot WHERE tender_id = %s", [tender])[0][0]
        assert float(price) == (100_000 + (amount + AMOUNT) / 2) / 2, (typed, amount, price)


def test_no_amount_enters_while_a_member_leaves(server, office, opened, sql):
    client = office["client"]
    for _round in range(6):
        tender, offers, _bids = opened(1)
        seat = client.call("gov.tender.committee", "search", [["tender_id", "=", tender]], limit=1)
        one, other = server.client("procurement"), server.client("procurement")
        (typed, _error), (left, _other_error) = together(
            [
                functools.partial(attempt, one, "gov.tender.offer", "write", offers, {"amount_read": AMOUNT}),
                functools.partial(attempt, other, "gov.tender.committee", "write", seat, {"is_present": False}),
            ]
        )
        assert left == "done", left
        acts = [
            row[0]
            for row in sql(
                "SELECT act FROM gov_journal_entry WHERE model = 'gov.tender' AND res_id = %s AND act IN "
                "('offer', 'committee') ORDER BY sequence DESC LIMIT 2",
                [tender],
            )
        ]
        # an amount that entered did so before the member left
        assert acts == (["committee", "offer"] if typed == "done" else ["committee", "committee"]), (typed, acts)
        assert attempt(client, "gov.tender.offer", "write", offers, {"amount_read": 5}) != "done"
