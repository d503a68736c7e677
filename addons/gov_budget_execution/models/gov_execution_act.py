from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.gov_base.tools.act import run_short

# what lets a takeover write many acts at once: an object cannot be forged through RPC
BULK = object()
OFFICE = ("budget_officer", "procurement_officer", "authorising_officer")
GROUNDS = [
    ("credit", "Credits or posts are lacking"),
    ("law", "Breach of a law"),
    ("imputation", "Wrong imputation"),
    ("computation", "Error of computation"),
    ("pieces", "Pieces are missing or wrong"),
    ("visa", "No visa of the commitment"),
    ("discharge", "The payment would not discharge the State"),
    ("other", "Other"),
]


class GovExecutionAct(models.AbstractModel):
    """What commitments, invoices and payment orders have in common: who acts, checks, pieces, number, document."""

    _name = "gov.execution.act"
    _description = "Act of the execution of the budget"
    _inherit = ["gov.budget.stateful", "gov.document.mixin"]

    gid_number = fields.Char(
        "GID number", copy=False, index="btree_not_null", help="Number of this act in the national expenditure system."
    )
    checks = fields.Json(compute="_compute_checks", export_string_translation=False)
    has_missing_conditions = fields.Boolean(compute="_compute_checks", export_string_translation=False)
    missing_count = fields.Integer("Checks that fail", compute="_compute_checks")

    # ------------------------------------------------------------------ checks
    def _compute_checks(self):
        for act in self:
            checks = act._gov_checks() if act._origin.id or act.ids else []
            act.checks = checks
            act.has_missing_conditions = bool(checks and act.sudo()._gov_conditions_missing())  # sudo: as the checks
            act.missing_count = sum(check["ok"] is False for check in checks)

    def _gov_checks(self):
        """Return the checks of the controller: dicts of code, title, ok (None when waived), texts and page."""
        return []

    @api.model
    def _gov_check(self, code, title, problems=(), waived=None, page=None, note=None):
        """Return one check: it fails when there are problems, is waived with a reason, and holds otherwise."""
        problems = list(problems)
        return {
            "code": code,
            "title": title,
            "ok": False if problems else (None if waived else True),
            "texts": problems or ([waived] if waived else [note] if note else []),
            "page": page or False,
        }

    def _gov_is_bulk(self):
        """Tell whether a takeover writes these records: it works out itself what their creation would."""
        return self.env.context.get("gov_bulk") is BULK

    def _gov_pieces_missing(self):
        return [piece.label for piece in self.piece_ids if piece.is_required and not piece.is_here]

    # ------------------------------------------------------------------ conditions of the visa
    def _gov_conditions_missing(self):
        """Return the pieces without which the visa is not given, as the list of the kind and the parameter say."""
        self.ensure_one()
        if not self.kind_id._gov_has_conditions():
            return []
        if self.env["gov.parameter"].get_value("execution.visa.pieces", self._gov_today()) != "block":
            return []
        return [
            piece.label
            for piece in self.piece_ids
            if piece.is_required and piece.is_visa_condition and not piece.is_here
        ]

    def _gov_check_conditions(self, reason):
        """Refuse a visa without the pieces that condition it; with a reason, return what was missing.

        :param reason: why the visa is given all the same, already checked; False without
        """
        # sudo: the pieces, whoever decides; in the language of who reads
        missing = self.sudo().with_context(lang=self.env.lang)._gov_conditions_missing()
        if missing and not reason:
            raise UserError(
                self.env._(
                    "The visa of “%(act)s” is given with these pieces: %(pieces)s. Attach them or say where they are "
                    "on paper, return it to be completed, or use “Give the visa without them” with the reason.",
                    act=self.display_name,
                    pieces=", ".join(missing),
                )
            )
        if reason and not missing:
            raise UserError(self.env._("“%(act)s” lacks no piece: give its visa as usual.", act=self.display_name))
        return missing

    def _gov_list_pieces(self, stage):
        """Put the pieces of the list of the kind of expense into the file of new acts."""
        if self._gov_is_bulk():
            return
        vals_list = []
        field = {"gov.commitment": "commitment_id", "gov.liquidation": "liquidation_id"}.get(self._name, "order_id")
        for act in self:
            if act.piece_ids:
                continue
            for piece in act.kind_id.piece_ids:
                if piece.stage == stage:
                    vals_list.append(
                        {
                            field: act.id,
                            "piece_id": piece.id,
                            "name": piece.name,
                            "is_required": piece.is_required,
                            "sequence": piece.sequence,
                        }
                    )
        if vals_list:
            # sudo: the list of the kind, for whoever prepares the act
            self.env["gov.execution.piece"].sudo().create(vals_list)

    # ------------------------------------------------------------------ who acts
    def _gov_check_office(self):
        self._gov_check_role(OFFICE, self.env._("This is done by a budget, procurement or authorising officer."))

    def _gov_check_controller(self):
        self._gov_check_role(
            ("expenditure_controller",), self.env._("Only the expenditure controller gives or refuses a visa.")
        )

    def _gov_check_authorising(self):
        self._gov_check_role(("authorising_officer",), self.env._("Only an authorising officer does this."))

    def _gov_check_other(self, users):
        """Refuse whoever asked for what is decided now, by whatever role."""
        if self.env.user.id in users.ids:
            raise AccessError(
                self.env._("You asked for this: somebody else decides on it. Who acts is never who asked.")
            )

    def _gov_check_ground(self, ground):
        if not isinstance(ground, str) or ground not in dict(GROUNDS):
            raise UserError(self.env._("“%(ground)s” is no ground of refusal.", ground=ground))

    def _gov_journal(self, word, facts, user=None):
        journal = self.env["gov.journal.entry"]
        if user:
            journal = journal.with_user(user)
        # sudo: each act is written to the journal, whoever does it
        journal.sudo()._record(self, word, facts)

    # ------------------------------------------------------------------ documents
    def _gov_issue(self, series, kind, rank, date, signatory, lang=None):
        """Make the numbered document of an act (once a language), render it and return it."""
        self.ensure_one()
        lang = lang or ("ar" if (self.env.lang or "").startswith("ar") else "fr")
        ids, signatory_id = self._ids, signatory.id

        def prepare(env):
            act = env[self._name].browse(ids).sudo()  # sudo: whoever reads the act prints it
            if not act._gov_claim_document():
                return env["gov.document"]
            template = env.ref(f"gov_budget_execution.template_{kind}_ar_fr").sudo()  # sudo: its wording
            documents = env["gov.document"].sudo().with_context(gov_given_rank=GivenRank(rank))
            return documents._gov_prepare(
                [
                    {
                        "register": act.officer_id._gov_register(series),
                        "template": template,
                        "kind": kind,
                        "record": act,
                        "values": {code: act._gov_document_values(code) for code in ("ar", "fr")},
                        "signatory": env["hr.employee"].browse(signatory_id or ()),
                        "issue_date": date,
                    }
                ]
            )

        made = run_short(self.env, prepare)
        # sudo: what was prepared is rendered and sealed
        made.sudo()._gov_finish()
        self.invalidate_recordset()

    def _gov_claim_document(self):
        """Lock the act and tell whether its document is still to be made."""
        self.env.execute_query(SQL("SELECT id FROM %s WHERE id = %s FOR UPDATE", SQL.identifier(self._table), self.id))
        self.invalidate_recordset()
        return not self.document_ids

    def _gov_open_document(self, missing):
        documents = self.sudo().document_ids  # sudo: whoever reads the act reads its document
        valid = documents.filtered(lambda one: one.state == "valid")[:1]
        if not valid:
            raise UserError(missing)
        return valid.action_download()

    def action_open_dialog(self):
        """Open the dialog that takes what an act needs (reason, amount …); the context names the act."""
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


class GivenRank:
    """A number already taken from the register by the act; an object cannot be forged through RPC."""

    def __init__(self, rank):
        self.rank = rank


def of_commitment(name, string):
    """Make a many2one that is that of the commitment, stored so that lists are searched and grouped by it."""
    return fields.Many2one(
        related=f"commitment_id.{name}", store=True, precompute=True, index=True, ondelete="restrict", string=string
    )


class GovCommitmentBound(models.AbstractModel):
    """An act that follows a commitment: its creditor, kind of expense, region and year are those of the commitment."""

    _name = "gov.commitment.bound"
    _description = "Act that follows a commitment"
    _inherit = ["gov.execution.act"]

    commitment_id = fields.Many2one("gov.commitment", "Commitment", required=True, index=True, ondelete="restrict")
    kind_id = fields.Many2one(related="commitment_id.kind_id", string="Kind of expense")
    partner_id = of_commitment("partner_id", "Creditor")
    region_id = of_commitment("region_id", "Region")
    fiscal_year_id = of_commitment("fiscal_year_id", "Fiscal year")
