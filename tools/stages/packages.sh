# Sourced: the Debian packages of tools/packages.txt.

# Names of the sections' packages: packages_of build run; "all" for every section.
packages_of() {
  awk -v wanted=" $* " '
    /^\[/ { section = substr($0, 2, length($0) - 2); next }
    /^[a-z0-9]/ && (wanted ~ / all / || index(wanted, " " section " ")) { print $1 }
  ' "$TSTACK_ROOT/tools/packages.txt"
}

# Tools that people also install by other ways than the distribution's package: there, the command is enough.
OTHER_ORIGINS=' npm '

# Names of all installed packages and of what they provide: a package of another origin may stand in for Debian's.
present_packages() {
  dpkg-query -W -f='${db:Status-Abbrev}${Package}, ${Provides}\n' 2>/dev/null |
    sed -n 's/^ii *//p' | sed 's/([^)]*)//g' | tr -s ', \n' ' '
}

# Those of its arguments that are not installed.
missing_of() {
  local present package
  present=" $(present_packages) "
  for package in "$@"; do
    case $present in *" $package "*) continue ;; esac
    case $OTHER_ORIGINS in *" $package "*) command -v "$package" >/dev/null && continue ;; esac
    echo "$package"
  done
}

# Runs a command whose output goes to a log; says every 5 s that it is still busy, and shows the end if it fails.
quietly() {
  local title=$1 log=$2 pid start=$SECONDS shown=$SECONDS
  shift 2
  "$@" >"$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS - shown >= 5)); then
      shown=$SECONDS
      echo "  $title … $((SECONDS - start)) s: $(tail -n 1 "$log" | cut -c 1-100)"
    fi
  done
  wait "$pid" && return 0
  echo "$title failed:" >&2
  tail -n 40 "$log" >&2
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -E "$@"; fi
}

# apt-get waits for dpkg's locks by itself; the lock on its lists and a mirror that hiccups want another try.
apt_patiently() {
  local try
  for try in 1 2 3 4 5; do
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 \
      -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@" && return 0
    echo "apt-get failed, try $try of 5"
    sleep $((try * 3))
  done
  return 1
}

# Keeps packages from starting the distribution's own services while "$@" runs, unless the machine has a policy already.
without_service_starts() {
  local policy=/usr/sbin/policy-rc.d status=0
  if [ -e $policy ]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
  as_root chmod 755 $policy
  "$@" || status=$?
  as_root rm -f $policy
  return $status
}

install_packages() {
  local missing log
  # shellcheck disable=SC2046
  missing=$(missing_of $(packages_of "$@"))
  [ -n "$missing" ] || return 0
  log=$(mktemp -t tstack-packages.XXXXXX)
  echo "installing $(wc -w <<<"$missing") Debian packages (log: $log)"
  quietly "apt-get update" "$log" apt_patiently update
  # shellcheck disable=SC2086
  quietly "apt-get install" "$log" without_service_starts apt_patiently install --no-install-recommends $missing
  rm -f "$log"
}
