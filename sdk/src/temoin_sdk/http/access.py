"""How a request proves who asks: a key, a name and a password, or a token that is fetched and renewed.

What signs a request stands outside the HTTP library, and reaches it at the last moment.
"""

import base64
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

from pydantic import SecretStr

from temoin_sdk.errors import ConfigurationError, MappingError, PluginError
from temoin_sdk.http.fields import find
from temoin_sdk.http.masking import Masque
from temoin_sdk.http.messages import Demande
from temoin_sdk.http.settings import ReglagesOAuth2, check_address

_EARLY: Final = 30.0
"""Seconds before its end at which a token is renewed, or a tenth of its life if that is shorter."""


class Session(Protocol):
    """One access in use during one read."""

    def sign(self, demande: Demande) -> Demande:
        """The request with its proof."""
        ...

    def renew(self) -> bool:
        """Forget what was refused; True if another proof can be had."""
        ...


@dataclass(frozen=True, slots=True)
class Porte:
    """What an access is opened with: the API's address, a way to ask for a token, the mask, the clock."""

    url: str
    fetch: Callable[[Demande], Any]
    masque: Masque
    clock: Callable[[], float] = time.monotonic


class Acces:
    """Base of every access; as it stands, none: an API that asks for nothing."""

    def session(self, porte: Porte) -> Session:
        """Open it for one read."""
        return _Fixed()


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A proof that never changes: what was refused stays refused."""

    entetes: Mapping[str, str] = field(default_factory=dict, repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)

    def sign(self, demande: Demande) -> Demande:
        return demande.with_headers(self.entetes).with_params(self.params)

    def renew(self) -> bool:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(Acces):
    """A key in a header (`prefixe` before it, as in "Bearer "), or in the query where the API knows no better."""

    cle: SecretStr
    entete: str | None = None
    parametre: str | None = None
    prefixe: str = ""

    def __post_init__(self) -> None:
        if (self.entete is None) == (self.parametre is None):
            raise PluginError(
                "ApiKey demande « entete » ou « parametre », l'un des deux.",
                remede='Écrire ApiKey(cle=…, entete="X-Api-Key") ou ApiKey(cle=…, parametre="cle").',
                code="http_acces",
            )

    def session(self, porte: Porte) -> Session:
        """The key, masked from now on."""
        value = _reveal(self.cle, porte.masque)
        if self.parametre is not None:
            return _Fixed(params={self.parametre: value})
        if not value.isascii():
            raise _unusable("une lettre accentuée ou un autre caractère qu'un en-tête HTTP ne porte pas")
        return _Fixed(entetes={str(self.entete): self.prefixe + value})


@dataclass(frozen=True, slots=True)
class Basic(Acces):
    """A name and a password in each request (RFC 7617)."""

    utilisateur: str
    mot_de_passe: SecretStr

    def session(self, porte: Porte) -> Session:
        """Name and password, masked from now on."""
        return _Fixed(entetes={"Authorization": _basic(self.utilisateur, self.mot_de_passe, porte.masque)})


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenEndpoint(Acces):
    """A token given against `champs`, posted as a form or as JSON; renewed before its end, and once after a 401.

    `chemin` is relative to the API's address, or the whole https address of another server, which then receives
    `champs` and nothing else. `jeton` and `duree` are paths in its answer (`duree` in seconds; without it the token is
    renewed after a 401 only). `identifiants`, a name and a password, go as Basic to the token endpoint alone.
    """

    chemin: str
    champs: Mapping[str, str | SecretStr]
    en_json: bool = False
    identifiants: tuple[str, SecretStr] | None = None
    jeton: str = "access_token"
    duree: str = "expires_in"
    entete: str = "Authorization"
    prefixe: str = "Bearer "

    def session(self, porte: Porte) -> Session:
        """Nothing is asked before the first request."""
        return _Token(self, porte)

    def request(self, porte: Porte) -> Demande:
        """The request for a token."""
        fields = {
            name: _reveal(value, porte.masque) if isinstance(value, SecretStr) else value
            for name, value in self.champs.items()
        }
        entetes = {"Content-Type": "application/json" if self.en_json else "application/x-www-form-urlencoded"}
        if self.identifiants is not None:
            entetes["Authorization"] = _basic(*self.identifiants, porte.masque)
        corps = json.dumps(fields) if self.en_json else urlencode(fields)
        return Demande("POST", self._address(porte.url), entetes, corps.encode())

    def _address(self, url: str) -> str:
        if not urlsplit(self.chemin).scheme:
            return f"{url}/{self.chemin.lstrip('/')}"
        try:
            return check_address(self.chemin)
        except ValueError as error:
            raise PluginError(
                f"L'adresse du serveur de jetons ne convient pas ({error}).",
                remede="Corriger « chemin » de TokenEndpoint.",
                code="http_acces",
            ) from None


def client_credentials(
    reglages: ReglagesOAuth2, chemin: str = "oauth2/token", *, scope: str | None = None, en_basic: bool = False
) -> TokenEndpoint:
    """OAuth2 client credentials (RFC 6749, 4.4), in the form, or as Basic for servers that take nothing else."""
    fields: dict[str, str | SecretStr] = {"grant_type": "client_credentials"}
    if scope is not None:
        fields["scope"] = scope
    if en_basic:
        return TokenEndpoint(chemin=chemin, champs=fields, identifiants=(reglages.client_id, reglages.client_secret))
    fields |= {"client_id": reglages.client_id, "client_secret": reglages.client_secret}
    return TokenEndpoint(chemin=chemin, champs=fields)


class _Token:
    """The token of one read."""

    def __init__(self, endpoint: TokenEndpoint, porte: Porte) -> None:
        self._endpoint = endpoint
        self._porte = porte
        self._entetes: dict[str, str] | None = None
        self._end: float | None = None

    def sign(self, demande: Demande) -> Demande:
        over = self._end is not None and self._porte.clock() >= self._end
        if self._entetes is None or over:
            self._entetes = self._fetch()
        return demande.with_headers(self._entetes)

    def renew(self) -> bool:
        self._entetes = None
        return True

    def _fetch(self) -> dict[str, str]:
        endpoint, asked = self._endpoint, self._porte.clock()
        demande = endpoint.request(self._porte)
        answer = self._porte.fetch(demande)
        value = find(answer, endpoint.jeton)
        if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
            raise MappingError(
                f"Le serveur de jetons répond sans « {endpoint.jeton} » utilisable.",
                remede="Transmettre ce message à l'éditeur du logiciel.",
                ou=demande.place,
                code="http_jeton",
            )
        self._porte.masque.add(value)
        life = _seconds(find(answer, endpoint.duree))
        self._end = None if life is None else asked + life - min(_EARLY, life / 10)
        return {endpoint.entete: endpoint.prefixe + value}


def _seconds(value: Any) -> float | None:
    """A life in seconds; text that spells a number is one, as several servers answer it."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value[:9])
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0 else None


def _basic(name: str, password: SecretStr, masque: Masque) -> str:
    pair = f"{name}:{_reveal(password, masque)}"
    masque.add(pair)
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _reveal(secret: SecretStr, masque: Masque) -> str:
    value = secret.get_secret_value()
    if not value.isprintable():
        raise _unusable("un caractère de contrôle (fin de ligne, tabulation)")
    masque.add(value)
    return value


def _unusable(what: str) -> ConfigurationError:
    return ConfigurationError(
        f"Un secret de cette source contient {what}.",
        remede="Réécrire ce secret tel que l'éditeur l'a donné, sur une seule ligne, sans espace autour.",
        code="http_acces",
    )


def all_secrets(values: Iterable[Any]) -> Iterable[str]:
    """The secrets among `values`."""
    return (value.get_secret_value() for value in values if isinstance(value, SecretStr))
