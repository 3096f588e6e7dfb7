"""Way (b) of the kit: an editor's own base and a sheet of persons. What the sheet says is checked line by line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mutants.all import MUTANTS, SOUND
from mutants.building import conformance_of
from mutants.mutant import Mutant

from temoin_sdk.errors import ConfigurationError
from temoin_sdk.testing import FeuilleConformance
from temoin_sdk.testing.conformance.epreuve import epreuve_of
from temoin_sdk.testing.conformance.essai import Essai
from temoin_sdk.testing.reference.calculator import calculate
from temoin_sdk.testing.reference.leaves import flags
from temoin_sdk.testing.running import HABITUELS
from temoin_sdk.testing.scenario.expected import Knowledge, expected_base
from temoin_sdk.testing.scenario.frame import HIVER
from temoin_sdk.testing.sheet import COLONNES, read_sheet
from temoin_sdk.vocabulary import Compte

HEADER = "code;usager;accompagnee;eligible;actif;projet;agenda;dmp"
THEMES = frozenset({"auteurs", "projets", "agenda", "echecs", "motifs", "jours"})
NOBODY = ("nobody-1", "nobody-2")


@dataclass
class Demo:
    """An editor's demo base: how to reach it, its sites, and what is known of its persons and messages."""

    essai: Essai
    lines: list[str]
    messages: Mapping[str, Mapping[Compte, int]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    classe = conformance_of(SOUND, folder)
    classe.themes = THEMES
    with classe.essayer(folder / "base") as essai:
        yield Demo(essai, *_known(essai))


def _known(essai: Essai) -> tuple[list[str], Mapping[str, Mapping[Compte, int]]]:
    """What an editor would know of his own base, by the readable calculator."""
    assert essai.jeu is not None
    scenario, classe = essai.jeu.scenario, essai.classe
    known = Knowledge((), (), classe.relations_fournies(), classe.espace_usagers)
    base = expected_base(scenario, known, HIVER, HABITUELS, [site.code for site in scenario.sites])
    lines, totals = [], {}
    for place in base.etablissements:
        attendu = calculate(base, place)
        totals[place.finess] = {Compte.MESSAGES_MSS: attendu.comptes[Compte.MESSAGES_MSS] or 0}
        for (_, usager), one in attendu.personnes.items():
            words = ["oui" if flag in flags(one) else "non" for flag in COLONNES.values()]
            lines.append(";".join([place.codes[0], usager, "oui", *words]))
    code = base.etablissements[0].codes[0]
    return lines + [f"{code};{who}{';non' * 6}" for who in NOBODY], totals


def sheet_class(
    demo: Demo, folder: Path, lines: list[str], mutant: Mutant = SOUND, **members: Any
) -> type[FeuilleConformance]:
    """The conformance class an editor writes for his base, with this sheet."""
    feuille = folder / "attendus.csv"
    feuille.write_text("\n".join([HEADER, *lines]), "utf-8")
    body = {
        "source": conformance_of(mutant, folder).source,
        "feuille": feuille,
        "fenetre": HIVER,
        "reglages": demo.essai.settings,
        "sites": {lieu.codes[0]: lieu.finess for lieu in demo.essai.lieux},
        "totaux": demo.messages,
        **members,
    }
    return type("ParFeuille", (FeuilleConformance,), body)


def run(classe: type[FeuilleConformance], code: str, folder: Path) -> None:
    """Run one test of the class, by its code."""
    test = next(m for name in dir(classe) if (m := getattr(classe, name)) and _code(m) == code)
    if code == "feuille_suffisante":
        test(classe())
    else:
        with classe.essayer(folder / "essai") as essai:
            test(classe(), essai)


def _code(member: object) -> str | None:
    found = epreuve_of(member)
    return found.code if found else None


@pytest.mark.parametrize("code", ["feuille_suffisante", "personnes_de_la_feuille", "totaux", "relance", "discretion"])
def test_a_true_sheet_passes(code: str, demo: Demo, tmp_path: Path) -> None:
    run(sheet_class(demo, tmp_path, demo.lines), code, tmp_path)


@pytest.mark.parametrize(
    ("why", "keep", "said"),
    [
        ("too few", lambda lines: lines[:29], "29 personnes"),
        ("nobody who is gone", lambda lines: lines[:-2], "non accompagnée"),
        ("one answer only", lambda lines: [f"{line[:-3]}non" for line in lines], "Colonne dmp"),
        ("a site that is not counted", lambda lines: [*lines, f"X9;x1{';non' * 6}"], "X9"),
    ],
)
def test_a_sheet_that_says_too_little_is_refused(why: str, keep: Any, said: str, demo: Demo, tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception) as refused:
        run(sheet_class(demo, tmp_path, keep(demo.lines)), "feuille_suffisante", tmp_path)
    assert said in str(refused.value), why


@pytest.mark.parametrize(
    "nom", ["counts imports", "counts closed projects", "counts cancelled events", "counts deposits that failed"]
)
def test_a_wrong_plugin_is_told_by_the_line(nom: str, demo: Demo, tmp_path: Path) -> None:
    mutant = next(one for one in MUTANTS if one.nom == nom)
    with pytest.raises(pytest.fail.Exception) as refused:
        run(sheet_class(demo, tmp_path, demo.lines, mutant), "personnes_de_la_feuille", tmp_path)
    assert "ligne " in str(refused.value)
    assert "attendu non" in str(refused.value)


def test_a_wrong_total_is_told(demo: Demo, tmp_path: Path) -> None:
    mutant = next(one for one in MUTANTS if one.nom == "counts failed messages")
    with pytest.raises(pytest.fail.Exception, match="messages_mss : attendu"):
        run(sheet_class(demo, tmp_path, demo.lines, mutant), "totaux", tmp_path)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["S1;1;oui;oui;peut-être;non;non;non"], "actif"),
        (["S1;1;non;oui;non;non;non;non"], "non partout"),
        (["S1;;oui;oui;non;non;non;non"], "usager"),
        (["S1;1;oui;oui;non;non;non;non"] * 2, "qu'une fois"),
    ],
)
def test_a_sheet_that_cannot_be_read_names_line_and_remedy(lines: list[str], said: str, tmp_path: Path) -> None:
    feuille = tmp_path / "attendus.csv"
    feuille.write_text("\n".join([HEADER, *lines]), "utf-8")
    with pytest.raises(ConfigurationError) as refused:
        read_sheet(feuille)
    assert said in refused.value.phrase()
    assert "ligne" in refused.value.phrase()


@pytest.mark.parametrize("text", ["", "code;usager\nS1;1", HEADER.replace(";", ",")])
def test_a_sheet_without_its_columns_is_refused(text: str, tmp_path: Path) -> None:
    feuille = tmp_path / "attendus.csv"
    feuille.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match="Colonnes lues"):
        read_sheet(feuille)
