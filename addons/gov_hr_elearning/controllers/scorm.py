import functools
import mimetypes
import re
from urllib.parse import quote

import werkzeug.exceptions

from odoo import SUPERUSER_ID, http
from odoo.http import request
from odoo.tools.misc import file_open

PAGE = 8 * 1024 * 1024  # a page longer than this is served as it is, without the run-time
RUNTIME = "/scorm/runtime.js"
TYPES = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "js": "text/javascript",
    "mjs": "text/javascript", "css": "text/css", "json": "application/json", "xml": "application/xml",
    "xsd": "application/xml", "dtd": "application/xml-dtd", "txt": "text/plain", "vtt": "text/vtt",
    "svg": "image/svg+xml",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "avif": "image/avif", "ico": "image/x-icon", "bmp": "image/bmp", "mp4": "video/mp4", "m4v": "video/mp4",
    "webm": "video/webm", "ogv": "video/ogg", "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac",
    "ogg": "audio/ogg", "oga": "audio/ogg", "wav": "audio/wav", "woff": "font/woff", "woff2": "font/woff2",
    "ttf": "font/ttf", "otf": "font/otf", "eot": "application/vnd.ms-fontobject", "pdf": "application/pdf",
    "wasm": "application/wasm",
}  # fmt: skip
HEAD = re.compile(rb"<head(\s[^>]*)?>", re.IGNORECASE)
HTML = re.compile(rb"<html(\s[^>]*)?>", re.IGNORECASE)
DOCTYPE = re.compile(rb"^(\xef\xbb\xbf)?\s*(<\?xml[^>]*\?>)?\s*(<!doctype[^>]*>)?", re.IGNORECASE)


@functools.cache
def runtime_text():
    """Return the run-time of the browser with its data model before it."""
    with file_open("gov_hr_elearning/static/src/scorm/cmi.json") as file:
        model = file.read()
    with file_open("gov_hr_elearning/static/src/scorm/runtime.js") as file:
        code = file.read()
    return f"(function () {{\nconst MODEL = {model};\n{code}\n}})();\n"


def with_runtime(page, settings):
    """Put the run-time before the first script of a page.

    :param page: bytes of the page, in any encoding that keeps ASCII, or UTF-16 with a mark
    :return: ``(bytes, charset or None)``
    """
    charset = None
    if page[:2] in (b"\xff\xfe", b"\xfe\xff"):
        page, charset = page.decode("utf-16", "replace").encode(), "utf-8"
    elif page[:3] == b"\xef\xbb\xbf":
        charset = "utf-8"
    else:
        try:
            page.decode("utf-8")
            charset = "utf-8"
        except UnicodeDecodeError:
            charset = None  # the page says it, or the browser guesses
    if charset and (said := re.search(rb"charset\s*=\s*['\"]?\s*([\w-]+)", page[:2048], re.IGNORECASE)):
        if said[1].lower() not in (b"utf-8", b"utf8") and not page.isascii():
            charset = "utf-8"
    head = (
        f"<script>window.__gov_scorm={settings};</script>"
        f'<script src="{RUNTIME}"></script>'
    ).encode("ascii")  # fmt: skip
    for pattern in (HEAD, HTML):
        if match := pattern.search(page):
            return page[: match.end()] + head + page[match.end() :], charset
    start = DOCTYPE.match(page).end()
    return page[:start] + head + page[start:], charset


def policy(base, root):
    """Return the policy of everything of a package: a sandbox without an origin that reads its own files alone."""
    return "; ".join(
        (
            "sandbox allow-scripts allow-forms",
            "default-src 'none'",
            f"script-src {base} {root}{RUNTIME} 'unsafe-inline' 'unsafe-eval' blob: data:",
            f"style-src {base} 'unsafe-inline' data:",
            f"img-src {base} data: blob:",
            f"font-src {base} data:",
            f"media-src {base} data: blob:",
            f"connect-src {base} data: blob:",
            f"frame-src {base}",
            f"form-action {base}",
            f"base-uri {base}",
            "object-src 'none'",
            "worker-src blob:",
        )
    )


