#!/bin/sh
# Write requirements.lock: what pyproject.toml with all its extras resolves to today, in a fresh environment.
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3}" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-input ".[dev,pkcs11]" uv
{
    echo '# Written by `make lock`. A constraint, not a wish list: what is needed stands in pyproject.toml.'
    "$scratch/venv/bin/python" -m pip freeze --exclude repairflow
} >"$scratch/lock"
mv "$scratch/lock" requirements.lock
