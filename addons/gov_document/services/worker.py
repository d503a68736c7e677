"""A process that renders documents: jobs in on standard input, PDFs out on standard output.

Started by :mod:`rendering` as ``python worker.py``.  It imports neither Odoo nor the key of the seal, opens no network
connection and no database, and ends when its input does.  A message is a header of two lengths (JSON part, binary
part) followed by both.
"""

import importlib.util
import json
import os
import resource
import struct
import sys
from pathlib import Path

HEADER = struct.Struct(">II")
MEMORY = 2 * 1024**3


def read_message(stream):
    """Return (dict, bytes), or None at the end of the stream."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    json_length, binary_length = HEADER.unpack(header)
    return json.loads(stream.read(json_length)), stream.read(binary_length)


def write_message(stream, message, binary=b""):
    data = json.dumps(message).encode()
    stream.write(HEADER.pack(len(data), len(binary)))
    stream.write(data)
    stream.write(binary)
    stream.flush()


def _load_engine():
    """Import the engine by its file: importing the add-on would import Odoo."""
    folder = Path(__file__).parent
    spec = importlib.util.spec_from_file_location(
        "services", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["services"] = package
    spec.loader.exec_module(package)
    return importlib.import_module("services.engine")


def main():
    # what the libraries print must not mix with the messages
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    engine = _load_engine()
    engine.warm_up()
    write_message(output, {"ready": True})
    resources = {}
    while True:
        received = read_message(sys.stdin.buffer)
        if received is None:
            return
        message, binary = received
        if "resource" in message:
            resources[message["resource"]] = (binary, message["mimetype"])
            continue
        try:
            pdf = engine.render(binary.decode(), message["style"], resources, message["seal_name"])
        except Exception as error:  # told to the parent, who keeps it with the document
            write_message(output, {"error": f"{type(error).__name__}: {error}"[:1000]})
        else:
            write_message(output, {"pdf": len(pdf)}, pdf)


if __name__ == "__main__":
    main()
