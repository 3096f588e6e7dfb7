"""Invented facts behind both APIs: one seed gives the same ones. Names and numbers belong to nobody.

Edges stand among them: written a minute before and after midnight on two clocks, out on the first day, in on the last,
in two sites of one establishment at once, only by a machine, only cancelled, only on the waiting list.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

GRAINE: Final = 2026
DEBUT: Final = date(2026, 5, 1)
FIN: Final = date(2026, 11, 15)
"""Facts are written from DEBUT to the eve of FIN: before, within and after the quarter that ends in October 2026."""

SITES: Final = {"S-01": "Europe/Paris", "S-02": "Indian/Reunion", "S-03": "Europe/Paris", "S-04": "Europe/Paris"}
"""Limpide's sites and their clocks; S-03 has nobody, S-04 is a second house of S-01's establishment."""

STRUCTURES: Final = {"12": "Résidence de l'Étang Supposé", "15": "Foyer du Chêne Inventé"}
"""Vieux Carnet's structures, on the clock of Paris."""

Ligne = dict[str, Any]


@dataclass(slots=True)
class Donnees:
    """Rows of each module, as each API shows them."""

    limpide: dict[str, list[Ligne]] = field(default_factory=dict)
    carnet: dict[str, list[Ligne]] = field(default_factory=dict)


def generate(graine: int = GRAINE) -> Donnees:
    """The facts of one seed."""
    hasard = Random(graine)  # noqa: S311 # invented data
    donnees = Donnees()
    _live_limpide(donnees, hasard)
    _edges_limpide(donnees)
    _live_carnet(donnees, hasard)
    for module in donnees.limpide.values():
        for rang, row in enumerate(module, start=1):
            row.setdefault("id", rang)
    return donnees


def _moments(hasard: Random, most: int, entree: date = DEBUT, sortie: date | None = None) -> Iterator[datetime]:
    """Some moments of the period, in UTC; while the person is there."""
    for _ in range(hasard.randint(0, most)):
        day = DEBUT + timedelta(days=hasard.randrange((FIN - DEBUT).days))
        if entree < day < (sortie or FIN):
            yield datetime(day.year, day.month, day.day, hasard.randrange(24), hasard.randrange(60), tzinfo=UTC)


