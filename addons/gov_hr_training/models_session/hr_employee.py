from odoo import models

from ..services import session_days

HELD = ("registered", "convoked")
HAPPENING = ("open", "convoked", "running")


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _gov_absences(self, date_from, date_to):
        """Add the sessions of these employees, and those that they give; decided once the convocation is sent."""
        found = super()._gov_absences(date_from, date_to)
        when = [
            ("employee_id", "in", self.ids),
            ("session_id.state", "in", HAPPENING),
            ("session_id.date_from", "<=", date_to),
            ("session_id.date_to", ">=", date_from),
        ]
        # sudo: when the person is in training, which colleagues may know
        registrations = self.env["gov.training.registration"].sudo().search([*when, ("state", "in", HELD)])
        trainers = self.env["gov.training.trainer"].sudo().search(when)  # sudo: as above
        rows = [(one, one.state == "convoked") for one in registrations]
        rows += [(one, one.session_id.state in ("convoked", "running")) for one in trainers]
        for record, is_granted in rows:
            slots = [(slot.date, slot.start, slot.stop) for slot in record.session_id.slot_ids]
            for first, last, start, stop in session_days.runs(slots):
                if first <= date_to and last >= date_from:
                    found.append(
                        {
                            "employee_id": record.employee_id.id,
                            "kind": "training",
                            "model": record._name,
                            "res_id": record.id,
                            "date_from": first,
                            "date_to": last,
                            "start": start,
                            "stop": stop,
                            "label": self.env._("training: %(course)s", course=record.session_id.course_id.name),
                            "is_granted": is_granted,
                        }
                    )
        return found
