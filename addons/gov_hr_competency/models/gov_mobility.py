from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.gov_approval.models.gov_approval_mixin import TRANSITIONS
from odoo.addons.gov_approval.models.sentinel import has_sentinel
from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.search import search_when

from ..services import gaps

# Set in the context by the acts; an object, so that no RPC call can send it
ACT = object()
VACANCY_FIELDS = frozenset(("state", "published_on", "chosen_id"))
APPLICATION_FIELDS = frozenset(("host_opinion", "host_comment", "host_by_id", "host_on"))
OPINIONS = [("favourable", "Favourable"), ("unfavourable", "Unfavourable")]


class GovVacancy(models.Model):
    """A vacant post offered inside: what it is, until when one applies, who was chosen.

    draft → published → closed → filled, or cancelled with a reason.  HR officers publish for the posts of their
    regions; every employee reads what is published and applies; the decision on an application fills the post.
    """

    _name = "gov.vacancy"
    _description = "Internal vacancy"
    _inherit = ["mail.thread"]
    _order = "close_on desc, id desc"
    _rec_names_search = ["job_id", "department_id"]

    post_id = fields.Many2one(
        "gov.post",
        "Post",
        required=True,
        index=True,
        ondelete="restrict",
        groups="gov_base.group_hr_officer,gov_base.group_auditor",
        domain="[('is_vacant', '=', True)]",
    )
    job_id = fields.Many2one(related="post_id.job_id", store=True, index=True)
    department_id = fields.Many2one(related="post_id.department_id", store=True, index=True)
    region_id = fields.Many2one(related="post_id.region_id", store=True, index=True)
    purpose = fields.Text(related="job_id.purpose")
    description = fields.Text(translate=True, help="What candidates must know beyond the sheet of the job.")
    open_on = fields.Date("Applications from", required=True, default=fields.Date.context_today, tracking=True)
    close_on = fields.Date("Applications until", required=True, tracking=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("published", "Published"),
            ("closed", "Closed"),
            ("filled", "Filled"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    published_on = fields.Date("Published on", readonly=True, copy=False)
    is_open = fields.Boolean("Open to applications", compute="_compute_is_open", search="_search_is_open")
    application_ids = fields.One2many("gov.vacancy.application", "vacancy_id", "Applications")
    application_count = fields.Integer("Number of applications", compute="_compute_application_count")
    chosen_id = fields.Many2one(
        "gov.vacancy.application",
        "Application chosen",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="gov_base.group_hr_officer,gov_base.group_auditor",
    )
    wish_ids = fields.Many2many(
        "gov.mobility.wish",
        string="Wishes that match",
        compute="_compute_wish_ids",
        groups="gov_base.group_hr_officer,gov_base.group_auditor",
    )
    wish_count = fields.Integer(
        "Number of wishes", compute="_compute_wish_ids", groups="gov_base.group_hr_officer,gov_base.group_auditor"
    )
    my_gap = fields.Char("My gap", compute="_compute_mine", help="What you lack of the profile of the job.")
    my_fit = fields.Float("My profile", compute="_compute_mine")
    my_application_id = fields.Many2one("gov.vacancy.application", "My application", compute="_compute_mine")

    _dates_order = models.Constraint("CHECK (open_on <= close_on)", "Applications end after they begin.")
    _one_open = models.UniqueIndex(
        "(post_id) WHERE state IN ('draft', 'published', 'closed')", "This post is already offered."
    )

    # -- computes -------------------------------------------------------------------------------------------------
    @api.depends("state", "open_on", "close_on")
    def _compute_is_open(self):
        today = fields.Date.context_today(self)
        for one in self:
            one.is_open = one.state == "published" and one.open_on <= today <= one.close_on

    @search_when
    def _search_is_open(self):
        today = fields.Date.context_today(self)
        return Domain("state", "=", "published") & Domain("open_on", "<=", today) & Domain("close_on", ">=", today)

    @api.depends("application_ids.state")
    def _compute_application_count(self):
        # sudo: a number alone; who applied is for those who read the applications
        rows = (
            self.env["gov.vacancy.application"]
            .sudo()
            ._read_group(
                [("vacancy_id", "in", self.ids), ("state", "not in", ("draft", "cancelled"))],
                ["vacancy_id"],
                ["__count"],
            )
        )
        counts = {vacancy.id: count for vacancy, count in rows}
        for one in self:
            one.application_count = counts.get(one.id, 0)

    @api.depends("job_id", "department_id")
    def _compute_wish_ids(self):
        wishes = self.env["gov.mobility.wish"].search([("is_current", "=", True)])
        for one in self:
            one.wish_ids = wishes._gov_matching(one)
            one.wish_count = len(one.wish_ids)

    @api.depends_context("uid", "lang")
    @api.depends("job_id")
    def _compute_mine(self):
        # sudo: the reader's own levels and applications
        employee = self.env.user.sudo().employee_id
        applications = self.env["gov.vacancy.application"].search(
            [("vacancy_id", "in", self.ids), ("employee_id", "=", employee.id), ("state", "!=", "cancelled")]
        )
        mine = {one.vacancy_id.id: one for one in applications}
        gap = {}
        for job in self.job_id if employee else ():
            gap[job] = job._gov_gap(job._gov_missing(employee)[employee.id])
        for one in self:
            found = gap.get(one.job_id, {})
            one.my_gap, one.my_fit = found.get("sentence", ""), found.get("fit") or 0
            one.my_application_id = mine.get(one.id)

    @api.depends("job_id", "department_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            names = (one.job_id.name, one.department_id.with_context(hierarchical_naming=False).name)
            one.display_name = " · ".join(filter(None, names)) or self.env._("New vacancy")

    # -- guards ---------------------------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # the first state is the one a new vacancy has anyhow
            self._gov_refuse({name: value for name, value in vals.items() if (name, value) != ("state", "draft")})
        clean = without_defaults(self, VACANCY_FIELDS)
        return super(GovVacancy, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        if self.env.context.get("gov_act") is not ACT:
            self._gov_refuse(vals)
            if {"post_id", "open_on"} & vals.keys() and any(one.state != "draft" for one in self):
                raise UserError(
                    self.env._("The post and the first day no longer change once the vacancy is published.")
                )
            if any(one.state in ("filled", "cancelled") for one in self) and set(vals) - {"message_follower_ids"}:
                raise UserError(self.env._("A vacancy that is filled or cancelled stays as it is."))
        return super().write(vals)

    def _gov_refuse(self, vals):
        if VACANCY_FIELDS & vals.keys():
            raise UserError(self.env._("A vacancy moves with its buttons, not by writing its state."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(one.state != "draft" for one in self):
            raise UserError(self.env._("A vacancy that was published stays in the records: cancel it."))

    def _gov_check_hr(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("gov_base.group_hr_officer"):
            raise AccessError(self.env._("Human resources publish and close vacancies."))

    def _gov_move(self, states, state, act, facts=None, **vals):
        """Move the vacancies by one conditional UPDATE; of two acts at once, one finds nothing."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE gov_vacancy SET write_date = now() AT TIME ZONE 'UTC' "
                "WHERE id IN %s AND state IN %s RETURNING id",
                self._ids or (0,),
                states,
            )
        )
        taken = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_recordset()
        if set(self.ids) - taken:
            raise UserError(self.env._("This was done already, or can no longer be done. Reload the page."))
        # sudo: the caller has checked who acts
        self.sudo().with_context(gov_act=ACT).write({"state": state, **vals})
        self.env["gov.journal.entry"]._record_many(
            [
                (one, act, {"post": one.sudo().post_id.code, **(facts or {})})  # sudo: the code of the post
                for one in self
            ]
        )

    # -- acts -----------------------------------------------------------------------------------------------------
    @short_transaction
    def action_publish(self):
        """Offer the posts to the staff; HR officers, for vacant posts of their regions."""
        self._gov_check_hr()
        today = fields.Date.context_today(self)
        for one in self:
            if one.post_id.employee_id or not one.post_id.active:
                raise UserError(
                    self.env._("Post %(post)s is held or suppressed: a vacant post is offered.", post=one.post_id.code)
                )
            if one.close_on < today:
                raise UserError(self.env._("The last day of applications is past: put it off before publishing."))
        self._gov_move(("draft",), "published", "publish", published_on=today)
        return True

    @short_transaction
    def action_close(self):
        """End the applications before their last day, to decide."""
        self._gov_check_hr()
        self._gov_move(("published",), "closed", "close")
        return True

    @short_transaction
    def action_cancel(self, reason=None):
        """Withdraw a vacancy, with the reason; applications under way are then refused with it by who decides."""
        self._gov_check_hr()
        reason = " ".join((reason or "").split())
        if len(reason) < 3:
            raise UserError(self.env._("Give the reason: those who applied read it."))
        self._gov_move(("draft", "published", "closed"), "cancelled", "cancel", {"reason": reason})
        for one in self:
            one.message_post(body=reason)
        return True

    def action_ask_cancel(self):
        """Open the dialog that takes the reason."""
        self.ensure_one()
        self._gov_check_hr()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel the vacancy"),
            "res_model": "gov.competency.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id, "default_act": "cancel"},
        }

    def action_apply(self):
        """Begin one's own application, or open the one that is there."""
        self.ensure_one()
        self.check_access("read")
        employee = self.env.user.employee_id
        if not employee:
            raise UserError(self.env._("Your login has no personnel file: ask human resources to link it."))
        application = self.my_application_id
        if not application:
            application = self.env["gov.vacancy.application"].create({"vacancy_id": self.id})
        return application._gov_open()

    def action_open_applications(self):
        """Open the applications one may read."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("gov_hr_competency.gov_vacancy_application_action")
        return dict(action, domain=[("vacancy_id", "=", self.id)], context={"default_vacancy_id": self.id}, path=False)

    def action_open_wishes(self):
        """Open the wishes of mobility that this post meets, with the gap of each person to its job."""
        self.ensure_one()
        self.check_access("read")
        views = [("list", "list_match"), ("form", "form")]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Wishes that match"),
            "res_model": "gov.mobility.wish",
            "views": [
                (self.env.ref(f"gov_hr_competency.gov_mobility_wish_view_{name}").id, kind) for kind, name in views
            ],
            "domain": [("id", "in", self.wish_ids.ids)],
            "context": {"gov_job": self.job_id.id, "create": False},
        }

    def action_refuse_others(self):
        """Refuse, at the step of the user, the applications that were not chosen once the post is filled."""
        self.ensure_one()
        self._gov_check_hr()
        if self.state != "filled":
            raise UserError(self.env._("Decide on an application first: the others are then refused."))
        others = self.application_ids.filtered("is_waiting_me") - self.chosen_id
        if not others:
            raise UserError(self.env._("No other application waits for you."))
        for one in others:
            one.action_refuse(self.env._("The post was given to another candidate."))
        return True


class GovVacancyApplication(models.Model):
    """The application of an employee to an internal vacancy.

    The circuit says who gives an opinion and who decides; a head above the vacant post also gives his.  The decision
    fills the vacancy: of two decisions at once, one is told that the post is given.
    """

    _name = "gov.vacancy.application"
    _description = "Application to an internal vacancy"
    _inherit = ["gov.approval.mixin"]
    _order = "id desc"

    TRANSITIONS = dict(TRANSITIONS)

    vacancy_id = fields.Many2one("gov.vacancy", "Vacancy", required=True, index=True, ondelete="restrict")
    job_id = fields.Many2one(related="vacancy_id.job_id", store=True, index=True)
    employee_id = fields.Many2one(
        "hr.employee",
        "Employee",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.employee_id,
    )
    motivation = fields.Text(help="Why you, for this post: what you have done that is close to it.")
    attachment_ids = fields.Many2many("ir.attachment", string="Papers", copy=False)
    gap_text = fields.Char("Gap to the job", compute="_compute_gap", compute_sudo=True)
    fit = fields.Float("Profile held", compute="_compute_gap", compute_sudo=True)
    access_text = fields.Char("Access conditions", compute="_compute_gap", compute_sudo=True)
    host_opinion = fields.Selection(OPINIONS, "Opinion of the receiving unit", readonly=True, copy=False)
    host_comment = fields.Text("What the receiving unit says", readonly=True, copy=False)
    host_by_id = fields.Many2one(
        "res.users", "Opinion given by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    host_on = fields.Datetime("Opinion given on", readonly=True, copy=False)
    can_give_host = fields.Boolean(compute="_compute_can_give_host", export_string_translation=False)

    _one_live = models.UniqueIndex(
        "(vacancy_id, employee_id) WHERE state <> 'cancelled'", "This person already applied for this vacancy."
    )

    @api.depends("employee_id", "vacancy_id.job_id")
    @api.depends_context("lang")
    def _compute_gap(self):
        self.update({"gap_text": "", "fit": 0, "access_text": ""})
        for job in self.job_id or self.vacancy_id.job_id:
            ours = self.filtered(lambda one, job=job: one.vacancy_id.job_id == job and one.employee_id)
            missing = job._gov_missing(ours.employee_id)
            access = job._gov_access(ours.employee_id)
            for one in ours:
                gap = job._gov_gap(missing[one.employee_id.id])
                one.gap_text, one.fit = gap["sentence"], gap["fit"] or 0
                one.access_text = one._gov_access_text(*access[one.employee_id.id])

    @api.model
    def _gov_access_text(self, grade, experience):
        if grade and experience:
            return self.env._("Grade and experience as the job asks.")
        if grade:
            return self.env._("The grade fits, the years of experience do not.")
        if experience:
            return self.env._("The years of experience fit, the grade does not.")
        return self.env._("Neither the grade nor the years of experience fit.")

    @api.depends_context("uid")
    @api.depends("state", "host_opinion")
    def _compute_can_give_host(self):
        units = self.env["gov.competency.assessment"]._gov_headed_units()
        for one in self:
            # sudo: the unit of the vacancy, and who the applicant is
            record = one.sudo()
            one.can_give_host = (
                one.state in ("submitted", "in_review")
                and record.vacancy_id.department_id in units
                and self.env.user not in record._gov_applicants()
            )

    @api.depends("employee_id", "vacancy_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            names = (one.employee_id.display_name, one.vacancy_id.display_name)
            one.display_name = " · ".join(filter(None, names)) or self.env._("New application")

    # -- who reads: those of the circuit (the mixin), and the heads above the vacant post -------------------------
    @api.model
    def _involved_domain(self):
        domain = super()._involved_domain()
        units = self.env["gov.competency.assessment"]._gov_headed_units()
        if units:
            domain |= Domain("vacancy_id.department_id", "in", units.ids) & Domain("state", "!=", "draft")
        return domain

    # -- guards ---------------------------------------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env) and any(APPLICATION_FIELDS & vals.keys() for vals in vals_list):
            raise UserError(self.env._("The opinion of the receiving unit is given with its button."))
        clean = without_defaults(self, APPLICATION_FIELDS)
        records = super(GovVacancyApplication, clean).create(vals_list).with_env(self.env)
        for one in records:
            if not self.env.su and not one._gov_may_file():
                raise AccessError(self.env._("You apply for yourself; heads and human resources for their people."))
        return records

    def write(self, vals):
        if APPLICATION_FIELDS & vals.keys() and not has_sentinel(self.env):
            raise UserError(self.env._("The opinion of the receiving unit is given with its button."))
        return super().write(vals)

    def _gov_check_submit(self):
        for one in self:
            # sudo: dates and state of the vacancy, which every employee reads when it is published
            vacancy = one.sudo().vacancy_id
            if not vacancy.is_open:
                raise UserError(
                    self.env._(
                        "Applications for “%(vacancy)s” are not open: they run from %(first)s to %(last)s.",
                        vacancy=vacancy.display_name,
                        first=format_date(self.env, vacancy.open_on),
                        last=format_date(self.env, vacancy.close_on),
                    )
                )
            if not (one.motivation or "").strip():
                raise UserError(self.env._("Say in a few words why you apply."))

    def _gov_on_approved(self):
        for one in self:
            # sudo: the last act of the circuit decides, whoever keeps the vacancies
            vacancy = one.sudo().vacancy_id
            if vacancy.state == "filled":
                raise UserError(self.env._("The post was given to another candidate: refuse this application."))
            vacancy._gov_move(("published", "closed"), "filled", "fill", {"employee": one.employee_id.id},
                              chosen_id=one.id)  # fmt: skip

    # -- acts -----------------------------------------------------------------------------------------------------
    @short_transaction
    def action_give_host_opinion(self, opinion, comment=None):
        """Give the opinion of the receiving unit: a head above the vacant post, never who applied.

        :param opinion: favourable or unfavourable
        :param comment: required when unfavourable
        """
        self.check_access("read")
        comment = " ".join((comment or "").split())
        if opinion not in dict(OPINIONS):
            raise UserError(self.env._("An opinion is favourable or unfavourable."))
        if opinion == "unfavourable" and len(comment) < 3:
            raise UserError(self.env._("Say why the opinion is unfavourable: the person may read it."))
        self._gov_claim(("submitted", "in_review"))
        for one in self:
            if not one.can_give_host:
                raise AccessError(self.env._("A head above the vacant post gives this opinion, never who applied."))
            one._gov_write(
                {
                    "host_opinion": opinion,
                    "host_comment": comment,
                    "host_by_id": self.env.uid,
                    "host_on": fields.Datetime.now(),
                }
            )
        self._gov_record([(one, "host_opinion", {"opinion": opinion}) for one in self])
        return True

    def action_ask_host_opinion(self):
        """Open the dialog that takes the opinion of the receiving unit."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Opinion of the receiving unit"),
            "res_model": "gov.competency.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id, "default_act": "host_opinion"},
        }

    def action_prepare_act(self):
        """Open the act of mutation that the decision leads to, filled in; HR signs it like any other."""
        self.ensure_one()
        self.check_access("read")
        if self.state != "approved":
            raise UserError(self.env._("The act follows the decision: approve the application first."))
        if not self.env.user.has_group("gov_base.group_hr_officer"):
            raise AccessError(self.env._("Human resources prepare the acts of the career."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mutation"),
            "res_model": "gov.career.act",
            "views": [(False, "form")],
            "context": {
                "default_kind": "mutation",
                "default_employee_id": self.employee_id.id,
                "default_department_id": self.vacancy_id.department_id.id,
                "default_job_id": self.vacancy_id.job_id.id,
            },
        }

    def _gov_open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }


class GovMobilityWish(models.Model):
    """Where an employee would like to serve: jobs, units, regions; human resources match it with the vacancies.

    The person writes his own; HR of the region and auditors read it; heads and colleagues do not.
    """

    _name = "gov.mobility.wish"
    _description = "Wish of mobility"
    _order = "date desc, id desc"
    _rec_name = "employee_id"

    employee_id = fields.Many2one(
        "hr.employee",
        "Employee",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.user.employee_id,
    )
    department_id = fields.Many2one(related="employee_id.department_id", string="Present unit")
    present_job_id = fields.Many2one(related="employee_id.job_id", string="Present job")
    job_ids = fields.Many2many("hr.job", string="Jobs wished", domain=[("rec_code", "!=", False)])
    unit_ids = fields.Many2many("hr.department", string="Units wished", help="With the units under them.")
    region_ids = fields.Many2many("gov.region", string="Regions wished")
    reason = fields.Text(help="Human resources and auditors read it, nobody else.")
    date = fields.Date("Said on", default=fields.Date.context_today, readonly=True)
    valid_to = fields.Date("Valid until", help="Empty: until you withdraw it.")
    is_current = fields.Boolean("In force", compute="_compute_is_current", search="_search_is_current")
    active = fields.Boolean(default=True)
    vacancy_ids = fields.Many2many("gov.vacancy", string="Vacancies that match", compute="_compute_vacancy_ids")
    fit = fields.Float("Profile held", compute="_compute_fit")
    gap_text = fields.Char("Gap to the job", compute="_compute_fit")

    _one_active = models.UniqueIndex("(employee_id) WHERE active", "You already said a wish: change that one.")

    @api.depends("active", "valid_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for wish in self:
            wish.is_current = wish.active and (not wish.valid_to or wish.valid_to >= today)

    @search_when
    def _search_is_current(self):
        today = fields.Date.context_today(self)
        return Domain("active", "=", True) & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", today))

    def _gov_matching(self, vacancy):
        """Return the wishes that a vacancy meets, the widest profile first."""
        # sudo: the chart above the unit
        unit = vacancy.sudo().department_id
        above = {int(one) for one in (unit.parent_path or "").split("/") if one}
        found = self.filtered(
            lambda wish: gaps.wish_matches(
                {
                    "jobs": set(wish.job_ids.ids),
                    "units": set(wish.unit_ids.ids),
                    "regions": set(wish.region_ids.ids),
                },
                vacancy.job_id.id,
                above,
                vacancy.region_id.id,
            )
        )
        # sudo: levels of people whose wishes the user reads
        missing = vacancy.job_id._gov_missing(found.employee_id.sudo()) if vacancy.job_id else {}
        weights = {
            wish.id: gaps.weighted((row[0], row[1], row[2]) for row in missing.get(wish.employee_id.id, {}).values())
            for wish in found
        }
        return found.sorted(lambda wish: (weights[wish.id], wish.id))

    @api.depends("job_ids", "unit_ids", "region_ids")
    def _compute_vacancy_ids(self):
        vacancies = self.env["gov.vacancy"].search([("is_open", "=", True)])
        for wish in self:
            wish.vacancy_ids = vacancies.filtered(lambda one, wish=wish: bool(wish._gov_matching(one)))

    @api.depends("employee_id")
    @api.depends_context("lang", "gov_job")
    def _compute_fit(self):
        """The gap to the job the context names: that of the vacancy looked at."""
        job_id = self.env.context.get("gov_job")
        job = self.env["hr.job"].browse(job_id if type(job_id) is int else ()).exists()
        # sudo: levels of people whose wishes the user reads
        people = self.sudo().employee_id
        missing = job._gov_missing(people) if job else {}
        for wish in self:
            gap = job._gov_gap(missing[wish.employee_id.id]) if job else {}
            wish.fit, wish.gap_text = gap.get("fit") or 0, gap.get("sentence", "")

    @api.constrains("employee_id", "job_ids", "unit_ids", "region_ids")
    def _check_given(self):
        for wish in self:
            if not (wish.job_ids or wish.unit_ids or wish.region_ids):
                raise ValidationError(self.env._("Say at least a job, a unit or a region you would like."))

    @api.model_create_multi
    def create(self, vals_list):
        wishes = super().create(vals_list)
        wishes._gov_check_own()
        return wishes

    def write(self, vals):
        self._gov_check_own()
        result = super().write(vals)
        if "employee_id" in vals:
            self._gov_check_own()
        return result

    def _gov_check_own(self):
        # sudo: only whether it is the user's own
        if not self.env.su and any(wish.sudo().employee_id.user_id != self.env.user for wish in self):
            raise AccessError(self.env._("Everybody says his own wishes of mobility."))
