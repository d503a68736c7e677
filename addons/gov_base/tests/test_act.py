import threading
from contextlib import closing, contextmanager
from unittest.mock import patch

from psycopg2 import errors
from psycopg2.pool import PoolError

import odoo.modules.module
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.modules.registry import DummyRLock, Registry
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tests.common import get_db_name

from ..tools import act

CODE = "test.act"


def note(env, code=CODE):
    """Write something that can be counted: take a number."""
    return env["gov.counter"]._take(code, "0")


@tagged("post_install", "-at_install")
class TestActApart(BaseCase):
    """Acts in real transactions, as a server runs them; what they commit is removed at the end."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self.remove)
        self.remove()

    def remove(self):
        with db_connect(get_db_name()).cursor() as cr:
            cr.execute("DELETE FROM gov_counter WHERE code LIKE 'test.act%'")

    @contextmanager
    def server(self, *, context=None):
        """An environment as a request has it: no test is running for the code under test."""
        connection = db_connect(get_db_name())
        with (
            patch.object(Registry, "cursor", lambda _self, readonly=False: connection.cursor()),
            patch.object(odoo.modules.module, "current_test", None),
            closing(connection.cursor()) as cr,
        ):
            yield api.Environment(cr, SUPERUSER_ID, dict(context or {}))

    def committed(self, code=CODE):
        """What another transaction sees."""
        with closing(db_connect(get_db_name()).cursor()) as cr:
            cr.execute("SELECT value FROM gov_counter WHERE code = %s", [code])
            return (cr.fetchone() or (0,))[0]

    def test_act_runs_read_committed_in_a_cursor_of_its_own_and_commits(self):
        seen = {}

        def function(env):
            env.cr.execute("SHOW transaction_isolation")
            seen["isolation"] = env.cr.fetchone()[0]
            seen["cr"] = env.cr
            return note(env)

        with self.server() as env:
            self.assertEqual(act.run_short(env, function), 1)
            self.assertEqual(seen["isolation"], "read committed")
            self.assertIsNot(seen["cr"], env.cr)
            self.assertTrue(seen["cr"].closed)
            self.assertEqual(self.committed(), 1)
            env.cr.rollback()
        self.assertEqual(self.committed(), 1)

    def test_caller_sees_what_the_act_wrote(self):
        with self.server() as env:
            self.assertEqual(env["gov.counter"].search_count([("code", "=", CODE)]), 0, "the snapshot is taken")
            record = act.run_short(
                env, lambda inner: note(inner) and inner["gov.counter"].search([("code", "=", CODE)])
            )
            self.assertIs(record.env.cr, env.cr)
            self.assertEqual(record.value, 1)

    def test_caller_that_has_written_keeps_the_act_in_its_transaction(self):
        with self.server() as env:
            note(env, "test.act.before")
            act.run_short(env, note)
            self.assertEqual(self.committed(), 0)
            env.cr.rollback()
        self.assertEqual(self.committed(), 0)

    def test_caller_with_pending_orm_writes_keeps_the_act_in_its_transaction(self):
        with self.server() as env:
            env.ref("gov_base.region_00").sudo().active = False
            act.run_short(env, note)
            self.assertEqual(self.committed(), 0)
            env.cr.rollback()

    def test_act_inside_a_savepoint_goes_with_it(self):
        with self.server() as env:
            with self.assertRaises(UserError), env.cr.savepoint():
                act.run_short(env, note)
                raise UserError("the caller gives up")
            self.assertEqual(self.committed(), 0)
            env.cr.commit()
            self.assertEqual(self.committed(), 0)
            with env.cr.savepoint(flush=False):
                act.run_short(env, note)
            env.cr.commit()
            self.assertEqual(self.committed(), 1)
            act.run_short(env, note)
            env.cr.rollback()
            self.assertEqual(self.committed(), 2, "after the savepoint acts are apart again")

    def test_failing_act_leaves_nothing_and_the_caller_goes_on(self):
        def function(env):
            note(env)
            raise UserError("refused")

        with self.server() as env:
            with self.assertRaisesRegex(UserError, "refused"):
                act.run_short(env, function)
            self.assertEqual(self.committed(), 0)
            self.assertFalse(act._acting, "the cursor of the act is forgotten")
            self.assertEqual(act.run_short(env, note), 1)

    def test_act_called_by_an_act_belongs_to_it(self):
        def function(env):
            act.run_short(env, lambda inner: (self.assertIs(inner.cr, env.cr), note(inner)))
            raise UserError("the outer act fails")

        with self.server() as env:
            with self.assertRaises(UserError):
                act.run_short(env, function)
        self.assertEqual(self.committed(), 0)

    def test_user_company_and_context_are_kept_and_nothing_is_added(self):
        with self.server(context={"lang": "fr_FR", "allowed_company_ids": [1]}) as env:
            admin = env.ref("base.user_admin")
            caller = env["gov.region"].with_user(admin).with_context(test_key=[1, 2])

            def function(inner):
                self.assertEqual((inner.uid, inner.su), (admin.id, False))
                self.assertEqual(inner.context, caller.env.context)
                return {
                    "context": inner.context,
                    "nested": [(inner["gov.region"].sudo().search([], limit=2), 5), {"x": inner["gov.region"]}],
                }

            result = act.run_short(caller.env, function)
        self.assertEqual(result["context"], caller.env.context)
        regions, five = result["nested"][0]
        self.assertEqual((len(regions), five), (2, 5))
        self.assertTrue(regions.env.su, "superuser mode of what is returned is kept")
        self.assertFalse(result["nested"][1]["x"].env.su)
        self.assertIs(regions.env.cr, caller.env.cr)

    def test_decorated_method_gets_self_and_arguments_in_the_act(self):
        seen = {}

        @act.short_transaction
        def action_try(self, other, reason=None, **kwargs):
            seen.update(records=self, other=other, reason=reason, **kwargs)
            note(self.env)
            return self

        with self.server() as env:
            region = env.ref("gov_base.region_00").with_context(test_key=1)
            result = action_try(region, [region.sudo()], reason="why", extra={"r": region})
            for record in (seen["records"], seen["other"][0], seen["extra"]["r"]):
                self.assertEqual(record, region)
                self.assertIsNot(record.env.cr, env.cr)
            self.assertEqual(seen["records"].env.context, region.env.context)
            self.assertEqual(seen["reason"], "why")
            self.assertIs(result.env.cr, env.cr)
        self.assertEqual(self.committed(), 1)

    def test_record_named_twice_acts_once(self):
        seen = []

        @act.short_transaction
        def action_try(self):
            seen.append(self.ids)

        with self.server() as env:
            region, other = env.ref("gov_base.region_00"), env.ref("gov_base.region_01")
            action_try(region.browse([region.id, other.id, region.id]))
            with env.cr.savepoint():
                action_try(region.browse([region.id, region.id]))
            self.assertEqual(seen, [[region.id, other.id], [region.id]])

    def test_act_that_writes_through_its_caller_is_refused(self):
        with self.server() as env:

            def function(inner):
                note(inner)
                note(env, "test.act.caller")

            with self.assertRaisesRegex(RuntimeError, "caller"):
                act.run_short(env, function)
            self.assertEqual(self.committed(), 0)
            env.cr.rollback()
            record = env.ref("gov_base.region_00")

            def through_record(inner):
                note(inner)
                record.active = False

            with self.assertRaisesRegex(RuntimeError, "caller"):
                act.run_short(env, through_record)
            env.cr.rollback()
        self.assertEqual(self.committed(), 0)

    def test_deadlocked_act_starts_again(self):
        calls = []

        def function(env):
            calls.append(note(env))
            if len(calls) < 3:
                raise errors.DeadlockDetected()
            return len(calls)

        with self.server() as env, patch.object(act.time, "sleep"):
            self.assertEqual(act.run_short(env, function), 3)
        self.assertEqual(calls, [1, 1, 1], "each try begins from nothing")
        self.assertEqual(self.committed(), 1)

    def test_act_gives_up_after_some_tries(self):
        def function(env):
            raise errors.SerializationFailure()

        with self.server() as env, patch.object(act.time, "sleep") as sleep:
            with self.assertRaises(errors.SerializationFailure):
                act.run_short(env, function)
        self.assertEqual(sleep.call_count, act.TRIES - 1)

    def test_act_without_a_free_connection_runs_in_its_caller(self):
        def full(_self, readonly=False):
            raise PoolError("The Connection Pool Is Full")

        with self.server() as env, patch.object(act.time, "sleep"), patch.object(Registry, "cursor", full):
            with self.assertLogs(act.__name__, "WARNING"):
                self.assertEqual(act.run_short(env, note), 1)
            self.assertEqual(self.committed(), 0)
            env.cr.commit()
        self.assertEqual(self.committed(), 1)

    def test_what_waits_for_the_commit_is_part_of_the_act(self):
        def function(env):
            env.cr.precommit.add(lambda: note(env))
            env.cr.postcommit.add(lambda: seen.append(self.committed()))

        seen = []
        with self.server() as env:
            act.run_short(env, function)
        self.assertEqual(seen, [1])

    def test_caches_cleared_by_an_act_are_told_to_other_processes(self):
        with self.server() as env:
            before = dict(env.registry.get_sequences(env.cr)[1])
            act.run_short(env, lambda inner: inner.registry.clear_cache())
            after = dict(env.registry.get_sequences(env.cr)[1])
            self.assertGreater(after["default"], before["default"])
            self.assertFalse(env.registry.cache_invalidated)

    def test_many_acts_on_one_row_at_once_wait_for_each_other(self):
        threads, numbers, failures = [], [], []

        def work():
            try:
                with closing(connection.cursor()) as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    cr.execute("SELECT 1")
                    barrier.wait(10)
                    for _i in range(5):
                        numbers.append(act.run_short(env, note))
            except Exception as error:  # noqa: BLE001 - reported below
                failures.append(error)

        barrier = threading.Barrier(8)
        connection = db_connect(get_db_name())
        with (
            self.server(),
            # the thread that runs the tests holds the lock of the registries
            patch.object(Registry, "_lock", DummyRLock()),
            patch.object(act.random, "uniform", side_effect=AssertionError("no act is tried again")),
        ):
            for _i in range(8):
                threads.append(threading.Thread(target=work))
                threads[-1].start()
            for thread in threads:
                thread.join(30)
        self.assertFalse(failures)
        self.assertEqual(sorted(numbers), list(range(1, 41)))


class TestActInTests(TransactionCase):
    def test_act_runs_in_the_transaction_of_the_test(self):
        seen = []
        act.run_short(self.env, lambda env: seen.append(env.cr))
        self.assertEqual(seen, [self.env.cr])


@tagged("post_install", "-at_install")
class TestActOverrides(TransactionCase):
    def test_overrides_of_short_acts_are_short(self):
        """What an override writes outside the act's transaction is not undone with it."""
        wrong = []
        for name in self.env.registry:
            model = self.env.registry[name]
            for attribute in dir(model):
                definitions = [
                    (cls, vars(cls)[attribute])
                    for cls in model.mro()
                    if attribute in vars(cls) and issubclass(cls, models.BaseModel)
                ]
                short = [hasattr(function, "_gov_short_transaction") for _cls, function in definitions]
                if not any(short):
                    continue
                for cls, function in definitions[: short.index(True)]:
                    if not hasattr(function, "_gov_around_act"):
                        wrong.append(f"{name}.{attribute} in {cls.__module__}")
        self.assertFalse(wrong)
