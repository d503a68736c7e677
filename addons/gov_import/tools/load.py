"""The importer on the command line; started by ``scripts/load``, which says how to use it."""

import argparse
import base64
import logging
import os
import pathlib
import sys

import psycopg2

from odoo.api import SUPERUSER_ID, Environment
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.modules.registry import Registry

DONE, BAD_ROWS, REFUSED, FAILED = 0, 1, 2, 3
LANGS = {"ar": "ar_MA", "fr": "fr_FR", "en": "en_US"}
MAX_SHOWN = 200


def language(env, wanted):
    """Give the language of the messages: asked for, or that of the terminal, among those installed."""
    code = LANGS.get((wanted or os.environ.get("GOV_LANG") or "en")[:2].lower(), "en_US")
    installed = {lang for lang, _name in env["res.lang"].get_installed()}
    return code if code in installed else "en_US"


def say(text, end="\n", stream=None):
    (stream or sys.stdout).write(text + end)
    (stream or sys.stdout).flush()


class Load:
    """One run of the command."""

    def __init__(self, env, options):
        user = SUPERUSER_ID
        if options.user:
            user = env["res.users"].search([("login", "=", options.user)]).id
            if not user:
                raise SystemExit(f"error: no user {options.user}")
        lang = language(env, options.lang)
        company = env["res.users"].browse(user).company_id
        self.env = env(user=user, su=not options.user, context={"lang": lang, "allowed_company_ids": company.ids})
        self.options = options

    def progress(self, done, total):
        if sys.stderr.isatty() or done == total:
            percent = done * 100 // (total or 1)
            bar = ("#" * (percent // 4)).ljust(25, ".")
            text = self.env._("%(done)s of %(total)s rows", done=done, total=total)
            say(f"\r[{bar}] {percent:3d} %  {text}", "" if done < total else "\n", sys.stderr)

    def run(self):
        path = pathlib.Path(self.options.file)
        batch = self.env["gov.import.batch"].create(
            {
                "target": self.options.target,
                "file": base64.b64encode(path.read_bytes()),
                "filename": path.name,
                "take_good_rows": self.options.take_good_rows,
            }
        )
        if batch.error_count:
            return self.refuse(batch, REFUSED)
        ignored = [line.heading for line in batch.mapping_ids if not line.column_id]
        if ignored:
            say(self.env._("Columns that are ignored: %(names)s", names=", ".join(ignored)))
        batch._gov_check_file()
        say(
            self.env._(
                "%(file)s: %(rows)s rows, %(good)s good, %(errors)s errors",
                file=path.name,
                rows=batch.row_count,
                good=batch.good_count,
                errors=batch.error_count,
            )
        )
        if batch.state != "checked":
            return self.refuse(batch, REFUSED)
        if batch.error_count and not (self.options.take_good_rows and batch.good_count):
            return self.refuse(batch, BAD_ROWS)
        if batch.error_count:
            self.show_errors(batch)
        if self.options.check:
            return DONE if not batch.error_count else BAD_ROWS
        batch._gov_start()
        batch.with_context(gov_import_progress=self.progress)._gov_run()
        if batch.state != "done":
            return self.refuse(batch, FAILED)
        self.env.cr.commit()  # pylint: disable=invalid-commit
        say(self.env._("Imported. %(what)s", what=batch.summary_text))
        return DONE

    def show_errors(self, batch):
        say(batch._gov_errors_text(MAX_SHOWN), stream=sys.stderr)

    def refuse(self, batch, code):
        self.show_errors(batch)
        if batch.failure:
            say(batch.failure, stream=sys.stderr)
        say(self.env._("Nothing was imported."), stream=sys.stderr)
        return code


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="scripts/load", add_help=False)
    parser.add_argument("file")
    parser.add_argument("--target", default="staff")
    parser.add_argument("--database", required=True)
    parser.add_argument("--user", default="")
    parser.add_argument("--lang", default="")
    parser.add_argument("--take-good-rows", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    if not pathlib.Path(options.file).is_file():
        say(f"error: no file {options.file}", stream=sys.stderr)
        return REFUSED
    logging.getLogger().setLevel(logging.WARNING)
    try:
        with Registry(options.database).cursor() as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            if "gov.import.batch" not in env:
                say(f"error: the suite is not installed in {options.database}", stream=sys.stderr)
                return FAILED
            if options.target not in env["gov.import.batch"]._gov_target_classes():
                say(f"error: nothing can import {options.target}", stream=sys.stderr)
                return REFUSED
            load = Load(env, options)
            try:
                return load.run()
            except (UserError, ValidationError, AccessError) as error:
                cr.rollback()
                say(str(error), stream=sys.stderr)
                say(load.env._("Nothing was imported."), stream=sys.stderr)
                return FAILED
    except psycopg2.Error as error:
        say(f"error: {error}", stream=sys.stderr)
        return FAILED
