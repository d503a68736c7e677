from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import short_transaction
from odoo.addons.gov_base.tools.search import search_when

from ..services.hierarchy import merged_steps
from .gov_approval_circuit import KINDS
from .gov_approval_line import drop_activities
from .sentinel import SENTINEL_KEY, has_sentinel, with_sentinel

# From each state, the states an act may lead to.  A concrete model with later states gives its own table:
#     TRANSITIONS = dict(TRANSITIONS, approved={"issued"})
TRANSITIONS = {
    "draft": {"submitted", "cancelled"},
    "submitted": {"in_review", "approved", "refused", "draft", "cancelled"},
    "in_review": {"approved", "refused", "draft", "cancelled"},
    "approved": set(),
    "refused": set(),
    "cancelled": set(),
}

# Written by acts only.
PROTECTED = (
    "state",
    "requester_id",
    "submitter_id",
    "circuit_id",
    "receipt_id",
    "receipt_number",
    "submitted_on",
    "due_on",
    "approval_line_ids",
)


class GovApprovalMixin(models.AbstractModel):
    """Request that follows an approval circuit.

    Life cycle: ``draft`` → ``submitted`` (receipt given, first step waiting) → ``in_review`` (first act done) →
    ``approved`` or ``refused``; ``draft`` again when returned for completion; ``cancelled`` by the requester or HR.
    A concrete model adds its later states with ``selection_add`` and its own ``TRANSITIONS``.

    States change only through ``action_submit``, ``action_approve``, ``action_refuse``, ``action_return`` and
    ``action_cancel``; each checks who calls it, for any number of records, and writes the journal.  Who acts is never
    who asked, filed or is concerned, by any role, interim or escalation, administrators included.

    Hooks: ``_gov_employee``, ``_gov_circuit``, ``_gov_check_submit``, ``_gov_on_submitted``, ``_gov_on_decided``,
    ``_gov_on_approved``, ``_gov_on_refused``, ``_gov_summary``, ``_gov_content_fields``.
    """

    _name = "gov.approval.mixin"
    _description = "Request following an approval circuit"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"

    TRANSITIONS = TRANSITIONS
    # A model whose states bear other names gives them here, {"submitted": "confirm", …}; the rest of the mixin, the
    # table of transitions included, speaks of its own names.
    STATE_NAMES = {}

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("in_review", "In review"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )
    approval_state = fields.Char(
        compute="_compute_approval_state",
        export_string_translation=False,
        help="The state under the name every kind of request gives it.",
    )
    requester_id = fields.Many2one(
        "res.users",
        "Requester",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    submitter_id = fields.Many2one(
        "res.users", "Filed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    circuit_id = fields.Many2one(
        "gov.approval.circuit", "Circuit", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    receipt_id = fields.Many2one(
        "gov.approval.receipt", "Receipt", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    receipt_number = fields.Char(
        "Receipt number", readonly=True, copy=False, index="trigram", help="Given once, at the first filing."
    )
    submitted_on = fields.Datetime("Filed on", readonly=True, copy=False)
    due_on = fields.Date(
        "To be answered by", readonly=True, copy=False, help="Working days are counted, the days with you are not."
    )
    approval_line_ids = fields.One2many(
        "gov.approval.line",
        "res_id",
        "Steps",
        readonly=True,
        copy=False,
        domain=lambda self: [("res_model", "=", self._name)],
    )
    current_line_id = fields.Many2one("gov.approval.line", "Current step", compute="_compute_current_line")
    current_kind = fields.Selection(KINDS, "Act expected", compute="_compute_current_line")
    waiting_user_ids = fields.Many2many(
        "res.users", string="Waiting for", compute="_compute_current_line", search="_search_waiting_user_ids"
    )
    is_waiting_me = fields.Boolean("Waiting for me", compute="_compute_is_waiting_me", search="_search_is_waiting_me")
    is_involved = fields.Boolean("Concerns me", compute="_compute_is_involved", search="_search_is_involved")
    can_submit = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    can_approve = fields.Boolean(compute="_compute_is_waiting_me", export_string_translation=False)
    can_return = fields.Boolean(compute="_compute_is_waiting_me", export_string_translation=False)
    can_cancel = fields.Boolean(compute="_compute_rights", export_string_translation=False)
    return_reason = fields.Text("To be completed", compute="_compute_return_reason")

    # ------------------------------------------------------------------ names of the states
    def _gov_state(self, name):
        """Return the value of the field ``state`` for a state of the mixin, or a later one."""
        return self.STATE_NAMES.get(name, name)

    @api.depends("state")
    def _compute_approval_state(self):
        names = {value: name for name, value in self.STATE_NAMES.items()}
        for record in self:
            record.approval_state = names.get(record.state, record.state)

    # ------------------------------------------------------------------ computed
    @api.depends("approval_line_ids.state", "approval_line_ids.actor_ids")
    def _compute_current_line(self):
        waiting = self._waiting_lines()
        for record in self:
            line = waiting.get(record.id, self.env["gov.approval.line"])
            record.current_line_id = line
            # sudo: only the kind of act and who is called upon, for whoever reads the request
            record.current_kind = line.sudo().kind
            # sudo: as above
            record.waiting_user_ids = line.sudo().actor_ids

    def _waiting_lines(self):
        """Return dict of id → waiting line, read past the rules (the caller shows or checks what it takes)."""
        # sudo: the rules are passed over to find the line; what is shown of it is said where it is
        lines = (
            self.env["gov.approval.line"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids), ("state", "=", "waiting")])
        )
        return {line.res_id: line.sudo(False) for line in lines}

    def _search_waiting_user_ids(self, operator, value):
        if operator == "any" and isinstance(value, Domain | list | tuple):
            # a condition on users is read with the rights of who asks: it may name any field of theirs
            operator, value = "in", self.env["res.users"].search(Domain(value)).ids
        if operator != "in":
            return NotImplemented
        domain = Domain("res_model", "=", self._name) & Domain("state", "=", "waiting")
        domain &= Domain("actor_ids", "in", value)
        # sudo: only ids of requests come out, and the rules of the requests still filter them
        return Domain(
            "id",
            "in",
            self.env["gov.approval.line"]
            .sudo()
            ._search(domain)
            .subselect(SQL.identifier("gov_approval_line", "res_id")),
        )

    @api.depends_context("uid")
    @api.depends("state", "approval_line_ids.state")
    def _compute_is_waiting_me(self):
        # sudo: only the lines on which the user himself may act, and how often they were returned
        lines = self.env["gov.approval.line"].sudo()
        mine = lines.search(
            Domain("res_model", "=", self._name) & Domain("res_id", "in", self.ids) & lines._waiting_domain()
        )
        ids = set(mine.mapped("res_id"))
        for record in self:
            may = record.id in ids
            # sudo: as above
            receipt = record.sudo().receipt_id
            record.is_waiting_me = record.can_approve = may
            record.can_return = may and receipt.return_count < receipt.circuit_id.max_returns

    @search_when
    def _search_is_waiting_me(self):
        # sudo: only the lines on which the user himself may act
        lines = self.env["gov.approval.line"].sudo()
        domain = Domain("res_model", "=", self._name) & lines._waiting_domain()
        return Domain("id", "in", lines._subselect_records(domain))

    @api.depends_context("uid")
    def _compute_is_involved(self):
        # sudo: the domain says who is concerned; the rule of records itself asks this
        seen = (
            self.sudo().with_context(active_test=False).search(Domain("id", "in", self.ids) & self._involved_domain())
        )
        for record in self:
            record.is_involved = record in seen or not record.id

    @search_when
    def _search_is_involved(self):
        return self._involved_domain()

    @api.model
    def _involved_domain(self):
        """Return the requests the current user may read: his own, those he files, acts on or has acted on, and for HR
        and auditors those filed.  Made for record rules: ``[('is_involved', '=', True)]``."""
        user = self.env.user
        mine = Domain("requester_id", "=", user.id) | Domain("create_uid", "=", user.id)
        if "employee_id" in self._fields:
            mine |= Domain("employee_id.user_id", "=", user.id)
        # sudo: only a condition, that the domain of the receipts makes
        receipts = self.env["gov.approval.receipt"].sudo()
        return mine | Domain("receipt_id", "any!", receipts._involved_domain())

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_rights(self):
        for record in self:
            record.can_submit = record.approval_state == "draft" and record._gov_is_applicant_or_hr()
            record.can_cancel = (
                bool(record.id)
                and "cancelled" in record.TRANSITIONS.get(record.approval_state, ())
                and record._gov_is_applicant_or_hr()
            )

    @api.depends("state", "approval_line_ids.state")
    def _compute_return_reason(self):
        for record in self:
            # sudo: the reason of the return, for whoever reads the request
            returned = record.sudo().approval_line_ids.filtered(lambda line: line.state == "returned")
            last = returned.sorted("round")[-1:]
            record.return_reason = last.reason if record.approval_state == "draft" else False

    # ------------------------------------------------------------------ guards
    @api.model
    def default_get(self, fields_list):
        given = {
            name: self.env.context[f"default_{name}"] for name in PROTECTED if f"default_{name}" in self.env.context
        }
        is_draft = set(given) == {"state"} and given["state"] == self._gov_state("draft")
        if given and not is_draft and not has_sentinel(self.env):
            self._gov_refuse_protected(given)
        return super().default_get(fields_list)

    @api.model_create_multi
    def create(self, vals_list):
        if not has_sentinel(self.env):
            for vals in vals_list:
                given = {name for name in PROTECTED if name in vals}
                if vals.get("state") == self._gov_state("draft"):
                    given.discard("state")
                if given:
                    self._gov_refuse_protected(given)
        return super(GovApprovalMixin, self.with_context(**{SENTINEL_KEY: None})).create(vals_list)

    def write(self, vals):
        if not has_sentinel(self.env):
            given = [name for name in PROTECTED if name in vals]
            if given:
                self._gov_refuse_protected(given)
            if not self.env.su:
                self._gov_check_content(vals)
        return super(GovApprovalMixin, self.with_context(**{SENTINEL_KEY: None})).write(vals)

    @api.model
    def _gov_refuse_protected(self, names):
        labels = ", ".join(self._fields[name]._description_string(self.env) for name in PROTECTED if name in names)
        raise UserError(
            self.env._(
                "“%(fields)s” cannot be set: a request changes state with its buttons only (submit, approve, refuse, "
                "return, cancel).",
                fields=labels,
            )
        )

    @api.model
    def _gov_content_fields(self):
        """Return the names of the fields that are frozen once the request is filed.

        By default all the stored fields of the model but those of discussions and activities.  Code of the module
        writes them later as superuser, or with ``_gov_write``.
        """
        free = set(self.env["mail.thread"]._fields) | set(self.env["mail.activity.mixin"]._fields)
        return {name for name, field in self._fields.items() if field.store and name not in free}

    def _gov_check_content(self, vals):
        if not (self._gov_content_fields() & set(vals)):
            return
        for record in self:
            if record.approval_state != "draft":
                raise UserError(
                    self.env._(
                        "“%(request)s” is filed: what was asked can no longer be changed. If it must be, ask for it "
                        "to be returned to its requester, or cancel it and make another one.",
                        request=record.display_name,
                    )
                )
            if not record._gov_is_applicant_or_hr():
                raise AccessError(
                    self.env._(
                        "“%(request)s” is being prepared: its requester, the employee concerned or HR change it.",
                        request=record.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filed(self):
        for record in self:
            if record.approval_state != "draft" or record.receipt_id:
                raise UserError(
                    self.env._(
                        "“%(request)s” has been filed and stays in the records: cancel it instead of deleting it.",
                        request=record.display_name,
                    )
                )

    def _gov_write(self, vals):
        """Write fields that only acts may change; for the code of modules, no RPC reaches it."""
        # sudo: fields that acts alone write; their callers were checked
        return with_sentinel(self.sudo()).write(vals)

    def _register_hook(self):
        """Give the states of a concrete model the translations of the mixin's.

        The labels of an inherited selection belong to the module of the mixin, whose translation files know nothing
        of the concrete models: without this they stay in English everywhere.
        """
        super()._register_hook()
        if self._abstract:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE ir_model_fields_selection own
                   SET name = source.name || (own.name - ARRAY(SELECT jsonb_object_keys(source.name)))
                  FROM ir_model_fields_selection source, ir_model_fields own_field, ir_model_fields source_field
                 WHERE own.field_id = own_field.id AND source.field_id = source_field.id
                   AND own_field.model = %s AND source_field.model = 'gov.approval.mixin'
                   AND own_field.name IN ('state', 'current_kind') AND source_field.name = own_field.name
                   AND own.value = source.value AND own.name->>'en_US' = source.name->>'en_US'
                   AND own.name != source.name
                """,
                self._name,
            )
        )
        if self.env.cr.rowcount:
            self.env.registry.clear_cache("stable")

    # ------------------------------------------------------------------ hooks
    def _gov_employee(self):
        """Return the employee the request concerns (hook)."""
        self.ensure_one()
        return self.employee_id if "employee_id" in self._fields else self.env["hr.employee"]

    def _gov_circuit(self):
        """Return the circuit the request follows (hook): the first active one of its model whose condition holds."""
        self.ensure_one()
        return self.env["gov.approval.circuit"]._find(self)[self]

    def _gov_check_submit(self):
        """Refuse by an exception a request that is not fit to be filed (hook)."""

    def _gov_summary(self):
        """Return what is asked in one sentence, frozen on the receipt (hook)."""
        self.ensure_one()
        return self.display_name

    def _gov_on_submitted(self):
        """Called when the requests were filed, before the first step waits (hook)."""

    def _gov_on_decided(self, line):
        """Called after each act on a step of one request (hook)."""

    def _gov_on_approved(self):
        """Called when the requests are granted, in the transaction of the last act (hook)."""

    def _gov_on_refused(self, reason):
        """Called when the requests are refused, in the transaction of the act (hook)."""

    # ------------------------------------------------------------------ who
    def _gov_applicants(self):
        """Return the users who asked: requester, employee concerned, creator and who filed."""
        self.ensure_one()
        # sudo: who asked, filed or is concerned bars the act, whatever the user may read
        record = self.sudo()
        return record.requester_id | record._gov_employee().user_id | record.create_uid | record.submitter_id

    def _gov_is_hr(self):
        """Tell whether the current user is an HR officer for the region of the employee.

        sudo: only the regions served by the user himself and that of the employee; only yes or no comes out.
        """
        self.ensure_one()
        user = self.env.user
        if not user.has_group("gov_base.group_hr_officer"):
            return False
        regions = user.sudo().gov_region_ids
        return not regions or self.sudo()._gov_employee().department_id.effective_region_id in regions

    def _gov_may_file(self):
        """Tell whether the current user may file the request for its employee (hook): for himself, as a head over the
        employee, or as HR of the region."""
        self.ensure_one()
        # sudo: only whether the user is the employee or one of his heads
        employee = self.sudo()._gov_employee()
        if employee.user_id == self.env.user or self._gov_is_hr():
            return True
        unit = employee.department_id
        while unit:
            if unit.manager_id.user_id == self.env.user:
                return True
            unit = unit.parent_id
        return False

    def _gov_is_applicant_or_hr(self):
        self.ensure_one()
        return self.env.user in self._gov_applicants() or self._gov_is_hr()

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_submit(self):
        """File the requests: receipt number, copy of the circuit's steps, first step waiting.

        Again after a return: the receipt number and the history stay, the circuit starts over.

        :raise AccessError: for others than the requester, the employee concerned, the creator and HR
        :raise UserError: when not a draft, without employee, without circuit, or refused by the model

        sudo: the right to file was checked above; the receipt is written by the act alone.
        """
        self.check_access("read")
        self._gov_claim(("draft",))
        for record in self:
            if not record._gov_is_applicant_or_hr():
                raise AccessError(
                    self.env._(
                        "“%(request)s” is filed by its requester, the employee concerned or HR.",
                        request=record.display_name,
                    )
                )
            if not record.sudo()._gov_employee():
                raise UserError(
                    self.env._(
                        "“%(request)s” names no employee: a request is filed for an employee. Choose one, or ask HR "
                        "to link your login to your personnel file.",
                        request=record.display_name,
                    )
                )
            if not record._gov_may_file():
                raise AccessError(
                    self.env._(
                        "You may file “%(request)s” for yourself only; for somebody else, his heads and HR do.",
                        request=record.display_name,
                    )
                )
        self._gov_check_submit()
        first = self.filtered(lambda record: not record.receipt_id)
        self._gov_clear_returns()
        for record in self.sudo():
            record._gov_open_receipt()
        self._transition("submitted")
        self._gov_on_submitted()
        journal = [(record, "submit", {"round": record._gov_round()}) for record in self]
        for record in self:
            record._gov_make_lines()
            journal += record._gov_advance()
        first.sudo()._gov_number_receipts()
        for record, _act, payload in journal:
            payload["receipt"] = record.receipt_number
        self._gov_record(journal)
        return True

    @short_transaction
    def action_approve(self, comment=None):
        """Do the act the current step waits for: favourable opinion, approval or signature.

        :param comment: free text kept with the act, optional
        :raise AccessError: when the current user is not called upon, or asked for the request himself
        :raise UserError: when the step is already decided
        """
        journal = []
        for record, line, absent in self._gov_claim_lines():
            line.write(
                record._gov_decision_vals("approved", absent, comment)
                | ({"opinion": "favourable"} if line.kind == "opinion" else {})
            )
            journal += record._gov_after_act(line)
        self._gov_record(journal)
        return True

    @short_transaction
    def action_refuse(self, reason):
        """Refuse at the current step; at a step of opinion, give an unfavourable one, which does not stop the request.

        :param reason: required by law 03-01, told to the requester
        """
        journal = []
        for record, line, absent in self._gov_claim_lines():
            reason = record._gov_check_reason(reason)
            if line.kind == "opinion":
                line.write(record._gov_decision_vals("approved", absent, reason) | {"opinion": "unfavourable"})
                journal += record._gov_after_act(line)
                continue
            line.write(record._gov_decision_vals("refused", absent, reason))
            line._clear_activities()
            record._gov_drop_lines()
            record._transition("refused")
            record._gov_on_decided(line)
            record._gov_on_refused(reason)
            record._gov_tell_applicants("refused", line)
            journal.append((record, "refuse", record._gov_line_facts(line)))
        self._gov_record(journal)
        return True

    @short_transaction
    def action_return(self, reason):
        """Send the requests back to their requesters for completion, as often as the circuit allows (law 55-19: once).

        The receipt number stays; the time to answer stops until the request is filed again.

        :param reason: what is to be completed, required, told to the requester
        """
        journal = []
        for record, line, absent in self._gov_claim_lines():
            reason = record._gov_check_reason(reason)
            receipt = line.receipt_id
            allowed = receipt.circuit_id.max_returns
            if receipt.return_count >= allowed:
                raise UserError(
                    self.env._(
                        "“%(request)s” was already returned for completion; a complement is asked %(number)s time(s) "
                        "at most (law 55-19). Decide on it as it stands.",
                        request=record.display_name,
                        number=allowed,
                    )
                )
            line.write(record._gov_decision_vals("returned", absent, reason))
            line._clear_activities()
            record._gov_drop_lines()
            receipt.write({"return_count": receipt.return_count + 1, "returned_on": line._today()})
            record._transition("draft")
            record._gov_on_decided(line)
            record._gov_tell_applicants("returned", line)
            record._gov_plan_return()
            journal.append((record, "return", record._gov_line_facts(line)))
        self._gov_record(journal)
        return True

    @short_transaction
    def action_cancel(self, reason=None):
        """Withdraw the requests: by who asked, or by HR, who then gives a reason.

        :param reason: required when somebody else than an applicant cancels
        """
        self.check_access("read")
        sources = tuple(state for state, targets in self.TRANSITIONS.items() if "cancelled" in targets)
        self._gov_lock()
        self.env.cr.execute(
            SQL(
                """UPDATE gov_approval_line SET write_date = now() AT TIME ZONE 'UTC'
                   WHERE res_model = %s AND res_id IN %s AND state IN ('waiting', 'pending')""",
                self._name,
                self._ids or (0,),
            )
        )
        self._gov_claim(sources)
        journal = []
        for record in self:
            if self.env.user not in record._gov_applicants():
                if not record._gov_is_hr():
                    raise AccessError(
                        self.env._(
                            "“%(request)s” is cancelled by its requester or by HR.", request=record.display_name
                        )
                    )
                reason = record._gov_check_reason(reason)
            # sudo: the step that the cancellation ends; the right to cancel was checked above
            line = record._waiting_lines().get(record.id, self.env["gov.approval.line"]).sudo()
            line._clear_activities()
            record._gov_clear_returns()
            record._gov_drop_lines()
            record._transition("cancelled")
            if self.env.user not in record._gov_applicants():
                record._gov_tell_applicants("cancelled", line, reason)
            if record.receipt_id:
                journal.append((record, "cancel", {"reason": (reason or "").strip()}))
        self._gov_record(journal)
        return True

    def action_print_receipt(self):
        """Print the receipts of the requests, in Arabic and in French."""
        self.check_access("read")
        receipts = self.receipt_id
        if not receipts:
            raise UserError(self.env._("The receipt is given when the request is filed."))
        return receipts.action_print()

    def action_ask_refusal(self):
        """Open the dialog that takes the reason of a refusal or of an unfavourable opinion."""
        return self._gov_open_decision("refuse")

    def action_ask_return(self):
        """Open the dialog that takes what is to be completed."""
        return self._gov_open_decision("return")

    def action_ask_cancel(self):
        """Open the dialog that takes the reason of a cancellation."""
        return self._gov_open_decision("cancel")

    def _gov_open_decision(self, decision):
        self.check_access("read")
        titles = {
            "refuse": self.env._("Unfavourable opinion")
            if set(self.mapped("current_kind")) == {"opinion"}
            else self.env._("Refuse"),
            "return": self.env._("Return for completion"),
            "cancel": self.env._("Cancel the request"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": titles[decision],
            "res_model": "gov.approval.decision",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_decision": decision,
                "default_res_model": self._name,
                "default_res_ids": ",".join(map(str, self.ids)),
                "gov_approval_lines": self._gov_expected_lines() or self.current_line_id.ids,
            },
        }

    # ------------------------------------------------------------------ machinery of the acts
    def _gov_expected_lines(self):
        """Return the ids of the steps the user had before his eyes, when his screen sent them."""
        given = self.env.context.get("gov_approval_lines") or self.env.context.get("gov_approval_line") or []
        given = given if isinstance(given, list | tuple) else [given]
        return [line_id for line_id in given if isinstance(line_id, int) and line_id]

    def _gov_lock(self):
        """Wait for the acts under way on these requests.

        Each act takes the requests before their steps, in the order of their ids: two acts wait for one another, never
        each for the other.  What an act may do is decided by its conditional UPDATE afterwards, not by this lock.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                SQL.identifier(self._table),
                self._ids or (0,),
            )
        )

    def _gov_claim(self, states):
        """Take the records for the act by one conditional UPDATE; of two acts at once, one finds nothing.

        :param states: the states of the mixin, or later ones, the act starts from
        :raise UserError: when a record is no longer in one of the states
        """
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = now() AT TIME ZONE 'UTC' WHERE id IN %s AND state IN %s RETURNING id",
                SQL.identifier(self._table),
                self._ids or (0,),
                tuple(self._gov_state(state) for state in states),
            )
        )
        taken = {row[0] for row in self.env.cr.fetchall()}
        self.invalidate_recordset()
        for record in self:
            if record.id not in taken:
                labels = dict(self._fields["state"]._description_selection(self.env))
                # sudo: only the state, for the sentence
                raise UserError(
                    self.env._(
                        "“%(request)s” is “%(state)s”: this can no longer be done. Reload the page.",
                        request=record.display_name,
                        state=labels.get(record.sudo().state),
                    )
                )

    def _gov_claim_lines(self):
        """Take the waiting step of each record for an act of the current user, who is checked as of now.

        :return: list of ``(record, line as superuser, absent user)``
        """
        # sudo: lines are taken by the act, which checks below who acts
        lines = self.env["gov.approval.line"].sudo()
        expected = self._gov_expected_lines()
        self.env.flush_all()
        # read before waiting for the others: an act that comes second never falls on the step after
        waiting = {line_id: res_id for res_id, line_id in self._gov_read_waiting()}
        self._gov_lock()
        ids = [line_id for line_id in expected if line_id] if expected else list(waiting)
        self.env.cr.execute(
            SQL(
                """UPDATE gov_approval_line SET write_date = now() AT TIME ZONE 'UTC'
                   WHERE id IN %s AND res_model = %s AND res_id IN %s AND state = 'waiting' RETURNING id, res_id""",
                tuple(ids) or (0,),
                self._name,
                self._ids or (0,),
            )
        )
        taken = {res_id: line_id for line_id, res_id in self.env.cr.fetchall()}
        self.env.invalidate_all()
        # a head named a minute ago reads the request from now on
        lines.browse(taken.values())._refresh_actors()
        self.check_access("read")
        claimed = []
        for record in self:
            line = lines.browse(taken.get(record.id, ()))
            if not line:
                record._gov_say_decided(lines.browse(expected).filtered(lambda one, rid=record.id: one.res_id == rid))
            claimed.append((record, line))
        self._gov_claim(("submitted", "in_review"))
        result, user = [], self.env.user
        for record, line in claimed:
            allowed, absent = line._find_right(user)
            if not allowed:
                raise AccessError(line._explain_refusal(user))
            result.append((record, line, absent))
        return result

    def _gov_read_waiting(self):
        self.env.cr.execute(
            SQL(
                "SELECT res_id, id FROM gov_approval_line WHERE res_model = %s AND res_id IN %s AND state = 'waiting'",
                self._name,
                self._ids or (0,),
            )
        )
        return self.env.cr.fetchall()

    def _gov_say_decided(self, line):
        """Say by whom and when the step was decided that the user meant to act on."""
        self.ensure_one()
        # sudo: by whom and when the step was decided, for a user who was called upon
        line = line or self.sudo().approval_line_ids.filtered("decided_on").sorted("decided_on")[-1:]
        if line.decided_by_id:
            when = fields.Datetime.context_timestamp(self, line.decided_on)
            raise UserError(
                self.env._(
                    "“%(request)s”: this step is already decided by %(user)s on %(date)s at %(time)s.",
                    request=self.display_name,
                    user=line.decided_by_id.name,
                    date=when.strftime("%d/%m/%Y"),
                    time=when.strftime("%H:%M"),
                )
            )
        raise UserError(self.env._("“%(request)s” waits for no decision. Reload the page.", request=self.display_name))

    def _gov_check_reason(self, reason):
        """Return the reason without blanks around it; refuse one that is empty or too short (law 03-01)."""
        self.ensure_one()
        reason = " ".join((reason or "").split()) if isinstance(reason, str) else ""
        # sudo: only the length that the circuit asks for
        shortest = max(1, self.sudo().circuit_id.reason_min_length or 1)
        if len(reason) < shortest:
            raise UserError(
                self.env._(
                    "Give the reason, in %(number)s characters at least: the law requires it, and the requester reads "
                    "it.",
                    number=shortest,
                )
            )
        return reason

    def _gov_decision_vals(self, state, absent, reason):
        return {
            "state": state,
            "decided_by_id": self.env.uid,
            "decided_for_id": absent.id,
            "decided_on": fields.Datetime.now(),
            "reason": (reason or "").strip() or False,
        }

    def _gov_after_act(self, line):
        """Go on after a favourable act (or any opinion); return the journal entries to record."""
        self.ensure_one()
        line._clear_activities()
        entries = [(self, line.kind, self._gov_line_facts(line))]
        # sudo: only the state, after an act that was checked
        if self.sudo().approval_state == "submitted":
            self._transition("in_review")
        self._gov_on_decided(line)
        return entries + self._gov_advance()

    def _gov_advance(self):
        """Let the next step wait, or grant the request when none is left; return the journal entries to record."""
        self.ensure_one()
        # sudo: the next steps of a request whose act was checked
        lines = self.sudo().receipt_id.line_ids
        pending = lines.filtered(lambda line: line.state == "pending").sorted(lambda line: (line.sequence, line.id))
        for line in pending:
            if line._is_already_decided():
                line.state = "skipped"
                continue
            line._activate()
            return []
        if not lines.filtered(lambda line: line.round == self._gov_round() and line.decided_by_id):
            self._gov_check_granted_by_rule()
        self._transition("approved")
        self._gov_on_approved()
        self._gov_tell_applicants("approved")
        return [(self, "grant", {})]

    def _gov_check_granted_by_rule(self):
        """Refuse to grant without anybody's act a request of whoever has just set up that it needs none."""
        if rule := self._gov_rule_of_applicant():
            raise UserError(
                self.env._(
                    "“%(request)s” would be granted without anybody's act, and its requester is the last who changed "
                    "“%(rule)s”. Another HR manager must set it up.",
                    request=self.display_name,
                    rule=rule.display_name,
                )
            )

    def _gov_rule_of_applicant(self):
        """Return the first rule of the request (circuit…) that one of those who asked was the last to change."""
        self.ensure_one()
        applicants = self._gov_applicants() - self.env.ref("base.user_root")
        # sudo: the last change of a rule, whoever made it
        entries = self.env["gov.journal.entry"].sudo()
        for rule in self._gov_rules():
            last = entries.search(
                [("model", "=", rule._name), ("res_id", "=", rule.id), ("act", "=", "configure")],
                order="id desc",
                limit=1,
            )
            if last.actor_id in applicants:
                return rule
        return None

    def _gov_rules(self):
        """Return the records that say how the request is granted, each journalling its changes as ``configure``
        (hook)."""
        self.ensure_one()
        return [self.sudo().circuit_id]  # sudo: an archived circuit, or one of another role, counts as well

    def _gov_accept_silence(self, line):
        """Grant the request because the time to answer is over and the law makes silence an agreement."""
        self.ensure_one()
        self._gov_claim(("submitted", "in_review"))
        line.write({"state": "tacit", "decided_on": fields.Datetime.now()})
        line._clear_activities()
        self._gov_drop_lines()
        self._transition("approved")
        self._gov_on_approved()
        self._gov_tell_applicants("tacit", line)
        text = line.circuit_id.legal_text_id
        self._gov_record([(self, "tacit_agreement", {"law": text.code or text.name, "due": str(line.request_due_on)})])

    def _transition(self, target):
        """Change the state: the only way to do it.  For acts of this module and of concrete models.

        :raise UserError: when the table ``TRANSITIONS`` does not lead there
        """
        value = self._gov_state(target)
        # sudo: the state is compared whoever acts; the caller has checked who
        for record in self.sudo():
            if target not in self.TRANSITIONS.get(record.approval_state, ()):
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "“%(request)s” cannot go from “%(old)s” to “%(new)s”.",
                        request=record.display_name,
                        old=labels.get(record.state),
                        new=labels.get(value),
                    )
                )
        self._gov_write({"state": value})

    def _gov_drop_lines(self):
        # sudo: lines are written by acts alone, nobody has the right to
        lines = self.sudo().receipt_id.line_ids.filtered(lambda line: line.state in ("waiting", "pending"))
        if lines:
            lines.write({"state": "cancelled"})

    def _gov_round(self):
        self.ensure_one()
        # sudo: only how many times it was returned
        return self.sudo().receipt_id.return_count + 1

    def _gov_open_receipt(self):
        """Make the receipt at the first filing; count the delay on from where it stopped at the next ones.

        sudo: circuit, holidays and legal delay are settings, whoever files.
        """
        self.ensure_one()
        lines, holidays = self.env["gov.approval.line"], self.env["gov.public.holiday"].sudo()
        today, now = lines._today(), fields.Datetime.now()
        circuit, employee = self._gov_circuit().sudo(), self._gov_employee()
        receipt = self.receipt_id
        if receipt:
            due_on = receipt.due_on
            if due_on and receipt.returned_on:
                stopped = holidays._count_working_days(receipt.returned_on, today - timedelta(days=1))
                due_on = holidays._add_working_days(due_on, stopped) if stopped > 0 else due_on
        else:
            due_on = False
            if circuit.delay_days:
                longest = self.env["gov.parameter"].sudo().get_value("approval.max_days", today)
                due_on = min(
                    holidays._add_working_days(today, circuit.delay_days), today + timedelta(days=int(longest))
                )
        applicants = self._gov_applicants() | self.env.user
        vals = {
            "what": self._gov_summary(),
            "circuit_id": circuit.id,
            "employee_id": employee.id,
            "excluded_user_ids": [Command.link(user.id) for user in applicants],
            "department_id": employee.department_id.id,
            "region_id": employee.department_id.effective_region_id.id,
            "due_on": due_on,
        }
        if receipt:
            receipt.write(vals)
        else:
            receipt = receipt.create(
                dict(vals, res_model=self._name, res_id=self.id, requester_id=self.requester_id.id, issued_on=now)
            )
        self._gov_write(
            {
                "receipt_id": receipt.id,
                "circuit_id": circuit.id,
                "submitter_id": self.env.uid,
                "submitted_on": self.submitted_on or now,
                "due_on": due_on,
            }
        )

    def _gov_number_receipts(self):
        """Give numbers to new receipts; late in the act, for the series is a row that every filing changes."""
        today = self.env["gov.approval.line"]._today()
        series = defaultdict(list)
        for record in self:
            series[record.circuit_id.receipt_counter].append(record)
        for code in sorted(series):
            # sudo: the series of receipts moves by the act alone
            number = self.env["gov.counter"].sudo()._take(code, str(today.year), len(series[code]))
            for shift, record in enumerate(series[code]):
                name = record.circuit_id._format_receipt(number + shift, today.year)
                record.receipt_id.name = name
                record._gov_write({"receipt_number": name})

    def _gov_make_lines(self):
        """Copy the steps of the circuit, and skip those one head would take twice.

        sudo: lines are written by acts alone, nobody has the right to.
        """
        self.ensure_one()
        record = self.sudo()
        circuit, receipt = record.circuit_id, record.receipt_id
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        titles = circuit._get_step_titles()
        steps = circuit._get_steps()
        lines = (
            self.env["gov.approval.line"]
            .sudo()
            .create(
                [
                    {
                        "receipt_id": receipt.id,
                        "res_model": self._name,
                        "res_id": self.id,
                        "circuit_id": circuit.id,
                        "round": record._gov_round(),
                        "sequence": position,
                        "names": {code: titles[step.id].get(code) or titles[step.id]["en_US"] for code in languages},
                        "who": step.who,
                        "kind": step.kind,
                        "days": step.days,
                        "merge": step.merge,
                        "group_id": step.group_id.id if step.who == "role" else False,
                        "is_regional": step.is_regional,
                        "region_id": receipt.region_id.id,
                        "user_id": step.user_id.id if step.who == "person" else False,
                        "request_due_on": record.due_on,
                    }
                    for position, step in enumerate(steps, 1)
                ]
            )
        )
        found = [
            (line._work_out_actors() if line.who not in ("role", "person") else {"unit_id": None, "climbed": False})
            for line in lines
        ]
        skipped = merged_steps(
            [
                (vals["unit_id"] or None, vals["climbed"], line.kind, line.merge)
                for line, vals in zip(lines, found, strict=True)
            ]
        )
        for position in skipped:
            lines[position].state = "skipped"
        return lines

    def _gov_line_facts(self, line):
        """Return the facts of an act for the journal."""
        facts = {
            "step": line.names.get("en_US"),
            "kind": line.kind,
            "decision": line.opinion or line.state,
            "round": line.round,
        }
        if line.decided_for_id:
            facts["in_the_interim_of"] = line.decided_for_id.id
        if line.reason:
            facts["reason"] = line.reason
        return facts

    def _gov_record(self, entries):
        """Write the journal, last thing of the act, in id order."""
        self.env["gov.journal.entry"]._record_many(sorted(entries, key=lambda entry: entry[0].id))

    # ------------------------------------------------------------------ messages
    def _gov_tell_applicants(self, outcome, line=None, reason=None):
        """Tell who asked, in his language, what became of the request; one message, no e-mail to others."""
        # sudo: who asked is told, whoever acted
        for record in self.sudo():
            users = (record.requester_id | record._gov_employee().user_id).filtered("active") - self.env.user
            for lang, readers in users.grouped("lang").items():
                translated = record.with_context(lang=lang)
                # nobody answers by e-mail, and who decides follows what he decides on under "Waiting for me"
                translated.with_context(
                    gov_no_parent=True, mail_notify_force_send=False, mail_post_autofollow_author_skip=True
                ).message_post(
                    subject=translated.display_name,
                    body=translated._gov_outcome(outcome, line, reason),
                    partner_ids=readers.partner_id.ids,
                    subtype_xmlid="mail.mt_note",
                    author_id=self.env.user.partner_id.id,
                    email_from=self.env.user.email_formatted,
                    reply_to=self.env.user.email_formatted,
                    record_alias_domain_id=False,
                    record_company_id=self.env.company.id,
                    tracking_value_ids=[],
                )

    def _message_compute_parent_id(self, parent_id):
        """What became of a request answers no message: the discussion is not searched for one."""
        if self.env.context.get("gov_no_parent"):
            return parent_id
        return super()._message_compute_parent_id(parent_id)

    def _gov_outcome(self, outcome, line, reason):
        self.ensure_one()
        request, reason = self.display_name, reason or (line.reason if line else "")
        if outcome == "approved":
            return self.env._("Your request “%(request)s” is granted.", request=request)
        if outcome == "tacit":
            return self.env._(
                "Your request “%(request)s” is granted by tacit agreement: the time to answer is over.",
                request=request,
            )
        if outcome == "refused":
            return self.env._(
                "Your request “%(request)s” is refused. Reason: %(reason)s", request=request, reason=reason
            )
        if outcome == "returned":
            return self.env._(
                "Your request “%(request)s” is returned to you for completion: %(reason)s",
                request=request,
                reason=reason,
            )
        return self.env._(
            "Your request “%(request)s” is cancelled by HR. Reason: %(reason)s", request=request, reason=reason
        )

    def _gov_todo_words(self, key):
        kind, _colon, line_id = (key or "").partition(":")
        if kind == "step" and line_id.isdigit():
            # sudo: the name of the step, for who is called upon
            line = self.env["gov.approval.line"].sudo().browse(int(line_id)).exists()
            return line.name if (line.res_model, line.res_id) == (self._name, self.id) else None
        words = {
            "return": self.env._("Complete and file again"),
            "blocked": self.env._("Nobody can act on this request"),
        }
        return words.get(key) or super()._gov_todo_words(key)

    def _gov_plan_return(self):
        """Put the completion of a returned request on the to-do list of who asked."""
        self.ensure_one()
        activity_type = self.env.ref("gov_approval.mail_activity_type_return")
        # sudo: who asked gets the to-do, whoever acted
        record = self.sudo().with_context(mail_activity_quick_update=True)
        for user in (record.requester_id | record._gov_employee().user_id).filtered("active"):
            translated = record.with_context(lang=user.lang)
            translated.activity_schedule(
                activity_type_id=activity_type.id,
                user_id=user.id,
                date_deadline=self.env["gov.approval.line"]._today(),
                **translated._gov_said("return"),
                note=translated.return_reason,
            )

    def _gov_clear_returns(self):
        # sudo: to-dos of others end with the filing, whose caller was checked; a request never filed has none
        filed = self.sudo().filtered("receipt_id")
        if filed:
            type_id = self.env["ir.model.data"]._xmlid_to_res_id("gov_approval.mail_activity_type_return")
            drop_activities(filed.env, self._name, SQL(", ").join(SQL("%s", one) for one in filed.ids), type_id)

    def _gov_reminder_note(self, line):
        self.ensure_one()
        return self.env._("The delay of this step is over. Decide, or the next head will be called upon as well.")

    def _gov_plan_blocked(self, line, user, activity_type):
        """Tell one HR manager that nobody can act, in his language."""
        self.ensure_one()
        exists = self.activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type and activity.user_id == user
        )
        if exists:
            return
        self.activity_schedule(
            activity_type_id=activity_type.id,
            user_id=user.id,
            date_deadline=line._today(),
            **self._gov_said("blocked"),
            note=self.env._(
                "The step “%(step)s” finds no head with a login and no holder of the role who may act. Name a head of "
                "the unit, give him a login or an interim, or give the role to somebody: the request then goes on.",
                step=line.with_context(lang=user.lang).name,
            ),
        )
