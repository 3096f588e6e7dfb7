"""No usager and no secret in any output, log or readable file, whatever happens."""

import logging

import pytest

SECRET = "jeton-tres-secret-42"
USAGERS = ("USAGER-GLY", "USAGER-MAQ", "USAGER-X")


def assert_silent(text):
    for word in (*USAGERS, SECRET):
        assert word not in text


@pytest.fixture
def with_secret(ready, monkeypatch):
    monkeypatch.setenv("JETON_ESSAI", SECRET)
    ready.data["sources"][0]["reglages"]["jeton"] = {"env": "JETON_ESSAI"}
    ready.write()
    return ready


def test_neither_in_output_nor_in_logs(receiver, with_secret, caplog, refuse):
    caplog.set_level(logging.DEBUG)
    site = with_secret
    said = [site.run("compute").text, site.run("compute", "--format", "json").text, site.run("run").text]
    explain = ("explain", "taux_projet_personnalise", "--finess", "010780054")
    said += [site.run(*explain, *more).text for more in ((), ("--format", "json"), ("--personnes",))]
    receiver.replies = [refuse(422, "invariant", "Non.")]
    site.facts["personnes"][0]["projet"] = False
    site.write_facts()
    said += [site.run("run", "--corriger", "autre").text, site.run("status").text, site.run("outbox", "list").text]
    site.facts["panne"] = True
    site.write_facts()
    failed = site.run("run")
    assert failed.code == 4
    unexplained = site.run(*explain, "--personnes", "--hors-terminal")
    assert unexplained.code == 4
    assert_silent(" ".join([*said, failed.text, unexplained.text, caplog.text]))
    assert "/v1/rapports" in caplog.text


def test_a_log_never_holds_what_is_shown_to_whoever_asked(with_secret, caplog):
    caplog.set_level(logging.DEBUG)
    ran = with_secret.run("explain", "taux_dossiers_actifs", "--finess", "010780054", "--personnes", "--hors-terminal")
    assert "USAGER-X" in ran.out
    assert ran.err == ""
    assert_silent(caplog.text)


def test_nor_in_any_file_that_can_be_read(receiver, with_secret):
    with_secret.run("run")
    read = 0
    for path in with_secret.dossier.rglob("*"):
        if path.is_file() and path.suffix != ".fernet":
            assert_silent(path.read_bytes().decode("latin-1"))
            read += 1
    assert read > 10


def test_nor_in_what_is_sent(receiver, with_secret, decode):
    with_secret.run("run")
    (jws,) = receiver.received
    assert_silent(decode(jws))


def test_nor_in_the_files_of_a_computation_that_stopped(receiver, with_secret, tmp_path):
    """What compute needs on disk is gone when it ends, even when it fails."""
    with_secret.facts["panne"] = True
    with_secret.write_facts()
    assert with_secret.run("run").code == 4
    assert not list((with_secret.dossier / "preuves").glob(".en-cours-*"))


def test_a_setting_of_the_wrong_type_is_not_quoted(with_secret):
    with_secret.data["sources"][0]["reglages"]["jeton"] = [SECRET]
    with_secret.write()
    ran = with_secret.run("compute")
    assert ran.code == 3
    assert_silent(ran.text)


def test_a_secret_typed_in_the_wrong_table_is_not_quoted(with_secret):
    with_secret.data["recepteurs"][0]["url"] = f"https://moi:{SECRET}@ars.example"
    with_secret.data["gestionnaire"]["fuseau"] = 7
    with_secret.data["sources"][0]["jeton"] = SECRET
    with_secret.write()
    ran = with_secret.run("compute")
    assert ran.code == 3
    assert_silent(ran.text)
