"""The journeys have a database and a server of their own: what other tests left behind would change what people see."""

import os

import pytest
from conftest import LOGS, clients_of
from support import Server


@pytest.fixture(scope="session")
def database():
    return os.environ.get("TEST_JOURNEYS") or os.environ["TEST_DATABASE"]


@pytest.fixture(scope="session")
def server(database):
    with Server(database, log=LOGS) as running:
        yield running


@pytest.fixture(scope="session")
def rpc(server):
    return clients_of(server)
