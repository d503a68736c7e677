import datetime
import os
import tempfile
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from odoo.tests import TransactionCase, new_test_user

from ..services import rendering

PASSWORD = b"for tests"


@lru_cache
def pkcs12_file(days=3650):
    """Return a seal made for the tests, as PKCS#12 bytes; ``days`` may be negative for one that is out of date.

    Made once for all the tests of a process, some of which stop the clock in another year.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Seal for tests")])
    now = datetime.datetime.now(datetime.UTC)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only"), False
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=3650))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, decipher_only=False, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    encryption = serialization.BestAvailableEncryption(PASSWORD)
    return pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, encryption)


class SealMixin:
    @classmethod
    def set_up_seal(cls, data=None):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        seal, password = Path(folder.name, "seal.p12"), Path(folder.name, "password")
        seal.write_bytes(data or pkcs12_file())
        password.write_bytes(PASSWORD + b"\n")
        before = {name: os.environ.get(name) for name in ("GOV_SEAL_PKCS12", "GOV_SEAL_PASSWORD_FILE")}
        os.environ.update(GOV_SEAL_PKCS12=str(seal), GOV_SEAL_PASSWORD_FILE=str(password))

        def restore():
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value

        cls.addClassCleanup(restore)


class DocumentCase(SealMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_seal()
        cls.addClassCleanup(rendering._pool.end)
        cls.env["ir.config_parameter"].set_param("web.base.url", "https://rh.example.ma")
        cls.env.company.gov_verify_url = "https://rh.example.ma"
        cls.Document = cls.env["gov.document"]
        cls.manager = new_test_user(cls.env, "doc_manager", groups="gov_base.group_hr_manager")
        cls.officer = new_test_user(cls.env, "doc_officer", groups="gov_base.group_hr_officer")
        cls.auditor = new_test_user(cls.env, "doc_auditor", groups="gov_base.group_auditor")
        cls.user = new_test_user(cls.env, "doc_user", groups="base.group_user")
        cls.other_user = new_test_user(cls.env, "doc_other", groups="base.group_user")
        cls.signer_user = new_test_user(cls.env, "doc_signer", groups="base.group_user")
        cls.employee, cls.woman, cls.signatory = cls.env["hr.employee"].create(
            [
                {"name": "Mohammed EL ALAOUI", "sex": "male", "user_id": cls.user.id},
                {"name": "Fatima BENNANI", "sex": "female", "user_id": cls.other_user.id},
                {"name": "Rachid AMRANI", "sex": "male", "user_id": cls.signer_user.id, "job_title": "Directeur"},
            ]
        )
        cls.register = cls.env["gov.document.register"].create(
            {"code": "tests", "name": "Register of tests", "pattern": "{number:04d}/T/{year}"}
        )
        common = {"kind": "test", "body": "<p>[[sex?السيد|السيدة]] <b>[[employee_name]]</b> عدد [[number]]</p>"}
        french = "<p>[[sex?M.|Mme]] <b>[[employee_name]]</b>, le [[issue_date]], à [[place]].</p>"
        cls.arabic, cls.french, cls.both = cls.env["gov.document.template"].create(
            [
                {**common, "name": "Arabic", "lang": "ar", "title": "شهادة عمل"},
                {**common, "name": "French", "lang": "fr", "title": "Attestation de travail", "body": french},
                {
                    **common,
                    "name": "Both",
                    "lang": "ar_fr",
                    "title": "شهادة عمل",
                    "title_fr": "Attestation",
                    "body_fr": french,
                },
            ]
        )

    @classmethod
    def vals(cls, **overrides):
        return {
            "register": cls.register,
            "template": cls.arabic,
            "record": cls.employee,
            "values": {},
            "employee": cls.employee,
            "signatory": cls.signatory,
            "issue_date": "2026-03-05",
            **overrides,
        }

    @classmethod
    def issue(cls, count=1, **overrides):
        documents = cls.Document._gov_prepare([cls.vals(**overrides) for _n in range(count)])
        return documents._gov_finish()
