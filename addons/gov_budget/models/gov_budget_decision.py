from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.gov_base.tools.act import short_transaction

from .gov_budget_stateful import Before

STATES = [
    ("draft", "Draft"),
    ("submitted", "To be signed"),
    ("signed", "Signed"),
    ("authorised", "Authorised"),
    ("effective", "Effective"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]
RUNNING = ("submitted", "signed", "authorised")
HELD = ("signed", "authorised")
MOST_CALLED = 5  # holders of a role who each get a to-do


class GovBudgetDecision(models.AbstractModel):
    """A decision on credits: drafted, signed by the authorising officer, authorised where the law asks, then visaed.

    draft → submitted → signed → (authorised: the decision of somebody else, recorded) → effective with the visa of the
    accountant; or refused, returned to draft, cancelled with a reason.  Who prepared does not sign, who signed does
    not visa.  What a signed decision will take is reserved on its lines until it is effective or given up.
    """

    _name = "gov.budget.decision"
    _description = "Decision on credits"
    _inherit = ["gov.budget.stateful", "mail.thread", "mail.activity.mixin", "gov.document.mixin"]
    _act_fields = frozenset(
        {
            "state",
            "number",
            "submitted_by_id",
            "submitted_on",
            "signed_by_id",
            "signed_on",
            "authority_reference",
            "authority_date",
            "authorised_by_id",
            "visa_number",
            "visa_date",
            "visa_by_id",
            "refusal_reason",
            "document_ar_id",
            "document_fr_id",
        }
    )
    _draft_states = ("draft",)
    _series = None  # series of the numbers, such as budget.amendment
    _prefix = "D"

    number = fields.Char(readonly=True, copy=False, index="trigram")
    reason = fields.Text(required=True, help="Why: it is printed on the decision.")
    state = fields.Selection(
        STATES, string="Status", required=True, readonly=True, default="draft", copy=False, tracking=True, index=True
    )
    date = fields.Date(required=True, default=lambda self: self._gov_today(), copy=False, help="Day of the decision.")
    submitted_by_id = fields.Many2one(
        "res.users", "Prepared by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    signed_by_id = fields.Many2one(
        "res.users", "Signed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    signed_on = fields.Date(readonly=True, copy=False)
    authority_reference = fields.Char("Decision of the authority", readonly=True, copy=False, tracking=True)
    authority_date = fields.Date("Decided on", readonly=True, copy=False)
    authorised_by_id = fields.Many2one(
        "res.users", "Recorded by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    visa_number = fields.Char("Visa", readonly=True, copy=False)
    visa_date = fields.Date("Date of the visa", readonly=True, copy=False, index=True)
    visa_by_id = fields.Many2one(
        "res.users", "Visa given by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    refusal_reason = fields.Text("Why it was refused", readonly=True, copy=False)
    document_ar_id = fields.Many2one(
        "gov.document", "Decision in Arabic", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    document_fr_id = fields.Many2one(
        "gov.document", "Decision in French", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    needs_authority = fields.Boolean("Waits for another authority", compute="_compute_needs_authority")
    waits_for = fields.Char("What it waits for", compute="_compute_waits_for")
    can_sign = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_authorise = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_visa = fields.Boolean(compute="_compute_can", export_string_translation=False)
    can_prepare = fields.Boolean(compute="_compute_can", export_string_translation=False)

    # ------------------------------------------------------------------ computes
    @api.depends("number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for record in self:
            record.display_name = (
                f"\u2066{record.number}\u2069" if record.number else self.env._("Draft %(id)s", id=record.id or "")
            )

    def _compute_needs_authority(self):
        for record in self:
            record.needs_authority = bool(record._gov_authority())

    @api.depends("state", "needs_authority")
    @api.depends_context("lang")
    def _compute_waits_for(self):
        for record in self:
            if record.state == "submitted":
                record.waits_for = self.env._("The signature of the authorising officer")
            elif record.state == "signed" and record.needs_authority:
                record.waits_for = record._gov_authority()
            elif record.state in HELD:
                record.waits_for = self.env._("The visa of the accountant")
            else:
                record.waits_for = False

    @api.depends("state", "needs_authority")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        is_authorising = user.has_group("gov_base.group_authorising_officer")
        is_budget = user.has_group("gov_base.group_budget_officer")
        is_controller = user.has_group("gov_base.group_expenditure_controller")
        for record in self:
            is_author = user in record._gov_authors()
            record.can_prepare = is_budget
            record.can_sign = is_authorising and record.state == "submitted" and not is_author
            record.can_authorise = (
                (is_authorising or is_budget) and record.state == "signed" and record.needs_authority and not is_author
            )
            record.can_visa = (
                is_controller
                and record.state == ("authorised" if record.needs_authority else "signed")
                and not is_author
                and user != record.sudo().signed_by_id  # sudo: who signed
            )

    # ------------------------------------------------------------------ what a kind of decision says
    def _gov_authority(self):
        """Return who else decides, in words, or an empty text when the authorising officer does."""
        return ""

    def _gov_problems(self):
        """Return the sentences of what is wrong with the content now; a decision with one is not submitted."""
        return []

    def _gov_on_signed(self):
        """Hold what the decision will take; in the transaction of the signature."""

    def _gov_on_released(self):
        """Give back what was held; in the transaction of the refusal, return or cancellation."""

    def _gov_on_effective(self):
        """Post the movements; in the transaction of the visa."""

    def _gov_document_kind(self):
        """Return (register xml id, kind of template) of the document made when effective, or None."""
        return None

    def _gov_posting_day(self):
        """Return the day of the movements: that of the visa, never after the year of the budget."""
        return min(self.visa_date, self.budget_id.fiscal_year_id.date_to)

    def _gov_facts(self):
        """Return the facts for the journal."""
        return {"number": self.number or "", "reason": self.reason or ""}

    # ------------------------------------------------------------------ hooks
    def _gov_authors(self):
        # sudo: who made it and who submitted it
        return self.sudo().create_uid | self.sudo().submitted_by_id

    def copy_data(self, default=None):
        return [dict(vals, date=self._gov_today()) for vals in super().copy_data(default)]

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_submit(self):
        """Hand the drafts over for signature. Budget officers only."""
        self._gov_check_role(
            ("budget_officer",), self.env._("Only a budget officer hands decisions on credits over for signature.")
        )
        self.check_access("write")
        self._gov_take("draft", "submitted")
        for record in self:
            problems = record._gov_problems()
            if problems:
                raise UserError("\n".join(problems))
        for record in self:
            year = record.date.year
            vals = {"submitted_by_id": self.env.uid, "submitted_on": fields.Datetime.now(), "refusal_reason": False}
            if not record.number:
                rank = self.env["gov.counter"]._take(self._series, year)
                vals["number"] = f"{self._prefix}-{year}-{rank:04d}"
            record._gov_write(vals)
        return self._gov_journal("submit")

    def action_approve(self, comment=None):
        """Do the act that these decisions wait for and that the user may do: sign, or give the visa."""
        for record in self:
            if record.state == "submitted":
                record.action_sign()
            else:
                record.action_visa(comment)
        return True

    @short_transaction
    def action_sign(self):
        """Sign: the authorising officer decides, or asks the ministry of finance; what is taken is held."""
        self._gov_check_signer()
        self._gov_take("submitted", "signed")
        for record in self:
            problems = record._gov_problems()
            if problems:
                raise UserError("\n".join(problems))
        self._gov_write({"signed_by_id": self.env.uid, "signed_on": self._gov_today()})
        self._gov_on_signed()
        return self._gov_journal("sign")

    def _gov_check_signer(self):
        self._gov_check_role(
            ("authorising_officer",), self.env._("Only an authorising officer signs decisions on credits.")
        )
        self.check_access("read")
        for record in self:
            record._gov_check_not_author()

    @short_transaction
    def action_authorise(self, reference, date):
        """Record the decision of the other authority, with its number and day."""
        self._gov_check_role(
            ("authorising_officer", "budget_officer"),
            self.env._("Only budget and authorising officers record a decision of another authority."),
        )
        self.check_access("read")
        if not (isinstance(reference, str) and reference.strip()):
            raise UserError(self.env._("Give the number of the decision."))
        day = self._gov_to_day(date, self.env._("Give the day of the decision."))
        if day > self._gov_today():
            raise UserError(self.env._("The decision is dated in the future."))
        for record in self:
            record._gov_check_not_author()
            if not record._gov_authority():
                raise UserError(
                    self.env._(
                        "%(record)s is decided by the authorising officer alone: it waits for the visa.",
                        record=record.display_name,
                    )
                )
        self._gov_take("signed", "authorised")
        self._gov_write(
            {"authority_reference": reference.strip(), "authority_date": day, "authorised_by_id": self.env.uid}
        )
        return self._gov_journal("authorise")

    def action_visa(self, visa_number=None):
        """Give the visa: the decision is effective, its movements are in the ledger. Expenditure controllers only."""
        self._gov_visa(visa_number)
        self._gov_finish_documents()
        return True

    @short_transaction
    def _gov_visa(self, visa_number=None):
        self._gov_check_role(("expenditure_controller",), self.env._("Only an expenditure controller gives the visa."))
        self.check_access("read")
        self._gov_lock()
        waiting = self.filtered(lambda record: record._gov_authority())
        for record in self:
            record._gov_check_not_author()
            if self.env.user == record.sudo().signed_by_id:  # sudo: who signed
                raise AccessError(self.env._("You signed this decision: somebody else gives the visa."))
            if record in waiting and record.state == "signed":
                raise UserError(
                    self.env._(
                        "%(record)s waits for: %(authority)s. Record that decision first.",
                        record=record.display_name,
                        authority=record._gov_authority(),
                    )
                )
        if waiting:
            waiting._gov_take("authorised", "effective")
        if self - waiting:
            (self - waiting)._gov_take("signed", "effective")
        today = self._gov_today()
        for record in self:
            number = (visa_number or "").strip() if isinstance(visa_number, str) else ""
            if not number:
                number = f"V-{today.year}-{self.env['gov.counter']._take('budget.visa', today.year):04d}"
            record._gov_write({"visa_number": number, "visa_date": today, "visa_by_id": self.env.uid})
        self._gov_prepare_documents()
        self._gov_on_effective()
        return self._gov_journal("visa")

    @short_transaction
    def action_refuse(self, reason):
        """Refuse to sign (authorising officer) or to give the visa (expenditure controller), with the reason."""
        reason = self._gov_check_reason(reason)
        self.check_access("read")
        self._gov_lock()
        self._gov_check_decider()
        held = self.filtered(lambda record: record.state in HELD)
        self._gov_take(RUNNING, "refused")
        self._gov_write({"refusal_reason": reason})
        held._gov_on_released()
        return self._gov_journal("refuse", {"why": reason})

    @short_transaction
    def action_return(self, reason):
        """Give the decision back to who prepared it, to be corrected, with the reason."""
        reason = self._gov_check_reason(reason)
        self.check_access("read")
        self._gov_lock()
        self._gov_check_decider()
        held = self.filtered(lambda record: record.state in HELD)
        self._gov_take(RUNNING, "draft")
        self._gov_write(
            {
                "refusal_reason": reason,
                "signed_by_id": False,
                "signed_on": False,
                "authority_reference": False,
                "authority_date": False,
                "authorised_by_id": False,
            }
        )
        held._gov_on_released()
        return self._gov_journal("return", {"why": reason})

    def _gov_check_decider(self):
        for record in self:
            role = "authorising_officer" if record.state == "submitted" else "expenditure_controller"
            sentence = (
                self.env._("Only an authorising officer refuses or returns what waits for the signature.")
                if record.state == "submitted"
                else self.env._("Only an expenditure controller refuses or returns what waits for the visa.")
            )
            record._gov_check_role((role,), sentence)
            record._gov_check_not_author()

    @short_transaction
    def action_cancel(self, reason=None):
        """Give up a decision that is not effective: who prepared it before the signature, the signatory after."""
        self.check_access("read")
        self._gov_lock()
        for record in self:
            if record.state in HELD:
                self._gov_check_role(
                    ("authorising_officer",), self.env._("Once signed, the authorising officer cancels.")
                )
            else:
                self._gov_check_role(("budget_officer",), self.env._("Only a budget officer cancels a draft."))
        if any(record.state != "draft" for record in self):
            reason = self._gov_check_reason(reason)
        held = self.filtered(lambda record: record.state in HELD)
        self._gov_take(("draft", *RUNNING), "cancelled")
        self._gov_write({"refusal_reason": (reason or "").strip() or False})
        held._gov_on_released()
        return self._gov_journal("cancel", {"why": reason or ""})

    # ------------------------------------------------------------------ who is called upon
    def _gov_call(self, role):
        """Put the decisions on the home page of those who act next; a role of many has the list alone."""
        # sudo: who holds the role, and the to-do that the act gives them
        users = (
            self.env.ref(f"gov_base.group_{role}")
            .sudo()
            .all_user_ids.filtered(lambda user: user.active and not user.share)
        )
        if not users or len(users) > MOST_CALLED:
            return
        key = "sign" if role == "authorising_officer" else "visa"
        said = {user: self[:1].with_context(lang=user.lang)._gov_said(key) for user in users}
        kind = self.env["ir.model"]._get_id(self._name)
        activity_type = self.env.ref("mail.mail_activity_data_todo").id
        # sudo: as above
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": kind,
                    "res_id": record.id,
                    "activity_type_id": activity_type,
                    **said[user],
                    "user_id": user.id,
                    "automated": True,
                    "date_deadline": record._gov_today(),
                }
                for record in self
                for user in users - record._gov_authors()
            ]
        )

    def _gov_todo_words(self, key):
        words = {
            "sign": self.env._("Decision on credits to sign"),
            "visa": self.env._("Decision on credits: the visa is asked"),
        }
        return words.get(key) or super()._gov_todo_words(key)

    def _gov_uncall(self):
        """Take the decisions off the home pages."""
        # sudo: the to-dos of other users end with the act
        self.sudo().activity_ids.with_context(mail_activity_quick_update=True).unlink()

    def _gov_journal(self, act, more=None):
        self._gov_uncall()
        if act == "submit":
            self._gov_call("authorising_officer")
        elif act == "authorise":
            self._gov_call("expenditure_controller")
        elif act == "sign":
            self.filtered(lambda record: not record._gov_authority())._gov_call("expenditure_controller")
        self.env["gov.journal.entry"]._record_many(
            [(record, act, {**record.sudo()._gov_facts(), **(more or {})}) for record in self]  # sudo: the facts
        )
        return True

    # ------------------------------------------------------------------ documents
    def _gov_prepare_documents(self):
        """Number and freeze the decision in Arabic and in French; in the transaction of the visa.

        sudo: the act has checked who gives the visa.
        """
        vals_list, owners = [], []
        for rank, record in enumerate(self):
            record = record.with_context(gov_budget_before=Before(self.ids[:rank]))
            kind = record._gov_document_kind()
            if not kind:
                continue
            register, template = kind
            signatory = record.sudo().signed_by_id.employee_id
            for lang in ("ar", "fr"):
                vals_list.append(
                    {
                        "register": self.env.ref(f"{register}_{lang}").sudo(),
                        "kind": template,
                        "template": self.env.ref(f"gov_budget.template_{template}_{lang}"),
                        "record": record,
                        "issue_date": record.visa_date,
                        "values": record.sudo()._gov_document_values(lang),
                        "signatory": signatory,
                    }
                )
                owners.append((record, f"document_{lang}_id"))
        if not vals_list:
            return
        documents = self.env["gov.document"].sudo()._gov_prepare(vals_list)
        for (record, name), document in zip(owners, documents, strict=True):
            record._gov_write({name: document.id})

    def _gov_before(self):
        """Return the acts of the batch that come before this one and are not posted yet."""
        before = self.env.context.get("gov_budget_before")
        return self.browse(before.ids if isinstance(before, Before) else ())

    def _gov_finish_documents(self):
        """Render and seal what the visa has prepared; what fails is finished by the scheduled task of documents."""
        # sudo: what an act has prepared is finished, whoever calls
        documents = self.sudo().document_ar_id | self.sudo().document_fr_id
        documents.filtered(lambda document: document.state == "issuing")._gov_finish()
        self.invalidate_recordset()

    def action_print_ar(self):
        """Open the decision in Arabic."""
        return self._gov_download("document_ar_id")

    def action_print_fr(self):
        """Open the decision in French."""
        return self._gov_download("document_fr_id")

    def _gov_download(self, name):
        self.ensure_one()
        self.check_access("read")
        if not self[name]:
            raise UserError(self.env._("%(record)s has no document yet.", record=self.display_name))
        return self[name].action_download()

    @api.model
    def _gov_day(self, day):
        return format_date(self.env, day) if day else "—"

    # ------------------------------------------------------------------ dialogs
    def action_open_dialog(self, operation):
        """Open the dialog of an act that takes a reason, a number or a day."""
        self.ensure_one()
        titles = {
            "refuse": self.env._("Refuse"),
            "return": self.env._("Return"),
            "cancel": self.env._("Cancel"),
            "authorise": self.env._("Record the decision"),
            "visa": self.env._("Give the visa"),
        }
        if operation not in titles:
            raise UserError(self.env._("This act does not exist."))
        return {
            "type": "ir.actions.act_window",
            "name": titles[operation],
            "res_model": "gov.budget.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_operation": operation,
                "default_res_model": self._name,
                "default_res_id": self.id,
            },
        }

    def action_ask_refuse(self):
        """Ask why, then refuse."""
        return self.action_open_dialog("refuse")

    def action_ask_return(self):
        """Ask why, then return."""
        return self.action_open_dialog("return")

    def action_ask_cancel(self):
        """Ask why, then cancel."""
        return self.action_open_dialog("cancel")

    def action_ask_authorise(self):
        """Ask for the number and the day, then record the decision."""
        return self.action_open_dialog("authorise")

    def action_ask_visa(self):
        """Ask for the number of the visa, then give it."""
        return self.action_open_dialog("visa")
