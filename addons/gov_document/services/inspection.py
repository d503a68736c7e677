"""Look into an unknown file for the marks our documents bear; never execute, never trust it, stay within bounds."""

import re
import time
import zlib

TOKEN = re.compile(rb"/verify/([a-z2-7]{26})(?![a-z2-7])")
STREAM = re.compile(rb"stream\r?\n")
MAX_STREAMS = 400
MAX_INFLATED = 256 * 1024
MAX_SECONDS = 2.0
MAX_TOKENS = 20


def tokens(data):
    """Return the verification codes found in the bytes of a file: in clear text or, failing that, compressed."""
    found = dict.fromkeys(TOKEN.findall(data)[:MAX_TOKENS])
    deadline = time.monotonic() + MAX_SECONDS
    if not found:
        for count, match in enumerate(STREAM.finditer(data)):
            if count >= MAX_STREAMS or time.monotonic() > deadline or len(found) >= MAX_TOKENS:
                break
            try:
                text = zlib.decompressobj().decompress(data[match.end() : match.end() + MAX_INFLATED], MAX_INFLATED)
            except zlib.error:
                continue
            found.update(dict.fromkeys(TOKEN.findall(text)[:MAX_TOKENS]))
    return [token.decode() for token in found]


def bears_certificate(data, certificate):
    """Tell whether the file holds a signature made with ``certificate`` (DER), valid or not."""
    needle = certificate.hex().encode()
    return needle in data or needle.upper() in data or certificate in data
