"""What is explained is what is counted: on random bases, by every way a source can be read, and on real servers.

For a longer walk over new bases: TEMOIN_EXEMPLES=300 pytest tests/test_explained_is_counted.py
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st
from reference import routes
from reference.bases import crowd, few_persons
from reference.engines import TYPES, through_engine
from reference.explaining import check_all, explain_all
from reference.typing_columns import TYPAGES, Typage, canonical
from servers import SERVERS

from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.testing.reference.facts import Base

WALK = int(os.environ.get("TEMOIN_EXEMPLES", "0"))
SEEDS = st.integers(0, 2**32 - 1)


def profile(examples: int, *, shrink: bool = False) -> settings:
    """The same examples at every run, unless a walk over new ones is asked for."""
    return settings(
        max_examples=WALK or examples,
        derandomize=not WALK,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


def check(base: Base, way: str) -> None:
    """Explain by one way."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        sources = {
            "sql": lambda: routes.through_sql(base, folder, intervals=False),
            "rows": lambda: routes.through_records(base, objects=True),
            "both": lambda: routes.through_both(base, folder),
        }[way]()
        check_all(base, explain_all(base, sources, folder / "preuves"), way)


def is_readable(base: Base) -> bool:
    """Whether no column that every row owes is empty: SQL, which can look beforehand, refuses such a column."""
    columns = [
        [getattr(row, name) for row in rows]
        for relation, rows in base.lignes.items()
        for name in set(SHAPES[relation].required) & set(SHAPES[relation].dates)
    ]
    return all(any(column) for column in columns if column)


@pytest.mark.parametrize("way", ["sql", "rows", "both"])
@profile(3)
@given(seed=SEEDS)
def test_a_crowd_explained(way: str, seed: int) -> None:
    base = crowd(seed)
    note(repr(base))
    check(base, way)


@pytest.mark.parametrize("way", ["sql", "rows"])
@profile(8, shrink=True)
@given(base=few_persons())
def test_few_persons_explained(way: str, base: Base) -> None:
    assume(is_readable(base))
    check(base, way)


@pytest.mark.parametrize("typage", TYPAGES, ids=lambda one: one.nom)
@pytest.mark.parametrize("moteur", SERVERS)
@profile(1)
@given(seed=SEEDS)
def test_a_crowd_explained_on_a_real_server(moteur: str, typage: Typage, seed: int) -> None:
    if not {*typage.usagers, *typage.instants, typage.jours, typage.epochs} <= TYPES[moteur].keys():
        pytest.skip(f"{moteur} has no such type")
    base = canonical(crowd(seed), typage)
    with (
        TemporaryDirectory() as name,
        through_engine(base, moteur, typage, Path(name), intervals=seed % 3 == 0) as sources,
    ):
        check_all(base, explain_all(base, sources, Path(name) / "preuves"), f"{moteur}, {typage.nom}")
