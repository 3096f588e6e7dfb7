"""The words of the pages. A figure never stands without its level of proof, and targets reached are never money due."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from temoin_sdk.finess import METROPOLE
from temoin_sdk.vocabulary import Drapeau, EtatIndicateur, Mesure, MotifCorrection, MotifEcart, Niveau
from temoin_sdk.windows import jour_en_lettres

ETATS: Mapping[EtatIndicateur, str] = MappingProxyType(
    {
        EtatIndicateur.ATTEINT: "atteint",
        EtatIndicateur.NON_ATTEINT: "non atteint",
        EtatIndicateur.NON_MESURABLE: "non mesurable",
        EtatIndicateur.NON_FOURNI: "non fourni",
        EtatIndicateur.SANS_OBJET: "sans objet",
        EtatIndicateur.SANS_CIBLE: "sans cible imposée",
    }
)

NIVEAUX: Mapping[Niveau, str] = MappingProxyType(
    {
        Niveau.FAITS: "compté ligne à ligne par Témoin",
        Niveau.COMPTES: "compté par le logiciel de l'éditeur",
        Niveau.DECLARE: "déclaré à la main, pièce à l'appui",
    }
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

MESURES: Mapping[Mesure, str] = MappingProxyType(
    {Mesure.INITIALE: "initiale", Mesure.INTERMEDIAIRE: "intermédiaire", Mesure.SOLDE: "de solde"}
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
        MotifEcart.INVARIANT: "ses chiffres se contredisent, ils n'ont pas été envoyés",
        MotifEcart.CORRESPONDANCE: "la correspondance avec le logiciel est à corriger",
        MotifEcart.SOURCE_ILLISIBLE: "le logiciel n'a pas pu être lu",
    }
)


def instant_en_lettres(instant: datetime) -> str:
    """« 22 novembre 2026 à 11 h 04, heure de Paris »."""
    local = instant.astimezone(ZoneInfo(METROPOLE))
    return f"{jour_en_lettres(local.date())} à {local:%H h %M}, heure de Paris"
