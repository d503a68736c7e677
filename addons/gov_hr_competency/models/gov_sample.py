import random
from datetime import timedelta

from odoo import fields, models

SENSITIVE = ("P-0001", "P-0350", "P-0392")
PREPARED = ("P-0350", "P-0392")
OFFERED = ("P-0234", "P-0252", "P-0144")
# name in English, Arabic, French; what it supposes; lines
SCENARIOS = (
    (
        ("Replacement, one for two", "تعويض مغادر واحد من كل اثنين", "Remplacement d'un départ sur deux"),
        (
            "Half of those who leave for good are replaced, by the entry grade of administrators.",
            "تعويض نصف المغادرين نهائيا بتوظيفات في درجة ولوج إطار المتصرفين.",
            "La moitié des départs définitifs sont remplacés, au grade d'entrée des administrateurs.",
        ),
        (
            {"kind": "recruitment", "basis": "replacement", "value": 50, "to": "ADM3"},
            {"kind": "early", "basis": "rate", "value": 2},
            {"kind": "departure", "basis": "rate", "value": 0.5},
            {"kind": "promotion", "basis": "number", "value": 6, "from": "ADM3", "to": "ADM2"},
        ),
    ),
    (
        ("Freeze of recruitment", "تجميد التوظيف", "Gel des recrutements"),
        (
            "Nobody is recruited; early retirements and moves to other administrations grow.",
            "لا توظيف، مع ارتفاع التقاعد النسبي والانتقالات إلى إدارات أخرى.",
            "Aucun recrutement ; les retraites anticipées et les départs vers d'autres administrations augmentent.",
        ),
        (
            {"kind": "early", "basis": "rate", "value": 4},
            {"kind": "departure", "basis": "rate", "value": 1},
            {"kind": "mobility_out", "basis": "number", "value": 4},
            {"kind": "promotion", "basis": "number", "value": 6, "from": "ADM3", "to": "ADM2"},
        ),
    ),
)


class GovSample(models.AbstractModel):
    """The sample year of the workforce ahead: scenarios, sensitive posts, successions, vacancies, wishes."""

    _inherit = "gov.sample"

    def _steps(self):
        return [
            *super()._steps(),
            self._make_scenarios,
            self._prepare_successions,
            self._say_wishes,
            self._offer_posts,
        ]

    def _make_scenarios(self):
        scenarios = self.env["gov.workforce.scenario"]
        if scenarios.search_count([("flow_ids", "!=", False)], limit=1):
            return
        grades = {grade.code: grade.id for grade in self.env["gov.grade"].search([])}
        for number, (names, texts, lines) in enumerate(SCENARIOS, 2):
            made = scenarios.with_context(lang="en_US").create(
                {
                    "name": names[0],
                    "description": texts[0],
                    "sequence": number,
                    "flow_ids": [
                        fields.Command.create(
                            {
                                "kind": line["kind"],
                                "basis": line["basis"],
                                "value": line["value"],
                                "grade_id": grades.get(line.get("from")),
                                "to_grade_id": grades.get(line.get("to")),
                            }
                        )
                        for line in lines
                        if line.get("to", "ADM3") in grades
                    ],
                }
            )
            for place, lang in ((1, "ar_MA"), (2, "fr_FR")):
                made.with_context(lang=lang).write({"name": names[place], "description": texts[place]})

    def _prepare_successions(self):
        """Mark some posts sensitive, and rank the staff for the succession of two of them as HR does."""
        plans = self.env["gov.succession.plan"]
        if plans.search_count([], limit=1):
            return
        self.env["gov.post"].search([("code", "in", SENSITIVE)]).is_sensitive = True
        for post in self.env["gov.post"].search([("code", "in", PREPARED)]):
            plan = self._as("hrmanager", plans).create({"post_id": post.id})
            plan.action_rank()
            if post.code == PREPARED[0]:
                plan.action_keep_best()

    def _say_wishes(self):
        """Let some employees say the near jobs they would like; the employee of the sample among them."""
        wishes = self.env["gov.mobility.wish"]
        if wishes.search_count([], limit=1):
            return
        draw = random.Random(2026)  # noqa: S311 - fictitious wishes, the same each time
        people = self.env["hr.employee"].search(
            [("job_id.path_ids", "!=", False), ("user_id", "=", False)], order="ppr_number"
        )
        regions = self.env["gov.region"].search([("code", "!=", "00")])
        vals = []
        for person in draw.sample(people, min(18, len(people))):
            wish = {"employee_id": person.id, "job_ids": [draw.choice(person.job_id.path_ids).near_job_id.id]}
            if draw.random() < 0.4:
                wish["region_ids"] = [draw.choice(regions).id]
            vals.append(wish)
        me = self._user("employee").employee_id
        if me.job_id.path_ids:
            vals.append({"employee_id": me.id, "job_ids": me.job_id.path_ids.near_job_id.ids})
        wishes.create(vals)

    def _offer_posts(self):
        """Offer some vacant posts; an employee applies for one of them."""
        vacancies = self.env["gov.vacancy"]
        if vacancies.search_count([], limit=1):
            return
        today = fields.Date.context_today(self)
        vacancy = vacancies
        for post in self.env["gov.post"].search([("code", "in", OFFERED), ("is_vacant", "=", True)], order="code"):
            vacancy = self._as("hr", vacancies).create(
                {
                    "post_id": post.id,
                    "open_on": today - timedelta(days=5),
                    "close_on": today + timedelta(days=20),
                    "description": "يشترط التوفر على أقدمية كافية ومعرفة جيدة بالتدبير الإداري.",
                }
            )
            vacancy.with_context(
                lang="fr_FR"
            ).description = (
                "Une ancienneté suffisante et une bonne connaissance de la gestion administrative sont demandées."
            )
            self._keep()
            vacancy.action_publish()
            self._keep()
        if vacancy:
            application = self._as("editor", self.env["gov.vacancy.application"]).create(
                {"vacancy_id": vacancy.id, "motivation": "أرغب في تطوير مساري في مجال قريب من مهامي الحالية."}
            )
            self._keep()
            application.action_submit()
