"""`temoin-sdk explain` on a SQLite base, by a mapping file and by an installed plugin: what it says and never says."""

import json
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from temoin_sdk import Jour, Logiciel, SqlSource, sql
from temoin_sdk.cli import app
from temoin_sdk.cli.explained import AVERTISSEMENT
from temoin_sdk.cli.running import execute
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Resultat
from temoin_sdk.errors import ExitCode
from temoin_sdk.explaining import explaining
from temoin_sdk.vocabulary import Compte

Capture = pytest.CaptureFixture[str]

BASE = """
CREATE TABLE site (code TEXT);
CREATE TABLE sejour (code TEXT, usager TEXT, entree TEXT, sortie TEXT);
CREATE TABLE maj (code TEXT, usager TEXT, quand TEXT, auteur TEXT);
INSERT INTO site VALUES ('A'), ('B');
INSERT INTO sejour VALUES ('A', 'USAGER-1', '2026-01-01', NULL), ('A', 'USAGER-2', '2026-01-01', NULL),
  ('A', 'USAGER-3', '2026-01-01', '2026-07-31'), ('B', 'USAGER-4', '2026-01-01', NULL);
INSERT INTO maj VALUES ('A', 'USAGER-1', '2026-10-31', 'humain'), ('A', 'USAGER-2', '2026-10-31', 'automate'),
  ('A', 'USAGER-2', '2026-07-31', 'humain'), ('B', 'USAGER-4', '2026-10-31', 'humain');
"""

MAPPING = """
format = 1
nom = "essai"
version = "1"
moteurs = ["sqlite"]
espace_usagers = "essai.usager"

[logiciel]
nom = "Essai"
version = "1"

[relations.etablissements]
sql = "SELECT code FROM site"

[relations.sejours]
sql = "SELECT code, usager, entree, sortie FROM sejour"
dates = { entree = "jour", sortie = "jour" }

[relations.mises_a_jour]
sql = "SELECT code, usager, quand AS date_fait, auteur FROM maj"
dates = { date_fait = "jour" }
"""


class Dui(SqlSource):
    nom = "dui"
    logiciel = Logiciel("DUI fictif", "1")
    espace_usagers = "dui.usager"
    etablissements = "SELECT code FROM site"
    sejours = sql("SELECT code, usager, entree, sortie FROM sejour", dates=Jour())
    mises_a_jour = sql("SELECT code, usager, quand AS date_fait, auteur FROM maj", dates=Jour())


Said = tuple[int, str, str]


@pytest.fixture
def url(tmp_path: Path) -> str:
    path = tmp_path / "dui.db"
    connection = sqlite3.connect(path)
    connection.executescript(BASE)
    connection.close()
    (tmp_path / "essai.toml").write_text(MAPPING, encoding="utf-8")
    return f"sqlite:///{path}"


@pytest.fixture
def run(url: str, tmp_path: Path, capsys: Capture) -> Callable[..., Said]:
    def call(*arguments: str, source: tuple[str, ...] = ()) -> Said:
        which = source or ("--mapping", str(tmp_path / "essai.toml"))
        words = ["explain", "taux_dossiers_actifs", "--url", url, "--site", "A", "--date", "2026-11-22"]
        code = execute(app, "temoin-sdk", [*words, *which, *arguments])
        said = capsys.readouterr()
        plain = re.sub(r"\x1b\[[0-9;]*m", "", said.out).replace("\u202f", " ").replace("\u00a0", " ")
        return code, " ".join(plain.split()), said.err

    return call


def test_a_figure_is_explained_and_held_against_the_count(run: Callable[..., Said]) -> None:
    code, out, err = run()
    assert (code, err) == (ExitCode.OK, "")
    assert "Essai, site A" in out
    assert "du 1er août au 31 octobre 2026 inclus" in out
    assert "Résultat : 50,00 % (1/2), cible 90 %, non atteint (il en manque 1)" in out
    assert "Séjours 3 − sortie avant le 1er août 2026 −1 = lignes retenues 2" in out
    assert (
        "Mises à jour du dossier 3 − avant le 1er août 2026 −1 "
        "− écriture automatique (import, facturation…), et non d'une personne −1 = lignes retenues 1"
    ) in out
    assert "= personnes accompagnées (dénominateur) 2 − seulement des écritures automatiques dans la fenêtre −1" in out
    assert "= dossiers actifs (numérateur) 1" in out
    assert "Vérifié : le calcul (« temoin compute ») trouve la même chose (personnes accompagnées : 2," in out
    assert "ajoutez --personnes" in out
    assert "USAGER" not in out


