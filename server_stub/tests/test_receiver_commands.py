"""The admin commands, as an ARS types them: French words, exit codes, nothing half done."""

import json
import stat

import pytest

from temoin_receiver.cli import app
from temoin_receiver.installation import open_store
from temoin_receiver.register.reading import find_key
from temoin_sdk.cli.running import execute
from temoin_sdk.envelope import PrivateKey
from temoin_sdk.errors import ExitCode

UUID = "6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a01"
REGISTRE = """
[[organismes]]
ej = "010000024"
nom = "Association Les Tilleuls"

[[etablissements]]
finess = "010780054"
nom = "EHPAD Les Tilleuls"
secteur = "PA"
ej = "010000024"

[[projets]]
code = "dui-2026"
campagne = "generalisation-2025"
organismes = ["010000024"]
etablissements = ["010780054"]
"""


@pytest.fixture
def command(folder, tmp_path, capsys):
    def command(*words):
        code = execute(app, "temoin-receiver", [*words, "--dossier", str(folder)])
        output = capsys.readouterr()
        assert "Traceback" not in output.err
        return code, output.out, output.err

    return command


@pytest.fixture
def loaded(command, tmp_path):
    path = tmp_path / "registre.toml"
    path.write_text(REGISTRE, encoding="utf-8")
    assert command("registre", "charger", str(path))[0] == ExitCode.OK
    return path


@pytest.fixture
def jwk(tmp_path):
    key = PrivateKey.generate().public
    path = tmp_path / "cle.jwk"
    path.write_text(json.dumps(key.to_jwk()), encoding="utf-8")
    return path, key


def test_init_makes_a_private_folder_and_says_what_to_hand_out(tmp_path, capsys):
    folder = tmp_path / "neuf"
    words = ["init", "--dossier", str(folder), "--origine", "ars.exemple/essai"]
    assert execute(app, "temoin-receiver", words) == ExitCode.OK
    output = capsys.readouterr().out
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "cle-recus.pem").stat().st_mode) == 0o600
    assert "d" not in json.loads((folder / "cle-recus.jwk").read_text())
    assert "Empreinte à comparer au téléphone" in output
    before = (folder / "cle-recus.pem").read_bytes()
    assert execute(app, "temoin-receiver", words) == ExitCode.STOCKAGE
    assert "Un récepteur existe déjà dans ce dossier." in capsys.readouterr().err
    assert (folder / "cle-recus.pem").read_bytes() == before


def test_init_refuses_a_name_that_reports_cannot_carry(tmp_path, capsys):
    words = ["init", "--dossier", str(tmp_path / "neuf"), "--origine", "ARS Île-de-France"]
    assert execute(app, "temoin-receiver", words) == ExitCode.CONFIGURATION
    assert "ne peut pas nommer un récepteur" in capsys.readouterr().err
    assert not (tmp_path / "neuf").exists()


def test_an_interrupted_init_is_taken_up_with_the_same_key(tmp_path, capsys):
    folder = tmp_path / "neuf"
    words = ["init", "--dossier", str(folder), "--origine", "ars.exemple/essai"]
    execute(app, "temoin-receiver", words)
    before = [(folder / name).read_bytes() for name in ("cle-recus.pem", "cle-registre.pem")]
    (folder / "recepteur.sqlite3").unlink()
    published = (folder / "tete-publiee.txt").read_bytes()
    assert execute(app, "temoin-receiver", words) == ExitCode.STOCKAGE
    assert "ne prend pas sa suite" in capsys.readouterr().err
    assert (folder / "tete-publiee.txt").read_bytes() == published
    (folder / "tete-publiee.txt").unlink()
    assert execute(app, "temoin-receiver", words) == ExitCode.OK
    assert [(folder / name).read_bytes() for name in ("cle-recus.pem", "cle-registre.pem")] == before


def test_the_register_is_loaded_and_loaded_again(command, loaded):
    code, output, _ = command("registre", "charger", str(loaded))
    assert (code, output) == (ExitCode.OK, "Registre chargé : 3 entrées, dont 0 nouvelles ou modifiées.\n")


