from odoo import models

from .gov_budget_stateful import on_day

FILE = "budget_2026.xlsx"
LAW = "Loi de finances n° 50-25 pour l'année budgétaire 2026"
# public figures of 2025, in dirhams: personnel, equipment, investment of the sector
TOTALS_2025 = {"personnel": 80_000_000, "equipment": 1_572_600_000, "investment": 465_100_000}


class GovSample(models.AbstractModel):
    """The budget of the sample year: public totals, invented codes and details."""

    _inherit = "gov.sample"

    def _steps(self):
        return [
            *super()._steps(),
            self._make_budget_officers,
            self._make_budget_2026,
            self._make_budget_2025,
            self._make_budget_delegations,
            self._make_budget_amendments,
            self._make_budget_lists,
            self._make_budget_carryover,
        ]

    # ------------------------------------------------------------------ officers
    def _make_budget_officers(self):
        """Name the authorising officer and those of the twelve regions."""
        officers = self.env["gov.budget.officer"]
        if officers.search_count([], limit=1):
            return
        units = {unit.unit_code: unit for unit in self.env["hr.department"].search([("unit_code", "!=", False)])}
        vals_list = [
            {
                "code": "ORD",
                "name": "Authorising officer of the sector",
                "kind": "main",
                "unit_id": units["DRHF"].id,
                "user_id": self._user("authorising").id,
                "accountant": "Ministerial treasurer",
                "date_from": "2025-01-01",
            }
        ]
        names = {
            "ar": {"ORD": "الآمر بالصرف لقطاع التواصل"},
            "fr": {"ORD": "Ordonnateur du secteur de la communication"},
        }
        for number in range(1, 13):
            unit = units[f"DR{number:02d}"]
            code = f"SO{number:02d}"
            vals_list.append(
                {
                    "code": code,
                    "name": f"Regional director, {unit.effective_region_id.name}",
                    "kind": "sub",
                    "unit_id": unit.id,
                    "accountant": f"Regional treasurer, {unit.effective_region_id.name}",
                    "order_reference": f"Arrêté {number:02d}/2025",
                    "ceiling": 10_000_000,
                    "date_from": "2025-01-01",
                }
            )
            names["ar"][code] = f"المدير الجهوي، {unit.effective_region_id.with_context(lang='ar_MA').name}"
            names["fr"][code] = f"Directeur régional, {unit.effective_region_id.with_context(lang='fr_FR').name}"
        made = officers.with_context(lang="en_US").create(vals_list)
        for officer in made:
            region = officer.unit_id.effective_region_id
            for lang, code in (("ar", "ar_MA"), ("fr", "fr_FR")):
                accountants = {
                    "ar": ("الخازن الوزاري", "الخازن الجهوي، %s"),
                    "fr": ("Trésorier ministériel", "Trésorier régional, %s"),
                }[lang]
                officer.with_context(lang=code).write(
                    {
                        "name": names[lang][officer.code],
                        "accountant": accountants[0]
                        if officer.kind == "main"
                        else accountants[1] % region.with_context(lang=code).name,
                    }
                )

    # ------------------------------------------------------------------ budgets
    def _make_budget_2026(self):
        """Import the breakdown of 2026, record its vote and open it."""
        budgets = self.env["gov.budget"]
        year = self.env["gov.fiscal.year"].search([("name", "=", "2026")])
        if budgets.search_count([("fiscal_year_id", "=", year.id), ("state", "!=", "preparation")], limit=1):
            return
        if not budgets.search_count([("fiscal_year_id", "=", year.id)], limit=1):
            path = self._sample_file(FILE)
            importing = self._as("budget", self.env["gov.import.batch"])
            importing._import_file("budget", path.read_bytes(), FILE)
            self._keep()
        made = budgets.search([("fiscal_year_id", "=", year.id)])
        on_day(self._as("budget", made), "2025-12-31").action_vote(LAW, "2025-12-31")
        on_day(self._as("authorising", made), "2026-01-02").action_open()

    def _make_budget_2025(self):
        """Make a light history: the credits of 2025 and how they ended, taken over as sums."""
        years = self.env["gov.fiscal.year"]
        budgets = self.env["gov.budget"]
        if budgets.search_count([("year", "=", 2025)], limit=1):
            return
        year = years.search([("name", "=", "2025")]) or years.create(
            {"name": "2025", "date_from": "2025-01-01", "date_to": "2025-12-31"}
        )
        if year.state == "draft":
            year.action_open()
        current = budgets.search([("year", "=", 2026), ("kind", "=", "general")], limit=1)
        lines = current.line_ids.filtered(lambda line: not line.parent_line_id)
        # the rubrics are those of 2026
        lines.node_id._parents_and_self()._gov_write({"year_from": 2025})
        budget = budgets.create({"fiscal_year_id": year.id, "kind": "general"})
        vals_list = []
        for section, total in TOTALS_2025.items():
            members = lines.filtered(lambda line, section=section: line.section == section)
            whole = sum(members.mapped("cp_voted"))
            shares = [int(line.cp_voted / whole * total / 1000) * 1000 for line in members]
            shares[0] += total - sum(shares)
            vals_list += [
                {"budget_id": budget.id, "node_id": line.node_id.id, "unit_id": line.unit_id.id, "cp_proposed": share}
                for line, share in zip(members, shares, strict=True)
            ]
        self.env["gov.budget.line"].create(vals_list)
        on_day(self._as("budget", budget), "2024-12-31").action_vote(
            "Loi de finances pour l'année budgétaire 2025", "2024-12-31"
        )
        on_day(self._as("authorising", budget), "2025-01-02").action_open()
        self._keep()
        self._take_over_2025(budget)
        self._keep()
        on_day(self._as("authorising", budget), "2025-12-31").action_close()
        year.action_close()

    def _take_over_2025(self, budget):
        """Post what the former system holds of 2025 as sums: committed 88 to 99 %, ordered a little less."""
        movements = []
        for rank, line in enumerate(budget.line_ids):
            committed = round(line.cp_current * (88 + rank % 12) / 100, 2)
            ordered = round(committed * (0.82 if line.is_investment and rank % 3 == 0 else 0.97 if rank % 4 else 1), 2)
            if not line.is_investment:
                committed = ordered
            movements.append(
                {
                    "line": line,
                    "kind": "correction",
                    "committed": committed,
                    "liquidated": ordered,
                    "ordered": ordered,
                    "paid": ordered,
                    "record": budget,
                    "date": "2025-12-20",
                    "label": "Reprise de l'exécution 2025",
                }
            )
        self.env["gov.budget.entry"]._gov_post(movements)

    # ------------------------------------------------------------------ decisions
    def _budget_line(self, code, section="equipment", year=2026):
        return self.env["gov.budget.line"].search(
            [("full_code", "=", code), ("section", "=", section), ("year", "=", year), ("parent_line_id", "=", False)],
            limit=1,
        )

    def _decide_budget(self, record, days, authority=None, until="effective"):
        """Take drafts through their circuit, each act by another login, on the given days.

        :param days: days of the submission, the signature, the authority's decision and the visa
        """
        on_day(self._as("budget", record), days[0]).action_submit()
        if until == "submitted":
            return
        on_day(self._as("authorising", record), days[1]).action_sign()
        if authority:
            on_day(self._as("authorising", record), days[2]).action_authorise(authority, days[2])
        if until != "effective":
            return
        on_day(self._as("controller", record), days[-1])._gov_visa()

    def _make_budget_delegations(self):
        """Delegate half of the running means to each region, and take a little back in one."""
        delegations = self.env["gov.budget.delegation"]
        if delegations.search_count([], limit=1):
            return
        budget = self.env["gov.budget"].search([("year", "=", 2026), ("kind", "=", "general")], limit=1)
        drafts = delegations
        for officer in self.env["gov.budget.officer"].search([("kind", "=", "sub")]):
            lines = self.env["gov.budget.line"].search(
                [
                    ("budget_id", "=", budget.id),
                    ("section", "=", "equipment"),
                    ("node_id.region_id", "=", officer.region_id.id),
                    ("node_id.code", "in", ("11", "13", "16", "20", "22", "25")),
                    ("parent_line_id", "=", False),
                ]
            )
            drafts |= (
                on_day(self._as("budget", delegations), "2026-01-15")
                .create(
                    {
                        "officer_id": officer.id,
                        "budget_id": budget.id,
                        "reason": "Fonctionnement de la direction régionale, premier semestre",
                        "line_ids": [
                            (0, 0, {"line_id": line.id, "cp": round(line.cp_current * 0.5, 0)}) for line in lines
                        ],
                    }
                )
                .with_user(self.env.user)
            )
        self._decide_budget(drafts, ("2026-01-16", "2026-01-19", "2026-01-21"))
        self._keep()
        self._finish_budget_documents()

    def _finish_budget_documents(self):
        """Render what the visas have prepared, all together."""
        documents = self.env["gov.document"].search([("state", "=", "issuing"), ("kind", "=like", "budget_%")])
        documents._gov_finish()

    def _make_budget_amendments(self):
        """Amendments of several kinds, effective over the year, and some under way today."""
        amendments = self.env["gov.budget.amendment"]
        if amendments.search_count([], limit=1):
            return
        line = self._budget_line

        def draft(day, reason, moves, **vals):
            items = [(0, 0, {"line_id": one.id, "cp": amount, "ce": ce}) for one, amount, ce in moves]
            record = on_day(self._as("budget", amendments), day).create(
                {"reason": reason, "line_ids": items, "date": day, **vals}
            )
            return record.with_user(self.env.user)

        a7 = draft(
            "2026-02-10", "Campagne avancée au premier trimestre",
            [(line("P400-R00-Pj50-L26"), -500_000, 0), (line("P400-R00-Pj50-L24"), 500_000, 0)],
        )  # fmt: skip
        self._decide_budget(a7, ("2026-02-10", "2026-02-11", "2026-02-13"))
        a6 = draft(
            "2026-03-05", "Études de l'observatoire des jeux",
            [(line("P400-R00-Pj50-L21"), -300_000, 0), (line("P400-R00-Pj60-L26"), 300_000, 0)],
        )  # fmt: skip
        self._decide_budget(a6, ("2026-03-05", "2026-03-06", "2026-03-10"))
        a5 = draft(
            "2026-04-20", "Loyer de la direction régionale de Dakhla",
            [(line("P401-R00-Pj10-L15"), -200_000, 0), (line("P401-R12-Pj10-L15"), 200_000, 0)],
        )  # fmt: skip
        self._decide_budget(a5, ("2026-04-20", "2026-04-22", "2026-05-06", "2026-05-08"), "1187/2026")
        a2 = draft(
            "2026-06-03", "Renforcement de la sécurité des systèmes d'information",
            [(line("P400-R00-Pj60-L22"), -1_500_000, 0), (line("P401-R00-Pj20-L30"), 1_500_000, 0)],
        )  # fmt: skip
        self._decide_budget(a2, ("2026-06-03", "2026-06-05", "2026-06-24", "2026-06-26"), "1542/2026")
        a10 = draft(
            "2026-07-01", "Contribution d'un partenaire à l'observatoire des médias",
            [(line("P400-R00-Pj70-L37", "investment"), 1_200_000, 0)],
            kind="a10", donor="Partenaire technique, convention 3/2026",
        )  # fmt: skip
        self._decide_budget(a10, ("2026-07-01", "2026-07-02", "2026-07-15", "2026-07-17"), "2011/2026")
        a11 = draft(
            "2026-09-02", "Remboursement d'un trop-perçu de carburant",
            [(line("P401-R00-Pj10-L13"), 18_450, 0)],
            kind="a11", refund_reference="Quittance 4471", refund_date="2026-08-28",
        )  # fmt: skip
        self._decide_budget(a11, ("2026-09-02", "2026-09-03", "2026-09-07"))
        a7i = draft(
            "2026-09-14", "Achat de matériel audiovisuel avant le salon",
            [(line("P401-R00-Pj10-L35", "investment"), -400_000, 0),
             (line("P401-R00-Pj10-L34", "investment"), 400_000, 0)],
        )  # fmt: skip
        self._decide_budget(a7i, ("2026-09-14", "2026-09-15", "2026-09-18"))
        self._keep()
        self._finish_budget_documents()
        # under way today
        signed = draft(
            "2026-11-16", "Facture d'électricité des derniers mois",
            [(line("P401-R00-Pj10-L17"), -120_000, 0), (line("P401-R00-Pj10-L18"), 120_000, 0)],
        )  # fmt: skip
        self._decide_budget(signed, ("2026-11-16", "2026-11-18"), until="signed")
        asked = draft(
            "2026-11-23", "Besoins de la direction régionale de Laâyoune",
            [(line("P401-R00-Pj10-L20"), -90_000, 0), (line("P401-R11-Pj10-L20"), 90_000, 0)],
        )  # fmt: skip
        self._decide_budget(asked, ("2026-11-23",), until="submitted")
        draft(
            "2026-11-27", "Clôture de l'exercice : régularisation du gardiennage",
            [(line("P401-R00-Pj10-L26"), -60_000, 0), (line("P401-R00-Pj10-L25"), 60_000, 0)],
        )  # fmt: skip
        refused = draft(
            "2026-10-06", "Missions à l'étranger",
            [(line("P400-R00-Pj60-L26"), -250_000, 0), (line("P400-R00-Pj60-L21"), 250_000, 0)],
        )  # fmt: skip
        self._decide_budget(refused, ("2026-10-06",), until="submitted")
        on_day(self._as("authorising", refused), "2026-10-08").action_refuse(
            "Les missions à l'étranger sont réduites par la circulaire : voir la visioconférence."
        )

    def _make_budget_lists(self):
        """Acts on posts, the quarterly lists, and the reconciliation of two regions."""
        acts = self.env["gov.budget.post.act"]
        if acts.search_count([], limit=1):
            return
        chapter = self.env["gov.budget.node"].search(
            [("kind", "=", "chapter"), ("section", "=", "personnel")], limit=1
        )
        for day, kind, count, before, after, authority in (
            ("2026-03-12", "a17_held", 6, "Administrateur de 3e grade", "Administrateur de 2e grade", None),
            ("2026-05-20", "a17_vacant", 2, "Technicien de 4e grade", "Ingénieur d'État", "1290/2026"),
            ("2026-08-18", "a18", 3, "DRHF", "DR09", None),
        ):
            record = on_day(self._as("budget", acts), day).create(
                {
                    "kind": kind,
                    "chapter_id": chapter.id,
                    "count": count,
                    "from_label": before,
                    "to_label": after,
                    "reason": "Promotions et besoins des services",
                    "date": day,
                }
            )
            self._decide_budget(record.with_user(self.env.user), (day, day, day), authority)
        lists = self.env["gov.budget.quarterly"]
        lists._cron_make()
        self._keep()
        for one in lists.search([("fiscal_year_id.name", "=", "2026"), ("quarter", "in", ("1", "2"))]):
            day = one.due_on
            on_day(self._as("budget", one), day)._gov_issue()
            on_day(self._as("budget", one), day).action_send(f"DRHF/{one.quarter}/2026", day)
        self._keep()
        self._finish_budget_documents()
        reconciliations = self.env["gov.budget.reconciliation"]
        year = self.env["gov.fiscal.year"].search([("name", "=", "2026")])
        for code in ("SO01", "SO06"):
            officer = self.env["gov.budget.officer"].search([("code", "=", code)])
            for quarter in ("1", "2"):
                one = self._as("budget", reconciliations).create(
                    {
                        "officer_id": officer.id,
                        "fiscal_year_id": year.id,
                        "quarter": quarter,
                        "statement_reference": f"{code}/SIT/{quarter}/2026",
                    }
                )
                one.action_compute()
                if quarter == "1":
                    on_day(self._as("authorising", one), "2026-04-20").action_close()

    def _make_budget_carryover(self):
        """The carry-over of 2025 is signed and waits for the order of the minister of finance."""
        carryovers = self.env["gov.budget.carryover"]
        if carryovers.search_count([], limit=1):
            return
        budgets = self.env["gov.budget"].search([("kind", "=", "general")])
        before = budgets.filtered(lambda budget: budget.year == 2025 and budget.state == "closed")
        after = budgets.filtered(lambda budget: budget.year == 2026 and budget.state == "open")
        one = on_day(self._as("budget", carryovers), "2026-02-20").create(
            {"budget_id": before.id, "target_budget_id": after.id, "reason": "Marchés en cours", "date": "2026-02-20"}
        )
        one.action_compute()
        self._decide_budget(one.with_user(self.env.user), ("2026-02-20", "2026-02-24"), until="signed")
