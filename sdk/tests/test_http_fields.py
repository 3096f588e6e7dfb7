"""A field of a record is read strictly, and what is wrong is named by its path, never by its value."""

from typing import Any

import pytest

from temoin_sdk.errors import MappingError
from temoin_sdk.http import Record

DATA = {"id": 7, "resident": {"id": "R-1", "nom": "Lisière"}, "actif": True, "taux": 1.5, "sortie": None}


def test_what_is_there_is_read_by_path_and_kind() -> None:
    record = Record(DATA, "GET /x")
    assert (record.field("id", int), record.field("resident.id"), record.field("actif", bool)) == (7, "R-1", True)
    assert (record.field("taux", float), record.field("id", float)) == (1.5, 7)
    assert (record.maybe("sortie"), record.maybe("absent.plus.loin"), record.maybe("resident.id")) == (
        None,
        None,
        "R-1",
    )


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        ("resident.prenom", str, "« resident.prenom » manque"),
        ("resident.nom.x", str, "« resident.nom.x » manque"),
        ("sortie", str, "« sortie » est null"),
        ("id", str, "« id » est nombre entier au lieu de texte"),
        ("resident.nom", int, "« resident.nom » est texte au lieu de nombre entier"),
        ("actif", int, "« actif » est vrai ou faux au lieu de nombre entier"),
        ("resident", str, "« resident » est objet au lieu de texte"),
    ],
)
def test_what_is_not_is_named_without_its_value(path: str, kind: Any, said: str) -> None:
    with pytest.raises(MappingError) as caught:
        Record(DATA, "GET https://api.example/v1/stays").field(path, kind)
    text = caught.value.phrase()
    assert said in text
    assert "GET https://api.example/v1/stays" in text
    assert "Lisière" not in text


def test_an_optional_field_of_the_wrong_kind_is_still_wrong() -> None:
    with pytest.raises(MappingError, match="« id » est nombre entier au lieu de texte"):
        Record(DATA, "x").maybe("id")


def test_a_record_never_shows_what_it_holds() -> None:
    assert "Lisière" not in repr(Record(DATA, "GET /x"))


@pytest.mark.parametrize("data", [None, 3, "Lisière", ["Lisière"]])
def test_a_row_that_is_no_object_is_named(data: Any) -> None:
    with pytest.raises(MappingError, match="au lieu d'un objet") as caught:
        Record(data, "x")
    assert "Lisière" not in caught.value.phrase()
