"""What reads of the API cost, with few and with many instances.

Requests per second of one dbaas-standalone over keep-alive connections, medians of rounds that
take the requests in turn, beside GET /healthcheck of the same process: what the server and its
outermost layer cost without us. The instances are rows only: nothing runs behind them.

usage: python -m bench.api [REQUESTS]     (of each measurement; 300)
"""

import http.client
import os
import resource
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.standalone import Standalone
from dbaas.db import schema
from dbaas.db.database import Database
from dbaas.db.models import Datastore, DatastoreVersion, Flavor, Instance, Node, utcnow
from dbaas.db.states import DatabaseStatus, InstanceStatus

SIZES, CONNECTIONS, ROUNDS = (20, 200, 2000), (1, 8, 32), 3
PROJECT = "demo"
HEALTHCHECK = "healthcheck"
_BUSY = 0.8


@dataclass(frozen=True)
class Measured:
    rate: float
    client: float
    """Processor seconds of this program, a second."""


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before it began")
    print(f"{ROUNDS} rounds of {requests} requests; requests/s, and the ratio to /{HEALTHCHECK}\n")
    shares = [share for size in SIZES for share in _bench(size, requests)]
    print(f"\nthis client used up to {max(shares):.2f} processors", end="")
    print(f"; above {_BUSY} it is a limit itself" if max(shares) > _BUSY else "")


def _bench(size: int, requests: int) -> Iterator[float]:
    """Print the rows of one size; the client's share of each measurement."""
    service = Standalone()
    ids = _fill(service.folder, size)
    paths = {
        HEALTHCHECK: ["/healthcheck"],
        "instances": [f"/v1.0/{PROJECT}/instances"],
        "instances?limit=5": [f"/v1.0/{PROJECT}/instances?limit=5"],
        "instances/{id}": [f"/v1.0/{PROJECT}/instances/{one}" for one in ids],
    }
    with service:
        begin = _rss(service)
        for connections in CONNECTIONS:
            rounds = [
                {
                    name: _measure(service.port, paths[name], connections, requests)
                    for name in paths
                }
                for _ in range(ROUNDS)
            ]
            _print_rows(size, connections, rounds)
            yield from (one.client for row in rounds for one in row.values())
        print(f"{size:>6} rows: RSS {begin} MiB when it first answered, {_rss(service)} MiB after")


def _fill(folder: Path, size: int) -> list[str]:
    """The ids of instances that look as if they were running."""
    database = Database(f"sqlite:///{folder / 'dbaas.sqlite'}")
    schema.upgrade(database.engine)
    datastore = Datastore(name="mysql")
    version = DatastoreVersion(
        datastore=datastore,
        name="8.4",
        version_number="8.4.7",
        manager="mysql",
        image_tags=["mysql"],
        packages=[],
        active=True,
    )
    flavor = Flavor(id="1", name="m1.tiny", ram=512, vcpus=1, disk=1, ephemeral=0)
    rows = [_instance(number, version, flavor) for number in range(size)]
    database.write(lambda session: session.add_all([datastore, version, flavor, *rows]))
    database.close()
    return [row.id for row in rows]


def _instance(number: int, version: DatastoreVersion, flavor: Flavor) -> Instance:
    node = Node(
        server_id=f"server-{number}",
        volume_id=f"volume-{number}",
        private_address="10.0.0.5",
        public_address="192.0.2.5",
        database_status=DatabaseStatus.HEALTHY,
        database_version="8.4.7",
        volume_used=512 * 1024**2,
    )
    return Instance(
        project_id=PROJECT,
        name=f"instance {number}",
        region="RegionOne",
        datastore_version=version,
        flavor=flavor,
        flavor_ram=512,
        volume_size=1,
        status=InstanceStatus.ACTIVE,
        built_at=utcnow(),
        nodes=[node],
    )


def _measure(port: int, paths: list[str], connections: int, requests: int) -> Measured:
    """So many requests, each next one by whichever connection is free."""
    numbers = count()  # its next() is one step of the interpreter
    ready = threading.Barrier(connections + 1)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            _get(connection, paths[0])
            ready.wait()
            while (number := next(numbers)) < requests:
                _get(connection, paths[number % len(paths)])
            connection.close()
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)
            ready.abort()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    ready.wait()
    began, used = time.monotonic(), _processor_seconds()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    taken = time.monotonic() - began
    return Measured(requests / taken, (_processor_seconds() - used) / taken)


def _get(connection: http.client.HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _rss(service: Standalone) -> int:
    """MiB"""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) // 1024


def _print_rows(size: int, connections: int, rounds: list[dict[str, Measured]]) -> None:
    for name in rounds[0]:
        rate = statistics.median(row[name].rate for row in rounds)
        ratio = statistics.median(row[name].rate / row[HEALTHCHECK].rate for row in rounds)
        print(f"{size:>6} rows {connections:>3} connections  {name:<18} {rate:8.0f} {ratio:6.2f}")


if __name__ == "__main__":
    main()
