import datetime

from odoo import models

from odoo.addons.gov_base.tools.text import to_decimal
from odoo.addons.gov_budget.models.gov_budget_stateful import on_day
from odoo.addons.gov_budget_execution.models.gov_sample import TODAY, _Loader
from odoo.addons.gov_budget_execution.services import sample

M = 1_000_000
FPPAN, FNAC = "3.1.0.0.1.29.004", "3.1.0.0.1.29.001"
# Report on special accounts, draft finance law 2025: receipts with the balance brought forward, expenditure by
# beneficiary; the balance brought into 2021, the revenue of that year and what follows June 2024 are invented.
LINES = {
    "snrt": "P402-R00-Pj10-L28",
    "ccm": "P402-R00-Pj20-L28",
    "map": "P402-R00-Pj30-L28",
    "campaigns": "P402-R00-Pj40-L24",
    "studies": "P402-R00-Pj50-L26",
}
LF = {"snrt": 150, "ccm": 190, "map": 7, "campaigns": 16, "studies": 7}
CARRIED_2021 = "552.31"
HISTORY = {
    2021: {
        "revenue": "366.48",
        "spent": {"snrt": "316.00", "ccm": "229.68", "map": "25.63"},
    },
    2022: {
        "revenue": "402.01",
        "spent": {"snrt": "120.00", "ccm": "271.00", "map": "6.00", "campaigns": "3.45", "studies": "1.49"},
    },
    2023: {
        "revenue": "365.93",
        "spent": {"snrt": "150.00", "ccm": "316.00", "map": "6.51", "campaigns": "9.24", "studies": "0.79"},
        "transfer": "25.00",
    },
    2024: {
        "revenue": "372.40",
        "half": {"snrt": "120.00", "ccm": "100.00", "campaigns": "0.99", "studies": "0.20"},
        "spent": {"snrt": "120.00", "ccm": "240.00", "map": "5.00", "campaigns": "4.10", "studies": "0.90"},
    },
    2025: {
        "revenue": "376.20",
        "spent": {"snrt": "150.00", "ccm": "188.00", "map": "7.00", "campaigns": "13.20", "studies": "4.30"},
    },
}
# executed before the suite was in use, taken over as sums: quarter → line → million
TAKEN_OVER_2026 = {
    "2026-03-31": {"snrt": "50.00", "ccm": "55.00", "map": "1.75", "campaigns": "2.20"},
    "2026-06-30": {"snrt": "50.00", "ccm": "65.00", "map": "1.75", "campaigns": "3.10", "studies": "1.60"},
}
REVENUE_2026 = "341.60"  # January to October
# share of each source and of each collector of the tax
SOURCES = (
    ("TPPAN", "TPPAN: tax on electricity consumption", "ضريبة النهوض بالفضاء السمعي البصري الوطني",
     "Taxe pour la promotion du paysage audiovisuel national (TPPAN)", "tax", 84),
    ("PUB", "Levy on advertising", "الرسم على الإشهار", "Taxe sur la publicité", "levy", 16),
)  # fmt: skip
COLLECTORS = (
    ("ONEE", "National electricity office", "المكتب الوطني للكهرباء", "Office national de l'électricité", "TPPAN", 62),
    ("REGIES", "Municipal distributors", "الوكالات المستقلة للتوزيع", "Régies de distribution", "TPPAN", 20),
    ("DELEG", "Delegated distributors", "شركات التدبير المفوض", "Gestionnaires délégués", "TPPAN", 18),
    ("REGIE-PUB", "Advertising agencies", "وكالات الإشهار", "Régies publicitaires", "PUB", 100),
)
SEASON = (98, 92, 88, 86, 88, 96, 112, 118, 112, 104, 102, 104)  # of 1,200
PLANNED = (
    ("Aide à la production cinématographique, 3e session", 45, "2026-12-10", 1),
    ("Convention avec la SNRT, dernière tranche", 60, "2026-12-15", 2),
    ("Campagne nationale de communication", 6, "2027-01-15", 3),
    ("Numérisation des archives audiovisuelles", 120, "2027-02-01", 4),
    ("Salles de cinéma des régions", 90, "2027-03-01", 5),
)
FEES = ("Enrolment and training fees", "رسوم التسجيل والتكوين", "Droits d'inscription et de formation")
SEGMA = (
    {
        "code": "4.1.1.0.0.29.008", "short": "ISIC", "year": 2009, "unit": "DEMM",
        "names": ("Higher institute of information and communication", "المعهد العالي للإعلام والاتصال",
                  "Institut supérieur de l'information et de la communication"),
        "own": ((*FEES, 1_180_000),
                ("Studies and opinion polls", "الدراسات واستطلاعات الرأي", "Études et sondages", 460_000)),
        "subsidies": (2_520_000, 3_610_000), "law": (4_080_000, 3_610_000), "carried": (96_400, 0),
        "tariffs": (("Continuing education", "التكوين المستمر", "Formation continue", 12_000, "participant"),
                    ("Opinion poll, national sample", "استطلاع رأي وطني", "Sondage national", 180_000, "étude")),
        "order": "Arrêté conjoint, application du décret de décembre 2008",
    },
    {
        "code": "4.1.1.0.0.29.009", "short": "ISMAC", "year": 2013, "unit": "DEMM",
        "names": ("Higher institute of audiovisual and cinema crafts", "المعهد العالي لمهن السمعي البصري والسينما",
                  "Institut supérieur des métiers de l'audiovisuel et du cinéma"),
        "own": ((*FEES, 2_240_000),
                ("Hire of studios", "كراء الاستوديوهات", "Location de studios", 890_000)),
        "subsidies": (4_980_000, 6_500_000), "law": (8_060_000, 6_500_000), "carried": (212_700, 0),
        "tariffs": (("Studio, a day", "استوديو لليوم", "Studio, la journée", 9_500, "jour"),
                    ("Vocational training", "تكوين مهني", "Formation professionnelle", 15_000, "participant")),
        "order": "Arrêté conjoint Communication - Finances",
    },
)  # fmt: skip


