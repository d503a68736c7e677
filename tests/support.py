"""An Odoo server to test or to measure from outside, and a client that speaks to it as the web client does.

Used by ``tests/conftest.py`` and ``tests/bench/lib.py``. Started by scripts/test and scripts/bench, which put Odoo's
folder and configuration (ODOO_RC) in the environment.
"""

import contextlib
import itertools
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import psycopg2
import requests

REQUEST_LINE = re.compile(
    r'"(?P<verb>[A-Z]+) (?P<path>\S+) HTTP/[\d.]+" (?P<status>\d+) \S+ '
    r"(?P<sql>\d+) (?P<sql_time>[\d.]+) (?P<rest>[\d.]+)"
)
TICKS = os.sysconf("SC_CLK_TCK")


class RpcError(Exception):
    """The server refused a call: ``name`` is the exception's class, the text is the sentence the user would read."""

    def __init__(self, error):
        data = error.get("data", {})
        self.name = data.get("name", "")
        self.debug = data.get("debug", "")
        super().__init__(data.get("message") or error.get("message"))


class Client:
    """A session of one user, as a browser would hold it."""

    _ids = itertools.count(1)

    def __init__(self, server, login, password=None, lang=None):
        self.server = server
        self.login = login
        self.http = requests.Session()
        answer = self.rpc("/web/session/authenticate", db=server.database, login=login, password=password or login)
        self.uid = answer["uid"]
        self.context = dict(answer["user_context"], **({"lang": lang} if lang else {}))

    def rpc(self, path, **params):
        """Call a JSON-RPC route; return its result or raise RpcError."""
        body = {"jsonrpc": "2.0", "method": "call", "id": next(self._ids), "params": params}
        answer = self.http.post(self.server.url + path, json=body, timeout=300)
        answer.raise_for_status()
        answer = answer.json()
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer.get("result")

    def call(self, model, method, *args, **kwargs):
        """Call a public method of a model: ``call("res.partner", "read", [1], ["name"])``."""
        kwargs["context"] = dict(self.context, **kwargs.get("context", {}))
        return self.rpc(
            f"/web/dataset/call_kw/{model}/{method}", model=model, method=method, args=list(args), kwargs=kwargs
        )

    def get(self, path, **kwargs):
        return self.http.get(self.server.url + path, timeout=300, **kwargs)

    @property
    def session_id(self):
        return self.http.cookies.get("session_id")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def process_cpu(pid):
    """Seconds of CPU one process has used, None when it is gone."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / TICKS


def process_tree(pid):
    """The process and all its descendants."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
    found = [pid]
    for parent in found:
        found += [child for child, its_parent in parents.items() if its_parent == parent]
    return found


def backend_cpu(database):
    """CPU seconds of each PostgreSQL backend that serves the database: {pid: seconds}.

    Empty when the server runs on another machine: its processes cannot be read from here."""
    with contextlib.closing(psycopg2.connect(dbname="postgres")) as connection, connection.cursor() as cr:
        cr.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [database])
        return {pid: seconds for (pid,) in cr.fetchall() if (seconds := process_cpu(pid)) is not None}


class Server:
    """Odoo on a free loopback port over one database; ``with Server(db) as server``. Ends by its own process id."""

    def __init__(self, database, workers=0, options=(), log=None):
        self.database = database
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = pathlib.Path(log or tempfile.mkdtemp(prefix="tawassul-server-")) / f"{database}-{self.port}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.command = [
            *(sys.executable, "-m", "odoo", "--database", database, "--db-filter", f"^{re.escape(database)}$"),
            *("--http-interface", "127.0.0.1", "--http-port", str(self.port), "--gevent-port", str(free_port())),
            *("--workers", str(workers), "--max-cron-threads", "0", "--log-level", "info", "--no-database-list"),
            *options,
        ]
        self.process = None

    def __enter__(self):
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True
            )
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(requests.RequestException):
                # a page that needs the registry: the server is ready for real requests
                if requests.get(self.url + "/web/login", timeout=120).ok:
                    return self
            time.sleep(0.2)
        tail = self.log.read_text(errors="replace")[-3000:]
        self.__exit__()
        raise RuntimeError(f"Odoo did not start on {self.database}:\n{tail}")

    def __exit__(self, *exc):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def client(self, login, password=None, lang=None):
        return Client(self, login, password, lang)

    def cpu(self):
        """CPU seconds so far: {pid: seconds} of the server's processes and of its PostgreSQL backends."""
        used = {pid: seconds for pid in process_tree(self.process.pid) if (seconds := process_cpu(pid)) is not None}
        return used | backend_cpu(self.database)

    def requests(self):
        """The requests served so far, from the log: dicts with verb, path, status, sql (number of statements) …"""
        found = []
        for match in REQUEST_LINE.finditer(self.log.read_text(errors="replace")):
            line = match.groupdict()
            found.append(
                line | {"status": int(line["status"]), "sql": int(line["sql"]), "sql_time": float(line["sql_time"])}
            )
        return found


def cpu_between(before, after):
    """CPU seconds used between two readings of ``Server.cpu``, by the processes that are there at the second."""
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())


def together(jobs):
    """Run the jobs (functions without arguments) at the same moment, each in its thread; return [(result, error)]."""
    outcomes, start = [None] * len(jobs), threading.Barrier(len(jobs))

    def run(at, job):
        start.wait()
        try:
            outcomes[at] = (job(), None)
        except Exception as error:
            outcomes[at] = (None, error)

    threads = [threading.Thread(target=run, args=(at, job)) for at, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    return outcomes


def clients_of(server):
    """Return client(login, password, lang) → the one client of that login on a server."""
    clients = {}

    def client(login, password=None, lang=None):
        key = (login, lang)
        if key not in clients:
            clients[key] = server.client(login, password, lang)
        return clients[key]

    return client
