from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.gov_approval.services import interim as interim_service
from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.search import search_when

from .sentinel import SENTINEL_KEY, has_sentinel, with_sentinel

# Given by the acts, or worked out from the files of the two persons: a value would give somebody else's rights.
OWN_FIELDS = {"state", "proposed_by_id", "absent_user_id", "substitute_user_id"}
FROZEN = {"absent_id", "substitute_id", "date_from", "date_to", "scope", "circuit_ids"}


def forget_rows(env):
    """Forget the interims and the chains of heads that the act at work has read."""
    for key in [key for key in env.cr.cache if isinstance(key, tuple) and key[0] in ("gov.interim", "gov.chain")]:
        del env.cr.cache[key]


class GovInterim(models.Model):
    """Interim: who acts in the place of an absent person, from when to when, on which requests.

    An employee declares his own; his head or HR may propose one, which the employee (or HR, never the substitute)
    confirms.  Only a confirmed interim gives a right, on its days alone.  It passes on at most once more (the
    substitute's substitute), never in a circle, and never lets anybody act on his own request.
    """

    _name = "gov.interim"
    _description = "Interim"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"
    _rec_name = "absent_id"

    absent_id = fields.Many2one(
        "hr.employee",
        "Absent",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user.employee_id,
    )
    substitute_id = fields.Many2one(
        "hr.employee",
        "Substitute",
        required=True,
        index=True,
        ondelete="restrict",
        help="Acts in the place of the absent person, on the days of the interim. He is told of it.",
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", required=True)
    scope = fields.Selection(
        [
            ("all", "All requests"),
            ("models", "All requests of the same kinds"),
            ("circuits", "Requests of these circuits only"),
        ],
        required=True,
        default="all",
        help="A circuit stands for its kind of request, or for itself alone.",
    )
    # an archived circuit still has requests under way
    circuit_ids = fields.Many2many("gov.approval.circuit", string="Circuits", context={"active_test": False})
    note = fields.Char("Reason")
    state = fields.Selection(
        [("proposed", "Proposed"), ("confirmed", "Confirmed"), ("cancelled", "Ended")],
        required=True,
        readonly=True,
        default="proposed",
        copy=False,
    )
    proposed_by_id = fields.Many2one(
        "res.users",
        "Declared by",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    absent_user_id = fields.Many2one(
        related="absent_id.user_id",
        store=True,
        index=True,
        related_sudo=True,
        export_string_translation=False,
        string="Login of the absent",
    )
    substitute_user_id = fields.Many2one(
        related="substitute_id.user_id",
        store=True,
        index=True,
        related_sudo=True,
        export_string_translation=False,
        string="Login of the substitute",
    )
    is_headed_by_me = fields.Boolean(
        compute="_compute_is_headed_by_me", search="_search_is_headed_by_me", export_string_translation=False
    )
    can_confirm = fields.Boolean(compute="_compute_can_confirm", export_string_translation=False)
    can_cancel = fields.Boolean(compute="_compute_can_confirm", export_string_translation=False)

    _check_dates = models.Constraint(
        "CHECK (date_from <= date_to)", "An interim ends on its first day at the earliest."
    )
    _check_persons = models.Constraint(
        "CHECK (absent_id != substitute_id)", "Nobody stands in for himself: choose somebody else as substitute."
    )

    @api.depends("absent_id", "substitute_id", "date_from", "date_to")
    def _compute_display_name(self):
        for interim in self:
            absent, substitute = interim.absent_id.display_name, interim.substitute_id.display_name
            interim.display_name = (
                self.env._("%(absent)s, replaced by %(substitute)s", absent=absent, substitute=substitute)
                if absent and substitute
                else absent
            )

    @api.depends_context("uid")
    @api.depends("state", "absent_id", "substitute_id")
    def _compute_can_confirm(self):
        for interim in self:
            interim.can_confirm = interim.state == "proposed" and interim._is_entitled_to_confirm()
            interim.can_cancel = interim.state != "cancelled" and interim._is_entitled_to_cancel()

    @api.depends_context("uid")
    @api.depends("absent_id")
    def _compute_is_headed_by_me(self):
        for interim in self:
            interim.is_headed_by_me = interim._is_head_of_absent()

    @search_when
    def _search_is_headed_by_me(self):
        # sudo: the units that the user himself heads and the ids of their staff; the rule of records asks this
        units = self.env["hr.department"].sudo().search([("manager_id.user_id", "=", self.env.uid)])
        # sudo: as above
        employees = self.env["hr.employee"].sudo()._search([("department_id", "child_of", units.ids)])
        return Domain("absent_id", "in", employees)

    # ------------------------------------------------------------------ guards
    @api.constrains("state", "absent_id", "substitute_id", "date_from", "date_to")
    def _check_circle(self):
        for interim in self.filtered(lambda one: one.state == "confirmed"):
            # sudo: the interims of others close the circle too; only the refusal comes out
            others = self.sudo().search(
                [
                    ("id", "!=", interim.id),
                    ("state", "=", "confirmed"),
                    ("date_from", "<=", interim.date_to),
                    ("date_to", ">=", interim.date_from),
                ]
            )
            links = [(one.absent_id.id, one.substitute_id.id, one.date_from, one.date_to) for one in others]
            if interim_service.closes_circle(
                interim.absent_id.id, interim.substitute_id.id, interim.date_from, interim.date_to, links
            ):
                raise ValidationError(
                    self.env._(
                        "%(substitute)s is absent too on some of these days and %(absent)s stands in there, directly "
                        "or not: the interim would turn in a circle. Choose another substitute.",
                        substitute=interim.substitute_id.display_name,
                        absent=interim.absent_id.display_name,
                    )
                )

    @api.constrains("scope", "circuit_ids")
    def _check_scope(self):
        for interim in self:
            if interim.scope != "all" and not interim.circuit_ids:
                raise ValidationError(self.env._("Say which requests the interim is for, or choose all requests."))

    @api.model
    def default_get(self, fields_list):
        for name in OWN_FIELDS:
            if f"default_{name}" in self.env.context:
                raise UserError(self.env._("An interim is confirmed with its button, not by a default value."))
        return super().default_get(fields_list)

    @api.model_create_multi
    def create(self, vals_list):
        trusted = has_sentinel(self.env)
        for vals in vals_list:
            given = (OWN_FIELDS - {"state"}) & set(vals)
            if not trusted and (given or vals.get("state", "proposed") != "proposed"):
                raise UserError(self.env._("An interim is confirmed with its button, not by a value."))
        interims = super(GovInterim, self.with_context(**{SENTINEL_KEY: None})).create(vals_list)
        self._forget_rows()
        for interim in interims:
            if not (interim._is_own() or interim._is_head_of_absent() or interim._is_hr()):
                raise AccessError(
                    self.env._("You may declare your own interim, or propose one for the people you head.")
                )
        return interims

    def write(self, vals):
        if not has_sentinel(self.env):
            if OWN_FIELDS & set(vals):
                raise UserError(self.env._("An interim changes state with its buttons only."))
            if FROZEN & set(vals):
                # sudo: only the state, so that no interim in force is changed
                if self.sudo().filtered(lambda one: one.state != "proposed"):
                    raise UserError(
                        self.env._("A confirmed or ended interim is not changed: end it and declare another one.")
                    )
        result = super(GovInterim, self.with_context(**{SENTINEL_KEY: None})).write(vals)
        self._forget_rows()
        if FROZEN & set(vals) and not has_sentinel(self.env):
            for interim in self:
                if not (interim._is_own() or interim._is_head_of_absent() or interim._is_hr()):
                    raise AccessError(
                        self.env._("You may declare your own interim, or propose one for the people you head.")
                    )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(interim.state != "proposed" for interim in self):
            raise UserError(self.env._("A confirmed interim stays in the records: end it instead of deleting it."))

    # ------------------------------------------------------------------ who
    def _is_own(self):
        self.ensure_one()
        # sudo: only whether the user is the absent person
        return self.sudo().absent_id.user_id == self.env.user

    def _is_head_of_absent(self):
        self.ensure_one()
        # sudo: only whether the user heads the absent person
        unit, employee = self.sudo().absent_id.department_id, self.sudo().absent_id
        while unit:
            if unit.manager_id != employee and unit.manager_id.user_id == self.env.user:
                return True
            unit = unit.parent_id
        return False

    def _is_hr(self):
        self.ensure_one()
        user = self.env.user
        if not user.has_group("gov_base.group_hr_officer"):
            return False
        # sudo: only the regions served by the user himself and that of the absent; only yes or no comes out
        regions = user.sudo().gov_region_ids
        # sudo: as above
        return not regions or self.sudo().absent_id.department_id.effective_region_id in regions

    def _is_entitled_to_confirm(self):
        """The absent person confirms; HR may in his stead, but nobody makes himself a substitute.

        sudo: only whether the user is the substitute or declared the interim.
        """
        self.ensure_one()
        if self.sudo().substitute_id.user_id == self.env.user:
            return False
        return self._is_own() or (self._is_hr() and self.sudo().proposed_by_id != self.env.user)

    def _is_entitled_to_cancel(self):
        self.ensure_one()
        # sudo: only whether the user is the substitute or declared the interim
        return (
            self._is_own()
            or self._is_hr()
            or self.sudo().substitute_id.user_id == self.env.user
            or (self.state == "proposed" and self.sudo().proposed_by_id == self.env.user)
        )

    # ------------------------------------------------------------------ acts
    def _claim(self, states):
        self.env.cr.execute(
            SQL(
                "UPDATE gov_interim SET write_date = now() AT TIME ZONE 'UTC' "
                "WHERE id IN %s AND state IN %s RETURNING id",
                self._ids or (0,),
                states,
            )
        )
        if len(self.env.cr.fetchall()) != len(self):
            raise UserError(self.env._("This interim was confirmed or ended in the meantime. Reload the page."))
        self.invalidate_recordset()

    @short_transaction
    def action_confirm(self):
        """Put the interim in force; the substitute is told.  By the absent person, or HR when the head proposed it.

        sudo: the right to confirm was checked above; state, message and journal are written by the act alone.
        """
        self.check_access("read")
        for interim in self:
            if not interim._is_entitled_to_confirm():
                raise AccessError(
                    self.env._(
                        "%(absent)s confirms this interim, or HR when a head proposed it; nobody makes himself a "
                        "substitute.",
                        absent=interim.absent_id.display_name,
                    )
                )
        self._claim(("proposed",))
        with_sentinel(self.sudo()).write({"state": "confirmed"})
        for interim in self.sudo():
            user = interim.substitute_id.user_id
            if user:
                translated = interim.with_context(lang=user.lang)
                translated.with_context(mail_notify_force_send=False).message_post(
                    body=translated.env._(
                        "You stand in for %(absent)s from %(start)s to %(end)s.",
                        absent=interim.absent_id.name,
                        start=interim._format_day(interim.date_from, user.lang),
                        end=interim._format_day(interim.date_to, user.lang),
                    ),
                    partner_ids=user.partner_id.ids,
                    subtype_xmlid="mail.mt_note",
                )
            self.env["gov.journal.entry"].sudo()._record(
                interim,
                "confirm",
                {
                    "absent": interim.absent_id.id,
                    "substitute": interim.substitute_id.id,
                    "from": str(interim.date_from),
                    "to": str(interim.date_to),
                    "scope": interim.scope,
                },
            )
        self.sudo()._refresh_lines()
        return True

    @short_transaction
    def action_cancel(self, reason=None):
        """End an interim at once: by the absent person, the substitute, or HR.  What was done under it stands.

        sudo: the right to end it was checked above; state and journal are written by the act alone.
        """
        self.check_access("read")
        for interim in self:
            if not interim._is_entitled_to_cancel():
                raise AccessError(self.env._("The absent person, the substitute or HR ends an interim."))
        self._claim(("proposed", "confirmed"))
        with_sentinel(self.sudo()).write({"state": "cancelled"})
        self.sudo()._refresh_lines()
        for interim in self.sudo():
            self.env["gov.journal.entry"].sudo()._record(interim, "cancel", {"reason": (reason or "").strip()})
        return True

    def _format_day(self, day, lang):
        return self.env["ir.qweb.field.date"].with_context(lang=lang).value_to_html(day, {})

    def _refresh_lines(self):
        """Move the to-dos of the requests that wait for the absent persons."""
        # sudo: to-dos of the substitutes move with the interim, whoever ended or confirmed it
        lines = (
            self.env["gov.approval.line"]
            .sudo()
            .search([("state", "=", "waiting"), ("actor_ids", "in", self.absent_user_id.ids)], limit=200)
        )
        lines._plan_activities()

    # ------------------------------------------------------------------ rights
    def _scope_domain(self):
        """Return the lines an interim is for."""
        self.ensure_one()
        if self.scope == "models":
            # sudo: only the kinds of request of the circuits
            return Domain("res_model", "in", self.sudo().circuit_ids.mapped("model"))
        if self.scope == "circuits":
            return Domain("circuit_id", "in", self.circuit_ids.ids)
        return Domain.TRUE

    @api.model
    def _in_force(self):
        today = self.env["gov.approval.line"]._today()
        return Domain("state", "=", "confirmed") & Domain("date_from", "<=", today) & Domain("date_to", ">=", today)

    @api.model
    def _rows_in_force(self):
        """Return ``(interim, absent employee, absent user, substitute user)`` of the interims in force today, as ids.

        Read past the rules: who stands in for whom decides on rights, whatever the user may read.  Read once a
        transaction: whatever changes an interim forgets it, a commit or a rollback too.
        """
        key = ("gov.interim", self.env["gov.approval.line"]._today())
        self.flush_model()
        if key in self.env.cr.cache:
            return self.env.cr.cache[key]
        self.env.cr.execute(
            SQL(
                """SELECT id, absent_id, absent_user_id, substitute_user_id FROM gov_interim
                    WHERE state = 'confirmed' AND date_from <= %s AND date_to >= %s ORDER BY id""",
                key[1],
                key[1],
            )
        )
        rows = self.env.cr.cache[key] = self.env.cr.fetchall()
        return rows

    def _write_multi(self, vals_list):
        """Forget what was read: values come to the database here, those worked out from the employees too."""
        self._forget_rows()
        return super()._write_multi(vals_list)

    def _forget_rows(self):
        forget_rows(self.env)

    @api.model
    def _get_links(self, users, towards):
        """Return the links ``(absent, substitute, interim)`` in force around some users, level by level.

        :param towards: ``absent`` to go from substitutes to absent persons, ``substitute`` the other way
        """
        links, level, seen = [], set(users.ids), set()
        rows = self._rows_in_force()
        for _depth in range(interim_service.LONGEST_CHAIN):
            if not level:
                break
            seen |= level
            found = [
                (absent, substitute, interim)
                for interim, _employee, absent, substitute in rows
                if absent and substitute and (substitute if towards == "absent" else absent) in level
            ]
            links += found
            level = {link[0] if towards == "absent" else link[1] for link in found} - seen
        return links

    @api.model
    def _get_absents(self, user):
        """Return for whom a user stands in today: list of ``(absent user, interims passed through)``."""
        links = self._get_links(user, "absent")
        return [
            (self.env["res.users"].browse(absent), self.browse(path))
            for absent, path in interim_service.stood_in_for(user.id, links)
        ]

    @api.model
    def _get_substitutes(self, users, line=None):
        """Return who stands in today for some users (for one line, when given)."""
        substitutes = users.browse()
        links = self._get_links(users, "substitute")
        for link in {link[1] for link in links}:
            for absent, path in interim_service.stood_in_for(link, links):
                if absent in users.ids and (
                    line is None or all(line.filtered_domain(interim._scope_domain()) for interim in self.browse(path))
                ):
                    substitutes |= substitutes.browse(link)
        return substitutes.filtered("active")

    @api.model
    def _get_substitutes_of_employee(self, employee):
        """Return who stands in today for an employee without login."""
        users = self.env["res.users"].browse(
            {
                substitute
                for _id, absent, _user, substitute in self._rows_in_force()
                if substitute and absent == employee.id
            }
        )
        return users.filtered("active")
