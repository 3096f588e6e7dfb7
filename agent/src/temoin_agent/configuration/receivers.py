"""A receiver's address, pinned key and certificate authority, checked before anything is sent to it."""

import ipaddress
import ssl
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from temoin_agent.configuration.models import Recepteur
from temoin_agent.configuration.problems import Probleme
from temoin_agent.configuration.tables import TableRecepteur
from temoin_sdk.envelope import PublicKey
from temoin_sdk.errors import EnvelopeError, TemoinError
from temoin_sdk.ledger import NoteKey
from temoin_sdk.ledger.keyfiles import read_note_key

_JWK: Final = TypeAdapter(dict[str, object])


def build_recepteur(table: TableRecepteur, base: Path, ou: str, problemes: list[Probleme]) -> Recepteur | None:
    """The receiver, or None with its problems added."""
    before = len(problemes)
    _check_url(table.url, f"{ou}, « url »", problemes)
    cle = _read_key(table.cle, base, f"{ou}, « cle »", problemes)
    ca = base / table.ca if table.ca is not None else None
    if ca is not None:
        _check_ca(ca, f"{ou}, « ca »", problemes)
    registre = _read_ledger_key(table.registre, base, f"{ou}, « registre »", problemes)
    if registre is not None and registre.nom != table.origine:
        problemes.append(
            Probleme(
                f"{ou}, « registre »",
                f"Cette clé est celle du registre « {registre.nom} », et non de « {table.origine} ».",
                "Donnez la clé du registre de ce récepteur, ou corrigez « origine ».",
                "cle_registre",
            )
        )
    if cle is None or registre is None or len(problemes) > before:
        return None
    return Recepteur(table.code, table.url.rstrip("/"), table.origine, cle, registre, ca)


def is_loopback(url: str) -> bool:
    """True for an address of this very machine, where nobody listens in between."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_url(url: str, ou: str, problemes: list[Probleme]) -> None:
    try:
        parts = urlsplit(url)
        complete = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        complete = False
    if not complete or parts.scheme not in {"http", "https"}:
        problemes.append(
            Probleme(
                ou,
                "L'adresse du récepteur est incomplète.",
                'Écrivez-la entière, par exemple "https://temoin.example".',
            )
        )
    elif parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        problemes.append(
            Probleme(
                ou,
                "L'adresse du récepteur porte un identifiant ou des paramètres.",
                "Retirez ce qui précède « @ » ou suit « ? ».",
            )
        )
    elif parts.scheme == "http" and not is_loopback(url):
        problemes.append(
            Probleme(
                ou,
                "L'adresse du récepteur est en http : n'importe qui sur le réseau pourrait lire et modifier l'échange.",
                f"Écrivez https://{parts.netloc}{parts.path}.",
                "https_exige",
            )
        )


def _check_ca(path: Path, ou: str, problemes: list[Probleme]) -> None:
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError):
        problemes.append(
            Probleme(
                ou,
                f"Le fichier d'autorité de certification {path} est absent ou n'est pas un certificat PEM.",
                "Déposez-y le certificat (PEM) que l'ARS vous a donné, ou corrigez le chemin.",
                "ca_illisible",
            )
        )


def _read_key(value: object, base: Path, ou: str, problemes: list[Probleme]) -> PublicKey | None:
    try:
        return PublicKey.from_jwk(_JWK.validate_json(to_json(value) if isinstance(value, dict) else _read(value, base)))
    except EnvelopeError as error:
        problemes.append(Probleme(ou, error.message, error.remede, error.code))
    except OSError as error:
        problemes.append(_unreadable(ou, f"le fichier {base / str(value)} ne se lit pas ({error.strerror})"))
    except ValidationError:
        problemes.append(_unreadable(ou, "ce n'est pas un objet JWK (kty, crv, x)"))
    return None


def _read_ledger_key(value: str, base: Path, ou: str, problemes: list[Probleme]) -> NoteKey | None:
    """The key as a text, which alone holds two « + », or the path of the file that holds it."""
    try:
        return NoteKey.parse(value) if value.count("+") > 1 else read_note_key(base / value)
    except TemoinError as error:
        problemes.append(Probleme(ou, error.message, error.remede, "cle_registre"))
        return None


def _read(value: object, base: Path) -> bytes:
    return (base / str(value)).read_bytes()


def _unreadable(ou: str, reason: str) -> Probleme:
    return Probleme(
        ou,
        f"La clé des accusés de ce récepteur est illisible : {reason}.",
        "Demandez à l'ARS la clé publique de son récepteur (fichier .jwk) et donnez ici son chemin.",
        "cle_recepteur",
    )
