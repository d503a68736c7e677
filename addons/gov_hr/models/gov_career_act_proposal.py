from datetime import timedelta

from odoo import api, fields, models

from ..services import acts, positions

# Position that is open, its kind of act, and the one that ends or renews it
RENEWALS = {
    "probation_extension": ("probation",),
    "provision": ("provision",),
    "provision_end": ("provision",),
    "secondment_renewal": ("secondment", "secondment_renewal"),
    "secondment_end": ("secondment", "secondment_renewal"),
    "availability_renewal": ("availability", "availability_renewal"),
    "reinstatement": ("availability", "availability_renewal", "military"),
}


class GovCareerAct(models.Model):
    """What an act that is being prepared proposes: dates, step, position.  Who prepares it may change them."""

    _inherit = "gov.career.act"

    def _gov_spec(self):
        self.ensure_one()
        return acts.spec(self.kind, self.sanction_kind)

    def _gov_situation(self):
        """Return the situation of the person on the day the act takes effect (the first one known when it is earlier).

        The caller has checked who asks; the situation is read whatever the region.
        """
        self.ensure_one()
        # sudo: proposals and checks need the whole situation, whatever fields the reader is given
        versions = self.employee_id.sudo().version_ids
        before = versions.filtered(lambda version: version.date_version <= self.effective_date)
        return before[-1:] or versions[:1]

    def _gov_open_act(self):
        """Return the signed act that opened the position which this one ends or renews."""
        self.ensure_one()
        kinds = RENEWALS.get(self.kind)
        if not kinds or not self.employee_id:
            return self.browse()
        # sudo: the acts of the person, whoever prepares this one; discipline is not among these kinds
        return self.sudo().search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("state", "=", "signed"),
                ("kind", "in", kinds),
                ("closed_by_id", "=", False),
                ("contrary_id", "=", False),
                ("end_date", "!=", False),
                ("id", "!=", self._origin.id),
            ],
            order="effective_date desc, id desc",
            limit=1,
        )

    def _gov_months(self):
        """Return the longest length of the act in months, by the law of the day it takes effect; None: no limit."""
        self.ensure_one()
        codes = {
            "probation": "career.probation.months",
            "probation_extension": "career.probation.extension.months",
            "provision": "career.provision.months",
            "secondment": "career.secondment.months",
            "secondment_renewal": "career.secondment.months",
        }
        code = codes.get(self.kind)
        if self.kind in ("availability", "availability_renewal") and self.position_case:
            code = f"career.availability.{self.position_case}.months"
        if self.kind == "sanction" and self.sanction_kind in ("exclusion", "suspension"):
            code = f"career.sanction.{self.sanction_kind}.months"
        return self.env["gov.parameter"].get_value(code, self.effective_date) if code else None

    def _gov_rank_before(self):
        """Return ``(grade, step, index, first day of the seniority in the step)`` before the act."""
        self.ensure_one()
        version = self._gov_situation()
        # sudo: as in _gov_situation
        start = self.employee_id.sudo()._gov_seniority_starts().get(version.id) if version else None
        return version.grade_id, version.echelon, version.salary_index, start

    # -- computes -------------------------------------------------------------------------------------------------
    @api.depends("kind", "employee_id", "contrary_of_id")
    def _compute_effective_date(self):
        today = fields.Date.context_today(self)
        for act in self:
            if act.state and act.state != "draft":
                act.effective_date = act.effective_date
                continue
            day = act.effective_date or today
            limit = act.employee_id.sudo().retirement_date  # sudo: the date is only proposed
            if act.kind == "retirement" and limit:
                day = limit + timedelta(days=1)
            elif act.contrary_of_id:
                day = act.contrary_of_id.effective_date
            elif act.kind in RENEWALS and act.employee_id and (opened := act._gov_open_act()):
                day = opened.end_date + timedelta(days=1)
            act.effective_date = day

    @api.depends("kind", "sanction_kind", "position_case", "effective_date")
    def _compute_end_date(self):
        for act in self:
            if act.state and act.state != "draft":
                act.end_date = act.end_date
                continue
            if not act.kind or not act._gov_spec().opens:
                act.end_date = False
                continue
            months = act._gov_months() if act.effective_date else None
            if months:
                act.end_date = positions.last_day(act.effective_date, months)
            elif not act.end_date or act.end_date < act.effective_date:
                act.end_date = False

    @api.depends("kind", "sanction_kind", "employee_id", "grade_id", "effective_date")
    def _compute_echelon(self):
        find = self.env["gov.grade"]._gov_index
        for act in self:
            act.echelon, act.step_seniority_date = act.echelon, act.step_seniority_date
            if (act.state and act.state != "draft") or not (act.kind and act.employee_id and act.effective_date):
                continue
            if act.kind == "contrary":
                continue
            if "echelon" not in act._gov_spec().changes:
                act.echelon, act.step_seniority_date = 0, False
                continue
            grade, step, index, start = act._gov_rank_before()
            if act.kind == "echelon" and grade:
                act.echelon = acts.next_step(grade._gov_steps(act.effective_date), step) or 0
            elif act.sanction_kind == "step_lowering" and grade:
                act.echelon = acts.step_before(grade._gov_steps(act.effective_date), step) or 0
            elif act.kind in ("grade_choice", "grade_exam") and act.grade_id and grade:
                day = act.effective_date
                grid = [(number, find(act.grade_id.id, number, day)[0]) for number in act.grade_id._gov_steps(day)]
                if grid:
                    act.echelon, _index, act.step_seniority_date = acts.promotion(
                        grid, index, act._gov_step_gain(grade, step, index), start
                    )

    def _gov_step_gain(self, grade, step, index):
        """Return the gain of index that the next step of the former grade would give; at the last, what that gave."""
        steps = grade._gov_steps(self.effective_date)
        following, before = acts.next_step(steps, step), acts.step_before(steps, step)
        if following:
            return grade._gov_index(grade.id, following, self.effective_date)[0] - index
        return index - grade._gov_index(grade.id, before, self.effective_date)[0] if before else 0

    @api.depends("kind", "sanction_kind")
    def _compute_statutory_position(self):
        for act in self:
            if act.state and act.state != "draft":
                act.statutory_position = act.statutory_position
            elif act.kind:
                act.statutory_position = act._gov_spec().position or False
            else:
                act.statutory_position = False

    @api.depends("kind")
    def _compute_retirement_case(self):
        for act in self:
            if act.kind != "retirement":
                act.retirement_case = False
            else:
                act.retirement_case = act.retirement_case or "age_limit"
