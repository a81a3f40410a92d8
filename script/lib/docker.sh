# shellcheck shell=bash
# A Docker engine that answers. Needs say.sh, packages.sh.

DOCKER_LOG=/var/log/dbaas-dockerd.log

ensure_docker() {
    docker_answers && return
    install_docker
    start_docker
    wait_for_docker
}

docker_answers() { docker info &>/dev/null; }

install_docker() {
    command -v dockerd >/dev/null || install_packages docker.io
    # Debian 13 has the client in a package of its own.
    command -v docker >/dev/null || install_packages docker-cli
}

docker_forbids() { docker info 2>&1 | grep --quiet --ignore-case 'permission denied'; }

start_docker() {
    docker_forbids && tell_group
    say "starting the Docker engine"
    if [[ -d /run/systemd/system ]]; then
        as_root systemctl start docker
    elif ! pidof dockerd >/dev/null; then
        # A pid file that outlived its engine would keep a new one from starting.
        as_root rm -f /run/docker.pid /run/docker/containerd/containerd.pid
        as_root sh -c "exec setsid --fork dockerd </dev/null >>$DOCKER_LOG 2>&1"
        DOCKER_STARTED=yes
    fi
}

# Ends an engine that ensure_docker started by hand; systemd's is the machine's own.
stop_started_docker() {
    [[ ${DOCKER_STARTED:-} == yes ]] || return 0
    as_root pkill -x dockerd
    while pidof dockerd >/dev/null; do sleep 0.1; done
}

wait_for_docker() {
    local deadline=$((SECONDS + 60))
    until docker_answers; do
        docker_forbids && tell_group
        ((SECONDS < deadline)) || docker_failed
        sleep 0.2
    done
}

docker_failed() {
    [[ ! -r $DOCKER_LOG ]] || tail -n 20 "$DOCKER_LOG" >&2
    die "the Docker engine does not answer: $(docker info 2>&1 | tail -n 1)"
}

tell_group() {
    die "Docker runs, but $USER may not use it: say 'sudo usermod -aG docker $USER', then log in anew"
}