class SpecialLoader(_Loader):
    """The loader of the execution, over the lines of special accounts and autonomous services."""

    kinds_of_budget = ("cas", "segma")

    def __init__(self, step):
        super().__init__(step)
        main = self.env["gov.budget.officer"].search([("kind", "=", "main")], limit=1)
        lines = self.env["gov.budget.line"].search(
            [("year", "=", 2026), ("is_open", "=", True), ("budget_kind", "in", self.kinds_of_budget)]
        )
        self.lines = {line.id: line for line in lines}
        self.credits = [
            sample.Credit(
                id=line.id,
                nature=line.node_id.code,
                section=line.section,
                available=to_decimal(line.available),
                payment=to_decimal(line.cp_current),
                later=to_decimal(line.ce_current),
                officer=main.id,
            )
            for line in lines
            if main
        ]

    def run(self):
        self.plans = sample.plans(self.credits, 120, TODAY, seed=29)
        for step in (
            self.number_commitments, self.make_commitments, self.make_acts, self.make_invoices, self.make_orders,
            self.set_counters, self.post,
        ):  # fmt: skip
            step()


def parts(total, weights):
    """Share an amount by weights; the last gets what is left, so that the parts make the whole."""
    total, whole, given, shares = to_decimal(total), sum(weights), to_decimal(0), []
    for weight in weights[:-1]:
        share = to_decimal(str(total * weight / whole))
        shares.append(share)
        given += share
    return [*shares, total - given]


