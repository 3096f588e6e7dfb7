"""A MariaDB server that refuses: the same sentences as PostgreSQL's, from the server's own error numbers."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from servers import Base, counted, mariadb_server, open_base
from sqlalchemy import make_url

from temoin_sdk import Jour, Logiciel, SqlSource, sql
from temoin_sdk.errors import Acteur, ConnectionRefused, SourceError

CANARI = "Mme Fictive-Canari"
SECRET = "phrase de passe"


class Dui(SqlSource):
    nom = "dui"
    logiciel = Logiciel("DUI fictif", "1.0")
    espace_usagers = "dui.usager"
    etablissements = "SELECT 'A' AS code"
    sejours = sql("SELECT code, usager, entree FROM sejour", dates=Jour())


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base("mariadb", tmp_path) as opened:
        columns = {"code": "varchar(5)", "usager": "varchar(40)", "entree": "date"}
        opened.load("sejour", columns, [("A", CANARI, "2026-01-01")])
        yield opened


@pytest.fixture
def sans_droit(base: Base) -> Iterator[Base]:
    """The base as an account sees it that may enter and read nothing but another table."""
    base.run("CREATE TABLE autre (x int)")
    nom = make_url(base.url).database
    server = mariadb_server()
    server.execute(
        f"CREATE USER sans_droit@127.0.0.1 IDENTIFIED BY '{SECRET}'",
        f"GRANT SELECT ON {nom}.autre TO sans_droit@127.0.0.1",
    )
    try:
        yield replace(at(base, username="sans_droit"), mot_de_passe=SECRET)
    finally:
        server.execute("DROP USER sans_droit@127.0.0.1")


def at(base: Base, **changes: object) -> Base:
    return replace(base, url=make_url(base.url).set(**changes).render_as_string(hide_password=False))


def refusal(base: Base, classe: type[SqlSource] = Dui, delai: int = 60) -> SourceError:
    with pytest.raises(SourceError) as refused:
        counted(base, classe, delai=delai)
    said = refused.value.phrase()
    assert CANARI not in said
    assert SECRET not in said
    return refused.value


def connection_refused(base: Base, code: str, *, retryable: bool, delai: int = 60) -> ConnectionRefused:
    """The refusal, told whole: what in French, at which source, by whom and how it is mended."""
    error = refusal(base, delai=delai)
    assert isinstance(error, ConnectionRefused)
    assert (error.code, error.acteur, error.retryable) == (code, Acteur.GESTIONNAIRE, retryable)
    assert re.match(r"(Le serveur|La base|La connexion|Le compte)\b", error.message)
    assert error.remede
    assert "source dui" in (error.ou or "")
    return error


def test_a_wrong_password(base: Base) -> None:
    error = connection_refused(replace(base, mot_de_passe=f"{SECRET} fausse"), "connexion_compte", retryable=False)
    assert "mot_de_passe" in error.remede


def test_an_unknown_account(base: Base) -> None:
    connection_refused(at(base, username="personne"), "connexion_compte", retryable=False)


def test_an_unknown_database_of_an_account_that_may_see_all(base: Base) -> None:
    server = mariadb_server()
    server.execute(
        f"CREATE USER tout_voir@127.0.0.1 IDENTIFIED BY '{SECRET}'", "GRANT SELECT ON *.* TO tout_voir@127.0.0.1"
    )
    try:
        absente = replace(at(base, username="tout_voir", database="absente"), mot_de_passe=SECRET)
        connection_refused(absente, "connexion_base", retryable=False)
    finally:
        server.execute("DROP USER tout_voir@127.0.0.1")


def test_an_unknown_database_of_an_account_that_may_see_its_own(base: Base) -> None:
    """The server does not say to such an account whether the base exists: the remedy names both ways out."""
    error = connection_refused(at(base, database="absente"), "connexion_base", retryable=False)
    assert "absente" in error.message
    assert "nom de la base" in error.remede
    assert "droit" in error.remede


def test_a_port_nobody_listens_on(base: Base) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        connection_refused(at(base, port=taken.getsockname()[1]), "connexion_serveur", retryable=True)


def test_a_name_that_is_no_machine(base: Base) -> None:
    connection_refused(at(base, host="serveur.invalid"), "connexion_serveur", retryable=True)


def test_a_server_that_never_answers(base: Base) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        connection_refused(at(base, port=silent.getsockname()[1]), "connexion_serveur", retryable=True, delai=1)


def test_tls_that_the_server_does_not_speak(base: Base) -> None:
    chiffree = at(base, query={"ssl_check_hostname": "true"})
    error = connection_refused(chiffree, "connexion_chiffrement", retryable=False)
    assert "TLS" in error.remede


def test_a_table_the_account_may_not_read(sans_droit: Base) -> None:
    error = connection_refused(sans_droit, "droit_absent", retryable=False)
    assert "sejour" in error.message
    assert "SELECT" in error.remede


def test_a_column_the_account_may_not_read(base: Base, sans_droit: Base) -> None:
    nom = make_url(base.url).database
    mariadb_server().execute(f"GRANT SELECT (code, usager) ON {nom}.sejour TO sans_droit@127.0.0.1")
    error = connection_refused(sans_droit, "droit_absent", retryable=False)
    assert "entree" in error.message


def test_a_column_that_is_not_there_is_the_editors(base: Base) -> None:
    class Faux(Dui):
        sejours = sql("SELECT code, usager, entre AS entree FROM sejour", dates=Jour())

    error = refusal(base, Faux)
    assert (error.code, error.acteur) == ("requete_refusee", Acteur.EDITEUR)
    assert "entre" in error.message
