"""A gestionnaire with two establishments without a plugin, and the command as he types it."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from temoin_saisie import asked
from temoin_saisie.cli import app
from temoin_sdk.cli.running import execute
from temoin_sdk.windows import Fenetre

UN, DEUX = "010780054", "2A0000154"
WINDOW = ("--du", "2026-08-01", "--au", "2026-10-31")

CONFIG = """
[gestionnaire]
nom = "Les Horizons Fictifs"
ej = "010000024"

[[projets]]
code = "essai"
campagne = "generalisation-2025"

[[etablissements]]
finess = "010780054"
nom = "EHPAD Les Glycines"
projet = "essai"

[[etablissements]]
finess = "2A0000154"
nom = "ESAT du Maquis"
projet = ["essai"]

[[sources]]
nom = "a-la-main"
plugin = "saisie"
etablissements = ["010780054", "2A0000154"]

[sources.reglages]
dossier = "{dossier}"
comptes = ["personnes_accompagnees", "dossiers_actifs", "messages_mss"]
"""


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "today", lambda: date(2026, 11, 22))
    monkeypatch.delenv("TEMOIN_CONFIG", raising=False)


@pytest.fixture
def fenetre() -> Fenetre:
    return Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """Where figures and proofs are kept."""
    return tmp_path / "saisie"


@pytest.fixture
def config(tmp_path: Path, dossier: Path) -> Path:
    path = tmp_path / "temoin.toml"
    path.write_text(CONFIG.replace("{dossier}", str(dossier)), encoding="utf-8")
    return path


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    path = tmp_path / "capture d'écran.png"
    path.write_bytes(b"image inventee")
    return path


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run a command with these answers typed, then the end of file; its exit code and all it said."""

    def call(*arguments: object, answers: tuple[object, ...] = ()) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        code = execute(app, "temoin-saisie", [str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return call
