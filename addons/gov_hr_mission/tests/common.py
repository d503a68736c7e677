from odoo.tests import TransactionCase, freeze_time

from odoo.addons.gov_document.tests.common import SealMixin
from odoo.addons.gov_hr.tests.staff import StaffMixin

MONDAY = "2026-03-02 09:00:00"
REASON = "The conference lasts two days more."


@freeze_time(MONDAY)
class MissionCase(SealMixin, StaffMixin, TransactionCase):
    """A directorate with a service, a far regional unit, their heads, human resources, the vehicle pool, the payer."""

    STAFF = "TM"
    FIRST_PPR = 8100000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_seal()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, no_reset_password=True))
        cls.central = cls.env["gov.region"].search([("code", "=", "00")])
        cls.far = cls.env["gov.region"].search([("code", "=", "04")])
        units = cls.env["hr.department"]
        cls.directorate = units.create(
            {"name": "T directorate", "unit_kind": "directorate", "unit_code": "TMD", "region_id": cls.central.id}
        )
        cls.service = units.create(
            {"name": "T service", "unit_kind": "service", "unit_code": "TMS", "parent_id": cls.directorate.id}
        )
        cls.other_service = units.create(
            {"name": "T other", "unit_kind": "service", "unit_code": "TMO", "parent_id": cls.directorate.id}
        )
        cls.regional_unit = units.create(
            {
                "name": "T regional",
                "unit_kind": "regional_directorate",
                "unit_code": "TMR",
                "region_id": cls.far.id,
            }
        )
        cls.set_up_staff()
        cls.director, cls.u_director = cls.person("director", cls.directorate)
        cls.head, cls.u_head = cls.person("head", cls.service)
        cls.other_head, cls.u_other_head = cls.person("other_head", cls.other_service)
        cls.agent, cls.u_agent = cls.person("agent", cls.service)
        cls.colleague, cls.u_colleague = cls.person("colleague", cls.service)
        cls.driver, cls.u_driver = cls.person("driver", cls.other_service)
        cls.far_agent, cls.u_far_agent = cls.person("far_agent", cls.regional_unit)
        cls.hr, cls.u_hr = cls.person("hr", cls.other_service, "gov_base.group_hr_officer")
        cls.far_hr, cls.u_far_hr = cls.person("far_hr", cls.regional_unit, "gov_base.group_hr_officer", cls.far)
        cls.manager, cls.u_manager = cls.person("manager", cls.other_service, "gov_base.group_hr_manager")
        cls.payer, cls.u_payer = cls.person("payer", cls.other_service, "gov_base.group_authorising_officer")
        cls.pool, cls.u_pool = cls.person("pool", cls.other_service, "gov_base.group_asset_officer")
        cls.auditor, cls.u_auditor = cls.person("auditor", cls.other_service, "gov_base.group_auditor")
        cls.directorate.manager_id = cls.director
        cls.service.manager_id = cls.head
        cls.other_service.manager_id = cls.other_head
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Dacia"})
        model = cls.env["fleet.vehicle.model"].create({"name": "Duster", "brand_id": brand.id})
        cls.car, cls.second_car = cls.env["fleet.vehicle"].create(
            [{"model_id": model.id, "license_plate": plate} for plate in ("M-100001", "M-100002")]
        )
        cls.group = cls.env.ref("gov_hr_mission.group_2")

    def draft(self, user=None, **vals):
        """A mission of three days, 3 to 5 March 2026, Rabat – Tangier (hours of Rabat are those of UTC in Ramadan)."""
        values = {
            "purpose": "Inspection of the regional office",
            "place_from": "Rabat",
            "place_to": "Tangier",
            "start": "2026-03-03 08:00:00",
            "stop": "2026-03-05 18:00:00",
            "transport": "train",
            "lang": "fr",
            **vals,
        }
        return self.as_user(user or self.u_agent)["gov.mission.order"].create(values).with_env(self.env)

    def submit(self, request, user=None):
        self.as_user(user or self.u_agent, request).action_submit()
        self.env.invalidate_all()
        return request

    def approve(self, request, *users):
        for user in users:
            self.as_user(user, request).action_approve()
        self.env.invalidate_all()
        return request

    def granted(self, user=None, **vals):
        order = self.submit(self.draft(user, **vals), user)
        return self.approve(order, self.u_head, self.u_director)

    def back(self, order):
        """Let the clock bring the person back."""
        self.env["gov.mission.order"]._cron_progress()
        self.env.invalidate_all()
        return order

    def rate(self, amount=200, **vals):
        return self.env["gov.mission.rate"].create(
            {"group_id": self.group.id, "kind": "morocco", "amount": amount, "valid_from": "2026-01-01", **vals}
        )

    def settle(self, order, user=None):
        self.as_user(user or self.u_agent, order).action_settle()
        self.env.invalidate_all()
        return order.settlement_id
