# shellcheck shell=bash
# The walk on a cloud: one virtual machine, from its order to nothing left. Needs say.sh, walk.sh,
# cloud.sh. It fails if anything is left of it.

cloud_walk() {
    unset "${!OS_@}"
    export OS_CLIENT_CONFIG_FILE=$CLOUD/clouds.yaml OS_CLOUD=tenant
    local before
    # shellcheck disable=SC2034 # walk.sh reads them
    NETWORK=$DBAAS_LAB_PRIVATE_NETWORK PATIENCE=1500
    before=$(count_resources)
    make_database
    use_database
    administer_content
    look_at_server
    resize_volume
    restart_all_around_it
    manage_instance
    resize_flavor
    widen_access
    delete_it
    [[ $(count_resources) == "$before" ]] || die "something is left: $before before, $(count_resources) now"
    say "nothing is left: $before"
}

as_admin() { local -x OS_CLOUD=admin; "$@"; }

# Of all projects: servers, ports, floating IPs, security groups, volumes, broker accounts.
count_resources() { as_admin .venv/bin/python -m tests.cloud.count; }

look_at_server() {
    install_packages openssh-client
    as_admin show openstack server list --project service --name my_db
    lead_to_management_network
    in_guest 'systemctl is-active guest-agent.service; journalctl --no-pager --lines 3 -u guest-agent.service'
    [[ $(in_guest 'docker ps --format "{{.Names}}"') == database ]] ||
        die "there is not one container, named database"
}

# The lab's host is no part of the management network, but the router's other side.
lead_to_management_network() {
    local cidr gateway
    cidr=$(as_admin openstack subnet list --network dbaas-management -f value -c Subnet)
    gateway=$(as_admin openstack router show dbaas-management -f json -c external_gateway_info |
        .venv/bin/python -c 'import json, sys
print(json.load(sys.stdin)["external_gateway_info"]["external_fixed_ips"][0]["ip_address"])')
    ip route replace "$cidr" via "$gateway"
}

# COMMAND: over ssh, on the server.
in_guest() {
    local address
    address=$(as_admin .venv/bin/python -m tests.cloud.management_address my_db)
    say "\$ ssh -i id_dbaas $address '$1'"
    ssh -i "$CLOUD/conf.d/id_dbaas" -o BatchMode=yes -o StrictHostKeyChecking=no \
        -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=30 "root@$address" "$1"
}

resize_volume() {
    show openstack database instance resize volume my_db 11
    wait_until_healthy my_db
    [[ $(value my_db volume) == 11 ]] || die "the volume is $(value my_db volume) GiB"
    (($(in_guest 'df --output=size -B1M /var/lib/dbaas/data | tail -n 1') > 10300)) ||
        die "the file system did not grow"
    has_row
}

# RabbitMQ and the database go away and come back while a restart runs.
restart_all_around_it() {
    show openstack database instance restart my_db
    say "restarting RabbitMQ and MariaDB"
    local daemon
    for daemon in rabbitmq mariadb; do
        tests/lab/daemon stop "$daemon"
        tests/lab/daemon start "$daemon"
    done
    wait_until_healthy my_db
    has_row
}

resize_flavor() {
    show openstack database instance resize flavor my_db "$DBAAS_LAB_LARGER_FLAVOR"
    wait_until_healthy my_db
    has_row
}

widen_access() {
    show openstack database instance update my_db --allowed-cidr "$DBAAS_LAB_ADDRESS/32"
    wait_until_shown allowed_cidrs "$DBAAS_LAB_ADDRESS/32"
    has_row
    show openstack database instance update my_db --allowed-cidr 192.0.2.0/24
    wait_until_shown allowed_cidrs 192.0.2.0/24
    ! timeout 10 bash -c "</dev/tcp/$ADDRESS/3306" 2>/dev/null || die "its port is open to all"
    show openstack database instance update my_db --is-private
    wait_until_shown public False
    [[ -z $(public_address 2>/dev/null) ]] || die "it still has a public address"
}

# FIELD TEXT: what is shown once a change of access is carried out.
wait_until_shown() {
    local deadline=$((SECONDS + 120))
    until value my_db "$1" | grep -qF "$2"; do
        ((SECONDS < deadline)) || die "access is not changed: $(value my_db fault)"
        sleep 1
    done
}

has_row() {
    [[ $(sql spatel "$DB_PASSWORD" "SELECT MIN(n) FROM testdb.t") == 1 ]] || die "a row was lost"
}

delete_it() {
    show openstack database instance delete my_db
    while has_instance my_db; do sleep 1; done
    say "my_db is gone"
}
