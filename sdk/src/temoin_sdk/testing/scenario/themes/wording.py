"""Words of the software written in another case: by other versions, by hand, by an import."""

from temoin_sdk.testing.scenario.facts import Casse
from temoin_sdk.testing.scenario.frame import FENETRES, JOUR, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle


def casse(t: Trame) -> None:
    """States of projects and events whose word is written in every case."""
    site = t.site()
    for casse in Casse:
        for statut, counts in (("actif", "compte"), ("termine", "ne compte pas")):
            personne = t.presente(site)
            t.actif(site, personne)
            t.projet(site, personne, statut, f"« {statut} » en {casse.value} : {counts}", Regle.STATUT, casse=casse)
        for statut, counts in (("termine", "compte"), ("annule", "ne compte pas")):
            personne = t.presente(site)
            t.actif(site, personne)
            for fenetre in FENETRES:
                le = moment(site, fenetre.debut + 23 * JOUR)
                told = f"« {statut} » en {casse.value} : {counts}"
                t.rendez_vous(site, (personne,), le, told, Regle.STATUT, statut=statut, casse=casse)
