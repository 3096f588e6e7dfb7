"""Guarded discovery: a broken plugin is named and set aside, and never takes the agent down.

Each entry point gets a plugin manager of its own, so that one plugin's mistake cannot reach the others.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Final

import pluggy

from temoin_sdk.contract.hook import PROJECT, Hooks
from temoin_sdk.contract.ins import ESPACE_INS
from temoin_sdk.contract.sources import CONTRAT, CountSource, RecordSource, RelationSql, Source, SqlSource
from temoin_sdk.errors import PluginError
from temoin_sdk.vocabulary import Drapeau, Relation

_NOM: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A usable source class and the distribution it came from."""

    classe: type[Source]
    distribution: str
    version: str
    module: str | None = None
    """Module of its entry point: where the plugin's files are; None for a class that no distribution declares."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Sources by name, and the plugins set aside with the reason of each."""

    sources: dict[str, FoundSource]
    ecartes: dict[str, PluginError]

    def source(self, nom: str) -> FoundSource:
        """The source a configuration names; PluginError says what is installed, or why that plugin was set aside."""
        if nom in self.sources:
            return self.sources[nom]
        for plugin, error in self.ecartes.items():
            if nom in (plugin, error.ou):
                raise error
        known = ", ".join(sorted(self.sources)) or "aucune"
        broken = f" ; plugins écartés : {', '.join(sorted(self.ecartes))}" if self.ecartes else ""
        raise PluginError(
            f"La source « {nom} » n'existe pas (installées : {known}{broken}).",
            remede="Corriger « plugin » dans la configuration, ou installer la distribution qui fournit cette source.",
            code="plugin_absent",
        )


def load_plugins(points: Iterable[EntryPoint] | None = None) -> Catalogue:
    """Load every installed plugin; never raises for what a plugin does."""
    sources: dict[str, FoundSource] = {}
    ecartes: dict[str, PluginError] = {}
    for point in entry_points(group=PROJECT) if points is None else points:
        try:
            for found in _load_one(point):
                if found.classe.nom in sources:
                    raise _error(point, f"Deux plugins fournissent la source « {found.classe.nom} ».", "plugin_doublon")
                sources[found.classe.nom] = found
        except PluginError as error:
            ecartes[point.name] = error
    return Catalogue(sources, ecartes)


def _load_one(point: EntryPoint) -> list[FoundSource]:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    try:
        module = point.load()
        manager.register(module, point.name)
        manager.check_pending()
        results = manager.hook.temoin_sources()
    except PluginError:
        raise
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a plugin may raise anything at import, SystemExit included
        raise _error(
            point, f"Le plugin « {point.name} » ne se charge pas : {_first_line(error)}", "plugin_casse"
        ) from error
    if not results:
        raise _error(
            point, f"Le plugin « {point.name} » ne déclare aucun crochet temoin_sources.", "plugin_sans_crochet"
        )
    classes = results[0]
    if not isinstance(classes, list):
        raise _error(
            point, f"temoin_sources() du plugin « {point.name} » ne rend pas une liste de classes.", "plugin_resultat"
        )
    dist = point.dist
    name, version = (dist.name, dist.version) if dist else ("inconnue", "0")
    return [FoundSource(_checked(point, classe), name, version, point.module) for classe in classes]


def check_source(classe: object) -> type[Source]:
    """A class that keeps the contract: version, name, space, and `etablissements` wherever relations are supplied.

    Raises PluginError, its code the rule that is broken.
    """
    if not (isinstance(classe, type) and issubclass(classe, (SqlSource, RecordSource, CountSource))):
        raise _breach(f"{classe!r} n'est pas une SqlSource, une RecordSource ni une CountSource.", "plugin_resultat")
    if classe.contrat != CONTRAT:
        who = "le plugin" if classe.contrat < CONTRAT else "Témoin"
        raise _breach(
            f"« {classe.__name__} » est écrit pour le contrat {classe.contrat}, cet agent parle le contrat {CONTRAT} : "
            f"mettre à jour {who}.",
            "plugin_contrat",
        )
    for attribute in ("nom", "logiciel", "espace_usagers"):
        if not hasattr(classe, attribute):
            raise _breach(f"« {classe.__name__} » ne déclare pas « {attribute} ».", "plugin_incomplet")
    _check_names(classe)
    _check_declared(classe)
    return classe


def _check_declared(classe: type[Source]) -> None:
    """The source's name, its identifier space, and that it names its establishments."""
    if not _NOM.fullmatch(classe.nom):
        raise _breach(
            f"Le nom de source « {classe.nom} » n'est pas fait de minuscules, chiffres et « _ ».", "plugin_nom"
        )
    if issubclass(classe, SqlSource) and classe.espace_usagers == ESPACE_INS:
        raise _breach(
            f"« {classe.__name__} » déclare l'espace « {ESPACE_INS} », dont les identifiants sont des empreintes : un "
            "SELECT n'en fait pas ; garder un espace à soi et fournir la relation identites.",
            "plugin_espace",
        )
    if not issubclass(classe, CountSource) and Relation.ETABLISSEMENTS not in classe.relations_fournies():
        raise _breach(f"« {classe.__name__} » ne fournit pas la relation etablissements.", "plugin_incomplet")


def _checked(point: EntryPoint, classe: object) -> type[Source]:
    try:
        return check_source(classe)
    except PluginError as error:
        raise _error(point, error.message, error.code) from None


def _check_names(classe: type[Source]) -> None:
    """A relation under a misspelt name would be non fourni without a word; so would a flag that does not exist."""
    relations = [relation.value for relation in Relation]
    own = [name for base in classe.__mro__ if base.__module__ != Source.__module__ for name in vars(base)]
    for name in (name for name in own if not name.startswith("_")):
        near = get_close_matches(name, relations, n=1, cutoff=0.8)
        declared = isinstance(getattr(classe, name), RelationSql) or (near and issubclass(classe, RecordSource))
        if declared and name not in relations:
            meant = f" ; vouliez-vous dire « {near[0]} » ?" if near else ""
            raise _breach(f"« {classe.__name__}.{name} » n'est pas une relation du contrat{meant}", "plugin_relation")
    if stray := [flag for flag in classe.ne_sait_pas if not isinstance(flag, Drapeau)]:
        raise _breach(
            f"ne_sait_pas de « {classe.__name__} » contient {stray[0]!r}, qui n'est pas un Drapeau", "plugin_drapeau"
        )


def _breach(message: str, code: str) -> PluginError:
    return PluginError(message, remede="Reprendre la classe du plugin.", code=code)


def _error(point: EntryPoint, message: str, code: str) -> PluginError:
    return PluginError(
        message,
        ou=f"point d'entrée {point.name} = {point.value}",
        remede="Transmettre ce message à l'éditeur du plugin ; les autres sources ne sont pas touchées.",
        code=code,
    )


def _first_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__} : {text[0][:200]}" if text else type(error).__name__
