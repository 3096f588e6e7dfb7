"""People placed on purpose at every edge of the window; all are named Lisière, after what is told of them."""

from datetime import date, timedelta
from typing import Final

from temoin_editor_sample.agenda import add_rendez_vous
from temoin_editor_sample.calendrier import JOUR, Periode, dst_days
from temoin_editor_sample.dossiers import add_journal, add_transmission
from temoin_editor_sample.echanges import add_depot, add_document
from temoin_editor_sample.messages import add_message
from temoin_editor_sample.personnes import create_resident, open_sejour
from temoin_editor_sample.projets import add_version, open_projet
from temoin_editor_sample.registre import Site

NOM: Final = "Lisière"
_ANCIEN: Final = timedelta(days=400)
_MATIN: Final = 29_400
_AVANT_MINUIT: Final = 86_399
_DEMI_HEURE: Final = 1_800


def place_edges(sites: dict[str, Site]) -> None:
    """Each edge once at least in métropole; midnight also on the clocks of La Réunion and Mayotte."""
    for code in ("ESA-HOR", "MEC-ZET", "SSI-MAY"):
        _comings_and_goings(sites[code])
        _midnights(sites[code])
        _clock_changes(sites[code])
    _two_homes(sites["ESA-HOR"], sites["PJM-BOU"])
    _records_and_merges(sites["ESA-HOR"])
    _nobody_wrote(sites["ESA-HOR"])
    _deposits(sites["ESA-HOR"])
    _projets(sites["ESA-HOR"])
    _agenda(sites["ESA-HOR"])
    _expected(sites["CAJ-TIL"])


def _settle(
    site: Site, prenom: str, entree: date | None = None, sortie: date | None = None, motif: str | None = None
) -> int:
    """A person with one stay, long before the window and open unless told otherwise."""
    resident = create_resident(site.registre, site, NOM, prenom)
    debut = entree or site.calendrier.fenetre.premier - _ANCIEN
    open_sejour(site, resident, Periode(debut, sortie or site.calendrier.fin), ouvert=sortie is None, motif=motif)
    return resident


def _comings_and_goings(site: Site) -> None:
    debut, fin = site.calendrier.fenetre
    lendemain = site.calendrier.lendemain
    add_transmission(site, _settle(site, "Sortie-Premier-Jour", sortie=debut), debut, _MATIN)
    add_transmission(site, _settle(site, "Sortie-Veille", sortie=debut - JOUR), debut + JOUR, _MATIN)
    add_transmission(site, _settle(site, "Entrée-Dernier-Jour", entree=fin), fin, _MATIN)
    add_transmission(site, _settle(site, "Entrée-Lendemain", entree=lendemain), fin, _MATIN)


def _midnights(site: Site) -> None:
    """One second on each side of each bound, for an entry, a deposit and a message."""
    debut, fin = site.calendrier.fenetre
    boite = next(
        rang for rang, _, etablissement in site.registre.tables["boite_etablissement"] if etablissement == site.id
    )
    moments = {
        "Veille-Minuit": (debut - JOUR, _AVANT_MINUIT),
        "Premier-Minuit": (debut, 0),
        "Dernier-Minuit": (fin, _AVANT_MINUIT),
        "Lendemain-Minuit": (site.calendrier.lendemain, 0),
    }
    for prenom, (jour, secondes) in moments.items():
        resident = _settle(site, prenom)
        add_transmission(site, resident, jour, secondes)
        add_depot(site, add_document(site, resident), jour, secondes)
        add_message(site, int(boite or 0), jour, secondes)


def _clock_changes(site: Site) -> None:
    """Entries around the hour that changes in France, whatever the establishment's own clock does that night."""
    resident = _settle(site, "Change-L'Heure")
    for jour in dst_days(site.en_service):
        for secondes in (7_199, 10_800, _AVANT_MINUIT):
            add_transmission(site, resident, jour, secondes)
        add_depot(site, add_document(site, resident), jour, _DEMI_HEURE)


def _two_homes(site: Site, autre: Site) -> None:
    """Accompanied by two establishments at once; only the first writes."""
    debut, fin = site.calendrier.fenetre
    resident = _settle(site, "Deux-Maisons")
    open_sejour(autre, resident, Periode(debut - _ANCIEN, fin), ouvert=True)
    add_transmission(site, resident, debut + JOUR, _MATIN)


