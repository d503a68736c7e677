import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

PREFIX = re.compile(r"ocds-[a-z0-9]{6}")


class ResCompany(models.Model):
    _inherit = "res.company"

    gov_ocds_prefix = fields.Char(
        "Prefix of open contracting identifiers",
        default="ocds-000000",
        help="Begins the identifier (ocid) of each purchase. “ocds-000000” is a placeholder: the registry of the Open "
        "Contracting Partnership gives each publisher its own. Set it before the first publication, then never change "
        "it.",
    )
    gov_open_data = fields.Boolean(
        "Publish purchases as open data",
        help="Anybody then reads, without login, what the law makes public of purchases, at "
        "/opendata/ocds/releases.json and /opendata/ocds/records.json. Off: procurement officers and auditors alone "
        "download it.",
    )
    gov_open_data_license = fields.Char(
        "Licence of the open data", help="Address of the licence under which the data are published."
    )
    gov_open_data_policy = fields.Char(
        "Publication policy", help="Address of the page that says what is published, and how."
    )

    @api.constrains("gov_ocds_prefix")
    def _check_gov_ocds_prefix(self):
        for company in self:
            if not PREFIX.fullmatch(company.gov_ocds_prefix or ""):
                raise ValidationError(
                    self.env._(
                        "The prefix of open contracting identifiers is “ocds-” and six small letters or digits, as "
                        "the registry gave it."
                    )
                )

    @api.constrains("gov_open_data_license", "gov_open_data_policy")
    def _check_gov_open_data_addresses(self):
        for company in self:
            for address in filter(None, (company.gov_open_data_license, company.gov_open_data_policy)):
                if not re.fullmatch(r"https?://[^\s<>\"]+", address):
                    raise ValidationError(
                        self.env._("“%(address)s” is no address: begin it with https://", address=address)
                    )
