"""The French words of states, measures, flags, reasons and of what is proved: agent and receiver say the same ones."""

from collections.abc import Mapping
from types import MappingProxyType

from temoin_sdk.vocabulary import (
    Drapeau,
    EtatIndicateur,
    Mesure,
    MotifCorrection,
    MotifEcart,
    MotifNonEligible,
)

SIGNATURE_PROUVE = "Une signature prouve qui déclare."
RACINE_PROUVE = "Une racine prouve que la déclaration était fixée avant toute question."
SQUELETTE_PROUVE = "Le squelette prouve que les comptes en découlent."
DOSSIERS_PROUVENT = (
    "Seuls des dossiers ouverts sur place prouvent que les drapeaux sont vrais ; seules des personnes tirées d'une "
    "liste indépendante (registre des entrées et sorties, facturation), puis retrouvées parmi les feuilles, prouvent "
    "que personne n'a été omis."
)
"""What each piece of evidence proves: the same words wherever it is said."""

ETATS: Mapping[EtatIndicateur, str] = MappingProxyType(
    {
        EtatIndicateur.ATTEINT: "atteint",
        EtatIndicateur.NON_ATTEINT: "non atteint",
        EtatIndicateur.NON_MESURABLE: "non mesurable",
        EtatIndicateur.NON_FOURNI: "non fourni",
        EtatIndicateur.SANS_OBJET: "sans objet",
        EtatIndicateur.SANS_CIBLE: "sans cible",
    }
)

MESURES: Mapping[Mesure, str] = MappingProxyType(
    {Mesure.INITIALE: "initiale", Mesure.INTERMEDIAIRE: "intermédiaire", Mesure.SOLDE: "de solde"}
)

DRAPEAUX: Mapping[Drapeau, str] = MappingProxyType(
    {
        Drapeau.AUTEUR_INCONNU: (
            "Le logiciel ne distingue pas les écritures humaines des écritures automatiques : les dossiers actifs "
            "peuvent être surestimés."
        ),
        Drapeau.DERNIERE_MAJ_SEULE: (
            "Le logiciel ne connaît que la dernière mise à jour de chaque dossier : une fenêtre passée ne peut pas "
            "être recalculée."
        ),
        Drapeau.ETAT_COURANT_SEUL: (
            "Le logiciel ne connaît que l'état d'aujourd'hui des projets personnalisés, pas celui du dernier jour de "
            "la fenêtre."
        ),
        Drapeau.MAJ_PAR_DATES: (
            "Le logiciel ne date pas les écritures : les dates des statuts et des actes en tiennent lieu. Les dossiers "
            "actifs sont un minimum."
        ),
        Drapeau.MAJ_PAR_COMPARAISON: (
            "Des mises à jour sont établies par la comparaison d'exports successifs (contenu changé entre deux "
            "exports de la fenêtre). Les dossiers actifs sont un minimum."
        ),
        Drapeau.MSS_PARTAGEE: (
            "Une boîte MSSanté est partagée entre plusieurs établissements : ses messages sont comptés pour "
            "l'organisme, sans être répartis."
        ),
        Drapeau.DESTINATAIRE_INCONNU: (
            "Le logiciel ne dit pas si les messages MSSanté vont à des professionnels ou à des usagers."
        ),
        Drapeau.DEMARRAGE_RECENT: "Le logiciel a été mis en service moins de trois mois avant la fin de la fenêtre.",
        Drapeau.OUVERTURE_DANS_LA_FENETRE: "L'établissement a ouvert pendant la fenêtre.",
        Drapeau.FERMETURE_DANS_LA_FENETRE: "L'établissement a fermé pendant la fenêtre.",
        Drapeau.CHANGEMENT_DE_LOGICIEL: "L'établissement a changé de logiciel pendant la fenêtre.",
        Drapeau.CORRESPONDANCE_DOUTEUSE: (
            "Des signes laissent penser que la correspondance avec le logiciel est à revoir."
        ),
    }
)

MOTIFS_CORRECTION: Mapping[MotifCorrection, str] = MappingProxyType(
    {
        MotifCorrection.SAISIE_TARDIVE: "saisie tardive",
        MotifCorrection.ERREUR_SOURCE: "erreur de la source",
        MotifCorrection.ERREUR_CONFIGURATION: "erreur de configuration",
        MotifCorrection.MISE_A_JOUR_PLUGIN: "mise à jour du module de l'éditeur",
        MotifCorrection.AUTRE: "autre motif",
    }
)

MOTIFS_ECART: Mapping[MotifEcart, str] = MappingProxyType(
    {
        MotifEcart.INVARIANT: "ses chiffres se contredisent",
        MotifEcart.CORRESPONDANCE: "correspondance à revoir",
        MotifEcart.SOURCE_ILLISIBLE: "source illisible",
    }
)
"""Why an establishment is blocked: « bloqué : ses chiffres se contredisent »."""

_NON_ELIGIBLES: Mapping[MotifNonEligible, str] = MappingProxyType(
    {
        MotifNonEligible.REFUS_USAGER: "refus de l'usager",
        MotifNonEligible.ACCUEIL_ANONYME: "accueil anonyme",
        MotifNonEligible.ACCUEIL_URGENCE: "accueil en urgence",
        MotifNonEligible.SEJOUR_BREF: "séjour bref",
        MotifNonEligible.IDENTITE_NON_QUALIFIEE: "identité non qualifiée",
        MotifNonEligible.AUTRE: "autre motif",
    }
)

MOTIFS_NON_ELIGIBLE: Mapping[str, str] = MappingProxyType({m.name.lower(): text for m, text in _NON_ELIGIBLES.items()})
"""By the word that a report holds."""