def _records_and_merges(site: Site) -> None:
    debut, fin = site.calendrier.fenetre
    registre = site.registre
    premier, second, troisieme = (create_resident(registre, site, NOM, "Trois-Dossiers") for _ in range(3))
    for rang, resident in enumerate((premier, second)):
        open_sejour(site, resident, Periode(debut - _ANCIEN + rang * JOUR, fin), ouvert=True)
    registre.add("fusion_dossier", troisieme, second, (debut + JOUR).isoformat(), None)
    registre.add("fusion_dossier", second, premier, (debut + 2 * JOUR).isoformat(), None)
    add_transmission(site, troisieme, debut, _MATIN)

    un, autre = (_settle(site, "Fusion-Annulée") for _ in range(2))
    registre.add("fusion_dossier", autre, un, debut.isoformat(), (debut + JOUR).isoformat())
    add_transmission(site, un, debut, _MATIN)

    readmise = _settle(site, "Réadmise", sortie=debut + 10 * JOUR)
    open_sejour(site, readmise, Periode(debut + 20 * JOUR, fin), ouvert=True)
    add_transmission(site, readmise, debut + 25 * JOUR, _MATIN)

    hospitalisee = _settle(site, "Hospitalisée")
    registre.add("absence", len(registre.tables["sejour"]), (debut - JOUR).isoformat(), None, "HOSPITALISATION")
    add_transmission(site, hospitalisee, debut + 3 * JOUR, _MATIN)


def _nobody_wrote(site: Site) -> None:
    """Machines, invoices and readers, all in the window: none of them makes a record active."""
    jour = site.calendrier.fenetre.premier + JOUR
    machine = _settle(site, "Machine-Seule")
    add_transmission(site, machine, jour, _MATIN, site.automates.reprise)
    add_journal(site, jour, _MATIN, site.automates.nuit, machine, "MODIFICATION", "score")
    add_journal(site, jour, _MATIN, site.automates.reprise, machine, "IMPORT", "dossier")
    facture = _settle(site, "Facture-Seule")
    add_journal(site, jour, _MATIN, site.comptes[0], facture, "FACTURATION", "facture")
    add_journal(site, jour, _MATIN, site.comptes[0], _settle(site, "Lecture-Seule"), "LECTURE", "dossier")


def _deposits(site: Site) -> None:
    debut = site.calendrier.fenetre.premier
    partie = _settle(site, "Dépôt-Après-Départ", sortie=debut - 5 * JOUR)
    refus = _settle(site, "Dépôt-Malgré-Refus", motif="REFUS")
    erreur = _settle(site, "Dépôt-En-Erreur")
    add_depot(site, add_document(site, partie), debut + JOUR, _MATIN)
    add_depot(site, add_document(site, refus), debut + JOUR, _MATIN)
    add_depot(site, add_document(site, erreur), debut + JOUR, _MATIN, etat="ERREUR")


def _projets(site: Site) -> None:
    """The last day decides, or the day of the exit."""
    debut, fin = site.calendrier.fenetre
    depart = debut + 15 * JOUR
    for prenom, sortie, statut, dernier in (
        ("Projet-Clos-Dernier-Jour", None, "VALIDE", fin - JOUR),
        ("Projet-Clos-Lendemain", None, "VALIDE", fin),
        ("Projet-À-Signer", None, "A_SIGNER", None),
        ("Projet-Jusqu'Au-Départ", depart, "VALIDE", depart),
        ("Projet-Clos-Avant-Départ", depart, "VALIDE", depart - JOUR),
    ):
        resident = _settle(site, prenom, sortie=sortie)
        add_transmission(site, resident, debut + JOUR, _MATIN)
        etats: list[tuple[str, date, date | None]] = [(statut, debut - 90 * JOUR, dernier)]
        if dernier is not None:
            etats.append(("CLOS", dernier + JOUR, None))
        add_version(site, open_projet(site, resident), 1, etats)


def _agenda(site: Site) -> None:
    debut, fin = site.calendrier.fenetre
    for prenom, jour, etat, participation in (
        ("Agenda-Veille", debut - JOUR, "REALISE", "PRESENT"),
        ("Agenda-Premier-Jour", debut, "REALISE", "PRESENT"),
        ("Agenda-Dernier-Jour", fin, "PREVU", "ATTENDU"),
        ("Agenda-Annulé", debut + JOUR, "ANNULE", "ATTENDU"),
        ("Agenda-Retirée", debut + JOUR, "REALISE", "RETIRE"),
    ):
        resident = _settle(site, prenom)
        add_transmission(site, resident, debut + JOUR, _MATIN)
        add_rendez_vous(site, resident, jour, _MATIN, etat=etat, participation=participation)


def _expected(site: Site) -> None:
    """Nobody is accompanied here yet: one person is only expected."""
    resident = create_resident(site.registre, site, NOM, "Attendue")
    jour = site.calendrier.lendemain.isoformat()
    site.registre.add("sejour", resident, site.id, jour, None, None, site.profil.mode, "PREADMISSION", None)
