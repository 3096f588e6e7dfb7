"""Updates are a lower bound: what proves one, what does not, and by which method the report says it was known."""

from datetime import date

import pytest

from temoin_sdk import Drapeau
from temoin_sdk.gathering.from_records import fingerprint_records
from temoin_sdk.windows import Fenetre

ET = "010780054"


def week(lot, day, **more):
    """One export with a person in stay and one event, at 3 in the morning."""
    export = lot(date=f"{day}T03:00:00+02:00", **more)
    person, stay = export.present()
    event = export.evenement(person, stay)
    return export, person, stay, event


def days(rows):
    return [str(row.date_fait)[:10] for row in rows]


# ---- status dates


@pytest.mark.parametrize("kind", ["event", "plan", "person", "stay"])
def test_meta_last_updated_of_any_linked_resource_is_a_status_date(depot, lot, kind):
    export, person, stay, event = week(lot, "2026-10-05")
    resources = {"event": event, "plan": export.projet(person), "person": person, "stay": stay}
    resources[kind]["meta"]["lastUpdated"] = "2026-09-03T12:00:00+02:00"
    depot.take(export)
    (row,) = depot.mises_a_jour("statuts")
    assert (row.code, row.date_fait, row.auteur) == (ET, "2026-09-03T10:00:00.000000Z", None)
    assert row.usager == depot.sejours()[0].usager


@pytest.mark.parametrize("kind", ["Goal", "ServiceRequest", "Observation", "Task", "QuestionnaireResponse", "Slot"])
def test_resources_of_every_kind_lead_to_their_person(depot, lot, vers, kind):
    export, person, _, event = week(lot, "2026-10-05")
    resource = {"resourceType": kind, "status": "active", "identifier": [export.metier("besoin", "x-BESO-1")]}
    if kind == "Slot":
        schedule = export.add({"resourceType": "Schedule", "actor": [vers(person)]})
        resource["schedule"] = vers(schedule)
    elif kind == "Task":
        resource["encounter"] = vers(event)
    else:
        resource["subject"] = vers(person)
    export.add(resource)["meta"] = {"lastUpdated": "2026-09-03T10:00:00Z"}
    depot.take(export)
    (row,) = depot.mises_a_jour("statuts")
    assert row.usager == depot.sejours()[0].usager


def test_earlier_status_dates_are_kept_when_a_newer_export_has_another(depot, lot):
    for day, updated in (("2026-09-07", "2026-09-03"), ("2026-10-05", "2026-10-02")):
        export, *_, event = week(lot, day)
        event["meta"]["lastUpdated"] = f"{updated}T10:00:00Z"
        depot.take(export)
    assert days(depot.mises_a_jour("statuts")) == ["2026-09-03", "2026-10-02"]


def test_last_updated_stamped_on_everything_by_the_export_or_a_server_is_no_status_date(depot, lot):
    export, person, stay, event = week(lot, "2026-10-05")
    for each in (person, stay, event):
        each["meta"]["lastUpdated"] = "2026-10-04T22:00:00Z"
    ((_, taken),) = depot.take(export).pris
    assert depot.mises_a_jour("statuts") == []
    assert taken.compteurs["horodatages_ecartes"] == 3


@pytest.mark.parametrize("moment", ["2026-10-05T01:00:00Z", "2026-10-06T00:00:00Z"])
def test_last_updated_at_the_export_or_after_it_is_no_status_date(depot, lot, moment):
    export, *_, event = week(lot, "2026-10-05")
    event["meta"]["lastUpdated"] = moment
    depot.take(export)
    assert depot.mises_a_jour("statuts") == []


def test_a_status_date_of_the_very_day_that_a_name_dates_is_kept(depot, lot):
    export, *_, event = week(lot, "2026-10-05")
    export.date = None
    event["meta"]["lastUpdated"] = "2026-10-05T09:00:00Z"
    depot.take(export, nom="export-2026-10-05.json")
    assert days(depot.mises_a_jour("statuts")) == ["2026-10-05"]


# ---- dates of acts


