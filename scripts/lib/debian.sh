# Sourced after common.sh: files from Debian, without touching the machine's own apt configuration.

# The mirrors to try, best first: DEBIAN_MIRROR, else those of the machine's apt sources.
debian_mirrors() {
  if [ -n "${DEBIAN_MIRROR:-}" ]; then echo "${DEBIAN_MIRROR%/}"; return; fi
  local all
  all=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | sed 's,/*$,,' | sort -u)
  { grep -E '/debian$' <<< "$all" || true; grep -vE '/debian$|security' <<< "$all" || true; }
}

# signed_index SUITE PACKAGE…: what Debian's signed index of a suite holds, a line each: SUITE SHA256 PATH.
# A private apt with an empty status file asks the mirror; the machine's Debian keyring proves the answer.
signed_index() {
  local suite=$1 mirror keyring dir=$PREFIX/cache/apt/$1
  shift
  mirror=$(debian_mirrors | head -1)
  [ -n "$mirror" ] || die "no Debian mirror in the machine's apt sources: set DEBIAN_MIRROR"
  for keyring in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp} ''; do [ ! -e "$keyring" ] || break; done
  [ -n "$keyring" ] || die "Debian's keyring is missing: apt-get install debian-archive-keyring"
  mkdir -p "$dir"/{none,etc/preferences.d,state/lists/partial,cache/archives/partial,log}
  touch "$dir/state/status"
  echo "deb [signed-by=$keyring] $mirror $suite main" > "$dir/etc/sources.list"
  # the signature is checked; its expiry is not, since mirrors may lag and the version is ours to choose
  cat > "$dir/apt.conf" <<CONF
Dir::Etc "$dir/etc"; Dir::Etc::SourceList "$dir/etc/sources.list"; Dir::Etc::SourceParts "$dir/none";
Dir::Etc::Trusted "$dir/none"; Dir::Etc::TrustedParts "$dir/none"; Dir::Etc::Preferences "$dir/etc/preferences";
Dir::Etc::PreferencesParts "$dir/none"; Dir::Etc::Parts "$dir/none"; Dir::Etc::Main "$dir/none";
Dir::State "$dir/state"; Dir::State::status "$dir/state/status"; Dir::State::Lists "$dir/state/lists";
Dir::Cache "$dir/cache"; Dir::Log "$dir/log";
APT::Architecture "amd64"; APT::Sandbox::User "root"; APT::Install-Recommends "false";
Acquire::Languages "none"; Acquire::PDiffs "false"; Acquire::Retries "3"; Acquire::Check-Valid-Until "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::AllowInsecureRepositories "false";
CONF
  APT_CONFIG=$dir/apt.conf apt-get -q update >&2 || return 1
  (cd "$dir" && APT_CONFIG=$dir/apt.conf apt-get -q download --print-uris "$@") \
    | sed -nE "s#^'$mirror/+([^']+)' [^ ]+ [0-9]+ SHA256:([0-9a-f]+)#$suite \2 \1#p"
  rm -rf "$dir"
}

# need_packages WHY PACKAGE…: installs what is missing of the machine's own distribution, and says so before.
need_packages() {
  local why=$1 missing=() package as_root=()
  shift
  for package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get > /dev/null || die "$why needs the Debian packages ${missing[*]}, and there is no apt here"
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo > /dev/null || { ! sudo -n true 2>/dev/null && ! [ -t 0 ]; }; then
      die "$why needs Debian packages that only an administrator can install; have this run once: apt-get install --no-install-recommends ${missing[*]}"
    fi
    as_root=(sudo)
  fi
  note "installing on this machine, by ${as_root[*]:+sudo }apt-get, for $why: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  "${apt[@]}" update >> "$LOG" 2>&1 || note "apt-get update complained (see $LOG); going on with the lists there are"
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >> "$LOG" 2>&1 < /dev/null \
    || die "apt-get could not install ${missing[*]}: $(grep -m1 '^E:' "$LOG" || echo "see $LOG")"
}
