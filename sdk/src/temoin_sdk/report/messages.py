"""The French sentences of every problem and anomaly, in one place: agent, receiver and pages say the same words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from temoin_sdk.report.receipt import Anomalie, Recu, Verdict


class CodeProbleme(StrEnum):
    """What makes the content of a report wrong, whoever reads it. Each is a refusal."""

    CAMPAGNE_DIFFERENTE = "campagne_differente"
    CAMPAGNE_EMPREINTE = "campagne_empreinte"
    PROJET_DIFFERENT = "projet_different"
    FENETRE_FAUSSE = "fenetre_fausse"
    FENETRE_INACHEVEE = "fenetre_inachevee"
    FUSEAU_INCONNU = "fuseau_inconnu"
    MOTIF_NON_ADMIS = "motif_non_admis"
    INVARIANT = "invariant"
    INDICATEURS_MANQUANTS = "indicateurs_manquants"
    INDICATEURS_EN_TROP = "indicateurs_en_trop"
    INDICATEURS_EN_DESORDRE = "indicateurs_en_desordre"
    NOMBRE_FAUX = "nombre_faux"
    TAUX_FAUX = "taux_faux"
    CIBLE_FAUSSE = "cible_fausse"
    ETAT_FAUX = "etat_faux"


PHRASES_PROBLEMES: Mapping[CodeProbleme, str] = MappingProxyType(
    {
        CodeProbleme.CAMPAGNE_DIFFERENTE: (
            "Le rapport applique la campagne « {recu} » ; la convention du projet dit « {attendu} »."
        ),
        CodeProbleme.CAMPAGNE_EMPREINTE: (
            "Le fichier de campagne appliqué (empreinte {recu}…) n'est pas celui de la convention (empreinte "
            "{attendu}…) : utiliser le fichier que l'ARS a publié."
        ),
        CodeProbleme.PROJET_DIFFERENT: "Le rapport parle du projet « {recu} » et non du projet « {attendu} ».",
        CodeProbleme.FENETRE_FAUSSE: "{detail}",
        CodeProbleme.FENETRE_INACHEVEE: (
            "Le calcul a eu lieu le {recu} à l'heure de l'établissement, avant la fin de la fenêtre "
            "(dernier jour : {attendu})."
        ),
        CodeProbleme.FUSEAU_INCONNU: "« {recu} » n'est pas un fuseau horaire connu.",
        CodeProbleme.MOTIF_NON_ADMIS: "La campagne n'admet pas d'exclure des personnes pour le motif « {recu} ».",
        CodeProbleme.INVARIANT: "{detail}",
        CodeProbleme.INDICATEURS_MANQUANTS: "Il manque au rapport : {attendu}.",
        CodeProbleme.INDICATEURS_EN_TROP: "Le rapport porte des indicateurs que le projet ne mesure pas : {recu}.",
        CodeProbleme.INDICATEURS_EN_DESORDRE: "Les indicateurs ne sont pas écrits une fois chacun, dans l'ordre.",
        CodeProbleme.NOMBRE_FAUX: "{indicateur} : le rapport écrit {recu}, ses comptes donnent {attendu}.",
        CodeProbleme.TAUX_FAUX: "{indicateur} : le rapport écrit un taux de {recu}, le calcul donne {attendu}.",
        CodeProbleme.CIBLE_FAUSSE: "{indicateur} : le rapport écrit une cible de {recu}, la convention dit {attendu}.",
        CodeProbleme.ETAT_FAUX: "{indicateur} : le rapport écrit « {recu} », le calcul donne « {attendu} ».",
    }
)

PHRASES_ANOMALIES: Mapping[Anomalie, str] = MappingProxyType(
    {
        Anomalie.ESSMS_INCONNU: (
            "Cet établissement n'est pas au registre de l'ARS pour ce projet : ses chiffres sont gardés en attente."
        ),
        Anomalie.ESSMS_ABSENT: "Cet établissement fait partie du projet et le rapport n'en dit rien.",
        Anomalie.SECTEUR_DIFFERENT: "Le secteur du rapport n'est pas celui du registre de l'ARS, qui seul compte.",
        Anomalie.FUSEAU_DIFFERENT: "Les dates ont été lues dans un autre fuseau que celui de l'établissement.",
        Anomalie.RUPTURE_DE_CHAINE: (
            "Le rapport suit un rapport que le récepteur n'a pas reçu : il manque un envoi, ou un fichier a été perdu."
        ),
        Anomalie.CHAINE_DIVISEE: (
            "Deux rapports différents de cette installation portent le même rang : une sauvegarde a peut-être été "
            "restaurée, ou deux machines partagent une installation."
        ),
        Anomalie.CLE_PSEUDONYME_CHANGEE: "La clé des pseudonymes a changé depuis le rapport précédent.",
        Anomalie.HORLOGE_DECALEE: "L'horloge de la machine qui a calculé ne s'accorde pas avec l'heure de réception.",
        Anomalie.MESURE_CONCURRENTE: (
            "Une autre installation, ou un autre organisme, a déjà rapporté cet établissement pour la même mesure et "
            "la même fenêtre : un seul des deux rapports doit rester."
        ),
    }
)

LIBELLES_VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {Verdict.ADMIS: "admis", Verdict.EN_ATTENTE: "en attente de l'ARS"}
)


@dataclass(frozen=True, slots=True)
class Probleme:
    """One thing wrong with a report; `finess` null when it concerns the report as a whole."""

    code: str
    message: str
    finess: str | None = None


def describe(code: CodeProbleme, finess: str | None = None, **details: object) -> Probleme:
    """The problem with its sentence; `details` fill the sentence's places."""
    return Probleme(code.value, PHRASES_PROBLEMES[code].format(**details), finess)


def receipt_remarks(recu: Recu) -> Iterator[str]:
    """What the receiver noticed, one sentence each: verdicts that wait, differences that refuse nothing."""
    for verdict in recu.verdicts:
        if verdict.verdict is not Verdict.ADMIS:
            yield f"{verdict.finess} : {LIBELLES_VERDICTS[verdict.verdict]}."
        for anomalie in verdict.anomalies:
            yield f"{verdict.finess} : {PHRASES_ANOMALIES[anomalie]}"
    for found in recu.anomalies:
        whom = f"{found.finess} : " if found.finess else ""
        yield f"{whom}{PHRASES_ANOMALIES[found.code]}"
