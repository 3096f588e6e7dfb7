"""Facts without a key, exported twice: files of one set whose dates overlap for one site are refused.

Without a key nothing tells a fact exported twice from two facts, so a sum over such files would be silently too high.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from temoin_sdk.errors import Acteur, MappingError


def instant_of(moment: date | datetime) -> datetime:
    """A moment that compares with any other: a day is its midnight, a naive hour is taken as it stands."""
    if isinstance(moment, datetime):
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


@dataclass(slots=True)
class Overlaps:
    """First and last moment of each file for each site; memory grows with files and sites, not with lines."""

    _spans: dict[str | None, list[tuple[datetime, datetime, Path]]] = field(default_factory=dict)
    _current: dict[str | None, list[datetime]] = field(default_factory=dict)

    def add(self, code: str | None, moment: date | datetime) -> None:
        """One fact of the file being read."""
        instant = instant_of(moment)
        span = self._current.get(code)
        if span is None:
            self._current[code] = [instant, instant]
        elif instant < span[0]:
            span[0] = instant
        elif instant > span[1]:
            span[1] = instant

    def close(self, path: Path) -> None:
        """End of a file. Raises MappingError when an earlier one speaks of the same site and the same days."""
        for code, (first, last) in self._current.items():
            spans = self._spans.setdefault(code, [])
            for other_first, other_last, other in spans:
                if first <= other_last and other_first <= last:
                    raise _double(path, other, max(first, other_first), min(last, other_last))
            spans.append((first, last, path))
        self._current.clear()


def _double(path: Path, other: Path, first: datetime, last: datetime) -> MappingError:
    days = f"du {first:%d/%m/%Y} au {last:%d/%m/%Y}" if first.date() != last.date() else f"le {first:%d/%m/%Y}"
    return MappingError(
        f"Les fichiers {other.name} et {path.name} couvrent les mêmes dates d'un même site ({days}) : sans clé, une "
        "ligne exportée deux fois compterait deux fois.",
        remede="Nommer dans « colonnes » la clé de l'export (cle : l'identifiant du message), ou ne laisser dans le "
        "dossier que des exports qui ne se recouvrent pas.",
        ou=str(path),
        code="exports_recouverts",
        acteur=Acteur.GESTIONNAIRE,
    )
