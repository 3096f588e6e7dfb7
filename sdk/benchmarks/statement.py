"""How much the one statement costs beside the aggregate a person would write by hand, and how much the evidence adds.

    python sdk/benchmarks/statement.py [--personnes 100000] [--faits 20] [--tours 5]

The three run in turn in one process on one SQLite file, so that the machine's noise falls on all; medians and ratios
are printed, never seconds alone. The aims (ratios on two cores): statement at most 2, whole with evidence at most 3.5.
"""

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from temoin_sdk import Instant, Jour, Logiciel, SqlSource, sql
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.contract.settings import ReglagesSql
from temoin_sdk.counting import Demande, EtablissementDemande, SourceDemande, count
from temoin_sdk.gathering.from_sql import open_sql
from temoin_sdk.statement.building import Question, build_statement
from temoin_sdk.statement.reading import open_reader
from temoin_sdk.windows import Fenetre

FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
SITES = {f"S{n}": finess for n, finess in enumerate(("010780054", "2A0000014", "2A0000154", "2B0000020"))}
PARIS = Instant("Europe/Paris")

BY_HAND = """
WITH presents AS (
  SELECT code, usager FROM sejour WHERE entree < '2026-11-01' AND (sortie IS NULL OR sortie >= '2026-08-01')
  GROUP BY code, usager),
actifs AS (
  SELECT DISTINCT code, usager FROM maj WHERE quand >= '2026-08-01' AND quand < '2026-11-01' AND auteur = 'humain'),
agenda AS (
  SELECT DISTINCT code, usager FROM rdv WHERE quand >= '2026-08-01' AND quand < '2026-11-01' AND etat <> 'annule'),
projets AS (
  SELECT DISTINCT code, usager FROM projet WHERE statut IN ('actif', 'en_preparation')
  AND debut <= '2026-10-31' AND (fin IS NULL OR fin >= '2026-10-31'))
SELECT p.code, count(*), count(a.usager), count(CASE WHEN a.usager IS NOT NULL THEN g.usager END),
       count(CASE WHEN a.usager IS NOT NULL THEN j.usager END)
FROM presents p LEFT JOIN actifs a ON a.code = p.code AND a.usager = p.usager
     LEFT JOIN agenda g ON g.code = p.code AND g.usager = p.usager
     LEFT JOIN projets j ON j.code = p.code AND j.usager = p.usager
GROUP BY p.code
"""


class Banc(SqlSource):
    """The benchmark's own schema."""

    nom = "banc"
    logiciel = Logiciel("Banc", "1")
    espace_usagers = "banc.usager"
    etablissements = "SELECT DISTINCT code FROM site"
    sejours = sql("SELECT code, usager, entree, sortie FROM sejour", dates=Jour())
    mises_a_jour = sql("SELECT code, usager, quand AS date_fait, auteur FROM maj", dates=PARIS)
    evenements = sql("SELECT code, usager, quand AS date_fait, etat AS statut FROM rdv", dates=PARIS)
    projets = sql("SELECT code, usager, statut, debut, fin FROM projet", dates=Jour())


