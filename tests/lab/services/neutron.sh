# shellcheck shell=bash

run_neutron() {
    write_neutron_config
    local options
    mapfile -t options < <(config_files common neutron)
    once neutron make_neutron
    start neutron-server neutron-server "${options[@]}" --config-file "$LAB/etc/ml2.conf"
    await_answer neutron-server "http://$ADDRESS:9696"
    [[ $FORM == small ]] || start_agents
}

# An agent that is there before the server loses a minute.
start_agents() {
    local agent
    for agent in linuxbridge dhcp l3 metadata; do
        start "neutron-$agent-agent" "neutron-$agent-agent" "${options[@]}" \
            --config-file "$LAB/etc/$agent-agent.conf"
    done
}

write_neutron_config() {
    local home=$LAB/neutron
    mkdir -p "$home"
    cat >"$LAB/etc/neutron.conf" <<END
[DEFAULT]
host = vm
bind_host = $ADDRESS
state_path = $home
api_paste_config = /etc/neutron/api-paste.ini
core_plugin = ml2
service_plugins = router
api_workers = 1
rpc_workers = 1
send_events_interval = 0
[experimental]
linuxbridge = true
[agent]
# Root needs no sudo, and each call of rootwrap would start Python.
root_helper = env
[database]
$(database neutron)
[quotas]
quota_network = -1
quota_subnet = -1
quota_port = -1
quota_router = -1
quota_floatingip = -1
quota_security_group = -1
quota_security_group_rule = -1
$(accounts neutron keystone_authtoken placement nova)
END
    cat >"$LAB/etc/ml2.conf" <<END
[ml2]
type_drivers = flat,vxlan
tenant_network_types = vxlan
mechanism_drivers = linuxbridge
extension_drivers = port_security
[ml2_type_flat]
flat_networks = public
[ml2_type_vxlan]
vni_ranges = 1:1000
END
    [[ $FORM == small ]] || write_agents_config
}

write_agents_config() {
    cat >"$LAB/etc/linuxbridge-agent.conf" <<END
[linux_bridge]
physical_interface_mappings = public:$NEUTRON_END
[vxlan]
local_ip = $ADDRESS
[securitygroup]
firewall_driver = iptables
[agent]
polling_interval = 1
END
    # It would drop to a user who may not read the lab's folder.
    echo "user=root" >"$LAB/etc/dnsmasq.conf"
    cat >"$LAB/etc/dhcp-agent.conf" <<END
[DEFAULT]
interface_driver = linuxbridge
enable_isolated_metadata = true
dnsmasq_config_file = $LAB/etc/dnsmasq.conf
END
    cat >"$LAB/etc/l3-agent.conf" <<END
[DEFAULT]
interface_driver = linuxbridge
END
    cat >"$LAB/etc/metadata-agent.conf" <<END
[DEFAULT]
nova_metadata_host = $ADDRESS
metadata_proxy_shared_secret = $METADATA_PASSWORD
metadata_workers = 1
END
}

make_neutron() {
    create_database neutron
    pristine neutron-db-manage "${options[@]}" --config-file "$LAB/etc/ml2.conf" upgrade heads
    plant_agent
}

# Ports bind only where an agent lives. The host `fake` has none, so one is written down that was
# last heard of in the future.
plant_agent() {
    sql neutron <<END
INSERT INTO agents (id, agent_type, \`binary\`, topic, host, admin_state_up, created_at, started_at,
                    heartbeat_timestamp, configurations, \`load\`)
VALUES (UUID(), 'Linux bridge agent', 'neutron-linuxbridge-agent', 'N/A', 'fake', 1, NOW(), NOW(),
        '2099-01-01', '{"interface_mappings": {"public": "$NEUTRON_END"}, "bridge_mappings": {},
        "tunnel_types": ["vxlan"], "tunneling_ip": "$ADDRESS", "devices": 0,
        "l2_population": false, "extensions": []}', 0);
END
}
