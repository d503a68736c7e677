from odoo import api, models

from odoo.addons.gov_hr.services import workforce


class GovWorkforceIndicator(models.AbstractModel):
    """G7: access to training and days per head, by sex, for the persons whom the reader may count."""

    _inherit = "gov.workforce.indicator"

    @api.model
    def _gov_indicators(self, year, scope):
        return [*super()._gov_indicators(year, scope), self._gov_g7(year, scope)]

    def _gov_g7(self, year, scope):
        sexes = self._gov_sexes(year, scope)
        staff = self._gov_staff(year, scope)
        records = self.env["gov.training.record"]
        counts = {}
        for source, employee, days in records._read_group(
            [("year", "=", int(year.name)), ("employee_id", "in", list(sexes)), ("result", "!=", "failed")],
            ["source", "employee_id"],
            ["days:sum"],
        ):
            for key in (source, "all"):
                persons, total = counts.setdefault((key, sexes[employee.id]), (set(), 0.0))
                persons.add(employee.id)
                counts[key, sexes[employee.id]] = (persons, total + days)
        labels = [*records._fields["source"]._description_selection(self.env), ("all", self.env._("All"))]
        rows = []
        for key, label in labels:
            (women, women_days), (men, men_days) = (counts.get((key, sex), (set(), 0.0)) for sex in ("female", "male"))
            rows.append(
                [
                    label,
                    len(women),
                    len(men),
                    workforce.share(len(women), staff["female"]),
                    workforce.share(len(men), staff["male"]),
                    workforce.ratio(women_days, staff["female"]),
                    workforce.ratio(men_days, staff["male"]),
                ]
            )
        return self._gov_indicator(
            "G7",
            self.env._("Access to training"),
            self.env._("Persons trained ÷ staff of the same sex; days ÷ staff"),
            [
                (self.env._("Training"), "text"),
                (self.env._("Women trained"), "number"),
                (self.env._("Men trained"), "number"),
                (self.env._("Of the women (%)"), "percent"),
                (self.env._("Of the men (%)"), "percent"),
                (self.env._("Days per woman"), "decimal"),
                (self.env._("Days per man"), "decimal"),
            ],
            rows,
            source=self.env._("Trainings recorded in the year"),
        )
