"""Checks of the files under version control that no other tool makes. One line a fault; exit 1 when there is any.

Manifests are whole; nothing names a machine, a mirror or a registry; nothing secret or foreign slips in; what Odoo 19
accepts silently and then ignores is refused; nothing a browser would fetch from another site.
"""

import ast
import pathlib
import re
import socket
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MANIFEST_KEYS = [
    *("name", "summary", "version", "category", "author", "license", "depends", "external_dependencies"),
    *("data", "demo", "assets", "pre_init_hook", "post_init_hook", "uninstall_hook", "auto_install", "application"),
]
TEXT = {
    ".py",
    ".sh",
    ".xml",
    ".js",
    ".scss",
    ".css",
    ".conf",
    ".yaml",
    ".yml",
    ".json",
    ".toml",
    ".in",
    ".lock",
    ".txt",
    ".md",
    "",
}
MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])/(?:work|root|home/\w+|Users/\w+|tmp/gov|tmp/infra|tmp/bare|mnt|opt/pypi)(?:/|\b)"
)
URL = re.compile(r"https?://([A-Za-z0-9.-]+\.[A-Za-z]{2,})(?=[/:\"'\s]|$)")
# names of formats and of the law, never fetched
NAMES = {"www.w3.org", "example.com", "example.org", "purl.org", "ns.adobe.com", "www.odoo.com", "relaxng.org"}
FETCHING = {"scripts", "config", "docker", ".ci"}
SECRET = re.compile(
    r"-----BEGIN (?:\w+ )?PRIVATE KEY-----|(?:password|secret|token)\s*=\s*[\"'][A-Za-z0-9+/_-]{24,}[\"']", re.I
)
SILENT = [
    (re.compile(r"^\s*_sql_constraints\s*="), ".py", "_sql_constraints is ignored by Odoo 19: use models.Constraint"),
    (re.compile(r"^\s*def (?:name_get|_name_search)\("), ".py", "never called by Odoo 19"),
    (
        re.compile(r"default=fields\.Date(?:time)?\.(?:today|now)\(\)"),
        ".py",
        "a default frozen when the server started",
    ),
    (re.compile(r"<tree[\s>]|view_mode\"?>[^<]*\btree\b"), ".xml", "tree views are lists since Odoo 18"),
    (
        re.compile(r"\s(?:attrs|states)=\"[{a-z]"),
        ".xml",
        "attrs/states are ignored: write invisible, readonly, required",
    ),
    (re.compile(r"t-name=\"kanban-box\""), ".xml", "kanban-box is ignored: use card"),
    (re.compile(r"class=\"oe_chatter\""), ".xml", "shows nothing: use <chatter/>"),
    (re.compile(r"t-raw="), ".xml", "use t-out"),
    (
        re.compile(r"fonts\.(?:googleapis|gstatic)\.com|cdn\.jsdelivr|unpkg\.com|cdnjs\."),
        ".*",
        "fetched from another site",
    ),
]


def tracked():
    """Files of the project: those git knows, and new ones it does not ignore."""
    out = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    ).stdout.decode()
    return sorted(name for name in out.split("\0") if name and (ROOT / name).is_file())


def manifest_faults(path):
    folder = path.parent
    module = folder.name
    manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
    where = f"addons/{module}/__manifest__.py"
    for key in ("name", "summary", "version", "category", "author", "license", "depends"):
        if not manifest.get(key):
            yield f"{where}: {key} is missing"
    for key in manifest.keys() - set(MANIFEST_KEYS):
        yield f"{where}: unexpected key {key}"
    if list(manifest) != sorted(manifest, key=lambda k: MANIFEST_KEYS.index(k) if k in MANIFEST_KEYS else 99):
        yield f"{where}: keys out of order ({', '.join(manifest)})"
    if not re.fullmatch(r"19\.0(\.\d+){3}", str(manifest.get("version"))):
        yield f"{where}: version {manifest.get('version')} is not of the form 19.0.x.y.z"
    for name in [*manifest.get("data", []), *manifest.get("demo", [])]:
        if not (folder / name).is_file():
            yield f"{where}: {name} does not exist"
    declared = set(manifest.get("data", [])) | set(manifest.get("demo", []))
    for xml in [*folder.glob("views/*.xml"), *folder.glob("data/*.xml"), *folder.glob("security/*")]:
        if xml.relative_to(folder).as_posix() not in declared and xml.suffix in (".xml", ".csv"):
            yield f"{where}: {xml.relative_to(folder)} is loaded by nothing"
    if not (folder / "README.md").is_file() and not module.endswith("_test"):
        yield f"addons/{module}: README.md is missing"
    if not list(folder.glob("tests/test_*.py")):
        yield f"addons/{module}: no tests"


def line_faults(name, text):
    suffix = pathlib.PurePosixPath(name).suffix
    fetching = name.split("/")[0] in FETCHING or suffix in (".lock", ".in") or name.startswith("package")
    host = socket.gethostname()
    for number, line in enumerate(text.splitlines(), 1):
        at = f"{name}:{number}"
        if found := MACHINE_PATH.search(line):
            yield f"{at}: a path of some machine: {found.group()}"
        if len(host) > 4 and host not in ("localhost", "debian") and re.search(rf"\b{re.escape(host)}\b", line):
            yield f"{at}: the name of this machine"
        if SECRET.search(line):
            yield f"{at}: looks like a secret"
        if fetching:
            for found in URL.findall(line):
                if found not in NAMES and not found.endswith((".example", ".invalid")):
                    yield f"{at}: names a host: {found}"
        for pattern, where, why in SILENT:
            if where in (".*", suffix) and name.startswith("addons/") and pattern.search(line):
                yield f"{at}: {why}"


def main():
    faults = []
    for name in tracked():
        path = ROOT / name
        if path.name == "__manifest__.py":
            faults += manifest_faults(path)
        if path.suffix not in TEXT or name == "scripts/lib/check_repository.py" or "/tests/tools/" in f"/{name}":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        faults += line_faults(name, text)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
