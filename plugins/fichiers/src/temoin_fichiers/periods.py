"""Totals read from files: one value for each site, count and period, whatever the number of exports that repeat it.

Two exports that give different totals for one period are refused: the date of a file does not survive a copy, so
nothing tells which is the newer. An export written before a period ended gives no total of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from temoin_fichiers.cells import month_after, read_count, read_moment, read_month
from temoin_fichiers.folder import matching_files
from temoin_fichiers.lines import MappedLines
from temoin_fichiers.opening import open_table
from temoin_fichiers.problems import CellError, LineProblems, unusable
from temoin_fichiers.settings import DEBUT, FIN, MOIS, JeuTotaux
from temoin_fichiers.spelling import spell
from temoin_sdk.errors import Acteur, MappingError
from temoin_sdk.figures import LIBELLES
from temoin_sdk.vocabulary import Compte
from temoin_sdk.windows import Fenetre

SOONEST: Final = timedelta(hours=12)
"""No territory's day begins sooner before that of UTC."""


class Period(NamedTuple):
    """Days from `debut` to the eve of `fin`."""

    debut: date
    fin: date

    def meets(self, fenetre: Fenetre) -> bool:
        """Whether it shares a day with the window."""
        return self.debut < fenetre.fin and self.fin > fenetre.debut

    def libelle(self) -> str:
        """« du 1er au 31 août 2026 inclus »."""
        return Fenetre(debut=self.debut, fin=self.fin).libelle()


class Total(NamedTuple):
    """A value and the file it stands in."""

    valeur: int
    path: Path


Key = tuple[str, Compte, Period]


@dataclass(slots=True)
class Totals:
    """All totals of a source; its size follows sites and months, not lines."""

    comptes: tuple[Compte, ...]
    codes: set[str] = field(default_factory=set)
    values: dict[Key, Total] = field(default_factory=dict)
    early: dict[Key, Path] = field(default_factory=dict)
    zeros: dict[Compte, set[Period]] = field(default_factory=dict)
    """Periods that an export which leaves out sites without activity speaks of."""

    def of(self, code: str, compte: Compte, fenetre: Fenetre) -> dict[Period, int]:
        """Totals of one site that share a day with the window."""
        found = {p: 0 for p in self.zeros.get(compte, ()) if p.meets(fenetre)}
        found |= {p: t.valeur for (c, k, p), t in self.values.items() if (c, k) == (code, compte) and p.meets(fenetre)}
        return found

    def early_in(self, code: str, compte: Compte, fenetre: Fenetre) -> Path | None:
        """A file that was written before the period it speaks of had ended."""
        found = (path for (c, k, p), path in self.early.items() if (c, k) == (code, compte) and p.meets(fenetre))
        return next(found, None)


def read_totals(jeux: Iterable[JeuTotaux]) -> Totals:
    """Every total of every set. Raises SourceError for files that cannot be read or contradict each other."""
    totals = Totals(tuple(c for c in Compte if any(c in jeu.comptes for jeu in jeux)))
    for jeu in jeux:
        for path in matching_files(jeu.dossier, jeu.motif):
            _read_file(path, jeu, totals)
    return totals


def _read_file(path: Path, jeu: JeuTotaux, totals: Totals) -> None:
    problems = LineProblems(path)
    from_name = _month_of_name(path, jeu.mois_du_nom) if jeu.mois_du_nom else None
    here: dict[Key, int] = {}
    required = frozenset({"code", *({MOIS, DEBUT, FIN} & set(jeu.colonnes))})
    with open_table(path, jeu) as table:
        lines = MappedLines(table, jeu, required, problems)
        for number, values in lines:
            _add_line(number, values, from_name, jeu, here, totals, lines)
    problems.check()
    for key, value in here.items():
        _keep(key, Total(value, path), totals)


def _add_line(
    number: int,
    values: dict[str, object],
    from_name: Period | None,
    jeu: JeuTotaux,
    here: dict[Key, int],
    totals: Totals,
    lines: MappedLines,
) -> None:
    code = spell(values["code"])
    totals.codes.add(code)
    period = from_name or _period(number, values, lines)
    if period is None:
        return
    for compte in jeu.comptes:
        if jeu.absent_vaut_zero:
            totals.zeros.setdefault(compte, set()).add(period)
        if (value := values[compte.value]) is None:
            continue
        try:
            figure = read_count(value)
        except CellError as error:
            lines.refuse(number, compte.value, str(error))
            continue
        key = (code, compte, period)
        if key in here and not jeu.additionner:
            lines.refuse(number, "code", "déjà lu pour cette période (additionner = true si ces lignes s'ajoutent)")
        here[key] = here.get(key, 0) + figure


def _period(number: int, values: dict[str, object], lines: MappedLines) -> Period | None:
    column = MOIS if MOIS in values else DEBUT
    try:
        if column == MOIS:
            first = read_month(values[MOIS])
            return Period(first, month_after(first))
        first = _day(values[DEBUT])
        column = FIN
        last = _day(values[FIN])
    except CellError as error:
        lines.refuse(number, column, str(error))
        return None
    if last < first:
        lines.refuse(number, FIN, "la période finit avant de commencer")
        return None
    return Period(first, last + timedelta(days=1))


def _day(value: object) -> date:
    moment = read_moment(value, None)
    return moment.date() if isinstance(moment, datetime) else moment


def _month_of_name(path: Path, modele: str) -> Period:
    pattern = re.escape(modele).replace(r"\{annee\}", r"(?P<annee>\d{4})").replace(r"\{mois\}", r"(?P<mois>\w+?)")
    found = re.fullmatch(pattern, path.name, re.IGNORECASE)
    remede = "Renommer ce fichier, ou corriger « mois_du_nom »."
    if found is None:
        raise unusable(path, f"son nom ne suit pas le modèle « {modele} »", remede, "nom_inconnu")
    mois, annee = found["mois"], found["annee"]
    try:
        first = read_month(f"{mois}/{annee}" if mois.isdecimal() else f"{mois} {annee}")
    except CellError as error:
        raise unusable(path, f"son nom : {error}", remede, "nom_inconnu") from error
    return Period(first, month_after(first))


def _keep(key: Key, total: Total, totals: Totals) -> None:
    """One value for one period: the same one twice is one, another one is refused."""
    code, compte, period = key
    ended = datetime.combine(period.fin, time(), UTC) - SOONEST
    if total.path.stat().st_mtime < ended.timestamp():
        totals.early[key] = total.path
        return
    other = totals.values.setdefault(key, total)
    if other.valeur != total.valeur:
        raise MappingError(
            f"{code}, {LIBELLES[compte]} {period.libelle()} : {other.path.name} dit {other.valeur}, "
            f"{total.path.name} dit {total.valeur}.",
            remede="Garder dans le dossier le seul export qui fait foi, et ranger l'autre ailleurs.",
            ou=str(total.path),
            code="totaux_contraires",
            acteur=Acteur.GESTIONNAIRE,
        )
