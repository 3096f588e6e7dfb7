"""What a careful person would count by hand in Residia's own tables, one establishment at a time.

Nothing here is shared with the plugin or with the sdk: the merges are followed row by row and every moment is turned
into a local day by zoneinfo. Slow and plain on purpose. Standard library only, so that a test elsewhere can load it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

_SEJOUR = """
    FROM sejour s WHERE s.etablissement_id = :site AND s.etat IN ('EN_COURS', 'CLOS')
    AND s.date_entree < :fin AND (s.date_sortie IS NULL OR s.date_sortie >= :debut)
"""

_ECRITURES = """
    SELECT maitre(t.resident_id) FROM transmission t JOIN compte c ON c.id = t.compte_id AND c.type = 'NOMINATIF'
    WHERE t.etablissement_id = :site AND substr(t.saisie_le, 1, 10) >= :debut AND substr(t.saisie_le, 1, 10) < :fin
    UNION SELECT maitre(s.resident_id) FROM soin x JOIN sejour s ON s.id = x.sejour_id
    WHERE s.etablissement_id = :site AND x.etat <> 'PREVU'
    AND substr(x.valide_le, 1, 10) >= :debut AND substr(x.valide_le, 1, 10) < :fin
    UNION SELECT maitre(j.resident_id) FROM journal j JOIN compte c ON c.id = j.compte_id AND c.type = 'NOMINATIF'
    WHERE j.etablissement_id = :site AND j.action IN ('CREATION', 'MODIFICATION') AND j.resident_id IS NOT NULL
    AND substr(j.horodatage, 1, 10) >= :debut AND substr(j.horodatage, 1, 10) < :fin
"""

_AGENDA = """
    SELECT DISTINCT maitre(p.resident_id) FROM participation p JOIN occurrence o ON o.id = p.occurrence_id
    JOIN rendez_vous r ON r.id = o.rendez_vous_id
    WHERE r.etablissement_id = :site AND o.etat <> 'ANNULE' AND p.etat <> 'RETIRE'
    AND substr(o.debut, 1, 10) >= :debut AND substr(o.debut, 1, 10) < :fin
"""

_PROJETS = """
    SELECT maitre(p.resident_id), e.depuis, e.jusqu_au FROM projet_personnalise p
    JOIN projet_version v ON v.projet_id = p.id JOIN projet_etat e ON e.version_id = v.id
    WHERE p.etablissement_id = :site AND e.statut IN ('BROUILLON', 'A_SIGNER', 'VALIDE')
"""

_DEPOTS = """
    FROM depot_dmp t JOIN document d ON d.id = t.document_id WHERE d.etablissement_id = :site AND t.etat = 'DEPOSE'
    AND jour_de_paris(t.horodatage) >= :debut AND jour_de_paris(t.horodatage) < :fin
"""

_MESSAGES = """
    SELECT count(DISTINCT m.message_id) FROM message_mss m
    WHERE m.nature = 'MESSAGE' AND m.etat = 'ENVOYE' AND jour(m.envoye_le) >= :debut AND jour(m.envoye_le) < :fin
    AND m.boite_id IN (SELECT boite_id FROM boite_etablissement GROUP BY boite_id
                       HAVING count(*) {combien} AND (:site IS NULL OR max(etablissement_id) = :site))
"""

_PRESCRIPTIONS = """
    SELECT count(*) FROM ordonnance WHERE etablissement_id = :site AND origine = 'ELECTRONIQUE' AND etat = 'IMPORTEE'
    AND jour(recue_le) >= :debut AND jour(recue_le) < :fin
"""

_ECHANGES = """
    SELECT count(*) FROM cahier_liaison WHERE etablissement_id = :site AND etat = 'ECHANGE'
    AND sens IN ('VERS_PLATEFORME', 'DE_PLATEFORME')
    AND jour(echange_le / 1000) >= :debut AND jour(echange_le / 1000) < :fin
