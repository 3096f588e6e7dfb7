"""What a certificate covers: every file that could change a figure, the same hash wherever the plugin is installed."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.certificates import contenu_of_file, contenu_of_module
from temoin_sdk.errors import CertificateError, StorageError
from temoin_sdk.vocabulary import ContenuCertifie


def test_a_package_is_hashed_as_sha256sum_lists_it(installed: Any) -> None:
    (installed.package / "sql").mkdir()
    (installed.package / "sql" / "sejours.sql").write_text("SELECT 1")
    listing = subprocess.run(
        "find . -type f | sed 's,^[.]/,,' | LC_ALL=C sort | xargs sha256sum",
        shell=True,
        cwd=installed.package,
        capture_output=True,
        check=True,
    ).stdout
    assert listing.count(b"\n") == 3
    contenu = contenu_of_module("netfictif_temoin.plugin")
    assert contenu.nature is ContenuCertifie.PAQUET
    assert contenu.empreinte() == hashlib.sha256(listing).hexdigest()


def test_it_is_the_same_in_another_place(installed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contenu_of_module("netfictif_temoin.plugin").empreinte()
    elsewhere = tmp_path / "src"
    shutil.copytree(installed.package, elsewhere / "netfictif_temoin")
    monkeypatch.syspath_prepend(str(elsewhere))
    contenu = contenu_of_module("netfictif_temoin.plugin")
    assert contenu.chemin == elsewhere / "netfictif_temoin"
    assert contenu.empreinte() == before


def test_what_python_and_the_certificate_add_changes_nothing(installed: Any) -> None:
    contenu = contenu_of_module("netfictif_temoin.plugin")
    before = contenu.empreinte()
    subprocess.run([sys.executable, "-m", "compileall", "-q", installed.package], check=True)
    assert (installed.package / "__pycache__").is_dir()
    for place in contenu.places("netfictif"):
        assert place.parent == installed.package
        place.write_text("eyJ")
    assert contenu.empreinte() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda package: (package / "plugin.py").write_text("# autre"),
        lambda package: (package / "plugin.py").rename(package / "autre.py"),
        lambda package: (package / "plugin.pyc").write_bytes(b"code"),
        lambda package: (package / "donnees.csv").write_text(""),
        lambda package: (package / "sql").mkdir() or (package / "sql" / "certificat.jws").write_text(""),
        lambda package: (package / "__init__.py").unlink() or (package / "__init__.py").write_text(""),
    ],
)
def test_any_other_change_changes_it(installed: Any, change: Any) -> None:
    contenu = contenu_of_module("netfictif_temoin.plugin")
    before = contenu.empreinte()
    change(installed.package)
    assert contenu.empreinte() != before


@pytest.mark.parametrize("name", ["lien.py", "dossier"])
def test_a_link_has_no_hash(installed: Any, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    target.mkdir() if name == "dossier" else target.write_text("")
    (installed.package / name).symlink_to(target)
    with pytest.raises(CertificateError, match="lien symbolique") as refusal:
        contenu_of_module("netfictif_temoin.plugin").empreinte()
    assert refusal.value.code == "certificat_contenu"


def test_two_listings_cannot_read_the_same(installed: Any) -> None:
    (installed.package / "a\nb").write_text("")
    with pytest.raises(CertificateError, match="impossible"):
        contenu_of_module("netfictif_temoin.plugin").empreinte()


def test_a_plugin_of_one_file(installed: Any) -> None:
    path = installed.folder / "netfictif_seul.py"
    path.write_text("nom = 1\n")
    contenu = contenu_of_module("netfictif_seul")
    assert (contenu.nature, contenu.chemin) == (ContenuCertifie.MODULE, path)
    assert contenu.empreinte() == hashlib.sha256(b"nom = 1\n").hexdigest()
    assert contenu.places("netfictif") == (installed.folder / "netfictif_seul.certificat.jws",)


@pytest.mark.parametrize(("made", "nature"), [("plugin/__init__.py", "paquet"), ("plugin.py", "module")])
def test_a_namespace_is_nobodys_package(installed: Any, made: str, nature: str) -> None:
    path = installed.folder / "netfictif_groupe" / made
    path.parent.mkdir(parents=True)
    path.write_text("")
    contenu = contenu_of_module("netfictif_groupe.plugin")
    assert (contenu.nature, contenu.chemin) == (nature, path.parent if nature == "paquet" else path)


@pytest.mark.parametrize("module", ["netfictif_absent", "netfictif_absent.plugin", "sys", "__main__"])
def test_a_module_without_files_is_told(installed: Any, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    with pytest.raises(CertificateError) as refusal:
        contenu_of_module(module)
    assert refusal.value.code == "certificat_module"


def test_a_mapping_file(tmp_path: Path) -> None:
    path = tmp_path / "netfictif.toml"
    path.write_bytes(b"format = 1\n")
    contenu = contenu_of_file(path)
    assert contenu.empreinte() == hashlib.sha256(b"format = 1\n").hexdigest()
    assert contenu.places("autre") == (tmp_path / "netfictif.certificat.jws",)
    path.unlink()
    with pytest.raises(StorageError):
        contenu.empreinte()
