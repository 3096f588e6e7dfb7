"""From figures to a report: the one place where a report is put together.

It takes plain data, computes the indicators, and puts every list in its one order. It signs nothing and reads nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from temoin_sdk.campaigns import Campagne, LoadedCampaign
from temoin_sdk.contract.sources import CONTRAT
from temoin_sdk.conventions import Convention
from temoin_sdk.errors import PluginError
from temoin_sdk.figures import Ecarte, Figures, FiguresOG, SourceLue
from temoin_sdk.rates import compute_indicateurs, exempt_indicateurs
from temoin_sdk.report.bounded import spell_instant
from temoin_sdk.report.models import (
    CampagneCitee,
    EcarteRapport,
    EtablissementRapport,
    IndicateurRapport,
    Rapport,
    SourceRapport,
    order_of_source,
)
from temoin_sdk.report.octets import explain_refusal
from temoin_sdk.vocabulary import Mesure, MotifCorrection, Secteur
from temoin_sdk.windows import Fenetre

_PER_SENDING: Final = {
    **dict.fromkeys(("numero", "precedent", "calcule_le", "version", "remplace", "motif"), True),
    "sources": {"__all__": {"certificat"}},
}


@dataclass(frozen=True, slots=True)
class Correction:
    """What a version above 1 must say: the digest of the report it replaces, and why."""

    version: int
    remplace: str
    motif: MotifCorrection


@dataclass(frozen=True, slots=True)
class Entete:
    """Who speaks, to whom, of which window, and at which place of its chain."""

    destinataire: str
    ej: str
    installation: str
    numero: int
    precedent: str | None
    """Digest of the last report this installation signed, refused ones included; None for the first."""
    mesure: Mesure
    fenetre: Fenetre
    calcule_le: datetime
    """Aware; written in UTC to the second."""
    engagement_cle: str
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """What configuration says of an establishment of the project."""

    secteur: Secteur | None
    fuseau: str


def build_rapport(
    entete: Entete,
    *,
    sites: Mapping[str, Site],
    figures: Iterable[Figures],
    ecartes: Iterable[Ecarte],
    sources: Iterable[SourceLue],
    og: FiguresOG | None,
    campagne: LoadedCampaign,
    convention: Convention,
) -> Rapport:
    """The report of these figures. `sites` covers the whole project by FINESS.

    Raises PluginError (`source_nom`) when a source gives a name that a report may not hold, ReportError (`forme`)
    when the figures contradict each other so that no report could hold them. It does not replace `check_rapport`.
    """
    apart = sorted(ecartes, key=lambda ecarte: ecarte.finess)
    kept = sorted(figures, key=lambda one: one.finess)
    scope = [*(one.finess for one in kept), *(ecarte.finess for ecarte in apart)]
    secteurs = tuple(sites[finess].secteur for finess in scope)
    correction = entete.correction
    try:
        return Rapport(
            format=1,
            contrat=CONTRAT,
            destinataire=entete.destinataire,
            ej=entete.ej,
            installation=entete.installation,
            numero=entete.numero,
            precedent=entete.precedent,
            projet=convention.code,
            campagne=CampagneCitee(code=campagne.campagne.code, empreinte=campagne.empreinte),
            mesure=entete.mesure,
            fenetre=entete.fenetre,
            version=correction.version if correction else 1,
            remplace=correction.remplace if correction else None,
            motif=correction.motif if correction else None,
            calcule_le=spell_instant(entete.calcule_le),
            engagement_cle=entete.engagement_cle,
            sources=tuple(sorted((_bound_source(source) for source in sources), key=order_of_source)),
            etablissements=tuple(
                _complete(one, sites[one.finess], secteurs, campagne.campagne, convention) for one in kept
            ),
            ecartes=tuple(
                EcarteRapport(finess=ecarte.finess, secteur=sites[ecarte.finess].secteur, motif=ecarte.motif)
                for ecarte in apart
            ),
            og=og,
        )
    except ValidationError as error:
        raise explain_refusal(error, Rapport) from error


def same_figures(one: Rapport, other: Rapport) -> bool:
    """True when both say the same of the same window: only their place in the chain and their moment may differ, and
    the certificates of plugins, which say nothing of figures."""
    return one.model_dump(exclude=_PER_SENDING) == other.model_dump(exclude=_PER_SENDING)  # type: ignore[arg-type]


def _complete(
    figures: Figures, site: Site, secteurs: Sequence[Secteur | None], campagne: Campagne, convention: Convention
) -> EtablissementRapport:
    exempts = exempt_indicateurs(campagne, site.secteur, secteurs)
    computed = compute_indicateurs(figures.comptes, figures.etats, campagne, convention, exempts)
    return EtablissementRapport(
        **figures.model_dump(exclude={"exclus"}),
        exclus={motif: number for motif, number in figures.exclus.items() if number},
        secteur=site.secteur,
        fuseau=site.fuseau,
        indicateurs=tuple(IndicateurRapport(**indicateur.model_dump()) for indicateur in computed),
    )


def _bound_source(source: SourceLue) -> SourceRapport:
    facts = source.model_dump()
    facts["relations"] = tuple(sorted(set(source.relations)))
    try:
        return SourceRapport(**facts)
    except ValidationError as error:
        fields = ", ".join(str(detail["loc"][0]) for detail in error.errors(include_url=False) if detail["loc"])
        raise PluginError(
            f"La source « {source.source} » donne des noms qu'un rapport ne peut pas porter : {fields}.",
            remede=(
                "Les noms et versions de logiciels tiennent en 60 caractères : lettres, chiffres, espaces et . + _ ( ) "
                "/ ' -"
            ),
            ou=source.plugin,
            code="source_nom",
        ) from error
