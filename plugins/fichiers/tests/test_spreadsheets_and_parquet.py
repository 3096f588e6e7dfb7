"""The same messages from a workbook and from Parquet: sheets, cells that are dates, files that are cut."""

import importlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest

from temoin_fichiers import parquet_lines
from temoin_sdk.errors import MappingError, PluginError, SourceError
from temoin_sdk.windows import Fenetre

PARIS = ZoneInfo("Europe/Paris")
SENT = datetime.fromisoformat("2026-08-31T14:05:00")


def workbook(path: Path, *rows: list[Any], sheet: str = "Envois") -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Notice"
    book.active.append(["Ce classeur est inventé"])
    for row in rows:
        (book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)).append(row)
    book.save(path)
    return path


def parquet(path: Path, **columns: Any) -> Path:
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=2)
    return path


def test_a_named_sheet_with_its_headings_further_down(
    tmp_path: Path, messages: Callable[..., Any], periode: Fenetre
) -> None:
    workbook(
        tmp_path / "MSS_1.xlsx",
        ["Statistiques", None, None],
        [None, None, None],
        ["BOITE", "Date d’envoi", "Identifiant"],
        ["A", SENT, 1.0],
        ["A", datetime.fromisoformat("2026-08-31"), 2],
        ["A", "31/08/2026 14:05", "3"],
        ["A", 46265.5868055556, 4],
        ["Total", None, 4],
    )
    found = list(messages(feuille="Envois").messages_mss(periode))
    sent = SENT.replace(tzinfo=PARIS)
    assert [m.date_fait for m in found] == [sent, date(2026, 8, 31), sent, sent]
    assert [m.cle for m in found] == ["1", "2", "3", "4"]


def test_a_size_that_the_file_states_wrongly_cuts_nothing(
    tmp_path: Path, messages: Callable[..., Any], periode: Fenetre
) -> None:
    path = workbook(tmp_path / "source.xlsx", ["Boîte", "Date d'envoi", "Identifiant"], ["A", SENT, 1])
    with ZipFile(path) as source, ZipFile(tmp_path / "MSS_1.xlsx", "w") as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(b'<dimension ref="A1:C2"', b'<dimension ref="A1:A1"'))
    assert [m.cle for m in messages(feuille="Envois").messages_mss(periode)] == ["1"]


def test_an_unknown_sheet_is_said_with_those_that_are_there(
    tmp_path: Path, messages: Callable[..., Any], periode: Fenetre
) -> None:
    workbook(tmp_path / "MSS_1.xlsx", ["Boîte"])
    with pytest.raises(MappingError, match="pas de feuille « Août »") as caught:
        list(messages(feuille="Août").messages_mss(periode))
    assert "Notice, Envois" in caught.value.remede


def test_a_cell_of_a_workbook_is_said_by_its_row(
    tmp_path: Path, messages: Callable[..., Any], periode: Fenetre
) -> None:
    workbook(tmp_path / "MSS_1.xlsx", ["Boîte", "Date d'envoi", "Identifiant"], ["A", 7, 1])
    with pytest.raises(MappingError, match=r"ligne 2, colonne « Date d'envoi » : ce nombre n'est pas une date"):
        list(messages(feuille="Envois").messages_mss(periode))


@pytest.mark.parametrize("kept", [200, 2000])
def test_a_cut_workbook_can_be_tried_again(
    kept: int, tmp_path: Path, messages: Callable[..., Any], periode: Fenetre
) -> None:
    path = workbook(tmp_path / "MSS_1.xlsx", ["Boîte", "Date d'envoi", "Identifiant"], ["A", SENT, 1])
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SourceError, match="pas un classeur entier") as caught:
        list(messages().messages_mss(periode))
    assert caught.value.retryable


def test_something_else_under_the_name_of_a_workbook(
    tmp_path: Path, messages: Callable[..., Any], periode: Fenetre
) -> None:
    (tmp_path / "MSS_1.xls").write_bytes(b"\xd0\xcf\x11\xe0 old")
    with pytest.raises(MappingError, match="l'extension « xls » n'est pas connue"):
        list(messages().messages_mss(periode))


def test_parquet_by_row_groups_and_only_the_columns_wanted(
    tmp_path: Path, messages: Callable[..., Any], periode: Fenetre
) -> None:
    aware = datetime(2026, 8, 31, 12, 5, tzinfo=UTC)
    parquet(
        tmp_path / "MSS_1.parquet",
        **{
            "objet": ["x", "y", "z"],
            "Identifiant": [1, 2, 3],
            "Boîte": ["A", "A", "B"],
            "Date d'envoi": pyarrow.array([aware, aware, aware], pyarrow.timestamp("ns", tz="UTC")),
        },
    )
    found = list(messages().messages_mss(periode))
    assert [(m.code, m.cle) for m in found] == [("A", "1"), ("A", "2"), ("B", "3")]
    assert {m.date_fait for m in found} == {aware}


def test_parquet_naive_hours_are_of_the_zone_of_the_set(
    tmp_path: Path, messages: Callable[..., Any], periode: Fenetre
) -> None:
    parquet(tmp_path / "MSS_1.parquet", **{"Boîte": ["A"], "Date d'envoi": [SENT], "Identifiant": ["1"]})
    (message,) = messages(zone="Indian/Reunion").messages_mss(periode)
    assert message.date_fait == datetime(2026, 8, 31, 10, 5, tzinfo=UTC)


def test_parquet_without_its_footer_can_be_tried_again(
    tmp_path: Path, messages: Callable[..., Any], periode: Fenetre
) -> None:
    path = parquet(tmp_path / "MSS_1.parquet", **{"Boîte": ["A"], "Date d'envoi": [SENT], "Identifiant": ["1"]})
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(SourceError, match="pied de fichier Parquet") as caught:
        list(messages().messages_mss(periode))
    assert caught.value.retryable


def test_parquet_without_its_library_says_what_to_install(
    tmp_path: Path, messages: Callable[..., Any], periode: Fenetre, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet(tmp_path / "MSS_1.parquet", Boîte=["A"])

    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(parquet_lines, "import_module", absent)
    with pytest.raises(PluginError) as caught:
        list(messages().messages_mss(periode))
    assert "temoin-fichiers[parquet]" in caught.value.remede
    assert importlib.import_module("pyarrow")
