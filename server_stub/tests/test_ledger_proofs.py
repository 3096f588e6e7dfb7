"""The receiver's tree beside a naive one, what HTTP shows of it, and many pushes at once."""

import base64
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest

from temoin_receiver.ledger import append
from temoin_receiver.ledger.nodes import Nodes
from temoin_receiver.pages.reading import read_recu
from temoin_receiver.storage.tables import receptions
from temoin_sdk.envelope import PrivateKey
from temoin_sdk.errors import StorageError
from temoin_sdk.ledger import (
    consistency_path,
    inclusion_path,
    parse_checkpoint,
    read_checkpoint,
    verify_consistency,
    verify_inclusion,
)
from temoin_sdk.ledger.entries import CampagneInscrite, EnrolementCle, Ouverture, Portee, Reception, read_entry
from temoin_sdk.report import to_octets
from temoin_sdk.report.inscribed import check_inscribed, entry_of
from temoin_sdk.testing.ledger import MemoryLedger

LE = "2026-11-22T10:00:00Z"


def grow(world, *groups):
    """Entries in groups of these sizes; the naive ledger that holds the same."""
    naive = MemoryLedger(world.store.origine)
    with world.store.reading() as connection:
        naive.entrees = [
            bytes(row[0]) for row in connection.exec_driver_sql("SELECT octets FROM entrees ORDER BY rang")
        ]
    for size in groups:
        entrees = [Portee(empreinte=f"{len(naive.entrees) + rank:064x}", le=LE) for rank in range(size)]
        world.store.writer.write(lambda connection, some=tuple(entrees): [append(connection, one) for one in some])
        for one in entrees:
            naive.append(one)
    return naive


def test_every_proof_is_that_of_a_naive_tree(world):
    naive = grow(world, 1, 3, 7, 1, 16, 5, 31)
    size = len(naive.entrees)
    with world.store.reading() as connection:
        heads = dict(connection.exec_driver_sql("SELECT taille, racine FROM tetes").fetchall())
        assert heads == {taille: naive.head(taille).racine for taille in heads}
        assert max(heads) == size
        for smaller in range(size + 1):
            nodes = Nodes(connection)
            path = consistency_path(nodes, smaller, size)
            assert path == naive.consistency(smaller, size)
            if smaller < size:
                assert inclusion_path(nodes, smaller, size) == inclusion_path(naive.subtree, smaller, size)


def test_http_shows_a_ledger_that_anybody_can_check_with_its_key_alone(world):
    naive = grow(world, 4)
    key = world.store.keeper.cle_registre
    first = read_checkpoint(world.client.get("/v1/registre/point-de-controle").text, key)
    assert (first.taille, first.racine) == (len(naive.entrees), naive.head().racine)
    grow(world, 300)
    text = world.client.get("/v1/registre/point-de-controle")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    last = read_checkpoint(text.text, key)
    asked = {"de": first.taille, "a": last.taille}
    proof = world.client.get("/v1/registre/coherence", params=asked).json()["preuve"]
    verify_consistency(first.taille, last.taille, [base64.b64decode(one) for one in proof], first.racine, last.racine)
    whole, following = MemoryLedger(key.nom), 0
    while following is not None:
        page = world.client.get("/v1/registre/entrees", params={"depuis": following}).json()
        assert len(page["entrees"]) <= 256
        whole.entrees += [one["texte"].encode() for one in page["entrees"]]
        following = page["suite"]
    assert whole.head().racine == last.racine


def test_nothing_is_shown_beyond_the_published_head(world, monkeypatch):
    before = world.client.get("/v1/registre/point-de-controle").text
    taille = parse_checkpoint(before).taille
    monkeypatch.setattr("temoin_receiver.ledger.keeper.Published.advance", lambda *_: (_ for _ in ()).throw(OSError()))
    with pytest.raises(StorageError):
        grow(world, 2)
    assert world.client.get("/v1/registre/point-de-controle").text == before
    page = world.client.get("/v1/registre/entrees").json()
    assert (page["taille"], [one["rang"] for one in page["entrees"]]) == (taille, list(range(taille)))
    assert world.client.get(f"/v1/registre/coherence?de=1&a={taille + 1}").status_code == 404


