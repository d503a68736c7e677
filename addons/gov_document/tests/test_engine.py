import gc
import io
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

import zxingcpp
from markupsafe import Markup
from PIL import Image
from pypdf import PdfReader

from odoo.tests import BaseCase, tagged

from ..services import engine, layout, qr

HAS_POPPLER = all(shutil.which(name) for name in ("pdftotext", "pdftoppm"))


def text_of(pdf):
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        return subprocess.run(["pdftotext", file.name, "-"], capture_output=True, text=True, check=True).stdout


def page(lang="ar", **overrides):
    address = "https://rh.example.ma/verify/abcdefghijklmnopqrstuvwxyz"
    parts = {
        "ar": {
            "title": "شهادة الأجرة",
            "body": Markup(
                "<p>يشهد مدير الموارد البشرية بأن السيد محمد أمين بن عبد السلام العلوي يتقاضى أجرة شهرية قدرها "
                '<bdi dir="ltr">12\u00a0345,60</bdi> درهم.</p><table><tr><td>الاقتطاع</td>'
                '<td class="amount"><bdi dir="ltr">-1\u00a0234,50</bdi></td></tr></table>'
            ),
            "place": "الرباط",
            "date": "5 مارس 2026",
            "signatory_name": "فاطمة الزهراء بناني",
            "signatory_title": ["مديرة الموارد البشرية"],
        },
        "fr": {
            "title": "Attestation de salaire",
            "body": Markup("<p>M. Mohammed EL ALAOUI perçoit 12\u00a0345,60 dirhams.</p>"),
            "place": "Rabat",
            "date": "5 mars 2026",
            "signatory_name": "Fatima Zahra BENNANI",
            "signatory_title": ["La directrice"],
        },
    }
    head = {"fr": ["Royaume du Maroc", "Ministère"], "ar": ["المملكة المغربية", "الوزارة"], "emblem": False}
    values = {
        "lang": lang,
        "arrangement": "columns",
        "head": head,
        "parts": parts,
        "qr": Markup(qr.svg(address)),
        "verify_url": address,
        "verify_short": "rh.example.ma/verify",
        "code": "abcd-efgh",
        "author": "A <b>",
        **overrides,
    }
    return layout.set_number(str(layout.build(values)), "0012/DRH/2026")


