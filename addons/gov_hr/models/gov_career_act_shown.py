from odoo import api, fields, models
from odoo.tools import format_date

from ..services import acts

SHOWN = (
    ("grade_id", "New grade"),
    ("echelon", "New step"),
    ("salary_index", "New index"),
    ("statutory_position", "New position"),
    ("department_id", "New unit"),
    ("job_id", "New post"),
    ("residence_zone", "New residence zone"),
)


class GovCareerAct(models.Model):
    """What the screens show of an act: the fields its nature needs, the law behind it, old and new situation."""

    _inherit = "gov.career.act"

    has_grade = fields.Boolean(compute="_compute_shown")
    has_step = fields.Boolean(compute="_compute_shown")
    has_place = fields.Boolean(compute="_compute_shown")
    has_end = fields.Boolean(compute="_compute_shown")
    has_host = fields.Boolean(compute="_compute_shown")
    legal_text_id = fields.Many2one("gov.legal.text", compute="_compute_legal", string="Legal text")
    legal_article = fields.Char(compute="_compute_legal", string="Article")
    change_text = fields.Char(string="What changes", compute="_compute_change_text")
    document_state = fields.Selection(related="document_id.state", string="State of the document")
    current_html = fields.Html(string="Present situation", compute="_compute_current_html", sanitize=False)

    @api.depends("kind", "sanction_kind")
    def _compute_shown(self):
        for act in self:
            spec = act._gov_spec() if act.kind else acts.Kind("other")
            contrary = act.kind == "contrary"
            act.has_grade = "grade_id" in spec.changes and not contrary
            act.has_step = "echelon" in spec.changes and not contrary
            act.has_place = "department_id" in spec.changes and not contrary
            act.has_end = spec.opens
            act.has_host = "host" in spec.needs

    @api.depends("kind")
    def _compute_legal(self):
        rules = self._gov_rules()
        for act in self:
            rule = rules.get(act.kind)
            act.legal_text_id = rule.legal_text_id if rule else False
            act.legal_article = rule.legal_article if rule else False

    def _gov_changes(self):
        """Return ``[(label, old, new)]`` of what the act changed, in words of the reader's language."""
        self.ensure_one()
        # sudo: names of grades and units, for whoever reads the act
        act = self.sudo().with_context(hierarchical_naming=False)
        positions = dict(act._selection_position())
        labels = act.fields_get([name for name, _label in SHOWN], ["string"])
        rows = []
        for name, _label in SHOWN:
            old, new = act[f"old_{name}"], act[name]
            if old == new:
                continue
            if name == "statutory_position":
                old, new = positions.get(old), positions.get(new)
            elif isinstance(old, models.BaseModel):
                old, new = old.display_name, new.display_name
            rows.append((labels[name]["string"], str(old or "—"), str(new or "—")))
        return rows

    @api.depends("state", *(name for name, _label in SHOWN), *(f"old_{name}" for name, _label in SHOWN))
    @api.depends_context("lang")
    def _compute_change_text(self):
        """Old and new values of what an act changes; of a draft, what it would give."""
        positions = dict(self._selection_position())
        arrow = "←" if (self.env.lang or "").startswith("ar") else "→"
        for act in self:
            if act.state == "signed":
                act.change_text = " · ".join(f"{old} {arrow} {new}" for _label, old, new in act._gov_changes())
                continue
            # sudo: names of grades and units, for whoever reads the act
            draft = act.sudo()
            step = self.env._("step %s", draft.echelon) if draft.echelon else False
            parts = (
                draft.grade_id.name,
                step,
                positions.get(draft.statutory_position),
                draft.department_id.name,
                draft.job_id.name,
            )
            act.change_text = " · ".join(part for part in parts if part)

    @api.depends("employee_id", "effective_date", "state")
    @api.depends_context("lang")
    def _compute_current_html(self):
        """The situation that a draft starts from, so that who prepares the act sees both."""
        for act in self:
            if act.state != "draft" or not act.employee_id or not act.effective_date:
                act.current_html = False
                continue
            version = act._gov_situation()
            positions = dict(self._selection_position())
            act.current_html = self.env["ir.qweb"]._render(
                "gov_hr.career_act_current",
                {
                    "version": version,
                    "position": positions.get(version.statutory_position),
                    "since": format_date(self.env, version.date_version),
                },
            )

    # -- buttons --------------------------------------------------------------------------------------------------
    def action_open_cancel(self):
        """Ask for the reason of the cancellation of a draft."""
        return self._gov_open_reason("cancel", self.env._("Cancel the draft"))

    def action_open_contrary(self):
        """Ask for the reason of a contrary act."""
        return self._gov_open_reason("contrary", self.env._("Prepare the contrary act"))

    def _gov_open_reason(self, operation, title):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "gov.career.act.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_act_id": self.id, "default_operation": operation},
        }

    def action_open_employee(self):
        """Open the file of the person (human resources)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.employee",
            "res_id": self.employee_id.id,
            "views": [(False, "form")],
        }
