"""Indicators as the ARS reads them: recomputed with the register's sectors, never with the report's (decision 16)."""

from dataclasses import dataclass

from temoin_receiver.checks.arrival import sites_of
from temoin_receiver.pages.reading import Mesure, Rattachements
from temoin_receiver.pages.words import NIVEAUX
from temoin_receiver.register.reading import Projet
from temoin_sdk.campaigns import DefinitionIndicateur
from temoin_sdk.rates import (
    Indicateur,
    compute_indicateurs,
    exempt_indicateurs,
    format_nombre,
    format_pourcent,
    format_taux,
    retained,
)
from temoin_sdk.report import EtablissementRapport
from temoin_sdk.vocabulary import EtatIndicateur, Niveau, Secteur
from temoin_sdk.wording import ETATS


@dataclass(frozen=True, slots=True)
class Ligne:
    """One indicator, in words."""

    libelle: str
    facultatif: bool
    valeur: str
    cible: str
    etat: EtatIndicateur
    etat_en_clair: str
    niveau: str


@dataclass(frozen=True, slots=True)
class Bilan:
    """The indicators of one establishment in one report. `vises` counts those on which it has a target to reach."""

    lignes: tuple[Ligne, ...]
    atteints: int
    vises: int


def judge(mesure: Mesure, site: EtablissementRapport, projet: Projet, rattachements: Rattachements) -> Bilan:
    """The indicators of `site`, with the sectors of the register wherever it knows the establishment."""
    secteurs = _secteurs(mesure, projet, rattachements)
    campagne, convention = mesure.campagne.campagne, projet.convention
    exempts = exempt_indicateurs(campagne, secteurs[site.finess], secteurs.values())
    indicateurs = compute_indicateurs(site.comptes, site.etats, campagne, convention, exempts)
    lignes = tuple(
        _ligne(definition, indicateur, site)
        for definition, indicateur in zip(retained(campagne, convention), indicateurs, strict=True)
    )
    aimed = [one for one in indicateurs if one.cible is not None and one.etat is not EtatIndicateur.SANS_OBJET]
    reached = sum(one.etat is EtatIndicateur.ATTEINT for one in aimed)
    return Bilan(lignes, reached, len(aimed))


def _secteur(finess: str, ej: str, mesure: Mesure, rattachements: Rattachements) -> Secteur | None:
    """The register's sector of an establishment in the window; None when the register does not know it."""
    periods = [one for one in rattachements.get(finess, ()) if one.covers(mesure.rapport.fenetre)]
    mine = [one for one in periods if one.ej == ej] or periods
    return mine[-1].secteur if mine else None


def _secteurs(mesure: Mesure, projet: Projet, rattachements: Rattachements) -> dict[str, Secteur | None]:
    """Of every establishment of the project and of the report: some exemptions depend on the whole project."""
    claimed = {site.finess: site.secteur for site in sites_of(mesure.rapport)}
    return {
        finess: _secteur(finess, mesure.rapport.ej, mesure, rattachements) or claimed.get(finess)
        for finess in {*projet.etablissements, *claimed}
    }


def _ligne(definition: DefinitionIndicateur, indicateur: Indicateur, site: EtablissementRapport) -> Ligne:
    return Ligne(
        libelle=definition.libelle,
        facultatif=definition.facultatif,
        valeur=format_taux(indicateur),
        cible=_cible(indicateur),
        etat=indicateur.etat,
        etat_en_clair=ETATS[indicateur.etat],
        niveau=_niveau(definition, site),
    )


def _cible(indicateur: Indicateur) -> str:
    if indicateur.cible is None:
        return "aucune"
    if indicateur.code.startswith("nb_"):
        return format_nombre(int(indicateur.cible)) if indicateur.cible.isdecimal() else indicateur.cible
    return format_pourcent(indicateur.cible)


def _niveau(definition: DefinitionIndicateur, site: EtablissementRapport) -> str:
    """The weaker of the levels of numerator and denominator: a rate is worth no more than its weaker half."""
    comptes = [one for one in (definition.numerateur, definition.denominateur) if one is not None]
    levels = [site.niveaux[compte] for compte in comptes if compte in site.niveaux]
    if len(levels) < len(comptes):
        return "aucun chiffre"
    return NIVEAUX[max(levels, key=list(Niveau).index)]
