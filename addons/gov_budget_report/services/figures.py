"""A row of figures as one text: each figure ends where its column ends.

A situation has ten thousand figures; a box for each of them is what its layout costs.  One text a row, its figures
parted by spaces of known widths, is laid out several times faster and looks the same.  Values in, values out.
"""

# Advance widths of the printed font (Noto Sans, in thousandths of its size), plain and bold; digits are all alike.
WIDTHS = {
    False: {",": 268, "-": 322, "–": 500, "%": 831, "\u00a0": 260},
    True: {",": 285, "-": 322, "–": 500, "%": 901, "\u00a0": 260},
}
DIGIT = 572
# spaces to part figures with, the widest first, alike in both; a remainder below the narrowest goes to the next figure
SPACES = (("\u2003", 1000), ("\u2002", 500), ("\u2005", 250), ("\u200a", 100))
GAP = 700  # between two figures at least
SIZE_MAX = 6.4  # points


def width(text, bold=False):
    """Return the width of a figure in thousandths of the size of the font.

    >>> width("12,50")
    2556
    """
    widths = WIDTHS[bold]
    return sum(widths.get(char, DIGIT) for char in text)


def columns(widest, least):
    """Return the widths of the columns: what their widest figure or their head needs, with the gap.

    :param widest: width of the widest figure of each column
    :param least: width that the head of each column needs
    """
    return [max(one, head) + GAP for one, head in zip(widest, least, strict=True)]


def size(widths, room):
    """Return the size of the font, in points, at which columns fill a room given in points."""
    return min(SIZE_MAX, room * 1000 / sum(widths))


def spaces(room):
    """Return (spaces that fill a room, what is left of it)."""
    found = []
    for space, wide in SPACES:
        count, room = divmod(room, wide) if room > 0 else (0, room)
        found.append(space * int(count))
    return "".join(found), room


def row(texts, widths, bold=False):
    """Return the text of a row, from left to right: each figure ends half a gap before the end of its column.

    :param texts: the figures, from left to right
    :param widths: the widths of their columns
    """
    found, at, edge = [], 0, 0
    for text, wide in zip(texts, widths, strict=True):
        edge += wide
        taken = width(text, bold)
        padding, left = spaces(edge - GAP / 2 - taken - at)
        found += [padding, text]
        at = edge - GAP / 2 - left
    return "".join(found)
