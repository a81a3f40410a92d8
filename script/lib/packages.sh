# shellcheck shell=bash
# Debian and Ubuntu packages: installs what is missing, as root or through sudo. Needs say.sh.

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root or sudo: $*"
    fi
}

is_installed() {
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# --no-remove: a package of ours must never push out one that the machine uses.
apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 \
        --no-install-recommends --no-remove --option DPkg::Lock::Timeout=300 "$@" >&2
}

install_packages() {
    local package missing=()
    for package; do
        is_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    say "installing ${missing[*]}"
    as_root apt-get update --quiet=2 >&2
    apt_install "${missing[@]}"
}
