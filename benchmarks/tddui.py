"""How fast TDDUI exports are taken in and counted, and how memory grows with the number of usagers.

    python benchmarks/tddui.py [--usagers 5000] [--petit 500] [--semaines 12] [--tours 3] [--par-lot 50]

Invented weekly exports are built in a temporary folder, `--par-lot` usagers per Bundle. Every measure is a process of
its own, so that its peak resident memory is its own. The bare `json.loads` of the same bytes is beside each import: no
reader of JSON in Python can do with less. Ratios are of processor time, medians over `--tours`, since the machine may
be busy with other things; seconds alone say something of the machine.
"""

import argparse
import gc
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.contract.loading import Catalogue, FoundSource
from temoin_sdk.counting import Demande, EtablissementDemande, SourceDemande, count
from temoin_sdk.windows import Fenetre
from temoin_tddui.folder import import_folder
from temoin_tddui.source import TdduiSource
from temoin_tddui.store import create_store

FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
NOW = datetime(2026, 11, 22, tzinfo=UTC)
FINESS = ("010780054", "2A0000014", "2A0000154", "2B0000020")
SD = "https://interop.esante.gouv.fr/ig/fhir/tddui/StructureDefinition/tddui-"
FIRST = date(2026, 8, 3)
EVENTS = 4
"""Events of one person in one weekly export (four weeks of history, one a week)."""

Json = dict[str, Any]


def resource_of(kind: str, profile: str, rank: str, identifier: tuple[str, str], **more: Any) -> Json:
    """One entry of a Bundle, with the technical ids that exporters make anew every time."""
    objet, value = identifier
    body = {
        "resourceType": kind,
        "id": rank,
        "meta": {"profile": [SD + profile]},
        "identifier": [{"system": f"https://identifiant-medicosocial-{objet}.esante.gouv.fr", "value": value}],
        **more,
    }
    request = {"method": "POST", "url": f"TDDUI{kind}"}
    return {"fullUrl": f"https://dui.example/{kind}/{rank}", "resource": body, "request": request}


def entries_of(person: int, week: int, chance: random.Random) -> list[Json]:
    """A person, a stay, a project, and four weeks of events that move from planned to finished."""
    finess = FINESS[person % len(FINESS)]
    own, base = f"p{person}-{week}", f"3{finess}/{person}"
    subject = {"reference": f"Patient/{own}"}
    structure = {"reference": f"Organization/o{person % len(FINESS)}"}
    found = [
        resource_of(
            "Patient",
            "patient-ins",
            own,
            ("localusager", base),
            name=[{"use": "official", "family": f"NOM-{person}", "given": ["Prénom"]}],
            birthDate="1940-01-01",
            address=[{"use": "home", "line": ["12 rue des Lilas"], "postalCode": "20000"}],
        ),
        resource_of(
            "Encounter",
            "encounter-sejour",
            f"s{own}",
            ("sejour", f"{base}-SEJOUR-1"),
            status="in-progress",
            subject=subject,
            serviceProvider=structure,
            period={"start": "2026-01-10"},
        ),
        resource_of(
            "CarePlan",
            "careplan-projet-personnalise",
            f"c{own}",
            ("projetpersonnalise", f"{base}-PPER-1"),
            status="active" if person % 3 else "draft",
            title="Projet",
            subject=subject,
        ),
    ]
    for back in range(EVENTS):
        day = FIRST + timedelta(days=7 * (week - back + 1))
        found.append(
            resource_of(
                "Encounter",
                "encounter-evenement",
                f"e{own}-{back}",
                ("evenement", f"{base}-EVN-{week - back}"),
                status="finished" if back > 1 else "planned",
                subject=subject,
                partOf={"reference": f"Encounter/s{own}"},
                period={"start": f"{day}T10:00:00+02:00", "end": f"{day}T11:00:00+02:00"},
                extension=[{"url": f"{SD}event-report", "valueString": f"Compte rendu {chance.random():.3f} " * 6}],
            )
        )
    return found


def build(folder: Path, usagers: int, semaines: int, par_lot: int) -> None:
    """Weekly exports, one sub-folder per week."""
    chance = random.Random(2026)  # noqa: S311 # figures of a benchmark
    structures = [
        {
            "fullUrl": f"https://dui.example/Organization/o{rank}",
            "resource": {
                "resourceType": "Organization",
                "id": f"o{rank}",
                "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": f"1{finess}"}],
            },
        }
        for rank, finess in enumerate(FINESS)
    ]
    for week in range(semaines):
        place = folder / f"{week:02}"
        place.mkdir(parents=True)
        for start in range(0, usagers, par_lot):
            entries = list(structures)
            for person in range(start, min(start + par_lot, usagers)):
                entries += entries_of(person, week, chance)
            stamp = f"{FIRST + timedelta(days=7 * week)}T03:00:00+02:00"
            bundle = {"resourceType": "Bundle", "type": "transaction", "timestamp": stamp, "entry": entries}
            (place / f"{start:06}.json").write_text(json.dumps(bundle), encoding="utf-8")


def bare(exports: Path, _depot: Path) -> int:
    """`json.loads` of every file of the first week."""
    return sum(len(json.loads(path.read_bytes())["entry"]) for path in sorted((exports / "00").glob("*.json")))


