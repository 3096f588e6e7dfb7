"""The whole way of a certificate, with the commands people type: from the editor's tests to the page an ARS reads."""

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
import urllib.request
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest

from temoin_sdk.errors import ExitCode

BIN = Path(sys.executable).parent
EJ, GLYCINES = "010000024", "010780054"
ORIGINE = "ars.exemple/essai"

PLUGIN = '''
from temoin_sdk import Jour, Logiciel, SqlSource, hookimpl, sql

class Registre(SqlSource):
    """A register of entries and exits, and nothing else."""
    nom = "registre"
    logiciel = Logiciel("Registre", "3")
    espace_usagers = "registre.usager"
    etablissements = "SELECT code FROM site"
    sejours = sql(
        "SELECT site AS code, usager, entree, sortie, motif AS motif_non_eligible FROM sejour WHERE etat = 'reel'",
        dates=Jour(),
    )

@hookimpl
def temoin_sources():
    return [Registre]
'''

CONFORMITE = """
from typing import ClassVar
from temoin_sdk.testing import Concept, SqlConformance
from temoin_registre_fictif.plugin import Registre

class TestRegistre(SqlConformance):
    source = Registre
    usagers = "entiers"
    sans: ClassVar = {Concept.FUSIONS: "un usager n'a qu'un numéro", Concept.CASSE: "la colonne motif est un code"}

    def charger(self, tables, scenario):
        for site in scenario.sites:
            tables.insert("site", code=site.code)
        for one in scenario.sejours:
            tables.insert(
                "sejour", site=one.site.code, usager=one.personne.id, entree=one.entree, sortie=one.sortie,
                motif=one.motif, etat=one.etat.value,
            )
"""

REGISTRE = f"""
[[organismes]]
ej = "{EJ}"
nom = "Association Les Glycines"

[[etablissements]]
finess = "{GLYCINES}"
nom = "EHPAD Les Glycines"
secteur = "PA"
ej = "{EJ}"

[[projets]]
code = "dui-2026"
campagne = "generalisation-2025"
organismes = ["{EJ}"]
etablissements = ["{GLYCINES}"]
"""


