#!/bin/sh
# The programs that the tests look at results with. Installed where apt and root are at hand, else named.
set -eu

missing=""
need() {  # need PROGRAM PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need chromium chromium
need exiftool libimage-exiftool-perl
need pdftotext poppler-utils
need djpeg libjpeg-turbo-progs
need strace strace
need mat2 mat2  # what make bench compares the cleaning with; 0.4 MB and six seconds
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing what the tests look at results with:$missing"
    log=$(mktemp)
    # shellcheck disable=SC2086  # one word per package
    if (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing) \
        >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 20 "$log" >&2
fi
echo "Missing for some tests:$missing" >&2
echo "They are Debian's package names; install them with: sudo apt-get install$missing" >&2
if [ "${CI:-}" = true ]; then exit 1; fi
echo "The tests that need them will be skipped, each with its reason." >&2
