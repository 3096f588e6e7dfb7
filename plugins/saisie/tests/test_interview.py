"""Figures asked one by one: contradictions refused at once, interruptions without loss, a proof for every one."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from temoin_saisie.declarations import Registre
from temoin_sdk.vocabulary import Compte

UN, DEUX = "010780054", "2A0000154"
WINDOW = ("--du", "2026-08-01", "--au", "2026-10-31")
TypeIn = Callable[..., tuple[int, str]]


def counts(dossier: Path) -> dict[str, dict[str, int]]:
    return {d.finess: {c.value: n for c, n in d.comptes.items()} for d in Registre(dossier).read().values()}


def test_two_establishments_with_their_proofs(type_in: TypeIn, config: Path, dossier: Path, proof: Path) -> None:
    code, said = type_in(
        "saisir", "--config", config, *WINDOW, answers=(84, 79, "1 204", proof, "", 12, 10, "", f'"{proof}"', "")
    )
    assert code == 0
    assert "du 1er août au 31 octobre 2026 inclus" in said
    assert "[1/2] EHPAD Les Glycines (010780054)" in said
    assert counts(dossier) == {
        UN: {"personnes_accompagnees": 84, "dossiers_actifs": 79, "messages_mss": 1204},
        DEUX: {"personnes_accompagnees": 12, "dossiers_actifs": 10},
    }
    (copy,) = (dossier / "pieces").iterdir()
    assert copy.read_bytes() == proof.read_bytes()
    assert copy.name.endswith("-capture_d_cran.png")
    assert not (dossier / "brouillon.json").exists()
    tomllib.loads((dossier / "declarations.toml").read_text())


def test_a_contradiction_is_refused_at_once_with_both_figures(
    type_in: TypeIn, config: Path, dossier: Path, proof: Path
) -> None:
    code, said = type_in(
        "saisir",
        *("--config", config, "--etablissement", UN, *WINDOW),
        answers=(84, 85, "-3", "12,5", "?", 79, "", proof, ""),
    )
    assert code == 0
    assert "Refusé : Le nombre de dossiers actifs (85) dépasse celui des personnes accompagnées (84)." in said
    assert said.count("un nombre entier, sans virgule ni signe, est attendu") == 2
    assert "celles dont un professionnel a écrit dans le dossier" in said
    assert counts(dossier)[UN]["dossiers_actifs"] == 79


def test_going_back_mends_the_figure_that_was_wrong(type_in: TypeIn, config: Path, dossier: Path, proof: Path) -> None:
    type_in(
        "saisir",
        *("--config", config, "--etablissement", UN, *WINDOW),
        answers=(8, 79, "<", 84, 79, "", proof, ""),
    )
    assert counts(dossier)[UN] == {"personnes_accompagnees": 84, "dossiers_actifs": 79}


@pytest.mark.parametrize("answered", [1, 2, 3])
def test_an_interruption_loses_no_answer(
    answered: int, type_in: TypeIn, config: Path, dossier: Path, proof: Path
) -> None:
    first = (84, 79, 5)
    command = ("saisir", "--config", config, "--etablissement", UN, *WINDOW)
    code, said = type_in(*command, answers=first[:answered])
    assert code == 130
    assert "tout ce qui a été répondu est gardé" in said
    assert counts(dossier) == {}
    code, said = type_in(*command, answers=("",) * answered + first[answered:] + (proof, ""))
    assert code == 0
    assert "Personnes accompagnées [84]" in said
    assert counts(dossier)[UN] == {"personnes_accompagnees": 84, "dossiers_actifs": 79, "messages_mss": 5}


def test_what_is_done_is_not_asked_again_unless_reviewed(
    type_in: TypeIn, config: Path, dossier: Path, proof: Path
) -> None:
    type_in("saisir", "--config", config, *WINDOW, answers=(84, 79, 5, proof, ""))
    code, said = type_in("saisir", "--config", config, *WINDOW, answers=(12, "", "", proof, ""))
    assert code == 0
    assert "Déjà saisi : EHPAD Les Glycines (010780054)" in said
    assert "[1/1] ESAT du Maquis" in said
    code, _ = type_in("saisir", "--config", config, *WINDOW, "--revoir", answers=("", 80, "-", "", "", "", "", ""))
    assert code == 0
    assert counts(dossier)[UN] == {"personnes_accompagnees": 84, "dossiers_actifs": 80}


def test_no_figure_without_a_proof(type_in: TypeIn, config: Path, dossier: Path, proof: Path, tmp_path: Path) -> None:
    empty = tmp_path / "vide.pdf"
    empty.touch()
    _, said = type_in(
        "saisir",
        *("--config", config, "--etablissement", UN, *WINDOW),
        answers=(84, "", "", "", tmp_path / "absent.pdf", empty, proof, ""),
    )
    assert "ne vaut que par la pièce" in said
    assert "absent.pdf ne se lit pas" in said
    assert "vide.pdf est vide" in said
    assert len(next(iter(Registre(dossier).read().values())).pieces) == 1


def test_an_establishment_without_any_figure_is_not_kept(type_in: TypeIn, config: Path, dossier: Path) -> None:
    code, said = type_in("saisir", "--config", config, "--etablissement", UN, *WINDOW, answers=("", "", ""))
    assert (code, counts(dossier)) == (0, {})
    assert "rien n'est gardé" in said


def test_without_configuration_by_options_or_a_list(
    type_in: TypeIn, dossier: Path, proof: Path, tmp_path: Path
) -> None:
    liste = tmp_path / "liste.csv"
    liste.write_text("finess;nom\n010780054;EHPAD Fictif\n", encoding="utf-8-sig")
    code, said = type_in(
        "saisir",
        *("--dossier", dossier, "--liste", liste, "--compte", "messages_mss", *WINDOW),
        answers=(7, proof, ""),
    )
    assert code == 0
    assert "EHPAD Fictif (010780054)" in said
    assert counts(dossier) == {UN: {Compte.MESSAGES_MSS.value: 7}}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--du", "2026-11-01", "--au", "2026-11-30"), 3, "n'est pas encore passé"),
        (("--du", "2026-08-01"), 3, "--du puis --au"),
        (("--du", "1er août"), 3, "n'est pas une date"),
        (("--etablissement", "970400024"), 3, "ne sert pas 970400024"),
        (("--source", "autre"), 3, "Il faut une source de saisie"),
        (("--dossier", "/tmp/x", "--etablissement", "10780054"), 3, "010780054"),
        (("--dossier", "/tmp/x"), 3, "Aucun établissement"),
    ],
)
def test_what_is_asked_wrongly_is_said(
    arguments: tuple[str, ...], code: int, said: str, type_in: TypeIn, config: Path
) -> None:
    found, text = type_in("saisir", "--config", config, *arguments)
    assert found == code
    assert said in text


def test_the_last_three_whole_months_are_the_window_of_no_option(
    type_in: TypeIn, config: Path, dossier: Path, proof: Path
) -> None:
    _, said = type_in("saisir", "--config", config, "--etablissement", UN, answers=("",) * 3)
    assert "du 1er août au 31 octobre 2026 inclus" in said
