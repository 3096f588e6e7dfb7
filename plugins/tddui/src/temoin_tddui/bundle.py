"""One Bundle, from its text to rows that name nobody.

Entry by entry, then links, then rows. What is odd but tolerated is counted; what cannot be trusted is refused whole.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from temoin_sdk.contract import CleIns
from temoin_tddui.contents import TooDeep, spell_content
from temoin_tddui.elements import Element, read_element, read_text
from temoin_tddui.linking import Linker, structure_id
from temoin_tddui.matricules import witness
from temoin_tddui.moments import to_moment, to_utc
from temoin_tddui.problems import BundleRefused, malformed
from temoin_tddui.pseudonyms import Hasher
from temoin_tddui.records import Nature, Record
from temoin_tddui.resources import STATUTS_EVENEMENT, STATUTS_FHIR, STATUTS_PROJET, read_record
from temoin_tddui.strict_json import decode_text, read_object

LOT: Final = "lot"
"""Domain of the hash of a whole Bundle's bytes."""

TYPES: Final = frozenset({"transaction", "collection", "batch"})
_STAMPED_FROM: Final = 3


class Row(NamedTuple):
    """One stored resource. Everything that could name somebody is a keyed hash; see the store's schema."""

    cle: bytes
    nature: str
    usager: bytes | None
    provisoire: bool
    finess: str | None
    finess_identifiant: str | None
    sejour: bytes | None
    statut: str | None
    debut: str | None
    fin: str | None
    empreinte: bytes
    generation: str
    maj_le: str | None
    membres: tuple[tuple[bytes, bool], ...]


class Kept(NamedTuple):
    """What an entry became, for the answer to who sent it: FHIR type and id."""

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A Bundle as the store takes it. `date` is the export's own (UTC instant or day), None when it says none.

    `liens` are pairs (INS, PI) met on one Patient: two keys of one person. `matricules` are the hashes of INS that
    other sources make too, each beside its own key here; `partage` is the witness of their key, None without one.
    """

    empreinte: bytes
    type: str
    date: str | None
    rows: tuple[Row, ...]
    liens: tuple[tuple[bytes, bytes], ...]
    kept: tuple[Kept, ...]
    compteurs: Counter[str]
    matricules: tuple[tuple[bytes, str], ...] = ()
    partage: str | None = None


def read_bundle(data: bytes, hasher: Hasher, cle_ins: CleIns | None = None) -> Bundle:
    """Read one Bundle. Raises BundleRefused with the path of what is wrong; no message quotes a value."""
    records: list[Record] = []

    def take(rang: int, entry: Element) -> None:
        _check_request(entry, f"entry[{rang}]")
        record, resource, place = read_record(entry, rang)
        if record.nature.stored:
            references: list[str] = []
            record.contenu = hasher("contenu", _spell(resource, references, place))
            record.references = tuple(references)
        records.append(record)

    head = read_object(decode_text(data), take)
    kind = _check_head(head)
    _refuse_cda(records)
    empreinte = hasher.octets(LOT, data)
    date = _export_date(head)
    bundle = _build(records, hasher, empreinte, kind, date)
    if cle_ins is None:
        return bundle
    return replace(bundle, matricules=_matricules(records, hasher, cle_ins), partage=witness(cle_ins))


def _matricules(records: list[Record], hasher: Hasher, cle_ins: CleIns) -> tuple[tuple[bytes, str], ...]:
    """Each real INS by its hash here and by the one that other sources make."""
    persons = (record.personne for record in records if record.personne.national is not None)
    found = {(hasher("usager", "ins", one.ins or ""), cle_ins(one.national or "")) for one in persons}
    return tuple(sorted(found))


def _spell(resource: Element, references: list[str], place: str) -> str:
    try:
        return spell_content(resource, references)
    except TooDeep:
        raise malformed("trop d'imbrications", place) from None


def _check_request(entry: Element, place: str) -> None:
    """Only creations exist in this flow; the address is not read, it holds names of profiles."""
    method = read_text(read_element(entry, "request", place), "method", f"{place}.request")
    if method not in (None, "POST"):
        raise malformed("seule la création (POST) est admise", f"{place}.request.method")


def _check_head(head: dict[str, Any]) -> str:
    if head.get("resourceType") != "Bundle":
        raise malformed("la racine n'est pas un Bundle", "resourceType")
    kind = head.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise malformed("un Bundle de type « transaction » est attendu", "type")
    return kind


def _refuse_cda(records: list[Record]) -> None:
    documents = [record for record in records if record.cda]
    if documents and not any(record.nature in {Nature.SEJOUR, Nature.EVENEMENT} for record in records):
        raise BundleRefused(
            "Ce lot ne contient que des documents CDA (TDDUI 1.x), que ce plugin ne lit pas.",
            place=f"entry[{documents[0].rang}].resource",
            remede="Demander à l'éditeur l'export TDDUI 2.x, en ressources FHIR.",
            code="tddui_cda",
        )


def _export_date(head: dict[str, Any]) -> str | None:
    """`Bundle.timestamp`, else `Bundle.meta.lastUpdated`."""
    for text, place in (
        (read_text(head, "timestamp", "Bundle"), "timestamp"),
        (read_text(read_element(head, "meta", "Bundle"), "lastUpdated", "meta"), "meta.lastUpdated"),
    ):
        if text is not None:
            moment = to_utc(text)
            if moment is None:
                raise malformed("un instant avec son décalage est attendu", place)
            return moment
    return None


def _build(records: list[Record], hasher: Hasher, empreinte: bytes, kind: str, date: str | None) -> Bundle:
    linker = Linker(records, hasher, empreinte.hex())
    compteurs: Counter[str] = Counter(ressources=len(records))
    stamped = _is_stamped(records)
    rows: dict[bytes, Row] = {}
    liens: set[tuple[bytes, bytes]] = set()
    kept: list[Kept] = []
    for record in records:
        compteurs["references_pendantes"] += sum(map(linker.dangles, record.references))
        if not record.nature.stored:
            compteurs["ignorees"] += record.nature is Nature.IGNORE and record.type == "Encounter"
            kept.append(Kept(record.type, _other_id(record, hasher, empreinte)))
            continue
        row = _row(record, linker, None if stamped else record.maj_le, compteurs)
        compteurs["doublons"] += row.cle in rows
        rows[row.cle] = row
        kept.append(Kept(record.type, row.cle.hex()))
        if record.personne.pi is not None and record.personne.ins is not None:
            liens.add((hasher("usager", "ins", record.personne.ins), row.cle))
    compteurs["horodatages_ecartes"] += sum(1 for r in records if r.maj_le) if stamped else 0
    compteurs["fullurl_doubles"] += linker.doubled_urls
    compteurs["references_ambigues"] += linker.ambiguous
    for row in rows.values():
        compteurs[row.nature] += 1
    return Bundle(empreinte, kind, date, tuple(rows.values()), tuple(sorted(liens)), tuple(kept), compteurs)


def _is_stamped(records: list[Record]) -> bool:
    """True when every resource was « updated » at one same moment: an export's or a server's, not a person's."""
    found = [record.maj_le for record in records if record.maj_le is not None]
    return len(found) >= _STAMPED_FROM and len(set(found)) == 1


