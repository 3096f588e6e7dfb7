"""The rules in French, as they complete « − 12 » under the rows of a relation; dates are those of the window."""

from collections.abc import Mapping
from typing import Final

from temoin_sdk.explaining.sorting import Contexte
from temoin_sdk.vocabulary import Compte, Relation
from temoin_sdk.windows import jour_en_lettres

ORDER: Final = (
    "site_non_liste",
    "sans_date",
    "date_illisible",
    "jamais",
    "avant",
    "apres",
    "sans_usager",
    "automate",
    "auteur_inconnu",
    "annule",
    "statut_inconnu",
    "statut_ne_compte_pas",
    "sans_sejour",
    "non_eligible",
    "fini_avant",
    "commence_apres",
)
"""The rules in the order in which they are shown."""

_EVERYWHERE: Final[Mapping[str, str]] = {
    "site_non_liste": "site que la source ne liste pas",
    "sans_date": "sans date",
    "date_illisible": "date illisible",
    "avant": "avant le {premier}",
    "apres": "après le {dernier}",
    "sans_usager": "sans identifiant d'usager",
    "statut_inconnu": "statut inconnu",
    "sans_sejour": "personne sans séjour {intervalle}",
    "non_eligible": "personne non éligible",
}

_OF_ONE: Final[Mapping[Relation, Mapping[str, str]]] = {
    Relation.SEJOURS: {
        "sans_date": "sans date d'entrée",
        "avant": "sortie avant le {premier_sejour}",
        "apres": "entrée après le {dernier}",
    },
    Relation.MISES_A_JOUR: {
        "automate": "écriture automatique (import, facturation…), et non d'une personne",
        "auteur_inconnu": "auteur qui n'est ni « humain » ni « automate »",
    },
    Relation.PROJETS: {
        "jamais": "fin antérieure au début",
        "avant": "fin avant le {premier_sejour}",
        "apres": "début après le {dernier}",
        "statut_inconnu": "statut inconnu ou absent",
        "statut_ne_compte_pas": "statut suspendu, terminé ou annulé",
        "fini_avant": "fin avant {reference}",
        "commence_apres": "début après {reference}",
    },
    Relation.EVENEMENTS: {"annule": "événement annulé"},
}

RELATIONS: Final[Mapping[Relation, str]] = {
    Relation.SEJOURS: "Séjours",
    Relation.MISES_A_JOUR: "Mises à jour du dossier",
    Relation.PROJETS: "Projets personnalisés (chaque état)",
    Relation.EVENEMENTS: "Événements d'agenda",
    Relation.MESSAGES_MSS: "Messages MSSanté",
    Relation.DEPOTS_DMP: "Dépôts au DMP",
    Relation.PRESCRIPTIONS: "Prescriptions électroniques",
    Relation.ECHANGES_EPARCOURS: "Échanges e-parcours",
}

COMPTES: Final[Mapping[Compte, str]] = {
    Compte.PERSONNES_ACCOMPAGNEES: "personnes accompagnées",
    Compte.PERSONNES_ELIGIBLES: "personnes éligibles",
    Compte.DOSSIERS_ACTIFS: "dossiers actifs",
    Compte.DOSSIERS_ACTIFS_PROJET: "dossiers actifs avec projet personnalisé",
    Compte.DOSSIERS_ACTIFS_AGENDA: "dossiers actifs avec événement d'agenda",
    Compte.MESSAGES_MSS: "messages MSSanté envoyés",
    Compte.DMP_ALIMENTES: "DMP alimentés",
    Compte.DOCUMENTS_DMP: "documents déposés",
    Compte.PRESCRIPTIONS_IMPORTEES: "prescriptions importées",
    Compte.ECHANGES_EPARCOURS: "échanges",
}

OF_PERSONS: Final[Mapping[str, str]] = {
    "autre_sejour": "autre séjour de la même personne",
    "autre_site": "même personne dans un autre site de l'établissement",
    "identifiants_reunis": "autre identifiant de la même personne (dossiers réunis)",
    "autre_depot": "autre dépôt de la même personne",
    "meme_cle": "déjà compté sous la même clé",
    "automates_seuls": "seulement des écritures automatiques dans la fenêtre",
    "auteur_inconnu": "auteur des écritures inconnu",
    "aucune_mise_a_jour": "aucune mise à jour par une personne dans la fenêtre",
    "aucun_projet": "aucun projet personnalisé",
    "projet_suspendu": "projet suspendu {le_jour}",
    "projet_annule": "projet annulé",
    "projet_termine": "projet terminé avant {reference}",
    "projet_a_venir": "projet commencé après {reference}",
    "statut_inconnu": "statut inconnu ou absent",
    "aucun_evenement": "aucun événement {fenetre_agenda}",
    "evenements_annules": "tous les événements {fenetre_agenda} sont annulés",
    "aucun_depot": "aucun dépôt dans la fenêtre",
    "date_illisible": "date illisible",
}
"""Rules that look at persons, or at facts counted by day."""


def rule(relation: Relation, code: str, c: Contexte) -> str:
    """A rule of the rows of a relation."""
    text = _OF_ONE.get(relation, {}).get(code) or _EVERYWHERE[code]
    return text.format_map(_words(c))


def person_rule(code: str, c: Contexte) -> str:
    """A rule that keeps persons out, without saying anything of one of them."""
    return OF_PERSONS[code].format_map(_words(c))


def _words(c: Contexte) -> dict[str, str]:
    dernier = jour_en_lettres(c.fenetre.dernier_jour)
    un_jour = c.reglages.projet == "un_jour"
    return {
        "premier": jour_en_lettres(c.fenetre.debut),
        "premier_sejour": jour_en_lettres(c.personnes.debut),
        "dernier": dernier,
        "intervalle": "dans la fenêtre" if c.personnes == c.fenetre else "dans l'année de référence",
        "reference": "la fenêtre" if un_jour else f"le dernier jour ({dernier}, ou la sortie)",
        "le_jour": "dans la fenêtre" if un_jour else "le dernier jour",
        "fenetre_agenda": "jusqu'à la fin de la fenêtre" if c.reglages.agenda == "tout" else "dans la fenêtre",
    }
