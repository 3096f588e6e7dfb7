"""Residia 7 for Témoin: where the facts are, and nothing about what they mean."""

from temoin_sdk import LOCALE_ETABLISSEMENT, EpochMs, EpochS, Instant, Jour, Logiciel, Source, SqlSource, hookimpl, sql

HEURE_LOCALE = Instant(LOCALE_ETABLISSEMENT)
HEURE_DE_PARIS = Instant("Europe/Paris")  # the DMP gateway's clock, wherever the establishment is


# fmt: off
class Residia(SqlSource):
    """Residia 7.4 and later (SQLite). A word no CASE knows is passed on as it is: Témoin names it, nobody guesses."""

    nom = "residia"
    logiciel = Logiciel("Residia", version_sql="SELECT valeur FROM parametre WHERE cle = 'version'")
    espace_usagers = "residia.resident"

    etablissements = "SELECT code_interne AS code FROM etablissement"
    sejours = sql("""
        SELECT e.code_interne AS code, s.resident_id AS usager, s.date_entree AS entree, s.date_sortie AS sortie,
               CASE s.motif_hors_projet WHEN 'REFUS' THEN 'refus_usager' WHEN 'ANONYME' THEN 'accueil_anonyme'
                    WHEN 'URGENCE' THEN 'accueil_urgence' WHEN 'BREF' THEN 'sejour_bref'
                    WHEN 'INS' THEN 'identite_non_qualifiee' ELSE s.motif_hors_projet END AS motif_non_eligible
        FROM sejour s JOIN etablissement e ON e.id = s.etablissement_id
        WHERE s.etat IN ('EN_COURS', 'CLOS')""", dates=Jour())
    mises_a_jour = sql("""
        SELECT e.code_interne AS code, t.resident_id AS usager, t.saisie_le AS date_fait,
               iif(c.type = 'NOMINATIF', 'humain', 'automate') AS auteur
        FROM transmission t JOIN compte c ON c.id = t.compte_id JOIN etablissement e ON e.id = t.etablissement_id
        UNION ALL
        SELECT e.code_interne, s.resident_id, x.valide_le, iif(c.type = 'NOMINATIF', 'humain', 'automate')
        FROM soin x JOIN compte c ON c.id = x.compte_id JOIN sejour s ON s.id = x.sejour_id
             JOIN etablissement e ON e.id = s.etablissement_id
        UNION ALL
        SELECT e.code_interne, j.resident_id, j.horodatage,
               iif(c.type = 'NOMINATIF' AND j.action IN ('CREATION', 'MODIFICATION'), 'humain', 'automate')
        FROM journal j JOIN compte c ON c.id = j.compte_id JOIN etablissement e ON e.id = j.etablissement_id
        WHERE j.action NOT IN ('CONNEXION', 'LECTURE')""", dates=HEURE_LOCALE)
    projets = sql("""
        SELECT e.code_interne AS code, p.resident_id AS usager, x.depuis AS debut, x.jusqu_au AS fin,
               CASE x.statut WHEN 'BROUILLON' THEN 'en_preparation' WHEN 'A_SIGNER' THEN 'en_preparation'
                    WHEN 'VALIDE' THEN 'actif' WHEN 'SUSPENDU' THEN 'suspendu' WHEN 'CLOS' THEN 'termine'
                    WHEN 'ABANDONNE' THEN 'annule' ELSE x.statut END AS statut
        FROM projet_etat x JOIN projet_version v ON v.id = x.version_id JOIN projet_personnalise p ON p.id = v.projet_id
             JOIN etablissement e ON e.id = p.etablissement_id""", dates=Jour())
    evenements = sql("""
        SELECT e.code_interne AS code, p.resident_id AS usager, o.debut AS date_fait,
               CASE CASE p.etat WHEN 'RETIRE' THEN 'ANNULE' ELSE o.etat END WHEN 'ANNULE' THEN 'annule'
                    WHEN 'PREVU' THEN 'planifie' WHEN 'CONFIRME' THEN 'valide' WHEN 'REALISE' THEN 'termine'
                    ELSE o.etat END AS statut
        FROM occurrence o JOIN participation p ON p.occurrence_id = o.id JOIN rendez_vous r ON r.id = o.rendez_vous_id
             JOIN etablissement e ON e.id = r.etablissement_id""", dates=HEURE_LOCALE)
    messages_mss = sql("""
        SELECT e.code_interne AS code, m.envoye_le AS date_fait, m.message_id AS cle,
               CASE WHEN EXISTS (SELECT 1 FROM message_destinataire d WHERE d.message_id = m.id AND d.type = 'PATIENT')
                    THEN 'usager' ELSE 'professionnel' END AS destinataire
        FROM message_mss m LEFT JOIN boite_etablissement b ON b.boite_id = m.boite_id AND NOT EXISTS (
             SELECT 1 FROM boite_etablissement autre WHERE autre.boite_id = b.boite_id AND autre.id <> b.id)
             LEFT JOIN etablissement e ON e.id = b.etablissement_id
        WHERE m.nature = 'MESSAGE' AND m.etat = 'ENVOYE'""", dates=EpochS())
    depots_dmp = sql("""
        SELECT e.code_interne AS code, d.resident_id AS usager, t.horodatage AS date_fait, t.identifiant_unique AS cle
        FROM depot_dmp t JOIN document d ON d.id = t.document_id JOIN etablissement e ON e.id = d.etablissement_id
        WHERE t.etat = 'DEPOSE'""", dates=HEURE_DE_PARIS)
    prescriptions = sql("""
        SELECT e.code_interne AS code, o.recue_le AS date_fait, o.numero AS cle
        FROM ordonnance o JOIN etablissement e ON e.id = o.etablissement_id
        WHERE o.origine = 'ELECTRONIQUE' AND o.etat = 'IMPORTEE'""", dates=EpochS())
    echanges_eparcours = sql("""SELECT e.code_interne AS code, c.echange_le AS date_fait
        FROM cahier_liaison c JOIN etablissement e ON e.id = c.etablissement_id
        WHERE c.sens <> 'INTERNE' AND c.etat = 'ECHANGE'""", dates=EpochMs())
    identites = """SELECT 'residia.resident' AS espace, absorbe_id AS usager, 'residia.resident' AS espace_maitre,
               conserve_id AS usager_maitre FROM fusion_dossier WHERE annulee_le IS NULL"""


@hookimpl
def temoin_sources() -> list[type[Source]]:
    """The sources this distribution offers."""
    return [Residia]
