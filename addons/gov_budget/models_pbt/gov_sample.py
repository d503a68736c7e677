import datetime

from odoo import models

from ..models.gov_budget_stateful import on_day
from ..services import programming
from . import roles

TODAY = datetime.date(2026, 11, 29)

# (code, programme, gender, {lang: name}) of objectives; the first two and their indicators are those of the
# results-based budget report of the 2025 finance bill (table 25), the others are invented
OBJECTIVES = (
    (
        "400-1", "400", True,
        {
            "en_US": "Improve the image of women in the media and fight gender stereotypes",
            "fr_FR": "Améliorer l'image de la femme dans les médias et lutter contre les stéréotypes sexistes",
            "ar_MA": "تحسين صورة المرأة في وسائل الإعلام ومحاربة الصور النمطية القائمة على النوع",
        },
    ),
    (
        "400-2", "400", True,
        {
            "en_US": "Develop the skills of the staff and manage human resources better",
            "fr_FR": "Développer les compétences du personnel et optimiser l'efficience de la GRH",
            "ar_MA": "تنمية كفاءات الموظفين والرفع من فعالية تدبير الموارد البشرية",
        },
    ),
    (
        "400-3", "400", False,
        {
            "en_US": "Support the press enterprises in their modernisation",
            "fr_FR": "Accompagner la modernisation des entreprises de presse",
            "ar_MA": "مواكبة تحديث مقاولات الصحافة",
        },
    ),
    (
        "401-1", "401", False,
        {
            "en_US": "Pay suppliers on time",
            "fr_FR": "Payer les fournisseurs dans les délais",
            "ar_MA": "أداء مستحقات الموردين داخل الآجال",
        },
    ),
    (
        "402-1", "402", False,
        {
            "en_US": "Diversify national audiovisual production",
            "fr_FR": "Diversifier la production audiovisuelle nationale",
            "ar_MA": "تنويع الإنتاج السمعي البصري الوطني",
        },
    ),
    (
        "403-1", "403", True,
        {
            "en_US": "Train media professionals whom the market recruits",
            "fr_FR": "Former des professionnels des médias que le marché recrute",
            "ar_MA": "تكوين مهنيي الإعلام المطلوبين في سوق الشغل",
        },
    ),
)  # fmt: skip
# code of a programme: (login of who answers for it, its strategy)
PROGRAMMES = {
    "400": (
        "director",
        {
            "en_US": "Support a plural press and a public audiovisual sector near the citizens.",
            "fr_FR": "Accompagner une presse plurielle et un pôle audiovisuel public proche des citoyens.",
            "ar_MA": "مواكبة صحافة متعددة وقطب سمعي بصري عمومي قريب من المواطنين.",
        },
    ),
    "401": (
        "authorising",
        {
            "en_US": "Give the services the people and the means they need, and pay suppliers in time.",
            "fr_FR": "Doter les services des compétences et des moyens utiles, et payer les fournisseurs à temps.",
            "ar_MA": "تزويد المصالح بالكفاءات والوسائل الضرورية، وأداء مستحقات الموردين داخل الآجال.",
        },
    ),
}
# (code, objective, parent, unit, direction, gender, {lang: name}, {year: (target, result)}, explanation of 2025)
INDICATORS = (
    (
        "400-1.1", "400-1", None, "number", "up", True,
        {
            "en_US": "Activities carried out against gender stereotypes",
            "fr_FR": "Nombre d'activités réalisées pour la lutte contre les stéréotypes sexistes",
            "ar_MA": "عدد الأنشطة المنجزة لمحاربة الصور النمطية القائمة على النوع",
        },
        {2023: (None, 0), 2024: (1, 1), 2025: (2, 2), 2026: (3, None), 2027: (4, None), 2028: (4, None),
         2029: (5, None)},
        None,
    ),
    (
        "400-2.1", "400-2", None, "percent", "up", False,
        {
            "en_US": "Rate of access to training",
            "fr_FR": "Taux d'accès à la formation",
            "ar_MA": "نسبة الولوج إلى التكوين",
        },
        {2023: (None, 18), 2024: (26.8, 24.1), 2025: (30, 27.5), 2026: (33, None), 2027: (36, None), 2028: (40, None),
         2029: (45, None)},
        "Deux sessions reportées à 2026 faute de salle ; le plan 2026 les reprend.",
    ),
    (
        "400-2.2", "400-2", "400-2.1", "percent", "up", True,
        {
            "en_US": "Rate of access of women to training",
            "fr_FR": "Taux d'accès des femmes à la formation",
            "ar_MA": "نسبة ولوج النساء إلى التكوين",
        },
        {2024: (28, 25.2), 2025: (32, 29), 2026: (35, None), 2027: (38, None), 2028: (42, None), 2029: (46, None)},
        None,
    ),
    (
        "400-3.1", "400-3", None, "number", "up", False,
        {
            "en_US": "Press enterprises that received public support",
            "fr_FR": "Nombre d'entreprises de presse ayant bénéficié du soutien public",
            "ar_MA": "عدد مقاولات الصحافة المستفيدة من الدعم العمومي",
        },
        {2024: (70, 66), 2025: (75, 78), 2026: (80, None), 2027: (85, None), 2028: (85, None), 2029: (90, None)},
        "Deux entreprises de plus ont complété leur dossier avant la dernière commission.",
    ),
    (
        "401-1.1", "401-1", None, "days", "down", False,
        {
            "en_US": "Mean delay of payment",
            "fr_FR": "Délai moyen de paiement",
            "ar_MA": "متوسط أجل الأداء",
        },
        {2024: (45, 41), 2025: (40, 36), 2026: (35, None), 2027: (32, None), 2028: (30, None), 2029: (30, None)},
        "Dématérialisation des dépôts de factures depuis mars.",
    ),
    (
        "402-1.1", "402-1", None, "number", "up", False,
        {
            "en_US": "Hours of national fiction financed by the fund",
            "fr_FR": "Heures de fiction nationale financées par le fonds",
            "ar_MA": "عدد ساعات التخييل الوطني الممولة من الصندوق",
        },
        {2024: (120, 117), 2025: (130, 126), 2026: (135, None), 2027: (140, None), 2028: (150, None),
         2029: (160, None)},
        "Une série livrée en janvier 2026.",
    ),
    (
        "403-1.1", "403-1", None, "percent", "up", False,
        {
            "en_US": "Graduates in work after one year",
            "fr_FR": "Taux d'insertion des lauréats à un an",
            "ar_MA": "نسبة إدماج الخريجين بعد سنة",
        },
        {2024: (70, 68), 2025: (72, 73.5), 2026: (74, None), 2027: (75, None), 2028: (77, None), 2029: (80, None)},
        "Deux promotions plus petites, mieux placées.",
    ),
    (
        "403-1.2", "403-1", "403-1.1", "percent", "up", True,
        {
            "en_US": "Women graduates in work after one year",
            "fr_FR": "Taux d'insertion des lauréates à un an",
            "ar_MA": "نسبة إدماج الخريجات بعد سنة",
        },
        {2024: (68, 66), 2025: (71, 72), 2026: (74, None), 2027: (75, None), 2028: (77, None), 2029: (80, None)},
        "Même évolution que l'ensemble.",
    ),
)  # fmt: skip
# (unit, key, section, purpose, {year: CP}, {year: CE}, hypotheses) of new measures asked for 2027
MEASURES = (
    ("DRHF", "P401-R00-Pj20-L30", "equipment", "Télétravail sécurisé", (2_400_000, 2_400_000, 2_500_000), (0, 0, 0),
     "300 postes à 8 000 DH l'an, licences comprises."),
    ("DRHF", "P401-R00-Pj10-L27", "equipment", "Formation des cadres régionaux", (600_000, 650_000, 700_000),
     (0, 0, 0), "12 directions, 2 sessions par an à 25 000 DH."),
)  # fmt: skip
SCORES = {"P400-R00-Pj40": 3, "P400-R00-Pj50": 2, "P400-R00-Pj60": 3, "P401-R00-Pj10": 4, "P401-R00-Pj20": 4}
DONE = {
    "circular": "2026-03-12", "pbt_sent": "2026-04-13", "commission": "2026-05-12", "posts_redeployed": "2026-06-26",
    "government_council": "2026-07-10", "finance_committees": "2026-07-29", "pdp_sent": "2026-09-02",
    "bill_tabled": "2026-10-19",
}  # fmt: skip


