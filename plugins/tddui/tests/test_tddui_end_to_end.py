"""`temoin compute` with a real configuration over weekly exports, against a naive reading of the same files."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from temoin_agent.cli import app
from temoin_sdk.cli.running import execute

GLYCINES, MAQUIS, SEUL = "010780054", "2A0000154", "2B0000020"
EJ_SEUL = "980500003"
DEBUT, FIN = date(2026, 8, 1), date(2026, 11, 1)
WEEKS = [date(2026, 7, 27) + timedelta(days=7 * n) for n in range(15)]

CONFIG = """
[gestionnaire]
nom = "Les Horizons Fictifs"
ej = "010000024"

[[recepteurs]]
code = "ars"
url = "http://127.0.0.1:9"
origine = "recepteur.essai.example"
cle = {{ kty = "OKP", crv = "Ed25519", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }}
registre = "recepteur.essai.example+8d524b3a+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"

[[projets]]
code = "dui-2025"
campagne = "generalisation-2025"
recepteur = "ars"

{etablissements}

[[sources]]
nom = "exports"
plugin = "tddui"
etablissements = ["{glycines}", "{maquis}", "{seul}"]

[sources.reglages]
depot = "{depot}"
exports = "{exports}"
logiciel = "Logiciel Imaginaire"
entites_juridiques = {{ "{ej}" = ["{seul}"] }}
"""


def life(seed):
    """What happens to each person, decided once; every week's export shows it as it then is."""
    chance = random.Random(seed)
    people = []
    for rank in range(60):
        finess = (GLYCINES, MAQUIS, EJ_SEUL)[rank % 3]
        entry = date(2026, 1, 5) + timedelta(days=chance.randrange(330))
        people.append(
            {
                "local": str(rank),
                "finess": finess,
                "entree": entry,
                "sortie": entry + timedelta(days=chance.randrange(200)) if chance.random() < 0.4 else None,
                "sejour": chance.choice(["in-progress"] * 8 + ["planned", "cancelled"]),
                "projet": chance.choice([None, "draft", "active", "on-hold", "completed", "active"]),
                "evenement": DEBUT + timedelta(days=chance.randrange(-20, 110)) if chance.random() < 0.7 else None,
                "etat": chance.choice(["planned", "triaged", "finished", "cancelled"]),
                "note": WEEKS[chance.randrange(15)] if chance.random() < 0.5 else None,
            }
        )
    return people


def week_of(lot, day, people):
    """The export of one Monday, at 3 in the morning: stays that began, with their free notes."""
    export = lot(date=f"{day}T03:00:00+02:00")
    structures = {}
    for person in people:
        if person["entree"] > day:
            continue
        export.finess = person["finess"]
        structure = structures.get(person["finess"]) or structures.setdefault(person["finess"], export.structure())
        usager = export.usager(person["local"])
        period = {"start": person["entree"].isoformat()}
        if person["sortie"] and person["sortie"] <= day:
            period["end"] = person["sortie"].isoformat()
        stay = export.sejour(usager, structure, person["local"], period=period, status=person["sejour"])
        if person["note"] and person["note"] <= day:
            stay["extension"] = [{"url": "note", "valueString": "une note"}]
        if person["projet"]:
            export.projet(usager, person["local"], status=person["projet"])
        if person["evenement"]:
            moment = {"start": f"{person['evenement']}T10:00:00Z", "end": f"{person['evenement']}T11:00:00Z"}
            export.evenement(usager, stay, person["local"], period=moment, status=person["etat"])
    return export


def by_identifier(export):
    return {
        each["resource"]["identifier"][-1]["value"]: each["resource"]
        for each in export["entry"]
        if each["resource"]["resourceType"] != "Organization"
    }


