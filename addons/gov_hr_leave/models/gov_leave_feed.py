import hashlib
import hmac as std_hmac
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, hmac

from ..services import ical

SCOPES = [("own", "My leave"), ("unit", "Absences of my unit")]
PAST_DAYS, COMING_DAYS = 180, 400


class GovLeaveFeed(models.Model):
    """A private address that shows leave in the calendar of a telephone (iCal): one's own, or that of the units one
    heads.

    The person makes it, renews it (the old address stops at once) or stops it.  The address bears 128 random bits; it
    is worked out from a nonce and the secret of the database, so that reading this table gives no address.  What it
    shows is decided when it is read: who heads no unit any more, or has left, shows nothing.
    """

    _name = "gov.leave.feed"
    _description = "Private address of a leave calendar"

    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, index=True, ondelete="cascade")
    scope = fields.Selection(SCOPES, required=True, readonly=True)
    nonce = fields.Char(required=True, readonly=True, copy=False, groups=".")
    digest = fields.Char(required=True, readonly=True, copy=False, groups=".")
    made_on = fields.Date(readonly=True, required=True)
    used_on = fields.Date("Last read on", readonly=True)

    _scope_uniq = models.UniqueIndex("(user_id, scope)", "There is one address for each calendar.")
    _digest_uniq = models.UniqueIndex("(digest)", "This address exists already.")

    # ------------------------------------------------------------------ the address
    def _token(self, nonce):
        # sudo: the secret of the database signs the nonce; the caller is the owner of the address
        return hmac(self.env(su=True), "gov.leave.feed", nonce)[:32]

    @api.model
    def _find(self, token):
        """Return the feed of an address as superuser, empty when there is none; known or not costs the same."""
        digest = hashlib.sha256((token or "").lower().encode()).hexdigest()
        # sudo: the address itself is the right to read the calendar
        feed = self.sudo().search([("digest", "=", digest)], limit=1)
        if not std_hmac.compare_digest(feed.digest or "0" * 64, digest) or not feed.user_id.active:
            return self.sudo().browse()  # sudo: nothing
        return feed

    @api.model
    def _may_have(self, scope):
        """Tell whether the current user may have the calendar of a scope."""
        if scope == "own":
            return bool(self.env.user.employee_id)
        return scope == "unit" and bool(self._headed_units(self.env.user))

    @api.model
    def _headed_units(self, user):
        # sudo: which units a user heads is in the organisation chart
        return self.env["hr.department"].sudo().search([("manager_id.user_id", "=", user.id)])

    # ------------------------------------------------------------------ screen
    @api.model
    def get_my_feeds(self):
        """Return the calendars the user may have, with the address of those he has made.

        :return: list of ``{scope, title, description, url, used_text}``; ``url`` is empty while there is none
        """
        # sudo: the user's own addresses
        mine = {feed.scope: feed for feed in self.sudo().search([("user_id", "=", self.env.uid)])}
        texts = {
            "own": (self.env._("My leave"), self.env._("The leave granted to you, and what you have asked for.")),
            "unit": (
                self.env._("Absences of my unit"),
                self.env._("Who is away in the units you head, from day to day."),
            ),
        }
        found = []
        for scope, _label in SCOPES:
            if not self._may_have(scope):
                continue
            feed = mine.get(scope)
            title, description = texts[scope]
            found.append(
                {
                    "scope": scope,
                    "title": title,
                    "description": description,
                    "url": f"{self.get_base_url()}/my/leave/{feed._token(feed.nonce)}.ics" if feed else "",
                    "used_text": self.env._("Last read on %(date)s", date=format_date(self.env, feed.used_on))
                    if feed and feed.used_on
                    else "",
                }
            )
        return found

    @api.model
    def action_renew(self, scope):
        """Make the address of one's calendar, or another one: the address before stops at once.

        :param scope: ``own`` or ``unit``
        :return: what :meth:`get_my_feeds` returns
        """
        if not isinstance(scope, str) or not self._may_have(scope):
            raise UserError(
                self.env._("This calendar is for employees, and that of a unit for its head: nothing was made.")
            )
        nonce = secrets.token_hex(16)
        vals = {
            "nonce": nonce,
            "digest": hashlib.sha256(self._token(nonce).encode()).hexdigest(),
            "made_on": fields.Date.context_today(self),
            "used_on": False,
        }
        # sudo: the user's own address, which nobody writes otherwise
        feeds = self.sudo()
        feed = feeds.search([("user_id", "=", self.env.uid), ("scope", "=", scope)])
        if feed:
            feed.write(vals)
        else:
            feeds.create({**vals, "user_id": self.env.uid, "scope": scope})
        return self.get_my_feeds()

    @api.model
    def action_revoke(self, scope):
        """Stop the address of one's calendar at once.

        :return: what :meth:`get_my_feeds` returns
        """
        # sudo: the user's own address
        self.sudo().search([("user_id", "=", self.env.uid), ("scope", "=", scope)]).unlink()
        return self.get_my_feeds()

    # ------------------------------------------------------------------ what it shows
    def _calendar(self):
        """Return the calendar of the feed as bytes.  Health leave says “Absent”, in one's own calendar as well: the
        address is a secret that travels."""
        self.ensure_one()
        user = self.user_id
        # sudo: the person's own leaves, or those of the units headed, chosen below; the address is the right to read
        env = self.env(user=user, context={"lang": user.lang, "tz": user.tz}, su=True)
        leaves = env["hr.leave"]
        today = fields.Date.context_today(leaves)
        first, last = fields.Date.subtract(today, days=PAST_DAYS), fields.Date.add(today, days=COMING_DAYS)
        units = self._headed_units(user) if self.scope == "unit" else None
        if units is not None:
            people = env["hr.employee"].search([("department_id", "child_of", units.ids)]) if units else []
            name = env._("Absences of my unit")
        else:
            people = env["hr.employee"].search([("user_id", "=", user.id)])
            name = env._("My leave")
        found = leaves._gov_absence_rows(people.ids, first, last, pending=self.scope == "own") if people else []
        names = {person.id: person.display_name for person in people} if self.scope == "unit" else {}
        # the identifiers stay the same from one reading to the next, and tell nothing of the database
        salt = hmac(env, "gov.leave.feed.uid", "")[:12]
        events = [
            {
                "uid": f"leave-{row['id']}@{salt}",
                "first": row["date_from"],
                "last": row["date_to"],
                "summary": " · ".join(filter(None, (names.get(row["employee_id"]), row["label"]))),
                "changed_on": row["changed_on"],
                "tentative": row["state"] != "validate",
            }
            for row in found
        ]
        return ical.calendar(name, events, (user.lang or "en")[:2])

    def _mark_used(self):
        """Remember the day of the last reading, at most one write a day."""
        self.env.cr.execute(
            SQL(
                "UPDATE gov_leave_feed SET used_on = %(today)s "
                "WHERE id = %(id)s AND used_on IS DISTINCT FROM %(today)s",
                today=fields.Date.today(),
                id=self.id,
            )
        )
