"""What the register says of a key, a project and its establishments. Read anew for each report: it may have changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, bindparam, select

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

# Built once: these run for every report, and building a statement costs more than running it.
_KEY: Final = select(cles).where(cles.c.kid == bindparam("kid"))
_PROJET: Final = select(projets).where(projets.c.code == bindparam("code"))
_CARRIERS: Final = select(projets_organismes.c.ej).where(projets_organismes.c.projet == bindparam("code"))
_SITES: Final = select(projets_etablissements.c.finess).where(projets_etablissements.c.projet == bindparam("code"))
_CAMPAGNE: Final = select(campagnes.c.octets).where(campagnes.c.empreinte == bindparam("empreinte"))
_PERIODS: Final = select(etablissements).order_by(etablissements.c.finess, etablissements.c.depuis.nulls_first())
_PERIODS_OF: Final = _PERIODS.where(etablissements.c.finess.in_(bindparam("finess", expanding=True)))


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

    def stands_on(self, day: date) -> bool:
        """True when it stands on that day: at most one period of an establishment does."""
        return (self.depuis is None or self.depuis <= day) and (self.jusqu_a is None or day < self.jusqu_a)


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
    row = connection.execute(_KEY, {"kid": kid}).first()
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
    row = connection.execute(_PROJET, {"code": code}).first()
    if row is None:
        return None
    return Projet(
        convention=_read_convention(row.convention),
        campagne=find_campagne(connection, row.campagne),
        organismes=frozenset(connection.execute(_CARRIERS, {"code": code}).scalars()),
        etablissements=frozenset(connection.execute(_SITES, {"code": code}).scalars()),
    )


def find_campagne(connection: Connection, empreinte: str) -> LoadedCampaign:
    """The campaign file of this digest."""
    octets = connection.execute(_CAMPAGNE, {"empreinte": empreinte}).scalar_one()
    return _read_campagne(bytes(octets))


def read_rattachements(connection: Connection, finess: Iterable[str] | None) -> dict[str, list[Rattachement]]:
    """Periods of these establishments (of all, for None), oldest first."""
    if finess is None:
        rows = connection.execute(_PERIODS)
    else:
        rows = connection.execute(_PERIODS_OF, {"finess": sorted(finess)})
    found: dict[str, list[Rattachement]] = {}
    for row in rows:
        one = Rattachement(row.finess, row.nom, Secteur(row.secteur), row.ej, row.depuis, row.jusqu_a)
        found.setdefault(row.finess, []).append(one)
    return found


@lru_cache(maxsize=1024)
def _read_convention(text: str) -> Convention:
    """Parsed once for each text."""
    return Convention.model_validate_json(text)


@lru_cache(maxsize=64)
def _read_campagne(octets: bytes) -> LoadedCampaign:
    """Parsed once: a campaign file never changes under its digest."""
    return read_campaign(octets, "registre")
