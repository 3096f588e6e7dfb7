"""What is asked and what comes back, as plain data; addresses compared by origin, shown without their query."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from temoin_sdk.errors import TemoinError


@dataclass(frozen=True, slots=True)
class Demande:
    """One request. `entetes` and the query may hold secrets once signed: it is shown by `place` only."""

    methode: str
    url: str
    entetes: Mapping[str, str]
    corps: bytes | None = None

    def __repr__(self) -> str:
        return f"<{self.place}>"

    @property
    def place(self) -> str:
        """Where this goes, for messages: method and address without query."""
        parts = urlsplit(self.url)
        return f"{self.methode} {parts.scheme}://{parts.netloc}{parts.path}"

    def with_params(self, params: Mapping[str, str]) -> Self:
        """The same request, each of `params` standing once in its query, whatever stood there before.

        Without any, the address stays as it is: a server may have signed the one it gave.
        """
        if not params:
            return self
        parts = urlsplit(self.url)
        kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in params]
        return replace(self, url=urlunsplit(parts._replace(query=urlencode([*kept, *params.items()]), fragment="")))

    def with_headers(self, entetes: Mapping[str, str]) -> Self:
        """The same request with these headers more."""
        return replace(self, entetes={**self.entetes, **entetes})


@dataclass(frozen=True, slots=True)
class Reponse:
    """One answer, read whole within its bound. `suivant` is the Link header's rel=next (RFC 8288)."""

    statut: int
    corps: bytes
    type_contenu: str = ""
    attendre: str | None = None
    emplacement: str | None = None
    suivant: str | None = None

    def __repr__(self) -> str:
        return f"<Reponse {self.statut}, {len(self.corps)} octets>"


class Passing(Exception):
    """A failure that may pass: `error` is what is said when patience is over, `attendre` what the server asks."""

    def __init__(self, error: TemoinError, attendre: float | None = None) -> None:
        super().__init__(error.code)
        self.error = error
        self.attendre = attendre


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: credentials never leave it. Raises ValueError for what is no address."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or (443 if parts.scheme == "https" else 80)
