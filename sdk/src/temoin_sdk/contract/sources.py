"""The four shapes a source can have: SQL texts, generators of rows, ready-made counts, typed declarations.

A source says *where* the facts are. What a dossier actif is stands in the sdk alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Final, NamedTuple

from temoin_sdk.contract import relations as rows
from temoin_sdk.contract.ins import CleIns
from temoin_sdk.contract.natures import Instant, Jour, Nature
from temoin_sdk.contract.settings import Reglages, ReglagesSql
from temoin_sdk.errors import PluginError
from temoin_sdk.vocabulary import Compte, Drapeau, Niveau, Relation
from temoin_sdk.windows import Fenetre

CONTRAT: Final = 1
"""Contract version; checked by the agent, the plugin and the receiver."""


class NonFourni:
    """The source cannot tell: the figures that need it are null, never 0."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NON_FOURNI"


NON_FOURNI: Final = NonFourni()


@dataclass(frozen=True, slots=True)
class Logiciel:
    """The record software a source reads. Its version is fixed text or the single value of `version_sql`."""

    nom: str
    version: str | None = None
    version_sql: str | None = None


@dataclass(frozen=True, slots=True)
class RelationSql:
    """One relation as the editor's own SELECT, in his dialect, with the nature of each date column."""

    texte: str
    dates: Mapping[str, Nature] = field(default_factory=lambda: MappingProxyType({}))
    nature: Nature | None = None

    def nature_of(self, column: str) -> Nature:
        """Declared nature of a date column; to leave it undeclared is an error, since no value could tell it."""
        nature = self.dates.get(column, self.nature)
        if nature is None:
            raise PluginError(
                f"La nature de la colonne de date « {column} » n'est pas déclarée.",
                remede=f'Écrire sql("SELECT …", dates=Jour()) ou dates={{"{column}": Instant("Europe/Paris")}}.',
                code="plugin_nature",
            )
        return nature


def sql(texte: str, dates: Nature | Mapping[str, Nature] | None = None) -> RelationSql:
    """Declare one relation: a SELECT that yields the relation's columns by name, and what its dates hold."""
    if isinstance(dates, Mapping):
        return RelationSql(texte, MappingProxyType(dict(dates)))
    return RelationSql(texte, nature=dates)


class Source:
    """What every plugin returns classes of."""

    contrat: ClassVar[int] = CONTRAT
    """Contract version it is written for; left alone, it is that of the sdk it was tested with."""
    nom: ClassVar[str]
    """What a configuration names: lower-case letters, digits and `_`, unique among installed plugins."""
    logiciel: ClassVar[Logiciel]
    """The software it reads, as a report names it."""
    espace_usagers: ClassVar[str]
    """In which space its person identifiers live.

    Two sources with the same space know each other's persons, two with different ones need the relation `identites`.
    """
    ne_sait_pas: ClassVar[frozenset[Drapeau]] = frozenset()
    """What the software cannot tell: honesty flags, shown beside the figures."""
    niveau: ClassVar[Niveau] = Niveau.FAITS
    """Level of proof of its figures."""
    version_textes: ClassVar[str | None] = None
    """Version of what says where the facts are, when it is not the distribution's (a file sent to any client)."""
    espaces_joints: ClassVar[frozenset[str] | None] = None
    """Spaces that its `identites` lead to or from besides its own; None when only the rows can tell."""
    Reglages: ClassVar[type[Reglages]] = Reglages
    """Model of its settings."""

    cle_ins: CleIns | None = None
    """Given by the sdk for the time of a run: with it a source puts persons in the space ESPACE_INS."""

    def __init__(self, reglages: Any) -> None:
        self.reglages = reglages

    @classmethod
    def specialised(cls, reglages: Mapping[str, Any]) -> "type[Source]":
        """The class to use for these settings, as written in a configuration; secrets may still be references.

        A source whose relations or settings depend on a file it is given (a mapping, a set of exports) builds a class
        of its own here; every other one is its own. Raises a TemoinError that names the setting.
        """
        return cls

    @classmethod
    def relations_fournies(cls) -> frozenset[Relation]:
        """The relations this class supplies; everything else is non fourni."""
        raise NotImplementedError

    def remede_site_inconnu(self, codes: Sequence[str], fenetre: Fenetre) -> str | None:
        """What the gestionnaire must do, in French, about an establishment whose sites `etablissements` does not name.

        None, as for most, when the codes he wrote must be wrong: the sdk then shows him those that the source knows. A
        source that only knows what was brought to it (typed, sent, exported) says how to bring the rest.
        """
        return None


