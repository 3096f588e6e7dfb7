"""Stays: absences, readmissions, planned and cancelled ones, reasons of non-eligibility."""

from temoin_sdk.testing.scenario.facts import EtatSejour
from temoin_sdk.testing.scenario.frame import AUTOMNE, FENETRES, HIVER, JOUR, LONGTEMPS, Trame, moment
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.vocabulary import MotifNonEligible


def absences(t: Trame) -> None:
    """In hospital before, over or during the window: still accompanied, until she leaves for good."""
    site = t.site()
    for fenetre in FENETRES:
        for pourquoi, debut, fin in (
            ("hospitalisée d'avant la fenêtre jusqu'après", fenetre.debut - 20 * JOUR, fenetre.fin + 20 * JOUR),
            ("hospitalisée avant la fenêtre, revenue après", fenetre.debut - 5 * JOUR, fenetre.fin + 2 * JOUR),
            ("absence sans retour connu : pas une sortie", fenetre.debut - 3 * JOUR, None),
        ):
            personne = t.personne()
            t.sejour(site, personne, f"{pourquoi} : accompagnée", Regle.SORTIE, absences=((debut, fin),))
            t.actif(site, personne, (fenetre,))
        for pourquoi, sortie in (
            ("hospitalisée, revenue, puis partie avant la fenêtre : plus accompagnée", fenetre.debut - 10 * JOUR),
            ("hospitalisée, revenue, puis partie dans la fenêtre : accompagnée", fenetre.debut + 30 * JOUR),
        ):
            personne = t.personne()
            away = (fenetre.debut - 60 * JOUR, fenetre.debut - 50 * JOUR)
            t.sejour(site, personne, pourquoi, Regle.SORTIE, sortie=sortie, absences=(away,))
            t.actif(site, personne, (fenetre,))
        decedee = t.personne()
        t.sejour(
            site,
            decedee,
            "décédée pendant une hospitalisation, avant la fenêtre : plus accompagnée",
            Regle.SORTIE,
            sortie=fenetre.debut - 5 * JOUR,
            absences=((fenetre.debut - 20 * JOUR, None),),
        )
        t.actif(site, decedee, (fenetre,))


def readmissions(t: Trame) -> None:
    """Several stays are one person; the last exit says on which day a project is looked at."""
    site = t.site()
    for fenetre in FENETRES:
        personne = t.personne()
        for debut, fin in ((5, 10), (20, 30), (45, None)):
            t.sejour(
                site,
                personne,
                "séjours successifs : une seule personne",
                Regle.SEJOUR,
                entree=fenetre.debut + debut * JOUR,
                sortie=None if fin is None else fenetre.debut + fin * JOUR,
            )
        t.actif(site, personne, (fenetre,))
        ancienne = t.personne()
        t.sejour(
            site,
            ancienne,
            "séjour clos depuis un an",
            Regle.SEJOUR,
            entree=LONGTEMPS,
            sortie=fenetre.debut - 366 * JOUR,
        )
        t.ecrit(
            site,
            ancienne,
            moment(site, fenetre.debut + JOUR),
            "écriture après le départ : plus accompagnée",
            Regle.SEJOUR,
        )


def prevus(t: Trame) -> None:
    """Planned or cancelled stays: nobody is accompanied by them."""
    site = t.site()
    for fenetre in FENETRES:
        for etat in (EtatSejour.PREADMISSION, EtatSejour.ANNULE):
            personne = t.personne()
            t.sejour(
                site,
                personne,
                "seul séjour, prévu ou annulé : pas accompagnée",
                Regle.PREVU,
                etat=etat,
                entree=fenetre.debut,
            )
            t.actif(site, personne, (fenetre,))
        both = t.presente(site)
        t.sejour(
            site,
            both,
            "séjour annulé à côté d'un vrai : la sortie annulée ne compte pas",
            Regle.PREVU,
            etat=EtatSejour.ANNULE,
            entree=fenetre.debut,
            sortie=fenetre.debut + 3 * JOUR,
        )
        t.actif(site, both, (fenetre,))
        t.projet(site, both, "actif", "en cours le dernier jour", Regle.PROJET, debut=fenetre.debut + 10 * JOUR)


def motifs(t: Trame) -> None:
    """Each reason the contract knows; it must hold at every stay of the window."""
    site = t.site()
    for motif in MotifNonEligible:
        personne = t.personne()
        t.sejour(site, personne, f"motif « {motif.name.lower()} »", Regle.MOTIF, motif=motif.name.lower())
        t.actif(site, personne)
        for fenetre in FENETRES:
            le = moment(site, fenetre.debut + 30 * JOUR)
            t.depot(site, personne, le, "dépôt malgré un motif de non-éligibilité", Regle.MOTIF)
    mixed = t.personne()
    for fenetre in (HIVER, AUTOMNE):
        t.sejour(
            site,
            mixed,
            "refus à ce séjour-ci",
            Regle.MOTIF,
            motif="refus_usager",
            entree=fenetre.debut,
            sortie=fenetre.debut + JOUR,
        )
        t.sejour(
            site,
            mixed,
            "aucun motif à celui-là : éligible",
            Regle.MOTIF,
            entree=fenetre.debut + 5 * JOUR,
            sortie=fenetre.fin,
        )
