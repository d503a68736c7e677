import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..tools import verify as verifier_module
from ..tools.verify import ZERO_HASH, canonical, entry_hash, verify

SCRIPT = verifier_module.__file__


def make_entries(chain="c", count=5):
    entries, previous = [], ZERO_HASH
    for sequence in range(1, count + 1):
        entry = {
            "type": "entry",
            "sequence": sequence,
            "chain": chain,
            "model": "gov.document",
            "res_id": sequence,
            "act": "issue",
            "payload": canonical({"n": sequence, "nom": "أحمد"}),
            "actor_id": 2,
            "date": "2026-03-01T10:00:00Z",
            "previous_hash": previous,
        }
        previous = entry["hash"] = entry_hash(entry)
        entries.append(entry)
    return entries


def make_export(entries, heads=()):
    tails = {entry["chain"]: {"sequence": entry["sequence"], "hash": entry["hash"]} for entry in entries}
    return [
        {"type": "export", "format": "gov-journal", "version": 1, "created": "2026-03-02T00:00:00Z", "database": "x"},
        *heads,
        *entries,
        {"type": "end", "entries": len(entries), "chains": tails},
    ]


@tagged("post_install", "-at_install")
class TestVerify(BaseCase):
    """The verifier that needs nothing but Python, on files."""

    def run_lines(self, lines, heads=None, tool=False):
        with tempfile.TemporaryDirectory() as folder:
            path, heads_path = Path(folder, "export.jsonl"), Path(folder, "heads.jsonl")

            def text(rows):
                return b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows) + b"\n"

            path.write_bytes(text(lines))
            if heads is not None:
                heads_path.write_bytes(text(heads))
            if tool:
                command = [sys.executable, "-I", SCRIPT, str(path)]
                return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            return [str(problem) for problem in verify(path, heads_path if heads is not None else None).problems]

    def test_vector(self):
        entry = make_entries(count=1)[0]
        text = (
            '{"act":"issue","actor_id":2,"chain":"c","date":"2026-03-01T10:00:00Z","model":"gov.document",'
            '"payload":"{\\"n\\":1,\\"nom\\":\\"أحمد\\"}","previous_hash":"' + "0" * 64 + '","res_id":1,"sequence":1}'
        )
        self.assertEqual(canonical({k: v for k, v in entry.items() if k not in ("type", "hash")}), text)
        self.assertEqual(entry["hash"], "44140c788aeb0bc01e526a3270eb0fad6917997b3b49595bb90c30d5a86e9a4f")

    def test_sound_export_holds(self):
        self.assertEqual(self.run_lines(make_export(make_entries())), [])
        result = self.run_lines(make_export(make_entries()), tool=True)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("PROVEN: 5 acts in 1 chains", result.stdout)

    def test_altered_act_is_located(self):
        entries = make_entries()
        entries[2]["payload"] = canonical({"n": 3, "nom": "autre"})
        result = self.run_lines(make_export(entries), tool=True)
        self.assertEqual(result.returncode, 1)
        self.assertIn("altered act: line 4, chain 'c', act 3", result.stdout)

    def test_altered_and_rehashed_act_breaks_the_next(self):
        entries = make_entries()
        entries[2]["act"] = "other"
        entries[2]["hash"] = entry_hash(entries[2])
        [problem] = self.run_lines(make_export(entries))
        self.assertTrue(problem.startswith("broken chain: line 5, chain 'c', act 4"), problem)

    def test_deleted_act_is_located(self):
        entries = make_entries()
        del entries[2]
        self.assertIn(
            "missing act: line 4, chain 'c', act 4: act 3 is missing", self.run_lines(make_export(entries))[0]
        )

    def test_reordered_acts_are_located(self):
        entries = make_entries()
        entries[1], entries[2] = entries[2], entries[1]
        problems = self.run_lines(make_export(entries))
        self.assertTrue(any("line 3" in problem and "act 3" in problem for problem in problems), problems)
        self.assertTrue(any("reordered act: line 4, chain 'c', act 2" in problem for problem in problems), problems)

    def test_repeated_act_is_located(self):
        entries = make_entries()
        entries.insert(3, entries[2])
        self.assertTrue(any("repeated act: line 5" in problem for problem in self.run_lines(make_export(entries))))

    def test_truncated_file_is_found(self):
        lines = make_export(make_entries())
        self.assertTrue(any("truncated export" in problem for problem in self.run_lines(lines[:-1])))
        self.assertTrue(any("truncated" in problem for problem in self.run_lines(lines[:-3] + lines[-1:])))

    def test_truncated_and_rewritten_end_is_found_by_the_heads_of_the_export(self):
        entries = make_entries()
        head = {"type": "head", "chain": "c", "day": "2026-03-01", "sequence": 5, "hash": entries[4]["hash"]}
        [problem] = self.run_lines(make_export(entries[:3], [head]))
        self.assertIn("knew 5 acts and only 3 are left", problem)

    def test_wholly_rewritten_chain_is_found_by_heads_kept_apart(self):
        entries = make_entries()
        head = {"type": "head", "chain": "c", "day": "2026-03-01", "sequence": 4, "hash": entries[3]["hash"]}
        other = make_entries(count=3)
        self.assertEqual(self.run_lines(make_export(other)), [])
        self.assertTrue(any("only 3 are left" in problem for problem in self.run_lines(make_export(other), [head])))
        rewritten, previous = make_entries(), ZERO_HASH
        for entry in rewritten:
            entry["actor_id"], entry["previous_hash"] = 3, previous
            previous = entry["hash"] = entry_hash(entry)
        self.assertEqual(self.run_lines(make_export(rewritten)), [])
        [problem] = self.run_lines(make_export(rewritten), [head])
        self.assertIn("head differs: line 5, chain 'c', act 4", problem)

    def test_older_export_serves_as_heads(self):
        old = make_export(make_entries(count=4))
        self.assertEqual(self.run_lines(make_export(make_entries()), old), [])
        self.assertTrue(self.run_lines(make_export(make_entries(count=2)), old))

    def test_removed_chain_is_found(self):
        both = make_entries("a") + make_entries("b")
        heads = [{"type": "head", "chain": "b", "day": "2026-03-01", "sequence": 5, "hash": both[-1]["hash"]}]
        self.assertEqual(self.run_lines(make_export(both), heads), [])
        self.assertTrue(self.run_lines(make_export(make_entries("a")), heads))

    def test_garbage_is_told_and_never_crashes(self):
        good = make_export(make_entries())
        for rubbish in (
            b"\xff\xfe\x00",
            b"{",
            b"[]",
            b"null",
            b'"text"',
            b"[" * 100_000,
            b'{"type": "entry"}',
            b'{"type": "entry", "sequence": "1"}',
            b'{"type": "entry", "sequence": 1.0, "chain": []}',
            b'{"type": 5}',
            b'{"type": "head", "chain": {}, "sequence": null}',
            b'{"type": "end", "chains": 3}',
            b'{"type": "end", "chains": {"c": 3}}',
            b'{"type": "export", "version": 99}',
            b'{"type": "entry", "type": "head"}',
            json.dumps(dict(make_entries()[0], act="\ud800")).encode(),
            json.dumps(dict(make_entries()[0], sequence=-1)).encode(),
            json.dumps(dict(make_entries()[0], sequence=10**400)).encode(),
            json.dumps(dict(make_entries()[0], hash="zz")).encode(),
            json.dumps(dict(make_entries()[0], date="yesterday")).encode(),
        ):
            with self.subTest(rubbish=rubbish[:40]):
                self.assertTrue(self.run_lines(good[:2] + [rubbish] + good[2:]))
                self.assertTrue(self.run_lines([rubbish]))
                self.run_lines(good, [rubbish])

    def test_empty_missing_and_compressed_files(self):
        self.assertTrue(self.run_lines([]))
        result = subprocess.run(
            [sys.executable, "-I", SCRIPT, "/nonexistent"], capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(result.returncode, 2)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "export.gz")
            text = "\n".join(json.dumps(line) for line in make_export(make_entries()))
            path.write_bytes(gzip.compress(text.encode()))
            self.assertEqual(verify(path).problem_count, 0)
            path.write_bytes(gzip.compress(text.encode())[:-20])
            result = subprocess.run(
                [sys.executable, "-I", SCRIPT, str(path)], capture_output=True, text=True, timeout=60, check=False
            )
            self.assertIn(result.returncode, (1, 2))
            self.assertNotIn("Traceback", result.stderr)
