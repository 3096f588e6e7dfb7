"""Days, clocks and the three ways Residia's modules spell them. Every moment is the establishment's own wall clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from temoin_sdk.windows import months_before

MOIS_DE_VIE: Final = 24
JOUR: Final = timedelta(days=1)
_PARIS: Final = ZoneInfo("Europe/Paris")
_TRIMESTRE: Final = 3


class Periode(NamedTuple):
    """Civil days from `premier` to `dernier`, both included."""

    premier: date
    dernier: date

    def common(self, autre: "Periode") -> "Periode | None":
        """The days both have, None if they have none."""
        premier, dernier = max(self.premier, autre.premier), min(self.dernier, autre.dernier)
        return Periode(premier, dernier) if premier <= dernier else None

    def days(self) -> int:
        return (self.dernier - self.premier).days + 1

    def pick(self, rng: Random) -> date:
        """Any of its days."""
        return date.fromordinal(self.premier.toordinal() + int(rng.random() * self.days()))


@dataclass(frozen=True, slots=True)
class Calendrier:
    """Two years that end with `fin`, cut into quarters; the last quarter is the window most measures will read."""

    fin: date

    @property
    def lendemain(self) -> date:
        """The day after the data: people may already be expected on it."""
        return self.fin + JOUR

    @property
    def vie(self) -> Periode:
        """The two years."""
        return Periode(months_before(self.lendemain, MOIS_DE_VIE), self.fin)

    def quarters(self) -> tuple[Periode, ...]:
        """Eight periods of three months, oldest first."""
        return _cut(self.lendemain, _TRIMESTRE)

    @property
    def fenetre(self) -> Periode:
        """The last three months."""
        return self.quarters()[-1]

    def months(self) -> tuple[Periode, ...]:
        """Twenty-four months, oldest first."""
        return _cut(self.lendemain, 1)


@cache
def _cut(lendemain: date, mois: int) -> tuple[Periode, ...]:
    bounds = [months_before(lendemain, rang) for rang in range(MOIS_DE_VIE, -1, -mois)]
    return tuple(Periode(debut, fin - JOUR) for debut, fin in pairwise(bounds))


def working_hour(rng: Random) -> int:
    """Seconds since midnight of an ordinary entry: mostly by day, now and then by a night watch."""
    if rng.random() < 0.04:
        return int(rng.random() * 86_400)
    return 25_200 + int(rng.random() * 50_400)


def spell(jour: date, secondes: int, separateur: str = " ") -> str:
    """`2026-08-01 09:12:00`, with a space or a T."""
    minutes, seconde = divmod(secondes, 60)
    heure, minute = divmod(minutes, 60)
    return f"{jour.isoformat()}{separateur}{heure:02}:{minute:02}:{seconde:02}"


def unix_seconds(jour: date, secondes: int, fuseau: ZoneInfo, *, fold: int = 0) -> int:
    """Seconds since 1970 of a wall-clock moment; `fold` 1 is the second of two equal hours in October."""
    naive = datetime.combine(jour, time(0)) + timedelta(seconds=secondes)
    return int(naive.replace(tzinfo=fuseau, fold=fold).timestamp())


def paris_clock(jour: date, secondes: int, fuseau: ZoneInfo) -> str:
    """How a central gateway in Paris stamps a local moment, without saying that it is Paris time."""
    moment = datetime.fromtimestamp(unix_seconds(jour, secondes, fuseau), UTC).astimezone(_PARIS)
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def dst_days(periode: Periode) -> list[date]:
    """The Sundays of the period on which France changes its clocks (last of March and of October)."""
    years = range(periode.premier.year, periode.dernier.year + 1)
    found = [_last_sunday(year, month) for year in years for month in (3, 10)]
    return [jour for jour in found if periode.premier <= jour <= periode.dernier]


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