class Listener:
    """A port that counts who knocks."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.calls = self.socket.getsockname()[1], 0
        threading.Thread(target=self.listen, daemon=True).start()
        return self

    def listen(self):
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def __exit__(self, *exc):
        self.socket.close()


@tagged("post_install", "-at_install")
class TestEngine(BaseCase):
    def test_the_collector_is_back_after_a_document_and_after_a_failure(self):
        engine.render("<p>o</p>")
        self.assertTrue(gc.isenabled())
        with self.assertRaises(ZeroDivisionError), engine.uncollected():
            self.assertFalse(gc.isenabled())
            _ = 1 / 0
        self.assertTrue(gc.isenabled())

    def test_document_is_archival_tagged_and_titled(self):
        pdf = engine.render(page())
        root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
        self.assertIn(b'pdfaid:part="3" pdfaid:conformance="U"', root["/Metadata"].get_data())
        self.assertTrue(root["/MarkInfo"]["/Marked"])
        self.assertIn("/StructTreeRoot", root)
        self.assertEqual(root["/Lang"], "ar")
        self.assertIn("/OutputIntents", root)

    def test_only_named_fonts_are_embedded_and_all_are(self):
        fonts = set()
        for lang in ("ar", "fr", "ar_fr"):
            for pdf_page in PdfReader(io.BytesIO(engine.render(page(lang)))).pages:
                for font in pdf_page["/Resources"]["/Font"].values():
                    fonts.add(font.get_object()["/BaseFont"].split("+")[-1])
        self.assertTrue(fonts)
        self.assertTrue(all(font.startswith("Noto") for font in fonts), fonts)

    @unittest.skipUnless(HAS_POPPLER, "poppler-utils is not installed")
    def test_text_is_extracted_in_logical_order_with_amounts_whole(self):
        text = " ".join(text_of(engine.render(page("ar"))).replace("\u202b", "").replace("\u202c", "").split())
        marks = {ord(mark): None for mark in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
        text = text.translate(marks)
        for expected in (
            "شهادة الأجرة",
            "يشهد مدير الموارد البشرية بأن السيد محمد أمين",
            "فاطمة الزهراء بناني",
            "المملكة المغربية",
            "0012/DRH/2026",
        ):
            self.assertIn(expected, text)
        for amount in ("12 345,60", "-1 234,50"):
            self.assertIn(amount, text.replace("\u00a0", " "))

    @unittest.skipUnless(HAS_POPPLER, "poppler-utils is not installed")
    def test_qr_code_of_the_printed_page_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            for lang in ("ar", "fr", "ar_fr"):
                with open(f"{folder}/x.pdf", "wb") as file:
                    file.write(engine.render(page(lang)))
                subprocess.run(["pdftoppm", "-r", "150", "-png", f"{folder}/x.pdf", f"{folder}/{lang}"], check=True)
                with Image.open(f"{folder}/{lang}-1.png") as image:
                    codes = [code.text for code in zxingcpp.read_barcodes(image)]
                self.assertEqual(codes, ["https://rh.example.ma/verify/abcdefghijklmnopqrstuvwxyz"])

    def test_everything_given_is_escaped(self):
        html = page("fr", head={"fr": ["<img src=x>"], "ar": ["ا"]}, author="<script>", code="<i>")
        for forbidden in ("<img src=x>", "<script>", "<i>"):
            self.assertNotIn(forbidden, html)

    def test_document_reaches_neither_network_nor_files(self):
        with Listener() as listener, tempfile.NamedTemporaryFile("w", suffix=".txt") as secret:
            secret.write("SECRETWORD")
            secret.flush()
            here = f"http://127.0.0.1:{listener.port}"
            payloads = [
                f'<img src="{here}/a.png">',
                f'<img src="file://{secret.name}">',
                '<img src="file:///etc/passwd"><iframe src="file:///etc/passwd"></iframe>',
                f'<link rel="stylesheet" href="{here}/x.css"><link rel="attachment" href="file://{secret.name}">',
                f'<a rel="attachment" href="file://{secret.name}">x</a>',
                f"<style>@import url({here}/y.css); @import 'file://{secret.name}';"
                f"@font-face {{ font-family: f; src: url({here}/f.ttf) }} p {{ font-family: f;"
                f"background: url({here}/b.png); list-style-image: url(file://{secret.name}) }}</style><p>x</p>",
                f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
                f'<image href="{here}/s.png" xlink:href="file://{secret.name}"/><use href="{here}/u.svg#a"/></svg>',
                f'<object data="{here}/o"></object><embed src="file://{secret.name}">',
                f'<base href="{here}/"><img src="relative.png">',
                f'<img src="gov:../../etc/passwd"><img src="GOV:emblem"><img src="//127.0.0.1:{listener.port}/p">',
                f'<img srcset="{here}/1x.png 1x"><video poster="{here}/v.png"></video>',
                "<img src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E"
                f"%3Cimage href='{here}/in.png'/%3E%3Cimage href='file://{secret.name}'/%3E%3C/svg%3E\">",
                '<meta http-equiv="refresh" content="0;url=http://169.254.169.254/latest/meta-data">',
            ]
            for payload in payloads:
                with self.subTest(payload[:60]):
                    pdf = engine.render(f"<html lang='fr'><body>{payload}<p>fin</p></body></html>")
                    self.assertTrue(pdf.startswith(b"%PDF"))
                    self.assertNotIn(b"SECRETWORD", pdf)
                    self.assertNotIn(b"/EmbeddedFile", pdf)
                    if HAS_POPPLER:
                        text = text_of(pdf)
                        self.assertNotIn("SECRETWORD", text)
                        self.assertNotIn("root:", text)
            self.assertEqual(listener.calls, 0)

    def test_refused_addresses_are_remembered(self):
        fetcher = engine.ClosedFetcher({"gov:emblem": (b"x", "image/png")})
        self.assertEqual(fetcher.fetch("gov:emblem").read(), b"x")
        for url in ("file:///etc/passwd", "http://127.0.0.1/", "ftp://x/", "gov:other", "/etc/passwd", "DATA2:x"):
            with self.assertRaises(ValueError):
                fetcher.fetch(url)
        self.assertEqual(len(fetcher.refused), 6)

    def test_qr_holds_the_address(self):
        self.assertIn("<path", qr.svg("https://rh.example.ma/verify/" + "a" * 26))
