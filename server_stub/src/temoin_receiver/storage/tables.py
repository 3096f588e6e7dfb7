"""The tables of the store. No person can stand here: figures stay inside the signed texts, which are kept as sent.

Civil dates are dates; instants are UTC text to the second, spelt as in the receipts.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 3
"""Raised with every change of a table. A store of another version is not opened."""

metadata = MetaData()

depot = Table(
    "depot",
    metadata,
    Column("unique", Integer, primary_key=True, autoincrement=False),
    Column("schema_version", Integer, nullable=False),
    Column("origine", Text, nullable=False),
    Column("tete_publiee", Text),
    CheckConstraint('"unique" = 1', name="une_seule_ligne"),
)
"""One row: the schema of this file, the origin reports must be addressed to, and where the published head is kept
(null: beside this file)."""

entrees = Table(
    "entrees",
    metadata,
    Column("rang", Integer, primary_key=True, autoincrement=False),
    Column("ej", Text),
    Column("octets", LargeBinary, nullable=False),
    CheckConstraint("rang >= 0", name="rang_positif"),
    Index("entrees_ej", "ej", "rang"),
)
"""The ledger's entries, numbered from 0 without a hole; `ej` repeats what the bytes say, to be searched by."""

noeuds = Table(
    "noeuds",
    metadata,
    Column("niveau", Integer, primary_key=True, autoincrement=False),
    Column("rang", Integer, primary_key=True, autoincrement=False),
    Column("empreinte", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Hashes of whole subtrees of 2 ** `niveau` entries, from level 1."""

tetes = Table(
    "tetes",
    metadata,
    Column("taille", Integer, primary_key=True, autoincrement=False),
    Column("racine", LargeBinary, nullable=False),
)
"""The head after each transaction that appended entries."""

organismes = Table(
    "organismes",
    metadata,
    Column("ej", Text, primary_key=True),
    Column("siren", Text),
    Column("nom", Text, nullable=False),
)

etablissements = Table(
    "etablissements",
    metadata,
    Column("finess", Text, primary_key=True),
    Column("rang", Integer, primary_key=True, autoincrement=False),
    Column("nom", Text, nullable=False),
    Column("secteur", Text, nullable=False),
    Column("ej", Text, ForeignKey("organismes.ej"), nullable=False),
    Column("depuis", Date),
    Column("jusqu_a", Date),
    Index("etablissements_ej", "ej"),
)
"""One row per establishment and organisme; several when it changed of organisme. `jusqu_a` is the first day after."""

campagnes = Table(
    "campagnes",
    metadata,
    Column("empreinte", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("octets", LargeBinary, nullable=False),
)
"""The bytes of every campaign file ever used: a report is judged by the file whose digest it names."""

projets = Table(
    "projets",
    metadata,
    Column("code", Text, primary_key=True),
    Column("convention", Text, nullable=False),
    Column("campagne", Text, ForeignKey("campagnes.empreinte"), nullable=False),
)

projets_organismes = Table(
    "projets_organismes",
    metadata,
    Column("projet", Text, ForeignKey("projets.code"), primary_key=True),
    Column("ej", Text, ForeignKey("organismes.ej"), primary_key=True),
)

projets_etablissements = Table(
    "projets_etablissements",
    metadata,
    Column("projet", Text, ForeignKey("projets.code"), primary_key=True),
    Column("finess", Text, primary_key=True),
    Index("projets_etablissements_finess", "finess"),
)

cles = Table(
    "cles",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("ej", Text, ForeignKey("organismes.ej"), nullable=False),
    Column("installation", Text, nullable=False),
    Column("jwk", Text, nullable=False),
    Column("enrolee_le", Text, nullable=False),
    Column("revoquee_le", Text),
    Index("cles_installation", "ej", "installation"),
)

receptions = Table(
    "receptions",
    metadata,
    Column("reception", Integer, primary_key=True, autoincrement=False),
    Column("empreinte_rapport", Text, nullable=False, unique=True),
    Column("empreinte_jws", Text, nullable=False),
    Column("kid", Text, ForeignKey("cles.kid"), nullable=False),
    Column("ej", Text, nullable=False),
    Column("installation", Text, nullable=False),
    Column("numero", Integer, nullable=False),
    Column("precedent", Text),
    Column("engagement_cle", Text, nullable=False),
    Column("projet", Text, ForeignKey("projets.code"), nullable=False),
    Column("campagne", Text, ForeignKey("campagnes.empreinte"), nullable=False),
    Column("mesure", Text, nullable=False),
    Column("debut", Date, nullable=False),
    Column("fin", Date, nullable=False),
    Column("version", Integer, nullable=False),
    Column("remplacee_par", Text, ForeignKey("receptions.empreinte_rapport")),
    Column("recu_le", Text, nullable=False),
    Column("entree", Integer, ForeignKey("entrees.rang"), nullable=False, unique=True),
    Column("jugement", Text, nullable=False),
    Column("jws", Text, nullable=False),
    Column("recu", Text),
    UniqueConstraint("ej", "installation", "projet", "debut", "fin", "mesure", "version", name="identite"),
    CheckConstraint("reception >= 1 AND numero >= 1 AND version >= 1 AND debut < fin", name="bornes"),
    Index("receptions_chaine", "ej", "installation", "numero"),
)
"""One row per report received, numbered without a hole; `jws` and `recu` are the very bytes received and answered.

`entree` is its entry in the ledger, `jugement` the verdicts whose digest that entry holds. `recu` is null from the
commit until the head that covers the entry is published."""

Index("receptions_sans_recu", receptions.c.reception, sqlite_where=receptions.c.recu.is_(None))

presences = Table(
    "presences",
    metadata,
    Column("reception", Integer, ForeignKey("receptions.reception"), primary_key=True),
    Column("finess", Text, primary_key=True),
    Index("presences_finess", "finess"),
)
"""Which establishments a report speaks of, set aside ones included: the index the pages read by."""

editeurs = Table(
    "editeurs",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("nom", Text, nullable=False),
    Column("jwk", Text, nullable=False),
    Column("ajoute_le", Text, nullable=False),
    Column("revoque_le", Text),
)
"""Keys whose certificates of plugins are believed, each because somebody at the ARS said whose it is."""

certificats = Table(
    "certificats",
    metadata,
    Column("empreinte", Text, primary_key=True),
    Column("kid", Text, ForeignKey("editeurs.kid"), nullable=False),
    Column("jws", Text, nullable=False),
    Column("charge_le", Text, nullable=False),
    Column("revoque_le", Text),
    Index("certificats_kid", "kid"),
)
"""Certificates of plugins by the digest that reports name; `jws` is the very text that was loaded."""

audits = Table(
    "audits",
    metadata,
    Column("audit", Integer, primary_key=True, autoincrement=False),
    Column("reception", Integer, ForeignKey("receptions.reception"), nullable=False),
    Column("fait_le", Text, nullable=False),
    Column("empreinte_export", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("constats", Text, nullable=False),
    Index("audits_reception", "reception"),
)
"""Verdicts of recounting, each kept: digest of the file that was handed over, and what it gave, as JSON."""
