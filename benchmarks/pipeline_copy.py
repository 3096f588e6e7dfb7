"""The copy of `pipeline.py`, run by a Python that has dlt: every table to a local DuckDB, then the query by hand there.

Prints the four sums as JSON: accompagnées, actifs, with agenda, with projet.
"""

import json
import sys
from pathlib import Path

import dlt
import duckdb
from dlt.sources.sql_database import sql_database

TABLES = ("site", "sejour", "maj", "rdv", "projet")


def main() -> None:
    """Copy, then ask."""
    url, schema, folder, query = sys.argv[1:]
    home = Path(folder)
    pipeline = dlt.pipeline(
        "banc",
        pipelines_dir=str(home / "etat"),
        destination=dlt.destinations.duckdb(str(home / "copie.duckdb")),
        dataset_name="banc",
    )
    source = sql_database(url, schema=schema or None, table_names=list(TABLES), backend="sqlalchemy")
    pipeline.run(source, write_disposition="replace")
    with duckdb.connect(str(home / "copie.duckdb")) as base:
        base.execute("SET search_path = 'banc'")
        rows = base.execute(query).fetchall()
    print(json.dumps([int(sum(row[column] for row in rows)) for column in range(1, 5)]))


if __name__ == "__main__":
    main()
