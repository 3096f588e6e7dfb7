"""Checkpoints and proofs as texts that public tools read: one spelling, believed only from the known key."""

import pytest

from temoin_sdk.envelope import PrivateKey
from temoin_sdk.errors import EnvelopeError
from temoin_sdk.ledger import (
    EMPTY_ROOT,
    Checkpoint,
    InclusionText,
    NoteKey,
    check_inclusion_text,
    hash_leaf,
    hash_nodes,
    read_checkpoint,
    sign_checkpoint,
)
from temoin_sdk.ledger.notes import SignedNote, read_note, sign_note

ORIGINE = "ars.example/essais"
CLE = PrivateKey.generate()
AUTRE = PrivateKey.generate()
KEY = NoteKey(ORIGINE, CLE.public)
A, B = hash_leaf(b"a"), hash_leaf(b"b")
HEAD = Checkpoint(ORIGINE, 2, hash_nodes(A, B))
TEXT = sign_checkpoint(HEAD, CLE).spell()


def refused_code(text: str) -> str:
    with pytest.raises(EnvelopeError) as refused:
        read_checkpoint(text, KEY)
    return refused.value.code


def test_the_published_example_of_the_format_is_read_and_its_key_identified() -> None:
    # The key and note of golang.org/x/mod/sumdb/note's documentation, which c2sp.org/signed-note describes.
    key = NoteKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert read_note(text).verify([key]) == {"PeterNeumann"}
    assert key.spell().startswith("PeterNeumann+c74f20a3+")


def test_a_head_is_read_as_it_was_signed() -> None:
    assert read_checkpoint(TEXT, KEY) == HEAD
    assert TEXT.startswith(f"{ORIGINE}\n2\n")
    empty = Checkpoint(ORIGINE, 0, EMPTY_ROOT)
    assert read_checkpoint(sign_checkpoint(empty, CLE).spell(), KEY) == empty


@pytest.mark.parametrize("at", range(0, len(TEXT), 7))
def test_no_altered_text_is_believed(at: int) -> None:
    other = "B" if TEXT[at] == "A" else "A"
    assert refused_code(TEXT[:at] + other + TEXT[at + 1 :]).startswith("registre_")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "registre_note"),
        (HEAD.texte(), "registre_note"),
        (TEXT + "\n", "registre_note"),
        (TEXT.replace("\n", "\r\n"), "registre_note"),
        (TEXT.removesuffix("\n"), "registre_note"),
        (TEXT[:-3] + "=" + TEXT[-3:], "registre_note"),
        (sign_checkpoint(HEAD, AUTRE).spell(), "registre_signature"),
        (sign_note(HEAD.texte(), "temoin.example", CLE).spell(), "registre_signature"),
        (sign_note(f"{ORIGINE}\n02\n{HEAD.texte().split()[2]}\n", ORIGINE, CLE).spell(), "registre_point_de_controle"),
        (sign_note(f"{ORIGINE}\n2\nAAAA\n", ORIGINE, CLE).spell(), "registre_point_de_controle"),
        (sign_note(f"{HEAD.texte()}extension\n", ORIGINE, CLE).spell(), "registre_point_de_controle"),
        (sign_note(HEAD.texte().replace(ORIGINE, "ailleurs"), ORIGINE, CLE).spell(), "registre_origine"),
        (sign_note(HEAD.texte().replace("\n2\n", "\n0\n"), ORIGINE, CLE).spell(), "registre_point_de_controle"),
    ],
)
def test_each_refusal_names_its_rule(text: str, code: str) -> None:
    assert refused_code(text) == code


def test_unknown_signatures_are_passed_over_and_a_wrong_one_of_a_known_key_is_not() -> None:
    note = sign_checkpoint(HEAD, CLE)
    stranger = sign_note(HEAD.texte(), "temoin.example", AUTRE).signatures
    assert read_checkpoint(SignedNote(note.texte, (*stranger, *note.signatures)).spell(), KEY) == HEAD
    forged = SignedNote(note.texte, (*note.signatures, (ORIGINE, KEY.ident + bytes(64))))
    assert refused_code(forged.spell()) == "registre_signature"


def test_a_witness_that_signed_alone_is_not_the_ledger() -> None:
    witness = NoteKey("temoin.example", AUTRE.public)
    alone = sign_note(HEAD.texte(), witness.nom, AUTRE).spell()
    with pytest.raises(EnvelopeError) as refused:
        read_checkpoint(alone, KEY, [witness])
    assert refused.value.code == "registre_signature"


@pytest.mark.parametrize("nom", ["", "a b", "a+b", "a\u00a0b", "x" * 201])
def test_a_key_name_that_could_be_read_two_ways_is_refused(nom: str) -> None:
    with pytest.raises(EnvelopeError, match="nom"):
        NoteKey(nom, CLE.public)


@pytest.mark.parametrize(
    "change", [lambda t: t + "A", lambda t: t.replace("+", " "), lambda t: "b" + t, lambda t: t[:-4]]
)
def test_a_verifier_key_that_was_altered_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    assert NoteKey.parse(KEY.spell()) == KEY
    with pytest.raises(EnvelopeError):
        NoteKey.parse(change(KEY.spell()))


def test_a_proof_is_read_as_it_was_written_and_leads_to_the_head() -> None:
    proof = InclusionText(1, (A,), TEXT)
    assert InclusionText.parse(proof.spell()) == proof
    assert check_inclusion_text(proof.spell(), b"b", KEY) == (proof, HEAD)
    with pytest.raises(EnvelopeError) as refused:
        check_inclusion_text(proof.spell(), b"a", KEY)
    assert refused.value.code == "registre_inclusion"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("index 1", "index 01"),
        ("index 1", "index -1"),
        ("index 1", "extra AAAA\nindex 1"),
        ("proof@v1", "proof@v2"),
        ("\n\n", "\n"),
        ("=\n\n", "=\nAAAA\n\n"),
    ],
)
def test_a_proof_in_another_spelling_is_refused(before: str, after: str) -> None:
    text = InclusionText(1, (A,), TEXT).spell()
    with pytest.raises(EnvelopeError):
        check_inclusion_text(text.replace(before, after, 1), b"b", KEY)
