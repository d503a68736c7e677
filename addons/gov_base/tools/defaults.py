"""Default values that a caller may not give."""


def without_defaults(records, names):
    """Return ``records`` with a context that gives no default value to the fields ``names``.

    A field that only acts write is refused among the values of ``create``; a ``default_<field>`` in the context, which
    any call by RPC may send, would set it all the same.
    """
    forbidden = {f"default_{name}" for name in names}
    if forbidden.isdisjoint(records.env.context):
        return records
    context = {key: value for key, value in records.env.context.items() if key not in forbidden}
    return records.with_env(records.env(context=context))
