from . import act, holidays, identifiers, search, text, words, xlsx
