import hashlib
import os
import shutil
import tempfile

from odoo import models

BLOCK = 1024 * 1024


class IrAttachment(models.Model):
    """Large files go to the filestore block by block, never whole in memory."""

    _inherit = "ir.attachment"

    def _gov_store_stream(self, stream, vals):
        """Keep a file that may be large; the caller has checked who may, and what the file is.

        :param stream: seekable binary file
        :param vals: values of the attachment, its content apart
        :return: the attachment
        """
        stream.seek(0)
        if self._storage() != "file":
            return self.create({**vals, "raw": stream.read()})
        digest, size = hashlib.sha1(usedforsecurity=False), 0
        while block := stream.read(BLOCK):
            digest.update(block)
            size += len(block)
        checksum = digest.hexdigest()
        name = f"{checksum[:2]}/{checksum}"
        path = self._full_path(name)
        self._mark_for_gc(name)
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            stream.seek(0)
            with tempfile.NamedTemporaryFile(dir=os.path.dirname(path), delete=False) as copy:
                shutil.copyfileobj(stream, copy, BLOCK)
            os.chmod(copy.name, 0o644)
            os.replace(copy.name, path)
        attachment = self.create({**vals, "raw": b""})
        # the place in the filestore is written past create() and write() of attachments: they take contents in memory
        models.BaseModel.write(
            attachment,
            {"store_fname": name, "file_size": size, "checksum": checksum, "mimetype": vals["mimetype"]},
        )
        attachment.invalidate_recordset()
        return attachment
