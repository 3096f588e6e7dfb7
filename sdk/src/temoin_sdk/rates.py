"""Indicators from counts: exact fractions, truncated for people, compared without rounding (decisions 10 to 12)."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from temoin_sdk.campaigns import Campagne, Cible, DefinitionIndicateur, Exemption
from temoin_sdk.campaigns.models import CodeIndicateur
from temoin_sdk.conventions import Convention
from temoin_sdk.figures import Nombre, NombreRecu
from temoin_sdk.vocabulary import Compte, EtatCompte, EtatIndicateur, Secteur

ESPACE_MILLIERS = "\u202f"
ESPACE_POURCENT = "\u00a0"

Taux = Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]{2}$")]
"""A rate in per cent, truncated to two decimals, as decimal text: « 89.99 »."""


class Indicateur(BaseModel):
    """One indicator of one establishment.

    A number (`nb_`) stands in `numerateur`, without denominator nor rate. An exempt indicator keeps its figures: they
    are shown, and judged by nobody.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    code: CodeIndicateur
    numerateur: NombreRecu | None
    denominateur: NombreRecu | None
    taux: Taux | None
    cible: Cible | None
    etat: EtatIndicateur


class IndicateurEnsemble(Indicateur):
    """One indicator of a whole project: figures pooled over `mesures` establishments, and those that reach the target.

    `etat` is that of the pooled figure. `total` counts every establishment in scope: a silent, blocked or not
    measurable one is in it and has not reached the target; an exempt one is out of it.
    """

    mesures: Nombre
    atteints: Nombre
    total: Nombre


def retained(campagne: Campagne, convention: Convention) -> tuple[DefinitionIndicateur, ...]:
    """The indicators of this project: all of the campaign's, less those of a choice its convention did not keep."""
    if convention.indicateurs is None:
        return campagne.indicateurs
    optional = {code for choix in campagne.choix for code in choix.parmi}
    dropped = optional - set(convention.indicateurs)
    return tuple(definition for definition in campagne.indicateurs if definition.code not in dropped)


def exempt_indicateurs(
    campagne: Campagne, secteur: Secteur | None, secteurs_du_projet: Iterable[Secteur | None]
) -> frozenset[str]:
    """Codes on which an establishment has no duty, by its sector and, where the campaign wants it, the whole project's.

    An establishment whose sector is not known exempts nobody: it may be of another sector.
    """
    projet = frozenset(secteurs_du_projet)

    def applies(exemption: Exemption) -> bool:
        return secteur is exemption.secteur and (not exemption.projet_entier or projet <= {exemption.secteur})

    return frozenset(code for exemption in campagne.exemptions if applies(exemption) for code in exemption.indicateurs)


def compute_indicateurs(
    comptes: Mapping[Compte, int | None],
    etats: Mapping[Compte, EtatCompte],
    campagne: Campagne,
    convention: Convention,
    exempts: frozenset[str],
) -> tuple[Indicateur, ...]:
    """The indicators of one establishment, in the campaign's order.

    The target of a number (`nb_`) is the establishment's own, or the project's where the convention decides on the
    whole: it then stands on the pooled figure only.
    """

    def supplied(compte: Compte | None) -> int | None:
        if compte is None or etats.get(compte) is not EtatCompte.FOURNI:
            return None
        return comptes.get(compte)

    indicateurs = []
    for definition in retained(campagne, convention):
        numerateur, denominateur = supplied(definition.numerateur), supplied(definition.denominateur)
        cible = _cible(definition, convention, judged_on_whole=False)
        judged = _judge(definition, numerateur, denominateur, cible)
        indicateurs.append(
            Indicateur(
                code=definition.code,
                numerateur=numerateur,
                denominateur=denominateur,
                taux=_taux(numerateur, denominateur),
                cible=cible,
                etat=EtatIndicateur.SANS_OBJET if definition.code in exempts else judged,
            )
        )
    return tuple(indicateurs)


def compute_ensemble(
    par_etablissement: Sequence[tuple[Indicateur, ...]], total: int, campagne: Campagne, convention: Convention
) -> tuple[IndicateurEnsemble, ...]:
    """The project's line for each indicator: pooled figures, and how many of `total` establishments reach the target.

    `total` is the number of establishments of the project, those without figures included.
    """
    return tuple(
        _pool(
            definition,
            [indicateur for line in par_etablissement for indicateur in line if indicateur.code == definition.code],
            total,
            _cible(definition, convention, judged_on_whole=True),
        )
        for definition in retained(campagne, convention)
    )


