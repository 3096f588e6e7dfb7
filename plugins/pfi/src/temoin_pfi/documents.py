"""Documents of the DMP: transmissions, replacements and deletions of one document are one story.

A replacement is the same document: it makes none, and dates none. A deletion takes the document away from its day on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from temoin_pfi.matching import Issue, Matched
from temoin_pfi.messages import Action, Envoi
from temoin_pfi.moments import wall_clock
from temoin_pfi.survey import Survey

_Document = tuple[str | None, str]
"""Usager and document number: software that numbers the documents of each usager from 1 must not mix two persons."""


@dataclass(slots=True)
class Documents:
    """Documents that stand, each by the message that first brought it, and what could not be tied to any."""

    depots: list[Envoi]
    supprimes: int = 0
    remplacements_isoles: int = 0
    suppressions_isolees: int = 0


def standing_documents(survey: Survey, matched: Matched, fin: date) -> Documents:
    """Documents that stand on the eve of `fin`: confirmed, and not deleted before.

    A deletion counts unless the platform refused it: when its answer is missing, the lower figure is the honest one.
    A replacement or a deletion of a document that no file tells of changes nothing, and is counted apart.
    """
    roots = _roots(envoi for key, envoi in survey.envois.items() if key in matched.dmp)
    stories: defaultdict[_Document, list[tuple[Envoi, Issue]]] = defaultdict(list)
    found = Documents([])
    for key, issue in matched.dmp.items():
        envoi = survey.envois[key]
        document = _document(envoi, envoi.document)
        if document is not None:
            stories[roots.get(document, document)].append((envoi, issue))
        elif envoi.action is not Action.INITIAL:
            _isolate(found, envoi)
        elif issue is Issue.CONFIRME:
            found.depots.append(envoi)
    for story in stories.values():
        _tell(found, sorted(story, key=lambda step: wall_clock(step[0].moment)), fin)
    return found


def _tell(found: Documents, story: list[tuple[Envoi, Issue]], fin: date) -> None:
    """Follow one document through its messages, oldest first."""
    if all(envoi.action is not Action.INITIAL for envoi, _ in story):
        for envoi, _ in story:
            _isolate(found, envoi)
        return
    first: Envoi | None = None
    for envoi, issue in story:
        if envoi.action is Action.SUPPRESSION:
            if first is not None and issue is not Issue.REFUSE and wall_clock(envoi.moment)[:10] < fin.isoformat():
                first = None
                found.supprimes += 1
        elif issue is Issue.CONFIRME and first is None:
            first = envoi
    if first is not None:
        found.depots.append(first)


def _isolate(found: Documents, envoi: Envoi) -> None:
    if envoi.action is Action.REMPLACEMENT:
        found.remplacements_isoles += 1
    else:
        found.suppressions_isolees += 1


def _document(envoi: Envoi, number: str | None) -> _Document | None:
    return None if number is None else (envoi.usager, number)


def _roots(envois: Iterable[Envoi]) -> Mapping[_Document, _Document]:
    """Each document's first version, following replacements; a loop of them ends where it began."""
    parents: dict[_Document, _Document] = {}
    for envoi in envois:
        own, former = _document(envoi, envoi.document), _document(envoi, envoi.remplace)
        if own is not None and former is not None and own != former:
            parents[own] = former
    roots: dict[_Document, _Document] = {}
    for document in parents:
        seen = {document}
        root = document
        while (parent := parents.get(root)) is not None and parent not in seen:
            seen.add(parent)
            root = parent
        roots[document] = root
    return roots
