# shellcheck shell=bash
# The walk: what an operator and a tenant do on an ordinary day. Needs say.sh, mysql_image.sh.
# Every command is shown as typed, and its effect is looked at: the walk fails if one is missing.

DB_PASSWORD=mypassword
NETWORK=dbaas
PATIENCE=600

walk() {
    export OS_CLIENT_CONFIG_FILE=$STATE/clouds.yaml OS_CLOUD=dbaas
    make_orderable
    make_database
    use_database
    administer_content
    manage_instance
    delete_another
    show openstack database limit list
    show openstack database quota show demo
    show openstack database instance list
}

# Show the command as one would type it, run it.
show() {
    local word typed=
    for word; do typed+=" ${word:-\"\"}"; done
    say "\$$typed"
    "$@"
}

openstack() { .venv/bin/openstack "$@"; }

value() { openstack database instance show "$1" -f value -c "$2"; }

make_orderable() {
    if ! openstack datastore version list mysql -f value -c Name 2>/dev/null | grep -qxF "$MYSQL_VERSION"; then
        show openstack datastore version create "$MYSQL_VERSION" mysql mysql "" \
            --image-tags trove,mysql --active --default --version-number "$MYSQL_VERSION"
    fi
    show openstack datastore version list mysql
    show openstack database flavor list
}

make_database() {
    if has_instance my_db; then
        say "my_db is there already"
    else
        show openstack database instance create my_db --flavor m1.medium --size 10 \
            --nic "net-id=$NETWORK" --database testdb --users "spatel:$DB_PASSWORD" \
            --datastore mysql --datastore-version "$MYSQL_VERSION" --is-public
    fi
    wait_until_healthy my_db
    show openstack database instance list
    show openstack database instance show my_db
}

has_instance() { openstack database instance list -f value -c Name | grep -qxF "$1"; }


wait_until_healthy() {
    local name=$1 status state began=$SECONDS
    while true; do
        read -r state status < <(openstack database instance show "$name" -f value \
            -c operating_status -c status | paste -sd ' ' | sed 's/^ /- /')
        say "$name is $status / $state, after $((SECONDS - began)) s"
        [[ $status/$state != ACTIVE/HEALTHY ]] || return 0
        [[ $status != ERROR ]] || die "$(value "$name" fault)"
        ((SECONDS - began < PATIENCE)) || die "that takes too long"
        sleep 1
    done
}

public_address() {
    openstack database instance show my_db -f json -c addresses |
        .venv/bin/python -c 'import ast, json, sys
found = json.load(sys.stdin)["addresses"]
found = ast.literal_eval(found) if isinstance(found, str) else found
print(next(a["address"] for a in found if a["type"] == "public"))'
}

# USER PASSWORD SQL: over TCP, by the MySQL client of the image.
sql() {
    MYSQL_PWD=$2 docker run --rm --network host --env MYSQL_PWD --entrypoint mysql \
        "$MYSQL_IMAGE:$MYSQL_VERSION" --host "$ADDRESS" --user "$1" --batch --skip-column-names \
        --execute "$3"
}

use_database() {
    local version
    ADDRESS=$(public_address)
    say "\$ mysql -h $ADDRESS -u spatel -p"
    version=$(sql spatel "$DB_PASSWORD" "SELECT VERSION()")
    [[ $version == "$(value my_db datastore_version_number)" ]] || die "the version shown is not $version"
    sql spatel "$DB_PASSWORD" "SHOW DATABASES"
    sql spatel "$DB_PASSWORD" "CREATE TABLE IF NOT EXISTS testdb.t (n INT); INSERT INTO testdb.t VALUES (1)"
    ! sql spatel "$DB_PASSWORD" "SELECT * FROM mysql.user" 2>/dev/null || die "spatel sees too much"
}

administer_content() {
    administer_users
    administer_databases
    administer_access
    administer_root
}

administer_users() {
    forget_user newuser
    forget_user renamed
    show openstack database user create my_db newuser userpass --databases testdb
    show openstack database user list my_db
    show openstack database user show my_db newuser
    sql newuser userpass "SELECT COUNT(*) FROM testdb.t" >/dev/null
    show openstack database user update attributes my_db newuser --new_name renamed \
        --new_password otherpass
    sql renamed otherpass "SELECT COUNT(*) FROM testdb.t" >/dev/null
    ! sql newuser userpass "SELECT 1" >/dev/null 2>&1 || die "newuser can still log in"
}

forget_user() {
    ! openstack database user list my_db -f value -c Name | grep -qxF "$1" ||
        openstack database user delete my_db "$1"
}

administer_databases() {
    ! openstack database db list my_db -f value -c Name | grep -qxF newdb ||
        openstack database db delete my_db newdb
    show openstack database db create my_db newdb
    show openstack database db list my_db
}

administer_access() {
    show openstack database user grant access my_db renamed newdb
    show openstack database user show access my_db renamed
    sql renamed otherpass "CREATE TABLE newdb.t (n INT)"
    show openstack database user revoke access my_db renamed newdb
    ! sql renamed otherpass "SELECT * FROM newdb.t" >/dev/null 2>&1 || die "access was not revoked"
    show openstack database user delete my_db renamed
    show openstack database db delete my_db newdb
}

administer_root() {
    local password
    show openstack database root show my_db
    say "\$ openstack database root enable my_db"
    password=$(openstack database root enable my_db -f value -c password)
    sql root "$password" "SELECT COUNT(*) FROM mysql.user" >/dev/null
    show openstack database root show my_db
    show openstack database root disable my_db
    ! sql root "$password" "SELECT 1" >/dev/null 2>&1 || die "root can still log in"
}

manage_instance() {
    show openstack database instance restart my_db
    wait_until_healthy my_db
    [[ $(sql spatel "$DB_PASSWORD" "SELECT MIN(n) FROM testdb.t") == 1 ]] || die "a row was lost"
    show openstack database instance update my_db --name my_db_renamed
    show openstack database instance update my_db_renamed --name my_db
}

delete_another() {
    show openstack database instance create short_lived --flavor m1.tiny --size 1 \
        --datastore mysql --datastore-version "$MYSQL_VERSION" --nic net-id=dbaas
    wait_until_healthy short_lived
    show openstack database instance delete short_lived
    while has_instance short_lived; do say "short_lived is being deleted"; done
}

say_how_to_connect() {
    cat <<EOF

The service runs on $API and my_db is ready:

    mysql -h $ADDRESS -u spatel -p          # password: $DB_PASSWORD, database: testdb
    source .venv/bin/activate
    openstack --os-cloud dbaas database instance list

Its log is $STATE/standalone.log. To take everything away again: script/demo --clean
EOF
}
