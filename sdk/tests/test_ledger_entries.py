"""Entries of the ledger: one spelling, no person, unknown types let be; a receipt gives its entry back to the byte."""

import pytest

from temoin_sdk.envelope import PrivateKey
from temoin_sdk.errors import EnvelopeError, ReportError
from temoin_sdk.ledger.entries import EnrolementCle, Entree, Portee, ej_of, read_entry
from temoin_sdk.ledger.notes import NoteKey
from temoin_sdk.report import Inscription, Jugement, Recu, Verdict, VerdictEtablissement, to_octets
from temoin_sdk.report.inscribed import check_inscribed, entry_of
from temoin_sdk.testing.ledger import MemoryLedger

LE = "2026-11-22T09:06:00Z"
INSTALLATION = "6f1c1ac0-4b3c-4f0c-9f57-0f2f0f5a9a01"
CLE = EnrolementCle(ej="010000024", installation=INSTALLATION, kid="k" * 43, le=LE)
FIELDS = {
    "empreinte_rapport": "a" * 64,
    "empreinte_jws": "b" * 64,
    "kid": "k" * 43,
    "ej": "010000024",
    "installation": INSTALLATION,
}


@pytest.fixture
def ledger() -> MemoryLedger:
    found = MemoryLedger("ars.exemple/essai")
    for rank in range(6):
        found.append(Portee(empreinte=f"{rank:064x}", le=LE))
    return found


@pytest.fixture
def recu(ledger: MemoryLedger) -> Recu:
    verdict = VerdictEtablissement(finess="010780054", verdict=Verdict.ADMIS, anomalies=())
    return ledger.receipt(Jugement(verdicts=(verdict,), anomalies=()), **FIELDS)


@pytest.mark.parametrize(("entree", "ej"), [(CLE, "010000024"), (Portee(empreinte="a" * 64, le=LE), None)])
def test_an_entry_reads_back_and_says_whom_it_names(entree: Entree, ej: str | None) -> None:
    assert read_entry(to_octets(entree)) == entree
    assert ej_of(entree) == ej


def test_a_type_of_later_versions_is_let_be() -> None:
    assert read_entry(b'{"question":"x","type":"question_audit"}') is None


@pytest.mark.parametrize(
    "octets", [b'{"kid":"x"}', b"[]", to_octets(CLE).replace(b":", b": ", 1), b'{"type":"portee"}']
)
def test_wrong_bytes_are_no_entry(octets: bytes) -> None:
    with pytest.raises(ReportError):
        read_entry(octets)


def test_a_receipt_gives_back_the_very_bytes_of_its_entry(ledger: MemoryLedger, recu: Recu) -> None:
    assert to_octets(entry_of(recu)) == ledger.entrees[recu.registre.rang]
    head = check_inscribed(recu, ledger.cle_registre)
    assert (head.taille, head.racine.hex()) == (7, recu.registre.racine)


@pytest.mark.parametrize(
    "changed",
    [
        {"reception": 2},
        {"ej": "970300026"},
        {"installation": INSTALLATION.replace("6", "7")},
        {"empreinte_rapport": "c" * 64},
        {"empreinte_jws": "c" * 64},
        {"kid": "j" * 43},
        {"recu_le": "2026-11-22T09:06:01Z"},
        {"politique": 2},
        {"verdicts": ()},
    ],
)
def test_a_receipt_of_which_one_field_was_changed_is_not_in_the_ledger(
    ledger: MemoryLedger, recu: Recu, changed: dict[str, object]
) -> None:
    other = Recu.model_validate({**{name: getattr(recu, name) for name in Recu.model_fields}, **changed})
    with pytest.raises(EnvelopeError) as refused:
        check_inscribed(other, ledger.cle_registre)
    assert refused.value.code == "registre_inclusion"


def test_a_proof_by_another_key_or_under_another_name_is_not_believed(ledger: MemoryLedger, recu: Recu) -> None:
    for key, code in (
        (NoteKey(ledger.origine, PrivateKey.generate().public), "registre_signature"),
        (NoteKey("ailleurs.exemple", ledger.cle.public), "registre_origine"),
    ):
        with pytest.raises(EnvelopeError) as refused:
            check_inscribed(recu, key)
        assert refused.value.code == code


def test_the_proof_of_another_entry_is_not_believed(ledger: MemoryLedger, recu: Recu) -> None:
    borrowed: Inscription = ledger.inscription(2)
    other = recu.model_copy(update={"registre": borrowed})
    with pytest.raises(EnvelopeError):
        check_inscribed(other, ledger.cle_registre)
