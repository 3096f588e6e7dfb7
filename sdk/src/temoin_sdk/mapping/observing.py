"""One relation of a SqlSource, looked at on a real database: columns, types, dates, sites, words, persons.

Rows pass by and are counted; none is kept. Identifiers of persons are compared in memory and never shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Date, FromClause, Select, case, func, literal, not_, or_, select

from temoin_sdk.civil import local_day
from temoin_sdk.contract.natures import Nature
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.contract.sources import RelationSql, SqlSource
from temoin_sdk.errors import MappingError
from temoin_sdk.gathering.settling import settle_code, settle_usager, settle_word
from temoin_sdk.statement.dialects import Clock, Dialect, Probed
from temoin_sdk.statement.probing import probe
from temoin_sdk.statement.reading import Reader
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

SAMPLE: Final = 500
"""Rows of any time that are looked at for types and spellings: a column is written by one program."""

WORDS: Final = ("auteur", "statut", "destinataire", "motif_non_eligible")
"""Columns that hold a word of a closed list."""

_TYPES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "booléen"),
    (int, "entier"),
    (float, "décimal"),
    (Decimal, "décimal"),
    (str, "texte"),
    (datetime, "date et heure"),
    (date, "date"),
    (UUID, "uuid"),
    (bytes, "octets"),
)


@dataclass(frozen=True, slots=True)
class Regard:
    """How to look: the window, what day it is, the clock on which days are told, and how many rows are enough."""

    fenetre: Fenetre
    aujourd_hui: date
    fuseau: str = "Europe/Paris"
    limite: int = 50_000


@dataclass(slots=True)
class ColonneVue:
    """A column as it came: types seen, empty values of `lues`, and for a date its bounds over the whole relation."""

    nom: str
    nature: Nature | None = None
    types: set[str] = field(default_factory=set)
    lues: int = 0
    vides: int = 0
    illisibles: int = 0
    heures: int = 0
    """Values with an hour other than midnight."""
    premiere: date | None = None
    derniere: date | None = None


@dataclass(slots=True)
class RelationVue:
    """A relation as it came. `lignes`, `sites`, `mots` and persons are those of the window, up to the limit."""

    relation: Relation
    colonnes: dict[str, ColonneVue]
    autres: tuple[str, ...]
    vide: bool = True
    lignes: int = 0
    plafond: bool = False
    """Whether the limit was reached: there may be more of everything."""
    futures: int = 0
    sites: Counter[str | None] = field(default_factory=Counter)
    mots: dict[str, Counter[str | None]] = field(default_factory=dict)
    personnes: set[str] = field(default_factory=set, repr=False)
    identites: list[tuple[tuple[str, str], tuple[str, str]]] = field(default_factory=list, repr=False)


def observe(
    source: SqlSource, relation: Relation, sql: RelationSql, reader: Reader, dialect: Dialect, regard: Regard
) -> RelationVue:
    """Look at one relation; MappingError for one that cannot be read at all."""
    probed = probe(source, relation, sql, reader, dialect)
    names = [name for name in SHAPES[relation].columns if name in probed.colonnes]
    colonnes = {name: ColonneVue(name, probed.natures.get(name)) for name in names}
    vue = RelationVue(relation, colonnes, probed.autres, mots={name: Counter() for name in names if name in WORDS})
    ou = f"source {source.nom}, relation {relation.value}"
    rows = dialect.rows(probed, "vue")
    every = select(*(rows.c[name] for name in names))
    for row in reader.stream(every.limit(min(SAMPLE, regard.limite)), ou=ou):
        vue.vide = False
        _note_types(vue, row, regard)
    _note_bounds(vue, probed, rows, _Asked(reader, dialect, ou), regard)
    inside = every.where(*_near(probed, rows, dialect, regard.fenetre))
    # one more than the limit, to know whether it was reached
    for rank, row in enumerate(reader.stream(inside.limit(regard.limite + 1), ou=ou)):
        if rank == regard.limite:
            vue.plafond = True
        elif _in_window(vue, row, regard):
            _count(vue, dict(zip(names, row, strict=True)))
    return vue


@dataclass(frozen=True, slots=True)
class _Asked:
    reader: Reader
    dialect: Dialect
    ou: str

    def one(self, statement: Select[Any]) -> tuple[Any, ...]:
        """The single row of a statement that always has one."""
        # read to its end: a connection that streams takes no other query before
        [row] = self.reader.stream(statement, ou=self.ou)
        return tuple(row)


def _note_types(vue: RelationVue, row: Sequence[Any], regard: Regard) -> None:
    for colonne, value in zip(vue.colonnes.values(), row, strict=True):
        colonne.lues += 1
        if is_absent(value):
            colonne.vides += 1
            continue
        colonne.types.add(next((word for kind, word in _TYPES if isinstance(value, kind)), type(value).__name__))
        if colonne.nature is not None:
            colonne.heures += _has_hour(value)
            colonne.illisibles += day_of(value, colonne.nature, regard.fuseau) is None


def _note_bounds(vue: RelationVue, probed: Probed, rows: FromClause, asked: _Asked, regard: Regard) -> None:
    """First and last date over the whole relation, and how many facts are dated after today."""
    dated = [colonne for colonne in vue.colonnes.values() if colonne.nature is not None]
    if vue.vide or not dated:
        return
    filled: list[ColumnElement[Any]] = [
        case((not_(asked.dialect.absent(rows.c[colonne.nom])), rows.c[colonne.nom])) for colonne in dated
    ]
    bounds = asked.one(select(*(edge(column) for column in filled for edge in (func.min, func.max))))
    for colonne, first, last in zip(dated, bounds[::2], bounds[1::2], strict=True):
        if colonne.nature is not None:
            colonne.premiere = day_of(first, colonne.nature, regard.fuseau)
            colonne.derniere = day_of(last, colonne.nature, regard.fuseau)
    fait = vue.colonnes.get("date_fait")
    if fait is not None and fait.nature is not None and fait.derniere and fait.derniere > regard.aujourd_hui:
        vue.futures = _futures(rows, fait.nature, asked, regard)


def _futures(rows: FromClause, nature: Nature, asked: _Asked, regard: Regard) -> int:
    today, raw = regard.aujourd_hui, rows.c["date_fait"]
    day = asked.dialect.day(raw, nature, Clock(regard.fuseau, today, today))
    near = asked.dialect.near(raw, nature, today, None)
    later = select(literal(1).label("un")).select_from(rows).where(*near, day > literal(today, Date))
    return int(asked.one(select(func.count()).select_from(later.limit(regard.limite).subquery("futures")))[0])


def _near(probed: Probed, rows: FromClause, dialect: Dialect, fenetre: Fenetre) -> list[ColumnElement[bool]]:
    """What surely holds every row of the window, by the bounds of the engine's own index."""
    if "date_fait" in probed.natures:
        return list(dialect.near(rows.c.date_fait, probed.natures["date_fait"], fenetre.debut, fenetre.fin))
    conditions: list[ColumnElement[bool]] = []
    for name, debut, fin in (
        ("entree", None, fenetre.fin),
        ("debut", None, fenetre.fin),
        ("sortie", fenetre.debut, None),
        ("fin", fenetre.debut, None),
    ):
        if name in probed.natures:
            near = dialect.near(rows.c[name], probed.natures[name], debut, fin)
            conditions.append(or_(dialect.absent(rows.c[name]), *near))
    return conditions


