from odoo import api, models

from odoo.addons.gov_hr.services import workforce

DONE = ("approved", "running", "to_settle", "settled")


class GovWorkforceIndicator(models.AbstractModel):
    """G12: missions in Morocco and abroad, by sex, for the persons whom the reader may count."""

    _inherit = "gov.workforce.indicator"

    @api.model
    def _gov_indicators(self, year, scope):
        return [*super()._gov_indicators(year, scope), self._gov_g12(year, scope)]

    def _gov_g12(self, year, scope):
        sexes = self._gov_sexes(year, scope)
        staff = self._gov_staff(year, scope)
        first, last = self._gov_year_dates(year)
        orders = self.env["gov.mission.order"]
        counts = {}
        for kind, employee, count, days in orders._read_group(
            [
                ("state", "in", DONE),
                ("employee_id", "in", list(sexes)),
                ("date_from", ">=", first),
                ("date_from", "<=", last),
            ],
            ["kind", "employee_id"],
            ["__count", "day_count:sum"],
        ):
            cell = counts.setdefault((kind, sexes[employee.id]), [0, 0, 0])
            for position, number in enumerate((1, count, days)):
                cell[position] += number
        rows = []
        for kind, label in orders._fields["kind"]._description_selection(self.env):
            women, men = (counts.get((kind, sex), [0, 0, 0]) for sex in ("female", "male"))
            per_head = (workforce.ratio(women[2], staff["female"]), workforce.ratio(men[2], staff["male"]))
            rows.append([label, *women, *men, *per_head])
        return self._gov_indicator(
            "G12",
            self.env._("Missions"),
            self.env._("Days of mission ÷ staff of the same sex"),
            [
                (self.env._("Where"), "text"),
                (self.env._("Women sent"), "number"),
                (self.env._("Missions of women"), "number"),
                (self.env._("Days of women"), "number"),
                (self.env._("Men sent"), "number"),
                (self.env._("Missions of men"), "number"),
                (self.env._("Days of men"), "number"),
                (self.env._("Days per woman"), "decimal"),
                (self.env._("Days per man"), "decimal"),
            ],
            rows,
            source=self.env._("Mission orders granted that begin in the year"),
        )
