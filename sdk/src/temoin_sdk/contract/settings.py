"""Settings of a source: a pydantic model the editor extends. Secrets are SecretStr and never written in clear."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr


class Reglages(BaseModel):
    """Base of every source's settings. An unknown setting is an error, so that a misspelt one is not ignored.

    Fields named in `locaux` say where this client's data is; they stay out of the fingerprint of queries, which must
    be the same for all clients of one editor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """Names of the settings that only locate the data."""
        return frozenset()

    def remarques(self) -> tuple[tuple[str, str], ...]:
        """What the gestionnaire must know of settings that work but weaken something: French sentence, and remedy."""
        return ()


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("chemin relatif : écrire le chemin complet")
    return path


CheminComplet = Annotated[Path, AfterValidator(_absolute)]
"""A path in a source's settings: the agent runs from a scheduler, whose current folder nobody knows."""


def _url(text: str) -> str:
    parts = urlsplit(text)
    if not parts.scheme:
        raise ValueError("adresse sans moteur : écrire par exemple sqlite:////chemin/absolu/base.db")
    if parts.password is not None:
        raise ValueError("mot de passe dans l'adresse : le donner à part, par référence, dans mot_de_passe")
    if parts.scheme.startswith("sqlite") and not Path(parts.path.removeprefix("/")).is_absolute():
        raise ValueError("chemin relatif : écrire quatre barres et le chemin complet, sqlite:////chemin/base.db")
    return text


class ReglagesSql(Reglages):
    """Where the DUI's database is. `delai` bounds the whole read, in seconds, on the client's side."""

    url: Annotated[str, AfterValidator(_url)]
    """Address of the base, without password: `sqlite:////full/path.db`, `postgresql://account@host/base`."""
    mot_de_passe: SecretStr | None = None
    """The account's password, by reference only."""
    delai: int = Field(default=300, ge=1, le=86_400)
    """Seconds for the whole read."""

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """Address, password and deadline change from client to client."""
        return frozenset({"url", "mot_de_passe", "delai"})
