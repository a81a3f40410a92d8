# shellcheck shell=bash
# What the configuration files of all OpenStack services have in common. Needs state.sh.

write_common_config() {
    cat >"$LAB/etc/common.conf" <<END
[DEFAULT]
transport_url = $BROKER_URL
[keystone_authtoken]
www_authenticate_uri = $IDENTITY_URL
memcached_servers = 127.0.0.1:$MEMCACHED_PORT
service_token_roles = service
service_token_roles_required = true
[service_user]
send_service_user_token = true
[oslo_concurrency]
lock_path = $LAB/run/locks
[oslo_messaging_rabbit]
rabbit_retry_interval = 1
[oslo_messaging_notifications]
driver = noop
END
}

# SERVICE SECTION…: how the service logs in, for what each of these sections is about.
accounts() {
    local service=$1 section
    shift
    for section; do
        cat <<END
[$section]
auth_type = password
auth_url = $IDENTITY_URL
username = $service
password = $SERVICE_PASSWORD
project_name = service
user_domain_name = Default
project_domain_name = Default
END
    done
}

# NAME
database() { echo "connection = $DATABASE_URL/$1?charset=utf8"; }

# The options that lead a service to its files: NAME…
config_files() {
    local name
    for name; do
        printf -- '--config-file\n%s\n' "$LAB/etc/$name.conf"
    done
}
