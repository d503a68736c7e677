from odoo.tests import tagged

from .common import JournalCase


@tagged("post_install", "-at_install")
class TestTamper(JournalCase):
    """What whoever owns PostgreSQL does behind the triggers is found, and located, by the verification."""

    def setUp(self):
        super().setUp()
        self.acts = self.write_acts()
        self.env["gov.journal.head"]._cron_keep_heads()

    def findings(self):
        check = self.Check._run(["test.chain"])
        return check.state, check.message or ""

    def test_untouched_chain_is_proven(self):
        self.assertEqual(self.findings(), ("ok", ""))

    def test_changed_fact_is_found(self):
        self.sql("UPDATE gov_journal_entry SET payload = replace(payload, '2', '7') WHERE id = %s", self.acts[2].id)
        state, message = self.findings()
        self.assertEqual(state, "broken")
        self.assertIn("altered act: chain 'test.chain', act 3", message)

    def test_each_field_is_covered_by_the_hash(self):
        for column, value in (
            ("act", "'revoke'"),
            ("actor_id", str(self.manager.id)),
            ("date", "date + interval '1 second'"),
            ("model", "'res.users'"),
            ("res_id", "res_id + 1"),
            ("payload", "payload || ' '"),
        ):
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                self.sql(f"UPDATE gov_journal_entry SET {column} = {value} WHERE id = %s", self.acts[1].id)  # noqa: S608
                self.assertIn("altered act: chain 'test.chain', act 2", self.findings()[1])
                savepoint.rollback()

    def test_changed_act_with_a_new_hash_breaks_the_next_one(self):
        self.sql(
            "UPDATE gov_journal_entry SET hash = repeat('a', 64) WHERE id = %s",
            self.acts[2].id,
        )
        self.assertIn("broken chain: chain 'test.chain', act 4", self.findings()[1])

    def test_deleted_act_is_found(self):
        self.sql("DELETE FROM gov_journal_entry WHERE id = %s", self.acts[3].id)
        state, message = self.findings()
        self.assertEqual(state, "broken")
        self.assertIn("act 4 is missing", message)

    def test_swapped_acts_are_found(self):
        self.sql(
            """UPDATE gov_journal_entry SET sequence = CASE sequence WHEN 2 THEN 1002 ELSE 1003 END
                WHERE chain = 'test.chain' AND sequence IN (2, 3)"""
        )
        self.sql(
            """UPDATE gov_journal_entry SET sequence = CASE sequence WHEN 1002 THEN 3 ELSE 2 END
                WHERE chain = 'test.chain' AND sequence > 1000"""
        )
        state, message = self.findings()
        self.assertEqual(state, "broken")
        self.assertIn("act 2", message)
        self.assertIn("act 3", message)

    def test_cut_end_is_found_by_the_heads(self):
        self.sql("DELETE FROM gov_journal_entry WHERE id IN %s", tuple(self.acts[4:].ids))
        state, message = self.findings()
        self.assertEqual(state, "broken")
        self.assertIn("knew 6 acts and only 4 are left", message)

    def test_cut_end_with_the_chain_row_rewritten_is_found_by_the_daily_head(self):
        self.sql("DELETE FROM gov_journal_entry WHERE id IN %s", tuple(self.acts[4:].ids))
        self.sql("UPDATE gov_journal_chain SET sequence = 4, hash = %s WHERE name = 'test.chain'", self.acts[3].hash)
        state, message = self.findings()
        self.assertEqual(state, "broken")
        self.assertIn("the head of", message)

    def test_verification_result_is_kept_and_shown_on_the_chain(self):
        chain = self.env["gov.journal.chain"].search([("name", "=", "test.chain")])
        self.assertEqual(chain.check_state, "never")
        chain.with_user(self.auditor).action_verify()
        chain.invalidate_recordset()
        self.assertEqual(chain.check_state, "ok")
        self.sql("DELETE FROM gov_journal_entry WHERE id = %s", self.acts[0].id)
        action = chain.with_user(self.auditor).action_verify()
        self.assertEqual(action["params"]["type"], "danger")
        chain.invalidate_recordset()
        self.assertEqual(chain.check_state, "broken")
