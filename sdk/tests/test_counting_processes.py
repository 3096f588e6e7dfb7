"""Several processes share a run: the same figures and evidence, no key where others can see it, no failure lost."""

import pickle
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk import Instant, Jour, Logiciel, SqlSource, sql
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Demande, EtablissementDemande, SourceDemande, count, workers
from temoin_sdk.errors import SourceError, StorageError
from temoin_sdk.windows import Fenetre

SITES = {"A": "010780054", "B": "2A0000154", "C": "2B0000020"}


class Dui(SqlSource):
    nom = "dui"
    logiciel = Logiciel("DUI fictif", "1.0")
    espace_usagers = "dui.usager"
    etablissements = "SELECT code FROM site"
    sejours = sql("SELECT code, usager, entree, sortie FROM sejour", dates=Jour())
    mises_a_jour = sql("SELECT code, usager, quand AS date_fait FROM maj", dates=Instant("Europe/Paris"))


CATALOGUE = Catalogue({"dui": FoundSource(Dui, "dui", "1")}, {})


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "dui.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "CREATE TABLE site (code TEXT); CREATE TABLE sejour (code TEXT, usager, entree TEXT, sortie TEXT);"
            "CREATE TABLE maj (code TEXT, usager, quand TEXT)"
        )
        connection.executemany("INSERT INTO site VALUES (?)", [(code,) for code in SITES])
        people = [(code, number) for code in SITES for number in range(40)]
        connection.executemany("INSERT INTO sejour VALUES (?, ?, '2026-01-01', NULL)", people)
        connection.executemany("INSERT INTO maj VALUES (?, ?, '2026-09-01 08:00:00')", people[::3])
    return path


def ask(base: Path, dossier: Path) -> Demande:
    dossier.mkdir()
    return Demande(
        fenetre=Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1)),
        campagne=load_campaign("generalisation-2025").campagne,
        ej="010000024",
        projet="essai",
        etablissements=tuple(EtablissementDemande(finess=f, fuseau="Europe/Paris") for f in SITES.values()),
        fuseau_og="Europe/Paris",
        sources=(SourceDemande(nom="dui", plugin="dui", reglages={"url": f"sqlite:///{base}"}, sites=SITES),),
        cle_pseudonyme=b"p" * 32,
        cle_site=b"s" * 32,
        dossier=dossier,
    )


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_WORTH_IT", 0)
    monkeypatch.setattr(workers, "cores", lambda: 2)


class Watched(subprocess.Popen[bytes]):
    """Every child started, with what others on this machine could see of it."""

    seen: list[tuple[Any, bytes]] = []  # noqa: RUF012 # emptied by each test

    def __init__(self, command: Any, **options: Any) -> None:
        super().__init__(command, **options)
        self.seen.append((command, Path(f"/proc/{self.pid}/environ").read_bytes()))


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, bytes]]:
    Watched.seen.clear()
    monkeypatch.setattr(subprocess, "Popen", Watched)
    return Watched.seen


def test_the_same_figures_and_evidence(
    base: Path, tmp_path: Path, shared: None, children: list[tuple[Any, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = count(ask(base, tmp_path / "ensemble"), CATALOGUE)
    assert len(children) == 2
    monkeypatch.setattr(workers, "_WORTH_IT", 10**9)
    alone = count(ask(base, tmp_path / "seul"), CATALOGUE)
    assert len(children) == 2, "nothing was started for so little"
    assert together == alone
    assert [f.comptes["dossiers_actifs"] for f in alone.etablissements] == [14, 13, 13]
    for path in (tmp_path / "seul" / "squelette").iterdir():
        assert path.read_bytes() == (tmp_path / "ensemble" / "squelette" / path.name).read_bytes()


def test_no_key_can_be_seen_from_outside(
    base: Path, tmp_path: Path, shared: None, children: list[tuple[Any, bytes]]
) -> None:
    count(ask(base, tmp_path / "preuves"), CATALOGUE)
    for command, environment in children:
        assert "ssss" not in repr(command)
        assert "pppp" not in repr(command)
        assert b"ssssssss" not in environment


def test_an_error_of_a_child_is_the_error_of_the_run(base: Path, tmp_path: Path, shared: None) -> None:
    asked = ask(base, tmp_path / "preuves")
    (asked.dossier / "details").write_text("un fichier à la place du dossier")
    with pytest.raises(StorageError) as refused:
        count(asked, CATALOGUE)
    assert refused.value.ou is not None
    assert "details" in refused.value.ou


def test_a_child_that_dies_is_said(base: Path, tmp_path: Path, shared: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.sys, "executable", "/bin/false")
    with pytest.raises(StorageError) as refused:
        count(ask(base, tmp_path / "preuves"), CATALOGUE)
    assert refused.value.code == "calcul_interrompu"


def test_an_error_crosses_whole() -> None:
    error = SourceError("Quoi.", remede="Comment.", ou="où", code="essai", retryable=True)
    crossed = pickle.loads(pickle.dumps(error))
    assert type(crossed) is SourceError
    assert (crossed.phrase(), crossed.retryable, str(crossed)) == (error.phrase(), True, "Quoi.")
