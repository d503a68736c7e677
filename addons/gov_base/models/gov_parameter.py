import re
from datetime import date, datetime

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.search import search_when


class GovParameter(models.Model):
    """A number of law and the days it holds: a rate, a ceiling, a duration, a threshold.

    A code has one row for each period.  When the law changes, the row in force gets its last day and a new row begins
    the day after; past acts keep finding what held on their date.  HR managers and budget officers edit rows, every
    change is in the row's history, and a row that has been in force is never deleted.
    """

    _name = "gov.parameter"
    _description = "Legal parameter"
    _inherit = ["mail.thread"]
    _order = "code, valid_from desc"
    _rec_names_search = ["code", "name"]

    code = fields.Char(
        required=True,
        index=True,
        tracking=True,
        help="What the rules ask for, such as leave.annual.days. All rows of one code follow each other in time.",
    )
    name = fields.Char(required=True, translate=True)
    unit = fields.Selection(
        [
            ("amount", "Amount (DH)"),
            ("rate", "Rate"),
            ("days", "Days"),
            ("months", "Months"),
            ("years", "Years"),
            ("hours", "Hours"),
            ("number", "Plain number"),
            ("text", "Text"),
        ],
        required=True,
        default="number",
        tracking=True,
    )
    value = fields.Float(
        digits=(16, 6), tracking=True, aggregator=None, help="A rate is written as a fraction: 0.14 for 14 %."
    )
    value_text = fields.Char("Text value", tracking=True)
    value_display = fields.Char("Value as read", compute="_compute_value_display")
    valid_from = fields.Date("First day", required=True, tracking=True)
    valid_to = fields.Date("Last day", tracking=True, help="Empty while no end is known.")
    is_current = fields.Boolean("In force today", compute="_compute_is_current", search="_search_is_current")
    legal_text_id = fields.Many2one("gov.legal.text", index="btree_not_null", ondelete="restrict", tracking=True)
    note = fields.Text(translate=True, help="Says when the value is uncertain and what to check.")

    _dates_order = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_from <= valid_to)", "A parameter ends after it begins."
    )
    # deferred: the sentence of _check_overlap comes first; this one stands behind it for two users at once.
    # The hash stands for the code, which a GiST index cannot compare without an extension of PostgreSQL.
    _dates_apart = models.Constraint(
        """EXCLUDE USING gist (
            int8range(hashtextextended(code, 0), hashtextextended(code, 0), '[]') WITH &&,
            daterange(valid_from, valid_to, '[]') WITH &&
        ) DEFERRABLE INITIALLY DEFERRED""",
        "Two rows of one parameter cannot cover the same day.",
    )

    # ------------------------------------------------------------------------------------------------------ computes
    @api.depends("value", "value_text", "unit")
    @api.depends_context("lang")
    def _compute_value_display(self):
        for parameter in self:
            if parameter.unit == "text":
                parameter.value_display = parameter.value_text
            elif parameter.unit == "rate":
                parameter.value_display = self._format_number(parameter.value * 100) + "\u00a0%"
            else:
                parameter.value_display = self._format_number(parameter.value)

    @api.model
    def _format_number(self, value):
        """Return a number in the user's language with the decimals it has, two at least when it has any."""
        digits = len(f"{value:.6f}".rstrip("0").split(".")[1])
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US") or self.env["res.lang"]._lang_get("en_US")
        return lang.format(f"%.{max(digits, 2) if digits else 0}f", value, grouping=True)

    @api.depends("valid_from", "valid_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for parameter in self:
            parameter.is_current = bool(
                parameter.valid_from
                and parameter.valid_from <= today
                and (not parameter.valid_to or parameter.valid_to >= today)
            )

    @search_when
    def _search_is_current(self):
        today = fields.Date.context_today(self)
        current = Domain("valid_from", "<=", today) & (
            Domain("valid_to", "=", False) | Domain("valid_to", ">=", today)
        )
        return current

    # --------------------------------------------------------------------------------------------------- constraints
    @api.constrains("code")
    def _check_code(self):
        for parameter in self:
            if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", parameter.code):
                raise ValidationError(
                    self.env._(
                        "“%(code)s” is no code: write small Latin letters, digits and underscores, in parts joined by "
                        "dots, such as leave.annual.days.",
                        code=parameter.code,
                    )
                )

    @api.constrains("unit", "value_text")
    def _check_text(self):
        for parameter in self:
            if (parameter.unit == "text") != bool(parameter.value_text):
                raise ValidationError(
                    self.env._(
                        "Parameter %(code)s: a text value belongs to the unit “Text”, and that unit needs one.",
                        code=parameter.code,
                    )
                )

    @api.constrains("code", "valid_from", "valid_to")
    def _check_overlap(self):
        rows = self.search([("code", "in", self.mapped("code"))], order="code, valid_from, id")
        for previous, row in zip(rows, rows[1:], strict=False):
            if previous.code != row.code or (previous.valid_to and previous.valid_to < row.valid_from):
                continue
            raise ValidationError(
                self.env._(
                    "Two rows of parameter %(code)s cover the same day: the one from %(first)s and the one from "
                    "%(second)s. End the first one the day before the second begins.",
                    code=row.code,
                    first=format_date(self.env, previous.valid_from),
                    second=format_date(self.env, row.valid_from),
                )
            )

    # --------------------------------------------------------------------------------------------------------- hooks
    @api.model_create_multi
    def create(self, vals_list):
        # what a module ships has no author to remember
        nolog = self.env.su or self.env.context.get("mail_create_nolog", False)
        parameters = super(GovParameter, self.with_context(mail_create_nolog=nolog)).create(vals_list)
        self.env.registry.clear_cache()
        return parameters.with_env(self.env)

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        today = fields.Date.context_today(self)
        for parameter in self:
            if parameter.valid_from <= today:
                raise UserError(
                    self.env._(
                        "Parameter %(code)s has been in force since %(date)s: acts were made with it. Give it a last "
                        "day instead of deleting it.",
                        code=parameter.code,
                        date=format_date(self.env, parameter.valid_from),
                    )
                )

    # -------------------------------------------------------------------------------------------------------- reading
    @api.model
    def get_value(self, code, on_date=None):
        """Return the value of a parameter on a day; any internal user may ask, acts on past dates included.

        :param code: the code of the parameter
        :param on_date: date, datetime (its day for the user) or ISO string; today of the user when None
        :return: float, or str when the unit is text
        :raise UserError: naming code and date, when no row covers the day; when the date cannot be read
        """
        self._check_internal()
        day, code = self._to_day(on_date), str(code or "")
        for valid_from, valid_to, value in self._get_rows(code):
            if valid_from <= day and (valid_to is None or valid_to >= day):
                return value
        raise UserError(
            self.env._(
                "No value of the legal parameter %(code)s is known for %(date)s. Ask an HR manager or a budget "
                "officer to add a row that covers this day.",
                code=code,
                date=format_date(self.env, day),
            )
        )

    @api.model
    def _get_table(self, prefix, on_date=None):
        """Return the rows of a numbered table of parameters on a day, in the order of their numbers.

        Parameters ``tax.1.ceiling``, ``tax.1.rate``, ``tax.2.rate`` … give for the prefix ``tax``
        ``[{"ceiling": …, "rate": …}, {"rate": …}]``: a cell not in force on that day is left out, and a line without
        cells too.

        :raise UserError: when the table has no line on that day
        """
        day = self._to_day(on_date)
        lines = {}
        for number, column, code in self._get_table_codes(prefix):
            for valid_from, valid_to, value in self._get_rows(code):
                if valid_from <= day and (valid_to is None or valid_to >= day):
                    lines.setdefault(number, {})[column] = value
        if not lines:
            raise UserError(
                self.env._(
                    "No line of the table of legal parameters %(code)s is known for %(date)s. Ask an HR manager or a "
                    "budget officer to add rows that cover this day.",
                    code=prefix,
                    date=format_date(self.env, day),
                )
            )
        return [lines[number] for number in sorted(lines)]

    @api.model
    def _check_internal(self):
        if not (self.env.su or self.env.user._is_internal()):
            raise AccessError(self.env._("Legal parameters are for the staff of the administration."))

    @api.model
    def _to_day(self, on_date):
        """Return the day meant by a date, a datetime or an ISO string; today of the user when there is none.

        :raise UserError: when it is no date, for it may come from outside
        """
        if not on_date:
            return fields.Date.context_today(self)
        day = on_date
        try:
            if isinstance(day, str):
                # "2026-11-21" is a day; "2026-11-21 23:30:00" a moment in UTC, whose day is the user's
                day = day.strip().replace("T", " ")
                day = fields.Datetime.to_datetime(day) if len(day) > 10 else fields.Date.to_date(day)
            if isinstance(day, datetime):
                day = fields.Datetime.context_timestamp(self, day).date() if not day.tzinfo else day.date()
        except (ValueError, OverflowError):
            day = None
        if not isinstance(day, date):
            raise UserError(
                self.env._("“%(value)s” is no date: give a day as year-month-day, such as 2026-11-21.", value=on_date)
            )
        return day

    @tools.ormcache("code")
    def _get_rows(self, code):
        """Return ((valid_from, valid_to or None, value), …) of a code."""
        # sudo: legal parameters are for all the staff; get_value checks who asks
        rows = self.sudo().search([("code", "=", code)], order="valid_from desc")
        return tuple(
            (row.valid_from, row.valid_to or None, row.value_text if row.unit == "text" else row.value) for row in rows
        )

    @tools.ormcache("prefix")
    def _get_table_codes(self, prefix):
        """Return ((number, column, code), …) of the numbered codes below a prefix."""
        pattern = re.compile(re.escape(prefix) + r"\.([0-9]+)\.(.+)")
        # sudo: legal parameters are for all the staff
        codes = [code for (code,) in self.sudo()._read_group([("code", "=like", f"{prefix}.%")], ["code"])]
        matches = [(pattern.fullmatch(code), code) for code in codes]
        return tuple((int(match[1]), match[2], code) for match, code in matches if match)
