"""The first schema.

Revision ID: 0001
Revises: -
"""

import sqlalchemy as sa
from alembic import op

from dbaas.db.clock import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "datastore",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("default_version_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datastore")),
        sa.UniqueConstraint("name", name=op.f("uq_datastore_name")),
    )
    op.create_table(
        "flavor",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("ram", sa.Integer(), nullable=False),
        sa.Column("vcpus", sa.Integer(), nullable=False),
        sa.Column("disk", sa.Integer(), nullable=False),
        sa.Column("ephemeral", sa.Integer(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flavor")),
    )
    op.create_table(
        "network",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=True),
        sa.Column("filters_ports", sa.Boolean(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network")),
    )
    op.create_table(
        "quota_limit",
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("resource", sa.String(length=32), nullable=False),
        sa.Column("hard_limit", sa.Integer(), nullable=False),
        sa.CheckConstraint("hard_limit >= -1", name=op.f("ck_quota_limit_limit_from_minus_one")),
        sa.PrimaryKeyConstraint("project_id", "resource", name=op.f("pk_quota_limit")),
    )
    op.create_table(
        "quota_usage",
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("resource", sa.String(length=32), nullable=False),
        sa.Column("in_use", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.CheckConstraint("in_use >= 0", name=op.f("ck_quota_usage_in_use_not_negative")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_quota_usage_reserved_not_negative")),
        sa.PrimaryKeyConstraint("project_id", "resource", name=op.f("pk_quota_usage")),
    )
    op.create_table(
        "datastore_version",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("datastore_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("version_number", sa.String(length=255), nullable=False),
        sa.Column("manager", sa.String(length=64), nullable=False),
        sa.Column("image_id", sa.String(length=36), nullable=True),
        sa.Column("image_tags", sa.JSON(), nullable=False),
        sa.Column("packages", sa.JSON(), nullable=False),
        sa.Column("registry_ext", sa.String(length=255), nullable=True),
        sa.Column("repl_strategy", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["datastore_id"], ["datastore.id"], name=op.f("fk_datastore_version_datastore_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datastore_version")),
        sa.UniqueConstraint(
            "datastore_id",
            "name",
            "version_number",
            name=op.f("uq_datastore_version_datastore_id_name_version_number"),
        ),
    )
    op.create_table(
        "instance",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("region", sa.String(length=255), nullable=False),
        sa.Column("datastore_version_id", sa.String(length=36), nullable=False),
        sa.Column("flavor_id", sa.String(length=255), nullable=False),
        sa.Column("flavor_ram", sa.Integer(), nullable=False),
        sa.Column("volume_size", sa.Integer(), nullable=False),
        sa.Column("volume_type", sa.String(length=255), nullable=True),
        sa.Column("network_id", sa.String(length=36), nullable=True),
        sa.Column("availability_zone", sa.String(length=255), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("allowed_cidrs", sa.JSON(), nullable=False),
        sa.Column(
            "wished",
            sa.Enum(
                "RUNNING",
                "DELETED",
                name="instancewish",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "BUILD",
                "ACTIVE",
                "REBOOT",
                "ERROR",
                "SHUTDOWN",
                "DELETED",
                name="instancestatus",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("fault_message", sa.Text(), nullable=True),
        sa.Column(
            "fault_at",
            UTCDateTime,
            nullable=True,
        ),
        sa.Column(
            "created_at",
            UTCDateTime,
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            UTCDateTime,
            nullable=False,
        ),
        sa.Column(
            "built_at",
            UTCDateTime,
            nullable=True,
        ),
        sa.Column(
            "deleted_at",
            UTCDateTime,
            nullable=True,
        ),
        sa.CheckConstraint(
            "(status = 'DELETED') = (deleted_at IS NOT NULL)",
            name=op.f("ck_instance_deleted_has_a_time"),
        ),
        sa.CheckConstraint(
            "(fault_message IS NULL) = (fault_at IS NULL)", name=op.f("ck_instance_fault_is_whole")
        ),
        sa.CheckConstraint("volume_size > 0", name=op.f("ck_instance_volume_size_positive")),
        sa.ForeignKeyConstraint(
            ["datastore_version_id"],
            ["datastore_version.id"],
            name=op.f("fk_instance_datastore_version_id"),
        ),
        sa.ForeignKeyConstraint(["flavor_id"], ["flavor.id"], name=op.f("fk_instance_flavor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
    )
    op.create_index(
        op.f("ix_instance_project_id_deleted_at_id"),
        "instance",
        ["project_id", "deleted_at", "id"],
        unique=False,
    )
    op.create_table(
        "node",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column(
            "wished",
            sa.Enum(
                "PRESENT",
                "ABSENT",
                name="nodewish",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            UTCDateTime,
            nullable=False,
        ),
        sa.Column("server_id", sa.String(length=255), nullable=True),
        sa.Column("volume_id", sa.String(length=255), nullable=True),
        sa.Column("port_id", sa.String(length=255), nullable=True),
        sa.Column("floating_ip_id", sa.String(length=255), nullable=True),
        sa.Column("private_address", sa.String(length=45), nullable=True),
        sa.Column("public_address", sa.String(length=45), nullable=True),
        sa.Column(
            "database_status",
            sa.Enum(
                "BUILD",
                "HEALTHY",
                "SHUTDOWN",
                "RESTARTING",
                "ERROR",
                name="databasestatus",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=True,
        ),
        sa.Column("database_version", sa.String(length=255), nullable=True),
        sa.Column("volume_used", sa.BigInteger(), nullable=True),
        sa.Column("report_seq", sa.BigInteger(), nullable=False),
        sa.Column(
            "reported_at",
            UTCDateTime,
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_node_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
    )
    op.create_index(op.f("ix_node_instance_id"), "node", ["instance_id"], unique=False)
    op.create_index(op.f("ix_node_reported_at"), "node", ["reported_at"], unique=False)
    op.create_table(
        "operation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("live_key", sa.String(length=64), nullable=True),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("memo", sa.JSON(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=True),
        sa.Column(
            "wake_at",
            UTCDateTime,
            nullable=True,
        ),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("lease_token", sa.String(length=36), nullable=True),
        sa.Column(
            "lease_until",
            UTCDateTime,
            nullable=True,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "deadline_at",
            UTCDateTime,
            nullable=True,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "SUCCEEDED",
                "FAILED",
                "SUPERSEDED",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=True,
        ),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.Column("user_id", sa.String(length=255), nullable=True),
        sa.Column(
            "created_at",
            UTCDateTime,
            nullable=False,
        ),
        sa.Column(
            "finished_at",
            UTCDateTime,
            nullable=True,
        ),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_operation_finished_has_outcome"),
        ),
        sa.CheckConstraint(
            "(live_key IS NULL) = (finished_at IS NOT NULL)",
            name=op.f("ck_operation_live_has_key"),
        ),
        sa.CheckConstraint(
            "(wake_at IS NULL) = (finished_at IS NOT NULL)",
            name=op.f("ck_operation_finished_never_wakes"),
        ),
        sa.CheckConstraint(
            "finished_at IS NULL OR secrets IS NULL",
            name=op.f("ck_operation_finished_keeps_no_secret"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_operation_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sa.UniqueConstraint("live_key", name=op.f("uq_operation_live_key")),
    )
    op.create_index(op.f("ix_operation_instance_id"), "operation", ["instance_id"], unique=False)
    op.create_index(op.f("ix_operation_wake_at"), "operation", ["wake_at"], unique=False)
    op.create_table(
        "event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("instance_id", sa.String(length=36), nullable=False),
        sa.Column("operation_id", sa.String(length=36), nullable=True),
        sa.Column(
            "at",
            UTCDateTime,
            nullable=False,
        ),
        sa.Column("step", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_event_instance_id")
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_event_operation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_instance_id_id"), "event", ["instance_id", "id"], unique=False)
    op.create_table(
        "inventory",
        sa.Column("node_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("databases", sa.JSON(), nullable=False),
        sa.Column("users", sa.JSON(), nullable=False),
        sa.Column("root_enabled", sa.Boolean(), nullable=False),
        sa.Column(
            "observed_at",
            UTCDateTime,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["node_id"], ["node.id"], name=op.f("fk_inventory_node_id")),
        sa.PrimaryKeyConstraint("node_id", name=op.f("pk_inventory")),
    )


def downgrade() -> None:
    op.drop_table("inventory")
    op.drop_table("event")
    op.drop_table("operation")
    op.drop_table("node")
    op.drop_table("instance")
    op.drop_table("datastore_version")
    op.drop_table("quota_usage")
    op.drop_table("quota_limit")
    op.drop_table("network")
    op.drop_table("flavor")
    op.drop_table("datastore")
