"""Mistakes about updates, projects and the agenda."""

from mutants.mutant import Mutant

NOTES = "WHERE t.supprimee = 'N'"
NOTE_PLACE = "JOIN etablissement e ON e.id = t.etablissement_id"
HOME = "JOIN etablissement e ON e.id = (SELECT min(s.etablissement_id) FROM sejour s WHERE s.dossier_id = d.id)"
PROJETS = "WHERE p.supprime = 'N'"
AGENDA = "WHERE r.supprime = 'N'"
JOURNAL_START = "        UNION ALL\n        SELECT e.code,\n               d.usager_id,\n               j.trace_le"

UPDATES = (
    Mutant(
        "counts imports",
        "auteurs",
        "AUTEUR",
        (("WHEN 'IMPORT' THEN 'automate'", "WHEN 'IMPORT' THEN 'humain'"),),
        mend="Say `automate` for what an import wrote, or leave its rows out.",
    ),
    Mutant(
        "counts batch jobs",
        "auteurs",
        "AUTEUR",
        (("WHEN 'TRAITEMENT' THEN 'automate'", "WHEN 'TRAITEMENT' THEN 'humain'"),),
        mend="Say `automate` for what a batch wrote, or leave its rows out.",
    ),
    Mutant(
        "counts invoicing",
        "auteurs",
        "AUTEUR",
        (("WHEN 'FACTURATION' THEN 'automate'", "WHEN 'FACTURATION' THEN 'humain'"),),
        mend="Say `automate` for what an invoice leaves in the journal, even one that a secretary ran.",
    ),
    Mutant(
        "counts readings",
        "auteurs",
        "AUTEUR",
        (("ELSE j.action", "ELSE 'humain'"), ("WHERE j.action <> 'LECTURE'", "WHERE 1 = 1")),
        mend="Leave readings out: opening a record is no writing.",
    ),
    Mutant(
        "counts deleted notes",
        "suppressions",
        "SUPPRESSION",
        ((NOTES, "WHERE 1 = 1"),),
        mend="Add the software's mark of deletion to the WHERE of every branch of the UNION.",
    ),
    Mutant(
        "reads notes alone, not the journal",
        "fins_de_mois",
        "FENETRE",
        (("FROM journal j", "FROM (SELECT * FROM journal WHERE 1 = 0) j"),),
        mend="UNION ALL every place where a person writes; a page without a note often leaves its trace "
        "in a journal only.",
    ),
    Mutant(
        "keeps the last update of each person",
        "passe",
        "PASSE",
        (
            ("t.saisie_le AS date_fait", "max(t.saisie_le) AS date_fait"),
            (NOTES, f"{NOTES} GROUP BY e.code, d.usager_id, t.origine"),
        ),
        mend="Give a row per writing. If the software keeps the last one only, declare `ne_sait_pas = "
        "frozenset({Drapeau.DERNIERE_MAJ_SEULE})`.",
    ),
    Mutant(
        "reads local hours as universal time",
        "decalage",
        "HORLOGE",
        (("dates=HEURE_LOCALE", "dates=HEURE_UTC"),),
        mend="Declare the zone in which the software writes: `Instant(LOCALE_ETABLISSEMENT)` for the "
        "establishment's own clock.",
    ),
    Mutant(
        "reads overseas hours as those of Paris",
        "outre_mer",
        "HORLOGE",
        (("dates=HEURE_LOCALE", "dates=HEURE_DE_PARIS"),),
        mend="Declare `Instant(LOCALE_ETABLISSEMENT)` where each establishment writes on its own clock, "
        '`Instant("Europe/Paris")` where a central server does.',
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
        mend="Give the column as it is and declare its nature: the sdk knows the changes of hour.",
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
        mend="Give the instant itself; round nothing, and compare nothing with the end of a month.",
    ),
    Mutant(
        "reads a hundred rows at most",
        "foule",
        "AUTEUR",
        (("FROM transmission t", "FROM (SELECT * FROM transmission ORDER BY saisie_le DESC LIMIT 100) t"),),
        mend="Take LIMIT out: a relation has all its rows.",
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
        mend="Join the site of the note itself.",
    ),
    Mutant(
        "gives rows in no order, and not all of them",
        "relance",
        "mêmes chiffres",
        (("FROM transmission t", "FROM (SELECT * FROM transmission ORDER BY random() LIMIT 15) t"),),
        mend="Take out of the SELECT what chooses rows by chance (LIMIT, random(), TOP without a reason).",
    ),
)

