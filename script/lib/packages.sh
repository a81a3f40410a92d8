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

refresh_packages() {
    [[ -z ${PACKAGES_ARE_FRESH:-} ]] || return 0
    say "reading the package lists"
    as_root apt-get update --quiet=2 >&2
    PACKAGES_ARE_FRESH=yes
}

# NAME…: installs the first of these that the distribution has.
install_first_of() {
    local package
    refresh_packages
    for package; do
        if apt-cache show "$package" &>/dev/null; then
            install_packages "$package"
            return
        fi
    done
    die "the distribution has none of these packages: $*"
}

# --no-remove: a package of ours must never push out one that the machine uses.
install_packages() {
    local package missing=()
    for package; do
        is_installed "$package" || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    refresh_packages
    say "installing ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 \
        --no-install-recommends --no-remove --option DPkg::Lock::Timeout=300 \
        --option Dpkg::Use-Pty=0 "${missing[@]}" </dev/null >/dev/null
}
