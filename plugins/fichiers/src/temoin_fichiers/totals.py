"""The source `fichiers_totaux`: exports that give a total per site and period, the weaker level « comptes ».

A total has no days: it is used whole or refused. Totals of messages or documents add up over periods that tile the
window exactly; persons do not add up, since one person would count once in each month.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar, Final

from temoin_fichiers.periods import Period, Totals, read_totals
from temoin_fichiers.settings import ReglagesTotaux
from temoin_sdk.contract import ComptesFournis, CountSource, Logiciel, Piece, Reglages, Source
from temoin_sdk.errors import Acteur, MappingError
from temoin_sdk.figures import LIBELLES
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

ADDITIVE: Final = frozenset(
    {Compte.MESSAGES_MSS, Compte.DOCUMENTS_DMP, Compte.PRESCRIPTIONS_IMPORTEES, Compte.ECHANGES_EPARCOURS}
)
"""Counts of things that happened once each; the others count persons."""

_LISTED: Final = 20


class TotauxSource(CountSource):
    """Totals in watched folders; the counts are those that the sets name."""

    nom: ClassVar[str] = "fichiers_totaux"
    logiciel: ClassVar[Logiciel] = Logiciel("Exports de fichiers")
    Reglages: ClassVar[type[Reglages]] = ReglagesTotaux

    @classmethod
    def specialised(cls, reglages: Mapping[str, Any]) -> type[Source]:
        """A class that bears the name of the software the exports come from."""
        if not isinstance(reglages.get("logiciel"), str):
            return cls
        members = {
            "__module__": cls.__module__,
            "__qualname__": cls.__qualname__,
            "logiciel": Logiciel(reglages["logiciel"]),
        }
        return type(cls.__name__, (cls,), members)

    @cached_property
    def _totals(self) -> Totals:
        return read_totals(self.reglages.jeux)

    def etablissements(self) -> Iterable[str]:
        """Sites listed in the settings, and those that the exports name."""
        return sorted({*self.reglages.etablissements, *self._totals.codes})

    def comptes(self, fenetre: Fenetre) -> Iterable[ComptesFournis]:
        """Counts of each site. Raises MappingError that says every total that is missing, cut or doubled."""
        problems: list[str] = []
        rows = [
            ComptesFournis(code, {c: self._count(code, c, fenetre, problems) for c in self._totals.comptes})
            for code in self.etablissements()
        ]
        if problems:
            more = f"\n  … et {len(problems) - _LISTED} autres." if len(problems) > _LISTED else ""
            raise MappingError(
                f"Les totaux ne donnent pas la fenêtre {fenetre.libelle()} :\n  "
                + "\n  ".join(problems[:_LISTED])
                + more,
                remede="Déposer les exports qui manquent, ou corriger ceux-ci ; si l'export omet les sites sans "
                "activité, écrire absent_vaut_zero = true. Un total n'est jamais réparti ni deviné.",
                code="totaux_incomplets",
                acteur=Acteur.GESTIONNAIRE,
            )
        return rows

    def pieces(self, fenetre: Fenetre) -> Iterable[Piece]:
        """The exports that the counts of this window are taken from."""
        paths = {total.path for key, total in self._totals.values.items() if key[2].meets(fenetre)}
        return [Piece(None, path) for path in sorted(paths)]

    def _count(self, code: str, compte: Compte, fenetre: Fenetre, problems: list[str]) -> int | None:
        found = self._totals.of(code, compte, fenetre)
        reason = _reason(compte, sorted(found), fenetre)
        if reason is None:
            return sum(found.values())
        early = self._totals.early_in(code, compte, fenetre)
        hint = f" ; {early.name} a été écrit avant la fin de cette période, il ne la donne pas entière" if early else ""
        problems.append(f"{code}, {LIBELLES[compte]} : {reason}{hint}")
        return None


def _reason(compte: Compte, periods: list[Period], fenetre: Fenetre) -> str | None:
    """Why these periods do not give the window; None when they do."""
    if cut := [p for p in periods if p.debut < fenetre.debut or p.fin > fenetre.fin]:
        return f"le total {cut[0].libelle()} est à cheval sur la fenêtre et ne peut pas être partagé"
    if compte not in ADDITIVE and len(periods) > 1:
        return "des personnes comptées par mois ne s'additionnent pas (chacune compterait plusieurs fois)"
    expected = fenetre.debut
    for period in periods:
        if period.debut > expected:
            return f"aucun total {Period(expected, period.debut).libelle()}"
        if period.debut < expected:
            return f"deux totaux se recouvrent, dont celui {period.libelle()}"
        expected = period.fin
    return None if expected == fenetre.fin else f"aucun total {Period(expected, fenetre.fin).libelle()}"
