"""Fetch the files of debs.lock from Debian mirrors, each proven by its SHA-256. Standard library alone.

usage: fetch.py LOCK FOLDER MIRROR…      exit 3 (and their lines on standard output) when files have left all mirrors
"""

import concurrent.futures
import hashlib
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request


def digest(path):
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sha.update(block)
    return sha.hexdigest()


def fetch(line, folder, mirrors):
    """Bring one file; return None, or why it could not be had."""
    _suite, wanted, path = line.split()
    target = folder / urllib.parse.unquote(path.rsplit("/", 1)[1])
    if target.exists() and digest(target) == wanted:
        return None
    reason = "no mirror is known"
    for mirror in mirrors:
        part = target.with_suffix(".part")
        try:
            with urllib.request.urlopen(f"{mirror}/{path}", timeout=60) as answer, part.open("wb") as file:
                size = int(answer.headers.get("Content-Length") or 0)
                done, shown = 0, 0
                while block := answer.read(1 << 20):
                    file.write(block)
                    done += len(block)
                    if size > 20e6 and done * 4 // size > shown:
                        shown = done * 4 // size
                        print(
                            f"   {target.name}: {done / 1e6:.0f} of {size / 1e6:.0f} MB", file=sys.stderr, flush=True
                        )
        except (urllib.error.URLError, OSError) as error:
            reason = f"{mirror}: {error}"
            continue
        if digest(part) == wanted:
            part.rename(target)
            return None
        part.unlink()
        reason = f"{mirror}: the file is not the one that was pinned"
    return reason


def main():
    lock, folder, *mirrors = sys.argv[1:]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [line for line in pathlib.Path(lock).read_text().splitlines() if line.strip()]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        reasons = list(pool.map(lambda line: fetch(line, folder, mirrors), lines))
    gone = [(line, reason) for line, reason in zip(lines, reasons, strict=True) if reason]
    for line, reason in gone:
        print(line)
        print(f"   {line.split()[2].rsplit('/', 1)[1]}: {reason}", file=sys.stderr)
    return 3 if gone else 0


if __name__ == "__main__":
    sys.exit(main())
