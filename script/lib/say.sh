# shellcheck shell=bash
# Progress lines on stderr: seconds since the script began, then what it is doing.

say() { printf '%4ds  %s\n' "$SECONDS" "$*" >&2; }

die() {
    say "$*"
    exit 1
}
