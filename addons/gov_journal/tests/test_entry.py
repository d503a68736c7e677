import hashlib
import json
import os
import tempfile

from psycopg2 import errors

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.verify import ZERO_HASH, entry_hash
from .common import JournalCase


@tagged("post_install", "-at_install")
class TestEntry(JournalCase):
    def test_acts_of_a_chain_follow_each_other(self):
        acts = self.write_acts()
        self.assertEqual(acts.mapped("sequence"), [1, 2, 3, 4, 5, 6])
        self.assertEqual(acts[0].previous_hash, ZERO_HASH)
        for before, after in zip(acts, acts[1:], strict=False):
            self.assertEqual(after.previous_hash, before.hash)

    def test_database_and_verifier_compute_the_same_hash(self):
        for entry in self.Check._iterate(self.env.cr, self.write_acts()[0].chain):
            self.assertEqual(entry["hash"], entry_hash(entry))

    @freeze_time("2026-03-01 10:20:30")
    def test_hash_of_the_first_act_is_the_documented_one(self):
        act = self.Entry._record(self.partners[0], "issue", {"b": 1, "a": "é"}, chain="vector")
        text = (
            f'{{"act":"issue","actor_id":{self.env.uid},"chain":"vector","date":"2026-03-01T10:20:30Z",'
            '"model":"res.partner","payload":"{\\"a\\":\\"é\\",\\"b\\":1}",'
            f'"previous_hash":"{"0" * 64}","res_id":{self.partners[0].id},"sequence":1}}'
        )
        self.assertEqual(act.hash, hashlib.sha256(text.encode()).hexdigest())
        self.assertEqual(act.payload, '{"a":"é","b":1}')

    def test_chain_defaults_to_the_model_and_chains_are_apart(self):
        first = self.Entry._record(self.partners[0], "sign")
        second = self.Entry._record(self.env.company, "sign")
        self.assertEqual((first.chain, second.chain), ("res.partner", "res.company"))
        self.assertEqual(second.sequence, 1)

    def test_actor_is_the_user_even_in_superuser_mode(self):
        act = self.Entry.with_user(self.employee).sudo()._record(self.partners[0], "sign")
        self.assertEqual(act.actor_id, self.employee)

    def test_act_goes_with_its_transaction(self):
        before = self.Entry.search_count([])
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.Entry._record(self.partners[0], "sign", chain="undone")
            raise ZeroDivisionError
        self.assertEqual(self.Entry.search_count([]), before)
        self.assertEqual(self.Entry._record(self.partners[0], "sign", chain="undone").sequence, 1)

    def test_an_act_is_about_one_record(self):
        with self.assertRaises(ValueError):
            self.Entry._record(self.partners, "sign")

    def test_facts_must_be_json(self):
        with self.assertRaises(TypeError):
            self.Entry._record(self.partners[0], "sign", {"when": object()})
        with self.assertRaises(ValueError):
            self.Entry._record(self.partners[0], "sign", {"amount": float("nan")})

    def test_nobody_writes_the_journal_through_the_orm(self):
        act = self.write_acts(count=1)
        values = {"chain": "x", "sequence": 9, "model": "x", "res_id": 1, "act": "x", "payload": "{}", "hash": "x"}
        for user in (self.env.user, self.env.ref("base.user_root"), self.manager, self.auditor):
            record = act.with_user(user).sudo()
            for forbidden in (
                lambda record=record: record.write({"act": "other"}),
                record.unlink,
                record.copy,
                lambda record=record: record.create(values),
                lambda record=record: record.create([values]),
            ):
                with self.assertRaises(AccessError):
                    forbidden()

    def test_triggers_refuse_update_delete_and_truncate(self):
        self.write_acts()
        self.env["gov.journal.head"]._cron_keep_heads()
        for table in ("gov_journal_entry", "gov_journal_head", "gov_journal_check"):
            self.Check._run(["test.chain"])
            for verb in ("UPDATE %s SET chain = 'x'", "DELETE FROM %s", "TRUNCATE %s"):
                statement = verb % table
                with (
                    self.subTest(statement),
                    self.assertRaises(errors.InsufficientPrivilege),
                    mute_logger("odoo.sql_db"),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(statement)

    @freeze_time("2026-03-01 23:00:00")
    def test_daily_head_is_kept_once_and_written_to_the_operators_file(self):
        acts = self.write_acts()
        with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as file:
            os.environ["GOV_JOURNAL_HEADS_FILE"] = file.name
            self.addCleanup(os.environ.pop, "GOV_JOURNAL_HEADS_FILE", None)
            self.assertGreaterEqual(self.env["gov.journal.head"]._cron_keep_heads(), 1)
            self.assertEqual(self.env["gov.journal.head"]._cron_keep_heads(), 0)
            lines = [json.loads(line) for line in file.read().splitlines()]
        [line] = [line for line in lines if line["chain"] == "test.chain"]
        self.assertEqual((line["day"], line["sequence"], line["hash"]), ("2026-03-01", 6, acts[-1].hash))

    def test_unwritable_heads_file_loses_no_head(self):
        self.write_acts()
        os.environ["GOV_JOURNAL_HEADS_FILE"] = "/nonexistent/heads.jsonl"
        self.addCleanup(os.environ.pop, "GOV_JOURNAL_HEADS_FILE", None)
        with self.assertLogs("odoo.addons.gov_journal", "ERROR"):
            self.env["gov.journal.head"]._cron_keep_heads()
        self.assertTrue(self.env["gov.journal.head"].search([("chain", "=", "test.chain")]))
