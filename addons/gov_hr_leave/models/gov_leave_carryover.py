from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.gov_approval.models.sentinel import has_sentinel, with_sentinel
from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.search import search_when

ACT_FIELDS = ("state", "signed_by_id", "signed_on")


class GovLeaveCarryover(models.Model):
    """The decision that carries annual leave of a year over to the next one, exceptionally and once (article 40).

    ``draft`` → ``signed`` by an HR manager, never for himself, or ``cancelled``.  Signing moves the days in the
    ledger: out of the year they come from, into the next one, where they are used first and lapse at its end.  Days
    that lapsed in the meantime come back by a correction.  HR of the region prepares; the person reads.
    """

    _name = "gov.leave.carryover"
    _description = "Carry-over of annual leave"
    _inherit = ["mail.thread"]
    _order = "year desc, id desc"
    _rec_name = "employee_id"

    employee_id = fields.Many2one("hr.employee", required=True, index=True, ondelete="restrict")
    year = fields.Integer(
        "Year of the leave",
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year - 1,
        help="The year the days come from; they may be taken until the end of the next one.",
    )
    days = fields.Float("Working days carried over", digits=(8, 2), required=True)
    reason = fields.Text(required=True, help="The service or the person could not take them: say why.")
    left = fields.Float("Days left of that year", compute="_compute_left", digits=(8, 2))
    state = fields.Selection(
        [("draft", "Draft"), ("signed", "Signed"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    signed_by_id = fields.Many2one(
        "res.users", "Signed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    signed_on = fields.Date(readonly=True, copy=False)
    is_seen = fields.Boolean(compute="_compute_is_seen", search="_search_is_seen", export_string_translation=False)

    _days_positive = models.Constraint("CHECK (days > 0)", "A carry-over is of some days.")
    _once = models.UniqueIndex(
        "(employee_id, year) WHERE state = 'signed'", "The leave of this year was already carried over: once only."
    )

    def _compute_is_seen(self):
        seen = self.filtered_domain(self._search_is_seen("in", [True]))
        for record in self:
            record.is_seen = record in seen

    @api.model
    @search_when
    def _search_is_seen(self):
        return self.env["hr.employee"]._gov_leave_seen_domain()

    @api.depends("employee_id", "year", "state")
    def _compute_left(self):
        for record in self:
            left, lapsed = record._gov_left() if record.employee_id else (0, 0)
            record.left = left + lapsed

    def _gov_left(self):
        """Return (days left of the right of the year itself, days of it that lapsed since)."""
        self.ensure_one()
        # sudo: counters and ledger of the person, for whoever may read the decision
        employee = self.sudo().employee_id
        rows = self.env["gov.leave.counter"]._read_rows(employee.id, "ANN", [self.year])
        credited, taken, pending = rows.get((self.year, False), (0, 0, 0))
        self.env.cr.execute(
            SQL(
                """SELECT coalesce(-sum(days), 0) FROM gov_leave_ledger
                    WHERE employee_id = %s AND gov_code = 'ANN' AND year = %s
                      AND NOT is_carried AND kind = 'lapsed'""",
                employee.id,
                self.year,
            )
        )
        return float(credited - taken - pending), float(self.env.cr.fetchone()[0])

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._gov_check_fields(vals)
        return super(GovLeaveCarryover, without_defaults(self, ACT_FIELDS)).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._gov_check_fields(vals)
        return super().write(vals)

    def _gov_check_fields(self, vals):
        if has_sentinel(self.env):
            return
        if any(name in vals for name in ACT_FIELDS):
            raise UserError(self.env._("A carry-over is signed or cancelled with its buttons only."))
        if any(record.state != "draft" for record in self) and {"employee_id", "year", "days", "reason"} & vals.keys():
            raise UserError(self.env._("This carry-over is decided: it can no longer be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        if any(record.state == "signed" for record in self):
            raise UserError(self.env._("A signed decision stays in the records."))

    # ------------------------------------------------------------------ acts
    def _gov_claim(self):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE gov_leave_carryover SET write_date = now() AT TIME ZONE 'UTC'
                    WHERE id IN %s AND state = 'draft' RETURNING id""",
                self._ids or (0,),
            )
        )
        if self.env.cr.rowcount != len(self):
            raise UserError(self.env._("This carry-over is already decided. Reload the page."))
        self.invalidate_recordset()

    @short_transaction
    def action_sign(self):
        """Sign the decisions: the days move to the next year. HR managers only, never for themselves.

        :raise UserError: when the year is over for too long, was carried over already, or has not so many days left
        """
        self.check_access("read")
        if not self.env.user.has_group("gov_base.group_hr_manager"):
            raise AccessError(self.env._("A carry-over is decided by an HR manager."))
        self.env.flush_all()
        # sudo: whose account it is; the role was checked
        self.env["gov.leave.account"]._touch(self.sudo().employee_id.ids)
        self._gov_claim()
        journal = []
        for record in self.sudo():  # sudo: the ledger is written by acts alone; the role was checked
            if record.employee_id.user_id == self.env.user:
                raise AccessError(self.env._("Nobody signs a decision about himself: another HR manager must."))
            record._gov_post()
            with_sentinel(record).write(
                {"state": "signed", "signed_by_id": self.env.uid, "signed_on": fields.Date.context_today(self)}
            )
            record._gov_prepare_decision()
            journal.append((record, "sign", {"year": record.year, "days": record.days, "reason": record.reason}))
        self.env["gov.journal.entry"]._record_many(journal)
        return True

    def _gov_post(self):
        """Move the days in the ledger."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        years = int(self.env["gov.parameter"].get_value("leave.carryover.years", date(self.year, 12, 31)))
        if not self.year <= today.year <= self.year + years:
            raise UserError(
                self.env._(
                    "Annual leave of %(year)s is carried over in that year or the next one only.", year=self.year
                )
            )
        if self.search_count(
            [("employee_id", "=", self.employee_id.id), ("year", "=", self.year), ("state", "=", "signed")]
        ):
            raise UserError(
                self.env._(
                    "The leave of %(year)s of %(person)s was already carried over: once only.",
                    year=self.year,
                    person=self.employee_id.name,
                )
            )
        left, lapsed = self._gov_left()
        number = self.env["gov.leave.counter"]._number
        if self.days > left + lapsed:
            raise UserError(
                self.env._(
                    "%(person)s has %(left)s days left of %(year)s: %(days)s cannot be carried over.",
                    person=self.employee_id.name,
                    left=number(left + lapsed),
                    year=self.year,
                    days=number(self.days),
                )
            )
        base = {
            "employee_id": self.employee_id.id,
            "gov_code": "ANN",
            "year": self.year,
            "legal_text_id": self.env["gov.leave.ledger"]._yearly_text("ANN"),
        }
        lines = []
        if self.days > left:
            lines.append(base | {"kind": "correction", "days": self.days - left, "reason": self._gov_words()})
        lines.append(base | {"kind": "carried_out", "days": -self.days, "reason": self._gov_words()})
        lines.append(
            base
            | {
                "kind": "carried_in",
                "year": self.year + 1,
                "is_carried": True,
                "days": self.days,
                "date": max(today, date(self.year + 1, 1, 1)),
                "reason": self._gov_words(),
            }
        )
        self.env["gov.leave.ledger"]._post(lines)

    def _gov_words(self):
        """Return how the lines of the ledger name the decision (hook of what numbers it)."""
        self.ensure_one()
        return None

    def _gov_prepare_decision(self):
        """Take the number of the decision and freeze its text, in the act that signs (hook)."""

    @short_transaction
    def action_cancel(self, reason=None):
        """Drop drafts of carry-over. HR of the region.

        :param reason: kept in the journal
        """
        self.check_access("write")
        self._gov_claim()
        for record in self:
            with_sentinel(record).write({"state": "cancelled"})
        self.env["gov.journal.entry"]._record_many(
            [(record, "cancel", {"reason": (reason or "").strip()}) for record in self]
        )
        return True
