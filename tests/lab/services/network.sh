# shellcheck shell=bash

# The public network is a pair of virtual interfaces: the host holds one end, Neutron bridges the
# other as its physical network `public`.
HOST_END=lab-public
NEUTRON_END=lab-neutron
RULE_MARK=dbaas-lab

run_network() {
    [[ -e /sys/class/net/$HOST_END ]] ||
        ip link add "$HOST_END" type veth peer name "$NEUTRON_END"
    # No hardware fills in what is offloaded here, and guests drop packets with a wrong checksum.
    ethtool --offload "$HOST_END" tx off >/dev/null
    ethtool --offload "$NEUTRON_END" tx off >/dev/null
    ip link set "$NEUTRON_END" up
    ip link set "$HOST_END" up
    ip address replace "$ADDRESS/${PUBLIC_CIDR#*/}" dev "$HOST_END"
    [[ $FORM == small ]] || route_guests
}

route_guests() {
    modprobe br_netfilter 2>/dev/null || true
    sysctl --quiet --write net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1 \
        net.ipv4.conf.all.rp_filter=0 "net.ipv4.conf.$HOST_END.rp_filter=0"
    # Docker's engine makes DROP the policy of FORWARD.
    ensure_rule filter FORWARD --in-interface "$HOST_END" --jump ACCEPT
    ensure_rule filter FORWARD --out-interface "$HOST_END" --jump ACCEPT
    masquerade_guests
}

# Only what leaves through the default route: this chain sees bridged packets too, and answers to
# masqueraded ones would go astray between the host and a floating address.
masquerade_guests() {
    local device
    device=$(ip -4 route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
    [[ -z $device ]] ||
        ensure_rule nat POSTROUTING --source "$PUBLIC_CIDR" --out-interface "$device" --jump MASQUERADE
}

# TABLE CHAIN RULE…
ensure_rule() {
    local table=$1 chain=$2
    shift 2
    set -- "$@" --match comment --comment "$RULE_MARK"
    iptables --table "$table" --check "$chain" "$@" 2>/dev/null ||
        iptables --table "$table" --insert "$chain" "$@"
}

# Neutron's agents leave their bridges, namespaces and rules behind, with processes in them.
clean_network() {
    local name
    for name in $(ip netns list 2>/dev/null | grep --only-matching --extended-regexp '^(qrouter|qdhcp)-[^ ]+'); do
        ip netns pids "$name" | xargs --no-run-if-empty kill 2>/dev/null || true
        ip netns delete "$name"
    done
    for name in /sys/class/net/{brq,vxlan-,tap}*; do
        [[ ! ${name##*/} =~ ^(brq[0-9a-f-]{11}|vxlan-[0-9]+|tap[0-9a-f-]{11})$ ]] ||
            ip link delete "${name##*/}" 2>/dev/null || true
    done
    [[ ! -e /sys/class/net/$HOST_END ]] || ip link delete "$HOST_END"
    forget_rules iptables
    forget_rules ip6tables
    for name in $(ipset list -name 2>/dev/null); do
        [[ ! $name =~ ^N?IPv[46] ]] || ipset destroy "$name"
    done
}

# COMMAND: removes the rules and chains of Neutron and the lab, and keeps all others.
forget_rules() {
    local mine="neutron-|$RULE_MARK"
    command -v "$1-save" >/dev/null || return 0
    "$1-save" 2>/dev/null | grep --quiet --extended-regexp "$mine" || return 0
    "$1-save" --counters | grep --invert-match --extended-regexp "$mine" | "$1-restore" --counters
}
