"""Legal acts in short transactions of their own.

Odoo opens every cursor at REPEATABLE READ: two acts that change the same hot row (a register, the head of a
journal chain, a budget line) then make one of them fail and sleep seconds before its retry.  An act decorated with
``short_transaction`` runs in a cursor of its own at READ COMMITTED, where the second act waits some milliseconds
for the first and then sees its result.

The rules for such an act:

* its first statement is a conditional ``UPDATE … WHERE state = 'expected' RETURNING id`` on its own record, so that
  a second call of the same act finds nothing and is told so (the act is idempotent);
* hot rows are changed last, in id order, each by one conditional ``UPDATE … RETURNING``;
* it works through ``self`` and its arguments only, never through records it kept from the caller (a closure, an
  attribute): those belong to the caller's transaction, which waits for the act.  Writing through them is refused;
* it never commits;
* each record stands once in its ``self``, whatever ids a caller gives;
* every override of a decorated method is decorated too, or what the override writes is another transaction; one that
  puts steps of their own before or after the act, on purpose, is marked with ``around_act``;
* whoever calls it has written nothing before in the request.  When something was written, inside a savepoint, or in a
  test (where a second cursor would not see the test's data), the act runs inside the caller's transaction, and Odoo's
  own retry protects it.

After the act the caller's transaction, which has written nothing, begins again, so that it sees what the act did.
"""

import functools
import logging
import random
import time
import weakref

from psycopg2 import errors
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED
from psycopg2.pool import PoolError

import odoo.modules.module
from odoo import models
from odoo.sql_db import Savepoint

_logger = logging.getLogger(__name__)

RETRIED = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)
TRIES = 6

# The cursors of the acts at work: an act called by an act belongs to it.
_acting = weakref.WeakSet()
# How many savepoints are open on a cursor.  PostgreSQL does not tell, and an act committed inside a savepoint that is
# rolled back later would stay.
_savepoints = weakref.WeakKeyDictionary()


def _count_savepoints():
    """Make Odoo's savepoints count themselves in ``_savepoints``."""
    init, close = Savepoint.__init__, Savepoint._close
    if hasattr(init, "_gov_counts"):
        return

    @functools.wraps(init)
    def counting_init(self, cr):
        init(self, cr)
        _savepoints[cr] = _savepoints.get(cr, 0) + 1

    @functools.wraps(close)
    def counting_close(self, rollback):
        try:
            close(self, rollback)
        finally:
            _savepoints[self._cr] = _savepoints.get(self._cr, 1) - 1

    counting_init._gov_counts = True
    Savepoint.__init__, Savepoint._close = counting_init, counting_close


_count_savepoints()


def has_written(cr):
    """Tell whether the transaction of ``cr`` has written (or locked) anything yet."""
    cr.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
    return cr.fetchone()[0]


def is_acting(env):
    """Tell whether ``env`` belongs to an act in a transaction of its own, which ends with it."""
    return env.cr in _acting


def runs_inline(env):
    """Tell whether an act called in ``env`` must run inside the caller's transaction."""
    if env.cr in _acting or odoo.modules.module.current_test or env.context.get("gov_act_inline"):
        return True
    if not env.registry.ready:  # installing: data files write in one transaction
        return True
    if _savepoints.get(env.cr):
        return True
    env.flush_all()
    return has_written(env.cr)


def run_short(env, function):
    """Call ``function(env)`` in a READ COMMITTED transaction of its own and commit it.

    :param env: the caller's environment; user, context and superuser mode are kept
    :param function: takes the environment of the new transaction, and works through it alone; it is called again from
        the start when PostgreSQL reports a deadlock or a serialization failure, so it must have no effect outside the
        database
    :return: what ``function`` returns; record sets in it, also inside lists, tuples, sets and dicts, belong to the
        caller's transaction and read what the act wrote
    :raise: what ``function`` raises; nothing is then kept
    """
    return function(env) if runs_inline(env) else _run_apart(env, function)


def _run_apart(env, function):
    for attempt in range(1, TRIES + 1):
        try:
            result = _run_once(env, function)
            break
        except PoolError:
            # every connection is in use by callers that wait for one more: let some finish, then do without
            if attempt == TRIES:
                _logger.warning("No connection is free for a legal act: it runs in the transaction of its caller")
                return function(env)
        except RETRIED:
            env.registry.reset_changes()
            if attempt == TRIES:
                raise
        time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - no secret
        _logger.info("A legal act is tried again (%s of %s)", attempt + 1, TRIES)
    # the act stands whatever its caller does next: the other processes forget what it made wrong
    env.registry.signal_changes()
    # the caller has written nothing, so ending its transaction keeps nothing; its next one sees the act
    env.cr.commit()
    env.invalidate_all()
    return _transfer(result, env.cr)


def _run_once(env, function):
    """Call ``function`` in a new cursor, commit it and return what ``function`` returns."""
    asked = env.cr.sql_log_count
    with env.registry.cursor() as cr:
        # with BEGIN itself; the next user of the connection sets his own
        cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
        _acting.add(cr)
        try:
            result = function(env(cr=cr))
            # what waits for the commit (tracking of changes) still belongs to the act; what follows it does not
            cr.flush()
        finally:
            _acting.discard(cr)
        # a caller's cursor that was asked nothing meanwhile has written nothing
        if any(env.transaction.field_dirty.values()) or (env.cr.sql_log_count != asked and has_written(env.cr)):
            raise RuntimeError(
                "A legal act wrote through a record of its caller, outside its own transaction: use only self, its "
                "arguments and the environment it is given."
            )
    return result


def short_transaction(method):
    """Decorate an ``action_*`` method so that it runs by :func:`run_short`.

    The method gets ``self`` and the record sets among its arguments in the act's own transaction.
    """

    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        self = self.union()  # a call from outside may name a record twice: its act happens once
        if runs_inline(self.env):
            return method(self, *args, **kwargs)

        def act(env):
            records, moved_args, moved_kwargs = _transfer((self, args, kwargs), env.cr)
            return method(records, *moved_args, **moved_kwargs)

        return _run_apart(self.env, act)

    wrapper._gov_short_transaction = True
    return wrapper


def around_act(method):
    """Mark an override of an act that is no act itself: it calls the act, and other steps in other transactions.

    Such a step must find its work again when the server stops before it, for the act stands already.
    """
    method._gov_around_act = True
    return method


def _transfer(value, cr):
    """Return ``value`` with the record sets in it, at any depth of plain containers, moved to the cursor ``cr``."""
    if isinstance(value, models.BaseModel):
        # browse, not with_env: the ids to prefetch may be computed from records of the other cursor
        return value.env(cr=cr)[value._name].browse(value._ids)
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(_transfer(item, cr) for item in value)
    if type(value) is dict:
        return {_transfer(key, cr): _transfer(item, cr) for key, item in value.items()}
    return value
