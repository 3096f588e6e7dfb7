"""What a gestionnaire writes of his exports: sets of files, and which column of them says what.

A set (« jeu ») is a folder, a pattern and a mapping. Several sets may feed one relation.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from temoin_fichiers.spelling import plain
from temoin_sdk.contract import LOCALE_ETABLISSEMENT, CheminComplet, Reglages
from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.vocabulary import (
    Auteur,
    Compte,
    Destinataire,
    MotifNonEligible,
    Relation,
    StatutEvenement,
    StatutProjet,
)

LES_AUTRES: Final = "*"
"""In « garder » or « ecarter »: every word that neither names."""

MOIS, DEBUT, FIN = "mois", "debut", "fin_incluse"
PERIODE: Final = (MOIS, DEBUT, FIN)
"""How a file of totals says what its figures span."""

_WORDS: Final[Mapping[tuple[Relation, str], frozenset[str]]] = {
    (Relation.MISES_A_JOUR, "auteur"): frozenset(Auteur),
    (Relation.MESSAGES_MSS, "destinataire"): frozenset(Destinataire),
    (Relation.EVENEMENTS, "statut"): frozenset(StatutEvenement),
    (Relation.PROJETS, "statut"): frozenset(s.name.lower() for s in StatutProjet),
    (Relation.SEJOURS, "motif_non_eligible"): frozenset(m.name.lower() for m in MotifNonEligible),
}


def _pattern(text: str) -> str:
    if "/" in text or "\\" in text:
        raise ValueError("le motif porte sur le nom du fichier, sans dossier : écrire par exemple MSS_*.csv")
    return text


def _zone(text: str) -> str:
    try:
        if text != LOCALE_ETABLISSEMENT:
            ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(
            f"fuseau inconnu ; écrire un nom IANA (Europe/Paris), ou {LOCALE_ETABLISSEMENT} si chaque établissement "
            "écrit à sa propre heure"
        ) from error
    return text


Mot = Annotated[str, Field(min_length=1, max_length=200)]
Rang = Annotated[int, Field(ge=1, le=16_384, strict=True)]
Colonne = Mot | Rang
"""A heading as the file spells it, or the rank of a column whose heading is not unique."""


class Jeu(BaseModel):
    """One set of files of one shape."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    # Where files lie says nothing of how they are read: both stay out of the fingerprint of the queries.
    dossier: CheminComplet = Field(exclude=True)
    motif: Annotated[str, AfterValidator(_pattern), Field(min_length=1, max_length=200, exclude=True)]
    format: Literal["csv", "xlsx", "parquet"] | None = Field(default=None, description="par défaut, selon l'extension")
    separateur: Literal[";", ",", "\t", "|"] | None = None
    encodage: Literal["utf-8", "cp1252"] | None = None
    feuille: Mot | None = Field(default=None, description="nom de la feuille ; par défaut la première")
    colonnes: dict[Mot, Colonne] = Field(default_factory=dict)
    constantes: dict[Mot, Mot] = Field(default_factory=dict)
    valeurs: dict[Mot, dict[Mot, str]] = Field(default_factory=dict)
    garder: dict[Mot, tuple[Mot, ...]] = Field(default_factory=dict)
    ecarter: dict[Mot, tuple[Mot, ...]] = Field(default_factory=dict)

    @property
    def references(self) -> tuple[str | int, ...]:
        """Every column of the file that is read, once."""
        return tuple(dict.fromkeys((*self.colonnes.values(), *self.garder, *self.ecarter)))

    def translations(self, column: str) -> dict[str, str]:
        """Words of the file, in the form they are compared by, and what they become."""
        return {plain(word): becomes for word, becomes in self.valeurs.get(column, {}).items()}

    def check_columns(self, known: Iterable[str]) -> None:
        """Raise ValueError for a column nobody knows, or one that is said twice."""
        admitted = list(known)
        for name, table in (("colonnes", self.colonnes), ("constantes", self.constantes), ("valeurs", self.valeurs)):
            if stray := sorted(set(table) - set(admitted)):
                raise ValueError(f"{name} : « {stray[0]} » est inconnu ; noms admis : {', '.join(admitted)}")
        if both := sorted(set(self.colonnes) & set(self.constantes)):
            raise ValueError(f"« {both[0]} » est à la fois dans colonnes et dans constantes")

    @model_validator(mode="after")
    def _one_word_one_meaning(self) -> Self:
        for column, words in self.valeurs.items():
            if len({plain(word) for word in words}) != len(words):
                raise ValueError(
                    f"valeurs.{column} : un même mot y est écrit deux fois, à la casse ou aux accents près"
                )
        for column in set(self.garder) & set(self.ecarter):
            if both := {plain(w) for w in self.garder[column]} & {plain(w) for w in self.ecarter[column]}:
                raise ValueError(f"colonne « {column} » : « {min(both)} » est à la fois gardé et écarté")
        return self