def _zulu(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _live_limpide(donnees: Donnees, hasard: Random) -> None:
    sites = [{"id": code, "label": f"Maison {code}", "timezone": zone} for code, zone in SITES.items()]
    donnees.limpide = {"sites": sites} | {
        name: []
        for name in (
            "stays",
            "presences",
            "transmissions",
            "project-actions",
            "appointments",
            "secure-messages",
            "dmp-deposits",
        )
    }
    for site, number in (("S-01", 45), ("S-02", 30), ("S-04", 8)):
        for _ in range(number):
            _live_resident(donnees.limpide, hasard, site)
    for moment in [each for _ in range(20) for each in _moments(hasard, 16)]:
        _send(donnees.limpide, hasard, moment)


def _live_resident(modules: dict[str, list[Ligne]], hasard: Random, site: str) -> None:
    resident = 100 + len(modules["stays"])
    here: Ligne = {"siteId": site, "residentId": resident}
    start = date(2024, 1, 1) + timedelta(days=hasard.randrange(1_000))
    end = start + timedelta(days=hasard.randrange(60, 900)) if hasard.random() < 0.4 else None
    kind = hasard.choices(["ADMISSION", "TEMPORARY", "WAITING_LIST"], [80, 12, 8])[0]
    modules["stays"].append(
        here
        | {
            "kind": kind,
            "start": start.isoformat(),
            "end": end.isoformat() if end else None,
            "projectExclusion": hasard.choices([None, "REFUSAL", "SHORT_STAY"], [85, 10, 5])[0],
        }
    )
    if kind == "WAITING_LIST":
        return
    modules["presences"] += [
        here | {"day": each.date().isoformat(), "status": hasard.choice(["PRESENT", "HOSPITALISED"])}
        for each in _moments(hasard, 5, start, end)
    ]
    modules["transmissions"] += [
        here | {"writtenAt": _zulu(each), "author": {"type": hasard.choices(["USER", "SYSTEM"], [7, 3])[0]}}
        for each in _moments(hasard, 16, start, end)
    ]
    _write_project(modules["project-actions"], hasard, here)
    modules["appointments"] += [
        {
            "siteId": site,
            "residentIds": sorted({resident, hasard.choice(_present(modules, site, each.date().isoformat()))}),
            "startsAt": _zulu(each),
            "status": hasard.choices(["PLANNED", "CONFIRMED", "DONE", "CANCELLED"], [2, 2, 4, 2])[0],
        }
        for each in _moments(hasard, 4, start, end)
    ]
    modules["dmp-deposits"] += [
        here
        | {
            "depositedAt": _zulu(each),
            "state": hasard.choices(["ACCEPTED", "REJECTED"], [8, 2])[0],
            "documentId": f"urn:oid:1.2.{resident}.{rang}",
        }
        for rang, each in enumerate(_moments(hasard, 3, start, end))
    ]


def _present(modules: dict[str, list[Ligne]], site: str, day: str) -> list[int]:
    """Who is at a site on one day: an activity may bring two of them together."""
    return [
        stay["residentId"]
        for stay in modules["stays"]
        if (stay["siteId"], stay["kind"] == "WAITING_LIST") == (site, False)
        and stay["start"] < day < (stay["end"] or "9999")
    ]


def _write_project(actions: list[Ligne], hasard: Random, here: Ligne) -> None:
    """A project goes from state to state, each standing until the eve of the next."""
    if hasard.random() < 0.2:
        return
    day = date(2026, 3, 1) + timedelta(days=hasard.randrange(120))
    for status in ("DRAFT", "SIGNED", "ON_HOLD", "ENDED")[: hasard.randint(1, 4)]:
        end = day + timedelta(days=hasard.randrange(20, 200))
        actions.append(here | {"status": status, "from": day.isoformat(), "until": end.isoformat()})
        day = end + timedelta(days=1)
    actions[-1]["until"] = None


def _send(modules: dict[str, list[Ligne]], hasard: Random, moment: datetime) -> None:
    rang = len(modules["secure-messages"])
    modules["secure-messages"].append(
        {
            "siteId": hasard.choice([*SITES, None]),
            "sentAt": _zulu(moment),
            "state": hasard.choices(["SENT", "DRAFT", "FAILED"], [8, 1, 1])[0],
            "recipient": hasard.choice(["PRO", "PATIENT"]),
            # One in twenty is the replay of the message before: the same key, and it counts once.
            "messageId": f"<{rang - (rang % 20 == 19)}@limpide.example>",
        }
    )


def _edges_limpide(donnees: Donnees) -> None:
    """People who stand on every edge of the quarter from August to October 2026."""
    modules = donnees.limpide
    edges = [
        (9001, "S-01", "2026-01-05", "2026-08-01", "2026-07-31T22:00:00Z"),  # out on the first day, midnight in Paris
        (9002, "S-01", "2026-10-31", None, "2026-10-31T22:59:59Z"),  # in on the last day, its last second in Paris
        (9003, "S-01", "2026-01-05", "2026-07-31", "2026-08-02T08:00:00Z"),  # out the day before
        (9004, "S-01", "2026-11-01", None, "2026-10-31T23:00:00Z"),  # in the day after
        (9005, "S-02", "2026-01-05", None, "2026-07-31T20:00:00Z"),  # midnight in Saint-Denis
        (9006, "S-02", "2026-01-05", None, "2026-10-31T20:00:00Z"),  # the day after, in Saint-Denis
        (9007, "S-01", "2026-01-05", None, "2026-09-01T08:00:00Z"),  # in two houses of one establishment
        (9007, "S-04", "2026-02-05", None, "2026-09-01T08:00:00Z"),
    ]
    for resident, site, start, end, moment in edges:
        here: Ligne = {"siteId": site, "residentId": resident}
        modules["stays"].append(here | {"kind": "ADMISSION", "start": start, "end": end, "projectExclusion": None})
        modules["transmissions"].append(here | {"writtenAt": moment, "author": {"type": "USER"}})
        modules["appointments"].append(
            {"siteId": site, "residentIds": [resident], "startsAt": moment, "status": "DONE"}
        )
        modules["dmp-deposits"].append(
            here | {"depositedAt": moment, "state": "ACCEPTED", "documentId": f"urn:oid:1.3.{resident}.{site[-1]}"}
        )


def _live_carnet(donnees: Donnees, hasard: Random) -> None:
    modules: dict[str, list[Ligne]] = {
        "structures": [{"code": code, "nom": nom} for code, nom in STRUCTURES.items()],
        "sejours": [],
        "ecritures": [],
        "projets": [],
        "agenda": [],
    }
    paris = ZoneInfo("Europe/Paris")
    for rang in range(70):
        here = {"structure": hasard.choice(list(STRUCTURES)), "usager": f"{rang:04d}"}
        start = date(2025, 1, 1) + timedelta(days=hasard.randrange(700))
        out = start + timedelta(days=hasard.randrange(30, 600)) if hasard.random() < 0.4 else None
        modules["sejours"].append(here | {"entree": _french(start), "sortie": _french(out) if out else ""})
        modules["ecritures"] += [
            here | {"date": each.astimezone(paris).strftime("%d/%m/%Y %H:%M")}
            for each in _moments(hasard, 30, start, out)
        ]
        if hasard.random() < 0.8:
            modules["projets"].append(here | {"etat": hasard.choice("PAC")})
        modules["agenda"] += [
            here
            | {
                "date": each.astimezone(paris).strftime("%d/%m/%Y %H:%M"),
                "etat": hasard.choice(["PREVU", "FAIT", "ANNULE"]),
            }
            for each in _moments(hasard, 4, start, out)
        ]
    for text in ("01/08/2026 00:00", "31/10/2026 23:59", "31/07/2026 23:59", "01/11/2026 00:00"):
        here = {"structure": "12", "usager": f"B{text[:2]}{text[3:5]}"}
        modules["sejours"].append(here | {"entree": "01/01/2026", "sortie": ""})
        modules["ecritures"].append(here | {"date": text})
        modules["agenda"].append(here | {"date": text, "etat": "FAIT"})
    donnees.carnet = modules


def _french(day: date) -> str:
    return day.strftime("%d/%m/%Y")
