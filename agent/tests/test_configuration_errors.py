"""Each mistake of a configuration: where it stands, what it is, how to mend it; and all of them at once."""

import pytest

from temoin_sdk.campaigns import load_campaign
from temoin_sdk.testing.ledger import MemoryLedger


def wrong(site, *expected, code=3):
    """Run a command on the configuration as it is now; every expected text must be said."""
    site.write()
    ran = site.run("compute")
    assert ran.code == code, ran.text
    for text in expected:
        assert text in ran.text, ran.text
    return ran


def test_a_file_that_does_not_exist(site):
    site.config.unlink()
    ran = site.run("status")
    assert ran.code == 3
    assert "n'existe pas" in ran.text
    assert "TEMOIN_CONFIG" in ran.text


def test_toml_that_does_not_parse_gives_its_line(site):
    site.config.write_text('[gestionnaire]\nnom = "Les Horizons\n')
    ran = site.run("status")
    assert ran.code == 3
    assert "ligne 2" in ran.text


def test_a_file_that_is_not_utf8(site):
    site.config.write_bytes('[gestionnaire]\nnom = "Été"\n'.encode("latin-1"))
    assert "n'est pas écrit en UTF-8" in site.run("status").text


def test_every_error_is_said_at_once_with_its_place(site):
    site.data["gestionnaire"]["ej"] = "10000024"
    site.data["recepteurs"][0]["url"] = "http://ars.example"
    site.data["etablissements"][1]["finess"] = "2A0000155"
    site.data["etablissements"][0]["projt"] = "dui-2025"
    site.data["sources"][0]["plugin"] = "esai"
    wrong(
        site,
        "comporte 6 erreurs",
        "[gestionnaire], « ej »",
        "Huit chiffres",
        "[[recepteurs]] n° 1 (« ars »), « url »",
        "https://ars.example",
        "[[etablissements]] n° 2 (« ESAT du Maquis »), « finess »",
        "La clé du numéro FINESS 2A0000155 est fausse",
        "[[etablissements]] n° 1 (« EHPAD Les Glycines »), « projt »",
        "Vouliez-vous dire « projet »",
        "[[sources]] n° 1 (« essai »), « plugin »",
        "La source « esai » n'existe pas",
    )


def test_a_missing_field_is_named(site):
    del site.data["etablissements"][0]["nom"]
    wrong(site, "[[etablissements]] n° 1 (« 010780054 »)", "Il manque « nom »")


def test_an_unknown_table_is_named_with_its_nearest(site):
    site.data["etablisements"] = [{"finess": "010780054"}]
    wrong(site, "« etablisements » n'est pas un nom connu", "Vouliez-vous dire « etablissements »")


def test_an_exception_lifts_the_key_of_one_establishment(site):
    site.data["etablissements"][1]["finess"] = "2A0000155"
    site.data["etablissements"][1]["exception_finess"] = True
    site.data["sources"][0]["sites"]["MAQ"] = "2A0000155"
    site.write()
    assert site.run("compute").code == 0


def test_a_wrong_key_names_the_setting_that_lifts_it_where_there_is_one(site):
    site.data["etablissements"][1]["finess"] = "2A0000155"
    site.data["sources"][0]["sites"]["MAQ"] = "2A0000155"
    wrong(site, "La clé du numéro FINESS 2A0000155 est fausse", "exception_finess = true")

    site.data["etablissements"][1]["finess"] = "2A0000154"
    site.data["sources"][0]["sites"]["MAQ"] = "2A0000154"
    site.data["gestionnaire"]["ej"] = "010000025"
    ran = wrong(site, "La clé du numéro FINESS 010000025 est fausse", "finess.esante.gouv.fr")
    assert "exception" not in ran.text


def test_a_number_whose_key_is_wrong_is_proposed_nowhere(site):
    site.data["etablissements"][1]["finess"] = "2A0000155"
    ran = wrong(site, "L'établissement 2A0000154 n'est pas dans la configuration", "Noms admis : 010780054.")
    assert "Vouliez-vous dire" not in ran.text


def test_a_number_that_an_exception_admits_is_proposed(site):
    site.data["etablissements"][1] |= {"finess": "2A0000155", "exception_finess": True}
    wrong(site, "L'établissement 2A0000154 n'est pas dans la configuration", "Vouliez-vous dire « 2A0000155 »")


