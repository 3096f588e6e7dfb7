"""Projets personnalisés: their states, on which day, of whom."""

from temoin_sdk.testing.scenario.frame import FENETRES, JOUR, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.vocabulary import StatutProjet


def etats(t: Trame) -> None:
    """Each state of the contract alone, and none at all."""
    site = t.site()
    for statut in StatutProjet:
        for _ in range(2):
            personne = t.presente(site)
            t.actif(site, personne)
            word = statut.name.lower()
            counts = "compte" if word in ("en_preparation", "actif") else "ne compte pas"
            t.projet(site, personne, word, f"projet « {word} » le dernier jour : {counts}")
    t.actif(site, t.presente(site))
    inactive = t.presente(site)
    t.projet(site, inactive, "actif", "projet d'un dossier que personne n'a mis à jour : ne compte pas")


def jour_de_reference(t: Trame) -> None:
    """The last day of the window decides, or the day of the exit if that is earlier."""
    site = t.site()
    for fenetre in FENETRES:
        depart = fenetre.debut + 40 * JOUR
        for pourquoi, sortie, debut, fin in (
            ("clos pendant la fenêtre, personne encore là : ne compte pas", None, -200, 50),
            ("en cours le jour de la sortie : compte", depart, -200, 40),
            ("clos la veille de la sortie : ne compte pas", depart, -200, 39),
            ("commencé après la sortie : ne compte pas", depart, 41, None),
            ("ouvert au milieu de la fenêtre : compte", None, 45, None),
        ):
            personne = t.personne()
            t.sejour(site, personne, "séjour de quelqu'un qui a un projet", Regle.SEJOUR, sortie=sortie)
            t.ecrit(site, personne, moment(site, fenetre.debut + 3 * JOUR), "écriture dans la fenêtre", Regle.AUTEUR)
            end = None if fin is None else fenetre.debut + fin * JOUR
            t.projet(site, personne, "actif", pourquoi, debut=fenetre.debut + debut * JOUR, fin=end)


def succession(t: Trame) -> None:
    """A project that was prepared, signed, then closed, or the reverse order of lines."""
    site = t.site()
    for fenetre in FENETRES:
        for dernier, told in (("termine", "terminé à la fin : ne compte pas"), ("actif", "actif à la fin : compte")):
            personne = t.presente(site)
            t.actif(site, personne, (fenetre,))
            words = ["actif", "suspendu", "en_preparation"]
            for rank, word in enumerate(words):
                start = fenetre.debut + (rank * 10 - 60) * JOUR
                t.projet(site, personne, word, "état antérieur", debut=start, fin=start + 9 * JOUR)
            t.projet(site, personne, dernier, told, debut=fenetre.debut - 30 * JOUR)
