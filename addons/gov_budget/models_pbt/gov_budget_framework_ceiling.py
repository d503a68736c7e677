from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..services import programming
from . import roles
from .amounts import amount


class GovBudgetFrameworkCeiling(models.Model):
    """The ceiling of a chapter for the three years, as the ministry of finance notified it.

    Before the framework is approved, the lines of the chapter must add up to it exactly.
    """

    _name = "gov.budget.framework.ceiling"
    _description = "Ceiling of a chapter"
    _inherit = ["gov.budget.amounts"]
    _order = "chapter_code, id"
    _rec_name = "chapter_id"
    _amount_fields = (*programming.CP, *programming.CE)

    framework_id = fields.Many2one("gov.budget.framework", "Framework", required=True, index=True, ondelete="cascade")
    chapter_id = fields.Many2one(
        "gov.budget.node",
        "Chapter",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('kind', '=', 'chapter')]",
    )
    chapter_code = fields.Char(related="chapter_id.chapter_code", store=True, precompute=True)
    is_investment = fields.Boolean(related="chapter_id.is_investment", string="Investment")
    reference = fields.Char("Letter", help="Number and date of the letter that notified the ceiling.")
    cp_1 = amount("CP N+1")
    ce_1 = amount("CE N+1")
    cp_2 = amount("CP N+2")
    ce_2 = amount("CE N+2")
    cp_3 = amount("CP N+3")
    ce_3 = amount("CE N+3")
    programmed_1 = amount("Programmed CP N+1", compute="_compute_programmed")
    room_1 = amount("Left N+1", compute="_compute_programmed", help="Negative: the lines exceed the ceiling.")

    _chapter_uniq = models.UniqueIndex("(framework_id, chapter_id)", "This chapter already has its ceiling.")
    _positive = models.Constraint(
        "CHECK (cp_1 >= 0 AND cp_2 >= 0 AND cp_3 >= 0 AND ce_1 >= 0 AND ce_2 >= 0 AND ce_3 >= 0)",
        "A ceiling is zero or more.",
    )

    @api.depends("cp_1", "framework_id", "chapter_id")
    def _compute_programmed(self):
        rows = self.env["gov.budget.framework.line"]._read_group(
            [("framework_id", "in", self.framework_id.ids)], ["framework_id", "chapter_id"], ["cp_1:sum"]
        )
        found = {(framework.id, chapter.id): amount for framework, chapter, amount in rows}
        for ceiling in self:
            ceiling.programmed_1 = found.get((ceiling.framework_id.id, ceiling.chapter_id.id), 0)
            ceiling.room_1 = ceiling.cp_1 - ceiling.programmed_1

    @api.model_create_multi
    def create(self, vals_list):
        ceilings = super().create(vals_list)
        ceilings._gov_check_open()
        return ceilings

    def write(self, vals):
        roles.check_stays(self, vals, "framework_id")
        self._gov_check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        self._gov_check_open()

    def _gov_check_open(self):
        if roles.is_acting(self):
            return
        for ceiling in self:
            if ceiling.framework_id.is_scenario or ceiling.framework_id.state not in (
                "draft",
                "collecting",
                "arbitration",
            ):
                raise UserError(self.env._("Ceilings no longer change once the framework is approved."))
        if not roles.is_officer(self.env):
            raise AccessError(self.env._("Ceilings are entered by a budget officer."))

    def _gov_values(self, framework):
        names = ("reference", *programming.CP, *programming.CE)
        values = {name: self[name] for name in names}
        return dict(values, framework_id=framework.id, chapter_id=self.chapter_id.id)
