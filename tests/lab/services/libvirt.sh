# shellcheck shell=bash

# QEMU without KVM, run as root and without cgroups, which nobody delegates to us here.
QEMU_CONF=/etc/libvirt/qemu.conf

run_libvirt() {
    is_running libvirtd || ! virsh --connect qemu:///system version &>/dev/null ||
        die "a libvirtd that is not the lab's runs on this machine: stop it first"
    grep --quiet '^# BEGIN dbaas lab' "$QEMU_CONF" || cat >>"$QEMU_CONF" <<'END'
# BEGIN dbaas lab
user = "root"
group = "root"
security_driver = "none"
dynamic_ownership = 0
remember_owner = 0
namespaces = []
cgroup_controllers = []
# END dbaas lab
END
    cat >"$LAB/etc/libvirtd.conf" <<'END'
unix_sock_rw_perms = "0700"
auth_unix_rw = "none"
END
    mkdir -p /run/libvirt
    start virtlogd virtlogd
    start libvirtd libvirtd --config "$LAB/etc/libvirtd.conf"
    # The first answer takes its time: QEMU is asked what it can do.
    await libvirtd "its first answer" virsh --connect qemu:///system version
}

# Guests outlive libvirtd, so they are ended first.
clean_guests() {
    local guest
    is_running libvirtd || return 0
    for guest in $(virsh --connect qemu:///system list --all --name | grep '^instance-'); do
        virsh --connect qemu:///system destroy "$guest" &>/dev/null || true
        virsh --connect qemu:///system undefine "$guest" &>/dev/null || true
    done
}

clean_libvirt() {
    [[ ! -e $QEMU_CONF ]] || sed -i '/^# BEGIN dbaas lab/,/^# END dbaas lab/d' "$QEMU_CONF"
}
