"""A guest as a true virtual machine, without a cloud around it: QEMU without KVM."""

import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pymysql

from tests.functional.process import Process
from tests.functional.waiting import until

TENANT_ADDRESS = "10.0.2.15"
BROKER_HOST = "10.9.9.2"
"""This machine, as the management network of the guest knows it."""
VOLUME = "11111111-2222-3333-4444-555555555555"
_MEMORY, _PROCESSORS = 2048, 2
_DRIVE = "if=none,cache=unsafe"


def needed_programs() -> list[str]:
    wanted = ("qemu-system-x86_64", "qemu-img", "genisoimage")
    return [name for name in wanted if shutil.which(name) is None]


class Machine:
    """Its disk is a layer over the image; its volume and its config drive are files beside.

    The tenant's network leads nowhere: only forwarded ports reach the guest over it.
    """

    def __init__(self, folder: Path, image: Path, user_data: str, volume: int) -> None:
        self.folder = folder
        self._port = _free_port()
        self.ssh_port = _free_port()
        self._disk, self._volume = folder / "disk.qcow2", folder / "volume.raw"
        self._monitor = folder / "monitor"
        base = ["-b", str(image.absolute()), "-F", "qcow2"]
        _run("qemu-img", "create", "-q", "-f", "qcow2", *base, str(self._disk), "8G")
        with self._volume.open("wb") as file:
            file.truncate(volume << 30)
        self._config_drive = self._write_config_drive(user_data)
        self.process: Process | None = None

    def _write_config_drive(self, user_data: str) -> Path:
        files = self.folder / "config" / "openstack" / "latest"
        files.mkdir(parents=True)
        key = self.folder / "key"
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
        meta = {
            "uuid": "99999999-2222-3333-4444-555555555555",
            "hostname": "my-db",
            "public_keys": {"key": key.with_suffix(".pub").read_text()},
        }
        (files / "meta_data.json").write_text(json.dumps(meta))
        (files / "user_data").write_text(user_data)
        drive = self.folder / "config.iso"
        words = ["-quiet", "-r", "-J", "-V", "config-2", "-o", str(drive)]
        _run("genisoimage", *words, str(self.folder / "config"))
        return drive

    def start(self, memory: int = _MEMORY) -> None:
        tenant = f"user,id=tenant,restrict=on,hostfwd=tcp:127.0.0.1:{self._port}-:3306"
        management = (
            "user,id=management,net=10.9.9.0/24,host=10.9.9.2,dns=10.9.9.3,dhcpstart=10.9.9.15,"
            f"hostfwd=tcp:127.0.0.1:{self.ssh_port}-:22"
        )
        words = [
            *("qemu-system-x86_64", "-accel", "tcg,thread=multi", "-machine", "pc"),
            *("-cpu", "max", "-smp", str(_PROCESSORS), "-m", str(memory)),
            *("-nodefaults", "-vga", "std", "-display", "none", "-serial", "stdio"),
            *("-qmp", f"unix:{self._monitor},server=on,wait=off"),
            *("-drive", f"file={self._disk},format=qcow2,id=disk,{_DRIVE}"),
            *("-device", "virtio-blk-pci,drive=disk,bootindex=1"),
            *("-drive", f"file={self._volume},format=raw,id=volume,{_DRIVE}"),
            *("-device", f"virtio-blk-pci,drive=volume,serial={VOLUME[:20]}"),
            *("-drive", f"file={self._config_drive},format=raw,if=ide,media=cdrom"),
            *("-device", "virtio-rng-pci"),
            *("-netdev", tenant, "-device", "virtio-net-pci,netdev=tenant"),
            *("-netdev", management, "-device", "virtio-net-pci,netdev=management"),
        ]
        self.process = Process(words, self.folder / "console.log")

    def ssh(self, command: str) -> str:
        """What it prints, said by root over the management network."""
        words = ["-i", str(self.folder / "key"), "-p", str(self.ssh_port), *_SSH_OPTIONS]
        return _run("ssh", *words, "root@127.0.0.1", command)

    def until_ssh(self) -> None:
        def answers() -> bool:
            words = ["-i", str(self.folder / "key"), "-p", str(self.ssh_port), *_SSH_OPTIONS]
            done = subprocess.run(
                ["ssh", *words, "root@127.0.0.1", "true"], capture_output=True, timeout=60
            )
            return done.returncode == 0

        until(answers, "ssh", 300)

    def login(self, user: str, password: str) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        return pymysql.connect(
            host="127.0.0.1", port=self._port, user=user, password=password, connect_timeout=60
        )

    def grow_volume(self, size: int) -> None:
        """As a cloud does it, while the guest runs."""
        self._command("block_resize", device="volume", size=size << 30)

    def power_off(self) -> None:
        """Ask the guest to; return when it has."""
        self._command("system_powerdown")
        process = self.process
        assert process is not None
        until(lambda: process.ended is not None, "the guest's orderly end", 300)

    def kill(self) -> None:
        if self.process is not None and self.process.ended is None:
            self.process.kill()

    def processor_seconds(self) -> float:
        """What it has cost this machine: more telling than the time where others work too."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def console(self) -> str:
        return (self.folder / "console.log").read_text(errors="replace")

    def _command(self, name: str, **arguments: object) -> None:
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(str(self._monitor))
            monitor.settimeout(30)
            stream = monitor.makefile("rw")
            stream.readline()
            for request in (
                {"execute": "qmp_capabilities"},
                {"execute": name, "arguments": arguments},
            ):
                stream.write(json.dumps(request) + "\n")
                stream.flush()
                while "return" not in (answer := json.loads(stream.readline())):
                    assert "error" not in answer, answer


_SSH_OPTIONS = (
    *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
    *("-o", "LogLevel=ERROR", "-o", "ConnectTimeout=20", "-o", "BatchMode=yes"),
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(*words: str) -> str:
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout
