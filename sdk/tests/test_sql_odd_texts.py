"""SELECTs as editors really write them, on every engine that can say them: all count the same.

Persons 1 and 2 are there; person 1 was written about on 1 September at 10 h and 2 on the last second of October, in
summer time or winter time of Paris; a third writing, about 1, is of the second after. So two records are in use.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from servers import ENGINES, Base, counted, open_base

from temoin_sdk import EpochMs, EpochS, Instant, Jour, Logiciel, Nature, SqlSource, sql
from temoin_sdk.vocabulary import Compte

PARIS = Instant("Europe/Paris")
WRITINGS = (
    ("A", "1  ", "2026-09-01 10:00:00", 1788249600),
    ("A  ", "2", "2026-10-31 23:59:59", 1793487599),
    ("A", "1", "2026-11-01 00:00:00", 1793487600),
)
MOMENT = {"sqlite": "text", "postgresql": "timestamp", "mariadb": "datetime"}
ABSOLUTE = {
    "postgresql": "SELECT code, usager, to_timestamp(epoque) AS date_fait FROM fiche",
    "sqlite": "SELECT code, usager, strftime('%Y-%m-%dT%H:%M:%SZ', epoque, 'unixepoch') AS date_fait FROM fiche",
}
SERIES = {
    "postgresql": """SELECT s.code, s.usager, j::date AS date_fait FROM sejour s,
        generate_series(:debut::timestamp, cast(:fin AS timestamp) - interval '1 day', interval '7 days') AS j""",
    "sqlite": """WITH RECURSIVE j(jour) AS (SELECT :debut UNION ALL SELECT date(jour, '+7 days') FROM j
        WHERE date(jour, '+7 days') < :fin) SELECT s.code, s.usager, j.jour AS date_fait FROM sejour s, j""",
    "mariadb": """WITH RECURSIVE j(jour) AS (SELECT CAST(:debut AS DATE) UNION ALL SELECT jour + INTERVAL 7 DAY FROM j
        WHERE jour + INTERVAL 7 DAY < :fin) SELECT s.code, s.usager, j.jour AS date_fait FROM sejour s, j""",
}
QUOTES = {"sqlite": '"', "postgresql": '"', "mariadb": "`"}
WHOLE = {"sqlite": "INTEGER", "postgresql": "bigint", "mariadb": "SIGNED"}
TEXT = {"sqlite": "TEXT", "postgresql": "text", "mariadb": "CHAR"}


def spelled(texte: str, words: dict[str, str]) -> dict[str, str]:
    """A text with the word of each engine in the place of ~."""
    return {moteur: texte.replace("~", word) for moteur, word in words.items()}


class Dui(SqlSource):
    nom = "dui"
    logiciel = Logiciel("DUI fictif", version_sql="SELECT '5 % : é' AS version -- la version\n;")
    espace_usagers = "dui.usager"
    etablissements = "SELECT DISTINCT code FROM sejour;"
    sejours = sql("SELECT code, usager, entree, sortie FROM sejour", dates=Jour())


@dataclass(frozen=True)
class Odd:
    """A text of `mises_a_jour`, the same for all or one for each engine, and what its dates are."""

    texte: str | dict[str, str]
    nature: Nature = PARIS


ODD = {
    "plain": Odd("SELECT code, usager, quand AS date_fait FROM fiche"),
    "semicolon and comments": Odd(
        "/* qui ? */ SELECT code, usager, -- le ;\n quand AS date_fait /* l'heure ; */ FROM fiche ; -- fin\n"
    ),
    "literals with colons, percents, quotes and backslashes": Odd(
        "SELECT code, usager, quand AS date_fait FROM fiche WHERE "
        "note LIKE '%d''accord : 100 %' AND note NOT LIKE ':actif%' AND note <> '%(x)s ? %s \"'"
    ),
    "a CTE": Odd(
        "WITH recent AS (SELECT * FROM fiche WHERE note IS NOT NULL), autre AS (SELECT * FROM recent) "
        "SELECT code, usager, quand AS date_fait FROM autre"
    ),
    "the same name of a CTE as ours": Odd(
        "WITH carte AS (SELECT * FROM fiche), faits AS (SELECT * FROM carte) "
        "SELECT code, usager, quand AS date_fait FROM faits"
    ),
    "unions and aggregates": Odd(
        "SELECT code, usager, max(quand) AS date_fait FROM fiche WHERE quand < '2026-11-01' GROUP BY code, usager "
        "UNION SELECT code, usager, min(quand) FROM fiche GROUP BY code, usager "
        "UNION ALL SELECT code, usager, NULL FROM fiche"
    ),
    "an order and a limit": Odd("SELECT code, usager, quand AS date_fait FROM fiche ORDER BY quand DESC LIMIT 100"),
    "columns in another order, and more of them": Odd(
        "SELECT note, quand AS date_fait, usager, 3 AS trois, code, 'humain' AS auteur, NULL AS rien FROM fiche"
    ),
    "names in capitals": Odd("SELECT CODE, USAGER, QUAND AS DATE_FAIT FROM fiche"),
    "reserved words and accents": Odd(
        spelled("SELECT f.code, f.usager, f.quand AS date_fait, note AS ~order~, 1 AS ~né(e) %~ FROM fiche f", QUOTES)
    ),
    "names quoted with capitals": Odd(
        spelled("SELECT code, usager AS ~Usager~, quand AS ~Date_Fait~ FROM fiche", QUOTES)
    ),
    "padded identifiers against whole ones": Odd(
        "SELECT CAST(code AS CHAR(9)) AS code, CAST(usager AS CHAR(20)) AS usager, quand AS date_fait FROM fiche"
    ),
    "whole identifiers": Odd(spelled("SELECT code, CAST(usager AS ~) AS usager, quand AS date_fait FROM fiche", WHOLE)),
    "text dates": Odd(spelled("SELECT code, usager, CAST(quand AS ~) AS date_fait FROM fiche", TEXT)),
    "text dates of which some are none": Odd(
        spelled(
            "SELECT code, usager, CAST(quand AS ~) AS date_fait FROM fiche "
            "UNION ALL SELECT code, usager, '2026-09-31 10:00:00' FROM fiche WHERE usager = '2' "
            "UNION ALL SELECT code, usager, '' FROM fiche",
            TEXT,
        )
    ),
    "a day of a moment": Odd("SELECT code, usager, quand AS date_fait FROM fiche", Jour()),
    "seconds": Odd("SELECT code, usager, epoque AS date_fait FROM fiche", EpochS()),
    "milliseconds": Odd("SELECT code, usager, epoque * 1000 AS date_fait FROM fiche", EpochMs()),
    "moments with an offset": Odd(ABSOLUTE, Instant("America/Miquelon")),
    "recurring events expanded by the text": Odd(SERIES, Jour()),
    "a date that is never there in an optional column": Odd(
        "SELECT code, usager, quand AS date_fait, NULL AS auteur FROM fiche"
    ),
}


@pytest.fixture(params=ENGINES)
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    with open_base(request.param, tmp_path) as opened:
        opened.load(
            "sejour",
            {"code": "varchar(9)", "usager": "int", "entree": "date", "sortie": "date"},
            [("A", 1, "2026-01-01", None), ("A", 2, "2026-01-01", None)],
        )
        opened.load(
            "fiche",
            {
                "code": "varchar(9)",
                "usager": "varchar(20)",
                "quand": MOMENT[opened.moteur],
                "note": "varchar(90)",
                "epoque": "bigint",
            },
            [(code, usager, quand, "d'accord : 100 %", epoque) for code, usager, quand, epoque in WRITINGS],
        )
        yield opened


@pytest.mark.parametrize("case", ODD)
def test_an_odd_text_counts_like_a_plain_one(base: Base, case: str) -> None:
    odd = ODD[case]
    texte = odd.texte if isinstance(odd.texte, str) else odd.texte.get(base.moteur)
    if texte is None:
        pytest.skip(f"{base.moteur} cannot say it")

    class Etrange(Dui):
        mises_a_jour = sql(texte, dates=odd.nature)

    resultat = counted(base, Etrange)
    assert not resultat.erreurs
    [un] = resultat.etablissements
    assert (un.comptes[Compte.PERSONNES_ACCOMPAGNEES], un.comptes[Compte.DOSSIERS_ACTIFS]) == (2, 2)
    assert resultat.sources[0].logiciel_version == "5 _ _ _"
