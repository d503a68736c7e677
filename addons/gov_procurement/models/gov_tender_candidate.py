from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import short_transaction

from ..tools.call import CONSULTED, TWO_STAGES


class GovTenderCandidate(models.Model):
    """An enterprise consulted by letter (restricted call, negotiation), or that applies to be selected (pre-selection,
    competition).

    Consulted: listed → consulted, all on the same day.  Selection: registered with its hour (or late) → admitted or
    refused by the committee, with its reason; those admitted are invited to bid.
    """

    _name = "gov.tender.candidate"
    _description = "Candidate of a call for tenders"
    _inherit = ["gov.budget.stateful", "gov.document.mixin"]
    _order = "tender_id, number, id"
    _rec_name = "partner_id"
    _act_fields = frozenset({"state", "number", "received_at", "reason", "consulted_on", "invited_on"})

    tender_id = fields.Many2one("gov.tender", required=True, index=True, ondelete="cascade")
    tender_state = fields.Selection(related="tender_id.state", string="State of the call")
    partner_id = fields.Many2one("res.partner", "Candidate", required=True, index=True, ondelete="restrict")
    number = fields.Integer("No.", readonly=True, copy=False, aggregator=None)
    received_at = fields.Datetime("Received at", readonly=True, copy=False)
    bearer = fields.Char("Bearer", help="Who brought the application, or the reference of the electronic deposit.")
    consulted_on = fields.Date("Consulted on", readonly=True, copy=False)
    invited_on = fields.Date("Invited to bid on", readonly=True, copy=False)
    reason = fields.Text("Not admitted because", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("listed", "To consult"),
            ("consulted", "Consulted"),
            ("registered", "Application received"),
            ("late", "Late"),
            ("admitted", "Admitted"),
            ("refused", "Not admitted"),
        ],
        default="listed",
        required=True,
        readonly=True,
        copy=False,
    )

    _pair_uniq = models.Constraint("UNIQUE (tender_id, partner_id)", "This enterprise is on the list already.")

    @api.model_create_multi
    @short_transaction
    def create(self, vals_list):
        candidates = super().create(vals_list)
        if not self._gov_is_act():
            candidates._gov_register()
        return candidates

    def _gov_register(self):
        """Put candidates on the list to consult, or register their applications with number and hour."""
        rows = []
        for tender, candidates in self.grouped("tender_id").items():
            if tender.procedure in CONSULTED and tender.state in ("draft", "file"):
                continue
            if tender.procedure not in TWO_STAGES or tender.state != "candidates":
                raise UserError(
                    self.env._(
                        "Enterprises are listed before the letters leave (restricted call, negotiation), or register "
                        "once the call for applications is published."
                    )
                )
            tender.flush_recordset()
            candidates.flush_recordset()
            [(last,)] = self.env.execute_query(
                SQL(
                    "UPDATE gov_tender SET last_bid = COALESCE(last_bid, 0) + %s WHERE id = %s RETURNING last_bid",
                    len(candidates),
                    tender.id,
                )
            )
            tender.invalidate_recordset(["last_bid"])
            now = fields.Datetime.now()
            state = "late" if now > tender.deadline_at else "registered"
            for number, one in enumerate(candidates, last - len(candidates) + 1):
                one._gov_write({"number": number, "received_at": now, "state": state})
                rows.append((tender, "register_application", {"candidate": one.id, "number": number, "state": state}))
        self.env["gov.journal.entry"]._record_many(rows)

    def _gov_check_editable(self, vals):
        for one in self:
            if one.state != "listed" or one.tender_state not in ("draft", "file"):
                raise UserError(self.env._("The candidate was consulted or registered: the list no longer changes."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_listed(self):
        for one in self:
            if one.state != "listed" or one.tender_state not in ("draft", "file"):
                raise UserError(self.env._("The candidate was consulted or registered: it stays on the list."))

    def _gov_check_selection(self):
        self.check_access("read")
        self._gov_check_role(
            ("procurement_officer",), self.env._("A procurement officer writes what the committee decides.")
        )
        for tender in self.tender_id:
            if tender.state != "candidates" or fields.Datetime.now() < tender.session_at:
                raise UserError(
                    self.env._("The committee examines the applications once their delay has passed, in session.")
                )
            if not tender.convoked_on:
                raise UserError(
                    self.env._("Convoke the committee first: its members were not told of the session (art. 38).")
                )
            tender._gov_check_quorum()

    @short_transaction
    def action_admit(self):
        """Admit the candidate to bid, by the committee."""
        self._gov_check_selection()
        barred = self.env["gov.supplier.exclusion"]._gov_barred(self.partner_id, fields.Date.context_today(self))
        for one in self:
            if one.partner_id in barred:
                raise UserError(
                    self.env._(
                        "%(bidder)s is excluded from public procurement: reject.", bidder=one.partner_id.display_name
                    )
                )
        self._gov_take(("registered", "refused"), "admitted")
        self._gov_write({"reason": False})
        self._gov_journal("admit_candidate")
        return True

    @short_transaction
    def action_refuse(self, reason):
        """Do not admit the candidate, with the reasons that are told to it."""
        reason = self._gov_check_reason(reason)
        self._gov_check_selection()
        self._gov_take(("registered", "admitted"), "refused")
        self._gov_write({"reason": reason})
        self._gov_journal("refuse_candidate")
        return True

    def _gov_journal(self, act):
        self.env["gov.journal.entry"]._record_many(
            [(one.tender_id, act, {"candidate": one.id, "reason": one.reason or ""}) for one in self]
        )
