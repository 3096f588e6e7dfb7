"""Links between the entries of one Bundle, resolved as tolerantly as real exports need and never by guessing.

A reference is looked up as `Type/id`, then as a `fullUrl`, then as an id that this listener gave earlier. Two entries
under one fullUrl are told apart by what the reference must point to; if they still differ, nobody is chosen.
"""

import re
from collections.abc import Iterable
from typing import Final

from temoin_tddui.business_ids import read_finess, read_ids, read_person_ids
from temoin_tddui.pseudonyms import Hasher
from temoin_tddui.records import Link, Nature, Record

_OURS: Final = re.compile(r"[0-9a-f]{32}")
_STRUCTURE: Final = re.compile(r"finess-((?:[0-9]{2}|2[AB])[0-9]{7})")
_HOPS: Final = 4


def structure_id(finess: str) -> str:
    """The id we give an Organization."""
    return f"finess-{finess}"


class Linker:
    """The entries of one Bundle by what may point to them. `lot` scopes ids of persons who have no identifier."""

    def __init__(self, records: Iterable[Record], hasher: Hasher, lot: str) -> None:
        self._hasher = hasher
        self._lot = lot
        self._by_id: dict[str, list[Record]] = {}
        self._by_url: dict[str, list[Record]] = {}
        self._keys: dict[int, bytes] = {}
        self.doubled_urls = 0
        self.ambiguous = 0
        for record in records:
            if record.id is not None:
                self._by_id.setdefault(f"{record.type}/{record.id}", []).append(record)
            if record.full_url is not None:
                same = self._by_url.setdefault(record.full_url, [])
                self.doubled_urls += bool(same)
                same.append(record)

    def dangles(self, reference: str) -> bool:
        """True for a reference that leads to no entry of this Bundle."""
        if reference.startswith("#"):
            return False
        return not (self._by_url.get(reference) or self._by_id.get(_tail(reference)))

    def find(self, link: Link, natures: frozenset[Nature]) -> Record | None:
        """The entry a link points to, among those of these natures."""
        if link.reference is None:
            return None
        found = self._by_id.get(_tail(link.reference), []) or self._by_url.get(link.reference, [])
        fit = [record for record in found if record.nature in natures]
        if len(fit) > 1 and len({self._identity(record) for record in fit}) > 1:
            exact = [record for record in fit if record.full_url == link.reference]
            fit = exact if len(exact) == 1 else []
            self.ambiguous += not fit
        return fit[-1] if fit else None

    def person_key(self, record: Record) -> tuple[bytes, bool]:
        """Key of a Patient entry, and whether it only holds within this Bundle: PI, else INS, else its id here."""
        pi, ins, _ = record.personne
        key = self._keys.get(record.rang)
        if key is None:
            if pi is not None:
                key = self._hasher("usager", "pi", pi.valeur)
            elif ins is not None:
                key = self._hasher("usager", "ins", ins)
            else:
                key = self._hasher("usager", "lot", self._lot, record.id or record.full_url or str(record.rang))
            self._keys[record.rang] = key
        return key, pi is None and ins is None

    def persons(self, record: Record, hops: int = _HOPS) -> list[tuple[bytes, bool]]:
        """Who a record is about: its subjects (each member of a Group), else those of what it hangs on."""
        found = [person for link in record.sujets for person in self._persons_of(link)]
        if found or record.nature is Nature.USAGER or hops == 0:
            return found
        for link in record.parents:
            parent = self.find(link, _PARENTS)
            if parent is None:
                continue
            if parent.nature is Nature.USAGER:
                return [self.person_key(parent)]
            if above := self.persons(parent, hops - 1):
                return above
        return []

    def _persons_of(self, link: Link) -> list[tuple[bytes, bool]]:
        found = self.find(link, _SUBJECTS)
        if found is not None and found.nature is Nature.USAGER:
            return [self.person_key(found)]
        if found is not None:
            return [person for member in found.membres for person in self._persons_of_member(member)]
        pi, ins, _ = read_person_ids({"identifier": link.identifier}, "reference")
        if pi is not None:
            return [(self._hasher("usager", "pi", pi.valeur), False)]
        if ins is not None:
            return [(self._hasher("usager", "ins", ins), False)]
        given = _given(link, "Patient")
        return [(bytes.fromhex(given), False)] if given and _OURS.fullmatch(given) else []

    def _persons_of_member(self, link: Link) -> list[tuple[bytes, bool]]:
        found = self.find(link, frozenset({Nature.USAGER}))
        return (
            [self.person_key(found)] if found is not None else self._persons_of(Link(link.reference, link.identifier))
        )

    def stay(self, record: Record, hops: int = _HOPS) -> bytes | None:
        """Key of the stay a record hangs on, through the event it hangs on if need be."""
        for link in record.parents if hops else ():
            parent = self.find(link, _PARENTS)
            if parent is not None and parent.nature is Nature.SEJOUR:
                return self.key(parent)
            if parent is not None and (above := self.stay(parent, hops - 1)):
                return above
            known = next((each for each in read_ids({"identifier": link.identifier}, "reference")), None)
            if known is not None and known.objet == "sejour":
                return self._hasher("objet", known.objet, known.valeur)
            given = _given(link, "Encounter") if parent is None else None
            if given and _OURS.fullmatch(given):
                return bytes.fromhex(given)
        return None

    def structure(self, link: Link | None) -> str | None:
        """The FINESS of the Organization a link points to."""
        if link is None:
            return None
        found = self.find(link, frozenset({Nature.STRUCTURE}))
        if found is not None:
            return found.finess
        given = _STRUCTURE.fullmatch(_given(link, "Organization") or "")
        return given[1] if given else read_finess({"identifier": link.identifier}, "reference")

    def key(self, record: Record) -> bytes:
        """What a record is known by from one export to the next: its business identifier.

        Without one: a stay, an event and a project by person and first day, anything else by its content.
        """
        if record.nature is Nature.USAGER:
            return self.person_key(record)[0]
        key = self._keys.get(record.rang)
        if key is None:
            key = self._keys[record.rang] = self._object_key(record)
        return key

    def _object_key(self, record: Record) -> bytes:
        if record.metier is not None:
            return self._hasher("objet", record.metier.objet, record.metier.valeur)
        persons = self.persons(record)
        owner = persons[0][0].hex() if len(persons) == 1 else ""
        if record.nature in {Nature.SEJOUR, Nature.EVENEMENT, Nature.PROJET} and owner:
            return self._hasher("objet", record.nature, owner, record.debut or "")
        return self._hasher("objet", record.nature, record.type, owner, record.debut or "", record.contenu.hex())

    def _identity(self, record: Record) -> object:
        if record.nature is Nature.USAGER:
            return self.person_key(record)[0]
        if record.nature is Nature.STRUCTURE:
            return record.finess
        return record.metier or record.rang


_SUBJECTS: Final = frozenset({Nature.USAGER, Nature.GROUPE})
_PARENTS: Final = frozenset(nature for nature in Nature if nature.stored and nature is not Nature.JOURNAL)


def _tail(reference: str) -> str:
    """`Type/id` of a relative or absolute reference, version left out."""
    parts = reference.partition("/_history/")[0].rsplit("/", 2)
    return "/".join(parts[-2:])


def _given(link: Link, kind: str) -> str | None:
    found = _tail(link.reference or "").partition("/")
    return found[2] if found[0] == kind else None
