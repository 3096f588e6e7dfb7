"""`temoin-sdk certify`, as an editor types it; pytest runs in a process of its own with a stand-in for the recorder."""

import json
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.certificates import find_certificat
from temoin_sdk.certificates.releves import Releve
from temoin_sdk.cli import app
from temoin_sdk.cli.running import execute
from temoin_sdk.contract import Reglages
from temoin_sdk.contract.loading import load_plugins
from temoin_sdk.envelope import PrivateKey, read_private_key, read_public_key, write_private_key
from temoin_sdk.errors import ExitCode
from temoin_sdk.report import Certificat
from temoin_sdk.report.opening import open_signed
from temoin_sdk.vocabulary import EtatEpreuve

COMMAND = sys.modules["temoin_sdk.cli.certify"]  # the package shows the function under this name

RECORDER = '''
"""Writes what it is given beforehand, with the seed it was called with."""
import json, os
from pathlib import Path

def pytest_addoption(parser):
    parser.addoption("--temoin-releves")

def pytest_sessionfinish(session):
    prepared = Path(os.environ["FAUX_RELEVES"])
    if prepared.exists() and session.testscollected:
        releves = json.loads(prepared.read_text())
        if "TEMOIN_KIT_GRAINE" in os.environ:
            for one in releves["releves"]:
                one["graine"] = int(os.environ["TEMOIN_KIT_GRAINE"])
        Path(session.config.getoption("--temoin-releves")).write_text(json.dumps(releves))
'''


@dataclass
class Editor:
    """An editor at his desk: his plugin, his tests, his key."""

    folder: Path
    package: Path
    capture: pytest.CaptureFixture[str]

    @property
    def cle(self) -> Path:
        return self.folder / "cles" / "editeur.pem"

    def tests(self, body: str) -> str:
        path = self.folder / "test_conformite.py"
        path.write_text(body)
        return str(path)

    def records(self, *releves: Releve) -> None:
        content = {"releves": [one.model_dump(mode="json") for one in releves]}
        (self.folder / "releves.json").write_text(json.dumps(content))

    def certify(self, *words: str) -> tuple[int, str, str]:
        self.capture.readouterr()
        code = execute(app, "temoin-sdk", ["certify", "--cle", str(self.cle), *words])
        said = self.capture.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err


