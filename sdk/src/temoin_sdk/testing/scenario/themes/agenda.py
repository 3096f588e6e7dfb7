"""The agenda: states, groups, and events that are not persons."""

from temoin_sdk.testing.scenario.frame import FENETRES, JOUR, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.vocabulary import StatutEvenement


def statuts(t: Trame) -> None:
    """Each state alone; a cancelled event beside one that stands."""
    site = t.site()
    for fenetre in FENETRES:
        le = moment(site, fenetre.debut + 33 * JOUR)
        for statut in StatutEvenement:
            personne = t.presente(site)
            t.actif(site, personne, (fenetre,))
            counts = "ne compte pas" if statut is StatutEvenement.ANNULE else "compte"
            t.rendez_vous(
                site, (personne,), le, f"rendez-vous « {statut} » : {counts}", Regle.AGENDA, statut=statut.value
            )
        both = t.presente(site)
        t.actif(site, both, (fenetre,))
        t.rendez_vous(site, (both,), le, "annulé", Regle.AGENDA, statut="annule")
        t.rendez_vous(site, (both,), moment(site, fenetre.debut + 40 * JOUR), "reporté et tenu : compte", Regle.AGENDA)


def plusieurs(t: Trame) -> None:
    """Many events of one person are one person."""
    site = t.site()
    for fenetre in FENETRES:
        personne = t.presente(site)
        t.actif(site, personne, (fenetre,))
        for week in range(6):
            le = moment(site, fenetre.debut + week * 7 * JOUR)
            t.rendez_vous(site, (personne,), le, "plusieurs rendez-vous : une seule personne", Regle.AGENDA)
        idle = t.presente(site)
        t.rendez_vous(
            site,
            (idle,),
            moment(site, fenetre.debut + 4 * JOUR),
            "rendez-vous d'un dossier que personne n'a mis à jour : ne compte pas",
            Regle.AGENDA,
        )


def groupes(t: Trame) -> None:
    """A group event is one for each member."""
    site = t.site()
    for fenetre in FENETRES:
        membres = tuple(t.presente(site) for _ in range(5))
        for personne in membres:
            t.actif(site, personne, (fenetre,))
        t.actif(site, t.presente(site), (fenetre,))
        le = moment(site, fenetre.debut + 12 * JOUR)
        t.rendez_vous(site, membres, le, "atelier : chaque membre du groupe a un événement", Regle.AGENDA)
