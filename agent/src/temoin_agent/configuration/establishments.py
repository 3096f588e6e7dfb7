"""Who the gestionnaire is and which ESSMS it runs: FINESS, SIREN, sector and zone, each checked where it was typed."""

from typing import Final
from zoneinfo import ZoneInfo

from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siren as stdnum_siren

from temoin_agent.configuration.models import Etablissement, Gestionnaire
from temoin_agent.configuration.problems import Probleme
from temoin_agent.configuration.tables import TableEtablissement, TableGestionnaire
from temoin_sdk.errors import FinessError
from temoin_sdk.finess import looks_like_siren, secteur_of, verify_finess, zone_of
from temoin_sdk.vocabulary import Secteur

_CLE: Final = "Relevez le numéro sur finess.esante.gouv.fr. Attention : un SIREN a aussi neuf chiffres."
_EXCEPTION: Final = "Si l'ARS confirme ce numéro tel quel, ajoutez « exception_finess = true » à cette table."


def build_gestionnaire(table: TableGestionnaire, ou: str, problemes: list[Probleme]) -> Gestionnaire | None:
    """The gestionnaire, or None with its problems added."""
    before = len(problemes)
    ej = _finess(table.ej, f"{ou}, « ej »", problemes, _CLE)
    siren = _siren(table.siren, f"{ou}, « siren »", problemes)
    if ej is not None and siren is not None and looks_like_siren(ej, siren):
        problemes.append(
            Probleme(
                f"{ou}, « ej »",
                "Le FINESS de l'entité juridique est le même nombre que le SIREN : c'est le SIREN qui a été saisi.",
                "Relevez le FINESS de l'entité juridique sur finess.esante.gouv.fr.",
                "finess_siren",
            )
        )
    fuseau = _fuseau(table.fuseau, ej, ou, problemes)
    if ej is None or fuseau is None or len(problemes) > before:
        return None
    return Gestionnaire(table.nom, ej, siren, fuseau, frozenset(table.autres_installations))


def build_etablissement(table: TableEtablissement, ou: str, problemes: list[Probleme]) -> Etablissement | None:
    """The establishment, or None with its problems added."""
    before = len(problemes)
    finess = _finess(
        table.finess, f"{ou}, « finess »", problemes, f"{_CLE} {_EXCEPTION}", exception=table.exception_finess
    )
    secteur = _secteur(table, ou, problemes)
    fuseau = _fuseau(table.fuseau, finess, ou, problemes)
    if table.ouverture and table.fermeture and table.fermeture < table.ouverture:
        problemes.append(
            Probleme(f"{ou}, « fermeture »", "La fermeture est avant l'ouverture.", "Corrigez l'une des deux dates.")
        )
    if finess is None or fuseau is None or len(problemes) > before:
        return None
    return Etablissement(
        finess=finess,
        nom=table.nom,
        projets=table.projet,
        secteur=secteur,
        fuseau=fuseau,
        mise_en_service=table.mise_en_service,
        ouverture=table.ouverture,
        fermeture=table.fermeture,
    )


def has_right_key(text: str) -> bool:
    """True for a FINESS whose format and key are right: what may be proposed in place of another."""
    try:
        verify_finess(text)
    except FinessError:
        return False
    return True


def _finess(text: str, ou: str, problemes: list[Probleme], remede_cle: str, *, exception: bool = False) -> str | None:
    """The number, or None with its problem added; `remede_cle` is for a wrong key, as only some tables can lift it."""
    try:
        return verify_finess(text, exception=exception)
    except FinessError as error:
        remede = remede_cle if error.code == "finess_cle" else error.remede
        problemes.append(Probleme(ou, error.message, remede, error.code))
        return None


def _siren(text: str | None, ou: str, problemes: list[Probleme]) -> str | None:
    if text is None:
        return None
    try:
        return stdnum_siren.validate(text)
    except StdnumError:
        problemes.append(
            Probleme(
                ou,
                f"« {text} » n'est pas un SIREN.",
                "Un SIREN a neuf chiffres ; relevez-le sur un avis de l'INSEE.",
                "siren",
            )
        )
        return None


def _secteur(table: TableEtablissement, ou: str, problemes: list[Probleme]) -> Secteur | None:
    if table.secteur is not None:
        return table.secteur
    names = ", ".join(Secteur)
    if table.categorie is None:
        problemes.append(
            Probleme(
                ou,
                "Il manque « secteur » ou « categorie ».",
                f"Ajoutez secteur = … ({names}) ou categorie = … (FINESS).",
            )
        )
        return None
    secteur = secteur_of(table.categorie)
    if secteur is None:
        problemes.append(
            Probleme(
                f"{ou}, « categorie »",
                f"La catégorie FINESS {table.categorie} ne correspond à aucun secteur connu.",
                f"Écrivez le secteur vous-même : secteur = … ({names}).",
            )
        )
    return secteur


def _fuseau(text: str | None, finess: str | None, ou: str, problemes: list[Probleme]) -> str | None:
    """The zone that is written, else that of the territory; None when neither is known (the cause is already said)."""
    if text is None:
        try:
            return zone_of(finess) if finess is not None else None
        except FinessError as error:
            problemes.append(
                Probleme(f"{ou}, « fuseau »", error.message, 'Écrivez fuseau = "Europe/Paris", par exemple.')
            )
            return None
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        problemes.append(
            Probleme(
                f"{ou}, « fuseau »",
                f"« {text} » n'est pas le nom d'un fuseau.",
                "Écrivez un nom de la liste IANA : Europe/Paris, Indian/Reunion, America/Martinique…",
            )
        )
        return None
    return text
