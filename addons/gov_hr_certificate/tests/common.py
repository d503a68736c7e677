import datetime
import os
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from odoo.tests import TransactionCase

from .sector import make_sector


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


class CertificateCase(TransactionCase):
    """A small sector, its users, a seal, and helpers to ask, approve and read certificates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="gov-seal-")
        cls.addClassCleanup(folder.cleanup)
        before = dict(os.environ)
        os.environ.update(make_seal(folder.name))
        cls.addClassCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_notrack=True))
        cls.sector = make_sector(cls.env)
        for name, record in cls.sector.items():
            setattr(cls, name, record)
        cls.loan = cls.env.ref("gov_hr_certificate.purpose_loan")

    @classmethod
    def kind(cls, code):
        return cls.env.ref(f"gov_hr_certificate.type_{code}")

    def as_user(self, user, lang="en_US"):
        self.env.invalidate_all()
        return self.env(user=user.id, context=dict(self.env.context, lang=lang, tz="Africa/Casablanca"))

    def draft(self, user, code, lang="fr", employee=None, **vals):
        """Create a draft as a user."""
        values = {"type_id": self.kind(code).id, "lang": lang, "purpose_id": self.loan.id, **vals}
        if employee:
            values["employee_id"] = employee.id
        return self.as_user(user)["gov.certificate.request"].create(values)

    def ask(self, user, code, lang="fr", answers=None, ui="en_US", **values):
        """Ask as the screen does; return (result, request as superuser)."""
        env = self.as_user(user, ui)
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
