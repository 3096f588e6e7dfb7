"""What the recording plugin writes: how each test of the kit ended, with the reason of a skip."""

import subprocess
import sys

import pytest
from mutants.building import FILES

from temoin_sdk.testing.outcomes import EtatEpreuve, NiveauEpreuve, Releve, Releves

CLASSE = '''
import pytest
from temoin_sdk.testing.conformance.epreuve import epreuve

class TestTrois(TestNetFictif):
    themes = frozenset({"instants"})

    def test_of_the_editor(self):
        """Not the kit's: not recorded."""

    @pytest.mark.xfail
    @epreuve("attendue", "An expected failure")
    def test_expected_failure(self):
        raise AssertionError
'''


@pytest.fixture(scope="module")
def releves(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Releves]:
    folder = tmp_path_factory.mktemp("projet")
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    conformity = folder / "tests" / "test_conformite.py"
    conformity.write_text(conformity.read_text("utf-8") + CLASSE, "utf-8")
    told = folder / "releves.json"
    command = [sys.executable, "-m", "pytest", "-q", "-o", "pythonpath=src tests", "-p", "temoin_sdk.testing.recording"]
    done = subprocess.run(
        [*command, "--temoin-releves", str(told), "-k", "Trois", str(conformity)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, Releves.model_validate_json(told.read_text("utf-8"))


def one(releves: tuple[int, Releves]) -> Releve:
    [releve] = releves[1].releves
    return releve


def test_every_test_is_there_once_with_how_it_ended(releves: tuple[int, Releves]) -> None:
    states = {each.code: each.etat for each in one(releves).epreuves}
    assert len(states) == len(one(releves).epreuves)
    assert states["instants"] is EtatEpreuve.REUSSIE
    assert states["contrat"] is EtatEpreuve.ECHOUEE  # not installed here
    assert states["foule"] is EtatEpreuve.IGNOREE
    assert releves[0] == 1


def test_an_expected_failure_is_a_failure(releves: tuple[int, Releves]) -> None:
    states = {each.code: each.etat for each in one(releves).epreuves}
    assert states["attendue"] is EtatEpreuve.ECHOUEE


def test_a_skip_says_why_and_nothing_else_does(releves: tuple[int, Releves]) -> None:
    for each in one(releves).epreuves:
        assert (each.motif is not None) is (each.etat is EtatEpreuve.IGNOREE), each


def test_the_class_its_source_and_its_seed_are_named(releves: tuple[int, Releves]) -> None:
    releve = one(releves)
    assert releve.classe.endswith("test_conformite.py::TestTrois")
    assert (releve.plugin, releve.contrat, releve.moteur) == ("netfictif", 1, "sqlite")
    assert releve.graine is not None
    assert releve.personnes > 0
    assert releve.faits > 0


def test_what_a_certificate_wants_besides_is_recorded(releves: tuple[int, Releves]) -> None:
    """All obligatory tests of the class, those not asked for included, and that it left themes out."""
    releve = one(releves)
    assert releve.restreint
    needed = {each.code for each in releve.epreuves if each.niveau is NiveauEpreuve.OBLIGATOIRE}
    assert set(releve.attendues) == needed
    assert "chargement" not in releve.attendues  # recommended
