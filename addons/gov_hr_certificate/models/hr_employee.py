from dateutil.relativedelta import relativedelta

from odoo import fields, models

from odoo.addons.gov_base.tools.text import date_words
from odoo.addons.gov_document.tools.blocks import LANGS

HEADS = {  # who heads a unit, when neither the type nor his post says it: (man, woman)
    "ar": {"director": ("مدير", "مديرة"), "head": ("رئيس", "رئيسة"), "other": ("المسؤول عن", "المسؤولة عن")},
    "fr": {
        "director": ("Directeur", "Directrice"),
        "head": ("Chef", "Cheffe"),
        "other": ("Responsable", "Responsable"),
    },
}
UNDERSIGNED = {
    "ar": ("يشهد الموقع أسفله", "تشهد الموقعة أسفله"),
    "fr": ("Le soussigné", "La soussignée"),
}


FRENCH_ARTICLES = {"Division": "de la", "Service": "du", "Direction": "de la", "Unité": "de l’"}


def _head_of(head, unit, kind, lang):
    """Return the title of the head of a unit, such as « رئيس قسم الموارد البشرية », « Chef de la Division … ».

    A directorate is headed by a director, and the word is not said twice: « Directeur des ressources humaines ».
    """
    if lang == "ar":
        unit = unit.removeprefix("ال")
        return f"{head} {unit.removeprefix('مديرية').strip() if kind == 'director' else unit}"
    first, _space, rest = unit.partition(" ")
    if kind == "director" and first == "Direction" and rest:
        return f"{head} {rest}"
    article = FRENCH_ARTICLES.get(first)
    return f"{head} {article} {unit}" if article else f"{head} – {unit}"


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    certificate_count = fields.Integer(compute="_compute_certificate_count", groups="hr.group_hr_user")
    headed_unit_ids = fields.One2many(
        "hr.department", "manager_id", "Units headed", readonly=True, groups="hr.group_hr_user", copy=False
    )

    def _compute_certificate_count(self):
        counts = dict(
            self.env["gov.certificate.request"]._read_group(
                [("employee_id", "in", self.ids)], ["employee_id"], ["__count"]
            )
        )
        for employee in self:
            employee.certificate_count = counts.get(employee, 0)

    def action_open_certificates(self):
        """Open the certificate requests of this employee (the record rules say which ones are seen)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_certificate.gov_certificate_request_action")
        return dict(
            action,
            domain=[("employee_id", "=", self.id)],
            context={"default_employee_id": self.id, "search_default_all": 1},
        )

    def _gov_file_values(self, lang, on_date):
        """Return what documents print about this person at a date: the placeholders of one language.

        Run as superuser by the act that makes a document: its caller has checked that it may be made.

        :param lang: 'ar' or 'fr'
        :param on_date: date of the situation (the dated version of that day is read)
        :return: dict of str; a value that is not known is an empty string
        """
        self.ensure_one()
        employee = self.with_context(lang=LANGS[lang])
        version = employee._get_version(on_date)
        unit = version.department_id
        directorate = unit._gov_ancestor(("directorate", "regional_directorate", "secretariat_general", "cabinet"))
        seniority = ""
        if employee.recruitment_date and employee.recruitment_date <= on_date:
            since = relativedelta(on_date, employee.recruitment_date)
            seniority = employee._gov_duration_text(since.years, since.months, since.days)
        name = employee.name_ar if lang == "ar" else employee.name
        return {
            "employee_name": name or "",
            "employee_name_ar": employee.name_ar or "",
            "employee_name_fr": employee.name or "",
            "sex": version.sex or "",
            "cnie": employee.cnie or "",
            "ppr": employee.ppr_number or "",
            "corps": version.corps_id.name or "",
            "grade": version.grade_id.name or "",
            "scale": version.grade_id._gov_scale_label() if version.grade_id else "",
            "echelon": str(version.echelon or ""),
            "salary_index": str(version.salary_index or ""),
            "function": version._gov_post() or version.grade_id.name or "",
            "unit": unit.name or "",
            "directorate": directorate.name or "",
            "region": unit.effective_region_id.name or "",
            "recruitment_date": date_words(employee.recruitment_date, lang) if employee.recruitment_date else "",
            "tenure_date": date_words(employee.tenure_date, lang) if employee.tenure_date else "",
            "birth_date": date_words(employee.birthday, lang) if employee.birthday else "",
            "position": dict(version._fields["statutory_position"]._description_selection(version.env)).get(
                version.statutory_position, ""
            ),
            "seniority": seniority,
        }

    def _gov_document_title(self, lang):
        """Return the title under a signature: the headship of a unit, or else the post held, or the grade."""
        self.ensure_one()
        employee = self.sudo().with_context(lang=LANGS[lang])  # the title of who signs is public
        post = employee.version_id._gov_post()
        unit = employee.headed_unit_ids[:1]
        if unit:
            kind = "director" if "directorate" in (unit.unit_kind or "") else "head"
            words = HEADS[lang][kind if unit.unit_kind else "other"]
            head = words[1] if employee.sex == "female" else words[0]
            return _head_of(head, unit.name, kind, lang)
        return post or employee._gov_title(lang=LANGS[lang]) or super()._gov_document_title(lang)

    def _gov_undersigned(self, lang):
        self.ensure_one()
        words = UNDERSIGNED[lang]
        # sudo: only the gender of the word printed for who signs
        return words[1] if self.sudo().sex == "female" else words[0]
