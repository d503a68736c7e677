from odoo.tests import TransactionCase, new_test_user


class CareerCase(TransactionCase):
    """Two colleagues, one HR officer, one HR manager, one auditor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.person_user = new_test_user(cls.env, "person", groups="base.group_user")
        cls.colleague_user = new_test_user(cls.env, "colleague", groups="base.group_user")
        cls.officer_user = new_test_user(cls.env, "officer", groups="gov_base.group_hr_officer")
        cls.manager_user = new_test_user(cls.env, "manager", groups="gov_base.group_hr_manager")
        cls.auditor_user = new_test_user(cls.env, "auditor_user", groups="gov_base.group_auditor")
        cls.person = cls.make_employee("Quzmala Bennani", user_id=cls.person_user.id, name_ar="كزملى بناني")
        cls.colleague = cls.make_employee("Omar Tazi", user_id=cls.colleague_user.id)

    @classmethod
    def grade(cls, code):
        return cls.env["gov.grade"].search([("code", "=", code)])

    @classmethod
    def make_employee(cls, name, grade="ADM3", echelon=6, **values):
        values = {
            "date_version": "2026-01-01",
            "grade_id": cls.grade(grade).id,
            "echelon": echelon,
            "residence_zone": "A",
            **values,
        }
        return cls.env["hr.employee"].create({"name": name, **values})
