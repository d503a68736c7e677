from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.defaults import without_defaults

HIGHEST = 10**13  # dirhams; beyond it somebody slipped on the keyboard
# A key only Python can hold: a call from outside cannot forge it.
_ACT = object()


class Day:
    """A day that acts of the sample year happened on; an object, so that no call from outside can give one."""

    def __init__(self, day):
        self.day = fields.Date.to_date(day)


class Before:
    """The acts of the same batch that come before one, for what its document tells; an object, as ``Day``."""

    def __init__(self, ids):
        self.ids = ids


def on_day(records, day):
    """Return ``records`` whose acts happen on ``day``: for the sample year and takeovers alone."""
    return records.with_context(gov_budget_day=Day(day))


class GovBudgetWorkedOut(models.AbstractModel):
    """A record with stored fields that the system works out: Odoo would store what a caller gives for them."""

    _name = "gov.budget.worked.out"
    _description = "Record with values worked out"

    def _has_field_access(self, field, operation):
        if operation == "write" and not self.env.su and _is_worked_out(field):
            return False
        return super()._has_field_access(field, operation)

    @api.model_create_multi
    def create(self, vals_list):
        names = [name for name, field in self._fields.items() if _is_worked_out(field)]
        return super(GovBudgetWorkedOut, without_defaults(self, names)).create(vals_list)


def _is_worked_out(field):
    return field.store and field.readonly and field.compute


