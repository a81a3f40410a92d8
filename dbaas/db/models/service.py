"""Task managers, as they say themselves that they run."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from dbaas.db.models.base import Base


class Service(Base):
    """One process. An orderly end removes the row; one that was killed stops being seen."""

    __tablename__ = "service"

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    """Its RPC server's, which is its host's and its process's."""
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int] = mapped_column(Integer)
    version: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