@pytest.fixture
def editor(
    installed: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Editor:
    (installed.folder / "netfictif_releve.py").write_text(RECORDER)
    monkeypatch.setattr(COMMAND, "RECORDING", "netfictif_releve")
    monkeypatch.setenv("FAUX_RELEVES", str(tmp_path / "releves.json"))
    monkeypatch.delenv("TEMOIN_KIT_GRAINE", raising=False)
    monkeypatch.chdir(tmp_path)
    return Editor(tmp_path, installed.package, capfd)


PASSES = "def test_passes():\n    pass\n"
FAILS = "def test_fails():\n    assert False\n"


def test_a_plugin_is_certified_with_a_key_made_at_once(editor: Editor, releve_of: Callable[..., Releve]) -> None:
    editor.records(releve_of())
    code, out, err = editor.certify(editor.tests(PASSES), "--creer-cle", "--graine", "41")
    assert (code, err) == (ExitCode.OK, "")
    path = editor.package / "certificat.jws"
    key = read_public_key(editor.cle.with_suffix(".jwk"))
    certificat = open_signed(path.read_text(), key, Certificat).contenu
    assert (certificat.plugin, certificat.graine) == ("netfictif", 41)
    assert stat.S_IMODE(editor.cle.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    for said in ("1 passed", "source « netfictif » (temoin-netfictif 1.2)", "graine 41", key.fingerprint(), str(path)):
        assert said in out
    assert "motifs (obligatoire) : Il n'y en a pas." in out
    assert "recommandées manquées : vitesse" in out
    assert "ne prouve pas" in out
    found = load_plugins().sources["netfictif"]
    assert find_certificat(found, found.classe(Reglages()), "dui").jws == path.read_text()


def test_it_is_certified_again_with_the_same_key(editor: Editor, releve_of: Callable[..., Releve]) -> None:
    editor.records(releve_of())
    tests = editor.tests(PASSES)
    assert editor.certify(tests, "--creer-cle")[0] == ExitCode.OK
    before = editor.cle.read_bytes()
    assert editor.certify(tests)[0] == ExitCode.OK
    code, _, err = editor.certify(tests, "--creer-cle")
    assert (code, "Code : cle_existante" in err) == (ExitCode.STOCKAGE, True)
    assert editor.cle.read_bytes() == before


def test_a_key_under_a_passphrase(
    editor: Editor, releve_of: Callable[..., Releve], monkeypatch: pytest.MonkeyPatch
) -> None:
    editor.records(releve_of())
    monkeypatch.setenv("PHRASE", "une phrase")
    tests = editor.tests(PASSES)
    assert editor.certify(tests, "--creer-cle", "--phrase-env", "PHRASE")[0] == ExitCode.OK
    assert read_private_key(editor.cle, "une phrase")
    code, _, err = editor.certify(tests)
    assert (code, "Code : cle_phrase_absente" in err) == (ExitCode.STOCKAGE, True)
    code, _, err = editor.certify(tests, "--phrase-env", "ABSENTE")
    assert (code, "Code : secret_absent" in err) == (ExitCode.CONFIGURATION, True)


@pytest.mark.parametrize(
    ("body", "recorded", "code"),
    [
        (FAILS, [{"epreuves": "ratee"}], "certificat_epreuve_echouee"),
        (PASSES, [], "certificat_sans_epreuve"),
        ("", [{}], "certificat_sans_epreuve"),
        (PASSES, [{}, {"classe": "autre"}], "certificat_source_double"),
        (PASSES, [{"version": "0.9"}], "certificat_autre_installation"),
        ("import absent", [{}], "certificat_pytest"),
        (FAILS, [{"epreuves": "reussie"}], "certificat_pytest"),
    ],
)
def test_a_refusal_writes_nothing_and_makes_no_key(
    editor: Editor, releve_of: Callable[..., Releve], body: str, recorded: list[dict[str, Any]], code: str
) -> None:
    done = {"ratee": EtatEpreuve.ECHOUEE, "reussie": EtatEpreuve.REUSSIE}
    usual = releve_of().epreuves[1]
    for each in recorded:
        if isinstance(each.get("epreuves"), str):
            each["epreuves"] = (usual.model_copy(update={"etat": done[each["epreuves"]]}),)
    editor.records(*(releve_of().model_copy(update=each) for each in recorded))
    ended, _, err = editor.certify(editor.tests(body), "--creer-cle")
    assert (ended, f"Code : {code}" in err) == (ExitCode.BLOQUE, True), err
    assert "Pas de certificat" in err
    assert not (editor.package / "certificat.jws").exists()
    assert not editor.cle.exists()


def test_a_record_that_cannot_be_read(editor: Editor) -> None:
    (editor.folder / "releves.json").write_text('{"releves": [{"classe": 1}]}')
    code, _, err = editor.certify(editor.tests(PASSES), "--creer-cle")
    assert (code, "Code : certificat_releve" in err) == (ExitCode.BLOQUE, True)


def test_one_file_holds_one_certificate(editor: Editor, releve_of: Callable[..., Releve]) -> None:
    write_private_key(editor.cle, PrivateKey.generate(), None)
    editor.records(releve_of())
    out = editor.folder / "livraison" / "netfictif.jws"
    out.parent.mkdir()
    code, said, _ = editor.certify(editor.tests(PASSES), "--sortie", str(out))
    assert (code, out.is_file()) == (ExitCode.OK, True)
    assert not (editor.package / "certificat.jws").exists()
    assert f"À ranger, pour que l'agent le trouve : {editor.package / 'certificat.jws'}" in said


def test_without_the_kit(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    write_private_key(editor.cle, PrivateKey.generate(), None)
    monkeypatch.setattr(COMMAND, "NEEDED", ("pytest", "netfictif_absent"))
    code, _, err = editor.certify()
    assert (code, "temoin-sdk[kit]" in err) == (ExitCode.CONFIGURATION, True)


def test_the_other_commands_do_without_the_kit() -> None:
    """A client who checks a mapping has neither pytest nor sqlglot, and his agent counts with certificates."""
    code = "import sys\nsys.modules.update(pytest=None, sqlglot=None)\nimport temoin_sdk.cli, temoin_sdk.counting"
    subprocess.run([sys.executable, "-c", code], check=True)
