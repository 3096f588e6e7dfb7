"""A database that refuses: each case has its sentence, its code, who must act; no password, no value of a row."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from servers import Base, counted, open_base, postgresql_server, reading, sqlite_base
from sqlalchemy import make_url, text

from temoin_sdk import Jour, Logiciel, SqlSource, sql
from temoin_sdk.errors import Acteur, ConfigurationError, ConnectionRefused, SourceError
from temoin_sdk.statement.engines.postgresql import PostgreSQLAccess

CANARI = "Mme Fictive-Canari"


class Dui(SqlSource):
    nom = "dui"
    logiciel = Logiciel("DUI fictif", "1.0")
    espace_usagers = "dui.usager"
    etablissements = "SELECT 'A' AS code"
    sejours = sql("SELECT code, usager, entree FROM sejour", dates=Jour())


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base("postgresql", tmp_path) as opened:
        opened.load("sejour", {"code": "text", "usager": "text", "entree": "date"}, [("A", CANARI, "2026-01-01")])
        yield opened


def refusal(base: Base, classe: type[SqlSource] = Dui) -> SourceError:
    with pytest.raises(SourceError) as refused:
        counted(base, classe)
    assert CANARI not in refused.value.phrase()
    assert "phrase de passe" not in refused.value.phrase()
    return refused.value


def with_host(base: Base, **changes: object) -> Base:
    return replace(base, url=make_url(base.url).set(**changes).render_as_string(hide_password=False))


def test_a_wrong_password(base: Base) -> None:
    error = refusal(replace(base, mot_de_passe="phrase de passe fausse"))
    assert (error.code, error.acteur, error.retryable) == ("connexion_compte", Acteur.GESTIONNAIRE, False)


def test_an_unknown_account(base: Base) -> None:
    assert refusal(with_host(base, username="personne")).code == "connexion_compte"


def test_an_unknown_database(base: Base) -> None:
    error = refusal(with_host(base, database="absente"))
    assert (error.code, error.retryable) == ("connexion_base", False)


def test_a_port_nobody_listens_on(base: Base) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = refusal(with_host(base, port=taken.getsockname()[1]))
    assert (error.code, error.retryable) == ("connexion_serveur", True)


def test_a_name_that_is_no_machine(base: Base) -> None:
    assert refusal(with_host(base, host="serveur.invalid")).code == "connexion_serveur"


def test_a_server_that_never_answers(base: Base) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(ConnectionRefused) as refused:
            counted(with_host(base, port=silent.getsockname()[1]), Dui, delai=1)
    assert refused.value.code == "connexion_serveur"


def test_a_table_the_account_may_not_read(base: Base) -> None:
    with postgresql_server().connect() as connection:
        connection.execute("DROP ROLE IF EXISTS sans_droit")
        connection.execute("CREATE ROLE sans_droit LOGIN PASSWORD 'phrase de passe'")
    error = refusal(replace(with_host(base, username="sans_droit"), mot_de_passe="phrase de passe"))
    assert (error.code, error.acteur, error.retryable) == ("droit_absent", Acteur.GESTIONNAIRE, False)
    assert "sejour" in error.message


def test_a_column_that_is_not_there_is_the_editors(base: Base) -> None:
    class Faux(Dui):
        sejours = sql("SELECT code, usager, entre AS entree FROM sejour", dates=Jour())

    error = refusal(base, Faux)
    assert (error.code, error.acteur) == ("requete_refusee", Acteur.EDITEUR)
    assert "entre" in error.message


@pytest.mark.parametrize(
    "texte",
    [
        "SELECT code, usager, entree FROM sejour WHERE usager::integer > 0",
        "SELECT code, usager, (usager || '')::date AS entree FROM sejour",
        "SELECT code, usager, entree FROM sejour, raconter(usager)",
        "SELECT code, usager, entree FROM sejour, composer(usager)",
        "SELECT code, xpath('//a', usager::xml)::text AS usager, entree FROM sejour",
    ],
)
def test_words_of_the_engine_that_quote_a_row_are_not_shown(base: Base, texte: str) -> None:
    base.run(
        "CREATE FUNCTION raconter(x text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE '% !', x; END $$",
        "CREATE FUNCTION composer(x text) RETURNS int LANGUAGE plpgsql AS "
        """$$ BEGIN EXECUTE 'SELECT "' || x || '" FROM sejour'; RETURN 1; END $$""",
    )

    class Cite(Dui):
        sejours = sql(texte, dates=Jour())

    error = refusal(base, Cite)
    assert error.code == "requete_refusee"
    assert "code " in error.message


def test_a_driver_that_is_not_installed_is_named_with_how_to_install_it(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PostgreSQLAccess, "pilote", "pilote_absent")
    error = refusal(base)
    assert error.code == "pilote_absent"
    assert 'pip install "temoin-sdk[postgresql]"' in error.remede


def test_an_engine_nobody_speaks_is_named(tmp_path: Path) -> None:
    base = replace(sqlite_base(tmp_path / "base.db"), url="dbase://machine/base")
    with pytest.raises(ConfigurationError) as refused:
        counted(base, Dui)
    assert refused.value.code == "moteur_inconnu"
    assert "postgresql" in refused.value.message


def test_another_driver_in_the_address_is_not_needed(base: Base) -> None:
    counted(with_host(base, drivername="postgresql+asyncpg"), Dui)


def test_an_error_in_the_middle_of_a_stream_quotes_nothing(base: Base) -> None:
    base.run("INSERT INTO sejour SELECT 'A', g::text, '2026-01-01' FROM generate_series(1, 5000) g")
    late = text("SELECT CASE WHEN usager = '5000' THEN (usager || 'Mme Fictive')::int END FROM sejour")
    with reading(base) as reader, pytest.raises(SourceError) as refused:
        list(reader.batches(late, ou="essai"))
    assert "Fictive" not in refused.value.phrase()
    assert refused.value.__cause__ is None
