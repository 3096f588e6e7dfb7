"""Words of the pages alone. A figure never stands without its level of proof; targets reached are never money due."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from temoin_receiver.pages.reading import Reserve
from temoin_sdk.finess import METROPOLE
from temoin_sdk.vocabulary import Niveau
from temoin_sdk.windows import jour_en_lettres

NIVEAUX: Mapping[Niveau, str] = MappingProxyType(
    {
        Niveau.FAITS: "compté ligne à ligne par Témoin",
        Niveau.COMPTES: "compté par le logiciel de l'éditeur",
        Niveau.DECLARE: "déclaré à la main, pièce à l'appui",
    }
)

RESERVES: Mapping[Reserve, str] = MappingProxyType(
    {
        Reserve.EN_ATTENTE: "en attente de l'ARS",
        Reserve.AUTRE_GESTIONNAIRE: "ne gère pas l'établissement le dernier jour de la fenêtre",
    }
)


def instant_en_lettres(instant: datetime) -> str:
    """« 22 novembre 2026 à 11 h 04, heure de Paris »."""
    local = instant.astimezone(ZoneInfo(METROPOLE))
    return f"{jour_en_lettres(local.date())} à {local:%H h %M}, heure de Paris"
