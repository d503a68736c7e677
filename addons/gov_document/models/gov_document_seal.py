import logging
import os
import threading

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import config

from ..services.seal import Seal, SealError

_logger = logging.getLogger(__name__)
_lock = threading.Lock()
_cache = {}  # (path, mtime, password file, its mtime) -> Seal


class GovDocumentSeal(models.AbstractModel):
    """Where the key of the seal is: two names given by the operator, never stored in the database.

    ``GOV_SEAL_PKCS12`` (environment) or ``gov_seal_pkcs12`` (odoo.conf) names the PKCS#12 file,
    ``GOV_SEAL_PASSWORD_FILE`` or ``gov_seal_password_file`` a file whose first line is its password.
    """

    _name = "gov.document.seal"
    _description = "Seal of the administration"

    @api.model
    def _seal_paths(self):
        def option(name):
            return os.environ.get(name) or config.get(name.lower()) or ""

        return option("GOV_SEAL_PKCS12"), option("GOV_SEAL_PASSWORD_FILE")

    @api.model
    def _get_seal(self):
        """Return the seal, parsed once per process and again when its file changes.

        :raise UserError: with a sentence that tells the operator what to do
        """
        path, password_path = self._seal_paths()
        try:
            key = (
                path,
                os.stat(path).st_mtime_ns,
                password_path,
                password_path and os.stat(password_path).st_mtime_ns,
            )
            with _lock:
                if key not in _cache:
                    seal = self._load(path, password_path)
                    _cache.clear()
                    _cache[key] = seal
                return _cache[key]
        except OSError as error:
            _logger.error("Seal: %s", error)
            raise UserError(
                self.env._(
                    "The seal of the administration is missing: the operator sets GOV_SEAL_PKCS12 to a readable "
                    "PKCS#12 file and GOV_SEAL_PASSWORD_FILE to the file of its password. The number is kept; the "
                    "document will be finished by itself once the seal is there."
                )
            ) from error
        except SealError as error:
            _logger.error("Seal: %s", error)
            sentences = {
                "password": self.env._("The password of the seal is wrong, or its file is damaged."),
                "expired": self.env._("The certificate of the seal is out of date (%s).", error.detail),
            }
            raise UserError(
                sentences.get(error.code) or self.env._("The file of the seal holds no usable key and certificate.")
            ) from error

    @api.model
    def _load(self, path, password_path):
        with open(path, "rb") as stream:
            data = stream.read()
        password = None
        if password_path:
            with open(password_path, "rb") as stream:
                password = stream.readline().rstrip(b"\r\n")
        return Seal.from_pkcs12(data, password)
