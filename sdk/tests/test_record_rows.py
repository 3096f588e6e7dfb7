"""Rows of a generator, taken by batches: every row says what it would say alone, and a wrong one is still named."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from temoin_sdk import EpochMs, EpochS, Instant, Jour, Logiciel, Nature, RecordSource
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.civil import local_day
from temoin_sdk.contract import LOCALE_ETABLISSEMENT, DepotDmp, Evenement, MessageMss, MiseAJour, Sejour
from temoin_sdk.errors import MappingError, PluginError
from temoin_sdk.gathering.from_records import RecordFold, RecordQuestion
from temoin_sdk.gathering.groups import Astray, Group, bring_together
from temoin_sdk.gathering.persons import Personne
from temoin_sdk.gathering.record_days import UNREADABLE, days_reader
from temoin_sdk.gathering.spool import Spool
from temoin_sdk.statement.columns import OF_THE_OG
from temoin_sdk.vocabulary import Relation
from temoin_sdk.windows import Fenetre

UN, DEUX = "010780054", "970400024"
FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
REGLAGES = load_campaign("generalisation-2025").campagne.reglages
LAST = FENETRE.dernier_jour.toordinal()
MANY = 2_500
"""More rows than a batch."""

NAIVE = datetime(2026, 7, 31, 23, 30)  # noqa: DTZ001 # local hours
SPELLINGS: tuple[object, ...] = (
    None,
    "",
    NAIVE,
    NAIVE.replace(tzinfo=UTC),
    NAIVE.replace(tzinfo=timezone(timedelta(hours=11))),
    datetime(9999, 12, 31, 23, 59, 59),  # noqa: DTZ001 # « for ever »
    date(2026, 8, 1),
    "2026-08-01",
    " 2026-08-01 ",
    "2026-07-31 23:30:00",
    "2026-07-31T23:30:00.5",
    "2026-07-31T22:30:00Z",
    "2026-07-31T22:30+00",  # nineteen characters, an offset among them
    "2026-07-31T23:30-05",
    "31/07/2026 23:30:00",
    "2026-13-01 00:00:00",
    1785535199,
    1785535199999,
    1.5,
    True,
    b"x",
)
NATURES: tuple[Nature, ...] = (
    Jour(),
    Instant("Europe/Paris"),
    Instant("UTC"),
    Instant(LOCALE_ETABLISSEMENT),
    EpochS(),
    EpochMs(),
)


def alone(value: object, nature: Nature, fuseau: str) -> int | None:
    try:
        day = local_day(value, nature, fuseau)
    except MappingError:
        return UNREADABLE
    return None if day is None else day.toordinal()


@pytest.mark.parametrize("fuseau", ["Europe/Paris", "America/Guadeloupe"])
@pytest.mark.parametrize("nature", NATURES)
def test_a_column_of_one_spelling_says_what_its_value_says(nature: Nature, fuseau: str) -> None:
    for value in SPELLINGS:
        assert list(days_reader(nature, fuseau)([value, value])) == [alone(value, nature, fuseau)] * 2, value


columns = st.one_of(
    st.lists(st.sampled_from(SPELLINGS), max_size=4),
    st.lists(st.sampled_from([one for one in SPELLINGS if isinstance(one, str)]), max_size=4),
    st.lists(st.datetimes(timezones=st.sampled_from([None, UTC])), max_size=4),
    st.lists(st.datetimes().map(str), max_size=4),
)


@given(columns, st.sampled_from(NATURES), st.sampled_from(["Europe/Paris", "America/Guadeloupe"]))
def test_a_column_says_what_each_of_its_values_says_alone(column: list[object], nature: Nature, fuseau: str) -> None:
    assert list(days_reader(nature, fuseau)(column)) == [alone(value, nature, fuseau) for value in column]


class Rows(RecordSource):
    nom = "lignes"
    logiciel = Logiciel("Lignes", "1")
    espace_usagers = "lignes.usager"
    dates = Instant(LOCALE_ETABLISSEMENT)

    donnees: dict[Relation, list[Any]] = {}  # noqa: RUF012 # replaced by each test

    def etablissements(self) -> Iterable[str]:
        return ["A", "B", "C"]

    def sejours(self, periode: Fenetre) -> Iterable[Sejour]:
        return iter(self.donnees.get(Relation.SEJOURS, []))

    def mises_a_jour(self, periode: Fenetre) -> Iterable[MiseAJour]:
        return iter(self.donnees.get(Relation.MISES_A_JOUR, []))

    def evenements(self, periode: Fenetre) -> Iterable[Evenement]:
        return iter(self.donnees.get(Relation.EVENEMENTS, []))

    def messages_mss(self, periode: Fenetre) -> Iterable[MessageMss]:
        return iter(self.donnees.get(Relation.MESSAGES_MSS, []))

    def depots_dmp(self, periode: Fenetre) -> Iterable[DepotDmp]:
        return iter(self.donnees.get(Relation.DEPOTS_DMP, []))


Fold = Callable[..., tuple[dict[str, Group], Astray]]


@pytest.fixture
def fold(tmp_path: Path) -> Fold:
    def call(**donnees: list[Any]) -> tuple[dict[str, Group], Astray]:
        source, astray = Rows(None), Astray()
        source.donnees = {Relation(name): rows for name, rows in donnees.items()}
        carte = {"A": (UN, "Europe/Paris"), "B": (DEUX, "Indian/Reunion"), "C": None}
        question = RecordQuestion(FENETRE, FENETRE, REGLAGES, carte, "Europe/Paris")
        with Spool(tmp_path, source.espace_usagers) as spool:
            RecordFold(source, question, spool, astray).gather(source.relations_fournies())
            spool.flush()
            return {f: bring_together(spool.blocks(f), {}, REGLAGES, FENETRE) for f in spool.finess()}, astray

    return call


def update(code: Any, usager: Any, moment: Any = NAIVE, auteur: Any = "humain") -> MiseAJour:
    return MiseAJour(code, usager, moment, auteur)


def known(group: Group) -> dict[str, Personne]:
    return {usager: one for (_, usager), one in group.personnes.items()}


def test_each_row_is_read_on_the_clock_of_its_place_and_in_no_other_place(fold: Fold) -> None:
    rows = [update(code, f"{n}", datetime(2026, 10, 31, 12)) for n in range(MANY) for code in "ABC"]  # noqa: DTZ001
    groups, _ = fold(mises_a_jour=rows)
    assert {finess: len(group.personnes) for finess, group in groups.items()} == {UN: MANY, DEUX: MANY}
    # the same instant is the last day of the window on one island and the day after it on the other side
    late = datetime(2026, 10, 31, 21, tzinfo=UTC)
    groups, _ = fold(mises_a_jour=[update(code, "7", late) for code in "ABC"])
    assert set(groups) == {UN}


def test_an_identifier_is_one_person_however_it_is_typed(fold: Fold) -> None:
    typed = [7, "7", "7   ", "é", "e\u0301", UUID(int=1), str(UUID(int=1))]
    groups, astray = fold(mises_a_jour=[update("A", one) for one in (*typed, None, "")])
    assert groups == {}
    assert astray.usagers_absents == {}
    inside = NAIVE + timedelta(days=1)
    groups, astray = fold(mises_a_jour=[update("A", one, inside) for one in (*typed, None, "")])
    assert {usager: one.maj for usager, one in known(groups[UN]).items()} == {"7": 3, "é": 2, str(UUID(int=1)): 2}
    assert astray.usagers_absents == {Relation.MISES_A_JOUR: 2}
    groups, _ = fold(mises_a_jour=[update("A", 7, inside), update("A", 7, inside)])
    assert {usager: one.maj for usager, one in known(groups[UN]).items()} == {"7": 2}


def test_a_person_of_whom_no_row_tells_anything_is_not_kept(fold: Fold) -> None:
    outside, unreadable = update("A", "1", NAIVE), update("A", "2", "hier")
    groups, _ = fold(mises_a_jour=[outside, unreadable])
    assert known(groups[UN]) == {"2": Personne(maj_illisibles=1)}


def test_rows_that_fit_nowhere_are_counted_where_they_would_count(fold: Fold) -> None:
    inside = NAIVE + timedelta(days=1)
    rows = [update("Z", "1", inside), update("Z", "1", NAIVE), update("A", None, inside), update("C", None, inside)]
    groups, astray = fold(
        mises_a_jour=rows * MANY,
        messages_mss=[MessageMss("Z", inside), MessageMss("Z", "hier"), MessageMss(None, inside)],
    )
    assert astray.sites_inconnus == {Relation.MISES_A_JOUR: MANY, Relation.MESSAGES_MSS: 1}
    assert astray.usagers_absents == {Relation.MISES_A_JOUR: MANY}
    assert astray.jours_illisibles == {Relation.MESSAGES_MSS: 1}
    assert set(groups) == {OF_THE_OG}


def test_words_and_days_add_up_over_batches(fold: Fold) -> None:
    days = [datetime(2026, 8, 1) + timedelta(days=n % 92) for n in range(MANY)]  # noqa: DTZ001
    words = ["valide", "VALIDE ", None, "annule", "Annule", "inventé"]
    groups, _ = fold(
        sejours=[Sejour("A", "1", date(2026, 1, 1))],
        mises_a_jour=[
            update("A", "1", day, ["humain", "automate", None, "robot"][n % 4]) for n, day in enumerate(days)
        ],
        evenements=[Evenement("A", "1", day, words[n % 6]) for n, day in enumerate(days)],
        depots_dmp=[DepotDmp("A", "1", day) for day in days],
    )
    quarter, sixth = MANY // 4, MANY // 6
    one = known(groups[UN])["1"]
    assert (one.maj, one.maj_sans_auteur, one.maj_inconnus, one.maj_jour) == (MANY, quarter, quarter, LAST - 1)
    assert (one.evenements, one.evenements_inconnus) == (MANY, sixth)
    assert one.evenements_retenus == MANY - 3 * sixth - 1
    assert (one.depots, one.depot_jour) == (MANY, LAST)
    assert sum(groups[UN].jours.values()) == MANY


WRONG: list[tuple[object, str]] = [
    (("A", "1", NAIVE, "humain"), "tuple"),
    (None, "NoneType"),
    (Evenement("A", "1", NAIVE), "Evenement"),
    (update(["A"], "1"), "MiseAJour"),
    (update("A", "1", NAIVE + timedelta(days=1), 7), "MiseAJour"),
    (update("A", "1", NAIVE + timedelta(days=1), ["humain"]), "MiseAJour"),
]


@pytest.mark.parametrize(("row", "kind"), WRONG)
@pytest.mark.parametrize("before", [0, 7, MANY])
def test_a_wrong_row_is_named_wherever_it_stands(fold: Fold, row: object, kind: str, before: int) -> None:
    good = update("A", "1")
    with pytest.raises(PluginError) as refused:
        fold(mises_a_jour=[*[good] * before, row, good])
    assert refused.value.code == "plugin_ligne"
    assert refused.value.ou == "relation mises_a_jour"
    assert f"de type {kind}," in refused.value.message
    assert "code, usager, date_fait, auteur" in (refused.value.remede or "")


@pytest.mark.parametrize("usager", [7.0, True, b"7", ["7"]])
@pytest.mark.parametrize("before", [0, 7])
def test_an_identifier_of_another_type_is_refused(fold: Fold, usager: object, before: int) -> None:
    with pytest.raises(MappingError) as refused:
        fold(mises_a_jour=[*[update("A", "1")] * before, update("A", usager)])
    assert refused.value.code == "usager_type"


def test_what_fails_in_the_plugin_itself_is_not_taken_for_a_wrong_row(fold: Fold) -> None:
    def broken() -> Iterable[MiseAJour]:
        yield update("A", "1")
        raise AttributeError("plugin")

    with pytest.raises(AttributeError, match="plugin"):
        fold(mises_a_jour=broken())


def test_merging_forgets_no_field() -> None:
    for number, one in enumerate(fields(Personne), 3):
        value: Any = ((1, None, number),) if one.name == "periodes" else number
        blank, said = Personne(), Personne(**{one.name: value})
        blank.merge(said)
        assert blank == said
        said.merge(Personne())
        assert said == Personne(**{one.name: value})
