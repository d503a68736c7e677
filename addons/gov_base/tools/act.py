"""Legal acts in short transactions of their own.

Odoo opens every cursor at REPEATABLE READ: two acts that change the same hot row (a register, the head of a
journal chain, a budget line) then make one of them fail and sleep seconds before its retry.  An act decorated with
``short_transaction`` runs in a cursor of its own at READ COMMITTED, where the second act waits some milliseconds
for the first and then sees its result.

The rules for such an act:

* its first statement is a conditional ``UPDATE … WHERE state = 'expected' RETURNING id`` on its own record, so that
  a second call of the same act finds nothing and is told so (the act is idempotent);
* hot rows are changed last, in id order, each by one conditional ``UPDATE … RETURNING``;
* whoever calls it has written nothing before in the request.  When something was written, or in a test
  (where a second cursor would not see the test's data), the act runs inside the caller's transaction, and Odoo's own
  retry protects it.
"""

import functools
import logging
import random
import time

from psycopg2 import errors

import odoo.modules.module
from odoo import models

_logger = logging.getLogger(__name__)

RETRIED = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)
TRIES = 6


def has_written(cr):
    """Tell whether the transaction of ``cr`` has written (or locked) anything yet."""
    cr.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
    return cr.fetchone()[0]


def runs_inline(env):
    """Tell whether an act called in ``env`` must run inside the caller's transaction."""
    if odoo.modules.module.current_test or env.context.get("gov_act_inline"):
        return True
    if not env.registry.ready:  # installing: data files write in one transaction
        return True
    env.flush_all()
    return has_written(env.cr)


def run_short(env, function):
    """Call ``function(env)`` in a READ COMMITTED transaction of its own and commit it.

    :param env: the caller's environment; user, context and superuser mode are kept
    :param function: takes the environment of the new transaction; it is called again from the start when PostgreSQL
        reports a deadlock or a serialization failure, so it must have no effect outside the database
    :return: what ``function`` returns, record sets brought back to the caller's environment
    :raise: what ``function`` raises; nothing is then kept
    """
    if runs_inline(env):
        return function(env)
    for attempt in range(1, TRIES + 1):
        try:
            with env.registry.cursor() as cr:
                cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
                inner = env(cr=cr, context=dict(env.context, gov_act_inline=True))
                result = function(inner)
                inner.flush_all()
                result = _detach(result)
            break
        except RETRIED:
            if attempt == TRIES:
                raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - no secret
            _logger.info("A legal act is tried again (%s of %s)", attempt + 1, TRIES)
    env.invalidate_all()
    return _attach(env, result)


def short_transaction(method):
    """Decorate an ``action_*`` method so that it runs by :func:`run_short`."""

    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        name, ids, context = self._name, self._ids, self.env.context

        def act(env):
            records = env(context=dict(context, gov_act_inline=True))[name].browse(ids)
            return method(records, *args, **kwargs)

        return run_short(self.env, act)

    return wrapper


class _Detached:
    def __init__(self, records):
        self.model, self.ids = records._name, records._ids


def _detach(value):
    return _Detached(value) if isinstance(value, models.BaseModel) else value


def _attach(env, value):
    return env[value.model].browse(value.ids) if isinstance(value, _Detached) else value
