# shellcheck shell=bash disable=SC2034 # the services use what is set here
# Where the lab keeps its things, where it listens, and its passwords. Needs say.sh; runs in the
# checkout's folder.

LAB=$(realpath -m "${DBAAS_LAB_DIR:-.lab}")

# The host's end of the public network. Guests get there through their router, so all that they may
# need listens there; the rest listens on the loopback address, on ports of the lab's own.
ADDRESS=172.24.4.1
PUBLIC_CIDR=172.24.4.0/24
IDENTITY_URL=http://$ADDRESS:5000/v3
BROKER_PORT=5672
MANAGEMENT_PORT=25672
DIST_PORT=25673
EPMD_PORT=24369
DATABASE_PORT=23306
MEMCACHED_PORT=21211

# The distribution's Python, and nobody else's.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Files of the lab hold its passwords.
umask 077

need_root() {
    ((EUID == 0)) || die "the lab makes networks and mounts: run this as root"
}

# Two runs at a time would trip over each other.
lock_state() {
    mkdir -p "$LAB"/{etc,log,run,done}
    exec 9>"$LAB/lock"
    flock --nonblock 9 || die "another tests/lab/up or down is at work in $LAB"
}

read_secrets() {
    [[ -s $LAB/secrets ]] || make_secrets
    # shellcheck source=/dev/null
    . "$LAB/secrets"
    BROKER_URL=rabbit://openstack:$BROKER_PASSWORD@$ADDRESS:$BROKER_PORT/
    DATABASE_URL=mysql+pymysql://lab:$DATABASE_PASSWORD@127.0.0.1:$DATABASE_PORT
}

make_secrets() {
    local name
    for name in ADMIN TENANT SERVICE BROKER DATABASE METADATA; do
        printf '%s_PASSWORD=%s\n' "$name" "$(od -A n -N 16 -t x1 /dev/urandom | tr -d ' \n')"
    done >"$LAB/secrets.new"
    mv "$LAB/secrets.new" "$LAB/secrets"
}

# NAME COMMAND…: runs it unless it succeeded before.
once() {
    local name=$1
    shift
    [[ ! -e $LAB/done/$name ]] || return 0
    "$@" >>"$LAB/log/$name.log" 2>&1 || die "$name failed: $(tail -n 1 "$LAB/log/$name.log") ($LAB/log/$name.log)"
    touch "$LAB/done/$name"
}
