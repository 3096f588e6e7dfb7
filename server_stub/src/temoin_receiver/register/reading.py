"""What the register says of a key, a project and its establishments. Read anew for each report: it may have changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, select

from temoin_receiver.storage.tables import (
    campagnes,
    cles,
    etablissements,
    projets,
    projets_etablissements,
    projets_organismes,
)
from temoin_sdk.campaigns import LoadedCampaign, read_campaign
from temoin_sdk.conventions import Convention
from temoin_sdk.envelope import PublicKey
from temoin_sdk.vocabulary import Secteur
from temoin_sdk.windows import Fenetre


@dataclass(frozen=True, slots=True)
class EnrolledKey:
    """A key and the one installation it speaks for; `revoquee_le` is an instant, or None while it is believed."""

    public: PublicKey
    ej: str
    installation: str
    revoquee_le: str | None


@dataclass(frozen=True, slots=True)
class Rattachement:
    """An establishment while one organisme runs it: from `depuis`, `jusqu_a` excluded; None is without limit."""

    finess: str
    nom: str
    secteur: Secteur
    ej: str
    depuis: date | None
    jusqu_a: date | None

    def covers(self, fenetre: Fenetre) -> bool:
        """True when it stands on one day of the window at least: an organisme answers for the part it ran."""
        starts = self.depuis is None or self.depuis < fenetre.fin
        return starts and (self.jusqu_a is None or self.jusqu_a > fenetre.debut)


@dataclass(frozen=True, slots=True)
class Projet:
    """A project as the ARS knows it."""

    convention: Convention
    campagne: LoadedCampaign
    organismes: frozenset[str]
    etablissements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Registre:
    """The part of the register that one report touches: its project (None when unknown), and every establishment of
    the report or of the project, by FINESS."""

    projet: Projet | None
    rattachements: Mapping[str, Sequence[Rattachement]]

    def of(self, finess: str, ej: str, fenetre: Fenetre) -> Rattachement | None:
        """The establishment as `ej` ran it in the window, or None when it did not. The latest of several periods."""
        return next(
            (one for one in reversed(self.rattachements.get(finess, ())) if one.ej == ej and one.covers(fenetre)), None
        )


def find_key(connection: Connection, kid: str) -> EnrolledKey | None:
    """The enrolled key of this name, revoked or not."""
    row = connection.execute(select(cles).where(cles.c.kid == kid)).first()
    if row is None:
        return None
    return EnrolledKey(PublicKey.from_jwk(json.loads(row.jwk)), row.ej, row.installation, row.revoquee_le)


def read_registre(connection: Connection, projet: str, finess: Iterable[str]) -> Registre:
    """What touches a report of this project about these establishments."""
    found = find_projet(connection, projet)
    wanted = {*finess, *(found.etablissements if found else ())}
    return Registre(found, read_rattachements(connection, wanted))


def find_projet(connection: Connection, code: str) -> Projet | None:
    """The project of this code with its campaign, exactly as published when the register was loaded."""
    row = connection.execute(select(projets).where(projets.c.code == code)).first()
    if row is None:
        return None
    carriers = select(projets_organismes.c.ej).where(projets_organismes.c.projet == code)
    sites = select(projets_etablissements.c.finess).where(projets_etablissements.c.projet == code)
    return Projet(
        convention=Convention.model_validate_json(row.convention),
        campagne=find_campagne(connection, row.campagne),
        organismes=frozenset(connection.execute(carriers).scalars()),
        etablissements=frozenset(connection.execute(sites).scalars()),
    )


def find_campagne(connection: Connection, empreinte: str) -> LoadedCampaign:
    """The campaign file of this digest."""
    octets = connection.execute(select(campagnes.c.octets).where(campagnes.c.empreinte == empreinte)).scalar_one()
    return _read_campagne(bytes(octets))


def read_rattachements(connection: Connection, finess: Iterable[str] | None) -> dict[str, list[Rattachement]]:
    """Periods of these establishments (of all, for None), oldest first."""
    query = select(etablissements).order_by(etablissements.c.finess, etablissements.c.depuis.nulls_first())
    if finess is not None:
        query = query.where(etablissements.c.finess.in_(sorted(finess)))
    found: dict[str, list[Rattachement]] = {}
    for row in connection.execute(query):
        one = Rattachement(row.finess, row.nom, Secteur(row.secteur), row.ej, row.depuis, row.jusqu_a)
        found.setdefault(row.finess, []).append(one)
    return found


@lru_cache(maxsize=64)
def _read_campagne(octets: bytes) -> LoadedCampaign:
    """Parsed once: a campaign file never changes under its digest."""
    return read_campaign(octets, "registre")
