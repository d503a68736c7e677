import unicodedata

from markupsafe import Markup

from odoo import api, models

from odoo.addons.gov_base.tools.text import date_words
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr

DIRECTORS = ("directorate", "regional_directorate", "inspectorate", "secretariat_general", "cabinet")
KINDS = ("evaluation_sheet", "evaluation_report")


def number(value):
    """Return a mark as documents write it: 4,5 and not 4.50."""
    return ltr(f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ","))


def direction(text):
    """Return the direction of a typed text, by its first letter that has one."""
    sides = (unicodedata.bidirectional(letter) for letter in text)
    return next(("ltr" if side == "L" else "rtl" for side in sides if side in ("L", "R", "AL")), "ltr")


def paragraphs(text):
    """Return a typed text as markup, its lines and its direction kept, whatever the language around it."""
    lines = [line for line in (text or "").splitlines() if line.strip()]
    if not lines:
        return Markup("—")
    return Markup('<div dir="%s">%s</div>') % (direction(text), Markup("<br>").join(lines))


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    @api.model
    def _gov_placeholders(self, kind=None):
        names = super()._gov_placeholders(kind)
        if kind not in KINDS:
            return names
        _ = self.env._
        names.update(
            {
                "year": (_("Year evaluated"), "2026", "2026"),
                "mark": (_("Mark out of 20"), "16,5", "16,5"),
                "appreciation": (_("Appreciation"), "جيد جدا", "Très bien"),
                "evaluator_name": (_("Name of the head who marked"), "يوسف العلوي", "Youssef EL ALAOUI"),
                "appeal_until": (_("Last day to reply"), "1 فبراير 2027", "1er février 2027"),
                "appeal_days": (_("Days to reply"), "30", "30"),
                "interview_date": (_("Day of the interview"), "15 نونبر 2026", "15 novembre 2026"),
                "place_held": (_("Place of the interview"), "مقر المديرية", "Siège de la direction"),
            }
        )
        return names

    @api.model
    def _gov_blocks(self, kind=None):
        found = super()._gov_blocks(kind)
        if kind not in KINDS:
            return found
        _ = self.env._
        sample = facts_table([("…", "…")])
        meanings = {
            "evaluation_identity": _("Names, identifiers, grade and unit of the person"),
            "evaluation_marks": _("The criteria, their maxima and the marks"),
            "evaluation_words": _("General appreciation of the head"),
            "interview_record": _("Achievements, objectives and difficulties"),
            "interview_proposals": _("Proposals of training, mobility and promotion"),
            "interview_signatures": _("Who signed, or refused to, and when"),
        }
        found.update({name: (meaning, sample, sample) for name, meaning in meanings.items()})
        return found


class GovEvaluationSheet(models.Model):
    _inherit = "gov.evaluation.sheet"

    def _gov_signatory(self):
        """Return who signs: the head of the unit of the legal parameter, or above him when it concerns him."""
        self.ensure_one()
        code = self.env["gov.parameter"].get_value("evaluation.signatory_unit")
        # sudo: the organisation chart
        unit = self.env["hr.department"].sudo().search([("unit_code", "=", code)], limit=1)
        if not unit:  # no such unit: the director of the person
            unit = self.sudo().department_id._gov_ancestor(DIRECTORS)  # sudo: the organisation chart
        while unit and (not unit.manager_id or unit.manager_id == self.employee_id):
            unit = unit.parent_id
        return unit.manager_id

    def _gov_identity_block(self, lang):
        """Return the table that says who is evaluated, in a language; the caller has checked who may print it."""
        sheet = self.sudo().with_context(lang=LANGS[lang])  # sudo: the file of the person, for his own document
        employee = sheet.employee_id
        version = employee._get_version(sheet.campaign_id.marks_until)
        _ = sheet.env._
        scale = sheet.grade_id._gov_scale_label() if sheet.grade_id else ""
        step = " / ".join(filter(None, (scale, str(version.echelon or ""), str(version.salary_index or ""))))
        rows = [
            (_("Full name"), Markup("<strong>%s</strong>") % employee._gov_document_name(lang)),
            (_("PPR / CNIE"), ltr(" / ".join(filter(None, (employee.ppr_number, employee.cnie))))),
            (_("Grade"), sheet.grade_id.name),
            (_("Scale / step / index"), ltr(step)),
            (_("Unit"), sheet.department_id.name),
            (_("Evaluated by"), sheet.evaluator_id._gov_document_name(lang)),
        ]
        return facts_table(rows)

    def _gov_document_values(self, lang):
        values = super()._gov_document_values(lang)
        sheet = self.sudo().with_context(lang=LANGS[lang])  # sudo: the caller has checked who may print it
        assessment = sheet._gov_head_assessment().with_context(lang=LANGS[lang])
        _ = sheet.env._
        campaign = sheet.campaign_id
        criteria = [
            (line.criterion_id.name, number(line.max_mark), Markup("<strong>%s</strong>") % number(line.mark))
            for line in assessment.line_ids
        ]
        total = (_("Total"), [number(sum(campaign.criterion_ids.mapped("max_mark"))), number(assessment.total)])
        values.update(
            year=str(sheet.year),
            mark=f"{assessment.total:.2f}".rstrip("0").rstrip(".").replace(".", ","),
            appreciation=assessment.band_id.name or "—",
            evaluator_name=sheet.evaluator_id._gov_document_name(lang),
            appeal_days=str(campaign.appeal_days),
            appeal_until=date_words(sheet.appeal_until, lang) if sheet.appeal_until else "",
            evaluation_identity=sheet._gov_identity_block(lang),
            evaluation_marks=data_table((_("Criterion"), _("Maximum"), _("Mark")), criteria, total),
            evaluation_words=paragraphs(assessment.words),
        )
        return values

    def _gov_prepare_document_vals(self):
        self.ensure_one()
        return {
            "register": self.env.ref("gov_hr_evaluation.register_evaluation").sudo(),  # sudo: the act takes a number
            "template": self.env.ref("gov_hr_evaluation.template_sheet").sudo(),  # sudo: the act prints the wording
            "kind": "evaluation_sheet",
            "record": self,
            "values": {lang: self._gov_document_values(lang) for lang in ("ar", "fr")},
            "employee": self.employee_id,
            "signatory": self._gov_signatory(),
            "issue_date": self._gov_today(),
        }


