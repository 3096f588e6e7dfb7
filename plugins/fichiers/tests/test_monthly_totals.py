"""Totals without days: whole months add up, and nothing is shared, guessed or counted twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk import Compte, Niveau, Piece
from temoin_sdk.errors import MappingError
from temoin_sdk.windows import Fenetre

HEAD = "Structure;Mois;Envoyés\n"
LATER = datetime(2026, 11, 3, 6, tzinfo=UTC).timestamp()
THREE = f"{HEAD}A;2026-08;10\nA;09/2026;1 234\nA;octobre 2026;30,00\n"


def counted(source: Any, fenetre: Fenetre) -> dict[str, int | None]:
    return {row.code: row.comptes[Compte.MESSAGES_MSS] for row in source.comptes(fenetre)}


def test_whole_months_add_up_at_the_weaker_level(
    write: Callable[..., Path], totals: Callable[..., Any], fenetre: Fenetre
) -> None:
    path = write("TOTAUX_1.csv", f"{THREE}A;2026-07;999\nTotal;;1274\n")
    source = totals()
    assert counted(source, fenetre) == {"A": 1274}
    assert source.niveau is Niveau.COMPTES
    assert list(source.etablissements()) == ["A"]
    assert list(source.pieces(fenetre)) == [Piece(None, path)]
    assert list(source.pieces(Fenetre(debut=date(2025, 1, 1), fin=date(2025, 2, 1)))) == []


@pytest.mark.parametrize(
    ("debut", "fin", "said"),
    [
        (date(2026, 8, 15), date(2026, 11, 1), "du 1er au 31 août 2026 inclus est à cheval sur la fenêtre"),
        (date(2026, 8, 1), date(2026, 10, 16), "du 1er au 31 octobre 2026 inclus est à cheval sur la fenêtre"),
        (date(2026, 8, 1), date(2026, 12, 1), "aucun total du 1er au 30 novembre 2026 inclus"),
        (date(2026, 6, 1), date(2026, 11, 1), "aucun total du 1er juin au 31 juillet 2026 inclus"),
    ],
)
def test_a_window_that_the_months_do_not_give_is_refused(
    debut: date, fin: date, said: str, write: Callable[..., Path], totals: Callable[..., Any]
) -> None:
    write("TOTAUX_1.csv", THREE)
    with pytest.raises(MappingError, match=f"A, messages MSSanté : .*{said}"):
        counted(totals(), Fenetre(debut=debut, fin=fin))


def test_a_missing_month_is_zero_only_where_the_settings_say_so(
    write: Callable[..., Path], totals: Callable[..., Any], fenetre: Fenetre
) -> None:
    write("TOTAUX_1.csv", f"{THREE}B;2026-08;5\n")
    with pytest.raises(MappingError, match="B, messages MSSanté : aucun total du 1er septembre au 31 octobre 2026"):
        counted(totals(), fenetre)
    assert counted(totals(absent_vaut_zero=True), fenetre) == {"A": 1274, "B": 5}
    write("TOTAUX_1.csv", f"{HEAD}A;2026-08;10\nA;2026-10;30\n")
    with pytest.raises(MappingError, match="aucun total du 1er au 30 septembre 2026"):
        counted(totals(absent_vaut_zero=True), fenetre)  # the export says nothing of September, of anybody


def test_an_empty_cell_is_not_a_zero(write: Callable[..., Path], totals: Callable[..., Any], fenetre: Fenetre) -> None:
    write("TOTAUX_1.csv", THREE.replace("1 234", ""))
    with pytest.raises(MappingError, match="aucun total du 1er au 30 septembre 2026"):
        counted(totals(), fenetre)


def test_exports_that_repeat_a_month_agree_or_are_refused(
    write: Callable[..., Path], totals: Callable[..., Any], fenetre: Fenetre
) -> None:
    write("TOTAUX_1.csv", THREE)
    write("TOTAUX_2.csv", f"{HEAD}A;2026-10;30\n", written=LATER + 60)
    assert counted(totals(), fenetre) == {"A": 1274}
    write("TOTAUX_2.csv", f"{HEAD}A;2026-10;31\n", written=LATER + 60)
    with pytest.raises(MappingError, match=r"TOTAUX_1\.csv dit 30, TOTAUX_2\.csv dit 31"):
        counted(totals(), fenetre)


def test_an_export_written_before_a_month_ended_gives_no_total_of_it(
    write: Callable[..., Path], totals: Callable[..., Any], fenetre: Fenetre
) -> None:
    early = datetime(2026, 10, 15, tzinfo=UTC).timestamp()
    write("TOTAUX_1.csv", THREE.replace("30,00", "12"), written=early)
    with pytest.raises(MappingError, match=r"aucun total du 1er au 31 octobre.*TOTAUX_1\.csv a été écrit avant la fin"):
        counted(totals(), fenetre)
    write("TOTAUX_2.csv", f"{HEAD}A;2026-10;30\n")
    assert counted(totals(), fenetre) == {"A": 1274}


def test_two_lines_of_a_month_add_up_only_where_the_settings_say_so(
    write: Callable[..., Path], totals: Callable[..., Any], fenetre: Fenetre
) -> None:
    write("TOTAUX_1.csv", f"{THREE}A;2026-08;1\n")
    with pytest.raises(MappingError, match=r"ligne 5, colonne « Structure » : déjà lu pour cette période"):
        counted(totals(), fenetre)
    assert counted(totals(additionner=True), fenetre) == {"A": 1275}


def test_persons_do_not_add_up_over_months(
    write: Callable[..., Path], totals: Callable[..., Any], fenetre: Fenetre
) -> None:
    write("TOTAUX_1.csv", THREE)
    persons = totals(colonnes={"code": "Structure", "mois": "Mois", "dossiers_actifs": "Envoyés"})
    with pytest.raises(MappingError, match="des personnes comptées par mois ne s'additionnent pas"):
        list(persons.comptes(fenetre))
    (row,) = persons.comptes(Fenetre(debut=date(2026, 9, 1), fin=date(2026, 10, 1)))
    assert row.comptes == {Compte.DOSSIERS_ACTIFS: 1234}


def test_a_period_of_the_very_window(write: Callable[..., Path], totals: Callable[..., Any], fenetre: Fenetre) -> None:
    write("TOTAUX_1.csv", "Structure;Du;Au;Envoyés\nA;01/08/2026;31/10/2026;77\n")
    source = totals(colonnes={"code": "Structure", "debut": "Du", "fin_incluse": "Au", "messages_mss": "Envoyés"})
    assert counted(source, fenetre) == {"A": 77}
    write("TOTAUX_2.csv", "Structure;Du;Au;Envoyés\nA;01/10/2026;31/10/2026;7\n")
    source = totals(colonnes={"code": "Structure", "debut": "Du", "fin_incluse": "Au", "messages_mss": "Envoyés"})
    with pytest.raises(MappingError, match="deux totaux se recouvrent"):
        counted(source, fenetre)


@pytest.mark.parametrize("names", [("2026-08", "2026-09", "2026-10"), ("2026-aout", "2026-sept", "2026-octobre")])
def test_the_month_stands_in_the_name_of_the_file(
    names: tuple[str, ...], write: Callable[..., Path], totals: Callable[..., Any], fenetre: Fenetre
) -> None:
    for name in names:
        write(f"TOTAUX_{name}.csv", "Structure;Envoyés\nA;4\n")
    changes: dict[str, Any] = {
        "mois_du_nom": "TOTAUX_{annee}-{mois}.csv",
        "colonnes": {"code": "Structure", "messages_mss": "Envoyés"},
    }
    assert counted(totals(**changes), fenetre) == {"A": 12}
    write("TOTAUX_copie.csv", "Structure;Envoyés\nA;4\n")
    with pytest.raises(MappingError, match="son nom ne suit pas le modèle"):
        counted(totals(**changes), fenetre)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A;2026-08;12,5", "colonne « Envoyés » : « 99,9 » n'est pas un nombre entier"),
        ("A;2026-13;1", "colonne « Mois » : « 9999-99 » n'est pas un mois"),
        ("A;15/08/2026;1", "colonne « Mois » : un mois est attendu"),
        ("A;ju 2026;1", "colonne « Mois » :"),
        (";2026-08;1", "colonne « Structure » : cellule vide"),
    ],
)
def test_a_total_that_cannot_be_read_is_said(
    line: str, said: str, write: Callable[..., Path], totals: Callable[..., Any], fenetre: Fenetre
) -> None:
    write("TOTAUX_1.csv", f"{HEAD}{line}\n")
    with pytest.raises(MappingError, match=f"ligne 2, {said}"):
        counted(totals(), fenetre)
