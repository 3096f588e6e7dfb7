"""The kinds and engines a project can be made for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from temoin_sdk.scaffold import Genre, Moteur, Noms, derive_names, render, write_project


@dataclass(frozen=True)
class Combination:
    """One kind, with its engine unless it is an API."""

    genre: Genre
    moteur: Moteur | None

    def __str__(self) -> str:
        return self.genre if self.moteur is None else f"{self.genre}-{self.moteur}"

    @property
    def nom(self) -> str:
        """A software of its own, so that all can be installed side by side."""
        return f"Fictif {self.genre} {self.moteur or ''}".strip()

    @property
    def noms(self) -> Noms:
        """Its names."""
        return derive_names(self.nom)

    @property
    def options(self) -> list[str]:
        """How the command is told."""
        engine = [] if self.moteur is None else ["--moteur", self.moteur]
        return ["--kind", self.genre, *engine, "--nom", self.nom]

    def texts(self, nom: str | None = None) -> dict[str, str]:
        """Its files, for its own software or another."""
        return render(self.genre, self.moteur, nom or self.nom)

    def write(self, folder: Path, nom: str | None = None) -> Path:
        """The project in a new folder."""
        project = folder / str(self)
        write_project(project, self.texts(nom))
        return project


COMBINATIONS: Final = (
    *(Combination(genre, moteur) for genre in (Genre.SQL, Genre.MAPPING) for moteur in Moteur),
    Combination(Genre.API, None),
)
