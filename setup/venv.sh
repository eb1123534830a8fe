#!/bin/sh
# Make .venv with the first Python that is new enough, and put uv in it, which installs everything else.
set -eu
cd "$(dirname "$0")/.."

if [ ! -x .venv/bin/python ]; then
    for candidate in "${PYTHON:-python3}" python3.11 python3.12 python3.13 python3.14; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            found=$candidate
            break
        fi
    done
    if [ -z "${found:-}" ]; then
        echo "Python 3.11 or later is needed and was not found." >&2
        exit 1
    fi
    echo "Making a Python environment in .venv"
    if ! "$found" -m venv .venv; then
        rm -rf .venv
        echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
fi
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement setup/uv.txt
