# shellcheck shell=bash

# It reads one file only, from a folder.
run_placement() {
    local folder=$LAB/etc/placement
    mkdir -p "$folder"
    cat "$LAB/etc/common.conf" - >"$folder/placement.conf" <<END
[placement_database]
$(database placement)
$(accounts placement keystone_authtoken)
END
    once placement make_placement "$folder/placement.conf"
    serve_wsgi placement "$ADDRESS:8778" /usr/bin/placement-api --processes 1 \
        --env OS_PLACEMENT_CONFIG_DIR="$folder"
    await_answer placement "http://$ADDRESS:8778"
}

make_placement() {
    create_database placement
    pristine nice placement-manage --config-file "$1" db sync
}
