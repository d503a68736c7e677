"""A small sector to test with: units, signatory, employees of two regions, human resources, an auditor."""

from odoo.addons.gov_base.tests.common import make_user


def make_sector(env):
    """Create units, employees and users; return them by name.

    Users: ``amina`` and ``youssef`` (employees of the central services, he heads her unit), ``souad`` (of a region),
    ``officer`` and ``second`` (HR officers, all regions), ``regional`` (HR officer of the region), ``manager`` (HR
    manager), ``auditor``, ``chief`` (who signs).
    """
    central = env["gov.region"].search([("code", "=", "00")])
    region = env["gov.region"].search([("code", "=", "04")])

    def unit(name, name_ar, name_fr, **vals):
        department = env["hr.department"].create({"name": name, **vals})
        department.with_context(lang="ar_MA").name = name_ar
        department.with_context(lang="fr_FR").name = name_fr
        return department

    directorate = unit(
        "Directorate of human and financial resources",
        "مديرية الموارد البشرية والمالية",
        "Direction des ressources humaines et financières",
        unit_kind="directorate",
        unit_code="TDRHF",
        region_id=central.id,
    )
    hr_unit = unit(
        "Division of human resources",
        "قسم الموارد البشرية",
        "Division des ressources humaines",
        unit_kind="division",
        unit_code="TDRH",
        parent_id=directorate.id,
    )
    env["gov.certificate.type"].search([]).signatory_unit_id = hr_unit
    service = unit(
        "Service of studies",
        "مصلحة الدراسات",
        "Service des études",
        unit_kind="service",
        unit_code="TSE",
        parent_id=directorate.id,
    )
    regional = unit(
        "Regional directorate",
        "المديرية الجهوية للتواصل",
        "Direction régionale de la communication",
        unit_kind="regional_directorate",
        unit_code="TDR04",
        region_id=region.id,
    )
    grade = env.ref("gov_hr.grade_adm2")

    def person(login, name, name_ar, sex, number, department, groups="", regions=None, **vals):
        user = make_user(
            env, login, *groups.split(","), name=name, password=login, gov_region_ids=[(6, 0, regions or [])]
        )
        employee = env["hr.employee"].create(
            {
                "name": name,
                "name_ar": name_ar,
                "user_id": user.id,
                "sex": sex,
                "cnie": f"TA{number:06d}",
                "ppr_number": f"{9000000 + number}",
                "department_id": department.id,
                "birthday": "1985-05-03",
                "recruitment_date": "2010-09-01",
                "tenure_date": "2011-09-01",
                "grade_id": grade.id,
                "echelon": 6,
                "statutory_position": "activity",
                "residence_zone": "A",
                "act_kind": "grade_choice",
                "act_number": f"{number}/2024",
                "act_date": "2024-01-10",
                "date_version": "2024-01-15",
                **vals,
            }
        )
        return user, employee

    found = {"region": region, "central": central, "hr_unit": hr_unit, "service": service, "directorate": directorate}
    officer, manager = "gov_base.group_hr_officer", "gov_base.group_hr_manager"
    people = (
        ("amina", "Amina BENALI", "أمينة بنعلي", "female", 1, service, "", None),
        ("youssef", "Youssef EL ALAOUI", "يوسف العلوي", "male", 2, service, "", None),
        ("souad", "Souad TAZI", "سعاد التازي", "female", 3, regional, "", None),
        ("officer", "Omar IDRISSI", "عمر الإدريسي", "male", 4, hr_unit, officer, None),
        ("second", "Salma KADIRI", "سلمى القادري", "female", 5, hr_unit, officer, None),
        ("regional", "Rachid FASSI", "رشيد الفاسي", "male", 6, regional, officer, [region.id]),
        ("manager", "Nadia CHRAIBI", "نادية الشرايبي", "female", 7, hr_unit, manager, None),
        ("auditor", "Ali MANSOURI", "علي المنصوري", "male", 8, directorate, "gov_base.group_auditor", None),
        ("chief", "Hassan BERRADA", "حسن برادة", "male", 9, hr_unit, "", None),
    )
    for login, name, name_ar, sex, number, department, groups, regions in people:
        found[login], found[f"{login}_file"] = person(
            f"cert_{login}", name, name_ar, sex, number, department, groups, regions
        )
    hr_unit.manager_id = found["chief_file"]
    service.manager_id = found["youssef_file"]
    return found
