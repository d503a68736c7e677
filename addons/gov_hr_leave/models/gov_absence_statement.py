from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import around_act, run_short
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.text import date_words, nbsp_amount
from odoo.addons.gov_document.tools.blocks import data_table, ltr, money_cell

from ..services import absence as service

HEADINGS = {
    "ar": ("الاسم الكامل", "رقم التأجير", "الدرجة", "الفترة", "أنصاف الأيام", "المبلغ (درهم)"),
    "fr": ("Nom et prénom", "PPR", "Grade", "Période", "Demi-journées", "Montant (DH)"),
}
TOTAL = {"ar": "المجموع", "fr": "Total"}
ACT_FIELDS = {"state", "document_id", "total", "half_days", "absence_ids"}


class GovAbsenceStatement(models.Model):
    """The statement of a month: the deductions for irregular absence to be borne by its pay, sent to the Treasury.

    Prepared by an HR manager, issued once as a numbered document in Arabic or in French; a deduction is in one
    statement only.  Pay data: HR managers alone.
    """

    _name = "gov.absence.statement"
    _description = "Monthly statement of irregular absences"
    _order = "month desc, id desc"
    _rec_name = "month"

    month = fields.Date("Month of pay", required=True, default=lambda self: self._default_month())
    lang = fields.Selection([("ar", "Arabic"), ("fr", "French")], "Language", required=True, default="ar")
    absence_ids = fields.One2many("gov.absence", "statement_id", "Absences", readonly=True)
    total = fields.Float(digits=(14, 2), readonly=True, copy=False)
    half_days = fields.Integer("Half-days", readonly=True, copy=False)
    document_id = fields.Many2one(
        "gov.document", "Document", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("issued", "Issued")], required=True, readonly=True, default="draft", copy=False
    )

    def _default_month(self):
        today = fields.Date.context_today(self)
        return (today.replace(day=1) + timedelta(days=31)).replace(day=1)

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statement in self:
            month = statement.month
            statement.display_name = month.strftime("%m/%Y") if month else ""

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._clean(vals) for vals in vals_list]
        clean = without_defaults(self, ACT_FIELDS)
        return super(GovAbsenceStatement, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        if not self.env.su and "issued" in self.mapped("state"):
            raise UserError(self.env._("An issued statement no longer changes."))
        return super().write(self._clean(vals))

    def _clean(self, vals):
        if not self.env.su and ACT_FIELDS & vals.keys():
            raise UserError(self.env._("A statement is issued with its button."))
        month = fields.Date.to_date(vals.get("month"))
        return dict(vals, month=month.replace(day=1)) if month else vals

    @api.ondelete(at_uninstall=False)
    def _unlink_except_issued(self):
        if "issued" in self.mapped("state"):
            raise UserError(self.env._("An issued statement stays in the records."))

    @around_act
    def action_issue(self):
        """Issue the statement of the month with the deductions not yet in a statement (HR manager)."""
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("gov_base.group_hr_manager"):
            raise AccessError(self.env._("Only an HR manager issues the statement."))

        def act(env):
            env[self._name].browse(self.id)._gov_issue()

        run_short(self.env, act)
        self.sudo().document_id._gov_finish()  # sudo: what the act prepared is finished
        return True

    def _gov_issue(self):
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "UPDATE gov_absence_statement SET state = 'issued' WHERE id = %s AND state = 'draft' RETURNING id",
                self.id,
            )
        )
        self.invalidate_recordset()
        if not rows:
            raise UserError(self.env._("This statement is already issued."))
        self.env.cr.execute(
            SQL(
                """UPDATE gov_absence SET statement_id = %s
                    WHERE state = 'deducted' AND statement_id IS NULL AND pay_month <= %s RETURNING id""",
                self.id,
                self.month,
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.env.invalidate_all()
        if not ids:
            raise UserError(self.env._("There is no deduction for this month."))
        # sudo: pay data for the document of the HR manager, whose right was checked
        statement = self.sudo()
        absences = statement.env["gov.absence"].browse(ids)
        table, count, total = statement._gov_table(absences)
        statement.write({"total": total, "half_days": count})
        statement.document_id = self.env["gov.document"]._gov_prepare(
            [
                {
                    "register": self.env.ref("gov_hr_leave.register_leave_absence"),
                    "template": self.env["gov.document.template"]._gov_leave_template(
                        "leave_absence_statement", self.lang
                    ),
                    "record": self,
                    "values": {
                        "month": date_words(self.month, self.lang).split(" ", 1)[1],
                        "absence_table": table,
                        "total": nbsp_amount(total),
                        "total_words": self.env["gov.words"].amount(total, self.lang),
                    },
                    "signatory": self.env["hr.employee"]._gov_leave_signatory(),
                }
            ]
        )
        self.env["gov.journal.entry"]._record(self, "issue", {"month": str(self.month), "absences": len(ids)})

    def _gov_table(self, absences):
        """Return (table, half-days, total) of the deductions, one line an absence, a total for each person."""
        lang = self.lang
        rows = [
            (row.employee_id.id, row.employee_id._gov_document_name(lang), row.half_days, row.amount, row)
            for row in absences.sorted(lambda one: (one.date_from, one.id))
        ]
        lines, count, total = [], 0, 0
        for _employee, records, half_days, amount in service.statement(rows):
            for record in records:
                person = record.employee_id._gov_leave_person_values(lang, record.date_from)
                period = (
                    f"{record.date_from:%d/%m/%Y}"
                    if record.date_from == record.date_to
                    else f"{record.date_from:%d/%m/%Y} – {record.date_to:%d/%m/%Y}"
                )
                lines.append(
                    [
                        person["employee_name"],
                        ltr(person["ppr"]),
                        person["grade"],
                        ltr(period),
                        record.half_days,
                        money_cell(record.amount),
                    ]
                )
            count += half_days
            total += amount
        total = round(total, 2)
        table = data_table(HEADINGS[lang], lines, (TOTAL[lang], [count, money_cell(total)]), numeric=(4, 5))
        return table, count, total

    def action_open_document(self):
        """Open the signed statement."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            raise UserError(self.env._("The statement is not issued yet."))
        if self.document_id.state == "issuing":
            self.document_id._gov_finish()
        return self.document_id.action_download()
