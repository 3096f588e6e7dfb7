"""Mistakes about updates, projects and the agenda."""

from mutants.mutant import Mutant

NOTES = "WHERE t.supprimee = 'N'"
NOTE_PLACE = "JOIN etablissement e ON e.id = t.etablissement_id"
HOME = "JOIN etablissement e ON e.id = (SELECT min(s.etablissement_id) FROM sejour s WHERE s.dossier_id = d.id)"
PROJETS = "WHERE p.supprime = 'N'"
AGENDA = "WHERE r.supprime = 'N'"
JOURNAL_START = "        UNION ALL\n        SELECT e.code,\n               d.usager_id,\n               j.trace_le"

UPDATES = (
    Mutant("counts imports", "auteurs", "AUTEUR", (("WHEN 'IMPORT' THEN 'automate'", "WHEN 'IMPORT' THEN 'humain'"),)),
    Mutant(
        "counts batch jobs",
        "auteurs",
        "AUTEUR",
        (("WHEN 'TRAITEMENT' THEN 'automate'", "WHEN 'TRAITEMENT' THEN 'humain'"),),
    ),
    Mutant(
        "counts invoicing",
        "auteurs",
        "AUTEUR",
        (("WHEN 'FACTURATION' THEN 'automate'", "WHEN 'FACTURATION' THEN 'humain'"),),
    ),
    Mutant(
        "counts readings",
        "auteurs",
        "AUTEUR",
        (("ELSE j.action", "ELSE 'humain'"), ("WHERE j.action <> 'LECTURE'", "WHERE 1 = 1")),
    ),
    Mutant("counts deleted notes", "suppressions", "SUPPRESSION", ((NOTES, "WHERE 1 = 1"),)),
    Mutant(
        "reads notes alone, not the journal",
        "fins_de_mois",
        "FENETRE",
        (("FROM journal j", "FROM (SELECT * FROM journal WHERE 1 = 0) j"),),
    ),
    Mutant(
        "keeps the last update of each person",
        "passe",
        "PASSE",
        (
            ("t.saisie_le AS date_fait", "max(t.saisie_le) AS date_fait"),
            (NOTES, f"{NOTES} GROUP BY e.code, d.usager_id, t.origine"),
        ),
    ),
    Mutant("reads local hours as universal time", "decalage", "HORLOGE", (("dates=HEURE_LOCALE", "dates=HEURE_UTC"),)),
    Mutant(
        "reads overseas hours as those of Paris",
        "outre_mer",
        "HORLOGE",
        (("dates=HEURE_LOCALE", "dates=HEURE_DE_PARIS"),),
    ),
    Mutant(
        "takes one hour off all year",
        "changements_d_heure",
        "HORLOGE",
        (
            ("t.saisie_le AS date_fait", "datetime(t.saisie_le, '-1 hour') AS date_fait"),
            ("r.debut AS date_fait", "datetime(r.debut, '-1 hour') AS date_fait"),
            ("j.trace_le,", "datetime(j.trace_le, '-1 hour'),"),
            ("dates=HEURE_LOCALE", "dates=HEURE_UTC"),
        ),
    ),
    Mutant(
        "drops the last day of the window",
        "instants",
        "FENETRE",
        (
            (
                "t.saisie_le AS date_fait",
                "CASE WHEN t.saisie_le LIKE '____-__-31%' THEN date(t.saisie_le, '+1 day')"
                " ELSE t.saisie_le END AS date_fait",
            ),
        ),
    ),
    Mutant(
        "reads five hundred rows at most",
        "foule",
        "AUTEUR",
        (("FROM transmission t", "FROM (SELECT * FROM transmission ORDER BY saisie_le DESC LIMIT 100) t"),),
    ),
    Mutant(
        "says where a person lives, not where the note was written",
        "sites_inconnus",
        "ETABLISSEMENT",
        (
            (
                NOTE_PLACE,
                HOME,
            ),
            (
                "JOIN etablissement e ON e.id = j.etablissement_id",
                HOME,
            ),
        ),
    ),
    Mutant(
        "gives rows in no order, and not all of them",
        "relance",
        "mêmes chiffres",
        (("FROM transmission t", "FROM (SELECT * FROM transmission ORDER BY random() LIMIT 15) t"),),
    ),
)

PROJECTS = (
    Mutant("keeps the present state only", "etats_passes", "PASSE", ((PROJETS, f"{PROJETS} AND p.jusqu_au IS NULL"),)),
    Mutant(
        "leaves out projects being prepared",
        "projets",
        "PROJET",
        (("WHEN 'BROUILLON' THEN 'en_preparation'", "WHEN 'BROUILLON' THEN 'annule'"),),
    ),
    Mutant(
        "counts suspended projects",
        "projets",
        "PROJET",
        (("WHEN 'SUSPENDU' THEN 'suspendu'", "WHEN 'SUSPENDU' THEN 'actif'"),),
    ),
    Mutant(
        "counts closed projects", "projets", "PROJET", (("WHEN 'CLOS' THEN 'termine'", "WHEN 'CLOS' THEN 'actif'"),)
    ),
    Mutant("forgets when a state ended", "succession", "PROJET", (("p.jusqu_au AS fin", "NULL AS fin"),)),
    Mutant("forgets when a state began", "jour_de_reference", "PROJET", (("p.depuis AS debut", "NULL AS debut"),)),
    Mutant("knows its words in capitals only", "casse", "STATUT", (("CASE upper(p.statut)", "CASE p.statut"),)),
    Mutant(
        "takes a word it does not know for a convenient one",
        "casse",
        "STATUT",
        (("CASE upper(p.statut)", "CASE p.statut"), ("ELSE p.statut", "ELSE 'actif'")),
    ),
    Mutant("counts deleted projects", "suppressions", "SUPPRESSION", ((PROJETS, "WHERE 1 = 1"),)),
)

EVENTS = (
    Mutant(
        "counts cancelled events",
        "agenda",
        "AGENDA",
        (("WHEN 'ANNULE' THEN 'annule'", "WHEN 'ANNULE' THEN 'planifie'"),),
    ),
    Mutant("counts only what was held", "agenda", "AGENDA", ((AGENDA, f"{AGENDA} AND upper(r.statut) = 'REALISE'"),)),
    Mutant(
        "knows the words of events in capitals only", "casse", "STATUT", (("CASE upper(r.statut)", "CASE r.statut"),)
    ),
    Mutant(
        "counts events instead of persons",
        "plusieurs",
        "AGENDA",
        (("d.usager_id AS usager,\n               r.debut", "r.id AS usager,\n               r.debut"),),
    ),
    Mutant(
        "gives a group's event to its first member",
        "groupes",
        "AGENDA",
        (
            (
                "JOIN dossier d ON d.id = p.dossier_id\n        JOIN etablissement e ON e.id = r.",
                "JOIN dossier d ON d.id = r.dossier_id\n        JOIN etablissement e ON e.id = r.",
            ),
        ),
    ),
    Mutant("counts deleted events", "suppressions", "SUPPRESSION", ((AGENDA, "WHERE 1 = 1"),)),
)
