"""`temoin-sdk check-mapping`: the file alone, then a base; readable, harmless, with an exit code for an editor's CI."""

import sqlite3
from pathlib import Path

import pytest

from temoin_sdk.cli import app
from temoin_sdk.cli.running import execute
from temoin_sdk.errors import ExitCode

Capture = pytest.CaptureFixture[str]

MAPPING = '''format = 1
nom = "soin"
version = "1.0"
moteurs = ["sqlite"]
espace_usagers = "soin.personne"
[logiciel]
nom = "Soin Fictif"
version = "3"
[reglages.service]
type = "texte"
description = "Service dont les écritures comptent."
[reglages.depuis]
type = "date"
description = "Premier jour repris."
defaut = 2026-01-01
[reglages.essai]
type = "booleen"
description = "Dossiers d'essai."
obligatoire = false
[reglages.jeton]
type = "secret"
description = "Jeton de lecture."
obligatoire = false
[relations.etablissements]
sql = "SELECT code FROM site"
[relations.sejours]
dates = "jour"
sql = "SELECT site AS code, personne AS usager, entree FROM sejour WHERE entree >= :reglage_depuis"
[relations.mises_a_jour]
dates = "jour"
sql = """SELECT site AS code, personne AS usager, quand AS date_fait, qui AS auteur FROM note
WHERE service = :reglage_service AND (:reglage_essai IS NULL OR essai = :reglage_essai)
AND (:reglage_jeton IS NULL OR :reglage_jeton = 'ouvert')"""
'''

