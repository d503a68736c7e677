from markupsafe import Markup

from odoo import api, models, tools
from odoo.exceptions import UserError

PREFIX = "leave_"


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    @api.model
    def _gov_leave_template(self, kind, lang):
        """Return the wording of a kind of document in one language.

        :raise UserError: when it was archived
        """
        template = self.sudo().browse(self._gov_leave_template_id(kind, lang))  # sudo: who issues need not read it
        if not template:
            raise UserError(
                self.env._(
                    "The wording “%(kind)s” (%(lang)s) is missing: an HR manager restores it under Templates.",
                    kind=kind,
                    lang=lang,
                )
            )
        return template

    @api.model
    @tools.ormcache("kind", "lang")
    def _gov_leave_template_id(self, kind, lang):
        # sudo: as above
        return self.sudo().search([("kind", "=", kind), ("lang", "=", lang)], limit=1).id

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        self.env.registry.clear_cache()
        return templates

    def write(self, vals):
        result = super().write(vals)
        if {"kind", "lang", "active"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _gov_placeholders(self, kind=None):
        names = super()._gov_placeholders(kind)
        if not (kind or "").startswith(PREFIX):
            return names
        _ = self.env._
        names.update(
            {
                "employee_name_fr": (_("Name in Latin letters"), "Mohammed EL ALAOUI", "Mohammed EL ALAOUI"),
                "ppr": (_("Payroll number (PPR)"), "1234567", "1234567"),
                "cnie": (_("National identity card (CNIE)"), "AB123456", "AB123456"),
                "grade": (_("Grade"), "متصرف من الدرجة الثانية", "Administrateur de 2e grade"),
                "unit": (_("Unit"), "مصلحة التواصل", "Service de la communication"),
                "date_from": (_("First day"), "3 غشت 2026", "3 août 2026"),
                "date_to": (_("Last day"), "23 غشت 2026", "23 août 2026"),
                "return_on": (_("First working day after the leave"), "24 غشت 2026", "24 août 2026"),
                "request_date": (_("Day of the request"), "6 يوليوز 2026", "6 juillet 2026"),
                "days_phrase": (
                    _("Length in words and figures"),
                    "خمسة عشر (15) يوم عمل",
                    "quinze (15) jours ouvrables",
                ),
                "years": (_("Years whose right is used"), "2026", "2026"),
                "year": (_("Year"), "2026", "2026"),
                "next_year": (_("Next year"), "2027", "2027"),
                "leave_type": (_("Kind of leave"), "رخصة المرض متوسطة الأمد", "congé de maladie de moyenne durée"),
                "cause": (_("Cause"), "زواج الموظف", "mariage du fonctionnaire"),
                "event_date": (_("Date of the event"), "12 ماي 2026", "12 mai 2026"),
                "country": (_("Country"), "فرنسا", "France"),
                "address": (_("Address during the leave"), "زنقة الزيتون، سلا", "rue des Oliviers, Salé"),
                "abroad_phrase": (
                    _("Where the leave is spent"),
                    "تقضى هذه الرخصة داخل التراب الوطني.",
                    "Le congé est passé sur le territoire national.",
                ),
                "decision_number": (_("Number of the decision"), "0012/DRH/C/2026", "0012/DRH/C/2026"),
                "hour_from": (_("From"), "10:00", "10:00"),
                "hour_to": (_("To"), "12:00", "12:00"),
                "hours_phrase": (_("Hours a day"), "ساعة واحدة (1)", "une (1) heure"),
                "nursing_time": (_("When the hour is taken"), "في نهاية اليوم", "à la fin de la journée"),
            }
        )
        names.update(self._gov_leave_health_placeholders())
        names.update(self._gov_leave_absence_placeholders())
        return names

    @api.model
    def _gov_leave_health_placeholders(self):
        _ = self.env._
        return {
            "pay_phrase": (
                _("Pay by period"),
                "بأجرة كاملة من 1 يناير 2026 إلى 31 مارس 2026",
                "à plein traitement du 1er janvier 2026 au 31 mars 2026",
            ),
            "certificate_phrase": (
                _("Medical certificate"),
                "وبناء على الشهادة الطبية المتوصل بها بتاريخ 2 يناير 2026؛",
                "Vu le certificat médical reçu le 2 janvier 2026 ;",
            ),
            "council_phrase": (
                _("Opinion of the Health Council"),
                "وبناء على رأي المجلس الصحي عدد 12/2026 بتاريخ 2 فبراير 2026؛",
                "Vu l’avis du Conseil de santé n° 12/2026 du 2 février 2026 ;",
            ),
        }

    @api.model
    def _gov_leave_absence_placeholders(self):
        _ = self.env._
        return {
            "head_undersigned": (_("“The undersigned” head"), "أشهد أنا الموقع أسفله", "soussigné"),
            "head_name": (_("Name of the head"), "فاطمة بناني", "Fatima BENNANI"),
            "head_title": (_("Post of the head"), "رئيسة مصلحة التواصل", "Cheffe du Service de la communication"),
            "returned_on": (_("Day of return"), "24 غشت 2026", "24 août 2026"),
            "decision_phrase": (
                _("Decision of the leave"),
                "المقرر عدد 0012/DRH/C/2026",
                "décision n° 0012/DRH/C/2026",
            ),
            "lateness_phrase": (
                _("Whether the return was in time"),
                "تم استئناف العمل في الموعد المحدد.",
                "La reprise a eu lieu à la date prévue.",
            ),
            "fitness_phrase": (
                _("Certificate of fitness"),
                "لا تستوجب هذه الرخصة الإدلاء بشهادة القدرة على العمل.",
                "Ce congé ne requiert pas de certificat d’aptitude.",
            ),
            "absence_period": (_("Period of the absence"), "يوم 3 غشت 2026", "le 3 août 2026"),
            "answer_due": (_("Last day to answer"), "6 غشت 2026", "6 août 2026"),
            "notice_phrase": (_("Days to return"), "سبعة (7) أيام", "sept (7) jours"),
            "notice_due": (_("Last day to return"), "13 غشت 2026", "13 août 2026"),
            "month": (_("Month"), "غشت 2026", "août 2026"),
            "total": (_("Total"), "1\u00a0250,00", "1\u00a0250,00"),
            "total_words": (
                _("Total in words"),
                "ألف ومائتان وخمسون درهماً",
                "mille deux cent cinquante dirhams",
            ),
        }

    @api.model
    def _gov_blocks(self, kind=None):
        blocks = super()._gov_blocks(kind)
        if kind == "leave_absence_statement":
            sample = Markup('<table class="gov"><tr><td>%s</td></tr></table>') % "…"
            blocks["absence_table"] = (self.env._("Table of the deductions"), sample, sample)
        return blocks
