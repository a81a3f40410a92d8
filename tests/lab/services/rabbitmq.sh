# shellcheck shell=bash

# The rabbitmq-server in the path would change to the user rabbitmq.
run_rabbitmq() {
    local home=$LAB/rabbitmq
    mkdir -p "$home"
    cat >"$home/rabbitmq.conf" <<END
listeners.tcp.public = $ADDRESS:$BROKER_PORT
management.tcp.ip = 127.0.0.1
management.tcp.port = $MANAGEMENT_PORT
loopback_users = none
default_user = openstack
default_pass = $BROKER_PASSWORD
disk_free_limit.absolute = 100MB
END
    echo '[rabbitmq_management].' >"$home/enabled_plugins"
    start epmd epmd -port "$EPMD_PORT" -address 127.0.0.1
    start rabbitmq env HOME="$home" ERL_EPMD_PORT="$EPMD_PORT" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_NODENAME=lab@localhost RABBITMQ_DIST_PORT="$DIST_PORT" \
        RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" \
        RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$home/log" RABBITMQ_ALLOW_INPUT=yes \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-noinput -kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none" \
        /usr/lib/rabbitmq/bin/rabbitmq-server
    await_port rabbitmq "$ADDRESS" "$BROKER_PORT"
    await_port rabbitmq 127.0.0.1 "$MANAGEMENT_PORT"
}
