"""What the control plane adds to making a database.

Pairs, in turn: `docker run` of the image until a client's first login, and POST /instances
until the instance is ACTIVE and HEALTHY, of the same image, limits, configuration and content.

usage: python -m bench.create [PAIRS]     (DBAAS_TEST_MYSQL_IMAGE=repository:version)
       python -m bench.create --cloud     one create on the cloud of `script/cloud up`, by phases
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pymysql

from bench.standalone import IMAGE, LABEL, Standalone

USER, PASSWORD, DATABASE = "bench", "bench-Passw0rd", "testdb"
FLAVOR, MEMORY = "1", "512m"
LOOK = 0.05  # both sides; looking more often takes processor time from what is measured


def main() -> None:
    if sys.argv[1:] == ["--cloud"]:
        from bench import cloud_create

        return cloud_create.main()
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with Standalone() as service:
        service.make_version()
        config = _rendered_config(service)
        rows = []
        for number in range(pairs + 1):  # the first pair warms up and is not counted
            plain, ours = _docker_run(config), _create(service)
            print(f"pair {number}: docker run {plain:.2f} s, create {ours:.2f} s", flush=True)
            rows.append((plain, ours))
    _print_table(rows[1:])


def _create(service: Standalone) -> float:
    body = {
        "instance": {
            "name": "bench",
            "flavorRef": FLAVOR,
            "volume": {"size": 1},
            "databases": [{"name": DATABASE}],
            "users": [{"name": USER, "password": PASSWORD, "databases": [{"name": DATABASE}]}],
        }
    }
    began = time.monotonic()
    instance_id = service.call("POST", "/instances", body)["instance"]["id"]
    while True:
        seen = service.call("GET", f"/instances/{instance_id}")["instance"]
        if seen["status"] == "ERROR":
            raise RuntimeError(seen["fault"]["message"])
        if (seen["status"], seen["operating_status"]) == ("ACTIVE", "HEALTHY"):
            break
        time.sleep(LOOK)
    taken = time.monotonic() - began
    _login(seen["ip"][0])
    _delete(service, instance_id)
    return taken


def _delete(service: Standalone, instance_id: str) -> None:
    service.call("DELETE", f"/instances/{instance_id}")
    while service.call("GET", "/instances")["instances"]:
        time.sleep(LOOK)


def _rendered_config(service: Standalone) -> str:
    """The configuration file that our agent gives to a database of this flavor."""
    made = service.call(
        "POST",
        "/instances",
        {"instance": {"name": "conf", "flavorRef": FLAVOR, "volume": {"size": 1}}},
    )
    while not (files := list(service.folder.glob("local/servers/*/state/dbaas.cnf"))):
        time.sleep(LOOK)
    text = files[0].read_text()
    _delete(service, made["instance"]["id"])
    return text


def _docker_run(config: str) -> float:
    file = Path(tempfile.mkdtemp(prefix="dbaas-bench-conf-")) / "dbaas.cnf"
    file.write_text(config)
    file.parent.chmod(0o755)
    command = ["docker", "run", "--detach", "--label", f"{LABEL}=bench"]
    command += ["--network", "dbaas-bench", "--memory", MEMORY, "--cpus", "1"]
    command += ["--volume", f"{file}:/etc/mysql/conf.d/dbaas.cnf:ro"]
    for name, value in {
        "MYSQL_ROOT_PASSWORD": PASSWORD,
        "MYSQL_INITDB_SKIP_TZINFO": "1",
        "MYSQL_DATABASE": DATABASE,
        "MYSQL_USER": USER,
        "MYSQL_PASSWORD": PASSWORD,
    }.items():
        command += ["--env", f"{name}={value}"]
    began = time.monotonic()
    container = _output([*command, IMAGE])
    network = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    address = _output(["docker", "inspect", "--format", network, container])
    while not _logs_in(address):
        time.sleep(LOOK)
    taken = time.monotonic() - began
    _output(["docker", "rm", "--force", "--volumes", container])
    return taken


def _logs_in(address: str) -> bool:
    try:
        _login(address)
    except pymysql.MySQLError:
        return False
    return True


def _login(address: str) -> None:
    with pymysql.connect(
        host=address, user=USER, password=PASSWORD, database=DATABASE, connect_timeout=2
    ) as connection:
        connection.query("SELECT 1")


def _output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _print_table(rows: list[tuple[float, float]]) -> None:
    print(f"\n{len(rows)} pairs, {IMAGE}   {'min':>8} {'median':>8} {'max':>8}")
    plain, ours = zip(*rows, strict=True)
    for name, values in (
        ("docker run to first login, s", plain),
        ("POST to HEALTHY, s", ours),
        ("added by the control plane, s", [b - a for a, b in rows]),
        ("ratio", [b / a for a, b in rows]),
    ):
        low, middle, high = min(values), statistics.median(values), max(values)
        print(f"{name:<32} {low:8.2f} {middle:8.2f} {high:8.2f}")


if __name__ == "__main__":
    main()
