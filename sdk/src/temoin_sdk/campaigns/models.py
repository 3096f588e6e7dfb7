"""The strict model every campaign file is read by.

Each setting stands beside the text it comes from: a file whose settings are not all justified is refused, so that no
provisional decision can hide.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from temoin_sdk.vocabulary import Compte, MotifNonEligible, Secteur

MOTIFS = tuple(motif.name.lower() for motif in MotifNonEligible)

_CIBLE = re.compile(r"(?:[1-9][0-9]{0,8}(?:\.[0-9]?[1-9])?|0\.[0-9]?[1-9])")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_CODE_INDICATEUR = re.compile(r"(?:nb|taux)_[a-z0-9_]{1,40}")


def _check_cible(text: str) -> str:
    if not _CIBLE.fullmatch(text):
        raise ValueError(
            f"« {text} » n'est pas une cible : un nombre positif entre guillemets, deux décimales au plus, un point, "
            "sans zéro inutile (« 90 », « 62.5 »)"
        )
    return text


def _check_code(text: str) -> str:
    if not _CODE.fullmatch(text):
        raise ValueError(f"« {text} » n'est pas un code : minuscules sans accent, chiffres et tirets, 64 au plus")
    return text


def _check_code_indicateur(text: str) -> str:
    if not _CODE_INDICATEUR.fullmatch(text):
        raise ValueError(
            f"« {text} » n'est pas un code d'indicateur : « nb_… » pour un nombre, « taux_… » pour un taux"
        )
    return text


Cible = Annotated[str, AfterValidator(_check_cible)]
"""A target as exact decimal text, in one spelling.

Two decimals at most: a rate truncated to two decimals then reaches the target exactly when the rate itself does.
"""

Code = Annotated[str, AfterValidator(_check_code)]
CodeIndicateur = Annotated[str, AfterValidator(_check_code_indicateur)]
Texte = Annotated[str, StringConstraints(min_length=1)]
Mois = Annotated[int, Field(ge=1, le=12)]
Rang = Annotated[int, Field(ge=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Reglages(_Strict):
    """What the calls leave open, as settings: domain decisions 3, 5, 6, 8, 9 and 11."""

    base_personnes: Literal["fenetre", "annee"]
    projet: Literal["dernier_jour", "un_jour"]
    agenda: Literal["fenetre", "tout"]
    dmp: Literal["accompagnees_eligibles", "sans_condition"]
    motifs_admis: tuple[str, ...]
    invariants: bool

    @model_validator(mode="after")
    def _reasons_are_known(self) -> Self:
        if unknown := [motif for motif in self.motifs_admis if motif not in MOTIFS]:
            raise ValueError(f"motifs_admis : {', '.join(unknown)} inconnu(s) ; motifs admis : {', '.join(MOTIFS)}")
        if repeated := _repeated(self.motifs_admis):
            raise ValueError(f"motifs_admis : {repeated} écrit deux fois")
        return self


class RegleFenetre(_Strict):
    """How a campaign's window follows from a measure date (domain decision 1); lengths in months."""

    regle: Literal["date_de_mesure", "mois_civils"]
    mois: Mois
    mois_premiere_mesure: Mois | None = None
    mois_maintenance: Mois | None = None


class DefinitionIndicateur(_Strict):
    """An indicator as counts; a `nb_` has no denominator, a `taux_` has one."""

    code: CodeIndicateur
    libelle: Texte
    numerateur: Compte
    denominateur: Compte | None = None
    cible: Cible | None = None
    facultatif: bool = False
    texte: Texte

    @model_validator(mode="after")
    def _code_says_number_or_rate(self) -> Self:
        if self.code.startswith("taux_") != (self.denominateur is not None):
            raise ValueError(f"{self.code} : un taux a un dénominateur, un nombre n'en a pas")
        return self


class Choix(_Strict):
    """A group of which each project keeps at least `minimum`; those it does not keep are not computed for it."""

    libelle: Texte
    parmi: tuple[CodeIndicateur, ...]
    minimum: Annotated[int, Field(ge=1)]
    texte: Texte

    @model_validator(mode="after")
    def _can_be_satisfied(self) -> Self:
        if self.minimum > len(set(self.parmi)):
            raise ValueError(f"{self.libelle} : {self.minimum} à choisir parmi {len(set(self.parmi))} seulement")
        return self


