"""HTML to sealed archival PDF, closed to the world.

Plain Python: no Odoo, no database, so that it also runs in worker processes.  A document is HTML whose only resources
are ``data:`` URLs and names of the form ``gov:name`` served from a dict given by the caller: no network, no file.
The result is PDF/A-3u, tagged, with its language and title.
"""

import gc
import logging
import threading
from functools import lru_cache
from pathlib import Path

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

for _name in ("weasyprint", "weasyprint.progress", "fontTools"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)
    logging.getLogger(_name).propagate = False

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


class _Fonts:
    """One font configuration a thread: it is costly to make and must not be shared between threads."""

    def __init__(self):
        self._local = threading.local()

    def get(self):
        if not hasattr(self._local, "fonts"):
            self._local.fonts = FontConfiguration()
        return self._local.fonts


_fonts = _Fonts()


@lru_cache(maxsize=8)
def stylesheet(name):
    """Return the parsed style sheet ``name`` of this module (``document``, ``register``)."""
    if not name.isidentifier():
        raise ValueError(name)
    return weasyprint.CSS(filename=str(STATIC / f"{name}.css"), url_fetcher=ClosedFetcher())


def render(html, style="document", resources=None, seal=None, reason=None, location=None):
    """Return the PDF (bytes) of one HTML document (str), sealed when ``seal`` is given.

    :param str style: name of the style sheet in ``static/src/css``
    :param dict resources: ``{"gov:emblem": (bytes, mimetype)}``, the only things the HTML may name
    :param Seal seal: see :mod:`seal`
    """
    fonts = _fonts.get()
    source = weasyprint.HTML(string=html, base_url=BASE_URL, url_fetcher=ClosedFetcher(resources))
    document = source.render(font_config=fonts, stylesheets=[stylesheet(style)], pdf_variant=VARIANT, pdf_tags=True)
    if seal is None:
        return document.write_pdf(pdf_variant=VARIANT, pdf_tags=True)
    finisher = seal.finisher(reason, location)
    return seal.fill(document.write_pdf(finisher=finisher, pdf_variant=VARIANT, pdf_tags=True))


def warm_up():
    """Load the fonts and style sheets, so that the first document is as fast as the others."""
    render("<html lang='ar'><body dir='rtl'><p>و</p><p lang='fr'>o</p></body></html>")
    gc.collect()
