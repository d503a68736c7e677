"""Proves the books of the budget of a running database: counters against entries, rules, caps, series, accounts.

    python3 verify_books.py --database DB [--quiet]

It needs psycopg2 and no Odoo; the server is the one that PostgreSQL's own variables name (PGHOST, PGUSER …).  It reads
in one read-only transaction, one consistent picture, while people work.  One line a problem, with its place.

Exit code: 0 when everything holds, 1 when something does not, 2 when the database cannot be read.
"""

import argparse
import importlib.util
import pathlib
import sys

ADDONS = pathlib.Path(__file__).resolve().parents[2]


def load(path, name):
    """Load a file as a module; ``name`` places it in the package of that name."""
    options = {"submodule_search_locations": [str(path.parent)]} if path.name == "__init__.py" else {}
    spec = importlib.util.spec_from_file_location(name, path, **options)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def probes_of_all_modules(verification):
    """Return the probes of the budget, and those of the modules that bring ``services/probes.py``."""
    ledger = load(ADDONS / "gov_budget" / "services" / "ledger.py", "books_ledger")
    probes = verification.all_probes(ledger)
    for path in sorted(ADDONS.glob("*/services/probes.py")):
        found = load(path, f"books_probes_{path.parts[-3]}").PROBES
        probes += [verification.Probe(*one) for one in found]
    return probes


def main(argv=None):
    parser = argparse.ArgumentParser(description="Prove the books of the budget.")
    parser.add_argument("--database", default="tawassul", help="the database (default: tawassul)")
    parser.add_argument("--quiet", action="store_true", help="print nothing when all holds")
    arguments = parser.parse_args(argv)
    write = sys.stdout.write
    try:
        import psycopg2  # noqa: PLC0415 - its absence is told in a sentence
    except ImportError:
        sys.stderr.write("The books are read with psycopg2: install python3-psycopg2.\n")
        return 2
    services = ADDONS / "gov_budget_report" / "services"
    load(services / "__init__.py", "books")
    verification = load(services / "verification.py", "books.verification")
    total, seen = 0, 0
    try:
        connection = psycopg2.connect(dbname=arguments.database)
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cr:
            if not verification.existing_tables(cr, ["gov_budget_entry"]):
                sys.stderr.write(f"The database {arguments.database} has no budget.\n")
                return 2
            for probe, looked, count, problems in verification.run(cr, probes_of_all_modules(verification)):
                seen += looked
                total += count
                for problem in problems:
                    write(f"{problem}\n")
                if count > len(problems):
                    write(f"{probe.code}: … and {count - len(problems)} more\n")
                if not count and not arguments.quiet:
                    write(f"{probe.code}: {looked} rows, holds\n")
        connection.close()
    except psycopg2.Error as error:
        sys.stderr.write(f"The database {arguments.database} cannot be read: {str(error).strip()}\n")
        return 2
    if total:
        write(f"NOT PROVEN: {total} problems\n")
        return 1
    if not arguments.quiet:
        write(f"PROVEN: {seen} rows\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
