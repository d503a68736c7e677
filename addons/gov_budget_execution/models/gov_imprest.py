from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import around_act, short_transaction
from odoo.addons.gov_base.tools.text import date_words, nbsp_amount
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, facts_table, ltr, money_cell
from odoo.addons.gov_journal.models.gov_journal_entry import guard_table

from ..services import imprest
from ..services.interest import exact, money
from .gov_commitment import amount_field

COUNTERS = ("advanced", *imprest.PLACES)
PERIODS = {"month": 30, "quarter": 90}


class GovImprestAct(models.AbstractModel):
    """What an imprest, its expenses and its batches have in common: who acts, and the journal."""

    _name = "gov.imprest.act"
    _description = "Act on an imprest"
    _inherit = ["gov.budget.stateful"]

    def _gov_check_office(self):
        self._gov_check_role(
            ("budget_officer", "authorising_officer"), self.env._("This is done by a budget or authorising officer.")
        )

    def _gov_check_authorising(self):
        self._gov_check_role(("authorising_officer",), self.env._("Only an authorising officer does this."))

    def _gov_check_controller(self):
        self._gov_check_role(("expenditure_controller",), self.env._("Only the expenditure controller does this."))

    def _gov_check_not_holder(self, one):
        """Refuse the holder and the substitute: they do not decide on their own fund."""
        if self.env.user in one.holder_id | one.substitute_id:
            raise AccessError(self.env._("You hold this imprest: somebody else decides. Who acts is never who asked."))

    def _gov_check_holder(self, one):
        if self.env.user not in one.holder_id | one.substitute_id:
            raise AccessError(self.env._("Only the holder of the imprest, or the substitute, does this."))

    def _gov_journal(self, word, facts):
        # sudo: each act is written to the journal, whoever does it
        self.env["gov.journal.entry"].sudo()._record(self, word, facts)

    def action_open_dialog(self):
        """Open the dialog that takes what an act needs; the context names the act."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env.context.get("gov_title") or self.display_name,
            "res_model": "gov.execution.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_operation": self.env.context.get("gov_operation"),
                "default_res_model": self._name,
                "default_res_id": self.id,
            },
        }


class GovImprest(models.Model):
    """An imprest (régie de dépenses): cash advanced to a holder for small expenses, justified and replenished.

    draft → submitted → open (by the authorising officer, with the agreement of the ministry of finance) → closed, once
    all is justified and the rest given back.  The advance stands on a treasury account; credits are charged when the
    expenses are justified.  Its counters say where the money is: cash, to be justified, sent, owed by the holder.
    """

    _name = "gov.imprest"
    _description = "Imprest"
    _inherit = ["gov.imprest.act", "gov.document.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "number"]
    _act_fields = frozenset(
        {*COUNTERS, "state", "number", "submitted_by_id", "opened_on", "opened_by_id", "closed_on", "refusal_reason",
         "last_justified_on", "movement_ids", "expense_ids", "batch_ids", "count_ids"}
    )  # fmt: skip
    _draft_states = ("draft",)
    _free_fields = frozenset({"note"})

    number = fields.Char(readonly=True, copy=False, index="trigram")
    name = fields.Char("Name", required=True, help="As the act of creation names it.")
    officer_id = fields.Many2one(
        "gov.budget.officer",
        "Authorising officer",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["gov.commitment"]._default_officer_id(),
    )
    region_id = fields.Many2one(
        related="officer_id.region_id", store=True, precompute=True, index=True, ondelete="restrict", string="Region"
    )
    unit_id = fields.Many2one("hr.department", "Service", required=True, index=True, ondelete="restrict")
    address = fields.Char(help="Where the cash is kept.")
    holder_id = fields.Many2one("res.users", "Holder", required=True, index=True, ondelete="restrict")
    substitute_id = fields.Many2one("res.users", "Substitute", index="btree_not_null", ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner",
        "Account paid",
        required=True,
        index=True,
        ondelete="restrict",
        help="The holder's account as such: advances and replenishments are paid there.",
    )
    decision_reference = fields.Char(
        "Act of creation",
        help="Number of the decision that creates it, where it was made elsewhere; left empty, it is made when the "
        "imprest is opened.",
    )
    decision_date = fields.Date("Its date")
    ministry_reference = fields.Char("Agreement of the ministry of finance")
    ministry_date = fields.Date("Agreed on")
    ceiling = amount_field("Ceiling of the cash", required=True, help="Most that is advanced.")
    highest = amount_field("Most of one operation", required=True)
    period = fields.Selection(
        [("month", "Every month"), ("quarter", "Every quarter")], "Justified", required=True, default="month"
    )
    surety = amount_field("Surety of the holder")
    nature_ids = fields.One2many("gov.imprest.nature", "imprest_id", "Natures allowed", copy=True)
    expense_ids = fields.One2many("gov.imprest.expense", "imprest_id", "Expenses", readonly=True, copy=False)
    batch_ids = fields.One2many("gov.imprest.batch", "imprest_id", "Batches", readonly=True, copy=False)
    movement_ids = fields.One2many("gov.imprest.movement", "imprest_id", "Register", readonly=True, copy=False)
    count_ids = fields.One2many("gov.imprest.count", "imprest_id", "Counts of the cash", readonly=True, copy=False)
    note = fields.Text("Notes")
    advanced = amount_field("Advance received", readonly=True, copy=False, default=0.0, required=True)
    cash = amount_field("Cash", readonly=True, copy=False, default=0.0, required=True)
    unsent = amount_field("To be justified", readonly=True, copy=False, default=0.0, required=True)
    sent = amount_field("Justified, to be replenished", readonly=True, copy=False, default=0.0, required=True)
    owed = amount_field("Owed by the holder", readonly=True, copy=False, default=0.0, required=True)
    equation = fields.Char("Where the money is", compute="_compute_equation")
    submitted_by_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    opened_by_id = fields.Many2one(
        "res.users", "Opened by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    opened_on = fields.Date("Opened on", readonly=True, copy=False)
    closed_on = fields.Date("Closed on", readonly=True, copy=False)
    refusal_reason = fields.Text("Why it was refused", readonly=True, copy=False)
    last_justified_on = fields.Date("Last batch", readonly=True, copy=False)
    justify_by = fields.Date("Justify by", compute="_compute_justify_by")
    is_late = fields.Boolean("Late", compute="_compute_justify_by")
    is_mine = fields.Boolean(compute="_compute_is_mine", export_string_translation=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To be opened"),
            ("open", "In use"),
            ("refused", "Refused"),
            ("closed", "Closed"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )

    _number_uniq = models.UniqueIndex("(number) WHERE number IS NOT NULL", "An imprest has its own number.")
    _places = models.Constraint(
        "CHECK (cash >= 0 AND unsent >= 0 AND sent >= 0 AND owed >= 0 AND advanced = cash + unsent + sent + owed)",
        "Cash, expenses to be justified, expenses sent and what the holder owes make the advance.",
    )
    _within_ceiling = models.Constraint(
        "CHECK (advanced <= ceiling AND ceiling < 1e13 AND highest >= 0)", "No more is advanced than the ceiling."
    )

    # ------------------------------------------------------------------ computes
    @api.depends("number", "name")
    def _compute_display_name(self):
        for one in self:
            number = f"\u2066{one.number}\u2069" if one.number else ""
            one.display_name = " ".join(filter(None, [number, one.name])) or self.env._("New imprest")

    @api.depends(*COUNTERS)
    @api.depends_context("lang")
    def _compute_equation(self):
        for one in self:
            one.equation = self.env._(
                "cash %(cash)s + to be justified %(unsent)s + sent %(sent)s + owed %(owed)s = advance %(advanced)s",
                **{name: f"\u2066{nbsp_amount(one[name])}\u2069" for name in COUNTERS},
            )

    @api.depends("last_justified_on", "opened_on", "period", "unsent", "state")
    def _compute_justify_by(self):
        today = self._gov_today()
        for one in self:
            start = one.last_justified_on or one.opened_on
            days = PERIODS.get(one.period, 0)
            one.justify_by = start + timedelta(days=days) if start and one.state == "open" and one.unsent else False
            one.is_late = bool(one.justify_by and one.justify_by < today)

    @api.depends_context("uid")
    @api.depends("holder_id", "substitute_id")
    def _compute_is_mine(self):
        for one in self:
            one.is_mine = self.env.user in one.holder_id | one.substitute_id

    # ------------------------------------------------------------------ constraints
    @api.constrains("ceiling", "highest", "holder_id", "substitute_id")
    def _check_limits(self):
        value = self.env["gov.parameter"].get_value
        for one in self:
            highest = exact(value("imprest.ceiling", self._gov_today()))
            if not 0 < exact(one.ceiling) <= highest:
                raise ValidationError(
                    self.env._("The ceiling of an imprest is %(highest)s DH at most.", highest=nbsp_amount(highest))
                )
            most = exact(value("imprest.operation", self._gov_today()))
            if not 0 < exact(one.highest) <= min(most, exact(one.ceiling)):
                raise ValidationError(
                    self.env._(
                        "One operation is %(most)s DH at most, and no more than the ceiling.", most=nbsp_amount(most)
                    )
                )
            if one.holder_id == one.substitute_id:
                raise ValidationError(self.env._("The substitute is somebody else than the holder."))

    # ------------------------------------------------------------------ counters
    def _gov_move(self, act, amount, label, record=None):
        """Move money: one conditional UPDATE of the hot row, then one row of the register.

        :raise UserError: with the figures, when there is not enough where the money should leave
        """
        self.ensure_one()
        self.flush_recordset()
        deltas = imprest.changes(act, amount)
        rules = " AND ".join(f"{name} + %s >= 0" for name in deltas)
        sets = ", ".join(f"{name} = {name} + %s" for name in deltas)
        cr = self.env.cr
        cr.execute(
            f"""UPDATE gov_imprest SET {sets}
                 WHERE id = %s AND state = 'open' AND {rules}
                   AND advanced + %s <= ceiling RETURNING cash""",  # noqa: S608 - names of our own columns
            [*deltas.values(), self.id, *deltas.values(), deltas.get("advanced", 0)],
        )
        row = cr.fetchone()
        self.invalidate_recordset([*COUNTERS, "state"], flush=False)
        if not row:
            self._gov_refuse_move(act, amount)
        self.modified(deltas)
        self.env["gov.imprest.movement"]._gov_create(
            [
                {
                    "imprest_id": self.id,
                    "kind": act,
                    "amount": float(amount),
                    "cash_change": float(deltas.get("cash", 0)),
                    "cash_after": float(row[0]),
                    "date": self._gov_today(),
                    "label": label,
                    "user_id": self.env.uid,
                    "expense_id": record.id if record and record._name == "gov.imprest.expense" else False,
                    "batch_id": record.id if record and record._name == "gov.imprest.batch" else False,
                }
            ]
        )

    def _gov_refuse_move(self, act, amount):
        if self.state != "open":
            raise UserError(self.env._("“%(imprest)s” is not open.", imprest=self.display_name))
        source, _target = imprest.MOVES[act]
        if source and exact(self[source]) < exact(amount):
            raise UserError(
                self.env._(
                    "%(place)s of “%(imprest)s”: %(there)s, %(asked)s asked.",
                    place=self._fields[source]._description_string(self.env),
                    imprest=self.display_name,
                    there=nbsp_amount(self[source]),
                    asked=nbsp_amount(amount),
                )
            )
        raise UserError(
            self.env._(
                "%(advanced)s are advanced and %(asked)s asked: more than the ceiling of %(ceiling)s.",
                advanced=nbsp_amount(self.advanced),
                asked=nbsp_amount(amount),
                ceiling=nbsp_amount(self.ceiling),
            )
        )

    @api.model
    def _gov_given_amount(self, amount):
        try:
            amount = money(exact(amount))
        except (TypeError, ValueError, ArithmeticError):
            amount = money(0)
        if not amount.is_finite() or not 0 < amount < 10**13:
            raise UserError(self.env._("Give an amount in dirhams, more than zero."))
        return amount

    # ------------------------------------------------------------------ acts
    @short_transaction
    def action_submit(self):
        """Hand the imprest over to be opened. Budget officers."""
        self.check_access("write")
        self._gov_check_role(("budget_officer",), self.env._("A budget officer prepares an imprest."))
        self._gov_take("draft", "submitted")
        for one in self.sorted("id"):
            problems = []
            if not one.nature_ids:
                problems.append(self.env._("Say which expenses are allowed, and which line each is charged to."))
            if bool(one.decision_reference) != bool(one.decision_date):
                problems.append(self.env._("Give the number and the date of the act of creation, or neither."))
            today = self._gov_today()
            if any(day and day > today for day in (one.decision_date, one.ministry_date)):
                problems.append(self.env._("The act of creation or the agreement is dated in the future."))
            lines = one.sudo().nature_ids.budget_line_id  # sudo: what the lines are
            for line in lines.filtered(lambda line: line.is_investment or not line.is_open):
                problems.append(
                    self.env._("%(line)s: an imprest pays on open lines of operation.", line=line.display_name)
                )
            if problems:
                raise UserError("\n".join(problems))
            one._gov_write({"submitted_by_id": self.env.uid, "refusal_reason": False})
            one._gov_journal("submit", {"name": one.name, "ceiling": str(money(one.ceiling))})
        return True

    @around_act
    def action_approve(self, comment=None):
        """Open it: the authorising officer, with the agreement of the ministry; never who asked or holds it.

        Its act of creation is made, numbered and sealed, unless one was made elsewhere.
        """
        self._gov_open(comment)
        self._gov_finish_documents()
        return True

    @short_transaction
    def _gov_open(self, comment=None):
        self.check_access("read")
        self._gov_check_authorising()
        self._gov_take("submitted", "open")
        for one in self.sorted("id"):
            self._gov_check_not_holder(one)
            if self.env.user in one._gov_authors() | one.submitted_by_id:
                raise AccessError(self.env._("You asked for this: somebody else decides on it."))
            if not (one.ministry_reference and one.ministry_date):
                raise UserError(self.env._("Give the agreement of the ministry of finance first: number and date."))
            today = self._gov_today()
            rank = self.env["gov.counter"]._take("imprest", today.year)
            number = f"RD-{today.year}-{rank:03d}"
            one._gov_write({"number": number, "opened_on": today, "opened_by_id": self.env.uid})
            # sudo: who holds an imprest sees its screens
            group = self.env.ref("gov_budget_execution.group_imprest_holder").sudo()
            group.user_ids |= one.holder_id | one.substitute_id
            one._gov_prepare_document()
            one._gov_journal("open", {"number": number, "holder": one.holder_id.login, "comment": comment or ""})
        return True

    def _gov_prepare_document(self):
        """Number and freeze the act of creation, in Arabic and in French, unless one was made elsewhere."""
        if self.decision_reference:
            return
        full = self.sudo()  # sudo: who opens was checked
        # sudo: who opens need not keep the registers
        documents = (
            self.env["gov.document"]
            .sudo()
            ._gov_prepare(
                [
                    {
                        "register": self.env.ref("gov_budget_execution.register_imprest").sudo(),
                        "template": self.env.ref("gov_budget_execution.template_imprest_ar_fr").sudo(),
                        "record": full,
                        "values": {lang: full._gov_document_values(lang) for lang in ("ar", "fr")},
                        "signatory": full.opened_by_id.employee_id,
                        "issue_date": full.opened_on,
                    }
                ]
            )
        )
        self._gov_write({"decision_reference": documents.number, "decision_date": full.opened_on})

    def _gov_finish_documents(self):
        """Render and seal what the opening has prepared; what fails is finished by the task of documents."""
        # sudo: what an act has prepared is finished, whoever calls
        self.sudo().document_ids.filtered(lambda document: document.state == "issuing")._gov_finish()
        self.invalidate_recordset()

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the act of creation."""
        self.ensure_one()
        one = self.with_context(lang=LANGS[lang])
        _, unit = one.env._, one.unit_id

        def named(user):
            return user.employee_id._gov_document_name(lang) if user.employee_id else user.name or ""

        values = super()._gov_document_values(lang)
        periods = dict(one._fields["period"]._description_selection(one.env))
        agreement = _(
            "%(number)s of %(day)s",
            number=f"\u2066{one.ministry_reference}\u2069",
            day=date_words(one.ministry_date, lang),
        )
        rows = [
            (
                nature.name,
                nature.budget_line_id.display_name,
                money_cell(nature.ceiling) if nature.ceiling else _("that of the imprest"),
            )
            for nature in one.nature_ids
        ]
        values.update(
            name=one.name,
            unit=unit.name,
            holder=named(one.holder_id),
            ceiling_words=one.env["gov.words"].amount(one.ceiling, lang),
            facts=facts_table(
                [
                    (_("Imprest"), ltr(one.number)),
                    (_("Authorising officer"), one.officer_id.name),
                    (_("Assigned accountant"), one.officer_id.accountant or ""),
                    (_("Where the cash is kept"), one.address or ""),
                    (_("Holder"), named(one.holder_id)),
                    (_("Substitute"), named(one.substitute_id)),
                    (_("Surety of the holder"), money_cell(one.surety) if one.surety else ""),
                    (_("Ceiling of the cash"), money_cell(one.ceiling)),
                    (_("Most of one operation"), money_cell(one.highest)),
                    (_("Justified"), periods[one.period]),
                    (_("Agreement of the ministry of finance"), agreement),
                ]
            ),
            natures=data_table([_("Expenses"), _("Budget line"), _("Ceiling of the year")], rows, numeric=(2,)),
        )
        return values

    def action_print(self):
        """Give the act of creation."""
        self.ensure_one()
        self.check_access("read")
        document = self.sudo().document_ids.filtered(lambda one: one.state == "valid")[:1]  # sudo: as the imprest
        if not document:
            raise UserError(self.env._("The act of creation was made elsewhere, or is being made."))
        return document.action_download()

    @short_transaction
    def action_refuse(self, reason):
        """Refuse to open it, with the reason."""
        return self._gov_send_back("refused", reason, "refuse")

    @short_transaction
    def action_return(self, reason):
        """Give it back to be corrected, with the reason."""
        return self._gov_send_back("draft", reason, "return")

    def _gov_send_back(self, state, reason, word):
        self.check_access("read")
        self._gov_check_authorising()
        reason = self._gov_check_reason(reason)
        self._gov_take("submitted", state)
        for one in self:
            self._gov_check_not_holder(one)
            one._gov_write({"refusal_reason": reason})
            one._gov_journal(word, {"reason": reason})
        return True

    @short_transaction
    def action_advance(self, amount, reference):
        """Record an advance paid from the treasury account, within the ceiling. Expenditure controllers.

        :param reference: order of the authorising officer and reference of the transfer
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_check_controller()
        self._gov_check_not_holder(self)
        amount = self._gov_given_amount(amount)
        if not (isinstance(reference, str) and reference.strip()):
            raise UserError(self.env._("Give the reference of the order of the advance."))
        self.sudo()._gov_move("advance", amount, reference.strip())  # sudo: who pays was checked
        self._gov_journal("advance", {"amount": str(amount), "reference": reference.strip()})
        return True

    @short_transaction
    def action_refund(self, amount, reference):
        """Record that the holder has paid back refused expenses into the cash. Budget or authorising officers."""
        self.ensure_one()
        self.check_access("read")
        self._gov_check_office()
        self._gov_check_not_holder(self)
        amount = self._gov_given_amount(amount)
        self.sudo()._gov_move("refund", amount, reference or "")  # sudo: who records was checked
        self._gov_journal("refund", {"amount": str(amount), "reference": reference or ""})
        return True

    @short_transaction
    def action_count(self, counted, remarks=None):
        """Count the cash by surprise and keep the minutes: never the holder, nor the substitute.

        :param counted: cash found
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_check_role(
            ("budget_officer", "authorising_officer", "expenditure_controller"),
            self.env._("The cash is counted by a budget or authorising officer, or by the controller."),
        )
        self._gov_check_not_holder(self)
        try:
            counted = money(exact(counted))
        except (TypeError, ValueError, ArithmeticError):
            counted = money(-1)
        if not counted.is_finite() or not 0 <= counted < 10**13:
            raise UserError(self.env._("Give the cash that was found, in dirhams."))
        one = self.sudo()  # sudo: who counts was checked
        # the cash of this moment: an expense paid meanwhile comes before or after
        [(cash,)] = self.env.execute_query(SQL("SELECT cash FROM gov_imprest WHERE id = %s FOR SHARE", one.id))
        gap = counted - money(cash)
        if gap and not (isinstance(remarks, str) and remarks.strip()):
            raise UserError(
                self.env._(
                    "%(counted)s found, %(cash)s in the books: write what explains the difference.",
                    counted=nbsp_amount(counted),
                    cash=nbsp_amount(cash),
                )
            )
        self.env["gov.imprest.count"]._gov_create(
            [
                {
                    "imprest_id": one.id,
                    "date": self._gov_today(),
                    "counted": float(counted),
                    "expected": float(money(cash)),
                    "remarks": (remarks or "").strip() or False,
                    "user_id": self.env.uid,
                }
            ]
        )
        self._gov_journal("count", {"counted": str(counted), "expected": str(money(cash)), "remarks": remarks or ""})
        return True

    @short_transaction
    def action_close(self, reference):
        """Close it: everything is justified and replenished, and the holder gives the cash back to the treasury.

        Expenditure controllers record it, with the reference of the receipt.
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_check_controller()
        self._gov_check_not_holder(self)
        if not (isinstance(reference, str) and reference.strip()):
            raise UserError(self.env._("Give the reference of the receipt of the treasury."))
        one = self.sudo()  # sudo: who closes was checked
        one.flush_recordset()
        self.env.execute_query(SQL("SELECT id FROM gov_imprest WHERE id = %s FOR NO KEY UPDATE", one.id))
        one.invalidate_recordset(flush=False)
        if one.unsent or one.sent or one.owed:
            raise UserError(
                self.env._(
                    "“%(imprest)s” is not settled: %(equation)s. Justify, replenish and pay back first.",
                    imprest=one.display_name,
                    equation=one.equation,
                )
            )
        given = money(one.cash)
        if given:
            one._gov_move("give_back", given, reference.strip())
        one._gov_take("open", "closed")
        one._gov_write({"closed_on": self._gov_today()})
        self._gov_journal("close", {"given_back": str(given), "reference": reference.strip()})
        return True

    # ------------------------------------------------------------------ screens
    def action_new_expense(self):
        """Open a new expense of this imprest."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New expense"),
            "res_model": "gov.imprest.expense",
            "views": [(False, "form")],
            "context": {"default_imprest_id": self.id},
        }

    def action_new_batch(self):
        """Make the batch of all the expenses to be justified, and open it. The holder or the substitute."""
        self.ensure_one()
        self._gov_check_holder(self)
        batch = self.env["gov.imprest.batch"].create({"imprest_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.imprest.batch",
            "res_id": batch.id,
            "views": [(False, "form")],
        }


class GovImprestNature(models.Model):
    """A nature of expense that an imprest may pay: the line it is charged to and, where there is one, its ceiling."""

    _name = "gov.imprest.nature"
    _description = "Nature of an imprest"
    _order = "imprest_id, id"

    imprest_id = fields.Many2one("gov.imprest", "Imprest", required=True, index=True, ondelete="cascade")
    name = fields.Char("Expenses", required=True, help="As the act of creation says: postage, small supplies …")
    budget_line_id = fields.Many2one("gov.budget.line", "Budget line", required=True, index=True, ondelete="restrict")
    ceiling = amount_field("Ceiling of the year", help="0: within the ceiling of the imprest.")
    spent = amount_field("Spent", compute="_compute_spent")

    _ceiling_positive = models.Constraint("CHECK (ceiling >= 0 AND ceiling < 1e13)", "A ceiling is not negative.")

    def _compute_spent(self):
        sums = dict(
            self.env["gov.imprest.expense"]
            .sudo()  # sudo: a sum
            ._read_group(
                [("nature_id", "in", self.ids), ("state", "in", ("paid", "sent", "replenished"))],
                ["nature_id"],
                ["amount:sum"],
            )
        )
        by_id = {nature.id: amount for nature, amount in sums.items()}
        for nature in self:
            nature.spent = by_id.get(nature.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        natures = super().create(vals_list)
        natures._gov_check_draft()
        return natures

    def write(self, vals):
        self._gov_check_draft()
        result = super().write(vals)
        self._gov_check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts(self):
        self._gov_check_draft()

    def _gov_check_draft(self):
        self.imprest_id._gov_lock()
        for nature in self:
            if nature.imprest_id.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(imprest)s” is no longer a draft: its natures stay.", imprest=nature.imprest_id.display_name
                    )
                )


