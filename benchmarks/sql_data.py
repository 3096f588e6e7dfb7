"""The base that the SQL benchmark reads, the mapping that says where its facts are, and the query one would write."""

from collections.abc import Iterator
from pathlib import Path

from stdnum import luhn

EJ = "010000024"
DEBUT, FIN = "2026-08-01", "2026-11-01"
SITES = 500
FACTS = 10
"""Updates, and agenda events, of each person over two years."""

MAPPING = """
format = 1
nom = "banc"
version = "1"
moteurs = ["postgresql", "mariadb"]
espace_usagers = "banc.usager"
zone = "Europe/Paris"

[logiciel]
nom = "Banc"
version = "1"

[relations.etablissements]
sql = "SELECT code FROM site"

[relations.sejours]
dates = "jour"
sql = "SELECT code, usager, entree, sortie FROM sejour"

[relations.mises_a_jour]
dates = "instant"
sql = "SELECT code, usager, quand AS date_fait, auteur FROM maj"

[relations.evenements]
dates = "instant"
sql = "SELECT code, usager, quand AS date_fait, etat AS statut FROM rdv"

[relations.projets]
dates = "jour"
sql = "SELECT code, usager, statut, debut, fin FROM projet"
"""

_FACTS_BY_HAND = f"""
  SELECT code, usager, 1 AS present, 0 AS actif, 0 AS agenda, 0 AS projet FROM sejour
  WHERE entree < '{FIN}' AND (sortie IS NULL OR sortie >= '{DEBUT}')
  UNION ALL SELECT code, usager, 0, 1, 0, 0 FROM maj
  WHERE quand >= '{DEBUT}' AND quand < '{FIN}' AND auteur = 'humain'
  UNION ALL SELECT code, usager, 0, 0, 1, 0 FROM rdv
  WHERE quand >= '{DEBUT}' AND quand < '{FIN}' AND etat <> 'annule'
  UNION ALL SELECT code, usager, 0, 0, 0, 1 FROM projet
  WHERE statut IN ('actif', 'en_preparation') AND debut <= '2026-10-31' AND (fin IS NULL OR fin >= '2026-10-31')"""

_BY_GROUPS = f"""
WITH faits AS ({_FACTS_BY_HAND}),
personnes AS (SELECT code, usager, max(present) AS p, max(actif) AS a, max(agenda) AS g, max(projet) AS j
              FROM faits GROUP BY code, usager)
SELECT code, sum(p), sum(a), sum(a * g), sum(a * j) FROM personnes WHERE p = 1 GROUP BY code"""

_PERSONS_BY_SORTING = f"""
  SELECT SQL_BIG_RESULT code, usager, 1 AS present, 0 AS actif, 0 AS agenda, 0 AS projet FROM sejour
  WHERE entree < '{FIN}' AND (sortie IS NULL OR sortie >= '{DEBUT}') GROUP BY code, usager
  UNION ALL SELECT SQL_BIG_RESULT code, usager, 0, 1, 0, 0 FROM maj
  WHERE quand >= '{DEBUT}' AND quand < '{FIN}' AND auteur = 'humain' GROUP BY code, usager
  UNION ALL SELECT SQL_BIG_RESULT code, usager, 0, 0, 1, 0 FROM rdv
  WHERE quand >= '{DEBUT}' AND quand < '{FIN}' AND etat <> 'annule' GROUP BY code, usager
  UNION ALL SELECT SQL_BIG_RESULT code, usager, 0, 0, 0, 1 FROM projet
  WHERE statut IN ('actif', 'en_preparation') AND debut <= '2026-10-31' AND (fin IS NULL OR fin >= '2026-10-31')
  GROUP BY code, usager"""

_BY_SORTING = f"""
WITH faits AS ({_PERSONS_BY_SORTING}),
personnes AS (SELECT SQL_BIG_RESULT code, usager, max(present) AS p, max(actif) AS a, max(agenda) AS g, max(projet) AS j
              FROM faits GROUP BY code, usager)
SELECT code, sum(p), sum(a), sum(a * g), sum(a * j) FROM personnes WHERE p = 1 GROUP BY code"""

BY_HAND = {"postgresql": _BY_GROUPS, "mariadb": _BY_SORTING}
"""The fastest of several ways that were tried on each engine: accompagnées, actifs, with agenda, with projet.

On MariaDB joins of what is distinct in each relation took 1.4 times as long on a hundred thousand persons and eight
times on a million, unless the session was given a quarter of a gigabyte for temporary tables.
"""


