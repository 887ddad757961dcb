#!/usr/bin/env bash
# setup: makes sure that what Sparsio needs is on this machine, asking for nothing.
#
#   bash jobs/setup.sh [required] [optional] [checks]      (groups of jobs/packages.txt; default: required optional)
#
# Where Debian's package database says that all is there, that is all that happens. Otherwise what is missing is
# installed by apt, as root or with a sudo that wants no password. Where that cannot be, each missing package is looked
# for by its probe (a program, a header, a pkg-config name, a Python module), because an environment module may bring
# it; what is found no other way is listed, and the exit code is 1. A missing optional package is only a warning: the
# build does without. SPARSIO_SETUP=skip trusts the machine and leaves the verdict to CMake.
set -euo pipefail
root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
list=$root/jobs/packages.txt
log=$root/build/setup.log
python=${SPARSIO_PYTHON:-/usr/bin/python3}

say() { printf 'setup: %s\n' "$*" >&2; }

# "package probe for what" of one group, a line a package.
packages_of() {
  awk -v group="[$1]" '
    /^\[/ { inside = ($1 == group); next }
    inside && NF && $1 !~ /^#/ { what = $0; sub(/^[^#]*# */, "", what); print $1, $2, what }' "$list"
}

# Of the lines on stdin, those whose package is not installed as far as dpkg knows; all of them without dpkg.
not_installed() {
  local line package installed=""
  local -a lines names
  mapfile -t lines
  for line in "${lines[@]}"; do names+=("${line%% *}"); done
  if command -v dpkg-query >/dev/null; then
    # shellcheck disable=SC2016  # the dollars are dpkg-query's
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${names[@]}" 2>/dev/null) || true
  fi
  for line in "${lines[@]}"; do
    package=${line%% *}
    grep -qxF "installed $package" <<<"$installed" || printf '%s\n' "$line"
  done
}

has_header() {
  local prefix
  local -a prefixes
  IFS=: read -ra prefixes <<<"${CMAKE_PREFIX_PATH:-}"
  for prefix in "${prefixes[@]}"; do [[ -e $prefix/include/$1 ]] && return; done
  printf '#include <%s>\n' "$1" | "${CXX:-c++}" -E -x c++ - >/dev/null 2>&1
}

is_found() {
  local probe
  local -a probes
  IFS='|' read -ra probes <<<"$1"
  for probe in "${probes[@]}"; do
    case $probe in
      program:*) command -v "${probe#*:}" >/dev/null && return 0 ;;
      pkgconfig:*) pkg-config --exists "${probe#*:}" 2>/dev/null && return 0 ;;
      header:*) has_header "${probe#*:}" && return 0 ;;
      file:*) [[ -e ${probe#*:} ]] && return 0 ;;
      python:*) "$python" -c "import ${probe#*:}" >/dev/null 2>&1 && return 0 ;;
      *) say "$list: probe '$probe' is none of program: pkgconfig: header: file: python:"; exit 1 ;;
    esac
  done
  return 1
}

# Of the lines on stdin, those that no probe finds either.
not_found() {
  local package probe what
  while read -r package probe what; do
    is_found "$probe" || printf '%s %s %s\n' "$package" "$probe" "$what"
  done
}

# How to be root: empty for root itself, `sudo -n` if it needs no password; fails otherwise.
become_root() {
  [[ $(id -u) == 0 ]] && return
  command -v sudo >/dev/null && sudo -n true 2>/dev/null && echo "sudo -n"
}

# apt-get with the root prefix in $as_root, silent but for the log.
apt_get() {
  # shellcheck disable=SC2086  # "sudo -n" is two words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1
}

apt_update() {
  mkdir -p "$(dirname -- "$log")"
  : >"$log"
  apt_get update || say "warning: apt-get update failed, trying with the lists that are here (log: $log)"
}

apt_install() {
  say "installing $* (log: $log)"
  apt_get install -y --no-install-recommends "$@"
}

# install_group GROUP LINES: as many of the packages as can be.
install_group() {
  local group=$1 package
  local -a packages
  mapfile -t packages < <(cut -d' ' -f1 <<<"$2")
  apt_install "${packages[@]}" && return
  if [[ $group != optional ]]; then
    tail -n 15 "$log" >&2
    return
  fi
  for package in "${packages[@]}"; do
    apt_install "$package" || say "warning: $package cannot be installed"
  done
}

report() {
  local group=$1 package probe what command="apt-get install -y --no-install-recommends"
  say "$2"
  while read -r package probe what; do
    command+=" $package"
    printf '  %-24s %s (looked for %s)\n' "$package" "$what" "${probe//|/ or }" >&2
  done <<<"$3"
  if command -v apt-get >/dev/null; then
    say "as root: $command"
  fi
  [[ $group == optional ]] ||
    say "or load modules that bring them; SPARSIO_SETUP=skip leaves the verdict to CMake (jobs/README.md)"
}

[[ ${SPARSIO_SETUP:-} == skip ]] && exit 0
groups=("$@")
[[ $# -gt 0 ]] || groups=(required optional)
for group in "${groups[@]}"; do
  [[ -n $(packages_of "$group") ]] || { say "no group '$group'; have: required optional checks"; exit 1; }
done

status=0
updated=no
for group in "${groups[@]}"; do
  missing=$(packages_of "$group" | not_installed)
  [[ -n $missing ]] || continue
  if command -v apt-get >/dev/null && as_root=$(become_root); then
    [[ $updated == yes ]] || apt_update
    updated=yes
    install_group "$group" "$missing"
    missing=$(not_installed <<<"$missing")
    [[ -n $missing ]] || continue
  fi
  missing=$(not_found <<<"$missing")
  [[ -n $missing ]] || continue
  if [[ $group == optional ]]; then
    report "$group" "warning: going on without these optional packages:" "$missing"
  else
    report "$group" "missing, and cannot be installed from here:" "$missing"
    status=1
  fi
done
exit $status
