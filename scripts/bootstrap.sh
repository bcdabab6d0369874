#!/bin/sh
# Make this checkout ready to run: scripts/bootstrap.sh run|test [mariadb], or cluster
#
# `mariadb`: the server that a long run tries a front-end database on.
# `cluster`: as run, with what `make cluster` starts beside the program. On a machine with systemd Debian starts these
# services at once, under its own settings and on ports of its own.
#
# Afterwards the system libraries and fonts are there, .venv holds the pinned packages, and .venv/bin/repairflow is this
# checkout. What is present is not installed again. Exit 1, naming what to ask for, when something needs rights we lack.
set -eu
cd "$(dirname "$0")/.."

profile=${1:-run}
python=${PYTHON:-python3}
venv=.venv

say() { printf '── %s\n' "$*"; }
fail() { printf '%s\n' "$@" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then env DEBIAN_FRONTEND=noninteractive "$@"
    else sudo -n env DEBIAN_FRONTEND=noninteractive "$@"; fi
}
may_install() {
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}
installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
lacking() { for package in "$@"; do installed "$package" || printf '%s ' "$package"; done; }

install_packages() {
    may_install ||
        fail "These packages are missing and installing them needs an administrator. Please ask for:" "    $*" \
             "for example: sudo apt-get install --no-install-recommends $*"
    say "installing $*"
    for attempt in 1 2 3; do
        as_root apt-get -qq -o DPkg::Lock::Timeout=120 update </dev/null && break
        echo "apt-get update failed (attempt $attempt of 3)" >&2
        sleep "$attempt"
    done
    # The lists of an earlier update may do even where this one failed.
    as_root apt-get -qq -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 \
        install --no-install-recommends "$@" </dev/null >/dev/null ||
        fail "apt-get could not install: $*"
}

# uv brings everything at once, in a quarter of pip's time; where it cannot be had, or does not find what a pip of its own
# settings finds, pip does it. A module is compiled when it is first imported; most of what is installed never is.
pip_install() {
    "$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-input --no-compile --retries 5 \
        --constraint requirements.lock "$@" </dev/null
}
install() {
    system_certificates=/etc/ssl/certs/ca-certificates.crt
    if [ -z "${SSL_CERT_FILE:-}" ] && [ -f "$system_certificates" ]; then export SSL_CERT_FILE="$system_certificates"; fi
    pip_install uv 2>/dev/null &&
        "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --constraint requirements.lock --editable "$1" \
            </dev/null 2>/dev/null ||
        pip_install --editable "$1"
}

command -v "$python" >/dev/null || fail "$python was not found: please install Python 3.11 or later (python3 python3-venv)."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "RepairFlow needs Python 3.11 or later; $python is $("$python" -V 2>&1). Name another: make PYTHON=python3.11 ..."

# Version 2 of Liberation has a package of its own on Debian 12; where there is none, DejaVu has the letters that version 1 lacks.
liberation=fonts-liberation2
installed $liberation || apt-cache show $liberation >/dev/null 2>&1 || liberation=fonts-liberation

# WeasyPrint's libraries; the faces letters are set in: small ones first, Noto for the glyphs they lack, Liberation and DejaVu for names
# in Latin with any mark, Greek and Cyrillic (2.5 MB together).
wanted="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
        fonts-arphic-gbsn00lp fonts-arphic-gkai00mp fonts-arphic-ukai fonts-noto-cjk
        $liberation fonts-dejavu-core"
# A Python with its own ensurepip (pyenv, python.org) needs no package.
"$python" -c 'import ensurepip, venv' 2>/dev/null || wanted="$wanted python3-venv"
if [ "$profile" = test ] && ! command -v chromium >/dev/null; then wanted="$wanted chromium"; fi
# Ten thousand tests in one process leave its memory in small pieces; to find room among them took a fifth of the run.
if [ "$profile" = test ]; then wanted="$wanted libjemalloc2"; fi
if [ "$profile" = test ]; then wanted="$wanted softhsm2 poppler-utils openssl"; fi  # a token to sign with; letters as pictures; stamps verified

if [ "$profile" = cluster ]; then
    wanted="$wanted postgresql pgbouncer patroni etcd-server nginx-light curl openssl"
    profile=run
fi
if [ "${2:-}" = mariadb ]; then wanted="$wanted mariadb-server"; fi

if command -v dpkg-query >/dev/null; then
    # shellcheck disable=SC2086  # the lists are words
    missing=$(lacking $wanted)
    # shellcheck disable=SC2086
    [ -z "$missing" ] || install_packages $missing
else
    say "no Debian here: what these packages hold must be present:" $wanted
fi

"$venv/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    say "creating $venv"
    "$python" -m venv --clear "$venv"
}

# The stamp holds what an installation depends on; a full one (test) serves for running, too.
stamp=$venv/.repairflow-$profile
state=$(pwd; cksum pyproject.toml requirements.lock; "$venv/bin/python" -V)
if [ "$(cat "$stamp" 2>/dev/null)" != "$state" ]; then
    if [ "$profile" = test ]; then what='.[dev]'; else what=.; fi
    say "installing Python packages"
    install "$what"
    printf '%s' "$state" >"$stamp"
    [ "$profile" != test ] || printf '%s' "$state" >"$venv/.repairflow-run"
fi
