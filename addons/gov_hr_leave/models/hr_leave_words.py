from datetime import date

from odoo import api, models
from odoo.tools import format_date

from ..services import wording


class HrLeave(models.Model):
    """Words the screens of leave share: numbers of days, periods, names of holidays."""

    _inherit = "hr.leave"

    @api.model
    def _gov_least_present(self):
        """Return the percentage of a unit that should be present on a working day."""
        return round(100 * (1 - self._gov_parameter("leave.team.absent_rate")))

    @api.model
    def _gov_law_text(self, leave_type):
        """Return the text of law of a kind of leave, with its article."""
        comma = "، " if (self.env.lang or "").startswith("ar") else ", "
        return comma.join(filter(None, (leave_type.legal_article, leave_type.legal_text_id.display_name)))

    @api.model
    def _gov_number(self, number):
        return self.env["gov.leave.counter"]._number(number)

    @api.model
    def _gov_days_text(self, number, unit):
        """Return a number of days in words of the user's language: « 5 working days ».

        :param unit: ``working``, ``calendar`` or ``hours``
        """
        number = float(number)
        shown = self._gov_number(number)
        if (self.env.lang or "").startswith("ar"):
            return wording.days_ar(number, shown, unit)
        # 1.5 is singular in French, plural in English
        is_one = number < 2 if (self.env.lang or "").startswith("fr") else number == 1
        if unit == "working":
            return self.env._("%(n)s working day", n=shown) if is_one else self.env._("%(n)s working days", n=shown)
        if unit == "hours":
            return self.env._("%(n)s hour", n=shown) if is_one else self.env._("%(n)s hours", n=shown)
        return self.env._("%(n)s day", n=shown) if is_one else self.env._("%(n)s days", n=shown)

    @api.model
    def _gov_unit_text(self, number, unit):
        """Return the unit alone, as it stands beside a large number."""
        number = float(number)
        if (self.env.lang or "").startswith("ar"):
            return wording.unit_ar(number, unit)
        return self._gov_days_text(number, unit).removeprefix(self._gov_number(number)).strip()

    @api.model
    def _gov_day_text(self, day, weekday=True):
        return format_date(self.env, day, date_format="EEEE d MMMM y" if weekday else "d MMMM y")

    @api.model
    def _gov_range_text(self, first, last):
        """Return a period in words."""
        if not first or not last:
            return ""
        if first == last:
            return self._gov_day_text(first)
        return self.env._(
            "From %(first)s to %(last)s",
            first=format_date(self.env, first, date_format="d MMMM y" if first.year != last.year else "d MMMM"),
            last=self._gov_day_text(last, weekday=False),
        )

    @api.model
    def _gov_holiday_rows(self, first, last):
        """Return the public holidays between two days: ``[(day, name, is estimated)]``, weekends included."""
        # sudo: public holidays are public
        rows = self.env["gov.public.holiday"].sudo().search([("date_from", "<=", last), ("date_to", ">=", first)])
        named = {}
        for row in rows:
            for number in range((row.date_to - row.date_from).days + 1):
                named.setdefault(date.fromordinal(row.date_from.toordinal() + number), row)
        found = []
        for year in range(first.year, last.year + 1):
            for day in sorted(self._gov_holidays()(year)):
                if first <= day <= last:
                    row = named.get(day)
                    name = row.name if row else self.env._("Public holiday")
                    found.append((day, name, not row or row.state == "estimated"))
        return found

    @api.model
    def _gov_holiday_names(self, first, last):
        """Return dict of ISO day → name of the public holidays, for the calendars of the screens."""
        return {
            str(day): self.env._("%(holiday)s (estimated)", holiday=name) if estimated else name
            for day, name, estimated in self._gov_holiday_rows(first, last)
        }
