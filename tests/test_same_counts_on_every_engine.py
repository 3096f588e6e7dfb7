"""The same facts give the same counts and the same leaves whatever engine holds them, in whatever types of columns.

For a longer walk over new bases: TEMOIN_EXEMPLES=1000 pytest tests/test_same_counts_on_every_engine.py
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from reference import routes
from reference.bases import crowd
from reference.comparing import Expectation
from reference.engines import TYPES, through_engine
from reference.typing_columns import TYPAGES, Typage, canonical
from servers import SERVERS

from temoin_sdk.errors import SourceError
from temoin_sdk.testing.reference.facts import Base

WALK = int(os.environ.get("TEMOIN_EXEMPLES", "0"))
SEVERAL = settings(
    max_examples=WALK or 8,
    derandomize=not WALK,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
ASTRAY = {"personnes_sans_sejour", "sites_inconnus", "usagers_absents", "dates_illisibles", "mot_inconnu"}
"""All rows of a relation fit nowhere, which a base drawn at random may well say."""


def check(base: Base, moteur: str, typage: Typage, folder: Path, *, intervals: bool) -> bool:
    """Count on this engine and compare with the calculator; False when nothing may be counted of this base."""
    expectation = Expectation(base)
    with through_engine(base, moteur, typage, folder, intervals=intervals) as sources:
        try:
            result = routes.run(base, sources, folder / "preuves")
        except SourceError as error:
            assert error.code in ASTRAY, error.phrase()
            return False
    assert [source.instantane for source in result.sources] == [True]
    expectation.compare(result, folder / "preuves", f"{moteur}, {typage.nom}")
    return True


@pytest.mark.parametrize("typage", TYPAGES, ids=lambda one: one.nom)
@pytest.mark.parametrize("moteur", SERVERS)
@SEVERAL
@given(seed=st.integers(0, 2**32 - 1))
def test_a_crowd_in_typed_columns(moteur: str, typage: Typage, seed: int) -> None:
    if not {*typage.usagers, *typage.instants, typage.jours, typage.epochs} <= TYPES[moteur].keys():
        pytest.skip(f"{moteur} has no such type")
    base = canonical(crowd(seed), typage)
    note(repr(base))
    with TemporaryDirectory() as name:
        check(base, moteur, typage, Path(name), intervals=seed % 3 == 0)