def naive(exports):
    """Counts per establishment by the plainest reading there is: the last export, and pairs of exports."""
    read = [by_identifier(export) for export in exports]
    last, expected = read[-1], {}
    inside = [(day, found) for day, found in zip(WEEKS, read, strict=True) if DEBUT <= day < FIN]
    for finess in (GLYCINES, MAQUIS, EJ_SEUL):
        present, active, planned, agenda = set(), set(), set(), set()
        for person in (key for key, each in last.items() if each["resourceType"] == "Patient" and finess in key):
            local = person.partition("/")[2]
            stay = last[f"3{finess}/x-SEJOUR-{local}"]
            if stay["status"] in {"planned", "cancelled"}:
                continue
            start, end = stay["period"]["start"], stay["period"].get("end")
            if start >= str(FIN) or (end and end < str(DEBUT)):
                continue
            present.add(local)
            event, plan = last.get(f"3{finess}/x-EVN-{local}"), last.get(f"3{finess}/x-PPER-{local}")
            day = event["period"]["start"][:10] if event else None
            done = event and event["status"] == "finished" and day <= str(WEEKS[-1])
            acts = [start, end, day if done else None]
            changed = any(
                before.get(key) and after.get(key) and plain(before[key]) != plain(after[key])
                for (_, before), (_, after) in pairwise(inside)
                for key in (person, f"3{finess}/x-SEJOUR-{local}")
            )
            if changed or any(act and str(DEBUT) <= act < str(FIN) for act in acts):
                active.add(local)
                if plan and plan["status"] in {"draft", "active"}:
                    planned.add(local)
                if event and event["status"] != "cancelled" and str(DEBUT) <= day < str(FIN):
                    agenda.add(local)
        expected[SEUL if finess == EJ_SEUL else finess] = [len(each) for each in (present, active, planned, agenda)]
    return expected


def plain(resource):
    return {key: value for key, value in resource.items() if key not in {"id", "subject", "serviceProvider"}}


@pytest.fixture
def compute(depot, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("temoin_agent.clock.now", lambda: datetime(2026, 11, 22, 9, 5, tzinfo=UTC))
    establishments = "\n".join(
        f'[[etablissements]]\nfiness = "{finess}"\nnom = "Établissement {finess}"\nprojet = "dui-2025"\nsecteur = "PA"'
        for finess in (GLYCINES, MAQUIS, SEUL)
    )
    config = tmp_path / "temoin.toml"
    text = CONFIG.format(
        etablissements=establishments,
        glycines=GLYCINES,
        maquis=MAQUIS,
        seul=SEUL,
        ej=EJ_SEUL,
        depot=depot.folder,
        exports=depot.exports,
    )
    config.write_text(text, encoding="utf-8")

    def command(*options):
        capsys.readouterr()
        code = execute(app, "temoin", ["compute", "--config", str(config), "--on", "2026-11-01", *options])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


NAMES = ("personnes_accompagnees", "dossiers_actifs", "dossiers_actifs_projet", "dossiers_actifs_agenda")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_counts_are_those_of_a_naive_reading(depot, lot, compute, seed):
    people = life(seed)
    exports = [week_of(lot, day, people) for day in WEEKS]
    order = list(enumerate(exports))
    random.Random(seed).shuffle(order)
    for rank, (_, export) in enumerate(order):  # files whose names say nothing of their order
        (depot.exports / f"lot-{rank:02}.json").write_bytes(export.octets())
    code, out, err = compute("--format", "json")
    assert code == 0, err
    found = {each["finess"]: each for each in json.loads(out)["etablissements"]}
    expected = naive([export.json() for export in exports])
    assert {finess: [each["comptes"][name] for name in NAMES] for finess, each in found.items()} == expected
    assert all(sum(counts) > 0 for counts in expected.values())


def test_the_report_says_the_method_and_what_is_not_supplied(depot, lot, compute):
    (depot.exports / "a.json").write_bytes(week_of(lot, WEEKS[-1], life(1)).octets())
    code, out, err = compute("--format", "json")
    assert code == 0, err
    found = json.loads(out)
    for each in found["etablissements"]:
        assert {"maj_par_dates", "maj_par_comparaison", "auteur_inconnu", "etat_courant_seul"} <= set(each["drapeaux"])
        for name in ("messages_mss", "dmp_alimentes", "documents_dmp", "prescriptions_importees", "echanges_eparcours"):
            assert (each["comptes"][name], each["etats"][name]) == (None, "non_fourni")


def test_the_table_tells_it_in_french(depot, lot, compute):
    (depot.exports / "a.json").write_bytes(week_of(lot, WEEKS[-1], life(1)).octets())
    _, out, err = compute()
    said = " ".join((out + err).split())
    assert "non fourni" in said
    assert "comparaison d'exports successifs" in said


def test_a_broken_export_stops_the_figures_and_names_the_file(depot, compute):
    (depot.exports / "coupe.json").write_text('{"resourceType": "Bundle", "nom": "LISIÈRE', encoding="utf-8")
    code, out, err = compute()
    assert code == 4
    assert "coupe.json" in "".join((out + err).split())
    assert "LISIÈRE" not in out + err
