"""A base of facts as an editor stores it: raw rows, what its date columns hold, and what is asked about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from temoin_sdk.campaigns import Reglages
from temoin_sdk.contract import Nature
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

EJ = "010000024"
PROJET = "projet-du-gave"
ESPACE = "essai.usager"
CLE_PSEUDONYME = bytes(range(32))
CLE_SITE = bytes(range(32, 64))


@dataclass(frozen=True)
class Etablissement:
    """An establishment of the project, its clock, and the codes of its sites in the software."""

    finess: str
    fuseau: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Base:
    """Rows by relation, each a named tuple of the contract; a relation that is absent is non fourni.

    All date columns of a relation hold the same nature.
    """

    fenetre: Fenetre
    reglages: Reglages
    fuseau_og: str
    etablissements: tuple[Etablissement, ...]
    sites: tuple[Any, ...]
    """Codes the software lists, spelled its own way."""
    natures: Mapping[Relation, Nature]
    lignes: Mapping[Relation, tuple[Any, ...]]
    espace: str = ESPACE
    """Identifier space in which usagers of the rows live."""

    def __repr__(self) -> str:
        """Short: a comparison that fails shows the facts that matter."""
        rows = sum(map(len, self.lignes.values()))
        finess = ", ".join(one.finess for one in self.etablissements)
        return f"<Base of {rows} rows, {finess}, {self.fenetre.libelle()}>"

    def rows(self, relation: Relation) -> tuple[Any, ...]:
        """The rows of a relation, none if it is not supplied."""
        return self.lignes.get(relation, ())
