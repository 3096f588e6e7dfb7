"""Who a message is about and where it comes from: one repetition of PID-3, one organisation of PRT-8."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from hl7types import GenericRepetition

from temoin_pfi.fields import part_of
from temoin_sdk.contract import OID_INS

Identifiant = Literal["ipp", "ins"]

_NATIONAL: Final = frozenset({"INS", "INS-NIR", "INS-NIA", "INS-C", "NH", "NW"})
_LOCAL: Final = "PI"


@dataclass(frozen=True, slots=True)
class Choice:
    """What settings say about identifiers.

    `autorite` is the namespace or the OID of PID-3's assigning authority; `organisations` gives a code to a number or
    name of organisation that is no establishment's FINESS.
    """

    identifiant: Identifiant = "ipp"
    autorite: str | None = None
    organisations: Mapping[str, str] = field(default_factory=dict)


def choose_usager(repetitions: Iterable[GenericRepetition], choice: Choice) -> str | None:
    """The usager's identifier in the chosen space, None when the message has none there.

    With an authority, the identifier it gave. Else, for an IPP, the only local identifier (type PI, or without a type
    and an authority of the national identity); two of them leave no right to choose, and the message has none.
    """
    candidates = {value for one in repetitions if _fits(one, choice) and (value := part_of(one, 1))}
    return candidates.pop() if len(candidates) == 1 else None


def _fits(one: GenericRepetition, choice: Choice) -> bool:
    authority = {part_of(one, 4), part_of(one, 4, 2)}
    if choice.autorite is not None:
        return choice.autorite in authority
    if choice.identifiant == "ins":
        return bool(authority & OID_INS)
    kind = part_of(one, 5).upper()
    return kind == _LOCAL or (not kind and not authority & OID_INS and part_of(one, 4).upper() not in _NATIONAL)


def read_site(organisations: Iterable[GenericRepetition], emettrice: str, choice: Choice) -> str | None:
    """The establishment of a message: its FINESS (FINEG, or IDNST « 1 » + FINESS), or the code settings give.

    Settings come first, by the number, then the name, then the sending organisation (MSH-4). None when only a legal
    body (FINEJ) is named: such a message is the organism's, and is never split.
    """
    named = list(organisations)
    for one in named:
        for text in (part_of(one, 10), part_of(one, 1)):
            if text in choice.organisations:
                return choice.organisations[text]
    for one in named:
        kind, number = part_of(one, 7).upper(), part_of(one, 10) or part_of(one, 3)
        if kind == "FINEG" and number:
            return number.upper()
        if kind == "IDNST" and len(number) == 10 and number.startswith("1"):
            return number[1:].upper()
    return choice.organisations.get(emettrice)
