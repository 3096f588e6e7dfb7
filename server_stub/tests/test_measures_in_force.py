"""Which report is an establishment's measure: that of the organisme that runs it at the end, once admitted."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from temoin_sdk.envelope import PrivateKey
from temoin_sdk.windows import Fenetre

EHPAD, FOYER, NOUVEAU = "010780054", "2A0000154", "980500003"
TILLEULS, MAHURY = "Association Les Tilleuls <Ain>", "Fondation Mahury"
LATER = Fenetre(debut=date(2026, 8, 21), fin=date(2026, 11, 21))
SILENT = "reçu, sans mesure en vigueur"


@pytest.fixture
def mahury(world):
    """An agent of the other organisme."""
    agent = replace(
        world.agent, cle=PrivateKey.generate(), ej="970300026", installation="6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a02"
    )
    world.enroll(agent)
    return agent


def share(world, finess, *periods):
    """Both organismes carry the project; `finess` is run as `periods` say: (nom, ej, limit) in order."""
    rows = "".join(
        f"""
[[etablissements]]
finess = "{finess}"
nom = "{nom}"
secteur = "PH"
ej = "{ej}"
{limit}
"""
        for nom, ej, limit in periods
    )
    world.load(f"""{rows}
[[projets]]
code = "dui-2026"
campagne = "generalisation-2025"
organismes = ["010000024", "970300026"]
etablissements = {list(dict.fromkeys((EHPAD, FOYER, finess)))}
""")


def push(world, agent, *sites, **heading):
    rapport = agent.rapport(*sites, **heading)
    answer = world.push(agent.sign(rapport))
    assert answer.status_code == 201, answer.text
    return rapport


def poor(world, finess):
    """Figures that reach a single target."""
    return world.figures(
        finess, dossiers_actifs=10, dossiers_actifs_projet=1, dossiers_actifs_agenda=1, messages_mss=8, dmp_alimentes=1
    )


def text(world, path):
    answer = world.client.get(path)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def line(world, finess):
    """What the list says of one establishment."""
    page = text(world, "/")
    return next(one for one in re.split(r"(?= [0-9][0-9AB][0-9]{7} )| Atteindre les cibles", page) if finess in one)


def page(world, finess):
    """The measures in force, then the history."""
    return text(world, f"/etablissements/{finess}").split("Historique")


def test_what_was_said_of_an_unknown_establishment_is_nobodys_measure_once_another_organisme_runs_it(world, mahury):
    push(world, world.agent, *map(world.figures, (EHPAD, FOYER, NOUVEAU)), fenetre=LATER)
    share(world, NOUVEAU, ("Service Kaweni", "970300026", ""))
    assert line(world, NOUVEAU).endswith(SILENT)
    above, history = page(world, NOUVEAU)
    assert "Aucune mesure n'est en vigueur" in above
    assert f"{TILLEULS} (en attente de l'ARS)" in history
    push(world, mahury, poor(world, NOUVEAU))
    assert "cibles atteintes : 0 sur 5" in line(world, NOUVEAU)
    above, history = page(world, NOUVEAU)
    assert "Cibles atteintes : 0 sur 5." in above
    assert "Cibles atteintes : 5 sur 5." not in above
    assert f"{TILLEULS} (en attente de l'ARS)" in history
    assert MAHURY in history


@pytest.mark.parametrize("set_in", ["before", "after"])
def test_a_former_organisme_does_not_speak_over_the_one_that_runs_it_at_the_end(world, mahury, set_in):
    share(
        world,
        FOYER,
        ("Foyer des Cèdres", "010000024", "jusqu_au = 2026-08-01"),
        ("Foyer Mahury", "970300026", "depuis = 2026-08-02"),
    )
    if set_in == "before":
        push(world, world.agent)
    push(world, mahury, poor(world, FOYER))
    if set_in == "after":
        push(world, world.agent)
    assert "cibles atteintes : 0 sur 5" in line(world, FOYER)
    above, history = page(world, FOYER)
    assert "Cibles atteintes : 0 sur 5." in above
    assert "Cibles atteintes : 5 sur 5." not in above
    assert f"{TILLEULS} (ne gère pas l'établissement le dernier jour de la fenêtre)" in history


def test_a_replaced_report_does_not_come_back_when_its_correction_is_silent(world):
    first = push(world, world.agent)
    corrected = world.agent.correct(first, world.figures(EHPAD))
    assert world.push(world.agent.sign(corrected)).status_code == 201
    assert line(world, FOYER).endswith(SILENT)
    above, _ = page(world, FOYER)
    assert "Cibles atteintes" not in above
