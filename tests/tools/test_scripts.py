"""The tools that guard the project must be able to fail."""

import importlib.util
import pathlib
import subprocess
import sys

import polib
import pytest

LIB = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib"


def load(name):
    spec = importlib.util.spec_from_file_location(name, LIB / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


i18n = load("i18n")
check_compose = load("check_compose")
check_log = load("check_log")
check_repository = load("check_repository")


def po(*pairs, **flags):
    file = polib.POFile()
    for source, target in pairs:
        file.append(polib.POEntry(msgid=source, msgstr=target, **flags))
    return file


class TestTranslations:
    TERMS = po(("Hello %(name)s", ""), ("<b>Save</b> the file", ""))

    def faults(self, *pairs, **flags):
        return i18n.faults(self.TERMS, po(*pairs, **flags))

    def test_complete_translation_passes(self):
        assert (
            self.faults(("Hello %(name)s", "Bonjour %(name)s"), ("<b>Save</b> the file", "<b>Enregistrer</b>")) == []
        )

    @pytest.mark.parametrize(
        ("pairs", "word"),
        [
            ([("Hello %(name)s", "Bonjour %(name)s")], "missing"),
            ([("Hello %(name)s", "Bonjour %(nom)s"), ("<b>Save</b> the file", "<b>x</b>")], "placeholders"),
            ([("Hello %(name)s", "Bonjour %(name)s"), ("<b>Save</b> the file", "Enregistrer")], "HTML"),
            ([("Hello %(name)s", "%(name)s"), ("<b>Save</b> the file", "<b>x</b>"), ("Gone", "Parti")], "obsolete"),
            ([("Hello %(name)s", " "), ("<b>Save</b> the file", "<b>x</b>")], "missing"),
        ],
    )
    def test_fault_is_named(self, pairs, word):
        [fault] = self.faults(*pairs)
        assert fault.startswith(word) or word in fault

    def test_fuzzy_term_fails(self):
        pairs = [("Hello %(name)s", "Bonjour %(name)s"), ("<b>Save</b> the file", "<b>x</b>")]
        assert all(fault.startswith("fuzzy") for fault in self.faults(*pairs, flags=["fuzzy"]))
        assert self.faults(*pairs, flags=["fuzzy"])

    def test_percent_sign_is_no_placeholder(self):
        assert i18n.shape("25 % de moins") == i18n.shape("أقل بـ 25 %")
        assert i18n.shape("%s of %s") != i18n.shape("%s")

    def test_direction_marks_may_be_added(self):
        assert i18n.shape("<b>x</b>") == i18n.shape('<b><bdi dir="ltr">x</bdi></b>')

    def test_merge_keeps_translations_and_drops_what_left(self):
        merged = i18n.merge(self.TERMS, po(("Hello %(name)s", "Bonjour %(name)s"), ("Gone", "Parti")), "fr")
        assert {e.msgid: e.msgstr for e in merged} == {
            "Hello %(name)s": "Bonjour %(name)s",
            "<b>Save</b> the file": "",
        }


class TestCompose:
    GOOD = """
services:
  db: {image: postgres, volumes: ["data:/var/lib"], secrets: [key]}
  odoo: {build: ., depends_on: {db: {condition: service_healthy}}, ports: ["127.0.0.1:8069:8069"]}
volumes: {data: {}}
secrets: {key: {file: ./key}}
"""

    def faults(self, tmp_path, text):
        (tmp_path / "Dockerfile").write_text("FROM scratch\n")
        path = tmp_path / "compose.yaml"
        path.write_text(text)
        return check_compose.faults(path)

    def test_good_file_passes(self, tmp_path):
        assert self.faults(tmp_path, self.GOOD) == []

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("depends_on", "depend_on"),
            ("{db: {condition: service_healthy}}", "[database]"),
            ("service_healthy", "healthy"),
            ("data:/var/lib", "other:/var/lib"),
            ("secrets: [key]", "secrets: [password]"),
            ("127.0.0.1:8069:8069", "localhost:http"),
            ("build: .", "build: ./nowhere"),
            ("services:", "service:"),
            ("image: postgres, ", ""),
            ("volumes: {data: {}}", "volums: {data: {}}"),
        ],
    )
    def test_mistake_is_found(self, tmp_path, old, new):
        assert self.faults(tmp_path, self.GOOD.replace(old, new))


class TestLog:
    LINE = "2026-01-02 10:11:12,345 42 {} db {}: {}\n"

    def found(self, tmp_path, *lines):
        log = tmp_path / "odoo.log"
        log.write_text("".join(self.LINE.format(*line) for line in lines))
        allowed = tmp_path / "allowed.txt"
        allowed.write_text("# reason\nWARNING odoo.known known thing\n")
        return list(check_log.offending(log, check_log.allowed_patterns(allowed)))

    def test_errors_and_warnings_are_found(self, tmp_path):
        assert len(self.found(tmp_path, ("ERROR", "odoo.x", "boom"), ("WARNING", "odoo.x", "careful"))) == 2

    def test_information_and_allowed_lines_pass(self, tmp_path):
        assert self.found(tmp_path, ("INFO", "odoo.x", "fine"), ("WARNING", "odoo.known", "a known thing")) == []

    def test_failed_test_is_counted_elsewhere(self, tmp_path):
        assert self.found(tmp_path, ("ERROR", "odoo.addons.x.tests.test_y", "FAIL: TestY.test_z")) == []
        assert self.found(tmp_path, ("ERROR", "odoo.addons.x.tests.test_y", "something logged by the test"))

    def test_allowed_line_of_another_logger_fails(self, tmp_path):
        assert self.found(tmp_path, ("WARNING", "odoo.other", "known thing"))


class TestRepository:
    @pytest.mark.parametrize(
        ("name", "line"),
        [
            ("addons/x/models/a.py", 'path = "/' + 'work/main"'),
            ("addons/x/models/a.py", "    _sql_constraints = []"),
            ("addons/x/models/a.py", "day = fields.Date(default=fields.Date.today())"),
            ("addons/x/views/a.xml", "<tree>"),
            ("addons/x/views/a.xml", '<field name="x" attrs="{}"/>'),
            ("addons/x/static/src/a.scss", "@import url(https://fonts.googleapis.com/css);"),
            ("scripts/a", "curl https://pypi" + ".org/simple"),
            ("addons/x/a.py", 'password = "' + "a" * 30 + '"'),
        ],
    )
    def test_fault_is_found(self, name, line):
        assert list(check_repository.line_faults(name, line))

    def test_ordinary_lines_pass(self):
        text = '<list>\nurl = "http://localhost:8069"\nxmlns="http://www.w3.org/2000/svg"\ndefault=fields.Date.today'
        assert list(check_repository.line_faults("addons/x/views/a.xml", text)) == []
        assert list(check_repository.line_faults("scripts/run", text)) == []


def test_fetch_refuses_a_file_that_is_not_the_pinned_one(tmp_path):
    mirror = tmp_path / "mirror" / "pool"
    mirror.mkdir(parents=True)
    (mirror / "a.deb").write_bytes(b"other bytes")
    lock = tmp_path / "lock"
    lock.write_text(f"sid {'0' * 64} pool/a.deb\n")
    command = [sys.executable, str(LIB / "fetch.py"), str(lock), str(tmp_path / "got"), f"file://{mirror.parent}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 3
    assert "not the one that was pinned" in result.stderr
    assert not list((tmp_path / "got").glob("*"))
