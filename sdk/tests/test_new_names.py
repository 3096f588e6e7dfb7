"""`temoin-sdk new`: names, questions and refusals; nothing is ever written over."""

import ast
import errno
import io
from pathlib import Path
from typing import Any

import pytest
from projects import COMBINATIONS, Combination

from temoin_sdk.cli import app
from temoin_sdk.cli.running import execute
from temoin_sdk.errors import ConfigurationError, ExitCode, StorageError
from temoin_sdk.scaffold import derive_names, write_project

Capture = pytest.CaptureFixture[str]


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("nom", "source", "classe"),
    [
        ("NetFictif", "netfictif", "NetFictif"),
        ("  Net   Fictif 2 ", "net_fictif_2", "NetFictif2"),
        ("L'Été (à Œuilly)", "l_ete_a_oeuilly", "LEteAOeuilly"),
        ("dui+", "dui", "Dui"),
        ("Source", "source", "SourceDui"),
        ("Client", "client", "ClientDui"),
        ("exception", "exception", "ExceptionDui"),
        ("none", "none", "NoneDui"),
    ],
)
def test_names_that_follow_from_the_software(nom: str, source: str, classe: str) -> None:
    noms = derive_names(nom)
    assert (noms.source, noms.classe) == (source, classe)
    assert (noms.module, noms.distribution) == (f"temoin_{source}", f"temoin-{source.replace('_', '-')}")
    assert noms.logiciel == " ".join(nom.split())


@pytest.mark.parametrize(
    ("nom", "said"),
    [
        ("", "n'est fait que de lettres"),
        ("Net « Fictif »", "n'est fait que de lettres"),
        ('Net"Fictif', "n'est fait que de lettres"),
        ("Net\\Fictif", "n'est fait que de lettres"),
        ("4D Soin", "commence par une lettre"),
        ("-(+)-", "commence par une lettre"),
        ("N" * 31, "compte au plus 30 caractères"),
        ("Mapping", "temoin-mapping existe déjà"),
        ("API sample", "temoin-api-sample existe déjà"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_with_a_remedy(nom: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match="ne peut pas nommer ce projet") as refused:
        derive_names(nom)
    assert said in refused.value.message
    assert (refused.value.code, refused.value.ou) == ("nom_logiciel", "--nom")
    assert "NetFictif" in refused.value.remede


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_no_class_takes_a_name_that_its_files_hold(combination: Combination) -> None:
    for path, text in combination.texts().items():
        if path.endswith(".py") and combination.noms.classe in text:
            for name in names_of(ast.parse(text)) - {combination.noms.classe, "Mapping"}:
                assert derive_names(name).classe != name, path


def names_of(module: ast.Module) -> set[str]:
    """What stands at the top of a module and could be the name of a class."""
    found = {alias.name for node in module.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    found |= {
        node.target.id for node in module.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return {name for name in found if name[0].isupper() and "_" not in name}


def test_what_is_given_is_not_asked(capsys: Capture, tmp_path: Path) -> None:
    place = tmp_path / "projet"
    arguments = ["new", "--kind", "mapping", "--moteur", "oracle", "--nom", "NetFictif", "--dossier", str(place)]
    assert execute(app, "temoin-sdk", arguments) == ExitCode.OK
    said = capsys.readouterr().out
    assert f"temoin-netfictif : 13 fichiers écrits dans {place}." in said
    assert "src/temoin_netfictif/netfictif.toml" in said
    assert len([path for path in place.rglob("*") if path.is_file()]) == 13


def test_what_is_missing_is_asked_until_it_is_understood(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("excel\nSQL\nmongodb\nmariadb\nNetFictif\n"))
    monkeypatch.chdir(tmp_path)
    assert execute(app, "temoin-sdk", ["new"]) == ExitCode.OK
    out, err = capsys.readouterr()
    assert "Comment lire le logiciel (sql, mapping, api)" in out
    assert [line for line in err.splitlines() if "excel" in line or "mongodb" in line] == err.splitlines()
    assert (
        'dependencies = [\n    "temoin-sdk[mariadb]' in (tmp_path / "temoin-netfictif" / "pyproject.toml").read_text()
    )


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        ([], "--kind"),
        (["--kind", "sql"], "--moteur"),
        (["--kind", "sql", "--moteur", "sqlite"], "--nom"),
        (["--kind", "api"], "--nom"),
    ],
)
def test_where_nobody_answers_the_missing_option_is_named(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, arguments: list[str], option: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert execute(app, "temoin-sdk", ["new", *arguments]) == ExitCode.CONFIGURATION
    assert f"Il manque {option}" in capsys.readouterr().err


def test_an_api_has_no_engine(capsys: Capture) -> None:
    arguments = ["new", "--kind", "api", "--moteur", "sqlite", "--nom", "X"]
    assert execute(app, "temoin-sdk", arguments) == ExitCode.CONFIGURATION
    assert "Retirer --moteur" in capsys.readouterr().err


def test_a_file_in_the_way_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mien")
    with pytest.raises(ConfigurationError, match="il contient déjà b, et aucun fichier n'est remplacé") as refused:
        write_project(tmp_path, {"a": "", "b": "", "c/d": ""})
    assert "--dossier" in refused.value.remede
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    assert (tmp_path / "b").read_text() == "mien"


def test_a_link_that_leads_nowhere_is_in_the_way_too(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "ailleurs")
    with pytest.raises(ConfigurationError, match="il contient déjà a"):
        write_project(tmp_path, {"a": "x"})


def test_many_files_in_the_way_are_not_all_named(tmp_path: Path) -> None:
    texts = dict.fromkeys("abcdefgh", "")
    write_project(tmp_path, texts)
    with pytest.raises(ConfigurationError, match="a, b, c, d, e et 3 autres"):
        write_project(tmp_path, texts)


@pytest.mark.parametrize("place", ["notes.txt", "notes.txt/projet"])
def test_a_file_is_no_folder(tmp_path: Path, place: str) -> None:
    (tmp_path / "notes.txt").write_text("mien")
    with pytest.raises(ConfigurationError, match=r"notes\.txt est un fichier"):
        write_project(tmp_path / place, {"a": ""})


def test_a_new_repository_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write_project(tmp_path, {"a": "é\n", "c/d": ""})
    assert (tmp_path / "a").read_bytes() == "é\n".encode()


def test_a_full_disk_leaves_no_half_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(path: Path, *arguments: Any, **named: Any) -> Any:
        if path.name == "c":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return opened(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(StorageError, match="disque est plein"):
        write_project(tmp_path, {"a": "", "b": "", "c": ""})
    assert list(tmp_path.iterdir()) == []
