"""Civil servants with their file and their login, for the tests of modules that act on them."""

from odoo.addons.gov_base.tests.common import AsUserMixin, make_user


class StaffMixin(AsUserMixin):
    STAFF = "TT"  # what the names, logins and identity cards of the case begin with
    FIRST_PPR = 8000000

    @classmethod
    def set_up_staff(cls):
        cls.number = 0
        cls.grade = cls.env.ref("gov_hr.grade_adm2")

    @classmethod
    def person(cls, login, unit, group="", region=None, **vals):
        """Return (employee, user): a civil servant in a unit, with a group, serving a region or all of them."""
        cls.number += 1
        name, login = f"{cls.STAFF} {login}", f"{cls.STAFF.lower()}_{login}"
        user = make_user(cls.env, login, group, regions=region, name=name, password=login)
        employee = cls.env["hr.employee"].create(
            {
                "name": name,
                "name_ar": f"الموظف {cls.number}",
                "user_id": user.id,
                "sex": "female" if cls.number % 2 else "male",
                "ppr_number": f"{cls.FIRST_PPR + cls.number}",
                "cnie": f"{cls.STAFF}{100000 + cls.number}",
                "department_id": unit.id,
                "birthday": "1985-05-03",
                "recruitment_date": "2010-09-01",
                "grade_id": cls.grade.id,
                "echelon": 6,
                "statutory_position": "activity",
                "act_kind": "grade_choice",
                "act_number": f"{cls.number}/2024",
                "act_date": "2024-01-10",
                "date_version": "2024-01-15",
                **vals,
            }
        )
        return employee, user

    @classmethod
    def parameter(cls, code, value):
        """Give a parameter of law another value for the tests."""
        row = cls.env["gov.parameter"].search([("code", "=", code)], limit=1, order="valid_from desc")
        row.write({"value_text": value} if isinstance(value, str) else {"value": value})
        return row
