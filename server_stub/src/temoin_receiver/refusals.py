"""Why a report is not kept: every reason has a code, an HTTP status, somebody who must act, and what to do.

What the content of a report can have wrong by itself is named by the sdk (`CodeProbleme`); here stand the codes that
only a receiver knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from temoin_sdk.errors import Acteur, ReportRefused, TemoinError
from temoin_sdk.report import CodeProbleme, Probleme


class CodeRefus(StrEnum):
    """Refusals of the receiver's own."""

    TYPE_DE_CONTENU = "type_de_contenu"
    ENVOI_TROP_GRAND = "envoi_trop_grand"
    ENVOI_TROP_LENT = "envoi_trop_lent"
    CLE_INCONNUE = "cle_inconnue"
    CLE_REVOQUEE = "cle_revoquee"
    DESTINATAIRE = "destinataire_different"
    SIGNATAIRE = "signataire_different"
    HORS_PERIMETRE = "hors_perimetre"
    PROJET_INCONNU = "projet_inconnu"
    HORLOGE = "horloge"
    CONFLIT_IDENTITE = "conflit_identite"
    CORRECTION_ORPHELINE = "correction_orpheline"
    CORRECTION_HORS_SUITE = "correction_hors_suite"
    REMPLACE_AUTRE = "remplace_autre"
    INTROUVABLE = "introuvable"
    REGISTRE_VIDE = "registre_vide"
    TAILLE = "taille_du_registre"


@dataclass(frozen=True, slots=True)
class _Rule:
    status: int
    acteur: Acteur
    remede: str
    retryable: bool = False


_GESTIONNAIRE, _ARS = Acteur.GESTIONNAIRE, Acteur.ARS
_TO_ARS = "Vérifier la configuration ; si elle est juste, demander à l'ARS de mettre son registre à jour."
_RULES: Mapping[str, _Rule] = MappingProxyType(
    {
        CodeRefus.TYPE_DE_CONTENU: _Rule(415, _GESTIONNAIRE, "Envoyer le rapport signé tel quel, en application/jose."),
        CodeRefus.ENVOI_TROP_GRAND: _Rule(413, _GESTIONNAIRE, "Envoyer un rapport par projet et par fenêtre."),
        CodeRefus.ENVOI_TROP_LENT: _Rule(
            408, _GESTIONNAIRE, "Renvoyer le même rapport ; si cela se répète, vérifier le réseau.", retryable=True
        ),
        CodeRefus.CLE_INCONNUE: _Rule(
            401, _GESTIONNAIRE, "Faire enrôler la clé publique de cette installation par l'ARS, puis renvoyer."
        ),
        CodeRefus.CLE_REVOQUEE: _Rule(
            403, _GESTIONNAIRE, "Créer une nouvelle clé, la faire enrôler par l'ARS, et signer de nouveau le rapport."
        ),
        CodeRefus.DESTINATAIRE: _Rule(
            422, _GESTIONNAIRE, "Corriger l'origine du récepteur dans la configuration, puis recalculer le rapport."
        ),
        CodeRefus.SIGNATAIRE: _Rule(
            403, _GESTIONNAIRE, "Signer avec la clé enrôlée pour cet organisme et cette installation."
        ),
        CodeRefus.HORS_PERIMETRE: _Rule(403, _GESTIONNAIRE, _TO_ARS),
        CodeRefus.PROJET_INCONNU: _Rule(422, _GESTIONNAIRE, _TO_ARS),
        CodeRefus.HORLOGE: _Rule(
            422, _GESTIONNAIRE, "Régler l'heure de la machine qui signe (NTP), puis signer de nouveau le rapport."
        ),
        CodeRefus.CONFLIT_IDENTITE: _Rule(
            409, _GESTIONNAIRE, "Pour corriger des chiffres déjà reçus, envoyer une nouvelle version qui dit pourquoi."
        ),
        CodeRefus.CORRECTION_ORPHELINE: _Rule(
            409, _GESTIONNAIRE, "Envoyer d'abord la première version de cette mesure."
        ),
        CodeRefus.CORRECTION_HORS_SUITE: _Rule(
            409, _GESTIONNAIRE, "Donner à la correction le numéro qui suit celui de la version en cours."
        ),
        CodeRefus.REMPLACE_AUTRE: _Rule(
            409, _GESTIONNAIRE, "Recalculer la correction à partir de la version en cours, puis l'envoyer."
        ),
        CodeRefus.INTROUVABLE: _Rule(404, _GESTIONNAIRE, "Vérifier l'empreinte : elle fait 64 chiffres hexadécimaux."),
        CodeRefus.REGISTRE_VIDE: _Rule(404, _ARS, "Relancer le récepteur : il publie la tête de son registre."),
        CodeRefus.TAILLE: _Rule(
            404, _ARS, "Demander le point de contrôle : les tailles vont de 0 à la sienne, la plus petite d'abord."
        ),
        CodeProbleme.CAMPAGNE_EMPREINTE: _Rule(422, _GESTIONNAIRE, "Utiliser le fichier de campagne publié par l'ARS."),
        CodeProbleme.INVARIANT: _Rule(
            422, Acteur.EDITEUR, "Faire corriger la correspondance du logiciel, puis recalculer le rapport."
        ),
    }
)
_DEFAULT = _Rule(
    422,
    _GESTIONNAIRE,
    "Recalculer le rapport avec la version de Témoin et la configuration en cours, sans le modifier.",
)


class Refusal(ReportRefused):
    """A report that is not kept. `problemes` holds every reason at once; the first gives status, code and remedy."""

    def __init__(self, problemes: Sequence[Probleme]) -> None:
        first = problemes[0]
        rule = _RULES.get(first.code, _DEFAULT)
        super().__init__(
            first.message if len(problemes) == 1 else f"Le rapport comporte {len(problemes)} erreurs.",
            code=first.code,
            remede=rule.remede,
            acteur=rule.acteur,
            retryable=rule.retryable,
        )
        self.problemes = tuple(problemes)
        self.status = rule.status


def refuse(code: CodeRefus, message: str) -> Refusal:
    """The refusal for one reason that concerns the whole report."""
    return Refusal([Probleme(code.value, message)])


def problemes_of(error: TemoinError) -> tuple[Probleme, ...]:
    """The reasons of any error, a single one unless it is a `Refusal`."""
    if isinstance(error, Refusal):
        return error.problemes
    return (Probleme(error.code, error.message),)
