import inspect

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from . import contract

# tables that a call may write whoever makes it: those of the platform, and the years that the pages of staff list
FREE_TABLES = (
    "bus_bus",
    "res_users_log",
    "res_device_log",
    "ir_logging",
    "bus_presence",
    "mail_presence",
    "gov_workforce_year",
)
# what readers write by right: the document of an act is rendered for the first who opens it; a verification is kept,
# and seals the ledgers, which the journal tells
DOCUMENT = {"gov_document", "gov_journal_chain", "gov_journal_entry", "ir_attachment"}
READERS = {
    "action_print": DOCUMENT,
    "action_print_sheet": DOCUMENT,
    "action_open_decision": DOCUMENT,
    "action_verify": {
        "gov_journal_check",
        "gov_budget_verification",
        "gov_budget_verification_line",
        "gov_budget_seal",
        "gov_journal_chain",
        "gov_journal_entry",
    },
    "action_verify_all": {"gov_journal_check"},
}
MONEY = ("gov_budget", "gov_special_account", "gov_procurement")
TYPED = {"dates": "2026-03-01", "numbers": 1, "texts": "Because it is so.", "lists": []}


def argument(name):
    """Return a value of the right kind for a parameter, guessed by its name."""
    if name in ("day", "on_date", "until") or "date" in name or name.endswith("_on"):
        return TYPED["dates"]
    if name.endswith("_ids") or name in ("ids", "lines", "rows", "filters", "changes", "answers"):
        return TYPED["lists"]
    if name.endswith("_id") or name in ("year", "month", "amount", "quantity", "days", "count", "quarter"):
        return TYPED["numbers"]
    return TYPED["texts"]


def arguments(method):
    """Return the arguments that a method asks for, without those it can do without."""
    return [
        argument(name)
        for name, parameter in list(inspect.signature(method).parameters.items())[1:]
        if parameter.default is parameter.empty
        and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]


@tagged("post_install", "-at_install", "contract")
class TestHostile(TransactionCase):
    """Every public method, called from outside on the records of others, as anyone with a login can."""

    MOST = 1  # records of each state that are tried

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
        """Call as from outside; return (what went wrong or None, the answer, tables written), all undone."""
        cr = self.env.cr
        self.env.invalidate_all()
        before = self.written()
        error = answer = None
        target = record.with_user(user).with_context(lang="en_US")
        try:
            with cr.savepoint(flush=False) as savepoint:
                answer = getattr(target, method)(*arguments(getattr(type(target), method)))
                after = self.written()
                savepoint.rollback()
        except Exception as caught:  # noqa: BLE001 - judged below
            error, after = caught, before
            self.env.transaction.clear()  # nothing of what failed is left to be written
        if isinstance(answer, dict) and answer.get("failed"):
            after = before  # each failure was undone, and is told
        return error, answer, {table for table in after if after[table] != before.get(table, 0)}

    def each_call(self, user, prefixes=("",)):
        for name, methods in sorted(self.methods.items()):
            if self.env[name]._transient or not self.env[name]._original_module.startswith(prefixes):
                continue
            for record in self.records_of(name):
                readable = bool(record.with_user(user)._filtered_access("read"))
                for method in methods:
                    yield (name, record.id, method, readable, *self.call(user, record, method))

    def breaches(self, user):
        """Return how many calls were made, and what went wrong: a traceback, or what should not have been done."""
        found, count = [], 0
        for name, record_id, method, readable, error, answer, tables in self.each_call(user):
            count += 1
            call = f"{name}({record_id}).{method}"
            is_window = isinstance(answer, dict) and str(answer.get("type", "")).startswith("ir.actions.")
            on_model = getattr(getattr(type(self.env[name]), method), "_api_model", False)
            if error is not None:
                if not isinstance(error, UserError | RedirectWarning):
                    found.append(f"{call}: {type(error).__name__}: {error}")
            elif tables - READERS.get(method, set()):
                found.append(f"{call}: wrote {sorted(tables)}")
            elif not readable and method.startswith("action_") and not is_window and not on_model:
                found.append(f"{call}: answered {answer!r:.80} on a record that the user does not read")
        return count, found

    def check(self, user):
        count, found = self.breaches(user)
        self.assertGreater(count, 100)
        if found:
            self.fail("\n".join([f"{len(found)} of {count} calls:", *sorted(set(found))]))

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_nobody_acts_on_records_of_others_nor_gets_a_traceback(self):
        self.check(self.nobody)

    def check_no_traceback(self, user, prefixes=("",)):
        """Whoever acts by right gets what he asked or a sentence, never a traceback."""
        found, count = [], 0
        for name, record_id, method, _readable, error, _answer, _tables in self.each_call(user, prefixes):
            count += 1
            if error is not None and not isinstance(error, UserError | RedirectWarning):
                found.append(f"{name}({record_id}).{method}: {type(error).__name__}: {error}")
        self.assertGreater(count, 100)
        if found:
            self.fail("\n".join([f"{len(found)} of {count} calls:", *sorted(set(found))]))

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_controller_gets_no_traceback(self):
        user = new_test_user(self.env, "hostile_actor", "base.group_user,gov_base.group_expenditure_controller")
        self.check_no_traceback(user, MONEY)

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_budget_officer_gets_no_traceback(self):
        user = new_test_user(self.env, "hostile_actor", "base.group_user,gov_base.group_budget_officer")
        self.check_no_traceback(user, MONEY)

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_head_of_unit_gets_no_traceback(self):
        head = new_test_user(self.env, "hostile_head", "base.group_user", name="Head of every unit")
        employee = self.env["hr.employee"].create({"name": "Head of every unit", "user_id": head.id})
        self.env["hr.department"].search([]).manager_id = employee
        self.check_no_traceback(head, MONEY)

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule", "odoo.models")
    def test_auditor_writes_nothing_nor_gets_a_traceback(self):
        self.check(self.auditor)
