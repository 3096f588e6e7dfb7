"""The register file: all of it is checked before any of it is written, and loading it twice changes nothing."""

import pytest
from sqlalchemy import select

from temoin_receiver.installation import keep_ledger
from temoin_receiver.register.loading import Known, load_register
from temoin_receiver.register.reading import find_projet, read_rattachements
from temoin_receiver.register.storing import store_register
from temoin_receiver.storage import Store
from temoin_receiver.storage.tables import campagnes
from temoin_sdk.campaigns import load_campaign
from temoin_sdk.errors import Acteur, ConfigurationError
from temoin_sdk.vocabulary import Secteur

NOTHING = Known()
GOOD = """
[[organismes]]
ej = "010000024"
nom = "Association Les Tilleuls"
siren = "732829320"

[[etablissements]]
finess = "010780054"
nom = "EHPAD Les Tilleuls"
secteur = "PA"
ej = "010000024"
depuis = 2020-01-01

[[etablissements]]
finess = "2A0000154"
nom = "Foyer des Cèdres"
secteur = "PH"
ej = "010000024"

[[projets]]
code = "dui-2026"
campagne = "generalisation-2025"
organismes = ["010000024"]
etablissements = ["010780054", "2A0000154"]
cibles = { taux_dmp = "62.5" }
"""


@pytest.fixture
def load(folder, tmp_path):
    store = Store.open(folder, keep_ledger(folder))

    def load(text, known=NOTHING):
        path = tmp_path / "registre.toml"
        path.write_text(text, encoding="utf-8")
        loaded = load_register(path, known)
        return store.writer.write(lambda connection: store_register(connection, loaded, "2026-01-01T00:00:00Z"))

    load.store = store
    yield load
    store.close()


def problems(load, text):
    with pytest.raises(ConfigurationError) as refusal:
        load(text)
    assert (refusal.value.code, refusal.value.acteur) == ("registre_contenu", Acteur.ARS)
    with load.store.reading() as connection:
        assert read_rattachements(connection, None) == {}
    return refusal.value.message.splitlines()[1:]


def test_everything_is_read_back(load):
    assert load(GOOD).changed == 4
    with load.store.reading() as connection:
        projet = find_projet(connection, "dui-2026")
        found = read_rattachements(connection, None)
    assert projet.organismes == {"010000024"}
    assert projet.etablissements == {"010780054", "2A0000154"}
    assert projet.convention.cibles == {"taux_dmp": "62.5"}
    assert projet.campagne == load_campaign("generalisation-2025")
    assert found["2A0000154"][0].secteur is Secteur.PH


def test_loading_the_same_file_again_changes_nothing(load):
    load(GOOD)
    assert (load(GOOD).changed, load(GOOD).total) == (0, 4)


def test_only_what_differs_changes_and_what_is_not_named_stays(load):
    load(GOOD)
    written = load(
        """
[[etablissements]]
finess = "2A0000154"
nom = "Foyer des Cèdres"
secteur = "AHI"
ej = "010000024"
""",
        Known(frozenset({"010000024"})),
    )
    assert (written.changed, written.total) == (1, 1)
    with load.store.reading() as connection:
        found = read_rattachements(connection, None)
    assert {finess: one[0].secteur for finess, one in found.items()} == {
        "010780054": Secteur.PA,
        "2A0000154": Secteur.AHI,
    }


def test_a_regions_own_campaign_file_is_kept_byte_for_byte(load, tmp_path):
    octets = load_campaign("generalisation-2025").octets + "# adaptée\n".encode()
    (tmp_path / "region.toml").write_bytes(octets)
    load(GOOD.replace('"generalisation-2025"', '"region.toml"'))
    with load.store.reading() as connection:
        assert connection.execute(select(campagnes.c.octets)).scalar_one() == octets
        assert find_projet(connection, "dui-2026").campagne.octets == octets