class JeuLignes(Jeu):
    """A set whose lines are facts of one relation."""

    relation: Relation
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Paris"
    dates: Literal["instant", "jour", "epoch_s", "epoch_ms"] = "instant"
    jusqu_au: date | None = Field(default=None, description="dernier jour couvert par un export qui ne se fait plus")

    @model_validator(mode="after")
    def _columns_of_the_relation(self) -> Self:
        shape = SHAPES[self.relation]
        self.check_columns(shape.columns)
        optional = {"code"} if self.relation is Relation.MESSAGES_MSS else set()
        if missing := [c for c in shape.required if c not in {*self.colonnes, *self.constantes, *optional}]:
            raise ValueError(
                f"relation {self.relation.value} : « {missing[0]} » manque ; la nommer dans colonnes (ou constantes)"
            )
        self._check_words()
        return self

    def _check_words(self) -> None:
        """A word that a setting itself gives must be one the relation knows."""
        for column in self.valeurs | self.constantes:
            admitted = _WORDS.get((self.relation, column))
            given = [*self.valeurs.get(column, {}).values(), *filter(None, [self.constantes.get(column)])]
            if admitted and (stray := [word for word in given if word not in admitted]):
                raise ValueError(
                    f"{column} : « {stray[0]} » n'est pas un mot du contrat ; admis : {', '.join(sorted(admitted))}"
                )


class JeuTotaux(Jeu):
    """A set whose lines are totals of one site over one period."""

    mois_du_nom: Annotated[str, Field(pattern=r"^[^{}]*\{annee\}[^{}]*\{mois\}[^{}]*$")] | None = None
    additionner: bool = Field(default=False, strict=True)
    absent_vaut_zero: bool = Field(default=False, strict=True)

    @property
    def comptes(self) -> tuple[Compte, ...]:
        """Counts this set gives."""
        return tuple(compte for compte in Compte if compte.value in self.colonnes)

    @model_validator(mode="after")
    def _site_period_and_counts(self) -> Self:
        self.check_columns(("code", *PERIODE, *(compte.value for compte in Compte)))
        if "code" not in {*self.colonnes, *self.constantes}:
            raise ValueError("« code » manque ; le nommer dans colonnes (ou constantes)")
        if not self.comptes:
            raise ValueError(f"aucun compte n'est nommé dans colonnes ; comptes admis : {', '.join(Compte)}")
        if misplaced := sorted((set(self.constantes) | set(self.valeurs)) - {"code"}):
            raise ValueError(f"« {misplaced[0]} » vient d'une colonne ; constantes et valeurs ne portent que sur code")
        said = frozenset(set(self.colonnes) & set(PERIODE))
        if (said, self.mois_du_nom is not None) not in _PERIODS_SAID:
            raise ValueError(
                "la période se dit d'une seule façon : la colonne mois, les colonnes debut et fin_incluse, ou "
                'mois_du_nom (par exemple "MSS_{annee}-{mois}.csv")'
            )
        return self


_PERIODS_SAID: Final = (
    (frozenset({MOIS}), False),
    (frozenset({DEBUT, FIN}), False),
    (frozenset[str](), True),
)


def _some(jeux: tuple[Any, ...]) -> tuple[Any, ...]:
    """Said after the sets themselves are right: a set that is refused is not a set that is missing."""
    if not jeux:
        raise ValueError("aucun jeu de fichiers : écrire au moins une table [[sources.reglages.jeux]]")
    return jeux


class ReglagesFichiers(Reglages):
    """Settings of the source `fichiers`; `etablissements` lists sites that the exports cover even without a line."""

    logiciel: Mot = "Exports de fichiers"
    espace_usagers: Mot = "fichiers"
    etablissements: tuple[Mot, ...] = ()
    jeux: Annotated[tuple[JeuLignes, ...], AfterValidator(_some)]

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """Names that say nothing of how facts are read; a set goes with its whole mapping."""
        return frozenset({"logiciel"})

    @model_validator(mode="after")
    def _some_site_is_known(self) -> Self:
        if not self.etablissements and not any("code" in {*jeu.colonnes, *jeu.constantes} for jeu in self.jeux):
            raise ValueError("aucun site : donner la colonne code d'un jeu, ou la liste « etablissements »")
        return self


class ReglagesTotaux(Reglages):
    """Settings of the source `fichiers_totaux`."""

    logiciel: Mot = "Exports de fichiers"
    etablissements: tuple[Mot, ...] = ()
    jeux: Annotated[tuple[JeuTotaux, ...], AfterValidator(_some)]

    @classmethod
    def locaux(cls) -> frozenset[str]:
        """As for lists."""
        return frozenset({"logiciel"})


def said_in_sets(reglages: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sets of settings that nobody validated yet; what has another shape is left for validation to name."""
    jeux = reglages.get("jeux")
    return [jeu for jeu in jeux if isinstance(jeu, Mapping)] if isinstance(jeux, list | tuple) else []
