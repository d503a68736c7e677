"""Purchases as open contracting data: gathers the facts of acts in batches, for ``tools/ocds.py``."""

import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.gov_base.tools.act import short_transaction

from ..tools import ocds
from ..tools.call import CONSULTED
from .gov_procurement_plan_line import GovProcurementPlanLine

BATCH = 100
ARABIC, FRENCH = "ar_MA", "fr_FR"
# kinds of processes in the order of an export: model, prefix of the identifier, what was made public
KINDS = {
    "plan": ("gov.procurement.plan.line", "PP", Domain("is_published", "=", True)),
    "tender": ("gov.tender", "AO", Domain("published_on", "!=", False)),
    "order": (
        "purchase.order",
        "BC",
        Domain("gov_state", "!=", False)
        & (Domain("gov_published_at", "!=", False) | Domain("gov_awarded_on", "!=", False)),
    ),
    "contract": ("gov.contract", "MA", Domain("tender_id", "=", False) & Domain("notified_on", "!=", False)),
}
READERS = ("procurement_officer", "auditor")


class GovProcurementPlan(models.Model):
    _inherit = "gov.procurement.plan"

    @short_transaction
    def _gov_publish(self):
        """Publish the programme, and keep what this version published of each line."""
        result = super()._gov_publish()
        self._gov_after_publish()
        return result

    def _gov_after_publish(self):
        """Keep what was published, in the transaction of the act; other parts add theirs."""
        now = fields.Datetime.now()
        for plan in self:
            for line in plan.line_ids:
                line._gov_write({"published_versions": [*(line.published_versions or []), line._gov_version(now)]})


class GovProcurementPlanLinePublished(models.Model):
    _inherit = "gov.procurement.plan.line"
    _act_fields = GovProcurementPlanLine._act_fields | {"published_versions"}

    published_versions = fields.Json(
        "Versions published", readonly=True, copy=False, export_string_translation=False,
        help="What each version of the programme published of this line.",
    )  # fmt: skip

    def _gov_version(self, moment):
        """Return what a version publishes of the line (art. 17)."""
        self.ensure_one()
        first = self.publication_month
        return {
            "version": self.plan_id.version,
            "published": ocds.moment(moment),
            "title": self.name,
            "nature_id": self.nature_id.id,
            "estimate": self.estimate,
            "procedure": self.procedure,
            "month": str(first) if first else False,
            "reservation": self.reservation or False,
        }


