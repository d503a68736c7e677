# Sourced by every script: where things are and how the scripts speak. Changes nothing by itself.
#
# Settings, each from the environment or from .odoo/local.env (a file of NAME=value lines that no script overwrites):
#   ODOO_HOME      another Odoo 19.0 tree than the one scripts/setup fetches
#   DATABASE_URL   another PostgreSQL server (15 or later) than the private one: postgresql://user:password@host:port
#   PGHOST …       idem, in PostgreSQL's own variables
#   DEBIAN_MIRROR  where Debian packages come from (default: the mirror of the machine's apt sources)
#   DATA_DIR       Odoo's data directory (default: .odoo/data)

set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
PREFIX=${TAWASSUL_PREFIX:-$ROOT/.odoo}
ADDONS=$ROOT/addons
if [ -r "$PREFIX/local.env" ]; then
  while IFS='=' read -r name value; do
    # what the caller has set wins over the file
    case $name in ''|'#'*) ;; *) [ -n "${!name:-}" ] || export "$name=$value" ;; esac
  done < "$PREFIX/local.env"
fi
DATA_DIR=${DATA_DIR:-$PREFIX/data}
PYTHON=$PREFIX/venv/bin/python
export PYTHONUNBUFFERED=1 LC_ALL=C.UTF-8

say() { printf '== %s\n' "$*" >&2; }
note() { printf '   %s\n' "$*" >&2; }
# 70: the reason has been told (a script's trap need not add another)
die() { printf 'error: %s\n' "$*" >&2; exit 70; }

# The modules of the suite, one a line; and those that exist only for the tests of others (x_test).
all_modules() { local m; for m in "$ADDONS"/*/__manifest__.py; do basename "$(dirname "$m")"; done; }
modules() { all_modules | grep -v '_test$'; }
test_modules() { all_modules | grep '_test$' || true; }
csv() { paste -sd, -; }