SCHEMA = """
CREATE TABLE site (code TEXT);
INSERT INTO site VALUES ('NORD'), ('SUD');
CREATE TABLE sejour (site TEXT, personne TEXT, entree TEXT);
INSERT INTO sejour VALUES ('NORD', 'P-770001', '2026-01-05'), ('SUD', 'P-770002', '2026-01-05');
CREATE TABLE note (site TEXT, personne TEXT, quand TEXT, qui TEXT, service TEXT, essai INTEGER);
INSERT INTO note VALUES ('NORD', 'P-770001', '2026-09-03', 'humain', 'JOUR', 0),
    ('SUD', 'P-770002', '2026-09-03', 'humain', 'JOUR', 1), ('SUD', 'P-770002', '2026-09-04', 'Dupuis', 'NUIT', 0);
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "soin.toml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


@pytest.fixture
def url(tmp_path: Path) -> str:
    connection = sqlite3.connect(tmp_path / "soin.db")
    connection.executescript(SCHEMA)
    connection.close()
    return f"sqlite:///{tmp_path / 'soin.db'}"


def check(*arguments: object) -> int:
    return execute(app, "temoin-sdk", ["check-mapping", *(str(each) for each in arguments)])


def test_without_an_address_only_the_file_is_read(mapping: Path, capsys: Capture) -> None:
    assert check(mapping) == ExitCode.OK
    out = capsys.readouterr().out
    assert "Mapping soin 1.0 : Soin Fictif" in out
    assert "projets, evenements, messages_mss" in out
    assert "Service dont les écritures comptent." in out


def test_a_wrong_file_ends_with_the_code_of_a_source_and_its_lines(mapping: Path, capsys: Capture) -> None:
    mapping.write_text(MAPPING.replace('dates = "jour"', 'date = "jour"'), encoding="utf-8")
    assert check(mapping) == ExitCode.SOURCE
    err = capsys.readouterr().err
    assert "comporte 4 erreurs" in err
    assert "ligne 27, relations.sejours.date : nom inconnu ; vouliez-vous dire « dates » ?" in err


def test_an_absent_file_ends_with_the_code_of_the_configuration(tmp_path: Path, capsys: Capture) -> None:
    assert check(tmp_path / "absent.toml") == ExitCode.CONFIGURATION
    assert "absent.toml" in capsys.readouterr().err


def test_a_base_is_read_and_shown(mapping: Path, url: str, capsys: Capture) -> None:
    assert check(mapping, "--url", url, "--date", "2026-11-01", "--reglage", "service=JOUR") == ExitCode.OK
    out = capsys.readouterr().out
    assert "du 1er août au 31 octobre 2026 inclus" in out
    assert "humain 2" in out
    assert "Rien à redire." in out
    assert [line.split() for line in out.splitlines() if line.startswith(("NORD", "SUD"))] == [
        ["NORD", "1", "1"],
        ["SUD", "1", "1"],
    ]


def test_what_looks_wrong_has_a_code_of_its_own_and_names_nobody(mapping: Path, url: str, capsys: Capture) -> None:
    arguments = ("--url", url, "--debut", "2026-09-01", "--fin", "2026-10-01", "--reglage", "service=NUIT")
    assert check(mapping, *arguments) == ExitCode.BLOQUE
    said = "".join(capsys.readouterr())
    assert "du 1er au 30 septembre 2026 inclus" in said
    assert "1. à revoir, mises_a_jour : La colonne « auteur »" in said
    assert not [name for name in ("Dupuis", "dupuis", "770001", "770002") if name in said]


def test_a_relation_that_cannot_be_read_is_an_error(mapping: Path, url: str, capsys: Capture) -> None:
    mapping.write_text(MAPPING.replace("FROM note", "FROM notes"), encoding="utf-8")
    assert check(mapping, "--url", url, "--date", "2026-11-01", "--reglage", "service=JOUR") == ExitCode.SOURCE
    out = capsys.readouterr().out
    assert "1. erreur, mises_a_jour : " in out
    assert "NORD" in out


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (["--reglage", "essai=true"], 1),
        (["--reglage", "essai=false"], 1),
        (["--reglage", "depuis=2026-02-01"], 2),
        (["--reglage-env", "jeton=JETON_D_ESSAI"], 2),
    ],
)
def test_settings_are_given_by_their_type(
    mapping: Path, url: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch, given: list[str], number: int
) -> None:
    monkeypatch.setenv("JETON_D_ESSAI", "ouvert")
    check(mapping, "--url", url, "--date", "2026-11-01", "--reglage", "service=JOUR", *given)
    out = capsys.readouterr().out
    assert f"humain {number}" in out
    assert "ouvert" not in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], ExitCode.CONFIGURATION, "service : manque"),
        (["--reglage", "servise=JOUR"], ExitCode.CONFIGURATION, "servise : champ inconnu"),
        (["--reglage", "service"], ExitCode.CONFIGURATION, "NOM=VALEUR"),
        (["--reglage", "essai=oui"], ExitCode.CONFIGURATION, "true ou false"),
        (["--reglage", "jeton=tres-secret"], ExitCode.CONFIGURATION, "--reglage-env jeton=VARIABLE"),
        (["--reglage-env", "jeton=ABSENTE_ICI"], ExitCode.CONFIGURATION, "ABSENTE_ICI"),
        (["--mot-de-passe-env", "ABSENTE_ICI"], ExitCode.CONFIGURATION, "ABSENTE_ICI"),
        (["--debut", "2026-09-01"], ExitCode.CONFIGURATION, "--debut et --fin ensemble"),
        (["--debut", "2026-09-01", "--fin", "2026-09-01"], ExitCode.CONFIGURATION, "finit avant"),
        (["--date", "hier"], ExitCode.CONFIGURATION, "option --date"),
        (["--fuseau", "Paris"], ExitCode.CONFIGURATION, "Indian/Reunion"),
        (["--url", "postgresql://temoin@127.0.0.1/dui"], ExitCode.CONFIGURATION, "écrit pour sqlite"),
        (["--url", "sqlite:////absente/dui.db", "--reglage", "service=J"], ExitCode.SOURCE, "/absente/dui.db"),
        (["--limite", "0"], ExitCode.USAGE, "--limite"),
    ],
)
def test_a_wrong_command_is_explained(
    mapping: Path, url: str, capsys: Capture, arguments: list[str], code: int, said: str
) -> None:
    assert check(mapping, "--url", url, *arguments) == code
    err = capsys.readouterr().err
    assert said in err
    assert "tres-secret" not in err
    assert "Traceback" not in err


def test_the_password_of_an_account_is_asked_and_never_typed_in_the_command(
    mapping: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def prompt(text: str, **_: object) -> str:
        asked.append(text)
        return "mot-de-passe-tape"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", prompt)
    mapping.write_text(MAPPING.replace('["sqlite"]', '["postgresql"]'), encoding="utf-8")
    # nobody listens on this port of the loopback
    code = check(mapping, "--url", "postgresql://lecteur@127.0.0.1:1/dui", "--reglage", "service=JOUR")
    assert asked == ["Mot de passe de lecteur"]
    assert code == ExitCode.SOURCE
    assert "mot-de-passe-tape" not in "".join(capsys.readouterr())


def test_a_password_inside_the_address_is_refused(mapping: Path, capsys: Capture) -> None:
    mapping.write_text(MAPPING.replace('["sqlite"]', '["postgresql"]'), encoding="utf-8")
    url = "postgresql://lecteur:en-clair@127.0.0.1:1/dui"
    assert check(mapping, "--url", url, "--reglage", "service=JOUR") == ExitCode.CONFIGURATION
    said = "".join(capsys.readouterr())
    assert "mot de passe" in said
    assert "en-clair" not in said
