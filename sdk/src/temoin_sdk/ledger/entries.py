"""What the ledger's entries say: each thing by which a receiver could later deny or invent what it did.

An entry is spelt as reports are (`temoin_sdk.report.octets`) and its `type` says what it is. It holds digests, names of
keys, FINESS EJ and instants of the receiver's clock: no person, and no figure. What an audit asks, digests of answers
and later kinds get types of their own; a reader lets a type that it does not know be, since the tree covers its bytes.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from temoin_sdk.errors import ReportError
from temoin_sdk.figures import Hex64
from temoin_sdk.finess import Finess
from temoin_sdk.report.bounded import Code, Installation, InstantUtc, Kid, Origine, Rang
from temoin_sdk.report.models import ModeleSigne
from temoin_sdk.report.octets import from_octets, read_json


class Ouverture(ModeleSigne):
    """The first entry: under which origin this ledger opens, and the key of its receipts."""

    type: Literal["ouverture"] = "ouverture"
    origine: Origine
    cle_recus: Kid
    le: InstantUtc


class Reception(ModeleSigne):
    """A report received: everything its receipt binds. `jugement` is the digest of verdicts and anomalies."""

    type: Literal["reception"] = "reception"
    reception: Rang
    ej: Finess
    installation: Installation
    empreinte_rapport: Hex64
    empreinte_jws: Hex64
    kid: Kid
    recu_le: InstantUtc
    politique: Rang
    jugement: Hex64


class EnrolementCle(ModeleSigne):
    """A key believed from now on, for one installation of an organisme."""

    type: Literal["enrolement_cle"] = "enrolement_cle"
    ej: Finess
    installation: Installation
    kid: Kid
    le: InstantUtc


class RevocationCle(ModeleSigne):
    """A key no longer believed: only what stands before this entry counts."""

    type: Literal["revocation_cle"] = "revocation_cle"
    ej: Finess
    installation: Installation
    kid: Kid
    le: InstantUtc


class Portee(ModeleSigne):
    """The register as it stands after a file was loaded: who speaks for whom, under which convention."""

    type: Literal["portee"] = "portee"
    empreinte: Hex64
    le: InstantUtc


class CampagneInscrite(ModeleSigne):
    """A campaign file by which reports may be judged."""

    type: Literal["campagne"] = "campagne"
    code: Code
    empreinte: Hex64
    le: InstantUtc


class EnrolementEditeur(ModeleSigne):
    """An editor's key whose certificates are believed from now on; `nom` is the digest of the name that pages show."""

    type: Literal["enrolement_editeur"] = "enrolement_editeur"
    kid: Kid
    nom: Hex64
    le: InstantUtc


class RevocationEditeur(ModeleSigne):
    """An editor's key no longer believed, nor anything it signed."""

    type: Literal["revocation_editeur"] = "revocation_editeur"
    kid: Kid
    le: InstantUtc


class CertificatInscrit(ModeleSigne):
    """A certificate of a plugin, by the digest that reports name, and the key that signed it."""

    type: Literal["certificat"] = "certificat"
    empreinte: Hex64
    kid: Kid
    le: InstantUtc


class RevocationCertificat(ModeleSigne):
    """A certificate shown as revoked."""

    type: Literal["revocation_certificat"] = "revocation_certificat"
    empreinte: Hex64
    le: InstantUtc


Entree = (
    Ouverture
    | Reception
    | EnrolementCle
    | RevocationCle
    | Portee
    | CampagneInscrite
    | EnrolementEditeur
    | RevocationEditeur
    | CertificatInscrit
    | RevocationCertificat
)

_MODELES: Final[Mapping[str, type[Entree]]] = MappingProxyType(
    {
        "ouverture": Ouverture,
        "reception": Reception,
        "enrolement_cle": EnrolementCle,
        "revocation_cle": RevocationCle,
        "portee": Portee,
        "campagne": CampagneInscrite,
        "enrolement_editeur": EnrolementEditeur,
        "revocation_editeur": RevocationEditeur,
        "certificat": CertificatInscrit,
        "revocation_certificat": RevocationCertificat,
    }
)


def read_entry(octets: bytes) -> Entree | None:
    """What an entry says; None for a type that this version does not know. Raises ReportError for wrong bytes."""
    value = read_json(octets)
    found = value.get("type") if isinstance(value, dict) else None
    if not isinstance(found, str):
        raise ReportError(
            "Une entrée du registre ne dit pas de quoi elle parle.",
            code="registre_entree",
            remede="Montrer ce registre aux deux parties : « temoin-receiver fsck » dit ce qui ne va pas.",
        )
    modele = _MODELES.get(found)
    return None if modele is None else from_octets(modele, octets)


def ej_of(entree: Entree) -> str | None:
    """The organisme that an entry names, if it names one: those entries are looked up by it."""
    return entree.ej if isinstance(entree, (Reception, EnrolementCle, RevocationCle)) else None
