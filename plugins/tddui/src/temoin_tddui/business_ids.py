"""Business identifiers of TDDUI: which system, which object, which FINESS inside.

`3` + FINESS + `/` + the person's local number, then for everything but the person `-CODE-` + a number. The leading 3
is a prefix of TRE_G08. Corsican numbers have a letter (2A, 2B), which the guide's own invariant forgets.
"""

import re
from typing import Final, NamedTuple

from temoin_sdk.contract import OID_INS
from temoin_tddui.elements import Element, read_codes, read_elements, read_text

INS: Final = frozenset(f"urn:oid:1.2.250.1.213.1.4.{n}" for n in (8, 9, 10, 11))
"""INS-NIR, INS-NIA, and the two systems of test identities."""

NATIONAL: Final = frozenset(f"urn:oid:{oid}" for oid in OID_INS)
"""Those of real identities, by which persons may meet those of other sources."""

IDNST: Final = "urn:oid:1.2.250.1.71.4.2.2"
FINESS_SYSTEMS: Final = frozenset({"https://finess.esante.gouv.fr", "http://finess.sante.gouv.fr"})

_SYSTEM: Final = re.compile(
    r"https?://identifiant-medicosocial-([a-z]+)\.(esante\.gouv\.fr|cnsa\.fr|cnsa\.gouv\.fr)/?", re.IGNORECASE
)
_VALUE: Final = re.compile(r"3([0-9][0-9AB][0-9]{7})/(.+)", re.DOTALL)
_FINESS: Final = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{7}")


class BusinessId(NamedTuple):
    """`objet` is the X of the system's host; `ancien` is True for a system of before `.esante.gouv.fr`."""

    objet: str
    valeur: str
    ancien: bool = False

    @property
    def finess(self) -> str | None:
        """The FINESS inside, which may be that of the legal body."""
        found = _VALUE.fullmatch(self.valeur)
        return found[1] if found and _FINESS.fullmatch(found[1]) else None


def settle_system(text: str) -> str:
    """One spelling for the systems of both eras."""
    found = _SYSTEM.fullmatch(text)
    return f"https://identifiant-medicosocial-{found[1].lower()}.esante.gouv.fr" if found else text


def read_ids(resource: Element, place: str) -> list[BusinessId]:
    """Business identifiers, the one that looks like one first.

    A stay has two under one system: its own and the number of an administrative file, told apart by their type only.
    Other objects may have any system (`objet` is then the whole of it): they still identify.
    """
    found: list[tuple[bool, BusinessId]] = []
    for name in ("masterIdentifier", "identifier"):
        for each in read_elements(resource, name, place):
            where = f"{place}.{name}"
            system, value = read_text(each, "system", where), read_text(each, "value", where)
            if value is None or "NUMDOSS" in read_codes(each, "type", where):
                continue
            known = _SYSTEM.fullmatch(system or "")
            if known:
                identifier = BusinessId(known[1].lower(), value, not known[2].lower().startswith("esante"))
                found.append((identifier.finess is None, identifier))
            elif system is not None:
                found.append((True, BusinessId(system, value)))
    return [identifier for _, identifier in sorted(found, key=lambda each: each[0])]


class PersonIds(NamedTuple):
    """What may name a person in the business: the local identifier (PI) and the national one (INS).

    `national` is the INS again if it is no test identity.
    """

    pi: BusinessId | None
    ins: str | None
    national: str | None = None


def read_person_ids(parent: Element, place: str) -> PersonIds:
    """Told by system, never by type: the code system of types was renamed between versions.

    The number of a driving licence or of a MDPH file is no identifier of the person here.
    """
    pi: BusinessId | None = None
    ins: str | None = None
    national: str | None = None
    for each in read_elements(parent, "identifier", place):
        where = f"{place}.identifier"
        system, value = read_text(each, "system", where), read_text(each, "value", where)
        if system is None or value is None:
            continue
        known = _SYSTEM.fullmatch(system)
        if known and known[1].lower() == "localusager":
            pi = pi or BusinessId("localusager", value, not known[2].lower().startswith("esante"))
        elif system in INS:
            ins = ins or value.replace(" ", "")
            national = national or (value.replace(" ", "") if system in NATIONAL else None)
    return PersonIds(pi, ins, national)


def read_finess(organization: Element, place: str) -> str | None:
    """The number of an Organization: FINEG (establishment) first, then idNatSt ("1" + FINESS), then FINEJ.

    Format only: the key is judged where the gestionnaire typed the number, and published examples have wrong ones.
    """
    best: tuple[int, str] | None = None
    for each in read_elements(organization, "identifier", place):
        where = f"{place}.identifier"
        system, value = read_text(each, "system", where), read_text(each, "value", where)
        if system is None or value is None:
            continue
        if system == IDNST:
            rank, finess = 1, value[1:] if value.startswith("1") else ""
        elif system in FINESS_SYSTEMS:
            rank, finess = (2 if "FINEJ" in read_codes(each, "type", where) else 0), value
        else:
            continue
        if _FINESS.fullmatch(finess) and (best is None or rank < best[0]):
            best = rank, finess
    return best[1] if best else None
