from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..services import statistics
from .gov_evaluation_sheet import NOTIFIED

# a group of fewer people would tell the marks of each: masked to whoever is not human resources (hr.md §7)
LEAST = 5
GROUPS = {"unit": "department_id", "grade": "grade_id", "evaluator": "evaluator_id"}


class GovEvaluationSheet(models.Model):
    """What the screens show, each in one call, read with the rights of the user."""

    _inherit = "gov.evaluation.sheet"

    def _gov_criteria(self):
        """Return the criteria of the campaign, as screens show them."""
        return [
            {"id": one.id, "name": one.name, "max": one.max_mark, "description": one.description or ""}
            for one in self.campaign_id.criterion_ids.sorted(lambda one: (one.sequence, one.id))
        ]

    def _gov_bands(self):
        return [{"id": one.id, "name": one.name, "floor": one.floor} for one in self.campaign_id.band_ids]

    def _gov_side(self, assessment):
        """Return one side of a sheet as screens show it, or None when the reader does not see it."""
        if not assessment:
            return None
        return {
            "marks": {line.criterion_id.id: line.mark if line.is_set else None for line in assessment.line_ids},
            "notes": {line.criterion_id.id: line.note or "" for line in assessment.line_ids},
            "words": assessment.words or "",
            "wishes": assessment.wishes or "",
            "total": assessment.total,
            "band": assessment.band_id.name or "",
            "revision": assessment.revision,
            "is_given": assessment.is_given,
        }

    def _gov_sides(self):
        """Return ``{(sheet id, side): assessment}`` of those the reader may see."""
        found = self.env["gov.evaluation.assessment"].search([("sheet_id", "in", self.ids)])
        found.line_ids.fetch(["assessment_id", "criterion_id", "mark", "is_set", "note"])
        return {(one.sheet_id.id, one.side): one for one in found}

    @api.model
    def get_my_evaluation(self):
        """Return the evaluations of the user who asks: the sheet under way, what may be done on it, and the history.

        :return: ``{"sheet": {…} or False, "history": [{"year", "mark", "band", "download"}], "message"}``
        """
        sheets = self.search([("is_mine", "=", True), ("state", "!=", "cancelled")], order="year desc")
        sheet = sheets[:1]
        return {
            "sheet": sheet._gov_my_sheet() if sheet else False,
            "history": self._gov_my_history(sheets),
            "message": ""
            if sheet
            else self.env._("No evaluation concerns you yet. You will find a to-do here when the campaign opens."),
        }

    def _gov_my_sheet(self):
        self.ensure_one()
        sides = self._gov_sides()
        states = dict(self._fields["state"]._description_selection(self.env))
        campaign = self.campaign_id
        shown = self.state in NOTIFIED
        interview = self.interview_id._filtered_access("read")
        today = self._gov_today()
        steps = ["self", "head", "harmonisation", "notified", "final"]
        at = "notified" if self.state == "appeal" else self.state
        return {
            "id": self.id,
            "year": self.year,
            "state": self.state,
            "state_name": states[self.state],
            "steps": [
                {"key": key, "name": states[key], "done": steps.index(key) < steps.index(at), "now": key == at}
                for key in steps
            ],
            # sudo: the name of one's own head
            "head": self.sudo().evaluator_id.display_name or "",
            "step": campaign.mark_step,
            "criteria": self._gov_criteria(),
            "bands": self._gov_bands(),
            "self": self._gov_side(sides.get((self.id, "self"))),
            "marks": self._gov_side(sides.get((self.id, "head"))) if shown else None,
            "self_until": self._gov_day(campaign.self_until),
            "notify_until": self._gov_day(campaign.notify_until),
            "appeal_until": self._gov_day(self.appeal_until),
            "days_left": (self.appeal_until - today).days + 1 if self.appeal_until else 0,
            "can_reply": self.state == "notified" and bool(self.appeal_until) and today <= self.appeal_until,
            "reply": self.reply_text or "",
            "decision": dict(self._fields["decision"]._description_selection(self.env)).get(self.decision, ""),
            "decision_reason": self.decision_reason or "",
            "is_read": bool(self.read_on),
            "download": f"/gov_document/{self.document_id.id}/document.pdf"
            if self.document_id._filtered_access("read").attachment_id
            else "",
            "number": self.document_number or "",
            "interview": interview._gov_mine() if interview else False,
        }

    def _gov_day(self, day):
        return format_date(self.env, day, date_format="d MMMM y") if day else ""

    @api.model
    def _gov_my_history(self, sheets):
        """Return the yearly marks of the user: those of the record of marks, and that of a sheet just notified."""
        # sudo: a person reads all of his own marks
        ratings = (
            self.env["gov.rating"]
            .sudo()
            .search([("employee_id", "in", self.env.user.sudo().employee_ids.ids)], order="year")
        )
        names = dict(ratings._fields["appreciation"]._description_selection(self.env))
        history = {
            one.year: {"year": one.year, "mark": one.mark, "band": names.get(one.appreciation, "")} for one in ratings
        }
        sides = sheets._gov_sides()
        for sheet in sheets:
            assessment = sides.get((sheet.id, "head"))
            if sheet.state in NOTIFIED and assessment:
                row = history.setdefault(sheet.year, {"year": sheet.year})
                row.update(mark=assessment.total, band=assessment.band_id.name or "", is_final=sheet.state == "final")
                if sheet.document_id._filtered_access("read").attachment_id:
                    row["download"] = f"/gov_document/{sheet.document_id.id}/document.pdf"
        return [history[year] for year in sorted(history)]

    # ------------------------------------------------------------------ the head
    @api.model
    def get_team(self, campaign_id=None):
        """Return the sheets that the user marks today, in his own place or by an interim, with what was given.

        :param campaign_id: a campaign; by default the last one with sheets for the user
        :return: ``{"campaigns", "campaign", "criteria", "bands", "step", "rows": [{…}]}``
        """
        own = sorted(self._gov_own_employee_ids())
        domain = (
            Domain("evaluator_id", "in", own)
            & Domain("employee_id", "not in", own)
            & Domain("state", "!=", "cancelled")
        )
        campaigns = self.search(domain).campaign_id.sorted("year", reverse=True)
        campaign = campaigns.filtered(lambda one: one.id == campaign_id) if campaign_id else campaigns[:1]
        if campaign not in campaigns:
            return {"campaigns": [], "campaign": False, "criteria": [], "bands": [], "step": 0.25, "rows": []}
        sheets = self.search(domain & Domain("campaign_id", "=", campaign.id))
        sides = sheets._gov_sides()
        states = dict(self._fields["state"]._description_selection(self.env))
        interviews = dict(self.env["gov.evaluation.interview"]._fields["state"]._description_selection(self.env))
        rows = []
        for sheet in sheets.sorted(lambda one: one.sudo().employee_id.display_name or ""):  # sudo: the name
            person = sheet.sudo()  # sudo: name, grade and unit of one's own staff
            interview = person.interview_id
            rows.append(
                {
                    "id": sheet.id,
                    "name": person.employee_id.display_name,
                    "grade": person.grade_id.name or "",
                    "unit": person.department_id.name or "",
                    "instead_of": person.evaluator_id.display_name
                    if person.evaluator_id.user_id != self.env.user
                    else "",
                    "state": sheet.state,
                    "state_name": states[sheet.state],
                    "self": sheet._gov_side(sides.get((sheet.id, "self"))),
                    "marks": sheet._gov_side(sides.get((sheet.id, "head"))),
                    "interview_missing": sheet.is_interview_missing,
                    "interview_due_on": self._gov_day(sheet.interview_due_on) if sheet.interview_due_on else "",
                    "interview_id": interview.id,
                    "interview_state": interviews.get(interview.state, ""),
                }
            )
        return {
            "campaigns": [{"id": one.id, "name": one.display_name} for one in campaigns],
            "campaign": {
                "id": campaign.id,
                "name": campaign.display_name,
                "marks_until": self._gov_day(campaign.marks_until),
                "is_late": campaign.marks_until < self._gov_today(),
            },
            "criteria": sheets._gov_criteria() if sheets else [],
            "bands": sheets._gov_bands(),
            "step": campaign.mark_step,
            "rows": rows,
        }

    def action_open_interview(self):
        """Open the record of the interview, or begin it.  The head or his interim; others read it."""
        self.ensure_one()
        self.check_access("read")
        interview = self.interview_id._filtered_access("read")
        if not interview:
            self._gov_check_evaluator()
            if self.interview_id:
                raise AccessError(self.env._("Another head holds this interview."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evaluation interview"),
            "res_model": "gov.evaluation.interview",
            "res_id": interview.id,
            "views": [(False, "form")],
            "context": {"default_sheet_id": self.id},
        }

    # ------------------------------------------------------------------ harmonisation
    @api.model
    def get_distribution(self, campaign_id=None, group="unit"):
        """Return the distribution of the given marks of a campaign, for those who compare them.

        Heads see the units under them, HR those of their regions; the mean of the whole administration is told to all
        of them (hidden under five marks).  A head never sees there the sheet that is his own.

        :param group: ``unit``, ``grade`` or ``evaluator``
        :return: ``{"campaigns", "campaign", "all": {…}, "mine": {…}, "groups": [{"name", "count", "mean", "gap", …}],
            "rows": [{"id", "name", "mark", …}], "sex": {…}}``
        """
        if not isinstance(group, str) or group not in GROUPS:
            raise UserError(self.env._("Marks are grouped by unit, grade or head."))
        domain = self._gov_chain_domain() | self._gov_hr_domain()
        campaigns = self.search(domain).campaign_id.sorted("year", reverse=True)
        campaign = campaigns.filtered(lambda one: one.id == campaign_id) if campaign_id else campaigns[:1]
        answer = {"campaigns": [{"id": one.id, "name": one.display_name} for one in campaigns], "campaign": False}
        if campaign not in campaigns:
            return answer
        given = Domain("side", "=", "head") & Domain("is_given", "=", True) & Domain("campaign_id", "=", campaign.id)
        given &= Domain("sheet_id.state", "!=", "cancelled")
        marks = self.env["gov.evaluation.assessment"].search(
            given & Domain("sheet_id", "any", domain), order="total desc, id"
        )
        bands = [(band.floor, band.name) for band in campaign.band_ids]
        everyone = self._gov_all_marks(campaign)
        is_hr = self._gov_is_hr_reader()
        total = statistics.summary(everyone, bands) if is_hr or len(everyone) >= LEAST else None
        mean = total["mean"] if total else None
        rows = [one._gov_board_row(mean) for one in marks]
        answer.update(
            campaign={
                "id": campaign.id,
                "name": campaign.display_name,
                "state": campaign.state,
                "can_notify": self.env.user.has_group("gov_base.group_hr_manager")
                and campaign.state in ("harmonisation", "notified"),
            },
            bands=self.browse()._gov_band_names(campaign),
            all=total,
            mine=statistics.summary(marks.mapped("total"), bands),
            waiting=self.search_count(
                domain & Domain("campaign_id", "=", campaign.id) & Domain("state", "in", ("self", "head"))
            ),
            groups=self._gov_board_groups(marks, GROUPS[group], bands, mean),
            sex=self._gov_board_sex(campaign) if is_hr else False,
            rows=rows,
        )
        return answer

    def _gov_band_names(self, campaign):
        return [{"name": band.name, "floor": band.floor} for band in campaign.band_ids]

    @api.model
    def _gov_all_marks(self, campaign):
        """Return all the given marks of a campaign, of every region: only their distribution comes out."""
        self.env["gov.evaluation.assessment"].flush_model(["total", "is_given", "campaign_id", "side"])
        self.flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """SELECT a.total FROM gov_evaluation_assessment a JOIN gov_evaluation_sheet s ON s.id = a.sheet_id
                    WHERE a.campaign_id = %s AND a.side = 'head' AND a.is_given AND s.state <> 'cancelled'""",
                campaign.id,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _gov_board_groups(self, marks, field, bands, mean):
        groups = []
        for key, members in marks.grouped(field).items():
            found = statistics.summary(members.mapped("total"), bands)
            groups.append(
                {
                    "key": key.id or 0,
                    # sudo: names of units, grades and heads; a unit by its own name, without those above
                    "name": (key.sudo().name if field == "department_id" else key.sudo().display_name) or "—",
                    "gap": round(found["mean"] - mean, 2) if mean is not None else None,
                    **found,
                }
            )
        return sorted(groups, key=lambda one: (-(one["mean"] or 0), one["name"]))

    @api.model
    def _gov_board_sex(self, campaign):
        """Return the gap between the mean marks of women and men (G9), for human resources and auditors."""
        given = [("side", "=", "head"), ("is_given", "=", True), ("campaign_id", "=", campaign.id)]
        groups = self.env["gov.evaluation.assessment"]._read_group(
            [*given, ("sheet_id.state", "!=", "cancelled")], ["sex"], ["total:array_agg"]
        )
        values = {sex: totals for sex, totals in groups}
        women, men = values.get("female") or [], values.get("male") or []
        return {"women": len(women), "men": len(men), "gap": statistics.gap(women, men)}


class GovEvaluationAssessment(models.Model):
    _inherit = "gov.evaluation.assessment"

    def _gov_board_row(self, mean):
        self.ensure_one()
        sheet = self.sheet_id
        person = sheet.sudo()  # sudo: name, grade and unit of a person whose mark the reader sees
        states = dict(sheet._fields["state"]._description_selection(self.env))
        return {
            "id": sheet.id,
            "name": person.employee_id.display_name,
            "unit": person.department_id.name or "",
            "unit_id": person.department_id.id or 0,
            "grade": person.grade_id.name or "",
            "grade_id": person.grade_id.id or 0,
            "evaluator": person.evaluator_id.display_name or "",
            "evaluator_id": person.evaluator_id.id or 0,
            "mark": self.total,
            "first": self.first_total,
            "band": self.band_id.name or "",
            "gap": round(self.total - mean, 2) if mean is not None else None,
            "state": sheet.state,
            "state_name": states[sheet.state],
            "can_adjust": sheet.state == "harmonisation" and sheet.can_harmonise,
        }


class GovEvaluationInterview(models.Model):
    _inherit = "gov.evaluation.interview"

    def _gov_mine(self):
        """Return the record as the screen of the person shows it."""
        self.ensure_one()
        labels = {
            name: dict(self.proposal_ids._fields[name]._description_selection(self.env))
            for name in ("kind", "priority")
        }
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            "id": self.id,
            "state": self.state,
            "state_name": states[self.state],
            "date": format_date(self.env, self.date, date_format="d MMMM y"),
            "place": self.place or "",
            "achievements": self.achievements or "",
            "objectives": self.objectives or "",
            "difficulties": self.difficulties or "",
            "remarks": self.remarks or "",
            "proposals": [
                {
                    "id": one.id,
                    "kind": labels["kind"][one.kind],
                    "name": one.name,
                    "reason": one.reason or "",
                    "priority": labels["priority"][one.priority],
                }
                for one in self.proposal_ids
            ],
            "download": f"/gov_document/{self.document_id.id}/document.pdf"
            if self.document_id._filtered_access("read").attachment_id
            else "",
        }