class SqlSource(Source):
    """One SELECT per relation over the editor's tables; `etablissements` is mandatory: it tells nobody from unknown."""

    Reglages: ClassVar[type[Reglages]] = ReglagesSql

    etablissements: ClassVar[RelationSql | str | NonFourni] = NON_FOURNI
    sejours: ClassVar[RelationSql | NonFourni] = NON_FOURNI
    mises_a_jour: ClassVar[RelationSql | NonFourni] = NON_FOURNI
    projets: ClassVar[RelationSql | NonFourni] = NON_FOURNI
    evenements: ClassVar[RelationSql | NonFourni] = NON_FOURNI
    messages_mss: ClassVar[RelationSql | NonFourni] = NON_FOURNI
    depots_dmp: ClassVar[RelationSql | NonFourni] = NON_FOURNI
    prescriptions: ClassVar[RelationSql | NonFourni] = NON_FOURNI
    echanges_eparcours: ClassVar[RelationSql | NonFourni] = NON_FOURNI
    identites: ClassVar[RelationSql | str | NonFourni] = NON_FOURNI

    @classmethod
    def texts(cls) -> dict[Relation, RelationSql]:
        """The SQL of every supplied relation."""
        found: dict[Relation, RelationSql] = {}
        for relation in Relation:
            value = getattr(cls, relation.value)
            if isinstance(value, str):
                found[relation] = RelationSql(value)
            elif isinstance(value, RelationSql):
                found[relation] = value
        return found

    @classmethod
    def relations_fournies(cls) -> frozenset[Relation]:
        return frozenset(cls.texts())


class RecordSource(Source):
    """Generators of rows, for APIs and files. A relation whose method is not overridden is non fourni.

    Each method receives the period outside of which no row can count, and may yield more than it: the sdk filters.
    `dates` says how a naive timestamp is read (per relation and column where they differ, keys "relation.column").
    """

    dates: ClassVar[Nature] = Instant("Europe/Paris")
    dates_par_colonne: ClassVar[Mapping[str, Nature]] = MappingProxyType(
        {"sejours.entree": Jour(), "sejours.sortie": Jour()}
    )

    def etablissements(self) -> Iterable[str]:
        """Codes of every site this source knows, with persons or without."""
        raise NotImplementedError

    def sejours(self, periode: Fenetre) -> Iterable[rows.Sejour]:
        """Stays that may overlap the period."""
        raise NotImplementedError

    def mises_a_jour(self, periode: Fenetre) -> Iterable[rows.MiseAJour]:
        """Writings in records within the period."""
        raise NotImplementedError

    def projets(self, periode: Fenetre) -> Iterable[rows.Projet]:
        """States of projects that may stand within the period."""
        raise NotImplementedError

    def evenements(self, periode: Fenetre) -> Iterable[rows.Evenement]:
        """Agenda events within the period (which reaches back to the first day with the setting `tout`)."""
        raise NotImplementedError

    def messages_mss(self, periode: Fenetre) -> Iterable[rows.MessageMss]:
        """Messages sent within the period."""
        raise NotImplementedError

    def depots_dmp(self, periode: Fenetre) -> Iterable[rows.DepotDmp]:
        """Deposits that succeeded within the period."""
        raise NotImplementedError

    def prescriptions(self, periode: Fenetre) -> Iterable[rows.Prescription]:
        """Electronic prescriptions imported within the period."""
        raise NotImplementedError

    def echanges_eparcours(self, periode: Fenetre) -> Iterable[rows.EchangeEparcours]:
        """Exchanges within the period."""
        raise NotImplementedError

    def identites(self) -> Iterable[rows.Identite]:
        """Merged files, and persons known under another identifier elsewhere."""
        raise NotImplementedError

    @classmethod
    def relations_fournies(cls) -> frozenset[Relation]:
        return frozenset(r for r in Relation if getattr(cls, r.value) is not getattr(RecordSource, r.value))

    @classmethod
    def nature_of(cls, relation: Relation, column: str) -> Nature:
        """How a naive value of this column is read."""
        return cls.dates_par_colonne.get(f"{relation.value}.{column}", cls.dates)


class ComptesFournis(NamedTuple):
    """Ready-made counts of one site for the window. A count that is absent or None is non fourni."""

    code: str
    comptes: Mapping[Compte, int | None]


class Piece(NamedTuple):
    """A document that figures are taken from (an export, a screenshot, a PDF); `code` is the site it speaks of.

    `code` is None for a document that speaks of several.
    """

    code: str | None
    chemin: Path


class CountSource(Source):
    """Counts given ready-made by an editor's plugin: a weaker level, shown beside every figure.

    `niveau` is COMPTES, or DECLARE for figures typed by hand with a file as proof.
    """

    niveau: ClassVar[Niveau] = Niveau.COMPTES
    comptes_fournis: ClassVar[frozenset[Compte]] = frozenset(Compte)
    espace_usagers: ClassVar[str] = "aucun"

    def etablissements(self) -> Iterable[str]:
        """Codes of every site this source knows."""
        raise NotImplementedError

    def comptes(self, fenetre: Fenetre) -> Iterable[ComptesFournis]:
        """Counts of each site for exactly this window (half open)."""
        raise NotImplementedError

    def pieces(self, fenetre: Fenetre) -> Iterable[Piece]:
        """Documents the counts of this window are taken from; mandatory at level DECLARE.

        They are copied into the evidence of the run, and the report carries one digest of them all.
        """
        return ()

    @classmethod
    def relations_fournies(cls) -> frozenset[Relation]:
        return frozenset()
