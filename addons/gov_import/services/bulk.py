"""Create many records by sets: the ORM's result at a fraction of its cost.

``create()`` handles records one by one in many places (cache, precomputed fields, inverse methods, followers, notes).
:class:`BulkWriter` inserts the rows of a thousand records with one statement, then lets the ORM itself do what only it
knows: mark every stored computed field that depends on them, of whatever module, compute those by batches, and run the
Python constraints.  Nothing about a model is known here; what a model's own ``create()`` adds beyond its fields
(contacts, notes, pictures, followers) is the affair of the caller.

Rules for the caller: values are complete for one ``flush()``: insert the rows of all the models that hang together,
then flush once, so that computed fields are computed once.
"""

from collections import defaultdict

from odoo.fields import Command
from odoo.tools import SQL

PAGE = 1000


class BulkWriter:
    """Insert rows and settle their computed fields.

    :param env: environment in which defaults, computations and constraints run; its user signs the records
    """

    CONTEXT = {
        "tracking_disable": True,
        "mail_create_nolog": True,
        "mail_create_nosubscribe": True,
        "mail_notrack": True,
        "no_reset_password": True,
    }

    def __init__(self, env):
        self.env = env(context=dict(env.context, **self.CONTEXT))
        self._plans = {}
        self._pending = []
        self._settled = defaultdict(list)

    # -- insert --------------------------------------------------------------------------------------------------

    def defaults(self, model_name, names):
        """Give the default values of a model for the fields that are not in ``names``, inherited fields included."""
        model = self.env[model_name]
        values = model._add_missing_default_values(dict.fromkeys(names))
        return {name: value for name, value in values.items() if name not in names}

    def insert(self, model_name, vals_list):
        """Insert one row per dict of values (as for ``create()``, without x2many commands to other new records).

        :return: the ids, in order
        """
        model = self.env[model_name]
        ids = []
        for start in range(0, len(vals_list), PAGE):
            ids += self._insert_page(model, vals_list[start : start + PAGE])
        return ids

    def _insert_page(self, model, vals_list):
        groups = defaultdict(list)
        for number, vals in enumerate(vals_list):
            groups[tuple(vals)].append(number)
        columns = {}
        plans = {names: self._plan(model, names) for names in groups}
        for plan in plans.values():
            columns.update(dict.fromkeys(plan["columns"]))
        names = sorted(columns)
        rows = [None] * len(vals_list)
        for given, numbers in groups.items():
            plan = plans[given]
            constants, fields = plan["constants"], plan["fields"]
            steps = [(name, fields.get(name)) for name in names]
            for number in numbers:
                vals = vals_list[number]
                if plan["unstable"]:
                    vals = dict(model._add_missing_default_values(dict(vals)), **vals)
                if plan["precomputed"]:
                    vals = self._precompute(model, vals, plan["precomputed"])
                rows[number] = tuple(
                    field.convert_to_column_insert(vals[name], model, vals) if field else constants.get(name)
                    for name, field in steps
                )
        found = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s RETURNING id",
                SQL.identifier(model._table),
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(rows),
            )
        )
        ids = [row[0] for row in found]
        for given, numbers in groups.items():
            self._pending.append((model._name, plans[given], [ids[number] for number in numbers]))
            for name in plans[given]["others"]:
                model._fields[name].create([(model.browse(ids[n]), vals_list[n][name]) for n in numbers])
        return ids

    def _plan(self, model, given):
        """Prepare the insertion of rows that give the same fields."""
        key = model._name, given
        if key in self._plans:
            return self._plans[key]
        fields = model._fields
        own = {name for name in given if fields[name].store}
        first = self.defaults(model._name, given)
        second = self.defaults(model._name, given)
        unstable = {name for name in first if first[name] != second.get(name)}
        values = {name: value for name, value in first.items() if fields[name].store}
        if model._log_access:
            now = self.env.cr.now()
            values.update(create_uid=self.env.uid, write_uid=self.env.uid, create_date=now, write_date=now)
        constants = {
            name: fields[name].convert_to_column_insert(value, model, values)
            for name, value in values.items()
            if fields[name].column_type and name not in unstable
        }
        precomputed = {
            name
            for name, field in fields.items()
            if field.precompute and field.store and field.required and name not in given and name not in values
        }
        rowwise = {name for name in (*own, *unstable, *precomputed) if fields[name].column_type}
        others = {name for name in own if not fields[name].column_type}
        others |= {name for name in values if not fields[name].column_type and _says_something(values[name])}
        if others - own:
            raise ValueError(f"Defaults of {sorted(others - own)} of {model._name} cannot be written by sets")
        protected = set()
        for name in (*own, *values):
            field = fields[name]
            if field.compute and (not field.readonly or field.precompute):
                protected.update(model.pool.field_computed.get(field, [field]))
        plan = self._plans[key] = {
            "columns": sorted(rowwise | constants.keys()),
            "constants": constants,
            "fields": {name: fields[name] for name in rowwise},
            "unstable": unstable,
            "precomputed": precomputed,
            "others": others,
            "protected": protected,
            "stored": own | values.keys(),
            "inverse": [fields[name] for name in given if fields[name].inverse and not fields[name].inherited],
        }
        return plan

    def _precompute(self, model, vals, names):
        record = model.new(vals)
        return dict(vals, **{name: model._fields[name].convert_to_write(record[name], model) for name in names})

    # -- settle --------------------------------------------------------------------------------------------------

    def settle(self, model_name, field_name, values):
        """Write by SQL a stored computed field that the caller knows how to compute by sets, before ``flush()``.

        :param dict values: record id → column value
        """
        model = self.env[model_name]
        field = model._fields[field_name]
        items = list(values.items())
        for start in range(0, len(items), PAGE):
            self.env.execute_query(
                SQL(
                    "UPDATE %(table)s SET %(column)s = new.value::%(kind)s FROM (VALUES %(rows)s) AS new (id, value)"
                    " WHERE %(table)s.id = new.id RETURNING 1",
                    table=SQL.identifier(model._table),
                    column=SQL.identifier(field_name),
                    kind=SQL(field.column_type[1]),
                    rows=SQL(", ").join(items[start : start + PAGE]),
                )
            )
        self._settled[field] += values

    def flush(self):
        """Compute every stored field that depends on the new rows, write them, and run the Python constraints."""
        env = self.env
        pending, self._pending = self._pending, []
        settled, self._settled = self._settled, defaultdict(list)
        env.invalidate_all()
        by_model = defaultdict(list)
        for name, plan, ids in pending:
            by_model[name].append((plan, env[name].browse(ids)))
        protected = [(plan["protected"], records) for pages in by_model.values() for plan, records in pages]
        protected += [({field}, env[field.model_name].browse(ids)) for field, ids in settled.items()]
        with env.protecting(_each(protected)):
            for name, pages in by_model.items():
                records = env[name].union(*(records for _plan, records in pages))
                records.modified(env[name]._fields, create=True)
                self._forget_pictures(records)
            for pages in by_model.values():
                for plan, records in pages:
                    self._nothing_linked(plan, records)
            for pages in by_model.values():
                for plan, records in pages:
                    self._inverse(plan, records)
            env.flush_all()
        for pages in by_model.values():
            for plan, records in pages:
                records._validate_fields(plan["stored"])
                if records._check_company_auto:
                    records._check_company()

    def _forget_pictures(self, records):
        """No picture was given, so its smaller copies are not to be made."""
        for field in records._fields.values():
            if field.store and field.compute and field.type == "binary" and field.attachment:
                records.env.remove_to_compute(field, records)

    def _nothing_linked(self, plan, records):
        """A new record has no link of many to many but those given: no need to ask the database for each."""
        for field in records._fields.values():
            if field.type == "many2many" and field.store and field.name not in plan["others"]:
                field._update_cache(records, ())

    def _inverse(self, plan, records):
        for field in plan["inverse"]:
            todo = records
            if field.related:
                # the caller wrote both sides: only what differs needs the inverse
                todo = records.filtered(lambda record, field=field: not _same(record, field))
            if todo:
                field.determine_inverse(todo)


def _same(record, field):
    target = record
    *path, last = field.related.split(".")
    for name in path:
        target = target[name][:1]
    return not target or target[last] == record[field.name]


def _says_something(value):
    """Tell whether an x2many default would link anything."""
    if not value:
        return False
    if isinstance(value, list | tuple):
        return any(
            not isinstance(command, list | tuple) or command[0] not in (Command.CLEAR,) and command[-1]
            for command in value
        )
    return True


def _each(pairs):
    """Give ``env.protecting`` its pairs with the records of one set of fields together."""
    return [(fields, records) for fields, records in pairs if fields and records]
