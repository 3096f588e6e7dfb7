"""One fact at one edge each: what a source once counted otherwise than the calculator, kept small and readable."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reference import routes
from reference.bases import DATED
from reference.comparing import Expectation
from reference.pools import REGLAGES

from temoin_sdk.contract import EpochMs, EpochS, Identite, Instant, MessageMss, MiseAJour, Nature, Projet, Sejour
from temoin_sdk.testing.reference.facts import Base, Etablissement
from temoin_sdk.vocabulary import Compte, Relation
from temoin_sdk.windows import Fenetre

PARIS = Etablissement("010780054", "Europe/Paris", ("S1",))
WALLIS = Etablissement("980600027", "Pacific/Wallis", ("S1",))
SANTIAGO = Etablissement("2B0000020", "America/Santiago", ("S1",))
MIQUELON = Etablissement("970500005", "America/Miquelon", ("S1",))
FENETRE = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
REGLAGE = REGLAGES[0]
UN_JOUR = next(one for one in REGLAGES if one.projet == "un_jour" and one.base_personnes == "fenetre")
JOINED = (Identite("essai.usager", 2, "essai.usager", 1),)


def base_of(site: Etablissement, nature: Nature, lignes: dict[Relation, tuple[Any, ...]]) -> Base:
    """A base of one establishment whose columns all hold one nature."""
    return Base(
        fenetre=FENETRE,
        reglages=REGLAGE,
        fuseau_og=site.fuseau,
        etablissements=(site,),
        sites=site.codes,
        natures=dict.fromkeys(DATED, nature),
        lignes=lignes,
    )


def updated(site: Etablissement, nature: Nature, *moments: Any) -> Base:
    """One person since 2020 for each update, in the order of these moments."""
    people = range(1, len(moments) + 1)
    entree = 1577880000 * (1000 if isinstance(nature, EpochMs) else 1)
    return base_of(
        site,
        nature,
        {
            Relation.SEJOURS: tuple(
                Sejour("S1", who, entree if isinstance(nature, (EpochS, EpochMs)) else "2020-01-01") for who in people
            ),
            Relation.MISES_A_JOUR: tuple(
                MiseAJour("S1", who, at, "humain") for who, at in zip(people, moments, strict=True)
            ),
        },
    )


ACTIVE: dict[str, tuple[Base, int]] = {
    "naive hours of Paris read at Wallis, both sides of the first and last midnight": (
        updated(
            WALLIS,
            Instant("Europe/Paris"),
            "2026-07-31 13:59:59",
            "2026-07-31 14:00:00",
            "2026-10-31 12:59",
            "2026-10-31T13:00",
        ),
        2,
    ),
    "the night that lasts 25 hours, in winter time after it": (
        updated(PARIS, Instant("UTC"), "2026-10-31 22:59:59", "2026-10-31 23:00:00"),
        1,
    ),
    "the hour before midnight that comes twice, of a declared zone": (
        replace(
            updated(SANTIAGO, EpochS(), 1775358000, 1775359800, 1775361599, 1775361600),
            fenetre=Fenetre(debut=date(2026, 3, 1), fin=date(2026, 4, 5)),
        ),
        3,
    ),
    "offsets in four spellings, on the last second": (
        updated(
            PARIS,
            Instant("UTC"),
            "2026-10-31T23:59:59+01:00",
            "2026-10-31T23:59:59+0100",
            "2026-10-31 23:59:59.999999+01",
            "2026-10-31T22:59:59.999Z",
        ),
        4,
    ),
    "offsets in four spellings, a second later": (
        updated(
            PARIS,
            Instant("UTC"),
            "2026-11-01T00:00:00+01:00",
            "2026-11-01T00:00:00+0100",
            "2026-10-31 23:00:00.000001Z",
            "2026-11-01 12:00+13",
        ),
        0,
    ),
    "seconds and milliseconds of epoch on the first instant": (
        updated(MIQUELON, EpochS(), 1785549599, 1785549600, 1785549599.999),
        1,
    ),
    "milliseconds are cut and never rounded up": (updated(MIQUELON, EpochMs(), 1785549599999, 1785549600000), 1),
    "days that do not exist": (
        updated(WALLIS, Instant("Europe/Paris"), "2026-09-31", "2026-09-00 10:00:00", "", "2026-08-01"),
        1,
    ),
}


@pytest.mark.parametrize("case", ACTIVE)
def test_dossiers_actifs(case: str, tmp_path: Path) -> None:
    base, expected = ACTIVE[case]
    expectation = Expectation(base)
    [attendu] = expectation.attendus.values()
    assert attendu.comptes[Compte.DOSSIERS_ACTIFS] == expected
    compare(expectation, tmp_path)


def forever(nature: Nature, value: Any, entree: Any) -> Base:
    """Two files of one person, left « for ever » from now."""
    return base_of(
        WALLIS,
        nature,
        {
            Relation.SEJOURS: (Sejour("S1", 1, entree, value), Sejour("S1", 2, entree, value)),
            Relation.PROJETS: (Projet("S1", 2, "actif", entree, value),),
            Relation.IDENTITES: JOINED,
        },
    )


PERSONS: dict[str, Base] = {
    "left on the last second of the calendar": forever(Instant("Europe/Paris"), "9999-12-31 23:59:59", "2026-08-01"),
    "the same in epoch": forever(EpochS(), 253402300799, 1785549600),
    "never left, written as an empty text in epoch": forever(EpochMs(), "", 1785549600000),
    "a project since the year 1, west of where it was written": base_of(
        MIQUELON,
        Instant("Europe/Paris"),
        {
            Relation.SEJOURS: (Sejour("S1", 1, "2026-08-01"), Sejour("S1", 2, "2026-08-01")),
            Relation.PROJETS: (Projet("S1", 1, "actif", "0001-01-01 00:00:00"),),
            Relation.IDENTITES: JOINED,
        },
    ),
    "a project that ends before it starts, inside the window": replace(
        base_of(
            PARIS,
            Instant("Europe/Paris"),
            {
                Relation.SEJOURS: (Sejour("S1", 1, "2026-08-01"),),
                Relation.PROJETS: (Projet("S1", 1, "actif", "2026-09-20", "2026-09-10"),),
            },
        ),
        reglages=UN_JOUR,
    ),
}


@pytest.mark.parametrize("case", PERSONS)
def test_personnes_accompagnees(case: str, tmp_path: Path) -> None:
    expectation = Expectation(PERSONS[case])
    [attendu] = expectation.attendus.values()
    [who] = attendu.personnes.values()
    assert (who.projet is None) == ("before it starts" in case)
    compare(expectation, tmp_path)


def test_messages_without_a_key_are_not_one_message(tmp_path: Path) -> None:
    messages = tuple(MessageMss("S1", "2026-09-10 10:00:00", None, cle) for cle in ("", "  ", None, "a", "a "))
    expectation = Expectation(base_of(PARIS, Instant("Europe/Paris"), {Relation.MESSAGES_MSS: messages}))
    [attendu] = expectation.attendus.values()
    assert attendu.comptes[Compte.MESSAGES_MSS] == 4
    compare(expectation, tmp_path)


def compare(expectation: Expectation, folder: Path) -> None:
    """By SQL and by rows."""
    base = expectation.base
    sql = routes.run(base, routes.through_sql(base, folder, intervals=False), folder / "sql")
    expectation.compare(sql, folder / "sql", "sql")
    rows = routes.run(base, routes.through_records(base, objects=False), folder / "rows")
    expectation.compare(rows, folder / "rows", "rows")
