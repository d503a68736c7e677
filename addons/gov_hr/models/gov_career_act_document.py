from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.text import date_words, isolated
from odoo.addons.gov_document.tools.blocks import LANGS, ltr

from ..services import career

# Words of the table, which stands in both languages on one page whatever the language of who signs
WORDS = {
    "ar": {
        "head": ("", "الوضعية القديمة", "الوضعية الجديدة"),
        "grade": "الدرجة",
        "scale": "السلم",
        "echelon": "الرتبة",
        "index": "الرقم الاستدلالي",
        "seniority": "الأقدمية في الرتبة ابتداء من",
        "position": "الوضعية النظامية",
        "unit": "مقر التعيين",
        "post": "الوظيفة",
        "zone": "منطقة الإقامة",
        "date": "تاريخ المفعول",
        "exceptional": "استثنائية",
        "off_scale": "خارج السلم",
    },
    "fr": {
        "head": ("", "Ancienne situation", "Nouvelle situation"),
        "grade": "Grade",
        "scale": "Échelle",
        "echelon": "Échelon",
        "index": "Indice",
        "seniority": "Ancienneté dans l’échelon à compter du",
        "position": "Position statutaire",
        "unit": "Affectation",
        "post": "Fonction",
        "zone": "Zone de résidence",
        "date": "Date d’effet",
        "exceptional": "exceptionnel",
        "off_scale": "Hors échelle",
    },
}


