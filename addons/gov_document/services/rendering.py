"""Documents to sealed PDFs: one here, many in worker processes.

The workers are started when first needed, at most one a core, shared by the threads of this process, ended when
idle for a while and when this process ends.  A worker that dies or takes too long costs its document one more
try in a fresh worker, then an error on that document alone.
"""

import atexit
import logging
import os
import subprocess
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import engine
from .worker import read_message, write_message

_logger = logging.getLogger(__name__)

POOL_FROM = 4  # from how many documents on the workers are worth their start
TIMEOUT = 60  # seconds for one document
START_TIMEOUT = 120  # seconds for a worker to load its libraries and fonts
IDLE = 120  # seconds after which an idle worker is ended
TRIES = 2
# what a worker gets of the server's environment: where libraries, fonts and caches are, no secret
ENVIRONMENT = frozenset(
    "PATH HOME LANG LC_ALL TMPDIR LD_LIBRARY_PATH XDG_CACHE_HOME FONTCONFIG_FILE FONTCONFIG_PATH "
    "PYTHONPYCACHEPREFIX".split()  # not PYTHONDONTWRITEBYTECODE: without compiled libraries a start takes seconds
)
WORKER = Path(__file__).with_name("worker.py")


class WorkerDied(Exception):
    """The worker ended, or was ended because it took too long, before it gave its document."""


class Worker:
    """One process and the pipe to it; used by one thread at a time."""

    def __init__(self):
        environment = {name: value for name, value in os.environ.items() if name in ENVIRONMENT}
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            close_fds=True,
        )
        self.resources = {}
        self.last_used = time.monotonic()
        try:
            self._ask(None, START_TIMEOUT)
        except BaseException:
            self.end()
            raise

    def _ask(self, send, timeout):
        """Call ``send()`` and return the answer; the process is killed when it takes longer than ``timeout``."""
        timer = threading.Timer(timeout, self.process.kill)
        timer.daemon = True
        timer.start()
        try:
            if send:
                send()
            answer = read_message(self.process.stdout)
        except (OSError, ValueError) as error:
            raise WorkerDied(str(error)) from error
        finally:
            timer.cancel()
        if answer is None:
            raise WorkerDied("the renderer stopped or took too long")
        self.last_used = time.monotonic()
        return answer

    def render(self, html, style, resources, seal_name, timeout=None):
        """Return the PDF.

        :raise WorkerDied: when the process ended
        :raise ValueError: when the document cannot be rendered
        """

        def send():
            for name, (data, mimetype) in resources.items():
                if self.resources.get(name) != (data, mimetype):
                    write_message(self.process.stdin, {"resource": name, "mimetype": mimetype}, data)
                    self.resources[name] = (data, mimetype)
            write_message(self.process.stdin, {"style": style, "seal_name": seal_name}, html.encode())

        message, pdf = self._ask(send, timeout or TIMEOUT)
        if "error" in message:
            raise ValueError(message["error"])
        return pdf

    def end(self):
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                pass
        self.process.wait()


class Pool:
    """At most ``size`` workers, lent to the threads that render."""

    def __init__(self, size=None):
        self.size = size or len(os.sched_getaffinity(0))
        self._free = deque()
        self._slots = threading.BoundedSemaphore(self.size)
        self._lock = threading.Lock()
        self._reaper = None
        self._owner = os.getpid()

    def render(self, html, style, resources, seal_name, timeout=None):
        """Render in a worker; a dead worker is replaced and the document tried once more."""
        for attempt in range(1, TRIES + 1):
            try:
                return self._render_once(html, style, resources, seal_name, timeout)
            except WorkerDied:
                if attempt == TRIES:
                    raise
                _logger.warning("A document renderer ended; the document is tried again in a new one")

    def _render_once(self, html, style, resources, seal_name, timeout):
        with self._slots:
            with self._lock:
                if self._owner != os.getpid():  # after a fork the workers belong to the parent
                    self._free.clear()
                    self._owner, self._reaper = os.getpid(), None
                worker = self._free.pop() if self._free else None
            worker = worker or Worker()
            try:
                pdf = worker.render(html, style, resources, seal_name, timeout)
            except WorkerDied:
                worker.end()
                raise
            except ValueError:
                self._give_back(worker)
                raise
            except BaseException:
                worker.end()
                raise
            self._give_back(worker)
            return pdf

    def _give_back(self, worker):
        with self._lock:
            self._free.append(worker)
            if self._reaper is None:
                self._reaper = threading.Timer(IDLE, self._end_idle)
                self._reaper.daemon = True
                self._reaper.start()

    def _end_idle(self):
        now, ended = time.monotonic(), []
        with self._lock:
            ended = [worker for worker in self._free if now - worker.last_used >= IDLE]
            self._free = deque(worker for worker in self._free if worker not in ended)
            self._reaper = None
            if self._free:
                self._reaper = threading.Timer(IDLE, self._end_idle)
                self._reaper.daemon = True
                self._reaper.start()
        for worker in ended:
            worker.end()

    def end(self):
        """End the idle workers; those at work end with this process, their input being closed."""
        with self._lock:
            workers, self._free = list(self._free), deque()
        for worker in workers:
            worker.end()


_pool = Pool()
atexit.register(_pool.end)


def render_apart(html, style="document", timeout=600):
    """Return the PDF of one long document without a seal, made by a worker: this process goes on answering meanwhile.

    :raise WorkerDied: when the worker ended twice
    :raise ValueError: when the document cannot be rendered
    """
    return _pool.render(html, style, {}, None, timeout)


def render_here(jobs, resources, seal, style="document"):
    """Yield ``(key, pdf or None, error or None)`` for each ``(key, html)``, rendered in this process."""
    for key, html in jobs:
        try:
            yield key, seal.fill(engine.render(html, style, resources, seal.name)), None
        except Exception as error:
            _logger.exception("A document could not be rendered")
            yield key, None, f"{type(error).__name__}: {error}"


def render_many(jobs, resources, seal, style="document", pool=None):
    """As :func:`render_here`, in the workers, in the order of ``jobs``; a few documents are in memory at any time."""
    pool = pool or _pool

    def work(html):
        return seal.fill(pool.render(html, style, resources, seal.name))

    waiting = deque()
    with ThreadPoolExecutor(max_workers=pool.size, thread_name_prefix="gov-document") as threads:
        for key, html in jobs:
            waiting.append((key, threads.submit(work, html)))
            if len(waiting) >= 4 * pool.size:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())


def _result(key, future):
    try:
        return key, future.result(), None
    except Exception as error:
        _logger.warning("A document could not be rendered: %s", error)
        return key, None, f"{type(error).__name__}: {error}"
