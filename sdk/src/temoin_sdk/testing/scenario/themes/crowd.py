"""A crowd drawn from the seed: everything at once, a few years of it, in establishments of every kind."""

from datetime import time, timedelta

from temoin_sdk.testing.scenario.facts import EtatDepot, EtatMessage, Moment, NatureEcriture, Personne, Site
from temoin_sdk.testing.scenario.frame import AUTOMNE, HIVER, JOUR, PARIS, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.vocabulary import MotifNonEligible, StatutEvenement, StatutProjet

_FIRST = HIVER.debut - 120 * JOUR
_DAYS = (AUTOMNE.fin - _FIRST).days + 60
_TOLD = "tiré au sort"


def foule(t: Trame) -> None:
    """Sixty persons in four establishments; some thousand facts at any time of day."""
    sites = [t.site(PARIS), t.site(PARIS), t.site("Indian/Reunion"), t.site("America/Guadeloupe")]
    for site in sites:
        persons = [_somebody(t, site) for _ in range(15)]
        for personne in persons:
            _her_life(t, site, personne)
        for _ in range(60):
            _exchanges(t, site)
        for _ in range(15):
            some = tuple(t.random.sample(persons, k=3))
            t.rendez_vous(site, some, _any_time(t, site), _TOLD, Regle.AGENDA, statut=_event(t))


def _any_time(t: Trame, site: Site) -> Moment:
    day = _FIRST + timedelta(days=t.random.randrange(_DAYS))
    return moment(site, day, time(t.random.randrange(24), t.random.randrange(60), t.random.randrange(60)))


def _somebody(t: Trame, site: Site) -> Personne:
    personne = t.personne(dossiers=1 + t.random.randrange(2))
    entree = _FIRST + timedelta(days=t.random.randrange(_DAYS))
    sortie = None if t.random.random() < 0.5 else entree + timedelta(days=t.random.randrange(400))
    motif = t.random.choice([None, None, None, *MotifNonEligible])
    word = None if motif is None else motif.name.lower()
    t.sejour(site, personne, _TOLD, Regle.SEJOUR, entree=entree, sortie=sortie, motif=word)
    return personne


def _her_life(t: Trame, site: Site, personne: Personne) -> None:
    natures = [NatureEcriture.SAISIE] * 3 + list(NatureEcriture)
    for _ in range(t.random.randrange(14)):
        nature = t.random.choice(natures)
        t.ecrit(site, personne, _any_time(t, site), _TOLD, Regle.AUTEUR, nature=nature)
    for _ in range(t.random.randrange(5)):
        t.rendez_vous(site, (personne,), _any_time(t, site), _TOLD, Regle.AGENDA, statut=_event(t))
    for _ in range(t.random.randrange(3)):
        etat = t.random.choice(list(EtatDepot))
        t.depot(site, personne, _any_time(t, site), _TOLD, Regle.DEPOT, etat=etat)
    debut = _FIRST + timedelta(days=t.random.randrange(_DAYS))
    statut = t.random.choice(list(StatutProjet)).name.lower()
    fin = None if t.random.random() < 0.5 else debut + timedelta(days=t.random.randrange(300))
    t.projet(site, personne, statut, _TOLD, debut=debut, fin=fin)


def _exchanges(t: Trame, site: Site) -> None:
    etat = t.random.choice([EtatMessage.ENVOYE] * 4 + list(EtatMessage))
    t.message(site, _any_time(t, site), _TOLD, Regle.MESSAGE, etat=etat, copies=1 + t.random.randrange(3))
    t.ordonnance(site, _any_time(t, site), _TOLD, Regle.REUSSITE)
    t.echange(site, _any_time(t, site), _TOLD, Regle.REUSSITE)


def _event(t: Trame) -> str:
    return t.random.choice(list(StatutEvenement)).value
