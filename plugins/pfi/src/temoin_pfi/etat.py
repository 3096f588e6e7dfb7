"""`temoin-pfi etat`: what a folder holds and what was not acknowledged, without anything that names a person."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from temoin_pfi.documents import standing_documents
from temoin_pfi.matching import Issue, Matched, match_acknowledgements
from temoin_pfi.survey import Survey

_WAYS = ("DMP", "MSSanté")


@dataclass(frozen=True, slots=True)
class Open:
    """Messages of one establishment and month that were refused or not answered, on one way."""

    voie: str
    site: str
    mois: str
    refuses: int
    sans_accuse: int


def describe(survey: Survey) -> Iterator[str]:
    """The whole state, line by line: numbers, establishments, months, and names of files that cannot be read."""
    matched = match_acknowledgements(survey)
    yield f"Fichiers lus : {survey.fichiers}"
    yield from _section("Messages par type", sorted(survey.rubriques.items()))
    yield from _section("Envois et leurs accusés", _issues(matched))
    yield from _section("À savoir", _oddities(survey, matched))
    yield from _open_section(open_messages(survey, matched))
    yield from _unreadable_section(survey)


def _section(title: str, counts: Iterable[tuple[str, int]]) -> Iterator[str]:
    lines = [(label, number) for label, number in counts if number]
    if lines:
        yield ""
        yield title
        width = max(len(label) for label, _ in lines)
        yield from (f"  {label:<{width}}  {number:>7}" for label, number in lines)


def _issues(matched: Matched) -> Iterator[tuple[str, int]]:
    for way, issues in zip(_WAYS, (matched.dmp, matched.mss), strict=True):
        tally = Counter(issues.values())
        for issue in Issue:
            yield f"{way} : {issue.value}", tally[issue]
    yield "MSSanté : lu", matched.lus


def _oddities(survey: Survey, matched: Matched) -> Iterator[tuple[str, int]]:
    envois = survey.envois.values()
    documents = standing_documents(survey, matched, date.max)
    to_dmp = [envoi for envoi in envois if envoi.vers_dmp]
    yield "messages répétés (même émetteur, même MSH-10), comptés une fois", survey.doublons
    yield "accusés sans leur message dans ce dossier", matched.sans_message
    yield "accusés datés de plus d'un jour avant leur message, sans effet", matched.anterieurs
    yield "accusés d'un numéro commun à plusieurs émetteurs, sans effet", matched.ambigus
    yield "documents supprimés du DMP, décomptés", documents.supprimes
    yield "remplacements dont le document d'origine est inconnu, non comptés", documents.remplacements_isoles
    yield "suppressions dont le document est inconnu, sans effet", documents.suppressions_isolees
    yield "envois au DMP sans identifiant d'usager utilisable", sum(envoi.usager is None for envoi in to_dmp)
    yield "envois au DMP sans établissement", sum(envoi.site is None for envoi in to_dmp)
    mails = [envoi for envoi in envois if envoi.vers_mss]
    yield "envois MSSanté sans établissement, comptés pour l'organisme", sum(envoi.site is None for envoi in mails)
    both = sum(envoi.vers_professionnels and envoi.vers_usager for envoi in mails)
    yield "envois MSSanté à des professionnels et à l'usager, montrés comme aux professionnels", both
    yield "envois datés sans jour, qu'aucune fenêtre ne peut compter", sum(len(e.moment) < 10 for e in envois)


def open_messages(survey: Survey, matched: Matched) -> list[Open]:
    """Messages not confirmed, by way, establishment and month of the message."""
    tally: Counter[tuple[str, str, str, Issue]] = Counter()
    for way, issues in zip(_WAYS, (matched.dmp, matched.mss), strict=True):
        for key, issue in issues.items():
            if issue is not Issue.CONFIRME:
                envoi = survey.envois[key]
                tally[way, envoi.site or "sans établissement", envoi.moment[:7], issue] += 1
    places = sorted({(way, site, month) for way, site, month, _ in tally})
    return [
        Open(way, site, month, tally[way, site, month, Issue.REFUSE], tally[way, site, month, Issue.EN_ATTENTE])
        for way, site, month in places
    ]


def _open_section(rows: list[Open]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield "Envois non confirmés, qui ne comptent pas"
    width = max(len("Établissement"), *(len(row.site) for row in rows))
    yield f"  {'Voie':<8}  {'Établissement':<{width}}  {'Mois':<7}  {'refusés':>8}  {'sans accusé':>12}"
    for row in rows:
        yield f"  {row.voie:<8}  {row.site:<{width}}  {row.mois:<7}  {row.refuses:>8}  {row.sans_accuse:>12}"


def _unreadable_section(survey: Survey) -> Iterator[str]:
    if not survey.illisibles:
        return
    yield ""
    yield f"Messages illisibles, qui ne comptent pas : {len(survey.illisibles)}"
    for one in survey.illisibles:
        yield f"  {one.fichier}, message {one.rang} : {one.raison}"
