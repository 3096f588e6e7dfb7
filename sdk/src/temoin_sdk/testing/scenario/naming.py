"""Identifiers and names of a scenario: drawn from its seed, plainly invented, and easy to find again in an output."""

from collections.abc import Iterator
from random import Random
from typing import Final
from uuid import UUID

from stdnum import luhn

from temoin_sdk.testing.scenario.facts import Identifiant

USAGERS: Final = ("entiers", "textes", "uuid")
"""The forms in which a loader is given identifiers of persons."""

CODES: Final = ("libres", "finess")
"""The forms of site codes."""

_PREFIX_OF_ZONE: Final = {
    "Europe/Paris": "69",
    "America/Guadeloupe": "9701",
    "America/Cayenne": "9703",
    "Indian/Reunion": "9704",
    "America/Miquelon": "9705",
    "Indian/Mayotte": "9805",
    "Pacific/Wallis": "9806",
}
_NOMS: Final = ("Zéphirin", "Quincampoix", "Brumaire", "Wagonnet", "Yatagan", "Kaléidos", "Farandole", "Jacquemart")
_PRENOMS: Final = ("Isaure", "Théophane", "Ondine", "Philibert", "Azalaïs", "Gédéon", "Mélusine", "Barnabé")


class Names:
    """Draws every identifier of one scenario; no two alike."""

    def __init__(self, random: Random, usagers: str) -> None:
        self._random = random
        self._usagers = usagers
        numbers = list(range(300_001, 399_999, 7))
        random.shuffle(numbers)
        self._numbers: Iterator[int] = iter(numbers)
        self._ranks: dict[str, int] = {}
        self._next = self.identifier()

    def identifier(self) -> Identifiant:
        """A new identifier, of a person or of a record: nothing in it tells which."""
        number = next(self._numbers)
        if self._usagers == "entiers":
            return number
        if self._usagers == "uuid":
            return UUID(int=self._random.getrandbits(128), version=4)
        return f"U{number}"

    def person(self) -> tuple[Identifiant, Identifiant]:
        """Identifiers of a new person and of her record: the record's will be the next person's own.

        So it is where every table counts from 1: a dossier taken for a person is not found missing, but wrong.
        """
        ident, self._next = self._next, self.identifier()
        return ident, self._next

    def name(self) -> tuple[str, str]:
        """Surname and first name; the number makes the surname one that no output holds by chance."""
        return f"{self._random.choice(_NOMS)}-{next(self._numbers)}", self._random.choice(_PRENOMS)

    def key(self) -> str:
        """The identifier of a message, a deposit, a prescription or an exchange."""
        return f"cle-{self._random.getrandbits(64):016x}"

    def finess(self, zone: str) -> str:
        """A FINESS that looks like one of the territory, with a valid key, in a range nobody holds."""
        prefix = _PREFIX_OF_ZONE[zone]
        rank = self._ranks[zone] = self._ranks.get(zone, 0) + 1
        body = f"{prefix}{'9' * 3}{rank:0{5 - len(prefix)}}"
        return body + luhn.calc_check_digit(body)
