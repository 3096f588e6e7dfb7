"""Words of the agent alone: levels of proof in a narrow column, numbers and moments."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from temoin_sdk.report.bounded import read_instant
from temoin_sdk.vocabulary import Niveau
from temoin_sdk.windows import jour_en_lettres

NIVEAUX: Mapping[Niveau, str] = MappingProxyType(
    {Niveau.FAITS: "faits", Niveau.COMPTES: "comptes de l'éditeur", Niveau.DECLARE: "déclaré"}
)


def plural(number: int, singular: str, plural_form: str) -> str:
    """« 1 rapport », « 2 rapports »; zero is singular in French."""
    return f"{number} {plural_form if number > 1 else singular}"


def moment(instant: str, fuseau: str) -> str:
    """An `InstantUtc` on the wall clock of `fuseau`: « 22 novembre 2026 à 10 h 05 »."""
    local: datetime = read_instant(instant).astimezone(ZoneInfo(fuseau))
    return f"{jour_en_lettres(local.date())} à {local.hour} h {local.minute:02d}"
