"""Blocks of markup that a template places by ``[[block:…]]``, and the marks of their cells: values in, markup out.

Whatever comes from a person is escaped. In a table a plain text keeps its own direction, and markup stands as it is.
"""

from markupsafe import Markup

from odoo.addons.gov_base.tools.text import nbsp_amount

# the languages of official documents, and those of the software that their words are read in
LANGS = {"ar": "ar_MA", "fr": "fr_FR"}
LTR = Markup('<bdi dir="ltr">%s</bdi>')


def ltr(value):
    """Return a code or a number that keeps its order inside a right-to-left line; nothing for no value."""
    return Markup("") if value is None or value is False or value == "" else LTR % value


def money_cell(value):
    """Return an amount as documents write it, its order kept in a right-to-left line."""
    return ltr(nbsp_amount(value))


def facts_table(rows, pairs=1):
    """Return a table of (label, value) rows; rows without a value are left out.

    :param pairs: how many pairs stand on one line (1 or 2)
    """
    rows = [(label, value) for label, value in rows if value]
    lines = []
    for at in range(0, len(rows), pairs):
        line = rows[at : at + pairs]
        span = 1 + 2 * (pairs - len(line))  # the last value of an odd number of pairs fills the line
        lines.append(
            Markup("<tr>%s</tr>")
            % Markup("").join(
                Markup('<th scope="row">%s</th>%s')
                % (label, _cell("td", value, span=span if place == len(line) - 1 else 1))
                for place, (label, value) in enumerate(line)
            )
        )
    return Markup('<table class="gov">%s</table>') % Markup("").join(lines)


def data_table(headings, rows, total=None, numeric=()):
    """Return a table with a row of headings, repeated on each page, and rows of cells.

    :param total: (label, cells) of the last row, its label under all columns before those cells; or a list of such
    :param numeric: indexes of the columns of amounts
    """
    body = [_row("td", row, numeric) for row in rows]
    for label, cells in [total] if isinstance(total, tuple) else total or []:
        first = len(headings) - len(cells)
        body.append(
            Markup('<tr class="total"><th scope="row"%s>%s</th>%s</tr>')
            % (_span(first), label, _cells("td", cells, numeric, first))
        )
    return _table(_row("th", headings, numeric), body)


def grouped_table(headings, groups):
    """Return a table of amounts where each row of cells stands under a line of its own: (title, cells)."""
    numeric = range(len(headings))
    body = []
    for title, cells in groups:
        body.append(Markup("<tr><th%s><bdi>%s</bdi></th></tr>") % (_span(len(headings)), title))
        body.append(_row("td", cells, numeric))
    return _table(_row("th", headings, numeric), body)


def _span(columns):
    return Markup(' colspan="%s"') % columns if columns > 1 else ""


def _cell(tag, value, numeric=False, span=1):
    css = Markup(' class="amount"') if numeric else ""
    scope = Markup(' scope="col"') if tag == "th" else ""
    shape = "%s" if tag == "th" or isinstance(value, Markup) else "<bdi>%s</bdi>"
    return Markup(f"<{tag}%s%s%s>{shape}</{tag}>") % (scope, css, _span(span), value)


def _cells(tag, values, numeric, first=0):
    return Markup("").join(_cell(tag, value, at in numeric) for at, value in enumerate(values, first))


def _row(tag, values, numeric):
    return Markup("<tr>%s</tr>") % _cells(tag, values, numeric)


def _table(head, body):
    return Markup('<table class="gov"><thead>%s</thead><tbody>%s</tbody></table>') % (head, Markup("").join(body))
