from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.search import search_when

from ..services import programming
from . import roles
from .amounts import amount


class GovBudgetProjectSheet(models.Model):
    """The sheet of a project: what it costs, where, when it is paid, and which indicator it moves.

    Entered by the unit or the budget officer while the framework is in preparation or collecting; it goes with the
    framework to the ministry of finance.
    """

    _name = "gov.budget.project.sheet"
    _description = "Project sheet"
    _inherit = ["gov.budget.amounts", "mail.thread"]
    _amount_fields = ("cost", "paid_before")
    _order = "framework_id, node_id, id"
    _rec_names_search = ["name", "node_id.full_code"]

    framework_id = fields.Many2one("gov.budget.framework", "Framework", required=True, index=True, ondelete="cascade")
    node_id = fields.Many2one(
        "gov.budget.node",
        "Project",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'project')]",
    )
    name = fields.Char("Title", required=True)
    unit_id = fields.Many2one("hr.department", "Unit", required=True, index=True, ondelete="restrict")
    region_id = fields.Many2one(
        related="node_id.region_id", string="Region", store=True, index=True, ondelete="restrict"
    )
    manager_id = fields.Many2one("res.users", "Project manager", index="btree_not_null", ondelete="restrict")
    context = fields.Text("Context and need")
    aim = fields.Text("Aim")
    date_from = fields.Date("Begins on")
    date_to = fields.Date("Ends on")
    cost = amount("Total cost", help="Of the whole project, all years.")
    paid_before = amount("Paid before N+1")
    indicator_id = fields.Many2one("gov.budget.indicator", "Indicator", index="btree_not_null", ondelete="restrict")
    year_ids = fields.One2many("gov.budget.project.sheet.year", "sheet_id", "Schedule", copy=True)
    scheduled = amount("Scheduled CP", compute="_compute_scheduled", store=True)
    left = amount("Not scheduled", compute="_compute_scheduled", store=True)
    programmed = amount("Programmed CP over three years", compute="_compute_programmed")
    gap = amount("Programmed - scheduled", compute="_compute_programmed", help="Over the three years.")

    is_readable = fields.Boolean(
        compute="_compute_is_readable", search="_search_is_readable", export_string_translation=False
    )

    _dates_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from <= date_to)", "A project ends after it begins."
    )
    _cost_positive = models.Constraint("CHECK (cost >= 0 AND paid_before >= 0)", "A cost is zero or more.")

    @api.depends("cost", "paid_before", "year_ids.cp")
    def _compute_scheduled(self):
        for sheet in self:
            sheet.scheduled = sum(sheet.year_ids.mapped("cp"))
            sheet.left = sheet.cost - sheet.paid_before - sheet.scheduled

    @api.depends("node_id", "framework_id", "year_ids.cp")
    def _compute_programmed(self):
        rows = self.env["gov.budget.framework.line"]._read_group(
            [("framework_id", "in", self.framework_id.ids), ("project_id", "in", self.node_id.ids)],
            ["framework_id", "project_id"],
            ["cp_total:sum"],
        )
        found = {(framework.id, project.id): amount for framework, project, amount in rows}
        for sheet in self:
            base = sheet.framework_id.base_year
            near = sheet.year_ids.filtered(lambda y, base=base: base < y.year <= base + 3)
            sheet.programmed = found.get((sheet.framework_id.id, sheet.node_id.id), 0)
            sheet.gap = sheet.programmed - sum(near.mapped("cp"))

    @api.depends_context("uid")
    @api.depends("unit_id", "manager_id")
    def _compute_is_readable(self):
        # record rules are worked out on this field: it looks at the user alone, never at access rights
        mine = self.filtered_domain(self._gov_readable_domain())
        for sheet in self:
            sheet.is_readable = sheet in mine

    @search_when
    def _search_is_readable(self):
        return self._gov_readable_domain()

    @api.model
    def _gov_readable_domain(self):
        """Officers read the sheets of the regions they serve; heads those of their units, people those they keep."""
        domain = self.env["gov.budget.framework.line"]._gov_readable(None) | Domain("manager_id", "=", self.env.uid)
        # sudo: only the units whose needs the user enters
        needs = self.env["gov.budget.framework.need"].sudo().search([("officer_id", "=", self.env.uid)])
        return domain | Domain("unit_id", "in", needs.unit_id.ids)

    @api.constrains("cost", "paid_before", "year_ids")
    def _check_cost(self):
        for sheet in self:
            if programming.centimes(sheet.left) < 0:
                raise ValidationError(
                    self.env._("“%(project)s”: what is paid and scheduled exceeds the total cost.", project=sheet.name)
                )

    @api.constrains("node_id")
    def _check_node(self):
        for sheet in self:
            if sheet.node_id.kind != "project":
                raise ValidationError(self.env._("%(node)s is no project.", node=sheet.node_id.display_name))

    def _gov_check_open(self):
        if roles.is_acting(self):
            return
        officer = roles.is_officer(self.env)
        units = roles.headed_units(self.env)
        for sheet in self:
            if sheet.framework_id.state not in ("draft", "collecting", "arbitration"):
                raise UserError(self.env._("Project sheets no longer change once the framework is approved."))
            # sudo: only whether the unit of the user is asked
            need = sheet.sudo().framework_id.need_ids.filtered(lambda n, sheet=sheet: n.unit_id == sheet.unit_id)
            mine = sheet.unit_id in units or need.officer_id == self.env.user
            if not officer and not (mine and sheet.framework_id.state == "collecting" and need.state == "open"):
                raise UserError(
                    self.env._(
                        "A project sheet is kept by its unit while needs are collected, or by the budget officer."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        sheets = super().create(vals_list)
        sheets._gov_check_open()
        return sheets

    def write(self, vals):
        roles.check_stays(self, vals, "framework_id")
        if vals.keys() - {"message_follower_ids", "message_main_attachment_id"}:
            self._gov_check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        self._gov_check_open()

    def _gov_values(self, framework):
        names = ("name", "context", "aim", "date_from", "date_to", "cost", "paid_before")
        values = {name: self[name] for name in names}
        return dict(
            values,
            framework_id=framework.id,
            node_id=self.node_id.id,
            unit_id=self.unit_id.id,
            manager_id=self.manager_id.id,
            indicator_id=self.indicator_id.id,
            year_ids=[(0, 0, {"year": one.year, "cp": one.cp, "ce": one.ce}) for one in self.year_ids],
        )


class GovBudgetProjectSheetYear(models.Model):
    """What a project pays and commits in one year."""

    _name = "gov.budget.project.sheet.year"
    _description = "Year of a project"
    _inherit = ["gov.budget.amounts"]
    _amount_fields = ("cp", "ce")
    _order = "year"
    _rec_name = "year"

    sheet_id = fields.Many2one("gov.budget.project.sheet", required=True, index=True, ondelete="cascade")
    year = fields.Integer(required=True, aggregator=None)
    cp = amount("CP")
    ce = amount("CE")

    _year_uniq = models.UniqueIndex("(sheet_id, year)", "A year stands once in the schedule.")
    _sane = models.Constraint(
        "CHECK (cp >= 0 AND ce >= 0 AND year BETWEEN 2000 AND 2100)",
        "Amounts are zero or more, the year has four digits.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        years = super().create(vals_list)
        years.sheet_id._gov_check_open()
        years.sheet_id._check_cost()
        return years

    def write(self, vals):
        roles.check_stays(self, vals, "sheet_id")
        self.sheet_id._gov_check_open()
        result = super().write(vals)
        self.sheet_id._check_cost()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        self.sheet_id._gov_check_open()
