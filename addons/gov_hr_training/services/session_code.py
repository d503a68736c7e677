"""The code that the screen of a half-day shows: signed, and good for some seconds only.

``<half-day>.<window>.<signature>``: the window is the time divided by the life of a code, the signature is a keyed
digest of both.  Nothing is secret but the key; nobody makes one without it, and an old one is told by its window.
"""

import hmac
import re

CODE = re.compile(r"(?P<slot>[1-9]\d{0,9})\.(?P<window>\d{1,11})\.(?P<signature>[0-9a-f]{32})\Z")


class CodeError(ValueError):
    """A code that is not accepted; ``reason`` is ``unreadable``, ``forged``, ``early`` or ``expired``."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def window_of(now, seconds):
    """Return the number of the window in which a moment (seconds since 1970) falls."""
    return int(now // seconds)


def make(slot, now, seconds, sign):
    """Return the code of a half-day at a moment.

    :param slot: id of the half-day
    :param now: seconds since 1970
    :param seconds: how long a code is shown
    :param sign: function of a text that returns its keyed digest, hexadecimal, 32 characters at least
    """
    text = f"{slot}.{window_of(now, seconds)}"
    return f"{text}.{sign(text)[:32]}"


def read(code, now, seconds, sign, grace=1):
    """Return the half-day of a code.

    :param grace: how many windows after its own a code is still taken: the time to aim and to open the page
    :raise CodeError:
    """
    match = CODE.match(code) if isinstance(code, str) else None
    if not match:
        raise CodeError("unreadable")
    text = f"{match['slot']}.{match['window']}"
    # the signature first: what is not ours teaches nothing about the clock
    if not hmac.compare_digest(sign(text)[:32], match["signature"]):
        raise CodeError("forged")
    age = window_of(now, seconds) - int(match["window"])
    if age < 0:
        raise CodeError("early")
    if age > grace:
        raise CodeError("expired")
    return int(match["slot"])
