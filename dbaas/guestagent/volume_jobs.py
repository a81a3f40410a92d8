"""Jobs that change the data volume, with the database stopped where that is needed."""

from typing import Any

from dbaas.guestagent.data_volume import DataVolume
from dbaas.guestagent.datastores import Datastore

Arguments = dict[str, Any]


class VolumeJobs:
    """Where arguments have a `size`, the device must have that many GiB."""

    def __init__(self, volume: DataVolume, datastore: Datastore) -> None:
        self._volume = volume
        self._datastore = datastore

    def grow(self, args: Arguments) -> None:
        """The file system fills a device that has become larger; the database runs on."""
        self._volume.grow(args.get("size", 0))

    def release(self, args: Arguments) -> None:
        """Nothing uses the volume any more, until it is taken again."""
        self._datastore.stop()
        self._volume.release()

    def restart(self, args: Arguments) -> Any:
        """The database is started anew, with a volume that was not taken again, too."""
        self._volume.take()
        return self._datastore.restart(args)

    def take(self, args: Arguments) -> Any:
        """The volume is in use again, all of it, and the database answers."""
        self._volume.take()
        self._volume.grow(args.get("size", 0))
        return self._datastore.start({}) if self._datastore.prepared else None