class ScormContent(http.Controller):
    """Files of packages, and the page of the player."""

    @http.route("/scorm/runtime.js", type="http", auth="none", methods=["GET"], save_session=False)
    def runtime(self, **_kwargs):
        response = request.make_response(runtime_text(), [("Content-Type", "text/javascript; charset=utf-8")])
        response.headers["Cache-Control"] = "public, max-age=600"
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    @http.route("/scorm/<string:token>/<path:path>", type="http", auth="none", methods=["GET"], save_session=False)
    def content(self, token, path, **_kwargs):
        """A file of an open package. The address says who reads; no session is looked at, none is made."""
        # sudo: the launch that the address names; the rights of its learner are checked by _gov_find
        launch = request.env(user=SUPERUSER_ID, su=True)["gov.scorm.launch"]._gov_find(token)
        if not launch:
            raise werkzeug.exceptions.NotFound()
        package = launch.attempt_id.package_id
        reader = package._gov_reader()
        size = reader.size(path)
        if size is None:
            raise werkzeug.exceptions.NotFound()
        extension = path.rpartition(".")[2].lower()
        kind = TYPES.get(extension) or mimetypes.guess_type("x." + extension)[0] or "application/octet-stream"
        if extension in ("html", "htm", "xhtml") and size <= PAGE:
            page, charset = with_runtime(reader.read(path), launch.track_id._gov_settings(launch.launch))
            response = request.make_response(page)
            response.headers["Content-Type"] = f"{kind}; charset={charset}" if charset else kind
            response.headers["Cache-Control"] = "no-store"
        else:
            response = self._file(reader, path, size, kind)
        root = request.httprequest.host_url.rstrip("/")
        self._guard(response, f"{root}/scorm/{quote(token)}/", root)
        return response

    def _file(self, reader, path, size, kind):
        wanted = request.httprequest.range
        if wanted and len(wanted.ranges) > 1:
            wanted = None  # several ranges at once: the whole file is a right answer
        span = wanted.range_for_length(size) if wanted and wanted.units == "bytes" else None
        if wanted and span is None:
            response = werkzeug.exceptions.RequestedRangeNotSatisfiable(length=size).get_response()
            return http.Response(response.get_data(), status=416, headers=dict(response.headers))
        start, stop = span or (0, size)
        response = http.Response(
            reader.blocks(path, start, stop - start), status=206 if span else 200, direct_passthrough=True
        )
        if span:
            response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        response.headers["Content-Length"] = str(stop - start)
        response.headers["Content-Type"] = (
            f"{kind}; charset=utf-8" if kind in ("text/javascript", "text/css") else kind
        )
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response

    def _guard(self, response, base, root):
        headers = response.headers
        headers["Content-Security-Policy"] = policy(base, root)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        # a page without an origin reads its own files as a stranger would: the address is what protects them
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), usb=(), payment=()"
        headers.pop("Set-Cookie", None)

    @http.route("/elearning/scorm/<int:slide_id>", type="http", auth="user", methods=["GET"])
    def player(self, slide_id, **_kwargs):
        """The page of the player: trusted, ours, and the only one that speaks with the sandbox."""
        slide = request.env["slide.slide"].browse(slide_id).exists()
        if not slide or not slide.has_access("read") or slide.slide_category != "scorm":
            raise werkzeug.exceptions.NotFound()
        attempt = slide._gov_attempt()
        html = request.render("gov_hr_elearning.scorm_player", attempt._gov_player_values(), lazy=False)
        page = request.make_response(f"<!DOCTYPE html>\n{html}")
        root = request.httprequest.host_url.rstrip("/")
        page.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            f"connect-src 'self'; frame-src {root}/scorm/; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
        )
        page.headers["Cache-Control"] = "no-store"
        return page
