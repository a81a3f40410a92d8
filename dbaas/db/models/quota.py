"""How much a project may have, and has."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from dbaas.db.models.base import Base


class QuotaLimit(Base):
    """A project's own limit, where it differs from the configured default; -1 is no limit."""

    __tablename__ = "quota_limit"
    __table_args__ = (CheckConstraint("hard_limit >= -1", "limit_from_minus_one"),)

    project_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    resource: Mapped[str] = mapped_column(String(32), primary_key=True)
    hard_limit: Mapped[int]


class QuotaUsage(Base):
    __tablename__ = "quota_usage"
    __table_args__ = (
        CheckConstraint("in_use >= 0", "in_use_not_negative"),
        CheckConstraint("reserved >= 0", "reserved_not_negative"),
    )

    project_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    resource: Mapped[str] = mapped_column(String(32), primary_key=True)
    in_use: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
