"""`temoin-pfi etat`: everything is said, and nothing names a person."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from temoin_pfi.cli import app
from temoin_pfi.survey import Survey
from temoin_sdk.cli.running import execute
from temoin_sdk.errors import ExitCode

SurveyOf = Callable[..., Survey]


@pytest.fixture
def folder(hl7: Any, survey_of: SurveyOf, tmp_path: Path) -> Path:
    """A folder with one of each thing the state tells."""
    survey_of(
        hl7.envoi("M1", vers="dmp ps pat", txa="1")
        + hl7.accuse("M1")
        + hl7.accuse("M1", "Z02")
        + hl7.envoi("M1", txa="1"),
        hl7.accuse("M1", "Z03"),
        hl7.envoi("M2", vers="ps", moment="20261002", site="2A0000154") + hl7.accuse("M2", "Z02", "N", "20261002"),
        hl7.envoi("M3", usager=""),
        hl7.envoi("M4", type_="MDM^T10", txa="9|8") + hl7.accuse("M404"),
        hl7.envoi("M5", moment="202609").replace("FINEG", "FINEJ") + hl7.accuse("M5", moment="20260901"),
        hl7.envoi("M6", type_="MDM^T04", txa="1") + hl7.accuse("M6", moment="20260801"),
        hl7.envoi("M7", type_="ADT^A01"),
        hl7.envoi("M8", status="F").replace("|P|2.5", "|T|2.5"),
        hl7.envoi("M9")[:900],
    )
    return tmp_path


def test_it_tells_numbers_open_messages_and_unreadable_ones(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = execute(app, "temoin-pfi", ["etat", str(folder)])
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert code == ExitCode.SOURCE
    assert [line for line in lines if line] == [
        "Fichiers lus : 10",
        "Messages par type",
        "ADT^A01 1",
        "ZAM^Z01 (accusés du DMP) 4",
        "ZAM^Z02 (accusés de réception MSSanté) 2",
        "ZAM^Z03 (accusés de lecture MSSanté) 1",
        "envois (remplacement) 1",
        "envois (suppression) 1",
        "envois (transmission) 4",
        "messages d'essai (MSH-11 autre que P) 1",
        "Envois et leurs accusés",
        "DMP : confirmé 2",
        "DMP : sans accusé 3",
        "MSSanté : confirmé 1",
        "MSSanté : refusé 1",
        "MSSanté : lu 1",
        "À savoir",
        "messages répétés (même émetteur, même MSH-10), comptés une fois 1",
        "accusés sans leur message dans ce dossier 1",
        "accusés datés de plus d'un jour avant leur message, sans effet 1",
        "documents supprimés du DMP, décomptés 1",
        "remplacements dont le document d'origine est inconnu, non comptés 1",
        "envois au DMP sans identifiant d'usager utilisable 1",
        "envois au DMP sans établissement 1",
        "envois MSSanté à des professionnels et à l'usager, montrés comme aux professionnels 1",
        "envois datés sans jour, qu'aucune fenêtre ne peut compter 1",
        "Envois non confirmés, qui ne comptent pas",
        "Voie Établissement Mois refusés sans accusé",
        "DMP 010000024 2026-09 0 3",
        "MSSanté 2A0000154 2026-10 1 0",
        "Messages illisibles, qui ne comptent pas : 1",
        "009.hl7, message 1 : message coupé au milieu de son document",
    ]


def test_nothing_that_comes_out_names_a_person(
    folder: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, canaries: tuple[str, ...]
) -> None:
    with caplog.at_level(0):
        execute(app, "temoin-pfi", ["etat", str(folder), "--ins", "--debug"])
    said = "".join(capsys.readouterr()) + caplog.text
    assert "Envois" in said
    assert [canary for canary in (*canaries, "R1", "M404") if canary in said] == []


def test_a_sound_folder_ends_well(
    hl7: Any, survey_of: SurveyOf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    survey_of(hl7.envoi(), hl7.accuse())
    assert execute(app, "temoin-pfi", ["etat", str(tmp_path)]) == ExitCode.OK
    assert "non confirmés" not in capsys.readouterr().out


def test_an_absent_folder_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(app, "temoin-pfi", ["etat", str(tmp_path / "rien")]) == ExitCode.SOURCE
    assert "n'existe pas" in capsys.readouterr().err
