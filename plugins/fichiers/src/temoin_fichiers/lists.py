"""The source `fichiers`: exports whose lines are facts, one relation for each set of files."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from temoin_fichiers.cells import Moment, read_epoch, read_moment
from temoin_fichiers.folder import matching_files
from temoin_fichiers.lines import MappedLines
from temoin_fichiers.opening import open_table
from temoin_fichiers.overlaps import Overlaps
from temoin_fichiers.problems import CellError, LineProblems
from temoin_fichiers.settings import JeuLignes, ReglagesFichiers, said_in_sets
from temoin_fichiers.spelling import spell
from temoin_sdk import contract
from temoin_sdk.civil import MARGIN
from temoin_sdk.contract import (
    LOCALE_ETABLISSEMENT,
    Identite,
    Instant,
    Jour,
    Logiciel,
    Nature,
    RecordSource,
    Reglages,
    Source,
)
from temoin_sdk.contract.relations import DAY_CODES, SHAPES
from temoin_sdk.errors import Acteur, MappingError, SourceError
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

_ROWS: Final[Mapping[Relation, Callable[..., Any]]] = {
    Relation.SEJOURS: contract.Sejour,
    Relation.MISES_A_JOUR: contract.MiseAJour,
    Relation.PROJETS: contract.Projet,
    Relation.EVENEMENTS: contract.Evenement,
    Relation.MESSAGES_MSS: contract.MessageMss,
    Relation.DEPOTS_DMP: contract.DepotDmp,
    Relation.PRESCRIPTIONS: contract.Prescription,
    Relation.ECHANGES_EPARCOURS: contract.EchangeEparcours,
    Relation.IDENTITES: contract.Identite,
}

_SOONEST: Final = timedelta(hours=12)
"""No territory's day begins sooner before that of UTC."""

_OPTIONAL: Final = {Relation.MESSAGES_MSS: frozenset({"code"})}
"""A message without a site is the organisme's."""


class FichiersSource(RecordSource):
    """Exports in watched folders. The relations are those of the sets: `specialised` builds the class."""

    nom: ClassVar[str] = "fichiers"
    logiciel: ClassVar[Logiciel] = Logiciel("Exports de fichiers")
    espace_usagers: ClassVar[str] = "fichiers"
    # Cells come out as days, as instants with their zone, or as hours of the establishment's own clock.
    dates: ClassVar[Nature] = Instant(LOCALE_ETABLISSEMENT)
    dates_par_colonne: ClassVar[Mapping[str, Nature]] = {"sejours.entree": Jour(), "sejours.sortie": Jour()}
    Reglages: ClassVar[type[Reglages]] = ReglagesFichiers

    @classmethod
    def specialised(cls, reglages: Mapping[str, Any]) -> type[Source]:
        """A class that supplies the relations of the sets; what is misspelt there is for validation to say."""
        members: dict[str, Any] = {"__module__": cls.__module__, "__qualname__": cls.__qualname__}
        for jeu in said_in_sets(reglages):
            with suppress(ValueError):
                relation = Relation(jeu.get("relation", ""))
                if relation in _ROWS:
                    members[relation.value] = _method(relation)
        if isinstance(reglages.get("espace_usagers"), str):
            members["espace_usagers"] = reglages["espace_usagers"]
        if isinstance(reglages.get("logiciel"), str):
            members["logiciel"] = Logiciel(reglages["logiciel"])
        return type(cls.__name__, (cls,), members)

    def __init__(self, reglages: ReglagesFichiers) -> None:
        super().__init__(reglages)
        _refuse_shared_files(reglages.jeux)

    def etablissements(self) -> Iterable[str]:
        """Sites listed in the settings, and those that the exports name."""
        codes = dict.fromkeys(self.reglages.etablissements)
        for jeu in self.reglages.jeux:
            if "code" in jeu.constantes:
                codes[jeu.constantes["code"]] = None
            if "code" in jeu.colonnes:
                for path in matching_files(jeu.dossier, jeu.motif):
                    codes |= dict.fromkeys(_codes(path, jeu))
        return list(codes)


def _method(relation: Relation) -> Callable[..., Iterator[Any]]:
    """The method of a relation, as the contract calls it."""
    if relation is Relation.IDENTITES:

        def identites(self: FichiersSource) -> Iterator[Identite]:
            for jeu in self.reglages.jeux:
                if jeu.relation is relation:
                    yield from _facts(jeu, None)

        return identites

    def rows(self: FichiersSource, periode: Fenetre) -> Iterator[Any]:
        for jeu in self.reglages.jeux:
            if jeu.relation is relation:
                yield from _facts(jeu, periode)

    return rows


def _required(jeu: JeuLignes) -> frozenset[str]:
    """Columns whose empty cell makes a line worthless."""
    return frozenset(SHAPES[jeu.relation].required) - _OPTIONAL.get(jeu.relation, frozenset())


def _codes(path: Path, jeu: JeuLignes) -> Iterator[str]:
    problems = LineProblems(path)
    with open_table(path, jeu) as table:
        for _, values in MappedLines(table, jeu, _required(jeu), problems):
            if code := spell(values["code"]):
                yield code
    problems.check()


