import io
import stat
import struct
import time
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ..services import archive, manifest
from .common import MANIFEST_12, MANIFEST_2004, PAGE, ElearningCase, fixture, package


def info(name, mode=0, **attributes):
    one = zipfile.ZipInfo(name)
    one.external_attr = mode << 16
    for key, value in attributes.items():
        setattr(one, key, value)
    return one


def with_member(member, content=b"x", compression=zipfile.ZIP_DEFLATED):
    stream = package()
    with zipfile.ZipFile(stream, "a", compression) as opened:
        opened.writestr(member, content, compress_type=compression)
    return stream


def patched(stream, find, replace):
    data = stream.getvalue()
    return io.BytesIO(data.replace(find, replace))


@tagged("post_install", "-at_install")
class TestHostilePackages(ElearningCase):
    """Each hostile package is refused, in a sentence that names the file, and nothing of it is kept."""

    def refuse(self, stream, *words):
        lesson = self.make_lesson(slide_category="article")
        before = self.env["ir.attachment"].search_count([])
        with self.assertRaises(UserError) as caught:
            lesson._gov_take_file(stream, "cours.zip")
        text = str(caught.exception)
        for word in ("cours.zip", *words):
            self.assertIn(word, text)
        self.assertFalse(lesson.gov_package_id)
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)

    def test_path_traversal(self):
        for name in ("../../etc/passwd", "a/../../b.html", "a/..", ".."):
            self.refuse(with_member(info(name)), name, "“..”")

    def test_absolute_and_drive(self):
        self.refuse(with_member(info("/etc/cron.d/x")), "/etc/cron.d/x")
        self.refuse(with_member(info("C:/windows/x.dll")), "C:/windows/x.dll", "drive")
        self.refuse(patched(with_member(info("C_Qwindows")), b"C_Qwindows", b"C:\\windows"), "windows")

    def test_backslashes(self):
        self.refuse(patched(with_member(info("aQbQc.html")), b"aQbQc.html", b"a\\b\\c.html"), "a\\b\\c.html")

    def test_symbolic_link_and_device(self):
        self.refuse(with_member(info("link.html", stat.S_IFLNK | 0o777), b"/etc/passwd"), "link.html", "link")
        self.refuse(with_member(info("pipe", stat.S_IFIFO | 0o644)), "pipe")

    def test_zip_bombs(self):
        zeros = b"\0" * (40 * 1024 * 1024)
        start = time.monotonic()
        self.refuse(package({"bomb.bin": zeros}), "bomb")
        self.assertLess(time.monotonic() - start, 5)
        # the archive says a small size and holds a large file
        stream = package({"bomb.bin": zeros})
        lying = patched(stream, struct.pack("<L", len(zeros)), struct.pack("<L", 1000))
        self.refuse(lying, "bomb.bin")
        # members that share their bytes
        base = package({"a.bin": "x" * 4000})
        data = base.getvalue()
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            first, second = opened.getinfo("one.html"), opened.getinfo("a.bin")
        central = data.rindex(b"PK\x01\x02", 0, data.rindex(b"a.bin"))
        shared = bytearray(data)
        shared[central + 42 : central + 46] = struct.pack("<L", first.header_offset + 5)
        self.assertNotEqual(first.header_offset, second.header_offset)
        self.refuse(io.BytesIO(bytes(shared)))

    def test_too_many_and_too_large(self):
        limits = archive.Limits(count=3)
        with self.assertRaises(archive.PackageError) as caught:
            archive.inspect(package({"a": "1", "b": "2"}), limits)
        self.assertEqual(caught.exception.code, "count")
        for limit, code in (
            (archive.Limits(total=100), "total"),
            (archive.Limits(member=50), "member_size"),
            (archive.Limits(archive=100), "archive_size"),
        ):
            with self.assertRaises(archive.PackageError) as caught:
                archive.inspect(package(), limit)
            self.assertEqual(caught.exception.code, code)

    def test_names(self):
        self.refuse(package({"One.HTML": "x"}), "One.HTML", "twice")
        self.refuse(package({"one.html/x": "x"}), "one.html")
        self.refuse(package({"a" * 200 + ".html": "x"}), "too long")
        self.refuse(package({"a\u202egpj.exe": "x"}), "seen")
        latin = patched(with_member(info("caf_Z.html")), b"caf_Z.html", b"caf\xe9Z.html")
        self.refuse(latin, "UTF-8")
        # UTF-8 that is not declared is read as what it is
        utf = patched(with_member(info("cafQQ.html")), b"cafQQ.html", "café.html".encode())
        self.assertIn("café.html", archive.inspect(utf).files)

    def test_encrypted_and_odd_methods(self):
        stream = with_member(info("secret.html"), b"x")
        data = bytearray(stream.getvalue())
        central = data.rindex(b"PK\x01\x02", 0, data.rindex(b"secret.html"))
        data[central + 8] |= 1
        self.refuse(io.BytesIO(bytes(data)), "secret.html", "password")
        self.refuse(package(compression=zipfile.ZIP_LZMA), "deflate")

    def test_damaged(self):
        data = bytearray(package({"long.txt": "a long text that is stored" * 20}, compression=0).getvalue())
        place = data.index(b"a long text")
        data[place : place + 4] = b"ZZZZ"
        self.refuse(io.BytesIO(bytes(data)), "long.txt", "damaged")
        self.refuse(io.BytesIO(package().getvalue()[:-30]), "zip")
        self.refuse(io.BytesIO(b"PK\x03\x04" + b"\0" * 100))

    def test_manifest_missing_or_in_a_folder(self):
        self.refuse(package(manifest=None), "imsmanifest.xml")
        self.refuse(package({"cours/imsmanifest.xml": MANIFEST_12}, manifest=None), "“cours”")

    def test_hostile_manifest(self):
        entity = '<!DOCTYPE manifest [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        self.refuse(
            package(manifest=MANIFEST_12.replace("?>", "?>" + entity, 1).replace("Sécurité", "&x;")), "entities"
        )
        laughs = '<!DOCTYPE m [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
        self.refuse(
            package(manifest=MANIFEST_12.replace("?>", "?>" + laughs, 1).replace("Sécurité", "&b;")), "entities"
        )
        hidden = MANIFEST_12.replace('encoding="UTF-8"', 'encoding="UTF-16"').replace("?>", "?>" + entity, 1)
        self.refuse(package(manifest=hidden.encode("utf-16")), "entities")
        self.refuse(package(manifest="<manifest"), "XML")
        self.refuse(package(manifest="<html/>"), "manifest")
        self.refuse(package(manifest=MANIFEST_12.replace(">1.2<", ">9.9<").replace("rootv1p2", "other")), "9.9")

    def test_addresses_outside(self):
        for address in ("http://evil.example/x.html", "//evil.example/x", "javascript:alert(1)", "../x.html", "/web"):
            self.refuse(
                package(manifest=MANIFEST_12.replace('href="one.html">', f'href="{address}">', 1)), address[:12]
            )
        self.refuse(package(manifest=MANIFEST_12.replace('identifierref="R2"', 'identifierref="R9"')), "R9")

    def test_what_is_no_package_at_all(self):
        self.refuse(io.BytesIO(b"<html>nothing</html>" + b" " * 40), "MP4")

    def test_only_authors_of_the_course_put_files(self):
        lesson = self.make_lesson()
        for user in (self.learner, self.author, self.auditor):
            with self.assertRaises(AccessError):
                lesson.with_user(user)._gov_take_file(package(), "x.zip")


