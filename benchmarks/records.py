"""How many facts a second a source of rows is counted at, evidence included, on one core; and what memory it takes.

    python benchmarks/records.py [--faits 2000000] [--tours 3]

The rows come sorted by establishment, then shuffled between establishments. Making the rows alone is measured beside it
in the same run: it is the plugin's part, and stands in the whole. Rates are by second of processor, which other work on
the machine disturbs less; those by second of the clock stand beside.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measured import measure  # beside this file
from sql_data import EJ, finess  # beside this file

from temoin_sdk import Evenement, Instant, Jour, Logiciel, MiseAJour, RecordSource, Sejour
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Demande, EtablissementDemande, SourceDemande, count
from temoin_sdk.windows import Fenetre

SITES = 200
FACTS = 9
"""Updates, and as many events, of each person, most of them in the window."""

FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))


class Rows(RecordSource):
    """A plugin that has nothing to do but make rows."""

    nom = "lignes"
    logiciel = Logiciel("Lignes", "1")
    espace_usagers = "lignes.usager"
    dates = Instant("Europe/Paris")
    dates_par_colonne = {"sejours.entree": Jour(), "sejours.sortie": Jour()}  # noqa: RUF012 # of a class nobody shares

    faits = 0
    melange = False

    def _persons(self) -> Iterator[tuple[str, str]]:
        number = self.faits // (2 * FACTS + 1)
        for n in range(number):
            site = n % SITES if self.melange else n * SITES // number
            yield f"E{site:03}", f"usager-{n}"

    def etablissements(self) -> Iterable[str]:
        return [f"E{n:03}" for n in range(SITES)]

    def sejours(self, periode: Fenetre) -> Iterable[Sejour]:
        for code, usager in self._persons():
            yield Sejour(code, usager, date(2025, 1, 1))

    def mises_a_jour(self, periode: Fenetre) -> Iterable[MiseAJour]:
        moments = [datetime(2026, 7, 25, 9) + timedelta(days=12 * k) for k in range(FACTS)]  # noqa: DTZ001 # local hours
        for code, usager in self._persons():
            for moment in moments:
                yield MiseAJour(code, usager, moment, "humain")

    def evenements(self, periode: Fenetre) -> Iterable[Evenement]:
        moments = [f"2026-{8 + k % 3:02}-{10 + k:02} 10:30:00" for k in range(FACTS)]
        for code, usager in self._persons():
            for moment in moments:
                yield Evenement(code, usager, moment, "valide")


def run(faits: int, *, melange: bool) -> None:
    """In a process of its own, on one core: seconds of processor to make the rows, to count them; seconds to count."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    Rows.faits, Rows.melange = faits, melange
    source = Rows(None)
    start = time.process_time()
    made = sum(1 for rows in (source.sejours, source.mises_a_jour, source.evenements) for _ in rows(FENETRE))
    making = time.process_time() - start
    sites = {f"E{n:03}": finess(n) for n in range(SITES)}
    with tempfile.TemporaryDirectory() as folder:
        demande = Demande(
            fenetre=FENETRE,
            campagne=load_campaign("generalisation-2025").campagne,
            ej=EJ,
            projet="banc",
            etablissements=tuple(EtablissementDemande(finess=f, fuseau="Europe/Paris") for f in sites.values()),
            fuseau_og="Europe/Paris",
            sources=(SourceDemande(nom="lignes", plugin="lignes", reglages={}, sites=sites),),
            cle_pseudonyme=b"p" * 32,
            cle_site=b"s" * 32,
            dossier=Path(folder),
        )
        start, began = time.perf_counter(), time.process_time()
        resultat = count(demande, Catalogue({"lignes": FoundSource(Rows, "lignes", "1")}, {}))
        waited, counting = time.perf_counter() - start, time.process_time() - began
    actifs = sum(one.comptes["dossiers_actifs"] or 0 for one in resultat.etablissements)
    print(json.dumps([made, making, counting, waited, actifs]))


def main() -> None:
    """Growth, sorted and shuffled."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--faits", type=int, default=2_000_000)
    parser.add_argument("--tours", type=int, default=3)
    parser.add_argument("--seul", choices=["sorted", "shuffled"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.seul:
        run(asked.faits, melange=asked.seul == "shuffled")
        return
    for faits in (asked.faits // 100, asked.faits // 10, asked.faits):
        for order in ("sorted", "shuffled"):
            rates, by_clock, share, peak = [], [], [], 0.0
            for _ in range(asked.tours):
                command = [sys.executable, __file__, "--faits", str(faits), "--seul", order]
                found = measure(command, os.environ)
                made, making, counting, waited, _actifs = json.loads(found.output)
                rates.append(made / counting)
                by_clock.append(made / waited)
                share.append(making / counting)
                peak = max(peak, found.megabytes)
            rate, clock, made_alone = map(statistics.median, (rates, by_clock, share))
            print(
                f"{faits:9} facts {order:9} {rate:9.0f} facts/s ({clock:.0f} by the clock), "
                f"of which making {made_alone:4.0%}, {peak:5.0f} MB"
            )


if __name__ == "__main__":
    main()
