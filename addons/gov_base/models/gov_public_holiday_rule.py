from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import holidays


class GovPublicHolidayRule(models.Model):
    """A recurring public holiday of decree 2-77-169: a fixed day, or a day of the Hijri calendar.

    The days of each year (``gov.public.holiday``) are made from these rules; HR managers keep them.
    """

    _name = "gov.public.holiday.rule"
    _description = "Recurring public holiday"
    _order = "calendar, month, day"

    name = fields.Char(required=True, translate=True)
    calendar = fields.Selection(
        [("gregorian", "Gregorian"), ("hijri", "Hijri")],
        required=True,
        default="gregorian",
        help="A Hijri day is estimated, then confirmed when the moon has been sighted.",
    )
    month = fields.Integer(required=True, aggregator=None)
    day = fields.Integer(required=True, aggregator=None)
    days = fields.Integer("Number of days", required=True, default=1)
    valid_from = fields.Date("First day", help="The holiday is not kept before this day.")
    valid_to = fields.Date("Last day", help="The holiday is no longer kept after this day.")
    legal_text_id = fields.Many2one("gov.legal.text", index="btree_not_null", ondelete="restrict")
    note = fields.Text()
    active = fields.Boolean(default=True)

    _day_range = models.Constraint(
        "CHECK (month BETWEEN 1 AND 12 AND day BETWEEN 1 AND CASE WHEN calendar = 'hijri' THEN 30 ELSE 31 END)",
        "This day does not exist in this month.",
    )
    _days_positive = models.Constraint("CHECK (days BETWEEN 1 AND 10)", "A holiday lasts from 1 to 10 days.")
    _dates_order = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_from <= valid_to)", "A recurring holiday ends after it begins."
    )

    @api.constrains("calendar", "month", "day")
    def _check_day(self):
        for rule in self:
            if rule.calendar == "gregorian" and not holidays.gregorian_occurrence(2024, rule.month, rule.day):
                raise ValidationError(
                    self.env._("%(name)s: this day does not exist in this month.", name=rule.name or "")
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _occurrences(self, first, last):
        """Return [(rule, occurrence, first day)] of the holidays that begin from ``first`` to ``last``.

        ``occurrence`` is the year in the rule's own calendar: it names an occurrence for good, wherever the moon
        moves it.
        """
        offset = None
        found = []
        for rule in self:
            if rule.calendar == "gregorian":
                starts = [
                    (year, holidays.gregorian_occurrence(year, rule.month, rule.day))
                    for year in range(first.year, last.year + 1)
                ]
            else:
                if offset is None:
                    # sudo: only the shift of the Hijri calendar
                    offset = int(self.env["gov.parameter"].sudo().get_value("holiday.hijri_offset", first))
                starts = holidays.hijri_occurrences(first, last, rule.month, rule.day, offset)
            found += [
                (rule, occurrence, start)
                for occurrence, start in starts
                if start
                and first <= start <= last
                and (not rule.valid_from or start >= rule.valid_from)
                and (not rule.valid_to or start <= rule.valid_to)
            ]
        return found

    @api.model
    @tools.ormcache("year")
    def _estimated_days(self, year):
        """Return ((rule id, occurrence, first day, last day), …) that touch a year, from the rules alone."""
        first, last = fields.Date.to_date(f"{year}-01-01"), fields.Date.to_date(f"{year}-12-31")
        # sudo: public holidays are public
        found = self.sudo().search([])._occurrences(first - 10 * holidays.DAY, last)
        return tuple(
            (rule.id, occurrence, start, start + (rule.days - 1) * holidays.DAY)
            for rule, occurrence, start in found
            if start + (rule.days - 1) * holidays.DAY >= first
        )
