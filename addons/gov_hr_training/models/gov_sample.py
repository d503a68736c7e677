import random

from odoo import models
from odoo.fields import Command

from ..tools import sample_training as sample

LANGS = ("fr_FR", "en_US", "ar_MA")
MULTI_BUDGET, BUDGET_2026, BUDGET_2027 = 1_800_000, 620_000, 560_000
WAITING = ("submitted", "in_review")


class GovSample(models.AbstractModel):
    """The sample year of training: a catalogue, the approved plans of 2026, and needs for the plan of 2027."""

    _inherit = "gov.sample"

    def _steps(self):
        return [
            *super()._steps(),
            self._make_training_catalogue,
            self._make_training_plans,
            self._make_training_records,
            self._make_training_needs,
        ]

    def _in_languages(self, record, field, texts):
        for lang, text in texts.items():
            record.with_context(lang=lang)[field] = text

    # ------------------------------------------------------------------ catalogue
    def _make_training_catalogue(self):
        """Enter the axes, the providers and the courses, linked to the competencies of the framework."""
        courses = self.env["gov.training.course"].with_context(tracking_disable=True, mail_create_nolog=True)
        if courses.search_count([], limit=1):
            return
        axes = self.env["gov.training.axis"]
        for number, (code, *names) in enumerate(sample.AXES, 1):
            axis = axes.create({"code": code, "name": names[1], "sequence": number})
            self._in_languages(axis, "name", dict(zip(LANGS, names, strict=True)))
        partners = self.env["res.partner"]
        providers = {
            code: partners.create({"name": name, "city": city, "is_company": True})
            for code, (name, city) in sample.PROVIDERS.items()
        }
        skills = {
            skill.code: skill.id for skill in self.env["hr.skill"].search([("gov_kind", "!=", False)]) if skill.code
        }
        vals, rows = [], list(sample.courses())
        same = ("code", "kind", "modality", "days", "min_seats", "max_seats", "cost_session", "cost_head")
        for row in rows:
            reached = []
            for line in row["skills"].split():
                skill, levels = line.split(":")
                entry, level = levels.split(">")
                if skill in skills:
                    reached.append(
                        Command.create({"skill_id": skills[skill], "entry_level": int(entry), "level": int(level)})
                    )
            vals.append(
                {
                    **{name: row[name] for name in same},
                    "name": row["en_US"],
                    "provider_id": providers[row["provider"]].id,
                    "skill_line_ids": reached,
                }
            )
        made = courses.with_context(lang="en_US").create(vals)
        for course, row in zip(made, rows, strict=True):
            self._in_languages(course, "name", {lang: row[lang] for lang in ("fr_FR", "ar_MA")})

    def _axis_of(self, course):
        return self.env["gov.training.axis"].search([("code", "=", sample.AXIS_OF.get(course.code[:2]))], limit=1)

    # ------------------------------------------------------------------ plans
    def _make_training_plans(self):
        """Approve the plan of 2026–2028 and that of 2026, whose needs come from the gaps of one directorate."""
        plans = self.env["gov.training.plan"]
        if plans.search_count([], limit=1):
            return
        training = self._as("training", plans)
        multi = training.create({"kind": "multi", "year_from": 2026, "budget": MULTI_BUDGET, "lang": "ar_fr"})
        self._in_languages(multi, "orientations", sample.ORIENTATIONS)
        self._keep()
        multi.action_make_years()
        for plan in plans.browse(multi.child_ids.ids):
            if plan.year_from == 2026:
                plan.with_user(training.env.user).budget = BUDGET_2026
            elif plan.year_from == 2027:
                plan.with_user(training.env.user).budget = BUDGET_2027
        self._keep()
        self._approve_plan(multi)
        self._build_2026(training.search([("kind", "=", "annual"), ("year_from", "=", 2026)]))

    def _approve_plan(self, plan):
        plan.action_submit()
        self._keep()
        for login in ("hrmanager", "authorising"):
            if plan.browse(plan.id).state in WAITING:
                self._as(login, plan).action_approve()
                self._keep()
        if plan.browse(plan.id).state == "approved":
            self._as("training", plan).action_start()
            self._keep()

    def _build_2026(self, plan):
        needs = self._as("training", self.env["gov.training.need"])
        units = self.env["hr.department"].search([("unit_code", "in", ("DRHF", "DCRM"))])
        made = needs._gov_collect_gaps(2026, [("department_id", "child_of", units.ids)], only_critical=True)
        for course, of_course in made.grouped("course_id").items():
            if course:
                of_course._gov_write({"axis_id": self._axis_of(course).id})
        self._keep()
        manager = self._user("hrmanager").employee_id
        self._as("hrmanager", needs.browse(made.filtered(lambda need: need.employee_id != manager).ids)).action_keep()
        self._keep()
        plan = self._as("training", plan)
        plan.action_build()
        self._keep()
        plan = plan.browse(plan.id)
        small = plan.action_ids.filtered(lambda one: one.is_small and one.course_id.modality != "elearning")
        if small:
            small.action_drop("عدد المرشحين أقل من الحد الأدنى للمجموعة")
        if plan.browse(plan.id).is_over:
            scenario = self._as("training", self.env["gov.training.scenario"]).create({"plan_id": plan.id})
            scenario.action_compute()
            self._keep()
            scenario.action_apply()
        self._keep()
        self._approve_plan(plan.browse(plan.id))

    # ------------------------------------------------------------------ trainings followed
    def _make_training_records(self):
        """Enter what was followed outside of the plan in 2026, in all regions."""
        records = self._as("training", self.env["gov.training.record"])
        if records.search_count([("source", "=", "external")], limit=1):
            return
        draw = random.Random(2026)  # noqa: S311 - fictitious people, the same each time
        own = self._user("training").employee_id
        people = self.env["hr.employee"].search(
            [("ppr_number", "!=", False), ("id", "!=", own.id)], order="ppr_number"
        )
        vals = []
        for code, day, number in sample.EXTERNAL:
            course = self.env["gov.training.course"].search([("code", "=", code)], limit=1)
            for person in draw.sample(list(people), number):
                vals.append(
                    {
                        "employee_id": person.id,
                        "course_id": course.id,
                        "date": day,
                        "days": course.days,
                        "hours": course.hours,
                        "source": "external",
                        "result": "attended",
                    }
                )
        if vals:
            records.create(vals)

    # ------------------------------------------------------------------ needs of 2027
    def _make_training_needs(self):
        """Ask for training as the logins do, and sort some: each state has its need."""
        needs = self.env["gov.training.need"]
        if needs.search_count([("year", "=", 2027), ("source", "!=", "gap")], limit=1):
            return
        courses = {course.code: course.id for course in self.env["gov.training.course"].search([])}

        def ask(login, whom, **vals):
            need = self._as(login, needs).create({"year": 2027, "employee_id": whom.id, **vals})
            self._keep()
            return need

        employee, head = self._user("employee").employee_id, self._user("head").employee_id
        team = head.department_id.member_ids.filtered(lambda one: not one.user_id).sorted("id")
        # asked by the person: waiting, kept by the head, set aside with the reason
        ask("employee", employee, course_id=courses["DO-02"], subject="تحسين التحرير الإداري", priority="2")
        kept = ask("employee", employee, course_id=courses["SI-04"], subject="إتقان الجداول الإلكترونية", priority="3")
        self._as("head", kept).action_keep()
        aside = ask("employee", employee, subject="دورة في اللغة الإنجليزية", priority="3")
        self._as("head", aside).action_set_aside("لا علاقة لها بمهام المنصب هذه السنة، ويمكن إعادة الطلب")
        # asked by the head, then the division, then human resources
        wanted = [
            ask("head", person, course_id=courses["AC-01"], subject="تحسين استقبال المرتفقين", priority="2")
            for person in team[:3]
        ]
        self._keep()
        director = self._as("director", needs.browse([need.id for need in wanted[:2]]))
        for need in director:
            if need.state in ("proposed", "head") and need.can_keep:
                need.action_keep()
        self._keep()
        if wanted:
            self._as("hrmanager", wanted[0]).action_keep()
        # a project of a unit, kept by human resources
        project = self._as("training", needs).create(
            {
                "year": 2027,
                "employee_id": False,
                "department_id": self._user("asset").employee_id.department_id.id,
                "person_count": 8,
                "subject": "نشر نظام تدبير الممتلكات الجديد",
                "course_id": courses["FI-05"],
                "source": "project",
                "priority": "1",
                "axis_id": self.env["gov.training.axis"].search([("code", "=", "A1")], limit=1).id,
            }
        )
        self._keep()
        self._as("hrmanager", project).action_keep()
        self._keep()
