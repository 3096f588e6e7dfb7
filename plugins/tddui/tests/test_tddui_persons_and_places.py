"""Who a person is, and which establishment a number designates."""

import pytest

from temoin_sdk.errors import MappingError

ET = "010780054"
EJ = "010000024"
CORSE = "2A0000154"


def only(rows):
    (row,) = rows
    return row


# ---- persons


def test_the_local_identifier_comes_before_the_ins(depot, lot):
    for date, ins in (("2026-09-01", None), ("2026-09-08", "147720425367411")):
        export = lot(date=f"{date}T00:00:00Z")
        export.sejour(export.usager("1", ins), export.structure())
        depot.take(export)
    assert only(depot.sejours()).usager == depot.store.hasher("usager", "pi", f"3{ET}/1").hex()


def test_a_person_known_by_ins_alone_is_counted(depot, lot):
    export = lot()
    export.sejour(export.usager(None, "147720425367411"), export.structure())
    depot.take(export)
    assert only(depot.sejours()).usager == depot.store.hasher("usager", "ins", "147720425367411").hex()


@pytest.mark.parametrize("reverse", [False, True])
def test_ins_alone_in_one_export_and_with_the_local_identifier_in_another_is_one_person(depot, lot, reverse):
    alone, both = lot(date="2026-09-01T00:00:00Z"), lot(date="2026-09-08T00:00:00Z")
    alone.sejour(alone.usager(None, "147720425367411"), alone.structure(), numero="1")
    both.sejour(both.usager("1", "147720425367411"), both.structure(), numero="2")
    depot.take(*((both, alone) if reverse else (alone, both)))
    assert len({row.usager for row in depot.sejours()}) == 1


def test_an_ins_met_with_two_local_identifiers_joins_nobody(depot, lot):
    export = lot()
    structure = export.structure()
    for local in ("1", "2", None):
        export.sejour(export.usager(local, "147720425367411"), structure, numero=f"{local}")
    depot.take(export)
    assert len({row.usager for row in depot.sejours()}) == 3


def test_without_any_identifier_the_id_only_holds_within_its_bundle(depot, lot):
    """Two files that both have a Patient/1 are two persons, and the import says that such persons exist."""
    for number in ("1", "2"):
        export = lot()
        person = export.usager(None)
        person["id"] = "1"
        export.entries[-1]["fullUrl"] = "https://dui.example/Patient/1"
        export.sejour(person, export.structure(), numero=number)
        ((_, taken),) = depot.take(export).pris
        assert taken.compteurs["usagers_sans_identifiant"] == 1
    assert len({row.usager for row in depot.sejours()}) == 2


def test_a_nameless_person_is_found_again_by_the_stay_that_an_event_is_part_of(depot, lot):
    for date in ("2026-09-01", "2026-09-08"):
        export = lot(date=f"{date}T00:00:00Z")
        person = export.usager(None)
        stay = export.sejour(person, export.structure())
        export.evenement(person, stay, numero=date)
        depot.take(export)
    assert {row.usager for row in depot.evenements()} == {only(depot.sejours()).usager}


def test_the_same_local_number_in_two_establishments_is_two_persons(depot, lot):
    for finess in (ET, CORSE):
        export = lot(finess=finess)
        export.present("1")
        depot.take(export)
    assert len({row.usager for row in depot.sejours()}) == 2


def test_a_logical_reference_names_the_person_without_a_patient_in_the_bundle(depot, lot):
    export = lot()
    person, _ = export.present()
    later = lot(date="2026-11-06T00:00:00Z")
    event = later.evenement(None)
    event["subject"] = {"identifier": person["identifier"][-1]}
    depot.take(export, later)
    assert only(depot.evenements()).usager == only(depot.sejours()).usager


# ---- places


@pytest.mark.parametrize("finess", ["2A0000154", "2B0000020", "970400024", "980600027"])
def test_corsican_and_overseas_numbers(depot, lot, finess):
    export = lot(finess=finess)
    person, stay = export.present()
    export.projet(person)
    export.evenement(person, stay)
    depot.take(export)
    assert {row.code for row in (*depot.sejours(), *depot.projets(), *depot.evenements())} == {finess}
    assert list(depot.source().etablissements()) == [finess]


@pytest.mark.parametrize("finess", ["2A0000154", "2B0000020"])
def test_a_corsican_number_inside_an_identifier_alone(depot, lot, finess):
    """The guide's own invariant for these identifiers wants nine digits."""
    export = lot(finess=finess)
    export.projet(export.usager())
    depot.take(export)
    assert only(depot.projets()).code == finess


@pytest.mark.parametrize("system", ["https://finess.esante.gouv.fr", "http://finess.sante.gouv.fr"])
def test_fineg_is_preferred_to_idnatst(depot, lot, system):
    export = lot(finess=EJ)
    structure = export.structure()
    structure["identifier"] += [
        {"system": system, "value": EJ, "type": {"coding": [{"code": "FINEJ"}]}},
        {"system": system, "value": ET, "type": {"coding": [{"code": "FINEG"}]}},
    ]
    export.sejour(export.usager(), structure)
    depot.take(export)
    assert only(depot.sejours()).code == ET


def test_a_siret_is_no_finess(depot, lot):
    export = lot()
    structure = export.structure()
    structure["identifier"][0]["value"] = "340483304800022"
    export.sejour(export.usager(), structure)
    depot.take(export)
    assert only(depot.sejours()).code == ET  # the number inside the stay's own identifier


def test_a_legal_body_with_one_establishment_in_scope_is_that_establishment(depot, lot):
    export = lot(finess=EJ)
    person, stay = export.present()
    export.projet(person)
    export.evenement(person, stay)
    depot.take(export)
    scope = {"entites_juridiques": {EJ: [ET]}}
    assert only(depot.sejours(**scope)).code == ET
    assert only(depot.projets(**scope)).code == ET
    assert only(depot.evenements(**scope)).code == ET
    assert list(depot.source(**scope).etablissements()) == [ET]


def test_a_legal_body_with_several_establishments_in_scope_is_refused_by_name(depot, lot):
    export = lot(finess=EJ)
    export.present()
    depot.take(export)
    with pytest.raises(MappingError) as caught:
        list(depot.source(entites_juridiques={EJ: [ET, CORSE]}).etablissements())
    assert caught.value.code == "tddui_ej_plusieurs_et"
    assert EJ in caught.value.message


def test_a_legal_body_in_identifiers_alone_harms_nobody_when_stays_name_their_establishment(depot, lot):
    export = lot(finess=EJ)
    person = export.usager()
    export.sejour(person, export.structure(ET))
    export.projet(person)
    depot.take(export)
    scope = {"entites_juridiques": {EJ: [ET, CORSE]}}
    assert ET in depot.source(**scope).etablissements()
    assert only(depot.projets(**scope)).code == ET


def test_an_event_is_counted_where_its_stay_is_and_not_where_its_structure_is(depot, lot, vers):
    export = lot()
    person, stay = export.present()
    event = export.evenement(person, stay)
    event["serviceProvider"] = vers(export.structure(CORSE))
    depot.take(export)
    assert only(depot.evenements()).code == ET
