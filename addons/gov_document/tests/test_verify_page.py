import re
import zlib

from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import mute_logger

from ..controllers import verify
from ..services import inspection
from ..services.ratelimit import RateLimiter
from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestVerifyPage(HttpCase, DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.issue()

    def setUp(self):
        super().setUp()
        self.patch(verify, "limiter", RateLimiter(10_000, 10_000))
        self.patch(verify, "upload_limiter", RateLimiter(10_000, 10_000))

    def page(self, token, lang="en"):
        return self.url_open(f"/verify/{token}?lang={lang}")

    def body(self, response):
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))

    def upload(self, data):
        form = self.url_open("/verify?lang=en")
        token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)[1]
        return self.url_open("/verify", data={"csrf_token": token, "lang": "en"}, files={"document": ("x.pdf", data)})

    def test_valid_document_shows_number_kind_date_initials_and_no_more(self):
        response = self.page(self.document.token)
        self.assertEqual(response.status_code, 200)
        for shown in ("0001/T/2026", "شهادة عمل", "05/03/2026", "M. E. A.", "valid"):
            self.assertIn(shown, response.text)
        for hidden in ("Mohammed", "ALAOUI", "Rachid", self.document.sha256, "Directeur", f"/{self.document.id}/"):
            self.assertNotIn(hidden, response.text)

    def test_headers_keep_the_code_out_of_indexes_and_referers(self):
        headers = self.page(self.document.token).headers
        self.assertIn("noindex", headers["X-Robots-Tag"])
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertEqual(headers["Cache-Control"], "no-store")

    def test_page_loads_nothing_from_outside_and_runs_no_script(self):
        text = self.page(self.document.token).text
        self.assertNotIn("<script", text)
        self.assertNotIn("http://", text)
        self.assertNotIn("https://", text)
        self.assertEqual(self.url_open("/gov_document/static/src/verify/verify.css").status_code, 200)

    def test_unknown_codes_all_give_one_answer(self):
        token = self.document.token
        flipped = ("b" if token[0] == "a" else "a") + token[1:]
        unfinished = self.Document._gov_prepare([self.vals()]).token
        answers = set()
        for wrong in (flipped, "a" * 26, "a", token[:-1], token + "a", "%27%20or%201=1", unfinished):
            response = self.page(wrong)
            self.assertEqual(response.status_code, 404)
            answers.add(response.text.split("<main>")[1].split("csrf_token")[0])
        self.assertEqual(len(answers), 1)

    def test_revoked_and_superseded_are_told(self):
        second = self.issue()
        third = self.issue(supersedes=second)
        self.document.action_revoke("Secret reason")
        self.env.flush_all()
        text = self.body(self.page(self.document.token))
        self.assertIn("was revoked", text)
        self.assertNotIn("Secret reason", text)
        text = self.body(self.page(second.token))
        self.assertIn("was replaced", text)
        self.assertNotIn(third.number, text)

    def test_code_typed_with_dashes_is_understood(self):
        code = "-".join(self.document.token[i : i + 4] for i in range(0, 26, 4)).upper()
        response = self.url_open(f"/verify?lang=en&code={code}")
        self.assertIn("0001/T/2026", response.text)

    def test_link_typed_in_capitals_is_understood(self):
        self.assertIn("0001/T/2026", self.page(self.document.token.upper()).text)

    def test_issued_file_is_authentic(self):
        text = self.body(self.upload(self.document._read_file()))
        self.assertIn("Authentic", text)
        self.assertIn("it is valid", text)
        self.document.action_revoke("x")
        self.env.flush_all()
        self.assertIn("the document was revoked", self.body(self.upload(self.document._read_file())))

    def test_changed_file_is_altered(self):
        data = self.document._read_file()
        middle = len(data) // 3
        for changed in (
            data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
            data + b"\n",
            data[:-200],
            data[data.index(b"/Contents <") :],
        ):
            self.assertIn("Altered", self.body(self.upload(changed)))

    def test_other_file_is_unknown(self):
        for data in (b"%PDF-1.7 hello", b"\x00" * 1000, b"/verify/" + b"a" * 26):
            self.assertIn("Unknown", self.body(self.upload(data)))

    def test_no_file_and_too_large_a_file_are_told(self):
        self.assertIn("Choose a file first", self.body(self.upload(b"")))
        self.assertEqual(self.upload(b"x" * (verify.MAX_UPLOAD + 1)).status_code, 413)

    def test_upload_needs_the_token_of_its_form(self):
        with mute_logger("odoo.http"):
            response = self.url_open("/verify", data={"lang": "en"}, files={"document": ("x.pdf", b"x")})
        self.assertEqual(response.status_code, 400)

    def test_languages_and_direction(self):
        for lang, direction in (("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")):
            text = self.page(self.document.token, lang).text
            self.assertIn(f'lang="{lang}" dir="{direction}"', text)
        text = self.url_open(f"/verify/{self.document.token}", headers={"Accept-Language": "fr-FR,fr;q=0.9"}).text
        self.assertIn('lang="fr"', text)

    def test_too_many_requests_are_slowed(self):
        self.patch(verify, "limiter", RateLimiter(1, 3))
        codes = [self.page("a" * 26).status_code for _n in range(5)]
        self.assertEqual(codes, [404, 404, 404, 429, 429])

    def test_download_follows_the_rights(self):
        url = f"/gov_document/{self.document.id}/document.pdf"
        self.authenticate("doc_user", "doc_user")
        response = self.url_open(url)
        self.assertEqual(response.content, self.document._read_file())
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.authenticate("doc_other", "doc_other")
        other, absent = self.url_open(url), self.url_open("/gov_document/999999999/document.pdf")
        self.assertEqual((other.status_code, absent.status_code), (404, 404))
        register = f"/gov_document/register/{self.register.id}/2026.xlsx"
        self.assertEqual(self.url_open(register).status_code, 404)
        self.authenticate("doc_officer", "doc_officer")
        self.assertEqual(self.url_open(register).content[:2], b"PK")
        self.assertEqual(self.url_open(register.replace("xlsx", "pdf")).content[:4], b"%PDF")
        self.assertEqual(self.url_open(register.replace("xlsx", "exe")).status_code, 404)
        preview = f"/gov_document/template/{self.arabic.id}/preview.pdf"
        self.assertEqual(self.url_open(preview).content[:4], b"%PDF")


@tagged("post_install", "-at_install")
class TestInspection(BaseCase):
    def test_bombs_and_rubbish_are_bounded(self):
        bomb = b"stream\n" + zlib.compress(b"\x00" * 50_000_000) + b"\nendstream\n"
        self.assertEqual(inspection.tokens(bomb * 50), [])
        self.assertEqual(inspection.tokens(b"stream\nrubbish" * 1000), [])

    def test_code_inside_a_compressed_stream_is_found(self):
        data = b"1 0 obj stream\n" + zlib.compress(b"x /verify/" + b"b" * 26 + b" y") + b"\nendstream"
        self.assertEqual(inspection.tokens(data), ["b" * 26])

    def test_limiter_lets_each_address_its_share(self):
        limiter = RateLimiter(per_minute=60, burst=2, remember=3)
        self.assertEqual([limiter.allow("a", 0), limiter.allow("a", 0), limiter.allow("a", 0)], [True, True, False])
        self.assertTrue(limiter.allow("b", 0))
        self.assertTrue(limiter.allow("a", 1.1))
        for n in range(10):
            limiter.allow(str(n), 2)
        self.assertLessEqual(len(limiter._buckets), 3)
