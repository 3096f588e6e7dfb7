"""The sources of one establishment, read relation by relation: only what one indicator needs, only its own sites."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from temoin_sdk.civil import MARGIN
from temoin_sdk.contract.loading import Catalogue
from temoin_sdk.contract.sources import CountSource, RecordSource, SqlSource
from temoin_sdk.counting.models import Demande, SourceDemande
from temoin_sdk.counting.plan import PlannedSource, check_plan, ins_key, plan_source
from temoin_sdk.counting.reading import guarded
from temoin_sdk.errors import ConfigurationError, TemoinError
from temoin_sdk.explaining.lines import Ligne, record_lines, sql_lines
from temoin_sdk.explaining.sorting import Contexte
from temoin_sdk.gathering.from_records import record_identities, record_sites
from temoin_sdk.gathering.from_sql import open_sql
from temoin_sdk.gathering.identities import Identity
from temoin_sdk.statement.reading import open_reader
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre


@dataclass(slots=True)
class Lecture:
    """What one source gave for the establishment. `listed` are its sites that the source lists."""

    plan: PlannedSource
    listed: frozenset[str] = frozenset()
    identities: list[tuple[Identity, Identity]] = field(default_factory=list, repr=False)
    lignes: dict[Relation, list[Ligne]] = field(default_factory=dict, repr=False)

    @property
    def nom(self) -> str:
        """The source's name in the configuration."""
        return self.plan.demande.nom

    @property
    def espace(self) -> str:
        """The space of its identifiers."""
        return self.plan.source.espace_usagers


def alone(demande: Demande, finess: str, catalogue: Catalogue) -> Demande:
    """The same request for one of its establishments: its own sites, and the identity map whoever holds it.

    Raises ConfigurationError `etablissement_sans_source`.
    """
    reduced = [_reduced(source, finess, catalogue) for source in demande.sources]
    sources = [source for source in reduced if source is not None]
    if not any(source.sites for source in sources):
        raise ConfigurationError(
            f"Aucune source de la configuration ne désigne l'établissement {finess}.",
            remede="Ajouter ses codes de site dans [sources.sites] de la source qui le connaît.",
            ou=f"établissement {finess}",
            code="etablissement_sans_source",
        )
    one = tuple(each for each in demande.etablissements if each.finess == finess)
    return demande.model_copy(update={"etablissements": one, "sources": tuple(sources)})


def _reduced(source: SourceDemande, finess: str, catalogue: Catalogue) -> SourceDemande | None:
    sites = {code: each for code, each in source.sites.items() if each == finess}
    if sites:
        return source.model_copy(update={"sites": sites})
    try:
        supplied = catalogue.source(source.plugin).classe.specialised(source.reglages).relations_fournies()
    except TemoinError:
        return None  # a source of others that cannot be used: counting sets it aside too
    if Relation.IDENTITES not in supplied:
        return None
    return source.model_copy(update={"sites": {}, "fournit": ()})


def plan_all(demande: Demande, catalogue: Catalogue) -> tuple[PlannedSource, ...]:
    """Every source ready to be opened. Raises ConfigurationError, SourceError."""
    cle_ins = ins_key(demande)
    planned = tuple(plan_source(source, catalogue, cle_ins) for source in demande.sources)
    check_plan(demande, planned)
    return planned


def read_all(planned: Sequence[PlannedSource], wanted: frozenset[Relation], c: Contexte) -> list[Lecture]:
    """Every source read for the relations that are wanted. Raises SourceError, as counting does."""
    return [_read(plan, wanted, c) for plan in planned if not isinstance(plan.source, CountSource)]


def _read(plan: PlannedSource, wanted: frozenset[Relation], c: Contexte) -> Lecture:
    lecture = Lecture(plan)
    asked = sorted(plan.relations & wanted) if plan.demande.sites else []
    codes = sorted(plan.demande.sites)
    with guarded(plan):
        if isinstance(plan.source, SqlSource):
            _read_sql(lecture, plan.source, asked, codes, c)
        elif isinstance(plan.source, RecordSource):
            source = plan.source
            lecture.listed = frozenset(record_sites(source)) & set(codes)
            if Relation.IDENTITES in plan.relations:
                lecture.identities = list(record_identities(source))
            for relation in asked:
                lecture.lignes[relation] = list(record_lines(source, relation, codes, c))
    return lecture


def _read_sql(lecture: Lecture, source: SqlSource, asked: list[Relation], codes: list[str], c: Contexte) -> None:
    periode = Fenetre(debut=c.personnes.debut - MARGIN, fin=c.fenetre.fin + MARGIN)
    with open_reader(source.reglages, lecture.nom, periode) as reader:
        reading = open_sql(source, reader)
        lecture.listed = frozenset(reading.sites()) & set(codes)
        if Relation.IDENTITES in lecture.plan.relations:
            lecture.identities = list(reading.identities())
        for relation in asked:
            lecture.lignes[relation] = list(sql_lines(reading, relation, codes, c))
