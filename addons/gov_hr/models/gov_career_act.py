from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.gov_base.tools.defaults import without_defaults

from ..services import acts

# Set in the context by the acts themselves; an object, so that no RPC call, import or default can send it
ACTING = object()
ACTING_KEY = "gov_career_acting"
OLD_FIELDS = tuple(f"old_{name}" for name in acts.SITUATION)
# Written by acts alone
PROTECTED = frozenset(
    (
        *OLD_FIELDS,
        "state",
        "number",
        "act_date",
        "salary_index",
        "version_id",
        "document_id",
        "contrary_of_id",
        "contrary_id",
        "closed_by_id",
        "signed_by_id",
        "is_restricted",
        "old_tenure_date",
        "old_recruitment_date",
        "cancel_reason",
        "return_requested_on",
    )
)


def is_acting(env):
    return env.context.get(ACTING_KEY) is ACTING


def acting(records):
    return records.with_context(**{ACTING_KEY: ACTING})


class GovCareerAct(models.Model):
    """An act of the career of a civil servant: from recruitment to retirement.

    draft → **signed**, or cancelled while it is a draft.  HR officers prepare it, in their regions; an HR manager
    signs it, never on their own file.  Signing numbers the act in its yearly register, issues its document in Arabic
    and French, makes the dated situation (``hr.version``) and is journalled.  A signed act is never changed nor
    deleted: a contrary act, with a number and a document of its own, restores the situation of before.

    The person reads their own signed acts, auditors read all.  Disciplinary measures, and the acts that cancel them,
    are closed to everyone but HR managers, the person and auditors.
    """

    _name = "gov.career.act"
    _description = "Career act"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "write"
    _order = "effective_date desc, id desc"
    _rec_names_search = ["number", "employee_id.name", "employee_id.name_ar", "employee_id.ppr_number"]

    name = fields.Char(compute="_compute_name")
    number = fields.Char(
        readonly=True, copy=False, index="trigram", help="Number in the register of acts of the year."
    )
    employee_id = fields.Many2one("hr.employee", required=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [
            ("recruitment", "Recruitment"),
            ("probation", "Probation"),
            ("probation_extension", "Extension of probation"),
            ("tenure", "Titularisation"),
            ("echelon", "Step advancement"),
            ("grade_choice", "Grade promotion by choice"),
            ("grade_exam", "Grade promotion by professional examination"),
            ("reclassification", "Reclassification"),
            ("appointment", "Appointment to a post of responsibility"),
            ("assignment", "Assignment"),
            ("mutation", "Mutation"),
            ("provision", "Making available"),
            ("provision_end", "End of the making available"),
            ("secondment", "Secondment"),
            ("secondment_renewal", "Renewal of secondment"),
            ("secondment_end", "End of secondment"),
            ("availability", "Availability leave"),
            ("availability_renewal", "Renewal of availability leave"),
            ("military", "Call under the flag"),
            ("reinstatement", "Reinstatement"),
            ("sanction", "Disciplinary measure"),
            ("retirement", "Retirement"),
            ("resignation", "Resignation"),
            ("contrary", "Act that cancels another"),
        ],
        string="Nature",
        required=True,
        index=True,
    )
    state = fields.Selection(
        [("draft", "Draft"), ("signed", "Signed"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    effective_date = fields.Date(
        string="Takes effect on",
        required=True,
        index=True,
        compute="_compute_effective_date",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        help="First day of the new situation.",
    )
    end_date = fields.Date(
        string="Until",
        compute="_compute_end_date",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        help="Last day of a position or a measure that has a length. The longest that the law allows is proposed.",
    )
    act_date = fields.Date(string="Signed on", readonly=True, copy=False)
    signatory_id = fields.Many2one(
        "hr.employee",
        string="Signatory",
        index="btree_not_null",
        ondelete="restrict",
        help="Whose name and title stand under the act. Empty: the one that the settings of the nature of act give.",
    )
    signed_by_id = fields.Many2one(
        "res.users",
        string="Signed in the system by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    reason = fields.Text(help="Printed on the act. Name no illness.")
    opinion_reference = fields.Char(
        string="Opinion of the committee",
        help="Reference and date of the opinion of the joint committee or of the disciplinary council, where the law "
        "asks for one.",
    )
    # new situation
    grade_id = fields.Many2one("gov.grade", string="New grade", index="btree_not_null", ondelete="restrict")
    echelon = fields.Integer(
        string="New step",
        aggregator=None,
        compute="_compute_echelon",
        store=True,
        readonly=False,
        precompute=True,
        help="For a step advancement the next step of the grid is proposed; for a promotion, the step of the new "
        "grade with an equal or just higher index.",
    )
    salary_index = fields.Integer(string="New index", readonly=True, copy=False, aggregator=None)
    step_seniority_date = fields.Date(
        string="Step seniority kept from",
        compute="_compute_echelon",
        store=True,
        readonly=False,
        precompute=True,
        help="Filled when the act keeps a remainder of seniority; otherwise seniority in the step begins with the "
        "act.",
    )
    statutory_position = fields.Selection(
        selection="_selection_position",
        string="New position",
        compute="_compute_statutory_position",
        store=True,
        precompute=True,
        help="Comes from the nature of the act.",
    )
    position_case = fields.Selection(
        [
            ("relative_illness", "Accident or serious illness of the spouse or of a child"),
            ("enlistment", "Enlistment in the armed forces"),
            ("studies", "Studies or research of general interest"),
            ("personal", "Personal reasons"),
            ("child", "Woman: raising a child under five or in need of constant care"),
            ("follow_spouse", "Woman: following the husband"),
            ("health", "Compulsory, after the end of the rights to sick leave"),
        ],
        string="Case of availability",
        help="It decides the longest length and the number of renewals.",
    )
    retirement_case = fields.Selection(
        [
            ("age_limit", "Age limit"),
            ("early", "Early retirement on request"),
            ("disability", "Unfit for service"),
        ],
        string="Case of retirement",
        compute="_compute_retirement_case",
        store=True,
        readonly=False,
        precompute=True,
    )
    department_id = fields.Many2one("hr.department", string="New unit", index="btree_not_null", ondelete="restrict")
    job_id = fields.Many2one("hr.job", string="New post", index="btree_not_null", ondelete="restrict")
    residence_zone = fields.Selection([("A", "Zone A"), ("B", "Zone B"), ("C", "Zone C")], string="New residence zone")
    host = fields.Char(string="Host body", help="Administration or body where the person will serve.")
    sanction_kind = fields.Selection(
        [
            ("warning", "Warning"),
            ("reprimand", "Reprimand"),
            ("table_removal", "Removal from the advancement table"),
            ("step_lowering", "Lowering of step"),
            ("demotion", "Demotion to a lower grade"),
            ("exclusion", "Temporary exclusion without pay"),
            ("compulsory_retirement", "Compulsory retirement"),
            ("dismissal", "Dismissal, pension rights kept"),
            ("dismissal_no_pension", "Dismissal with suspension of pension rights"),
            ("suspension", "Suspension until the case is settled (article 73)"),
        ],
        string="Measure",
    )
    # old situation, noted at signing
    old_grade_id = fields.Many2one(
        "gov.grade", string="Former grade", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    old_echelon = fields.Integer(string="Former step", readonly=True, copy=False, aggregator=None)
    old_salary_index = fields.Integer(string="Former index", readonly=True, copy=False, aggregator=None)
    old_step_seniority_date = fields.Date(string="Former step seniority kept from", readonly=True, copy=False)
    old_statutory_position = fields.Selection(
        selection="_selection_position", string="Former position", readonly=True, copy=False
    )
    old_department_id = fields.Many2one(
        "hr.department", string="Former unit", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    old_job_id = fields.Many2one(
        "hr.job", string="Former post", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    old_residence_zone = fields.Selection(
        [("A", "Zone A"), ("B", "Zone B"), ("C", "Zone C")], string="Former residence zone", readonly=True, copy=False
    )
    old_tenure_date = fields.Date(readonly=True, copy=False)
    old_recruitment_date = fields.Date(readonly=True, copy=False)
    # what came of it
    version_id = fields.Many2one(
        "hr.version", string="Situation", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    document_id = fields.Many2one(
        "gov.document", string="Document", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    contrary_of_id = fields.Many2one(
        "gov.career.act", string="Cancels", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    contrary_id = fields.Many2one(
        "gov.career.act", string="Cancelled by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    closed_by_id = fields.Many2one(
        "gov.career.act",
        string="Ended or renewed by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The act that ended or renewed the position; while empty, the position runs.",
    )
    return_requested_on = fields.Date(
        string="Return asked for on",
        readonly=True,
        copy=False,
        help="Day on which the person asked to come back or to renew; the law gives a delay before the end.",
    )
    cancel_reason = fields.Text(string="Reason of the cancellation", readonly=True, copy=False)
    is_restricted = fields.Boolean(
        string="Restricted",
        compute="_compute_is_restricted",
        store=True,
        precompute=True,
        help="A matter of discipline: closed to all but HR managers, the person and auditors.",
    )

    _dates_order = models.Constraint(
        "CHECK (end_date IS NULL OR end_date >= effective_date)", "The end of an act comes before its beginning."
    )
    _one_contrary = models.UniqueIndex(
        "(contrary_of_id) WHERE state = 'signed'", "This act is already cancelled by another one."
    )
    _employee_effective = models.Index("(employee_id, effective_date)")
    _open_positions = models.Index(
        "(end_date) WHERE state = 'signed' AND closed_by_id IS NULL AND end_date IS NOT NULL"
    )

    @api.model
    def _selection_position(self):
        return self.env["hr.version"]._fields["statutory_position"]._description_selection(self.env)

    # -- computes -------------------------------------------------------------------------------------------------
    @api.depends("kind", "employee_id", "number", "is_restricted")
    @api.depends_context("lang", "uid")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        user = self.env.user
        knows = user.has_groups("gov_base.group_hr_manager,gov_base.group_auditor")
        for act in self:
            # a link shows this name whoever reads it: that of discipline tells nothing to those who may not know
            if act.is_restricted and not knows and act.employee_id.sudo().user_id != user:
                act.name = self.env._("Reserved act")
                continue
            parts = (kinds.get(act.kind), act.employee_id.display_name, act.number)
            act.name = " · ".join(filter(None, parts)) or self.env._("New act")

    @api.depends("name")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        for act in self:
            act.display_name = act.name

    @api.depends("kind", "contrary_of_id.kind")
    def _compute_is_restricted(self):
        for act in self:
            act.is_restricted = "sanction" in (act.kind, act.contrary_of_id.kind)

    # -- create and write -----------------------------------------------------------------------------------------
    def _gov_protected(self):
        """Return the fields that acts alone write; modules that extend the acts add theirs."""
        return PROTECTED

    @api.model_create_multi
    def create(self, vals_list):
        if not is_acting(self.env):
            self._gov_refuse_protected({name for vals in vals_list for name in vals})
            self._gov_check_readable(vals_list)
            self = without_defaults(self, self._gov_protected())
        created = super().create(vals_list)
        if not is_acting(self.env):
            created._gov_check_preparing()
        return created

    def write(self, vals):
        if not is_acting(self.env):
            self._gov_refuse_protected(vals)
            self._gov_check_readable([vals])
            frozen = self.filtered(lambda act: act.state != "draft")
            if frozen and any(not name.startswith(("message_", "activity_")) for name in vals):
                raise UserError(
                    self.env._(
                        "The act %(act)s is signed or cancelled: it is never changed. Prepare an act that cancels it.",
                        act=frozen[0].display_name,
                    )
                )
        result = super().write(vals)
        if not is_acting(self.env) and not {"kind", "employee_id"}.isdisjoint(vals):
            self._gov_check_preparing()
        return result

    @api.model
    def _gov_check_readable(self, vals_list):
        """What comes from outside is refused by a sentence when it names no nature of act, or no day."""
        for vals in vals_list:
            for name in ("kind", "sanction_kind"):
                given = vals.get(name)
                if given and (not isinstance(given, str) or given not in self._fields[name].get_values(self.env)):
                    raise UserError(self.env._("There is no such nature of act."))
            for name in ("effective_date", "end_date", "step_seniority_date"):
                if vals.get(name):
                    self.env["gov.parameter"]._to_day(vals[name])

    def _gov_check_preparing(self):
        """What is prepared stays within the rights of who prepares it: region, discipline, never their own file."""
        for act in self:
            if act.kind == "contrary" and not act.contrary_of_id:
                raise UserError(
                    self.env._("Open the act to cancel, and choose there to prepare the act that cancels it.")
                )
        if not self.env.su:
            self.check_access("write")
            self._gov_check_not_own()

    def _gov_refuse_protected(self, names):
        if not self._gov_protected().isdisjoint(names):
            raise AccessError(
                self.env._(
                    "The number, the state and the former situation of an act are written by its signing alone."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drafts(self):
        for act in self:
            if act.state != "draft":
                raise UserError(
                    self.env._(
                        "The act %(act)s is signed or cancelled: it stays in the register.", act=act.display_name
                    )
                )