@tagged("post_install", "-at_install")
class TestGoodPackages(ElearningCase):
    def test_package_of_an_exporter(self):
        lesson = self.make_package(stream=fixture("plct_scorm12.zip"))
        self.assertEqual(lesson.slide_category, "scorm")
        taken = lesson.gov_package_id.sudo()
        self.assertRecordValues(taken, [{"version": "1.2", "title": "Petlja kurs"}])
        self.assertEqual(taken.item_ids.filtered("href").mapped("href"), ["index.html"])
        self.assertGreater(taken.file_count, 15)

    def test_items_of_12_and_2004(self):
        course = manifest.parse(MANIFEST_12.encode(), {"one.html": 1, "two.html": 1})
        self.assertEqual(
            [(item.href, item.kind) for item in course.items], [("one.html", "sco"), ("two.html?p=2", "sco")]
        )
        self.assertEqual((course.items[0].mastery, course.items[0].launch_data), (60, "hello"))
        course = manifest.parse(MANIFEST_2004.encode(), {"one.html": 1})
        item = course.items[0]
        self.assertEqual((course.version, item.mastery, item.threshold, item.objectives), ("2004", 0.5, 0.8, ["main"]))

    def test_a_new_package_begins_a_new_attempt(self):
        lesson = self.make_package()
        self.learning().action_join(self.course.id)
        first = lesson.with_user(self.learner)._gov_attempt()
        self.assertEqual(lesson.with_user(self.learner)._gov_attempt(), first)
        lesson._gov_take_file(package({"new.html": PAGE}), "v2.zip")
        second = lesson.with_user(self.learner)._gov_attempt()
        self.assertNotEqual(first, second)
        self.assertEqual(second.number, 2)


class TestReader(BaseCase):
    def test_blocks_from_a_place(self):
        stream = package({"data.bin": bytes(range(256)) * 5000})
        with open("/dev/null", "rb"), io.BytesIO(stream.getvalue()) as kept:
            reader = archive.Reader.__new__(archive.Reader)
            with zipfile.ZipFile(kept) as opened:
                reader.infos = {one.filename: one for one in opened.infolist()}
            reader.path = kept
            part = b"".join(reader.blocks("data.bin", 1000, 700000))
        self.assertEqual(part, (bytes(range(256)) * 5000)[1000:701000])
