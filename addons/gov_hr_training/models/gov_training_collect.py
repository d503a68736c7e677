from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gov_approval.models.sentinel import with_sentinel

from .gov_training_course import LEVELS

BATCH = 1000


class GovTrainingNeed(models.Model):
    """Collection of needs in bulk: from the gaps of competencies, and from what the interviews propose.

    It may be run again: what is there, and what was set aside for that year, is left alone.
    """

    _inherit = "gov.training.need"

    @api.model
    def _gov_check_collect(self):
        if not (self._gov_has_role() or self.env.su):
            raise AccessError(self.env._("Training officers and HR managers collect the needs."))

    @api.model
    def _gov_collect_gaps(self, year, people=None, only_critical=False, least=1, on_date=None):
        """Make a need for each level that a job requires and its holder lacks, the critical ones first.

        :param year: the year of the plan
        :param people: condition on ``hr.employee``, beside those whose gaps the user may see
        :param only_critical: look at critical competencies alone
        :param least: how many levels are missing at least, for those that are not critical
        :return: the new needs
        """
        self._gov_check_collect()
        day = on_date or fields.Date.context_today(self)
        gaps = self.env["gov.competency.gap"]
        base = gaps._gov_rows(gaps._gov_people() & Domain(people or Domain.TRUE), day)
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT g.employee_id, g.skill_id, g.required, g.held, g.is_critical,
                       (SELECT max(past.level_rank) FROM hr_employee_skill past
                         WHERE past.employee_id = g.employee_id AND past.skill_id = g.skill_id
                               AND past.valid_to < %(day)s)
                  FROM (%(base)s) g
                 WHERE g.held < g.required
                       AND (g.is_critical OR (NOT %(critical)s AND g.required - g.held >= %(least)s))
                       AND NOT EXISTS (
                           SELECT FROM gov_training_need known
                            WHERE known.employee_id = g.employee_id AND known.skill_id = g.skill_id
                                  AND (known.year = %(year)s OR known.state IN ('proposed', 'head', 'division')
                                       OR (known.state IN ('kept', 'merged') AND known.year > %(year)s - 2)))
              ORDER BY g.is_critical DESC, (g.required - g.held) * g.weight DESC, g.employee_id, g.skill_id
                """,
                day=day,
                base=base,
                critical=bool(only_critical),
                least=max(1, least),
                year=year,
            )
        )
        rows = self.env.cr.fetchall()
        courses = self.env["gov.training.course"]._gov_by_skill()
        skills = self.env["hr.skill"].browse({row[1] for row in rows})
        axes = self._gov_usual_axes(skills)
        vals = []
        for employee, skill, required, held, is_critical, past in rows:
            missing = required - held
            vals.append(
                {
                    "employee_id": employee,
                    "year": year,
                    "source": "gap",
                    "skill_id": skill,
                    "level_now": held,
                    "level_target": required,
                    "is_critical": is_critical,
                    "is_expired": bool(past and past > held),
                    "priority": "1" if is_critical else ("2" if missing >= 2 else "3"),
                    "course_id": courses.pick(skill, held, required),
                    "axis_id": axes.get(skill, False),
                    "deadline": f"{year}-06-30" if is_critical else f"{year}-12-31",
                }
            )
        return self._gov_make(vals)

    @api.model
    def _gov_usual_axes(self, skills):
        """Return ``{competency: axis}``: the axis most often given to needs of a competency."""
        # sudo: which axis serves a competency, whoever wrote the needs
        found = (
            self.env["gov.training.need"]
            .sudo()
            ._read_group(
                [("skill_id", "in", skills.ids), ("axis_id", "!=", False)],
                ["skill_id", "axis_id"],
                ["__count"],
                order="__count",
            )
        )
        return {skill.id: axis.id for skill, axis, _count in found}

    @api.model
    def _gov_collect_interviews(self, year, people=None):
        """Make a need for each course that the signed interviews of the year before propose.

        :return: the new needs
        """
        self._gov_check_collect()
        gaps = self.env["gov.competency.gap"]
        # sudo: the domain says of whose interviews: those whose gaps the user may see
        people = self.env["hr.employee"].sudo().search(gaps._gov_people() & Domain(people or Domain.TRUE))
        # sudo: as above; only what is proposed as training comes out
        proposals = (
            self.env["gov.evaluation.proposal"]
            .sudo()
            .search(
                [
                    ("kind", "=", "training"),
                    ("year", "=", year - 1),
                    ("interview_id.state", "in", ("signed", "refused")),
                    ("employee_id", "in", people.ids),
                ],
                order="id",
            )
        )
        known = self.sudo().search([("proposal_id", "in", proposals.ids)]).proposal_id  # sudo: what is there already
        proposals -= known
        # sudo: as above
        by_name = {course.name: course.id for course in self.env["gov.training.course"].search([])}
        vals = [
            {
                "employee_id": one.employee_id.id,
                "year": year,
                "source": "interview",
                "subject": one.name,
                "course_id": by_name.get(one.name, False),
                "justification": one.reason,
                "priority": one.priority,
                "proposal_id": one.id,
                "requester_id": one.interview_id.head_user_id.id,
                "state": "head",
            }
            for one in proposals
        ]
        return self._gov_make(vals)

    @api.model
    def _gov_collect_left(self, year, people=None):
        """Bring forward the needs that were kept for earlier years and that no action serves.

        :return: the needs brought forward
        """
        self._gov_check_collect()
        gaps = self.env["gov.competency.gap"]
        # sudo: the domain says whose needs: of those whose gaps the user may see, and of units
        chosen = self.env["hr.employee"].sudo()._search(gaps._gov_people() & Domain(people or Domain.TRUE))
        domain = Domain("state", "=", "kept") & Domain("action_id", "=", False) & Domain("year", "<", year)
        left = self.search(domain & (Domain("employee_id", "in", chosen) | Domain("employee_id", "=", False)))
        # sudo: asked again meanwhile, whoever asked
        again = (
            self.sudo()
            .search([("year", "=", year), ("employee_id", "in", left.employee_id.ids), ("state", "!=", "aside")])
            .mapped(lambda need: (need.employee_id.id, need.skill_id.id))
        )
        left = left.filtered(lambda need: not need.skill_id or (need.employee_id.id, need.skill_id.id) not in again)
        every = left | left.sudo().merged_ids.sudo(False)  # sudo: what was merged follows
        every._gov_write({"year": year})
        if left:
            self.env["gov.journal.entry"]._record(
                self.browse(), "bring_forward", {"needs": sorted(every.ids), "year": year}
            )
        return left

    @api.model
    def _gov_make(self, vals):
        """Create collected needs in batches, without a message each."""
        # sudo: needs are made by the collection, whose caller was checked
        clean = with_sentinel(self.sudo()).with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        needs = clean.browse()
        for start in range(0, len(vals), BATCH):
            needs |= clean.create(vals[start : start + BATCH])
        if needs:
            years = sorted(set(needs.mapped("year")))
            self.env["gov.journal.entry"]._record(
                self.browse(), "collect", {"needs": len(needs), "years": years, "source": vals[0]["source"]}
            )
        return needs.with_env(self.env)


class GovTrainingCollect(models.TransientModel):
    """The dialog that collects needs in bulk."""

    _name = "gov.training.collect"
    _description = "Collection of training needs"

    year = fields.Integer(
        "Plan of", required=True, default=lambda self: fields.Date.context_today(self).year + 1, aggregator=None
    )
    from_gaps = fields.Boolean("From the gaps of competencies", default=True)
    only_critical = fields.Boolean("Critical competencies only", default=True)
    least = fields.Selection(
        LEVELS, "Levels missing at least", default="1", required=True, help="For competencies that are not critical."
    )
    from_interviews = fields.Boolean("From the evaluation interviews", default=True)
    from_left = fields.Boolean(
        "Kept before and not served", default=True, help="Needs kept for earlier years that are in no action."
    )
    department_id = fields.Many2one("hr.department", "Unit", ondelete="cascade", help="Empty: all that you may see.")

    def action_collect(self):
        """Collect, and open what is new."""
        self.ensure_one()
        needs = self.env["gov.training.need"]
        needs._gov_check_collect()
        people = Domain("department_id", "child_of", self.department_id.id) if self.department_id else Domain.TRUE
        made = needs
        if self.from_left:
            made |= needs._gov_collect_left(self.year, people)
        if self.from_interviews:
            made |= needs._gov_collect_interviews(self.year, people)
        if self.from_gaps:
            made |= needs._gov_collect_gaps(self.year, people, self.only_critical, int(self.least))
        action = self.env["ir.actions.act_window"]._for_xml_id("gov_hr_training.gov_training_need_action")
        action["name"] = self.env._("%(number)s new needs", number=len(made)) if made else self.env._("No new need")
        if made:
            action["domain"] = [("id", "in", made.ids)]
        action["context"] = {"search_default_group_priority": 0}
        action["target"] = "current"
        return action
