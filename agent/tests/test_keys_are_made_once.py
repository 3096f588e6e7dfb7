"""`temoin cles creer`: made once, never overwritten, completed after a stop, never silently replaced."""

import json
import stat

import pytest

from temoin_agent import installation


def test_it_makes_three_keys_and_says_what_to_enrol(site):
    ran = site.run("cles", "creer")

    assert ran.code == 0
    cles = site.dossier / "cles"
    jwk = json.loads((cles / "signature.jwk").read_text())
    assert "d" not in jwk
    assert str(cles / "signature.jwk") in ran.text
    assert jwk["kid"] in ran.text
    assert site.public_key().fingerprint() in ran.text
    for name in ("signature.pem", "pseudonymes.cle", "site.cle"):
        assert stat.S_IMODE((cles / name).stat().st_mode) == 0o600
    assert len((cles / "pseudonymes.cle").read_bytes()) == 32
    assert (cles / "pseudonymes.cle").read_bytes() != (cles / "site.cle").read_bytes()


def test_a_second_time_changes_nothing(site, digest_tree):
    site.run("cles", "creer")
    before = digest_tree(site.dossier / "cles")
    ran = site.run("cles", "creer")
    assert ran.code == 8
    assert "ne sont jamais écrasées" in ran.text
    assert digest_tree(site.dossier / "cles") == before


def test_a_stopped_attempt_is_completed_with_the_keys_it_had_made(site, monkeypatch):
    class Stop(BaseException):
        pass

    def stop(*_):
        raise Stop

    with monkeypatch.context() as patched:
        patched.setattr(installation, "write_secret", stop)
        with pytest.raises(Stop):
            site.run("cles", "creer")
    signature = (site.dossier / "cles" / "signature.pem").read_bytes()
    assert site.run("run").code == 8

    assert site.run("cles", "creer").code == 0
    assert (site.dossier / "cles" / "signature.pem").read_bytes() == signature


@pytest.mark.parametrize("name", ["signature.pem", "pseudonymes.cle", "site.cle"])
def test_a_key_lost_later_is_never_replaced_silently(ready, name):
    (ready.dossier / "cles" / name).unlink()
    ran = ready.run("cles", "creer")
    assert ran.code == 8
    assert "Restaurez-la depuis une sauvegarde" in ran.text
    assert not (ready.dossier / "cles" / name).exists()
    assert ready.run("run").code == 8


def test_a_key_that_others_can_read_signs_nothing(ready):
    (ready.dossier / "cles" / "signature.pem").chmod(0o640)
    ran = ready.run("run")
    assert ran.code == 8
    assert "chmod 600" in ran.text


def test_keys_of_two_backups_are_not_mixed(ready, site):
    path = ready.dossier / "cles" / "signature.jwk"
    jwk = json.loads(path.read_text())
    path.write_text(json.dumps(ready.recepteur_cle.public.to_jwk()))
    ran = ready.run("run")
    assert ran.code == 8
    assert "ne vont pas ensemble" in ran.text
    assert jwk["kid"]


@pytest.mark.parametrize("text", ["", "pas du json", "[]"])
def test_a_public_key_that_cannot_be_read_is_named(ready, text):
    (ready.dossier / "cles" / "signature.jwk").write_text(text)
    assert ready.run("status").code in (8, 9)


def test_an_identifier_that_is_spoilt_is_named(ready):
    (ready.dossier / "installation").write_text("moi")
    ran = ready.run("status")
    assert ran.code == 8
    assert "installation_illisible" in ran.text


def test_paths_of_keys_are_settings(site):
    site.data["cles"] = {"signature": "ailleurs/s.pem", "pseudonymes": "ailleurs/p.cle", "site": "ailleurs/t.cle"}
    site.write()
    assert site.run("cles", "creer").code == 0
    assert sorted(path.name for path in (site.dossier / "ailleurs").iterdir()) == ["p.cle", "s.jwk", "s.pem", "t.cle"]
