from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from odoo.addons.gov_document.services import rendering
from odoo.addons.gov_document.tests.common import SealMixin

from .common import TODAY, LeaveCase


@freeze_time(TODAY)
class LawCase(SealMixin, LeaveCase):
    """The case of leave with a seal, an officer of health leave, and the head of human resources who signs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_seal()
        cls.env["res.users"].search([("lang", "!=", "en_US")]).lang = "en_US"
        cls.addClassCleanup(rendering._pool.end)
        cls.env["hr.department"].search([("unit_code", "=", "DRH")]).unit_code = False
        cls.drh, cls.u_drh = cls.person("t_drh", cls.directorate, "gov_base.group_hr_manager", sex="female")
        cls.hr_unit = cls.env["hr.department"].create(
            {
                "name": "T human resources",
                "unit_kind": "division",
                "unit_code": "DRH",
                "parent_id": cls.directorate.id,
                "manager_id": cls.drh.id,
            }
        )
        cls.health, cls.u_health = cls.person(
            "t_health", cls.other_service, "gov_base.group_hr_officer,gov_hr_leave.group_health_leave"
        )

    @contextmanager
    def refuses(self, words, error=UserError):
        """An act is refused with words, and what it did before is undone, as the server does."""
        with self.assertRaises(error) as caught:
            yield
        self.assertRegex(caught.exception.args[0], words)
        self.env.invalidate_all()

    def proof(self, leave, name="proof.pdf"):
        """Attach a paper to a draft, as who asks."""
        return leave.env["ir.attachment"].create(
            {"name": name, "raw": b"%PDF-1.4 proof", "res_model": "hr.leave", "res_id": leave.id}
        )

    def ask_with_proof(self, first, last, **values):
        leave = self.ask(first, last, submit=False, **values)
        self.proof(leave)
        leave.action_submit()
        return leave

    def sick(self, first, last, code="MAL_CD", proof=True, user=None, **values):
        values.setdefault("address_during", "12, rue des Oliviers, Salé")
        leave = self.ask(first, last, user=user, code=code, submit=False, **values)
        if proof:
            self.proof(leave, "certificate.pdf")
        leave.action_submit()
        return leave

    def take_over(self, code, first, last, employee=None, **values):
        """A leave granted in the past, as an import would record it: straight in its last state."""
        leave = self.env["hr.leave"].create(
            {
                "holiday_status_id": self.kind(code).id,
                "employee_id": (employee or self.agent).id,
                "request_date_from": first,
                "request_date_to": last,
                **values,
            }
        )
        leave._gov_write({"state": "validate", "slot": "main"})
        return leave

    def set_parameter(self, code, value):
        self.env["gov.parameter"].search([("code", "=", code)]).value = value
        self.env.flush_all()

    def page(self, document):
        """Return the frozen text of a document."""
        return document.sudo().content

    def circuits_of_the_module(self):
        """Take the circuits that the module ships in the place of the one of the tests."""
        self.circuit.active = False
        data = self.env["ir.model.data"].search(
            [("module", "=", "gov_hr_leave"), ("model", "=", "gov.approval.circuit")]
        )
        self.env["gov.approval.circuit"].browse(data.mapped("res_id")).active = True
