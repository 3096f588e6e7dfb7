"""What typed figures contradict, said before they are kept: the same invariants as when they are counted."""

from collections.abc import Mapping

from temoin_sdk.campaigns import Reglages
from temoin_sdk.figures import Breach, Figures, check_invariants
from temoin_sdk.vocabulary import Compte, EtatCompte, Niveau

_NOBODY = "0" * 64


def find_breaches(finess: str, comptes: Mapping[Compte, int], reglages: Reglages) -> tuple[Breach, ...]:
    """Every invariant these figures break, both figures named; a count that is not there contradicts nothing."""
    figures = Figures(
        finess=finess,
        comptes={compte: comptes.get(compte) for compte in Compte},
        etats={c: EtatCompte.FOURNI if c in comptes else EtatCompte.NON_FOURNI for c in Compte},
        niveaux=dict.fromkeys(comptes, Niveau.DECLARE),
        drapeaux=(),
        exclus={},
        messages_mss_professionnels=None,
        messages_mss_usagers=None,
        feuilles=0,
        racine=_NOBODY,
        feuilles_jours=0,
        racine_jours=_NOBODY,
    )
    return check_invariants(figures, reglages)