def test_dates_of_acts(depot, lot, vers):
    export, person, _, event = week(lot, "2026-11-05")
    export.add(
        {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "subject": vers(person),
            "authored": "2026-08-02T10:00:00Z",
        }
    )
    export.add({"resourceType": "Consent", "status": "active", "patient": vers(person), "dateTime": "2026-08-03"})
    export.add(
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3"},
            "context": {"sourcePatientInfo": vers(person)},
            "date": "2026-08-04T10:00:00Z",
        }
    )
    export.add(
        {
            "resourceType": "Task",
            "status": "completed",
            "for": vers(person),
            "executionPeriod": {"start": "2026-08-05", "end": "2026-08-06"},
        }
    )
    event["status"] = "finished"
    event["period"] = {"start": "2026-08-07T10:00:00Z", "end": "2026-08-08T10:00:00Z"}
    depot.take(export)
    assert days(depot.mises_a_jour("actes")) == [f"2026-08-{day:02}" for day in (2, 3, 4, 5, 6, 8)]


def test_entry_and_exit_are_acts(depot, lot):
    export = lot()
    export.present(period={"start": "2026-08-10", "end": "2026-10-20"})
    depot.take(export)
    assert days(depot.mises_a_jour("actes")) == ["2026-08-10", "2026-10-20"]


@pytest.mark.parametrize("statut", ["planned", "triaged", "cancelled"])
def test_an_event_that_did_not_take_place_is_no_act(depot, lot, statut):
    export, *_, event = week(lot, "2026-11-05")
    event["status"] = statut
    depot.take(export)
    assert depot.mises_a_jour("actes") == []


def test_an_act_still_to_come_when_the_export_was_made_is_a_plan(depot, lot, vers):
    export, person, *_ = week(lot, "2026-08-05")
    export.add(
        {
            "resourceType": "Task",
            "status": "in-progress",
            "for": vers(person),
            "executionPeriod": {"start": "2026-08-04", "end": "2026-10-30"},
        }
    )
    depot.take(export)
    assert days(depot.mises_a_jour("actes")) == ["2026-08-04"]


@pytest.mark.parametrize("statut", ["requested", "draft", "cancelled", "entered-in-error"])
def test_a_task_not_carried_out_is_no_act(depot, lot, vers, statut):
    export, person, *_ = week(lot, "2026-11-05")
    export.add(
        {
            "resourceType": "Task",
            "status": statut,
            "for": vers(person),
            "executionPeriod": {"start": "2026-09-01", "end": "2026-09-01"},
        }
    )
    depot.take(export)
    assert depot.mises_a_jour("actes") == []


# ---- comparison of contents


def changed(depot, lot, before, after, change, **more):
    """Two exports of these days; `change` alters the second."""
    first, *_ = week(lot, before)
    second, person, stay, event = week(lot, after, **more)
    change(person, stay, event)
    depot.take(first, second)
    return depot.mises_a_jour("comparaison")


def report(text):
    url = "https://interop.esante.gouv.fr/ig/fhir/tddui/StructureDefinition/tddui-event-report"
    return lambda person, stay, event: event.update(extension=[{"url": url, "valueString": text}])


def test_a_content_that_changed_between_two_exports_is_an_update_after_the_first(depot, lot):
    (row,) = changed(depot, lot, "2026-09-07", "2026-09-14", report("Vu ce matin"))
    assert (row.code, row.date_fait, row.auteur) == (ET, "2026-09-07T01:00:00.000000Z", None)


def test_contents_that_did_not_change_prove_nothing(depot, lot):
    assert changed(depot, lot, "2026-09-07", "2026-09-14", lambda *_: None) == []


def test_a_change_before_the_first_export_of_the_window_cannot_be_placed(depot, lot):
    """The sdk drops what is dated before its window: the row is at the first of the two exports."""
    (row,) = changed(depot, lot, "2026-07-31", "2026-08-07", report("Vu"))
    assert str(row.date_fait)[:10] < "2026-08-01"


def test_a_change_seen_after_the_window_ended_is_not_given(depot, lot):
    assert changed(depot, lot, "2026-10-26", "2026-11-02", report("Vu")) == []


