"""A SQLite file, for the tests that every engine must pass."""

from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from servers.bases import Base


def sqlite_base(path: Path) -> Base:
    """A new file in an existing folder."""
    admin = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with admin.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE rien (rien INTEGER)")
    return Base("sqlite", f"sqlite:///{path}", None, admin)
