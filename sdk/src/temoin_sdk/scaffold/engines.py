"""What a scaffold says of each engine: its driver, its address, how its dates are declared."""

from collections.abc import Mapping
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
class Conteneur:
    """A server that CI starts empty. `variables` make its base and its account; `sante` answers 0 when it is ready."""

    image: str
    port: int
    variables: Mapping[str, str]
    sante: str
    mot_de_passe: str = "essai"  # of an empty base that lives as long as one job


@dataclass(frozen=True, slots=True, kw_only=True)
class FaitsMoteur:
    """One engine. `mapping` is its name in a mapping file; `extra` the sdk's extra that brings its driver.

    `adresse` is what a client writes, for an account and a base. `dates` is what the declaration of a date column must
    mind there. `serveur` is the container that CI starts, where one is free to use.
    """

    libelle: str
    mapping: str
    extra: str | None
    adresse: str
    dates: tuple[str, ...]
    serveur: Conteneur | None = None


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
        adresse="postgresql://{compte}@serveur/{base}",
        dates=(
            "A timestamptz carries its own offset and is declared an instant of any zone; a timestamp is naive.",
            "PostgreSQL's own forms are welcome in a SELECT: DISTINCT ON, FILTER, x.dates ->> 'debut', x::date.",
        ),
        serveur=Conteneur(
            image="postgres:17",
            port=5432,
            variables={"POSTGRES_DB": "essai", "POSTGRES_USER": "essai", "POSTGRES_PASSWORD": "essai"},
            sante="pg_isready -U essai",
        ),
    ),
    Moteur.MARIADB: FaitsMoteur(
        libelle="MariaDB",
        mapping="mariadb",
        extra="mariadb",
        adresse="mariadb://{compte}@serveur/{base}",
        dates=(
            "The session is in universal time: a TIMESTAMP column is an instant of UTC, whatever the server's zone.",
            "A DATETIME column is naive; NOW(), FROM_UNIXTIME() and DATE() of a TIMESTAMP give universal time.",
        ),
        serveur=Conteneur(
            image="mariadb:11",
            port=3306,
            variables={
                "MARIADB_DATABASE": "essai",
                "MARIADB_USER": "essai",
                "MARIADB_PASSWORD": "essai",
                "MARIADB_RANDOM_ROOT_PASSWORD": '"yes"',
            },
            sante="healthcheck.sh --connect --innodb_initialized",
        ),
    ),
    Moteur.ORACLE: FaitsMoteur(
        libelle="Oracle",
        mapping="oracle",
        extra="oracle",
        adresse="oracle://{compte}@serveur:1521/?service_name={base}",
        dates=(
            "An Oracle DATE carries an hour: it is a civil day only if its hour means nothing.",
            "Columns are named without quotes. Text is turned in the SELECT: TO_DATE(x, 'DD/MM/YYYY').",
        ),
    ),
    Moteur.MSSQL: FaitsMoteur(
        libelle="SQL Server",
        mapping="sqlserver",
        extra="mssql",
        adresse="mssql://{compte}@serveur/{base}",
        dates=(
            "A datetimeoffset carries its own offset; datetime and datetime2 are naive.",
            "No ORDER BY: a SELECT becomes a derived table. Text is turned in it: TRY_CONVERT(date, x, 103).",
        ),
    ),
}
