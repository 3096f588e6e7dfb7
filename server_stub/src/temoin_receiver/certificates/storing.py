"""Writing editors' keys and certificates into the store. Each function is the work of one writer item.

An editor is believed because a person at the ARS said so, by name, after comparing a fingerprint: nothing a certificate
brings along can make it believed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from temoin_receiver.ledger import append
from temoin_receiver.storage.tables import certificats, editeurs
from temoin_sdk.envelope import Key, empreinte, key_from_jwk, parse_header
from temoin_sdk.errors import Acteur, ConfigurationError, TemoinError
from temoin_sdk.ledger.entries import (
    CertificatInscrit,
    EnrolementEditeur,
    RevocationCertificat,
    RevocationEditeur,
)
from temoin_sdk.report import Certificat
from temoin_sdk.report.opening import Opened, open_signed


@dataclass(frozen=True, slots=True)
class Loaded:
    """A certificate that is in the store now, and whether it was new there."""

    editeur: str
    opened: Opened[Certificat]
    nouveau: bool


def believe(connection: Connection, key: Key, nom: str, instant: str) -> bool:
    """Believe the certificates of this editor's key; False when it was believed already.

    Raises ConfigurationError: `editeur_cle_revoquee`, `editeur_autre_nom`.
    """
    found = connection.execute(select(editeurs).where(editeurs.c.kid == key.kid)).first()
    if found is None:
        jwk = json.dumps(key.to_jwk(), sort_keys=True)
        connection.execute(insert(editeurs).values(kid=key.kid, nom=nom, jwk=jwk, ajoute_le=instant))
        append(connection, EnrolementEditeur(kid=key.kid, nom=empreinte(nom.encode()), le=instant))
        return True
    if found.revoque_le is not None:
        raise _refuse(
            f"Cette clé de l'éditeur « {found.nom} » a été révoquée le {found.revoque_le}.",
            "editeur_cle_revoquee",
            "Demander à l'éditeur une nouvelle clé, et des certificats signés avec elle.",
        )
    if found.nom != nom:
        raise _refuse(
            f"Cette clé est déjà celle de l'éditeur « {found.nom} ».",
            "editeur_autre_nom",
            "Vérifier à qui est cette clé : deux éditeurs n'ont jamais la même.",
        )
    return False


def disbelieve(connection: Connection, kid: str, instant: str) -> tuple[str, int]:
    """Stop believing an editor's key: since when, and how many certificates lose their worth with it.

    The first instant counts when it is said twice. Raises ConfigurationError `editeur_inconnu`.
    """
    found = connection.execute(select(editeurs).where(editeurs.c.kid == kid)).first()
    if found is None:
        raise _refuse(f"Aucun éditeur n'a la clé {kid}.", "editeur_inconnu", "Relever le kid donné à l'enrôlement.")
    held = connection.execute(select(certificats.c.empreinte).where(certificats.c.kid == kid)).all()
    if found.revoque_le is None:
        connection.execute(update(editeurs).where(editeurs.c.kid == kid).values(revoque_le=instant))
        append(connection, RevocationEditeur(kid=kid, le=instant))
    return str(found.revoque_le or instant), len(held)


def load(connection: Connection, files: Mapping[str, str], instant: str) -> list[Loaded]:
    """Hold these certificates, each compact JWS under the name of its file; all of them or none.

    Raises EnvelopeError, ReportError, ConfigurationError `editeur_inconnu`, `editeur_cle_revoquee`; `ou` is the file.
    """
    loaded = []
    for name, jws in files.items():
        try:
            loaded.append(_load_one(connection, jws, instant))
        except TemoinError as error:
            error.ou = error.ou or name
            raise
    return loaded


def revoke(connection: Connection, digest: str, instant: str) -> str:
    """Show this certificate as revoked from now on; the instant that counts, which is the first one when said twice.

    Raises ConfigurationError `certificat_inconnu`.
    """
    found = connection.execute(select(certificats).where(certificats.c.empreinte == digest)).first()
    if found is None:
        raise _refuse(
            f"Aucun certificat {digest} n'est chargé.",
            "certificat_inconnu",
            "« temoin-receiver certificat lister » donne les empreintes.",
        )
    if found.revoque_le is None:
        connection.execute(update(certificats).where(certificats.c.empreinte == digest).values(revoque_le=instant))
        append(connection, RevocationCertificat(empreinte=digest, le=instant))
    return str(found.revoque_le or instant)


def _load_one(connection: Connection, jws: str, instant: str) -> Loaded:
    kid = parse_header(jws).kid
    editeur = connection.execute(select(editeurs).where(editeurs.c.kid == kid)).first()
    if editeur is None:
        raise _refuse(
            f"Ce certificat est signé par une clé inconnue ici ({kid}).",
            "editeur_inconnu",
            "Demander sa clé publique à l'éditeur, comparer l'empreinte au téléphone, puis « temoin-receiver editeur "
            "enroler ».",
        )
    opened = open_signed(jws, key_from_jwk(json.loads(editeur.jwk)), Certificat)
    if editeur.revoque_le is not None:
        raise _refuse(
            f"La clé de l'éditeur « {editeur.nom} » a été révoquée le {editeur.revoque_le}.",
            "editeur_cle_revoquee",
            "Demander à l'éditeur un certificat signé avec une clé en cours.",
        )
    known = select(certificats.c.empreinte).where(certificats.c.empreinte == opened.empreinte_jws)
    nouveau = connection.execute(known).first() is None
    if nouveau:
        values = {"empreinte": opened.empreinte_jws, "kid": kid, "jws": jws, "charge_le": instant}
        connection.execute(insert(certificats).values(values))
        append(connection, CertificatInscrit(empreinte=opened.empreinte_jws, kid=kid, le=instant))
    return Loaded(str(editeur.nom), opened, nouveau)


def _refuse(message: str, code: str, remede: str) -> ConfigurationError:
    return ConfigurationError(message, code=code, remede=remede, acteur=Acteur.ARS)
