"""The same facts as typed columns hold them: what a column of dates, numbers or identifiers cannot hold is left out.

The calculator then reads the facts that are left, spelled as texts; the database holds them in its own types.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from temoin_sdk.contract import EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.testing.reference.facts import Base
from temoin_sdk.testing.reference.words import identifier
from temoin_sdk.vocabulary import Relation

KINDS = ("texte", "jour", "naif", "absolu", "entier", "reel", "uuid", "caracteres")
"""What a column may be: text, day, timestamp without or with offset, whole or other number, uuid, padded text."""

_FAMILY = UUID("6f1c2a9e-58b0-4d0e-9a63-0b6a1f1f2c77")


@dataclass(frozen=True)
class Typage:
    """Kinds of columns; `usagers` in turn over the relations, so that they differ from one to the next."""

    nom: str
    jours: str
    instants: tuple[str, ...]
    epochs: str
    usagers: tuple[str, ...]

    def date_kind(self, relation: Relation, nature: Nature) -> str:
        """The kind of the date columns of a relation."""
        if isinstance(nature, Jour):
            return self.jours
        if isinstance(nature, Instant):
            return self.instants[list(Relation).index(relation) % len(self.instants)]
        return self.epochs

    def usager_kind(self, relation: Relation) -> str:
        """The kind of the person column of a relation."""
        if relation is Relation.IDENTITES:
            return "texte"
        return self.usagers[list(Relation).index(relation) % len(self.usagers)]


TYPAGES = (
    Typage("texts", "texte", ("texte",), "reel", ("texte",)),
    Typage("native dates, whole and padded usagers", "jour", ("naif", "absolu"), "entier", ("entier", "caracteres")),
    Typage("days with an hour, whole identifiers", "naif", ("absolu", "naif"), "entier", ("entier",)),
    Typage("offsets everywhere, uuid", "jour", ("absolu",), "reel", ("uuid", "texte")),
    Typage("days among instants", "jour", ("jour", "naif"), "reel", ("caracteres", "texte")),
    Typage("no offset anywhere, whole and padded usagers", "jour", ("naif",), "entier", ("entier", "caracteres")),
    Typage("no offset anywhere, uuid", "naif", ("naif", "jour"), "reel", ("uuid", "texte")),
)


def canonical(base: Base, typage: Typage) -> Base:
    """The facts that columns of these kinds can hold, spelled as the calculator reads them."""
    numbers = _numbers(base) if set(typage.usagers) & {"entier", "uuid"} else None
    lignes = {}
    for relation, rows in base.lignes.items():
        changes: dict[str, Callable[[Any], Any]] = {}
        if relation in base.natures:
            kind, nature = typage.date_kind(relation, base.natures[relation]), base.natures[relation]
            changes |= {name: lambda v, k=kind, n=nature: _respelled(v, k, n) for name in SHAPES[relation].dates}
        if numbers is not None:
            whole = "uuid" not in typage.usagers
            changes |= {
                name: lambda v, w=whole: _as_number(v, numbers, whole=w)
                for name in ("usager", "usager_maitre")
                if name in SHAPES[relation].columns
            }
        lignes[relation] = tuple(
            row._replace(**{name: change(getattr(row, name)) for name, change in changes.items()}) for row in rows
        )
    return replace(base, lignes=lignes)


def _numbers(base: Base) -> dict[str, int]:
    """A number for each identifier there is, in the order of their first row."""
    found: dict[str, int] = {}
    for relation in Relation:
        for row in base.rows(relation):
            for name in ("usager", "usager_maitre"):
                text = identifier(getattr(row, name, None))
                if text is not None:
                    found.setdefault(text, 1000 + len(found))
    return found


def _as_number(value: Any, numbers: Mapping[str, int], *, whole: bool) -> Any:
    text = identifier(value)
    if text is None:
        return None
    return numbers[text] if whole else str(uuid5(_FAMILY, str(numbers[text])))


def _respelled(value: Any, kind: str, nature: Nature) -> Any:
    if kind == "texte":
        return value
    if kind in ("entier", "reel"):
        return None if value in (None, "") else int(value) if kind == "entier" else value
    assert not isinstance(nature, (EpochS, EpochMs))
    moment = _read(value)
    if moment is None:
        return None
    if kind == "jour":
        return f"{moment.date().isoformat():0>10}"
    if kind == "naif":
        return f"{moment.replace(tzinfo=None).isoformat(' '):0>19}"
    return f"{(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat():0>25}"


def _read(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:
        return None


def stored(value: Any, kind: str) -> Any:
    """A canonical value as a driver is handed it for a column of this kind."""
    if value is None:
        return None
    convert: dict[str, Callable[[Any], Any]] = {
        "texte": str,
        "caracteres": str,
        "jour": date.fromisoformat,
        "naif": datetime.fromisoformat,
        "absolu": datetime.fromisoformat,
        "entier": int,
        "reel": float,
        "uuid": str,
    }
    return convert[kind](value)
