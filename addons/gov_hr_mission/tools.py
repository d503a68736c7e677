"""Moments as the administration reads them, and the tables of the documents."""

import pytz
from markupsafe import Markup

TIMEZONE = "Africa/Casablanca"
LANGS = {"ar": "ar_MA", "fr": "fr_FR"}
MOMENT = "%d/%m/%Y %H:%M"
LTR = Markup('<bdi dir="ltr">%s</bdi>')


def zone_of(env):
    """Return the time zone of the administration."""
    # sudo: only the time zone
    return pytz.timezone(env.company.sudo().resource_calendar_id.tz or TIMEZONE)


def to_local(env, moment):
    """Return a stored moment (UTC) as a local one, without zone."""
    return pytz.utc.localize(moment).astimezone(zone_of(env)).replace(tzinfo=None)


def to_utc(env, moment):
    """Return a local moment without zone as it is stored."""
    return zone_of(env).localize(moment).astimezone(pytz.utc).replace(tzinfo=None)


def moment_text(moment):
    """Return a local moment as documents print it: 03/03/2026 08:30."""
    return LTR % moment.strftime(MOMENT)


def enclosed(text):
    """Return a name that keeps its own direction inside a text of the other (invisible marks around it)."""
    return f"\u2068{text}\u2069" if text else ""


def ltr(value):
    """Return a code or an amount that keeps its order inside a right-to-left line."""
    return LTR % value if value not in (None, False, "") else Markup("")


def isolated(code):
    """Return a number or a plate that keeps its order inside a right-to-left text (invisible marks around it)."""
    return f"\u2066{code}\u2069" if code else ""


def facts_table(rows):
    """Return a table of (label, value) rows; rows without a value are left out."""
    lines = [Markup('<tr><th scope="row">%s</th><td>%s</td></tr>') % (label, value) for label, value in rows if value]
    return Markup('<table class="gov">%s</table>') % Markup("").join(lines)


def data_table(headings, rows, totals=(), numeric=()):
    """Return a table with headings, rows of cells, and rows of totals (label, amount)."""

    def cell(tag, at, value):
        css = Markup(' class="amount"') if at in numeric else Markup("")
        scope = Markup(' scope="col"') if tag == "th" else Markup("")
        return Markup("<%s%s%s>%s</%s>") % (Markup(tag), scope, css, value, Markup(tag))

    head = Markup("").join(cell("th", at, title) for at, title in enumerate(headings))
    body = Markup("").join(
        Markup("<tr>%s</tr>") % Markup("").join(cell("td", at, value) for at, value in enumerate(row)) for row in rows
    )
    body += Markup("").join(
        Markup('<tr class="total"><th scope="row" colspan="%s">%s</th><td class="amount">%s</td></tr>')
        % (len(headings) - 1, label, value)
        for label, value in totals
    )
    return Markup('<table class="gov"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (head, body)
