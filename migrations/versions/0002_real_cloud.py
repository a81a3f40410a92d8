"""What a real cloud needs: security groups, management ports, networks' addresses, resizing.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NODE = (
    sa.Column("image_id", sa.String(length=255)),
    sa.Column("server_status", sa.String(length=64)),
    sa.Column("security_group_id", sa.String(length=255)),
    sa.Column("management_port_id", sa.String(length=255)),
    sa.Column("management_address", sa.String(length=45)),
)
_INSTANCE = (
    sa.Column("subnet_id", sa.String(length=36)),
    sa.Column("ip_address", sa.String(length=45)),
)
_STATUSES = ("BUILD", "ACTIVE", "REBOOT", "ERROR", "SHUTDOWN", "DELETED")


def upgrade() -> None:
    # A JSON column can't have a default everywhere; the next sweep fills the table again.
    op.execute(sa.text("DELETE FROM network"))
    with op.batch_alter_table("network") as batch:
        batch.add_column(sa.Column("cidrs", sa.JSON(), nullable=False))
        batch.add_column(sa.Column("is_routed", sa.Boolean(), nullable=False))
    for column in _NODE:
        op.add_column("node", column)
    for column in _INSTANCE:
        op.add_column("instance", column)
    _allow((*_STATUSES, "RESIZE"))
    op.execute(sa.text("UPDATE operation SET step = 'remove_ports' WHERE step = 'remove_port'"))


def downgrade() -> None:
    op.execute(sa.text("UPDATE operation SET step = 'remove_port' WHERE step = 'remove_ports'"))
    op.execute(sa.text("UPDATE instance SET status = 'ERROR' WHERE status = 'RESIZE'"))
    _allow(_STATUSES)
    for column in _INSTANCE:
        op.drop_column("instance", column.name)
    for column in _NODE:
        op.drop_column("node", column.name)
    with op.batch_alter_table("network") as batch:
        batch.drop_column("is_routed")
        batch.drop_column("cidrs")


def _allow(statuses: tuple[str, ...]) -> None:
    check = op.f("ck_instance_instancestatus")
    words = ", ".join(f"'{word}'" for word in statuses)
    with op.batch_alter_table("instance") as batch:
        batch.drop_constraint(check, type_="check")
        batch.create_check_constraint(check, sa.text(f"status IN ({words})"))
