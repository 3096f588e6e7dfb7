"""The agenda: single appointments, weekly groups with their occurrences, cancellations of all three kinds."""

from datetime import date, timedelta
from typing import Final

from temoin_editor_sample.calendrier import Periode, spell, working_hour
from temoin_editor_sample.profils import ACTIVITES, RENDEZ_VOUS
from temoin_editor_sample.registre import Accompagnement, Site, ramp

_SEMAINE: Final = timedelta(days=7)
_A_VENIR: Final = timedelta(days=28)
_QUART: Final = 900
_A_LA_MINUTE: Final = len("2026-08-01 09:30")


def plan_agenda(site: Site) -> None:
    """Some persons have an agenda, the others have none, or only what was cancelled."""
    rng = site.rng
    suivis = [personne for personne in site.accompagnements if rng.random() < site.profil.agenda]
    ids = {id(personne) for personne in suivis}
    for age, quarter in site.quarters():
        for personne in site.accompagnements:
            presence = personne.presence(quarter)
            if not presence:
                continue
            if id(personne) in ids and rng.random() < ramp(age):
                for _ in range(1 + int(rng.random() * 2)):
                    _appointment(site, personne, rng.choice(presence).pick(rng), annule=False)
            elif rng.random() < 0.2:
                _appointment(site, personne, rng.choice(presence).pick(rng), annule=True)
    if suivis:
        for activite in rng.sample(ACTIVITES, k=2):
            _weekly_group(site, activite, suivis)


def add_rendez_vous(
    site: Site,
    resident: int,
    jour: date,
    secondes: int,
    *,
    etat: str = "REALISE",
    participation: str = "PRESENT",
) -> None:
    """One appointment of one person."""
    rendez_vous = site.registre.add("rendez_vous", site.id, "INDIVIDUEL", None, site.rng.choice(RENDEZ_VOUS))
    occurrence = site.registre.add("occurrence", rendez_vous, spell(jour, secondes)[:_A_LA_MINUTE], 45, etat)
    site.registre.add("participation", occurrence, resident, participation)


def _appointment(site: Site, personne: Accompagnement, jour: date, *, annule: bool) -> None:
    rng = site.rng
    secondes = working_hour(rng) // _QUART * _QUART
    if not annule:
        etat = rng.choice(("REALISE", "REALISE", "CONFIRME", "PREVU"))
        add_rendez_vous(site, personne.residents[0], jour, secondes, etat=etat)
    elif rng.random() < 0.5:
        add_rendez_vous(site, personne.residents[0], jour, secondes, etat="ANNULE", participation="ATTENDU")
    else:
        add_rendez_vous(site, personne.residents[0], jour, secondes, participation="RETIRE")


def _weekly_group(site: Site, activite: str, suivis: list[Accompagnement]) -> None:
    """A series whose occurrences are stored one by one, four weeks ahead; a member may be excused or withdrawn."""
    rng, vie = site.rng, site.en_service
    membres = rng.sample(suivis, k=min(10, len(suivis)))
    rendez_vous = site.registre.add("rendez_vous", site.id, "GROUPE", "HEBDOMADAIRE", activite)
    jour = vie.premier + timedelta(days=rng.randrange(7))
    heure = (9 + rng.randrange(8)) * 3_600
    while jour <= vie.dernier + _A_VENIR:
        presents = [
            m for m in membres if m.presence(Periode(jour, jour)) or (jour > vie.dernier and m.sejours[-1].ouvert)
        ]
        if presents:
            passe = jour <= vie.dernier
            etat = "ANNULE" if rng.random() < 0.08 else "REALISE" if passe else "PREVU"
            debut = spell(jour, heure)[:_A_LA_MINUTE]
            occurrence = site.registre.add("occurrence", rendez_vous, debut, 60, etat)
            for membre in presents:
                site.registre.add("participation", occurrence, membre.residents[0], _attendance(site, passe=passe))
        jour += _SEMAINE


def _attendance(site: Site, *, passe: bool) -> str:
    if not passe:
        return "ATTENDU"
    tirage = site.rng.random()
    return "PRESENT" if tirage < 0.85 else "EXCUSE" if tirage < 0.95 else "RETIRE"
