"""Every path and filter of the guide that is read, one test each, named after what it holds."""

import pytest

ET = "010780054"


def only(rows):
    (row,) = rows
    return row


# ---- stays


def test_a_stay_gives_its_establishment_person_and_days(depot, lot):
    export = lot()
    export.present(period={"start": "2026-01-10", "end": "2026-09-30"})
    depot.take(export)
    row = only(depot.sejours())
    assert (row.code, row.entree, row.sortie) == (ET, "2026-01-10", "2026-09-30")


@pytest.mark.parametrize("statut", ["planned", "cancelled", "entered-in-error"])
def test_a_stay_that_is_not_one_is_left_out(depot, lot, statut):
    export = lot()
    export.present(status=statut)
    depot.take(export)
    assert depot.sejours() == []


@pytest.mark.parametrize("statut", ["in-progress", "finished", "arrived", "onleave", "unknown"])
def test_the_status_of_a_stay_is_not_maintained_and_only_excludes_these_three(depot, lot, statut):
    export = lot()
    export.present(status=statut)
    depot.take(export)
    assert len(depot.sejours()) == 1


def test_without_a_period_the_admission_date_is_the_entry(depot, lot):
    export = lot()
    _, stay = export.present()
    del stay["period"]
    stay["extension"] = [
        {
            "url": "https://interop.esante.gouv.fr/ig/fhir/tddui/StructureDefinition/tddui-admission-date",
            "valueDateTime": "2026-03-02",
        }
    ]
    depot.take(export)
    assert only(depot.sejours()).entree == "2026-03-02"


def test_planned_dates_are_never_real_ones(depot, lot):
    export = lot()
    _, stay = export.present()
    base = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter."
    stay["extension"] = [
        {"url": f"{base}plannedStartDate", "valueDateTime": "2025-01-01"},
        {"url": f"{base}plannedEndDate", "valueDateTime": "2026-02-01"},
    ]
    depot.take(export)
    row = only(depot.sejours())
    assert (row.entree, row.sortie) == ("2026-01-10", None)


def test_a_stay_without_any_date_is_not_computable_and_not_left_out(depot, lot):
    export = lot()
    _, stay = export.present()
    del stay["period"]
    depot.take(export)
    assert only(depot.sejours()).entree is None


def test_a_death_closes_an_open_stay(depot, lot):
    export = lot()
    person, _ = export.present()
    person["deceasedDateTime"] = "2026-08-20T04:00:00+02:00"
    depot.take(export)
    assert only(depot.sejours()).sortie == "2026-08-20T02:00:00.000000Z"


def test_a_death_does_not_move_a_stay_that_had_ended(depot, lot):
    export = lot()
    person, _ = export.present(period={"start": "2026-01-10", "end": "2026-08-02"})
    person["deceasedDateTime"] = "2026-09-20"
    depot.take(export)
    assert only(depot.sejours()).sortie == "2026-08-02"


def test_dates_that_stop_at_the_month_or_year_make_a_stay_as_wide_as_they_allow(depot, lot):
    export = lot()
    export.present(period={"start": "2025", "end": "2026-08"})
    depot.take(export)
    row = only(depot.sejours())
    assert (row.entree, row.sortie) == ("2025-01-01", "2026-08-31")


def test_a_stay_that_ended_long_before_or_starts_after_is_not_even_read(depot, lot):
    export = lot()
    export.present(period={"start": "2024-01-01", "end": "2024-02-01"})
    export.present("2", period={"start": "2027-01-01"})
    depot.take(export)
    assert depot.sejours() == []


# ---- events


@pytest.mark.parametrize(
    ("fhir", "ours"),
    [
        ("planned", "planifie"),
        ("triaged", "valide"),
        ("finished", "termine"),
        ("cancelled", "annule"),
        ("TERMINE", "termine"),
        ("REALISE", "termine"),
        ("in-progress", "in-progress"),
    ],
)
def test_states_of_an_event_deprecated_codes_included(depot, lot, fhir, ours):
    export = lot()
    person, stay = export.present()
    export.evenement(person, stay, status=fhir)
    depot.take(export)
    row = only(depot.evenements())
    assert (row.code, row.statut, row.date_fait) == (ET, ours, "2026-09-14T08:30:00.000000Z")


def test_an_event_entered_in_error_never_was(depot, lot):
    export = lot()
    person, stay = export.present()
    export.evenement(person, stay, status="entered-in-error")
    depot.take(export)
    assert depot.evenements() == []


def test_an_event_across_the_start_of_the_window_overlaps_it(depot, lot):
    export = lot()
    person, stay = export.present()
    export.evenement(person, stay, period={"start": "2026-07-25", "end": "2026-08-03"})
    depot.take(export)
    days = [str(row.date_fait) for row in depot.evenements()]
    assert "2026-08-01" in days
    assert "2026-08-03" in days
    assert "2026-08-04" not in days


def test_a_group_event_counts_for_each_active_member(depot, lot, vers):
    export = lot()
    people = [export.present(str(n))[0] for n in range(3)]
    gone = export.usager("9")
    group = export.add(
        {
            "resourceType": "Group",
            "type": "person",
            "actual": True,
            "member": [{"entity": vers(each)} for each in people] + [{"entity": vers(gone), "inactive": True}],
        }
    )
    export.evenement(group)
    depot.take(export)
    rows = depot.evenements()
    assert {row.usager for row in rows} == {row.usager for row in depot.sejours()}
    assert len(rows) == 3


