from unittest.mock import patch

from odoo.tests import TransactionCase

from odoo.addons.gov_base.tests.common import make_user
from odoo.addons.gov_document.tests.common import SealMixin

FULL = {"tasks": 5, "output": 5, "organisation": 3, "behaviour": 4, "innovation": 3}
SIXTEEN = {"tasks": 4, "output": 4, "organisation": 2.5, "behaviour": 3.25, "innovation": 2.25}


class EvaluationCase(SealMixin, TransactionCase):
    """A directorate with a division and a service, their heads and staff, another region, HR, an auditor.

    ``amina`` and ``karim`` serve under ``youssef`` (head of the service), he under ``leila`` (head of the division),
    she under ``hassan`` (director, at the top).  ``souad`` serves another region under ``rachid``.  ``officer`` and
    ``manager`` are HR of all regions, ``second`` another HR manager, ``regional`` HR of the other region.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_seal()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_notrack=True))
        cls.env["hr.employee"].search([]).write({"active": False})  # only those of the test are evaluated
        cls._make_units()
        cls._make_people()
        cls.campaign = cls.env["gov.evaluation.campaign"].create({"year": 2026})
        # a scheduled task commits as it goes: not in a test
        progress = patch.object(type(cls.env["ir.cron"]), "_commit_progress", return_value=60)
        progress.start()
        cls.addClassCleanup(progress.stop)

    @classmethod
    def _make_units(cls):
        regions = cls.env["gov.region"]
        cls.central, cls.region = (regions.search([("code", "=", code)]) for code in ("00", "04"))

        def unit(name, kind, code, parent=None, region=None):
            return cls.env["hr.department"].create(
                {
                    "name": name,
                    "unit_kind": kind,
                    "unit_code": code,
                    "parent_id": parent.id if parent else False,
                    "region_id": region.id if region else False,
                }
            )

        cls.directorate = unit("Directorate", "directorate", "EV1", region=cls.central)
        cls.division = unit("Division", "division", "EV2", cls.directorate)
        cls.service = unit("Service", "service", "EV3", cls.division)
        cls.other_service = unit("Other service", "service", "EV4", cls.division)
        cls.regional_unit = unit("Region", "regional_directorate", "EV5", region=cls.region)
        cls.env["gov.parameter"].search([("code", "=", "evaluation.signatory_unit")]).value_text = "EV1"

    @classmethod
    def _make_people(cls):
        officer, manager = "gov_base.group_hr_officer", "gov_base.group_hr_manager"
        people = (
            ("amina", "Amina BENALI", "أمينة بنعلي", "female", cls.service, "", None),
            ("karim", "Karim SAIDI", "كريم السعيدي", "male", cls.service, "", None),
            ("youssef", "Youssef EL ALAOUI", "يوسف العلوي", "male", cls.service, "", None),
            ("nadia", "Nadia FILALI", "نادية الفيلالي", "female", cls.other_service, "", None),
            ("leila", "Leila TAZI", "ليلى التازي", "female", cls.division, "", None),
            ("hassan", "Hassan BERRADA", "حسن برادة", "male", cls.directorate, "", None),
            ("souad", "Souad IDRISSI", "سعاد الإدريسي", "female", cls.regional_unit, "", None),
            ("rachid", "Rachid FASSI", "رشيد الفاسي", "male", cls.regional_unit, "", None),
            ("officer", "Omar KADIRI", "عمر القادري", "male", cls.division, officer, None),
            ("manager", "Samira CHRAIBI", "سميرة الشرايبي", "female", cls.division, manager, None),
            ("second", "Driss MANSOURI", "إدريس المنصوري", "male", cls.directorate, manager, None),
            ("regional", "Hind ALAMI", "هند العلمي", "female", cls.regional_unit, officer, cls.region),
            ("auditor", "Ali NACIRI", "علي الناصري", "male", cls.directorate, "gov_base.group_auditor", None),
        )
        cls.users, cls.files = {}, {}
        for number, (login, name, name_ar, sex, unit, group, region) in enumerate(people, 1):
            user = make_user(cls.env, f"ev_{login}", group, regions=region, name=name)
            cls.users[login] = user
            cls.files[login] = cls.make_employee(name, unit, number, name_ar=name_ar, sex=sex, user_id=user.id)
        cls.service.manager_id = cls.files["youssef"]
        cls.other_service.manager_id = cls.files["nadia"]
        cls.division.manager_id = cls.files["leila"]
        cls.directorate.manager_id = cls.files["hassan"]
        cls.regional_unit.manager_id = cls.files["rachid"]

    @classmethod
    def make_employee(cls, name, unit, number, **vals):
        return cls.env["hr.employee"].create(
            {
                "name": name,
                "department_id": unit.id,
                "cnie": f"EV{number:06d}",
                "ppr_number": f"{8000000 + number}",
                "birthday": "1985-05-03",
                "recruitment_date": "2010-09-01",
                "tenure_date": "2011-09-01",
                "grade_id": cls.env.ref("gov_hr.grade_adm2").id,
                "echelon": 6,
                "statutory_position": "activity",
                "date_version": "2012-01-15",
                **vals,
            }
        )

    # ------------------------------------------------------------------ helpers
    def act(self, login, record, lang="en_US"):
        """Return the record as a user sees it, nothing kept in memory."""
        self.env.invalidate_all()
        user = self.users[login]
        return record.with_env(
            self.env(user=user.id, context=dict(self.env.context, lang=lang, tz="Africa/Casablanca"))
        )

    def open_campaign(self):
        """Open the campaign to its end; return it as superuser."""
        while self.act("manager", self.campaign).action_open_next(50)["remaining"]:
            pass
        return self.campaign

    def sheet(self, login):
        return self.env["gov.evaluation.sheet"].search(
            [("campaign_id", "=", self.campaign.id), ("employee_id", "=", self.files[login].id)]
        )

    def marks(self, values):
        """Return ``{criterion id: mark}`` from ``{code: mark}``."""
        criteria = {one.code: one.id for one in self.campaign.criterion_ids}
        return {criteria[code]: mark for code, mark in values.items()}

    def to_head(self, *logins):
        """Bring sheets to their heads, the interviews counted as held."""
        sheets = self.env["gov.evaluation.sheet"].union(*(self.sheet(login) for login in logins))
        sheets.filtered(lambda one: one.state == "self")._gov_end_self()
        sheets._gov_write({"interview_due_on": "2030-01-01"})
        return sheets

    def mark(self, login, by="youssef", values=None, words="A good year."):
        """Mark a sheet as a head and give the mark; return the sheet."""
        sheet = self.to_head(login)
        self.act(by, sheet).action_submit_marks({"marks": self.marks(values or SIXTEEN), "words": words})
        return sheet

    def notify(self, login, by="youssef", values=None):
        """Bring a sheet to its notification; return it."""
        sheet = self.mark(login, by, values)
        if self.campaign.state == "open":
            self.act("manager", self.campaign).action_harmonise()
        self.act("manager", sheet).action_notify()
        return sheet

    def assessment(self, sheet, side="head"):
        return self.env["gov.evaluation.assessment"].search([("sheet_id", "=", sheet.id), ("side", "=", side)])

    def interim(self, absent, substitute, date_from, date_to, scope="all", **vals):
        interim = self.act(absent, self.env["gov.interim"]).create(
            {
                "absent_id": self.files[absent].id,
                "substitute_id": self.files[substitute].id,
                "date_from": date_from,
                "date_to": date_to,
                "scope": scope,
                **vals,
            }
        )
        self.act(absent, interim).action_confirm()
        return interim