class GovOcds(models.AbstractModel):
    """The export of purchases by the Open Contracting Data Standard 1.1.

    A process is a line of the programme, a call with its contracts, a purchase order, or a contract without a call.
    What it holds comes from the acts: the journal gives their moments, the records what they decided.
    """

    _name = "gov.ocds"
    _description = "Open contracting data"

    # ------------------------------------------------------------------ for the export
    @api.model
    def _gov_check_reader(self):
        """Refuse who does not publish or audit purchases."""
        if not self.env.su and not self.env.user.has_groups(",".join(f"gov_base.group_{role}" for role in READERS)):
            raise AccessError(self.env._("Procurement officers and auditors download the open data of purchases."))

    @api.model
    def _gov_head(self, uri):
        """Return the head of a package: who publishes, when, under which licence."""
        company = self.env.company.sudo()  # sudo: who publishes is public
        return {
            "uri": uri,
            "published": fields.Datetime.now(),
            "publisher": {"name": company.name, "uri": company.website or company.get_base_url()},
            "license": company.gov_open_data_license or None,
            "policy": company.gov_open_data_policy or None,
        }

    @api.model
    def _gov_stream(self, kind, uri, date_from=None, date_to=None):
        """Yield the text of a package of all that the user may read of a period; memory does not grow with it.

        :param kind: ``releases`` or ``records``
        :param date_from, date_to: days, both included
        :raise UserError: nothing was made public in the period
        """
        self._gov_check_reader()
        if kind not in ("releases", "records"):
            raise UserError(self.env._("Choose releases or records."))
        if date_from and date_to and date_from > date_to:
            raise UserError(self.env._("The period begins after its end."))
        limits = (
            ocds.moment(date_from) if date_from else None,
            f"{date_to.isoformat()}T23:59:59Z" if date_to else None,
        )
        chosen = (releases for _cursor, releases in self._gov_processes())
        chosen = _peek(releases for releases in chosen if any(_within(one, limits) for one in releases))
        if chosen is None:
            raise UserError(self.env._("Nothing was made public in this period."))
        return ocds.package(kind, self._gov_head(uri), chosen, *limits)

    @api.model
    def _gov_page(self, kind, uri, after=None, limit=BATCH):
        """Return the text of a page of the public data, as pieces, or None after the last one.

        :param after: cursor of the last process of the page before, such as ``tender-12``
        """
        last = {"cursor": None, "more": False}

        def processes():
            for number, (cursor, releases) in enumerate(self._gov_processes(after, limit + 1)):
                if number == limit:
                    last["more"] = True
                    return
                last["cursor"] = cursor
                yield releases

        chosen = _peek(processes())
        if chosen is None:
            return None
        base = uri.partition("?")[0]
        head = self._gov_head(uri)
        head["next"] = lambda: f"{base}?after={last['cursor']}" if last["more"] else None
        return ocds.package(kind, head, chosen)

    @api.model
    def _gov_processes(self, after=None, limit=None):
        """Yield (cursor, releases) of each process the user may read, in the order of their kinds and ids."""
        start, _dash, number = (after or "").partition("-")
        if after and (start not in KINDS or not number.isdigit() or len(number) > 9):
            raise UserError(self.env._("“%(cursor)s” is no cursor of this list.", cursor=after))
        kinds = list(KINDS)
        done = 0
        for kind in kinds[kinds.index(start) if after else 0 :]:
            model, _prefix, domain = KINDS[kind]
            last = int(number) if kind == start else 0
            while limit is None or done < limit:
                size = BATCH if limit is None else min(BATCH, limit - done)
                # what the user may read; the facts are then those that the law makes public
                ids = (
                    self.env[model]
                    .with_context(active_test=False)
                    .search(domain & Domain("id", ">", last), order="id", limit=size)
                    .ids
                )
                if not ids:
                    break
                found = self._gov_batch(kind, ids)
                yield from found
                # a process that has made nothing public yet counts for nothing: pages after it would be lost
                done, last = done + len(found), ids[-1]
                # a thousand processes take the memory of a hundred
                self.env.invalidate_all()

    @api.model
    def _gov_batch(self, kind, ids):
        """Return [(cursor, releases)] of processes of one kind."""
        # sudo: only what the law makes public comes out, for who may read the process or for all
        env = self.sudo().with_context(lang=self._gov_lang(), active_test=False).env
        records = env[KINDS[kind][0]].browse(ids)
        language = (env.lang or "en")[:2]
        this = env["gov.ocds"]
        build = {
            "plan": ocds.planning_releases,
            "tender": ocds.tender_releases,
            "order": ocds.order_releases,
            "contract": ocds.contract_releases,
        }[kind]
        facts = getattr(this, f"_gov_{kind}_facts")(records)
        return [
            (f"{kind}-{record.id}", releases)
            for record in records
            if (releases := build({**facts[record.id], "ocid": this._gov_ocid(kind, record.id)}, language))
        ]

    @api.model
    def _gov_lang(self):
        """Return the language of the texts: French when it is installed; titles come in Arabic beside it."""
        return FRENCH if self.env["res.lang"]._get_data(code=FRENCH) else self.env.lang

    @api.model
    def _gov_ocid(self, kind, record_id):
        prefix = self.env.company.sudo().gov_ocds_prefix or "ocds-000000"  # sudo: the prefix is public
        return f"{prefix}-{KINDS[kind][1]}-{record_id}"

    # ------------------------------------------------------------------ facts that all kinds have
    @api.model
    def _gov_words(self):
        _ = self.env._
        return {"notice": _("Publication of the notice"), "cancellation": _("Decision of cancellation")}

    @api.model
    def _gov_buyer(self):
        company = self.env.company
        code = company.company_registry or str(company.id)
        return {"id": f"MA-GOV-{code}", "name": company.name, "country": "Maroc"}

    @api.model
    def _gov_entity(self, officer):
        """Return the authorising officer as a party: the quality, never the person."""
        return {
            "id": f"MA-GOV-AO-{officer.code}",
            "name": officer.name,
            "identifier": officer.code,
            "scheme": "MA-GOV-AO",
            "country": "Maroc",
        }

    @api.model
    def _gov_supplier(self, partner):
        """Return an enterprise as a party: name, ICE and town; no address of a person, no telephone."""
        partner = partner.commercial_partner_id
        if not partner:
            return None
        ice = partner.gov_ice
        return {
            "id": f"{ocds.ICE_SCHEME}-{ice}" if ice else f"LOCAL-{partner.id}",
            "name": partner.name,
            "identifier": ice or None,
            "scheme": ocds.ICE_SCHEME,
            "city": (partner.is_company and partner.city) or None,
            "country": (partner.is_company and partner.country_id.name) or None,
        }

    @api.model
    def _gov_nature(self, nature):
        return {"code": nature.code, "name": nature.name} if nature else None

    @api.model
    def _gov_label(self, record, name):
        value = record[name]
        return dict(record._fields[name]._description_selection(self.env)).get(value) if value else None

    @api.model
    def _gov_acts(self, records, names):
        """Return {id: {act: [(moment, facts)]}} of the journal, oldest first."""
        found = {one.id: {} for one in records}
        entries = self.env["gov.journal.entry"].search_fetch(
            Domain("model", "=", records._name) & Domain("res_id", "in", records.ids) & Domain("act", "in", names),
            ["res_id", "act", "date", "payload"],
            order="id",
        )
        for entry in entries:
            found[entry.res_id].setdefault(entry.act, []).append((entry.date, json.loads(entry.payload)))
        return found

    @api.model
    def _gov_payments(self, commitments):
        """Return {commitment id: [payments]} of the payment orders that were paid."""
        found = {one.id: [] for one in commitments}
        if not commitments:
            return found
        orders = self.env["gov.payment.order"].search_fetch(
            Domain("commitment_id", "in", commitments.ids) & Domain("state", "=", "paid"),
            ["commitment_id", "paid_on", "net_amount", "number"],
            order="paid_on, id",
        )
        for order in orders:
            found[order.commitment_id.id].append(
                {"id": order.number or order.id, "at": order.paid_on, "on": order.paid_on, "amount": order.net_amount}
            )
        return found

    # ------------------------------------------------------------------ lines of the programme
    @api.model
    def _gov_plan_facts(self, lines):
        words, natures = self._gov_words(), self.env["gov.procurement.nature"]
        procedures = dict(lines._fields["procedure"]._description_selection(self.env))
        reservations = dict(lines._fields["reservation"]._description_selection(self.env))
        facts = {}
        for line in lines:
            kept = line.published_versions or []
            if not kept and line.plan_id.published_on and line.plan_id.state == "published":
                # published before versions were kept
                kept = [line._gov_version(line.plan_id.published_on)]
            versions = []
            for one in kept:
                nature = natures.browse(one["nature_id"]).exists()
                first = fields.Date.to_date(one["month"]) if one["month"] else None
                versions.append(
                    {
                        "version": one["version"],
                        "published": fields.Datetime.to_datetime(one["published"].removesuffix("Z").replace("T", " ")),
                        "title": one["title"],
                        "kind": nature.kind,
                        "nature": self._gov_nature(nature),
                        "estimate": one["estimate"],
                        "procedure": one["procedure"],
                        "procedure_name": procedures.get(one["procedure"]),
                        "reservation": self._gov_reservation(reservations, one["reservation"]),
                        "period": (first, fields.Date.end_of(first, "month")) if first else None,
                    }
                )
            facts[line.id] = {
                "id": f"PP-{line.plan_id.year}-{line.id}",
                "buyer": self._gov_buyer(),
                "entity": self._gov_entity(line.officer_id),
                "source": line.plan_id.name,
                "words": words,
                "versions": versions,
            }
        return facts

    @api.model
    def _gov_reservation(self, labels, code):
        return self.env._("Reserved for: %(whom)s", whom=labels[code]) if code else None

    # ------------------------------------------------------------------ calls for tenders
    @api.model
    def _gov_tender_facts(self, tenders):
        acts = self._gov_acts(
            tenders, ["publish", "rectify", "postpone", "award", "approve", "infructuous", "cancel", "open_session"]
        )
        arabic = {one.id: one for one in tenders.with_context(lang=ARABIC)}
        lots_ar = {one.id: one.name for one in tenders.with_context(lang=ARABIC).lot_ids}
        contracts = self._gov_contract_facts(tenders.contract_ids)
        facts = {}
        for tender in tenders:
            known = acts[tender.id]
            published = _moment(known, "publish", tender.published_on)
            infructuous = _moment(known, "infructuous", tender.session_at) if tender.state == "infructuous" else None
            results = _moment(known, "award", tender.results_published_on) if tender.lot_ids.winner_offer_id else None
            if tender.procedure in CONSULTED:
                # letters are not published: the call is public with its results
                published = results or infructuous
            lots = tender.lot_ids.sorted("number")
            single = len(lots) == 1
            ended = tender.state in ("infructuous", "cancelled")
            last = ocds.latest(tender.awarded_on, tender.evaluated_on, tender.session_at, published)
            facts[tender.id] = {
                "number": tender.number,
                "title": tender.object,
                "title_ar": arabic[tender.id].object,
                "buyer": self._gov_buyer(),
                "entity": self._gov_entity(tender.officer_id),
                "kind": tender.kind,
                "nature": self._gov_nature(tender.nature_id),
                "procedure": tender.procedure,
                "procedure_name": self._gov_label(tender, "procedure"),
                "criteria": "ratedCriteria" if tender.kind == "studies" else "priceOnly",
                "criteria_details": self._gov_criteria(tender),
                "reservation": self._gov_reservation(
                    dict(tender._fields["reservation"]._description_selection(self.env)), tender.reservation
                ),
                "delivery_days": tender.delivery_days,
                "planning_ocid": tender.plan_line_id.is_published and self._gov_ocid("plan", tender.plan_line_id.id),
                "words": self._gov_words(),
                "published": published,
                "published_on": tender.published_on,
                "session": _first_session(known, tender),
                "rectifications": [
                    {"at": at, "session": _to_moment(facts.get("session")), "reason": facts.get("reason")}
                    for at, facts in known.get("rectify", [])
                ],
                "postponements": [
                    {"at": at, "session": _to_moment(facts.get("session"))} for at, facts in known.get("postpone", [])
                ],
                "notices": [
                    {
                        "id": one.id,
                        "title": " ".join(filter(None, (self._gov_label(one, "support"), one.name, one.reference))),
                        "date": one.date,
                        "language": one.lang if one.lang in ("ar", "fr") else None,
                    }
                    for one in tender.publication_ids
                ],
                "opened": tender.opened_at,
                "estimate": tender.estimate,
                "questions": bool(tender.question_ids.filtered("answered_on")),
                "lots": [
                    {
                        "id": str(lot.number),
                        "title": lot.name,
                        "title_ar": lots_ar[lot.id],
                        "estimate": lot.estimate,
                        "unsuccessful": not lot.winner_offer_id,
                    }
                    for lot in lots
                ],
                "bids": self._gov_bids(tender, single),
                "awards": [
                    {
                        "id": tender.number if single else f"{tender.number}-{lot.number}",
                        "lot": str(lot.number),
                        "title": lot.name,
                        "title_ar": lots_ar[lot.id],
                        "supplier": self._gov_supplier(lot.winner_offer_id.bid_id.partner_id),
                        "amount": lot.winner_offer_id.amount,
                        "bid": _bid_id(lot.winner_offer_id, single) if lot.winner_offer_id else None,
                    }
                    for lot in lots
                ],
                "results": results if tender.results_published_on else None,
                "approved": _moment(known, "approve", tender.approved_on) if tender.approved_on else None,
                "infructuous": infructuous,
                "infructuous_case": self._gov_label(tender, "infructuous_case"),
                "cancelled": _moment(known, "cancel", last) if tender.state == "cancelled" else None,
                "reason": (ended and tender.end_reason) or None,
                "contracts": [contracts[one.id] for one in tender.contract_ids.sorted("id")],
            }
        return facts

    @api.model
    def _gov_criteria(self, tender):
        _ = self.env._
        if tender.kind == "studies":
            return _("Technical and financial notes, by the weights of the rules of the consultation (art. 144)")
        if tender.is_increase:
            return _("Lowest increase (art. 20)")
        if tender.procedure in ("negotiated", "negotiated_publicity"):
            return _("Negotiation with those who are admitted (art. 88 and 89)")
        return _("Nearest to the reference price, below it first (art. 43 and 44)")

    @api.model
    def _gov_bids(self, tender, single):
        """Return the bids that were opened, one by lot; late ones never were, withdrawn ones stayed closed."""
        found = []
        for bid in tender.bid_ids.sorted("number"):
            if bid.state not in ("admitted", "rejected"):
                continue
            tenderer = self._gov_supplier(bid.partner_id)
            common = {"received": bid.received_at, "tenderer": tenderer}
            offers = bid.offer_ids if bid.state == "admitted" else ()
            for offer in offers:
                kept = not offer.discard_reason and offer.evaluation in (False, "retained")
                found.append(
                    {
                        **common,
                        "id": _bid_id(offer, single),
                        "lot": str(offer.lot_id.number),
                        "status": "valid" if kept else "disqualified",
                        "amount": offer.amount if tender.evaluated_on else None,
                    }
                )
            if not offers:
                found.append({**common, "id": str(bid.number), "status": "disqualified"})
        return found

    # ------------------------------------------------------------------ purchase orders
    @api.model
    def _gov_order_facts(self, orders):
        acts = self._gov_acts(
            orders,
            ["publish", "no_result", "post_results", "sign", "deliver", "certify", "cancel"],
        )
        payments = self._gov_payments(orders.gov_commitment_id)
        facts = {}
        for order in orders:
            known = acts[order.id]
            signed = _moment(known, "sign", order.gov_signed_on) if order.gov_signed_on else None
            posted = order.gov_results_posted_on and _moment(known, "post_results", order.gov_results_posted_on)
            # an award is public once its result is posted, or the order signed
            awarded = ocds.earliest(posted, signed) if order.gov_awarded_on else None
            last = ocds.latest(awarded, order.gov_published_at, order.gov_deadline)
            cancelled = _moment(known, "cancel", ocds.latest(signed, last)) if order.gov_state == "cancelled" else None
            procedure = "purchase_order" if order.gov_published_at else "no_competition"
            title = order.gov_object or order.name
            common = {
                "buyer": self._gov_buyer(),
                "entity": self._gov_entity(order.gov_officer_id),
                "nature": self._gov_nature(order.gov_nature_id),
                "supplier": self._gov_supplier(order.partner_id) if awarded else None,
                "words": self._gov_words(),
                "reason": order.gov_cancel_reason or None,
                "delivery_days": order.gov_delivery_days,
            }
            lines = order.order_line.filtered(lambda line: not line.display_type)
            facts[order.id] = {
                **common,
                "number": order.name,
                "title": title,
                "kind": order.gov_nature_id.kind,
                "procedure": procedure,
                "procedure_name": self.env._("Purchase order (art. 91)"),
                "planning_ocid": order.gov_plan_line_id.is_published
                and self._gov_ocid("plan", order.gov_plan_line_id.id),
                "items": [{"id": line.id, "text": line.name, "quantity": line.product_qty} for line in lines],
                "bidders": order._gov_bid_count(),
                "published": order.gov_published_at,
                "deadline": order.gov_deadline,
                "awarded": awarded,
                "awarded_on": order.gov_awarded_on,
                "amount": order.gov_amount,
                "infructuous": (
                    _moment(known, "no_result", ocds.latest(order.gov_deadline, order.gov_published_at))
                    if order.gov_state == "infructuous"
                    else None
                ),
                "cancelled": cancelled,
                "contract": signed
                and {
                    **common,
                    "key": str(order.id),
                    "number": order.name,
                    "award_id": order.name,
                    "title": title,
                    "amount": order.gov_amount,
                    "signed": signed,
                    "notified": signed,
                    "period_start": order.gov_signed_on,
                    "period_end": order.gov_due_on,
                    "items": [
                        {"id": line.id, "text": line.name, "quantity": line.product_qty, "price": line.price_unit}
                        for line in lines
                    ],
                    "milestones": self._gov_order_milestones(order, known),
                    "payments": payments.get(order.gov_commitment_id.id, []),
                    "changes": [],
                    "ended": (
                        {"at": cancelled, "reason": order.gov_cancel_reason or None, "is_early": True}
                        if cancelled
                        else None
                    ),
                },
            }
        return facts

    @api.model
    def _gov_order_milestones(self, order, known):
        _ = self.env._
        steps = []
        if order.gov_delivered_on:
            at = _moment(known, "deliver", order.gov_delivered_on)
            steps.append(("delivery", at, order.gov_delivered_on, _("Delivery"), "delivery"))
        if order.gov_certified_on:
            at = _moment(known, "certify", order.gov_certified_on)
            steps.append(("certification", at, order.gov_certified_on, _("Service certified"), "approval"))
        return [dict(zip(("id", "at", "on", "title", "type"), step, strict=True)) for step in steps]

    # ------------------------------------------------------------------ contracts
    @api.model
    def _gov_contract_facts(self, contracts):
        acts = self._gov_acts(contracts, ["notify", "terminate", "complete"])
        commitments = {one.id: one._gov_commitments() for one in contracts}
        every = self.env["gov.commitment"].union(*commitments.values()) if contracts else self.env["gov.commitment"]
        payments = self._gov_payments(every)
        arabic = {one.id: one.object for one in contracts.with_context(lang=ARABIC)}
        facts = {}
        for contract in contracts:
            tender, known = contract.tender_id, acts[contract.id]
            notified = _moment(known, "notify", contract.notified_on) if contract.notified_on else None
            lots = tender.lot_ids
            single = len(lots) <= 1
            start = contract.service_order_ids.filtered(lambda one: one.kind == "start" and one.state == "notified")[
                :1
            ]
            facts[contract.id] = {
                "key": str(contract.id),
                "number": contract.number,
                "award_id": (
                    (tender.number if single else f"{tender.number}-{contract.lot_id.number}")
                    if tender
                    else contract.number
                ),
                "title": contract.object,
                "title_ar": arabic[contract.id],
                "buyer": self._gov_buyer(),
                "entity": self._gov_entity(contract.officer_id),
                "supplier": self._gov_supplier(contract.partner_id),
                "kind": contract.kind,
                "nature": self._gov_nature(contract.nature_id),
                "procedure": "ordinary_law"
                if contract.form == "ordinary_law"
                else "negotiated"
                if contract.is_negotiated
                else None,
                "procedure_name": self._gov_label(contract, "form"),
                "words": {**self._gov_words(), "cancellation": self.env._("Decision of termination")},
                "amount": contract.amount,
                "bid": _bid_id(contract.lot_id.winner_offer_id, single) if contract.lot_id.winner_offer_id else None,
                "delivery_days": contract.delivery_days,
                "signed": tender.approved_on or contract.notified_on,
                "notified": notified,
                "items": [
                    {"id": line.id, "text": line.name, "quantity": line.quantity, "price": line.unit_price}
                    for line in contract.line_ids
                ],
                "started": {"at": start.notified_on, "on": start.date} if start else None,
                "planned_end": start.date + timedelta(contract.delivery_days) if start else None,
                "changes": self._gov_changes(contract, start),
                "milestones": self._gov_milestones(contract),
                "payments": [one for commitment in commitments[contract.id] for one in payments[commitment.id]],
                "ended": self._gov_ended(contract, known),
            }
        return facts

    @api.model
    def _gov_changes(self, contract, start):
        """Return the changes that were signed, each with the amount and the end they gave."""
        total, extension, found = contract.amount, 0, []
        for change in contract.change_ids.filtered(lambda one: one.state == "signed").sorted(
            lambda one: (one.signed_on, one.id)
        ):
            total += change._gov_signed_amount()
            extension += change.extension_days
            found.append(
                {
                    "id": change.reference,
                    "at": change.signed_on,
                    "on": change.signed_on,
                    "what": self._gov_label(change, "kind"),
                    "total": total,
                    "end": (
                        start.date + timedelta(contract.delivery_days + extension)
                        if start and change.extension_days
                        else None
                    ),
                }
            )
        return found

    @api.model
    def _gov_milestones(self, contract):
        _ = self.env._
        steps = []
        if contract.finished_on:
            steps.append(("finished", contract.finished_on, _("End of the works"), "delivery"))
        if contract.provisional_on:
            steps.append(("provisional", contract.provisional_on, _("Provisional acceptance"), "approval"))
        if contract.final_on:
            steps.append(("final", contract.final_on, _("Final acceptance"), "approval"))
        return [{"id": key, "at": day, "on": day, "title": title, "type": kind} for key, day, title, kind in steps]

    @api.model
    def _gov_ended(self, contract, known):
        if contract.state == "terminated":
            at = _moment(known, "terminate", contract.terminated_on)
            return {"at": at, "is_early": True}
        if contract.state == "closed":
            return {"at": _moment(known, "complete", contract.completion_on), "is_early": False}
        return None


def _moment(acts, name, day):
    """Return when an act happened: the moment of the journal, or the day of the record taken over without it."""
    return ocds.latest(acts[name][-1][0], day if name == "publish" else None) if acts.get(name) else day


def _to_moment(text):
    return fields.Datetime.to_datetime(text) if text and text != "False" else None


def _first_session(acts, tender):
    """Return the session that the notice announced, before it was put off."""
    published = acts.get("publish")
    return (_to_moment(published[-1][1].get("session")) if published else None) or tender.session_at


def _bid_id(offer, single):
    return str(offer.bid_id.number) if single else f"{offer.bid_id.number}-{offer.lot_id.number}"


def _within(release, limits):
    return (not limits[0] or release["date"] >= limits[0]) and (not limits[1] or release["date"] <= limits[1])


def _peek(rows):
    """Return the iterator with its first row read already, or None when it has none."""
    rows = iter(rows)
    try:
        first = next(rows)
    except StopIteration:
        return None

    def chained():
        yield first
        yield from rows

    return chained()
