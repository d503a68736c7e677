from markupsafe import Markup

from odoo.tests import BaseCase, tagged

from ..tools.blocks import data_table, facts_table, grouped_table, ltr, money_cell


@tagged("post_install", "-at_install")
class TestBlocks(BaseCase):
    def test_what_people_typed_is_escaped_everywhere(self):
        evil = "<script>alert(1)</script>"
        for table in (
            facts_table([(evil, evil)]),
            facts_table([(evil, evil), (evil, evil), (evil, evil)], pairs=2),
            data_table([evil], [[evil]], (evil, [evil]), numeric=(0,)),
            grouped_table([evil], [(evil, [evil])]),
            ltr(evil),
        ):
            self.assertNotIn("<script>", table)
            self.assertIn("&lt;script&gt;", table)
            self.assertIsInstance(table, Markup)

    def test_codes_and_amounts_keep_their_order_in_arabic(self):
        self.assertEqual(ltr("A 12"), '<bdi dir="ltr">A 12</bdi>')
        self.assertEqual(ltr(0), '<bdi dir="ltr">0</bdi>', "nought is a value")
        self.assertEqual([ltr(None), ltr(False), ltr("")], ["", "", ""])
        self.assertEqual(money_cell(-1234.5), '<bdi dir="ltr">-1\u00a0234,50</bdi>')

    def test_plain_text_keeps_its_direction_and_markup_stands_as_it_is(self):
        table = data_table(["Name", "Code"], [["Rabat", ltr("12")]])
        self.assertIn('<td><bdi>Rabat</bdi></td><td><bdi dir="ltr">12</bdi></td>', table)

    def test_facts_without_value_are_left_out(self):
        table = facts_table([("Name", "A"), ("Grade", ""), ("Unit", None), ("Code", ltr(""))])
        self.assertEqual(table, '<table class="gov"><tr><th scope="row">Name</th><td><bdi>A</bdi></td></tr></table>')
        self.assertEqual(facts_table([]), '<table class="gov"></table>')

    def test_odd_number_of_pairs_fills_the_line(self):
        table = facts_table([("A", "1"), ("B", "2"), ("C", "3")], pairs=2)
        self.assertEqual(table.count("<tr>"), 2)
        self.assertIn('<th scope="row">C</th><td colspan="3"><bdi>3</bdi></td>', table)

    def test_label_of_a_total_spans_the_columns_before_its_amounts(self):
        table = data_table(["What", "Base", "Amount"], [["a", "b", "1"]], ("Total", ["2"]), numeric=(2,))
        self.assertIn('<tr class="total"><th scope="row" colspan="2">Total</th><td class="amount"><bdi>2</bdi>', table)
        self.assertIn('<th scope="col">What</th>', table)
        self.assertIn('<th scope="col" class="amount">Amount</th>', table)
        several = data_table(["What", "Amount"], [], [("Due", ["2"]), ("Paid", ["3"])], numeric=(1,))
        self.assertEqual(several.count('<tr class="total"><th scope="row">'), 2)

    def test_title_of_a_group_stands_over_its_amounts(self):
        table = grouped_table(["CP", "CE"], [("Line 1", ["1", "2"])])
        self.assertIn(
            '<tr><th colspan="2"><bdi>Line 1</bdi></th></tr><tr><td class="amount"><bdi>1</bdi></td>'
            '<td class="amount"><bdi>2</bdi></td></tr>',
            table,
        )
