"""What real exports contain although the guide forbids it; each test is named after its trap."""

import json

import pytest

ET = "010780054"
OTHER = "2A0000154"


def only(rows):
    (row,) = rows
    return row


def counted(imported):
    ((_, taken),) = imported.pris
    return taken.compteurs


def test_entry_request_url_holds_a_profile_name(depot, lot):
    export = lot()
    export.present()
    export.entries[0]["request"]["url"] = "../../TDDUIPatientINS"
    depot.take(export)
    assert len(depot.sejours()) == 1


def test_references_dangle_and_are_counted(depot, lot):
    export = lot()
    person, stay = export.present()
    event = export.evenement(person, stay)
    event["participant"] = [{"individual": {"reference": "Practitioner/absent"}}]
    event["location"] = [{"location": {"reference": "Location/absent"}}]
    found = counted(depot.take(export))
    assert found["references_pendantes"] == 3  # with the Organization of origin
    assert len(depot.evenements()) == 1


def test_a_task_based_on_the_care_plan_of_another_person_stays_with_its_own(depot, lot, vers):
    export = lot()
    person, _ = export.present("1")
    other, _ = export.present("2")
    plan = export.projet(other)
    export.add(
        {
            "resourceType": "Task",
            "identifier": [export.metier("action", "x-ACTI-1")],
            "status": "completed",
            "for": vers(person),
            "basedOn": [vers(plan)],
            "executionPeriod": {"start": "2026-09-02", "end": "2026-09-02"},
        }
    )
    depot.take(export)
    mine = {row.usager for row in depot.mises_a_jour("actes")}
    assert mine == {depot.store.hasher("usager", "pi", f"3{ET}/1").hex()}


def test_a_bundle_without_organization_has_its_finess_inside_identifiers_only(depot, lot):
    export = lot(finess="480787529")  # the published examples' number, whose key is wrong
    person = export.usager()
    export.projet(person)
    depot.take(export)
    assert only(depot.projets()).code == "480787529"


def test_a_project_of_a_bundle_without_stay_is_where_the_person_stays(depot, lot):
    stays, projects = lot(date="2026-10-01T03:00:00Z"), lot(date="2026-10-08T03:00:00Z", finess=ET)
    person = stays.usager("7")
    stays.sejour(person, stays.structure(OTHER))
    projects.projet(projects.usager("7"))
    depot.take(projects, stays)
    assert (only(depot.projets()).code, only(depot.sejours()).code) == (OTHER, OTHER)


def test_the_local_id_inside_a_stay_is_never_joined_on(depot, lot):
    """It is the NIR there, while the person's own identifier says another number."""
    export = lot()
    structure = export.structure()
    person = export.usager("194704032")
    stay = export.sejour(person, structure)
    stay["identifier"][0]["value"] = f"3{ET}/147720425367411-SEJOUR-1012"
    export.projet(person)["identifier"][0]["value"] = f"3{ET}/888-PPER-1"
    depot.take(export)
    assert only(depot.projets()).usager == only(depot.sejours()).usager


def test_two_entries_share_one_full_url_of_two_types(depot, lot):
    export = lot()
    export.present()
    for entry in export.entries:
        entry["fullUrl"] = "urn:uuid:00000000-0000-0000-0000-000000000001"
        entry["resource"].pop("id")
    stay = export.entries[2]["resource"]
    stay["subject"] = stay["serviceProvider"] = {"reference": "urn:uuid:00000000-0000-0000-0000-000000000001"}
    found = counted(depot.take(export))
    row = only(depot.sejours())
    assert row.code == ET
    assert found["fullurl_doubles"] == 2


def test_two_persons_under_one_full_url_are_nobody_rather_than_the_wrong_one(depot, lot):
    export = lot()
    structure = export.structure()
    first, second = export.usager("1"), export.usager("2")
    export.sejour(first, structure)
    url = "urn:uuid:00000000-0000-0000-0000-000000000002"
    for entry, person in zip(export.entries[1:3], (first, second), strict=True):
        entry["fullUrl"] = url
        person.pop("id")
    export.entries[3]["resource"]["subject"] = {"reference": url}
    found = counted(depot.take(export))
    assert depot.sejours() == []
    assert found["references_ambigues"] >= 1
    assert found["sans_usager"] == 1


