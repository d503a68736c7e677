from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import short_transaction

# what a member writes of himself, and what the office notes for him once the file was sent
OWN = {"declaration", "remark"}
NOTED = OWN | {"is_present", "quality", "sequence"}


class GovTenderCommittee(models.Model):
    """A member of the committee of a call: its quality, presence and declaration on conflicts of interest (art. 38).

    Members are named before the file is sent; then one is replaced by :meth:`action_substitute` alone.
    """

    _name = "gov.tender.committee"
    _description = "Member of a committee"
    _inherit = ["gov.budget.stateful"]
    _order = "tender_id, sequence, id"
    _act_fields = frozenset(
        {"declared_at", "is_replaced", "substitute_for_id", "convoked_on", "arrived_at", "left_at"}
    )

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one("res.users", "User", index="btree_not_null", ondelete="restrict")
    name = fields.Char("Member", compute="_compute_name", store=True, readonly=False, required=True, precompute=True)
    quality = fields.Char("Quality", translate=True)
    role = fields.Selection(
        [
            ("president", "President"),
            ("administration", "Representative of the administration"),
            ("treasury", "Representative of the Treasury"),
            ("finance", "Representative of the ministry of finance"),
            ("expert", "Expert, without vote"),
        ],
        required=True,
        default="administration",
    )
    is_concerned = fields.Boolean("Of the service concerned")
    is_present = fields.Boolean("Present", copy=False)
    arrived_at = fields.Datetime("Arrived at", readonly=True, copy=False)
    left_at = fields.Datetime("Left at", readonly=True, copy=False)
    declaration = fields.Selection(
        [("none", "No conflict of interest"), ("conflict", "In conflict: leaves")], "Declaration", copy=False
    )
    declared_at = fields.Datetime(readonly=True, copy=False)
    convoked_on = fields.Date("Convoked on", readonly=True, copy=False)
    remark = fields.Text("Remarks on the file")
    is_replaced = fields.Boolean("Replaced", readonly=True, copy=False)
    substitute_for_id = fields.Many2one(
        "gov.tender.committee",
        "Substitute for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _user_uniq = models.UniqueIndex(
        "(tender_id, user_id) WHERE user_id IS NOT NULL", "This person is a member already."
    )

    @api.depends("user_id")
    def _compute_name(self):
        for one in self:
            one.name = one.name or one.user_id.name

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        if not self._gov_is_act():
            for one in members:
                if one.tender_id.state != "draft":
                    raise UserError(
                        self.env._("The file was sent to this committee: a member is replaced, none is added.")
                    )
                if one.declaration:
                    one._gov_check_declares()
        return members

    def _gov_check_editable(self, vals):
        if vals.keys() - OWN and not self.env.su:
            if not self.env.user.has_group("gov_base.group_procurement_officer"):
                raise AccessError(
                    self.env._("A member writes his declaration and his remarks; the rest is noted for him.")
                )
        if "declaration" in vals:
            self._gov_check_declares()
        for one in self:
            tender = one.sudo().tender_id  # sudo: its state, a member reads his own seat alone
            if vals.keys() - NOTED and tender.state != "draft":
                raise UserError(self.env._("The file was sent to this committee: name its members before."))
            if {"is_present", "declaration"} & vals.keys():
                if tender.state not in ("draft", "file", "candidates", "published", "session"):
                    raise UserError(self.env._("The session is closed: its committee stays as it was."))
                if one.is_replaced:
                    raise UserError(self.env._("%(member)s is replaced: his substitute sits.", member=one.name))

    @short_transaction
    def write(self, vals):
        if self._gov_is_act():
            return super().write(vals)
        watched = {"is_present", "declaration"} & vals.keys()
        before = {one.id: one.is_present for one in self}
        result = super().write(vals)
        if not watched:
            return result
        now = fields.Datetime.now()
        if "declaration" in vals:
            self._gov_write({"declared_at": now})
        self.filtered(lambda one: one.is_present and not before[one.id])._gov_write(
            {"arrived_at": now, "left_at": False}
        )
        self.filtered(lambda one: before[one.id] and not one.is_present)._gov_write({"left_at": now})
        self._gov_touch_session()
        self.env["gov.journal.entry"]._record_many(
            [
                (
                    one.tender_id,
                    "committee",
                    {"member": one.id, "present": one.is_present, "declaration": one.declaration or ""},
                )
                for one in self
            ]
        )
        return result

    def _gov_touch_session(self):
        """Change the row of the calls in session, so that who types an amount at this moment sees who is there."""
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                "UPDATE gov_tender SET write_date = now() AT TIME ZONE 'UTC' WHERE id IN %s AND state = 'session' "
                "RETURNING id",
                tuple(self.tender_id.ids) or (0,),
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        for one in self:
            if one.tender_id.state != "draft":
                raise UserError(self.env._("The file was sent to this committee: its members stay."))

    def _gov_check_declares(self):
        for one in self:
            if one.user_id and one.user_id != self.env.user and not self.env.su:
                raise AccessError(self.env._("Each member declares for himself."))

    @short_transaction
    def action_substitute(self, user=None, reason=None, name=None):
        """Replace a member who cannot sit by another person of the same quality, with the reason (art. 38).

        :param user: user who sits instead, or None
        :param reason: kept in the journal
        :param name: name of the substitute, when not a user
        """
        self._gov_check_role(
            ("procurement_officer",), self.env._("A procurement officer notes who sits on a committee.")
        )
        reason = self._gov_check_reason(reason)
        self.ensure_one()
        substitute = self.env["res.users"].browse(int(user)).exists() if user else self.env["res.users"]
        title = substitute.name or (name or "").strip()
        if not title:
            raise UserError(self.env._("Name the person who sits instead."))
        tender = self.tender_id
        if tender.state not in ("file", "candidates", "published"):
            raise UserError(self.env._("A member is replaced once the file was sent and before the session opens."))
        if self.is_replaced:
            raise UserError(self.env._("%(member)s is replaced: his substitute sits.", member=self.name))
        if substitute and substitute in tender.committee_ids.user_id:
            raise UserError(self.env._("%(person)s sits on this committee already.", person=substitute.name))
        one = self._gov_create(
            [
                {
                    "tender_id": tender.id,
                    "sequence": self.sequence,
                    "user_id": substitute.id,
                    "name": title,
                    "role": self.role,
                    "is_concerned": self.is_concerned,
                    "substitute_for_id": self.id,
                    "convoked_on": self.convoked_on and fields.Date.context_today(self),
                    "is_present": False,
                    "declaration": False,
                }
            ]
        )
        self._gov_write({"is_replaced": True, "is_present": False})
        self.env["gov.journal.entry"]._record_many(
            [(tender, "substitute", {"member": self.id, "substitute": one.id, "name": title, "reason": reason})]
        )
        return True
