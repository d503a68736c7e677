from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.search import search_when

from ..services import amendment as rules
from ..services import closing


class GovBudgetQuarterly(models.Model):
    """The quarterly list of transfers and of post transformations, due ten days after the quarter (M22).

    Made by itself for each quarter that ends; a budget officer issues it as a document in Arabic and French, then
    notes the day it was sent to the ministry of finance.
    """

    _name = "gov.budget.quarterly"
    _description = "Quarterly list of transfers"
    _inherit = ["gov.budget.stateful", "mail.thread", "gov.document.mixin"]
    _order = "date_from desc"
    _rec_name = "quarter"
    _act_fields = frozenset({"state", "sent_on", "sent_reference", "document_ar_id", "document_fr_id"})
    _draft_states = ("draft",)

    fiscal_year_id = fields.Many2one("gov.fiscal.year", "Fiscal year", required=True, index=True, ondelete="restrict")
    quarter = fields.Selection([("1", "1st"), ("2", "2nd"), ("3", "3rd"), ("4", "4th")], required=True)
    date_from = fields.Date(compute="_compute_dates", store=True)
    date_to = fields.Date(compute="_compute_dates", store=True)
    due_on = fields.Date("Due on", compute="_compute_dates", store=True)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    amendment_ids = fields.Many2many("gov.budget.amendment", string="Transfers", compute="_compute_content")
    post_act_ids = fields.Many2many("gov.budget.post.act", string="Acts on posts", compute="_compute_content")
    amount = fields.Float("Amount moved", compute="_compute_content", digits=(16, 2))
    count = fields.Integer("Decisions", compute="_compute_content")
    state = fields.Selection(
        [("draft", "To be issued"), ("issued", "Issued"), ("sent", "Sent")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    sent_on = fields.Date(readonly=True, copy=False)
    sent_reference = fields.Char("Reference of the letter", readonly=True, copy=False)
    document_ar_id = fields.Many2one(
        "gov.document", "List in Arabic", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    document_fr_id = fields.Many2one(
        "gov.document", "List in French", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    _quarter_uniq = models.UniqueIndex("(fiscal_year_id, quarter)", "This quarter already has its list.")

    @api.depends("fiscal_year_id.date_from", "quarter")
    def _compute_dates(self):
        for one in self:
            if not one.fiscal_year_id or not one.quarter:
                one.date_from = one.date_to = one.due_on = False
                continue
            one.date_from, one.date_to = closing.quarter_range(one.fiscal_year_id.date_from.year, int(one.quarter))
            days = self.env["gov.parameter"].get_value("budget.quarterly.days", one.date_to)
            one.due_on = one.date_to + timedelta(days=int(days))

    @api.depends("due_on", "state")
    def _compute_is_late(self):
        today = self._gov_today()
        for one in self:
            one.is_late = bool(one.state != "sent" and one.due_on and one.due_on < today)

    @search_when
    def _search_is_late(self):
        return [("state", "!=", "sent"), ("due_on", "<", self._gov_today())]

    @api.depends("date_from", "date_to")
    def _compute_content(self):
        for one in self:
            domain = [("state", "=", "effective"), ("visa_date", ">=", one.date_from)]
            until = [("visa_date", "<=", one.date_to)]
            # a visa recorded after 31 December is of the last quarter of its budget
            of_year = [("budget_id.fiscal_year_id", "=", one.fiscal_year_id.id), ("kind", "in", rules.TRANSFERS)]
            one.amendment_ids = self.env["gov.budget.amendment"].search(
                [*domain, *of_year, *(until if one.quarter != "4" else [])]
            )
            one.post_act_ids = self.env["gov.budget.post.act"].search([*domain, *until])
            one.amount = sum(one.amendment_ids.mapped("amount"))
            one.count = len(one.amendment_ids) + len(one.post_act_ids)

    @api.depends("quarter", "fiscal_year_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            if not (one.quarter and one.fiscal_year_id):
                one.display_name = self.env._("New quarterly list")
                continue
            one.display_name = self.env._(
                "Transfers of quarter %(quarter)s of %(year)s",
                quarter=one.quarter or "",
                year=one.fiscal_year_id.name or "",
            )

    # ------------------------------------------------------------------ acts
    def action_issue(self):
        """Issue the list as a document; it may be issued again until it is sent. Budget officers only."""
        self._gov_issue()
        # sudo: what the act has prepared is finished
        documents = self.sudo().document_ar_id | self.sudo().document_fr_id
        documents.filtered(lambda document: document.state == "issuing")._gov_finish()
        self.invalidate_recordset()
        return True

    @short_transaction
    def _gov_issue(self):
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer issues the quarterly list."))
        self.check_access("write")
        for one in self:
            if one.date_to >= self._gov_today():
                raise UserError(self.env._("The quarter is not over: the list would not be complete."))
        self._gov_take(("draft", "issued"), "issued")
        for one in self:
            vals_list = []
            for lang in ("ar", "fr"):
                old = one.sudo()[f"document_{lang}_id"]  # sudo: the document that this one replaces
                vals_list.append(
                    {
                        # sudo: who issues need not keep the registers
                        "register": self.env.ref(f"gov_budget.register_quarterly_{lang}").sudo(),
                        "kind": "budget_quarterly",
                        "template": self.env.ref(f"gov_budget.template_budget_quarterly_{lang}"),
                        "record": one,
                        "issue_date": one._gov_today(),
                        "values": one.sudo()._gov_document_values(lang),  # sudo: of all regions
                        "supersedes": old if old.state == "valid" else None,
                    }
                )
            # sudo: documents are made by the act, which has checked who issues
            documents = self.env["gov.document"].sudo()._gov_prepare(vals_list)
            one._gov_write({"document_ar_id": documents[0].id, "document_fr_id": documents[1].id})
            self.env["gov.journal.entry"]._record(one, "issue", {"quarter": one.display_name, "count": one.count})
        return True

    @short_transaction
    def action_send(self, reference, date=None):
        """Note that the list was sent to the ministry of finance. Budget officers only."""
        self._gov_check_role(("budget_officer",), self.env._("Only a budget officer sends the quarterly list."))
        self.check_access("write")
        if not (isinstance(reference, str) and reference.strip()):
            raise UserError(self.env._("Give the reference of the letter."))
        self._gov_take("issued", "sent")
        day = self.env["gov.parameter"]._to_day(date) if date else self._gov_today()
        self._gov_write({"sent_on": day, "sent_reference": reference.strip()})
        for one in self:
            self.env["gov.journal.entry"]._record(one, "send", {"reference": reference.strip(), "date": str(day)})
        return True

    def action_ask_send(self):
        """Ask for the reference of the letter, then note the sending."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sent to the ministry of finance"),
            "res_model": "gov.budget.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_operation": "send", "default_res_model": self._name, "default_res_id": self.id},
        }

    def action_print_ar(self):
        """Open the list in Arabic."""
        return self._gov_download(self.document_ar_id)

    def action_print_fr(self):
        """Open the list in French."""
        return self._gov_download(self.document_fr_id)

    def _gov_download(self, document):
        self.ensure_one()
        self.check_access("read")
        if not document:
            raise UserError(self.env._("%(record)s has no document yet.", record=self.display_name))
        return document.action_download()

    @api.model
    def _cron_make(self):
        """Make the list of each quarter of open years that is over, and remind of those that are late."""
        today = self._gov_today()
        years = self.env["gov.fiscal.year"].search([("state", "!=", "draft"), ("date_from", "<=", today)], limit=2)
        known = {(one.fiscal_year_id.id, one.quarter) for one in self.search([("fiscal_year_id", "in", years.ids)])}
        self.create(
            [
                {"fiscal_year_id": year.id, "quarter": str(quarter)}
                for year in years
                for quarter in (1, 2, 3, 4)
                if (year.id, str(quarter)) not in known
                and closing.quarter_range(year.date_from.year, quarter)[1] < today
            ]
        )
