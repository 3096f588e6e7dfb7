"""Every project of `temoin-sdk new`, written and installed on a fresh machine, passes its own tests there.

Every day one project of each kind runs all of them; where everything must have run (TEMOIN_SERVEURS=exiges) all do.
"""

from pathlib import Path

import pytest
from projects import COMBINATIONS, Combination, Environment, environment
from servers import open_base
from servers.processes import DEMANDED

from temoin_sdk.scaffold import Genre, Moteur

DAILY = {(Genre.SQL, Moteur.SQLITE), (Genre.MAPPING, Moteur.ORACLE), (Genre.API, None)}
"""SELECTs are the same for every engine; Oracle's mapping is read by SQLite although it is written for another."""

QUIET = ("-q", "-p", "no:cacheprovider")  # the server's run may stand beside the other

ON_SERVERS = [each for each in COMBINATIONS if each.moteur in (Moteur.POSTGRESQL, Moteur.MARIADB)]
DAILY_ON_SERVERS = {(Genre.SQL, Moteur.POSTGRESQL), (Genre.MAPPING, Moteur.MARIADB)}


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The environment that every worker of this session shares."""
    shared = tmp_path_factory.getbasetemp()
    return environment((shared.parent if shared.name.startswith("popen-") else shared) / "machine-neuve")


def test_the_command_that_the_wheel_brings_writes_the_same(machine: Environment, tmp_path: Path) -> None:
    """The templates are in the wheel, not only in this checkout."""
    for combination in COMBINATIONS[:1] + COMBINATIONS[-1:]:
        place = tmp_path / str(combination)
        done = machine.run("temoin-sdk", "new", *combination.options, "--dossier", str(place), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        files = [path for path in place.rglob("*") if path.is_file()]
        assert {path.relative_to(place).as_posix(): path.read_text("utf-8") for path in files} == combination.texts()


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_its_own_tests_pass_on_a_fresh_machine(combination: Combination, machine: Environment) -> None:
    whole = DEMANDED or (combination.genre, combination.moteur) in DAILY
    tests = "tests" if whole else "tests/test_plugin.py"
    done = machine.run("pytest", *QUIET, tests, cwd=machine.project(combination))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("combination", ON_SERVERS, ids=str)
def test_its_own_tests_pass_on_its_own_engine(combination: Combination, machine: Environment, tmp_path: Path) -> None:
    if not DEMANDED and (combination.genre, combination.moteur) not in DAILY_ON_SERVERS:
        pytest.skip("run where every server is demanded: its texts are those of the other kind")
    with open_base(str(combination.moteur), tmp_path) as base:
        admin = base.admin.url
        variables = {
            "TEMOIN_KIT_URL": admin._replace(drivername=str(combination.moteur), password=None).render_as_string(),
            "TEMOIN_KIT_MOT_DE_PASSE": str(admin.password),
        }
        tests = "tests/test_conformite.py"
        done = machine.run("pytest", *QUIET, tests, cwd=machine.project(combination), variables=variables)
    assert done.returncode == 0, done.stdout
