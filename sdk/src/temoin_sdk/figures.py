"""All that counting hands over, as plain frozen data, and the invariants figures must respect.

Nothing here can hold personal data: integers, closed words, bounded names of software, and hashes.
"""

from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from temoin_sdk.campaigns import Reglages
from temoin_sdk.errors import Acteur
from temoin_sdk.finess import Finess
from temoin_sdk.vocabulary import (
    Compte,
    Drapeau,
    EtatCompte,
    MotifEcart,
    MotifNonEligible,
    Niveau,
    Relation,
)

ENTIER_MAX = 2**53 - 1
"""Largest integer every JSON reader keeps exact."""

Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Nom = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Nombre = Annotated[int, Field(ge=0, le=ENTIER_MAX)]
NombreRecu = Annotated[int, Field(ge=-ENTIER_MAX, le=ENTIER_MAX)]
"""A count as a source gave it: a negative one must reach `check_invariants`, which blocks its establishment only."""

MOTIFS_EXCLUS = frozenset(motif.name.lower() for motif in MotifNonEligible)


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Figures(_Plain):
    """The figures of one establishment in one window, with the roots of the evidence they follow from.

    All ten counts are present. A count is null exactly when its state is not `fourni`; a level of proof stands for
    every supplied count and for no other.
    """

    finess: Finess
    comptes: dict[Compte, NombreRecu | None]
    etats: dict[Compte, EtatCompte]
    niveaux: dict[Compte, Niveau]
    drapeaux: tuple[Drapeau, ...] = Field(description="triés, sans doublon")
    exclus: dict[str, Nombre] = Field(description="personnes non éligibles par motif (nom du motif en minuscules)")
    messages_mss_professionnels: Nombre | None
    messages_mss_usagers: Nombre | None
    feuilles: Nombre
    racine: Hex64
    feuilles_jours: Nombre
    racine_jours: Hex64

    @model_validator(mode="after")
    def _counts_states_and_levels_agree(self) -> Self:
        every = set(Compte)
        if set(self.comptes) != every or set(self.etats) != every:
            raise ValueError("les dix comptes et leurs états doivent tous être présents")
        for compte, valeur in self.comptes.items():
            supplied = self.etats[compte] is EtatCompte.FOURNI
            if (valeur is not None) != supplied:
                raise ValueError(f"{compte} : un compte est nul si et seulement si son état n'est pas « fourni »")
            if (compte in self.niveaux) != supplied:
                raise ValueError(f"{compte} : un niveau de preuve accompagne chaque compte fourni, et eux seuls")
        return self

    @model_validator(mode="after")
    def _one_spelling(self) -> Self:
        if list(self.drapeaux) != sorted(set(self.drapeaux)):
            raise ValueError("les drapeaux sont triés et sans doublon")
        if unknown := sorted(set(self.exclus) - MOTIFS_EXCLUS):
            raise ValueError(f"motif d'exclusion inconnu : {', '.join(unknown)}")
        return self


class FiguresOG(_Plain):
    """Counts that belong to the organisme gestionnaire and are never split between its establishments (decision 7)."""

    messages_mss: Nombre
    feuilles_jours: Nombre
    racine_jours: Hex64


class SourceLue(_Plain):
    """What was read, by which plugin: stands in the report for each source."""

    source: Nom
    plugin: Nom
    plugin_version: Nom
    contrat: Annotated[int, Field(ge=1)]
    certificat: Hex64 | None = Field(default=None, description="empreinte du certificat de conformité du plugin")
    logiciel: Nom
    logiciel_version: Nom | None
    espace_usagers: Nom | None = Field(description="nul si la source ne connaît pas d'usagers (comptes tout faits)")
    niveau: Niveau
    relations: tuple[Relation, ...]
    empreinte_requetes: Hex64
    preuve: Hex64 | None = Field(
        default=None, description="empreinte commune des pièces dont des comptes tout faits sont tirés"
    )
    instantane: bool = Field(description="toutes les relations ont été lues dans un même état de la base")
    fusions: Nombre = Field(description="identifiants réunis par la carte d'identités")


class Ecarte(_Plain):
    """An establishment of the project that has no figures, and why, in a sentence that stays on site."""

    finess: Finess
    motif: MotifEcart
    message: str
    remede: str
    acteur: Acteur


class Avertissement(_Plain):
    """Something a person should look at, which blocks nothing. Stays on site."""

    code: str
    message: str
    remede: str
    acteur: Acteur
    finess: Finess | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken invariant: `message` is French and names both figures."""

    code: str
    message: str
    comptes: tuple[Compte, ...]


LIBELLES: dict[Compte, str] = {
    Compte.PERSONNES_ACCOMPAGNEES: "personnes accompagnées",
    Compte.PERSONNES_ELIGIBLES: "personnes éligibles",
    Compte.DOSSIERS_ACTIFS: "dossiers actifs",
    Compte.DOSSIERS_ACTIFS_PROJET: "dossiers actifs avec projet personnalisé",
    Compte.DOSSIERS_ACTIFS_AGENDA: "dossiers actifs avec événement d'agenda",
    Compte.MESSAGES_MSS: "messages MSSanté",
    Compte.DMP_ALIMENTES: "DMP alimentés",
    Compte.DOCUMENTS_DMP: "documents déposés au DMP",
    Compte.PRESCRIPTIONS_IMPORTEES: "prescriptions importées",
    Compte.ECHANGES_EPARCOURS: "échanges e-parcours",
}

_AT_MOST: tuple[tuple[Compte, Compte], ...] = (
    (Compte.DOSSIERS_ACTIFS, Compte.PERSONNES_ACCOMPAGNEES),
    (Compte.DOSSIERS_ACTIFS_PROJET, Compte.DOSSIERS_ACTIFS),
    (Compte.DOSSIERS_ACTIFS_AGENDA, Compte.DOSSIERS_ACTIFS),
    (Compte.PERSONNES_ELIGIBLES, Compte.PERSONNES_ACCOMPAGNEES),
    (Compte.DMP_ALIMENTES, Compte.PERSONNES_ELIGIBLES),
)


def check_invariants(figures: Figures, reglages: Reglages) -> tuple[Breach, ...]:
    """Every invariant of decision 11 that these figures break; null counts contradict nothing.

    A negative figure is always a breach. The others are rules of a campaign (`reglages.invariants`), and DMP fed may
    exceed eligible persons where the campaign counts deposits for anyone (`sans_condition`).
    """
    breaches = [
        Breach(
            code=f"{compte.value}_negatif",
            message=f"Le nombre de {LIBELLES[compte]} est négatif ({valeur}).",
            comptes=(compte,),
        )
        for compte in Compte
        if (valeur := figures.comptes[compte]) is not None and valeur < 0
    ]
    if reglages.invariants:
        breaches += [
            breach
            for moins, plus in _AT_MOST
            if not (moins is Compte.DMP_ALIMENTES and reglages.dmp == "sans_condition")
            and (breach := _check_at_most(figures, moins, plus)) is not None
        ]
    return tuple(breaches)


def _check_at_most(figures: Figures, moins: Compte, plus: Compte) -> Breach | None:
    petit, grand = figures.comptes[moins], figures.comptes[plus]
    if petit is None or grand is None or petit <= grand:
        return None
    return Breach(
        code=f"{moins.value}_superieur",
        message=f"Le nombre de {LIBELLES[moins]} ({petit}) dépasse celui des {LIBELLES[plus]} ({grand}).",
        comptes=(moins, plus),
    )
