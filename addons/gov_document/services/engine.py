"""HTML to sealed archival PDF, closed to the world.

Plain Python: no Odoo, no database, so that it also runs in worker processes.  A document is HTML whose only resources
are ``data:`` URLs and names of the form ``gov:name`` served from a dict given by the caller: no network, no file.
The result is PDF/A-3u, tagged, with its language and title.
"""

import contextlib
import gc
import logging
import threading
from functools import lru_cache
from pathlib import Path

# WeasyPrint tells its progress from its import on
for _name in ("weasyprint", "weasyprint.progress", "fontTools"):
    logging.getLogger(_name).disabled = True

import weasyprint  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: E402

from .signature_field import room_for  # noqa: E402

STATIC = Path(__file__).parent.parent / "static" / "src" / "css"
BASE_URL = "gov:"
MAX_DATA_URL = 8 * 1024 * 1024
VARIANT = "pdf/a-3u"


class ClosedFetcher(URLFetcher):
    """Serve ``data:`` URLs and the given resources; refuse all else and remember what was refused."""

    def __init__(self, resources=None):
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._resources = resources or {}
        self.refused = []

    def fetch(self, url, headers=None):
        if url[:5].lower() == "data:" and len(url) <= MAX_DATA_URL:
            return super().fetch(url, headers)
        if url in self._resources:
            body, mimetype = self._resources[url]
            return URLFetcherResponse(url, body, {"Content-Type": mimetype})
        self.refused.append(url[:200])
        raise ValueError("Only resources of the document itself are served.")


# One font configuration a process: it costs some 20 ms to make, and Pango must not be used by two threads at once.
_lock = threading.RLock()
_fonts = None


def fonts():
    """Return the font configuration of this process; hold ``_lock`` while using it."""
    global _fonts
    if _fonts is None:
        _fonts = FontConfiguration()
    return _fonts


@lru_cache(maxsize=8)
def stylesheet(name):
    """Return the parsed style sheet ``name`` of this module (``document``, ``register``)."""
    if not name.isidentifier():
        raise ValueError(name)
    return weasyprint.CSS(filename=str(STATIC / f"{name}.css"), url_fetcher=ClosedFetcher())


@contextlib.contextmanager
def uncollected():
    """Lay out without the collector of cycles: it would walk through each box again and again, a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def render(html, style="document", resources=None, seal_name=None):
    """Return the PDF (bytes) of one HTML document (str).

    :param str style: name of the style sheet in ``static/src/css`` that is added to ``document``
    :param dict resources: ``{"gov:emblem": (bytes, mimetype)}``, the only things the HTML may name
    :param str seal_name: make room for the seal of that name, to be filled in by :meth:`seal.Seal.fill`
    """
    finisher = room_for(seal_name) if seal_name else None
    with _lock, uncollected():
        source = weasyprint.HTML(string=html, base_url=BASE_URL, url_fetcher=ClosedFetcher(resources))
        sheets = [stylesheet(name) for name in dict.fromkeys(("document", style))]
        document = source.render(font_config=fonts(), stylesheets=sheets, pdf_variant=VARIANT, pdf_tags=True)
        return document.write_pdf(finisher=finisher, pdf_variant=VARIANT, pdf_tags=True)


def warm_up():
    """Load the fonts and style sheets, so that the first document is as fast as the others."""
    render("<html lang='ar'><body dir='rtl'><p>و <b>و</b></p><p lang='fr'>o <b>o</b></p></body></html>")


def render_report(html, styles, page_css, base_url, fetcher):
    """Return WeasyPrint's document of one of Odoo's own reports, whose resources ``fetcher`` serves."""
    with _lock:
        source = weasyprint.HTML(string=html, base_url=base_url, url_fetcher=fetcher)
        return source.render(font_config=fonts(), stylesheets=[*styles, weasyprint.CSS(string=page_css)])
