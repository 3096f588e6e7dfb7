"""The example that the ANS publishes, when a folder of published examples is at hand (TEMOIN_TDDUI_EXEMPLES)."""

import os
from datetime import date
from pathlib import Path

import pytest

from temoin_sdk.windows import Fenetre

FOLDER = os.environ.get("TEMOIN_TDDUI_EXEMPLES", "")

pytestmark = pytest.mark.skipif(
    not FOLDER or not Path(FOLDER).is_dir(),
    reason="TEMOIN_TDDUI_EXEMPLES ne désigne pas un dossier d'exemples publiés par l'ANS",
)
SPRING_2023 = Fenetre(debut=date(2023, 3, 1), fin=date(2023, 6, 1))


def test_every_published_bundle_is_taken_in(depot):
    files = sorted(Path(FOLDER).glob("*.json"))
    assert files
    for path in files:
        assert not depot.take(path.read_bytes(), nom=path.name).refuses, path.name


def test_the_ssiad_example_gives_its_stay_event_and_acts(depot):
    path = Path(FOLDER) / "bundle-ssiad-2.3.0.json"
    depot.take(path.read_bytes(), nom=path.name)
    source = depot.source()
    (stay,) = source.sejours(SPRING_2023)
    (event,) = source.evenements(SPRING_2023)
    assert (stay.code, stay.entree, stay.sortie) == ("480787529", "2023-04-14", None)
    assert (event.statut, event.date_fait, event.usager) == ("termine", "2023-04-14T08:30:00.000000Z", stay.usager)
    updates = list(source.mises_a_jour(SPRING_2023))
    assert {row.usager for row in updates} == {stay.usager}
    assert b"DUPONT" not in (depot.folder / "tddui.sqlite3").read_bytes()
