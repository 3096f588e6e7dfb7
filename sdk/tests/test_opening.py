"""Signed texts opened in one step: every use its content, every wrong file its sentence, no key no belief."""

from collections.abc import Callable
from pathlib import Path

import pytest

from temoin_sdk.envelope import PrivateKey, Typ, empreinte, read_jws_file, read_public_key, sign, write_public_key
from temoin_sdk.errors import Acteur, EnvelopeError, ReportError, TemoinError
from temoin_sdk.report import Certificat, Rapport, Recu, to_octets
from temoin_sdk.report.opening import find_receipt_fault, open_signed, open_unverified
from temoin_sdk.testing.ledger import MemoryLedger

KEY = PrivateKey.generate()
IAT = 1_795_334_400


@pytest.fixture
def recu(rapport: Rapport) -> Recu:
    payload = to_octets(rapport)
    return MemoryLedger(rapport.destinataire).receipt(
        empreinte_rapport=empreinte(payload),
        empreinte_jws=empreinte(sign(payload, KEY, Typ.RAPPORT, IAT).encode()),
        kid=KEY.public.kid,
        ej=rapport.ej,
        installation=rapport.installation,
    )


@pytest.mark.parametrize(
    ("name", "typ"), [("rapport", Typ.RAPPORT), ("recu", Typ.RECU), ("certificat", Typ.CERTIFICAT)]
)
def test_each_use_is_opened_with_and_without_its_key(request: pytest.FixtureRequest, name: str, typ: Typ) -> None:
    contenu = request.getfixturevalue(name)
    jws = sign(to_octets(contenu), KEY, typ, IAT)
    opened, claimed = open_signed(jws, KEY.public, type(contenu)), open_unverified(jws)
    assert opened.contenu == claimed.contenu == contenu
    assert (opened.verifie, claimed.verifie) == (True, False)
    assert opened.empreinte == claimed.empreinte == empreinte(to_octets(contenu))
    assert opened.empreinte_jws == claimed.empreinte_jws == empreinte(jws.encode())


def test_nothing_signed_for_one_use_is_opened_as_another(rapport: Rapport) -> None:
    jws = sign(to_octets(rapport), KEY, Typ.RAPPORT, IAT)
    for modele in (Recu, Certificat):
        with pytest.raises(EnvelopeError, match="autre usage") as refusal:
            open_signed(jws, KEY.public, modele)
        assert refusal.value.code == "enveloppe_typ"


@pytest.mark.parametrize("typ", [Typ.RAPPORT, Typ.RECU, Typ.CERTIFICAT])
def test_a_wrong_content_is_somebodys_to_mend(typ: Typ) -> None:
    jws = sign(b'{"format":1}', KEY, typ, IAT)
    with pytest.raises(ReportError) as refusal:
        open_unverified(jws)
    who = {Typ.RAPPORT: Acteur.GESTIONNAIRE, Typ.RECU: Acteur.ARS, Typ.CERTIFICAT: Acteur.EDITEUR}
    assert refusal.value.acteur is who[typ]
    assert ("rapport" in refusal.value.remede) == (typ is Typ.RAPPORT)


def test_a_receipt_names_its_report_and_its_receiver(rapport: Rapport, recu: Recu) -> None:
    mine = (recu.empreinte_rapport, recu.empreinte_jws, recu.kid)
    assert find_receipt_fault(recu, rapport, mine) is None
    for place in range(3):
        other = list(mine)
        other[place] = "0" * len(other[place])
        fault = find_receipt_fault(recu, rapport, (other[0], other[1], other[2]))
        assert fault is not None and fault.code == "recu_autre_rapport"
    fault = find_receipt_fault(recu, rapport.model_copy(update={"destinataire": "ars.ailleurs"}), mine)
    assert fault is not None and fault.code == "recu_autre_recepteur"
    assert "ars.ailleurs" in fault.message
    for member, value in (("ej", "970300026"), ("installation", "6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a09")):
        fault = find_receipt_fault(recu.model_copy(update={member: value}), rapport, mine)
        assert fault is not None and fault.code == "recu_autre_rapport"


def test_a_file_is_read_to_the_letter_but_for_its_last_line_end(tmp_path: Path, rapport: Rapport) -> None:
    jws = sign(to_octets(rapport), KEY, Typ.RAPPORT, IAT)
    path = tmp_path / "rapport.jws"
    for end in ("", "\n", "\r\n"):
        path.write_bytes(f"{jws}{end}".encode())
        assert read_jws_file(path) == jws


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda jws: b"", "enveloppe_fichier"),
        (lambda jws: b"finess;nombre\n", "enveloppe_fichier"),
        (lambda jws: b"%PDF-1.7 \xff\xfe", "enveloppe_fichier"),
        (lambda jws: b'{"format":1}', "enveloppe_fichier"),
        (lambda jws: jws + b".AAAA.AAAA", "enveloppe_fichier"),
        (lambda jws: jws[:40], "enveloppe_tronquee"),
        (lambda jws: jws[: len(jws) // 2], "enveloppe_tronquee"),
        (lambda jws: jws[:-1], "enveloppe_tronquee"),
        (lambda jws: jws[:-80], "enveloppe_tronquee"),
    ],
)
def test_a_wrong_file_says_what_it_is_not(
    tmp_path: Path, rapport: Rapport, spoil: Callable[[bytes], bytes], code: str
) -> None:
    path = tmp_path / "piece.jws"
    path.write_bytes(spoil(sign(to_octets(rapport), KEY, Typ.RAPPORT, IAT).encode()))
    with pytest.raises(EnvelopeError) as refusal:
        read_jws_file(path)
    assert (refusal.value.code, refusal.value.ou) == (code, str(path))
    assert "piece.jws" in refusal.value.message


def test_a_public_key_is_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "editeur.jwk"
    write_public_key(path, KEY.public)
    write_public_key(path, KEY.public)
    assert read_public_key(path) == KEY.public


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "jwk_illisible"), (b"[]", "jwk_illisible"), (b"\xff", "jwk_illisible"), (b"{}", "enveloppe_cle")],
)
def test_what_is_no_public_key_is_told(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "editeur.jwk"
    path.write_bytes(content)
    with pytest.raises(TemoinError) as refusal:
        read_public_key(path)
    assert refusal.value.code == code
    with pytest.raises(TemoinError) as refusal:
        read_public_key(tmp_path / "absent.jwk")
    assert refusal.value.code == "fichier_absent"
