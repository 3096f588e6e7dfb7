"""Rows of the contract, streamed from the store.

Who and where is settled here, not when an export arrives, so that no order of arrival can matter:

- a person known by INS alone is the one of the single PI that was met with this INS;
- a person who only has an id within one Bundle is, for what hangs on a stay, the person of that stay;
- the establishment is that of the stay a resource hangs on, else of its own Organization, else of all the person's
  stays when they agree, else the FINESS inside the identifier (which may be that of the legal body).
"""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, NamedTuple

_CTE: Final = """
WITH
pi AS MATERIALIZED (SELECT ins, min(pi) AS pi FROM lien GROUP BY ins HAVING count(*) = 1),
lieu AS MATERIALIZED (
    SELECT coalesce(pi.pi, s.usager) AS usager, min(coalesce(s.finess, s.finess_identifiant)) AS finess
    FROM ressource s LEFT JOIN pi ON pi.ins = s.usager
    WHERE s.nature = 'sejour' AND s.usager IS NOT NULL
    GROUP BY 1 HAVING count(DISTINCT coalesce(s.finess, s.finess_identifiant)) = 1
),
qui AS (
    SELECT r.id, r.nature, r.statut, r.debut, r.fin, r.ordre, r.finess, r.finess_identifiant,
           coalesce(s.finess, s.finess_identifiant) AS finess_sejour,
           coalesce(CASE WHEN coalesce(m.provisoire, r.provisoire) AND m.usager IS NULL THEN s.usager END,
                    m.usager, r.usager, s.usager) AS brut
    FROM ressource r
    LEFT JOIN membre m ON m.ressource = r.id
    LEFT JOIN ressource s ON s.cle = r.sejour AND s.nature = 'sejour'
),
situee AS (
    SELECT q.id, q.nature, q.statut, q.debut, q.fin, q.ordre, coalesce(pi.pi, q.brut) AS usager,
           coalesce(q.finess_sejour, q.finess, lieu.finess, q.finess_identifiant) AS finess
    FROM qui q
    LEFT JOIN pi ON pi.ins = q.brut
    LEFT JOIN lieu ON lieu.usager = coalesce(pi.pi, q.brut)
    WHERE q.brut IS NOT NULL
)
"""

_SEJOURS: Final = f"""{_CTE}
SELECT coalesce(r.finess, r.finess_identifiant), coalesce(pi.pi, r.usager), r.debut, coalesce(r.fin, p.fin)
FROM ressource r
LEFT JOIN pi ON pi.ins = r.usager
LEFT JOIN ressource p ON p.cle = r.usager AND p.nature = 'usager'
WHERE r.nature = 'sejour' AND r.usager IS NOT NULL
  AND coalesce(r.statut, '') NOT IN ('planned', 'cancelled', 'entered-in-error')
  AND (r.debut IS NULL OR substr(r.debut, 1, 10) <= :fin OR r.debut = 'illisible')
  AND (coalesce(r.fin, p.fin) IS NULL OR substr(coalesce(r.fin, p.fin), 1, 10) >= :debut)
"""  # noqa: S608 # fixed text

_EVENEMENTS: Final = f"""{_CTE}
SELECT s.finess, s.usager, s.debut, s.fin, s.statut FROM situee s
WHERE s.nature = 'evenement' AND coalesce(s.statut, '') <> 'entered-in-error' AND s.finess IS NOT NULL
  AND (s.debut IS NULL OR substr(s.debut, 1, 10) <= :fin OR s.debut = 'illisible')
  AND (coalesce(s.fin, s.debut) IS NULL OR substr(coalesce(s.fin, s.debut), 1, 10) >= :debut)
"""  # noqa: S608 # fixed text

_PROJETS: Final = f"""{_CTE}
SELECT s.id, s.finess, s.usager, s.debut, s.fin, v.ordre, v.statut
FROM vue v JOIN situee s ON s.id = v.ressource
WHERE s.nature = 'projet' AND s.finess IS NOT NULL
ORDER BY s.id, s.usager, v.ordre
"""  # noqa: S608 # fixed text

_STATUTS: Final = f"""{_CTE}
SELECT DISTINCT s.finess, s.usager, v.maj_le FROM vue v JOIN situee s ON s.id = v.ressource
WHERE v.maj_le IS NOT NULL AND s.finess IS NOT NULL
  AND substr(v.maj_le, 1, 10) BETWEEN :debut AND :fin
"""  # noqa: S608 # fixed text

# An act that is still to come when the export is made is a plan: nobody wrote that it took place.
# One pass: a CTE that is read twice would be kept whole in memory.
_ACTES: Final = f"""{_CTE},
actes AS (
    SELECT s.finess, s.usager, s.ordre, CASE b.bord WHEN 'debut' THEN s.debut ELSE s.fin END AS jour
    FROM situee s JOIN (SELECT 'debut' AS bord UNION ALL SELECT 'fin') b
    WHERE s.nature = 'acte'
       OR (s.nature = 'evenement' AND s.statut = 'termine' AND b.bord = 'fin')
       OR (s.nature = 'sejour' AND coalesce(s.statut, '') NOT IN ('planned', 'cancelled', 'entered-in-error'))
)
SELECT finess, usager, jour FROM actes
WHERE finess IS NOT NULL AND jour IS NOT NULL AND substr(jour, 1, 10) BETWEEN :debut AND :fin
  AND (ordre = '' OR substr(jour, 1, 10) <= substr(ordre, 1, 10))
"""  # noqa: S608 # fixed text

