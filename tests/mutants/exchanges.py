"""Mistakes about messages, deposits, prescriptions and exchanges."""

from mutants.mutant import Mutant

SENT = "WHERE m.sens = 'ENVOI'\n          AND m.nature = 'MESSAGE'\n          AND m.etat = 'ENVOYE'"
KEY = ",\n               m.identifiant AS cle"
PLACE_OF_BOX = "LEFT JOIN etablissement e ON e.id = b.etablissement_id"
DEPOSITS = "WHERE x.etat = 'ACCEPTE'"

MESSAGES = (
    Mutant("counts received messages", "messages", "MESSAGE", (("WHERE m.sens = 'ENVOI'", "WHERE 1 = 1"),)),
    Mutant(
        "counts receipts and automatic answers", "messages", "MESSAGE", (("\n          AND m.nature = 'MESSAGE'", ""),)
    ),
    Mutant("counts drafts", "messages", "MESSAGE", (("\n          AND m.etat = 'ENVOYE'", ""),)),
    Mutant("counts failed messages", "echecs", "MESSAGE", (("AND m.etat = 'ENVOYE'", "AND m.etat <> 'BROUILLON'"),)),
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
    ),
    Mutant("counts a message as often as it was written down", "cles", "CLE", ((KEY, ""),)),
    Mutant(
        "loses messages of the OG's mailbox",
        "messages_og",
        "MESSAGE_OG",
        ((PLACE_OF_BOX, PLACE_OF_BOX.removeprefix("LEFT ")),),
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
    ),
    Mutant(
        "takes professionals for usagers", "destinataires", "DESTINATAIRE", (("t.type = 'PS'", "t.type = 'INCONNU'"),)
    ),
    Mutant(
        "reads universal time as the hour of Paris",
        "decalage",
        "HORLOGE",
        (("dates=HEURE_UTC", "dates=HEURE_DE_PARIS"),),
    ),
    Mutant("supplies a relation it has nothing for", "non_fourni", "NON_FOURNI", ((SENT, "WHERE 1 = 0"),)),
)

OTHERS = (
    Mutant("counts deposits that still wait", "echecs", "DEPOT", ((DEPOSITS, "WHERE x.etat <> 'REJETE'"),)),
    Mutant("counts deposits that failed", "echecs", "DEPOT", ((DEPOSITS, "WHERE 1 = 1"),)),
    Mutant(
        "reads the gateway's hour on the establishment's clock",
        "outre_mer",
        "HORLOGE",
        (("dates=HEURE_DE_PARIS", "dates=HEURE_LOCALE"),),
    ),
    Mutant(
        "gives a deposit to the place that opened the record",
        "deux_etablissements",
        "ETABLISSEMENT",
        (("JOIN etablissement e ON e.id = x.etablissement_id", "JOIN etablissement e ON e.id <> x.etablissement_id"),),
    ),
    Mutant(
        "takes seconds for milliseconds",
        "instants",
        "FENETRE",
        (
            ("dates=EpochS()", "dates=EpochMs()"),
            ("import LOCALE_ETABLISSEMENT, EpochS,", "import LOCALE_ETABLISSEMENT, EpochMs, EpochS,"),
        ),
    ),
    Mutant(
        "counts prescriptions that were refused", "echecs", "REUSSITE", (("WHERE o.etat = 'IMPORTEE'", "WHERE 1 = 1"),)
    ),
    Mutant("counts exchanges that failed", "echecs", "REUSSITE", (("WHERE c.etat = 'ABOUTI'", "WHERE 1 = 1"),)),
    Mutant(
        "gives every exchange to every establishment",
        "isolement",
        "ETABLISSEMENT",
        (
            ("JOIN etablissement e ON e.id = c.etablissement_id", "JOIN etablissement e ON 1 = 1"),
            (",\n               c.reference AS cle", ""),
        ),
    ),
)
