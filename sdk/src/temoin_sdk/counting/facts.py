"""Flags of an establishment: what its sources cannot tell, what happened in its window (domain decisions 4 to 13)."""

from collections.abc import Iterable
from typing import Final

from temoin_sdk.counting.models import EtablissementDemande
from temoin_sdk.counting.reading import Read
from temoin_sdk.vocabulary import Drapeau, Relation
from temoin_sdk.windows import Fenetre, months_before

_RECENT_MONTHS: Final = 3

_CONCERNS: Final = {
    Drapeau.AUTEUR_INCONNU: Relation.MISES_A_JOUR,
    Drapeau.DERNIERE_MAJ_SEULE: Relation.MISES_A_JOUR,
    Drapeau.ETAT_COURANT_SEUL: Relation.PROJETS,
    Drapeau.MAJ_PAR_DATES: Relation.MISES_A_JOUR,
    Drapeau.MAJ_PAR_COMPARAISON: Relation.MISES_A_JOUR,
    Drapeau.MSS_PARTAGEE: Relation.MESSAGES_MSS,
    Drapeau.DESTINATAIRE_INCONNU: Relation.MESSAGES_MSS,
}


def window_flags(etablissement: EtablissementDemande, fenetre: Fenetre) -> frozenset[Drapeau]:
    """Opened, closed, or gone live less than three months before the window ended."""
    flags: set[Drapeau] = set()
    if etablissement.mise_en_service and etablissement.mise_en_service > months_before(fenetre.fin, _RECENT_MONTHS):
        flags.add(Drapeau.DEMARRAGE_RECENT)
    if etablissement.ouverture and fenetre.contains(etablissement.ouverture):
        flags.add(Drapeau.OUVERTURE_DANS_LA_FENETRE)
    if etablissement.fermeture and fenetre.contains(etablissement.fermeture):
        flags.add(Drapeau.FERMETURE_DANS_LA_FENETRE)
    return frozenset(flags)


def source_flags(reads: Iterable[Read]) -> frozenset[Drapeau]:
    """What the sources of one establishment say they cannot tell, for what is asked of them; two programs for stays."""
    flags: set[Drapeau] = set()
    programs: set[str] = set()
    for read in reads:
        relations = read.plan.relations
        flags |= {f for f in read.plan.source.ne_sait_pas if f not in _CONCERNS or _CONCERNS[f] in relations}
        if Relation.SEJOURS in relations:
            programs.add(read.lue.logiciel)
    if len(programs) > 1:
        flags.add(Drapeau.CHANGEMENT_DE_LOGICIEL)
    return frozenset(flags)
