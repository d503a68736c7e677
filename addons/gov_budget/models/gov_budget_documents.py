from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.gov_base.tools.text import date_words, isolated
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, ltr, money_cell

from ..services import amendment as rules


def key(value):
    """Return the key of a rubric, which never breaks between two lines."""
    return Markup('<bdi dir="ltr" style="white-space: nowrap">%s</bdi>') % value


def decided(model, lang):
    """The decisions a document prints, for the rule of who reads it."""
    return fields.One2many(model, f"document_{lang}_id", export_string_translation=False)


def keys(line):
    """Return the chapter of a line above its key."""
    return Markup("%s<br>%s") % (key(line.chapter_code), key(line.full_code))


def wrapped(headings):
    """Return headings that may take several lines: a table of amounts stays within the page."""
    return [Markup('<span style="white-space: normal">%s</span>') % heading for heading in headings]


class GovDocument(models.Model):
    _inherit = "gov.document"

    delegation_ar_ids = decided("gov.budget.delegation", "ar")
    delegation_fr_ids = decided("gov.budget.delegation", "fr")
    amendment_ar_ids = decided("gov.budget.amendment", "ar")
    amendment_fr_ids = decided("gov.budget.amendment", "fr")


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    @api.model
    def _gov_placeholders(self, kind=None):
        """Add what decisions on credits print."""
        _ = self.env._
        names = super()._gov_placeholders(kind)
        if kind in ("budget_transfer", "budget_recode", "budget_delegation"):
            names.update(
                reference=(_("Number of the decision"), "AM-2026-0001", "AM-2026-0001"),
                budget=(_("Name of the budget"), "الميزانية العامة 2026", "Budget général 2026"),
                kind_text=(_("Kind of movement"), "تحويل الاعتمادات", "Virement de crédits"),
                reason=(_("Reasons"), "حاجيات المصلحة", "Besoins du service"),
                amount_words=(_("Amount in words"), "ألف درهم", "mille dirhams"),
                visa=(_("Number and date of the visa"), "V-2026-0001", "V-2026-0001"),
            )
        if kind in ("budget_transfer", "budget_recode"):
            names.update(
                decider=(_("Who decides"), "الآمر بالصرف", "L’ordonnateur"),
            )
        if kind == "budget_delegation":
            names.update(
                officer=(_("Sub-authorising officer"), "المدير الجهوي", "Le directeur régional"),
                accountant=(_("Assigned accountant"), "الخازن الجهوي", "Le trésorier régional"),
                sentence=(_("What is delegated or taken back"), "تفوض الاعتمادات التالية:", "Sont délégués :"),
            )
        if kind == "budget_quarterly":
            names.update(
                period=(_("Quarter"), "الفصل الأول 2026", "1er trimestre 2026"),
                due=(_("Last day to send it"), "10 أبريل 2026", "10 avril 2026"),
            )
        return names

    @api.model
    def _gov_blocks(self, kind=None):
        _ = self.env._
        found = super()._gov_blocks(kind)
        meanings = {
            "budget_transfer": {
                "transfer_lines": _("Lines diminished and increased"),
                "cap_lines": _("Share of the 10 % used by each programme"),
            },
            "budget_recode": {"transfer_lines": _("Lines that the expense leaves and is charged to")},
            "budget_delegation": {"delegation_lines": _("Lines and amounts")},
            "budget_quarterly": {
                "quarterly_transfers": _("Transfers of the quarter"),
                "quarterly_posts": _("Acts on posts of the quarter"),
            },
        }.get(kind, {})
        sample = data_table(["…"], [["…"]])
        found.update({name: (meaning, sample, sample) for name, meaning in meanings.items()})
        return found


class GovBudgetDecision(models.AbstractModel):
    _inherit = "gov.budget.decision"

    def _gov_visa_text(self, lang):
        self.ensure_one()
        if not self.visa_number:
            return "—"
        return self.env._(
            "%(number)s of %(day)s", number=isolated(self.visa_number), day=date_words(self.visa_date, lang)
        )


