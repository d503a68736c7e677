import base64
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.gov_base.tools.act import short_transaction

from ..services import gid
from ..services.interest import money

KEYS = [
    ("number", "Our number"),
    ("gid_number", "GID number"),
    ("fiscal_year", "Fiscal year"),
    ("officer", "Authorising officer"),
    ("chapter", "Chapter"),
    ("imputation", "Imputation"),
    ("object", "Object"),
    ("reference", "Contract or order"),
    ("form", "Form"),
    ("partner", "Creditor"),
    ("ice", "ICE"),
    ("rib", "Account (RIB)"),
    ("amount", "Amount"),
    ("interest", "Late interest"),
    ("net", "Net to pay"),
    ("commitment", "Commitment"),
    ("date", "Date of the act"),
    ("visa_date", "Date of the visa"),
    ("payment_date", "Date of the payment"),
    ("payment_reference", "Reference of the payment"),
]
AMOUNTS = ("amount", "interest", "net")
DATES = ("date", "visa_date", "payment_date")
TAKEN = ("number", "gid_number", "amount", "payment_date", "payment_reference")
ENCODINGS = [
    ("utf-8-sig", "UTF-8"),
    ("cp1252", "Windows, Western European (1252)"),
    ("cp1256", "Windows, Arabic (1256)"),
    ("iso8859-15", "ISO 8859-15"),
]
DELIMITERS = [(";", "Semicolon"), (",", "Comma"), ("\t", "Tabulation"), ("|", "Bar")]
MODELS = {"commitment": "gov.commitment", "order": "gov.payment.order"}


class GovGidMapping(models.Model):
    """How the files exchanged with GID are written: their columns, their encoding.  Budget officers keep it."""

    _name = "gov.gid.mapping"
    _description = "Format of GID files"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    act_kind = fields.Selection(
        [("commitment", "Commitments"), ("order", "Payment orders")], "Acts", required=True, default="commitment"
    )
    encoding = fields.Selection(ENCODINGS, required=True, default="utf-8-sig")
    delimiter = fields.Selection(DELIMITERS, "Separator", required=True, default=";")
    column_ids = fields.One2many("gov.gid.column", "mapping_id", "Columns", copy=True)

    def _gov_columns(self, keys=None):
        return [
            gid.Column(
                column.key,
                column.heading,
                "amount" if column.key in AMOUNTS else "date" if column.key in DATES else "text",
                column.is_required,
            )
            for column in self.column_ids
            if keys is None or column.key in keys
        ]


