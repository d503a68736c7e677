from contextlib import contextmanager

from odoo.exceptions import UserError

from odoo.addons.gov_document.tests.common import SealMixin

from .common import CareerCase


class ActCase(SealMixin, CareerCase):
    """Careers with somebody who signs: the head of the general secretariat."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_seal()
        cls.head = cls.make_employee("Head of administration")
        cls.units = cls.env["hr.department"].create(
            [
                {"name": "General secretariat", "unit_code": "SG", "unit_kind": "secretariat_general"},
                {"name": "Archives", "unit_code": "ARC"},
                {"name": "Studies", "unit_code": "STU"},
            ]
        )
        cls.units[0].manager_id = cls.head
        cls.person.write(
            {
                "department_id": cls.units[1].id,
                "ppr_number": "778899",
                "birthday": "1980-04-05",
                "sex": "female",
                "recruitment_date": "2010-01-01",
                "tenure_date": "2011-01-01",
            }
        )

    @classmethod
    def make_employee(cls, name, *args, **values):
        return super().make_employee(name, *args, **{"sex": "male", **values})

    @contextmanager
    def refused(self, words):
        """What is done inside is refused by a sentence with these words, and leaves nothing behind."""
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

    @classmethod
    def make_act(cls, kind, employee=None, **values):
        return cls.env["gov.career.act"].create({"kind": kind, "employee_id": (employee or cls.person).id, **values})

    @classmethod
    def sign(cls, kind, employee=None, **values):
        act = cls.make_act(kind, employee, **values)
        act.with_user(cls.manager_user)._gov_sign_act()
        return act
