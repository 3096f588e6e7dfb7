"""`temoin-sdk verify`: each kind of document, with and without its key, every wrong one its sentence; no network."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from temoin_sdk.certificates import contenu_of_module
from temoin_sdk.cli import app
from temoin_sdk.cli.running import execute
from temoin_sdk.envelope import PrivateKey, Typ, base64url, empreinte, sign, write_public_key
from temoin_sdk.errors import ExitCode
from temoin_sdk.report import Anomalie, Certificat, Jugement, Rapport, Verdict, VerdictEtablissement, to_octets
from temoin_sdk.report.messages import PHRASES_ANOMALIES
from temoin_sdk.testing.ledger import MemoryLedger
from temoin_sdk.wording import DOSSIERS_PROUVENT, RACINE_PROUVE, SIGNATURE_PROUVE, SQUELETTE_PROUVE

KEY, RECEIVER = PrivateKey.generate(), PrivateKey.generate()
IAT = 1_795_334_400

Verify = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Verify:
    def run(*words: object) -> tuple[int, str, str]:
        code = execute(app, "temoin-sdk", ["verify", *map(str, words)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, " ".join(said.out.split()), " ".join(said.err.split())

    return run


@pytest.fixture
def files(tmp_path: Path, rapport: Rapport, certificat: Certificat) -> dict[str, Path]:
    """A report, its receipt, a certificate, and the keys behind them."""
    jws = sign(to_octets(rapport), KEY, Typ.RAPPORT, IAT)
    verdict = VerdictEtablissement(
        finess="010780054", verdict=Verdict.EN_ATTENTE, anomalies=(Anomalie.SECTEUR_DIFFERENT,)
    )
    ledger = MemoryLedger(rapport.destinataire)
    recu = ledger.receipt(
        Jugement(verdicts=(verdict,), anomalies=()),
        empreinte_rapport=empreinte(to_octets(rapport)),
        empreinte_jws=empreinte(jws.encode()),
        kid=KEY.public.kid,
        ej=rapport.ej,
        installation=rapport.installation,
        reception=12,
        politique=2,
    )
    (tmp_path / "registre.txt").write_text(ledger.cle_registre.spell() + "\n")
    texts = {
        "rapport": jws,
        "recu": sign(to_octets(recu), RECEIVER, Typ.RECU, IAT),
        "certificat": sign(to_octets(certificat), KEY, Typ.CERTIFICAT, IAT),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.jws").write_text(text)
    write_public_key(tmp_path / "cle.jwk", KEY.public)
    write_public_key(tmp_path / "recepteur.jwk", RECEIVER.public)
    return {path.stem: path for path in tmp_path.iterdir() if path.is_file()}


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        (
            "rapport",
            "cle",
            [
                "projet projet-du-gave, mesure intermédiaire du 1er août au 31 octobre 2026",
                "Source dui-principal",
                RACINE_PROUVE,
                SQUELETTE_PROUVE,
                DOSSIERS_PROUVENT,
                "ne sont pas recalculés ici",
            ],
        ),
        (
            "recu",
            "recepteur",
            [
                "Accusé de réception n° 12",
                "22 novembre 2026 à 09 h 06 (UTC)",
                "010780054 : en attente de l'ARS.",
                PHRASES_ANOMALIES[Anomalie.SECTEUR_DIFFERENT],
                "Il ne prouve pas que les chiffres du rapport sont vrais",
            ],
        ),
        ("certificat", "cle", ["source « netfictif »", "graine 7", "motifs (obligatoire)", "Il ne prouve pas"]),
    ],
)
def test_each_document_is_verified_and_bounded(
    verify: Verify, files: dict[str, Path], name: str, key: str, said: list[str]
) -> None:
    ledger = ("--registre", files["registre"]) if name == "recu" else ()
    code, out, err = verify(files[name], "--cle", files[key], *ledger)
    assert (code, err) == (ExitCode.OK, "")
    for words in (*said, SIGNATURE_PROUVE, "c'est bien la clé", "sans réseau"):
        assert " ".join(words.split()) in out
    assert "NON VÉRIFIÉE" not in out
    code, out, err = verify(files[name])
    assert (code, err) == (ExitCode.BLOQUE, "")
    for words in (*said, "SIGNATURE NON VÉRIFIÉE", "rien ne prouve qui parle"):
        assert " ".join(words.split()) in out
    assert "c'est bien la clé" not in out


def test_a_receipt_without_the_key_of_its_ledger_is_not_wholly_verified(verify: Verify, files: dict[str, Path]) -> None:
    code, out, err = verify(files["recu"], "--cle", files["recepteur"])
    assert (code, err) == (ExitCode.BLOQUE, "")
    assert "le récepteur pourrait la nier" in out


def test_a_receipt_of_another_ledger_is_not_believed(verify: Verify, files: dict[str, Path], tmp_path: Path) -> None:
    for name, said in ((None, "Aucune clé connue"), ("ailleurs.exemple", "celle de « ailleurs.exemple »")):
        ledger = MemoryLedger(name or files["registre"].read_text().partition("+")[0])
        other = tmp_path / "autre.txt"
        other.write_text(ledger.cle_registre.spell())
        code, out, err = verify(files["recu"], "--cle", files["recepteur"], "--registre", other)
        assert (code, out) == (ExitCode.PREUVE, "")
        assert said in err


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        (lambda jws: "FINESS;taux\n", "enveloppe_fichier", "n'est pas un document signé par Témoin"),
        (lambda jws: jws[:-20], "enveloppe_tronquee", "est incomplet : sa fin manque"),
        (lambda jws: jws.replace(".", ".=", 1), "enveloppe_base64", "forme unique"),
        (lambda jws: sign(b"{}", KEY, Typ.RAPPORT, IAT), "forme", "n'a pas la forme attendue"),
        (lambda jws: sign(b'{ "a":1}', KEY, Typ.CERTIFICAT, IAT), "octets_ecriture", "espaces"),
    ],
)
def test_each_wrong_file_has_its_sentence(
    verify: Verify, files: dict[str, Path], spoil: Callable[[str], str], code: str, said: str, keyed: bool
) -> None:
    path = files["rapport"]
    path.write_text(spoil(path.read_text()))
    ended, out, err = verify(path, *(("--cle", files["cle"]) if keyed else ()))
    assert (ended, out) == (ExitCode.PREUVE, "")
    assert f"Code : {code}" in err
    assert said in err
    assert str(path) in err


def test_a_typ_of_the_future_or_of_others(verify: Verify, files: dict[str, Path]) -> None:
    header = b'{"alg":"Ed25519","iat":0,"kid":"' + b"A" * 43 + b'","typ":"JWT"}'
    files["rapport"].write_text(f"{base64url.encode(header)}.e30.{'A' * 86}")
    ended, _, err = verify(files["rapport"])
    assert (ended, "n'est pas d'un type que cette version de Témoin connaît" in err) == (ExitCode.PREUVE, True)


def test_what_was_tampered_with_or_signed_by_another(verify: Verify, files: dict[str, Path]) -> None:
    ended, out, err = verify(files["rapport"], "--cle", files["recepteur"])
    assert (ended, out) == (ExitCode.PREUVE, "")
    assert "Ce texte nomme une autre clé" in err
    other = PrivateKey.generate()
    header, _, signature = files["rapport"].read_text().split(".")
    payload = sign(b"{}", other, Typ.RAPPORT, IAT).split(".")[1]
    files["rapport"].write_text(f"{header}.{payload}.{signature}")
    ended, _, err = verify(files["rapport"], "--cle", files["cle"])
    assert (ended, "Code : enveloppe_signature" in err) == (ExitCode.PREUVE, True)
    assert "le texte a été modifié" in err


def test_a_receipt_is_compared_with_its_report(
    verify: Verify, files: dict[str, Path], rapport_of: Callable[..., Rapport]
) -> None:
    believed = ("--cle", files["recepteur"], "--registre", files["registre"])
    code, out, _ = verify(files["recu"], *believed, "--rapport", files["rapport"])
    assert (code, "c'est l'accusé du rapport rapport.jws" in out) == (ExitCode.OK, True)
    other = rapport_of(numero=2, precedent="a" * 64)
    files["rapport"].write_text(sign(to_octets(other), KEY, Typ.RAPPORT, IAT))
    code, out, err = verify(files["recu"], "--cle", files["recepteur"], "--rapport", files["rapport"])
    assert (code, out, "Code : recu_autre_rapport" in err) == (ExitCode.PREUVE, "", True)


def test_a_certificate_is_compared_with_a_plugin(
    verify: Verify, files: dict[str, Path], installed: Any, certificat_of: Callable[..., Certificat]
) -> None:
    code, _, err = verify(files["certificat"], "--cle", files["cle"], "--contenu", installed.package)
    assert (code, "Code : certificat_autre_contenu" in err) == (ExitCode.PREUVE, True)
    mine = certificat_of(empreinte_contenu=contenu_of_module("netfictif_temoin").empreinte())
    files["certificat"].write_text(sign(to_octets(mine), KEY, Typ.CERTIFICAT, IAT))
    code, out, _ = verify(files["certificat"], "--cle", files["cle"], "--contenu", installed.package)
    assert (code, "celui que le certificat couvre" in out) == (ExitCode.OK, True)


@pytest.mark.parametrize(
    ("words", "code", "ended"),
    [
        (("rapport", "--rapport", "rapport"), "option", ExitCode.CONFIGURATION),
        (("recu", "--rapport", "certificat"), "option", ExitCode.CONFIGURATION),
        (("recu", "--contenu", "cle"), "option", ExitCode.CONFIGURATION),
        (("rapport", "--cle", "rapport"), "jwk_illisible", ExitCode.CONFIGURATION),
        (("rapport", "--cle", "absente"), "fichier_absent", ExitCode.STOCKAGE),
        (("absent",), "fichier_absent", ExitCode.STOCKAGE),
    ],
)
def test_what_was_typed_wrong(
    verify: Verify, files: dict[str, Path], tmp_path: Path, words: tuple[str, ...], code: str, ended: int
) -> None:
    said = [word if word.startswith("--") else files.get(word, tmp_path / word) for word in words]
    found, out, err = verify(*said)
    assert (found, out) == (ended, "")
    assert f"Code : {code}" in err
