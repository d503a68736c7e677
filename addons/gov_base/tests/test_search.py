from odoo.fields import Domain
from odoo.tests import BaseCase

from ..tools.search import search_when


class TestSearchWhen(BaseCase):
    def search(self, operator, value):
        @search_when
        def _search_is_late(_records):
            return [("due_on", "<", "2026-01-01")]

        return _search_is_late(None, operator, value)

    def test_yes_and_no_are_each_the_contrary_of_the_other(self):
        late = Domain("due_on", "<", "2026-01-01")
        self.assertEqual(self.search("in", {True}), late)
        self.assertEqual(self.search("in", {False}), ~late)
        self.assertEqual(self.search("in", {True, False}), Domain.TRUE)

    def test_other_operators_are_asked_the_other_way_round(self):
        self.assertIs(self.search("not in", {True}), NotImplemented)
        self.assertIs(self.search("ilike", "x"), NotImplemented)
