import pathlib
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.gov_debian.models.ir_asset import ABSENT

LIBRARY = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@tagged("post_install", "-at_install")  # once every module is loaded: the assets of one not loaded yet are refused
class TestAbsentLibrary(TransactionCase):
    def _paths(self, path):
        return self.env["ir.asset"]._get_paths(path, self.env["ir.asset"]._get_installed_addons_list())

    def test_every_script_of_the_backend_bundle_exists(self):
        for path, full_path, _bundle, _modified in self.env["ir.asset"]._get_asset_paths("web.assets_backend", {}):
            if full_path:
                self.assertTrue(pathlib.Path(full_path).is_file(), path)
            else:
                self.assertTrue(self.env["ir.attachment"].search_count([("url", "=", path)]), f"{path} is nowhere")

    def test_missing_library_becomes_an_empty_script(self):
        [(url, full_path, modified)] = self._paths("mail/static/lib/no_such_library/no_such_library.js")
        self.assertEqual(url, f"/{ABSENT}")
        self.assertTrue(pathlib.Path(full_path).is_file())
        self.assertTrue(modified)

    def test_library_that_exists_is_left_alone(self):
        [(url, full_path, _modified)] = self._paths("web/static/lib/owl/owl.js")
        self.assertEqual(url, "/web/static/lib/owl/owl.js")
        self.assertTrue(full_path.endswith("/web/static/lib/owl/owl.js"))

    def test_a_build_that_brings_the_library_uses_it(self):
        # as a current official build would answer
        with patch(
            "odoo.addons.base.models.ir_asset._glob_static_file", return_value=[(f"/elsewhere/{LIBRARY}", 1.0)]
        ):
            [(_url, full_path, _modified)] = self._paths(LIBRARY)
        self.assertEqual(full_path, f"/elsewhere/{LIBRARY}")

    def test_library_can_still_be_removed_from_a_bundle(self):
        self.env["ir.asset"].create(
            [
                {"name": "add", "bundle": "gov_debian.bundle", "path": LIBRARY, "sequence": 20},
                {
                    "name": "remove",
                    "bundle": "gov_debian.bundle",
                    "path": LIBRARY,
                    "directive": "remove",
                    "sequence": 21,
                },
            ]
        )
        self.assertEqual(self.env["ir.asset"]._get_asset_paths("gov_debian.bundle", {}), [])

    def test_script_kept_in_the_database_is_not_replaced(self):
        url = "/mail/static/lib/no_such_library/in_database.js"
        self.env["ir.attachment"].create({"name": "x", "url": url, "type": "binary", "raw": b"1", "public": True})
        [(path, full_path, _modified)] = self._paths(url)
        self.assertEqual((path, full_path), (url, None))
