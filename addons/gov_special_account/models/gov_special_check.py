from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.gov_base.tools.text import nbsp_amount, to_decimal

from ..services import rules
from ..services.rules import BROKEN, IDLE, OK, WATCH

ICONS = {
    OK: ("text-bg-success", "✓"),
    WATCH: ("text-bg-warning", "!"),
    BROKEN: ("text-bg-danger", "✗"),
    IDLE: ("text-bg-light", "–"),
}


def ltr(text):
    return Markup('<bdi dir="ltr">%s</bdi>') % text


class GovSpecialAccount(models.Model):
    """The rules CAS-1 … CAS-18 and SG-1 … SG-12 of an account, each with its state and its figures."""

    _inherit = "gov.special.account"

    rules_html = fields.Html("Rules of the account", compute="_compute_rules_html", sanitize=False)

    @api.depends_context("lang", "uid")
    def _compute_rules_html(self):
        labels = {
            OK: self.env._("holds"),
            WATCH: self.env._("to watch"),
            BROKEN: self.env._("broken"),
            IDLE: self.env._("does not apply"),
        }
        for account in self:
            rows = Markup("").join(
                Markup(
                    '<tr><td class="text-nowrap">%s</td><td><span class="badge %s">%s %s</span></td><td>%s</td></tr>'
                )
                % (
                    ltr(check["rule"]),
                    ICONS[check["state"]][0],
                    ICONS[check["state"]][1],
                    labels[check["state"]],
                    check["sentence"],
                )
                for check in account._gov_checks(fields.Date.context_today(self))
            )
            account.rules_html = Markup('<table class="table table-sm"><tbody>%s</tbody></table>') % rows

    def _gov_checks(self, day):
        """Return the rules that bear on the account: ``[{"rule", "state", "sentence"}]``."""
        self.ensure_one()
        # sudo: the account is readable; its rules look at all its years and lines
        account = self.sudo()
        years = account.year_ids.filtered(lambda year: year.date_from <= day and year.state != "draft")
        if not years:
            sentence = self.env._(
                "No year of this account was opened here: its rules are kept by whoever executes it."
            )
            return [{"rule": "CAS-1" if account.kind == "cas" else "SG-1", "state": IDLE, "sentence": sentence}]
        current = years.filtered(lambda year: year.date_to >= day)
        checks = account._gov_cas_checks(day, years, current) if account.kind == "cas" else []
        checks = checks or account._gov_segma_checks(day, years, current)
        return [{"rule": rule, "state": state, "sentence": sentence} for rule, state, sentence in checks]

    # ------------------------------------------------------------------------------------------------------- figures
    def _gov_spent(self, years):
        """Return {year: expenditure}, transfers to the general budget included."""
        spent = {}
        for year in years:
            key = year.date_from.year
            spent[key] = spent.get(key, Decimal(0)) + to_decimal(year.paid) + to_decimal(year.transferred)
        return spent

    def _gov_own_revenue(self, fiscal_year):
        """Return (own revenue, revenue of all sources) collected in a year."""
        rows = self.env.execute_query(
            SQL(
                """SELECT coalesce(sum(e.amount) FILTER (WHERE s.is_own), 0), coalesce(sum(e.amount), 0)
                     FROM gov_revenue_entry e JOIN gov_revenue_source s ON s.id = e.source_id
                     JOIN gov_special_year y ON y.id = e.year_id
                    WHERE e.account_id = %s AND e.kind = 'collected' AND y.fiscal_year_id = %s""",
                self.id,
                fiscal_year.id,
            )
        )
        return to_decimal(rows[0][0]), to_decimal(rows[0][1])

    def _gov_last_closed(self, years):
        return years.filtered(lambda year: year.state == "closed").sorted("date_from")[-1:]

    def _gov_own_check(self, day, years, rule, rate_code):
        """CAS-4, SG-2: share of own resources in the last year that is complete."""
        last = self._gov_last_closed(years)
        rate = self._gov_number(rate_code, day)
        since = int(self._gov_number("special.own_share_since", day))
        nth = int(self._gov_number("special.own_share_year", day))
        percent = f"{rate * 100:.0f} %"
        if not last:
            return rule, IDLE, self.env._("No complete year yet to measure own resources by.")
        own, total = self._gov_own_revenue(last.fiscal_year_id)
        # the share is one of what the finance law authorised; of what came in, where the law is not entered
        authorised = sum(
            (to_decimal(year.lf_revenue) for year in years if year.fiscal_year_id == last.fiscal_year_id), Decimal(0)
        )
        total = authorised or total
        state = rules.has_enough_own(self.creation_year, last.date_from.year, own, total, rate, since, nth)
        words = {
            "year": last.fiscal_year_id.name,
            "own": nbsp_amount(own),
            "total": nbsp_amount(total),
            "percent": percent,
            "since": since,
            "created": self.creation_year,
        }
        if state == IDLE and self.creation_year < since:
            return (
                rule,
                state,
                self.env._(
                    "Own resources of %(percent)s are asked of accounts created since %(since)s; this one dates from "
                    "%(created)s. %(year)s: %(own)s of %(total)s.",
                    **words,
                ),
            )
        return rule, state, self.env._("%(year)s: own resources %(own)s of %(total)s; at least %(percent)s.", **words)

    def _gov_salary_lines(self):
        return (
            self.env["gov.budget.line"]
            .sudo()
            .search_count(  # sudo: a count of lines of the account
                [
                    ("chapter_code", "in", [self.expenditure_code, self.investment_code or ""]),
                    ("node_id.is_salary", "=", True),
                    ("cp_current", ">", 0),
                ]
            )
        )

    def _gov_limit_check(self, rule, years, name, sentence):
        """A rule of figures: every year on its own; the counters hold it, this shows it."""
        worst = min(years.mapped(name), default=0.0)
        return rule, OK if worst >= 0 else BROKEN, sentence

    # ------------------------------------------------------------------------------------------------------ the rules
    def _gov_cas_checks(self, day, years, current):
        _ = self.env._
        money = nbsp_amount
        year = current[:1]
        position = year._gov_position() if year else rules.Position()
        checks = []
        add = lambda rule, state, sentence: checks.append((rule, state, sentence))  # noqa: E731
        over = position.committed > position.credits + position.anticipation
        add(
            "CAS-1",
            (BROKEN if over else OK) if self.legal_text_id else WATCH,
            _(
                "Created in %(created)s by %(text)s; maximum expenditure of the year %(credits)s.",
                created=self.creation_year,
                text=self.legal_text_id.display_name or _("a law to be named"),
                credits=money(position.credits),
            ),
        )
        sources = self.source_ids
        add("CAS-2", OK if sources else WATCH, _("%(count)s sources of revenue are named.", count=len(sources)))
        add(
            "CAS-3",
            OK,
            _(
                "Transfers go to the general budget alone: %(amount)s this year. Others are refused.",
                amount=money(position.transferred),
            ),
        )
        checks.append(self._gov_own_check(day, years, "CAS-4", "cas.own_share"))
        broken = years.filtered(lambda one: one.balance < 0)
        add(
            "CAS-5",
            BROKEN if broken else OK,
            _(
                "Balance %(balance)s; carried forward %(carried)s.",
                balance=money(position.balance),
                carried=money(year.carried),
            ),
        )
        salaries = self._gov_salary_lines()
        add(
            "CAS-6",
            OK if self.allow_salaries or not salaries else BROKEN,
            _("Lines that pay salaries: %(count)s. They cannot be committed.", count=salaries)
            if not self.allow_salaries
            else _("The finance law lets this account pay salaries."),
        )
        spent = self._gov_spent(years)
        nth = int(self._gov_number("cas.idle_years", day))
        # a year in progress is none without expenditure until it is over
        last = day.year if spent.get(day.year) else day.year - 1
        idle = rules.years_without_expenditure(spent, last)
        add(
            "CAS-7",
            rules.must_be_deleted(spent, last, nth) if spent else IDLE,
            _("Years in a row without expenditure: %(idle)s; deleted at %(nth)s.", idle=idle, nth=nth),
        )
        add("CAS-8", OK, _("Same acts, same controls and same prints as the general budget."))
        add(
            "CAS-9",
            OK if position.cash_room + to_decimal(year.announced) >= 0 else BROKEN,
            _(
                "Realised %(realised)s (of it carried %(carried)s), ordered %(ordered)s: %(room)s can still be "
                "ordered.",
                realised=money(position.realised),
                carried=money(year.carried),
                ordered=money(position.ordered),
                room=money(year.order_room),
            ),
        )
        add(
            "CAS-10",
            OK if position.extra_a <= year._gov_extra_a_max() else BROKEN,
            _(
                "Credits of type A %(done)s of %(max)s (revenue collected beyond the finance law).",
                done=money(position.extra_a),
                max=money(year._gov_extra_a_max()),
            ),
        )
        add(
            "CAS-11",
            OK if position.extra_b <= position.extra_b_max else BROKEN,
            _(
                "Credits of type B %(done)s of %(max)s (balance of the year before).",
                done=money(position.extra_b),
                max=money(to_decimal(year.carried)),
            ),
        )
        left = to_decimal(year.carried_commitments)
        on_surplus, on_law = rules.split_carried_commitments(left, to_decimal(year.carried))
        add(
            "CAS-12",
            OK,
            _(
                "Commitments left by the year before: %(left)s, ordered within the balance: %(part)s.",
                left=money(left),
                part=money(on_surplus),
            ),
        )
        add(
            "CAS-13",
            WATCH if on_law else OK,
            _("Charged on the credits of the finance law: %(part)s.", part=money(on_law)),
        )
        add(
            "CAS-14",
            OK if position.committed <= position.credits + position.anticipation else BROKEN,
            _(
                "Committed %(done)s of %(credits)s, ceiling of anticipated commitments %(ahead)s.",
                done=money(position.committed),
                credits=money(position.credits),
                ahead=money(position.anticipation),
            ),
        )
        program = self._gov_program(year)
        add(
            "CAS-15",
            OK if program or not position.committed else BROKEN,
            _(
                "Commitments are charged within the programme of use: %(name)s.",
                name=program.display_name or _("none in force"),
            ),
        )
        checks.append(self._gov_cap_check("CAS-16", day))
        add(
            "CAS-17",
            OK if program else WATCH,
            _("Visa %(visa)s for %(total)s of uses.", visa=program.visa_reference, total=money(program.total))
            if program
            else _("The programme of use of the year waits for its visa."),
        )
        delegated = self._gov_delegated(years.filtered(lambda one: one.state == "closed"))
        add(
            "CAS-18",
            OK if not delegated else BROKEN,
            _("Delegations not taken back in closed years: %(amount)s.", amount=money(delegated)),
        )
        return checks

    def _gov_program(self, year):
        # sudo: the programme in force of a readable account
        return (
            self.env["gov.special.program"]
            .sudo()
            .search(
                [
                    ("account_id", "=", self.id),
                    ("fiscal_year_id", "=", year.fiscal_year_id.id),
                    ("state", "=", "approved"),
                ],
                limit=1,
            )
        )

    def _gov_cap_check(self, rule, day):
        """CAS-16, SG-10: movements between programmes within their share of the initial credits."""
        # sudo: the counters of the account's programmes
        caps = (
            self.env["gov.budget.cap"]
            .sudo()
            .search(
                [
                    ("budget_id.fiscal_year_id.date_from", "<=", day),
                    ("budget_id.fiscal_year_id.date_to", ">=", day),
                    ("programme_id.chapter_code", "in", [self.expenditure_code, self.investment_code or ""]),
                ]
            )
        )
        share = self._gov_number("budget.transfer.cap", day)
        over = caps.filtered(
            lambda cap: to_decimal(cap.moved_in) + to_decimal(cap.moved_out) > share * to_decimal(cap.initial)
        )
        moved = sum((to_decimal(cap.moved_out) for cap in caps), Decimal(0))
        return (
            rule,
            BROKEN if over else OK,
            self.env._(
                "Moved between programmes: %(moved)s; at most %(percent)s of the initial credits of each.",
                moved=nbsp_amount(moved),
                percent=f"{share * 100:.0f} %",
            ),
        )

    def _gov_delegated(self, years):
        if not years:
            return Decimal(0)
        groups = (
            self.env["gov.budget.line"]
            .sudo()
            ._read_group(  # sudo: a total of lines of the account
                [
                    ("chapter_code", "in", [self.expenditure_code, self.investment_code or ""]),
                    ("fiscal_year_id", "in", years.fiscal_year_id.ids),
                    ("parent_line_id", "!=", False),
                ],
                aggregates=["available:sum"],
            )
        )
        return to_decimal(groups[0][0] or 0)

    def _gov_segma_checks(self, day, years, current):
        _ = self.env._
        money = nbsp_amount
        checks = []
        add = lambda rule, state, sentence: checks.append((rule, state, sentence))  # noqa: E731
        by_part = {year.part: year for year in current}
        operating = by_part.get("operating", current.browse())
        investment = by_part.get("investment", current.browse())
        own = self.source_ids.filtered("is_own")
        add(
            "SG-1",
            OK if own else WATCH,
            _("A service without legal personality, with revenue of its own: %(count)s sources.", count=len(own)),
        )
        checks.append(self._gov_own_check(day, years, "SG-2", "segma.own_share"))
        salaries = self._gov_salary_lines()
        add(
            "SG-3",
            OK if self.allow_salaries or not salaries else BROKEN,
            _("Lines that pay salaries: %(count)s.", count=salaries),
        )
        moved = sum(current.mapped("transferred"))
        add("SG-4", OK, _("Transfers go to the general budget alone: %(amount)s this year.", amount=money(moved)))
        a = operating._gov_position() if operating else rules.Position()
        b = investment._gov_position() if investment else rules.Position()
        parts = rules.financing_of_parts(a.realised, a.committed, b.realised, b.committed)
        add(
            "SG-5",
            OK if operating and (investment or not self._gov_has_investment(day)) else WATCH,
            _(
                "Operation: realised %(a)s, committed %(a2)s. Investment: realised %(b)s, committed %(b2)s. Surplus "
                "that funds investment %(moved)s; subsidy still asked of the general budget %(subsidy)s.",
                a=money(a.realised),
                a2=money(a.committed),
                b=money(b.realised),
                b2=money(b.committed),
                moved=money(parts["to_investment"]),
                subsidy=money(parts["subsidy_operating"] + parts["subsidy_investment"]),
            ),
        )
        ahead = any(year.anticipation for year in current)
        add("SG-6", BROKEN if ahead else OK, _("No anticipated commitment; multi-year investment has its CE."))
        add(
            "SG-7",
            OK,
            _(
                "Balance %(balance)s, carried over at the end of the year.",
                balance=money(sum(current.mapped("balance"))),
            ),
        )
        left = sum(current.mapped("carried_commitments"))
        add("SG-8", OK, _("Commitments left by the year before, charged first: %(left)s.", left=money(left)))
        bad = current.filtered(lambda year: year.order_room < 0)
        add(
            "SG-9",
            BROKEN if bad else OK,
            _("Can still be ordered: %(room)s.", room=money(sum(current.mapped("order_room")))),
        )
        checks.append(self._gov_cap_check("SG-10", day))
        appointed = self.head_quality != "minister" and bool(self.head_order)
        add(
            "SG-11",
            OK if appointed else WATCH,
            _("The head orders expenditure: %(order)s.", order=self.head_order)
            if appointed
            else _("Name the order or decree that lets the head of the service order expenditure."),
        )
        tariffs = self.tariff_ids.filtered(lambda t: t.valid_from <= day and (not t.valid_to or t.valid_to >= day))
        add("SG-12", OK if tariffs else WATCH, _("Tariffs in force by joint order: %(count)s.", count=len(tariffs)))
        return checks

    def _gov_has_investment(self, day):
        # sudo: whether the service has investment credits
        return bool(
            self.env["gov.budget.line"]
            .sudo()
            .search_count([("chapter_code", "=", self.investment_code), ("year", "=", day.year)], limit=1)
        )
