"""Mistakes about messages, deposits, prescriptions and exchanges."""

from mutants.mutant import Mutant

SENT = "WHERE m.sens = 'ENVOI'\n          AND m.nature = 'MESSAGE'\n          AND m.etat = 'ENVOYE'"
KEY = ",\n               m.identifiant AS cle"
PLACE_OF_BOX = "LEFT JOIN etablissement e ON e.id = b.etablissement_id"
DEPOSITS = "WHERE x.etat = 'ACCEPTE'"

MESSAGES = (
    Mutant(
        "counts received messages",
        "messages",
        "MESSAGE",
        (("WHERE m.sens = 'ENVOI'", "WHERE 1 = 1"),),
        mend="Keep what was sent: a WHERE on the direction.",
    ),
    Mutant(
        "counts receipts and automatic answers",
        "messages",
        "MESSAGE",
        (("\n          AND m.nature = 'MESSAGE'", ""),),
        mend="Keep what a person wrote: a WHERE on the nature of the message.",
    ),
    Mutant(
        "counts drafts",
        "messages",
        "MESSAGE",
        (("\n          AND m.etat = 'ENVOYE'", ""),),
        mend="Keep what left: a WHERE on the state.",
    ),
    Mutant(
        "counts failed messages",
        "echecs",
        "MESSAGE",
        (("AND m.etat = 'ENVOYE'", "AND m.etat <> 'BROUILLON'"),),
        mend="Name the state of success rather than the states of failure.",
    ),
    Mutant(
        "counts recipients instead of messages",
        "copies",
        "MESSAGE",
        (
            (KEY, ""),
            (
                "JOIN boite_mss b",
                "JOIN message_destinataire copie ON copie.message_id = m.id\n        JOIN boite_mss b",
            ),
        ),
        mend="Do not join recipients; look at them with EXISTS, and give the message's identifier as `cle`.",
    ),
    Mutant(
        "counts a message as often as it was written down",
        "cles",
        "CLE",
        ((KEY, ""),),
        mend="Give the message's own identifier as `cle`.",
    ),
    Mutant(
        "loses messages of the OG's mailbox",
        "messages_og",
        "MESSAGE_OG",
        ((PLACE_OF_BOX, PLACE_OF_BOX.removeprefix("LEFT ")),),
        mend="LEFT JOIN the site: a mailbox of no establishment gives a NULL `code`, and its messages are "
        "the organisme's.",
    ),
    Mutant(
        "gives the OG's messages to an establishment",
        "messages_og",
        "MESSAGE_OG",
        (
            (
                "SELECT e.code AS code,\n               m.horodatage",
                "SELECT COALESCE(e.code, (SELECT min(code) FROM etablissement)) AS code,\n               m.horodatage",
            ),
        ),
        mend="Leave `code` NULL: a message of the organisme is never given to an establishment, nor split.",
    ),
    Mutant(
        "takes professionals for usagers",
        "destinataires",
        "DESTINATAIRE",
        (("t.type = 'PS'", "t.type = 'INCONNU'"),),
        mend="Check the words of the recipient's type against those that your tables really hold.",
    ),
    Mutant(
        "reads universal time as the hour of Paris",
        "decalage",
        "HORLOGE",
        (("dates=HEURE_UTC", "dates=HEURE_DE_PARIS"),),
        mend='Declare `Instant("UTC")` where the software writes universal time.',
    ),
    Mutant(
        "supplies a relation it has nothing for",
        "non_fourni",
        "NON_FOURNI",
        ((SENT, "WHERE 1 = 0"),),
        mend="Remove a relation that the software cannot supply; an empty SELECT is a false 0.",
    ),
)

OTHERS = (
    Mutant(
        "counts deposits that still wait",
        "echecs",
        "DEPOT",
        ((DEPOSITS, "WHERE x.etat <> 'REJETE'"),),
        mend="Name the state of success: what waits has not entered the DMP.",
    ),
    Mutant(
        "counts deposits that failed",
        "echecs",
        "DEPOT",
        ((DEPOSITS, "WHERE 1 = 1"),),
        mend="Add the state of success to the WHERE.",
    ),
    Mutant(
        "reads the gateway's hour on the establishment's clock",
        "outre_mer",
        "HORLOGE",
        (("dates=HEURE_DE_PARIS", "dates=HEURE_LOCALE"),),
        mend="Ask who stamps the row: a national gateway writes in Paris time, wherever the establishment is.",
    ),
    Mutant(
        "gives a deposit to the place that opened the record",
        "deux_etablissements",
        "ETABLISSEMENT",
        (("JOIN etablissement e ON e.id = x.etablissement_id", "JOIN etablissement e ON e.id <> x.etablissement_id"),),
        mend="Join the site that sent the document.",
    ),
    Mutant(
        "takes seconds for milliseconds",
        "instants",
        "FENETRE",
        (
            ("dates=EpochS()", "dates=EpochMs()"),
            ("import LOCALE_ETABLISSEMENT, EpochS,", "import LOCALE_ETABLISSEMENT, EpochMs, EpochS,"),
        ),
        mend="Look at one value: ten digits are seconds (`EpochS()`), thirteen are milliseconds (`EpochMs()`).",
    ),
    Mutant(
        "counts prescriptions that were refused",
        "echecs",
        "REUSSITE",
        (("WHERE o.etat = 'IMPORTEE'", "WHERE 1 = 1"),),
        mend="Keep what was imported: a WHERE on the state.",
    ),
    Mutant(
        "counts exchanges that failed",
        "echecs",
        "REUSSITE",
        (("WHERE c.etat = 'ABOUTI'", "WHERE 1 = 1"),),
        mend="Keep what succeeded: a WHERE on the state.",
    ),
    Mutant(
        "gives every exchange to every establishment",
        "isolement",
        "ETABLISSEMENT",
        (
            ("JOIN etablissement e ON e.id = c.etablissement_id", "JOIN etablissement e ON 1 = 1"),
            (",\n               c.reference AS cle", ""),
        ),
        mend="Write the whole condition of the join; a CROSS JOIN gives every fact to every site.",
    ),
)
