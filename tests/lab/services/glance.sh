# shellcheck shell=bash

run_glance() {
    local home=$LAB/glance
    mkdir -p "$home/images"
    cat >"$LAB/etc/glance.conf" <<END
[DEFAULT]
bind_host = $ADDRESS
workers = 1
enabled_backends = file:file
[os_glance_tasks_store]
filesystem_store_datadir = $home/tasks
[os_glance_staging_store]
filesystem_store_datadir = $home/staging
[glance_store]
default_backend = file
[file]
filesystem_store_datadir = $home/images
[database]
$(database glance)
[paste_deploy]
flavor = keystone
config_file = /etc/glance/glance-api-paste.ini
$(accounts glance keystone_authtoken)
END
    local options
    mapfile -t options < <(config_files common glance)
    once glance make_glance
    start glance-api glance-api "${options[@]}"
    await_answer glance-api "http://$ADDRESS:9292"
}

make_glance() {
    create_database glance
    pristine nice glance-manage "${options[@]}" db_sync
}
