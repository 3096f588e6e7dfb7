"""Why a database refused, told in one French sentence each; an engine only says which case an error of its is.

A database quotes the values of rows in its messages (« invalid input syntax for type integer: "…" »): what it said is
shown only when its engine knows that the words cannot hold any.
"""

from enum import Enum
from typing import Final, NamedTuple

from temoin_sdk.errors import ConnectionRefused, MappingError, SourceError


class Cause(Enum):
    """The cases that somebody can act on; anything else is a query that does not fit the software."""

    COMPTE = "compte"
    SERVEUR = "serveur"
    BASE = "base"
    CHIFFREMENT = "chiffrement"
    OCCUPEE = "occupee"
    DROIT = "droit"
    ECRITURE = "ecriture"
    COUPEE = "coupee"
    ARRETEE = "arretee"


class Telling(NamedTuple):
    """How one case is told. `retryable`: trying again later may do. `kind` says who must act."""

    code: str
    phrase: str
    remede: str
    retryable: bool
    kind: type[SourceError] = ConnectionRefused


_TOLD: Final[dict[Cause, Telling]] = {
    Cause.COMPTE: Telling(
        "connexion_compte",
        "Le serveur de base de données refuse ce compte ou son mot de passe",
        "Vérifier l'utilisateur écrit dans « url » et le secret désigné par « mot_de_passe », et que ce compte peut se "
        "connecter depuis cette machine.",
        False,
    ),
    Cause.SERVEUR: Telling(
        "connexion_serveur",
        "Le serveur de base de données ne répond pas à cette adresse",
        "Vérifier la machine et le port écrits dans « url », que le serveur est démarré et que le réseau le laisse "
        "joindre.",
        True,
    ),
    Cause.BASE: Telling(
        "connexion_base",
        "La base nommée dans « url » n'existe pas sur ce serveur, ou n'est pas ouverte à ce compte",
        "Vérifier le nom de la base, à la fin de « url » ; s'il est juste, demander à l'administrateur de la base d'y "
        "donner à ce compte le droit de lecture (SELECT).",
        False,
    ),
    Cause.CHIFFREMENT: Telling(
        "connexion_chiffrement",
        "La connexion chiffrée avec le serveur de base de données ne s'établit pas",
        "Vérifier avec l'administrateur de la base les paramètres TLS de « url » et le certificat du serveur.",
        False,
    ),
    Cause.OCCUPEE: Telling(
        "base_occupee",
        "La base est occupée et n'a pas laissé lire",
        "Relancer plus tard ; si cela dure, demander à l'administrateur de la base ce qui l'occupe.",
        True,
    ),
    Cause.DROIT: Telling(
        "droit_absent",
        "Le compte de lecture n'a pas le droit de lire tout ce qu'il faut dans cette base",
        "Demander à l'administrateur de la base de donner à ce compte le droit de lecture (SELECT).",
        False,
    ),
    Cause.ECRITURE: Telling(
        "ecriture_refusee",
        "Le texte SQL tente d'écrire dans la base, qui l'a refusé : Témoin ne fait que lire",
        "Signaler ce plugin à son éditeur ; aucune donnée n'a été modifiée.",
        False,
        MappingError,
    ),
    Cause.COUPEE: Telling(
        "connexion_coupee",
        "La connexion à la base a été coupée pendant la lecture ; rien n'a été compté",
        "Relancer ; si cela se répète, demander à l'administrateur de la base et du réseau ce qui la coupe.",
        True,
    ),
    Cause.ARRETEE: Telling(
        "lecture_arretee",
        "La base a arrêté la lecture avant la fin ; rien n'a été compté",
        "Relancer plus tard, et demander à l'administrateur de la base quelle limite elle applique à ce compte.",
        True,
    ),
}


def refused(cause: Cause | None, said: str, ou: str) -> SourceError:
    """The error of a query: `said` are words of the engine that hold no value of a row."""
    if cause is None:
        return MappingError(
            f"La base a refusé la requête : {said}.",
            remede="Transmettre ce message à l'éditeur du plugin : son SELECT ne correspond pas au logiciel installé.",
            ou=ou,
            code="requete_refusee",
        )
    return _told(cause, said, ou)


def not_opened(cause: Cause | None, said: str, source: str) -> ConnectionRefused:
    """The error of a connection that was never had."""
    ou = f"source {source}"
    if cause is None:
        return ConnectionRefused(
            f"La base de la source « {source} » ne s'ouvre pas : {said}.",
            remede="Vérifier l'adresse, le compte et le mot de passe de cette source, puis relancer.",
            ou=ou,
        )
    # no read had begun: a connection cut while it opens is a server that does not answer
    error = _told(Cause.SERVEUR if cause is Cause.COUPEE else cause, said, ou)
    return ConnectionRefused(
        error.message, remede=error.remede, ou=ou, code=error.code, acteur=error.acteur, retryable=error.retryable
    )


def _told(cause: Cause, said: str, ou: str) -> SourceError:
    told = _TOLD[cause]
    return told.kind(f"{told.phrase} ({said}).", remede=told.remede, ou=ou, code=told.code, retryable=told.retryable)
