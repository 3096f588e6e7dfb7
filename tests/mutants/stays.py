"""Mistakes about stays, and about who a person is."""

from mutants.mutant import Mutant

PERSON = "d.usager_id AS usager"
MOTIF = """CASE upper(s.motif)
                   WHEN 'REFUS' THEN 'refus_usager'
                   WHEN 'ANONYME' THEN 'accueil_anonyme'
                   WHEN 'URGENCE' THEN 'accueil_urgence'
                   WHEN 'BREF' THEN 'sejour_bref'
                   WHEN 'INS' THEN 'identite_non_qualifiee'
                   WHEN 'AUTRE' THEN 'autre'
                   ELSE s.motif
               END AS motif_non_eligible"""
STAY_ONLY = """d.usager_id AS usager,
               s.date_entree AS entree"""
IDENTITES = "WHERE u.fusionne_avec_id IS NOT NULL"
KEPT_STAYS = "WHERE s.etat = 'CONFIRME'"
END_OF_STAYS = f'{KEPT_STAYS}\n        """,\n        dates='

STAYS = (
    Mutant(
        "takes absences for exits",
        "absences",
        "SORTIE",
        ((" AND x.nature = 'SORTIE'", ""),),
        mend="Join only departures that are définitive; absences and hospital stays never fill `sortie`.",
    ),
    Mutant(
        "never ends a stay that had an absence",
        "absences",
        "SORTIE",
        (
            (
                " AND x.nature = 'SORTIE'",
                " AND x.nature = 'SORTIE'"
                " AND NOT EXISTS (SELECT 1 FROM depart a WHERE a.sejour_id = s.id AND a.nature = 'ABSENCE')",
            ),
        ),
        mend="An absence and a définitive exit are two facts: look for the exit alone, whatever came before it.",
    ),
    Mutant(
        "counts cancelled stays and preadmissions",
        "prevus",
        "PREVU",
        ((KEPT_STAYS, "WHERE 1 = 1"),),
        mend="Keep the stays that were confirmed: a WHERE on their state, not on their dates.",
    ),
    Mutant(
        "counts preadmissions",
        "prevus",
        "PREVU",
        ((KEPT_STAYS, "WHERE s.etat <> 'ANNULE'"),),
        mend="Name the states that you keep rather than those you leave out: a state added later is then "
        "not counted by accident.",
    ),
    Mutant(
        "loses stays that are not over",
        "readmissions",
        "SEJOUR",
        (("LEFT JOIN depart", "JOIN depart"),),
        mend="LEFT JOIN what may be missing: a stay without a departure goes on.",
    ),
    Mutant(
        "gives the software's own words for reasons",
        "motifs",
        "MOTIF",
        ((MOTIF, "s.motif AS motif_non_eligible"),),
        mend="Translate your words into those of the contract with a CASE, and pass on what it does not know.",
    ),
    Mutant(
        "gives no reason",
        "motifs",
        "MOTIF",
        ((MOTIF, "NULL AS motif_non_eligible"),),
        mend="Give the reason with the stay it is about. If the software has none, say so: `sans = "
        "{Concept.MOTIFS: …}`.",
    ),
    Mutant(
        "leaves out persons who have a reason",
        "motifs",
        "MOTIF",
        ((KEPT_STAYS, f"{KEPT_STAYS} AND s.motif IS NULL"),),
        mend="Give the stay and its reason: who is eligible is for the campaign to say, and the person is "
        "accompanied all the same.",
    ),
    Mutant(
        "takes the last day for the day after the exit",
        "jours",
        "JOUR",
        (("x.date_depart AS sortie", "date(x.date_depart, '-1 day') AS sortie"),),
        mend="Give the last day as the software holds it: the sdk counts it in. If yours holds the day "
        "after, take one off.",
    ),
    Mutant(
        "includes the day of the measure: the room is booked from the eve",
        "jours",
        "JOUR",
        (("s.date_entree AS entree", "date(s.date_entree, '-1 day') AS entree"),),
        mend="Give the day the person came, not the day a room was booked.",
    ),
    Mutant(
        "gives present residents only",
        "archives",
        "ARCHIVE",
        ((KEPT_STAYS, f"{KEPT_STAYS} AND x.date_depart IS NULL"),),
        mend="Give every stay, past ones too: the window that is measured may be over.",
    ),
    Mutant(
        "forgets archived records",
        "archives",
        "ARCHIVE",
        ((KEPT_STAYS, f"{KEPT_STAYS} AND d.statut = 'OUVERT'"),),
        mend="Take the filter on archived records out of the SELECT.",
    ),
    Mutant(
        "takes a day for midnight in Paris, overseas too",
        "jours_outre_mer",
        "JOUR",
        (
            ("s.date_entree AS entree", "s.date_entree || ' 00:00:00' AS entree"),
            ("x.date_depart AS sortie", "x.date_depart || ' 00:00:00' AS sortie"),
            (
                f"{END_OF_STAYS}Jour()",
                f"{END_OF_STAYS}HEURE_DE_PARIS",
            ),
        ),
        mend="Leave the day as it is and declare it `Jour()`.",
    ),
    Mutant(
        "gives the record's number in stays",
        "dossiers",
        "PERSONNE",
        ((STAY_ONLY, STAY_ONLY.replace("d.usager_id", "d.id")),),
        mend="Follow the key from the stay to its record, and from the record to the person.",
    ),
    Mutant(
        "gives the record's number everywhere",
        "dossiers",
        "PERSONNE",
        (("d.usager_id", "d.id"),),
        mend="Follow the key to the person in every relation: a record number is often somebody else's person number.",
    ),
    Mutant(
        "puts identifiers in capitals",
        "identifiants",
        "IDENTIFIANT",
        ((PERSON, "upper(d.usager_id) AS usager"),),
        usagers="textes",
        mend="Give the column without any function around it.",
    ),
    Mutant(
        "takes identifiers for numbers",
        "identifiants",
        "IDENTIFIANT",
        ((PERSON, "CAST(substr(d.usager_id, 5) AS INTEGER) AS usager"),),
        usagers="textes",
        mend="Give the column without CAST: `007` and `7` may be two persons.",
    ),
    Mutant(
        "forgets merged files",
        "fusions",
        "FUSION",
        ((IDENTITES, "WHERE 1 = 0"),),
        mend="Give a row of `identites` per merged file. If the software has no merges, leave the "
        "relation out and say so: `sans = {Concept.FUSIONS: …}`.",
    ),
    Mutant(
        "merges the kept file into the one given up",
        "fusions",
        "FUSION",
        (
            ("u.id AS usager,", "u.fusionne_avec_id AS usager,"),
            ("u.fusionne_avec_id AS usager_maitre", "u.id AS usager_maitre"),
        ),
        mend="`usager` is the identifier that is given up, `usager_maitre` the one that is kept.",
    ),
    Mutant(
        "lists occupied places only",
        "personne_nulle_part",
        "SITE",
        (
            (
                'FROM etablissement e\n        """\n    sejours',
                'FROM etablissement e WHERE e.id IN (SELECT etablissement_id FROM sejour)\n        """\n    sejours',
            ),
        ),
        mend="Select every site from the table of sites, without joining what happens there.",
    ),
    Mutant(
        "says where the record was opened, not where the person stays",
        "deux_etablissements",
        "ETABLISSEMENT",
        (("JOIN etablissement e ON e.id = s.etablissement_id", "JOIN etablissement e ON e.id = d.etablissement_id"),),
        mend="Join the site of the stay, not that of the record.",
    ),
)
