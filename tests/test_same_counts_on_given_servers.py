"""The calculator's counts on a real Oracle, SQL Server or MySQL, where the environment names one; skipped elsewhere.

TEMOIN_ORACLE_URL, TEMOIN_MSSQL_URL, TEMOIN_MYSQL_URL: SQLAlchemy addresses with the password of an account that may
create tables in an empty schema; what is created is dropped. SQL Server refuses a reader that may write:
TEMOIN_MSSQL_READER_URL names another account, db_datareader of the same base.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import servers
from reference import routes
from reference.bases import crowd
from reference.comparing import Expectation
from reference.engines import TYPES, through_engine
from reference.typing_columns import TYPAGES, Typage, canonical
from servers.bases import Base
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

KINDS = {
    "oracle": {
        "texte": "VARCHAR2(200 CHAR)",
        "jour": "DATE",
        "naif": "TIMESTAMP",
        "absolu": "TIMESTAMP WITH TIME ZONE",
        "entier": "NUMBER(19)",
        "reel": "NUMBER",
        "caracteres": "CHAR(60 CHAR)",
    },
    "mssql": {
        "texte": "NVARCHAR(200)",
        "jour": "DATE",
        "naif": "DATETIME2",
        "absolu": "DATETIMEOFFSET",
        "entier": "BIGINT",
        "reel": "FLOAT",
        "uuid": "UNIQUEIDENTIFIER",
        "caracteres": "NCHAR(60)",
    },
    "mysql": {
        "texte": "VARCHAR(200)",
        "jour": "DATE",
        "naif": "DATETIME(6)",
        "entier": "BIGINT",
        "reel": "DOUBLE",
        "caracteres": "CHAR(60)",
    },
}
GIVEN = {moteur: os.environ.get(f"TEMOIN_{moteur.upper()}_URL", "") for moteur in KINDS}


class GivenBase(Base):
    """Filled with the parameters of its own driver."""

    def load(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        spelled = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        marks = ", ".join(f":{name}" for name in columns)
        with self.admin.begin() as connection:
            connection.execute(text(f"CREATE TABLE {table} ({spelled})"))
            if listed := [dict(zip(columns, row, strict=True)) for row in rows]:
                connection.execute(text(f"INSERT INTO {table} VALUES ({marks})"), listed)


@contextmanager
def given_base(moteur: str, _folder: Path) -> Iterator[Base]:
    """The schema that the environment names, emptied of what a test creates in it."""
    admin = create_engine(GIVEN[moteur], poolclass=NullPool)
    reader = make_url(os.environ.get(f"TEMOIN_{moteur.upper()}_READER_URL") or GIVEN[moteur])
    if inspect(admin).get_table_names():
        pytest.fail(f"the schema of TEMOIN_{moteur.upper()}_URL is not empty")
    url = reader.set(drivername=moteur, password=None).render_as_string()
    try:
        yield GivenBase(moteur, url, reader.password, admin)
    finally:
        with admin.begin() as connection:
            for table in inspect(admin).get_table_names():
                connection.execute(text(f"DROP TABLE {table}"))
        admin.dispose()


@pytest.mark.parametrize("typage", TYPAGES, ids=lambda one: one.nom)
@pytest.mark.parametrize("moteur", KINDS)
def test_a_crowd_on_a_server_given_by_the_environment(moteur: str, typage: Typage, tmp_path: Path) -> None:
    if not GIVEN[moteur]:
        pytest.skip(f"TEMOIN_{moteur.upper()}_URL names no server")
    wanted = {*typage.usagers, *typage.instants, typage.jours, typage.epochs}
    if not wanted <= KINDS[moteur].keys() or (moteur == "oracle" and "jour" in typage.instants):
        pytest.skip(f"{moteur} has no such type")
    base = canonical(crowd(7), typage)
    with (
        mock.patch.object(servers, "open_base", given_base),
        mock.patch("reference.engines.TYPES", {**TYPES, moteur: KINDS[moteur]}),
        through_engine(base, moteur, typage, tmp_path, intervals=False) as sources,
    ):
        result = routes.run(base, sources, tmp_path / "preuves")
    Expectation(base).compare(result, tmp_path / "preuves", f"{moteur}, {typage.nom}")
