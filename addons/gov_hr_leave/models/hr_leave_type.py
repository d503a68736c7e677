from odoo import api, fields, models, tools


class HrLeaveType(models.Model):
    """A kind of leave of the General Statute of the civil service (articles 38 to 46 bis).

    ``gov_code`` names it in rules and APIs.  HR managers change names, articles and proofs; how many days each gives
    is dated legal parameters, never written here.
    """

    _inherit = "hr.leave.type"

    gov_code = fields.Char("Code", copy=False, help="Stable name of the kind of leave in the rules.")
    count_unit = fields.Selection(
        [("working", "Working days"), ("calendar", "Calendar days"), ("hours", "Hours")],
        "Counted in",
        default="working",
        required=True,
        help="Working days leave out weekends and public holidays; calendar days count each day.",
    )
    quota_kind = fields.Selection(
        [
            ("yearly", "A right for each civil year"),
            ("window", "A ceiling over a rolling period"),
            ("career", "A ceiling over the career"),
            ("event", "A length for each event"),
            ("free", "As long as needed"),
        ],
        "Limit",
        default="free",
        required=True,
        help="How the right is limited; the numbers are legal parameters.",
    )
    legal_text_id = fields.Many2one(
        "gov.legal.text", "Legal text", index="btree_not_null", ondelete="restrict", help="Cited on decisions."
    )
    legal_article = fields.Char("Article", translate=True, help="Article of the text, cited with it.")
    is_health = fields.Boolean(
        "Health",
        help="Only the person, those called upon and HR with the right to health leave see this kind; others read "
        "“Absent”.",
    )
    proof_kind = fields.Selection(
        [
            ("none", "None"),
            ("medical", "Medical certificate"),
            ("deed", "Deed of the event"),
            ("birth", "Birth certificate of the child"),
            ("kafala", "Kafala order"),
            ("convocation", "Convocation"),
            ("mandate", "Mandate of the union"),
            ("pilgrimage", "Proof of selection for the pilgrimage"),
        ],
        "Proof",
        default="none",
        required=True,
    )
    proof_required = fields.Boolean("Proof required", help="The leave is not granted without the proof.")
    for_sex = fields.Selection([("female", "Women"), ("male", "Men")], "Only for")
    interrupts_annual = fields.Boolean(
        "Suspends annual leave",
        help="May begin during an annual leave, which it then suspends from its first day.",
    )
    is_apart = fields.Boolean(
        "May be on top of another leave",
        help="Permissions of some hours and closures by the government overlap freely.",
    )

    _gov_code_uniq = models.UniqueIndex(
        "(gov_code) WHERE gov_code IS NOT NULL", "This code names another kind of leave."
    )

    @api.model
    def _gov_get(self, code):
        """Return the type of a code, as superuser: the kinds of leave are public."""
        # sudo: the kinds of leave are public
        return self.sudo().browse(self._gov_ids().get(code, ()))

    @api.model
    @tools.ormcache()
    def _gov_ids(self):
        """Return dict of code → id."""
        # sudo: the kinds of leave are public
        types = self.sudo().with_context(active_test=False).search([("gov_code", "!=", False)])
        return {leave_type.gov_code: leave_type.id for leave_type in types}

    @api.model_create_multi
    def create(self, vals_list):
        types = super().create(vals_list)
        self.env.registry.clear_cache()
        return types

    def write(self, vals):
        result = super().write(vals)
        if "gov_code" in vals:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Odoo sorts the types by what the person of the context has left in allocations: there are none."""
        types = self.with_context(employee_id=False)
        return super(HrLeaveType, types)._search(domain, offset, limit, order, **kwargs)
