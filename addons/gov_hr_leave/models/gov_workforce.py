from odoo import api, models

from odoo.addons.gov_hr.services import workforce

SICK = ("MAL_CD", "MAL_MD", "MAL_LD", "MAL_AT")


class GovWorkforceIndicator(models.AbstractModel):
    """G10: the leaves of parents, and sick leave, by sex.

    Granted leaves that begin in the year, of the persons whom the reader may count.  Sick leave is for those who hold
    the right on health leave: in a small unit even a sum would tell who was ill.
    """

    _inherit = "gov.workforce.indicator"

    @api.model
    def _gov_indicators(self, year, scope):
        return [*super()._gov_indicators(year, scope), *self._gov_g10(year, scope)]

    def _gov_g10(self, year, scope):
        sexes = self._gov_sexes(year, scope)
        first, last = self._gov_year_dates(year)
        # sudo: only counts of the persons found above with the rights of the reader leave this method
        groups = (
            self.env["hr.leave"]
            .sudo()
            ._read_group(
                [
                    ("state", "=", "validate"),
                    ("employee_id", "in", list(sexes)),
                    ("request_date_from", ">=", first),
                    ("request_date_from", "<=", last),
                    ("holiday_status_id.gov_code", "!=", False),
                ],
                ["holiday_status_id", "employee_id"],
                ["number_of_days:sum"],
            )
        )
        persons, days = {}, {}
        for kind, employee, count in groups:
            sex = sexes[employee.id]
            persons.setdefault((kind.gov_code, sex), set()).add(employee.id)
            days[kind.gov_code, sex] = days.get((kind.gov_code, sex), 0) + count
        result = [self._gov_g10_parents(persons, days, sexes, first, last)]
        if self.env.user.has_group("gov_hr_leave.group_health_leave"):
            result.append(self._gov_g10_sick(persons, days, year, scope))
        return result

    def _gov_g10_parents(self, persons, days, sexes, first, last):
        men = [number for number, sex in sexes.items() if sex == "male"]
        # sudo: as above, only their number leaves this method
        births = (
            self.env["gov.dependant"]
            .sudo()
            .search_count(
                [
                    ("employee_id", "in", men),
                    ("kind", "=", "child"),
                    ("birthdate", ">=", first),
                    ("birthdate", "<=", last),
                ]
            )
        )

        def count(*keys):
            return len(set().union(*(persons.get(key, set()) for key in keys)))

        def total(*keys):
            return sum(days.get(key, 0) for key in keys)

        paternity, maternity = ("PAT", "male"), ("MAT", "female")
        nursing, kafala_women, kafala_men = ("ALL", "female"), ("KAF_F", "female"), ("KAF_M", "male")
        rows = [
            [
                self.env._("Paternity leave, of the births to men"),
                count(paternity),
                births,
                workforce.share(count(paternity), births),
                total(paternity),
            ],
            [self.env._("Maternity leave"), count(maternity), None, None, total(maternity)],
            [
                self.env._("Nursing hour, of the maternity leaves"),
                count(nursing),
                count(maternity),
                workforce.share(count(nursing), count(maternity)),
                None,
            ],
            [self.env._("Kafala: women"), count(kafala_women), None, None, total(kafala_women)],
            [self.env._("Kafala: men"), count(kafala_men), None, None, total(kafala_men)],
        ]
        return self._gov_indicator(
            "G10",
            self.env._("Leaves of parents"),
            self.env._("Persons who took the leave in the year ÷ those who could"),
            [
                (self.env._("Leave"), "text"),
                (self.env._("Persons"), "number"),
                (self.env._("Who could"), "number"),
                (self.env._("Rate (%)"), "percent"),
                (self.env._("Days"), "decimal"),
            ],
            rows,
            note=self.env._("Births are those of the children recorded on the files."),
            source=self.env._("Granted leaves that begin in the year"),
        )

    def _gov_g10_sick(self, persons, days, year, scope):
        staff = self._gov_staff(year, scope)
        rows = []
        for label, codes in (
            (self.env._("Sickness"), SICK[:3]),
            (self.env._("Accident of service"), SICK[3:]),
            (self.env._("All"), SICK),
        ):
            counts = []
            for sex in ("female", "male"):
                who = set().union(*(persons.get((code, sex), set()) for code in codes))
                amount = sum(days.get((code, sex), 0) for code in codes)
                counts += [len(who), amount, workforce.ratio(amount, staff[sex])]
            rows.append([label, *counts])
        return self._gov_indicator(
            "G10b",
            self.env._("Sick leave"),
            self.env._("Days of sick leave ÷ staff of the same sex"),
            [
                (self.env._("Leave"), "text"),
                (self.env._("Women: persons"), "number"),
                (self.env._("Women: days"), "decimal"),
                (self.env._("Women: days per head"), "decimal"),
                (self.env._("Men: persons"), "number"),
                (self.env._("Men: days"), "decimal"),
                (self.env._("Men: days per head"), "decimal"),
            ],
            rows,
            source=self.env._("Granted leaves that begin in the year"),
        )
