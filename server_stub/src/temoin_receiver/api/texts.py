"""What the OpenAPI document says in common for several routes."""

from typing import Annotated, Any

from fastapi import Path

from temoin_receiver.api.problem import MEDIA_TYPE, ProblemDetails

JOSE = "application/jose"
TAG_RAPPORTS = "rapports"
TAG_RECEPTEUR = "récepteur"
TAG_REGISTRE = "registre"

Empreinte = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{64}$", description="empreinte_rapport : SHA-256 de la charge du rapport, en hexadécimal"),
]

EmpreinteCertificat = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 du certificat (texte JWS), en hexadécimal : sources[].certificat",
    ),
]

_JWS_SCHEMA = {"schema": {"type": "string", "description": "JWS compact (RFC 7515), charge attachée"}}

_PROBLEMS = {
    400: "Enveloppe ou octets qui enfreignent une règle d'écriture, ou signature fausse ; `code` nomme la règle.",
    401: "La clé qui signe n'est pas enrôlée.",
    403: "Clé révoquée, clé d'une autre installation, ou établissement d'un autre organisme.",
    404: "Rien n'est connu sous cette empreinte, ou à cette taille du registre.",
    408: "Le corps n'est pas arrivé en entier dans le temps imparti ; le même envoi peut être refait.",
    409: "Même identité et autres chiffres, ou correction qui ne suit pas la version en cours.",
    413: "Envoi plus grand qu'aucun rapport ne peut l'être.",
    415: "Le corps n'est pas annoncé comme application/jose.",
    422: "Le contenu est faux (taux, cible, fenêtre, campagne, invariant…) ; `problemes` dit tout en une fois.",
    500: "Erreur imprévue ; rien n'a été enregistré.",
    503: "Trop d'envois à la fois, ou disque indisponible : renvoyer après `Retry-After` secondes.",
}

EMPREINTE_ILLISIBLE = "Ce qui est demandé n'est pas une empreinte SHA-256 en hexadécimal minuscule."

Responses = dict[int | str, dict[str, Any]]


def jose(description: str) -> dict[str, Any]:
    """An answer or a body that is one compact JWS."""
    return {"description": description, "content": {JOSE: _JWS_SCHEMA}}


def problems(*statuses: int) -> Responses:
    """The problem answers of a route."""
    return {status: problem(_PROBLEMS[status]) for status in statuses}


def problem(description: str) -> dict[str, Any]:
    """One problem answer."""
    schema = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}
