# shellcheck shell=bash
# The checkout's virtual environment. Needs say.sh, packages.sh; runs in the checkout's folder.

# Sets PYTHON to a Python of 3.11 or later that can make virtual environments.
find_python() {
    for PYTHON in python3 python3.{14,13,12,11}; do
        "$PYTHON" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' &>/dev/null && return
    done
    return 1
}

ensure_python() {
    find_python && return
    install_packages python3 python3-venv
    find_python && return
    install_packages python3.11 python3.11-venv
    find_python || die "there is no Python 3.11 or later with its venv module"
}

# EXTRA: makes .venv with the project and that extra, unless that was done for these very files.
ensure_venv() {
    local extra=$1 stamp=.venv/installed-$1
    if [[ ! -x .venv/bin/python ]]; then
        ensure_python
        say "making .venv with $PYTHON"
        "$PYTHON" -m venv .venv
    fi
    if ! cmp --silent "$stamp" <(cat setup.cfg pyproject.toml); then
        say "installing the project with its extra '$extra' in .venv"
        # setuptools warns at length about editable installs of mapped folders.
        PYTHONWARNINGS=ignore .venv/bin/python -m pip install --quiet --editable ".[$extra]" >&2
        cat setup.cfg pyproject.toml >"$stamp"
    fi
}
