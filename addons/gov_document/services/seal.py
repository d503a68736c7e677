"""The electronic seal of the administration on its documents: PAdES B-B, in the PDF as it is first written.

Plain Python: no Odoo, no database.  The signature field is put into the PDF while it is being written, with room for
the signature; the bytes around that room are then hashed, signed, and the signature filled in.  So a sealed document
has one revision, the seal covers every byte of it, and sealing costs some milliseconds.

The key comes from a PKCS#12 file.  A qualified seal of an approved provider replaces the development key by naming
another file; when the provider adds a time-stamp, :func:`Seal.sign_digest` is the place.
"""

import asyncio
import hashlib
import threading
from datetime import UTC, datetime

from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.sign.signers.pdf_cms import SimpleSigner

from .signature_field import BYTE_RANGE, CONTENTS_BYTES, room_for

FORM_DIGEST = hashlib.sha256(b"the digest of the first signature").digest()


class SealError(Exception):
    """The seal cannot be used; ``code`` is one of missing, unreadable, password, expired."""

    def __init__(self, code, detail=""):
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


class Seal:
    """A key and its certificate, parsed once and used for every document."""

    def __init__(self, signer, name):
        self._signer, self.name = signer, name
        self._lock = threading.Lock()
        self._form = None
        key = load_der_private_key(signer.signing_key.dump(), password=None)
        if isinstance(key, rsa.RSAPrivateKey):
            self._form = self._make_form(key)

    @classmethod
    def from_pkcs12(cls, data, password):
        """Return the seal held by the PKCS#12 bytes ``data``; ``password`` is bytes or None.

        :raise SealError: when the file holds no key, the password is wrong or the certificate is out of date
        """
        try:
            signer = SimpleSigner.load_pkcs12_data(data, other_certs=(), passphrase=password)
        except ValueError as error:
            raise SealError("password", str(error)) from error
        except Exception as error:  # anything a damaged file makes the parser raise
            raise SealError("unreadable", str(error)) from error
        if signer is None or signer.signing_cert is None:
            raise SealError("unreadable")
        certificate = signer.signing_cert
        if not certificate.not_valid_before <= datetime.now(UTC) <= certificate.not_valid_after:
            raise SealError("expired", f"{certificate.not_valid_after:%Y-%m-%d}")
        name = certificate.subject.native.get("common_name") or certificate.subject.human_friendly
        return cls(signer, name)

    @property
    def certificate(self):
        """The certificate of the seal, as DER bytes."""
        return self._signer.signing_cert.dump()

    @property
    def issuers(self):
        """The other certificates of the file (the chain up to the root), as DER bytes."""
        return [
            certificate.dump() for certificate in self._signer.cert_registry if certificate.dump() != self.certificate
        ]

    def _make_form(self, key):
        """Return (key, CMS bytes, bytes that are signed, signature) of a first signature.

        With an RSA key every signature by the same certificate has the same shape: only the digest and the signature
        differ.  pyHanko makes the first one (some 50 ms, most of it parsing the key); the next ones are that one with
        two fields replaced (1 ms).
        """
        content = cms.ContentInfo.load(self._pyhanko(FORM_DIGEST))
        signer_info = content["content"]["signer_infos"][0]
        if signer_info["signature_algorithm"]["algorithm"].native not in ("rsassa_pkcs1v15", "sha256_rsa"):
            return None
        data = content.dump()
        attributes = (
            b"\x31" + signer_info["signed_attrs"].dump()[1:]
        )  # signed as a SET OF, whatever their tag in the file
        signature = signer_info["signature"].native
        if data.count(FORM_DIGEST) != 1 or attributes.count(FORM_DIGEST) != 1 or data.count(signature) != 1:
            return None
        key.public_key().verify(signature, attributes, padding.PKCS1v15(), hashes.SHA256())
        return key, data, attributes, signature

    def _pyhanko(self, digest):
        content = asyncio.run(self._signer.async_sign(digest, digest_algorithm="sha256", use_pades=True))
        return content.dump()

    def sign_digest(self, digest):
        """Return the CMS signature (DER) of a SHA-256 ``digest`` with the attributes of PAdES B-B."""
        if self._form is None:
            with self._lock:
                return self._pyhanko(digest)
        key, data, attributes, first = self._form
        signature = key.sign(attributes.replace(FORM_DIGEST, digest), padding.PKCS1v15(), hashes.SHA256())
        return data.replace(FORM_DIGEST, digest).replace(first, signature)

    def finisher(self):
        """Return the function for WeasyPrint's ``finisher`` that makes room for this seal."""
        return room_for(self.name)

    def fill(self, data):
        """Return the PDF ``data``, written with :func:`signature_field.room_for`, with its signature filled in."""
        data = bytearray(data)
        start = data.index(b"/Contents <" + b"0" * 64) + len(b"/Contents ")
        end = start + 2 * CONTENTS_BYTES + 2
        place = data.index(BYTE_RANGE)
        byte_range = f"[0 {start} {end} {len(data) - end}".encode()
        data[place : place + len(BYTE_RANGE)] = byte_range.ljust(len(BYTE_RANGE) - 1) + b"]"
        digest = hashlib.sha256(memoryview(data)[:start])
        digest.update(memoryview(data)[end:])
        signature = self.sign_digest(digest.digest()).hex().encode()
        if len(signature) > 2 * CONTENTS_BYTES:
            raise SealError("unreadable", "the signature is longer than the room kept for it")
        data[start + 1 : start + 1 + len(signature)] = signature
        return bytes(data)
