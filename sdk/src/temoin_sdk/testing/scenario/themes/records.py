"""Records: who wrote, and what was deleted."""

from temoin_sdk.testing.scenario.facts import NatureEcriture
from temoin_sdk.testing.scenario.frame import FENETRES, JOUR, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle

_MACHINES = {
    NatureEcriture.AUTOMATE: "un automate a écrit",
    NatureEcriture.IMPORT: "une reprise de données a écrit",
    NatureEcriture.FACTURATION: "la facturation est passée",
    NatureEcriture.LECTURE: "quelqu'un a seulement lu",
}


def auteurs(t: Trame) -> None:
    """Persons whose record only machines touched, in every way, beside some that a person touched once too."""
    site = t.site()
    for fenetre in FENETRES:
        le = moment(site, fenetre.debut + 21 * JOUR)
        for nature, told in _MACHINES.items():
            alone, both = t.presente(site), t.presente(site)
            for personne in (alone, both):
                t.ecrit(site, personne, le, f"{told} : ne met pas à jour", Regle.AUTEUR, nature=nature)
            t.ecrit(
                site, both, moment(site, fenetre.debut + 9 * JOUR), "une personne a écrit aussi : compte", Regle.AUTEUR
            )
        several = t.presente(site)
        for day in range(4):
            t.ecrit(
                site,
                several,
                moment(site, fenetre.debut + day * JOUR),
                "plusieurs écritures : une seule personne",
                Regle.AUTEUR,
            )


def suppressions(t: Trame) -> None:
    """Deleted notes, events and projects of persons who have nothing else, or something else."""
    site = t.site()
    for fenetre in FENETRES:
        le = moment(site, fenetre.debut + 17 * JOUR)
        nothing = t.presente(site)
        t.ecrit(site, nothing, le, "écriture supprimée : n'existe pas", Regle.SUPPRESSION, supprimee=True)
        other = t.presente(site)
        t.actif(site, other, (fenetre,))
        t.rendez_vous(site, (other,), le, "rendez-vous supprimé : n'existe pas", Regle.SUPPRESSION, supprime=True)
        t.projet(site, other, "actif", "projet supprimé : n'existe pas", Regle.SUPPRESSION, supprime=True)
