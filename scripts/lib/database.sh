# Sourced after odoo.sh: databases made in seconds from templates that are built once.
#
# core_template    Odoo's modules that ours depend on; renewed when Odoo, the Python packages or that list change
# suite_template   the same with all our modules; renewed when anything in addons/ but tests and texts changes
# sample_template  the same with the sample year
# oca_template     Odoo's modules with those of OCA that scripts/bench sets beside ours
# Each prints the name of the template, which carries the fingerprint of what it was made from.

digest() { sha256sum | cut -c1-12; }

pins_fingerprint() {
  { cat "$ROOT/requirements.lock"; "$PYTHON" -V; cat "$(odoo_tree)/odoo/release.py"; cat "$PREFIX/root/.version" 2>/dev/null || true; } | digest
}

core_modules() { # what our modules depend on that is not ours
  "$PYTHON" - "$ADDONS" <<'PY'
import ast, pathlib, sys
manifests = {p.parent.name: ast.literal_eval(p.read_text()) for p in pathlib.Path(sys.argv[1]).glob("*/__manifest__.py")}
print(",".join(sorted({"base", "web"} | {d for m in manifests.values() for d in m["depends"]} - set(manifests))))
PY
}

addons_fingerprint() {
  (cd "$ADDONS" && find . -type f ! -path '*/tests/*' ! -path '*/__pycache__/*' ! -name 'README*' ! -name '*.pot' -print0 \
    | LC_ALL=C sort -z | xargs -0r sha256sum) | digest
}

drop_database() { dropdb --if-exists --force "$1" 2>/dev/null; rm -rf "$DATA_DIR/filestore/$1"; }

create_database() { # NAME TEMPLATE
  createdb -T "$2" "$1"
  rm -rf "$DATA_DIR/filestore/$1"
  # files of the store are named by their content and never change: links cost nothing
  if [ -d "$DATA_DIR/filestore/$2" ]; then cp -al "$DATA_DIR/filestore/$2" "$DATA_DIR/filestore/$1"; fi
}

build_template() { # NAME MODULES FROM LOG [OPTION…]
  local name=$1 list=$2 from=$3 log=$4
  shift 4
  drop_database "building_$name"
  if [ -n "$from" ]; then create_database "building_$name" "$from"; fi
  mkdir -p "$(dirname "$log")"
  odoo -d "building_$name" -i "$list" --stop-after-init --no-http --log-level warn "$@" > "$log" 2>&1 \
    || { drop_database "building_$name"; die "the modules do not install: $(grep -m1 -E 'ERROR|CRITICAL|Error' "$log" || true) (all of it in $log)"; }
  rm -rf "$DATA_DIR/filestore/$name"
  if [ -d "$DATA_DIR/filestore/building_$name" ]; then mv "$DATA_DIR/filestore/building_$name" "$DATA_DIR/filestore/$name"; fi
  psql -q -d postgres -c "ALTER DATABASE \"building_$name\" RENAME TO \"$name\""
}

drop_stale() { # PREFIX KEEP: templates of earlier fingerprints
  local old
  for old in $(psql -d postgres -Atc "SELECT datname FROM pg_database WHERE datname LIKE '$1\\_%' AND datname <> '$2'"); do drop_database "$old"; done
}

core_template() {
  local list name; list=$(core_modules)
  name=core_$({ pins_fingerprint; echo "$list" alone; } | digest)
  if ! database_exists "$name"; then
    note "template of Odoo's modules ($list): about a minute"
    # ours out of sight: some install themselves, and this template is not renewed when they change
    build_template "$name" "$list" '' "$PREFIX/log/core_template.log" --addons-path "$(core_addons_path)"
    drop_stale core "$name"
  fi
  echo "$name"
}

