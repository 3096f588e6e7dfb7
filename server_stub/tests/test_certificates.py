"""Certificates at the receiver: believed from editors somebody named, shown beside figures, without weight on any."""

import base64
import html
import json
import re

import pytest

from temoin_receiver.auditing import find_faults
from temoin_receiver.cli import app
from temoin_sdk.cli.running import execute
from temoin_sdk.envelope import PrivateKey, Typ, empreinte, sign, write_public_key
from temoin_sdk.errors import ExitCode
from temoin_sdk.report import Certificat, EpreuveCertifiee, to_octets
from temoin_sdk.vocabulary import ContenuCertifie, EtatEpreuve, NiveauEpreuve, Voie

EHPAD = "010780054"


def certificat(**members):
    usual = {
        "format": 1,
        "contrat": 1,
        "plugin": "dui",
        "distribution": "exemple",
        "version": "1.0",
        "contenu": ContenuCertifie.PAQUET,
        "empreinte_contenu": "ab" * 32,
        "kit": "0.1.0",
        "voie": Voie.SCENARIO,
        "moteur": "sqlite",
        "graine": 7,
        "personnes": 120,
        "faits": 3400,
        "epreuves": (EpreuveCertifiee(code="jours", niveau=NiveauEpreuve.OBLIGATOIRE, etat=EtatEpreuve.REUSSIE),),
        "ignorees": (),
        "delivre_le": "2026-11-20T08:00:00Z",
    }
    return Certificat(**(usual | members))


class Editor:
    """An editor, his key, and what the ARS does with it at the command line."""

    def __init__(self, folder, command):
        self.key = PrivateKey.generate()
        self.folder, self.command = folder, command

    def enroll(self, nom="Éditeur Fictif"):
        write_public_key(self.folder / "editeur.jwk", self.key.public)
        return self.command("editeur", "enroler", "--nom", nom, str(self.folder / "editeur.jwk"))

    def file(self, name="certificat.jws", **members):
        jws = sign(to_octets(certificat(**members)), self.key, Typ.CERTIFICAT, 1_795_334_400)
        path = self.folder / name
        path.write_text(jws, encoding="ascii")
        return path, empreinte(jws.encode())


@pytest.fixture
def command(folder, capsys):
    def command(*words):
        code = execute(app, "temoin-receiver", [*words, "--dossier", str(folder)])
        output = capsys.readouterr()
        assert "Traceback" not in output.err
        return code, output.out, output.err

    return command


@pytest.fixture
def editor(tmp_path, command):
    return Editor(tmp_path, command)


def shown(world, cite):
    """What the page says of the plugin, in its table of sources, for a report that cites this digest."""
    world.agent.certificat = cite
    assert world.push(world.agent.sign(world.agent.rapport())).status_code == 201
    return look(world)


def look(world):
    page = world.client.get(f"/etablissements/{EHPAD}").text
    (cell,) = re.findall(r'<td class="certificat \w+">(.*?)</td>', page)
    assert f"dui : {re.sub('<span.*</span>|<[^>]+>', '', cell)}" in page  # the history says the same
    return html.unescape(re.sub("<span.*</span>|<[^>]+>", "", cell))


def test_an_editor_is_believed_by_name(editor):
    code, out, _ = editor.enroll()
    assert code == ExitCode.OK
    assert editor.key.public.fingerprint() in out
    assert "était déjà enrôlée" in editor.enroll()[1]
    code, _, err = editor.enroll("Autre Éditeur")
    assert (code, "Code : editeur_autre_nom" in err) == (ExitCode.CONFIGURATION, True)


@pytest.mark.parametrize("nom", ["", "   ", "x" * 101, "a\u202eb"])
def test_a_name_that_pages_cannot_show_is_refused(editor, nom):
    code, _, err = editor.enroll(nom)
    assert (code, "Code : editeur_nom" in err) == (ExitCode.CONFIGURATION, True)


def test_a_certificate_of_an_unknown_key_is_refused(editor, command):
    path, _ = editor.file()
    code, out, err = command("certificat", "charger", str(path))
    assert (code, out) == (ExitCode.CONFIGURATION, "")
    assert "signé par une clé inconnue ici" in err
    assert str(path) in err
    assert "Qui doit agir : ARS" in err


def test_loading_is_all_or_nothing_and_says_what_is_loaded(editor, command, tmp_path):
    editor.enroll()
    path, digest = editor.file()
    other = Editor(tmp_path, command)
    stranger, _ = other.file("inconnu.jws")
    assert command("certificat", "charger", str(path), str(stranger))[0] == ExitCode.CONFIGURATION
    assert "Aucun certificat" in command("certificat", "lister")[1]
    code, out, _ = command("certificat", "charger", str(path))
    assert code == ExitCode.OK
    for said in ("Certificat chargé.", "Éditeur Fictif", digest, "source « dui » (exemple 1.0)", "graine 7"):
        assert said in out
    assert "déjà chargé" in command("certificat", "charger", str(path))[1]
    assert command("certificat", "lister")[1] == f"{digest}  Éditeur Fictif : source dui (exemple 1.0)\n"


