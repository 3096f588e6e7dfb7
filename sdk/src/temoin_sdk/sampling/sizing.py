"""The number of records to open: the smallest one that, without a single defect, proves the target at 95 %.

Of A leaves that carry a flag, the target needs m; the margin is A - m. The target is missed only if more than the
margin are false. Were it so, n leaves drawn without replacement would all be good with probability at most
C(A - margin - 1, n) / C(A, n) (hypergeometric, exact): n is the smallest that makes it 5 % or less. Integers alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb
from typing import Final

from temoin_sdk.campaigns import DefinitionIndicateur
from temoin_sdk.evidence import DrapeauFeuille
from temoin_sdk.evidence.recount import BY_FLAG
from temoin_sdk.report.models import EtablissementRapport, IndicateurRapport
from temoin_sdk.vocabulary import Niveau

CONFIANCE: Final = Fraction(95, 100)


@dataclass(frozen=True, slots=True)
class Taille:
    """How many leaves of one indicator to open; None when opening leaves proves nothing, and `pourquoi` says why.

    `feuilles` is how many leaves carry `drapeau`, `requis` how many of them the target needs.
    """

    code: str
    drapeau: DrapeauFeuille | None
    feuilles: int | None
    requis: int | None
    nombre: int | None
    pourquoi: str | None

    @property
    def marge(self) -> int | None:
        """How many of the flags may be false without the target being missed."""
        return None if self.feuilles is None or self.requis is None else self.feuilles - self.requis


def smallest_sample(population: int, marge: int, confiance: Fraction = CONFIANCE) -> int:
    """The smallest n that proves at most `marge` defects among `population` when n drawn ones have none.

    No margin means all: a single false flag misses the target then, and only opening every record excludes it. When
    the margin is the whole population, nothing needs to be proved. ValueError for a margin that is none.
    """
    if not 0 <= marge <= population or not 0 < confiance < 1:
        raise ValueError(f"no margin of {marge} among {population}, or no confidence {confiance}")
    if marge == 0:
        return population
    if marge == population:
        return 0
    defauts, risk = marge + 1, 1 - confiance
    whole = comb(population, defauts)
    low, high = 1, population - marge
    while low < high:
        middle = (low + high) // 2
        # C(N - D, n) / C(N, n) = C(N - n, D) / C(N, D), whose denominator does not move.
        if comb(population - middle, defauts) <= risk * whole:
            high = middle
        else:
            low = middle + 1
    return low


def sizes(site: EtablissementRapport, definitions: tuple[DefinitionIndicateur, ...]) -> Iterator[Taille]:
    """The number to open for each indicator of an establishment, as its report states figures and targets."""
    by_code = {one.code: one for one in definitions}
    for indicateur in site.indicateurs:
        if (definition := by_code.get(indicateur.code)) is not None:
            yield _size(site, definition, indicateur)


def _size(site: EtablissementRapport, definition: DefinitionIndicateur, indicateur: IndicateurRapport) -> Taille:
    numerateur, code = definition.numerateur, definition.code
    drapeau = BY_FLAG.get(numerateur)
    if drapeau is None:
        return Taille(code, None, None, None, None, "compté par jour : aucune feuille de personne ne le porte")
    comptes = [one for one in (numerateur, definition.denominateur) if one is not None]
    if any(site.niveaux.get(compte) is not Niveau.FAITS for compte in comptes):
        return Taille(code, drapeau, None, None, None, "n'est pas compté à partir de faits : il n'y a pas de feuille")
    if indicateur.cible is None or indicateur.numerateur is None:
        return Taille(code, drapeau, indicateur.numerateur, None, None, "aucune cible à prouver")
    over = 100 if definition.denominateur is None else indicateur.denominateur or 0
    requis = ceil(Fraction(indicateur.cible) * over / 100)
    if not over or indicateur.numerateur < requis:
        return Taille(code, drapeau, indicateur.numerateur, requis, None, "la cible n'est pas déclarée atteinte")
    nombre = smallest_sample(indicateur.numerateur, indicateur.numerateur - requis)
    return Taille(code, drapeau, indicateur.numerateur, requis, nombre, None)
