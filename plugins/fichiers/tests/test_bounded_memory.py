"""Memory does not follow the size of a file: measured on a process of its own, Python and Arrow together."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

READ = """
import sys
from datetime import date
from pathlib import Path
from temoin_fichiers.lists import FichiersSource
from temoin_sdk.windows import Fenetre

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

for folder, rows in zip(sys.argv[1::2], map(int, sys.argv[2::2])):
    jeu = {"relation": "messages_mss", "dossier": folder, "motif": "MSS_*", "jusqu_au": date(2026, 10, 31),
           "colonnes": {"code": "Boîte", "date_fait": "Date d'envoi", "cle": "Identifiant"}}
    classe = FichiersSource.specialised({"jeux": [jeu]})
    source = classe(classe.Reglages.model_validate({"jeux": [jeu]}))
    periode = Fenetre(debut=date(2026, 7, 30), fin=date(2026, 11, 3))
    assert sum(1 for _ in source.messages_mss(periode)) == rows
    print(peak())
"""


def csv_file(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("Boîte;Date d'envoi;Identifiant\n")
        file.writelines(f"boite{i % 50}@og.example;{1 + i % 28:02}/09/2026 10:00;id-{i}\n" for i in range(rows))


def parquet_file(path: Path, rows: int) -> None:
    schema = pyarrow.schema({"Boîte": "string", "Date d'envoi": pyarrow.timestamp("us"), "Identifiant": "string"})
    sent = datetime(2026, 9, 1, tzinfo=UTC).replace(tzinfo=None)
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, rows, 10_000):
            ranks = range(start, min(start + 10_000, rows))
            columns = [[f"boite{i % 50}@og.example" for i in ranks], [sent] * len(ranks), [f"id-{i}" for i in ranks]]
            writer.write_table(pyarrow.table(columns, schema=schema))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="la mémoire se lit dans /proc")
@pytest.mark.parametrize(("name", "write_rows"), [("MSS_1.csv", csv_file), ("MSS_1.parquet", parquet_file)])
def test_thirty_times_the_rows_take_the_same_memory(
    name: str, write_rows: Callable[[Path, int], None], tmp_path: Path
) -> None:
    words: list[str] = []
    for rows in (10_000, 300_000):
        (tmp_path / str(rows)).mkdir()
        write_rows(tmp_path / str(rows) / name, rows)
        words += [str(tmp_path / str(rows)), str(rows)]
    done = subprocess.run([sys.executable, "-c", READ, *words], check=True, capture_output=True, text=True)
    small, large = map(int, done.stdout.split())
    assert large - small < 30_000, "kilo-octets : ce qu'un allocateur garde pour lui, loin de 300 000 lignes tenues"
