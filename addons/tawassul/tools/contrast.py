"""Contrast of two colours as WCAG 2.1 defines it (1.4.3): a number from 1 to 21."""


def luminance(colour):
    """Return the relative luminance (0 to 1) of ``#rrggbb``."""
    channels = [int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first, second):
    """Return the contrast ratio of two colours ``#rrggbb``."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def blend(over, under, opacity):
    """Return the colour seen when ``over`` is laid with ``opacity`` (0 to 1) on ``under``."""
    mixed = []
    for i in (1, 3, 5):
        top, bottom = int(over[i : i + 2], 16), int(under[i : i + 2], 16)
        mixed.append(round(top * opacity + bottom * (1 - opacity)))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
