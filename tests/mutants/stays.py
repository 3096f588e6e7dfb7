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
    Mutant("takes absences for exits", "absences", "SORTIE", ((" AND x.nature = 'SORTIE'", ""),)),
    Mutant("counts cancelled stays and preadmissions", "prevus", "PREVU", ((KEPT_STAYS, "WHERE 1 = 1"),)),
    Mutant("counts preadmissions", "prevus", "PREVU", ((KEPT_STAYS, "WHERE s.etat <> 'ANNULE'"),)),
    Mutant("loses stays that are not over", "readmissions", "SEJOUR", (("LEFT JOIN depart", "JOIN depart"),)),
    Mutant(
        "gives the software's own words for reasons",
        "motifs",
        "MOTIF",
        ((MOTIF, "s.motif AS motif_non_eligible"),),
    ),
    Mutant("gives no reason", "motifs", "MOTIF", ((MOTIF, "NULL AS motif_non_eligible"),)),
    Mutant(
        "leaves out persons who have a reason",
        "motifs",
        "MOTIF",
        ((KEPT_STAYS, f"{KEPT_STAYS} AND s.motif IS NULL"),),
    ),
    Mutant(
        "takes the last day for the day after the exit",
        "jours",
        "JOUR",
        (("x.date_depart AS sortie", "date(x.date_depart, '-1 day') AS sortie"),),
    ),
    Mutant(
        "includes the day of the measure: the room is booked from the eve",
        "jours",
        "JOUR",
        (("s.date_entree AS entree", "date(s.date_entree, '-1 day') AS entree"),),
    ),
    Mutant(
        "gives present residents only",
        "archives",
        "ARCHIVE",
        ((KEPT_STAYS, f"{KEPT_STAYS} AND x.date_depart IS NULL"),),
    ),
    Mutant(
        "forgets archived records",
        "archives",
        "ARCHIVE",
        ((KEPT_STAYS, f"{KEPT_STAYS} AND d.statut = 'OUVERT'"),),
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
    ),
    Mutant(
        "gives the record's number in stays",
        "dossiers",
        "PERSONNE",
        ((STAY_ONLY, STAY_ONLY.replace("d.usager_id", "d.id")),),
    ),
    Mutant("gives the record's number everywhere", "dossiers", "PERSONNE", (("d.usager_id", "d.id"),)),
    Mutant(
        "puts identifiers in capitals",
        "identifiants",
        "IDENTIFIANT",
        ((PERSON, "upper(d.usager_id) AS usager"),),
        usagers="textes",
    ),
    Mutant(
        "takes identifiers for numbers",
        "identifiants",
        "IDENTIFIANT",
        ((PERSON, "CAST(substr(d.usager_id, 5) AS INTEGER) AS usager"),),
        usagers="textes",
    ),
    Mutant("forgets merged files", "fusions", "FUSION", ((IDENTITES, "WHERE 1 = 0"),)),
    Mutant(
        "merges the kept file into the one given up",
        "fusions",
        "FUSION",
        (
            ("u.id AS usager,", "u.fusionne_avec_id AS usager,"),
            ("u.fusionne_avec_id AS usager_maitre", "u.id AS usager_maitre"),
        ),
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
    ),
    Mutant(
        "says where the record was opened, not where the person stays",
        "deux_etablissements",
        "ETABLISSEMENT",
        (("JOIN etablissement e ON e.id = s.etablissement_id", "JOIN etablissement e ON e.id = d.etablissement_id"),),
    ),
)
