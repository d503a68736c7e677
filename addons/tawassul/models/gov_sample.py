import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.sample_logins import ADMIN_LANG, LOGINS, REGIONAL
from .gov_home import WAITING_STATES

_logger = logging.getLogger(__name__)

SAMPLE = "tawassul.sample"  # "loading", then "done", in a sample database
PRODUCTION = "tawassul.production"  # set to anything in a database that serves people
STAFF_FILE = "staff_2026.xlsx"
SIGNING_UNIT = "DRHF-RH"
YEARS = (2026, 2027)


class GovSample(models.AbstractModel):
    """The sample year: fictitious staff, logins and requests, to try the suite and to test it.

    ``_load`` may be run again: what is there is left alone. It refuses a database that serves people: one that is
    declared so by the parameter ``tawassul.production``, or one where somebody already works.
    """

    _inherit = "gov.sample"

    def _load(self):
        """Load the sample year; run by the command line as the system itself, in a sample database only."""
        self._refuse_if_used()
        self._remember("loading")
        for step in self._steps():
            step()
            self._keep()
            _logger.info("Sample year: %s done", step.__name__.lstrip("_"))
        self._remember("done")
        self._keep()
        return True

    def _steps(self):
        return [*self._first_steps(), *super()._steps()]

    def _first_steps(self):
        """Return the steps that all others need: company, staff, logins, and the requests of the people."""
        return [
            self._set_company,
            self._import_staff,
            self._make_logins,
            self._set_years,
            self._set_signatory,
            self._make_requests,
        ]

    def _remember(self, word):
        self.env["ir.config_parameter"].sudo().set_param(SAMPLE, word)  # run by the command line, as the system

    def _refuse_if_used(self):
        """Refuse a database in production: the sample logins have passwords that everybody knows."""
        parameters = self.env["ir.config_parameter"].sudo()  # run by the command line, as the system
        if parameters.get_param(PRODUCTION):
            raise UserError(
                self.env._(
                    "This database is in production (parameter %(parameter)s): the sample year is not loaded. "
                    "Make another database for it.",
                    parameter=PRODUCTION,
                )
            )
        if parameters.get_param(SAMPLE):
            return
        # counts alone, of all companies and regions
        users = self.env["res.users"].sudo().search_count([("share", "=", False), ("login", "!=", "admin")])
        # a count alone
        employees = self.env["hr.employee"].sudo().search_count([("ppr_number", "!=", False)])
        if users or employees:
            raise UserError(
                self.env._(
                    "This database is in use (%(users)s users, %(employees)s employees with a payroll number): the "
                    "sample year is not loaded. Make a new database for it.",
                    users=users,
                    employees=employees,
                )
            )

    # -- steps

    def _set_company(self):
        """Name the company for the sector; the address is fictitious."""
        currency = self.env.ref("base.MAD")
        currency.active = True
        company = self.env.company
        company.write(
            {
                "name": "قطاع التواصل - Département de la Communication",
                "street": "1, avenue de l'Exemple",
                "city": "Rabat",
                "zip": "10000",
                "country_id": self.env.ref("base.ma").id,
                "phone": "05 00 00 00 00",
                "email": "contact@communication.example",
                "website": False,
                "currency_id": currency.id,
                "gov_footer_fr": "1, avenue de l'Exemple, Rabat - Tél. 05 00 00 00 00",
                "gov_footer_ar": "1، شارع المثال، الرباط - الهاتف: 00 00 00 00 05",
            }
        )
        if not company.resource_calendar_id or company.resource_calendar_id.tz != "Africa/Casablanca":
            company._gov_set_up()

    def _import_staff(self):
        """Import the staff with the importer that an HR office uses."""
        if self.env["hr.employee"].search_count([("ppr_number", "!=", False)], limit=1):
            return
        path = self._sample_file(STAFF_FILE)
        self.env["gov.import.batch"]._import_file("staff", path.read_bytes(), STAFF_FILE)

    def _make_logins(self):
        """Make the sample logins, bound to their employees; the password of each is its login."""
        for login, (ppr, roles, lang) in LOGINS.items():
            self._make_login(login, self._employee(ppr), roles, lang)
        login, region, roles, lang = REGIONAL
        region = self.env["gov.region"].search([("code", "=", region)])
        heads = self.env["hr.department"].search([]).manager_id
        officer = self.env["hr.employee"].search(
            [("department_id.effective_region_id", "=", region.id), ("id", "not in", heads.ids)], limit=1, order="id"
        )
        user = self._make_login(login, officer, roles, lang)
        user.gov_region_ids = region
        admin = self.env.ref("base.user_admin")
        if admin.lang != ADMIN_LANG:
            admin.write({"lang": ADMIN_LANG, "tz": "Africa/Casablanca", "password": "admin"})

    def _employee(self, ppr):
        employee = self.env["hr.employee"].search([("ppr_number", "=", ppr)])
        if not employee:
            raise UserError(self.env._("Employee %(ppr)s is not in the sample file.", ppr=ppr))
        return employee

    def _make_login(self, login, employee, roles, lang):
        users = self.env["res.users"].with_context(active_test=False, no_reset_password=True)
        user = users.search([("login", "=", login)])
        if not user:
            groups = self.env.ref("base.group_user")
            for role in roles:
                groups |= self.env.ref(role)
            user = users.create(
                {
                    "name": employee.name,
                    "login": login,
                    "password": login,
                    "email": employee.work_email or f"{login}@communication.example",
                    "lang": lang,
                    "tz": "Africa/Casablanca",
                    "notification_type": "inbox",
                    "group_ids": [Command.set(groups.ids)],
                }
            )
        if not employee.user_id:
            employee.user_id = user
        return user

    def _set_years(self):
        """Open the fiscal year 2026 and make the public holidays of 2026 and 2027."""
        fiscal_years = self.env["gov.fiscal.year"]
        for year in YEARS:
            if not fiscal_years.search_count([("name", "=", str(year))]):
                fiscal_years.create({"name": str(year), "date_from": f"{year}-01-01", "date_to": f"{year}-12-31"})
        fiscal_years.search([("name", "=", str(YEARS[0])), ("state", "=", "draft")]).action_open()
        for year in YEARS:
            self.env["gov.public.holiday"]._generate(year)

    def _set_signatory(self):
        """The head of the division of human resources signs certificates, by delegation."""
        parameter = self.env.ref("gov_hr_certificate.parameter_signatory_unit")
        if parameter.value_text != SIGNING_UNIT:
            parameter.value_text = SIGNING_UNIT

    def _make_requests(self):
        """Make requests in every state, so that no list is empty; documents are issued as for users."""
        if self.env["gov.certificate.request"].search_count([], limit=1):
            return
        ask = self._ask
        # issued at once, in both languages
        ask("employee", "work", "ar")
        ask("head", "work", "fr")
        ask("budget", "work", "fr")
        ask("hrdakhla", "work", "ar")
        # through the circuit to the end
        self._decide(ask("employee", "salary", "ar"), ("hr", "hrmanager"))
        self._decide(ask("training", "service_record", "fr"), ("hr", "hrmanager"))
        # at the second step, at the first step, refused, sent back, cancelled, not yet filed
        self._decide(ask("head", "salary", "fr"), ("hr",))
        ask("employee", "service_record", "ar")
        ask("director", "affiliation", "ar")
        ask("asset", "salary", "fr")
        refused = ask("social", "affiliation", "fr")
        self._as("hr", refused).action_refuse("الطلب مكرر: سبق تسليم الشهادة نفسها هذا الشهر.")
        returned = ask("editor", "affiliation", "ar")
        self._as("hr", returned).action_return("المرجو تحديد الهيئة التي ستقدم لها الشهادة.")
        self._as("procurement", ask("procurement", "salary", "fr")).action_cancel("Demande faite par erreur")
        self._draft("controller", "salary", "fr")

    def _ask(self, login, code, lang):
        """Ask for a certificate as the login does on screen, and return the request."""
        requests = self._as(login, self.env["gov.certificate.request"])
        values = {"type_code": code, "lang": lang, "purpose": self._purpose(lang)}
        if code == "affiliation":
            pension_fund = self.env.ref("gov_hr_certificate.choice_affiliation_scheme_1")
            values["answers"] = {"scheme": pension_fund.id, "number": "0001234"}
        result = requests.action_ask(values)
        self._keep()
        request = self.env["gov.certificate.request"].browse(result["id"])
        if request.state == "draft":
            _logger.warning("Sample year: %s for %s stays a draft: %s", code, login, result["message"])
        return request

    def _purpose(self, lang):
        return {"ar": "ملف إداري"}.get(lang, "Dossier administratif")

    def _draft(self, login, code, lang):
        requests = self._as(login, self.env["gov.certificate.request"])
        kind = self.env["gov.certificate.type"].search([("code", "=", code)])
        employee = self._user(login).employee_id
        requests.create({"employee_id": employee.id, "type_id": kind.id, "lang": lang, "purpose": self._purpose(lang)})

    def _decide(self, request, logins):
        """Approve the steps of a request, one login after the other."""
        for login in logins:
            if request.state in WAITING_STATES:
                self._as(login, request).action_approve()
                self._keep()
