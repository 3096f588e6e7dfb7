"""What an answer that is no success means, and who must act: the gestionnaire's key, the address, the editor."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from temoin_sdk.errors import Acteur, ConnectionRefused, MappingError, SourceError
from temoin_sdk.http.messages import Demande, Passing, Reponse, origin

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PASSING: Final = frozenset({408, 425, 429, 502, 503, 504})


def judge(reponse: Reponse, demande: Demande, *, reached: bool, now: datetime | None = None) -> None:
    """Return for a success, else raise Passing or the SourceError that says who must act.

    `reached`: this address has answered before, so an absent path is the plugin's and not the setting's.
    """
    statut = reponse.statut
    if 200 <= statut < 300:
        return
    error = explain_status(statut, demande, reached=reached)
    if statut in _PASSING:
        raise Passing(error, retry_after(reponse.attendre, now or datetime.now(UTC)))
    raise error


def explain_status(statut: int, demande: Demande, *, reached: bool) -> SourceError:
    """The sentence for one status code; a body is never quoted, it may hold anything."""
    ou = demande.place
    if statut in {401, 403} or (statut == 400 and demande.methode == "POST"):
        return ConnectionRefused(
            f"Le serveur refuse l'accès ({statut}).",
            remede="Vérifier la clé ou les identifiants de cette source dans [sources.reglages] : expirés, révoqués, "
            "ou sans droit sur ces données. L'éditeur du logiciel peut en donner d'autres.",
            ou=ou,
            code="http_acces_refuse",
            retryable=False,
        )
    if statut == 407:
        return proxy_refusal(ou)
    if statut in {404, 410}:
        return _absent(statut, ou, reached=reached)
    if statut == 429:
        return ConnectionRefused(
            "Le serveur demande de ralentir (429), au-delà de ce que le délai permet.",
            remede="Relancer plus tard ; si cela dure, augmenter « delai », ou demander à l'éditeur d'admettre plus de "
            "demandes.",
            ou=ou,
            code="http_trop_de_demandes",
            acteur=Acteur.PERSONNE,
        )
    if statut >= 500:
        return ConnectionRefused(
            f"Le serveur de l'éditeur est en panne ou en maintenance ({statut}).",
            remede="Relancer plus tard ; si cela dure, transmettre ce message à l'éditeur du logiciel.",
            ou=ou,
            code="http_serveur",
            acteur=Acteur.EDITEUR,
        )
    return MappingError(
        f"Le serveur ne comprend pas la demande du plugin ({statut}).",
        remede="Transmettre ce message à l'éditeur du plugin : son API a pu changer.",
        ou=ou,
        code="http_demande",
    )


def _absent(statut: int, ou: str, *, reached: bool) -> ConnectionRefused:
    if reached:
        return ConnectionRefused(
            f"Le serveur répond, mais ce chemin n'existe pas chez lui ({statut}).",
            remede="Transmettre ce message à l'éditeur du plugin : son API a pu changer.",
            ou=ou,
            code="http_chemin",
            acteur=Acteur.EDITEUR,
            retryable=False,
        )
    return ConnectionRefused(
        f"Rien n'est à cette adresse ({statut}).",
        remede="Vérifier « url » dans [sources.reglages] ; si c'est celle que l'éditeur a donnée, lui transmettre ce "
        "message.",
        ou=ou,
        code="http_adresse",
        retryable=False,
    )


def proxy_refusal(ou: str) -> ConnectionRefused:
    """The proxy wants a name and a password, or admits no such address."""
    return ConnectionRefused(
        "Le proxy refuse de nous laisser passer.",
        remede="Vérifier « proxy », « proxy_utilisateur » et « proxy_mot_de_passe », et que l'adresse de l'éditeur "
        "y est autorisée.",
        ou=ou,
        code="http_proxy",
        retryable=False,
    )


def redirection(reponse: Reponse, demande: Demande) -> str | None:
    """Where the answer sends us within the same origin, None if nowhere.

    Raises ConnectionRefused (`http_autre_origine`) for another one: a key never follows.
    """
    if reponse.statut not in _REDIRECTS or not reponse.emplacement:
        return None
    target = same_origin(demande, reponse.emplacement)
    if target is None or demande.methode != "GET":
        raise ConnectionRefused(
            f"Le serveur renvoie vers une autre adresse ({_shown(demande, reponse.emplacement)}) : la clé ne l'y a pas "
            "suivi.",
            remede="Si l'éditeur confirme cette adresse, l'écrire dans « url » de [sources.reglages].",
            ou=demande.place,
            code="http_autre_origine",
            retryable=False,
        )
    return target


def next_address(demande: Demande, link: str) -> str:
    """The address of the next page. Raises MappingError (`http_autre_origine`) when it is on another origin."""
    target = same_origin(demande, link)
    if target is None:
        raise MappingError(
            f"Le lien vers la page suivante mène ailleurs ({_shown(demande, link)}) : la clé ne l'y a pas suivi.",
            remede="Transmettre ce message à l'éditeur du logiciel : ses liens doivent rester à l'adresse de son API.",
            ou=demande.place,
            code="http_autre_origine",
        )
    return target


def same_origin(demande: Demande, link: str) -> str | None:
    """`link` made absolute, None when it leaves the origin of the request or is no address."""
    try:
        target = urljoin(demande.url, link)
        parts = urlsplit(target)
        same = origin(target) == origin(demande.url) and parts.username is None
    except ValueError:
        return None
    return target if same else None


def _shown(demande: Demande, link: str) -> str:
    """Scheme and host only: the rest may hold the key."""
    try:
        scheme, host, _ = origin(urljoin(demande.url, link))
    except ValueError:
        return "illisible"
    return f"{scheme}://{host}"


def retry_after(text: str | None, now: datetime) -> float | None:
    """Retry-After (RFC 9110, 10.2.3) in seconds from `now`, whether a delay or a date; None if unreadable."""
    text = (text or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
