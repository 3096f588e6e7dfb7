"""One identity, one content; a correction follows the version in force and keeps the one it replaces."""

from datetime import date

from sqlalchemy import select

from temoin_receiver.storage.tables import receptions
from temoin_sdk.envelope import empreinte
from temoin_sdk.report import Correction, to_octets
from temoin_sdk.vocabulary import Mesure, MotifCorrection
from temoin_sdk.windows import Fenetre


def digest(rapport):
    return empreinte(to_octets(rapport))


def refused(world, rapport):
    answer = world.push(world.agent.sign(rapport))
    assert answer.status_code == 409, answer.text
    return answer.json()["code"]


def test_same_identity_with_other_figures_is_a_conflict(world):
    assert world.push(world.agent.sign(world.agent.rapport())).status_code == 201
    other = world.agent.rapport(world.figures("010780054", messages_mss=80))
    assert refused(world, other) == "conflit_identite"
    assert world.stored() == 1


def test_a_correction_supersedes_and_keeps_the_earlier_one(world):
    first = world.agent.rapport()
    jws = world.agent.sign(first)
    world.push(jws)
    second = world.agent.correct(first, world.figures("010780054", messages_mss=80), world.figures("2A0000154"))
    assert world.push(world.agent.sign(second)).status_code == 201
    assert world.client.get(f"/v1/rapports/{digest(first)}").text == jws
    with world.store.reading() as connection:
        marks = dict(connection.execute(select(receptions.c.empreinte_rapport, receptions.c.remplacee_par)).all())
    assert marks == {digest(first): digest(second), digest(second): None}


def test_the_replaced_version_sent_again_still_has_its_receipt(world):
    first = world.agent.rapport()
    receipt = world.push(world.agent.sign(first)).text
    world.push(world.agent.sign(world.agent.correct(first)))
    again = world.push(world.agent.sign(first))
    assert (again.status_code, again.text) == (200, receipt)


def test_a_correction_must_name_the_version_in_force(world):
    first = world.agent.rapport()
    world.push(world.agent.sign(first))
    elsewhere = Correction(2, "9" * 64, MotifCorrection.AUTRE)
    assert refused(world, world.agent.rapport(correction=elsewhere)) == "remplace_autre"


def test_a_second_correction_must_name_the_first_one(world):
    first = world.agent.rapport()
    world.push(world.agent.sign(first))
    second = world.agent.correct(first)
    world.push(world.agent.sign(second))
    skipping = Correction(3, digest(first), MotifCorrection.AUTRE)
    assert refused(world, world.agent.rapport(correction=skipping)) == "remplace_autre"
    assert world.push(world.agent.sign(world.agent.correct(second))).status_code == 201


def test_a_version_cannot_be_skipped(world):
    first = world.agent.rapport()
    world.push(world.agent.sign(first))
    third = Correction(3, digest(first), MotifCorrection.AUTRE)
    assert refused(world, world.agent.rapport(correction=third)) == "correction_hors_suite"


def test_two_corrections_of_the_same_version_conflict(world):
    first = world.agent.rapport()
    world.push(world.agent.sign(first))
    world.push(world.agent.sign(world.agent.correct(first)))
    rival = world.agent.correct(first, world.figures("010780054", messages_mss=71))
    assert refused(world, rival) == "conflit_identite"


def test_a_correction_of_nothing_is_refused(world):
    orphan = Correction(2, "9" * 64, MotifCorrection.AUTRE)
    assert refused(world, world.agent.rapport(correction=orphan)) == "correction_orpheline"


def test_another_kind_of_measure_is_another_identity(world):
    fenetre = Fenetre(debut=date(2026, 7, 1), fin=date(2026, 10, 1))
    for mesure in (Mesure.INTERMEDIAIRE, Mesure.SOLDE):
        answer = world.push(world.agent.sign(world.agent.rapport(mesure=mesure, fenetre=fenetre)))
        assert answer.status_code == 201, answer.text
    assert world.stored() == 2
