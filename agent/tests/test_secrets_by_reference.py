"""Secrets stand in variables and files, never in the configuration, and never in what is said."""

import pytest

SECRET = "s3cret-du-site"


@pytest.fixture
def with_token(site):
    def write(value):
        site.data["sources"][0]["reglages"]["jeton"] = value
        site.write()
        return site.run("compute")

    return write


def test_a_secret_in_clear_is_refused_and_not_repeated(with_token):
    ran = with_token(SECRET)
    assert ran.code == 3
    assert "Un secret est écrit en clair" in ran.text
    assert "[[sources]] n° 1 (« essai »), « reglages.jeton »" in ran.text
    assert SECRET not in ran.text


def test_a_password_inside_an_address_is_a_secret_in_clear(site):
    site.data["sources"][0]["reglages"]["chemin"] = f"postgresql://moi:{SECRET}@base/dui"
    site.write()
    ran = site.run("compute")
    assert ran.code == 3
    assert "Un secret est écrit en clair" in ran.text
    assert SECRET not in ran.text


def test_an_absent_variable_is_named_with_the_place_that_asks_for_it(with_token, monkeypatch):
    monkeypatch.delenv("JETON_ESSAI", raising=False)
    ran = with_token({"env": "JETON_ESSAI"})
    assert ran.code == 3
    assert "La variable d'environnement JETON_ESSAI est absente ou vide" in ran.text
    assert "« reglages.jeton »" in ran.text
    assert "EnvironmentFile=" in ran.text


def test_an_absent_or_empty_file_is_named(with_token, site):
    ran = with_token({"fichier": "jeton.txt"})
    assert ran.code == 3
    assert str(site.folder / "jeton.txt") in ran.text
    (site.folder / "jeton.txt").write_text("\n")
    assert "est vide" in with_token({"fichier": "jeton.txt"}).text


def test_every_absent_secret_of_every_source_is_said_at_once(site):
    site.data["sources"][0] |= {"sites": {"GLY": "010780054"}}
    site.data["sources"][0]["reglages"]["jeton"] = {"env": "JETON_UN"}
    other = {**site.data["sources"][0], "nom": "deux", "sites": {"MAQ": "2A0000154"}}
    other["reglages"] = {**other["reglages"], "jeton": {"env": "JETON_DEUX"}}
    site.data["sources"].append(other)
    site.write()
    text = site.run("compute").text
    assert "JETON_UN" in text
    assert "JETON_DEUX" in text


def test_given_by_variable_or_by_file_it_serves(with_token, site, monkeypatch):
    monkeypatch.setenv("JETON_ESSAI", SECRET)
    assert with_token({"env": "JETON_ESSAI"}).code == 0
    (site.folder / "jeton.txt").write_text(f"{SECRET}\r\n")
    assert with_token({"fichier": "jeton.txt"}).code == 0


@pytest.mark.parametrize("value", [{"env": "A", "fichier": "b"}, {"env": 7}])
def test_a_reference_that_is_neither_or_both_is_refused(with_token, value):
    assert with_token(value).code == 3


def test_the_passphrase_of_the_signing_key_is_a_reference_too(site, monkeypatch):
    site.data["cles"] = {"phrase": {"env": "PHRASE_ESSAI"}}
    site.write()
    monkeypatch.delenv("PHRASE_ESSAI", raising=False)
    assert "PHRASE_ESSAI" in site.run("cles", "creer").text
    monkeypatch.setenv("PHRASE_ESSAI", SECRET)
    assert site.run("cles", "creer").code == 0
    assert b"ENCRYPTED" in (site.dossier / "cles" / "signature.pem").read_bytes()
    monkeypatch.setenv("PHRASE_ESSAI", "autre")
    ran = site.run("run")
    assert ran.code == 8
    assert "n'ouvre pas la clé" in ran.text