class GovSample(models.AbstractModel):
    """Special accounts of the sample: the public figures of the fund and of the two institutes."""

    _inherit = "gov.sample"

    def _steps(self):
        steps = super()._steps()
        ours = [self._make_special_accounts, self._make_special_history, self._make_special_2026, self._make_segma]
        names = [step.__name__ for step in steps]
        # after the budget is open, before anything is committed on it
        known = [names.index(name) for name in ("_make_budget_2026", "_make_budget_2025") if name in names]
        place = max(known) + 1 if known else len(steps)
        after = [self._make_special_execution, self._make_special_reconciliation]
        return [*steps[:place], *ours, *steps[place:], *after]

    def _special(self, code):
        return self.env["gov.special.account"].search([("code", "=", code)])

    def _name_in(self, record, ar, fr, field="name"):
        record.with_context(lang="ar_MA")[field] = ar
        record.with_context(lang="fr_FR")[field] = fr

    # ------------------------------------------------------------------------------------------------------- accounts
    def _make_special_accounts(self):
        """Create the fund of the sector and its sister fund, their sources and collectors."""
        if self._special(FPPAN):
            return
        accounts = self.env["gov.special.account"].with_context(lang="en_US")
        unit = self.env["hr.department"].search([("unit_code", "=", "DRHF")], limit=1)
        law = self.env.ref("gov_special_account.legal_text_finance_law_1996_97")
        fund = accounts.create(
            {
                "name": "Fund for the audiovisual landscape, announcements and public publishing",
                "short_name": "FPPAN",
                "kind": "cas",
                "code": FPPAN,
                "creation_year": 1996,
                "legal_text_id": law.id,
                "unit_id": unit.id,
                "object_revenue": "Tax for the promotion of the audiovisual landscape, levy on advertising, "
                "transfers of the general budget",
                "object_expenditure": "Support to broadcasting, cinema, press agency, campaigns and studies",
            }
        )
        self._name_in(
            fund,
            "صندوق النهوض بالفضاء السمعي البصري وبالإعلانات وبالنشر العمومي",
            "Fonds pour la promotion du paysage audiovisuel et des annonces et de l'édition publique",
        )
        culture = accounts.create(
            {
                "name": "National fund for cultural action",
                "short_name": "FNAC",
                "kind": "cas",
                "code": FNAC,
                "creation_year": 1983,
                "object_expenditure": "Kept by the sector of culture; here for the figures of the finance laws only",
            }
        )
        self._name_in(culture, "الصندوق الوطني للعمل الثقافي", "Fonds national pour l'action culturelle")
        sources = {}
        for code, name, ar, fr, nature, _share in SOURCES:
            sources[code] = (
                self.env["gov.revenue.source"]
                .with_context(lang="en_US")
                .create({"account_id": fund.id, "name": name, "nature": nature})
            )
            self._name_in(sources[code], ar, fr)
        for code, name, ar, fr, _source, _share in COLLECTORS:
            collector = (
                self.env["gov.revenue.collector"]
                .with_context(lang="en_US")
                .create({"code": code, "name": name, "account_ids": [(6, 0, fund.ids)]})
            )
            self._name_in(collector, ar, fr)
        years = self.env["gov.fiscal.year"]
        for number in range(2021, 2028):
            if not years.search_count([("name", "=", str(number))], limit=1):
                years.create({"name": str(number), "date_from": f"{number}-01-01", "date_to": f"{number}-12-31"})
        for number, amount in ((2022, 20), (2023, 20), (2024, 60), (2026, 60)):
            self._special_year(culture, number, "whole", amount * M)

    def _special_year(self, account, number, part, revenue, **vals):
        year = self.env["gov.fiscal.year"].search([("name", "=", str(number))])
        found = self.env["gov.special.year"].search(
            [("account_id", "=", account.id), ("fiscal_year_id", "=", year.id), ("part", "=", part)]
        )
        if found:
            return found
        made = self.env["gov.special.year"].create(
            {"account_id": account.id, "fiscal_year_id": year.id, "part": part, "lf_revenue": revenue}
        )
        if vals:
            made._gov_write(vals)
        return made

    # -------------------------------------------------------------------------------------------------------- history
    def _make_special_history(self):
        """Take over four years of the fund, and the year after, as the published report has them."""
        fund = self._special(FPPAN)
        done = self.env["gov.special.year"].search([("account_id", "=", fund.id), ("state", "=", "closed")])
        current = self.env["gov.budget"].search([("year", "=", 2026), ("kind", "=", "cas")], limit=1)
        if not current:
            return
        nodes = current.line_ids.node_id
        nodes._parents_and_self()._gov_write({"year_from": 2021})
        for number, facts in HISTORY.items():
            if done.filtered(lambda year, number=number: year.date_from.year == number):
                continue
            self._take_over_fund(fund, current, number, facts)
            self._keep()

    def _take_over_fund(self, fund, current, number, facts):
        budget, lines = self._past_budget(current, number)
        year = self._special_year(fund, number, "whole", 370 * M)
        if number == min(HISTORY) and year.state == "draft":
            year._gov_write({"carried": float(to_decimal(CARRIED_2021) * M)})
        if year.state == "draft":
            on_day(self._as("authorising", year), f"{number}-01-02").action_open()
        self._enter_fund_revenue(fund, number, to_decimal(facts["revenue"]) * M, 12)
        year.invalidate_recordset()
        spent = {name: to_decimal(amount) * M for name, amount in facts["spent"].items()}
        self._open_fund_credits(year, lines, spent, facts)
        movements = []
        half = {name: to_decimal(amount) * M for name, amount in facts.get("half", {}).items()}
        for name, amount in spent.items():
            for day, part in ((f"{number}-06-30", half.get(name, 0)), (f"{number}-12-15", amount - half.get(name, 0))):
                if part:
                    movements.append(
                        {
                            "line": lines[name], "kind": "correction", "committed": part, "liquidated": part,
                            "ordered": part, "paid": part, "date": day, "record": budget,
                            "label": f"Reprise de l'exécution {number}",
                        }
                    )  # fmt: skip
        if facts.get("transfer"):
            movements.append(
                {
                    "line": lines["snrt"], "kind": "amendment", "movement": "a12", "date": f"{number}-12-20",
                    "cp": -to_decimal(facts["transfer"]) * M, "record": budget, "label": "Versement au budget général",
                }
            )  # fmt: skip
        self.env["gov.budget.entry"]._gov_post(movements)
        budget.line_ids._gov_write({"is_open": False})
        budget._gov_write({"state": "closed", "closed_on": f"{number}-12-31"})
        on_day(self._as("authorising", year), f"{number}-12-31").action_close()

    def _past_budget(self, current, number):
        """Make the budget of the fund of a past year, and open its lines for what is taken over."""
        year = self.env["gov.fiscal.year"].search([("name", "=", str(number))])
        budget = self.env["gov.budget"].search([("fiscal_year_id", "=", year.id), ("kind", "=", "cas")], limit=1)
        by_code = {line.full_code: line for line in current.line_ids}
        if not budget:
            budget = self.env["gov.budget"].create(
                {"fiscal_year_id": year.id, "kind": "cas", "account_code": current.account_code}
            )
            self.env["gov.budget.line"].create(
                [
                    {
                        "budget_id": budget.id,
                        "node_id": by_code[code].node_id.id,
                        "unit_id": by_code[code].unit_id.id,
                        "cp_proposed": LF[name] * M,
                    }
                    for name, code in LINES.items()
                ]
            )
            on_day(self._as("budget", budget), f"{number - 1}-12-31").action_vote(
                f"Loi de finances pour l'année budgétaire {number}", f"{number - 1}-12-31"
            )
            budget._gov_write({"state": "open", "opened_on": f"{number}-01-02"})
            budget.line_ids._gov_write({"is_open": True})
            self.env["gov.budget.entry"]._gov_post(
                [
                    {"line": line, "kind": "initial", "cp": line.cp_proposed, "record": budget,
                     "date": f"{number}-01-01", "label": budget.law_reference}
                    for line in budget.line_ids
                ]
            )  # fmt: skip
        codes = {code: name for name, code in LINES.items()}
        return budget, {codes[line.full_code]: line for line in budget.line_ids}

    def _open_fund_credits(self, year, lines, spent, facts):
        """Open the credits that the expenditure of the year needed beyond the finance law, A first, then B, and move
        what is left between lines."""
        entries = self.env["gov.budget.entry"]
        number = year.date_from.year
        transfer = to_decimal(facts.get("transfer", 0)) * M
        needed = sum(spent.values()) + transfer
        beyond = max(needed - to_decimal(year.lf_credits), to_decimal(0))
        first = min(beyond, max(to_decimal(year.collected) - to_decimal(year.lf_credits), to_decimal(0)))
        for kind, amount in (("extra_a", first), ("extra_b", beyond - first)):
            if amount > 0:
                self._approve_special(
                    on_day(self._as("budget", self.env["gov.special.act"]), f"{number}-10-01").create(
                        {
                            "year_id": year.id,
                            "kind": kind,
                            "order_reference": f"Arrêté {number}/{'A' if kind == 'extra_a' else 'B'}",
                            "order_date": f"{number}-10-01",
                            "line_ids": [(0, 0, {"budget_line_id": lines["snrt"].id, "amount": float(amount)})],
                        }
                    ),
                    f"{number}-10-01",
                )
        # the credits of the lines then follow the expenditure
        gaps = {name: spent.get(name, to_decimal(0)) - to_decimal(line.cp_current) for name, line in lines.items()}
        gaps["snrt"] += transfer
        spare = -sum(gaps.values())
        if spare < 0:
            raise ValueError("the fund of the sample has too few credits")
        gaps["snrt"] += spare
        moves = [
            {"line": lines[name], "kind": "amendment", "movement": "a6", "cp": gap, "date": f"{number}-10-02",
             "label": f"Programme d'emploi modifié {number}"}
            for name, gap in gaps.items() if gap
        ]  # fmt: skip
        if moves:
            entries._gov_post(moves)

    def _approve_special(self, act, day):
        on_day(self._as("budget", act), day).action_submit()
        on_day(self._as("authorising", act), day).action_approve()

    def _enter_fund_revenue(self, fund, number, total, months):
        """Enter the revenue of a year, month by month and collector by collector."""
        entries = self.env["gov.revenue.entry"]
        if entries.search_count(
            [("account_id", "=", fund.id), ("date", ">=", f"{number}-01-01"), ("date", "<=", f"{number}-12-31")],
            limit=1,
        ):
            return
        # by the name in the base language: the reader's may be another
        sources = {
            code: fund.source_ids.with_context(lang="en_US").filtered(lambda one, name=name: one.name == name)
            for code, name, *_rest in SOURCES
        }
        collectors = {one.code: one for one in self.env["gov.revenue.collector"].search([])}
        rows = []
        by_source = parts(total, [share for *_rest, share in SOURCES])
        for (code, *_rest), amount in zip(SOURCES, by_source, strict=True):
            mine = [(collector, share) for collector, _n, _a, _f, source, share in COLLECTORS if source == code]
            for month, part in enumerate(parts(amount, SEASON[:months]), 1):
                day = datetime.date(number, month, 27)
                for (collector, _share), money in zip(mine, parts(part, [share for _c, share in mine]), strict=True):
                    rows.append(
                        {
                            "account_id": fund.id, "source_id": sources[code].id, "kind": "collected",
                            "collector_id": collectors[collector].id, "date": day, "month": day.replace(day=1),
                            "amount": float(money), "reference": f"TGR-{number}{month:02d}-{collector}",
                        }
                    )  # fmt: skip
        self._as("budget", entries).create(rows)

    # ------------------------------------------------------------------------------------------------------ year 2026
    def _make_special_2026(self):
        """Open 2026: revenue to October, programme of use, planned expenses."""
        fund = self._special(FPPAN)
        year = self._special_year(fund, 2026, "whole", 370 * M)
        budget = self.env["gov.budget"].search([("year", "=", 2026), ("kind", "=", "cas")], limit=1)
        if not budget:
            return
        if year.state == "draft":
            on_day(self._as("authorising", year), "2026-01-02").action_open()
        self._enter_fund_revenue(fund, 2026, to_decimal(REVENUE_2026) * M, 10)
        self._take_over_2026(budget)
        programs = self.env["gov.special.program"]
        if not programs.search_count([("account_id", "=", fund.id)], limit=1):
            program = on_day(self._as("budget", programs), "2026-01-10").create(
                {
                    "account_id": fund.id,
                    "fiscal_year_id": year.fiscal_year_id.id,
                    "line_ids": [
                        (0, 0, {"budget_line_id": line.id, "amount": line.cp_current, "sequence": rank,
                                "name": line.with_context(lang="fr_FR").project_id.name})
                        for rank, line in enumerate(budget.line_ids)
                    ],
                }
            )  # fmt: skip
            on_day(self._as("budget", program), "2026-01-10").action_submit()
            on_day(self._as("authorising", program), "2026-01-20").action_approve(
                visa_reference="DB 112/2026", visa_date="2026-01-20"
            )
        if not fund.plan_ids:
            self.env["gov.special.plan"].create(
                [
                    {"account_id": fund.id, "name": name, "amount": amount * M, "wanted": wanted, "priority": priority}
                    for name, amount, wanted, priority in PLANNED
                ]
            )

    def _take_over_2026(self, budget):
        lines = {line.full_code: line for line in budget.line_ids}
        entries = self.env["gov.budget.entry"]
        if entries.search_count([("line_id", "in", budget.line_ids.ids), ("kind", "=", "correction")], limit=1):
            return
        entries._gov_post(
            [
                {
                    "line": lines[LINES[name]], "kind": "correction", "record": budget, "date": day,
                    "label": "Reprise de l'exécution du premier semestre 2026",
                    **dict.fromkeys(("committed", "liquidated", "ordered", "paid"), to_decimal(amount) * M),
                }
                for day, amounts in TAKEN_OVER_2026.items()
                for name, amount in amounts.items()
            ]
        )  # fmt: skip

    # ---------------------------------------------------------------------------------------------------------- SEGMA
    def _make_segma(self):
        """Create the two institutes with the figures of the finance law 2026, their revenue and their tariffs."""
        for facts in SEGMA:
            if not self._special(facts["code"]):
                self._make_one_segma(facts)
                self._keep()

    def _make_one_segma(self, facts):
        name, ar, fr = facts["names"]
        unit = self.env["hr.department"].search([("unit_code", "=", facts["unit"])], limit=1)
        account = (
            self.env["gov.special.account"]
            .with_context(lang="en_US")
            .create(
                {
                    "name": name,
                    "short_name": facts["short"],
                    "kind": "segma",
                    "code": facts["code"],
                    "creation_year": facts["year"],
                    "unit_id": unit.id,
                    "head_quality": "sub",
                    "head_order": "Arrêté visé par le ministre des finances",
                }
            )
        )
        self._name_in(account, ar, fr)
        for tariff, tariff_ar, tariff_fr, price, of in facts["tariffs"]:
            made = self.env["gov.special.tariff"].with_context(lang="en_US").create(
                {"account_id": account.id, "name": tariff, "price": price, "unit": of,
                 "order_reference": facts["order"], "valid_from": "2020-01-01"}
            )  # fmt: skip
            self._name_in(made, tariff_ar, tariff_fr)
        sources = []
        for source, source_ar, source_fr, amount in facts["own"]:
            made = (
                self.env["gov.revenue.source"]
                .with_context(lang="en_US")
                .create({"account_id": account.id, "name": source, "nature": "service"})
            )
            self._name_in(made, source_ar, source_fr)
            sources.append((made, "operating", amount))
        for part, label, label_ar, label_fr, amount in (
            (
                "operating",
                "Balance subsidy, title I",
                "إعانة التوازن، الباب الأول",
                "Subvention d'équilibre, titre I",
                facts["subsidies"][0],
            ),
            (
                "investment",
                "Balance subsidy, title II",
                "إعانة التوازن، الباب الثاني",
                "Subvention d'équilibre, titre II",
                facts["subsidies"][1],
            ),
        ):
            made = (
                self.env["gov.revenue.source"]
                .with_context(lang="en_US")
                .create({"account_id": account.id, "name": label, "nature": "subsidy"})
            )
            self._name_in(made, label_ar, label_fr)
            sources.append((made, part, amount))
        for part, carried, revenue in zip(("operating", "investment"), facts["carried"], facts["law"], strict=True):
            year = self._special_year(account, 2026, part, revenue, carried=carried)
            on_day(self._as("authorising", year), "2026-01-02").action_open()
        rows = []
        for source, part, amount in sources:
            for month, share in zip((2, 5, 10), parts(amount, [5, 4, 3]), strict=True):
                rows.append(
                    {
                        "account_id": account.id, "source_id": source.id, "part": part, "kind": "collected",
                        "date": f"2026-{month:02d}-15", "amount": float(share),
                        "reference": f"{facts['short']}-{month:02d}/2026",
                    }
                )  # fmt: skip
        self._as("budget", self.env["gov.revenue.entry"]).create(rows)

    # ------------------------------------------------------------------------------------------------------- execution
    def _make_special_execution(self):
        """Write commitments, invoices, orders and payments on the fund and the institutes."""
        lines = self.env["gov.budget.line"].search(
            [("year", "=", 2026), ("is_open", "=", True), ("budget_kind", "!=", "general")]
        )
        done = self.env["gov.commitment.line"].search_count([("budget_line_id", "in", lines.ids)], limit=1)
        if done or not lines:
            return
        loader = SpecialLoader(self)
        if loader.credits and loader.partners:
            loader.run()

    # ------------------------------------------------------------------------------------------------ reconciliation
    def _make_special_reconciliation(self):
        """Reconcile September (approved) and October (one collector differs, to approve)."""
        fund = self._special(FPPAN)
        model = self.env["gov.revenue.reconciliation"]
        if not fund or model.search_count([], limit=1):
            return
        for month, late in (("2026-09-01", 0), ("2026-10-01", 1)):
            made = on_day(self._as("budget", model), "2026-11-05").create(
                {"account_id": fund.id, "month": month, "statement_reference": f"TGR {month[:7]}"}
            )
            made.action_load()
            for rank, line in enumerate(made.line_ids.sorted("ours")):
                line.theirs = line.ours - (184_300.50 if late and rank == 1 else 0)
                if line.difference:
                    line.explanation = "Versement du 30 octobre comptabilisé le 2 novembre"
            made.action_submit()
            if not late:
                on_day(self._as("authorising", made), "2026-11-09").action_approve()
