"""Moments as the administration reads them."""

import pytz

from odoo.addons.gov_document.tools.blocks import LTR

TIMEZONE = "Africa/Casablanca"
MOMENT = "%d/%m/%Y %H:%M"


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
