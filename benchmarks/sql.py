"""What counting a large base costs beside the aggregate one would write by hand, on real servers.

    python benchmarks/sql.py [--personnes 1000000] [--tours 3] [--moteurs postgresql mariadb]

For each engine, in turn within each round: the hand-written query in the engine's own client, the statement alone (its
rows streamed and dropped), and `temoin compute` as a whole process, evidence included. The first and the last must
agree. Medians, and ratios to the query by hand, are what to read; the aims are 2.0 for the statement and 3.5 for the
whole, on two cores, under 200 MB. Everything is done at a hundredth and a tenth of the persons too, for the growth.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parent)]

from measured import Measure, measure  # noqa: E402 # beside this file
from servers import SERVERS, Base  # noqa: E402 # those of the tests
from sql_data import BY_HAND, build, write_configuration  # noqa: E402 # beside this file

MEASURED = "2026-11-01"
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Bench:
    """One filled base and the installation that reads it."""

    base: Base
    configuration: Path

    @property
    def environment(self) -> dict[str, str]:
        """With the reader's password."""
        secret = self.base.mot_de_passe or ""
        return {**os.environ, "MOT_DE_PASSE": secret, "PGPASSWORD": secret, "MYSQL_PWD": secret}

    def by_hand(self) -> tuple[Measure, tuple[int, ...]]:
        """The hand-written query in the engine's own client."""
        url = self.base.admin.url
        name, port = str(url.database), str(url.port)
        if self.base.moteur == "postgresql":
            client = ["psql", "-h", "127.0.0.1", "-p", port, "-U", "lecteur", "-AtqF", "\t", "-c"]
            command = [*client, BY_HAND["postgresql"], name]
        else:
            client = ["mariadb", "--no-defaults", "-h", "127.0.0.1", "-P", port, "-u", "lecteur", "-BN", "-e"]
            command = [*client, BY_HAND["mariadb"], name]
        found = measure(command, self.environment)
        rows = [line.split("\t")[1:] for line in found.output.splitlines()]
        return found, tuple(sum(int(row[column]) for row in rows) for column in range(4))

    def statement(self) -> tuple[Measure, None]:
        """The statement alone, in a process of its own: its rows are not yet counts."""
        script = Path(__file__).with_name("sql_statement.py")
        mapping = self.configuration.with_name("banc.toml")
        found = measure([sys.executable, script, mapping, self.base.url], self.environment)
        return Measure(json.loads(found.output)[0], found.processor, found.megabytes, ""), None

    def whole(self) -> tuple[Measure, tuple[int, ...]]:
        """`temoin compute`, from its start to its end."""
        command = [BIN / "temoin", "compute", "--config", self.configuration, "--on", MEASURED, "--format", "json"]
        found = measure(command, self.environment)
        etablissements = json.loads(found.output)["etablissements"]
        names = ("personnes_accompagnees", "dossiers_actifs", "dossiers_actifs_agenda", "dossiers_actifs_projet")
        return found, tuple(sum(e["comptes"][name] for e in etablissements) for name in names)


def fill(base: Base, personnes: int, folder: Path) -> Bench:
    """Make the base; its installation stands in `folder`."""
    if base.moteur == "mariadb":
        base.run("SET GLOBAL innodb_buffer_pool_size = 1073741824")  # that of a small server, not of a test
    for statement in build(base.moteur, personnes):
        base.run(statement)
    configuration = write_configuration(folder, base.url)
    subprocess.run([BIN / "temoin", "cles", "creer", "--config", configuration], check=True, stdout=subprocess.DEVNULL)
    return Bench(base, configuration)


def compare(bench: Bench, tours: int) -> None:
    """Every way in turn, `tours` times; medians and ratios."""
    ways: dict[str, Callable[[], tuple[Measure, tuple[int, ...] | None]]] = {
        "à la main": bench.by_hand,
        "énoncé": bench.statement,
        "temoin compute": bench.whole,
    }
    measures: dict[str, list[Measure]] = {name: [] for name in ways}
    for _ in range(tours):
        answers: set[tuple[int, ...]] = set()
        for name, way in ways.items():
            found, counts = way()
            measures[name].append(found)
            answers |= {counts} if counts else set()
        if len(answers) != 1:
            raise SystemExit(f"the ways disagree: {answers}")
    reference = [one.seconds for one in measures["à la main"]]
    for name, found in measures.items():
        ratio = statistics.median(one.seconds / by_hand for one, by_hand in zip(found, reference, strict=True))
        seconds = statistics.median(one.seconds for one in found)
        processor = statistics.median(one.processor for one in found)  # ours: the server's is its own
        peak = max(one.megabytes for one in found)
        print(
            f"  {name:15} {seconds:7.1f} s   x {ratio:4.2f}   processor {processor:5.1f} s   {peak:5.0f} MB", flush=True
        )


def main() -> None:
    """Build, run, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--personnes", type=int, default=1_000_000)
    parser.add_argument("--tours", type=int, default=3)
    parser.add_argument("--moteurs", nargs="+", default=list(SERVERS))
    asked = parser.parse_args()
    for moteur in asked.moteurs:
        for personnes in (asked.personnes // 100, asked.personnes // 10, asked.personnes):
            with tempfile.TemporaryDirectory() as folder, SERVERS[moteur]().base() as base:
                print(f"{moteur}, {personnes} persons, {20 * personnes} updates and events", flush=True)
                compare(fill(base, personnes, Path(folder)), asked.tours)


if __name__ == "__main__":
    main()
