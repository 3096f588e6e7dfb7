"""The figures of a report beside what its evidence gives back: equal, or named one by one.

Only what leaves commit to can be recounted: a count given ready-made or typed by hand follows from no leaf, and is
listed as such instead of passing for verified.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from temoin_sdk.campaigns import Reglages
from temoin_sdk.errors import ReportError
from temoin_sdk.evidence import FeuilleJour, encode_feuille_jour, recount, root, sum_jours
from temoin_sdk.figures import LIBELLES, FiguresOG
from temoin_sdk.report.models import EtablissementRapport, Rapport
from temoin_sdk.vocabulary import Compte, Niveau


class VerdictComptes(StrEnum):
    """What recounting an establishment, or a report, came to."""

    CONFORMES = "comptes_conformes"
    DIFFERENTS = "comptes_differents"
    SANS_FEUILLES = "sans_feuilles"
    """No count of it follows from leaves: there was nothing to recount."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not what the evidence gives. `finess` is the EJ for counts of the organisme itself."""

    finess: str
    quoi: str
    rapport: str
    preuve: str

    def phrase(self) -> str:
        """« 010780054, dossiers actifs : le rapport dit 113, les feuilles donnent 112 »."""
        return f"{self.finess}, {self.quoi} : le rapport dit {self.rapport}, les feuilles donnent {self.preuve}"


@dataclass(frozen=True, slots=True)
class SiteRecompte:
    """One establishment recounted: how many counts held, which differ, which follow from no leaf."""

    finess: str
    egaux: int
    differences: tuple[Difference, ...]
    sans_feuille: tuple[Compte, ...]

    @property
    def verdict(self) -> VerdictComptes:
        """The verdict on this establishment alone."""
        if self.differences:
            return VerdictComptes.DIFFERENTS
        return VerdictComptes.CONFORMES if self.egaux else VerdictComptes.SANS_FEUILLES


@dataclass(frozen=True, slots=True)
class Recompte:
    """A report recounted, establishment by establishment, then the organisme's own counts (under its EJ)."""

    sites: tuple[SiteRecompte, ...]

    @property
    def egaux(self) -> int:
        """How many counts are those that the leaves give."""
        return sum(site.egaux for site in self.sites)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Everything that differs."""
        return tuple(each for site in self.sites for each in site.differences)

    @property
    def verdict(self) -> VerdictComptes:
        """The verdict on the whole."""
        return SiteRecompte("", self.egaux, self.differences, ()).verdict


Reader = Callable[[str], tuple[bytes, Sequence[FeuilleJour]]]
"""Squelette and day leaves of an establishment; KeyError when a file is missing, ReportError when one is wrong."""


def recount_report(
    rapport: Rapport, reglages: Reglages, read: Reader, read_jours: Callable[[str], Sequence[FeuilleJour]]
) -> Recompte:
    """Recount everything of a report from its evidence; `read_jours` gives day leaves alone, those of the organisme."""
    sites = [_recount_site(site, reglages, read) for site in rapport.etablissements]
    if rapport.og is not None:
        sites.append(_recount_og(rapport.ej, rapport.og, read_jours))
    return Recompte(tuple(sites))


def _recount_site(site: EtablissementRapport, reglages: Reglages, read: Reader) -> SiteRecompte:
    finess = site.finess
    counted = [compte for compte in Compte if site.niveaux.get(compte) is Niveau.FAITS]
    left = tuple(compte for compte in Compte if site.niveaux.get(compte, Niveau.FAITS) is not Niveau.FAITS)
    try:
        squelette, jours = read(finess)
        found = recount(squelette, jours, reglages)
    except (KeyError, ReportError) as error:
        return _unreadable(finess, site.feuilles, error, left)
    pairs: list[tuple[str, object, object]] = [
        ("nombre de feuilles", site.feuilles, found.feuilles),
        ("racine des feuilles", site.racine, found.racine),
        ("nombre de feuilles de jour", site.feuilles_jours, found.feuilles_jours),
        ("racine des feuilles de jour", site.racine_jours, found.racine_jours),
    ]
    pairs += [(LIBELLES[compte], site.comptes[compte], found.comptes[compte]) for compte in counted]
    if Compte.MESSAGES_MSS in counted:
        pairs += [
            ("messages à des professionnels", site.messages_mss_professionnels, found.messages_mss_professionnels),
            ("messages à des usagers", site.messages_mss_usagers, found.messages_mss_usagers),
        ]
    differences = tuple(_differing(finess, pairs))
    wrong = {each.quoi for each in differences}
    return SiteRecompte(finess, sum(LIBELLES[compte] not in wrong for compte in counted), differences, left)


def _recount_og(ej: str, og: FiguresOG, read_jours: Callable[[str], Sequence[FeuilleJour]]) -> SiteRecompte:
    try:
        jours = read_jours(ej)
    except (KeyError, ReportError) as error:
        return _unreadable(ej, og.feuilles_jours, error, ())
    messages = sum(sum_jours(jours).values())
    pairs: list[tuple[str, object, object]] = [
        (LIBELLES[Compte.MESSAGES_MSS], og.messages_mss, messages),
        ("nombre de feuilles de jour", og.feuilles_jours, len(jours)),
        ("racine des feuilles de jour", og.racine_jours, root(map(encode_feuille_jour, jours)).hex()),
    ]
    return SiteRecompte(ej, int(og.messages_mss == messages), tuple(_differing(ej, pairs)), ())


def _unreadable(finess: str, number: int, error: KeyError | ReportError, left: tuple[Compte, ...]) -> SiteRecompte:
    why = f"{error.args[0]} manque" if isinstance(error, KeyError) else error.message
    return SiteRecompte(finess, 0, (Difference(finess, "nombre de feuilles", str(number), f"rien ({why})"),), left)


def _differing(finess: str, pairs: Sequence[tuple[str, object, object]]) -> Iterator[Difference]:
    for quoi, stated, found in pairs:
        if stated != found:
            yield Difference(finess, quoi, _written(stated), _written(found))


def _written(value: object) -> str:
    return "rien" if value is None else str(value)
