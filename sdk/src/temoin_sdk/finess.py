"""FINESS numbers: format, key, territory and sector.

Nine characters: two for the département (digits, or 2A and 2B for Corse), seven digits of which the last is a key.
EJ (legal body) and ET (establishment) share one format. The key is a Luhn sum with A read as 1 and B as 2; no official
text states it, but all of 20 028 real numbers pass, so a failing key is an error that a named exception can lift.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema
from stdnum import luhn

from temoin_sdk.errors import FinessError
from temoin_sdk.vocabulary import Secteur

FINESS_PATTERN = r"^(?:[0-9]{2}|2A|2B)[0-9]{7}$"
_FORMAT = re.compile(FINESS_PATTERN)
_CORSICAN = str.maketrans("AB", "12")
_EXAMPLE = (
    "Un FINESS a neuf caractères, par exemple 010780054 ou 2A0000154 (deux chiffres, 2A ou 2B, puis sept chiffres)."
)


def _has_format(text: str) -> bool:
    return _FORMAT.fullmatch(text) is not None


def _has_key(finess: str) -> bool:
    """Luhn over the nine characters; only called on a text of the right format."""
    return luhn.is_valid(finess.translate(_CORSICAN))


def _check_format(text: str) -> str:
    if not _has_format(text):
        raise ValueError(f"« {text} » n'est pas un numéro FINESS. {_EXAMPLE}")
    return text


Finess = Annotated[
    str,
    AfterValidator(_check_format),
    WithJsonSchema({"type": "string", "pattern": FINESS_PATTERN, "description": "numéro FINESS"}),
]
"""A FINESS inside a model: format only. The key is checked where a person typed the number (`verify_finess`)."""


def _is_valid(text: str) -> bool:
    return _has_format(text) and _has_key(text)


def _hint(text: str) -> tuple[str, str] | None:
    """Code and sentence for the mistakes people really make, or None.

    A corrected number is proposed only if its key is right: a proposal that is wrong would be worse than none.
    """
    compact = re.sub(r"[\s.\-\u00a0\u202f]", "", text)
    if compact != text and _is_valid(compact):
        return "finess_espaces", f"Le numéro contient des espaces ou des signes de trop ; écrire {compact}."
    if re.fullmatch(r"2[ab][0-9]{7}", compact):
        return "finess_minuscule", f"La lettre d'un FINESS de Corse s'écrit en majuscule : {compact.upper()}."
    zeros = re.sub(r"[oO]", "0", compact)
    if zeros != compact and _is_valid(zeros):
        return "finess_lettre_o", f"La lettre O a été saisie à la place du chiffre zéro ; écrire {zeros}."
    if re.fullmatch(r"[0-9]{8}", compact):
        return "finess_huit_chiffres", _hint_lost_zero(compact)
    if re.fullmatch(r"[0-9]{14}", compact):
        return (
            "finess_siret",
            "Quatorze chiffres sont un SIRET ; le FINESS de l'établissement figure sur finess.esante.gouv.fr.",
        )
    return None


def _hint_lost_zero(digits: str) -> str:
    completed = f"0{digits}"
    base = "Huit chiffres : un tableur a sans doute retiré le zéro de tête"
    if _is_valid(completed):
        return f"{base} ; le numéro complet serait {completed}. Dans le tableur, mettre la colonne au format Texte."
    return f"{base}, mais {completed} n'a pas une clé juste : vérifier le numéro sur finess.esante.gouv.fr."


def verify_finess(text: str, *, exception: bool = False) -> str:
    """The number as typed by a person, stripped, once format and key are right.

    `exception=True` lifts the key check alone, for a number the ARS confirmed although its key fails.
    Raises FinessError with the code `finess_format`, `finess_cle` or that of a known slip (spaces, lower case,
    letter O, lost leading zero, SIRET); the remedy proposes the corrected number when its key is right.
    """
    finess = text.strip()
    if not _has_format(finess):
        code, remede = _hint(finess) or ("finess_format", _EXAMPLE)
        raise FinessError(f"« {finess} » n'est pas un numéro FINESS.", remede=remede, code=code)
    if not exception and not _has_key(finess):
        raise FinessError(
            f"La clé du numéro FINESS {finess} est fausse : un chiffre est sans doute erroné ou deux sont inversés.",
            remede=(
                "Relever le numéro sur finess.esante.gouv.fr. Si l'ARS confirme ce numéro tel quel, déclarer une "
                "exception pour lui dans la configuration. Attention : un SIREN a aussi neuf chiffres."
            ),
            code="finess_cle",
        )
    return finess


def looks_like_siren(finess: str, siren: str) -> bool:
    """True when the FINESS EJ field holds the SIREN: both have nine digits and pass the same key.

    The key cannot tell them apart; only comparing with the SIREN that the same person typed can.
    """
    return re.sub(r"\s", "", finess) == re.sub(r"\s", "", siren)


METROPOLE = "Europe/Paris"
ZONES: Mapping[str, str] = MappingProxyType(
    {
        "9701": "America/Guadeloupe",
        "9702": "America/Martinique",
        "9703": "America/Cayenne",
        "9704": "Indian/Reunion",
        "9705": "America/Miquelon",
        "9805": "Indian/Mayotte",
        "9806": "Pacific/Wallis",
    }
)
"""Overseas prefixes; 9701 also covers Saint-Barthélemy and Saint-Martin, which keep the same time."""


def zone_of(finess: str) -> str:
    """IANA zone of an establishment's civil dates, from its own FINESS ET (in 14 % of cases the EJ's prefix differs).

    Raises FinessError (`finess_territoire`) for a prefix of no known territory: guessing métropole would move dates.
    """
    prefixe = finess[:4]
    if prefixe in ZONES:
        return ZONES[prefixe]
    departement = finess[:2]
    if departement in {"2A", "2B"} or (departement.isdecimal() and 1 <= int(departement) <= 95 and departement != "20"):
        return METROPOLE
    raise FinessError(
        f"Le numéro FINESS {finess} commence par un territoire inconnu ({prefixe}) : son fuseau ne peut être déduit.",
        remede="Vérifier le numéro, ou déclarer le fuseau de l'établissement dans la configuration.",
        code="finess_territoire",
    )


_CATEGORIES: Mapping[Secteur, str] = MappingProxyType(
    {
        Secteur.PA: "500 501 502 202 207 381",
        Secteur.PH: (
            "182 183 186 188 189 190 192 194 195 196 221 238 246 249 198 252 253 255 370 377 379 382 390 395 396 402 "
            "437 445 446 448 449"
        ),
        Secteur.DOM: "354 209 460 640",
        Secteur.PDE: "159 166 172 175 176 177 236 241 286 295 344 378 411 418 427 440 441 453 462",
        Secteur.PDS: "165 178 180 197 213 608",
        Secteur.AHI: "214 219 442 443",
        Secteur.PJM: "340",
    }
)
SECTEURS: Mapping[int, Secteur] = MappingProxyType(
    {int(categorie): secteur for secteur, codes in _CATEGORIES.items() for categorie in codes.split()}
)
"""Sector by FINESS category. No official table exists: this one is ours, an establishment's configuration prevails."""


def secteur_of(categorie: int) -> Secteur | None:
    """Sector of a FINESS category, or None where ours is silent: a person then says it, nothing is guessed."""
    return SECTEURS.get(categorie)
