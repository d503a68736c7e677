import hashlib
import io
import re
import threading
from urllib.parse import parse_qs, unquote, urlsplit

import lxml.html
import weasyprint
from lxml import etree
from weasyprint.urls import URLFetcher, URLFetcherResponse

from odoo import api, models
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tools import file_open
from odoo.tools.lru import LRU

from ..services import engine

BASE = "http://reports.invalid"  # never resolved: what it serves comes from this process
MIME = {
    "css": "text/css",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
}
BUNDLE = re.compile(r"/web/assets/(?:[\w-]+/)?([\w.-]+\.css)")
IMAGE = re.compile(r"/web/image/(?:([a-z][\w.]*)/)?(\d+)(?:-\w+)?(?:/([a-z]\w*))?(?:/[^/]*)*")
BARCODE = re.compile(r"/report/barcode(?:/([^/]+)/(.+))?")
STATIC = re.compile(r"/(\w+/static/[\w./@+-]+\.(\w+))")

# Odoo's report style sheet takes seconds to parse; its bytes name it.
_styles = LRU(8)
_styles_lock = threading.Lock()


class ReportFetcher(URLFetcher):
    """Serve the resources of a report in this process, under the rights of whoever prints it.

    Served: ``data:``, style bundles, pictures the user may read, barcodes, static files of modules.  All else is
    refused: no network, no file of the server.
    """

    def __init__(self, env):
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self._env = env
        own = urlsplit(env["ir.actions.report"].get_base_url())
        self._hosts = {(own.scheme, own.netloc), tuple(urlsplit(BASE)[:2])}

    def fetch(self, url, headers=None):
        if url[:5].lower() == "data:" and len(url) <= engine.MAX_DATA_URL:
            return super().fetch(url, headers)
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) not in self._hosts:
            raise ValueError("Reports load nothing from outside.")
        body, mimetype = self.serve(unquote(parts.path), {k: v[0] for k, v in parse_qs(parts.query).items()})
        return URLFetcherResponse(url, body, {"Content-Type": mimetype})

    def serve(self, path, query):
        """Return (bytes, media type) of what stands at ``path``."""
        if ".." in path or "\\" in path or "\0" in path:
            raise ValueError("No such path.")
        if match := BUNDLE.fullmatch(path):
            return self._bundle(match[1]), "text/css"
        if match := BARCODE.fullmatch(path):
            kind = match[1] or query.pop("barcode_type", None) or query.pop("type", "QR")
            value = match[2] or query.pop("value", "")
            return self._env["ir.actions.report"].barcode(kind, value, **query), "image/png"
        if match := IMAGE.fullmatch(path):
            return self._image(match[1] or "ir.attachment", int(match[2]), match[3])
        if path == "/web/image" and query.get("model") and query.get("id", "").isdigit():
            return self._image(query["model"], int(query["id"]), query.get("field"))
        if path in ("/logo", "/logo.png", "/web/binary/company_logo"):
            return self._image("res.company", self._env.company.id, "logo")
        if match := STATIC.fullmatch(path):
            if match[2].lower() not in MIME:
                raise ValueError("No such kind of file in a report.")
            try:
                with file_open(match[1], "rb") as stream:
                    return stream.read(), MIME[match[2].lower()]
            except FileNotFoundError as error:
                raise ValueError("No such file.") from error
        raise ValueError("Not served to a report.")

    def _bundle(self, filename):
        name, rtl, _kind, autoprefix = self._env["ir.asset"]._parse_bundle_name(filename, False)
        # sudo: bundles are the same for everyone and are public
        bundle = (
            self._env["ir.qweb"].sudo()._get_asset_bundle(name, css=True, js=False, rtl=rtl, autoprefix=autoprefix)
        )
        return bundle.css().raw

    def _image(self, model, res_id, field):
        env = self._env
        try:
            record = env["ir.binary"]._find_record(res_model=model, res_id=res_id, field=field)
            stream = env["ir.binary"]._get_image_stream_from(record, field or "raw")
        except (AccessError, MissingError, UserError, KeyError) as error:
            raise ValueError("Not to be read by this user.") from error
        return stream.read(), stream.mimetype


