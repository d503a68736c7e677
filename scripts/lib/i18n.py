"""Export, merge and check the translations of our modules. Started by scripts/i18n, which explains the options."""

import argparse
import collections
import io
import json
import pathlib
import re
import sys

import polib

LANGUAGES = {
    "ar": (
        "Arabic",
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;",
    ),
    "fr": ("French", "nplurals=2; plural=(n > 1);"),
}
PLACEHOLDER = re.compile(
    r"%\([A-Za-z_]\w*\)[-#0 +]*[\d.*]*[a-zA-Z]|%[-#0+]*[\d.]*[sdifgr](?![A-Za-z])|(?<!\{)\{\w*\}(?!\})"
)
TAG = re.compile(r"<(/?[A-Za-z][\w:-]*)(?:\s[^<>]*)?/?>")


def export_terms(database, module):
    """Return the module's terms (a POFile without translations) as the database and the sources give them."""
    # Odoo's own exporter, so that what is checked is exactly what Odoo will look up
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tools import config
    from odoo.tools.translate import trans_export

    if not config["db_name"]:
        config.parse_config(
            ["--database", database, "--no-http", "--log-level", "error"],
            setup_logging=True,
        )
    buffer = io.BytesIO()
    with Registry(database).cursor(readonly=True) as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        if env["ir.module.module"].search([("name", "=", module)]).state != "installed":
            sys.exit(f"error: {module} is not installed in the database {database}")
        trans_export(None, [module], buffer, "po", env)
    return polib.pofile(buffer.getvalue().decode() or 'msgid ""\nmsgstr ""\n')


def header(language=None):
    """Headers without a date: the same terms give the same file."""
    values = {
        "Project-Id-Version": "Tawassul",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if language:
        values["Language"] = language
        values["Plural-Forms"] = LANGUAGES[language][1]
    return values


def merge(terms, existing, language=None, extra=None):
    """Return a POFile of the terms with the translations known so far (``extra`` wins)."""
    known = {
        entry.msgid: entry.msgstr for entry in existing if entry.msgstr and not entry.obsolete and not entry.fuzzy
    }
    known |= {term: text for term, text in (extra or {}).items() if text}
    result = polib.POFile(wrapwidth=100)
    result.metadata = header(language)
    for entry in sorted(terms, key=lambda e: e.msgid):
        result.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, "") if language else "",
                comment=entry.comment,
                occurrences=sorted(entry.occurrences),
            )
        )
    return result


def shape(text):
    """What a translation must keep: its placeholders, and its HTML tags (``<bdi>`` may be added for direction)."""
    text = text.replace("%%", "")
    tags = [tag for tag in TAG.findall(text) if tag.strip("/") != "bdi"]
    return collections.Counter(PLACEHOLDER.findall(text)), collections.Counter(tags)


def faults(terms, translations):
    """List what is wrong with the translations of one language, a sentence each."""
    wanted = {entry.msgid for entry in terms}
    found = []
    seen = set()
    for entry in translations:
        short = repr(entry.msgid[:100])
        if entry.obsolete or entry.msgid not in wanted:
            found.append(f"obsolete: {short}")
            continue
        if entry.msgid in seen:
            found.append(f"twice: {short}")
        seen.add(entry.msgid)
        if entry.fuzzy:
            found.append(f"fuzzy: {short}")
        if not entry.msgstr.strip():
            found.append(f"missing: {short}")
            continue
        placeholders, tags = shape(entry.msgid)
        placeholders_there, tags_there = shape(entry.msgstr)
        if placeholders != placeholders_there:
            found.append(f"placeholders differ: {short} → {entry.msgstr[:100]!r}")
        if tags != tags_there:
            found.append(f"HTML tags differ: {short} → {entry.msgstr[:100]!r}")
    found += [f"missing: {term[:100]!r}" for term in sorted(wanted - seen)]
    return found


def load(path):
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def save(po, path):
    text = str(po).rstrip() + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--addons", type=pathlib.Path, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--take", type=pathlib.Path)
    parser.add_argument("modules", nargs="+")
    args = parser.parse_args()
    taken = json.loads(args.take.read_text(encoding="utf-8")) if args.take else {}
    missing = {}
    failed = 0
    for module in args.modules:
        folder = args.addons / module / "i18n"
        terms = export_terms(args.database, module)
        template = folder / f"{module}.pot"
        if args.check:
            stale = {e.msgid for e in terms} ^ {e.msgid for e in load(template)}
            problems = [
                f"{module}.pot: not up to date (run scripts/i18n {module}): {t[:100]!r}" for t in sorted(stale)
            ]
            for language in LANGUAGES:
                problems += [f"{language}.po: {p}" for p in faults(terms, load(folder / f"{language}.po"))]
            print(
                f"{module}: {len(terms)} terms, " + (f"{len(problems)} faults" if problems else "ar and fr complete")
            )
            for problem in problems:
                print(f"  {problem}")
            failed += len(problems)
            continue
        if terms:
            save(merge(terms, []), template)
        for language in LANGUAGES:
            path = folder / f"{language}.po"
            before = load(path)
            dropped = [e.msgid for e in before if e.msgid not in {t.msgid for t in terms}]
            after = merge(terms, before, language, taken.get(language))
            if terms:
                save(after, path)
            todo = [e.msgid for e in after if not e.msgstr]
            missing.setdefault(module, {})[language] = todo
            if args.missing:
                continue
            print(
                f"{module} {language}: {len(terms)} terms, {len(todo)} missing, {len(dropped)} no longer in the source"
            )
            for term in todo:
                print(f"  missing: {term!r}")
            for problem in faults(terms, after):
                if not problem.startswith("missing"):
                    print(f"  {problem}")
            for term in dropped:
                print(f"  removed: {term!r}")
    if args.missing:
        json.dump(missing, sys.stdout, ensure_ascii=False, indent=1)
        print()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
