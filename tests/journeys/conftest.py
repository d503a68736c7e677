"""The journeys have a database and a server of their own: what other tests leave changes what people see."""

import os
import pathlib

import pytest

from support import Server, clients_of


@pytest.fixture(scope="session")
def database():
    return os.environ.get("TEST_JOURNEYS") or os.environ["TEST_DATABASE"]


@pytest.fixture(scope="session")
def server(database):
    with Server(database, log=pathlib.Path(os.environ.get("TEST_LOGS", "."))) as running:
        yield running


@pytest.fixture(scope="session")
def rpc(server):
    return clients_of(server)
