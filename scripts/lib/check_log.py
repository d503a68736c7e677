"""Print the ERROR, WARNING and CRITICAL lines of Odoo's logs that are not on the list of allowed ones; exit 1 if any.

usage: check_log.py ALLOWED LOG…
"""

import pathlib
import re
import sys

LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (WARNING|ERROR|CRITICAL) (\S+) ([\w.]+): (.*)$")

# what Odoo says of a failed test, which is counted as such already
COUNTED = re.compile(r"(?:FAIL|ERROR): (?:Subtest )?Test|Module \w+: \d+ failures|At least one test failed")


def allowed_patterns(path):
    patterns = []
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            level, logger, pattern = line.split(" ", 2)
            patterns.append((level, logger, re.compile(pattern)))
    return patterns


def offending(log, patterns):
    """Yield the lines that may not be there."""
    for line in pathlib.Path(log).read_text(encoding="utf-8", errors="replace").splitlines():
        if match := LINE.match(line):
            level, _database, logger, message = match.groups()
            if logger.startswith("odoo.tests") or COUNTED.match(message):
                continue
            if not any(lv == level and lg == logger and rx.search(message) for lv, lg, rx in patterns):
                yield line


def main():
    patterns = allowed_patterns(sys.argv[1])
    count = 0
    for log in sys.argv[2:]:
        for line in offending(log, patterns):
            count += 1
            print(f"{pathlib.Path(log).name}: {line[:400]}")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