suite_template() {
  local core name; core=$(core_template)
  name=suite_$({ echo "$core"; addons_fingerprint; } | digest)
  if ! database_exists "$name"; then
    note "template of the suite: about a minute"
    build_template "$name" "$(modules | csv)" "$core" "$PREFIX/log/suite_template.log"
    drop_stale suite "$name"
  fi
  echo "$name"
}

oca_addons_path() { printf '%s' "$PREFIX/oca/odoo/addons"; }

oca_modules() { # what scripts/bench sets beside the budget: fetched once, each wheel proven by its hash; fails when not to be had
  local lock=$ROOT/requirements-bench.lock log=$PREFIX/log/oca.log
  if [ "$(cat "$PREFIX/oca/.lock" 2>/dev/null)" = "$(digest < "$lock")" ]; then return; fi
  rm -rf "$PREFIX/oca"
  mkdir -p "$(dirname "$log")"
  if ! "$PYTHON" -m pip install -q --no-deps --require-hashes --target "$PREFIX/oca" -r "$lock" > "$log" 2>&1; then
    note "OCA's modules could not be fetched, and are not set beside ours: $(grep -m1 ERROR "$log" || tail -1 "$log")"
    rm -rf "$PREFIX/oca"
    return 1
  fi
  digest < "$lock" > "$PREFIX/oca/.lock"
}

oca_template() { # Odoo's modules with OCA's, and none of ours
  local core name; core=$(core_template)
  name=oca_$({ echo "$core"; cat "$ROOT/requirements-bench.lock"; } | digest)
  if ! database_exists "$name"; then
    note "template of OCA's modules: about a minute"
    build_template "$name" account_budget_oca,mis_builder "$core" "$PREFIX/log/oca_template.log" \
      --addons-path "$(core_addons_path),$(oca_addons_path)"
    drop_stale oca "$name"
  fi
  echo "$name"
}

load_sample() { # DATABASE LOG: the sample year, once
  odoo shell -d "$1" --no-http --log-level warn > "$2" 2>&1 <<'PY' \
    || die "the sample year could not be loaded: $(grep -E '^[A-Za-z_.]*(Error|Exception)' "$2" | tail -1) (all of it in $2)"
if "gov.sample" in env:
    env["gov.sample"]._load()
    env["ir.config_parameter"].set_param("tawassul.sample", "done")
    env.cr.commit()
else:
    print("no sample year in these modules")
PY
}

sample_template() {
  local suite name; suite=$(suite_template)
  name=sample_$({ echo "$suite"; find "$ROOT/data" -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0r sha256sum; } | digest)
  if ! database_exists "$name"; then
    note "template with the sample year"
    drop_database "building_$name"
    create_database "building_$name" "$suite"
    load_sample "building_$name" "$PREFIX/log/sample_template.log"
    warm_assets "building_$name" "$PREFIX/log/assets.log"
    rm -rf "$DATA_DIR/filestore/$name"
    if [ -d "$DATA_DIR/filestore/building_$name" ]; then mv "$DATA_DIR/filestore/building_$name" "$DATA_DIR/filestore/$name"; fi
    psql -q -d postgres -c "ALTER DATABASE \"building_$name\" RENAME TO \"$name\""
    drop_stale sample "$name"
  fi
  echo "$name"
}

warm_assets() { # DATABASE LOG: the bundles of scripts and styles a first visitor would wait for, in both directions
  odoo shell -d "$1" --no-http --log-level warn > "$2" 2>&1 <<'PY' || note "the bundles could not be made beforehand (see $2)"
for bundle in ("web.assets_web", "web.assets_web_print", "web.assets_frontend", "web.assets_frontend_minimal", "web.assets_frontend_lazy", "web.assets_backend_lazy"):
    for rtl in (False, True):
        assets = env["ir.qweb"]._get_asset_bundle(bundle, css=True, js=not rtl and "print" not in bundle, rtl=rtl)
        if assets.stylesheets:
            assets.css()
        if not rtl and assets.javascripts:
            assets.js()
env.cr.commit()
PY
}
