"""OCA's budget and report modules on postings of the same lines and amounts: what ``scripts/bench budget`` sets beside
the situation.  Not a bench by itself.

``account_budget_oca`` has a budget line for each of our lines, on an analytic account of its own; ``mis_builder`` a
report that opens one indicator by account, an account for each of our lines.  Both live in a database of their own
with Odoo's accounting and none of our modules, made from ``OCA_TEMPLATE`` and dropped at the end.  Postings are
synthetic and written by SQL, copied from one that Odoo made.
"""

import contextlib
import os
import subprocess

from lib import analyse, clone, environment


class Oca:
    """A thousand accounts with their budget line and their row of the report, and a ledger that grows as ours.

    The first account holds one posting more: the one the others are copied from."""

    def __init__(self, database, year, count):
        self.database, self.year, self.count = database, year, count
        self.rows = 0
        with environment(database) as env:
            self._prepare(env(context={**env.context, "tracking_disable": True}))
            env.cr.commit()

    def _prepare(self, env):
        period = {"date_from": f"{self.year}-01-01", "date_to": f"{self.year}-12-31"}
        accounts = env["account.account"].create(
            [{"code": f"6{n:06d}", "name": f"Line {n}", "account_type": "expense"} for n in range(self.count)]
        )
        bank = env["account.account"].create({"code": "5000000", "name": "Bank", "account_type": "asset_current"})
        journal = env["account.journal"].create({"code": "BENCH", "name": "Bench", "type": "general"})
        plan, _others = env["account.analytic.plan"]._get_all_plans()  # the budget looks at the plan of projects alone
        analytic = env["account.analytic.account"].create(
            [{"name": f"Line {n}", "plan_id": plan.id} for n in range(self.count)]
        )
        self.plan_column = plan._column_name()
        move = env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": f"{self.year}-01-01",
                "line_ids": [
                    (0, 0, {"account_id": accounts[0].id, "debit": 0.01}),
                    (0, 0, {"account_id": bank.id, "credit": 0.01}),
                ],
            }
        )
        move.action_post()
        debit = move.line_ids.filtered("debit")
        line = env["account.analytic.line"].create(
            {
                "name": "Bench",
                "date": f"{self.year}-01-01",
                "amount": -0.01,
                self.plan_column: analytic[0].id,
                "general_account_id": accounts[0].id,
            }
        )
        env.flush_all()
        self.accounts, self.analytic = accounts.ids, analytic.ids
        self.move, self.debit, self.credit, self.line = move.id, debit.id, (move.line_ids - debit).id, line.id
        positions = env["account.budget.post"].create(
            [{"name": account.name, "account_ids": [(6, 0, account.ids)]} for account in accounts]
        )
        budget = env["crossovered.budget"].create({"name": "Bench", **period})
        self.budget_lines = (
            env["crossovered.budget.lines"]
            .create(
                [
                    {
                        "crossovered_budget_id": budget.id,
                        "analytic_account_id": account.id,
                        "general_budget_id": position.id,
                        "planned_amount": 10**9,
                        **period,
                    }
                    for account, position in zip(analytic, positions, strict=True)
                ]
            )
            .ids
        )
        report = env["mis.report"].create({"name": "Bench"})
        env["mis.report.kpi"].create(
            {
                "report_id": report.id,
                "name": "committed",
                "description": "Committed",
                "expression": "balp[6%]",
                "auto_expand_accounts": True,
            }
        )
        instance = env["mis.report.instance"].create(
            {
                "name": "Bench",
                "report_id": report.id,
                "company_id": env.company.id,
                "period_ids": [
                    (
                        0,
                        0,
                        {
                            "name": str(self.year),
                            "mode": "fix",
                            "manual_date_from": period["date_from"],
                            "manual_date_to": period["date_to"],
                        },
                    )
                ],
            }
        )
        self.instance = instance.id

    def grow(self, rows):
        """Add postings by SQL, of the amount and the lines in turn that ours have."""
        with environment(self.database) as env:
            cr = env.cr
            place = f"{self.rows} + n"
            date = f"make_date({self.year}, (1 + ({place}) %% 12)::int, (1 + ({place}) %% 28)::int)"
            account = f"(ARRAY{self.accounts})[1 + ({place}) %% {self.count}]"
            own = {"date": date, "account_id": account, "name": f"'Bench ' || ({place})"}
            moves = max(rows // 1000, 1)
            balance = f"{rows / moves * 0.01:.2f}"
            base = clone(cr, "account_move", self.move, moves, name=f"'B' || {self.rows} || '/' || n")
            move = {"move_id": f"{base} + 1 + (n - 1) %% {moves}"}
            clone(cr, "account_move_line", self.debit, rows, **own, **move)
            other = {"move_id": f"{base} + n", "credit": balance, "balance": f"-{balance}"}
            clone(cr, "account_move_line", self.credit, moves, **other)
            own["general_account_id"] = own.pop("account_id")
            own[self.plan_column] = f"(ARRAY{self.analytic})[1 + ({place}) %% {self.count}]"
            clone(cr, "account_analytic_line", self.line, rows, **own)
            cr.commit()
        self.rows += rows
        analyse(self.database)

    def budget(self, env):
        """What the list of account_budget_oca shows: planned and practical amount of each line."""
        env.invalidate_all()
        names = ["analytic_account_id", "planned_amount", "practical_amount", "theoretical_amount", "percentage"]
        rows = env["crossovered.budget.lines"].browse(self.budget_lines).read(names)
        return [round(-row["practical_amount"], 2) for row in rows]

    def report(self, env):
        """What mis_builder's report shows: the indicator by account."""
        env.invalidate_all()
        body = env["mis.report.instance"].browse(self.instance).compute()["body"]
        return [round(row["cells"][0]["val"] or 0, 2) for row in body[1:]]


@contextlib.contextmanager
def oca(database, year, count):
    """OCA's side beside ``database``; None when the modules were not to be had (scripts/bench says so)."""
    template = os.environ.get("OCA_TEMPLATE")
    if not template:
        yield None
        return
    name = f"{database}_oca"
    subprocess.run(["createdb", "-T", template, name], check=True)
    try:
        yield Oca(name, year, count)
    finally:
        subprocess.run(["dropdb", "--if-exists", "--force", name], check=True)