class GovBudgetAmounts(models.AbstractModel):
    """A record with amounts that people type: numbers within reason, never an infinity."""

    _name = "gov.budget.amounts"
    _description = "Record with amounts"
    _inherit = ["gov.budget.worked.out"]

    _amount_fields = ()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._gov_check_amounts(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._gov_check_amounts(vals)
        return super().write(vals)

    @api.model
    def _gov_check_amounts(self, vals):
        for name in self._amount_fields:
            value = vals.get(name) or 0
            # what is no number compares to nothing
            if not (isinstance(value, int | float | Decimal) and abs(value) <= HIGHEST):
                raise UserError(
                    self.env._(
                        "“%(value)s” is no amount of a budget (%(field)s).",
                        value=value,
                        field=self._fields[name]._description_string(self.env),
                    )
                )


class GovBudgetPart(models.AbstractModel):
    """A line of an act (``_act_field``): added, changed and taken away while the act is a draft, and no longer."""

    _name = "gov.budget.part"
    _description = "Line of an act"
    _inherit = ["gov.budget.worked.out"]

    _act_field = None
    # the fields that stay as they were handed over; None: all of them
    _part_fields = None

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._gov_check_draft()
        return parts

    def write(self, vals):
        if self._part_fields is None or not self._part_fields.isdisjoint(vals):
            self._gov_check_draft()
        result = super().write(vals)
        if self._act_field in vals:  # nor is a line moved into an act that is no draft
            self._gov_check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self._gov_check_draft()

    def _gov_check_draft(self):
        acts = self[self._act_field]
        # an act that happens at the same instant is waited for, and seen
        acts._gov_lock()
        for act in acts:
            if act.state not in act._draft_states:
                raise UserError(self._gov_kept_sentence(act))

    @api.model
    def _gov_kept_sentence(self, act):
        return self.env._("“%(act)s” is no longer a draft: its lines do not change.", act=act.display_name)


class GovBudgetStateful(models.AbstractModel):
    """A record whose state, and the other fields of its acts, change by ``action_*`` alone.

    A model names the protected fields in ``_act_fields``; acts take a state with :meth:`_gov_take`, whose conditional
    UPDATE makes them happen once, and write the rest with :meth:`_gov_write`.
    """

    _name = "gov.budget.stateful"
    _description = "Record changed by acts"
    _inherit = ["gov.budget.worked.out"]

    _act_fields = frozenset({"state"})
    # states in which users still edit the other fields; None: always
    _draft_states = None
    # fields that users may write in every state
    _free_fields = frozenset()

    # ------------------------------------------------------------------ guards
    @api.model_create_multi
    def create(self, vals_list):
        # before any amount is computed with those of the lines
        for vals in vals_list:
            self._gov_check_line_amounts(vals)
        if not self._gov_is_acting():
            names = set().union(*vals_list) & self._act_fields if vals_list else set()
            first = {name: self._fields[name].default for name in names}
            for vals in vals_list:
                for name in names & vals.keys():
                    start = first[name](self) if first[name] else False
                    if (vals[name] or False) != (start or False):
                        raise UserError(self._gov_refusal_text(name))
        return super(GovBudgetStateful, without_defaults(self, self._act_fields)).create(vals_list)

    def write(self, vals):
        self._gov_check_line_amounts(vals)
        if not self._gov_is_acting():
            names = self._act_fields & vals.keys()
            if names:
                raise UserError(self._gov_refusal_text(sorted(names)[0]))
            self._gov_check_editable(vals)
        return super().write(vals)

    @api.model
    def _gov_check_line_amounts(self, vals):
        field, commands = self._fields.get("line_ids"), vals.get("line_ids")
        check = field and commands and getattr(self.env[field.comodel_name], "_gov_check_amounts", None)
        for command in commands if check else ():
            if isinstance(command, list | tuple) and len(command) == 3 and isinstance(command[2], dict):
                check(command[2])

    def _gov_check_editable(self, vals):
        if self._draft_states is None or "state" not in self._fields:
            return
        changed = vals.keys() - self._free_fields - {"message_follower_ids", "message_ids", "activity_ids"}
        for record in self:
            if changed and record.state not in self._draft_states:
                raise UserError(
                    self.env._(
                        "%(record)s is no longer a draft: its content does not change. Return it or cancel it with "
                        "its buttons.",
                        record=record.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_acted(self):
        if self._draft_states is None or "state" not in self._fields:
            return
        for record in self:
            if record.state not in self._draft_states:
                raise UserError(self.env._("%(record)s is no longer a draft: it is kept.", record=record.display_name))

    def _gov_refusal_text(self, name):
        return self.env._(
            "“%(field)s” of “%(model)s” changes with its buttons only.",
            field=self._fields[name]._description_string(self.env),
            model=self._description,
        )

    # ------------------------------------------------------------------ for acts
    def _gov_is_acting(self):
        """Tell whether an act is writing, past the guards."""
        return self.env.context.get("gov_budget_act") is _ACT

    def _gov_write(self, vals):
        """Write as an act: with the rights of the act that has checked who does it, and past the guards."""
        # sudo: the act has checked who may do it
        return self.sudo().with_context(gov_budget_act=_ACT).write(vals)

    @api.model
    def _gov_create(self, vals_list):
        """Create as an act."""
        # sudo: the act has checked who may do it
        records = self.sudo().with_context(gov_budget_act=_ACT).create(vals_list)
        return self.browse(records.ids)

    def _gov_lock(self):
        """Wait for other acts on these records: the state read from here on is theirs until this act ends.

        For an act whose sources are several and whose effect depends on the one it started from.
        """
        self.flush_recordset()
        # what changed since a request began is no error: Odoo begins the request again
        self.env.cr.execute(
            SQL(
                "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                SQL.identifier(self._table),
                tuple(self.ids) or (0,),
            ),
            log_exceptions=False,
        )
        self.invalidate_recordset()

    def _gov_take(self, sources, target):
        """Turn the state of all these records, or refuse: the first statement of an act, which makes it happen once.

        :param sources: states that the act starts from
        """
        sources = (sources,) if isinstance(sources, str) else tuple(sources)
        self.flush_recordset()
        taken = self.env.execute_query(
            SQL(
                "UPDATE %s SET state = %s, write_uid = %s, write_date = now() AT TIME ZONE 'UTC' "
                "WHERE id IN %s AND state IN %s RETURNING id",
                SQL.identifier(self._table),
                target,
                self.env.uid,
                tuple(self.ids) or (0,),
                sources,
            )
        )
        self.invalidate_recordset()
        late = self - self.browse(row[0] for row in taken)
        if late:
            labels = dict(self._fields["state"]._description_selection(self.env))
            record = late.sudo()[:1]  # sudo: its name and state, for the refusal
            raise UserError(
                self.env._(
                    "“%(record)s” is %(state)s: it cannot become “%(target)s” now. Reload the page to see what was "
                    "done.",
                    record=record.display_name,
                    state=labels.get(record.state, record.state),
                    target=labels.get(target, target),
                )
            )
        self.modified(["state"])
        return True

    @api.model
    def _gov_today(self):
        """Return the day of an act: today of the user."""
        day = self.env.context.get("gov_budget_day")
        return day.day if isinstance(day, Day) else fields.Date.context_today(self)

    @api.model
    def _gov_to_day(self, value, sentence):
        """Return the day that a caller gives; :raise UserError: with ``sentence`` when there is none."""
        if not value:
            raise UserError(sentence)
        return self.env["gov.parameter"]._to_day(value)

    def _gov_check_role(self, roles, sentence):
        """Refuse who has none of the roles (short names of gov_base groups)."""
        names = ",".join(f"gov_base.group_{role}" for role in roles)
        if not self.env.su and not self.env.user.has_groups(names):
            raise AccessError(sentence)

    def _gov_check_not_author(self):
        """Refuse who made or asked for the record: who decides is never who asked."""
        if self.env.user.id in self._gov_authors().ids:
            raise AccessError(
                self.env._("You prepared this: somebody else decides on it. Who acts is never who asked.")
            )

    def _gov_authors(self):
        return self.sudo().create_uid  # sudo: who made it, whatever the reader sees

    @api.model
    def _gov_check_reason(self, reason):
        if not (isinstance(reason, str) and len(reason.strip()) >= 5):
            raise UserError(self.env._("Say why, in a few words: a refusal or a cancellation takes a reason."))
        return reason.strip()
