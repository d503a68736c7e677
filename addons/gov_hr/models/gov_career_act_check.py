from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..services import acts, career, positions


class GovCareerAct(models.Model):
    """What the law asks of each nature of act before it is signed.

    Each ``_gov_check_*`` raises a sentence that says what is wrong and what to do.
    """

    _inherit = "gov.career.act"

    def _gov_refuse(self, sentence):
        self.ensure_one()
        raise UserError(self.env._("%(name)s: %(sentence)s", name=self.employee_id.display_name, sentence=sentence))

    def _gov_day(self, day):
        return format_date(self.env, day) if day else "—"

    def _gov_number_of(self, code):
        return int(self.env["gov.parameter"].get_value(code, self.effective_date))

    def _gov_check_law(self):
        """Raise what forbids to sign each of these acts; nothing when all may be signed."""
        for act in self:
            act._gov_check_filled()
            act._gov_check_person()
            if act.kind != "contrary":
                act._gov_check_age_limit()
                act._gov_check_position()
            act._gov_check_length()
            check = getattr(act, f"_gov_check_{act.kind}", None)
            if check:
                check()
            if act.kind != "contrary" and "echelon" in act._gov_spec().changes:
                act._gov_check_step_exists()
                act._gov_check_not_twice()

    # -- what holds for all ---------------------------------------------------------------------------------------
    def _gov_check_filled(self):
        missing = [name for name in self._gov_spec().needs if not self[name]]
        if self.kind == "sanction" and not self.sanction_kind:
            missing = ["sanction_kind", *missing]
        if missing:
            labels = self.fields_get(missing, ["string"])
            self._gov_refuse(
                self.env._(
                    "fill in %(fields)s before the act is signed.",
                    fields=", ".join(labels[name]["string"] for name in dict.fromkeys(missing)),
                )
            )

    def _gov_check_person(self):
        employee = self.employee_id
        if employee.sex not in ("male", "female"):
            self._gov_refuse(self.env._("record the sex on the file: the wording of the act follows it."))
        if not self.signatory_id:
            self._gov_refuse(
                self.env._(
                    "nobody is known to sign this act: choose the signatory, or record the head of the unit that "
                    "signs."
                )
            )
        if self.signatory_id == employee:
            self._gov_refuse(self.env._("nobody signs an act of their own career. Choose another signatory."))
        recruited = employee.recruitment_date
        if self.kind != "recruitment" and recruited and self.effective_date < recruited:
            self._gov_refuse(
                self.env._(
                    "the act would take effect on %(day)s, before the recruitment (%(recruited)s). Correct the date.",
                    day=self._gov_day(self.effective_date),
                    recruited=self._gov_day(recruited),
                )
            )

    def _gov_check_age_limit(self):
        """Nothing begins after the age limit, extension included, but the departure itself."""
        limit = self.employee_id.retirement_date
        if limit and self.effective_date > limit and not self._gov_spec().leaves:
            self._gov_refuse(
                self.env._(
                    "the act would take effect on %(day)s, after the age limit (%(limit)s). Correct the date, or "
                    "record the extension of service first.",
                    day=self._gov_day(self.effective_date),
                    limit=self._gov_day(limit),
                )
            )

    def _gov_check_not_twice(self):
        """Step and grade do not move twice in one day by acts of the same nature."""
        same = self.search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("kind", "=", self.kind),
                ("sanction_kind", "=", self.sanction_kind),
                ("effective_date", "=", self.effective_date),
                ("state", "=", "signed"),
                ("contrary_id", "=", False),
                ("act_date", "!=", False),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if same:
            self._gov_refuse(
                self.env._(
                    "act %(number)s of the same nature takes effect on %(day)s already. Cancel this draft, or "
                    "correct its date.",
                    number=same.number or "—",
                    day=self._gov_day(self.effective_date),
                )
            )

    def _gov_check_position(self):
        version = self._gov_situation()
        position = version.statutory_position or "activity"
        allowed = self._gov_spec().taken_in
        if position == acts.LEFT if not allowed else position not in allowed:
            labels = dict(self._selection_position())
            self._gov_refuse(
                self.env._(
                    "on %(day)s the position is “%(position)s”, in which this act is not taken.",
                    day=self._gov_day(self.effective_date),
                    position=labels[position],
                )
            )

    def _gov_check_length(self):
        spec = self._gov_spec()
        if not spec.opens:
            return
        months = self._gov_months()
        if months and not positions.is_within(self.effective_date, self.end_date, months):
            self._gov_refuse(
                self.env._(
                    "from %(start)s the law allows %(months)s months at most, until %(last)s. Bring the end forward.",
                    start=self._gov_day(self.effective_date),
                    months=int(months),
                    last=self._gov_day(positions.last_day(self.effective_date, months)),
                )
            )

    def _gov_check_step_exists(self):
        version = self._gov_situation()
        grade = version.grade_id if "grade_id" not in self._gov_spec().changes else self.grade_id or version.grade_id
        step = self.echelon or version.echelon
        if not grade:
            self._gov_refuse(self.env._("no grade is recorded on the file. Record it first."))
        if step and not self.env["gov.grade"]._gov_index(grade.id, step, self.effective_date):
            self._gov_refuse(
                self.env._(
                    "the grade %(grade)s has no step %(step)s on %(day)s. Its steps are: %(steps)s.",
                    grade=grade.name,
                    step=step,
                    day=self._gov_day(self.effective_date),
                    steps=", ".join(map(str, grade._gov_steps(self.effective_date))) or "—",
                )
            )
        if self.step_seniority_date and self.step_seniority_date > self.effective_date:
            self._gov_refuse(self.env._("the seniority kept in the step begins after the act. Correct the date."))

    def _gov_check_follows(self):
        """A renewal follows the end of what it renews, without a gap nor a day twice."""
        opened = self._gov_open_act()
        if opened and self.effective_date != opened.end_date + timedelta(days=1):
            self._gov_refuse(
                self.env._(
                    "the period that is renewed ends on %(end)s: the renewal takes effect the day after.",
                    end=self._gov_day(opened.end_date),
                )
            )
        return opened

    # -- entry ----------------------------------------------------------------------------------------------------
    def _gov_check_recruitment(self):
        recruited = self.employee_id.recruitment_date
        if recruited and recruited != self.effective_date:
            self._gov_refuse(
                self.env._("already recruited on %(day)s: a person is recruited once.", day=self._gov_day(recruited))
            )
        if self.search_count(
            [
                ("employee_id", "=", self.employee_id.id),
                ("kind", "=", "recruitment"),
                ("state", "=", "signed"),
                ("contrary_id", "=", False),
                ("id", "!=", self.id),
            ],
            limit=1,
        ):
            self._gov_refuse(self.env._("an act of recruitment is already signed."))

    def _gov_check_not_tenured(self):
        tenured = self.employee_id.tenure_date
        if tenured:
            self._gov_refuse(self.env._("already titularised on %(day)s.", day=self._gov_day(tenured)))

    def _gov_check_probation(self):
        self._gov_check_not_tenured()
        last = positions.last_day(self.effective_date, self._gov_months())
        if self.end_date != last:
            self._gov_refuse(
                self.env._(
                    "probation lasts %(months)s months: it ends on %(last)s.",
                    months=int(self._gov_months()),
                    last=self._gov_day(last),
                )
            )

    def _gov_probation_end(self):
        """Return the last day of the probation, extension included; by the recruitment when no act says it."""
        periods = self.search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("kind", "in", ("probation", "probation_extension")),
                ("state", "=", "signed"),
                ("contrary_id", "=", False),
                ("id", "!=", self.id),
            ]
        )
        if periods:
            return max(periods.mapped("end_date"))
        recruited = self.employee_id.recruitment_date
        if not recruited:
            self._gov_refuse(self.env._("no recruitment date is known, so no probation either. Record it first."))
        return positions.last_day(recruited, self._gov_number_of("career.probation.months"))

    def _gov_check_probation_extension(self):
        self._gov_check_not_tenured()
        done = self.search_count(
            [
                ("employee_id", "=", self.employee_id.id),
                ("kind", "=", "probation_extension"),
                ("state", "=", "signed"),
                ("contrary_id", "=", False),
                ("id", "!=", self.id),
            ]
        )
        if done >= self._gov_number_of("career.probation.extension.max"):
            self._gov_refuse(
                self.env._("probation was extended already: then comes titularisation, or the end of the service.")
            )
        end = self._gov_probation_end()
        if self.effective_date != end + timedelta(days=1):
            self._gov_refuse(
                self.env._(
                    "the probation ends on %(end)s: its extension takes effect the day after.", end=self._gov_day(end)
                )
            )

    def _gov_check_tenure(self):
        self._gov_check_not_tenured()
        end = self._gov_probation_end()
        if self.effective_date <= end:
            self._gov_refuse(
                self.env._("probation lasts until %(end)s: titularisation comes after it.", end=self._gov_day(end))
            )

    # -- rank -----------------------------------------------------------------------------------------------------
    def _gov_check_echelon(self):
        grade, step, _index, _start = self._gov_rank_before()
        if not grade or not step:
            self._gov_refuse(self.env._("no grade and step are recorded on the file. Record them first."))
        following = acts.next_step(grade._gov_steps(self.effective_date), step)
        if not following:
            self._gov_refuse(
                self.env._("step %(step)s is the last one of the grade %(grade)s.", step=step, grade=grade.name)
            )
        if self.echelon != following:
            self._gov_refuse(
                self.env._(
                    "after step %(step)s comes step %(following)s, not %(given)s.",
                    step=step,
                    following=following,
                    given=self.echelon,
                )
            )

    def _gov_check_promotion(self):
        grade, step, index, _start = self._gov_rank_before()
        if not grade:
            self._gov_refuse(self.env._("no grade is recorded on the file. Record it first."))
        if self.grade_id.corps_id != grade.corps_id or self.grade_id.rank <= grade.rank:
            self._gov_refuse(
                self.env._(
                    "a promotion goes from %(old)s to a higher grade of the same corps; %(new)s is none.",
                    old=grade.name,
                    new=self.grade_id.name,
                )
            )
        day = self.effective_date
        grid = [
            (number, grade._gov_index(self.grade_id.id, number, day)[0]) for number in self.grade_id._gov_steps(day)
        ]
        if not grid:
            self._gov_check_step_exists()
        right, right_index, _kept = acts.promotion(grid, index, self._gov_step_gain(grade, step, index), None)
        if self.echelon != right:
            self._gov_refuse(
                self.env._(
                    "with index %(index)s the promotion leads to step %(step)s (index %(right)s) of %(grade)s: the "
                    "one with an equal or just higher index.",
                    index=index,
                    step=right,
                    right=right_index,
                    grade=self.grade_id.name,
                )
            )

    _gov_check_grade_choice = _gov_check_grade_exam = _gov_check_promotion

    def _gov_check_reclassification(self):
        grade, step, _index, _start = self._gov_rank_before()
        if (self.grade_id, self.echelon) == (grade, step):
            self._gov_refuse(self.env._("the act changes nothing: grade and step are the present ones."))

    # -- place ----------------------------------------------------------------------------------------------------
    def _gov_check_place(self):
        version = self._gov_situation()
        if all(not self[name] or self[name] == version[name] for name in acts.PLACE):
            self._gov_refuse(self.env._("the act changes nothing: unit, post and zone are the present ones."))

    _gov_check_appointment = _gov_check_assignment = _gov_check_place

    def _gov_check_mutation(self):
        if self.department_id == self._gov_situation().department_id:
            self._gov_refuse(
                self.env._("already assigned to “%(unit)s”. Choose the new unit.", unit=self.department_id.name)
            )

    # -- positions ------------------------------------------------------------------------------------------------
    def _gov_check_provision(self):
        if self._gov_situation().statutory_position == "provision":
            self._gov_check_follows()

    def _gov_check_secondment_renewal(self):
        self._gov_check_follows()

    def _gov_check_availability(self):
        tenured = self.employee_id.tenure_date
        if not tenured or tenured > self.effective_date:
            self._gov_refuse(
                self.env._("a probationer is not put on availability leave (royal decree 62-68, article 4).")
            )
        if self.position_case in positions.WOMEN_CASES and self.employee_id.sex != "female":
            self._gov_refuse(self.env._("this case of availability is for women."))
        if self.position_case in positions.WITH_COUNCIL and not self.opinion_reference:
            self._gov_refuse(
                self.env._("give the reference of the opinion of the joint committee: the law asks for it.")
            )

    def _gov_check_availability_renewal(self):
        opened = self._gov_check_follows()
        self._gov_check_availability()
        if not opened:
            return
        if opened.position_case != self.position_case:
            self._gov_refuse(
                self.env._("a renewal keeps the case of the availability that it renews. Correct the case.")
            )
        done, first = 0, opened
        while first.kind == "availability_renewal":
            done += 1
            before = self.search([("closed_by_id", "=", first.id), ("state", "=", "signed")], limit=1)
            if not before:
                break
            first = before
        most = self._gov_number_of(f"career.availability.{self.position_case}.renewals")
        if done >= most:
            self._gov_refuse(
                self.env._(
                    "this availability was renewed %(done)s times already, the most that the law allows: the person "
                    "returns, or leaves the service.",
                    done=done,
                )
            )

    # -- discipline and departure ---------------------------------------------------------------------------------
    def _gov_check_sanction(self):
        if self.sanction_kind not in acts.WITHOUT_COUNCIL and not self.opinion_reference:
            self._gov_refuse(
                self.env._("give the reference of the opinion of the disciplinary council: the law asks for it.")
            )
        grade, step, _index, _start = self._gov_rank_before()
        if self.sanction_kind == "step_lowering" and not 0 < self.echelon < step:
            self._gov_refuse(self.env._("the new step is not below step %(step)s.", step=step))
        if self.sanction_kind == "demotion" and (
            self.grade_id.corps_id != grade.corps_id or self.grade_id.rank >= grade.rank
        ):
            self._gov_refuse(self.env._("%(grade)s is not a lower grade of the same corps.", grade=self.grade_id.name))
        if self.sanction_kind == "compulsory_retirement":
            self._gov_check_service_years()

    def _gov_check_service_years(self):
        employee = self.employee_id
        if not employee.recruitment_date or employee.sex not in ("male", "female"):
            self._gov_refuse(
                self.env._("record the recruitment date and the sex: the years of service follow from them.")
            )
        years = self._gov_number_of(f"career.retirement.early.{employee.sex}.years")
        served = career.age_on(employee.recruitment_date, self.effective_date)
        if served < years:
            self._gov_refuse(
                self.env._(
                    "%(served)s full years of service on %(day)s; a pension before the age limit asks for %(years)s.",
                    served=served,
                    day=self._gov_day(self.effective_date),
                    years=years,
                )
            )

    def _gov_check_retirement(self):
        limit = self.employee_id.retirement_date
        if self.retirement_case == "age_limit":
            if not limit:
                self._gov_refuse(self.env._("no retirement date is known: record the date of birth."))
            if self.effective_date <= limit:
                self._gov_refuse(
                    self.env._(
                        "the age limit is %(limit)s: the retirement takes effect the day after. For a retirement "
                        "before it, choose another case.",
                        limit=self._gov_day(limit),
                    )
                )
        elif self.retirement_case == "early":
            self._gov_check_service_years()
        elif not self.opinion_reference:
            self._gov_refuse(self.env._("give the reference of the opinion of the reform commission."))

    # -- contrary -------------------------------------------------------------------------------------------------
    def _gov_check_contrary(self):
        original = self.contrary_of_id
        if original.state != "signed" or original.kind == "contrary":
            self._gov_refuse(self.env._("only a signed act, which cancels no other, is cancelled by a contrary act."))
        if original.contrary_id:
            self._gov_refuse(
                self.env._("the act is already cancelled by act %(number)s.", number=original.contrary_id.number)
            )
        if original.closed_by_id:
            self._gov_refuse(
                self.env._(
                    "the act was ended or renewed by act %(number)s: cancel that one first.",
                    number=original.closed_by_id.number,
                )
            )
        if self.effective_date < original.effective_date:
            self._gov_refuse(
                self.env._(
                    "the act to cancel takes effect on %(day)s only: the contrary act cannot come before it.",
                    day=self._gov_day(original.effective_date),
                )
            )
