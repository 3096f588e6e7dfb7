"""The same facts give the same counts and the same leaves through SQL, through rows, and by the naive calculator.

Thousands of persons at every run, in crowds that follow from a seed, and small bases that hypothesis shrinks. For a
longer walk over new ones: TEMOIN_EXEMPLES=1000 pytest tests/test_same_counts_by_every_way.py
"""

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st
from reference import routes
from reference.bases import crowd, few_persons
from reference.comparing import Expectation

from temoin_sdk.contract.relations import SHAPES
from temoin_sdk.counting import Resultat
from temoin_sdk.errors import SourceError
from temoin_sdk.evidence import DrapeauFeuille
from temoin_sdk.figures import Figures
from temoin_sdk.testing.reference.facts import Base
from temoin_sdk.testing.reference.leaves import flags
from temoin_sdk.vocabulary import Drapeau, RelationJour, StatutProjet

WALK = int(os.environ.get("TEMOIN_EXEMPLES", "0"))
SEEDS = st.integers(0, 2**32 - 1)
OTHER_WAYS = {
    "base_personnes": {"fenetre": "annee", "annee": "fenetre"},
    "projet": {"dernier_jour": "un_jour", "un_jour": "dernier_jour"},
    "agenda": {"fenetre": "tout", "tout": "fenetre"},
    "dmp": {"accompagnees_eligibles": "sans_condition", "sans_condition": "accompagnees_eligibles"},
}


def profile(examples: int, *, shrink: bool) -> settings:
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


def check(base: Base, *ways: str) -> None:
    """Count by each of these ways; all give what the calculator says, flags of honesty included."""
    expectation = Expectation(base)
    with TemporaryDirectory() as name:
        results = [result for way in ways if (result := counted(base, way, Path(name), expectation)) is not None]
    if len(results) not in (0, len(ways)):
        raise AssertionError(f"a wrong mapping is seen by some of {ways} and not by the others")
    for result in results[1:]:
        assert [comparable(one) for one in result.etablissements] == [
            comparable(one) for one in results[0].etablissements
        ]


def comparable(figures: Figures) -> Figures:
    """All but one flag: an unreadable date stands nowhere in time, so that its part among the rows may differ."""
    doubt = Drapeau.CORRESPONDANCE_DOUTEUSE
    return figures.model_copy(update={"drapeaux": tuple(one for one in figures.drapeaux if one is not doubt)})


def counted(base: Base, way: str, folder: Path, expectation: Expectation) -> Resultat | None:
    """What one way counts, once found right; None when rows are all so far astray that nothing may be counted."""
    sources = {
        "sql": lambda: routes.through_sql(base, folder, intervals=False),
        "sql, intervals": lambda: routes.through_sql(base, folder, intervals=True),
        "rows": lambda: routes.through_records(base, objects=False),
        "rows, python dates": lambda: routes.through_records(base, objects=True),
        "both": lambda: routes.through_both(base, folder),
    }[way]()
    dossier = folder / f"preuves {way}"
    try:
        result = routes.run(base, sources, dossier)
    except SourceError as error:
        assert error.code in (
            "personnes_sans_sejour",
            "sites_inconnus",
            "usagers_absents",
            "dates_illisibles",
            "mot_inconnu",
        )
        return None
    expectation.compare(result, dossier, way)
    return result


def has_empty_dates(base: Base) -> bool:
    """Whether a date that every row owes is in none of them: SQL, which can look beforehand, refuses such a column."""
    columns = [
        [getattr(row, name) for row in rows]
        for relation, rows in base.lignes.items()
        for name in set(SHAPES[relation].required) & set(SHAPES[relation].dates)
    ]
    return any(column and not any(column) for column in columns)


@profile(24, shrink=False)
@given(seed=SEEDS)
def test_a_crowd_through_sql_and_through_rows(seed: int) -> None:
    base = crowd(seed)
    note(repr(base))
    check(base, "sql, intervals" if seed % 3 == 0 else "sql", "rows")


@profile(50, shrink=False)
@given(seed=SEEDS)
def test_a_crowd_through_rows_of_texts_and_of_python_dates(seed: int) -> None:
    check(crowd(seed), "rows", "rows, python dates")


@profile(10, shrink=False)
@given(seed=SEEDS)
def test_a_crowd_of_which_two_programs_each_know_a_half(seed: int) -> None:
    check(crowd(seed), "both")


@profile(15, shrink=True)
@given(base=few_persons())
def test_few_persons_by_every_way(base: Base) -> None:
    assume(not has_empty_dates(base))
    check(base, "sql", "rows", "rows, python dates")


@pytest.mark.parametrize(("setting", "other"), [*OTHER_WAYS.items()])
def test_the_crowds_tell_both_ways_of_a_setting_apart(setting: str, other: dict[str, str]) -> None:
    """A setting that changed nothing in them would not be tested by them."""
    for seed in range(40):
        base = crowd(seed)
        changed = base.reglages.model_copy(update={setting: other[getattr(base.reglages, setting)]})
        if Expectation(base).attendus != Expectation(replace(base, reglages=changed)).attendus:
            return
    pytest.fail(f"{setting} changes nothing")


def test_the_crowds_hold_every_possible_leaf() -> None:
    """Every combination of flags, state of a project and kind of day."""
    leaves, days, states = set(), set(), set()
    for seed in range(60):
        for attendu in Expectation(crowd(seed)).attendus.values():
            leaves |= {flags(one).value for one in attendu.personnes.values()}
            states |= {one.projet for one in attendu.personnes.values()}
            days |= {kind for kind, _ in attendu.jours}
    assert leaves == {value for value in range(32) if value & DrapeauFeuille.ACTIF or not value & 12}
    assert (states, days) == ({None, *StatutProjet}, set(RelationJour))
