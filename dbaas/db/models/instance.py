"""An instance is what a tenant owns; a node is one server that carries it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dbaas.db.models.base import Base, enum_column, id_column, utcnow
from dbaas.db.models.catalogue import DatastoreVersion, Flavor
from dbaas.db.states import DatabaseStatus, InstanceStatus, InstanceWish, NodeWish


class Instance(Base):
    __tablename__ = "instance"
    __table_args__ = (
        Index(None, "project_id", "deleted_at", "id"),
        CheckConstraint("(status = 'DELETED') = (deleted_at IS NOT NULL)", "deleted_has_a_time"),
        CheckConstraint("(fault_message IS NULL) = (fault_at IS NULL)", "fault_is_whole"),
        CheckConstraint("volume_size > 0", "volume_size_positive"),
    )

    id: Mapped[str] = id_column()
    project_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255))
    region: Mapped[str] = mapped_column(String(255))
    datastore_version_id: Mapped[str] = mapped_column(ForeignKey("datastore_version.id"))
    flavor_id: Mapped[str] = mapped_column(ForeignKey("flavor.id"))
    flavor_ram: Mapped[int]
    """MiB, as counted in the quota: it stays right when the cloud's flavor goes away."""
    volume_size: Mapped[int]
    """GiB"""
    volume_type: Mapped[str | None] = mapped_column(String(255))
    network_id: Mapped[str | None] = mapped_column(String(36))
    subnet_id: Mapped[str | None] = mapped_column(String(36))
    ip_address: Mapped[str | None] = mapped_column(String(45))
    """Asked for; what the cloud gave is the node's."""
    availability_zone: Mapped[str | None] = mapped_column(String(255))
    is_public: Mapped[bool] = mapped_column(default=False)
    allowed_cidrs: Mapped[list[str]] = mapped_column(default=list)

    wished: Mapped[InstanceWish] = mapped_column(
        enum_column(InstanceWish), default=InstanceWish.RUNNING
    )
    status: Mapped[InstanceStatus] = mapped_column(
        enum_column(InstanceStatus), default=InstanceStatus.BUILD
    )
    fault_message: Mapped[str | None] = mapped_column(Text)
    fault_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)
    built_at: Mapped[datetime | None]
    """When it first became ACTIVE; until then its quota counts as reserved."""
    deleted_at: Mapped[datetime | None]

    if TYPE_CHECKING:
        is_changing: Mapped[bool]
        """Whether an operation lives; see `dbaas.db.models.operation`. Loaded where asked for."""

    nodes: Mapped[list["Node"]] = relationship(back_populates="instance")
    datastore_version: Mapped[DatastoreVersion] = relationship()
    flavor: Mapped[Flavor] = relationship()


class Node(Base):
    """One server with its volume, ports and guest agent.

    Ids and addresses are what the cloud answered; the `database_*` columns what the agent
    reported. Names in the cloud are derived from `id`, so that they can be found again.
    """

    __tablename__ = "node"

    id: Mapped[str] = id_column()
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"), index=True)
    wished: Mapped[NodeWish] = mapped_column(enum_column(NodeWish), default=NodeWish.PRESENT)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    image_id: Mapped[str | None] = mapped_column(String(255))
    server_id: Mapped[str | None] = mapped_column(String(255))
    server_status: Mapped[str | None] = mapped_column(String(64))
    """The cloud's word, as last seen by a sweep."""
    volume_id: Mapped[str | None] = mapped_column(String(255))
    security_group_id: Mapped[str | None] = mapped_column(String(255))
    management_port_id: Mapped[str | None] = mapped_column(String(255))
    management_address: Mapped[str | None] = mapped_column(String(45))
    port_id: Mapped[str | None] = mapped_column(String(255))
    floating_ip_id: Mapped[str | None] = mapped_column(String(255))
    private_address: Mapped[str | None] = mapped_column(String(45))
    public_address: Mapped[str | None] = mapped_column(String(45))

    database_status: Mapped[DatabaseStatus | None] = mapped_column(enum_column(DatabaseStatus))
    database_version: Mapped[str | None] = mapped_column(String(255))
    volume_used: Mapped[int | None] = mapped_column(BigInteger)
    """Bytes"""
    report_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    """Number of the agent's newest report; older ones that arrive late are dropped."""
    reported_at: Mapped[datetime | None] = mapped_column(index=True)
    """By the database's clock."""

    instance: Mapped[Instance] = relationship(back_populates="nodes")


class Inventory(Base):
    """The users, grants and databases inside a node's engine, as its agent last saw them.

    Reads of the API are answered from here. `databases` is a list of {name, character_set,
    collate}, `users` of {name, host, databases: [name]}, both sorted.
    """

    __tablename__ = "inventory"

    node_id: Mapped[str] = mapped_column(ForeignKey("node.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    """The agent's number of this look; an older look never replaces a newer one."""
    databases: Mapped[list[dict[str, Any]]]
    users: Mapped[list[dict[str, Any]]]
    root_enabled: Mapped[bool]
    observed_at: Mapped[datetime] = mapped_column(default=utcnow)
