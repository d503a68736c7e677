import os
import pathlib

import odoo.modules.module
from odoo import models
from odoo.exceptions import UserError


class GovSample(models.AbstractModel):
    """The sample year, to try the suite and to test it: each module adds the steps of its own records.

    A module extends ``_steps`` with ``[*super()._steps(), self._make_x]``; a step leaves alone what is there, since
    the loading may be run again.  The suite puts the company, the staff and the logins before them.
    """

    _name = "gov.sample"
    _description = "Sample year"

    def _steps(self):
        """Return the steps of the loading, in order; each is left alone once done."""
        return []

    def _keep(self):
        """Commit a finished step, so that the acts of the next one run in short transactions as they do for users."""
        if not odoo.modules.module.current_test:
            self.env.cr.commit()  # pylint: disable=invalid-commit

    def _sample_file(self, name):
        """Return the path of a sample file: in GOV_SAMPLE_DIR, or in ``data`` beside the folder of our modules."""
        asked = os.environ.get("GOV_SAMPLE_DIR")
        folder = pathlib.Path(asked) if asked else pathlib.Path(__file__).resolve().parents[3] / "data"
        if not (folder / name).is_file():
            raise UserError(
                self.env._(
                    "The sample file %(file)s is not in %(folder)s. Say where it is with the variable GOV_SAMPLE_DIR.",
                    file=name,
                    folder=folder,
                )
            )
        return folder / name

    def _user(self, login):
        return self.env["res.users"].search([("login", "=", login)])

    def _as(self, login, record):
        # no longer the system: the rights and language of the login
        user = self._user(login)
        return record.with_user(user).with_context(lang=user.lang, allowed_company_ids=user.company_ids.ids)
