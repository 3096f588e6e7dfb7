"""What a gestionnaire writes to let Témoin reach an API: flat, because only a setting of its own can be a reference."""

import ipaddress
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from temoin_sdk.contract.settings import CheminComplet, Reglages


def is_loopback(host: str) -> bool:
    """True for this very machine, where nothing crosses a network."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(text: str) -> str:
    """An https address without secret, query or fragment, its last « / » removed. Raises ValueError in French."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("adresse illisible : écrire par exemple https://api.editeur.example/v2") from None
    if parts.scheme not in {"https", "http"} or not host:
        raise ValueError("adresse incomplète : écrire par exemple https://api.editeur.example/v2")
    if not host.isascii():
        raise ValueError("nom de domaine accentué : écrire sa forme technique, xn--…")
    if parts.username is not None or parts.password is not None:
        raise ValueError("identifiants dans l'adresse : les donner à part, par référence")
    if parts.query or parts.fragment:
        raise ValueError("adresse avec « ? » ou « # » : n'écrire que ce qui précède ; une clé se donne par référence")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("adresse en http : la clé passerait en clair, écrire https")
    return text.rstrip("/")


def _proxy(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("proxy incomplet : écrire par exemple http://proxy.interne.example:3128")
    if parts.username is not None or parts.password is not None:
        raise ValueError(
            "identifiants dans l'adresse du proxy : les donner dans proxy_utilisateur et proxy_mot_de_passe"
        )
    return text


class ReglagesHttp(Reglages):
    """Where an API is and how it is reached from here. An editor adds what his access needs, or takes a class below.

    `delai` bounds the whole read of the source in seconds, pages, waits and retries included. `ca` is the PEM file of
    the only authorities believed, instead of the system's. `ancien_tls` admits TLS 1.0, 1.1 and legacy renegotiation:
    certificates stay checked, but what is read can be listened to; a warning says so at each read.
    """

    url: Annotated[str, AfterValidator(check_address)]
    """Address of the API, https, without key."""
    delai: int = Field(default=300, ge=1, le=86_400)
    """Seconds for the whole read."""
    proxy: Annotated[str, AfterValidator(_proxy)] | None = None
    """`http://host:port` of the organisation's proxy."""
    proxy_utilisateur: str | None = None
    """Its name, where it wants one."""
    proxy_mot_de_passe: SecretStr | None = None
    """Its password, by reference only."""
    proxy_environnement: bool = False
    """Take the proxy of `HTTPS_PROXY` and `NO_PROXY` instead."""
    ca: CheminComplet | None = None
    """PEM file of the only authorities believed."""
    ancien_tls: bool = False
    """Admit TLS 1.0, 1.1 and legacy renegotiation."""

    @model_validator(mode="after")
    def _one_proxy(self) -> Self:
        if self.proxy is not None and self.proxy_environnement:
            raise ValueError("« proxy » et « proxy_environnement » s'excluent : garder l'un des deux")
        if self.proxy is None and (self.proxy_utilisateur or self.proxy_mot_de_passe):
            raise ValueError("proxy_utilisateur et proxy_mot_de_passe demandent « proxy »")
        return self

    def remarques(self) -> tuple[tuple[str, str], ...]:
        """An old TLS is used only where it was asked for, and never without a word beside the figures."""
        if not self.ancien_tls:
            return ()
        said = "« ancien_tls » est actif : TLS 1.0, 1.1 et l'ancienne renégociation sont admis, on peut écouter."
        return ((said, "Demander à l'éditeur TLS 1.2 ou plus récent, puis retirer ce réglage."),)

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """Address, way there and credentials change from client to client, and change nothing that is counted."""
        return frozenset(ReglagesHttp.model_fields)


class ReglagesCle(ReglagesHttp):
    """An API that wants a key."""

    cle: SecretStr
    """The key, by reference only."""

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """The key is the client's own."""
        return super().locaux() | {"cle"}


class ReglagesBasic(ReglagesHttp):
    """An API that wants a name and a password."""

    utilisateur: str
    """The name."""
    mot_de_passe: SecretStr
    """The password, by reference only."""

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """Name and password are the client's own."""
        return super().locaux() | {"utilisateur", "mot_de_passe"}


class ReglagesOAuth2(ReglagesHttp):
    """An API that wants a token, given against the client's credentials."""

    client_id: str
    """The client's name."""
    client_secret: SecretStr
    """The client's secret, by reference only."""

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """Credentials are the client's own."""
        return super().locaux() | {"client_id", "client_secret"}
