"""What one message says: ways, actions, answers, character sets, and why some cannot be counted."""

from typing import Any

import pytest

from temoin_pfi.charsets import decode_message
from temoin_pfi.messages import Accuse, Action, Autre, Envoi, Objet, UnreadableMessage


def test_a_message_says_who_when_where_and_which_way(hl7: Any) -> None:
    assert hl7.read(hl7.envoi(vers="dmp ps", txa="58132^^1.2.250.9.13^ISO|58131^^1.2.250.9.13^ISO")) == Envoi(
        identifiant="M1",
        emetteur=("DUI", "ESMS"),
        moment="2026-09-15T10:30:00+02:00",
        action=Action.INITIAL,
        site="010000024",
        usager="R1",
        vers_dmp=True,
        vers_professionnels=True,
        vers_usager=False,
        document="58132^^1.2.250.9.13",
        remplace="58131^^1.2.250.9.13",
    )


@pytest.mark.parametrize(
    ("vers", "ways"),
    [
        ("dmp", (True, False, False)),
        ("ps", (False, True, False)),
        ("pat", (False, False, True)),
        ("dmp ps pat", (True, True, True)),
    ],
)
def test_ways_are_flags_of_metadmpmss(hl7: Any, vers: str, ways: tuple[bool, bool, bool]) -> None:
    envoi = hl7.read(hl7.envoi(vers=vers))
    assert (envoi.vers_dmp, envoi.vers_professionnels, envoi.vers_usager) == ways


@pytest.mark.parametrize(
    ("type_", "status", "action"),
    [
        ("MDM^T02^MDM_T02", "F", Action.INITIAL),
        ("MDM^T10^MDM_T02", "C", Action.REMPLACEMENT),
        ("MDM^T04^MDM_T02", "D", Action.SUPPRESSION),
        ("MDM^T10", "F", Action.REMPLACEMENT),
        ("ORU^R01^ORU_R01", "F", Action.INITIAL),
        ("ORU^R01^ORU_R01", "C", Action.REMPLACEMENT),
        ("ORU^R01^ORU_R01", "D", Action.SUPPRESSION),
    ],
)
def test_mdm_says_its_action_by_event_and_oru_by_the_document(
    hl7: Any, type_: str, status: str, action: Action
) -> None:
    assert hl7.read(hl7.envoi(type_=type_, status=status)).action is action


def test_an_oru_names_its_document_by_the_filler_and_the_type(hl7: Any) -> None:
    assert hl7.read(hl7.envoi(type_="ORU^R01", obr="CR-7^DUI")).document == "CR-7^DUI^^11502-2"
    assert hl7.read(hl7.envoi(type_="ORU^R01")).document is None


@pytest.mark.parametrize("event", ["Z01", "Z02", "Z03"])
@pytest.mark.parametrize(("answer", "succes"), [("Y", True), ("N", False)])
def test_an_acknowledgement_names_its_message(hl7: Any, event: str, answer: str, *, succes: bool) -> None:
    assert hl7.read(hl7.accuse("M7", event, answer)) == Accuse(
        Objet(event), "M7", ("DUI", "ESMS"), "2026-09-15T10:31:05+02:00", succes
    )


def test_the_table_of_codes_is_written_with_and_without_accents_or_not_at_all(hl7: Any) -> None:
    expected = hl7.read(hl7.accuse())
    for table in ("AckMétierZAM", "ACKMETIERZAM", " AckMetierZAM ", ""):
        assert hl7.read(hl7.accuse().replace("AckMetierZAM", table)) == expected


def test_a_code_of_another_table_is_another_thing(hl7: Any) -> None:
    assert isinstance(hl7.read(hl7.envoi().replace("^MetaDMPMSS", "^LOCAL")), Autre)


