import io

import xlsxwriter

from odoo.tests import TransactionCase

from odoo.addons.gov_base.tests.common import make_user

from ..services.framework import SHEETS


class FrameworkCase(TransactionCase):
    """A small framework: two families, two jobs, three competencies, in a workbook that tests change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Batch = cls.env["gov.import.batch"].with_user(
            cls.make_user("training1", "gov_base.group_training_officer")
        )
        cls.unit = cls.env["hr.department"].create(
            {"name": "Training service", "unit_code": "TST-FORM", "unit_kind": "service"}
        )
        cls.rows = {
            "families": [
                {"code": "T", "name_ar": "عائلة", "name_fr": "Famille", "name_en": "Family", "kind": "Support"},
                {"code": "T-A", "parent": "T", "name_ar": "فرع", "name_fr": "Sous-famille", "kind": "Support"},
            ],
            "competencies": [
                {"code": "K1", "kind": "Savoir", "name_ar": "معرفة", "name_fr": "Connaissance", "name_en": "Knowing"},
                {"code": "H1", "kind": "Savoir-faire", "name_ar": "مهارة", "name_fr": "Pratique"},
            ],
            "indicators": [
                {"skill": "K1", "level": 1, "text_ar": "مؤشر", "text_fr": "Indicateur", "text_en": "Indicator"}
            ],
            "jobs": [
                {"code": "T-01", "family": "T-A", "name_ar": "وظيفة", "name_fr": "Emploi un", "name_en": "Job one",
                 "purpose_fr": "Servir", "grades": "ADM2, ADM3", "experience": 2, "trend": "Stable"},
                {"code": "T-02", "family": "T-A", "name_ar": "وظيفة ثانية", "name_fr": "Emploi deux"},
            ],
            "activities": [{"job": "T-01", "number": 1, "name_ar": "نشاط", "name_fr": "Agir", "secondary": "non"}],
            "profiles": [
                {"job": "T-01", "skill": "K1", "level": 3, "weight": 3, "critical": "oui"},
                {"job": "T-01", "skill": "H1", "level": 2, "weight": 1, "critical": "non"},
            ],
            "paths": [{"job": "T-01", "near": "T-02", "kind": "Évolution", "months": 12}],
            "posts": [{"code": "TP-1", "job": "T-01", "unit": "TST-FORM", "budget": "PB1"}],
        }  # fmt: skip

    @classmethod
    def make_user(cls, login, *roles):
        return make_user(cls.env, login, *roles)

    @classmethod
    def workbook(cls, rows):
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
        for spec in SHEETS:
            if spec.code not in rows:
                continue
            sheet = book.add_worksheet(spec.fr[0])
            for position, column in enumerate(spec.columns):
                sheet.write_string(0, position, column.fr[0])
                for line, row in enumerate(rows[spec.code], 1):
                    if row.get(column.code) is not None:
                        sheet.write(line, position, row[column.code])
        book.close()
        return stream.getvalue()

    @classmethod
    def take(cls, rows=None, name="framework.xlsx"):
        return cls.Batch._import_file("framework", cls.workbook(rows or cls.rows), name)