PROJECTS = (
    Mutant(
        "keeps the present state only",
        "etats_passes",
        "PASSE",
        ((PROJETS, f"{PROJETS} AND p.jusqu_au IS NULL"),),
        mend="Give a row per state with its dates. If the software keeps the present one only, declare "
        "`Drapeau.ETAT_COURANT_SEUL` and `sans = {Concept.PROJETS_PASSES: …}`.",
    ),
    Mutant(
        "leaves out projects being prepared",
        "projets",
        "PROJET",
        (("WHEN 'BROUILLON' THEN 'en_preparation'", "WHEN 'BROUILLON' THEN 'annule'"),),
        mend="Translate the draft of a project into `en_preparation`: it counts.",
    ),
    Mutant(
        "counts suspended projects",
        "projets",
        "PROJET",
        (("WHEN 'SUSPENDU' THEN 'suspendu'", "WHEN 'SUSPENDU' THEN 'actif'"),),
        mend="Translate what is suspended into `suspendu`: it does not count.",
    ),
    Mutant(
        "counts closed projects",
        "projets",
        "PROJET",
        (("WHEN 'CLOS' THEN 'termine'", "WHEN 'CLOS' THEN 'actif'"),),
        mend="Translate what is over into `termine`, and give the last day of each state in `fin`.",
    ),
    Mutant(
        "forgets when a state ended",
        "succession",
        "PROJET",
        (("p.jusqu_au AS fin", "NULL AS fin"),),
        mend="Give the last day of the state in `fin`; NULL is for a state that still stands.",
    ),
    Mutant(
        "forgets when a state began",
        "jour_de_reference",
        "PROJET",
        (("p.depuis AS debut", "NULL AS debut"),),
        mend="Give the first day of the state in `debut`; NULL means that it always stood so.",
    ),
    Mutant(
        "knows its words in capitals only",
        "casse",
        "STATUT",
        (("CASE upper(p.statut)", "CASE p.statut"),),
        mend="Compare `upper(column)` in the CASE; what an old version wrote in lower case is there too.",
    ),
    Mutant(
        "takes a word it does not know for a convenient one",
        "casse",
        "STATUT",
        (("CASE upper(p.statut)", "CASE p.statut"), ("ELSE p.statut", "ELSE 'actif'")),
        mend="End the CASE with `ELSE` the column itself: Témoin names the word instead of counting it.",
    ),
    Mutant(
        "counts deleted projects",
        "suppressions",
        "SUPPRESSION",
        ((PROJETS, "WHERE 1 = 1"),),
        mend="Add the software's mark of deletion to the WHERE.",
    ),
)

EVENTS = (
    Mutant(
        "counts cancelled events",
        "agenda",
        "AGENDA",
        (("WHEN 'ANNULE' THEN 'annule'", "WHEN 'ANNULE' THEN 'planifie'"),),
        mend="Translate what was cancelled into `annule`, and give the row: the sdk leaves it out.",
    ),
    Mutant(
        "counts only what was held",
        "agenda",
        "AGENDA",
        ((AGENDA, f"{AGENDA} AND upper(r.statut) = 'REALISE'"),),
        mend="Give every event; only cancelled ones are left out, and by the sdk.",
    ),
    Mutant(
        "knows the words of events in capitals only",
        "casse",
        "STATUT",
        (("CASE upper(r.statut)", "CASE r.statut"),),
        mend="Compare `upper(column)` in the CASE.",
    ),
    Mutant(
        "counts events instead of persons",
        "plusieurs",
        "AGENDA",
        (("d.usager_id AS usager,\n               r.debut", "r.id AS usager,\n               r.debut"),),
        mend="`usager` is the person whom the event is for, not the event.",
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
        mend="Join the table of participants: one row per participant.",
    ),
    Mutant(
        "counts deleted events",
        "suppressions",
        "SUPPRESSION",
        ((AGENDA, "WHERE 1 = 1"),),
        mend="Add the software's mark of deletion to the WHERE.",
    ),
)
