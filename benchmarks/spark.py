"""The same source and the same statement on a distributed engine: same counts, same leaves, and what it costs.

    python benchmarks/spark.py [--personnes 1000 100000] [--faits 20] [--tours 3]

A Spark cluster of two executors and a PostgreSQL, both started here and filled by the same arithmetic, are read in
turn, each time by a process of its own, so that the machine's noise falls on both. Medians of ratios are printed. It
needs what requirements/spark.in names, a Java and PostgreSQL's programs.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from servers.bases import Base
from servers.postgresql import postgresql_server
from servers.spark import spark_server

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
DELAI = 3600


class Banc(SqlSource):
    """The benchmark's own schema, read by the same texts on both engines."""

    nom = "banc"
    logiciel = Logiciel("Banc", "1")
    espace_usagers = "banc.usager"
    etablissements = "SELECT DISTINCT code FROM sejour"
    sejours = sql("SELECT code, usager, entree, sortie FROM sejour", dates=Jour())
    mises_a_jour = sql("SELECT code, usager, quand AS date_fait, auteur FROM maj", dates=Instant("Europe/Paris"))
    evenements = sql("SELECT code, usager, quand AS date_fait, etat AS statut FROM rdv", dates=Instant("Europe/Paris"))
    projets = sql("SELECT code, usager, statut, debut, fin FROM projet", dates=Jour())


@dataclass(frozen=True)
class Spelling:
    """What the two engines spell otherwise when they are filled."""

    moment: str
    entre: str
    table: str


SPELLINGS = {
    "postgresql": Spelling(
        "timestamp '2024-11-01' + make_interval(days => CAST({d} AS integer), secs => CAST({s} AS integer))",
        "generate_series(CAST(0 AS bigint), {n} - 1) AS {a}(v)",
        "CREATE TABLE {t} AS {q}",
    ),
    "spark": Spelling(
        "TIMESTAMP_NTZ'2024-11-01 00:00:00' + make_dt_interval(CAST({d} AS INT), 0, 0, CAST({s} AS INT))",
        "(SELECT id AS v FROM range({n})) AS {a}",
        "CREATE TABLE {t} USING parquet AS {q}",
    ),
}


def build(base: Base, personnes: int, faits: int) -> None:
    """`faits` updates and events for each person, spread over two years by arithmetic that both engines share."""
    way = SPELLINGS[base.moteur]
    people = way.entre.format(n=personnes, a="p")
    facts = f"{people} CROSS JOIN {way.entre.format(n=faits // 2, a='f')}"
    who = "concat('S', p.v % 4) AS code, p.v AS usager"
    since, open_ = "DATE '2025-01-01'", "CAST(NULL AS DATE)"
    tables = {
        "sejour": f"SELECT {who}, {since} AS entree, {open_} AS sortie FROM {people}",  # ours
        "projet": f"SELECT {who}, 'actif' AS statut, {since} AS debut, {open_} AS fin FROM {people}",  # ours
    }
    for table, column, word, salt in (("maj", "auteur", "humain", 7919), ("rdv", "etat", "valide", 15485863)):
        number = f"(p.v * {salt} + f.v * 104729)"
        moment = way.moment.format(d=f"({number} % 730)", s=f"({number} % 86400)")
        tables[table] = f"SELECT {who}, {moment} AS quand, '{word}' AS {column} FROM {facts}"  # ours
    base.run(*(way.table.format(t=table, q=query) for table, query in tables.items()))
    if base.moteur == "postgresql":
        base.run("CREATE INDEX ON maj (quand)", "CREATE INDEX ON rdv (quand)", "ANALYZE")


def statement(reglages: dict[str, Any]) -> object:
    """Dossiers actifs by the statement alone, its rows streamed and dropped."""
    source = Banc(ReglagesSql(**reglages, delai=DELAI))
    campagne = load_campaign("generalisation-2025").campagne
    question = Question(FENETRE, FENETRE, campagne.reglages, SITES, "Europe/Paris", og=True, keys=frozenset())
    with open_reader(source.reglages, "banc", FENETRE) as reader:
        reading = open_sql(source, reader)
        built = build_statement(question, reading.relations, reading.dialect)
        return sum(1 for _ in reader.stream(built, ou="banc"))


def whole(reglages: dict[str, Any]) -> object:
    """Every count and every root, evidence written."""
    with tempfile.TemporaryDirectory() as dossier:
        demande = Demande(
            fenetre=FENETRE,
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="banc",
            etablissements=tuple(EtablissementDemande(finess=f, fuseau="Europe/Paris") for f in SITES.values()),
            fuseau_og="Europe/Paris",
            sources=(SourceDemande(nom="banc", plugin="banc", reglages=reglages | {"delai": DELAI}, sites=SITES),),
            cle_pseudonyme=b"k" * 32,
            cle_site=b"s" * 32,
            dossier=Path(dossier),
        )
        found = count(demande, Catalogue({"banc": FoundSource(Banc, "banc", "1")}, {}))
        return [(f.finess, dict(f.comptes), f.racine, f.racine_jours) for f in found.etablissements]


WAYS = {"statement": statement, "whole": whole}


def measured(way: str, reglages: dict[str, Any]) -> tuple[object, float, float]:
    """What a way finds, its seconds, and the peak in MB of this process or of the one that it counts in."""
    begin = time.perf_counter()
    found = WAYS[way](reglages)
    taken = time.perf_counter() - begin
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return found, taken, max(peaks)


def alone(way: str, reglages: dict[str, Any]) -> tuple[object, float, float]:
    """The same in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, way, reglages).result()


def compare(personnes: int, faits: int, tours: int) -> None:
    """Fill both engines, read them in turn, print the table of one size."""
    with postgresql_server().base() as first, spark_server().base() as second:
        for base in (first, second):
            build(base, personnes, faits)
        print(f"{personnes} persons, {personnes * faits} facts, {tours} rounds")
        for way in WAYS:
            rounds = [[alone(way, base.reglages) for base in (first, second)] for _ in range(tours)]
            if any(one[0] != rounds[0][0][0] for pair in rounds for one in pair):
                raise SystemExit(f"{way}: the two engines disagree")
            ratio = statistics.median(spark[1] / postgresql[1] for postgresql, spark in rounds)
            seconds = [statistics.median(pair[side][1] for pair in rounds) for side in (0, 1)]
            peak = [max(pair[side][2] for pair in rounds) for side in (0, 1)]
            told = [
                f"{e} {s:7.2f} s {p:4.0f} MB" for e, s, p in zip(("postgresql", "spark"), seconds, peak, strict=True)
            ]
            print(f"  {way:10} {'   '.join(told)}   ratio {ratio:5.2f}   same result", flush=True)


def main() -> None:
    """Every size asked for, smallest first: the first also warms the cluster."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--personnes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--faits", type=int, default=20)
    parser.add_argument("--tours", type=int, default=3)
    asked = parser.parse_args()
    for personnes in sorted(asked.personnes):
        compare(personnes, asked.faits, asked.tours)


if __name__ == "__main__":
    main()
