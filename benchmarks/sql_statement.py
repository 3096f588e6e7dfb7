"""The statement alone, for `sql.py`: seconds from the opened base to the last row, and how many rows, as JSON."""

import json
import os
import sys
import time
from datetime import date
from pathlib import Path

from sql_data import SITES, finess

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.gathering.from_sql import open_sql
from temoin_sdk.mapping import build_source, read_mapping
from temoin_sdk.statement.building import Question, build_statement
from temoin_sdk.statement.reading import open_reader
from temoin_sdk.windows import Fenetre


def main() -> None:
    """Rows are streamed and dropped."""
    mapping, url = sys.argv[1:]
    fenetre = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
    classe = build_source(read_mapping(Path(mapping)))
    given = {"fichier": mapping, "url": url, "mot_de_passe": os.environ["MOT_DE_PASSE"], "delai": 3600}
    settings = classe.Reglages.model_validate(given)
    source = classe(settings)
    reglages = load_campaign("generalisation-2025").campagne.reglages
    carte = {f"E{number:03}": finess(number) for number in range(SITES)}
    question = Question(fenetre, fenetre, reglages, carte, "Europe/Paris", og=True, keys=frozenset())
    with open_reader(settings, "banc", fenetre) as reader:
        reading = open_sql(source, reader)
        statement = build_statement(question, reading.relations, reading.dialect)
        start = time.perf_counter()
        rows = sum(len(batch) for batch in reader.batches(statement, ou="banc"))
        seconds = time.perf_counter() - start
    print(json.dumps([seconds, rows]))


if __name__ == "__main__":
    main()
