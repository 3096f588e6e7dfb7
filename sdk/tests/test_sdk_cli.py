"""The command lines' common ending: French sentences, documented exit codes, no traceback unasked; and temoin-sdk."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from temoin_sdk.campaigns import list_campaigns, load_campaign
from temoin_sdk.cli import app
from temoin_sdk.cli.running import INTERROMPU, SORTIE_FERMEE, create_app, execute
from temoin_sdk.errors import ConnectionRefused, ExitCode, FinessError
from temoin_sdk.report import Document, json_schema

Capture = pytest.CaptureFixture[str]
CASSE = create_app("Une application qui échoue de toutes les façons.")


@CASSE.command()
def echoue(quoi: str) -> int:
    """Fail as asked."""
    failures: dict[str, BaseException] = {
        "finess": FinessError("« 1234 » n'est pas un FINESS.", remede="Le relire.", ou="temoin.toml, ligne 3"),
        "connexion": ConnectionRefused("La base ne répond pas.", remede="Vérifier le réseau."),
        "defaut": ValueError("Dupont Jeanne, née le 3 mai"),
        "plein": OSError(errno.ENOSPC, "No space left on device"),
        "acces": PermissionError(errno.EACCES, "Permission denied", "/srv/cle.pem"),
        "prise": ConnectionResetError(errno.ECONNRESET, "reset"),
        "ctrl-c": KeyboardInterrupt(),
        "abandon": typer.Abort(),
        "sortie": typer.Exit(ExitCode.EN_ATTENTE),
    }
    if quoi in failures:
        raise failures[quoi]
    return int(quoi)


@CASSE.command()
def autre() -> None:
    """Do nothing."""


@pytest.mark.parametrize(
    ("quoi", "code", "said"),
    [
        ("finess", ExitCode.CONFIGURATION, ["1234", "Le relire", "ligne 3", "gestionnaire", "Code : finess"]),
        ("connexion", ExitCode.SOURCE, ["La base ne répond pas", "Code : connexion"]),
        ("defaut", ExitCode.BUG, ["Défaut de Témoin", "ValueError", "--debug"]),
        ("plein", ExitCode.STOCKAGE, ["disque est plein", "Code : disque_plein"]),
        ("acces", ExitCode.STOCKAGE, ["cle.pem", "/srv", "Code : acces_refuse"]),
        ("prise", ExitCode.BUG, ["ConnectionResetError"]),
        ("ctrl-c", INTERROMPU, ["Interrompu"]),
        ("abandon", INTERROMPU, ["Interrompu"]),
        ("sortie", ExitCode.EN_ATTENTE, []),
        ("5", ExitCode.BLOQUE, []),
    ],
)
def test_every_ending_has_its_code_and_its_sentence(capsys: Capture, quoi: str, code: int, said: list[str]) -> None:
    assert execute(CASSE, "casse", ["echoue", quoi]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert all(word in err for word in said), err
    assert "Traceback" not in err
    assert "Dupont" not in err


@pytest.mark.parametrize("arguments", [["--debug", "echoue", "defaut"], ["echoue", "defaut", "--debug"]])
def test_the_traceback_comes_when_asked_for(capsys: Capture, arguments: list[str]) -> None:
    assert execute(CASSE, "casse", arguments) == ExitCode.BUG
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "Dupont" in err
    assert "Défaut de Témoin" in err


def test_debug_after_two_dashes_is_a_word_like_another(capsys: Capture) -> None:
    assert execute(CASSE, "casse", ["echoue", "--", "--debug"]) == ExitCode.BUG
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["schemas"], "La commande 'schemas' n'existe pas ; peut-être 'schema'."),
        (["bizarre"], "La commande 'bizarre' n'existe pas."),
        (["schema"], "Il manque l'argument 'document'."),
        (["schema", "autre"], "'autre' n'est pas l'une des valeurs 'rapport', 'recu', 'certificat', 'mapping'."),
        (["schema", "recu", "--bizarre"], "L'option --bizarre n'existe pas."),
        (["schema", "recu", "--outt", "x"], "L'option --outt n'existe pas ; peut-être --out."),
        (["schema", "recu", "x"], "Argument en trop : x."),
        (["schema", "recu", "--out"], "L'option '--out' demande une valeur."),
    ],
)
def test_a_mistyped_command_is_explained_in_french(capsys: Capture, arguments: list[str], said: str) -> None:
    assert execute(app, "temoin-sdk", arguments) == ExitCode.USAGE
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [[], ["--help"], ["schema", "--help"]])
def test_help_is_in_french(capsys: Capture, arguments: list[str]) -> None:
    execute(app, "temoin-sdk", arguments)
    out = capsys.readouterr().out
    assert "Affiche cette aide." in out
    assert not {"Show", "Commands", "required"} & set(out.replace("[", " ").replace("]", " ").split())


def test_a_closed_output_ends_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    program = "import sys; from temoin_sdk.cli import main; sys.argv[1:] = ['schema', 'rapport']; main()"
    ended = subprocess.run([sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (SORTIE_FERMEE, b"")


@pytest.mark.parametrize("document", Document)
def test_schema_prints_or_writes_the_same(capsys: Capture, tmp_path: Path, document: Document) -> None:
    target = tmp_path / "schema.json"
    assert execute(app, "temoin-sdk", ["schema", document.value]) == ExitCode.OK
    printed = capsys.readouterr().out
    assert execute(app, "temoin-sdk", ["schema", document.value, "--out", str(target)]) == ExitCode.OK
    assert capsys.readouterr().out == ""
    assert target.read_text(encoding="utf-8") == printed
    assert json.loads(printed) == json_schema(document)


def test_schema_to_a_place_that_is_not_there_is_a_sentence(capsys: Capture, tmp_path: Path) -> None:
    missing = tmp_path / "absent" / "schema.json"
    assert execute(app, "temoin-sdk", ["schema", "recu", "--out", str(missing)]) == ExitCode.STOCKAGE
    assert str(missing) in capsys.readouterr().err


def test_campagnes_lists_each_with_its_digest(capsys: Capture) -> None:
    assert execute(app, "temoin-sdk", ["campagnes"]) == ExitCode.OK
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[0] for line in lines] == list(list_campaigns())
    assert [line[2] for line in lines] == [load_campaign(code).empreinte for code in list_campaigns()]


def test_campagnes_prints_the_very_file(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert execute(app, "temoin-sdk", ["campagnes", "generalisation-2025"]) == ExitCode.OK
    assert capfdbinary.readouterr().out == load_campaign("generalisation-2025").octets


def test_an_unknown_campaign_is_named(capsys: Capture) -> None:
    assert execute(app, "temoin-sdk", ["campagnes", "generalisation-1925"]) == ExitCode.CONFIGURATION
    err = capsys.readouterr().err
    assert "generalisation-1925" in err
    assert "generalisation-2025" in err