def one_week(exports: Path, depot: Path) -> int:
    """The first week into an empty store."""
    return len(import_folder(create_store(depot), exports / "00", ("*.json",), NOW).pris)


def every_week(exports: Path, depot: Path) -> int:
    """Every week, one after the other."""
    store = create_store(depot)
    return sum(len(import_folder(store, week, ("*.json",), NOW).pris) for week in sorted(exports.iterdir()))


def counting(_exports: Path, depot: Path) -> int:
    """The one call of the sdk, evidence written, over the accumulated exports."""
    with tempfile.TemporaryDirectory() as dossier:
        demande = Demande(
            fenetre=FENETRE,
            campagne=load_campaign("generalisation-2025").campagne,
            ej="010000024",
            projet="banc",
            etablissements=tuple(EtablissementDemande(finess=each, fuseau="Europe/Paris") for each in FINESS),
            fuseau_og="Europe/Paris",
            sources=(
                SourceDemande(
                    nom="banc", plugin="tddui", reglages={"depot": str(depot)}, sites={each: each for each in FINESS}
                ),
            ),
            cle_pseudonyme=b"k" * 32,
            cle_site=b"s" * 32,
            dossier=Path(dossier),
        )
        catalogue = Catalogue({"tddui": FoundSource(TdduiSource, "temoin-tddui", "0")}, {})
        return sum(each.comptes["dossiers_actifs"] or 0 for each in count(demande, catalogue).etablissements)


WAYS: dict[str, Callable[[Path, Path], int]] = {
    "bare": bare,
    "one_week": one_week,
    "every_week": every_week,
    "again": every_week,
    "counting": counting,
}


def measure(way: str, exports: Path, depot: Path) -> Json:
    """One measure in a process of its own: seconds, processor seconds, peak resident memory, what it found."""
    command = [sys.executable, __file__, "--mesure", way, str(exports), str(depot)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # ourselves
    found: Json = json.loads(done.stdout)
    return found


def measured(way: str, exports: Path, depot: Path) -> None:
    """The measured process: prints its own figures."""
    gc.collect()
    start, busy = time.perf_counter(), time.process_time()
    found = WAYS[way](exports, depot)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    print(json.dumps({"seconds": seconds, "busy": busy, "peak": peak_memory(), "found": found}))


def peak_memory() -> float:
    """Peak resident memory of this process, in MB. Not ru_maxrss: a child starts with its parent's."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmHWM in /proc/self/status")


def weight(folder: Path) -> float:
    """Size of every file, in MB."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def report(root: Path, usagers: int, asked: argparse.Namespace) -> float:
    """Build, measure, print one size; the peak memory of its heaviest process."""
    exports, depot = root / "exports", root / "depot"
    build(exports, usagers, asked.semaines, asked.par_lot)
    lots = len(list((exports / "00").glob("*.json")))
    bares, weeks = [], []
    for tour in range(asked.tours):  # in turn, so that the machine's noise falls on both
        bares.append(measure("bare", exports, depot))
        weeks.append(measure("one_week", exports, root / f"essai-{tour}"))
    plain = statistics.median(each["busy"] for each in bares)
    taken = statistics.median(each["busy"] for each in weeks)
    whole, again = measure("every_week", exports, depot), measure("again", exports, depot)
    counted = measure("counting", exports, depot)
    size = weight(exports / "00")
    print(f"\n{usagers} usagers, {asked.semaines} weekly exports of {lots} bundles ({size:.0f} MB each)")
    print(f"{'':<38}{'processor':>10}{'elapsed':>10}{'peak':>8}{'ratio':>7}")
    rows = {
        "json.loads of one week": bares,
        "one week into an empty store": weeks,
        "every week, accumulated": [whole],
        "every week again (all known)": [again],
        "count, evidence written": [counted],
    }
    for name, each in rows.items():
        busy, seconds, peak = (statistics.median(m[k] for m in each) for k in ("busy", "seconds", "peak"))
        print(f"  {name:<36}{busy:>8.2f} s{seconds:>8.2f} s{peak:>5.0f} MB{busy / plain:>7.1f}")
    print(f"  one core takes in {lots / taken:.1f} bundles/s, {usagers / taken:.0f} usagers/s, {size / taken:.1f} MB/s")
    print(f"  store {weight(depot):.1f} MB, {counted['found']} dossiers actifs")
    return max(float(whole["peak"]), float(counted["peak"]))


def main() -> None:
    """Two sizes, and the growth of memory between them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mesure", nargs=3, metavar=("FACON", "EXPORTS", "DEPOT"), help=argparse.SUPPRESS)
    parser.add_argument("--usagers", type=int, default=5000)
    parser.add_argument("--petit", type=int, default=500)
    parser.add_argument("--semaines", type=int, default=12)
    parser.add_argument("--tours", type=int, default=3)
    parser.add_argument("--par-lot", type=int, default=50)
    asked = parser.parse_args()
    if asked.mesure:
        way, exports, depot = asked.mesure
        measured(way, Path(exports), Path(depot))
        return
    with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
        before, after = report(Path(small), asked.petit, asked), report(Path(large), asked.usagers, asked)
    growth = asked.usagers / asked.petit
    print(f"\npeak memory {before:.0f} MB at {asked.petit} usagers, {after:.0f} MB at {asked.usagers}:", end=" ")
    print(f"x {after / before:.2f} for {growth:.0f} times the usagers")


if __name__ == "__main__":
    main()
