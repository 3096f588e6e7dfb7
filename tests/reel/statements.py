"""The tables read by a SqlSource: the mapping of `records`, said in SELECTs."""

from reel.records import ESPACE, NE_SAIT_PAS
from temoin_sdk import Instant, Logiciel, SqlSource, sql

PARIS = Instant("Europe/Paris")

_STAYS = """
    SELECT service_provider AS code, subject AS usager, period_start AS entree, period_end AS sortie
    FROM encounter WHERE status NOT IN ('cancelled', 'planned', 'entered-in-error')
    UNION ALL
    SELECT managing_organization, patient, period_start, period_end
    FROM episode_of_care WHERE status IN ('active', 'onhold', 'finished')"""

_PLACES = f"SELECT DISTINCT code, usager FROM ({_STAYS}) WHERE entree < :fin AND (sortie IS NULL OR sortie >= :debut)"
"""Where each person is during the period, told roughly: its margins are wider than any zone."""


class Tables(SqlSource):
    """Every date column holds instants of several spellings, and some bare days: no value was changed on the way in."""

    nom = "reel_tables"
    logiciel = Logiciel("Synthea", version="R4")
    espace_usagers = ESPACE
    ne_sait_pas = NE_SAIT_PAS

    etablissements = "SELECT id AS code FROM organization"
    sejours = sql(_STAYS, dates=PARIS)
    mises_a_jour = sql(
        f"""
        SELECT service_provider AS code, subject AS usager, last_updated AS date_fait
        FROM encounter WHERE status <> 'entered-in-error'
        UNION ALL
        SELECT lieu.code, p.id, p.last_updated FROM patient p JOIN ({_PLACES}) lieu ON lieu.usager = p.id""",
        dates=PARIS,
    )
    projets = sql(
        f"""
        SELECT lieu.code, c.subject AS usager,
               CASE c.status WHEN 'draft' THEN 'en_preparation' WHEN 'active' THEN 'actif'
                    WHEN 'on-hold' THEN 'suspendu' WHEN 'completed' THEN 'termine' WHEN 'revoked' THEN 'annule'
                    ELSE c.status END AS statut
        FROM care_plan c JOIN ({_PLACES}) lieu ON lieu.usager = c.subject
        WHERE c.status <> 'entered-in-error'"""
    )
    evenements = sql(
        """
        SELECT h.provided_by AS code, qui.actor AS usager, a.start AS date_fait,
               CASE a.status WHEN 'pending' THEN 'planifie' WHEN 'booked' THEN 'planifie' WHEN 'noshow' THEN 'planifie'
                    WHEN 'arrived' THEN 'valide' WHEN 'fulfilled' THEN 'termine' WHEN 'cancelled' THEN 'annule'
                    ELSE a.status END AS statut
        FROM appointment a
             JOIN appointment_participant qui ON qui.appointment = a.id AND qui.actor_kind = 'Patient'
             JOIN appointment_participant lieu ON lieu.appointment = a.id AND lieu.actor_kind = 'HealthcareService'
             JOIN healthcare_service h ON h.id = lieu.actor
        WHERE a.status NOT IN ('proposed', 'entered-in-error')""",
        dates=PARIS,
    )
    messages_mss = sql(
        """
        SELECT m.sender AS code, m.sent AS date_fait, m.id AS cle,
               CASE WHEN EXISTS (SELECT 1 FROM communication_recipient d
                                 WHERE d.communication = m.id AND d.recipient_kind = 'Patient')
                    THEN 'usager' ELSE 'professionnel' END AS destinataire
        FROM communication m
        WHERE m.sender_kind = 'Organization' AND m.status = 'completed'
              AND EXISTS (SELECT 1 FROM communication_category c
                          WHERE c.communication = m.id AND c.code = 'MSSANTE')""",
        dates=PARIS,
    )
    depots_dmp = sql(
        """
        SELECT d.custodian AS code, d.subject AS usager, d.date AS date_fait, d.id AS cle
        FROM document_reference d
        WHERE d.status <> 'entered-in-error'
              AND EXISTS (SELECT 1 FROM document_category c WHERE c.document = d.id AND c.code = 'DMP')""",
        dates=PARIS,
    )
    prescriptions = sql(
        """
        SELECT e.service_provider AS code, o.authored_on AS date_fait, o.id AS cle
        FROM medication_request o JOIN encounter e ON e.id = o.encounter
        WHERE o.status <> 'entered-in-error'
              AND EXISTS (SELECT 1 FROM medication_identifier i
                          WHERE i.medication_request = o.id AND i.system = 'urn:exemple:e-prescription')""",
        dates=PARIS,
    )