class GovBudgetAmendment(models.Model):
    _inherit = "gov.budget.amendment"

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the decision of transfer in one language."""
        self.ensure_one()
        one = self.with_context(lang=LANGS[lang])
        _, words = one.env._, one.env["gov.words"]
        values = super()._gov_document_values(lang)
        labels = dict(one._fields["kind"]._description_selection(one.env))
        authority = ""
        if one.authority_reference:
            authority = _(
                "%(authority)s %(number)s of %(day)s.",
                authority=one._gov_authority(),
                number=isolated(one.authority_reference),
                day=date_words(one.authority_date, lang),
            )
        if rules.RULES[one.kind].shape == "recode":
            lines = one._gov_recode_table()
        else:
            lines = one._gov_transfer_table()
        values.update(
            reference=isolated(one.number),
            budget=one.budget_id.display_name,
            kind_text=labels[one.kind],
            decider=f"{one._gov_decider_text()} {authority}".strip(),
            reason=one.reason,
            amount_words=words.amount(one.amount, lang),
            visa=one._gov_visa_text(lang),
            transfer_lines=lines,
            cap_lines=one._gov_cap_block(),
        )
        return values

    def _gov_transfer_table(self):
        _ = self.env._
        rows, investment = [], any(self.line_ids.mapped("ce"))
        # what this decision, and those before it in the same visa, add to the counters
        coming = {}
        if not self._gov_is_posted():
            for item in (self._gov_before() | self).line_ids:
                coming[item.line_id] = coming.get(item.line_id, 0) + item.cp
        for item in self.line_ids:
            line = item.line_id
            rows.append(
                [
                    keys(line),
                    line.node_id.name,
                    money_cell(line.cp_initial),
                    money_cell(-item.cp if item.cp < 0 else 0),
                    money_cell(item.cp if item.cp > 0 else 0),
                    money_cell(line.cp_current + coming.get(line, 0)),
                    *([money_cell(item.ce)] if investment else []),
                ]
            )
        heads = [
            _("Chapter and key"),
            _("Label"),
            _("CP of the finance law"),
            _("Taken (CP)"),
            _("Given (CP)"),
            _("CP after"),
            *([_("CE +/−")] if investment else []),
        ]
        return data_table(wrapped(heads), rows, numeric=(2, 3, 4, 5, 6))

    def _gov_recode_table(self):
        """An expense that changes line moves no credit: what leaves a rubric and what is charged to the other."""
        _ = self.env._
        rows = [
            [
                keys(item.line_id),
                item.line_id.node_id.name,
                money_cell(-item.cp if item.cp < 0 else 0),
                money_cell(item.cp if item.cp > 0 else 0),
            ]
            for item in self.line_ids
        ]
        heads = [_("Chapter and key"), _("Label"), _("Expense taken off"), _("Expense charged")]
        return data_table(wrapped(heads), rows, numeric=(2, 3))

    def _gov_is_posted(self):
        # sudo: whether the ledger holds the movements already
        return bool(
            self.env["gov.budget.entry"]
            .sudo()
            .search_count(
                [("res_model", "=", self._name), ("res_id", "=", self.id), ("kind", "=", "amendment")], limit=1
            )
        )

    def _gov_cap_block(self):
        if not rules.RULES[self.kind].capped:
            return Markup("<span></span>")
        _ = self.env._
        rate, mode = self._gov_cap_terms(self.date)
        caps, rows, is_posted = self._gov_caps(), [], self._gov_is_posted()
        before = [
            (one.budget_id, one._gov_programme_moves()) for one in self._gov_before() if rules.RULES[one.kind].capped
        ]
        for programme, moves in self._gov_programme_moves().items():
            cap = caps.get(programme)
            if not cap:
                continue
            most = rules.cap(cap.initial, rate)
            moved = rules.counted(cap.moved_out, cap.moved_in, mode)
            if not is_posted:
                moved += rules.counted(*moves, mode)
                for budget, others in before:
                    if programme in others and budget == self.budget_id:
                        moved += rules.counted(*others[programme], mode)
            share = float(moved / most * 100) if most else 0
            rows.append(
                [
                    cap.programme_id.display_name,
                    money_cell(most),
                    money_cell(moved),
                    ltr(f"{share:.2f} %".replace(".", ",")),
                ]
            )
        heads = [_("Programme"), _("May move in the year"), _("Moved, with this decision"), _("Part used")]
        return data_table(wrapped(heads), rows, numeric=(1, 2, 3))


class GovBudgetDelegation(models.Model):
    _inherit = "gov.budget.delegation"

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the order of delegation in one language."""
        self.ensure_one()
        one = self.with_context(lang=LANGS[lang])
        _, words = one.env._, one.env["gov.words"]
        values = super()._gov_document_values(lang)
        is_back = one.kind == "reduction"
        rows, coming = [], {}
        for item in one._gov_before().filtered(lambda other: other.unit_id == one.unit_id).line_ids:
            sign = -1 if item.delegation_id.kind == "reduction" else 1
            rubric = item.line_id.parent_line_id or item.line_id
            coming[rubric] = coming.get(rubric, 0) + sign * item.cp
        for item in one.line_ids:
            line = item.line_id
            parent = line.parent_line_id if is_back else line
            child = line if is_back else line.delegated_line_ids.filtered(lambda c: c.unit_id == one.unit_id)[:1]
            before = child.cp_received + coming.get(parent, 0)
            rows.append(
                [
                    keys(line),
                    line.node_id.name,
                    money_cell(item.cp),
                    money_cell(item.ce),
                    money_cell(before - item.cp if is_back else before + item.cp),
                    money_cell(parent.cp_current),
                ]
            )
        heads = [_("Chapter and key"), _("Label"), _("CP"), _("CE"), _("Delegated CP, in all"), _("CP of the rubric")]
        sums = [money_cell(sum(one.line_ids.mapped(name))) for name in ("cp", "ce")]
        values.update(
            reference=isolated(one.number),
            budget=one.budget_id.display_name,
            kind_text=_("Order of reduction of delegated credits") if is_back else _("Order of delegation of credits"),
            officer=one.officer_id.name,
            accountant=one.accountant or "—",
            reason=one.reason,
            sentence=(_("These delegated credits are taken back:") if is_back else _("These credits are delegated:")),
            amount_words=words.amount(one.amount, lang),
            visa=one._gov_visa_text(lang),
            delegation_lines=data_table(wrapped(heads), rows, (_("Total"), [*sums, "", ""]), numeric=(2, 3, 4, 5)),
        )
        return values


