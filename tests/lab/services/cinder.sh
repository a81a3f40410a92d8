# shellcheck shell=bash

# A volume is a file on an NFS share, which QEMU opens: this needs no iSCSI and no device-mapper. The
# share is a folder of this machine, and MOUNT_NFS binds it, so it needs no NFS either.
MOUNT_NFS=/sbin/mount.nfs
MOUNT_MARK="# dbaas lab"

run_cinder() {
    local home=$LAB/cinder program
    mkdir -p "$home"/{share,mounts}
    ensure_mount_nfs
    echo "127.0.0.1:$home/share" >"$LAB/etc/nfs_shares"
    cat >"$LAB/etc/cinder.conf" <<END
[DEFAULT]
host = lab
my_ip = $ADDRESS
state_path = $home
api_paste_config = /etc/cinder/api-paste.ini
resource_query_filters_file = /etc/cinder/resource_filters.json
rootwrap_config = /etc/cinder/rootwrap.conf
osapi_volume_listen = $ADDRESS
osapi_volume_workers = 1
glance_api_servers = http://$ADDRESS:9292
enabled_backends = nfs
quota_volumes = -1
quota_snapshots = -1
quota_gigabytes = -1
[nfs]
volume_backend_name = nfs
volume_driver = cinder.volume.drivers.nfs.NfsDriver
nfs_shares_config = $LAB/etc/nfs_shares
nfs_mount_point_base = $home/mounts
nfs_snapshot_support = true
nas_secure_file_operations = false
nas_secure_file_permissions = false
[database]
$(database cinder)
$(accounts cinder keystone_authtoken service_user nova)
END
    local options
    mapfile -t options < <(config_files common cinder)
    once cinder make_cinder
    for program in cinder-api cinder-scheduler cinder-volume; do
        start "$program" "$program" "${options[@]}"
    done
    await_answer cinder-api "http://$ADDRESS:8776/healthcheck"
}

make_cinder() {
    create_database cinder
    pristine nice cinder-manage "${options[@]}" db sync
}

ensure_mount_nfs() {
    if [[ -e $MOUNT_NFS ]]; then
        grep --quiet --fixed-strings "$MOUNT_MARK" "$MOUNT_NFS" ||
            die "$MOUNT_NFS is there already, and the lab needs its own: remove the package nfs-common"
        return
    fi
    cat >"$MOUNT_NFS" <<END
#!/bin/sh
$MOUNT_MARK: mount.nfs HOST:/DIR MOUNTPOINT [OPTIONS]
exec mount --bind "\${1#*:}" "\$2"
END
    chmod 755 "$MOUNT_NFS"
}

clean_cinder() {
    local mount
    while read -r _ mount _; do
        [[ $mount != "$LAB"/* ]] || umount "$mount" || umount --lazy "$mount"
    done < <(tac /proc/mounts)
    [[ ! -e $MOUNT_NFS ]] || ! grep --quiet --fixed-strings "$MOUNT_MARK" "$MOUNT_NFS" || rm "$MOUNT_NFS"
}
