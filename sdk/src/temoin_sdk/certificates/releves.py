"""What a run of the kit found, as plain data: what `temoin-sdk certify` signs follows from it alone.

The recording pytest plugin writes it in one process, the command reads it in another; neither needs pytest for it.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from temoin_sdk.vocabulary import EtatEpreuve, NiveauEpreuve, Voie


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


Texte = Annotated[str, Field(min_length=1, max_length=400)]


Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]


class EpreuvePassee(_Plain):
    """One test of the kit, by its stable code."""

    code: Code
    niveau: NiveauEpreuve
    etat: EtatEpreuve
    motif: Texte | None = None
    """Why it was skipped; None otherwise."""


class Releve(_Plain):
    """All tests of one conformance class on one source, as the recording pytest plugin writes it.

    `classe` is where the tests stand (`tests/test_conformite.py::TestNetFictif`); `plugin` the source's name;
    `module` holds the source's class, `distribution` and `version` are those whose entry point gives it. `fichier` is
    the mapping file of a source that is one.
    """

    classe: Texte
    plugin: Texte
    module: Texte
    distribution: Texte | None
    version: Texte
    fichier: Texte | None
    contrat: int
    kit: Texte
    """Version of temoin-sdk."""
    voie: Voie
    moteur: Texte | None
    """Engine of the database, None for a source that is no SQL."""
    graine: int | None
    """Seed of the scenario; None for a sheet."""
    personnes: int
    """Persons compared."""
    faits: int
    epreuves: tuple[EpreuvePassee, ...]
    attendues: tuple[Code, ...]
    """The obligatory tests of the class, whether they were asked to run or not."""
    restreint: bool
    """The class told only some themes of the scenario (`themes`): good for mending a SELECT, not for a certificate."""


class Releves(_Plain):
    """What one run of pytest recorded: every conformance class that it met."""

    releves: tuple[Releve, ...]
