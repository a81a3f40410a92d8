# shellcheck shell=bash
# The distribution's packages of OpenStack. Needs say.sh and script/lib/packages.sh.

SMALL_FORM=(
    cinder-api cinder-scheduler cinder-volume curl ethtool glance-api iproute2 keystone
    mariadb-client-core mariadb-server-core memcached neutron-server nova-api nova-compute-qemu
    nova-conductor nova-scheduler placement-api procps python3-openstacksdk qemu-utils
    rabbitmq-server sudo uwsgi-core uwsgi-plugin-python3
)
FULL_FORM=(
    busybox-static conntrack cpio ebtables genisoimage ipset iptables iputils-ping kmod
    libvirt-clients libvirt-daemon libvirt-daemon-driver-qemu neutron-dhcp-agent neutron-l3-agent
    neutron-linuxbridge-agent neutron-metadata-agent qemu-system-x86
)
POLICY=/usr/sbin/policy-rc.d

# FORM
install_lab_packages() {
    local packages=("${SMALL_FORM[@]}")
    grep --quiet '^VERSION_CODENAME=bookworm$' /etc/os-release ||
        die "the lab is made of Debian 12's packages, and this is another distribution"
    [[ $1 == small ]] || packages+=("${FULL_FORM[@]}")
    without_services install_packages "${packages[@]}"
}

# COMMAND…: packages that it installs do not start the distribution's services, for the lab has its
# own; and they come faster, since a machine that crashes meanwhile can be made anew.
without_services() (
    scratch=$(mktemp)
    trap 'rm -f "$scratch"' EXIT
    if [[ ! -e $POLICY ]]; then
        trap 'rm -f "$scratch" "$POLICY"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$POLICY"
        chmod 755 "$POLICY"
    fi
    echo 'DPkg::Options { "--force-unsafe-io"; };' >"$scratch"
    APT_CONFIG=$scratch "$@"
)
