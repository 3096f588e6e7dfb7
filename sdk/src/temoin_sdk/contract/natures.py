"""What a date column holds: declared by the editor, never guessed from values.

The same text means different days depending on its nature. A bound written for instants, applied to a date-only column
of Guadeloupe, loses the first day of the window and admits the day after it; so each date column has one of these.
"""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from temoin_sdk.errors import PluginError

LOCALE_ETABLISSEMENT: Final = "locale_etablissement"
"""Zone of an Instant whose naive timestamps are written on the establishment's own clock."""


@dataclass(frozen=True, slots=True)
class Jour:
    """A civil date, with no hour that means anything: it is that day everywhere."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A date and hour. A value without offset is read in `zone` (IANA name, or LOCALE_ETABLISSEMENT).

    A value that carries its own offset keeps it; a value that is a bare day is that day.
    """

    zone: str

    def __post_init__(self) -> None:
        if self.zone == LOCALE_ETABLISSEMENT:
            return
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise PluginError(
                f"Le fuseau « {self.zone} » n'existe pas.",
                remede='Donner un nom IANA, par exemple Instant("Europe/Paris"), ou LOCALE_ETABLISSEMENT.',
                code="plugin_fuseau",
            ) from error

    def zone_at(self, fuseau_etablissement: str) -> str:
        """The zone in which a naive value of this column is read, for one establishment."""
        return fuseau_etablissement if self.zone == LOCALE_ETABLISSEMENT else self.zone


@dataclass(frozen=True, slots=True)
class EpochS:
    """Whole or fractional seconds since 1970-01-01T00:00:00Z."""


@dataclass(frozen=True, slots=True)
class EpochMs:
    """Milliseconds since 1970-01-01T00:00:00Z."""


type_of_nature = {Jour: "jour", Instant: "instant", EpochS: "epoch_s", EpochMs: "epoch_ms"}

Nature = Jour | Instant | EpochS | EpochMs


def spell_nature(nature: Nature) -> str:
    """One stable word per nature, used where a source's queries are fingerprinted."""
    word = type_of_nature[type(nature)]
    return f"{word}:{nature.zone}" if isinstance(nature, Instant) else word
