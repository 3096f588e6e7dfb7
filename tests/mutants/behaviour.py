"""Mistakes that no figure shows: settings, secrets, writing, logs, imports, the loader itself."""

from mutants.mutant import Mutant

LAST_LINE = "\n\n@hookimpl"
SETTINGS = '    nom = "netfictif"'


def _method(body: str, imports: str = "") -> tuple[tuple[str, str], ...]:
    """A constructor added to the class; `{path}` is the SQLite file."""
    added = (
        "\n    def __init__(self, reglages):\n        super().__init__(reglages)\n"
        "        path = reglages.url.removeprefix('sqlite:///')\n"
        f"        {body}\n"
    )
    return ((LAST_LINE, added + LAST_LINE), ("from temoin_sdk import", f"{imports}from temoin_sdk import"))


OWN_SETTINGS = (
    "from temoin_sdk import",
    "from pydantic import ConfigDict\nfrom temoin_sdk.contract import ReglagesSql\nfrom temoin_sdk import",
)
DEPOSIT = "SELECT e.code AS code,\n               d.usager_id AS usager,\n               x.depose_le"
WRITES = "INSERT INTO parametre VALUES ('temoin', 'lu')"


def _settings(line: str) -> tuple[tuple[str, str], ...]:
    """Settings of its own, with one line in them."""
    return ((SETTINGS, f"    class Reglages(ReglagesSql):\n        {line}\n\n{SETTINGS}"), OWN_SETTINGS)


BEHAVIOUR = (
    Mutant(
        "speaks another contract",
        "contrat",
        "contrat 2",
        ((SETTINGS, f"    contrat = 2\n{SETTINGS}"),),
        mend="Leave `contrat` alone: it is that of the sdk you test with.",
    ),
    Mutant(
        "misspells a relation",
        "contrat",
        "mises_a_jour",
        (("    mises_a_jour = sql(", "    mise_a_jour = sql("),),
        mend="Spell the relation as the contract does; the message names the nearest one.",
    ),
    Mutant(
        "imports its driver",
        "sans_pilote",
        "pilote",
        (("from temoin_sdk import", "import psycopg\nfrom temoin_sdk import"),),
        mend="Import no driver: Témoin loads the one of the address it is given.",
    ),
    Mutant(
        "accepts settings it does not know",
        "reglages_stricts",
        "forbid",
        _settings("model_config = ConfigDict(extra='ignore')"),
        mend='Leave `extra="forbid"` of `Reglages` alone: a misspelt setting would be ignored.',
    ),
    Mutant(
        "shows refused settings",
        "reglages_stricts",
        "hide_input_in_errors",
        _settings("model_config = ConfigDict(hide_input_in_errors=False)"),
        mend="Leave `hide_input_in_errors` of `Reglages` alone: an error would show a secret.",
    ),
    Mutant(
        "takes a secret for a text",
        "reglages_stricts",
        "SecretStr",
        _settings("jeton: str = ''"),
        mend="Declare every secret `SecretStr`.",
    ),
    Mutant(
        "keeps its password in clear",
        "secrets_opaques",
        "get_secret_value",
        _method("self.acces = reglages.mot_de_passe and reglages.mot_de_passe.get_secret_value()"),
        mend="Keep the `SecretStr`; call `get_secret_value()` where it is used, and keep nothing of it.",
    ),
    Mutant(
        "tries the database by itself",
        "acces_refuse",
        "OperationalError",
        _method(
            "sqlite3.connect(f'file:{path}?mode=ro', uri=True).execute('SELECT 1 FROM usager').close()",
            "import sqlite3\n",
        ),
        mend="Open nothing: the sdk opens the database, and says in French what refused and who must act.",
    ),
    Mutant(
        "writes down that it came",
        "lecture_seule",
        "ne fait que lire",
        _method(
            f'base = sqlite3.connect(path); base.execute("{WRITES}"); base.commit(); base.close()',
            "import sqlite3\n",
        ),
        mend="Only read. The account should not be able to write either.",
    ),
    Mutant(
        "takes all the time it wants",
        "delai",
        "delai",
        _method("self.reglages = reglages.model_copy(update={'delai': 86_400})"),
        mend="Leave `delai` to whoever configures the source.",
    ),
    Mutant(
        "logs whom it read",
        "discretion",
        "journaliser",
        _method(
            "base = sqlite3.connect(path) if Path(path).exists() else None\n        "
            "logging.getLogger('netfictif').debug('%s', base and base.execute('SELECT nom FROM usager').fetchall())",
            "import logging\nimport sqlite3\nfrom pathlib import Path\n",
        ),
        mend="Log nothing that comes from a row, at any level.",
    ),
    Mutant(
        "prints whom it read",
        "discretion",
        "imprimer",
        _method(
            "print(sqlite3.connect(path).execute('SELECT id FROM usager').fetchall()) if Path(path).exists() else None",
            "import sqlite3\nfrom pathlib import Path\n",
        ),
        mend="Print nothing.",
    ),
    Mutant(
        "misspells a column",
        "colonnes",
        "depot_dmp.deposele",
        (("x.depose_le", "x.deposele"),),
        mend="Correct the name. Without your schema the kit makes the tables that the SELECTs name, misspelt or not.",
    ),
    Mutant(
        "reads every column",
        "discretion_des_textes",
        "nommer les colonnes",
        ((DEPOSIT, DEPOSIT.replace("SELECT", "SELECT *,")),),
        mend="Name the columns of the contract; `*` also takes names, dates of birth and texts out of the base.",
    ),
    Mutant(
        "filters drafts in its loader",
        "chargement",
        "messages_recus",
        loader=(
            (
                "for message in scenario.messages:",
                "for message in (m for m in scenario.messages if m.etat == 'envoye'):",
            ),
        ),
        mend="Let the loader write everything that happened; it is for the SELECT to leave out what does not count.",
    ),
    Mutant(
        "writes its words in one case in its loader",
        "chargement",
        "casse",
        loader=((".ecrire(", ".pourquoi and ("),),
        mend="Write words with `fait.ecrire(mot)`. If your columns hold codes, say so: `sans = {Concept.CASSE: …}`.",
    ),
)
