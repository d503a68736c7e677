# Sourced after common.sh and odoo.sh: a PostgreSQL server for Odoo.
#
# postgres_use work|test   exports PGHOST, PGPORT, PGUSER … of a running server:
#   1. the one DATABASE_URL or PGHOST names; else
#   2. a private cluster of the project, reachable by its owner alone, through a unix socket alone:
#      `work` keeps its data through a power cut, `test` trades that for speed (config/postgresql/*.conf).

# What a cluster's commands are started with. PostgreSQL refuses to run as root: then it runs in a user namespace
# (its files stay root's), or, where those are forbidden as in most containers, as the user nobody.
postgres_as() {
  POSTGRES_AS=()
  [ "$(id -u)" = 0 ] || return 0
  if unshare -U --map-user=1000 --map-group=1000 true 2>/dev/null; then
    POSTGRES_AS=(unshare -U --map-user=1000 --map-group=1000)
  else
    POSTGRES_AS=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    "${POSTGRES_AS[@]}" test -x "$PREFIX/venv/bin/uv" \
      || die "PostgreSQL does not run as root, and the user nobody cannot read $ROOT: move the project (to /srv, say) or name a server in DATABASE_URL"
  fi
}

postgres_paths() { # sets POSTGRES_DATA, POSTGRES_SOCKET of a cluster
  POSTGRES_DATA=$PREFIX/postgresql/$1
  POSTGRES_SOCKET=$PREFIX/socket/$1
  # a socket's path has 107 bytes at most; a deep checkout puts it in /tmp, in a folder of the same owner
  if [ ${#POSTGRES_SOCKET} -gt 85 ]; then
    POSTGRES_SOCKET=/tmp/tawassul-$(id -u)-$(printf %s "$PREFIX" | sha256sum | cut -c1-10)-$1
  fi
}

postgres_url() { # the server of DATABASE_URL, as PostgreSQL's own variables
  eval "$(python3 - "$1" <<'PY'
import shlex, sys
from urllib.parse import parse_qs, unquote, urlsplit
url = urlsplit(sys.argv[1])
query = {k: v[0] for k, v in parse_qs(url.query).items()}
values = {"PGHOST": url.hostname or query.get("host"), "PGPORT": url.port or query.get("port"),
          "PGUSER": url.username, "PGPASSWORD": url.password, "PGSSLMODE": query.get("sslmode")}
for name, value in values.items():
    if value:
        print(f"export {name}={shlex.quote(unquote(str(value)))}")
PY
)"
}

postgres_use() {
  local cluster=$1 settings=() line owner
  if [ -n "${DATABASE_URL:-}" ]; then postgres_url "$DATABASE_URL"; fi
  if [ -n "${PGHOST:-}" ]; then
    local version
    version=$(psql -d postgres -Atc 'SHOW server_version_num' 2>/dev/null) \
      || die "no PostgreSQL server answers at $PGHOST: check DATABASE_URL or PGHOST"
    [ "$version" -ge 150000 ] || die "the PostgreSQL server at $PGHOST is older than 15"
    return
  fi
  postgres_as
  postgres_paths "$cluster"
  export PGHOST=$POSTGRES_SOCKET PGPORT=5432 PGUSER=odoo
  local bin; bin=$(postgres_bin)
  if "$bin/pg_isready" -q; then return; fi
  mkdir -p "$POSTGRES_DATA" "$POSTGRES_SOCKET"
  chmod 700 "$POSTGRES_DATA" "$POSTGRES_SOCKET"
  owner=$(stat -c %u "$POSTGRES_SOCKET")
  [ "$owner" = "$(id -u)" ] || [ "$owner" = 65534 ] || die "$POSTGRES_SOCKET belongs to another user"
  if [ "${POSTGRES_AS[0]:-}" = setpriv ]; then chown -R 65534:65534 "$POSTGRES_DATA" "$POSTGRES_SOCKET"; fi
  local log=$POSTGRES_SOCKET/server.log
  if [ ! -e "$POSTGRES_DATA/PG_VERSION" ]; then
    note "creating the $cluster database cluster in ${POSTGRES_DATA#"$ROOT"/}"
    (cd / && "${POSTGRES_AS[@]}" "$bin/initdb" -D "$POSTGRES_DATA" -U odoo -A trust -E UTF8 --locale=C.UTF-8) \
      > "$PREFIX/log/initdb.log" 2>&1 || die "PostgreSQL could not create its cluster: see $PREFIX/log/initdb.log"
  fi
  while read -r line; do
    case $line in ''|'#'*) ;; *) settings+=(-c "$(printf %s "$line" | sed 's/[[:space:]]*#.*//; s/ *= */=/')") ;; esac
  done < "$ROOT/config/postgresql/$cluster.conf"
  # its own session and no inherited descriptors: the server outlives the script that started it
  (cd / && setsid "${POSTGRES_AS[@]}" "$bin/pg_ctl" -D "$POSTGRES_DATA" -l "$log" -w -t 60 \
    -o "-k $POSTGRES_SOCKET -p 5432 ${settings[*]}" start) > /dev/null 2>&1 < /dev/null 9>&- \
    || die "PostgreSQL did not start: $(tail -1 "$log" 2>/dev/null || echo "see $log")"
}

postgres_stop() {
  postgres_as
  postgres_paths "$1"
  [ -e "$POSTGRES_DATA/postmaster.pid" ] || return 0
  (cd / && "${POSTGRES_AS[@]}" "$(postgres_bin)/pg_ctl" -D "$POSTGRES_DATA" -m fast -w stop) > /dev/null
}
