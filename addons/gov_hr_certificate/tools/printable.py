"""Which free texts may be printed on an official document."""

import unicodedata

# Marks that only help to read right-to-left text and to join letters.
ALLOWED = set("\u200c\u200d\u200e\u200f\u061c")


def is_printable(text, longest):
    """Tell whether ``text`` is one line of at most ``longest`` characters, without control or reversing characters.

    A character that turns the direction of what follows could make an amount or a name read otherwise.
    """
    return len(text) <= longest and all(
        char in ALLOWED or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in text
    )
