# shellcheck shell=bash

# Compute hosts: `fake` only says that servers run, `vm` has QEMU run them (full form).
run_nova() {
    local options compute
    write_nova_config
    mapfile -t compute < <(config_files common nova)
    mapfile -t options < <(config_files common nova nova-database)
    once nova make_nova
    start nova-api nova-api "${options[@]}"
    # The others ask Placement as they start, and end or wait for a minute when it does not answer.
    await_identity
    await_answer placement "http://$ADDRESS:8778"
    start nova-conductor nova-conductor "${options[@]}"
    start nova-scheduler nova-scheduler "${options[@]}"
    start nova-compute-fake nova-compute "${compute[@]}" --config-file "$LAB/etc/nova-fake.conf"
    [[ $FORM == small ]] ||
        start nova-compute-vm nova-compute "${compute[@]}" --config-file "$LAB/etc/nova-vm.conf"
    await_answer nova-api "http://$ADDRESS:8774"
}

write_nova_config() {
    local home=$LAB/nova apis=osapi_compute zone=fake
    mkdir -p "$home/instances"
    [[ $FORM == small ]] || apis+=,metadata zone=vm
    cat >"$LAB/etc/nova.conf" <<END
[DEFAULT]
my_ip = $ADDRESS
state_path = $home
enabled_apis = $apis
osapi_compute_listen = $ADDRESS
osapi_compute_workers = 1
metadata_listen = $ADDRESS
metadata_workers = 1
api_paste_config = /etc/nova/api-paste.ini
rootwrap_config = /etc/nova/rootwrap.conf
default_schedule_zone = $zone
allow_resize_to_same_host = true
resume_guests_state_on_host_boot = true
running_deleted_instance_action = reap
# Else the first look for new hosts comes within a minute.
periodic_fuzzy_delay = 0
# One small machine: take what is there.
reserved_host_memory_mb = 0
cpu_allocation_ratio = 16.0
ram_allocation_ratio = 2.0
disk_allocation_ratio = 4.0
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 2
[filter_scheduler]
enabled_filters = ComputeFilter,ComputeCapabilitiesFilter,ImagePropertiesFilter,ServerGroupAntiAffinityFilter,ServerGroupAffinityFilter
[quota]
instances = 200
cores = 400
ram = 400000
[neutron]
service_metadata_proxy = true
metadata_proxy_shared_secret = $METADATA_PASSWORD
[vnc]
enabled = false
$(accounts nova keystone_authtoken service_user placement neutron cinder)
END
    # Not for compute hosts, which would complain.
    cat >"$LAB/etc/nova-database.conf" <<END
[api_database]
$(database nova_api)
[database]
$(database nova)
END
    cat >"$LAB/etc/nova-fake.conf" <<END
[DEFAULT]
host = fake
compute_driver = fake.FakeDriver
END
    cat >"$LAB/etc/nova-vm.conf" <<END
[DEFAULT]
host = vm
compute_driver = libvirt.LibvirtDriver
instances_path = $home/instances
# Without KVM a boot is slow, and several at a time are slower.
vif_plugging_timeout = 180
[libvirt]
virt_type = qemu
cpu_mode = none
disk_cachemodes = file=unsafe
inject_partition = -2
END
}

make_nova() {
    create_database nova_api
    create_database nova_cell0
    create_database nova
    pristine nice /usr/bin/python3 tests/lab/nova_cells.py "${options[@]}"
}
