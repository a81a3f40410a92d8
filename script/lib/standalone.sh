# shellcheck shell=bash
# The demo's dbaas-standalone: started detached, found again, taken away. Needs say.sh, docker.sh.

STATE=${XDG_STATE_HOME:-$HOME/.local/state}/dbaas
API=http://127.0.0.1:8779
LABEL=dbaas.demo

ensure_standalone() {
    write_standalone_conf
    if ! is_answering; then
        say "starting dbaas-standalone; its log is $STATE/standalone.log"
        setsid .venv/bin/dbaas-standalone --state-dir "$STATE" \
            </dev/null >>"$STATE/standalone.log" 2>&1 &
        wait_for_answer
    fi
    .venv/bin/python script/lib/clouds_yaml.py add "$STATE/clouds.yaml"
    say "the service listens on $API"
}

# The database image may be one that was built here; the local cloud's catalogue names it.
write_standalone_conf() {
    mkdir -p "$STATE"
    chmod 700 "$STATE"
    cat >"$STATE/images.json" <<EOF
[{"id": "5b6f6c1e-6d79-5371-8c00-000000000001", "name": "mysql-on-this-machine",
  "tags": ["trove", "mysql"], "repository": "$MYSQL_IMAGE"}]
EOF
    cat >"$STATE/standalone.conf" <<EOF
[local]
images = $STATE/images.json
labels = $LABEL:yes
EOF
}

is_answering() { .venv/bin/python script/lib/answers.py "$API/healthcheck"; }

wait_for_answer() {
    local pid=$! deadline=$((SECONDS + 60))
    until is_answering; do
        kill -0 "$pid" 2>/dev/null || die "it ended; see $STATE/standalone.log"
        ((SECONDS < deadline)) || die "it does not answer; see $STATE/standalone.log"
        sleep 0.2
    done
}

remove_standalone() {
    stop_standalone
    if docker info >/dev/null 2>&1; then
        remove_labelled container rm --force
        remove_labelled volume volume rm
        remove_labelled network network rm
        remove_built_images
    fi
    [[ ! -e script/lib/clouds_yaml.py || ! -e .venv ]] ||
        .venv/bin/python script/lib/clouds_yaml.py remove
    rm -rf "$STATE"
    say "gone: the service, its databases with their data, $STATE, and images built here"
    say "left: installed packages (Docker among them) and .venv"
}

stop_standalone() {
    pkill -f -- "dbaas-standalone --state-dir $STATE" || return 0
    say "stopping dbaas-standalone"
    while pgrep -f -- "dbaas-standalone --state-dir $STATE" >/dev/null; do sleep 0.1; done
}

# KIND COMMAND…: run docker COMMAND on all things of that kind which the demo made.
remove_labelled() {
    local kind=$1 all=()
    shift
    [[ $kind != container ]] || all=(--all)
    docker "$kind" ls "${all[@]}" --quiet --filter "label=$LABEL" |
        xargs --no-run-if-empty docker "$@" >/dev/null
}

remove_built_images() {
    docker images --quiet dbaas/mysql | sort -u | xargs --no-run-if-empty docker rmi --force >/dev/null
}
