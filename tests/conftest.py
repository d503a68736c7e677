"""Fixtures of the tests that look at the running suite from outside. Started by scripts/test.

``server``    Odoo (threads) over a copy of the sample database, for the whole session
``workers``   the same with two worker processes, for one file
``rpc``       rpc("employee") → a client of that sample login: ``.call(model, method, …)``, ``.get(path)``
``browser``   browser(login="employee", lang="ar_MA", phone=True) → a Chromium page, signed in; no console error passes
``database``  the name of the database; ``fresh_database()`` makes another copy of the sample
"""

import contextlib
import os
import pathlib
import re
import subprocess
import sys
import uuid

import psycopg2
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from support import Server, clients_of  # noqa: E402

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/google-chrome") if os.path.exists(path)), None)
LOGS = pathlib.Path(os.environ.get("TEST_LOGS", "."))


@pytest.fixture(scope="session")
def database():
    return os.environ["TEST_DATABASE"]


@pytest.fixture(scope="session")
def server(database):
    with Server(database, log=LOGS) as running:
        yield running


@pytest.fixture(scope="module")
def workers(database):
    with Server(database, workers=2, log=LOGS) as running:
        yield running


@pytest.fixture(scope="session")
def fresh_database():
    """Make further copies of the sample database (without its files); all are dropped at the end."""
    made = []

    def make():
        name = f"pytest_{uuid.uuid4().hex[:10]}"
        subprocess.run(["createdb", "-T", os.environ["TEST_TEMPLATE"], name], check=True)
        made.append(name)
        return name

    yield make
    for name in made:
        subprocess.run(["dropdb", "--if-exists", "--force", name], check=True)


@pytest.fixture
def sql(database):
    """sql("SELECT …", [parameters]) → rows, committed."""
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection:
        connection.autocommit = True

        def run(query, parameters=None):
            with connection.cursor() as cr:
                cr.execute(query, parameters)
                return cr.fetchall() if cr.description else []

        yield run


@pytest.fixture(scope="session")
def rpc(server):
    return clients_of(server)


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    if not CHROMIUM:
        pytest.fail("Chromium is missing: run scripts/setup --test")
    with sync_playwright() as playwright:
        # as root, and in containers with a small /dev/shm
        options = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield running
        running.close()


@pytest.fixture
def browser(chromium, server, request):
    """Open pages: ``browser(login, lang, phone)``. A console error, or a failed request to our own server, fails the
    test when it ends; a screenshot of each page is kept in the logs when the test fails."""
    pages, errors = [], []

    def watch(page):
        page.on("console", lambda m: errors.append(f"console: {m.text} ({m.location})") if m.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(f"script: {error}"))
        page.on("request", lambda r: None if own(r.url) else errors.append(f"fetched from elsewhere: {r.url}"))

    def own(url):
        return url.startswith((server.url, server.url.replace("http", "ws"), "data:", "blob:", "about:"))

    def open_page(login=None, lang="ar_MA", phone=False, password=None):
        context = chromium.new_context(
            base_url=server.url,
            locale=lang.replace("_", "-"),
            timezone_id="Africa/Casablanca",
            viewport={"width": 390, "height": 844} if phone else {"width": 1366, "height": 800},
            is_mobile=phone,
            has_touch=phone,
            accept_downloads=True,
        )
        context.set_default_timeout(30_000)
        if login:
            client = server.client(login, password)
            if client.context.get("lang") != lang:
                client.call("res.users", "write", [client.uid], {"lang": lang})
                client = server.client(login, password)
            context.add_cookies([{"name": "session_id", "value": client.session_id, "url": server.url}])
        page = context.new_page()
        watch(page)
        pages.append(page)
        return page

    open_page.errors = errors
    yield open_page
    failed = getattr(request.node, "failed", False)
    for number, page in enumerate(pages):
        if failed:
            name = re.sub(r"\W+", "_", request.node.name)
            with contextlib.suppress(Exception):
                page.screenshot(path=str(LOGS / "screenshots" / f"{name}_{number}.png"), full_page=True)
        page.context.close()
    assert not errors, "the browser reported:\n" + "\n".join(errors)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report