def _facts(jeu: JeuLignes, periode: Fenetre | None) -> Iterator[Any]:
    """Facts of one set, file after file. Raises SourceError rather than yield a part of it as if it were all."""
    paths = matching_files(jeu.dossier, jeu.motif)
    if periode is not None:
        _check_reaches_end(jeu, paths, periode)
    guard = Overlaps() if jeu.relation in DAY_CODES and "cle" not in jeu.colonnes else None
    for path in paths:
        yield from _facts_of_file(path, jeu, periode, guard)
        if guard is not None:
            guard.close(path)


def _facts_of_file(path: Path, jeu: JeuLignes, periode: Fenetre | None, guard: Overlaps | None) -> Iterator[Any]:
    shape, row = SHAPES[jeu.relation], _ROWS[jeu.relation]
    problems = LineProblems(path)
    read = _reader_of(jeu)
    dated = "date_fait" in shape.dates and periode is not None
    with open_table(path, jeu) as table:
        lines = MappedLines(table, jeu, _required(jeu), problems)
        for number, values in lines:
            settled = _settle(number, values, shape.dates, read, lines)
            if settled is None or (dated and not _within(settled["date_fait"], periode)):
                continue
            if guard is not None:
                guard.add(settled["code"], settled["date_fait"])
            yield row(**settled)
    problems.check()


def _settle(
    number: int,
    values: dict[str, object],
    dates: tuple[str, ...],
    read: Callable[[object], Moment],
    lines: MappedLines,
) -> dict[str, Any] | None:
    """Values as the contract wants them; None when one cannot be read, which has been said."""
    settled: dict[str, Any] = {"code": None} if "code" not in values and "espace" not in values else {}
    for name, value in values.items():
        if value is None or value == "":
            settled[name] = None
        elif name in dates:
            try:
                settled[name] = read(value)
            except CellError as error:
                lines.refuse(number, name, str(error))
                return None
        else:
            settled[name] = spell(value)
    return settled


def _reader_of(jeu: JeuLignes) -> Callable[[object], Moment]:
    """How a cell of a date column is read in this set."""
    if jeu.dates in ("epoch_s", "epoch_ms"):
        unit = 1 if jeu.dates == "epoch_s" else 1000
        return lambda value: read_epoch(value, unit)
    zone = None if jeu.zone == LOCALE_ETABLISSEMENT else ZoneInfo(jeu.zone)
    if jeu.dates == "instant":
        return lambda value: read_moment(value, zone)
    return lambda value: _day(read_moment(value, zone))


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _within(moment: Moment, periode: Fenetre | None) -> bool:
    return periode is None or periode.contains(_day(moment))


def _check_reaches_end(jeu: JeuLignes, paths: list[Path], periode: Fenetre) -> None:
    """No file written since the window ended: its last days cannot be in any, and the count would be too low."""
    fin = periode.fin - MARGIN
    newest = max(path.stat().st_mtime for path in paths)
    if jeu.jusqu_au is None and newest < (datetime.combine(fin, time(), UTC) - _SOONEST).timestamp():
        raise SourceError(
            f"Le fichier le plus récent du jeu {jeu.motif} ({jeu.relation.value}) date du "
            f"{datetime.fromtimestamp(newest, UTC):%d/%m/%Y}, avant la fin de la fenêtre "
            f"({fin - timedelta(days=1):%d/%m/%Y}) : les derniers jours y manquent.",
            remede="Déposer l'export à jour. Si ce service ne sert plus, écrire dans ce jeu jusqu_au = le dernier jour "
            "couvert.",
            ou=str(jeu.dossier),
            code="export_perime",
            acteur=Acteur.GESTIONNAIRE,
        )


def _refuse_shared_files(jeux: Iterable[JeuLignes]) -> None:
    """One file in two sets of one relation would count twice, unless a key tells."""
    seen: dict[tuple[Relation, Path], JeuLignes] = {}
    for jeu in jeux:
        for path in _present_files(jeu) if jeu.relation in DAY_CODES else ():
            other = seen.setdefault((jeu.relation, path), jeu)
            if other is not jeu and not ("cle" in jeu.colonnes and "cle" in other.colonnes):
                raise MappingError(
                    f"Le fichier {path.name} entre dans deux jeux de {jeu.relation.value} ({other.motif} et "
                    f"{jeu.motif}) : ses lignes compteraient deux fois.",
                    remede="Resserrer les motifs, ou n'écrire qu'un jeu (valeurs et constantes distinguent ses "
                    "lignes), ou nommer la colonne cle dans les deux.",
                    ou=str(path),
                    code="jeux_recouverts",
                    acteur=Acteur.GESTIONNAIRE,
                )


def _present_files(jeu: JeuLignes) -> list[Path]:
    """The files of a set; a folder that does not answer is said when it is read."""
    try:
        return matching_files(jeu.dossier, jeu.motif)
    except SourceError:
        return []