class GovGidColumn(models.Model):
    """A column of a file of GID."""

    _name = "gov.gid.column"
    _description = "Column of a GID file"
    _order = "mapping_id, sequence, id"
    _rec_name = "heading"

    mapping_id = fields.Many2one("gov.gid.mapping", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    key = fields.Selection(KEYS, "Value", required=True)
    heading = fields.Char(required=True, help="As the first line of the file writes it.")
    is_required = fields.Boolean("Required when taken", help="A row without it is named and the file is not taken.")

    _key_uniq = models.UniqueIndex("(mapping_id, key)", "A value stands once in a format.")


class GovGidExchange(models.Model):
    """One file given to GID, or taken from it: all its rows, or none, each bad row named.

    Budget officers exchange; a file that says what was paid is taken by the expenditure controller.
    """

    _name = "gov.gid.exchange"
    _description = "Exchange with GID"
    _inherit = ["gov.budget.stateful"]
    _order = "id desc"
    _act_fields = frozenset({"state", "row_count", "done_on", "error_ids"})
    _draft_states = ("draft", "refused")

    mapping_id = fields.Many2one("gov.gid.mapping", "Format", required=True, index=True, ondelete="restrict")
    direction = fields.Selection(
        [("export", "Give to GID"), ("import", "Take from GID")], required=True, default="export"
    )
    fiscal_year_id = fields.Many2one(
        "gov.fiscal.year",
        "Fiscal year",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["gov.fiscal.year"]._for_date(fields.Date.context_today(self)),
    )
    is_only_new = fields.Boolean("Only those without GID number", default=True)
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    row_count = fields.Integer("Rows", readonly=True, copy=False, aggregator=None)
    done_on = fields.Datetime(readonly=True, copy=False)
    error_ids = fields.One2many("gov.gid.error", "exchange_id", "What is wrong", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done"), ("refused", "Refused")],
        "Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )

    @api.depends("mapping_id.name", "direction", "done_on")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["direction"]._description_selection(self.env))
        for one in self:
            one.display_name = ": ".join(filter(None, (labels.get(one.direction), one.mapping_id.name)))

    def action_export(self):
        """Write the file of the acts the user sees."""
        self.ensure_one()
        self._gov_check_role(
            ("budget_officer", "authorising_officer"), self.env._("Budget officers exchange with GID.")
        )
        self.check_access("write")
        rows = self._gov_export_rows()
        if not rows:
            raise UserError(self.env._("No act is to be given: change the year, or include those with a GID number."))
        try:
            data = gid.write(self.mapping_id._gov_columns(), rows, self.mapping_id.encoding, self.mapping_id.delimiter)
        except gid.FileError as error:
            raise UserError(self._gov_file_problem(error)) from error
        self._gov_take(("draft", "refused"), "done")
        kind = self.mapping_id.act_kind
        self._gov_write(
            {
                "file": base64.b64encode(data),
                "file_name": f"gid-{kind}-{self.fiscal_year_id.name}-{self.id}.csv",
                "row_count": len(rows),
                "done_on": fields.Datetime.now(),
            }
        )
        return True

    def _gov_export_rows(self):
        model = self.env[MODELS[self.mapping_id.act_kind]]
        domain = [("fiscal_year_id", "=", self.fiscal_year_id.id)]
        if self.is_only_new:
            domain.append(("gid_number", "=", False))
        rows = []
        if self.mapping_id.act_kind == "commitment":
            for one in model.search([*domain, ("state", "in", ("proposed", "visaed", "closed"))], order="id"):
                full = one.sudo()  # sudo: lines and accounts of the acts the user sees
                for line in full.line_ids:
                    rows.append(self._gov_commitment_row(full, line))
        else:
            for one in model.search([*domain, ("state", "in", ("issued", "visaed", "paid"))], order="id"):
                full = one.sudo()  # sudo: lines and accounts of the acts the user sees
                for line in full.line_ids:
                    rows.append(self._gov_order_row(full, line))
        return rows

    def _gov_common_row(self, one, line):
        budget_line = line.budget_line_id
        return {
            "number": one.number,
            "gid_number": one.gid_number,
            "fiscal_year": one.fiscal_year_id.name,
            "officer": one.officer_id.code,
            "chapter": budget_line.chapter_code,
            "imputation": budget_line.full_code,
            "object": one.object,
            "partner": one.partner_id.name,
            "ice": one.partner_id.gov_ice,
            "visa_date": one.visa_on,
        }

    def _gov_commitment_row(self, one, line):
        forms = dict(one._fields["form"]._description_selection(self.env))
        return {
            **self._gov_common_row(one, line),
            "reference": one.reference,
            "form": forms[one.form],
            "rib": one.partner_id.bank_ids[:1].acc_number,
            "amount": line.total - line.interest_amount,
            "interest": line.interest_amount,
            "date": one.deposited_on,
        }

    def _gov_order_row(self, one, line):
        return {
            **self._gov_common_row(one, line),
            "reference": one.commitment_id.reference,
            "commitment": one.commitment_id.number,
            "rib": one.bank_id.acc_number,
            "amount": line.amount,
            "net": one.net_amount,
            "date": one.signed_on,
            "payment_date": one.paid_on,
            "payment_reference": one.payment_reference,
        }

    @short_transaction
    def action_import(self):
        """Take the file: GID numbers, and the payments it tells. Nothing is taken when a row is bad."""
        self.ensure_one()
        self._gov_check_role(
            ("budget_officer", "expenditure_controller"),
            self.env._("Budget officers and controllers take files of GID."),
        )
        self.check_access("write")
        if not self.file:
            raise UserError(self.env._("Choose the file."))
        mapping = self.mapping_id
        try:
            rows, problems = gid.read(
                base64.b64decode(self.with_context(bin_size=False).file),
                mapping._gov_columns(TAKEN),
                mapping.encoding,
                mapping.delimiter,
            )
        except gid.FileError as error:
            raise UserError(self._gov_file_problem(error)) from error
        self._gov_take(("draft", "refused"), "done")
        errors = [(problem.line, problem.column, self._gov_cell_problem(problem)) for problem in problems]
        unread = {problem.line for problem in problems}
        plan, wrong = self._gov_plan([row for row in rows if row["_line"] not in unread])
        errors += wrong
        # sudo: what the last attempt said is replaced
        self.sudo().error_ids.unlink()
        if errors:
            self._gov_write({"state": "refused", "row_count": 0})
            # sudo: the problems are written by the act
            self.env["gov.gid.error"].sudo().create(
                [
                    {"exchange_id": self.id, "line": line, "column": column, "message": message}
                    for line, column, message in sorted(errors)[:1000]
                ]
            )
            return True
        for act, row in plan:
            self._gov_apply(act, row)
        self._gov_write({"row_count": len(rows), "done_on": fields.Datetime.now()})
        self.env["gov.journal.entry"]._record(self, "gid_import", {"file": self.file_name or "", "rows": len(rows)})
        return True

    def _gov_plan(self, rows):
        """Find the act of each row: ([(act, row)], [(line, column, what is wrong)])."""
        _, model = self.env._, self.env[MODELS[self.mapping_id.act_kind]]
        headings = {column.key: column.heading for column in self.mapping_id.column_ids}
        numbers = [row.get("number") for row in rows if row.get("number")]
        gids = [row.get("gid_number") for row in rows if row.get("gid_number")]
        found = {one.number: one for one in model.search([("number", "in", numbers)])}
        owners = {one.gid_number: one for one in model.search([("gid_number", "in", gids)])}
        plan, errors, seen, given, days = [], [], {}, {}, {}
        for row in rows:
            line, number, gid_number = row["_line"], row.get("number"), row.get("gid_number")
            # a number that is wrong is told: the GID number of another act does not stand in for it
            act = found.get(number) if number else owners.get(gid_number)
            if not act:
                key = "number" if number else "gid_number"
                errors.append(
                    (
                        line,
                        headings.get(key, ""),
                        _("No act bears the number “%(number)s”.", number=number or gid_number or ""),
                    )
                )
                continue
            owner = owners.get(gid_number)
            if owner and owner != act:
                errors.append(
                    (
                        line,
                        headings.get("gid_number", ""),
                        _("This GID number is already that of %(act)s.", act=owner.number),
                    )
                )
            elif act.gid_number and gid_number and act.gid_number != gid_number:
                errors.append(
                    (
                        line,
                        headings.get("gid_number", ""),
                        _("%(act)s already has the GID number %(number)s.", act=act.number, number=act.gid_number),
                    )
                )
            elif gid_number and seen.setdefault(gid_number, act) != act:
                errors.append(
                    (line, headings.get("gid_number", ""), _("This GID number stands on two acts of the file."))
                )
            elif gid_number and given.setdefault(act, gid_number) != gid_number:
                errors.append(
                    (line, headings.get("gid_number", ""), _("%(act)s has two GID numbers in the file.", act=number))
                )
            if day := row.get("payment_date"):
                problem = self._gov_payment_problem(act, day)
                if not problem and days.setdefault(act, day) != day:
                    problem = _("%(act)s is paid on two days in the file.", act=act.number)
                if problem:
                    errors.append((line, headings.get("payment_date", ""), problem))
            plan.append((act, row))
        errors += self._gov_amount_errors(plan, headings)
        return plan, errors

    def _gov_amount_errors(self, plan, headings):
        """Compare the amounts, all the rows of an act together: GID writes one row a rubric."""
        sums, first = {}, {}
        for act, row in plan:
            if row.get("amount") is not None:
                sums[act] = sums.get(act, Decimal(0)) + row["amount"]
                first.setdefault(act, row["_line"])
        errors = []
        for act, total in sums.items():
            ours = act.amount if act._name == "gov.commitment" else act.charged_amount
            if money(total) != money(ours):
                errors.append(
                    (
                        first[act],
                        headings.get("amount", ""),
                        self.env._(
                            "%(act)s is of %(ours)s here, %(theirs)s in the file.",
                            act=act.number,
                            ours=money(ours),
                            theirs=money(total),
                        ),
                    )
                )
        return errors

    def _gov_payment_problem(self, act, day):
        _ = self.env._
        if act._name != "gov.payment.order":
            return _("Only payment orders are paid.")
        if not (self.env.su or self.env.user.has_group("gov_base.group_expenditure_controller")):
            return _("Payments are taken by the expenditure controller.")
        if act.state == "paid":
            return False if act.paid_on == day else _("%(act)s is already paid, on another day.", act=act.number)
        if act.state != "visaed":
            return _("%(act)s has no visa: it cannot be paid.", act=act.number)
        if day > fields.Date.context_today(self):
            return _("The payment is in the future.")
        if act.visa_on and day < act.visa_on:
            return _("%(act)s was not paid before its visa.", act=act.number)
        full = act.sudo()  # sudo: only who prepared and signed
        if self.env.user in full.submitted_by_id | full.signed_by_id | full._gov_authors():
            return _("You prepared or signed %(act)s: somebody else records its payment.", act=act.number)
        return False

    def _gov_apply(self, act, row):
        if row.get("gid_number") and act.gid_number != row["gid_number"]:
            act._gov_write({"gid_number": row["gid_number"]})
        if row.get("payment_date") and act.state == "visaed":
            act.action_pay(row["payment_date"], row.get("payment_reference"))

    def _gov_file_problem(self, error):
        _, facts = self.env._, error.facts
        sentences = {
            "binary": _("This is no text file: save it as CSV first."),
            "empty": _("The file is empty."),
            "csv": _("Line %(line)s is no CSV: check its quotes."),
            "long": _("The file has more than %(highest)s rows: cut it."),
            "decode": _("The file is not in %(name)s: choose the right encoding."),
            "encode": _("“%(sign)s” cannot be written in this encoding: choose UTF-8."),
            "encoding": _("The encoding %(name)s is unknown."),
            "headings": _("Columns are missing: %(missing)s. Check the format, or the separator."),
        }
        if "missing" in facts:
            facts = {"missing": ", ".join(facts["missing"])}
        return sentences[error.code] % facts

    def _gov_cell_problem(self, problem):
        _ = self.env._
        sentences = {
            "required": _("This cell is empty."),
            "amount": _("“%(value)s” is no amount."),
            "date": _("“%(value)s” is no date: write day/month/year."),
        }
        return sentences[problem.code] % {"value": problem.value}


class GovGidError(models.Model):
    """What is wrong in a row of a file, and where."""

    _name = "gov.gid.error"
    _description = "Problem of a GID file"
    _order = "line, id"
    _rec_name = "message"

    exchange_id = fields.Many2one("gov.gid.exchange", required=True, readonly=True, index=True, ondelete="cascade")
    line = fields.Integer("Line", readonly=True, aggregator=None)
    column = fields.Char("Column", readonly=True)
    message = fields.Char("What is wrong", readonly=True)
