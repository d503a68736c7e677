#!/usr/bin/env python3
"""Prove an export of the journal of legal acts without Odoo, with nothing but Python.

    python3 verify.py EXPORT.jsonl [--heads HEADS.jsonl]

EXPORT.jsonl is the file given by "Audit > Export of the journal": JSON Lines, UTF-8, one object a line, its "type" is
one of

* ``export``: first line; ``format`` ("gov-journal"), ``version`` (1), ``created``, ``database``;
* ``head``: a daily head kept by the journal: ``chain``, ``day``, ``sequence``, ``hash``; all of them before the acts;
* ``entry``: one act: the nine fields below and ``hash``; chain by chain, in the order of their numbers;
* ``end``: last line; ``entries`` (how many), ``chains`` ({name: {"sequence", "hash"}}).

HEADS.jsonl holds heads kept elsewhere (the operator's daily file, a notary, a colleague's e-mail): ``head`` lines, or
the ``head`` and ``end`` lines of an older export.  Whoever owns the database can rebuild a whole chain and its
heads; only a head kept out of his reach proves that nothing was cut or rewritten before it.

**The hash.** Each chain numbers its acts 1, 2, 3 …  The hash of an act is the SHA-256, in lower-case hexadecimal, of
the UTF-8 bytes of this canonical JSON object: exactly the nine keys below in alphabetical order, no space between
the parts, characters beyond ASCII written as themselves, only ``"``, ``\\`` and the control characters below U+0020
escaped (as Python's ``json.dumps(…, ensure_ascii=False, sort_keys=True, separators=(",", ":"))`` does):

    {"act":…,"actor_id":…,"chain":…,"date":…,"model":…,"payload":…,"previous_hash":…,"res_id":…,"sequence":…}

``actor_id``, ``res_id`` and ``sequence`` are integers; ``date`` is UTC, ``YYYY-MM-DDTHH:MM:SSZ``; ``payload`` is a
string which itself holds canonical JSON; ``previous_hash`` is the hash of the act before it in the same chain, and 64
zeros for the first one.

Exit code: 0 when everything holds, 1 when something does not, 2 when the file cannot be read or the command is wrong.
"""

import argparse
import gzip
import hashlib
import json
import re
import sys

FORMAT = "gov-journal"
VERSION = 1
ZERO_HASH = "0" * 64
FIELDS = ("act", "actor_id", "chain", "date", "model", "payload", "previous_hash", "res_id", "sequence")
INTEGERS = ("actor_id", "res_id", "sequence")
HASH = re.compile(r"[0-9a-f]{64}\Z")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\Z")
MAX_LINE = 16 * 1024 * 1024
MAX_REPORTED = 200


