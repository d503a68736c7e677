from datetime import datetime

from odoo.tests import TransactionCase, freeze_time

from odoo.addons.gov_document.services import rendering
from odoo.addons.gov_document.tests.common import SealMixin
from odoo.addons.gov_hr.tests.staff import StaffMixin

# a Monday of March 2026, in Ramadan: Rabat keeps the hours of UTC
NOW = "2026-03-02 09:00:00"
FIRST, LAST = "2026-03-10", "2026-03-11"
REASON = "The room is flooded."


@freeze_time(NOW)
class SessionCase(SealMixin, StaffMixin, TransactionCase):
    """A directorate with two services and a far region, their heads, training officers, a trainer, participants."""

    STAFF = "TS"
    FIRST_PPR = 8300000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_seal()
        cls.addClassCleanup(rendering._pool.end)
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True))
        cls.central = cls.env["gov.region"].search([("code", "=", "00")])
        cls.far = cls.env["gov.region"].search([("code", "=", "04")])
        units = cls.env["hr.department"]
        cls.directorate = units.create(
            {"name": "S directorate", "unit_kind": "directorate", "unit_code": "TSD", "region_id": cls.central.id}
        )
        cls.service = units.create(
            {"name": "S service", "unit_kind": "service", "unit_code": "TSS", "parent_id": cls.directorate.id}
        )
        cls.other_service = units.create(
            {"name": "S other", "unit_kind": "service", "unit_code": "TSO", "parent_id": cls.directorate.id}
        )
        cls.far_unit = units.create(
            {"name": "S far", "unit_kind": "regional_directorate", "unit_code": "TSR", "region_id": cls.far.id}
        )
        cls.set_up_staff()
        cls.director, cls.u_director = cls.person("director", cls.directorate)
        cls.head, cls.u_head = cls.person("head", cls.service)
        cls.other_head, cls.u_other_head = cls.person("other_head", cls.other_service)
        cls.agents, cls.u_agents = cls.env["hr.employee"], cls.env["res.users"]
        for at in range(5):
            agent, user = cls.person(f"agent{at}", cls.service)
            cls.agents += agent
            cls.u_agents += user
        cls.agent, cls.u_agent = cls.agents[0], cls.u_agents[0]
        cls.far_agent, cls.u_far_agent = cls.person("far_agent", cls.far_unit)
        cls.trainer, cls.u_trainer = cls.person("trainer", cls.other_service)
        cls.officer, cls.u_officer = cls.person("officer", cls.other_service, "gov_base.group_training_officer")
        cls.far_officer, cls.u_far_officer = cls.person(
            "far_officer", cls.far_unit, "gov_base.group_training_officer", cls.far
        )
        cls.hr, cls.u_hr = cls.person("hr", cls.other_service, "gov_base.group_hr_officer")
        cls.manager, cls.u_manager = cls.person("manager", cls.other_service, "gov_base.group_hr_manager")
        cls.auditor, cls.u_auditor = cls.person("auditor", cls.other_service, "gov_base.group_auditor")
        cls.directorate.manager_id = cls.director
        cls.service.manager_id = cls.head
        cls.other_service.manager_id = cls.other_head
        cls.parameter("certificate.signatory_unit", "TSD")
        kind = cls.env["hr.skill.type"].search([("gov_kind", "!=", False)], limit=1)
        cls.skill = cls.env["hr.skill"].create({"name": "S writing", "code": "TSX1", "skill_type_id": kind.id})
        cls.course = cls.env["gov.training.course"].create(
            {
                "code": "TS-001",
                "name": "S digital communication",
                "days": 2,
                "min_seats": 1,
                "max_seats": 2,
                "skill_line_ids": [(0, 0, {"skill_id": cls.skill.id, "level": 2})],
            }
        )

    def draft(self, user=None, **vals):
        """A session of two days, 10 and 11 March 2026, two seats, with a trainer and a place."""
        values = {
            "course_id": self.course.id,
            "date_from": FIRST,
            "date_to": LAST,
            "place": "Room 3",
            "trainer_ids": [(0, 0, {"employee_id": self.trainer.id})],
            "lang": "fr",
            **vals,
        }
        return self.as_user(user or self.u_officer)["gov.training.session"].create(values).with_env(self.env)

    def opened(self, user=None, **vals):
        session = self.draft(user, **vals)
        self.as_user(user or self.u_officer, session).action_open()
        self.env.invalidate_all()
        return session

    def enrol(self, session, *employees, user=None, **kwargs):
        ids = [employee.id for employee in employees]
        answer = self.as_user(user or self.u_officer, session).action_enrol(ids, **kwargs)
        self.env.invalidate_all()
        return self.env["gov.training.registration"].browse([row["id"] for row in answer])

    def apply(self, session, user=None):
        answer = self.as_user(user or self.u_agent, session).action_apply("For my work")
        self.env.invalidate_all()
        return self.env["gov.training.registration"].browse(answer["id"])

    def convoked(self, *employees, **vals):
        session = self.opened(**vals)
        self.enrol(session, *(employees or self.agents[:2]))
        self.as_user(self.u_officer, session).action_convoke()
        self.env.invalidate_all()
        return session

    def registration(self, session, employee):
        return session.registration_ids.filtered(lambda one: one.employee_id == employee)

    def at(self, moment):
        """Stop the clock at a moment (UTC)."""
        return freeze_time(datetime.fromisoformat(moment))

    def held(self, session, present=None):
        """Let everybody sign at each half-day, or only ``{employee: number of half-days}``; the clock is after it."""
        for at, slot in enumerate(session.slot_ids.sorted("start")):
            with freeze_time(slot.start):
                for registration in session.registration_ids.filtered(lambda one: one.state == "convoked"):
                    limit = 99 if present is None else present.get(registration.employee_id, 99)
                    if at < limit:
                        self.as_user(self.u_trainer, slot).action_sign_tablet(registration.id)
        self.env.invalidate_all()
        return session

    def closed(self, *employees, present=None, **vals):
        session = self.held(self.convoked(*employees, **vals), present)
        with self.at("2026-03-12 09:00:00"):
            self.as_user(self.u_officer, session).action_close()
        self.env.invalidate_all()
        return session
