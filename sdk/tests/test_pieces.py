"""Documents kept with the figures they prove: what is kept is what the report's digest commits to."""

import hashlib
import stat
import subprocess
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest

from temoin_sdk import Compte, ComptesFournis, CountSource, Logiciel, Niveau, Piece
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Demande, EtablissementDemande, Resultat, SourceDemande, count
from temoin_sdk.errors import Acteur, PluginError, SourceError
from temoin_sdk.evidence.pieces import MANIFESTE, archive_pieces
from temoin_sdk.windows import Fenetre


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "b").mkdir(parents=True)
    (folder / "capture é.png").write_bytes(b"image")
    (folder / "export.csv").write_bytes(b"a;b\n")
    (folder / "b" / "copie.csv").write_bytes(b"a;b\n")
    return folder


def archived(documents: Path, dossier: Path) -> tuple[str, Path]:
    preuve = archive_pieces(
        [
            Piece("010780054", documents / "capture é.png"),
            Piece("2A0000154", documents / "export.csv"),
            Piece(None, documents / "b" / "copie.csv"),
        ],
        dossier,
    )
    assert preuve is not None
    return preuve, dossier / "pieces" / preuve


def test_the_digest_names_the_folder_and_sha256sum_checks_it(documents: Path, tmp_path: Path) -> None:
    preuve, folder = archived(documents, tmp_path / "run")
    assert hashlib.sha256((folder / MANIFESTE).read_bytes()).hexdigest() == preuve
    subprocess.run(["sha256sum", "--strict", "--check", "--quiet", MANIFESTE], cwd=folder, check=True)
    (folder / "sites.csv").write_text("fichier;site\n")
    done = subprocess.run(["sha256sum", "--check", MANIFESTE], cwd=folder, check=False, capture_output=True)
    assert done.returncode == 1


def test_one_content_is_kept_once_and_says_each_site(documents: Path, tmp_path: Path) -> None:
    _, folder = archived(documents, tmp_path / "run")
    image, export = (hashlib.sha256(content).hexdigest() for content in (b"image", b"a;b\n"))
    assert sorted(path.name for path in (folder / "fichiers").iterdir()) == sorted(
        [f"{image}-capture_.png", f"{export}-copie.csv"]
    )
    assert (folder / "sites.csv").read_text().splitlines() == [
        "fichier;site",
        *sorted([f"{image}-capture_.png;010780054", f"{export}-copie.csv;", f"{export}-copie.csv;2A0000154"]),
    ]


def test_the_digest_depends_on_the_documents_alone(documents: Path, tmp_path: Path) -> None:
    first, _ = archived(documents, tmp_path / "one")
    again, folder = archived(documents, tmp_path / "two")
    assert first == again
    assert archived(documents, tmp_path / "two") == (first, folder)  # two sources may rest on the same documents
    (documents / "export.csv").write_bytes(b"a;c\n")
    changed, _ = archived(documents, tmp_path / "two")
    assert changed != first
    assert sorted(path.name for path in (tmp_path / "two" / "pieces").iterdir()) == sorted([first, changed])


def test_what_is_kept_is_private(documents: Path, tmp_path: Path) -> None:
    _, folder = archived(documents, tmp_path / "run")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o600}


@pytest.mark.parametrize("content", [None, b""])
def test_a_document_that_is_not_there_proves_nothing(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "capture.pdf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=r"capture\.pdf") as caught:
        archive_pieces([Piece(None, path)], tmp_path / "run")
    assert (caught.value.code, caught.value.acteur) == ("piece_illisible", Acteur.GESTIONNAIRE)
    assert not list((tmp_path / "run" / "pieces").iterdir())


def test_no_document_has_no_digest(tmp_path: Path) -> None:
    assert archive_pieces([], tmp_path) is None
    assert not list(tmp_path.iterdir())


class Declared(CountSource):
    """Figures typed by hand, whose document may be missing."""

    nom = "declare"
    logiciel = Logiciel("DUI fictif")
    niveau = Niveau.DECLARE
    documents: ClassVar[list[Piece]] = []
    figures: ClassVar[dict[Compte, int | None]] = {Compte.MESSAGES_MSS: 3}

    def etablissements(self) -> list[str]:
        return ["010780054"]

    def comptes(self, fenetre: Fenetre) -> list[ComptesFournis]:
        return [ComptesFournis("010780054", self.figures)]

    def pieces(self, fenetre: Fenetre) -> list[Piece]:
        return self.documents


def counted(tmp_path: Path) -> Resultat:
    dossier = tmp_path / "run"
    dossier.mkdir(exist_ok=True)
    demande = Demande(
        fenetre=Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1)),
        campagne=load_campaign("generalisation-2025").campagne,
        ej="010000024",
        projet="projet-essai",
        etablissements=(EtablissementDemande(finess="010780054", fuseau="Europe/Paris"),),
        fuseau_og="Europe/Paris",
        sources=(SourceDemande(nom="main", plugin="declare", reglages={}, sites={"010780054": "010780054"}),),
        cle_pseudonyme=b"k" * 32,
        cle_site=b"s" * 32,
        dossier=dossier,
    )
    return count(demande, Catalogue({"declare": FoundSource(Declared, "temoin-essai", "1.0")}, {}))


def test_declared_figures_without_a_document_are_refused(documents: Path, tmp_path: Path) -> None:
    with pytest.raises(PluginError) as caught:
        counted(tmp_path)
    assert caught.value.code == "preuve_absente"


def test_declared_figures_carry_the_digest_of_their_documents(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Declared, "documents", [Piece("010780054", documents / "export.csv")])
    (lue,) = counted(tmp_path).sources
    assert (tmp_path / "run" / "pieces" / str(lue.preuve) / MANIFESTE).is_file()


def test_a_declared_source_that_gives_no_figure_needs_no_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Declared, "figures", {Compte.MESSAGES_MSS: None})
    resultat = counted(tmp_path)
    assert resultat.sources[0].preuve is None
    assert resultat.etablissements[0].comptes[Compte.MESSAGES_MSS] is None
