"""The main job of the suite, on a phone, in Arabic and in French: sign in, ask, hold the signed PDF, verify it."""

import io
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
import zxingcpp
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

SLOW = 120_000  # the first page of a server makes its bundles
LANGUAGES = ("ar_MA", "fr_FR")
WORDS = {  # in the order in which the document is read
    "ar_MA": ("المملكة المغربية", "شهادة العمل", "للإدلاء بها عند الحاجة"),
    "fr_FR": ("Royaume du Maroc", "Attestation de travail", "pour servir et valoir ce que de droit"),
}


def ask(page, code):
    """Ask for a document from the home page of the employee; return the finished screen."""
    page.goto("/odoo/certificates", timeout=SLOW)
    page.locator(f".o_gov_ask_tile[data-code={code}]").click()
    page.locator(".o_gov_ask_go").click()
    page.locator(".o_gov_ask_result").wait_for()


def download(page):
    with page.expect_download() as event:
        page.locator(".o_gov_ask_download").click()
    return open(event.value.path(), "rb").read()


def text_of(pdf, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    run = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    # direction marks are invisible; the logical order is that of the characters
    return re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", run.stdout.decode())


def qr_of(pdf, tmp_path):
    """Decode the QR code from the picture of the page, as a telephone would."""
    path = tmp_path / "picture.pdf"
    path.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", str(path), str(tmp_path / "page")], check=True)
    found = zxingcpp.read_barcodes(Image.open(tmp_path / "page.png"))
    assert found, "no QR code on the page"
    return found[0].text


@pytest.fixture(params=LANGUAGES)
def issued(request, browser, server, tmp_path):
    """A work certificate obtained on a phone: (language, page, PDF)."""
    page = browser(login="employee", lang=request.param, phone=True)
    ask(page, "work")
    page.locator(".o_gov_ask_result[data-state=issued]").wait_for()
    return request.param, page, download(page)


def test_employee_gets_the_signed_pdf_on_a_phone(issued, tmp_path):
    lang, page, pdf = issued
    direction = page.evaluate("getComputedStyle(document.body).direction")
    assert direction == ("rtl" if lang == "ar_MA" else "ltr")
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1], "the screen scrolls sideways"
    assert pdf.startswith(b"%PDF-")
    text = text_of(pdf, tmp_path)
    flat = " ".join(text.split())
    for words in WORDS[lang]:
        assert words in flat, f"{words!r} is not in logical order in:\n{text}"
    number = page.locator(".o_gov_ask_number").inner_text()
    assert number in flat


def test_qr_leads_to_a_public_page_that_says_valid(issued, browser, server, tmp_path):
    lang, page, pdf = issued
    number = page.locator(".o_gov_ask_number").inner_text()
    address = qr_of(pdf, tmp_path)
    assert re.search(r"/verify/[a-z2-7]{26}$", address)
    public = browser(lang=lang, phone=True)  # nobody is signed in
    answer = public.goto("/verify/" + address.rsplit("/", 1)[1])
    assert answer.status == 200
    assert number in public.locator("body").inner_text()
    assert public.locator("[data-answer=document].good").count(), public.content()[:2000]
    # minimal: no name, no identity card, no salary
    body = public.locator("body").inner_text()
    client = server.client("employee")
    own = client.call("res.users", "read", [client.uid], ["name"])[0]["name"]
    assert own not in body


def status_of(pdf):
    """Validate the signature with pyHanko's own validator, in a thread without the browser's event loop."""

    def validate():
        signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
        context = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
        return validate_pdf_signature(signature, context)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(validate).result()


def test_signature_covers_the_whole_file_and_one_changed_byte_breaks_it(issued):
    _lang, _page, pdf = issued
    status = status_of(pdf)
    assert status.intact and status.valid
    assert "ENTIRE_FILE" in str(status.coverage)
    assert not status_of(altered(pdf)).intact


def altered(pdf):
    """Change one letter of a harmless place: the author in the metadata."""
    at = pdf.rindex(b"/Author") if b"/Author" in pdf else len(pdf) // 3
    at = pdf.index(b"stream\n", len(pdf) // 4) + 40 if b"/Author" not in pdf else at + 12
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


@pytest.mark.parametrize("state", ["authentic", "altered", "unknown"])
def test_upload_page_says_authentic_altered_or_unknown(issued, browser, state, tmp_path):
    lang, _page, pdf = issued
    data = {"authentic": pdf, "altered": altered(pdf), "unknown": b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"}[state]
    path = tmp_path / "given.pdf"
    path.write_bytes(data)
    public = browser(lang=lang, phone=True)
    public.goto("/verify")
    public.locator("input[type=file]").set_input_files(str(path))
    public.locator("form:has(input[type=file]) [type=submit]").click()
    public.locator(f"[data-answer={state}]").wait_for()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_salary_request_gives_a_receipt_and_a_promised_date(browser, lang):
    page = browser(login="employee", lang=lang, phone=True)
    ask(page, "salary")
    result = page.locator(".o_gov_ask_result")
    assert result.get_attribute("data-state") == "submitted"
    facts = page.locator(".o_gov_ask_facts dd").all_inner_texts()
    assert len(facts) == 2 and all(facts)
    page.locator(".o_gov_ask_result .btn-link").nth(1).click()
    page.locator(".o_kanban_record", has_text=facts[0]).first.wait_for()


def test_screen_works_with_the_keyboard_alone(browser):
    page = browser(login="employee", lang="fr_FR")
    page.goto("/odoo/certificates", timeout=SLOW)
    tile = page.locator(".o_gov_ask_tile[data-code=work]")
    tile.focus()
    page.keyboard.press("Enter")
    page.locator(".o_gov_ask_form").wait_for()
    # the title of the new step holds the focus, so that a screen reader says it
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.locator(".o_gov_ask_go").focus()
    page.keyboard.press("Enter")
    page.locator(".o_gov_ask_result[data-state=issued]").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"


def test_every_control_has_a_name(browser):
    page = browser(login="employee", lang="ar_MA", phone=True)
    page.goto("/odoo/certificates", timeout=SLOW)
    page.locator(".o_gov_ask_tile[data-code=transfer_order]").click()
    page.locator(".o_gov_ask_form").wait_for()
    unnamed = page.evaluate(
        """[...document.querySelectorAll('.o_gov_ask button, .o_gov_ask a, .o_gov_ask input, .o_gov_ask select')]
        .filter((el) => !(el.innerText || '').trim() && !el.getAttribute('aria-label')
            && !(el.labels && [...el.labels].some((label) => label.innerText.trim())))
        .map((el) => el.outerHTML)"""
    )
    assert not unnamed
    small = page.evaluate(
        """[...document.querySelectorAll('.o_gov_ask button, .o_gov_ask select, .o_gov_ask input.form-control')]
        .filter((el) => el.getBoundingClientRect().height < 44).map((el) => el.outerHTML)"""
    )
    assert not small, "targets under 44 px"
