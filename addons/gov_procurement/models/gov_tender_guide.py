import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..tools.call import CONSULTED, TWO_STAGES
from ..tools.deadline import WAITS, deadlines, is_late

_logger = logging.getLogger(__name__)
OPEN = ("draft", "file", "candidates", "published", "session", "evaluated", "awarded")
# deadlines that end by an act of the office; the others are waits
ACTS = frozenset({"convocation", "answer", "extract", "documents", "letters", "guarantees", "complaint", "approval"})


class GovTenderGuide(models.Model):
    """What comes next on a call, what is missing for it, and by when: on the screen, and as activities."""

    _name = "gov.tender"
    _inherit = ["gov.tender", "mail.activity.mixin"]

    next_text = fields.Char("Next step", compute="_compute_guide")
    missing_text = fields.Text("Still missing", compute="_compute_guide")
    deadline_html = fields.Html("Deadlines", compute="_compute_deadlines", sanitize=False)
    next_deadline_on = fields.Date("By", compute="_compute_deadlines")
    has_late = fields.Boolean("Late", compute="_compute_deadlines")

    def _gov_next(self):
        """Return the sentence of the next step, and what it lacks."""
        self.ensure_one()
        _ = self.env._
        now = fields.Datetime.now()
        steps = {
            "draft": self._gov_next_draft,
            "file": self._gov_next_file,
            "session": self._gov_next_in_session,
            "evaluated": self._gov_next_award,
            "awarded": self._gov_next_awarded,
        }
        if self.state in ("candidates", "published"):
            return self._gov_next_session(now)
        if self.state in steps:
            return steps[self.state]()
        if self.state == "approved":
            return _("Follow the contracts: commitment, visa, notification."), []
        if self.state == "infructuous":
            if not self.letters_sent_on and self.bid_ids:
                return _("Send the letters. A negotiation with publicity may follow within 21 days."), []
            return _("A new call, or a negotiation with publicity within 21 days, may follow."), []
        return _("The call is cancelled."), []

    def _gov_next_draft(self):
        return self.env._("Send the file to the committee."), self._gov_missing_draft(fields.Date.context_today(self))

    def _gov_next_file(self):
        missing = self._gov_missing_notice(fields.Date.context_today(self))
        if self.procedure in CONSULTED:
            return self.env._("Send the letters of consultation, the same day to all."), missing
        if self.procedure in TWO_STAGES:
            return self.env._("Publish the call for applications."), missing
        return self.env._("Publish the notice."), missing

    def _gov_next_in_session(self):
        _ = self.env._
        missing = [] if self.has_quorum else [self.quorum_text]
        if self.stage == "administrative":
            waiting = self.bid_ids.filtered(lambda bid: bid.state == "registered")
            missing += [_("To admit or reject: %s", bid.partner_id.display_name) for bid in waiting]
            return _("Examine the administrative and technical files, then open the financial offers."), missing
        for offer in self._gov_admitted().offer_ids.filtered(lambda one: not one.discard_reason):
            if not (offer.percentage if offer.is_percentage else offer.amount):
                missing.append(_("Amount to type: %s", offer.display_name))
        return _("Type the financial offers, then evaluate."), missing

    def _gov_next_awarded(self):
        _ = self.env._
        if not self.letters_sent_on:
            return _("Send the letters to the winners and to the others."), []
        if not self.guarantees_returned_on:
            return _("Return the provisional guarantees of those who were not chosen."), []
        if self.standstill_end and fields.Date.context_today(self) <= self.standstill_end:
            end = format_date(self.env, self.standstill_end)
            return _("Wait for the end of the standstill, %s, then approve.", end), []
        waiting = self.complaint_ids.filtered(lambda one: one.state == "open")
        return _("The authorising officer approves."), [
            _("Complaint to answer: %s", one.partner_id.display_name) for one in waiting
        ]

    def _gov_missing_draft(self, today):
        self.ensure_one()
        _ = self.env._
        missing = []
        if not self.lot_ids or any(lot.estimate <= 0 for lot in self.lot_ids):
            missing.append(_("The estimate of each lot."))
        else:
            missing += self._gov_problems(today)
        if not self.has_committee:
            missing.append(_("A whole committee. %s", self.committee_gap or ""))
        if not self.budget_line_id:
            missing.append(_("The budget line that pays."))
        return missing

    def _gov_missing_notice(self, today):
        self.ensure_one()
        _ = self.env._
        missing = []
        first = self.file_sent_on + timedelta(int(self._gov_limit("procurement.committee.remark_days", today)))
        if today < first:
            missing.append(_("The committee has until %s to remark on the file.", format_date(self.env, first)))
        if not self.planned_session_at:
            missing.append(_("The day and hour of the session."))
        if self.procedure not in CONSULTED:
            papers = self.publication_ids.filtered(lambda one: one.support == "newspaper")
            needed = int(self._gov_limit(f"procurement.newspapers.{self.procedure}", today))
            if not self.publication_ids.filtered(lambda one: one.support == "portal"):
                missing.append(_("The publication on the portal."))
            if len(papers) < needed:
                missing.append(_("Newspapers: %(have)s of %(need)s.", have=len(papers), need=needed))
            if needed >= 2 and not papers.filtered(lambda one: one.lang == "ar"):
                missing.append(_("A newspaper in Arabic."))
        return missing

    def _gov_next_session(self, now):
        self.ensure_one()
        _ = self.env._
        missing = []
        moment = format_datetime(self.env, self.session_at, dt_format="short") if self.session_at else ""
        if not self.convoked_on:
            missing.append(_("The convocation of the committee."))
        open_questions = self.question_ids.filtered(lambda one: not one.answered_on and not one.is_late)
        if open_questions:
            missing.append(_("Questions without an answer: %s", len(open_questions)))
        if self.session_at and now < self.session_at:
            if self.state == "candidates":
                return _("Register the applications until %s.", moment), missing
            return _("Register the bids until %s; they stay sealed.", moment), missing
        if not self.has_quorum:
            missing.append(self.quorum_text)
        if self.state == "candidates":
            waiting = self.candidate_ids.filtered(lambda one: one.state == "registered")
            missing += [_("To admit or refuse: %s", one.partner_id.display_name) for one in waiting]
            return _("Examine the applications, then invite those admitted to bid."), missing
        return _("Open the session, or put it off if a member is absent."), missing

    def _gov_next_award(self):
        self.ensure_one()
        _ = self.env._
        missing = (
            [] if self.results_published_on else [_("The extract of the minutes on the portal, within 24 hours.")]
        )
        asked = self.env["gov.tender.bid"]
        for lot in self.lot_ids.sorted("number"):
            if lot.result == "infructuous":
                continue
            if lot.needs_draw:
                missing.append(_("Lot %s: a draw between the equal offers.", lot.number))
            ranked = lot.offer_ids.filtered(lambda one: one.rank and one.bid_id.documents_state != "refused")
            first = lot.drawn_offer_id if lot.drawn_offer_id in ranked else ranked.sorted("rank")[:1]
            if not first:
                missing.append(_("Lot %s: nobody left.", lot.number))
            elif first.bid_id.documents_state == "none":
                missing.append(_("Lot %(lot)s: ask %(bidder)s for the documents.", lot=lot.number,
                                 bidder=first.partner_id.display_name))  # fmt: skip
            elif first.bid_id.documents_state == "asked":
                asked |= first.bid_id
        for bid in asked:
            missing.append(
                _(
                    "%(bidder)s has until %(day)s: %(papers)s",
                    bidder=bid.partner_id.display_name,
                    day=format_date(self.env, bid.documents_due_on),
                    papers=", ".join((bid.missing_text or "").splitlines()) or _("all was given, note it"),
                )
            )
        if all(lot.result == "infructuous" for lot in self.lot_ids):
            return _("No lot can be awarded: declare the call infructuous."), []
        return _("Award, once the presumed winners gave their documents."), missing

    @api.depends(
        "state", "stage", "lot_ids.estimate", "lot_ids.result", "lot_ids.drawn_offer_id", "committee_ids.role",
        "committee_ids.is_present", "committee_ids.declaration", "committee_ids.is_concerned", "publication_ids",
        "candidate_ids.state", "bid_ids.state", "bid_ids.documents_state", "bid_ids.offer_ids.amount", "procedure",
        "planned_session_at", "session_at", "convoked_on", "question_ids.answered_on", "complaint_ids.state",
        "law_case", "proof", "certificate", "letters_sent_on", "guarantees_returned_on", "budget_line_id",
        "bid_ids.offer_ids.discard_reason", "bid_ids.offer_ids.percentage", "justification", "nature_id",
    )  # fmt: skip
    @api.depends_context("lang", "uid")
    def _compute_guide(self):
        for tender in self:
            tender.next_text, missing = tender._gov_next()
            tender.missing_text = "\n".join(missing)

    # ------------------------------------------------------------------ deadlines
    def _gov_deadlines(self):
        """Return the deadlines of the call, from its acts and the parameters of the day."""
        self.ensure_one()
        today = fields.Date.context_today(self)

        def day(value):
            return fields.Date.context_today(self, value) if value else None

        lengths = {
            "remark_days": int(self._gov_limit("procurement.committee.remark_days", today)),
            "convocation": int(self._gov_limit("procurement.convocation.days", today)),
            "answer": int(self._gov_limit("procurement.answer.days", today)),
            "extract": int(self._gov_limit("procurement.extract.days", today)),
            "letters": int(self._gov_limit("procurement.letters.days", today)),
            "guarantee_hours": int(self._gov_limit("procurement.guarantee.return_hours", today)),
        }
        asked = self.bid_ids.filtered("documents_asked_on")
        facts = {
            "file_sent": self.file_sent_on or None,
            "published": self.published_on or None,
            "session": day(self.session_at),
            "convoked": self.convoked_on or None,
            "opened": day(self.opened_at),
            "closed": day(self.closed_at) if self.state in ("evaluated", "awarded", "approved") else None,
            "extract": self.results_published_on or None,
            "awarded": self.awarded_on or None,
            "letters": self.letters_sent_on or None,
            "guarantees": self.guarantees_returned_on or None,
            "approved": self.approved_on or None,
            "standstill_end": self.standstill_end or None,
            "validity_end": self.validity_end or None,
            "questions": [
                (one.id, one.asked_on, one.answered_on or None) for one in self.question_ids if not one.is_late
            ],
            "complaints": [(one.id, one.due_on, one.answered_on or None) for one in self.complaint_ids if one.due_on],
            "documents": [
                (bid.id, bid.documents_due_on, bid.documents_due_on if bid.documents_state != "asked" else None)
                for bid in asked
            ],
        }
        return deadlines(facts, lengths)

    def _gov_deadline_words(self):
        _ = self.env._
        return {
            "remarks": _("Remarks of the committee on the file"),
            "convocation": _("Convocation of the committee"),
            "session": _("Session"),
            "answer": _("Answer to a question, to all"),
            "extract": _("Extract of the minutes on the portal"),
            "documents": _("Documents of the presumed winner"),
            "letters": _("Letters to the winners and to the others"),
            "guarantees": _("Return of the provisional guarantees"),
            "complaint": _("Answer to a complaint"),
            "standstill": _("End of the standstill"),
            "approval": _("Approval notified, while offers are valid"),
        }

    @api.depends(
        "state", "file_sent_on", "published_on", "session_at", "convoked_on", "opened_at", "closed_at", "awarded_on",
        "results_published_on", "letters_sent_on", "guarantees_returned_on", "approved_on", "validity_end",
        "standstill_end", "question_ids.answered_on", "complaint_ids.answered_on", "bid_ids.documents_state",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_deadlines(self):
        today = fields.Date.context_today(self)
        words = self._gov_deadline_words()
        for tender in self:
            rows = tender._gov_deadlines()
            waiting = [
                row
                for row in rows
                if tender.state in OPEN and row.done is None and (row.code not in WAITS or row.due >= today)
            ]
            tender.next_deadline_on = waiting[0].due if waiting else False
            tender.has_late = any(is_late(row, today) for row in waiting)
            tender.deadline_html = (
                Markup('<table class="table table-sm mb-0"><tbody>%s</tbody></table>')
                % Markup("").join(tender._gov_deadline_row(row, words, today, row in waiting) for row in rows)
                if rows
                else False
            )

    def _gov_deadline_row(self, row, words, today, is_waiting):
        late = is_waiting and is_late(row, today)
        if row.done:
            state, style = self.env._("done on %s", format_date(self.env, row.done)), "text-success"
        elif late:
            state, style = self.env._("late by %s day(s)", (today - row.due).days), "text-danger fw-bold"
        elif is_waiting:
            state, style = self.env._("in %s day(s)", (row.due - today).days), "text-warning-emphasis"
        else:
            state, style = "", "text-muted"
        return Markup(
            '<tr class="{style}"><td>{what}</td><td><bdi>{day}</bdi></td><td>{state}</td>'
            '<td class="text-muted">{article}</td></tr>'
        ).format(
            style=style,
            what=words[row.code],
            day=format_date(self.env, row.due),
            state=state,
            article=self.env._("art. %s", row.article),
        )

    @api.model
    def _cron_deadlines(self):
        """Put an activity for each deadline that comes within two days or has passed, on who prepared the call.

        sudo: scheduled for all the calls.
        """
        today, made = fields.Date.context_today(self), 0
        for tender in self.sudo().search(Domain("state", "in", OPEN), order="id"):  # sudo: as above
            person = tender.prepared_by_id
            if not person.active:
                continue
            rows = [row for row in tender._gov_deadlines() if row.code in ACTS]
            done = {(row.code, row.due) for row in rows if row.done}
            mine = tender.activity_ids.filtered("gov_key")
            mine.filtered(lambda one, done=done: (one.gov_key, one.date_deadline) in done).unlink()
            known = {(one.gov_key, one.date_deadline) for one in mine.exists()}
            for row in rows:
                if row.done or row.due - timedelta(2) > today or (row.code, row.due) in known:
                    continue
                known.add((row.code, row.due))
                tender.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=row.due,
                    user_id=person.id,
                    **tender._gov_said(row.code),
                )
                made += 1
        if made:
            _logger.info("Deadlines of calls for tenders: %s new activities", made)
        return made

    def _gov_todo_words(self, key):
        return self._gov_deadline_words().get(key) or super()._gov_todo_words(key)
