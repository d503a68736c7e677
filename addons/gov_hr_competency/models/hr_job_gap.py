from odoo import api, fields, models
from odoo.exceptions import UserError

from ..services import gaps, paths

SHOWN = 3


class HrJob(models.Model):
    """What people lack for a job, and the paths from one job to others: for successions, vacancies, wishes."""

    _inherit = "hr.job"

    def _gov_required(self, on_date=None):
        """Return ``{job id: {skill id: (level, weight, critical)}}`` of the profiles in force on a day."""
        on_date = on_date or fields.Date.context_today(self)
        found = {job.id: {} for job in self}
        # sudo: profiles are public
        lines = self.env["hr.job.skill"].sudo().search(
            [
                ("job_id", "in", self.ids),
                ("level_rank", ">", 0),
                ("skill_id.gov_kind", "!=", False),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", on_date),
            ]
        )  # fmt: skip
        for line in lines:
            found[line.job_id.id][line.skill_id.id] = (line.level_rank, line.weight, line.is_critical)
        return found

    def _gov_missing(self, employees, on_date=None):
        """Return ``{employee id: {skill id: (required, held, weight, critical)}}`` of what each lacks for this job.

        An expired level is not held.  The caller has checked who asks.
        """
        self.ensure_one()
        on_date = on_date or fields.Date.context_today(self)
        required = self._gov_required(on_date)[self.id]
        held = self.env["hr.employee"]._gov_held_levels(employees, on_date)
        return {employee.id: gaps.missing(required, held, employee.id) for employee in employees}

    def _gov_gap(self, missing):
        """Return the figures and the sentence of what is missing for this job, in the language of the reader.

        :param missing: ``{skill id: (required, held, weight, critical)}``
        :return: ``{"weighted", "critical", "fit", "sentence"}``; ``fit`` is the share of the profile held, 0 to 1
        """
        self.ensure_one()
        _ = self.env._
        required = self._gov_required()[self.id]
        if not required:
            return {"weighted": 0, "critical": 0, "fit": None, "sentence": _("The sheet of the job has no profile.")}
        figures = gaps.figures(required, missing)
        if not missing:
            return dict(figures, sentence=_("Holds all that the job requires."))
        order = sorted(
            missing.items(), key=lambda item: (not item[1][3], -(item[1][0] - item[1][1]) * item[1][2], item[0])
        )
        # sudo: names of competencies are public
        names = {skill.id: skill.name for skill in self.env["hr.skill"].sudo().browse([one for one, _row in order])}
        listed = ("؛ " if (self.env.lang or "").startswith("ar") else "; ").join(
            _("%(skill)s (%(held)s of %(required)s)", skill=names[skill], held=row[1], required=row[0])
            for skill, row in order[:SHOWN]
        )
        more = len(order) - SHOWN
        if more > 0:
            listed = _("%(listed)s and %(more)s more", listed=listed, more=more)
        critical = sum(1 for row in missing.values() if row[3])
        counts = {"all": len(order), "whole": len(required), "listed": listed}
        if critical:
            sentence = _(
                "Below the required level in %(all)s of %(whole)s (critical: %(critical)s): %(listed)s.",
                critical=critical,
                **counts,
            )
        else:
            sentence = _(
                "Critical competencies held; below the required level in %(all)s of %(whole)s: %(listed)s.", **counts
            )
        return dict(figures, sentence=sentence)

    def _gov_access(self, employees, on_date=None):
        """Return whether people meet the access conditions: ``{employee id: (grade, experience)}``.

        sudo: grade and years of service of people the caller may compare; only yes or no comes out.
        """
        self.ensure_one()
        on_date = on_date or fields.Date.context_today(self)
        grades = self.sudo().access_grade_ids
        years = self.access_experience or 0
        found = {}
        for employee in employees.sudo():
            since = employee.recruitment_date
            found[employee.id] = (
                not grades or employee.grade_id in grades,
                not years or bool(since and gaps.full_years(since, on_date) >= years),
            )
        return found

    # -- paths -----------------------------------------------------------------------------------------------------
    def action_open_paths(self):
        """Open the graph of the jobs near this one."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_competency.gov_career_paths_action")
        action["params"] = {"job_id": self.id}
        return action

    @api.model
    def get_career_paths(self, job_id=None, depth=2):
        """Return the jobs that can be reached from a job, with the reader's own gap to each.

        :param job_id: where to begin; the reader's own job when None
        :param depth: steps to follow, 1 to 3
        :return: ``{"job_id", "own_job_id", "nodes": [{id, name, code, family, step, purpose, gap: {weighted, critical,
            fit, sentence} or None, grade, experience}], "edges": [{from, to, kind, months}]}``
        """
        if depth not in (1, 2, 3) or isinstance(depth, bool):
            raise UserError(self.env._("Paths are shown over one to three steps."))
        # sudo: only the reader's own job and levels
        employee = self.env.user.sudo().employee_id
        own = employee.job_id
        start = self.browse(job_id).exists() if job_id else own.sudo(False)
        if not start:
            return {"job_id": False, "own_job_id": own.id, "nodes": [], "edges": []}
        start.check_access("read")
        edges = self.env["gov.job.path"].search_fetch([], ["job_id", "near_job_id", "kind", "months"])
        steps, kept = paths.reach(
            start.id, [(one.job_id.id, one.near_job_id.id, one.kind, one.months or 0) for one in edges], depth
        )
        jobs = self.search([("id", "in", list(steps))])
        missing = {job.id: job._gov_missing(employee)[employee.id] for job in jobs} if employee else {}
        nodes = []
        for job in jobs:
            access = job._gov_access(employee)[employee.id] if employee else (None, None)
            nodes.append(
                {
                    "id": job.id,
                    "name": job.name,
                    "code": job.rec_code or "",
                    "family": job.family_id.name or "",
                    "step": steps[job.id],
                    "purpose": job.purpose or "",
                    "gap": job._gov_gap(missing[job.id]) if employee else None,
                    "grade": access[0],
                    "experience": access[1],
                }
            )
        nodes.sort(key=lambda node: (node["step"], node["code"], node["name"]))
        shown = {node["id"] for node in nodes}
        return {
            "job_id": start.id,
            "own_job_id": own.id,
            "nodes": nodes,
            "edges": [
                {"from": first, "to": last, "kind": kind, "months": months}
                for first, last, kind, months in kept
                if {first, last} <= shown
            ],
        }