def _row(record: Record, linker: Linker, maj_le: str | None, compteurs: Counter[str]) -> Row:
    own = record.nature is Nature.USAGER
    persons = [linker.person_key(record)] if own else list(dict.fromkeys(linker.persons(record)))
    alone = persons[0] if len(persons) == 1 else None
    sejour = None if own else linker.stay(record)
    compteurs["usagers_sans_identifiant"] += own and persons[0][1]
    compteurs["sans_usager"] += not persons and sejour is None
    compteurs["sans_identifiant"] += record.metier is None and record.nature in _IDENTIFIED
    ids = record.metier
    named = record.personne.pi if own else ids
    return Row(
        cle=linker.key(record),
        nature=record.nature.value,
        usager=alone[0] if alone else None,
        provisoire=alone[1] if alone else False,
        finess=linker.structure(record.lieu),
        finess_identifiant=named.finess if named is not None else None,
        sejour=sejour,
        statut=_short(record.statut),
        debut=_moment(record.debut),
        fin=_moment(record.fin),
        empreinte=record.contenu,
        generation=_generation(record),
        maj_le=to_moment(maj_le) if maj_le is not None else None,
        membres=tuple(persons) if len(persons) > 1 else (),
    )


_IDENTIFIED: Final = frozenset({Nature.SEJOUR, Nature.EVENEMENT, Nature.PROJET})


def _other_id(record: Record, hasher: Hasher, empreinte: bytes) -> str:
    if record.nature is Nature.STRUCTURE and record.finess is not None:
        return structure_id(record.finess)
    return hasher("objet", "autre", empreinte.hex(), str(record.rang)).hex()


def _moment(text: str | None) -> str | None:
    """A date of the store: a day, an instant in UTC, or a mark that says unreadable; never free text."""
    if text is None:
        return None
    return to_moment(text) or _UNREADABLE


_UNREADABLE: Final = "illisible"
_STATUTS: Final = frozenset(
    {*STATUTS_FHIR, *STATUTS_EVENEMENT.values(), *STATUTS_PROJET.values(), "humain", "automate"}
)


def _short(text: str | None) -> str | None:
    """A status code of FHIR or ours; any other text could be anything, and only that it was there is kept."""
    return text if text is None or text in _STATUTS else "inconnu"


_VERSION: Final = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2}){1,2}(?:-(?:ballot|snapshot)[0-9-]{0,4})?")


def _generation(record: Record) -> str:
    """Era of systems and version of profiles: contents of two generations are not compared."""
    ancien = record.metier is not None and record.metier.ancien
    version = record.version if _VERSION.fullmatch(record.version) else ""
    return f"{'cnsa' if ancien else 'esante'}|{version}"
