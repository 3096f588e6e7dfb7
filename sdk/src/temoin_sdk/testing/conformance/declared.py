"""What an editor declares on his conformance class, refused at once when it says nothing."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final, Protocol

from temoin_sdk.testing.conformance.epreuve import fail
from temoin_sdk.testing.scenario.concepts import Concept
from temoin_sdk.testing.scenario.naming import CODES, USAGERS
from temoin_sdk.testing.scenario.themes import THEMES
from temoin_sdk.vocabulary import MotifNonEligible, StatutProjet

_MOTIF_MIN: Final = 15
_THEMES: Final = frozenset(theme.code for theme in THEMES)


class Declared(Protocol):
    """The part of a conformance class that says what its software does not have."""

    usagers: str
    codes: str
    themes: frozenset[str] | None
    sans: Mapping[Concept, str]
    motifs_absents: Mapping[MotifNonEligible, str]
    statuts_absents: Mapping[StatutProjet, str]


def check_declared(classe: Declared) -> None:
    """Fail for a form of identifiers nobody knows, or for something left out without a reason."""
    if classe.usagers not in USAGERS:
        fail(f"usagers = « {classe.usagers} » : écrire l'un de {', '.join(USAGERS)}.")
    if classe.codes not in CODES:
        fail(f"codes = « {classe.codes} » : écrire l'un de {', '.join(CODES)}.")
    if unknown := sorted((classe.themes or frozenset()) - _THEMES):
        fail(f"themes : {', '.join(unknown)} n'existe pas ; thèmes : {', '.join(sorted(_THEMES))}.")
    for concept, motif in classe.sans.items():
        if not isinstance(concept, Concept) or len(motif.strip()) < _MOTIF_MIN:
            fail(f"sans : « {concept} » demande une raison en une phrase, que le certificat montrera.")
    _check_words("motifs_absents", classe.motifs_absents, MotifNonEligible, "Concept.MOTIFS dans « sans »")
    _check_words("statuts_absents", classe.statuts_absents, StatutProjet, "projets = NON_FOURNI")


def _check_words(attribut: str, absents: Mapping[Any, str], mots: type[IntEnum], rather: str) -> None:
    for absent, motif in absents.items():
        if not isinstance(absent, mots) or len(motif.strip()) < _MOTIF_MIN:
            fail(f"{attribut} : « {absent} » n'est pas de {mots.__name__}, ou demande une raison en une phrase.")
    if len(absents) == len(mots):
        fail(f"{attribut} nomme tous les mots : dire plutôt {rather}.")
