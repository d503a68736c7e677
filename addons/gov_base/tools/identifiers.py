"""Identifiers used by Moroccan administrations: CNIE, PPR, ICE, RIB, IBAN.

Each ``check_*`` function takes what a person typed or a file brought, and returns the normalised identifier.  What is
wrong raises :class:`IdentifierError`, whose ``code`` names the fault (``cnie_format``, ``rib_key`` …); models turn the
code into a sentence in the user's language.
"""

import re

from stdnum.exceptions import InvalidChecksum
from stdnum.iso7064 import mod_97_10
from stdnum.ma import ice as stdnum_ice

# What people put between the characters of an identifier: spaces of any kind, dashes, dots, slashes, and the invisible
# direction marks that come along when a number is copied out of an Arabic text.
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−._/\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


class IdentifierError(ValueError):
    """An identifier that cannot be right; ``code`` says why, ``value`` is what was given."""

    def __init__(self, code, value):
        super().__init__(code)
        self.code = code
        self.value = value


def _compact(value):
    """Return ``value`` in upper case, digits western, without separators or direction marks."""
    if value is None or value is False:
        return ""
    if isinstance(value, float) and value.is_integer():  # a spreadsheet's number
        value = int(value)
    return _SEPARATORS.sub("", str(value)).translate(_ARABIC_DIGITS).upper()


def check_cnie(value):
    """Return the number of a national electronic identity card: one or two letters, then one to seven digits.

    Leading zeros of the digits are kept, because documents print the number as the card shows it; two people are
    compared by :func:`cnie_key`, where they do not count.

    :raise IdentifierError: ``cnie_empty``, ``cnie_format``
    """
    number = _compact(value)
    if not number:
        raise IdentifierError("cnie_empty", value)
    if not re.fullmatch(r"[A-Z]{1,2}[0-9]{1,7}", number) or not number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ0"):
        raise IdentifierError("cnie_format", value)
    return number


def cnie_key(value):
    """Return what two spellings of one card number have in common: ``AB012345`` and ``ab 12345`` give ``AB12345``."""
    letters, digits = re.fullmatch(r"([A-Z]+)0*([0-9]+)", check_cnie(value)).groups()
    return letters + digits


def check_ppr(value):
    """Return a payroll number (PPR, once SOM): one to eight digits.

    Pay files pad it with zeros and personnel files do not: leading zeros are dropped.

    :raise IdentifierError: ``ppr_empty``, ``ppr_format``, ``ppr_length``
    """
    number = _compact(value)
    if not number:
        raise IdentifierError("ppr_empty", value)
    if not re.fullmatch(r"[0-9]+", number) or not number.strip("0"):
        raise IdentifierError("ppr_format", value)
    number = number.lstrip("0")
    if len(number) > 8:
        raise IdentifierError("ppr_length", value)
    return number


def check_ice(value):
    """Return the common identifier of an enterprise (ICE): fifteen digits, the last two a control.

    :raise IdentifierError: ``ice_empty``, ``ice_format``, ``ice_key``
    """
    number = _compact(value)
    if not number:
        raise IdentifierError("ice_empty", value)
    if not re.fullmatch(r"[0-9]{15}", number):
        raise IdentifierError("ice_format", value)
    try:
        return stdnum_ice.validate(number)
    except InvalidChecksum:
        raise IdentifierError("ice_key", value) from None


def rib_key(number):
    """Return the key of the first 22 digits of a RIB (bank 3, place 3, account 16): 97 - (n x 100 mod 97)."""
    return f"{97 - int(number[:22]) * 100 % 97:02d}"


def check_rib(value):
    """Return a Moroccan bank account number (RIB): 24 digits, the last two its key.

    :raise IdentifierError: ``rib_empty``, ``rib_format``, ``rib_key``
    """
    number = _compact(value)
    if not number:
        raise IdentifierError("rib_empty", value)
    if not re.fullmatch(r"[0-9]{24}", number) or not number.strip("0"):
        raise IdentifierError("rib_format", value)
    if number[22:] != rib_key(number):
        raise IdentifierError("rib_key", value)
    return number


def check_iban_ma(value):
    """Return a Moroccan IBAN: ``MA``, two control digits, and the 24 digits of a valid RIB.

    :raise IdentifierError: ``iban_empty``, ``iban_format``, ``iban_key``, ``iban_rib`` (wrong key in its RIB)
    """
    number = _compact(value)
    if not number:
        raise IdentifierError("iban_empty", value)
    if not re.fullmatch(r"MA[0-9]{26}", number):
        raise IdentifierError("iban_format", value)
    try:
        # python-stdnum's registry of IBAN structures has no Morocco; its checksum serves
        mod_97_10.validate(number[4:] + number[:4])
    except InvalidChecksum:
        raise IdentifierError("iban_key", value) from None
    try:
        check_rib(number[4:])
    except IdentifierError:
        raise IdentifierError("iban_rib", value) from None
    return number


def iban_of_rib(value):
    """Return the IBAN of a valid RIB."""
    rib = check_rib(value)
    return "MA" + mod_97_10.calc_check_digits(rib + "MA") + rib
