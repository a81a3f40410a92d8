# shellcheck shell=bash
# Daemons without an init: started detached, found again, waited for, ended. Needs say.sh, state.sh.

# Nothing of the caller's: no proxies, virtual environments, or logins to other clouds.
ENVIRONMENT=(--ignore-environment PATH="$PATH" HOME="$LAB" LC_ALL=C.UTF-8)

# COMMAND…
pristine() { env "${ENVIRONMENT[@]}" "$@"; }

# NAME COMMAND…: starts it in a session of its own unless it runs.
start() {
    local name=$1
    shift
    ! is_running "$name" || return 0
    printf '%q ' "$@" >"$LAB/run/$name.command"
    start_again "$name"
}

# NAME: what start was told last time.
start_again() {
    local name=$1 command
    eval "command=($(<"$LAB/run/$name.command"))"
    say "starting $name"
    setsid env --default-signal=INT,QUIT "${ENVIRONMENT[@]}" "${command[@]}" \
        </dev/null >>"$LAB/log/$name.log" 2>&1 9>&- &
    echo "$! $(birth "$!")" >"$LAB/run/$name.pid"
}

# PID: when it was started, in ticks since the machine was; another process with its number differs.
birth() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20; }

is_running() {
    local pid born=""
    read -r pid born 2>/dev/null <"$LAB/run/$1.pid" &&
        [[ -n $born && $(birth "$pid") == "$born" ]]
}

# DAEMON WHAT COMMAND…: until the command succeeds.
await() {
    local name=$1 what=$2 deadline=$((SECONDS + 180))
    shift 2
    until "$@" &>/dev/null; do
        is_running "$name" || die "$name ended: $(tail -n 1 "$LAB/log/$name.log") ($LAB/log/$name.log)"
        ((SECONDS < deadline)) || die "$name: $what takes too long; see $LAB/log/$name.log"
        sleep 0.2
    done
}

# DAEMON URL
await_answer() {
    await "$1" "an answer from $2" \
        curl --silent --fail --noproxy '*' --max-time 10 --output /dev/null "$2"
}

# DAEMON ADDRESS PORT
# shellcheck disable=SC2016 # the other shell expands it
await_port() { await "$1" "port $3" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3"; }

# NAME: ends it and all that it started.
end() {
    local name=$1 pid try
    if is_running "$name"; then
        read -r pid _ <"$LAB/run/$name.pid"
        kill -TERM -- "-$pid" 2>/dev/null || true
        for ((try = 0; try < 100; try++)); do
            kill -0 -- "-$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$pid" 2>/dev/null || true
    fi
    rm -f "$LAB/run/$name.pid"
}

# The names of all daemons that were started.
daemons() {
    local file
    for file in "$LAB"/run/*.pid; do
        [[ ! -e $file ]] || basename "$file" .pid
    done
}

# Some services end a while after they were started, if something is not to their liking.
expect_all_running() {
    local name
    for name in $(daemons); do
        is_running "$name" || die "$name ended; see $LAB/log/$name.log"
    done
}

# JOB…: runs these functions side by side, and fails if one of them did.
together() {
    local job jobs=() failed=()
    for job; do
        "$job" &
        jobs+=($!)
    done
    for job; do
        wait "${jobs[0]}" || failed+=("$job")
        jobs=("${jobs[@]:1}")
    done
    ((${#failed[@]} == 0)) || die "failed: ${failed[*]}"
}
