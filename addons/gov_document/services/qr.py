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
        x, width = 0, len(row)
        while x < width:
            if not row[x]:
                x += 1
                continue
            run = x
            while run < width and row[run]:
                run += 1
            parts.append(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{run - x}v1h{x - run}z")
            x = run
    size = len(code.modules) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" aria-label="{label}">'
        f'<path d="{"".join(parts)}" fill="#000"/></svg>'
    )
