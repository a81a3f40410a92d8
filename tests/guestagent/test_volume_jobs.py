"""Jobs on the data volume."""

import threading
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from oslo_config import cfg

from dbaas.guestagent.data_volume import DataVolume
from dbaas.guestagent.volume_jobs import VolumeJobs


@pytest.fixture
def volume(conf: cfg.ConfigOpts, tmp_path: Path) -> DataVolume:
    conf.set_override("volume", "v", "guest")
    return DataVolume(conf.guest, tmp_path, threading.Event())


def test_a_restart_takes_what_was_released(volume: DataVolume) -> None:
    """A change that broke off must not leave a database that no restart can start."""
    datastore: Any = mock.Mock()
    jobs = VolumeJobs(volume, datastore)
    jobs.release({})
    jobs.restart({})
    assert not volume.released
    assert [call[0] for call in datastore.method_calls] == ["stop", "restart"]