class GovEvaluationInterview(models.Model):
    _inherit = "gov.evaluation.interview"

    def _gov_document_values(self, lang):
        values = super()._gov_document_values(lang)
        interview = self.sudo().with_context(lang=LANGS[lang])  # sudo: the caller has checked who may print it
        sheet = interview.sheet_id
        _ = interview.env._
        labels = {
            name: dict(interview.proposal_ids._fields[name]._description_selection(interview.env))
            for name in ("kind", "priority")
        }
        present = ", ".join(interview.present_ids.mapped("display_name"))
        record = [
            (_("Also present"), present),
            (_("Achievements of the year"), paragraphs(interview.achievements)),
            (_("Objectives of next year"), paragraphs(interview.objectives)),
            (_("Difficulties and means asked for"), paragraphs(interview.difficulties)),
        ]
        proposals = [
            (labels["kind"][one.kind], one.name, paragraphs(one.reason), labels["priority"][one.priority])
            for one in interview.proposal_ids
        ]
        person = interview.employee_id._gov_document_name(lang)
        head = interview.head_user_id.employee_id
        head_name = head._gov_document_name(lang) if head else interview.head_user_id.name
        if interview.state == "refused":
            answer = _("%s refused to sign.", person)
        else:
            answer = _("%s signed in the software.", person)
        signatures = [
            (_("The head"), _("%s signed in the software.", head_name), interview._gov_moment(interview.presented_on)),
            (_("The person"), answer, interview._gov_moment(interview.answered_on)),
        ]
        table = data_table((_("Who"), _("Signature"), _("On")), signatures)
        if interview.remarks:
            table += facts_table([(_("Remarks of the person"), paragraphs(interview.remarks))])
        if interview.refusal_note:
            table += facts_table([(_("About the refusal to sign"), paragraphs(interview.refusal_note))])
        values.update(
            year=str(interview.year),
            evaluator_name=head_name,
            interview_date=date_words(interview.date, lang),
            place_held=interview.place or "—",
            evaluation_identity=sheet._gov_identity_block(lang),
            interview_record=facts_table(record),
            interview_proposals=data_table((_("Kind"), _("What"), _("Why"), _("Priority")), proposals)
            if proposals
            else Markup("<p>%s</p>") % _("No proposal."),
            interview_signatures=table,
            # who signed is in the table of signatures
            signatory_name="",
            signatory_title="",
        )
        return values

    def _gov_moment(self, moment):
        """Return a moment at the seat of the administration, as documents write it."""
        # sudo: only the time zone of the administration
        zone = self.env.company.sudo().resource_calendar_id.tz or "Africa/Casablanca"
        text = (
            self.env["ir.qweb.field.datetime"]
            .with_context(tz=zone)
            .value_to_html(moment, {"format": "dd/MM/yyyy HH:mm"})
        )
        return ltr(text)

    def _gov_prepare_document_vals(self):
        self.ensure_one()
        return {
            "register": self.env.ref("gov_hr_evaluation.register_evaluation").sudo(),  # sudo: the act takes a number
            # sudo: the act prints the wording
            "template": self.env.ref(f"gov_hr_evaluation.template_report_{self.lang}").sudo(),
            "kind": "evaluation_report",
            "record": self,
            "values": self._gov_document_values(self.lang),
            "employee": self.employee_id,
            "signatory": self.sudo().head_user_id.employee_id,  # sudo: who held the interview
            "issue_date": self.env["gov.evaluation.sheet"]._gov_today(),
        }
