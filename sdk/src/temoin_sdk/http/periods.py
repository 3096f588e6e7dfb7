"""The period that the sdk gives a source, said the way an API wants it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from temoin_sdk.contract.natures import LOCALE_ETABLISSEMENT, EpochMs, EpochS, Instant, Jour, Nature
from temoin_sdk.errors import PluginError
from temoin_sdk.windows import Fenetre

_UTC: Final = ZoneInfo("UTC")
_SMALLEST: Final = {Instant: timedelta(seconds=1), EpochS: timedelta(seconds=1), EpochMs: timedelta(milliseconds=1)}


@dataclass(frozen=True, slots=True)
class Bornes:
    """Two parameters that limit a request to a period.

    `nature` says how a bound is written: `Jour()` 2026-08-01, `Instant(zone)` 2026-08-01T00:00:00+02:00, `EpochS()`,
    `EpochMs()`; `motif` replaces the spelling of days and instants (strftime: "%d/%m/%Y"). `fin_incluse` for an API
    that takes its end in: the last day, second or millisecond is then given. `mois` slices a long period into requests
    of so many months at most. `plancher` stands for « since ever », which no API understands.
    """

    debut: str
    fin: str
    nature: Nature = field(default_factory=Jour)
    motif: str | None = None
    fin_incluse: bool = False
    mois: int | None = None
    plancher: date = date(2000, 1, 1)

    def __post_init__(self) -> None:
        if self.nature == Instant(LOCALE_ETABLISSEMENT):
            raise PluginError(
                "Des bornes ne peuvent pas être à l'heure de chaque établissement.",
                remede='Donner un fuseau à Bornes, par exemple Instant("Europe/Paris") : la période a deux jours de '
                "marge de chaque côté.",
                code="http_bornes",
            )

    def requests(self, periode: Fenetre) -> Iterator[dict[str, str]]:
        """Parameters of each request that the period needs, in order, none overlapping another."""
        start = max(periode.debut, self.plancher)
        while start < periode.fin:
            end = periode.fin if self.mois is None else min(periode.fin, _months_after(start, self.mois))
            yield {self.debut: self._spell(start), self.fin: self._spell_end(end)}
            start = end

    def _spell_end(self, day: date) -> str:
        if not self.fin_incluse:
            return self._spell(day)
        if isinstance(self.nature, Jour):
            return self._spell(day - timedelta(days=1))
        return self._write(self._midnight(day) - _SMALLEST[type(self.nature)])

    def _spell(self, day: date) -> str:
        if isinstance(self.nature, Jour):
            return day.strftime(self.motif) if self.motif else day.isoformat()
        return self._write(self._midnight(day))

    def _midnight(self, day: date) -> datetime:
        zone = ZoneInfo(self.nature.zone) if isinstance(self.nature, Instant) else _UTC
        # By way of UTC, so that what is taken off crosses a change of clocks as time does.
        return datetime.combine(day, time(), zone).astimezone(_UTC)

    def _write(self, moment: datetime) -> str:
        match self.nature:
            case Instant(zone):
                local = moment.astimezone(ZoneInfo(zone))
                return local.strftime(self.motif) if self.motif else local.isoformat()
            case EpochMs():
                return str(round(moment.timestamp() * 1000))
            case _:
                return str(round(moment.timestamp()))


def _months_after(day: date, months: int) -> date:
    """The first day of the month `months` later: slices fall on calendar months, the first one may be shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)