def test_the_siren_typed_as_ej(site):
    site.data["gestionnaire"] |= {"ej": "404833048", "siren": "404833048"}
    wrong(site, "c'est le SIREN qui a été saisi")


def test_a_wrong_siren(site):
    site.data["gestionnaire"]["siren"] = "404833049"
    wrong(site, "[gestionnaire], « siren »", "n'est pas un SIREN")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"secteur": "EHPAD"}, "n'est pas dans la liste admise"),
        ({"categorie": 999}, "La catégorie FINESS 999 ne correspond à aucun secteur connu"),
        ({"fuseau": "Europe/Lyon"}, "« Europe/Lyon » n'est pas le nom d'un fuseau"),
        ({"projet": "dui-2052"}, "Le projet « dui-2052 » n'existe pas"),
        ({"projet": []}, "au moins un élément"),
        ({"ouverture": "31/01/2026"}, "une date AAAA-MM-JJ"),
        ({"ouverture": "2026-05-01", "fermeture": "2026-04-01"}, "La fermeture est avant l'ouverture"),
        ({"categorie": "500"}, "un nombre entier, sans guillemets"),
        ({"exception_finess": "oui"}, "true ou false"),
    ],
)
def test_each_field_of_an_establishment(site, change, expected):
    site.data["etablissements"][0].pop("secteur")
    site.data["etablissements"][0] |= (
        change if "categorie" in change or "secteur" in change else {"secteur": "PA", **change}
    )
    wrong(site, "[[etablissements]] n° 1", expected)


def test_neither_sector_nor_category(site):
    del site.data["etablissements"][0]["secteur"]
    wrong(site, "Il manque « secteur » ou « categorie »")


def test_a_finess_of_no_territory_needs_a_zone(site):
    site.data["etablissements"][0] |= {"finess": "990000005", "exception_finess": True}
    site.data["sources"][0]["sites"]["GLY"] = "990000005"
    wrong(site, "commence par un territoire inconnu", 'Écrivez fuseau = "Europe/Paris"')


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"url": "temoin.ars.example"}, "L'adresse du récepteur est incomplète"),
        ({"url": "https://moi:secret@ars.example"}, "porte un identifiant"),
        ({"url": "https://ars.example/?jeton=1"}, "porte un identifiant ou des paramètres"),
        ({"origine": "https://ARS"}, "caractère qui n'est pas admis"),
        ({"cle": "absente.jwk"}, "ne se lit pas"),
        ({"cle": {"kty": "EC", "crv": "P-256", "x": "AA"}}, "n'est pas une clé Ed25519"),
        ({"cle": {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43}}, "ordre faible"),
        ({"registre": "absente.txt"}, "n'existe pas"),
        ({"registre": "recepteur.jwk"}, "ne contient pas la clé d'un registre"),
        ({"registre": "a+b+c"}, "n'est pas du base64"),
        ({"registre": MemoryLedger("autre.example").cle_registre.spell()}, "celle du registre « autre.example »"),
        ({"ca": "absente.pem"}, "est absent ou n'est pas un certificat PEM"),
        ({"ca": "recepteur.jwk"}, "est absent ou n'est pas un certificat PEM"),
    ],
)
def test_each_field_of_a_receiver(site, change, expected):
    site.data["recepteurs"][0] |= change
    wrong(site, "[[recepteurs]] n° 1 (« ars »)", expected)


def test_plain_http_is_for_this_machine_only(site):
    for url in ("http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"):
        site.data["recepteurs"][0]["url"] = url
        site.write()
        assert site.run("compute").code == 0
    site.data["recepteurs"][0]["url"] = "http://127.0.0.1.example"
    wrong(site, "est en http")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"campagne": "generalisation-2052"}, "La campagne « generalisation-2052 » n'existe pas"),
        ({"campagne": "absente.toml"}, "absente.toml ne peut pas être lu"),
        ({"recepteur": "arz"}, "Vouliez-vous dire « ars »"),
        ({"cibles": {"taux_actifs": "80"}}, "indicateurs inconnus de la campagne"),
        ({"cibles": {"taux_dmp": 80}}, "un texte entre guillemets"),
        ({"campagne": "amorcage-2021-grand-est"}, "il en faut au moins 2"),
        ({"solde": {"debut": "2026-11-01", "fin": "2026-11-01"}}, "commence avant sa fin"),
        ({"decision": "moyenne"}, "Écrivez l'une de : 'chaque_etablissement' ou 'ensemble'"),
        ({"code": "DUI 2025"}, "[[projets]] n° 1"),
    ],
)
def test_each_field_of_a_project(site, change, expected):
    site.data["projets"][0] |= change
    wrong(site, expected)


