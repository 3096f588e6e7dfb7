"""Rows of one establishment as the definitions see them, whatever source they come from.

An identifier or a key is in no repr: a line may stand in a traceback.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final, Protocol

from temoin_sdk.campaigns import Reglages
from temoin_sdk.civil import MARGIN, local_day
from temoin_sdk.contract.natures import Nature
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.contract.sources import RecordSource
from temoin_sdk.errors import MappingError
from temoin_sdk.gathering.from_records import wrong_row
from temoin_sdk.gathering.from_sql import SqlReading
from temoin_sdk.gathering.settling import settle_code, settle_key, settle_usager, settle_word
from temoin_sdk.statement.lone_rows import LONG_AGO, WORD_OF, Sort, build_lone_rows
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

_LONG_AGO: Final = LONG_AGO.toordinal()


@dataclass(frozen=True, slots=True)
class Ligne:
    """`nombre` rows that say the same: site, person, word, key, ordinals of the first (or only) and last day.

    Outside of the window rows of one person are put together whatever their day, and `debut` is the latest.
    """

    sort: Sort
    site: str
    usager: str | None = field(repr=False)
    mot: str | None
    cle: str | None = field(repr=False)
    debut: int | None
    fin: int | None
    nombre: int


class Asked(Protocol):
    """What rows are read for."""

    @property
    def fenetre(self) -> Fenetre: ...
    @property
    def personnes(self) -> Fenetre: ...
    @property
    def reglages(self) -> Reglages: ...
    @property
    def fuseau(self) -> str: ...


def sql_lines(reading: SqlReading, relation: Relation, sites: Sequence[str], asked: Asked) -> Iterator[Ligne]:
    """Lines of one relation, filtered by site where the rows are, streamed under the reader's deadline."""
    rules = (asked.fenetre, asked.personnes, asked.reglages, asked.fuseau)
    statement = build_lone_rows(relation, reading.relations[relation], reading.dialect, sites, rules)
    ou = f"source {reading.source.nom}, relation {relation.value}"
    for sort, site, usager, mot, cle, debut, fin, nombre in reading.reader.stream(statement, ou=ou):
        # a word that is empty is none: engines differ in how they hand it over
        yield Ligne(Sort(sort), site, settle_usager(usager), mot or None, cle, debut, fin, nombre)


def record_lines(source: RecordSource, relation: Relation, sites: Iterable[str], asked: Asked) -> Iterator[Ligne]:
    """Lines of one relation: what its generator yields about these sites, each row settled as the fold settles it."""
    wanted = frozenset(sites)
    periode = Fenetre(debut=asked.personnes.debut - MARGIN, fin=asked.fenetre.fin + MARGIN)
    everything = relation is Relation.EVENEMENTS and asked.reglages.agenda == "tout"
    if everything:
        periode = Fenetre(debut=date.min, fin=periode.fin)
    facts = getattr(source, relation.value)(periode)
    shape, word = SHAPES[relation], WORD_OF.get(relation)
    days = [partial(_ordinal, source.nature_of(relation, name), asked.fuseau) for name in shape.dates]
    low = None if everything else asked.fenetre.debut.toordinal()
    high = asked.fenetre.fin.toordinal()
    alike: dict[tuple[Any, ...], tuple[int, int | None]] = {}
    for fact in facts:
        try:
            site = settle_code(fact.code)
            if site not in wanted:
                continue
            sort, debut, fin = _dated(relation, fact, days, (low, high))
            usager = settle_usager(fact.usager) if "usager" in shape.columns else None
            mot = settle_word(getattr(fact, word)) if word else None
            cle = settle_key(fact.cle) if "cle" in shape.columns and sort is Sort.DEDANS else None
        except (AttributeError, TypeError) as error:
            raise wrong_row(relation, [fact]) from error
        jour = debut if sort is Sort.DEDANS else None
        key = (sort, site, usager, mot, cle, jour, fin)
        nombre, latest = alike.get(key, (0, None))
        alike[key] = (nombre + 1, debut if latest is None or (debut is not None and debut > latest) else latest)
    for (sort, site, usager, mot, cle, _, fin), (nombre, debut) in alike.items():
        yield Ligne(sort, site, usager, mot, cle, debut, fin, nombre)


def _dated(
    relation: Relation,
    fact: Any,
    days: Sequence[Callable[[object], int | None]],
    bounds: tuple[int | None, int],
) -> tuple[Sort, int | None, int | None]:
    """What the dates of a row are, its first (or only) and its last day."""
    names = SHAPES[relation].dates
    try:
        first, *rest = [read(getattr(fact, name)) for read, name in zip(days, names, strict=True)]
    except MappingError:
        return Sort.ILLISIBLE, None, None
    last = rest[0] if rest else None
    if first is None and relation is not Relation.PROJETS:
        return Sort.ABSENTE, None, last
    if rest:
        return Sort.DEDANS, _began(first), None if last is None else max(last, _LONG_AGO)
    low, high = bounds
    if first is not None and low is not None and first < low:
        return Sort.AVANT, _began(first), None
    if first is not None and first >= high:
        return Sort.APRES, first, None
    return Sort.DEDANS, _began(first), None


def _ordinal(nature: Nature, fuseau: str, value: object) -> int | None:
    day = local_day(value, nature, fuseau)
    return None if day is None else day.toordinal()


def _began(first: int | None) -> int | None:
    return None if first is None or first < _LONG_AGO else first


Lignes = Mapping[Relation, Sequence[Ligne]]
