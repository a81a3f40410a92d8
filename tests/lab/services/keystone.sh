# shellcheck shell=bash

# All others wait for it, so what they can do alone they do with `nice`.
run_keystone() {
    local config=$LAB/etc/keystone.conf
    cat >"$config" <<END
[database]
$(database keystone)
[token]
expiration = 86400
[fernet_tokens]
key_repository = $LAB/keystone/fernet
[fernet_receipts]
key_repository = $LAB/keystone/fernet
[credential]
key_repository = $LAB/keystone/credential
[identity]
# The least work that bcrypt does: passwords here are random, and checked all the time.
password_hash_rounds = 4
[cache]
enabled = true
backend = dogpile.cache.pymemcache
memcache_servers = 127.0.0.1:$MEMCACHED_PORT
END
    once keystone make_keystone "$config"
    serve_wsgi keystone "$ADDRESS:5000" /usr/bin/keystone-wsgi-public --processes 2 \
        --env OS_KEYSTONE_CONFIG_FILES="$config"
    await_answer keystone "$IDENTITY_URL"
    once identity make_identity
}

make_keystone() {
    make_key "$LAB/keystone/fernet"
    make_key "$LAB/keystone/credential"
    create_database keystone
    pristine keystone-manage --config-file "$1" db_sync
    pristine OS_BOOTSTRAP_PASSWORD="$ADMIN_PASSWORD" keystone-manage --config-file "$1" bootstrap \
        --bootstrap-region-id RegionOne --bootstrap-public-url "$IDENTITY_URL" \
        --bootstrap-internal-url "$IDENTITY_URL" --bootstrap-admin-url "$IDENTITY_URL"
}

# DIR: what `keystone-manage fernet_setup` makes, without two starts of it.
make_key() {
    mkdir -p "$1"
    head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n' >"$1/0"
}

make_identity() {
    as_admin DBAAS_LAB_SERVICE_PASSWORD="$SERVICE_PASSWORD" \
        DBAAS_LAB_TENANT_PASSWORD="$TENANT_PASSWORD" /usr/bin/python3 tests/lab/identity.py
}

await_identity() { await keystone "the catalog" test -e "$LAB/done/identity"; }

# COMMAND…: with the administrator's login.
as_admin() {
    pristine OS_AUTH_URL="$IDENTITY_URL" OS_USERNAME=admin OS_PASSWORD="$ADMIN_PASSWORD" \
        OS_PROJECT_NAME=admin OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default \
        OS_REGION_NAME=RegionOne "$@"
}

# NAME ADDRESS:PORT FILE OPTION…: uwsgi does not keep connections open, and has to say so.
serve_wsgi() {
    local name=$1 socket=$2 file=$3
    shift 3
    start "$name" uwsgi_python3 --plugins python3 --http-socket "$socket" --wsgi-file "$file" \
        --master --threads 4 --enable-threads --die-on-term --buffer-size 65535 \
        --add-header "Connection: close" "$@"
}
