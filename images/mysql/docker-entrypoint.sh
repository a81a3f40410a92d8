#!/bin/bash
# The contract of the Docker Official Image `mysql`, in this subset: MYSQL_ROOT_PASSWORD,
# MYSQL_ROOT_HOST, MYSQL_DATABASE, MYSQL_USER, MYSQL_PASSWORD, each also as NAME_FILE;
# MYSQL_INITDB_SKIP_TZINFO; /docker-entrypoint-initdb.d/*.sql; /etc/mysql/conf.d/*.cnf; arguments
# go to mysqld; starts as root or as the user mysql (999).
#
# An empty volume is filled from a seed, then the accounts and scripts are applied by a server that
# nobody else can reach. The file .initialising lies in the volume from before the first byte until
# all of it is on disk: a start that finds it wipes the volume and begins anew.
set -euo pipefail

data=/var/lib/mysql
seed=/usr/local/share/mysql-seed
unfinished=$data/.initialising
socket=/tmp/mysql-init.sock

say() { printf '%s [entrypoint] %s\n' "$(date --utc +%FT%TZ)" "$*" >&2; }

die() {
    say "$*"
    exit 1
}

only_asks() {
    local argument
    for argument; do
        case $argument in -'?' | --help | -V | --version | --print-defaults) return 0 ;; esac
    done
    return 1
}

read_secret() {
    local name=$1 file=${1}_FILE
    [[ -n ${!file:-} ]] || return 0
    [[ -z ${!name:-} ]] || die "set $name or $file, not both"
    [[ -r ${!file} ]] || die "cannot read ${!file}, named by $file"
    export "$name=$(<"${!file}")"
    unset "$file"
}

read_secrets() {
    local name
    for name in MYSQL_ROOT_PASSWORD MYSQL_ROOT_HOST MYSQL_DATABASE MYSQL_USER MYSQL_PASSWORD; do
        read_secret "$name"
    done
}

become_mysql() {
    mkdir -p "$data" /run/mysqld
    setpriv --reuid mysql --regid mysql --clear-groups -- true ||
        die "cannot become the user mysql: run with --user mysql, or keep SETUID and SETGID"
    [[ $(stat -c %U "$data") == mysql ]] || chown -R mysql:mysql "$data"
    setpriv --reuid mysql --regid mysql --clear-groups -- test -w /run/mysqld ||
        chown mysql:mysql /run/mysqld
    exec setpriv --reuid mysql --regid mysql --clear-groups -- "$0" "$@"
}

contents() { find "$data" -mindepth 1 -maxdepth 1 ! -name lost+found "$@"; }

needs_init() {
    [[ -e $unfinished ]] && return 0
    [[ ! -d $data/mysql ]] || return 1
    [[ -z $(contents -print -quit) ]] || die "$data holds files, but no database of MySQL"
}

wipe() { contents ! -name .initialising -exec rm -rf {} +; }

# These cannot change once a data directory is made; the seed has their defaults.
fixed_settings() {
    "$@" --verbose --help 2>/dev/null |
        sed -nE '/^(lower-case-table-names|innodb-(page-size|data-file-path|(data|log-group)-home-dir|undo-directory)) /p'
}

time_zones() {
    echo 'USE mysql;'
    [[ -n ${MYSQL_INITDB_SKIP_TZINFO:-} ]] || mysql_tzinfo_to_sql /usr/share/zoneinfo 2>/dev/null
}

make_data_directory() {
    if [[ $(fixed_settings "$@") == "$(<"$seed.settings")" ]]; then
        tar --extract --zstd --sparse --directory "$data" --file "$seed.tar.zst"
    else
        say "making a data directory for these settings"
        time_zones >/tmp/time-zones.sql
        "$@" --initialize-insecure --init-file=/tmp/time-zones.sql --skip-log-bin
        rm /tmp/time-zones.sql
    fi
}

quoted() {
    local text=${1//\\/\\\\}
    printf "'%s'" "${text//\'/\'\'}"
}

sql() { mysql --no-defaults --user=root --socket="$socket" "$@"; }

accounts() {
    local database=${MYSQL_DATABASE:-} user=${MYSQL_USER:-} host=${MYSQL_ROOT_HOST:-%}
    local root_password
    root_password=$(quoted "$MYSQL_ROOT_PASSWORD")
    echo "SET sql_mode = '';"
    [[ -z $database ]] || echo "CREATE DATABASE \`${database//\`/\`\`}\`;"
    if [[ -n $user ]]; then
        echo "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "${MYSQL_PASSWORD:-}");"
        [[ -z $database ]] || echo "GRANT ALL ON \`${database//_/\\_}\`.* TO $(quoted "$user")@'%';"
    fi
    [[ $host == localhost ]] || echo "
        CREATE USER root@$(quoted "$host") IDENTIFIED BY $root_password;
        GRANT ALL ON *.* TO root@$(quoted "$host") WITH GRANT OPTION;"
}

apply_settings() {
    local script
    accounts | sql
    for script in /docker-entrypoint-initdb.d/*.sql; do
        [[ -e $script ]] || continue
        say "running $script"
        sql ${MYSQL_DATABASE:+--database="$MYSQL_DATABASE"} <"$script"
    done
    sql <<END
SET sql_mode = '';
ALTER USER root@localhost IDENTIFIED BY $(quoted "$MYSQL_ROOT_PASSWORD");
FLUSH TABLES;
END
}

start_private_server() {
    rm -f "$socket"
    "$@" --skip-networking --socket="$socket" --pid-file=/tmp/mysql-init.pid --mysqlx=OFF \
        --skip-log-bin --gtid-mode=OFF --skip-replica-start --performance-schema=OFF \
        --read-only=OFF --super-read-only=OFF --skip-innodb-doublewrite \
        --innodb-flush-log-at-trx-commit=2 --innodb-redo-log-capacity=8M &
    server=$!
    until [[ -S $socket ]]; do
        kill -0 "$server" 2>/dev/null || die "the server did not start"
        sleep 0.02
    done
}

# A proper stop takes longer than everything else here; all it would write is in the log by now.
stop_private_server() {
    kill -KILL "$server"
    wait "$server" 2>/dev/null || true
    rm -f /tmp/mysql-init.*
}

initialise() {
    [[ -n ${MYSQL_ROOT_PASSWORD:-} ]] || die "set MYSQL_ROOT_PASSWORD or MYSQL_ROOT_PASSWORD_FILE"
    say "making the database"
    touch "$unfinished"
    wipe
    make_data_directory "$@"
    start_private_server "$@"
    apply_settings
    stop_private_server
    find "$data" -exec sync {} +
    rm "$unfinished"
    sync "$data"
}

if [[ ${1:-} == fixed-settings ]]; then
    shift
    fixed_settings "$@"
    exit
fi
[[ ${1:-} != -* ]] || set -- mysqld "$@"
if [[ ${1:-} == mysqld ]] && ! only_asks "$@"; then
    trap 'exit 143' TERM INT
    read_secrets
    ((EUID != 0)) || become_mysql "$@"
    if needs_init; then
        initialise "$@"
    fi
    unset MYSQL_ROOT_PASSWORD MYSQL_PASSWORD
fi
exec "$@"