def canonical(value):
    """Return the canonical JSON text of ``value``."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def entry_hash(entry):
    """Return the hash that ``entry`` (a dict with the nine FIELDS) must bear."""
    return hashlib.sha256(canonical({name: entry[name] for name in FIELDS}).encode("utf-8")).hexdigest()


class Problem:
    """One thing that does not hold, and where."""

    __slots__ = ("chain", "kind", "line", "message", "sequence")

    def __init__(self, kind, message, chain=None, sequence=None, line=None):
        self.kind, self.message, self.chain, self.sequence, self.line = kind, message, chain, sequence, line

    def __str__(self):
        where = []
        if self.line:
            where.append(f"line {self.line}")
        if self.chain is not None:
            where.append(f"chain {self.chain!r}")
        if self.sequence is not None:
            where.append(f"act {self.sequence}")
        return f"{self.kind}: {', '.join(where) + ': ' if where else ''}{self.message}"


class Verifier:
    """Follow the chains act by act, in constant memory.

    Give it the heads by :meth:`add_head`, then the acts by :meth:`add_entry` in their order, then call :meth:`finish`
    and read ``problems``.
    """

    def __init__(self):
        self.problems = []
        self.count = 0
        self.problem_count = 0
        self.tails = {}  # chain -> [sequence, hash] of the last act read
        self.counts = {}  # chain -> number of acts read
        self.heads = {}  # chain -> {sequence: [(hash, name)]}
        self.seen_heads = 0

    def problem(self, kind, message, chain=None, sequence=None, line=None):
        self.problem_count += 1
        if len(self.problems) < MAX_REPORTED:
            self.problems.append(Problem(kind, message, chain, sequence, line))

    def add_head(self, chain, sequence, digest, name, line=None):
        """Remember that ``chain`` stood at ``sequence`` with ``digest``; to be called before the acts are fed."""
        if not isinstance(chain, str) or type(sequence) is not int or not isinstance(digest, str):
            self.problem("unreadable head", "chain, sequence or hash is missing or of a wrong kind", line=line)
            return
        self.seen_heads += 1
        self.heads.setdefault(chain, {}).setdefault(sequence, []).append((digest, name))

    def add_entry(self, entry, line=None):
        """Check the next act of a chain."""
        self.count += 1
        fault = self._fault(entry)
        if fault:
            chain = entry.get("chain")
            self.problem("unreadable act", fault, chain if isinstance(chain, str) else None, None, line)
            return
        chain, sequence = entry["chain"], entry["sequence"]
        self.counts[chain] = self.counts.get(chain, 0) + 1
        last_sequence, last_hash = self.tails.get(chain) or (0, ZERO_HASH)
        expected = entry_hash(entry)
        if expected != entry["hash"]:
            self.problem(
                "altered act",
                "its content no longer gives its hash: it was changed after it was written",
                chain,
                sequence,
                line,
            )
        if sequence != last_sequence + 1:
            self._gap(chain, sequence, last_sequence, line)
        elif entry["previous_hash"] != last_hash:
            self.problem(
                "broken chain",
                f"it does not follow act {last_sequence} as it stands: one of the two was replaced",
                chain,
                sequence,
                line,
            )
        for digest, name in self.heads.get(chain, {}).pop(sequence, ()):
            if digest != entry["hash"]:
                self.problem(
                    "head differs", f"{name} has another hash: the chain was rewritten", chain, sequence, line
                )
        if sequence > last_sequence or sequence == last_sequence + 1:
            self.tails[chain] = [sequence, entry["hash"]]

    def _gap(self, chain, sequence, last, line):
        if sequence > last + 1:
            missing = f"act {last + 1} is" if sequence == last + 2 else f"acts {last + 1} to {sequence - 1} are"
            self.problem(
                "missing act", f"{missing} missing, or stands elsewhere, before this one", chain, sequence, line
            )
        elif sequence == last:
            self.problem("repeated act", "the same number appears twice", chain, sequence, line)
        else:
            self.problem("reordered act", f"it comes after act {last}", chain, sequence, line)

    @staticmethod
    def _fault(entry):
        for name in FIELDS + ("hash",):
            if name not in entry:
                return f"the field {name!r} is missing"
            value = entry[name]
            if name in INTEGERS:
                if type(value) is not int:
                    return f"the field {name!r} is not a whole number"
            elif not isinstance(value, str):
                return f"the field {name!r} is not a text"
        try:
            canonical(entry).encode("utf-8")
        except (UnicodeEncodeError, ValueError, RecursionError):
            return "a text holds characters that are not Unicode"
        if not HASH.match(entry["hash"]) or not HASH.match(entry["previous_hash"]):
            return "a hash is not made of 64 hexadecimal digits"
        if not DATE.match(entry["date"]):
            return "the date is not written YYYY-MM-DDTHH:MM:SSZ"
        if entry["sequence"] < 1:
            return "the number is below 1"
        return None

    def finish(self):
        """Tell what the heads announce and the acts do not show; return whether all holds."""
        for chain, heads in sorted(self.heads.items()):
            last = (self.tails.get(chain) or (0, ZERO_HASH))[0]
            for sequence, claims in sorted(heads.items()):
                for digest, name in claims:
                    if sequence == 0 and digest == ZERO_HASH:
                        continue
                    if sequence > last:
                        what = f"{name} knew {sequence} acts and only {last} are left: the end was cut"
                        self.problem("truncated chain", what, chain, sequence)
                    else:
                        self.problem("head without act", f"the act named by {name} is not there", chain, sequence)
        return not self.problem_count


def read_lines(path):
    """Yield (number, text or None when the line is not UTF-8 or too long) for each line of a plain or gzip file."""
    with open(path, "rb") as probe:
        opener = gzip.open if probe.read(2) == b"\x1f\x8b" else open
    with opener(path, "rb") as stream:
        number = 0
        while True:
            raw = stream.readline(MAX_LINE)
            if not raw:
                return
            number += 1
            if len(raw) >= MAX_LINE and not raw.endswith(b"\n"):
                while raw and not raw.endswith(b"\n"):
                    raw = stream.readline(MAX_LINE)
                yield number, None
                continue
            try:
                yield number, raw.decode("utf-8")
            except UnicodeDecodeError:
                yield number, None


def parse(text):
    """Return the object of a line, or None when it is no JSON object (repeated keys are refused)."""

    def unique(pairs):
        keys = dict(pairs)
        if len(keys) != len(pairs):
            raise ValueError("repeated key")
        return keys

    try:
        value = json.loads(text, object_pairs_hook=unique)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


class ExportReader:
    """Read an export and its heads, and feed a :class:`Verifier`."""

    def __init__(self):
        self.verifier = Verifier()
        self.end = None

    def read_heads(self, path):
        """Keep the heads of a file kept apart, or of an older export (its acts are passed over)."""
        for number, text in read_lines(path):
            if text is not None and not text.strip():
                continue
            record = parse(text) if text is not None else None
            if record is None:
                self.verifier.problem("unreadable line", "the heads file holds no JSON object there", line=number)
            elif record.get("type") == "head":
                self._read_head(record, "the heads file", number)
            elif record.get("type") == "end" and isinstance(record.get("chains"), dict):
                for chain, tail in record["chains"].items():
                    tail = tail if isinstance(tail, dict) else {}
                    self.verifier.add_head(chain, tail.get("sequence"), tail.get("hash"), "the older export", number)

    def _read_head(self, record, label, number):
        name = f"the head of {record.get('day')} in {label}"
        self.verifier.add_head(record.get("chain"), record.get("sequence"), record.get("hash"), name, number)

    def read_export(self, path):
        verifier, announced = self.verifier, False
        for number, text in read_lines(path):
            if text is not None and not text.strip():
                continue
            record = parse(text) if text is not None else None
            if record is None:
                verifier.problem("unreadable line", "it holds no JSON object", line=number)
                continue
            if self.end is not None:
                verifier.problem("line after the end", "something was added after the last line", line=number)
            kind = record.get("type")
            if kind == "entry":
                verifier.add_entry(record, number)
            elif kind == "head":
                self._read_head(record, "this export", number)
            elif kind == "export":
                announced = record.get("format") == FORMAT and record.get("version") == VERSION
                if not announced:
                    verifier.problem("unknown format", f"expected {FORMAT} version {VERSION}", line=number)
            elif kind == "end":
                self.end = record, number
            else:
                verifier.problem("unknown line", "its type is none of export, entry, head, end", line=number)
        if not announced:
            verifier.problem("unknown format", "no first line tells that this is an export of the journal")
        self._check_end()

    def _check_end(self):
        verifier = self.verifier
        if self.end is None:
            verifier.problem("truncated export", "the last line is missing: the end of the file was cut")
            return
        record, number = self.end
        if record.get("entries") != verifier.count:
            what = f"the last line announces {record.get('entries')} acts and the file holds {verifier.count}"
            verifier.problem("truncated export", what, line=number)
        chains = record.get("chains") if isinstance(record.get("chains"), dict) else {}
        for chain in sorted(set(chains) | set(verifier.tails)):
            tail = chains.get(chain)
            sequence, digest = verifier.tails.get(chain) or (0, ZERO_HASH)
            if not isinstance(tail, dict) or tail.get("sequence") != sequence or tail.get("hash") != digest:
                claim = tail.get("sequence") if isinstance(tail, dict) else "nothing"
                what = f"the last line announces {claim} as its last act, and it ends at {sequence}"
                verifier.problem("truncated chain", what, chain, line=number)


def verify(path, heads=None):
    """Verify the export at ``path`` (and the separately kept ``heads``); return the finished :class:`Verifier`."""
    reader = ExportReader()
    if heads:
        reader.read_heads(heads)
    reader.read_export(path)
    reader.verifier.finish()
    return reader.verifier


def main(argv=None):
    parser = argparse.ArgumentParser(description="Prove an export of the journal of legal acts.")
    parser.add_argument("export", help="the export, JSON Lines (may be compressed by gzip)")
    parser.add_argument("--heads", help="heads kept apart: the operator's file of daily heads, or an older export")
    parser.add_argument("--quiet", action="store_true", help="print nothing when all holds")
    arguments = parser.parse_args(argv)
    write = sys.stdout.write
    try:
        verifier = verify(arguments.export, arguments.heads)
    except (OSError, EOFError) as error:
        sys.stderr.write(f"The file cannot be read: {error}\n")
        return 2
    for problem in verifier.problems:
        write(f"{problem}\n")
    if verifier.problem_count > len(verifier.problems):
        write(f"… and {verifier.problem_count - len(verifier.problems)} more\n")
    if verifier.problem_count:
        write(
            f"NOT PROVEN: {verifier.problem_count} problems, {verifier.count} acts in {len(verifier.counts)} chains\n"
        )
        return 1
    if not arguments.quiet:
        for chain, (sequence, digest) in sorted(verifier.tails.items()):
            write(f"{chain}: {sequence} acts, head {digest}\n")
        write(f"PROVEN: {verifier.count} acts in {len(verifier.counts)} chains, {verifier.seen_heads} heads\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
