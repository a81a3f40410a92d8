# shellcheck shell=bash
# The service beside the lab: set up by bootstrap, as processes that go on when the script ends.
# Needs say.sh, packages.sh, docker.sh, mysql_image.sh; runs in the checkout's folder.

CLOUD=$PWD/.cloud
API_PORT=8779
STAND_INS=dbaas.stand-in

know_the_lab() {
    eval "$(tests/lab/env)"
    mkdir -p "$CLOUD/log" "$CLOUD/run"
    chmod 700 "$CLOUD"
    export DBAAS_CLOUD_DIR=$CLOUD
}

know_mysql_image() {
    read -r MYSQL_IMAGE MYSQL_VERSION <"$CLOUD/mysql-image"
    export DBAAS_TEST_MYSQL_IMAGE=$MYSQL_IMAGE:$MYSQL_VERSION
}

# In the small form nothing is ever booted from it, so it may be empty.
ensure_guest_image() {
    local file=$CLOUD/guest.qcow2 stamp=$CLOUD/guest.made-of made_of
    echo "$MYSQL_IMAGE $MYSQL_VERSION" >"$CLOUD/mysql-image"
    made_of=$(guest_sources | sha256sum)
    [[ ! -e $file || $made_of != "$(cat "$stamp" 2>/dev/null)" ]] || return 0
    if [[ $DBAAS_LAB_FORM == small ]]; then
        qemu-img create -q -f qcow2 "$file" 1M
    else
        install_image_tools
        .venv/bin/dbaas-image build --output "$file" \
            --database-image "$MYSQL_IMAGE:$MYSQL_VERSION" >&2
    fi
    echo "$made_of" >"$stamp"
}

install_image_tools() {
    local missing
    read -ra missing < <(.venv/bin/python -c 'from dbaas.guestimage.distribution import missing_tools
print(*missing_tools())')
    install_packages "${missing[@]}"
}

# All that an image is made of: it is made anew when some of it changes.
guest_sources() {
    echo "$DBAAS_LAB_FORM"
    docker image inspect --format '{{.Id}}' "$MYSQL_IMAGE:$MYSQL_VERSION"
    find dbaas setup.cfg -type f -not -name '*.pyc' -print0 | sort -z | xargs -0 cat
}

# [OPTIONS…]: as an operator types it, but for the names of this lab.
run_bootstrap() {
    say "\$ dbaas-manage bootstrap"
    DBAAS_DATABASE_ADMIN_URL=$DBAAS_LAB_DATABASE_URL \
        DBAAS_BROKER_ADMIN_URL=${DBAAS_LAB_MANAGEMENT_URL/:\/\//://$DBAAS_LAB_MANAGEMENT_USER:$DBAAS_LAB_MANAGEMENT_PASSWORD@} \
        .venv/bin/dbaas-manage bootstrap --config-dir "$CLOUD/conf.d" \
        --broker-address "$DBAAS_LAB_ADDRESS" --external-network "$DBAAS_LAB_PUBLIC_NETWORK" \
        --memcached-servers "$DBAAS_LAB_MEMCACHED" --image "$CLOUD/guest.qcow2" \
        --image-repository "$MYSQL_IMAGE" --datastore-version "$MYSQL_VERSION" "$@"
}

bootstrap_again() {
    local told changed
    told=$(run_bootstrap)
    [[ -n $told ]] || die "the second bootstrap told nothing"
    changed=$(grep -vE '^(found|skipped) ' <<<"$told") || true
    [[ -z $changed ]] || die "the second bootstrap changed: $changed"
    say "the second bootstrap changed nothing"
}

# Two API processes under gunicorn, and two task managers.
start_services() {
    start_service api .venv/bin/gunicorn --config etc/dbaas/gunicorn.conf.py \
        --bind "0.0.0.0:$API_PORT" --workers 2 "dbaas.cmd.api:application()"
    start_service taskmanager-1 .venv/bin/dbaas-taskmanager --config-dir "$CLOUD/conf.d"
    start_service taskmanager-2 .venv/bin/dbaas-taskmanager --config-dir "$CLOUD/conf.d"
    wait_for_api
}

# NAME COMMAND…
start_service() {
    local name=$1
    shift
    ! pkill -0 -F "$CLOUD/run/$name.pid" 2>/dev/null || return 0
    say "starting $name; its log is $CLOUD/log/$name.log"
    OS_DBAAS_CONFIG_FILES=$CLOUD/conf.d/10-bootstrap.conf setsid "$@" </dev/null >>"$CLOUD/log/$name.log" 2>&1 &
    echo $! >"$CLOUD/run/$name.pid"
}

wait_for_api() {
    local deadline=$((SECONDS + 60))
    until .venv/bin/python script/lib/answers.py "http://127.0.0.1:$API_PORT/healthcheck"; do
        ((SECONDS < deadline)) || die "it does not answer; see $CLOUD/log/api.log"
        sleep 0.2
    done
}

stop_services() {
    local file
    for file in "$CLOUD"/run/*.pid; do
        [[ -e $file ]] || continue
        say "stopping $(basename "$file" .pid)"
        pkill -F "$file" || true
        while pkill -0 -F "$file" 2>/dev/null; do sleep 0.1; done
        rm "$file"
    done
}

# The small form's guests are agents and containers of this machine.
remove_stand_ins() {
    docker_answers || return 0
    docker ps --all --quiet --filter "label=$STAND_INS" | xargs --no-run-if-empty docker rm --force
    docker volume ls --quiet --filter "label=$STAND_INS" | xargs --no-run-if-empty docker volume rm
} >/dev/null

check_status() {
    say "\$ dbaas-status check"
    .venv/bin/dbaas-status --config-dir "$CLOUD/conf.d" check
}

# For the client: the cloud's administrator, and a tenant.
write_clouds_yaml() {
    (umask 077 && cat >"$CLOUD/clouds.yaml") <<EOF
clouds:
  admin: {region_name: $OS_REGION_NAME, auth: {auth_url: "$OS_AUTH_URL", username: $OS_USERNAME,
    password: "$OS_PASSWORD", project_name: $OS_PROJECT_NAME,
    user_domain_name: Default, project_domain_name: Default}}
  tenant: {region_name: $OS_REGION_NAME, auth: {auth_url: "$OS_AUTH_URL", username: alice,
    password: "$DBAAS_LAB_TENANT_PASSWORD", project_name: alice,
    user_domain_name: Default, project_domain_name: Default}}
  other-tenant: {region_name: $OS_REGION_NAME, auth: {auth_url: "$OS_AUTH_URL", username: bob,
    password: "$DBAAS_LAB_TENANT_PASSWORD", project_name: bob,
    user_domain_name: Default, project_domain_name: Default}}
EOF
}

# [PYTEST ARGUMENTS…]
run_cloud_tests() {
    (($#)) || set -- tests/drivers/openstack tests/bootstrap tests/cloud
    .venv/bin/pytest "$@"
}
