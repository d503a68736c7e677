"""Imports cut short or doubled: all the rows of a file, or none, and once.

    python tests/faults/test_import_kill.py --database DB       (one with gov_hr installed; it is left as it was)

1. The server is killed (SIGKILL) in the middle of an import: no row stays, the progress had been visible, and the next
   run of the job takes the whole file, once.
2. Two processes import the same file at the same time: one does, the other is refused with a sentence.
3. Ten processes import two files that share people: no person exists twice.
"""

import argparse
import contextlib
import io
import os
import pathlib
import signal
import subprocess
import sys
import time

import psycopg2
import xlsxwriter

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HEADINGS = ["N° PPR", "CNIE", "Nom et prénom", "Grade", "Échelon", "Date d'effet", "Date de recrutement"]
BOOT = """
import sys
from odoo.tools import config
config.parse_config(["--no-http", "--log-level", "critical", "--max-cron-threads", "0"], setup_logging=True)
from odoo.modules.registry import Registry
from odoo.api import Environment
from odoo.exceptions import UserError
import base64
registry = Registry(sys.argv[1])
cr = registry.cursor()
env = Environment(cr, 1, {"lang": "en_US"})
"""
PREPARE = """
content = base64.b64encode(sys.stdin.buffer.read())
batch = env["gov.import.batch"].create({"target": "staff", "file": content, "filename": "kill.xlsx"})
batch.action_check()
batch.action_import()
cr.commit()
print(batch.id)
"""
RUN = """
print("ready", flush=True)
env["gov.import.batch"]._cron_run()
cr.commit()
"""
LOAD = """
content = sys.stdin.buffer.read()
try:
    env["gov.import.batch"]._import_file("staff", content, "double.xlsx")
    cr.commit()
    print("done")
except UserError as error:
    print("refused", str(error).splitlines()[0])
except Exception as error:
    print("failed", type(error).__name__)
"""
CLEAN = """
ours = [("state", "=", "done"), ("filename", "in", ("kill.xlsx", "double.xlsx"))]
for batch in env["gov.import.batch"].search(ours):
    batch.action_undo()
cr.commit()
"""


def workbook(first, count):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Personnel")
        sheet.write_row(0, 0, HEADINGS)
        for line in range(count):
            number = first + line
            values = [str(60_000_000 + number), f"QY{1 + number}", f"Person {number}", "ADM2", 2]
            values += ["01/05/2015", "01/05/2013"]
            sheet.write_row(line + 1, 0, values)
    return stream.getvalue()


class Faults:
    def __init__(self, database):
        self.database = database
        self.failed = 0
        self.connection = psycopg2.connect(dbname=database)
        self.connection.autocommit = True

    def ask(self, query, *values):
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchone()[0]

    def people(self):
        return self.ask("SELECT count(*) FROM hr_employee WHERE ppr_number LIKE '60%%' AND length(ppr_number) = 8")

    def say(self, what, holds):
        self.failed += not holds
        print(f"import: {what}: {'holds' if holds else 'FAILS'}", flush=True)

    def start(self, code, content=b""):
        process = subprocess.Popen(
            [sys.executable, "-c", BOOT + code, self.database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        if content:
            process.stdin.write(content)
        process.stdin.close()
        return process

    def finish(self, process):
        out = process.stdout.read().decode()
        process.wait()
        return out.strip()

    def run(self, count):
        self.killed(count)
        self.doubled(400)
        self.shared()
        self.clean()

    def killed(self, count):
        batch = int(self.finish(self.start(PREPARE, workbook(0, count))))
        process = self.start(RUN)
        process.stdout.readline()
        seen = 0
        for _try in range(6000):
            seen = self.ask("SELECT done FROM gov_import_progress WHERE batch_id = %s", batch)
            if seen:
                break
            time.sleep(0.02)
        visible = self.people()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.say(f"progress is seen while it runs ({seen} of {count} rows)", 0 < seen < count)
        self.say("no row is seen before the end", visible == 0)
        time.sleep(0.5)
        state = self.ask("SELECT state FROM gov_import_batch WHERE id = %s", batch)
        holds = self.people() == 0 and state == "importing"
        self.say(f"killed: no row stays ({self.people()}), the import still waits ({state})", holds)
        self.finish(self.start(RUN))
        state = self.ask("SELECT state FROM gov_import_batch WHERE id = %s", batch)
        holds = self.people() == count and state == "done"
        self.say(f"taken up again: {self.people()} of {count} rows, {state}", holds)
        self.finish(self.start(RUN))
        self.say("and once", self.people() == count)

    def doubled(self, count):
        content = workbook(200_000, count)
        before = self.people()
        answers = [self.finish(process) for process in [self.start(LOAD, content) for _n in range(2)]]
        done = sum(answer == "done" for answer in answers)
        self.say(f"two at once: {answers}", done == 1 and self.people() == before + count)
        self.say("the other is told why", any("This file is already" in answer for answer in answers))

    def shared(self):
        before = self.people()
        files = [workbook(300_000, 150), workbook(300_100, 150)] * 2
        answers = [self.finish(process) for process in [self.start(LOAD, content) for content in files]]
        twice = self.ask(
            "SELECT count(*) FROM (SELECT 1 FROM hr_employee WHERE ppr_number IS NOT NULL"
            " GROUP BY ppr_number HAVING count(*) > 1) x"
        )
        self.say(f"files that share people, at once: {answers}", not twice and self.people() == before + 150)

    def clean(self):
        self.finish(self.start(CLEAN))
        self.say(f"all undone ({self.people()} rows left)", self.people() == 0)


def test_imports_are_whole_and_once(fresh_database):
    faults = Faults(fresh_database())
    with contextlib.closing(faults.connection):
        faults.run(2500)
    assert not faults.failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", required=True)
    parser.add_argument("--rows", type=int, default=3000)
    options = parser.parse_args()
    faults = Faults(options.database)
    with contextlib.closing(faults.connection):
        faults.run(options.rows)
    return 1 if faults.failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