"""


def expected_counts(path: Path, code: str, debut: date, fin: date) -> dict[str, int]:
    """The ten counts of one establishment in [debut, fin), under the names every report gives them.

    Settings: stays of the window, projet on the last day, agenda of the window, DMP of eligible persons only, every
    reason of non-eligibility admitted. Messages of a shared mailbox are not here (see `expected_og_messages`).
    """
    with _database(path, code) as (connection, site):
        bounds = {"site": site, "debut": debut.isoformat(), "fin": fin.isoformat()}

        def people(query: str) -> set[int]:
            return {row[0] for row in connection.execute(query, bounds)}

        def number(query: str) -> int:
            return int(connection.execute(query, bounds).fetchone()[0])

        accompagnees = people(f"SELECT DISTINCT maitre(s.resident_id) {_SEJOUR}")
        eligibles = accompagnees - people(f"SELECT maitre(s.resident_id) {_SEJOUR} AND s.motif_hors_projet IS NOT NULL")
        actifs = accompagnees & people(_ECRITURES)
        derniers = _reference_days(connection, bounds, fin)
        projets = {
            personne
            for personne, depuis, jusqu_au in connection.execute(_PROJETS, bounds)
            if personne in derniers and depuis <= derniers[personne] <= (jusqu_au or "9999-12-31")
        }
        return {
            "personnes_accompagnees": len(accompagnees),
            "personnes_eligibles": len(eligibles),
            "dossiers_actifs": len(actifs),
            "dossiers_actifs_projet": len(actifs & projets),
            "dossiers_actifs_agenda": len(actifs & people(_AGENDA)),
            "messages_mss": number(_MESSAGES.format(combien="= 1")),
            "dmp_alimentes": len(eligibles & people(f"SELECT maitre(d.resident_id) {_DEPOTS}")),
            "documents_dmp": number(f"SELECT count(DISTINCT t.identifiant_unique) {_DEPOTS}"),
            "prescriptions_importees": number(_PRESCRIPTIONS),
            "echanges_eparcours": number(_ECHANGES),
        }


def expected_og_messages(path: Path, debut: date, fin: date) -> int:
    """Messages of the shared mailboxes in [debut, fin) on the clock of Paris: the gestionnaire's, never split."""
    with _database(path, None) as (connection, _):
        bounds = {"site": None, "debut": debut.isoformat(), "fin": fin.isoformat()}
        return int(connection.execute(_MESSAGES.format(combien="> 1"), bounds).fetchone()[0])


@contextmanager
def _database(path: Path, code: str | None) -> Iterator[tuple[sqlite3.Connection, int]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        query = "SELECT id, fuseau FROM etablissement WHERE code_interne = ?"
        site, fuseau = connection.execute(query, (code,)).fetchone() if code else (0, "Europe/Paris")
        here, paris = ZoneInfo(fuseau), ZoneInfo("Europe/Paris")
        merges = "SELECT absorbe_id, conserve_id FROM fusion_dossier WHERE annulee_le IS NULL"
        absorbes = dict(connection.execute(merges))

        def maitre(resident: int) -> int:
            while resident in absorbes:
                resident = absorbes[resident]
            return resident

        def jour(seconds: int) -> str:
            return datetime.fromtimestamp(seconds, UTC).astimezone(here).date().isoformat()

        def jour_de_paris(text: str) -> str:
            return datetime.fromisoformat(text).replace(tzinfo=paris).astimezone(here).date().isoformat()

        connection.create_function("maitre", 1, maitre, deterministic=True)
        connection.create_function("jour", 1, jour, deterministic=True)
        connection.create_function("jour_de_paris", 1, jour_de_paris, deterministic=True)
        yield connection, site


def _reference_days(connection: sqlite3.Connection, bounds: dict[str, object], fin: date) -> dict[int, str]:
    """Per person the day on which the projet is looked at: the window's last, or the exit's if it came before."""
    dernier = (fin - timedelta(days=1)).isoformat()
    query = f"SELECT maitre(s.resident_id), max(min(coalesce(s.date_sortie, :dernier), :dernier)) {_SEJOUR} GROUP BY 1"
    return dict(connection.execute(query, {**bounds, "dernier": dernier}))
