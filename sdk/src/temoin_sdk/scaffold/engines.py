"""What a scaffold says of each engine: its driver, its address, how its dates are declared."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Moteur(StrEnum):
    """The engines a project can be made for."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    MARIADB = "mariadb"
    ORACLE = "oracle"
    MSSQL = "mssql"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaitsMoteur:
    """One engine. `mapping` is its name in a mapping file; `extra` the sdk's extra that brings its driver.

    `adresse` is what a client writes, `{base}` its database. `dates` is what the declaration of a date column must
    mind there. `image` is the container that CI starts, where one is free to use.
    """

    libelle: str
    mapping: str
    extra: str | None
    adresse: str
    dates: tuple[str, ...]
    image: str | None = None


MOTEURS: Final[dict[Moteur, FaitsMoteur]] = {
    Moteur.SQLITE: FaitsMoteur(
        libelle="SQLite",
        mapping="sqlite",
        extra=None,
        adresse="sqlite:////srv/{base}/{base}.db",
        dates=(
            "SQLite has no date type: text is ISO (2026-10-31, then a space or a T before the hour).",
            "French text is turned in the SELECT: substr(x, 7, 4) || '-' || substr(x, 4, 2) || '-' || substr(x, 1, 2).",
        ),
    ),
    Moteur.POSTGRESQL: FaitsMoteur(
        libelle="PostgreSQL",
        mapping="postgresql",
        extra="postgresql",
        adresse="postgresql://temoin_lecture@serveur/{base}",
        dates=(
            "A timestamptz carries its own offset and is declared an instant of any zone; a timestamp is naive.",
            "PostgreSQL's own forms are welcome in a SELECT: DISTINCT ON, FILTER, x.dates ->> 'debut', x::date.",
        ),
        image="postgres:17",
    ),
    Moteur.MARIADB: FaitsMoteur(
        libelle="MariaDB or MySQL",
        mapping="mariadb",
        extra="mariadb",
        adresse="mariadb://temoin_lecture@serveur/{base}",
        dates=(
            "The session is in universal time: a TIMESTAMP column is an instant of UTC, whatever the server's zone.",
            "A DATETIME column is naive; NOW(), FROM_UNIXTIME() and DATE() of a TIMESTAMP give universal time.",
        ),
        image="mariadb:11",
    ),
    Moteur.ORACLE: FaitsMoteur(
        libelle="Oracle",
        mapping="oracle",
        extra="oracle",
        adresse="oracle://temoin_lecture@serveur:1521/?service_name={base}",
        dates=(
            "An Oracle DATE carries an hour: it is a civil day only if its hour means nothing.",
            "Columns are named without quotes. Text is turned in the SELECT: TO_DATE(x, 'DD/MM/YYYY').",
        ),
    ),
    Moteur.MSSQL: FaitsMoteur(
        libelle="SQL Server",
        mapping="sqlserver",
        extra="mssql",
        adresse="mssql://temoin_lecture@serveur/{base}",
        dates=(
            "A datetimeoffset carries its own offset; datetime and datetime2 are naive.",
            "No ORDER BY: a SELECT becomes a derived table. Text is turned in it: TRY_CONVERT(date, x, 103).",
        ),
    ),
}
