"""From the store to what the pages show. Figures come from the signed texts alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, select

from temoin_receiver.register.reading import Projet, Rattachement, find_campagne, find_projet
from temoin_receiver.storage.tables import presences, receptions
from temoin_sdk.campaigns import LoadedCampaign
from temoin_sdk.envelope import base64url
from temoin_sdk.report import Anomalie, Rapport, Recu, Verdict, from_octets

Rattachements = Mapping[str, Sequence[Rattachement]]


class Reserve(Enum):
    """Why a report that speaks of an establishment is not a measure of it."""

    EN_ATTENTE = auto()
    AUTRE_GESTIONNAIRE = auto()


@dataclass(frozen=True, slots=True)
class Mesure:
    """One report that speaks of an establishment, its receipt, and the campaign it was judged by."""

    empreinte: str
    rapport: Rapport
    recu: Recu
    remplacee_par: str | None
    campagne: LoadedCampaign


def read_mesures(connection: Connection, finess: str) -> list[Mesure]:
    """Every report with a receipt that speaks of this establishment: latest window first, then latest received."""
    query = (
        select(receptions)
        .join(presences, presences.c.reception == receptions.c.reception)
        .where(presences.c.finess == finess, receptions.c.recu.is_not(None))
        .order_by(receptions.c.fin.desc(), receptions.c.debut.desc(), receptions.c.reception.desc())
    )
    return [_mesure(connection, row) for row in connection.execute(query)]


def read_in_force(connection: Connection, rattachements: Rattachements) -> dict[str, Mesure | None]:
    """By FINESS of every report, the measure in force whose window ends last (the latest received when several do);
    None when no report about it is in force (`reserve_on`)."""
    c = receptions.c
    query = (
        select(presences.c.finess, c.reception)
        .join(receptions, presences.c.reception == c.reception)
        .where(c.recu.is_not(None))
        .order_by(c.fin.desc(), c.debut.desc(), c.reception.desc())
    )
    read: dict[int, Mesure] = {}
    found: dict[str, Mesure | None] = {}
    for finess, reception in connection.execute(query):
        if found.get(finess) is not None:
            continue
        if reception not in read:
            row = connection.execute(select(receptions).where(c.reception == reception)).one()
            read[reception] = _mesure(connection, row)
        mesure = read[reception]
        free = mesure.remplacee_par is None and reserve_on(mesure, finess, rattachements) is None
        found[finess] = mesure if free else None
    return found


def reserve_on(mesure: Mesure, finess: str, rattachements: Rattachements) -> Reserve | None:
    """Why the report is no measure of the establishment, whatever it says of it; None when it is one.

    An establishment is measured by the organisme that runs it at the end of the window: another one answers for the
    days it ran, and must not speak over it. What was received while the register did not know the establishment is
    nobody's measure, even once the register knows it: it may belong to somebody else.
    """
    recu = mesure.recu
    waiting = any(one.finess == finess and one.verdict is Verdict.EN_ATTENTE for one in recu.verdicts)
    unknown = any(one.finess == finess and one.code is Anomalie.ESSMS_INCONNU for one in recu.anomalies)
    if waiting or unknown:
        return Reserve.EN_ATTENTE
    ej, day = mesure.rapport.ej, mesure.rapport.fenetre.dernier_jour
    if any(one.ej == ej and one.stands_on(day) for one in rattachements.get(finess, ())):
        return None
    return Reserve.AUTRE_GESTIONNAIRE


def _mesure(connection: Connection, row: Row[Any]) -> Mesure:
    return Mesure(
        empreinte=row.empreinte_rapport,
        rapport=read_rapport(row.jws),
        recu=read_recu(row.recu),
        remplacee_par=row.remplacee_par,
        campagne=find_campagne(connection, row.campagne),
    )


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
