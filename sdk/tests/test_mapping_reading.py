"""A mapping file is read whole: it becomes a source, and every mistake is told with its line and its field."""

import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from temoin_sdk import EpochMs, EpochS, Instant, Jour
from temoin_sdk.cli.schema import SchemaPublie, write_schema
from temoin_sdk.contract.sources import RelationSql
from temoin_sdk.errors import ConfigurationError, PluginError
from temoin_sdk.mapping import build_source, mapping_schema, read_mapping
from temoin_sdk.vocabulary import Drapeau, Relation

WHOLE = '''format = 1
nom = "soin_fictif"
version = "1.2"
moteurs = ["postgresql", "sqlite"]
espace_usagers = "soin.personne"
zone = "Europe/Paris"
ne_sait_pas = ["auteur_inconnu"]

[logiciel]
nom = "Soin Fictif"
version_sql = "SELECT v FROM version WHERE heure = '12:30';"

[reglages.service]
type = "texte"
description = "Service dont les écritures comptent."

[reglages."essai"]
type = "booleen"
description = "Compter aussi les dossiers d'essai."
defaut = false

[relations.etablissements]
sql = "SELECT code FROM site"

[relations.sejours]
dates = { entree = "jour", sortie = "epoch_s" }
sql = """
SELECT site AS code,
       personne AS usager, entree, sortie
FROM sejour WHERE service = :reglage_service
"""

[relations.mises_a_jour]
dates = "instant"
sql = "SELECT site AS code, personne AS usager, quand AS date_fait FROM note WHERE essai = :reglage_essai"

[relations.depots_dmp]
dates = "instant"
zone = "locale_etablissement"
sql = "SELECT site AS code, personne AS usager, quand AS date_fait FROM depot"

[relations.messages_mss]
dates = { date_fait = "epoch_ms" }
sql = "SELECT site AS code, quand AS date_fait FROM message"
'''


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(tmp_path: Path, text: str) -> list[str]:
    """What is said of a wrong file, one entry per mistake."""
    with pytest.raises(PluginError) as refused:
        read_mapping(write(tmp_path, text))
    assert refused.value.code == "mapping_contenu"
    return re.findall(r"^  - (.*)$", refused.value.message, re.MULTILINE)


def replaced(*changes: tuple[str, str]) -> str:
    text = WHOLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_whole_file_becomes_a_source(tmp_path: Path) -> None:
    source = build_source(read_mapping(write(tmp_path, WHOLE)))
    assert (source.nom, source.version_textes, source.espace_usagers) == ("soin_fictif", "1.2", "soin.personne")
    assert source.ne_sait_pas == {Drapeau.AUTEUR_INCONNU}
    assert source.logiciel.nom == "Soin Fictif"
    assert source.logiciel.version_sql == "SELECT v FROM version WHERE heure = '12:30';"
    assert source.relations_fournies() == {
        Relation.ETABLISSEMENTS,
        Relation.SEJOURS,
        Relation.MISES_A_JOUR,
        Relation.DEPOTS_DMP,
        Relation.MESSAGES_MSS,
    }
    natures = {
        (r.value, column): sql.nature_of(column)
        for r, sql in source.texts().items()
        for column in {
            Relation.SEJOURS: ("entree", "sortie"),
            Relation.ETABLISSEMENTS: (),
        }.get(r, ("date_fait",))
    }
    assert natures == {
        ("sejours", "entree"): Jour(),
        ("sejours", "sortie"): EpochS(),
        ("mises_a_jour", "date_fait"): Instant("Europe/Paris"),
        ("depots_dmp", "date_fait"): Instant("locale_etablissement"),
        ("messages_mss", "date_fait"): EpochMs(),
    }
    assert isinstance(source.etablissements, RelationSql)


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = replaced(
        ('version = "1.2"', 'version = "un"'),
        ('moteurs = ["postgresql", "sqlite"]', 'moteurs = ["postgresql", "sqlit"]'),
        ("[relations.depots_dmp]", "[relations.depot_dmp]"),
        ("{ entree =", "{ entre ="),
        ("epoch_ms", "millisecondes"),
        (":reglage_service", ":reglage_servise"),
        ('type = "booleen"', 'type = "boolean"'),
    )
    said = faults(tmp_path, text)
    assert [each.split(" : ")[0] for each in said] == [
        "ligne 3, version",
        "ligne 4, moteurs n° 2",
        "ligne 18, reglages.essai.type",
        "ligne 26, relations.sejours.dates.entre",
        "ligne 26, relations.sejours.dates.entree",
        "ligne 30, relations.sejours.sql",
        "ligne 37, relations.depot_dmp",
        "ligne 43, relations.messages_mss.dates.date_fait",
    ]
    assert "vouliez-vous dire « entree » ?" in said[3]
    assert "obligatoire" in said[4]
    assert "vouliez-vous dire « service » ?" in said[5]
    assert "vouliez-vous dire « depots_dmp » ?" in said[6]


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (('nom = "soin_fictif"', 'nom = "Soin Fictif"'), "ligne 2, nom", "forme attendue"),
        (('zone = "Europe/Paris"', 'zone = "Paris"'), "ligne 6, zone", "Europe/Paris"),
        (('["auteur_inconnu"]', '["auteur"]'), "ligne 7, ne_sait_pas n° 1", "auteur_inconnu"),
        (("\n[reglages.service]", "version = '5'\n[reglages.service]"), "ligne 9, logiciel", "« version_sql »"),
        (("SELECT v FROM", "SELECT :debut FROM"), "ligne 11, logiciel.version_sql", "sans paramètres"),
        (("[reglages.service]", "[reglages.url]"), "ligne 13, reglages.url", "déjà pris"),
        (("defaut = false", "defaut = 0"), "ligne 17, reglages.essai", "true ou false"),
        (("defaut = false", "defaut = 1.5"), "ligne 20, reglages.essai.defaut", "un texte, un nombre entier"),
        (('type = "texte"', 'type = "choix"'), "ligne 13, reglages.service", "« choix »"),
        (
            ("FROM sejour WHERE", "FROM sejour; DELETE FROM sejour WHERE"),
            "ligne 27, relations.sejours.sql",
            "plusieurs",
        ),
        ((":reglage_service", ":service"), "ligne 30, relations.sejours.sql", ":service"),
        (("personne AS usager, entree", "personne AS usagers, entree"), "ligne 27", "au lieu de « usagers »"),
        (("SELECT code FROM site", "DELETE FROM site"), "ligne 23, relations.etablissements.sql", "SELECT"),
        (('dates = "instant"\nsql', "sql"), "ligne 33, relations.mises_a_jour.dates", "obligatoire"),
        (("[relations.etablissements]", "[relations.site]"), "ligne 22, relations.etablissements", "obligatoire"),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path: Path, change: tuple[str, str], place: str, said: str) -> None:
    found = [each for each in faults(tmp_path, replaced(change)) if each.startswith(place)]
    assert any(said in each for each in found), faults(tmp_path, replaced(change))


