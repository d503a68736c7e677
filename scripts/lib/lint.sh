# Sourced: lint PATH… runs ruff and pylint-odoo over the modules and scripts.
lint() {
  local code=0 where=("$@")
  (cd "$ROOT" && ruff check --no-cache --quiet "${where[@]}") || code=1
  local python=()
  for path in "${where[@]}"; do case $path in addons/*) python+=("$path") ;; esac; done
  [ ${#python[@]} -gt 0 ] || return $code
  # not asked for: README as reStructuredText (ours is Markdown), a website of the author, Odoo's own override habits;
  # and what append-only models, small tables of parameters and services without an environment do on purpose
  (cd "$ROOT" && PYTHONPATH=$PYTHONPATH "$PYTHON" -m pylint --rcfile .pylintrc -d all \
    -e odoolint,anomalous-backslash-in-string,dangerous-default-value,duplicate-key,redundant-keyword-arg,reimported,unreachable \
    -d missing-readme,no-wizard-in-models,website-manifest-key-not-valid-uri,prohibited-method-override \
    -d prefer-env-translation,attribute-string-redundant,consider-merging-classes-inherited,except-pass \
    -d no-search-all,method-required-super,no-raise-unlink,missing-return,odoo-addons-relative-import \
    --ignore-patterns '^test_.*' "${python[@]}") || code=1
  return $code
}
