from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.gov_base.tools.act import short_transaction

from ..services import codes, programming
from . import roles

CHECKS = ("a", "b", "c", "d", "e", "f")


class GovBudgetFrameworkCheck(models.Model):
    """The checks of a framework before it goes on, and the draft budget it becomes.

    a: the lines of each chapter add up to the notified ceiling; b: commitments are covered by the payments planned
    after them; c: each programme has objectives with indicators, the department a gender-sensitive one; d: the first
    year is the draft finance law; e: commitments stand on investment only; f: all units have answered.
    """

    _inherit = "gov.budget.framework"

    # ------------------------------------------------------------------ checklist
    def get_checklist(self):
        """Return the checks of the framework, each with what is wrong and the action that opens it.

        They tell figures of the whole framework: to the finance services and who approves; to others nothing.

        :return: list of ``{"code", "title", "status", "sentence", "count", "action"}``; status ok, warning, blocked or
            waiting
        """
        self.ensure_one()
        self.check_access("read")
        if self.is_scenario or not (roles.has_role(self.env, *roles.READERS) or roles.is_top(self.env)):
            return []
        # sudo: a check of the whole framework, whatever region the reader serves; rows are opened under his own rights
        whole = self.sudo()
        return [getattr(whole, f"_gov_check_{code}")() for code in CHECKS]

    def _gov_result(self, code, title, faults, sentence, action=None, status=None):
        if status is None:
            status = "ok"
            if faults:
                # sudo: a setting
                word = self.env["gov.parameter"].sudo().get_value(f"budget.framework.check.{code}", self._gov_day())
                status = "blocked" if word == "block" else "warning"
        return {
            "code": code,
            "title": title,
            "status": status,
            "sentence": sentence,
            "count": faults,
            "action": action if faults else False,
        }

    def _gov_day(self):
        return f"{self.base_year}-12-31"

    def _gov_lines_action(self, name, lines):
        return self._gov_act_window("gov.budget.framework.line", name, [("id", "in", lines.ids)])

    def _gov_check_a(self):
        title = self.env._("The lines of each chapter add up to its ceiling")
        totals = {}
        for line in self.line_ids:
            key = line.chapter_id.id
            totals[key] = programming.add_up([totals.get(key, {}), line._gov_figures()])
        ceilings = {
            one.chapter_id.id: {
                name: programming.centimes(one[name])
                for name in (*programming.CP, *(programming.CE if one.is_investment else ()))
            }
            for one in self.ceiling_ids
        }
        missing = [chapter for chapter in totals if chapter not in ceilings]
        off = programming.off_ceiling(totals, ceilings)
        chapters = self.env["gov.budget.node"].browse({key for key, *_rest in off} | set(missing))
        if missing:
            sentence = self.env._("No ceiling was entered for: %(chapters)s.", chapters=self._gov_names(missing))
        elif off:
            key, name, total, ceiling = off[0]
            sentence = self.env._(
                "%(chapter)s, %(figure)s: %(total)s DH programmed for a ceiling of %(ceiling)s DH.",
                chapter=self._gov_names([key]),
                figure=self._gov_figure(name),
                total=self._gov_money(total),
                ceiling=self._gov_money(ceiling),
            )
        else:
            sentence = self.env._("Every chapter is at its ceiling, in the three years.")
        wrong = self.line_ids.filtered(lambda line: line.chapter_id in chapters)
        return self._gov_result("a", title, len(chapters), sentence, self._gov_lines_action(title, wrong))

    def _gov_money(self, cents):
        return self.env["gov.budget.line"]._gov_amount(programming.dirhams(cents))

    def _gov_names(self, ids):
        return ", ".join(self.env["gov.budget.node"].browse(ids).mapped("display_name"))

    def _gov_figure(self, name):
        return dict(self.env["gov.budget.framework.change"]._fields["figure"]._description_selection(self.env))[name]

    def _gov_check_b(self):
        title = self.env._("Commitments are covered by the payments planned after them")
        wrong, first = self.env["gov.budget.framework.line"], None
        for line in self.line_ids:
            found = programming.unfunded_commitments(line._gov_figures())
            if found:
                wrong |= line
                first = first or (line, found[0])
        if first:
            line, (year, commitments, payments) = first
            sentence = self.env._(
                "%(code)s: CE of N+%(year)s is %(ce)s DH, the payments planned after that year %(cp)s DH.",
                code=line.full_code,
                year=year,
                ce=self._gov_money(commitments),
                cp=self._gov_money(payments),
            )
        else:
            sentence = self.env._("The payments of later years cover what may be committed.")
        return self._gov_result("b", title, len(wrong), sentence, self._gov_lines_action(title, wrong))

    def _gov_check_c(self):
        title = self.env._("Each programme has objectives and indicators, the department one on gender")
        objectives = self.env["gov.budget.objective"].search([])
        measured = objectives.filtered("indicator_ids")
        programmes = self._gov_programmes()
        covered = {objective.programme_id.code for objective in measured}
        bare = programmes.filtered(lambda node: node.code not in covered)
        gender = any(indicator.is_gender for indicator in measured.indicator_ids)
        faults = len(bare) + (not gender)
        if bare:
            sentence = self.env._(
                "No objective with an indicator for: %(names)s.", names=", ".join(bare.mapped("display_name"))
            )
        elif not gender:
            sentence = self.env._("No indicator is sensitive to gender: the department needs one at least.")
        else:
            sentence = self.env._("Every programme is measured, gender included.")
        action = self._gov_act_window("gov.budget.objective", title, [])
        return self._gov_result("c", title, faults, sentence, action)

    def _gov_programmes(self):
        """Return one rubric of each programme: a programme stands under several chapters with one code."""
        seen, found = set(), self.env["gov.budget.node"]
        for node in self.line_ids.programme_id.sorted("id"):
            if node.code not in seen:
                seen.add(node.code)
                found |= node
        return found

    def _gov_check_d(self):
        title = self.env._("The first year is the draft finance law")
        budget = self.env["gov.budget.line"].search(
            [("year", "=", self.base_year + 1), ("parent_line_id", "=", False)]
        )
        if not budget:
            sentence = self.env._("The draft budget of %(year)s is not made yet.", year=self.base_year + 1)
            return self._gov_result("d", title, 0, sentence, status="waiting")
        programmed, proposed = {}, {}
        for line in self.line_ids:
            pair = (programming.centimes(line.cp_1), programming.centimes(line.ce_1))
            programmed[line.node_id.id] = self._gov_plus(programmed.get(line.node_id.id), pair)
        for line in budget:
            pair = (programming.centimes(line.cp_proposed), programming.centimes(line.ce_proposed))
            proposed[line.node_id.id] = self._gov_plus(proposed.get(line.node_id.id), pair)
        off = [
            node
            for node in programmed.keys() | proposed.keys()
            if programmed.get(node, (0, 0)) != proposed.get(node, (0, 0))
        ]
        if off:
            node = self.env["gov.budget.node"].browse(min(off))
            sentence = self.env._(
                "%(count)s headings differ; %(code)s: %(framework)s DH programmed, %(budget)s DH in the draft budget.",
                count=len(off),
                code=node.full_code,
                framework=self._gov_money(programmed.get(node.id, (0, 0))[0]),
                budget=self._gov_money(proposed.get(node.id, (0, 0))[0]),
            )
        else:
            sentence = self.env._("The draft budget of %(year)s says the same.", year=self.base_year + 1)
        wrong = self.line_ids.filtered(lambda line: line.node_id.id in off)
        action = self._gov_lines_action(title, wrong)
        if not wrong and off:
            action = self._gov_act_window(
                "gov.budget.line", title, [("node_id", "in", off), ("year", "=", self.base_year + 1)]
            )
        return self._gov_result("d", title, len(off), sentence, action)

    @staticmethod
    def _gov_plus(one, other):
        one = one or (0, 0)
        return one[0] + other[0], one[1] + other[1]

    def _gov_check_e(self):
        title = self.env._("Commitment appropriations stand on investment only")
        wrong = self.line_ids.filtered(
            lambda line: not line.is_investment and (line.ce_1 or line.ce_2 or line.ce_3 or line.ce_later)
        )
        if wrong:
            sentence = self.env._(
                "%(codes)s: operating credits are annual, nothing is committed ahead on them.",
                codes=", ".join(wrong[:5].mapped("full_code")),
            )
        else:
            sentence = self.env._("No operating line is committed ahead.")
        return self._gov_result("e", title, len(wrong), sentence, self._gov_lines_action(title, wrong))

    def _gov_check_f(self):
        title = self.env._("Every unit has answered")
        missing = self.need_ids.filtered(lambda need: need.state == "open")
        if missing:
            sentence = self.env._(
                "%(count)s units have not submitted their needs: %(units)s.",
                count=len(missing),
                units=", ".join(missing[:10].unit_id.mapped("name")),
            )
        else:
            sentence = self.env._("All the needs were submitted.")
        action = self._gov_act_window("gov.budget.framework.need", title, [("id", "in", missing.ids)])
        return self._gov_result("f", title, len(missing), sentence, action)

    def _gov_check_blocking(self):
        """Refuse to go on while a check of the law is not met."""
        for one in self:
            blocked = [check for check in one.get_checklist() if check["status"] == "blocked"]
            if blocked:
                raise UserError(
                    self.env._(
                        "%(framework)s cannot go on: %(checks)s",
                        framework=one.name,
                        checks=" ".join(
                            f"({check['code']}) {check['title']}. {check['sentence']}" for check in blocked
                        ),
                    )
                )

    # ------------------------------------------------------------------ the annual budget
    @short_transaction
    def action_make_budget(self):
        """Make the draft budget of the first year: lines with what is programmed, one budget an account.

        A draft made before by this act is brought up to date; a budget already voted is left alone and refused.

        :return: the action that opens the budgets
        """
        self.ensure_one()
        self._gov_check_officer()
        self._gov_check_main()
        if self.state not in ("approved", "sent"):
            raise UserError(self.env._("The budget is made from an approved framework."))
        self._gov_take(self.state, self.state)
        year = self._gov_fiscal_year(self.base_year + 1)
        accounts = self._gov_first_year()
        if not accounts:
            raise UserError(self.env._("Nothing is programmed for %(year)s.", year=self.base_year + 1))
        budgets = self.env["gov.budget"]
        for (kind, account), rows in sorted(accounts.items()):
            budgets |= self._gov_write_budget(year, kind, account, rows)
        self._gov_note("make_budget", {"year": self.base_year + 1, "budgets": budgets.mapped("name")})
        action = self._gov_act_window("gov.budget", self.env._("Draft budget"), [("id", "in", budgets.ids)])
        if len(budgets) == 1:
            action.update(res_id=budgets.id, views=[(False, "form")], view_mode="form")
        return action

    def _gov_fiscal_year(self, year):
        found = self.env["gov.fiscal.year"].search([("date_from", "=", f"{year}-01-01")], limit=1)
        if not found:
            # sudo: a budget officer prepares fiscal years
            found = (
                self.env["gov.fiscal.year"]
                .sudo()
                .create({"name": str(year), "date_from": f"{year}-01-01", "date_to": f"{year}-12-31"})
            )
        return found.sudo(False)

    def _gov_first_year(self):
        """Return what is programmed for N+1: (kind of budget, account) → (node id, unit id) → [CP, CE] in centimes.

        :raise UserError: when credits stand above the lines of the nomenclature
        """
        self.ensure_one()
        lines = self.sudo().line_ids  # sudo: the budget holds the lines of all regions
        above = lines.filtered(lambda line: line.node_id.kind != "line" and (line.cp_1 or line.ce_1))
        if above:
            raise UserError(
                self.env._(
                    "Spread over the lines of the nomenclature first what is programmed on: %(codes)s.",
                    codes=", ".join(above[:10].mapped("full_code")),
                )
            )
        accounts = {}
        for line in lines:
            if line.cp_1 or line.ce_1:
                account = (codes.budget_kind_of(line.chapter_code), codes.account_of(line.chapter_code))
                row = accounts.setdefault(account, {}).setdefault((line.node_id.id, line.unit_id.id), [0, 0])
                row[0] += programming.centimes(line.cp_1)
                row[1] += programming.centimes(line.ce_1)
        return accounts

    def _gov_write_budget(self, year, kind, account, rows):
        # sudo: lines of all regions are written by the act
        Budget = self.env["gov.budget"].sudo()
        budget = Budget.search(
            [
                ("fiscal_year_id", "=", year.id),
                ("kind", "=", kind),
                ("account_code", "in", [account or False, account]),
            ],
            limit=1,
        )
        if budget and budget.state != "preparation":
            raise UserError(
                self.env._("%(budget)s was voted already: it changes by amendments only.", budget=budget.display_name)
            )
        if not budget:
            budget = Budget.create({"fiscal_year_id": year.id, "kind": kind, "account_code": account or False})
        budget.framework_id = self
        # what the framework no longer has leaves the draft
        budget.line_ids.filtered(lambda line: (line.node_id.id, line.unit_id.id) not in rows).unlink()
        budget.action_load_framework()
        return budget.sudo(False)

    def _gov_refuse_reader(self):
        if not (roles.has_role(self.env, *roles.READERS) or roles.is_top(self.env)):
            raise AccessError(self.env._("The whole framework is printed and exported by the finance services."))


class GovBudgetFromFramework(models.Model):
    """A draft budget takes the first year of a framework."""

    _inherit = "gov.budget"

    def _gov_framework_rows(self):
        """Return the first year of the framework for this budget: baseline and new measures of a heading together."""
        self.ensure_one()
        rows = self.framework_id._gov_first_year().get((self.kind, self.account_code or ""), {})
        return [
            {"node_id": node, "unit_id": unit, "cp": programming.dirhams(cp), "ce": programming.dirhams(ce)}
            for (node, unit), (cp, ce) in rows.items()
        ]
