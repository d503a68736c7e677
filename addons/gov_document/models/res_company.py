import base64

from odoo import fields, models
from odoo.tools import file_open


class ResCompany(models.Model):
    _inherit = "res.company"

    gov_letterhead_fr = fields.Text(
        string="Letterhead in French",
        default="Royaume du Maroc\n"
        "Ministère de la Jeunesse, de la Culture et de la Communication\n"
        "Secteur de la Communication",
        help="Left column of official documents, one line each; the first line is bold.",
    )
    gov_letterhead_ar = fields.Text(
        string="Letterhead in Arabic",
        default="المملكة المغربية\nوزارة الشباب والثقافة والتواصل\nقطاع التواصل",
        help="Right column of official documents, one line each; the first line is bold.",
    )
    gov_emblem = fields.Binary(
        string="Emblem",
        attachment=True,
        help="Picture between the two columns of the letterhead (PNG or JPEG). "
        "A neutral sign stands there while it is empty.",
    )
    gov_place_fr = fields.Char(string="Place of issue in French", default="Rabat")
    gov_place_ar = fields.Char(string="Place of issue in Arabic", default="الرباط")
    gov_verify_url = fields.Char(
        string="Public address of the verification page",
        help="Address printed in the QR code, such as https://rh.example.ma; "
        "the address of this server while it is empty.",
    )
    gov_footer_fr = fields.Char(string="Footer in French", help="Address and telephone at the foot of documents.")
    gov_footer_ar = fields.Char(string="Footer in Arabic", help="Address and telephone at the foot of documents.")

    def _gov_emblem(self):
        """Return the emblem of documents as (bytes, media type)."""
        self.ensure_one()
        company = self.sudo()  # sudo: everyone's documents bear the emblem
        if company.gov_emblem:
            data = base64.b64decode(company.gov_emblem)
            for magic, mimetype in ((b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg")):
                if data.startswith(magic):
                    return data, mimetype
        with file_open("gov_document/static/src/emblem.svg", "rb") as stream:
            return stream.read(), "image/svg+xml"

    def _gov_verify_base(self):
        """Return the address before ``/verify/…``, without a slash at its end."""
        self.ensure_one()
        base = self.sudo().gov_verify_url or self.get_base_url()  # sudo: the address is public
        return base.rstrip("/")
