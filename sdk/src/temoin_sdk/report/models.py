"""The report: what one installation declares of one project in one window, and nothing else.

It holds integers, civil dates, hashes, words of closed lists and bounded names of software: the types can hold nothing
that names a person. A figure stands beside its state and its level of proof; null is never 0.
"""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from temoin_sdk.figures import Figures, FiguresOG, Hex64, Nombre, SourceLue
from temoin_sdk.finess import Finess
from temoin_sdk.rates import Indicateur
from temoin_sdk.report.bounded import (
    RACINE_VIDE,
    Cible,
    Code,
    CodeIndicateur,
    Fuseau,
    Installation,
    InstantUtc,
    MotifExclu,
    NomLogiciel,
    Origine,
    Positif,
    Rang,
    Taux,
)
from temoin_sdk.report.octets import to_octets
from temoin_sdk.vocabulary import Compte, Mesure, MotifCorrection, MotifEcart, Niveau, Relation, RelationJour, Secteur
from temoin_sdk.windows import Fenetre

MAX_ETABLISSEMENTS = 2000
MAX_SOURCES = 200


class ModeleSigne(BaseModel):
    """What all signed payloads share: frozen, strict, and no member that the format does not name."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, strict=True, extra="forbid")


class CampagneCitee(ModeleSigne):
    """The campaign and the digest of the very file that was applied."""

    code: Code
    empreinte: Hex64


class IndicateurRapport(Indicateur):
    """An indicator as the report carries it: texts bounded, nothing negative."""

    code: CodeIndicateur
    numerateur: Nombre | None
    denominateur: Nombre | None
    taux: Taux | None
    cible: Cible | None


class EtablissementRapport(Figures):
    """The figures of one establishment with what is needed to recompute its indicators."""

    secteur: Secteur | None
    """Informative: the ARS's register decides (domain decision 16)."""
    fuseau: Fuseau
    """Zone in which instants were read as civil dates (domain decision 1)."""
    comptes: dict[Compte, Nombre | None]
    exclus: Annotated[dict[MotifExclu, Positif], Field(json_schema_extra={"additionalProperties": False})]
    """Only the reasons that excluded somebody."""
    indicateurs: Annotated[tuple[IndicateurRapport, ...], Field(max_length=64)]

    @model_validator(mode="after")
    def _check_evidence(self) -> Self:
        _check_feuilles(self)
        _check_exclus(self)
        _check_messages(self)
        return self


class SourceRapport(SourceLue):
    """A source as the report names it: the same facts, the names bounded, no member left out."""

    source: NomLogiciel
    plugin: NomLogiciel
    plugin_version: NomLogiciel
    certificat: Hex64 | None
    preuve: Hex64 | None
    logiciel: NomLogiciel
    logiciel_version: NomLogiciel | None
    espace_usagers: NomLogiciel | None
    relations: Annotated[tuple[Relation, ...], Field(max_length=len(Relation))]

    @model_validator(mode="after")
    def _check_relations(self) -> Self:
        check_sorted("relations", self.relations)
        return self


def order_of_source(source: SourceRapport) -> tuple[str, bytes]:
    """By name, then by all the rest: two databases of one program are two sources that may differ in nothing."""
    return source.source, to_octets(source)


class EcarteRapport(ModeleSigne):
    """An establishment of the project that has no figures here, and why."""

    finess: Finess
    secteur: Secteur | None
    motif: MotifEcart


