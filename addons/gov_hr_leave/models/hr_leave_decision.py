from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.gov_approval.models.sentinel import with_sentinel
from odoo.addons.gov_base.tools.act import run_short
from odoo.addons.gov_base.tools.text import date_words
from odoo.addons.gov_document.tools.blocks import LANGS

from ..services import decision_words as words
from ..services import rules, sick

# kind of document of each kind of leave; closures are decided by the government
DOCUMENTS = {
    "ANN": "leave_annual",
    "EXC_FAM": "leave_exceptional",
    "EXC_MAND": "leave_authorised",
    "EXC_SYND": "leave_authorised",
    "EXAM": "leave_authorised",
    "FORM": "leave_authorised",
    "ABS": "leave_permission",
    "HAJJ": "leave_hajj",
    "SS": "leave_unpaid",
    "MAL_CD": "leave_health_short",
    "MAL_MD": "leave_health_long",
    "MAL_LD": "leave_health_long",
    "MAL_AT": "leave_health_service",
    "MAT": "leave_maternity",
    "PAT": "leave_paternity",
    "KAF_F": "leave_kafala",
    "KAF_M": "leave_kafala",
    "ALL": "leave_nursing",
}
PAY_WORDS = {
    "ar": {1.0: "بأجرة كاملة", 0.5: "بنصف أجرة", 0.0: "بدون أجرة"},
    "fr": {1.0: "à plein traitement", 0.5: "à demi-traitement", 0.0: "sans traitement"},
}
EMPTY = "—"


