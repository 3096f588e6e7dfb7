"""From one FHIR resource to its record: each TDDUI path that is read stands here, and nowhere else.

Content that speaks of a person (names, birth dates, addresses, narratives, reports, comments, attachments) is never
read into a record; it only goes through the keyed hash of the content.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from temoin_tddui.business_ids import read_finess, read_ids, read_person_ids
from temoin_tddui.elements import (
    Element,
    read_codes,
    read_element,
    read_elements,
    read_extension,
    read_text,
    read_texts,
)
from temoin_tddui.moments import first_day, last_day
from temoin_tddui.problems import malformed
from temoin_tddui.records import Link, Nature, Record

SD: Final = "https://interop.esante.gouv.fr/ig/fhir/tddui/StructureDefinition/"
_ADMISSION: Final = f"{SD}tddui-admission-date"
_CAREPLAN: Final = f"{SD}tddui-careplan-reference"
_CDA: Final = "EXPORT_DUI"

STATUTS_EVENEMENT: Final[Mapping[str, str]] = {
    "planned": "planifie",
    "triaged": "valide",
    "finished": "termine",
    "cancelled": "annule",
    "PLANIFIE": "planifie",
    "VALIDE": "valide",
    "TERMINE": "termine",
    "REALISE": "termine",
    "ANNULE": "annule",
}
"""FHIR codes of an event, and the business codes (REALISE is deprecated since 2025-12-22) for who writes them there."""

STATUTS_PROJET: Final[Mapping[str, str]] = {
    "draft": "en_preparation",
    "active": "actif",
    "on-hold": "suspendu",
    "completed": "termine",
    "revoked": "annule",
    "ENPREPARATION": "en_preparation",
    "CREATION": "en_preparation",
    "NONDEBUTE": "en_preparation",
    "ENCOURS": "actif",
    "ACTIF": "actif",
    "ENREALISATION": "actif",
    "ENPAUSE": "suspendu",
    "TERMINE": "termine",
    "REALISE": "termine",
    "ANNULE": "annule",
}

ERREUR: Final = "entered-in-error"
_CODES: Final = (
    "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown draft active on-hold "
    "revoked completed requested received accepted rejected ready failed proposed inactive amended stopped current "
    "superseded busy busy-tentative busy-unavailable free registered preliminary final corrected"
)
STATUTS_FHIR: Final = frozenset(_CODES.split())
"""Status codes of the resources read here."""

_TASKS_DONE: Final = frozenset({"in-progress", "completed", "ACTIF", "TERMINE", "ENREALISATION", "REALISE"})
_NOT_ACTS: Final = frozenset({ERREUR, "rejected", "cancelled", "ANNULE"})


def read_record(entry: Element, rang: int) -> tuple[Record, Element, str]:
    """The record of one entry with its resource and path. Raises BundleRefused with the path."""
    place = f"entry[{rang}]"
    resource = entry.get("resource")
    if not isinstance(resource, dict):
        raise malformed("« resource » est absent", place)
    place = f"{place}.resource"
    kind = read_text(resource, "resourceType", place)
    if kind is None:
        raise malformed("« resourceType » est absent", place)
    record = Record(
        rang, kind, Nature.IGNORE, read_text(resource, "id", place), read_text(entry, "fullUrl", f"entry[{rang}]")
    )
    reader = _READERS.get(kind)
    if reader is not None:
        meta = read_element(resource, "meta", place)
        record.maj_le = read_text(meta, "lastUpdated", f"{place}.meta")
        profiles = read_texts(meta, "profile", f"{place}.meta")
        record.version = next((version for each in profiles if (version := each.partition("|")[2])), "")
        record.metier = next(iter(read_ids(resource, place)), None)
        reader(record, resource, {each.partition("|")[0].removeprefix(SD) for each in profiles}, place)
    return record, resource, place


def _links(resource: Element, place: str, *names: str) -> tuple[Link, ...]:
    return tuple(
        Link(read_text(each, "reference", f"{place}.{name}"), read_element(each, "identifier", f"{place}.{name}"))
        for name in names
        for each in read_elements(resource, name, place)
    )


def _period(record: Record, resource: Element, place: str, name: str = "period") -> None:
    period = read_element(resource, name, place)
    record.debut = read_text(period, "start", f"{place}.{name}")
    record.fin = read_text(period, "end", f"{place}.{name}")


def _patient(record: Record, resource: Element, _profiles: set[str], place: str) -> None:
    record.nature = Nature.USAGER
    record.personne = read_person_ids(resource, place)
    record.fin = last_day(read_text(resource, "deceasedDateTime", place))


def _organization(record: Record, resource: Element, _profiles: set[str], place: str) -> None:
    record.nature = Nature.STRUCTURE
    record.finess = read_finess(resource, place)


def _group(record: Record, resource: Element, _profiles: set[str], place: str) -> None:
    record.nature = Nature.GROUPE
    where = f"{place}.member"
    record.membres = tuple(
        link
        for each in read_elements(resource, "member", place)
        if each.get("inactive") is not True
        for link in _links(each, where, "entity")
    )


def _encounter(record: Record, resource: Element, profiles: set[str], place: str) -> None:
    record.nature = _tell_encounter(record, resource, profiles, place)
    record.statut = read_text(resource, "status", place)
    record.sujets = _links(resource, place, "subject")
    record.lieu = next(iter(_links(resource, place, "serviceProvider")), None)
    _period(record, resource, place)
    if record.nature is Nature.SEJOUR:
        admission = read_extension(resource, _ADMISSION, "valueDateTime", place)
        record.debut, record.fin = first_day(record.debut or admission), last_day(record.fin)
    if record.nature is Nature.EVENEMENT:
        record.parents = _links(resource, place, "partOf")
        record.statut = STATUTS_EVENEMENT.get(record.statut or "", record.statut)


def _tell_encounter(record: Record, resource: Element, profiles: set[str], place: str) -> Nature:
    """Stay or event: by profile, else by system of the identifier, else by type code, else by `partOf`."""
    if "tddui-encounter-sejour" in profiles:
        return Nature.SEJOUR
    if "tddui-encounter-evenement" in profiles:
        return Nature.EVENEMENT
    if record.metier is not None and record.metier.objet in {"sejour", "evenement"}:
        return Nature(record.metier.objet)
    types = {
        code
        for each in read_elements(resource, "identifier", place)
        for code in read_codes(each, "type", f"{place}.identifier")
    }
    if "SEJ" in types:
        return Nature.SEJOUR
    return Nature.EVENEMENT if resource.get("partOf") else Nature.IGNORE


def _care_plan(record: Record, resource: Element, profiles: set[str], place: str) -> None:
    business = record.metier is not None and record.metier.objet == "projetpersonnalise"
    known = business or "tddui-careplan-projet-personnalise" in profiles
    record.nature = Nature.PROJET if known else Nature.AUTRE
    statut = read_text(resource, "status", place)
    record.statut = STATUTS_PROJET.get(statut or "", statut)
    record.sujets = _links(resource, place, "subject")
    if known:
        _period(record, resource, place)
        record.debut, record.fin = first_day(record.debut), last_day(record.fin)


def _task(record: Record, resource: Element, _profiles: set[str], place: str) -> None:
    record.nature = Nature.ACTE
    record.statut = read_text(resource, "status", place)
    record.sujets = _links(resource, place, "for")
    record.parents = _links(resource, place, "encounter", "basedOn")
    if record.statut in _TASKS_DONE:
        _period(record, resource, place, "executionPeriod")


def _dated(subject: tuple[str, ...], parents: tuple[str, ...], moment: str) -> "Reader":
    """An act with one date: an evaluation, an agreement, a document."""

    def read(record: Record, resource: Element, _profiles: set[str], place: str) -> None:
        record.nature = Nature.ACTE
        record.statut = read_text(resource, "status", place)
        record.sujets = _links(resource, place, *subject)
        record.parents = _links(resource, place, *parents)
        if record.statut not in _NOT_ACTS:
            record.debut = read_text(resource, moment, place)

    return read


def _document(record: Record, resource: Element, profiles: set[str], place: str) -> None:
    _dated(("subject",), (), "date")(record, resource, profiles, place)
    context = read_element(resource, "context", place)
    record.sujets += _links(context, f"{place}.context", "sourcePatientInfo")
    record.cda = _CDA in read_codes(resource, "type", place)


def _linked(subject: tuple[str, ...], parents: tuple[str, ...] = ()) -> "Reader":
    """A resource of a person without a date that counts: only its changes and its status date do."""

    def read(record: Record, resource: Element, _profiles: set[str], place: str) -> None:
        record.nature = Nature.AUTRE
        record.sujets = _links(resource, place, *subject)
        record.parents = _links(resource, place, *parents)
        for each in read_elements(resource, "extension", place):
            if read_text(each, "url", f"{place}.extension") == _CAREPLAN:
                record.parents += _links(each, f"{place}.extension", "valueReference")

    return read


def _provenance(record: Record, resource: Element, _profiles: set[str], place: str) -> None:
    """An extra entry that says when and by whom: in no TDDUI profile, and admitted since slices are open."""
    record.nature = Nature.JOURNAL
    record.debut = read_text(resource, "recorded", place)
    record.parents = _links(resource, place, "target")
    who = [link for each in read_elements(resource, "agent", place) for link in _links(each, f"{place}.agent", "who")]
    record.statut = _author(who)


def _audit_event(record: Record, resource: Element, _profiles: set[str], place: str) -> None:
    """Like a Provenance, for creations and updates; readings are no writings."""
    if read_text(resource, "action", place) not in {"C", "U"}:
        return
    record.nature = Nature.JOURNAL
    record.debut = read_text(resource, "recorded", place)
    record.parents = tuple(
        link for each in read_elements(resource, "entity", place) for link in _links(each, f"{place}.entity", "what")
    )
    who = [link for each in read_elements(resource, "agent", place) for link in _links(each, f"{place}.agent", "who")]
    record.statut = _author(who)


def _author(who: list[Link]) -> str | None:
    kinds = {(link.reference or "").rpartition("/")[0].rpartition("/")[2] for link in who}
    if kinds & {"Practitioner", "PractitionerRole", "RelatedPerson", "Patient"}:
        return "humain"
    return "automate" if kinds == {"Device"} else None


Reader = Callable[[Record, Element, set[str], str], None]

_READERS: Final[Mapping[str, Any]] = {
    "Patient": _patient,
    "Organization": _organization,
    "Group": _group,
    "Encounter": _encounter,
    "CarePlan": _care_plan,
    "Task": _task,
    "QuestionnaireResponse": _dated(("subject",), ("encounter",), "authored"),
    "Consent": _dated(("patient",), (), "dateTime"),
    "DocumentReference": _document,
    "Goal": _linked(("subject",)),
    "ServiceRequest": _linked(("subject",), ("encounter", "basedOn")),
    "Observation": _linked(("subject",), ("encounter",)),
    "RelatedPerson": _linked(("patient",)),
    "Basic": _linked(("subject",)),
    "Schedule": _linked(("actor",)),
    "Slot": _linked((), ("schedule",)),
    "Provenance": _provenance,
    "AuditEvent": _audit_event,
}
