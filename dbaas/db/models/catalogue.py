"""What can be ordered: datastores, and the cloud's flavors and networks as last observed."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dbaas.db.models.base import Base, id_column


class Datastore(Base):
    __tablename__ = "datastore"

    id: Mapped[str] = id_column()
    name: Mapped[str] = mapped_column(String(255), unique=True)
    # No foreign key: the two tables would refer to each other; deleting a version clears it.
    default_version_id: Mapped[str | None] = mapped_column(String(36))

    versions: Mapped[list["DatastoreVersion"]] = relationship(
        back_populates="datastore", order_by="DatastoreVersion.name"
    )


class DatastoreVersion(Base):
    """One orderable version; `image_id` or `image_tags` tell which image its servers boot."""

    __tablename__ = "datastore_version"
    __table_args__ = (UniqueConstraint("datastore_id", "name", "version_number"),)

    id: Mapped[str] = id_column()
    datastore_id: Mapped[str] = mapped_column(ForeignKey("datastore.id"))
    name: Mapped[str] = mapped_column(String(255))
    version_number: Mapped[str] = mapped_column(String(255))
    manager: Mapped[str] = mapped_column(String(64))
    image_id: Mapped[str | None] = mapped_column(String(36))
    image_tags: Mapped[list[str]]
    packages: Mapped[list[str]]
    registry_ext: Mapped[str | None] = mapped_column(String(255))
    repl_strategy: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool]

    datastore: Mapped[Datastore] = relationship(back_populates="versions")


class Flavor(Base):
    """A flavor of the cloud; `present` is false once the cloud no longer offers it."""

    __tablename__ = "flavor"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    ram: Mapped[int]
    """MiB"""
    vcpus: Mapped[int]
    disk: Mapped[int]
    """GiB"""
    ephemeral: Mapped[int]
    """GiB"""
    present: Mapped[bool] = mapped_column(default=True)


class Network(Base):
    """A network tenants can attach to; `project_id` is None where it is shared by all."""

    __tablename__ = "network"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    project_id: Mapped[str | None] = mapped_column(String(36))
    filters_ports: Mapped[bool]
    """Whether `allowed_cidrs` can be enforced on it."""
    cidrs: Mapped[list[str]] = mapped_column(default=list)
    """Of its IPv4 subnets."""
    is_routed: Mapped[bool] = mapped_column(default=True)
    """Whether instances on it can be public."""
    present: Mapped[bool] = mapped_column(default=True)