class GovBudgetQuarterly(models.Model):
    _inherit = "gov.budget.quarterly"

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the quarterly list in one language."""
        self.ensure_one()
        one = self.with_context(lang=LANGS[lang])
        _ = one.env._
        values = super()._gov_document_values(lang)
        rows = []
        for item in one.amendment_ids.sorted("visa_date"):
            given = item.line_ids.filtered(lambda line: line.cp + line.ce < 0)
            taken = item.line_ids - given
            rows.append(
                [
                    ltr(item.document_ar_id.number or item.number),
                    date_words(item.date, lang),
                    ltr(item.visa_number),
                    date_words(item.visa_date, lang),
                    Markup("<br>").join(key(line.line_id.full_code) for line in given),
                    Markup("<br>").join(key(line.line_id.full_code) for line in taken),
                    money_cell(item.amount),
                ]
            )
        heads = [_("Decision"), _("Day"), _("Visa"), _("Date of the visa"), _("From"), _("To"), _("Amount (DH)")]
        labels = dict(one.env["gov.budget.post.act"]._fields["kind"]._description_selection(one.env))
        posts = [
            [
                ltr(act.number),
                ltr(act.visa_number),
                date_words(act.visa_date, lang),
                labels[act.kind],
                act.from_label or "—",
                act.to_label or "—",
                ltr(act.count),
            ]
            for act in one.post_act_ids
        ]
        post_heads = [_("Decision"), _("Visa"), _("Date of the visa"), _("Kind"), _("From"), _("To"), _("Posts")]
        nothing = Markup("<p>%s</p>")
        values.update(
            period=f"{isolated(one.date_from.strftime('%d/%m/%Y'))} – {isolated(one.date_to.strftime('%d/%m/%Y'))}",
            due=date_words(one.due_on, lang),
            quarterly_transfers=(
                data_table(heads, rows, (_("Total"), [money_cell(one.amount)]), numeric=(6,))
                if rows
                else nothing % _("No transfer of credits in this quarter.")
            ),
            quarterly_posts=(
                data_table(post_heads, posts, numeric=(6,))
                if posts
                else nothing % _("No transformation of posts in this quarter.")
            ),
        )
        return values
