# shellcheck shell=bash
# Private RabbitMQ, MariaDB and PostgreSQL for tests: throw-away servers on free ports of the
# loopback address, with nothing of the distribution's own services. Needs say.sh, packages.sh and
# .venv with the extra 'test'; runs in the checkout's folder.

SERVICES_USER=dbaas

# DIR: starts all three there, waits for real logins, exports DBAAS_TEST_*_URL.
start_services() {
    SERVICES=$(realpath -m "$1")
    install_services
    stop_services "$SERVICES"
    mkdir -p "$SERVICES"
    chmod 700 "$SERVICES"
    SERVICES_PASSWORD=$(random_password)
    choose_ports
    say "starting RabbitMQ, MariaDB and PostgreSQL"
    launch_services
    .venv/bin/python script/lib/logins.py \
        "$DBAAS_TEST_RABBIT_URL" "$DBAAS_TEST_MYSQL_URL" "$DBAAS_TEST_POSTGRESQL_URL" >&2 ||
        services_failed
    say "the test services answer"
}

# DIR: ends everything that start_services began there, and removes its files.
stop_services() {
    local folder=$1
    (
        shopt -s nullglob
        for file in "$folder"/*.pid; do
            end_group "$(<"$file")" &
        done
        wait
        [[ ! -e $folder/postgresql.home ]] || rm -rf "$(<"$folder/postgresql.home")"
        rm -rf "$folder"/{rabbitmq,mariadb,postgresql} "$folder"/*.{pid,log,home,sql}
    )
}

services_failed() {
    tail -n 15 "$SERVICES"/*.log >&2
    stop_services "$SERVICES"
    die "the test services did not start"
}

install_services() {
    command -v rabbitmq-server >/dev/null || install_packages rabbitmq-server
    command -v mariadbd >/dev/null || install_first_of mariadb-server-core mariadb-server-core-10.6
    postgresql_programs >/dev/null || install_packages postgresql
}

random_password() { od -A n -N 16 -t x1 /dev/urandom | tr -d ' \n'; }

choose_ports() {
    read -r AMQP_PORT MANAGEMENT_PORT DIST_PORT EPMD_PORT MARIADB_PORT POSTGRESQL_PORT < <(
        .venv/bin/python - <<'END'
import socket
free = [socket.create_server(("127.0.0.1", 0)) for _ in range(6)]
print(*(one.getsockname()[1] for one in free))
END
    )
    local account=$SERVICES_USER:$SERVICES_PASSWORD@127.0.0.1
    export DBAAS_TEST_RABBIT_URL=rabbit://$account:$AMQP_PORT/
    export DBAAS_TEST_RABBIT_ADMIN_URL=http://$account:$MANAGEMENT_PORT
    export DBAAS_TEST_MYSQL_URL=mysql+pymysql://$account:$MARIADB_PORT/
    export DBAAS_TEST_POSTGRESQL_URL=postgresql+psycopg2://$account:$POSTGRESQL_PORT/postgres
}

launch_services() {
    local job jobs=()
    for job in launch_rabbitmq launch_mariadb launch_postgresql; do
        "$job" &
        jobs+=($!)
    done
    for job in "${jobs[@]}"; do
        wait "$job" || services_failed
    done
}

# NAME COMMAND…: runs it in a session of its own, so that an interrupt from the terminal or the end
# of this shell leaves it alone, and one signal to its group ends all of it.
launch() {
    local name=$1
    shift
    setsid env --default-signal=INT,QUIT "$@" </dev/null >>"$SERVICES/$name.log" 2>&1 &
    echo $! >"$SERVICES/$name.pid"
}

# QUIT is the quick stop of all three.
end_group() {
    local try
    kill -QUIT -- "-$1" 2>/dev/null || return 0
    for ((try = 0; try < 100; try++)); do
        kill -0 -- "-$1" 2>/dev/null || return 0
        sleep 0.05
    done
    kill -KILL -- "-$1" 2>/dev/null || true
}

# The rabbitmq-server in the path would change to the user rabbitmq.
launch_rabbitmq() {
    local home=$SERVICES/rabbitmq
    mkdir "$home"
    cat >"$home/rabbitmq.conf" <<END
listeners.tcp.local = 127.0.0.1:$AMQP_PORT
management.tcp.ip = 127.0.0.1
management.tcp.port = $MANAGEMENT_PORT
default_user = $SERVICES_USER
default_pass = $SERVICES_PASSWORD
END
    echo '[rabbitmq_management].' >"$home/enabled_plugins"
    launch epmd epmd -port "$EPMD_PORT" -address 127.0.0.1
    launch rabbitmq env HOME="$home" ERL_EPMD_PORT="$EPMD_PORT" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_NODENAME="dbaas$AMQP_PORT@localhost" RABBITMQ_DIST_PORT="$DIST_PORT" \
        RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" \
        RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$home/log" \
        RABBITMQ_ALLOW_INPUT=yes \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-noinput -kernel inet_dist_use_interface {127,0,0,1}" \
        /usr/lib/rabbitmq/bin/rabbitmq-server
}

launch_mariadb() {
    local data=$SERVICES/mariadb as_user=()
    ((EUID != 0)) || as_user=(--user=root)
    mariadb-install-db --no-defaults "${as_user[@]}" --datadir="$data" --skip-test-db \
        --skip-name-resolve --auth-root-authentication-method=normal --cross-bootstrap \
        >"$SERVICES/mariadb.log" 2>&1
    cat >"$SERVICES/accounts.sql" <<END
CREATE USER '$SERVICES_USER'@'%' IDENTIFIED BY '$SERVICES_PASSWORD';
GRANT ALL ON *.* TO '$SERVICES_USER'@'%' WITH GRANT OPTION;
END
    launch mariadb mariadbd --no-defaults "${as_user[@]}" --datadir="$data" --socket=mariadb.sock \
        --bind-address=127.0.0.1 --port="$MARIADB_PORT" --max-connections=500 --skip-name-resolve \
        --init-file="$SERVICES/accounts.sql" --innodb-flush-method=nosync \
        --innodb-flush-log-at-trx-commit=0 --skip-innodb-doublewrite
}

# PostgreSQL refuses to run as root, and its own user may not get to root's folders.
launch_postgresql() {
    local home=$SERVICES/postgresql as_user=() programs
    programs=$(postgresql_programs)
    if ((EUID == 0)); then
        as_user=(setpriv --reuid postgres --regid postgres --clear-groups)
        home=$("${as_user[@]}" mktemp -d /tmp/dbaas-postgresql.XXXXXX)
        echo "$home" >"$SERVICES/postgresql.home"
    fi
    "${as_user[@]}" mkdir -p "$home"
    cd "$home" || return
    "${as_user[@]}" sh -c 'umask 077; cat >password' <<<"$SERVICES_PASSWORD"
    "${as_user[@]}" "$programs/initdb" --pgdata=data --pwfile=password --no-sync --encoding=UTF8 \
        --locale=C --auth=scram-sha-256 --username="$SERVICES_USER" >>"$SERVICES/postgresql.log" 2>&1
    launch postgresql "${as_user[@]}" "$programs/postgres" -D data -p "$POSTGRESQL_PORT" \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off
}

postgresql_programs() { compgen -G '/usr/lib/postgresql/*/bin' | sort --version-sort | tail -n 1; }
