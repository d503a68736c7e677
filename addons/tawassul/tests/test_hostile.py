import inspect
import logging

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from . import contract

_logger = logging.getLogger(__name__)
# tables of the platform that a call may write whoever makes it
FREE_TABLES = ("bus_bus", "res_users_log", "res_device_log", "ir_logging", "bus_presence", "mail_presence")
TYPED = {"dates": "2026-03-01", "numbers": 1, "texts": "Because it is so.", "lists": []}


def argument(name, parameter):
    """Return a value of the right type for a parameter, guessed by its name."""
    if name in ("date", "day", "on_date", "date_from", "date_to", "visa_date", "paid_on") or name.endswith("_on"):
        return TYPED["dates"]
    if name.endswith("_ids") or name in ("ids", "lines", "rows", "filters", "changes", "answers"):
        return TYPED["lists"]
    if name.endswith("_id") or name in ("year", "month", "amount", "quantity", "days", "count", "quarter"):
        return TYPED["numbers"]
    return TYPED["texts"]


def arguments(method):
    """Return the arguments that a method asks for, without those it can do without."""
    return [
        argument(name, parameter)
        for name, parameter in list(inspect.signature(method).parameters.items())[1:]
        if parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]


@tagged("post_install", "-at_install", "contract")
class TestHostile(TransactionCase):
    """Every public method, called from outside on the records of others, as anyone with a login can."""

    MOST = 3  # records of each state that are tried

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        modules = contract.our_modules(cls.env)
        cls.methods = {}
        for model, method in contract.public_methods(cls.env, modules):
            if cls.env[model]._auto and not cls.env[model]._abstract:
                cls.methods.setdefault(model, []).append(method)
        cls.nobody = new_test_user(cls.env, "hostile_nobody", "base.group_user", name="Nobody's colleague")
        cls.auditor = new_test_user(cls.env, "hostile_auditor", "base.group_user,gov_base.group_auditor")

    def records_of(self, name):
        """Return some records of a model, of each state; one made for the purpose when there is none."""
        model = self.env[name]
        if model._transient:
            return model
        if "state" in model._fields and model._fields["state"].store:
            found = model.browse()
            for _state, ids in model._read_group([], ["state"], ["id:array_agg"]):
                found |= model.browse(ids[: self.MOST])
        else:
            found = model.search([], limit=self.MOST)
        return found or contract.make_record(model) or model

    def written(self):
        """Return the rows that this transaction has written so far, table by table."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT relname, n_tup_ins + n_tup_upd + n_tup_del
                 FROM pg_stat_xact_user_tables
                WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND relname NOT IN %s""",
            [FREE_TABLES],
        )
        return dict(self.env.cr.fetchall())

    def call(self, user, record, method):
        """Call as from outside; return (what went wrong or None, tables written), all undone."""
        cr = self.env.cr
        self.env.invalidate_all()
        before = self.written()
        error = None
        target = record.with_user(user).with_context(lang="en_US")
        try:
            with cr.savepoint(flush=False) as savepoint:
                getattr(target, method)(*arguments(getattr(type(target), method)))
                after = self.written()
                savepoint.rollback()
        except Exception as caught:  # noqa: BLE001 - judged below
            error, after = caught, before
            self.env.invalidate_all(flush=False)
        return error, sorted(table for table in after if after[table] != before.get(table, 0))

    def each_call(self, user):
        for name, methods in sorted(self.methods.items()):
            records = self.records_of(name)
            if self.env[name]._transient or not records:
                continue
            for record in records:
                readable = bool(record.with_user(user)._filtered_access("read"))
                for method in methods:
                    yield (f"{name}({record.id}).{method}", readable, *self.call(user, record, method))

    def check(self, problems):
        if problems:
            self.fail("\n".join([f"{len(problems)} call(s):", *sorted(set(problems))]))

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_nobody_acts_on_what_he_does_not_read_nor_gets_a_traceback(self):
        problems, count = [], 0
        for call, readable, error, tables in self.each_call(self.nobody):
            count += 1
            if error is not None and not isinstance(error, UserError | RedirectWarning):
                problems.append(f"{call}: {type(error).__name__}: {error}")
            elif not readable and error is None:
                problems.append(f"{call}: done on a record that the user does not read; wrote {tables}")
            elif readable and tables and error is None:
                problems.append(f"{call}: wrote {tables} on a record of others")
        self.assertGreater(count, 100)
        self.check(problems)

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_auditor_writes_nothing_nor_gets_a_traceback(self):
        problems = []
        for call, _readable, error, tables in self.each_call(self.auditor):
            if error is not None and not isinstance(error, UserError | RedirectWarning):
                problems.append(f"{call}: {type(error).__name__}: {error}")
            elif error is None and tables:
                problems.append(f"{call}: wrote {tables}")
        self.check(problems)
