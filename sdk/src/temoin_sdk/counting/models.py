"""Plain data into and out of the one call that reads and counts, so that it can run in a process of its own.

The signing key is not in it, and never is: the agent alone holds it.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from temoin_sdk.campaigns import Campagne
from temoin_sdk.errors import Acteur
from temoin_sdk.figures import Avertissement, Ecarte, Figures, FiguresOG, SourceLue
from temoin_sdk.finess import Finess
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class EtablissementDemande(_Plain):
    """One establishment of the project, its clock, and the dated facts of its window."""

    finess: Finess
    fuseau: str
    mise_en_service: date | None = None
    ouverture: date | None = None
    fermeture: date | None = None


class SourceDemande(_Plain):
    """One configured source. `sites` maps the software's own codes to FINESS numbers of the project.

    `fournit` restricts what is asked of it; `cumule` allows another source for the same relation and establishment.
    """

    nom: str
    plugin: str
    reglages: Mapping[str, Any] = Field(repr=False)
    sites: Mapping[str, Finess]
    fournit: tuple[Relation, ...] | None = None
    cumule: bool = False


class Demande(_Plain):
    """What to count. `dossier` is an existing folder that receives the evidence files of this run alone.

    `cle_ins` is what `CleIns.derivee` draws from the site's lasting key; None where there is none yet: figures that are
    only shown then come from a key of this run, of which no source keeps anything.
    """

    fenetre: Fenetre
    campagne: Campagne
    ej: Finess
    projet: str
    etablissements: tuple[EtablissementDemande, ...]
    fuseau_og: str
    sources: tuple[SourceDemande, ...]
    cle_pseudonyme: bytes = Field(repr=False, min_length=32, max_length=32)
    cle_site: bytes = Field(repr=False, min_length=32, max_length=32)
    cle_ins: bytes | None = Field(default=None, repr=False, min_length=32, max_length=32)
    dossier: Path

    @model_validator(mode="after")
    def _something_to_count(self) -> Self:
        if not self.etablissements or not self.sources:
            raise ValueError("un projet compte au moins un établissement et une source")
        return self


class ErreurSource(_Plain):
    """A source that could not be used; the establishments that need it have no figures."""

    source: str
    code: str
    message: str
    remede: str
    ou: str | None
    acteur: Acteur
    retryable: bool


class Resultat(_Plain):
    """What was counted. Establishments of the request are each either in `etablissements` or in `ecartes`."""

    fenetre: Fenetre
    etablissements: tuple[Figures, ...]
    og: FiguresOG | None
    sources: tuple[SourceLue, ...]
    ecartes: tuple[Ecarte, ...]
    avertissements: tuple[Avertissement, ...]
    erreurs: tuple[ErreurSource, ...]