def cumulable(indicateur: Indicateur) -> bool:
    """True when the figures may enter the pooled ones: measured, and a duty of this establishment."""
    return indicateur.etat in {EtatIndicateur.ATTEINT, EtatIndicateur.NON_ATTEINT, EtatIndicateur.SANS_CIBLE}


def is_attained(numerateur: int, denominateur: int, cible: str) -> bool:
    """100 x numerator >= target x denominator, exactly."""
    return 100 * numerateur >= Fraction(cible) * denominateur


def format_nombre(nombre: int) -> str:
    """« 8 999 », thousands apart by a narrow no-break space."""
    return f"{nombre:,}".replace(",", ESPACE_MILLIERS)


def format_pourcent(texte: str) -> str:
    """« 89,99 % » from the decimal text of a rate or a target."""
    entier, _, decimales = texte.partition(".")
    virgule = f",{decimales}" if decimales else ""
    return f"{format_nombre(int(entier))}{virgule}{ESPACE_POURCENT}%"


def format_taux(indicateur: Indicateur) -> str:
    """« 89,99 % (8 999/10 000) », « 8 999 » for a number, or in words why there is no figure."""
    numerateur, denominateur = indicateur.numerateur, indicateur.denominateur
    if indicateur.code.startswith("nb_"):
        return "non fourni" if numerateur is None else format_nombre(numerateur)
    if numerateur is None or denominateur is None:
        return "non fourni"
    fraction = f"({format_nombre(numerateur)}/{format_nombre(denominateur)})"
    if indicateur.taux is None:
        return f"non mesurable {fraction}"
    return f"{format_pourcent(indicateur.taux)} {fraction}"


def _cible(definition: DefinitionIndicateur, convention: Convention, *, judged_on_whole: bool) -> str | None:
    """A rate has one target for each and for all; that of a number is a sum, which means one of the two only."""
    if definition.denominateur is None and judged_on_whole != (convention.decision == "ensemble"):
        return None
    return convention.cibles.get(definition.code, definition.cible)


def _taux(numerateur: int | None, denominateur: int | None) -> str | None:
    if numerateur is None or denominateur is None or numerateur < 0 or denominateur <= 0:
        return None
    centiemes = 10_000 * numerateur // denominateur
    return f"{centiemes // 100}.{centiemes % 100:02d}"


def _judge(
    definition: DefinitionIndicateur, numerateur: int | None, denominateur: int | None, cible: str | None
) -> EtatIndicateur:
    if numerateur is None or (definition.denominateur is not None and denominateur is None):
        return EtatIndicateur.NON_FOURNI
    if denominateur is not None and denominateur <= 0:
        return EtatIndicateur.NON_MESURABLE
    if cible is None:
        return EtatIndicateur.SANS_CIBLE
    # A number is compared as it stands: as a rate over 100 persons would be.
    reached = is_attained(numerateur, 100 if denominateur is None else denominateur, cible)
    return EtatIndicateur.ATTEINT if reached else EtatIndicateur.NON_ATTEINT


def _pool(
    definition: DefinitionIndicateur, lines: Sequence[Indicateur], total: int, cible: str | None
) -> IndicateurEnsemble:
    measured = [line for line in lines if cumulable(line)]
    in_scope = total - sum(line.etat is EtatIndicateur.SANS_OBJET for line in lines)
    numerateur = sum(line.numerateur or 0 for line in measured) if measured else None
    has_rate = measured and definition.denominateur is not None
    denominateur = sum(line.denominateur or 0 for line in measured) if has_rate else None
    return IndicateurEnsemble(
        code=definition.code,
        numerateur=numerateur,
        denominateur=denominateur,
        taux=_taux(numerateur, denominateur),
        cible=cible,
        etat=_pooled_state(lines, in_scope) if not measured else _judge(definition, numerateur, denominateur, cible),
        mesures=len(measured),
        atteints=sum(line.etat is EtatIndicateur.ATTEINT for line in lines),
        total=in_scope,
    )


def _pooled_state(lines: Sequence[Indicateur], in_scope: int) -> EtatIndicateur:
    """Why there is nothing to pool: nobody has the duty, nobody has a denominator, or nobody said."""
    if lines and in_scope == 0:
        return EtatIndicateur.SANS_OBJET
    if any(line.etat is EtatIndicateur.NON_MESURABLE for line in lines):
        return EtatIndicateur.NON_MESURABLE
    return EtatIndicateur.NON_FOURNI
