# Sourced by test.sh: the promise of the README, kept in a bare Debian: clone, `tools/tstack up`, a token, `down`, nothing
# left. The mirror and its trust are those of this machine.

FRESH_ROOT=${FRESH_ROOT:-/var/tmp/tstack-fresh}
FRESH_BASE=${FRESH_BASE:-}  # a ready debootstrap tree to copy instead of making one

stage_fresh() {
  part "packages" install_packages all
  part "bare Debian" make_bare_debian
  part "up from a clone" in_bare_debian 'cd /src/tstack && tools/tstack up --data /var/lib/tstack --port-base 26000'
  part "doctor" in_bare_debian '/src/tstack/tools/tstack doctor --data /var/lib/tstack'
  part "up again changes nothing" in_bare_debian 'cd /src/tstack && tools/tstack up --data /var/lib/tstack'
  part "down leaves nothing" down_leaves_nothing
  rm -rf "$FRESH_ROOT"
}

# The first source of this machine's apt, as it is written there.
apt_mirror() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1; }

make_bare_debian() {
  local release
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  rm -rf "$FRESH_ROOT" && mkdir -p "$FRESH_ROOT" || return 1
  if [ -n "$FRESH_BASE" ]; then
    cp -a "$FRESH_BASE/." "$FRESH_ROOT/" || return 1
  else
    quietly "debootstrap" "$FRESH_ROOT.log" debootstrap --variant=minbase "$release" "$FRESH_ROOT" "$(apt_mirror)" || return 1
  fi
  # The machine's way to its mirror: sources, trust, credentials, proxies.
  cp -a /etc/apt/. "$FRESH_ROOT/etc/apt/" && cp /etc/resolv.conf "$FRESH_ROOT/etc/" 2>/dev/null
  cp -a /etc/ssl/certs "$FRESH_ROOT/etc/ssl/" 2>/dev/null
  cp -a /usr/share/ca-certificates /usr/local/share/ca-certificates "$FRESH_ROOT/usr/share/" 2>/dev/null
  mkdir -p "$FRESH_ROOT/src" && git clone -q "$TSTACK_ROOT" "$FRESH_ROOT/src/tstack"
}

# Runs a line in the bare tree, in its own mount and process namespace: whatever it leaves dies with it unless it is
# the cloud, which has to survive from one line to the next. So the namespace is kept by a process of ours.
in_bare_debian() {
  fresh_holder || return 1
  nsenter --target "$FRESH_HOLDER" --mount --pid chroot "$FRESH_ROOT" /usr/bin/env -i HOME=/root \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" no_proxy=localhost,127.0.0.1 \
    bash -c "$1"
}

fresh_holder() {
  local pid_file=$FRESH_ROOT.pid
  if [ -f "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null; then
    FRESH_HOLDER=$(cat "$pid_file")
    return 0
  fi
  unshare --mount --pid --fork --kill-child bash -c "
    mount --make-rprivate / && mount -t proc proc '$FRESH_ROOT/proc' && mount --bind /dev '$FRESH_ROOT/dev' &&
    mount -t tmpfs tmpfs '$FRESH_ROOT/run' && exec sleep 7200" >/dev/null 2>&1 &
  local unshared=$! child
  for _ in $(seq 100); do
    child=$(cat "/proc/$unshared/task/$unshared/children" 2>/dev/null)
    [ -n "$child" ] && mountpoint -q "/proc/${child// /}/root$FRESH_ROOT/run" && break
    sleep 0.1
  done
  FRESH_HOLDER=${child// /}
  echo "$FRESH_HOLDER" >"$pid_file"
}

down_leaves_nothing() {
  local left
  in_bare_debian '/src/tstack/tools/tstack down --data /var/lib/tstack' || return 1
  left=$(in_bare_debian 'ps -eo pid=,args= | grep -vE " (sleep 7200|ps -eo|grep |bash -c)" || true')
  kill "$FRESH_HOLDER" 2>/dev/null
  rm -f "$FRESH_ROOT.pid"
  [ -z "$left" ] || { echo "still running:" && echo "$left" && return 1; }
}
