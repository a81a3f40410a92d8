"""Waits until a client can log in to every one of the given servers."""

import sys
import time

import amqp
import kombu
import sqlalchemy


def log_in(url: str) -> None:
    if url.startswith("rabbit://"):
        with kombu.Connection(url.replace("rabbit://", "amqp://", 1), connect_timeout=5) as broker:
            broker.connect()
    else:
        sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool).connect().close()


def wait_for(url: str, deadline: float) -> None:
    while True:
        try:
            return log_in(url)
        except (OSError, amqp.AMQPError, sqlalchemy.exc.OperationalError) as error:
            if time.monotonic() > deadline:
                sys.exit(f"{url.split(':')[0]}: no login within the time: {error}")
        time.sleep(0.05)


def main(urls: list[str], patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    for url in urls:
        wait_for(url, deadline)


main(sys.argv[1:])
