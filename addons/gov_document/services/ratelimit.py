"""A small limiter for public pages: so many requests a minute for each address, in bounded memory.

Each server process counts for itself; a proxy in front may count for all.
"""

import threading
import time
from collections import OrderedDict


class RateLimiter:
    """Token buckets by key: ``burst`` requests at once, then ``per_minute``; the ``remember`` latest keys are kept."""

    def __init__(self, per_minute, burst, remember=10_000):
        self.rate, self.burst, self.remember = per_minute / 60, burst, remember
        self._buckets = OrderedDict()
        self._lock = threading.Lock()

    def allow(self, key, now=None):
        """Take one request of ``key`` and tell whether it may pass."""
        now = time.monotonic() if now is None else now
        with self._lock:
            tokens, last = self._buckets.pop(key, (self.burst, now))
            tokens = min(self.burst, tokens + (now - last) * self.rate)
            allowed = tokens >= 1
            self._buckets[key] = (tokens - 1 if allowed else tokens, now)
            while len(self._buckets) > self.remember:
                self._buckets.popitem(last=False)
            return allowed
