"""Nothing that names a person reaches the disk, the logs or the screen: every text of an export is a canary."""

import json
import logging
import sqlite3

import httpx
import pytest

from temoin_tddui.listening import Listening, create_app

CANARY = "Canari"
NIR = "147720425367411"


def poison(value, trail="0"):
    """Every text of the export that is no code, date, address or reference becomes a canary of its own."""
    if isinstance(value, dict):
        return {key: poison(each, f"{trail}{key}") if key not in KEPT else each for key, each in value.items()}
    if isinstance(value, list):
        return [poison(each, f"{trail}{rank}") for rank, each in enumerate(value)]
    return f"{CANARY} {trail}" if isinstance(value, str) else value


KEPT = {"resourceType", "type", "system", "reference", "url", "fullUrl", "id", "profile", "start", "end", "status",
        "method", "timestamp", "lastUpdated", "deceasedDateTime", "value", "birthDate"}  # fmt: skip


@pytest.fixture
def export(lot):
    found = lot()
    structure = found.structure()
    person = found.usager(f"{NIR}", NIR, birthDate="1947-04-03", text={"div": f"<div>{CANARY}</div>"})
    stay = found.sejour(person, structure, participant=[{"individual": {"display": CANARY}}])
    stay["identifier"][0]["value"] = f"3010780054/{NIR}-SEJOUR-1012"
    event = found.evenement(person, stay)
    event["extension"] = [
        {"url": "x", "valueString": CANARY},
        {"url": "y", "valueAttachment": {"title": CANARY, "data": "Q2FuYXJp"}},
    ]
    plan = found.projet(person, title=CANARY)
    nameless = found.usager(None, id=f"{CANARY}-id", name=[{"family": CANARY}])
    found.sejour(nameless, structure, numero="77")
    odd = found.sejour(person, structure, numero="78", status=CANARY, period={"start": CANARY, "end": CANARY})
    odd["meta"] = {"profile": [f"https://x/{CANARY}|{CANARY}", odd["meta"]["profile"][0]], "lastUpdated": CANARY}
    found.add({"resourceType": "RelatedPerson", "patient": {"reference": f"Patient/{person['id']}"}, "name": CANARY})
    found.add({"resourceType": "Practitioner", "name": CANARY, "id": f"{CANARY}-pro"})
    bundle = poison(found.json())
    bundle["resourceType"], bundle["type"], bundle["timestamp"] = "Bundle", "transaction", found.date
    assert plan
    return json.dumps(bundle, ensure_ascii=False).encode()


def assert_silent(data):
    text = data if isinstance(data, bytes) else str(data).encode()
    for word in (CANARY, CANARY.upper(), NIR, "1947-04-03", "Q2FuYXJp", "LISI"):
        assert word.encode() not in text, word


def every_byte(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_not_in_the_store_while_it_is_open_nor_after(depot, export, tmp_path):
    """The write-ahead log too, which only exists while a connection is open."""
    store = depot.store
    held = sqlite3.connect(store.base)
    held.execute("SELECT count(*) FROM export").fetchone()
    taken = depot.take(export, nom="export.json")
    assert not taken.refuses
    during = every_byte(depot.folder)
    held.close()
    assert len(during["tddui.sqlite3-wal"]) > 4000
    for data in (*during.values(), *every_byte(depot.folder).values()):
        assert_silent(data)
    assert len(depot.sejours()) == 3


def test_not_even_the_name_of_the_file(depot, export):
    depot.take(export, nom=f"{CANARY}-2026-10-05.json")
    for data in every_byte(depot.folder).values():
        assert_silent(data)


def test_not_by_hashes_that_anybody_could_make(depot, export, tmp_path):
    """Two installations know one person under two keys: without the key no number can be tried."""
    depot.take(export)
    mine = {row.usager for row in depot.sejours()}
    for path in depot.folder.iterdir():
        path.unlink()
    depot.take(export)
    assert not mine & {row.usager for row in depot.sejours()}


def test_not_on_the_screen_nor_in_logs(depot, export, run, caplog):
    caplog.set_level(logging.DEBUG)
    (depot.exports / "a.json").write_bytes(export)
    (depot.exports / "b.json").write_bytes(export.replace(b'"resourceType": "Patient"', b'"resourceType": ["Canari"]'))
    (depot.exports / "c.json").write_bytes(export[:-40])
    ran = run("import", depot.exports, "--depot", depot.folder, "--debug")
    assert ran.code == 4
    assert_silent(ran.text + run("etat", "--depot", depot.folder).text + caplog.text)


@pytest.mark.anyio
async def test_not_in_answers(depot, export, caplog):
    caplog.set_level(logging.DEBUG)
    transport = httpx.ASGITransport(create_app(Listening(depot.store)))
    async with httpx.AsyncClient(transport=transport, base_url="http://dui.example") as client:
        headers = {"Content-Type": "application/fhir+json"}
        good = await client.post("/", content=export, headers=headers)
        bad = await client.post(
            "/", content=export.replace(b'"value": "3010', b'"value": 3, "value": "3010'), headers=headers
        )
    assert (good.status_code, bad.status_code) == (200, 400)
    assert_silent(bad.content + caplog.text.encode())
    given = good.content.replace(f"Practitioner/{CANARY}".encode(), b"")
    assert_silent(given)


@pytest.fixture
def anyio_backend():
    return "asyncio"


def test_rows_name_persons_by_hashes_alone(depot, export):
    depot.take(export)
    rows = [*depot.sejours(), *depot.evenements(), *depot.projets(), *depot.mises_a_jour()]
    assert rows
    for row in rows:
        assert_silent(repr(row))
        assert len(row.usager) == 32
