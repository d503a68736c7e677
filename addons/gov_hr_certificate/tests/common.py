from odoo.tests import TransactionCase

from odoo.addons.gov_base.tests.common import AsUserMixin
from odoo.addons.gov_document.tests.common import SealMixin

from .sector import make_sector


class CertificateCase(SealMixin, AsUserMixin, TransactionCase):
    """A small sector, its users, a seal, and helpers to ask, approve and read certificates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_seal()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_notrack=True))
        cls.sector = make_sector(cls.env)
        for name, record in cls.sector.items():
            setattr(cls, name, record)
        cls.loan = cls.env.ref("gov_hr_certificate.purpose_loan")

    @classmethod
    def kind(cls, code):
        return cls.env.ref(f"gov_hr_certificate.type_{code}")

    def draft(self, user, code, lang="fr", employee=None, **vals):
        """Create a draft as a user."""
        values = {"type_id": self.kind(code).id, "lang": lang, "purpose_id": self.loan.id, **vals}
        if employee:
            values["employee_id"] = employee.id
        return self.as_user(user)["gov.certificate.request"].create(values)

    def ask(self, user, code, lang="fr", answers=None, ui="en_US", **values):
        """Ask as the screen does; return (result, request as superuser)."""
        env = self.as_user(user, lang=ui)
        result = env["gov.certificate.request"].action_ask(
            {"type_code": code, "lang": lang, "purpose_id": self.loan.id, "answers": answers or {}, **values}
        )
        return result, self.env["gov.certificate.request"].browse(result["id"])

    def approve(self, request, *users):
        for user in users:
            request.with_env(self.as_user(user)).action_approve()

    def text_of(self, request):
        """Return the frozen page of the document, as HTML."""
        return request.document_id.sudo().content

    def assertOneYearRegister(self, requests):  # noqa: N802 - the name of unittest's assertions
        ranks = sorted(requests.document_id.mapped("rank"))
        self.assertEqual(ranks, list(range(ranks[0], ranks[0] + len(ranks))))
