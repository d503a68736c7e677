"""Many documents to PDF, here or in worker processes."""

import logging
import threading

from . import engine

_logger = logging.getLogger(__name__)
_here = threading.Lock()

# From how many documents on the worker processes are worth their start.
POOL_FROM = 4


def render_here(jobs, resources, seal):
    """Yield ``(key, pdf or None, error or None)`` for each ``(key, html)``, rendered in this process."""
    for key, html in jobs:
        try:
            with _here:
                pdf = engine.render(html, resources=resources, seal=seal)
            yield key, pdf, None
        except Exception as error:
            _logger.exception("A document could not be rendered")
            yield key, None, f"{type(error).__name__}: {error}"


def render_many(jobs, resources, seal):
    yield from render_here(jobs, resources, seal)
