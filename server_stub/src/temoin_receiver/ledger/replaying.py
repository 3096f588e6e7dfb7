"""What the entries say, told again from the first: the tables must say the same, no more and no less."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

from sqlalchemy import Connection, RowMapping, Table, select

from temoin_receiver.ledger.hashing import read_all
from temoin_receiver.ledger.issuing import Signatures
from temoin_receiver.ledger.scope import digest_scope
from temoin_receiver.storage.tables import campagnes, certificats, cles, editeurs, entrees, receptions
from temoin_sdk.envelope import PublicKey, empreinte
from temoin_sdk.errors import ReportError, TemoinError
from temoin_sdk.ledger import NoteKey
from temoin_sdk.ledger.entries import (
    CampagneInscrite,
    CertificatInscrit,
    EnrolementCle,
    EnrolementEditeur,
    Entree,
    Ouverture,
    Portee,
    Reception,
    RevocationCertificat,
    RevocationCle,
    RevocationEditeur,
    ej_of,
    read_entry,
)
from temoin_sdk.report import Recu, from_octets
from temoin_sdk.report.inscribed import check_inscribed, entry_of
from temoin_sdk.report.opening import open_signed

Rows = dict[str, dict[str, Any]]
"""What a table should hold, by key."""


@dataclass
class _Told:
    """Everything the entries said, up to now."""

    ouverture: Ouverture | None = None
    portee: str | None = None
    cles: Rows = field(default_factory=dict)
    campagnes: Rows = field(default_factory=dict)
    editeurs: Rows = field(default_factory=dict)
    certificats: Rows = field(default_factory=dict)
    receptions: set[int] = field(default_factory=set)
    """Indexes alone: there may be millions."""

    def hear(self, rang: int, entree: Entree) -> None:
        match entree:
            case Ouverture():
                self.ouverture = self.ouverture or entree
            case Reception():
                self.receptions.add(rang)
            case EnrolementCle(ej=ej, installation=installation, kid=kid, le=le):
                self.cles[kid] = {"ej": ej, "installation": installation, "enrolee_le": le, "revoquee_le": None}
            case RevocationCle(kid=kid, le=le):
                self.cles.setdefault(kid, {})["revoquee_le"] = le
            case Portee():
                self.portee = entree.empreinte
            case CampagneInscrite():
                self.campagnes[entree.empreinte] = {"code": entree.code}
            case _:
                self._hear_certified(entree)

    def _hear_certified(
        self, entree: EnrolementEditeur | RevocationEditeur | CertificatInscrit | RevocationCertificat
    ) -> None:
        match entree:
            case EnrolementEditeur(kid=kid, nom=nom, le=le):
                self.editeurs[kid] = {"nom": nom, "ajoute_le": le, "revoque_le": None}
            case RevocationEditeur(kid=kid, le=le):
                self.editeurs.setdefault(kid, {})["revoque_le"] = le
            case CertificatInscrit(kid=kid, le=le):
                self.certificats[entree.empreinte] = {"kid": kid, "charge_le": le, "revoque_le": None}
            case RevocationCertificat(le=le):
                self.certificats.setdefault(entree.empreinte, {})["revoque_le"] = le
            case _:
                assert_never(entree)


def find_replay_faults(connection: Connection, signatures: Signatures) -> Iterator[str]:
    """Every difference between the entries and the tables they speak of, as French sentences."""
    told = _Told()
    for row in connection.execute(read_all(entrees).order_by(entrees.c.rang)):
        try:
            entree = read_entry(bytes(row.octets))
        except ReportError as error:
            yield f"registre, entrée {row.rang} : {error.message}"
            continue
        if entree is not None:
            told.hear(row.rang, entree)
            if row.ej != ej_of(entree):
                yield f"registre, entrée {row.rang} : l'organisme qui sert à la retrouver n'est pas le sien"
    yield from _check_opening(told.ouverture, signatures)
    if told.portee is not None and told.portee != digest_scope(connection):
        yield "registre de l'ARS : organismes, établissements ou projets ne sont plus ceux de la dernière entrée"
    yield from _compare(connection, cles, "clé", told.cles, _key_row)
    yield from _compare(connection, campagnes, "campagne", told.campagnes, _campaign_row)
    yield from _compare(connection, editeurs, "clé d'éditeur", told.editeurs, _editor_row)
    yield from _compare(connection, certificats, "certificat", told.certificats, dict)
    yield from _check_receptions(connection, told.receptions, signatures)


def _check_opening(ouverture: Ouverture | None, signatures: Signatures) -> Iterator[str]:
    if ouverture is None:
        yield "registre : il ne commence pas par son ouverture"
    elif (ouverture.origine, ouverture.cle_recus) != (signatures.origine, signatures.recus.public.kid):
        yield "registre : son ouverture nomme une autre origine ou une autre clé des accusés"


def _key_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "kid": _kid(row["jwk"])}


def _campaign_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "empreinte": empreinte(bytes(row["octets"]))}


def _editor_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "kid": _kid(row["jwk"]), "nom": empreinte(str(row["nom"]).encode())}


def _kid(jwk: str) -> str:
    """The name of the key that is really there: what is believed is the key, not the name written beside it."""
    try:
        return PublicKey.from_jwk(json.loads(jwk)).kid
    except (TemoinError, ValueError):
        return ""


def _compare(connection: Connection, table: Table, what: str, told: Rows, read: Any) -> Iterator[str]:
    name = table.primary_key.columns.values()[0].name
    found = {row[name]: read(row) for row in connection.execute(read_all(table)).mappings()}
    for key in sorted(told.keys() - found.keys()):
        yield f"{what} {key} : le registre en parle et la base ne l'a plus"
    for key in sorted(found.keys() - told.keys()):
        yield f"{what} {key} : la base l'a et le registre n'en parle pas"
    for key in sorted(found.keys() & told.keys()):
        expected = {name: key, **told[key]}
        for column, value in expected.items():
            if found[key][column] != value:
                yield f"{what} {key} : « {column} » n'est pas ce que le registre en dit"


def _check_receptions(connection: Connection, told: set[int], signatures: Signatures) -> Iterator[str]:
    ledger = NoteKey(signatures.origine, signatures.registre.public)
    heard = set(told)
    for row in connection.execute(select(receptions).order_by(receptions.c.reception)).mappings():
        place = f"réception {row['reception']}"
        if row["entree"] not in heard:
            yield f"{place} : l'entrée {row['entree']} du registre n'en parle pas"
            continue
        heard.remove(row["entree"])
        octets = connection.execute(read_all(entrees).where(entrees.c.rang == row["entree"])).one().octets
        entree = from_octets(Reception, bytes(octets))
        for name in ("reception", "ej", "installation", "empreinte_rapport", "empreinte_jws", "kid", "recu_le"):
            if row[name] != getattr(entree, name):
                yield f"{place} : « {name} » n'est pas ce que le registre en dit"
        if empreinte(str(row["jugement"]).encode()) != entree.jugement:
            yield f"{place} : les verdicts gardés ne sont pas ceux dont le registre tient l'empreinte"
        yield from (f"{place}{fault}" for fault in _check_receipt(row, entree, signatures, ledger))
    for rang in sorted(heard):
        yield f"registre, entrée {rang} : la réception dont elle parle n'est plus dans la base"


def _check_receipt(row: RowMapping, entree: Reception, signatures: Signatures, ledger: NoteKey) -> Iterator[str]:
    if row["recu"] is None:
        yield " : son accusé n'est pas fait ; le prochain démarrage le fera"
        return
    try:
        recu = open_signed(row["recu"], signatures.recus.public, Recu).contenu
        check_inscribed(recu, ledger)
    except TemoinError as error:
        yield f", accusé : {error.message}"
        return
    if recu.registre.rang != row["entree"] or entry_of(recu) != entree:
        yield " : l'accusé n'est pas celui de son entrée au registre"
