"""The statements made for Oracle and SQL Server, which cannot run here, give the calculator's counts when
transpiled, and so does what explains them.

A weak check: PostgreSQL runs what those engines would refuse. What they refuse has checks of its own beside the
dialects, and `test_same_counts_on_given_servers.py` runs where a server is given.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
import servers
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from reference import routes
from reference.bases import crowd
from reference.comparing import Expectation
from reference.engines import through_engine
from reference.explaining import check_all, explain_all
from reference.typing_columns import TYPAGES, Typage, canonical
from servers.bases import Base
from servers.transpiling import TRANSPILED, played_by

from temoin_sdk.contract.settings import ReglagesSql
from temoin_sdk.errors import SourceError
from temoin_sdk.statement.reading import open_reader
from temoin_sdk.testing.reference.facts import Base as Drawn
from temoin_sdk.windows import Fenetre

FEW = settings(
    max_examples=1,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
CODES = ("taux_projet_personnalise", "taux_dmp", "taux_mss")
ASTRAY = {"personnes_sans_sejour", "sites_inconnus", "usagers_absents", "dates_illisibles", "mot_inconnu"}
"""All rows of a relation fit nowhere, which a base drawn at random may well say."""


def lacks(moteur: str, typage: Typage) -> bool:
    """Whether the engine has no such columns: Oracle has neither uuid nor days that are no midnights."""
    return moteur == "oracle" and ("uuid" in typage.usagers or "jour" in typage.instants)


def composed(base: Drawn) -> Drawn:
    """The same facts, identifiers in NFC: SQL Server has no way to compose them."""
    lignes = {
        relation: tuple(
            row._replace(**{name: nfc(getattr(row, name)) for name in row._fields if name.startswith("usager")})
            for row in rows
        )
        for relation, rows in base.lignes.items()
    }
    return replace(base, lignes=lignes)


def nfc(value: object) -> object:
    """A text composed, anything else as it is."""
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


open_base = servers.open_base


@contextmanager
def playing(moteur: str, _real: str, folder: Path) -> Iterator[Base]:
    """A base of PostgreSQL that is read as if it were another's."""
    with open_base("postgresql", folder) as base, played_by(base, moteur) as (reglages, _said):
        yield replace(base, url=reglages["url"], mot_de_passe=None)


@pytest.mark.parametrize("typage", TYPAGES, ids=lambda one: one.nom)
@pytest.mark.parametrize("moteur", TRANSPILED)
@FEW
@given(seed=st.integers(0, 2**32 - 1))
def test_a_crowd_read_as_another_engine(moteur: str, typage: Typage, seed: int) -> None:
    if lacks(moteur, typage):
        pytest.skip(f"{moteur} has no such type")
    base = canonical(crowd(seed), typage)
    if moteur == "mssql":
        base = composed(base)
    note(repr(base))
    expectation = Expectation(base)
    with TemporaryDirectory() as name, mock.patch.object(servers, "open_base", lambda m, f: playing(moteur, m, f)):
        folder = Path(name)
        with through_engine(base, "postgresql", typage, folder, intervals=seed % 3 == 0) as sources:
            try:
                result = routes.run(base, sources, folder / "preuves")
            except SourceError as error:
                assert error.code in ASTRAY, error.phrase()
                return
            explained = explain_all(base, sources, folder / "explications", *CODES)
        expectation.compare(result, folder / "preuves", f"{moteur}, {typage.nom}")
        check_all(base, explained, f"{moteur}, {typage.nom}")


@pytest.mark.parametrize(
    ("moteur", "first"),
    [("oracle", "SET TRANSACTION READ ONLY NAME 'temoin'"), ("mssql", "SET TRANSACTION ISOLATION LEVEL SNAPSHOT")],
)
def test_the_session_reads_only_one_state_before_anything_is_read(moteur: str, first: str, tmp_path: Path) -> None:
    fenetre = Fenetre(debut=date(2026, 8, 1), fin=date(2026, 11, 1))
    with open_base("postgresql", tmp_path) as base, played_by(base, moteur) as (reglages, said):
        base.run("CREATE TABLE version (nom text)", "INSERT INTO version VALUES ('5%')")
        with open_reader(ReglagesSql(**reglages), "dui", fenetre) as reader:
            assert reader.value("SELECT nom FROM version WHERE nom LIKE '%\\%' ; -- fin", ou="essai") == "5%"
            assert reader.instantane
    asked = next(at for at, statement in enumerate(said) if "FROM version" in statement)
    assert first in said[:asked]
    assert "%%" not in said[asked], "a % of an editor's text stays as it is"
