import hashlib
import re

from odoo import http
from odoo.http import request

from odoo.addons.gov_document.services.ratelimit import RateLimiter

TOKEN = re.compile(r"[0-9a-f]{32}\Z")
HEADERS = [
    ("Content-Type", "text/calendar; charset=utf-8"),
    ("Content-Disposition", 'inline; filename="leave.ics"'),
    ("Cache-Control", "private, no-cache"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow, noarchive"),
    ("X-Content-Type-Options", "nosniff"),
]
limiter = RateLimiter(per_minute=30, burst=20)


class LeaveFeed(http.Controller):
    """The calendar behind a private address; a wrong, renewed or stopped address is simply not found."""

    @http.route("/my/leave/<string:token>.ics", type="http", auth="public", methods=["GET"], sitemap=False)
    def feed(self, token, **_ignored):
        if not limiter.allow(request.httprequest.remote_addr):
            return request.make_response("", [("Retry-After", "60")], status=429)
        # an ill-formed address costs the same search as a well-formed one
        feed = request.env["gov.leave.feed"]._find(token if TOKEN.match(token or "") else "")
        if not feed:
            return request.make_response("", HEADERS[2:], status=404)
        body = feed._calendar()
        feed._mark_used()
        etag = hashlib.sha256(body).hexdigest()[:32]
        if etag in request.httprequest.if_none_match:
            return request.make_response("", [*HEADERS, ("ETag", f'"{etag}"')], status=304)
        return request.make_response(body, [*HEADERS, ("ETag", f'"{etag}"')])
