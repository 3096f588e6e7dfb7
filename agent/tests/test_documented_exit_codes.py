"""docs/codes-de-sortie.md says what the code does."""

import re
from pathlib import Path

from temoin_agent.exits import GRAVITY, worst
from temoin_sdk.cli.running import INTERROMPU, SORTIE_FERMEE
from temoin_sdk.errors import ExitCode

DOC = (Path(__file__).parents[2] / "docs" / "codes-de-sortie.md").read_text(encoding="utf-8")
CODES = {name: value for name, value in vars(ExitCode).items() if name.isupper()}


def test_every_code_is_documented_and_no_other():
    rows = re.findall(r"^\| (\d+) \| (\w*) ?\|", DOC, re.MULTILINE)
    documented = {name: int(code) for code, name in rows if name}
    assert documented == CODES
    assert {int(code) for code, name in rows if not name} == {INTERROMPU, SORTIE_FERMEE}


def test_the_order_of_gravity_is_documented():
    names = {value: name for name, value in CODES.items()}
    assert ", ".join(names[code] for code in GRAVITY) in " ".join(DOC.split())


def test_every_code_a_command_can_end_with_has_a_gravity():
    assert set(GRAVITY) == set(CODES.values()) - {ExitCode.USAGE}


def test_the_worst_of_nothing_is_success():
    assert worst([]) == ExitCode.OK
    assert worst([ExitCode.EN_ATTENTE, ExitCode.REFUSE, ExitCode.OK]) == ExitCode.REFUSE