def test_what_is_no_certificate_is_refused_by_name(editor, command, tmp_path, world):
    editor.enroll()
    path, _ = editor.file()
    jws = path.read_text()
    rapport = sign(to_octets(world.agent.rapport()), editor.key, Typ.RAPPORT, 0)
    changed = (
        jws[: jws.index(".") + 20] + ("A" if jws[jws.index(".") + 20] != "A" else "B") + jws[jws.index(".") + 21 :]
    )
    for content, code in (
        (rapport, "enveloppe_typ"),
        (changed, "enveloppe_signature"),
        (jws[:-3], "enveloppe_tronquee"),
        ("tableau", "enveloppe_fichier"),
    ):
        path.write_text(content)
        ended, _, err = command("certificat", "charger", str(path))
        assert (ended, f"Code : {code}" in err) == (ExitCode.PREUVE, True), err
        assert str(path) in err


def test_the_page_says_what_is_known_of_each_digest(world, editor, command):
    editor.enroll()
    path, digest = editor.file()
    assert shown(world, digest) == "certificat inconnu de ce récepteur"
    assert command("certificat", "charger", str(path))[0] == ExitCode.OK
    assert look(world) == "certifié (Éditeur Fictif, trousse 0.1.0, scénario de la trousse)"
    assert world.client.get(f"/v1/certificats/{digest}").text == path.read_text()
    code, out, _ = command("certificat", "revoquer", digest)
    assert code == ExitCode.OK
    assert look(world).startswith("certificat révoqué le ")
    assert command("certificat", "revoquer", digest)[1] == out
    assert ", révoqué le" in command("certificat", "lister")[1]


def test_a_plugin_without_certificate(world):
    assert shown(world, None) == "non certifié"
    assert world.client.get(f"/v1/certificats/{'0' * 64}").status_code == 404


@pytest.mark.parametrize(
    ("members", "certified"),
    [
        ({}, True),
        ({"plugin": "autre"}, False),
        ({"distribution": "ailleurs"}, False),
        ({"version": "1.1"}, False),
        ({"distribution": None, "contenu": ContenuCertifie.MAPPING}, False),
    ],
)
def test_nobody_borrows_the_certificate_of_another_plugin(world, editor, command, members, certified):
    editor.enroll()
    path, digest = editor.file(**members)
    command("certificat", "charger", str(path))
    assert shown(world, digest).startswith("certifié (" if certified else "certificat d'un autre plugin (")


def test_revoking_an_editor_revokes_all_he_signed(world, editor, command):
    editor.enroll()
    path, digest = editor.file()
    command("certificat", "charger", str(path))
    shown(world, digest)
    code, out, _ = command("editeur", "revoquer", editor.key.public.kid)
    assert (code, "certificats concernés : 1" in out) == (ExitCode.OK, True)
    assert look(world).startswith("certificat révoqué le ")
    for again in (("certificat", "charger", str(path)), ("editeur", "enroler", "--nom", "Éditeur Fictif")):
        words = again if again[0] == "certificat" else (*again, str(editor.folder / "editeur.jwk"))
        code, _, err = command(*words)
        assert (code, "Code : editeur_cle_revoquee" in err) == (ExitCode.CONFIGURATION, True)


def test_what_nobody_enrolled_cannot_be_revoked(command):
    for words, code in (
        (("editeur", "revoquer", "-x"), "editeur_inconnu"),
        (("certificat", "revoquer", "ab"), "certificat_inconnu"),
    ):
        ended, _, err = command(*words)
        assert (ended, f"Code : {code}" in err) == (ExitCode.CONFIGURATION, True)


def test_a_certificate_changes_no_figure_and_no_verdict(world, editor, command):
    first = world.agent.rapport()
    recu = world.push(world.agent.sign(first)).text
    before = world.client.get(f"/etablissements/{EHPAD}").text
    editor.enroll()
    path, digest = editor.file()
    command("certificat", "charger", str(path))
    assert world.client.get(f"/etablissements/{EHPAD}").text == before
    world.agent.certificat = digest
    other = world.agent.correct(first, world.figures(EHPAD))
    other_recu = world.push(world.agent.sign(other))
    assert other_recu.status_code == 201

    def verdicts(jws):
        part = jws.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["verdicts"]

    assert verdicts(other_recu.text) == [one for one in verdicts(recu) if one["finess"] == EHPAD]


def test_a_certificate_touched_in_the_store_is_found_out_and_not_shown(world, editor, command):
    editor.enroll()
    path, digest = editor.file()
    command("certificat", "charger", str(path))
    shown(world, digest)
    other, _ = editor.file("autre.jws", version="2.0")
    world.store.writer.write(
        lambda connection: connection.exec_driver_sql("UPDATE certificats SET jws = ?", (other.read_text(),))
    )
    with world.store.reading() as connection:
        assert any(
            "son empreinte n'est pas" in one for one in find_faults(connection, world.receiver.cle, world.store.origine)
        )
    world.store.writer.write(lambda connection: connection.exec_driver_sql("UPDATE certificats SET jws = 'x.y.z'"))
    with world.store.reading() as connection:
        assert any(digest in one for one in find_faults(connection, world.receiver.cle, world.store.origine))
    assert look(world) == "certificat inconnu de ce récepteur"
