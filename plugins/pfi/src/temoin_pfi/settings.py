"""Settings of the source `pfi`, as a configuration writes them."""

from pathlib import PurePath
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from temoin_pfi.identifiers import Choice, Identifiant
from temoin_sdk.contract import ESPACE_INS, LOCALE_ETABLISSEMENT, CheminComplet, Reglages

MOTIF = "**/*.hl7"
ESPACE = "pfi.usager"


def _pattern(text: str) -> str:
    parts = PurePath(text).parts
    if not parts or PurePath(text).is_absolute() or ".." in parts:
        raise ValueError("motif à écrire depuis « dossier », par exemple **/*.hl7")
    return text


def _zone(text: str) -> str:
    if text != LOCALE_ETABLISSEMENT:
        try:
            ZoneInfo(text)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError('fuseau inconnu : écrire par exemple "Europe/Paris"') from error
    return text


def space_of(espace: str | None, identifiant: str) -> str:
    """The space in the settings, else the one that all sources share if usagers are known by their INS."""
    return espace or (ESPACE_INS if identifiant == "ins" else ESPACE)


class ReglagesPfi(Reglages):
    """Where the files are, and how their identifiers are read."""

    dossier: CheminComplet
    """Folder of the messages and of the acknowledgements."""

    motif: Annotated[str, AfterValidator(_pattern)] = MOTIF
    """Files to read, from `dossier`; `**` is any depth."""

    espace_usagers: str | None = Field(default=None, min_length=1)
    """Space of the usagers' identifiers: the DUI's when messages carry its own identifier. None: see `space_of`."""

    identifiant: Identifiant = "ipp"
    """Which repetition of PID-3 names the usager: the software's own identifier, or the INS."""

    autorite: str | None = None
    """Namespace or OID of PID-3's assigning authority, when several identifiers stand there."""

    organisations: dict[str, str] = Field(default_factory=dict)
    """Code of an establishment by number or name of organisation, where messages do not say its FINESS."""

    etablissements: tuple[str, ...] = ()
    """Codes the platform serves: one without any message has 0, and not « non fourni »."""

    fuseau: Annotated[str, AfterValidator(_zone)] = LOCALE_ETABLISSEMENT
    """Zone of the timestamps that have no offset."""

    illisibles: Literal["refuser", "ecarter"] = "refuser"
    """What one unreadable message does: the count is refused, or goes on without it."""

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """Place and identifiers of this client."""
        return frozenset({"dossier", "motif", "autorite", "organisations", "etablissements", "espace_usagers"})

    def choice(self) -> Choice:
        """What parsing needs of these settings."""
        return Choice(self.identifiant, self.autorite, self.organisations)
