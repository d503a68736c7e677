"""Create the development key that seals official documents: a small certificate authority and one seal under it.

usage: seal.py FOLDER     writes, once, mode 0600: seal.p12, seal.password, seal-ca.pem

In production the organisation's own PKCS#12 file takes its place (GOV_SEAL_PKCS12, GOV_SEAL_PASSWORD_FILE); this one
is worth nothing outside the machine that made it, and its names say so.
"""

import datetime
import os
import pathlib
import secrets
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID


def subject(common_name):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "MA"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tawassul development"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def certificate(name, key, issuer, issuer_key, authority):
    """A certificate valid ten years (authority) or five (seal); it starts a day ago, clocks being what they are."""
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    years = 10 if authority else 5
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                content_commitment=not authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=authority,
                crl_sign=authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def write(path, content):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / "seal.p12").exists():
        return
    # pdfsig and older readers know RSA everywhere, elliptic curves not
    authority_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    seal_key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    authority_name = subject("Tawassul development authority")
    authority = certificate(authority_name, authority_key, authority_name, authority_key, True)
    seal = certificate(subject("Tawassul development seal"), seal_key, authority_name, authority_key, False)
    password = secrets.token_urlsafe(24).encode()
    write(folder / "seal.password", password)
    write(folder / "seal-ca.pem", authority.public_bytes(serialization.Encoding.PEM))
    # the file that says "done" comes last
    write(
        folder / "seal.p12",
        pkcs12.serialize_key_and_certificates(
            b"Tawassul development seal", seal_key, seal, [authority], serialization.BestAvailableEncryption(password)
        ),
    )


if __name__ == "__main__":
    main()
