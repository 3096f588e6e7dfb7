"""The generator: one seed gives one file, whole or not at all."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from temoin_editor_sample import generate as module
from temoin_editor_sample.generate import app, generate
from temoin_sdk.cli.running import execute
from temoin_sdk.errors import ExitCode, StorageError


def test_same_seed_same_bytes(residia: Path, tmp_path: Path) -> None:
    generate(tmp_path / "autre.db", fin=date(2026, 10, 31))
    assert (tmp_path / "autre.db").read_bytes() == residia.read_bytes()


def test_another_seed_is_another_life(residia: Path, tmp_path: Path) -> None:
    generate(tmp_path / "autre.db", graine=7, fin=date(2026, 10, 31))
    assert _dump(tmp_path / "autre.db") != _dump(residia)


def test_another_end_moves_the_edges(tmp_path: Path) -> None:
    """The last day may be any day, the end of February of a leap year included."""
    path = tmp_path / "fevrier.db"
    generate(path, fin=date(2028, 2, 29))
    query = "SELECT count(*) FROM sejour s JOIN resident r ON r.id = s.resident_id WHERE r.prenom = ? AND {} = ?"
    with closing(sqlite3.connect(path)) as connection:
        sorties = connection.execute(query.format("date_sortie"), ("Sortie-Premier-Jour", "2027-12-01")).fetchone()
        entrees = connection.execute(query.format("date_entree"), ("Entrée-Lendemain", "2028-03-01")).fetchone()
    assert (sorties, entrees) == ((3,), (3,))


def test_size_of_the_sample(residia: Path) -> None:
    with closing(sqlite3.connect(residia)) as connection:
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
        persons = connection.execute("""
            SELECT count(*) FROM resident
            WHERE id NOT IN (SELECT absorbe_id FROM fusion_dossier WHERE annulee_le IS NULL)""").fetchone()[0]
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        integrity = connection.execute("PRAGMA integrity_check").fetchone()
    assert tables >= 15
    assert 1400 <= persons <= 1700
    assert (broken, integrity) == ([], ("ok",))


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "residia.db"
    path.write_bytes(b"avant")

    def fail(path: Path, registre: object) -> None:
        path.write_bytes(b"moi")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(module, "_write", fail)
    assert execute(app, "temoin-editor-sample", ["generate", "--out", str(path)]) == ExitCode.STOCKAGE
    assert "n'a pas pu être écrite" in capsys.readouterr().err
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("residia.db", b"avant")]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_bytes(b"")
    with pytest.raises(StorageError, match=r"residia\.db"):
        generate(tmp_path / "fichier" / "residia.db")


def test_command_writes_and_says_so(tmp_path: Path, residia: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nouveau" / "residia.db"
    arguments = ["generate", "--out", str(path), "--graine", "2026", "--fin", "2026-10-31"]
    assert execute(app, "temoin-editor-sample", arguments) == ExitCode.OK
    assert "12 établissements" in capsys.readouterr().out
    assert path.read_bytes() == residia.read_bytes()


def test_command_refuses_a_wrong_date_in_french(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["generate", "--out", str(tmp_path / "residia.db"), "--fin", "31/10/2026"]
    assert execute(app, "temoin-editor-sample", arguments) == ExitCode.USAGE
    assert "« 31/10/2026 » n'est pas une date" in capsys.readouterr().err


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())
