# Sourced by test.sh: the promise of the README, kept in a bare Debian: clone, `tools/tstack up`, a token, `down`, nothing
# left. Nothing of this machine but its way to a mirror goes in, no compiler cache either.

FRESH_ROOT=${FRESH_ROOT:-/var/tmp/tstack-fresh}
FRESH_BASE=${FRESH_BASE:-}  # a ready debootstrap tree to copy instead of making one
FRESH_PORTS=${FRESH_PORTS:-26000}

stage_fresh() {
  local tstack='cd /src/tstack && tools/tstack' data='--data /var/lib/tstack'
  trap fresh_clean EXIT
  trap 'exit 130' INT TERM
  part "bare Debian" make_bare_debian
  part "packages" in_bare_debian "$tstack packages build run"
  part "build" in_bare_debian "$tstack build tstack_runtime"
  part "up" in_bare_debian "$tstack up $data --port-base $FRESH_PORTS"
  part "token by the openstack client" in_bare_debian '. /var/lib/tstack/openrc && openstack token issue -f value -c project_id'
  part "doctor" in_bare_debian "$tstack doctor $data"
  part "up again changes nothing" in_bare_debian "$tstack up $data"
  part "down leaves nothing" down_leaves_nothing
  fresh_clean
}

# The namespaces and with them all mounts and processes in there end with the process that holds them.
fresh_clean() {
  [ ! -f "$FRESH_ROOT.pid" ] || kill -KILL "$(cat "$FRESH_ROOT.pid")" 2>/dev/null
  rm -f "$FRESH_ROOT.pid" "$FRESH_ROOT.log"
  rm -rf --one-file-system "$FRESH_ROOT"
}

# "URI suite component" of this machine's Debian packages, one a line.
apt_sources() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' |
    awk '$4 == "Debian" {print $1, $2, $3}' | sort -u
}

make_bare_debian() {
  local release mirror
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(apt_sources | awk -v release="$release" '$2 == release && $3 == "main" {print $1; exit}')
  fresh_clean
  mkdir -p "$FRESH_ROOT" || return 1
  if [ -n "$FRESH_BASE" ]; then
    cp -a "$FRESH_BASE/." "$FRESH_ROOT/" || return 1
  else
    [ -z "$(missing_of debootstrap)" ] || apt_patiently install debootstrap >"$FRESH_ROOT.log" || return 1
    quietly "debootstrap" "$FRESH_ROOT.log" debootstrap --variant=minbase "$release" "$FRESH_ROOT" "$mirror" || return 1
  fi
  way_to_the_mirror || return 1
  mkdir -p "$FRESH_ROOT/src" && git clone -q --no-hardlinks "$TSTACK_ROOT" "$FRESH_ROOT/src/tstack"
}

# Sources, trust, credentials and proxies of this machine, as a machine beside it would have them.
way_to_the_mirror() {
  local etc=$FRESH_ROOT/etc
  apt_sources | sed 's/^/deb /' >"$etc/apt/sources.list"
  cp -a /etc/apt/apt.conf.d /etc/apt/auth.conf.d "$etc/apt/" 2>/dev/null
  cp /etc/resolv.conf /etc/hosts "$etc/" || return 1
  mkdir -p "$etc/ssl" "$FRESH_ROOT/usr/local/share"
  cp -a /etc/ssl/certs "$etc/ssl/" 2>/dev/null
  cp -a /usr/local/share/ca-certificates "$FRESH_ROOT/usr/local/share/" 2>/dev/null
  return 0
}

# Runs a line in the bare tree, in the mount and process namespaces of the holder: the cloud has to survive from one line
# to the next.
in_bare_debian() {
  fresh_holder || return 1
  nsenter --target "$(cat "$FRESH_ROOT.pid")" --mount --pid chroot "$FRESH_ROOT" /usr/bin/env -i HOME=/root \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" no_proxy=localhost,127.0.0.1 \
    bash -c "$1"
}

# A process that only sleeps holds the namespaces. It writes its id, as seen from here, when all is mounted.
fresh_holder() {
  [ -f "$FRESH_ROOT.pid" ] && kill -0 "$(cat "$FRESH_ROOT.pid")" 2>/dev/null && return 0
  rm -f "$FRESH_ROOT.pid"
  [ -d "$FRESH_ROOT/proc" ] || { echo "there is no bare Debian"; return 1; }
  unshare --mount --propagation private --pid --fork --kill-child bash -c '
    cd "$0" && read -r self _ </proc/self/stat && mount --rbind /dev dev && mount -t tmpfs tmpfs run &&
    mount -t proc proc proc && echo "$self" >"$0.pid.new" && mv "$0.pid.new" "$0.pid" && exec sleep 7200
  ' "$FRESH_ROOT" >/dev/null 2>&1 &
  for _ in $(seq 200); do
    [ ! -f "$FRESH_ROOT.pid" ] || return 0
    sleep 0.1
  done
  echo "the namespaces of the bare Debian did not come up"
  return 1
}

# Process 1 in there is the holder; our own line and what it starts are the only others.
down_leaves_nothing() {
  local left
  in_bare_debian 'cd /src/tstack && tools/tstack down --data /var/lib/tstack' || return 1
  left=$(in_bare_debian 'for p in /proc/[0-9]*; do
      id=${p#/proc/}
      [ "$id" = 1 ] || [ "$id" = $$ ] || { read -r line < <(tr "\0" " " <"$p/cmdline" 2>/dev/null) && echo "$id $line"; }
    done' | grep -v ' bash -c ' || true)
  [ -z "$left" ] || { echo "still running:" && echo "$left" && return 1; }
}