def test_a_register_with_errors_names_them_all(command, tmp_path):
    path = tmp_path / "registre.toml"
    path.write_text(REGISTRE.replace('"PA"', '"EHPAD"').replace("generalisation-2025", "inconnue"), encoding="utf-8")
    code, output, error = command("registre", "charger", str(path))
    assert (code, output) == (ExitCode.CONFIGURATION, "")
    assert "secteur : valeurs admises" in error
    assert "La campagne « inconnue » n'existe pas" in error
    assert "Qui doit agir : ARS" in error


def test_a_register_file_may_lean_on_what_is_there(command, loaded, tmp_path):
    path = tmp_path / "suite.toml"
    path.write_text(REGISTRE[REGISTRE.index("[[projets]]") :].replace("dui-2026", "dui-2027"), encoding="utf-8")
    code, output, _ = command("registre", "charger", str(path))
    assert (code, output) == (ExitCode.OK, "Registre chargé : 1 entrées, dont 1 nouvelles ou modifiées.\n")


def test_a_key_is_enrolled_then_revoked(command, loaded, jwk, folder):
    path, key = jwk
    enroll = ("cle", "enroler", "--ej", "010000024", "--installation", UUID, str(path))
    code, output, _ = command(*enroll)
    assert code == ExitCode.OK
    assert key.fingerprint() in output
    assert "déjà enrôlée" in command(*enroll)[1]
    code, output, _ = command("cle", "revoquer", key.kid)
    assert code == ExitCode.OK
    with open_store(folder) as store, store.reading() as connection:
        since = find_key(connection, key.kid).revoquee_le
    assert output == f"Clé révoquée depuis le {since}.\n"
    assert command("cle", "revoquer", key.kid)[1] == output
    code, _, error = command(*enroll)
    assert code == ExitCode.CONFIGURATION
    assert "cle_deja_revoquee" in error


def test_a_key_speaks_for_one_installation(command, loaded, jwk):
    path, _ = jwk
    command("cle", "enroler", "--ej", "010000024", "--installation", UUID, str(path))
    other = UUID.replace("a01", "a02")
    code, _, error = command("cle", "enroler", "--ej", "010000024", "--installation", other, str(path))
    assert code == ExitCode.CONFIGURATION
    assert "cle_d_un_autre" in error


LOW_ORDER = {"kty": "OKP", "crv": "Ed25519", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}


@pytest.mark.parametrize(
    ("content", "ej", "installation", "expected"),
    [
        (json.dumps(LOW_ORDER), "010000024", UUID, "enveloppe_cle_faible"),
        ("{", "010000024", UUID, "jwk_illisible"),
        ("[]", "010000024", UUID, "jwk_illisible"),
        (None, "010000024", UUID, "fichier_absent"),
        ("good", "970300026", UUID, "ej_inconnu"),
        ("good", "01000002", UUID, "finess_huit_chiffres"),
        ("good", "010000024", "mon-poste", "installation"),
    ],
)
def test_what_cannot_be_enrolled_is_refused_by_name(command, loaded, jwk, content, ej, installation, expected):
    path, _ = jwk
    if content is None:
        path.unlink()
    elif content != "good":
        path.write_text(content, encoding="utf-8")
    code, output, error = command("cle", "enroler", "--ej", ej, "--installation", installation, str(path))
    assert code != ExitCode.OK
    assert output == ""
    assert f"Code : {expected}" in error


@pytest.mark.parametrize("start", ["-", "_", "A"])
def test_a_key_is_revoked_whatever_its_name_begins_with(command, loaded, tmp_path, start):
    keys = (PrivateKey.generate().public for _ in range(10_000))
    key = next(key for key in keys if key.kid.startswith(start))
    path = tmp_path / "cle.jwk"
    path.write_text(json.dumps(key.to_jwk()), encoding="utf-8")
    command("cle", "enroler", "--ej", "010000024", "--installation", UUID, str(path))
    code, output, error = command("cle", "revoquer", key.kid)
    assert (code, output.startswith("Clé révoquée"), error) == (ExitCode.OK, True, "")


def test_revoking_a_key_nobody_enrolled(command):
    code, _, error = command("cle", "revoquer", "inconnu")
    assert (code, "Code : cle_inconnue" in error) == (ExitCode.CONFIGURATION, True)


def test_a_folder_without_receiver(tmp_path, capsys):
    assert execute(app, "temoin-receiver", ["verifier", "--dossier", str(tmp_path)]) == ExitCode.STOCKAGE
    assert "Code : depot_absent" in capsys.readouterr().err
