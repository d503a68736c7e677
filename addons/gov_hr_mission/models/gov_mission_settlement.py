from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.gov_approval.models.gov_approval_mixin import TRANSITIONS
from odoo.addons.gov_approval.models.sentinel import has_sentinel
from odoo.addons.gov_base.tools.act import around_act, short_transaction
from odoo.addons.gov_base.tools.defaults import without_defaults
from odoo.addons.gov_base.tools.text import enclosed, isolated, nbsp_amount
from odoo.addons.gov_document.tools.blocks import LANGS, data_table, money_cell

from ..services import settlement as rules
from ..tools import MOMENT, to_local

ACT_FIELDS = {
    "document_id",
    "signatory_id",
    "previous_id",
    "group_id",
    "line_ids",
    "total_amount",
    "advance_amount",
    "to_pay",
    "to_give_back",
    "missing_text",
    "department_id",
    "region_id",
    "employee_id",
}


class GovMissionSettlement(models.Model):
    """What a mission gives right to, once it is over: allowances, kilometres, expenses with their proof.

    draft → submitted → in_review → approved (numbered statement of expenses, frozen), or refused, or cancelled by who
    asked; corrected when HR reopens a granted one: another is then made and its statement replaces the first.  The
    person (or a head, or HR) fills in the real hours, stages and expenses; every amount is worked out by the system,
    line by line, from dated rates; the direct head attests, HR checks, the authorising officer signs, never who asked.
    """

    _name = "gov.mission.settlement"
    _description = "Settlement of a mission"
    _inherit = ["gov.approval.mixin", "gov.document.mixin"]
    _order = "id desc"
    _rec_names_search = ["receipt_number", "employee_id.name", "document_id.number", "order_id.place_to"]

    TRANSITIONS = dict(TRANSITIONS, approved={"corrected"}, corrected=set())

    order_id = fields.Many2one("gov.mission.order", "Mission", required=True, index=True, ondelete="restrict")
    employee_id = fields.Many2one(
        related="order_id.employee_id", store=True, precompute=True, index=True, ondelete="restrict", string="Employee"
    )
    start = fields.Datetime("Real departure", required=True)
    stop = fields.Datetime("Real return", required=True)
    lang = fields.Selection(
        [("ar_fr", "Arabic and French"), ("ar", "Arabic"), ("fr", "French")],
        "Language of the statement",
        required=True,
        default="ar_fr",
    )
    report = fields.Text("Report", help="What was done, in a few lines; it is not printed.")
    stage_ids = fields.One2many("gov.mission.stage", "settlement_id", "Stages made", copy=True)
    expense_ids = fields.One2many("gov.mission.expense", "settlement_id", "Expenses with a proof", copy=True)
    line_ids = fields.One2many("gov.mission.settlement.line", "settlement_id", "Amounts", readonly=True, copy=False)
    group_id = fields.Many2one(
        "gov.mission.group", "Group", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    total_amount = fields.Monetary("Total", readonly=True, copy=False)
    advance_amount = fields.Monetary("Advance to deduct", readonly=True, copy=False)
    to_pay = fields.Monetary("To pay", readonly=True, copy=False)
    to_give_back = fields.Monetary(
        "To give back", readonly=True, copy=False, help="What the advance exceeds: the person gives it back."
    )
    missing_text = fields.Text(
        "Missing", readonly=True, copy=False, help="What must be known before the settlement can be filed."
    )
    planned_km = fields.Float("Kilometres planned", compute="_compute_kilometres", digits=(16, 1))
    real_km = fields.Float("Kilometres made", compute="_compute_kilometres", digits=(16, 1))
    department_id = fields.Many2one(
        related="order_id.department_id", store=True, precompute=True, index=True, ondelete="restrict", string="Unit"
    )
    region_id = fields.Many2one(
        related="order_id.region_id", store=True, precompute=True, index=True, ondelete="restrict", string="Region"
    )
    document_id = fields.Many2one(
        "gov.document", "Document", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    document_number = fields.Char(related="document_id.number", string="Statement number")
    document_state = fields.Selection(related="document_id.state", string="State of the document")
    signatory_id = fields.Many2one(
        "hr.employee", "Signed by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    previous_id = fields.Many2one(
        "gov.mission.settlement", "Corrects", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    refusal_reason = fields.Char(compute="_compute_refusal_reason")
    can_correct = fields.Boolean(compute="_compute_can_correct", export_string_translation=False)
    state = fields.Selection(selection_add=[("corrected", "Corrected")], ondelete={"corrected": "set default"})

    _dates_order = models.Constraint("CHECK (start < stop)", "The return comes after the departure.")
    _one_live = models.UniqueIndex(
        "(order_id) WHERE state NOT IN ('refused', 'cancelled', 'corrected')", "A mission is settled once."
    )
    _never_both = models.Constraint(
        "CHECK (coalesce(to_pay, 0) >= 0 AND coalesce(to_give_back, 0) >= 0)", "What is owed is never negative."
    )

    # ------------------------------------------------------------------ computes
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends("stage_ids.km", "stage_ids.transport", "order_id")
    def _compute_kilometres(self):
        for one in self:
            # sudo: the stages of the order, for whoever reads its settlement
            planned = one.sudo().order_id.stage_ids
            one.planned_km = sum(stage.km for stage in planned if stage.transport == "own_car")
            one.real_km = sum(stage.km for stage in one.stage_ids if stage.transport == "own_car")

    @api.depends("order_id", "document_number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for one in self:
            order = one.sudo().order_id  # sudo: the place, for whoever reads the settlement
            when = format_date(self.env, order.date_from) if order.date_from else ""
            names = (order.place_to, isolated(when), isolated(one.document_number))
            one.display_name = " · ".join(filter(None, names))

    @api.depends("state", "approval_line_ids.state")
    def _compute_refusal_reason(self):
        for one in self:
            # sudo: the reason of the refusal, for whoever reads the settlement
            lines = one.sudo().approval_line_ids.filtered(lambda line: line.state == "refused")
            one.refusal_reason = lines[-1:].reason if one.state == "refused" else False

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_can_correct(self):
        for one in self:
            one.can_correct = (
                one.state == "approved" and one._gov_is_hr() and self.env.user not in one._gov_applicants()
            )

    # ------------------------------------------------------------------ guards
    @api.constrains("order_id", "start", "stop")
    def _check_inside_order(self):
        for one in self:
            order = one.sudo().order_id  # sudo: only its hours
            if one.start < order.start or one.stop > order.stop:
                raise ValidationError(
                    self.env._(
                        "The order covers %(start)s to %(stop)s: nothing is settled outside of it. When the mission "
                        "lasted longer, ask who signed the order, or human resources, for an extension first.",
                        start=format_date(self.env, order.date_from),
                        stop=format_date(self.env, order.date_to),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_act_fields({name: value for name, value in vals.items() if value})
            if not self.env.su:
                order = self.env["gov.mission.order"].browse(vals.get("order_id"))
                if not order or order.state not in ("running", "to_settle") or not order._gov_may_file():
                    raise AccessError(
                        self.env._("A settlement is made from a mission that began, by its button “Settle”.")
                    )
        clean = without_defaults(self, ACT_FIELDS)
        settlements = super(GovMissionSettlement, clean).create(vals_list).with_env(self.env)
        settlements._gov_refresh_lines()
        return settlements

    def write(self, vals):
        self._check_act_fields(vals)
        if "order_id" in vals and not has_sentinel(self.env):
            raise UserError(self.env._("A settlement keeps its mission."))
        result = super().write(vals)
        if {"start", "stop", "stage_ids", "expense_ids"} & vals.keys():
            self._gov_refresh_lines()
        return result

    def copy_data(self, default=None):
        raise UserError(self.env._("A settlement is made from its mission, not copied."))

    def _check_act_fields(self, vals):
        forbidden = sorted(ACT_FIELDS & vals.keys())
        if forbidden and not has_sentinel(self.env):
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in forbidden)
            raise UserError(
                self.env._("“%(fields)s” cannot be set: the amounts are worked out by the system.", fields=labels)
            )

    # ------------------------------------------------------------------ amounts
    def _gov_refresh_lines(self):
        """Work the amounts of the drafts out again; what is missing is said on the settlement."""
        for one in self.filtered(lambda item: item.state == "draft"):
            # sudo: grade, rates and legal parameters are read for the amounts alone
            vals_list, missing, group = one.sudo()._gov_work_out()
            total = sum((rules.exact(vals["amount"]) for vals in vals_list), rules.money(0))
            # sudo: the advance of the order, for whoever settles
            advance = one.sudo().order_id.advance_amount
            to_pay, to_give_back = rules.balance(total, rules.exact(advance))
            lines = self.env["gov.mission.settlement.line"].sudo()._gov_act()  # sudo: lines are made by the system
            one.sudo().line_ids._gov_act().unlink()
            lines.create([dict(vals, settlement_id=one.id) for vals in vals_list])
            one._gov_write(
                {
                    "group_id": group.id,
                    "total_amount": float(total),
                    "advance_amount": advance,
                    "to_pay": float(to_pay),
                    "to_give_back": float(to_give_back),
                    "missing_text": "\n".join(missing) or False,
                }
            )

    def _gov_work_out(self):
        """Return (values of the lines, sentences on what is missing, group of the person).

        Run as superuser: grade, rates and legal parameters are read for the amounts alone.
        """
        self.ensure_one()
        allowances, missing, group = self._gov_allowance_vals()
        mileage, no_power = self._gov_mileage_vals()
        vals_list = allowances + mileage + self._gov_expense_vals()
        for at, vals in enumerate(vals_list):
            vals["sequence"] = at
        return vals_list, missing + no_power, group

    def _gov_allowance_vals(self):
        order, rates = self.order_id, self.env["gov.mission.rate"]
        zone = self.env["gov.mission.zone"]._gov_of_country(order.country_id)
        start, stop = to_local(self.env, self.start), to_local(self.env, self.stop)
        group, rows, missing = self.env["gov.mission.group"], [], []
        grade = order.employee_id._get_version(start.date()).grade_id
        group = group._gov_of_grade(grade)
        if not group:
            missing.append(self._gov_say_no_group(grade))
        else:
            rows = rates._gov_rows(group, order.kind)
        provided = (("noon", "evening") if order.has_meals else ()) + (("night",) if order.has_lodging else ())
        lines, lacking, left_out = rules.allowance_lines(
            start,
            stop,
            rates._gov_parts_on,
            lambda day, part: rules.find_rate(rows, day, group.id, order.kind, zone.id or None, part),
            provided,
        )
        if group and lacking:
            missing.append(self._gov_say_no_rate(group, sorted({day for day, _part in lacking})))
        vals_list = [
            {
                "kind": "allowance",
                "day": line.day,
                "parts": ",".join(line.parts),
                "quantity": float(line.fraction),
                "rate": float(line.rate),
                "amount": float(line.amount),
                "rate_id": line.rate_ref,
                "legal_text_id": rates.browse(line.rate_ref).legal_text_id.id,
            }
            for line in lines
        ]
        vals_list += [
            {"kind": "provided", "day": day, "parts": ",".join(parts), "quantity": 0, "rate": 0, "amount": 0}
            for day, parts in left_out
        ]
        return sorted(vals_list, key=lambda vals: vals["day"]), missing, group

    def _gov_say_no_group(self, grade):
        employee = self.order_id.employee_id
        if not grade:
            return self.env._(
                "The grade of %(employee)s is not known: it gives the daily rate. Ask human resources to complete the "
                "file.",
                employee=employee.display_name,
            )
        return self.env._(
            "The pay scale of the grade “%(grade)s” stands in no group of missions. Ask the HR manager to add it in "
            "Human resources › Missions › Configuration › Groups.",
            grade=grade.name,
        )

    def _gov_say_no_rate(self, group, days):
        order = self.order_id
        where = order.country_id.name if order.kind == "abroad" else ""
        first = format_date(self.env, days[0], date_format="d MMMM y")
        values = {"group": group.name, "country": where, "date": first}
        if order.kind == "abroad":
            sentence = self.env._(
                "No daily rate for %(group)s in %(country)s on %(date)s. Ask the HR manager to enter it in Human "
                "resources › Missions › Configuration › Daily rates.",
                **values,
            )
        else:
            sentence = self.env._(
                "No daily rate for %(group)s in Morocco on %(date)s. Ask the HR manager to enter it in Human "
                "resources › Missions › Configuration › Daily rates.",
                **values,
            )
        if len(days) > 1:
            sentence += " " + self.env._(
                "The same is missing on the days up to %(date)s (%(count)s days in all).",
                date=format_date(self.env, days[-1], date_format="d MMMM y"),
                count=len(days),
            )
        return sentence

    def _gov_mileage_vals(self):
        order, rates = self.order_id, self.env["gov.mission.rate"]
        vals_list, missing = [], []
        for stage in self.stage_ids.sorted(lambda stage: (stage.departure, stage.sequence, stage.id)):
            if stage.transport != "own_car":
                continue
            if not order.uses_own_car or not order.car_power:
                missing.append(
                    self.env._(
                        "The order does not authorise the use of one's own car: the stage %(stage)s cannot be paid by "
                        "the kilometre.",
                        stage=stage.display_name,
                    )
                )
                continue
            if not stage.km:
                missing.append(self.env._("Write the kilometres of the stage %(stage)s.", stage=stage.display_name))
                continue
            day = to_local(self.env, stage.departure).date()
            rate, code, lowest, highest = rates._gov_mileage(order.car_power, day)
            vals_list.append(
                {
                    "kind": "mileage",
                    "day": day,
                    "label": stage.display_name,
                    "quantity": stage.km,
                    "rate": rate,
                    "amount": float(rules.mileage_amount(stage.km, rate)),
                    "power": order.car_power,
                    "power_from": lowest,
                    "power_to": highest or 0,
                    "legal_text_id": self._gov_text_of(code, day).id,
                }
            )
        return vals_list, missing

    def _gov_text_of(self, code, day):
        parameters = self.env["gov.parameter"].search(
            [("code", "=", code), ("valid_from", "<=", day), "|", ("valid_to", "=", False), ("valid_to", ">=", day)],
            limit=1,
        )
        return parameters.legal_text_id

    def _gov_expense_vals(self):
        return [
            {
                "kind": "expense",
                "day": expense.date,
                "label": expense.name,
                "quantity": 1,
                "rate": expense.amount,
                "amount": float(rules.money(rules.exact(expense.amount))),
            }
            for expense in self.expense_ids.sorted(lambda expense: (expense.date, expense.id))
        ]

    # ------------------------------------------------------------------ filing
    def _gov_summary(self):
        self.ensure_one()
        return self.env._(
            "Settlement of the mission of %(employee)s to %(place)s",
            employee=self.employee_id.display_name,
            place=self.order_id.place_to,
        )

    def _gov_check_submit(self):
        super()._gov_check_submit()
        now = fields.Datetime.now()
        self._check_inside_order()
        for one in self:
            if one.stop > now:
                raise UserError(
                    self.env._("The mission is not over: it is settled after the return. Correct the real return.")
                )
            one.stage_ids._gov_check_inside(one.start, one.stop)
            one._gov_check_expenses()
            one._gov_refresh_lines()
            if one.missing_text:
                raise UserError(one.missing_text)

    def _gov_check_expenses(self):
        self.ensure_one()
        for expense in self.expense_ids:
            first, last = to_local(self.env, self.start).date(), to_local(self.env, self.stop).date()
            if not first <= expense.date <= last:
                raise UserError(
                    self.env._(
                        "The expense “%(expense)s” is dated outside the mission (%(start)s to %(stop)s).",
                        expense=expense.name,
                        start=format_date(self.env, first),
                        stop=format_date(self.env, last),
                    )
                )
            if not expense.proof:
                raise UserError(
                    self.env._("Attach the proof of the expense “%(expense)s”: a photo will do.", expense=expense.name)
                )

    def _gov_on_submitted(self):
        super()._gov_on_submitted()
        for one in self.sudo():  # sudo: the mission goes on with its settlement
            order = one.order_id
            if order.state == "running":
                order._transition("to_settle")

    def _gov_on_approved(self):
        """Granted: the amounts are frozen in the statement of expenses and the mission is settled."""
        super()._gov_on_approved()
        settlements = self.sudo()  # sudo: the order is closed by the act, whose caller was checked
        for one in settlements:
            # the advance is that of the moment of the signature
            if rules.money(rules.exact(one.advance_amount)) != rules.money(rules.exact(one.order_id.advance_amount)):
                raise UserError(
                    self.env._("An advance was recorded since this settlement was filed: return it for completion.")
                )
            one.order_id._gov_claim(("to_settle",))
        settlements._gov_prepare_documents()
        settlements.order_id._transition("settled")

    def _gov_find_signatory(self):
        self.ensure_one()
        # sudo: who signs is printed on the statement
        lines = self.sudo().approval_line_ids.filtered(lambda line: line.decided_by_id and line.kind != "opinion")
        return lines.sorted("decided_on")[-1:].decided_by_id.employee_id

    # ------------------------------------------------------------------ document
    def _gov_prepare_documents(self):
        """Make the statement of each settlement (number taken, content frozen).

        sudo: the document is made by the act, whose caller has checked who grants.
        """
        vals_list = []
        for one in self:
            signatory = one._gov_find_signatory()
            langs = one.lang.split("_")
            values = {lang: one._gov_document_values(lang) for lang in langs}
            old = one.previous_id.document_id
            vals_list.append(
                {
                    "register": self.env.ref("gov_hr_mission.register_settlement").sudo(),
                    "kind": "mission_settlement",
                    "record": one,
                    "template": self.env.ref(f"gov_hr_mission.template_settlement_{one.lang}"),
                    "values": values if len(langs) > 1 else values[langs[0]],
                    "employee": one.employee_id,
                    "signatory": signatory,
                    "supersedes": old if old.state == "valid" else None,
                }
            )
            one._gov_write({"signatory_id": signatory.id})
        documents = self.env["gov.document"].sudo()._gov_prepare(vals_list)
        for one, document in zip(self, documents, strict=True):
            one._gov_write({"document_id": document.id})

    def _gov_finish_documents(self):
        """Render and seal what an act has prepared; what fails is finished by the scheduled task of documents."""
        # sudo: what an act has prepared is finished, whoever calls; nothing new is granted
        self.sudo().document_id.filtered(lambda document: document.state == "issuing")._gov_finish()
        self.invalidate_recordset()

    def _gov_document_values(self, lang):
        """Return the placeholders and blocks of the statement in one language ('ar' or 'fr')."""
        self.ensure_one()
        one = self.with_context(lang=LANGS[lang])
        order, words, _ = one.order_id, self.env["gov.words"], one.env._
        values = super()._gov_document_values(lang)
        sums = [(_("Total (DH)"), [money_cell(one.total_amount)])]
        if one.advance_amount:
            sums.append((_("Advance paid (DH)"), [money_cell(one.advance_amount)]))
        if one.to_give_back:
            sums.append((_("To give back (DH)"), [money_cell(one.to_give_back)]))
            due, due_words = _("to be given back by the person concerned"), words.amount(one.to_give_back, lang)
        else:
            sums.append((_("To pay (DH)"), [money_cell(one.to_pay)]))
            due, due_words = _("to be paid to the person concerned"), words.amount(one.to_pay, lang)
        rows = [[line._gov_sentence(), money_cell(line.amount)] for line in one.line_ids]
        values.update(
            order_number=isolated(order.document_id.number) or "—",
            destination=enclosed(order._gov_destination()),
            real_start=isolated(to_local(self.env, one.start).strftime(MOMENT)),
            real_stop=isolated(to_local(self.env, one.stop).strftime(MOMENT)),
            person=order._gov_person_block(lang),
            itinerary=order._gov_stage_block(one.stage_ids) if one.stage_ids else Markup("—"),
            amounts=data_table([_("What is due, and why"), _("Amount (DH)")], rows, sums, numeric=(1,)),
            due=due,
            due_words=due_words,
            total_words=words.amount(one.total_amount, lang),
        )
        return values

    # ------------------------------------------------------------------ acts
    @around_act
    def action_submit(self):
        """File the settlement: its amounts are worked out once more, then wait for the circuit."""
        result = super().action_submit()
        self._gov_finish_documents()
        return result

    @around_act
    def action_approve(self, comment=None):
        """Do the act of the current step; at the last one the statement of expenses is numbered and sealed."""
        result = super().action_approve(comment=comment)
        self._gov_finish_documents()
        return result

    @short_transaction
    def action_correct(self, reason):
        """Open a granted settlement again because it is wrong: HR of the region, never who asked.

        The wrong one stays as it is, marked corrected; a new draft is made from it, and its statement will replace the
        first one.

        :param reason: required, kept in the journal
        :return: the new draft
        """
        self.ensure_one()
        self.check_access("read")
        self._gov_claim(("approved",))
        if not (self._gov_is_hr() or self.env.su):
            raise AccessError(self.env._("Human resources of the region correct a settlement."))
        old = self.sudo()  # sudo: who corrects was checked above
        old.order_id._gov_check_not_applicant()
        reason = self._gov_check_reason(reason)
        if old.document_id.state == "issuing":
            raise UserError(self.env._("The statement is still being made. Try again in a moment."))
        old._transition("corrected")
        old.order_id._transition("to_settle")
        new = self._gov_make_again(old)
        self._gov_record([(self, "correct", {"reason": reason, "by": new.id})])
        return new

    @api.model
    def _gov_make_again(self, old):
        order = old.order_id
        self.env.flush_all()  # the database holds one live settlement a mission: the old one leaves first
        stages = [dict(stage.copy_data()[0], settlement_id=False) for stage in old.stage_ids]
        expenses = [dict(expense.copy_data()[0], settlement_id=False) for expense in old.expense_ids]
        for vals in stages + expenses:
            vals.pop("settlement_id")
        # sudo: the draft is that of the person on mission, whoever opens it again
        new = self.sudo().create(
            {
                "order_id": order.id,
                "start": old.start,
                "stop": old.stop,
                "lang": old.lang,
                "report": old.report,
                "stage_ids": [(0, 0, vals) for vals in stages],
                "expense_ids": [(0, 0, vals) for vals in expenses],
            }
        )
        new._gov_write({"requester_id": old.requester_id.id, "previous_id": old.id})
        return new.with_env(self.env)

    def action_open_correction(self):
        """Open the dialog that takes the reason of a correction."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the settlement"),
            "res_model": "gov.mission.dialog",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_order_id": self.order_id.id,
                "default_settlement_id": self.id,
                "default_operation": "correct",
            },
        }

    def action_download(self):
        """Download the signed statement of expenses."""
        self.ensure_one()
        self.check_access("read")
        if not self.document_id:
            raise UserError(self.env._("The statement is not signed yet."))
        return self.document_id.action_download()

    def action_open_order(self):
        """Open the mission order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "gov.mission.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }


ACT = object()  # an object cannot be sent by RPC


class GovMissionSettlementLine(models.Model):
    """One amount of a settlement, with all that made it: worked out by the system, never written by hand."""

    _name = "gov.mission.settlement.line"
    _description = "Amount of a settlement"
    _order = "settlement_id, sequence, id"

    settlement_id = fields.Many2one("gov.mission.settlement", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer()
    kind = fields.Selection(
        [
            ("allowance", "Daily allowance"),
            ("provided", "Provided by the organiser"),
            ("mileage", "Kilometres"),
            ("expense", "Expense"),
        ],
        required=True,
    )
    day = fields.Date(required=True)
    parts = fields.Char(export_string_translation=False)
    label = fields.Char()
    quantity = fields.Float(digits=(16, 2), aggregator=None)
    rate = fields.Float(digits=(16, 2), aggregator=None)
    amount = fields.Monetary()
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    power = fields.Integer("Fiscal power (CV)", aggregator=None)
    power_from = fields.Integer(aggregator=None, export_string_translation=False)
    power_to = fields.Integer(aggregator=None, export_string_translation=False)
    rate_id = fields.Many2one("gov.mission.rate", "Daily rate", index="btree_not_null", ondelete="restrict")
    legal_text_id = fields.Many2one("gov.legal.text", "Legal text", index="btree_not_null", ondelete="restrict")
    sentence = fields.Char("Explanation", compute="_compute_sentence")

    @api.depends("kind", "day", "parts", "quantity", "rate", "label")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for line in self:
            line.sentence = line._gov_sentence()

    def _gov_sentence(self):
        """Return how the amount was worked out, in the language of the context, with the text of law."""
        self.ensure_one()
        _ = self.env._
        line = self.sudo()  # sudo: names of the rate and of the text, for whoever reads the settlement
        names = dict(line.env["gov.mission.rate"]._fields["part"]._description_selection(self.env))
        comma = "، " if (self.env.lang or "").startswith("ar") else ", "
        parts = comma.join(names[code] for code in (line.parts or "").split(",") if code)
        values = {
            "date": format_date(self.env, line.day),
            "parts": parts,
            "quantity": f"{line.quantity:g}".replace(".", ","),
            "rate": nbsp_amount(line.rate),
            "label": enclosed(line.label),
        }
        if line.kind == "allowance":
            values["group"] = line.rate_id.group_id.name or ""
            if line.rate_id.part == "day":
                text = _("%(date)s: %(parts)s = %(quantity)s day × %(rate)s DH (%(group)s)", **values)
            else:
                text = _("%(date)s: %(parts)s = %(quantity)s × %(rate)s DH (%(group)s)", **values)
        elif line.kind == "provided":
            text = _("%(date)s: %(parts)s provided by the organiser: nothing is due", **values)
        elif line.kind == "mileage":
            values.update(power=line.power, low=line.power_from, high=line.power_to)
            if line.power_to:
                text = _(
                    "%(date)s: %(label)s, %(quantity)s km × %(rate)s DH (car of %(power)s CV: from %(low)s to "
                    "%(high)s CV)",
                    **values,
                )
            else:
                text = _(
                    "%(date)s: %(label)s, %(quantity)s km × %(rate)s DH (car of %(power)s CV: %(low)s CV or more)",
                    **values,
                )
        else:
            text = _("%(date)s: %(label)s, on proof", **values)
        law = line.legal_text_id
        if law:
            text = _("%(text)s – %(law)s", text=text, law=" ".join(filter(None, (law.name, isolated(law.number)))))
        return text

    def _gov_act(self):
        return self.with_context(gov_mission_act=ACT)

    def _check_act(self):
        if self.env.context.get("gov_mission_act") is not ACT:
            raise AccessError(self.env._("The amounts of a settlement are worked out by the system."))

    @api.model_create_multi
    def create(self, vals_list):
        self._check_act()
        return super(GovMissionSettlementLine, self.with_context(gov_mission_act=None)).create(vals_list)

    def write(self, vals):
        self._check_act()
        return super(GovMissionSettlementLine, self.with_context(gov_mission_act=None)).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_act(self):
        self._check_act()


class GovMissionExpense(models.Model):
    """An expense made on mission, paid back on its proof: ticket, toll, …  Written while the settlement is a draft."""

    _name = "gov.mission.expense"
    _description = "Expense of a mission"
    _order = "date, id"

    settlement_id = fields.Many2one("gov.mission.settlement", required=True, index=True, ondelete="cascade")
    date = fields.Date(required=True, default=fields.Date.context_today)
    name = fields.Char("What", required=True, help="For example: train ticket Rabat – Tangier.")
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    proof = fields.Binary(attachment=True, help="Ticket, invoice: a photo will do. Nothing is paid back without it.")
    proof_name = fields.Char()

    _amount_positive = models.Constraint("CHECK (amount > 0)", "An expense is more than zero.")
    # a slip of the keyboard, not a rule of law
    _amount_bounds = models.Constraint("CHECK (amount < 10000000)", "An expense is less than ten million dirhams.")

    @api.model_create_multi
    def create(self, vals_list):
        expenses = super().create(vals_list)
        expenses._check_draft()
        expenses.settlement_id._gov_refresh_lines()
        return expenses

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        if "settlement_id" in vals:
            self._check_draft()
        self.settlement_id._gov_refresh_lines()
        return result

    def unlink(self):
        settlements = self.settlement_id
        result = super().unlink()
        settlements.exists()._gov_refresh_lines()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        self._check_draft()

    def _check_draft(self):
        if self.env.su:
            return
        for expense in self:
            if expense.settlement_id.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(request)s” is filed: its expenses stay as they are.",
                        request=expense.settlement_id.display_name,
                    )
                )
