"""Invented messages of a fictitious DUI and the answers of its platform."""

import base64
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from temoin_pfi.framing import read_frames
from temoin_pfi.identifiers import Choice
from temoin_pfi.messages import Accuse, Autre, Envoi
from temoin_pfi.parsing import read_message
from temoin_pfi.survey import Survey, survey_folder

CANARIES = ("ZEPHYRINE", "CANARI", "190017512345678", "canari@patient.mssante.fr", "Q0FOQVJJ", "SOIGNANTE")
"""A first name, a name, an INS, a mail address, a piece of a document, a professional's name."""

DOCUMENT = base64.b64encode(b"CANARI un document qui ne doit jamais sortir " * 40).decode()


class Hl7:
    """Messages as the software writes them: one segment per item, joined by `eol`."""

    document = DOCUMENT

    def header(self, type_: str, number: str, moment: str, **more: str) -> str:
        emetteur, organisation = more.get("emetteur", "DUI|ESMS").split("|")
        recepteur = more.get("recepteur", "PFI|OG")
        charset, status = more.get("charset", "UNICODE UTF-8"), more.get("status", "P")
        return (
            f"MSH|^~\\&|{emetteur}|{organisation}|{recepteur}|{moment}||{type_}|{number}|{status}|2.5|||||FRA|{charset}"
            "|||2.1^CISIS_CDA_HL7_V2"
        )

    def envoi(
        self,
        number: str = "M1",
        moment: str = "20260915103000+0200",
        *,
        type_: str = "MDM^T02^MDM_T02",
        vers: str = "dmp",
        usager: str = "R1",
        site: str = "010000024",
        document: str = DOCUMENT,
        status: str = "F",
        txa: str | None = None,
        obr: str = "",
        pid3: str | None = None,
        eol: str = "\r",
        **header: str,
    ) -> str:
        """One message; `vers` names its ways (dmp, ps, pat)."""
        pid3 = pid3 or f"190017512345678^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS~{usager}^^^DUI&1.2.3&ISO^PI"
        wanted = {"DESTDMP": "dmp", "DESTMSSANTEPS": "ps", "DESTMSSANTEPAT": "pat"}
        flags = [
            f"OBX|{n}|CE|{code}^Destinataire^MetaDMPMSS||{'Y' if word in vers.split() else 'N'}"
            "^^expandedYes-NoIndicator||||||F|"
            for n, (code, word) in enumerate(wanted.items(), 2)
        ]
        segments = [
            self.header(type_, number, moment, **header),
            f"PID|||{pid3}||CANARI^ZEPHYRINE^^^^^L||19500101|F",
            "PV1||N",
            "ORC|NW",
            f"OBR|1||{obr}|11502-2^Compte rendu^LN",
            *([f"TXA|1|11502-2|TEXT|||||||||{txa}"] if txa else []),
            f"OBX|1|ED|11502-2^Compte rendu^LN||^TEXT^XML^Base64^{document}||||||{status}|",
            "PRT||UC||SB^Send by^participation|801^SOIGNANTE^Paule^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D|||"
            f"Organisation-X^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^{site}",
            "PRT||UC||RCT^Results Copies To^participation|||||||||||^^X.400^canari@patient.mssante.fr",
            "PRT||UC||RCT^Results Copies To^participation||||Ailleurs^^^^^X&1&ISO^FINEG^^^980500003|||||||^^X.400^a@b",
            *flags,
            "ZZZ|1|segment propre au logiciel^CANARI",
        ]
        return eol.join(segments) + eol

    def accuse(
        self,
        vise: str = "M1",
        event: str = "Z01",
        answer: str = "Y",
        moment: str = "20260915103105+0200",
        *,
        number: str = "A1",
        destinataire: str = "DUI|ESMS",
        eol: str = "\r",
    ) -> str:
        """A business acknowledgement of message `vise`."""
        codes = {"Z01": "ACK_RECEPTION_DMP", "Z02": "ACK_RECEPTION_MSS", "Z03": "ACK_LECTURE_MSS"}
        segments = [
            self.header(
                f"ZAM^{event}^ZAM_Z01", number, moment, emetteur="PFI|OG", recepteur=destinataire, charset="8859/15"
            ),
            f"OBX|1|CWE|{codes[event]}^Accuse^AckMetierZAM|{vise}|{answer}^^expandedYes-NoIndicator||||||F",
            "OBX|2|XTN|DESTINATAIRE_MSS^Destinataire^AckMetierZAM||^^X.400^canari@patient.mssante.fr||||||F",
        ]
        return eol.join(segments) + eol

    def read(self, text: str, choice: Choice | None = None) -> Envoi | Accuse | Autre:
        """The only message of a text."""
        [frame] = read_frames(io.BytesIO(text.encode()))
        assert frame.defaut is None, frame.defaut
        return read_message(frame.segments, choice or Choice())


@pytest.fixture
def hl7() -> Hl7:
    return Hl7()


@pytest.fixture
def canaries() -> tuple[str, ...]:
    """What must never come out."""
    return CANARIES


@pytest.fixture
def survey_of(tmp_path: Path) -> Callable[..., Survey]:
    """The survey of a folder in which each text is a file."""

    def survey(*texts: str, choice: Choice | None = None) -> Survey:
        for number, text in enumerate(texts):
            (tmp_path / f"{number:03}.hl7").write_bytes(text.encode())
        return survey_folder(tmp_path, "*.hl7", choice or Choice())

    return survey
