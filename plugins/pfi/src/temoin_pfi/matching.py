"""Who was answered: each message with the acknowledgements that name it, each acknowledgement with its message."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Final

from temoin_pfi.messages import Accuse, Emetteur, Envoi, Objet
from temoin_pfi.moments import wall_clock
from temoin_pfi.survey import Survey

_CLOCKS_APART: Final = timedelta(days=1)
"""An answer older than its message by more than a day answers another message; below, the clocks differ."""


class Issue(Enum):
    """What became of a message on one way."""

    CONFIRME = "confirmé"
    REFUSE = "refusé"
    EN_ATTENTE = "sans accusé"


@dataclass(slots=True)
class Matched:
    """Issues by message; acknowledgements without a message, or older than the one they name, confirm nothing."""

    dmp: dict[tuple[Emetteur, str], Issue] = field(default_factory=dict)
    mss: dict[tuple[Emetteur, str], Issue] = field(default_factory=dict)
    lus: int = 0
    sans_message: int = 0
    anterieurs: int = 0
    ambigus: int = 0


def match_acknowledgements(survey: Survey) -> Matched:
    """Issue of every message on every way it took.

    An answer names its message by MSH-10 alone, so the sender decides where two senders gave one number. One positive
    answer among several confirms: a mail has one per recipient, and a platform tries again after a failure. The date
    of an answer does not matter, but for one that is older than its message.
    """
    matched = Matched()
    by_number: defaultdict[str, list[Envoi]] = defaultdict(list)
    for envoi in survey.envois.values():
        by_number[envoi.identifiant].append(envoi)
    answers: defaultdict[tuple[Emetteur, str], dict[Objet, bool]] = defaultdict(dict)
    for accuse in survey.accuses:
        named = _named(accuse, by_number.get(accuse.vise, []), matched)
        if named is not None:
            known = answers[named.emetteur, named.identifiant]
            known[accuse.objet] = known.get(accuse.objet, False) or accuse.succes
    for key, envoi in survey.envois.items():
        if envoi.vers_dmp:
            matched.dmp[key] = _issue(answers[key].get(Objet.DMP))
        if envoi.vers_mss:
            matched.mss[key] = _issue(answers[key].get(Objet.MSS_RECUE))
            matched.lus += answers[key].get(Objet.MSS_LUE, False)
    return matched


def _named(accuse: Accuse, candidates: list[Envoi], matched: Matched) -> Envoi | None:
    if not candidates:
        matched.sans_message += 1
        return None
    if len(candidates) > 1:
        candidates = [envoi for envoi in candidates if envoi.emetteur == accuse.destinataire]
        if len(candidates) != 1:
            matched.ambigus += 1
            return None
    if _is_older(accuse, candidates[0]):
        matched.anterieurs += 1
        return None
    return candidates[0]


def _is_older(accuse: Accuse, envoi: Envoi) -> bool:
    answer, sent = wall_clock(accuse.moment)[:10], wall_clock(envoi.moment)[:10]
    if len(answer) < 10 or len(sent) < 10:
        return False
    return date.fromisoformat(answer) + _CLOCKS_APART < date.fromisoformat(sent)


def _issue(answer: bool | None) -> Issue:
    return Issue.EN_ATTENTE if answer is None else Issue.CONFIRME if answer else Issue.REFUSE


def shared_numbers(envois: Iterable[Envoi]) -> frozenset[str]:
    """Message numbers that several senders gave."""
    seen: defaultdict[str, set[Emetteur]] = defaultdict(set)
    for envoi in envois:
        seen[envoi.identifiant].add(envoi.emetteur)
    return frozenset(number for number, senders in seen.items() if len(senders) > 1)
