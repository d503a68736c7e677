import datetime
import os
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from odoo.tests import TransactionCase, freeze_time

MONDAY = "2026-03-02 09:00:00"
REASON = "The conference lasts two days more."


def make_seal(folder):
    """Write a self-signed seal, worth nothing, and return the environment that names it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test seal")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2020, 1, 1))
        .not_valid_after(datetime.datetime(2060, 1, 1))
        .sign(key, hashes.SHA256())
    )
    data = pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, BestAvailableEncryption(b"test"))
    Path(folder, "seal.p12").write_bytes(data)
    Path(folder, "seal.password").write_text("test")
    return {"GOV_SEAL_PKCS12": f"{folder}/seal.p12", "GOV_SEAL_PASSWORD_FILE": f"{folder}/seal.password"}


@freeze_time(MONDAY)
class MissionCase(TransactionCase):
    """A directorate with a service, a far regional unit, their heads, human resources, the vehicle pool, the payer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="gov-seal-")
        cls.addClassCleanup(folder.cleanup)
        before = dict(os.environ)
        os.environ.update(make_seal(folder.name))
        cls.addClassCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
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
        cls.grade = cls.env.ref("gov_hr.grade_adm2")
        cls.number = 0
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

    @classmethod
    def person(cls, login, unit, group="", region=None):
        cls.number += 1
        groups = [cls.env.ref(name).id for name in ("base.group_user", group) if name]
        user = cls.env["res.users"].create(
            {
                "name": f"T {login}",
                "login": f"tm_{login}",
                "group_ids": [(6, 0, groups)],
                "gov_region_ids": [(6, 0, region.ids if region else [])],
                "tz": "Africa/Casablanca",
            }
        )
        employee = cls.env["hr.employee"].create(
            {
                "name": f"T {login}",
                "name_ar": f"الموظف {cls.number}",
                "user_id": user.id,
                "sex": "male",
                "ppr_number": f"{8100000 + cls.number}",
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
            }
        )
        return employee, user

    def as_user(self, user, records=None, lang="en_US"):
        self.env.invalidate_all()
        env = self.env(user=user.id, context=dict(self.env.context, lang=lang, tz="Africa/Casablanca"))
        return records.with_env(env) if records is not None else env

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
