import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.text import nbsp_amount

from ..services.workforce_book import indicators_workbook


class GovWorkforceStatement(models.TransientModel):
    """The statement of the workforce indicators of a year: on the screen, and as a workbook.

    For human resources: an officer of a region gets that region.  The pay gap is for HR managers.  Nothing but the
    choice of the year and of the persons is stored; what is shown is worked out for who reads.
    """

    _name = "gov.workforce.statement"
    _description = "Statement of the workforce indicators"

    year_id = fields.Many2one(
        "gov.workforce.year",
        required=True,
        default=lambda self: self._default_year_id(),
        index=True,
        ondelete="cascade",
        help="The persons on the staff on 31 December of the year; today, in the current year.",
    )
    region_id = fields.Many2one(
        "gov.region", index=True, ondelete="cascade", help="Empty: all the regions that you serve."
    )
    directorate_id = fields.Many2one(
        "hr.department",
        string="Directorate",
        domain=[
            (
                "unit_kind",
                "in",
                ("cabinet", "secretariat_general", "inspectorate", "directorate", "regional_directorate"),
            )
        ],
        index=True,
        ondelete="cascade",
        help="Empty: all directorates.",
    )
    statement_html = fields.Html(string="Statement", compute="_compute_statement_html", sanitize=False)
    workbook = fields.Binary(attachment=False, readonly=True)

    @api.model
    def _default_year_id(self):
        return self.env["gov.workforce.year"]._gov_ensure_years()[:1].with_env(self.env)

    @api.depends("year_id", "region_id", "directorate_id")
    @api.depends_context("lang", "uid")
    def _compute_statement_html(self):
        for statement in self:
            if not statement.year_id:
                statement.statement_html = False
                continue
            statement.statement_html = self.env["ir.qweb"]._render(
                "gov_hr.workforce_statement",
                {"indicators": statement._gov_indicators(), "cell": self._gov_cell, "amount": nbsp_amount},
            )

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Statement of indicators")

    def _gov_scope(self):
        """Condition on the persons counted."""
        scope = Domain.TRUE
        if self.region_id:
            scope &= Domain("region_id", "=", self.region_id._origin.id)
        if self.directorate_id:
            scope &= Domain("directorate_id", "=", self.directorate_id._origin.id)
        return scope

    def _gov_indicators(self):
        self.ensure_one()
        return self.env["gov.workforce.indicator"]._gov_all_indicators(self.year_id._origin, self._gov_scope())

    @api.model
    def _gov_cell(self, value, kind):
        """A cell as it is read on the screen."""
        if value is None or value == "":
            return "—" if kind != "text" else ""
        if kind == "text":
            return value
        if kind == "number":
            return nbsp_amount(value).split(",")[0]
        return nbsp_amount(value) if kind != "percent" else nbsp_amount(round(value, 1))[:-1]

    def action_export(self):
        """Give the workbook of the statement; for human resources, with their rights on the persons."""
        self.ensure_one()
        if self.create_uid != self.env.user:
            raise AccessError(self.env._("This statement is another person's: open your own."))
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        scope = ", ".join(filter(None, (self.region_id.display_name, self.directorate_id.display_name))) or self.env._(
            "All the persons that you may see"
        )
        heads = (
            self.env._("Formula"),
            self.env._("Source"),
            self.env._("Year"),
            self.env._("Persons counted"),
            self.env._("Note"),
            self.year_id.display_name,
            scope,
        )
        content = indicators_workbook(self._gov_indicators(), heads, lang.direction == "rtl")
        self.workbook = base64.b64encode(content)
        name = self.env._("Indicators %s", self.year_id.name)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/workbook/{name}.xlsx?download=true",
            "target": "download",
        }
