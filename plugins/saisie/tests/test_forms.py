"""The form printed, filled in elsewhere and read back: all of it is kept, or nothing."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from temoin_saisie.declarations import Registre
from temoin_sdk.vocabulary import Compte

UN, DEUX = "010780054", "2A0000154"
WINDOW = ("--du", "2026-08-01", "--au", "2026-10-31")
TypeIn = Callable[..., tuple[int, str]]
Fill = Callable[..., Path]


@pytest.fixture(params=[".xlsx", ".csv"])
def form(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"formulaire{request.param}"


@pytest.fixture
def fill(type_in: TypeIn, config: Path, form: Path) -> Fill:
    """Print a form and fill its lines in: cells by FINESS and heading."""

    def put(cells: dict[str, dict[str, object]]) -> Path:
        code, said = type_in("formulaire", form, "--config", config, *WINDOW)
        assert (code, "2 établissement(s)" in said) == (0, True)
        rows = _read(form)
        for row in rows[1:]:
            for heading, value in cells.get(str(row[0]), {}).items():
                row[rows[0].index(heading)] = value
        _write(form, rows)
        return form

    return put


def _read(path: Path) -> list[list[object]]:
    if path.suffix == ".xlsx":
        return [list(row) for row in openpyxl.load_workbook(path)["Saisie"].iter_rows(values_only=True)]
    return [list(row) for row in csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";")]


def _write(path: Path, rows: list[list[object]]) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        for number, row in enumerate(rows, start=1):
            for rank, value in enumerate(row, start=1):
                book["Saisie"].cell(number, rank).value = value  # type: ignore[assignment] # any value a test wants
        book.save(path)
    else:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows(rows)
        path.write_text(text.getvalue(), encoding="cp1252", newline="")  # as a spreadsheet saves it back


PEOPLE, ACTIVE, SENT = "Personnes accompagnées", "Dossiers actifs", "Messages MSSanté"
PROOF = "Pièces (chemins séparés par |)"


def test_a_form_has_a_line_for_each_and_a_column_for_each_count(type_in: TypeIn, config: Path, form: Path) -> None:
    type_in("formulaire", form, "--config", config, *WINDOW)
    rows = _read(form)
    assert rows[0] == ["FINESS", "Établissement", "Du", "Au (inclus)", PEOPLE, ACTIVE, SENT, PROOF]
    assert [row[:4] for row in rows[1:]] == [
        [UN, "EHPAD Les Glycines", "01/08/2026", "31/10/2026"],
        [DEUX, "ESAT du Maquis", "01/08/2026", "31/10/2026"],
    ]
    if form.suffix == ".xlsx":  # text, or a spreadsheet drops the zero when a person edits the cell
        assert {cell.number_format for cell in openpyxl.load_workbook(form)["Saisie"]["A"]} == {"@"}


def test_a_filled_form_is_kept_with_its_proofs(
    fill: Fill, type_in: TypeIn, config: Path, dossier: Path, proof: Path
) -> None:
    form = fill({UN: {PEOPLE: 84, ACTIVE: "79", SENT: "1 204", PROOF: f"{proof.name}|{proof}"}})
    code, said = type_in("lire", form, "--config", config, *WINDOW)
    assert code == 0
    assert "EHPAD Les Glycines (010780054) : 3 chiffre(s), 1 pièce(s)" in said
    (one,) = Registre(dossier).read().values()
    assert one.comptes == {Compte.PERSONNES_ACCOMPAGNEES: 84, Compte.DOSSIERS_ACTIFS: 79, Compte.MESSAGES_MSS: 1204}
    assert Registre(dossier).piece(one.pieces[0]).read_bytes() == proof.read_bytes()
    # A new form shows what is kept, and reading it again changes nothing.
    again, _ = type_in("formulaire", form, "--config", config, *WINDOW)
    assert again == 0
    assert type_in("lire", form, "--config", config, *WINDOW)[0] == 0
    assert list(Registre(dossier).read().values()) == [one]


def test_every_mistake_is_said_and_nothing_is_kept(
    fill: Fill, type_in: TypeIn, config: Path, dossier: Path, proof: Path
) -> None:
    form = fill(
        {
            UN: {PEOPLE: 84, ACTIVE: 85, SENT: "12,5", PROOF: proof.name},
            DEUX: {PEOPLE: 3, "Du": "01/09/2026"},
        }
    )
    code, said = type_in("lire", form, "--config", config, *WINDOW)
    assert code == 4
    assert "ligne 2, colonne « Messages MSSanté » : un nombre entier" in said
    assert "ligne 2 : Le nombre de dossiers actifs (85) dépasse celui des personnes accompagnées (84)." in said
    assert "ligne 3, colonne « Du » : ce n'est pas la fenêtre demandée, du 1er août au 31 octobre 2026 inclus" in said
    assert not dossier.exists()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({PEOPLE: 84}, "aucune pièce ne prouve ces chiffres"),
        ({PEOPLE: 84, PROOF: "absente.pdf"}, "absente.pdf n'existe pas"),
        ({PEOPLE: 84, "Du": "bientôt", PROOF: "capture d'écran.png"}, "une date est attendue"),
        ({PEOPLE: 84, "FINESS": "10780054", PROOF: "capture d'écran.png"}, "un zéro initial est-il perdu"),
        ({PROOF: "capture d'écran.png"}, "une pièce sans aucun chiffre"),
        ({}, "il ne contient aucun chiffre"),
    ],
)
def test_a_line_that_proves_nothing_is_refused(
    cells: dict[str, object], said: str, fill: Fill, type_in: TypeIn, config: Path, dossier: Path, proof: Path
) -> None:
    code, text = type_in("lire", fill({UN: cells}), "--config", config, *WINDOW)
    assert code == 4
    assert said in text
    assert not dossier.exists()


def test_two_lines_for_one_establishment_are_refused(fill: Fill, type_in: TypeIn, config: Path, proof: Path) -> None:
    line: dict[str, object] = {PEOPLE: 84, PROOF: proof.name}
    form = fill({UN: line, DEUX: {**line, "FINESS": UN}})
    _, said = type_in("lire", form, "--config", config, *WINDOW)
    assert "ligne 3, colonne « FINESS » : cet établissement a déjà une ligne" in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("formulaire.csv", b"Site;Nombre\nA;3\n", "aucune ligne n'a l'en-tête « FINESS »"),
        ("formulaire.csv", b"FINESS;Du\nA;3\n", "la colonne « Au (inclus) » manque"),
        ("formulaire.xlsx", b"PK\x03\x04 tronque", "ce n'est pas un classeur entier"),
        ("formulaire.ods", b"", "ni .xlsx ni .csv"),
        ("absent.csv", None, "il ne se lit pas"),
    ],
)
def test_something_else_than_a_form(
    name: str, content: bytes | None, said: str, type_in: TypeIn, config: Path, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    code, text = type_in("lire", tmp_path / name, "--config", config, *WINDOW)
    assert code == 4
    assert said in text