def test_a_plugin_that_is_installed_is_named(run: Callable[..., Said]) -> None:
    catalogue = Catalogue({"dui": FoundSource(Dui, "temoin-dui", "1")}, {})
    with mock.patch("temoin_sdk.cli.explain.load_plugins", lambda: catalogue):
        code, out, _ = run(source=("--plugin", "dui"))
    assert code == ExitCode.OK
    assert "DUI fictif, site A (source dui, campagne generalisation-2025)" in out


def test_data_for_programs_holds_every_line_and_no_person(run: Callable[..., Said]) -> None:
    code, out, _ = run("--format", "json")
    found: dict[str, Any] = json.loads(out)
    assert code == ExitCode.OK
    assert found["indicateur"]["taux"] == "50.00"
    assert found["expliques"] == found["comptes"] == {"personnes_accompagnees": 2, "dossiers_actifs": 1}
    assert (found["ecarts"], found["blocage"]) == ([], None)
    sejours, maj = found["lignes"]
    assert (sejours["relation"], sejours["lues"], sejours["retenues"]) == ("sejours", 3, 2)
    assert {each["regle"]: each["nombre"] for each in maj["ecartees"]} == {"avant": 1, "automate": 1}
    assert "USAGER" not in out
    assert "personnes" not in found


def test_persons_are_refused_where_the_output_is_no_screen(run: Callable[..., Said]) -> None:
    code, out, err = run("--personnes")
    assert (code, out) == (ExitCode.CONFIGURATION, "")
    assert "Code : personnes_hors_terminal" in err
    assert "--hors-terminal" in err
    code, out, err = run("--personnes", "--format", "json", "--hors-terminal")
    assert (code, out) == (ExitCode.CONFIGURATION, "")
    assert "Code : personnes_en_json" in err


def test_persons_on_a_screen_come_after_a_warning(run: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "118")
    code, out, err = run("--personnes")
    assert (code, err) == (ExitCode.OK, "")
    before, persons = out.split(AVERTISSEMENT)
    assert "USAGER" not in before
    assert "Personnes à regarder : 1" in persons
    assert "USAGER-2 dans la fenêtre, seulement des écritures automatiques" in persons
    assert "USAGER-1" not in persons


def test_a_second_flag_writes_persons_elsewhere(run: Callable[..., Said]) -> None:
    code, out, _ = run("--personnes", "--hors-terminal")
    assert code == ExitCode.OK
    assert "USAGER-2" in out.split(AVERTISSEMENT)[1]


def test_a_difference_with_the_count_is_loud(run: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    honest = explaining.count

    def lying(*given: Any) -> Resultat:
        resultat = honest(*given)
        [figures] = resultat.etablissements
        comptes = dict(figures.comptes) | {Compte.DOSSIERS_ACTIFS: 2}
        return resultat.model_copy(update={"etablissements": (figures.model_copy(update={"comptes": comptes}),)})

    monkeypatch.setattr(explaining, "count", lying)
    code, out, _ = run()
    assert code == ExitCode.BUG
    assert "ÉCART sur « dossiers actifs » : l'explication donne 1, le calcul 2." in out
    assert "Vérifié" not in out
    code, out, _ = run("--format", "json")
    assert code == ExitCode.BUG
    assert json.loads(out)["ecarts"] == ["dossiers_actifs"]


def test_what_the_count_blocks_is_said(run: Callable[..., Said], url: str) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.executescript(
        "INSERT INTO maj SELECT * FROM maj; INSERT INTO maj SELECT * FROM maj; "
        "UPDATE maj SET usager = 'DOSSIER-' || rowid;"
    )
    connection.close()
    code, out, _ = run()
    assert code == ExitCode.BLOQUE
    assert "Le calcul ne donne aucun chiffre à cet établissement" in out
    assert "personne sans séjour dans la fenêtre" in out


@pytest.mark.parametrize(
    ("arguments", "source", "code"),
    [
        ((), ("--plugin", "x", "--mapping", "y"), "source_a_choisir"),
        (("--campagne", "inconnue"), (), "campagne"),
        (("--fuseau", "Europe/Nulle"), (), "fuseau"),
        (("--reglage", "x"), (), "reglages"),
    ],
)
def test_a_command_badly_written_is_refused_in_french(
    run: Callable[..., Said], arguments: tuple[str, ...], source: tuple[str, ...], code: str
) -> None:
    exit_code, out, err = run(*arguments, source=source)
    assert (exit_code, out) == (ExitCode.CONFIGURATION, "")
    assert f"Code : {code}" in err


def test_a_base_that_is_absent_is_the_same_error_as_counting(run: Callable[..., Said], url: str) -> None:
    Path(url.removeprefix("sqlite:///")).unlink()
    code, out, err = run()
    assert (code, out) == (ExitCode.SOURCE, "")
    assert "Qui doit agir : gestionnaire" in err
