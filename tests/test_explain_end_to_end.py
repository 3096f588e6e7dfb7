"""Both commands as they are typed: on real servers by a mapping file, and on the sample by a gestionnaire's file."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import servers

from temoin_agent.cli import app as agent
from temoin_editor_sample.etablissements import EJ, etablissements_at
from temoin_editor_sample.generate import generate
from temoin_sdk.cli import app as sdk
from temoin_sdk.cli.running import execute
from temoin_sdk.envelope import PrivateKey
from temoin_sdk.testing.ledger import MemoryLedger

FIN = date(2026, 10, 31)
HORIZON = "389990003"
"""The establishment of the sample in which most persons stand at the edges."""

MAPPING = """
format = 1
nom = "essai"
version = "1"
moteurs = ["sqlite", "postgresql", "mariadb"]
espace_usagers = "essai.usager"
zone = "Europe/Paris"

[logiciel]
nom = "Essai"
version = "1"

[relations.etablissements]
sql = "SELECT code FROM site"

[relations.sejours]
sql = "SELECT code, usager, entree, sortie FROM sejour"
dates = { entree = "jour", sortie = "jour" }

[relations.mises_a_jour]
sql = "SELECT code, usager, quand AS date_fait, auteur FROM ecriture"
dates = { date_fait = "instant" }