_JOURNAL: Final = f"""{_CTE}
SELECT finess, usager, debut, statut FROM situee
WHERE nature = 'journal' AND finess IS NOT NULL AND substr(debut, 1, 10) BETWEEN :debut AND :fin
"""  # noqa: S608 # fixed text

# Between two exports of the period that differ, somebody wrote: after the first and no later than the second.
_CHANGEMENTS: Final = f"""{_CTE},
suite AS (
    SELECT ressource, ordre, empreinte, generation,
           lag(ordre) OVER w AS avant, lag(empreinte) OVER w AS empreinte_avant,
           lag(generation) OVER w AS generation_avant
    FROM vue WHERE sure AND substr(ordre, 1, 10) BETWEEN :debut AND :fin
    WINDOW w AS (PARTITION BY ressource ORDER BY ordre)
)
SELECT s.finess, s.usager, c.avant, c.ordre FROM suite c JOIN situee s ON s.id = c.ressource
WHERE c.empreinte <> c.empreinte_avant AND c.generation = c.generation_avant AND s.finess IS NOT NULL
"""  # noqa: S608 # fixed text

_STRUCTURES: Final = """
SELECT finess FROM ressource WHERE finess IS NOT NULL
UNION SELECT finess_identifiant FROM ressource WHERE finess_identifiant IS NOT NULL
"""

_ACCUEILS: Final = """
SELECT DISTINCT coalesce(finess, finess_identifiant) FROM ressource
WHERE nature = 'sejour' AND coalesce(finess, finess_identifiant) IS NOT NULL
"""


class Days(NamedTuple):
    """Bounds of a reading, both included, as ISO days; wider than the window by the zones of the earth."""

    debut: str
    fin: str


class Etat(NamedTuple):
    """A project's state, seen from the export of `depuis` ("" or the first: no bound) to the eve of that of `avant`."""

    finess: str
    usager: bytes
    statut: str | None
    depuis: str | None
    avant: str | None
    derniere_vue: str
    debut: str | None
    fin: str | None


def read_sites(connection: sqlite3.Connection) -> list[str]:
    """Every FINESS that some resource may be placed at."""
    return sorted(row[0] for row in connection.execute(_STRUCTURES))


def read_hosts(connection: sqlite3.Connection) -> list[str]:
    """Every FINESS that welcomes somebody: those of the stays alone, never that of an Organization of origin."""
    return sorted(row[0] for row in connection.execute(_ACCUEILS))


def stream_stays(connection: sqlite3.Connection, days: Days) -> Iterator[Any]:
    """(finess, usager, entree, sortie) of real stays that may overlap; a death closes an open one."""
    return connection.execute(_SEJOURS, days._asdict())


def stream_events(connection: sqlite3.Connection, days: Days) -> Iterator[Any]:
    """(finess, usager, debut, fin, statut) of each person of each event that may overlap."""
    return connection.execute(_EVENEMENTS, days._asdict())


def stream_status_dates(connection: sqlite3.Connection, days: Days) -> Iterator[Any]:
    """(finess, usager, moment): dates of statuses that any export told, earlier ones included."""
    return connection.execute(_STATUTS, days._asdict())


def stream_acts(connection: sqlite3.Connection, days: Days) -> Iterator[Any]:
    """(finess, usager, moment): entries, exits, events that took place, evaluations, agreements, documents, tasks."""
    return connection.execute(_ACTES, days._asdict())


def stream_journal(connection: sqlite3.Connection, days: Days) -> Iterator[Any]:
    """(finess, usager, moment, auteur) of Provenance and AuditEvent entries."""
    return connection.execute(_JOURNAL, days._asdict())


def stream_changes(connection: sqlite3.Connection, days: Days) -> Iterator[Any]:
    """(finess, usager, avant, apres): between these two exports the content changed."""
    return connection.execute(_CHANGEMENTS, days._asdict())


def stream_projects(connection: sqlite3.Connection) -> Iterator[Etat]:
    """The successive states of each project, as the exports saw them one after the other."""
    rows = connection.execute(_PROJETS)
    for (_, finess, usager, debut, fin), seen in groupby(rows, key=lambda row: row[:5]):
        runs: list[list[str | None]] = []
        for *_, ordre, statut in seen:
            if not runs or runs[-1][0] != statut:
                runs.append([statut, ordre, ordre])
            runs[-1][2] = ordre
        for rank, (statut, depuis, derniere) in enumerate(runs):
            after = runs[rank + 1][1] if rank + 1 < len(runs) else None
            yield Etat(finess, usager, statut, depuis if rank else None, after, derniere or "", debut, fin)