class GovSample(models.AbstractModel):
    """Performance and three-year programming of the sample year: real indicators, invented needs."""

    _inherit = "gov.sample"

    def _steps(self):
        return [
            *super()._steps(),
            self._make_budget_objectives,
            self._make_framework_2026_2028,
            self._make_framework_2027_2029,
            self._make_budget_performance,
        ]

    # ------------------------------------------------------------------ performance
    def _make_budget_objectives(self):
        """Objectives, indicators, targets and results; scores of some projects."""
        objectives = self.env["gov.budget.objective"]
        if objectives.search_count([], limit=1):
            return
        nodes = self.env["gov.budget.node"]
        programmes = {}
        for node in nodes.search([("kind", "=", "programme")]):
            programmes.setdefault(node.code, node)
        user = self._user("budget")
        made = {}
        for code, programme, gender, names in OBJECTIVES:
            made[code] = self._pbt_in_languages(
                objectives,
                {
                    "code": code,
                    "programme_id": programmes[programme].id,
                    "is_gender": gender,
                    "responsible_id": user.id,
                },
                names,
            )
        indicators = {}
        for code, objective, parent, unit, direction, gender, names, values, explanation in INDICATORS:
            indicators[code] = self._pbt_in_languages(
                self.env["gov.budget.indicator"],
                {
                    "code": code,
                    "objective_id": made[objective].id,
                    "parent_id": indicators[parent].id if parent else False,
                    "unit": unit,
                    "direction": direction,
                    "is_gender": gender,
                    "frequency": "half" if unit == "percent" else "year",
                    "responsible_id": self._user("training" if unit == "percent" else "budget").id,
                },
                names,
            )
            self.env["gov.budget.indicator.value"].create(
                [
                    {
                        "indicator_id": indicators[code].id,
                        "year": year,
                        "target": target or 0,
                        "is_target": target is not None,
                        "realised": result or 0,
                        "is_realised": result is not None,
                        "comment": explanation if year == 2025 else False,
                    }
                    for year, (target, result) in values.items()
                ]
            )
        for code, (login, texts) in PROGRAMMES.items():
            programmes[code].write({"responsible_id": self._user(login).id, "strategy": texts["en_US"]})
            programmes[code].update_field_translations("strategy", texts)
        for node in nodes.search(
            [("kind", "=", "project"), ("full_code", "in", list(SCORES)), ("gender_score", "=", 0)]
        ):
            node.gender_score = SCORES[node.full_code]

    def _pbt_in_languages(self, model, values, names):
        record = model.with_context(lang="en_US").create(dict(values, name=names["en_US"]))
        for lang in ("fr_FR", "ar_MA"):
            record.with_context(lang=lang).name = names[lang]
        return record.with_context(lang=self.env.lang)

    def _make_budget_performance(self):
        """The project of 2026 is approved, that of 2027 submitted; the report of 2025 waits for one explanation."""
        documents = self.env["gov.budget.performance"]
        if documents.search_count([], limit=1):
            return
        first, second, _report = self._as("budget", documents).create(
            [{"kind": "pdp", "year": 2026}, {"kind": "pdp", "year": 2027}, {"kind": "rdp", "year": 2025}]
        )
        first.action_submit()
        self._as("authorising", first).action_approve()
        second.action_submit()

    # ------------------------------------------------------------------ programming
    def _make_framework_2026_2028(self):
        """The programming prepared in 2025: its first year is the budget of 2026; sent in April 2025."""
        frameworks = self.env["gov.budget.framework"]
        if frameworks.search_count([("base_year", "=", 2025)], limit=1):
            return
        framework = self._as("budget", frameworks).create({"base_year": 2025, "collection_deadline": "2025-04-01"})
        law = {
            (line.node_id.id, line.unit_id.id): line.cp_voted
            for line in self.env["gov.budget.line"].search([("year", "=", 2025), ("parent_line_id", "=", False)])
        }
        default = framework._gov_default_unit().id
        lines = []
        for line in self.env["gov.budget.line"].search([("year", "=", 2026), ("parent_line_id", "=", False)]):
            later = [round(line.cp_proposed * rate, -3) for rate in (1.03, 1.0609)]
            lines.append(
                {
                    "framework_id": framework.id,
                    "node_id": line.node_id.id,
                    "unit_id": line.unit_id.id or default,
                    "lf_cp": law.get((line.node_id.id, line.unit_id.id), 0),
                    "cp_1": line.cp_proposed,
                    "cp_2": later[0],
                    "cp_3": later[1],
                    "ce_1": line.ce_proposed,
                    "cp_later": max(line.ce_proposed - sum(later), later[1] if line.is_investment else 0),
                }
            )
        self._pbt_make_lines(lines)
        framework.action_open_collection()
        self._pbt_answer_for_units(framework.sudo().need_ids)  # run by the system
        framework.action_open_arbitration()
        self._pbt_notify_ceilings(framework)
        self._as("authorising", framework).action_approve("Conforme à la lettre de cadrage")
        on_day(framework, "2025-04-11").action_send("Lettre n° 214/DRHF du 11 avril 2025")

    def _pbt_make_lines(self, values):
        self.env["gov.budget.framework.line"]._gov_write_lines(values)

    def _pbt_answer_for_units(self, needs, skipped=()):
        """Record, as their heads have no login in the sample, that the units answered."""
        answered = needs.filtered(lambda need: need.unit_id.unit_code not in skipped)
        answered._gov_write({"state": "accepted", "accepted_by_id": self._user("budget").id})

    def _pbt_notify_ceilings(self, framework, short=None):
        """Notify ceilings at what is programmed, less ``short`` for one section (section → amount)."""
        names = (*programming.CP, *programming.CE)
        rows = self.env["gov.budget.framework.line"]._read_group(
            [("framework_id", "=", framework.id)], ["chapter_id"], [f"{name}:sum" for name in names]
        )
        values = []
        for chapter, *sums in rows:
            row = dict(zip(names, sums, strict=True))
            row["cp_1"] -= (short or {}).get(chapter.section, 0)
            values.append(dict(row, framework_id=framework.id, chapter_id=chapter.id, reference="Lettre de cadrage"))
        self._as("budget", self.env["gov.budget.framework.ceiling"]).create(values)

    def _make_framework_2027_2029(self):
        """The programming under way: needs collected, one round closed, one open, two scenarios, project sheets."""
        frameworks = self.env["gov.budget.framework"]
        if frameworks.search_count([("base_year", "=", 2026)], limit=1):
            return
        framework = self._as("budget", frameworks).create(
            {
                "base_year": 2026,
                "collection_deadline": "2026-04-01",
                "circular": "Circulaire du Chef du gouvernement du 12 mars 2026",
            }
        )
        framework.action_fill()
        self._keep()
        framework.action_open_collection()
        units = {unit.unit_code: unit.id for unit in self.env["hr.department"].search([("unit_code", "!=", False)])}
        self._pbt_make_measures(framework, units)
        self._pbt_make_project_sheets(framework, units)
        self._pbt_answer_for_units(framework.sudo().need_ids, ("DR11", "DR12"))  # run by the system
        framework.action_open_arbitration()
        self._pbt_notify_ceilings(framework, {"equipment": 4_000_000})
        for milestone in framework.sudo().milestone_ids:  # the system picks, the login acts
            if milestone.code in DONE:
                on_day(self._as("budget", milestone), DONE[milestone.code]).action_done()
        self._keep()
        self._pbt_arbitrate(framework)
        self._keep()
        self._pbt_make_scenarios(framework)

    def _pbt_make_measures(self, framework, units):
        values = []
        service = self._user("head").employee_id.department_id
        own = (
            service.unit_code,
            "P401-R00-Pj10-L12",
            "equipment",
            "Postes du service",
            (180_000, 60_000, 60_000),
            (0, 0, 0),
            "20 postes à 9 000 DH, puis maintenance.",
        )
        if service:
            roles.acting(self.env["gov.budget.framework.need"]).create(
                {"framework_id": framework.id, "unit_id": service.id}
            )
        for unit, key, section, purpose, cp, ce, hypotheses in (*MEASURES, own):
            node = self.env["gov.budget.node"].search([("full_code", "=", key), ("section", "=", section)], limit=1)
            # run by the system
            need = framework.sudo().need_ids.filtered(lambda one, unit=unit: one.unit_id.unit_code == unit)
            if not node or not need:
                continue
            row = {f"cp_{year}": amount for year, amount in enumerate(cp, 1)}
            row.update({f"ce_{year}": amount for year, amount in enumerate(ce, 1)})
            values.append(
                dict(
                    row,
                    framework_id=framework.id,
                    need_id=need.id,
                    node_id=node.id,
                    unit_id=units[unit],
                    nature="new",
                    name=purpose,
                    hypotheses=hypotheses,
                )
            )
        self._pbt_make_lines(values)

    def _pbt_make_project_sheets(self, framework, units):
        projects = self.env["gov.budget.framework.line"].search(
            [("framework_id", "=", framework.id), ("is_investment", "=", True), ("section", "=", "investment")]
        )
        indicator = self.env["gov.budget.indicator"].search([("code", "=", "400-3.1")], limit=1)
        values = []
        for project, lines in list(projects.grouped("project_id").items())[:3]:
            cp = [sum(lines.mapped(name)) for name in programming.CP]
            if not project or not sum(cp):
                continue
            values.append(
                {
                    "framework_id": framework.id,
                    "node_id": project.id,
                    "name": project.with_context(lang="fr_FR").name,
                    "unit_id": lines[0].unit_id.id,
                    "aim": "Moderniser les équipements et les locaux au service des usagers.",
                    "date_from": "2026-01-01",
                    "date_to": "2029-12-31",
                    "cost": round(sum(cp) * 1.25),
                    "paid_before": round(sum(cp) * 0.2),
                    "indicator_id": indicator.id,
                    "year_ids": [
                        (0, 0, {"year": 2027 + step, "cp": amount, "ce": sum(lines.mapped(f"ce_{step + 1}"))})
                        for step, amount in enumerate(cp)
                    ],
                }
            )
        self._as("budget", self.env["gov.budget.project.sheet"]).create(values)

    def _pbt_arbitrate(self, framework):
        """A round of the directorates is over; that of finance is open, with some cuts."""
        framework.action_open_round("directorate")
        director = self._as("director", framework)
        allowed = director.open_round_id._gov_allowed(director.line_ids)
        if allowed:
            allowed[:2].action_arbitrate_percent(-3, [1], "Effort partagé entre les services de la direction.")
        framework.open_round_id.minutes = "Réunion des directions : efforts partagés, mesures nouvelles hiérarchisées."
        framework.action_close_round()
        framework.action_open_round("drhf")
        lines = framework.line_ids
        new = lines.filtered(lambda line: line.nature == "new")[:1]
        if new:
            new.action_arbitrate({"cp_1": round(new.cp_1 * 0.75)}, "Déploiement en deux tranches.", {"cp_1": new.cp_1})
        costly = lines.filtered(lambda line: line.nature == "baseline" and line.section == "equipment")
        costly.sorted("cp_1", reverse=True)[2:5].action_arbitrate_percent(
            -2, [1], "Lettre de cadrage : effort de 2 %."
        )

    def _pbt_make_scenarios(self, framework):
        """Two scenarios: prudent growth, and an investment project put off."""
        Hypothesis = self._as("budget", self.env["gov.budget.framework.hypothesis"])
        chapters = {node.section: node for node in framework.line_ids.chapter_id}
        first = self.env["gov.budget.framework"].browse(framework.action_branch("Croissance prudente")["res_id"])
        first = self._as("budget", first)
        Hypothesis.create(
            [
                {
                    "framework_id": first.id,
                    "kind": "growth",
                    "percent": 2,
                    "chapter_ids": [(6, 0, chapters["equipment"].ids)],
                    "nature": "baseline",
                    "note": "Inflation prévue",
                },
                {"framework_id": first.id, "sequence": 20, "kind": "freeze", "nature": "new", "note": "Pas de mesure"},
            ]
        )
        first.action_apply()
        second = self.env["gov.budget.framework"].browse(framework.action_branch("Investissement étalé")["res_id"])
        second = self._as("budget", second)
        project = framework.line_ids.filtered("is_investment").project_id[:1]
        Hypothesis.create(
            {
                "framework_id": second.id,
                "kind": "shift",
                "delay": 1,
                "project_ids": [(6, 0, project.ids)],
                "note": "Étude de maturité à refaire",
            }
        )
        second.action_apply()
