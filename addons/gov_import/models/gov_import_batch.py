import base64
import datetime
import hashlib
import logging

from psycopg2 import errors as pg_errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.module import current_test
from odoo.tools import SQL, mute_logger
from odoo.tools.translate import LazyTranslate

from odoo.addons.gov_base.tools.defaults import without_defaults

from ..services import reader, report, spec
from ..services.problems import Problem

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

# Proof, in the context, that a state is changed by an action of this file: no RPC call can carry it.
_ACTION = object()
OWN_FIELDS = {
    "state",
    "made",
    "checksum",
    "row_count",
    "good_count",
    "error_count",
    "failure",
    "imported_on",
    "imported_by_id",
    "undone_on",
    "undone_by_id",
    "summary",
}
INPUT_FIELDS = {"file", "filename", "target", "take_good_rows", "mapping_ids"}
MAX_ERRORS = 2000  # more are counted, not kept
MAX_ATTEMPTS = 5


class GovImportBatch(models.Model):
    """One file to import: read, checked row by row, then taken whole or not at all, and undone if need be.

    Life: draft (a file, its columns recognised) → checked (every bad row is named) → importing (in the background;
    one transaction, so that a stop in the middle leaves nothing and the import begins again) → done → undone.
    failed: it was tried and nothing was kept.

    Who: the role named by the target (staff: the HR manager).  Auditors read.  States change by ``action_*`` only.
    """

    _name = "gov.import.batch"
    _description = "Import"
    _order = "id desc"

    name = fields.Char(compute="_compute_name", store=True)
    target = fields.Selection([], required=True, string="What the file holds", help="Decides which columns are read.")
    file = fields.Binary(attachment=True, required=True, copy=False)
    filename = fields.Char("File name")
    take_good_rows = fields.Boolean(
        "Take the good rows only",
        help="When rows are bad, import the others all the same. Otherwise nothing is imported until all are good.",
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("checked", "Checked"),
            ("importing", "Being imported"),
            ("done", "Imported"),
            ("undone", "Undone"),
            ("failed", "Failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    mapping_ids = fields.One2many("gov.import.mapping", "batch_id", "Columns")
    error_ids = fields.One2many("gov.import.error", "batch_id", "Errors", readonly=True)
    progress_ids = fields.One2many("gov.import.progress", "batch_id", readonly=True, export_string_translation=False)
    checksum = fields.Char(readonly=True, copy=False, export_string_translation=False)
    row_count = fields.Integer("Rows", readonly=True, copy=False)
    good_count = fields.Integer("Good rows", readonly=True, copy=False)
    error_count = fields.Integer("Errors found", readonly=True, copy=False)
    failure = fields.Char("Why it failed", readonly=True, copy=False)
    made = fields.Json(readonly=True, copy=False, groups="base.group_system", export_string_translation=False)
    summary = fields.Json(readonly=True, copy=False, export_string_translation=False)
    summary_text = fields.Char("What was made", compute="_compute_summary_text")
    imported_on = fields.Datetime("Imported on", readonly=True, copy=False)
    imported_by_id = fields.Many2one(
        "res.users", "Imported by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    undone_on = fields.Datetime("Undone on", readonly=True, copy=False)
    undone_by_id = fields.Many2one(
        "res.users", "Undone by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    progress = fields.Float("Progress (%)", compute="_compute_progress")
    is_recognised = fields.Boolean(compute="_compute_is_recognised", export_string_translation=False)

    # the same file taken twice at the same time is taken once
    _checksum_uniq = models.UniqueIndex(
        "(target, checksum) WHERE state IN ('importing', 'done')",
        "This file is already imported, or being imported. Undo that import first if you want to take it again.",
    )

    # -- targets -------------------------------------------------------------------------------------------------

    @api.model
    def _gov_target_classes(self):
        """Give the targets by code; a module adds its :class:`~..services.spec.Target` here."""
        return {}

    def _gov_target(self):
        self.ensure_one()
        found = self._gov_target_classes().get(self.target)
        if not found:
            raise UserError(self.env._("What this file holds can no longer be imported: its module was removed."))
        return found(self.env)

    def _gov_check_role(self):
        for batch in self:
            group = batch._gov_target().group
            if not self.env.su and not self.env.user.has_group(group):
                # sudo: only the name of the role, for the sentence
                raise AccessError(
                    self.env._(
                        "Only the role “%(role)s” may do this import.", role=self.env.ref(group).sudo().full_name
                    )
                )

    # -- computes ------------------------------------------------------------------------------------------------

    @api.depends("filename")
    def _compute_name(self):
        for batch in self:
            batch.name = batch.filename or self.env._("Import")

    @api.depends("mapping_ids.column_id")
    def _compute_is_recognised(self):
        for batch in self:
            batch.is_recognised = any(mapping.column_id for mapping in batch.mapping_ids)

    @api.depends_context("lang")
    @api.depends("summary")
    def _compute_summary_text(self):
        for batch in self:
            target = self._gov_target_classes().get(batch.target)
            labels = target.shown if target else {}
            shown = [
                f"{self.env._(labels[model])}: {count}"
                for model, count in (batch.summary or {}).items()
                if count and model in labels
            ]
            batch.summary_text = " · ".join(shown)

    def _compute_progress(self):
        # sudo: only how far the import is, for whoever reads it
        rows = {
            row.batch_id.id: row.done * 100 / row.total
            for row in self.env["gov.import.progress"].sudo().search([("batch_id", "in", self.ids)])
            if row.total
        }
        for batch in self:
            batch.progress = 100 if batch.state == "done" else rows.get(batch.id, 0)

    # -- hooks ---------------------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [{key: value for key, value in vals.items() if key not in OWN_FIELDS} for vals in vals_list]
        batches = super(GovImportBatch, without_defaults(self, OWN_FIELDS)).create(vals_list).with_env(self.env)
        for batch in batches:
            batch._gov_check_role()
            batch._gov_recognise()
        return batches

    def write(self, vals):
        acting = self.env.context.get("gov_import_act") is _ACTION
        if not acting:
            if OWN_FIELDS & vals.keys():
                raise UserError(self.env._("The state of an import changes by its buttons only."))
            if INPUT_FIELDS & vals.keys() and any(batch.state in ("importing", "done", "undone") for batch in self):
                raise UserError(self.env._("This import has been carried out: upload the file again to change it."))
        result = super().write(vals)
        if not acting and {"file", "target"} & vals.keys():
            for batch in self:
                batch._gov_check_role()
                batch._gov_recognise()
        elif not acting and {"mapping_ids", "take_good_rows"} & vals.keys():
            batches = self.filtered(lambda batch: batch.state == "checked" and "mapping_ids" in vals)
            batches._gov_write({"state": "draft"})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_carried_out(self):
        if any(batch.state in ("importing", "done", "undone") for batch in self):
            raise UserError(self.env._("An import that was carried out is kept: it tells where the data come from."))

    def _gov_write(self, vals):
        return self.with_context(gov_import_act=_ACTION).write(vals)

    # -- reading the file ----------------------------------------------------------------------------------------

    def _gov_content(self):
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def _gov_recognise(self):
        """Open the file and guess what its columns hold; what is wrong with the file is kept as an error."""
        self.ensure_one()
        # sudo: columns and errors are written by the import alone; its role is checked by the callers
        self = self.sudo()
        content = self._gov_content()
        self.error_ids.unlink()
        self.mapping_ids.unlink()
        self._gov_write(
            {
                "state": "draft",
                "checksum": hashlib.sha256(content).hexdigest(),
                "row_count": 0,
                "good_count": 0,
                "error_count": 0,
                "failure": False,
            }
        )
        target = self._gov_target()
        columns = self.env["gov.import.column"]._gov_sync(target)
        found = spec.Report()
        lines = []
        try:
            sheets = reader.open_file(content, self.filename)
            guessed = spec.guess_sheets(target, sheets)
            if not guessed:
                raise Problem("no_sheet")
            for sheet_spec, sheet, line, cells, mapping in guessed:
                sample = next((values for number, values in sheet.head() if number > line), [])
                for position, heading in enumerate(cells):
                    if heading is None or not str(heading).strip():
                        continue
                    code = mapping.get(position)
                    lines.append(
                        {
                            "batch_id": self.id,
                            "sheet_code": sheet_spec.code,
                            "sheet": sheet.name,
                            "header_line": line,
                            "position": position,
                            "heading": str(heading)[:120],
                            "sample": str(sample[position])[:80]
                            if position < len(sample) and sample[position]
                            else "",
                            "column_id": columns[sheet_spec.code, code].id if code else False,
                        }
                    )
        except Problem as problem:
            found.file(problem)
        self.env["gov.import.mapping"].create(lines)
        self._gov_keep_errors(found)

    def _gov_keep_errors(self, found):
        """Keep the errors in the order of the file."""
        self.error_ids.unlink()
        sheets = {name: number for number, name in enumerate(found.names.values())}
        found.errors.sort(key=lambda error: (sheets.get(error["sheet"], -1), error["line"], error["position"]))
        self.env["gov.import.error"].create(
            [dict(error, batch_id=self.id, params=_jsonable(error["params"])) for error in found.errors[:MAX_ERRORS]]
        )
        self._gov_write({"error_count": len(found.errors)})

    def _gov_same_file(self):
        """Give another import of the very same file that was carried out, or is being."""
        # sudo: only that the same file was taken, whoever took it
        return self.sudo().search(
            [
                ("target", "=", self.target),
                ("checksum", "=", self.checksum),
                ("state", "in", ("importing", "done")),
                ("id", "!=", self.id),
            ],
            limit=1,
        )

    def _gov_read(self, target, progress=None):
        """Read and check the whole file.

        :return: (rows by sheet code, :class:`spec.Report`)
        """
        found = spec.Report()
        rows = {}
        if same := self._gov_same_file():
            day = fields.Datetime.context_timestamp(self, same.imported_on or same.write_date).strftime("%d/%m/%Y")
            found.file(Problem("same_file", name=same.name, day=day))
            return rows, found
        try:
            sheets = {sheet.name: sheet for sheet in reader.open_file(self._gov_content(), self.filename)}
            for sheet_spec in target.sheets:
                mappings = self.mapping_ids.filtered(lambda line, code=sheet_spec.code: line.sheet_code == code)
                if not mappings or mappings[0].sheet not in sheets:
                    if sheet_spec.required:
                        raise Problem("no_sheet")
                    continue
                found.names[sheet_spec.code] = mappings[0].sheet
                mapping = {}
                for line in mappings.filtered("column_id"):
                    code = line.column_id.code
                    if code not in sheet_spec.by_code:
                        continue
                    if code in mapping.values():
                        column = sheet_spec.by_code[code]
                        found.file(Problem("double_column", column=column.titles), sheet_spec.code)
                    mapping[line.position] = code
                    found.positions[sheet_spec.code, code] = line.position
                    found.headings[sheet_spec.code, code] = line.heading
                if not mapping:
                    continue
                for column in sheet_spec.columns:
                    if column.required and column.code not in mapping.values():
                        found.file(Problem("missing_column", column=column.titles), sheet_spec.code)
                if found.errors and not found.errors[-1]["line"]:
                    continue
                rows[sheet_spec.code] = spec.read_rows(
                    sheet_spec, sheets[mappings[0].sheet], mappings[0].header_line, mapping, found, step=progress
                )
        except Problem as problem:
            found.file(problem)
        if not any(not error["line"] for error in found.errors):
            target.check(rows, found)
            if not any(rows.values()):
                found.file(Problem("empty_file"))
        return rows, found

    # -- actions -------------------------------------------------------------------------------------------------

    def action_check(self):
        """Check every row of the file; the errors are listed, nothing is imported."""
        for batch in self:
            batch.check_access("write")
            batch._gov_check_role()
            if batch.state not in ("draft", "checked", "failed"):
                raise UserError(self.env._("This import has already been carried out."))
            batch._gov_check_file()
        return True

    def _gov_check_file(self):
        self.ensure_one()
        rows, found = self._gov_read(self._gov_target())
        # sudo: results are written by the check alone; its role was checked
        self.sudo()._gov_keep_errors(found)
        total = sum(map(len, rows.values()))
        bad = sum(row.bad for sheet in rows.values() for row in sheet)
        blocked = any(not error["line"] for error in found.errors)
        # sudo: as above
        self.sudo()._gov_write(
            {
                "state": "draft" if blocked else "checked",
                "row_count": total,
                "good_count": 0 if blocked else total - bad,
                "failure": False,
            }
        )
        return rows, found

    def action_import(self):
        """Import the checked file, in the background: all its rows, or none.

        sudo: the role was checked above; the state is written by the act alone.
        """
        self.ensure_one()
        self.check_access("write")
        self._gov_check_role()
        if self.state != "checked":
            raise UserError(self.env._("Check the file first."))
        if self.error_count and not self.take_good_rows:
            raise UserError(
                self.env._(
                    "%(count)s errors were found and nothing is imported. Correct the file and upload it again, "
                    "or choose “Take the good rows only”.",
                    count=self.error_count,
                )
            )
        if not self.good_count:
            raise UserError(self.env._("The file has no good row to import."))
        self.sudo()._gov_start()
        self.env.ref("gov_import.cron_import").sudo()._trigger()
        return True

    def _gov_start(self):
        """Take the file: from here on no other import of the same file can start."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.env.flush_all()
                taken = self.env.execute_query(
                    SQL(
                        "UPDATE gov_import_batch SET state = 'importing' WHERE id = %s AND state = 'checked'"
                        " RETURNING id",
                        self.id,
                    )
                )
        except pg_errors.UniqueViolation as error:
            raise UserError(
                self.env._(
                    "This file is already imported, or being imported. Undo that import first if you want to take "
                    "it again."
                )
            ) from error
        if not taken:
            raise UserError(self.env._("This import has already been started."))
        self.invalidate_recordset(["state"])
        self._gov_write({"imported_by_id": self.env.uid, "failure": False})
        self.env["gov.import.progress"].search([("batch_id", "=", self.id)]).unlink()
        self.env["gov.import.progress"].create({"batch_id": self.id, "total": self.good_count})
        self.env.flush_all()

    def action_undo(self):
        """Delete exactly what this import made; refused, with the list, when something depends on it since."""
        for batch in self:
            batch.check_access("write")
            batch._gov_check_role()
            if batch.state != "done":
                raise UserError(self.env._("Only an import that was carried out can be undone."))
            batch._gov_undo()
        return True

    def action_template(self):
        """Download an empty workbook with the expected headings in the user's language."""
        target = self.target or next(iter(self._gov_target_classes()), "")
        return {"type": "ir.actions.act_url", "url": f"/gov_import/template/{target}", "target": "download"}

    def action_errors(self):
        """Download the errors as a workbook."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/gov_import/errors/{self.id}", "target": "download"}

    def action_reset(self):
        """Go back to the file after a failure."""
        for batch in self:
            batch.check_access("write")
            batch._gov_check_role()
            if batch.state != "failed":
                raise UserError(self.env._("Only a failed import can be taken up again."))
            # sudo: the role was checked above; the state is written by the act alone
            batch.sudo()._gov_write({"state": "draft", "failure": False})
        return True

    # -- carrying out --------------------------------------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Carry out the imports that wait; one that was cut short (server stopped) begins again from nothing."""
        done = 0
        # sudo: scheduled for all the imports
        for batch in self.sudo().search([("state", "=", "importing")], order="id"):
            locked = batch.try_lock_for_update()
            if not locked or locked.state != "importing":
                continue
            batch_id = batch.id
            try:
                if self.env["gov.import.progress"]._gov_begin(batch_id) > MAX_ATTEMPTS:
                    raise UserError(
                        batch._gov_as_importer().env._(
                            "The import was cut short too often and nothing was kept. Split the file, or ask your "
                            "administrator for more time for background jobs."
                        )
                    )
                batch._gov_as_importer()._gov_run()
            except Exception as error:
                self.env.cr.rollback()
                self.env.invalidate_all()
                if isinstance(error, pg_errors.SerializationFailure | pg_errors.DeadlockDetected):
                    _logger.info("Import %s met a concurrent change and will be tried again", batch_id)
                    continue
                _logger.info("Import %s failed", batch_id, exc_info=True)
                self.browse(batch_id)._gov_fail(error)
            done += 1
            self.env["ir.cron"]._commit_progress(1)
        return done

    def _gov_as_importer(self):
        user = self.imported_by_id
        context = {"lang": user.lang, "tz": user.tz, "allowed_company_ids": user.company_ids.ids}
        context["allowed_company_ids"] = [user.company_id.id]
        return self.with_user(user).with_context(**context).with_company(user.company_id)

    def _gov_fail(self, error):
        sentence = (
            str(error)
            if isinstance(error, UserError | ValidationError | AccessError)
            else self.with_context(lang=self.imported_by_id.lang).env._(
                "The import stopped on an unexpected error and nothing was kept. Tell your administrator."
            )
        )
        # sudo: the state is written by the act alone
        self.sudo()._gov_write({"state": "failed", "failure": sentence[:500]})

    def _gov_run(self):
        """Read, check and write the file in the current transaction.

        sudo: the role was checked above; result and journal are written by the act alone.
        """
        self.ensure_one()
        self._gov_check_role()
        target = self._gov_target()
        shown = self.env.context.get("gov_import_progress")
        known = max(self.row_count, 1)

        def publish(share):
            """Tell how far the work is; reading and checking are a quarter of it."""
            if callable(shown):
                shown(int(known * min(share, 1)), known)
            elif not current_test:
                self.env["gov.import.progress"]._gov_publish(self.id, int(known * min(share, 1)), known)

        rows, found = self._gov_read(target, progress=lambda done: publish(0.25 * done / known))
        if found.errors:
            # the database has changed since the check, or the user takes the good rows
            batch = self.sudo()
            batch._gov_keep_errors(found)
            blocked = any(not error["line"] for error in found.errors)
            if blocked or not self.take_good_rows:
                batch._gov_write(
                    {
                        "state": "failed",
                        "failure": self.env._("Errors were found when the import began; nothing was kept."),
                    }
                )
                return self
        good = {code: [row for row in sheet if not row.bad] for code, sheet in rows.items()}
        total = sum(map(len, good.values()))

        people = max(map(len, good.values()), default=1) if target.weight is None else len(good.get(target.weight, ()))
        made = target.write(good, lambda done: publish(0.25 + 0.75 * done / (people or 1)))
        self.env.flush_all()
        data = made.to_json()
        data["now"] = self.env.cr.now().isoformat()
        batch = self.sudo()
        batch._gov_write(
            {
                "state": "done",
                "made": data,
                "summary": {model: len(ids) for model, ids in made.created.items() if model in target.shown},
                "good_count": total,
                "row_count": sum(map(len, rows.values())),
                "imported_on": fields.Datetime.now(),
                "imported_by_id": self.env.uid,
                "failure": False,
            }
        )
        self.env["gov.journal.entry"].sudo()._record(batch, "import", batch._gov_facts())
        return self

    def _gov_facts(self):
        return {
            "target": self.target,
            "filename": self.filename or "",
            "sha256": self.checksum,
            "rows": self.row_count,
            "taken": self.good_count,
            "made": self.summary or {},
        }

    @api.model
    def _import_file(self, target, content, filename, take_good_rows=False):
        """Import a file in the caller's transaction; nothing is committed here.

        :param str target: what it holds, such as ``staff``
        :param bytes content: the file
        :param str filename: its name
        :param take_good_rows: take the good rows even if others are bad
        :return: the batch, in state ``done``
        :raise UserError: with the first bad rows, each with its place, what is wrong and what to do
        """
        batch = self.create(
            {
                "target": target,
                "file": base64.b64encode(content),
                "filename": filename,
                "take_good_rows": take_good_rows,
            }
        )
        batch._gov_carry_out()
        if batch.state != "done":
            raise UserError(batch._gov_errors_text() or batch.failure)
        return batch

    def _gov_carry_out(self):
        """Check, and when it is good, import in the current transaction (command line, loaders, tests)."""
        self.ensure_one()
        if not self.error_count:
            self._gov_check_file()
        if self.state == "checked" and self.good_count and (self.take_good_rows or not self.error_count):
            # sudo: run by the command line; the state is written by the act alone
            self.sudo()._gov_start()
            self._gov_run()
        return self

    def _gov_errors_text(self, limit=20):
        lines = [
            self.env._("%(place)s: %(what)s %(cure)s", place=error.place, what=error.message, cure=error.cure)
            for error in self.error_ids[:limit]
        ]
        if self.error_count > limit:
            lines.append(self.env._("… and %(count)s more.", count=self.error_count - limit))
        return "\n".join(lines)

    # -- undoing -------------------------------------------------------------------------------------------------

    def _gov_undo(self):
        self.ensure_one()
        # sudo: the role was checked by the caller; what the import made is taken away in all regions
        made = spec.Made.from_json(self.sudo().made)
        # sudo: as above
        now = datetime.datetime.fromisoformat(self.sudo().made["now"])
        reasons = self._gov_dependents(made, now)
        if reasons:
            raise UserError(
                self.env._("This import cannot be undone, because since then:") + "\n" + "\n".join(reasons[:20])
            )
        # sudo: as above
        batch = self.sudo()
        if not self.env.execute_query(
            SQL("UPDATE gov_import_batch SET state = 'undone' WHERE id = %s AND state = 'done' RETURNING id", self.id)
        ):
            raise UserError(self.env._("Only an import that was carried out can be undone."))
        batch.invalidate_recordset(["state"])
        target = self._gov_target()
        # sudo: as above
        target.env = self.env(su=True)
        target.restore(made)
        target.delete(made)
        batch._gov_write({"state": "undone", "undone_on": fields.Datetime.now(), "undone_by_id": self.env.uid})
        # sudo: as above
        self.env["gov.journal.entry"].sudo()._record(batch, "undo", batch._gov_facts())

    def _gov_dependents(self, made, now):
        """Say what was changed in, or added to, what an import made: one sentence each.

        sudo: what would be lost is counted in all regions; only names of models and numbers come out.
        """
        self.env.flush_all()
        target = self._gov_target()
        reasons = []
        for model, ids in made.created.items():
            records = self.env[model].sudo()
            if not ids or not records._log_access:
                continue
            changed = self.env.execute_query(
                SQL(
                    "SELECT id FROM %s WHERE id = ANY(%s) AND write_date > %s ORDER BY id LIMIT 6",
                    SQL.identifier(records._table),
                    list(ids),
                    now,
                )
            )
            if changed:
                reasons.append(
                    self.env._(
                        "- changed: %(label)s: %(names)s",
                        label=self.env["ir.model"]._get(model).sudo().name,
                        names=_names(records.browse([row[0] for row in changed])),
                    )
                )
        for holder, field in self._gov_references(made.created):
            if (holder._name, field.name) in target.not_dependents:
                continue
            comodels = [field.comodel_name] if field.type == "many2one" else list(made.created)
            for comodel in comodels:
                reasons += self._gov_reference_reasons(holder, field, comodel, made)
        return reasons

    def _gov_references(self, created):
        """Give the stored fields, of all models, that can point to what was made."""
        for name in self.env.registry:
            # sudo: references are looked for in all regions; only whether there are any
            holder = self.env[name].sudo()
            if holder._abstract or not holder._auto or holder._transient or name.startswith("gov.import."):
                continue
            for field in holder._fields.values():
                if not field.store or not field.column_type:
                    continue
                if field.type == "many2one" and field.comodel_name in created:
                    yield holder, field
                elif field.type == "many2one_reference" and name in ("ir.attachment", "mail.activity", "gov.document"):
                    yield holder, field

    def _gov_reference_reasons(self, holder, field, comodel, made):
        ids = made.created[comodel]
        own = made.created.get(holder._name, [])
        condition = SQL("%s = ANY(%s)", SQL.identifier(field.name), list(ids))
        if own:
            condition = SQL("%s AND id != ALL(%s)", condition, list(own))
        if field.type == "many2one_reference":
            condition = SQL("%s AND %s = %s", condition, SQL.identifier(field.model_field), comodel)
            if holder._name == "ir.attachment":
                condition = SQL("%s AND res_field IS NULL", condition)
        for change in made.changed:
            # what the import itself changed will be put back
            if change[0] == holder._name and change[2] == field.name:
                condition = SQL(
                    "%s AND NOT (id = %s AND %s = %s)", condition, change[1], SQL.identifier(field.name), change[4]
                )
        found = self.env.execute_query(
            SQL("SELECT id FROM %s WHERE %s ORDER BY id LIMIT 6", SQL.identifier(holder._table), condition)
        )
        if not found:
            return []
        # sudo: only the name of the kind of record
        return [
            self.env._(
                "- added: %(label)s: %(names)s",
                label=self.env["ir.model"]._get(holder._name).sudo().name,
                names=_names(holder.browse([row[0] for row in found])),
            )
        ]

    # -- files for the user --------------------------------------------------------------------------------------

    def _gov_errors_workbook(self):
        """Give the workbook of the errors, in the user's language."""
        self.ensure_one()
        env = self.env
        titles = [
            env._("Sheet"),
            env._("Line"),
            env._("Column"),
            env._("Heading"),
            env._("Value"),
            env._("What is wrong"),
            env._("What to do"),
        ]
        rows = [
            (error.sheet, error.line, error.column, error.heading, error.value, error.message, error.cure)
            for error in self.error_ids
        ]
        rtl = (env.lang or "").startswith("ar")
        return report.errors_workbook(rtl, env._("Errors"), titles, rows)

    @api.model
    def _gov_template_workbook(self, target):
        """Give the empty workbook of a target, in the user's language."""
        lang = self.env.lang or "en_US"
        sheets = []
        for sheet in target.sheets:
            columns = sheet.columns
            notes = [_note(self.env, column) for column in columns]
            titles = [column.title(lang) + (" *" if column.required else "") for column in columns]
            sheets.append((sheet.title(lang), titles, notes))
        return report.template_workbook(lang.startswith("ar"), sheets)


def _note(env, column):
    if not column.help:
        return ""
    return column.help if isinstance(column.help, str) else env._(column.help)


def _names(records):
    names = [record.display_name or str(record.id) for record in records[:5]]
    return ", ".join(names) + (" …" if len(records) > 5 else "")


def _jsonable(params):
    return {
        name: value if isinstance(value, str | int | float | list | dict | type(None)) else str(value)
        for name, value in (params or {}).items()
    }
