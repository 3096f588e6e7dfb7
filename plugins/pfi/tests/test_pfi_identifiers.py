"""Which repetition of PID-3 is the usager, and which organisation is the establishment."""

from typing import Any

import pytest

from temoin_pfi.identifiers import Choice

INS = "190017512345678^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS"
INS_TEST = "190017512345678^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS"
IPP = "R1^^^DUI&1.2.3&ISO^PI"
AILLEURS = "H9^^^HOPITAL&4.5.6&ISO^PI"


@pytest.mark.parametrize(
    ("pid3", "choice", "expected"),
    [
        (f"{INS}~{IPP}", Choice(), "R1"),
        (f"{IPP}~{INS}", Choice(), "R1"),
        ("R1", Choice(), "R1"),
        ("R1^^^DUI", Choice(), "R1"),
        (INS, Choice(), None),
        (INS.removesuffix("^INS"), Choice(), None),
        (f"{IPP}~{AILLEURS}", Choice(), None),
        (f"{IPP}~{IPP}", Choice(), "R1"),
        (f"{AILLEURS}~{IPP}", Choice(autorite="DUI"), "R1"),
        (f"{AILLEURS}~{IPP}", Choice(autorite="1.2.3"), "R1"),
        (f"{AILLEURS}~{IPP}", Choice(autorite="HOPITAL"), "H9"),
        (f"{INS}~{IPP}", Choice(autorite="ABSENTE"), None),
        (f"{INS}~{IPP}", Choice("ins"), "190017512345678"),
        (INS.replace("4.8", "4.9"), Choice("ins"), "190017512345678"),
        (IPP, Choice("ins"), None),
        (INS_TEST, Choice("ins"), None),
        ("^^^DUI^PI", Choice(), None),
    ],
)
def test_the_usager_is_one_repetition_or_nobody(hl7: Any, pid3: str, choice: Choice, expected: str | None) -> None:
    assert hl7.read(hl7.envoi(pid3=pid3), choice).usager == expected


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [
        ("FINEG^^^010000024", "010000024"),
        ("FINEG^^^2a0000154", "2A0000154"),
        ("IDNST^^^1010000024", "010000024"),
        ("IDNST^^^340483304800011", None),
        ("FINEJ^^^010000024", None),
        ("UF^^^3435", None),
    ],
)
def test_the_establishment_is_the_finess_of_the_sender(hl7: Any, organisation: str, expected: str | None) -> None:
    assert hl7.read(hl7.envoi().replace("FINEG^^^010000024", organisation)).site == expected


def test_settings_name_the_establishment_of_what_has_no_finess(hl7: Any) -> None:
    legal = hl7.envoi().replace("FINEG^^^010000024", "FINEJ^^^010000024")
    assert hl7.read(legal, Choice(organisations={"010000024": "GLY"})).site == "GLY"
    assert hl7.read(legal, Choice(organisations={"Organisation-X": "GLY"})).site == "GLY"
    assert hl7.read(legal, Choice(organisations={"ESMS": "GLY"})).site == "GLY"
    assert hl7.read(legal, Choice(organisations={"AUTRE": "GLY"})).site is None


def test_a_recipient_is_never_taken_for_the_establishment(hl7: Any) -> None:
    text = hl7.envoi()
    assert "FINEG^^^980500003" in text
    without_sender = "\r".join(line for line in text.split("\r") if "SB^Send by" not in line)
    assert hl7.read(without_sender).site is None
