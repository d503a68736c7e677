"""Files of words that are better than those of Odoo's own translations.

``terms/<language>.po`` holds, in the format Odoo exports, terms of other modules as an administration of Morocco says
them. Entries whose place is ``#: model:…`` or ``#: model_terms:…`` are written into the database whenever translations
are loaded; entries marked ``#. odoo-javascript`` are sent to the web client over the module's own.
``terms/en_US.po`` only takes brand names out of sentences.
"""

import functools
import pathlib

import polib

FOLDER = pathlib.Path(__file__).parent.parent / "terms"


def term_files(lang):
    """Return the paths (inside the addons path) of the term files of ``lang``: the general one first, then its own."""
    if not lang:
        return []
    codes = dict.fromkeys([lang.split("_")[0], lang])
    return [f"tawassul/terms/{code}.po" for code in codes if (FOLDER / f"{code}.po").exists()]


@functools.cache
def web_words(lang):
    """Return ``{module: {source: text}}`` for the web client in ``lang``."""
    words = {}
    for path in term_files(lang):
        for entry in polib.pofile(str(FOLDER / pathlib.Path(path).name)):
            if entry.obsolete or not entry.msgstr or "odoo-javascript" not in entry.comment:
                continue
            module = entry.comment.split("module:")[1].split()[0]
            words.setdefault(module, {})[entry.msgid] = entry.msgstr
    return words