def test_a_campaign_file_of_ones_own_is_found_beside_the_configuration(site):
    text = site.run("compute").text
    (site.folder / "region.toml").write_bytes(load_campaign("generalisation-2025").octets)
    site.data["projets"][0]["campagne"] = "region.toml"
    site.write()
    assert site.run("compute").text == text


def test_a_project_without_establishments(site):
    site.data["projets"].append({"code": "vide", "campagne": "generalisation-2025", "recepteur": "ars"})
    wrong(site, "[[projets]] n° 2 (« vide »)", "Aucun établissement n'appartient à ce projet")


def test_a_project_that_no_source_serves(site):
    site.data["projets"].append({"code": "autre", "campagne": "generalisation-2025", "recepteur": "ars"})
    site.data["etablissements"].append({"finess": "970400024", "nom": "Foyer", "projet": "autre", "secteur": "PH"})
    wrong(site, "Aucune source ne sert les établissements de ce projet")


def test_no_project_and_no_source(site):
    site.data["projets"] = []
    site.data["etablissements"] = []
    site.data["sources"] = []
    wrong(site, "Aucun projet n'est déclaré", "Aucune source n'est déclarée")


@pytest.mark.parametrize("name", ["recepteurs", "projets", "etablissements", "sources"])
def test_two_tables_of_the_same_name(site, name):
    site.data[name].append(dict(site.data[name][0]))
    wrong(site, f"[[{name}]] n° {len(site.data[name])}", "est déjà pris par")


def test_two_receivers_of_the_same_origin(site):
    site.data["recepteurs"].append({**site.data["recepteurs"][0], "code": "autre"})
    wrong(site, "[[recepteurs]] n° 2", "« recepteur.essai.example » est déjà pris par")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"sites": {"GLY": "970400024"}}, "L'établissement 970400024 n'est pas dans la configuration"),
        ({"fournit": ["sejour"]}, "n'est pas dans la liste admise"),
        ({"nom": ""}, "un texte non vide"),
        ({"reglages": {}}, "Il manque « chemin »"),
        ({"reglages": {"chemin": "/x", "chemn": "/y"}}, "Vouliez-vous dire « chemin »"),
        ({"reglages": {"chemin": 7}}, "un texte entre guillemets"),
    ],
)
def test_each_field_of_a_source(site, change, expected):
    site.data["sources"][0] |= change
    wrong(site, "[[sources]] n° 1", expected)


def test_sites_default_to_every_establishment_by_its_finess(site):
    site.facts["sites"] = ["010780054", "2A0000154"]
    for each in site.facts["personnes"]:
        each["site"] = {"GLY": "010780054", "MAQ": "2A0000154"}[each["site"]]
    site.facts["messages"] = []
    del site.data["sources"][0]["sites"]
    site.write()
    assert "90,00" in site.run("compute").text
    site.data["sources"][0]["etablissements"] = ["010780054"]
    site.write()
    assert "non fourni" in site.run("compute").text


def test_a_table_written_as_a_value_and_tables_as_one(site):
    site.write()
    site.config.write_text('gestionnaire = "moi"\n' + site.config.read_text().replace("[gestionnaire]", "[cles]"))
    assert "« gestionnaire » attend une table" in site.run("compute").text
    site.write()
    site.config.write_text(site.config.read_text().replace("[[projets]]", "[projets]"))
    assert "« projets » attend des tables répétées" in site.run("compute").text


def test_a_folder_that_is_not_text(site):
    site.write()
    site.config.write_text("dossier = 7\n" + site.config.read_text())
    assert "« dossier » attend un chemin entre guillemets" in site.run("status").text


def test_commands_that_read_no_source_do_without_its_plugin(ready):
    ready.data["sources"][0]["plugin"] = "absent"
    ready.write()
    assert ready.run("push").code == 0
    assert ready.run("status").code == 0
    assert ready.run("compute").code == 3