def test_references_may_be_absolute_urns_or_versioned(depot, lot):
    for number, shape in enumerate(("https://dui.example/Patient/{}", "Patient/{}/_history/3", "urn:uuid:{}")):
        export = lot()
        structure, person = export.structure(), export.usager(str(number))
        stay = export.sejour(person, structure, numero=str(number))
        if shape.startswith("urn"):
            export.entries[1]["fullUrl"] = shape.format(person["id"])
        stay["subject"] = {"reference": shape.format(person["id"])}
        depot.take(export)
    assert len({row.usager for row in depot.sejours()}) == 3


def test_the_organization_of_origin_is_not_the_one_that_welcomes(depot, lot, vers):
    export = lot()
    origin = export.structure(OTHER)
    _, stay = export.present()
    stay["hospitalization"] = {"origin": vers(origin)}
    depot.take(export)
    assert only(depot.sejours()).code == ET
    assert OTHER not in depot.source().etablissements()


def test_the_number_of_an_administrative_file_shares_the_system_of_stays(depot, lot):
    """Told apart by type only; taken for the stay's own, all stays numbered 1 would be one."""
    for local in ("1", "2"):
        export = lot()
        _, stay = export.present(local)
        stay["identifier"].insert(
            0,
            {"type": {"coding": [{"code": "NUMDOSS"}]}, "system": export.systeme("sejour"), "value": f"3{ET}/7"},
        )
        depot.take(export)
    assert len(depot.sejours()) == 2


def test_cnsa_systems_of_version_2_0_are_the_same_objects(depot, lot):
    old, new = lot(domaine="cnsa.fr", date="2026-09-01T00:00:00Z"), lot(date="2026-10-01T00:00:00Z")
    for export in (old, new):
        person, stay = export.present()
        export.evenement(person, stay)
    depot.take(old, new)
    assert (len(depot.sejours()), len(depot.evenements())) == (1, 1)


@pytest.mark.parametrize("version", ["2.0.0", "2.0.0-ballot", "2.1.0", "2.2.0", "2.3.0", ""])
def test_every_version_is_read_whatever_its_profiles_say(depot, lot, version):
    export = lot(version=version)
    person, stay = export.present()
    export.evenement(person, stay)
    depot.take(export)
    assert (len(depot.sejours()), len(depot.evenements())) == (1, 1)


def test_several_usagers_in_one_bundle(depot, lot):
    export = lot()
    structure = export.structure()
    for local in range(5):
        export.sejour(export.usager(str(local)), structure, numero=str(local))
    depot.take(export)
    assert len({row.usager for row in depot.sejours()}) == 5


def test_identifiers_are_matched_by_system_and_not_by_type(depot, lot):
    export = lot()
    person, _ = export.present()
    for each in person["identifier"]:
        each["type"] = {"coding": [{"system": "https://renomme.example", "code": "INCONNU"}]}
    depot.take(export)
    assert only(depot.sejours()).usager == depot.store.hasher("usager", "pi", f"3{ET}/1").hex()


def test_the_same_resource_twice_in_a_bundle_is_one_and_counted(depot, lot):
    export = lot()
    export.present()
    export.entries.append(json.loads(json.dumps(export.entries[-1])))
    found = counted(depot.take(export))
    assert len(depot.sejours()) == 1
    assert found["doublons"] == 1


def test_a_stay_without_business_identifier_is_known_by_person_and_first_day(depot, lot):
    for day, end in (("2026-09-01", None), ("2026-10-01", "2026-09-20")):
        export = lot(date=f"{day}T00:00:00Z")
        _, stay = export.present()
        del stay["identifier"]
        stay["period"] = {"start": "2026-01-10"} | ({"end": end} if end else {})
        depot.take(export)
    assert only(depot.sejours()).sortie == "2026-09-20"


def test_extra_resources_are_admitted_since_slices_are_open(depot, lot):
    export = lot()
    export.present()
    export.add({"resourceType": "Practitioner", "name": [{"family": "MARTIN"}]})
    export.add({"resourceType": "Binary", "data": "AAAA"})
    depot.take(export)
    assert len(depot.sejours()) == 1


def test_cda_of_version_1_is_refused_by_its_name(depot, lot):
    export = lot()
    export.add({"resourceType": "DocumentReference", "status": "current", "type": {"coding": [{"code": "EXPORT_DUI"}]}})
    (refused,) = depot.take(export).refuses
    assert refused.erreur.code == "tddui_cda"


def test_only_creations_are_admitted(depot, lot):
    export = lot()
    export.present()
    export.entries[1]["request"]["method"] = "DELETE"
    (refused,) = depot.take(export).refuses
    assert refused.erreur.ou.endswith("entry[1].request.method")
    assert depot.sejours() == []
