"""What the law has the administration publish of its purchases (decree 2-22-431, art. 134), fed by the acts."""

import json
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.gov_base.tools.act import around_act, run_short, short_transaction
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr, money_cell

from ..tools.documents import document_head, moment_text, party_rows

KINDS = [
    ("programme", "Forecast programme"),
    ("notice", "Notice of a call for tenders"),
    ("rectification", "Rectifying notice"),
    ("file", "File of a call, or its change"),
    ("meeting", "Minutes of a meeting or visit"),
    ("extract", "Extract of the minutes"),
    ("result", "Results of a call"),
    ("order_notice", "Notice of a purchase order"),
    ("order_result", "Result of a purchase order"),
    ("cancellation", "Cancellation"),
    ("presentation_report", "Report of presentation"),
    ("completion_report", "Completion report"),
    ("exclusion", "Exclusion of a supplier"),
    ("list_orders", "Yearly list of purchase orders"),
    ("list_ordinary_law", "Yearly list of contracts under ordinary law"),
    ("list_small_firms", "Yearly list of contracts of small firms, cooperatives and auto-entrepreneurs"),
    ("audit", "Summary of an audit"),
    ("opinion", "Opinion of the national commission"),
    ("other", "Other publication"),
]
LISTS = ("list_orders", "list_ordinary_law", "list_small_firms")
# kinds that acts make; the others are written by hand
FED = frozenset(code for code, _label in KINDS) - {"file", "meeting", "audit", "opinion", "other"}
# article, and the parameter with the days that the act leaves
RULES = {
    "programme": ("17", None),
    "notice": ("23", None),
    "rectification": ("22", "procurement.publish.days"),
    "extract": ("46", "procurement.extract.days"),
    "result": ("134", "procurement.publish.days"),
    "order_notice": ("91", None),
    "order_result": ("91", "procurement.publish.days"),
    "cancellation": ("48", "procurement.publish.days"),
    "presentation_report": ("156", "procurement.publish.report_days"),
    "completion_report": ("157", "procurement.publish.report_days"),
    "audit": ("159", "procurement.publish.report_days"),
    "exclusion": ("152", "procurement.publish.days"),
    "list_orders": ("91", "procurement.publish.list_days"),
    "list_ordinary_law": ("4-7", "procurement.publish.list_days"),
    "list_small_firms": ("148", "procurement.publish.list_days"),
}
# documents that a publication makes by itself: kind of the templates
TEMPLATES = {
    "notice": "publication_notice",
    "rectification": "publication_rectification",
    "extract": "publication_extract",
    "result": "publication_result",
    "order_result": "publication_order_result",
    "cancellation": "publication_cancellation",
    "exclusion": "publication_exclusion",
    **{kind: f"publication_{kind}" for kind in LISTS},
}
# documents that the source has already: kinds of gov.document
KEPT = {
    "programme": ("forecast_programme",),
    "order_notice": ("purchase_notice",),
    "presentation_report": ("presentation_report",),
    "completion_report": ("contract_completion",),
}


