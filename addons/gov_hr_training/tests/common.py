from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time

from odoo.addons.gov_base.tests.common import make_user


@freeze_time("2026-11-29 10:00:00")
class TrainingCase(TransactionCase):
    """A division with a service, four people, two competencies, three courses, and those who sort and decide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True))
        cls.region = cls.env["gov.region"].search([("code", "=", "04")], limit=1)
        cls.other_region = cls.env["gov.region"].search([("code", "=", "01")], limit=1)
        units = cls.env["hr.department"]
        cls.directorate = units.create(
            {"name": "Directorate", "unit_kind": "directorate", "unit_code": "T-DIR", "region_id": cls.region.id}
        )
        cls.division = units.create(
            {"name": "Division", "unit_kind": "division", "unit_code": "T-DIV", "parent_id": cls.directorate.id}
        )
        cls.service = units.create(
            {"name": "Service", "unit_kind": "service", "unit_code": "T-SER", "parent_id": cls.division.id}
        )
        cls.far = units.create(
            {
                "name": "Region",
                "unit_kind": "regional_directorate",
                "unit_code": "T-REG",
                "region_id": cls.other_region.id,
            }
        )
        kinds = cls.env["hr.skill.type"].search([("gov_kind", "=", "know_how")], limit=1)
        cls.kind = kinds
        cls.writing, cls.budgeting = cls.env["hr.skill"].create(
            [
                {"name": "Writing", "code": "T-W", "skill_type_id": kinds.id},
                {"name": "Budgeting", "code": "T-B", "skill_type_id": kinds.id},
            ]
        )
        cls.job = cls.env["hr.job"].create({"name": "Clerk"})
        cls.env["hr.job.skill"].create(
            [
                cls.profile_vals(cls.writing, 3, True),
                cls.profile_vals(cls.budgeting, 2, False),
            ]
        )
        cls.amina = cls.person("Amina", cls.service, "female", "amina")
        cls.bilal = cls.person("Bilal", cls.service, "male")
        cls.chama = cls.person("Chama", cls.far, "female", "chama")
        cls.head = cls.person("Head", cls.service, "male", "t_head", job=False)
        cls.chief = cls.person("Chief", cls.division, "female", "t_chief", job=False)
        cls.service.manager_id, cls.division.manager_id = cls.head, cls.chief
        cls.officer = cls.person(
            "Officer", cls.service, "female", "t_officer", "gov_base.group_training_officer", job=False
        ).user_id
        cls.manager = cls.person(
            "Manager", cls.division, "male", "t_manager", "gov_base.group_hr_manager", job=False
        ).user_id
        cls.signer = cls.person(
            "Signer", cls.directorate, "male", "t_signer", "gov_base.group_authorising_officer", job=False
        ).user_id
        cls.auditor = cls.person(
            "Auditor", cls.directorate, "male", "t_auditor", "gov_base.group_auditor", job=False
        ).user_id
        cls.far_officer = cls.person(
            "Far officer", cls.far, "male", "t_far_officer", "gov_base.group_training_officer", job=False
        ).user_id
        cls.far_officer.gov_region_ids = cls.other_region
        cls.axis = cls.env["gov.training.axis"].create({"code": "T-A", "name": "Digital"})
        cls.course_w = cls.course("T-W1", "Writing well", 2, 10, 12000, 100, [(cls.writing, 0, 3)])
        cls.course_b = cls.course("T-B1", "Budget", 3, 10, 30000, 100, [(cls.budgeting, 0, 2)])
        cls.course_all = cls.course(
            "T-ALL", "Everything", 5, 5, 60000, 0, [(cls.writing, 0, 4), (cls.budgeting, 0, 4)]
        )
        cls.Need = cls.env["gov.training.need"]
        cls.Plan = cls.env["gov.training.plan"]

    @classmethod
    def profile_vals(cls, skill, rank, critical):
        level = skill.skill_type_id.skill_level_ids.filtered(lambda one: one.gov_rank == rank)
        return {
            "job_id": cls.job.id,
            "skill_id": skill.id,
            "skill_type_id": skill.skill_type_id.id,
            "skill_level_id": level.id,
            "is_critical": critical,
            "valid_from": "2020-01-01",
        }

    @classmethod
    def person(cls, name, unit, sex, login=None, group=None, job=True):
        user = cls.env["res.users"]
        if login:
            user = make_user(cls.env, login, group, name=name)
        return cls.env["hr.employee"].create(
            {
                "name": name,
                "department_id": unit.id,
                "sex": sex,
                "job_id": cls.job.id if job else False,
                "user_id": user.id,
                "date_version": "2020-01-01",
                "recruitment_date": "2020-01-01",
            }
        )

    @classmethod
    def course(cls, code, name, days, seats, session, head, lines, **vals):
        return cls.env["gov.training.course"].create(
            {
                "code": code,
                "name": name,
                "days": days,
                "min_seats": 2,
                "max_seats": seats,
                "cost_session": session,
                "cost_head": head,
                "skill_line_ids": [
                    Command.create({"skill_id": skill.id, "entry_level": entry, "level": level})
                    for skill, entry, level in lines
                ],
                **vals,
            }
        )

    @classmethod
    def give(cls, person, skill, rank, valid_from="2024-01-01", valid_to=False):
        level = skill.skill_type_id.skill_level_ids.filtered(lambda one: one.gov_rank == rank)
        return cls.env["hr.employee.skill"].create(
            {
                "employee_id": person.id,
                "skill_id": skill.id,
                "skill_type_id": skill.skill_type_id.id,
                "skill_level_id": level.id,
                "valid_from": valid_from,
                "valid_to": valid_to,
            }
        )

    def people(self):
        return [("id", "in", (self.amina | self.bilal | self.chama).ids)]

    def as_(self, user, record):
        user = user.user_id if user._name == "hr.employee" else user
        return record.with_user(user)

    def collected(self, **more):
        return self.as_(self.officer, self.Need)._gov_collect_gaps(2027, self.people(), **more)

    def plan(self, budget=1_000_000, year=2027, **vals):
        return self.as_(self.officer, self.Plan).create(
            {"kind": "annual", "year_from": year, "budget": budget, "lang": "fr", **vals}
        )

    def built(self, budget=1_000_000):
        needs = self.collected()
        self.as_(self.manager, needs).action_keep()
        plan = self.plan(budget)
        plan.action_build()
        return plan

    def approved(self, plan):
        plan.action_submit()
        self.as_(self.manager, plan).action_approve()
        self.as_(self.signer, plan).action_approve("Bon")
        return plan

    def today(self):
        return fields.Date.context_today(self.env.user)