[relations.projets]
sql = "SELECT code, usager, statut, debut, fin FROM projet"
dates = { debut = "jour", fin = "jour" }
"""

TABLES = {
    "site": ({"code": "varchar(20)"}, [("A",), ("B",)]),
    "sejour": (
        {"code": "varchar(20)", "usager": "integer", "entree": "date", "sortie": "date"},
        [
            ("A", 4711, "2020-01-01", None),
            ("A ", 4712, "2020-01-01", "2026-08-16"),
            ("A", 4713, "2020-01-01", "2026-07-31"),
            ("B", 4714, "2020-01-01", None),
        ],
    ),
    "ecriture": (
        {"code": "varchar(20)", "usager": "integer", "quand": "timestamp", "auteur": "varchar(20)"},
        [
            ("A", 4711, "2026-10-31 22:59:59", "humain"),
            ("A", 4711, "2026-11-01 00:00:00", "humain"),
            ("A", 4712, "2026-08-01 00:00:00", "Humain"),
            ("A", 4712, "2026-08-02 10:00:00", "automate"),
            ("A", 4712, "2025-08-02 10:00:00", "humain"),
            ("A", 4712, "2024-08-02 10:00:00", "humain"),
            ("B", 4714, "2026-08-02 10:00:00", "humain"),
        ],
    ),
    "projet": (
        {"code": "varchar(20)", "usager": "integer", "statut": "varchar(20)", "debut": "date", "fin": "date"},
        [("A", 4711, "actif", "2026-01-01", None), ("A", 4712, "actif", "2026-01-01", "2026-08-15")],
    ),
}

Said = tuple[int, str, str]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """One command line: its code, what it said with folded lines joined, what it said of errors."""

    def call(app: object, name: str, *words: str) -> Said:
        capsys.readouterr()
        code = execute(app, name, list(words))  # type: ignore[arg-type] # either of the two applications
        said = capsys.readouterr()
        return code, re.sub(r"[\s\u00a0\u202f]+", " ", said.out), said.err

    return call


@pytest.mark.parametrize("moteur", servers.ENGINES)
def test_an_editor_explains_a_site_of_a_real_server(
    moteur: str, tmp_path: Path, say: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "essai.toml").write_text(MAPPING, encoding="utf-8")
    with servers.open_base(moteur, tmp_path) as base:
        for table, (columns, rows) in TABLES.items():
            kinds = {"timestamp": "datetime"} if moteur == "mariadb" else {}
            base.load(table, {name: kinds.get(kind, kind) for name, kind in columns.items()}, rows)
        monkeypatch.setenv("PHRASE", base.mot_de_passe or "inutile")
        url = ("--url", base.url, "--mot-de-passe-env", "PHRASE") if base.mot_de_passe else ("--url", base.url)
        words = ("explain", "taux_projet_personnalise", "--mapping", str(tmp_path / "essai.toml"), *url)
        code, out, err = say(sdk, "temoin-sdk", *words, "--site", "A", "--date", "2026-11-01")
        assert (code, err) == (0, "")
        assert "Résultat : 50,00 % (1/2), cible 90 %, non atteint" in out
        assert "Séjours 3 − sortie avant le 1er août 2026 −1 = lignes retenues 2" in out
        assert "Mises à jour du dossier 6 − avant le 1er août 2026 −2 − après le 31 octobre 2026 −1" in out
        assert "Vérifié :" in out
        assert "471" not in out

        persons = ("--personnes", "--hors-terminal")
        code, out, _ = say(sdk, "temoin-sdk", *words, "--site", "A", "--date", "2026-11-01", *persons)
        assert code == 0
        assert "4712 projet terminé le 15 août 2026, avant le jour de la sortie (16 août 2026)" in out
        assert "4711" not in out


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gestionnaire of the sample: its database, its establishments, no keys yet."""
    folder = tmp_path_factory.mktemp("gestionnaire")
    generate(folder / "residia.db", fin=FIN)
    (folder / "cle.jwk").write_text(json.dumps(PrivateKey.generate().public.to_jwk()), encoding="utf-8")
    (folder / "registre.txt").write_text(MemoryLedger("essai.exemple").cle_registre.spell(), encoding="utf-8")
    known = etablissements_at(FIN)
    parts = [
        f'[gestionnaire]\nnom = "Les Horizons Fictifs"\nej = "{EJ}"\n',
        '[[recepteurs]]\ncode = "ars"\nurl = "http://127.0.0.1:9"\norigine = "essai.exemple"\n'
        'cle = "cle.jwk"\nregistre = "registre.txt"\n',
        '[[projets]]\ncode = "essai-2025"\ncampagne = "generalisation-2025"\nrecepteur = "ars"\n',
        *(
            f'[[etablissements]]\nfiness = "{e.finess}"\nnom = "{e.nom}"\nprojet = "essai-2025"\n'
            f'secteur = "{e.secteur}"\n'
            for e in known
        ),
        f'[[sources]]\nnom = "dui"\nplugin = "residia"\n\n[sources.reglages]\nurl = "sqlite:///{folder}/residia.db"\n',
        "[sources.sites]\n" + "\n".join(f'"{e.code}" = "{e.finess}"' for e in known),
    ]
    path = folder / "temoin.toml"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temoin_agent.clock.now", lambda: datetime(2026, 11, 22, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    "indicateur", ["taux_dossiers_actifs", "taux_projet_personnalise", "taux_evenement_agenda", "taux_dmp", "taux_mss"]
)
def test_a_gestionnaire_explains_what_compute_shows(config: Path, say: Callable[..., Said], indicateur: str) -> None:
    words = ("explain", indicateur, "--finess", HORIZON, "--config", str(config))
    code, out, err = say(agent, "temoin", *words, "--format", "json")
    assert (code, err) == (0, "")
    explained = json.loads(out)
    assert explained["ecarts"] == []
    for each in explained["lignes"]:
        assert each["lues"] == each["retenues"] + sum(rule["nombre"] for rule in each["ecartees"])
    code, out, _ = say(agent, "temoin", "compute", "--config", str(config), "--format", "json")
    assert code == 0
    [computed] = [each for each in json.loads(out)["etablissements"] if each["finess"] == HORIZON]
    assert explained["indicateur"] in computed["indicateurs"]


def test_a_gestionnaire_sees_whom_to_attend_to_and_only_when_asking(config: Path, say: Callable[..., Said]) -> None:
    with closing(sqlite3.connect(config.parent / "residia.db")) as connection:
        [(late,)] = connection.execute("SELECT id FROM resident WHERE prenom = 'Projet-Clos-Dernier-Jour'").fetchall()
    words = ("explain", "taux_projet_personnalise", "--finess", HORIZON, "--config", str(config))
    code, out, _ = say(agent, "temoin", *words)
    assert code == 0
    assert "ESAT L'Horizon Factice (389990003)" in out
    assert f" {late} " not in out
    code, out, _ = say(agent, "temoin", *words, "--personnes")
    assert (code, out) == (3, "")
    code, out, _ = say(agent, "temoin", *words, "--personnes", "--hors-terminal")
    assert code == 0
    assert f" {late} projet terminé le 30 octobre 2026, avant le dernier jour de la fenêtre" in out
