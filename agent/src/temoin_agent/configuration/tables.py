"""The tables of the configuration file as they are written: strict, frozen, and without any secret in clear.

Paths are text relative to the file's own folder; references between tables are names. `loading` resolves both.
"""

from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from temoin_sdk.conventions import Convention
from temoin_sdk.report.bounded import Installation, Origine
from temoin_sdk.vocabulary import Relation, Secteur

CODE = r"^[a-z0-9][a-z0-9-]{0,63}$"

Code = Annotated[str, Field(pattern=CODE)]
Texte = Annotated[str, Field(min_length=1, max_length=200)]


def _one_or_several(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


class Table(BaseModel):
    """What all tables share. Inputs stay out of error texts: somebody may have typed a password in the wrong place."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)


class Reference(Table):
    """Where a secret is: `{ env = "NOM" }` or `{ fichier = "chemin" }`, exactly one of the two."""

    env: Texte | None = None
    fichier: Texte | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.env is None) == (self.fichier is None):
            raise ValueError('une référence de secret s\'écrit { env = "NOM" } ou { fichier = "chemin" }')
        return self


class TableGestionnaire(Table):
    """The organisme gestionnaire; `fuseau` defaults to that of the territory of its FINESS EJ."""

    nom: Texte
    ej: Texte
    siren: Texte | None = None
    fuseau: Texte | None = None
    autres_installations: tuple[Installation, ...] = ()


class TableCles(Table):
    """Where the secrets of this installation lie; `temoin cles creer` writes them."""

    signature: Texte = "cles/signature.pem"
    phrase: Reference | None = None
    pseudonymes: Texte = "cles/pseudonymes.cle"
    site: Texte = "cles/site.cle"


class TablePreuves(Table):
    """How long personal data is kept with the evidence, as the DPO decided, and whom a reader of it may call.

    Without `conservation_mois` nothing is ever due to be purged: no duration is assumed for anybody.
    """

    conservation_mois: Annotated[int, Field(ge=1, le=600)] | None = None
    contact: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")] | None = None


class TableRecepteur(Table):
    """A receiver, the key that signs its receipts and the key of its ledger: pinned, so that nobody else can speak."""

    code: Code
    url: Texte
    origine: Origine
    cle: Any = Field(description="JWK publique en ligne, ou chemin du fichier qui la contient")
    registre: Texte = Field(description="clé du registre, telle que le récepteur l'écrit, ou chemin de son fichier")
    ca: Texte | None = None


class TableProjet(Convention):
    """A convention and the receiver its reports go to."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    recepteur: Code

    def convention(self) -> Convention:
        """The convention alone, as the receiver's register knows it."""
        return Convention(**{name: getattr(self, name) for name in Convention.model_fields})


class TableEtablissement(Table):
    """An ESSMS, and the projects that carry it."""

    finess: Texte
    nom: Texte
    projet: Annotated[tuple[Code, ...], BeforeValidator(_one_or_several), Field(min_length=1)]
    secteur: Secteur | None = None
    categorie: int | None = None
    fuseau: Texte | None = None
    exception_finess: bool = Field(default=False, description="numéro confirmé par l'ARS bien que sa clé soit fausse")
    mise_en_service: date | None = None
    ouverture: date | None = None
    fermeture: date | None = None


class TableSource(Table):
    """A place where facts are, and which sites of it are which ESSMS.

    `etablissements` lists those whose code in the software is their FINESS; `sites` maps the software's own codes.
    """

    nom: Texte
    plugin: Texte
    etablissements: tuple[Texte, ...] = ()
    sites: dict[Texte, Texte] = Field(default_factory=dict)
    fournit: tuple[Relation, ...] | None = None
    cumule: bool = False
    reglages: dict[str, Any] = Field(default_factory=dict)
