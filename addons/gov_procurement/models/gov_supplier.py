from odoo import api, fields, models
from odoo.exceptions import ValidationError

DOCUMENT_KINDS = [
    ("tax", "Tax regularity certificate"),
    ("cnss", "CNSS certificate"),
    ("register", "Extract of the trade register"),
    ("bank", "Bank certificate (RIB)"),
    ("insurance", "Insurance"),
    ("qualification", "Qualification or approval"),
    ("reference", "Reference certificate"),
    ("other", "Other"),
]


# what is asked of who is to be retained (art. 28): the kinds that are less than a year old
ASKED = ("tax", "cnss")
ACTIVITY = "gov_procurement.mail_activity_type_paper"


class GovSupplierDocument(models.Model):
    """A paper of a supplier that expires: an order or a contract asks for those in force (art. 28)."""

    _name = "gov.supplier.document"
    _description = "Document of a supplier"
    _order = "partner_id, kind, valid_to desc"
    _rec_name = "kind"

    partner_id = fields.Many2one("res.partner", "Supplier", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(DOCUMENT_KINDS, required=True)
    reference = fields.Char()
    valid_from = fields.Date("Issued on", required=True, default=fields.Date.context_today)
    valid_to = fields.Date(
        "Valid until", compute="_compute_valid_to", store=True, readonly=False, precompute=True, required=True
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Scanned paper")
    is_valid = fields.Boolean("In force", compute="_compute_is_valid", search="_search_is_valid")

    _dates = models.Constraint("CHECK (valid_to >= valid_from)", "A paper expires after the day it was issued.")
    _expiry_idx = models.Index("(valid_to)")

    @api.depends("valid_from", "kind")
    def _compute_valid_to(self):
        # sudo: a figure of law
        months = int(self.env["gov.parameter"].sudo().get_value("procurement.document.months"))
        for one in self:
            if one.valid_from and not one.valid_to:
                one.valid_to = fields.Date.add(one.valid_from, months=months, days=-1)

    @api.depends("valid_from", "valid_to")
    def _compute_is_valid(self):
        today = fields.Date.context_today(self)
        for one in self:
            one.is_valid = bool(one.valid_to and one.valid_from <= today <= one.valid_to)

    @api.model
    def _gov_missing(self, partners, on_date, kinds=ASKED):
        """Return ``{partner: kinds of paper not in force on a day}``, only those that miss one."""
        # sudo: whether a paper is in force, whoever awards
        rows = self.sudo().search_fetch(
            fields.Domain("partner_id", "in", partners.commercial_partner_id.ids)
            & fields.Domain("kind", "in", kinds)
            & fields.Domain("valid_from", "<=", on_date)
            & fields.Domain("valid_to", ">=", on_date),
            ["partner_id", "kind"],
        )
        have = {(row.partner_id.with_env(self.env), row.kind) for row in rows}
        found = {}
        for partner in partners:
            missing = [kind for kind in kinds if (partner.commercial_partner_id, kind) not in have]
            if missing:
                found[partner] = missing
        return found

    @api.model
    def _cron_watch(self):
        """Tell procurement which papers of suppliers with work under way expire soon, or have expired."""
        today = fields.Date.context_today(self)
        # sudo: a figure of the suite
        days = int(self.env["gov.parameter"].sudo().get_value("procurement.document.alert_days"))
        busy = (
            self.env["gov.contract"]
            .search([("state", "in", ("approved", "notified", "running", "stopped", "finished", "provisional"))])
            .partner_id
            | self.env["purchase.order"]
            .search([("gov_state", "in", ("awarded", "engaged", "signed", "delivered", "certified"))])
            .partner_id
        )
        ending = {
            partner: paper
            for partner, paper in self._gov_first_ending(busy.commercial_partner_id).items()
            if paper.valid_to <= fields.Date.add(today, days=days)
        }
        kind = self.env.ref(ACTIVITY)
        told = self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("activity_type_id", "=", kind.id)]
        )
        told.filtered(lambda one: one.res_id not in {partner.id for partner in ending}).unlink()
        known = set(told.exists().mapped("res_id"))
        user = self._gov_follower()
        for partner, paper in ending.items():
            if partner.id in known or not user:
                continue
            partner.with_context(lang=user.lang).activity_schedule(
                ACTIVITY,
                date_deadline=max(today, paper.valid_to),
                **partner.with_context(lang=user.lang)._gov_said("paper"),
                user_id=user.id,
            )
        return len(ending)

    @api.model
    def _gov_first_ending(self, partners):
        """Return ``{partner: paper}``: of the latest paper of each kind the one that expires first."""
        papers = self.search([("partner_id", "in", partners.ids)], order="valid_to")
        last = {(paper.partner_id, paper.kind): paper for paper in papers}
        found = {}
        for paper in sorted(last.values(), key=lambda one: (one.valid_to, one.id)):
            found.setdefault(paper.partner_id, paper)
        return found

    @api.model
    def _gov_follower(self):
        """Return who is told: a procurement officer without regions of his own first."""
        group = self.env.ref("gov_base.group_procurement_officer")
        users = group.all_user_ids.filtered(lambda user: user.active and not user.share)
        return users.sorted(lambda user: (bool(user.gov_region_ids), user.id))[:1]

    def _search_is_valid(self, operator, value):
        if operator != "in":
            return NotImplemented
        if True in value and False in value:
            return fields.Domain.TRUE
        today = fields.Date.context_today(self)
        domain = fields.Domain("valid_from", "<=", today) & fields.Domain("valid_to", ">=", today)
        return domain if True in value else ~domain


class GovSupplierExclusion(models.Model):
    """An exclusion of a supplier from public procurement, temporary or final (art. 152)."""

    _name = "gov.supplier.exclusion"
    _description = "Exclusion of a supplier"
    _order = "date_from desc, id desc"
    _rec_name = "reference"

    partner_id = fields.Many2one("res.partner", "Supplier", required=True, index=True, ondelete="restrict")
    reference = fields.Char("Decision", required=True, help="Number of the decision, published on the portal.")
    reason = fields.Text(required=True)
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", help="Empty: final.")
    answer = fields.Text("Answer of the supplier", help="It has fifteen days at least to answer.")

    _dates = models.Constraint("CHECK (date_to IS NULL OR date_to >= date_from)", "An exclusion ends after it began.")

    @api.constrains("partner_id")
    def _check_supplier(self):
        for one in self:
            if not one.partner_id.gov_ice:
                raise ValidationError(
                    self.env._(
                        "“%(supplier)s” has no ICE: give it first, an exclusion follows the enterprise and not "
                        "its name.",
                        supplier=one.partner_id.display_name,
                    )
                )

    @api.model
    def _gov_barred(self, partners, on_date):
        """Return those of ``partners`` that an exclusion bars on a day.

        An exclusion follows the enterprise: the first nine digits of the ICE, which all its establishments share.
        """
        # sudo: exclusions are published; a decision bars whoever reads the file
        enterprises = {partner: partner.sudo().commercial_partner_id for partner in partners}
        excluded = (
            self.sudo()  # sudo: as above
            .search(
                fields.Domain("date_from", "<=", on_date)
                & (fields.Domain("date_to", "=", False) | fields.Domain("date_to", ">=", on_date))
            )
            .partner_id.commercial_partner_id
        )
        known = {one.gov_ice[:9] for one in excluded if one.gov_ice}
        return partners.filtered(
            lambda partner: enterprises[partner] in excluded or (enterprises[partner].gov_ice or "")[:9] in known
        )
