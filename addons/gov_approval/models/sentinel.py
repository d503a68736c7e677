"""The key that lets our own code write what only acts may change.

It is an object, not a value: a context that comes by RPC, by an import or by a default value can hold no reference to
it, whatever it writes under the same name.
"""

SENTINEL_KEY = "_gov_act_sentinel"
SENTINEL = object()


def has_sentinel(env):
    return env.context.get(SENTINEL_KEY) is SENTINEL


def with_sentinel(records):
    return records.with_context(**{SENTINEL_KEY: SENTINEL})
