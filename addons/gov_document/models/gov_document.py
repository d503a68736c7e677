import base64
import hashlib
import json
import logging
import re
import secrets
from collections import defaultdict

from markupsafe import Markup
from psycopg2.extras import execute_values

from odoo import api, fields, models, modules
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import split_every

from odoo.addons.gov_base.tools.act import run_short, runs_inline, short_transaction
from odoo.addons.gov_base.tools.text import date_words

from ..services import layout, rendering
from .gov_document_template import LANGS
from .ir_attachment import ATTACH

_logger = logging.getLogger(__name__)

# What lets _gov_prepare create documents; an object cannot be forged through RPC.
PREPARE = object()
STORE_BATCH = 25
READ_BATCH = 100
TOKEN = re.compile(r"[a-z2-7]{26}\Z")


def new_token():
    """Return 128 random bits as 26 lower-case letters and digits, easy to type and unambiguous."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def initials(name):
    """Return the initials of a name, Latin or Arabic: « M. E. A. », «م. ع.»."""
    words = [word for word in re.split(r"[\s\-']+", name or "") if word]
    letters = [word[2] if word.startswith("ال") and len(word) > 3 else word[0] for word in words]
    return " ".join(f"{letter.upper()}." for letter in letters[:4])


class GovDocument(models.Model):
    """An official document: numbered, frozen, sealed, verifiable by anyone who holds it.

    Issued in three steps, so that the register's row is locked for some milliseconds only and a crash loses nothing:

    1. ``_gov_prepare``, inside the short act that issues: number taken, text frozen, state *being issued*;
    2. outside any lock the PDF is rendered and sealed;
    3. a short transaction attaches it, writes its SHA-256, makes it *valid* and journals the act.

    A document that stops between 1 and 3 keeps its number and is finished by the scheduled task.  A valid document can
    only be revoked (HR manager or signatory, with a reason) or superseded by a new one.  The person concerned, the
    HR officers of the region and auditors read it; nobody writes or deletes it, its attachment neither.
    """

    _name = "gov.document"
    _description = "Official document"
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "title"]

    number = fields.Char(required=True, readonly=True, index="trigram")
    register_id = fields.Many2one(
        "gov.document.register", required=True, readonly=True, index=True, ondelete="restrict"
    )
    period = fields.Char(required=True, readonly=True, help="Year of the register, or 'all'.")
    rank = fields.Integer(
        required=True, readonly=True, aggregator=None, help="Number in the register, without its form."
    )
    kind = fields.Char(required=True, readonly=True, index=True)
    title = fields.Char(required=True, readonly=True)
    lang = fields.Selection(LANGS, string="Language", required=True, readonly=True)
    template_id = fields.Many2one("gov.document.template", readonly=True, index="btree_not_null", ondelete="restrict")
    issue_date = fields.Date(required=True, readonly=True, index=True)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Person concerned",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    initials = fields.Char(readonly=True, help="All that the public page shows of the person's name.")
    signatory_id = fields.Many2one(
        "hr.employee", string="Signed by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    res_model = fields.Char(string="Record type", readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="File", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    sha256 = fields.Char(string="SHA-256 of the file", readonly=True, index="btree_not_null")
    content = fields.Text(readonly=True, prefetch=False, groups="base.group_no_one", help="The frozen page, as HTML.")
    values_hash = fields.Char(readonly=True, help="SHA-256 of the values the document was filled with.")
    token = fields.Char(required=True, readonly=True, copy=False)
    verify_url = fields.Char(string="Verification address", compute="_compute_verify_url")
    state = fields.Selection(
        [("issuing", "Being issued"), ("valid", "Valid"), ("revoked", "Revoked"), ("superseded", "Superseded")],
        required=True,
        readonly=True,
        default="issuing",
    )
    supersedes_id = fields.Many2one(
        "gov.document", string="Replaces", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    superseded_by_id = fields.Many2one(
        "gov.document", string="Replaced by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    revoke_reason = fields.Text(string="Reason of the revocation", readonly=True)
    revoked_on = fields.Datetime(readonly=True)
    revoked_by_id = fields.Many2one(
        "res.users", string="Revoked by", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    error = fields.Text(readonly=True, help="Why the last attempt to finish this document failed.")
    attempts = fields.Integer(readonly=True, aggregator=None)
    claimed_on = fields.Datetime(readonly=True)

    _register_rank = models.UniqueIndex("(register_id, period, rank)", "A number of a register is given once.")
    _token_unique = models.UniqueIndex("(token)", "A document has a code of its own.")
    _record = models.Index("(res_model, res_id)")
    _issuing = models.Index("(claimed_on) WHERE state = 'issuing'")

    @api.depends("token")
    def _compute_verify_url(self):
        base = self.env.company._gov_verify_base()
        for document in self:
            document.verify_url = f"{base}/verify/{document.token}"

    # -- frozen --------------------------------------------------------------------------------------------------
    def _refuse(self):
        raise AccessError(
            self.env._(
                "An official document is frozen: it is issued, revoked or replaced by acts, never written by hand."
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("gov_prepare") is not PREPARE:
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse()

    def unlink(self):
        self._refuse()

    def copy(self, default=None):
        self._refuse()

    def copy_data(self, default=None):
        self._refuse()

    # -- phase 1 -------------------------------------------------------------------------------------------------
    @api.model
    def _gov_prepare(self, vals_list):
        """Take the numbers of new documents and freeze their texts; the caller has checked who may issue.

        To be called inside the short act that issues (``gov_base.tools.act``), late: the rows of the registers stay
        locked until its end.  Then, outside of it, call :meth:`_gov_finish` on the result.

        Each dict of ``vals_list``:

        * ``register``: ``gov.document.register`` record;
        * ``template``: ``gov.document.template`` record (it tells the language), ``kind`` (default: the template's);
        * ``record``: the record the document is issued from;
        * ``values``: values of the placeholders, ``{name: str}``, blocks as ``Markup``; for a document in two
          languages ``{"ar": {…}, "fr": {…}}``. When absent: the record's ``_gov_document_values(lang)``;
        * ``employee``, ``signatory``: ``hr.employee`` records, may be empty;
        * ``issue_date``: default today; ``supersedes``: a valid document that this one replaces.

        The values ``signatory_name``, ``signatory_title`` (lines separated by a line break), ``employee_name``,
        ``issue_date``, ``place``, ``sex`` are proposed from the records and may be overridden.

        :return: the new documents, in the order of ``vals_list``, state *being issued*
        :raise UserError: when a value is missing or the replaced document is not valid
        """
        drafts = [self._draft(vals) for vals in vals_list]
        groups = defaultdict(list)
        for draft in drafts:
            register = draft["register"]
            groups[register._counter_code(), register._period(draft["date"].year)].append(draft)
        for (code, period), members in sorted(groups.items(), key=lambda item: item[0]):
            number = self._take_numbers(members[0]["register"], code, period, len(members))
            for rank, draft in enumerate(members, number):
                text = draft["register"]._format(rank, draft["date"].year)
                html = layout.set_number(draft["html"], text)
                draft["vals"].update(number=text, rank=rank, period=period, content=html)
                draft["vals"]["title"] = layout.set_number(draft["vals"]["title"], text)
        # sudo: documents are created by this act alone, whose caller has checked who may issue
        documents = self.sudo().with_context(gov_prepare=PREPARE, tracking_disable=True)
        created = documents.create([draft["vals"] for draft in drafts])
        return self.browse(created.ids)

    @api.model
    def _take_numbers(self, register, code, period, count):
        if register.gapless or modules.module.current_test:  # a test's data is in its own transaction
            return self.env["gov.counter"]._take(code, period, count)
        with self.env.registry.cursor() as cr:  # gaps are allowed: the counter's row is not kept locked
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            return self.env(cr=cr)["gov.counter"]._take(code, period, count)

    @api.model
    def _draft(self, vals):
        template, record = vals["template"].sudo(), vals.get("record")  # sudo: who issues need not read the template
        employee = vals.get("employee") or self.env["hr.employee"]
        signatory = vals.get("signatory") or self.env["hr.employee"]
        date = fields.Date.to_date(vals.get("issue_date")) or fields.Date.context_today(self)
        old = vals.get("supersedes") or self.browse()
        if old and old.state != "valid":
            raise UserError(self.env._("Document %s is not valid: it cannot be replaced.", old.number))
        langs = template.lang.split("_")
        values, parts = {}, {}
        for lang in langs:
            values[lang] = self._values(vals, lang, langs, employee, signatory, date)
            parts[lang] = {
                "place": values[lang]["place"],
                "date": values[lang]["issue_date"],
                "signatory_name": values[lang].get("signatory_name"),
                "signatory_title": (values[lang].get("signatory_title") or "").splitlines(),
            }
        token = new_token()
        page = template._page(values, parts, token)
        title = Markup(page["parts"][langs[0]]["title"]).unescape()
        hashed = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str).encode()
        return {
            "register": vals["register"],
            "date": date,
            "html": str(layout.build(page)),
            "vals": {
                "register_id": vals["register"].id,
                "kind": vals.get("kind") or template.kind,
                "lang": template.lang,
                "template_id": template.id,
                "title": title,
                "issue_date": date,
                "employee_id": employee.id,
                "initials": initials(values[langs[0]].get("employee_name")),
                "signatory_id": signatory.id,
                "res_model": record._name if record else False,
                "res_id": record.id if record else False,
                "supersedes_id": old.id,
                "token": token,
                "values_hash": hashlib.sha256(hashed).hexdigest(),
            },
        }

    @api.model
    def _values(self, vals, lang, langs, employee, signatory, date):
        given = vals.get("values")
        if given is None:
            record = vals["record"]
            given = record._gov_document_values(lang) if hasattr(record, "_gov_document_values") else {}
        elif len(langs) > 1 and set(given) <= {"ar", "fr"}:
            given = given.get(lang) or {}
        company = self.env.company.sudo()  # sudo: the place of issue is printed on everyone's documents
        values = {
            "number": layout.NUMBER_MARK,
            "issue_date": date_words(date, lang),
            "place": company.gov_place_ar if lang == "ar" else company.gov_place_fr,
        }
        if employee:
            person = employee.sudo()  # sudo: the caller has checked who may issue; name and sex are printed
            values["employee_name"] = person._gov_document_name(lang)
            values["sex"] = person.sex if person.sex in ("male", "female") else None
        if signatory:
            person = signatory.sudo()  # sudo: name and post of who signs are printed
            values["signatory_name"] = person._gov_document_name(lang)
            values["signatory_title"] = person._gov_document_title(lang)
        values.update({name: value for name, value in given.items() if value not in (None, False)})
        values["number"] = layout.NUMBER_MARK
        return values

    # -- phases 2 and 3 ------------------------------------------------------------------------------------------
    def _gov_finish(self):
        """Render, seal and attach these documents, and return those that are valid in the end.

        Works in short transactions of its own; many documents go through worker processes.  What fails is kept in
        ``error`` and tried again by the scheduled task.  Call it outside the act that prepared the documents.
        """
        valid = []
        try:
            seal = self.env["gov.document.seal"]._get_seal()
        except UserError as error:
            failures = [(document_id, str(error)) for document_id in self.ids]
            run_short(self.env, lambda env: self.with_env(env)._note_failures(failures))
            return self.browse()
        resources = {"gov:emblem": self.env.company._gov_emblem()}
        many = len(self) >= rendering.POOL_FROM

        def jobs():
            for ids in split_every(READ_BATCH, self.ids):
                rows = run_short(self.env, lambda env, ids=ids: self.with_env(env).browse(ids)._claim())
                yield from rows

        results = (
            rendering.render_many(jobs(), resources, seal) if many else rendering.render_here(jobs(), resources, seal)
        )
        for batch in split_every(STORE_BATCH, results):
            valid += run_short(self.env, lambda env, batch=batch: self.with_env(env)._store(batch))
        if not runs_inline(self.env):
            # nothing was written here: end the transaction, whose snapshot is older than the documents
            self.env.cr.commit()  # pylint: disable=invalid-commit
        self.env.invalidate_all()
        return self.browse(valid)

    def _claim(self):
        """Mark these documents as being worked on and return ``[(id, html)]`` of those still to be finished."""
        if not self:
            return []
        return self.env.execute_query(
            SQL(
                """UPDATE gov_document SET claimed_on = now() AT TIME ZONE 'UTC', attempts = coalesce(attempts, 0) + 1
                    WHERE id IN %s AND state = 'issuing' RETURNING id, content""",
                self._ids,
            )
        )

    def _note_failures(self, failures):
        for document_id, message in failures:
            self.env.cr.execute(
                SQL(
                    "UPDATE gov_document SET error = %s WHERE id = %s AND state = 'issuing'",
                    message[:2000],
                    document_id,
                )
            )
        self.invalidate_model(["error"], flush=False)

    def _store(self, results):
        """Attach the finished files; ``results`` is ``[(id, pdf or None, error or None)]``.  Return the valid ids."""
        failures = [(id_, error) for id_, pdf, error in results if pdf is None]
        for id_, error in failures:
            _logger.warning("Document %s could not be finished: %s", id_, error)
        self._note_failures(failures)
        files = {id_: pdf for id_, pdf, _error in results if pdf is not None}
        if not files:
            return []
        rows = [(id_, hashlib.sha256(pdf).hexdigest()) for id_, pdf in sorted(files.items())]
        made = execute_values(
            self.env.cr._obj,
            """UPDATE gov_document d
                  SET state = 'valid', sha256 = v.sha256, error = NULL, write_date = now() AT TIME ZONE 'UTC'
                 FROM (VALUES %s) v (id, sha256) WHERE d.id = v.id AND d.state = 'issuing' RETURNING d.id""",
            rows,
            fetch=True,
        )
        ids = sorted(row[0] for row in made)  # another process may have finished some of them
        # sudo: nobody but this act may attach to a document
        documents = self.sudo().browse(ids)
        documents.invalidate_recordset()
        # sudo: the file of a document is made by this act alone, whose caller was checked
        attachments = self.env["ir.attachment"].sudo().with_context(gov_attach=ATTACH)
        created = attachments.create(
            [
                {
                    "name": f"{re.sub(r'[^0-9A-Za-z]+', '-', document.number).strip('-')}.pdf",
                    "raw": files[document.id],
                    "mimetype": "application/pdf",
                    "res_model": "gov.document",
                    "res_id": document.id,
                }
                for document in documents
            ]
        )
        execute_values(
            self.env.cr._obj,
            """UPDATE gov_document d SET attachment_id = v.attachment_id
                 FROM (VALUES %s) v (id, attachment_id) WHERE d.id = v.id""",
            list(zip(ids, created.ids, strict=True)),
        )
        documents.invalidate_recordset()
        self._supersede(documents)
        self.env["gov.journal.entry"]._record_many([(document, "issue", document._facts()) for document in documents])
        return ids

    def _supersede(self, documents):
        replacing = documents.filtered("supersedes_id")
        acts = []
        for document in replacing:
            rows = self.env.execute_query(
                SQL(
                    """UPDATE gov_document SET state = 'superseded', superseded_by_id = %s
                        WHERE id = %s AND state = 'valid' RETURNING id""",
                    document.id,
                    document.supersedes_id.id,
                )
            )
            if rows:
                acts.append((document.supersedes_id, "supersede", {"by": document.number}))
        replacing.supersedes_id.invalidate_recordset()
        self.env["gov.journal.entry"]._record_many(acts)

    def _facts(self):
        return {
            "number": self.number,
            "register": self.register_id.code,
            "kind": self.kind,
            "lang": self.lang,
            "date": str(self.issue_date),
            "employee": self.employee_id.id or 0,
            "signatory": self.signatory_id.id or 0,
            "sha256": self.sha256,
        }

    @api.model
    def _cron_finish(self):
        """Finish the documents that a crash, a missing seal or an error left behind."""
        ids = [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    """SELECT id FROM gov_document
                        WHERE state = 'issuing'
                          AND coalesce(claimed_on, create_date)
                              + least(coalesce(attempts, 0) + 1, 20) * interval '3 minutes' < now() AT TIME ZONE 'UTC'
                        ORDER BY id LIMIT 500"""
                )
            )
        ]
        done = self.browse(ids)._gov_finish() if ids else self.browse()
        if ids:
            _logger.info("Documents: %s of %s unfinished ones are finished", len(done), len(ids))
        return done

    # -- acts ----------------------------------------------------------------------------------------------------
    def action_revoke(self, reason):
        """Revoke these documents for ``reason``: HR managers and whoever signed them.  Their numbers stay taken."""
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Give the reason of the revocation: it is kept in the register."))
        self.check_access("read")
        manager = self.env.su or self.env.user.has_group("gov_base.group_hr_manager")
        for document in self.sudo():  # sudo: only to compare the signatory's user
            if not manager and document.signatory_id.user_id != self.env.user:
                raise AccessError(
                    self.env._("Only an HR manager or the signatory revokes document %s.", document.number)
                )
        return self._revoke(reason)

    @short_transaction
    def _revoke(self, reason):
        rows = self.env.execute_query(
            SQL(
                """UPDATE gov_document
                      SET state = 'revoked', revoke_reason = %s, revoked_by_id = %s,
                          revoked_on = now() AT TIME ZONE 'UTC'
                    WHERE id IN %s AND state IN ('valid', 'issuing') RETURNING id""",
                reason,
                self.env.uid,
                self._ids or (0,),
            )
        )
        if len(rows) != len(self):
            raise UserError(self.env._("A document that is already revoked or replaced cannot be revoked."))
        self.invalidate_recordset()
        documents = self.sudo()  # sudo: the journal names the number
        self.env["gov.journal.entry"]._record_many(
            [(document, "revoke", {"number": document.number, "reason": reason}) for document in documents]
        )
        return True

    def action_download(self):
        """Give the file of the document to whoever may read it."""
        self.ensure_one()
        self.check_access("read")
        if not self.attachment_id:
            raise UserError(self.env._("Document %s is still being issued. Try again in a moment.", self.number))
        return {"type": "ir.actions.act_url", "url": f"/gov_document/{self.id}/document.pdf", "target": "new"}

    def _read_file(self):
        """Return the bytes of the document after having compared them with the SHA-256 kept at issue."""
        self.ensure_one()
        self.check_access("read")
        data = self.sudo().attachment_id.raw  # sudo: reading the document gives its file
        if not data or hashlib.sha256(data).hexdigest() != self.sha256:
            _logger.error("Document %s: the stored file differs from the one that was issued", self.number)
            raise UserError(
                self.env._("The stored file of document %s is no longer the one that was issued.", self.number)
            )
        return data