class HrLeave(models.Model):
    """The decision of a leave: its document, numbered and frozen by the act that grants, rendered right after."""

    _inherit = "hr.leave"

    decision_lang = fields.Selection(
        [("ar", "Arabic"), ("fr", "French")],
        "Language of the decision",
        help="Arabic when nothing is chosen; French when the leave is spent abroad, for the borders.",
    )
    territory_document_id = fields.Many2one(
        "gov.document",
        "Authorisation to leave the territory",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    decision_number = fields.Char(
        "Number of the decision", compute="_compute_decision_number", compute_sudo=True, help="In its register."
    )
    return_on = fields.Date(
        "Back to service on", compute="_compute_return_on", help="First working day after the leave."
    )

    @api.depends("decision_document_id")
    def _compute_decision_number(self):
        for leave in self:
            leave.decision_number = leave.decision_document_id.number

    @api.depends("request_date_to")
    def _compute_return_on(self):
        holidays = self.env["gov.public.holiday"]
        for leave in self:
            last = leave.request_date_to
            leave.return_on = holidays._add_working_days(last, 1) if last else False

    # ------------------------------------------------------------------ in the act that grants
    def _gov_prepare_decision(self):
        """Take the numbers of the decision and of the authorisation to leave the territory, freeze their texts, plan
        the return to service and name who stands in.  Run as superuser by the act that grants."""
        super()._gov_prepare_decision()
        for leave in self:
            leave._gov_issue_decision()
            leave._gov_confirm_interim()
        self.env["gov.leave.return"]._gov_expect(self)

    def _gov_issue_decision(self, supersedes=None):
        """Prepare the document of the decision, and of the authorisation to leave the territory."""
        self.ensure_one()
        kind = DOCUMENTS.get(self.gov_code)
        if not kind:
            return
        lang = self._gov_decision_lang()
        signatory = self._gov_signatory()
        documents = self.env["gov.document"]
        old = supersedes or documents
        register = "leave_health" if kind.startswith("leave_health") else "leave"
        decision = documents._gov_prepare([self._gov_document_vals(kind, register, lang, signatory, old)])
        vals = {"decision_document_id": decision.id}
        if self.is_abroad and self.country_id:
            old = self.territory_document_id if self.territory_document_id.state == "valid" else documents
            # the authorisation names the number of the decision
            vals["territory_document_id"] = documents._gov_prepare(
                [
                    self._gov_document_vals(
                        "leave_territory", "leave", lang, signatory, old, decision_number=words.apart(decision.number)
                    )
                ]
            ).id
        self._gov_write(vals)
        self.env["gov.leave.return"]._gov_finish_soon()

    def _gov_document_vals(self, kind, register, lang, signatory, supersedes, **more):
        return {
            "register": self.env["gov.document.register"].browse(
                self.env["ir.model.data"]._xmlid_to_res_id(f"gov_hr_leave.register_{register}")
            ),
            "template": self.env["gov.document.template"]._gov_leave_template(kind, lang),
            "kind": kind,
            "record": self,
            "values": dict(self._gov_document_values(lang), **more),
            "employee": self.employee_id,
            "signatory": signatory,
            "supersedes": supersedes,
        }

    def _gov_decision_lang(self):
        self.ensure_one()
        return self.decision_lang or ("fr" if self.is_abroad else "ar")

    def _gov_signatory(self):
        """Return who signs: whoever decided at the last signature or approval, or else the head who signs leave."""
        self.ensure_one()
        # sudo: which step was decided by whom; the lines of the receipt are those the act has just read
        lines = (
            self.sudo()
            .receipt_id.line_ids.filtered(
                lambda line: line.state == "approved" and line.kind in ("signature", "approval") and line.decided_by_id
            )
            .sorted(lambda line: (line.round, line.kind == "signature", line.sequence))
        )
        # sudo: name and post of who signs are printed
        return lines[-1:].decided_by_id.sudo().employee_id or self.env["hr.employee"]._gov_leave_signatory()

    def _gov_confirm_interim(self):
        """Let the substitute of the request act in the place of the absent head, on the days of the leave."""
        self.ensure_one()
        user, substitute = self.employee_id.user_id, self.interim_employee_id
        if not (user and substitute.user_id):
            return
        # sudo: declared by the act that grants, as the absent person would
        interims = self.env["gov.interim"].with_user(user).sudo()
        period = {"date_from": self.request_date_from, "date_to": self.request_date_to}
        if interims.search_count(
            [
                ("absent_id", "=", self.employee_id.id),
                ("substitute_id", "=", substitute.id),
                ("state", "=", "confirmed"),
                ("date_from", "<=", self.request_date_from),
                ("date_to", ">=", self.request_date_to),
            ],
            limit=1,
        ):
            return
        with_sentinel(interims).create(
            dict(period, absent_id=self.employee_id.id, substitute_id=substitute.id, state="confirmed")
        )

    def _gov_on_cancelled(self):
        """What was issued is revoked, and nobody is expected back any more."""
        super()._gov_on_cancelled()
        for leave in self.sudo():  # sudo: the act that cancels was checked
            documents = (leave.decision_document_id | leave.territory_document_id).filtered(
                lambda document: document.state in ("valid", "issuing")
            )
            if documents:
                documents._revoke(self.env._("The leave was cancelled."))
        self.env["gov.leave.return"]._gov_drop(self)

    def _gov_interrupt(self, from_date, reason, why="sickness"):
        """A leave cut short gets a decision for the days it keeps, which takes the place of the first one."""
        given = super()._gov_interrupt(from_date, reason, why=why)
        leave = self.sudo()  # sudo: the act of the caller was checked
        if leave.state == "validate":
            # a decision not rendered yet cannot be replaced: it is revoked, and made anew
            old = leave.decision_document_id
            if old.state == "issuing":
                old._revoke(self.env._("The leave was shortened."))
            if old:
                leave._gov_issue_decision(supersedes=old if old.state == "valid" else None)
            leave.env["gov.leave.return"]._gov_move(leave)
        return given

    def _gov_may_interrupt(self, other):
        """Illness and maternity suspend annual leave, unless a legal parameter says otherwise (rule A7)."""
        if self.is_health and not self._gov_parameter("leave.sick.interrupts_annual", self.request_date_from):
            return False
        return super()._gov_may_interrupt(other)

    # ------------------------------------------------------------------ reading and making it
    def action_open_decision(self):
        """Open the signed PDF of the decision; it is made at once if it is not yet."""
        self.ensure_one()
        self.check_access("read")
        # sudo: only whether there is a decision; its own rules say below who reads it
        document = self.sudo().decision_document_id
        if not document:
            raise UserError(self.env._("There is no decision yet: it is made when the leave is granted."))
        return self._gov_open_document(document)

    def action_open_territory(self):
        """Open the signed PDF of the authorisation to leave the national territory."""
        self.ensure_one()
        self.check_access("read")
        document = self.sudo().territory_document_id  # sudo: as above
        if not document:
            raise UserError(self.env._("This leave is not spent abroad."))
        return self._gov_open_document(document)

    def _gov_open_document(self, document):
        document.with_env(self.env).sudo(False).check_access("read")
        if document.state == "issuing":
            document._gov_finish()  # what the act prepared is finished, whoever opens it
        return document.with_env(self.env).sudo(False).action_download()

    def action_reissue_decision(self, reason):
        """Make the decision again when its text or its days changed; it takes the place of the first one.

        HR managers, never on their own leave; journalled.
        """
        self.ensure_one()
        self.check_access("read")
        reason = " ".join((reason or "").split())
        if not reason:
            raise UserError(self.env._("Say why the decision is made again."))
        if not self.env.user.has_group("gov_base.group_hr_manager") or self.env.user in self._gov_applicants():
            raise AccessError(self.env._("Another HR manager makes the decision again."))

        def act(env):
            # sudo: the right was checked above
            leave = env[self._name].browse(self.id).sudo()
            leave._gov_touch()
            if leave.state != "validate" or leave.decision_document_id.state != "valid":
                raise UserError(env._("Only a valid decision of a granted leave is made again."))
            leave._gov_issue_decision(supersedes=leave.decision_document_id)
            number = leave.decision_document_id.number
            env["gov.journal.entry"]._record(leave, "reissue", {"number": number, "reason": reason})
            return leave.decision_document_id

        run_short(self.env, act)._gov_finish()
        return True

    # ------------------------------------------------------------------ values
    def _gov_document_values(self, lang):
        """Return the values of the placeholders in one language; run as superuser by the act that issues."""
        self.ensure_one()
        leave = self.with_context(lang=LANGS[lang])
        values = leave.employee_id._gov_leave_person_values(lang, self.request_date_from)
        first, last = self.request_date_from, self.request_date_to
        days = self._gov_days()
        values.update(
            {
                "date_from": date_words(first, lang),
                "date_to": date_words(last, lang),
                "return_on": date_words(self.return_on, lang),
                "request_date": date_words(
                    fields.Datetime.context_timestamp(self, self.submitted_on or fields.Datetime.now()).date(), lang
                ),
                "years": words.years(days or [first.year], lang),
                "leave_type": leave.holiday_status_id.name,
                "days_phrase": self._gov_days_phrase(lang),
                "cause": leave._gov_cause_words(lang),
                "event_date": date_words(self.event_date, lang) if self.event_date else EMPTY,
                "address": words.apart(self.address_during) or EMPTY,
                "country": words.apart(leave.country_id.name) or EMPTY,
                "abroad_phrase": leave._gov_abroad_words(lang),
                "decision_number": words.apart(self.decision_document_id.number) or EMPTY,
            }
        )
        if self.is_health:
            values.update(leave._gov_health_values(lang))
        if self.count_unit == "hours":
            values.update(
                hour_from=words.clock(self.request_hour_from),
                hour_to=words.clock(self.request_hour_to),
                hours_phrase=words.counted(self._gov_law().nursing_hours, "hours", lang),
                nursing_time=dict(leave._fields["nursing_time"]._description_selection(leave.env))
                .get(self.nursing_time or "end", "")
                .lower(),
            )
        return values

    def _gov_days_phrase(self, lang):
        """Return the length in words and figures: whole months for hajj, unpaid and long illness, else days."""
        first, last, code = self.request_date_from, self.request_date_to, self.gov_code
        if code in ("HAJJ", "SS", rules.MEDIUM, rules.LONG):
            months, rest = sick.length(first, last)
            if months and not rest:
                return words.counted(months, "months", lang)
        if self.count_unit == "hours":
            return words.counted((last - first).days + 1, "calendar", lang)
        return words.counted(sum(self._gov_days().values()), self.count_unit, lang)

    def _gov_cause_words(self, lang):
        if not self.cause_id:
            return self.holiday_status_id.name
        day = f" ({date_words(self.event_date, lang)})" if self.event_date else ""
        return f"{self.cause_id.name}{day}"

    def _gov_abroad_words(self, lang):
        if not self.is_abroad:
            return {
                "ar": "تقضى هذه الرخصة داخل التراب الوطني.",
                "fr": "Le congé est passé sur le territoire national.",
            }[lang]
        country = words.apart(self.country_id.name) or EMPTY
        if lang == "ar":
            return f"ويؤذن بمغادرة التراب الوطني في اتجاه: {country}."
        return f"Il est autorisé de quitter le territoire national à destination de : {country}."

    def _gov_health_values(self, lang):
        """Return the lines of pay, the certificate and the Council, without a word on the illness."""
        parts = []
        for run in self._gov_pay_runs():
            pay = PAY_WORDS[lang][run["fraction"]]
            first, last = date_words(run["date_from"], lang), date_words(run["date_to"], lang)
            parts.append(f"{pay} من {first} إلى {last}" if lang == "ar" else f"{pay} du {first} au {last}")
        received = self.certificate_received_on
        date = date_words(received, lang) if received else EMPTY
        council, council_date = words.apart(self.council_reference) or EMPTY, self.council_date
        day = date_words(council_date, lang) if council_date else EMPTY
        if lang == "ar":
            return {
                "pay_phrase": "؛ ".join(parts),
                "certificate_phrase": f"وبناء على الشهادة الطبية المتوصل بها بتاريخ {date}؛",
                "council_phrase": f"وبناء على رأي المجلس الصحي عدد {council} بتاريخ {day}؛",
            }
        return {
            "pay_phrase": " ; ".join(parts),
            "certificate_phrase": f"Vu le certificat médical reçu le {date} ;",
            "council_phrase": f"Vu l’avis du Conseil de santé n° {council} du {day} ;",
        }

    # ------------------------------------------------------------------ pay
    def get_pay_fractions(self):
        """Return the part of the pay kept on each day of these leaves of one person.

        Open to the person, to HR managers (who answer for pay) and, for the regions they serve, to HR officers; leave
        of health needs the right to health leave besides.  Heads and auditors may not: a half pay tells an illness.

        :return: ``[{"date_from", "date_to", "fraction"}]`` in order, consecutive days of equal fraction in one row;
            ``fraction`` is 1.0, 0.5 or 0.0
        :raise AccessError: somebody else's leave
        :raise UserError: leaves of several people
        """
        if not self:
            return []
        leaves = self.sudo()  # sudo: only what the checks below allow comes out
        if len(leaves.employee_id) > 1:
            raise UserError(self.env._("Ask for the pay of one person at a time."))
        for leave in self:
            leave._gov_check_may_read_pay()
        return leaves._gov_pay_runs()

    def _gov_check_may_read_pay(self):
        """Raise unless the user is the person, or HR of the region, with the right to health leave where it is one."""
        user, leave = self.env.user, self.sudo()  # sudo: only whose leave it is, and whether it is of health
        if self.env.su or (leave.employee_id.user_id == user and user._is_internal()):
            return
        if self._gov_is_hr() and (
            not leave.holiday_status_id.is_health or user.has_group("gov_hr_leave.group_health_leave")
        ):
            return
        raise AccessError(
            self.env._("Only the person concerned, and human resources with the right to it, may see this.")
        )

    def _gov_pay_runs(self):
        """Return the rows of :meth:`get_pay_fractions`; the caller has checked rights."""
        runs = []
        for leave in self:
            first, last, code = leave.request_date_from, leave.request_date_to, leave.gov_code
            if not first or not last:
                continue
            if code == rules.SHORT:
                history = [other.period for other in leave._gov_history((code,))]
                runs += sick.short_runs(history, first, last, leave._gov_law().short)
            elif code in (rules.MEDIUM, rules.LONG):
                own = leave._gov_rule_facts().health_file
                history = [one.period for one in leave._gov_history((code,)) if one.health_file == own]
                runs += sick.long_runs(history, first, last, leave._gov_law().long(code))
            else:
                runs.append((first, last, sick.NONE if code == "SS" else sick.FULL))
        return [
            {"date_from": first, "date_to": last, "fraction": fraction}
            for first, last, fraction in sick.merge_runs(runs)
        ]