def build(moteur: str, personnes: int) -> Iterator[str]:
    """Statements that make and fill the base: every engine holds the very same rows."""
    stamp = "timestamp" if moteur == "postgresql" else "datetime"
    yield "CREATE TABLE site (code varchar(10) PRIMARY KEY)"
    yield "CREATE TABLE sejour (code varchar(10), usager bigint, entree date, sortie date)"
    yield f"CREATE TABLE maj (code varchar(10), usager bigint, quand {stamp}, auteur varchar(20))"
    yield f"CREATE TABLE rdv (code varchar(10), usager bigint, quand {stamp}, etat varchar(20))"
    yield "CREATE TABLE projet (code varchar(10), usager bigint, statut varchar(20), debut date, fin date)"
    n, k = (_series(moteur, "n", 1, personnes), _series(moteur, "k", 0, FACTS - 1))
    code = f"concat('E', lpad({_text(moteur, f'n % {SITES}')}, 3, '0'))"
    yield f"INSERT INTO site SELECT {code} FROM {_series(moteur, 'n', 0, SITES - 1)}"
    left = f"CASE WHEN n % 10 = 0 THEN {_later(moteur, '2026-06-01', 'n % 150', 'day')} END"
    yield f"INSERT INTO sejour SELECT {code}, n, {_later(moteur, '2024-01-01', 'n % 600', 'day')}, {left} FROM {n}"
    statut = "CASE n % 7 WHEN 0 THEN 'termine' WHEN 1 THEN 'en_preparation' ELSE 'actif' END"
    ended = f"CASE WHEN n % 12 = 0 THEN {_later(moteur, '2026-08-15', 'n % 60', 'day')} END"
    yield f"INSERT INTO projet SELECT {code}, n, {statut}, {_day(moteur, '2025-01-01')}, {ended} FROM {n}"
    for table, first, step, words in (
        ("maj", 7_919, 104_729, "CASE WHEN k = 9 THEN 'automate' ELSE 'humain' END"),
        ("rdv", 15_485_863, 32_452_843, "CASE WHEN k = 9 THEN 'annule' ELSE 'valide' END"),
    ):
        second = _later(moteur, "2024-11-01", f"(n * {first} + k * {step}) % 63072000", "second")
        yield f"INSERT INTO {table} SELECT {code}, n, {second}, {words} FROM {k}, {n}"
        yield f"CREATE INDEX {table}_quand ON {table} (quand)"
    yield from ("ANALYZE",) if moteur == "postgresql" else ("ANALYZE TABLE sejour, maj, rdv, projet, site",)


def _series(moteur: str, name: str, first: int, last: int) -> str:
    if moteur == "postgresql":
        return f"generate_series({first}::bigint, {last}) {name}"
    return f"(SELECT seq AS {name} FROM seq_{first}_to_{last}) s_{name}"


def _text(moteur: str, number: str) -> str:
    return f"({number})::text" if moteur == "postgresql" else f"({number})"


def _day(moteur: str, day: str) -> str:
    return f"date '{day}'" if moteur == "postgresql" else f"'{day}'"


def _later(moteur: str, day: str, number: str, unit: str) -> str:
    if moteur == "postgresql" and unit == "day":
        return f"date '{day}' + ({number})::int"
    if moteur == "postgresql":
        return f"timestamp '{day}' + ({number}) * interval '1 {unit}'"
    return f"'{day}' + INTERVAL ({number}) {unit.upper()}"


def finess(number: int) -> str:
    """The FINESS invented for a site of the benchmark."""
    base = f"01{number + 1000:06}"
    return base + str(luhn.calc_check_digit(base))


def write_configuration(folder: Path, url: str) -> Path:
    """A whole installation that reads the base through a mapping file; the password comes by the environment."""
    (folder / "banc.toml").write_text(MAPPING, encoding="utf-8")
    establishments = "".join(
        f'[[etablissements]]\nfiness = "{finess(n)}"\nnom = "Site {n}"\nprojet = "banc"\nsecteur = "PA"\n'
        for n in range(SITES)
    )
    sites = ", ".join(f'"E{n:03}" = "{finess(n)}"' for n in range(SITES))
    path = folder / "temoin.toml"
    path.write_text(
        f'dossier = "temoin"\n[gestionnaire]\nnom = "Banc"\nej = "{EJ}"\n'
        '[[recepteurs]]\ncode = "ars"\nurl = "https://ars.example"\norigine = "ars.example/registre"\n'
        'cle = { kty = "OKP", crv = "Ed25519", x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }\n'
        'registre = "ars.example/registre+ee7ff666+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"\n'
        '[[projets]]\ncode = "banc"\ncampagne = "generalisation-2025"\nrecepteur = "ars"\n'
        f'{establishments}[[sources]]\nnom = "banc"\nplugin = "mapping"\nsites = {{ {sites} }}\n'
        f'[sources.reglages]\nfichier = "{folder / "banc.toml"}"\nurl = "{url}"\n'
        'mot_de_passe = { env = "MOT_DE_PASSE" }\ndelai = 3600\n',
        encoding="utf-8",
    )
    return path
