"""Clocks: both changes of hour, and territories far from Paris."""

from datetime import date, time, timedelta

from temoin_sdk.testing.scenario.facts import Site
from temoin_sdk.testing.scenario.frame import DERNIERE, FENETRES, JOUR, PREMIERE, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle

OUTRE_MER = ("America/Guadeloupe", "America/Cayenne", "Indian/Reunion", "Indian/Mayotte", "Pacific/Wallis")


def changements_d_heure(t: Trame) -> None:
    """Instants around 2 and 3 o'clock, and both midnights, of the days when the clock changes."""
    site = t.site()
    for jour in (date(2024, 3, 31), date(2025, 10, 26), date(2025, 3, 30)):
        for heure in (PREMIERE, time(0, 30), time(1, 59, 59), time(3, 0), time(12, 0), time(22, 30), DERNIERE):
            personne = t.presente(site)
            pourquoi = f"le {jour:%d/%m/%Y} à {heure}, jour de changement d'heure"
            t.everything(site, personne, moment(site, jour, heure), pourquoi, Regle.HORLOGE)


def decalage_d_ete(t: Trame) -> None:
    """Near each bound an hour that is another day in universal time, under summer time and under winter time."""
    site = t.site()
    for fenetre in FENETRES:
        for jour in (fenetre.debut - JOUR, fenetre.debut, fenetre.dernier_jour, fenetre.fin):
            for heure in (time(0, 20), time(1, 10), time(22, 20), time(23, 10)):
                pourquoi = (
                    f"le {jour:%d/%m/%Y} à {heure:%H:%M}, près d'une borne ; le temps universel dit une autre heure"
                )
                t.everything(site, t.presente(site), moment(site, jour, heure), pourquoi, Regle.HORLOGE)


def outre_mer(t: Trame) -> None:
    """The same hours on other clocks: midnight there is neither midnight in Paris nor in universal time."""
    for fuseau in OUTRE_MER:
        _around_midnights(t, t.site(fuseau))


def _around_midnights(t: Trame, site: Site) -> None:
    for fenetre in FENETRES:
        for midnight in (fenetre.debut, fenetre.fin):
            for hours in (-11, -5, -1, 1, 5, 11):
                local = moment(site, midnight, PREMIERE).local + timedelta(hours=hours)
                le = moment(site, local.date(), local.time())
                pourquoi = f"à {abs(hours)} h {'avant' if hours < 0 else 'après'} le {midnight:%d/%m/%Y} à 0 h là-bas"
                t.everything(site, t.presente(site), le, pourquoi, Regle.HORLOGE)


def jours_outre_mer(t: Trame) -> None:
    """Days without hour are the same everywhere: they follow no clock."""
    for fuseau in ("America/Miquelon", "Indian/Reunion"):
        site = t.site(fuseau)
        for fenetre in FENETRES:
            for pourquoi, entree, sortie in (
                ("sortie la veille du premier jour : plus accompagnée", fenetre.debut - 9 * JOUR, fenetre.debut - JOUR),
                ("sortie le premier jour : accompagnée", fenetre.debut - 9 * JOUR, fenetre.debut),
                ("entrée le dernier jour : accompagnée", fenetre.dernier_jour, fenetre.dernier_jour + 9 * JOUR),
                ("entrée le jour de la mesure : pas encore accompagnée", fenetre.fin, fenetre.fin + 9 * JOUR),
            ):
                personne = t.personne()
                t.sejour(site, personne, pourquoi, Regle.JOUR, entree=entree, sortie=sortie)
