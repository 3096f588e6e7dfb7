"""Signed texts opened: envelope and content in one step, the same for every part that reads one."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from temoin_sdk.envelope.header import Header, Typ
from temoin_sdk.envelope.jws import Unverified, Verified, read_unverified, verify
from temoin_sdk.envelope.otherkeys import Key
from temoin_sdk.errors import Acteur, ReportError
from temoin_sdk.report.certificate import Certificat
from temoin_sdk.report.messages import Probleme
from temoin_sdk.report.models import ModeleSigne, Rapport
from temoin_sdk.report.octets import from_octets
from temoin_sdk.report.receipt import Recu

Modele = TypeVar("Modele", bound=ModeleSigne)

_TYPS: Final[Mapping[type[ModeleSigne], Typ]] = MappingProxyType(
    {Rapport: Typ.RAPPORT, Recu: Typ.RECU, Certificat: Typ.CERTIFICAT}
)
_MODELES: Final[Mapping[Typ, type[ModeleSigne]]] = MappingProxyType({typ: modele for modele, typ in _TYPS.items()})

_ASK_AGAIN: Final[Mapping[Typ, tuple[str, Acteur]]] = MappingProxyType(
    {
        Typ.RECU: ("Demander de nouveau l'accusé au récepteur : il le redonne tel quel.", Acteur.ARS),
        Typ.CERTIFICAT: ("Demander à l'éditeur un certificat fait par « temoin-sdk certify ».", Acteur.EDITEUR),
    }
)
"""What to do about a content that is wrong, where `from_octets` would speak of a report."""


@dataclass(frozen=True, slots=True)
class Opened(Generic[Modele]):
    """A signed text that was read: `empreinte` is that of its content, `empreinte_jws` that of the text (hex SHA-256).

    `verifie` is False when no key was at hand: everything was checked but the signature.
    """

    header: Header
    contenu: Modele
    empreinte: str
    empreinte_jws: str
    verifie: bool


def open_signed(jws: str, key: Key, modele: type[Modele]) -> Opened[Modele]:
    """The content of a text that `key` signed for the use of `modele`. Raises EnvelopeError, ReportError."""
    return _open(verify(jws, key, _TYPS[modele]), modele)


def open_unverified(jws: str) -> Opened[ModeleSigne]:
    """What a text of any use claims, its signature not looked at. Raises EnvelopeError, ReportError."""
    found = read_unverified(jws)
    return _open(found, _MODELES[found.header.typ])


def modele_of(typ: Typ) -> type[ModeleSigne]:
    """What is signed for this use."""
    return _MODELES[typ]


def _open(found: Verified | Unverified, modele: type[Modele]) -> Opened[Modele]:
    try:
        contenu = from_octets(modele, found.payload)
    except ReportError as error:
        if found.header.typ not in _ASK_AGAIN:
            raise
        remede, acteur = _ASK_AGAIN[found.header.typ]
        raise ReportError(error.message, remede=remede, code=error.code, acteur=acteur) from error
    return Opened(found.header, contenu, found.empreinte_charge, found.empreinte_jws, isinstance(found, Verified))


def find_receipt_fault(recu: Recu, rapport: Rapport, bound: tuple[str, str, str]) -> Probleme | None:
    """Why this is not the receipt of a report, in words that follow « parce que »; None when it is.

    `bound` is the report's `empreinte`, `empreinte_jws` and `kid`.
    """
    if recu.destinataire != rapport.destinataire:
        other = f"il parle au nom de « {recu.destinataire} » et non de « {rapport.destinataire} »."
        return Probleme("recu_autre_recepteur", other)
    if (recu.empreinte_rapport, recu.empreinte_jws, recu.kid, recu.ej, recu.installation) != (
        *bound,
        rapport.ej,
        rapport.installation,
    ):
        return Probleme("recu_autre_rapport", "il accuse réception d'un autre rapport.")
    return None