def test_an_event_without_a_subject_is_of_the_person_of_its_stay(depot, lot):
    export = lot()
    _, stay = export.present()
    export.evenement(None, stay)
    depot.take(export)
    assert only(depot.evenements()).usager == only(depot.sejours()).usager


def test_the_stay_of_an_event_may_have_come_in_another_export(depot, lot):
    first, second = lot(date="2026-10-01T03:00:00Z"), lot(date="2026-10-08T03:00:00Z")
    first.present()
    _, stay = second.present()
    second.entries.pop()  # the stay itself is not sent again, only pointed to by its identifier
    event = second.evenement(None)
    event["partOf"] = {"identifier": stay["identifier"][0]}
    depot.take(second, first)
    assert only(depot.evenements()).usager == only(depot.sejours()).usager


# ---- telling a stay from an event


def test_told_by_profile_with_a_version(depot, lot):
    export = lot(version="2.3.0")
    person, stay = export.present()
    stay["identifier"] = [{"system": "https://editeur.example/sej", "value": "8"}]
    export.evenement(person)["identifier"] = [{"system": "https://editeur.example/evn", "value": "8"}]
    depot.take(export)
    assert (len(depot.sejours()), len(depot.evenements())) == (1, 1)


def test_told_by_the_system_when_there_is_no_profile(depot, lot):
    export = lot()
    person, stay = export.present()
    del stay["meta"]
    del export.evenement(person, stay)["meta"]
    depot.take(export)
    assert (len(depot.sejours()), len(depot.evenements())) == (1, 1)


def test_told_by_type_code_or_part_of_when_there_is_neither(depot, lot):
    export = lot()
    person, stay = export.present()
    del stay["meta"]
    stay["identifier"][0]["system"] = "https://editeur.example/tout"
    event = export.evenement(person, stay)
    del event["meta"]
    event["identifier"] = [{"system": "https://editeur.example/tout", "value": "autre"}]
    neither = export.evenement(person, numero="3")
    del neither["meta"], neither["identifier"]
    ((_, taken),) = depot.take(export).pris
    assert (len(depot.sejours()), len(depot.evenements())) == (1, 1)
    assert taken.compteurs["ignorees"] == 1


# ---- projects


@pytest.mark.parametrize(
    ("fhir", "ours"),
    [
        ("draft", "en_preparation"),
        ("active", "actif"),
        ("on-hold", "suspendu"),
        ("completed", "termine"),
        ("revoked", "annule"),
        ("ENCOURS", "actif"),
        ("CREATION", "en_preparation"),
    ],
)
def test_states_of_a_project_without_any_period(depot, lot, fhir, ours):
    export = lot()
    person, _ = export.present()
    export.projet(person, status=fhir)
    depot.take(export)
    row = only(depot.projets())
    assert (row.code, row.statut, row.debut, row.fin) == (ET, ours, None, None)
    assert row.usager == only(depot.sejours()).usager


def test_an_active_project_does_not_stand_before_its_start(depot, lot):
    export = lot()
    person, _ = export.present()
    export.projet(person, period={"start": "2026-11-03", "end": "2027-11-03"})
    depot.take(export)
    row = only(depot.projets())
    assert (row.debut, row.fin) == ("2026-11-03", "2027-11-03")


def test_a_project_in_preparation_stands_before_it_is_carried_out(depot, lot):
    export = lot()
    person, _ = export.present()
    export.projet(person, status="draft", period={"start": "2027-01-01"})
    depot.take(export)
    assert only(depot.projets()).debut is None


def test_a_project_still_active_after_its_foreseen_end_still_stands(depot, lot):
    export = lot()
    person, _ = export.present()
    export.projet(person, period={"start": "2025-01-01", "end": "2026-06-30"})
    depot.take(export)
    assert only(depot.projets()).fin is None


def test_a_projet_de_vie_is_no_projet_personnalise(depot, lot, vers):
    export = lot()
    person, _ = export.present()
    export.add(
        {
            "resourceType": "Goal",
            "identifier": [export.metier("projetvie", "x-PDV-1")],
            "lifecycleStatus": "active",
            "subject": vers(person),
        },
        "tddui-goal-projet-vie",
    )
    other = export.projet(person, numero="2")
    other["identifier"][0]["system"] = "https://editeur.example/plan-de-soins"
    del other["meta"]
    depot.take(export)
    assert depot.projets() == []


def test_states_that_successive_exports_saw_follow_one_another(depot, lot):
    for day, status in (("2026-09-07", "draft"), ("2026-09-14", "draft"), ("2026-10-05", "active")):
        export = lot(date=f"{day}T03:00:00+02:00")
        person, _ = export.present()
        export.projet(person, status=status)
        depot.take(export)
    first, second = sorted(depot.projets(), key=lambda row: row.statut, reverse=True)
    assert (first.statut, first.debut, first.fin) == ("en_preparation", None, "2026-10-04")
    assert (second.statut, second.debut, second.fin) == ("actif", "2026-10-05", None)


# ---- what the standard does not hold


def test_mss_dmp_prescriptions_and_eparcours_are_not_supplied(depot):
    supplied = {str(relation) for relation in depot.source().relations_fournies()}
    assert supplied == {"etablissements", "sejours", "mises_a_jour", "projets", "evenements", "identites"}
