"""`verifier`: a store that no longer says what was signed is found out, whatever was touched."""

from datetime import date

import pytest
from sqlalchemy import text

from temoin_receiver.auditing import find_faults
from temoin_receiver.cli import app
from temoin_sdk.cli.running import execute
from temoin_sdk.errors import ExitCode
from temoin_sdk.vocabulary import Mesure
from temoin_sdk.windows import Fenetre


@pytest.fixture
def kept(world):
    """Three receptions: a report, its correction, and another window's."""
    first = world.agent.rapport()
    older = Fenetre(debut=date(2026, 7, 1), fin=date(2026, 10, 1))
    for rapport in (
        first,
        world.agent.correct(first, world.figures("010780054", messages_mss=80)),
        world.agent.rapport(mesure=Mesure.SOLDE, fenetre=older),
    ):
        assert world.push(world.agent.sign(rapport)).status_code == 201
    return world


def faults(world):
    with world.store.reading() as connection:
        return list(find_faults(connection, world.receiver.cle, world.store.origine))


def test_a_store_left_alone_has_no_fault(kept):
    assert faults(kept) == []


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        ("UPDATE receptions SET jws = replace(jws, '.', '..') WHERE reception = 1", "trois parties"),
        (
            "UPDATE receptions SET jws = (SELECT jws FROM receptions WHERE reception = 3) WHERE reception = 1",
            "empreintes",
        ),
        (
            "UPDATE receptions SET recu = (SELECT recu FROM receptions WHERE reception = 3) WHERE reception = 1",
            "reception",
        ),
        ("UPDATE receptions SET recu = jws WHERE reception = 1", "signé pour un autre usage"),
        ("UPDATE receptions SET recu_le = '2026-01-01T00:00:00Z' WHERE reception = 1", "recu_le"),
        ("UPDATE receptions SET empreinte_jws = '0' WHERE reception = 1", "empreintes"),
        ("UPDATE receptions SET version = 7 WHERE reception = 1", "version"),
        ("UPDATE receptions SET ej = '970300026' WHERE reception = 1", "ej"),
        ("UPDATE receptions SET remplacee_par = NULL WHERE reception = 1", "remplacée"),
        ("DELETE FROM presences WHERE reception = 1 AND finess = '2A0000154'", "établissements"),
        ("UPDATE receptions SET reception = 9 WHERE reception = 3", "elle manque"),
    ],
)
def test_tampering_is_found(kept, tampering, expected):
    def tamper(connection):
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        if "reception = 9" in tampering:
            connection.execute(text("UPDATE presences SET reception = 9 WHERE reception = 3"))
        connection.execute(text(tampering))

    kept.store.writer.write(tamper)
    assert expected in "\n".join(faults(kept))


def test_a_receipt_key_that_is_another_one_is_found(kept):
    with kept.store.reading() as connection:
        found = list(find_faults(connection, kept.agent.cle.public, kept.store.origine))
    assert len(found) == 3


def test_the_command_says_it_and_exits_with_the_code_of_a_broken_proof(kept, capsys):
    words = ["verifier", "--dossier", str(kept.folder)]
    assert execute(app, "temoin-receiver", words) == ExitCode.OK
    kept.store.writer.write(lambda connection: connection.execute(text("UPDATE receptions SET recu = jws")))
    assert execute(app, "temoin-receiver", words) == ExitCode.PREUVE
    assert "3 écarts" in capsys.readouterr().err
