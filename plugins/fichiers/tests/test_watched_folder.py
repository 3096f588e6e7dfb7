"""Many files in one folder: order, overlaps, files still being written, exports that stopped."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from temoin_fichiers import folder
from temoin_fichiers.lists import FichiersSource
from temoin_sdk.errors import MappingError, SourceError
from temoin_sdk.windows import Fenetre

HEAD = "Boîte;Date d'envoi;Identifiant\n"
NO_KEY: dict[str, Any] = {"colonnes": {"code": "Boîte", "date_fait": "Date d'envoi"}}
LATER = datetime(2026, 11, 3, 6, tzinfo=UTC).timestamp()


def days(source: Any, periode: Fenetre) -> list[Any]:
    return [m.date_fait for m in source.messages_mss(periode)]


def test_files_are_read_oldest_first_whatever_their_names(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_a.CSV", f"{HEAD}A;02/09/2026;2\n", written=LATER + 60)
    write("mss_b.csv", f"{HEAD}A;01/09/2026;1\n")
    write("autre.csv", "rien\n")
    write("~$MSS_b.xlsx", "verrou\n")
    assert days(messages(), periode) == [date(2026, 9, 1), date(2026, 9, 2)]


def test_overlapping_exports_without_a_key_are_refused(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", f"{HEAD}A;01/09/2026;1\nA;10/09/2026;2\n")
    write("MSS_2.csv", f"{HEAD}A;10/09/2026;2\nA;30/09/2026;3\n", written=LATER + 60)
    with pytest.raises(
        MappingError, match=r"MSS_1\.csv et MSS_2\.csv couvrent les mêmes dates.*le 10/09/2026"
    ) as caught:
        days(messages(**NO_KEY), periode)
    assert caught.value.code == "exports_recouverts"
    assert len(days(messages(), periode)) == 4  # with keys the sdk counts each once


def test_an_export_inside_another_is_refused_even_without_a_common_day(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", f"{HEAD}A;10/09/2026;1\n")
    write("MSS_2.csv", f"{HEAD}A;30/09/2026;3\nA;01/09/2026;2\n", written=LATER + 60)
    with pytest.raises(MappingError, match="mêmes dates"):
        days(messages(**NO_KEY), periode)


def test_exports_of_different_sites_or_following_days_do_not_overlap(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", f"{HEAD}A;01/09/2026;1\nA;10/09/2026;2\n")
    write("MSS_2.csv", f"{HEAD}A;11/09/2026;3\nB;01/09/2026;4\n")
    assert len(days(messages(**NO_KEY), periode)) == 4


def test_an_overlap_outside_the_window_says_nothing_of_it(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    for name in ("MSS_1.csv", "MSS_2.csv"):
        write(name, f"{HEAD}A;01/01/2026;1\n")
    assert days(messages(**NO_KEY), periode) == []


def test_one_file_in_two_sets_of_a_relation_is_refused(write: Callable[..., Path], make: Callable[..., Any]) -> None:
    path = write("MSS_1.csv", f"{HEAD}A;01/09/2026;1\n")
    jeu = {"relation": "messages_mss", "dossier": str(path.parent), **NO_KEY}
    with pytest.raises(MappingError, match="entre dans deux jeux"):
        make(FichiersSource, {"jeux": [{**jeu, "motif": "MSS_*"}, {**jeu, "motif": "*.csv"}]})


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ("~$MSS_1.csv", "ouvert dans un tableur"),
        (".~lock.MSS_1.csv#", "ouvert dans un tableur"),
        ("MSS_1.csv.part", "un transfert est en cours"),
        ("MSS_1.csv.filepart", "un transfert est en cours"),
    ],
)
def test_a_file_somebody_is_writing_waits(
    beside: str, said: str, write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    write("MSS_1.csv", f"{HEAD}A;01/09/2026;1\n")
    write(beside, "x")
    with pytest.raises(SourceError, match=said) as caught:
        days(messages(motif="MSS_*.csv"), periode)
    assert (caught.value.code, caught.value.retryable) == ("fichier_incomplet", True)


def test_a_file_that_grows_while_it_is_read_is_not_counted(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    path = write("MSS_1.csv", f"{HEAD}A;01/09/2026;1\nA;02/09/2026;2\n")
    rows = messages().messages_mss(periode)
    next(rows)
    with path.open("a") as file:
        file.write("A;03/09/2026;3\n")
    with pytest.raises(SourceError, match="a changé pendant la lecture"):
        list(rows)


def test_no_file_is_an_error_and_not_zero(tmp_path: Path, messages: Callable[..., Any], periode: Fenetre) -> None:
    with pytest.raises(SourceError, match="Aucun fichier « MSS_"):
        days(messages(), periode)
    with pytest.raises(SourceError, match="ne s'ouvre pas"):
        days(messages(dossier=str(tmp_path / "partage-absent")), periode)


def test_an_export_older_than_the_end_of_the_window_lacks_its_last_days(
    write: Callable[..., Path], messages: Callable[..., Any], periode: Fenetre
) -> None:
    before = datetime(2026, 10, 31, 11, tzinfo=UTC).timestamp()
    path = write("MSS_1.csv", f"{HEAD}A;01/09/2026;1\n", written=before)
    with pytest.raises(SourceError, match=r"date du 31/10/2026, avant la fin de la fenêtre \(31/10/2026\)"):
        days(messages(), periode)
    assert days(messages(jusqu_au=date(2026, 9, 15)), periode) == [date(2026, 9, 1)]
    os.utime(path, (before + 43_200, before + 43_200))
    assert days(messages(), periode) == [date(2026, 9, 1)]


def test_hidden_files_and_folders_are_no_exports(tmp_path: Path, write: Callable[..., Path]) -> None:
    write(".MSS_cache.csv", "x")
    (tmp_path / "MSS_dossier.csv").mkdir()
    kept = write("MSS_1.csv", "x")
    assert folder.matching_files(tmp_path, "*.csv") == [kept]
