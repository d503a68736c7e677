"""QR codes as inline SVG: one path, no image library."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 2


def svg(text, label=""):
    """Return ``text`` as a QR code (error correction M) in an ``<svg>`` element, modules of one unit.

    The mask is fixed: any mask is readable, and choosing the best of the eight takes longer than all the rest.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0, mask_pattern=2)
    code.add_data(text.encode(), optimize=0)
    code.make(fit=True)
    parts = []
    for y, row in enumerate(code.modules):
        # one stroked line a row: "h" over a dark run, "m" over a light one
        pen = None
        x, width = 0, len(row)
        while x < width:
            if not row[x]:
                x += 1
                continue
            end = x
            while end < width and row[end]:
                end += 1
            move = f"M{x + QUIET_ZONE} {y + QUIET_ZONE}.5" if pen is None else f"m{x - pen} 0"
            parts.append(f"{move}h{end - x}")
            pen = x = end
    size = len(code.modules) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" aria-label="{label}">'
        f'<path d="{"".join(parts)}" fill="none" stroke="#000"/></svg>'
    )
