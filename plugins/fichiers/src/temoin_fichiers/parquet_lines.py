"""Parquet, by batches of rows and only the columns that are wanted."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from temoin_fichiers.folder import whole
from temoin_fichiers.problems import half_written, unusable
from temoin_fichiers.tables import HeadingError, Line, Reference, Table, find_columns, missing_headings
from temoin_sdk.errors import Acteur, PluginError

_BATCH: Final = 8192


def _pyarrow() -> Any:
    try:
        arrow = import_module("pyarrow")
        import_module("pyarrow.parquet")
    except ImportError as error:
        raise PluginError(
            "Lire un fichier Parquet demande la bibliothèque pyarrow, qui n'est pas installée.",
            remede='Installer le complément : pip install "temoin-fichiers[parquet]".',
            code="complement_absent",
            acteur=Acteur.GESTIONNAIRE,
        ) from error
    return arrow


@contextmanager
def open_parquet(path: Path, wanted: Sequence[Reference]) -> Iterator[Table]:
    """The rows of one file; a row is called by its rank."""
    arrow = _pyarrow()
    with whole(path):
        try:
            file = arrow.parquet.ParquetFile(path, memory_map=False, pre_buffer=False)
        except arrow.ArrowInvalid as error:
            raise half_written(path, "son pied de fichier Parquet manque") from error
        with file:
            names = list(file.schema_arrow.names)
            try:
                place, absent = find_columns(names, wanted)
            except HeadingError as error:
                raise unusable(path, str(error), "Corriger l'export.", "entete_double") from error
            if absent:
                raise missing_headings(path, (len(names), names, absent))
            kept = sorted(set(place.values()))
            here = {one: kept.index(rank) for one, rank in place.items()}
            yield Table(path, here, len(kept), _rows(arrow, path, file, [names[rank] for rank in kept]))


def _rows(arrow: Any, path: Path, file: Any, names: list[str]) -> Iterator[Line]:
    number = 0
    try:
        for batch in file.iter_batches(batch_size=_BATCH, columns=names):
            columns = [_values(arrow, batch.column(name)) for name in names]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, cells
    except arrow.ArrowException as error:
        raise half_written(path, f"la lecture s'arrête après la ligne {number}") from error


def _values(arrow: Any, column: Any) -> list[object]:
    if arrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(arrow.timestamp("us", tz=column.type.tz), safe=False)
    values: list[object] = column.to_pylist()
    return values
