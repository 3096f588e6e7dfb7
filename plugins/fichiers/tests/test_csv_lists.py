"""CSV exports of messages as operators really write them, and what is refused with its file and line."""

import codecs
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from temoin_sdk.errors import Acteur, MappingError, SourceError
from temoin_sdk.windows import Fenetre

HEAD = "Boîte;Date d'envoi;Identifiant\n"
PARIS = ZoneInfo("Europe/Paris")


def codes(source: Any, periode: Fenetre) -> list[str | None]:
    return [message.code for message in source.messages_mss(periode)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("semicolons", f"{HEAD}A;31/08/2026 14:05;1\n".encode()),
        ("commas", "Boîte,Date d'envoi,Identifiant\nA,31/08/2026 14:05,1\n".encode()),
        ("tabs", "Boîte\tDate d'envoi\tIdentifiant\nA\t31/08/2026 14:05\t1\n".encode()),
        ("windows", f"{HEAD}A;31/08/2026 14:05;1\n".encode("cp1252")),
        ("bom", codecs.BOM_UTF8 + f"{HEAD}A;31/08/2026 14:05;1\n".encode()),
        ("quotes", 'Boîte;"Date d\'envoi";Identifiant\r\n"A";"31/08/2026 14:05";"1;2"\r\n'.encode()),
        ("iso", f"{HEAD}A;2026-08-31T14:05:00;1\n".encode()),
        ("offset", f"{HEAD}A;2026-08-31T12:05:00Z;1\n".encode()),
        ("serial", f"{HEAD}A;46265,5868055555;1\n".encode()),
        ("french words", f"{HEAD}A;31/08/2026 à 14h05;1\n".encode()),
        ("spelling", " BOITE ;date  d’ENVOI;identifiant\nA;31/08/2026 14:05;1\n".encode()),
        ("more columns", "Objet;Identifiant;Boîte;Date d'envoi\nx;1;A;31/08/2026 14:05\n".encode()),
        ("preamble", f"Statistiques MSSanté;;\nÉdité le 03/11/2026;;\n\n{HEAD}A;31/08/2026 14:05;1\n".encode()),
        ("empty lines", f"{HEAD}\n;;\nA;31/08/2026 14:05;1\n\n".encode()),
        ("trailing separators", f"{HEAD.strip()};;\nA;31/08/2026 14:05;1;;\n".encode()),
        ("total", f"{HEAD}A;31/08/2026 14:05;1\nTotal;;1\n".encode()),
        ("total without its last cells", f"{HEAD}A;31/08/2026 14:05;1\nTotal;1".encode()),
        ("bom and quotes", codecs.BOM_UTF8 + b'"Bo\xc3\xaete";"Date d\'envoi";"Identifiant"\nA;31/08/2026 14:05;1\n'),
        ("exact heading first", "Boîte;DATE D'ENVOI;Date d'envoi;Identifiant\nA;;31/08/2026 14:05;1\n".encode()),
        ("no last end of line", f"{HEAD}A;31/08/2026 14:05;1".encode()),
    ],
)
def test_one_message_however_it_is_written(
    name: str, content: bytes, write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", content)
    source = messages()
    (message,) = source.messages_mss(periode)
    assert list(source.etablissements()) == ["A"]
    assert message.code == "A"
    assert message.date_fait == datetime(2026, 8, 31, 14, 5, tzinfo=PARIS)


def test_a_cell_without_an_hour_is_a_day(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", f"{HEAD}A;31/08/2026;1\nA;2026-08-31;2\nA;46265;3\n")
    assert {m.date_fait for m in messages().messages_mss(periode)} == {date(2026, 8, 31)}


def test_hours_of_days_are_dropped_where_the_set_says_days(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", f"{HEAD}A;31/08/2026 00:00;1\n")
    (message,) = messages(dates="jour").messages_mss(periode)
    assert message.date_fait == date(2026, 8, 31)
    assert type(message.date_fait) is date


def test_words_are_kept_dropped_and_translated(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write(
        "MSS_1.csv",
        "Boîte;Date d'envoi;Statut;Type\n"
        "A;01/09/2026;Envoyé;Pro\nA;01/09/2026;BROUILLON;Pro\nA;01/09/2026;envoye;Patient\n",
    )
    source = messages(
        colonnes={"code": "Boîte", "date_fait": "Date d'envoi", "destinataire": "Type"},
        valeurs={"destinataire": {"pro": "professionnel", "Patient": "usager"}},
        garder={"Statut": ["Envoyé"]},
        ecarter={"Statut": ["Brouillon"]},
    )
    assert [m.destinataire for m in source.messages_mss(periode)] == ["professionnel", "usager"]


def test_a_word_that_neither_list_names_is_an_error_and_not_a_silent_drop(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", "Boîte;Date d'envoi;Statut\nA;01/09/2026;Envoyé\nA;01/09/2026;Remis\n")
    changes: dict[str, Any] = {"colonnes": {"code": "Boîte", "date_fait": "Date d'envoi"}}
    with pytest.raises(MappingError, match=r"ligne 3, colonne « Statut » : « Remis » n'est ni dans garder"):
        codes(messages(garder={"Statut": ["Envoyé"]}, **changes), periode)
    assert codes(messages(garder={"Statut": ["Envoyé"]}, ecarter={"Statut": ["*"]}, **changes), periode) == ["A"]


def test_constants_and_a_shared_mailbox(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", "Boîte;Quand\ncontact@og.example;01/09/2026\na@og.example;01/09/2026\n")
    source = messages(
        colonnes={"code": "Boîte", "date_fait": "Quand"},
        constantes={"destinataire": "professionnel"},
        valeurs={"code": {"Contact@OG.example": ""}},
    )
    assert [(m.code, m.destinataire) for m in source.messages_mss(periode)] == [
        (None, "professionnel"),
        ("a@og.example", "professionnel"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{HEAD}A;31/13/2026;1\n".encode(), r"ligne 2, colonne « Date d'envoi » : « 99/99/9999 » n'est pas une date"),
        (f"{HEAD}A;01/02/26;1\n".encode(), r"« 99/99/99 » n'est pas une date"),
        (f"{HEAD}A;;1\n".encode(), r"ligne 2, colonne « Date d'envoi » : cellule vide"),
        (f"{HEAD}A;01/09/2026;1;2\n".encode(), r"ligne 2, colonne n° 4 : plus de cellules que d'en-têtes"),
        (f"{HEAD}A;01/09/2026;1\nA;01/0\0/2026;2\n".encode(), "la ligne 3 contient un octet nul"),
        (f"{HEAD}A;01/09/2026;{'x' * 1_100_000}\n".encode(), "la ligne 2 dépasse"),
        (f"{HEAD}A;01/09/2026;{'x' * 200_000}\n".encode(), "la ligne 2 a une cellule trop longue"),
        (f'{HEAD}A;"01/09/2026"x;1\n'.encode(), "la ligne 2 a des guillemets mal placés"),
        (f"{HEAD}A;01/09/2026;1\n".encode("utf-16"), "UTF-16"),
        (b"Mailbox;Sent\na;01/09/2026\n", "lignes n'a les colonnes"),
        (b"Bo\xc3\xaete;Date d'envoi;Date d'envoi;Identifiant\nA;01/09/2026;01/09/2026;1\n", "plusieurs colonnes"),
    ],
)
def test_what_cannot_be_counted_is_said_with_its_file_and_line(
    content: bytes, said: str, write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    path = write("MSS_1.csv", content)
    with pytest.raises(MappingError, match=said) as caught:
        codes(messages(), periode)
    assert "MSS_1.csv" in caught.value.message
    assert (caught.value.ou, caught.value.acteur) == (str(path), Acteur.GESTIONNAIRE)
    assert not caught.value.retryable


def test_all_wrong_lines_are_said_together_and_never_quoted(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", f"{HEAD}A;Secret Nom;1\nA;01/09/2026;2\nA;Autre;3\n")
    with pytest.raises(MappingError) as caught:
        codes(messages(), periode)
    assert "2 lignes" in caught.value.message
    assert "ligne 2" in caught.value.message
    assert "ligne 4" in caught.value.message
    assert "Secret" not in caught.value.phrase()


def test_a_file_without_its_headings_shows_no_data(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", "Dupont Imaginaire;01/09/2026\n")
    with pytest.raises(MappingError, match="n'a les colonnes") as caught:
        codes(messages(), periode)
    assert caught.value.code == "entete_absente"
    assert "Dupont" not in caught.value.phrase()


def test_the_encoding_that_was_declared_is_held(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", f"{HEAD}É;01/09/2026;1\n", encoding="cp1252")
    with pytest.raises(MappingError, match="la ligne 1 n'est pas écrite en utf-8"):
        codes(messages(encodage="utf-8"), periode)
    assert codes(messages(encodage="cp1252"), periode) == ["É"]


def test_a_column_by_its_rank_where_headings_repeat(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", "Boîte;Date;Date;Identifiant\nA;01/01/2020;01/09/2026;1\n")
    source = messages(colonnes={"code": "Boîte", "date_fait": 3, "cle": "Identifiant"})
    assert [m.date_fait for m in source.messages_mss(periode)] == [date(2026, 9, 1)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "il est vide"),
        (f"{HEAD}A;01/09/2026;1\nA;01/09".encode(), r"sa dernière ligne \(3\) est coupée"),
        (f'{HEAD}A;01/09/2026;1\nA;01/09/2026;"xx'.encode(), "un guillemet ouvert ligne 3 n'est jamais fermé"),
    ],
)
def test_a_half_written_file_can_be_tried_again(
    content: bytes, said: str, write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    path = write("MSS_1.csv", content)
    with pytest.raises(SourceError, match=said) as caught:
        codes(messages(), periode)
    assert (caught.value.code, caught.value.retryable) == ("fichier_incomplet", True)
    assert path.read_bytes() == content
    write("MSS_1.csv", f"{HEAD}A;01/09/2026;1\n")
    assert codes(messages(), periode) == ["A"]
