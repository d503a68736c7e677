from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class GovCounter(models.Model):
    """The last number taken from a series, such as a register of documents in a year.

    A number is taken by one SQL statement inside the transaction of the act that uses it: an act that fails gives its
    number back, so a series has no gap.  Nobody writes a counter otherwise, not even an administrator.
    """

    _name = "gov.counter"
    _description = "Counter"
    _order = "code, period desc"
    _rec_name = "code"
    _log_access = False
    _allow_sudo_commands = False

    code = fields.Char("Series", required=True, readonly=True)
    period = fields.Char(required=True, readonly=True, help="The year, or what else the series starts again with.")
    value = fields.Integer("Last number", required=True, readonly=True, aggregator=None)

    _code_period_uniq = models.Constraint("UNIQUE (code, period)", "A series has one counter for each period.")
    _value_positive = models.Constraint("CHECK (value > 0)", "A counter starts at 1.")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Counters are moved by the acts that take numbers, never by hand."))

    def write(self, vals):
        raise UserError(self.env._("Counters are moved by the acts that take numbers, never by hand."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Counters are moved by the acts that take numbers, never by hand."))

    @api.model
    def _take(self, code, period, count=1):
        """Take ``count`` numbers of a series and return the first one.

        The counter's row stays locked until the transaction ends: take numbers as late as possible in an act, series
        in alphabetic order when an act needs several.

        :param code: the series, such as ``certificate``
        :param period: what it starts again with, such as a year
        """
        if count < 1 or not code:
            raise ValueError(f"cannot take {count!r} numbers of {code!r}")
        [(last,)] = self.env.execute_query(
            SQL(
                """
                INSERT INTO gov_counter AS counter (code, period, value) VALUES (%(code)s, %(period)s, %(count)s)
                ON CONFLICT (code, period) DO UPDATE SET value = counter.value + EXCLUDED.value
                RETURNING value
                """,
                code=code,
                period=str(period),
                count=count,
            )
        )
        self.invalidate_model(flush=False)
        return last - count + 1

    @api.model
    def _peek(self, code, period):
        """Return the last number taken of a series, 0 when none was; another act may take the next meanwhile."""
        rows = self.env.execute_query(
            SQL("SELECT value FROM gov_counter WHERE code = %s AND period = %s", code, str(period))
        )
        return rows[0][0] if rows else 0
