from odoo import models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def _gov_absences(self, date_from, date_to):
        """Return when these employees are away, or mean to be, between two days (both included).

        Each module adds its own: leave, missions, training sessions.  An override begins with
        ``found = super()._gov_absences(date_from, date_to)`` and returns ``found + [...]``.  Run as superuser by its
        callers, who have checked what they may show: only the kind and the dates come out, never a reason.

        :param date date_from: first day
        :param date date_to: last day
        :return: list of dicts: ``employee_id``; ``kind`` (``leave``, ``mission``, ``training``); ``model`` and
            ``res_id`` of the record; ``date_from`` and ``date_to`` (dates, not cut to the period asked);
            ``label``, in the language of the context, which tells no more than a colleague may know;
            ``is_granted`` (True when the absence is decided, so that nothing else may be granted on these days; False
            while it is only asked for or planned).  Optional: ``start`` and ``stop`` (datetimes in UTC) when the
            absence does not take whole days
        """
        return []
