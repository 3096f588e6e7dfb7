"""Which counts can be told for an establishment, given the relations that some source supplies for it."""

from collections.abc import Mapping
from typing import Final

from temoin_sdk.campaigns import Reglages
from temoin_sdk.vocabulary import Compte, EtatCompte, Relation

NEEDS: Final[Mapping[Compte, frozenset[Relation]]] = {
    Compte.PERSONNES_ACCOMPAGNEES: frozenset({Relation.SEJOURS}),
    Compte.PERSONNES_ELIGIBLES: frozenset({Relation.SEJOURS}),
    Compte.DOSSIERS_ACTIFS: frozenset({Relation.SEJOURS, Relation.MISES_A_JOUR}),
    Compte.DOSSIERS_ACTIFS_PROJET: frozenset({Relation.SEJOURS, Relation.MISES_A_JOUR, Relation.PROJETS}),
    Compte.DOSSIERS_ACTIFS_AGENDA: frozenset({Relation.SEJOURS, Relation.MISES_A_JOUR, Relation.EVENEMENTS}),
    Compte.MESSAGES_MSS: frozenset({Relation.MESSAGES_MSS}),
    Compte.DMP_ALIMENTES: frozenset({Relation.SEJOURS, Relation.DEPOTS_DMP}),
    Compte.DOCUMENTS_DMP: frozenset({Relation.DEPOTS_DMP}),
    Compte.PRESCRIPTIONS_IMPORTEES: frozenset({Relation.PRESCRIPTIONS}),
    Compte.ECHANGES_EPARCOURS: frozenset({Relation.ECHANGES_EPARCOURS}),
}


def needs(compte: Compte, reglages: Reglages) -> frozenset[Relation]:
    """Relations without which a count is non fourni; DMP counted for anyone needs no stay."""
    if compte is Compte.DMP_ALIMENTES and reglages.dmp == "sans_condition":
        return frozenset({Relation.DEPOTS_DMP})
    return NEEDS[compte]


def state_of(
    compte: Compte, reglages: Reglages, supplied: frozenset[Relation], unknown: frozenset[Relation]
) -> EtatCompte:
    """FOURNI when every needed relation is supplied by a source that knows this site.

    INCONNU_DE_LA_SOURCE when a source supplies what is missing but does not list the site; NON_FOURNI otherwise.
    """
    missing = needs(compte, reglages) - supplied
    if not missing:
        return EtatCompte.FOURNI
    return EtatCompte.INCONNU_DE_LA_SOURCE if missing <= unknown else EtatCompte.NON_FOURNI