class Exemption(_Strict):
    """Indicators on which a sector has no duty; with `projet_entier`, only if the whole project is of that sector."""

    secteur: Secteur
    indicateurs: tuple[CodeIndicateur, ...]
    projet_entier: bool
    texte: Texte


class Montant(_Strict):
    """One line of the indicative scale, in euros: never an amount due, the convention's always prevails.

    Ranks count the ESSMS of a project from 1, `au_rang` included. `plafond`: real costs are paid up to `euros`.
    """

    poste: Literal["usage", "editeur", "equipement", "amoa"]
    logiciel: Literal["nouveau", "conserve"] | None = None
    par: Literal["essms", "projet"]
    du_rang: Rang = 1
    au_rang: Rang | None = None
    euros: Annotated[int, Field(ge=0)]
    plafond: bool = False
    condition: Texte | None = None
    texte: Texte

    @model_validator(mode="after")
    def _ranks_in_order(self) -> Self:
        if self.au_rang is not None and self.au_rang < self.du_rang:
            raise ValueError(f"{self.poste} : le rang {self.au_rang} vient avant le rang {self.du_rang}")
        return self

    def overlaps(self, other: "Montant") -> bool:
        """True when both lines would apply to the same ESSMS for the same thing."""
        same = (self.poste, self.logiciel, self.par, self.condition) == (
            other.poste,
            other.logiciel,
            other.par,
            other.condition,
        )
        return (
            same
            and (self.au_rang is None or other.du_rang <= self.au_rang)
            and (other.au_rang is None or self.du_rang <= other.au_rang)
        )


class Versement(_Strict):
    """One instalment, in per cent of the convention's amount."""

    libelle: Texte
    pourcent: Annotated[int, Field(ge=1, le=100)]
    texte: Texte


class Campagne(_Strict):
    """All that is common to the projects of one call; what one convention knows stands in the convention."""

    code: Code
    libelle: Texte
    annee: Annotated[int, Field(ge=2020, le=2100)]
    sources: Annotated[tuple[Texte, ...], Field(min_length=1)]
    fenetre: RegleFenetre
    reglages: Reglages
    textes: dict[str, Texte]
    indicateurs: Annotated[tuple[DefinitionIndicateur, ...], Field(min_length=1)]
    choix: tuple[Choix, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    enjeu_indicatif: tuple[Montant, ...] = ()
    versements: tuple[Versement, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of every indicator, in the campaign's order."""
        return tuple(indicateur.code for indicateur in self.indicateurs)

    @model_validator(mode="after")
    def _every_setting_has_its_text(self) -> Self:
        settings = {*Reglages.model_fields, *self.fenetre.model_fields_set}
        if missing := sorted(settings - set(self.textes)):
            raise ValueError(f"textes : le texte dont vient chaque réglage manque pour {', '.join(missing)}")
        known = {*Reglages.model_fields, *RegleFenetre.model_fields}
        if unknown := sorted(set(self.textes) - known):
            raise ValueError(f"textes : {', '.join(unknown)} ne correspond à aucun réglage de [reglages] ou [fenetre]")
        return self

    @model_validator(mode="after")
    def _codes_are_unique_and_known(self) -> Self:
        if repeated := _repeated(self.codes):
            raise ValueError(f"indicateurs : {repeated} défini deux fois")
        named = [code for choix in self.choix for code in choix.parmi]
        if repeated := _repeated(named):
            raise ValueError(f"choix : {repeated} proposé deux fois")
        named += [code for exemption in self.exemptions for code in exemption.indicateurs]
        if unknown := sorted(set(named) - set(self.codes)):
            raise ValueError(f"choix ou exemptions : {', '.join(unknown)} n'est pas un indicateur de la campagne")
        return self

    @model_validator(mode="after")
    def _money_adds_up(self) -> Self:
        if self.versements and (total := sum(part.pourcent for part in self.versements)) != 100:
            raise ValueError(f"versements : la somme fait {total} %, pas 100 %")
        for rank, line in enumerate(self.enjeu_indicatif):
            if any(line.overlaps(other) for other in self.enjeu_indicatif[:rank]):
                raise ValueError(f"enjeu_indicatif n° {rank + 1} : deux montants pour un même ESSMS ({line.poste})")
        return self


def _repeated(codes: Iterable[str]) -> str | None:
    return next((code for code, times in Counter(codes).items() if times > 1), None)
