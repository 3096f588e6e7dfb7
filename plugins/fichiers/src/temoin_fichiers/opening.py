"""Any file as a table, by its kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from temoin_fichiers.problems import unusable
from temoin_fichiers.settings import Jeu
from temoin_fichiers.tables import Table


@contextmanager
def open_table(path: Path, jeu: Jeu) -> Iterator[Table]:
    """Open one file of a set. Raises SourceError when it is not whole, MappingError when it cannot be understood."""
    # Imported here, or reading a small CSV would load the spreadsheet library of everyone.
    wanted = jeu.references
    match jeu.format or path.suffix.casefold().removeprefix("."):
        case "csv" | "txt" | "tsv":
            from temoin_fichiers.csv_lines import open_csv

            with open_csv(path, jeu, wanted) as table:
                yield table
        case "xlsx" | "xlsm":
            from temoin_fichiers.xlsx_lines import open_xlsx

            with open_xlsx(path, jeu, wanted) as table:
                yield table
        case "parquet":
            from temoin_fichiers.parquet_lines import open_parquet

            with open_parquet(path, wanted) as table:
                yield table
        case other:
            raise unusable(
                path,
                f"l'extension « {other} » n'est pas connue (csv, xlsx, parquet)",
                'Donner format = "csv", "xlsx" ou "parquet" dans ce jeu ; un ancien .xls s\'enregistre en .xlsx.',
                "format_inconnu",
            )
