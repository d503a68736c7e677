from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from odoo.addons.gov_base.tools.act import short_transaction

from ..tools.call import CONSULTED, NEGOTIATED, TWO_STAGES, Call, problems, tranche_problems


class GovTenderProcedure(models.Model):
    """The rules of each procedure: what it takes, whom it reaches, in how many stages, and what it ends in."""

    _inherit = "gov.tender"

    @api.depends("is_increase", "price_form")
    def _compute_is_percentage(self):
        for tender in self:
            tender.is_percentage = tender.is_increase or tender.price_form == "percentage"

    @api.depends("law_case")
    @api.depends_context("lang")
    def _compute_proof_help(self):
        words = {
            "infructuous": self.env._("The decision that declared the call infructuous, 21 days old at most."),
            "default": self.env._("The decision that terminated the contract of the holder who failed."),
            "exclusivity": self.env._("The certificate that says why one holder alone can do it."),
            "defence": self.env._("The authorisation of the Head of Government."),
            "patent": self.env._("The patent, in force, and who holds it."),
            "public_body": self.env._("The text that gives the public body its exclusivity."),
            "spontaneous": self.env._("The spontaneous offer and the report of the committee that examined it."),
            "urgency": self.env._("The certificate on the event that could not be foreseen and its dates."),
            "security": self.env._("The certificate on the danger for people or for the land."),
            "ceremony": self.env._("The decision on the ceremony or the visit and its dates."),
            "additional_works": self.env._("The report that says why the works could not be foreseen."),
        }
        for tender in self:
            tender.proof_help = words.get(tender.law_case)

    # ------------------------------------------------------------------ what a procedure takes
    def _gov_call(self, today):
        """Return the facts of the call that the rules of its procedure look at."""
        self.ensure_one()
        source, contract = self.source_tender_id, self.source_contract_id
        state, days = None, None
        if self.law_case == "infructuous" and source:
            state = source.state
            ended = source.closed_at and fields.Date.context_today(self, source.closed_at)
            days = (today - ended).days if ended else None
        elif self.law_case == "default" and contract:
            state = contract.state
        signed = contract.change_ids.filtered(lambda one: one.kind == "supplementary" and one.state == "signed")
        return Call(
            procedure=self.procedure,
            kind=self.kind,
            before_tax=round(self.estimate_untaxed, 2),
            certificate=bool((self.certificate or "").strip()),
            candidates=len(self.candidate_ids),
            law_case=self.law_case or None,
            proof=bool((self.proof or "").strip() or self.proof_ids),
            source_days=days,
            source_state=state,
            source_amount=round(contract.amount_untaxed, 2) if contract.kind == "works" else 0,
            added=round(sum(signed.mapped("amount")), 2),
            programme=bool((self.programme or "").strip()),
            prize=round(self.prize_amount, 2),
        )

    def _gov_call_limits(self, today):
        limits = {
            name: self._gov_limit(f"procurement.threshold.{name}", today)
            for name in ("simplified", "restricted", "national_works", "national_other")
        }
        return {
            **limits,
            "consulted": int(self._gov_limit("procurement.restricted.consulted", today)),
            "infructuous_days": int(self._gov_limit("procurement.negotiated.infructuous_days", today)),
            "additional_share": self._gov_limit("procurement.change.supplementary", today),
        }

    def _gov_problem_words(self, problem):
        values = {
            name: format_amount(self.env, float(value), self.currency_id) if name == "limit" else value
            for name, value in problem.values.items()
        }
        limit, number, days = (values.get(name, "") for name in ("limit", "number", "days"))
        words = {
            "over_simplified": self.env._("A simplified call is %(limit)s before tax at most (art. 19).", limit=limit),
            "over_national": self.env._(
                "Over %(limit)s before tax a call is international: change the procedure, or give the certificate "
                "that allows a national one (art. 19).",
                limit=limit,
            ),
            "over_restricted": self.env._("A restricted call is under %(limit)s before tax (art. 20).", limit=limit),
            "few_candidates": self.env._(
                "A restricted call consults %(number)s candidates at least (art. 20).", number=number
            ),
            "infructuous_too_old": self.env._(
                "The negotiation begins within %(days)s days of the day the call was declared infructuous (art. 88).",
                days=days,
            ),
            "over_additional": self.env._(
                "Additional works are a tenth of the contract at most: %(limit)s before tax are left (art. 89).",
                limit=limit,
            ),
            "no_certificate": self.env._("Give the administrative certificate of a restricted call (art. 20)."),
            "no_programme": self.env._("Write the programme of the competition."),
            "no_prize": self.env._("Give the prizes of the competition."),
            "no_case": self.env._("Choose the case of article 88 or 89 that allows this negotiation."),
            "no_infructuous_call": self.env._("Name the call that was declared infructuous (art. 88 a)."),
            "no_terminated_contract": self.env._("Name the contract that was terminated by default (art. 88 b)."),
            "no_works_contract": self.env._("Name the works contract that the additional works complete (art. 89)."),
            "no_proof": self.env._("Give the proof of the case: %(proof)s", proof=self.proof_help or ""),
            "nobody_consulted": self.env._("Name the enterprise with which it is negotiated."),
            "one_firm": self.env._("A lot in tranches has one firm tranche (art. 9)."),
            "no_conditional": self.env._("A lot in tranches has one conditional tranche at least (art. 9)."),
            "tranches_sum": self.env._("The tranches of a lot make its estimate: their sum differs."),
        }
        return words[problem.code]

    def _gov_problems(self, today):
        """Return what forbids the procedure as it stands, in sentences."""
        self.ensure_one()
        found = problems(self._gov_call(today), self._gov_call_limits(today)) if self.estimate_untaxed > 0 else []
        if self.form == "tranches":
            for lot in self.lot_ids:
                rows = [(one.is_firm, round(one.estimate_untaxed, 2)) for one in lot.tranche_ids]
                found += tranche_problems(rows, round(lot.estimate_untaxed, 2))
        if self.procedure == "competition" and self.kind != "studies":
            return [self.env._("A competition is for studies: choose a nature of studies.")]
        return list(dict.fromkeys(self._gov_problem_words(one) for one in found))

    def _gov_check_procedure(self):
        """Refuse a file whose procedure is not the one of law, or lacks what it takes (art. 7, 9, 19, 20, 88, 89)."""
        for tender in self:
            found = tender._gov_problems(fields.Date.context_today(tender))
            if found:
                raise UserError("\n".join(found))
            for lot in tender.lot_ids.filtered("price_ids"):
                known = [price.quantity * price.estimated_price for price in lot.price_ids]
                if all(known) and abs(sum(round(one, 2) for one in known) - lot.estimate_untaxed) >= 0.01:
                    raise UserError(
                        self.env._(
                            "Lot %(lot)s: the estimated prices of the schedule do not make its estimate.",
                            lot=lot.number,
                        )
                    )
                if tender.form == "tranches" and lot.price_ids.filtered(lambda one: not one.tranche_id):
                    raise UserError(self.env._("Say of which tranche each price is."))

    def _gov_check_source(self, today):
        """Refuse the notice of a negotiation that comes too late after the infructuous call (art. 88 a)."""
        self.ensure_one()
        if self.procedure in NEGOTIATED:
            found = self._gov_problems(today)
            if found:
                raise UserError("\n".join(found))

    # ------------------------------------------------------------------ whom it reaches
    def _gov_consult(self, today):
        """Send the letters of consultation, the same day to all (art. 20)."""
        self.ensure_one()
        barred = self.env["gov.supplier.exclusion"]._gov_barred(self.candidate_ids.partner_id, today)
        if barred:
            raise UserError(
                self.env._(
                    "Excluded from public procurement, not to be consulted: %(bidders)s.",
                    bidders=", ".join(barred.mapped("display_name")),
                )
            )
        self.candidate_ids._gov_write({"state": "consulted", "consulted_on": today})
        self._gov_write({"consulted_on": today})
        self.env["gov.journal.entry"]._record_many(
            [(self, "consult", {"candidate": one.id, "on": str(today)}) for one in self.candidate_ids]
        )

    def _gov_check_bidders(self, partners):
        """Refuse the bid of an enterprise that was neither consulted nor admitted, where only such ones may bid."""
        self.ensure_one()
        if self.procedure not in CONSULTED | TWO_STAGES:
            return
        allowed = self.candidate_ids.filtered(lambda one: one.state in ("consulted", "admitted")).partner_id
        if self.law_case == "additional_works":
            allowed = self.source_contract_id.partner_id
        others = partners.filtered(
            lambda one: one not in allowed and one.commercial_partner_id not in allowed.commercial_partner_id
        )
        if others:
            raise UserError(
                self.env._(
                    "Not invited to this call, which only those consulted or admitted may answer: %(bidders)s.",
                    bidders=", ".join(others.mapped("display_name")),
                )
            )

    def _gov_check_admitted(self):
        """A negotiation with publicity keeps three bidders at least, unless fewer are fit (art. 88)."""
        self.ensure_one()
        if self.procedure != "negotiated_publicity":
            return
        least = int(self._gov_limit("procurement.negotiated.admitted", fields.Date.context_today(self)))
        if len(self._gov_admitted()) < least and not (self.few_reason or "").strip():
            raise UserError(
                self.env._(
                    "Fewer than %(number)s bidders are admitted to negotiate: write why no more are fit (art. 88).",
                    number=least,
                )
            )

    @short_transaction
    def action_invite(self, session_at):
        """Invite the candidates that were admitted to bid, the same day, with the session of their bids (art. 50).

        :param session_at: day and hour of the session, in UTC
        """
        self._gov_check_officer()
        self._gov_take("candidates", "published")
        today, session = fields.Date.context_today(self), fields.Datetime.to_datetime(session_at)
        for tender in self:
            if fields.Datetime.now() < tender.session_at:
                raise UserError(self.env._("Applications are still received: the committee examines them afterwards."))
            waiting = tender.candidate_ids.filtered(lambda one: one.state == "registered")
            admitted = tender.candidate_ids.filtered(lambda one: one.state == "admitted")
            if waiting:
                raise UserError(
                    self.env._(
                        "Admit or refuse each application first: %(bidders)s.",
                        bidders=", ".join(waiting.mapped("partner_id.display_name")),
                    )
                )
            if not admitted:
                raise UserError(self.env._("Nobody was admitted: declare the call infructuous (art. 45 b)."))
            days = int(tender._gov_limit(f"procurement.step.publication.{tender.procedure}", today))
            if not session or fields.Date.context_today(self, session) < today + timedelta(days + 1):
                raise UserError(
                    self.env._(
                        "%(days)s clear days separate the invitations from the session: not before %(day)s.",
                        days=days,
                        day=format_date(self.env, today + timedelta(days + 1)),
                    )
                )
            admitted._gov_write({"invited_on": today})
            tender.committee_ids._gov_write({"is_present": False, "arrived_at": False, "left_at": False})
            tender._gov_write(
                {
                    "invited_on": today,
                    "session_at": session,
                    "deadline_at": session,
                    "convoked_on": False,
                    "is_second_session": False,
                    "last_bid": 0,
                }
            )
        self._gov_log(
            "invite",
            lambda one: {
                "candidates": one.candidate_ids.filtered(lambda row: row.state == "admitted").ids,
                "session": str(one.session_at),
            },
        )
        return True

    # ------------------------------------------------------------------ what it ends in
    def _gov_make_contracts(self):
        """Make the contract of each lot that was awarded; additional works become an amendment of their contract."""
        for lot in self.lot_ids.filtered("winner_offer_id"):
            if lot.tender_id.law_case == "additional_works":
                lot._gov_make_amendment()
                continue
            contract = self.env["gov.contract"]._gov_from_lot(lot)
            lot._gov_put_schedule(contract)
            lot._gov_put_form(contract)


