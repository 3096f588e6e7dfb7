"""The two fictitious APIs on one real server, with the bad days that real ones have.

Limpide is under /limpide/v2, Vieux Carnet under /carnet. It answers on loopback only, and stands on the test double of
the sdk: a real HTTP server, so that everything between the plugin and it is real too.
"""

import json
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qs

from temoin_api_sample.donnees import Donnees, Ligne
from temoin_sdk.http.double import Answer, ApiDouble, Asked

CLIENT_ID: Final = "og-fictif"
CLIENT_SECRET: Final = "secret-de-limpide"  # noqa: S105 # of a fictitious server
CLE: Final = "cle-du-vieux-carnet"
PAGE_MAX: Final = 100
VIE_DU_JETON: Final = 300

_DATED: Final = {
    "transmissions": "writtenAt",
    "appointments": "startsAt",
    "secure-messages": "sentAt",
    "dmp-deposits": "depositedAt",
}


class Panne(StrEnum):
    """What can go wrong for the next requests."""

    TROP = "429"
    MAINTENANCE = "503"
    LENT = "lent"
    JETON = "jeton"
    CONNEXION = "connexion"
    COUPE = "coupe"


class Serveur(ApiDouble):
    """Both APIs over one set of facts. `pannes` says how many of the next data requests each trouble befalls."""

    def __init__(self, donnees: Donnees, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        super().__init__({"/limpide/v2/oauth2/token": self._token, "/carnet/export.php": self._carnet}, tls, port)
        self.donnees = donnees
        self.pannes: dict[Panne, int] = {}
        self.par_minute: int | None = None
        self._tokens: set[str] = set()
        self._given = 0
        self._times: list[float] = []
        for module in donnees.limpide:
            self.routes[f"/limpide/v2/{module}"] = self._module(module)

    def _token(self, asked: Asked) -> Answer:
        fields = {name: values[-1] for name, values in parse_qs(asked.corps.decode()).items()}
        if (fields.get("client_id"), fields.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return Answer({"error": "invalid_client"}, 401)
        self._given += 1
        self._tokens.add(token := f"jeton-limpide-{self._given:06d}")
        return Answer({"access_token": token, "token_type": "Bearer", "expires_in": VIE_DU_JETON})

    def _module(self, module: str) -> Callable[[Asked], Answer]:
        def route(asked: Asked) -> Answer:
            if (trouble := self._trouble()) is not None:
                return trouble
            if asked.entetes.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
                return Answer({"error": "invalid_token"}, 401)
            rows = list(_limited(module, self.donnees.limpide[module], asked.params))
            size = min(int(asked.params.get("size", 20)), PAGE_MAX)
            start = (int(asked.params.get("page", 1)) - 1) * size
            return Answer({"data": rows[start : start + size], "meta": {"total": len(rows)}})

        return route

    def _carnet(self, asked: Asked) -> Answer:
        if (trouble := self._trouble()) is not None:
            return trouble
        if asked.params.get("cle") != CLE:
            return Answer({"erreur": "cle"}, 403)
        rows = self.donnees.carnet.get(asked.params.get("objet", ""))
        if rows is None:
            return Answer({"erreur": "objet"}, 400)
        if "du" in asked.params:
            first, last = (_french(asked.params[name]) for name in ("du", "au"))
            if last - first > timedelta(days=31):
                return Answer({"erreur": "un mois au plus"}, 400)
            rows = [row for row in rows if first <= _french(row["date"]) <= last]
        start, number = int(asked.params.get("depart", 0)), min(int(asked.params.get("nombre", 50)), 250)
        text = json.dumps({"nb": len(rows), "lignes": rows[start : start + number]}, ensure_ascii=False)
        return Answer(corps=text.encode("latin-1"), entetes={"Content-Type": "text/plain; charset=ISO-8859-1"})

    def _trouble(self) -> Answer | None:
        """The trouble that befalls this request, if any."""
        for panne, number in self.pannes.items():
            if number > 0:
                self.pannes[panne] = number - 1
                return self._befall(panne)
        return self._too_many()

    def _befall(self, panne: Panne) -> Answer | None:
        match panne:
            case Panne.TROP:
                return Answer({}, 429, {"Retry-After": "1"})
            case Panne.MAINTENANCE:
                return Answer({}, 503)
            case Panne.LENT:
                return Answer(brut=_drip())
            case Panne.JETON:
                self._tokens.clear()
                return None
            case Panne.CONNEXION:
                return Answer(corps=b"<html>Connexion</html>", entetes={"Content-Type": "text/html"})
            case Panne.COUPE:
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
                return Answer(brut=[head + b'{"data": ['])

    def _too_many(self) -> Answer | None:
        """429 beyond `par_minute`, with the seconds to wait."""
        if self.par_minute is None:
            return None
        now = time.monotonic()
        self._times = [each for each in self._times if each > now - 60]
        if len(self._times) >= self.par_minute:
            return Answer({}, 429, {"Retry-After": str(round(self._times[0] + 61 - now))})
        self._times.append(now)
        return None


def _drip() -> Iterable[bytes]:
    """An answer that never ends, a byte at a time: no wait between two bytes is long."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    for _ in range(2_000):
        time.sleep(0.05)
        yield b" "


def _limited(module: str, rows: list[Ligne], params: Mapping[str, str]) -> Iterable[Ligne]:
    """Rows within from (included) and to (excluded): of dated modules by their moment, of stays by their overlap."""
    if "from" not in params:
        return rows
    first, last = (datetime.fromisoformat(params[name]) for name in ("from", "to"))
    if module == "stays":
        return [row for row in rows if _overlaps(row, first.date(), last.date())]
    return [row for row in rows if first <= datetime.fromisoformat(row[_DATED[module]]) < last]


def _overlaps(row: dict[str, Any], first: date, last: date) -> bool:
    end = row["end"]
    return date.fromisoformat(row["start"]) < last and (end is None or date.fromisoformat(end) >= first)


def _french(text: str) -> date:
    return date(int(text[6:10]), int(text[3:5]), int(text[:2]))
