from odoo import api, fields, models
from odoo.tools import ormcache

from odoo.addons.gov_document.tools.blocks import facts_table

SAMPLE_AMOUNT = "12\u00a0345,60"


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    # kept with the record: a batch of documents asks for it once
    question_ids = fields.Many2many(
        "gov.certificate.question", compute="_compute_question_ids", export_string_translation=False
    )

    @api.depends("kind")
    def _compute_question_ids(self):
        for template in self:
            template.question_ids = self._gov_questions_of(template.kind)

    @api.model
    def _gov_placeholders(self, kind=None):
        """Add what a certificate prints: the file of the person, the pay, and the answers of the type of this kind."""
        _ = self.env._
        words = {
            "ar": "اثنا عشر ألفاً وثلاثمائة وخمسة وأربعون درهماً وستون سنتيماً",
            "fr": "douze mille trois cent quarante-cinq dirhams et soixante centimes",
        }
        names = super()._gov_placeholders(kind)
        names.update(
            {
                "undersigned": (_("“The undersigned”, according to who signs"), "يشهد الموقع أسفله", "Le soussigné"),
                "employee_name_ar": (_("Name in Arabic"), "محمد العلوي", "محمد العلوي"),
                "employee_name_fr": (_("Name in Latin letters"), "Mohammed EL ALAOUI", "Mohammed EL ALAOUI"),
                "cnie": (_("National identity card (CNIE)"), "AB123456", "AB123456"),
                "ppr": (_("Payroll number (PPR)"), "1234567", "1234567"),
                "corps": (_("Corps"), "هيئة المتصرفين", "Corps des administrateurs"),
                "grade": (_("Grade"), "متصرف من الدرجة الثانية", "Administrateur de 2e grade"),
                "scale": (_("Pay scale"), "11", "11"),
                "echelon": (_("Step"), "6", "6"),
                "salary_index": (_("Index"), "509", "509"),
                "function": (_("Function"), "رئيس مصلحة", "Chef de service"),
                "unit": (_("Unit"), "مصلحة التواصل", "Service de la communication"),
                "directorate": (_("Directorate"), "مديرية الموارد البشرية", "Direction des ressources humaines"),
                "region": (_("Region"), "الرباط - سلا - القنيطرة", "Rabat-Salé-Kénitra"),
                "recruitment_date": (_("Date of recruitment"), "1 شتنبر 2012", "1er septembre 2012"),
                "tenure_date": (_("Date of tenure"), "1 شتنبر 2013", "1er septembre 2013"),
                "birth_date": (_("Date of birth"), "3 ماي 1988", "3 mai 1988"),
                "position": (_("Statutory position"), "في وضعية القيام بالوظيفة", "En activité"),
                "seniority": (_("Seniority since recruitment"), "14 سنة و15 يوما", "14 ans 15 jours"),
                "purpose": (_("Purpose"), "غرض إداري", "Usage administratif"),
                "pay_month": (_("Month of the pay"), "شتنبر 2026", "septembre 2026"),
            }
        )
        amounts = {
            "gross": _("Gross pay of a month"),
            "deductions": _("Statutory deductions of a month"),
            "family_allowances": _("Family allowances of a month"),
            "net": _("Net pay of a month"),
            "net_year": _("Net pay of a year"),
            "gross_year": _("Gross pay of a year"),
            "instalments": _("Instalments withheld each month"),
            "transferable": _("Share that may still be transferred each month"),
        }
        for name, meaning in amounts.items():
            names[name] = (meaning, SAMPLE_AMOUNT, SAMPLE_AMOUNT)
            names[f"{name}_words"] = (_("%s, in words", meaning), words["ar"], words["fr"])
        for question in self._gov_questions(kind):
            names[f"answer_{question.code}"] = (question.name, "……", "……")
        return names

    @api.model
    def _gov_blocks(self, kind=None):
        _ = self.env._
        sample = facts_table([("…", "…")])
        found = super()._gov_blocks(kind)
        meanings = {
            "identity": _("Names, identifiers, grade and unit of the person"),
            "pay_table": _("Pay of the month, line by line"),
            "engagement_table": _("Net pay, instalments and transferable share"),
            "career_table": _("Acts of the career"),
            "act_table": _("The act chosen in the request"),
        }
        found.update({name: (meaning, sample, sample) for name, meaning in meanings.items()})
        return found

    def _gov_questions(self, kind):
        """Return the questions of the type of certificate of this kind: their answers are placeholders."""
        if len(self) == 1 and kind == self.kind:
            return self.question_ids
        return self._gov_questions_of(kind)

    @api.model
    def _gov_questions_of(self, kind):
        # sudo: only the codes of the questions, which become placeholders
        return self.env["gov.certificate.question"].sudo().browse(self._gov_question_ids(kind))

    @api.model
    @ormcache("kind")
    def _gov_question_ids(self, kind):
        """Return the ids of the questions of a kind of document; most are no certificate, and have none.  Forgotten
        when a type or a question changes."""
        if not kind:
            return ()
        # sudo: as above
        types = self.env["gov.certificate.type"].sudo().with_context(active_test=False)
        return types.search([("code", "=", kind)]).question_ids._ids

    def _gov_printed_names(self):
        """Return the names of the values and blocks that these templates print."""
        names = set()
        for template in self.sudo():  # names only
            for texts in template._compile().values():
                for text in texts:
                    names |= text.names | text.blocks
        return names
