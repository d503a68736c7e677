from odoo import fields


def amount(string=None, **kwargs):
    """Make a field for an amount in dirhams: numeric, two decimals."""
    return fields.Float(string, digits=(16, 2), **kwargs)