def test_entries_that_name_an_organisme_are_found_in_pages(world):
    for rank in range(5):
        key = PrivateKey.generate().public.kid
        entree = EnrolementCle(ej="970300026", installation=str(UUID(int=rank)), kid=key, le=LE)
        world.store.writer.write(lambda connection, one=entree: append(connection, one))
    found, following = [], 0
    while following is not None:
        asked = {"depuis": following, "nombre": 2, "ej": "970300026"}
        page = world.client.get("/v1/registre/entrees", params=asked).json()
        found += page["entrees"]
        following = page["suite"]
    assert [read_entry(one["texte"].encode()).installation for one in found] == [str(UUID(int=n)) for n in range(5)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("coherence?de=1&a=99999", 404),
        ("coherence?de=3&a=2", 404),
        ("coherence?de=-1&a=2", 422),
        ("coherence?de=1", 422),
        ("entrees?nombre=0", 422),
        ("entrees?nombre=257", 422),
        ("entrees?ej=x", 422),
        ("entrees?depuis=99999", 200),
    ],
)
def test_questions_beyond_the_ledger_are_answered_in_french(world, path, status):
    answer = world.client.get(f"/v1/registre/{path}")
    assert answer.status_code == status
    if status == 422:
        assert "ne se lit pas" in answer.json()["detail"]
    if status == 200:
        assert (answer.json()["entrees"], answer.json()["suite"]) == ([], None)


def test_what_changes_whom_is_believed_leaves_its_entry(world):
    with world.store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT octets FROM entrees ORDER BY rang").scalars()
        entrees = [read_entry(bytes(octets)) for octets in rows]
    assert [type(one) for one in entrees] == [Ouverture, CampagneInscrite, Portee, EnrolementCle]
    assert (entrees[3].kid, entrees[3].ej) == (world.agent.cle.public.kid, world.agent.ej)
    before = world.client.get("/v1/registre/point-de-controle").text
    world.load((world.folder / "registre.toml").read_text(encoding="utf-8"))
    world.enroll(world.agent)
    assert world.client.get("/v1/registre/point-de-controle").text == before, "nothing changed, nothing is written"


def test_a_receipt_is_under_the_published_head_and_gives_its_entry_back(world):
    answer = world.push(world.agent.sign(world.agent.rapport()))
    recu = read_recu(answer.text)
    head = check_inscribed(recu, world.store.keeper.cle_registre)
    assert head == parse_checkpoint(world.client.get("/v1/registre/point-de-controle").text)
    page = world.client.get("/v1/registre/entrees", params={"depuis": recu.registre.rang}).json()
    assert page["entrees"][0]["texte"].encode() == to_octets(entry_of(recu))
    grow(world, 9)
    assert world.push(world.agent.sign(replace(world.agent, numero=0, precedent=None).rapport())).text == answer.text


def test_many_pushes_at_once_take_dense_places_each_under_a_published_head(world):
    agents = [replace(world.agent, cle=PrivateKey.generate(), installation=str(UUID(int=rank))) for rank in range(40)]
    for agent in agents:
        world.enroll(agent)
    texts = [agent.sign(agent.rapport()) for agent in agents]

    def push(jws):
        answer = world.receiver.receive(jws).result(60)
        return read_recu(answer.recu), parse_checkpoint(world.store.keeper.publiee.text()).taille

    with ThreadPoolExecutor(20) as threads:
        pushed = list(threads.map(push, texts * 2))
    recus = [recu for recu, _ in pushed]
    key = world.store.keeper.cle_registre
    last = parse_checkpoint(world.store.keeper.publiee.text())
    for recu, published in pushed:
        check_inscribed(recu, key)
        assert recu.registre.taille <= published, "whoever holds a receipt finds its head published"
    assert sorted({recu.registre.rang for recu in recus}) == list(range(last.taille - 40, last.taille))
    with world.store.reading() as connection:
        assert connection.execute(receptions.select().where(receptions.c.recu.is_(None))).first() is None
        rows = connection.exec_driver_sql("SELECT octets FROM entrees ORDER BY rang").scalars()
        octets = [bytes(one) for one in rows]
    assert sum(isinstance(read_entry(one), Reception) for one in octets) == 40
    for recu in recus:
        path = inclusion_path(MemoryLedger(key.nom, entrees=octets).subtree, recu.registre.rang, last.taille)
        verify_inclusion(octets[recu.registre.rang], recu.registre.rang, last.taille, path, last.racine)
