import logging
import pathlib

from odoo import models
from odoo.modules import Manifest
from odoo.tools import file_path

_logger = logging.getLogger(__name__)

ABSENT = "gov_debian/static/src/absent.js"


class IrAsset(models.Model):
    """Bundles of scripts and styles.

    Debian removes from its package of Odoo the libraries it holds no source of
    (``mail/static/lib/selfie_segmentation``), and leaves their names in the bundles. Each page then logs an error in
    the browser, which among other things makes every browser test fail. A library that is missing is replaced by an
    empty script; a build of Odoo that has it is not touched.
    """

    _inherit = "ir.asset"

    def _get_paths(self, path_def, installed):
        paths = super()._get_paths(path_def, installed)
        if len(paths or ()) == 1 and paths[0][1:] == (None, None) and self._gov_is_absent_library(path_def):
            _logger.debug("%s is not part of this build of Odoo: replaced by an empty script", path_def)
            stub = pathlib.Path(file_path(ABSENT))
            return [(f"/{ABSENT}", str(stub), stub.stat().st_mtime)]
        return paths

    def _gov_is_absent_library(self, path_def):
        """Whether the path names a script library of an add-on that has no such file, nor one made in the database."""
        addon, *rest = path_def.replace("\\", "/").strip("/").split("/")
        if rest[:2] != ["static", "lib"] or not path_def.endswith(".js") or not Manifest.for_addon(addon):
            return False
        # sudo: whether a file of that address exists; public pages ask too, and nothing of it is shown
        attachments = self.env["ir.attachment"].sudo()
        return not attachments.search_count([("url", "=", "/" + path_def.strip("/"))], limit=1)
