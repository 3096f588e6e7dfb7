"""The register as the ARS writes it: one TOML file with `[[organismes]]`, `[[etablissements]]` and `[[projets]]`.

An establishment that changed of organisme has one entry for each, with dates; `jusqu_au` is the last day included, as
people say it. A project is a convention, the organismes that carry it and its establishments.
"""

from datetime import date, timedelta
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from temoin_sdk.conventions import Convention
from temoin_sdk.vocabulary import Secteur

Texte = Annotated[str, Field(min_length=1, max_length=200)]
Numeros = Annotated[tuple[Texte, ...], Field(min_length=1)]


class _Table(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, strict=True, extra="forbid")


class TableOrganisme(_Table):
    """An organisme gestionnaire, by its FINESS EJ."""

    ej: Texte
    nom: Texte
    siren: Texte | None = None
    exception_finess: bool = Field(default=False, description="numéro réel bien que sa clé soit fausse")


class TableEtablissement(_Table):
    """An ESSMS for as long as one organisme runs it; without dates, always."""

    finess: Texte
    nom: Texte
    secteur: Secteur
    ej: Texte
    depuis: date | None = None
    jusqu_au: date | None = None
    exception_finess: bool = Field(default=False, description="numéro réel bien que sa clé soit fausse")

    @property
    def jusqu_a(self) -> date | None:
        """The first day after the period."""
        return None if self.jusqu_au is None else self.jusqu_au + timedelta(days=1)

    def overlaps(self, other: "TableEtablissement") -> bool:
        """True when both periods hold a common day."""
        return _before(self.depuis, other.jusqu_a) and _before(other.depuis, self.jusqu_a)


class TableProjet(Convention):
    """A convention with those it binds."""

    organismes: Numeros
    etablissements: Numeros

    def convention(self) -> Convention:
        """The convention alone."""
        return Convention.model_validate({name: getattr(self, name) for name in Convention.model_fields})


class FichierRegistre(_Table):
    """The whole file; what it does not name is left as it stands in the register."""

    organismes: tuple[TableOrganisme, ...] = ()
    etablissements: tuple[TableEtablissement, ...] = ()
    projets: tuple[TableProjet, ...] = ()


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end