def test_the_bound_is_the_local_day_of_the_establishment(depot, lot):
    """23:30 in Mayotte on 31 October is in the window; an hour later is not, though Paris still has the 31st."""
    for finess, after, number in (
        ("980500003", "2026-10-31T23:30:00+03:00", 1),
        ("980500003", "2026-11-01T00:30:00+03:00", 0),
    ):
        for path in depot.folder.glob("tddui.sqlite3*"):
            path.unlink()
        first, second = lot(date="2026-10-26T00:00:00Z", finess=finess), lot(date=after, finess=finess)
        first.present()
        second.present(class_="modifié")
        depot.take(first, second)
        assert len(depot.mises_a_jour("comparaison")) == number


def _rename_ids(export, person, stay, event):
    for entry in export.entries:
        entry["resource"]["id"] = f"nouveau-{entry['resource']['id']}"
    stay["subject"] = event["subject"] = {"reference": f"Patient/{person['id']}"}
    event["partOf"] = {"reference": f"Encounter/{stay['id']}"}


NOISES = {
    "technical ids": _rename_ids,
    "references": lambda export, person, stay, event: stay.update(
        hospitalization={"origin": {"reference": "Organization/un-autre"}}
    ),
    "meta": lambda export, person, stay, event: event["meta"].update(lastUpdated="2026-09-13T00:00:00Z", versionId="7"),
    "narrative": lambda export, person, stay, event: event.update(text={"status": "generated", "div": "<div>…</div>"}),
    "order of lists": lambda export, person, stay, event: person["identifier"].reverse(),
    "order of keys": lambda export, person, stay, event: event.update(
        period=dict(reversed(event.pop("period").items()))
    ),
    "order of entries": lambda export, person, stay, event: export.entries.reverse(),
}


@pytest.mark.parametrize("noise", NOISES)
def test_what_changes_by_itself_proves_nothing(depot, lot, noise):
    first, *_ = week(lot, "2026-09-07")
    second, person, stay, event = week(lot, "2026-09-14")
    NOISES[noise](second, person, stay, event)
    depot.take(first, second)
    assert depot.mises_a_jour("comparaison") == []
    assert len(depot.sejours()) == len(depot.evenements()) == 1


def test_the_signed_address_of_an_attachment_proves_nothing(depot, lot):
    for day in ("2026-09-07", "2026-09-14"):
        export, *_, event = week(lot, day)
        attachment = {"url": f"https://dui.example/a?signature={day}", "title": "Compte rendu"}
        event["extension"] = [{"url": "x", "valueAttachment": attachment}]
        depot.take(export)
    assert depot.mises_a_jour("comparaison") == []


def test_the_change_of_systems_between_two_eras_proves_nothing(depot, lot):
    first, *_ = week(lot, "2026-09-07", domaine="cnsa.fr")
    second, *_ = week(lot, "2026-09-14")
    depot.take(first, second)
    assert depot.mises_a_jour("comparaison") == []


def test_a_new_version_of_the_profiles_may_write_more_and_proves_nothing(depot, lot):
    first, *_ = week(lot, "2026-09-07", version="2.2.0")
    second, *_, event = week(lot, "2026-09-14", version="2.3.0")
    event["priority"] = {"text": "nouvel élément de la 2.3"}
    depot.take(first, second)
    assert depot.mises_a_jour("comparaison") == []


def test_a_resource_that_appears_proves_nothing(depot, lot):
    """An event planned long ago comes into the history that an export holds."""
    first = lot(date="2026-09-07T00:00:00Z")
    first.present()
    second, *_ = week(lot, "2026-09-14")
    depot.take(first, second)
    assert depot.mises_a_jour("comparaison") == []


@pytest.mark.parametrize("nom", ["TDDUI_010780054_2026-08-01_2026-09-14_1.json", "sans-date.json"])
def test_an_export_of_uncertain_date_proves_no_change(depot, lot, nom):
    first, *_ = week(lot, "2026-09-07")
    second, *_, event = week(lot, "2026-09-14")
    second.date = None
    event["status"] = "finished"
    depot.take(first)
    depot.take(second, nom=nom)
    assert depot.mises_a_jour("comparaison") == []


