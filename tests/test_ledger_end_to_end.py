"""The whole way of a ledger, with the commands people type: seen by an agent, continued, rolled back, found out."""

import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from temoin_editor_sample.etablissements import EJ, etablissements_at
from temoin_editor_sample.generate import generate
from temoin_sdk.errors import ExitCode

BIN = Path(sys.executable).parent
ORIGINE = "ars.exemple/registre"
FIN = date(2025, 10, 31)
AUTRE = "6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a09"


class World:
    """A receiver whose published head lies on another disk, and one gestionnaire of the sample."""

    def __init__(self, folder):
        self.folder = folder
        self.recepteur, self.tete = folder / "recepteur", folder / "ailleurs" / "tete.txt"
        self.tete.parent.mkdir()
        self.config = folder / "temoin.toml"

    def run(self, *words, code=ExitCode.OK):
        ran = subprocess.run(
            [BIN / words[0], *map(str, words[1:])], cwd=self.folder, capture_output=True, text=True, check=False
        )
        said = " ".join((ran.stdout + ran.stderr).split())
        assert ran.returncode == code, said
        assert "Traceback" not in said
        return said

    def receiver(self, *words, code=ExitCode.OK):
        return self.run("temoin-receiver", *words, "--dossier", self.recepteur, code=code)

    @contextmanager
    def serving(self):
        words = [BIN / "temoin-receiver", "servir", "--dossier", self.recepteur, "--port", "0"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            try:
                self.configure(process.stdout.readline().split()[-1])
                yield process
            finally:
                process.send_signal(signal.SIGKILL)

    def configure(self, address):
        sites = etablissements_at(FIN)
        tables = "".join(
            f'[[etablissements]]\nfiness = "{e.finess}"\nnom = "{e.nom}"\nprojet = "essai"\nsecteur = "{e.secteur}"\n'
            for e in sites
        )
        codes = "".join(f'"{e.code}" = "{e.finess}"\n' for e in sites)
        self.config.write_text(
            f'[gestionnaire]\nnom = "Les Horizons Fictifs"\nej = "{EJ}"\n[cles]\n'
            f'[[recepteurs]]\ncode = "ars"\nurl = "{address}"\norigine = "{ORIGINE}"\n'
            'cle = "recepteur/cle-recus.jwk"\nregistre = "recepteur/cle-registre.txt"\n'
            '[[projets]]\ncode = "essai"\ncampagne = "generalisation-2025"\nrecepteur = "ars"\n'
            f'{tables}[[sources]]\nnom = "dui"\nplugin = "residia"\n'
            f'[sources.reglages]\nurl = "sqlite:///{self.folder / "residia.db"}"\n[sources.sites]\n{codes}',
            encoding="utf-8",
        )

    def register(self):
        sites = etablissements_at(FIN)
        tables = "".join(
            f'[[etablissements]]\nfiness = "{e.finess}"\nnom = "{e.nom}"\nsecteur = "{e.secteur}"\nej = "{EJ}"\n'
            for e in sites
        )
        numbers = ", ".join(f'"{e.finess}"' for e in sites)
        (self.folder / "registre.toml").write_text(
            f'[[organismes]]\nej = "{EJ}"\nnom = "Les Horizons Fictifs"\n{tables}'
            f'[[projets]]\ncode = "essai"\ncampagne = "generalisation-2025"\norganismes = ["{EJ}"]\n'
            f"etablissements = [{numbers}]\n",
            encoding="utf-8",
        )
        self.receiver("registre", "charger", self.folder / "registre.toml")


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    generate(tmp_path / "residia.db", fin=FIN)
    world.run(
        "temoin-receiver", "init", "--dossier", world.recepteur, "--origine", ORIGINE, "--tete-publiee", world.tete
    )
    world.register()
    world.configure("http://127.0.0.1:9")
    world.run("temoin", "cles", "creer", "--config", world.config)
    installation = (tmp_path / "temoin" / "installation").read_text().strip()
    jwk = tmp_path / "temoin" / "cles" / "signature.jwk"
    world.receiver("cle", "enroler", "--ej", EJ, "--installation", installation, jwk)
    return world


def enroll_another(world):
    """Somebody at the ARS, or who has broken in there, believes a key of his own for this organisme."""
    (world.folder / "intrus.toml").write_text(
        world.config.read_text(encoding="utf-8").replace("[gestionnaire]", 'dossier = "intrus"\n[gestionnaire]'),
        encoding="utf-8",
    )
    world.run("temoin", "cles", "creer", "--config", world.folder / "intrus.toml")
    jwk = world.folder / "intrus" / "cles" / "signature.jwk"
    world.receiver("cle", "enroler", "--ej", EJ, "--installation", AUTRE, jwk)


def test_a_ledger_is_followed_a_strange_key_is_told_and_a_rollback_is_found_out(world):
    with world.serving():
        world.run("temoin", "run", "--on", "2025-11-01", "--config", world.config)
        (recu,) = (world.folder / "temoin" / "accuses").glob("*.recu.jws")
        keys = ("--cle", world.recepteur / "cle-recus.jwk", "--registre", world.recepteur / "cle-registre.txt")
        said = world.run("temoin-sdk", "verify", recu, *keys)
        assert f"que « {ORIGINE} » a signée" in said
        assert "c'est la suite" in world.run("temoin", "registre", "--config", world.config)
    world.receiver("fsck")
    both = world.folder / "sauvegarde"
    shutil.copytree(world.recepteur, both)
    shutil.copy(world.tete, both / "tete.txt")

    with world.serving():
        enroll_another(world)
        said = world.run("temoin", "registre", "--config", world.config, code=ExitCode.PREUVE)
        assert f"enrôlée pour l'installation {AUTRE}" in said

    shutil.rmtree(world.recepteur)
    shutil.copytree(both, world.recepteur)
    said = world.receiver("servir", "--port", "0", code=ExitCode.PREUVE)
    assert "vient sans doute d'une sauvegarde plus ancienne" in said

    shutil.copy(both / "tete.txt", world.tete)
    world.receiver("fsck")
    with world.serving():
        said = world.run("temoin", "registre", "--config", world.config, code=ExitCode.PREUVE)
        assert "est revenu en arrière : il montre 5 entrées, cet agent en avait vu 6" in said
        assert "rien n'est perdu" in said
