from . import act, holidays, identifiers, text, words, xlsx