class Rapport(ModeleSigne):
    """The signed report, format 1.

    Its identity is (ej, installation, projet, fenetre, mesure, version). The reports of an installation form a chain:
    each names the digest of the one signed before it, refused ones included.
    """

    format: Literal[1]
    contrat: Literal[1]
    destinataire: Origine
    ej: Finess
    installation: Installation
    numero: Rang
    precedent: Hex64 | None
    projet: Code
    campagne: CampagneCitee
    mesure: Mesure
    fenetre: Fenetre
    version: Rang
    remplace: Hex64 | None
    motif: MotifCorrection | None
    calcule_le: InstantUtc
    engagement_cle: Hex64
    sources: Annotated[tuple[SourceRapport, ...], Field(max_length=MAX_SOURCES)]
    etablissements: Annotated[tuple[EtablissementRapport, ...], Field(max_length=MAX_ETABLISSEMENTS)]
    ecartes: Annotated[tuple[EcarteRapport, ...], Field(max_length=MAX_ETABLISSEMENTS)]
    og: FiguresOG | None

    @model_validator(mode="after")
    def _check_chain(self) -> Self:
        if (self.numero == 1) != (self.precedent is None):
            raise ValueError("le premier rapport, et lui seul, n'a pas de précédent")
        first = self.version == 1
        if first != (self.remplace is None) or first != (self.motif is None):
            raise ValueError("une correction, et elle seule, dit ce qu'elle remplace et pourquoi")
        return self

    @model_validator(mode="after")
    def _check_lists(self) -> Self:
        if list(self.sources) != sorted(self.sources, key=order_of_source):
            raise ValueError("sources : dans l'ordre de leurs noms")
        kept = [etablissement.finess for etablissement in self.etablissements]
        apart = [ecarte.finess for ecarte in self.ecartes]
        check_sorted("etablissements", kept)
        check_sorted("ecartes", apart)
        if set(kept) & set(apart):
            raise ValueError("un établissement est à la fois compté et écarté")
        if not kept and not apart:
            raise ValueError("le rapport ne parle d'aucun établissement")
        return self

    @model_validator(mode="after")
    def _check_backed(self) -> Self:
        """A level of proof is that of some source, and what is counted by day has at most one leaf per day and kind.

        Declared figures rest on a document: a source that shows none backs none.
        """
        levels = {s.niveau for s in self.sources if s.niveau is not Niveau.DECLARE or s.preuve is not None}
        most = (self.fenetre.fin - self.fenetre.debut).days * len(RelationJour)
        for etablissement in self.etablissements:
            if stray := sorted(set(etablissement.niveaux.values()) - levels):
                raise ValueError(f"{etablissement.finess} : aucune source n'est au niveau « {stray[0]} »")
            if etablissement.feuilles_jours > most:
                raise ValueError(f"{etablissement.finess} : plus de feuilles de jour que de jours dans la fenêtre")
        return self

    @model_validator(mode="after")
    def _check_og(self) -> Self:
        if self.og is not None:
            _check_empty_root("feuilles_jours", self.og.feuilles_jours, self.og.racine_jours)
        return self


_BY_DAY = (
    Compte.MESSAGES_MSS,
    Compte.DOCUMENTS_DMP,
    Compte.PRESCRIPTIONS_IMPORTEES,
    Compte.ECHANGES_EPARCOURS,
)


def _check_feuilles(figures: Figures) -> None:
    _check_empty_root("feuilles", figures.feuilles, figures.racine)
    _check_empty_root("feuilles_jours", figures.feuilles_jours, figures.racine_jours)
    by_day = [c for c in _BY_DAY if figures.niveaux.get(c) is Niveau.FAITS and figures.comptes[c]]
    if by_day and not figures.feuilles_jours:
        raise ValueError(f"{by_day[0]} : compté à partir de faits, sans aucune feuille de jour")
    compte = Compte.PERSONNES_ACCOMPAGNEES
    # Only persons counted from rows leave leaves behind; a ready-made or typed count has none.
    counted = figures.comptes[compte] if figures.niveaux.get(compte) is Niveau.FAITS else None
    if figures.feuilles != (counted or 0):
        raise ValueError("feuilles : il en faut une par personne accompagnée comptée, et aucune autre")


def _check_exclus(figures: Figures) -> None:
    accompagnees = figures.comptes[Compte.PERSONNES_ACCOMPAGNEES]
    eligibles = figures.comptes[Compte.PERSONNES_ELIGIBLES]
    excluded = sum(figures.exclus.values())
    if accompagnees is None or eligibles is None:
        if excluded:
            raise ValueError("exclus : des personnes exclues sans les deux comptes dont elles font la différence")
        return
    # A ready-made count of éligibles may come without its reasons; one counted from rows always has them.
    explained = figures.niveaux.get(Compte.PERSONNES_ELIGIBLES) is Niveau.FAITS or excluded > 0
    if explained and excluded != accompagnees - eligibles:
        raise ValueError("exclus : leur somme n'est pas la différence entre accompagnées et éligibles")


def _check_messages(figures: Figures) -> None:
    messages = figures.comptes[Compte.MESSAGES_MSS]
    split = [figures.messages_mss_professionnels, figures.messages_mss_usagers]
    if messages is None and any(part is not None for part in split):
        raise ValueError("messages_mss : une répartition sans le compte qu'elle répartit")
    if messages is not None and sum(part or 0 for part in split) > messages:
        raise ValueError("messages_mss : la répartition dépasse le compte")


def _check_empty_root(name: str, size: int, root: str) -> None:
    if (size == 0) != (root == RACINE_VIDE):
        raise ValueError(f"{name} : zéro feuille va avec la racine vide, et avec elle seule")


def check_sorted(name: str, values: Iterable[str]) -> None:
    """One meaning has one spelling: a list that stands for a set is sorted and holds nothing twice."""
    listed = list(values)
    if listed != sorted(set(listed)):
        raise ValueError(f"{name} : chacun une seule fois, dans l'ordre")