def build(path: Path, personnes: int, faits: int) -> None:
    """A database of `personnes` persons with `faits` updates and events each over two years."""
    chance = random.Random(2026)  # noqa: S311 # figures of a benchmark
    first = date(2024, 11, 1)
    codes = list(SITES)

    def instant() -> str:
        day = first + timedelta(days=chance.randrange(730))
        return f"{day} {chance.randrange(24):02}:{chance.randrange(60):02}:00"

    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(
            "CREATE TABLE site (code TEXT); CREATE TABLE sejour (code TEXT, usager INTEGER, entree TEXT, sortie TEXT);"
            "CREATE TABLE maj (code TEXT, usager INTEGER, quand TEXT, auteur TEXT);"
            "CREATE TABLE rdv (code TEXT, usager INTEGER, quand TEXT, etat TEXT);"
            "CREATE TABLE projet (code TEXT, usager INTEGER, statut TEXT, debut TEXT, fin TEXT);"
        )
        base.executemany("INSERT INTO site VALUES (?)", [(c,) for c in codes])
        people = [(codes[n % len(codes)], n) for n in range(personnes)]
        base.executemany("INSERT INTO sejour VALUES (?, ?, '2025-01-01', NULL)", people)
        base.executemany("INSERT INTO projet VALUES (?, ?, 'actif', '2025-01-01', NULL)", people)
        half = range(faits // 2)
        base.executemany(
            "INSERT INTO maj VALUES (?, ?, ?, 'humain')", ((c, u, instant()) for c, u in people for _ in half)
        )
        base.executemany(
            "INSERT INTO rdv VALUES (?, ?, ?, 'valide')", ((c, u, instant()) for c, u in people for _ in half)
        )
        base.executescript("CREATE INDEX i1 ON maj (quand); CREATE INDEX i2 ON rdv (quand); ANALYZE;")


def by_hand(path: Path) -> int:
    """Dossiers actifs by the hand-written aggregate."""
    with closing(sqlite3.connect(path)) as base:
        return sum(row[2] for row in base.execute(BY_HAND))


def statement(path: Path) -> int:
    """Dossiers actifs by the statement alone, its rows streamed and dropped."""
    source = Banc(ReglagesSql(url=f"sqlite:///{path}"))
    reglages = load_campaign("generalisation-2025").campagne.reglages
    question = Question(FENETRE, FENETRE, reglages, SITES, "Europe/Paris", True, frozenset())
    with open_reader(source.reglages, "banc", FENETRE) as reader:
        reading = open_sql(source, reader)
        built = build_statement(question, reading.relations, reading.dialect)
        return sum(1 for row in reader.stream(built, ou="banc") if row.sejours and row.maj_jour is not None)


def whole(path: Path) -> int:
    """Dossiers actifs by the one call, evidence written."""
    with tempfile.TemporaryDirectory() as dossier:
        demande = Demande(
            fenetre=FENETRE,
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="banc",
            etablissements=tuple(EtablissementDemande(finess=f, fuseau="Europe/Paris") for f in SITES.values()),
            fuseau_og="Europe/Paris",
            sources=(SourceDemande(nom="banc", plugin="banc", reglages={"url": f"sqlite:///{path}"}, sites=SITES),),
            cle_pseudonyme=b"k" * 32,
            cle_site=b"s" * 32,
            dossier=Path(dossier),
        )
        resultat = count(demande, Catalogue({"banc": FoundSource(Banc, "banc", "1")}, {}))
        return sum(f.comptes["dossiers_actifs"] or 0 for f in resultat.etablissements)


def main() -> None:
    """Build once, run each way in turn, print medians and ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--personnes", type=int, default=100_000)
    parser.add_argument("--faits", type=int, default=20)
    parser.add_argument("--tours", type=int, default=5)
    asked = parser.parse_args()
    ways: dict[str, Callable[[Path], int]] = {"by hand": by_hand, "statement": statement, "whole": whole}
    times: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "banc.db"
        build(path, asked.personnes, asked.faits)
        for _ in range(asked.tours):
            found = set()
            for name, way in ways.items():
                start = time.perf_counter()
                found.add(way(path))
                times[name].append(time.perf_counter() - start)
            if len(found) != 1:
                raise SystemExit(f"the three ways disagree: {found}")
    reference = times["by hand"]
    print(f"{asked.personnes} persons, {asked.personnes * asked.faits} facts, {asked.tours} rounds")
    for name, taken in times.items():
        ratio = statistics.median(t / r for t, r in zip(taken, reference, strict=True))
        print(f"{name:10} median {statistics.median(taken):6.2f} s   ratio to by hand {ratio:4.2f}")


if __name__ == "__main__":
    main()
