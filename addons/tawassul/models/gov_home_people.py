from odoo import models

RETURNS = 6


class GovHome(models.AbstractModel):
    """What the home page says of leave: the days left, and the returns to service a head has to record."""

    _inherit = "gov.home"

    def _home_sections(self):
        return [*super()._home_sections(), self._section_leave(), self._section_returns()]

    def _section_leave(self):
        """My days of leave, each figure opening to why."""
        employee = self.env.user.employee_id
        if not employee:
            return None
        cards = self.env["hr.leave"]._gov_cards(employee.sudo())  # one's own account, read with one's own rights
        return {
            "code": "leave",
            "title": self.env._("My leave"),
            "kind": "figures",
            "area": "main",
            "sequence": 25,
            "rows": [
                {
                    "key": card["code"],
                    "title": card["name"],
                    "value": card["number"],
                    "tone": "neutral",
                    "action": "gov_hr_leave.leave_why_action",
                    "context": {"code": card["code"]},
                }
                for card in cards
            ],
        }

    def _section_returns(self):
        """Returns to service that I should record, the late ones first; none, no section."""
        found = self.env["gov.leave.return"].get_missing_returns(RETURNS)
        if not found["count"]:
            return None
        return {
            "code": "returns",
            "title": self.env._("Returns to service to record"),
            "kind": "list",
            "area": "main",
            "sequence": 15,
            "count": found["count"],
            "rows": [
                {
                    "key": f"return-{row['id']}",
                    "title": row["name"],
                    "subtitle": self.env._("Expected back on %(date)s", date=row["expected_on"]),
                    "badge": {"text": self.env._("late"), "tone": "bad"} if row["is_late"] else None,
                    "action": self._open("gov.leave.return", row["id"]),
                }
                for row in found["records"]
            ],
            "empty": {"text": ""},
        }
