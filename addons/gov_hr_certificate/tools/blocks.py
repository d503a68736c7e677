"""Blocks of markup that a document template places by ``[[block:…]]``: tables built from values, escaped."""

from markupsafe import Markup

LTR = Markup('<bdi dir="ltr">%s</bdi>')


def ltr(value):
    """Return a code or an amount that keeps its order inside a right-to-left line."""
    return LTR % value if value else Markup("")


def identity_table(rows, pairs=1):
    """Return a table of (label, value) rows; rows without a value are left out.

    :param pairs: how many pairs stand on one line (1 or 2)
    """
    cells = [Markup('<th scope="row">%s</th><td>%s</td>') % (label, value) for label, value in rows if value]
    if pairs == 2 and len(cells) % 2:
        label, value = [(label, value) for label, value in rows if value][-1]
        cells[-1] = Markup('<th scope="row">%s</th><td colspan="3">%s</td>') % (label, value)
    lines = [Markup("").join(cells[at : at + pairs]) for at in range(0, len(cells), pairs)]
    return Markup('<table class="gov">%s</table>') % Markup("").join(Markup("<tr>%s</tr>") % line for line in lines)


def data_table(headings, rows, numeric=(), css="gov"):
    """Return a table with a heading row repeated on each page.

    :param headings: list of column titles
    :param rows: list of lists of cells (str or Markup)
    :param numeric: indexes of the columns of amounts
    """
    head = Markup("").join(
        Markup('<th scope="col" class="amount">%s</th>' if at in numeric else '<th scope="col">%s</th>') % title
        for at, title in enumerate(headings)
    )
    lines = Markup("").join(
        Markup("<tr>%s</tr>")
        % Markup("").join(
            Markup('<td class="amount">%s</td>' if at in numeric else "<td>%s</td>") % cell
            for at, cell in enumerate(row)
        )
        for row in rows
    )
    return Markup('<table class="%s"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (css, head, lines)


def pay_table(headings, groups, amount):
    """Return the table of a pay statement.

    :param headings: (label column, amount column)
    :param groups: list of (lines, total label, total), lines being (label, value in dirhams)
    :param amount: function turning a value into its text
    """
    rows = Markup("")
    for lines, label, total in groups:
        for name, value in lines:
            rows += Markup('<tr><td>%s</td><td class="amount">%s</td></tr>') % (name, ltr(amount(value)))
        rows += Markup('<tr class="total"><th scope="row">%s</th><td class="amount">%s</td></tr>') % (
            label,
            ltr(amount(total)),
        )
    return Markup(
        '<table class="gov"><thead><tr><th scope="col">%s</th><th scope="col" class="amount">%s</th>'
        "</tr></thead><tbody>%s</tbody></table>"
    ) % (*headings, rows)
