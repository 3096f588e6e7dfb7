"""From the store to what the pages show. Figures come from the signed texts alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, select

from temoin_receiver.register.reading import Projet, find_campagne, find_projet
from temoin_receiver.storage.tables import presences, receptions
from temoin_sdk.campaigns import LoadedCampaign
from temoin_sdk.envelope import base64url
from temoin_sdk.report import Rapport, Recu, from_octets


@dataclass(frozen=True, slots=True)
class Mesure:
    """One report that speaks of an establishment, its receipt, and the campaign it was judged by."""

    empreinte: str
    rapport: Rapport
    recu: Recu
    remplacee_par: str | None
    campagne: LoadedCampaign


def read_mesures(connection: Connection, finess: str) -> list[Mesure]:
    """Every report that speaks of this establishment: latest window first, then latest received."""
    query = (
        select(receptions)
        .join(presences, presences.c.reception == receptions.c.reception)
        .where(presences.c.finess == finess)
        .order_by(receptions.c.fin.desc(), receptions.c.debut.desc(), receptions.c.reception.desc())
    )
    return [
        Mesure(
            empreinte=row.empreinte_rapport,
            rapport=read_rapport(row.jws),
            recu=read_recu(row.recu),
            remplacee_par=row.remplacee_par,
            campagne=find_campagne(connection, row.campagne),
        )
        for row in connection.execute(query)
    ]


def read_last_mesures(connection: Connection) -> dict[str, Mesure]:
    """By FINESS, the report whose window ends last; the latest received when several do, so never a replaced one."""
    c = receptions.c
    query = (
        select(presences.c.finess, c.reception)
        .join(receptions, presences.c.reception == c.reception)
        .order_by(c.fin, c.debut, c.reception)
    )
    last = {row.finess: row.reception for row in connection.execute(query)}
    found = {}
    for row in connection.execute(select(receptions).where(c.reception.in_(sorted(set(last.values()))))):
        found[row.reception] = Mesure(
            row.empreinte_rapport,
            read_rapport(row.jws),
            read_recu(row.recu),
            row.remplacee_par,
            find_campagne(connection, row.campagne),
        )
    return {finess: found[reception] for finess, reception in last.items()}


def read_projets(connection: Connection, codes: Iterable[str]) -> dict[str, Projet]:
    """The projects of these codes as the register knows them today."""
    found = {code: find_projet(connection, code) for code in sorted(set(codes))}
    return {code: projet for code, projet in found.items() if projet is not None}


@lru_cache(maxsize=256)
def read_rapport(jws: str) -> Rapport:
    """The report inside a kept text, whose signature was verified at reception."""
    return from_octets(Rapport, payload_of(jws))


@lru_cache(maxsize=256)
def read_recu(jws: str) -> Recu:
    """The receipt inside a kept text."""
    return from_octets(Recu, payload_of(jws))


def payload_of(jws: str) -> bytes:
    """The bytes a compact JWS carries."""
    return base64url.decode(jws.split(".")[1])
