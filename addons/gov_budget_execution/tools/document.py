"""Names that gov_procurement still imports from here."""

from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, money_cell  # noqa: F401
from odoo.addons.gov_document.tools.blocks import ltr as code_cell  # noqa: F401
