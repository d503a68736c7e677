import io
import os
import shutil
import subprocess
import tempfile
import unittest

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from odoo.exceptions import UserError
from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools import mute_logger

from ..services import engine
from ..services.seal import Seal, SealError
from .common import PASSWORD, SealMixin, pkcs12_file

HTML = "<html lang='fr'><head><title>T</title></head><body><p>Texte</p><p lang='ar' dir='rtl'>نص</p></body></html>"


def validate(data, seal):
    signature = PdfFileReader(io.BytesIO(data)).embedded_signatures[0]
    context = ValidationContext(trust_roots=[x509.Certificate.load(seal.certificate)], allow_fetching=False)
    return validate_pdf_signature(signature, context)


@tagged("post_install", "-at_install")
class TestSeal(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seal = Seal.from_pkcs12(pkcs12_file(), PASSWORD)
        cls.pdf = cls.seal.fill(engine.render(HTML, seal_name=cls.seal.name))

    def test_validator_accepts_the_seal_over_the_whole_file(self):
        status = validate(self.pdf, self.seal)
        self.assertTrue(status.bottom_line)
        self.assertTrue(status.intact and status.valid and status.trusted)
        self.assertEqual(status.coverage.name, "ENTIRE_FILE")
        self.assertEqual(status.signer_reported_dt and status.md_algorithm, "sha256")

    def test_one_changed_byte_fails(self):
        content = self.pdf.index(b"/Contents <")
        for position in (200, len(self.pdf) // 3, content - 400, len(self.pdf) - 100):
            data = bytearray(self.pdf)
            data[position] ^= 1
            try:
                status = validate(bytes(data), self.seal)
            except Exception:  # noqa: S112 - a file that is no longer readable is refused as well
                continue
            self.assertFalse(status.intact and status.bottom_line, position)

    def test_added_bytes_are_seen(self):
        try:
            status = validate(self.pdf + b"\n% more\n", self.seal)
        except Exception:
            return
        self.assertNotEqual(status.coverage.name, "ENTIRE_FILE")

    @unittest.skipUnless(shutil.which("pdfsig"), "poppler-utils is not installed")
    def test_pdfsig_accepts_the_seal(self):
        with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
            file.write(self.pdf)
            file.flush()
            result = subprocess.run(["pdfsig", file.name], capture_output=True, text=True, timeout=60, check=False)
        self.assertIn("Signature is Valid", result.stdout)
        self.assertIn("Total document signed", result.stdout)
        self.assertIn("ETSI.CAdES.detached", result.stdout)

    def test_each_seal_signs_its_own_digest(self):
        other = self.seal.fill(engine.render(HTML.replace("Texte", "Autre"), seal_name=self.seal.name))
        self.assertTrue(validate(other, self.seal).bottom_line)
        self.assertNotEqual(other[-4000:], self.pdf[-4000:])

    def test_fast_signature_is_the_one_pyhanko_would_make(self):
        digest = bytes(range(32))
        self.assertIsNotNone(self.seal._form)
        self.assertEqual(self.seal.sign_digest(digest), self.seal._pyhanko(digest))

    def test_unusable_keys_are_told_apart(self):
        for data, password, code in (
            (pkcs12_file(), b"wrong", "password"),
            (b"rubbish", PASSWORD, "password"),
            (pkcs12_file(days=-1), PASSWORD, "expired"),
        ):
            with self.assertRaises(SealError) as caught:
                Seal.from_pkcs12(data, password)
            self.assertEqual(caught.exception.code, code)


@tagged("post_install", "-at_install")
class TestSealFile(SealMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_seal()

    def test_seal_is_parsed_once_and_again_when_its_file_changes(self):
        seal = self.env["gov.document.seal"]._get_seal()
        self.assertIs(self.env["gov.document.seal"]._get_seal(), seal)
        os.utime(os.environ["GOV_SEAL_PKCS12"], ns=(1, 1))
        self.assertIsNot(self.env["gov.document.seal"]._get_seal(), seal)

    def test_missing_file_gives_a_sentence(self):
        path = os.environ["GOV_SEAL_PKCS12"]
        self.addCleanup(os.environ.__setitem__, "GOV_SEAL_PKCS12", path)
        os.environ["GOV_SEAL_PKCS12"] = "/nonexistent/seal.p12"
        with (
            mute_logger("odoo.addons.gov_document.models.gov_document_seal"),
            self.assertRaisesRegex(UserError, "GOV_SEAL_PKCS12") as caught,
        ):
            self.env["gov.document.seal"]._get_seal()
        self.assertNotIn("nonexistent", str(caught.exception))
