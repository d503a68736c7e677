from odoo import models

from odoo.addons.gov_document.tools import blocks

MOST_LINES = 40


class GovCertificateRequest(models.Model):
    _inherit = "gov.certificate.request"

    def _gov_values(self, lang, problems):
        """Add the trainings that the person has validated, for the certificate of training asked for later."""
        values = super()._gov_values(lang, problems)
        if "training_table" in self._gov_printed_names():
            request = self.with_context(lang=blocks.LANGS[lang])
            values["training_table"] = request._gov_training_table(lang)
            if not values["training_table"]:
                problems["training_table"] = self.env._("a training that was followed and validated")
        return values

    def _gov_training_table(self, lang):
        """Return the table of the trainings validated, the newest first; empty when there is none."""
        self.ensure_one()
        _ = self.env._
        # sudo: the trainings of the person whom the request is about
        records = (
            self.env["gov.training.record"]
            .sudo()
            .search(
                [("employee_id", "=", self.employee_id.id), ("result", "=", "validated")],
                order="date desc",
                limit=MOST_LINES,
            )
        )
        ids = [one.origin_res_id for one in records if one.origin_model == "gov.training.registration"]
        origins = {one.id: one for one in self.env["gov.training.registration"].sudo().browse(ids)}  # sudo: as above
        rows = []
        for record in records:
            origin = origins.get(record.origin_res_id) if record.origin_model == "gov.training.registration" else None
            rows.append(
                [
                    record.course_id.with_context(lang=blocks.LANGS[lang]).name or record.course_name or "",
                    blocks.ltr(record.date.strftime("%d/%m/%Y")),
                    blocks.ltr(f"{record.hours:g}".replace(".", ",")),
                    blocks.ltr(origin.certificate_number) if origin and origin.certificate_number else "—",
                ]
            )
        if not rows:
            return ""
        return blocks.data_table([_("Training"), _("Finished on"), _("Hours"), _("Certificate")], rows)