def test_every_error_is_said_at_once_with_its_place(load):
    text = (
        GOOD.replace('ej = "010000024"\nnom', 'ej = "010000025"\nnom')
        .replace('secteur = "PA"', 'secteur = "XX"')
        .replace('etablissements = ["010780054"', 'etablissements = ["980500003", "010780054"')
        .replace("taux_dmp", "taux_inconnu")
        .replace("732829320", "732829321")
    )
    found = "\n".join(problems(load, text))
    for expected in (
        "[[etablissements]] n° 1 (« 010780054 »), secteur : valeurs admises",
        "[[organismes]] n° 1 (« 010000025 ») : La clé du numéro FINESS 010000025 est fausse",
        "[[organismes]] n° 1 (« 010000025 ») : le SIREN « 732829321 »",
        "[[etablissements]] n° 2 (« 2A0000154 ») : l'organisme 010000024 n'est ni dans ce fichier ni au registre",
        "[[projets]] n° 1 (« dui-2026 ») : l'établissement 980500003 n'est ni dans ce fichier ni au registre",
        "[[projets]] n° 1 (« dui-2026 ») : La convention dui-2026 nomme des indicateurs inconnus",
    ):
        assert expected in found
    # The establishment whose sector is wrong is named by the file all the same: the project is not blamed for it.
    assert "l'établissement 010780054" not in found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('siren = "732829320"', 'siren = "010000024"', "le champ ej contient le SIREN"),
        ('finess = "2A0000154"', 'finess = " 2A0000154"', "contient des espaces"),
        ('finess = "2A0000154"', 'finess = "2A000154"', "n'est pas un numéro FINESS"),
        ('finess = "2A0000154"', 'finess = "010780054"', "010780054 a déjà un organisme à ces dates"),
        ("depuis = 2020-01-01", "depuis = 2020-01-01\njusqu_au = 2019-12-31", "« depuis » vient après « jusqu_au »"),
        ("depuis = 2020-01-01", 'depuis = "hier"', "depuis"),
        ('campagne = "generalisation-2025"', 'campagne = "generalisation-2031"', "n'existe pas"),
        ('organismes = ["010000024"]', 'organismes = ["970300026"]', "l'organisme 970300026"),
        ('organismes = ["010000024"]', "organismes = []", "organismes"),
        ('organismes = ["010000024"]', 'organismes = ["010000024", "010000024"]', "écrit deux fois"),
        (
            'ej = "010000024"\ndepuis',
            'ej = "970300026"\ndepuis',
            "010780054 n'est rattaché à aucun organisme du projet",
        ),
        ("[[projets]]", "[projets]", "tables répétées"),
        ("[[projets]]", "[[convention]]", "« convention » n'est pas un nom connu"),
        ('nom = "Foyer des Cèdres"', 'nom = "Foyer"\nville = "Ajaccio"', "ville"),
    ],
)
def test_a_slip_is_named(load, old, new, expected):
    assert old in GOOD
    assert expected in "\n".join(problems(load, GOOD.replace(old, new)))


def test_a_number_whose_key_is_wrong_can_be_confirmed(load):
    wrong = GOOD.replace('finess = "2A0000154"', 'finess = "2A0000155"\nexception_finess = true')
    load(wrong.replace('"010780054", "2A0000154"', '"010780054", "2A0000155"'))


def test_an_establishment_may_change_of_organisme_from_one_day_to_the_next(load):
    text = (
        GOOD.replace("depuis = 2020-01-01", "jusqu_au = 2026-09-30")
        + """
[[organismes]]
ej = "970300026"
nom = "Fondation Mahury"

[[etablissements]]
finess = "010780054"
nom = "EHPAD Mahury"
secteur = "PA"
ej = "970300026"
depuis = 2026-10-01
"""
    )
    load(text)
    with load.store.reading() as connection:
        periods = read_rattachements(connection, ["010780054"])["010780054"]
    assert [(one.ej, str(one.depuis), str(one.jusqu_a)) for one in periods] == [
        ("010000024", "None", "2026-10-01"),
        ("970300026", "2026-10-01", "None"),
    ]


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"[[organismes]\n", "registre_syntaxe"),
        ("nom = 'é'".encode("latin-1"), "registre_syntaxe"),
        (None, "registre_illisible"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(tmp_path, octets, code):
    path = tmp_path / "registre.toml"
    if octets is not None:
        path.write_bytes(octets)
    with pytest.raises(ConfigurationError) as refusal:
        load_register(path, Known())
    assert refusal.value.code == code
    assert str(path) in refusal.value.phrase()
