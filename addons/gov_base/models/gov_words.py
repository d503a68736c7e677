from odoo import api, models
from odoo.exceptions import UserError

from ..tools import words


class GovWords(models.AbstractModel):
    """Numbers and amounts in words, in Arabic, French and English; any user may ask."""

    _name = "gov.words"
    _description = "Numbers in words"

    @api.model
    def amount(self, value, lang):
        """Return an amount of dirhams in words, centimes after it.

        :param value: dirhams, as number or string; rounded to the centime, half up
        :param lang: ar, fr, en, or a code such as ar_MA
        :raise UserError: no number, too large (10^15), or another language
        """
        return self._words(words.amount_words, value, lang)

    @api.model
    def number(self, value, lang, gender="m"):
        """Return a number in words.

        :param gender: m or f, the gender of the noun that is counted
        :raise UserError: no number, too large (10^15), another language or gender
        """
        return self._words(words.number_words, value, lang, gender)

    def _words(self, function, value, *args):
        try:
            return function(value, *args)
        except (ValueError, TypeError, AttributeError, ArithmeticError) as error:
            raise UserError(
                self.env._(
                    "%(value)s cannot be written in words: it must be a number below one thousand billion, and the "
                    "language Arabic, French or English.",
                    value=value,
                )
            ) from error
