"""Bounds of the window: instants, days, ends of months, and what comes after."""

from datetime import date, time, timedelta

from temoin_sdk.testing.scenario.facts import Personne, Site
from temoin_sdk.testing.scenario.frame import DERNIERE, FENETRES, HIVER, JOUR, MATIN, PREMIERE, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle

PRESQUE = time(23, 59, 0)


def instants(t: Trame) -> None:
    """One second on each side of each bound, for every dated relation."""
    for heure_avant, heure_apres in ((DERNIERE, PREMIERE), (PRESQUE, time(0, 1))):
        site = t.site()
        for fenetre in FENETRES:
            for jour, heure, pourquoi in (
                (fenetre.debut - JOUR, heure_avant, "juste avant la fenêtre : ne compte pas"),
                (fenetre.debut, heure_apres, "au tout début du premier jour : compte"),
                (fenetre.dernier_jour, heure_avant, "à la toute fin du dernier jour : compte"),
                (fenetre.fin, heure_apres, "au tout début du jour de la mesure : ne compte pas"),
            ):
                le = moment(site, jour, heure)
                t.ecrit(site, t.presente(site), le, f"écriture {pourquoi}", Regle.FENETRE)
                for besoin in (t.presente(site),):
                    t.actif(site, besoin)
                    t.rendez_vous(site, (besoin,), le, f"rendez-vous {pourquoi}", Regle.FENETRE)
                    t.depot(site, besoin, le, f"dépôt {pourquoi}", Regle.FENETRE)
                t.message(site, le, f"message {pourquoi}", Regle.FENETRE)
                t.ordonnance(site, le, f"prescription {pourquoi}", Regle.FENETRE)
                t.echange(site, le, f"échange {pourquoi}", Regle.FENETRE)


def jours(t: Trame) -> None:
    """Entries, exits and projects are days: both bounds are in."""
    site = t.site()
    for fenetre in FENETRES:
        premier, dernier = fenetre.debut, fenetre.dernier_jour
        for pourquoi, entree, sortie in (
            ("sortie la veille du premier jour : plus accompagnée", premier - 40 * JOUR, premier - JOUR),
            ("sortie le premier jour, jour de sortie inclus : accompagnée", premier - 40 * JOUR, premier),
            ("entrée le dernier jour : accompagnée", dernier, dernier + 9 * JOUR),
            ("entrée le jour de la mesure : pas encore accompagnée", fenetre.fin, fenetre.fin + 9 * JOUR),
            ("entrée et sortie le même jour, dans la fenêtre : accompagnée", premier + 12 * JOUR, premier + 12 * JOUR),
        ):
            personne = t.personne()
            t.sejour(site, personne, pourquoi, Regle.JOUR, entree=entree, sortie=sortie)
            t.ecrit(site, personne, moment(site, premier + 12 * JOUR), "écriture dans la fenêtre", Regle.AUTEUR)
        for pourquoi, debut, fin in (
            ("projet clos l'avant-dernier jour : ne compte pas", premier - 99 * JOUR, dernier - JOUR),
            ("projet clos le dernier jour, jour de fin inclus : compte", premier - 99 * JOUR, dernier),
            ("projet commencé le dernier jour : compte", dernier, dernier + 5 * JOUR),
            ("projet commencé le jour de la mesure : ne compte pas", fenetre.fin, fenetre.fin + 5 * JOUR),
        ):
            personne = t.presente(site)
            t.actif(site, personne, (fenetre,))
            t.projet(site, personne, "actif", pourquoi, Regle.JOUR, debut=debut, fin=fin)


def fins_de_mois(t: Trame) -> None:
    """29 February and the last day of every month of both windows, each on its eve's and morrow's side."""
    site = t.site()
    for jour in (date(2024, 1, 31), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 8, 31)):
        for heure in (PREMIERE, DERNIERE):
            personne = t.presente(site)
            t.everything(site, personne, moment(site, jour, heure), f"le {jour:%d/%m/%Y}, fin de mois", Regle.FENETRE)
    bissextile = t.personne()
    t.sejour(
        site,
        bissextile,
        "un seul jour de présence, le 29 février : accompagnée",
        Regle.JOUR,
        entree=date(2024, 2, 29),
        sortie=date(2024, 2, 29),
    )
    t.ecrit(site, bissextile, moment(site, date(2024, 2, 29)), "écriture le 29 février", Regle.FENETRE)


def lost_past(t: Trame) -> None:
    """A fact inside and a later one after: software that keeps only the last loses the first."""
    site = t.site()
    for _ in range(6):
        _inside_and_after(t, site, t.presente(site))
    parti = t.personne()
    t.sejour(
        site,
        parti,
        "sorti depuis, présent dans la première fenêtre : y est accompagné",
        Regle.PASSE,
        sortie=HIVER.fin + 60 * JOUR,
    )
    _inside_and_after(t, site, parti)


def _inside_and_after(t: Trame, site: Site, personne: Personne) -> None:
    inside = HIVER.debut + timedelta(days=t.random.randrange(10, 80))
    for jours in (0, 1, 100, 300, 800):
        after = inside + jours * JOUR
        story = "dans la première fenêtre" if jours <= 1 else "plus tard : n'efface pas celle d'avant"
        t.ecrit(site, personne, moment(site, after, MATIN), f"écriture {story}", Regle.PASSE)
        t.rendez_vous(site, (personne,), moment(site, after), f"rendez-vous {story}", Regle.PASSE)
        t.depot(site, personne, moment(site, after), f"dépôt {story}", Regle.PASSE)


def lost_states(t: Trame) -> None:
    """A project closed since counted as long as it stood."""
    site = t.site()
    for statut in ("actif", "en_preparation"):
        personne = t.presente(site)
        t.actif(site, personne)
        t.projet(site, personne, statut, "en cours dans la première fenêtre", Regle.PASSE, fin=HIVER.fin + 30 * JOUR)
        t.projet(
            site,
            personne,
            "termine",
            "terminé depuis : n'efface pas l'état d'avant",
            Regle.PASSE,
            debut=HIVER.fin + 31 * JOUR,
        )
