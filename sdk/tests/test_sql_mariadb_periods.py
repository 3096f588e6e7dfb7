"""An editor's MariaDB text that limits itself: `:debut` and `:fin` are binds in its SQL, and text everywhere else."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from servers import FENETRE, Base, counted, open_base

from temoin_sdk import Instant, Jour, Logiciel, SqlSource, sql
from temoin_sdk.civil import MARGIN
from temoin_sdk.errors import MappingError
from temoin_sdk.vocabulary import Compte

PRESENT = "SELECT 'A' AS code, u AS usager, DATE'2026-01-01' AS entree FROM fiche"
FICHES = (
    "(1, '2026-07-31 23:59:59'), (2, '2026-08-01 00:00:00'), (3, '2026-10-31 23:59:59'), (4, '2026-11-01 00:00:00')"
)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with open_base("mariadb", tmp_path) as opened:
        opened.run("CREATE TABLE fiche (u int, quand datetime)", f"INSERT INTO fiche VALUES {FICHES}")
        yield opened


def active(base: Base, maj: str, nature: Instant | None = None) -> int | None:
    """Dossiers actifs of four persons present from August to October, with these updates."""
    members: dict[str, Any] = {
        "nom": "dui",
        "logiciel": Logiciel("DUI fictif", "1.0"),
        "espace_usagers": "dui.usager",
        "etablissements": "SELECT 'A' AS code",
        "sejours": sql(PRESENT, dates=Jour()),
        "mises_a_jour": sql(maj, dates=nature or Instant("Europe/Paris")),
    }
    [found] = counted(base, type("Dui", (SqlSource,), members)).etablissements
    return found.comptes[Compte.DOSSIERS_ACTIFS]


BOUNDED = {
    "both bounds": "SELECT 'A' AS code, u AS usager, quand AS date_fait FROM fiche WHERE quand >= :debut "
    "AND quand < :fin",
    "twice the same": "SELECT 'A' AS code, u AS usager, quand AS date_fait FROM fiche WHERE quand >= :debut "
    "AND DATE(quand) >= :debut AND quand < :fin AND DATE(quand) < :fin",
    "in what is computed": "SELECT 'A' AS code, u AS usager, LEAST(GREATEST(quand, :debut), :fin - INTERVAL 1 DAY) "
    "AS date_fait FROM fiche WHERE quand >= :debut AND quand < :fin",
    "a recurring event": "WITH RECURSIVE jours AS (SELECT CAST(:debut AS date) AS j UNION ALL SELECT j + INTERVAL "
    "1 DAY FROM jours WHERE j + INTERVAL 1 DAY < :fin) SELECT 'A' AS code, u AS usager, j AS date_fait FROM jours "
    "JOIN fiche ON DATE(quand) = j",
    "in a literal": "SELECT 'A' AS code, u AS usager, quand AS date_fait FROM fiche WHERE quand >= :debut "
    "AND quand < :fin AND ':debut :fin' = CONCAT(':', 'debut ', ':', \"fin\")",
    "in a literal after an escape": r"SELECT 'A' AS code, u AS usager, quand AS date_fait FROM fiche WHERE quand >= "
    r":debut AND quand < :fin AND 'l\'heure :fin' = CONCAT('l', CHAR(39), 'heure ', CHAR(58), 'fin')",
    "in a name": "SELECT 'A' AS code, u AS usager, `:fin` AS date_fait FROM (SELECT u, quand AS `:fin` FROM fiche) x "
    "WHERE `:fin` >= :debut AND `:fin` < :fin",
    "in comments": "SELECT 'A' AS code, u AS usager, quand AS date_fait /* until :fin */ FROM fiche # from :debut\n"
    "WHERE quand >= :debut -- not :autre\n AND quand < :fin /*! AND quand < :debut */",
    "only in a comment": "SELECT 'A' AS code, u AS usager, quand AS date_fait FROM fiche -- :debut, :fin\n",
    "beside a percent": "SELECT 'A' AS code, u AS usager, quand AS date_fait FROM fiche WHERE quand >= :debut "
    "AND quand < :fin AND '100 % :debut' LIKE '100 \\% %' AND u % 5 <> 0",
}


@pytest.mark.parametrize("case", BOUNDED)
def test_a_text_limits_itself_to_the_period(base: Base, case: str) -> None:
    assert active(base, BOUNDED[case]) == 2


@pytest.mark.parametrize(
    ("bind", "day"), [(":debut", FENETRE.debut - MARGIN), (":fin", FENETRE.fin + MARGIN), (":debut", FENETRE.debut)]
)
def test_the_bounds_are_civil_days_a_little_wider_than_the_window(base: Base, bind: str, day: date) -> None:
    maj = f"SELECT 'A' AS code, u AS usager, DATE'2026-09-01' AS date_fait FROM fiche WHERE {bind} = DATE'{day}'"
    assert active(base, maj) == (0 if day == FENETRE.debut else 4)


@pytest.mark.parametrize("bind", [":autre", "@debut", "?"])
def test_another_bind_in_a_text_is_refused_or_left_to_the_server(base: Base, bind: str) -> None:
    maj = f"SELECT 'A' AS code, u AS usager, quand AS date_fait FROM fiche WHERE quand >= {bind}"
    if bind == "@debut":  # a variable of the session, which nobody set: NULL
        assert active(base, maj) == 0
        return
    with pytest.raises(MappingError) as refused:
        active(base, maj)
    assert refused.value.code == "requete_texte"