def _in_window(vue: RelationVue, row: Sequence[Any], regard: Regard) -> bool:
    """Whether a row says something of the window; a first day must be read, a missing last one is open."""
    fenetre = regard.fenetre
    days = {
        colonne.nom: day_of(value, colonne.nature, regard.fuseau)
        for colonne, value in zip(vue.colonnes.values(), row, strict=True)
        if colonne.nature is not None
    }
    if "date_fait" in days:
        fait = days["date_fait"]
        return fait is not None and fenetre.contains(fait)
    first, last = days.get("entree") or days.get("debut"), days.get("sortie") or days.get("fin")
    if first is None and "entree" in days:
        return False
    return (first is None or first < fenetre.fin) and (last is None or last >= fenetre.debut)


def _count(vue: RelationVue, row: dict[str, Any]) -> None:
    vue.lignes += 1
    if "code" in row:
        vue.sites[settle_code(row["code"])] += 1
    for name, tally in vue.mots.items():
        tally[settle_word(None if row[name] is None else str(row[name]))] += 1
    if vue.relation is Relation.IDENTITES:
        one, master = settle_usager(_whole(row["usager"])), settle_usager(_whole(row["usager_maitre"]))
        if one and master:
            vue.identites.append(((str(row["espace"]).strip(), one), (str(row["espace_maitre"]).strip(), master)))
    elif "usager" in row and (usager := settle_usager(_whole(row["usager"]))):
        vue.personnes.add(usager)


def day_of(value: Any, nature: Nature, fuseau: str) -> date | None:
    """The civil day of one value, None for a missing or unreadable one."""
    if is_absent(value):
        return None
    try:
        return local_day(_whole(value), nature, fuseau)
    except MappingError:
        return None


def is_absent(value: object) -> bool:
    """No value: NULL, an empty text, or the zero date that MariaDB's programs write."""
    return value is None or (isinstance(value, str) and (not value.strip() or value.startswith("0000-00-00")))


def _whole(value: Any) -> Any:
    """A number that a driver gives as Decimal, as the number it is."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _has_hour(value: object) -> bool:
    if isinstance(value, datetime):
        return value.time() != datetime.min.time()
    return isinstance(value, str) and value[11:19] not in ("", "00:00", "00:00:00")
