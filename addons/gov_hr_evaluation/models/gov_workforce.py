from odoo import api, models

from odoo.addons.gov_hr.services import workforce

HELD = ("signed", "refused")


class GovWorkforceIndicator(models.AbstractModel):
    """G9 of the yearly rating: who was evaluated and who was interviewed, by sex, for those the reader counts."""

    _inherit = "gov.workforce.indicator"

    @api.model
    def _gov_indicators(self, year, scope):
        return [*super()._gov_indicators(year, scope), self._gov_g9_sheets(year, scope)]

    def _gov_g9_sheets(self, year, scope):
        sexes = self._gov_sexes(year, scope)
        staff = self._gov_staff(year, scope)
        counts = {"final": {}, "interview": {}, "sheet": {}}
        sheets = self.env["gov.evaluation.sheet"].search_fetch(
            [("year", "=", int(year.name)), ("employee_id", "in", list(sexes)), ("state", "!=", "cancelled")],
            ["employee_id", "state", "interview_id"],
        )
        for sheet in sheets:
            sex = sexes[sheet.employee_id.id]
            is_held = sheet.interview_state in HELD
            for code, holds in (("sheet", True), ("final", sheet.state == "final"), ("interview", is_held)):
                counts[code][sex] = counts[code].get(sex, 0) + holds
        labels = {
            "sheet": self.env._("Rating sheets opened"),
            "final": self.env._("Final marks"),
            "interview": self.env._("Interviews held"),
        }
        rows = []
        for code, label in labels.items():
            women, men = counts[code].get("female", 0), counts[code].get("male", 0)
            rows.append(
                [
                    label,
                    women,
                    men,
                    workforce.share(women, staff["female"]),
                    workforce.share(men, staff["male"]),
                ]
            )
        return self._gov_indicator(
            "G9b",
            self.env._("Evaluation of the year"),
            self.env._("Persons evaluated ÷ staff of the same sex"),
            [
                (self.env._("Step"), "text"),
                (self.env._("Women"), "number"),
                (self.env._("Men"), "number"),
                (self.env._("Of the women (%)"), "percent"),
                (self.env._("Of the men (%)"), "percent"),
            ],
            rows,
            source=self.env._("Rating sheets of the year"),
        )
