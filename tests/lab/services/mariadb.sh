# shellcheck shell=bash

# Its data may be lost with the machine: nothing is synced.
run_mariadb() {
    local data=$LAB/mariadb
    once mariadb make_mariadb "$data"
    start mariadb mariadbd --no-defaults --user=root --datadir="$data" --socket=mariadb.sock \
        --bind-address=127.0.0.1 --port="$DATABASE_PORT" --skip-name-resolve --max-connections=800 \
        --character-set-server=utf8mb3 --init-file="$LAB/etc/accounts.sql" \
        --innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=0 --skip-innodb-doublewrite
    await mariadb "a login" sql -e "SELECT 1"
}

# Root gets in through the socket only.
make_mariadb() {
    rm -rf "$1"
    cat >"$LAB/etc/accounts.sql" <<END
CREATE USER IF NOT EXISTS 'lab'@'%' IDENTIFIED BY '$DATABASE_PASSWORD';
GRANT ALL ON *.* TO 'lab'@'%' WITH GRANT OPTION;
END
    cat >"$LAB/etc/mariadb-client.cnf" <<END
[client]
host = 127.0.0.1
port = $DATABASE_PORT
user = lab
password = $DATABASE_PASSWORD
END
    mariadb-install-db --no-defaults --user=root --datadir="$1" --skip-test-db --skip-name-resolve \
        --auth-root-authentication-method=socket --auth-root-socket-user=root --cross-bootstrap
}

sql() { mariadb --defaults-file="$LAB/etc/mariadb-client.cnf" --batch --skip-column-names "$@"; }

create_database() { sql -e "CREATE DATABASE IF NOT EXISTS $1"; }