class World:
    """Three people at three desks: the editor, the gestionnaire, the ARS."""

    def __init__(self, folder):
        self.folder = folder
        self.packages = folder / "site-packages"
        self.package = self.packages / "temoin_registre_fictif"
        self.recepteur = folder / "recepteur"
        self.config = folder / "temoin.toml"

    def run(self, command, *words, expected=ExitCode.OK):
        """One command; what it said, on one line."""
        environment = {**os.environ, "PYTHONPATH": str(self.packages), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [BIN / command, *map(str, words)],
            env=environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expected, done.stdout + done.stderr
        return " ".join((done.stdout + done.stderr).split())

    def receiver(self, *words):
        return self.run("temoin-receiver", *words, "--dossier", self.recepteur)

    def install(self):
        self.package.mkdir(parents=True)
        (self.package / "__init__.py").write_text("")
        (self.package / "plugin.py").write_text(PLUGIN)
        info = self.packages / "temoin_registre_fictif.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.4\nName: temoin-registre-fictif\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[temoin]\nregistre = temoin_registre_fictif.plugin\n")
        (self.folder / "test_conformite.py").write_text(CONFORMITE)

    def configure(self, address):
        base = self.folder / "registre.db"
        with sqlite3.connect(base) as connection:
            connection.execute("CREATE TABLE site (code)")
            connection.execute("CREATE TABLE sejour (site, usager INTEGER, entree, sortie, motif, etat)")
            connection.execute("INSERT INTO site VALUES ('GLY')")
            rows = [("GLY", rank, "2025-01-10", None, None, "reel") for rank in range(1, 13)]
            connection.executemany("INSERT INTO sejour VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.close()
        self.config.write_text(
            textwrap.dedent(f"""
            [gestionnaire]
            nom = "Association Les Glycines"
            ej = "{EJ}"
            [cles]
            [[recepteurs]]
            code = "ars"
            url = "{address}"
            origine = "{ORIGINE}"
            cle = "recepteur/cle-recus.jwk"
            registre = "recepteur/cle-registre.txt"
            [[projets]]
            code = "dui-2026"
            campagne = "generalisation-2025"
            recepteur = "ars"
            [[etablissements]]
            finess = "{GLYCINES}"
            nom = "EHPAD Les Glycines"
            projet = "dui-2026"
            secteur = "PA"
            [[sources]]
            nom = "registre"
            plugin = "registre"
            sites = {{ GLY = "{GLYCINES}" }}
            [sources.reglages]
            url = "sqlite:///{base}"
            """),
            encoding="utf-8",
        )

    @contextmanager
    def serving(self):
        """The receiver on a free port of loopback; its address."""
        words = [BIN / "temoin-receiver", "servir", "--dossier", self.recepteur, "--port", "0"]
        process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            process.wait(20)
            process.stdout.close()


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def get(address):
    with urllib.request.urlopen(address, timeout=20) as answer:
        return unescape(answer.read().decode())


def test_from_the_editors_tests_to_the_page(world):
    world.install()
    said = world.run(
        "temoin-sdk", "certify", "test_conformite.py", "--cle", "editeur.pem", "--creer-cle", "--graine", "3"
    )
    assert "source « registre » (temoin-registre-fictif 1.0)" in said
    assert "un usager n'a qu'un numéro" in said
    certificat = world.package / "certificat.jws"
    world.run("temoin-sdk", "verify", certificat, "--cle", "editeur.jwk", "--contenu", world.package)

    world.receiver("init", "--origine", ORIGINE)
    (world.folder / "registre.toml").write_text(REGISTRE, encoding="utf-8")
    world.receiver("registre", "charger", "registre.toml")
    with world.serving() as address:
        world.configure(address)
        world.run("temoin", "cles", "creer", "--config", world.config)
        (jwk,) = world.folder.glob("temoin/**/*.jwk")
        (installation,) = world.folder.glob("temoin/installation")
        world.receiver("cle", "enroler", "--ej", EJ, "--installation", installation.read_text().strip(), jwk)
        assert "temoin-registre-fictif 1.0, plugin certifié" in world.run("temoin", "run", "--config", world.config)

        page = f"{address}/etablissements/{GLYCINES}"
        assert "certificat inconnu de ce récepteur" in get(page)
        world.receiver("editeur", "enroler", "--nom", "Éditeur Fictif", "editeur.jwk")
        world.receiver("certificat", "charger", certificat)
        assert "certifié (Éditeur Fictif, trousse" in get(page)

        (rapport,) = world.folder.glob("temoin/preuves/*/*/rapport.jws")
        (kept,) = rapport.parent.glob("certificats/*.jws")
        assert kept.read_bytes() == certificat.read_bytes()
        assert get(f"{address}/v1/certificats/{kept.stem}") == kept.read_text()
        world.run("temoin-sdk", "verify", rapport, "--cle", jwk)
        keys = ("--cle", world.recepteur / "cle-recus.jwk", "--registre", world.recepteur / "cle-registre.txt")
        recu = ("verify", rapport.with_name("recu.jws"), *keys)
        world.run("temoin-sdk", *recu, "--rapport", rapport)

        world.receiver("certificat", "revoquer", kept.stem)
        assert "certificat révoqué le" in get(page)

    (world.package / "plugin.py").write_text(PLUGIN + "# changé\n")
    said = world.run("temoin", "compute", "--config", world.config)
    assert "modifié depuis sa certification" in said
    shown = json.loads(
        world.run("temoin", "compute", "--config", world.config, "--format", "json").partition("À reg")[0]
    )
    assert [one["certificat"] for one in shown["sources"]] == [None]


def test_what_is_not_tested_whole_is_not_certified(world):
    world.install()
    one = "test_conformite.py::TestRegistre::test_imports_without_driver"
    said = world.run("temoin-sdk", "certify", one, "--cle", "editeur.pem", "--creer-cle", expected=ExitCode.BLOQUE)
    assert "épreuves obligatoires non lancées" in said
    assert not (world.package / "certificat.jws").exists()
