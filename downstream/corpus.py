"""Signed files of every released version, and how such files are made: the whole way, with keys that are thrown away.

`corpus/<version>/` holds reports, their receipts, a certificate, the public keys, and `attendu.json`: what verifying
each of them must answer, for as long as Témoin is used.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pydantic import BaseModel, ConfigDict

from downstream import DOSSIER
from downstream.environment import Environment, build_wheels

CORPUS: Final = DOSSIER / "corpus"
ATTENDU: Final = "attendu.json"
NEEDED: Final = ("temoin-agent", "temoin-receiver", "temoin-saisie", "temoin-editor-sample[essais]")
CONFORMITE: Final = Path("plugins/editor_sample/tests/test_residia_conformity.py")

REGISTRE: Final = "registre.txt"
"""The key of the receiver's ledger, beside the signed files."""

VERIFIE: Final = 0
SANS_CLE: Final = 5
NON_CRU: Final = 9
"""What `temoin-sdk verify` ends by: verified, only its signature not looked at, not to be believed."""


class Document(BaseModel):
    """One signed file and whose key it was signed with; of a receipt, its report and the key of its ledger."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fichier: str
    empreinte: str
    cle: str
    rapport: str | None = None
    registre: str | None = None


class Attendu(BaseModel):
    """What a folder of the corpus holds; every document is to be verified by its key and by no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    commit: str
    documents: tuple[Document, ...]


def read_attendu(folder: Path) -> Attendu:
    """What is expected of a folder of signed files."""
    return Attendu.model_validate(json.loads((folder / ATTENDU).read_text("utf-8")))


def questions(folder: Path, attendu: Attendu) -> list[tuple[list[str], int]]:
    """What `temoin-sdk verify` is asked of every document, and what it must end by."""
    keys, asked = sorted({one.cle for one in attendu.documents}), []
    for one in attendu.documents:
        path = str(folder / one.fichier)
        about = [] if one.rapport is None else ["--rapport", str(folder / one.rapport)]
        ledger = [] if one.registre is None else ["--registre", str(folder / one.registre)]
        asked.append(([path, "--cle", str(folder / one.cle), *about, *ledger], VERIFIE))
        asked.append(([path, *about], SANS_CLE))
        asked += [([path, "--cle", str(folder / key)], NON_CRU) for key in keys if key != one.cle]
    return asked


def write_corpus(version: str, commit: str, tree: Path, folder: Path) -> None:
    """Sign with the very code of a commit, extracted in `tree` and installed for this, and keep the public part."""
    with TemporaryDirectory() as name:
        here = Path(name)
        environment = Environment(here / "env", build_wheels(here / "roues", tree))
        environment.install(*NEEDED)
        signed = here / "signes"
        sign_everything(environment.bin, tree, signed)
        keep(version, commit, signed, folder)


def sign_everything(commands: Path, tree: Path, folder: Path) -> None:
    """The whole way with these commands: reports, receipts of a real receiver, a certificate; public keys beside."""
    folder.mkdir()
    with TemporaryDirectory() as name:
        here = Path(name)
        shutil.copytree(tree / "demo", here / "demo", ignore=shutil.ignore_patterns("sortie", "__pycache__"))
        _run(here, commands / "python", "demo/run.py")
        sortie = here / "demo" / "sortie"
        for report in sorted(sortie.rglob("preuves/*/*/rapport.jws")):
            project = report.parent.parent.name  # evidence is kept by project, then by window
            shutil.copyfile(report, folder / f"rapport-{project}.jws")
            shutil.copyfile(report.with_name("recu.jws"), folder / f"recu-{project}.jws")
        shutil.copyfile(next((sortie / "gestionnaire").rglob("*.jwk")), folder / "installation.jwk")
        shutil.copyfile(sortie / "recepteur" / "cle-recus.jwk", folder / "recepteur.jwk")
        shutil.copyfile(sortie / "recepteur" / "cle-registre.txt", folder / REGISTRE)
        (here / "essais").mkdir()
        shutil.copy(tree / CONFORMITE, here / "essais")
        words = ["certify", "--cle", here / "editeur.pem", "--creer-cle", "--sortie", here / "certificat.jws"]
        _run(here, commands / "temoin-sdk", *words, here / "essais" / CONFORMITE.name)
        for name in ("certificat.jws", "editeur.jwk"):
            shutil.copyfile(here / name, folder / name)


def keep(version: str, commit: str, signed: Path, folder: Path) -> Attendu:
    """Put signed files where they stay, with what is expected of each; nothing but public parts is among them."""
    documents = [
        Document(
            fichier=path.name,
            empreinte=sha256(path.read_bytes()).hexdigest(),
            cle={"rapport": "installation", "recu": "recepteur", "certificat": "editeur"}[_kind(path)] + ".jwk",
            rapport=path.name.replace("recu", "rapport", 1) if _kind(path) == "recu" else None,
            registre=REGISTRE if _kind(path) == "recu" else None,
        )
        for path in sorted(signed.glob("*.jws"))
    ]
    attendu = Attendu(version=version, commit=commit, documents=tuple(documents))
    folder.mkdir(parents=True)
    for path in (*signed.glob("*.jws"), *signed.glob("*.jwk"), signed / REGISTRE):
        shutil.copy(path, folder)
    (folder / ATTENDU).write_text(attendu.model_dump_json(indent=2, exclude_none=True) + "\n", "utf-8")
    return attendu


def ask_other_code(sources: Path, words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """`temoin-sdk verify` of another tree's sources, with the third parties that are here."""
    first = sources / "sdk" / "src"
    code = f"import temoin_sdk.cli; assert temoin_sdk.__file__.startswith({str(first)!r}); temoin_sdk.cli.main()"
    place = os.environ | {"PYTHONPATH": str(first)}
    command = [sys.executable, "-c", code, "verify", *words]
    return subprocess.run(command, env=place, cwd=sources, capture_output=True, text=True, check=False)


def _kind(path: Path) -> str:
    return path.stem.partition("-")[0]


def _run(folder: Path, *words: object) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TEMOIN_", "PYTEST_", "PYTHON"))}
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}")
