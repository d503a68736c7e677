import base64
import hashlib
import json
import os

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models.gov_document import TOKEN, initials, new_token
from ..services import engine
from .common import DocumentCase


@tagged("post_install", "-at_install")
class TestDocument(DocumentCase):
    def test_issued_document_is_valid_sealed_and_journalled(self):
        document = self.issue()
        self.assertRecordValues(
            document,
            [
                {
                    "state": "valid",
                    "number": "0001/T/2026",
                    "title": "شهادة عمل",
                    "kind": "test",
                    "initials": "M. E. A.",
                }
            ],
        )
        data = document._read_file()
        self.assertEqual(hashlib.sha256(data).hexdigest(), document.sha256)
        self.assertIn(b"/ETSI.CAdES.detached", data)
        entry = self.env["gov.journal.entry"].search([("model", "=", "gov.document"), ("res_id", "=", document.id)])
        self.assertEqual(entry.act, "issue")
        self.assertEqual(json.loads(entry.payload)["sha256"], document.sha256)
        self.assertNotIn("Mohammed", entry.payload)

    def test_number_stands_in_the_text(self):
        document = self.issue()
        self.assertIn("عدد 0001/T/2026", document.sudo().content)
        self.assertNotIn("\ue000", document.sudo().content)

    def test_nobody_writes_deletes_copies_or_creates_a_document(self):
        document = self.issue()
        values = {"number": "9", "register_id": self.register.id, "state": "valid", "title": "x", "token": new_token()}
        for user in (self.manager, self.env.ref("base.user_root"), self.env.ref("base.user_admin")):
            record = document.with_user(user).sudo()
            for forbidden in (
                lambda record=record: record.write({"state": "revoked"}),
                lambda record=record: record.write({"title": "other"}),
                lambda record=record: setattr(record, "state", "superseded"),
                record.unlink,
                record.copy,
                lambda record=record: record.create(values),
                lambda record=record: record.with_context(gov_prepare=True).create(values),
            ):
                with self.assertRaises(AccessError):
                    forbidden()
            imported = record.load(["number", "state", "title"], [["x", "valid", "y"]])
            self.assertFalse(imported["ids"])
        self.assertEqual(document.state, "valid")

    def test_file_of_a_document_is_frozen(self):
        attachment = self.issue().attachment_id.sudo()
        with self.assertRaises(AccessError):
            attachment.unlink()
        for vals in ({"raw": b"x"}, {"datas": base64.b64encode(b"x")}, {"res_id": 0}, {"name": "x"}, {"public": True}):
            with self.assertRaises(AccessError):
                attachment.write(vals)
        with self.assertRaises(AccessError):
            self.env["ir.attachment"].create({"name": "x", "raw": b"x", "res_model": "gov.document", "res_id": 1})
        with self.assertRaises(AccessError):
            attachment.copy()
        free = self.env["ir.attachment"].create({"name": "x", "raw": b"x"})
        with self.assertRaises(AccessError):
            free.write({"res_model": "gov.document", "res_id": 1})

    def test_file_store_may_move_the_bytes_unchanged(self):
        attachment = self.issue().attachment_id.sudo()
        data = attachment.raw
        attachment.write({"raw": data, "mimetype": attachment.mimetype})
        self.assertEqual(attachment.raw, data)

    def test_altered_stored_file_is_not_given_out(self):
        document = self.issue()
        self.env.cr.execute("UPDATE gov_document SET sha256 = repeat('0', 64) WHERE id = %s", [document.id])
        document.invalidate_recordset()
        with self.assertRaises(UserError), mute_logger("odoo.addons.gov_document.models.gov_document"):
            document._read_file()

    def test_crash_between_the_phases_loses_no_number(self):
        """What was prepared and never finished is finished by the scheduled task, with the same number."""
        with freeze_time("2026-03-05 10:00:00"):
            left = self.Document._gov_prepare([self.vals(), self.vals()])
        self.env.flush_all()
        self.env.cr.execute("UPDATE gov_document SET create_date = now() - interval '1 hour'")
        self.env.invalidate_all()
        self.assertEqual(set(left.mapped("state")), {"issuing"})
        done = self.Document._cron_finish()
        self.assertEqual(done, left)
        self.assertEqual(left.mapped("number"), ["0001/T/2026", "0002/T/2026"])
        self.assertEqual(set(left.mapped("state")), {"valid"})

    def test_scheduled_task_leaves_what_is_being_worked_on(self):
        left = self.Document._gov_prepare([self.vals()])
        left._claim()
        self.assertFalse(self.Document._cron_finish())

    def test_finishing_twice_issues_once(self):
        document = self.Document._gov_prepare([self.vals()])
        document._gov_finish()
        attachment, digest = document.attachment_id, document.sha256
        self.assertFalse(document._gov_finish())
        self.assertFalse(document._store([(document.id, b"%PDF other", None)]))
        document.invalidate_recordset()
        self.assertEqual((document.attachment_id, document.sha256), (attachment, digest))
        self.assertEqual(
            self.env["gov.journal.entry"].search_count([("res_id", "=", document.id), ("act", "=", "issue")]), 1
        )

    def test_one_document_that_fails_does_not_stop_the_others(self):
        documents = self.Document._gov_prepare([self.vals() for _n in range(3)])
        render, calls = engine.render, []

        def failing(html, *args):
            calls.append(1)
            if len(calls) == 2:
                raise ValueError("no such glyph")
            return render(html, *args)

        self.patch(engine, "render", failing)
        with mute_logger(
            "odoo.addons.gov_document.services.rendering", "odoo.addons.gov_document.models.gov_document"
        ):
            done = documents._gov_finish()
        self.assertEqual(done, documents[0] + documents[2])
        self.assertEqual(documents[1].state, "issuing")
        self.assertIn("no such glyph", documents[1].error)
        self.patch(engine, "render", render)
        self.assertEqual(documents[1]._gov_finish(), documents[1])
        self.assertFalse(documents[1].error)

    def test_missing_seal_is_told_and_keeps_the_number(self):
        document = self.Document._gov_prepare([self.vals()])
        path = os.environ.pop("GOV_SEAL_PKCS12")
        self.addCleanup(os.environ.__setitem__, "GOV_SEAL_PKCS12", path)
        with mute_logger("odoo.addons.gov_document.models.gov_document_seal"):
            self.assertFalse(document._gov_finish())
        self.assertEqual(document.state, "issuing")
        self.assertIn("GOV_SEAL_PKCS12", document.error)

    def test_batch_takes_few_statements(self):
        people = self.employee + self.woman
        self.issue()

        def statements(count):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.Document._gov_prepare([self.vals(employee=people[n % 2]) for n in range(count)])
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        statements(2)
        self.assertLess(statements(40) - statements(4), 18, "the cost in statements must not grow with each document")

    def test_new_document_supersedes_the_old_one(self):
        old = self.issue()
        new = self.issue(supersedes=old)
        self.assertEqual((old.state, old.superseded_by_id, new.supersedes_id), ("superseded", new, old))
        with self.assertRaises(UserError):
            self.Document._gov_prepare([self.vals(supersedes=old)])

    def test_unfinished_document_supersedes_nothing(self):
        old = self.issue()
        self.Document._gov_prepare([self.vals(supersedes=old)])
        self.assertEqual(old.state, "valid")

    def test_codes_are_random_and_of_one_shape(self):
        tokens = {new_token() for _n in range(10_000)}
        self.assertEqual(len(tokens), 10_000)
        self.assertTrue(all(TOKEN.match(token) for token in tokens))
        counts = [sum(token[0] == letter for token in tokens) for letter in "abcdefghijklmnopqrstuvwxyz234567"]
        self.assertLess(max(counts), 450)
        self.assertGreater(min(counts), 200)

    def test_initials(self):
        self.assertEqual(initials("Fatima Zahra BEN-NANI"), "F. Z. B. N.")
        self.assertEqual(initials("محمد العلوي"), "م. ع.")
        self.assertEqual(initials(""), "")

    def test_facts_of_the_database_hold_without_the_orm(self):
        document = self.issue()
        self.issue()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute("UPDATE gov_document SET rank = 2 WHERE id = %s", [document.id])