class GovTenderLotContract(models.Model):
    _inherit = "gov.tender.lot"

    def _gov_make_amendment(self):
        """Propose the amendment of additional works; its signature checks the limit again (art. 89)."""
        self.ensure_one()
        tender = self.tender_id
        self.env["gov.contract.change"]._gov_create(
            [
                {
                    "contract_id": tender.source_contract_id.id,
                    "reference": tender.number,
                    "kind": "supplementary",
                    "amount": self.winner_offer_id.amount,
                    "reason": tender.justification or tender.proof,
                }
            ]
        )

    def _gov_put_schedule(self, contract):
        """Put the prices of the winner's detailed estimate into the contract, whose total is the awarded one to the
        centime."""
        self.ensure_one()
        offer = self.winner_offer_id
        if not offer.line_ids:
            return
        factor = 1 + self.vat_rate / 100
        amounts = [round(line.amount * factor, 2) for line in offer.line_ids]
        amounts[-1] = round(amounts[-1] + offer.amount - sum(amounts), 2)
        # sudo: the approval makes the contract, its schedule comes from the file
        contract = contract.sudo()
        contract.line_ids.unlink()
        self.env["gov.contract.line"].sudo().create(  # sudo: the same
            [
                {
                    "contract_id": contract.id,
                    "sequence": line.sequence,
                    "number": line.price_id.number,
                    "name": line.price_id.name,
                    "unit": line.unit,
                    "quantity": line.quantity,
                    "unit_price": line.unit_price,
                    "vat_rate": self.vat_rate,
                    "award_amount": amount,
                }
                for line, amount in zip(offer.line_ids, amounts, strict=True)
            ]
        )

    def _gov_put_form(self, contract):
        """Put into the contract what its form takes: the minimum and the years of a framework, the tranches."""
        self.ensure_one()
        # sudo: the approval makes the contract, its form comes from the file
        contract, tender, offer = contract.sudo(), self.tender_id, self.winner_offer_id
        if tender.form == "framework" and self.maximum:
            contract.minimum = round(offer.amount * self.minimum / self.maximum, 2)
        if tender.form in ("framework", "renewable") and tender.duration_years:
            contract.duration_years = tender.duration_years
        if tender.form == "tranches":
            self._gov_put_tranches(contract)

    def _gov_put_tranches(self, contract):
        """Make the tranches; without a schedule of prices the award is shared by their estimates."""
        rows = self.tranche_ids.sorted("number")
        made = (
            self.env["gov.contract.tranche"]
            .sudo()
            .create(  # sudo: as above
                [
                    {
                        "contract_id": contract.id,
                        "number": row.number,
                        "name": row.name,
                        "kind": "firm" if row.is_firm else "conditional",
                        "delivery_days": row.delivery_days,
                        "affirm_days": row.affirmation_days,
                    }
                    for row in rows
                ]
            )
        )
        of_row = dict(zip(rows, made, strict=True))
        priced = {line.price_id.number: line.price_id.tranche_id for line in self.winner_offer_id.line_ids}
        if priced:
            for line in contract.line_ids:
                line.tranche_id = of_row.get(priced.get(line.number))
            return
        whole, vat = contract.line_ids.award_amount, self.vat_rate / 100
        amounts = [round(whole * row.estimate_untaxed / self.estimate_untaxed, 2) for row in rows]
        amounts[-1] = round(whole - sum(amounts[:-1]), 2)
        contract.line_ids.unlink()
        self.env["gov.contract.line"].sudo().create(  # sudo: as above
            [
                {
                    "contract_id": contract.id,
                    "number": str(row.number),
                    "name": row.name,
                    "quantity": 1,
                    "unit_price": round(amount / (1 + vat), 2),
                    "vat_rate": self.vat_rate,
                    "award_amount": amount,
                    "tranche_id": of_row[row].id,
                }
                for row, amount in zip(rows, amounts, strict=True)
            ]
        )
