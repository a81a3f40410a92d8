import pytest

from dbaas.guestagent.datastores.mysql import config


@pytest.mark.parametrize(
    ("memory", "pool", "connections", "small"),
    [
        (64, 32, 50, True),
        (512, 128, 64, True),
        (1024, 512, 128, False),
        (0, 1024, 256, False),
        (65536, 32768, 4000, False),
    ],
)
def test_sizes_follow_the_memory(memory: int, pool: int, connections: int, small: bool) -> None:
    lines = config.render(memory).splitlines()
    assert f"innodb_buffer_pool_size = {pool}M" in lines
    assert f"max_connections = {connections}" in lines
    assert ("performance_schema = OFF" in lines) is small