def test_stray_spaces_mean_nothing(hl7: Any) -> None:
    text = hl7.envoi(vers="dmp ps")
    for piece in ("Y^^expanded", "|P|", "SB^Send by", "^FINEG^", "MDM^T02^", "|M1|", "R1^^^DUI"):
        assert piece in text
    loose = (
        text.replace("Y^^expanded", " Y ^^ expanded")
        .replace("|P|", "| P |")
        .replace("SB^Send by", " SB ^Send by")
        .replace("^FINEG^", "^ FINEG ^")
        .replace("MDM^T02^", " MDM ^ T02 ^")
        .replace("|M1|", "| M1 |")
        .replace("R1^^^DUI", " R1 ^^^ DUI ")
    )
    assert hl7.read(loose) == hl7.read(text)


def test_delimiters_are_those_of_the_header(hl7: Any) -> None:
    text = hl7.envoi(vers="dmp ps")
    swapped = text.translate(str.maketrans({"|": "#", "^": "$"}))
    assert hl7.read(swapped) == hl7.read(text)


def test_escapes_are_undone_in_identifiers(hl7: Any) -> None:
    assert hl7.read(hl7.envoi(usager=r"R\T\1\S\2")).usager == "R&1^2"


@pytest.mark.parametrize("status", ["T", "D"])
def test_messages_of_tests_do_not_count(hl7: Any, status: str) -> None:
    assert hl7.read(hl7.envoi(status="F").replace("|P|2.5", f"|{status}|2.5")) == Autre(
        "messages d'essai (MSH-11 autre que P)"
    )


@pytest.mark.parametrize("type_", ["ADT^A01^ADT_A01", "ACK^R01^ACK", "MDM^T01^MDM_T01", "ORU^W01"])
def test_other_messages_of_the_folder_are_counted_apart(hl7: Any, type_: str) -> None:
    assert hl7.read(hl7.envoi(type_=type_)) == Autre("^".join(type_.split("^")[:2]))


def test_a_message_for_neither_way_is_counted_apart(hl7: Any) -> None:
    assert hl7.read(hl7.envoi(vers="")) == Autre("MDM^T02 ni pour le DMP ni pour MSSanté")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("|M1|", "||", "MSH-10 vide"),
        ("20260915103000+0200", "hier", "MSH-7"),
        ("||Y^^", "||O^^", "OBX-5 de DESTDMP"),
        ("UNICODE UTF-8", "UNICODE UTF-16", "MSH-18"),
    ],
)
def test_a_message_that_cannot_be_counted_says_why(hl7: Any, before: str, after: str, reason: str) -> None:
    assert before in hl7.envoi()
    with pytest.raises(UnreadableMessage, match=reason):
        hl7.read(hl7.envoi().replace(before, after, 1))


def test_an_oru_whose_document_has_another_status_is_refused(hl7: Any) -> None:
    with pytest.raises(UnreadableMessage, match="OBX-11"):
        hl7.read(hl7.envoi(type_="ORU^R01", status="P"))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [("|M1|", "||", "OBX-4 vide"), ("ACK_RECEPTION_DMP", "ACK_RECEPTION_MSS", "sans le code ACK_RECEPTION_DMP")],
)
def test_an_acknowledgement_that_answers_nothing_says_why(hl7: Any, before: str, after: str, reason: str) -> None:
    with pytest.raises(UnreadableMessage, match=reason):
        hl7.read(hl7.accuse().replace(before, after))


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("UTF-8", "utf-8"),
        ("8859/1", "iso-8859-1"),
        ("8859/15", "iso-8859-15"),
        ("", "utf-8"),
        ("", "iso-8859-15"),
        ("UNICODE UTF-8", "iso-8859-15"),
        ("8859/15~UNICODE UTF-8", "iso-8859-15"),
    ],
)
def test_the_character_set_is_that_of_the_header_or_latin_9(hl7: Any, charset: str, encoding: str) -> None:
    lines = [hl7.header("MDM^T02", "M1", "20260915", charset=charset), "PID|||É7^^^DUI^PI"]
    assert "É7^^^DUI" in decode_message([line.encode(encoding) for line in lines])


@pytest.mark.parametrize("charset", ["8859/15", "UNICODE UTF-8", ""])
def test_iso_8859_15_has_the_euro_sign(hl7: Any, charset: str) -> None:
    header = hl7.header("MDM^T02", "M1", "20260915", charset=charset).encode()
    assert "€7" in decode_message([header, b"PID|||\xa47"])