def parsed_style(data, fetcher, base_url):
    """Return the style sheet ``data`` parsed once for all reports."""
    key = hashlib.sha256(data).digest()
    with _styles_lock:
        if key not in _styles:
            _styles[key] = weasyprint.CSS(string=data.decode(), base_url=base_url, url_fetcher=fetcher)
        return _styles[key]


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def get_wkhtmltopdf_state(self):
        """Tell the web client that PDFs can be printed: no external program is needed."""
        return "ok"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        # The base method prints several records in one run and cuts the file by wkhtmltopdf's outlines.
        if res_ids and len(res_ids) > 1 and len(set(res_ids)) == len(res_ids):
            streams = {}
            for res_id in res_ids:
                one = super()._render_qweb_pdf_prepare_streams(report_ref, dict(data or {}), res_ids=[res_id])
                streams.update(one)
            return streams
        return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)

    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        report = self._get_report(report_ref) if report_ref else self
        fetcher = ReportFetcher(self.env)
        page_css = self._gov_page_css(report.get_paperformat(), landscape, specific_paperformat_args or {})
        headers = self._gov_blocks(header, "minimal_layout_report_headers")
        footers = self._gov_blocks(footer, "minimal_layout_report_footers")
        documents = []
        for index, body in enumerate(bodies):
            tree, styles = self._gov_tree(body, headers[index : index + 1], footers[index : index + 1], fetcher)
            html = lxml.html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>")
            documents.append(engine.render_report(html, styles, page_css, BASE, fetcher))
        if not documents:
            raise UserError(self.env._("There is nothing to print."))
        pages = [page for document in documents for page in document.pages]
        out = io.BytesIO()
        documents[0].copy(pages).write_pdf(out)
        return out.getvalue()

    @api.model
    def _gov_tree(self, body, header, footer, fetcher):
        """Return the page with its header and footer inside, without scripts, and its parsed style sheets."""
        tree = lxml.html.fromstring(str(body), parser=lxml.html.HTMLParser(encoding="utf-8"))
        page, head = tree.find("body"), tree.find("head")
        for blocks, name in ((footer, "gov-report-footer"), (header, "gov-report-header")):
            for block in blocks:
                div = etree.Element("div", attrib={"class": name})
                div.append(block)
                page.insert(0, div)
        for node in tree.xpath("//script|//base|//iframe|//object|//embed"):
            node.drop_tree()
        styles = []
        for link in head.xpath("link[@rel='stylesheet']") if head is not None else ():
            path = urlsplit(link.get("href", "")).path
            if BUNDLE.fullmatch(path):
                styles.append(parsed_style(fetcher.serve(path, {})[0], fetcher, BASE + path))
                link.drop_tree()
        return tree, styles

    @api.model
    def _gov_blocks(self, html, div_id):
        if not html:
            return []
        tree = lxml.html.fromstring(str(html), parser=lxml.html.HTMLParser(encoding="utf-8"))
        return [child for node in tree.xpath("//div[@id=$id]", id=div_id) for child in list(node)]

    @api.model
    def _gov_page_css(self, paper, landscape, args):
        def length(name, value):
            return float(args.get(name) or value or 0)

        landscape = bool(landscape or args.get("data-report-landscape") or paper.orientation == "Landscape")
        if paper.format == "custom":
            size = f"{paper.page_width or 210}mm {paper.page_height or 297}mm"
        else:
            size = f"{paper.format or 'A4'} {'landscape' if landscape else 'portrait'}"
        top = length("data-report-margin-top", paper.margin_top)
        bottom = length("data-report-margin-bottom", paper.margin_bottom)
        spacing = length("data-report-header-spacing", paper.header_spacing)
        sides = f"{paper.margin_right or 0}mm {bottom}mm {paper.margin_left or 0}mm"
        return f"""
            @page {{ size: {size}; margin: {top}mm {sides};
                @top-center {{ content: element(gov-report-header); width: 100%; vertical-align: top;
                    padding-top: {max(top - spacing, 0) and 5}mm }}
                @bottom-center {{ content: element(gov-report-footer); width: 100%; vertical-align: top }} }}
            .gov-report-header {{ position: running(gov-report-header) }}
            .gov-report-footer {{ position: running(gov-report-footer) }}
            html, body {{ height: auto !important; font-family: "Noto Sans", "Noto Naskh Arabic", sans-serif }}
            body.overflow-hidden {{ overflow: visible !important }}
            body {{ padding: 0 !important }}
            img {{ max-width: 100% }}
            .gov-report-header img {{ max-height: 22mm; width: auto }}
            .page::before {{ content: none }}
            span.page, span.topage {{ font-size: 0 }}
            span.page::after {{ content: counter(page); font-size: 9pt }}
            span.topage::after {{ content: counter(pages); font-size: 9pt }}
            tr {{ break-inside: avoid }}
            thead {{ display: table-header-group }}
        """
