"""The French words of states, levels, flags and reasons, as tables and sentences show them."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from temoin_sdk.report.bounded import read_instant
from temoin_sdk.vocabulary import Drapeau, EtatIndicateur, Mesure, MotifEcart, MotifNonEligible, Niveau
from temoin_sdk.windows import jour_en_lettres

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

NIVEAUX: Mapping[Niveau, str] = MappingProxyType(
    {Niveau.FAITS: "faits", Niveau.COMPTES: "comptes de l'éditeur", Niveau.DECLARE: "déclaré"}
)

MESURES: Mapping[Mesure, str] = MappingProxyType(
    {Mesure.INITIALE: "initiale", Mesure.INTERMEDIAIRE: "intermédiaire", Mesure.SOLDE: "de solde"}
)

DRAPEAUX: Mapping[Drapeau, str] = MappingProxyType(
    {
        Drapeau.AUTEUR_INCONNU: "le logiciel ne dit pas si une mise à jour vient d'une personne ou d'un automate",
        Drapeau.DERNIERE_MAJ_SEULE: "le logiciel ne garde que la dernière mise à jour de chaque dossier",
        Drapeau.ETAT_COURANT_SEUL: "le logiciel ne connaît que l'état actuel des projets personnalisés",
        Drapeau.MSS_PARTAGEE: "des messages MSSanté partent d'une boîte partagée et ne sont pas répartis",
        Drapeau.DESTINATAIRE_INCONNU: "le destinataire des messages MSSanté (professionnel ou usager) n'est pas connu",
        Drapeau.DEMARRAGE_RECENT: "le logiciel est en service depuis moins de trois mois",
        Drapeau.OUVERTURE_DANS_LA_FENETRE: "l'établissement a ouvert pendant la fenêtre",
        Drapeau.FERMETURE_DANS_LA_FENETRE: "l'établissement a fermé pendant la fenêtre",
        Drapeau.CHANGEMENT_DE_LOGICIEL: "le logiciel a changé pendant la fenêtre",
        Drapeau.CORRESPONDANCE_DOUTEUSE: "des signes laissent penser que le plugin ne lit pas les bonnes données",
    }
)

ECARTS: Mapping[MotifEcart, str] = MappingProxyType(
    {
        MotifEcart.INVARIANT: "bloqué : ses chiffres se contredisent",
        MotifEcart.CORRESPONDANCE: "bloqué : correspondance à revoir",
        MotifEcart.SOURCE_ILLISIBLE: "bloqué : source illisible",
    }
)

_EXCLUSIONS: Mapping[MotifNonEligible, str] = MappingProxyType(
    {
        MotifNonEligible.REFUS_USAGER: "refus de l'usager",
        MotifNonEligible.ACCUEIL_ANONYME: "accueil anonyme",
        MotifNonEligible.ACCUEIL_URGENCE: "accueil en urgence",
        MotifNonEligible.SEJOUR_BREF: "séjour bref",
        MotifNonEligible.IDENTITE_NON_QUALIFIEE: "identité non qualifiée",
        MotifNonEligible.AUTRE: "autre motif",
    }
)

EXCLUSIONS: Mapping[str, str] = MappingProxyType({motif.name.lower(): text for motif, text in _EXCLUSIONS.items()})


def plural(number: int, singular: str, plural_form: str) -> str:
    """« 1 rapport », « 2 rapports »; zero is singular in French."""
    return f"{number} {plural_form if number > 1 else singular}"


def moment(instant: str, fuseau: str) -> str:
    """An `InstantUtc` on the wall clock of `fuseau`: « 22 novembre 2026 à 10 h 05 »."""
    local: datetime = read_instant(instant).astimezone(ZoneInfo(fuseau))
    return f"{jour_en_lettres(local.date())} à {local.hour} h {local.minute:02d}"