class GovImprestMovement(models.Model):
    """One row of the register of an imprest: append-only, made by the acts alone."""

    _name = "gov.imprest.movement"
    _description = "Register of an imprest"
    _inherit = ["gov.imprest.act"]
    _order = "id desc"
    _rec_name = "label"
    _draft_states = ()
    _act_fields = frozenset(
        {"imprest_id", "kind", "amount", "cash_change", "cash_after", "date", "label", "user_id", "expense_id",
         "batch_id"}
    )  # fmt: skip

    imprest_id = fields.Many2one(
        "gov.imprest", "Imprest", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [
            ("advance", "Advance"),
            ("expense", "Expense paid"),
            ("undo", "Expense undone"),
            ("send", "Sent to be justified"),
            ("return", "Batch returned"),
            ("refuse", "Expense refused"),
            ("refund", "Paid back by the holder"),
            ("spend", "Charged to the credits"),
            ("replenish", "Replenishment"),
            ("give_back", "Given back to the treasury"),
        ],
        "Movement",
        required=True,
        readonly=True,
    )
    date = fields.Date(required=True, readonly=True)
    label = fields.Char(readonly=True)
    amount = amount_field("Amount", readonly=True, required=True)
    cash_change = amount_field("In or out of the cash", readonly=True)
    cash_after = amount_field("Cash after", readonly=True, aggregator=None)
    user_id = fields.Many2one("res.users", "Done by", required=True, readonly=True, index=True, ondelete="restrict")
    expense_id = fields.Many2one("gov.imprest.expense", readonly=True, index="btree_not_null", ondelete="restrict")
    batch_id = fields.Many2one("gov.imprest.batch", readonly=True, index="btree_not_null", ondelete="restrict")

    def init(self):
        super().init()
        guard_table(self.env.cr, self._table)

    def write(self, vals):
        raise AccessError(self.env._("The register of an imprest is append-only."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The register of an imprest is append-only."))


class GovImprestCount(models.Model):
    """Minutes of a surprise count of the cash."""

    _name = "gov.imprest.count"
    _description = "Count of the cash"
    _inherit = ["gov.imprest.act"]
    _order = "id desc"
    _rec_name = "date"
    _act_fields = frozenset({"imprest_id", "date", "counted", "expected", "remarks", "user_id"})

    imprest_id = fields.Many2one(
        "gov.imprest", "Imprest", required=True, readonly=True, index=True, ondelete="restrict"
    )
    date = fields.Date(required=True, readonly=True)
    counted = amount_field("Found", readonly=True)
    expected = amount_field("In the books", readonly=True)
    gap = amount_field("Difference", compute="_compute_gap")
    remarks = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", "Counted by", required=True, readonly=True, index=True, ondelete="restrict")

    @api.depends("counted", "expected")
    def _compute_gap(self):
        for one in self:
            one.gap = float(exact(one.counted) - exact(one.expected))

    def write(self, vals):
        raise AccessError(self.env._("The minutes of a count are kept as they are."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The minutes of a count are kept as they are."))
