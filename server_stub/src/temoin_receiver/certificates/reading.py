"""What this receiver knows of the certificates that reports name."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from sqlalchemy import Connection, select

from temoin_receiver.storage.tables import certificats, editeurs
from temoin_sdk.certificates.words import VOIES
from temoin_sdk.envelope import key_from_jwk
from temoin_sdk.errors import TemoinError
from temoin_sdk.report import Certificat, SourceRapport
from temoin_sdk.report.certificate import concerns
from temoin_sdk.report.opening import open_signed


class EtatCertificat(Enum):
    """What is known of the certificate a report names for a source."""

    CERTIFIE = auto()
    REVOQUE = auto()
    AUTRE_PLUGIN = auto()
    INCONNU = auto()
    ABSENT = auto()


@dataclass(frozen=True, slots=True)
class CertificatConnu:
    """A certificate held here, the name of its editor, and since when it is worth nothing: itself, or with its key."""

    certificat: Certificat
    editeur: str
    charge_le: str
    revoque_le: str | None


Certificats = Mapping[str, CertificatConnu]
"""By the digest that reports name."""


def read_certificats(connection: Connection) -> dict[str, CertificatConnu]:
    """Every certificate held here: editors certify versions, so they are few."""
    joined = select(certificats, editeurs.c.nom, editeurs.c.jwk, editeurs.c.revoque_le.label("cle_revoquee_le")).join(
        editeurs, editeurs.c.kid == certificats.c.kid
    )
    found = {}
    for row in connection.execute(joined.order_by(certificats.c.charge_le, certificats.c.empreinte)):
        since = min(filter(None, (row.revoque_le, row.cle_revoquee_le)), default=None)
        with suppress(TemoinError):  # a text that no longer verifies is as good as unknown; `verifier` tells it
            found[row.empreinte] = CertificatConnu(_read(row.jws, row.jwk), row.nom, row.charge_le, since)
    return found


def judge_source(source: SourceRapport, connus: Certificats) -> tuple[EtatCertificat, str]:
    """What a page says of the plugin of a source, in French. It changes no figure."""
    if source.certificat is None:
        return EtatCertificat.ABSENT, "non certifié"
    connu = connus.get(source.certificat)
    if connu is None:
        return EtatCertificat.INCONNU, "certificat inconnu de ce récepteur"
    certificat = connu.certificat
    if not concerns(certificat, source):
        whose = f"{certificat.distribution or certificat.plugin} {certificat.version}"
        return EtatCertificat.AUTRE_PLUGIN, f"certificat d'un autre plugin ({whose})"
    if connu.revoque_le is not None:
        return EtatCertificat.REVOQUE, f"certificat révoqué le {connu.revoque_le[:10]} ({connu.editeur})"
    return EtatCertificat.CERTIFIE, f"certifié ({connu.editeur}, trousse {certificat.kit}, {VOIES[certificat.voie]})"


def find_certificate_faults(connection: Connection) -> Iterator[str]:
    """Every certificate that is no longer what its editor signed, as French sentences."""
    joined = select(certificats, editeurs.c.jwk).join(editeurs, editeurs.c.kid == certificats.c.kid)
    for row in connection.execute(joined.order_by(certificats.c.empreinte)):
        try:
            opened = open_signed(row.jws, key_from_jwk(json.loads(row.jwk)), Certificat)
        except TemoinError as error:
            yield f"certificat {row.empreinte} : {error.message}"
            continue
        if (opened.empreinte_jws, opened.header.kid) != (row.empreinte, row.kid):
            yield f"certificat {row.empreinte} : son empreinte n'est pas celle du texte gardé"


@lru_cache(maxsize=1024)
def _read(jws: str, jwk: str) -> Certificat:
    """Verified once for each text and key: the page says « certifié », so the store alone is not believed."""
    return open_signed(jws, key_from_jwk(json.loads(jwk)), Certificat).contenu