class GovCareerAct(models.Model):
    """The document of an act: in Arabic and French, with the table of the old and the new situation."""

    _inherit = "gov.career.act"

    @api.model
    def _gov_rules(self):
        """Return the settings of each nature of act: ``{kind: gov.career.act.rule}``."""
        # sudo: who signs need not read the settings
        return {rule.kind: rule for rule in self.env["gov.career.act.rule"].sudo().search([])}

    def _gov_propose_signatories(self):
        """Give a signatory to the acts that have none: the head of the unit that signs, or of the one above."""
        rules = self._gov_rules()
        heads = {}
        for act in self.filtered(lambda item: not item.signatory_id):
            unit = rules[act.kind].signatory_unit_id if act.kind in rules else self.env["hr.department"]
            if unit.id not in heads:
                heads[unit.id] = self._gov_heads(unit or self._gov_signing_unit())
            act.signatory_id = next((head for head in heads[unit.id] if head != act.employee_id), False)

    @api.model
    def _gov_signing_unit(self):
        # sudo: units and their heads are in the directory
        units = self.env["hr.department"].sudo()
        # sudo: only the code of the unit that signs
        code = self.env["gov.parameter"].sudo().get_value("career.signatory_unit")
        return units.search([("unit_code", "=", code)], limit=1) or units.search(
            [("unit_kind", "=", "secretariat_general")], limit=1
        )

    def _gov_heads(self, unit):
        """Return the heads of a unit and of those above it: nobody signs an act of their own."""
        heads = []
        while unit:
            if unit.manager_id:
                heads.append(unit.manager_id)
            unit = unit.parent_id
        return heads

    def _gov_issue(self):
        """Take the numbers of these acts and freeze their documents; the situations bear the number."""
        rules = self._gov_rules()
        for kind in {act.kind for act in self} - set(rules):
            raise UserError(
                self.env._(
                    "No wording is set for the nature of act “%s”: complete the settings of career acts.",
                    dict(self._fields["kind"]._description_selection(self.env))[kind],
                )
            )
        restricted = self.env.ref("gov_hr.register_reserved")
        vals_list = []
        for act in self:
            rule = rules[act.kind]
            vals = {
                "register": restricted if act.is_restricted else rule.register_id,
                "template": rule.template_id,
                "record": act,
                "employee": act.employee_id,
                "signatory": act.signatory_id,
                "issue_date": act.act_date,
                "values": {lang: act._gov_document_values(lang) for lang in LANGS},
            }
            if act.is_restricted:
                # a neutral name: it is told to the journal and printed by nobody
                vals["kind"] = "career_reserved"
            vals_list.append(vals)
        # sudo: the caller has checked who signs
        documents = self.env["gov.document"].sudo()._gov_prepare(vals_list)
        for act, document in zip(self, documents, strict=True):
            act.write({"document_id": document.id, "number": document.number})
        # who keeps the files reads the number on the situation: those of discipline stay out of it
        numbers = {act.id: act.number for act in self if not act.is_restricted}
        for version in self.env["hr.version"].search([("act_id", "in", list(numbers))]):
            version.write({"act_number": numbers[version.act_id.id]})

    # -- values ---------------------------------------------------------------------------------------------------
    def _gov_document_values(self, lang):
        """Return the values of the placeholders in ``lang``; see ``gov.document.template._gov_placeholders``."""
        self.ensure_one()
        # sudo: the caller has checked who signs; names of grades and units in the language of the document
        act = self.sudo().with_context(lang=LANGS[lang])
        labels = {
            name: dict(act._fields[name]._description_selection(act.env))
            for name in ("kind", "statutory_position", "position_case", "retirement_case", "sanction_kind")
        }
        person, original = act.employee_id, act.contrary_of_id
        values = {
            "ppr": isolated(person.ppr_number) or "—",
            "cnie": isolated(person.cnie) or "—",
            "grade": act.grade_id.name or "—",
            "old_grade": act.old_grade_id.name or "—",
            "effective_date": date_words(act.effective_date, lang),
            "end_date": date_words(act.end_date, lang) if act.end_date else "—",
            "duration": act._gov_duration(lang),
            "host": act.host or "—",
            "unit": act.department_id.name or "—",
            "old_unit": act.old_department_id.name or "—",
            "post": act.job_id.name or "—",
            "position_case": labels["position_case"].get(act.position_case, "—"),
            "retirement_case": labels["retirement_case"].get(act.retirement_case, "—"),
            "measure": labels["sanction_kind"].get(act.sanction_kind, "—"),
            "reason": (act.reason or "").strip() or "—",
            "opinion": isolated(act.opinion_reference) or "—",
            "cancelled_kind": labels["kind"].get(original.kind, "—"),
            "cancelled_number": isolated(original.number) or "—",
            "cancelled_date": date_words(original.act_date, lang) if original.act_date else "—",
            "situation_table": act._gov_situation_table(lang, labels["statutory_position"]),
        }
        return values

    def _gov_duration(self, lang):
        if not self.end_date:
            return "—"
        parts = career.duration(self.effective_date, career.day_after(self.end_date))
        return career.duration_ar(*parts) if lang == "ar" else career.duration_fr(*parts)

    def _gov_situation_table(self, lang, positions):
        """Return the table of the old and the new situation: rank always, the rest when the act changes it."""
        words = WORDS[lang]
        changed = self._gov_changed_names()
        find = self.env["gov.grade"]._gov_index

        def step(grade, number, day):
            found = find(grade.id, number, day) if grade and number else None
            return words["exceptional"] if found and found[1] else number or "—"

        def scale(grade):
            return words["off_scale"] if grade.is_off_scale else ltr(grade.scale) if grade.scale else "—"

        def day(value):
            return ltr(f"{value:%d/%m/%Y}") if value else "—"

        def named(record):
            return record.name or "—"

        rows = [
            ("grade", named(self.old_grade_id), named(self.grade_id)),
            ("scale", scale(self.old_grade_id), scale(self.grade_id)),
            (
                "echelon",
                step(self.old_grade_id, self.old_echelon, self.effective_date),
                step(self.grade_id, self.echelon, self.effective_date),
            ),
            ("index", self.old_salary_index or "—", self.salary_index or "—"),
            ("seniority", day(self.old_step_seniority_date), day(self.step_seniority_date)),
        ]
        if "statutory_position" in changed:
            rows.append(
                (
                    "position",
                    positions.get(self.old_statutory_position, "—"),
                    positions.get(self.statutory_position, "—"),
                )
            )
        if "department_id" in changed and (self.old_department_id or self.department_id):
            rows.append(("unit", named(self.old_department_id), named(self.department_id)))
        if "job_id" in changed and self.old_job_id != self.job_id:
            rows.append(("post", named(self.old_job_id), named(self.job_id)))
        if "residence_zone" in changed and self.old_residence_zone != self.residence_zone:
            rows.append(("zone", self.old_residence_zone or "—", self.residence_zone or "—"))
        rows.append(("date", "", day(self.effective_date)))
        head = Markup("").join(Markup('<th scope="col">%s</th>') % title for title in words["head"])
        lines = Markup("").join(
            Markup('<tr><th scope="row">%s</th><td>%s</td><td>%s</td></tr>') % (words[name], old, new)
            for name, old, new in rows
        )
        return Markup('<table class="gov"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>') % (head, lines)

    def action_download(self):
        """Give the signed document to whoever may read the act."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            raise UserError(self.env._("The act is not signed yet."))
        return self.document_id.action_download()


class GovDocumentTemplate(models.Model):
    _inherit = "gov.document.template"

    @api.model
    def _gov_placeholders(self, kind=None):
        names = super()._gov_placeholders(kind)
        if not (kind or "").startswith("career_"):
            return names
        _ = self.env._
        names.update(
            {
                "ppr": (_("Payroll number (PPR)"), "1234567", "1234567"),
                "cnie": (_("National identity card (CNIE)"), "AB123456", "AB123456"),
                "grade": (_("New grade"), "متصرف من الدرجة الثانية", "Administrateur de 2e grade"),
                "old_grade": (_("Former grade"), "متصرف من الدرجة الثالثة", "Administrateur de 3e grade"),
                "effective_date": (_("Day the act takes effect"), "1 يناير 2026", "1er janvier 2026"),
                "end_date": (_("Last day"), "31 دجنبر 2027", "31 décembre 2027"),
                "duration": (_("Length"), "سنتان", "2 ans"),
                "host": (_("Host body"), "الوكالة الوطنية", "l’Agence nationale"),
                "unit": (_("New unit"), "مصلحة التواصل", "Service de la communication"),
                "old_unit": (_("Former unit"), "مصلحة الأرشيف", "Service des archives"),
                "post": (_("New post"), "رئيس مصلحة", "Chef de service"),
                "position_case": (_("Case of availability"), "أسباب شخصية", "Raisons personnelles"),
                "retirement_case": (_("Case of retirement"), "بلوغ حد السن", "Limite d’âge"),
                "measure": (_("Disciplinary measure"), "الإنذار", "Avertissement"),
                "reason": (_("Reason"), "……", "……"),
                "opinion": (_("Reference of the opinion of the committee"), "12/2026", "12/2026"),
                "cancelled_kind": (
                    _("Nature of the act that is cancelled"),
                    "الترقي في الرتبة",
                    "Avancement d’échelon",
                ),
                "cancelled_number": (_("Number of the act that is cancelled"), "0012/2026", "0012/2026"),
                "cancelled_date": (_("Date of the act that is cancelled"), "2 يناير 2026", "2 janvier 2026"),
            }
        )
        return names

    @api.model
    def _gov_blocks(self, kind=None):
        found = super()._gov_blocks(kind)
        if (kind or "").startswith("career_"):
            rows = [
                Markup('<table class="gov"><tbody><tr><th>%s</th><td>10</td><td>11</td></tr></tbody></table>')
                % WORDS[lang]["scale"]
                for lang in ("ar", "fr")
            ]
            found["situation_table"] = (self.env._("Table of the old and the new situation"), *rows)
        return found
