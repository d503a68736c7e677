"""The table of pay of the certificates."""

from markupsafe import Markup

from odoo.addons.gov_document.tools.blocks import money_cell


def pay_table(headings, groups):
    """Return the table of a pay statement.

    :param headings: (label column, amount column)
    :param groups: list of (lines, total label, total), lines being (label, value in dirhams)
    """
    rows = Markup("")
    for lines, label, total in groups:
        for name, value in lines:
            rows += Markup('<tr><td>%s</td><td class="amount">%s</td></tr>') % (name, money_cell(value))
        rows += Markup('<tr class="total"><th scope="row">%s</th><td class="amount">%s</td></tr>') % (
            label,
            money_cell(total),
        )
    return Markup(
        '<table class="gov"><thead><tr><th scope="col">%s</th><th scope="col" class="amount">%s</th>'
        "</tr></thead><tbody>%s</tbody></table>"
    ) % (*headings, rows)