def test_an_instant_without_a_zone_is_refused(tmp_path: Path) -> None:
    """Read in a zone nobody named, an evening would fall on the day before."""
    assert faults(tmp_path, replaced(('zone = "Europe/Paris"\n', ""))) == [
        'ligne 33, relations.mises_a_jour.dates : « instant » demande une zone : écrire zone = "Europe/Paris" dans '
        "cette relation ou au début du fichier"
    ]


def test_a_text_that_takes_every_column_is_left_to_the_database(tmp_path: Path) -> None:
    read_mapping(write(tmp_path, replaced(("SELECT code FROM site", "SELECT * FROM temoin_site"))))


@pytest.mark.parametrize(
    ("text", "place"),
    [("format = 1\nnom = 'a\n", "ligne 2"), ("format = 1\n\nformat = 1\n", "ligne 3"), ('nom = """\n', "ligne 1")],
)
def test_a_file_that_is_not_toml_names_the_line(tmp_path: Path, text: str, place: str) -> None:
    [said] = faults(tmp_path, text)
    assert said.startswith(f"{place} : ce n'est pas du TOML correct")


def test_an_absent_file_is_for_whoever_named_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_mapping(tmp_path / "absent.toml")
    assert refused.value.code == "mapping_illisible"


def test_a_file_that_is_not_utf8_is_for_its_editor(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes("format = 1 # été".encode("latin-1"))
    with pytest.raises(PluginError, match="UTF-8"):
        read_mapping(path)


def test_the_kept_schema_is_what_the_command_writes() -> None:
    kept = Path(__file__).parents[2] / "docs" / "schemas" / "mapping.json"
    assert kept.read_text(encoding="utf-8") == write_schema(SchemaPublie.MAPPING)


def test_the_schema_admits_what_is_read_and_refuses_what_is_not() -> None:
    schema = mapping_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    validator.validate(tomllib.loads(WHOLE))
    for old, new in (
        ('"jour", sortie', '"journee", sortie'),
        ("[relations.depots_dmp]", "[relations.depot_dmp]"),
        ('dates = "instant"', 'dates = "heure"'),
        ('["postgresql", "sqlite"]', "[]"),
        ("format = 1", "format = 2"),
    ):
        assert not validator.is_valid(tomllib.loads(replaced((old, new)))), new


def test_every_field_of_the_schema_is_described_in_french() -> None:
    """The text editor of whoever writes the file shows them; no docstring of ours may slip in."""
    pending: list[tuple[str, object]] = [("", mapping_schema())]
    while pending:
        place, node = pending.pop()
        if isinstance(node, list):
            pending += [(place, each) for each in node]
        if not isinstance(node, dict):
            continue
        assert "$ref" not in node, place
        for name, field in node.get("properties", {}).items():
            assert "dates/" in f"{place}/" or field.get("description"), f"{place}/{name}"
        assert not re.search(r"\b(the|of|and)\b", str(node.get("description", ""))), place
        pending += [(f"{place}/{name}", each) for name, each in node.items()]
