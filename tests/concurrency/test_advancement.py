"""Several managers sign one advancement campaign at the same moment: each line once, none forgotten."""

import datetime

import pytest

from support import Server, together

LINES = 24
MANAGERS = 4
PART = 3


@pytest.fixture(scope="module")
def server(database):
    with Server(database, options=("--db_maxconn", "40")) as running:
        yield running


@pytest.fixture(scope="module")
def campaign(server):
    """A computed campaign, far enough in the future to find many people, with its first lines accepted."""
    client = server.client("hrmanager")
    vals = {"year": datetime.date.today().year + 3, "kind": "echelon"}
    campaign = client.call("gov.advancement.campaign", "create", [vals])[0]
    client.call("gov.advancement.campaign", "action_compute", [campaign])
    domain = [("campaign_id", "=", campaign), ("state", "=", "proposed"), ("employee_id.user_id", "=", False)]
    lines = client.call("gov.advancement.campaign.line", "search", domain, limit=LINES)
    assert len(lines) == LINES
    client.call("gov.advancement.campaign.line", "action_accept", lines)
    return campaign


def sign(client, campaign):
    """What the progress dialog does, until nothing is left."""
    done, failed = 0, []
    for _round in range(500):
        answer = client.call("gov.advancement.campaign", "action_sign_next", [campaign], PART)
        done, failed = done + answer["done"], failed + answer["failed"]
        if not answer["remaining"]:
            return done, failed
    raise AssertionError("the signing never ends")


def test_managers_at_once_sign_each_line_once(server, campaign, sql):
    clients = [server.client("hrmanager") for _manager in range(MANAGERS)]
    outcomes = together([lambda c=client: sign(c, campaign) for client in clients])
    errors = [error for _result, error in outcomes if error]
    assert not errors, errors[0]
    assert [failed for (_done, failed), _error in outcomes if failed] == []
    assert sum(done for (done, _failed), _error in outcomes) == LINES
    rows = sql(
        "SELECT l.id, count(a.id), min(a.state), count(DISTINCT a.number) FROM gov_advancement_campaign_line l"
        " LEFT JOIN gov_career_act a ON a.campaign_line_id = l.id"
        " WHERE l.campaign_id = %s AND l.state = 'signed' GROUP BY l.id",
        [campaign],
    )
    assert len(rows) == LINES
    assert {row[1:] for row in rows} == {(1, "signed", 1)}
    linked = sql(
        "SELECT count(*) FROM gov_advancement_campaign_line l JOIN gov_career_act a ON a.id = l.act_id"
        " AND a.campaign_line_id = l.id JOIN gov_document d ON d.id = a.document_id"
        " WHERE l.campaign_id = %s AND d.state = 'valid'",
        [campaign],
    )
    assert linked == [(LINES,)]


def test_a_computation_and_decisions_at_once_leave_one_outcome(server, sql):
    """A line is accepted, dropped and computed again at the same moment: it ends in one state, with its one reason."""
    client = server.client("hrmanager")
    vals = {"year": datetime.date.today().year + 4, "kind": "echelon"}
    campaign = client.call("gov.advancement.campaign", "create", [vals])[0]
    client.call("gov.advancement.campaign", "action_compute", [campaign])
    domain = [("campaign_id", "=", campaign), ("state", "=", "proposed"), ("employee_id.user_id", "=", False)]
    for line in client.call("gov.advancement.campaign.line", "search", domain, limit=4):
        clients = [server.client(login) for login in ("hrmanager", "hr", "hrmanager")]
        together(
            [
                lambda c=clients[0]: c.call("gov.advancement.campaign", "action_compute", [campaign]),
                lambda c=clients[1], i=line: c.call("gov.advancement.campaign.line", "action_accept", [i]),
                lambda c=clients[2], i=line: c.call("gov.advancement.campaign.line", "action_drop", [i], "Report"),
            ]
        )
        state, reason = sql("SELECT state, reason FROM gov_advancement_campaign_line WHERE id = %s", [line])[0]
        assert (state, reason) in (("accepted", None), ("dropped", "Report"))
