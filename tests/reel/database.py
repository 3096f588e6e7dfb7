"""The same facts in SQLite: each resource split into rows, no value changed."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

from reel.resources import Resource, codes, read_resources, target

Row = tuple[str, tuple[str | None, ...]]
"""A table and the values of one of its rows."""

_SCHEMA = Path(__file__).with_name("schema.sql")


def build_database(folder: Path, path: Path) -> Counter[str]:
    """Load every resource of `folder` into a new database at `path`; returns how many of each kind."""
    loaded: Counter[str] = Counter()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.executescript(_SCHEMA.read_text(encoding="utf-8"))
        for kind, split in _ROWS.items():
            for resource in read_resources(folder, kind):
                loaded[kind] += 1
                for table, values in split(resource):
                    marks = ", ".join("?" * len(values))
                    connection.execute(f"INSERT INTO {table} VALUES ({marks})", values)
        connection.commit()
    return loaded


def _organization(resource: Resource) -> Iterator[Row]:
    yield "organization", (resource["id"], resource["name"])


def _patient(resource: Resource) -> Iterator[Row]:
    yield "patient", (resource["id"], resource["meta"]["lastUpdated"])


def _healthcare_service(resource: Resource) -> Iterator[Row]:
    yield "healthcare_service", (resource["id"], _id(resource, "providedBy"))


def _encounter(resource: Resource) -> Iterator[Row]:
    period = resource["period"]
    people = (_id(resource, "subject"), _id(resource, "serviceProvider"))
    dates = (period["start"], period.get("end"), resource["meta"]["lastUpdated"])
    yield "encounter", (resource["id"], resource["status"], *people, *dates)


def _episode_of_care(resource: Resource) -> Iterator[Row]:
    period = resource["period"]
    people = (_id(resource, "patient"), _id(resource, "managingOrganization"))
    yield "episode_of_care", (resource["id"], resource["status"], *people, period["start"], period.get("end"))


def _care_plan(resource: Resource) -> Iterator[Row]:
    yield "care_plan", (resource["id"], resource["status"], _id(resource, "subject"))


def _appointment(resource: Resource) -> Iterator[Row]:
    yield "appointment", (resource["id"], resource["status"], resource["start"])
    for participant in resource["participant"]:
        yield "appointment_participant", (resource["id"], *target(participant["actor"]))


def _communication(resource: Resource) -> Iterator[Row]:
    yield "communication", (resource["id"], resource["status"], *target(resource["sender"]), resource.get("sent"))
    for code in codes(resource):
        yield "communication_category", (resource["id"], code)
    for recipient in resource["recipient"]:
        yield "communication_recipient", (resource["id"], *target(recipient))


def _document_reference(resource: Resource) -> Iterator[Row]:
    people = (_id(resource, "subject"), _id(resource, "custodian"))
    yield "document_reference", (resource["id"], resource["status"], *people, resource["date"])
    for code in codes(resource):
        yield "document_category", (resource["id"], code)


def _medication_request(resource: Resource) -> Iterator[Row]:
    encounter = _id(resource, "encounter")
    yield "medication_request", (resource["id"], resource["status"], encounter, resource["authoredOn"])
    for identifier in resource.get("identifier", ()):
        yield "medication_identifier", (resource["id"], identifier["system"], identifier["value"])


def _id(resource: Resource, member: str) -> str:
    return target(resource[member])[1]


_ROWS: Mapping[str, Callable[[Resource], Iterator[Row]]] = {
    "Organization": _organization,
    "Patient": _patient,
    "HealthcareService": _healthcare_service,
    "Encounter": _encounter,
    "EpisodeOfCare": _episode_of_care,
    "CarePlan": _care_plan,
    "Appointment": _appointment,
    "Communication": _communication,
    "DocumentReference": _document_reference,
    "MedicationRequest": _medication_request,
}
"""In the order in which the references of one may be checked against the others."""