class GovProcurementPublication(models.Model):
    """Something that the law has published: what, by which article, until when; then when, where and by whom it was.

    due → published, with its proof; or not to be published, with the reason (authorising officer). Rows come from the
    acts (a call that is published, awarded or cancelled, an order that is awarded …); officers add what no act makes.
    """

    _name = "gov.procurement.publication"
    _description = "Publication of purchases"
    _inherit = ["gov.budget.stateful", "gov.document.mixin"]
    _order = "state, due_on, id"
    _rec_name = "subject"
    _draft_states = ("due",)
    _free_fields = frozenset({"note"})
    _act_fields = frozenset(
        {"state", "published_by_id", "waive_reason", "document_id", "res_model", "res_id", "rank", "is_fed"}
    )

    kind = fields.Selection(KINDS, required=True, default="other", index=True)
    subject = fields.Char(required=True, index="trigram")
    officer_id = fields.Many2one(
        "gov.budget.officer", "Authorising officer", required=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(related="officer_id.region_id", store=True, index=True)
    article = fields.Char("Article", help="Of decree 2-22-431.")
    legal_text_id = fields.Many2one(
        "gov.legal.text",
        "Text",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self._default_text(),
    )
    res_model = fields.Char(readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference("Source", model_field="res_model", readonly=True)
    rank = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    is_fed = fields.Boolean("From an act", readonly=True)
    event_on = fields.Date("Since", required=True, default=fields.Date.context_today)
    due_on = fields.Date("To be published by", required=True, default=fields.Date.context_today, index=True)
    published_on = fields.Date("Published on", copy=False)
    support = fields.Selection(
        [
            ("portal", "Public procurement portal"),
            ("newspaper", "Newspaper"),
            ("premises", "Posted at the premises"),
            ("site", "Site of the organisation"),
        ],
        "Where",
        default="portal",
    )
    reference = fields.Char("Reference", copy=False, help="Number of the publication, or its address.")
    proof_ids = fields.Many2many("ir.attachment", "gov_publication_proof_rel", string="Proof", copy=False)
    published_by_id = fields.Many2one(
        "res.users", "Published by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    waive_reason = fields.Text("Why it is not published", readonly=True, copy=False)
    document_id = fields.Many2one(
        "gov.document", "Document", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    is_overdue = fields.Boolean("Overdue", compute="_compute_is_overdue", search="_search_is_overdue")
    has_file = fields.Boolean(compute="_compute_has_file", export_string_translation=False)
    is_list = fields.Boolean(compute="_compute_has_file", export_string_translation=False)
    note = fields.Text("Notes")
    state = fields.Selection(
        [("due", "To publish"), ("published", "Published"), ("waived", "Not to publish")],
        default="due",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )

    _source_uniq = models.UniqueIndex(
        "(kind, res_model, res_id, rank) WHERE res_id IS NOT NULL", "This publication is on the list already."
    )

    def _default_text(self):
        return self.env.ref("gov_procurement.legal_text_decree_2_22_431", raise_if_not_found=False)

    @api.depends("state", "due_on")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for one in self:
            one.is_overdue = bool(one.state == "due" and one.due_on and one.due_on < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return Domain.TRUE
        late = Domain("state", "=", "due") & Domain("due_on", "<", fields.Date.context_today(self))
        return late if True in value else ~late

    @api.depends("kind", "res_id")
    def _compute_has_file(self):
        for one in self:
            one.is_list = one.kind in LISTS
            one.has_file = bool(one.res_id) and (one.kind in TEMPLATES or one.kind in KEPT)

    @api.depends("kind", "subject")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = dict(self._fields["kind"]._description_selection(self.env))
        for one in self:
            one.display_name = " · ".join(filter(None, (words.get(one.kind), one.subject)))

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        if not self._gov_is_act():
            for one in rows:
                if one.kind in FED:
                    raise UserError(
                        self.env._(
                            "“%(kind)s” comes by itself from the act that makes it due; lists are made for a year.",
                            kind=dict(self._fields["kind"]._description_selection(self.env))[one.kind],
                        )
                    )
        return rows

    def _gov_check_editable(self, vals):
        super()._gov_check_editable(vals)
        fixed = {"kind", "subject", "officer_id", "article", "legal_text_id", "event_on", "due_on"} & vals.keys()
        for one in self:
            if fixed and one.is_fed:
                raise UserError(self.env._("What an act made due does not change: publish it, and note where."))
            if vals.get("kind") in FED:
                raise UserError(self.env._("This kind comes by itself from the act that makes it due."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_by_hand(self):
        for one in self:
            if one.is_fed:
                raise UserError(self.env._("What an act made due stays on the list."))

    # ------------------------------------------------------------------ acts
    def _gov_check_officer(self):
        self._gov_check_role(("procurement_officer",), self.env._("A procurement officer publishes."))

    @short_transaction
    def action_publish(self):
        """Note that it was published, with the day, where, and the reference or the proof."""
        self._gov_check_officer()
        self._gov_take("due", "published")
        today = fields.Date.context_today(self)
        for one in self:
            day = one.published_on or today
            if day > today or day < one.event_on:
                raise UserError(
                    self.env._(
                        "It is published between %(first)s and today.", first=format_date(self.env, one.event_on)
                    )
                )
            if not one.support or not ((one.reference or "").strip() or one.proof_ids):
                raise UserError(
                    self.env._(
                        "“%(what)s”: say where it was published, with its reference or its proof.",
                        what=one.display_name,
                    )
                )
            one._gov_write({"published_on": day, "published_by_id": self.env.uid})
            one._gov_tell_source()
        self._gov_log(
            "publish",
            lambda one: {
                "kind": one.kind,
                "on": str(one.published_on),
                "support": one.support,
                "reference": one.reference or "",
            },
        )
        return True

    def _gov_tell_source(self):
        """Tell the order that its result is posted, the call that its extract is, when they do not know."""
        self.ensure_one()
        if self.kind == "extract" and self.res_id:
            tender = self.env["gov.tender"].browse(self.res_id)
            if tender.state in ("evaluated", "awarded") and not tender.results_published_on:
                tender.action_publish_results()
        if self.kind == "order_result" and self.res_id and self.reference:
            order = self.env["purchase.order"].browse(self.res_id)
            if order.gov_awarded_on and not order.gov_results_posted_on and order.gov_state != "cancelled":
                order.action_post_results(self.reference, self.published_on)

    @short_transaction
    def action_return(self, reason):
        """Take back what was noted by mistake, with the reason: it is to be published again."""
        self._gov_check_officer()
        reason = self._gov_check_reason(reason)
        self._gov_take("published", "due")
        for one in self:
            if one.kind == "order_result" and self.env["purchase.order"].browse(one.res_id).gov_results_posted_on:
                raise UserError(self.env._("The order says that its result is posted: it stays published."))
        self._gov_write({"published_on": False, "published_by_id": False})
        self._gov_log("return", lambda one: {"reason": reason})
        return True

    @short_transaction
    def action_waive(self, reason):
        """Decide that it is not published, with the reason: the authorising officer (secrecy, defence …)."""
        self._gov_check_role(
            ("authorising_officer",), self.env._("The authorising officer decides that something is not published.")
        )
        reason = self._gov_check_reason(reason)
        self._gov_check_not_author()
        self._gov_take("due", "waived")
        self._gov_write({"waive_reason": reason})
        self._gov_log("waive", lambda one: {"reason": reason})
        return True

    def _gov_authors(self):
        # what an act made due was asked by nobody
        return self.filtered(lambda one: not one.is_fed).sudo().create_uid  # sudo: who made it, whatever one sees

    def action_open_source(self):
        """Open what is to be published."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            raise UserError(self.env._("This publication was written by hand."))
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("The record no longer exists."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @around_act
    def action_open_file(self):
        """Open the document to publish, in Arabic and in French; it is made when it is not there yet."""
        self.ensure_one()
        self.check_access("read")
        document = self._gov_kept_document() if self.kind in KEPT else self.document_id
        if not document:
            document = self._gov_make_document()
        return {"type": "ir.actions.act_url", "url": f"/gov_document/{document.id}/document.pdf", "target": "new"}

    @around_act
    def action_make_again(self):
        """Make the document again from the file as it is now; the former one is replaced."""
        self.ensure_one()
        self._gov_check_officer()
        if self.state != "due":
            raise UserError(self.env._("What was published stays as it was published."))
        self._gov_make_document()
        return True

    def action_download(self):
        """Download the list as a workbook."""
        self.ensure_one()
        self.check_access("read")
        if self.kind not in LISTS:
            raise UserError(self.env._("Lists are downloaded as a workbook."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/gov_procurement/publication/{self.id}.xlsx",
            "target": "download",
        }

    def _gov_kept_document(self):
        """Return the document that the source has already."""
        document = self.env["gov.document"].search(
            Domain("res_model", "=", self.res_model)
            & Domain("res_id", "=", self.res_id)
            & Domain("kind", "in", KEPT[self.kind])
            & Domain("state", "=", "valid"),
            order="id desc",
            limit=1,
        )
        if not document:
            raise UserError(
                self.env._("The document is not made yet: open the source, which makes it with its own act.")
            )
        return document

    def _gov_make_document(self):
        """Issue the document of the publication, which replaces the former one."""
        self._gov_check_officer()
        if self.kind not in TEMPLATES or not self.res_id:
            raise UserError(self.env._("No document is made for this publication: add the scan as its proof."))
        documents = run_short(self.env, lambda env: self.with_env(env)._gov_prepare_document())
        documents._gov_finish()
        return documents

    def _gov_prepare_document(self):
        # sudo: registers and templates are kept by others; the act has checked who issues
        env = self.sudo().env
        kind = TEMPLATES[self.kind]
        former = self.sudo().document_id  # sudo: as above
        document = env["gov.document"]._gov_prepare(
            [
                {
                    "register": env["gov.document.register"].search([("code", "=", "publication")], limit=1),
                    "template": env["gov.document.template"].search(
                        [("kind", "=", kind), ("lang", "=", "ar_fr")], limit=1
                    ),
                    "record": self.sudo(),  # sudo: as above
                    "values": {lang: self._gov_document_values(lang) for lang in ("ar", "fr")},
                    "supersedes": former if former.state == "valid" else None,
                }
            ]
        )
        self._gov_write({"document_id": document.id})
        return document

    # ------------------------------------------------------------------ what acts make due
    @api.model
    def _gov_feed(self, records, kind, event_on=None, rank=1, **vals):
        """Put what an act makes due on the list, in its transaction; what is there already stays.

        :param records: sources, each with ``officer_id`` (an order: ``gov_officer_id``)
        :param event_on: day of the act, today when None
        :param vals: values of rows that are published with the act itself
        """
        today = event_on or fields.Date.context_today(self)
        article, code = RULES[kind]
        # sudo: a figure of law; the list is written by the act
        days = int(self.env["gov.parameter"].sudo().get_value(code, today)) if code else 0
        known = set(
            self.sudo()  # sudo: as above
            .search(
                Domain("kind", "=", kind)
                & Domain("res_model", "=", records._name)
                & Domain("res_id", "in", records.ids)
                & Domain("rank", "=", rank)
            )
            .mapped("res_id")
        )
        rows = []
        for record in records:
            if record.id in known:
                continue
            officer = record if records._name == "gov.budget.officer" else _officer(record)
            if officer:
                rows.append(
                    {
                        "kind": kind,
                        "subject": f"{rank} · {_subject(record)}" if kind in LISTS else _subject(record),
                        "officer_id": officer.id,
                        "article": article,
                        "legal_text_id": self._default_text().id,
                        "res_model": records._name,
                        "res_id": record.id,
                        "rank": rank,
                        "is_fed": True,
                        "event_on": today,
                        "due_on": today + timedelta(days),
                        **vals,
                    }
                )
        return self._gov_create(rows) if rows else self.browse()

    @short_transaction
    def _gov_prepare_lists(self, year):
        """Put the yearly lists of each authorising officer on the list, once the year is over."""
        officers = self.env["gov.budget.officer"].sudo().search([])  # sudo: whoever prepares, lists of all are due
        first = fields.Date.to_date(f"{year + 1}-01-01")
        made = self.browse()
        busy = {
            "list_orders": ("purchase.order", "gov_officer_id", "gov_signed_on"),
            "list_ordinary_law": ("gov.contract", "officer_id", "notified_on"),
            "list_small_firms": ("gov.contract", "officer_id", "notified_on"),
        }
        for kind, (model, officer, day) in busy.items():
            # sudo: only whether the officer bought something that year
            found = (
                self.env[model]
                .sudo()  # sudo: as above
                ._read_group(
                    Domain(officer, "in", officers.ids)
                    & Domain(day, ">=", f"{year}-01-01")
                    & Domain(day, "<", f"{year + 1}-01-01"),
                    [officer],
                )
            )
            concerned = self.env["gov.budget.officer"].union(*(row[0] for row in found))
            made |= self._gov_feed(concerned, kind, first, rank=year)
        return made

    def action_prepare_lists(self):
        """Put the yearly lists of the year that is over on the list; procurement officers."""
        self._gov_check_officer()
        year = fields.Date.context_today(self).year - 1
        self._gov_prepare_lists(year)
        action = self.env["ir.actions.actions"]._for_xml_id("gov_procurement.gov_publication_action")
        return {**action, "domain": [("kind", "in", LISTS), ("rank", "=", year)], "context": {}}

    @api.model
    def _cron_lists(self):
        """Make the yearly lists due as soon as the year is over."""
        self._gov_prepare_lists(fields.Date.context_today(self).year - 1)

    # ------------------------------------------------------------------ documents
    def _gov_document_values(self, lang):
        """Return what the document of the publication prints, in a language."""
        self.ensure_one()
        one = self.sudo().with_context(lang=LANGS[lang])  # sudo: the act that issues has checked who may
        source = one.env[one.res_model].browse(one.res_id)
        facts, rows, amount = getattr(one, f"_gov_{TEMPLATES[one.kind]}")(source)
        return {
            **document_head(
                one.env,
                lang,
                _object(source) if one.kind not in LISTS else str(one.rank),
                one.officer_id,
                amount=amount or None,
            ),
            "facts": facts_table(facts),
            "rows": rows,
        }

    def _gov_call_facts(self, tender):
        _ = self.env._
        return [
            (_("Call no."), ltr(tender.number)),
            (_("Object"), tender.object),
            (_("Procedure"), _label(tender, "procedure")),
            (_("Authorising officer"), tender.officer_id.name),
        ]

    def _gov_publication_notice(self, tender):
        _ = self.env._
        facts = [
            *self._gov_call_facts(tender),
            (_("Place of execution"), tender.place),
            (_("Delay of execution (days)"), tender.delivery_days),
            (_("Reserved for"), _label(tender, "reservation")),
            (_("Public session"), ltr(moment_text(tender, tender.session_at))),
        ]
        rows = data_table(
            [_("Lot"), _("Object"), _("Provisional guarantee")],
            [
                [lot.number, lot.name, money_cell(lot.provisional_guarantee) if lot.provisional_guarantee else "–"]
                for lot in tender.lot_ids
            ],
            numeric=(2,),
        )
        return facts, rows, 0

    def _gov_publication_rectification(self, tender):
        _ = self.env._
        last = self._gov_last_act(tender, "rectify")
        facts = [
            *self._gov_call_facts(tender),
            (_("What changed"), last.get("reason")),
            (_("New session"), ltr(moment_text(tender, tender.session_at))),
        ]
        return facts, Markup(""), 0

    @api.model
    def _gov_last_act(self, record, act):
        """Return the facts of the last act of this name on a record, as its journal keeps them."""
        entry = self.env["gov.journal.entry"].search(
            Domain("model", "=", record._name) & Domain("res_id", "=", record.id) & Domain("act", "=", act),
            order="id desc",
            limit=1,
        )
        return json.loads(entry.payload) if entry else {}

    def _gov_publication_extract(self, tender):
        """Extract of the minutes: neither the estimate nor the remarks of the members (art. 46)."""
        _ = self.env._
        facts = [*self._gov_call_facts(tender), (_("Session"), ltr(moment_text(tender, tender.opened_at)))]
        tables = [
            data_table(
                [_("No."), _("Bidder"), _("Decision")],
                [
                    [bid.number, bid.partner_id.display_name, bid.rejection or _label(bid, "state")]
                    for bid in tender.bid_ids.sorted("number")
                ],
            )
        ]
        for lot in tender.lot_ids:
            tables.append(Markup("<p>%s</p>") % _("Lot %(number)s: %(name)s", number=lot.number, name=lot.name))
            tables.append(
                data_table(
                    [_("Rank"), _("Bidder"), _("Amount, all taxes included"), _("Decision")],
                    [
                        [
                            offer.rank or "–",
                            offer.partner_id.display_name,
                            money_cell(offer.amount),
                            _label(offer, "discard_reason") or _label(offer, "evaluation"),
                        ]
                        for offer in lot.offer_ids.sorted(lambda row: (not row.rank, row.rank))
                    ],
                    numeric=(2,),
                )
            )
        return facts, Markup("").join(tables), 0

    def _gov_publication_result(self, tender):
        _ = self.env._
        facts = [
            *self._gov_call_facts(tender),
            (_("Opened on"), ltr(format_date(self.env, tender.opened_at) if tender.opened_at else "")),
            (
                _("Bids received"),
                len(tender.bid_ids.filtered(lambda bid: bid.state not in ("late", "withdrawn"))) or "",
            ),
            (_("Infructuous"), _label(tender, "infructuous_case")),
        ]
        rows = data_table(
            [_("Lot"), _("Object"), _("Winner"), _("Amount, all taxes included")],
            [
                [
                    lot.number,
                    lot.name,
                    lot.winner_offer_id.partner_id.display_name or _("Infructuous"),
                    money_cell(lot.winner_offer_id.amount) if lot.winner_offer_id else "–",
                ]
                for lot in tender.lot_ids
            ],
            numeric=(3,),
        )
        return facts, rows, 0

    def _gov_publication_order_result(self, order):
        _ = self.env._
        awarded = order.gov_awarded_on
        facts = [
            (_("Reference"), ltr(order.name)),
            (_("Object"), order.gov_object or order.name),
            (_("Reference on the portal"), ltr(order.gov_notice_reference)),
            (_("Bidders"), len(order.gov_quotation_ids) or ""),
            *(party_rows(_, order.partner_id)[:2] if awarded else [(_("Result"), _("Without result"))]),
        ]
        return facts, Markup(""), order.gov_amount if awarded else 0

    def _gov_publication_cancellation(self, source):
        _ = self.env._
        if source._name == "purchase.order":
            facts = [
                (_("Reference"), ltr(source.name)),
                (_("Object"), source.gov_object or source.name),
                (_("Reason"), source.gov_cancel_reason),
            ]
        else:
            facts = [*self._gov_call_facts(source), (_("Reason"), source.end_reason)]
        return [*facts, (_("Cancelled on"), ltr(format_date(self.env, self.event_on)))], Markup(""), 0

    def _gov_publication_exclusion(self, exclusion):
        _ = self.env._
        facts = [
            *party_rows(_, exclusion.partner_id)[:2],
            (_("Decision"), ltr(exclusion.reference)),
            (_("Reason"), exclusion.reason),
            (_("From"), ltr(format_date(self.env, exclusion.date_from))),
            (
                _("Until"),
                ltr(format_date(self.env, exclusion.date_to)) if exclusion.date_to else _("Final exclusion"),
            ),
        ]
        return facts, Markup(""), 0

    def _gov_publication_list(self, officer):
        """Return a yearly list as a table: the same rows as its workbook."""
        found = self._gov_list()
        amounts = [place for place, (_label, kind) in enumerate(found["columns"]) if kind == "amount"]
        rows = []
        for row in found["rows"]:
            level, cells = row if isinstance(row, tuple) else (1, row)
            cells = [
                _cell(self.env, value, kind) for value, (_head, kind) in zip(cells, found["columns"], strict=True)
            ]
            rows.append([Markup("<b>%s</b>") % cell if not level else cell for cell in cells])
        facts = [(label, value) for label, value in found["facts"]]
        _ = self.env._
        table = data_table([label for label, _kind in found["columns"]], rows, numeric=amounts)
        return (
            [(_("Authorising officer"), officer.name), *facts],
            table if rows else Markup("<p>%s</p>") % _("None."),
            0,
        )

    _gov_publication_list_orders = _gov_publication_list
    _gov_publication_list_ordinary_law = _gov_publication_list
    _gov_publication_list_small_firms = _gov_publication_list

    def _gov_list(self):
        """Return the yearly list of this publication, one definition for its workbook and its document."""
        self.ensure_one()
        return self.env["gov.procurement.list"]._gov_list(
            self.kind, self.env["gov.budget.officer"].browse(self.res_id), self.rank
        )


def _label(record, name):
    value = record[name]
    return dict(record._fields[name]._description_selection(record.env)).get(value, "") if value else ""


def _cell(env, value, kind):
    if value in (None, False, ""):
        return ""
    if kind == "amount":
        return money_cell(value)
    return ltr(format_date(env, value) if kind == "date" else value) if kind != "text" else value


def _officer(record):
    names = ("officer_id", "gov_officer_id")
    found = next((record[name] for name in names if name in record._fields), None)
    if found:
        return found
    # an exclusion is decided for the whole organisation
    return record.env["gov.budget.officer"].sudo().search([("kind", "=", "main")], limit=1)  # sudo: who orders


def _object(record):
    """Return what is bought, or who is excluded, as a sentence names it."""
    if record._name == "purchase.order":
        return record.gov_object or record.name
    return record.object if record._name == "gov.tender" else _subject(record)


def _subject(record):
    if record._name == "purchase.order":
        return " · ".join(filter(None, (record.name, record.gov_object)))
    if record._name == "gov.tender.report":
        return record.tender_id.display_name
    if record._name == "gov.supplier.exclusion":
        return f"{record.reference} · {record.partner_id.display_name}"
    return record.display_name


# ---------------------------------------------------------------------- acts that make something due
class GovTender(models.Model):
    _inherit = "gov.tender"

    def _gov_log(self, act, facts=None):
        """Put what the act makes due on the list of publications, in its transaction."""
        result = super()._gov_log(act, facts)
        feed = self.env["gov.procurement.publication"]._gov_feed
        if act == "publish":
            for tender in self:
                rows = tender.publication_ids
                if rows:
                    feed(
                        tender,
                        "notice",
                        state="published",
                        event_on=tender.published_on,
                        published_on=tender.published_on,
                        published_by_id=self.env.uid,
                        support="portal" if "portal" in rows.mapped("support") else rows[0].support,
                        reference=", ".join(rows.mapped("reference")),
                        proof_ids=[fields.Command.set(rows.proof_ids.ids)],
                    )
        elif act == "rectify":
            feed(self, "rectification")
        elif act == "evaluate":
            feed(self, "extract")
        elif act in ("award", "infructuous"):
            feed(self, "result")
        elif act == "cancel":
            feed(self.filtered("published_on"), "cancellation")
        return result


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    def _gov_move(self, target, act, facts=None, **vals):
        """Put what the act makes due on the list of publications, in its transaction."""
        result = super()._gov_move(target, act, facts, **vals)
        feed = self.env["gov.procurement.publication"]._gov_feed
        if act == "publish":
            for order in self:
                if order.gov_notice_reference:
                    day = fields.Date.context_today(order)
                    feed(
                        order,
                        "order_notice",
                        state="published",
                        published_on=day,
                        published_by_id=self.env.uid,
                        reference=order.gov_notice_reference,
                    )
                else:
                    feed(order, "order_notice")
        elif act in ("award", "award_without_competition", "no_result"):
            feed(self, "order_result")
        elif act == "cancel":
            feed(self.filtered("gov_published_at"), "cancellation")
        return result

    @short_transaction
    def action_post_results(self, reference=None, date=None):
        """Note on the list of publications that the result is posted, in the transaction of the act."""
        result = super().action_post_results(reference, date)
        # sudo: the list follows the act, whose role was checked
        waiting = (
            self.env["gov.procurement.publication"]
            .sudo()  # sudo: as above
            .search(
                Domain("kind", "=", "order_result")
                & Domain("res_model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("state", "=", "due")
            )
        )
        for one in waiting:
            order = self.browse(one.res_id)
            one._gov_write(
                {
                    "state": "published",
                    "published_on": order.gov_results_posted_on,
                    "published_by_id": self.env.uid,
                    "reference": order.gov_results_reference,
                }
            )
        return result


class GovContract(models.Model):
    _inherit = "gov.contract"

    def _gov_log(self, act, facts=None):
        """Put what the act makes due on the list of publications, in its transaction."""
        result = super()._gov_log(act, facts)
        kind = {"complete": "completion_report", "audit": "audit"}.get(act)
        if kind:
            self.env["gov.procurement.publication"]._gov_feed(self, kind)
        return result


class GovProcurementPlan(models.Model):
    _inherit = "gov.procurement.plan"

    def _gov_after_publish(self):
        result = super()._gov_after_publish()
        today = fields.Date.context_today(self)
        for plan in self:
            self.env["gov.procurement.publication"]._gov_feed(
                plan,
                "programme",
                rank=plan.version,
                due_on=max(plan.due_on, today) if plan.version == 1 else today,
                **(
                    {
                        "state": "published",
                        "published_on": today,
                        "published_by_id": self.env.uid,
                        "support": "newspaper",
                        "reference": plan.newspaper,
                    }
                    if plan.newspaper
                    else {}
                ),
            )
        return result


class GovSupplierExclusion(models.Model):
    _inherit = "gov.supplier.exclusion"

    @api.model_create_multi
    def create(self, vals_list):
        exclusions = super().create(vals_list)
        for one in exclusions:
            self.env["gov.procurement.publication"]._gov_feed(one, "exclusion")
        return exclusions
