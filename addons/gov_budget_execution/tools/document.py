"""Tables and marks of the documents of the execution."""

from markupsafe import Markup

from odoo.addons.gov_base.tools.text import nbsp_amount

LANGS = {"ar": "ar_MA", "fr": "fr_FR"}
LTR = Markup('<bdi dir="ltr">%s</bdi>')


def money_cell(value):
    return LTR % nbsp_amount(value)


def code_cell(value):
    return LTR % value if value not in (None, False, "") else Markup("")


def facts_table(rows):
    """Return a table of (label, value) rows; rows without a value are left out."""
    lines = [
        Markup('<tr><th scope="row">%s</th><td><bdi>%s</bdi></td></tr>') % (label, value)
        for label, value in rows
        if value
    ]
    return Markup('<table class="gov">%s</table>') % Markup("").join(lines)


def grouped_table(headings, groups):
    """Return a table of amounts where each row of cells stands under a line of its own: (title, cells)."""
    head = Markup("").join(Markup('<th class="amount">%s</th>') % title for title in headings)
    body = Markup("").join(
        Markup('<tr><th colspan="%s"><bdi>%s</bdi></th></tr><tr>%s</tr>')
        % (len(headings), title, Markup("").join(Markup('<td class="amount">%s</td>') % cell for cell in cells))
        for title, cells in groups
    )
    return Markup('<table class="gov"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (head, body)


def data_table(headings, rows, total=None, numeric=()):
    """Return a table with headings, rows of cells, and one row of totals (cells, empty ones merged with the first)."""

    def cell(tag, at, value):
        css = Markup(' class="amount"') if at in numeric else Markup("")
        return Markup("<%s%s><bdi>%s</bdi></%s>") % (Markup(tag), css, value, Markup(tag))

    head = Markup("").join(cell("th", at, title) for at, title in enumerate(headings))
    body = Markup("").join(
        Markup("<tr>%s</tr>") % Markup("").join(cell("td", at, value) for at, value in enumerate(row)) for row in rows
    )
    if total:
        label, values = total
        span = len(headings) - len(values)
        body += Markup('<tr class="total"><th colspan="%s">%s</th>%s</tr>') % (
            span,
            label,
            Markup("").join(Markup('<td class="amount">%s</td>') % value for value in values),
        )
    return Markup('<table class="gov"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (head, body)
