"""Writing a checked register file, and keys, into the store. Each function is the work of one writer item."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from temoin_receiver.ledger import append
from temoin_receiver.ledger.scope import digest_scope
from temoin_receiver.register.file import TableEtablissement, TableProjet
from temoin_receiver.register.loading import LoadedRegister
from temoin_receiver.storage.tables import (
    campagnes,
    cles,
    etablissements,
    organismes,
    projets,
    projets_etablissements,
    projets_organismes,
)
from temoin_sdk.campaigns import LoadedCampaign
from temoin_sdk.envelope import Key
from temoin_sdk.errors import Acteur, ConfigurationError
from temoin_sdk.ledger.entries import CampagneInscrite, EnrolementCle, Portee, RevocationCle

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """How many entries of a register file changed something; the others were there already, word for word."""

    changed: int
    total: int


def store_register(connection: Connection, loaded: LoadedRegister, instant: str) -> Written:
    """Write what the file says. Entries it does not name stay; loading it again changes nothing.

    What changed goes to the ledger, dated `instant`: each new campaign file, and the whole register's digest.
    """
    fichier = loaded.fichier
    changes = [
        _put(connection, organismes, {"ej": one.ej}, {"siren": one.siren, "nom": one.nom}) for one in fichier.organismes
    ]
    changes += [
        _replace(connection, etablissements, {"finess": finess}, [_periode(rang, one) for rang, one in enumerate(rows)])
        for finess, rows in _by_finess(fichier.etablissements).items()
    ]
    changes += [_store_projet(connection, projet, loaded.campagnes[projet.code], instant) for projet in fichier.projets]
    if any(changes):
        append(connection, Portee(empreinte=digest_scope(connection), le=instant))
    return Written(sum(changes), len(changes))


def enroll(connection: Connection, key: Key, ej: str, installation: str, instant: str) -> bool:
    """Believe `key` for this installation; False when it was enrolled for it already.

    Raises ConfigurationError: `ej_inconnu`, `cle_deja_revoquee`, `cle_d_un_autre` (one key, one installation).
    """
    if connection.execute(select(organismes.c.ej).where(organismes.c.ej == ej)).first() is None:
        raise _refuse(f"L'organisme {ej} n'est pas au registre.", "ej_inconnu", "Charger d'abord le registre.")
    found = connection.execute(select(cles).where(cles.c.kid == key.kid)).first()
    if found is None:
        values = {"kid": key.kid, "ej": ej, "installation": installation, "enrolee_le": instant}
        connection.execute(insert(cles).values(**values, jwk=json.dumps(key.to_jwk(), sort_keys=True)))
        append(connection, EnrolementCle(ej=ej, installation=installation, kid=key.kid, le=instant))
        return True
    if found.revoquee_le is not None:
        raise _refuse(
            f"Cette clé a été révoquée le {found.revoquee_le}.", "cle_deja_revoquee", "Faire créer une nouvelle clé."
        )
    if (found.ej, found.installation) != (ej, installation):
        raise _refuse(
            f"Cette clé est déjà celle de l'organisme {found.ej}, installation {found.installation}.",
            "cle_d_un_autre",
            "Faire créer une clé propre à cette installation.",
        )
    return False


def revoke(connection: Connection, kid: str, instant: str) -> str:
    """Stop believing a key from `instant` on; the instant that counts, which is the first one when said twice.

    Raises ConfigurationError `cle_inconnue`.
    """
    found = connection.execute(select(cles).where(cles.c.kid == kid)).first()
    if found is None:
        raise _refuse(f"Aucune clé {kid} n'est enrôlée.", "cle_inconnue", "Relever le kid donné à l'enrôlement.")
    if found.revoquee_le is not None:
        return str(found.revoquee_le)
    connection.execute(update(cles).where(cles.c.kid == kid).values(revoquee_le=instant))
    append(connection, RevocationCle(ej=found.ej, installation=found.installation, kid=kid, le=instant))
    return instant


def _store_projet(connection: Connection, projet: TableProjet, campagne: LoadedCampaign, instant: str) -> bool:
    known = select(campagnes.c.empreinte).where(campagnes.c.empreinte == campagne.empreinte)
    if connection.execute(known).first() is None:
        code = campagne.campagne.code
        connection.execute(insert(campagnes).values(empreinte=campagne.empreinte, code=code, octets=campagne.octets))
        append(connection, CampagneInscrite(code=code, empreinte=campagne.empreinte, le=instant))
    code = projet.code
    convention = projet.convention().model_dump_json()
    return any(
        [
            _put(connection, projets, {"code": code}, {"convention": convention, "campagne": campagne.empreinte}),
            _replace(connection, projets_organismes, {"projet": code}, [{"ej": ej} for ej in projet.organismes]),
            _replace(
                connection,
                projets_etablissements,
                {"projet": code},
                [{"finess": finess} for finess in projet.etablissements],
            ),
        ]
    )


def _by_finess(rows: Iterable[TableEtablissement]) -> dict[str, list[TableEtablissement]]:
    grouped: dict[str, list[TableEtablissement]] = {}
    for row in rows:
        grouped.setdefault(row.finess, []).append(row)
    return grouped


def _periode(rang: int, one: TableEtablissement) -> Row:
    return {
        "rang": rang,
        "nom": one.nom,
        "secteur": one.secteur.value,
        "ej": one.ej,
        "depuis": one.depuis,
        "jusqu_a": one.jusqu_a,
    }


def _put(connection: Connection, table: Table, key: Row, values: Row) -> bool:
    """Insert or update one row; False when it stands so already."""
    where = [table.c[name] == value for name, value in key.items()]
    found = connection.execute(select(*(table.c[name] for name in values)).where(*where)).mappings().first()
    if found is None:
        connection.execute(insert(table).values(**key, **values))
    elif dict(found) != values:
        connection.execute(update(table).where(*where).values(**values))
    else:
        return False
    return True


def _replace(connection: Connection, table: Table, key: Row, rows: Sequence[Row]) -> bool:
    """Make `rows` all the rows of this key; False when they are already."""
    where = [table.c[name] == value for name, value in key.items()]
    found = connection.execute(select(*(table.c[name] for name in rows[0])).where(*where)).mappings()
    if sorted(map(repr, map(dict, found))) == sorted(map(repr, rows)):
        return False
    connection.execute(delete(table).where(*where))
    connection.execute(insert(table), [{**key, **row} for row in rows])
    return True


def _refuse(message: str, code: str, remede: str) -> ConfigurationError:
    return ConfigurationError(message, code=code, remede=remede, acteur=Acteur.ARS)