def test_a_change_and_its_undoing_are_two(depot, lot):
    for day, status in (("2026-09-07", "planned"), ("2026-09-14", "cancelled"), ("2026-09-21", "planned")):
        export, *_, event = week(lot, day)
        event["status"] = status
        depot.take(export)
    assert days(depot.mises_a_jour("comparaison")) == ["2026-09-07", "2026-09-14"]


def test_a_change_of_a_group_event_is_of_each_member(depot, lot, vers):
    for day, status in (("2026-09-07", "planned"), ("2026-09-14", "finished")):
        export = lot(date=f"{day}T00:00:00Z")
        people = [export.present(str(n))[0] for n in range(2)]
        group = export.add({"resourceType": "Group", "member": [{"entity": vers(each)} for each in people]})
        export.evenement(group, status=status)
        depot.take(export)
    assert len({row.usager for row in depot.mises_a_jour("comparaison")}) == 2


# ---- journal entries


@pytest.mark.parametrize(
    ("who", "auteur"), [("Practitioner/1", "humain"), ("Device/1", "automate"), ("Organization/1", None)]
)
def test_a_provenance_says_when_and_who(depot, lot, vers, who, auteur):
    export, *_, event = week(lot, "2026-11-05")
    export.add(
        {
            "resourceType": "Provenance",
            "target": [vers(event)],
            "recorded": "2026-09-02T10:00:00Z",
            "agent": [{"who": {"reference": who}}],
        }
    )
    depot.take(export)
    (row,) = depot.mises_a_jour("journal")
    assert (str(row.date_fait)[:10], row.auteur) == ("2026-09-02", auteur)


@pytest.mark.parametrize(("action", "number"), [("C", 1), ("U", 1), ("R", 0), ("E", 0)])
def test_an_audit_event_counts_for_what_was_written(depot, lot, vers, action, number):
    export, person, *_ = week(lot, "2026-11-05")
    export.add(
        {
            "resourceType": "AuditEvent",
            "action": action,
            "recorded": "2026-09-02T10:00:00Z",
            "entity": [{"what": vers(person)}],
            "agent": [{"who": {"reference": "Practitioner/1"}}],
        }
    )
    depot.take(export)
    assert len(depot.mises_a_jour("journal")) == number


# ---- what the report says


@pytest.mark.parametrize(
    ("methodes", "flags"),
    [
        (["comparaison"], {Drapeau.MAJ_PAR_COMPARAISON}),
        (["actes"], {Drapeau.MAJ_PAR_DATES}),
        (["statuts", "comparaison"], {Drapeau.MAJ_PAR_DATES, Drapeau.MAJ_PAR_COMPARAISON}),
        (["journal", "statuts"], {Drapeau.MAJ_PAR_DATES}),
        (None, {Drapeau.MAJ_PAR_DATES, Drapeau.MAJ_PAR_COMPARAISON}),
    ],
)
def test_the_source_says_by_which_methods(depot, methodes, flags):
    source = depot.source(**({} if methodes is None else {"mises_a_jour": methodes}))
    always = {Drapeau.AUTEUR_INCONNU, Drapeau.ETAT_COURANT_SEUL}
    assert source.ne_sait_pas == flags | always


def test_a_journal_alone_knows_who_wrote(depot):
    assert depot.source(mises_a_jour=["journal"]).ne_sait_pas == {Drapeau.ETAT_COURANT_SEUL}


def test_methods_written_in_another_order_are_the_same_queries(depot):
    """Else the report of the same settings would have two fingerprints."""
    prints = {
        fingerprint_records(depot.source(mises_a_jour=methods), "1")
        for methods in (["actes", "statuts"], ["statuts", "actes", "actes"])
    }
    assert len(prints) == 1
    assert fingerprint_records(depot.source(mises_a_jour=["actes"]), "1") not in prints


def test_a_past_window_can_be_counted_again(depot, lot):
    """Later exports do not hide the updates of a window that has passed."""
    for day, status in (("2026-05-04", "planned"), ("2026-05-11", "finished"), ("2026-09-07", "cancelled")):
        export, *_, event = week(lot, day)
        event["status"] = status
        depot.take(export)
    spring = Fenetre(debut=date(2026, 4, 29), fin=date(2026, 6, 3))
    assert days(depot.mises_a_jour("comparaison", periode=spring)) == ["2026-05-04"]
