"""What a gestionnaire writes under `[sources.reglages]` for this source."""

from enum import StrEnum

from pydantic import Field, field_validator

from temoin_sdk.contract import CheminComplet, Reglages
from temoin_sdk.finess import Finess


class Methode(StrEnum):
    """How an update of a record is known, since the standard has no date of writing."""

    STATUTS = "statuts"
    ACTES = "actes"
    COMPARAISON = "comparaison"
    JOURNAL = "journal"


class ReglagesTddui(Reglages):
    """`depot`: the local store; `exports`: a folder whose new files are taken in before each count.

    `entites_juridiques` says, for a FINESS of a legal body that exports give in place of an establishment's, which
    establishments in scope it has: with exactly one, its rows are that establishment's; with several they are refused.
    """

    depot: CheminComplet
    exports: CheminComplet | None = None
    motifs: tuple[str, ...] = Field(default=("*.json", "*.json.gz"), min_length=1)
    logiciel: str = Field(default="DUI (export TDDUI)", min_length=1, max_length=60)
    logiciel_version: str | None = Field(default=None, max_length=60)
    mises_a_jour: tuple[Methode, ...] = Field(default=tuple(sorted(Methode)), min_length=1)
    entites_juridiques: dict[Finess, tuple[Finess, ...]] = Field(default_factory=dict)

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """Where files are and what the software is called says nothing of how figures are counted."""
        return frozenset({"depot", "exports", "motifs", "logiciel", "logiciel_version", "entites_juridiques"})

    @field_validator("mises_a_jour")
    @classmethod
    def _one_spelling(cls, methodes: tuple[Methode, ...]) -> tuple[Methode, ...]:
        """The same methods are the same fingerprint, however they were written."""
        return tuple(sorted(set(methodes)))

    @field_validator("motifs")
    @classmethod
    def _inside(cls, motifs: tuple[str, ...]) -> tuple[str, ...]:
        for motif in motifs:
            if motif.startswith(("/", "\\")) or ".." in motif.replace("\\", "/").split("/"):
                raise ValueError("motif de noms de fichiers, sans chemin : écrire par exemple *.json")
        return motifs
