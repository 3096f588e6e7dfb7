"""What old versions signed is verified by this code, and what this code signs is verified by the last old version."""

import os
import sys
from pathlib import Path

import pytest

from downstream import RACINE
from downstream.corpus import (
    CORPUS,
    NON_CRU,
    VERIFIE,
    Attendu,
    ask_other_code,
    keep,
    questions,
    read_attendu,
    sign_everything,
)
from downstream.releases import EXIGEES, RIEN, CommitAbsent, extract_sources, read_releases
from temoin_sdk.cli import app
from temoin_sdk.cli.running import execute
from temoin_sdk.envelope import empreinte

RELEASES = read_releases()
NAMES = {"rapport", "recu", "certificat"}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Attendu]:
    """What this code signs, the whole way: reports, receipts, a certificate."""
    folder = tmp_path_factory.mktemp("signes")
    sign_everything(Path(sys.executable).parent, RACINE, folder / "faits")
    return folder / "gardes", keep("ici", "0" * 40, folder / "faits", folder / "gardes")


def check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every document of a folder, with its key, with none and with every other."""
    attendu = read_attendu(folder)
    assert {one.fichier.removesuffix(".jws").partition("-")[0] for one in attendu.documents} == NAMES
    for one in attendu.documents:
        assert empreinte((folder / one.fichier).read_bytes()) == one.empreinte
    for words, code in questions(folder, attendu):
        assert execute(app, "temoin-sdk", ["verify", *words]) == code, (words, capsys.readouterr())


def test_every_release_has_its_folder_and_no_private_key() -> None:
    if not RELEASES:
        pytest.skip(RIEN)
    assert {path.name for path in CORPUS.iterdir() if path.is_dir()} == {one.version for one in RELEASES}
    for one in RELEASES:
        assert read_attendu(CORPUS / one.version).commit == one.commit
    kept = {path.suffix for path in CORPUS.rglob("*") if path.is_file()}
    assert kept <= {".jws", ".jwk", ".json", ".md", ".txt"}
    assert not [path for path in CORPUS.rglob("*.jwk") if '"d"' in path.read_text("ascii")]


@pytest.mark.parametrize("version", [one.version for one in RELEASES] or [None])
def test_what_every_release_signed_is_still_verified(version: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    if version is None:
        pytest.skip(RIEN)
    check(CORPUS / version, capsys)


def test_what_is_signed_here_is_verified_here(
    signed: tuple[Path, Attendu], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The corpus of the next release, as it would be: so the recipe is tried before there is a release."""
    folder, attendu = signed
    check(folder, capsys)
    first = attendu.documents[0]
    spoilt = tmp_path / first.fichier
    spoilt.write_text((folder / first.fichier).read_text("ascii").replace(".", ".A", 1), "ascii")
    assert execute(app, "temoin-sdk", ["verify", str(spoilt), "--cle", str(folder / first.cle)]) == NON_CRU


def test_the_last_release_verifies_what_is_signed_here(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if not RELEASES:
        pytest.skip(RIEN)
    last = RELEASES[0]
    assert last.commit is not None
    try:
        old = extract_sources(last.commit, tmp_path / "ancien")
    except CommitAbsent as error:
        why = f"la version {last.version} n'est pas essayée : {error}"
        if os.environ.get(EXIGEES):
            pytest.fail(why)
        pytest.skip(why)
    folder, attendu = request.getfixturevalue("signed")
    for words, code in questions(folder, attendu):
        done = ask_other_code(old, words)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        assert code != VERIFIE or "Traceback" not in done.stderr
