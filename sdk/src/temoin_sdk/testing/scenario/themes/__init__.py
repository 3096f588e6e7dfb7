"""Every theme of the scenario, in the order its tests are shown. One file per family of cases."""

from typing import Final

from temoin_sdk.testing.scenario.concepts import Concept
from temoin_sdk.testing.scenario.rules import Regle
from temoin_sdk.testing.scenario.themes import (
    agenda,
    bounds,
    clocks,
    crowd,
    exchanges,
    people,
    places,
    projects,
    records,
    stays,
    wording,
)
from temoin_sdk.testing.scenario.themes.theme import Theme
from temoin_sdk.vocabulary import Relation

_MAJ = (Relation.MISES_A_JOUR,)
_PROJETS = (Relation.PROJETS,)
_AGENDA = (Relation.EVENEMENTS,)
_MESSAGES = (Relation.MESSAGES_MSS,)
_DAYS = (*_MESSAGES, Relation.PRESCRIPTIONS, Relation.ECHANGES_EPARCOURS)

THEMES: Final = (
    Theme("instants", "Premier et dernier instants de la fenêtre", Regle.FENETRE, bounds.instants),
    Theme("jours", "Premier et dernier jours des dates sans heure", Regle.JOUR, bounds.jours),
    Theme("fins_de_mois", "29 février et fins de mois", Regle.FENETRE, bounds.fins_de_mois),
    Theme("passe", "Un fait plus tardif n'efface pas celui de la fenêtre", Regle.PASSE, bounds.lost_past),
    Theme(
        "etats_passes",
        "Un projet clos depuis comptait tant qu'il était en cours",
        Regle.PASSE,
        bounds.lost_states,
        (Concept.PROJETS_PASSES,),
        _PROJETS,
    ),
    Theme("changements_d_heure", "Les deux jours de changement d'heure", Regle.HORLOGE, clocks.changements_d_heure),
    Theme(
        "decalage", "Près des bornes, l'heure locale n'est pas le temps universel", Regle.HORLOGE, clocks.decalage_d_ete
    ),
    Theme("outre_mer", "Horloges d'outre-mer", Regle.HORLOGE, clocks.outre_mer),
    Theme("jours_outre_mer", "Dates sans heure outre-mer", Regle.JOUR, clocks.jours_outre_mer),
    Theme("absences", "Une absence n'est pas une sortie", Regle.SORTIE, stays.absences, (Concept.ABSENCES,)),
    Theme("readmissions", "Plusieurs séjours, une personne", Regle.SEJOUR, stays.readmissions),
    Theme("prevus", "Séjours prévus ou annulés", Regle.PREVU, stays.prevus, (Concept.PREADMISSIONS,)),
    Theme("motifs", "Motifs de non-éligibilité", Regle.MOTIF, stays.motifs, (Concept.MOTIFS,)),
    Theme("dossiers", "La personne, jamais son dossier", Regle.PERSONNE, people.dossiers),
    Theme("identifiants", "Identifiants presque pareils", Regle.IDENTIFIANT, people.identifiants, textes_seuls=True),
    Theme("fusions", "Dossiers fusionnés", Regle.FUSION, people.fusions, (Concept.FUSIONS,)),
    Theme("archives", "Dossiers archivés", Regle.ARCHIVE, people.archives, (Concept.ARCHIVES,)),
    Theme("auteurs", "Qui a écrit", Regle.AUTEUR, records.auteurs, (Concept.AUTOMATES,), _MAJ),
    Theme("suppressions", "Lignes supprimées", Regle.SUPPRESSION, records.suppressions, (Concept.SUPPRESSIONS,)),
    Theme("projets", "États du projet personnalisé", Regle.PROJET, projects.etats, (), _PROJETS),
    Theme(
        "jour_de_reference",
        "Le dernier jour, ou celui de la sortie",
        Regle.PROJET,
        projects.jour_de_reference,
        (),
        _PROJETS,
    ),
    Theme("succession", "Projets successifs", Regle.PROJET, projects.succession, (Concept.PROJETS_PASSES,), _PROJETS),
    Theme("agenda", "États des événements", Regle.AGENDA, agenda.statuts, (), _AGENDA),
    Theme("plusieurs", "Des événements ne sont pas des personnes", Regle.AGENDA, agenda.plusieurs, (), _AGENDA),
    Theme("groupes", "Événements de groupe", Regle.AGENDA, agenda.groupes, (Concept.GROUPES,), _AGENDA),
    Theme(
        "messages",
        "Brouillons, messages reçus, accusés",
        Regle.MESSAGE,
        exchanges.etats_des_messages,
        (Concept.MESSAGES_RECUS,),
        _MESSAGES,
    ),
    Theme("copies", "Un message à plusieurs est un message", Regle.MESSAGE, exchanges.copies, (), _MESSAGES),
    Theme(
        "destinataires",
        "Professionnels et usagers",
        Regle.DESTINATAIRE,
        exchanges.destinataires,
        (Concept.DESTINATAIRES,),
        _MESSAGES,
    ),
    Theme("cles", "Messages écrits deux fois", Regle.CLE, exchanges.deux_fois, (Concept.CLES,), _MESSAGES),
    Theme(
        "echecs",
        "Échecs et attentes",
        Regle.REUSSITE,
        exchanges.echecs,
        (Concept.ECHECS,),
        (*_DAYS, Relation.DEPOTS_DMP),
    ),
    Theme(
        "messages_og",
        "Messages de l'organisme",
        Regle.MESSAGE_OG,
        places.messages_og,
        (Concept.MESSAGES_OG,),
        _MESSAGES,
    ),
    Theme(
        "casse",
        "Mots écrits dans une autre casse",
        Regle.STATUT,
        wording.casse,
        (Concept.CASSE,),
        (*_PROJETS, *_AGENDA),
    ),
    Theme("deux_etablissements", "Une personne, deux établissements", Regle.ETABLISSEMENT, places.deux_etablissements),
    Theme("personne_nulle_part", "Un établissement sans personne", Regle.SITE, places.personne_nulle_part),
    Theme("isolement", "Isolement des établissements", Regle.ETABLISSEMENT, places.isolement, (), _DAYS),
    Theme("sites_inconnus", "Sites hors du projet", Regle.ETABLISSEMENT, places.sites_inconnus),
    Theme("foule", "Une foule tirée au sort", Regle.FENETRE, crowd.foule),
)
