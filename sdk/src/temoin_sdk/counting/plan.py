"""Who supplies what for whom, settled before anything is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from temoin_sdk.contract.ins import ESPACE_INS, CleIns
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.contract.relations import PERSON_RELATIONS
from temoin_sdk.contract.sources import Source
from temoin_sdk.counting.models import Demande, SourceDemande
from temoin_sdk.errors import ConfigurationError, MappingError
from temoin_sdk.vocabulary import Relation

_SHARED = frozenset({Relation.ETABLISSEMENTS, Relation.IDENTITES})


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """One configured source with its class, ready to be opened."""

    demande: SourceDemande
    found: FoundSource
    source: Source
    relations: frozenset[Relation]
    """Relations asked of it, `etablissements` and `identites` included when it has them."""

    @property
    def finess(self) -> frozenset[str]:
        """Establishments it serves."""
        return frozenset(self.demande.sites.values())


def ins_key(demande: Demande) -> CleIns:
    """The key under which every source of a run hashes an INS: the request's, or one drawn for this run alone."""
    return CleIns.tiree() if demande.cle_ins is None else CleIns(demande.cle_ins)


def plan_source(demande: SourceDemande, catalogue: Catalogue, cle_ins: CleIns) -> PlannedSource:
    """Find the class, check the settings, settle which relations are asked of it."""
    found = catalogue.source(demande.plugin)
    classe = found.classe.specialised(demande.reglages)
    supplied = classe.relations_fournies()
    asked = supplied if demande.fournit is None else supplied & (frozenset(demande.fournit) | _SHARED)
    if demande.fournit and (missing := frozenset(demande.fournit) - supplied):
        raise ConfigurationError(
            f"La source « {demande.nom} » ne fournit pas {', '.join(sorted(missing))}.",
            remede=f"Retirer ces relations de « fournit » (elle fournit : {', '.join(sorted(supplied))}).",
            ou=f"source {demande.nom}",
            code="relation_non_fournie",
        )
    source = classe(_settings(demande, classe))
    source.cle_ins = cle_ins
    return PlannedSource(demande, found, source, asked)


def _settings(demande: SourceDemande, classe: type[Source]) -> Any:
    """Settings by the plugin's own model; the message names fields and never values, which may be secret."""
    model = classe.Reglages
    try:
        return model.model_validate(dict(demande.reglages))
    except ValidationError as error:
        places = "; ".join(
            f"« {'.'.join(map(str, e['loc'])) or 'reglages'} » : {_reason(e['type'], e['msg'])}"
            for e in error.errors(include_input=False, include_url=False, include_context=False)
        )
        raise ConfigurationError(
            f"Les réglages de la source « {demande.nom} » ne conviennent pas : {places}.",
            remede=f"Réglages connus de ce plugin : {', '.join(model.model_fields)}. Corriger [sources.reglages].",
            ou=f"source {demande.nom}",
            code="reglages",
        ) from None


def _reason(kind: str, message: str) -> str:
    known = {"missing": "obligatoire", "extra_forbidden": "réglage inconnu"}
    return known.get(kind, message.removeprefix("Value error, "))


def check_plan(demande: Demande, planned: tuple[PlannedSource, ...]) -> None:
    """Refuse what could only give wrong figures: two sources for one relation, persons that can never meet."""
    _check_doubles(planned)
    _check_spaces(planned)
    known = {e.finess for e in demande.etablissements}
    for plan in planned:
        if stray := sorted(plan.finess - known):
            raise ConfigurationError(
                f"La source « {plan.demande.nom} » désigne des établissements absents du projet : {', '.join(stray)}.",
                remede="Corriger « sites » de cette source, ou ajouter ces établissements au projet.",
                ou=f"source {plan.demande.nom}",
                code="site_hors_projet",
            )


def _check_doubles(planned: tuple[PlannedSource, ...]) -> None:
    seen: dict[tuple[str, Relation], PlannedSource] = {}
    for plan in planned:
        for finess in plan.finess:
            for relation in plan.relations - _SHARED:
                other = seen.setdefault((finess, relation), plan)
                if other is not plan and not (plan.demande.cumule and other.demande.cumule):
                    raise ConfigurationError(
                        f"Les sources « {other.demande.nom} » et « {plan.demande.nom} » fournissent toutes deux "
                        f"{relation.value} pour {finess}.",
                        remede="Restreindre l'une par « fournit », ou écrire cumule = true dans les deux si elles se "
                        "complètent.",
                        ou=f"source {plan.demande.nom}",
                        code="source_double",
                    )


def _check_spaces(planned: tuple[PlannedSource, ...]) -> None:
    """Persons of two spaces never meet without an identity map: that would be a silent 0."""
    maps = [plan.source.espaces_joints for plan in planned if Relation.IDENTITES in plan.relations]
    if None in maps:
        return
    joined = frozenset[str]().union(*(one for one in maps if one))
    spaces: dict[str, set[str]] = {}
    for plan in planned:
        if Relation.SEJOURS in plan.relations:
            for finess in plan.finess:
                spaces.setdefault(finess, set()).add(plan.source.espace_usagers)
    for plan in planned:
        for relation in PERSON_RELATIONS:
            for finess in plan.finess if relation in plan.relations else ():
                if spaces.get(finess) and plan.source.espace_usagers not in spaces[finess] | joined:
                    raise _disjoint(plan, relation, finess, joined)


def _disjoint(plan: PlannedSource, relation: Relation, finess: str, joined: frozenset[str]) -> MappingError:
    by_ins = "Régler cette source pour qu'elle reconnaisse les usagers par leur INS, ou fournir"
    return MappingError(
        f"La source « {plan.demande.nom} » donne {relation.value} dans l'espace « {plan.source.espace_usagers} », les "
        f"séjours de {finess} sont dans un autre : sans carte d'identités, personne ne se rencontrerait.",
        remede=f"{by_ins if ESPACE_INS in joined else 'Fournir'} la relation identites dans l'une des sources.",
        ou=f"source {plan.demande.nom}",
        code="espaces_disjoints",
    )


def shared_keys(planned: tuple[PlannedSource, ...]) -> frozenset[Relation]:
    """Relations that several sources supply: their keys must meet, so that one message counts once."""
    tally: dict[Relation, int] = {}
    for plan in planned:
        for relation in plan.relations:
            tally[relation] = tally.get(relation, 0) + 1
    return frozenset(relation for relation, number in tally.items() if number > 1)


def sites_by_finess(sites: Mapping[str, str], known: frozenset[str]) -> dict[str, bool]:
    """For each establishment, whether the source knows at least one of its sites."""
    found: dict[str, bool] = {}
    for code, finess in sites.items():
        found[finess] = found.get(finess, False) or code in known
    return found
