"""Searching on fields that are worked out."""

import functools

from odoo.fields import Domain


def search_when(method):
    """Make the search method of a yes-or-no field, from one that returns the domain of the records that say yes.

    ::

        is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

        @search_when
        def _search_is_late(self):
            return Domain("due_on", "<", fields.Date.context_today(self))
    """

    @functools.wraps(method)
    def search(self, operator, value):
        if operator != "in":
            return NotImplemented  # the ORM asks again, the other way round
        if True in value and False in value:
            return Domain.TRUE
        domain = Domain(method(self))
        return domain if True in value else ~domain

    return search
